"""Numbers, dates and units as a reader in the Netherlands or in English expects them."""

import datetime
import math
from collections.abc import Sequence
from decimal import Decimal

from experiments.language.catalogue import catalogue
from experiments.language.labels import choice_text, unit_text
from experiments.language.language import NOTHING, Language

#: Units of what is counted one by one.
_COUNTED = frozenset({"persons", "person-days", "households", "cases", "days", "places", "homes", "municipalities"})


def number_text(value: float | None, decimals: int = 0, language: Language = "nl") -> str:
    """1.234,5 in Dutch and 1,234.5 in English; a dash when it is unknown. A real minus, never minus zero."""
    if value is None or not math.isfinite(value):
        return NOTHING
    return _signs(f"{round(value, decimals) + 0.0:,.{decimals}f}", language)


def signed_text(value: float | None, decimals: int = 0, language: Language = "nl") -> str:
    """A difference: with + or − before it, and 0 without either."""
    text = number_text(value, decimals, language)
    return f"+{text}" if value is not None and math.isfinite(value) and round(value, decimals) > 0 else text


def round_to_significant(value: float) -> float:
    """A figure of persons or places as precise as it is worth: two or three leading digits."""
    size = abs(value)
    step = 1 if size < 50 else 10 if size < 1_000 else 50 if size < 10_000 else 100
    return round(value / step) * step


def rounded_text(value: float | None, language: Language = "nl") -> str:
    """A number by itself, such as a setting, with as many decimals as its size asks for; see `figures_text`."""
    if value is None or math.isnan(value):
        return NOTHING
    size = abs(value)
    if float(value).is_integer() or size >= 100:
        return number_text(value, 0, language)
    if size >= 1:
        return number_text(value, 1 if size >= 10 else 2, language)
    return number_text(value, 4, language).rstrip("0").rstrip(",.")


def plain_number(value: float) -> str:
    """A number as short as reads back the same, with a point and without exponent: in a link and in a file."""
    return f"{Decimal(repr(int(value) if value == int(value) else value)):f}"


def plain_text(value: bool | int | float | str) -> str:
    """A value of a lever as it stands in a link, in a file and behind `--set`, where it reads back the same."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else plain_number(value)


def exact_text(value: float, language: Language = "nl") -> str:
    """A number as its reader writes it, to the last decimal: for a field or table whose text is read again."""
    return _signs(f"{Decimal(plain_number(value)):,f}", language)


def typed_text(value: float, language: Language = "nl") -> str:
    """A number as one types it: a plain hyphen as minus, and no marks at thousands, in which languages differ."""
    return _signs(plain_number(value), language).replace("−", "-")


def _signs(text: str, language: Language) -> str:
    """A number written by Python with the signs of a language, and a real minus."""
    signs = catalogue("formatting", language)
    return text.replace("-", "−").translate(str.maketrans(",.", signs("thousands") + signs("decimal")))


def date_text(day: datetime.date, language: Language = "nl") -> str:
    """24 augustus 2021, or 24 August 2021."""
    texts = catalogue("formatting", language)
    return texts("date", day=day.day, month=texts.list("months")[day.month - 1], year=day.year)


def day_text(day: int, language: Language = "nl") -> str:
    """The date of a day of the simulation."""
    from sim.calendar import date_of  # loads NumPy, which help can do without

    return date_text(date_of(day), language)


def short_date_text(day: datetime.date, language: Language = "nl") -> str:
    """24 aug. 2021, or 24 Aug 2021."""
    texts = catalogue("formatting", language)
    return texts("date", day=day.day, month=texts.list("short_months")[day.month - 1], year=day.year)


def month_text(day: datetime.date, language: Language = "nl") -> str:
    """augustus 2021, or August 2021."""
    texts = catalogue("formatting", language)
    return texts("month", month=texts.list("months")[day.month - 1], year=day.year)


def half_year_text(name: str, language: Language = "nl") -> str:
    """A half-year such as 2021-1 in words."""
    year, half = name.split("-")
    return catalogue("formatting", language)(f"half_year.{half}", year=year)


def percent_text(share: float | None, language: Language = "nl", decimals: int | None = None) -> str:
    """A share of 1 as 12,5 % in Dutch and 12.5% in English, with the decimals it asks for unless they are given."""
    if share is None or not math.isfinite(share):
        return NOTHING
    if decimals is None:
        return amount_text(share, "share", language)
    return per_cent_text(100.0 * share, decimals, language)


def per_cent_text(
    value: float | None, decimals: int | None = 0, language: Language = "nl", *, signed: bool = False
) -> str:
    """A figure that is in per cent already, such as a deviation, with the sign of it; as it stands without decimals."""
    if value is not None and decimals is None:
        text = exact_text(value, language)
    else:
        text = (signed_text if signed else number_text)(value, decimals or 0, language)
    return text if text == NOTHING else catalogue("formatting", language)("percent", figure=text)


def level_text(level: float, language: Language = "nl") -> str:
    """The level of an interval or band as part of a word: 90%-interval, 80%-band."""
    return percent_text(level, language).replace("\u00a0", "")


def figure_text(value: float | None, unit: str, language: Language = "nl", *, signed: bool = False) -> str:
    """A figure without its unit, as it stands in a table; shares as per cent, and a real minus below zero."""
    return figures_text([value], unit, language, signed=signed)[0]


def figures_text(
    values: Sequence[float | None], unit: str, language: Language = "nl", *, signed: bool = False
) -> list[str]:
    """Figures that are read side by side, such as a mean and its band: all with the decimals the largest asks for.

    Shares are per cent. A figure that this would round to nothing has decimals of its own: the end of an interval
    does not lose its side of zero.
    """
    scale = 100.0 if unit == "share" else 1.0
    # a sum of floats that is 10 but for its last bits is 10, not 10,00; and nothing is no figure
    figures = [float("nan") if value is None else float(f"{scale * value:.9g}") for value in values]
    decimals = _figure_decimals(figures, unit)
    return [NOTHING if math.isnan(one) else _figure_text(one, decimals, unit, language, signed) for one in figures]


def bound_text(figure: str, at_least: bool, language: Language = "nl") -> str:
    """A figure as it is written, with a word before it when it is no more than a lower bound."""
    return catalogue("formatting", language)("at_least", figure=figure) if at_least and figure != NOTHING else figure


def _figure_text(figure: float, decimals: int, unit: str, language: Language, signed: bool) -> str:
    if round(figure, decimals) == 0.0:
        decimals = _figure_decimals([figure], unit)
    return (signed_text if signed else number_text)(figure, decimals, language)


def _figure_decimals(figures: Sequence[float], unit: str) -> int:
    """As many decimals as the largest of these figures asks for; whole figures have none."""
    known = [figure for figure in figures if not math.isnan(figure)]
    size = max(map(abs, known), default=0.0)
    if all(figure.is_integer() for figure in known):
        return 0
    if unit == "share":
        return 1 if size >= 1 else 2
    if unit in _COUNTED:
        return 0 if size >= 10 else 1 if size >= 1 else 2
    return 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 else 3 if size >= 0.01 else 4


def table_unit_text(unit: str, language: Language = "nl", *, compared: bool = False) -> str:
    """The unit of `figure_text`; `compared` when differences stand beside it."""
    if unit != "share":
        return unit_text(unit, language)
    if not compared:
        return "%"
    difference = catalogue("formatting", language)("difference", unit=difference_unit_text(unit, language))
    return f"%; {difference}"


def difference_unit_text(unit: str, language: Language = "nl") -> str:
    """The unit of a difference of `figures_text`: of shares it is percentage points."""
    return unit_text("percentage points" if unit == "share" else unit, language)


def amount_text(
    value: float, unit: str, language: Language = "nl", *, difference: bool = False, beside: Sequence[float | None] = ()
) -> str:
    """A figure with its unit, as it stands in a sentence: 1 persoon, 12 personen, 12 %, 3 procentpunt.

    `beside` holds the figures of the same sentence that it shares its decimals with (see `figures_text`).
    """
    figure = figures_text([value, *beside], unit, language)[0]
    if unit == "share" and not difference:
        return catalogue("formatting", language)("percent", figure=figure)
    word = unit_text("percentage points" if unit == "share" else unit, language, 1 if figure == "1" else 2)
    return f"{figure} {word}"


def value_text(value: object, language: Language = "nl") -> str:
    """The value of a lever: a figure, yes or no, or the words of a choice."""
    if isinstance(value, bool):
        return catalogue("formatting", language)("yes" if value else "no")
    if isinstance(value, int | float):
        return rounded_text(value, language)
    return choice_text(str(value), language)


def exploratory_text(verdict: str, language: Language, exploratory: bool) -> str:
    """A verdict on a difference, which says so where the difference was not marked before the run."""
    return catalogue("formatting", language)("exploratory", verdict=verdict) if exploratory else verdict


def listed(parts: Sequence[str], language: Language = "nl") -> str:
    """a, b en c; or a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return catalogue("formatting", language)("list", first=", ".join(parts[:-1]), last=parts[-1])
