"""One household through the chain: what happened to it on which day, in Dutch or English sentences.

Who acts: a reader who wants to follow one family. Who waits: the reader, for one replication. What leaves:
dated sentences in order of date, each with its kind, and stretches of time between them; all told from the row of
dates of that household alone. What is left out: days on which nothing happened to it, persons inside the household,
and whether a bed in reception was held meanwhile, which the row does not keep.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.language.language import Language
from experiments.run.ensemble import default_ensemble
from experiments.run.parameters import changed_parameters
from experiments.scenario.scenario import Scenario
from sim.calendar import date_of
from sim.errors import Allowed, WrongInput
from sim.replications import replication_seed

if TYPE_CHECKING:
    from models.facts import Facts

Event = tuple[datetime.date, str]
#: What an event is about; a picture gives each a shape of its own.
KINDS = ("arrival", "start", "decision", "link", "stay", "family", "home", "departure")
#: What a stretch of time is about.
STAGES = ("procedure", "permit", "stay", "home", "refused")

STREAMS_NL = {
    "first": "eerste asielaanvraag",
    "amv": "alleenstaande minderjarige",
    "repeat": "herhaalde aanvraag",
    "resettlement": "hervestiging of herplaatsing",
    "evacuation": "evacuatie",
}
_STREAMS: dict[Language, dict[str, str]] = {
    "nl": STREAMS_NL,
    "en": {
        "first": "first asylum application",
        "amv": "unaccompanied minor",
        "repeat": "repeat application",
        "resettlement": "resettlement or relocation",
        "evacuation": "evacuation",
    },
}
_HOW: dict[Language, dict[str, str]] = {
    "nl": {
        "social_rent": "een sociale huurwoning",
        "project": "een nieuw opgeleverde woning",
        "own_find": "een zelf gevonden woning",
        "shared": "een gedeelde woning",
    },
    "en": {
        "social_rent": "a social rental home",
        "project": "a newly made home",
        "own_find": "a home it found itself",
        "shared": "a shared home",
    },
}
_STAYS: dict[Language, dict[str, str]] = {
    "nl": {
        "hosts": "bij een gastgezin of bekenden logeren",
        "self_arranged": "wonen op een plek die het zelf tijdelijk heeft geregeld",
        "hotel": "in een hotel of andere tijdelijke accommodatie wonen",
        "municipal_intermediate": "in een tussenvoorziening van de gemeente wonen",
        "regional_intermediate": "in een tussenvoorziening van gemeenten samen wonen",
        "acceleration": "tijdelijk wonen met het gemeentelijk versnellingsarrangement",
        "flow_through": "op een doorstroomlocatie wonen",
    },
    "en": {
        "hosts": "to stay with a host family or acquaintances",
        "self_arranged": "to live in a place it arranged itself for the time being",
        "hotel": "to live in a hotel or other temporary accommodation",
        "municipal_intermediate": "to live in an intermediate facility of the municipality",
        "regional_intermediate": "to live in an intermediate facility of several municipalities",
        "acceleration": "to live temporarily under the municipal acceleration scheme",
        "flow_through": "to live in a flow-through location",
    },
}
_SAID: dict[str, tuple[str, str]] = {
    "came": ("Een huishouden van {persons} komt aan", "A household of {persons} arrives"),
    "waits_at_start": (
        "Het wacht bij het begin van de doorrekening op een beslissing van de IND.",
        "At the start of the run it is waiting for a decision by the IND.",
    ),
    "registered": (
        "Het is geregistreerd en wacht op een beslissing van de IND.",
        "It is registered and waits for a decision by the IND.",
    ),
    "granted": ("De IND verleent een verblijfsvergunning.", "The IND grants a residence permit."),
    "refused": ("De IND wijst de aanvraag af.", "The IND refuses the application."),
    "decided": ("De IND beslist.", "The IND decides."),
    "judge_grants": (
        "De rechter geeft het huishouden gelijk: alsnog een verblijfsvergunning.",
        "The court finds for the household: a residence permit after all.",
    ),
    "judge_refuses": ("De rechter wijst het beroep af.", "The court dismisses the appeal."),
    "has_permit": ("Het heeft een verblijfsvergunning.", "It has a residence permit."),
    "linked": ("Het wordt gekoppeld aan {place}.", "It is linked to {place}."),
    "stays": ("Het gaat {how}.", "It goes {how}."),
    "somewhere": ("ergens tijdelijk wonen", "to live somewhere for the time being"),
    "stay_ends": (
        "Het tijdelijke verblijf loopt af; het gaat terug naar de opvang.",
        "The temporary stay ends; it goes back to reception.",
    ),
    "a_home": ("een woning", "a home"),
    "a_municipality": ("een gemeente", "a municipality"),
    "family_applied": ("Het vraagt nareis aan voor {family}.", "It applies for family reunification for {family}."),
    "family_refused": ("De IND wijst de nareis af.", "The IND refuses family reunification."),
    "family_allowed": ("De IND staat de nareis toe.", "The IND allows family reunification."),
    "family_moves_in": (
        "Het gezin dat nareist ({family}) komt aan en trekt in de woning in {place}.",
        "The family that follows ({family}) arrives and moves into the home in {place}.",
    ),
    "family_came": (
        "Het gezin dat nareist ({family}) komt aan en krijgt een plek in de opvang.",
        "The family that follows ({family}) arrives and gets a place in reception.",
    ),
    "moves": ("Het verhuist naar {home} in {place}.", "It moves to {home} in {place}."),
    "moves_together": (
        "Het verhuist met het gezin naar {home} in {place}.",
        "It moves with the family to {home} in {place}.",
    ),
    "family_together": ("Het gezin woont nu samen in {place}.", "The family now lives together in {place}."),
    "departs": ("Het vertrekt.", "It departs."),
    "withdraws": (
        "Het wacht de beslissing niet af en vertrekt.",
        "It does not wait for the decision and departs.",
    ),
}


def _say(key: str, language: Language, **values: str) -> str:
    return _SAID[key][0 if language == "nl" else 1].format(**values)


@dataclass(frozen=True)
class Moment:
    """Something that happened to a household: the day, what it is about (of KINDS) and a sentence."""

    day: datetime.date
    kind: str
    sentence: str


@dataclass(frozen=True)
class Stretch:
    """How a household lived for a while: a stage (of STAGES) over the days [first, until)."""

    stage: str
    first: datetime.date
    until: datetime.date


def persons_nl(count: int) -> str:
    """1 persoon, 2 personen."""
    return f"{count} persoon" if count == 1 else f"{count} personen"


def persons_text(count: int, language: Language) -> str:
    """As `persons_nl`, in either language."""
    if language == "nl":
        return persons_nl(count)
    return f"{count} person" if count == 1 else f"{count} persons"


def trace_household(scenario: Scenario, household: int, seed: int, language: Language = "nl") -> list[Event]:
    """What happens to one household in replication 1 of a seed. Raises WrongInput for an unknown number."""
    from models.chain import simulate

    parameters = changed_parameters(scenario.period, scenario.changes(), default_ensemble(scenario.period), 1)
    facts = simulate(parameters, replication_seed(seed, 1), scenario.until_day)
    return events_of(facts, household, language)


def check_household(facts: Facts, household: int) -> None:
    """Refuse a number that no household has. Raises WrongInput."""
    count = len(next(iter(facts.households.values()), ()))
    if not 0 <= household < count:
        raise WrongInput(file="--household", value=household, allowed=Allowed("range", low=0, high=count - 1))


def _row(facts: Facts, household: int) -> dict[str, int]:
    check_household(facts, household)
    return {name: int(values[household]) for name, values in facts.households.items()}


def moments_of(facts: Facts, household: int, language: Language = "nl") -> list[Moment]:
    """What happened to one row of the households, in order of date. Raises WrongInput for an unknown number."""
    told = [event for event in _told(_row(facts, household), facts.first_day, language) if event[0] >= 0]
    return [Moment(date_of(day), kind, sentence) for day, kind, sentence in sorted(told, key=lambda event: event[0])]


def events_of(facts: Facts, household: int, language: Language = "nl") -> list[Event]:
    """The dated sentences of one row of the households."""
    return [(moment.day, moment.sentence) for moment in moments_of(facts, household, language)]


def stretches_of(facts: Facts, household: int, until_day: int) -> list[Stretch]:
    """How one row of the households lived, stretch after stretch, from its arrival to its departure or the end.

    Procedure runs to the permit, the last refusal or the departure; permit to a temporary stay or a home. Days before
    the first day of the run are kept: who was there at the start came earlier.
    """
    row = _row(facts, household)
    leaves = row["departed"] if row["departed"] >= 0 else until_day
    home, stay, permit = (row[name] for name in ("housed", "stay_since", "permit"))
    back = row.get("stay_ended", -1)
    refusal = max(row["decided"], row["appeal_decided"]) if permit < 0 else -1
    starts = [("procedure", row["arrived"]), ("refused", refusal), ("permit", permit), ("stay", stay)]
    starts += [("permit", back), ("home", home)]
    known = sorted(((day, STAGES.index(stage), stage) for stage, day in starts if 0 <= day < min(leaves, until_day)))
    ends = [day for day, _, _ in known[1:]] + [min(leaves, until_day)]
    return [
        Stretch(stage, date_of(day), date_of(end))
        for (day, _, stage), end in zip(known, ends, strict=True)
        if end > day
    ]


def _word(names: tuple[str, ...], code: int, words: Mapping[str, str]) -> str:
    return words.get(names[code], "") if 0 <= code < len(names) else ""


def _place(row: Mapping[str, int], language: Language) -> str:
    from models.geography import municipalities

    index = row.get("municipality", -1)
    return municipalities().name[index] if index >= 0 else _say("a_municipality", language)


def _told(row: Mapping[str, int], first_day: int, language: Language) -> list[tuple[int, str, str]]:
    """Every (day, kind, sentence) in the order of the chain; day -1 means that it did not happen."""
    from models.register import HOW, STAYS, STREAMS

    def day(name: str) -> int:
        return row.get(name, -1)

    stream = _word(STREAMS, row.get("stream", -1), _STREAMS[language])
    first_persons = row["persons"] - (row["followers"] if day("family_arrived") >= 0 else 0)
    came = _say("came", language, persons=persons_text(first_persons, language))
    waiting_at_start = day("arrived") < first_day == day("registered")
    stay = _word(STAYS, row.get("last_stay", -1), _STAYS[language]) or _say("somewhere", language)
    home = _word(HOW, row.get("how_housed", -1), _HOW[language]) or _say("a_home", language)
    return [
        (day("arrived"), "arrival", came + (f" ({stream})." if stream else ".")),
        (
            day("registered"),
            "start" if waiting_at_start else "arrival",
            _say("waits_at_start" if waiting_at_start else "registered", language),
        ),
        *_decided(day("decided"), day("appeal_decided"), day("permit"), language),
        (day("linked"), "link", _say("linked", language, place=_place(row, language))),
        (day("stay_since"), "stay", _say("stays", language, how=stay)),
        (day("stay_ended"), "stay", _say("stay_ends", language)),
        *_family_and_home(row, home, language),
        (day("departed"), "departure", _say("departs" if day("decided") >= 0 else "withdraws", language)),
    ]


def _decided(decided: int, appeal: int, permit: int, language: Language) -> list[tuple[int, str, str]]:
    granted = permit >= 0
    first = (
        "granted"
        if granted and permit == decided
        else "refused"
        if not granted or permit == appeal
        else "decided"
    )  # fmt: skip
    judged = "judge_grants" if granted and permit == appeal else "judge_refuses"
    return [
        (decided, "decision", _say(first, language)),
        (appeal, "decision", _say(judged, language)),
        (permit if permit not in (decided, appeal) else -1, "decision", _say("has_permit", language)),
    ]


def _family_and_home(row: Mapping[str, int], home: str, language: Language) -> list[tuple[int, str, str]]:
    """The home and the family, who may come before it, into it or to a larger one."""
    from models.register import Family

    def day(name: str) -> int:
        return row.get(name, -1)

    family, place = persons_text(row["followers"], language), _place(row, language)
    came, together, housed = day("family_arrived"), day("family_housed"), day("housed")
    at_once = 0 <= came == together and 0 <= housed < came
    refused = row.get("family") == Family.REFUSED
    with_family = 0 <= came <= housed
    arrival = _say("family_moves_in" if at_once else "family_came", language, family=family, place=place)
    moves = _say("moves_together" if with_family else "moves", language, home=home, place=place)
    reunited = together if together > max(came, housed) else -1
    return [
        (day("family_applied"), "family", _say("family_applied", language, family=family)),
        (day("family_decided"), "family", _say("family_refused" if refused else "family_allowed", language)),
        (came, "family", arrival),
        (housed, "home", moves),
        (reunited, "home", _say("family_together", language, place=place)),
    ]
