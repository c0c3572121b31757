"""The figures that a run reads, as values: what a result depends on besides the behaviour of the model.

Sources, notes, units and the order of words in a table are for readers and are not in it, so another wording makes no
result stale.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from models.parameters import ONLY_AHEAD, PERIODS, baseline, leaves, value_at
from models.sources import read_table
from sim.schedule import Schedule

#: Per table of facts the columns that a run reads; parameters stand apart, and other tables are for readers.
COLUMNS: dict[str, tuple[str, ...]] = {
    "costs": ("item", "value", "period_start"),
    "forecasts": ("forecast", "end", "value", "period_start"),
    "household_mix": ("table", "key", "category", "value", "period_start", "period_end"),
    "inflow": ("stream", "value", "period_start", "period_end"),
    "locations": ("location", "kind", "province", "value", "start", "end", "renewal_of"),
    "municipal_stock": ("code", "value"),
    "municipalities": ("code", "municipality", "province", "coa_region", "area_km2", "value"),
    "provinces": ("province", "measure", "value", "period_start"),
    "reception_places": ("period", "province", "measure", "value"),
    "start_stock": ("period", "item", "area", "value", "period_start"),
    "targets": ("half_year", "value", "announced"),
    "thresholds": ("item", "value"),
}


#: Tables that only a period that looks ahead reads.
ONLY_AHEAD_TABLES = ("forecasts", "reception_places")


def cells(rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> list[list[float | str]]:
    """Return some columns of a table as values: a number is a number, however it is written."""
    return [[_cell(row[column]) for column in columns] for row in rows]


def _cell(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text.strip()


def run_inputs(period: str) -> dict[str, Any]:
    """Return everything that a run of a period reads: its baseline, its starting stock, and the tables all share."""
    usual, ahead = baseline(period), bool(PERIODS[period].continues)
    paths = [path for path, _ in leaves() if ahead or path not in ONLY_AHEAD]
    parameters = {path: _plain(value_at(usual, path)) for path in paths}
    return {"parameters": parameters} | {
        name: cells((row for row in read_table(name) if row.get("period", period) == period), columns)
        for name, columns in COLUMNS.items()
        if ahead or name not in ONLY_AHEAD_TABLES
    }


def _plain(value: Any) -> Any:
    return value.steps if isinstance(value, Schedule) else value
