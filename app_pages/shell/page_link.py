"""Fields of one page in the link: read once per visit, kept while the visitor looks elsewhere, written every run."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from app_pages.shell.page import title_of_page
from app_pages.shell.settings import put_scenario
from app_pages.shell.texts import literal, text
from experiments.scenario.scenario import Scenario


def begin(key: str, usual: Any, read: Callable[[str], Any]) -> None:
    """Give the field `key` its value before it is drawn: what it was, else what the link says, else the usual.

    read: makes a value of the text in the link, or None when it does not fit, which is then said on the page.
    """
    if key in st.session_state:
        return
    kept = st.session_state.get(f"_kept_{key}")
    if kept is None and key in st.query_params:
        told = st.query_params[key]
        kept = read(told)
        if kept is None:
            st.warning(text("link_unread", what=literal(f"{key}={told[:60]}")))
    st.session_state[key] = usual if kept is None else kept


def keep(key: str, value: Any, text: str = "") -> None:
    """Remember the field for when its page is shown again, and put its text in the link; nothing when it is empty."""
    st.session_state[f"_kept_{key}"] = value
    put(key, text)


def put(key: str, text: str) -> None:
    """Put the text of a key in the link; nothing when it is empty."""
    if text and st.query_params.get(key) != text:
        st.query_params[key] = text
    elif not text and key in st.query_params:
        del st.query_params[key]


def try_button(label: str, scenario: Scenario, key: str, help: str | None = None) -> None:
    """A button that fills the sidebar with a scenario and opens the page that computes it."""
    if st.button(label, on_click=put_scenario, args=(scenario,), key=key, help=help):
        go("doorrekenen")


def _nowhere() -> None:
    """Stands for the page that is gone to, which is known by its link."""


def go(link: str) -> None:
    """Open another page of the app; the levers stay in the link.

    The link is not emptied first, which is refused while fields are bound to it.
    """
    st.switch_page(st.Page(_nowhere, title=title_of_page(link), url_path=link), query_params={})
