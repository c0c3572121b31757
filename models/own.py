"""Series of history in whose place a user may put figures of their own: inflow, target, places by contract, unit costs.

On the days that such a figure is about it takes the place of the published one; all that the model makes of that, a
factor on the inflow or places that COA searches beside its contracts, stays as it is. What an own series holds is a
schedule, below nothing where the published figures stand. Left out: what the published figures are; they stand in the
tables that each of these takes the place of.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import FloatArray
from sim.schedule import Schedule

#: What a schedule of own figures says of days on which the published figures stand.
PUBLISHED = -1.0


@dataclass(frozen=True)
class OwnSeries:
    """One such series. moment: a figure is about a day and holds until the next; whole: whether it counts.

    by_day: a figure is of a stretch, and what the model takes is that per day; streams: of the inflow it is.
    """

    name: str
    unit: str
    high: float
    moment: bool = False
    whole: bool = True
    by_day: bool = False
    half_yearly: bool = False
    streams: tuple[str, ...] = ()


_OWN = (
    OwnSeries("first_applications", "persons", 1e6, by_day=True, streams=("first", "amv")),
    OwnSeries("repeat_applications", "persons", 1e6, by_day=True, streams=("repeat",)),
    OwnSeries("resettlement", "persons", 1e6, by_day=True, streams=("resettlement",)),
    OwnSeries("target", "persons", 1e6, half_yearly=True),
    OwnSeries("contracted_places", "places", 1e6, moment=True),
    *(
        OwnSeries(item, unit, 1e7, whole=False)
        for item, unit in (
            ("regular_place_per_day", "EUR/day"),
            ("emergency_place_per_day", "EUR/day"),
            ("crisis_place_per_day", "EUR/day"),
            ("hotel_place_per_day", "EUR/day"),
            ("flow_through_person_day", "EUR/day"),
            ("intermediate_place_per_year", "EUR/year"),
            ("settling_day_per_household", "EUR"),
            ("ind_staff_per_year", "EUR/year"),
            ("hiring_and_training_per_hire", "EUR"),
            ("flex_dwelling", "EUR"),
            ("flex_dwelling_nonrecoverable", "EUR"),
            ("large_family_scheme_per_household", "EUR"),
            ("new_social_dwelling", "EUR"),
            ("project_leader_per_year", "EUR/year"),
        )
    ),
)
OWN: dict[str, OwnSeries] = {series.name: series for series in _OWN}
Own = tuple[tuple[str, Schedule], ...]


def with_own(own: Own, name: str, value: float, from_day: int | None, until_day: int | None) -> Own:
    """Return own figures with one more, which holds on the days ``[from_day, until_day)``."""
    schedules = dict(own)
    before = schedules.get(name, Schedule.constant(PUBLISHED))
    schedules[name] = before.changed(value, from_day, until_day)
    return tuple(schedules.items())


def own_days(own: Own, name: str, first_day: int, last_day: int) -> tuple[NDArray[np.bool_], FloatArray] | None:
    """Return on which days of ``[first_day, last_day)`` there is an own figure, and that figure; None without any."""
    schedule = dict(own).get(name)
    if schedule is None:
        return None
    values = schedule.daily(first_day, last_day)
    there: NDArray[np.bool_] = values >= 0.0
    return (there, values) if there.any() else None


def own_at(own: Own, name: str, day: int) -> float | None:
    """Return the own figure of a day; None where the published one stands."""
    schedule = dict(own).get(name)
    value = PUBLISHED if schedule is None else schedule.at(day)
    return value if value >= 0.0 else None


def laid_over_inflow(
    own: Own, persons: Mapping[str, FloatArray], first_day: int, last_day: int
) -> Mapping[str, FloatArray]:
    """Return persons a day per stream with own figures in place of the published ones.

    Where a series is of more than one stream, these keep their published parts of a day, equal parts where nobody was
    published.
    """
    if not own:
        return persons
    found = dict(persons)
    for series in OWN.values():
        laid = own_days(own, series.name, first_day, last_day) if series.streams else None
        if laid is None:
            continue
        there, values = laid
        together = np.sum([persons[stream] for stream in series.streams], axis=0)
        for stream in series.streams:
            part = np.divide(
                persons[stream], together, out=np.full(values.size, 1.0 / len(series.streams)), where=together > 0.0
            )
            found[stream] = np.where(there, values * part, persons[stream])
    return found
