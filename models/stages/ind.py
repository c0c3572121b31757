"""The IND: case workers handle applications and decide.

Who acts: the general unit and the Taskforce, on working days; personnel, on the first of each
month. Who waits: cases in the line of their track. A case worker takes one household at a
time; the work is counted per application (person), as the published counts are. What leaves:
permits (written in the permit log), refusals (an appeal or a departure gets a date),
withdrawals. A rise in the staff plan is met by hiring and training, a cut at once. Left out:
holidays, illness beyond the productive share, switching a case between workers.
"""

import math
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from models.parameters import Parameters
from models.register import Bed, Due, Group, Line, Register, Status, Stream, change_bed_group, line_links, log_permit
from models.world import Luck, World
from sim.agenda import Agenda, appoint
from sim.arrays import FloatArray, Int32Array, IntArray
from sim.calendar import date_of, working_days
from sim.compiled import entry, kernel
from sim.luck import exponential, uniform, weibull
from sim.queues import NEWEST, OLDEST, Desk, join, join_in_front, leave, serve
from sim.records import Kept, Records, plain, row_of, rows_of


class Unit(IntEnum):
    """Who handles the cases of a line."""

    GENERAL, TASKFORCE = range(2)


class QueueRule(IntEnum):
    """Which case is handled next."""

    OLDEST_FIRST, NEWEST_FIRST, EASY_FIRST = range(3)


#: Cases that a unit can handle at the same time, and close in a day: several times the case workers it ever has.
_MOST_CASES = 6000
#: Each case that either unit closes gives at most one date to the departure desk.
_MOST_DATES = len(Unit) * _MOST_CASES
_MONTHS = 12
DAYS_PER_MONTH = 30.4
#: Months of entry that trainees are told apart by; training never takes as long.
_COHORTS = 60
#: How many lines each unit serves.
_LINES_SERVED = (4, 2)


class Policy(NamedTuple):
    """What is laid down for the IND.

    ``rules`` is one record for the whole run, with shares and days by procedure group or track; ``days`` one per day.
    ``lines`` are the lines that each unit serves (units, lines); ``tiers`` in which order (rules, units, lines).
    """

    rules: Records
    days: Records
    lines: IntArray
    tiers: IntArray


class Books(NamedTuple):
    """What the IND keeps: how far it is, its staff, and its cases.

    ``ready`` and ``work`` tell per household when its case may start and how long it takes, in working days;
    ``running_until``, ``running`` and ``busy`` hold the running cases of each unit, ``started`` and ``finished`` those
    of today.
    """

    now: Records
    staff: Records
    ready: FloatArray
    work: FloatArray
    running_until: FloatArray
    running: Int32Array
    busy: IntArray
    started: Int32Array
    finished: Int32Array


@kernel
def _choose_line(register: Register, who: int, separated: int, policy: Policy, books: Books) -> int:
    """Return the line that a household joins, and estimate the work on its case."""
    household, rules = register.households[who], policy.rules[0]
    household.extended = uniform(register.seed, household.identity, Luck.EXTENDED) < rules.extended_share
    line = Line.GENERAL.value
    if household.group == Group.DUBLIN:
        line = Line.DUBLIN.value
    elif household.group == Group.SAFE_COUNTRY:
        line = Line.SAFE_COUNTRY.value
    elif household.extended == 1:
        line = Line.EXTENDED.value
    luck = uniform(register.seed, household.identity, Luck.WORK)
    days = weibull(luck, rules.work_days[line], rules.work_shape, rules.work_mean)
    books.work[who] = household.persons * days
    if separated == 1 and household.taskforce == 1 and line >= Line.GENERAL:
        line += Line.TASKFORCE_GENERAL.value - Line.GENERAL.value
    return line


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
def _take_in(
    register: Register, day: int, workday: int, last_row: int, policy: Policy, books: Books, agenda: Int32Array
) -> None:
    """Put households up to ``last_row`` whose rest period is over in the line of their track."""
    now = books.now[0]
    for who in range(now.next_row, last_row):
        household = register.households[who]
        if household.status != Status.REGISTERING:
            continue
        household.status = Status.WAITING
        household.registered = day
        household.line = _choose_line(register, who, now.separated, policy, books)
        books.ready[who] = workday
        join(register.lines[household.line], line_links(register), who)
        _date_withdrawal(register, who, day, policy, agenda)
    now.next_row = max(now.next_row, last_row)


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
    household, rules = register.households[who], policy.rules[0]
    _count_decision(register, who, day, policy)
    share = rules.grant_share[household.group]
    if household.stream == Stream.REPEAT:
        share = rules.grant_share_repeat
    chance = share * policy.days[day - register.first_day].permit_chance_factor
    if uniform(register.seed, household.identity, Luck.MERIT) < chance:
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


@entry
def _a_day(register: Register, day: int, last_row: int, policy: Policy, books: Books, agenda: Int32Array) -> None:
    """Take in, separate the cohort as long as the Taskforce works, handle and decide."""
    rules, today, staff = policy.rules[0], policy.days[day - register.first_day], books.staff[0]
    _take_in(register, day, today.workday, last_row, policy, books, agenda)
    # Cannot second more staff than there are.
    seconded_fte = min(today.taskforce_seconded_fte, staff.experienced)
    taskforce_fte = seconded_fte + today.taskforce_hired_fte
    _separate_cohort(register, day, taskforce_fte > 0.0, policy, books)
    general_fte = staff.experienced - seconded_fte + rules.trainee_output * staff.in_training
    general_workers = int(np.rint(general_fte * today.output))
    taskforce_workers = int(np.rint(taskforce_fte * today.output * rules.taskforce_output))
    _work(register, day, Unit.GENERAL.value, general_workers, policy, books, agenda)
    _work(register, day, Unit.TASKFORCE.value, taskforce_workers, policy, books, agenda)


def _rules(parameters: Parameters) -> Records:
    """Return the rules that hold for the whole run; groups and tracks stand in the order of ``Group`` and ``Line``."""
    ind = parameters.ind
    return row_of(
        grant_share=[
            ind.grant_share_dublin, ind.grant_share_safe_country, ind.grant_share_likely, ind.grant_share_mixed,
        ],
        grant_share_repeat=ind.grant_share_repeat,
        withdrawal_share=[
            ind.withdrawal_share_dublin, ind.withdrawal_share_safe_country, ind.withdrawal_share_likely,
            ind.withdrawal_share_mixed,
        ],
        withdrawal_days=ind.withdrawal_days,
        work_days=[
            ind.work_days_dublin, ind.work_days_safe_country, ind.work_days_general, ind.work_days_extended,
        ],
        work_shape=ind.work_shape, work_mean=math.gamma(1.0 + 1.0 / ind.work_shape),
        extended_share=ind.extended_share, appeal_share=ind.appeal_share, appeal_days=ind.appeal_days,
        departure_days=[
            ind.departure_days_dublin, ind.departure_days_safe_country, ind.departure_days_other,
            ind.departure_days_other,
        ],
        cohort_day=int(ind.taskforce_cohort_before), trainee_output=ind.trainee_output,
        taskforce_output=ind.taskforce_output,
    )  # fmt: skip


class Ind:
    """The IND's asylum units."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None:
        ind, first, rows = parameters.ind, register.first_day, register.households.size
        self.register, self.parameters = register, ind
        self.first_of_day: list[int] = world.first_of_day.tolist()
        self.registration_days = int(ind.registration_days)
        staff_fte = ind.general_staff_fte.daily(first, horizon) + ind.extra_staff_fte.daily(first, horizon)
        planned_fte = staff_fte.clip(0.0)
        general = [Line.DUBLIN, Line.SAFE_COUNTRY, Line.GENERAL, Line.EXTENDED]
        self.policy = Policy(
            rules=_rules(parameters),
            days=rows_of(
                workday=np.cumsum(working_days(first, horizon)),
                queue_rule=ind.queue_rule.daily(first, horizon).astype(np.int64),
                planned_fte=planned_fte,
                taskforce_hired_fte=ind.taskforce_hired_fte.daily(first, horizon),
                taskforce_seconded_fte=ind.taskforce_seconded_fte.daily(first, horizon),
                output=ind.output_factor.daily(first, horizon) * ind.productive_share,
                permit_chance_factor=ind.permit_chance_factor.daily(first, horizon),
                legal_term_days=ind.legal_term_days.daily(first, horizon).astype(np.int64),
            ),
            lines=np.array([general, [Line.TASKFORCE_GENERAL, Line.TASKFORCE_EXTENDED, -1, -1]]),
            # Easy cases first: general cases go before extended ones.
            tiers=np.array([[[0, 1, 2, extended], [2, extended, -1, -1]] for extended in (2, 2, 3)]),
        )
        self.books = Books(
            now=row_of(next_row=0, cohort_marked=0, separated=0),
            # trainees by month of entry, in a ring; all of them together; everybody hired since the start
            staff=row_of(experienced=planned_fte[0], trainees=np.zeros(_COHORTS), in_training=0.0, hired=0.0),
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

    def start(self, pending: int, stock_rows: int, departures: Agenda) -> None:
        """Put the pending stock, the first rows of everybody who is already here, in line, longest waiting first."""
        agenda = departures.with_room(pending)
        _take_in(self.register, self.register.first_day, 0, pending, self.policy, self.books, agenda)
        self.books.now["next_row"] = stock_rows

    def act_personnel(self, day: int) -> None:
        """Hire, train and cut."""
        first, staff = date_of(self.register.first_day), self.books.staff[0]
        month = (date_of(day).year - first.year) * _MONTHS + date_of(day).month - 1
        trainees = staff["trainees"]
        for age in range(round(self.parameters.training_days.at(day) / DAYS_PER_MONTH), _COHORTS):
            cohort = (month - age) % _COHORTS
            staff["experienced"] += trainees[cohort]
            trainees[cohort] = 0.0
        # Who is experienced and who is in training, one number per cohort, stand first in the record.
        employed = plain(self.books.staff, np.float64)[0, : 1 + _COHORTS]
        planned = self.policy.days["planned_fte"][day - self.register.first_day]
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
        agenda = departures.with_room(taken_in + _MOST_DATES)
        _a_day(self.register, day, last_row, self.policy, self.books, agenda)
