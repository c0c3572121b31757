"""One household through the chain: what happened to it on which day, in Dutch sentences.

Who acts: a reader who wants to follow one family. Who waits: the reader, for one replication. What leaves:
dated sentences in order of date, told from the row of dates of that household alone. What is left out: days
on which nothing happened to it, and persons inside the household.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING

from experiments.ensemble import default_ensemble
from experiments.run import changed_parameters
from experiments.scenario import Scenario
from sim.calendar import date_of
from sim.errors import WrongInput
from sim.replications import replication_seed

if TYPE_CHECKING:
    from models.facts import Facts

Event = tuple[datetime.date, str]

STREAMS_NL = {
    "first": "eerste asielaanvraag",
    "amv": "alleenstaande minderjarige",
    "repeat": "herhaalde aanvraag",
    "resettlement": "hervestiging of herplaatsing",
    "evacuation": "evacuatie",
}
_HOW_NL = {
    "social_rent": "een sociale huurwoning",
    "project": "een nieuw gemaakte woning",
    "own_find": "een zelf gevonden woning",
    "shared": "een gedeelde woning",
}
_STAYS_NL = {
    "hosts": "bij een gastgezin of bekenden logeren",
    "self_arranged": "wonen op een plek die het zelf tijdelijk heeft geregeld",
    "hotel": "in een hotel of andere tijdelijke accommodatie wonen",
    "municipal_intermediate": "in een tussenvoorziening van de gemeente wonen",
    "regional_intermediate": "in een tussenvoorziening van gemeenten samen wonen",
    "acceleration": "tijdelijk wonen met het gemeentelijk versnellingsarrangement",
    "flow_through": "op een doorstroomlocatie wonen",
}


def persons_nl(count: int) -> str:
    """1 persoon, 2 personen."""
    return f"{count} persoon" if count == 1 else f"{count} personen"


def trace_household(scenario: Scenario, household: int, seed: int) -> list[Event]:
    """What happens to one household in replication 1 of a seed. Raises WrongInput for an unknown number."""
    from models.chain import simulate

    parameters = changed_parameters(scenario.period, scenario.changes(), default_ensemble(scenario.period), 1)
    facts = simulate(parameters, replication_seed(seed, 1), scenario.until_day)
    return events_of(facts, household)


def check_household(facts: Facts, household: int) -> None:
    """Refuse a number that no household has. Raises WrongInput."""
    count = len(next(iter(facts.households.values()), ()))
    if not 0 <= household < count:
        raise WrongInput(file="--household", value=household, allowed=f"0 tot en met {count - 1}")


def events_of(facts: Facts, household: int) -> list[Event]:
    """The dated sentences of one row of the households."""
    check_household(facts, household)
    row = {name: int(values[household]) for name, values in facts.households.items()}
    told = [(day, sentence) for day, sentence in _told(row, facts.first_day) if day >= 0]
    return [(date_of(day), sentence) for day, sentence in sorted(told, key=lambda event: event[0])]


def _word(names: tuple[str, ...], code: int, words: Mapping[str, str]) -> str:
    return words.get(names[code], "") if 0 <= code < len(names) else ""


def _place(row: Mapping[str, int]) -> str:
    from models.geography import municipalities

    index = row.get("municipality", -1)
    return municipalities().name[index] if index >= 0 else "een gemeente"


def _told(row: Mapping[str, int], first_day: int) -> list[tuple[int, str]]:
    """Every (day, sentence) in the order of the chain; day -1 means that it did not happen."""
    from models.register import HOW, STAYS, STREAMS

    def day(name: str) -> int:
        return row.get(name, -1)

    stream = _word(STREAMS, row.get("stream", -1), STREAMS_NL)
    first_persons = row["persons"] - (row["followers"] if day("family_arrived") >= 0 else 0)
    came = f"Een huishouden van {persons_nl(first_persons)} komt aan"
    waiting_at_start = day("arrived") < first_day == day("registered")
    return [
        (day("arrived"), came + (f" ({stream})." if stream else ".")),
        (
            day("registered"),
            "Het wacht bij het begin van de doorrekening op een beslissing van de IND."
            if waiting_at_start
            else "Het is geregistreerd en wacht op een beslissing van de IND.",
        ),
        *_decided(day("decided"), day("appeal_decided"), day("permit")),
        (day("linked"), f"Het wordt gekoppeld aan {_place(row)}."),
        (day("stay_since"), f"Het gaat {_word(STAYS, row.get('stay', -1), _STAYS_NL) or 'ergens tijdelijk wonen'}."),
        *_family_and_home(row, _word(HOW, row.get("how_housed", -1), _HOW_NL) or "een woning"),
        (
            day("departed"),
            "Het vertrekt." if day("decided") >= 0 else "Het wacht de beslissing niet af en vertrekt.",
        ),
    ]


def _decided(decided: int, appeal: int, permit: int) -> list[tuple[int, str]]:
    granted = permit >= 0
    return [
        (
            decided,
            "De IND verleent een verblijfsvergunning."
            if granted and permit == decided
            else "De IND wijst de aanvraag af."
            if not granted or permit == appeal
            else "De IND beslist.",
        ),
        (
            appeal,
            "De rechter geeft het huishouden gelijk: alsnog een verblijfsvergunning."
            if granted and permit == appeal
            else "De rechter wijst het beroep af.",
        ),
        (permit if permit not in (decided, appeal) else -1, "Het heeft een verblijfsvergunning."),
    ]


def _family_and_home(row: Mapping[str, int], home: str) -> list[tuple[int, str]]:
    """The home and the family, who may come before it, into it or to a larger one."""
    from models.register import FAMILY_REFUSED

    def day(name: str) -> int:
        return row.get(name, -1)

    family, place = persons_nl(row["followers"]), _place(row)
    came, together, housed = day("family_arrived"), day("family_housed"), day("housed")
    at_once = 0 <= came == together and 0 <= housed < came
    refused = row.get("family") == FAMILY_REFUSED
    with_family = 0 <= came <= housed
    arrival = f"De nareizende familie ({family}) komt aan"
    arrival += f" en trekt in de woning in {place}." if at_once else " en krijgt een plek in de opvang."
    return [
        (day("family_applied"), f"Het vraagt nareis aan voor {family}."),
        (day("family_decided"), f"De IND {'wijst de nareis af' if refused else 'staat de nareis toe'}."),
        (came, arrival),
        (housed, f"Het verhuist{' met de familie' if with_family else ''} naar {home} in {place}."),
        (together if together > max(came, housed) else -1, f"De familie woont nu samen in {place}."),
    ]
