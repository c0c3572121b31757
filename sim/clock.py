"""SimPy as the clock: every institution is a process with its own rhythm.

Time is a day number with a fraction. The fraction is the hour at which an institution acts,
so the order of acts within one day is fixed, written down in one place, and the same after a
run is cut and continued. A process holds nothing between two acts: all state lies in arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

import simpy

from sim.calendar import is_working_day

Act = Callable[[int], None]
HOURS_PER_DAY = 24


class Clock:
    """A SimPy environment that stands at the morning of ``first_day``."""

    def __init__(self, first_day: int) -> None:
        self.first_day = first_day
        self.environment = simpy.Environment(initial_time=first_day)

    def every_day(self, hour: int, act: Act) -> None:
        """Let ``act(day)`` happen every day at ``hour``."""
        self.environment.process(self._daily(hour, act))

    def every_working_day(self, hour: int, act: Act) -> None:
        """Let ``act(day)`` happen Monday to Friday at ``hour``."""
        self.environment.process(self._working_days(hour, act))

    def every_week(self, hour: int, act: Act) -> None:
        """Let ``act(day)`` happen every Monday at ``hour``."""
        first_monday = self.first_day
        while not (is_working_day(first_monday) and not is_working_day(first_monday - 1)):
            first_monday += 1
        self.environment.process(self._from(first_monday, 7, hour, act))

    def on_dates(self, hour: int, days: list[int], act: Act) -> None:
        """Let ``act(day)`` happen at ``hour`` on each of the days that are not yet past."""
        self.environment.process(self._dates(hour, [day for day in days if day >= self.first_day], act))

    def run(self, until: int) -> None:
        """Let time pass until the morning of the day ``until``."""
        self.environment.run(until=until)

    def _daily(self, hour: int, act: Act) -> Generator[simpy.Event, None, None]:
        return self._from(self.first_day, 1, hour, act)

    def _from(self, first: int, step: int, hour: int, act: Act) -> Generator[simpy.Event, None, None]:
        timeout = self.environment.timeout
        day = first
        yield timeout(day + hour / HOURS_PER_DAY - self.environment.now)
        while True:
            act(day)
            day += step
            yield timeout(step)

    def _working_days(self, hour: int, act: Act) -> Generator[simpy.Event, None, None]:
        timeout = self.environment.timeout
        day = self.first_day
        yield timeout(hour / HOURS_PER_DAY)
        while True:
            if is_working_day(day):
                act(day)
            day += 1
            yield timeout(1)

    def _dates(self, hour: int, days: list[int], act: Act) -> Generator[simpy.Event, None, None]:
        for day in days:
            yield self.environment.timeout(day + hour / HOURS_PER_DAY - self.environment.now)
            act(day)
