"""Laws of screening and likely match: more of it matches more and takes its days; a match that has no room is no link
lost, and where people go follows where their chances are."""

from functools import cache

import numpy as np
import pytest
from lawbook import books_of, parameters_with

from models.chain import Chain
from models.geography import PROVINCES, municipalities
from models.levers import Change
from models.outcomes import Window, count_outcomes
from models.parameters import with_values
from sim.calendar import day_number

FIRST, UNTIL = day_number("2019-01-01"), day_number("2020-01-01")
FROM = day_number("2019-04-01")
SHARES, DAYS = (0.0, 0.25, 0.5, 0.75, 1.0), (0.0, 3.0, 7.0, 14.0, 28.0)
SEEDS = (1, 2)


@cache
def windows_at(*changes):
    parameters = parameters_with(changes)
    windows = []
    for seed in SEEDS:
        chain = Chain(parameters, seed, UNTIL)
        chain.start()
        chain.run(UNTIL)
        windows.append(Window(chain.facts(), parameters, FROM, UNTIL))
    return windows


def mean_of(name, lever, values, *beside):
    return np.array(
        [
            np.mean([count_outcomes(window)[name] for window in windows_at(Change(lever, value), *beside)])
            for value in values
        ]
    )


def test_more_screening_matches_more_and_takes_its_days():
    for name in ("matched_share", "placed_in_match_share", "days_to_link_mean"):
        assert (np.diff(mean_of(name, "screening", SHARES)) > 0.0).all(), name
    assert mean_of("matched_share", "screening", SHARES)[0] == 0.0


def test_longer_screening_matches_more_and_takes_its_days():
    everybody = Change("screening", 1.0)
    for name in ("matched_share", "placed_in_match_share", "days_to_link_mean"):
        assert (np.diff(mean_of(name, "screening_days", DAYS, everybody)) > 0.0).all(), name
    days = mean_of("days_to_link_mean", "screening_days", DAYS, everybody)
    assert days[-1] - days[0] == pytest.approx(28.0, abs=2.0)


def test_a_household_that_is_matched_by_less_screening_is_matched_by_more():
    few, many = (windows_at(Change("screening", share))[0].facts.households["match"] for share in (0.25, 1.0))
    both = min(few.size, many.size)
    matched = few[:both] >= 0
    assert matched.sum() > 100
    assert (many[:both][matched] == few[:both][matched]).mean() > 0.97  # a permit of another future is another date


def test_who_goes_where_follows_the_match_while_there_is_target_left():
    window = windows_at(Change("screening", 1.0))[0]
    matched, placed = window.matched(placed=False), window.matched(placed=True)
    assert matched.sum() > 500 and placed.sum() >= 0.8 * matched.sum()
    assert (placed <= matched).all() and len(placed) == len(PROVINCES)
    share = matched / matched.sum()
    for province, working in (("Zuid-Holland", 1802.6), ("Noord-Holland", 1557.0), ("Drenthe", 230.4)):
        assert share[PROVINCES.index(province)] == pytest.approx(working / 8785.2, abs=0.04)


@pytest.mark.parametrize("rule", ["target", "homes"])
def test_a_match_without_target_left_goes_elsewhere_and_nobody_is_lost(rule):
    changes = (Change("screening", 1.0), Change("screening_days", 28.0), Change("linking_rule", rule))
    parameters = with_values(parameters_with(changes), {"linking.match_most": 1.0})
    books = books_of(parameters, 5, day_number("2019-12-01"))
    assert books.close() == []
    households = books.facts.households
    linked = (households["linked"] >= FROM) & (households["match"] >= 0)
    there = municipalities().province[households["municipality"][linked]] == households["match"][linked]
    assert 0.5 < there.mean() < 1.0
