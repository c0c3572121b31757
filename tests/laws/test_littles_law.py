"""Law: persons-days counted from the daily counters equal persons-days counted from the dates in the rows.

Two independent books: the recorder writes down each evening how many persons wait; the rows hold when each household
began and ended to wait. Little's law (mean number = rate of arrival x mean time) is the same identity divided by days.
"""

import numpy as np
import pytest
from lawbook import BUSY, Array, books_of, parameters_with

from models.chain import Chain
from models.register import BED_GROUPS, STATUSES, STREAMS
from models.world import ARRIVES, STOCK_PENDING
from sim.calendar import day_number

UNTIL = day_number("2021-07-01")
RELATIVE = 1e-9


class Stay:
    """Who was somewhere: rows with persons, first evening there, first evening no longer there."""

    def __init__(self, chain: Chain, persons: Array, begin: Array, end: Array) -> None:
        first, last = chain.first_day, chain.today
        self.first, self.days = first, last - first
        self.begin = np.clip(begin, first, last)
        self.end = np.where(end < 0, last, np.clip(end, first, last))
        self.persons = persons
        self.here = self.end > self.begin

    def person_days(self) -> int:
        return int((self.persons * (self.end - self.begin))[self.here].sum())

    def evenings(self) -> Array:
        """Persons there on each evening."""
        change = np.zeros(self.days + 1, dtype=np.int64)
        np.add.at(change, self.begin[self.here] - self.first, self.persons[self.here])
        np.subtract.at(change, self.end[self.here] - self.first, self.persons[self.here])
        return np.cumsum(change)[:-1]


@pytest.fixture(scope="module", params=["history", "busy"])
def books(request):
    return books_of(parameters_with(BUSY if request.param == "busy" else ()), 4, UNTIL)


def pending_applications(books) -> Stay:
    rows, drawn = books.rows, books.chain.world.households
    asked = ~np.isin(rows["stream"], [STREAMS.index(name) for name in ("resettlement", "other_entry")]) & np.isin(
        drawn["origin"], (ARRIVES, STOCK_PENDING)
    )
    came = asked & (rows["status"] != STATUSES.index("not_arrived"))
    left = np.where(rows["decided"] >= 0, rows["decided"], rows["departed"])
    return Stay(books.chain, drawn["persons"][came], rows["arrived"][came], left[came])


def pending_families(books) -> Stay:
    rows = books.rows
    applied = rows["family_applied"] >= 0
    decided = rows["family_decided"][applied]
    return Stay(books.chain, rows["followers"][applied], rows["family_applied"][applied], decided)


def applicants_abroad_or_home(books) -> Stay:
    """Everybody who has left the chain for good."""
    rows = books.rows
    gone = rows["departed"] >= 0
    never = np.full(int(gone.sum()), -1)
    return Stay(books.chain, books.chain.world.households["persons"][gone], rows["departed"][gone], never)


def check(evenings: Array, stay: Stay) -> None:
    """Day by day, in total, and as Little's law."""
    assert np.array_equal(evenings, stay.evenings())
    days = len(evenings)
    assert evenings.sum() == stay.person_days()
    persons = stay.persons[stay.here].sum()
    rate, mean_days = persons / days, stay.person_days() / persons
    assert evenings.mean() == pytest.approx(rate * mean_days, rel=RELATIVE)


def test_applications_pending_at_the_ind(books):
    check(books.daily["pending"], pending_applications(books))


def test_family_applications_pending(books):
    check(books.daily["pending_family"], pending_families(books))


def test_people_who_left(books):
    check(books.daily["gone"], applicants_abroad_or_home(books))


def test_permit_holders_between_permit_and_home(books):
    """Two spells: from the permit to the first home, and from family that does not fit to the larger home.

    Family may come after the move, or between the offer and the move; in both cases it may not fit.
    """
    rows, drawn, chain = books.rows, books.chain.world.households, books.chain
    total = np.zeros(chain.today - chain.first_day, dtype=np.int64)
    holder = rows["permit"] >= 0
    housed, came, larger = rows["housed"], rows["family_arrived"], rows["family_housed"]
    total += Stay(chain, drawn["persons"][holder], rows["permit"][holder], housed[holder]).evenings()
    joined_waiting = holder & (came >= 0) & ((housed < 0) | (housed >= came))
    total += Stay(chain, rows["followers"][joined_waiting], came[joined_waiting], housed[joined_waiting]).evenings()
    after_the_move = (housed < came) & (larger != came)
    looking = np.isin(rows["status"], [STATUSES.index("seeking"), STATUSES.index("offered")])
    before_the_move = (housed >= came) & ((larger >= 0) | looking)
    again = holder & (came >= 0) & (housed >= 0) & (after_the_move | before_the_move)
    since = np.maximum(came, housed)
    total += Stay(chain, rows["persons"][again], since[again], larger[again]).evenings()
    seen = sum(books.daily[name] for name in ("dossier", "linkable", "seeking", "offered"))
    assert np.array_equal(seen, total)


def test_everybody_is_somewhere_from_the_evening_of_arrival(books):
    """Persons inside the chain from the rows (arrival to departure) equal reception + elsewhere + stays + homes."""
    rows, drawn, chain = books.rows, books.chain.world.households, books.chain
    here = rows["place"] > 0
    stock = np.where(drawn["origin"] == ARRIVES, rows["arrived"], chain.first_day)
    total = Stay(chain, drawn["persons"][here], stock[here], rows["departed"][here]).evenings()
    came = rows["family_arrived"] >= 0
    total = (
        total
        + Stay(chain, rows["followers"][came], rows["family_arrived"][came], np.full(int(came.sum()), -1)).evenings()
    )
    seen = sum(books.daily[f"in_reception_{group}"] for group in BED_GROUPS)
    seen = seen + books.daily["elsewhere"] + books.daily["in_stay"] + books.daily["at_home"]
    assert np.array_equal(seen, total)


def test_the_identity_can_fail(books):
    stay = pending_applications(books)
    stay.end[np.flatnonzero(stay.here)[0]] -= 1
    assert books.daily["pending"].sum() != stay.person_days()
