"""`doorstroom why`: the difference between two scenarios, split over what was decided otherwise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from cli_pages.options import (
    MOST_WORKERS,
    AsJson,
    Count,
    From,
    Seed,
    Until,
    Workers,
    read_whole,
    read_window,
)
from cli_pages.saying import say_finished, settings_of, table, value_words
from experiments import WORKER_MODULE
from experiments.language.catalogue import catalogue
from experiments.language.formatting import date_text, number_text
from experiments.language.labels import lever_label, outcome_label, unit_text

if TYPE_CHECKING:
    from experiments.compare.attribution import Attribution, Split
    from experiments.scenario.scenario import Scenario

_BAR_WIDTH = 30


def why_command(
    a: Annotated[str, typer.Argument(metavar="A", help="Naam van een scenario, of een bestand.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Het scenario waarvan het verschil met A wordt verdeeld.")],
    outcomes: Annotated[
        list[str] | None,
        typer.Option("--outcome", metavar="NAAM", help="Uitkomst waarvan het verschil wordt verdeeld."),
    ] = None,
    factors: Annotated[
        list[str] | None,
        typer.Option("--factor", metavar="NAAM=KNOP,KNOP", help="Neem knoppen die verschillen samen als één factor."),
    ] = None,
    replications: Count = "",
    seed: Seed = "",
    from_date: From = "",
    until_date: Until = "",
    workers: Workers = "",
    as_json: AsJson = False,
) -> None:
    """Verdeel het verschil tussen twee scenario's over wat er anders is besloten."""
    from sim.replications import expect_workers

    if "1" not in (workers, replications):
        expect_workers((WORKER_MODULE, "experiments.attribution"))

    from experiments.compare.attribution import USUAL_REPLICATIONS, attribute
    from experiments.run.run import usual_workers
    from experiments.scenario.ready import load_scenario
    from experiments.scenario.scenario import MOST_REPLICATIONS, shared_window
    from sim.calendar import date_of
    from sim.replications import Progress

    first, second = load_scenario(a), load_scenario(b)
    count = read_whole(replications, "--replications", 1, MOST_REPLICATIONS, USUAL_REPLICATIONS)
    number = read_whole(seed, "--seed", 0, 2**63 - 1, -1)
    processes = read_whole(workers, "--workers", 1, MOST_WORKERS, usual_workers(count))
    _, from_day, until_day = shared_window([first, second])
    from_day, until_day = read_window(first.period, from_date, until_date, date_of(from_day), date_of(until_day))
    with Progress("Doorrekenen") as progress:
        found = attribute(
            first,
            second,
            groups=factors or [],
            outcomes=outcomes or [],
            replications=count,
            seed=None if number < 0 else number,
            from_day=from_day,
            until_day=until_day,
            workers=processes,
            on_progress=progress,
        )
    say_finished(
        len(found.numbers),
        wanted=count,
        interrupted=found.interrupted,
        lost=found.lost,
        as_json=as_json,
        document=found.to_json,
        lines=lambda: _why_report(found, first, second),
    )


def _why_report(found: Attribution, a: Scenario, b: Scenario) -> list[str]:
    """Why two scenarios differ, in words, tables and bars of text."""
    from experiments.run.provenance import version
    from sim.calendar import date_of

    count = len(found.numbers)
    lines = [
        "Waarom verschilt het?",
        f"A: {a.title} ({a.name})",
        f"B: {b.title} ({b.name})",
        f"versie {version()}, zaad {found.task.seed}, {count} replicatie{'s' if count != 1 else ''}, "
        f"van {date_text(date_of(found.task.from_day))} tot {date_text(date_of(found.task.until_day))}",
        "",
    ]
    if not found.factors:
        return [*lines, "A en B verschillen niet: er valt niets te verdelen."]
    lines += ["Wat er verschilt:"]
    for factor in found.factors:
        words = [_lever_words(lever, a, b) for lever in factor.levers]
        label = lever_label(factor.name, "nl")
        grouped = len(words) > 1 or label not in words[0]
        lines += [f"  {label}", *(f"    {word}" for word in words)] if grouped else [f"  {words[0]}"]
    for part in found.splits():
        lines += ["", *_split_report(part, outcome_label(part.outcome, "nl"))]
    lines += [
        "",
        "Een bijdrage is wat een factor gemiddeld toevoegt over alle volgordes waarin de factoren van A naar B gaan;",
        "samen zijn de bijdragen het verschil. ‘Alleen’ is wat een factor doet als niets anders verandert, en",
        "‘als laatste’ wat hij doet als al het andere al is veranderd. Interval: 90 %.",
        "",
        catalogue("report", "nl")("what_it_is"),
    ]
    return lines


def _lever_words(lever: str, a: Scenario, b: Scenario) -> str:
    """One lever in two scenarios: Highest share (share_cap): in A 0.3, in B as in the baseline."""

    parts = []
    for name, scenario in (("A", a), ("B", b)):
        settings = [setting for known, setting in settings_of(scenario) if known == lever]
        words = " en ".join(value_words(setting) for setting in settings)
        parts.append(f"in {name} {words or 'zoals in de uitgangssituatie'}")
    return f"{lever_label(lever, 'nl')} ({lever}): {', '.join(parts)}"


def _split_report(part: Split, label: str) -> list[str]:
    decimals = _decimals(max(abs(part.mean_a), abs(part.mean_b), abs(part.difference)))
    first, last, difference, bars = part.shown(decimals)

    def signed(value: float) -> str:
        text = number_text(value, decimals)
        return f"+{text}" if value > 0 and text.strip("0,.") else text

    def interval(low: float, high: float) -> str:
        return "–" if math.isnan(low) or math.isnan(high) else f"{signed(low)} tot {signed(high)}"

    drawn = _text_bars(bars)
    rows = [
        [
            lever_label(bar.factor.name, "nl"),
            signed(shown),
            interval(bar.low, bar.high),
            signed(bar.alone),
            signed(bar.last),
        ]
        for bar, shown in zip(part.bars, bars, strict=True)
    ]
    rows.append(["verschil", signed(difference), interval(part.low, part.high), "", ""])
    lined = table(["factor", "bijdrage", "interval", "alleen", "als laatste"], rows, 1)
    widths = [max(len(row[index]) for row in (*rows, ["factor", "bijdrage"])) for index in range(2)]
    rule = "  ".join("-" * width for width in widths)
    ends = f"A {number_text(first, decimals)}, B {number_text(last, decimals)}, verschil {signed(difference)}"
    return [
        f"{label} ({unit_text(part.unit)}): {ends}",
        *lined[:2],
        *(f"{line.ljust(len(lined[1]))}  {bar}".rstrip() for line, bar in zip(lined[2:-1], drawn, strict=True)),
        rule,
        lined[-1],
    ]


def _decimals(value: float) -> int:
    """As many decimals as keep what is shown exact enough to add up sensibly."""
    return 0 if value == 0 or value >= 1000 else 1 if value >= 100 else 2 if value >= 1 else 4


def _text_bars(values: Sequence[float]) -> list[str]:
    """Bars of text around one axis: what lowers the outcome to the left of it, what raises it to the right."""
    least, most = min([0.0, *values]), max([0.0, *values])
    span = (most - least) or 1.0
    left = round(_BAR_WIDTH * -least / span)
    return [
        ("█" * round(_BAR_WIDTH * -min(value, 0.0) / span)).rjust(left)
        + "│"
        + "█" * round(_BAR_WIDTH * max(value, 0.0) / span)
        for value in values
    ]
