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
    PROVINCES_COUNT,
    STAY_COUNTS,
    STAYS,
    Bed,
    Place,
    Register,
    Status,
    Stay,
    Way,
    bring_to_reception,
    count_realised,
    flag_beyond_norm,
    seek_links,
    settle,
)
from models.world import LUCK_FACILITY, LUCK_HOST, World
from sim.compiled import entry, kernel
from sim.luck import uniform, uniforms
from sim.queues import join_in_front, leave
from sim.records import Kept

#: Stays are offered in this order.
ORDER = (
    Stay.MUNICIPAL_INTERMEDIATE, Stay.ACCELERATION, Stay.REGIONAL_INTERMEDIATE, Stay.FLOW_THROUGH, Stay.HOTEL,
    Stay.SELF_ARRANGED, Stay.HOSTS,
)  # fmt: skip
NATIONAL, PROVINCIAL, MUNICIPAL_SCOPE = 0, 1, 2
SCOPE = np.array([0, 0, 0, 2, 1, 2, 1])


@kernel
def _enter(register: Register, who: int, kind: int, day: int) -> bool:
    """Let a household enter a stay, and tell whether it comes from reception; some kinds count as realised on entry.

    Who moves from stay to stay, with family that joins, left reception on the first day; only hosts and hotel, which
    have a term, begin to count anew.
    """
    household = register.households[who]
    arrives = household.stay < 0
    settle(register, who, Place.IN_STAY)
    household.stay = household.last_stay = kind
    if arrives or kind == Stay.HOSTS or kind == Stay.HOTEL:
        household.stay_since = day
    household.stay_ended = -1
    register.towns[household.municipality].in_stays[kind] += household.persons
    register.counts[0].in_stays[kind] += household.persons
    if STAY_COUNTS[kind] == 1:
        count_realised(register, who, 0, Way.STAY)
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
    counts = register.counts[0]
    towns = register.towns
    kinds = order.size
    # Free places per kind for the country, per province and per municipality.
    national_room = room_left[:, PROVINCES_COUNT]
    province_room = room_left[:, :PROVINCES_COUNT]
    room_left[:] = 0
    for kind in range(kinds):
        for place in range(province_of.size):
            room = places[kind, place] - towns[place].in_stays[kind]
            national_room[kind] += room
            province_room[kind, province_of[place]] += room
    while marks[1] < counts.permit_households:
        candidates[0, marks[0]] = register.logs[marks[1]].permit
        marks[0] += 1
        marks[1] += 1
    # First the guests whose stay is over.
    guests = 0
    for index in range(marks[2]):
        who = candidates[1, index]
        household = households[who]
        stay = household.stay
        if stay < 0:
            continue
        ended = stay == Stay.SELF_ARRANGED and places[stay, 0] == 0
        if household.status == Status.SEEKING and (ended or day - household.stay_since >= most_days[stay]):
            room = household.persons - max(household.bed_persons, 0)
            place = household.municipality
            national_room[stay] += room
            province_room[stay, province_of[place]] += room
            bring_to_reception(register, who, Bed.PERMIT_HOLDER)
            household.stay_ended = day
            if household.permit + norm_days < day:
                flag_beyond_norm(register, who)
            continue
        over = stay == Stay.ACCELERATION and day - household.permit >= acceleration_days
        if over and household.status == Status.SEEKING:
            # The arrangement is over: the municipality must find a home now, before anybody else.
            line = register.towns[household.municipality].line
            leave(line, seek_links(register), who)
            join_in_front(line, seek_links(register), who)
        candidates[1, guests] = who
        guests += 1
    # Facilities of one municipality: its own line, longest linked first.
    for turn in range(kinds):
        kind = order[turn]
        if scopes[kind] != MUNICIPAL_SCOPE or national_room[kind] <= 0:
            continue
        for place in range(province_of.size):
            room = places[kind, place] - towns[place].in_stays[kind]
            who = register.towns[place].line.first
            while who >= 0 and room > 0:
                household = households[who]
                persons = household.persons
                late = kind == Stay.ACCELERATION and day - household.permit >= acceleration_days
                if household.bed == Bed.PERMIT_HOLDER and persons <= room and not late:
                    if _enter(register, who, kind, day):
                        candidates[1, guests] = who
                        guests += 1
                    room -= persons
                who = household.seek_next
    # Pooled places: everybody without a home, longest permit first, until they are full.
    pooled = 0
    for kind in range(kinds):
        if scopes[kind] != MUNICIPAL_SCOPE and kind != Stay.HOSTS and kind != Stay.SELF_ARRANGED:
            pooled += max(national_room[kind], 0)
    if pooled > 0:
        kept = 0
        for index in range(marks[0]):
            who = candidates[0, index]
            household = households[who]
            if household.status >= Status.HOUSED:
                continue
            candidates[0, kept] = who
            kept += 1
            if pooled <= 0 or household.status != Status.SEEKING or household.bed != Bed.PERMIT_HOLDER:
                continue
            persons = household.persons
            province = province_of[household.municipality]
            for turn in range(kinds):
                kind = order[turn]
                if scopes[kind] == MUNICIPAL_SCOPE or kind == Stay.HOSTS or kind == Stay.SELF_ARRANGED:
                    continue
                if national_room[kind] < persons:
                    continue
                if kind == Stay.HOTEL:
                    # Only for who waits beyond the norm, and not again right after a stay that ended.
                    since = household.stay_since
                    again = since >= 0 and day - since < most_days[Stay.HOTEL] + norm_days
                    if household.over_norm == 0 or again:
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
    while marks[3] < counts.permit_households:
        who = register.logs[marks[3]].permit
        household = households[who]
        if household.permit + asked_after_days > day:
            break
        persons = household.persons
        fits = national_room[Stay.SELF_ARRANGED] >= persons
        kind = Stay.SELF_ARRANGED.value if fits else Stay.HOSTS.value
        if national_room[Stay.HOSTS] <= 0 and national_room[Stay.SELF_ARRANGED] <= 0:
            break
        marks[3] += 1
        if household.status != Status.SEEKING or household.bed != Bed.PERMIT_HOLDER:
            continue
        if national_room[kind] >= persons and uniform(seed, household.identity, LUCK_HOST) < willing_share:
            if _enter(register, who, kind, day):
                candidates[1, guests] = who
                guests += 1
            national_room[kind] -= persons
    marks[2] = guests


class Stays:
    """Hosts, hotels and facilities in between."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None:
        stays = parameters.stays
        first_day, seed = register.first_day, register.seed
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
        self.candidates = np.zeros((2, 2 * register.households.size), dtype=np.int32)
        self.room_left = np.zeros((len(STAYS), PROVINCES_COUNT + 1), dtype=np.int64)
        self.marks = np.zeros(4, dtype=np.int64)
        self._places_for: tuple[float, ...] = ()
        self._places = np.zeros((len(STAYS), len(towns)), dtype=np.int64)

    def state(self) -> dict[str, Kept]:
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
        """End stays that are over, offer free places."""
        places = self.places(day)
        if places.any() or self.register.towns["in_stays"].any():
            _a_week(
                self.register, self.seed, day, places, self.most_days, self.order, SCOPE, self.province,
                self.candidates, self.room_left, self.marks, self.acceleration_days,
                self.norm_days, self.willing_share, self.asked_after_days,
            )  # fmt: skip
