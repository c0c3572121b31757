"""What every page that is sent on shares: its style, its tables and the frame of its charts.

Who acts: the back-test and the report, which fill these pieces. Who waits: nobody. What leaves: pieces of HTML
that ask nothing of a network and run no script. What is left out: every word and figure on a page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from experiments.language.formatting import month_text
from experiments.language.language import Language

STYLE = """
:root { color-scheme: light; --ink: #1b1b1b; --soft: #4d4d4d; --line: #c9c9c9; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1.25rem; background: #fff; color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 2.25rem 0 .5rem; }
h3 { font-size: 1rem; line-height: 1.35; margin: 0 0 .25rem; }
p { max-width: 45rem; margin: 0 0 .75rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0 0 1rem; }
dt { color: var(--soft); }
dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: .25rem; }
th, td { text-align: left; vertical-align: top; font-weight: 400; padding: .3rem .8rem .3rem 0;
  border-bottom: 1px solid var(--line); }
thead th { font-weight: 600; vertical-align: bottom; }
.number { text-align: right; white-space: nowrap; }
.source { min-width: 12rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
.scroll:focus-visible, summary:focus-visible { outline: 3px solid #1f5a94; outline-offset: 2px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 2rem; }
.charts > section { min-width: 0; }
.provinces { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.75rem, 1fr)); gap: 1rem; }
figure { margin: 0; }
figcaption { font-size: .875rem; color: var(--soft); margin-bottom: .25rem; }
svg { display: block; width: 100%; height: auto; max-width: 34rem; font: 11px system-ui, sans-serif; }
svg text { fill: var(--soft); }
.grid { stroke: #e2e2e2; }
.axis { stroke: #767676; }
.band { fill: #cddff2; stroke: #4a78a8; }
.mean { stroke: #1f5a94; stroke-width: 2.5; }
.published { fill: #a8380a; stroke: #fff; }
.unseen { fill: none; stroke: #1b1b1b; stroke-width: 1.5; }
.legend { list-style: none; padding: 0; margin: 0 0 .75rem; }
.legend li { display: flex; gap: .75rem; align-items: center; }
.legend svg { width: 28px; flex: none; }
details { margin-top: .5rem; }
summary { cursor: pointer; padding: .25rem 0; color: #1f5a94; }
@media (max-width: 30rem) { body { padding: 1rem; } dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } }
@page { size: A4; margin: 15mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  .charts { grid-template-columns: 1fr 1fr; gap: 1.25rem; }
  .provinces { grid-template-columns: repeat(4, 1fr); }
  figure, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; }
}
"""


def whole_page(title: str, body: str, language: Language = "nl", more_style: str = "") -> str:
    """The HTML around a body; `title` comes in unescaped, `body` is HTML."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}{more_style}</style>\n</head>\n<body>\n{body}\n</body>\n"
        "</html>\n"
    )


def table(caption: str, heads: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]]) -> str:
    """A table; heads are (text, class), the first column names the row. Text comes in unescaped."""
    top = "".join(f'<th scope="col"{_class(kind)}>{escape(text)}</th>' for text, kind in heads)
    lines = []
    for row in rows:
        cells = [f'<th scope="row"{_class(heads[0][1])}>{escape(row[0])}</th>']
        cells += [f"<td{_class(kind)}>{escape(text)}</td>" for text, (_, kind) in zip(row[1:], heads[1:], strict=True)]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead>\n<tbody>\n"
        + "\n".join(lines)
        + "\n</tbody></table></div>"
    )


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


# ---- the frame of a chart ------------------------------------------------------------------------


@dataclass(frozen=True)
class Frame:
    """Where a chart is drawn: its four sides, and the days and values that lie on them.

    left, right, top, bottom: in the units of the drawing; ticks: round numbers, rising.
    """

    left: float
    right: float
    top: float
    bottom: float
    first: date
    last: date
    ticks: Sequence[float]

    def across(self, day: date) -> float:
        """How far to the right a day stands."""
        return self.left + (self.right - self.left) * (day - self.first).days / (self.last - self.first).days

    def up(self, value: float) -> float:
        """How far down the drawing a value stands; more is higher."""
        return self.bottom - (self.bottom - self.top) * (value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])

    def levels(self, say: Callable[[float], str]) -> list[str]:
        """A line and a figure for each tick."""
        return [
            f'<line class="{"axis" if tick == 0 else "grid"}" x1="{self.left}" x2="{self.right}" '
            f'y1="{self.up(tick):.1f}" y2="{self.up(tick):.1f}"/>'
            f'<text x="{self.left - 5}" y="{self.up(tick) + 4:.1f}" text-anchor="end">{say(tick)}</text>'
            for tick in self.ticks
        ]

    def years(self) -> list[str]:
        """A mark at each new year, and the year where there is room for it."""
        drawn = []
        for year in range(self.first.year, self.last.year + 1):
            begin = max(self.across(date(year, 1, 1)), self.left)
            end = min(self.across(date(year + 1, 1, 1)), self.right)
            drawn.append(
                f'<line class="axis" x1="{begin:.1f}" x2="{begin:.1f}" y1="{self.bottom}" y2="{self.bottom + 4}"/>'
            )
            if end - begin > 26:
                drawn.append(
                    f'<text x="{(begin + end) / 2:.1f}" y="{self.bottom + 15}" text-anchor="middle">{year}</text>'
                )
        return drawn

    def months(self, language: Language, room: float = 52.0) -> list[str]:
        """A mark and a name at the first of each month for which there is room."""
        drawn, free_from = [], self.left
        year, month = self.first.year, self.first.month
        while (day := date(year, month, 1)) <= self.last:
            place = self.across(day)
            if day >= self.first and place >= free_from and place <= self.right - room / 2:
                drawn.append(
                    f'<line class="axis" x1="{place:.1f}" x2="{place:.1f}" y1="{self.bottom}" y2="{self.bottom + 4}"/>'
                    f'<text x="{place:.1f}" y="{self.bottom + 15}" text-anchor="middle">'
                    f"{escape(month_text(day, language))}</text>"
                )
                free_from = place + room
            year, month = year + month // 12, month % 12 + 1
        return drawn


def ticks(values: Sequence[float], most: int) -> list[float]:
    """Round numbers from at most 0 to at least the largest value, at most `most` steps."""
    low, high = min([0.0, *values]), max([0.0, *values])
    size = max(high - low, 1.0)
    step = 10.0 ** math.floor(math.log10(size / most))
    while True:
        for factor in (1, 2, 2.5, 5, 10):
            first, last = math.floor(low / (factor * step)), math.ceil(high / (factor * step))
            if last - first <= most and (factor * step).is_integer():
                return [index * factor * step for index in range(first, max(last, first + 1) + 1)]
        step *= 10
