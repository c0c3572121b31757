"""Little's law on one IND unit: cases present, counted per day, equal days spent, counted per case.

The two sides come from counters that do not know each other: lengths of lines at the end of each period, and
dates written on each case. Over whole busy cycles (empty at both ends) they must be equal, not nearly equal.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from desk import run_desk


@pytest.mark.parametrize("workers, load", [(1, 0.8), (5, 4.5), (10, 12.0)])
@pytest.mark.parametrize("seed", range(5))
def test_presence_per_day_equals_days_per_case(workers: int, load: float, seed: int) -> None:
    rng = np.random.default_rng([workers, seed])
    arrival = np.cumsum(rng.exponential(6.0 / load, 3_000))
    work = rng.gamma(2.0, 3.0, 3_000)
    longest = int(arrival[-1] + work.sum()) + 2
    run = run_desk(arrival, work, workers, longest)
    present = run.waiting + run.in_service
    assert present[-1] == 0, "the last busy cycle is not over"
    assert (run.finished_period >= 0).all()

    arrived = np.floor(arrival).astype(np.int64)
    periods = longest
    rate = arrival.size / periods
    for at_end_of_day, days in (
        (run.waiting, run.started_period - arrived),
        (run.in_service, run.finished_period - run.started_period),
        (present, run.finished_period - arrived),
    ):
        assert at_end_of_day.mean() == pytest.approx(rate * days.mean(), rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_presence_per_day_equals_days_per_case_in_each_busy_cycle(seed: int) -> None:
    rng = np.random.default_rng([99, seed])
    arrival = np.cumsum(rng.exponential(10.0, 2_000))
    work = rng.exponential(5.0, 2_000)
    run = run_desk(arrival, work, 1, int(arrival[-1] + work.sum()) + 2)
    present = run.waiting + run.in_service
    arrived = np.floor(arrival).astype(np.int64)
    empty = np.flatnonzero(present == 0)
    cycles = 0
    for after, before in itertools.pairwise(empty):
        inside = (arrived > after) & (arrived <= before)
        assert present[after + 1 : before + 1].sum() == (run.finished_period - arrived)[inside].sum()
        cycles += bool(inside.any())
    assert cycles > 100
