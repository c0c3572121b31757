"""The link of a visitor: reading levers from it and keeping it up to date."""

from __future__ import annotations

from datetime import date

import streamlit as st

from app_pages.shell.lever_field import takes_whole
from app_pages.shell.texts import LANGUAGES, TEXTS, choice, language, literal, refusal, say
from experiments.run.levers import (
    LeverRow,
    earliest_end,
    lever_rows,
    period_dates,
    periods,
)
from experiments.run.provenance import version
from experiments.scenario.decisions import WrongRows, from_link

#: Keys of the link beside those of levers.
SHELL_KEYS = ("lang", "periode", "naam", "eind", "datums")
#: Keys of the link that pages read themselves.
PAGE_KEYS = (
    "stap", "vergelijk", "code", "halfjaar", "gebied", "toekomst_a", "toekomst_b", "huishouden", "oordeel",
    "onderdeel", "tabel",
)  # fmt: skip
STEPS_KEY = "besluiten"
VERSION_KEY = "v"


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
            if text in (code, *(choice(code, spoken) for spoken in LANGUAGES)):
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
    return value.is_integer() if takes_whole(row) else True


def write_link() -> None:
    """What is not a field stands in the link too: the table of decisions and the version."""
    for key, text in ((STEPS_KEY, st.session_state.get(STEPS_KEY, "")), (VERSION_KEY, version())):
        if text and st.query_params.get(key) != text:
            st.query_params[key] = text
        elif not text and key in st.query_params:
            del st.query_params[key]


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
