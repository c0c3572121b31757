"""Saying things: text and tables or one JSON document on stdout, remarks on stderr.

Who acts: every command. Who waits: the person or the program that reads. What leaves: lines. What is left out: what
there is to say; that stands with each command.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import typer

from experiments.language.formatting import date_text, number_text, rounded_text
from experiments.language.labels import lever_label
from experiments.language.language import Language
from sim.errors import Refusal

if TYPE_CHECKING:
    from experiments.compare.compare import Comparison
    from experiments.run.result import RunResult
    from experiments.scenario.scenario import Scenario


def tell(sentence: str, code: int) -> int:
    """Say a sentence on stderr, and give the exit code back."""
    try:
        print(sentence, file=sys.stderr)
        sys.stderr.flush()
    except (OSError, UnicodeError):
        pass
    return code


def tell_refusal(error: Refusal) -> int:
    """Say on stderr why something is refused, and give its exit code back."""
    from experiments.language.refusals import refusal_text

    return tell(refusal_text(error, "nl"), error.exit_code)


def say(text: str) -> None:
    """Say text on stdout, with question marks for what the terminal cannot show."""
    try:
        sys.stdout.write(text + "\n")
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "ascii"
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def say_json(document: Any) -> None:
    """Say one JSON document on stdout."""
    wide = (sys.stdout.encoding or "").lower().replace("-", "") in ("utf8", "utf16", "utf32")
    sys.stdout.write(json.dumps(document, ensure_ascii=not wide, allow_nan=False, indent=1) + "\n")


def percent(value: float | None) -> str:
    """A deviation in per cent with its sign, a dash when it is unknown."""
    if value is None:
        return "–"
    text = number_text(value, 1)
    return f"{'+' if value > 0 and text != '0,0' else ''}{text} %"


def cell(value: Any) -> str:
    """A value as it stands in a table."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, int | float):
        return rounded_text(value)
    return str(value)


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


def write_report(path: str, result: Comparison | RunResult, language: Language) -> None:
    """Write the page of a result in one step. Raises CannotWrite."""
    from experiments.report.report import report_page
    from sim.snapshot import atomic_file

    content = report_page(result, language).encode()
    with atomic_file(path) as handle:
        handle.write(content)


def say_finished(
    done: int,
    *,
    interrupted: bool,
    lost: Sequence[int],
    as_json: bool,
    document: Callable[[], Any],
    lines: Callable[[], Sequence[str]],
    wanted: int | None = None,
) -> None:
    """Say what is finished of a run, and leave with a sentence when it was broken off or replications were lost."""
    if interrupted:
        rest = "wat af is, staat in de uitvoer" if done else "er is niets om te tonen"
        tell(f"Onderbroken na {done}{'' if wanted is None else f' van {wanted}'} replicaties; {rest}.", 130)
    if lost:
        from sim.replications import Finished, ReplicationsLost

        tell_refusal(ReplicationsLost(Finished((), lost=tuple(lost))))
    if done:
        if as_json:
            say_json(document())
        else:
            say("\n".join(lines()))
    if interrupted or lost:
        raise typer.Exit(130 if interrupted else 70)


@contextlib.contextmanager
def whole_or_nothing() -> Iterator[None]:
    """Leave with one sentence when runs were lost or broken off: half a back-test is worth nothing."""
    from sim.replications import ReplicationsLost

    try:
        yield
    except ReplicationsLost as error:
        raise typer.Exit(tell_refusal(error)) from None
    except KeyboardInterrupt:
        raise typer.Exit(tell("Onderbroken.", 130)) from None


def parameters_words(result: RunResult) -> str:
    """Which parameters a run used."""
    if result.ensemble is None:
        return "parameters: zoals in de gegevens, niet geijkt"
    if result.fixed:
        return f"parameters: de set van ensemble {result.ensemble} die het best bij de gepubliceerde cijfers past"
    sets = len(set(result.draws.tolist()))
    return f"parameters: {sets} set{'s' if sets != 1 else ''} uit ensemble {result.ensemble}"


def settings_of(scenario: Scenario) -> list[tuple[str, Any]]:
    """Every setting of a scenario with the name of its lever."""
    return [
        (name, setting)
        for section in (scenario.levers, scenario.uncertainties)
        for name, settings in section.items()
        for setting in settings
    ]


def setting_words(name: str, setting: Any) -> str:
    """A lever and its setting in words."""
    return f"{lever_label(name, 'nl')} ({name}): {value_words(setting)}"


def value_words(setting: Any) -> str:
    """The value of a setting and its dates in words."""
    words = cell(setting.value)
    if setting.from_date is not None:
        words += f" vanaf {date_text(setting.from_date)}"
    if setting.until_date is not None:
        words += f" tot {date_text(setting.until_date)}"
    if setting.ramp_days:
        words += f", met een aanloop van {setting.ramp_days} dagen"
    return words
