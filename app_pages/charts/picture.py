"""A picture with its table: what every page hands to `figure`."""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import cached_property

from streamlit.dataframe_util import convert_anything_to_arrow_bytes

from app_pages.shell import numbers
from app_pages.shell.texts import language
from experiments.charts.style import Spec

#: What the rows of a picture are called on their way to a browser.
ROWS = "rows"


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
