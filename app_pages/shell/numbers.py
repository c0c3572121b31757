"""Figures and dates as people read them: thousands dot and decimal comma in Dutch, the other way in English.

Who acts: pages, for every figure in a sentence or a table. Who waits: nobody. What leaves: text. What is left
out: units; a browser's own habits do not play a part.
"""

from __future__ import annotations

import math
from datetime import date

MONTHS = {
    "nl": ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
           "november", "december"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
}  # fmt: skip
NONE = "–"


def figure(value: float | None, language: str = "nl", decimals: int = 0) -> str:
    """A figure with so many decimals; a dash where it is unknown."""
    if value is None or not math.isfinite(value):
        return NONE
    rounded = round(float(value), decimals)
    text = f"{abs(rounded):,.{decimals}f}"
    if language == "nl":
        text = text.replace(",", "\0").replace(".", ",").replace("\0", ".")
    return f"−{text}" if rounded < 0 else text


def signed(value: float | None, language: str = "nl", decimals: int = 0) -> str:
    """A difference: with + or − before it, and 0 without either."""
    text = figure(value, language, decimals)
    return f"+{text}" if value is not None and math.isfinite(value) and round(value, decimals) > 0 else text


def percent(share: float | None, language: str = "nl", decimals: int = 0) -> str:
    """A share of 0 to 1 as a percentage."""
    if share is None or not math.isfinite(share):
        return NONE
    return figure(100.0 * share, language, decimals) + (" %" if language == "nl" else "%")


def round_off(value: float) -> float:
    """A figure of persons or places as precise as it is worth: two or three leading digits."""
    size = abs(value)
    step = 1 if size < 50 else 10 if size < 1_000 else 50 if size < 10_000 else 100
    return round(value / step) * step


def day(moment: date, language: str = "nl") -> str:
    """A date in words: 24 augustus 2021."""
    return f"{moment.day} {MONTHS[language][moment.month - 1]} {moment.year}"


def month(moment: date, language: str = "nl") -> str:
    """A month in words: augustus 2021."""
    return f"{MONTHS[language][moment.month - 1]} {moment.year}"


def half_year(name: str, language: str = "nl") -> str:
    """A half-year such as 2021-1 in words."""
    year, half = name.split("-")
    if language == "nl":
        return f"{'eerste' if half == '1' else 'tweede'} helft van {year}"
    return f"{'first' if half == '1' else 'second'} half of {year}"


def plain(value: float, language: str = "nl") -> str:
    """A setting as it stands: no needless decimals, no rounding away."""
    text = f"{value:.6f}".rstrip("0").rstrip(".") if not float(value).is_integer() else str(int(value))
    whole, dot, rest = text.partition(".")
    whole_text = figure(abs(int(whole)), language)
    sign = "−" if text.startswith("-") else ""
    return sign + whole_text + ((("," if language == "nl" else ".") + rest) if dot else "")
