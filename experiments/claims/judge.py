"""Judging what a document claims: the futures it is about, what is counted, and a rule that was stated beforehand.

A verdict (holds, fails or open) rests on conditions. Each condition holds one figure against a line that was drawn
beforehand: it holds when the whole 90 per cent interval lies on the right side of that line, fails when the whole
interval lies on the wrong side, and stays open otherwise. A future that several claims look at is computed once.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from experiments.claims.claim import Claim, Counted, End, Found, Look
from experiments.claims.evidence import (
    USUAL_REPLICATIONS,
    Evidence,
    Judgement,
    Judgements,
    Tried,
    evidence_of,
    read_of,
    under_ends,
    verdict_of,
)
from experiments.claims.measures import MEASURES
from experiments.run.bill import acts, check_bill
from experiments.run.ensemble import default_ensemble, draws_of
from experiments.run.parameters import compile_once
from experiments.run.task import Task
from experiments.scenario.periods import period_days
from experiments.scenario.scenario import Scenario
from models.levers import Change
from sim.arrays import IntArray
from sim.calendar import day_number
from sim.errors import WrongInput, one_of
from sim.replications import replicate

#: Futures that a process computes before it reports; the list of all of them travels along each time.
BATCH = 8


@dataclass(frozen=True)
class Piece:
    """One future to compute, with everything that any claim counts in it."""

    period: str
    changes: tuple[Change, ...]
    until_day: int
    counted: tuple[tuple[str, int, int], ...]
    replications: int


@dataclass(frozen=True)
class ClaimsTask:
    """All futures of all claims; number k is a batch of futures in one replication. Plain values, so it travels."""

    pieces: tuple[Piece, ...]
    seed: int

    @property
    def work(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """Which replication and which futures each number stands for: replication by replication.

        Of a period the longest go first, and the baseline before others: they hold the forecasts that others need.
        """
        return _work(
            tuple(piece.replications for piece in self.pieces),
            tuple((piece.period, -piece.until_day, bool(piece.changes)) for piece in self.pieces),
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

        task = Task(piece.period, piece.changes, self.seed, 0, piece.until_day, ensemble=default_ensemble(piece.period))
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
    replications: tuple[int, ...], order: tuple[tuple[str, int, bool], ...]
) -> tuple[tuple[int, tuple[int, ...]], ...]:
    found = []
    ranked = sorted(range(len(replications)), key=order.__getitem__)
    for number in range(1, max(replications, default=0) + 1):
        places = [place for place in ranked if number <= replications[place]]
        found += [(number, tuple(places[at : at + BATCH])) for at in range(0, len(places), BATCH)]
    return tuple(found)


@dataclass(frozen=True)
class _Variant:
    """A claim as it is, or under one end of an assumption."""

    claim: Claim
    replications: int
    end: End | None = None

    @property
    def looks(self) -> tuple[Look, ...]:
        return self.claim.looks if self.end is None else self.claim.deciding

    def measure(self, name: str) -> str:
        return dict(self.end.measures).get(name, name) if self.end else name

    def scenario(self, name: str) -> Scenario:
        end = self.end or End()
        return self.claim.future(name).scenario(end.extra, dict(end.instead).get(name))


#: For each count the future it is counted in, and what is counted: a measure over days.
Places = dict[Counted, tuple[tuple[str, tuple[Change, ...]], tuple[str, int, int]]]


@dataclass
class _Plan:
    """Which futures must be computed, each once, and where each count of each variant is found."""

    pieces: dict[tuple[str, tuple[Change, ...]], dict[str, Any]] = field(default_factory=dict)

    def add(self, variant: _Variant) -> Places:
        """Plan a variant; returns for each count its piece and what is counted in it."""
        places: Places = {}
        scenarios: dict[str, Scenario] = {}
        wanted: dict[Counted, int] = {}
        for look in variant.looks:
            count = under_ends(variant.replications) if look.fewer else variant.replications
            wanted |= {need: max(count, wanted.get(need, 0)) for need in look.needs()}
        for need, count in wanted.items():
            if need.future not in scenarios:
                scenarios[need.future] = variant.scenario(need.future)
            scenario = scenarios[need.future]
            key = (scenario.period, tuple(scenario.changes()))
            what = (variant.measure(need.measure), day_number(need.from_date), day_number(need.until_date))
            piece = self.pieces.setdefault(key, {"until": 0, "counted": {}, "replications": 0})
            piece["until"] = max(piece["until"], what[2])
            piece["counted"].setdefault(what, len(piece["counted"]))
            piece["replications"] = max(piece["replications"], count)
            places[need] = (key, what)
        return places

    def task(self, seed: int) -> ClaimsTask:
        """The task, with the pieces in the order in which they were planned."""
        pieces = tuple(
            Piece(period, changes, piece["until"], tuple(piece["counted"]), piece["replications"])
            for (period, changes), piece in self.pieces.items()
        )
        return ClaimsTask(pieces, seed)


def plan_of(claims: Sequence[Claim], replications: int) -> tuple[_Plan, list[list[tuple[_Variant, Places]]]]:
    """Every future that the claims need, each once; and per claim, as it is and under each end, where counts stand."""
    plan = _Plan()
    planned = []
    for claim in claims:
        fewer = replications if claim.by_chance else under_ends(replications)
        ends = [end for assumption in claim.assumptions for end in (assumption.low, assumption.high)]
        variants = [_Variant(claim, replications), *(_Variant(claim, fewer, end) for end in ends)]
        planned.append([(variant, plan.add(variant)) for variant in variants])
    return plan, planned


def judge_claims(
    claims: Sequence[Claim],
    *,
    replications: int = USUAL_REPLICATIONS,
    seed: int = 1,
    workers: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
) -> Judgements:
    """Compute every future that the claims need, each once, and judge the claims.

    Raises KeyboardInterrupt when it was stopped (half the evidence is no evidence), and ReplicationsLost.
    """
    plan, planned = plan_of(claims, replications)
    task = plan.task(seed)
    runs = [(each.replications, acts(period_days(each.period)[0], each.until_day)) for each in task.pieces]
    check_bill(sum(count for count, _ in runs), sum(count * days for count, days in runs))
    if workers > 1 and task.pieces:
        compile_once(Task(task.pieces[0].period, (), seed, 0, 0).parameters(1))
    finished = replicate(task, range(len(task.work)), workers, on_progress)
    if finished.interrupted:
        raise KeyboardInterrupt
    finished.all_or_error()
    tables = {
        key: np.full((piece.replications, len(piece.counted)), np.nan)
        for key, piece in zip(plan.pieces, task.pieces, strict=True)
    }
    keys = list(plan.pieces)
    for index, batch in finished:
        number, places = task.work[index]
        for place, values in zip(places, batch, strict=True):
            tables[keys[place]][number - 1] = values

    def counted(variant: _Variant, where: Places) -> tuple[Found, IntArray | None]:
        found = {
            need: tables[key][: variant.replications, plan.pieces[key]["counted"][what]]
            for need, (key, what) in where.items()
        }
        periods = {key[0] for key, _ in where.values()}
        return found, _draws(periods, seed, variant.replications)

    def judged(variant: _Variant, where: Places) -> tuple[Evidence, ...]:
        return evidence_of(variant.claim, variant.looks, *counted(variant, where))

    judgements = []
    for claim, places_of in zip(claims, planned, strict=True):
        usual, *under = [judged(variant, places) for variant, places in places_of]
        figure, *figures = [
            next(row.band.mean for row in rows if row.look.key == claim.weighed_by) for rows in (usual, *under)
        ]
        verdicts = [verdict_of(claim, rows) for rows in under]
        tried = tuple(
            Tried(
                one, figure, figures[at], figures[at + 1], verdicts[at], verdicts[at + 1], places_of[-1][0].replications
            )
            for at, one in zip(range(0, len(under), 2), claim.assumptions, strict=True)
        )
        readings = tuple(read_of(claim, reading, *counted(*places_of[0])) for reading in claim.readings)
        judgements.append(Judgement(claim, verdict_of(claim, usual), usual, tried, readings))
    periods = tuple(dict.fromkeys(piece.period for piece in task.pieces))
    return Judgements(tuple(judgements), replications, seed, periods)


def _draws(periods: Collection[str], seed: int, count: int) -> IntArray | None:
    """The draw of each replication; None when there is no ensemble and each stands on its own.

    Raises ValueError for periods with ensembles of their own: replications of the two share no draw.
    """
    names = {default_ensemble(period) for period in periods}
    if len(names) != 1:
        raise ValueError(f"a claim over {sorted(periods)} pairs replications with draws of different ensembles")
    (name,) = names
    return draws_of(name, seed, range(1, count + 1))


def chosen_claims(known: Mapping[str, Claim], names: Sequence[str]) -> tuple[Claim, ...]:
    """The claims of these names, each once and in the order of the list; all without names. Raises WrongInput."""
    for name in names:
        if name not in known:
            raise WrongInput("unknown_claim", file="doorstroom claims", value=name, allowed=one_of(known))
    return tuple(claim for name, claim in known.items() if not names or name in names)
