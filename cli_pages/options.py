"""Reading what a person typed: the options that commands share, and checking them before any work.

Who acts: every command. Who waits: the person, for a refusal within a second. What leaves: values that can be used,
or `WrongInput` and `CannotWrite`. What is left out: scenarios and their settings; see `experiments.scenario.scenario`.
"""

from __future__ import annotations

import datetime
import errno
import os
import re
from typing import Annotated

import typer

from experiments.language.language import LANGUAGES, Language

MOST_WORKERS = 256

#: What the parser of options says, and how it is said to the user.
_USAGE = (
    (re.compile(r"No such option:? '?(?P<name>[^\s']+)"), "onbekende optie {name}"),
    (re.compile(r"No such command '?(?P<name>[^\s'.]+)"), "onbekende opdracht {name}"),
    (re.compile(r"Missing argument '?(?P<name>[A-Z_a-z]+)"), "{name} ontbreekt"),
    (re.compile(r"Missing option '?(?P<name>[-\w]+)"), "de optie {name} ontbreekt"),
    (re.compile(r"Missing command"), "er staat geen opdracht"),
    (re.compile(r"Option '?(?P<name>[-\w]+)'? requires an argument"), "achter {name} ontbreekt een waarde"),
    (re.compile(r"Option '?(?P<name>[-\w]+)'? does not take a value"), "achter {name} hoort geen waarde"),
    (re.compile(r"unexpected extra argument\S* \((?P<name>.*)\)"), "te veel woorden: {name}"),
)

AsJson = Annotated[bool, typer.Option("--json", help="Geef precies één JSON-document op stdout.")]
Report = Annotated[str, typer.Option("--report", metavar="BESTAND", help="Schrijf een pagina om te delen.")]
InLanguage = Annotated[
    str, typer.Option("--language", metavar="TAAL", help="Taal van de pagina en de tabellen: nl of en.")
]
Seed = Annotated[str, typer.Option("--seed", metavar="S", help="Zaad van het toeval (geheel getal).")]
OneScenario = Annotated[str, typer.Argument(metavar="SCENARIO", help="Naam van een scenario, of een bestand.")]
Count = Annotated[str, typer.Option("--replications", metavar="N", help="Aantal replicaties.")]
From = Annotated[str, typer.Option("--from", metavar="DATUM", help="Eerste dag van het verslag.")]
Until = Annotated[str, typer.Option("--until", metavar="DATUM", help="Dag waarop het eindigt.")]
Workers = Annotated[str, typer.Option("--workers", metavar="N", help="Aantal processen.")]
FixedParameters = Annotated[
    bool, typer.Option("--fixed-parameters", help="Reken met één parameterset: die het best bij de cijfers past.")
]


def usage_sentence(message: str) -> str:
    """What the parser of options says, in Dutch."""
    first = " ".join(message.split())
    for pattern, sentence in _USAGE:
        if found := pattern.search(first):
            return f"doorstroom: {sentence.format(**found.groupdict())}; zie doorstroom --help."
    return f"doorstroom: {first.rstrip('.')}; zie doorstroom --help."


def read_whole(text: str, option: str, low: int, high: int, usual: int) -> int:
    """A whole number from an option, `usual` when it was not given. Raises WrongInput."""
    from sim.errors import Allowed, WrongInput

    if text == "":
        return usual
    if re.fullmatch(r"[+-]?[0-9]{1,25}", text, re.ASCII) and low <= int(text) <= high:
        return int(text)
    raise WrongInput(file=option, value=text, allowed=Allowed("whole_range", low=low, high=high))


def read_language(text: str) -> Language:
    """The language of a page or a table. Raises WrongInput."""
    from sim.errors import WrongInput, one_of

    for known in LANGUAGES:
        if text == known:
            return known
    raise WrongInput(file="--language", value=text, allowed=one_of(LANGUAGES))


def check_folder(folder: str) -> None:
    """Make a folder and try to write in it, before hours of work depend on it. Raises CannotWrite."""
    import tempfile

    from sim.errors import CannotWrite

    try:
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CannotWrite.because(folder, error) from error


def check_file(path: str) -> None:
    """Try whether a file can be written, and leave whatever is there as it is. Raises CannotWrite."""
    import tempfile

    from sim.errors import CannotWrite

    try:
        if os.path.isdir(path):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with tempfile.TemporaryFile(dir=os.path.dirname(path) or "."):
            pass
    except OSError as error:
        raise CannotWrite.because(path, error) from error


def read_window(
    period: str, from_text: str, until_text: str, usual_from: datetime.date | None, usual_until: datetime.date | None
) -> tuple[int, int]:
    """The days [from, until) of a report, the usual ones where none was typed. Raises WrongInput."""
    from experiments.scenario.scenario import check_window, parse_date
    from sim.errors import WrongInput

    first = parse_date(from_text, file="--from") if from_text else usual_from
    until = parse_date(until_text, file="--until") if until_text else usual_until
    try:
        return check_window(period, first, until)
    except WrongInput as error:
        given = f"--from {from_text}" if error.field == "from" or not until_text else f"--until {until_text}"
        raise error.moved(file=given, field=error.field) from error
