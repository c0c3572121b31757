"""Law: an experiment that is repeated with other seeds holds the long-run difference as often as its interval says.

An experiment is ten replications, and so five draws of the parameters. The long run is over all draws.
"""

import numpy as np
import pytest

import experiments.run.ensemble as ensembles
from experiments.compare.compare import compare
from experiments.compare.difference import INTERVAL_LEVEL
from experiments.run.ensemble import Ensemble, draws_of, load_ensemble
from experiments.run.task import RunPlan
from experiments.scenario.ready import load_scenario
from sim.calendar import day_number
from sim.statistics import paired_difference

PERIOD = "prop-2021"
REPLICATIONS = 10
SEEDS = [int(seed) for seed in np.random.default_rng(12).integers(1, 2**31, 200)]
HEADLINE = ("permit_holders_under_coa_end", "persons_in_reception_end", "realised")
WIDE_ENOUGH, NOT_TOO_WIDE = 0.82, 0.95


@pytest.fixture(scope="module")
def wide():
    """Draws that lie far apart in each of forty parameters, the same whatever was fitted last."""
    draws = np.random.default_rng(2).standard_normal((124, 40))
    paths = tuple(f"parameter.{number}" for number in range(draws.shape[1]))
    return Ensemble("wide", paths, draws, draws[0], np.zeros(len(draws)), {})


def covered(ensemble, seeds):
    """Per parameter how often the interval holds its long-run mean, were the difference its value and luck."""
    worth = (ensemble.draws - ensemble.draws.mean(axis=0)) / ensemble.draws.std(axis=0)
    inside = np.zeros(worth.shape[1])
    for seed in seeds:
        draws = [ensemble.draw_of(number, seed) for number in range(1, REPLICATIONS + 1)]
        values = worth[draws] + 0.3 * np.random.default_rng(seed).standard_normal((REPLICATIONS, worth.shape[1]))
        for column in range(worth.shape[1]):
            found = paired_difference(values[:, column], np.zeros(REPLICATIONS), INTERVAL_LEVEL, draws)
            inside[column] += found.low <= 0.0 <= found.high
    return inside / len(seeds)


@pytest.mark.parametrize("kept", [True, False])
def test_experiments_with_other_seeds_hold_the_mean_over_all_draws(wide, kept):
    found = covered(load_ensemble(PERIOD) if kept else wide, SEEDS)
    assert WIDE_ENOUGH <= found.mean() <= NOT_TOO_WIDE
    assert found.min() > 0.75  # of no parameter are experiments blind to what most draws say


def test_a_replication_of_a_run_uses_the_draw_of_its_seed():
    ensemble = load_ensemble(PERIOD)
    for seed in SEEDS[:5]:
        expected = [ensemble.draw_of(number, seed) for number in range(1, REPLICATIONS + 1)]
        assert list(draws_of(PERIOD, seed, range(1, REPLICATIONS + 1))) == expected


def test_draws_that_do_not_depend_on_the_seed_would_be_noticed(wide, monkeypatch):
    monkeypatch.setattr(ensembles, "_order", lambda count, seed: tuple(range(count)))
    assert covered(wide, SEEDS[:50]).min() < 0.2  # of some parameter such experiments are blind to what most draws say


@pytest.mark.full
def test_fifty_experiments_hold_the_long_run_difference():
    """Eight minutes of one core."""
    a, b = load_scenario(PERIOD), load_scenario("tussenvoorzieningen")
    until = day_number("2021-12-31")
    everybody = 2 * len(load_ensemble(PERIOD).draws)
    long_run = compare([a, b], RunPlan(everybody, 7, until_day=until, workers=1))
    truth = {name: long_run.difference(name).band.mean for name in HEADLINE}
    inside = dict.fromkeys(HEADLINE, 0)
    for seed in SEEDS[:50]:
        found = compare([a, b], RunPlan(REPLICATIONS, seed, until_day=until, workers=1))
        for name in HEADLINE:
            band = found.difference(name).band
            inside[name] += band.low <= truth[name] <= band.high
    shares = [count / 50 for count in inside.values()]
    assert WIDE_ENOUGH <= np.mean(shares) <= NOT_TOO_WIDE + 0.03, inside
    assert min(shares) >= WIDE_ENOUGH - 0.04, inside
