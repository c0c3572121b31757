"""Levers as a page or a list needs them: texts, range, today's value, source; and settings from what was filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from experiments.language.labels import scenario_words
from experiments.run.ensemble import default_ensemble, fitted_parameters, load_ensemble, with_draw
from experiments.run.result import BAND_LEVEL
from experiments.scenario.periods import first_end, period_days
from experiments.scenario.reading import checked_value
from experiments.scenario.scenario import DEFAULT_SEED, SCHEMA_VERSION, Scenario, build_scenario
from experiments.scenario.setting import SECTIONS, section_of
from models.levers import LEVERS, Lever, Value, default_of
from models.parameters import PERIODS, baseline
from sim.calendar import date_of
from sim.errors import WrongInput
from sim.schedule import Schedule


@dataclass(frozen=True)
class LeverRow:
    """One lever in one period, as plain values.

    today: the value in the baseline, or None when it changes over time; then `steps` says from when (ISO date,
    empty for the start) it is what. fitted: whether replications differ in it, because history does not fix it;
    `today` and `steps` are then the values it was fitted from, and no replication need have them. drawn: the range
    in which the middle 80 per cent of the draws have it, in three digits; None when it is not fitted, or changes.
    """

    name: str
    holder: str
    kind: str
    unit: str
    low: float | None
    high: float | None
    step: float | None
    choices: tuple[str, ...]
    dated: bool
    uncertainty: bool
    source: str
    today: float | str | bool | None
    steps: tuple[tuple[str, float], ...]
    fitted: bool
    drawn: tuple[float, float] | None


@lru_cache(maxsize=8)
def lever_rows(period: str) -> tuple[LeverRow, ...]:
    """Every lever and uncertainty, in the order of the list, with its value in the baseline of a period."""
    usual = baseline(period)
    start, _, last = period_days(period)
    fitted = _fitted_paths(period)
    rows = []
    for lever in LEVERS.values():
        value: Any = default_of(lever, usual)
        steps: tuple[tuple[str, float], ...] = ()
        schedule = getattr(value, "steps", None)
        if schedule is not None:
            inside = [(day, float(number)) for day, number in schedule if start < day < last]
            before = [float(number) for day, number in schedule if day <= start]
            value = before[-1] if before else float(schedule[0][1])
            if any(number != value for _, number in inside):
                steps = (("", value), *((date_of(day).isoformat(), number) for day, number in inside))
                value = None
        drawn = _drawn(lever, period, start) if lever.sets in fitted and not steps else None
        # A draw may change only what lies before the period.
        differs = lever.sets in fitted and (drawn is None or drawn[0] < drawn[1])
        rows.append(
            LeverRow(
                lever.name, lever.holder, lever.kind,
                lever.unit, lever.low, lever.high, lever.step, lever.choices, lever.dated, lever.uncertainty,
                lever.source, value, steps, differs, drawn if differs else None,
            )
        )  # fmt: skip
    return tuple(rows)


def _fitted_paths(period: str) -> set[str]:
    """The parameters in which replications of a period differ."""
    ensemble = default_ensemble(period)
    paths = set() if ensemble is None else set(load_ensemble(ensemble).paths)
    return paths & {fitted.path for fitted in fitted_parameters() if fitted.applies_to(period)}


def _drawn(lever: Lever, period: str, start: int) -> tuple[float, float]:
    """Between which values the middle 80 % of the draws have a fitted lever that does not change from a day on."""
    usual, chosen = baseline(period), load_ensemble(default_ensemble(period) or "")
    column = chosen.paths.index(lever.sets)
    values = []
    for draw in chosen.draws[:, column : column + 1]:
        value: Any = default_of(lever, with_draw(usual, (lever.sets,), draw))
        values.append(value.at(start) if isinstance(value, Schedule) else value)
    low, high = np.quantile(values, [(1 - BAND_LEVEL) / 2, (1 + BAND_LEVEL) / 2])
    return float(f"{low:.3g}"), float(f"{high:.3g}")


def lever_names() -> tuple[str, ...]:
    """The names of all levers and uncertainties."""
    return tuple(LEVERS)


def periods() -> tuple[str, ...]:
    """The periods for which there is a starting stock."""
    return tuple(PERIODS)


def value_of(name: str, text: str) -> Value:
    """The value that a text has for a lever, by the rule of every door. Raises WrongInput."""
    return checked_value(LEVERS[name], text, "")


def setting_problem(name: str, text: str) -> WrongInput | None:
    """Why a text cannot be the value of a lever; None when it can."""
    try:
        value_of(name, text)
    except WrongInput as error:
        return error
    return None


def period_dates(period: str) -> tuple[date, date, date]:
    """Start, usual end and latest end of a period."""
    start, usual, last = period_days(period)
    return date_of(start), date_of(usual), date_of(last)


def earliest_end(period: str) -> date:
    """The first day on which a run of a whole period may end; `check_window` holds scenarios to the same."""
    return date_of(first_end(period_days(period)[0]))


def scenario_of(
    period: str,
    settings: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    name: str = "",
    until: date | None = None,
    seed: int = DEFAULT_SEED,
    from_date: date | None = None,
    figures: Sequence[str] = (),
) -> Scenario:
    """A scenario from what was filled in: per lever a list of {value, from, until, ramp_days}, and rows of own figures.

    Raises WrongInput.
    """
    content: dict[str, Any] = {
        "schema": SCHEMA_VERSION,
        "name": "eigen-scenario",
        **scenario_words("own"),
        **({"title": typed, "title_en": None} if (typed := name.strip()[:120]) else {}),
        "period": period,
        "seed": seed,
    }
    if figures:
        content["figures"] = list(figures)
    for key, day in (("from", from_date), ("until", until)):
        if day is not None:
            content[key] = day.isoformat()
    for lever, steps in settings.items():
        section = section_of(LEVERS[lever]) if lever in LEVERS else SECTIONS[0]
        content.setdefault(section, {})[lever] = [dict(step) for step in steps]
    return build_scenario(content)


def settings_of(scenario: Scenario) -> dict[str, list[dict[str, Any]]]:
    """Per lever the list of {value, from, until, ramp_days} of a scenario; dates as ISO text, absent keys left out."""
    settings = {**scenario.levers, **scenario.uncertainties}
    return {lever: [setting.as_group() for setting in steps] for lever, steps in settings.items()}
