"""Numbers, dates and units as a reader in the Netherlands or in English expects them.

Who acts: every door and every page that shows a figure. Who waits: nobody. What leaves: short texts. What is left
out: sentences about results; they stand with what they are about.
"""

from __future__ import annotations

import datetime
import math
from typing import Literal

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = ("nl", "en")
NOTHING = "–"

_MONTHS: dict[Language, tuple[str, ...]] = {
    "nl": (
        "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
        "november", "december",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ),
}  # fmt: skip
#: Unit as it stands in the models -> word in Dutch; in English it stands as it is.
UNITS_NL = {
    "persons": "personen",
    "person-days": "persoonsdagen",
    "households": "huishoudens",
    "cases": "zaken",
    "weeks": "weken",
    "days": "dagen",
    "places": "plekken",
    "homes": "woningen",
    "municipalities": "gemeenten",
    "share": "aandeel",
    "times": "maal",
    "EUR": "euro",
    "million EUR": "miljoen euro",
    "fte": "fte",
    "persons a year": "personen per jaar",
    "persons a month": "personen per maand",
    "places a month": "plekken per maand",
    "homes a year": "woningen per jaar",
    "households a day": "huishoudens per dag",
    "half-years": "halve jaren",
    "share of usable places": "aandeel van de bruikbare plekken",
    "choice": "keuze",
    "switch": "aan of uit",
}


def number_text(value: float | None, decimals: int = 0, language: Language = "nl") -> str:
    """1.234,5 in Dutch and 1,234.5 in English; a dash when it is unknown. A real minus, never minus zero."""
    if value is None or math.isnan(value):
        return NOTHING
    text = f"{round(value, decimals) + 0.0:,.{decimals}f}".replace("-", "−")
    if language == "en":
        return text
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def usual_decimals(value: float) -> int:
    """As many decimals as the size of a number asks for."""
    size = abs(value)
    if float(value).is_integer() or size >= 100:
        return 0
    if size >= 1:
        return 1 if size >= 10 else 2
    return 4


def rounded_text(value: float | None, language: Language = "nl") -> str:
    """A number with as many decimals as its size asks for."""
    if value is None or math.isnan(value):
        return NOTHING
    text = number_text(value, usual_decimals(value), language)
    if usual_decimals(value) == 4:
        text = text.rstrip("0").rstrip(",.")
    return text


def signed_text(value: float | None, language: Language = "nl") -> str:
    """As `rounded_text`, with a plus before what is more than nothing."""
    text = rounded_text(value, language)
    if value is None or math.isnan(value):
        return text
    return f"+{text}" if value > 0 else text


def date_text(day: datetime.date, language: Language = "nl") -> str:
    """24 augustus 2021, or 24 August 2021."""
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def unit_text(unit: str, language: Language = "nl") -> str:
    """The unit as a reader says it."""
    return UNITS_NL.get(unit, unit) if language == "nl" else unit
