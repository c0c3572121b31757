"""A picture with its table: what every page hands to `figure`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from streamlit.dataframe_util import convert_anything_to_arrow_bytes

from app_pages.charts import text
from app_pages.shell import text_table
from app_pages.shell.texts import visitor_language
from experiments.charts.lines import DotSeries
from experiments.charts.style import Spec
from experiments.language.formatting import month_text, number_text, percent_text
from experiments.language.language import Language
from experiments.report.page import Cells
from experiments.report.pictures import RanFull

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


#: Per half-year a mean and the ends of its band.
Ends = Sequence[tuple[float, float | None, float | None]]


def target_series(usual: Ends, other: Ends) -> list[DotSeries]:
    """The target as marks: one series, or two where the scenario has another target than the baseline."""
    if list(map(tuple, usual)) == list(map(tuple, other)):
        return [DotSeries(text("target"), "target", "triangle-down", usual)]
    return [
        DotSeries(f"{text('target')}: {text('baseline').lower()}", "target", "triangle-down", usual),
        DotSeries(f"{text('target')}: {text('own_scenario').lower()}", "series_4", "triangle-up", other),
    ]


def sources_of(published: Iterable[Any]) -> tuple[str, ...]:
    """Where published figures come from, each source once."""
    return tuple(dict.fromkeys(one.source for one in published if one.source))


def full_months(full: RanFull, language: Language) -> dict[str, str] | None:
    """Months and chance of running full in words; None when it never does."""
    if full.day is None or full.low is None or full.high is None:
        return None
    month, low, high = (month_text(day, language) for day in (full.day, full.low, full.high))
    return {"month": month, "low": low, "high": high, "chance": percent_text(full.chance, language, 0)}


def html_table(table: Table, caption: str, language: Language) -> str:
    """The table as accessible HTML, figures aligned to the right."""
    columns = range(len(table.heads))
    figures = [place > 0 and any(not isinstance(row[place], str) for row in table.rows) for place in columns]
    rows = [
        [cell if isinstance(cell, str) else number_text(cell, table.decimals, language) for cell in row]
        for row in table.rows
    ]
    return text_table.html(Cells(caption, table.heads, rows, ["figure" if figure else "day" for figure in figures]))
