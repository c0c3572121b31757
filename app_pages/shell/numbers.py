"""Figures and dates as people read them: thousands dot and decimal comma in Dutch, the other way in English.

Who acts: pages, for every figure in a sentence or a table. Who waits: nobody. What leaves: text. What is left
out: units; a browser's own habits do not play a part.
"""

from __future__ import annotations

import math
from datetime import date

from experiments.language.catalogue import catalogue
from experiments.language.formatting import date_text
from experiments.language.language import Language

NONE = "–"


def figure(value: float | None, language: Language = "nl", decimals: int = 0) -> str:
    """A figure with so many decimals; a dash where it is unknown."""
    if value is None or not math.isfinite(value):
        return NONE
    rounded = round(float(value), decimals)
    text = f"{abs(rounded):,.{decimals}f}"
    signs = catalogue("formatting", language)
    text = text.replace(",", "\0").replace(".", signs("decimal")).replace("\0", signs("thousands"))
    return f"−{text}" if rounded < 0 else text


def signed(value: float | None, language: Language = "nl", decimals: int = 0) -> str:
    """A difference: with + or − before it, and 0 without either."""
    text = figure(value, language, decimals)
    return f"+{text}" if value is not None and math.isfinite(value) and round(value, decimals) > 0 else text


def percent(share: float | None, language: Language = "nl", decimals: int = 0) -> str:
    """A share of 0 to 1 as a percentage."""
    if share is None or not math.isfinite(share):
        return NONE
    return per_cent(figure(100.0 * share, language, decimals), language)


def per_cent(figure: str, language: Language) -> str:
    """A figure that is in per cent already, with the sign of it."""
    return catalogue("formatting", language)("percent", figure=figure)


def round_off(value: float) -> float:
    """A figure of persons or places as precise as it is worth: two or three leading digits."""
    size = abs(value)
    step = 1 if size < 50 else 10 if size < 1_000 else 50 if size < 10_000 else 100
    return round(value / step) * step


def day(moment: date, language: Language = "nl") -> str:
    """A date in words: 24 augustus 2021."""
    return date_text(moment, language)


def month(moment: date, language: Language = "nl") -> str:
    """A month in words: augustus 2021."""
    texts = catalogue("formatting", language)
    return texts("month", month=texts.list("months")[moment.month - 1], year=moment.year)


def half_year(name: str, language: Language = "nl") -> str:
    """A half-year such as 2021-1 in words."""
    year, half = name.split("-")
    return catalogue("formatting", language)(f"half_year.{half}", year=year)


def plain(value: float, language: Language = "nl") -> str:
    """A setting as it stands: no needless decimals, no rounding away."""
    text = f"{value:.6f}".rstrip("0").rstrip(".") if not float(value).is_integer() else str(int(value))
    whole, dot, rest = text.partition(".")
    whole_text = figure(abs(int(whole)), language)
    sign = "−" if text.startswith("-") else ""
    return sign + whole_text + (catalogue("formatting", language)("decimal") + rest if dot else "")
