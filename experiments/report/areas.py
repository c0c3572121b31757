"""Municipalities and provinces in one half-year: target, realised, behind, rung and colour, in small arrays.

A municipality has the colour and the rung that the model gave it in most replications. A province has no rung, since
it is the one that watches; its colour follows the rule for municipalities on the sum of its municipalities.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.run.breakdown import COUNTED, MUNICIPAL, per_province
from experiments.run.result import BAND_LEVEL, RunResult
from models.geography import PROVINCES, municipalities
from models.outcomes import bill_of
from models.parameters import baseline
from sim.arrays import FloatArray, IntArray
from sim.calendar import half_year_end, half_year_start
from sim.statistics import bands

COLOUR_COUNT, RUNG_COUNT = 3, 7
_RUNG, _COLOUR = MUNICIPAL.index("rung"), MUNICIPAL.index("colour")


def province_names() -> tuple[str, ...]:
    """The twelve provinces in the order of every array here."""
    return PROVINCES


def municipality_names() -> tuple[str, ...]:
    """The municipalities in the order of every array here."""
    return municipalities().name


def province_of() -> IntArray:
    """The province of each municipality, as a place in `province_names`."""
    return municipalities().province


@dataclass(frozen=True)
class Areas:
    """Areas in one half-year, a value per area: means in persons; most frequent colour and rung with their share.

    on_colour: (3, areas) municipalities of a province by colour, mean; None for municipalities.
    """

    opening: FloatArray
    target: FloatArray
    realised: FloatArray
    behind: FloatArray
    excused_links: FloatArray
    excused_family: FloatArray
    substitution_homes: FloatArray
    substitution_days: FloatArray
    colour: IntArray
    colour_share: FloatArray
    rung: IntArray
    rung_share: FloatArray
    on_colour: FloatArray | None = None
    on_ladder: FloatArray | None = None

    @property
    def bill(self) -> FloatArray:
        """What the province bills to the municipalities, in thousands of euro."""
        return bill_of(self.substitution_days, self.substitution_homes) / 1000.0


def _municipal(result: RunResult) -> Iterator[npt.NDArray[Any]]:
    """Per replication (measures of MUNICIPAL, half-years, 352)."""
    for replication in result.replications:
        if replication.detail is None:
            raise ValueError("this run was made without detail")
        yield replication.detail.municipal


def _detail(result: RunResult, half: int) -> FloatArray:
    """(replications, measures of MUNICIPAL, 352) in one half-year."""
    return np.array([counted[:, half] for counted in _municipal(result)], dtype=np.float64)


def _most(values: IntArray, kinds: int) -> tuple[IntArray, FloatArray]:
    """Per area the kind that most replications have (the lowest on a tie), and the share that has it."""
    counts = np.stack([(values == kind).mean(axis=0) for kind in range(kinds)])
    return counts.argmax(axis=0), counts.max(axis=0)


def municipal_areas(result: RunResult, half: int) -> Areas:
    """Every municipality in half-year number `half` of the run."""
    values = _detail(result, half)
    colour, colour_share = _most(values[:, _COLOUR].astype(np.int64), COLOUR_COUNT)
    rung, rung_share = _most(values[:, _RUNG].astype(np.int64), RUNG_COUNT)
    means = dict(zip(COUNTED, values[:, : len(COUNTED)].mean(axis=0), strict=True))
    return Areas(**means, colour=colour, colour_share=colour_share, rung=rung, rung_share=rung_share)


def province_areas(result: RunResult, half: int) -> Areas:
    """Every province in half-year number `half` of the run."""
    values = _detail(result, half)
    sums = per_province(values[:, : len(COUNTED)])
    opening, target, realised = np.moveaxis(sums, 1, 0)[:3]
    expected = np.maximum(opening + target, 0.0) * _elapsed(result, half)
    from_share = baseline(result.scenario.period).target.somewhat_behind_from
    colours = np.where(realised >= expected, 0, np.where(realised >= from_share * expected, 1, 2))
    colour, colour_share = _most(colours, COLOUR_COUNT)
    on_colour = np.stack(
        [per_province((values[:, _COLOUR] == kind).astype(np.float64)).mean(axis=0) for kind in range(COLOUR_COUNT)]
    )
    on_ladder = per_province((values[:, _RUNG] > 0).astype(np.float64)).mean(axis=0)
    nothing, sure = np.zeros(len(PROVINCES), dtype=np.int64), np.ones(len(PROVINCES))
    return Areas(
        **dict(zip(COUNTED, sums.mean(axis=0), strict=True)), colour=colour, colour_share=colour_share, rung=nothing,
        rung_share=sure, on_colour=on_colour, on_ladder=on_ladder,
    )  # fmt: skip


def _elapsed(result: RunResult, half: int) -> float:
    """Which part of a half-year had passed when the run ended, at most the whole."""
    name = result.replications[0].half_year_names[half]
    start, following = half_year_start(name), half_year_end(name)
    return min(1.0, (result.until_day - start) / (following - start))


def whole_half_years(result: RunResult) -> tuple[int, ...]:
    """The half-years, by number, that the run reports from beginning to end."""
    names = result.replications[0].half_year_names
    return tuple(
        place
        for place, name in enumerate(names)
        if half_year_start(name) >= result.from_day and half_year_end(name) <= result.until_day
    )


def published(result: RunResult, measure: str, area: str) -> dict[str, tuple[float, str]]:
    """Half-year -> the best-founded published figure of a measure in an area, and its source."""
    best: dict[str, tuple[float, str]] = {}
    for row in sorted(result.wanted, key=lambda one: (not one.own, one.letter or "Z")):
        if (row.series, row.area) == (measure, area) and row.half_year:
            best.setdefault(row.half_year, (row.value, row.source))
    return best


def area_values(result: RunResult, members: npt.NDArray[np.bool_]) -> FloatArray:
    """(replications, measures of COUNTED, half-years) summed over the municipalities in `members`."""
    inside = [counted[: len(COUNTED), :, members].astype(np.float64) for counted in _municipal(result)]
    return np.array([counted.sum(axis=-1) for counted in inside])


def area_bands(values: FloatArray, measure: str) -> FloatArray:
    """(3, half-years): mean, low and high of the 80 per cent band of one measure of `area_values`."""
    return bands(values[:, COUNTED.index(measure)], BAND_LEVEL)
