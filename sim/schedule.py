"""A value that changes on dates: what the law, a budget or a plan says, day by day.

A schedule is a list of (day, value) steps; a step holds until the next one. Before its first
step a schedule has its first value. Changing a schedule gives a new one: the old one is never
touched, so a scenario is a change to a baseline and nothing else.
"""

import bisect
import itertools
import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.arrays import FloatArray

#: A ramp changes once in so many days.
RAMP_STEP_DAYS = 7


@dataclass(frozen=True)
class Schedule:
    """Dated step function; ``steps`` is a tuple of (day number, value), days rising strictly."""

    steps: tuple[tuple[int, float], ...]

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError("a schedule needs at least one step")
        days = [day for day, _ in self.steps]
        if any(later <= earlier for earlier, later in itertools.pairwise(days)):
            raise ValueError("the days of a schedule must rise")
        if not all(math.isfinite(value) for _, value in self.steps):
            raise ValueError("the values of a schedule must be finite")

    @staticmethod
    def constant(value: float) -> "Schedule":
        """Return a schedule that always has one value."""
        return Schedule(((0, float(value)),))

    def at(self, day: int) -> float:
        """Return the value on a day."""
        # Values are finite, so a step of the day itself comes before this.
        index = bisect.bisect_right(self.steps, (day, math.inf)) - 1
        return self.steps[max(index, 0)][1]

    def daily(self, first_day: int, last_day: int) -> FloatArray:
        """Return the value of every day of ``[first_day, last_day)``, one per day; not to be written in."""
        return _daily(self, first_day, last_day)

    def scaled(self, factor: float) -> "Schedule":
        """Return the schedule with every value multiplied by ``factor``."""
        return Schedule(tuple((day, value * factor) for day, value in self.steps))

    def changed(
        self, value: float, from_day: int | None = None, until_day: int | None = None, ramp_days: int = 0
    ) -> "Schedule":
        """Return a schedule that takes ``value`` in ``[from_day, until_day)``.

        Without ``from_day`` the change holds from the beginning, without ``until_day`` for
        ever; after ``until_day`` the old course is resumed. ``ramp_days`` spreads the change
        evenly, a step a week, from the old value on ``from_day`` to the new one.
        """
        if from_day is not None and until_day is not None and until_day <= from_day:
            raise ValueError("a change must end after it begins")
        value = float(value)
        if from_day is None:
            new = [(min(self.steps[0][0], -(10**6)), value)]
        else:
            new = [step for step in self.steps if step[0] < from_day]
            if not new:
                new = [(min(self.steps[0][0], from_day) - 1, self.steps[0][1])]
            old = self.at(from_day)
            for offset in range(0, ramp_days, RAMP_STEP_DAYS):
                day = from_day + offset
                if until_day is not None and day >= until_day:
                    break
                new.append((day, old + (value - old) * offset / ramp_days))
            end_of_ramp = from_day + ramp_days
            if until_day is None or end_of_ramp < until_day:
                new.append((end_of_ramp, value))
        if until_day is not None:
            new = [step for step in new if step[0] < until_day]
            new.append((until_day, self.at(until_day)))
            new.extend(step for step in self.steps if step[0] > until_day)
        return Schedule(tuple(new))


@lru_cache(maxsize=512)
def _daily(schedule: Schedule, first_day: int, last_day: int) -> FloatArray:
    """Replications of one scenario ask for the same days again and again."""
    days = np.array([day for day, _ in schedule.steps])
    values = np.array([value for _, value in schedule.steps], dtype=np.float64)
    index = np.searchsorted(days, np.arange(first_day, last_day), side="right") - 1
    of_day: FloatArray = values[np.maximum(index, 0)]
    of_day.flags.writeable = False
    return of_day
