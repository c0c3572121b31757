"""The result of a run: outcomes with their bands over replications."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.run.discrepancy import Discrepancy, Lacking, laid_bands, laid_over, published_like
from experiments.run.ensemble import draws_of, ensemble_version, load_ensemble
from experiments.run.observed import AREAS, HALF_YEAR_MEASURES, NATIONAL, Observation, comparison, observations_and_own
from experiments.run.provenance import provenance
from experiments.run.task import Replication, Task
from experiments.scenario.own_figures import beside
from sim.arrays import FloatArray, IntArray
from sim.calendar import date_of, half_year_end, half_year_start
from sim.statistics import Band, band, spread_by_cause

if TYPE_CHECKING:
    from experiments.scenario.scenario import Scenario

BAND_LEVEL = 0.8
#: Days until something that never came in any replication are no number; a wait is at least the longest that was seen.
UNKNOWN_IF_NEVER = frozenset({"days_until_full"})


def lacking_of(ensemble: str | None, seed: int, numbers: Sequence[int], month_days: Sequence[int]) -> Lacking:
    """What a run with the draws of an ensemble lacks; nothing without."""
    about = {} if ensemble is None else load_ensemble(ensemble).about
    return Lacking(Discrepancy.beside(about), seed, numbers, month_days)


def laid_band(values: Sequence[FloatArray], errors: Sequence[FloatArray]) -> Band:
    """Mean and 80 per cent band of the sum of outcomes, each with the errors that the model makes in it."""
    mean = band(np.sum(values, axis=0), BAND_LEVEL)
    if not mean.count or not any(error.any() for error in errors):
        return mean
    laid = [laid_over(value, error) for value, error in zip(values, errors, strict=True)]
    ends = band(np.sum(laid, axis=0), BAND_LEVEL)
    return replace(mean, low=min(ends.low, mean.mean), high=max(ends.high, mean.mean))


@dataclass(frozen=True)
class OutcomeFigures:
    """One outcome over the replications: mean and band, and what luck, parameters and the model's lacks add to it.

    sd_discrepancy: what the model lacks, 0 for an outcome without a published counterpart, of which that is unknown;
    at_least: it is a lower bound, as what it waits for did not happen in every replication.
    """

    name: str
    unit: str
    band: Band
    sd_chance: float
    sd_parameters: float
    sd_discrepancy: float
    at_least: bool

    def row(self) -> dict[str, Any]:
        """As plain values, for JSON and tables."""
        return {
            "name": self.name,
            "unit": self.unit,
            "mean": number_or_none(self.band.mean),
            "low": number_or_none(self.band.low),
            "high": number_or_none(self.band.high),
            "sd_chance": number_or_none(self.sd_chance),
            "sd_parameters": number_or_none(self.sd_parameters),
            "sd_discrepancy": number_or_none(self.sd_discrepancy),
            "at_least": self.at_least,
        }


@dataclass(frozen=True)
class RunResult:
    """A scenario run: per replication what was counted, and how to say it together; `scenario` says what was used."""

    scenario: "Scenario"
    seed: int
    from_day: int
    until_day: int
    numbers: tuple[int, ...]
    replications: tuple[Replication, ...] = field(repr=False)
    interrupted: bool = False
    lost: tuple[int, ...] = ()
    ensemble: str | None = None
    fixed: bool = False

    def __post_init__(self) -> None:
        used = self.scenario.as_run(self.seed, self.from_day, self.until_day, len(self.replications))
        object.__setattr__(self, "scenario", used)

    @property
    def period(self) -> str:
        """The period of the runs."""
        return self.scenario.period

    @property
    def whole(self) -> bool:
        """Whether every replication that was asked for is there."""
        return not self.interrupted and not self.lost

    @classmethod
    def of(
        cls, scenario: "Scenario", task: Task, finished: Iterable[tuple[int, Replication]], interrupted: bool = False,
        lost: tuple[int, ...] = (),
    ) -> "RunResult":  # fmt: skip
        """What a task gave, by replication number."""
        numbers, replications = zip(*finished, strict=True) if (finished := list(finished)) else ((), ())
        return cls(
            scenario, task.seed, task.from_day, task.until_day, numbers, replications, interrupted, lost, task.ensemble,
            task.fixed,
        )  # fmt: skip

    @property
    def draws(self) -> IntArray:
        """The draw of each replication; all the same when parameters are fixed."""
        drawn = None if self.fixed else draws_of(self.ensemble, self.seed, self.numbers)
        return np.zeros(len(self.numbers), dtype=np.int64) if drawn is None else drawn

    @property
    def shared_draws(self) -> IntArray | None:
        """The draw of each replication; None when all use the same parameters and stand on their own."""
        return None if self.fixed or self.ensemble is None else self.draws

    @property
    def wanted(self) -> tuple[Observation, ...]:
        """The published figures this run is held against."""
        return self.published_until(self.until_day)

    def published_until(self, until_day: int) -> tuple[Observation, ...]:
        """The figures in the window, those of the user's own among them, and of the days until a later one."""
        return observations_and_own(self.from_day, until_day, beside(self.scenario.figures))

    def outcome(self, name: str) -> FloatArray:
        """One outcome, per replication."""
        return np.array([replication.outcomes[name] for replication in self.replications])

    def shown(self, name: str) -> FloatArray:
        """One outcome, per replication, as a reader may see it."""
        return shown_values(name, self.outcome(name), np.array([name in one.at_least for one in self.replications]))

    def at_least(self, name: str) -> bool:
        """Whether the mean of an outcome is a lower bound: that of some replication is, and it is known."""
        found = any(name in replication.at_least for replication in self.replications)
        return found and not np.isnan(self.shown(name)).all()

    def outcome_names(self) -> list[str]:
        """The names of all outcomes, in order."""
        return list(self.replications[0].outcomes) if self.replications else []

    def outcome_band(self, *names: str) -> Band:
        """Mean and 80 per cent band of an outcome, or of the sum of several.

        The band of an outcome that is published too holds what the model lacks, beside luck and parameters.
        """
        return laid_band([self.shown(name) for name in names], [self.lacking.of_outcome(name) for name in names])

    @property
    def lacking(self) -> Lacking:
        """What the model lacks in this run; nothing under fixed parameters."""
        days = self.replications[0].month_days if self.replications else ()
        return lacking_of(None if self.fixed else self.ensemble, self.seed, self.numbers, days or (self.until_day,))

    def outcome_figures(self) -> tuple[OutcomeFigures, ...]:
        """Every outcome with its band, and what luck and parameters add to it."""
        units = self.replications[0].units if self.replications else {}
        spreads = {name: spread_by_cause(self.shown(name), self.draws) for name in self.outcome_names()}
        return tuple(
            OutcomeFigures(
                name,
                units.get(name, ""),
                self.outcome_band(name),
                *spread,
                self._sd_discrepancy(name),
                self.at_least(name),
            )
            for name, spread in spreads.items()
        )

    def _sd_discrepancy(self, outcome: str) -> float:
        """The spread that what the model lacks adds to an outcome."""
        apart = laid_over(self.shown(outcome), self.lacking.of_outcome(outcome)) - self.shown(outcome)
        return float(np.std(apart[np.isfinite(apart)])) if np.isfinite(apart).any() else float("nan")

    def outcome_rows(self) -> list[dict[str, Any]]:
        """Every outcome as plain values, for JSON and tables."""
        return [figures.row() for figures in self.outcome_figures()]

    @property
    def first_date(self) -> date:
        """The day on which what is reported begins."""
        return date_of(self.from_day)

    @property
    def month_ends(self) -> tuple[date, ...]:
        """The month ends that monthly series are about."""
        return tuple(date_of(day) for day in self.replications[0].month_days)

    def monthly(self, *added: str, less: tuple[str, ...] = ()) -> FloatArray:
        """Series added up, less others, per replication: (replications, months)."""
        rows = [
            sum(replication.series[name] for name in added) - sum((replication.series[name] for name in less), 0.0)
            for replication in self.replications
        ]
        return np.array(rows, dtype=np.float64)

    def monthly_bands(self, *added: str, less: tuple[str, ...] = ()) -> FloatArray:
        """Mean, low and high of the 80 per cent band of series added up, less others: (3, months).

        The band of one series that is published too holds what the model lacks.
        """
        values = self.monthly(*added, less=less)
        series, _ = published_like().get(f"{added[0]}_end", ("", "")) if len(added) == 1 and not less else ("", "")
        return laid_bands(values, self.lacking.of_series(series, NATIONAL), BAND_LEVEL)

    def half_yearly(self, measure: str, area: str = NATIONAL) -> FloatArray:
        """A measure of the target in an area, per replication: (replications, half-years)."""
        row, column = HALF_YEAR_MEASURES.index(measure), AREAS.index(area)
        return np.array([replication.half_years[row, :, column] for replication in self.replications])

    def half_yearly_bands(self, measure: str, area: str = NATIONAL) -> FloatArray:
        """The mean and the 80 per cent band of `half_yearly`, with what the model lacks in it: (3, half-years)."""
        names = self.replications[0].half_year_names if self.replications else ()
        middles = [(half_year_start(name) + half_year_end(name)) / 2.0 for name in names]
        series = f"{measure}:{'country' if area == NATIONAL else 'provinces'}"
        errors = self.lacking.of_series(series, area, middles)
        return laid_bands(self.half_yearly(measure, area), errors, BAND_LEVEL)

    def half_year_rows(self) -> list[dict[str, Any]]:
        """Per half-year and area the means of what the target and supervision count."""
        if not self.replications:
            return []
        means = np.mean([replication.half_years for replication in self.replications], axis=0)
        return [
            {"half_year": name, "area": area, "counted_from": date_of(half_year_start(name)).isoformat()}
            | {measure: number_or_none(means[index, row, column]) for index, measure in enumerate(HALF_YEAR_MEASURES)}
            for row, name in enumerate(self.replications[0].half_year_names)
            for column, area in enumerate(AREAS)
        ]

    def series_rows(self) -> list[dict[str, Any]]:
        """Per measure and month end the mean and the 80 per cent band over replications, for the country."""
        if not self.replications:
            return []
        return [
            {"date": day.isoformat(), "measure": measure}
            | dict(zip(("mean", "low", "high"), map(number_or_none, figures), strict=True))
            for measure in self.replications[0].series
            for day, figures in zip(self.month_ends, self.monthly_bands(measure).T, strict=True)
        ]

    def comparison_rows(self) -> list[dict[str, Any]]:
        """Every published figure in the window beside the mean of the replications."""
        if not self.replications:
            return []
        means = np.mean([replication.observed for replication in self.replications], axis=0)
        return comparison(self.wanted, means)

    def to_json(self) -> dict[str, Any]:
        """The result as plain values: ISO dates, no NaN."""
        return {
            "scenario": self.scenario.name,
            "settings": self.scenario.as_file(),
            **about_run(self, len(self.replications), self.interrupted, self.lost),
            "outcomes": self.outcome_rows(),
            "half_years": self.half_year_rows(),
            "series": self.series_rows(),
        }


def about_run(of: Task | RunResult, count: int, interrupted: bool, lost: Sequence[int]) -> dict[str, Any]:
    """What every document says of the runs it rests on: program, figures, luck, window, draws, and what is missing."""
    about: dict[str, Any] = {
        **provenance(of.period),
        "seed": of.seed,
        "replications": count,
        "from": date_of(of.from_day).isoformat(),
        "until": date_of(of.until_day).isoformat(),
        "ensemble": of.ensemble,
        "ensemble_version": ensemble_version(of.ensemble),
        "ensemble_fitted_on": None if of.ensemble is None else load_ensemble(of.ensemble).about["scenario"],
        "fixed_parameters": of.fixed,
    }
    return about | ({"interrupted": True} if interrupted else {}) | ({"lost": list(lost)} if lost else {})


def shown_values(name: str, values: FloatArray, at_least: NDArray[np.bool_]) -> FloatArray:
    """An outcome per replication, with which are lower bounds: unknown when what it counts to never happened."""
    return np.full_like(values, np.nan) if name in UNKNOWN_IF_NEVER and at_least.all() else values


def number_or_none(value: float) -> float | None:
    """The number as JSON can hold it: None when it is unknown or infinite."""
    plain = float(value)
    return plain if math.isfinite(plain) else None
