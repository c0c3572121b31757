"""The key table and the pictures of a comparison."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app_pages.charts.picture import Panel, Picture, Table, sources_of
from app_pages.vergelijken import LETTERS, text
from experiments.charts.lines import plain
from experiments.charts.style import PALETTES, Spec, config
from experiments.compare.compare import Comparison
from experiments.compare.difference import Difference
from experiments.compare.side_by_side import comparison_of, outcome_units
from experiments.language.formatting import (
    bound_text,
    difference_unit_text,
    exploratory_text,
    figures_text,
    listed,
    round_to_significant,
    table_unit_text,
)
from experiments.language.labels import outcome_label, series_label
from experiments.language.language import NOTHING, Language
from experiments.report import pictures
from experiments.report.findings import KEY_OUTCOMES
from experiments.report.page import part_html
from experiments.report.report_charts import CHARTS
from experiments.scenario.scenario import Scenario
from experiments.service.job import Job

#: Per scenario: colour, dash and marker.
STYLES: tuple[tuple[str, tuple[int, ...], str], ...] = (
    ("baseline", (6, 4), "circle"),
    ("scenario", (1, 0), "square"),
    ("series_3", (2, 3), "triangle-up"),
    ("series_4", (10, 3, 2, 3), "diamond"),
    ("series_5", (14, 4), "cross"),
    ("published", (5, 2, 1, 2, 1, 2), "triangle-down"),
)

#: Published figures: stars in the colour of the text, so that they are no scenario.
_STAR = "M0,-1L.225,-.309L.951,-.309L.363,.118L.588,.809L0,.382L-.588,.809L-.363,.118L-.951,-.309L-.225,-.309Z"
PUBLISHED_STYLE: tuple[str, tuple[int, ...], str] = ("published", (1, 0), _STAR)


KeyFigures = tuple[str, Table, str]


@st.cache_resource(max_entries=120, show_spinner=False)
def build_pictures(
    keys: tuple[str, ...], count: int, names: tuple[str, ...], language: Language, is_dark: bool,
    _scenarios: Sequence[Scenario], _jobs: Sequence[Job],
) -> tuple[KeyFigures, tuple[Picture, ...]]:  # fmt: skip
    """Key figures and charts of a choice; known by the keys of the jobs and the names, never by their content."""
    result = comparison(_scenarios, _jobs, count)
    colours = PALETTES["dark" if is_dark else "light"]
    return _key_table(result, names, language, colours), tuple(
        _chart(result, names, measure, outcome, language, colours) for measure, outcome in CHARTS.items()
    )


def comparison(scenarios: Sequence[Scenario], jobs: Sequence[Job], count: int) -> Comparison:
    """The comparison of what is done of several jobs."""
    runs = [run for run in (job.result(count) for job in jobs) if run is not None]
    return comparison_of(scenarios, runs)


@dataclass(frozen=True)
class KeyLine:
    """One scenario in the table of key figures, in words; `interval` is empty for the one that others are held to."""

    letter: str
    name: str
    mean: str
    difference: str
    interval: str
    verdict: str
    tone: str


def _key_line(
    letter: str, name: str, mean: str, row: Difference | None, language: Language, tones: Mapping[str, str]
) -> KeyLine:
    if row is None:
        return KeyLine(letter, _short(name), mean, NOTHING, "", text("reference"), "")
    more, low, high = figures_text([row.band.mean, row.band.low, row.band.high], row.unit, language, signed=True)
    interval = text("low_to_high", low=low, high=high)
    verdict = exploratory_text(text(row.verdict), language, row.clear and row.exploratory)
    return KeyLine(letter, _short(name), mean, more, interval, verdict, tones.get(row.verdict, ""))


def _key_table(result: Comparison, names: Sequence[str], language: Language, colours: Mapping[str, str]) -> KeyFigures:
    """The sentence, the table as a file and the table as HTML."""
    rows: list[tuple[str | float | None, ...]] = []
    groups, tally = [], {letter: [0, 0] for letter in LETTERS[1 : len(names)]}
    tones = {"better": colours["series_3"], "worse": colours["published"]}
    for outcome in KEY_OUTCOMES:
        unit, _ = outcome_units()[outcome]
        about = outcome_label(outcome, language), table_unit_text(unit, language, compared=True)
        differences = [result.difference(outcome, (0, place)) for place in range(1, len(names))]
        means = [differences[0].mean_a, *(row.mean_b for row in differences)]
        bounds = [differences[0].at_least[0], *(row.at_least[1] for row in differences)]
        written = figures_text(means, unit, language)
        told = [bound_text(text, bound, language) for text, bound in zip(written, bounds, strict=True)]
        lines = []
        for letter, name, mean, said, bound, row in zip(
            LETTERS, names, means, told, bounds, [None, *differences], strict=False
        ):
            if row is not None and row.verdict in ("better", "worse"):
                tally[letter][row.verdict == "worse"] += 1
            lines.append(_key_line(letter, name, said, row, language, tones))
            ends = (None,) * 3 if row is None else (row.band.mean, row.band.low, row.band.high)
            rows.append((*about, f"{letter}: {name}", said if bound else mean, *ends, lines[-1].verdict))
        groups.append((*about, lines))
    parts = [text("t_key_part", letter=letter, better=better, worse=worse) for letter, (better, worse) in tally.items()]
    finding = text("t_key", count=len(KEY_OUTCOMES), parts="; ".join(parts)) + "."
    heads = ("measure", "unit", "column_scenario", "mean", "difference_from_a", "low", "high", "verdict")
    table = Table(tuple(text(head) for head in heads), tuple(rows), 4)
    page = part_html(
        "key_table.html", caption=text("key"), heads=[(text(head), style) for head, style in COLUMNS.items()],
        groups=groups,
    )  # fmt: skip
    return finding, table, page


#: Column -> class of its head: figures to the right; the interval hides on a telephone.
COLUMNS = {
    "measure": "", "column_scenario": "", "mean": "n", "difference_from_a": "n", "interval_90": "n i", "verdict": "",
}  # fmt: skip


def _short(name: str, most: int = 34) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def _finding(result: Comparison, outcome: str, language: Language) -> str:
    """What an outcome does in every other scenario against A."""
    unit, _ = outcome_units()[outcome]

    parts, rest = [], {"equal": [], "unclear": [], "few": []}  # type: ignore[var-annotated]
    for place in range(1, len(result.runs)):
        row = result.difference(outcome, (0, place))
        said = row.verdict
        if said in rest:
            rest[said].append(LETTERS[place])
            continue
        low, high = sorted((abs(row.band.low), abs(row.band.high)))
        sizes = [abs(row.band.mean), low, high]
        values = sizes if unit == "share" else [round_to_significant(size) for size in sizes]
        figures = dict(zip(("figure", "low", "high"), figures_text(values, unit, language), strict=True))
        kind = "t_more" if row.band.mean > 0 else "t_less"
        parts.append(text(kind, letter=LETTERS[place], unit=difference_unit_text(unit, language), **figures))
    parts += [text(f"t_{said}", letters=listed(letters, language)) for said, letters in rest.items() if letters]
    return f"{outcome_label(outcome, language)}: {'; '.join(parts)}."


def _chart(
    result: Comparison, names: Sequence[str], measure: str, outcome: str, language: Language, colours: Any
) -> Picture:
    finding = _finding(result, outcome, language)
    lines = [
        pictures.lines(run, None, (measure,), published=None if place else measure)
        for place, run in enumerate(result.runs)
    ]
    days = [day.isoformat() for day in lines[0].days]
    series = [f"{letter}: {_short(name)}" for letter, name in zip(LETTERS, names, strict=False)]
    dots = lines[0].dots
    spec = compare_chart(days, series, [one.baseline for one in lines], language, colours, dots)
    alt = text("alt", count=len(names), finding=finding)
    heads = [text("date")]
    published = {dot.day.isoformat(): dot.value for dot in dots}
    columns: list[dict[str, float]] = []
    for name, one in zip(series, lines, strict=True):
        for place, part in enumerate(("mean", "low", "high")):
            heads.append(f"{name}, {text(part)}")
            columns.append(dict(zip(days, one.baseline[place].tolist(), strict=True)))
    if published:
        heads.append(text("published"))
        columns.append(published)
    rows = tuple((day, *(column.get(day) for column in columns)) for day in sorted({*days, *published}))
    cases = measure == "pending_decisions" and bool(dots)  # what is published is counted in cases
    unit = text("persons_cases" if cases else "persons")
    heading = f"{series_label(measure, language)} ({unit})"
    return Picture(
        f"vergelijk-{measure}", finding, result.count, (Panel(heading, spec, alt),), Table(tuple(heads), rows),
        outcomes=(outcome,), sources=sources_of(dots),
    )  # fmt: skip


def compare_chart(
    days: Sequence[str], names: Sequence[str], found: Sequence[Any], language: Language, colours: Any,
    dots: Sequence[pictures.Dot] = (), height: int = 280,
) -> Spec:  # fmt: skip
    """Lines with bands for up to six scenarios, each with its own colour, dash and marker, and published dots."""
    rows = [
        {"d": day, "s": name, "m": plain(one[0][place]), "l": plain(one[1][place]),
         "h": plain(one[2][place]), "t": (place + 2 * order) % 6 == 0}
        for order, (name, one) in enumerate(zip(names, found, strict=True))
        for place, day in enumerate(days)
    ]  # fmt: skip
    told = text("published")
    styles = (*STYLES[: len(names)], *([PUBLISHED_STYLE] if dots else []))
    domain = [*names, *([told] if dots else [])]

    def scale(values: list[Any]) -> Spec:
        return {"field": "s", "type": "nominal", "title": None, "scale": {"domain": domain, "range": values}}

    colour = scale([colours[role] for role, _, _ in styles])
    x = {"field": "d", "type": "temporal", "title": None,
         "axis": {"format": "%b %Y", "labelOverlap": True, "grid": False,
                  "tickCount": {"interval": "month", "step": 6}}}  # fmt: skip
    axis = {"format": ",.0f", "tickCount": 5}
    y = {"field": "m", "type": "quantitative", "title": None, "axis": axis, "scale": {"zero": True}}
    tips = [
        {"field": "d", "type": "temporal", "title": text("date"), "format": "%e %B %Y"},
        {"field": "s", "title": text("series")},
        *({"field": field, "type": "quantitative", "title": text(key), "format": ",.0f"}
          for field, key in (("m", "mean"), ("l", "low"), ("h", "high"))),
    ]  # fmt: skip
    legend = {"orient": "top", "columns": 1, "direction": "horizontal",
              "symbolSize": 90, "symbolStrokeWidth": 0, "symbolOpacity": 1}  # fmt: skip
    published: list[Spec] = [
        {"data": {"values": [{"d": dot.day.isoformat(), "m": dot.value, "s": told} for dot in dots]},
         "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
         "encoding": {"x": x, "y": y, "color": colour | {"legend": legend},
                      "shape": scale([shape for _, _, shape in styles]) | {"legend": legend}, "tooltip": tips[:3]}}
    ] if dots else []  # fmt: skip
    return {
        "data": {"values": rows},
        "width": "container",
        "height": height,
        "layer": [
            {"mark": {"type": "area", "opacity": 0.14 if len(names) <= 3 else 0.08},
             "encoding": {"x": x, "y": {"field": "l", "type": "quantitative", "title": None, "axis": axis},
                          "y2": {"field": "h"}, "color": colour | {"legend": legend}}},
            {"mark": {"type": "line", "strokeWidth": 2.2},
             "encoding": {"x": x, "y": y, "color": colour | {"legend": legend},
                          "strokeDash": scale([list(dash) for _, dash, _ in styles]) | {"legend": legend},
                          "tooltip": tips}},
            {"transform": [{"filter": "datum.t"}],
             "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
             "encoding": {"x": x, "y": y, "color": colour | {"legend": legend},
                          "shape": scale([shape for _, _, shape in styles]) | {"legend": legend}, "tooltip": tips}},
            *published,
        ],
        "config": config(language, colours),
        "padding": {"left": 4, "right": 12, "top": 0, "bottom": 4},
    }  # fmt: skip
