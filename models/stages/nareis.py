"""Nareis: family follows a permit, after an application, a decision, a visa and a journey.

Who acts: permit holders who apply, the IND's nareis unit on working days, families who travel.
Who waits: applications in line, granted families until they can travel (a travel stop holds
them and lets them go later at the pace it opens; while travel asks for a home, those whose
sponsor has none are held, up to a term). What leaves: families who join the sponsor at home
(they take no new home; where it is crowded they seek a larger one from there), who enlarge the
household in reception, or, where the home is far too small, who hold a bed while the whole
household waits for a larger home. As a back-test option the arrivals follow the published
series. Who comes from Syria or Yemen has family follow more often, and more of it. Left out: nareis on nareis (1 % of
what is granted), applications after a refusal, families who give up, brothers and sisters of a minor, who go by another
article of law.
"""

import math
from typing import NamedTuple

import numpy as np

from models.parameters import Parameters, ahead_daily
from models.register import (
    Bed,
    Family,
    Group,
    Place,
    Register,
    Status,
    Stream,
    Way,
    accepted_crowding,
    count_realised,
    family_links,
    fits_in,
    grow_by_family,
    note_larger,
    put_in_bed,
    seek_more_room,
    start_seeking,
)
from models.world import Luck, World, published_persons_per_day
from sim.agenda import NEXT, WHO, Agenda, appoint
from sim.arrays import FloatArray, Int32Array, IntArray
from sim.calendar import working_days
from sim.compiled import entry, inlined, kernel
from sim.luck import purpose_of, uniform, weibull
from sim.queues import LINE, OLDEST, Desk, join, leave, serve
from sim.records import Kept, Record, Records, row_of, rows_of

#: What an agenda of nareis is about: each holds one kind of date.
APPLY, ARRIVE = 0, 1
#: Whether a granted family may travel at once, or only when the sponsor has a home; and its two lines.
AT_ONCE, WITH_HOME = range(2)
UNDECIDED, HELD = range(2)
#: Applications that the unit can handle at the same time, and decide in a day: several times the workers it ever has.
#: Each decision gives at most one journey.
_MOST_CASES = 4000
#: Permits since yesterday, each with at most one day to apply: far more than the IND gives in a day.
_MOST_PERMITS = 6000


#: Luck of a permit holder under the law on two statuses: which status, and whether its conditions are ever met.
_STATUS, _MEETS = purpose_of("lesser status"), purpose_of("conditions of the lesser status")


class Policy(NamedTuple):
    """What is laid down for nareis, and how many family members each household has (``family``, world).

    ``rules`` is one record for the whole run, ``days`` one per day.
    """

    rules: Records
    days: Records
    family: Int32Array


class Books(NamedTuple):
    """What nareis keeps: how far it is, its lines, and its cases.

    ``lines`` are the applications and the granted families who may not travel yet (``UNDECIDED``, ``HELD``);
    ``ready`` and ``work`` tell per household when its application may be handled and how long it takes, in working
    days; ``served`` names the line of the unit; ``running_until``, ``running`` and ``busy`` hold the running
    applications, ``started`` and ``finished`` those of today.
    """

    now: Records
    lines: Records
    served: IntArray
    ready: FloatArray
    work: FloatArray
    running_until: FloatArray
    running: Int32Array
    busy: IntArray
    started: Int32Array
    finished: Int32Array


@inlined
def _has_lesser_status(register: Register, who: int, today: Record) -> bool:
    """Tell whether a permit of today is one of those after which family has to wait, by the law on two statuses."""
    if today.two_status_share <= 0.0:
        return False
    return bool(uniform(register.seed, register.households[who].identity, _STATUS) < today.two_status_share)


@kernel
def _applies(register: Register, who: int, day: int, policy: Policy) -> bool:
    """Decide whether a permit holder applies for family, and for how many persons."""
    household, rules, today = register.households[who], policy.rules[0], policy.days[day - register.first_day]
    identity = household.identity
    chance = rules.apply_share_other * rules.apply_factor
    size = policy.family[who] * rules.family_size_factor
    most = math.inf
    if household.stream == Stream.AMV:
        chance, most = rules.apply_share_amv, rules.minor_family_most
    elif (
        household.group == Group.LIKELY
        and household.stream != Stream.EVACUATION
        and uniform(register.seed, identity, Luck.FAMILY_COUNTRY) < today.syrian_share
    ):
        chance = rules.apply_share_syrian * rules.apply_factor
        size *= rules.persons_factor_syrian
    if household.persons >= rules.complete_from_persons:
        chance *= rules.apply_factor_complete
    if uniform(register.seed, identity, Luck.FAMILY_APPLIES) >= chance:
        household.family = Family.NONE
        return False
    luck = uniform(register.seed, identity, Luck.FAMILY_ROUNDING)
    followers = int(min(size + luck, most))
    if followers < 1:
        return False
    # Who has the status that is for a while must have income and a home of its own after the wait; some never do.
    held_back = _has_lesser_status(register, who, today)
    if held_back and uniform(register.seed, identity, _MEETS) >= rules.two_status_meets_share:
        household.family = Family.NONE
        return False
    household.family = Family.TO_APPLY
    household.followers = followers
    return True


@kernel
def _read_permits(register: Register, day: int, policy: Policy, books: Books, agenda: Int32Array) -> None:
    """Give every new permit holder whose family may follow a day to apply."""
    counts, now = register.counts[0], books.now[0]
    while now.permits_read < counts.permit_households:
        who = register.logs[now.permits_read].permit
        household = register.households[who]
        now.permits_read += 1
        luck = uniform(register.seed, household.identity, Luck.FAMILY_DELAY)
        due = household.permit + 1 + int(luck * policy.rules[0].apply_days_max)
        if household.permit >= register.first_day and _has_lesser_status(
            register, who, policy.days[household.permit - register.first_day]
        ):
            due += policy.rules[0].two_status_days
        # Drop permit holders of the starting stock who would have applied before day 0.
        if due > day and household.family == Family.NONE and _applies(register, who, day, policy):
            appoint(agenda, due - register.first_day, who, APPLY)


@kernel
def _apply(register: Register, who: int, day: int, workday: int, policy: Policy, books: Books) -> None:
    """Hand in the application and join the line of the nareis unit."""
    household, counts, rules = register.households[who], register.counts[0], policy.rules[0]
    persons = household.followers
    household.family = Family.WAITING
    household.family_applied = day
    counts.family_applications += persons
    counts.pending_family += persons
    luck = uniform(register.seed, household.identity, Luck.FAMILY_WORK)
    books.work[who] = persons * weibull(luck, rules.work_days_per_person, rules.work_shape, rules.work_mean)
    books.ready[who] = workday
    join(books.lines[UNDECIDED], family_links(register), who)


@kernel
def _hand_in(register: Register, day: int, policy: Policy, books: Books, agenda: Int32Array) -> None:
    """Hand in the applications of today."""
    workday = policy.days[day - register.first_day].workday
    due = agenda[day - register.first_day, NEXT]
    while due > 0:
        who = agenda[due, WHO]
        if register.households[who].family == Family.TO_APPLY:
            _apply(register, who, day, workday, policy, books)
        due = agenda[due, NEXT]


@kernel
def _arrive(register: Register, who: int, day: int, policy: Policy) -> None:
    """Let the family arrive: join, enlarge the household in reception, or wait in a bed."""
    household, counts, rules = register.households[who], register.counts[0], policy.rules[0]
    persons = household.followers
    household.family = Family.HERE
    household.family_arrived = day
    counts.family_entered += persons
    register.logs[counts.family_households].family = who
    counts.family_households += 1
    grow_by_family(register, who, persons)
    if household.status == Status.HOUSED:
        luck = uniform(register.seed, household.identity, Luck.CROWDING)
        accepted = accepted_crowding(luck, rules.crowding_accepted, rules.crowding_steepness)
        if fits_in(household, household.home_size, accepted):
            household.family_housed = day
            counts.at_home += persons
            count_realised(register, who, 0, Way.JOINED)
            seek_more_room(register, who)
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
def _end_journeys(register: Register, day: int, policy: Policy, books: Books, journeys: Int32Array) -> None:
    """Let the families arrive whose journey ends; journeys are counted in days that travel is open."""
    now = books.now[0]
    now.days_open += policy.days[day - register.first_day].travel_open
    while now.days_arrived + 1.0 <= now.days_open:
        now.days_arrived += 1.0
        due = journeys[int(now.days_arrived), NEXT]
        while due > 0:
            who = journeys[due, WHO]
            register.counts[0].travelling_family -= register.households[who].followers
            _arrive(register, who, day, policy)
            due = journeys[due, NEXT]


@kernel
def _count_decision(register: Register, who: int, day: int) -> None:
    """Count a decision on a family."""
    household, counts = register.households[who], register.counts[0]
    household.family_decided = day
    counts.pending_family -= household.followers
    counts.family_decisions += household.followers


@kernel
def _impose_published(register: Register, day: int, policy: Policy, books: Books) -> None:
    """Back-test: let the longest waiting families arrive, as many as the published series says."""
    counts, line = register.counts[0], books.lines[UNDECIDED]
    published = policy.days[day - register.first_day].published_so_far
    while line.first >= 0:
        who = line.first
        persons = register.households[who].followers
        if counts.family_entered + persons > published:
            return
        leave(line, family_links(register), who)
        _count_decision(register, who, day)
        counts.family_permits += persons
        _arrive(register, who, day, policy)


@kernel
def _travel(register: Register, who: int, policy: Policy, books: Books, journeys: Int32Array) -> None:
    """Put a granted family on its journey: visa and travel, counted in days that travel is open."""
    household, counts, rules = register.households[who], register.counts[0], policy.rules[0]
    persons = household.followers
    household.family = Family.TRAVELLING
    note_larger(register, who)
    counts.travelling_family += persons
    luck = uniform(register.seed, household.identity, Luck.TRAVEL)
    needed = books.now[0].days_open + rules.visa_days + luck * rules.travel_days_max
    appoint(journeys, int(needed) + 1, who, ARRIVE)


@inlined
def _must_wait(register: Register, who: int, day: int, policy: Policy) -> bool:
    """Tell whether a granted family may not travel yet: its sponsor has no home, and the term is not over."""
    household = register.households[who]
    asks = policy.days[day - register.first_day].travel_rule == WITH_HOME
    return bool(
        asks and household.status != Status.HOUSED and day < household.family_applied + policy.rules[0].held_days_most
    )


@kernel
def _release(register: Register, day: int, policy: Policy, books: Books, journeys: Int32Array) -> None:
    """Let the families travel who were held and may go now."""
    line, links = books.lines[HELD], family_links(register)
    who = line.first
    while who >= 0:
        following = links.next[who]
        if not _must_wait(register, who, day, policy):
            leave(line, links, who)
            register.counts[0].held_family -= register.households[who].followers
            _travel(register, who, policy, books, journeys)
        who = following


@kernel
def _decide(register: Register, day: int, policy: Policy, books: Books, journeys: Int32Array) -> None:
    """Let the nareis unit work a day and decide on what is finished."""
    today = policy.days[day - register.first_day]
    desk = Desk(
        books.lines, family_links(register), books.served, books.served, books.ready, books.work, books.running_until,
        books.running, books.busy, books.started, books.finished,
    )  # fmt: skip
    began, ended = serve(desk, float(today.workday), float(today.workday + 1), today.workers, OLDEST)
    for index in range(began):
        register.households[books.started[index]].family = Family.HANDLED
    for index in range(ended):
        who = books.finished[index]
        household = register.households[who]
        _count_decision(register, who, day)
        if uniform(register.seed, household.identity, Luck.FAMILY_MERIT) < policy.rules[0].grant_share:
            register.counts[0].family_permits += household.followers
            if _must_wait(register, who, day, policy):
                household.family = Family.HELD
                note_larger(register, who)
                register.counts[0].held_family += household.followers
                join(books.lines[HELD], family_links(register), who)
            else:
                _travel(register, who, policy, books, journeys)
        else:
            household.family = Family.REFUSED


@entry
def _a_day(
    register: Register, day: int, policy: Policy, books: Books, agenda: Int32Array, journeys: Int32Array
) -> None:
    """Date and hand in applications, let families go and arrive, decide on working days."""
    _read_permits(register, day, policy, books, agenda)
    _hand_in(register, day, policy, books, agenda)
    _release(register, day, policy, books, journeys)
    _end_journeys(register, day, policy, books, journeys)
    if policy.rules[0].impose_published == 1:
        _impose_published(register, day, policy, books)
    elif policy.days[day - register.first_day].is_working_day == 1:
        _decide(register, day, policy, books, journeys)


@kernel
def _start_families(
    register: Register, waiting: IntArray, travelling: IntArray, applied: IntArray,
    policy: Policy, books: Books, journeys: Int32Array,
) -> None:  # fmt: skip
    """Put the families of the starting stock in line or on their journey."""
    households, rules = register.households, policy.rules[0]
    for who in waiting:
        households[who].followers = policy.family[who]
        _apply(register, who, applied[who], 0, policy, books)
    for who in travelling:
        household = households[who]
        household.followers = policy.family[who]
        household.family_applied = applied[who]
        household.family_decided = register.first_day - 1
        household.family = Family.TRAVELLING
        note_larger(register, who)
        register.counts[0].travelling_family += household.followers
        luck = uniform(register.seed, household.identity, Luck.FAMILY_DELAY)
        due = int(luck * (rules.visa_days + rules.travel_days_max))
        appoint(journeys, due + 1, who, ARRIVE)


class Nareis:
    """Family reunification."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None:
        first, rows = register.first_day, register.households.size
        self.register = register
        self.policy = self._policy(parameters, world, horizon)
        self.books = Books(
            # days that travel has been open, and how many of them have seen their families arrive
            now=row_of(permits_read=0, days_open=0.0, days_arrived=0.0),
            lines=np.full(2, -1, dtype=LINE),
            served=np.zeros(1, dtype=np.int64),
            ready=np.zeros(rows),
            work=np.zeros(rows),
            running_until=np.zeros(_MOST_CASES),
            running=np.zeros(_MOST_CASES, dtype=np.int32),
            busy=np.zeros(1, dtype=np.int64),
            started=np.zeros(_MOST_CASES, dtype=np.int32),
            finished=np.zeros(_MOST_CASES, dtype=np.int32),
        )
        self.agenda = Agenda(horizon - first, 2 * rows)
        self.journeys = Agenda(horizon - first, rows)
        passing = ("served", "started", "finished")
        books = {name: array for name, array in self.books._asdict().items() if name not in passing}
        self.state: dict[str, Kept] = {**books, "journeys": self.journeys, "agenda": self.agenda}

    @staticmethod
    def _policy(parameters: Parameters, world: World, horizon: int) -> Policy:
        nareis, ind, first = parameters.nareis, parameters.ind, world.first_day
        staff_fte = (nareis.staff_fte.daily(first, horizon) + nareis.extra_staff_fte.daily(first, horizon)).clip(0.0)
        working = working_days(first, horizon)
        return Policy(
            rules=row_of(
                apply_share_syrian=nareis.apply_share_syrian, apply_share_other=nareis.apply_share_other,
                apply_factor=nareis.apply_factor, persons_factor_syrian=nareis.persons_factor_syrian,
                apply_share_amv=nareis.apply_share_amv, apply_factor_complete=nareis.apply_factor_complete,
                complete_from_persons=nareis.complete_from_persons, family_size_factor=nareis.family_size_factor,
                apply_days_max=nareis.apply_days_max, grant_share=nareis.grant_share, visa_days=nareis.visa_days,
                travel_days_max=nareis.travel_days_max, work_days_per_person=nareis.work_days_per_person,
                work_shape=ind.work_shape, work_mean=math.gamma(1.0 + 1.0 / ind.work_shape),
                minor_family_most=nareis.minor_family_most, held_days_most=int(nareis.held_days_most),
                two_status_days=int(nareis.two_status_days), two_status_meets_share=nareis.two_status_meets_share,
                crowding_accepted=parameters.homes.crowding_accepted,
                crowding_steepness=parameters.homes.crowding_steepness,
                impose_published=int(nareis.impose_published),
            ),
            days=rows_of(
                is_working_day=working.astype(np.int64),
                workday=np.cumsum(working),
                workers=np.rint(staff_fte * ind.productive_share).astype(np.int64),
                travel_open=nareis.travel_open.daily(first, horizon),
                travel_rule=nareis.travel_rule.daily(first, horizon).astype(np.int64),
                syrian_share=nareis.syrian_share.daily(first, horizon),
                two_status_share=ahead_daily(parameters, nareis.two_status_share, 0.0, first, horizon),
                published_so_far=np.cumsum(published_persons_per_day("nareis", first, horizon)),
            ),
            family=world.households["family"],
        )  # fmt: skip

    def start(self, waiting: IntArray, travelling: IntArray, applied: IntArray, permits_read: int) -> None:
        """Put the families of the starting stock in line or on their journey.

        ``waiting`` and ``travelling`` are rows in order of waiting; ``applied`` the day of
        application of each row of the register (read for those rows only). The first
        ``permits_read`` permits of the log are too long ago for an application.
        """
        journeys = self.journeys.with_room(len(travelling))
        _start_families(self.register, waiting, travelling, applied, self.policy, self.books, journeys)
        self.books.now["permits_read"] = permits_read

    def act(self, day: int) -> None:
        """Let families apply, travel and arrive; on working days, decide."""
        _a_day(
            self.register, day, self.policy, self.books, self.agenda.with_room(_MOST_PERMITS),
            self.journeys.with_room(_MOST_CASES + int(self.register.counts["held_family"][0])),
        )  # fmt: skip
