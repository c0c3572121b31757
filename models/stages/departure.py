"""Departure: people leave while they wait, courts judge appeals, refused people go.

Who acts: applicants who give up, the court, the departure service; every day. Who waits:
everybody with a date in this agenda. What leaves: people out of the chain, and permits after a
won appeal (written in the permit log). A refused person keeps a bed until departure. Left out:
forced return as a process of its own, further appeal.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.parameters import Parameters
from models.register import Due, Place, Register, Status, line_links, log_permit, settle
from models.world import LUCK_APPEAL_MERIT, LUCK_DEPARTURE, World
from sim.agenda import NEXT, WHAT, WHO, Agenda, appoint
from sim.compiled import entry, kernel
from sim.luck import exponential, uniform
from sim.queues import leave
from sim.records import Kept


@kernel
def _depart(register: Register, who: int, day: int) -> None:
    household = register.households[who]
    counts = register.counts[0]
    household.status = Status.DEPARTED
    household.departed = day
    counts.departures += household.persons
    settle(register, who, Place.OUT)


@entry
def _keep_appointments(
    register: Register,
    seed: int,
    day: int,
    first_day: int,
    appeal_success: float,
    departure_days: float,
    agenda: NDArray[np.int32],
) -> None:
    """Do everything that is due today."""
    households = register.households
    counts = register.counts[0]
    due = agenda[NEXT, day - first_day]
    while due > 0:
        who = agenda[WHO, due]
        household = households[who]
        what = agenda[WHAT, due]
        status = household.status
        if what == Due.WITHDRAWAL and status == Status.WAITING:
            persons = household.persons
            leave(register.lines[household.line], line_links(register), who)
            counts.pending -= persons
            if household.taskforce == 1:
                counts.pending_taskforce -= persons
            counts.withdrawals += persons
            _depart(register, who, day)
        elif what == Due.JUDGEMENT and status == Status.IN_APPEAL:
            household.appeal_decided = day
            identity = household.identity
            if uniform(seed, identity, LUCK_APPEAL_MERIT) < appeal_success:
                counts.appeals_won += household.persons
                log_permit(register, who, day)
            else:
                household.status = Status.REFUSED
                delay = exponential(uniform(seed, identity, LUCK_DEPARTURE), departure_days)
                appoint(agenda, day + 1 + int(delay) - first_day, who, Due.DEPARTURE)
        elif what == Due.DEPARTURE and status == Status.REFUSED:
            _depart(register, who, day)
        due = agenda[NEXT, due]


@kernel
def _date_stock(
    register: Register, seed: int, rows: NDArray[np.int64], departure_days: float, agenda: NDArray[np.int32],
) -> None:  # fmt: skip
    for who in rows:
        household = register.households[who]
        delay = exponential(uniform(seed, household.identity, LUCK_DEPARTURE), departure_days)
        appoint(agenda, 1 + int(delay), who, Due.DEPARTURE)


class Departure:
    """Everybody who leaves the chain without a permit."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None:
        self.register, self.seed, self.first_day = register, register.seed, register.first_day
        self.appeal_success = parameters.ind.appeal_success_share
        self.departure_days = parameters.ind.departure_days_other
        self.agenda = Agenda(horizon - self.first_day, 2 * register.households.size)

    def state(self) -> dict[str, Kept]:
        """Return what a snapshot must hold."""
        return {"agenda": self.agenda}

    def start(self, rows: NDArray[np.int64]) -> None:
        """Give the refused people of the starting stock a date."""
        agenda = self.agenda.with_room(len(rows))
        _date_stock(self.register, self.seed, rows, self.departure_days, agenda)

    def act(self, day: int) -> None:
        """Keep the appointments of today."""
        _keep_appointments(
            self.register, self.seed, day, self.first_day, self.appeal_success, self.departure_days,
            self.agenda.with_room(4000),
        )  # fmt: skip
