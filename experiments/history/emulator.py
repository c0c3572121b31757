"""A stand-in for the model: the relative error of every published figure from the parameters, in microseconds.

A quadratic surface per figure (ridge regression, runs near the data weigh more) carries the trend. What it leaves is
compressed to principal directions, and a Gaussian process on each carries what bends more than a quadratic.
How far the whole is off is measured by leaving each run out in turn, out of the surface and out of the processes: that
spread holds the luck of one run, and is kept with its correlations, because figures of one run err together. How much
squares and products are held back, and how much more near runs weigh, is what tells runs left out best: a surface that
follows the luck of the runs has slopes that are not there, and a posterior that believes them is too sure of itself.
"""

from dataclasses import dataclass, field

import numpy as np

from sim.arrays import FloatArray

#: What holds back every term but the constant; what may hold back squares and products, and to which power the weights
#: of runs may be taken, of which the best is chosen.
RIDGE = 0.3
BENDS, POWERS = (0.3, 3.0, 10.0, 30.0, 100.0), (1.0, 0.5)
#: Directions that get a process, runs that it rests on at most, and where its settings are sought (by likelihood).
DIRECTIONS, PROCESS_RUNS = 30, 1024
LENGTHS, SIGNALS = (0.3, 0.6, 1.2, 2.4, 4.8), (0.0, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
#: The part of the correlations between left-out errors that is kept; the rest goes to the diagonal.
KEPT_CORRELATION = 0.9


def features(scaled: FloatArray) -> FloatArray:
    """Constant, linear, square and product terms: (rows, parameters) gives (rows, 1 + 2p + p(p-1)/2)."""
    rows, count = scaled.shape
    first, second = np.triu_indices(count)
    return np.concatenate([np.ones((rows, 1)), scaled, scaled[:, first] * scaled[:, second]], axis=1)


@dataclass(frozen=True)
class Process:
    """Gaussian processes on what a surface leaves, one per direction, with one length for all.

    near: the runs they rest on, (runs, parameters), multiplied by `relevance`; weights: (runs, directions);
    directions: (directions, points), in the units of relative errors.
    """

    near: FloatArray
    relevance: FloatArray
    weights: FloatArray
    directions: FloatArray

    def __call__(self, scaled: FloatArray) -> FloatArray:
        """What is added to the surface, (rows, points)."""
        result: FloatArray = self._likeness(scaled) @ self.weights @ self.directions
        return result

    def _likeness(self, scaled: FloatArray) -> FloatArray:
        return likeness(scaled * self.relevance, self.near)

    def slope(self, scaled: FloatArray, pull: FloatArray) -> FloatArray:
        """The derivative of `sum(pull * self(scaled))` to the parameters; pull: (rows, points)."""
        share = self._likeness(scaled) * (pull @ self.directions.T @ self.weights.T)
        at = scaled * self.relevance
        result: FloatArray = (share @ self.near - share.sum(axis=1, keepdims=True) * at) * self.relevance
        return result


def likeness(left: FloatArray, right: FloatArray) -> FloatArray:
    """How alike two sets of scaled points are: 1 for the same, 0 for far away."""
    apart = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1)[None, :] - 2.0 * left @ right.T
    result: FloatArray = np.exp(-0.5 * np.maximum(apart, 0.0))
    return result


@dataclass(frozen=True)
class Emulator:
    """A surface per published figure, (features, points), with a process on what it leaves.

    unexplained: per figure the spread of what is left; spread: the covariance of that, with the luck of one run in it.
    """

    coefficients: FloatArray
    unexplained: FloatArray
    process: Process | None = None
    spread: FloatArray | None = None
    _bend: FloatArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Lay the coefficients out as a matrix per figure, of which slopes are made."""
        size, points = self.coefficients.shape
        count = round((np.sqrt(8.0 * size + 1.0) - 3.0) / 2.0)
        first, second = np.triu_indices(count)
        bend = np.zeros((points, count, count))
        bend[:, first, second] += self.coefficients[count + 1 :].T
        object.__setattr__(self, "_bend", bend + bend.transpose(0, 2, 1))

    def __call__(self, scaled: FloatArray) -> FloatArray:
        """Predicted relative error, (rows, points)."""
        surface: FloatArray = features(scaled) @ self.coefficients
        return surface if self.process is None else surface + self.process(scaled)

    def slope(self, scaled: FloatArray, pull: FloatArray) -> FloatArray:
        """The derivative of `sum(pull * self(scaled))` to the parameters, (rows, parameters)."""
        count = scaled.shape[1]
        bend = np.tensordot(pull, self._bend, axes=1)
        surface: FloatArray = pull @ self.coefficients[1 : count + 1].T + np.einsum("rij,rj->ri", bend, scaled)
        return surface if self.process is None else surface + self.process.slope(scaled, pull)

    @property
    def covariance(self) -> FloatArray:
        """The covariance of what the emulator leaves, (points, points)."""
        return np.diag(self.unexplained**2) if self.spread is None else self.spread


def _penalty(scaled: FloatArray, bend: float) -> FloatArray:
    """What holds back each term: nothing the constant, RIDGE slopes, `bend` squares and products."""
    count = scaled.shape[1]
    return np.diag(np.concatenate([[0.0], np.full(count, RIDGE), np.full(count * (count + 1) // 2, bend)]))


def fit_emulator(scaled: FloatArray, errors: FloatArray, weights: FloatArray, bend: float = RIDGE) -> Emulator:
    """Ridge regression with weights per run; `unexplained` is the weighted spread of what is left."""
    from scipy.linalg import solve

    design = features(scaled)
    root = np.sqrt(weights)[:, None]
    weighted = design * root
    penalty = _penalty(scaled, bend)
    coefficients = solve(weighted.T @ weighted + penalty, weighted.T @ (errors * root), assume_a="pos")
    left = errors - design @ coefficients
    # What the weighted squares of the residuals add up to when every run has unit noise.
    inverse = solve(weighted.T @ weighted + penalty, np.eye(design.shape[1]), assume_a="pos")
    twice = inverse @ ((weighted * root).T @ (weighted * root))
    bent = inverse @ (weighted.T @ weighted) @ twice
    freedom = max(float(weights.sum() - 2.0 * np.trace(twice) + np.trace(bent)), 1.0)
    spread = np.sqrt((weights[:, None] * left**2).sum(axis=0) / freedom)
    return Emulator(coefficients, spread)


def left_out(
    surface: Emulator, scaled: FloatArray, errors: FloatArray, weights: FloatArray, bend: float = RIDGE
) -> FloatArray:
    """What the surface would leave of each run had it not seen that run, exactly: (runs, points)."""
    from scipy.linalg import solve

    design = features(scaled)
    whole = design.T @ (design * weights[:, None]) + _penalty(scaled, bend)
    pull = weights * (design * solve(whole, design.T, assume_a="pos").T).sum(axis=1)
    result: FloatArray = (errors - surface(scaled)) / np.maximum(1.0 - pull, 1e-6)[:, None]
    return result


def best_surface(
    scaled: FloatArray, errors: FloatArray, weights: FloatArray
) -> tuple[Emulator, FloatArray, FloatArray]:
    """The surface that tells runs left out best: with what it leaves of each, and the weights it took.

    Best by the mean over figures of the logarithm of the weighted squares, so that no figure counts for its size.
    """
    best: tuple[float, tuple[Emulator, FloatArray, FloatArray]] | None = None
    for power in POWERS:
        taken = weights**power
        for bend in BENDS:
            surface = fit_emulator(scaled, errors, taken, bend)
            off = left_out(surface, scaled, errors, taken, bend)
            score = float(np.log(np.maximum(weights @ off**2, 1e-300)).mean())
            if best is None or score < best[0]:
                best = score, (surface, off, taken)
    assert best is not None
    return best[1]


def learn(scaled: FloatArray, errors: FloatArray, weights: FloatArray) -> Emulator:
    """The stand-in that runs teach: the best surface, with processes on what it leaves."""
    surface, off, taken = best_surface(scaled, errors, weights)
    return with_process(surface, scaled, off, taken)


def with_process(surface: Emulator, scaled: FloatArray, off: FloatArray, weights: FloatArray) -> Emulator:
    """The surface with a process on what it leaves near the data, and the spread of what both leave.

    off: what the surface leaves of each run that it has not seen (`left_out`), (runs, points).
    """
    nearest = np.sort(np.argsort(-weights, kind="stable")[:PROCESS_RUNS])
    at, left, near = scaled[nearest], off[nearest], weights[nearest][:, None]
    unit = np.maximum(surface.unexplained, 1e-9)
    _, _, turned = np.linalg.svd(left / unit, full_matrices=False)
    turned = turned[:DIRECTIONS]
    scores = left / unit @ turned.T
    relevance = _relevance(surface, turned / unit)
    inverse, signals = _settings(at, scores, relevance)
    length, eigen, vectors = inverse
    weighed, missed = np.zeros_like(scores), scores.copy()
    for column, signal in enumerate(signals):
        if signal > 0.0:
            solved = (vectors / (1.0 + signal * eigen)) @ (vectors.T @ scores[:, column])
            kept = ((vectors**2) / (1.0 + signal * eigen)).sum(axis=1)
            weighed[:, column], missed[:, column] = signal * solved, solved / kept  # left out one by one
    process = Process(at * relevance / length, relevance / length, weighed, turned * unit)
    both = left + (missed - scores) @ (turned * unit)
    whole = (near * both).T @ both / near.sum()
    spread = KEPT_CORRELATION * whole + (1.0 - KEPT_CORRELATION) * np.diag(np.diag(whole))
    return Emulator(surface.coefficients, np.sqrt(np.diag(spread)), process, spread)


def _relevance(surface: Emulator, directions: FloatArray) -> FloatArray:
    """How much each parameter matters to the directions, by the slopes of the surface; the mean square is 1."""
    count = surface._bend.shape[1]
    linear = surface.coefficients[1 : count + 1] @ directions.T
    bent = np.tensordot(directions, surface._bend, axes=1)
    effect = np.sqrt((linear**2).sum(axis=1) + (bent**2).sum(axis=(0, 2)) / 3.0)
    effect = np.maximum(effect, 0.15 * effect.max() + 1e-12)
    result: FloatArray = effect / np.sqrt((effect**2).mean()) / np.sqrt(count)
    return result


def _settings(
    at: FloatArray, scores: FloatArray, relevance: FloatArray
) -> tuple[tuple[float, FloatArray, FloatArray], FloatArray]:
    """The length that all share and the signal of each direction against its noise, by greatest likelihood."""
    best: tuple[float, tuple[float, FloatArray, FloatArray], FloatArray] | None = None
    for length in LENGTHS:
        eigen, vectors = np.linalg.eigh(likeness(at * relevance / length, at * relevance / length))
        eigen = np.maximum(eigen, 0.0)
        seen = (vectors.T @ scores) ** 2
        told = np.array(
            [
                -0.5 * len(at) * np.log((seen / (1.0 + signal * eigen)[:, None]).mean(axis=0))
                - 0.5 * np.log(1.0 + signal * eigen).sum()
                for signal in SIGNALS
            ]
        )
        total = float(told.max(axis=0).sum())
        if best is None or total > best[0]:
            best = total, (length, eigen, vectors), np.array(SIGNALS)[told.argmax(axis=0)]
    assert best is not None
    return best[1], best[2]
