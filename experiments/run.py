"""Running a scenario: the same days several times with other luck, counted and put together.

Who acts: one task per replication, on one or more processes. Who waits: the caller. What leaves: a
`RunResult` with outcomes, half-years, monthly series and the counterpart of every published figure, as means
and bands over replications. What is left out: the daily facts themselves, which stay in the process that
computed them unless they are written to files there; and comparing scenarios.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from experiments.breakdown import Detail, detail_of
from experiments.ensemble import default_ensemble, load_ensemble, with_draw
from experiments.observed import (
    AREAS,
    HALF_YEAR_MEASURES,
    Observation,
    comparison,
    half_year_table,
    observations,
    simulated,
)
from models.levers import Change
from sim.calendar import date_of, day_number, half_year_start
from sim.errors import WrongInput
from sim.replications import replicate, replication_seed
from sim.statistics import band, bands, spread_by_cause

if TYPE_CHECKING:
    from experiments.scenario import Scenario
    from experiments.snapshots import Saved
    from models.facts import Facts
    from models.parameters import Parameters

BAND_LEVEL = 0.8
#: Long enough for every daily, weekly and monthly act to have happened once.
COMPILING_DAYS = 45


@lru_cache(maxsize=1)
def version() -> str:
    """The version of the program, as it stands in every result."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("doorstroom")
    except PackageNotFoundError:
        return "0+onbekend"


@dataclass(frozen=True)
class Replication:
    """What one replication says, small enough to send between processes.

    units: of the outcomes; they travel along so that the process that waits need not load the chain.
    half_years: (4 measures, half-years, 13 areas); series: measure -> value per month end;
    observed: simulated counterpart of each published figure; detail: per province, size of household and
    municipality, when the task was asked for it.
    """

    outcomes: dict[str, float]
    units: dict[str, str]
    half_year_names: tuple[str, ...]
    half_years: npt.NDArray[np.float64]
    month_days: tuple[int, ...]
    series: dict[str, npt.NDArray[np.float64]]
    observed: npt.NDArray[np.float64]
    steps: dict[str, int]
    detail: Detail | None = None


@dataclass(frozen=True)
class Task:
    """Everything a process needs to compute one replication; plain values, so it travels anywhere.

    save_on, snapshots: the day on which, and the folder in which, each replication leaves its snapshot; resume: the
    folder whose snapshots it continues.
    """

    period: str
    changes: tuple[Change, ...]
    seed: int
    from_day: int
    until_day: int
    parts: str | None = None
    ensemble: str | None = None
    fixed: bool = False
    detailed: bool = False
    save_on: int | None = None
    snapshots: str | None = None
    resume: str | None = None

    def parameters(self, number: int) -> Any:
        """The parameters of one replication: a draw of the ensemble, with the changes laid over it."""
        return changed_parameters(self.period, self.changes, self.ensemble, None if self.fixed else number)

    def __call__(self, number: int) -> Replication:
        """Compute one replication and keep what is counted."""
        facts, parameters = self.simulated(number)
        if self.parts is not None:
            from experiments.results import write_part

            write_part(Path(self.parts), number, facts, self.from_day, self.until_day)
        return self.counted(facts, parameters)

    def simulated(self, number: int) -> tuple[Facts, Parameters]:
        """The facts of one replication, and the parameters they came from."""
        from models.chain import Chain, simulate

        parameters, seed, saved = self.parameters(number), replication_seed(self.seed, number), None
        if self.resume is not None:
            from experiments.snapshots import read_snapshot

            saved = read_snapshot(self.resume, number)
        if self.save_on is None:
            return simulate(parameters, seed, self.until_day, resume=saved), parameters
        from experiments.snapshots import save_snapshot

        chain = Chain(parameters, seed, self.until_day)
        if saved is None:
            chain.start()
        else:
            chain.resume(saved)
        chain.run(self.save_on)
        save_snapshot(self, number, chain)
        if self.until_day > self.save_on:
            chain.run(self.until_day)
        return chain.facts(), parameters

    def counted(self, facts: Facts, parameters: Parameters) -> Replication:
        """What is kept of the facts of one replication."""
        from models.outcomes import OUTCOMES, count_outcomes, monthly_series

        outcomes = count_outcomes(facts, parameters, self.from_day, self.until_day)
        table = half_year_table(facts)
        names = tuple(facts.half_year_names)
        shown = [index for index, name in enumerate(names) if self._reported(name)]
        month_days: tuple[int, ...] = ()
        series: dict[str, npt.NDArray[np.float64]] = {}
        for measure, (days, values) in monthly_series(facts).items():
            inside = [index for index, day in enumerate(days) if self.from_day <= int(day) < self.until_day]
            month_days = tuple(int(days[index]) for index in inside)
            series[measure] = np.asarray(values, dtype=np.float64)[inside]
        wanted = observations(self.from_day, self.until_day)
        return Replication(
            outcomes,
            {name: OUTCOMES[name].unit for name in outcomes},
            tuple(names[index] for index in shown),
            table[:, shown, :],
            month_days,
            series,
            simulated(wanted, facts, table),
            {name: int(count) for name, count in facts.steps.items()},
            detail_of(facts, parameters, self.from_day, self.until_day, shown) if self.detailed else None,
        )

    def _reported(self, half_year: str) -> bool:
        year, half = (int(part) for part in half_year.split("-"))
        start, following = half_year_start(half_year), half_year_start(f"{year + half // 2}-{3 - half}")
        return start < self.until_day and following > self.from_day


def compile_once(parameters: Any) -> None:
    """Compile in this process before workers start, so that they do not all compile the same."""
    from sim.kernel_store import compiled_before, remember_compiled

    if not compiled_before():
        from models.chain import simulate
        from models.parameters import PERIODS

        simulate(parameters, 1, day_number(PERIODS[parameters.period].start) + COMPILING_DAYS)
        remember_compiled()


def changed_parameters(
    period: str, changes: Sequence[Change], ensemble: str | None = None, number: int | None = None
) -> Any:
    """The parameters of a period with the changes laid over them. Raises WrongInput when they do not fit.

    With an ensemble they start from the draw of replication `number`, or from the best draw when that is None.
    """
    from pydantic import ValidationError

    from models.levers import apply_changes
    from models.parameters import baseline

    parameters = baseline(period)
    if ensemble is not None:
        chosen = load_ensemble(ensemble)
        draw = chosen.best if number is None else chosen.draws[chosen.draw_of(number)]
        parameters = with_draw(parameters, chosen.paths, draw)
    try:
        return apply_changes(parameters, changes)
    except ValueError as error:
        found = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        detail = found.removeprefix("Value error, ")
        raise WrongInput(f"deze waarden gaan niet samen ({detail})") from error


@dataclass(frozen=True)
class RunResult:
    """A scenario run: per replication what was counted, and how to say it together."""

    scenario: Scenario
    seed: int
    from_day: int
    until_day: int
    numbers: tuple[int, ...]
    replications: tuple[Replication, ...] = field(repr=False)
    interrupted: bool = False
    lost: tuple[int, ...] = ()
    ensemble: str | None = None
    fixed: bool = False

    @property
    def draws(self) -> npt.NDArray[np.int64]:
        """The draw of each replication; all the same when parameters are fixed."""
        if self.ensemble is None or self.fixed:
            return np.zeros(len(self.numbers), dtype=np.int64)
        chosen = load_ensemble(self.ensemble)
        return np.array([chosen.draw_of(number) for number in self.numbers])

    @property
    def wanted(self) -> tuple[Observation, ...]:
        """The published figures this run is held against."""
        return observations(self.from_day, self.until_day)

    def outcome(self, name: str) -> npt.NDArray[np.float64]:
        """One outcome, per replication."""
        return np.array([replication.outcomes[name] for replication in self.replications])

    def outcome_names(self) -> list[str]:
        """The names of all outcomes, in order."""
        return list(self.replications[0].outcomes) if self.replications else []

    def outcome_rows(self) -> list[dict[str, Any]]:
        """Per outcome the mean, the 80 per cent band over replications, and what luck and parameters add to it."""
        rows = []
        units = self.replications[0].units if self.replications else {}
        for name in self.outcome_names():
            values = band(self.outcome(name), BAND_LEVEL)
            luck, parameters = spread_by_cause(self.outcome(name), self.draws)
            rows.append(
                {
                    "name": name,
                    "unit": units.get(name, ""),
                    "mean": number_or_none(values.mean),
                    "low": number_or_none(values.low),
                    "high": number_or_none(values.high),
                    "sd_chance": number_or_none(luck),
                    "sd_parameters": number_or_none(parameters),
                }
            )
        return rows

    def half_year_rows(self) -> list[dict[str, Any]]:
        """Per half-year and area the means of opening, target, realised and behind."""
        if not self.replications:
            return []
        means = np.mean([replication.half_years for replication in self.replications], axis=0)
        return [
            {"half_year": name, "area": area}
            | {measure: number_or_none(means[index, row, column]) for index, measure in enumerate(HALF_YEAR_MEASURES)}
            for row, name in enumerate(self.replications[0].half_year_names)
            for column, area in enumerate(AREAS)
        ]

    def series_rows(self) -> list[dict[str, Any]]:
        """Per measure and month end the mean and the 80 per cent band over replications, for the country."""
        if not self.replications:
            return []
        first = self.replications[0]
        rows = []
        for measure in first.series:
            means, lows, highs = bands(
                np.array([replication.series[measure] for replication in self.replications]), BAND_LEVEL
            )
            for day, mean, low, high in zip(first.month_days, means, lows, highs, strict=True):
                rows.append(
                    {
                        "date": date_of(day).isoformat(),
                        "measure": measure,
                        "mean": number_or_none(mean),
                        "low": number_or_none(low),
                        "high": number_or_none(high),
                    }
                )
        return rows

    def comparison_rows(self) -> list[dict[str, Any]]:
        """Every published figure in the window beside the mean of the replications."""
        if not self.replications:
            return []
        means = np.mean([replication.observed for replication in self.replications], axis=0)
        return comparison(self.wanted, means)

    def to_json(self) -> dict[str, Any]:
        """The result as plain values: ISO dates, no NaN."""
        document: dict[str, Any] = {
            "scenario": self.scenario.name,
            "version": version(),
            "seed": self.seed,
            "replications": len(self.replications),
            "from": date_of(self.from_day).isoformat(),
            "until": date_of(self.until_day).isoformat(),
            "outcomes": self.outcome_rows(),
            "half_years": self.half_year_rows(),
            "series": self.series_rows(),
            "ensemble": self.ensemble,
            "ensemble_version": None if self.ensemble is None else load_ensemble(self.ensemble).about["table"],
            "fixed_parameters": self.fixed,
        }
        if self.interrupted:
            document["interrupted"] = True
        if self.lost:
            document["lost"] = list(self.lost)
        return document


def number_or_none(value: float) -> float | None:
    """The number as JSON can hold it: None when it is unknown or infinite."""
    plain = float(value)
    return plain if math.isfinite(plain) else None


def usual_workers(replications: int) -> int:
    """As many processes as there are cores to use, but never more than replications."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, replications))


def run_scenario(
    scenario: Scenario,
    *,
    replications: int | None = None,
    seed: int | None = None,
    from_day: int | None = None,
    until_day: int | None = None,
    workers: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
    parts: Path | None = None,
    fixed_parameters: bool = False,
    save_on: int | None = None,
    snapshots: Path | None = None,
    resume: Saved | None = None,
) -> RunResult:
    """Run a scenario and put the replications together; what is not given comes from the scenario.

    Replications are numbered from 1; number k uses `replication_seed(seed, k)` and a draw of the ensemble of
    the period (two replications in a row share a draw), whatever the number of workers; with
    `fixed_parameters` all use the best draw. `parts` is a folder in which each replication leaves its facts
    (see `experiments.results`). On day `save_on` each leaves its state in the folder `snapshots`. With `resume`
    exactly the saved replications go on from their saved day; seed and parameters are those of the saved run.
    Ctrl-C returns what is finished with `interrupted` set.
    """
    count = scenario.replications if replications is None else replications
    numbers: Sequence[int] = range(1, count + 1)
    if resume is not None:
        from experiments.snapshots import check_branch

        end = scenario.until_day if until_day is None else until_day
        check_branch(resume, scenario.period, default_ensemble(scenario.period), scenario.changes(), end)
        numbers, seed, fixed_parameters = resume.numbers, resume.seed, resume.fixed
    task = Task(
        period=scenario.period,
        changes=tuple(scenario.changes()),
        seed=scenario.seed if seed is None else seed,
        from_day=scenario.from_day if from_day is None else from_day,
        until_day=scenario.until_day if until_day is None else until_day,
        parts=None if parts is None else str(parts),
        ensemble=default_ensemble(scenario.period),
        fixed=fixed_parameters,
        save_on=save_on,
        snapshots=None if snapshots is None else str(snapshots),
        resume=None if resume is None else str(resume.folder),
    )
    parameters = task.parameters(1)
    if workers > 1:
        compile_once(parameters)
    finished = replicate(task, numbers, workers, on_progress)
    return RunResult(
        scenario=scenario,
        seed=task.seed,
        from_day=task.from_day,
        until_day=task.until_day,
        numbers=tuple(number for number, _ in finished),
        replications=tuple(result for _, result in finished),
        interrupted=finished.interrupted,
        lost=finished.lost,
        ensemble=task.ensemble,
        fixed=task.fixed,
    )
