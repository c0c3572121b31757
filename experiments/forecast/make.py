"""Making a forecast: draws of a fit run on what was known, corrected by what was published up to its day.

What the model was off by before the day lasts: its error per series fades with time (`experiments.run.discrepancy`),
so each draw is given an error that agrees with the figures that were published, and wanders off from there. How large
errors are and how long they last comes from years that were over on the day of the forecast. What rules, staff and
agreements may still do to a series makes the forecast wider (`experiments.forecast.widening`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.forecast.asked import MONTHS_AHEAD, Asked, asked_at, published
from experiments.forecast.fits import Fit, fit_for
from experiments.forecast.hub import ARCHIVE, model_of
from experiments.forecast.known import (
    check_ahead,
    check_known,
    figures,
    known_tables,
    latest_known,
    own_figures,
    tables_now,
    tables_with,
)
from experiments.forecast.paths import (
    STOCK_SERIES,
    DayTable,
    PathTask,
    flow_over,
    inflow_walks,
    run_paths,
    stock_on,
    yearly_change,
)
from experiments.forecast.widening import earlier_forecasts, variances, wandering
from experiments.history.calibration import ROUNDING, usual_discrepancy
from experiments.history.origins import discrepancy_of, kept_origins
from experiments.run.discrepancy import LEAST_LEFT, Discrepancy
from experiments.run.observed import Observation
from experiments.run.parameters import compile_once
from experiments.run.provenance import checksum, version
from experiments.scenario.periods import period_days
from experiments.scenario.scenario import Scenario, parse_date
from models.inputs import run_inputs
from models.levers import apply_changes
from models.parameters import PERIODS, baseline
from models.sources import other_rows
from models.version import MODEL_VERSION
from sim.arrays import FloatArray
from sim.calendar import add_months, date_of, day_number, iso
from sim.errors import Allowed, WrongInput

FORECAST_SEED = 2501
KNOWN, AS_THEY_CAME = "known", "came"
#: Draws that a forecast uses, one replication each, and quarters of a walk of inflow.
MOST_DRAWS = 100
_QUARTERS = 9
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Forecast:
    """What was said on a day: each figure that was asked for with its samples, (samples, figures), and what made it."""

    scenario: str
    origin: int
    asked: tuple[Asked, ...]
    samples: FloatArray
    about: dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What a forecast is made of: the scenario, its day, the fit, and with which luck; checked when it is made.

    Raises WrongInput for a day outside the period, and for inputs or a fit from after it.
    """

    scenario: Scenario
    origin: int
    fit: Fit
    inputs: str = KNOWN
    seed: int = FORECAST_SEED
    past: Path = ARCHIVE

    def __post_init__(self) -> None:
        first, _, last = period_days(self.scenario.period)
        if not first <= self.origin < last:
            allowed = Allowed("range", low=date_of(first), high=date_of(last - 1))
            raise WrongInput(file="--origin", value=iso(self.origin), allowed=allowed)
        if not self.fit.knew(self.origin):
            raise WrongInput("fit_saw_later", file="--fit", value=self.fit.name, until=self.fit.until)
        check_known(own_figures(self.scenario.figures), self.origin)
        if self.inputs == AS_THEY_CAME:
            check_known(figures(tables_now()), self.origin)
        parameters = apply_changes(baseline(self.scenario.period), self.scenario.changes())
        check_ahead(parameters, self.origin, self.until)

    @property
    def until(self) -> int:
        """The day until which it runs: two years on, or as far as inputs go."""
        start = add_months(self.origin, 0)
        return min(add_months(start, MONTHS_AHEAD), period_days(self.scenario.period)[2])

    def task(
        self, came: tuple[str, ...] = (), draws: int = MOST_DRAWS, until: int | None = None, walking: bool = True
    ) -> PathTask:
        """The runs of it: the first draws, with some inputs as they came, and with inflow that walks or stays."""
        used = self.fit.draws[:draws]
        tables = tables_with(self.origin, period_days(self.scenario.period)[2])
        walks = inflow_walks(yearly_change(tables, self.origin), len(used), _QUARTERS, self.seed)
        return PathTask(
            self.scenario.period, tuple(self.scenario.changes()), self.origin, self.until if until is None else until,
            self.fit.paths, used, self.seed, came, walks if walking else np.zeros((0, 0)),
        )  # fmt: skip


def typed_origin(text: str) -> int:
    """The day of a forecast as it was typed. Raises WrongInput."""
    return day_number(parse_date(text, file="--origin"))


def plan_of(scenario: Scenario, origin: int, fit: str = "", inputs: str = KNOWN, seed: int = FORECAST_SEED) -> Plan:
    """A plan with the fit of that name, or the one that saw most of what was known. Raises WrongInput."""
    return Plan(scenario, origin, fit_for(scenario.period, origin, fit), inputs, seed)


def make_forecast(plan: Plan, workers: int = 1, on_progress: Progress | None = None) -> Forecast:
    """Run a plan and say what it says of every figure that is asked for."""
    task = plan.task()
    if workers > 1:
        compile_once(baseline(plan.scenario.period))
    paths = run_paths(task, workers, on_progress)
    asked = tuple(asked_at(plan.origin, plan.until))
    earlier = earlier_forecasts(plan.past, model_of(period_of_model(plan)), plan.origin)
    added = variances(earlier, dict.fromkeys(one.target for one in asked), plan.origin)
    about = about_plan(plan) | {"added_variance": {name: round(value, 6) for name, value in added.items()}}
    return Forecast(plan.scenario.name, plan.origin, asked, said_of(paths, asked, plan, added), about)


def period_of_model(plan: Plan) -> str:
    """The scenario of which earlier forecasts say how wide this one must be: history, also of what lies ahead."""
    return PERIODS[plan.scenario.period].continues or plan.scenario.period


def said_of(paths: DayTable, asked: Sequence[Asked], plan: Plan, added: Mapping[str, float]) -> FloatArray:
    """What draws say of each figure, with an error that agrees with what was published before: (draws, figures).

    added: the variance that a year ahead adds, per series.
    """
    lacks = discrepancy_before(plan.scenario.period, plan.origin)
    first = period_days(plan.scenario.period)[0]
    samples = np.zeros((len(paths), len(asked)))
    for series in dict.fromkeys(one.target for one in asked):
        places = [place for place, one in enumerate(asked) if one.target == series]
        mine = [asked[place] for place in places]
        seen = [row for row in published(series, plan.origin) if row.first_day > first and row.value > 0]
        if series in STOCK_SERIES:
            said = stock_on(paths, series, [one.last_day for one in mine], first)
            at_seen = stock_on(paths, series, [row.last_day for row in seen], first)
        else:
            said = flow_over(paths, series, [(one.first_day, one.last_day) for one in mine], first)
            at_seen = flow_over(paths, series, [(row.first_day, row.last_day) for row in seen], first)
        luck = np.random.default_rng([plan.seed, *series.encode()])
        errors = lasting_errors(lacks, f"{series}:country", [one.middle for one in mine], seen, at_seen, luck)
        said = said * np.maximum(1.0 + errors, LEAST_LEFT)
        samples[:, places] = said * wandering(mine, plan.origin, added.get(series, 0.0), len(paths), luck)
    return samples


def lasting_errors(
    lacks: Discrepancy, key: str, days: Sequence[float], seen: Sequence[Observation], at_seen: FloatArray,
    luck: np.random.Generator,
) -> FloatArray:  # fmt: skip
    """A relative error per draw and day that agrees with what was published, (draws, days).

    at_seen: what each draw says of the published figures, (draws, figures).
    """
    all_days = np.array([*days, *((row.first_day + row.last_day) / 2.0 for row in seen)])
    whole = lacks.covariance([(key, "")] * len(all_days), all_days)
    ahead = len(days)
    off = np.array([row.value for row in seen])[None, :] / np.maximum(at_seen, 1.0) - 1.0
    noise = whole[ahead:, ahead:] + ROUNDING**2 * np.eye(len(seen))
    weights = whole[:ahead, ahead:] @ np.linalg.inv(noise)
    left = whole[:ahead, :ahead] - weights @ whole[ahead:, :ahead]
    values, vectors = np.linalg.eigh((left + left.T) / 2.0)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    drawn: FloatArray = off @ weights.T + luck.standard_normal((len(at_seen), ahead)) @ root.T
    return drawn


def discrepancy_before(period: str, origin: int) -> Discrepancy:
    """How large errors are and how long they last, by years that were over before a day; else the tolerances."""
    kept = kept_origins(PERIODS[period].continues or period)
    over = [one for one in kept if date_of(origin).year > one["origin"] + 1]
    return discrepancy_of(over) or usual_discrepancy()


def about_plan(plan: Plan) -> dict[str, Any]:
    """What makes a forecast, as plain values: code, model, inputs, fit, and until when each table was known."""
    samples = min(len(plan.fit.draws), MOST_DRAWS)
    tables = tables_with(plan.origin, period_days(plan.scenario.period)[2])
    with other_rows(tables):
        inputs = checksum(run_inputs(plan.scenario.period))
    return {
        "scenario": plan.scenario.name,
        "period": plan.scenario.period,
        "settings": plan.scenario.as_run(plan.seed, plan.origin, plan.until, samples).as_file(),
        "origin": iso(plan.origin),
        "version": version(),
        "model_version": MODEL_VERSION,
        "inputs": inputs,
        "known_until": latest_known(figures(known_tables(plan.origin))),
        "fit": plan.fit.name,
        "fit_until": plan.fit.until,
        "fit_draws": checksum([list(map(str, plan.fit.paths)), plan.fit.draws.tolist()]),
        "seed": plan.seed,
        "samples": samples,
        "inflow_change_a_year": round(yearly_change(tables, plan.origin), 4),
        "discrepancy": discrepancy_before(plan.scenario.period, plan.origin).to_json(),
    }
