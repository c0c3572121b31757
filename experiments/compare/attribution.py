"""Why two scenarios differ: the difference split over what was decided differently, exactly.

A factor is a group of levers that A and B set differently: off is as in A, on is as in B. What a factor does
depends on which others are on already. Its bar is the mean of what it adds over all orders in which the factors
can be switched on (the Shapley value), so no order is preferred, two factors that always do the same get the same
bar, and a factor that never does anything gets nothing. Beside the bar stand the two extremes: what a factor does
alone, switched on from A, and what it does as the last, when all others are on already. Every combination runs on
the same world, so more than six factors (64 runs per replication) are refused.

Sums of floating numbers depend on their order, and a bar that is rounded on its own does not add up. Counting
therefore happens in whole numbers: outcomes of a split are rounded to multiples of one power of two (finer than
their size by 2**48, so it changes no figure that anybody reads), bars are computed from these as exact fractions,
and are brought back to whole multiples so that they sum to the difference (largest remainder first, then the order
of the factors). Multiples of one power of two that stay below 2**53 of it are added by a computer without rounding,
in any order, and JSON gives them back as they were.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.compare.difference import INTERVAL_LEVEL
from experiments.language.labels import lever_label
from experiments.language.language import LANGUAGES, Language
from experiments.run.ensemble import default_ensemble, load_ensemble
from experiments.run.parameters import changed_parameters, compile_once
from experiments.run.provenance import provenance
from experiments.run.result import number_or_none
from experiments.scenario.scenario import Scenario, shared_window
from models.levers import Change
from sim.calendar import date_of
from sim.errors import Allowed, WrongInput, one_of
from sim.replications import replicate, replication_seed
from sim.statistics import paired_difference

Numbers = npt.NDArray[np.float64]

MOST_FACTORS = 6
USUAL_REPLICATIONS = 20
#: What is split unless something else is asked for: what people notice when reception runs full.
USUAL_OUTCOMES = (
    "persons_without_place_max",
    "person_days_without_place",
    "permit_holders_in_reception_end",
    "persons_in_reception_max",
)
#: How much finer than the largest value of an outcome the steps are in which it is counted, as a power of two. With
#: six bars, each at most twice the largest value, every partial sum stays below 2**52 steps; and the sum over
#: ten thousand replications, each at most 2**48 steps, below 2**62.
_FINER = 48
_NAME = re.compile(r"[\w][\w -]{0,39}")


@dataclass(frozen=True)
class Factor:
    """One thing that A and B do differently: switched on it replaces what A says about its levers.

    changes: the settings of B, in order; removed: levers that A sets and B leaves as they were. Build it directly
    to split the difference between a base scenario and that scenario with some changes.
    """

    name: str
    changes: tuple[Change, ...]
    removed: tuple[str, ...] = ()

    @property
    def levers(self) -> tuple[str, ...]:
        """The levers it moves, each once."""
        return tuple(dict.fromkeys([*(change.lever for change in self.changes), *self.removed]))


def _by_lever(changes: Sequence[Change]) -> dict[str, tuple[Change, ...]]:
    found: dict[str, tuple[Change, ...]] = {}
    for change in changes:
        found[change.lever] = (*found.get(change.lever, ()), change)
    return found


def factors_between(a: Scenario, b: Scenario, groups: Sequence[str] = ()) -> tuple[Factor, ...]:
    """What B does differently from A: a factor per lever, or per group written as `name=lever,lever`.

    Levers that differ and stand in no group are a factor of their own. Raises WrongInput for a group that cannot
    be read, for a lever that does not differ or stands in two groups, and for more than six factors.
    """
    of_a, of_b = _by_lever(a.changes()), _by_lever(b.changes())
    differing = [lever for lever in dict.fromkeys([*of_b, *of_a]) if of_a.get(lever) != of_b.get(lever)]
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
    _check_number(len(factors))
    return tuple(factors)


def _check_number(count: int) -> None:
    if count > MOST_FACTORS:
        raise WrongInput(
            "too_many_factors", file="--factor", number=count, allowed=Allowed("factors", most=MOST_FACTORS)
        )


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

    period: str
    base: tuple[Change, ...]
    factors: tuple[Factor, ...]
    outcomes: tuple[str, ...]
    seed: int
    from_day: int
    until_day: int
    ensemble: str | None = None
    fixed: bool = False

    def parameters(self, combination: int, number: int) -> Any:
        """The parameters of one combination in one replication. Raises WrongInput when they do not fit."""
        changes = combined_changes(self.base, self.factors, combination)
        return changed_parameters(self.period, changes, self.ensemble, None if self.fixed else number)

    def __call__(self, number: int) -> Numbers:
        """Every outcome of every combination on the world of one replication: (2 ** factors, outcomes)."""
        from models.chain import simulate
        from models.outcomes import OUTCOMES, Window

        found = np.empty((2 ** len(self.factors), len(self.outcomes)))
        for combination in range(len(found)):
            parameters = self.parameters(combination, number)
            facts = simulate(parameters, replication_seed(self.seed, number), self.until_day)
            window = Window(facts, parameters, self.from_day, self.until_day)
            found[combination] = [OUTCOMES[name].count(window) for name in self.outcomes]
        return found


# --- splitting ------------------------------------------------------------------------------------------------


def _weights(factors: int) -> list[Fraction]:
    """The share of all orders in which exactly these `size` others come before a factor, by size."""
    whole = math.factorial(factors)
    return [Fraction(math.factorial(size) * math.factorial(factors - size - 1), whole) for size in range(factors)]


def shapley(worth: Sequence[int | Fraction]) -> list[Fraction]:
    """How much each factor adds, averaged over all orders; exact, so the parts sum to the last less the first.

    worth: a value for each of 2 ** k combinations (bit i is factor i). Raises ValueError for another number.
    """
    factors = len(worth).bit_length() - 1
    if len(worth) != 1 << max(factors, 0):
        raise ValueError(f"{len(worth)} values; allowed is a power of two")
    weights = _weights(factors)
    parts = []
    for index in range(factors):
        on = 1 << index
        without = [combination for combination in range(len(worth)) if not combination & on]
        parts.append(sum((weights[s.bit_count()] * (worth[s | on] - worth[s]) for s in without), start=Fraction(0)))
    return parts


def shapley_per_replication(worth: Numbers) -> Numbers:
    """As `shapley`, in floating point for many replications at once: (replications, 2 ** k) gives (replications, k).

    Differences are taken before they are weighed, so a factor without effect gets exactly 0.
    """
    factors = worth.shape[1].bit_length() - 1
    weights = [float(weight) for weight in _weights(factors)]
    parts = np.zeros((worth.shape[0], factors))
    for index in range(factors):
        on = 1 << index
        for combination in range(worth.shape[1]):
            if not combination & on:
                parts[:, index] += weights[combination.bit_count()] * (
                    worth[:, combination | on] - worth[:, combination]
                )
    return parts


def whole_steps(value: Fraction) -> int:
    """The nearest whole number; halves go up, so that equal fractions always go the same way."""
    return math.floor(value + Fraction(1, 2))


def parts_that_add_up(parts: Sequence[Fraction], total: int) -> list[int]:
    """Whole numbers as near to the parts as possible whose sum is `total`: the largest remainders go up first.

    `total` is the sum of the parts but for the rounding of its two ends, so nobody is moved by one whole or more
    and a part that is whole already stays as it is. Raises ValueError for any other total.
    """
    floors = [math.floor(part) for part in parts]
    left = total - sum(floors)
    remainders = [part - floor for part, floor in zip(parts, floors, strict=True)]
    order = sorted((index for index, rest in enumerate(remainders) if rest), key=lambda index: -remainders[index])
    if not 0 <= left <= len(order):
        raise ValueError(f"parts of {float(sum(parts)):g} cannot be rounded to {total}")
    for index in order[:left]:
        floors[index] += 1
    return floors


@dataclass(frozen=True)
class Bar:
    """What one factor contributes to a difference, in the unit of the outcome.

    mean: its part of the difference; alone: what it does when only it is switched on from A; last: what it does
    when all others are on already. The three are equal where factors do not depend on each other.
    """

    factor: Factor
    mean: float
    low: float
    high: float
    alone: float
    last: float


@dataclass(frozen=True)
class Split:
    """The difference B - A in one outcome, and the bars it is made of; `mean_b - mean_a` is exactly `difference`."""

    outcome: str
    unit: str
    mean_a: float
    mean_b: float
    difference: float
    low: float
    high: float
    count: int
    bars: tuple[Bar, ...]

    def shown(self, decimals: int) -> tuple[float, float, float, list[float]]:
        """A, B, difference and bars rounded so that what is shown adds up too."""
        unit = 10**decimals
        first, last = whole_steps(Fraction(self.mean_a) * unit), whole_steps(Fraction(self.mean_b) * unit)
        parts = parts_that_add_up([Fraction(bar.mean) * unit for bar in self.bars], last - first)
        return first / unit, last / unit, (last - first) / unit, [part / unit for part in parts]


def split(
    worth: Numbers, draws: npt.ArrayLike | None, factors: Sequence[Factor], outcome: str = "", unit: str = ""
) -> Split:
    """Split the difference in one outcome over the factors.

    worth: (replications, 2 ** factors), at least one replication; draws: which replications share parameters, None
    when each stands on its own. Means are over replications, intervals count each draw as one observation. Raises
    ValueError for values that are not finite.
    """
    if not np.isfinite(worth).all() or not len(worth):
        raise ValueError("values of a split are finite, and there is at least one replication")
    size = math.frexp(float(np.abs(worth).max()))[1]

    def plain(steps: int) -> float:
        return math.ldexp(float(steps), size - _FINER)

    count = len(worth)
    steps = np.rint(np.ldexp(worth, _FINER - size)).astype(np.int64)
    sums = [int(total) for total in steps.sum(axis=0)]
    mean = [Fraction(total, count) for total in sums]
    first, last = whole_steps(mean[0]), whole_steps(mean[-1])
    means = parts_that_add_up(shapley(mean), last - first)
    per_replication = shapley_per_replication(worth)
    bars = []
    for index, factor in enumerate(factors):
        on = 1 << index
        low, high = _interval(per_replication[:, index], np.zeros(count), draws, plain(means[index]))
        bars.append(
            Bar(
                factor=factor,
                mean=plain(means[index]),
                low=low,
                high=high,
                alone=plain(whole_steps(mean[on] - mean[0])),
                last=plain(whole_steps(mean[-1] - mean[len(mean) - 1 - on])),
            )
        )
    low, high = _interval(worth[:, -1], worth[:, 0], draws, plain(last - first))
    return Split(outcome, unit, plain(first), plain(last), plain(last - first), low, high, count, tuple(bars))


def _interval(b: Numbers, a: Numbers, draws: npt.ArrayLike | None, mean: float) -> tuple[float, float]:
    """The ends of the interval on B - A, around the mean as it is shown; NaN when one draw says nothing of spread."""
    found = paired_difference(b, a, INTERVAL_LEVEL, draws)
    half = (found.high - found.low) / 2
    return mean - half, mean + half


# --- running --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attribution:
    """Why B differs from A: every combination of the factors in every replication, and how to split it.

    values: (replications, 2 ** factors, outcomes).
    """

    a: str
    b: str
    task: AttributionTask
    numbers: tuple[int, ...]
    values: Numbers = field(repr=False)
    units: tuple[str, ...] = ()
    interrupted: bool = False
    lost: tuple[int, ...] = ()

    @property
    def factors(self) -> tuple[Factor, ...]:
        """The factors, in the order of their bits in a combination."""
        return self.task.factors

    @property
    def draws(self) -> npt.NDArray[np.int64] | None:
        """The draw of each replication; None when each replication stands on its own."""
        if self.task.ensemble is None or self.task.fixed:
            return None
        chosen = load_ensemble(self.task.ensemble)
        return np.array([chosen.draw_of(number) for number in self.numbers], dtype=np.int64)

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
        return split(worth[known], draws, self.factors, outcome, self.units[column])

    def splits(self) -> list[Split]:
        """The split of every outcome that was asked for; none without replications."""
        return [self.split(name) for name in self.task.outcomes] if self.numbers else []

    def to_json(self, language: Language = LANGUAGES[0]) -> dict[str, Any]:
        """As plain values: ISO dates, no NaN. Bars add up to `difference`, which is `mean_b` less `mean_a`."""
        ensemble = self.task.ensemble
        document: dict[str, Any] = {
            "a": self.a,
            "b": self.b,
            **provenance(),
            "seed": self.task.seed,
            "replications": len(self.numbers),
            "from": date_of(self.task.from_day).isoformat(),
            "until": date_of(self.task.until_day).isoformat(),
            "interval_level": INTERVAL_LEVEL,
            "factors": [
                {"factor": factor.name, "label": lever_label(factor.name, language), "levers": list(factor.levers)}
                for factor in self.factors
            ],
            "splits": [_split_row(found, language) for found in self.splits()],
            "ensemble": ensemble,
            "ensemble_version": None if ensemble is None else load_ensemble(ensemble).about["table"],
            "fixed_parameters": self.task.fixed,
        }
        if self.interrupted:
            document["interrupted"] = True
        if self.lost:
            document["lost"] = list(self.lost)
        return document


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
            {
                "factor": bar.factor.name,
                "label": lever_label(bar.factor.name, language),
                "levers": list(bar.factor.levers),
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
    *,
    groups: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    replications: int = USUAL_REPLICATIONS,
    seed: int | None = None,
    from_day: int | None = None,
    until_day: int | None = None,
    workers: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
    fixed_parameters: bool = False,
    name_of_b: str = "B",
) -> Attribution:
    """Split what B does differently from A over its factors, on the same worlds, replication by replication.

    B is a scenario (factors come from what differs, see `factors_between`), or a list of factors laid over A. Seed
    and window are as in `scenario.shared_window`. Ctrl-C returns what is finished with `interrupted` set.
    Raises WrongInput when the scenarios cannot be compared, for more than six factors, an unknown outcome, or a
    combination of settings that the model does not allow.
    """
    if isinstance(b, Scenario):
        factors, name_of_b = factors_between(a, b, groups), b.name
        seed, from_day, until_day = shared_window([a, b], seed, from_day, until_day)
    else:
        factors = tuple(b)
        _check_number(len(factors))
        seed, from_day, until_day = shared_window([a], seed, from_day, until_day)
    _check_disjoint(factors)
    task = AttributionTask(
        period=a.period,
        base=tuple(a.changes()),
        factors=factors,
        outcomes=check_outcomes(outcomes),
        seed=seed,
        from_day=from_day,
        until_day=until_day,
        ensemble=default_ensemble(a.period),
        fixed=fixed_parameters,
    )
    for combination in range(2 ** len(factors)):  # refused now rather than halfway
        task.parameters(combination, 1)
    if workers > 1:
        compile_once(task.parameters(0, 1))
    finished = replicate(task, range(1, replications + 1), workers, on_progress)
    shape = (0, 2 ** len(factors), len(task.outcomes))
    return Attribution(
        a=a.name,
        b=name_of_b,
        task=task,
        numbers=tuple(number for number, _ in finished),
        values=np.array([values for _, values in finished]) if len(finished) else np.empty(shape),
        units=_units(task.outcomes),
        interrupted=finished.interrupted,
        lost=finished.lost,
    )


def _units(names: Sequence[str]) -> tuple[str, ...]:
    from models.outcomes import OUTCOMES

    return tuple(OUTCOMES[name].unit for name in names)


def _check_disjoint(factors: Sequence[Factor]) -> None:
    holders: dict[str, str] = {}
    for factor in factors:
        for lever in factor.levers:
            if lever in holders:
                raise WrongInput(
                    "lever_in_two_factors",
                    name=lever,
                    one=holders[lever],
                    other=factor.name,
                    allowed=Allowed("lever_in_one_factor"),
                )
            holders[lever] = factor.name
