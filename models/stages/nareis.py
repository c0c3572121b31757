"""Nareis: family follows a permit, after an application, a decision, a visa and a journey.

Who acts: permit holders who apply, the IND's nareis unit on working days, families who travel.
Who waits: applications in line, granted families until they can travel (a travel stop holds
them and lets them go later at the pace it opens). What leaves: families who join a sponsor in a
home that fits (they take no new home), who enlarge the household in reception, or who hold a
bed while the whole household waits for a larger home. As a back-test option the arrivals
follow the published series. Left out: nareis on nareis, families who give up.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.parameters import Parameters
from models.register import (
    AMV,
    AT_HOME,
    BED,
    BED_FAMILY,
    BED_PERMIT,
    FAMILY,
    FAMILY_APPLICATIONS,
    FAMILY_APPLIED,
    FAMILY_ARRIVED,
    FAMILY_DECIDED,
    FAMILY_DECISIONS,
    FAMILY_ENTERED,
    FAMILY_HANDLED,
    FAMILY_HERE,
    FAMILY_HOUSED,
    FAMILY_LOG,
    FAMILY_LOGGED,
    FAMILY_NEXT,
    FAMILY_PERMITS,
    FAMILY_PREVIOUS,
    FAMILY_REFUSED,
    FAMILY_TO_APPLY,
    FAMILY_TRAVELLING,
    FAMILY_WAITING,
    FOLLOWERS,
    GROUP,
    HOME_CAPACITY,
    HOME_PERSONS,
    HOME_SIZE,
    IN_HOME,
    LIKELY,
    NO_FAMILY,
    PENDING_FAMILY,
    PERMIT,
    PERMIT_LOG,
    PERMIT_LOGGED,
    PERSONS,
    PLACE,
    REALISED_JOINED,
    STATUS,
    STREAM,
    TRAVELLING_FAMILY,
    Register,
    count_realised,
    grow_by_family,
    put_in_bed,
    start_seeking,
)
from models.world import (
    LUCK_FAMILY_APPLIES,
    LUCK_FAMILY_DELAY,
    LUCK_FAMILY_MERIT,
    LUCK_FAMILY_ROUNDING,
    LUCK_FAMILY_WORK,
    LUCK_TRAVEL,
    World,
    published_persons_per_day,
)
from sim.agenda import NEXT, WHAT, WHO, Agenda, appoint
from sim.calendar import working_days
from sim.compiled import entry, kernel
from sim.luck import uniform, weibull
from sim.queues import FIRST, OLDEST, join, leave, serve

APPLY, ARRIVE = 0, 1
_MOST_CASES = 4000

(
    P_APPLY_LIKELY, P_APPLY_MIXED, P_APPLY_AMV, P_COMPLETE, P_SIZE_FACTOR, P_APPLY_DAYS, P_GRANT, P_VISA_DAYS,
    P_TRAVEL_DAYS, P_WORK, P_TOLERANCE, P_COMPLETE_FROM, P_WORK_SHAPE, P_WORK_MEAN,
) = range(14)  # fmt: skip


@kernel
def _applies(register: Register, seed: int, who: int, family: int, policy: NDArray[np.float64]) -> bool:
    """Decide whether a permit holder applies for family, and for how many persons."""
    households = register.households
    identities = register.identities
    identity = identities[who]
    chance = policy[P_APPLY_LIKELY] if households[GROUP, who] == LIKELY else policy[P_APPLY_MIXED]
    if households[STREAM, who] == AMV:
        chance = policy[P_APPLY_AMV]
    if households[PERSONS, who] >= policy[P_COMPLETE_FROM]:
        chance *= policy[P_COMPLETE]
    if uniform(seed, identity, LUCK_FAMILY_APPLIES) >= chance:
        households[FAMILY, who] = NO_FAMILY
        return False
    size = int(family * policy[P_SIZE_FACTOR] + uniform(seed, identity, LUCK_FAMILY_ROUNDING))
    if size < 1:
        return False
    households[FAMILY, who] = FAMILY_TO_APPLY
    households[FOLLOWERS, who] = size
    return True


@kernel
def _apply(
    register: Register, seed: int, who: int, day: int, workday: int, policy: NDArray[np.float64],
    ends: NDArray[np.int32], ready: NDArray[np.float64], work: NDArray[np.float64],
) -> None:  # fmt: skip
    """Hand in the application and join the line of the nareis unit."""
    households = register.households
    identities = register.identities
    counts = register.counts
    persons = households[FOLLOWERS, who]
    households[FAMILY, who] = FAMILY_WAITING
    households[FAMILY_APPLIED, who] = day
    counts[FAMILY_APPLICATIONS] += persons
    counts[PENDING_FAMILY] += persons
    luck = uniform(seed, identities[who], LUCK_FAMILY_WORK)
    work[who] = persons * weibull(luck, policy[P_WORK], policy[P_WORK_SHAPE], policy[P_WORK_MEAN])
    ready[who] = workday
    join(households, FAMILY_NEXT, FAMILY_PREVIOUS, ends, 0, who)


@kernel
def _arrive(register: Register, who: int, day: int, tolerance: float) -> None:
    """Let the family arrive: join, enlarge the household in reception, or wait in a bed."""
    households = register.households
    counts = register.counts
    logs = register.logs
    persons = households[FOLLOWERS, who]
    households[FAMILY, who] = FAMILY_HERE
    households[FAMILY_ARRIVED, who] = day
    counts[FAMILY_ENTERED] += persons
    logs[FAMILY_LOG, counts[FAMILY_LOGGED]] = who
    counts[FAMILY_LOGGED] += 1
    grow_by_family(register, who, persons)
    if households[STATUS, who] == IN_HOME:
        room = HOME_CAPACITY[households[HOME_SIZE, who]] + tolerance
        if households[PERSONS, who] <= room:
            households[FAMILY_HOUSED, who] = day
            counts[HOME_PERSONS] += persons
            count_realised(register, who, 0, REALISED_JOINED)
            return
        put_in_bed(register, who, persons, BED_FAMILY)
        start_seeking(register, who)
        return
    if households[BED, who] >= 0:
        put_in_bed(register, who, persons, households[BED, who])
    elif households[PLACE, who] == AT_HOME:
        put_in_bed(register, who, persons, BED_FAMILY)
    else:
        put_in_bed(register, who, persons, BED_PERMIT)


@kernel
def _read_permits(
    register: Register, seed: int, day: int, first_day: int, read: NDArray[np.int64], family: NDArray[np.int32],
    policy: NDArray[np.float64], agenda: NDArray[np.int32],
) -> None:  # fmt: skip
    """Give every new permit holder whose family may follow a day to apply."""
    households = register.households
    identities = register.identities
    counts = register.counts
    logs = register.logs
    while read[0] < counts[PERMIT_LOGGED]:
        who = logs[PERMIT_LOG, read[0]]
        read[0] += 1
        # Counted from the permit; whoever of the starting stock would have applied before is not asked again.
        due = (
            households[PERMIT, who] + 1 + int(uniform(seed, identities[who], LUCK_FAMILY_DELAY) * policy[P_APPLY_DAYS])
        )
        if due > day and households[FAMILY, who] == NO_FAMILY and _applies(register, seed, who, family[who], policy):
            appoint(agenda, due - first_day, who, APPLY)


@kernel
def _travel(
    register: Register, seed: int, who: int, open_so_far: float, policy: NDArray[np.float64],
    journeys: NDArray[np.int32],
) -> None:  # fmt: skip
    """Put a granted family on its journey: visa and travel, counted in days that travel is open."""
    households = register.households
    identities = register.identities
    counts = register.counts
    persons = households[FOLLOWERS, who]
    households[FAMILY, who] = FAMILY_TRAVELLING
    counts[FAMILY_PERMITS] += persons
    counts[TRAVELLING_FAMILY] += persons
    luck = uniform(seed, identities[who], LUCK_TRAVEL)
    needed = open_so_far + policy[P_VISA_DAYS] + luck * policy[P_TRAVEL_DAYS]
    appoint(journeys, int(needed) + 1, who, ARRIVE)


@entry
def _a_day(
    register: Register, seed: int, day: int, first_day: int, workday: int, working: bool, workers: int,
    impose: bool, quota_persons: float, read: NDArray[np.int64], family: NDArray[np.int32],
    policy: NDArray[np.float64], open_share: float, travelled: NDArray[np.float64],
    journeys: NDArray[np.int32], ends: NDArray[np.int32], ready: NDArray[np.float64], work: NDArray[np.float64],
    running_until: NDArray[np.float64], running: NDArray[np.int32], busy: NDArray[np.int64],
    scratch: NDArray[np.int32], lines: NDArray[np.int64], agenda: NDArray[np.int32],
) -> None:  # fmt: skip
    """Everything that happens in nareis on one day."""
    households = register.households
    identities = register.identities
    counts = register.counts
    _read_permits(register, seed, day, first_day, read, family, policy, agenda)
    entry = agenda[NEXT, day - first_day]
    while entry > 0:
        who = agenda[WHO, entry]
        if agenda[WHAT, entry] == APPLY and households[FAMILY, who] == FAMILY_TO_APPLY:
            _apply(register, seed, who, day, workday, policy, ends, ready, work)
        entry = agenda[NEXT, entry]
    # Journeys: travelled[0] is how many days travel has been open, travelled[1] who has arrived by then.
    travelled[0] += open_share
    while travelled[1] + 1.0 <= travelled[0]:
        travelled[1] += 1.0
        entry = journeys[NEXT, int(travelled[1])]
        while entry > 0:
            who = journeys[WHO, entry]
            counts[TRAVELLING_FAMILY] -= households[FOLLOWERS, who]
            _arrive(register, who, day, policy[P_TOLERANCE])
            entry = journeys[NEXT, entry]
    if impose:
        # Back-test: the longest waiting families arrive as many as the published series says.
        while ends[FIRST, 0] >= 0:
            who = ends[FIRST, 0]
            persons = households[FOLLOWERS, who]
            if counts[FAMILY_ENTERED] + persons > quota_persons:
                break
            leave(households, FAMILY_NEXT, FAMILY_PREVIOUS, ends, 0, who)
            households[FAMILY_DECIDED, who] = day
            counts[PENDING_FAMILY] -= persons
            counts[FAMILY_DECISIONS] += persons
            counts[FAMILY_PERMITS] += persons
            _arrive(register, who, day, policy[P_TOLERANCE])
        return
    if not working:
        return
    started, finished = serve(
        float(workday), float(workday + 1), workers, OLDEST, lines, lines, households, FAMILY_NEXT,
        FAMILY_PREVIOUS, ends, ready, work, running_until, running, busy, 0, scratch[0], scratch[1],
    )  # fmt: skip
    for index in range(started):
        households[FAMILY, scratch[0, index]] = FAMILY_HANDLED
    for index in range(finished):
        who = scratch[1, index]
        persons = households[FOLLOWERS, who]
        households[FAMILY_DECIDED, who] = day
        counts[PENDING_FAMILY] -= persons
        counts[FAMILY_DECISIONS] += persons
        if uniform(seed, identities[who], LUCK_FAMILY_MERIT) < policy[P_GRANT]:
            _travel(register, seed, who, travelled[0], policy, journeys)
        else:
            households[FAMILY, who] = FAMILY_REFUSED


@kernel
def _start_families(
    register: Register, seed: int, first_day: int, waiting: NDArray[np.int64], travelling: NDArray[np.int64],
    applied: NDArray[np.int64], family: NDArray[np.int32], policy: NDArray[np.float64], ends: NDArray[np.int32],
    ready: NDArray[np.float64], work: NDArray[np.float64], journeys: NDArray[np.int32],
) -> None:  # fmt: skip
    households = register.households
    identities = register.identities
    counts = register.counts
    for who in waiting:
        households[FOLLOWERS, who] = family[who]
        _apply(register, seed, who, applied[who], 0, policy, ends, ready, work)
    for who in travelling:
        households[FOLLOWERS, who] = family[who]
        households[FAMILY_APPLIED, who] = applied[who]
        households[FAMILY_DECIDED, who] = first_day - 1
        households[FAMILY, who] = FAMILY_TRAVELLING
        counts[TRAVELLING_FAMILY] += family[who]
        luck = uniform(seed, identities[who], LUCK_FAMILY_DELAY)
        due = int(luck * (policy[P_VISA_DAYS] + policy[P_TRAVEL_DAYS]))
        appoint(journeys, due + 1, who, ARRIVE)


class Nareis:
    """Family reunification."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int, seed: int) -> None:
        nareis = parameters.nareis
        first = world.first_day
        rows = register.households.shape[1]
        self.register, self.seed, self.first_day = register, seed, first
        self.family = world.family
        self.policy = np.array(
            [
                nareis.apply_share_likely, nareis.apply_share_mixed, nareis.apply_share_amv,
                nareis.apply_factor_complete, nareis.family_size_factor, nareis.apply_days_max, nareis.grant_share,
                nareis.visa_days, nareis.travel_days_max, nareis.work_days_per_person,
                parameters.homes.joining_tolerance_persons, nareis.complete_from_persons, parameters.ind.work_shape,
                math.gamma(1.0 + 1.0 / parameters.ind.work_shape),
            ]
        )  # fmt: skip
        staff = (nareis.staff_fte.daily(first, horizon) + nareis.extra_staff_fte.daily(first, horizon)).clip(0.0)
        self.workers: list[int] = np.rint(staff * parameters.ind.productive_share).astype(int).tolist()
        self.open_share: list[float] = nareis.travel_open.daily(first, horizon).tolist()
        self.travelled = np.zeros(2)
        self.journeys = Agenda(horizon - first, rows)
        self.impose = nareis.impose_published
        self.quota: list[float] = np.cumsum(published_persons_per_day("nareis", first, horizon)).tolist()
        self.working: list[bool] = working_days(first, horizon).tolist()
        self.workday_index: list[int] = np.cumsum(self.working).tolist()
        self.agenda = Agenda(horizon - first, 2 * rows)
        self.ends = np.full((2, 1), -1, dtype=np.int32)
        self.lines = np.zeros(1, dtype=np.int64)
        self.ready, self.work = np.zeros(rows), np.zeros(rows)
        self.running_until = np.zeros(_MOST_CASES)
        self.running = np.zeros(_MOST_CASES, dtype=np.int32)
        self.busy = np.zeros(1, dtype=np.int64)
        self.scratch = np.zeros((2, _MOST_CASES), dtype=np.int32)
        self.read = np.zeros(1, dtype=np.int64)

    def state(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays a snapshot must hold."""
        return {
            "ends": self.ends, "ready": self.ready, "work": self.work, "running_until": self.running_until,
            "running": self.running, "busy": self.busy, "read": self.read, "travelled": self.travelled,
            "journeys": self.journeys.state()["agenda"], **self.agenda.state(),
        }  # fmt: skip

    def start(self, waiting: NDArray[np.int64], travelling: NDArray[np.int64], applied: NDArray[np.int64]) -> None:
        """Put the families of the starting stock in line or on their journey.

        ``waiting`` and ``travelling`` are rows in order of waiting; ``applied`` the day of
        application of each row of the register (read for those rows only).
        """
        journeys = self.journeys.with_room(len(travelling))
        _start_families(
            self.register, self.seed, self.first_day, waiting, travelling, applied, self.family, self.policy,
            self.ends, self.ready, self.work, journeys,
        )  # fmt: skip

    def act(self, day: int) -> None:
        """Let one day pass: applications, decisions, journeys, arrivals."""
        offset = day - self.first_day
        _a_day(
            self.register, self.seed, day, self.first_day, self.workday_index[offset], self.working[offset],
            self.workers[offset], self.impose, self.quota[offset], self.read, self.family, self.policy,
            self.open_share[offset], self.travelled, self.journeys.with_room(3000), self.ends, self.ready, self.work,
            self.running_until, self.running, self.busy, self.scratch, self.lines, self.agenda.with_room(6000),
        )  # fmt: skip
