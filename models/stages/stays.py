"""Temporary stays: ways out of reception that are not yet a lasting home.

Who acts: COA, hosts, hotels and municipalities, once a week. Who waits: linked households with
a bed, longest permit first. What leaves: households out of reception for a while; they stay in
the line for a home. Staying with hosts ends after its term and the household comes back to a
bed; a hotel, after its term, and the acceleration arrangement end in the front of the line, as
nobody may return to reception. Facilities are one mechanism and open where most people wait:
municipal ones take their own line first and then the province, regional ones the province,
flow-through locations everybody. Hotel and facilities count towards the target on entry, staying
with hosts does not; how many have hosts follows the allowance. Left out: life inside a facility.
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
    TALLIES,
    Bed,
    Place,
    Register,
    Status,
    Stay,
    Way,
    bring_to_reception,
    count_realised,
    flag_beyond_norm,
    go_to_front,
    settle,
)
from models.world import Luck, World
from sim.arrays import Int32Array, IntArray
from sim.compiled import entry, inlined, kernel
from sim.luck import uniform
from sim.records import Kept, Records, row_of, rows_of


class Scope(IntEnum):
    """Whom the places of a stay are for: everybody, a province, or one municipality."""

    NATIONAL, PROVINCIAL, MUNICIPAL = range(3)


#: For each kind of stay, in the order of ``Stay``.
SCOPES = (
    Scope.NATIONAL.value, Scope.NATIONAL.value, Scope.NATIONAL.value, Scope.MUNICIPAL.value, Scope.PROVINCIAL.value,
    Scope.MUNICIPAL.value, Scope.NATIONAL.value,
)  # fmt: skip
#: Stays are offered in this order: facilities of one municipality, pooled places, then homes of hosts and their own.
MUNICIPAL = (Stay.MUNICIPAL_INTERMEDIATE.value, Stay.ACCELERATION.value)
POOLED = (*MUNICIPAL, Stay.REGIONAL_INTERMEDIATE.value, Stay.FLOW_THROUGH.value, Stay.HOTEL.value)
#: Free places of a kind of stay, for the country and per province.
_ROOM = np.dtype([("country", np.int64), ("provinces", np.int64, PROVINCES_COUNT)])


class Policy(NamedTuple):
    """What is laid down for stays: ``rules`` for the whole run, ``days``, and the province of each municipality."""

    rules: Records
    days: Records
    province_of: IntArray


class Books(NamedTuple):
    """Who may be offered a stay and who is in one.

    ``candidates`` are permit holders without a home in order of their permit, ``guests`` households in a stay; ``now``
    tells how many, how much of the permit log was read, and how many were asked about hosts. ``room`` holds the free
    places of today by kind; ``places`` (kinds, municipalities) is where the places stand, pooled ones where they are
    run.
    """

    now: Records
    candidates: Int32Array
    guests: Int32Array
    room: Records
    places: IntArray


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
        if seeks and (withdrawn or (stay == Stay.HOSTS and day - household.stay_since >= rules.hosts_days)):
            _end_stay(register, who, day, policy, books)
            continue
        over = stay == Stay.ACCELERATION and day - household.permit >= rules.acceleration_days
        if seeks and (over or (stay == Stay.HOTEL and day - household.stay_since >= rules.hotel_days)):
            # The municipality must find a home now, before anybody else's, and keeps the household until then.
            go_to_front(register, who)
            if over:
                _enter(register, who, Stay.MUNICIPAL_INTERMEDIATE.value, day, books)
        books.guests[kept] = who
        kept += 1
    now.guests = kept


@kernel
def _fill_facilities(register: Register, day: int, kind: int, places: IntArray, policy: Policy, books: Books) -> None:
    """Fill the facilities that municipalities have for their own line, longest linked first."""
    acceleration_days = policy.rules[0].acceleration_days
    for place in range(register.towns.size):
        town, free = register.towns[place], books.room[kind]
        province = policy.province_of[place]
        # What stands here may be used by others of the province.
        room = min(places[kind, place] - town.in_stays[kind], free.provinces[province])
        who = town.line.first
        while who >= 0 and room > 0:
            household = register.households[who]
            persons = household.persons
            late = kind == Stay.ACCELERATION and day - household.permit >= acceleration_days
            if household.bed == Bed.PERMIT_HOLDER and persons <= room and not late:
                _enter(register, who, kind, day, books)
                room -= persons
                free.country -= persons
                free.provinces[province] -= persons
            who = household.seek_next


@inlined
def _pooled_for(register: Register, who: int, day: int, policy: Policy, books: Books) -> int:
    """Return the first kind of pooled place that is open to a household and has room for it, -1 for none."""
    household, rules = register.households[who], policy.rules[0]
    persons = household.persons
    for kind in POOLED:
        room = books.room[kind]
        if room.country < persons:
            continue
        if kind == Stay.HOTEL and household.over_norm == 0:
            continue  # only for households that wait beyond the norm
        if kind == Stay.ACCELERATION and day - household.permit >= rules.acceleration_days:
            continue
        province = policy.province_of[household.municipality]
        if SCOPES[kind] != Scope.NATIONAL and room.provinces[province] < persons:
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
        if pooled > 0 and household.status >= Status.HOUSED:
            continue  # who is found housed once everything is full is left out another time
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

    Who is willing for an allowance is so for a higher one. A household for which there is no room at that time is
    passed by; nobody is asked while there is no room at all.
    """
    now, rules, today = books.now[0], policy.rules[0], policy.days[day - register.first_day]
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
        persons, luck = household.persons, uniform(register.seed, household.identity, Luck.HOST)
        kind = -1
        if luck < today.self_arranged_share and self_arranged.country >= persons:
            kind = Stay.SELF_ARRANGED.value
        elif luck < today.hosts_share and hosts.country >= persons:
            kind = Stay.HOSTS.value
        if kind >= 0:
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


@entry
def _count_waiting(register: Register, persons: IntArray) -> None:
    """Add up who seeks a home from a bed, persons by municipality."""
    for place in range(persons.size):
        who = register.towns[place].line.first
        while who >= 0:
            household = register.households[who]
            if household.bed == Bed.PERMIT_HOLDER:
                persons[place] += household.persons
            who = household.seek_next


class Stays:
    """Hosts, hotels and facilities in between."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None:
        stays, towns = parameters.stays, municipalities()
        self.register = register
        schedules = [getattr(stays, f"{name}_places").daily(register.first_day, horizon) for name in STAYS]
        self.totals = np.rint(np.stack(schedules, axis=1)).astype(np.int64)
        willing = [
            np.minimum(
                stays.willing_share
                * (allowance.daily(register.first_day, horizon) / stays.willing_allowance) ** stays.allowance_response,
                1.0,
            )
            for allowance in (stays.hosts_allowance, stays.self_arranged_allowance)
        ]
        self.policy = Policy(
            rules=row_of(
                acceleration_days=int(stays.acceleration_days), norm_days=int(parameters.linking.norm_days),
                asked_after_days=int(stays.asked_after_days), hosts_days=int(stays.hosts_days),
                hotel_days=int(stays.hotel_days),
            ),
            days=rows_of(hosts_share=willing[0], self_arranged_share=willing[1]),
            province_of=towns.province,
        )  # fmt: skip
        # A permit is given once, but the log has room for two per household; the lists follow the log.
        most = register.logs.size
        self.books = Books(
            now=row_of(candidates=0, guests=0, permits_read=0, asked=0),
            candidates=np.zeros(most, dtype=np.int32),
            guests=np.zeros(most, dtype=np.int32),
            room=np.zeros(len(STAYS), dtype=_ROOM),
            places=np.zeros((len(STAYS), len(towns)), dtype=np.int64),
        )
        # Places of a province stand in its first municipality.
        self.first_towns = np.array([int(np.flatnonzero(towns.province == n)[0]) for n in range(PROVINCES_COUNT)])
        self.facility_places = max(int(stays.facility_places), 1)
        #: The totals that the places follow now; not known when a run begins or goes on from a snapshot.
        self.standing: list[int] = []
        self.state: dict[str, Kept] = {
            name: getattr(self.books, name) for name in ("now", "candidates", "guests", "places")
        }

    def start(self) -> None:
        """Let those of the starting stock be in a stay who entered one before the first day.

        Facilities are full, hosts have who was asked within their term. Who is in one left reception, and counted as
        realised where that counts, before the start: running totals stay as they were.
        """
        register, rules, first = self.register, self.policy.rules[0], self.register.first_day
        counts, realised = register.counts.copy(), register.towns["realised"].copy()
        asked = register.households["permit"][register.logs["permit"][: int(counts["permit_households"][0])]]
        asked = asked + int(rules["asked_after_days"])
        self.books.now["asked"] = np.searchsorted(asked, first - int(rules["hosts_days"]), side="right")
        self.act(first)
        for name in TALLIES:
            register.counts[name] = counts[name]
        register.towns["realised"] = realised
        guests = np.flatnonzero(register.households["stay"] == Stay.HOSTS)
        since = register.households["permit"][guests] + int(rules["asked_after_days"])
        register.households["stay_since"][guests] = np.minimum(since, first)

    def places(self, day: int) -> IntArray:
        """Return the places per kind and municipality today; what opens opens where most people wait without a place.

        What closes, closes everywhere in proportion; pooled kinds stand where they are run.
        """
        places, rooms = self.books.places, {Scope.PROVINCIAL: 1, Scope.MUNICIPAL: self.facility_places}
        waiting: IntArray | None = None
        totals = self.totals[day - self.register.first_day].tolist()
        if totals == self.standing:
            return places
        self.standing, standings = totals, places.sum(axis=1).tolist()
        for kind, (total, standing) in enumerate(zip(totals, standings, strict=True)):
            scope = SCOPES[kind]
            if scope == Scope.NATIONAL:
                places[kind, 0] = total
                continue
            size = rooms[Scope(scope)]
            wanted = total // size * size
            if wanted < standing:
                weights = (places[kind] / size).astype(np.float64)
                places[kind] = divide(wanted // size, weights) * size
            elif wanted > standing:
                waiting = self._waiting() if waiting is None else waiting
                self._open(kind, wanted - standing, size, waiting)
        return places

    def _waiting(self) -> IntArray:
        """Return how many persons with a bed wait for a home, by municipality."""
        persons = np.zeros(self.register.towns.size, dtype=np.int64)
        _count_waiting(self.register, persons)
        return persons

    def _open(self, kind: int, places: int, size: int, waiting: IntArray) -> None:
        """Open so many places in facilities of one size, each where the most people wait for whom there is none."""
        standing, province = self.books.places, self.policy.province_of
        if SCOPES[kind] == Scope.PROVINCIAL:
            by_province = np.bincount(province, waiting, PROVINCES_COUNT) - standing[kind, self.first_towns]
            by_province = np.maximum(by_province, 1.0)  # where nobody waits, in equal parts
            standing[kind, self.first_towns] += divide(places, by_province.astype(np.float64))
            return
        need = (waiting - standing[list(MUNICIPAL)].sum(axis=0)).astype(np.float64)
        for _ in range(places // size):
            town = int(np.argmax(need))
            standing[kind, town] += size
            need[town] -= size

    def act(self, day: int) -> None:
        """End stays that are over, offer free places."""
        places = self.places(day)
        if places.any() or self.register.towns["in_stays"].any():
            _a_week(self.register, day, places, self.policy, self.books)
