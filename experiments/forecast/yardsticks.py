"""What a forecast must beat: a naive model and a plain stock-flow model, from what was known on the same day.

Naive: the last published value stays, with the spread that past changes had over as long a time. Plain: the
stock-flow model of sixteen numbers, fitted on what was published before the day and run on the same inputs, with a band
as wide as it was off before, or as the tolerance of the series where that is more.
"""

import math
from collections.abc import Sequence

import numpy as np
from scipy.stats import norm

from experiments.forecast.asked import Asked, published
from experiments.forecast.known import tables_with
from experiments.forecast.levels import LEVELS
from experiments.forecast.paths import MIDDLE_OF_NORMAL
from experiments.history.backtest import Point, points, window
from experiments.history.calibration import FEWEST_POINTS
from experiments.history.stock_flow import FLOWS, STOCKS, counterparts, fit, inputs_of, simulate
from experiments.run.observed import NATIONAL, Observation
from experiments.scenario.periods import period_days
from models.sources import other_rows
from sim.arrays import FloatArray
from sim.calendar import date_of

#: Published moments nearer to each other than this are one for the spread of changes: they differ by source.
APART_DAYS = 90
_YEAR = 365.25
_NORMAL = norm.ppf(np.array(LEVELS))


def naive(asked: Sequence[Asked], origin: int) -> FloatArray:
    """The quantiles of the naive model, (levels, figures); NaN where too little was published."""
    found = np.full((len(LEVELS), len(asked)), np.nan)
    for place, one in enumerate(asked):
        days = one.last_day - one.first_day
        alike = [row for row in published(one.target, origin) if as_long(row, days)]
        spread = change_a_year(alike)
        if alike and spread is not None:
            last = alike[-1]
            ahead = max((one.middle - (last.first_day + last.last_day) / 2.0) / _YEAR, 0.0)
            found[:, place] = last.value * np.exp(_NORMAL * spread * math.sqrt(ahead))
    return found


def as_long(row: Observation, days: int) -> bool:
    """Whether a figure is about as long a time as another; two half-years differ by some days."""
    return abs((row.last_day - row.first_day) - days) <= 4


def change_a_year(rows: Sequence[Observation]) -> float | None:
    """How much a series moves in a year, as the spread of its logarithm as a walk; None without two changes.

    From the middle of the absolute changes, as for inflow.
    """
    apart = [rows[0]] if rows else []
    for row in rows:
        if row.last_day - apart[-1].last_day >= APART_DAYS:
            apart.append(row)
    if len(apart) < 3:
        return None
    values, days = (
        np.array(column, dtype=np.float64) for column in ([r.value for r in apart], [r.last_day for r in apart])
    )
    steps = np.abs(np.diff(np.log(values))) / np.sqrt(np.diff(days) / _YEAR)
    return float(np.median(steps) / MIDDLE_OF_NORMAL)


def plain(asked: Sequence[Asked], period: str, origin: int) -> FloatArray:
    """The quantiles of the plain model, (levels, figures); NaN where it has no counterpart or could not be fitted."""
    last = period_days(period)[2]
    found = np.full((len(LEVELS), len(asked)), np.nan)
    seen, first = points(period, origin), window(period)[0]
    with other_rows(tables_with(origin, last)):
        given = inputs_of(period, last - 1)
    told = simulate(_start_numbers(), given)
    has = ~np.isnan(counterparts(seen, told, first))
    train = [
        place for place, point in enumerate(seen) if has[place] and point.held.fitted and point.observation.value > 0
    ]
    if len(train) < FEWEST_POINTS:
        return found
    told = simulate(fit(seen, train, given, first), given)
    off = counterparts(seen, told, first) / np.array([point.observation.value for point in seen]) - 1.0
    wanted = [_as_point(one, seen) for one in asked]
    known = [place for place, point in enumerate(wanted) if point is not None]
    said = counterparts([point for point in wanted if point is not None], told, first)
    for place, value in zip(known, said, strict=True):
        one = asked[place]
        mine = [off[index] for index in train if seen[index].held.series == one.target]
        tolerance = (wanted[place].held.tolerance_percent or 0.0) / 100.0  # type: ignore[union-attr]
        spread = max(float(np.sqrt(np.mean(np.square(mine)))) if mine else 0.0, tolerance)
        found[:, place] = np.maximum(value * (1.0 + _NORMAL * spread), 0.0)
    return found


def _start_numbers() -> FloatArray:
    from experiments.history.stock_flow import NUMBERS

    return np.array([row[0] for row in NUMBERS.values()])


def _as_point(one: Asked, seen: Sequence[Point]) -> Point | None:
    """What is asked for as a point of the series that is held against, where the plain model knows it."""
    from experiments.history.backtest import held_against

    if one.target not in STOCKS and one.target not in FLOWS:
        return None
    held = next((each for each in held_against() if each.series == one.target and each.areas == "country"), None)
    if held is None:
        return None
    row = Observation(one.target, NATIONAL, 1.0, "", one.first_day, one.last_day, "", "", "")
    assert date_of(row.first_day)
    return Point(held, row)
