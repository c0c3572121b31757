"""Departure: people leave while they wait, courts judge appeals, refused people go.

Who acts: applicants who give up, other states that answer for Dublin, the court, the departure
service; every day. Who waits: everybody with a date in this agenda. What leaves: people out of
the chain, permits after a won appeal (written in the permit log), and cases of track 1 in the
IND's line. A refused person keeps a bed until departure. Left out: forced return as a process of
its own, further appeal.
"""

from models.parameters import Parameters
from models.register import Due, Line, Place, Register, Status, line_links, log_permit, settle
from models.world import Luck, World
from sim.agenda import NEXT, WHAT, WHO, Agenda, appoint
from sim.arrays import Int32Array, IntArray
from sim.compiled import entry, kernel
from sim.luck import exponential, uniform
from sim.queues import join, leave
from sim.records import Kept, Records, row_of

#: Room for the dates that are made in a day, one for each appeal that is lost: far more than courts judge in a day.
_MOST_JUDGEMENTS = 4000


@kernel
def _depart(register: Register, who: int, day: int) -> None:
    """Let a household leave the chain."""
    household = register.households[who]
    household.status = Status.DEPARTED
    household.departed = day
    register.counts[0].departures += household.persons
    settle(register, who, Place.OUT)


@kernel
def _withdraw(register: Register, who: int, day: int) -> None:
    """Take an applicant who gives up out of line and out of the chain."""
    household, counts = register.households[who], register.counts[0]
    persons = household.persons
    leave(register.lines[household.line], line_links(register), who)
    counts.pending -= persons
    if household.taskforce == 1:
        counts.pending_taskforce -= persons
    counts.withdrawals += persons
    _depart(register, who, day)


@kernel
def _date_departure(register: Register, who: int, offset: int, policy: Records, agenda: Int32Array) -> None:
    """Give a refused household the day on which it departs, ``offset`` days from the first day at the earliest."""
    household = register.households[who]
    luck = uniform(register.seed, household.identity, Luck.DEPARTURE)
    appoint(agenda, offset + int(exponential(luck, policy[0].departure_days[household.group])), who, Due.DEPARTURE)


@kernel
def _judge(register: Register, who: int, day: int, policy: Records, agenda: Int32Array) -> None:
    """Judge an appeal: a permit after all, or a departure to come."""
    household = register.households[who]
    household.appeal_decided = day
    if uniform(register.seed, household.identity, Luck.APPEAL_MERIT) < policy[0].appeal_success_share:
        register.counts[0].appeals_won += household.persons
        log_permit(register, who, day)
        return
    household.status = Status.REFUSED
    _date_departure(register, who, day + 1 - register.first_day, policy, agenda)


@kernel
def _hear(register: Register, who: int) -> None:
    """Hear from another state: the case may be handled."""
    household = register.households[who]
    leave(register.lines[household.line], line_links(register), who)
    household.line = Line.DUBLIN.value
    join(register.lines[Line.DUBLIN], line_links(register), who)


@entry
def _keep_appointments(register: Register, day: int, policy: Records, agenda: Int32Array) -> None:
    """Do everything that is due today."""
    due = agenda[day - register.first_day, NEXT]
    while due > 0:
        who, what = agenda[due, WHO], agenda[due, WHAT]
        status = register.households[who].status
        if what == Due.WITHDRAWAL and status == Status.WAITING:
            _withdraw(register, who, day)
        elif what == Due.JUDGEMENT and status == Status.IN_APPEAL:
            _judge(register, who, day, policy, agenda)
        elif what == Due.DEPARTURE and status == Status.REFUSED:
            _depart(register, who, day)
        elif what == Due.ANSWER and status == Status.WAITING:
            _hear(register, who)
        due = agenda[due, NEXT]


@kernel
def _date_stock(register: Register, rows: IntArray, policy: Records, agenda: Int32Array) -> None:
    """Give the refused households of the starting stock the day on which they depart."""
    for who in rows:
        _date_departure(register, who, 1, policy, agenda)


class Departure:
    """Everybody who leaves the chain without a permit."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None:
        ind = parameters.ind
        self.register = register
        departure_days = [
            ind.departure_days_dublin, ind.departure_days_safe_country, ind.departure_days_other,
            ind.departure_days_other,
        ]  # fmt: skip
        self.policy = row_of(appeal_success_share=ind.appeal_success_share, departure_days=departure_days)
        # Most households get one date, and who loses an appeal a second; the agenda grows when that is not enough.
        self.agenda = Agenda(horizon - register.first_day, 2 * register.households.size)
        self.state: dict[str, Kept] = {"agenda": self.agenda}

    def start(self, rows: IntArray) -> None:
        """Give the refused people of the starting stock a date."""
        _date_stock(self.register, rows, self.policy, self.agenda.with_room(len(rows)))

    def act(self, day: int) -> None:
        """Keep the appointments of today."""
        _keep_appointments(self.register, day, self.policy, self.agenda.with_room(_MOST_JUDGEMENTS))
