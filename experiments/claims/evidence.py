"""From differences to evidence, from evidence to a verdict."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.claims.assumptions import as_rows
from experiments.claims.claim import Assumption, Claim, Condition, Found, Look, Reading, Verdict, band_of
from experiments.claims.measures import unit_of
from experiments.compare.difference import INTERVAL_LEVEL, difference_of
from experiments.run.ensemble import REPLICATIONS_PER_DRAW, default_ensemble, load_ensemble
from experiments.run.provenance import provenance
from experiments.run.result import number_or_none
from sim.statistics import Band

#: A chance of at most 10 or at least 90 per cent can be told with 29 draws of the parameters or more: none of 28 still
#: allows a chance above 10 per cent. Two replications share a draw, so that 60 replications have one draw to spare.
USUAL_REPLICATIONS = 60
#: Under each end there is one replication per draw, which says more of the draws than two of half as many. Where a
#: chance decides all draws are needed, elsewhere two in three.
FEWER_UNDER_ENDS = 3


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

    def row(self) -> dict[str, Any]:
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
        }

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
        rows.append(Evidence(look, mean_a, mean_b, band_of(look, a, b, groups), condition, above))
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

    figure, verdict: what they are on the same replications with nothing turned; the figure need not lie between that
    under the two ends, and where the verdict is open for want of replications it is so under the ends.
    """

    assumption: Assumption
    figure: float
    verdict: Verdict
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
            "low": self.assumption.low.value,
            "high": self.assumption.high.value,
            "verdict": self.verdict,
            "verdict_low": self.verdict_low,
            "verdict_high": self.verdict_high,
            "figure": number_or_none(self.figure),
            "figure_low": number_or_none(self.figure_low),
            "figure_high": number_or_none(self.figure_high),
            "n": self.count,
        }


@dataclass(frozen=True)
class Read:
    """One other reading of a claim, judged."""

    reading: Reading
    verdict: Verdict
    evidence: tuple[Evidence, ...]

    def row(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "name": self.reading.name, "verdict": self.verdict, "evidence": [row.row() for row in self.evidence],
        }  # fmt: skip


def read_of(claim: Claim, reading: Reading, found: Found, draws: npt.ArrayLike | None) -> Read:
    """A claim judged in another sense, on the same counts."""
    other = claim.read_as(reading)
    wanted = {condition.look for condition in reading.conditions}
    rows = evidence_of(other, [look for look in claim.looks if look.key in wanted], found, draws)
    return Read(reading, verdict_of(other, rows), rows)


@dataclass(frozen=True)
class Judgement:
    """One claim, judged.

    tried: under the assumptions that all claims share; varied: with its own futures or counts filled in otherwise.
    """

    claim: Claim
    verdict: Verdict
    evidence: tuple[Evidence, ...]
    tried: tuple[Tried, ...]
    varied: tuple[Tried, ...] = ()
    readings: tuple[Read, ...] = ()

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
            "evidence": [row.row() for row in self.evidence],
            "deciding": claim.weighed_by,
            "settings": {one.name: {"base": one.base, "settings": list(one.settings)} for one in claim.futures},
            "hangs_on": None if hangs_on is None else hangs_on.row(),
            "tried": [tried.row() for tried in self.tried],
            "varied": [varied.row() for varied in self.varied],
            "readings": [read.row() for read in self.readings],
        }


@dataclass(frozen=True)
class Judgements:
    """All claims that were asked for, judged in one run, and what each was tried under."""

    judgements: tuple[Judgement, ...]
    assumptions: tuple[Assumption, ...]
    replications: int
    seed: int
    periods: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain values, with what is needed to compute them again."""
        ensembles = dict.fromkeys(map(default_ensemble, self.periods))
        return {
            **provenance(*self.periods),
            "seed": self.seed,
            "replications": self.replications,
            "replications_under_ends": len(under_ends(self.replications)),
            "assumptions": as_rows(self.assumptions),
            "interval_level": INTERVAL_LEVEL,
            "ensembles": {name: load_ensemble(name).about["table"] for name in ensembles if name is not None},
            "claims": [judgement.to_json() for judgement in self.judgements],
        }


def under_ends(replications: int, *, by_chance: bool = False) -> tuple[int, ...]:
    """Which replications there are under each end: the first of every draw where a chance decides, else of fewer."""
    draws = max(2, replications // (REPLICATIONS_PER_DRAW if by_chance else FEWER_UNDER_ENDS))
    return tuple(1 + REPLICATIONS_PER_DRAW * place for place in range(draws))


def fewer(replications: int) -> int:
    """How many replications there are of what only tells more: even, so that draws stay whole."""
    return max(2, replications // 4 * 2)
