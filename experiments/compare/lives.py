"""The same household in two futures: what happens to it in each, and for whom a decision makes most difference.

Households are matched by identity and never by row: who arrives on which day, in which stream and as which of that
day is the same person in every future of one world, but a row moves up when more people arrive before it. Family
that follows is part of the household's own row. Two households in one future that are missing in the other, as an
evacuation can be left out, are counted apart. The size of a household is that on arrival: later size hangs on
whether family has come, and that may differ between the futures. Left out: what happens after the first home,
temporary stays, and households that find no home in either future.
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.run.breakdown import SIZES
from sim.arrays import IntArray
from sim.calendar import date_of

if TYPE_CHECKING:
    from models.facts import Facts

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

    row_a: IntArray
    row_b: IntArray
    home_a: IntArray
    home_b: IntArray
    moved: IntArray
    change: IntArray
    persons: IntArray
    only_in_a: int
    only_in_b: int


def persons_on_arrival(facts: "Facts") -> IntArray:
    """The size of every household when it came, without family that followed."""
    households = facts.households
    followed = np.where(households["family_arrived"] >= 0, households["followers"], 0)
    return households["persons"].astype(np.int64) - followed.astype(np.int64)


def _homes(facts: "Facts", until_day: int) -> IntArray:
    housed = facts.households["housed"].astype(np.int64)
    return np.where(housed < until_day, housed, -1)


def rows_of(wanted: IntArray, identities: IntArray) -> IntArray:
    """The row of each wanted identity, -1 where there is none."""
    if not len(identities):
        return np.full(len(wanted), -1)
    order = np.argsort(identities, kind="stable")
    rows = order[np.minimum(np.searchsorted(identities, wanted, sorter=order), len(order) - 1)]
    return np.where(identities[rows] == wanted, rows, -1)


def match(facts_a: "Facts", facts_b: "Facts", until_day: int) -> _Matched:
    """Pair the households of two futures; raises ValueError when the futures start on other days."""
    if facts_a.first_day != facts_b.first_day:
        raise ValueError("two futures start on the same day")
    if not facts_a.first_day < until_day <= min(facts_a.last_day, facts_b.last_day):
        raise ValueError("the end must lie inside both runs")
    identities = facts_a.households["identity"]
    rows = rows_of(identities, facts_b.households["identity"])
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
    only_in_a, only_in_b = int((rows < 0).sum()), len(facts_b.households["identity"]) - int((rows >= 0).sum())
    persons = persons_on_arrival(facts_a)[row_a]
    return _Matched(row_a, row_b, home_a, home_b, moved, change, persons, only_in_a, only_in_b)


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
    def nobody(cls) -> "LivesDifference":
        """Counts of nothing, to add to."""
        empty = tuple((0,) * len(CHANGES) for _ in SIZES)
        return cls(empty, empty, empty)

    def __add__(self, other: "LivesDifference") -> "LivesDifference":
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
    return tuple(map(tuple, np.add(left, right).tolist()))


def lives_difference(facts_a: "Facts", facts_b: "Facts", until_day: int) -> LivesDifference:
    """Count for whom B comes earlier and for whom it comes later: two futures of one world, up to `until_day`.

    Raises ValueError when the runs start on another day or do not reach the end.
    """
    return counted_difference(match(facts_a, facts_b, until_day))


def counted_difference(found: _Matched) -> LivesDifference:
    """How many households of each size gain and lose."""
    size = np.searchsorted([most for _, most in SIZES.values()][:-1], found.persons)

    def table(weights: IntArray) -> Table:
        counts = np.zeros((len(SIZES), len(CHANGES)), dtype=np.int64)
        np.add.at(counts, (size, found.change), weights)
        return tuple(map(tuple, counts.tolist()))

    households, persons, days = np.ones_like(found.persons), found.persons, np.abs(found.moved)
    return LivesDifference(table(households), table(persons), table(days), found.only_in_a, found.only_in_b)


@dataclass(frozen=True)
class TwoLives:
    """One household in two futures: when it came, and when it got a permit and a home in each (-1 is never).

    household: its row in A, as `trace` numbers it; days_a, days_b: days from arrival to home, to the end of the
    window when there is none; difference_days: days that the home comes later in B, negative is earlier.
    """

    household: int
    identity: int
    persons: int
    stream: str
    arrived: int
    permit_a: int
    permit_b: int
    housed_a: int
    housed_b: int
    days_a: int
    days_b: int
    difference_days: int
    municipality_a: str
    municipality_b: str

    def row(self) -> dict[str, Any]:
        """As plain values: ISO dates, None for what did not happen."""
        row = asdict(self)
        for name in ("arrived", "permit_a", "permit_b", "housed_a", "housed_b"):
            row[name] = date_of(row[name]).isoformat() if row[name] >= 0 else None
        return row | {name: row[name] or None for name in ("municipality_a", "municipality_b")}


def largest(found: _Matched, facts_a: "Facts", facts_b: "Facts", until_day: int, top: int) -> list[TwoLives]:
    """The households whose home moves most between the futures, most first; those that do not move are left out.

    Equal differences stand in order of row.
    """
    from models.geography import municipalities
    from models.register import STREAMS

    names = municipalities().name
    order = np.argsort(-np.abs(found.moved), kind="stable")
    lives = []
    for index in order[(found.change != SAME)[order]][:top].tolist():
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
                housed_a=home_a,
                housed_b=home_b,
                days_a=(home_a if home_a >= 0 else until_day) - a["arrived"],
                days_b=(home_b if home_b >= 0 else until_day) - b["arrived"],
                difference_days=int(found.moved[index]),
                municipality_a=names[a["municipality"]] if a["municipality"] >= 0 else "",
                municipality_b=names[b["municipality"]] if b["municipality"] >= 0 else "",
            )
        )
    return lives
