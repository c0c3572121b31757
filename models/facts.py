"""Facts: what one run wrote down. Numbers are made from these elsewhere.

Left out: means, rates, differences, costs; see ``outcomes.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.register import BED_GROUPS, GAUGES, TALLIES
from models.stages.coa import CAPACITY

#: National measures written down every day, in this order: persons in reception by group and
#: beyond the norm, running totals, what stands now, places. Integers.
DAILY = (*(f"in_reception_{group}" for group in BED_GROUPS), "permit_holders_beyond_norm", *TALLIES, *GAUGES, *CAPACITY)
#: Measures per province written down every day.
PROVINCIAL = (
    *(f"in_reception_{group}" for group in BED_GROUPS), "permit_holders_beyond_norm",
    "beds_entered", "beds_left", "beds_moved_in", "beds_moved_out",
)  # fmt: skip
#: Measures per municipality written down at each month's end.
MONTHLY = (
    "target", "opening", "realised", "behind", "linked_waiting", "seeking_households", "homes_given",
    "homes_vacated", "share", "rung", "colour",
)  # fmt: skip
#: Measures per municipality and half-year.
HALF_YEARLY = ("opening", "target", "realised", "behind")


@dataclass(frozen=True)
class Facts:
    """All facts of one run over ``[first_day, last_day)``.

    ``daily``: name -> (days,) national, end of day; ``provinces_daily``: name -> (days, 12);
    ``monthly_days`` (months,) and ``municipal_monthly``: name -> (months, 352); ``half_years``:
    name -> (half-years, 352) with ``half_year_names``; the running half-year stands last, up to
    the last day; ``staff``: name -> (months,) case workers of the IND; ``projects``: columns kind,
    municipality, homes, delivered, one row per delivered project; ``households``: column -> (rows,),
    days as day numbers, -1 is never; ``steps``: what happened how often.
    """

    seed: int
    first_day: int
    last_day: int
    daily: dict[str, NDArray[np.float64]]
    provinces_daily: dict[str, NDArray[np.int64]]
    monthly_days: NDArray[np.int64]
    municipal_monthly: dict[str, NDArray[np.float64]]
    half_year_names: list[str]
    half_years: dict[str, NDArray[np.int64]]
    households: dict[str, NDArray[np.int64]]
    steps: dict[str, int]
    staff: dict[str, NDArray[np.float64]]
    projects: dict[str, NDArray[np.int64]]
