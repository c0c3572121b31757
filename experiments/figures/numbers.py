"""Numbers as people write them, of which a whole file has one decimal sign: `1.234`, `1,234.5`, `12,5%`, `1 234*`.

What a mark means follows from every number of the file together; where that leaves two readings the file is refused.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

Cell = str | int | float | date | None

#: What stands where no figure is: unknown, secret, impossible, a fault of the spreadsheet.
_MISSING = {
    "", ".", "..", "...", "…", "-", "–", "—", "x", "?", "n.b.", "nb", "n.v.t.", "nvt", "n/a", "na", "nan", "null",
    "none", "#n/b", "#n/a", "#deel/0!", "#div/0!", "#verw!", "#ref!", "#waarde!", "#value!", "onbekend", "geheim",
    "unknown",
}  # fmt: skip
_MARK = re.compile(r"^(?P<rest>.*?)(?P<mark>\*{1,2}|\(v\)|\(p\)|[ ](?:v|p|vl)\.?)$", re.IGNORECASE)
_NUMBER = re.compile(r"(?P<sign>[-+]?)(?P<body>[0-9]+(?:[., '’][0-9]+)*|[.,][0-9]+)", re.ASCII)
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2212": "-", "’": "'"})
_LONGEST = 40


@dataclass(frozen=True)
class Percent:
    """A number that a spreadsheet shows in per cent: 0.05 for 5 %."""

    value: float


@dataclass(frozen=True)
class Written:
    """A number as it stands: its sign, its figures with marks between, and whether it bears % or a provisional mark."""

    sign: str
    body: str
    percent: bool = False
    provisional: bool = False


def is_missing(cell: object) -> bool:
    """Whether a cell says that there is no figure, or nothing."""
    return cell is None or (isinstance(cell, str) and cell.strip().lower() in _MISSING)


def written(cell: object) -> Written | None:
    """A cell as a number as it stands; None when it is none."""
    if isinstance(cell, Percent):
        return replace(_plain(cell.value * 100), percent=True)
    if isinstance(cell, bool) or cell is None or isinstance(cell, date):
        return None
    if isinstance(cell, int | float):
        return _plain(cell)
    text = str(cell).strip().translate(_SPACES)
    if not text or len(text) > _LONGEST:
        return None
    provisional = False
    if found := _MARK.match(text):
        provisional, text = True, found["rest"].strip()
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1].strip()}"
    text = re.sub(r"^(-?)\s*(?:€|EUR)\s*", r"\1", text, flags=re.IGNORECASE)
    percent = text.endswith("%")
    number = _NUMBER.fullmatch(text.rstrip("%").strip())
    return None if number is None else Written(number["sign"], number["body"], percent, provisional)


def _plain(value: float) -> Written:
    """A number of a spreadsheet, which has a point for decimals whatever the file shows."""
    text = format(Decimal(f"{float(value):.12g}"), "f")
    return Written("-" if text.startswith("-") else "", f"={text.removeprefix('-')}")


def decimal_sign(numbers: Iterable[Written], whole: bool) -> str | None:
    """The decimal sign of a file, `.` or `,`; empty when no number has one; None when its numbers contradict.

    whole: whether the numbers count, so that three figures behind a single mark are thousands. Otherwise such a number
    has two readings, and another must settle it: raises ValueError when none does.
    """
    decimals: set[str] = set()
    thousands: set[str] = set()
    open_: set[str] = set()
    for each in numbers:
        marks = re.findall(r"[.,]", each.body) if not each.body.startswith("=") else []
        if not marks:
            continue
        behind = len(re.split(r"[.,]", each.body)[-1])
        if len(set(marks)) == 2:
            if marks.count(marks[-1]) > 1:
                return None
            decimals.add(marks[-1])
            thousands.add(marks[0])
        elif len(marks) > 1:
            thousands.add(marks[0])
        elif behind != 3 or re.match(r"0?[.,]", each.body) or " " in each.body or "'" in each.body:
            decimals.add(marks[0])
        else:
            open_.add(marks[0])
    if len(decimals) > 1 or decimals & thousands or len(thousands) > 1:
        return None
    if decimals:
        return decimals.pop()
    if thousands:
        return None if open_ - thousands else {".": ",", ",": "."}[thousands.pop()]
    if len(open_) > 1:
        return None
    if open_ and not whole:
        raise ValueError("two readings")
    return {".": ",", ",": "."}[open_.pop()] if open_ else ""


def value_of(number: Written, sign: str) -> Decimal | None:
    """The value of a number where the decimal sign is this one; None when its thousands are not in threes."""
    if number.body.startswith("="):
        return Decimal(number.sign + number.body[1:])
    whole, _, rest = number.body.partition(sign) if sign else (number.body, "", "")
    groups = re.split(r"[., ']", whole)
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:])):
        return None
    if not rest.isdigit() and rest:
        return None
    return Decimal(f"{number.sign}{''.join(groups) or 0}.{rest or 0}")


def mixed_pair(texts: Sequence[str]) -> tuple[str, str]:
    """Two of the texts that contradict each other, to show: the first with a point last, and with a comma last."""
    last: dict[str, str] = {}
    for text in texts:
        marks = re.findall(r"[.,]", text)
        if marks:
            last.setdefault(marks[-1], text)
    one = last.get(".", texts[0] if texts else "")
    return one, last.get(",", next((text for text in texts if text != one), one))
