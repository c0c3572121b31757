"""A language for tests: what comes from a catalogue stands between brackets, so that what does not can be found."""

import csv
import re
from functools import cache
from pathlib import Path

from experiments.language.catalogue import CLOSING, OPENING, PSEUDO
from models.levers import LEVERS
from models.outcomes import OUTCOMES

__all__ = ["PSEUDO", "outside_catalogue"]

DATA = Path(__file__).resolve().parents[2] / "models" / "data"
WITHIN = re.compile(f"{OPENING}[^{OPENING}{CLOSING}]*{CLOSING}")
NO_WORDS = (
    re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL | re.IGNORECASE),
    re.compile(r"<[^>]*>"),  # markup
    re.compile(r"`[^`]*`"),  # code
    re.compile(r"&#?\w+;"),
    re.compile(r"\b\w+://\S+"),
    re.compile(r"\S*\.(csv|json|yaml|yml|toml|xlsx|parquet|svg|png|html|md|py|xz)\b"),  # files
    re.compile(r"--[\w-]+"),  # options
    re.compile(r"\[/?[a-z_ ]*\]"),  # markup of rich
)
WORD = re.compile(r"[^\W\d_](?:[^\W_]|['’_-](?=[^\W_]))*")


@cache
def proper_names() -> tuple[str, ...]:
    """Names that are the same in every language, longest first."""
    names = {"Doorstroom", "COA", "IND", "JenV", "BZK", "RVB", "CBS", "Taskforce", *LEVERS, *OUTCOMES}
    for file, columns in (("municipalities.csv", ("municipality", "province")), ("provinces.csv", ("province",))):
        with (DATA / file).open(encoding="utf-8", newline="") as rows:
            names.update(row[column] for row in csv.DictReader(rows) for column in columns)
    return tuple(sorted(names, key=len, reverse=True))


@cache
def _named() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, proper_names()))})(?!\w)")


def outside_catalogue(text: str, *names: str) -> list[str]:
    """The words of a text that stand in no catalogue, given that the text was asked for in the language PSEUDO.

    Left out are markup, code in backticks, numbers, files, options, and names: municipalities, provinces, ministries,
    levers, outcomes, and the `names` given here (what a user typed, a title of his own).
    """
    while True:
        stripped = WITHIN.sub(" ", text)
        if stripped == text:
            break
        text = stripped
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    for pattern in NO_WORDS:
        text = pattern.sub(" ", text)
    return WORD.findall(_named().sub(" ", text))
