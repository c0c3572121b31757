"""The formulas themselves: against hand-written sums, against each other, and against Ciw on a small case."""

import math
import sys
from pathlib import Path

import ciw
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # `tests` itself is no package: others install one of that name
from formulas import erlang_b, erlang_c, md1_mean_wait, mg1_mean_wait, mmc_mean_wait


@pytest.mark.parametrize("workers", [1, 2, 5, 10])
@pytest.mark.parametrize("occupation", [0.1, 0.5, 0.9])
def test_erlang_formulas_equal_their_definition(workers: int, occupation: float) -> None:
    load = occupation * workers
    terms = [load**k / math.factorial(k) for k in range(workers + 1)]
    assert erlang_b(workers, load) == pytest.approx(terms[-1] / sum(terms), rel=1e-12)
    waiting = terms[-1] * workers / (workers - load)
    assert erlang_c(workers, load) == pytest.approx(waiting / (sum(terms[:-1]) + waiting), rel=1e-12)


def test_one_worker_waits_as_often_as_he_is_busy() -> None:
    assert erlang_c(1, 0.8) == pytest.approx(0.8)
    assert mmc_mean_wait(1, 0.8, 2.0) == pytest.approx(0.8 * 2.0 / 0.2)


def test_pollaczek_khinchine_contains_the_simple_cases() -> None:
    assert mg1_mean_wait(0.7, 3.0, 1.0) == pytest.approx(mmc_mean_wait(1, 0.7, 3.0))
    assert md1_mean_wait(0.7, 3.0) == pytest.approx(mmc_mean_wait(1, 0.7, 3.0) / 2)


@pytest.mark.parametrize("workers, load", [(1, 1.0), (5, 5.5), (2, -0.1)])
def test_an_endless_line_is_refused(workers: int, load: float) -> None:
    with pytest.raises(ValueError, match="load"):
        erlang_c(workers, load)
    with pytest.raises(ValueError, match="load"):
        mg1_mean_wait(load / workers, 1.0, 1.0)


def test_ciw_agrees_on_two_workers() -> None:
    """A second simulator, written by others, waits as the formula says."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=1.4)],
        service_distributions=[ciw.dists.Exponential(rate=1.0)],
        number_of_servers=[2],
    )
    means = []
    for seed in range(12):
        ciw.seed(seed)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(1_600)
        waits = [record.waiting_time for record in simulation.get_all_records() if record.arrival_date > 100]
        means.append(np.mean(waits))
    z = (np.mean(means) - mmc_mean_wait(2, 1.4, 1.0)) / (np.std(means, ddof=1) / math.sqrt(len(means)))
    assert abs(z) < 4
