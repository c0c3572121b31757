"""One difference between paired runs, with its interval."""

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from experiments.run.result import number_or_none
from sim.arrays import FloatArray
from sim.statistics import Band, paired_difference, share_difference, share_interval

Direction = Literal["equal", "few", "unclear", "higher", "lower"]
Verdict = Direction | Literal["better", "worse"]
#: Confidence of the intervals on a difference.
INTERVAL_LEVEL = 0.9


def is_yes_no(measure: str) -> bool:
    """Whether a measure is an outcome that is 1 or 0 in one replication, so that its mean is a chance."""
    from models.outcomes import OUTCOMES  # loads the chain, which who shows stored differences can do without

    return measure in OUTCOMES and OUTCOMES[measure].yes_no


def excludes_zero(low: float, high: float) -> bool:
    """Whether the interval of a difference leaves out zero; an unknown interval does not."""
    return bool(low > 0.0 or high < 0.0)


def direction_of(band: Band) -> Direction:
    """Which way a difference goes; `Difference.verdict` says what the words mean."""
    if band.mean == band.low == band.high == 0.0:
        return "equal"
    if math.isnan(band.low):
        return "few"
    if not excludes_zero(band.low, band.high):
        return "unclear"
    return "higher" if band.low > 0.0 else "lower"


@dataclass(frozen=True)
class Difference:
    """B less A for one thing that is counted, over the replications in which both are known.

    place is a province, size a size of household; both are empty for the whole. `times_narrower` says how much
    wider the interval would be had the two been run on different worlds (infinite where nothing differs).
    exploratory: it was not marked before the run as what the comparison is about, so that among so many some are
    clear by chance alone.
    """

    measure: str
    unit: str
    better: str
    a: str
    b: str
    mean_a: float
    mean_b: float
    band: Band
    times_narrower: float
    place: str = ""
    size: str = ""
    at_least: tuple[bool, bool] = (False, False)
    exploratory: bool = True

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return excludes_zero(self.band.low, self.band.high)

    @property
    def verdict(self) -> Verdict:
        """What the difference is worth.

        equal: the same in every replication; few: too few replications for an interval; unclear: the interval
        holds zero; otherwise whether B is clearly better or worse than A, or higher or lower where neither is better.
        """
        direction = direction_of(self.band)
        if direction in ("equal", "few", "unclear") or self.better == "neither":
            return direction
        return "better" if direction == self.better else "worse"

    @property
    def winner(self) -> str | None:
        """The scenario that is clearly better; None without a clear difference or without a better side."""
        return {"better": self.b, "worse": self.a}.get(self.verdict)

    def row(self) -> dict[str, Any]:
        """As plain values, for JSON and tables."""
        return {
            "outcome": self.measure,
            "unit": self.unit,
            "a": self.a,
            "b": self.b,
            "mean_a": number_or_none(self.mean_a),
            "mean_b": number_or_none(self.mean_b),
            "mean": number_or_none(self.band.mean),
            "low": number_or_none(self.band.low),
            "high": number_or_none(self.band.high),
            "clear": self.clear,
            "exploratory": self.exploratory,
            "n": self.band.count,
            "better": self.better,
            "winner": self.winner,
            "times_narrower": number_or_none(self.times_narrower),
            "at_least_a": self.at_least[0],
            "at_least_b": self.at_least[1],
        }


def difference_of(
    a: npt.ArrayLike, b: npt.ArrayLike, draws: npt.ArrayLike | None, *, yes_no: bool = False
) -> tuple[Band, float, float, float]:
    """B - A with its interval, the means of both, and how much narrower pairing made the interval.

    yes_no: both are 1 or 0 in each replication, so that the interval is one on a difference of chances.
    """
    left, right = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    both = ~(np.isnan(left) | np.isnan(right))
    left, right = left[both], right[both]
    groups = None if draws is None else np.asarray(draws)[both]
    if left.size == 0:
        nothing = float("nan")
        return Band(nothing, nothing, nothing, 0), nothing, nothing, nothing
    paired = (share_difference if yes_no else paired_difference)(right, left, INTERVAL_LEVEL, groups)
    mean_a, mean_b = float(left.mean()), float(right.mean())
    # The mean of differences and the difference of means are the same number, but for rounding.
    paired = replace(paired, mean=mean_b - mean_a) if paired.mean else paired
    spread = math.hypot(*(_error(values, groups, yes_no) for values in (left, right)))
    half = (paired.high - paired.low) / 2
    return paired, mean_a, mean_b, spread / half if half > 0.0 else float("inf")


def _error(values: FloatArray, groups: npt.NDArray[Any] | None, yes_no: bool) -> float:
    """Half the width of the interval of one mean."""
    if yes_no:
        whole = share_interval(values, INTERVAL_LEVEL, groups)
    else:
        whole = paired_difference(values, np.zeros_like(values), INTERVAL_LEVEL, groups)
    return (whole.high - whole.low) / 2
