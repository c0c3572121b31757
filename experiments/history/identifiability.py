"""What the model knows and what it guesses about a fitted parameter, read from what stands beside an ensemble."""

import math
from collections.abc import Mapping
from typing import Any

from experiments.history.sampler import PRIOR_SPREAD

#: The fit that keeps points out, so that they can test it.
HELD_OUT_UNTIL = "2020-12-31"
#: Per cent of the prior spread that is left: below the first the model knows, above the second it guesses.
KNOWS_BELOW, GUESSES_ABOVE = 40, 70
#: Information on the scale where the half prior range is 1: less than this narrows nothing.
MIN_INFORMATION = 1.0
#: A second series is named when it informs at least this part of what the first one does.
SECOND_FROM = 0.2
CORRELATED_FROM = 0.4
#: A best value this near to an end of the prior range (as a part of the range) lies at the bound.
AT_BOUND = 0.01
VERDICTS = ("knows", "half", "guesses")


def verdict(width_left: float) -> str:
    """Whether the model knows, half knows or guesses, by the share of the prior spread that is left."""
    if in_percent(width_left) < KNOWS_BELOW:
        return VERDICTS[0]
    return VERDICTS[1] if in_percent(width_left) <= GUESSES_ABOVE else VERDICTS[2]


def informed_by(told: Mapping[str, float]) -> list[tuple[str, str]]:
    """The one or two series, as (series, areas), that say most about a parameter, the first first."""
    order = sorted(told, key=lambda key: (-told[key], key))
    found = order[:1]
    found += [key for key in order[1:2] if told[key] >= max(MIN_INFORMATION, SECOND_FROM * told[order[0]])]
    return [(series, areas) for series, _, areas in (key.partition(":") for key in found)]


def says_hardly_anything(told: Mapping[str, float]) -> bool:
    """Whether no series narrows a parameter."""
    return max(told.values()) < MIN_INFORMATION


def is_at_bound(row: Mapping[str, Any]) -> bool:
    """Whether the best value lies at an end of the prior range."""
    margin = AT_BOUND * (row["prior_high"] - row["prior_low"])
    return bool(row["best"] <= row["prior_low"] + margin or row["best"] >= row["prior_high"] - margin)


def width_without_data() -> float:
    """`width_left` of a parameter about which the data say nothing: that of the prior with its pull to the middle."""
    end = 1.0 / PRIOR_SPREAD
    density = math.exp(-0.5 * end**2) / math.sqrt(2.0 * math.pi)
    inside = math.erf(end / math.sqrt(2.0))
    variance = PRIOR_SPREAD**2 * (1.0 - 2.0 * end * density / inside)
    return math.sqrt(3.0 * variance)


def in_percent(share: float) -> int:
    """A share in whole per cent."""
    return round(100 * share)
