"""A picture with its table: what every page hands to `figure`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from streamlit.dataframe_util import convert_anything_to_arrow_bytes

from app_pages.shell import text_table
from app_pages.shell.texts import visitor_language
from experiments.charts.style import Spec
from experiments.language.formatting import number_text
from experiments.language.language import Language
from experiments.report.page import Cells

#: What the rows of a picture are called on their way to a browser.
ROWS = "rows"


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
    #: Outcomes that it is about, whose definitions stand below it.
    outcomes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    #: Replications and band in words, where it is not the band of the middle 80 per cent.
    basis: str = ""
    #: Takes the place of the whole note, for pictures without a band.
    caption: str = ""

    @cached_property
    def html(self) -> str:
        """The table as HTML; made once, in the language of the words of the picture."""
        return html_table(self.table, self.finding, visitor_language())


def html_table(table: Table, caption: str, language: Language) -> str:
    """The table as accessible HTML, figures aligned to the right."""
    columns = range(len(table.heads))
    figures = [place > 0 and any(not isinstance(row[place], str) for row in table.rows) for place in columns]
    rows = [
        [cell if isinstance(cell, str) else number_text(cell, table.decimals, language) for cell in row]
        for row in table.rows
    ]
    return text_table.html(Cells(caption, table.heads, rows, ["figure" if figure else "day" for figure in figures]))
