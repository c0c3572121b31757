"""Numbers, dates and units as a reader in the Netherlands or in English expects them.

Who acts: every door and every page that shows a figure. Who waits: nobody. What leaves: short texts. What is left
out: sentences about results; they stand with what they are about.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
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
SHORT_MONTHS: dict[Language, tuple[str, ...]] = {
    "nl": ("jan.", "feb.", "mrt.", "apr.", "mei", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "dec."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
}
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
    "half-years": "halfjaren",
    "share of usable places": "aandeel van de bruikbare plekken",
    "choice": "keuze",
    "switch": "aan of uit",
}

#: One of a unit, where the word changes.
_ONE: dict[Language, dict[str, str]] = {
    "nl": {
        "persons": "persoon",
        "person-days": "persoonsdag",
        "households": "huishouden",
        "cases": "zaak",
        "weeks": "week",
        "days": "dag",
        "places": "plek",
        "homes": "woning",
        "municipalities": "gemeente",
    },
    "en": {
        "persons": "person",
        "person-days": "person-day",
        "households": "household",
        "cases": "case",
        "weeks": "week",
        "days": "day",
        "places": "place",
        "homes": "home",
        "municipalities": "municipality",
    },
}
#: Who can turn a lever, word by word, in English; in Dutch it stands as it is.
_HOLDERS_EN = {
    "gemeenten": "municipalities",
    "provincies": "provinces",
    "corporaties": "housing corporations",
    "keten": "the chain as a whole",
    "onzekerheid": "uncertainty",
}
#: The words of a choice, in Dutch and in English.
_CHOICES: dict[str, tuple[str, str]] = {
    "oldest": ("oudste eerst", "oldest first"),
    "newest": ("nieuwste eerst", "newest first"),
    "easy": ("eenvoudige eerst", "easy cases first"),
    "none": ("geen", "none"),
    "bilateral": ("tussen twee gemeenten", "between two municipalities"),
    "region": ("binnen de provincie", "within the province"),
    "national": ("landelijk", "national"),
    "inhabitants": ("inwoners", "inhabitants"),
    "social_stock": ("sociale huurvoorraad", "social rental stock"),
    "vacancies": ("vrijgekomen woningen", "vacated homes"),
    "mixed": ("gemiddelde van inwoners en sociale huurvoorraad", "mean of inhabitants and social rental stock"),
    "target": ("resterende taakstelling", "remaining target"),
    "homes": ("woningen die vrijkomen", "homes coming free"),
    "published": ("gepubliceerd", "published"),
    "rule": ("rekenregel", "rule"),
}
#: What is counted per province and per size of household, in Dutch and in English.
PLACED_LABELS: dict[str, tuple[str, str]] = {
    "persons_in_reception_end": ("Mensen in de opvang, einde", "People in reception, end"),
    "permit_holders_in_reception_end": ("Vergunninghouders in de opvang, einde", "Permit holders in reception, end"),
    "realised": ("Gehuisveste personen (taakstelling)", "Persons realised (target)"),
    "behind_end": ("Achterstand op de taakstelling, einde", "Behind on the target, end"),
    "households_housed": ("Gehuisveste huishoudens", "Households housed"),
    "persons_housed": ("Gehuisveste personen", "Persons housed"),
    "weeks_to_home_median": ("Weken van vergunning tot woning, mediaan", "Weeks from permit to home, median"),
    "weeks_to_home_p90": (
        "Weken van vergunning tot woning, negende deciel",
        "Weeks from permit to home, 90th percentile",
    ),
    "households_waiting_end": ("Huishoudens die wachten op een woning, einde", "Households waiting for a home, end"),
    "persons_waiting_end": ("Personen die wachten op een woning, einde", "Persons waiting for a home, end"),
}
#: Sizes of household, in Dutch and in English.
SIZE_LABELS: dict[str, tuple[str, str]] = {
    "1": ("1 persoon", "1 person"),
    "2-4": ("2 tot en met 4 personen", "2 to 4 persons"),
    "5+": ("5 of meer personen", "5 or more persons"),
}
#: Monthly measures, in Dutch and in English.
SERIES_LABELS: dict[str, tuple[str, str]] = {
    "persons_in_reception": ("Mensen in de opvang", "People in reception"),
    "permit_holders_in_reception": ("Vergunninghouders in de opvang", "Permit holders in reception"),
    "permit_holders_beyond_norm": (
        "Vergunninghouders in de opvang, langer dan 14 weken",
        "Permit holders in reception beyond 14 weeks",
    ),
    "in_procedure_in_reception": ("In procedure en in de opvang", "In procedure and in reception"),
    "refused_in_reception": ("Afgewezen mensen in de opvang", "Refused people in reception"),
    "waiting_family_in_reception": ("Nareizigers in de opvang", "Family members in reception"),
    "persons_without_place": ("Mensen zonder plek", "People without a place"),
    "regular_places": ("Reguliere plekken", "Regular places"),
    "emergency_places": ("Noodopvangplekken", "Emergency places"),
    "usable_places": ("Bruikbare plekken", "Usable places"),
    "pending_decisions": ("Openstaande aanvragen", "Pending applications"),
    "pending_taskforce": ("Voorraad van de Taskforce", "Taskforce stock"),
    "pending_family": ("Openstaande nareisaanvragen", "Pending family applications"),
    "in_stay": ("In een tijdelijke voorziening", "In a temporary stay"),
    "applications": ("Aanvragen per maand", "Applications per month"),
    "decisions": ("Beslissingen per maand", "Decisions per month"),
    "permits": ("Vergunningen per maand, met nareis", "Permits per month, family included"),
    "nareis_applications": ("Nareisaanvragen per maand", "Family applications per month"),
    "nareis_arrivals": ("Nareizigers aangekomen per maand", "Family members arrived per month"),
    "realised": ("Gehuisveste personen per maand", "Persons realised per month"),
    "homes_to_permit_holders": ("Woningen naar vergunninghouders per maand", "Homes to permit holders per month"),
}


def number_text(value: float | None, decimals: int = 0, language: Language = "nl") -> str:
    """1.234,5 in Dutch and 1,234.5 in English; a dash when it is unknown. A real minus, never minus zero."""
    if value is None or math.isnan(value):
        return NOTHING
    text = f"{round(value, decimals) + 0.0:,.{decimals}f}".replace("-", "−")
    if language == "en":
        return text
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


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


def date_text(day: datetime.date, language: Language = "nl") -> str:
    """24 augustus 2021, or 24 August 2021."""
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def month_text(day: datetime.date, language: Language = "nl") -> str:
    """aug. 2021, or Aug 2021."""
    return f"{SHORT_MONTHS[language][day.month - 1]} {day.year}"


def unit_text(unit: str, language: Language = "nl") -> str:
    """The unit as a reader says it."""
    return UNITS_NL.get(unit, unit) if language == "nl" else unit


def chosen(pair: tuple[str, str], language: Language = "nl") -> str:
    """Of a Dutch and an English text the one that is wanted."""
    return pair[LANGUAGES.index(language)]


def label_of(labels: Mapping[str, tuple[str, str]], name: str, language: Language = "nl") -> str:
    """The label of a name; the name itself when it has none (yet)."""
    return chosen(labels[name], language) if name in labels else name


def percent_text(share: float | None, language: Language = "nl") -> str:
    """A share of 1 as 12,5 % in Dutch and 12.5% in English."""
    if share is None or math.isnan(share):
        return NOTHING
    return amount_text(share, "share", language)


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


def _figure_text(figure: float, decimals: int, unit: str, language: Language, signed: bool) -> str:
    if round(figure, decimals) == 0.0:
        decimals = _figure_decimals([figure], unit)
    text = number_text(figure, decimals, language)
    return f"+{text}" if signed and round(figure, decimals) > 0.0 else text


def _figure_decimals(figures: Sequence[float], unit: str) -> int:
    """As many decimals as the largest of these figures asks for; whole figures have none."""
    known = [figure for figure in figures if not math.isnan(figure)]
    size = max(map(abs, known), default=0.0)
    if all(figure.is_integer() for figure in known):
        return 0
    if unit == "share":
        return 1 if size >= 1 else 2
    if unit in _ONE["nl"] and unit != "weeks":  # what is counted
        return 0 if size >= 10 else 1 if size >= 1 else 2
    return 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 else 3 if size >= 0.01 else 4


def table_unit_text(unit: str, language: Language = "nl", *, compared: bool = False) -> str:
    """The unit of `figure_text`; `compared` when differences stand beside it."""
    if unit != "share":
        return unit_text(unit, language)
    if not compared:
        return "%"
    return f"%; {chosen(('verschil in', 'difference in'), language)} {difference_unit_text(unit, language)}"


def difference_unit_text(unit: str, language: Language = "nl") -> str:
    """The unit of a difference of `figures_text`: of shares it is percentage points."""
    return chosen(("procentpunt", "percentage points"), language) if unit == "share" else unit_text(unit, language)


def amount_text(
    value: float,
    unit: str,
    language: Language = "nl",
    *,
    difference: bool = False,
    beside: Sequence[float | None] = (),
) -> str:
    """A figure with its unit, as it stands in a sentence: 1 persoon, 12 personen, 12 %, 3 procentpunt.

    `beside` holds the figures of the same sentence that it shares its decimals with (see `figures_text`).
    """
    figure = figures_text([value, *beside], unit, language)[0]
    if unit == "share" and not difference:
        return f"{figure}\u00a0%" if language == "nl" else f"{figure}%"
    if unit == "share":
        points = ("procentpunt", "percentage point" if figure == "1" else "percentage points")
        return f"{figure} {chosen(points, language)}"
    word = _ONE[language].get(unit) if figure == "1" else None
    return f"{figure} {word or unit_text(unit, language)}"


def holder_text(holder: str, language: Language = "nl") -> str:
    """Who can turn a lever."""
    if language == "nl":
        return holder
    return "/".join(_HOLDERS_EN.get(part, part) for part in holder.split("/"))


def value_text(value: object, language: Language = "nl") -> str:
    """The value of a lever: a figure, yes or no, or the words of a choice."""
    if isinstance(value, bool):
        return chosen(("ja", "yes") if value else ("nee", "no"), language)
    if isinstance(value, int | float):
        return rounded_text(value, language)
    return label_of(_CHOICES, str(value), language)


def listed(parts: Sequence[str], language: Language = "nl") -> str:
    """a, b en c; or a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {chosen(('en', 'and'), language)} {parts[-1]}"
