"""Fitting the model to history: which parameter sets does what was published allow?

The method, in order. (1) A scrambled Sobol design over the prior ranges (scipy `qmc`), one run with luck of
its own per point. (2) Per published figure a quadratic surface through the relative error, by ridge
regression, runs near the data weighing more. (3) The posterior: each error is divided by the tolerance of its
series, joined with what the surface does not explain; a series counts as at most as many independent points
as `held_against.csv` says, because points of one series err together. (4) `emcee` samples the posterior on
the surface; the next wave runs the model itself on such draws; (2)-(4) are repeated. (5) The last sample is
thinned to the ensemble and run once more; the best draw is the mode of the posterior, run several times.

A wave is written down chunk by chunk, so that a fit that was killed goes on where it was. Left out: parameters per
period or province; a parameter changes over time only where the baseline has a dated step.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.history.backtest import DrawTask, Point, held_against, points, run_draws
from experiments.run.ensemble import Ensemble, Fitted, ensemble_name, fitted_parameters
from experiments.run.provenance import behind_fit, inputs, made_here, version
from models.parameters import PERIODS
from sim.arrays import FloatArray
from sim.calendar import day_number
from sim.errors import Allowed, WrongInput, one_of
from sim.snapshot import load, save

CALIBRATION_SEED = 2019
#: Runs in each wave: the first is spread evenly, each next one lies nearer, the points of the last are the draws.
WAVES = (1024, 384, 384, 384, 60)
CHUNK = 32
WALKERS = 96
BEST_RUNS = 16
STEPS = 2500
BURN_IN = 1000
RIDGE = 0.3
#: The prior is flat between its ends, but for a slight pull to the middle that keeps directions about which
#: the data say nothing from running along an end (standard deviation, where the half range is 1).
PRIOR_SPREAD = 1.2

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class FitTarget:
    """What is fitted: parameters between their prior ends, to which published points."""

    scenario: str
    train_until: str | None
    seed: int
    paths: tuple[str, ...]
    low: FloatArray
    high: FloatArray
    train: tuple[int, ...]

    def natural(self, scaled: FloatArray) -> FloatArray:
        """Parameters in their own units, from the scale where the prior range is [-1, 1]."""
        return self.low + (scaled + 1.0) / 2.0 * (self.high - self.low)


def make_fit_target(scenario: str, train_until: str | None, seed: int = CALIBRATION_SEED) -> FitTarget:
    """Choose parameters and points. Raises WrongInput when nothing is left to fit on."""
    if scenario not in PERIODS:
        raise WrongInput(file="calibrate", value=scenario, allowed=one_of(PERIODS))
    last = day_number(train_until) if train_until else 10**9
    chosen: Sequence[Fitted] = fitted_parameters()
    train = tuple(
        index
        for index, point in enumerate(points(scenario))
        if point.held.fitted and point.observation.last_day <= last and point.observation.value > 0
    )
    if len(train) < len(chosen):
        value, allowed = train_until or "", Allowed("later_date")
        raise WrongInput("too_few_to_fit", file="calibrate", field="--train-until", value=value, allowed=allowed)
    if train_until and not any(point.held.fitted and point.observation.last_day > last for point in points(scenario)):
        value, allowed = train_until, Allowed("earlier_date")
        raise WrongInput("nothing_to_test", file="calibrate", field="--train-until", value=value, allowed=allowed)
    low, high = (np.array([getattr(fitted, end) for fitted in chosen]) for end in ("low", "high"))
    return FitTarget(scenario, train_until, seed, tuple(fitted.path for fitted in chosen), low, high, train)


# ---- running the model ---------------------------------------------------------------------------


def run_wave(
    target: FitTarget, wave: int, scaled: FloatArray, folder: Path, workers: int, report: Report
) -> FloatArray:
    """Run the model once per row and return its counterpart of every point; finished chunks are read back."""
    folder.mkdir(parents=True, exist_ok=True)
    natural = target.natural(scaled)
    values = []
    for begin in range(0, len(scaled), CHUNK):
        report(f"wave {wave + 1}", begin, len(scaled))
        file = folder / f"wave-{wave}-{begin:05d}.bin"
        rows = natural[begin : begin + CHUNK]
        found = _finished(file, rows, len(points(target.scenario)))
        if found is None:
            seed = target.seed + 1000 * wave + begin
            found = run_draws(DrawTask(target.scenario, target.paths, rows, seed), workers)
            save(file, {"draws": rows, "values": found}, {"wave": wave, "begin": begin})
        values.append(found)
    report(f"wave {wave + 1}", len(scaled), len(scaled))
    return np.concatenate(values)


def _finished(file: Path, rows: FloatArray, count: int) -> FloatArray | None:
    """A chunk that was finished earlier for exactly these draws; None when there is none or it is damaged."""
    try:
        arrays, _ = load(file)
    except (OSError, ValueError, WrongInput):
        return None
    if arrays["draws"].shape != rows.shape or not np.array_equal(arrays["draws"], rows):
        return None
    if arrays["values"].shape != (len(rows), count):
        return None
    return np.asarray(arrays["values"], dtype=np.float64)


# ---- the emulator --------------------------------------------------------------------------------


def features(scaled: FloatArray) -> FloatArray:
    """Constant, linear, square and product terms: (rows, parameters) gives (rows, 1 + 2p + p(p-1)/2)."""
    rows, count = scaled.shape
    first, second = np.triu_indices(count)
    return np.concatenate([np.ones((rows, 1)), scaled, scaled[:, first] * scaled[:, second]], axis=1)


@dataclass(frozen=True)
class Emulator:
    """A quadratic surface per published figure: relative error from parameters; (features, points)."""

    coefficients: FloatArray
    unexplained: FloatArray

    def __call__(self, scaled: FloatArray) -> FloatArray:
        """Predicted relative error, (rows, points)."""
        return features(scaled) @ self.coefficients


def fit_emulator(scaled: FloatArray, errors: FloatArray, weights: FloatArray) -> Emulator:
    """Ridge regression with weights per run; `unexplained` is the weighted spread of what is left."""
    from scipy.linalg import solve

    design = features(scaled)
    root = np.sqrt(weights)[:, None]
    weighted = design * root
    penalty = RIDGE * np.eye(design.shape[1])
    penalty[0, 0] = 0.0
    coefficients = solve(weighted.T @ weighted + penalty, weighted.T @ (errors * root), assume_a="pos")
    left = errors - design @ coefficients
    # What the weighted squares of the residuals add up to when every run has unit noise.
    inverse = solve(weighted.T @ weighted + penalty, np.eye(design.shape[1]), assume_a="pos")
    twice = inverse @ ((weighted * root).T @ (weighted * root))
    bent = inverse @ (weighted.T @ weighted) @ twice
    freedom = max(float(weights.sum() - 2.0 * np.trace(twice) + np.trace(bent)), 1.0)
    spread = np.sqrt((weights[:, None] * left**2).sum(axis=0) / freedom)
    return Emulator(coefficients, spread)


# ---- the posterior -------------------------------------------------------------------------------


def point_weights(held_points: Sequence[Point], train: Sequence[int]) -> tuple[FloatArray, FloatArray]:
    """Tolerance (relative) and weight of each training point; a series weighs as its independent points."""
    counts: dict[tuple[str, str], int] = {}
    for index in train:
        held = held_points[index].held
        counts[held.series, held.areas] = counts.get((held.series, held.areas), 0) + 1
    tolerance, weight = [], []
    for index in train:
        held = held_points[index].held
        assert held.tolerance_percent is not None
        tolerance.append(held.tolerance_percent / 100.0)
        weight.append(min(1.0, held.independent_points / counts[held.series, held.areas]))
    return np.array(tolerance), np.array(weight)


@dataclass(frozen=True)
class Posterior:
    """Misfit of the emulator against the data, with a prior that is flat inside its ends."""

    emulator: Emulator
    tolerance: FloatArray
    weight: FloatArray

    def misfit(self, scaled: FloatArray) -> FloatArray:
        """Half the weighted sum of squared errors, per row."""
        variance = self.tolerance**2 + self.emulator.unexplained**2
        result: FloatArray = 0.5 * (self.emulator(scaled) ** 2 / variance * self.weight).sum(axis=1)
        return result

    def log_density(self, scaled: FloatArray) -> FloatArray:
        """Log posterior density but for a constant, per row; minus infinity outside the prior."""
        inside = (np.abs(scaled) <= 1.0).all(axis=1)
        pull = 0.5 * (scaled**2).sum(axis=1) / PRIOR_SPREAD**2
        return np.where(inside, -self.misfit(np.clip(scaled, -1.0, 1.0)) - pull, -np.inf)


def best_point(posterior: Posterior, start: FloatArray) -> FloatArray:
    """The mode of the posterior, from the best of several starts."""
    from scipy.optimize import minimize

    candidates = [
        minimize(
            lambda at: -float(posterior.log_density(np.clip(at, -1.0, 1.0)[None, :])[0]),
            row,
            method="L-BFGS-B",
            bounds=[(-1.0, 1.0)] * len(row),
        )
        for row in start
    ]
    best: FloatArray = np.clip(min(candidates, key=lambda found: float(found.fun)).x, -1.0, 1.0)
    return best


def sample(
    posterior: Posterior, start: FloatArray, seed: int, steps: int = STEPS, burn_in: int = BURN_IN
) -> FloatArray:
    """Draws from the posterior, (many, parameters), by the affine-invariant sampler of `emcee`."""
    import emcee

    luck = np.random.default_rng(seed)
    count = start.size
    begin = np.clip(start + 0.1 * luck.standard_normal((WALKERS, count)), -0.999, 0.999)
    sampler = emcee.EnsembleSampler(WALKERS, count, posterior.log_density, vectorize=True)
    sampler.random_state = np.random.RandomState(seed).get_state()
    sampler.run_mcmc(begin, steps, progress=False)
    drawn: FloatArray = sampler.get_chain(discard=burn_in, thin=10, flat=True)
    return drawn


# ---- the whole -----------------------------------------------------------------------------------


def relative_errors(target: FitTarget, values: FloatArray) -> FloatArray:
    """(simulated - published) / published for the training points; (runs, training points)."""
    held_points = points(target.scenario)
    observed = np.array([held_points[index].observation.value for index in target.train])
    result: FloatArray = (values[:, list(target.train)] - observed) / observed
    return result


def calibrate(
    scenario: str,
    train_until: str | None = None,
    *,
    seed: int = CALIBRATION_SEED,
    work: Path,
    workers: int = 1,
    report: Report = lambda label, done, total: None,
    waves: Sequence[int] = WAVES,
) -> Ensemble:
    """Fit the parameters to everything published until a day; the module tells the method.

    `work` is a folder for finished chunks; a second call with the same model, figures and seed goes on from there.
    """
    from scipy.stats import qmc

    target = make_fit_target(scenario, train_until, seed)
    held_points = points(scenario)
    tolerance, weight = point_weights(held_points, target.train)
    name = ensemble_name(scenario, train_until)
    made = behind_fit(scenario) | made_here() | {"inputs": inputs(scenario)}
    folder = work / "-".join(str(part) for part in (name, seed, *made.values()))
    count = len(target.paths)
    scaled = 2.0 * qmc.Sobol(count, rng=seed).random(waves[0]) - 1.0
    values = run_wave(target, 0, scaled, folder, workers, report)
    drawn = scaled
    posterior: Posterior | None = None
    for wave, size in enumerate(waves[1:], start=1):
        errors = relative_errors(target, values)
        near = _nearness(errors, tolerance, weight)
        # Nearness by the surface, not by the luck of a run: else runs with luck towards the data would bend it.
        near = _nearness(fit_emulator(scaled, errors, near)(scaled), tolerance, weight)
        posterior = Posterior(fit_emulator(scaled, errors, near), tolerance, weight)
        report("adjust", wave, len(waves) - 1)
        order = np.argsort(_real_misfit(errors, tolerance, weight), kind="stable")
        mode = best_point(posterior, scaled[order[:8]])
        drawn = sample(posterior, mode, seed + wave)
        chosen = _spread(drawn, size, seed + wave)
        new = run_wave(target, wave, chosen, folder, workers, report)
        scaled, values = np.concatenate([scaled, chosen]), np.concatenate([values, new])
    assert posterior is not None
    own = _real_misfit(relative_errors(target, values[-waves[-1] :]), tolerance, weight)
    best = run_wave(target, len(waves), np.repeat(mode[None, :], BEST_RUNS, axis=0), folder, workers, report)
    about = _about(target, posterior, drawn, own, mode, len(values) + BEST_RUNS)
    about["best_misfit"] = float(_real_misfit(relative_errors(target, best), tolerance, weight).mean())
    draws, at_mode = target.natural(scaled[-waves[-1] :]), target.natural(mode[None, :])[0]
    return Ensemble(name, target.paths, draws, at_mode, own, about)


def _real_misfit(errors: FloatArray, tolerance: FloatArray, weight: FloatArray) -> FloatArray:
    result: FloatArray = 0.5 * (errors**2 / tolerance**2 * weight).sum(axis=1)
    return result


def _nearness(errors: FloatArray, tolerance: FloatArray, weight: FloatArray) -> FloatArray:
    """Weight of each run in the regression: runs near the data tell most about the surface there."""
    misfit = _real_misfit(errors, tolerance, weight)
    scale = max(float(np.quantile(misfit, 0.2)), 1.0)
    return 1.0 / (1.0 + (misfit / scale) ** 2)


def _spread(drawn: FloatArray, size: int, seed: int) -> FloatArray:
    """`size` draws from a sample, without two of the same."""
    luck = np.random.default_rng(seed)
    return drawn[luck.choice(len(drawn), size=size, replace=False)]


def information(posterior: Posterior, held_points: Sequence[Point], target: FitTarget, at: FloatArray) -> FloatArray:
    """How much each series tells about each parameter: (series, parameters), 0 is nothing.

    The Fisher information of the series at the mode, on the scale where the half prior range is 1.
    """
    step = 0.02
    series = sorted({_series_key(held_points[index]) for index in target.train})
    told = np.zeros((len(series), at.size))
    variance = posterior.tolerance**2 + posterior.emulator.unexplained**2
    for column in range(at.size):
        up, down = at.copy(), at.copy()
        up[column], down[column] = min(at[column] + step, 1.0), max(at[column] - step, -1.0)
        slope = (posterior.emulator(up[None, :]) - posterior.emulator(down[None, :]))[0] / (up[column] - down[column])
        told_by_point = slope**2 / variance * posterior.weight
        for place, index in enumerate(target.train):
            told[series.index(_series_key(held_points[index])), column] += told_by_point[place]
    return told


def _series_key(point: Point) -> str:
    return f"{point.held.series}:{point.held.areas}"


def _about(
    target: FitTarget, posterior: Posterior, drawn: FloatArray, own: FloatArray, mode: FloatArray, runs: int
) -> dict[str, Any]:
    """Everything that must stand beside an ensemble; plain values."""
    held_points = points(target.scenario)
    natural = target.natural(drawn)
    low, middle, high = np.quantile(natural, [0.1, 0.5, 0.9], axis=0)
    told = information(posterior, held_points, target, mode)
    names = sorted({_series_key(held_points[index]) for index in target.train})
    correlation: FloatArray = np.asarray(np.corrcoef(drawn.T))
    prior_sd, best = 2.0 / np.sqrt(12.0), target.natural(mode[None, :])[0]
    return {
        "scenario": target.scenario,
        "train_until": target.train_until,
        "version": version(),
        **behind_fit(target.scenario),
        "seed": target.seed,
        "runs": runs,
        "points": len(target.train),
        "best_misfit_of_surface": float(posterior.misfit(mode[None, :])[0]),
        "mean_misfit": float(own.mean()),
        "parameters": [
            {
                "parameter": path,
                "prior_low": float(target.low[column]),
                "prior_high": float(target.high[column]),
                "low": float(low[column]),
                "middle": float(middle[column]),
                "high": float(high[column]),
                "best": float(best[column]),
                "width_left": float(drawn[:, column].std() / prior_sd),
                "told_by": {name: round(float(told[row, column]), 3) for row, name in enumerate(names)},
            }
            for column, path in enumerate(target.paths)
        ],
        "correlations": [
            {"a": target.paths[a], "b": target.paths[b], "correlation": round(float(correlation[a, b]), 2)}
            for a in range(len(mode))
            for b in range(a)
            if abs(correlation[a, b]) >= 0.4
        ],
        "weights": [
            {"series": held.series, "areas": held.areas, "tolerance_percent": held.tolerance_percent,
             "independent_points": held.independent_points}
            for held in held_against()
            if held in {held_points[index].held for index in target.train}
        ],
    }  # fmt: skip
