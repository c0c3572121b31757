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
from sim.arrays import FloatArray

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
