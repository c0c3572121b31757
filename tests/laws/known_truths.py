"""Truths that are known: figures as they might have been published, and whether a fit to them holds the truth."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import truncnorm

from experiments.history.calibration import ROUNDING, nearness
from experiments.history.emulator import Emulator, best_surface, learn
from experiments.history.sampler import PRIOR_SPREAD, Posterior, best_point, sample_chains
from experiments.run.discrepancy import LEAST_LEFT, Discrepancy
from sim.arrays import FloatArray

#: As the prior of the sampler: flat but for a slight pull to the middle.
PRIOR = truncnorm(-1.0 / PRIOR_SPREAD, 1.0 / PRIOR_SPREAD, 0.0, PRIOR_SPREAD)
STEPS, WARM_UP = 120, 40
Learn = Callable[[FloatArray, FloatArray, FloatArray], Emulator]


def surface_only(scaled: FloatArray, errors: FloatArray, weights: FloatArray) -> Emulator:
    """The emulator without processes, which is enough for a model that bends little."""
    return best_surface(scaled, errors, weights)[0]


@dataclass(frozen=True)
class Fits:
    """Fits to what was published of each truth, all from one design; number k is truth k. Plain values, so it travels.

    values: what the model says in the design, (runs, figures); published: (truths, figures); covariance: of the errors
    that figures may have besides those of the emulator; tolerance, weight: of each figure, for how near a run lies.
    """

    design: FloatArray
    values: FloatArray
    truths: FloatArray
    published: FloatArray
    covariance: FloatArray
    tolerance: FloatArray
    weight: FloatArray
    learn: Learn = learn

    def __call__(self, number: int) -> FloatArray:
        """Per parameter 1 where the 80 per cent interval holds the truth, else 0."""
        truth, published = self.truths[number - 1], self.published[number - 1]
        known = np.flatnonzero(published > 0.0)  # as a fit leaves out what was published as nothing
        errors = self.values[:, known] / published[known] - 1.0
        near = nearness(self.design, errors, self.tolerance[known], self.weight[known])
        posterior = Posterior(self.learn(self.design, errors, near), self.covariance[np.ix_(known, known)])
        mode = best_point(posterior, self.design[np.argsort(-near)[:3]])
        drawn = sample_chains(posterior, mode, number, STEPS, WARM_UP).reshape(-1, len(truth))
        low, high = np.quantile(drawn, [0.1, 0.9], axis=0)
        found: FloatArray = ((low <= truth) & (truth <= high)).astype(np.float64)
        return found


def published_as(
    values: FloatArray, keys: list[tuple[str, str]], days: FloatArray, lacks: Discrepancy, seed: int
) -> FloatArray:
    """Figures as they might have been published of each run, (runs, figures), with an error that lasts and rounding.

    An error is that of the model against what was published, as a fit reads it and as years outside a fit measure it.
    """
    errors = lacks.errors(keys, days, seed, range(1, len(values) + 1))
    rounding = ROUNDING * np.random.default_rng(seed).standard_normal(values.shape)
    result: FloatArray = values / np.maximum(1.0 + errors + rounding, LEAST_LEFT)
    return result
