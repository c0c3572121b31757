"""One replication: what is computed, and what it gives."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.run.breakdown import Detail, detail_of
from experiments.run.ensemble import default_ensemble, draws_of
from experiments.run.observed import half_year_table, observations_and_own, simulated
from experiments.run.parameters import Moved, changed_parameters
from experiments.scenario.own_figures import beside
from models.levers import Change
from sim.arrays import FloatArray
from sim.calendar import half_year_end, half_year_start
from sim.replications import replication_seed

if TYPE_CHECKING:
    from experiments.figures.figure import Figure
    from experiments.scenario.scenario import Scenario
    from models.chain import Chain
    from models.facts import Facts
    from models.parameters import Parameters


@dataclass(frozen=True)
class Replication:
    """What one replication says, small enough to send between processes.

    units: of the outcomes; they travel along so that the process that waits need not load the chain.
    half_years: (HALF_YEAR_MEASURES, half-years, 13 areas); series: measure -> value per month end;
    observed: simulated counterpart of each published figure; detail: per province, size of household and
    municipality, when the task was asked for it; at_least: the outcomes that are no more than a lower bound.
    """

    outcomes: dict[str, float]
    units: dict[str, str]
    half_year_names: tuple[str, ...]
    half_years: FloatArray
    month_days: tuple[int, ...]
    series: dict[str, FloatArray]
    observed: FloatArray
    steps: dict[str, int]
    detail: Detail | None = None
    at_least: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RunPlan:
    """How often scenarios run, with which luck, over which days and on how many processes; None is as they say.

    variant: the structural variant that lies under the scenarios (`experiments.run.variants`); empty for none.
    """

    replications: int | None = None
    seed: int | None = None
    from_day: int | None = None
    until_day: int | None = None
    workers: int = 1
    fixed_parameters: bool = False
    variant: str = ""


@dataclass(frozen=True)
class Task:
    """Everything a process needs to compute one replication; plain values, so it travels anywhere.

    save_on, snapshots: the day on which, and the folder in which, each replication leaves its snapshot; resume: the
    folder whose snapshots it continues. moved: parameters that stand elsewhere than draws have them, in history too.
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
    variant: str = ""
    #: Figures of a user's own that the run is held against beside what was published.
    figures: tuple["Figure", ...] = ()
    moved: tuple[Moved, ...] = ()

    @classmethod
    def of(cls, scenario: "Scenario", plan: RunPlan = RunPlan(), *, detailed: bool = False) -> "Task":
        """The task of a scenario; seed and days are the scenario's own where the plan has none."""
        return cls(
            period=scenario.period,
            changes=tuple(scenario.changes()),
            seed=scenario.seed if plan.seed is None else plan.seed,
            from_day=scenario.from_day if plan.from_day is None else plan.from_day,
            until_day=scenario.until_day if plan.until_day is None else plan.until_day,
            ensemble=default_ensemble(scenario.period),
            fixed=plan.fixed_parameters,
            detailed=detailed,
            variant=plan.variant,
            figures=beside(scenario.figures),
        )

    def parameters(self, number: int) -> Any:
        """The parameters of one replication: a draw of the ensemble, with the changes laid over it."""
        drawn = None if self.fixed else draws_of(self.ensemble, self.seed, [number])
        draw = None if drawn is None else int(drawn[0])
        return changed_parameters(self.period, self.changes, self.ensemble, draw, self.variant, self.moved)

    def chain(self, number: int) -> "Chain":
        """The chain of one replication, on its first day and with nobody in it yet."""
        from models.chain import Chain

        parameters = self.parameters(number)
        usual = replace(self, changes=()).parameters(number) if self.changes else parameters
        return Chain(parameters, replication_seed(self.seed, number), self.until_day, usual=usual)

    def __call__(self, number: int) -> Replication:
        """Compute one replication and keep what is counted."""
        facts, parameters = self.simulated(number)
        if self.parts is not None:
            from experiments.run.parts import write_part

            write_part(Path(self.parts), number, facts, self.from_day, self.until_day)
        return self.counted(facts, parameters)

    def simulated(self, number: int) -> tuple["Facts", "Parameters"]:
        """The facts of one replication, and the parameters they came from."""
        chain = self.chain(number)
        if self.resume is None:
            chain.start()
        else:
            from experiments.run.snapshots import resume_from

            resume_from(self.resume, number, chain)
        if self.save_on is not None:
            from experiments.run.snapshots import Origin, save_snapshot

            origin = Origin(self.period, self.seed, self.ensemble, self.fixed, self.changes)
            chain.run(self.save_on)
            save_snapshot(str(self.snapshots), number, chain, origin)
        if chain.today < self.until_day:
            chain.run(self.until_day)
        return chain.facts(), chain.parameters

    def counted(self, facts: "Facts", parameters: "Parameters") -> Replication:
        """What is kept of the facts of one replication."""
        from models.outcomes import OUTCOMES, Window, count_outcomes, monthly_series, outcomes_at_least

        window = Window(facts, parameters, self.from_day, self.until_day)
        outcomes = count_outcomes(window)
        table = half_year_table(facts)
        names = tuple(facts.half_year_names)
        shown = [index for index, name in enumerate(names) if self._reported(name)]
        month_days, series = monthly_series(window)
        wanted = observations_and_own(self.from_day, self.until_day, self.figures)
        return Replication(
            outcomes,
            {name: OUTCOMES[name].unit for name in outcomes},
            tuple(names[index] for index in shown),
            table[:, shown, :],
            tuple(map(int, month_days)),
            {measure: np.asarray(values, dtype=np.float64) for measure, values in series.items()},
            simulated(wanted, facts, table, parameters),
            {name: int(window.flow(name)) for name in facts.steps},
            detail_of(facts, parameters, self.from_day, self.until_day, shown) if self.detailed else None,
            outcomes_at_least(window),
        )

    def _reported(self, half_year: str) -> bool:
        return half_year_start(half_year) < self.until_day and half_year_end(half_year) > self.from_day
