"""The sidebar: scenario, levers by holder, presets, undo, and the link that holds it all.

Who acts: the visitor, who turns levers and presses one button. Who waits: the pages, which read `chosen()`. What
leaves: one checked scenario. What is left out: running it.

Each field is bound to the link by its key: the name of the lever, with `.van` and `.tot` for its dates. An empty
field is the baseline. Fields tell Python nothing until the button is pressed; the link follows at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any

import streamlit as st

from app_pages import numbers
from app_pages.folds import fold
from app_pages.texts import CHOICES, LANGUAGES, TEXTS, choice, language, literal, refusal, say, title_of, unit
from experiments.levers import (
    LeverRow,
    earliest_end,
    lever_names,
    lever_rows,
    period_dates,
    periods,
    scenario_of,
    settings_of,
)
from experiments.run import version
from experiments.scenario import Scenario, load_scenario, ready_scenarios
from experiments.steps import Step, WrongRows, as_link, from_link

State = dict[str, Any]
MOST_UNDO = 50
#: Keys of the link beside those of levers.
SHELL_KEYS = ("lang", "periode", "naam", "eind", "datums")
#: Keys of the link that pages read themselves.
PAGE_KEYS = (
    "stap", "vergelijk", "code", "halfjaar", "gebied", "toekomst_a", "toekomst_b", "huishouden", "oordeel",
    "onderdeel", "tabel",
)  # fmt: skip
STEPS_KEY = "besluiten"
VERSION_KEY = "v"


# --- one field per lever --------------------------------------------------------------------------------------------


def words_of(row: LeverRow, value: Any) -> str:
    """A value of a lever in words."""
    if row.kind in ("choice", "switch"):
        return choice(str(value).lower())
    return numbers.plain(float(value), language())


def name_of(row: LeverRow) -> str:
    """The name of a lever without its unit."""
    return row.label_nl if language() == "nl" else row.label_en


def amount_of(row: LeverRow, value: Any) -> str:
    """A value of a lever with its unit, a share in per cent."""
    if row.unit == "share" and row.kind not in ("choice", "switch"):
        return numbers.plain(round(100.0 * float(value), 6), language()) + ("\u00a0%" if language() == "nl" else "%")
    return f"{words_of(row, value)} {unit(row.unit)}".strip()


def _today(row: LeverRow, most: int = 99) -> str:
    if not row.steps:
        return words_of(row, row.today)
    parts = [words_of(row, row.steps[0][1])]
    parts += [
        say("then", date=numbers.day(date.fromisoformat(when), language()), value=words_of(row, value))
        for when, value in row.steps[1:most]
    ]
    return "; ".join(parts) + ("; …" if len(row.steps) > most else "")


def label_of(row: LeverRow) -> str:
    """The name of a lever with its unit, in the language of the visitor."""
    return f"{name_of(row)} ({unit(row.unit)})" if unit(row.unit) else name_of(row)


def _help(row: LeverRow) -> str:
    parts = [row.help_nl if language() == "nl" else row.help_en]
    if row.low is not None and row.high is not None:
        low, high = (numbers.plain(end, language()) for end in (row.low, row.high))
        parts.append(say("range", low=low, high=high, unit=unit(row.unit)))
    if row.fitted:
        parts.append(say("fitted"))
        parts.append(_range("drawn", row) or say("fitted_from", value=_today(row)))
    else:
        parts.append(say("today_steps" if row.steps else "today", value=_today(row)))
    parts.append(say("source", source=row.source))
    return "  \n".join(parts).replace("$", "\\$").replace("*", "\\*")


def _range(key: str, row: LeverRow) -> str:
    """The range of the draws in words; nothing for a lever that has none."""
    if row.drawn is None:
        return ""
    low, high = (words_of(row, end) for end in row.drawn)
    return say(key, low=low, high=high)


def _shown(row: LeverRow) -> str:
    """What an empty field shows: what holds without a decision."""
    if row.fitted:
        return _range("as_drawn", row) or say("as_fitted")
    return say("as_in_reality" if row.steps else "as_now", value=_today(row, 2))


def _whole(row: LeverRow) -> bool:
    """Whether the field takes whole numbers only."""
    ends = (row.low, row.high, row.step or 1.0)
    today = [value for _, value in row.steps] or [row.today]
    return all(float(number or 0).is_integer() for number in (*ends, *today))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Field:
    """What does not change about the field of a lever while period and language stay."""

    row: LeverRow
    label: str
    help: str
    shown: str
    whole: bool


@lru_cache(maxsize=16)
def _fields(period: str, spoken: str) -> tuple[Field, ...]:
    """The fields of all levers, in the language of the visitor, which is `spoken`."""
    return tuple(
        Field(
            row,
            label_of(row),
            _help(row),
            _shown(row),
            row.kind not in ("choice", "switch") and _whole(row),
        )
        for row in lever_rows(period)
    )


def _field(field: Field, first: date, last: date, with_dates: bool) -> None:
    row, shown = field.row, field.shown
    bound: dict[str, Any] = {"key": row.name, "help": field.help, "on_change": "ignore", "bind": "query-params"}
    if row.kind in ("choice", "switch"):
        options = list(row.choices) or ["true", "false"]
        words = partial(choice, spoken=language())  # fixed: the front end also asks between two runs
        st.selectbox(field.label, options, index=None, format_func=words, placeholder=shown, **bound)
    else:
        number = int if field.whole else float
        st.number_input(
            field.label,
            min_value=number(row.low or 0),
            max_value=number(row.high or 0),
            value=None,
            step=number(row.step or 1),
            placeholder=shown,
            format="%d" if number is int else "%g",
            **bound,
        )
    if row.dated and with_dates:
        left, right = st.columns(2, gap="small")
        for column, key, text in ((left, ".van", "from_date"), (right, ".tot", "until_date")):
            column.date_input(
                say(text), value=None, min_value=first, max_value=last, format="DD-MM-YYYY", key=f"{row.name}{key}",
                on_change="ignore", bind="query-params",
            )  # fmt: skip


# --- the state: what all fields hold ----------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _keys() -> tuple[str, ...]:
    levers = (f"{name}{end}" for name in lever_names() for end in ("", ".van", ".tot"))
    return "periode", "naam", "eind", STEPS_KEY, *levers


def _state() -> State:
    """What differs from empty fields, by key."""
    held = st.session_state.to_dict()
    return {key: held[key] for key in _keys() if held.get(key) not in (None, "")}


def _put(state: Mapping[str, Any]) -> None:
    """Fill every field from a state; what is not in it becomes empty."""
    for key in _keys():
        if key in state:
            st.session_state[key] = state[key]
        elif key == "periode":
            st.session_state[key] = periods()[0]
        elif key in st.session_state:
            st.session_state[key] = "" if key in ("naam", STEPS_KEY) else None
    if any(key.endswith((".van", ".tot")) for key in state):
        st.session_state["datums"] = True


def _record() -> None:
    """Put the present state in the history when it is new."""
    history: list[State] = st.session_state.setdefault("_history", [])
    place = st.session_state.setdefault("_place", -1)
    state = _state()
    if place < 0 or history[place] != state:
        st.session_state["_history"] = [*history[: place + 1], state][-MOST_UNDO:]
        st.session_state["_place"] = len(st.session_state["_history"]) - 1


def _move(by: int) -> None:
    _record()
    place = st.session_state["_place"] + by
    if 0 <= place < len(st.session_state["_history"]):
        st.session_state["_place"] = place
        _put(st.session_state["_history"][place])


def _reset() -> None:
    _record()
    _put({"periode": st.session_state.get("periode", periods()[0])})


def offer_reset() -> None:
    """A button on the page that empties every lever, for when the page cannot be shown."""
    st.button(say("reset"), on_click=_reset, key="_reset_on_page")


def _take_preset() -> None:
    name = st.session_state.get("_preset")
    if name:
        _record()
        put_scenario(load_scenario(name))


def put_scenario(scenario: Scenario) -> None:
    """Fill every field from a scenario; call it in a callback, before the fields are drawn."""
    state: State = {"periode": scenario.period}
    if scenario.levers or scenario.uncertainties:
        state["naam"] = title_of(scenario, language())
    if scenario.until_date is not None and scenario.until_date != period_dates(scenario.period)[1]:
        state["eind"] = scenario.until_date
    rows = {row.name: row for row in lever_rows(scenario.period)}
    steps: list[Step] = []
    for name, settings in settings_of(scenario).items():
        row = rows[name]
        single = settings[0]
        whole = row.kind in ("choice", "switch") or not _whole(row) or float(single["value"]).is_integer()
        if len(settings) == 1 and not single.get("ramp_days") and whole:
            value = single["value"]
            if row.kind in ("choice", "switch"):
                state[name] = str(value).lower()
            else:
                state[name] = int(value) if _whole(row) else float(value)
            for key, part in ((".van", "from"), (".tot", "until")):
                if part in single:
                    state[f"{name}{key}"] = date.fromisoformat(single[part])
            continue
        start = period_dates(scenario.period)[0].isoformat()
        for setting in settings:
            until = setting.get("until")
            steps.append(
                Step(
                    name, float(setting["value"]), date.fromisoformat(setting.get("from", start)),
                    date.fromisoformat(until) if until else None, int(setting.get("ramp_days", 0)),
                )
            )  # fmt: skip
    if steps:
        state[STEPS_KEY] = as_link(sorted(steps, key=lambda step: step.from_date))
    _put(state)


# --- the link ---------------------------------------------------------------------------------------------------------


def _read_link() -> None:
    """Once per visit: say what in the link cannot be read, and whether it comes from another version."""
    raw = {key: st.query_params.get_all(key) for key in st.query_params}
    period = raw.get("periode", [""])[-1]
    by_words = {words: code for code in periods() for words in (code, *TEXTS[f"period_{code}"])}
    if period and period in by_words:
        st.session_state["periode"] = by_words[period]
        if period != say(f"period_{by_words[period]}"):
            st.query_params["periode"] = say(f"period_{by_words[period]}")
            st.session_state["_link_put_right"] = True
    period = by_words.get(period, periods()[0])
    rows = {row.name: row for row in lever_rows(period)}
    unread = []
    for key, values in raw.items():
        text = values[-1] if values else ""
        name, _, end = key.rpartition(".") if key.endswith((".van", ".tot")) else (key, "", "")
        if name in rows:
            good = _date_fits(text, period) and rows[name].dated if end else _value_fits(rows[name], text)
            if good and end:
                st.session_state["datums"] = True
        elif key == STEPS_KEY:
            try:
                from_link(text, period)
                st.session_state[STEPS_KEY] = text
                good = True
            except WrongRows as error:
                unread += [refusal(one) for one in error.refusals]
                good = True
        elif key == "eind":
            good = _date_fits(text, period, end=True)
        else:
            good = key in (*SHELL_KEYS, *PAGE_KEYS, VERSION_KEY)
            if key == "lang":
                good = text in LANGUAGES
            elif key == "periode":
                good = text in by_words
        if not good:
            unread.append(f"{key[:60]}={text[:60]}")
    told = []
    theirs = raw.get(VERSION_KEY, [version()])[-1]
    if theirs != version():
        told.append(say("link_version", theirs=literal(theirs[:20]), ours=version()))
    if unread:
        told.append(say("link_unread", what=literal("; ".join(unread))))
    st.session_state["_link_told"] = told


def _date_fits(text: str, period: str, end: bool = False) -> bool:
    try:
        start, _, last = period_dates(period)
        return (earliest_end(period) if end else start) <= date.fromisoformat(text) <= last
    except ValueError:
        return False


def _value_fits(row: LeverRow, text: str) -> bool:
    """Whether a field will take the text; a choice may stand in either language or as its code."""
    if row.kind in ("choice", "switch"):
        for code in row.choices or ("true", "false"):
            if text in (code, *CHOICES.get(code, ())):
                st.session_state[row.name] = code
                if text != choice(code):  # the link of one language opens in the other
                    st.query_params[row.name] = choice(code)
                    st.session_state["_link_put_right"] = True
                return True
        return False
    try:
        value = float(text)
    except ValueError:
        return False
    if row.low is None or row.high is None or not row.low <= value <= row.high:
        return False
    return value.is_integer() if _whole(row) else True


def _write_link() -> None:
    """What is not a field stands in the link too: the table of decisions and the version."""
    for key, text in ((STEPS_KEY, st.session_state.get(STEPS_KEY, "")), (VERSION_KEY, version())):
        if text and st.query_params.get(key) != text:
            st.query_params[key] = text
        elif not text and key in st.query_params:
            del st.query_params[key]


# --- what pages ask ---------------------------------------------------------------------------------------------------


def settings() -> dict[str, list[dict[str, Any]]]:
    """What the visitor set: per lever a list of {value, from, until}."""
    state = _state()
    period = state.get("periode", periods()[0])
    found: dict[str, list[dict[str, Any]]] = {}
    for row in lever_rows(period):
        if row.name not in state:
            continue
        value = state[row.name]
        if row.kind == "switch":
            value = value == "true"
        setting: dict[str, Any] = {"value": value}
        for key, part in ((".van", "from"), (".tot", "until")):
            day = state.get(f"{row.name}{key}")
            if isinstance(day, date) and row.dated:
                setting[part] = day.isoformat()
        found[row.name] = [setting]
    for step in from_link(state.get(STEPS_KEY, ""), period):
        found.setdefault(step.lever, []).append(step.as_setting())
    return found


def chosen() -> Scenario:
    """The scenario that the visitor composed. Raises WrongInput when its settings do not go together."""
    period = st.session_state.get("periode") or periods()[0]
    until = st.session_state.get("eind")
    try:
        return scenario_of(period, settings(), name=st.session_state.get("naam") or "", until=until)
    except WrongRows as error:
        raise error.refusals[0] from error


def without_settings() -> Scenario:
    """The baseline of the chosen period, for when the settings do not go together."""
    return scenario_of(st.session_state.get("periode") or periods()[0], {})


def put_steps(steps: tuple[Step, ...]) -> None:
    """Replace the table of decisions; the history remembers what it was."""
    _record()
    st.session_state[STEPS_KEY] = as_link(steps)


def steps() -> tuple[Step, ...]:
    """The table of decisions."""
    try:
        return from_link(st.session_state.get(STEPS_KEY, ""), st.session_state.get("periode") or periods()[0])
    except WrongRows:
        return ()


# --- drawing ----------------------------------------------------------------------------------------------------


def start() -> None:
    """Read the link on the first run of a visit; call it before anything is drawn."""
    if "_link_told" not in st.session_state:
        _read_link()
    spoken = st.session_state.get("_spoken")
    if spoken not in (None, language()):  # the words of a choice changed; the choice itself stays
        for row in lever_rows(periods()[0]):
            if row.kind in ("choice", "switch") and st.session_state.get(row.name):
                st.session_state[row.name] = st.session_state[row.name]
        st.session_state["periode"] = st.session_state.get("periode") or periods()[0]
    st.session_state["_spoken"] = language()


def draw() -> None:
    """Draw the sidebar; call it when the navigation knows its page."""
    if st.session_state.pop("_link_put_right", False):
        st.rerun()  # fields read the link as it is when a run begins
    with st.sidebar:
        _draw_scenario()
        _draw_levers()
        st.radio(say("language"), list(LANGUAGES), horizontal=True, key="lang", bind="query-params")
    _record()
    _write_link()


def tell_about_the_link() -> None:
    """Say on the page what in the link was not read."""
    for sentence in st.session_state.get("_link_told", ()):
        st.warning(sentence)


def _draw_scenario() -> None:
    st.button(say("run"), type="primary", width="stretch", help=say("run_help"), key="_run")
    with st.container(horizontal=True, gap="small"):
        st.button(say("undo"), on_click=_move, args=(-1,), key="_undo", help=say("undo_help"))
        st.button(say("redo"), on_click=_move, args=(1,), key="_redo", help=say("redo_help"))
        st.button(say("reset"), on_click=_reset, key="_reset", help=say("reset_help"))
    names = {code: say(f"period_{code}") for code in periods()}
    with st.expander(say("scenario")):
        st.selectbox(
            say("period"), list(periods()), format_func=names.__getitem__, key="periode",
            bind="query-params", help=say("period_help"),
        )  # fmt: skip
        period = st.session_state.get("periode") or periods()[0]
        _, usual, last = period_dates(period)
        st.date_input(
            say("until"), value=None, min_value=earliest_end(period), max_value=last, format="DD-MM-YYYY",
            key="eind", on_change="ignore", bind="query-params",
            help=say("as_now", value=numbers.day(usual, language())),
        )  # fmt: skip
        st.text_input(
            say("name_of_scenario"), max_chars=120, placeholder=say("name_placeholder"), key="naam", on_change="ignore",
            bind="query-params",
        )  # fmt: skip
        titles = {scenario.name: title_of(scenario, language()) for scenario in ready_scenarios()}
        st.selectbox(
            say("preset"), list(titles), index=None, format_func=lambda name: titles[name], key="_preset",
            placeholder=say("preset_placeholder"), on_change="ignore", help=say("preset_help"),
        )  # fmt: skip
        st.button(say("preset_take"), on_click=_take_preset, key="_take_preset", width="stretch")


def _draw_levers() -> None:
    st.caption(say("lever_hint"))
    with_dates = st.toggle(say("dates"), key="datums", help=say("dates_help"), bind="query-params")
    period = st.session_state.get("periode") or periods()[0]
    first, _, last = period_dates(period)
    fields = _fields(period, language())
    held, told = st.session_state.to_dict(), st.query_params.to_dict()
    for holder in dict.fromkeys(field.row.holder for field in fields):
        own = [field for field in fields if field.row.holder == holder]
        names = [field.row.name for field in own]
        changed = sum(held.get(name, told.get(name)) not in (None, "") for name in names)
        title = say(f"holder_{holder}") + (f" · {say('changed_count', count=changed)}" if changed else "")
        keys = [f"{name}{end}" for name in names for end in ("", ".van", ".tot")]
        _draw_holder(holder, title, own, any(held.get(key, told.get(key)) not in (None, "") for key in keys),
                     first, last, with_dates)  # fmt: skip


@st.fragment
def _draw_holder(
    holder: str, title: str, fields: Sequence[Field], filled: bool, first: date, last: date, with_dates: bool
) -> None:
    """The fields of one holder, once they are looked at or hold something: dozens of empty fields cost time."""
    box = fold(title, f"_holder_{holder}")
    if filled or box.open:
        with box:
            for field in fields:
                _field(field, first, last, with_dates)
