"""What several replications say together: a middle, a band, and what is known about a difference."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from sim.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Band:
    """Mean and the low and high end of a band or interval, over `count` replications."""

    mean: float
    low: float
    high: float
    count: int


_NOTHING = Band(float("nan"), float("nan"), float("nan"), 0)


def _level(level: float) -> float:
    if not 0.0 < level < 1.0:
        raise ValueError(f"level is {level}; allowed is between 0 and 1")
    return level


def _known(values: ArrayLike) -> FloatArray:
    array = np.asarray(values, dtype=np.float64).ravel()
    return array[~np.isnan(array)]


def band(values: ArrayLike, level: float = 0.8) -> Band:
    """The mean of the replications and the range in which the middle `level` share of them lies.

    Unknown values (NaN) are left out; with one value low = mean = high, with none all three are NaN.
    """
    _level(level)
    known = _known(values)
    if known.size == 0:
        return _NOTHING
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Band(_mean(known), float(low), float(high), int(known.size))


def bands(values: ArrayLike, level: float = 0.8) -> FloatArray:
    """As `band`, for many numbers at once: shape (replications, k) gives shape (3, k): mean, low, high."""
    _level(level)
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError(f"values have {table.ndim} dimensions; allowed is 2: replications and numbers")
    if table.shape[0] == 0 or np.isnan(table).any():
        columns = [band(table[:, column], level) for column in range(table.shape[1])]
        return np.array([[b.mean for b in columns], [b.low for b in columns], [b.high for b in columns]]).reshape(3, -1)
    low, high = np.quantile(table, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.vstack([np.clip(table.mean(axis=0), table.min(axis=0), table.max(axis=0)), low, high])


def _mean(known: FloatArray) -> float:
    """The mean, kept between the extremes so that equal values give exactly that value."""
    return float(np.clip(known.mean(), known.min(), known.max()))


@lru_cache(maxsize=256)
def _t_quantile(level: float, degrees: int) -> float:
    from scipy.special import stdtrit  # a few hundred ms to load, so only when it is needed

    return float(stdtrit(degrees, (1 + level) / 2))


def spread_by_cause(values: ArrayLike, groups: ArrayLike) -> tuple[float, float]:
    """Split the spread of replications in what luck does and what separates the groups (standard deviations).

    Replications of one group differ by luck alone; what groups differ beyond that comes from what they do not
    share (one-way analysis of variance). NaN for both without a group of two, and for the second with one group.
    """
    table, names = np.asarray(values, dtype=np.float64).ravel(), np.asarray(groups).ravel()
    table, names = table[~np.isnan(table)], names[~np.isnan(table)]
    found, place, sizes = np.unique(names, return_inverse=True, return_counts=True)
    count, several = table.size, found.size
    if count == several:
        return float("nan"), float("nan")
    means = np.bincount(place, weights=table) / sizes
    within = float(((table - means[place]) ** 2).sum() / (count - several))
    if several < 2:
        return float(np.sqrt(within)), float("nan")
    between = float((sizes * (means - table.mean()) ** 2).sum() / (several - 1))
    usual_size = (count - float((sizes**2).sum()) / count) / (several - 1)
    return float(np.sqrt(within)), float(np.sqrt(max(between - within, 0.0) / usual_size))


def mean_interval(values: ArrayLike, level: float = 0.9) -> Band:
    """The mean and the interval in which the true mean lies with confidence `level` (Student's t).

    Equal values give an interval without width; one value, which says nothing of spread, gives NaN ends
    unless it is exactly 0 by construction (see `paired_difference`).
    """
    _level(level)
    known = _known(values)
    if known.size == 0:
        return _NOTHING
    mean = _mean(known)
    if known.size == 1:
        return Band(mean, float("nan"), float("nan"), 1)
    if known.min() == known.max():
        return Band(mean, mean, mean, int(known.size))
    half = _t_quantile(level, known.size - 1) * float(known.std(ddof=1)) / float(np.sqrt(known.size))
    return Band(mean, mean - half, mean + half, int(known.size))


def grouped_interval(values: ArrayLike, groups: ArrayLike, level: float = 0.9) -> Band:
    """The mean of all values, with an interval that counts each group as one observation.

    Replications that share a draw of the parameters are not independent: ten of one draw say little about other
    draws. The interval therefore rests on what groups deviate from the mean (cluster-robust, Student's t with the
    number of groups less one), and equals `mean_interval` when every group has one value. Unknown values (NaN) are
    left out; `count` is the number of values. With one group the ends are NaN, unless all values are equal.
    """
    _level(level)
    table, names = np.asarray(values, dtype=np.float64).ravel(), np.asarray(groups).ravel()
    if table.shape != names.shape:
        raise ValueError(f"{table.size} values against {names.size} groups; every value needs a group")
    names, known = names[~np.isnan(table)], _known(table)
    found, place = np.unique(names, return_inverse=True)
    if known.size == 0 or found.size == known.size or known.min() == known.max():
        return mean_interval(known, level)
    mean = _mean(known)
    if found.size == 1:
        return Band(mean, float("nan"), float("nan"), int(known.size))
    deviations = np.bincount(place, weights=known - mean)
    error = float(np.sqrt(found.size / (found.size - 1) * float((deviations**2).sum()))) / known.size
    half = _t_quantile(level, int(found.size) - 1) * error
    return Band(mean, mean - half, mean + half, int(known.size))


@lru_cache(maxsize=1024)
def _exact_ends(successes: float, count: int, level: float) -> tuple[float, float]:
    """Clopper and Pearson: the chances under which so many successes, or fewer or more, are not rare."""
    from scipy.special import betaincinv

    rest = (1 - level) / 2
    low = 0.0 if successes <= 0.0 else float(betaincinv(successes, count - successes + 1, rest))
    high = 1.0 if successes >= count else float(betaincinv(successes + 1, count - successes, 1 - rest))
    return low, high


def share_interval(values: ArrayLike, level: float = 0.9, groups: ArrayLike | None = None) -> Band:
    """The share of yes (1) among yes and no (0), with the exact interval of Clopper and Pearson on its chance.

    Never without width: none of thirty does not say that it cannot happen. Each group counts as one observation,
    because replications that share a draw of the parameters are not independent: exact with one value per group,
    wider than needed with more. Unknown values (NaN) are left out; `count` is the number of values.
    """
    _level(level)
    table = np.asarray(values, dtype=np.float64).ravel()
    names = np.arange(table.size) if groups is None else np.asarray(groups).ravel()
    if table.shape != names.shape:
        raise ValueError(f"{table.size} values against {names.size} groups; every value needs a group")
    names, known = names[~np.isnan(table)], _known(table)
    if not np.isin(known, (0.0, 1.0)).all():
        raise ValueError("a share is of values that are 0 or 1")
    if known.size == 0:
        return _NOTHING
    observations = int(np.unique(names).size)
    mean = float(known.mean())
    low, high = _exact_ends(mean * observations, observations, level)
    return Band(mean, min(low, mean), max(high, mean), int(known.size))


def share_difference(a: ArrayLike, b: ArrayLike, level: float = 0.9, groups: ArrayLike | None = None) -> Band:
    """How much likelier a yes (1) is in `a` than in `b`, on the same worlds, with an interval on that difference.

    Worlds that turn from no to yes and from yes to no each get an exact interval, together at `level`. Where no
    world turns: exactly 0, 0, 0, as in `paired_difference`.
    """
    left, right = np.asarray(a, dtype=np.float64).ravel(), np.asarray(b, dtype=np.float64).ravel()
    if left.shape != right.shape:
        raise ValueError(f"{left.size} values against {right.size}; a pair needs one of each")
    turned = left - right
    known = _known(turned)
    if known.size and not known.any():
        return Band(0.0, 0.0, 0.0, int(known.size))
    unknown = np.isnan(turned)
    each = (1 + _level(level)) / 2
    up, down = (share_interval(np.where(unknown, np.nan, turned == way), each, groups) for way in (1.0, -1.0))
    return Band(up.mean - down.mean, up.low - down.high, up.high - down.low, up.count)


def paired_difference(a: ArrayLike, b: ArrayLike, level: float = 0.9, groups: ArrayLike | None = None) -> Band:
    """How much `a` lies above `b`, replication by replication, with an interval on that difference.

    Replications that are unknown (NaN) in either are left out. Where nothing differs: exactly 0, 0, 0. `groups`
    says which replications share something (a draw of the parameters), see `grouped_interval`.
    """
    left, right = np.asarray(a, dtype=np.float64).ravel(), np.asarray(b, dtype=np.float64).ravel()
    if left.shape != right.shape:
        raise ValueError(f"{left.size} values against {right.size}; a pair needs one of each")
    difference = left - right
    difference[left == right] = 0.0  # also where both are infinite
    known = _known(difference)
    if known.size and not known.any():
        return Band(0.0, 0.0, 0.0, int(known.size))
    if groups is None:
        return mean_interval(known, level)
    return grouped_interval(difference, groups, level)
