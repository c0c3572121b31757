"""Which colours a visitor sees."""

import streamlit as st

from experiments.charts.style import PALETTES


def dark() -> bool:
    """Whether this visitor sees the dark theme."""
    return getattr(st.context.theme, "type", "light") == "dark"


def palette() -> dict[str, str]:
    """The colours for this visitor."""
    return PALETTES["dark" if dark() else "light"]
