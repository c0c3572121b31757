"""What a claim is: its futures, looks, lines to pass and what it is tried under."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, Self

import numpy as np
import numpy.typing as npt

from experiments.claims.measures import is_yes_no
from experiments.compare.difference import INTERVAL_LEVEL, difference_of
from experiments.compare.splitting import shapley_per_replication
from experiments.run.ensemble import fitted_parameters
from experiments.run.parameters import Moved
from experiments.scenario.ready import load_scenario
from experiments.scenario.scenario import Scenario
from models.sources import full_persons
from sim.arrays import FloatArray
from sim.statistics import Band, paired_difference, share_interval

Verdict = Literal["holds", "fails", "open"]
#: With fewer replications than this a verdict stays open, whatever the figures say.
FEWEST_FOR_A_VERDICT = 10


@dataclass(frozen=True)
class Future:
    """One future that a claim looks at: a ready scenario with settings laid over it, as `--set` takes them."""

    name: str
    settings: tuple[str, ...] = ()
    base: str = "prop-2021"
    #: The causes that are taken away, when that is what the future is about; they make its title.
    without: tuple[str, ...] = ()

    def scenario(self, extra: tuple[str, ...] = (), instead: tuple[str, ...] | None = None) -> Scenario:
        """The scenario; `extra` settings come first, so that the future's own go over them."""
        own = self.settings if instead is None else instead
        return _scenario(self.base, (*extra, *own))


@lru_cache(maxsize=1024)
def _scenario(base: str, settings: tuple[str, ...]) -> Scenario:
    """A scenario with settings, of which the last from a day counts; claims ask for the same ones again and again."""
    last = {(text.partition("=")[0], text.partition("@")[2].partition("..")[0]): text for text in settings}
    scenario = load_scenario(base)
    levers = {
        name: tuple(step for step in steps if (name, str(step.from_date)) not in last)
        for name, steps in scenario.levers.items()
    }
    left = {name: steps for name, steps in levers.items() if steps}
    return scenario.model_copy(update={"levers": left}).with_settings(list(last.values()))


@dataclass(frozen=True)
class Counted:
    """A measure of one future over the days [from_date, until_date)."""

    future: str
    measure: str
    from_date: str
    until_date: str


Found = Mapping[Counted, FloatArray]


@dataclass(frozen=True)
class Look:
    """What is held against each other: `measure` in B less that in A, or in B alone when A is empty.

    A may be counted over other days (`a_from`, `a_until`) or as another measure (`a_measure`). fewer: half of the
    replications, for what only tells more.
    """

    key: str
    measure: str
    a: str
    b: str
    from_date: str
    until_date: str
    a_from: str = ""
    a_until: str = ""
    a_measure: str = ""
    fewer: bool = False

    def needs(self) -> tuple[Counted, ...]:
        """Everything that must be counted for it."""
        right = Counted(self.b, self.measure, self.from_date, self.until_date)
        if not self.a:
            return (right,)
        left = Counted(
            self.a, self.a_measure or self.measure, self.a_from or self.from_date, self.a_until or self.until_date
        )
        return (left, right)

    def sides(self, found: Found) -> tuple[FloatArray, FloatArray]:
        """A and B, replication by replication; A is 0 when B is looked at alone."""
        values = _as_many([found[need] for need in self.needs()])
        return (values[0], values[1]) if self.a else (np.zeros_like(values[0]), values[0])


def _as_many(values: Sequence[FloatArray]) -> list[FloatArray]:
    """The replications that all counts have."""
    count = min(len(value) for value in values)
    return [value[:count] for value in values]


@dataclass(frozen=True)
class Crowded(Look):
    """What there is of people beyond the places of another future, looked at once a week; `measure` says what.

    Places are those COA itself opens there. With the places of another future a claim does not hang on how many COA
    opens in this one.
    """

    places_of: str = ""

    def needs(self) -> tuple[Counted, ...]:
        """Persons in B and places in the other future, at the end of each week."""
        days = np.arange(self.from_date, self.until_date, 7, dtype="datetime64[D]")
        return tuple(
            Counted(future, measure, str(day), str(day + 1))
            for day in days
            for future, measure in ((self.b, "persons_for_coa_end"), (self.places_of, "places_of_coa_end"))
        )

    def sides(self, found: Found) -> tuple[FloatArray, FloatArray]:
        """Nothing, and the most persons beyond the places; for a chance whether that is more than called full."""
        values = _as_many([found[need] for need in self.needs()])
        most = np.max([inside - places for inside, places in zip(values[::2], values[1::2], strict=True)], axis=0)
        beyond = np.maximum(most, 0.0)
        figure = np.where(beyond > full_persons(), 1.0, 0.0) if is_yes_no(self.measure) else beyond
        return np.zeros_like(figure), figure


@dataclass(frozen=True)
class Part(Look):
    """How much of a measure comes from one factor, less how much comes from another (nothing when that is empty).

    factors: all that are split; `combination` gives the future in which some of them are taken away. The part of a
    factor is what taking it away removes, averaged over all orders (the Shapley value). prefix: of the names of
    those futures, so that those of two splits differ.
    """

    factors: tuple[str, ...] = ()
    factor: str = ""
    against: str = ""
    prefix: str = ""

    def needs(self) -> tuple[Counted, ...]:
        """The measure in every combination of the factors."""
        return tuple(
            Counted(combination(self.factors, number, self.prefix), self.measure, self.from_date, self.until_date)
            for number in range(2 ** len(self.factors))
        )

    def sides(self, found: Found) -> tuple[FloatArray, FloatArray]:
        """The part of the other factor, and of this one."""
        parts = -shapley_per_replication(np.stack(_as_many([found[need] for need in self.needs()]), axis=1))
        right = parts[:, self.factors.index(self.factor)]
        left = parts[:, self.factors.index(self.against)] if self.against else np.zeros_like(right)
        return left, right


def combination(factors: Sequence[str], number: int, prefix: str = "") -> str:
    """The name of the future without the factors of which the bit is set; with all of them it is the base."""
    gone = [factor for index, factor in enumerate(factors) if number >> index & 1]
    return f"{prefix}zonder-{'-'.join(gone)}" if gone else "prop-2021"


@dataclass(frozen=True)
class Condition:
    """One line drawn beforehand: the figure of a look is at least, or at most, a number.

    relative: the line is that number times A, which is as uncertain as B: what is judged is then B - A less the line,
    replication by replication. needed: when it does not hold, the model does not show what the claim is about and the
    verdict stays open.
    """

    look: str
    kind: Literal["at_least", "at_most"]
    line: float
    relative: bool = False
    needed: bool = False

    def above(self, look: Look, a: FloatArray, b: FloatArray, draws: npt.ArrayLike | None) -> Band:
        """How far the figure lies above the line, with its interval."""
        known = ~(np.isnan(a) | np.isnan(b))
        left, right = a[known], b[known]
        groups = None if draws is None else np.asarray(draws)[known]
        if self.relative:
            return paired_difference(right, (1.0 + self.line) * left, INTERVAL_LEVEL, groups)
        band = band_of(look, left, right, groups)
        return Band(band.mean - self.line, band.low - self.line, band.high - self.line, band.count)

    def judge(self, above: Band) -> Verdict:
        """Holds or fails when the whole interval lies on one side of the line; otherwise open."""
        if above.count < FEWEST_FOR_A_VERDICT:
            return "open"
        # At the line itself both kinds hold.
        low, high = (above.low, above.high) if self.kind == "at_least" else (-above.high, -above.low)
        return "holds" if low >= 0.0 else "fails" if high < 0.0 else "open"


def band_of(look: Look, a: FloatArray, b: FloatArray, draws: npt.ArrayLike | None) -> Band:
    """The figure of a look with its interval: B - A, or B alone; that of a chance is exact."""
    if is_yes_no(look.measure) and not look.a:
        return share_interval(b, INTERVAL_LEVEL, draws)
    return difference_of(a, b, draws, yes_no=is_yes_no(look.measure))[0]


def all_hold(parts: Sequence[Verdict]) -> Verdict:
    """Holds when every condition holds, fails when one fails."""
    return "fails" if "fails" in parts else "open" if "open" in parts or not parts else "holds"


def all_agree(parts: Sequence[Verdict]) -> Verdict:
    """Holds or fails only when every condition says the same."""
    return parts[0] if len(set(parts)) == 1 else "open"


#: What the file of claims may name as `decide`.
DECISIONS = {rule.__name__: rule for rule in (all_hold, all_agree)}


@dataclass(frozen=True)
class Reading:
    """Another sense in which a claim may be read: lines over looks of the claim, and a verdict of its own."""

    name: str
    conditions: tuple[Condition, ...]
    decide: Callable[[Sequence[Verdict]], Verdict] = all_hold


@dataclass(frozen=True)
class End:
    """One end of what is tried: its value, settings for all futures, other settings of some, or another measure.

    value: None where the end is not a number; the catalogue of claims then has its words. moved: parameters that stand
    elsewhere in all futures, and in history; elsewhere: the same in a period that the draws of the fit are not for.
    """

    value: float | None = None
    extra: tuple[str, ...] = ()
    instead: tuple[tuple[str, tuple[str, ...]], ...] = ()
    measures: tuple[tuple[str, str], ...] = ()
    moved: tuple[Moved, ...] = ()
    elsewhere: tuple[Moved, ...] = ()

    def moved_in(self, period: str) -> tuple[Moved, ...]:
        """What is moved in a period: as a draw says it, or against what the parameter is there."""
        known = {one.path: one for one in fitted_parameters()}
        for_draws = all(known[path].applies_to(period) for path, _, _ in self.moved if path in known)
        return self.moved if for_draws else self.elsewhere


@dataclass(frozen=True)
class Assumption:
    """Something nobody knows for certain, with the two ends between which it may reasonably lie.

    A parameter of the model, for every claim the same and under its path; or a variation of one claim, which fills in
    its own futures or counts otherwise.
    """

    name: str
    low: End
    high: End


@dataclass(frozen=True)
class Claim:
    """One claim of a document: what it says, where, and how it is judged.

    The conditions are those of the sense of the document; readings are other senses, judged beside it. Its texts
    stand in the catalogue of claims, under its name. document: key of a document there; page: counted from the
    foreword as page 1; figures: what is filled in in its rule. decide: from the verdicts of the conditions, in
    order and without those that are `needed`, to that of the claim. weighed_by: the look whose figure says on which
    assumption the claim hangs most. variations: other ways to fill in its own futures and counts; the assumptions are
    the same for all claims and no part of one (`experiments.claims.assumptions`).
    """

    name: str
    document: str
    page: int
    futures: tuple[Future, ...]
    looks: tuple[Look, ...]
    conditions: tuple[Condition, ...]
    weighed_by: str
    variations: tuple[Assumption, ...] = ()
    decide: Callable[[Sequence[Verdict]], Verdict] = all_hold
    figures: tuple[tuple[str, float | str], ...] = ()
    readings: tuple[Reading, ...] = ()

    def read_as(self, reading: Reading) -> Self:
        """The claim with the lines of another reading in the place of its own."""
        return replace(self, conditions=reading.conditions, decide=reading.decide, readings=())

    def future(self, name: str) -> Future:
        """The future of this name. Raises KeyError."""
        return {future.name: future for future in self.futures}[name]

    @property
    def by_chance(self) -> bool:
        """Whether a chance decides, which takes every draw under the ends of an assumption too."""
        return any(is_yes_no(look.measure) for look in self.deciding)

    @property
    def deciding(self) -> tuple[Look, ...]:
        """The looks that the verdict and the weighing of assumptions rest on; the others only tell more."""
        wanted = {self.weighed_by, *(condition.look for condition in self.conditions)}
        return tuple(look for look in self.looks if look.key in wanted)
