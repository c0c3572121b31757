"""The same household in two futures: what happens to it in each, and for whom a decision makes most difference.

Who acts: a reader who wants to see what a decision does to a family. Who waits: that reader, for one replication of
both scenarios. What leaves: the dated sentences of one household side by side, the households whose day of moving
into a home moves most, and a count of who gains and who waits. What is left out: what happens after the first home
(a family that needs a larger one), temporary stays, and households that find no home in either future.

Households are matched by identity and never by row: who arrives on which day, in which stream and as which of that
day is the same person in every future of one world, but a row moves up when more people arrive before it. Family
that follows is part of the household's own row. Two households in one future that are missing in the other, as an
evacuation can be left out, are counted apart. The size of a household is that on arrival: later size hangs on
whether family has come, and that may differ between the futures.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from experiments.breakdown import SIZES
from experiments.ensemble import default_ensemble
from experiments.run import changed_parameters, version
from experiments.scenario import Scenario, shared_window
from experiments.trace import Event, Moment, check_household, events_of, moments_of, stretches_of
from experiments.words import Language, date_text
from sim.calendar import date_of
from sim.replications import replication_seed

if TYPE_CHECKING:
    from models.facts import Facts

Whole = npt.NDArray[np.int64]

_SIZE_ENDS = [most for _, most in SIZES.values()][:-1]
#: What can happen to a household that has a home in at least one of two futures, seen from B.
CHANGES = ("earlier", "later", "same", "only_a", "only_b")
EARLIER, LATER, SAME, ONLY_A, ONLY_B = range(5)
USUAL_TOP = 20
MOST_TOP = 10_000


@dataclass(frozen=True)
class _Matched:
    """Households that exist in both futures and have a home in at least one of them before the end.

    All arrays have one entry per household. row_a, row_b: rows of the facts; home_a, home_b: day of moving in, -1
    when there is none before the end; moved: days that the home comes later in B (to the end of the window where
    there is none); change: index of CHANGES; persons: on arrival.
    """

    row_a: Whole
    row_b: Whole
    home_a: Whole
    home_b: Whole
    moved: Whole
    change: Whole
    persons: Whole
    only_in_a: int
    only_in_b: int


def persons_on_arrival(facts: Facts) -> Whole:
    """The size of every household when it came, without family that followed."""
    households = facts.households
    followed = np.where(households["family_arrived"] >= 0, households["followers"], 0)
    persons: Whole = households["persons"].astype(np.int64) - followed
    return persons


def _homes(facts: Facts, until_day: int) -> Whole:
    housed = facts.households["housed"].astype(np.int64)
    return np.where(housed < until_day, housed, -1)


def _rows_of(wanted: Whole, identities: Whole) -> Whole:
    """The row of each wanted identity, -1 where there is none."""
    order = np.argsort(identities, kind="stable")
    place = np.searchsorted(identities, wanted, sorter=order)
    rows = order[np.minimum(place, len(order) - 1)] if len(order) else np.zeros(len(wanted), dtype=np.int64)
    found: Whole = np.where(identities[rows] == wanted, rows, -1) if len(order) else np.full(len(wanted), -1)
    return found


def _match(facts_a: Facts, facts_b: Facts, until_day: int) -> _Matched:
    if facts_a.first_day != facts_b.first_day:
        raise ValueError("two futures start on the same day")
    if not facts_a.first_day < until_day <= min(facts_a.last_day, facts_b.last_day):
        raise ValueError("the end must lie inside both runs")
    identities = facts_a.households["identity"]
    rows = _rows_of(identities, facts_b.households["identity"])
    row_a = np.flatnonzero(rows >= 0)
    row_b = rows[row_a]
    home_a, home_b = _homes(facts_a, until_day)[row_a], _homes(facts_b, until_day)[row_b]
    # Whoever had a home before the first day has nothing to gain or lose here.
    counted = np.maximum(home_a, home_b) >= facts_a.first_day
    row_a, row_b, home_a, home_b = row_a[counted], row_b[counted], home_a[counted], home_b[counted]
    moved = np.where(home_b >= 0, home_b, until_day) - np.where(home_a >= 0, home_a, until_day)
    change = np.select(
        [home_b < 0, home_a < 0, moved < 0, moved > 0], [ONLY_A, ONLY_B, EARLIER, LATER], default=SAME
    ).astype(np.int64)
    return _Matched(
        row_a=row_a,
        row_b=row_b,
        home_a=home_a,
        home_b=home_b,
        moved=moved,
        change=change,
        persons=persons_on_arrival(facts_a)[row_a],
        only_in_a=int((rows < 0).sum()),
        only_in_b=len(facts_b.households["identity"]) - int((rows >= 0).sum()),
    )


Table = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class LivesDifference:
    """Who gains and who waits, in whole numbers: one row per size of household, one column per change.

    households, persons: how many; days: how many days the home comes earlier or later, added up over households
    (for a home in one future only: to the end of the window). only_in_a, only_in_b: households that arrive in one
    future only; they are in no other count. Counts of several replications can be added.
    """

    households: Table
    persons: Table
    days: Table
    only_in_a: int = 0
    only_in_b: int = 0

    @classmethod
    def nobody(cls) -> LivesDifference:
        """Counts of nothing, to add to."""
        empty = tuple((0,) * len(CHANGES) for _ in SIZES)
        return cls(empty, empty, empty)

    def __add__(self, other: LivesDifference) -> LivesDifference:
        return LivesDifference(
            _added(self.households, other.households),
            _added(self.persons, other.persons),
            _added(self.days, other.days),
            self.only_in_a + other.only_in_a,
            self.only_in_b + other.only_in_b,
        )

    def count(self, change: str, size: str | None = None, *, of: str = "households") -> int:
        """How many households, persons or days fall under one change, for one size or for all."""
        rows: Table = getattr(self, of)
        column = CHANGES.index(change)
        return sum(row[column] for name, row in zip(SIZES, rows, strict=True) if size in (None, name))

    def mean_days(self, change: str, size: str | None = None) -> float | None:
        """Days that the home comes earlier or later, on average per household; None when there is none."""
        many = self.count(change, size)
        return self.count(change, size, of="days") / many if many else None

    @property
    def differing(self) -> int:
        """Households whose home comes on another day, or in one future only."""
        return sum(self.count(change) for change in CHANGES if change != "same")

    def rows(self) -> list[dict[str, Any]]:
        """As plain values: one row per size and one for all."""
        return [
            {
                "size": size or "all",
                **{
                    what: {change: self.count(change, size, of=what) for change in CHANGES}
                    for what in ("households", "persons")
                },
                "mean_days": {change: self.mean_days(change, size) for change in CHANGES},
            }
            for size in (*SIZES, None)
        ]


def _added(left: Table, right: Table) -> Table:
    return tuple(
        tuple(a + b for a, b in zip(mine, other, strict=True)) for mine, other in zip(left, right, strict=True)
    )


def _size_of(persons: Whole) -> Whole:
    return np.searchsorted(_SIZE_ENDS, persons)


def lives_difference(facts_a: Facts, facts_b: Facts, until_day: int) -> LivesDifference:
    """Count for whom B comes earlier and for whom it comes later: two futures of one world, up to `until_day`.

    Raises ValueError when the runs start on another day or do not reach the end.
    """
    return _counted(_match(facts_a, facts_b, until_day))


def _counted(found: _Matched) -> LivesDifference:
    cell = _size_of(found.persons) * len(CHANGES) + found.change

    def table(weights: Whole) -> Table:
        counts = np.zeros(len(SIZES) * len(CHANGES), dtype=np.int64)
        np.add.at(counts, cell, weights)
        return tuple(tuple(row) for row in counts.reshape(len(SIZES), len(CHANGES)).tolist())

    return LivesDifference(
        table(np.ones_like(found.persons)),
        table(found.persons),
        table(np.abs(found.moved)),
        found.only_in_a,
        found.only_in_b,
    )


@dataclass(frozen=True)
class TwoLives:
    """One household in two futures: when it came, and when it got a permit and a home in each (-1 is never).

    household: its row in A, as `trace` numbers it; days_a, days_b: days from arrival to home, to the end of the
    window when there is none; moved: days that the home comes later in B, negative is earlier.
    """

    household: int
    identity: int
    persons: int
    stream: str
    arrived: int
    permit_a: int
    permit_b: int
    home_a: int
    home_b: int
    days_a: int
    days_b: int
    moved: int
    municipality_a: str
    municipality_b: str

    def row(self) -> dict[str, Any]:
        """As plain values: ISO dates, None for what did not happen."""
        return {
            "household": self.household,
            "identity": self.identity,
            "persons": self.persons,
            "stream": self.stream,
            "arrived": _iso(self.arrived),
            "permit_a": _iso(self.permit_a),
            "permit_b": _iso(self.permit_b),
            "housed_a": _iso(self.home_a),
            "housed_b": _iso(self.home_b),
            "days_a": self.days_a,
            "days_b": self.days_b,
            "difference_days": self.moved,
            "municipality_a": self.municipality_a or None,
            "municipality_b": self.municipality_b or None,
        }


def _iso(day: int) -> str | None:
    return date_of(day).isoformat() if day >= 0 else None


def largest_differences(facts_a: Facts, facts_b: Facts, until_day: int, top: int = USUAL_TOP) -> list[TwoLives]:
    """The households whose home moves most between the futures, most first; those that do not move are left out.

    Equal differences stand in order of row. Raises ValueError as `lives_difference`.
    """
    return _largest(_match(facts_a, facts_b, until_day), facts_a, facts_b, until_day, top)


def _largest(found: _Matched, facts_a: Facts, facts_b: Facts, until_day: int, top: int) -> list[TwoLives]:
    from models.geography import municipalities
    from models.register import STREAMS

    names = municipalities().name
    order = np.argsort(-np.abs(found.moved), kind="stable")
    differing = order[(found.change != SAME)[order]]
    lives = []
    for index in differing[:top].tolist():
        row_a, row_b = int(found.row_a[index]), int(found.row_b[index])
        a = {name: int(values[row_a]) for name, values in facts_a.households.items()}
        b = {name: int(values[row_b]) for name, values in facts_b.households.items()}
        home_a, home_b = int(found.home_a[index]), int(found.home_b[index])
        lives.append(
            TwoLives(
                household=row_a,
                identity=a["identity"],
                persons=int(found.persons[index]),
                stream=STREAMS[a["stream"]],
                arrived=a["arrived"],
                permit_a=a["permit"] if a["permit"] < until_day else -1,
                permit_b=b["permit"] if b["permit"] < until_day else -1,
                home_a=home_a,
                home_b=home_b,
                days_a=(home_a if home_a >= 0 else until_day) - a["arrived"],
                days_b=(home_b if home_b >= 0 else until_day) - b["arrived"],
                moved=int(found.moved[index]),
                municipality_a=names[a["municipality"]] if a["municipality"] >= 0 else "",
                municipality_b=names[b["municipality"]] if b["municipality"] >= 0 else "",
            )
        )
    return lives


# --- two scenarios --------------------------------------------------------------------------------------------


def two_futures(a: Scenario, b: Scenario, seed: int | None = None) -> tuple[Facts, Facts, int, int]:
    """Replication 1 of two scenarios on one world, with the seed used and the end. Raises WrongInput."""
    from models.chain import simulate

    seed, _, until_day = shared_window([a, b], seed)
    facts = [
        simulate(
            changed_parameters(scenario.period, scenario.changes(), default_ensemble(scenario.period), 1),
            replication_seed(seed, 1),
            until_day,
        )
        for scenario in (a, b)
    ]
    return facts[0], facts[1], seed, until_day


@dataclass(frozen=True)
class FollowedTwice:
    """One household in two futures: its sentences in each, how many days later its home comes in B, and a close.

    events_b is None when the household does not arrive in B; moved is None unless it has a home in both.
    """

    a: str
    b: str
    seed: int
    household: int
    identity: int
    events_a: list[Event]
    events_b: list[Event] | None
    moved: int | None
    close: str

    def aligned(self) -> list[tuple[datetime.date, str, str]]:
        """Date, what happens in A, what happens in B; empty where nothing happens."""
        return aligned(self.events_a, self.events_b or [])

    def to_json(self) -> dict[str, Any]:
        """As plain values: ISO dates."""
        return {
            "a": self.a,
            "b": self.b,
            "version": version(),
            "seed": self.seed,
            "replication": 1,
            "household": self.household,
            "identity": self.identity,
            "arrives_in_b": self.events_b is not None,
            "events": [
                {"date": day.isoformat(), "a": left or None, "b": right or None} for day, left, right in self.aligned()
            ],
            "difference_days": self.moved,
            "close": self.close,
        }


def aligned(events_a: Sequence[Event], events_b: Sequence[Event]) -> list[tuple[datetime.date, str, str]]:
    """Two rows of events as one in order of date; the same sentence on the same day stands on one line."""
    lines = []
    for day in sorted({day for day, _ in (*events_a, *events_b)}):
        left = [sentence for date, sentence in events_a if date == day]
        right = [sentence for date, sentence in events_b if date == day]
        while left or right:
            first, second = (left or [""])[0], (right or [""])[0]
            if first != second and first in right:  # let the other catch up, so that equal sentences meet
                first = ""
            elif first != second and second in left:
                second = ""
            left, right = left[bool(first) :], right[bool(second) :]
            lines.append((day, first, second))
    return lines


def follow_twice(
    a: Scenario, b: Scenario, household: int, seed: int | None = None, language: Language = "nl"
) -> FollowedTwice:
    """Follow the household that has row `household` in A through both futures. Raises WrongInput."""
    facts_a, facts_b, seed, until_day = two_futures(a, b, seed)
    check_household(facts_a, household)
    identity, row_b = _identity_and_row(facts_a, facts_b, household)
    events_a = events_of(facts_a, household, language)
    events_b = None if row_b < 0 else events_of(facts_b, row_b, language)
    close = _close(facts_a, facts_b, household, row_b, until_day, language)
    moved = _moved(facts_a, facts_b, household, row_b)
    return FollowedTwice(a.name, b.name, seed, household, identity, events_a, events_b, moved, close)


def _identity_and_row(facts_a: Facts, facts_b: Facts, household: int) -> tuple[int, int]:
    """Who a row of A is, and its row in B (-1 when it does not arrive there)."""
    identity = int(facts_a.households["identity"][household])
    return identity, int(_rows_of(np.array([identity]), facts_b.households["identity"])[0])


def _moved(facts_a: Facts, facts_b: Facts, row_a: int, row_b: int) -> int | None:
    """Days that the home comes later in B; None unless there is one in both."""
    if row_b < 0:
        return None
    home_a, home_b = int(facts_a.households["housed"][row_a]), int(facts_b.households["housed"][row_b])
    return home_b - home_a if home_a >= 0 and home_b >= 0 else None


def days_nl(count: int) -> str:
    """1 dag, 2 dagen."""
    return f"{count} dag" if count == 1 else f"{count} dagen"


def days_text(count: int, language: Language) -> str:
    """As `days_nl`, in either language."""
    if language == "nl":
        return days_nl(count)
    return f"{count} day" if count == 1 else f"{count} days"


_CLOSES: dict[str, tuple[str, str]] = {
    "absent": ("In B komt dit huishouden niet aan.", "In B this household does not arrive."),
    "equal": (
        "Voor dit huishouden maakt het geen verschil: in A en B gebeurt hetzelfde.",
        "For this household it makes no difference: the same happens in A and B.",
    ),
    "no_home": (
        "In A en in B krijgt het huishouden voor {date} geen woning.",
        "Neither in A nor in B does the household get a home before {date}.",
    ),
    "only": (
        "Alleen in {which} krijgt het huishouden voor {date} een woning.",
        "Only in {which} does the household get a home before {date}.",
    ),
    "same_day": (
        "In A en B woont het huishouden vanaf dezelfde dag in een woning.",
        "In A and B the household lives in a home from the same day.",
    ),
    "earlier": (
        "In B woont het huishouden {days} eerder in een woning.",
        "In B the household lives in a home {days} earlier.",
    ),
    "later": (
        "In B woont het huishouden {days} later in een woning.",
        "In B the household lives in a home {days} later.",
    ),
    "places": (" In A is dat in {place_a}, in B in {place_b}.", " In A that is in {place_a}, in B in {place_b}."),
    "family_earlier": (
        " Het nareizende gezin komt in B {days} eerder aan.",
        " The family that follows arrives {days} earlier in B.",
    ),
    "family_later": (
        " Het nareizende gezin komt in B {days} later aan.",
        " The family that follows arrives {days} later in B.",
    ),
    "family_only": (
        " Het nareizende gezin komt voor {date} alleen in {which} aan.",
        " The family that follows arrives before {date} only in {which}.",
    ),
}


def _close(facts_a: Facts, facts_b: Facts, row_a: int, row_b: int, until_day: int, language: Language) -> str:
    """What differs between two lives, in one or two sentences."""

    def said(key: str, **values: str) -> str:
        return _CLOSES[key][0 if language == "nl" else 1].format(**values)

    if row_b < 0:
        return said("absent")
    if events_of(facts_a, row_a) == events_of(facts_b, row_b):
        return said("equal")
    a = {name: int(values[row_a]) for name, values in facts_a.households.items()}
    b = {name: int(values[row_b]) for name, values in facts_b.households.items()}
    home_a, home_b, date = a["housed"], b["housed"], date_text(date_of(until_day), language)
    if home_a < 0 and home_b < 0:
        told = said("no_home", date=date)
    elif home_a < 0 or home_b < 0:
        told = said("only", which="B" if home_a < 0 else "A", date=date)
    elif home_a == home_b:
        told = said("same_day")
    else:
        told = said("earlier" if home_b < home_a else "later", days=days_text(abs(home_b - home_a), language))
    if home_a >= 0 and home_b >= 0 and a["municipality"] != b["municipality"]:
        told += said("places", place_a=_place(a), place_b=_place(b))
    came_a, came_b = a["family_arrived"], b["family_arrived"]
    if came_a >= 0 and came_b >= 0 and came_a != came_b:
        when = "family_earlier" if came_b < came_a else "family_later"
        told += said(when, days=days_text(abs(came_b - came_a), language))
    elif (came_a >= 0) != (came_b >= 0):
        told += said("family_only", which="A" if came_a >= 0 else "B", date=date)
    return told


def _place(life: dict[str, int]) -> str:
    from models.geography import municipalities

    return municipalities().name[life["municipality"]]


@dataclass(frozen=True)
class LivesCompared:
    """Two futures of replication 1: who gains and who waits, and whose life differs most."""

    a: str
    b: str
    seed: int
    until_day: int
    difference: LivesDifference
    lives: tuple[TwoLives, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain values: ISO dates."""
        return {
            "a": self.a,
            "b": self.b,
            "version": version(),
            "seed": self.seed,
            "replication": 1,
            "until": date_of(self.until_day).isoformat(),
            "differing_households": self.difference.differing,
            "only_arrive_in_a": self.difference.only_in_a,
            "only_arrive_in_b": self.difference.only_in_b,
            "summary": self.difference.rows(),
            "households": [life.row() for life in self.lives],
        }


def compare_lives(a: Scenario, b: Scenario, seed: int | None = None, top: int = USUAL_TOP) -> LivesCompared:
    """Run replication 1 of both scenarios and say whose life differs. Raises WrongInput."""
    facts_a, facts_b, seed, until_day = two_futures(a, b, seed)
    found = _match(facts_a, facts_b, until_day)
    lives = _largest(found, facts_a, facts_b, until_day, top)
    return LivesCompared(a.name, b.name, seed, until_day, _counted(found), tuple(lives))


# --- two futures as one answer ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class TwoFutures:
    """A question that another process answers: whose lives differ, and one household told in both futures.

    household: the row in A of whom to follow; the household that differs most when it is None. Plain values, so it
    travels; the answer is small and plain, and holds no name of a scenario: who asks the same may call it otherwise.
    """

    a: Scenario
    b: Scenario
    household: int | None = None
    top: int = USUAL_TOP

    def __call__(self, number: int = 1) -> dict[str, Any]:
        """Simulate both futures once and answer; `followed` is None for a household that does not exist.

        number: as every task gets, not used. Raises WrongInput for scenarios that share no window.
        """
        facts_a, facts_b, seed, until_day = two_futures(self.a, self.b)
        found = _match(facts_a, facts_b, until_day)
        lives = _largest(found, facts_a, facts_b, until_day, self.top)
        compared = LivesCompared(self.a.name, self.b.name, seed, until_day, _counted(found), tuple(lives))
        usual = lives[0].household if lives else 0
        household = usual if self.household is None else self.household
        in_a = len(facts_a.households["identity"])
        answer = compared.to_json() | {
            "first": date_of(facts_a.first_day).isoformat(),
            "households_in_a": in_a,
            "followed": _story(facts_a, facts_b, household, until_day) if 0 <= household < in_a else None,
        }
        return {name: value for name, value in answer.items() if name not in ("a", "b")}


def _story(facts_a: Facts, facts_b: Facts, household: int, until_day: int) -> dict[str, Any]:
    """One household in both futures, in both languages, as plain values."""
    identity, row_b = _identity_and_row(facts_a, facts_b, household)

    def told(language: Language) -> dict[str, Any]:
        moments_a = moments_of(facts_a, household, language)
        moments_b = [] if row_b < 0 else moments_of(facts_b, row_b, language)
        lines = aligned(_plain_events(moments_a), _plain_events(moments_b))
        return {
            "close": _close(facts_a, facts_b, household, row_b, until_day, language),
            "lines": [[day.isoformat(), left, right] for day, left, right in lines],
            "moments": [
                [[moment.day.isoformat(), moment.kind, moment.sentence] for moment in moments]
                for moments in (moments_a, moments_b)
            ],
        }

    rows = ((facts_a, household), (facts_b, row_b))
    return {
        "household": household,
        "identity": identity,
        "arrives_in_b": row_b >= 0,
        "difference_days": _moved(facts_a, facts_b, household, row_b),
        "stretches": [
            []
            if row < 0
            else [
                [stretch.stage, stretch.first.isoformat(), stretch.until.isoformat()]
                for stretch in stretches_of(facts, row, until_day)
            ]
            for facts, row in rows
        ],
        "nl": told("nl"),
        "en": told("en"),
    }


def _plain_events(moments: Sequence[Moment]) -> list[Event]:
    return [(moment.day, moment.sentence) for moment in moments]
