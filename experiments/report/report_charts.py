"""The charts of the report, with the tables that hold the same figures."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from experiments.charts.lines import DotSeries, Series, dots_chart, lines_chart, one_column
from experiments.charts.style import PALETTES, Spec
from experiments.charts.svg import PACKAGE, can_draw, for_paper
from experiments.compare.compare import Comparison
from experiments.language.catalogue import Texts
from experiments.language.formatting import date_text, figure_text, level_text, listed, number_text, table_unit_text
from experiments.language.labels import outcome_label, series_label
from experiments.language.language import NOTHING
from experiments.report.exports import LETTERS
from experiments.report.findings import clear_words, mean_words
from experiments.report.page import Block, Cells, Figure, Figures, Folded, Heading, Panel, Paragraph, drawn_panel
from experiments.run.observed import NATIONAL, best_of
from experiments.run.result import BAND_LEVEL, RunResult
from sim.arrays import FloatArray
from sim.calendar import date_of, half_year_end, half_year_start

#: Fewer replications than this make every figure on the page provisional.
ENOUGH_REPLICATIONS = 30
#: Monthly measure of a chart -> the outcome that its title is about.
CHARTS = {
    "persons_in_reception": "persons_in_reception_mean",
    "permit_holders_under_coa": "permit_holders_under_coa_mean",
    "persons_without_place": "person_days_without_place",
    "pending_decisions": "pending_decisions_end",
}
Row = Mapping[str, Any]
Result = Comparison | RunResult
Runs = Sequence[RunResult]


def charts_section(result: Result, runs: Runs, say: Texts) -> list[Block]:
    """All charts of the report with their tables."""
    blocks: list[Block] = [Heading(say("charts"))]
    if not can_draw():
        blocks.append(Paragraph(say("not_drawn", package=PACKAGE)))
    published = [row for row in best_of(runs[0].comparison_rows()) if row["area"] == NATIONAL]
    figures = []
    if runs[0].month_ends:
        figures += [_series_figure(result, runs, name, published, say) for name in CHARTS]
    else:
        blocks.append(Paragraph(say("no_charts")))
    if runs[0].replications[0].half_year_names:
        figures.append(_half_year_figure(result, runs, published, say))
    return [*blocks, Figures(figures)] if figures else blocks


def _chart_words(result: Result, other: int, outcome: str, say: Texts) -> str:
    """What a chart shows, in one line: the label of an outcome and what is known about it."""
    label = outcome_label(outcome, say.language)
    if isinstance(result, RunResult):
        values, unit = result.outcome_band(outcome), result.replications[0].units[outcome]
        return f"{label}: {say('chart_mean', **mean_words(values, unit, say))}"
    row = result.difference(outcome, (0, other))
    if row.verdict == "equal":
        return f"{label}: {say('chart_equal', a=LETTERS[0])}"
    if not row.clear:
        return f"{label}: {say('chart_open', a=LETTERS[0])}"
    words = "chart_higher" if row.band.mean > 0.0 else "chart_lower"
    return f"{label}: {say(words, a=LETTERS[0], **clear_words(row, say))}"


def _finding(result: Result, label: str, outcome: str, say: Texts) -> str:
    """The finding as the title of a chart: the one scenario's, or how many of several clearly differ."""
    if isinstance(result, RunResult) or len(result.runs) == 2:
        return _chart_words(result, 1, outcome, say)
    others = range(1, len(result.runs))
    count = sum(result.difference(outcome, (0, other)).clear for other in others)
    return f"{label}: {say('chart_many', a=LETTERS[0], count=count, total=len(others))}"


def _names(runs: Runs, say: Texts) -> dict[str, str]:
    """What the runs are called in a caption: the first, and all others together."""
    if len(runs) == 1:
        return {"a": "", "b": say("this_run")}
    return {"a": LETTERS[0], "b": listed(LETTERS[1 : len(runs)], say.language)}


def _caption(kinds: Sequence[str], runs: Runs, say: Texts) -> str:
    count = len(runs[0].replications)
    level, names = level_text(BAND_LEVEL, say.language), _names(runs, say)
    told = "; ".join(say(kind, level=level, **names) for kind in kinds)
    told = told[:1].upper() + told[1:] + ". "
    told += say("n_is" if len(runs) > 1 else "n_is_run", n=number_text(count, 0, say.language))
    return told + (say("provisional_short", enough=ENOUGH_REPLICATIONS) if count < ENOUGH_REPLICATIONS else "")


def _panels(result: Result, runs: Runs, outcome: str, specs: Mapping[int, Spec], say: Texts) -> list[Panel]:
    """A panel per scenario that is held against the first, or one for a run by itself."""
    panels = []
    for other, spec in specs.items():
        told = _chart_words(result, other, outcome, say)
        caption = f"{LETTERS[other]}: {told}" if len(runs) > 2 else ""
        panels.append(drawn_panel(spec, caption, f"{told}.{say('in_table')}"))
    return panels


def _series_figure(result: Result, runs: Runs, measure: str, published: Sequence[Row], say: Texts) -> Figure:
    dots = sorted(
        (row for row in published if row["series"] == measure and row["first_day"] == row["last_day"]),
        key=lambda row: row["last_day"],
    )
    label, outcome = series_label(measure, say.language), CHARTS[measure]
    compared = len(runs) > 1
    others = range(1, len(runs)) if compared else (0,)
    specs = {other: _series_chart(runs, other, measure, dots, say) for other in others}
    blocks = [Folded(say("figures_of", label=label), [_series_table(label, runs, measure, say)])]
    if dots:
        told = say("published_of", label=label)
        blocks.append(Folded(told, [_published_table(told, dots, say), Paragraph(say("letters"))]))
    kinds = (["baseline_line"] if compared else []) + ["scenario_line", "band_area"] + (["dots"] if dots else [])
    panels = _panels(result, runs, outcome, specs, say)
    return Figure(_finding(result, label, outcome, say), _caption(kinds, runs, say), panels, blocks)


def _series_chart(runs: Runs, other: int, measure: str, dots: Sequence[Row], say: Texts) -> Spec:
    """The line and band of one scenario, the dashed line of the first, and the published dots on top."""
    mean, low, high = runs[other].monthly_bands(measure).tolist()
    name = LETTERS[other] if len(runs) > 1 else say("scenario")
    series = [Series(name, "scenario", mean, low, high)]
    if other:
        series.append(Series(LETTERS[0], "baseline", runs[0].monthly_bands(measure)[0].tolist(), dashed=True))
    days = [day.isoformat() for day in runs[0].month_ends]
    shown = [(date_of(row["last_day"]).isoformat(), row["published"]) for row in dots]
    spec = lines_chart(days, series, say.language, PALETTES["light"], shown)
    unit = {"text": table_unit_text("persons", say.language), "fontSize": 11, "fontWeight": "normal"}
    return for_paper(spec, {"width": 340, "height": 170, "title": unit})


def _series_table(label: str, runs: Runs, measure: str, say: Texts) -> Cells:
    heads, rows = _run_columns(("mean_of", "band_of"), [run.monthly_bands(measure) for run in runs], say)
    lines = [[date_text(day, say.language), *cells] for day, cells in zip(runs[0].month_ends, rows, strict=True)]
    return Cells(_persons_caption(label, say), [say("date"), *heads], lines, ("", *["number"] * len(heads)))


def _run_columns(words: Sequence[str], runs: Sequence[FloatArray], say: Texts) -> tuple[list[str], list[list[str]]]:
    """The heads of the columns of every run, and row by row their cells: figures, of which the last two as a band."""
    letters = LETTERS[: len(runs)] if len(runs) > 1 else ("",)
    rows = []
    for of_row in np.moveaxis(np.array(runs), -1, 0):
        cells = []
        for values in of_row:
            *figures, low, high = (figure_text(round(float(value)), "persons", say.language) for value in values)
            cells += [*figures, say("to", low=low, high=high)]
        rows.append(cells)
    return [say(word, name=letter).strip() for letter in letters for word in words], rows


def _published_table(caption: str, dots: Sequence[Row], say: Texts) -> Cells:
    rows = [
        [
            date_text(date_of(row["last_day"]), say.language),
            figure_text(row["published"], "persons", say.language),
            row["letter"] or NOTHING,
            row["source"],
        ]
        for row in dots
    ]
    heads = [say(name) for name in ("date", "published", "letter", "source")]
    return Cells(caption, heads, rows, ("", "number", "", "source"))


def _persons_caption(label: str, say: Texts) -> str:
    return f"{label} ({table_unit_text('persons', say.language)})"


def shown_half_years(run: RunResult) -> dict[str, str]:
    """Half-years as a reader sees them: with a star where they lie partly outside the period."""
    inside = {name: half_year_start(name) >= run.from_day and half_year_end(name) <= run.until_day
              for name in run.replications[0].half_year_names}  # fmt: skip
    return {name: name if whole else f"{name}*" for name, whole in inside.items()}


def _half_year_figure(result: Result, runs: Runs, published: Sequence[Row], say: Texts) -> Figure:
    names = runs[0].replications[0].half_year_names
    dots = {row["half_year"]: row for row in published if row["series"] == "realised" and row["half_year"]}
    shown = list(shown_half_years(runs[0]).values())
    label, compared = say("half_years"), len(runs) > 1
    others = range(1, len(runs)) if compared else (0,)
    told = [dots.get(name) for name in names]
    specs = {other: _half_year_chart(runs, other, shown, told, say) for other in others}
    caption = _caption(["whisker"], runs, say)
    if shown != list(names):
        caption += f" {say('half_year_note')}"
    blocks = [Folded(say("figures_of", label=label), [_half_year_table(label, runs, shown, told, say)])]
    panels = _panels(result, runs, "realised", specs, say)
    return Figure(_finding(result, label, "realised", say), caption, panels, blocks)


def _half_year_chart(runs: Runs, other: int, names: Sequence[str], dots: Sequence[Row | None], say: Texts) -> Spec:
    """Targets, what each of two scenarios realises, and what was published, per half-year."""
    shown = dict.fromkeys((0, other))
    letter = {place: LETTERS[place] if len(runs) > 1 else "" for place in shown}
    aims = {place: runs[place].half_yearly("target").mean(axis=0).tolist() for place in shown}
    series = []
    for place, values in aims.items():
        if place and values == aims[0]:
            continue
        name = "" if len({tuple(one) for one in aims.values()}) == 1 else letter[place]
        shape, role = ("triangle-up", "series_4") if place else ("triangle-down", "target")
        marks = [(value, None, None) for value in values]
        series.append(DotSeries(say("target_of", name=name).strip(), role, shape, marks))
    for place in shown:
        mean, low, high = runs[place].half_yearly_bands("realised").tolist()
        role, shape = ("scenario", "circle") if place == other else ("baseline", "diamond")
        ends = zip(mean, low, high, strict=True) if place == other else ((value, None, None) for value in mean)
        series.append(DotSeries(say("realised_of", name=letter[place]).strip(), role, shape, list(ends)))
    if any(row is not None for row in dots):
        told = [None if row is None else (row["published"], None, None) for row in dots]
        series.append(DotSeries(say("published_realised"), "published", "square", told))
    spec = dots_chart(names, series, table_unit_text("persons", say.language), say.language, PALETTES["light"])
    return for_paper(one_column(spec), {"width": 290, "height": {"step": 11}})


def _half_year_table(label: str, runs: Runs, names: Sequence[str], dots: Sequence[Row | None], say: Texts) -> Cells:
    figures = [np.array([run.half_yearly("target").mean(axis=0), *run.half_yearly_bands("realised")]) for run in runs]
    heads, rows = _run_columns(("target_of", "realised_of", "band_of"), figures, say)
    lines = []
    for name, cells, row in zip(names, rows, dots, strict=True):
        told = [figure_text(row["published"], "persons", say.language), row["source"]] if row else [NOTHING, NOTHING]
        lines.append([name, *cells, *told])
    heads = [say("half_year"), *heads, say("published_realised"), say("source")]
    return Cells(_persons_caption(label, say), heads, lines, ("", *["number"] * (len(heads) - 2), "source"))
