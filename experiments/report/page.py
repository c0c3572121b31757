"""Pages that are sent on: blocks of text, tables and charts, and the templates that make HTML of them.

What leaves asks nothing of a network and runs no script, and all text is escaped by the templates. What is left out:
every word and figure on a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import jinja2
from markupsafe import Markup

from experiments.charts.style import Spec
from experiments.charts.svg import can_draw, inline_svg
from experiments.language.language import Language


class DutchText(str):
    """Text of a scenario or a source: Dutch, also on a page in another language."""


@dataclass(frozen=True)
class Heading:
    """A heading of a level: 2 for a part of the page, 3 below it."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `style` is a class of the style sheet."""

    text: str
    style: str = ""


@dataclass(frozen=True)
class Bullets:
    """Sentences below each other."""

    sentences: Sequence[str]
    style: str = "findings"


@dataclass(frozen=True)
class Pairs:
    """Names with what belongs to them."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Cells:
    """A table of texts; the first column names its row. styles: per column '', 'number', 'source' and the like."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    styles: Sequence[str] = ()

    def style(self, column: int) -> str:
        """The class of a column."""
        return self.styles[column] if self.styles else ""


@dataclass(frozen=True)
class Folded:
    """Blocks that a reader opens."""

    summary: str
    blocks: "Sequence[Block]"


@dataclass(frozen=True)
class Panel:
    """One drawn chart with its text alternative in it, and what stands above it; empty where none can be drawn."""

    caption: str
    svg: Markup


def drawn_panel(spec: Spec, caption: str, alt: str) -> Panel:
    """A chart as it stands on a page."""
    # What the drawer gives is markup already, with every text in it escaped.
    return Panel(caption, Markup(inline_svg(spec, alt)) if can_draw() else Markup())


@dataclass(frozen=True)
class Figure:
    """A finding with its charts, and the tables that hold the same figures; wide: a chart takes the whole page."""

    finding: str
    caption: str
    panels: Sequence[Panel]
    blocks: "Sequence[Block]" = ()
    wide: bool = False


@dataclass(frozen=True)
class Figures:
    """Figures side by side where there is room."""

    figures: Sequence[Figure]


Block = Heading | Paragraph | Bullets | Pairs | Cells | Folded | Figure | Figures


@dataclass(frozen=True)
class Page:
    """A whole page. names: of the scenarios that it is about; lead: blocks in the head of the page."""

    title: str
    names: str
    lead: Sequence[Block]
    blocks: Sequence[Block]
    language: Language
    footer: str = ""


@cache
def _templates() -> jinja2.Environment:
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("experiments.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.tests["dutch"] = lambda text: isinstance(text, DutchText)
    templates.filters["kind"] = lambda block: type(block).__name__.lower()
    return templates


def page_html(page: Page) -> str:
    """The page as HTML."""
    return _templates().get_template("page.html").render(page=page)


def part_html(template: str, **values: object) -> str:
    """A part of a page of the app, made by a template of its own."""
    return _templates().get_template(template).render(**values)


def table_html(table: Cells, style: str = "scroll") -> str:
    """A table by itself, in a frame of class `style` that scrolls and can be reached with the keyboard."""
    return str(_templates().get_template("table.html").module.table(table, style))  # type: ignore[attr-defined]
