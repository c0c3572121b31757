"""The IND: case workers handle applications and decide.

Who acts: the general unit and the Taskforce, on working days; personnel, on the first of each
month. Who waits: cases in the line of their track. A case worker takes one household at a
time; the work is counted per application (person), as the published counts are. What leaves:
permits (written in the permit log), refusals (an appeal or a departure gets a date),
withdrawals. A rise in the staff plan is met by hiring and training, a cut at once. Left out:
holidays, illness beyond the productive share, switching a case between workers.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.parameters import Parameters
from models.register import (
    Bed,
    Due,
    Group,
    Line,
    Register,
    Status,
    Stream,
    change_bed_group,
    line_links,
    log_permit,
)
from models.world import (
    LUCK_APPEAL_DELAY,
    LUCK_APPEALS,
    LUCK_DEPARTURE,
    LUCK_EXTENDED,
    LUCK_MERIT,
    LUCK_WITHDRAWAL_DELAY,
    LUCK_WITHDRAWS,
    LUCK_WORK,
    World,
)
from sim.agenda import Agenda, appoint
from sim.calendar import date_of, working_days
from sim.compiled import entry, kernel
from sim.luck import exponential, uniform, weibull
from sim.queues import NEWEST, OLDEST, Desk, join, join_in_front, leave, serve
from sim.records import Kept

GENERAL, TASKFORCE_UNIT = 0, 1
OLDEST_FIRST, NEWEST_FIRST, EASY_FIRST = range(3)
_MOST_CASES = 6000
_MONTHS = 12
DAYS_PER_MONTH = 30.4
_COHORTS = 60

#: Order of kernel numbers in ``policy``: shares and means that decide a case.
(
    P_GRANT_DUBLIN, P_GRANT_SAFE, P_GRANT_LIKELY, P_GRANT_MIXED, P_GRANT_REPEAT,
    P_WITHDRAW_DUBLIN, P_WITHDRAW_SAFE, P_WITHDRAW_LIKELY, P_WITHDRAW_MIXED, P_WITHDRAWAL_DAYS,
    P_WORK_DUBLIN, P_WORK_SAFE, P_WORK_GENERAL, P_WORK_EXTENDED, P_EXTENDED_SHARE,
    P_APPEAL_SHARE, P_APPEAL_DAYS, P_DEPART_DUBLIN, P_DEPART_SAFE, P_DEPART_OTHER, P_COHORT_BEFORE, P_WORK_SHAPE,
    P_WORK_MEAN,
) = range(23)  # fmt: skip


@entry
def _intake(
    register: Register,
    seed: int,
    day: int,
    first_day: int,
    workday: int,
    separated: bool,
    first_row: int,
    last_row: int,
    policy: NDArray[np.float64],
    ready: NDArray[np.float64],
    work: NDArray[np.float64],
    agenda: NDArray[np.int32],
) -> None:
    """Put households whose rest period is over in the line of their track."""
    households = register.households
    for who in range(first_row, last_row):
        household = households[who]
        if household.status != Status.REGISTERING:
            continue
        identity = household.identity
        group = household.group
        household.status = Status.WAITING
        household.registered = day
        line: int
        extended = 1 if uniform(seed, identity, LUCK_EXTENDED) < policy[P_EXTENDED_SHARE] else 0
        household.extended = extended
        if group == Group.DUBLIN:
            line, days = Line.DUBLIN, policy[P_WORK_DUBLIN]
        elif group == Group.SAFE_COUNTRY:
            line, days = Line.SAFE_COUNTRY, policy[P_WORK_SAFE]
        elif extended == 1:
            line, days = Line.EXTENDED, policy[P_WORK_EXTENDED]
        else:
            line, days = Line.GENERAL, policy[P_WORK_GENERAL]
        if separated and household.taskforce == 1 and line >= Line.GENERAL:
            line = line + Line.TASKFORCE_GENERAL - Line.GENERAL
        luck = uniform(seed, identity, LUCK_WORK)
        work[who] = household.persons * weibull(luck, days, policy[P_WORK_SHAPE], policy[P_WORK_MEAN])
        ready[who] = workday
        household.line = line
        join(register.lines[line], line_links(register), who)
        if uniform(seed, identity, LUCK_WITHDRAWS) < policy[P_WITHDRAW_DUBLIN + group]:
            delay = exponential(uniform(seed, identity, LUCK_WITHDRAWAL_DELAY), policy[P_WITHDRAWAL_DAYS])
            due = household.arrived + int(delay)
            # Whoever of the starting stock would have left before the start is not in it.
            if due > day or household.arrived >= first_day:
                appoint(agenda, max(due, day + 1) - first_day, who, Due.WITHDRAWAL)


@kernel
def _separate_cohort(register: Register, on: bool) -> None:
    """Move the Taskforce cohort to its own lines, or back when the Taskforce ends."""
    households = register.households
    for general, cohort in ((Line.GENERAL, Line.TASKFORCE_GENERAL), (Line.EXTENDED, Line.TASKFORCE_EXTENDED)):
        origin, target = (general, cohort) if on else (cohort, general)
        if on:
            who = register.lines[origin].first
            while who >= 0:
                household = households[who]
                following = household.line_next
                if household.taskforce == 1:
                    leave(register.lines[origin], line_links(register), who)
                    household.line = target
                    join(register.lines[target], line_links(register), who)
                who = following
        else:
            # The cohort is older than everybody else in line: it goes back to the front, in order.
            who = register.lines[origin].last
            while who >= 0:
                household = households[who]
                before = household.line_previous
                leave(register.lines[origin], line_links(register), who)
                household.line = target
                join_in_front(register.lines[target], line_links(register), who)
                who = before


@kernel
def _mark_cohort(register: Register, before: int, rows: int) -> None:
    """Mark pending cases of track 4 filed before the cut-off day as Taskforce cohort."""
    households = register.households
    counts = register.counts[0]
    for who in range(rows):
        household = households[who]
        status = household.status
        # Repeat applications stayed with the ordinary unit: the stock outside the Taskforce held them.
        if household.group < Group.LIKELY or household.stream == Stream.REPEAT:
            continue
        open_case = status == Status.REGISTERING or status == Status.WAITING or status == Status.HANDLED
        if open_case and household.arrived < before:
            household.taskforce = 1
            counts.pending_taskforce += household.persons


@kernel
def _decide(
    register: Register,
    seed: int,
    day: int,
    first_day: int,
    who: int,
    chance_factor: float,
    term_days: NDArray[np.int64],
    policy: NDArray[np.float64],
    agenda: NDArray[np.int32],
) -> None:
    """Close one case: permit, or refusal with an appeal or a departure to come."""
    household = register.households[who]
    counts = register.counts[0]
    identity = household.identity
    persons = household.persons
    group = household.group
    household.decided = day
    counts.pending -= persons
    if household.taskforce == 1:
        counts.pending_taskforce -= persons
    counts.decisions += persons
    filed = household.arrived
    late = day - filed - term_days[max(filed - first_day, 0)]
    if late > 0:
        counts.late_decisions += persons
        counts.late_days += late * persons
    share = policy[P_GRANT_DUBLIN + group]
    if household.stream == Stream.REPEAT:
        share = policy[P_GRANT_REPEAT]
    if uniform(seed, identity, LUCK_MERIT) < share * chance_factor:
        log_permit(register, who, day)
        return
    counts.refusals += persons
    change_bed_group(register, who, Bed.REFUSED)
    substantive = group == Group.MIXED or group == Group.LIKELY
    if substantive and uniform(seed, identity, LUCK_APPEALS) < policy[P_APPEAL_SHARE]:
        household.status = Status.IN_APPEAL
        delay = exponential(uniform(seed, identity, LUCK_APPEAL_DELAY), policy[P_APPEAL_DAYS])
        appoint(agenda, day + 1 + int(delay) - first_day, who, Due.JUDGEMENT)
        return
    household.status = Status.REFUSED
    mean = policy[P_DEPART_OTHER]
    if group == Group.DUBLIN:
        mean = policy[P_DEPART_DUBLIN]
    elif group == Group.SAFE_COUNTRY:
        mean = policy[P_DEPART_SAFE]
    delay = exponential(uniform(seed, identity, LUCK_DEPARTURE), mean)
    appoint(agenda, day + 1 + int(delay) - first_day, who, Due.DEPARTURE)


@entry
def _work_a_day(
    register: Register,
    seed: int,
    day: int,
    first_day: int,
    workday: int,
    general_workers: int,
    taskforce_workers: int,
    end_served: int,
    lines: NDArray[np.int64],
    tiers: NDArray[np.int64],
    chance_factor: float,
    term_days: NDArray[np.int64],
    policy: NDArray[np.float64],
    ready: NDArray[np.float64],
    work: NDArray[np.float64],
    running_until: NDArray[np.float64],
    running: NDArray[np.int32],
    busy: NDArray[np.int64],
    started: NDArray[np.int32],
    finished: NDArray[np.int32],
    agenda: NDArray[np.int32],
) -> None:
    """Let both units work one day and close what is finished."""
    households = register.households
    for unit in range(2):
        workers = general_workers if unit == GENERAL else taskforce_workers
        if workers == 0 and busy[unit, 0] == 0:
            continue
        desk = Desk(
            register.lines, line_links(register), lines[unit, : 4 - 2 * unit], tiers[unit], ready, work,
            running_until[unit], running[unit], busy[unit], started, finished,
        )  # fmt: skip
        began, ended = serve(desk, float(workday), float(workday + 1), workers, end_served)
        for index in range(began):
            households[started[index]].status = Status.HANDLED
        for index in range(ended):
            _decide(
                register, seed, day, first_day, finished[index], chance_factor, term_days, policy,
                agenda,
            )  # fmt: skip


class Ind:
    """The IND's asylum units."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None:
        ind = parameters.ind
        first, last = world.first_day, horizon
        rows = register.households.size
        self.register, self.seed, self.first_day = register, register.seed, first
        self.parameters = ind
        self.first_of_day: list[int] = world.first_of_day.tolist()
        self.registration_days = int(ind.registration_days)
        self.policy = np.array(
            [
                ind.grant_share_dublin, ind.grant_share_safe_country, ind.grant_share_likely, ind.grant_share_mixed,
                ind.grant_share_repeat, ind.withdrawal_share_dublin, ind.withdrawal_share_safe_country,
                ind.withdrawal_share_likely, ind.withdrawal_share_mixed, ind.withdrawal_days, ind.work_days_dublin,
                ind.work_days_safe_country, ind.work_days_general, ind.work_days_extended, ind.extended_share,
                ind.appeal_share, ind.appeal_days, ind.departure_days_dublin, ind.departure_days_safe_country,
                ind.departure_days_other, ind.taskforce_cohort_before,
                ind.work_shape, math.gamma(1.0 + 1.0 / ind.work_shape),
            ]
        )  # fmt: skip
        self.queue_rule: list[int] = ind.queue_rule.daily(first, last).astype(int).tolist()
        self.lines = np.array(
            [
                [Line.DUBLIN, Line.SAFE_COUNTRY, Line.GENERAL, Line.EXTENDED],
                [Line.TASKFORCE_GENERAL, Line.TASKFORCE_EXTENDED, 0, 0],
            ]
        )
        # In which order lines are served; easy cases first serves the general line before the extended one.
        self.tiers = np.array([[[0, 1, 2, easy], [2, easy, 9, 9]] for easy in (2, 2, 3)])
        self.plan = (ind.general_staff_fte.daily(first, last) + ind.extra_staff_fte.daily(first, last)).clip(0.0)
        self.output = (ind.output_factor.daily(first, last) * ind.productive_share).tolist()
        self.chance_factor = ind.permit_chance_factor.daily(first, last).tolist()
        self.term_days = ind.legal_term_days.daily(first, last).astype(np.int64)
        self.cohort_day = int(ind.taskforce_cohort_before)
        self.workday_index: list[int] = np.cumsum(working_days(first, last + 1)).tolist()
        self.ready = np.zeros(rows)
        self.work = np.zeros(rows)
        self.running_until = np.zeros((2, _MOST_CASES))
        self.running = np.zeros((2, _MOST_CASES), dtype=np.int32)
        self.busy = np.zeros((2, 1), dtype=np.int64)
        self.started, self.finished = np.zeros(_MOST_CASES, dtype=np.int32), np.zeros(_MOST_CASES, dtype=np.int32)
        # experienced staff, trainees by month of entry (a ring), all trainees together
        self.staff = np.zeros(2 + _COHORTS)
        self.staff[0] = self.plan[0]
        self.hired_fte: list[float] = ind.taskforce_hired_fte.daily(first, last).tolist()
        self.seconded_fte: list[float] = ind.taskforce_seconded_fte.daily(first, last).tolist()
        self.trainee_output, self.taskforce_output = ind.trainee_output, ind.taskforce_output
        self.hires = np.zeros(1)
        # next row to take in; taskforce separated (0/1); cohort marked (0/1)
        self.marks = np.array([0, 0, 0], dtype=np.int64)

    def state(self) -> dict[str, Kept]:
        """Return the arrays a snapshot must hold."""
        return {
            "ready": self.ready, "work": self.work, "running_until": self.running_until, "running": self.running,
            "busy": self.busy, "staff": self.staff, "hires": self.hires, "marks": self.marks,
        }  # fmt: skip

    def start(self, pending: int, stock_rows: int, departures: Agenda) -> None:
        """Put the pending stock, the first rows of everybody who is already here, in line, longest waiting first."""
        self.marks[0] = stock_rows
        self._take_in(self.first_day, 0, 0, pending, departures)

    def act_personnel(self, day: int) -> None:
        """Hire, train and cut."""
        month = (date_of(day).year - date_of(self.first_day).year) * 12 + date_of(day).month - 1
        for age in range(round(self.parameters.training_days.at(day) / DAYS_PER_MONTH), _COHORTS):
            matured = 1 + (month - age) % _COHORTS
            self.staff[0] += self.staff[matured]
            self.staff[matured] = 0.0
        gap = self.plan[day - self.first_day] - self.staff[:-1].sum()
        if gap > 0.0:
            hired = min(gap, self.parameters.trainees_per_year.at(day) / _MONTHS)
            self.staff[1 + month % _COHORTS] += hired
            self.hires[0] += hired
        elif gap < 0.0:
            self.staff *= self.plan[day - self.first_day] / self.staff[:-1].sum()
        self.staff[-1] = self.staff[1:-1].sum()

    def staff_now(self) -> tuple[float, float, float]:
        """Return how many case workers are experienced, how many in training, and how many were hired so far."""
        return float(self.staff[0]), float(self.staff[-1]), float(self.hires[0])

    def act(self, day: int, departures: Agenda) -> None:
        """Take in, separate the cohort when the Taskforce stands, handle, decide.

        Who withdraws, appeals or must leave gets a date in ``departures``, the agenda of the departure desk.
        """
        offset = day - self.first_day
        workday = self.workday_index[offset]
        until_row = self.first_of_day[max(offset + 1 - self.registration_days, 0)]
        if until_row > self.marks[0]:
            self._take_in(day, workday, int(self.marks[0]), until_row, departures)
            self.marks[0] = until_row
        # Nobody can be moved who is not there.
        seconded_fte = min(self.seconded_fte[offset], float(self.staff[0]))
        taskforce_fte = seconded_fte + self.hired_fte[offset]
        rule = self.queue_rule[offset]
        if self.marks[2] == 0 and (day >= self.cohort_day or taskforce_fte > 0.0):
            # A Taskforce that starts earlier than in reality takes what is pending on its first day.
            self.marks[2] = 1
            before = min(self.cohort_day, day)
            rows = self.first_of_day[min(max(before - self.first_day, 0), len(self.first_of_day) - 1)]
            _mark_cohort(self.register, before, rows)
        if self.marks[2] == 1 and (taskforce_fte > 0.0) != bool(self.marks[1]):
            self.marks[1] = int(taskforce_fte > 0.0)
            _separate_cohort(self.register, bool(self.marks[1]))
        output = self.output[offset]
        general_fte = float(self.staff[0]) - seconded_fte
        general_fte += self.trainee_output * float(self.staff[-1])
        _work_a_day(
            self.register, self.seed, day, self.first_day, workday, round(general_fte * output),
            round(taskforce_fte * output * self.taskforce_output), NEWEST if rule == NEWEST_FIRST else OLDEST,
            self.lines, self.tiers[rule],
            self.chance_factor[offset], self.term_days, self.policy, self.ready, self.work,
            self.running_until, self.running, self.busy, self.started, self.finished, departures.with_room(4000),
        )  # fmt: skip

    def _take_in(self, day: int, workday: int, first_row: int, last_row: int, departures: Agenda) -> None:
        _intake(
            self.register, self.seed, day, self.first_day, workday, bool(self.marks[1]), first_row, last_row,
            self.policy, self.ready, self.work, departures.with_room(last_row - first_row),
        )  # fmt: skip
