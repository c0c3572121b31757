"""Luck that belongs to somebody and to a purpose.

A random number here is a pure function of three things: the seed of the replication, who it
belongs to (an identity) and what it is for (a purpose). Nobody draws "the next number", so
one extra arrival, another order of events or a turned lever never changes somebody else's
luck, and the same family can be followed in two futures. A purpose has a name of its own
(``purpose_of``), or a number in a list: one put in the middle would deal everybody other luck.

The function is the finaliser of splitmix64 (Steele, Lea and Flood, OOPSLA 2014), applied once
for the identity and once for the purpose.
"""

import math
from hashlib import sha256

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.compiled import kernel, making_kernel, typed_kernel

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
_UNIT = 2.0**-52  # 52 bits and a half: neither 0 nor 1 can come out


@typed_kernel("uint64(uint64)")
def _mix(value: np.uint64) -> np.uint64:
    value = (value ^ (value >> _S30)) * _MIX_A
    value = (value ^ (value >> _S27)) * _MIX_B
    return value ^ (value >> _S31)


@typed_kernel("float64(int64, int64, int64)")
def uniform(seed: int, identity: int, purpose: int) -> float:
    """Return the luck in (0, 1) of ``identity`` for ``purpose`` in the replication ``seed``."""
    mixed = _mix(np.uint64(seed) + _GOLDEN * np.uint64(identity))
    mixed = _mix(mixed + _GOLDEN * np.uint64(purpose + 1))
    return (float(mixed >> _S12) + 0.5) * _UNIT


def purpose_of(name: str) -> int:
    """Return the purpose of this name, beyond the numbers of any list."""
    return 1 << 32 | int.from_bytes(sha256(name.encode()).digest()[:4])


@kernel
def word(seed: int, identity: int, purpose: int) -> np.uint64:
    """Return 64 random bits of ``identity`` for ``purpose``, for a caller that needs several small draws."""
    mixed = _mix(np.uint64(seed) + _GOLDEN * np.uint64(identity))
    return _mix(mixed + _GOLDEN * np.uint64(purpose + 1))


@kernel
def bits(mixed: np.uint64, shift: int, count: int) -> int:
    """Return ``count`` bits of a word as a number, starting at bit ``shift``."""
    one = np.uint64(1)
    return np.int64((mixed >> np.uint64(shift)) & ((one << np.uint64(count)) - one))  # type: ignore[return-value]


@making_kernel
def uniforms(seed: int, identities: IntArray, purpose: int) -> FloatArray:
    """Return the luck of every identity for one purpose, shape of ``identities``."""
    luck = np.empty(identities.size, dtype=np.float64)
    for index in range(identities.size):
        luck[index] = uniform(seed, identities[index], purpose)
    return luck


@typed_kernel("float64(float64, float64, float64, float64)")
def weibull(luck: float, mean: float, shape: float, mean_of_unit: float) -> float:
    """Return the Weibull quantile with this mean; ``mean_of_unit`` is Γ(1 + 1/shape)."""
    return float(mean / mean_of_unit * (-math.log(1.0 - luck)) ** (1.0 / shape))


@typed_kernel("float64(float64, float64)")
def exponential(luck: float, mean: float) -> float:
    """Return the exponential quantile with this mean."""
    return -mean * math.log(1.0 - luck)


@kernel
def category(luck: float, cumulative_shares: FloatArray) -> int:
    """Return the index of the category that ``luck`` falls in; shares cumulate to 1."""
    index = 0
    for boundary in range(cumulative_shares.size - 1):
        # Counting boundaries passed has no branch to guess wrong: this runs half a million times.
        index += luck >= cumulative_shares[boundary]
    return index


@kernel
def poisson(seed: int, identity: int, purpose: int, mean: float) -> int:
    """Return a Poisson count; a larger ``mean`` never gives a smaller count for the same luck.

    Means above 200 are the sum of parts of at most 200, each with luck of its own, so that
    the first term of the series cannot underflow.
    """
    count = 0
    part = 0
    while mean > 0.0:
        step = min(mean, 200.0)
        luck = uniform(seed, identity, purpose + 1000 * part)
        term = math.exp(-step)
        total = term
        k = 0
        while luck > total and k < 1000:
            k += 1
            term *= step / k
            total += term
        count += k
        mean -= step
        part += 1
    return count
