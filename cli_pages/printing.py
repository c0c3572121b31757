"""Printing: text and tables or one JSON document on stdout, remarks on stderr."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import typer

from cli_pages.language import current_language, texts_of
from experiments.language.catalogue import catalogue
from experiments.language.formatting import date_text, day_text, number_text, per_cent_text, rounded_text, value_text
from experiments.language.labels import lever_label
from sim.errors import Refusal

if TYPE_CHECKING:
    from experiments.compare.attribution import Attribution
    from experiments.compare.compare import Comparison
    from experiments.run.result import RunResult
    from experiments.scenario.scenario import Scenario
    from experiments.storage.files import Output

    Result = RunResult | Attribution

#: What makes a JSON document, and what makes lines of text, when it is asked for.
Document = Callable[[], dict[str, Any]]
Lines = Callable[[], Sequence[str]]
#: Exit codes of a run that was broken off, and of one that lost replications or chunks.
INTERRUPTED, LOST = 130, 70


def print_err(sentence: str, code: int = 0) -> int:
    """Print a sentence on stderr, and give the exit code back."""
    try:
        print(sentence, file=sys.stderr)
        sys.stderr.flush()
    except (OSError, UnicodeError):
        pass
    return code


def print_refusal(error: Refusal) -> int:
    """Print on stderr why something is refused, and give its exit code back."""
    from experiments.language.refusals import refusal_text

    return print_err(refusal_text(error, current_language()), error.exit_code)


def print_out(*lines: str) -> None:
    """Print lines on stdout, with question marks for what the terminal cannot show."""
    text = "\n".join(lines) + "\n"
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "ascii"
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))


def print_json(document: dict[str, Any]) -> None:
    """Print one JSON document on stdout, with the language that its words are in."""
    wide = (sys.stdout.encoding or "").lower().replace("-", "") in ("utf8", "utf16", "utf32")
    document = {"language": current_language()} | document
    sys.stdout.write(json.dumps(document, ensure_ascii=not wide, allow_nan=False, indent=1) + "\n")


def print_answer(as_json: bool, document: Document, lines: Lines) -> None:
    """Print what came out: one JSON document, or lines of text."""
    if as_json:
        print_json(document())
    else:
        print_out(*lines())


def print_finished(
    result: "Result", done: int, planned: int | None, as_json: bool, document: Document, lines: Lines
) -> None:
    """Print what is finished of a run, and leave with a sentence when it was broken off or replications were lost."""
    texts = texts_of("shared")
    if result.interrupted:
        count = number(done) if planned is None else texts("interrupted.of", done=done, planned=planned)
        rest = texts("interrupted.shown" if done else "interrupted.nothing")
        print_err(texts("interrupted.after", done=count, rest=rest))
    if result.lost:
        from experiments.run.workers import lost_replications

        print_refusal(lost_replications(result.lost))
    if done:
        print_answer(as_json, document, lines)
    if result.interrupted or result.lost:
        raise typer.Exit(INTERRUPTED if result.interrupted else LOST)


def number(value: float | None, decimals: int = 0) -> str:
    """A number in the notation of the reader."""
    return number_text(value, decimals, current_language())


def percent(value: float | None) -> str:
    """A deviation in per cent with its sign, a dash when it is unknown."""
    return per_cent_text(value, 1, current_language(), signed=True).replace("\u00a0", " ")


def cell(value: Any) -> str:
    """A value as it stands in a table; words stay as they are."""
    if value is None:
        return ""
    return str(value) if isinstance(value, str) else value_text(value, current_language())


def table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], first_number: int | None = None, numbers_end: int | None = None
) -> list[str]:
    """Lines of a table; the columns from `first_number` on, and before `numbers_end`, are aligned to the right."""
    columns = range(len(heads))
    right = () if first_number is None else columns[first_number:numbers_end]
    widths = [max([len(head), *(len(row[index]) for row in rows)]) for index, head in enumerate(heads)]

    def line(cells: Sequence[str]) -> str:
        parts = [
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  ".join(parts).rstrip()

    return [line(heads), "  ".join("-" * width for width in widths), *(line(row) for row in rows)]


def homes_lines(runs: "Sequence[RunResult]", names: Sequence[str]) -> list[str]:
    """Who got the homes of one run or several: a sentence about the last, and the table."""
    from experiments.language.catalogue import catalogue
    from experiments.report.homes import homes_sentence, homes_table

    language = current_language()
    told = homes_table(runs, names, language)
    return [
        "",
        catalogue("homes", language)("title"),
        homes_sentence(runs[-1], language),
        *table(told.heads, told.rows, 1),
    ]


def write_report(page: "Output", result: "Comparison | RunResult") -> None:
    """Write the page of a result in one step. Raises CannotWrite."""
    from experiments.report.report import report_page

    page.write(report_page(result, current_language()))


def places(**paths: str) -> list[str]:
    """Where files were written, a line each after an empty one: `results`, `tables`, `page` or `snapshots`."""
    texts = texts_of("shared")
    return [line for what, path in paths.items() if path for line in ("", texts(f"written.{what}", path=path))]


def run_line(seed: int, replications: int, from_day: int, until_day: int, *, counted: str = "run.replications") -> str:
    """Version, seed, number of replications and window of a run."""
    from experiments.run.provenance import version

    texts = texts_of("shared")
    first, until = (day_text(day, current_language()) for day in (from_day, until_day))
    of = texts(counted, count=replications)
    return texts("run.line", version=version(), seed=seed, replications=of, first=first, until=until)


def parameters_words(result: "RunResult") -> str:
    """Which parameters a run used, and a note where they were fitted on another period."""
    texts = texts_of("shared")
    if result.ensemble is None:
        return texts("parameters.not_fitted")
    if result.fixed:
        used = texts("parameters.fixed", ensemble=result.ensemble)
    else:
        used = texts("parameters.draws", count=len(set(result.draws.tolist())), ensemble=result.ensemble)
    return "\n".join([used, *lent_lines([result.period])])


def lent_lines(periods: Iterable[str]) -> list[str]:
    """A note where draws of another period are used; no line where every period has its own."""
    from experiments.run.ensemble import lent_text

    note = lent_text(periods, current_language())
    return [note] if note else []


def title(scenario: "Scenario") -> str:
    """The title of a scenario with its name."""
    return f"{scenario.title_in(current_language())} ({scenario.name})"


def both_titles(a: "Scenario", b: "Scenario") -> list[str]:
    """The titles of two scenarios, a line each, and a note where their parameters were fitted on another period."""
    return [f"A: {title(a)}", f"B: {title(b)}", *lent_lines([a.period])]


def settings_of_both(a: "Scenario", b: "Scenario", *used: int) -> dict[str, Any]:
    """What two scenarios set, for a JSON document, with what was `used` as in `Scenario.as_run`."""
    return {"settings": {"a": a.as_run(*used).as_file(), "b": b.as_run(*used).as_file()}}


def settings_of(scenario: "Scenario") -> list[tuple[str, Any]]:
    """Every setting of a scenario with the name of its lever."""
    return [
        (name, setting)
        for section in (scenario.levers, scenario.uncertainties)
        for name, settings in section.items()
        for setting in settings
    ]


def figures_words(scenario: "Scenario") -> dict[str, str]:
    """The figures of the user's own in a scenario in words, by series."""
    texts, found = texts_of("shared"), {}
    for name in dict.fromkeys(one.series for one in scenario.figures):
        mine = [one for one in scenario.figures if one.series == name]
        days = {"first": min(one.first for one in mine), "last": max(one.last for one in mine)}
        days["as_of"] = max(one.as_of for one in mine)
        told = {key: day.isoformat() for key, day in days.items()}
        sources = ", ".join(dict.fromkeys(one.source for one in mine))
        found[name] = texts("own_figures", count=len(mine), source=sources, **told)
    return found


def series_words(name: str) -> str:
    """A series of figures, or a lever, with its name."""
    from experiments.figures.series import all_series

    return f"{all_series()[name].label(current_language())} ({name})"


def setting_words(name: str, setting: Any) -> str:
    """A lever and its setting in words."""
    return f"{lever_label(name, current_language())} ({name}): {value_words(setting)}"


def value_words(setting: Any) -> str:
    """The value of a setting and its dates in words."""
    texts, language = texts_of("shared"), current_language()
    words = value_text(setting.value, language)
    if setting.from_date is not None:
        words += texts("setting.from", day=date_text(setting.from_date, language))
    if setting.until_date is not None:
        words += texts("setting.until", day=date_text(setting.until_date, language))
    if setting.ramp_days:
        words += texts("setting.ramp", count=setting.ramp_days)
    return words


def size_words(size: str | None) -> str:
    """A size of household as the first cell of a row; None for all sizes."""
    texts = texts_of("shared")
    return texts("size.all") if size is None else texts("size.persons", size=size)


def what_it_is() -> str:
    """The sentence that stands with every result that leaves the program."""
    return catalogue("report", current_language())("what_it_is")


def rounded(value: float | None) -> str:
    """A number by itself, with as many decimals as its size asks for."""
    return rounded_text(value, current_language())
