"""Bands over replications, intervals on means, and differences between paired runs."""

import math

import numpy as np
import pytest

from sim.statistics import band, bands, mean_interval, paired_difference, spread_by_cause


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


def test_ninety_per_cent_intervals_cover_the_truth_in_ninety_per_cent_of_trials():
    generator = np.random.default_rng(2021)
    covered = 0
    for _ in range(500):
        found = mean_interval(generator.normal(5.0, 2.0, size=8), level=0.9)
        covered += found.low <= 5.0 <= found.high
    assert 0.85 <= covered / 500 <= 0.95


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
