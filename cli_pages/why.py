"""`doorstroom why`: the difference between two scenarios, split over what was decided otherwise."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli_pages.language import current_language, texts_of
from cli_pages.options import RunOptions, expect_workers, read_plan
from cli_pages.printing import (
    both_titles,
    figures_words,
    number,
    print_finished,
    run_line,
    settings_of,
    settings_of_both,
    table,
    value_words,
    what_it_is,
)
from cli_pages.progress import Progress
from experiments.language.formatting import level_text, listed
from experiments.language.labels import lever_label, outcome_label, unit_text
from experiments.language.language import NOTHING

if TYPE_CHECKING:
    from experiments.compare.attribution import Attribution
    from experiments.compare.splitting import Split
    from experiments.scenario.scenario import Scenario

_BAR_WIDTH = 30


@dataclass(frozen=True, kw_only=True)
class Options(RunOptions):
    """What `doorstroom why` takes."""

    a: str
    b: str
    outcomes: Annotated[list[str] | None, typer.Option("--outcome")] = None
    factors: Annotated[list[str] | None, typer.Option("--factor")] = None


def why_command(options: Options) -> None:
    """Split the difference between two scenarios and print the parts."""
    expect_workers(options, "experiments.compare.attribution")

    from experiments.compare.attribution import DEFAULT_REPLICATIONS, attribute
    from experiments.scenario.ready import load_scenario

    a, b = load_scenario(options.a), load_scenario(options.b)
    plan = read_plan(options, [a, b], DEFAULT_REPLICATIONS)
    with Progress(texts_of("why")("progress")) as progress:
        groups, outcomes = options.factors or [], options.outcomes or []
        result = attribute(a, b, plan, groups=groups, outcomes=outcomes, on_progress=progress)

    def document() -> dict[str, Any]:
        used = result.task.run
        settings = settings_of_both(a, b, used.seed, used.from_day, used.until_day, done)
        return result.to_json(current_language()) | settings

    done = len(result.numbers)
    print_finished(result, done, plan.replications, options.as_json, document, lambda: _report(result, a, b))


def _report(result: "Attribution", a: "Scenario", b: "Scenario") -> list[str]:
    """Why two scenarios differ, in words, tables and bars of text."""
    from experiments.compare.difference import INTERVAL_LEVEL

    texts, language, task = texts_of("why"), current_language(), result.task.run
    about = run_line(task.seed, len(result.numbers), task.from_day, task.until_day)
    lines = [texts("title"), *both_titles(a, b), about, ""]
    if not result.task.factors:
        return [*lines, texts("nothing_differs")]
    lines += [texts("what_differs")]
    for factor in result.task.factors:
        words = [_lever_words(lever, a, b) for lever in factor.levers]
        label = lever_label(factor.name, language)
        grouped = len(words) > 1 or label not in words[0]
        lines += [f"  {label}", *(f"    {word}" for word in words)] if grouped else [f"  {words[0]}"]
    for part in result.splits():
        lines += ["", *_split_report(part)]
    return [*lines, "", *texts.list("what_it_says"), texts("interval_is", level=level_text(INTERVAL_LEVEL, language)),
            "", what_it_is()]  # fmt: skip


def _lever_words(lever: str, a: "Scenario", b: "Scenario") -> str:
    """One lever in two scenarios: Highest share (share_cap): in A 0.3, in B as in the baseline."""
    texts, language = texts_of("why"), current_language()
    values = []
    for scenario in (a, b):
        words = [value_words(setting) for known, setting in settings_of(scenario) if known == lever]
        words += [told for series, told in figures_words(scenario).items() if series == lever]
        values.append(listed(words, language) or texts("baseline"))
    return texts("in_both", lever=f"{lever_label(lever, language)} ({lever})", a=values[0], b=values[1])


def _split_report(part: "Split") -> list[str]:
    """One outcome: the difference, and a bar for each factor."""
    texts, language = texts_of("why"), current_language()
    decimals = _decimals(max(abs(part.mean_a), abs(part.mean_b), abs(part.difference)))
    first, last, difference, bars = part.shown(decimals)

    def signed(value: float) -> str:
        text = number(value, decimals)
        return f"+{text}" if value > 0 and text.strip("0,.") else text

    def interval(low: float, high: float) -> str:
        ends = math.isnan(low) or math.isnan(high)
        return NOTHING if ends else texts("interval", low=signed(low), high=signed(high))

    heads = [texts(f"head.{name}") for name in ("factor", "part", "interval", "alone", "last")]
    rows = []
    for bar, shown in zip(part.bars, bars, strict=True):
        label = lever_label(bar.factor.name, language)
        rows.append([label, signed(shown), interval(bar.low, bar.high), signed(bar.alone), signed(bar.last)])
    rows.append([texts("difference"), signed(difference), interval(part.low, part.high), "", ""])
    lined = table(heads, rows, 1)
    widths = [max(len(row[index]) for row in (*rows, heads)) for index in range(2)]
    ends = texts("ends", a=number(first, decimals), b=number(last, decimals), difference=signed(difference))
    drawn = [
        f"{line.ljust(len(lined[1]))}  {bar}".rstrip() for line, bar in zip(lined[2:-1], text_bars(bars), strict=True)
    ]
    title = f"{outcome_label(part.outcome, language)} ({unit_text(part.unit, language)}): {ends}"
    return [title, *lined[:2], *drawn, "  ".join("-" * width for width in widths), lined[-1]]


def _decimals(value: float) -> int:
    """As many decimals as keep what is shown exact enough to add up sensibly."""
    return 0 if value == 0 or value >= 1000 else 1 if value >= 100 else 2 if value >= 1 else 4


def text_bars(values: Sequence[float]) -> list[str]:
    """Bars of text around one axis: what lowers the outcome to the left of it, what raises it to the right."""
    least, most = min([0.0, *values]), max([0.0, *values])
    span = (most - least) or 1.0
    left = round(_BAR_WIDTH * -least / span)

    def bar(length: float) -> str:
        return "█" * round(_BAR_WIDTH * length / span)

    return [f"{bar(-min(value, 0.0)).rjust(left)}│{bar(max(value, 0.0))}" for value in values]
