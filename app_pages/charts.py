"""Pictures as Vega-Lite dicts, and the frame around each: finding, band, why, table and downloads.

Who acts: pages. Who waits: nobody; dicts are cached by what they show. What leaves: charts with alt text, a table
twin, and files (CSV, PNG, SVG). What is left out: which figures are shown; that is for pages.

Baseline is dashed and dark, scenario solid with its band, published figures are dots. Every series differs in
dash or shape as well as in colour, and has a contrast of at least 3:1 on both backgrounds.
"""

from __future__ import annotations

import csv
import html
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.dataframe_util import convert_anything_to_arrow_bytes

from app_pages import numbers, running
from app_pages.folds import fold
from app_pages.texts import language, say

Spec = dict[str, Any]

#: Per background: ink, quiet ink, grid, background, and one colour per series.
PALETTES: dict[str, dict[str, str]] = {
    "light": {
        "background": "#ffffff", "ink": "#1b2430", "quiet": "#4a5564", "grid": "#dfe4ea",
        "baseline": "#1b2430", "scenario": "#1f6fb2", "published": "#a8480b", "target": "#5b6675",
        "series_3": "#0f766e", "series_4": "#7c3aed", "series_5": "#9d174d",
    },
    "dark": {
        "background": "#12171e", "ink": "#e9edf3", "quiet": "#b3bdca", "grid": "#2d3744",
        "baseline": "#e9edf3", "scenario": "#6fb1f2", "published": "#f0a35e", "target": "#a7b1be",
        "series_3": "#4fd1c0", "series_4": "#b79cf7", "series_5": "#f08bb4",
    },
}  # fmt: skip
#: Colours that stand for a series, and therefore must be told from the background.
SERIES = ("baseline", "scenario", "published", "target", "series_3", "series_4", "series_5")
#: What the rows of a picture are called on their way to a browser.
ROWS = "rows"
FONT = "Source Sans, Source Sans 3, Source Sans Pro, Arial, sans-serif"

_NUMBER_LOCALE = {
    "nl": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["€ ", ""]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""]},
}
_DAYS = {
    "nl": ("zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"),
    "en": ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
}
_SHORT_MONTHS = {
    "nl": ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


def dark() -> bool:
    """Whether this visitor sees the dark theme."""
    return getattr(st.context.theme, "type", "light") == "dark"


def palette() -> dict[str, str]:
    """The colours for this visitor."""
    return PALETTES["dark" if dark() else "light"]


def config(spoken: str, colours: Mapping[str, str]) -> Spec:
    """Fonts, colours and the locale of a picture."""
    text = {"labelColor": colours["ink"], "titleColor": colours["quiet"], "labelFontSize": 12, "titleFontSize": 12}
    return {
        "background": colours["background"],
        "font": FONT,
        "locale": {
            "number": _NUMBER_LOCALE[spoken],
            "time": {
                "dateTime": "%A %e %B %Y %X", "date": "%d-%m-%Y", "time": "%H:%M:%S", "periods": ["", ""],
                "days": list(_DAYS[spoken]), "shortDays": [name[:2] for name in _DAYS[spoken]],
                "months": list(numbers.MONTHS[spoken]), "shortMonths": list(_SHORT_MONTHS[spoken]),
            },
        },
        "axis": text | {"gridColor": colours["grid"], "domainColor": colours["quiet"], "tickColor": colours["quiet"],
                        "titleFontWeight": "normal", "labelLimit": 220},
        "legend": text | {"orient": "top", "title": None, "symbolStrokeWidth": 2, "labelLimit": 260},
        "view": {"stroke": None},
        "title": {"color": colours["ink"], "fontSize": 14, "fontWeight": 600, "anchor": "start"},
    }  # fmt: skip


@dataclass(frozen=True)
class Series:
    """One series of a line picture: words, role (key of the palette), values per date, with or without a band."""

    words: str
    role: str
    mean: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None
    dashed: bool = False


def lines_chart(
    days: Sequence[str], series: Sequence[Series], spoken: str, colours: Mapping[str, str],
    dots: Sequence[tuple[str, float]] = (), percent: bool = False, height: int = 260, legend: bool = True,
) -> Spec:  # fmt: skip
    """Lines with bands over time and published dots; `days` are ISO dates. The unit stands in the heading."""
    rows = [
        {"d": day, "s": one.words, "t": one.words, "m": _plain(one.mean[place])}
        | ({} if one.low is None else {"l": _plain(one.low[place]), "h": _plain(one.high[place])})  # type: ignore[index]
        for one in series
        for place, day in enumerate(days)
    ]
    names = [one.words for one in series]  # bands use the same words in column t, as legends of one column merge
    domain, ranged = list(names), [colours[one.role] for one in series]
    dashes = [[6, 4] if one.dashed else [1, 0] for one in series]
    number = ".0%" if percent else ",.0f"
    x = {"field": "d", "type": "temporal", "title": None,
         "axis": {"format": "%b %Y", "labelOverlap": True, "grid": False,
                  "tickCount": {"interval": "month", "step": 6}}}  # fmt: skip
    y_axis = {"format": number, "tickCount": 5}
    colour = {"field": "s", "type": "nominal", "scale": {"domain": domain, "range": ranged}}
    shown: Spec = {"legend": {"symbolType": "stroke", "symbolSize": 200} if legend else None}
    layers: list[Spec] = []
    if any(one.low is not None for one in series):
        layers.append(
            {
                "transform": [{"filter": "isValid(datum.l)"}],
                "mark": {"type": "area", "opacity": 0.2},
                "encoding": {"x": x, "y": {"field": "l", "type": "quantitative", "title": None, "axis": y_axis},
                             "y2": {"field": "h"}, "fill": colour | {"field": "t", "legend": None}},
            }
        )  # fmt: skip
    layers.append(
        {
            "mark": {"type": "line", "strokeWidth": 2.2},
            "encoding": {
                "x": x,
                "y": {"field": "m", "type": "quantitative", "title": None, "axis": y_axis, "scale": {"zero": True}},
                "stroke": colour | shown,
                "strokeDash": {"field": "s", "type": "nominal", "scale": {"domain": domain, "range": dashes}} | shown,
                "tooltip": [
                    {"field": "d", "type": "temporal", "title": say("date"), "format": "%e %B %Y"},
                    {"field": "s", "title": say("series")},
                    {"field": "m", "type": "quantitative", "title": say("mean"), "format": number},
                    {"field": "l", "type": "quantitative", "title": say("low"), "format": number},
                    {"field": "h", "type": "quantitative", "title": say("high"), "format": number},
                ],
            },
        }
    )
    if dots:
        layers.append(
            {
                "data": {"values": [{"d": day, "m": value, "s": say("published")} for day, value in dots]},
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                "encoding": {
                    "x": x, "y": {"field": "m", "type": "quantitative"},
                    "color": {"field": "s", "type": "nominal",
                              "scale": {"domain": [say("published")], "range": [colours["published"]]},
                              "legend": {"symbolType": "circle", "symbolSize": 60,
                                         "symbolFillColor": colours["published"],
                                         "symbolStrokeColor": colours["published"]} if legend else None},
                    "tooltip": [
                        {"field": "d", "type": "temporal", "title": say("date"), "format": "%e %B %Y"},
                        {"field": "m", "type": "quantitative", "title": say("published"), "format": ",.0f"},
                    ],
                },
            }
        )  # fmt: skip
    # Lines and dots each have a legend of their own: in one, either takes the symbols of the other.
    apart = dict.fromkeys(("color", "stroke", "strokeDash"), "independent")
    return {
        "data": {"values": rows}, "layer": layers, "width": "container", "height": height,
        "resolve": {"legend": apart, "scale": {"color": "independent"}},
        "config": config(spoken, colours), "padding": {"left": 4, "right": 12, "top": 0, "bottom": 4},
    }  # fmt: skip


@dataclass(frozen=True)
class DotSeries:
    """One series of a dot picture: words, role, shape and per category (mean, low, high) or None."""

    words: str
    role: str
    shape: str
    values: Sequence[tuple[float, float | None, float | None] | None]


def dots_chart(
    categories: Sequence[str], series: Sequence[DotSeries], unit: str, spoken: str, colours: Mapping[str, str],
    decimals: int = 0,
) -> Spec:  # fmt: skip
    """Categories below each other with one mark per series and its band as a line."""
    rows = [
        {
            "c": category,
            "s": one.words,
            "m": _plain(value[0]),
            "l": _plain(value[1]),
            "h": _plain(value[2]),
        }
        for one in series
        for category, value in zip(categories, one.values, strict=True)
        if value is not None
    ]
    names = [one.words for one in series]
    colour = {
        "field": "s",
        "type": "nominal",
        "scale": {"domain": names, "range": [colours[one.role] for one in series]},
        "legend": {"symbolOpacity": 1, "columns": {"expr": "width < 420 ? 1 : 2"}},
    }
    number = f",.{decimals}f"
    y = {"field": "c", "type": "nominal", "sort": list(categories), "title": None,
         "axis": {"ticks": False, "domain": False, "labelPadding": 8, "grid": True}}  # fmt: skip
    offset = {"field": "s", "type": "nominal", "sort": names, "scale": {"domain": names}}
    x_axis = {"format": number, "tickCount": 5}
    return {
        "data": {"values": rows},
        "width": "container",
        "height": {"step": 16},
        "layer": [
            {
                "transform": [{"filter": "isValid(datum.l)"}],
                "mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.55},
                "encoding": {"y": y, "yOffset": offset, "x": {"field": "l", "type": "quantitative", "title": unit,
                                                              "axis": x_axis, "scale": {"zero": True}},
                             "x2": {"field": "h"}, "color": colour},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 75, "opacity": 1},
                "encoding": {
                    "y": y, "yOffset": offset,
                    "x": {"field": "m", "type": "quantitative", "title": unit, "axis": x_axis},
                    "color": colour,
                    "shape": {"field": "s", "type": "nominal",
                              "scale": {"domain": names, "range": [one.shape for one in series]}},
                    "tooltip": [
                        {"field": "c", "title": " "}, {"field": "s", "title": say("series")},
                        {"field": "m", "type": "quantitative", "title": say("mean"), "format": number},
                        {"field": "l", "type": "quantitative", "title": say("low"), "format": number},
                        {"field": "h", "type": "quantitative", "title": say("high"), "format": number},
                    ],
                },
            },
        ],
        "config": config(spoken, colours),
        "padding": {"left": 4, "right": 12, "top": 8, "bottom": 4},
    }  # fmt: skip


def _plain(value: Any) -> float | None:
    number = None if value is None else float(value)
    return None if number is None or math.isnan(number) else round(number, 4)


# --- the frame around a picture ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Panel:
    """One chart of a picture: a heading (or empty), the Vega-Lite dict and what it says to who cannot see it."""

    heading: str
    spec: Spec
    alt: str

    @cached_property
    def sent(self) -> Spec:
        """The dict as it goes to a browser: its rows made into bytes once, and not again at every run of a page."""
        rows = self.spec.get("data", {}).get("values")
        if not isinstance(rows, list) or not rows or not all("d" in row or "c" in row for row in rows):
            return self.spec
        return self.spec | {"data": {"name": ROWS}, "datasets": {ROWS: convert_anything_to_arrow_bytes(rows)}}


@dataclass(frozen=True)
class Table:
    """The table twin: heads, rows of text and numbers (None is unknown), and decimals of the numbers."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str | float | None, ...], ...]
    decimals: int = 0


@dataclass(frozen=True)
class Picture:
    """Everything a picture owes its reader. `name` is that of the files; `count` the number of replications."""

    name: str
    finding: str
    count: int
    panels: tuple[Panel, ...]
    table: Table
    why: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    #: Replications and band in words, where it is not the band of the middle 80 per cent.
    basis: str = ""
    #: Takes the place of the whole note, for pictures without a band.
    caption: str = ""

    @cached_property
    def html(self) -> str:
        """The table as HTML; made once, in the language of the words of the picture."""
        return html_table(self.table, self.finding, language())


def note(picture: Picture) -> str:
    """Replications, band and sources, with a warning below 30 replications; or the picture's own caption."""
    if picture.caption:
        return picture.caption
    parts = [picture.basis or say("band_note", count=picture.count)]
    if picture.count < 30:
        parts.insert(0, f"**{say('provisional')}**")
    if picture.sources:
        parts.append(say("sources_note"))
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
            with st.expander(say("why")):
                st.markdown("\n\n".join(picture.why))
        _twin(picture)


@st.fragment
def _twin(picture: Picture) -> None:
    """The table twin and the files, drawn when they are opened: they are longer than all else on a page."""
    box = fold(f"{say('table')} · {say('downloads')}", f"table_{picture.name}")
    if box.open:
        with box:
            downloads(picture)
            st.html(picture.html)
            if picture.sources:
                st.markdown(f"**{say('sources')}**\n\n" + "\n".join(f"- {source}" for source in picture.sources))


def _panel(panel: Panel, name: str, place: int) -> None:
    if panel.heading:
        st.markdown(f"**{panel.heading}**")
    st.vega_lite_chart(panel.sent, width="stretch", theme=None, alt=panel.alt, key=f"chart_{name}_{place}")
    running.after_first_picture()


def downloads(picture: Picture) -> None:
    """The buttons that give a picture and its table as files."""
    spoken = language()
    table, panels, title = picture.table, picture.panels, picture.finding
    makers: tuple[tuple[str, str, Callable[[], bytes]], ...] = (
        ("csv", "text/csv", lambda: csv_bytes(table)),
        ("png", "image/png", lambda: png_bytes(panels, title, spoken)),
        ("svg", "image/svg+xml", lambda: svg_bytes(panels, title, spoken)),
    )
    with st.container(horizontal=True):
        for kind, mime, make in makers:
            st.download_button(
                say(kind), make, file_name=f"doorstroom-{picture.name}.{kind}", mime=mime, on_click="ignore",
                key=f"load_{kind}_{picture.name}",
            )  # fmt: skip


def csv_bytes(table: Table) -> bytes:
    """The table as CSV for a Dutch spreadsheet: semicolons, decimal comma, UTF-8 with a byte order mark."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.heads)
    for row in table.rows:
        writer.writerow([_csv_cell(cell, table.decimals) for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _csv_cell(cell: str | float | None, decimals: int) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell[:1] in "=+-@" and cell[:1] else cell  # a spreadsheet must not take text for a formula
    return "" if math.isnan(cell) else f"{cell:.{decimals}f}".replace(".", ",")


def html_table(table: Table, caption: str, spoken: str) -> str:
    """The table as accessible HTML, figures aligned to the right."""
    is_number = [any(not isinstance(row[place], str) for row in table.rows) for place in range(len(table.heads))]

    def cell(value: str | float | None, place: int) -> str:
        text = html.escape(value) if isinstance(value, str) else numbers.figure(value, spoken, table.decimals)
        tag = "th scope='row'" if place == 0 else "td"
        side = "right" if is_number[place] and place else "left"
        return f"<{tag} style='text-align:{side}'>{text}</{tag.split(maxsplit=1)[0]}>"

    heads = "".join(
        f"<th scope='col' style='text-align:{'right' if is_number[place] and place else 'left'}'>"
        f"{html.escape(head)}</th>"
        for place, head in enumerate(table.heads)
    )
    body = "".join(
        "<tr>" + "".join(cell(value, place) for place, value in enumerate(row)) + "</tr>" for row in table.rows
    )
    return (
        "<style>.ds-table{overflow-x:auto;max-height:26rem;overflow-y:auto}"
        ".ds-table table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.875rem;width:100%}"
        ".ds-table caption{text-align:left;padding:.25rem .5rem;opacity:.85}"
        ".ds-table caption span{position:sticky;left:.5rem;display:inline-block;max-width:min(80vw,60rem);"
        "white-space:normal}"
        ".ds-table th,.ds-table td{padding:.2rem .6rem;border-bottom:1px solid rgba(128,138,150,.4);white-space:nowrap;"
        "font-weight:400}.ds-table thead th{font-weight:600;white-space:normal;vertical-align:bottom}</style>"
        f"<div class='ds-table' tabindex='0' role='region' aria-label='{html.escape(caption, quote=True)}'>"
        f"<table><caption><span>{html.escape(caption)}</span></caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _for_file(panels: Sequence[Panel], title: str, spoken: str) -> Spec:
    """All charts of a picture below each other, always on a light background, with the finding as title."""
    parts = []
    for panel in panels:
        part = {key: value for key, value in panel.spec.items() if key not in ("config", "padding")}
        parts.append(part | {"width": 640, "title": {"text": panel.heading, "fontSize": 12} if panel.heading else None})
    top = {"text": _broken(title), "fontSize": 15, "offset": 12}
    # A file is drawn without a browser, which has fewer typefaces: one that is missing would leave all text out.
    colours = panels[0].spec["config"] | {"font": "sans-serif"}
    return {"vconcat": parts, "title": top, "config": colours, "padding": 16,
            "usermeta": {"language": spoken}, "resolve": {"legend": {"color": "shared"}}}  # fmt: skip


def _broken(title: str, most: int = 90) -> list[str]:
    found, line = [], ""
    for word in title.split():
        if len(line) + len(word) > most:
            found.append(line.strip())
            line = ""
        line += f" {word}"
    return [*found, line.strip()]


def svg_bytes(panels: Sequence[Panel], title: str, spoken: str) -> bytes:
    """The picture as SVG."""
    import vl_convert

    return vl_convert.vegalite_to_svg(_for_file(panels, title, spoken)).encode()


def png_bytes(panels: Sequence[Panel], title: str, spoken: str) -> bytes:
    """The picture as PNG, twice the size of the screen."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(_for_file(panels, title, spoken), scale=2))
