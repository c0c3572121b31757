"""Folds: expanders whose content is drawn only while they are open, so that a page is as short as what one sees."""

from typing import Any

import streamlit as st

#: Whether folds are open at first; tests that look at what is in them open them all.
OPEN_AT_FIRST = False


def fold(title: str, key: str) -> Any:
    """An expander that knows whether it is `open`; draw its content only then, and call it in a fragment."""
    before = st.session_state.get(f"_fold_{key}")
    if before is not None and before[0] != title:
        st.session_state[key] = before[1]  # with another title it is another expander, as open as this one was
    box = st.expander(title, expanded=OPEN_AT_FIRST, key=key, on_change="rerun")
    st.session_state[f"_fold_{key}"] = (title, bool(box.open))
    return box
