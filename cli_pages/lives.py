"""`doorstroom trace`: one household through the chain, or the same households in two futures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli_pages.options import AsJson, OneScenario, Seed, read_whole, usage_sentence
from cli_pages.saying import say, say_json, table, tell
from experiments.language.formatting import date_text, number_text, rounded_text

if TYPE_CHECKING:
    from experiments.compare.two_futures import FollowedTwice, LivesCompared
    from experiments.scenario.scenario import Scenario

_LIVES_HEADS = ("eerder in B", "later in B", "zelfde dag", "alleen in A", "alleen in B")
_COLUMN = 52


def trace_command(
    scenario: OneScenario,
    household: Annotated[str, typer.Option("--household", metavar="N", help="Nummer van het huishouden.")] = "",
    against: Annotated[
        str,
        typer.Option("--against", metavar="B", help="Volg het ook in dit scenario, of toon voor wie het verschilt."),
    ] = "",
    top: Annotated[str, typer.Option("--top", metavar="N", help="Hoeveel huishoudens, met --against.")] = "",
    seed: Seed = "",
    as_json: AsJson = False,
) -> None:
    """Volg één huishouden door de keten, of toon voor wie twee scenario's het meest verschillen."""
    if not against and not household:
        raise typer.Exit(tell(usage_sentence("Missing option '--household'."), 2))

    from experiments.compare.household import trace_household
    from experiments.scenario.ready import load_scenario
    from sim.errors import WrongInput

    if top and (household or not against):
        raise WrongInput("top_needs_against", file=f"--top {top}")
    chosen = load_scenario(scenario)
    number = read_whole(seed, "--seed", 0, 2**63 - 1, -1)
    who = read_whole(household, "--household", 0, 10**9, 0)
    if against:
        _trace_against(chosen, load_scenario(against), who if household else None, number, top, as_json)
        return
    number = chosen.seed if number < 0 else number
    events = trace_household(chosen, who, number)
    if as_json:
        say_json(
            {
                "scenario": chosen.name,
                "seed": number,
                "household": who,
                "events": [{"date": day.isoformat(), "sentence": sentence} for day, sentence in events],
            }
        )
        return
    say(f"Huishouden {who} in {chosen.title} ({chosen.name}), zaad {number}, replicatie 1\n")
    width = max((len(date_text(day)) for day, _ in events), default=0)
    for day, sentence in events:
        say(f"{date_text(day):<{width}}  {sentence}")


def _trace_against(a: Scenario, b: Scenario, who: int | None, number: int, top: str, as_json: bool) -> None:
    """Two futures: one household side by side, or the households whose life differs most."""
    from experiments.compare.lives import MOST_TOP, USUAL_TOP
    from experiments.compare.two_futures import compare_lives, follow_twice

    seed = None if number < 0 else number
    if who is None:
        compared = compare_lives(a, b, seed, read_whole(top, "--top", 0, MOST_TOP, USUAL_TOP))
        if as_json:
            say_json(compared.to_json())
        else:
            say("\n".join(_lives_report(compared, a, b)))
        return
    followed = follow_twice(a, b, who, seed)
    if as_json:
        say_json(followed.to_json())
    else:
        say("\n".join(_followed_report(followed, a, b)))


def _lives_report(compared: LivesCompared, a: Scenario, b: Scenario) -> list[str]:
    """Who gains and who waits, and whose life differs most."""
    from experiments.compare.household import STREAMS_NL
    from experiments.compare.lives import CHANGES
    from experiments.run.breakdown import SIZES
    from sim.calendar import date_of

    found, end = compared.difference, date_text(date_of(compared.until_day))
    lines = [
        f"A: {a.title} ({a.name})",
        f"B: {b.title} ({b.name})",
        f"zaad {compared.seed}, replicatie 1, tot {end}",
        "",
        f"Een andere dag van verhuizing naar een woning, of een woning in maar een van beide: "
        f"{number_text(found.differing)} huishoudens.",
    ]
    if found.only_in_a or found.only_in_b:
        lines.append(
            f"Niet meegeteld: {number_text(found.only_in_a)} huishoudens die alleen in A aankomen en "
            f"{number_text(found.only_in_b)} die alleen in B aankomen."
        )
    for what, title in (("households", "huishoudens"), ("persons", "personen, zoals het huishouden aankwam")):
        rows = [
            [
                "alle" if size is None else f"{size} pers.",
                *(number_text(found.count(change, size, of=what)) for change in CHANGES),
            ]
            for size in (*SIZES, None)
        ]
        lines += ["", f"Wanneer de woning komt, in {title}", *table(["grootte", *_LIVES_HEADS], rows, 1)]
    rows = [
        [
            "alle" if size is None else f"{size} pers.",
            *(rounded_text(found.mean_days(change, size)) for change in CHANGES),
        ]
        for size in (*SIZES, None)
    ]
    lines += ["", "Hoeveel dagen, gemiddeld per huishouden", *table(["grootte", *_LIVES_HEADS], rows, 1)]
    lines += ["Bij een woning in maar een van beide zijn de dagen geteld tot het einde."]
    if compared.lives:
        rows = [
            [
                str(life.household),
                str(life.persons),
                STREAMS_NL.get(life.stream, life.stream),
                number_text(life.days_a) if life.home_a >= 0 else "geen woning",
                number_text(life.days_b) if life.home_b >= 0 else "geen woning",
                f"{number_text(abs(life.moved))} {'eerder' if life.moved < 0 else 'later'}",
                life.municipality_a or "–",
                life.municipality_b or "–",
            ]
            for life in compared.lives
        ]
        heads = ["nummer", "pers.", "stroom", "dagen A", "dagen B", "in B", "gemeente A", "gemeente B"]
        lines += [
            "",
            f"De {len(rows)} huishoudens met het grootste verschil; dagen van aankomst tot woning",
            *table(heads, rows),
            "",
            f"Volg er een met --household en zijn nummer, bijvoorbeeld --household {rows[0][0]}.",
        ]
    return lines


def _followed_report(followed: FollowedTwice, a: Scenario, b: Scenario) -> list[str]:
    """One household in two futures, side by side."""
    import textwrap

    lines = [
        f"Huishouden {followed.household}, zaad {followed.seed}, replicatie 1",
        f"A: {a.title} ({a.name})",
        f"B: {b.title} ({b.name})",
        "",
    ]
    rows = followed.aligned()
    width = max((len(date_text(day)) for day, _, _ in rows), default=0)
    lines.append(f"{'':<{width}}  {'A':<{_COLUMN}}  B")
    for day, left, right in rows:
        parts = [textwrap.wrap(sentence, _COLUMN) for sentence in (left, right)]
        for index in range(max(len(part) for part in parts)):
            cells = [part[index] if index < len(part) else "" for part in parts]
            lines.append(f"{date_text(day) if not index else '':<{width}}  {cells[0]:<{_COLUMN}}  {cells[1]}".rstrip())
    return [*lines, "", followed.close]
