"""Luck: a pure function of seed, identity and purpose, even over all of them, with the quantiles it says."""

import math
from hashlib import sha256

import numpy as np
import pytest
from scipy import stats

from models.world import Luck
from sim.luck import category, exponential, poisson, purpose_of, uniform, uniforms, weibull

MANY = np.arange(200_000, dtype=np.int64)
FEWEST = 1e-4  # probability under which a test of evenness fails


def test_the_function_never_changes():
    """These numbers are part of every result ever stored; a change here is a new version of the program."""
    assert uniform(1, 2, 3) == uniform(1, 2, 3)
    assert [round(uniform(*key), 12) for key in ((0, 0, 0), (1, 2, 3), (2**63 - 1, -1, 43))] == EXPECTED


def splitmix(word: int) -> int:
    mask = (1 << 64) - 1
    word &= mask
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & mask
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & mask
    return word ^ (word >> 31)


def by_hand(seed: int, identity: int, purpose: int) -> float:
    """The same function in whole numbers without end, as published (Steele, Lea and Flood, 2014)."""
    golden = 0x9E3779B97F4A7C15
    word = splitmix(seed + golden * (identity % 2**64))
    word = splitmix(word + golden * (purpose + 1))
    return ((word >> 12) + 0.5) / 2**52


EXPECTED = [round(by_hand(*key), 12) for key in ((0, 0, 0), (1, 2, 3), (2**63 - 1, -1, 43))]


@pytest.mark.parametrize("seed", [0, 1, 987654321, 2**63 - 1])
def test_compiled_and_written_out_are_the_same(seed):
    for identity in (0, 1, 17897 << 24, (9 << 56) + 5, 2**62, -7):
        for purpose in (0, 1, 43, 5000):
            assert uniform(seed, identity, purpose) == by_hand(seed, identity, purpose)


def test_many_at_once_is_one_by_one():
    identities = np.array([5, -3, 1 << 60, 0], dtype=np.int64)
    assert uniforms(9, identities, 4).tolist() == [uniform(9, int(who), 4) for who in identities]


def test_luck_lies_between_0_and_1_and_is_even():
    for purpose in (0, 1, 2):
        luck = uniforms(7, MANY, purpose)
        assert luck.min() > 0.0
        assert luck.max() < 1.0
        assert stats.kstest(luck, "uniform").pvalue > FEWEST


@pytest.mark.parametrize(
    "identities",
    [MANY, (17897 << 24) + MANY, ((17897 + MANY) << 24) + 1, (1 << 44) + MANY * 3, (9 << 56) + (MANY << 16)],
    ids=["counting", "one day", "one a day", "another stream", "vacancies"],
)
def test_neighbouring_identities_have_unrelated_luck(identities):
    luck = uniforms(3, identities, 5)
    assert stats.kstest(luck, "uniform").pvalue > FEWEST
    for lag in (1, 2, 7):
        assert abs(np.corrcoef(luck[:-lag], luck[lag:])[0, 1]) < 5 / math.sqrt(len(luck))


def test_purposes_and_seeds_are_unrelated():
    base = uniforms(3, MANY, 5)
    for seed, purpose in ((3, 6), (3, 1005), (4, 5), (3 + 2**32, 5)):
        assert abs(np.corrcoef(base, uniforms(seed, MANY, purpose))[0, 1]) < 5 / math.sqrt(len(MANY))


def test_a_purpose_by_name_is_its_own_and_never_changes():
    names = [f"stage.{number}" for number in range(2000)]
    assert len({purpose_of(name) for name in names}) == len(names)
    assert min(map(purpose_of, names)) > max(Luck)
    assert purpose_of("returns.helped") == 1 << 32 | int(sha256(b"returns.helped").hexdigest()[:8], 16)
    by_name, by_number = uniforms(1, MANY, purpose_of("returns.helped")), uniforms(1, MANY, Luck.MERIT.value)
    assert abs(np.corrcoef(by_name, by_number)[0, 1]) < 0.01


def test_two_streams_never_share_their_luck():
    """Identity enters before it is mixed, seed is added to it: seeds that differ by little may not collide."""
    for seed in (1, 2, 3, 1000):
        assert np.intersect1d(uniforms(0, MANY, 0), uniforms(seed, MANY, 0)).size == 0


def test_weibull_and_exponential_are_quantiles_with_the_mean_they_say():
    luck = (np.arange(20_000) + 0.5) / 20_000
    shape = 2.0
    unit = math.gamma(1.0 + 1.0 / shape)
    days = np.array([weibull(p, 8.0, shape, unit) for p in luck])
    assert days.mean() == pytest.approx(8.0, rel=1e-3)
    assert np.allclose(days, stats.weibull_min.ppf(luck, shape, scale=8.0 / unit))
    delays = np.array([exponential(p, 200.0) for p in luck])
    assert delays.mean() == pytest.approx(200.0, rel=1e-3)
    assert np.allclose(delays, stats.expon.ppf(luck, scale=200.0))
    assert (np.diff(delays) > 0).all()


def unmixed(word: int) -> int:
    """The word that ``splitmix`` turns into this one; every step of it can be taken back."""
    mask = (1 << 64) - 1

    def unshifted(value: int, by: int) -> int:
        found = value
        for _ in range(64 // by + 1):
            found = value ^ (found >> by)
        return found

    word = unshifted(word, 31) * pow(0x94D049BB133111EB, -1, 1 << 64) & mask
    word = unshifted(word, 27) * pow(0xBF58476D1CE4E5B9, -1, 1 << 64) & mask
    return unshifted(word, 30)


def identity_with(word: int) -> int:
    """The identity that gets exactly this word for seed 0 and purpose 0."""
    golden = 0x9E3779B97F4A7C15
    identity = unmixed((unmixed(word) - golden) % (1 << 64)) * pow(golden, -1, 1 << 64) % (1 << 64)
    return identity - (1 << 64) if identity >= 1 << 63 else identity


def test_the_luckiest_and_the_unluckiest_stay_between_0_and_1():
    """The smallest and the largest word there is; luck of exactly 1 would be an infinite delay."""
    for word in (0, 1 << 11, (1 << 64) - 1):
        who = identity_with(word)
        assert splitmix(splitmix(0x9E3779B97F4A7C15 * (who % 2**64)) + 0x9E3779B97F4A7C15) == word
        assert 0.0 < uniform(0, who, 0) < 1.0
        assert 0.0 <= exponential(uniform(0, who, 0), 10.0) < 400.0


def test_a_category_is_met_as_often_as_its_share():
    shares = np.cumsum([0.5, 0.0, 0.3, 0.2])
    found = np.bincount([category(p, shares) for p in (np.arange(1000) + 0.5) / 1000], minlength=4)
    assert found.tolist() == [500, 0, 300, 200]


def test_a_category_never_runs_past_the_last():
    assert category(0.9999999, np.array([0.2, 0.9999])) == 1
    assert category(0.5, np.array([1.0])) == 0


@pytest.mark.parametrize("mean", [0.0, 0.01, 0.7, 12.0, 199.0, 200.0, 450.5])
def test_poisson_counts_have_the_mean_and_variance_of_poisson(mean):
    counts = np.array([poisson(5, int(who), 0, mean) for who in range(4000)])
    assert counts.mean() == pytest.approx(mean, abs=5 * math.sqrt(max(mean, 1e-9) / 4000))
    if mean > 0:
        spread = mean * math.sqrt((2 + 1 / mean) / 4000)
        assert counts.var() == pytest.approx(mean, abs=6 * spread)


def test_a_small_poisson_count_is_the_quantile_of_its_luck():
    for who in range(300):
        assert poisson(5, who, 3, 4.2) == int(stats.poisson.ppf(uniform(5, who, 3), 4.2))


def test_a_larger_mean_never_gives_a_smaller_count_for_the_same_luck():
    for who in range(300):
        counts = [poisson(5, who, 0, mean) for mean in (0.0, 0.1, 1.0, 1.1, 3.0, 9.0, 40.0, 199.0, 201.0, 380.0, 600.0)]
        assert counts == sorted(counts)
