"""Temporary stays: ways out of reception that are not yet a lasting home.

Who acts: COA, hosts, hotels and municipalities, once a week. Who waits: linked households with
a bed, longest permit first. What leaves: households out of reception for a while; they stay in
the line for a home. Hosts and hotels end after their term and the household comes back to a
bed; intermediate facilities last until a home is found. Hotel, intermediate, acceleration and
flow-through places count towards the target on entry, staying with hosts does not. Left out:
life inside a facility.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.geography import PROVINCES, divide, municipalities
from models.parameters import Parameters
from models.register import (
    ACCELERATION,
    BED,
    BED_PERMIT,
    BED_PERSONS,
    FLOW_THROUGH,
    HOSTS,
    HOTEL,
    IN_HOME,
    IN_STAY,
    LAST_STAY,
    M_STAYS,
    MUNICIPAL_INTERMEDIATE,
    MUNICIPALITY,
    OVER_NORM,
    PERMIT,
    PERMIT_LOG,
    PERMIT_LOGGED,
    PERSONS,
    PROVINCES_COUNT,
    REALISED_STAY,
    REGIONAL_INTERMEDIATE,
    SEEK_LINE,
    SEEK_NEXT,
    SEEK_PREVIOUS,
    SEEKING,
    SELF_ARRANGED,
    STATUS,
    STAY,
    STAY_COUNTS,
    STAY_ENDED,
    STAY_KIND,
    STAY_SINCE,
    STAYS,
    Register,
    bring_to_reception,
    count_realised,
    flag_beyond_norm,
    settle,
)
from models.world import LUCK_FACILITY, LUCK_HOST
from sim.compiled import entry, kernel
from sim.luck import uniform, uniforms
from sim.queues import FIRST, join_in_front, leave

#: Stays are offered in this order.
ORDER = (MUNICIPAL_INTERMEDIATE, ACCELERATION, REGIONAL_INTERMEDIATE, FLOW_THROUGH, HOTEL, SELF_ARRANGED, HOSTS)
NATIONAL, PROVINCIAL, MUNICIPAL_SCOPE = 0, 1, 2
SCOPE = np.array([0, 0, 0, 2, 1, 2, 1])


@kernel
def _enter(register: Register, who: int, kind: int, day: int) -> bool:
    """Let a household enter a stay, and tell whether it comes from reception; some kinds count as realised on entry.

    Who moves from stay to stay, with family that joins, left reception on the first day; only hosts and hotel, which
    have a term, begin to count anew.
    """
    households = register.households
    arrives = households[STAY, who] < 0
    settle(register, who, IN_STAY)
    households[STAY, who] = households[LAST_STAY, who] = kind
    if arrives or kind == HOSTS or kind == HOTEL:
        households[STAY_SINCE, who] = day
    households[STAY_ENDED, who] = -1
    register.municipal[M_STAYS + kind, households[MUNICIPALITY, who]] += households[PERSONS, who]
    register.counts[STAY_KIND + kind] += households[PERSONS, who]
    if STAY_COUNTS[kind] == 1:
        count_realised(register, who, 0, REALISED_STAY)
    return bool(arrives)


@entry
def _a_week(
    register: Register, seed: int, day: int, places: NDArray[np.int64], most_days: NDArray[np.int64],
    order: NDArray[np.int64], scopes: NDArray[np.int64], province_of: NDArray[np.int64],
    candidates: NDArray[np.int32], room_left: NDArray[np.int64], marks: NDArray[np.int64], acceleration_days: int,
    norm_days: int, willing_share: float, asked_after_days: int,
) -> None:  # fmt: skip
    """End stays that are over, then offer free places to the longest waiting.

    ``candidates`` lists permit holders without a home in order of their permit and, in its second
    row, the guests; ``marks`` holds how many candidates, how much of the permit log was read, how
    many guests, and how far hosts were asked about.
    """
    households = register.households
    identities = register.identities
    counts = register.counts
    ends = register.ends
    municipal = register.municipal
    logs = register.logs
    kinds = order.size
    # Free places per kind for the country, per province and per municipality.
    national_room = room_left[:, PROVINCES_COUNT]
    province_room = room_left[:, :PROVINCES_COUNT]
    room_left[:] = 0
    for kind in range(kinds):
        for place in range(province_of.size):
            room = places[kind, place] - municipal[M_STAYS + kind, place]
            national_room[kind] += room
            province_room[kind, province_of[place]] += room
    while marks[1] < counts[PERMIT_LOGGED]:
        candidates[0, marks[0]] = logs[PERMIT_LOG, marks[1]]
        marks[0] += 1
        marks[1] += 1
    # First the guests whose stay is over.
    guests = 0
    for index in range(marks[2]):
        who = candidates[1, index]
        stay = households[STAY, who]
        if stay < 0:
            continue
        ended = stay == SELF_ARRANGED and places[stay, 0] == 0
        if households[STATUS, who] == SEEKING and (ended or day - households[STAY_SINCE, who] >= most_days[stay]):
            room = households[PERSONS, who] - max(households[BED_PERSONS, who], 0)
            place = households[MUNICIPALITY, who]
            national_room[stay] += room
            province_room[stay, province_of[place]] += room
            bring_to_reception(register, who, BED_PERMIT)
            households[STAY_ENDED, who] = day
            if households[PERMIT, who] + norm_days < day:
                flag_beyond_norm(register, who)
            continue
        over = stay == ACCELERATION and day - households[PERMIT, who] >= acceleration_days
        if over and households[STATUS, who] == SEEKING:
            # The arrangement is over: the municipality must find a home now, before anybody else.
            line = SEEK_LINE + households[MUNICIPALITY, who]
            leave(households, SEEK_NEXT, SEEK_PREVIOUS, ends, line, who)
            join_in_front(households, SEEK_NEXT, SEEK_PREVIOUS, ends, line, who)
        candidates[1, guests] = who
        guests += 1
    # Facilities of one municipality: its own line, longest linked first.
    for turn in range(kinds):
        kind = order[turn]
        if scopes[kind] != MUNICIPAL_SCOPE or national_room[kind] <= 0:
            continue
        for place in range(province_of.size):
            room = places[kind, place] - municipal[M_STAYS + kind, place]
            who = ends[FIRST, SEEK_LINE + place]
            while who >= 0 and room > 0:
                persons = households[PERSONS, who]
                late = kind == ACCELERATION and day - households[PERMIT, who] >= acceleration_days
                if households[BED, who] == BED_PERMIT and persons <= room and not late:
                    if _enter(register, who, kind, day):
                        candidates[1, guests] = who
                        guests += 1
                    room -= persons
                who = households[SEEK_NEXT, who]
    # Pooled places: everybody without a home, longest permit first, until they are full.
    pooled = 0
    for kind in range(kinds):
        if scopes[kind] != MUNICIPAL_SCOPE and kind != HOSTS and kind != SELF_ARRANGED:
            pooled += max(national_room[kind], 0)
    if pooled > 0:
        kept = 0
        for index in range(marks[0]):
            who = candidates[0, index]
            if households[STATUS, who] >= IN_HOME:
                continue
            candidates[0, kept] = who
            kept += 1
            if pooled <= 0 or households[STATUS, who] != SEEKING or households[BED, who] != BED_PERMIT:
                continue
            persons = households[PERSONS, who]
            province = province_of[households[MUNICIPALITY, who]]
            for turn in range(kinds):
                kind = order[turn]
                if scopes[kind] == MUNICIPAL_SCOPE or kind == HOSTS or kind == SELF_ARRANGED:
                    continue
                if national_room[kind] < persons:
                    continue
                if kind == HOTEL:
                    # Only for who waits beyond the norm, and not again right after a stay that ended.
                    since = households[STAY_SINCE, who]
                    again = since >= 0 and day - since < most_days[HOTEL] + norm_days
                    if households[OVER_NORM, who] == 0 or again:
                        continue
                if scopes[kind] == PROVINCIAL and province_room[kind, province] < persons:
                    continue
                if _enter(register, who, kind, day):
                    candidates[1, guests] = who
                    guests += 1
                national_room[kind] -= persons
                province_room[kind, province] -= persons
                pooled -= persons
                break
        marks[0] = kept
    # Hosts and self-arranged: everybody is asked once, some time after the permit, while there is room; whoever
    # does not fit in the room there is then, is passed by.
    while marks[3] < counts[PERMIT_LOGGED]:
        who = logs[PERMIT_LOG, marks[3]]
        if households[PERMIT, who] + asked_after_days > day:
            break
        persons = households[PERSONS, who]
        kind = SELF_ARRANGED if national_room[SELF_ARRANGED] >= persons else HOSTS
        if national_room[HOSTS] <= 0 and national_room[SELF_ARRANGED] <= 0:
            break
        marks[3] += 1
        if households[STATUS, who] != SEEKING or households[BED, who] != BED_PERMIT:
            continue
        if national_room[kind] >= persons and uniform(seed, identities[who], LUCK_HOST) < willing_share:
            if _enter(register, who, kind, day):
                candidates[1, guests] = who
                guests += 1
            national_room[kind] -= persons
    marks[2] = guests


class Stays:
    """Hosts, hotels and facilities in between."""

    def __init__(self, parameters: Parameters, register: Register, first_day: int, horizon: int, seed: int) -> None:
        stays = parameters.stays
        self.register, self.seed, self.first_day = register, seed, first_day
        self.schedules = tuple(getattr(stays, f"{name}_places").daily(first_day, horizon) for name in STAYS)
        towns = municipalities()
        self.province = towns.province
        self.province_weights = np.array(
            [towns.inhabitants[towns.province == number].sum() for number in range(len(PROVINCES))]
        )
        self.capitals = np.array([int(np.flatnonzero(towns.province == number)[0]) for number in range(len(PROVINCES))])
        luck = uniforms(seed, np.arange(1, len(towns) + 1), LUCK_FACILITY)
        # Larger municipalities are likelier to have a facility first; the order never depends on policy.
        self.facility_order = np.argsort(-(luck ** (towns.inhabitants.mean() / towns.inhabitants)), kind="stable")
        most = 10**6
        self.most_days = np.array(
            [int(stays.hosts_days), most, int(stays.hotel_days), most, most, most, most], dtype=np.int64
        )
        self.acceleration_days = int(stays.acceleration_days)
        self.norm_days = int(parameters.linking.norm_days)
        self.willing_share, self.asked_after_days = stays.willing_share, int(stays.asked_after_days)
        self.facility_places = max(int(stays.facility_places), 1)
        self.order = np.array(ORDER)
        self.candidates = np.zeros((2, 2 * register.households.shape[1]), dtype=np.int32)
        self.room_left = np.zeros((len(STAYS), PROVINCES_COUNT + 1), dtype=np.int64)
        self.marks = np.zeros(4, dtype=np.int64)
        self._places_for: tuple[float, ...] = ()
        self._places = np.zeros((len(STAYS), len(towns)), dtype=np.int64)

    def state(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays a snapshot must hold."""
        return {"candidates": self.candidates, "marks": self.marks}

    def places(self, day: int) -> NDArray[np.int64]:
        """Return the places per kind and municipality today; pooled kinds stand where they are run."""
        totals = tuple(float(schedule[day - self.first_day]) for schedule in self.schedules)
        if totals != self._places_for:
            places = np.zeros_like(self._places)
            for kind, total in enumerate(totals):
                if SCOPE[kind] == NATIONAL:
                    places[kind, 0] = round(total)
                elif SCOPE[kind] == PROVINCIAL:
                    places[kind, self.capitals] = divide(round(total), self.province_weights)
                else:
                    facilities = round(total / self.facility_places)
                    order = np.resize(self.facility_order, facilities) if facilities else self.facility_order[:0]
                    np.add.at(places[kind], order, self.facility_places)
            self._places, self._places_for = places, totals
        return self._places

    def act(self, day: int) -> None:
        """End and offer stays, once a week."""
        places = self.places(day)
        if places.any() or self.register.municipal[M_STAYS:].any():
            _a_week(
                self.register, self.seed, day, places, self.most_days, self.order, SCOPE, self.province,
                self.candidates, self.room_left, self.marks, self.acceleration_days,
                self.norm_days, self.willing_share, self.asked_after_days,
            )  # fmt: skip
