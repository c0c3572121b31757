"""SimPy as the clock: every institution is a process with its own rhythm.

Time is a day number with a fraction. The fraction is the hour at which an institution acts,
so the order of acts within one day is fixed, written down in one place, and the same after a
run is cut and continued. A process holds nothing between two acts: all state lies in arrays.
"""

from collections.abc import Callable, Generator

import simpy
from simpy.events import NORMAL

from sim.calendar import is_working_day

Act = Callable[[int], None]
HOURS_PER_DAY = 24


class Rhythm(simpy.Event):
    """The wake-up that an institution waits for again and again.

    One event per institution is scheduled anew for each act: a new timeout for each of some
    nine thousand acts of a run costs half as much again.
    """

    def __init__(self, environment: simpy.Environment) -> None:
        super().__init__(environment)
        self._ok, self._value = True, None

    def after(self, days: float) -> "Rhythm":
        """Schedule the next wake-up and return it, to be waited for."""
        self.callbacks = []
        self.env.schedule(self, NORMAL, days)
        return self


class Clock:
    """A SimPy environment that stands at the morning of ``first_day``."""

    def __init__(self, first_day: int) -> None:
        self.first_day = first_day
        self.environment = simpy.Environment(initial_time=first_day)
        self._rhythms: list[Generator[simpy.Event, None, None]] = []

    def every_day(self, hour: int, act: Act) -> None:
        """Let ``act(day)`` happen every day at ``hour``."""
        self._begin(self._from(self.first_day, 1, hour, act))

    def every_working_day(self, hour: int, act: Act) -> None:
        """Let ``act(day)`` happen Monday to Friday at ``hour``."""
        self._begin(self._working_days(hour, act))

    def every_week(self, hour: int, act: Act) -> None:
        """Let ``act(day)`` happen every Monday at ``hour``."""
        first_monday = self.first_day
        while not (is_working_day(first_monday) and not is_working_day(first_monday - 1)):
            first_monday += 1
        self._begin(self._from(first_monday, 7, hour, act))

    def on_dates(self, hour: int, days: list[int], act: Act) -> None:
        """Let ``act(day)`` happen at ``hour`` on each of the days that are not yet past."""
        self._begin(self._dates(hour, [day for day in days if day >= self.first_day], act))

    def run(self, until: int) -> None:
        """Let time pass until the morning of the day ``until``."""
        self.environment.run(until=until)

    def stop(self) -> None:
        """Send every institution home; the clock does not run again.

        Waiting processes and the environment hold each other, and with them all that they act on:
        without this the arrays of a whole run stay in memory until the garbage collector passes.
        """
        for rhythm in self._rhythms:
            rhythm.close()

    def _begin(self, rhythm: Generator[simpy.Event, None, None]) -> None:
        self._rhythms.append(rhythm)
        self.environment.process(rhythm)

    def _from(self, first: int, step: int, hour: int, act: Act) -> Generator[simpy.Event, None, None]:
        after = Rhythm(self.environment).after
        day = first
        yield after(day + hour / HOURS_PER_DAY - self.environment.now)
        while True:
            act(day)
            day += step
            yield after(step)

    def _working_days(self, hour: int, act: Act) -> Generator[simpy.Event, None, None]:
        after = Rhythm(self.environment).after
        day, days_until_next = self.first_day, 0
        yield after(hour / HOURS_PER_DAY)
        while True:
            while not is_working_day(day + days_until_next):
                days_until_next += 1
            if days_until_next > 0:
                yield after(days_until_next)
            day += days_until_next
            act(day)
            days_until_next = 1

    def _dates(self, hour: int, days: list[int], act: Act) -> Generator[simpy.Event, None, None]:
        after = Rhythm(self.environment).after
        for day in days:
            yield after(day + hour / HOURS_PER_DAY - self.environment.now)
            act(day)
