"""What the visitor has set: scenario, levers, steps, and the way back (undo and redo)."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import streamlit as st

from app_pages.shell.lever_field import text_of
from app_pages.shell.link_keys import (
    DATES_KEY,
    FIGURES_KEY,
    FROM_END,
    NAME_KEY,
    PERIOD_KEY,
    STEPS_KEY,
    TO_END,
    UNTIL_KEY,
    keys_of_lever,
)
from app_pages.shell.texts import literal, refusal, text, title_of
from experiments.run.levers import lever_names, lever_rows, period_dates, periods, scenario_of, settings_of
from experiments.scenario.decisions import Step, WrongRows, as_link, from_link
from experiments.scenario.own_figures import row_text
from experiments.scenario.scenario import Scenario
from sim.errors import WrongInput

State = dict[str, Any]
MOST_UNDO = 50


def chosen_period() -> str:
    """The period of the sidebar."""
    return str(st.session_state.get(PERIOD_KEY) or periods()[0])


@lru_cache(maxsize=1)
def _keys() -> tuple[str, ...]:
    levers = (key for name in lever_names() for key in keys_of_lever(name))
    return PERIOD_KEY, NAME_KEY, UNTIL_KEY, STEPS_KEY, FIGURES_KEY, *levers


def _state() -> State:
    """What differs from empty fields, by key."""
    held = st.session_state.to_dict()
    return {key: held[key] for key in _keys() if held.get(key) not in (None, "")}


def _put(state: Mapping[str, Any]) -> None:
    """Fill every field from a state; what is not in it becomes empty."""
    for key in _keys():
        if key in state:
            st.session_state[key] = state[key]
        elif key == PERIOD_KEY:
            st.session_state[key] = periods()[0]
        elif key in st.session_state:
            st.session_state[key] = "" if key in (NAME_KEY, STEPS_KEY) else None
    if any(key.endswith((FROM_END, TO_END)) for key in state):
        st.session_state[DATES_KEY] = True


def record() -> None:
    """Put the present state in the history when it is new."""
    history: list[State] = st.session_state.setdefault("_history", [])
    place = st.session_state.setdefault("_place", -1)
    state = _state()
    if place < 0 or history[place] != state:
        st.session_state["_history"] = [*history[: place + 1], state][-MOST_UNDO:]
        st.session_state["_place"] = len(st.session_state["_history"]) - 1


def move(by: int) -> None:
    """Go back or forward in what was set."""
    record()
    place = st.session_state["_place"] + by
    if 0 <= place < len(st.session_state["_history"]):
        st.session_state["_place"] = place
        _put(st.session_state["_history"][place])


def reset() -> None:
    """Set every lever back to the baseline."""
    record()
    _put({PERIOD_KEY: chosen_period()})


def put_scenario(scenario: Scenario) -> None:
    """Fill every field from a scenario; call it in a callback, before the fields are drawn."""
    state: State = {PERIOD_KEY: scenario.period}
    if scenario.levers or scenario.uncertainties or scenario.figures:
        state[NAME_KEY] = title_of(scenario)
    if scenario.figures:
        state[FIGURES_KEY] = tuple(map(row_text, scenario.figures))
    if scenario.until_date is not None and scenario.until_date != period_dates(scenario.period)[1]:
        state[UNTIL_KEY] = scenario.until_date
    rows = {row.name: row for row in lever_rows(scenario.period)}
    steps: list[Step] = []
    for name, settings in settings_of(scenario).items():
        for setting in settings:
            if "from" not in setting or (len(settings) == 1 and "ramp_days" not in setting):
                state[name] = text_of(rows[name], setting["value"])
                for key, part in ((FROM_END, "from"), (TO_END, "until")):
                    if part in setting:
                        state[f"{name}{key}"] = date.fromisoformat(setting[part])
                continue
            until = date.fromisoformat(setting["until"]) if "until" in setting else None
            first, ramp = date.fromisoformat(setting["from"]), setting.get("ramp_days", 0)
            steps.append(Step(name, setting["value"], first, until, ramp))
    if steps:
        state[STEPS_KEY] = as_link(sorted(steps, key=lambda step: step.from_date))
    _put(state)


def settings() -> dict[str, list[dict[str, Any]]]:
    """What the visitor set: per lever a list of {value, from, until}."""
    state = _state()
    period = state.get(PERIOD_KEY, periods()[0])
    found: dict[str, list[dict[str, Any]]] = {}
    for row in lever_rows(period):
        if row.name not in state:
            continue
        setting: dict[str, Any] = {"value": state[row.name]}
        for key, part in ((FROM_END, "from"), (TO_END, "until")):
            day = state.get(f"{row.name}{key}")
            if isinstance(day, date) and row.dated:
                setting[part] = day.isoformat()
        found[row.name] = [setting]
    for step in from_link(state.get(STEPS_KEY, ""), period):
        found.setdefault(step.lever, []).append(step.as_setting())
    return found


def chosen() -> Scenario:
    """The scenario that the visitor composed. Raises WrongInput when its settings do not go together."""
    period = chosen_period()
    until = st.session_state.get(UNTIL_KEY)
    try:
        return scenario_of(
            period, settings(), name=st.session_state.get(NAME_KEY) or "", until=until,
            figures=st.session_state.get(FIGURES_KEY) or (),
        )  # fmt: skip
    except WrongRows as error:
        raise error.refusals[0] from error


def without_settings() -> Scenario:
    """The baseline of the chosen period, for when the settings do not go together."""
    return scenario_of(chosen_period(), {})


def chosen_or_baseline() -> Scenario:
    """The scenario that the visitor composed; when its settings do not go together, says so and gives the baseline."""
    try:
        return chosen()
    except WrongInput as error:
        st.error(text("wrong_settings", problem=literal(refusal(error))))
        st.write(text("wrong_way_out"))
        return without_settings()


def put_figures(rows: tuple[str, ...]) -> None:
    """Replace the figures of the visitor's own; the history remembers what they were."""
    record()
    st.session_state[FIGURES_KEY] = rows or None


def put_steps(steps: tuple[Step, ...]) -> None:
    """Replace the table of decisions; the history remembers what it was."""
    record()
    st.session_state[STEPS_KEY] = as_link(steps)


def steps() -> tuple[Step, ...]:
    """The table of decisions."""
    try:
        return from_link(st.session_state.get(STEPS_KEY, ""), chosen_period())
    except WrongRows:
        return ()
