"""Laws of home sizes: they differ by place and not in the country, and linking to where they come free helps."""

import numpy as np
import pytest
from lawbook import parameters_with, run

from models.chain import Chain
from models.geography import mixes_by_density, municipalities
from models.levers import Change
from models.parameters import baseline, with_values
from models.stages.homes import Homes
from sim.calendar import day_number

NATIONAL = np.array([0.44, 0.42, 0.13, 0.01])


def test_the_denser_the_more_small_homes_and_the_country_keeps_its_shares():
    towns, mixes = municipalities(), mixes_by_density(NATIONAL, 0.2)
    assert np.allclose(mixes.sum(axis=1), 1.0)
    assert np.allclose((towns.social_stock / towns.social_stock.sum()) @ mixes, NATIONAL, atol=1e-6)
    order = np.argsort(towns.inhabitants / towns.area_km2)
    assert (np.diff(mixes[order, 0]) >= -1e-12).all() and mixes[order[-1], 0] > 1.5 * mixes[order[0], 0]
    assert np.allclose(mixes_by_density(NATIONAL, 0.0), NATIONAL)


def test_homes_that_come_free_have_the_sizes_of_their_place():
    chain = Chain(baseline("prop-2021"), 1, day_number("2022-01-01"))
    homes, mixes = chain.world.vacancies.homes, chain.stages[Homes].policy.towns["size_shares"]
    drawn = np.zeros_like(mixes)
    np.add.at(drawn, (homes["place"], homes["size"]), 1.0)
    expected = drawn.sum(axis=1, keepdims=True) * mixes
    off = (drawn - expected)[:, :3] / np.sqrt(np.maximum(expected * (1.0 - mixes), 1.0))[:, :3]
    assert np.abs(off).mean() < 0.9 and np.abs(off).max() < 5.0


def waits(rule, seed):
    """Mean days from link to home of everybody linked in a year, and what a tenth exceeds; to the end if no home."""
    facts = run((Change("linking_rule", rule),), "2021-01-01", seed)
    dates = facts.households
    linked = (dates["linked"] >= facts.first_day) & (dates["linked"] < facts.first_day + 365)
    until = np.where(dates["housed"] >= 0, dates["housed"], facts.last_day)
    days = (until - dates["linked"])[linked]
    return float(days.mean()), float(np.quantile(days, 0.9))


@pytest.mark.parametrize("seed", [1, 2])
def test_linking_on_homes_shortens_the_mean_wait_and_the_longest_most(seed):
    """Half of all wait about as long as they did: as many homes are given, to others among those who wait long."""
    (mean, longest), (usual, usual_longest) = waits("homes", seed), waits("target", seed)
    assert mean < 0.965 * usual
    assert longest < 0.92 * usual_longest
    assert longest / usual_longest < mean / usual


def test_shares_of_sizes_above_one_are_refused():
    with pytest.raises(ValueError, match="more than 1 together"):
        with_values(parameters_with(), {"homes.size_share_small": 0.6})
