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
from models.register import Line, Register, Status, line_links, size_needed, start_seeking
from models.world import LUCK_DOSSIER, LUCK_EARLY, LUCK_LINK, LUCK_MUNICIPALITY
from sim.agenda import NEXT, WHO, Agenda, appoint
from sim.calendar import working_days
from sim.compiled import entry, kernel
from sim.luck import uniform, uniforms
from sim.queues import join, leave

LINK_BY_TARGET, LINK_BY_HOMES = range(2)


@kernel
def _remaining(register: Register, place: int) -> int:
    """Return how many persons a municipality must still be linked."""
    town = register.towns[place]
    return int(town.opening + town.target - town.realised - town.linked_waiting)


@kernel
def _remaining_per_inhabitant(register: Register, inhabitants: NDArray[np.float64], place: int) -> float:
    """Return what a municipality must still be linked, per inhabitant."""
    return float(_remaining(register, place) / inhabitants[place])


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
    towns = register.towns
    size = size_needed(persons)
    best = 0
    best_score = -1.0e18
    for place in range(homes_per_day.shape[1]):
        coming = homes_per_day[size, place] * homes_ahead_days
        score = coming / (towns[place].seeking[size] + 1.0)
        if _remaining(register, place) <= 0:
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
    counts = register.counts[0]
    while read[0] < counts.permit_households:
        who = register.logs[read[0]].permit
        household = households[who]
        read[0] += 1
        if household.status != Status.DOSSIER:
            continue
        identity = household.identity
        days = dossier_days
        if uniform(seed, identity, LUCK_EARLY) < early_share:
            days = max(days - early_days, 0.0)
        delay = days * (1.0 + dossier_spread * (2.0 * uniform(seed, identity, LUCK_DOSSIER) - 1.0))
        delay += link_days * uniform(seed, identity, LUCK_LINK)
        # Counted from the permit, which in the starting stock lies before today.
        appoint(agenda, max(household.permit + int(delay), day) + 1 - first_day, who, 0)
    due = agenda[NEXT, day - first_day]
    while due > 0:
        who = agenda[WHO, due]
        household = households[who]
        persons = household.persons
        household.status = Status.LINKABLE
        counts.dossier -= persons
        counts.linkable += persons
        household.line = Line.LINKABLE
        join(register.lines[Line.LINKABLE], line_links(register), who)
        due = agenda[NEXT, due]
    if not working:
        return
    place = -1
    for _ in range(counters):
        who = register.lines[Line.LINKABLE].first
        household = households[who]
        if who < 0:
            return
        leave(register.lines[Line.LINKABLE], line_links(register), who)
        persons = household.persons
        place = (
            _choose_by_homes(register, persons, homes_per_day, homes_ahead_days)
            if by_homes
            else _choose_by_target(register, inhabitants, scores, winners, place)
        )
        counts.linkable -= persons
        counts.linked += persons
        link(register, who, place, day)


@kernel
def link(register: Register, who: int, place: int, day: int) -> None:
    """Link a household to a municipality and put it in the municipality's line."""
    household = register.households[who]
    counts = register.counts[0]
    towns = register.towns
    household.linked = day
    household.municipality = place
    towns[place].linked_waiting += household.persons - household.counted
    register.logs[counts.linked_households].link = who
    counts.linked_households += 1
    start_seeking(register, who)


@kernel
def _link_stock(register: Register, linked: NDArray[np.int64], places: NDArray[np.int64], after_days: int) -> None:
    households = register.households
    counts = register.counts[0]
    for index in range(linked.size):
        who = linked[index]
        household = households[who]
        counts.dossier -= household.persons
        link(register, who, places[index], household.permit + after_days)


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
        self.agenda = Agenda(horizon - first_day, 2 * register.households.size)
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
        luck = uniforms(self.seed, self.register.households["identity"][linked], LUCK_MUNICIPALITY)
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
