"""Fitting the model to history: which parameter sets does what was published allow?

The method, in order. (1) A scrambled Sobol design over the prior ranges (scipy `qmc`), one run with luck of
its own per point; every fit of a period shares it. (2) A stand-in for the model (`emulator`). (3) The posterior
(`sampler`): the errors in units of what the emulator leaves, the luck of a run, rounding, and the discrepancy, which
is what the model lacks, as an error per series that fades with time (`experiments.run.discrepancy`). (4) History
matching: each next wave runs the model itself on draws from a posterior that is cooled step by step, without those
that two series call implausible; (2) and (3) are repeated with all runs. (5) The last sample, once converged, is
thinned to the ensemble and run once more; the best draw is the mode of the posterior, run several times.

A wave is written down chunk by chunk, so that a fit that was killed goes on where it was. Left out: parameters per
period or province; a parameter changes over time only where the baseline has a dated step.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.history.backtest import DrawTask, Point, fit_points, held_against, published_until, run_draws
from experiments.history.emulator import best_surface, learn
from experiments.history.sampler import Posterior, best_point, sample, sample_chains
from experiments.run.discrepancy import Discrepancy
from experiments.run.ensemble import Ensemble, Fitted, ensemble_name, fitted_parameters
from experiments.run.provenance import behind_fit, inputs, made_here, version
from models.parameters import PERIODS
from sim.arrays import FloatArray
from sim.calendar import date_of, day_number
from sim.errors import Allowed, WrongInput, one_of
from sim.snapshot import load, save

CALIBRATION_SEED = 2019
#: Runs in each wave: the first is spread evenly, each next one lies nearer, the points of the last are the draws.
WAVES = (1024, 256, 256, 256, 124)
#: How warm the posterior is from which each next wave is drawn, the last as it is.
TEMPERATURES = (16.0, 4.0, 1.0)
#: Steps and warm-up of the chains that choose a wave; draws of the ensemble take as many as they need.
WAVE_STEPS, WAVE_WARM_UP = 150, 80
CHUNK = 128
BEST_RUNS = 16
#: A run is implausible when its second worst series lies further off than so many standard deviations.
IMPLAUSIBLE = 3.0
#: What rounding and definitions leave of a published figure, as a relative error.
ROUNDING = 0.01
#: How long an error of the model lasts when no year outside a fit has said so.
USUAL_DAYS = 365.0
FEWEST_POINTS = 12
VOLUME_POINTS = 4096

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
        for index, point in enumerate(fit_points(scenario))
        if point.held.fitted and point.observation.last_day <= last and point.observation.value > 0
    )
    if len(train) < FEWEST_POINTS:
        value, allowed = train_until or "", Allowed("later_date")
        raise WrongInput("too_few_to_fit", file="calibrate", field="--train-until", value=value, allowed=allowed)
    if train_until and not any(
        point.held.fitted and point.observation.last_day > last for point in fit_points(scenario)
    ):
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
        found = _finished(file, rows, len(fit_points(target.scenario)))
        if found is None:
            seed = target.seed + 1000 * wave + begin
            found = run_draws(
                DrawTask(target.scenario, target.paths, rows, seed, published_until(target.scenario)), workers
            )
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


def fit_errors(held_points: Sequence[Point], train: Sequence[int], discrepancy: Discrepancy) -> FloatArray:
    """The covariance of the relative errors that training points may have beside those of one run."""
    chosen = [held_points[index] for index in train]
    keys = [(point.held.key, point.observation.area) for point in chosen]
    days = np.array([(point.observation.first_day + point.observation.last_day) / 2.0 for point in chosen])
    return discrepancy.covariance(keys, days) + ROUNDING**2 * np.eye(len(chosen))


def usual_discrepancy() -> Discrepancy:
    """The errors that a fit begins with: the tolerances of `held_against.csv`."""
    sizes = {held.key: held.tolerance_percent / 100.0 for held in held_against() if held.tolerance_percent is not None}
    return Discrepancy(sizes, USUAL_DAYS)


def implausibility(posterior: Posterior, series: Sequence[str], scaled: FloatArray) -> FloatArray:
    """How far off the second worst series is, in standard deviations of all that may be off, per row."""
    errors = posterior.emulator(scaled)
    whole = posterior.covariance + posterior.emulator.covariance
    names = np.array(series)
    off = []
    for name in dict.fromkeys(series):
        mine = np.flatnonzero(names == name)
        inverse = np.linalg.inv(whole[np.ix_(mine, mine)])
        off.append(np.sqrt(((errors[:, mine] @ inverse) * errors[:, mine]).sum(axis=1) / len(mine)))
    result: FloatArray = np.sort(np.array(off), axis=0)[-min(2, len(off))]
    return result


# ---- the whole -----------------------------------------------------------------------------------


def relative_errors(target: FitTarget, values: FloatArray) -> FloatArray:
    """(simulated - published) / published for the training points; (runs, training points)."""
    held_points = fit_points(target.scenario)
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
    discrepancy: Discrepancy | None = None,
) -> Ensemble:
    """Fit the parameters to everything published until a day; the module tells the method.

    `work` is a folder for finished chunks; a second call with the same model, figures and seed goes on from there.
    `discrepancy` is what the model lacks, from years that no fit has seen; without it the tolerances stand for it.
    Raises NotConverged when the draws could not be trusted.
    """
    target = make_fit_target(scenario, train_until, seed)
    name = ensemble_name(scenario, train_until)
    made = behind_fit(scenario) | made_here() | {"inputs": inputs(scenario)}
    folder = work / "-".join(str(part) for part in (scenario, seed, *made.values()))
    fit = _Fit(target, discrepancy or usual_discrepancy(), folder, name, workers, report)
    fit.first(waves[0])
    for wave, size in enumerate(waves[1:], start=1):
        fit.next(wave, size, TEMPERATURES[min(wave, len(TEMPERATURES)) - 1], last=wave == len(waves) - 1)
    return fit.ensemble(waves[-1])


class _Fit:
    """A fit on its way: the runs so far, and the posterior that they give."""

    def __init__(
        self, target: FitTarget, discrepancy: Discrepancy, folder: Path, name: str, workers: int, report: Report
    ) -> None:
        self.target, self.discrepancy, self.folder, self.name = target, discrepancy, folder, name
        self.workers, self.report = workers, report
        held_points = fit_points(target.scenario)
        self.tolerance, self.weight = point_weights(held_points, target.train)
        self.series = [held_points[index].held.key for index in target.train]
        self.covariance = fit_errors(held_points, target.train, discrepancy)
        self.volumes: list[float] = []

    def first(self, size: int) -> None:
        """Run the design that every fit of a period shares."""
        from scipy.stats import qmc

        count = len(self.target.paths)
        self.scaled: FloatArray = 2.0 * qmc.Sobol(count, rng=self.target.seed).random(size) - 1.0
        self.values = run_wave(self.target, 0, self.scaled, self.folder, self.workers, self.report)

    def next(self, wave: int, size: int, temperature: float, *, last: bool) -> None:
        """Learn from the runs so far, and run the model where they point."""
        self.posterior = self._learn(temperature)
        seed = self.target.seed + wave
        order = np.argsort(_real_misfit(self._errors(), self.tolerance, self.weight), kind="stable")
        self.mode = best_point(self.posterior, self.scaled[order[:4]])
        if last:
            self.drawn, self.convergence = sample(self.posterior, self.mode, seed)
            chosen = _spread(self.drawn, size, seed)
        else:
            chains = sample_chains(self.posterior, self.mode, seed, WAVE_STEPS, WAVE_WARM_UP)
            chosen = self._plausible(_spread(chains.reshape(-1, self.mode.size), 4 * size, seed), size)
        new = run_wave(self.target, wave, chosen, self.folder / self.name, self.workers, self.report)
        self.scaled, self.values = np.concatenate([self.scaled, chosen]), np.concatenate([self.values, new])

    def _errors(self) -> FloatArray:
        return relative_errors(self.target, self.values)

    def _learn(self, temperature: float) -> Posterior:
        """The posterior that the runs so far give."""
        self.report("adjust", len(self.volumes) + 1, len(TEMPERATURES) + 1)
        errors = self._errors()
        near = nearness(self.scaled, errors, self.tolerance, self.weight)
        posterior = Posterior(learn(self.scaled, errors, near), self.covariance, temperature)
        even = 2.0 * np.random.default_rng(self.target.seed).random((VOLUME_POINTS, len(self.target.paths))) - 1.0
        self.volumes.append(float((implausibility(posterior, self.series, even) <= IMPLAUSIBLE).mean()))
        return posterior

    def _plausible(self, candidates: FloatArray, size: int) -> FloatArray:
        """The first candidates that are not implausible, and the least implausible where there are too few."""
        off = implausibility(self.posterior, self.series, candidates)
        order = np.argsort(np.where(off <= IMPLAUSIBLE, 0.0, off), kind="stable")
        return candidates[order[:size]]

    def ensemble(self, size: int) -> Ensemble:
        """The draws and what stands beside them."""
        target, wave = self.target, len(self.volumes) + 1
        own = _real_misfit(self._errors()[-size:], self.tolerance, self.weight)
        at_mode = np.repeat(self.mode[None, :], BEST_RUNS, axis=0)
        best = run_wave(target, wave, at_mode, self.folder / self.name, self.workers, self.report)
        errors = relative_errors(target, best)
        about = _about(target, self.posterior, self.drawn, own, self.mode, len(self.values) + BEST_RUNS)
        about["best_misfit"] = float(_real_misfit(errors, self.tolerance, self.weight).mean())
        about["discrepancy"] = self.discrepancy.to_json()
        about["convergence"] = asdict(self.convergence)
        about["volume_left"] = self.volumes
        draws, mode = target.natural(self.scaled[-size:]), target.natural(self.mode[None, :])[0]
        return Ensemble(self.name, target.paths, draws, mode, own, about)


def _real_misfit(errors: FloatArray, tolerance: FloatArray, weight: FloatArray) -> FloatArray:
    result: FloatArray = 0.5 * (errors**2 / tolerance**2 * weight).sum(axis=1)
    return result


def nearness(scaled: FloatArray, errors: FloatArray, tolerance: FloatArray, weight: FloatArray) -> FloatArray:
    """Weight of each run by how near the data the surface lies there.

    By the surface and not by the luck of a run: else runs with luck towards the data would bend it.
    """
    surface, _, _ = best_surface(scaled, errors, _nearness(errors, tolerance, weight))
    return _nearness(surface(scaled), tolerance, weight)


def _nearness(errors: FloatArray, tolerance: FloatArray, weight: FloatArray) -> FloatArray:
    """Weight of each run in the regression: runs near the data tell most about the surface there."""
    misfit = _real_misfit(errors, tolerance, weight)
    scale = max(float(np.quantile(misfit, 0.2)), 1.0)
    return 1.0 / (1.0 + (misfit / scale) ** 2)


def _spread(drawn: FloatArray, size: int, seed: int) -> FloatArray:
    """`size` draws from a sample, without two of the same."""
    luck = np.random.default_rng(seed)
    return drawn[luck.choice(len(drawn), size=size, replace=False)]


def information(posterior: Posterior, series: Sequence[str], at: FloatArray) -> FloatArray:
    """How much each series tells about each parameter: (series, parameters), 0 is nothing.

    The Fisher information of the series at the mode, on the scale where the half prior range is 1.
    """
    whole, names = posterior.covariance + posterior.emulator.covariance, np.array(series)
    slopes = posterior.emulator.slope(np.repeat(at[None, :], len(series), axis=0), np.eye(len(series)))
    told = []
    for name in sorted(set(series)):
        mine = np.flatnonzero(names == name)
        told.append((slopes[mine] * (np.linalg.inv(whole[np.ix_(mine, mine)]) @ slopes[mine])).sum(axis=0))
    result: FloatArray = np.maximum(np.array(told), 0.0)
    return result


def _about(
    target: FitTarget, posterior: Posterior, drawn: FloatArray, own: FloatArray, mode: FloatArray, runs: int
) -> dict[str, Any]:
    """Everything that must stand beside an ensemble; plain values."""
    held_points = fit_points(target.scenario)
    natural = target.natural(drawn)
    low, middle, high = np.quantile(natural, [0.1, 0.5, 0.9], axis=0)
    series = [held_points[index].held.key for index in target.train]
    told, names = information(posterior, series, mode), sorted(set(series))
    correlation: FloatArray = np.asarray(np.corrcoef(drawn.T))
    prior_sd, best = 2.0 / np.sqrt(12.0), target.natural(mode[None, :])[0]
    return {
        "scenario": target.scenario,
        "train_until": target.train_until,
        "fitted_until": target.train_until or date_of(published_until(target.scenario) - 1).isoformat(),
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
