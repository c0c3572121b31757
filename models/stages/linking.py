"""Linking: a complete dossier and registration first, then a municipality.

Who acts: registration counters and COA's linking desk, on working days. Who waits: permit
holders whose dossier is not complete, then those for whom there is no counter yet. What leaves:
households in the line of a municipality (written in the link log). The rule is a lever: by
remaining target, as now, or by homes of the right size that are coming free. Everybody gets a
municipality; the sum always closes. Left out: contra-indications and bonds with a place.
"""

from __future__ import annotations

import math

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
    LINK_LOG,
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
    PERMIT,
    PERMIT_LOG,
    PERMIT_LOGGED,
    PERSONS,
    STATUS,
    TO_LINK,
    Register,
    size_needed,
    start_seeking,
)
from models.world import LUCK_DOSSIER, LUCK_EARLY, LUCK_LINK, LUCK_MUNICIPALITY
from sim.agenda import NEXT, WHO, Agenda, appoint
from sim.calendar import working_days
from sim.compiled import entry, kernel
from sim.luck import uniform, uniforms
from sim.queues import FIRST, join, leave

LINK_BY_TARGET, LINK_BY_HOMES = range(2)


@kernel
def _remaining_per_inhabitant(register: Register, inhabitants: NDArray[np.float64], place: int) -> float:
    """Return what a municipality must still be linked, per inhabitant."""
    municipal = register.municipal
    remaining = (
        municipal[M_OPENING, place]
        + municipal[M_TARGET, place]
        - municipal[M_REALISED, place]
        - municipal[M_LINKED_WAITING, place]
    )
    return float(remaining / inhabitants[place])


@kernel
def _better(scores: NDArray[np.float64], first: int, second: int) -> int:
    if second < 0 or (first >= 0 and scores[first] >= scores[second]):
        return first
    return second


@kernel
def _choose_by_target(
    register: Register, inhabitants: NDArray[np.float64], scores: NDArray[np.float64], winners: NDArray[np.int32],
    last: int,
) -> int:  # fmt: skip
    """Return the municipality with the largest remaining target per inhabitant; ties go to the first.

    ``scores`` are kept during one desk day; only that of the ``last`` linked place is renewed,
    all of them when ``last`` is -1. ``winners`` is the knock-out tree over them: place n plays
    in leaf ``half + n``, the winner of all stands at 1.
    """
    half = winners.size // 2
    if last < 0:
        for place in range(inhabitants.size):
            scores[place] = _remaining_per_inhabitant(register, inhabitants, place)
            winners[half + place] = place
        for place in range(inhabitants.size, half):
            winners[half + place] = -1
        node = half - 1
        while node >= 1:
            winners[node] = _better(scores, winners[2 * node], winners[2 * node + 1])
            node -= 1
    else:
        scores[last] = _remaining_per_inhabitant(register, inhabitants, last)
        node = (half + last) // 2
        while node >= 1:
            winners[node] = _better(scores, winners[2 * node], winners[2 * node + 1])
            node //= 2
    return int(winners[1])


@kernel
def _choose_by_homes(
    register: Register, persons: int, homes_per_day: NDArray[np.float64], homes_ahead_days: float
) -> int:
    """Return the municipality where most homes of this size come free per household in line.

    Municipalities with something left to do come first; ``homes_per_day`` has shape (sizes,
    municipalities).
    """
    municipal = register.municipal
    size = size_needed(persons)
    best = 0
    best_score = -1.0e18
    for place in range(homes_per_day.shape[1]):
        coming = homes_per_day[size, place] * homes_ahead_days
        score = coming / (municipal[M_SEEKING + size, place] + 1.0)
        remaining = (
            municipal[M_OPENING, place]
            + municipal[M_TARGET, place]
            - municipal[M_REALISED, place]
            - municipal[M_LINKED_WAITING, place]
        )
        if remaining <= 0:
            score -= 1.0e6
        if score > best_score:
            best_score = score
            best = place
    return best


@entry
def _a_day(
    register: Register, seed: int, day: int, first_day: int, working: bool, counters: int, by_homes: bool,
    dossier_days: float, dossier_spread: float, link_days: float, early_share: float, early_days: float,
    inhabitants: NDArray[np.float64], scores: NDArray[np.float64], winners: NDArray[np.int32],
    homes_per_day: NDArray[np.float64], homes_ahead_days: float, read: NDArray[np.int64], agenda: NDArray[np.int32],
) -> None:  # fmt: skip
    """Start dossiers for new permits, close those that are due, link as many as the counters can."""
    households = register.households
    identities = register.identities
    counts = register.counts
    ends = register.ends
    logs = register.logs
    while read[0] < counts[PERMIT_LOGGED]:
        who = logs[PERMIT_LOG, read[0]]
        read[0] += 1
        if households[STATUS, who] != DOSSIER:
            continue
        identity = identities[who]
        days = dossier_days
        if uniform(seed, identity, LUCK_EARLY) < early_share:
            days = max(days - early_days, 0.0)
        delay = days * (1.0 + dossier_spread * (2.0 * uniform(seed, identity, LUCK_DOSSIER) - 1.0))
        delay += link_days * uniform(seed, identity, LUCK_LINK)
        # Counted from the permit, which in the starting stock lies before today.
        appoint(agenda, max(households[PERMIT, who] + int(delay), day) + 1 - first_day, who, 0)
    entry = agenda[NEXT, day - first_day]
    while entry > 0:
        who = agenda[WHO, entry]
        persons = households[PERSONS, who]
        households[STATUS, who] = LINKABLE
        counts[IN_DOSSIER] -= persons
        counts[TO_LINK] += persons
        households[LINE, who] = LINE_LINKABLE
        join(households, LINE_NEXT, LINE_PREVIOUS, ends, LINE_LINKABLE, who)
        entry = agenda[NEXT, entry]
    if not working:
        return
    place = -1
    for _ in range(counters):
        who = ends[FIRST, LINE_LINKABLE]
        if who < 0:
            return
        leave(households, LINE_NEXT, LINE_PREVIOUS, ends, LINE_LINKABLE, who)
        persons = households[PERSONS, who]
        place = (
            _choose_by_homes(register, persons, homes_per_day, homes_ahead_days)
            if by_homes
            else _choose_by_target(register, inhabitants, scores, winners, place)
        )
        counts[TO_LINK] -= persons
        counts[LINKED_PERSONS] += persons
        link(register, who, place, day)


@kernel
def link(register: Register, who: int, place: int, day: int) -> None:
    """Link a household to a municipality and put it in the municipality's line."""
    households = register.households
    counts = register.counts
    municipal = register.municipal
    logs = register.logs
    households[LINKED, who] = day
    households[MUNICIPALITY, who] = place
    municipal[M_LINKED_WAITING, place] += households[PERSONS, who] - households[COUNTED, who]
    logs[LINK_LOG, counts[LINK_LOGGED]] = who
    counts[LINK_LOGGED] += 1
    start_seeking(register, who)


@kernel
def _link_stock(register: Register, linked: NDArray[np.int64], places: NDArray[np.int64], after_days: int) -> None:
    households = register.households
    counts = register.counts
    for index in range(linked.size):
        who = linked[index]
        counts[IN_DOSSIER] -= households[PERSONS, who]
        link(register, who, places[index], households[PERMIT, who] + after_days)


class Linking:
    """COA's linking desk and the registration counters."""

    def __init__(
        self, parameters: Parameters, register: Register, homes_per_day: NDArray[np.float64], first_day: int,
        horizon: int, seed: int,
    ) -> None:  # fmt: skip
        linking = parameters.linking
        self.register, self.seed, self.first_day = register, seed, first_day
        self.inhabitants = municipalities().inhabitants
        self.scores = np.zeros(self.inhabitants.size)
        self.winners = np.zeros(2 * 2 ** math.ceil(math.log2(self.inhabitants.size)), dtype=np.int32)
        self.homes_per_day = homes_per_day
        self.by_homes: list[bool] = (linking.rule.daily(first_day, horizon) == LINK_BY_HOMES).tolist()
        self.dossier_spread, self.stock_after = linking.dossier_spread, int(linking.stock_linked_after_days)
        self.counters: list[int] = np.rint(linking.dossiers_per_day.daily(first_day, horizon)).astype(int).tolist()
        self.early_share: list[float] = linking.early_registration_share.daily(first_day, horizon).tolist()
        self.dossier_days, self.link_days = linking.dossier_days, linking.link_days_max
        self.homes_ahead_days = linking.homes_ahead_days
        self.early_days = linking.early_registration_days_saved
        self.working: list[bool] = working_days(first_day, horizon).tolist()
        self.agenda = Agenda(horizon - first_day, 2 * register.households.shape[1])
        self.read = np.zeros(1, dtype=np.int64)

    def state(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays a snapshot must hold."""
        return {"read": self.read, **self.agenda.state()}

    def start(self, linked: NDArray[np.int64]) -> None:
        """Link the part of the starting stock that already had a municipality, longest first.

        They were linked under earlier targets, which follow inhabitants; what a municipality is behind or
        ahead on the start date says what came of those links, not where they went.
        """
        shares = np.cumsum(self.inhabitants / self.inhabitants.sum())
        luck = uniforms(self.seed, self.register.identities[linked], LUCK_MUNICIPALITY)
        _link_stock(self.register, linked, np.minimum(np.searchsorted(shares, luck), shares.size - 1), self.stock_after)

    def act(self, day: int) -> None:
        """Let one day pass at the desk."""
        offset = day - self.first_day
        _a_day(
            self.register, self.seed, day, self.first_day, self.working[offset], self.counters[offset],
            self.by_homes[offset], self.dossier_days, self.dossier_spread, self.link_days,
            self.early_share[offset], self.early_days,
            self.inhabitants, self.scores, self.winners, self.homes_per_day, self.homes_ahead_days, self.read,
            self.agenda.with_room(6000),
        )  # fmt: skip
