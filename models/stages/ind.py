"""The IND: case workers handle applications and decide.

Who acts: the units for tracks 1 and 2, for repeat applications, for the general and for the
extended procedure, and the Taskforce, on working days; personnel, on the first of each month.
Who waits: cases in the line of their track; those of track 1 first for the answer of another
state; those of a decision stop until it ends. A case worker takes one household at a time; the
work is counted per application (person), as the published counts are. What leaves: permits
(written in the permit log), refusals (an appeal or a departure gets a date), withdrawals. Staff
that leave and a rise in the plan are met by hiring and training, a cut comes at once. Left out:
holidays, illness beyond the productive share, switching a case between workers.
"""

import math
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from models.parameters import Parameters, ahead_daily
from models.register import Bed, Due, Group, Line, Register, Status, Stream, change_bed_group, line_links, log_permit
from models.world import Luck, World
from sim.agenda import Agenda, appoint
from sim.arrays import FloatArray, Int32Array, IntArray
from sim.calendar import date_of, working_days
from sim.compiled import entry, inlined, kernel
from sim.luck import exponential, uniform, weibull
from sim.queues import NEWEST, OLDEST, Desk, Links, join, join_in_front, leave, serve
from sim.records import Kept, Record, Records, plain, row_of, rows_of
from sim.schedule import Schedule


class Unit(IntEnum):
    """Who handles the cases of a line."""

    GENERAL, TASKFORCE, EXTENDED, TRACKS_1_2, REPEAT = range(5)


class Work(IntEnum):
    """Kinds of work content, which differ per case and change on dates; the first four stand as the lines do."""

    DUBLIN, SAFE_COUNTRY, GENERAL, EXTENDED, REPEAT = range(5)


class QueueRule(IntEnum):
    """Which case is handled next."""

    OLDEST_FIRST, NEWEST_FIRST, EASY_FIRST = range(3)


#: Cases that a unit can handle at the same time, and close in a day: several times the case workers it ever has.
_MOST_CASES = 6000
#: Each case that a unit closes gives at most one date to the departure desk, and each that comes in at most two.
_MOST_DATES, _DATES_AT_INTAKE = len(Unit) * _MOST_CASES, 2
_MONTHS = 12
DAYS_PER_MONTH = 30.4
#: Months of entry that trainees are told apart by; training never takes as long.
_COHORTS = 60
#: How many lines each unit serves.
_LINES_SERVED = (1, 2, 1, 2, 1)
#: A state answers for Dublin between half and one and a half times the mean.
_SHORTEST_ANSWER = 0.5


class Policy(NamedTuple):
    """What is laid down for the IND.

    ``rules`` is one record for the whole run, with shares and days by procedure group; ``days`` one per day, with work
    days by kind of work and grant shares by procedure group, repeat applications last. ``lines`` are the lines that
    each unit serves (units, lines); ``tiers`` in which order (rules, units, lines).
    """

    rules: Records
    days: Records
    lines: IntArray
    tiers: IntArray


class Books(NamedTuple):
    """What the IND keeps: how far it is, its staff, and its cases.

    ``work_days`` is the work content per kind that cases in line are counted with. ``ready`` and ``work`` tell per
    household when its case may start and how long it takes, in working days; ``running_until``, ``running`` and
    ``busy`` hold the running cases of each unit, ``started`` and ``finished`` those of today.
    """

    now: Records
    staff: Records
    work_days: FloatArray
    ready: FloatArray
    work: FloatArray
    running_until: FloatArray
    running: Int32Array
    busy: IntArray
    started: Int32Array
    finished: Int32Array


@inlined
def _kind_of_work(register: Register, who: int) -> int:
    """Return which kind of work (``Work``) the case of a household is."""
    household = register.households[who]
    if household.stream == Stream.REPEAT:
        return Work.REPEAT.value
    if household.group == Group.DUBLIN:
        return Work.DUBLIN.value
    if household.group == Group.SAFE_COUNTRY:
        return Work.SAFE_COUNTRY.value
    return Work.EXTENDED.value if household.extended == 1 else Work.GENERAL.value


@inlined
def _line_of(register: Register, who: int, separated: int) -> int:
    """Return the line in which a case waits for a case worker."""
    kind = _kind_of_work(register, who)
    if kind == Work.REPEAT:
        return Line.REPEAT.value
    if separated == 1 and register.households[who].taskforce == 1 and kind >= Work.GENERAL:
        return kind + Line.TASKFORCE_GENERAL.value - Line.GENERAL.value
    return kind


@inlined
def _is_stopped(register: Register, who: int, share: float) -> bool:
    """Tell whether a decision stop for this share of likely applicants holds up a case."""
    household = register.households[who]
    if share <= 0.0 or household.group != Group.LIKELY or household.stream == Stream.REPEAT:
        return False
    return bool(uniform(register.seed, household.identity, Luck.DECISION_STOP) < share)


@inlined
def _goes_to_border(register: Register, who: int, share: float) -> bool:
    """Tell whether a case goes through the border procedure: this share of the mixed group, with the least chance."""
    household = register.households[who]
    if share <= 0.0 or household.group != Group.MIXED or household.stream != Stream.FIRST:
        return False
    arrived_here = household.arrived >= register.first_day
    return bool(arrived_here and uniform(register.seed, household.identity, Luck.MERIT) >= 1.0 - share)


@kernel
def _take_in_case(register: Register, who: int, day: int, policy: Policy, books: Books, agenda: Int32Array) -> None:
    """Estimate the work on a case and put it in line, or let it wait for an answer or the end of a stop."""
    household, now, rules = register.households[who], books.now[0], policy.rules[0]
    identity, first = household.identity, register.first_day
    household.extended = uniform(register.seed, identity, Luck.EXTENDED) < rules.extended_share
    luck = uniform(register.seed, identity, Luck.WORK)
    mean_days = books.work_days[_kind_of_work(register, who)]
    books.work[who] = household.persons * weibull(luck, mean_days, rules.work_shape, rules.work_mean)
    books.ready[who] = policy.days[day - first].workday
    household.line = _line_of(register, who, now.separated)
    if _goes_to_border(register, who, policy.days[day - first].border_share):
        household.line = Line.SAFE_COUNTRY.value
    if household.line == Line.DUBLIN:
        part = _SHORTEST_ANSWER + uniform(register.seed, identity, Luck.DUBLIN_ANSWER)
        due = household.arrived + rules.registration_days + int(rules.dublin_answer_days * part) - first
        if due > day - first:
            household.line = Line.DUBLIN_ANSWER.value
            books.ready[who] = policy.days[min(due, policy.days.size - 1)].workday
            appoint(agenda, due, who, Due.ANSWER)
    elif _is_stopped(register, who, now.stopped_share):
        household.line = Line.STOPPED.value
    join(register.lines[household.line], line_links(register), who)


@kernel
def _date_withdrawal(register: Register, who: int, day: int, policy: Policy, agenda: Int32Array) -> None:
    """Give a household that will give up while it waits the day on which it does."""
    household, rules = register.households[who], policy.rules[0]
    identity = household.identity
    if uniform(register.seed, identity, Luck.WITHDRAWS) >= rules.withdrawal_share[household.group]:
        return
    delay = exponential(uniform(register.seed, identity, Luck.WITHDRAWAL_DELAY), rules.withdrawal_days)
    due = household.arrived + int(delay)
    # Drop starting cases that would have withdrawn before day 0.
    if due > day or household.arrived >= register.first_day:
        appoint(agenda, max(due, day + 1) - register.first_day, who, Due.WITHDRAWAL)


@kernel
def _take_in(register: Register, day: int, last_row: int, policy: Policy, books: Books, agenda: Int32Array) -> None:
    """Take in households up to ``last_row`` whose rest period is over."""
    now = books.now[0]
    for who in range(now.next_row, last_row):
        household = register.households[who]
        if household.status != Status.REGISTERING:
            continue
        household.status = Status.WAITING
        household.registered = day
        _take_in_case(register, who, day, policy, books, agenda)
        _date_withdrawal(register, who, day, policy, agenda)
    now.next_row = max(now.next_row, last_row)


@kernel
def _change_work_days(register: Register, today: Record, books: Books) -> None:
    """Count what waits with the work content of today."""
    same = True
    for kind in range(books.work_days.size):
        same = same and books.work_days[kind] == today.work_days[kind]
    if same:
        return
    for who in range(books.now[0].next_row):
        if register.households[who].status == Status.WAITING:
            kind = _kind_of_work(register, who)
            books.work[who] *= today.work_days[kind] / books.work_days[kind]
    for kind in range(books.work_days.size):
        books.work_days[kind] = today.work_days[kind]


@kernel
def _hold_up(register: Register, origin: int, share: float) -> None:
    """Take the cases that a decision stop holds up out of a line."""
    who = register.lines[origin].first
    while who >= 0:
        household = register.households[who]
        following = household.line_next
        if _is_stopped(register, who, share):
            leave(register.lines[origin], line_links(register), who)
            household.line = Line.STOPPED.value
            join(register.lines[Line.STOPPED], line_links(register), who)
        who = following


@kernel
def _length(line: Record, links: Links) -> int:
    """Return how many cases stand in a line."""
    cases, who = 0, line.first
    while who >= 0:
        cases += 1
        who = links.next[who]
    return cases


@kernel
def _let_go(register: Register, target: int, share: float, books: Books) -> None:
    """Bring cases that a decision stop no longer holds up back in their line, in order of waiting."""
    links, line, held = line_links(register), register.lines[target], register.lines[Line.STOPPED]
    separated = books.now[0].separated
    cases = -1  # still to be passed; the line is counted, and turned round once, only when somebody comes back
    who = held.first
    while who >= 0:
        household = register.households[who]
        following = household.line_next
        if _line_of(register, who, separated) == target and not _is_stopped(register, who, share):
            cases = _length(line, links) if cases < 0 else cases
            while cases > 0 and books.ready[line.first] <= books.ready[who]:
                turned = line.first
                leave(line, links, turned)
                join(line, links, turned)
                cases -= 1
            leave(held, links, who)
            household.line = target
            join(line, links, who)
        who = following
    for _ in range(cases):
        turned = line.first
        leave(line, links, turned)
        join(line, links, turned)


@kernel
def _change_stop(register: Register, share: float, books: Books) -> None:
    """Let a decision stop begin, change or end: when its share rises nobody is let go, when it falls nobody is held."""
    now = books.now[0]
    if share == now.stopped_share:
        return
    rises = share > now.stopped_share
    now.stopped_share = share
    for line in (Line.GENERAL.value, Line.EXTENDED.value, Line.TASKFORCE_GENERAL.value, Line.TASKFORCE_EXTENDED.value):
        if rises:
            _hold_up(register, line, share)
        else:
            _let_go(register, line, share, books)


@kernel
def _mark_cohort(register: Register, before: int) -> None:
    """Mark pending cases of track 4 filed before the cut-off day as Taskforce cohort."""
    counts = register.counts[0]
    for who in range(register.households.size):
        household = register.households[who]
        status = household.status
        if status == Status.NOT_ARRIVED:
            # Rows stand in order of arrival.
            return
        # Repeat applications stayed with the ordinary unit: the stock outside the Taskforce held them.
        if household.group < Group.LIKELY or household.stream == Stream.REPEAT:
            continue
        open_case = status == Status.REGISTERING or status == Status.WAITING or status == Status.HANDLED
        if open_case and household.arrived < before:
            household.taskforce = 1
            counts.pending_taskforce += household.persons


@kernel
def _move_cohort(register: Register, origin: int, target: int) -> None:
    """Move the cases of the cohort from a general line to the end of a line of the Taskforce."""
    who = register.lines[origin].first
    while who >= 0:
        household = register.households[who]
        following = household.line_next
        if household.taskforce == 1:
            leave(register.lines[origin], line_links(register), who)
            household.line = target
            join(register.lines[target], line_links(register), who)
        who = following


@kernel
def _move_cohort_back(register: Register, origin: int, target: int) -> None:
    """Move all cases from a line of the Taskforce to the general line, when the Taskforce ends."""
    # The cohort is older than everybody else in line: it goes back to the front, in order.
    who = register.lines[origin].last
    while who >= 0:
        household = register.households[who]
        before = household.line_previous
        leave(register.lines[origin], line_links(register), who)
        household.line = target
        join_in_front(register.lines[target], line_links(register), who)
        who = before


@kernel
def _separate_cohort(register: Register, day: int, taskforce_works: bool, policy: Policy, books: Books) -> None:
    """Mark the cohort when its day has come, and give it lines of its own as long as the Taskforce works."""
    now, cohort_day = books.now[0], policy.rules[0].cohort_day
    if now.cohort_marked == 0:
        if day < cohort_day and not taskforce_works:
            return
        # A Taskforce that starts earlier than in reality takes what is pending on its first day.
        _mark_cohort(register, min(cohort_day, day))
        now.cohort_marked = 1
    if taskforce_works and now.separated == 0:
        now.separated = 1
        _move_cohort(register, Line.GENERAL.value, Line.TASKFORCE_GENERAL.value)
        _move_cohort(register, Line.EXTENDED.value, Line.TASKFORCE_EXTENDED.value)
    elif not taskforce_works and now.separated == 1:
        now.separated = 0
        _move_cohort_back(register, Line.TASKFORCE_GENERAL.value, Line.GENERAL.value)
        _move_cohort_back(register, Line.TASKFORCE_EXTENDED.value, Line.EXTENDED.value)


@kernel
def _count_decision(register: Register, who: int, day: int, policy: Policy) -> None:
    """Count a decision, and how much later it is than the law asks."""
    household, counts = register.households[who], register.counts[0]
    persons, filed = household.persons, household.arrived
    household.decided = day
    counts.pending -= persons
    if household.taskforce == 1:
        counts.pending_taskforce -= persons
    counts.decisions += persons
    late = day - filed - policy.days[max(filed - register.first_day, 0)].legal_term_days
    if late > 0:
        counts.late_decisions += persons
        counts.late_days += late * persons


@kernel
def _refuse(register: Register, who: int, day: int, policy: Policy, agenda: Int32Array) -> None:
    """Refuse a household: an appeal, or else a departure, gets a date."""
    household, rules = register.households[who], policy.rules[0]
    identity, group = household.identity, household.group
    tomorrow = day + 1 - register.first_day
    register.counts[0].refusals += household.persons
    change_bed_group(register, who, Bed.REFUSED)
    substantive = group == Group.MIXED or group == Group.LIKELY
    if substantive and uniform(register.seed, identity, Luck.APPEALS) < rules.appeal_share:
        household.status = Status.IN_APPEAL
        delay = exponential(uniform(register.seed, identity, Luck.APPEAL_DELAY), rules.appeal_days)
        appoint(agenda, tomorrow + int(delay), who, Due.JUDGEMENT)
        return
    household.status = Status.REFUSED
    delay = exponential(uniform(register.seed, identity, Luck.DEPARTURE), rules.departure_days[group])
    appoint(agenda, tomorrow + int(delay), who, Due.DEPARTURE)


@kernel
def _decide(register: Register, who: int, day: int, policy: Policy, agenda: Int32Array) -> None:
    """Close one case: permit or refusal."""
    household, today = register.households[who], policy.days[day - register.first_day]
    _count_decision(register, who, day, policy)
    share = today.grant_share[household.group]
    if household.stream == Stream.REPEAT:
        share = today.grant_share[Work.REPEAT.value]
    if uniform(register.seed, household.identity, Luck.MERIT) < share * today.permit_chance_factor:
        register.counts[0].permits_first_instance += household.persons
        log_permit(register, who, day)
    else:
        _refuse(register, who, day, policy, agenda)


@kernel
def _work(
    register: Register, day: int, unit: int, workers: int, policy: Policy, books: Books, agenda: Int32Array
) -> None:
    """Let one unit work a day and close what is finished."""
    if workers == 0 and books.busy[unit, 0] == 0:
        return
    today = policy.days[day - register.first_day]
    desk = Desk(
        register.lines, line_links(register), policy.lines[unit, : _LINES_SERVED[unit]],
        policy.tiers[today.queue_rule, unit], books.ready, books.work, books.running_until[unit], books.running[unit],
        books.busy[unit], books.started, books.finished,
    )  # fmt: skip
    end_served = NEWEST if today.queue_rule == QueueRule.NEWEST_FIRST else OLDEST
    began, ended = serve(desk, float(today.workday), float(today.workday + 1), workers, end_served)
    for index in range(began):
        register.households[books.started[index]].status = Status.HANDLED
    for index in range(ended):
        _decide(register, books.finished[index], day, policy, agenda)


@kernel
def _work_track_4(
    register: Register, day: int, workers: int, for_extended: int, policy: Policy, books: Books, agenda: Int32Array
) -> None:
    """Let the general and the extended procedure work beside each other; what one does not need, the other gets."""
    lines, busy = register.lines, books.busy
    reserved = for_extended if lines[Line.EXTENDED].first >= 0 else 0
    general = max(workers - max(reserved, busy[Unit.EXTENDED, 0]), 0)
    _work(register, day, Unit.GENERAL.value, general, policy, books, agenda)
    left = max(workers - busy[Unit.GENERAL, 0], 0)
    extended = min(left, for_extended) if lines[Line.GENERAL].first >= 0 else left
    _work(register, day, Unit.EXTENDED.value, extended, policy, books, agenda)


@entry
def _a_day(register: Register, day: int, last_row: int, policy: Policy, books: Books, agenda: Int32Array) -> None:
    """Take in, separate the cohort as long as the Taskforce works, handle and decide."""
    rules, today, staff = policy.rules[0], policy.days[day - register.first_day], books.staff[0]
    _change_work_days(register, today, books)
    _change_stop(register, today.decision_stop_share, books)
    _take_in(register, day, last_row, policy, books, agenda)
    staff_fte = staff.experienced + rules.trainee_output * staff.in_training
    track_4_share = 1.0 - today.tracks_1_2_staff_share - today.repeat_staff_share
    # Cannot second more staff than there are.
    seconded_fte = min(today.taskforce_seconded_fte, staff.experienced * track_4_share)
    taskforce_fte = seconded_fte + today.taskforce_hired_fte
    _separate_cohort(register, day, taskforce_fte > 0.0, policy, books)
    track_4_workers = int(np.rint((staff_fte * track_4_share - seconded_fte) * today.output))
    for_extended = int(np.rint(track_4_workers * today.extended_staff_share))
    if today.queue_rule == QueueRule.EASY_FIRST:
        for_extended = 0
    _work_track_4(register, day, track_4_workers, for_extended, policy, books, agenda)
    taskforce_workers = int(np.rint(taskforce_fte * today.output * rules.taskforce_output))
    _work(register, day, Unit.TASKFORCE.value, taskforce_workers, policy, books, agenda)
    workers = int(np.rint(staff_fte * today.tracks_1_2_staff_share * today.output))
    _work(register, day, Unit.TRACKS_1_2.value, workers, policy, books, agenda)
    workers = int(np.rint(staff_fte * today.repeat_staff_share * today.output))
    _work(register, day, Unit.REPEAT.value, workers, policy, books, agenda)


def _rules(parameters: Parameters) -> Records:
    """Return the rules that hold for the whole run; groups stand in the order of ``Group``."""
    ind = parameters.ind
    return row_of(
        withdrawal_share=[
            ind.withdrawal_share_dublin, ind.withdrawal_share_safe_country, ind.withdrawal_share_likely,
            ind.withdrawal_share_mixed,
        ],
        withdrawal_days=ind.withdrawal_days,
        work_shape=ind.work_shape, work_mean=math.gamma(1.0 + 1.0 / ind.work_shape),
        extended_share=ind.extended_share, appeal_share=ind.appeal_share, appeal_days=ind.appeal_days,
        departure_days=[
            ind.departure_days_dublin, ind.departure_days_safe_country, ind.departure_days_other,
            ind.departure_days_other,
        ],
        registration_days=int(ind.registration_days), dublin_answer_days=ind.dublin_answer_days,
        cohort_day=int(ind.taskforce_cohort_before), trainee_output=ind.trainee_output,
        taskforce_output=ind.taskforce_output,
    )  # fmt: skip


def _days(parameters: Parameters, first: int, horizon: int) -> Records:
    """Return what holds on each day; groups stand in the order of ``Group``, kinds of work in that of ``Work``."""

    def daily(*schedules: Schedule) -> FloatArray:
        return np.stack([schedule.daily(first, horizon) for schedule in schedules], axis=1)

    ind = parameters.ind
    planned_fte = ind.general_staff_fte.daily(first, horizon) + ind.extra_staff_fte.daily(first, horizon)
    return rows_of(
        workday=np.cumsum(working_days(first, horizon)),
        queue_rule=ind.queue_rule.daily(first, horizon).astype(np.int64),
        planned_fte=planned_fte.clip(0.0),
        turnover_per_year=ind.turnover_per_year.daily(first, horizon),
        taskforce_hired_fte=ind.taskforce_hired_fte.daily(first, horizon),
        taskforce_seconded_fte=ind.taskforce_seconded_fte.daily(first, horizon),
        tracks_1_2_staff_share=ind.tracks_1_2_staff_share.daily(first, horizon),
        repeat_staff_share=ind.repeat_staff_share.daily(first, horizon),
        extended_staff_share=ind.extended_staff_share.daily(first, horizon),
        output=ind.output_factor.daily(first, horizon) * ind.productive_share,
        permit_chance_factor=ind.permit_chance_factor.daily(first, horizon),
        legal_term_days=ind.legal_term_days.daily(first, horizon).astype(np.int64),
        decision_stop_share=ind.decision_stop_share.daily(first, horizon),
        border_share=ahead_daily(parameters, ind.border_share, 0.0, first, horizon),
        work_days=daily(
            ind.work_days_dublin, ind.work_days_safe_country, ind.work_days_general, ind.work_days_extended,
            ind.work_days_repeat,
        ),
        grant_share=daily(
            ind.grant_share_dublin, ind.grant_share_safe_country, ind.grant_share_likely, ind.grant_share_mixed,
            ind.grant_share_repeat,
        ),
    )  # fmt: skip


class Ind:
    """The IND's asylum units."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None:
        ind, first, rows = parameters.ind, register.first_day, register.households.size
        self.register, self.parameters = register, ind
        self.first_of_day: list[int] = world.first_of_day.tolist()
        self.registration_days = int(ind.registration_days)
        lines = [
            [Line.GENERAL, -1], [Line.TASKFORCE_GENERAL, Line.TASKFORCE_EXTENDED], [Line.EXTENDED, -1],
            [Line.SAFE_COUNTRY, Line.DUBLIN], [Line.REPEAT, -1],
        ]  # fmt: skip
        # Track 2 takes weeks and goes first. Easy cases first: the Taskforce takes general cases before extended ones.
        tiers = [[[0, -1], [0, extended], [0, -1], [0, 1], [0, -1]] for extended in (0, 0, 1)]
        days = _days(parameters, first, horizon)
        self.policy = Policy(rules=_rules(parameters), days=days, lines=np.array(lines), tiers=np.array(tiers))
        self.books = Books(
            now=row_of(next_row=0, cohort_marked=0, separated=0, stopped_share=0.0),
            staff=self._first_staff(days[0]),
            work_days=days["work_days"][0].copy(),
            ready=np.zeros(rows),
            work=np.zeros(rows),
            running_until=np.zeros((len(Unit), _MOST_CASES)),
            running=np.zeros((len(Unit), _MOST_CASES), dtype=np.int32),
            busy=np.zeros((len(Unit), 1), dtype=np.int64),
            started=np.zeros(_MOST_CASES, dtype=np.int32),
            finished=np.zeros(_MOST_CASES, dtype=np.int32),
        )
        passing = ("started", "finished")
        self.state: dict[str, Kept] = {
            name: array for name, array in self.books._asdict().items() if name not in passing
        }

    def _first_staff(self, today: Record) -> Records:
        """Return the staff of the first day: who left in the year before has been followed up evenly."""
        employed = max(today["planned_fte"] - self.parameters.vacancies_at_start_fte, 0.0)
        months = round(self.parameters.training_days.at(self.register.first_day) / DAYS_PER_MONTH)
        # trainees by month of entry, in a ring; all of them together; everybody hired since the start
        trainees = np.zeros(_COHORTS)
        trainees[_COHORTS - months :] = employed * today["turnover_per_year"] / _MONTHS
        return row_of(
            experienced=employed - trainees.sum(), trainees=trainees, in_training=trainees.sum(), hired=0.0,
        )  # fmt: skip

    def start(self, pending: int, stock_rows: int, departures: Agenda) -> None:
        """Put the pending stock, the first rows of everybody who is already here, in line, longest waiting first."""
        agenda = departures.with_room(_DATES_AT_INTAKE * pending)
        _take_in(self.register, self.register.first_day, pending, self.policy, self.books, agenda)
        self.books.now["next_row"] = stock_rows

    def act_personnel(self, day: int) -> None:
        """See staff off, hire, train and cut."""
        first, staff = date_of(self.register.first_day), self.books.staff[0]
        month = (date_of(day).year - first.year) * _MONTHS + date_of(day).month - 1
        trainees = staff["trainees"]
        ages = np.arange(round(self.parameters.training_days.at(day) / DAYS_PER_MONTH), _COHORTS)
        trained = (month - ages) % _COHORTS
        for cohort in trained[trainees[trained] != 0.0].tolist():
            staff["experienced"] += trainees[cohort]
            trainees[cohort] = 0.0
        # Who is experienced and who is in training, one number per cohort, stand first in the record.
        employed = plain(self.books.staff, np.float64)[0, : 1 + _COHORTS]
        today = self.policy.days[day - self.register.first_day]
        employed *= 1.0 - today["turnover_per_year"] / _MONTHS
        planned = today["planned_fte"]
        gap = planned - employed.sum()
        if gap > 0.0:
            hired = min(gap, self.parameters.trainees_per_year.at(day) / _MONTHS)
            trainees[month % _COHORTS] += hired
            staff["hired"] += hired
        elif gap < 0.0:
            employed *= planned / employed.sum()
        staff["in_training"] = trainees.sum()

    def staff_now(self) -> tuple[float, float, float]:
        """Return how many case workers are experienced, how many in training, and how many were hired so far."""
        staff = self.books.staff[0]
        return float(staff["experienced"]), float(staff["in_training"]), float(staff["hired"])

    def act(self, day: int, departures: Agenda) -> None:
        """Take in, separate the cohort when the Taskforce stands, handle, decide.

        Who withdraws, appeals or must leave gets a date in ``departures``, the agenda of the departure desk.
        """
        offset = day - self.register.first_day
        last_row = self.first_of_day[max(offset + 1 - self.registration_days, 0)]
        taken_in = max(last_row - self.books.now["next_row"].item(0), 0)
        agenda = departures.with_room(_DATES_AT_INTAKE * taken_in + _MOST_DATES)
        _a_day(self.register, day, last_row, self.policy, self.books, agenda)
