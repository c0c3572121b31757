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
    HOME_CAPACITY,
    Bed,
    Family,
    Group,
    Place,
    Register,
    Status,
    Stream,
    Way,
    count_realised,
    family_links,
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
from sim.queues import LINE, OLDEST, Desk, join, leave, serve
from sim.records import Kept, Records

APPLY, ARRIVE = 0, 1
_MOST_CASES = 4000

(
    P_APPLY_LIKELY, P_APPLY_MIXED, P_APPLY_AMV, P_COMPLETE, P_SIZE_FACTOR, P_APPLY_DAYS, P_GRANT, P_VISA_DAYS,
    P_TRAVEL_DAYS, P_WORK, P_TOLERANCE, P_COMPLETE_FROM, P_WORK_SHAPE, P_WORK_MEAN,
) = range(14)  # fmt: skip


@kernel
def _applies(register: Register, seed: int, who: int, family: int, policy: NDArray[np.float64]) -> bool:
    """Decide whether a permit holder applies for family, and for how many persons."""
    household = register.households[who]
    identity = household.identity
    chance = policy[P_APPLY_LIKELY] if household.group == Group.LIKELY else policy[P_APPLY_MIXED]
    if household.stream == Stream.AMV:
        chance = policy[P_APPLY_AMV]
    if household.persons >= policy[P_COMPLETE_FROM]:
        chance *= policy[P_COMPLETE]
    if uniform(seed, identity, LUCK_FAMILY_APPLIES) >= chance:
        household.family = Family.NONE
        return False
    size = int(family * policy[P_SIZE_FACTOR] + uniform(seed, identity, LUCK_FAMILY_ROUNDING))
    if size < 1:
        return False
    household.family = Family.TO_APPLY
    household.followers = size
    return True


@kernel
def _apply(
    register: Register, seed: int, who: int, day: int, workday: int, policy: NDArray[np.float64],
    lines: Records, ready: NDArray[np.float64], work: NDArray[np.float64],
) -> None:  # fmt: skip
    """Hand in the application and join the line of the nareis unit."""
    household = register.households[who]
    counts = register.counts[0]
    persons = household.followers
    household.family = Family.WAITING
    household.family_applied = day
    counts.family_applications += persons
    counts.pending_family += persons
    luck = uniform(seed, household.identity, LUCK_FAMILY_WORK)
    work[who] = persons * weibull(luck, policy[P_WORK], policy[P_WORK_SHAPE], policy[P_WORK_MEAN])
    ready[who] = workday
    join(lines[0], family_links(register), who)


@kernel
def _arrive(register: Register, who: int, day: int, tolerance: float) -> None:
    """Let the family arrive: join, enlarge the household in reception, or wait in a bed."""
    household = register.households[who]
    counts = register.counts[0]
    persons = household.followers
    household.family = Family.HERE
    household.family_arrived = day
    counts.family_entered += persons
    register.logs[counts.family_households].family = who
    counts.family_households += 1
    grow_by_family(register, who, persons)
    if household.status == Status.HOUSED:
        room = HOME_CAPACITY[household.home_size] + tolerance
        if household.persons <= room:
            household.family_housed = day
            counts.at_home += persons
            count_realised(register, who, 0, Way.JOINED)
            return
        put_in_bed(register, who, persons, Bed.WAITING_FAMILY)
        start_seeking(register, who)
        return
    if household.bed >= 0:
        put_in_bed(register, who, persons, household.bed)
    elif household.place == Place.AT_HOME:
        put_in_bed(register, who, persons, Bed.WAITING_FAMILY)
    else:
        put_in_bed(register, who, persons, Bed.PERMIT_HOLDER)


@kernel
def _read_permits(
    register: Register, seed: int, day: int, first_day: int, read: NDArray[np.int64], family: NDArray[np.int32],
    policy: NDArray[np.float64], agenda: NDArray[np.int32],
) -> None:  # fmt: skip
    """Give every new permit holder whose family may follow a day to apply."""
    households = register.households
    counts = register.counts[0]
    while read[0] < counts.permit_households:
        who = register.logs[read[0]].permit
        household = households[who]
        read[0] += 1
        # Counted from the permit; whoever of the starting stock would have applied before is not asked again.
        due = household.permit + 1 + int(uniform(seed, household.identity, LUCK_FAMILY_DELAY) * policy[P_APPLY_DAYS])
        if due > day and household.family == Family.NONE and _applies(register, seed, who, family[who], policy):
            appoint(agenda, due - first_day, who, APPLY)


@kernel
def _travel(
    register: Register, seed: int, who: int, open_so_far: float, policy: NDArray[np.float64],
    journeys: NDArray[np.int32],
) -> None:  # fmt: skip
    """Put a granted family on its journey: visa and travel, counted in days that travel is open."""
    household = register.households[who]
    counts = register.counts[0]
    persons = household.followers
    household.family = Family.TRAVELLING
    counts.family_permits += persons
    counts.travelling_family += persons
    luck = uniform(seed, household.identity, LUCK_TRAVEL)
    needed = open_so_far + policy[P_VISA_DAYS] + luck * policy[P_TRAVEL_DAYS]
    appoint(journeys, int(needed) + 1, who, ARRIVE)


@entry
def _a_day(
    register: Register, seed: int, day: int, first_day: int, workday: int, working: bool, workers: int,
    impose: bool, quota_persons: float, read: NDArray[np.int64], family: NDArray[np.int32],
    policy: NDArray[np.float64], open_share: float, travelled: NDArray[np.float64],
    journeys: NDArray[np.int32], lines: Records, ready: NDArray[np.float64], work: NDArray[np.float64],
    running_until: NDArray[np.float64], running: NDArray[np.int32], busy: NDArray[np.int64],
    started: NDArray[np.int32], finished: NDArray[np.int32], served: NDArray[np.int64],
    agenda: NDArray[np.int32],
) -> None:  # fmt: skip
    """Everything that happens in nareis on one day."""
    households = register.households
    counts = register.counts[0]
    _read_permits(register, seed, day, first_day, read, family, policy, agenda)
    due = agenda[NEXT, day - first_day]
    while due > 0:
        who = agenda[WHO, due]
        household = households[who]
        if agenda[WHAT, due] == APPLY and household.family == Family.TO_APPLY:
            _apply(register, seed, who, day, workday, policy, lines, ready, work)
        due = agenda[NEXT, due]
    # Journeys: travelled[0] is how many days travel has been open, travelled[1] who has arrived by then.
    travelled[0] += open_share
    while travelled[1] + 1.0 <= travelled[0]:
        travelled[1] += 1.0
        due = journeys[NEXT, int(travelled[1])]
        while due > 0:
            who = journeys[WHO, due]
            household = households[who]
            counts.travelling_family -= household.followers
            _arrive(register, who, day, policy[P_TOLERANCE])
            due = journeys[NEXT, due]
    if impose:
        # Back-test: the longest waiting families arrive as many as the published series says.
        while lines[0].first >= 0:
            who = lines[0].first
            household = households[who]
            persons = household.followers
            if counts.family_entered + persons > quota_persons:
                break
            leave(lines[0], family_links(register), who)
            household.family_decided = day
            counts.pending_family -= persons
            counts.family_decisions += persons
            counts.family_permits += persons
            _arrive(register, who, day, policy[P_TOLERANCE])
        return
    if not working:
        return
    desk = Desk(
        lines, family_links(register), served, served, ready, work, running_until, running, busy, started, finished
    )
    began, ended = serve(desk, float(workday), float(workday + 1), workers, OLDEST)
    for index in range(began):
        households[started[index]].family = Family.HANDLED
    for index in range(ended):
        who = finished[index]
        household = households[who]
        persons = household.followers
        household.family_decided = day
        counts.pending_family -= persons
        counts.family_decisions += persons
        if uniform(seed, household.identity, LUCK_FAMILY_MERIT) < policy[P_GRANT]:
            _travel(register, seed, who, travelled[0], policy, journeys)
        else:
            household.family = Family.REFUSED


@kernel
def _start_families(
    register: Register, seed: int, first_day: int, waiting: NDArray[np.int64], travelling: NDArray[np.int64],
    applied: NDArray[np.int64], family: NDArray[np.int32], policy: NDArray[np.float64], lines: Records,
    ready: NDArray[np.float64], work: NDArray[np.float64], journeys: NDArray[np.int32],
) -> None:  # fmt: skip
    households = register.households
    counts = register.counts[0]
    for who in waiting:
        household = households[who]
        household.followers = family[who]
        _apply(register, seed, who, applied[who], 0, policy, lines, ready, work)
    for who in travelling:
        household = households[who]
        household.followers = family[who]
        household.family_applied = applied[who]
        household.family_decided = first_day - 1
        household.family = Family.TRAVELLING
        counts.travelling_family += family[who]
        luck = uniform(seed, household.identity, LUCK_FAMILY_DELAY)
        due = int(luck * (policy[P_VISA_DAYS] + policy[P_TRAVEL_DAYS]))
        appoint(journeys, due + 1, who, ARRIVE)


class Nareis:
    """Family reunification."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None:
        nareis = parameters.nareis
        first = world.first_day
        rows = register.households.size
        self.register, self.seed, self.first_day = register, register.seed, first
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
        self.lines = np.full(1, -1, dtype=LINE)
        self.served = np.zeros(1, dtype=np.int64)
        self.ready, self.work = np.zeros(rows), np.zeros(rows)
        self.running_until = np.zeros(_MOST_CASES)
        self.running = np.zeros(_MOST_CASES, dtype=np.int32)
        self.busy = np.zeros(1, dtype=np.int64)
        self.started, self.finished = np.zeros(_MOST_CASES, dtype=np.int32), np.zeros(_MOST_CASES, dtype=np.int32)
        self.read = np.zeros(1, dtype=np.int64)

    def state(self) -> dict[str, Kept]:
        """Return the arrays a snapshot must hold."""
        return {
            "lines": self.lines, "ready": self.ready, "work": self.work, "running_until": self.running_until,
            "running": self.running, "busy": self.busy, "read": self.read, "travelled": self.travelled,
            "journeys": self.journeys, "agenda": self.agenda,
        }  # fmt: skip

    def start(
        self, waiting: NDArray[np.int64], travelling: NDArray[np.int64], applied: NDArray[np.int64], permits_read: int
    ) -> None:
        """Put the families of the starting stock in line or on their journey.

        ``waiting`` and ``travelling`` are rows in order of waiting; ``applied`` the day of
        application of each row of the register (read for those rows only); ``permits_read`` how many
        entries of the permit log are too old to apply.
        """
        self.read[0] = permits_read
        journeys = self.journeys.with_room(len(travelling))
        _start_families(
            self.register, self.seed, self.first_day, waiting, travelling, applied, self.family, self.policy,
            self.lines, self.ready, self.work, journeys,
        )  # fmt: skip

    def act(self, day: int) -> None:
        """Let families apply, travel and arrive; on working days, decide."""
        offset = day - self.first_day
        _a_day(
            self.register, self.seed, day, self.first_day, self.workday_index[offset], self.working[offset],
            self.workers[offset], self.impose, self.quota[offset], self.read, self.family, self.policy,
            self.open_share[offset], self.travelled, self.journeys.with_room(3000), self.lines, self.ready, self.work,
            self.running_until, self.running, self.busy, self.started, self.finished, self.served,
            self.agenda.with_room(6000),
        )  # fmt: skip
