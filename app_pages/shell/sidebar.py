"""The sidebar: scenario, levers by holder, presets, undo, and the link that holds it all.

Who acts: the visitor, who turns levers and presses one button. Who waits: the pages, which read `chosen()`. What
leaves: one checked scenario. What is left out: running it.

Each field is bound to the link by its key: the name of the lever, with `.van` and `.tot` for its dates. An empty
field is the baseline. Fields tell Python nothing until the button is pressed; the link follows at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from app_pages.shell import numbers
from app_pages.shell.folds import fold
from app_pages.shell.lever_field import Field, draw_field, lever_fields
from app_pages.shell.link import write_link
from app_pages.shell.settings import move, put_scenario, record, reset
from app_pages.shell.texts import LANGUAGES, language, say, title_of
from experiments.language.labels import holder_text
from experiments.run.levers import (
    earliest_end,
    period_dates,
    periods,
)
from experiments.scenario.ready import load_scenario, ready_scenarios


def offer_reset() -> None:
    """A button on the page that empties every lever, for when the page cannot be shown."""
    st.button(say("reset"), on_click=reset, key="_reset_on_page")


def _take_preset() -> None:
    name = st.session_state.get("_preset")
    if name:
        record()
        put_scenario(load_scenario(name))


def draw() -> None:
    """Draw the sidebar; call it when the navigation knows its page."""
    if st.session_state.pop("_link_put_right", False):
        st.rerun()  # fields read the link as it is when a run begins
    with st.sidebar:
        _draw_scenario()
        _draw_levers()
        st.radio(say("language"), list(LANGUAGES), horizontal=True, key="lang", bind="query-params")
    record()
    write_link()


def tell_about_the_link() -> None:
    """Say on the page what in the link was not read."""
    for sentence in st.session_state.get("_link_told", ()):
        st.warning(sentence)


def _draw_scenario() -> None:
    st.button(say("run"), type="primary", width="stretch", help=say("run_help"), key="_run")
    with st.container(horizontal=True, gap="small"):
        st.button(say("undo"), on_click=move, args=(-1,), key="_undo", help=say("undo_help"))
        st.button(say("redo"), on_click=move, args=(1,), key="_redo", help=say("redo_help"))
        st.button(say("reset"), on_click=reset, key="_reset", help=say("reset_help"))
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
    fields = lever_fields(period, language())
    held, told = st.session_state.to_dict(), st.query_params.to_dict()
    for holder in dict.fromkeys(field.row.holder for field in fields):
        own = [field for field in fields if field.row.holder == holder]
        names = [field.row.name for field in own]
        changed = sum(held.get(name, told.get(name)) not in (None, "") for name in names)
        title = holder_text(holder, language()) + (f" · {say('changed_count', count=changed)}" if changed else "")
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
                draw_field(field, first, last, with_dates)
