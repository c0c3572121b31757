"""Laws of stays outside reception: facilities fill by need, hosts follow the allowance, nobody returns from a hotel."""

from functools import cache

import numpy as np
import pytest

from models.chain import Chain
from models.levers import Change, apply_changes
from models.parameters import baseline
from models.register import Status, Stay
from sim.calendar import day_number

FIRST, OPENING = day_number("2019-01-01"), day_number("2020-07-01")
FACILITIES = {
    "intermediate_places": "municipal_intermediate",
    "regional_intermediate_places": "regional_intermediate",
    "acceleration_places": "acceleration",
    "flow_through_places": "flow_through",
}


@cache
def chain_until(until, *changes):
    chain = Chain(apply_changes(baseline("prop-2021"), changes), 1, day_number(until))
    chain.start()
    chain.run(day_number(until))
    return chain


@pytest.mark.parametrize("lever", FACILITIES)
@pytest.mark.parametrize(
    ("places", "opening", "then"),
    [(1500.0, "2019-10-01", "2020-01-01"), (4000.0, "2020-07-01", "2020-10-01"), (6000.0, "2021-07-01", "2021-10-01")],
)
def test_facilities_are_nearly_full_three_months_after_opening_while_a_thousand_wait(lever, places, opening, then):
    facts = chain_until("2021-10-02", Change(lever, places, day_number(opening))).facts()
    day = day_number(then) - FIRST
    assert facts.daily["in_reception_permit_holder"][day] > 1000
    assert facts.daily[f"stay_{FACILITIES[lever]}"][day] >= 0.9 * places


def test_hosts_rise_with_the_allowance_and_no_number_of_places_keeps_them_down():
    hosts = [
        chain_until("2020-01-01", Change("hosts_allowance", euro)).facts().daily["stay_hosts"].mean()
        for euro in (0.0, 25.0, 75.0, 150.0, 300.0)
    ]
    assert hosts[0] == 0 and (np.diff(hosts) > 20).all()


def test_the_allowance_of_2021_made_more_go_to_hosts():
    daily = chain_until("2022-03-22").facts().daily["stay_hosts"]
    before, after = (
        daily[day_number(f"{year}-03-22") - FIRST : day_number(f"{year + 1}-03-22") - FIRST].mean()
        for year in (2020, 2021)
    )
    assert after > 1.5 * before > 100


def test_nobody_returns_to_reception_from_a_hotel():
    households = chain_until("2021-07-01", Change("hotel_places", 1000.0, OPENING)).facts().households
    guests = households["last_stay"] == Stay.HOTEL
    late = guests & (households["stay_since"] < day_number("2020-12-15"))
    assert late.sum() > 100
    assert (households["stay_ended"][guests] < 0).all()
    assert (households["housed"][late] >= 0).mean() > 0.9


def test_the_scheme_of_hotels_took_in_a_few_hundred():
    households = chain_until("2022-08-31").facts().households
    assert 200 < households["persons"][households["last_stay"] == Stay.HOTEL].sum() < 450


def test_the_acceleration_arrangement_ends_at_24_months():
    changes = Change("acceleration_places", 3000.0), Change("intermediate_places", 0.0)
    chain = chain_until("2022-03-01", *changes)
    households, parameters = chain.register.households, chain.parameters
    inside = (households["stay"] == Stay.ACCELERATION) & (households["status"] == Status.SEEKING)
    assert inside.sum() > 500
    assert (day_number("2022-03-01") - households["permit"][inside]).max() <= parameters.stays.acceleration_days + 7
