"""What was published, beside what the model computes for the same date, period and area.

Left out: published figures the model has no counterpart for, and judging which deviation is acceptable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from experiments.run.breakdown import per_province
from models.geography import PROVINCES, municipalities
from models.sources import read_table
from sim.calendar import day_number, half_year_end, half_year_name, half_year_start

if TYPE_CHECKING:
    from models.facts import Facts

NATIONAL = "Nederland"
AREAS: tuple[str, ...] = (NATIONAL, *PROVINCES)
HALF_YEAR_MEASURES = ("opening", "target", "realised", "behind")

_WITHOUT_PERMIT = ("in_reception_in_procedure", "in_reception_refused")
_HOLDERS = ("in_reception_permit_holder", "in_reception_waiting_family")
#: Published stock -> daily facts that are added up, at the end of the day.
STOCKS: dict[str, tuple[str, ...]] = {
    "persons_in_reception": (*_WITHOUT_PERMIT, *_HOLDERS),
    "persons_without_permit_in_reception": _WITHOUT_PERMIT,
    "permit_holders_in_reception": _HOLDERS,
    "permit_holders_beyond_norm": ("permit_holders_beyond_norm",),
    "pending_decisions": ("pending",),
    "pending_taskforce": ("pending_taskforce",),
}
#: Published flow -> daily running total, of which the rise over the period is taken.
FLOWS = {
    "permits": ("permits", "family_permits"),
    "nareis_arrivals": ("family_entered",),
    "realised": ("realised",),
    "realised_partial": ("realised",),
}


@dataclass(frozen=True)
class Observation:
    """One published figure; `last_day` is the last day it is about, and is part of it."""

    series: str
    area: str
    value: float
    unit: str
    first_day: int
    last_day: int
    source: str
    status: str
    letter: str

    @cached_property
    def half_year(self) -> str | None:
        """The half-year it is about, when it is about exactly one."""
        name = half_year_name(self.first_day)
        whole = self.first_day == half_year_start(name) and self.last_day == half_year_end(name) - 1
        return name if whole else None

    @cached_property
    def in_half_year_table(self) -> str | None:
        """The half-year row this belongs to: the opening is a moment, the others are about the whole of it."""
        if self.series == "opening" and self.first_day == half_year_start(half_year_name(self.first_day)):
            return half_year_name(self.first_day)
        return self.half_year if self.series in ("target", "realised", "behind") else None


@lru_cache(maxsize=1)
def all_observations() -> tuple[Observation, ...]:
    """Every published figure in the table, in order."""
    return tuple(
        Observation(
            row["series"],
            row["area"],
            float(row["value"]),
            row["unit"],
            day_number(row["period_start"]),
            day_number(row["period_end"]),
            row["source"],
            row["status"],
            row.get("letter", ""),
        )
        for row in read_table("observed")
    )


@lru_cache(maxsize=32)
def observations(from_day: int, until_day: int) -> tuple[Observation, ...]:
    """Published figures that have a counterpart in the model and lie wholly in [from_day, until_day)."""
    return tuple(
        row
        for row in all_observations()
        if from_day <= row.first_day <= row.last_day < until_day
        and row.area in AREAS
        and (
            row.in_half_year_table is not None
            or (row.series in STOCKS and row.area == NATIONAL and row.first_day == row.last_day)
            or (row.series in FLOWS and row.area == NATIONAL and row.first_day < row.last_day)
            or (row.series == "realised_partial" and row.first_day == half_year_start(half_year_name(row.first_day)))
        )
    )


def half_year_table(facts: "Facts") -> npt.NDArray[np.float64]:
    """Opening, target, realised and behind: shape (4, half-years, 13), the country first, then the provinces."""
    table = np.zeros((len(HALF_YEAR_MEASURES), len(facts.half_year_names), len(AREAS)))
    for index, measure in enumerate(HALF_YEAR_MEASURES):
        municipal = np.asarray(facts.half_years[measure], dtype=np.float64)
        table[index, :, 0] = municipal.sum(axis=1)
        table[index, :, 1:] = per_province(municipal)
    return table


def simulated(
    wanted: Sequence[Observation], facts: "Facts", half_years: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """The simulated counterpart of each published figure; NaN where the run does not reach it."""
    values = np.full(len(wanted), np.nan)
    names = list(facts.half_year_names)
    for index, row in enumerate(wanted):
        if (name := row.in_half_year_table) is not None:
            if name in names:
                place = HALF_YEAR_MEASURES.index(row.series), names.index(name), AREAS.index(row.area)
                values[index] = half_years[place]
            continue
        if row.first_day < facts.first_day or row.last_day >= facts.last_day:
            continue
        if row.area != NATIONAL:
            values[index] = _realised_so_far(facts, row)
            continue
        start, end = row.first_day - facts.first_day, row.last_day - facts.first_day
        values[index] = 0.0
        for name in STOCKS.get(row.series, ()) or FLOWS[row.series]:
            before = 0.0 if row.series in STOCKS or start == 0 else facts.daily[name][start - 1]
            values[index] = values[index] + facts.daily[name][end] - before
    return values


def _realised_so_far(facts: "Facts", row: Observation) -> float:
    """What a province realised from the start of a half-year until a month end; NaN for another day."""
    months = np.flatnonzero(facts.monthly_days == row.last_day)
    if months.size == 0:
        return float("nan")
    inside = municipalities().province == PROVINCES.index(row.area)
    return float(np.asarray(facts.municipal_monthly["realised"])[months[0]][inside].sum())


def deviation_percent(simulated_value: float, published: float) -> float | None:
    """How far the simulated figure lies above the published one, in per cent; None against nothing."""
    if published == 0 or not np.isfinite(simulated_value):
        return None
    return 100.0 * (simulated_value - published) / abs(published)


def comparison(wanted: Sequence[Observation], means: npt.NDArray[np.float64]) -> list[dict[str, Any]]:
    """One row per published figure: what, where, when, simulated, published and the deviation."""
    return [
        {
            "series": row.series,
            "area": row.area,
            "half_year": row.in_half_year_table,
            "first_day": row.first_day,
            "last_day": row.last_day,
            "simulated": None if np.isnan(mean) else float(mean),
            "published": row.value,
            "deviation_percent": deviation_percent(float(mean), row.value),
            "unit": row.unit,
            "source": row.source,
            "status": row.status,
            "letter": row.letter,
        }
        for row, mean in zip(wanted, means, strict=True)
    ]


def best_of(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Where one figure was published more than once, the best-founded: letter A before B before C."""
    best: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for row in rows:
        when = row["half_year"] or (row["first_day"], row["last_day"])
        key = (row["series"], row["area"], when)
        if key not in best or (row["letter"] or "Z") < (best[key]["letter"] or "Z"):
            best[key] = row
    return list(best.values())
