"""The pictures of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any

import numpy as np

from experiments.compare.compare import Comparison
from experiments.language.formatting import (
    date_text,
    figure_text,
    level_text,
    listed,
    number_text,
    table_unit_text,
)
from experiments.language.labels import outcome_label, series_label
from experiments.language.language import NOTHING
from experiments.report.exports import LETTERS
from experiments.report.findings import Voice, clear_words, is_equal, mean_words
from experiments.report.html import Frame, table, ticks
from experiments.run.observed import AREAS, HALF_YEAR_MEASURES, NATIONAL, best_of
from experiments.run.result import BAND_LEVEL, RunResult
from sim.calendar import date_of, half_year_end, half_year_start
from sim.statistics import band, bands

#: Fewer replications than this make every figure on the page provisional.
ENOUGH_REPLICATIONS = 30
#: Monthly measure of a chart -> the outcome that its title is about.
CHARTS = {
    "persons_in_reception": "persons_in_reception_mean",
    "permit_holders_in_reception": "permit_holders_in_reception_mean",
    "persons_without_place": "person_days_without_place",
    "pending_decisions": "pending_decisions_end",
}


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph of text, escaped."""
    opening = f'<p class="{kind}">' if kind else "<p>"
    return f"{opening}{escape(text)}</p>"


def opened(summary: str, html: str) -> str:
    """A part that can be folded."""
    return f"<details><summary>{escape(summary)}</summary>{html}</details>"


# ---- charts --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Line:
    """One measure of one run at each month's end: mean, low and high."""

    days: tuple[date, ...]
    mean: Any
    low: Any
    high: Any


def _line(run: RunResult, measure: str) -> _Line:
    values = np.array([replication.series[measure] for replication in run.replications])
    mean, low, high = bands(values, BAND_LEVEL)
    return _Line(tuple(date_of(day) for day in run.replications[0].month_days), mean, low, high)


def charts_section(result: Comparison | RunResult, runs: Sequence[RunResult], say: Voice) -> list[str]:
    """All pictures of the report."""
    parts = [f"<h2>{escape(say('charts'))}</h2>"]
    published = [row for row in best_of(runs[0].comparison_rows()) if row["area"] == NATIONAL]
    charts = []
    if runs[0].replications[0].month_days:
        charts += [_series_section(result, runs, name, published, say) for name in CHARTS]
    else:
        parts.append(paragraph(say("no_charts")))
    if runs[0].replications[0].half_year_names:
        charts.append(_half_year_section(result, runs, published, say))
    return [*parts, '<div class="charts">', *charts, "</div>"] if charts else parts


def _chart_words(result: Comparison | RunResult, other: int, outcome: str, say: Voice) -> str:
    """What a chart shows, in one line: the label of an outcome and what is known about it."""
    label = outcome_label(outcome, say.language)
    if isinstance(result, RunResult):
        values, unit = band(result.outcome(outcome), BAND_LEVEL), result.replications[0].units[outcome]
        return f"{label}: {say('chart_mean', **mean_words(values, unit, say))}"
    row = result.difference(outcome, (0, other))
    if is_equal(row.band):
        return f"{label}: {say('chart_equal', a=LETTERS[0])}"
    if not row.clear:
        return f"{label}: {say('chart_open', a=LETTERS[0])}"
    amount, _, low, high = clear_words(row, say)
    words = "chart_higher" if row.band.mean > 0.0 else "chart_lower"
    return f"{label}: {say(words, amount=amount, a=LETTERS[0], low=low, high=high)}"


def _heading(result: Comparison | RunResult, label: str, outcome: str, say: Voice) -> str:
    """The finding as the title of a chart: the one scenario's, or how many of several clearly differ."""
    if isinstance(result, RunResult) or len(result.runs) == 2:
        return _chart_words(result, 1, outcome, say)
    others = range(1, len(result.runs))
    count = sum(result.difference(outcome, (0, other)).clear for other in others)
    return f"{label}: {say('chart_many', a=LETTERS[0], count=count, total=len(others))}"


def _names(runs: Sequence[RunResult], other: int, say: Voice) -> dict[str, str]:
    """What the two lines of a panel are called."""
    if len(runs) == 1:
        return {"a": "", "b": say("this_run")}
    return {"a": LETTERS[0], "b": LETTERS[other]}


def _caption(kinds: Sequence[str], names: Mapping[str, str], count: int, compared: bool, say: Voice) -> str:
    level = level_text(BAND_LEVEL, say.language)
    told = "; ".join(say(kind, level=level, **names) for kind in kinds)
    told = told[:1].upper() + told[1:] + ". "
    told += say("n_is" if compared else "n_is_run", n=number_text(count, 0, say.language))
    few = count < ENOUGH_REPLICATIONS
    return told + (say("provisional_short", enough=ENOUGH_REPLICATIONS) if few else "")


def _section(heading: str, panels: Sequence[str], caption: str, more: Sequence[str]) -> str:
    return (
        f'<section><h3>{escape(heading)}</h3><p class="caption">{escape(caption)}</p>'
        f'<div class="panels">{"".join(panels)}</div>{"".join(more)}</section>'
    )


def _panel(caption: str, svg: str) -> str:
    words = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f"<figure>{words}{svg}</figure>"


def _series_section(
    result: Comparison | RunResult,
    runs: Sequence[RunResult],
    measure: str,
    published: Sequence[Mapping[str, Any]],
    say: Voice,
) -> str:
    lines = [_line(run, measure) for run in runs]
    dots = sorted(
        (row for row in published if row["series"] == measure and row["first_day"] == row["last_day"]),
        key=lambda row: row["last_day"],
    )
    values = [float(value) for line in lines for part in (line.mean, line.low, line.high) for value in part]
    levels = ticks([*values, *(row["published"] for row in dots)], 5)
    first, last = date_of(runs[0].from_day), date_of(runs[0].until_day)
    frame = Frame(54.0, 378.0, 22.0, 196.0, first, last, levels)
    label, outcome = series_label(measure, say.language), CHARTS[measure]
    panels = []
    compared = len(runs) > 1
    for other in range(1, len(runs)) if compared else (0,):
        told = _chart_words(result, other, outcome, say)
        drawn = _drawn_lines(frame, lines, other, dots, say)
        panels.append(_panel(f"{LETTERS[other]}: {told}" if len(runs) > 2 else "", _svg(frame, drawn, told, say)))
    kinds = (["baseline_line"] if compared else []) + ["scenario_line", "band_area"] + (["dots"] if dots else [])
    names = _names(runs, 1, say) | ({"b": listed(LETTERS[1 : len(runs)], say.language)} if len(runs) > 2 else {})
    more = [opened(say("figures_of", label=label), _series_table(label, lines, say))]
    if dots:
        more.append(opened(say("published_of", label=label), _published_table(label, dots, say)))
    caption = _caption(kinds, names, len(runs[0].replications), compared, say)
    return _section(_heading(result, label, outcome, say), panels, caption, more)


def _svg(frame: Frame, drawn: Sequence[str], told: str, say: Voice) -> str:
    spoken = f"{told}.{say('in_table')}"
    unit = table_unit_text("persons", say.language)
    back = [*frame.levels(lambda value: figure_text(value, "persons", say.language))]
    back.append(f'<text x="2" y="11">{escape(unit)}</text>')
    return f'<svg viewBox="0 0 400 216" role="img" aria-label="{escape(spoken)}">{"".join([*back, *drawn])}</svg>'


def _drawn_lines(
    frame: Frame, lines: Sequence[_Line], other: int, dots: Sequence[Mapping[str, Any]], say: Voice
) -> list[str]:
    """The band and the line of one scenario, the dashed line of the first, and the published dots on top."""
    years = (frame.last - frame.first).days > 2 * 366
    drawn = frame.years() if years else frame.months(say.language)
    line = lines[other]
    upper = [_point(frame, day, value) for day, value in zip(line.days, line.high, strict=True)]
    lower = [_point(frame, day, value) for day, value in zip(line.days, line.low, strict=True)]
    drawn.append(f'<polygon class="area" points="{" ".join([*upper, *reversed(lower)])}"/>')
    ends = [(LETTERS[other], line)] if other else []
    drawn.append(_path(frame, line, "scenario"))
    if other:
        drawn.append(_path(frame, lines[0], "baseline"))
        ends.append((LETTERS[0], lines[0]))
    places = [frame.up(float(one.mean[-1])) for _, one in ends]
    if len(places) == 2 and abs(places[0] - places[1]) < 12:  # names of lines that end together stand apart
        middle, lift = sum(places) / 2, 6 if places[0] > places[1] else -6
        places = [middle + lift, middle - lift]
    for (name, _), place in zip(ends, places, strict=True):
        kept = min(max(place + 4, frame.top + 4), frame.bottom + 4)
        drawn.append(f'<text class="name" x="{frame.right + 6}" y="{kept:.1f}">{name}</text>')
    for row in dots:
        day, figure = date_of(row["last_day"]), figure_text(row["published"], "persons", say.language)
        said = f"{date_text(day, say.language)}: {figure} ({say('published').lower()})"
        drawn.append(
            f'<circle class="published" cx="{frame.across(day):.1f}" cy="{frame.up(row["published"]):.1f}" r="4">'
            f"<title>{escape(said)}</title></circle>"
        )
    return drawn


def _point(frame: Frame, day: date, value: float) -> str:
    return f"{frame.across(day):.1f},{frame.up(float(value)):.1f}"


def _path(frame: Frame, line: _Line, kind: str) -> str:
    points = [_point(frame, day, value) for day, value in zip(line.days, line.mean, strict=True)]
    # A line needs two points; one month shows as a dot.
    return f'<polyline class="{kind}" points="{" ".join(points * 2 if len(points) == 1 else points)}"/>'


def _series_table(label: str, lines: Sequence[_Line], say: Voice) -> str:
    heads = [(say("date"), "")]
    for letter, _ in zip(LETTERS, lines, strict=False):
        name = letter if len(lines) > 1 else ""
        heads += [(say("mean_of", name=name).strip(), "number"), (say("band_of", name=name).strip(), "number")]
    rows = []
    for index, day in enumerate(lines[0].days):
        cells = [date_text(day, say.language)]
        for line in lines:
            low, mean, high = (
                figure_text(round(float(part[index])), "persons", say.language)
                for part in (line.low, line.mean, line.high)
            )
            cells += [mean, say("to", low=low, high=high)]
        rows.append(cells)
    return table(f"{label} ({table_unit_text('persons', say.language)})", heads, rows)


def _published_table(label: str, dots: Sequence[Mapping[str, Any]], say: Voice) -> str:
    heads = [(say("date"), ""), (say("published"), "number"), (say("letter"), ""), (say("source"), "source")]
    rows = [
        [
            date_text(date_of(row["last_day"]), say.language),
            figure_text(row["published"], "persons", say.language),
            row["letter"] or NOTHING,
            row["source"],
        ]
        for row in dots
    ]
    return table(say("published_of", label=label), heads, rows) + paragraph(say("letters"))


@dataclass(frozen=True)
class _Halves:
    """Target and realised of one run for the country, per half-year."""

    target: Any
    realised: Any
    low: Any
    high: Any


def _halves(run: RunResult) -> _Halves:
    values = np.array([replication.half_years[:, :, AREAS.index(NATIONAL)] for replication in run.replications])
    realised = values[:, HALF_YEAR_MEASURES.index("realised"), :]
    mean, low, high = bands(realised, BAND_LEVEL)
    return _Halves(values[:, HALF_YEAR_MEASURES.index("target"), :].mean(axis=0), mean, low, high)


def _half_year_section(
    result: Comparison | RunResult, runs: Sequence[RunResult], published: Sequence[Mapping[str, Any]], say: Voice
) -> str:
    names = runs[0].replications[0].half_year_names
    halves = [_halves(run) for run in runs]
    observed = {(row["half_year"], row["series"]): row for row in published if row["series"] in ("realised", "target")}
    dots = {name: observed[name, "realised"] for name in names if (name, "realised") in observed}
    values = [float(value) for one in halves for part in (one.target, one.realised, one.high) for value in part]
    starts = [date_of(half_year_start(name)) for name in names]
    last = _following(names[-1])
    frame = Frame(
        54.0, 378.0, 22.0, 196.0, starts[0], last, ticks([*values, *(row["published"] for row in dots.values())], 5)
    )
    label, compared = say("half_years"), len(runs) > 1
    partial = {name for name in names if _outside(name, runs[0].from_day, runs[0].until_day)}
    panels = []
    for other in range(1, len(runs)) if compared else (0,):
        told = _chart_words(result, other, "realised", say)
        drawn = _drawn_bars(frame, names, halves, other, dots, partial)
        panels.append(_panel(f"{LETTERS[other]}: {told}" if len(runs) > 2 else "", _svg(frame, drawn, told, say)))
    kinds = (["baseline_bar"] if compared else []) + ["scenario_bar", "whisker"]
    kinds += ["target_line" if compared else "target_line_run"] + (["dots"] if dots else [])
    called = _names(runs, 1, say) | ({"b": listed(LETTERS[1 : len(runs)], say.language)} if len(runs) > 2 else {})
    caption = _caption(kinds, called, len(runs[0].replications), compared, say)
    if partial:
        caption += f" {say('half_year_note')}"
    twin = _half_year_table(label, names, halves, dots, partial, say)
    more = [opened(say("figures_of", label=label), twin)]
    return _section(_heading(result, label, "realised", say), panels, caption, more)


def _following(half_year: str) -> date:
    return date_of(half_year_end(half_year))


def _outside(half_year: str, from_day: int, until_day: int) -> bool:
    start = half_year_start(half_year)
    return start < from_day or _following(half_year) > date_of(until_day)


def _drawn_bars(
    frame: Frame,
    names: Sequence[str],
    halves: Sequence[_Halves],
    other: int,
    dots: Mapping[str, Mapping[str, Any]],
    partial: set[str],
) -> list[str]:
    drawn = []
    zero = frame.up(0.0)
    for index, name in enumerate(names):
        left = frame.across(date_of(half_year_start(name)))
        right = frame.across(_following(name) - timedelta(1))
        room = right - left
        shown = [(0, "hollow"), (other, "bar")] if other else [(0, "bar")]
        width = 0.62 * room / len(shown)
        for place, (run, kind) in enumerate(shown):
            x = left + 0.19 * room + place * width
            value = float(halves[run].realised[index])
            top, low = min(frame.up(value), zero), max(frame.up(value), zero)
            drawn.append(
                f'<rect class="{kind}" x="{x:.1f}" y="{top:.1f}" width="{width * 0.86:.1f}" '
                f'height="{max(low - top, 0.5):.1f}"/>'
            )
            middle = x + width * 0.43
            if kind == "bar":
                ends = [frame.up(float(part[index])) for part in (halves[run].low, halves[run].high)]
                drawn.append(_stroke("whisker", middle, middle, *ends))
            if name in dots and place == 0:
                at = frame.up(dots[name]["published"])
                drawn.append(f'<circle class="published" cx="{middle:.1f}" cy="{at:.1f}" r="4"/>')
        if other:
            at = frame.up(float(halves[0].target[index]))
            drawn.append(_stroke("baseline", left + 0.1 * room, right - 0.1 * room, at, at))
        at = frame.up(float(halves[other].target[index]))
        drawn.append(_stroke("whisker", left + 0.1 * room, right - 0.1 * room, at, at))
        text = f"{name}{'*' if name in partial else ''}"
        if room > 34 or index % 2 == 0:
            drawn.append(
                f'<text x="{(left + right) / 2:.1f}" y="{frame.bottom + 15}" text-anchor="middle">{escape(text)}</text>'
            )
    return drawn


def _stroke(kind: str, x1: float, x2: float, y1: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" x2="{x2:.1f}" y1="{y1:.1f}" y2="{y2:.1f}"/>'


def _half_year_table(
    label: str,
    names: Sequence[str],
    halves: Sequence[_Halves],
    dots: Mapping[str, Mapping[str, Any]],
    partial: set[str],
    say: Voice,
) -> str:
    heads = [(say("half_year"), "")]
    for letter, _ in zip(LETTERS, halves, strict=False):
        name = letter if len(halves) > 1 else ""
        heads += [(say(words, name=name).strip(), "number") for words in ("target_of", "realised_of", "band_of")]
    heads += [(say("published_realised"), "number"), (say("source"), "source")]
    rows = []
    for index, half_year in enumerate(names):
        cells = [f"{half_year}{'*' if half_year in partial else ''}"]
        for one in halves:
            target, realised, low, high = (
                figure_text(round(float(part[index])), "persons", say.language)
                for part in (one.target, one.realised, one.low, one.high)
            )
            cells += [target, realised, say("to", low=low, high=high)]
        row = dots.get(half_year)
        cells.append(NOTHING if row is None else figure_text(row["published"], "persons", say.language))
        cells.append(NOTHING if row is None else row["source"])
        rows.append(cells)
    return table(f"{label} ({table_unit_text('persons', say.language)})", heads, rows)
