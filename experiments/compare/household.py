"""One household through the chain: what happened to it on which day, in Dutch or English sentences.

Left out: persons inside the household, and whether it kept its bed in reception, which its row of dates does not say.
"""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.language.catalogue import catalogue
from experiments.language.formatting import amount_text
from experiments.language.language import Language
from experiments.run.ensemble import default_ensemble
from experiments.run.task import Task
from experiments.scenario.scenario import Scenario
from sim.calendar import date_of
from sim.errors import Allowed, WrongInput

if TYPE_CHECKING:
    from models.facts import Facts

#: What an event is about; a picture gives each a shape of its own.
KINDS = ("arrival", "start", "decision", "link", "stay", "family", "home", "departure")
#: What a stretch of time is about.
STAGES = ("procedure", "permit", "stay", "home", "refused")


def _say(key: str, language: Language, **values: str) -> str:
    return catalogue("household", language)(f"event.{key}", **values)


def stream_text(stream: str, language: Language) -> str:
    """How a household came, in words."""
    return _named("stream", stream, language) or stream


def _named(kind: str, name: str, language: Language) -> str:
    texts, key = catalogue("household", language), f"{kind}.{name}"
    return texts(key) if texts.has(key) else ""


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


def first_replication(scenario: Scenario, seed: int, until_day: int) -> "Facts":
    """Replication 1 of a scenario, with the fitted parameters."""
    ensemble = default_ensemble(scenario.period)
    return Task(scenario.period, tuple(scenario.changes()), seed, 0, until_day, ensemble=ensemble).simulated(1)[0]


def trace_household(scenario: Scenario, household: int, seed: int, language: Language = "nl") -> list[Moment]:
    """What happens to one household in replication 1 of a seed. Raises WrongInput for an unknown number."""
    return moments_of(first_replication(scenario, seed, scenario.until_day), household, language)


def row_of(facts: "Facts", household: int) -> Mapping[str, int]:
    """One row of the households by column; -1 in one that there is not. Raises WrongInput for an unknown number."""
    count = len(next(iter(facts.households.values()), ()))
    if not 0 <= household < count:
        raise WrongInput(file="--household", value=household, allowed=Allowed("range", low=0, high=count - 1))
    return defaultdict(lambda: -1, {name: int(values[household]) for name, values in facts.households.items()})


def moments_of(facts: "Facts", household: int, language: Language = "nl") -> list[Moment]:
    """What happened to one row of the households, in order of date. Raises WrongInput for an unknown number."""
    told = [event for event in _told(row_of(facts, household), facts.first_day, language) if event[0] >= 0]
    return [Moment(date_of(day), kind, sentence) for day, kind, sentence in sorted(told, key=lambda event: event[0])]


def stretches_of(facts: "Facts", household: int, until_day: int) -> list[Stretch]:
    """How one row of the households lived, stretch after stretch, from its arrival to its departure or the end.

    Procedure runs to the permit, the last refusal or the departure; permit to a temporary stay or a home. Days before
    the first day of the run are kept: who was there at the start came earlier.
    """
    row = row_of(facts, household)
    leaves = row["departed"] if row["departed"] >= 0 else until_day
    home, stay, permit = (row[name] for name in ("housed", "stay_since", "permit"))
    refusal = max(row["decided"], row["appeal_decided"]) if permit < 0 else -1
    starts = [("procedure", row["arrived"]), ("refused", refusal), ("permit", permit), ("stay", stay)]
    starts += [("permit", row["stay_ended"]), ("home", home)]
    known = sorted(((day, STAGES.index(stage), stage) for stage, day in starts if 0 <= day < min(leaves, until_day)))
    ends = [day for day, _, _ in known[1:]] + [min(leaves, until_day)]
    return [
        Stretch(stage, date_of(day), date_of(end))
        for (day, _, stage), end in zip(known, ends, strict=True)
        if end > day
    ]


def _word(kind: str, names: tuple[str, ...], code: int, language: Language) -> str:
    return _named(kind, names[code], language) if 0 <= code < len(names) else ""


def place_of(row: Mapping[str, int], language: Language) -> str:
    """The municipality of one row of the households, in words where there is none."""
    from models.geography import municipalities

    index = row["municipality"]
    return municipalities().name[index] if index >= 0 else _say("a_municipality", language)


def _told(row: Mapping[str, int], first_day: int, language: Language) -> list[tuple[int, str, str]]:
    """Every (day, kind, sentence) in the order of the chain; day -1 means that it did not happen."""
    from models.register import HOW, STAYS, STREAMS

    stream = _word("stream", STREAMS, row["stream"], language)
    first_persons = row["persons"] - (row["followers"] if row["family_arrived"] >= 0 else 0)
    came = _say("came", language, persons=amount_text(first_persons, "persons", language))
    at_start = row["arrived"] < first_day == row["registered"]
    waits = _say("waits_at_start" if at_start else "registered", language)
    stay = _word("stay", STAYS, row["last_stay"], language) or _say("somewhere", language)
    home = _word("home", HOW, row["how_housed"], language) or _say("a_home", language)
    return [
        (row["arrived"], "arrival", came + (f" ({stream})." if stream else ".")),
        (row["registered"], "start" if at_start else "arrival", waits),
        *_decided(row["decided"], row["appeal_decided"], row["permit"], language),
        (row["linked"], "link", _say("linked", language, place=place_of(row, language))),
        (row["stay_since"], "stay", _say("stays", language, how=stay)),
        (row["stay_ended"], "stay", _say("stay_ends", language)),
        *_family_and_home(row, home, language),
        (row["departed"], "departure", _say("departs" if row["decided"] >= 0 else "withdraws", language)),
    ]


def _decided(decided: int, appeal: int, permit: int, language: Language) -> list[tuple[int, str, str]]:
    granted, by_judge = 0 <= permit == decided, 0 <= permit == appeal
    first = "granted" if granted else "refused" if permit < 0 or by_judge else "decided"
    judged = "judge_grants" if by_judge else "judge_refuses"
    return [
        (decided, "decision", _say(first, language)),
        (appeal, "decision", _say(judged, language)),
        (permit if permit not in (decided, appeal) else -1, "decision", _say("has_permit", language)),
    ]


def _family_and_home(row: Mapping[str, int], home: str, language: Language) -> list[tuple[int, str, str]]:
    """The home and the family, who may come before it, into it or to a larger one."""
    from models.register import Family

    family, place = amount_text(row["followers"], "persons", language), place_of(row, language)
    came, together, housed = row["family_arrived"], row["family_housed"], row["housed"]
    at_once = 0 <= came == together and 0 <= housed < came
    refused = row["family"] == Family.REFUSED
    arrival = _say("family_moves_in" if at_once else "family_came", language, family=family, place=place)
    moves = _say("moves_together" if 0 <= came <= housed else "moves", language, home=home, place=place)
    reunited = together if together > max(came, housed) else -1
    return [
        (row["family_applied"], "family", _say("family_applied", language, family=family)),
        (row["family_decided"], "family", _say("family_refused" if refused else "family_allowed", language)),
        (came, "family", arrival),
        (housed, "home", moves),
        (reunited, "home", _say("family_together", language, place=place)),
    ]
