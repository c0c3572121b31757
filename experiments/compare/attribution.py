"""Why two scenarios differ: the difference split over what was decided differently.

A factor is a group of levers that A and B set differently: off is as in A, on is as in B. What a factor does depends
on which others are on already, so every combination runs on the same world; more than six factors (64 runs per
replication) are refused. How a difference is split stands in `splitting`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from experiments.compare.difference import INTERVAL_LEVEL
from experiments.compare.splitting import Factor, Split, split
from experiments.language.labels import lever_label
from experiments.language.language import LANGUAGES, Language
from experiments.run.bill import acts, check_bill
from experiments.run.ensemble import draws_of
from experiments.run.parameters import compile_once
from experiments.run.result import about_run, number_or_none
from experiments.run.task import RunPlan, Task
from experiments.scenario.scenario import Scenario, shared_window
from models.levers import Change
from sim.arrays import FloatArray, IntArray
from sim.errors import Allowed, WrongInput, one_of
from sim.replications import replicate

MOST_FACTORS = 6
DEFAULT_REPLICATIONS = 20
#: What is split unless something else is asked for: what people notice when reception runs full.
USUAL_OUTCOMES = (
    "persons_without_place_max",
    "person_days_without_place",
    "permit_holders_under_coa_end",
    "persons_in_reception_max",
)
_NAME = re.compile(r"[\w][\w -]{0,39}")


def _by_lever(changes: Sequence[Change]) -> dict[str, tuple[Change, ...]]:
    found: dict[str, tuple[Change, ...]] = {}
    for change in changes:
        found[change.lever] = (*found.get(change.lever, ()), change)
    return found


def differing_levers(a: Scenario, b: Scenario) -> list[str]:
    """The levers and own series that A and B set differently, those of B first."""
    of_a, of_b = _by_lever(a.changes()), _by_lever(b.changes())
    return [lever for lever in dict.fromkeys([*of_b, *of_a]) if of_a.get(lever) != of_b.get(lever)]


def factors_between(a: Scenario, b: Scenario, groups: Sequence[str] = ()) -> tuple[Factor, ...]:
    """What B does differently from A: a factor per lever, or per group written as `name=lever,lever`.

    Levers that differ and stand in no group are a factor of their own. Raises WrongInput for a group that cannot
    be read, for a lever that does not differ or stands in two groups, and for more than six factors.
    """
    of_b, differing = _by_lever(b.changes()), differing_levers(a, b)
    grouped = _read_groups(groups, differing)
    taken = {lever for levers in grouped.values() for lever in levers}
    single = {lever: [lever] for lever in differing if lever not in taken}
    if clash := [name for name in grouped if name in single]:
        raise WrongInput("factor_named_as_lever", file="--factor", name=clash[0])
    factors = []
    for name, levers in (grouped | single).items():
        changes = tuple(change for lever in levers for change in of_b.get(lever, ()))
        removed = tuple(lever for lever in levers if lever not in of_b)
        factors.append(Factor(name, changes, removed))
    return _checked(tuple(factors))


def _checked(factors: tuple[Factor, ...]) -> tuple[Factor, ...]:
    """The factors, of which there are not too many and no two move the same lever. Raises WrongInput."""
    if len(factors) > MOST_FACTORS:
        allowed = Allowed("factors", most=MOST_FACTORS)
        raise WrongInput("too_many_factors", file="--factor", number=len(factors), allowed=allowed)
    holders: dict[str, str] = {}
    for factor in factors:
        for lever in factor.levers:
            if lever in holders:
                one, allowed = holders[lever], Allowed("lever_in_one_factor")
                raise WrongInput("lever_in_two_factors", name=lever, one=one, other=factor.name, allowed=allowed)
            holders[lever] = factor.name
    return factors


def _read_groups(texts: Sequence[str], differing: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    allowed = one_of(differing) if differing else Allowed("nothing_differs")
    seen: set[str] = set()
    for text in texts:
        name, equals, rest = (part.strip() for part in text.partition("="))
        levers = [lever.strip() for lever in rest.split(",")]
        place = f"--factor {text}"
        if not equals or not _NAME.fullmatch(name) or not all(levers):
            raise WrongInput("no_factor", file=place, allowed=Allowed("factor"))
        if name in found:
            raise WrongInput("name_twice", file=place, name=name)
        for lever in levers:
            if lever not in differing:
                raise WrongInput("lever_does_not_differ", file=place, name=lever, allowed=allowed)
            if lever in seen:
                raise WrongInput("lever_twice", file=place, name=lever, allowed=Allowed("lever_in_one_factor"))
            seen.add(lever)
        found[name] = levers
    return found


def combined_changes(base: Sequence[Change], factors: Sequence[Factor], combination: int) -> tuple[Change, ...]:
    """The changes with some factors switched on; bit k of `combination` is factor k.

    No two levers set the same parameter, so the order of different levers does not matter.
    """
    on = [factor for index, factor in enumerate(factors) if combination >> index & 1]
    replaced = {lever for factor in on for lever in factor.levers}
    kept = [change for change in base if change.lever not in replaced]
    return (*kept, *(change for factor in on for change in factor.changes))


@dataclass(frozen=True)
class AttributionTask:
    """Everything a process needs to run all combinations of one replication; plain values."""

    run: Task
    factors: tuple[Factor, ...]
    outcomes: tuple[str, ...]

    def parameters(self, combination: int, number: int) -> Any:
        """The parameters of one combination in one replication. Raises WrongInput when they do not fit."""
        changes = combined_changes(self.run.changes, self.factors, combination)
        return replace(self.run, changes=changes).parameters(number)

    def __call__(self, number: int) -> FloatArray:
        """Every outcome of every combination on the world of one replication: (2 ** factors, outcomes)."""
        from models.outcomes import OUTCOMES, Window

        found = np.empty((2 ** len(self.factors), len(self.outcomes)))
        for combination in range(len(found)):
            changes = combined_changes(self.run.changes, self.factors, combination)
            facts, parameters = replace(self.run, changes=changes).simulated(number)
            window = Window(facts, parameters, self.run.from_day, self.run.until_day)
            found[combination] = [OUTCOMES[name].count(window) for name in self.outcomes]
        return found


@dataclass(frozen=True)
class Attribution:
    """Why B differs from A: every combination of the factors in every replication, and how to split it.

    values: (replications, 2 ** factors, outcomes).
    """

    a: str
    b: str
    task: AttributionTask
    numbers: tuple[int, ...]
    values: FloatArray = field(repr=False)
    units: tuple[str, ...] = ()
    interrupted: bool = False
    lost: tuple[int, ...] = ()

    @property
    def draws(self) -> IntArray | None:
        """The draw of each replication; None when each replication stands on its own."""
        run = self.task.run
        return None if run.fixed else draws_of(run.ensemble, run.seed, self.numbers)

    def split(self, outcome: str) -> Split:
        """The split of one outcome, over the replications in which it is known in every combination.

        Raises ValueError for one that was not asked for, or without replications, and WrongInput when it is known
        in none, as waits are when nobody was housed.
        """
        column = self.task.outcomes.index(outcome)
        worth = self.values[:, :, column]
        known = ~np.isnan(worth).any(axis=1)
        if len(worth) and not known.any():
            raise WrongInput("outcome_never_known", file="--outcome", value=outcome)
        draws = None if self.draws is None else self.draws[known]
        return split(worth[known], draws, self.task.factors, outcome, self.units[column])

    def splits(self) -> list[Split]:
        """The split of every outcome that was asked for; none without replications."""
        return [self.split(name) for name in self.task.outcomes] if self.numbers else []

    def to_json(self, language: Language = LANGUAGES[0]) -> dict[str, Any]:
        """As plain values: ISO dates, no NaN. Bars add up to `difference`, which is `mean_b` less `mean_a`."""
        return {
            "a": self.a,
            "b": self.b,
            **about_run(self.task.run, len(self.numbers), self.interrupted, self.lost),
            "interval_level": INTERVAL_LEVEL,
            "factors": [_factor_row(factor, language) for factor in self.task.factors],
            "splits": [_split_row(part, language) for part in self.splits()],
        }


def _factor_row(factor: Factor, language: Language) -> dict[str, Any]:
    return {"factor": factor.name, "label": lever_label(factor.name, language), "levers": list(factor.levers)}


def _split_row(found: Split, language: Language) -> dict[str, Any]:
    return {
        "outcome": found.outcome,
        "unit": found.unit,
        "mean_a": found.mean_a,
        "mean_b": found.mean_b,
        "difference": found.difference,
        "low": number_or_none(found.low),
        "high": number_or_none(found.high),
        "n": found.count,
        "bars": [
            _factor_row(bar.factor, language)
            | {
                "mean": bar.mean,
                "low": number_or_none(bar.low),
                "high": number_or_none(bar.high),
                "alone": bar.alone,
                "last": bar.last,
            }
            for bar in found.bars
        ],
    }


def check_outcomes(names: Sequence[str]) -> tuple[str, ...]:
    """The outcomes that were asked for, each once; the usual ones when none were. Raises WrongInput."""
    from models.outcomes import OUTCOMES

    for name in names:
        if name not in OUTCOMES:
            raise WrongInput("unknown_outcome", file="--outcome", value=name, allowed=one_of(OUTCOMES))
    return tuple(dict.fromkeys(names)) or USUAL_OUTCOMES


def attribute(
    a: Scenario,
    b: Scenario | Sequence[Factor],
    plan: RunPlan = RunPlan(),  # noqa: B008
    *,
    groups: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    on_progress: Callable[[int, int], None] | None = None,
    name_of_b: str = "B",
) -> Attribution:
    """Split what B does differently from A over its factors, on the same worlds, replication by replication.

    B is a scenario (factors come from what differs, see `factors_between`), or a list of factors laid over A. Seed
    and window are as in `scenario.shared_window`. Ctrl-C returns what is finished with `interrupted` set.
    Raises WrongInput when the scenarios cannot be compared, for more than six factors, an unknown outcome, or a
    combination of settings that the model does not allow.
    """
    from models.outcomes import OUTCOMES

    if isinstance(b, Scenario):
        both, factors, name_of_b = [a, b], factors_between(a, b, groups), b.name
    else:
        both, factors = [a], _checked(tuple(b))
    seed, from_day, until_day = shared_window(both, plan.seed, plan.from_day, plan.until_day)
    run = Task.of(a, replace(plan, seed=seed, from_day=from_day, until_day=until_day))
    task = AttributionTask(run, factors, check_outcomes(outcomes))
    replications = DEFAULT_REPLICATIONS if plan.replications is None else plan.replications
    runs = replications * 2 ** len(factors)
    check_bill(runs, runs * acts(a.first_day, until_day))
    for combination in range(2 ** len(factors)):  # refused now rather than halfway
        task.parameters(combination, 1)
    if plan.workers > 1:
        compile_once(task.parameters(0, 1))
    finished = replicate(task, range(1, replications + 1), plan.workers, on_progress)
    shape = (0, 2 ** len(factors), len(task.outcomes))
    return Attribution(
        a=a.name,
        b=name_of_b,
        task=task,
        numbers=tuple(number for number, _ in finished),
        values=np.array([values for _, values in finished]) if len(finished) else np.empty(shape),
        units=tuple(OUTCOMES[name].unit for name in task.outcomes),
        interrupted=finished.interrupted,
        lost=finished.lost,
    )
