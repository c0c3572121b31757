"""Bands over replications, intervals on means, and differences between paired runs."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.statistics import (
    band,
    bands,
    grouped_interval,
    mean_interval,
    paired_difference,
    share_difference,
    share_interval,
    spread_by_cause,
)


def test_a_band_holds_the_middle_share_of_the_replications():
    values = np.arange(101.0)
    found = band(values, level=0.8)
    assert (found.mean, found.low, found.high, found.count) == pytest.approx((50.0, 10.0, 90.0, 101))


def test_one_replication_has_a_band_without_width():
    found = band([7.25])
    assert found.low == found.mean == found.high == 7.25


def test_equal_values_give_exactly_that_value():
    found = band([0.1] * 7)
    assert found.low == found.mean == found.high == 0.1
    assert mean_interval([0.1] * 7).low == 0.1


def test_unknown_values_are_left_out_and_nothing_known_says_so():
    assert band([1.0, math.nan, 3.0]).mean == 2.0
    assert band([1.0, math.nan, 3.0]).count == 2
    assert math.isnan(band([math.nan]).mean)
    assert band([]).count == 0
    assert math.isnan(mean_interval([]).mean)


def test_many_bands_at_once_are_the_same_bands():
    table = np.array([[1.0, 5.0, 2.0], [3.0, 5.0, 8.0], [4.0, 5.0, 1.0]])
    for values in (table, np.where(table == 8.0, np.nan, table)):
        for column, (mean, low, high) in enumerate(bands(values).T):
            single = band(values[:, column])
            assert (mean, low, high) == pytest.approx((single.mean, single.low, single.high))
    assert bands(np.empty((0, 2))).shape == (3, 2)
    with pytest.raises(ValueError, match="dimensions"):
        bands(np.array([1.0]))


def test_two_equal_runs_differ_exactly_nothing():
    values = np.array([0.1, 1e300, math.pi])
    found = paired_difference(values, values.copy())
    assert (found.mean, found.low, found.high) == (0.0, 0.0, 0.0)
    one = paired_difference([3.0], [3.0])
    assert (one.mean, one.low, one.high) == (0.0, 0.0, 0.0)


def test_a_difference_is_measured_pair_by_pair():
    a = np.array([11.0, 22.0, 33.0, 44.0])
    b = np.array([10.0, 20.0, 30.0, 40.0])
    found = paired_difference(a, b, level=0.9)
    assert found.mean == 2.5
    # Student's t with 3 degrees of freedom, 95th percentile: 2.3534 (any table)
    half = 2.3534 * np.std([1, 2, 3, 4], ddof=1) / 2
    assert found.high - found.mean == pytest.approx(half, rel=1e-4)
    assert found.mean - found.low == pytest.approx(half, rel=1e-4)


def test_one_pair_that_differs_has_no_interval():
    found = paired_difference([3.0], [2.0])
    assert found.mean == 1.0
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_a_pair_needs_two():
    with pytest.raises(ValueError, match="pair"):
        paired_difference([1.0, 2.0], [1.0])


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, 2.0])
def test_a_level_lies_between_nothing_and_everything(level):
    for function in (band, mean_interval):
        with pytest.raises(ValueError, match="level"):
            function([1.0, 2.0], level)


def test_spread_by_cause_tells_luck_from_what_groups_do_not_share():
    rng = np.random.default_rng(4)
    groups = np.repeat(np.arange(4000), 2)
    values = 100.0 + rng.normal(0.0, 3.0, 4000)[groups] + rng.normal(0.0, 4.0, groups.size)
    luck, parameters = spread_by_cause(values, groups)
    assert luck == pytest.approx(4.0, rel=0.04)
    assert parameters == pytest.approx(3.0, rel=0.08)


def test_spread_by_cause_of_one_draw_is_luck_alone():
    luck, parameters = spread_by_cause([1.0, 2.0, 3.0], [7, 7, 7])
    assert luck == pytest.approx(1.0)
    assert np.isnan(parameters)


def test_spread_by_cause_needs_two_of_a_kind():
    assert all(np.isnan(spread_by_cause([1.0, 2.0, 5.0], [0, 1, 2])))


def test_spread_by_cause_of_equal_groups_is_no_parameters():
    luck, parameters = spread_by_cause([1.0, 3.0, 1.0, 3.0], [0, 0, 1, 1])
    assert (luck, parameters) == (pytest.approx(np.sqrt(2.0)), 0.0)


# --- a yes or a no --------------------------------------------------------------------------------------------------


def test_the_exact_interval_of_a_share_is_that_of_scipy():
    for successes, count in ((0, 30), (1, 20), (7, 20), (20, 20), (29, 30)):
        values = np.arange(count) < successes
        found = share_interval(values, 0.9)
        expected = stats.binomtest(successes, count).proportion_ci(0.9, method="exact")
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
        assert (found.mean, found.count) == (successes / count, count)


def test_none_of_many_is_not_never():
    """With 29 draws none of them is just enough to say at most ten per cent; with 28 it is not."""
    for draws, enough in ((28, False), (29, True)):
        groups = np.repeat(np.arange(draws), 2)
        never, always = (
            share_interval(np.zeros(2 * draws), 0.9, groups),
            share_interval(np.ones(2 * draws), 0.9, groups),
        )
        assert (never.low, always.high) == (0.0, 1.0)
        assert (never.high <= 0.1) == (always.low >= 0.9) == enough
        assert never.count == 2 * draws


def test_replications_that_share_a_draw_are_one_observation():
    values = np.arange(20) < 8
    shared = share_interval(values, 0.9, np.repeat(np.arange(10), 2))
    alone = share_interval(values[::2], 0.9)
    assert (shared.mean, shared.low, shared.high) == (alone.mean, alone.low, alone.high)
    assert shared.high - shared.low > share_interval(values, 0.9).high - share_interval(values, 0.9).low
    half = share_interval(np.tile([0.0, 1.0], 10), 0.9, np.repeat(np.arange(10), 2))
    assert half.low < half.mean == 0.5 < half.high


def test_a_share_takes_only_yes_and_no():
    with pytest.raises(ValueError, match="0 or 1"):
        share_interval([0.0, 0.5])
    with pytest.raises(ValueError, match="group"):
        share_interval([0.0, 1.0], groups=[1])
    assert math.isnan(share_interval([]).mean)
    assert share_interval([1.0, math.nan]).count == 1


def test_a_share_that_turns_in_no_world_differs_by_exactly_nothing():
    values = np.arange(20) % 2
    found = share_difference(values, values)
    assert (found.mean, found.low, found.high, found.count) == (0.0, 0.0, 0.0, 20)
    every = share_difference(np.ones(20), np.zeros(20))
    assert every.mean == 1.0
    end = 0.025 ** (1 / 20)  # none of twenty, or all, at 95 per cent each
    assert every.low == pytest.approx(end - (1 - end))
    assert every.high == 1.0
    back = share_difference(np.zeros(20), np.ones(20))
    assert (back.mean, back.low, back.high) == (-every.mean, -every.high, -every.low)
    with pytest.raises(ValueError, match="pair"):
        share_difference([1.0, 0.0], [1.0])


@pytest.mark.parametrize("count", [8, 20, 30])
@pytest.mark.parametrize("level", [0.8, 0.9, 0.95])
def test_the_interval_of_a_share_covers_every_chance_often_enough(count, level):
    """Exactly, over all numbers of successes: no chance is covered less often than the interval says."""
    bands_of = [share_interval(np.arange(count) < successes, level) for successes in range(count + 1)]
    for chance in np.linspace(0.01, 0.99, 99):
        inside = [band.low <= chance <= band.high for band in bands_of]
        covered = stats.binom.pmf(np.arange(count + 1), count, chance) @ np.array(inside)
        assert covered >= level - 1e-9


# --- nominal 90 per cent covers in 85 to 95 per cent of 500 trials, for every function that gives an interval -------


def _mean(rng):
    return mean_interval(rng.normal(5.0, 2.0, size=8)), 5.0


def _mean_by_draw(rng):
    values = 5.0 + np.repeat(rng.normal(0.0, 2.0, 12), 2) + rng.normal(0.0, 1.0, 24)
    return grouped_interval(values, np.repeat(np.arange(12), 2)), 5.0


def _difference(rng):
    usual = rng.normal(100.0, 30.0, 12)
    return paired_difference(usual + rng.normal(3.0, 2.0, 12), usual), 3.0


def _difference_by_draw(rng):
    usual, draws = rng.normal(100.0, 30.0, 24), np.repeat(np.arange(12), 2)
    gain = 3.0 + np.repeat(rng.normal(0.0, 2.0, 12), 2) + rng.normal(0.0, 1.0, 24)
    return paired_difference(usual + gain, usual, groups=draws), 3.0


def _share(rng):
    return share_interval(rng.random(60) < 0.35), 0.35


def _share_by_draw(rng):
    """Both replications of a draw mostly say the same, as where the parameters decide."""
    luck = np.repeat(rng.random(60), 2)
    return share_interval(luck < 0.35, groups=np.repeat(np.arange(60), 2)), 0.35


@pytest.mark.parametrize("trial", [_mean, _mean_by_draw, _difference, _difference_by_draw, _share, _share_by_draw])
def test_ninety_per_cent_intervals_cover_in_85_to_95_per_cent_of_500_trials(trial):
    rng = np.random.default_rng(2021)
    found = [trial(rng) for _ in range(500)]
    covered = np.mean([band.low <= truth <= band.high for band, truth in found])
    assert 0.85 <= covered <= 0.95


def test_the_interval_on_a_difference_of_shares_covers_at_least_as_often_as_it_says():
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(500):
        luck = rng.random(40)
        found = share_difference(luck < 0.6, luck < 0.45)
        covered += found.low <= 0.15 <= found.high
    assert covered / 500 >= 0.9
