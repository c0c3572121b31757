"""Refusals in English: what a user supplied that cannot be used, in the language of who supplied it.

Who acts: the app, for a visitor who reads English. Who waits: nobody. What leaves: the same one sentence as the Dutch
one of `WrongInput`. What is left out: refusals that only the command line gives, which speaks Dutch.

The Dutch text is the key: each row holds it with {} where values come, and the English with the same values. A test
holds every refusal of the modules that the app uses against this table.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sim.errors import MISSING, WrongInput, place_in, shown

ENGLISH: dict[str, str] = {
    # what is wrong
    "dit is niet toegestaan": "this is not allowed",
    "waarde {} is niet toegestaan": "value {} is not allowed",
    "deze knop kent geen datums": "this lever has no dates",
    "onbekende {} {}{}": "unknown {} {}{}",
    "onbekende knop {}{}": "unknown lever {}{}",
    "onbekende sleutel {}": "unknown key {}",
    "onbekend scenario {}{}": "unknown scenario {}{}",
    " (bedoeld is misschien {})": " (perhaps {} was meant)",
    "{} is een {}": "{} is of another kind: {}",
    "knop": "lever",
    "onzekerheid": "uncertainty",
    "een aanloop heeft een begindatum nodig": "a ramp needs a start date",
    "een keuze gaat niet geleidelijk over in een andere": "a choice does not pass gradually into another",
    "dit ontbreekt": "this is missing",
    "dit is geen scenario": "this is not a scenario",
    "dit is geen instelling": "this is not a setting",
    "er staat geen datum achter de @": "there is no date after the @",
    "dit bestand is gemaakt met een nieuwere versie van Doorstroom":
        "this file was made with a newer version of Doorstroom",
    "de inhoud is te diep genest": "the content is nested too deeply",
    "dit bestand is niet te openen": "this file cannot be opened",
    "dit bestand is niet te lezen ({})": "this file cannot be read ({})",
    "dit is geen gewoon bestand": "this is not an ordinary file",
    "{} en {} gaan over andere perioden en delen geen wereld":
        "{} and {} are about different periods and share no world",
    "deze scenario's gaan over verschillende perioden en zijn niet te vergelijken":
        "these scenarios are about different periods and cannot be compared",
    "vergelijk een ander aantal scenario's": "compare another number of scenarios",
    "{} regels": "{} rows",
    "te veel kolommen": "too many columns",
    "dit bestand is te groot": "this file is too large",
    "het bestand is te groot": "the file is too large",
    "dit is geen tabel": "this is not a table",
    "deze kolommen kloppen niet": "these columns are not right",
    "dit is geen tekst in UTF-8": "this is not text in UTF-8",
    "het bestand is leeg": "the file is empty",
    "hier is dit geen geldige YAML": "here this is not valid YAML",
    "dit is geen geldige YAML": "this is not valid YAML",
    "het bestand bevat meer dan één document": "the file holds more than one document",
    "het bestand bevat te veel waarden": "the file holds too many values",
    "een YAML-aanwijzing (%…) kan hier niet": "a YAML directive (%…) cannot stand here",
    "een anker of verwijzing (& of *) kan hier niet": "an anchor or reference (& or *) cannot stand here",
    "een typeaanduiding (!) kan hier niet": "a type tag (!) cannot stand here",
    "een lijst of groep als sleutel kan hier niet": "a list or group cannot be a key here",
    "een anker of typeaanduiding (& of !) kan hier niet": "an anchor or type tag (& or !) cannot stand here",
    "de sleutel {} staat er twee keer": "the key {} stands there twice",
    "dit is geen code van een scenario": "this is not the code of a scenario",
    "dit scenario is te groot om te bewaren": "this scenario is too large to keep",
    "voor dit scenario is geen code meer vrij": "there is no code left for this scenario",
    "deze server bewaart geen scenario's meer; download het bestand":
        "this server keeps no more scenarios; download the file",
    "onder code {} is hier geen scenario bewaard": "no scenario is kept here under code {}",
    "wat onder code {} bewaard was, is beschadigd": "what was kept under code {} is damaged",
    "deze waarden gaan niet samen ({})": "these values do not go together ({})",
    "er is geen leesbaar ensemble {}; maak het met doorstroom calibrate":
        "there is no readable ensemble {}; make it with doorstroom calibrate",
    "het ensemble {} hoort bij andere parameters; reken het opnieuw uit met doorstroom calibrate":
        "the ensemble {} belongs to other parameters; compute it again with doorstroom calibrate",
    "in het ensemble {} staat een waarde buiten het bereik van fitted_parameters.csv; reken het opnieuw uit met "
    "doorstroom calibrate":
        "the ensemble {} holds a value outside the range of fitted_parameters.csv; compute it again with doorstroom "
        "calibrate",
    "deze doorrekening lukt niet door een fout in het programma": "this run failed by an error in the program",
    "replicatie {} kostte {} keer het rekenproces": "replication {} ended its process {} times",
    # what is allowed
    "een geheel getal van {}": "a whole number from {}",
    "{} tot en met {}": "{} to {}",
    "{} of {}": "{} or {}",
    "één waarde, geen lijst": "one value, no list",
    "alleen een waarde, zonder from, until en ramp_days": "a value only, without from, until and ramp_days",
    "0, of een from erbij": "0, or a from with it",
    "deze naam onder {}": "this name under {}",
    "knop=waarde, knop=waarde@van of knop=waarde@van..tot": "lever=value, lever=value@from or lever=value@from..until",
    "een datum als 2021-03-01": "a date such as 2021-03-01",
    "een datum als 2021-03-01 of 1-3-2021": "a date such as 2021-03-01 or 1-3-2021",
    "sleutels met waarden, zoals 'name: mijn-scenario'": "keys with values, such as 'name: my-scenario'",
    "namen met een waarde erachter, zoals 'share_cap: 0.08'": "names with a value, such as 'share_cap: 0.08'",
    "iets anders": "something else",
    "een bestand, of een naam uit doorstroom list scenarios": "a file, or a name from doorstroom list scenarios",
    "{} kleine letters, cijfers en streepjes": "{} small letters, figures and hyphens",
    "tekst van {} tekens op één regel": "text of {} characters on one line",
    "tekst van {} tekens": "text of {} characters",
    "een lijst van hoogstens {} teksten van {} tekens": "a list of at most {} texts of {} characters",
    "hoogstens {}": "at most {}",
    "hoogstens {} bytes": "at most {} bytes",
    "{} kB": "{} kB",
    "{} lagen": "{} layers",
    "een gewone waarde": "a plain value",
    "een enkel woord": "a single word",
    "een gewone sleutel": "a plain key",
    "één keer": "once",
    "een knop met datum": "a lever with dates",
    "datum, knop, waarde, tot en aanloop": "date, lever, value, until and ramp",
    "datum; knop; waarde; tot; aanloop": "date; lever; value; until; ramp",
    "een heel aantal dagen, hoogstens {}": "a whole number of days, at most {}",
    "acht letters en cijfers, zoals in een link van deze server":
        "eight letters and figures, as in a link of this server",
    "{} scenario's": "{} scenarios",
    "een code van deze server": "a code of this server",
    "scenario's van één periode": "scenarios of one period",
    # values
    "leeg": "empty",
    "een groep sleutels": "a group of keys",
    "een lijst": "a list",
}  # fmt: skip

#: Names of fields that are words of the table of decisions.
FIELDS = {"datum": "date", "knop": "lever", "waarde": "value", "tot": "until", "aanloop": "ramp"}


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The rows with values in them, those with most words of their own first."""
    rows = sorted((row for row in ENGLISH.items() if "{}" in row[0]), key=lambda row: -len(row[0].replace("{}", "")))
    return tuple((re.compile("(.*?)".join(map(re.escape, nl.split("{}"))) + r"\Z", re.DOTALL), en) for nl, en in rows)


def has_english(text: str) -> bool:
    """Whether a text of a refusal stands in the table."""
    return text in ENGLISH or any(pattern.match(text) for pattern, _ in _patterns())


def _english(text: str) -> str:
    if text[:1] == "'":  # what somebody wrote stays as it was written
        return text
    if text in ENGLISH:
        return ENGLISH[text]
    for pattern, english in _patterns():
        found = pattern.match(text)
        if found:
            return english.format(*(_english(value) for value in found.groups()))
    return text


def said(error: WrongInput, spoken: str) -> str:
    """The sentence of a refusal in a language."""
    if spoken != "en":
        return error.sentence
    place = place_in(error, "line", FIELDS)
    if error.problem is not None:
        what = _english(error.problem)
    elif error.value is MISSING:
        what = _english("dit is niet toegestaan")
    else:
        what = f"value {_english(shown(error.value))} is not allowed"
    if error.allowed is not None:
        what += f"; allowed is {_english(error.allowed)}"
    return place + what.rstrip(".") + "."
