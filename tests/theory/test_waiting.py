"""One IND unit against theory: M/M/c by Erlang C, M/D/1 and M/G/1 by Pollaczek-Khinchine.

The queue reports days, not moments. In equilibrium the moment within the day at which a case starts is uniform,
so half a period is added to the day of start; this is exact on average. Each figure is the mean over independent
runs that start empty and whose first cases are not counted; it must lie within four standard errors of theory,
with a 95 % interval no wider than 3 % to either side.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))  # `tests` itself is no package: others install one of that name
from desk import exact_moments, run_desk
from formulas import md1_mean_wait, mg1_mean_wait, mmc_mean_wait

Works = Callable[[np.random.Generator, int], NDArray[np.float64]]

MEAN_WORK = 3.0
RUNS = 24
CASES = 140_000
NOT_COUNTED = 4_000
T_95 = 2.069
"""Student's t, two-sided 95 %, 23 degrees of freedom."""


def exponential_work(rng: np.random.Generator, cases: int) -> NDArray[np.float64]:
    return rng.exponential(MEAN_WORK, cases)


def equal_work(_: np.random.Generator, cases: int) -> NDArray[np.float64]:
    return np.full(cases, MEAN_WORK)


def gamma_work(squared_variation: float) -> Works:
    def works(rng: np.random.Generator, cases: int) -> NDArray[np.float64]:
        return rng.gamma(1 / squared_variation, MEAN_WORK * squared_variation, cases)

    return works


def arrivals(rng: np.random.Generator, load: float, cases: int) -> NDArray[np.float64]:
    """The moments of a Poisson process that brings so much work per unit of time."""
    return np.cumsum(rng.exponential(MEAN_WORK / load, cases))


UNITS = {
    "M/M/1": (1, 0.75, exponential_work, mmc_mean_wait(1, 0.75, MEAN_WORK)),
    "M/M/5": (5, 4.0, exponential_work, mmc_mean_wait(5, 4.0, MEAN_WORK)),
    "M/M/10": (10, 8.5, exponential_work, mmc_mean_wait(10, 8.5, MEAN_WORK)),
    "M/D/1": (1, 0.8, equal_work, md1_mean_wait(0.8, MEAN_WORK)),
    "M/G/1 even": (1, 0.8, gamma_work(0.25), mg1_mean_wait(0.8, MEAN_WORK, 0.25)),
    "M/G/1 uneven": (1, 0.7, gamma_work(2.0), mg1_mean_wait(0.7, MEAN_WORK, 2.0)),
}


@pytest.mark.parametrize("unit", UNITS)
def test_mean_wait_is_what_theory_says(unit: str) -> None:
    workers, load, works, expected_wait = UNITS[unit]
    expected_line = load / MEAN_WORK * expected_wait
    waits, lines = [], []
    for seed in range(RUNS):
        rng = np.random.default_rng([20_240_101, seed])
        arrival = arrivals(rng, load, CASES)
        periods = int(arrival[-1])
        run = run_desk(arrival, works(rng, CASES), workers, periods)
        counted = slice(NOT_COUNTED, CASES - NOT_COUNTED)
        assert (run.started_period[counted] >= 0).all()
        waits.append(np.mean(run.started_period[counted] + 0.5 - arrival[counted]))
        lines.append(np.mean(run.waiting[int(arrival[NOT_COUNTED]) :]))
    for name, values, expected in (("wait", waits, expected_wait), ("line", lines, expected_line)):
        standard_error = np.std(values, ddof=1) / np.sqrt(RUNS)
        z = (np.mean(values) - expected) / standard_error
        half_width = T_95 * standard_error / expected
        assert abs(z) < 4, f"{unit}: mean {name} {np.mean(values):.3f}, theory {expected:.3f}, z = {z:.1f}"
        assert half_width <= 0.03, f"{unit}: {name} known to {half_width:.1%} only"


@pytest.mark.parametrize("workers", [1, 2, 5, 10])
@pytest.mark.parametrize("mean_work_periods", [0.1, 1.0, 8.0])
def test_every_case_starts_and_finishes_on_the_exact_day(workers: int, mean_work_periods: float) -> None:
    """Case by case the same as the recursion in continuous time, also when many cases fit in one day."""
    rng = np.random.default_rng([workers, int(10 * mean_work_periods)])
    arrival = np.cumsum(rng.exponential(mean_work_periods / (0.9 * workers), 5_000))
    work = rng.exponential(mean_work_periods, 5_000)
    start, finish = exact_moments(arrival, work, workers)
    run = run_desk(arrival, work, workers, int(finish.max()) + 1)
    np.testing.assert_array_equal(run.started_period, np.floor(start))
    np.testing.assert_array_equal(run.finished_period, np.floor(finish))
