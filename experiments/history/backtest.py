"""The model against history: what it says beside what was published, series by series, with the error.

A band here is that of a run, one replication per draw of the ensemble: it holds chance, parameters and, where the
ensemble says how large that is, what the model lacks. What is good enough is not judged here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from experiments import read_csv
from experiments.figures.figure import Figure, read_kept
from experiments.history.balance import LINES, balance, sheet, whole_half_years
from experiments.language.language import LANGUAGES
from experiments.run.bill import acts, check_bill
from experiments.run.discrepancy import Discrepancy, laid_over
from experiments.run.ensemble import Ensemble, held_out, load_ensemble, with_draw
from experiments.run.observed import NATIONAL, Observation, half_year_table, observations_and_own, simulated
from experiments.run.provenance import behind_fit, version
from experiments.run.result import BAND_LEVEL
from experiments.scenario.own_figures import beside
from experiments.scenario.periods import period_days
from experiments.scenario.ready import load_scenario
from models.parameters import PERIODS, baseline
from sim.arrays import FloatArray
from sim.calendar import date_of, day_number, half_year_name, half_year_start
from sim.errors import Allowed, WrongInput, one_of
from sim.replications import replicate, replication_seed
from sim.statistics import bands

#: Published stocks just after the period still tell about it.
DAYS_BEYOND = 31
#: Until when outcomes are published, where that is later than a period usually ends: a back-test runs so far, a fit
#: only when asked.
PUBLISHED_UNTIL = {"prop-2021": "2025-03-01"}
BACKTEST_SEED = 20211001


@dataclass(frozen=True)
class Held:
    """A series that the model is held against (`held_against.csv`), with how much its points weigh in a fit."""

    series: str
    areas: str
    name_nl: str
    periods: str
    tolerance_percent: float | None
    independent_points: float
    fitted: bool

    @property
    def key(self) -> str:
        """By what it is known beside an ensemble."""
        return f"{self.series}:{self.areas}"


@dataclass(frozen=True)
class Point:
    """One published figure in a series that the model is held against."""

    held: Held
    observation: Observation

    @property
    def period(self) -> str:
        """The moment, half-year or stretch that it is about, as ISO text."""
        row = self.observation
        if row.first_day == row.last_day:
            return date_of(row.first_day).isoformat()
        if row.half_year is not None:
            return row.half_year
        return f"{date_of(row.first_day).isoformat()}/{date_of(row.last_day).isoformat()}"


@lru_cache(maxsize=1)
def held_against() -> tuple[Held, ...]:
    """The series of `held_against.csv`, in order."""
    return tuple(
        Held(
            row["series"],
            row["areas"],
            row["name_nl"],
            row["periods"],
            float(row["tolerance_percent"]) if row["tolerance_percent"] else None,
            float(row["independent_points"]),
            row["fitted"] == "yes",
        )
        for row in read_csv("held_against")
    )


def check_period(name: str, *, file: str) -> str:
    """The name of a period that can be held against history. Raises WrongInput."""
    if name not in PERIODS:
        raise WrongInput(file=file, value=name, allowed=one_of(PERIODS))
    if PERIODS[name].continues:
        raise WrongInput("no_outcomes_yet", file=file, value=name)
    return name


def window(period: str, until: int | None = None) -> tuple[int, int]:
    """First day, and the day until which a period is held against history: usually just after its usual end."""
    start, usual_end, _ = period_days(period)
    return start, usual_end + DAYS_BEYOND if until is None else until


def published_until(period: str) -> int:
    """The day until which outcomes of a period are published: how far a back-test runs."""
    text = PUBLISHED_UNTIL.get(period)
    return window(period)[1] if text is None else min(day_number(text), period_days(period)[2])


@lru_cache(maxsize=8)
def points(period: str, until: int | None = None, own: tuple[Figure, ...] = ()) -> tuple[Point, ...]:
    """Every published figure that a period is held against, series by series, up to a day (see `window`).

    own: figures of the user's own, which stand before what was published. Left out: unverified moments (letter C);
    figures of the first day, which are the starting stock; months and years where quarters are published; and wholes
    whose parts are published. A half-year that was still running when the report went to print stands with the part
    that was counted.
    """
    first, last = window(period, until)
    rows = [
        row
        for row in observations_and_own(first, last, own)
        if row.last_day > first + 1 and not (row.letter == "C" and row.first_day == row.last_day)
    ]
    found = []
    for held in held_against():
        mine = [row for row in rows if (row.area == NATIONAL) == (held.areas == "country") and _belongs(row, held)]
        if held.series == "realised":
            mine = _counted_part(mine)
        mine = _without_wholes(mine)
        best = sorted(_best_founded(mine), key=lambda row: row.last_day)
        found += [Point(held, row) for row in best]
    return tuple(found)


def own_points(path: str, period: str) -> tuple[Figure, ...]:
    """The figures of a table of the user's own that a period is held against. Raises WrongInput when there are none."""
    figures = beside(read_kept(path))
    if not any(point.observation.own for point in points(period, published_until(period), figures)):
        raise WrongInput("no_figures_beside", file=path, name=period, allowed=Allowed("figures_beside_model"))
    return figures


def fit_points(period: str) -> tuple[Point, ...]:
    """Every published figure that a fit of a period may see: as far as outcomes are published."""
    return points(period, published_until(period))


def _belongs(row: Observation, held: Held) -> bool:
    if held.series == "realised" and row.series == "realised_partial":
        return row.letter == "A" and row.first_day == half_year_start(half_year_name(row.first_day))
    if row.series != held.series:
        return False
    days = row.last_day - row.first_day + 1
    return not (held.periods == "quarter" and days < 80)


def _counted_part(rows: Sequence[Observation]) -> list[Observation]:
    """Where a whole half-year is not counted but derived, the counted part of it; no other parts."""
    wholes = {(row.area, row.first_day): row for row in rows if row.half_year is not None}
    parts = {(row.area, row.first_day) for row in rows if row.series == "realised_partial"}
    chosen = []
    for row in rows:
        if row.series == "realised_partial":
            whole = wholes.get((row.area, row.first_day))
            if (row.area == NATIONAL and whole is None) or (whole is not None and whole.letter == "A"):
                continue
        elif row.letter != "A" and not row.own and row.half_year is not None and (row.area, row.first_day) in parts:
            continue
        chosen.append(row)
    return chosen


def _without_wholes(rows: Sequence[Observation]) -> list[Observation]:
    """Leave out a stretch of which a part stands here too."""
    return [
        row
        for row in rows
        if not any(
            other is not row
            and other.area == row.area
            and row.first_day <= other.first_day
            and other.last_day <= row.last_day
            and other.last_day - other.first_day < row.last_day - row.first_day
            for other in rows
        )
    ]


def _best_founded(rows: Sequence[Observation]) -> list[Observation]:
    best: dict[tuple[str, int, int], Observation] = {}
    for row in rows:
        key = (row.area, row.first_day, row.last_day)
        there = best.get(key)
        if there is None or (not row.own, row.letter or "Z") < (not there.own, there.letter or "Z"):
            best[key] = row
    return list(best.values())


@dataclass(frozen=True)
class DrawTask:
    """Computes the counterpart of every point for one row of parameter draws; plain values, so it travels."""

    period: str
    paths: tuple[str, ...]
    draws: FloatArray
    seed: int
    until: int | None = None
    with_balance: bool = False
    own: tuple[Figure, ...] = ()

    def __call__(self, number: int) -> FloatArray:
        """Simulate draw `number` (from 1) with luck of its own; NaN where the model has no counterpart.

        The balance sheet stands behind the points where it is asked for.
        """
        from models.chain import simulate

        parameters = with_draw(baseline(self.period), self.paths, self.draws[number - 1])
        _, last = window(self.period, self.until)
        facts = simulate(parameters, replication_seed(self.seed, number), last)
        wanted = [point.observation for point in points(self.period, self.until, self.own)]
        found = simulated(wanted, facts, half_year_table(facts), parameters)
        return np.append(found, balance(facts, self.period)) if self.with_balance else found


def run_draws(task: DrawTask, workers: int, on_progress: Callable[[int, int], None] | None = None) -> FloatArray:
    """What every draw gives, (draws, points)."""
    check_bill(len(task.draws), len(task.draws) * acts(*window(task.period, task.until)))
    finished = replicate(task, range(1, len(task.draws) + 1), workers, on_progress).all_or_error()
    if finished.interrupted:
        raise KeyboardInterrupt
    return np.array([value for _, value in finished])


@dataclass(frozen=True)
class Backtest:
    """A back-test: the points, and for each replication what the model says; (replications, points).

    sheets: the balance sheet of each replication, (replications, half-years x lines).
    """

    scenario: str
    ensemble: Ensemble
    held_points: tuple[Point, ...]
    values: FloatArray
    seed: int
    until: int | None = None
    sheets: FloatArray | None = None

    @property
    def train_until(self) -> int | None:
        """The last day of what was fitted on; None when all was."""
        text = self.ensemble.about.get("train_until")
        return None if text is None else day_number(text)

    def was_fitted(self, point: Point) -> bool:
        """Whether the fit has seen this point."""
        if point.observation.own or not point.held.fitted or self.scenario != self.ensemble.about["scenario"]:
            return False
        text = self.ensemble.about.get("train_until") or self.ensemble.about.get("fitted_until")
        last = window(self.scenario)[1] - 1 if text is None else day_number(text)
        return point.observation.last_day <= last

    def bands(self) -> FloatArray:
        """Mean, low and high of the band of every point, which holds what the model lacks: (3, points)."""
        rows = [point.observation for point in self.held_points]
        keys = [(point.held.key, point.observation.area) for point in self.held_points]
        days = np.array([(row.first_day + row.last_day) / 2.0 for row in rows])
        lacks = Discrepancy.beside(self.ensemble.about)
        laid = laid_over(self.values, lacks.errors(keys, days, self.seed, range(1, len(self.values) + 1)))
        ends = bands(laid, BAND_LEVEL)
        return np.vstack([bands(self.values, BAND_LEVEL)[0], ends[1:]])

    def series(self) -> list[dict[str, Any]]:
        """Per series and area the points with band, and the errors over them; plain values."""
        means, lows, highs = self.bands()
        groups: dict[tuple[str, str, str], list[int]] = {}
        for index, point in enumerate(self.held_points):
            key = (point.held.series, point.held.areas, point.observation.area)
            groups.setdefault(key, []).append(index)
        told = [
            {
                "period": point.period,
                "observed": point.observation.value,
                "low": float(low),
                "mean": float(mean),
                "high": float(high),
                "fitted": self.was_fitted(point),
                "source": point.observation.source,
                "letter": point.observation.letter,
                **({"own": True} if point.observation.own else {}),
            }
            for point, mean, low, high in zip(self.held_points, means, lows, highs, strict=True)
        ]
        return [
            {
                "name": series,
                "label": self.held_points[members[0]].held.name_nl,
                "unit": self.held_points[members[0]].observation.unit,
                "area": area,
                "fitted": all(told[index]["fitted"] for index in members),
                **scores(self.held_points, means, lows, highs, members),
                "points": [told[index] for index in members],
            }
            for (series, _, area), members in groups.items()
        ]

    def summary(self) -> list[dict[str, Any]]:
        """The errors per line of `held_against.csv`, provinces together; seen and unseen points apart."""
        means, lows, highs = self.bands()
        rows = []
        for held in held_against():
            for seen in (True, False):
                mine = [point.held is held and self.was_fitted(point) == seen for point in self.held_points]
                members = np.flatnonzero(mine).tolist()
                if members:
                    about = {"name": held.series, "areas": held.areas, "label": held.name_nl, "fitted": seen}
                    scored = scores(self.held_points, means, lows, highs, members)
                    rows.append({**about, "points": len(members), **scored})
        return rows

    def balance(self) -> list[dict[str, Any]]:
        """The balance sheet of permit holders per half-year and year, model beside published."""
        if self.sheets is None:
            return []
        names = whole_half_years(*window(self.scenario, self.until))
        means = self.sheets.mean(axis=0).reshape(len(names), len(LINES))
        return sheet(self.scenario, names, means)

    def to_json(self) -> dict[str, Any]:
        """The back-test as plain values."""
        about, count = self.ensemble.about, len(self.values)
        return {
            "language": LANGUAGES[0],  # of the labels of series
            "scenario": self.scenario,
            "settings": load_scenario(self.scenario)
            .as_run(self.seed, *window(self.scenario, self.until), count)
            .as_file(),
            "version": version(),
            **behind_fit(self.scenario),
            "ensemble": self.ensemble.name,
            "ensemble_version": about.get("table"),
            "train_until": about.get("train_until"),
            "draws": count,
            "replications": count,
            "seed": self.seed,
            "band": BAND_LEVEL,
            "summary": self.summary(),
            "series": self.series(),
            "balance": self.balance(),
            "held_out": held_out(self.scenario) if about.get("train_until") is None else None,
        }


def scores(
    held_points: Sequence[Point], means: FloatArray, lows: FloatArray, highs: FloatArray, members: Sequence[int]
) -> dict[str, float | None]:
    """Mean absolute and mean error in per cent of what was published, and the share of points in the band."""
    observed = np.array([held_points[index].observation.value for index in members])
    mean = means[list(members)]
    known = (observed != 0.0) & np.isfinite(mean)
    covered = (lows[list(members)] <= observed) & (observed <= highs[list(members)])
    if not known.any():
        return {"mape": None, "bias": None, "coverage": float(covered.mean())}
    errors = 100.0 * (mean[known] - observed[known]) / np.abs(observed[known])
    return {"mape": float(np.abs(errors).mean()), "bias": float(errors.mean()), "coverage": float(covered.mean())}


def run_backtest(
    scenario: str,
    ensemble: str,
    draws: int = 50,
    seed: int = BACKTEST_SEED,
    workers: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
    until: int | None = None,
    own: tuple[Figure, ...] = (),
) -> Backtest:
    """Hold a period against history with the first draws of an ensemble, one replication per draw.

    It runs up to `until`; usually as far as outcomes are published. `own` are figures of the user's own beside them.
    """
    last = published_until(scenario) if until is None else until
    chosen = load_ensemble(ensemble)
    held_out(scenario)  # refuses a damaged file before anything runs
    used = np.resize(chosen.draws, (draws, chosen.draws.shape[1]))
    task = DrawTask(scenario, chosen.paths, used, seed, last, with_balance=True, own=own)
    values, held_points = run_draws(task, workers, on_progress), points(scenario, last, own)
    sheets = values[:, len(held_points) :]
    return Backtest(scenario, chosen, held_points, values[:, : len(held_points)], seed, last, sheets)
