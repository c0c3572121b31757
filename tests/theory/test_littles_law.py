"""Little's law: who is present, counted per day, equals the days spent, counted per case.

The two sides come from counters that do not know each other: lengths of lines at the end of each period, and
dates written on each case. For one IND unit over whole busy cycles (empty at both ends), and for the whole chain
over any stretch of days when stays are cut off at both ends, they must be equal, not nearly equal.
"""

import itertools
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.chain import simulate
from models.facts import Facts
from models.parameters import baseline
from sim.calendar import day_number

sys.path.insert(0, str(Path(__file__).parent))  # `tests` itself is no package: others install one of that name
from desk import run_desk

IntArray = NDArray[np.int64]


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


@pytest.fixture(scope="module")
def facts() -> Facts:
    return simulate(baseline("prop-2021"), 3, day_number("2020-07-01"))


def person_days(facts: Facts, persons: IntArray, since: IntArray, until: IntArray) -> int:
    """Evenings between two dates, times persons; -1 as a second date means still there."""
    until = np.where(until < 0, facts.last_day, until)
    days = np.minimum(until, facts.last_day) - np.maximum(since, facts.first_day)
    return int((persons * np.maximum(days, 0))[since >= 0].sum())


def test_pending_applications_in_the_whole_chain(facts: Facts) -> None:
    dates = facts.households
    arrived_family = np.where(dates["family_arrived"] >= 0, dates["followers"], 0)
    # who was pending: all but those who were here with a decision, or came with a permit
    left = np.where(dates["decided"] >= 0, dates["decided"], dates["departed"])
    was_pending = (dates["decided"] >= 0) | ((dates["permit"] < 0) & (dates["registered"] >= 0))
    was_pending |= (dates["registered"] < 0) & (dates["arrived"] >= facts.first_day) & (dates["permit"] < 0)
    was_pending &= dates["arrived"] < facts.last_day
    since = np.where(was_pending, dates["arrived"], -1)
    spent = person_days(facts, dates["persons"] - arrived_family, since, left)
    assert facts.daily["pending"].sum() == pytest.approx(spent, rel=1e-9)


def test_family_applications_in_the_whole_chain(facts: Facts) -> None:
    dates = facts.households
    spent = person_days(facts, dates["followers"], dates["family_applied"], dates["family_decided"])
    assert facts.daily["pending_family"].sum() == pytest.approx(spent, rel=1e-9)
