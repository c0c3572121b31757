"""A difference split over factors, exactly: the Shapley value, in whole numbers.

A bar is the mean of what a factor adds over all orders in which the factors can be switched on (the Shapley value),
so no order is preferred, two factors that always do the same get the same bar, and a factor that never does anything
gets nothing. Beside the bar stand the two extremes: what a factor does alone, and what it does as the last.

Sums of floating numbers depend on their order, and a bar that is rounded on its own does not add up. Counting
therefore happens in whole numbers: outcomes of a split are rounded to multiples of one power of two (finer than
their size by 2**48, so it changes no figure that anybody reads), bars are computed from these as exact fractions,
and are brought back to whole multiples so that they sum to the difference (largest remainder first, then the order
of the factors). Multiples of one power of two that stay below 2**53 of it are added by a computer without rounding,
in any order, and JSON gives them back as they were.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from experiments.compare.difference import INTERVAL_LEVEL
from models.levers import Change
from sim.arrays import FloatArray
from sim.statistics import paired_difference

#: How much finer than the largest value of an outcome the steps are in which it is counted, as a power of two. With
#: six bars, each at most twice the largest value, every partial sum stays below 2**52 steps; and the sum over
#: ten thousand replications, each at most 2**48 steps, below 2**62.
_FINER = 48


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


def shapley_per_replication(worth: FloatArray) -> FloatArray:
    """As `shapley`, in floating point for many replications at once: (replications, 2 ** k) gives (replications, k).

    Differences are taken before they are weighed, so a factor without effect gets exactly 0.
    """
    factors = worth.shape[1].bit_length() - 1
    weights = [float(weight) for weight in _weights(factors)]
    parts = np.zeros((worth.shape[0], factors))
    for index in range(factors):
        on = 1 << index
        for without in (combination for combination in range(worth.shape[1]) if not combination & on):
            parts[:, index] += weights[without.bit_count()] * (worth[:, without | on] - worth[:, without])
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
    worth: FloatArray, draws: npt.ArrayLike | None, factors: Sequence[Factor], outcome: str = "", unit: str = ""
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
        alone, last_on = (plain(whole_steps(step)) for step in (mean[on] - mean[0], mean[-1] - mean[-1 - on]))
        bars.append(Bar(factor, plain(means[index]), low, high, alone, last_on))
    low, high = _interval(worth[:, -1], worth[:, 0], draws, plain(last - first))
    return Split(outcome, unit, plain(first), plain(last), plain(last - first), low, high, count, tuple(bars))


def _interval(b: FloatArray, a: FloatArray, draws: npt.ArrayLike | None, mean: float) -> tuple[float, float]:
    """The ends of the interval on B - A, around the mean as it is shown; NaN when one draw says nothing of spread."""
    found = paired_difference(b, a, INTERVAL_LEVEL, draws)
    half = (found.high - found.low) / 2
    return mean - half, mean + half
