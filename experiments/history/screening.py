"""Which parameters matter, to what was published and to the headline outcomes: elementary effects over every number.

Morris (1991), with the mean of absolute effects of Campolongo and others (2007). Each trajectory starts at a point of
its own and moves one parameter at a time by two thirds of its range; its runs share their luck, so that an effect is
not chance. A fitted parameter has its prior range, every other one a range by how well it is founded. What is fitted
is chosen from the effects on what was published, and the assumptions that claims are tried under from those on the
headline outcomes; neither by hand. Choices, switches and numbers that stand at zero are left out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from experiments import FOLDER
from experiments.history.backtest import fit_points, published_until
from experiments.history.calibration import make_fit_target, point_weights
from experiments.run.ensemble import fitted_parameters, laid
from experiments.run.headline import headlines
from experiments.run.observed import half_year_table, simulated
from experiments.run.provenance import behind_fit, version
from experiments.scenario.periods import period_days
from experiments.storage.documents import read_document, write_document
from models.parameters import Parameters, baseline, value_at, with_values
from models.sources import read_table
from sim.arrays import FloatArray, IntArray
from sim.calendar import day_number
from sim.errors import WrongInput
from sim.replications import replicate, replication_seed
from sim.schedule import Schedule

#: Half the range of a parameter that is not fitted, as a part of its value, by how it is founded.
HALF_RANGE = {"measured": 0.1, "estimated": 0.2, "assumed": 0.4}
#: A range is drawn in so often where the model allows no such value, before the parameter is left where it stands.
TRIES = 6
STEP = 2.0 / 3.0
SCREENING_SEED = 4471


@dataclass(frozen=True)
class Screened:
    """A parameter that is moved: what is done to its value, between which ends, and how it is founded."""

    path: str
    how: str
    low: float
    high: float
    status: str
    fitted: bool


def moved(parameters: Parameters, one: Screened, worth: float) -> Any:
    """The value of a parameter when it is moved to a place between its ends (0 to 1)."""
    return laid(value_at(parameters, one.path), one.how, one.low + worth * (one.high - one.low))


@lru_cache(maxsize=2)
def rows_in_force(period: str) -> dict[str, dict[str, str]]:
    """Per parameter the row of its table that is in force on most of the days that are published in a period."""
    first, until = period_days(period)[0], published_until(period)
    steps: dict[str, list[dict[str, str]]] = {}
    for row in read_table("parameters"):
        if row["period"] in ("all", period):
            steps.setdefault(row["parameter"], []).append(row)
    found = {}
    for path, rows in steps.items():
        begins = [min(max(day_number(row["from"]) if row["from"] else first, first), until) for row in rows]
        days = [after - begin for begin, after in zip(begins, [*begins[1:], until], strict=True)]
        found[path] = rows[days.index(max(days))]
    return found


@lru_cache(maxsize=2)
def screened(period: str) -> tuple[Screened, ...]:
    """Every number of the model that can be moved in a period, in the order of the table."""
    fitted = {one.path: one for one in fitted_parameters() if one.applies_to(period)}
    usual, found = baseline(period), []
    for path, row in rows_in_force(period).items():
        founded = row["status"]
        value = value_at(usual, path)
        numbers = [number for _, number in value.steps] if isinstance(value, Schedule) else [value]
        plain = all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers)
        if not plain or not (any(numbers) or path in fitted):
            continue
        half = HALF_RANGE.get(founded, max(HALF_RANGE.values()))
        own = fitted.get(path)
        one = Screened(path, "factor", 1.0 - half, 1.0 + half, founded, own is not None)
        if own is not None:
            one = replace(one, how=own.how, low=own.low, high=own.high)
        if (allowed := _drawn_in(usual, one)) is not None:
            found.append(allowed)
    return tuple(found)


def _drawn_in(usual: Parameters, one: Screened) -> Screened | None:
    """The parameter with ends that the model allows; None where there are none."""
    for end, worth in (("low", 0.0), ("high", 1.0)):
        for _ in range(TRIES):
            try:
                with_values(usual, {one.path: moved(usual, one, worth)})
                break
            except ValueError:
                middle = 1.0 if one.how == "factor" else (one.low + one.high) / 2.0
                one = replace(one, **{end: middle + 0.5 * (getattr(one, end) - middle)})
        else:
            return None
    return one if one.high > one.low else None


@dataclass(frozen=True)
class ScreenTask:
    """One run of one point of one trajectory; plain values, so it travels. rows: (runs, parameters), from 0 to 1."""

    period: str
    rows: FloatArray
    seeds: tuple[int, ...]

    def __call__(self, number: int) -> FloatArray:
        """What the model says of every published figure, then the headline outcomes; NaN where values clash."""
        from models.chain import simulate
        from models.outcomes import OUTCOMES, Window

        wanted = [point.observation for point in fit_points(self.period)]
        usual = baseline(self.period)
        places = zip(screened(self.period), self.rows[number - 1], strict=True)
        try:
            parameters = with_values(usual, {one.path: moved(usual, one, float(worth)) for one, worth in places})
        except ValueError:
            return np.full(len(wanted) + len(headlines()), np.nan)
        facts = simulate(parameters, self.seeds[number - 1], published_until(self.period))
        first, until, _ = period_days(self.period)
        seen = Window(facts, parameters, first, until)
        counted = [float(OUTCOMES[name].count(seen)) for name in headlines()]
        return np.concatenate([simulated(wanted, facts, half_year_table(facts)), counted])


def trajectories(count: int, parameters: int, seed: int) -> tuple[FloatArray, IntArray]:
    """Points (count, parameters + 1, parameters) between 0 and 1, and which parameter each step moves."""
    luck = np.random.default_rng(seed)
    points, order = np.empty((count, parameters + 1, parameters)), np.empty((count, parameters), dtype=np.int64)
    for place in range(count):
        at = luck.integers(0, 2, parameters) / 3.0  # so that two thirds up stays inside
        up = luck.random(parameters) < 0.5
        at = np.where(up, at, at + STEP)
        order[place] = luck.permutation(parameters)
        points[place, 0] = at
        for step, moving in enumerate(order[place], start=1):
            at = at.copy()
            at[moving] += STEP if up[moving] else -STEP
            points[place, step] = at
    return points, order


def screen(
    period: str, count: int, workers: int = 1, on_progress: Callable[[int, int], None] | None = None
) -> list[dict[str, Any]]:
    """Every parameter with its effect on what was published, the largest first; plain values.

    `effect` is the mean over trajectories of how far figures move over the range of a parameter, in tolerances;
    `headline` that of how far headline outcomes move, in the spread of each over all runs, and their mean.
    """
    chosen = screened(period)
    points, order = trajectories(count, len(chosen), SCREENING_SEED)
    seeds = tuple(replication_seed(SCREENING_SEED, place + 1) for place in range(count))
    rows = points.reshape(-1, len(chosen))
    task = ScreenTask(period, rows, tuple(np.repeat(seeds, len(chosen) + 1).tolist()))
    done = replicate(task, range(1, len(rows) + 1), workers, on_progress).all_or_error()
    if done.interrupted:
        raise KeyboardInterrupt
    said = np.array([values for _, values in done]).reshape(count, len(chosen) + 1, -1)
    counted = len(headlines())
    return ranked(chosen, effects(said[:, :, :-counted], order, period), outcome_effects(said[:, :, -counted:], order))


def effects(said: FloatArray, order: IntArray, period: str) -> FloatArray:
    """The size of each elementary effect in tolerances, (trajectories, parameters)."""
    held_points, target = fit_points(period), make_fit_target(period, None)
    tolerance, weight = point_weights(held_points, target.train)
    published = np.array([held_points[index].observation.value for index in target.train])
    errors = said[:, :, list(target.train)] / published / tolerance
    steps = np.sqrt(np.nansum(weight * np.diff(errors, axis=1) ** 2, axis=2) / weight.sum()) / STEP
    found: FloatArray = np.empty(order.shape)
    np.put_along_axis(found, order, steps, axis=1)
    return found


def outcome_effects(said: FloatArray, order: IntArray) -> FloatArray:
    """The size of each elementary effect on outcomes, in their spread: (trajectories, parameters, outcomes).

    said: (trajectories, runs, outcomes). An outcome that never differs says nothing; nor do runs without values.
    """
    spread = np.nanstd(said.reshape(-1, said.shape[2]), axis=0)
    steps = np.nan_to_num(np.abs(np.diff(said, axis=1)) / np.where(spread > 0.0, spread, np.inf)) / STEP
    found: FloatArray = np.empty((*order.shape, said.shape[2]))
    np.put_along_axis(found, order[:, :, None], steps, axis=1)
    return found


def ranked(chosen: Sequence[Screened], found: FloatArray, outcomes: FloatArray) -> list[dict[str, Any]]:
    """The table of a screening."""
    by_outcome = outcomes.mean(axis=0)
    rows = [
        {"parameter": one.path, "how": one.how, "low": one.low, "high": one.high, "status": one.status,
         "fitted": one.fitted, "effect": float(found[:, place].mean()), "spread": float(found[:, place].std()),
         "headline": {"mean": float(by_outcome[place].mean()),
                      **dict(zip(headlines(), map(float, by_outcome[place]), strict=True))}}
        for place, one in enumerate(chosen)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -float(str(row["effect"])))


def keep_screening(period: str, rows: Sequence[dict[str, Any]], count: int) -> Path:
    """Write a screening beside the verdicts. Raises CannotWrite."""
    path = _file(period)
    about = {"scenario": period, "version": version(), **behind_fit(period), "trajectories": count}
    write_document(path, {**about, "parameters": list(rows)})
    return path


def kept_screening(period: str) -> dict[str, Any]:
    """The screening that is kept, as plain values. Raises WrongInput when there is none or it is damaged."""
    path = _file(period)
    try:
        document = read_document(path, {"parameters", "trajectories", *behind_fit()})
        if not all({"parameter", "low", "high", "status", "headline"} <= set(row) for row in document["parameters"]):
            raise ValueError("a screening of another kind")
        return document
    except (OSError, ValueError) as error:
        raise WrongInput("screening_unreadable", file=path.name, period=period) from error


def _file(period: str) -> Path:
    return FOLDER / "verdicts" / f"screening-{period}.json"


def largest(rows: Sequence[Mapping[str, Any]], count: int) -> list[Mapping[str, Any]]:
    """The parameters that are not measured and move the headline outcomes most, the largest first."""
    uncertain = [row for row in rows if row["status"] != "measured"]
    return sorted(uncertain, key=lambda row: (-row["headline"]["mean"], row["parameter"]))[:count]


def against_fit(rows: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], list[str], list[str]]:
    """What a screening says should be fitted, against what is: rows, large but not fitted, fitted though smaller.

    The rows are as many parameters that are not measured as there are fitted ones, by their effect on what was
    published, and below them what is fitted too.
    """
    fitted = {one.path for one in fitted_parameters()} & {str(row["parameter"]) for row in rows}
    uncertain = [row for row in rows if row["status"] != "measured" or row["parameter"] in fitted]
    ordered = sorted(uncertain, key=lambda row: (-row["effect"], row["parameter"]))
    largest_rows, others = ordered[: len(fitted)], ordered[len(fitted) :]
    small = [row for row in others if row["parameter"] in fitted]
    left_out = [str(row["parameter"]) for row in largest_rows if row["parameter"] not in fitted]
    return [*largest_rows, *small], left_out, [str(row["parameter"]) for row in small]
