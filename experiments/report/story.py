"""What the story of 2021 needs from a run: published figures beside their counterpart, and what would have helped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from experiments.compare.difference import excludes_zero
from experiments.report.pictures import Dot, difference
from experiments.run.observed import NATIONAL, all_observations
from experiments.run.result import BAND_LEVEL, RunResult, laid_band
from experiments.scenario.scenario import Scenario
from models.sources import full_persons, read_table
from sim.arrays import FloatArray
from sim.calendar import date_of, day_number
from sim.statistics import Band, band

#: Reception is full on a day with more people without a place than this.
CROWD = full_persons()


@dataclass(frozen=True)
class Published:
    """One published figure about the days `first` to `last`."""

    series: str
    area: str
    first: date
    last: date
    value: float
    source: str
    letter: str


@dataclass(frozen=True)
class Against:
    """A published figure and the band of what the model computes for the same days and area."""

    published: Published
    model: Band


@dataclass(frozen=True)
class Helped:
    """What one scenario changes against the told one, each with a 90 % interval."""

    scenario: Scenario
    person_days: Band
    holders: Band
    cost: Band


def published(series: str, last: date, first: date | None = None, area: str = NATIONAL) -> Published:
    """The best-founded published figure on a date or over a period. Raises LookupError when there is none."""
    begin, end = day_number((first or last).isoformat()), day_number(last.isoformat())
    wanted = (series, area, begin, end)
    rows = [row for row in all_observations() if (row.series, row.area, row.first_day, row.last_day) == wanted]
    if not rows:
        raise LookupError(f"{series} {area} {first} {last}")
    best = min(rows, key=lambda row: row.letter or "Z")
    return Published(series, area, date_of(begin), date_of(end), best.value, best.source, best.letter)


def stock_dots(series: str, first: date, last: date) -> tuple[Dot, ...]:
    """Published national figures of a stock from a date up to another, also where a run is not held against them."""
    return tuple(
        Dot(date_of(row.last_day), row.value, row.source, row.letter)
        for row in all_observations()
        if row.series == series and row.area == NATIONAL and first <= date_of(row.last_day) <= last
    )


def inflow(stream: str, first: date) -> Published:
    """The row of the table of inflow that starts on a date: what the model takes in. Raises LookupError."""
    for row in read_table("inflow"):
        if row["stream"] == stream and row["period_start"] == first.isoformat():
            last = date.fromisoformat(row["period_end"])
            return Published(stream, NATIONAL, first, last, float(row["value"]), row["source"], row.get("letter", ""))
    raise LookupError(f"{stream} {first}")


def simulated(result: RunResult, row: Published) -> FloatArray:
    """What each replication computes for a published figure. Raises LookupError when the run is not held against it."""
    begin, end = day_number(row.first.isoformat()), day_number(row.last.isoformat())
    for place, one in enumerate(result.wanted):
        if (one.series, one.area, one.first_day, one.last_day) == (row.series, row.area, begin, end):
            return np.array([replication.observed[place] for replication in result.replications], dtype=np.float64)
    raise LookupError(f"{row.series} {row.area} {row.first} {row.last}")


def against(result: RunResult, series: str, last: date, first: date | None = None, area: str = NATIONAL) -> Against:
    """One published figure and the model beside it. Raises LookupError when either is missing."""
    row = published(series, last, first, area)
    middle = (day_number(row.first.isoformat()) + day_number(row.last.isoformat())) / 2.0
    key = f"{series}:{'country' if area == NATIONAL else 'provinces'}"
    return Against(row, laid_band([simulated(result, row)], [result.lacking.of_series(key, area, [middle])[:, 0]]))


def ratio_against(result: RunResult, above: Published, below: Published) -> tuple[float, Band]:
    """One published figure as a share of another, and the same share in the model."""
    shares = simulated(result, above) / simulated(result, below)
    return above.value / below.value, band(shares, BAND_LEVEL)


def sum_over(result: RunResult, series: str, first: date, last: date) -> Band:
    """The total of a monthly flow over the months that end in a period."""
    inside = [place for place, day in enumerate(result.month_ends) if first <= day <= last]
    return band(result.monthly(series)[:, inside].sum(axis=1), BAND_LEVEL)


def at_month_end(result: RunResult, day: date, *series: str) -> FloatArray:
    """Series added up at a month end, per replication."""
    return result.monthly(*series)[:, result.month_ends.index(day)]


def change_between(result: RunResult, before: date, after: date, *series: str) -> Band:
    """How much series added up rise between two month ends."""
    return band(at_month_end(result, after, *series) - at_month_end(result, before, *series), BAND_LEVEL)


def helped(usual: RunResult, others: Sequence[RunResult]) -> tuple[Helped, ...]:
    """What each scenario changes, pair by pair. All runs hold the same replication numbers."""

    names = ("person_days_without_place", "permit_holders_under_coa_end", "cost_public")

    def apart(other: RunResult, name: str) -> Band:
        return difference(other.outcome(name), usual.outcome(name), usual.shared_draws)

    return tuple(Helped(other.scenario, *(apart(other, name) for name in names)) for other in others)


def told_apart(one: RunResult, other: RunResult, name: str) -> bool:
    """Whether two scenarios differ in an outcome: the interval of the difference leaves out nought."""
    apart = difference(one.outcome(name), other.outcome(name), one.shared_draws)
    return excludes_zero(apart.low, apart.high)


@dataclass(frozen=True)
class Lowered:
    """Which scenarios demonstrably lower an outcome, the lowest first.

    first: the lowest and those that cannot be told apart from it; rest: the others. Each with its difference.
    """

    first: tuple[tuple[Scenario, Band], ...]
    rest: tuple[tuple[Scenario, Band], ...]


def lowered(usual: RunResult, others: Sequence[RunResult], name: str) -> Lowered:
    """The scenarios of which the interval of the difference in an outcome lies below nought."""
    apart = [(other, difference(other.outcome(name), usual.outcome(name), usual.shared_draws)) for other in others]
    clear = sorted((row for row in apart if row[1].high < 0), key=lambda row: row[1].mean)
    first: list[tuple[Scenario, Band]] = []
    rest: list[tuple[Scenario, Band]] = []
    for place, (other, found) in enumerate(clear):
        level = place == 0 or not told_apart(clear[0][0], other, name)
        (first if level else rest).append((other.scenario, found))
    return Lowered(tuple(first), tuple(rest))
