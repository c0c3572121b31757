"""Temporary stays: ways out of reception that are not yet a lasting home.

Who acts: COA, hosts, hotels and municipalities, once a week. Who waits: linked households with
a bed, longest permit first. What leaves: households out of reception for a while; they stay in
the line for a home. Hosts and hotels end after their term and the household comes back to a
bed; intermediate facilities last until a home is found. Hotel, intermediate, acceleration and
flow-through places count towards the target on entry, staying with hosts does not. Left out:
life inside a facility.
"""

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from models.geography import divide, municipalities
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
from models.world import Luck, World
from sim.arrays import Int32Array, IntArray
from sim.compiled import entry, kernel
from sim.luck import uniform, uniforms
from sim.queues import join_in_front, leave
from sim.records import Kept, Records, row_of


class Scope(IntEnum):
    """Whom the places of a stay are for: everybody, a province, or one municipality."""

    NATIONAL, PROVINCIAL, MUNICIPAL = range(3)


#: For each kind of stay, in the order of ``Stay``.
SCOPES = (
    Scope.NATIONAL.value, Scope.NATIONAL.value, Scope.NATIONAL.value, Scope.MUNICIPAL.value, Scope.PROVINCIAL.value,
    Scope.MUNICIPAL.value, Scope.PROVINCIAL.value,
)  # fmt: skip
#: Stays are offered in this order: facilities of one municipality, pooled places, then homes of hosts and their own.
MUNICIPAL = (Stay.MUNICIPAL_INTERMEDIATE.value, Stay.ACCELERATION.value)
POOLED = (Stay.REGIONAL_INTERMEDIATE.value, Stay.FLOW_THROUGH.value, Stay.HOTEL.value)
#: Most days of a stay that lasts until a home is found.
_NO_TERM = 10**6
#: Free places of a kind of stay, for the country and per province.
_ROOM = np.dtype([("country", np.int64), ("provinces", np.int64, PROVINCES_COUNT)])


class Policy(NamedTuple):
    """What is laid down for stays: ``rules`` for the whole run, and the province of each municipality."""

    rules: Records
    province_of: IntArray


class Books(NamedTuple):
    """Who may be offered a stay and who is in one.

    ``candidates`` are permit holders without a home in order of their permit, ``guests`` households in a stay; ``now``
    tells how many, how much of the permit log was read, and how many were asked about hosts. ``room`` holds the free
    places of today by kind.
    """

    now: Records
    candidates: Int32Array
    guests: Int32Array
    room: Records


@kernel
def _enter(register: Register, who: int, kind: int, day: int, books: Books) -> None:
    """Let a household enter a stay; some kinds count as realised on entry.

    A household that moves from stay to stay, with family that joins, left reception on the first day; only hosts and
    hotel, which have a term, begin to count anew.
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
    if arrives:
        books.guests[books.now[0].guests] = who
        books.now[0].guests += 1


@kernel
def _count_room(register: Register, places: IntArray, policy: Policy, books: Books) -> None:
    """Count the free places of each kind, for the country and per province."""
    for kind in range(books.room.size):
        room = books.room[kind]
        room.country = 0
        for number in range(PROVINCES_COUNT):
            room.provinces[number] = 0
        for place in range(register.towns.size):
            free = places[kind, place] - register.towns[place].in_stays[kind]
            room.country += free
            room.provinces[policy.province_of[place]] += free


@kernel
def _read_permits(register: Register, books: Books) -> None:
    """Add everybody who got a permit since last week to the candidates."""
    now = books.now[0]
    while now.permits_read < register.counts[0].permit_households:
        books.candidates[now.candidates] = register.logs[now.permits_read].permit
        now.candidates += 1
        now.permits_read += 1


@kernel
def _end_stay(register: Register, who: int, day: int, policy: Policy, books: Books) -> None:
    """Bring a guest back to reception."""
    household = register.households[who]
    room, persons = books.room[household.stay], household.persons - max(household.bed_persons, 0)
    room.country += persons
    room.provinces[policy.province_of[household.municipality]] += persons
    bring_to_reception(register, who, Bed.PERMIT_HOLDER)
    household.stay_ended = day
    if household.permit + policy.rules[0].norm_days < day:
        flag_beyond_norm(register, who)


@kernel
def _end_stays(register: Register, day: int, places: IntArray, policy: Policy, books: Books) -> None:
    """End the stays that are over, and press for a home where the acceleration arrangement is over."""
    now, rules = books.now[0], policy.rules[0]
    kept = 0
    for index in range(now.guests):
        who = books.guests[index]
        household = register.households[who]
        stay = household.stay
        if stay < 0:
            continue
        seeks = household.status == Status.SEEKING
        withdrawn = stay == Stay.SELF_ARRANGED and places[stay, 0] == 0
        if seeks and (withdrawn or day - household.stay_since >= rules.most_days[stay]):
            _end_stay(register, who, day, policy, books)
            continue
        if seeks and stay == Stay.ACCELERATION and day - household.permit >= rules.acceleration_days:
            # The municipality must find a home now, before anybody else's.
            line = register.towns[household.municipality].line
            leave(line, seek_links(register), who)
            join_in_front(line, seek_links(register), who)
        books.guests[kept] = who
        kept += 1
    now.guests = kept


@kernel
def _fill_facilities(register: Register, day: int, kind: int, places: IntArray, policy: Policy, books: Books) -> None:
    """Fill the facilities that municipalities have for their own line, longest linked first."""
    acceleration_days = policy.rules[0].acceleration_days
    for place in range(register.towns.size):
        town = register.towns[place]
        room = places[kind, place] - town.in_stays[kind]
        who = town.line.first
        while who >= 0 and room > 0:
            household = register.households[who]
            persons = household.persons
            late = kind == Stay.ACCELERATION and day - household.permit >= acceleration_days
            if household.bed == Bed.PERMIT_HOLDER and persons <= room and not late:
                _enter(register, who, kind, day, books)
                room -= persons
            who = household.seek_next


@kernel
def _pooled_for(register: Register, who: int, day: int, policy: Policy, books: Books) -> int:
    """Return the first kind of pooled place that is open to a household and has room for it, -1 for none."""
    household, rules = register.households[who], policy.rules[0]
    persons = household.persons
    for kind in POOLED:
        room = books.room[kind]
        if room.country < persons:
            continue
        if kind == Stay.HOTEL:
            # Only for households that wait beyond the norm, and not again right after a stay that ended.
            since = household.stay_since
            again = since >= 0 and day - since < rules.most_days[kind] + rules.norm_days
            if household.over_norm == 0 or again:
                continue
        province = policy.province_of[household.municipality]
        if SCOPES[kind] == Scope.PROVINCIAL and room.provinces[province] < persons:
            continue
        return kind
    return -1


@kernel
def _fill_pooled(register: Register, day: int, policy: Policy, books: Books) -> None:
    """Offer pooled places to everybody without a home, longest permit first, until they are full."""
    pooled, now = 0, books.now[0]
    for kind in POOLED:
        pooled += max(books.room[kind].country, 0)
    if pooled <= 0:
        return
    kept = 0
    for index in range(now.candidates):
        who = books.candidates[index]
        household = register.households[who]
        if household.status >= Status.HOUSED:
            continue
        books.candidates[kept] = who
        kept += 1
        if pooled <= 0 or household.status != Status.SEEKING or household.bed != Bed.PERMIT_HOLDER:
            continue
        kind = _pooled_for(register, who, day, policy, books)
        if kind < 0:
            continue
        persons = household.persons
        _enter(register, who, kind, day, books)
        books.room[kind].country -= persons
        books.room[kind].provinces[policy.province_of[household.municipality]] -= persons
        pooled -= persons
    now.candidates = kept


@kernel
def _ask_hosts(register: Register, day: int, policy: Policy, books: Books) -> None:
    """Offer homes of hosts, or money for one's own, to everybody once, some time after the permit.

    A household for which there is no room at that time is passed by; nobody is asked while there is no room at all.
    """
    now, rules = books.now[0], policy.rules[0]
    hosts, self_arranged = books.room[Stay.HOSTS.value], books.room[Stay.SELF_ARRANGED.value]
    while now.asked < register.counts[0].permit_households:
        who = register.logs[now.asked].permit
        household = register.households[who]
        if household.permit + rules.asked_after_days > day:
            return
        if hosts.country <= 0 and self_arranged.country <= 0:
            return
        now.asked += 1
        if household.status != Status.SEEKING or household.bed != Bed.PERMIT_HOLDER:
            continue
        persons = household.persons
        kind = Stay.SELF_ARRANGED.value if self_arranged.country >= persons else Stay.HOSTS.value
        willing = uniform(register.seed, household.identity, Luck.HOST) < rules.willing_share
        if willing and books.room[kind].country >= persons:
            _enter(register, who, kind, day, books)
            books.room[kind].country -= persons


@entry
def _a_week(register: Register, day: int, places: IntArray, policy: Policy, books: Books) -> None:
    """End stays that are over, then offer free places to the longest waiting."""
    _count_room(register, places, policy, books)
    _read_permits(register, books)
    _end_stays(register, day, places, policy, books)
    for kind in MUNICIPAL:
        if books.room[kind].country > 0:
            _fill_facilities(register, day, kind, places, policy, books)
    _fill_pooled(register, day, policy, books)
    _ask_hosts(register, day, policy, books)


class Stays:
    """Hosts, hotels and facilities in between."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None:
        stays, towns = parameters.stays, municipalities()
        self.register = register
        self.schedules = tuple(getattr(stays, f"{name}_places").daily(register.first_day, horizon) for name in STAYS)
        most_days = np.full(len(STAYS), _NO_TERM)
        most_days[Stay.HOSTS], most_days[Stay.HOTEL] = int(stays.hosts_days), int(stays.hotel_days)
        self.policy = Policy(
            rules=row_of(
                acceleration_days=int(stays.acceleration_days), norm_days=int(parameters.linking.norm_days),
                willing_share=stays.willing_share, asked_after_days=int(stays.asked_after_days), most_days=most_days,
            ),
            province_of=towns.province,
        )  # fmt: skip
        # A permit is given once, but the log has room for two per household; the lists follow the log.
        most = register.logs.size
        self.books = Books(
            now=row_of(candidates=0, guests=0, permits_read=0, asked=0),
            candidates=np.zeros(most, dtype=np.int32),
            guests=np.zeros(most, dtype=np.int32),
            room=np.zeros(len(STAYS), dtype=_ROOM),
        )
        inside = [towns.province == number for number in range(PROVINCES_COUNT)]
        self.province_weights = np.array([towns.inhabitants[towns_of].sum() for towns_of in inside])
        # Places of a province stand in its first municipality.
        self.first_towns = np.array([int(np.flatnonzero(towns_of)[0]) for towns_of in inside])
        luck = uniforms(register.seed, np.arange(1, len(towns) + 1), Luck.FACILITY.value)
        # Larger municipalities are likelier to have a facility first; the order never depends on policy.
        self.facility_order = np.argsort(-(luck ** (towns.inhabitants.mean() / towns.inhabitants)), kind="stable")
        self.facility_places = max(int(stays.facility_places), 1)
        self._places_for: tuple[float, ...] = ()
        self._places = np.zeros((len(STAYS), len(towns)), dtype=np.int64)
        self.state: dict[str, Kept] = {name: getattr(self.books, name) for name in ("now", "candidates", "guests")}

    def places(self, day: int) -> IntArray:
        """Return the places per kind and municipality today; pooled kinds stand where they are run."""
        totals = tuple(float(schedule[day - self.register.first_day]) for schedule in self.schedules)
        if totals != self._places_for:
            places = np.zeros_like(self._places)
            for kind, total in enumerate(totals):
                if SCOPES[kind] == Scope.NATIONAL:
                    places[kind, 0] = round(total)
                elif SCOPES[kind] == Scope.PROVINCIAL:
                    places[kind, self.first_towns] = divide(round(total), self.province_weights)
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
            _a_week(self.register, day, places, self.policy, self.books)
