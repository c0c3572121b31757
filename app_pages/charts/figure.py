"""Pictures as Vega-Lite dicts, and the frame around each: finding, band, why, table and downloads.

Baseline is dashed and dark, scenario solid with its band, published figures are dots. Every series differs in
dash or shape as well as in colour, and has a contrast of at least 3:1 on both backgrounds.
"""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import streamlit as st

from app_pages.charts import text
from app_pages.charts.download import csv_bytes, file_button, png_bytes, svg_bytes
from app_pages.charts.picture import Panel, Picture
from app_pages.shell import running
from app_pages.shell.folds import fold
from app_pages.shell.texts import visitor_language
from experiments.language.catalogue import catalogue
from experiments.language.labels import definitions


def note(picture: Picture) -> str:
    """Replications, band and sources, with a warning below 30 replications; or the picture's own caption."""
    if picture.caption:
        return picture.caption
    parts = [picture.basis or text("band_note", count=picture.count)]
    if picture.count < 30:
        parts.insert(0, f"**{text('provisional')}**")
    if picture.sources:
        parts.append(text("sources_note"))
    return " · ".join(parts)


@cache
def _library() -> str:
    """The file in which the front end keeps its drawing library; empty when it is not where it was."""
    folder = Path(st.__file__).parent / "static" / "static" / "js"
    return next((file.name for file in folder.glob("ArrowVegaLiteChart.*.js")), "")


def fetch_library() -> None:
    """Let the browser load the drawing library while the visitor still reads, so that the first picture need not wait.

    The front end asks for it only at the first picture; it takes a third of a second to load and read.
    """
    if _library():
        script = f"const load = () => import('./static/js/{_library()}').catch(() => {{}});"
        st.html(f"<script>{script} (window.requestIdleCallback ?? setTimeout)(load)</script>",
                unsafe_allow_javascript=True)  # fmt: skip


def figure(picture: Picture) -> None:
    """Show a picture with its finding, band, why, table and downloads."""
    with st.container(border=True):
        st.markdown(f"### {picture.finding}")
        st.caption(note(picture))
        wide = picture.panels[0] if len(picture.panels) != 2 else None
        if wide is not None:
            _panel(wide, picture.name, 0)
        rest = picture.panels[1:] if wide is not None else picture.panels
        for start in range(0, len(rest), 2):
            for column, (place, panel) in zip(
                st.columns(2), enumerate(rest[start : start + 2], start + 1), strict=False
            ):
                with column:
                    _panel(panel, picture.name, place)
        if picture.why:
            with st.expander(text("why")):
                st.markdown("\n\n".join(picture.why))
        show_definitions(picture.outcomes)
        _twin(picture)


def show_definitions(outcomes: Sequence[str]) -> None:
    """What outcomes count, one click away; nothing where labels say all."""
    language = visitor_language()
    if told := definitions(outcomes, language):
        with st.expander(catalogue("report", language)("definitions")):
            st.markdown("\n".join(f"- **{label}**: {meaning}" for _, label, meaning in told))


@st.fragment
def _twin(picture: Picture) -> None:
    """The table twin and the files, drawn when they are opened: they are longer than all else on a page."""
    box = fold(f"{text('table')} · {text('downloads')}", f"table_{picture.name}")
    if box.open:
        with box:
            downloads(picture)
            st.html(picture.html)
            if picture.sources:
                st.markdown(f"**{text('sources')}**\n\n" + "\n".join(f"- {source}" for source in picture.sources))


def _panel(panel: Panel, name: str, place: int) -> None:
    if panel.heading:
        st.markdown(f"**{panel.heading}**")
    st.vega_lite_chart(panel.sent, width="stretch", theme=None, alt=panel.alt, key=f"chart_{name}_{place}")
    running.after_first_picture()


def downloads(picture: Picture) -> None:
    """The buttons that give a picture and its table as files."""
    language, origin = visitor_language(), running.origin(picture.count)
    table, panels, title = picture.table, picture.panels, picture.finding
    makers: tuple[tuple[str, str, Callable[[], bytes]], ...] = (
        ("csv", "text/csv", lambda: csv_bytes(table, language, origin)),
        ("png", "image/png", lambda: png_bytes(panels, title, language)),
        ("svg", "image/svg+xml", lambda: svg_bytes(panels, title, language)),
    )
    with st.container(horizontal=True):
        for kind, mime, make in makers:
            file_button(text(kind), make, f"doorstroom-{picture.name}.{kind}", mime, f"load_{kind}_{picture.name}")
