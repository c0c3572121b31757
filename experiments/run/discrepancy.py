"""What the model lacks, as an error of its figures against published ones: how large per series, and for how long.

A discrepancy is a relative error of a series that fades with time: two moments d days apart share exp(-d / days) of
it. Its sizes come from years that a fit had not seen (`experiments.history.origins`) and stand beside an ensemble.
Laid over a run it is one path per series and replication, so that a band holds luck, parameters and what the model
lacks. Two scenarios of one seed have the same path, and so the same replication for replication.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np

from experiments import read_csv
from experiments.run.observed import NATIONAL
from sim.arrays import FloatArray
from sim.statistics import bands

#: A figure is never made smaller than this part of itself, however large its drawn error.
LEAST_LEFT = 0.1


@dataclass(frozen=True)
class Discrepancy:
    """The size of the relative error of each series (its standard deviation), and how long an error lasts."""

    sizes: Mapping[str, float]
    days: float

    @classmethod
    def beside(cls, about: Mapping[str, Any]) -> "Discrepancy":
        """That of an ensemble; without sizes when it was fitted without."""
        kept = about.get("discrepancy", {})
        return cls(dict(kept.get("sizes", {})), float(kept.get("days", 1.0)))

    def to_json(self) -> dict[str, Any]:
        """As it stands beside an ensemble."""
        return {"days": self.days, "sizes": {key: round(size, 5) for key, size in sorted(self.sizes.items())}}

    def covariance(self, keys: Sequence[tuple[str, str]], days: FloatArray) -> FloatArray:
        """The covariance of the relative errors of figures: of one series and area, by the days between them."""
        sizes = np.array([self.sizes.get(series, 0.0) for series, _ in keys])
        names = np.unique(np.array([" ".join(key) for key in keys], dtype=np.str_), return_inverse=True)[1]
        alike = np.exp(-np.abs(days[:, None] - days[None, :]) / self.days) * (names[:, None] == names[None, :])
        result: FloatArray = sizes[:, None] * alike * sizes[None, :]
        return result

    def errors(
        self, keys: Sequence[tuple[str, str]], days: FloatArray, seed: int, numbers: Sequence[int]
    ) -> FloatArray:
        """A drawn relative error per replication and figure, (replications, figures)."""
        found = np.zeros((len(numbers), len(keys)))
        for key in dict.fromkeys(keys):
            mine = [place for place, other in enumerate(keys) if other == key]
            if self.sizes.get(key[0], 0.0) > 0.0:
                root = _root(self.covariance([key] * len(mine), days[mine]))
                luck = np.array([_luck(seed, number, key).standard_normal(len(mine)) for number in numbers])
                found[:, mine] = luck @ root.T
        return found


@dataclass(frozen=True)
class Lacking:
    """What one run lacks: an error per series of each of its replications, at its month ends (day numbers)."""

    discrepancy: Discrepancy
    seed: int
    numbers: Sequence[int]
    month_days: Sequence[int]

    def of_series(self, series: str, area: str, days: Sequence[float] | None = None) -> FloatArray:
        """The errors of a series, at its month ends or on other days: (replications, days)."""
        at = np.array(self.month_days if days is None else days, dtype=np.float64)
        return self.discrepancy.errors([(series, area)] * len(at), at, self.seed, self.numbers)

    def of_outcome(self, outcome: str) -> FloatArray:
        """The error of an outcome, per replication: 0 where nothing is known of it."""
        series, when = published_like().get(outcome, ("", "end"))
        found = self.of_series(series, NATIONAL)
        result: FloatArray = found[:, -1] if when == "end" else found.mean(axis=1)
        return result


def laid_bands(values: FloatArray, errors: FloatArray, level: float) -> FloatArray:
    """Mean, low and high per column of figures (replications, columns), with drawn errors in the band: (3, columns)."""
    found = bands(values, level)
    if not len(values) or not errors.any():
        return found
    ends = bands(laid_over(values, errors), level)
    return np.vstack([found[0], np.minimum(ends[1], found[0]), np.maximum(ends[2], found[0])])


def _root(covariance: FloatArray) -> FloatArray:
    """A matrix that makes errors of this covariance from independent ones; moments that coincide are no fault."""
    values, vectors = np.linalg.eigh(covariance)
    result: FloatArray = vectors * np.sqrt(np.maximum(values, 0.0))
    return result


def _luck(seed: int, number: int, key: tuple[str, str]) -> np.random.Generator:
    """The luck of one series in one replication, whatever else is drawn."""
    return np.random.default_rng(list(sha256(f"{seed} {number} {' '.join(key)}".encode()).digest()[:16]))


def laid_over(values: FloatArray, errors: FloatArray) -> FloatArray:
    """Figures with drawn relative errors, as published ones might have come out."""
    result: FloatArray = values * np.maximum(1.0 + errors, LEAST_LEFT)
    return result


@lru_cache(maxsize=1)
def published_like() -> dict[str, tuple[str, str]]:
    """The outcomes that have a published counterpart: the key of its series, and whether `end` or `mean` is meant."""
    return {row["outcome"]: (row["series"], row["when"]) for row in read_csv("published_like")}
