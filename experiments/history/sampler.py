"""Drawing from the posterior, and whether the draws can be trusted.

Hamiltonian Monte Carlo with the slopes of the emulator, on a scale without ends: x = 2 F(z) - 1 with F the normal
distribution function, so that the prior of x between -1 and 1 becomes one of z without walls. Several chains start
apart; the warm-up turns the axes along the spread that they find and sets the size of a step. A sample that has not
converged (split R-hat, effective size, length against autocorrelation) is refused.
"""

from dataclasses import dataclass

import numpy as np

from experiments.history.emulator import Emulator
from sim.arrays import FloatArray
from sim.errors import Refusal

#: The prior is flat between its ends, but for a slight pull to the middle that keeps directions about which
#: the data say nothing from running along an end (standard deviation, where the half range is 1).
PRIOR_SPREAD = 1.2
CHAINS, STEPS, WARM_UP = 16, 800, 250
MOST_DOUBLINGS = 3
LEAPS = 12
WANTED_ACCEPTANCE = 0.8
#: What a sample must reach: split R-hat below, effective draws above, and a chain of so many autocorrelation times.
HIGHEST_RHAT, LEAST_SIZE, LEAST_TIMES = 1.01, 400.0, 50.0
#: A point that is left between the ends: where F has no slope left, chains would never come back.
FARTHEST = 6.0


@dataclass(frozen=True)
class Posterior:
    """Misfit of the emulator against the data, with a prior that is flat inside its ends.

    covariance: of the errors that figures may have besides those of the emulator, (points, points); temperature:
    the misfit is divided by it, so that early waves look wider.
    """

    emulator: Emulator
    covariance: FloatArray
    temperature: float = 1.0

    def __post_init__(self) -> None:
        """Invert the covariance of all errors once."""
        whole = self.covariance + self.emulator.covariance
        object.__setattr__(self, "_inverse", np.linalg.inv(whole))

    def misfit(self, scaled: FloatArray) -> FloatArray:
        """Half the squared errors in units of their covariance, per row."""
        errors = self.emulator(scaled)
        result: FloatArray = 0.5 * ((errors @ self.inverse) * errors).sum(axis=1)
        return result

    @property
    def inverse(self) -> FloatArray:
        """The inverse of the covariance of all errors."""
        found: FloatArray = self.__dict__["_inverse"]
        return found

    def log_density(self, scaled: FloatArray) -> FloatArray:
        """Log posterior density but for a constant, per row; minus infinity outside the prior."""
        inside = (np.abs(scaled) <= 1.0).all(axis=1)
        pull = 0.5 * (scaled**2).sum(axis=1) / PRIOR_SPREAD**2
        return np.where(inside, -self.misfit(np.clip(scaled, -1.0, 1.0)) / self.temperature - pull, -np.inf)

    def slope(self, scaled: FloatArray) -> FloatArray:
        """The derivative of `log_density` inside the prior, (rows, parameters)."""
        pull = self.emulator(scaled) @ self.inverse / self.temperature
        result: FloatArray = -self.emulator.slope(scaled, pull) - scaled / PRIOR_SPREAD**2
        return result


def best_point(posterior: Posterior, start: FloatArray) -> FloatArray:
    """The mode of the posterior, from the best of several starts."""
    from scipy.optimize import minimize

    candidates = [
        minimize(
            lambda at: -float(posterior.log_density(np.clip(at, -1.0, 1.0)[None, :])[0]),
            row,
            jac=lambda at: -posterior.slope(np.clip(at, -1.0, 1.0)[None, :])[0],
            method="L-BFGS-B",
            bounds=[(-1.0, 1.0)] * len(row),
        )
        for row in start
    ]
    best: FloatArray = np.clip(min(candidates, key=lambda found: float(found.fun)).x, -1.0, 1.0)
    return best


# ---- whether a sample has converged --------------------------------------------------------------


@dataclass(frozen=True)
class Convergence:
    """How far a sample has come: the worst over the parameters."""

    rhat: float
    size: float
    times: float
    steps: int

    @property
    def reached(self) -> bool:
        """Whether draws of this sample may be used."""
        return self.rhat < HIGHEST_RHAT and self.size > LEAST_SIZE and self.times >= LEAST_TIMES


class NotConverged(Refusal):
    """A sample that draws must not be taken from."""

    exit_code = 70

    def __init__(self, found: Convergence) -> None:
        self.found = found
        super().__init__("not_converged", rhat=f"{found.rhat:.3f}", size=round(found.size), times=round(found.times))


def convergence(chains: FloatArray) -> Convergence:
    """Split R-hat and effective size of a sample, (chains, steps, parameters), after Gelman and others (2013)."""
    half = chains.shape[1] // 2
    halves = np.concatenate([chains[:, :half], chains[:, half : 2 * half]])
    within = halves.var(axis=1, ddof=1).mean(axis=0)
    between = halves.mean(axis=1).var(axis=0, ddof=1)
    pooled = within * (half - 1) / half + between
    rhat = np.sqrt(pooled / np.maximum(within, 1e-300))
    size = np.array([_effective(halves[:, :, column], pooled[column]) for column in range(halves.shape[2])])
    times = chains.shape[1] * size / (chains.shape[0] * chains.shape[1])
    return Convergence(float(rhat.max()), float(size.min()), float(times.min()), int(chains.shape[1]))


def _effective(halves: FloatArray, pooled: float) -> float:
    """How many independent draws a sample of one parameter is worth (Geyer's monotone pairs)."""
    count, steps = halves.shape
    centred = halves - halves.mean(axis=1, keepdims=True)
    turned = np.fft.rfft(centred, 2 * steps, axis=1)
    shared = np.fft.irfft(np.abs(turned) ** 2, axis=1)[:, :steps] / steps
    within = shared[:, 0].mean() * steps / (steps - 1)
    alike = 1.0 - (within - shared.mean(axis=0)) / max(pooled, 1e-300)
    alike[0] = 1.0
    pairs = alike[: steps // 2 * 2].reshape(-1, 2).sum(axis=1)
    negative = np.flatnonzero(pairs < 0.0)
    pairs = np.minimum.accumulate(pairs[: negative[0] if negative.size else len(pairs)])
    time = max(2.0 * pairs.sum() - 1.0, 1.0 / np.log10(max(count * steps, 10)))
    return float(count * steps / time)


# ---- the sampler ---------------------------------------------------------------------------------


class _Walk:
    """Chains that move together over z; `axes` turns steps along the spread that was found."""

    def __init__(self, posterior: Posterior, start: FloatArray, luck: np.random.Generator) -> None:
        from scipy.special import ndtri

        self.posterior, self.luck = posterior, luck
        self.at: FloatArray = ndtri(np.clip((start + 1.0) / 2.0, 1e-6, 1.0 - 1e-6))
        self.axes: FloatArray = np.eye(start.shape[1])
        self.size = 0.1
        self.density, self.pull = self._about(self.at)

    def _about(self, at: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Log density and its derivative to z."""
        from scipy.special import ndtr

        scaled = 2.0 * ndtr(at) - 1.0
        stretch = 2.0 * np.exp(-0.5 * at**2) / np.sqrt(2.0 * np.pi)
        far = (np.abs(at) > FARTHEST).any(axis=1)
        density = np.where(far, -np.inf, self.posterior.log_density(scaled) - 0.5 * (at**2).sum(axis=1))
        return density, self.posterior.slope(scaled) * stretch - at

    def step(self) -> float:
        """One proposal for every chain; tells the mean chance of acceptance."""
        speed = self.luck.standard_normal(self.at.shape)
        energy = self.density - 0.5 * (speed**2).sum(axis=1)
        size = self.size * self.luck.uniform(0.8, 1.2)
        at, pull = self.at, self.pull
        for leap in range(int(self.luck.integers(LEAPS // 2, LEAPS + 1))):
            speed = speed + (0.5 if leap == 0 else 1.0) * size * pull @ self.axes
            at = at + size * speed @ self.axes.T
            density, pull = self._about(at)
        speed = speed + 0.5 * size * pull @ self.axes
        change = density - 0.5 * (speed**2).sum(axis=1) - energy
        chance = np.exp(np.minimum(np.nan_to_num(change, nan=-np.inf), 0.0))
        taken = self.luck.random(len(at)) < chance
        self.at = np.where(taken[:, None], at, self.at)
        self.density = np.where(taken, density, self.density)
        self.pull = np.where(taken[:, None], pull, self.pull)
        return float(chance.mean())

    def warm_up(self, steps: int) -> None:
        """Set the size of a step, and turn the axes along the spread of what was passed."""
        passed = []
        for number in range(steps):
            self.size *= float(np.exp((self.step() - WANTED_ACCEPTANCE) / np.sqrt(number / 4.0 + 1.0)))
            passed.append(self.at)
        seen = np.concatenate(passed[steps // 3 :])
        spread = np.cov(seen.T).reshape(seen.shape[1], -1)
        self.axes = np.asarray(np.linalg.cholesky(spread + 1e-6 * np.eye(seen.shape[1])), dtype=np.float64)
        self.size = min(1.0, 1.6 / self.at.shape[1] ** 0.25) if steps else self.size


def sample_chains(posterior: Posterior, start: FloatArray, seed: int, steps: int, warm_up: int) -> FloatArray:
    """Chains of draws from the posterior, (chains, steps, parameters), from around a point."""
    from scipy.special import ndtr

    luck = np.random.default_rng(seed)
    apart = np.clip(start + 0.2 * luck.standard_normal((CHAINS, start.size)), -0.999, 0.999)
    walk = _Walk(posterior, apart, luck)
    for _ in range(3):
        walk.warm_up(warm_up)
    for number in range(warm_up // 2):
        walk.size *= float(np.exp((walk.step() - WANTED_ACCEPTANCE) / np.sqrt(number + 1.0)))
    kept = np.empty((CHAINS, steps, start.size))
    for number in range(steps):
        walk.step()
        kept[:, number] = walk.at
    result: FloatArray = 2.0 * ndtr(kept) - 1.0
    return result


def sample(
    posterior: Posterior, start: FloatArray, seed: int, steps: int = STEPS, warm_up: int = WARM_UP
) -> tuple[FloatArray, Convergence]:
    """Draws from the posterior, (many, parameters), once they have converged. Raises NotConverged.

    A sample that falls short is drawn again with twice as many steps, a few times.
    """
    for _ in range(MOST_DOUBLINGS + 1):
        chains = sample_chains(posterior, start, seed, steps, warm_up)
        found = convergence(chains)
        if found.reached:
            return chains.reshape(-1, start.size), found
        steps *= 2
    raise NotConverged(found)
