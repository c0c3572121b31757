"""What was published, beside what the model computes for the same date, period and area.

Left out: published figures the model has no counterpart for, and judging which deviation is acceptable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from experiments.run.breakdown import COUNTED, per_province
from models.geography import PROVINCES, municipalities
from models.measures import IN_BEDS, STOCKS, UNDER_COA
from models.register import Way
from models.sources import read_table
from sim.calendar import day_number, half_year_end, half_year_name, half_year_start

if TYPE_CHECKING:
    from experiments.figures.figure import Figure
    from models.facts import Facts
    from models.parameters import Parameters

NATIONAL = "Nederland"
AREAS: tuple[str, ...] = (NATIONAL, *PROVINCES)
HALF_YEAR_MEASURES = COUNTED

#: Published flow -> daily running totals, of which the rise over the period is taken.
FLOWS = {
    "permits": ("permits", "family_permits"),
    "permits_first_instance": ("permits_first_instance",),
    "closures": ("decisions", "withdrawals"),
    "nareis_applications": ("family_applications",),
    "extra_places_realised": ("emergency_places",),
    "nareis_arrivals": ("family_entered",),
    "nareis_arrivals_per_year": ("family_entered",),
    "realised": ("realised",),
    "realised_partial": ("realised",),
    "permit_holders_left_coa": ("permits", "family_entered"),
}
#: Running totals of which the rise is taken off again.
LESS = {
    # Who came and is not there any more: since 2014 family goes to COA first, also who joins a home after some days.
    "permit_holders_left_coa": (*IN_BEDS, *UNDER_COA),
}
#: Published shares of persons alone, in per cent, counted in households: who waits beyond the norm, who gets a home.
SHARES = ("single_share_of_delayed_permit_holders", "single_share_of_dwellings")
#: Published costs of a year in euro -> outcomes of the model that are added up.
COSTS = {"coa_cost": ("cost_reception", "cost_stays"), "ind_penalty_payments": ("cost_penalties",)}
_NORM_DAYS = 98


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
    #: Whether it is a figure of the user's own.
    own: bool = False

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
    return tuple(row for row in all_observations() if _has_counterpart(row, from_day, until_day))


@lru_cache(maxsize=32)
def observations_and_own(from_day: int, until_day: int, figures: tuple["Figure", ...]) -> tuple[Observation, ...]:
    """`observations`, and figures of a user's own that have a counterpart too."""
    own = (
        Observation(
            one.series, one.area, one.value, one.unit, day_number(one.first), day_number(one.last), one.source,
            one.status, "", own=True,
        )
        for one in figures
    )  # fmt: skip
    return observations(from_day, until_day) + tuple(row for row in own if _has_counterpart(row, from_day, until_day))


def _has_counterpart(row: Observation, from_day: int, until_day: int) -> bool:
    """Whether the model computes what a figure says, and the figure lies wholly in [from_day, until_day)."""
    return (
        from_day <= row.first_day <= row.last_day < until_day
        and row.area in AREAS
        and (
            row.in_half_year_table is not None
            or (row.series in STOCKS and row.area == NATIONAL and row.first_day == row.last_day)
            or (row.series in FLOWS and row.area == NATIONAL and row.first_day < row.last_day)
            or (row.series in SHARES and row.area == NATIONAL)
            or (row.series in COSTS and row.area == NATIONAL and row.last_day - row.first_day >= 364)
            or (row.series == "realised_partial" and row.first_day == half_year_start(half_year_name(row.first_day)))
        )
    )


def half_year_table(facts: "Facts") -> npt.NDArray[np.float64]:
    """The measures above: shape (measures, half-years, 13), the country first, then the provinces."""
    table = np.zeros((len(HALF_YEAR_MEASURES), len(facts.half_year_names), len(AREAS)))
    for index, measure in enumerate(HALF_YEAR_MEASURES):
        municipal = np.asarray(facts.half_years[measure], dtype=np.float64)
        table[index, :, 0] = municipal.sum(axis=1)
        table[index, :, 1:] = per_province(municipal)
    return table


def simulated(
    wanted: Sequence[Observation],
    facts: "Facts",
    half_years: npt.NDArray[np.float64],
    parameters: "Parameters | None" = None,
) -> npt.NDArray[np.float64]:
    """The simulated counterpart of each published figure; NaN where the run does not reach it.

    What something costs is known with the parameters of the run only.
    """
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
        elif row.series in SHARES:
            values[index] = (_singles_waiting if row.series == SHARES[0] else _singles_housed)(facts, row)
        elif row.series in COSTS:
            values[index] = np.nan if parameters is None else _cost(facts, parameters, row)
        elif row.series in STOCKS:
            end = row.last_day - facts.first_day
            values[index] = sum(facts.daily[name][end] for name in STOCKS[row.series])
        else:
            added, taken = FLOWS[row.series], LESS.get(row.series, ())
            values[index] = _rise(facts, added, row) - _rise(facts, taken, row)
    return values


def _cost(facts: "Facts", parameters: "Parameters", row: Observation) -> float:
    """What the model says of a published cost, in euro."""
    from models.outcomes import OUTCOMES, Window

    window = Window(facts, parameters, row.first_day, row.last_day + 1)
    return sum(OUTCOMES[name].count(window) * 1e6 for name in COSTS[row.series])


def _rise(facts: "Facts", names: Sequence[str], row: Observation) -> float:
    """How much daily running totals rose over the days of a figure."""
    start, end = row.first_day - facts.first_day, row.last_day - facts.first_day
    return float(sum(facts.daily[name][end] - (facts.daily[name][start - 1] if start else 0.0) for name in names))


def _persons_on(facts: "Facts", day: npt.NDArray[np.int64] | int) -> npt.NDArray[np.int64]:
    """How many persons each household held on a day: family that came later is not part of it yet."""
    rows = facts.households
    later = (rows["family_arrived"] >= 0) & (rows["family_arrived"] > day)
    return np.asarray(rows["persons"] - np.where(later, rows["followers"], 0))


def _singles_waiting(facts: "Facts", row: Observation) -> float:
    """Of the permit holders who wait in reception beyond the norm on a day, the share that is alone, in per cent."""
    rows, day = facts.households, row.last_day
    waits = (rows["permit"] >= 0) & (rows["permit"] + _NORM_DAYS < day)
    waits &= (rows["housed"] < 0) | (rows["housed"] > day)
    away = (rows["stay_since"] >= 0) & (rows["stay_since"] <= day)
    waits &= ~(away & ((rows["stay_ended"] < 0) | (rows["stay_ended"] > day)))
    persons = _persons_on(facts, day)[waits]
    return 100.0 * float(np.sum(persons == 1)) / max(float(persons.sum()), 1.0)


def _singles_housed(facts: "Facts", row: Observation) -> float:
    """Of the corporation dwellings given to permit holders in a stretch, the share to persons alone, in per cent."""
    rows = facts.households
    given = (rows["housed"] >= row.first_day) & (rows["housed"] <= row.last_day)
    given &= (rows["how_housed"] == Way.SOCIAL_RENT) | (rows["how_housed"] == Way.PROJECT)
    alone = _persons_on(facts, rows["housed"])[given] == 1
    return 100.0 * float(alone.sum()) / max(float(alone.size), 1.0)


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
            "own": row.own,
        }
        for row, mean in zip(wanted, means, strict=True)
    ]


def best_of(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Where a figure was published more than once, the best-founded: the user's own, then letter A before B and C."""
    best: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for row in rows:
        when = row["half_year"] or (row["first_day"], row["last_day"])
        key = (row["series"], row["area"], when)
        if key not in best or founded(row) < founded(best[key]):
            best[key] = row
    return list(best.values())


def founded(row: Mapping[str, Any]) -> str:
    """How well a figure is founded, the best first: the user's own before letters."""
    return "" if row.get("own") else str(row["letter"] or "Z")
