"""The sidebar: scenario, levers by holder, presets, undo, and the link that holds it all.

Each field is bound to the link by its key: the name of the lever, with `.van` and `.tot` for its dates. An empty
field is the baseline. Fields tell Python nothing until the button is pressed; the link follows at once.
"""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from app_pages.shell.folds import fold
from app_pages.shell.lever_field import Field, draw_field, lever_fields
from app_pages.shell.link import write_link
from app_pages.shell.link_keys import DATES_KEY, LANGUAGE_KEY, NAME_KEY, PERIOD_KEY, UNTIL_KEY, keys_of_lever
from app_pages.shell.settings import chosen_period, move, put_scenario, record, reset
from app_pages.shell.texts import OFFERED, period_title, text, title_of, visitor_language
from experiments.language.formatting import date_text
from experiments.language.labels import holder_text
from experiments.run.ensemble import lent_text
from experiments.run.levers import earliest_end, period_dates, periods
from experiments.scenario.ready import load_scenario, ready_scenarios


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
        st.radio(text("language"), list(OFFERED), horizontal=True, key=LANGUAGE_KEY, bind="query-params")
    record()
    write_link()


def tell_about_the_link() -> None:
    """Say on the page what in the link was not read."""
    for sentence in st.session_state.get("_link_told", ()):
        st.warning(sentence)


def _draw_scenario() -> None:
    st.button(text("run"), type="primary", width="stretch", help=text("run_help"), key="_run")
    with st.container(horizontal=True, gap="small"):
        st.button(text("undo"), on_click=move, args=(-1,), key="_undo", help=text("undo_help"))
        st.button(text("redo"), on_click=move, args=(1,), key="_redo", help=text("redo_help"))
        st.button(text("reset"), on_click=reset, key="_reset", help=text("reset_help"))
    names = {code: period_title(code) for code in periods()}
    with st.expander(text("scenario")):
        st.selectbox(
            text("choose_period"), list(periods()), format_func=names.__getitem__, key=PERIOD_KEY,
            bind="query-params", help=text("period_help"),
        )  # fmt: skip
        period = chosen_period()
        if lent := lent_text([period], visitor_language()):
            st.caption(lent)
        _, usual, last = period_dates(period)
        st.date_input(
            text("until"), value=None, min_value=earliest_end(period), max_value=last, format="DD-MM-YYYY",
            key=UNTIL_KEY, on_change="ignore", bind="query-params",
            help=text("as_now", value=date_text(usual, visitor_language())),
        )  # fmt: skip
        st.text_input(
            text("name_of_scenario"), max_chars=120, placeholder=text("name_placeholder"), key=NAME_KEY,
            on_change="ignore", bind="query-params",
        )  # fmt: skip
        titles = {scenario.name: title_of(scenario) for scenario in ready_scenarios()}
        st.selectbox(
            text("preset"), list(titles), index=None, format_func=lambda name: titles[name], key="_preset",
            placeholder=text("preset_placeholder"), on_change="ignore", help=text("preset_help"),
        )  # fmt: skip
        st.button(text("preset_take"), on_click=_take_preset, key="_take_preset", width="stretch")


def _draw_levers() -> None:
    st.caption(text("lever_hint"))
    with_dates = st.toggle(text("dates"), key=DATES_KEY, help=text("dates_help"), bind="query-params")
    period = chosen_period()
    first, _, last = period_dates(period)
    fields = lever_fields(period, visitor_language())
    held, told = st.session_state.to_dict(), st.query_params.to_dict()
    for holder in dict.fromkeys(field.row.holder for field in fields):
        own = [field for field in fields if field.row.holder == holder]
        names = [field.row.name for field in own]
        changed = sum(held.get(name, told.get(name)) not in (None, "") for name in names)
        title = holder_text(holder, visitor_language()) + (
            f" · {text('changed_count', count=changed)}" if changed else ""
        )
        keys = [key for name in names for key in keys_of_lever(name)]
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
