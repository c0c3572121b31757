"""A comparison or a run as one page that can be sent on: sentences first, then figures, charts, levers and sources.

Who acts: a person who reads or prints it. Who waits: nobody. What leaves: one HTML text in Dutch or English that asks
nothing of a network and runs no script; the same result always gives the same text. What is left out: why two
futures differ (see `experiments.attribution`), and files for a spreadsheet (see `experiments.exports`).

In a comparison the scenarios are called A, B, C and so on; the sentences hold every later one against A.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any

import numpy as np

from experiments.compare import INTERVAL_LEVEL, Comparison, Difference
from experiments.ensemble import data_version, load_ensemble
from experiments.exports import LETTERS, lever_rows
from experiments.observed import AREAS, HALF_YEAR_MEASURES, NATIONAL, all_observations, best_of
from experiments.page import Frame, table, ticks, whole_page
from experiments.report_text import TEXT
from experiments.run import BAND_LEVEL, RunResult, version
from experiments.scenario import Scenario
from experiments.words import (
    NOTHING,
    PLACED_LABELS,
    SERIES_LABELS,
    SIZE_LABELS,
    Language,
    amount_text,
    chosen,
    date_text,
    figure_text,
    figures_text,
    label_of,
    level_text,
    listed,
    number_text,
    percent_text,
    table_unit_text,
    value_text,
)
from models.sources import full_persons
from sim.calendar import date_of, half_year_start
from sim.statistics import Band, band, bands

#: Fewer replications than this make every figure on the page provisional.
ENOUGH_REPLICATIONS = 30
#: The outcomes that the sentences and the first table are about; whether reception runs full comes by itself.
KEY_OUTCOMES = (
    "permit_holders_in_reception_mean",
    "persons_in_reception_mean",
    "ran_full",
    "person_days_without_place",
    "weeks_to_home_median",
    "realised",
    "behind_end",
    "pending_decisions_end",
    "cost_public",
)
#: Monthly measure of a chart -> the outcome that its title is about.
CHARTS = {
    "persons_in_reception": "persons_in_reception_mean",
    "permit_holders_in_reception": "permit_holders_in_reception_mean",
    "persons_without_place": "person_days_without_place",
    "pending_decisions": "pending_decisions_end",
}
GAINS_BY_SIZE = ("persons_housed", "weeks_to_home_median", "persons_waiting_end")
GAINS_BY_PROVINCE = ("permit_holders_in_reception_end", "realised", "behind_end")

_STYLE = """
.baseline { fill: none; stroke: #1b1b1b; stroke-width: 1.8; stroke-dasharray: 6 4; stroke-linejoin: round; }
.scenario { fill: none; stroke: #1f5a94; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
.area { fill: #cddff2; stroke: #4a78a8; stroke-width: .75; }
.bar { fill: #cddff2; stroke: #1f5a94; stroke-width: 1.5; }
.caption { font-size: .875rem; color: var(--soft); }
.hollow { fill: #fff; stroke: #1b1b1b; stroke-width: 1.5; stroke-dasharray: 4 3; }
.whisker { stroke: #1b1b1b; stroke-width: 1.5; }
svg .name { fill: var(--ink); font-weight: 600; }
.provisional { border-left: 4px solid #a8380a; padding-left: .75rem; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.25rem; }
ul.findings { max-width: 45rem; padding-left: 1.2rem; margin: 0 0 1rem; }
ul.findings li { margin-bottom: .35rem; }
.sources { columns: 22rem; font-size: .8125rem; padding-left: 1.2rem; }
.sources li { overflow-wrap: anywhere; break-inside: avoid; }
footer { margin-top: 2rem; border-top: 1px solid var(--line); padding-top: .75rem; color: var(--soft); }
h4 { font-size: .9375rem; margin: 1rem 0 .25rem; }
dd { overflow-wrap: anywhere; }
@media print {
  details::details-content { content-visibility: visible; display: block; block-size: auto; }
  .charts { grid-template-columns: 1fr; }
  .panels { grid-template-columns: 1fr 1fr; }
  table { font-size: 7.5pt; }
  .scroll th, .scroll td { padding: .15rem .25rem; }
  td.source { min-width: 0; max-width: 11rem; overflow-wrap: anywhere; }
  .scroll .number { white-space: normal; }
  .charts figure svg { max-width: 26rem; }
  .sources { columns: 3; font-size: 6.5pt; line-height: 1.3; }
}
"""


@dataclass(frozen=True)
class _Voice:
    """Says a fixed text in one language."""

    language: Language

    def __call__(self, text: str, /, **named: object) -> str:
        return chosen(TEXT[text], self.language).format(**named)


@dataclass(frozen=True)
class Findings:
    """A heading and the sentences under it."""

    heading: str
    sentences: tuple[str, ...]


def report_page(result: Comparison | RunResult, language: Language = "nl") -> str:
    """The page for a comparison or a run. Raises ValueError without a single replication."""
    runs = result.runs if isinstance(result, Comparison) else (result,)
    if not runs[0].replications:
        raise ValueError("there is no replication to report")
    say = _Voice(language)
    compared = isinstance(result, Comparison)
    kind = say("title_comparison" if compared else "title_run")
    titles = [run.scenario.title for run in runs]
    names = [f"{title} ({letter})" for letter, title in zip(LETTERS, titles, strict=False)] if compared else titles
    parts = [*_summary(result, runs, say), *_charts(result, runs, say), *_levers(runs, say)]
    parts += _comparison_tables(result, say) if isinstance(result, Comparison) else _run_tables(result, say)
    parts += _account(runs, say)
    head = (
        f"<header>\n<h1>{escape(kind)}: {_foreign(', '.join(names), say)}</h1>\n<p>{escape(say('lead'))}</p>\n"
        f"{_scenarios(runs, say)}\n</header>"
    )
    foot = f"<footer><p>{escape(say('footer', version=version()))}</p></footer>"
    body = f"{head}\n<main>\n" + "\n".join(parts) + f"\n</main>\n{foot}"
    return whole_page(f"{kind}: {', '.join(titles)}", body, language, _STYLE)


# ---- sentences -----------------------------------------------------------------------------------


def findings(result: Comparison | RunResult, language: Language = "nl") -> list[Findings]:
    """What the numbers say, as sentences: per scenario against the first, or for the one run."""
    say = _Voice(language)
    if isinstance(result, RunResult):
        sentences = [_full_sentence(result, "", say)]
        sentences += [_mean_sentence(result, name, say) for name in KEY_OUTCOMES if name != "ran_full"]
        return [Findings(say("findings"), tuple(sentences))]
    return [_pair_findings(result, other, say) for other in range(1, len(result.runs))]


def gains(result: Comparison, other: int, language: Language = "nl") -> Findings:
    """Who gains and who waits in one scenario against the first, by size of household and by province."""
    say = _Voice(language)
    found = _of_pair(result, result.sizes(), other)
    sentences = []
    for size in dict.fromkeys(row.size for row in found):
        rows = [row for row in found if row.size == size and row.measure in GAINS_BY_SIZE]
        sides = {
            side: listed([_gain_words(row, say) for row in rows if _side(row) == side], language) for side in (1, -1)
        }
        kind = {(True, True): "mixed", (True, False): "gain", (False, True): "lose", (False, False): "none"}
        which = kind[bool(sides[1]), bool(sides[-1])]
        name = label_of(SIZE_LABELS, size, language)
        sentences.append(say(f"size_{which}", size=name, better=sides[1], worse=sides[-1]))
    placed = _of_pair(result, result.provinces(), other)
    sentences += [
        _province_sentence(measure, [row for row in placed if row.measure == measure], say)
        for measure in GAINS_BY_PROVINCE
    ]
    return Findings(say("gains_of", a=LETTERS[0], b=LETTERS[other]), tuple(sentences))


def _pair_findings(result: Comparison, other: int, say: _Voice) -> Findings:
    a, b = LETTERS[0], LETTERS[other]
    names = list(KEY_OUTCOMES)
    if result.headline not in names:
        names.insert(0, result.headline)
    rows = [result.difference(name, (0, other)) for name in names]
    sides = [_side(row) for row in rows]
    counts = {"better": sides.count(1), "worse": sides.count(-1)}
    if all(_is_equal(row.band) for row in rows):
        sentences = [say("nothing_differs", a=a, b=b)]
    else:
        open_count = len(rows) - sum(counts.values())
        sentences = [say("score", a=a, b=b, total=len(rows), open=open_count, **counts)]
        sentences += [_difference_sentence(row, a, b, say) for row in rows]
    for letter, run in ((a, result.runs[0]), (b, result.runs[other])):
        sentences.append(_full_sentence(run, letter, say))
    return Findings(say("against", a=a, b=b), tuple(sentences))


def _side(row: Difference) -> int:
    """1 where the second is clearly better, -1 where it is clearly worse, 0 otherwise."""
    if not row.clear or row.better == "neither":
        return 0
    return 1 if (row.band.mean > 0.0) == (row.better == "higher") else -1


def _is_equal(interval: Band) -> bool:
    return interval.mean == interval.low == interval.high == 0.0


def _outcome_label(name: str, language: Language) -> str:
    from models.outcomes import OUTCOMES

    outcome = OUTCOMES.get(name)
    return name if outcome is None else chosen((outcome.label_nl, outcome.label_en), language)


def _difference_sentence(row: Difference, a: str, b: str, say: _Voice) -> str:
    label, interval = _outcome_label(row.measure, say.language), row.band
    level = level_text(INTERVAL_LEVEL, say.language)
    if interval.count == 0 or np.isnan(interval.mean):
        return say("unknown", label=label)
    if _is_equal(interval):
        return say("equal", label=label)
    ends = () if np.isnan(interval.low) else (interval.low, interval.high)
    signed = _signed_amount(interval.mean, row.unit, say.language, ends)
    if not ends:
        return say("no_interval", label=label, amount=signed)
    if not row.clear:
        _, low, high = _spread_text(interval, row.unit, say, signed=True)
        return say("unclear", label=label, a=a, b=b, amount=signed, level=level, low=low, high=high)
    verdict = {1: say("is_better"), -1: say("is_worse"), 0: ""}[_side(row)]
    amount, side, low, high = _clear_words(row, say)
    named = {"amount": amount, "side": side, "low": low, "high": high}
    return say("clear", label=label, a=a, b=b, level=level, verdict=verdict, **named)


def _clear_words(row: Difference, say: _Voice) -> tuple[str, str, str, str]:
    """How much, which way, and both ends without a sign, the smaller first."""
    ends = sorted((abs(row.band.low), abs(row.band.high)))
    size = abs(row.band.mean)
    _, low, high = figures_text([size, *ends], row.unit, say.language)
    amount = amount_text(size, row.unit, say.language, difference=True, beside=ends)
    return amount, say("higher" if row.band.mean > 0.0 else "lower"), low, high


def _signed_amount(value: float, unit: str, language: Language, beside: Sequence[float] = ()) -> str:
    sign = "+" if value > 0.0 else "−" if value < 0.0 else ""
    return sign + amount_text(abs(value), unit, language, difference=True, beside=beside)


def _spread_text(found: Band, unit: str, say: _Voice, *, signed: bool = False) -> list[str]:
    """Mean, low and high of a band or an interval, with the same decimals."""
    return figures_text([found.mean, found.low, found.high], unit, say.language, signed=signed)


def _full_sentence(run: RunResult, letter: str, say: _Voice) -> str:
    """The odds and the date of reception running full."""
    days = run.outcome("days_until_full")[run.outcome("ran_full") > 0.0]
    count = len(run.replications)
    where = say("in_scenario", name=letter) if letter else ""
    if not days.size:
        return say("full_never", where=where, n=count)
    low, middle, high = (
        date_text(date_of(run.from_day + round(float(np.quantile(days, share)))), say.language)
        for share in ((1 - BAND_LEVEL) / 2, 0.5, (1 + BAND_LEVEL) / 2)
    )
    share = percent_text(days.size / count, say.language)
    times = say("full_all" if days.size == count else "full_some", where=where, times=days.size, n=count, share=share)
    if low == high:
        return say("full_on", times=times, middle=middle)
    level = level_text(BAND_LEVEL, say.language)
    return say("full_when", times=times, middle=middle, low=low, high=high, level=level, crowd=full_persons())


def _mean_sentence(run: RunResult, name: str, say: _Voice) -> str:
    values, unit = band(run.outcome(name), BAND_LEVEL), run.replications[0].units[name]
    label = _outcome_label(name, say.language)
    if values.count == 0:
        return say("unknown", label=label)
    return say(
        "mean_band",
        label=label,
        level=level_text(BAND_LEVEL, say.language),
        **_mean_words(values, unit, say),
    )


def _mean_words(values: Band, unit: str, say: _Voice) -> dict[str, str]:
    """A mean with its unit, and both ends of its band."""
    _, low, high = _spread_text(values, unit, say)
    size = amount_text(abs(values.mean), unit, say.language, beside=(values.low, values.high))
    return {"amount": f"{'−' if values.mean < 0.0 else ''}{size}", "low": low, "high": high}


def _gain_words(row: Difference, say: _Voice) -> str:
    label = _lowered(label_of(PLACED_LABELS, row.measure, say.language))
    mean, low, high = _spread_text(row.band, row.unit, say, signed=True)
    return f"{label} {mean} ({say('to', low=low, high=high)})"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _province_sentence(measure: str, rows: Sequence[Difference], say: _Voice) -> str:
    told = []
    for side, words in ((1, "better_in"), (-1, "worse_in")):
        here = [row for row in rows if _side(row) == side]
        if here:
            most = max(here, key=lambda row: abs(row.band.mean))
            amount = _signed_amount(most.band.mean, most.unit, say.language)
            told.append(say(words, count=len(here), total=len(rows), place=most.place, amount=amount))
    words = "; ".join(told) if told else say("nowhere")
    return f"{label_of(PLACED_LABELS, measure, say.language)}: {words}."


def _of_pair(result: Comparison, rows: Sequence[Difference], other: int) -> Sequence[Difference]:
    """The rows of the pair of the first scenario and another; rows come pair after pair."""
    each = len(rows) // len(result.pairs)
    start = result.pairs.index((0, other)) * each
    return rows[start : start + each]


# ---- the top of the page -------------------------------------------------------------------------


def _foreign(text: str, say: _Voice) -> str:
    """Text of a scenario; it is Dutch, also on an English page."""
    return escape(text) if say.language == "nl" else f'<span lang="nl">{escape(text)}</span>'


def _paragraph(text: str, kind: str = "") -> str:
    opening = f'<p class="{kind}">' if kind else "<p>"
    return f"{opening}{escape(text)}</p>"


def _pairs(rows: Sequence[tuple[str, str]]) -> str:
    """A list of names with what belongs to them; the second is HTML."""
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{text}</dd>" for name, text in rows) + "</dl>"


def _scenarios(runs: Sequence[RunResult], say: _Voice) -> str:
    def told(scenario: Scenario) -> str:
        return _foreign(f"{scenario.title} ({scenario.name}). {scenario.description}", say)

    if len(runs) == 1:
        return _paragraph_of(told(runs[0].scenario))
    return _pairs([(letter, told(run.scenario)) for letter, run in zip(LETTERS, runs, strict=False)])


def _paragraph_of(html: str) -> str:
    return f"<p>{html}</p>"


def _count_words(count: int, say: _Voice) -> str:
    one, more = (
        chosen(("replicatie", "replication"), say.language),
        chosen(("replicaties", "replications"), say.language),
    )
    return f"{number_text(count, 0, say.language)} {one if count == 1 else more}"


def _summary(result: Comparison | RunResult, runs: Sequence[RunResult], say: _Voice) -> list[str]:
    count = len(runs[0].replications)
    parts = []
    if count < ENOUGH_REPLICATIONS:
        words = say("provisional", n=_count_words(count, say), enough=ENOUGH_REPLICATIONS)
        parts.append(_paragraph(words, "provisional"))
    if runs[0].interrupted:
        parts.append(_paragraph(say("interrupted"), "provisional"))
    parts.append(f"<h2>{escape(say('findings'))}</h2>")
    if isinstance(result, RunResult):
        parts += [_bullets(found.sentences) for found in findings(result, say.language)]
        return parts
    parts.append(_paragraph(say("same_worlds", level=level_text(INTERVAL_LEVEL, say.language))))
    for other, found in enumerate(findings(result, say.language), start=1):
        gain = gains(result, other, say.language)
        parts += [f"<h3>{escape(found.heading)}</h3>", _bullets(found.sentences)]
        parts += [f"<h3>{escape(gain.heading)}</h3>", _bullets(gain.sentences)]
    parts.append(f"<h2>{escape(say('key_figures'))}</h2>")
    for other in range(1, len(runs)):
        rows = [result.difference(name, (0, other)) for name in KEY_OUTCOMES]
        caption = say("key_caption", a=LETTERS[0], b=LETTERS[other])
        parts.append(_difference_table(caption, rows, (0, other), say))
    return parts


def _bullets(sentences: Sequence[str]) -> str:
    return '<ul class="findings">' + "".join(f"<li>{escape(text)}</li>" for text in sentences) + "</ul>"


# ---- tables of differences -----------------------------------------------------------------------


def _difference_table(
    caption: str,
    rows: Sequence[Difference],
    pair: tuple[int, int],
    say: _Voice,
    where: tuple[str, Callable[[Difference], str]] | None = None,
) -> str:
    """Differences as a table; `where` adds a first column with a head and what stands in it."""
    a, b = (LETTERS[index] for index in pair)
    level = level_text(INTERVAL_LEVEL, say.language)
    heads = [] if where is None else [(where[0], "")]
    heads += [
        (say("outcome"), ""), (say("unit"), ""), (a, "number"), (b, "number"), (say("difference"), "number"),
        (say("interval", level=level), "number"), (say("judgement"), ""),
    ]  # fmt: skip
    lines = []
    for row in rows:
        labels = PLACED_LABELS if where is not None else {}
        label = label_of(labels, row.measure, say.language) if labels else _outcome_label(row.measure, say.language)
        figures = figures_text([row.mean_a, row.mean_b], row.unit, say.language)
        lines.append(
            ([] if where is None else [where[1](row)])
            + [label, table_unit_text(row.unit, say.language, compared=True), *figures]
            + [*_difference_cells(row, say), _judged(row, pair, say)]
        )
    return table(caption, heads, lines)


def _difference_cells(row: Difference, say: _Voice) -> tuple[str, str]:
    """A difference and its interval."""
    mean, low, high = _spread_text(row.band, row.unit, say, signed=True)
    return mean, NOTHING if np.isnan(row.band.low) else say("to", low=low, high=high)


def _judged(row: Difference, pair: tuple[int, int], say: _Voice) -> str:
    if row.band.count == 0 or np.isnan(row.band.low):
        return NOTHING
    if _is_equal(row.band):
        return say("judged_equal")
    if not row.clear:
        return say("judged_open")
    side = _side(row)
    return say("judged_better", name=LETTERS[pair[side > 0]]) if side else say("judged_clear")


def _opened(summary: str, html: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{html}</details>"


def _comparison_tables(result: Comparison, say: _Voice) -> list[str]:
    parts = [f"<h2>{escape(say('all_differences'))}</h2>"]
    for pair in result.pairs:
        caption = say("differences_caption", a=LETTERS[pair[0]], b=LETTERS[pair[1]])
        rows = [result.difference(name, pair) for name in result.runs[0].outcome_names()]
        parts.append(_opened(caption, _difference_table(caption, rows, pair, say)))
    placed, sized = result.provinces(), result.sizes()
    for heading, words, found, column in (
        ("by_province", "provinces_caption", placed, (say("province"), lambda row: row.place)),
        ("by_size", "sizes_caption", sized, (say("size"), lambda row: label_of(SIZE_LABELS, row.size, say.language))),
    ):
        parts.append(f"<h2>{escape(say(heading))}</h2>")
        for other in range(1, len(result.runs)):
            caption = say(words, a=LETTERS[0], b=LETTERS[other])
            rows = _of_pair(result, found, other)
            inside = _difference_table(caption, rows, (0, other), say, column)
            parts.append(_opened(caption, inside))
    return parts


def _run_tables(result: RunResult, say: _Voice) -> list[str]:
    heads = [(say("outcome"), ""), (say("unit"), ""), (say("mean"), "number"), (say("band"), "number")]
    rows = []
    for name in result.outcome_names():
        values, unit = band(result.outcome(name), BAND_LEVEL), result.replications[0].units[name]
        mean, low, high = _spread_text(values, unit, say)
        label = _outcome_label(name, say.language)
        rows.append([label, table_unit_text(unit, say.language), mean, say("to", low=low, high=high)])
    level = level_text(BAND_LEVEL, say.language)
    provinces = [
        [row["area"], row["half_year"], *(figure_text(row[name], "persons", say.language) for name in shown)]
        for shown in [("target", "realised", "behind")]
        for area in AREAS[1:]
        for row in result.half_year_rows()
        if row["area"] == area
    ]
    columns = [(say("province"), ""), (say("half_year"), "")]
    columns += [(say(name), "number") for name in ("target", "realised", "behind")]
    caption = say("provinces_run")
    return [
        f"<h2>{escape(say('all_outcomes'))}</h2>",
        table(say("outcomes_caption", level=level), heads, rows),
        f"<h2>{escape(say('by_province'))}</h2>",
        _opened(caption, table(caption, columns, provinces)),
    ]


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


def _charts(result: Comparison | RunResult, runs: Sequence[RunResult], say: _Voice) -> list[str]:
    parts = [f"<h2>{escape(say('charts'))}</h2>"]
    published = [row for row in best_of(runs[0].comparison_rows()) if row["area"] == NATIONAL]
    charts = []
    if runs[0].replications[0].month_days:
        charts += [_series_section(result, runs, name, published, say) for name in CHARTS]
    else:
        parts.append(_paragraph(say("no_charts")))
    if runs[0].replications[0].half_year_names:
        charts.append(_half_year_section(result, runs, published, say))
    return [*parts, '<div class="charts">', *charts, "</div>"] if charts else parts


def _chart_words(result: Comparison | RunResult, other: int, outcome: str, say: _Voice) -> str:
    """What a chart shows, in one line: the label of an outcome and what is known about it."""
    label = _outcome_label(outcome, say.language)
    if isinstance(result, RunResult):
        values, unit = band(result.outcome(outcome), BAND_LEVEL), result.replications[0].units[outcome]
        return f"{label}: {say('chart_mean', **_mean_words(values, unit, say))}"
    row = result.difference(outcome, (0, other))
    if _is_equal(row.band):
        return f"{label}: {say('chart_equal', a=LETTERS[0])}"
    if not row.clear:
        return f"{label}: {say('chart_open', a=LETTERS[0])}"
    amount, _, low, high = _clear_words(row, say)
    words = "chart_higher" if row.band.mean > 0.0 else "chart_lower"
    return f"{label}: {say(words, amount=amount, a=LETTERS[0], low=low, high=high)}"


def _heading(result: Comparison | RunResult, label: str, outcome: str, say: _Voice) -> str:
    """The finding as the title of a chart: the one scenario's, or how many of several clearly differ."""
    if isinstance(result, RunResult) or len(result.runs) == 2:
        return _chart_words(result, 1, outcome, say)
    others = range(1, len(result.runs))
    count = sum(result.difference(outcome, (0, other)).clear for other in others)
    return f"{label}: {say('chart_many', a=LETTERS[0], count=count, total=len(others))}"


def _names(runs: Sequence[RunResult], other: int, say: _Voice) -> dict[str, str]:
    """What the two lines of a panel are called."""
    if len(runs) == 1:
        return {"a": "", "b": say("this_run")}
    return {"a": LETTERS[0], "b": LETTERS[other]}


def _caption(kinds: Sequence[str], names: Mapping[str, str], count: int, compared: bool, say: _Voice) -> str:
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
    say: _Voice,
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
    label, outcome = label_of(SERIES_LABELS, measure, say.language), CHARTS[measure]
    panels = []
    compared = len(runs) > 1
    for other in range(1, len(runs)) if compared else (0,):
        told = _chart_words(result, other, outcome, say)
        drawn = _drawn_lines(frame, lines, other, dots, say)
        panels.append(_panel(f"{LETTERS[other]}: {told}" if len(runs) > 2 else "", _svg(frame, drawn, told, say)))
    kinds = (["baseline_line"] if compared else []) + ["scenario_line", "band_area"] + (["dots"] if dots else [])
    names = _names(runs, 1, say) | ({"b": listed(LETTERS[1 : len(runs)], say.language)} if len(runs) > 2 else {})
    more = [_opened(say("figures_of", label=label), _series_table(label, lines, say))]
    if dots:
        more.append(_opened(say("published_of", label=label), _published_table(label, dots, say)))
    caption = _caption(kinds, names, len(runs[0].replications), compared, say)
    return _section(_heading(result, label, outcome, say), panels, caption, more)


def _svg(frame: Frame, drawn: Sequence[str], told: str, say: _Voice) -> str:
    spoken = f"{told}.{say('in_table')}"
    unit = table_unit_text("persons", say.language)
    back = [*frame.levels(lambda value: figure_text(value, "persons", say.language))]
    back.append(f'<text x="2" y="11">{escape(unit)}</text>')
    return f'<svg viewBox="0 0 400 216" role="img" aria-label="{escape(spoken)}">{"".join([*back, *drawn])}</svg>'


def _drawn_lines(
    frame: Frame, lines: Sequence[_Line], other: int, dots: Sequence[Mapping[str, Any]], say: _Voice
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


def _series_table(label: str, lines: Sequence[_Line], say: _Voice) -> str:
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


def _published_table(label: str, dots: Sequence[Mapping[str, Any]], say: _Voice) -> str:
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
    return table(say("published_of", label=label), heads, rows) + _paragraph(say("letters"))


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
    result: Comparison | RunResult, runs: Sequence[RunResult], published: Sequence[Mapping[str, Any]], say: _Voice
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
    more = [_opened(say("figures_of", label=label), twin)]
    return _section(_heading(result, label, "realised", say), panels, caption, more)


def _following(half_year: str) -> date:
    year, half = (int(part) for part in half_year.split("-"))
    return date_of(half_year_start(f"{year + half // 2}-{3 - half}"))


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
    say: _Voice,
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


# ---- levers and account --------------------------------------------------------------------------


def _levers(runs: Sequence[RunResult], say: _Voice) -> list[str]:
    parts = [f"<h2>{escape(say('what_differs'))}</h2>"]
    rows = lever_rows([run.scenario for run in runs], say.language)
    if not rows:
        return [*parts, _paragraph(say("nothing_set"))]
    if len(runs) == 1:
        return [*parts, _lever_table(say("levers_run"), rows, say)]
    different, shared = ([row for row in rows if row["shared"] is is_shared] for is_shared in (False, True))
    parts.append(_lever_table(say("levers_caption"), different, say) if different else _paragraph(say("nothing_set")))
    if shared:
        first = [row for row in shared if row["scenario"] == LETTERS[0]]
        parts.append(_lever_table(say("levers_shared"), first, say))
    return parts


def _lever_table(caption: str, rows: Sequence[Mapping[str, Any]], say: _Voice) -> str:
    heads = [
        (say("lever"), ""), (say("scenario"), ""), (say("usual"), "number"), (say("value"), "number"),
        (say("unit"), ""), (say("when"), ""), (say("holder"), ""), (say("lever_source"), "source"),
    ]  # fmt: skip
    return table(
        caption,
        heads,
        [
            [
                row["label"],
                row["scenario"],
                value_text(row["usual"], say.language),
                value_text(row["value"], say.language),
                row["unit"],
                _when(row, say),
                row["holder"],
                row["source"],
            ]
            for row in rows
        ],
    )


def _when(row: Mapping[str, Any], say: _Voice) -> str:
    told = []
    if row["from"] is not None:
        told.append(say("from_day", day=date_text(row["from"], say.language)))
    if row["until"] is not None:
        told.append(say("until_day", day=date_text(row["until"], say.language)))
    if row["ramp_days"]:
        told.append(say("ramp", days=row["ramp_days"]))
    return ", ".join(told) or say("always")


def _account(runs: Sequence[RunResult], say: _Voice) -> list[str]:
    first = runs[0]
    ensemble = say("none")
    if first.ensemble is not None:
        ensemble = say("ensemble_is", name=first.ensemble, hash=load_ensemble(first.ensemble).about["table"])
    latest = date_text(date_of(max(row.last_day for row in all_observations())), say.language)
    start, end = (date_text(date_of(day), say.language) for day in (first.from_day, first.until_day))
    rows = [
        (say("version"), f"doorstroom {version()}"),
        (say("seed"), str(first.seed)),
        (say("replications"), number_text(len(first.replications), 0, say.language)),
        (say("period"), say("from_until", first=start, last=end)),
        (say("ensemble"), ensemble),
        (say("data_of"), say("data_is", hash=data_version(), day=latest)),
    ]
    sources = data_sources()
    listed_sources = '<ul class="sources">' + "".join(f"<li>{escape(text)}</li>" for text in sources) + "</ul>"
    return [
        f"<h2>{escape(say('account'))}</h2>",
        _pairs([(name, escape(text)) for name, text in rows]),
        f"<h3>{escape(say('fitted_title'))}</h3>",
        _paragraph(_fitted_words(first, say)),
        f"<h3>{escape(say('limits'))}</h3>",
        _paragraph(say("limits_text", level=level_text(INTERVAL_LEVEL, say.language))),
        f"<h3>{escape(say('sources'))}</h3>",
        _paragraph(say("sources_text")),
        _opened(say("sources_open", count=len(sources)), listed_sources),
    ]


def data_sources() -> list[str]:
    """Every source of every table of facts, once, in alphabetical order."""
    from models.sources import read_table, table_names

    return sorted({row["source"] for name in table_names() for row in read_table(name)}, key=str.casefold)


def _fitted_words(run: RunResult, say: _Voice) -> str:
    if run.ensemble is None:
        return say("not_fitted")
    ensemble = load_ensemble(run.ensemble)
    until = ensemble.about["train_until"]
    day = "" if until is None else say("fitted_until", day=date_text(date.fromisoformat(until), say.language))
    sets = number_text(len(set(run.draws.tolist())), 0, say.language)
    return say(
        "fitted",
        name=ensemble.name,
        draws=number_text(len(ensemble.draws), 0, say.language),
        count=len(ensemble.paths),
        runs=number_text(ensemble.about["runs"], 0, say.language),
        points=number_text(ensemble.about["points"], 0, say.language),
        until=day,
        used=say("fitted_fixed") if run.fixed else say("fitted_draws", sets=sets),
    )
