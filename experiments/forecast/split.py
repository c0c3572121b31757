"""Splitting a miss: how much of it came from inputs that turned out otherwise, and how much the model itself was off.

A few draws of a forecast run again with the same luck: with the inflow that came, then also the places that came, then
also the rules, staff and targets that came. What each step moves is the part of that input; what is left is the
model's.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from experiments.forecast.known import GROUPS
from experiments.forecast.make import Plan
from experiments.forecast.paths import STOCK_SERIES, DayTable, flow_over, run_paths, stock_on
from experiments.forecast.score import YEAR_AHEAD_DAYS, Scored
from experiments.scenario.periods import period_days

#: How many draws are enough to see what an input moves: they differ in nothing else.
SPLIT_DRAWS = 12
MODEL = "model"


def split(plan: Plan, rows: Sequence[Scored], workers: int = 1) -> list[dict[str, float]]:
    """Per scored figure of a forecast, a year ahead at most, its miss in parts that add up to it.

    A part is what came true more than was forecast, in persons or cases, that is owed to an input or to the model.
    """
    first = period_days(plan.scenario.period)[0]
    until = min(plan.until, plan.origin + YEAR_AHEAD_DAYS + 1)
    said = []
    for count in range(len(GROUPS) + 1):
        task = plan.task(came=tuple(GROUPS)[:count], draws=SPLIT_DRAWS, until=until, walking=False)
        said.append(_means(run_paths(task, workers), rows, first))
    found = []
    for place, row in enumerate(rows):
        steps = [float(later[place] - earlier[place]) for earlier, later in pairwise(said)]
        parts = dict(zip(GROUPS, steps, strict=True))
        found.append(parts | {MODEL: row.truth.value - row.median - sum(steps)})
    return found


def _means(paths: DayTable, rows: Sequence[Scored], first: int) -> list[float]:
    found = []
    for row in rows:
        if row.target in STOCK_SERIES:
            values = stock_on(paths, row.target, [row.last_day], first)
        else:
            values = flow_over(paths, row.target, [(row.first_day, row.last_day)], first)
        found.append(float(np.mean(values)))
    return found


def largest_part(parts: dict[str, float], miss: float) -> str:
    """To what a miss is owed most: the part that goes furthest in its direction."""
    return max(parts, key=lambda name: parts[name] * np.sign(miss))


def as_values(parts: dict[str, float]) -> dict[str, Any]:
    """The parts in whole persons or cases."""
    return {name: round(value) for name, value in parts.items()}
