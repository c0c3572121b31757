"""A comparison or a run as one page that can be sent on: sentences first, then figures, charts, levers and sources.

Who acts: a person who reads or prints it. Who waits: nobody. What leaves: one HTML text in Dutch or English that asks
nothing of a network and runs no script; the same result always gives the same text. What is left out: why two
futures differ (see `experiments.compare.attribution`), and files for a spreadsheet (see `experiments.report.exports`).

In a comparison the scenarios are called A, B, C and so on; the sentences hold every later one against A.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

import numpy as np

from experiments.compare.compare import Comparison
from experiments.compare.difference import INTERVAL_LEVEL, Difference
from experiments.language.formatting import (
    date_text,
    figure_text,
    figures_text,
    level_text,
    number_text,
    table_unit_text,
    value_text,
)
from experiments.language.labels import outcome_label, placed_label, size_label
from experiments.language.language import NOTHING, Language, chosen
from experiments.report.exports import LETTERS, lever_rows
from experiments.report.findings import (
    KEY_OUTCOMES,
    Voice,
    better_side,
    findings,
    gains,
    is_equal,
    of_pair,
    spread_text,
)
from experiments.report.html import table, whole_page
from experiments.report.report_charts import ENOUGH_REPLICATIONS, charts_section, opened, paragraph
from experiments.run.ensemble import load_ensemble
from experiments.run.observed import AREAS, all_observations
from experiments.run.provenance import inputs, version, version_text
from experiments.run.result import BAND_LEVEL, RunResult
from experiments.scenario.scenario import Scenario
from sim.calendar import date_of
from sim.statistics import band

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


def report_page(result: Comparison | RunResult, language: Language = "nl") -> str:
    """The page for a comparison or a run. Raises ValueError without a single replication."""
    runs = result.runs if isinstance(result, Comparison) else (result,)
    if not runs[0].replications:
        raise ValueError("there is no replication to report")
    say = Voice(language)
    compared = isinstance(result, Comparison)
    kind = say("title_comparison" if compared else "title_run")
    titles = [run.scenario.title for run in runs]
    names = [f"{title} ({letter})" for letter, title in zip(LETTERS, titles, strict=False)] if compared else titles
    parts = [*_summary(result, runs, say), *charts_section(result, runs, say), *_levers(runs, say)]
    parts += _comparison_tables(result, say) if isinstance(result, Comparison) else _run_tables(result, say)
    parts += _account(runs, say)
    head = (
        f"<header>\n<h1>{escape(kind)}: {_foreign(', '.join(names), say)}</h1>\n<p>{escape(say('lead'))}</p>\n"
        f"{_scenarios(runs, say)}\n</header>"
    )
    foot = f"<footer><p>{escape(say('footer', version=version()))}</p></footer>"
    body = f"{head}\n<main>\n" + "\n".join(parts) + f"\n</main>\n{foot}"
    return whole_page(f"{kind}: {', '.join(titles)}", body, language, _STYLE)


# ---- the top of the page -------------------------------------------------------------------------


def _foreign(text: str, say: Voice) -> str:
    """Text of a scenario; it is Dutch, also on an English page."""
    return escape(text) if say.language == "nl" else f'<span lang="nl">{escape(text)}</span>'


def _pairs(rows: Sequence[tuple[str, str]]) -> str:
    """A list of names with what belongs to them; the second is HTML."""
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{text}</dd>" for name, text in rows) + "</dl>"


def _scenarios(runs: Sequence[RunResult], say: Voice) -> str:
    def told(scenario: Scenario) -> str:
        return _foreign(f"{scenario.title} ({scenario.name}). {scenario.description}", say)

    if len(runs) == 1:
        return _paragraph_of(told(runs[0].scenario))
    return _pairs([(letter, told(run.scenario)) for letter, run in zip(LETTERS, runs, strict=False)])


def _paragraph_of(html: str) -> str:
    return f"<p>{html}</p>"


def _count_words(count: int, say: Voice) -> str:
    one, more = (
        chosen(("replicatie", "replication"), say.language),
        chosen(("replicaties", "replications"), say.language),
    )
    return f"{number_text(count, 0, say.language)} {one if count == 1 else more}"


def _summary(result: Comparison | RunResult, runs: Sequence[RunResult], say: Voice) -> list[str]:
    count = len(runs[0].replications)
    parts = []
    if count < ENOUGH_REPLICATIONS:
        words = say("provisional", n=_count_words(count, say), enough=ENOUGH_REPLICATIONS)
        parts.append(paragraph(words, "provisional"))
    if runs[0].interrupted:
        parts.append(paragraph(say("interrupted"), "provisional"))
    parts.append(f"<h2>{escape(say('findings'))}</h2>")
    if isinstance(result, RunResult):
        parts += [_bullets(found.sentences) for found in findings(result, say.language)]
        return parts
    parts.append(paragraph(say("same_worlds", level=level_text(INTERVAL_LEVEL, say.language))))
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
    say: Voice,
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
        label = (outcome_label if where is None else placed_label)(row.measure, say.language)
        figures = figures_text([row.mean_a, row.mean_b], row.unit, say.language)
        lines.append(
            ([] if where is None else [where[1](row)])
            + [label, table_unit_text(row.unit, say.language, compared=True), *figures]
            + [*_difference_cells(row, say), _judged(row, pair, say)]
        )
    return table(caption, heads, lines)


def _difference_cells(row: Difference, say: Voice) -> tuple[str, str]:
    """A difference and its interval."""
    mean, low, high = spread_text(row.band, row.unit, say, signed=True)
    return mean, NOTHING if np.isnan(row.band.low) else say("to", low=low, high=high)


def _judged(row: Difference, pair: tuple[int, int], say: Voice) -> str:
    if row.band.count == 0 or np.isnan(row.band.low):
        return NOTHING
    if is_equal(row.band):
        return say("judged_equal")
    if not row.clear:
        return say("judged_open")
    side = better_side(row)
    return say("judged_better", name=LETTERS[pair[side > 0]]) if side else say("judged_clear")


def _comparison_tables(result: Comparison, say: Voice) -> list[str]:
    parts = [f"<h2>{escape(say('all_differences'))}</h2>"]
    for pair in result.pairs:
        caption = say("differences_caption", a=LETTERS[pair[0]], b=LETTERS[pair[1]])
        rows: Sequence[Difference] = [result.difference(name, pair) for name in result.runs[0].outcome_names()]
        parts.append(opened(caption, _difference_table(caption, rows, pair, say)))
    placed, sized = result.provinces(), result.sizes()
    for heading, words, found, column in (
        ("by_province", "provinces_caption", placed, (say("province"), lambda row: row.place)),
        ("by_size", "sizes_caption", sized, (say("size"), lambda row: size_label(row.size, say.language))),
    ):
        parts.append(f"<h2>{escape(say(heading))}</h2>")
        for other in range(1, len(result.runs)):
            caption = say(words, a=LETTERS[0], b=LETTERS[other])
            rows = of_pair(result, found, other)
            inside = _difference_table(caption, rows, (0, other), say, column)
            parts.append(opened(caption, inside))
    return parts


def _run_tables(result: RunResult, say: Voice) -> list[str]:
    heads = [(say("outcome"), ""), (say("unit"), ""), (say("mean"), "number"), (say("band"), "number")]
    rows = []
    for name in result.outcome_names():
        values, unit = band(result.outcome(name), BAND_LEVEL), result.replications[0].units[name]
        mean, low, high = spread_text(values, unit, say)
        label = outcome_label(name, say.language)
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
        opened(caption, table(caption, columns, provinces)),
    ]


# ---- levers and account --------------------------------------------------------------------------


def _levers(runs: Sequence[RunResult], say: Voice) -> list[str]:
    parts = [f"<h2>{escape(say('what_differs'))}</h2>"]
    rows = lever_rows([run.scenario for run in runs], say.language)
    if not rows:
        return [*parts, paragraph(say("nothing_set"))]
    if len(runs) == 1:
        return [*parts, _lever_table(say("levers_run"), rows, say)]
    different, shared = ([row for row in rows if row["shared"] is is_shared] for is_shared in (False, True))
    parts.append(_lever_table(say("levers_caption"), different, say) if different else paragraph(say("nothing_set")))
    if shared:
        first = [row for row in shared if row["scenario"] == LETTERS[0]]
        parts.append(_lever_table(say("levers_shared"), first, say))
    return parts


def _lever_table(caption: str, rows: Sequence[Mapping[str, Any]], say: Voice) -> str:
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


def _when(row: Mapping[str, Any], say: Voice) -> str:
    told = []
    if row["from"] is not None:
        told.append(say("from_day", day=date_text(row["from"], say.language)))
    if row["until"] is not None:
        told.append(say("until_day", day=date_text(row["until"], say.language)))
    if row["ramp_days"]:
        told.append(say("ramp", days=row["ramp_days"]))
    return ", ".join(told) or say("always")


def _account(runs: Sequence[RunResult], say: Voice) -> list[str]:
    first = runs[0]
    ensemble = say("none")
    if first.ensemble is not None:
        ensemble = say("ensemble_is", name=first.ensemble, hash=load_ensemble(first.ensemble).about["table"])
    latest = date_text(date_of(max(row.last_day for row in all_observations())), say.language)
    start, end = (date_text(date_of(day), say.language) for day in (first.from_day, first.until_day))
    rows = [
        (say("version"), version_text(say.language)),
        (say("seed"), str(first.seed)),
        (say("replications"), number_text(len(first.replications), 0, say.language)),
        (say("period"), say("from_until", first=start, last=end)),
        (say("ensemble"), ensemble),
        (say("data_of"), say("data_is", hash=inputs(), day=latest)),
    ]
    sources = data_sources()
    listed_sources = '<ul class="sources">' + "".join(f"<li>{escape(text)}</li>" for text in sources) + "</ul>"
    return [
        f"<h2>{escape(say('account'))}</h2>",
        _pairs([(name, escape(text)) for name, text in rows]),
        f"<h3>{escape(say('fitted_title'))}</h3>",
        paragraph(_fitted_words(first, say)),
        f"<h3>{escape(say('limits'))}</h3>",
        paragraph(say("limits_text", level=level_text(INTERVAL_LEVEL, say.language))),
        f"<h3>{escape(say('sources'))}</h3>",
        paragraph(say("sources_text")),
        opened(say("sources_open", count=len(sources)), listed_sources),
    ]


def data_sources() -> list[str]:
    """Every source of every table of facts, once, in alphabetical order."""
    from models.sources import read_table, table_names

    return sorted({row["source"] for name in table_names() for row in read_table(name)}, key=str.casefold)


def _fitted_words(run: RunResult, say: Voice) -> str:
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
