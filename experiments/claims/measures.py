"""What claims count in one run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.compare import difference
from experiments.compare.lives import persons_on_arrival

if TYPE_CHECKING:
    from models.outcomes import Window


@dataclass(frozen=True)
class Measure:
    """Something a claim counts that is not an outcome of every run."""

    unit: str
    count: Callable[["Window"], float]
    yes_no: bool = False


def _housed_of_task(window: "Window") -> float:
    """Persons realised as part of those plus what municipalities are behind at the end."""
    realised = window.flow("realised")
    return realised / max(realised + max(float(window.last_month("behind").sum()), 0.0), 1.0)


def _first_applications(window: "Window") -> float:
    """Persons who applied for the first time, alone as a minor and evacuated included, as the published series."""
    from models.register import Stream

    arrived, stream = (window.facts.households[name] for name in ("arrived", "stream"))
    chosen = np.isin(stream, (Stream.FIRST, Stream.AMV, Stream.EVACUATION))
    chosen &= (arrived >= window.from_day) & (arrived < window.until_day)
    return float(persons_on_arrival(window.facts)[chosen].sum())


def _unfit_share(window: "Window") -> float:
    unfit = window.flow("homes_unfit")
    return unfit / max(unfit + window.flow("homes_to_permit_holders"), 1.0)


def _reception_and_ind(window: "Window") -> float:
    from models.outcomes import cost_ind, cost_reception, cost_stays

    return (cost_reception(window) + cost_stays(window) + cost_ind(window)) / 1.0e6


def _reception_by_person_and_ind(window: "Window") -> float:
    """As `reception_and_ind`, but as if COA pays for each person present and not for each place."""
    from models.outcomes import cost_by_day, cost_ind, cost_stays, persons_in_beds

    persons = persons_in_beds(window.facts)[window.days]
    by_person = persons * cost_by_day("regular_place_per_day", window.from_day, window.until_day)
    return (float(by_person.sum()) + cost_stays(window) + cost_ind(window)) / 1.0e6


def _persons_for_coa(window: "Window") -> float:
    inside = window.daily("persons_in_regular") + window.daily("persons_in_emergency") + window.persons_beyond_coa
    return float(inside[-1])


def _places_of_coa(window: "Window") -> float:
    return float((window.daily("usable_places") - window.daily("crisis_places"))[-1])


def _many_without_place(window: "Window") -> float:
    """Whether on some day more people have nowhere to go than reception may lack before it is called full."""
    from models.sources import full_persons

    return float((window.daily("persons_without_place") > full_persons()).any())


MEASURES: dict[str, Measure] = {
    "many_without_place": Measure("share", _many_without_place, yes_no=True),
    "beyond_coa_max": Measure("persons", lambda window: float(window.persons_beyond_coa.max())),
    "person_days_beyond_coa": Measure("person-days", lambda window: float(window.persons_beyond_coa.sum())),
    "persons_for_coa_end": Measure("persons", _persons_for_coa),
    "places_of_coa_end": Measure("places", _places_of_coa),
    "first_applications": Measure("persons", _first_applications),
    "housed_of_task": Measure("share", _housed_of_task),
    "unfit_share": Measure("share", _unfit_share),
    "reception_and_ind": Measure("million EUR", _reception_and_ind),
    "reception_by_person_and_ind": Measure("million EUR", _reception_by_person_and_ind),
}


def is_yes_no(measure: str) -> bool:
    """Whether a measure of a claim or an outcome is 1 or 0 in one replication, so that its mean is a chance."""
    return MEASURES[measure].yes_no if measure in MEASURES else difference.is_yes_no(measure)


def unit_of(measure: str) -> str:
    """The unit of a measure of a claim or of an outcome. Raises KeyError for an unknown name."""
    from models.outcomes import OUTCOMES

    return MEASURES[measure].unit if measure in MEASURES else OUTCOMES[measure].unit
