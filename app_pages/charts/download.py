"""Files of a picture: its table as CSV, the picture as SVG or PNG."""

import textwrap
from collections.abc import Callable, Sequence

import streamlit as st

from app_pages.charts.picture import Panel, Table
from experiments.charts.style import Spec
from experiments.language.language import Language
from experiments.storage.spreadsheets import csv_lines


def csv_bytes(table: Table, language: Language, origin: str) -> bytes:
    """The table as CSV, as spreadsheets in a language read it, with what made it in every row."""
    return csv_lines(table.heads, table.rows, language, table.decimals, origin)


def file_button(label: str, content: bytes | Callable[[], bytes], name: str, mime: str, key: str | None = None) -> None:
    """A button that gives a file; pressing it does not draw the page again.

    A callable makes the file when it is asked for, outside any page: it must not ask who looks, and at what.
    """
    st.download_button(label, content, file_name=name, mime=mime, on_click="ignore", key=key)


def _for_file(panels: Sequence[Panel], title: str, language: Language) -> Spec:
    """All charts of a picture below each other, always on a light background, with the finding as title."""
    parts = []
    for panel in panels:
        part = {key: value for key, value in panel.spec.items() if key not in ("config", "padding")}
        # layers of two charts must not bear the same name
        part["layer"] = [{key: value for key, value in one.items() if key != "name"} for one in part["layer"]]
        parts.append(part | {"width": 640, "title": {"text": panel.heading, "fontSize": 12} if panel.heading else None})
    lines = textwrap.wrap(" ".join(title.split()), 90, break_long_words=False, break_on_hyphens=False)
    top = {"text": lines, "fontSize": 15, "offset": 12}
    # A file is drawn without a browser, which has fewer typefaces: one that is missing would leave all text out.
    colours = panels[0].spec["config"] | {"font": "sans-serif"}
    return {"vconcat": parts, "title": top, "config": colours, "padding": 16,
            "usermeta": {"language": language}, "resolve": {"legend": {"color": "shared"}}}  # fmt: skip


def svg_bytes(panels: Sequence[Panel], title: str, language: Language) -> bytes:
    """The picture as SVG."""
    import vl_convert

    return vl_convert.vegalite_to_svg(_for_file(panels, title, language)).encode()


def png_bytes(panels: Sequence[Panel], title: str, language: Language) -> bytes:
    """The picture as PNG, twice the size of the screen."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(_for_file(panels, title, language), scale=2))
