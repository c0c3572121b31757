"""The page Gemeenten: still empty.

Who acts: nobody yet. Who waits: nobody. What leaves: one honest sentence. What is left out: everything else.
"""

from __future__ import annotations

import streamlit as st

from app_pages.texts import say


def show() -> None:
    """Draw the page."""
    st.write(say("not_yet"))
