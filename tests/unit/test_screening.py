"""A screening: every number of the model is moved inside what it allows, and who matters comes out first."""

import numpy as np
import pytest

from experiments.history import screening
from experiments.history.backtest import fit_points
from experiments.history.calibration import make_fit_target
from experiments.history.screening import (
    STEP,
    effects,
    kept_screening,
    largest,
    moved,
    outcome_effects,
    ranked,
    rows_in_force,
    screened,
    trajectories,
)
from experiments.run.ensemble import fitted_parameters
from experiments.run.headline import headlines
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
    rows = ranked(chosen, effects(said, order, PERIOD), np.zeros((*order.shape, len(headlines()))))
    assert [row["parameter"] for row in rows[:3]] == [chosen[place].path for place in (5, 2, 9)]
    assert rows[0]["effect"] == pytest.approx(2 * rows[1]["effect"]) == pytest.approx(6 * rows[2]["effect"])
    assert all(row["effect"] == pytest.approx(0.0, abs=1e-9) for row in rows[3:])
    assert len(target.train) > 50
    assert screening.STEP < 1.0


def test_effects_on_outcomes_are_in_their_spread_whatever_their_unit():
    """Two outcomes of one straight line, one in persons and one in millions, and one that never differs."""
    worth = np.array([0.0, 2.0, -1.0, 4.0])
    points, order = trajectories(6, 4, 5)
    line = points @ worth
    said = np.stack([line, 1.0e6 * line + 3.0, np.full(line.shape, 7.0)], axis=2)
    found = outcome_effects(said, order)
    assert found.shape == (6, 4, 3)
    assert found[:, :, 0] == pytest.approx(found[:, :, 1])
    assert found[:, :, 2].max() == 0.0
    assert found.mean(axis=0)[:, 0] == pytest.approx(np.abs(worth) / line.std())


def test_runs_whose_values_clash_say_nothing():
    points, order = trajectories(3, 4, 5)
    said = (points @ np.ones(4))[:, :, None].copy()
    said[1, 2] = np.nan
    assert np.isfinite(outcome_effects(said, order)).all()


def test_the_largest_are_those_that_move_outcomes_most_and_are_not_measured():
    def row(name, status, mean, effect):
        return {"parameter": name, "status": status, "effect": effect, "headline": {"mean": mean}}

    rows = [row("a", "measured", 9.0, 9.0), row("b", "assumed", 1.0, 8.0), row("c", "estimated", 3.0, 0.1),
            row("d", "assumed", 2.0, 0.2)]  # fmt: skip
    assert [one["parameter"] for one in largest(rows, 2)] == ["c", "d"]


def test_the_kept_screening_tells_of_every_headline_outcome():
    rows = kept_screening(PERIOD)["parameters"]
    assert all(set(row["headline"]) == {"mean", *headlines()} for row in rows)
    assert len(largest(rows, 10)) == 10


def test_a_dated_parameter_is_founded_as_it_is_on_most_days():
    """The share of Syrians is estimated for 2019 to 2024, and assumed only for what comes after December 2024."""
    rows = rows_in_force(PERIOD)
    assert rows["nareis.syrian_share"]["status"] == "estimated"
    assert {one.path for one in screened(PERIOD)} <= set(rows)
