"""Laws of reception: who decides earlier leaves nobody worse off, and nobody closes a door on people in the street."""

from functools import cache

import numpy as np
import pytest

from models.chain import simulate
from models.levers import Change, apply_changes
from models.parameters import baseline
from models.register import BED_GROUPS
from sim.calendar import day_number

FIRST = day_number("2019-01-01")
CROWDED = Change("inflow_shock", 2500.0)
PLAN_THAT_ENDS = Change("places_added", 3000.0, day_number("2019-01-01"), day_number("2021-09-20"))
#: When places are decided; those of the last open when people have been without a place for months.
DECIDED = ("2019-01-01", "2019-07-01", "2020-01-01", "2020-06-01", "2020-10-01", "2021-02-01")
SEEDS = (1, 2, 3, 4)


@cache
def facts_of(until, seed, *changes):
    return simulate(apply_changes(baseline("prop-2021"), changes), seed, day_number(until))


@cache
def person_days_without_place(seed, *changes):
    return int(facts_of.__wrapped__("2022-07-01", seed, *changes).daily["persons_without_place"].sum())


def by_date_of_decision(places, dates, seeds):
    """Person-days without a place, shape (seeds, dates and never)."""
    plans = [*((Change("places_added", places, day_number(date)),) for date in dates), ()]
    return np.array([[person_days_without_place(seed, *plan) for plan in plans] for seed in seeds])


@pytest.mark.parametrize("places", [1000.0, 3000.0, 8000.0])
def test_places_decided_a_season_earlier_leave_fewer_person_days_without_a_place(places):
    """On average over luck. What is decided before 2020 is open before anybody is short: then a date hardly matters."""
    days = by_date_of_decision(places, (DECIDED[0], *DECIDED[3::2]), SEEDS).mean(axis=0)
    assert np.diff(days).min() > 0, days
    assert days[0] < 0.9 * days[-1]


@pytest.mark.full
@pytest.mark.parametrize("places", [1000.0, 3000.0, 8000.0])
def test_places_decided_earlier_leave_no_more_person_days_without_a_place(places):
    """At none of six dates more than at the next, beyond two standard errors: luck is when emergency locations open."""
    steps = np.diff(by_date_of_decision(places, DECIDED, range(1, 13)), axis=1)
    error = steps.std(axis=0, ddof=1) / np.sqrt(len(steps))
    assert (steps.mean(axis=0) >= -2.0 * error).all(), (steps.mean(axis=0), error)


@pytest.mark.parametrize("places", [250.0, 2600.0])
def test_a_location_has_the_same_luck_whenever_it_is_decided(places):
    """So that every day an earlier decision has at least as many places: the earlier one is no other draw."""
    early, late = (
        facts_of("2022-07-01", 1, Change("places_added", places, day_number(date))).daily["regular_places"]
        for date in (DECIDED[0], DECIDED[2])
    )
    assert (early >= late).all()
    assert (early > late).any() and early[-1] == late[-1]


def test_nothing_is_searched_for_what_a_decided_place_brings_in_time():
    """Contracts that end, and places that open, before an order would be there are known."""
    usual = facts_of("2022-07-01", 1).daily
    extra = facts_of("2022-07-01", 1, Change("reserve_places", 6000.0, day_number("2021-09-20"))).daily
    ordered = [facts["ordered_places"][day_number("2021-09-17") - FIRST] for facts in (usual, extra)]
    assert ordered[1] < ordered[0] - 300


@pytest.mark.parametrize("seed", SEEDS[:2])
@pytest.mark.parametrize("changes", [(), (CROWDED,), (PLAN_THAT_ENDS,)])
def test_nothing_closes_while_people_sleep_without_a_place(changes, seed):
    daily = facts_of("2022-07-01", seed, *changes).daily
    own = daily["regular_places"] + daily["emergency_places"]
    without = daily["persons_without_place"][:-1] > 0
    assert without.sum() > 20
    assert np.diff(own)[without].min() >= 0
    assert np.diff(daily["crisis_places"])[daily["persons_without_place"][1:] > 1].min() >= 0  # one is rounding


def test_the_search_speeds_up_with_what_is_short():
    """With three times the growth COA finds more than twice the places in a year: no amount a month is the most."""
    found = [
        facts_of("2020-01-01", 1, Change("inflow_shock", shock)).daily["emergency_places"][-1]
        for shock in (1000.0, 3000.0)
    ]
    assert found[1] > 2.0 * found[0] > 0


@pytest.mark.parametrize("changes", [(), (CROWDED,)])
def test_whoever_has_no_place_finds_crisis_shelter_within_weeks_while_it_has_room(changes):
    """On a day on which crisis shelter is not full nobody is without a place who was short twenty days before."""
    daily = facts_of("2022-07-01", 1, *changes).daily
    inside = sum(daily[f"in_reception_{group}"] for group in BED_GROUPS)
    short = np.maximum(inside - (daily["usable_places"] - daily["crisis_places"]), 0.0)
    most = apply_changes(baseline("prop-2021"), changes).coa.crisis_max_places
    first, seen = day_number("2019-01-01"), 0
    for day in range(20, len(short)):
        before = range(first + day - 20, first + day + 1)
        if all(daily["crisis_places"][at - first] < most.at(at) - 1.0 for at in before):
            assert daily["persons_without_place"][day] <= np.ptp(short[day - 20 : day + 1]) + 0.01 * short[day] + 2.0
            seen += daily["persons_without_place"][day] > 0
    assert seen > 5
