"""A comparison or a run as one page that can be sent on: sentences first, then figures, charts, levers and sources.

The page asks nothing of a network and runs no script; the same result always gives the same text. In a comparison
the scenarios are called A, B, C and so on; the sentences hold every later one against A.
"""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
from markupsafe import Markup

from experiments.compare.compare import Comparison
from experiments.compare.difference import INTERVAL_LEVEL, Difference
from experiments.language.catalogue import Texts, catalogue
from experiments.language.formatting import (
    bound_text,
    date_text,
    exact_text,
    exploratory_text,
    figure_text,
    figures_text,
    level_text,
    number_text,
    table_unit_text,
    value_text,
)
from experiments.language.labels import definitions, outcome_help, outcome_label, placed_label, size_label
from experiments.language.language import NOTHING, Language
from experiments.report.exports import LETTERS, SettingRow, figure_rows, setting_rows
from experiments.report.findings import KEY_OUTCOMES, findings, gains, of_pair, spread_text
from experiments.report.homes import homes_sentence, homes_table
from experiments.report.page import Block, Bullets, Cells, DutchText, Folded, Heading, Page, Pairs, Paragraph, page_html
from experiments.report.report_charts import ENOUGH_REPLICATIONS, charts_section, shown_half_years
from experiments.run.breakdown import provinces_realised_from
from experiments.run.ensemble import lent_text, load_ensemble
from experiments.run.observed import AREAS, all_observations
from experiments.run.provenance import inputs, outdated_text, version, version_text, what_changed
from experiments.run.result import BAND_LEVEL, RunResult
from experiments.scenario.setting import Setting
from models.sources import read_table, table_names
from sim.calendar import date_of


def report_page(result: Comparison | RunResult, language: Language = "nl") -> str:
    """The page for a comparison or a run. Raises ValueError without a single replication."""
    runs = result.runs if isinstance(result, Comparison) else (result,)
    if not runs[0].replications:
        raise ValueError("there is no replication to report")
    say = catalogue("report", language)
    compared = isinstance(result, Comparison)
    titles = [run.scenario.title for run in runs]
    names = [f"{title} ({letter})" for letter, title in zip(LETTERS, titles, strict=False)] if compared else titles
    blocks = [*_summary(result, runs, say), *charts_section(result, runs, say), *_levers(runs, say)]
    blocks += [Heading(catalogue("homes", language)("title")), Paragraph(homes_sentence(runs[-1], language))]
    blocks.append(homes_table(runs, list(LETTERS[: len(runs)]), language))
    blocks += _comparison_tables(result, say) if isinstance(result, Comparison) else _run_tables(result, say)
    blocks += [Heading(say("definitions")), Pairs(_definitions(runs[0], language)), *_account(runs, say)]
    title, footer = say("title_comparison" if compared else "title_run"), say("footer", version=version())
    lead = [Paragraph(say("what_it_is")), _scenarios(runs)]
    return page_html(Page(title, DutchText(", ".join(names)), lead, blocks, language, footer))


def _definitions(run: RunResult, language: Language) -> list[tuple[str, str]]:
    """What outcomes of a run count, each with an anchor of its own."""
    anchor, defined = Markup('<dfn id="{}">{}</dfn>'), definitions(run.outcome_names(), language)
    return [(anchor.format(name, label), told) for name, label, told in defined]


def _linked_label(name: str, language: Language) -> str:
    """What an outcome is called, leading to its definition where it has one."""
    label = outcome_label(name, language)
    return Markup('<a href="#{}">{}</a>').format(name, label) if outcome_help(name, language) else label


def _scenarios(runs: Sequence[RunResult]) -> Block:
    told = [DutchText(f"{run.scenario.title} ({run.scenario.name}). {run.scenario.description}") for run in runs]
    return Paragraph(told[0]) if len(told) == 1 else Pairs(list(zip(LETTERS, told, strict=False)))


def _summary(result: Comparison | RunResult, runs: Sequence[RunResult], say: Texts) -> list[Block]:
    count = len(runs[0].replications)
    blocks: list[Block] = []
    if count < ENOUGH_REPLICATIONS:
        blocks.append(Paragraph(say("provisional", count=count, enough=ENOUGH_REPLICATIONS), "provisional"))
    if runs[0].interrupted:
        blocks.append(Paragraph(say("interrupted"), "provisional"))
    blocks.append(Heading(say("findings")))
    if isinstance(result, RunResult):
        return [*blocks, *(Bullets(found.sentences) for found in findings(result, say.language))]
    blocks.append(Paragraph(say("same_worlds", level=level_text(INTERVAL_LEVEL, say.language))))
    for other, found in enumerate(findings(result, say.language), start=1):
        gain = gains(result, other, say.language)
        blocks += [Heading(found.heading, 3), Bullets(found.sentences)]
        blocks += [Heading(gain.heading, 3), Bullets(gain.sentences)]
    blocks.append(Heading(say("key_figures")))
    for other in range(1, len(runs)):
        rows = [result.difference(name, (0, other)) for name in KEY_OUTCOMES]
        caption = say("key_caption", a=LETTERS[0], b=LETTERS[other])
        blocks.append(_difference_table(caption, rows, (0, other), say))
    return blocks


#: A column of differences: its head, and what stands in it.
Column = tuple[str, Callable[[Difference], str]]


def _difference_table(
    caption: str, rows: Sequence[Difference], pair: tuple[int, int], say: Texts, where: Column | None = None
) -> Cells:
    """Differences as a table; `where` is the first column, where there are places."""
    level = level_text(INTERVAL_LEVEL, say.language)
    first = [] if where is None else [where[0]]
    heads = [*first, say("outcome"), say("unit"), *(LETTERS[index] for index in pair), say("difference"),
             say("interval", level=level), say("judgement")]  # fmt: skip
    lines = []
    for row in rows:
        label = (_linked_label if where is None else placed_label)(row.measure, say.language)
        means = figures_text([row.mean_a, row.mean_b], row.unit, say.language)
        figures = [bound_text(text, bound, say.language) for text, bound in zip(means, row.at_least, strict=True)]
        mean, low, high = spread_text(row.band, row.unit, say, signed=True)
        lines.append(
            ([] if where is None else [where[1](row)])
            + [label, table_unit_text(row.unit, say.language, compared=True), *figures]
            + [mean, NOTHING if np.isnan(row.band.low) else say("to", low=low, high=high), _judged(row, pair, say)]
        )
    return Cells(caption, heads, lines, [*[""] * (2 + len(first)), *["number"] * 4, ""])


def _judged(row: Difference, pair: tuple[int, int], say: Texts) -> str:
    if row.verdict == "few":
        return NOTHING
    if row.verdict in ("better", "worse"):
        better = say("judged_better", name=LETTERS[pair[row.verdict == "better"]])
        return exploratory_text(better, say.language, row.clear and row.exploratory)
    key = {"equal": "judged_equal", "unclear": "judged_open"}.get(row.verdict, "judged_clear")
    return exploratory_text(say(key), say.language, row.clear and row.exploratory)


def _comparison_tables(result: Comparison, say: Texts) -> list[Block]:
    blocks: list[Block] = [Heading(say("all_differences"))]
    for pair in result.pairs:
        caption = say("differences_caption", a=LETTERS[pair[0]], b=LETTERS[pair[1]])
        rows = [result.difference(name, pair) for name in result.runs[0].outcome_names()]
        blocks.append(Folded(caption, [_difference_table(caption, rows, pair, say)]))
    placed, sized = result.provinces(), result.sizes()
    for heading, words, found, column in (
        ("by_province", "provinces_caption", placed, (say("province"), lambda row: row.place)),
        ("by_size", "sizes_caption", sized, (say("size"), lambda row: size_label(row.size, say.language))),
    ):
        blocks.append(Heading(say(heading)))
        start = provinces_realised_from(result.runs[0].from_day)
        if heading == "by_province" and start < result.runs[0].from_day:
            blocks.append(Paragraph(say("provinces_from", day=date_text(date_of(start), say.language))))
        for other in range(1, len(result.runs)):
            caption = say(words, a=LETTERS[0], b=LETTERS[other])
            table = _difference_table(caption, of_pair(result, found, other), (0, other), say, column)
            blocks.append(Folded(caption, [table]))
    return blocks


def _run_tables(result: RunResult, say: Texts) -> list[Block]:
    rows = []
    for one in result.outcome_figures():
        mean, low, high = spread_text(one.band, one.unit, say)
        label = _linked_label(one.name, say.language)
        mean = bound_text(mean, one.at_least, say.language)
        rows.append([label, table_unit_text(one.unit, say.language), mean, say("to", low=low, high=high)])
    level = level_text(BAND_LEVEL, say.language)
    shown = ("target", "realised", "behind", "excused_links", "excused_family", "substitution_homes")
    half_years = shown_half_years(result)
    note = [Paragraph(say("half_year_note"))] if any(name.endswith("*") for name in half_years.values()) else []
    provinces = [
        [
            row["area"],
            half_years[row["half_year"]],
            *(figure_text(row[name], "persons", say.language) for name in shown),
        ]
        for area in AREAS[1:]
        for row in result.half_year_rows()
        if row["area"] == area
    ]
    caption = say("provinces_run")
    heads = [say(name) for name in ("province", "half_year", *shown)]
    return [
        Heading(say("all_outcomes")),
        Cells(
            say("outcomes_caption", level=level), [say(name) for name in ("outcome", "unit", "mean", "band")], rows,
            ("", "", "number", "number"),
        ),
        Heading(say("by_province")),
        Folded(caption, [Cells(caption, heads, provinces, ("", "", *["number"] * len(shown))), *note]),
    ]  # fmt: skip


def _levers(runs: Sequence[RunResult], say: Texts) -> list[Block]:
    heading, figures = Heading(say("what_differs")), _figures(runs, say)
    rows = setting_rows([run.scenario for run in runs])
    if not rows:
        return [heading, *(figures or [Paragraph(say("nothing_set"))])]
    if len(runs) == 1:
        return [heading, _lever_table(say("levers_run"), rows, say), *figures]
    different, shared = ([row for row in rows if row.shared is is_shared] for is_shared in (False, True))
    table = _lever_table(say("levers_caption"), different, say) if different else Paragraph(say("nothing_set"))
    first = [row for row in shared if row.scenario == LETTERS[0]]
    return [heading, table, *([_lever_table(say("levers_shared"), first, say)] if first else []), *figures]


def _figures(runs: Sequence[RunResult], say: Texts) -> list[Block]:
    """The figures of the user's own that the scenarios hold, folded; nothing without."""
    rows = figure_rows([run.scenario for run in runs], say.language)
    if not rows:
        return []
    caption = say("own_figures", count=len(rows))
    columns = ("label", "scenario", "from", "last", "value", "unit", "status", "as_of", "source")
    lines = [
        [exact_text(row[name], say.language) if name == "value" else str(row[name]) for name in columns] for row in rows
    ]
    heads = [say(f"own_{name}") for name in columns]
    return [Folded(caption, [Cells(caption, heads, lines, ("", "", "", "", "number", "", "", "", "source"))])]


def _lever_table(caption: str, rows: Sequence[SettingRow], say: Texts) -> Cells:
    heads = [say(name) for name in ("lever", "scenario", "usual", "value", "unit", "when", "holder", "lever_source")]
    columns = ("label", "scenario", "usual", "value", "unit", "when", "holder", "source")
    lines = []
    for row in rows:
        words = row.words(say.language) | {"when": _when(row.setting, say)}
        words |= {name: value_text(words[name], say.language) for name in ("usual", "value")}
        lines.append([words[name] for name in columns])
    return Cells(caption, heads, lines, ("", "", "number", "number", "", "", "", "source"))


def _when(setting: Setting, say: Texts) -> str:
    told = []
    if setting.from_date is not None:
        told.append(say("from_day", day=date_text(setting.from_date, say.language)))
    if setting.until_date is not None:
        told.append(say("until_day", day=date_text(setting.until_date, say.language)))
    if setting.ramp_days:
        told.append(say("ramp", days=setting.ramp_days))
    return ", ".join(told) or say("always")


def _account(runs: Sequence[RunResult], say: Texts) -> list[Block]:
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
        (say("data_of"), say("data_is", hash=inputs(first.period), day=latest)),
    ]
    sources = sorted({row["source"] for name in table_names() for row in read_table(name)}, key=str.casefold)
    return [
        Heading(say("account")),
        Pairs(rows),
        Heading(say("fitted_title"), 3),
        Paragraph(_fitted_words(first, say)),
        Heading(say("limits"), 3),
        Paragraph(say("limits_text", level=level_text(INTERVAL_LEVEL, say.language))),
        Heading(say("sources"), 3),
        Paragraph(say("sources_text")),
        Folded(say("sources_open", count=len(sources)), [Bullets(sources, "sources")]),
    ]


def _fitted_words(run: RunResult, say: Texts) -> str:
    if run.ensemble is None:
        return say("not_fitted")
    ensemble = load_ensemble(run.ensemble)
    until = ensemble.about["train_until"]
    day = "" if until is None else say("fitted_until", day=date_text(date.fromisoformat(until), say.language))
    counts = (len(set(run.draws.tolist())), len(ensemble.draws), ensemble.about["runs"], ensemble.about["points"])
    sets, draws, runs, points = (number_text(count, 0, say.language) for count in counts)
    used, count = say("fitted_fixed") if run.fixed else say("fitted_draws", sets=sets), len(ensemble.paths)
    words = say("fitted", name=ensemble.name, draws=draws, count=count, runs=runs, points=points, until=day, used=used)
    outdated = outdated_text("ensemble", ensemble.about, what_changed(ensemble.about), say.language)
    return " ".join(filter(None, (words, lent_text([run.period], say.language), outdated)))
