"""`doorstroom trace`: one household through the chain, or the same households in two futures."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from cli_pages.language import current_language, texts_of
from cli_pages.options import JsonOptions, read_seed, read_whole, usage_sentence
from cli_pages.printing import (
    both_titles,
    lent_lines,
    number,
    print_answer,
    print_err,
    print_json,
    print_out,
    rounded,
    settings_of_both,
    size_words,
    table,
    title,
)
from experiments.language.formatting import date_text, day_text
from experiments.language.language import NOTHING

if TYPE_CHECKING:
    from experiments.compare.lives import TwoLives
    from experiments.compare.two_futures import FollowedTwice, LivesCompared
    from experiments.scenario.scenario import Scenario

_COLUMN = 52


@dataclass(frozen=True, kw_only=True)
class Options(JsonOptions):
    """What `doorstroom trace` takes."""

    scenario: str
    household: str = ""
    against: str = ""
    top: str = ""
    seed: str = ""


def trace_command(options: Options) -> None:
    """Print the life of a household, or whose lives differ most between two scenarios."""
    if not options.against and not options.household:
        raise typer.Exit(print_err(usage_sentence("Missing option '--household'.", "doorstroom trace"), 2))

    from experiments.scenario.ready import load_scenario
    from sim.errors import WrongInput

    if options.top and (options.household or not options.against):
        raise WrongInput("top_needs_against", file=f"--top {options.top}")
    scenario = load_scenario(options.scenario)
    household = read_whole(options.household, "--household", 0, 10**9, None)
    if options.against:
        _print_both(options, scenario, load_scenario(options.against), household)
    else:
        _print_one(options, scenario, household or 0)


def _print_one(options: Options, scenario: "Scenario", household: int) -> None:
    """One household in one scenario."""
    from experiments.compare.household import trace_household
    from experiments.run.provenance import provenance

    language, seed = current_language(), read_seed(options.seed, scenario.seed)
    moments = trace_household(scenario, household, seed, language)
    if options.as_json:
        document = {
            "scenario": scenario.name,
            "settings": scenario.as_run(seed, scenario.first_day, scenario.until_day, 1).as_file(),
            **provenance(scenario.period),
            "seed": seed,
            "replication": 1,
            "household": household,
            "events": [{"date": one.day.isoformat(), "sentence": one.sentence} for one in moments],
        }
        print_json(document)
        return
    days = [date_text(one.day, language) for one in moments]
    width = max(map(len, days), default=0)
    print_out(
        texts_of("trace")("household_in", number=household, scenario=title(scenario), seed=seed),
        *lent_lines([scenario.period]),
        "",
        *(f"{day:<{width}}  {one.sentence}" for day, one in zip(days, moments, strict=True)),
    )


def _print_both(options: Options, a: "Scenario", b: "Scenario", household: int | None) -> None:
    """Two futures: one household side by side, or the households whose life differs most."""
    from experiments.compare.lives import MOST_TOP, USUAL_TOP
    from experiments.compare.two_futures import compare_lives, follow_twice
    from experiments.scenario.scenario import shared_window

    seed, _, until_day = shared_window([a, b], read_seed(options.seed, None))
    report: Callable[[], list[str]]
    document: dict[str, Any]
    if household is None:
        compared = compare_lives(a, b, seed, read_whole(options.top, "--top", 0, MOST_TOP, USUAL_TOP))
        document, report = compared.to_json(), lambda: _lives_report(compared, a, b)
    else:
        followed = follow_twice(a, b, household, seed, current_language())
        document, report = followed.to_json(), lambda: _followed_report(followed, a, b)
    settings = settings_of_both(a, b, seed, a.first_day, until_day, 1)
    print_answer(options.as_json, lambda: document | settings, report)


def _lives_report(compared: "LivesCompared", a: "Scenario", b: "Scenario") -> list[str]:
    """Who gains and who waits, and whose life differs most."""
    texts, found = texts_of("trace"), compared.difference
    lines = [
        *both_titles(a, b),
        texts("about", seed=compared.seed, until=day_text(compared.until_day, current_language())),
        "",
        texts("differing", count=found.differing),
    ]
    if found.only_in_a or found.only_in_b:
        lines.append(texts("not_counted", a=number(found.only_in_a), b=number(found.only_in_b)))
    for of in ("households", "persons"):

        def counted(change: str, size: str | None, of: str = of) -> str:
            return number(found.count(change, size, of=of))

        lines += ["", texts(f"when.{of}"), *_by_size(counted)]
    lines += ["", texts("days"), *_by_size(lambda change, size: rounded(found.mean_days(change, size)))]
    lines.append(texts("days_to_the_end"))
    return [*lines, *_largest(compared.lives)] if compared.lives else lines


def _by_size(figure: Callable[[str, str | None], str]) -> list[str]:
    """A table with a row for each size of household and a column for each change."""
    from experiments.compare.lives import CHANGES
    from experiments.run.breakdown import SIZES

    texts = texts_of("trace")
    heads = [texts("head.size"), *(texts(f"change.{change}") for change in CHANGES)]
    rows = [[size_words(size), *(figure(change, size) for change in CHANGES)] for size in (*SIZES, None)]
    return table(heads, rows, 1)


def _largest(lives: tuple["TwoLives", ...]) -> list[str]:
    """The households whose life differs most."""
    from experiments.compare.household import stream_text

    texts = texts_of("trace")
    rows = []
    for life in lives:
        days = ((life.days_a, life.housed_a), (life.days_b, life.housed_b))
        in_b = texts("earlier" if life.difference_days < 0 else "later", days=number(abs(life.difference_days)))
        rows.append([str(life.household), str(life.persons), stream_text(life.stream, current_language())])
        rows[-1] += [number(count) if home >= 0 else texts("no_home") for count, home in days]
        rows[-1] += [in_b, life.municipality_a or NOTHING, life.municipality_b or NOTHING]
    names = ("number", "persons", "stream", "days_a", "days_b", "in_b", "municipality_a", "municipality_b")
    lines = table([texts(f"head.{name}") for name in names], rows)
    return ["", texts("largest", count=len(rows)), *lines, "", texts("follow_one", number=rows[0][0])]


def _followed_report(followed: "FollowedTwice", a: "Scenario", b: "Scenario") -> list[str]:
    """One household in two futures, side by side."""
    language = current_language()
    rows = [(date_text(day, language), left, right) for day, left, right in followed.aligned()]
    width = max((len(day) for day, _, _ in rows), default=0)
    lines = [
        texts_of("trace")("household", number=followed.household, seed=followed.seed),
        *both_titles(a, b),
        "",
        f"{'':<{width}}  {'A':<{_COLUMN}}  B",
    ]
    for day, *sentences in rows:
        parts = [textwrap.wrap(sentence, _COLUMN) for sentence in sentences]
        for index in range(max(len(part) for part in parts)):
            left, right = (part[index] if index < len(part) else "" for part in parts)
            lines.append(f"{day if not index else '':<{width}}  {left:<{_COLUMN}}  {right}".rstrip())
    return [*lines, "", followed.close]
