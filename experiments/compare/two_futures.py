"""The same household followed in two futures."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from experiments.compare.household import Moment, first_replication, moments_of, place_of, row_of, stretches_of
from experiments.compare.lives import USUAL_TOP, LivesDifference, TwoLives, counted_difference, largest, match, rows_of
from experiments.language.catalogue import PSEUDO, catalogue
from experiments.language.formatting import amount_text, date_text
from experiments.language.language import LANGUAGES, Language
from experiments.run.provenance import provenance
from experiments.scenario.scenario import Scenario, shared_window
from sim.calendar import date_of

if TYPE_CHECKING:
    from models.facts import Facts


def two_futures(a: Scenario, b: Scenario, seed: int | None = None) -> tuple["Facts", "Facts", int, int]:
    """Replication 1 of two scenarios on one world, with the seed used and the end. Raises WrongInput."""
    seed, _, until_day = shared_window([a, b], seed)
    return first_replication(a, seed, until_day), first_replication(b, seed, until_day), seed, until_day


@dataclass(frozen=True)
class FollowedTwice:
    """One household in two futures: what happens in each, how many days later its home comes in B, and a close.

    moments_b is None when the household does not arrive in B; moved is None unless it has a home in both.
    """

    a: str
    b: str
    period: str
    seed: int
    household: int
    identity: int
    moments_a: list[Moment]
    moments_b: list[Moment] | None
    moved: int | None
    close: str

    def aligned(self) -> list[tuple[datetime.date, str, str]]:
        """Date, what happens in A, what happens in B; empty where nothing happens."""
        return aligned(self.moments_a, self.moments_b or [])

    def to_json(self) -> dict[str, Any]:
        """As plain values: ISO dates."""
        return _about(self) | {
            "household": self.household,
            "identity": self.identity,
            "arrives_in_b": self.moments_b is not None,
            "events": [
                {"date": day.isoformat(), "a": left or None, "b": right or None} for day, left, right in self.aligned()
            ],
            "difference_days": self.moved,
            "close": self.close,
        }


def aligned(moments_a: Sequence[Moment], moments_b: Sequence[Moment]) -> list[tuple[datetime.date, str, str]]:
    """Two lives as one in order of date; the same sentence on the same day stands on one line."""
    lines = []
    for day in sorted({moment.day for moment in (*moments_a, *moments_b)}):
        left, right = ([one.sentence for one in life if one.day == day] for life in (moments_a, moments_b))
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
    moments_a = moments_of(facts_a, household, language)
    identity, row_b = _identity_and_row(facts_a, facts_b, household)
    moments_b = None if row_b < 0 else moments_of(facts_b, row_b, language)
    close = _close(facts_a, facts_b, household, row_b, until_day, language)
    moved = _moved(facts_a, facts_b, household, row_b)
    return FollowedTwice(a.name, b.name, a.period, seed, household, identity, moments_a, moments_b, moved, close)


def _identity_and_row(facts_a: "Facts", facts_b: "Facts", household: int) -> tuple[int, int]:
    """Who a row of A is, and its row in B (-1 when it does not arrive there)."""
    identity = int(facts_a.households["identity"][household])
    return identity, int(rows_of(np.array([identity]), facts_b.households["identity"])[0])


def _moved(facts_a: "Facts", facts_b: "Facts", row_a: int, row_b: int) -> int | None:
    """Days that the home comes later in B; None unless there is one in both."""
    if row_b < 0:
        return None
    home_a, home_b = int(facts_a.households["housed"][row_a]), int(facts_b.households["housed"][row_b])
    return home_b - home_a if home_a >= 0 and home_b >= 0 else None


def _close(facts_a: "Facts", facts_b: "Facts", row_a: int, row_b: int, until_day: int, language: Language) -> str:
    """What differs between two lives, in one or two sentences."""

    def said(key: str, **values: str) -> str:
        return catalogue("household", language)(f"close.{key}", **values)

    if row_b < 0:
        return said("absent")
    if moments_of(facts_a, row_a) == moments_of(facts_b, row_b):
        return said("equal")
    a, b = row_of(facts_a, row_a), row_of(facts_b, row_b)
    home_a, home_b, date = a["housed"], b["housed"], date_text(date_of(until_day), language)
    if home_a < 0 and home_b < 0:
        told = said("no_home", date=date)
    elif home_a < 0 or home_b < 0:
        told = said("only", which="B" if home_a < 0 else "A", date=date)
    elif home_a == home_b:
        told = said("same_day")
    else:
        told = said("earlier" if home_b < home_a else "later", days=amount_text(abs(home_b - home_a), "days", language))
    if home_a >= 0 and home_b >= 0 and a["municipality"] != b["municipality"]:
        told += said("places", place_a=place_of(a, language), place_b=place_of(b, language))
    came_a, came_b = a["family_arrived"], b["family_arrived"]
    if came_a >= 0 and came_b >= 0 and came_a != came_b:
        when = "family_earlier" if came_b < came_a else "family_later"
        told += said(when, days=amount_text(abs(came_b - came_a), "days", language))
    elif (came_a >= 0) != (came_b >= 0):
        told += said("family_only", which="A" if came_a >= 0 else "B", date=date)
    return told


@dataclass(frozen=True)
class LivesCompared:
    """Two futures of replication 1: who gains and who waits, and whose life differs most."""

    a: str
    b: str
    period: str
    seed: int
    until_day: int
    difference: LivesDifference
    lives: tuple[TwoLives, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain values: ISO dates."""
        return _about(self) | {
            "until": date_of(self.until_day).isoformat(),
            "differing_households": self.difference.differing,
            "only_arrive_in_a": self.difference.only_in_a,
            "only_arrive_in_b": self.difference.only_in_b,
            "summary": self.difference.rows(),
            "households": [life.row() for life in self.lives],
        }


def _about(of: FollowedTwice | LivesCompared) -> dict[str, Any]:
    return {"a": of.a, "b": of.b, **provenance(of.period), "seed": of.seed, "replication": 1}


def compare_lives(a: Scenario, b: Scenario, seed: int | None = None, top: int = USUAL_TOP) -> LivesCompared:
    """Run replication 1 of both scenarios and say whose life differs. Raises WrongInput."""
    facts_a, facts_b, seed, until_day = two_futures(a, b, seed)
    found = match(facts_a, facts_b, until_day)
    lives = largest(found, facts_a, facts_b, until_day, top)
    return LivesCompared(a.name, b.name, a.period, seed, until_day, counted_difference(found), tuple(lives))


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
        found = match(facts_a, facts_b, until_day)
        lives = largest(found, facts_a, facts_b, until_day, self.top)
        difference, (a, b) = counted_difference(found), (self.a, self.b)
        compared = LivesCompared(a.name, b.name, a.period, seed, until_day, difference, tuple(lives))
        usual = lives[0].household if lives else 0
        household = usual if self.household is None else self.household
        in_a = len(facts_a.households["identity"])
        answer = compared.to_json() | {
            "first": date_of(facts_a.first_day).isoformat(),
            "households_in_a": in_a,
            "followed": _story(facts_a, facts_b, household, until_day) if 0 <= household < in_a else None,
        }
        return {name: value for name, value in answer.items() if name not in ("a", "b")}


def _story(facts_a: "Facts", facts_b: "Facts", household: int, until_day: int) -> dict[str, Any]:
    """One household in both futures, in both languages, as plain values."""
    identity, row_b = _identity_and_row(facts_a, facts_b, household)

    def told(language: Language) -> dict[str, Any]:
        moments_a = moments_of(facts_a, household, language)
        moments_b = [] if row_b < 0 else moments_of(facts_b, row_b, language)
        lines = aligned(moments_a, moments_b)
        return {
            "close": _close(facts_a, facts_b, household, row_b, until_day, language),
            "lines": [[day.isoformat(), left, right] for day, left, right in lines],
            "moments": [
                [[one.day.isoformat(), one.kind, one.sentence] for one in life] for life in (moments_a, moments_b)
            ],
        }

    def stretches(facts: "Facts", row: int) -> list[list[str]]:
        found = [] if row < 0 else stretches_of(facts, row, until_day)
        return [[one.stage, one.first.isoformat(), one.until.isoformat()] for one in found]

    return {
        "household": household,
        "identity": identity,
        "arrives_in_b": row_b >= 0,
        "difference_days": _moved(facts_a, facts_b, household, row_b),
        "stretches": [stretches(facts_a, household), stretches(facts_b, row_b)],
        **{language: told(language) for language in (*LANGUAGES, cast(Language, PSEUDO))},
    }
