"""One reading of what somebody wrote as the value of a lever, for every door.

The same text is the same number on the command line, in a file of a scenario or a sweep, in a link, in a table and in
a field, in whichever language it is read. Which number follows from the kind of the lever:

    a count (people, places, homes, days)     a share or a factor
    6000  6.000  6,000  6 000   -> 6000       0.08  0,08  8%  8 %   -> 0.08
    6000.0  6.000,0             -> 6000       4.250  4,250  425%    -> 4.25
    6.5  8%  1e3                -> refused    1e3  1.234,5          -> refused

A count is whole, so three figures behind a point, comma or space are thousands. A share or factor is far below a
thousand, so a point or comma is always that of decimals. No text has two readings for one lever.
"""

import re
from decimal import Decimal

from experiments.language.labels import choice_text
from experiments.language.language import LANGUAGES
from models.levers import Lever, Value, allowed_values, check_value
from sim.errors import WrongInput

_GROUPED = r"[1-9][0-9]{0,2}(?P<mark>[., ])[0-9]{3}(?:(?P=mark)[0-9]{3})*"
#: Decimals of a count may stand there if they are zeros, behind another mark than that of the thousands.
_PLAIN_COUNT = re.compile(r"(?P<sign>[-+]?)(?P<whole>0|[1-9][0-9]*)(?:[.,]0+)?", re.ASCII)
_GROUPED_COUNT = re.compile(rf"(?P<sign>[-+]?)(?P<whole>{_GROUPED})(?:(?!(?P=mark))[.,]0+)?", re.ASCII)
_NUMBER = re.compile(
    r"(?P<sign>[-+]?)(?P<whole>[1-9][0-9]{0,2}(?:[ ][0-9]{3})+|0|[1-9][0-9]*|(?=[.,]))(?:[.,](?P<rest>[0-9]+))?"
    r"[ ]?(?P<percent>%?)",
    re.ASCII,
)
#: The smallest share that a computer can hold has so many figures.
_LONGEST = 400
#: Spaces that do not break, as in figures of a web page, and the minus sign of print.
_ALIKE = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2212": "-"})


def read_value(lever: Lever, text: str, field: str) -> Value:
    """The value that a text has for a lever; its range is not looked at.

    Raises WrongInput about `field` for a text that cannot be read, with the ways to write it.
    """
    written = text.strip()
    if lever.kind == "choice":
        return next((code for code in lever.choices if written in words_of_choice(code)), written)
    if lever.kind == "switch":
        if written in ("true", "false"):
            return written == "true"
        raise WrongInput(field=field, value=text, allowed=allowed_values(lever))
    number = read_count(written) if lever.kind == "integer" else _read_number(written)
    if number is None:
        code = "unread_count" if lever.kind == "integer" else "unread_number"
        raise WrongInput(code, field=field, value=text, allowed=allowed_values(lever))
    return number


def checked_value(lever: Lever, text: str, field: str) -> Value:
    """The value that a text has for a lever. Raises WrongInput when it cannot be read or is not allowed."""
    value = read_value(lever, text, field)
    allowed = check_value(lever, value)
    if allowed is not None:
        raise WrongInput(field=field, value=value, allowed=allowed)
    return value


def words_of_choice(code: str) -> tuple[str, ...]:
    """How a choice may be written: its code, or its words in any language."""
    return (code, *(choice_text(code, language) for language in LANGUAGES))


def text_pattern(kind: str) -> str:
    """The texts that are read as a number of this kind, as a JSON schema tells them."""
    forms = (_GROUPED_COUNT, _PLAIN_COUNT) if kind == "integer" else (_NUMBER,)
    pattern = "|".join(re.sub(r"\?P<\w+>", "", form.pattern).replace("(?P=mark)", r"\3") for form in forms)
    alike = pattern.replace(" ]", " \u00a0\u202f\u2009]").replace("[-+]", "[-+\u2212]")
    return rf"^\s*(?:{alike})\s*$"


def read_count(text: str) -> int | None:
    """The whole number that a text is; None when it is none."""
    written = text.strip().translate(_ALIKE)
    found = _GROUPED_COUNT.fullmatch(written) or _PLAIN_COUNT.fullmatch(written)
    if found is None or len(written) > _LONGEST:
        return None
    return int(found["sign"] + re.sub(r"[., ]", "", found["whole"]))


def _read_number(text: str) -> float | int | None:
    """The share or factor that a text is, as such or in per cent; None when it is none."""
    written = text.strip().translate(_ALIKE)
    found = _NUMBER.fullmatch(written)
    if found is None or len(written) > _LONGEST:
        return None
    written = f"{found['sign']}{found['whole'].replace(' ', '') or 0}.{found['rest'] or 0}"
    number = Decimal(written).scaleb(-2 if found["percent"] else 0)
    return int(number) if number == int(number) else float(number)
