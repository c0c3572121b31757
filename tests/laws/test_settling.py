"""Laws of the days between home and move: a central settling day shortens them, costs money and loses nobody."""

from functools import cache

import numpy as np
import pytest
from lawbook import books_of, parameters_with

from models.chain import Chain
from models.levers import Change
from models.outcomes import Window, count_outcomes
from models.parameters import baseline, with_values
from sim.calendar import day_number

FIRST, UNTIL = day_number("2019-01-01"), day_number("2020-07-01")
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
SEEDS = (1, 2)


def facts_of(parameters, seed):
    chain = Chain(parameters, seed, UNTIL)
    chain.start()
    chain.run(UNTIL)
    return chain.facts()


@cache
def outcomes_at(share):
    parameters = parameters_with([Change("central_settling", share)])
    windows = [Window(facts_of(parameters, seed), parameters, FIRST, UNTIL) for seed in SEEDS]
    return [count_outcomes(window) for window in windows]


def mean_of(name):
    return np.array([np.mean([outcomes[name] for outcomes in outcomes_at(share)]) for share in SHARES])


def test_the_parts_add_up_to_the_two_weeks_of_before():
    assert baseline("prop-2021").homes.move_days() == baseline("golf-2015").homes.move_days() == 14
    assert [outcomes["days_offer_to_move"] for outcomes in outcomes_at(0.0)] == [14.0, 14.0]
    assert [outcomes["cost_settling"] for outcomes in outcomes_at(0.0)] == [0.0, 0.0]


def test_more_settling_days_shorten_the_days_and_the_wait_at_a_price():
    assert (np.diff(mean_of("days_offer_to_move")) < 0.0).all()
    assert (np.diff(mean_of("weeks_until_out_mean")) < 0.0).all()
    assert (np.diff(mean_of("permit_holders_under_coa_mean")) < 0.0).all()
    assert (np.diff(mean_of("cost_settling")) > 0.0).all()
    assert 7.5 < mean_of("days_offer_to_move")[-1] < 8.5


def test_who_settles_on_one_day_moves_within_twelve_days_of_the_offer():
    for outcomes in outcomes_at(1.0):
        assert outcomes["cost_settling"] == pytest.approx(250.0 * outcomes["settled_centrally"] / 1e6)
        assert 5.0 <= outcomes["days_offer_to_move"] <= 12.0


def test_a_rare_settling_day_makes_nobody_wait_longer_than_apart():
    parameters = with_values(parameters_with([Change("central_settling", 1.0)]), {"homes.settling_every_weeks": 8.0})
    window = Window(facts_of(parameters, 1), parameters, FIRST, UNTIL)
    outcomes = count_outcomes(window)
    assert outcomes_at(1.0)[0]["days_offer_to_move"] < outcomes["days_offer_to_move"] < 14.0


def test_nobody_is_lost_between_home_and_move():
    assert books_of(parameters_with([Change("central_settling", 0.5)]), 3, day_number("2019-10-01")).close() == []
