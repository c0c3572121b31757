"""Words of units, holders, choices, sizes and series."""

from __future__ import annotations

from collections.abc import Mapping

from experiments.language.language import Language, chosen

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
ONE: dict[Language, dict[str, str]] = {
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
CHOICES: dict[str, tuple[str, str]] = {
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


def unit_text(unit: str, language: Language = "nl") -> str:
    """The unit as a reader says it."""
    return UNITS_NL.get(unit, unit) if language == "nl" else unit


def label_of(labels: Mapping[str, tuple[str, str]], name: str, language: Language = "nl") -> str:
    """The label of a name; the name itself when it has none (yet)."""
    return chosen(labels[name], language) if name in labels else name


def holder_text(holder: str, language: Language = "nl") -> str:
    """Who can turn a lever."""
    if language == "nl":
        return holder
    return "/".join(_HOLDERS_EN.get(part, part) for part in holder.split("/"))
