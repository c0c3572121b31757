"""What a visitor sees when a page fails: a sentence in the own language and a way out; the trace goes to the log."""

import logging

import streamlit as st

from app_pages.shell.settings import reset
from app_pages.shell.texts import text


def unexpected(error: Exception) -> None:
    """Tell the log what went wrong and the visitor what to do."""
    logging.getLogger("doorstroom").error("a page could not be shown", exc_info=error)
    st.error(text("something_wrong"))
    st.button(text("reset"), on_click=reset, key="_reset_on_page")
