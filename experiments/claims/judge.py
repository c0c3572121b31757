"""Judging what a document claims: the futures it is about, what is counted, and a rule that was stated beforehand.

A verdict (holds, fails or open) rests on conditions. Each condition holds one figure against a line that was drawn
beforehand: it holds when the whole 90 per cent interval lies on the right side of that line, fails when the whole
interval lies on the wrong side, and stays open otherwise. A future that several claims look at is computed once, also
under the ends of the assumptions that all claims are tried under.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from experiments.claims.assumptions import assumptions as screened_assumptions
from experiments.claims.claim import Assumption, Claim, Counted, End, Found, Look, Verdict
from experiments.claims.evidence import (
    USUAL_REPLICATIONS,
    Judgement,
    Judgements,
    Tried,
    evidence_of,
    fewer,
    read_of,
    under_ends,
    verdict_of,
)
from experiments.claims.measures import MEASURES
from experiments.run.bill import acts, check_bill
from experiments.run.ensemble import default_ensemble, draws_of
from experiments.run.parameters import Moved, compile_once
from experiments.run.task import Task
from experiments.scenario.periods import period_days
from experiments.scenario.scenario import Scenario
from models.levers import Change
from sim.arrays import IntArray
from sim.calendar import day_number
from sim.errors import WrongInput, one_of
from sim.replications import replicate

#: Futures that a process computes before it reports; the list of all of them travels along each time. All futures under
#: one end of an assumption fit in it, so that history under that end is computed once.
BATCH = 20


@dataclass(frozen=True)
class Piece:
    """One future to compute in some replications, with everything that any claim counts in it."""

    period: str
    changes: tuple[Change, ...]
    until_day: int
    counted: tuple[tuple[str, int, int], ...]
    numbers: tuple[int, ...]
    moved: tuple[Moved, ...] = ()


@dataclass(frozen=True)
class ClaimsTask:
    """All futures of all claims; number k is a batch of futures in one replication. Plain values, so it travels."""

    pieces: tuple[Piece, ...]
    seed: int

    @property
    def work(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """Which replication and which futures each number stands for: replication by replication.

        Of a period under one end the longest go first, and the baseline before others: they hold the forecasts that
        others need.
        """
        return _work(
            tuple(piece.numbers for piece in self.pieces),
            tuple((piece.period, piece.moved, -piece.until_day, bool(piece.changes)) for piece in self.pieces),
        )

    def __call__(self, index: int) -> tuple[tuple[float, ...], ...]:
        """Compute some futures in one replication, and count."""
        number, places = self.work[index]
        return tuple(self.counted(self.pieces[place], number) for place in places)

    def counted(self, piece: Piece, number: int) -> tuple[float, ...]:
        """Everything that is counted in one future in one replication, each as it is known on its last day.

        What happens later may hide what was: of a second stay outside reception the first is not kept.
        """
        from models.outcomes import OUTCOMES, Window

        task = Task(
            piece.period, piece.changes, self.seed, 0, piece.until_day, ensemble=default_ensemble(piece.period),
            moved=piece.moved,
        )  # fmt: skip
        chain = task.chain(number)
        chain.start()
        found = {}
        for until in sorted({until for _, _, until in piece.counted}):
            chain.run(until)
            facts = chain.facts()
            for name, first, last in piece.counted:
                if last == until:
                    count = (MEASURES[name] if name in MEASURES else OUTCOMES[name]).count
                    found[name, first, last] = float(count(Window(facts, chain.parameters, first, last)))
        return tuple(found[what] for what in piece.counted)


@lru_cache(maxsize=4)
def _work(
    numbers: tuple[tuple[int, ...], ...], order: tuple[tuple[str, tuple[Moved, ...], int, bool], ...]
) -> tuple[tuple[int, tuple[int, ...]], ...]:
    found = []
    groups: dict[tuple[str, tuple[Moved, ...]], list[int]] = {}
    for place in sorted(range(len(numbers)), key=order.__getitem__):
        groups.setdefault(order[place][:2], []).append(place)
    for number in sorted(set().union(*numbers)):
        for group in groups.values():
            places = [place for place in group if number in numbers[place]]
            found += [(number, tuple(places[at : at + BATCH])) for at in range(0, len(places), BATCH)]
    return tuple(found)


@dataclass(frozen=True)
class _Variant:
    """A claim as it is, or under one end of something, in some replications."""

    claim: Claim
    numbers: tuple[int, ...]
    end: End | None = None

    @property
    def looks(self) -> tuple[Look, ...]:
        return self.claim.looks if self.end is None else self.claim.deciding

    def measure(self, name: str) -> str:
        return dict(self.end.measures).get(name, name) if self.end else name

    def moved(self, period: str) -> tuple[Moved, ...]:
        return self.end.moved_in(period) if self.end else ()

    def scenario(self, name: str) -> Scenario:
        end = self.end or End()
        return self.claim.future(name).scenario(end.extra, dict(end.instead).get(name))


#: A future, under what is moved; and what is counted in it: a measure over days.
Key = tuple[str, tuple[Change, ...], tuple[Moved, ...]]
What = tuple[str, int, int]
#: For each count the future it is counted in, what is counted, and in which replications.
Places = dict[Counted, tuple[Key, What, tuple[int, ...]]]


@dataclass
class _Plan:
    """Which futures must be computed, each once, and where each count of each variant is found."""

    pieces: dict[Key, dict[str, Any]] = field(default_factory=dict)

    def add(self, variant: _Variant) -> "_Planned":
        """Plan a variant, with for each count its piece and what is counted in it."""
        places: Places = {}
        scenarios: dict[str, Scenario] = {}
        wanted: dict[Counted, int] = {}
        for look in variant.looks:
            count = len(variant.numbers)
            count = fewer(count) if look.fewer else count
            wanted |= {need: max(count, wanted.get(need, 0)) for need in look.needs()}
        for need, count in wanted.items():
            if need.future not in scenarios:
                scenarios[need.future] = variant.scenario(need.future)
            scenario = scenarios[need.future]
            key = (scenario.period, tuple(scenario.changes()), variant.moved(scenario.period))
            what = (variant.measure(need.measure), day_number(need.from_date), day_number(need.until_date))
            piece = self.pieces.setdefault(key, {"until": 0, "counted": {}, "numbers": set()})
            piece["until"] = max(piece["until"], what[2])
            piece["counted"].setdefault(what, len(piece["counted"]))
            piece["numbers"].update(variant.numbers[:count])
            places[need] = (key, what, variant.numbers[:count])
        return _Planned(variant, places)

    def task(self, seed: int) -> ClaimsTask:
        """The task, with the pieces in the order in which they were planned."""
        pieces = tuple(
            Piece(period, changes, piece["until"], tuple(piece["counted"]), tuple(sorted(piece["numbers"])), moved)
            for (period, changes, moved), piece in self.pieces.items()
        )
        return ClaimsTask(pieces, seed)


@dataclass(frozen=True)
class _Planned:
    """A variant, and where each of its counts is found."""

    variant: _Variant
    places: Places


@dataclass(frozen=True)
class _Trial:
    """A claim as it is, on the replications under ends, and under both ends of what it is tried under."""

    usual: _Planned
    on_few: _Planned
    tried: tuple[tuple[Assumption, _Planned, _Planned], ...]
    varied: tuple[tuple[Assumption, _Planned, _Planned], ...]


def plan_of(
    claims: Sequence[Claim], replications: int, assumptions: Sequence[Assumption] = ()
) -> tuple[_Plan, list[_Trial]]:
    """Every future that the claims need, each once; and per claim where its counts stand."""
    plan, trials = _Plan(), []
    for claim in claims:
        few = under_ends(replications, by_chance=claim.by_chance)
        tried, varied = (
            tuple(
                (one, plan.add(_Variant(claim, few, one.low)), plan.add(_Variant(claim, few, one.high)))
                for one in those
            )
            for those in (assumptions, claim.variations)
        )
        usual = plan.add(_Variant(claim, tuple(range(1, replications + 1))))
        trials.append(_Trial(usual, plan.add(_Variant(claim, few, End())), tried, varied))
    return plan, trials


def judge_claims(
    claims: Sequence[Claim],
    *,
    replications: int = USUAL_REPLICATIONS,
    seed: int = 1,
    workers: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
    assumptions: Sequence[Assumption] | None = None,
) -> Judgements:
    """Compute every future that the claims need, each once, and judge the claims.

    assumptions: what each is tried under; None for those that the kept screening says. Raises KeyboardInterrupt when
    it was stopped (half the evidence is no evidence), and ReplicationsLost.
    """
    tried_under = tuple(screened_assumptions() if assumptions is None else assumptions)
    plan, trials = plan_of(claims, replications, tried_under)
    task = plan.task(seed)
    runs = [(len(each.numbers), acts(period_days(each.period)[0], each.until_day)) for each in task.pieces]
    check_bill(sum(count for count, _ in runs), sum(count * days for count, days in runs))
    if workers > 1 and task.pieces:
        compile_once(Task(task.pieces[0].period, (), seed, 0, 0).parameters(1))
    finished = replicate(task, range(len(task.work)), workers, on_progress)
    if finished.interrupted:
        raise KeyboardInterrupt
    finished.all_or_error()
    tables = _Tables(seed)
    for index, batch in finished:
        number, places = task.work[index]
        for place, values in zip(places, batch, strict=True):
            tables.take(task.pieces[place], number, values)
    judgements = tuple(_judged(tables, trial) for trial in trials)
    periods = tuple(dict.fromkeys(piece.period for piece in task.pieces))
    return Judgements(judgements, tried_under, replications, seed, periods)


class _Tables:
    """What was counted: per future the values by replication."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.values: dict[tuple[Key, int], dict[What, float]] = {}

    def take(self, piece: Piece, number: int, values: Sequence[float]) -> None:
        """Keep what one future came to in one replication."""
        key = (piece.period, piece.changes, piece.moved)
        self.values[key, number] = dict(zip(piece.counted, values, strict=True))

    def found(self, planned: _Planned) -> tuple[Found, IntArray | None]:
        """Every count of a variant, replication by replication, and the draw of each."""
        found = {
            need: np.array([self.values[key, number][what] for number in numbers])
            for need, (key, what, numbers) in planned.places.items()
        }
        return found, _draws({key[0] for key, _, _ in planned.places.values()}, self.seed, planned.variant.numbers)

    def figure(self, planned: _Planned) -> tuple[float, Verdict]:
        """The figure that weighs assumptions, and the verdict."""
        variant = planned.variant
        rows = evidence_of(variant.claim, variant.claim.deciding, *self.found(planned))
        return next(row.band.mean for row in rows if row.look.key == variant.claim.weighed_by), verdict_of(
            variant.claim, rows
        )


def _judged(tables: _Tables, trial: _Trial) -> Judgement:
    """A claim, judged as it is and under both ends of everything."""
    claim = trial.usual.variant.claim
    figure, verdict = tables.figure(trial.on_few)

    def under(those: Sequence[tuple[Assumption, _Planned, _Planned]]) -> tuple[Tried, ...]:
        found = []
        for one, *ends in those:
            (low, verdict_low), (high, verdict_high) = map(tables.figure, ends)
            count = len(ends[0].variant.numbers)
            found.append(Tried(one, figure, verdict, low, high, verdict_low, verdict_high, count))
        return tuple(found)

    counted = tables.found(trial.usual)
    usual = evidence_of(claim, claim.looks, *counted)
    readings = tuple(read_of(claim, reading, *counted) for reading in claim.readings)
    return Judgement(claim, verdict_of(claim, usual), usual, under(trial.tried), under(trial.varied), readings)


def _draws(periods: Collection[str], seed: int, numbers: Sequence[int]) -> IntArray | None:
    """The draw of each replication; None when there is no ensemble and each stands on its own.

    Raises ValueError for periods with ensembles of their own: replications of the two share no draw.
    """
    names = {default_ensemble(period) for period in periods}
    if len(names) != 1:
        raise ValueError(f"a claim over {sorted(periods)} pairs replications with draws of different ensembles")
    (name,) = names
    return draws_of(name, seed, numbers)


def chosen_claims(known: Mapping[str, Claim], names: Sequence[str]) -> tuple[Claim, ...]:
    """The claims of these names, each once and in the order of the list; all without names. Raises WrongInput."""
    for name in names:
        if name not in known:
            raise WrongInput("unknown_claim", file="doorstroom claims", value=name, allowed=one_of(known))
    return tuple(claim for name, claim in known.items() if not names or name in names)
