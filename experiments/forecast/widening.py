"""How much wider a forecast must be than its draws: what nobody knows of rules, staff and agreements to come.

Draws hold luck, parameters and inflow. What else may change shows in earlier forecasts: how much further off they were
than their draws allowed, per year ahead, by figures that were published before the day. Until there are such
forecasts the spread of past changes of the series stands for it, which counts as PRIOR_ORIGINS forecasts; so does the
naive model, and a forecast is no surer than it without a reason.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from experiments.forecast.asked import Asked, published
from experiments.forecast.hub import Kept, read_model
from experiments.forecast.levels import LEVELS, interval_ends
from experiments.forecast.score import YEAR_AHEAD_DAYS, said_of_truth
from experiments.forecast.yardsticks import as_long, change_a_year
from experiments.history.origins import PRIOR_ORIGINS, WITHIN
from sim.arrays import FloatArray

_YEAR = 365.25


def earlier_forecasts(folder: Path, model: str, origin: int) -> list[Kept]:
    """The forecasts of a model that were made before a day, as they are kept in a folder."""
    return [kept for kept in read_model(folder, model) if kept.origin < origin]


def variances(earlier: Sequence[Kept], targets: Iterable[str], origin: int) -> dict[str, float]:
    """Per series the variance of the logarithm that a year ahead adds, by what was known before a day."""
    found = {}
    for target in targets:
        shown = [beyond for kept in earlier if (beyond := _beyond(kept, target, origin)) is not None]
        past = [row for row in published(target, origin) if row.value > 0]
        changed = change_a_year([row for row in past if as_long(row, past[-1].last_day - past[-1].first_day)])
        weight = PRIOR_ORIGINS if changed is not None else 0.0
        total = weight + len(shown)
        found[target] = (weight * (changed or 0.0) ** 2 + sum(shown)) / total if total else 0.0
    return found


def _beyond(kept: Kept, target: str, origin: int) -> float | None:
    """How much further off a forecast was than its draws allowed, as a variance a year; None before any truth."""
    low, high = interval_ends(0.8)
    added = dict(kept.about.get("added_variance", {})).get(target, 0.0)
    beyond, years = 0.0, 0.0
    for truth in published(target, origin):
        ahead = ((truth.first_day + truth.last_day) / 2.0 - kept.origin) / _YEAR
        if not 0.0 < ahead * _YEAR <= YEAR_AHEAD_DAYS or truth.value <= 0:
            continue
        said = said_of_truth(kept, target, truth)
        if said is None or said[low] <= 0.0:
            continue
        spread = (np.log(said[high] / said[low]) / (2.0 * WITHIN)) ** 2 - added * ahead
        beyond += np.log(truth.value / said[LEVELS.index(0.5)]) ** 2 - max(float(spread), 0.0)
        years += ahead
    return max(float(beyond), 0.0) / years if years else None


def wandering(
    asked: Sequence[Asked], origin: int, variance: float, count: int, luck: np.random.Generator
) -> FloatArray:
    """What figures of one series are multiplied with: a walk of the logarithm from the day on, (samples, figures)."""
    ahead = np.array([max((one.middle - origin) / _YEAR, 0.0) for one in asked])
    order = np.argsort(ahead, kind="stable")
    steps = np.sqrt(np.diff(ahead[order], prepend=0.0) * variance)
    walked = np.empty((count, len(asked)))
    walked[:, order] = np.cumsum(luck.standard_normal((count, len(asked))) * steps, axis=1)
    result: FloatArray = np.exp(walked)
    return result
