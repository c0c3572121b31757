"""The same facts, seen per province, per size of household and per municipality, in the order of the names here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from models.geography import PROVINCES, municipalities
from sim.calendar import date_of, day_number

if TYPE_CHECKING:
    from models.facts import Facts
    from models.outcomes import Window
    from models.parameters import Parameters

Numbers = npt.NDArray[np.float64]

#: What is counted per province: name -> unit and which way is better.
PROVINCIAL = {
    "persons_in_beds_end": ("persons", "lower"),
    "permit_holders_in_beds_end": ("persons", "lower"),
    "realised": ("persons", "higher"),
    "behind_end": ("persons", "lower"),
    "households_matched": ("households", "neither"),
    "households_placed_in_match": ("households", "higher"),
}
#: Sizes of household: name -> fewest and most persons.
SIZES = {"1": (1, 1), "2-4": (2, 4), "5+": (5, 99)}
_SIZE_NAMES = {"1": "single", "2-4": "2_to_4", "5+": "5_plus"}
#: What is counted per size of household: name -> unit and which way is better.
BY_SIZE = {
    "households_housed": ("households", "higher"),
    "persons_housed": ("persons", "higher"),
    "weeks_to_home_median": ("weeks", "lower"),
    "weeks_to_home_p90": ("weeks", "lower"),
    "households_waiting_end": ("households", "lower"),
    "persons_waiting_end": ("persons", "lower"),
}
#: The outcomes that are the waits of one size.
_WAIT_OF_SIZE = {
    "weeks_to_home_median": {size: f"weeks_to_home_{name}" for size, name in _SIZE_NAMES.items()},
    "weeks_to_home_p90": {size: f"weeks_to_home_p90_{name}" for size, name in _SIZE_NAMES.items()},
}
#: What is kept per municipality and half-year: what is counted of it, and rung and colour as they stand at its end.
COUNTED = (
    "opening", "target", "realised", "behind", "excused_links", "excused_family", "substitution_homes",
    "substitution_days",
)  # fmt: skip
MUNICIPAL = (*COUNTED, "rung", "colour")


@dataclass(frozen=True)
class Detail:
    """One replication in detail.

    provinces: (measures of PROVINCIAL, 12); sizes: (measures of BY_SIZE, 3), a wait of nobody is NaN;
    municipal: (measures of MUNICIPAL, half-years that are reported, 352).
    """

    provinces: Numbers
    sizes: Numbers
    municipal: npt.NDArray[np.float32]


def detail_of(
    facts: "Facts", parameters: "Parameters", from_day: int, until_day: int, half_years: Sequence[int]
) -> Detail:
    """Count one run in detail over `[from_day, until_day)`; `half_years` are the rows that are reported.

    Realised per province is of the window, behind as it stands at its end.
    """
    from models.outcomes import Window

    window = Window(facts, parameters, from_day, until_day)
    return Detail(_provinces(window, half_years), _sizes(window), _municipal(window, half_years))


def per_province(values: Numbers) -> Numbers:
    """Add up over municipalities: shape (..., 352) gives (..., 12)."""
    places = municipalities().province
    columns = [values[..., places == index].sum(axis=-1) for index in range(len(PROVINCES))]
    return np.stack(columns, axis=-1)


def outcome_of_size(measure: str, size: str) -> str:
    """The outcome that a measure of one size of household is; the measure itself where there is none of its own."""
    return _WAIT_OF_SIZE.get(measure, {}).get(size, measure)


def provinces_realised_from(from_day: int) -> int:
    """The day from which realised per province counts: known at month ends, so the first of the month."""
    return day_number(date_of(from_day).replace(day=1).isoformat())


def _before(window: "Window") -> Numbers:
    """Per municipality what was realised in the half-year of the first day before the window began.

    Known at month ends: a window that begins within a month takes that whole month along.
    """
    from sim.calendar import half_year_name, half_year_start

    facts = window.facts
    start = half_year_start(half_year_name(window.from_day))
    months = np.flatnonzero((facts.monthly_days < window.from_day) & (facts.monthly_days >= start))
    by_month = np.asarray(facts.municipal_monthly["realised"], dtype=np.float64)
    return by_month[months[-1]] if months.size else np.zeros(by_month.shape[1])


def _provinces(window: "Window", half_years: Sequence[int]) -> Numbers:
    from models.outcomes import behind_at_end

    facts = window.facts
    last = window.until_day - facts.first_day - 1
    daily = {name: np.asarray(values[last], dtype=np.float64) for name, values in facts.provinces_daily.items()}
    holders = daily["in_reception_permit_holder"] + daily["in_reception_waiting_family"]
    rows = list(half_years)
    realised = np.asarray(facts.half_years["realised"], dtype=np.float64)[rows].sum(axis=0) - _before(window)
    return np.array(
        [
            holders + daily["in_reception_in_procedure"] + daily["in_reception_refused"],
            holders,
            per_province(realised),
            per_province(behind_at_end(window)),
            window.matched(placed=False).astype(np.float64),
            window.matched(placed=True).astype(np.float64),
        ]
    )


def _sizes(window: "Window") -> Numbers:
    from models.outcomes import weeks_to_home

    households = window.facts.households
    housed, permit = households["housed"], households["permit"]
    departed = households["departed"]
    joined_later = (housed >= 0) & (households["family_arrived"] > housed)
    size = households["persons"] - np.where(joined_later, households["followers"], 0)
    inside = (housed >= window.from_day) & (housed < window.until_day) & (permit >= 0)
    gone = (departed >= 0) & (departed < window.until_day)
    waiting = (permit >= 0) & (permit < window.until_day) & ((housed < 0) | (housed >= window.until_day)) & ~gone
    table = np.full((len(BY_SIZE), len(SIZES)), np.nan)
    for column, (least, most) in enumerate(SIZES.values()):
        fits = (size >= least) & (size <= most)
        table[:, column] = (
            float((inside & fits).sum()),
            float(size[inside & fits].sum()),
            weeks_to_home(window, 0.5, least, most).weeks,
            weeks_to_home(window, 0.9, least, most).weeks,
            float((waiting & fits).sum()),
            float(size[waiting & fits].sum()),
        )
    return table


def _municipal(window: "Window", half_years: Sequence[int]) -> npt.NDArray[np.float32]:
    from sim.calendar import half_year_end

    facts = window.facts
    rows = list(half_years)
    table = np.zeros((len(MUNICIPAL), len(rows), len(municipalities().code)), dtype=np.float32)
    for index, measure in enumerate(COUNTED):
        table[index] = np.asarray(facts.half_years[measure])[rows]
    for place, row in enumerate(rows):
        following = half_year_end(facts.half_year_names[row])
        month = int(np.searchsorted(facts.monthly_days, min(following, window.until_day))) - 1
        for index, measure in enumerate(("rung", "colour"), start=len(COUNTED)):
            if month >= 0:
                table[index, place] = facts.municipal_monthly[measure][month]
    return table
