"""Setting what came true beside a forecast: how far off it was, in one number and in the shape of its band.

The weighted interval score (Bracher et al. 2021, https://doi.org/10.1371/journal.pcbi.1008618) is the mean of the
interval scores of all central intervals and half the absolute error of the median, weighted so that it comes near the
continuous ranked probability score: in persons, and lower is better. A relative score is the mean of one model over the
mean of another, on the figures that both said something of. A published day between two month ends is scored on the
quantiles of both in proportion; a year of which half-years were forecast on the samples of both together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.forecast.asked import Asked, published
from experiments.forecast.hub import NAIVE, PLAIN, Kept
from experiments.forecast.levels import INTERVALS, LEVELS, interval_ends
from experiments.forecast.paths import STOCK_SERIES
from experiments.run.observed import Observation
from sim.arrays import FloatArray
from sim.calendar import date_of, iso

#: A figure is a year ahead when it is about days until so many after the origin.
YEAR_AHEAD_DAYS = 372
#: The series whose relative score is the headline.
HEADLINE = ("realised", "permit_holders_under_coa", "persons_in_reception", "pending_decisions")
_MOST_BETWEEN = 32


@dataclass(frozen=True)
class Scored:
    """A figure of a forecast beside what came true: the quantiles at LEVELS, the score and the place in the band."""

    model: str
    origin: int
    target: str
    first_day: int
    last_day: int
    truth: Observation
    quantiles: FloatArray
    score: float
    pit: float

    @property
    def median(self) -> float:
        """The middle of what was said."""
        return float(self.quantiles[LEVELS.index(0.5)])

    @property
    def days_ahead(self) -> int:
        """How many days after the day of the forecast the figure ends."""
        return self.last_day - self.origin + 1

    def inside(self, share: float) -> bool:
        """Whether what came true lies in a central interval."""
        low, high = interval_ends(share)
        return bool(self.quantiles[low] <= self.truth.value <= self.quantiles[high])


def weighted_interval_score(quantiles: FloatArray, truth: float) -> float:
    """The weighted interval score of quantiles at LEVELS, symmetric around the median."""
    pairs = len(LEVELS) // 2
    total = 0.5 * abs(truth - quantiles[pairs])
    for place in range(pairs):
        alpha, low, high = 2.0 * LEVELS[place], quantiles[place], quantiles[-1 - place]
        outside = max(low - truth, 0.0) + max(truth - high, 0.0)
        total += alpha / 2.0 * (high - low + 2.0 / alpha * outside)
    return float(total / (pairs + 0.5))


def place_in(quantiles: FloatArray, truth: float) -> float:
    """The probability that was given to less than what came true; beyond the outer quantiles half of what is left."""
    if truth < quantiles[0]:
        return LEVELS[0] / 2.0
    if truth > quantiles[-1]:
        return (1.0 + LEVELS[-1]) / 2.0
    return float(np.interp(truth, quantiles, LEVELS))


def scored(kept: Kept) -> list[Scored]:
    """Every figure of a forecast of which was published what came true."""
    found = []
    for target in dict.fromkeys(one.target for one in kept.asked):
        for truth in published(target):
            if truth.last_day < kept.origin or truth.value <= 0:
                continue
            quantiles = said_of_truth(kept, target, truth)
            if quantiles is not None:
                found.append(
                    Scored(
                        kept.model, kept.origin, target, truth.first_day, truth.last_day, truth, quantiles,
                        weighted_interval_score(quantiles, truth.value), place_in(quantiles, truth.value),
                    )
                )  # fmt: skip
    return found


def said_of_truth(kept: Kept, target: str, truth: Observation) -> FloatArray | None:
    """The quantiles of what was said of a published figure; None where nothing was said of it."""
    mine = [(place, one) for place, one in enumerate(kept.asked) if one.target == target]
    if target in STOCK_SERIES:
        return _between(kept, mine, truth.last_day)
    exact = [place for place, one in mine if (one.first_day, one.last_day) == (truth.first_day, truth.last_day)]
    if exact:
        result: FloatArray = kept.quantiles[:, exact[0]]
        return result
    parts = [(place, one) for place, one in mine if truth.first_day <= one.first_day and one.last_day <= truth.last_day]
    days = sum(one.last_day - one.first_day + 1 for _, one in parts)
    if not len(kept.samples) or not parts or days != truth.last_day - truth.first_day + 1:
        return None
    together: FloatArray = np.quantile(kept.samples[:, [place for place, _ in parts]].sum(axis=1), LEVELS)
    return together


def _between(kept: Kept, mine: Sequence[tuple[int, Asked]], day: int) -> FloatArray | None:
    before = max((pair for pair in mine if pair[1].last_day <= day), key=lambda pair: pair[1].last_day, default=None)
    after = min((pair for pair in mine if pair[1].last_day >= day), key=lambda pair: pair[1].last_day, default=None)
    if before is None or after is None or after[1].last_day - before[1].last_day > _MOST_BETWEEN:
        return None
    days = after[1].last_day - before[1].last_day
    part = (day - before[1].last_day) / days if days else 0.0
    result: FloatArray = (1.0 - part) * kept.quantiles[:, before[0]] + part * kept.quantiles[:, after[0]]
    return result


# ---- together ------------------------------------------------------------------------------------


def a_year_ahead(rows: Iterable[Scored]) -> list[Scored]:
    """The figures that are about days until a year after their origin."""
    return [row for row in rows if row.days_ahead <= YEAR_AHEAD_DAYS]


def table(rows: Sequence[Scored], model: str) -> list[dict[str, Any]]:
    """Per series: how many figures, the mean score, relative scores, and what part lies in each interval."""
    found = []
    for target in dict.fromkeys(row.target for row in rows if row.model == model):
        mine = [row for row in rows if row.model == model and row.target == target]
        found.append(
            {
                "target": target,
                "figures": len(mine),
                "score": float(np.mean([row.score for row in mine])),
                "to_naive": relative_score(rows, model, NAIVE, target),
                "to_plain": relative_score(rows, model, PLAIN, target),
                "coverage": {str(share): sum(row.inside(share) for row in mine) / len(mine) for share in INTERVALS},
                "off_percent": float(np.mean([100.0 * abs(row.median / row.truth.value - 1.0) for row in mine])),
                "pit": pit_counts(mine),
            }
        )
    return found


def relative_score(rows: Sequence[Scored], model: str, other: str, target: str) -> float | None:
    """The mean score of a model over that of another, on the figures that both said something of; None without any."""
    own, rival = (
        {_key(row): row.score for row in rows if row.model == name and row.target == target} for name in (model, other)
    )
    both = own.keys() & rival.keys()
    if not both:
        return None
    below = sum(rival[key] for key in both)
    return sum(own[key] for key in both) / below if below > 0.0 else None


def _key(row: Scored) -> tuple[int, int, int]:
    return row.origin, row.first_day, row.last_day


def pit_counts(rows: Sequence[Scored], parts: int = 5) -> list[int]:
    """How many figures fell in each fifth of what was thought likely: even when bands are as wide as they should be."""
    found: list[int] = np.histogram([row.pit for row in rows], bins=parts, range=(0.0, 1.0))[0].tolist()
    return found


def as_values(row: Scored) -> dict[str, Any]:
    """A scored figure as plain values: the middle, the ends of each interval, what came true, and its source."""
    ends = {str(share): [float(row.quantiles[place]) for place in interval_ends(share)] for share in INTERVALS}
    return {
        "model": row.model,
        "origin": iso(row.origin),
        "target": row.target,
        "first_day": date_of(row.first_day).isoformat(),
        "last_day": date_of(row.last_day).isoformat(),
        "median": row.median,
        "bands": ends,
        "published": row.truth.value,
        "unit": row.truth.unit,
        "source": row.truth.source,
        "status": row.truth.status,
        "inside": row.inside(0.8),
        "score": row.score,
        "pit": row.pit,
    }


def by_figure(rows: Iterable[Scored]) -> Mapping[tuple[str, int, int, int], Scored]:
    """Scored figures of one model by series, origin and days."""
    return {(row.target, *_key(row)): row for row in rows}
