"""SimPy as the clock: every institution has its own rhythm of events.

Time is a day number with a fraction. The fraction is the hour at which an institution acts,
so the order of acts within one day is fixed, written down in one place, and the same after a
run is cut and continued. A rhythm holds nothing between two acts: all state lies in arrays.
"""

from collections.abc import Callable, Iterator
from itertools import count

import simpy
from simpy.events import NORMAL

from sim.calendar import is_working_day

Act = Callable[[int], None]
HOURS_PER_DAY = 24


class Rhythm(simpy.Event):
    """The wake-up of an institution: one event, scheduled anew for the next of its days as soon as it has acted.

    A process that waits for a timeout does the same; with one for each institution the clock takes twice as long over
    the nine thousand acts of a run.
    """

    def __init__(self, environment: simpy.Environment, hour: int, days: Iterator[int], act: Act) -> None:
        super().__init__(environment)
        self._ok, self._value = True, None
        self._part_of_day, self._days, self._act, self._day = hour / HOURS_PER_DAY, days, act, 0
        self._schedule()

    def _schedule(self) -> None:
        """Wait for the next day, if there is one."""
        day = next(self._days, None)
        if day is not None:
            self._day = day
            self.callbacks = [self._wake_up]
            self.env.schedule(self, NORMAL, day + self._part_of_day - self.env.now)

    def _wake_up(self, _: simpy.Event) -> None:
        self._act(self._day)
        self._schedule()

    def let_go(self) -> None:
        """Act no more, and hold nothing of who acted."""
        self.callbacks, self._act = [], _nothing


def _nothing(day: int) -> None:
    """What an institution does that has been sent home."""


class Clock:
    """A SimPy environment that stands at the morning of ``first_day``."""

    def __init__(self, first_day: int) -> None:
        self.first_day = first_day
        self.environment = simpy.Environment(initial_time=first_day)
        self._rhythms: list[Rhythm] = []

    def every_day(self, hour: int, act: Act) -> None:
        """Let ``act(day)`` happen every day at ``hour``."""
        self._begin(hour, count(self.first_day), act)

    def every_working_day(self, hour: int, act: Act) -> None:
        """Let ``act(day)`` happen Monday to Friday at ``hour``."""
        self._begin(hour, filter(is_working_day, count(self.first_day)), act)

    def every_week(self, hour: int, act: Act) -> None:
        """Let ``act(day)`` happen every Monday at ``hour``."""
        first_monday = self.first_day
        while not (is_working_day(first_monday) and not is_working_day(first_monday - 1)):
            first_monday += 1
        self._begin(hour, count(first_monday, 7), act)

    def on_dates(self, hour: int, days: list[int], act: Act) -> None:
        """Let ``act(day)`` happen at ``hour`` on each of the days that are not yet past."""
        self._begin(hour, iter([day for day in days if day >= self.first_day]), act)

    def run(self, until: int) -> None:
        """Let time pass until the morning of the day ``until``."""
        self.environment.run(until=until)

    def stop(self) -> None:
        """Send every institution home; the clock does not run again.

        Waiting events and the environment hold each other, and with them all that they act on:
        without this the arrays of a whole run stay in memory until the garbage collector passes.
        """
        for rhythm in self._rhythms:
            rhythm.let_go()

    def _begin(self, hour: int, days: Iterator[int], act: Act) -> None:
        self._rhythms.append(Rhythm(self.environment, hour, days, act))
