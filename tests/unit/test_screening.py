"""A screening: every number of the model is moved inside what it allows, and who matters comes out first."""

import numpy as np
import pytest

from experiments.history import screening
from experiments.history.backtest import fit_points
from experiments.history.calibration import make_fit_target
from experiments.history.screening import STEP, effects, moved, ranked, screened, trajectories
from experiments.run.ensemble import fitted_parameters
from models.parameters import baseline, value_at, with_values

PERIOD = "prop-2021"


def test_every_end_is_a_value_that_the_model_allows_and_moves_it():
    usual = baseline(PERIOD)
    for one in screened(PERIOD):
        ends = [moved(usual, one, worth) for worth in (0.0, 1.0)]
        for end in ends:
            with_values(usual, {one.path: end})
        assert ends[0] != ends[1] or isinstance(value_at(usual, one.path), int), one.path


def test_all_that_is_fitted_is_screened_over_its_prior_range():
    found = {one.path: one for one in screened(PERIOD)}
    for fitted in fitted_parameters():
        if fitted.applies_to(PERIOD):
            one = found[fitted.path]
            assert one.fitted and one.how == fitted.how
            assert fitted.low <= one.low < one.high <= fitted.high
    assert sum(one.fitted for one in found.values()) < len(found) / 3
    assert len(found) > 100


def test_a_trajectory_moves_every_parameter_once_and_stays_inside():
    points, order = trajectories(5, 7, 1)
    assert points.min() >= 0.0 and points.max() <= 1.0
    steps = np.diff(points, axis=1)
    assert np.abs(steps[steps != 0.0]) == pytest.approx(STEP)
    for place in range(5):
        assert (np.flatnonzero(steps[place])[0] >= 0) and sorted(order[place]) == list(range(7))
        assert (np.argmax(np.abs(steps[place]), axis=1) == order[place]).all()


def test_who_moves_the_figures_comes_out_first(monkeypatch):
    """A model that is a straight line of three of its numbers."""
    held_points, target = fit_points(PERIOD), make_fit_target(PERIOD, None)
    published = np.array([point.observation.value for point in held_points])
    chosen = screened(PERIOD)[:12]
    worth = np.zeros(12)
    worth[[2, 5, 9]] = 0.3, -0.6, 0.1
    points, order = trajectories(4, 12, 3)
    said = published * (1.0 + (points @ worth)[:, :, None])
    rows = ranked(chosen, effects(said, order, PERIOD))
    assert [row["parameter"] for row in rows[:3]] == [chosen[place].path for place in (5, 2, 9)]
    assert rows[0]["effect"] == pytest.approx(2 * rows[1]["effect"]) == pytest.approx(6 * rows[2]["effect"])
    assert all(row["effect"] == pytest.approx(0.0, abs=1e-9) for row in rows[3:])
    assert len(target.train) > 50
    assert screening.STEP < 1.0
