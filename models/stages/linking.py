"""Linking: a complete dossier and registration first, then a municipality.

Who acts: registration counters and COA's linking desk, on working days. Who waits: permit
holders whose dossier is not complete, then those for whom there is no counter yet. What leaves:
households in the line of a municipality (written in the link log). The rule is a lever: by
remaining target, as now, or by homes of the right size that are coming free. Everybody gets a
municipality; the sum always closes. Left out: contra-indications and bonds with a place.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.geography import municipalities
from models.parameters import Parameters
from models.register import (
    COUNTED,
    DOSSIER,
    IN_DOSSIER,
    LINE,
    LINE_LINKABLE,
    LINE_NEXT,
    LINE_PREVIOUS,
    LINK_LOGGED,
    LINKABLE,
    LINKED,
    LINKED_PERSONS,
    M_LINKED_WAITING,
    M_OPENING,
    M_REALISED,
    M_SEEKING,
    M_TARGET,
    MUNICIPALITY,
    PERMIT_LOGGED,
    PERSONS,
    STATUS,
    TO_LINK,
    Register,
    size_needed,
    start_seeking,
)
from models.world import LUCK_DOSSIER, LUCK_EARLY, LUCK_LINK
from sim.agenda import NEXT, WHO, Agenda, appoint
from sim.calendar import is_working_day
from sim.compiled import kernel
from sim.luck import uniform
from sim.queues import FIRST, join, leave

#: How far ahead linking on supply looks for homes of the right size.
HOMES_AHEAD_DAYS = 70.0


@kernel
def _choose_by_target(register: Register, inhabitants: NDArray[np.float64]) -> int:
    """Return the municipality with the largest remaining target per inhabitant."""
    best = 0
    best_score = -1.0e18
    municipal = register.municipal
    for place in range(inhabitants.size):
        remaining = (
            municipal[M_OPENING, place]
            + municipal[M_TARGET, place]
            - municipal[M_REALISED, place]
            - municipal[M_LINKED_WAITING, place]
        )
        score = remaining / inhabitants[place]
        if score > best_score:
            best_score = score
            best = place
    return best


@kernel
def _choose_by_homes(register: Register, persons: int, homes_per_day: NDArray[np.float64]) -> int:
    """Return the municipality where most homes of this size come free per household in line.

    Municipalities with something left to do come first; ``homes_per_day`` has shape (sizes,
    municipalities).
    """
    size = size_needed(persons)
    municipal = register.municipal
    best = 0
    best_score = -1.0e18
    for place in range(homes_per_day.shape[1]):
        coming = homes_per_day[size, place] * HOMES_AHEAD_DAYS
        score = coming / (municipal[M_SEEKING + size, place] + 1.0)
        remaining = municipal[M_OPENING, place] + municipal[M_TARGET, place] - municipal[M_REALISED, place]
        if remaining <= 0:
            score -= 1.0e6
        if score > best_score:
            best_score = score
            best = place
    return best


@kernel
def _a_day(
    register: Register, seed: int, day: int, first_day: int, working: bool, counters: int, by_homes: bool,
    dossier_days: float, link_days: float, early_share: float, early_days: float,
    inhabitants: NDArray[np.float64], homes_per_day: NDArray[np.float64], read: NDArray[np.int64],
    heads: NDArray[np.int32], entries: NDArray[np.int32], cursor: NDArray[np.int64],
) -> None:  # fmt: skip
    """Start dossiers for new permits, close those that are due, link as many as the counters can."""
    households = register.households
    while read[0] < register.tallies[PERMIT_LOGGED]:
        who = register.permit_log[read[0]]
        read[0] += 1
        if households[STATUS, who] != DOSSIER:
            continue
        identity = register.identities[who]
        days = dossier_days
        if uniform(seed, identity, LUCK_EARLY) < early_share:
            days = max(days - early_days, 0.0)
        delay = days * (0.5 + uniform(seed, identity, LUCK_DOSSIER))
        delay += link_days * uniform(seed, identity, LUCK_LINK)
        appoint(heads, entries, cursor, day + 1 + int(delay) - first_day, who, 0)
    entry = heads[day - first_day]
    while entry >= 0:
        who = entries[WHO, entry]
        persons = households[PERSONS, who]
        households[STATUS, who] = LINKABLE
        register.gauges[IN_DOSSIER] -= persons
        register.gauges[TO_LINK] += persons
        households[LINE, who] = LINE_LINKABLE
        join(households, LINE_NEXT, LINE_PREVIOUS, register.line_ends, LINE_LINKABLE, who)
        entry = entries[NEXT, entry]
    if not working:
        return
    for _ in range(counters):
        who = register.line_ends[FIRST, LINE_LINKABLE]
        if who < 0:
            return
        leave(households, LINE_NEXT, LINE_PREVIOUS, register.line_ends, LINE_LINKABLE, who)
        persons = households[PERSONS, who]
        place = (
            _choose_by_homes(register, persons, homes_per_day)
            if by_homes
            else _choose_by_target(register, inhabitants)
        )
        register.gauges[TO_LINK] -= persons
        register.tallies[LINKED_PERSONS] += persons
        link(register, who, place, day)


@kernel
def link(register: Register, who: int, place: int, day: int) -> None:
    """Link a household to a municipality and put it in the municipality's line."""
    households = register.households
    households[LINKED, who] = day
    households[MUNICIPALITY, who] = place
    register.municipal[M_LINKED_WAITING, place] += households[PERSONS, who] - households[COUNTED, who]
    register.link_log[register.tallies[LINK_LOGGED]] = who
    register.tallies[LINK_LOGGED] += 1
    start_seeking(register, who)


class Linking:
    """COA's linking desk and the registration counters."""

    def __init__(
        self, parameters: Parameters, register: Register, homes_per_day: NDArray[np.float64], first_day: int,
        horizon: int, seed: int,
    ) -> None:  # fmt: skip
        linking = parameters.linking
        self.register, self.seed, self.first_day = register, seed, first_day
        self.inhabitants = municipalities().inhabitants
        self.homes_per_day = homes_per_day
        self.by_homes = linking.rule == "homes"
        self.counters: list[int] = np.rint(linking.dossiers_per_day.daily(first_day, horizon)).astype(int).tolist()
        self.early_share: list[float] = linking.early_registration_share.daily(first_day, horizon).tolist()
        self.dossier_days, self.link_days = linking.dossier_days, linking.link_days_max
        self.early_days = linking.early_registration_days_saved
        self.working = [is_working_day(day) for day in range(first_day, horizon)]
        self.agenda = Agenda(horizon - first_day, 2 * register.households.shape[1])
        self.read = np.zeros(1, dtype=np.int64)

    def state(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays a snapshot must hold."""
        return {"read": self.read, **self.agenda.state()}

    def start(self, linked: NDArray[np.int64], linked_since: NDArray[np.int64]) -> None:
        """Link the part of the starting stock that already had a municipality, longest first."""
        for who, since in zip(linked.tolist(), linked_since.tolist(), strict=True):
            self.register.gauges[IN_DOSSIER] -= self.register.households[PERSONS, who]
            link(self.register, who, int(_choose_by_target(self.register, self.inhabitants)), since)

    def act(self, day: int) -> None:
        """Let one day pass at the desk."""
        offset = day - self.first_day
        agenda = self.agenda
        agenda.make_room(6000)
        _a_day(
            self.register, self.seed, day, self.first_day, self.working[offset], self.counters[offset],
            self.by_homes, self.dossier_days, self.link_days, self.early_share[offset], self.early_days,
            self.inhabitants, self.homes_per_day, self.read, agenda.heads, agenda.entries, agenda.cursor,
        )  # fmt: skip
