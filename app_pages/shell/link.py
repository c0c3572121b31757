"""The link of a visitor: reading levers from it and keeping it up to date."""

from collections.abc import Collection
from datetime import date

import streamlit as st

from app_pages.shell import page_link
from app_pages.shell.lever_field import text_of
from app_pages.shell.link_keys import (
    DATES_KEY,
    FROM_END,
    LANGUAGE_KEY,
    PERIOD_KEY,
    SHELL_KEYS,
    STEPS_KEY,
    TO_END,
    UNTIL_KEY,
    VERSION_KEY,
)
from app_pages.shell.settings import chosen_period
from app_pages.shell.texts import OFFERED, choice, literal, period_title, refusal, text, visitor_language
from experiments.run.levers import LeverRow, earliest_end, lever_rows, period_dates, periods, setting_problem, value_of
from experiments.run.provenance import version
from experiments.scenario.decisions import WrongRows, from_link
from sim.errors import WrongInput

#: What is told of a key or value of the link that cannot be read, at most, and of how many.
LONGEST_TOLD, MOST_TOLD = 60, 20


def _read_link(page_keys: Collection[str]) -> None:
    """Once per visit: say what in the link cannot be read, and whether it comes from another version."""
    raw = {key: st.query_params.get_all(key) for key in st.query_params}
    told = {key: values[-1] if values else "" for key, values in raw.items()}
    period = _read_period(told.get(PERIOD_KEY, ""))
    rows = {row.name: row for row in lever_rows(period)}
    unread = []
    for key, value in told.items():
        name, end = _lever_and_end(key)
        if name in rows:
            good = _date_fits(value, period) and rows[name].dated if end else _value_fits(rows[name], value)
            if good and end:
                st.session_state[DATES_KEY] = True
        elif key == STEPS_KEY:
            unread += _read_steps(value, period)
            continue
        elif key == UNTIL_KEY:
            good = _date_fits(value, period, end=True)
        elif key == LANGUAGE_KEY:
            good = value in OFFERED
        elif key == PERIOD_KEY:
            good = value in _periods_by_words()
        else:
            good = key in SHELL_KEYS or key in page_keys
        if not good:
            unread.append(f"{key[:LONGEST_TOLD]}={value[:LONGEST_TOLD]}")
    sentences = []
    theirs = told.get(VERSION_KEY, version())
    if theirs != version():
        sentences.append(text("link_version", theirs=literal(theirs[:20]), ours=version()))
    if unread:
        sentences.append(
            text("link_unread", what=literal("; ".join(unread[:MOST_TOLD] + ["…"] * (len(unread) > MOST_TOLD))))
        )
    st.session_state["_link_told"] = sentences


def _lever_and_end(key: str) -> tuple[str, str]:
    """The lever that a key may be of, and whether it is one of its dates."""
    end = next((end for end in (FROM_END, TO_END) if key.endswith(end)), "")
    return key.removesuffix(end), end


def _periods_by_words() -> dict[str, str]:
    """Codes of periods by their code and by their words in every language."""
    return {
        words: code for code in periods() for words in (code, *(period_title(code, language) for language in OFFERED))
    }


def _read_period(words: str) -> str:
    """The period that the link names, which may stand in any language; the first when it names none."""
    period = _periods_by_words().get(words)
    if period is None:
        return periods()[0]
    st.session_state[PERIOD_KEY] = period
    if words != period_title(period):
        st.query_params[PERIOD_KEY] = period_title(period)
        st.session_state["_link_put_right"] = True
    return period


def _read_steps(rows: str, period: str) -> list[str]:
    """Take the table of decisions from the link; what is wrong with it, if anything."""
    try:
        from_link(rows, period)
    except WrongRows as error:
        return [refusal(one) for one in error.refusals]
    st.session_state[STEPS_KEY] = rows
    return []


def _date_fits(told: str, period: str, end: bool = False) -> bool:
    try:
        start, _, last = period_dates(period)
        return (earliest_end(period) if end else start) <= date.fromisoformat(told) <= last
    except ValueError:
        return False


def _value_fits(row: LeverRow, told: str) -> bool:
    """Whether a field takes what the link tells, and shows it as the visitor writes it; else it leaves the link."""
    if row.kind == "switch":
        told = next((code for code in ("true", "false") if told in [choice(code, each) for each in OFFERED]), told)
    try:
        value = value_of(row.name, told)
    except WrongInput:
        del st.query_params[row.name]
        st.session_state["_link_put_right"] = True
        return False
    st.session_state[row.name] = text_of(row, value)
    shown = choice(text_of(row, value)) if row.kind in ("choice", "switch") else text_of(row, value)
    if st.query_params.get(row.name) != shown:
        st.query_params[row.name] = shown
        st.session_state["_link_put_right"] = True
    return True


def write_link() -> None:
    """What is not a field stands in the link too: the table of decisions and the version."""
    for key, value in ((STEPS_KEY, st.session_state.get(STEPS_KEY, "")), (VERSION_KEY, version())):
        page_link.put(key, value)


def start(page_keys: Collection[str]) -> None:
    """Read the link on the first run of a visit; call it before anything is drawn.

    page_keys: the keys of the link that pages read themselves.
    """
    if "_link_told" not in st.session_state:
        _read_link(page_keys)
    language = st.session_state.get("_language")
    if language not in (None, visitor_language()):  # words of a choice and signs of a number changed, no value did
        for row in lever_rows(periods()[0]):
            held = st.session_state.get(row.name)
            if held and setting_problem(row.name, held) is None:
                held = text_of(row, value_of(row.name, held))
            if held:
                st.session_state[row.name] = held
        st.session_state[PERIOD_KEY] = chosen_period()
    st.session_state["_language"] = visitor_language()
