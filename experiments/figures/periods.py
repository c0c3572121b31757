"""Periods as people write them: `2021KW03`, `jan-21`, `3e kwartaal 2021*`, `2021-01`, `01-02-2021`, `2021 januari`.

A text is cut in words and numbers, of which the kinds say what it is. What can be read in two ways (`2021-1`: January
or the first half-year; a list of first days: days, months or quarters) is settled by the whole column, or refused.
"""

import calendar
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

Kind = Literal["day", "week", "month", "quarter", "half_year", "year"]
#: The kinds of which figures are read; a week is known so that it can be refused by name.
KINDS: tuple[Kind, ...] = ("day", "month", "quarter", "half_year", "year")
MONTHS_OF: dict[Kind, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
FIRST_YEAR, LAST_YEAR = 1950, 2100
_CENTURY = 2000

_MONTHS = (
    ("januari", "january", "jan"), ("februari", "february", "feb", "febr"), ("maart", "march", "mrt", "maa", "mar"),
    ("april", "apr"), ("mei", "may"), ("juni", "june", "jun"), ("juli", "july", "jul"), ("augustus", "august", "aug"),
    ("september", "sep", "sept"), ("oktober", "october", "okt", "oct"), ("november", "nov"),
    ("december", "dec"),
)  # fmt: skip
_MONTH_OF = {word: number for number, words in enumerate(_MONTHS, 1) for word in words}
_UNITS: dict[str, Kind] = {
    **dict.fromkeys(("m", "mm", "mnd", "maand", "month"), "month"),
    **dict.fromkeys(("q", "k", "kw", "kwartaal", "quarter", "qtr", "kwrt"), "quarter"),
    **dict.fromkeys(("h", "hj", "halfjaar", "half", "halfyear", "s"), "half_year"),
    **dict.fromkeys(("jj", "jaar", "year"), "year"),
    **dict.fromkeys(("w", "wk", "week"), "week"),
}
_ORDINALS = {
    "eerste": 1, "tweede": 2, "derde": 3, "vierde": 4, "first": 1, "second": 2, "third": 3, "fourth": 4,
}  # fmt: skip
_FILLING = {"e", "de", "ste", "st", "nd", "rd", "th", "van", "het", "of", "the", "in"}
#: What a text says that is about more than one period, or none.
_TOTALS = re.compile(
    r"\b(sub)?(totaal|total|totale|totals|som|sum)\b|\b(jaar|kwartaal|eind|grand)totaal\b|\bt/m\b|\bcumulatief\b"
    r"|\bcumulative\b|\bgemiddeld(e)?\b|\baverage\b|\bmean\b|\bytd\b",
    re.IGNORECASE,
)
_PROVISIONAL = re.compile(r"(\*{1,2}|[(\[]?\b(nader )?(voorlopig(e)?( cijfers?)?|provisional|vl|prov)\b\.?[)\]]?)\s*$")
_WORDS = re.compile(r"[0-9]+|[^\W\d_]+")
_TIME = re.compile(r"(?<=[0-9])[t ]00:00(:00(\.0+)?)?z?$")


@dataclass(frozen=True)
class Period:
    """A period that was read. provisional: it bears a mark of that; doubt: it may be a half-year or a month."""

    kind: Kind
    first: date
    last: date
    provisional: bool = False
    doubt: bool = False


@dataclass(frozen=True)
class Part:
    """A part of a year whose year stands elsewhere: in a head above it or a column beside it."""

    kind: Kind
    number: int


def is_total(text: object) -> bool:
    """Whether a text names a total, a mean or a sum up to some month."""
    return isinstance(text, str) and _TOTALS.search(text) is not None


def stretch(kind: Kind, year: int, number: int = 1) -> Period | None:
    """The numbered month, quarter or half-year of a year, or the year; None when there is none."""
    months = MONTHS_OF[kind]
    if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= number <= 12 // months:
        return None
    last_month = months * number
    last = date(year, last_month, calendar.monthrange(year, last_month)[1])
    return Period(kind, date(year, last_month - months + 1, 1), last)


def following(period: Period) -> Period | None:
    """The next period of the same kind."""
    if period.kind == "day":
        day = period.last + timedelta(1)
        return Period("day", day, day)
    start = period.last + timedelta(1)
    return stretch(period.kind, start.year, (start.month - 1) // MONTHS_OF[period.kind] + 1)


def read_period(cell: object) -> Period | Part | None:
    """The period of a cell, or the part of a year that it names; None when it is neither."""
    if isinstance(cell, date):
        return Period("day", cell, cell)
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if not isinstance(cell, int | str) or isinstance(cell, bool):
        return None
    text = unicodedata.normalize("NFKC", str(cell)).strip().lower()
    if not text or len(text) > 60 or is_total(text):
        return None
    plain = _TIME.sub("", text)
    provisional = False
    while found := _PROVISIONAL.search(plain):
        provisional, plain = True, plain[: found.start()].strip()
    found_period = _of_words(plain)
    return replace(found_period, provisional=provisional) if isinstance(found_period, Period) else found_period


def _of_words(text: str) -> Period | Part | None:
    """The period of a text without marks."""
    if re.sub(r"[^\W_]+", "", text).strip(" -/.,'’`()[]:_") or re.search(r"[0-9]\.[0-9]{3}\b", text):
        return None
    words = [word for word in _WORDS.findall(text) if word not in _FILLING]
    if len(words) > 4 or not words:
        return None
    shape, numbers = "", []
    for word in words:
        letter, number = _kind_of(word)
        if not letter:
            return None
        shape += letter
        numbers.append(number)
    return _of_shape(shape, numbers, words)


def _kind_of(word: str) -> tuple[str, int]:
    """What a word is: a year, a number, a month, a unit; with its number or the place of its unit."""
    if word.isdigit() and word.isascii():
        number = int(word)
        if len(word) == 4 and FIRST_YEAR <= number <= LAST_YEAR:
            return "y", number
        return ({1: "n", 2: "n", 6: "6", 8: "8"}.get(len(word), ""), number)
    if word in _MONTH_OF:
        return "m", _MONTH_OF[word]
    if word in _ORDINALS:
        return "n", _ORDINALS[word]
    if word in _UNITS:
        return "u", [*KINDS, "week"].index(_UNITS[word])
    return "", 0


def _of_shape(shape: str, numbers: Sequence[int], words: Sequence[str]) -> Period | Part | None:
    """The period that words of these kinds make together."""
    by = {letter: numbers[shape.index(letter)] for letter in shape}
    kind: Kind = [*KINDS, "week"][by["u"]] if "u" in by else "month"
    if shape in ("y", "yu", "uy") and kind != "week":
        return stretch("year", by["y"]) if shape == "y" or kind == "year" else None
    if "".join(sorted(shape)) == "nuy":
        if kind == "week":
            return Period("week", date(by["y"], 1, 1), date(by["y"], 1, 7))
        return stretch("year", by["y"]) if kind == "year" and by["n"] in (0, 1) else stretch(kind, by["y"], by["n"])
    if shape in ("my", "ym"):
        return stretch("month", by["y"], by["m"])
    if shape == "mn" and len(words[1]) == 2:
        return stretch("month", _CENTURY + by["n"], by["m"])
    if shape in ("m", "nu", "un"):
        part = Part("month", by["m"]) if shape == "m" else Part(kind, by["n"])
        return part if part.kind == "week" or part.number in range(1, 12 // MONTHS_OF[part.kind] + 1) else None
    if shape in ("yn", "ny"):
        found = stretch("month", by["y"], by["n"])
        short = len(words[shape.index("n")]) == 1
        return replace(found, doubt=short) if found is not None else None
    return _of_days(shape, numbers)


def _of_days(shape: str, numbers: Sequence[int]) -> Period | None:
    """The day or month that figures make: 2021-03-31, 31-03-2021, 31 maart 2021, 20210331 and 202103."""
    try:
        match shape:
            case "ynn":
                return _day(date(numbers[0], numbers[1], numbers[2]))
            case "nny" | "nmy":
                return _day(date(numbers[2], numbers[1], numbers[0]))
            case "mny":
                return _day(date(numbers[2], numbers[0], numbers[1]))
            case "8":
                return _day(date(numbers[0] // 10_000, numbers[0] // 100 % 100, numbers[0] % 100))
            case "6":
                return stretch("month", numbers[0] // 100, numbers[0] % 100)
    except ValueError:
        pass
    return None


def _day(day: date) -> Period | None:
    return Period("day", day, day) if FIRST_YEAR <= day.year <= LAST_YEAR else None


def months_as_half_years(periods: Sequence[Period]) -> list[Period]:
    """Doubtful months (`2021-1`, `2021-2`) as half-years."""
    return [
        replace(stretch("half_year", each.first.year, each.first.month) or each, provisional=each.provisional)
        if each.doubt
        else each
        for each in periods
    ]


def days_as_stretches(days: Sequence[Period], length: Kind | None = None) -> list[Period] | None:
    """Days that are all the first, or all the last, of months: as the months, quarters, half-years or years that they
    stand for by the steps between them, or of the length that is told; None when they are no such days.
    """
    starts = all(each.first.day == 1 for each in days)
    ends = all((each.first + timedelta(1)).day == 1 for each in days)
    if not starts and not ends:
        return None
    months = sorted({each.first.year * 12 + each.first.month - 1 for each in days})
    step = (
        MONTHS_OF[length]
        if length in MONTHS_OF
        else min((later - earlier for earlier, later in pairwise(months)), default=0)
    )
    kind: Kind | None = next((name for name, many in MONTHS_OF.items() if many == step), None)
    if kind is None:
        return None
    found = []
    for each in days:
        month = each.first.month - 1
        made = stretch(kind, each.first.year, month // step + 1)
        if made is None or month % step != (0 if starts else step - 1):
            return None
        found.append(replace(made, provisional=each.provisional))
    return found
