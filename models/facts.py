"""Facts: what one run wrote down. Numbers are made from these elsewhere.

Left out: means, rates, differences, costs; see ``outcomes.py``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.geography import PROVINCES, municipalities
from models.parameters import Parameters
from models.register import BED_BOOK, BED_GROUPS, GAUGES, TALLIES, Register
from models.stages.coa import CAPACITY
from models.stages.target import HALF_YEARLY
from models.world import World
from sim.arrays import FloatArray, IntArray
from sim.calendar import half_years, month_ends
from sim.records import Kept, Records

_IN_RECEPTION = (*(f"in_reception_{group}" for group in BED_GROUPS), "permit_holders_beyond_norm")
#: National measures written down every day, in this order: persons in reception by group and
#: beyond the norm, running totals, what stands now, places. Integers.
DAILY = (*_IN_RECEPTION, *TALLIES, *GAUGES, *CAPACITY)
#: Measures per province written down every day.
PROVINCIAL = (*_IN_RECEPTION, *BED_BOOK)
#: Measures per municipality written down at each month's end.
MONTHLY = (
    "target", "opening", "realised", "behind", "linked_waiting", "seeking_households", "homes_given",
    "homes_vacated", "share", "rung", "colour", "excused_links", "excused_family",
    "substitution_homes", "substitution_days",
)  # fmt: skip
#: Case workers of the IND written down at each month's end.
STAFF = ("experienced", "in_training", "hired_so_far")
#: What is told of each household.
HOUSEHOLD_FACTS = (
    "identity", "persons", "status", "linked", "municipality", "family", "followers", "place", "permit",
    "taskforce", "decided", "group", "stream", "arrived", "registered", "extended", "housed", "stay", "stay_since",
    "family_arrived", "appeal_decided", "departed", "family_applied", "family_decided", "family_housed",
    "home_size", "how_housed", "last_stay", "stay_ended", "match",
)  # fmt: skip


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
    daily: dict[str, FloatArray]
    provinces_daily: dict[str, IntArray]
    monthly_days: IntArray
    municipal_monthly: dict[str, FloatArray]
    half_year_names: list[str]
    half_years: dict[str, IntArray]
    households: Mapping[str, IntArray]
    steps: dict[str, int]
    staff: dict[str, FloatArray]
    projects: dict[str, IntArray]


class Columns(Mapping[str, IntArray]):
    """Columns of the register, each copied when it is first asked for.

    In the register a household is a row of small numbers. Counting reads columns, each of them often: it takes half as
    long when the numbers lie side by side, and what is reckoned with them needs their room.
    """

    def __init__(self, rows: Records, names: Sequence[str]) -> None:
        self._rows, self._names, self._copied = rows, names, dict[str, IntArray]()

    def __getitem__(self, name: str) -> IntArray:
        """Return one number per household. Raises KeyError for what is not told."""
        if name not in self._copied:
            if name not in self._names:
                raise KeyError(name)
            column = self._rows[name]
            self._copied[name] = np.ascontiguousarray(column, dtype=np.promote_types(column.dtype, np.int32))
        return self._copied[name]

    def __iter__(self) -> Iterator[str]:
        """Give the names."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._names)


class Pages:
    """A table with a row for each day or month, of which the first ``written`` are filled."""

    def __init__(self, table: NDArray[Any]) -> None:
        self.table, self.written = table, 0

    def kept(self) -> NDArray[Any]:
        """Return what a snapshot must hold."""
        return self.table[: self.written].copy()

    def restore(self, kept: NDArray[Any]) -> None:
        """Take over the rows of a snapshot. Raises ValueError when they do not fit this table."""
        if kept.dtype != self.table.dtype or kept.shape[1:] != self.table.shape[1:] or len(kept) > len(self.table):
            raise ValueError("no rows of this table")
        self.written = len(kept)
        self.table[: self.written] = kept


class Diary:
    """What is written down while the chain runs.

    Who acts: COA, which writes the day, and the diary itself, on the last day of each month. Who waits: nobody. What
    leaves: facts. Left out: whatever can be counted from facts.
    """

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None:
        self.world, self.register = world, register
        days = world.last_day - world.first_day
        self.month_ends = month_ends(world.first_day, world.last_day)
        months = len(self.month_ends)
        self.daily = Pages(np.zeros((days, len(DAILY)), dtype=np.int64))
        self.provinces = Pages(np.zeros((days, len(PROVINCES), len(PROVINCIAL)), dtype=np.int64))
        self.monthly = Pages(np.zeros((months, len(MONTHLY), len(municipalities()))))
        self.staff = Pages(np.zeros((months, len(STAFF))))
        self.state: dict[str, Kept] = {
            "daily": self.daily,
            "provinces": self.provinces,
            "monthly": self.monthly,
            "staff": self.staff,
        }

    def open_day(self, day: int) -> tuple[IntArray, IntArray]:
        """Return the two tables that the day is written in, of the country and the provinces."""
        self.daily.written = self.provinces.written = day + 1 - self.world.first_day
        return self.daily.table, self.provinces.table

    def write_month(
        self, day: int, supervised: Mapping[str, NDArray[Any]], share: FloatArray, staff: tuple[float, ...]
    ) -> None:
        """Write down the books of municipalities and the staff of the IND.

        ``supervised`` and ``share`` are what supervision and homes know of each municipality, ``staff`` is ``STAFF``.
        """
        row, towns = int(np.searchsorted(self.month_ends, day)), self.register.towns
        own = [name for name in MONTHLY if name in (towns.dtype.names or ())]
        books = {
            **{name: towns[name] for name in own},
            "seeking_households": towns["seeking"].sum(axis=1), "share": share, **supervised,
        }  # fmt: skip
        self.monthly.table[row] = [books[name] for name in MONTHLY]
        self.staff.table[row] = staff
        self.monthly.written = self.staff.written = row + 1

    def facts(self, today: int, half: Records, projects: dict[str, IntArray]) -> Facts:
        """Return what was written down up to today; ``half`` are the half-years, the running one last."""
        register, first_day, households = self.register, self.world.first_day, self.register.households
        days, months = today - first_day, int(np.searchsorted(self.month_ends, today))
        national = self.daily.table[:days].astype(np.float64)
        names = half_years(first_day, today)
        return Facts(
            seed=register.seed,
            first_day=first_day,
            last_day=today,
            daily={name: national[:, column] for column, name in enumerate(DAILY)},
            provinces_daily={name: self.provinces.table[:days, :, column] for column, name in enumerate(PROVINCIAL)},
            monthly_days=self.month_ends[:months],
            municipal_monthly={name: self.monthly.table[:months, column] for column, name in enumerate(MONTHLY)},
            half_year_names=names,
            half_years={name: half[name][: len(names)].copy() for name in HALF_YEARLY},
            households=Columns(households, HOUSEHOLD_FACTS),
            steps={name: int(register.counts[name][0]) for name in TALLIES},
            staff={name: self.staff.table[:months, column] for column, name in enumerate(STAFF)},
            projects=projects,
        )
