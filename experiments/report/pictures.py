"""What the pictures of a run hold: bands over time, published dots, differences pair by pair; figures, no words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from experiments.compare.difference import difference_of
from experiments.run.observed import NATIONAL, best_of, comparison
from experiments.run.result import BAND_LEVEL, RunResult
from models.sources import full_persons
from sim.arrays import FloatArray, IntArray
from sim.calendar import date_of, half_year_end
from sim.statistics import Band as Band  # noqa: PLC0414 (pages take it from here)

#: Who holds the bed: group -> series added and series taken off.
BED_GROUPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "total": (("persons_in_reception",), ()),
    "procedure": (("in_procedure_in_reception",), ()),
    "holder": (("permit_holders_under_coa",), ("waiting_family_in_reception",)),
    "family": (("waiting_family_in_reception",), ()),
    "refused": (("refused_in_reception",), ()),
}
#: Group or series -> published series with the same meaning.
PUBLISHED = {"total": "persons_in_reception", "pending_decisions": "pending_decisions"}
WAITS = {"single": "weeks_to_home_single", "2_to_4": "weeks_to_home_2_to_4", "5_plus": "weeks_to_home_5_plus"}
PAYERS: dict[str, tuple[str, ...]] = {
    "coa": ("cost_reception", "cost_stays"),
    "jenv": ("cost_ind", "cost_penalties"),
    "gemeenten": ("cost_intermediate", "cost_settling", "substitution_bill"),
    "bzk": ("cost_homes_bzk", "cost_levy_relief"),
    "corporaties": ("cost_homes_corporations",),
}


@dataclass(frozen=True)
class Dot:
    """One published figure."""

    day: date
    value: float
    source: str
    letter: str


@dataclass(frozen=True)
class Lines:
    """A measure per month end: (3, months) mean, low and high for the baseline, and for a scenario if there is one."""

    days: tuple[date, ...]
    baseline: FloatArray
    scenario: FloatArray | None
    dots: tuple[Dot, ...]
    end_difference: Band | None


@dataclass(frozen=True)
class Figures:
    """One number: band in the baseline, in the scenario, and the difference pair by pair.

    at_least: whether the mean of either is no more than a lower bound.
    """

    name: str
    baseline: Band
    scenario: Band | None
    difference: Band | None
    at_least: tuple[bool, bool] = (False, False)


def difference(scenario: FloatArray, baseline: FloatArray, draws: IntArray | None) -> Band:
    """Scenario minus baseline with a 90% interval, the same as a comparison gives."""
    return difference_of(baseline, scenario, draws)[0]


def lines(
    baseline: RunResult, scenario: RunResult | None, added: tuple[str, ...], taken: tuple[str, ...] = (),
    published: str | None = None,
) -> Lines:  # fmt: skip
    """Bands of a measure over the months, with published dots. Both runs hold the same replication numbers."""
    ends = [run.monthly(*added, less=taken)[:, -1] for run in (baseline, scenario) if run is not None]
    return Lines(
        baseline.month_ends,
        baseline.monthly_bands(*added, less=taken),
        None if scenario is None else scenario.monthly_bands(*added, less=taken),
        published_dots(baseline, published) if published else (),
        None if scenario is None else difference(ends[1], ends[0], baseline.shared_draws),
    )


def published_dots(result: RunResult, series: str) -> tuple[Dot, ...]:
    """The best-founded published figures of a national stock in the window of a run."""
    # What stood on the morning after the last day is what the last day ends with.
    told = result.published_until(result.until_day + 1)
    known = comparison(told, np.full(len(told), np.nan))
    rows = best_of([row for row in known if row["series"] == series and row["area"] == NATIONAL])
    return tuple(Dot(date_of(row["last_day"]), float(row["published"]), row["source"], row["letter"]) for row in rows)


def window(result: RunResult) -> tuple[date, date]:
    """The first and the last day of a run."""
    return date_of(result.from_day), date_of(result.until_day - 1)


def _figures(
    name: str, baseline: RunResult, scenario: RunResult | None, values: Callable[[RunResult], FloatArray],
    told: Callable[[RunResult], Band],
) -> Figures:  # fmt: skip
    if scenario is None:
        return Figures(name, told(baseline), None, None, (baseline.at_least(name), False))
    apart = difference(values(scenario), values(baseline), baseline.shared_draws)
    bounds = baseline.at_least(name), scenario.at_least(name)
    return Figures(name, told(baseline), told(scenario), apart, bounds)


def outcome_figures(baseline: RunResult, scenario: RunResult | None, name: str, *parts: str) -> Figures:
    """An outcome, or the sum of several, in both and as a difference."""
    names = parts or (name,)
    return _figures(
        name, baseline, scenario, lambda run: np.sum([run.shown(part) for part in names], axis=0),
        lambda run: run.outcome_band(*names),
    )  # fmt: skip


@dataclass(frozen=True)
class HalfYear:
    """Target, realised and published realised of one half-year, for the country."""

    name: str
    target: Figures
    realised: Figures
    published: float | None
    source: str
    whole: bool
    #: The published figure is derived from others.
    derived: bool = False


def half_years(baseline: RunResult, scenario: RunResult | None) -> tuple[HalfYear, ...]:
    """Per half-year in the window; `whole` tells that the run reaches its end."""
    rows = [row for row in baseline.comparison_rows() if row["series"] == "realised" and row["area"] == NATIONAL]
    told = {row["half_year"]: row for row in best_of(rows) if row["half_year"]}

    def figures(measure: str, place: int) -> Figures:
        def told(run: RunResult) -> Band:
            mean, low, high = run.half_yearly_bands(measure)[:, place]
            return Band(mean, low, high, len(run.replications))

        return _figures(measure, baseline, scenario, lambda run: run.half_yearly(measure)[:, place], told)

    found = []
    for place, name in enumerate(baseline.replications[0].half_year_names):
        target, realised = figures("target", place), figures("realised", place)
        whole = half_year_end(name) <= baseline.until_day
        if known := told.get(name):
            figure, source, derived = float(known["published"]), known["source"], known["status"] != "measured"
            found.append(HalfYear(name, target, realised, figure, source, whole, derived))
        else:
            found.append(HalfYear(name, target, realised, None, "", whole))
    return tuple(found)


@dataclass(frozen=True)
class RanFull:
    """How often and when reception runs full for the first time, over the replications in which it does.

    day: the middle of those days, low and high: the ends of their 80% band; None when it never does. by_month: the
    share of replications in which reception has run full by each month end.
    """

    chance: float
    day: date | None
    low: date | None
    high: date | None
    by_month: FloatArray


def ran_full(result: RunResult, since: date | None = None) -> RanFull:
    """The first day on which reception is full, with odds; what full means is for the outcomes to say.

    since: look at month ends from this date on only, as a story about a year does.
    """
    month_days = np.array(result.replications[0].month_days)
    full = result.outcome("ran_full") > 0
    days = result.from_day + result.outcome("days_until_full")
    if since is not None:
        beyond = np.asarray(result.monthly("persons_beyond_coa") > full_persons())
        beyond[:, [day < since for day in result.month_ends]] = False
        full = np.asarray(beyond.any(axis=1))
        days = month_days[beyond.argmax(axis=1)].astype(np.float64)
    by_month = np.array([(full & (days <= day)).mean() for day in month_days])
    if not full.any():
        return RanFull(0.0, None, None, None, by_month)
    edge = (1.0 - BAND_LEVEL) / 2.0
    middle, low, high = np.quantile(days[full], [0.5, edge, 1.0 - edge], method="inverted_cdf")
    return RanFull(float(full.mean()), date_of(int(middle)), date_of(int(low)), date_of(int(high)), by_month)


def longest(result: RunResult, names: Sequence[str]) -> str | None:
    """The outcome that is higher than every other by an interval above nought; None when there is no such one.

    Outcomes that are unknown are left out.
    """
    known = {name: values for name in names if not np.isnan(values := result.outcome(name)).all()}
    if len(known) < 2:
        return None
    most = max(known, key=lambda name: float(np.nanmean(known[name])))
    apart = [difference(known[most], values, result.shared_draws) for name, values in known.items() if name != most]
    return most if all(band_of.low > 0 for band_of in apart) else None


def mean_outcome(result: RunResult, name: str) -> float:
    """The mean of an outcome over replications, without the unknown."""
    return result.outcome_band(name).mean
