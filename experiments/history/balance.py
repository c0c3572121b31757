"""The balance sheet of permit holders: who became one, who was housed, and what is left in or under COA.

Per half-year and year, in persons: entry (first instance, appeal, resettlement, other) and family that arrives, less
who was housed and who left, plus who counts as housed while COA still counts them (hotel, flow-through location), less
who has no home and is not under COA (an address of their own; who comes back after being counted is taken off), is
the change of the stock. It closes to the person. Left out: provinces, and half-years of which a part is published.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.run.observed import NATIONAL, Observation, all_observations
from models.measures import STOCKS
from models.register import Way
from models.sources import read_table
from models.world import start_facts
from sim.arrays import FloatArray, IntArray
from sim.calendar import day_number, half_year_end, half_year_start, half_years

if TYPE_CHECKING:
    from models.facts import Facts

ENTRY = ("first_instance", "appeal", "resettlement", "other_entry")
HOUSED = tuple(f"housed_{way.name.lower()}" for way in Way)
#: What the sheet says per half-year; `stock` is that of the last day, all others are flows.
LINES = (*ENTRY, "family", *HOUSED, "left", "housed_under_coa", "unhoused_elsewhere", "change", "stock")
_TALLIES = {
    "first_instance": "permits_first_instance", "appeal": "appeals_won", "resettlement": "resettled_entered",
    "other_entry": "other_entered", "family": "family_entered",
    **{line: line.replace("housed", "realised", 1) for line in HOUSED},
}  # fmt: skip
_COUNTED_STAYS = ("stay_hotel", "stay_flow_through")
_SERIES = "permit_holders_under_coa"


def whole_half_years(first_day: int, last_day: int) -> list[str]:
    """The half-years that lie wholly in [first_day, last_day)."""
    names = half_years(first_day, last_day)
    return [name for name in names if half_year_start(name) >= first_day and half_year_end(name) <= last_day]


def balance(facts: "Facts", period: str) -> FloatArray:
    """The sheet of one run: shape (half-years, lines)."""
    names = whole_half_years(facts.first_day, facts.last_day)
    ends = np.array([half_year_end(name) - 1 - facts.first_day for name in names], dtype=np.int64)
    daily = facts.daily

    def rise(name: str) -> FloatArray:
        """How much a running total, or a stock that begins at nought, rose in each half-year."""
        return np.diff(daily[name][ends], prepend=0.0)

    flows = {line: rise(tally) for line, tally in _TALLIES.items()}
    stock = np.sum([daily[name][ends] for name in STOCKS[_SERIES]], axis=0)
    start = start_facts(period)["permit_holders_under_coa"]
    flows |= {
        "left": _left(facts, ends),
        "housed_under_coa": np.sum([rise(name) for name in _COUNTED_STAYS], axis=0),
        "stock": stock,
        "change": np.diff(stock, prepend=start),
    }
    came = np.sum([flows[line] for line in (*ENTRY, "family")], axis=0)
    went = np.sum([flows[line] for line in (*HOUSED, "left")], axis=0)
    flows["unhoused_elsewhere"] = came - went + flows["housed_under_coa"] - flows["change"]
    return np.stack([flows[line] for line in LINES], axis=1)


def _left(facts: "Facts", ends: IntArray) -> FloatArray:
    """How many permit holders left the country in each half-year."""
    rows = facts.households
    gone = (rows["permit"] >= 0) & (rows["departed"] >= rows["permit"])
    days, persons = rows["departed"][gone] - facts.first_day, rows["persons"][gone]
    return np.diff([float(persons[days <= end].sum()) for end in ends], prepend=0.0)


def sheet(period: str, names: Sequence[str], means: FloatArray) -> list[dict[str, Any]]:
    """The sheet as plain values, a year after its half-years: model and published beside each other.

    means: (half-years, lines), the mean over replications. What is not published is left out of `published`.
    """
    rows = []
    for index, name in enumerate(names):
        rows.append({"period": name, "model": _line(means[index]), "published": _published(name)})
        if name.endswith("-2") and index and names[index - 1] == name.replace("-2", "-1"):
            both = means[index - 1] + means[index]
            both[LINES.index("stock")] = means[index][LINES.index("stock")]
            rows.append({"period": name[:4], "model": _line(both), "published": _published(name[:4])})
    return rows


def _line(values: FloatArray) -> dict[str, float]:
    told = dict(zip(LINES, map(float, values), strict=True))
    return told | {
        "entry": sum(told[line] for line in ENTRY),
        "housed": sum(told[line] for line in HOUSED),
    }


@lru_cache(maxsize=64)
def _days(name: str) -> tuple[int, int]:
    """First and last day of a half-year (2019-1) or a year (2019)."""
    if "-" in name:
        return half_year_start(name), half_year_end(name) - 1
    return half_year_start(f"{name}-1"), half_year_end(f"{name}-2") - 1


def _flow(series: str, first: int, last: int) -> float | None:
    """A published flow over exactly these days: as it stands, else as the sum of parts that fill them without a gap."""
    rows: dict[tuple[int, int], Observation] = {}
    for row in all_observations():
        if row.series == series and row.area == NATIONAL and first <= row.first_day <= row.last_day <= last:
            key = row.first_day, row.last_day
            if key not in rows or row.letter < rows[key].letter:
                rows[key] = row
    if (first, last) in rows:
        return rows[first, last].value
    total, day = 0.0, first
    while day <= last:
        parts = [row for row in rows.values() if row.first_day == day]
        if not parts:
            return None
        part = max(parts, key=lambda row: row.last_day)
        total, day = total + part.value, part.last_day + 1
    return total


@lru_cache(maxsize=1)
def _stocks() -> tuple[FloatArray, FloatArray]:
    """Published stocks of permit holders in or under COA: days and persons, in order of day."""
    rows = {row.first_day: row.value for row in all_observations() if row.series == _SERIES and row.letter != "C"}
    days = sorted(rows)
    return np.array(days, dtype=np.float64), np.array([rows[day] for day in days])


def _stock(day: int) -> float | None:
    """The published stock at the end of a day, on a straight line between the published days around it."""
    days, persons = _stocks()
    return float(np.interp(day, days, persons)) if days[0] - 1 <= day <= days[-1] else None


def _published(name: str) -> dict[str, float]:
    """What is published of a half-year or year, and what follows from it; `entry` is what the other figures leave."""
    first, last = _days(name)
    before, after = _stock(first - 1), _stock(last)
    found = {
        "housed": _flow("realised", first, last),
        "family": _flow("nareis_arrivals", first, last),
        "first_instance": _flow("permits_first_instance", first, last),
        "resettlement": _from_tables("resettlement", first, last),
        "stock": after,
        "change": None if before is None or after is None else after - before,
    }
    told = {line: value for line, value in found.items() if value is not None}
    if told.keys() >= {"housed", "family", "change"}:
        told["entry"] = told["housed"] + told["change"] - told["family"]
    return told


def _from_tables(stream: str, first: int, last: int) -> float:
    """The persons of a stream of the inputs whose period lies in these days."""
    rows: Sequence[Mapping[str, str]] = [row for row in read_table("inflow") if row["stream"] == stream]
    inside = [row for row in rows if first <= day_number(row["period_start"]) <= day_number(row["period_end"]) <= last]
    return sum(float(row["value"]) for row in inside)
