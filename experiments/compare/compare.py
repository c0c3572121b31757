"""Two or more futures of the same worlds: what differs, where, for whom, and how sure that is.

Every replication runs every scenario on the same world with the same draw of the parameters. Left out: why they
differ (see `attribution`) and the page to send on (see `experiments.report`).
"""

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from experiments.compare.difference import INTERVAL_LEVEL, Difference, difference_of, is_yes_no
from experiments.compare.lives import LivesDifference, lives_difference
from experiments.run.bill import acts, check_bill
from experiments.run.breakdown import BY_SIZE, PROVINCIAL, SIZES, outcome_of_size, provinces_realised_from
from experiments.run.headline import headlines
from experiments.run.parameters import compile_once
from experiments.run.result import RunResult, about_run
from experiments.run.task import Replication, RunPlan, Task
from experiments.scenario.scenario import Scenario, shared_window
from models.geography import PROVINCES
from sim.arrays import FloatArray
from sim.calendar import date_of
from sim.errors import Allowed, WrongInput
from sim.replications import Finished, replicate

#: What `life_rows` counts.
PEOPLE = ("households", "persons")
FEWEST_SCENARIOS = 2
MOST_SCENARIOS = 8
#: The outcome whose precision decides how many replications are enough, unless another is named.
HEADLINE = "permit_holders_under_coa_mean"
#: Replications before the wanted precision is looked at for the first time; an even number, so draws are whole.
PILOT = 20
#: Most replications that a wanted precision may ask for.
MOST_FOR_PRECISION = 1_000

#: Of one replication: per scenario what was counted, and for whom it comes earlier or later than in the first.
Compared = tuple[tuple[Replication, LivesDifference], ...]


@dataclass(frozen=True)
class CompareTask:
    """One replication of every scenario; plain values, so it travels anywhere."""

    tasks: tuple[Task, ...]

    def __call__(self, number: int) -> Compared:
        """Run every scenario on the world of this number; equal scenarios are run once.

        The baseline goes first where it is among them: the target of the others is held beside its forecasts.
        """
        usual = next((task for task in self.tasks if not task.changes), self.tasks[0])
        ahead = usual.simulated(number)
        first, parameters = ahead if usual == self.tasks[0] else self.tasks[0].simulated(number)
        known = {self.tasks[0]: (self.tasks[0].counted(first, parameters), lives_difference(first, first, self.end))}
        for task in self.tasks:
            if task not in known:
                facts, parameters = ahead if task == usual else task.simulated(number)
                known[task] = (task.counted(facts, parameters), lives_difference(first, facts, self.end))
        return tuple(known[task] for task in self.tasks)

    @property
    def end(self) -> int:
        """The day on which all end."""
        return self.tasks[0].until_day


@dataclass(frozen=True)
class Precision:
    """How wide half the interval on a difference may be: in the unit of the outcome, or as per cent of A's mean."""

    size: float
    percent: bool = False

    def half_width(self, mean_a: float) -> float:
        """The wanted half width, in the unit of the outcome."""
        return self.size / 100.0 * abs(mean_a) if self.percent else self.size

    def __str__(self) -> str:
        return f"{self.size:g}{'%' if self.percent else ''}"


@dataclass(frozen=True)
class Comparison:
    """Several scenarios on the same worlds; the first is the one the others are held against first.

    lives: per scenario for whom a home comes earlier or later than in the first, added up over replications.
    """

    runs: tuple[RunResult, ...]
    precision: Precision | None = None
    headline: str = HEADLINE
    headlines: tuple[str, ...] = field(default_factory=headlines)
    outcome_better: dict[str, str] = field(default_factory=dict)
    lives: tuple[LivesDifference, ...] = ()

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios in the order in which they were named."""
        return tuple(run.scenario for run in self.runs)

    @property
    def count(self) -> int:
        """How many replications there are of each."""
        return len(self.runs[0].replications)

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Which runs are held against each other: every later one against every earlier one."""
        return tuple(itertools.combinations(range(len(self.runs)), 2))

    def _difference(
        self, pair: tuple[int, int], values: Callable[[RunResult], FloatArray], measure: str, **about: Any
    ) -> Difference:
        a, b = (self.runs[index] for index in pair)
        draws = self.runs[0].shared_draws
        band, mean_a, mean_b, times = difference_of(values(a), values(b), draws, yes_no=is_yes_no(measure))
        if band.count == 0:  # no pair in which both are known, but one of them may be
            mean_a, mean_b = (_mean_known(values(run)) for run in (a, b))
        bounds = outcome_of_size(measure, about.get("size", ""))
        return Difference(
            a=a.scenario.name, b=b.scenario.name, mean_a=mean_a, mean_b=mean_b, band=band, times_narrower=times,
            at_least=(a.at_least(bounds), b.at_least(bounds)), measure=measure,
            exploratory=bool(about.get("place") or about.get("size")) or measure not in self.headlines, **about,
        )  # fmt: skip

    def difference(self, outcome: str, pair: tuple[int, int] = (0, 1)) -> Difference:
        """One outcome for one pair of runs. Raises KeyError for an unknown outcome."""
        unit, better = self.runs[0].replications[0].units[outcome], self.outcome_better.get(outcome, "neither")
        return self._difference(pair, lambda run: run.shown(outcome), outcome, unit=unit, better=better)

    def differences(self) -> list[Difference]:
        """Every outcome for every pair."""
        if not self.count:
            return []
        return [self.difference(name, pair) for pair in self.pairs for name in self.runs[0].outcome_names()]

    def provinces(self) -> list[Difference]:
        """Every provincial measure for every pair and province."""
        return self._detailed("provinces", PROVINCIAL, PROVINCES, "place")

    def sizes(self) -> list[Difference]:
        """Every measure by size of household for every pair and size."""
        return self._detailed("sizes", BY_SIZE, SIZES, "size")

    def _detailed(
        self, part: str, measures: Mapping[str, tuple[str, str]], places: Iterable[str], where: str
    ) -> list[Difference]:
        """Every measure of a part of the detail, for every pair and place; `where` is what a place is."""
        return [
            self._difference(pair, _cell(part, row, column), name, unit=unit, better=better, **{where: place})
            for pair in self.pairs
            for row, (name, (unit, better)) in enumerate(measures.items())
            for column, place in enumerate(places)
            if self.count
        ]

    def life_rows(self, index: int) -> list[dict[str, Any]]:
        """For whom a home comes earlier or later in one scenario than in the first: means per replication.

        Nothing when lives were not counted.
        """
        if not self.lives:
            return []
        many = max(self.count, 1)
        return [
            row | {what: {change: count / many for change, count in row[what].items()} for what in PEOPLE}
            for row in self.lives[index].rows()
        ]

    def to_json(self) -> dict[str, Any]:
        """The comparison as plain values: ISO dates, no NaN."""
        return {
            "scenarios": [{"name": scenario.name, "title": scenario.title} for scenario in self.scenarios],
            "settings": [scenario.as_file() for scenario in self.scenarios],
            **about_run(self.runs[0], self.count, self.runs[0].interrupted, self.runs[0].lost),
            "interval_level": INTERVAL_LEVEL,
            "precision": None if self.precision is None else str(self.precision),
            "headline": self.headline,
            "headlines": list(self.headlines),
            "differences": [difference.row() for difference in self.differences()],
            "provinces_realised_from": date_of(provinces_realised_from(self.runs[0].from_day)).isoformat(),
            "provinces": [{"province": row.place} | row.row() for row in self.provinces()],
            "sizes": [{"size": row.size} | row.row() for row in self.sizes()],
            "lives": [
                {"a": self.scenarios[0].name, "b": self.scenarios[index].name} | row
                for index in range(1, len(self.runs))
                for row in self.life_rows(index)
            ],
        }


def _mean_known(values: FloatArray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def _cell(part: str, row: int, column: int) -> Callable[[RunResult], FloatArray]:
    return lambda run: np.array([getattr(replication.detail, part)[row, column] for replication in run.replications])


def compare(
    scenarios: Sequence[Scenario],
    plan: RunPlan = RunPlan(),  # noqa: B008
    *,
    precision: Precision | None = None,
    headline: str = HEADLINE,
    marked: Sequence[str] = (),
    on_progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Run two or more scenarios on the same worlds and hold them against each other.

    `precision` is the wanted half width of the interval on the difference in `headline`, for every pair with the
    first scenario; it decides the number of replications (at most MOST_FOR_PRECISION), and not the plan. `marked` are
    the outcomes that the comparison is about, beside `headline`; without any the usual ones. Others are exploratory.
    Ctrl-C returns what is finished with `interrupted` set. Raises WrongInput for scenarios that cannot share a
    world, an unknown outcome, and a precision that asks for more replications than allowed.
    """
    from models.outcomes import OUTCOMES

    if not FEWEST_SCENARIOS <= len(scenarios) <= MOST_SCENARIOS:
        allowed = Allowed("range", low=FEWEST_SCENARIOS, high=MOST_SCENARIOS)
        raise WrongInput("number_of_scenarios", value=len(scenarios), allowed=allowed)
    if headline not in OUTCOMES:
        raise WrongInput(file="--outcome", value=headline, allowed=Allowed("outcome"))
    for name in marked:
        if name not in OUTCOMES:
            raise WrongInput(file="--headline", value=name, allowed=Allowed("outcome"))
    about = tuple(dict.fromkeys([headline, *(marked or headlines())]))
    seed, from_day, until_day = shared_window(scenarios, plan.seed, plan.from_day, plan.until_day)
    shared = replace(plan, seed=seed, from_day=from_day, until_day=until_day)
    task = CompareTask(tuple(Task.of(scenario, shared, detailed=True) for scenario in scenarios))
    count = scenarios[0].replications if plan.replications is None else plan.replications
    wanted, each = count if precision is None else PILOT, acts(scenarios[0].first_day, until_day)
    check_bill(wanted * len(scenarios), wanted * len(scenarios) * each)
    for one in task.tasks:
        parameters = one.parameters(1)
    if plan.workers > 1:
        compile_once(parameters)
    better: dict[str, str] = {name: outcome.better for name, outcome in OUTCOMES.items()}
    done: tuple[tuple[int, Compared], ...] = ()
    while True:
        finished = replicate(
            task, range(len(done) + 1, wanted + 1), plan.workers, _from(len(done), wanted, on_progress)
        )
        done += finished.results
        runs, lives = _counted(scenarios, task, done, finished)
        comparison = Comparison(runs, precision, headline, about, better, lives)
        if precision is None or finished.interrupted or finished.lost:
            return comparison
        needed = _needed(comparison, precision)
        if needed <= wanted:
            return comparison
        if needed > MOST_FOR_PRECISION:
            allowed = Allowed("precision_of", replications=MOST_FOR_PRECISION)
            value = str(precision)
            raise WrongInput("precision_needs", file="--precision", value=value, replications=needed, allowed=allowed)
        wanted = needed
        check_bill(wanted * len(scenarios), wanted * len(scenarios) * each)


def _from(done: int, wanted: int, report: Callable[[int, int], None] | None) -> Callable[[int, int], None] | None:
    return None if report is None else lambda more, _: report(done + more, wanted)


def _needed(comparison: Comparison, precision: Precision) -> int:
    """How many replications would reach the wanted half width for every pair with the first scenario."""
    most = comparison.count
    for other in range(1, len(comparison.runs)):
        difference = comparison.difference(comparison.headline, (0, other))
        half = (difference.band.high - difference.band.low) / 2
        wanted = precision.half_width(difference.mean_a)
        if half > wanted:
            # A tenth more, as the spread seen so far may be on the low side; even, so that draws stay whole.
            times = 1.1 * (half / wanted) ** 2 if wanted > 0.0 else math.inf
            most = max(most + 2, 2 * math.ceil(min(comparison.count * times, 1e9) / 2))
    return most


def _counted(
    scenarios: Sequence[Scenario], task: CompareTask, done: tuple[tuple[int, Compared], ...], finished: Finished[Any]
) -> tuple[tuple[RunResult, ...], tuple[LivesDifference, ...]]:
    runs = tuple(
        RunResult.of(
            scenario, one, [(number, of[index][0]) for number, of in done], finished.interrupted, finished.lost
        )
        for index, (scenario, one) in enumerate(zip(scenarios, task.tasks, strict=True))
    )
    nobody = LivesDifference.nobody()
    lives = tuple(sum((results[index][1] for _, results in done), start=nobody) for index in range(len(scenarios)))
    return runs, lives
