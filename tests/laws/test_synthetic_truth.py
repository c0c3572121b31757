"""Law: where the truth is known, the fit's 80 per cent intervals hold it about 80 per cent of the time.

A truth is drawn from the prior; its figures are one run of it, with luck, an error that lasts and rounding laid over.
The fit sees the figures only, and learns from a design of runs with luck of their own.
"""

import dataclasses

import numpy as np
import pytest
from known_truths import PRIOR, Fits, published_as, surface_only
from scipy.stats import qmc

from experiments.history.backtest import DrawTask, fit_points, published_until, run_draws
from experiments.history.calibration import ROUNDING, fit_errors, make_fit_target, point_weights, usual_discrepancy
from experiments.run.discrepancy import Discrepancy
from sim.replications import replicate

PERIOD = "prop-2021"
TRUTHS, DESIGN = 100, 1024


def share_held(fits, count, workers=1):
    done = replicate(fits, range(1, count + 1), workers).all_or_error()
    return np.mean([found for _, found in done])


def test_a_few_truths_of_a_cheap_model_are_held():
    luck = np.random.default_rng(11)
    count, figures, truths = 5, 24, 9
    slopes, bends = luck.normal(0, 0.25, (count, figures)), luck.normal(0, 0.1, (count, figures))
    keys = [(f"series {place % 4}:country", "Nederland") for place in range(figures)]
    days = np.arange(figures) * 45.0
    lacks = Discrepancy({key: 0.08 for key, _ in keys}, 365.0)

    def model(at):
        whole = 100.0 * np.exp(np.sin(1.5 * at) @ slopes + at**2 @ bends)
        return whole * (1.0 + 0.02 * luck.standard_normal(whole.shape))

    design = 2.0 * qmc.Sobol(count, rng=3).random(128) - 1.0
    known = PRIOR.rvs((truths, count), random_state=luck)
    covariance = lacks.covariance(keys, days) + ROUNDING**2 * np.eye(figures)
    fits = Fits(
        design, model(design), known, published_as(model(known), keys, days, lacks, 1), covariance,
        np.sqrt(np.diag(covariance)), np.ones(figures), surface_only,
    )  # fmt: skip
    assert 0.68 <= share_held(fits, truths) <= 0.94  # forty-five intervals
    # Of figures that lie further off, a fit without a term for what the model lacks is far too sure of itself.
    lacks = Discrepancy({key: 0.25 for key, _ in keys}, 365.0)
    sure = dataclasses.replace(
        fits, truths=np.zeros((3, count)), covariance=ROUNDING**2 * np.eye(figures),
        published=published_as(model(np.zeros((3, count))), keys, days, lacks, 90),
    )  # fmt: skip
    assert share_held(sure, 3) < 0.5


@pytest.mark.full
def test_a_hundred_truths_of_the_model_are_held():
    """A run without a figure (nobody waits) gives none to be fitted on, as where it was published as nothing."""
    target, held_points = make_fit_target(PERIOD, None), fit_points(PERIOD)
    train, lacks = list(target.train), usual_discrepancy()
    chosen = [held_points[index] for index in train]
    keys = [(point.held.key, point.observation.area) for point in chosen]
    days = np.array([(point.observation.first_day + point.observation.last_day) / 2.0 for point in chosen])
    design = 2.0 * qmc.Sobol(len(target.paths), rng=3).random(DESIGN) - 1.0
    truths = PRIOR.rvs((TRUTHS, len(target.paths)), random_state=np.random.default_rng(5))
    rows = target.natural(np.concatenate([design, truths]))
    values = run_draws(DrawTask(PERIOD, target.paths, rows, 77, published_until(PERIOD)), 2)[:, train]
    fits = Fits(
        design, values[:DESIGN], truths, published_as(values[DESIGN:], keys, days, lacks, 5),
        fit_errors(held_points, train, lacks), *point_weights(held_points, target.train),
    )  # fmt: skip
    assert 0.75 <= share_held(fits, TRUTHS, 2) <= 0.86
