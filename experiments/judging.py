"""Judging what a document claims: the futures it is about, what is counted, and a rule that was stated beforehand.

Who acts: one task per future and replication. Who waits: the caller, until every future of every claim is there; a
future that several claims look at is computed once. What leaves: per claim a verdict (holds, fails or open), the
evidence with 90 per cent intervals, and the assumption on which the deciding figure hangs most. What is left out:
the claims themselves; they stand in `experiments.claims`. Nothing here is fitted to a claim.

A verdict rests on conditions. Each condition holds one figure against a line that was drawn beforehand: it holds
when the whole interval lies on the right side of that line, fails when the whole interval lies on the wrong side,
and stays open otherwise.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from experiments.attribution import shapley_per_replication
from experiments.compare import INTERVAL_LEVEL, YES_NO, difference_of
from experiments.ensemble import code_version, default_ensemble, load_ensemble
from experiments.run import Task, compile_once, number_or_none, version
from experiments.scenario import Scenario, load_scenario
from experiments.words import Language, difference_unit_text, figures_text, rounded_text, unit_text
from models.levers import Change
from sim.calendar import day_number
from sim.errors import WrongInput, shown
from sim.replications import replicate
from sim.snapshot import atomic_file
from sim.statistics import Band, paired_difference, share_interval

if TYPE_CHECKING:
    from models.outcomes import Window

Numbers = npt.NDArray[np.float64]
Verdict = Literal["holds", "fails", "open"]

VERDICT_WORDS: dict[Language, dict[Verdict, str]] = {
    "nl": {"holds": "houdt stand", "fails": "houdt geen stand", "open": "open"},
    "en": {"holds": "holds", "fails": "fails", "open": "open"},
}
#: A chance of at most 10 or at least 90 per cent can be told with 29 draws of the parameters or more: none of 28 still
#: allows a chance above 10 per cent. Two replications share a draw, so that 60 replications have one draw to spare.
USUAL_REPLICATIONS = 60
#: Under each end of an assumption, this many times fewer replications than for the verdict itself; as many where a
#: claim is judged by a chance.
FEWER_UNDER_ENDS = 2
#: Futures that a process computes before it reports; the list of all of them travels along each time.
BATCH = 8
#: With fewer replications than this a verdict stays open, whatever the figures say.
FEWEST_FOR_A_VERDICT = 10


# --- what is counted besides the usual outcomes -----------------------------------------------------------------


@dataclass(frozen=True)
class Measure:
    """Something a claim counts that is not an outcome of every run."""

    unit: str
    count: Callable[[Window], float]


def _housed_of_task(window: Window) -> float:
    """Persons realised as part of those plus what municipalities are behind at the end."""
    realised = window.flow("realised")
    return realised / max(realised + max(float(window.last_month("behind").sum()), 0.0), 1.0)


def _first_applications(window: Window) -> float:
    """Persons who applied for the first time, alone as a minor and evacuated included, as the published series."""
    from models.register import AMV, EVACUATION, FIRST_APPLICATION

    households = window.facts.households
    arrived = households["arrived"]
    chosen = np.isin(households["stream"], (FIRST_APPLICATION, AMV, EVACUATION))
    chosen &= (arrived >= window.from_day) & (arrived < window.until_day)
    followed = np.where(households["family_arrived"] >= 0, households["followers"], 0)
    return float((households["persons"] - followed)[chosen].sum())


def _unfit_share(window: Window) -> float:
    unfit = window.flow("homes_unfit")
    return unfit / max(unfit + window.flow("homes_to_permit_holders"), 1.0)


def _reception_and_ind(window: Window) -> float:
    from models.outcomes import cost_ind, cost_reception, cost_stays

    return (cost_reception(window) + cost_stays(window) + cost_ind(window)) / 1.0e6


def _reception_by_person_and_ind(window: Window) -> float:
    """As `reception_and_ind`, but as if COA pays for each person present and not for each place."""
    from models.outcomes import cost_ind, cost_stays, persons_in_reception, unit_costs

    persons = float(persons_in_reception(window.facts)[window.days].sum())
    per_day = unit_costs()["regular_place_per_day"]
    return (persons * per_day + cost_stays(window) + cost_ind(window)) / 1.0e6


MEASURES: dict[str, Measure] = {
    "first_applications": Measure("persons", _first_applications),
    "housed_of_task": Measure("share", _housed_of_task),
    "unfit_share": Measure("share", _unfit_share),
    "reception_and_ind": Measure("million EUR", _reception_and_ind),
    "reception_by_person_and_ind": Measure("million EUR", _reception_by_person_and_ind),
}


def unit_of(measure: str) -> str:
    """The unit of a measure of a claim or of an outcome. Raises KeyError for an unknown name."""
    from models.outcomes import OUTCOMES

    return MEASURES[measure].unit if measure in MEASURES else OUTCOMES[measure].unit


# --- what a claim consists of -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Future:
    """One future that a claim looks at: a ready scenario with settings laid over it, as `--set` takes them."""

    name: str
    title_nl: str
    title_en: str
    settings: tuple[str, ...] = ()
    base: str = "prop-2021"

    def scenario(self, extra: tuple[str, ...] = (), instead: tuple[str, ...] | None = None) -> Scenario:
        """The scenario; `extra` settings come first, so that the future's own go over them."""
        own = self.settings if instead is None else instead
        return _scenario(self.base, (*extra, *own))


@lru_cache(maxsize=1024)
def _scenario(base: str, settings: tuple[str, ...]) -> Scenario:
    """A scenario with settings; claims ask for the same ones again and again."""
    return load_scenario(base).with_settings(list(settings))


@dataclass(frozen=True)
class Counted:
    """A measure of one future over the days [from_date, until_date)."""

    future: str
    measure: str
    from_date: str
    until_date: str


Found = Mapping[Counted, Numbers]


@dataclass(frozen=True)
class Look:
    """What is held against each other: `measure` in B less that in A, or in B alone when A is empty.

    A may be counted over other days (`a_from`, `a_until`) or as another measure (`a_measure`).
    """

    key: str
    label_nl: str
    label_en: str
    measure: str
    a: str
    b: str
    from_date: str
    until_date: str
    a_from: str = ""
    a_until: str = ""
    a_measure: str = ""

    def needs(self) -> tuple[Counted, ...]:
        """Everything that must be counted for it."""
        right = Counted(self.b, self.measure, self.from_date, self.until_date)
        if not self.a:
            return (right,)
        left = Counted(
            self.a, self.a_measure or self.measure, self.a_from or self.from_date, self.a_until or self.until_date
        )
        return (left, right)

    def sides(self, found: Found) -> tuple[Numbers, Numbers]:
        """A and B, replication by replication; A is 0 when B is looked at alone."""
        values = [found[need] for need in self.needs()]
        return (values[0], values[1]) if self.a else (np.zeros_like(values[0]), values[0])


@dataclass(frozen=True)
class Part(Look):
    """How much of a measure comes from one factor, less how much comes from another (nothing when that is empty).

    factors: all that are split; `combination` gives the future in which some of them are taken away. The part of a
    factor is what taking it away removes, averaged over all orders (the Shapley value). prefix: of the names of
    those futures, for when two splits take away other things under the same word. fewer: as many replications as
    under the ends of an assumption, for what only tells more.
    """

    factors: tuple[str, ...] = ()
    factor: str = ""
    against: str = ""
    prefix: str = ""
    fewer: bool = False

    def needs(self) -> tuple[Counted, ...]:
        """The measure in every combination of the factors."""
        return tuple(
            Counted(combination(self.factors, number, self.prefix), self.measure, self.from_date, self.until_date)
            for number in range(2 ** len(self.factors))
        )

    def sides(self, found: Found) -> tuple[Numbers, Numbers]:
        """The part of the other factor, and of this one."""
        values = [found[need] for need in self.needs()]
        count = min(len(value) for value in values)
        parts = -shapley_per_replication(np.stack([value[:count] for value in values], axis=1))
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

    def above(self, look: Look, a: Numbers, b: Numbers, draws: npt.ArrayLike | None) -> Band:
        """How far the figure lies above the line, with its interval."""
        known = ~(np.isnan(a) | np.isnan(b))
        left, right = a[known], b[known]
        groups = None if draws is None else np.asarray(draws)[known]
        if self.relative:
            return paired_difference(right, (1.0 + self.line) * left, INTERVAL_LEVEL, groups)
        band = _band(look, left, right, groups)
        return Band(band.mean - self.line, band.low - self.line, band.high - self.line, band.count)

    def judge(self, above: Band) -> Verdict:
        """Holds or fails when the whole interval lies on one side of the line; otherwise open."""
        if above.count < FEWEST_FOR_A_VERDICT:
            return "open"
        # At the line itself both kinds hold.
        low, high = (above.low, above.high) if self.kind == "at_least" else (-above.high, -above.low)
        return "holds" if low >= 0.0 else "fails" if high < 0.0 else "open"


def _band(look: Look, a: Numbers, b: Numbers, draws: npt.ArrayLike | None) -> Band:
    """The figure of a look with its interval: B - A, or B alone; that of a chance is exact."""
    if look.measure in YES_NO and not look.a:
        return share_interval(b, INTERVAL_LEVEL, draws)
    return difference_of(a, b, draws, yes_no=look.measure in YES_NO)[0]


def all_hold(parts: Sequence[Verdict]) -> Verdict:
    """Holds when every condition holds, fails when one fails."""
    return "fails" if "fails" in parts else "open" if "open" in parts or not parts else "holds"


def all_agree(parts: Sequence[Verdict]) -> Verdict:
    """Holds or fails only when every condition says the same."""
    return parts[0] if len(set(parts)) == 1 else "open"


@dataclass(frozen=True)
class End:
    """One end of an assumption: its value, settings for all futures, other settings of some, or another measure."""

    value: float | str
    extra: tuple[str, ...] = ()
    instead: tuple[tuple[str, tuple[str, ...]], ...] = ()
    measures: tuple[tuple[str, str], ...] = ()
    value_en: str = ""


@dataclass(frozen=True)
class Assumption:
    """Something nobody knows for certain, with the two ends between which it may reasonably lie."""

    name: str
    label_nl: str
    label_en: str
    low: End
    high: End


@dataclass(frozen=True)
class Claim:
    """One claim of a document: what it says, where, and how it is judged.

    page: counted from the foreword as page 1; section: where on it. decide: from the verdicts of the conditions,
    in order and without those that are `needed`, to that of the claim. weighed_by: the look whose figure says on
    which assumption the claim hangs most.
    """

    name: str
    sentence_nl: str
    sentence_en: str
    document: str
    page: int
    section: str
    rule_nl: str
    rule_en: str
    caution_nl: str
    caution_en: str
    futures: tuple[Future, ...]
    looks: tuple[Look, ...]
    conditions: tuple[Condition, ...]
    weighed_by: str
    assumptions: tuple[Assumption, ...]
    decide: Callable[[Sequence[Verdict]], Verdict] = all_hold

    def future(self, name: str) -> Future:
        """The future of this name. Raises KeyError."""
        return {future.name: future for future in self.futures}[name]

    @property
    def by_chance(self) -> bool:
        """Whether a chance decides, which takes as many draws under the ends of an assumption as without."""
        return any(look.measure in YES_NO for look in self.deciding)

    @property
    def deciding(self) -> tuple[Look, ...]:
        """The looks that the verdict and the weighing of assumptions rest on; the others only tell more."""
        wanted = {self.weighed_by, *(condition.look for condition in self.conditions)}
        return tuple(look for look in self.looks if look.key in wanted)


# --- evidence and verdict -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Evidence:
    """The figure of one look with its interval; with a condition on it, how far it lies above the line."""

    look: Look
    mean_a: float
    mean_b: float
    band: Band
    condition: Condition | None = None
    above: Band | None = None

    @property
    def judged(self) -> Verdict | None:
        """What the condition says; None without one."""
        return None if self.condition is None or self.above is None else self.condition.judge(self.above)

    def row(self, claim: Claim) -> dict[str, Any]:
        """As plain values."""
        look = self.look
        return {
            "look": look.key,
            "outcome": look.measure,
            "unit": unit_of(look.measure),
            "a": look.a or None,
            "b": look.b,
            "from": look.from_date,
            "until": look.until_date,
            "mean_a": number_or_none(self.mean_a) if look.a else None,
            "mean_b": number_or_none(self.mean_b),
            "mean": number_or_none(self.band.mean),
            "low": number_or_none(self.band.low),
            "high": number_or_none(self.band.high),
            "n": self.band.count,
            "line": self._line(),
            "judged": self.judged,
        } | _texts_of_look(claim, look)

    def _line(self) -> dict[str, Any] | None:
        if self.condition is None or self.above is None:
            return None
        line = self.condition.line * (self.mean_a if self.condition.relative else 1.0)
        return {
            "kind": self.condition.kind,
            "value": number_or_none(line),
            "needed": self.condition.needed,
            "above_low": number_or_none(self.above.low),
            "above_high": number_or_none(self.above.high),
        }


def evidence_of(claim: Claim, looks: Sequence[Look], found: Found, draws: npt.ArrayLike | None) -> tuple[Evidence, ...]:
    """The figure of each look, judged where the claim has a condition on it."""
    conditions = {condition.look: condition for condition in claim.conditions}
    rows = []
    for look in looks:
        a, b = look.sides(found)
        groups = None if draws is None else np.asarray(draws)[: len(b)]
        _, mean_a, mean_b, _ = difference_of(a, b, groups)
        condition = conditions.get(look.key)
        above = None if condition is None else condition.above(look, a, b, groups)
        rows.append(Evidence(look, mean_a, mean_b, _band(look, a, b, groups), condition, above))
    return tuple(rows)


def verdict_of(claim: Claim, evidence: Sequence[Evidence]) -> Verdict:
    """The verdict that follows from the conditions alone."""
    judged = {row.look.key: row.judged for row in evidence}
    if any(condition.needed and judged[condition.look] != "holds" for condition in claim.conditions):
        return "open"
    parts = [judged[condition.look] for condition in claim.conditions if not condition.needed]
    return claim.decide([part for part in parts if part is not None])


@dataclass(frozen=True)
class Tried:
    """What became of the deciding figure and of the verdict under both ends of an assumption.

    figure: what it is without the assumption turned; it need not lie between that under the two ends.
    """

    assumption: Assumption
    figure: float
    figure_low: float
    figure_high: float
    verdict_low: Verdict
    verdict_high: Verdict
    count: int

    @property
    def moves(self) -> float:
        """How far apart the deciding figure lies as it is and under the two ends; 0 when one is unknown."""
        figures = (self.figure, self.figure_low, self.figure_high)
        return max(figures) - min(figures) if all(math.isfinite(figure) for figure in figures) else 0.0

    def row(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "parameter": self.assumption.name,
            "label": self.assumption.label_nl,
            "label_en": self.assumption.label_en,
            "low": self.assumption.low.value,
            "high": self.assumption.high.value,
            "low_en": self.assumption.low.value_en or self.assumption.low.value,
            "high_en": self.assumption.high.value_en or self.assumption.high.value,
            "verdict_low": self.verdict_low,
            "verdict_high": self.verdict_high,
            "figure": number_or_none(self.figure),
            "figure_low": number_or_none(self.figure_low),
            "figure_high": number_or_none(self.figure_high),
            "n": self.count,
        }


@dataclass(frozen=True)
class Judgement:
    """One claim, judged."""

    claim: Claim
    verdict: Verdict
    evidence: tuple[Evidence, ...]
    tried: tuple[Tried, ...]

    @property
    def hangs_on(self) -> Tried | None:
        """The assumption that moves the deciding figure most; the first of equals."""
        return max(self.tried, key=lambda tried: tried.moves, default=None)

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        claim, hangs_on = self.claim, self.hangs_on
        return {
            "name": claim.name,
            "verdict": self.verdict,
            "evidence": [row.row(claim) for row in self.evidence],
            "deciding": claim.weighed_by,
            "hangs_on": None if hangs_on is None else hangs_on.row(),
            "tried": [tried.row() for tried in self.tried],
        } | _texts_of_claim(claim)


def _texts_of_look(claim: Claim, look: Look) -> dict[str, str | None]:
    """What a look and its two futures are called; the parts of a split have no future of their own."""
    known = {} if isinstance(look, Part) else {future.name: future for future in claim.futures}
    a, b = known.get(look.a), known.get(look.b)
    return {
        "label": look.label_nl,
        "label_en": look.label_en,
        "title_a": a.title_nl if a else None,
        "title_b": b.title_nl if b else None,
        "title_a_en": a.title_en if a else None,
        "title_b_en": b.title_en if b else None,
    }


def _texts_of_claim(claim: Claim) -> dict[str, Any]:
    """What is said about a claim, whatever the verdict."""
    return {
        "sentence": claim.sentence_nl,
        "sentence_en": claim.sentence_en,
        "document": claim.document,
        "page": claim.page,
        "section": claim.section,
        "rule": claim.rule_nl,
        "rule_en": claim.rule_en,
        "caution": claim.caution_nl,
        "caution_en": claim.caution_en,
    }


@dataclass(frozen=True)
class Judgements:
    """All claims that were asked for, judged in one run."""

    judgements: tuple[Judgement, ...]
    replications: int
    seed: int
    ensembles: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain values, with what is needed to compute them again."""
        return {
            "version": version(),
            "seed": self.seed,
            "replications": self.replications,
            "replications_under_ends": under_ends(self.replications),
            "interval_level": INTERVAL_LEVEL,
            "ensembles": {name: load_ensemble(name).about["table"] for name in self.ensembles},
            "code": code_version(),
            "claims": [judgement.to_json() for judgement in self.judgements],
        }


def under_ends(replications: int) -> int:
    """How many replications there are under each end of an assumption: even, so that draws stay whole.

    For claims that are not judged by a chance; the others have as many as for the verdict itself.
    """
    return max(2, replications // FEWER_UNDER_ENDS // 2 * 2)


# --- running ----------------------------------------------------------------------------------------------------


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
        """Which replication and which futures each number stands for: replication by replication."""
        return _work(tuple(piece.replications for piece in self.pieces))

    def __call__(self, index: int) -> tuple[tuple[float, ...], ...]:
        """Compute some futures in one replication, and count."""
        number, places = self.work[index]
        return tuple(self.counted(self.pieces[place], number) for place in places)

    def counted(self, piece: Piece, number: int) -> tuple[float, ...]:
        """Everything that is counted in one future in one replication."""
        from models.outcomes import OUTCOMES, Window

        task = Task(piece.period, piece.changes, self.seed, 0, piece.until_day, ensemble=default_ensemble(piece.period))
        facts, parameters = task.simulated(number)
        return tuple(
            float((MEASURES[name] if name in MEASURES else OUTCOMES[name]).count(Window(facts, parameters, *days)))
            for name, *days in piece.counted
        )


@lru_cache(maxsize=4)
def _work(replications: tuple[int, ...]) -> tuple[tuple[int, tuple[int, ...]], ...]:
    found = []
    for number in range(1, max(replications, default=0) + 1):
        places = [place for place, most in enumerate(replications) if number <= most]
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
        end = self.end or End("")
        return self.claim.future(name).scenario(end.extra, dict(end.instead).get(name))


@dataclass
class _Plan:
    """Which futures must be computed, each once, and where each count of each variant is found."""

    pieces: dict[tuple[str, tuple[Change, ...]], dict[str, Any]] = field(default_factory=dict)

    def add(self, variant: _Variant) -> dict[Counted, tuple[tuple[str, tuple[Change, ...]], tuple[str, int, int]]]:
        """Plan a variant; returns for each count its piece and what is counted in it."""
        places = {}
        scenarios: dict[str, Scenario] = {}
        wanted: dict[Counted, int] = {}
        for look in variant.looks:
            count = under_ends(variant.replications) if getattr(look, "fewer", False) else variant.replications
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
    plan = _Plan()
    planned = []
    for claim in claims:
        fewer = replications if claim.by_chance else under_ends(replications)
        ends = [(assumption, end) for assumption in claim.assumptions for end in (assumption.low, assumption.high)]
        variants = [_Variant(claim, replications), *(_Variant(claim, fewer, end) for _, end in ends)]
        planned.append([(variant, plan.add(variant)) for variant in variants])
    task = plan.task(seed)
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

    def judged(variant: _Variant, where: Mapping[Counted, Any]) -> tuple[Evidence, ...]:
        found = {
            need: tables[key][: variant.replications, plan.pieces[key]["counted"][what]]
            for need, (key, what) in where.items()
        }
        periods = {key[0] for key, _ in where.values()}
        return evidence_of(variant.claim, variant.looks, found, _draws(periods, variant.replications))

    judgements = []
    for claim, places_of in zip(claims, planned, strict=True):
        usual, *under = [judged(variant, places) for variant, places in places_of]
        figure, *figures = [
            next(row.band.mean for row in rows if row.look.key == claim.weighed_by) for rows in (usual, *under)
        ]
        verdicts = [verdict_of(claim, rows) for rows in under]
        tried = tuple(
            Tried(
                assumption,
                figure,
                figures[2 * index],
                figures[2 * index + 1],
                verdicts[2 * index],
                verdicts[2 * index + 1],
                places_of[1 + 2 * index][0].replications,
            )
            for index, assumption in enumerate(claim.assumptions)
        )
        judgements.append(Judgement(claim, verdict_of(claim, usual), usual, tried))
    ensembles = dict.fromkeys(default_ensemble(piece.period) for piece in task.pieces)
    return Judgements(tuple(judgements), replications, seed, tuple(name for name in ensembles if name is not None))


def _draws(periods: Collection[str], count: int) -> npt.NDArray[np.int64] | None:
    """The draw of each replication; None when there is no ensemble and each stands on its own.

    Raises ValueError for periods with ensembles of their own: replications of the two share no draw.
    """
    names = {default_ensemble(period) for period in periods}
    if len(names) != 1:
        raise ValueError(f"a claim over {sorted(periods)} pairs replications with draws of different ensembles")
    (name,) = names
    if name is None:
        return None
    chosen = load_ensemble(name)
    return np.array([chosen.draw_of(number) for number in range(1, count + 1)])


def futures_to_run(claims: Sequence[Claim]) -> int:
    """How many different futures there are to compute, assumptions included."""
    plan = _Plan()
    for claim in claims:
        plan.add(_Variant(claim, 1))
        for assumption in claim.assumptions:
            for end in (assumption.low, assumption.high):
                plan.add(_Variant(claim, 1, end))
    return len(plan.pieces)


def chosen_claims(known: Mapping[str, Claim], names: Sequence[str]) -> tuple[Claim, ...]:
    """The claims of these names, each once and in the order of the list; all without names. Raises WrongInput."""
    for name in names:
        if name not in known:
            problem = f"onbekende uitspraak {shown(name)}"
            raise WrongInput(problem, file="doorstroom claims", value=name, allowed=", ".join(known))
    return tuple(claim for name, claim in known.items() if not names or name in names)


def fingerprint(claims: Sequence[Claim]) -> str:
    """A short fingerprint of how the claims are judged: futures, counts, lines and ends, but not their texts."""
    digest = hashlib.sha256()
    for claim in claims:
        parts = [
            claim.name,
            *(repr((future.name, future.base, future.settings)) for future in claim.futures),
            *(repr((look.key, look.needs(), getattr(look, "factor", ""), getattr(look, "against", "")))
              for look in claim.looks),
            *(repr(condition) for condition in claim.conditions),
            *(repr((assumption.name, assumption.low, assumption.high)) for assumption in claim.assumptions),
            claim.decide.__name__,
            claim.weighed_by,
        ]  # fmt: skip
        digest.update("\n".join(parts).encode())
    return digest.hexdigest()[:16]


# --- keeping verdicts ---------------------------------------------------------------------------------------------

STORED = Path(__file__).parent / "verdicts" / "claims.json"


def store(judgements: Judgements, path: Path = STORED) -> Path:
    """Keep the verdicts for the app and the documentation, in one step. Raises CannotWrite."""
    keep(judgements.to_json() | {"judged": fingerprint([one.claim for one in judgements.judgements])}, path)
    return path


def keep(document: Mapping[str, Any], path: Path = STORED) -> None:
    """Write verdicts as plain values, in one step. Raises CannotWrite."""
    with atomic_file(path) as handle:
        handle.write((json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode())


def stored(path: Path = STORED) -> dict[str, Any]:
    """The verdicts that were kept, as plain values. Raises WrongInput when there are none or they are damaged."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WrongInput(
            "er zijn geen leesbare bewaarde oordelen; maak ze met doorstroom claims --store", file=str(path)
        ) from error
    if not isinstance(document, dict) or not {"claims", "code", "ensembles", "judged"} <= set(document):
        raise WrongInput("dit zijn geen bewaarde oordelen", file=str(path))
    return document


def what_changed(document: Mapping[str, Any], claims: Sequence[Claim]) -> list[str]:
    """Why kept verdicts do not belong to the program as it is now, a sentence each; empty when they do."""
    changed = []
    if [row["name"] for row in document["claims"]] != [claim.name for claim in claims]:
        changed.append("de lijst van uitspraken is veranderd")
    elif document["judged"] != fingerprint(claims):
        changed.append("de manier waarop een uitspraak wordt beoordeeld is veranderd")
    elif with_present_texts(document, claims) != document:
        changed.append("de tekst van een uitspraak is veranderd")
    if document["code"] != code_version():
        changed.append("het model is veranderd")
    if any(load_ensemble(name).about["table"] != table for name, table in document["ensembles"].items()):
        changed.append("het ensemble is veranderd")
    return changed


def with_present_texts(document: Mapping[str, Any], claims: Sequence[Claim]) -> dict[str, Any]:
    """Kept verdicts with the sentences as they are now: another word needs no new computation.

    Only for verdicts that belong to these claims (see `what_changed`). Raises KeyError for other ones.
    """
    known = {claim.name: claim for claim in claims}
    rows = []
    for row in document["claims"]:
        claim = known[row["name"]]
        looks = {look.key: look for look in claim.looks}
        labels = {one.name: {"label": one.label_nl, "label_en": one.label_en} for one in claim.assumptions}
        evidence = [found | _texts_of_look(claim, looks[found["look"]]) for found in row["evidence"]]
        tried = [one | labels[one["parameter"]] for one in row["tried"]]
        hangs_on = row["hangs_on"] and row["hangs_on"] | labels[row["hangs_on"]["parameter"]]
        rows.append(row | _texts_of_claim(claim) | {"evidence": evidence, "tried": tried, "hangs_on": hangs_on})
    return dict(document) | {"claims": rows}


# --- in words ---------------------------------------------------------------------------------------------------


def evidence_words(row: Mapping[str, Any], language: Language = "nl") -> str:
    """One sentence about one row of evidence, as it stands in the JSON."""
    unit, dutch, alone = row["unit"], language == "nl", row["a"] is None
    label = row["label"] if dutch else row["label_en"]
    spread = [row["mean"], row["low"], row["high"]]
    if alone and unit == "share":
        # The interval of a mean share may reach past what a share can be; the rule uses it as it is, words do not.
        spread[1:] = [None if end is None else min(max(end, 0.0), 1.0) for end in spread[1:]]
    percent = "" if unit != "share" else " %" if dutch else "%"
    mean, low, high = (f"{text}{percent}" for text in figures_text(spread, unit, language, signed=not alone))
    interval = f"90%-interval {low} tot {high}" if dutch else f"90% interval {low} to {high}"
    words = "" if unit == "share" else f" {unit_text(unit, language)}"
    if alone:
        return f"{label}: {mean}{words} ({interval})."
    first, second = (f"{text}{percent}" for text in figures_text([row["mean_a"], row["mean_b"]], unit, language))
    points = difference_unit_text(unit, language)
    change = f"{'verschil' if dutch else 'difference'} {mean.removesuffix(percent)} {points}"
    named = [row[key] for key in (("title_a", "title_b") if dutch else ("title_a_en", "title_b_en"))]
    if row["a"] == row["b"] or not all(named) or named[0] == named[1]:
        return f"{label}: {first} {'tegen' if dutch else 'against'} {second}{words}; {change} ({interval})."
    return f"{label}: {first}{words} ({named[0]}), {second}{words} ({named[1]}); {change} ({interval})."


def hangs_on_words(row: Mapping[str, Any] | None, language: Language = "nl") -> str:
    """One sentence about the assumption a claim hangs on most."""
    if row is None:
        return rounded_text(None, language)
    words = VERDICT_WORDS[language]
    ends = [
        rounded_text(row[key], language) if isinstance(row[key], int | float) else str(row[key])
        for key in (("low", "high") if language == "nl" else ("low_en", "high_en"))
    ]
    label = row["label"] if language == "nl" else row["label_en"]
    low, high = words[row["verdict_low"]], words[row["verdict_high"]]
    if language == "nl":
        return f"{label}: bij {ends[0]} {low}, bij {ends[1]} {high}."
    return f"{label}: {low} at {ends[0]}, {high} at {ends[1]}."
