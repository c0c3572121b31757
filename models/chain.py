"""The chain: who follows whom.

``DAY`` tells it: each row is an act of an institution, with its hour, its rhythm and what the others hand over for it.
The hours are the order of acts within a day; they are a rule of the model and the same in every run. At one hour the
rows follow each other. The table in ``docs/model.md`` is made of it. Left out: everything that happens inside one
institution, and who is already here at the start (``models/start.py``).
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.facts import Diary, Facts
from models.parameters import PERIODS, Parameters
from models.register import new_register
from models.saved_state import ImpossibleState, check_state
from models.sources import made_of_rows
from models.stages import Stage, Stages
from models.stages.coa import Coa
from models.stages.departure import Departure
from models.stages.homes import Homes
from models.stages.ind import Ind
from models.stages.linking import Linking
from models.stages.nareis import Nareis
from models.stages.projects import Projects
from models.stages.registration import Registration
from models.stages.stays import Stays
from models.stages.target import Target
from models.start import Start
from models.world import build_world
from sim.arrays import FloatArray, IntArray
from sim.calendar import date_of, day_number, half_year_name, month_ends, month_starts
from sim.clock import Act, Clock
from sim.records import Kept, Records, saved, take_over

Rhythm = Enum(
    "Rhythm", "DAILY WORKING_DAYS WEEKLY FIRST_OF_THE_MONTH LAST_OF_THE_MONTH FIRST_OF_THE_HALF_YEAR", module=__name__
)


def _capacity(stages: Stages, day: int) -> tuple[FloatArray]:
    return (stages[Homes].persons_per_day(day),)


def _pressure(stages: Stages, day: int) -> tuple[Any, ...]:
    target = stages[Target]
    return target.ladder(day), target.aim(day), target.upcoming(day), target.substituted()


def _month(stages: Stages, day: int) -> tuple[Any, ...]:
    return stages[Target].month(), stages[Homes].books.share, stages[Ind].staff_now()


@dataclass(frozen=True)
class Turn:
    """An act of an institution: at which hour of which days, and what the others hand over for it."""

    hour: int
    stage: type[Stage]
    act: Callable[..., None]
    rhythm: Rhythm
    given: Callable[[Stages, int], tuple[Any, ...]] | None = None


#: Who follows whom.
DAY = (
    Turn(1, Target, Target.act_half_year, Rhythm.FIRST_OF_THE_HALF_YEAR, lambda stages, _: (stages[Coa].burden(),)),
    Turn(2, Ind, Ind.act_personnel, Rhythm.FIRST_OF_THE_MONTH),
    Turn(2, Projects, Projects.decide, Rhythm.FIRST_OF_THE_MONTH),
    Turn(2, Target, Target.act_month, Rhythm.FIRST_OF_THE_MONTH, _capacity),
    Turn(3, Homes, Homes.reconsider, Rhythm.WEEKLY, _pressure),
    Turn(6, Registration, Registration.act, Rhythm.DAILY),
    Turn(8, Departure, Departure.act, Rhythm.DAILY),
    Turn(10, Ind, Ind.act, Rhythm.WORKING_DAYS, lambda stages, _: (stages[Departure].agenda,)),
    Turn(12, Nareis, Nareis.act, Rhythm.DAILY),
    Turn(14, Linking, Linking.act, Rhythm.DAILY, lambda stages, _: (stages[Homes].books.homes_per_day,)),
    Turn(16, Homes, Homes.act, Rhythm.DAILY),
    Turn(17, Homes, Homes.let_made, Rhythm.DAILY, lambda stages, day: (stages[Projects].deliveries(day),)),
    Turn(18, Stays, Stays.act, Rhythm.WEEKLY),
    Turn(22, Coa, Coa.act, Rhythm.DAILY, lambda stages, day: stages[Diary].open_day(day)),
    Turn(23, Target, Target.give_colours, Rhythm.LAST_OF_THE_MONTH),
    Turn(23, Diary, Diary.write_month, Rhythm.LAST_OF_THE_MONTH, _month),
)


class Chain:
    """One run of the chain: parameters, a world, and the institutions that act on it.

    ``usual`` are the parameters as history had them. With them the target of another future is the published one, moved
    by what differs in the forecast of that future; without them it is as published. A chain of which the parameters are
    the usual ones leaves its forecasts to the futures that come after it in this process.
    """

    def __init__(
        self, parameters: Parameters, seed: int, last_day: int, turns: tuple[Turn, ...] = DAY,
        usual: Parameters | None = None,
    ) -> None:  # fmt: skip
        period = PERIODS[parameters.period]
        self.parameters, self.turns = parameters, turns
        self.first_day, self.last_day = day_number(period.start), last_day
        horizon = day_number(period.last_until)
        if not self.first_day < last_day <= horizon:
            raise ValueError(f"the last day must lie after {period.start} and not after {period.last_until}")
        self.world = world = build_world(parameters, seed, last_day)
        self.register = new_register(seed, self.first_day, world.households)
        kinds = dict.fromkeys(turn.stage for turn in turns)
        self.stages = Stages(kinds, parameters, world, self.register, horizon)
        self.today = self.first_day
        self.is_usual = turns is DAY and parameters == usual
        if usual is not None and not self.is_usual and parameters.target.source == "follows":
            self.stages[Target].usual = _usual_forecasts(usual, seed, last_day)

    def start(self) -> None:
        """Put everybody who is already here in place, so that day 0 equals the published totals."""
        Start(self.parameters, self.world, self.register, self.stages).place_everybody()

    def run(self, until: int) -> None:
        """Let the chain run from today to the morning of ``until``."""
        clock = Clock(self.today)
        months = month_starts(self.today, until)
        half_years = [day for day in months if day > self.first_day and half_year_name(day) != half_year_name(day - 1)]
        begin: dict[Rhythm, Callable[..., None]] = {
            Rhythm.DAILY: clock.every_day,
            Rhythm.WORKING_DAYS: clock.every_working_day,
            Rhythm.WEEKLY: clock.every_week,
            Rhythm.FIRST_OF_THE_MONTH: partial(clock.on_dates, days=months),
            Rhythm.LAST_OF_THE_MONTH: partial(clock.on_dates, days=month_ends(self.first_day, self.last_day).tolist()),
            Rhythm.FIRST_OF_THE_HALF_YEAR: partial(clock.on_dates, days=half_years),
        }
        for turn in self.turns:
            begin[turn.rhythm](turn.hour, act=self._act(turn))
        clock.run(until)
        clock.stop()
        self.today = until
        if self.is_usual:
            _remember_forecasts(self)

    def _act(self, turn: Turn) -> Act:
        """Return the act of a turn as something that only needs the day."""
        stages, act, given = self.stages, partial(turn.act, self.stages[turn.stage]), turn.given
        if given is None:
            return act
        return lambda day: act(day, *given(stages, day))

    # ---- snapshots ---------------------------------------------------------------------------

    def snapshot(self) -> dict[str, NDArray[np.generic]]:
        """Return all state as named arrays; nothing else is needed to continue.

        Households that have not arrived yet are left out: they belong to the world of whoever
        continues, so that a branch may have another inflow after the cut.
        """
        arrays: dict[str, NDArray[np.generic]] = {"today": np.array([self.today])}
        rows = self.world.households.size
        arrived = int(self.world.first_of_day[self.today - self.first_day])
        for name, kept in self._state():
            arrays.update(saved(name, kept, rows, arrived))
        return arrays

    def resume(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Take over the state of a snapshot of the same world; rows beyond it have not arrived yet.

        Raises ImpossibleState for what no run of this world leaves behind.
        """
        name, rows = "today", self.world.households.size
        self.is_usual = False  # what was before may have been another future
        try:
            (self.today,) = arrays["today"].tolist()
            if arrays["today"].dtype != np.int64 or not self.first_day < self.today <= self.last_day:
                raise ValueError
            arrived, names = int(self.world.first_of_day[self.today - self.first_day]), ["today"]
            for name, kept in self._state():
                names += take_over(name, kept, arrays, rows, arrived)
            if arrays.keys() != set(names):
                name = min(arrays.keys() - set(names))
                raise ValueError
        except (KeyError, ValueError, TypeError, IndexError) as error:
            raise ImpossibleState(name) from error
        check_state(arrays, self.world, self.today)
        self.stages[Homes].resume()

    def _state(self) -> Iterator[tuple[str, Kept]]:
        for name, array in self.register._asdict().items():
            if isinstance(array, np.ndarray):
                yield f"register.{name}", array
        yield from self.stages.state()

    def facts(self) -> Facts:
        """Return what was written down up to today."""
        half_years: Records = self.stages[Target].half_year_table(self.today)
        return self.stages[Diary].facts(self.today, half_years, self.stages[Projects].delivered(self.today))


def simulate(
    parameters: Parameters, seed: int, last_day: int, *, resume: Mapping[str, NDArray[np.generic]] | None = None
) -> Facts:
    """Run one replication from the start of its period, or from a snapshot, up to ``last_day``.

    ``seed`` is a number below 2**63. The same parameters, seed and last day always give the
    same facts. Raises ``ValueError`` when the last day lies outside the inputs.
    """
    chain = Chain(parameters, seed, last_day)
    if resume is None:
        chain.start()
    else:
        chain.resume(resume)
    chain.run(last_day)
    return chain.facts()


#: Up to which day the forecasts of history are known, and what they come to, by parameters and luck. Some replications
#: of many futures are done in one process; each entry is a number per half-year, and its parameters.
_FORECASTS: OrderedDict[tuple[Parameters, int], tuple[int, IntArray]] = OrderedDict()
_MOST_FORECASTS = 1024
made_of_rows(_FORECASTS)


def _remember_forecasts(chain: Chain) -> None:
    """Keep what the forecasts of a chain come to up to today; longer runs hold what shorter ones do, and more."""
    key = chain.parameters, chain.world.seed
    known_until, _ = _FORECASTS.get(key, (0, None))
    if chain.today > known_until:
        _FORECASTS[key] = chain.today, chain.stages[Target].books.expected.copy()
        while len(_FORECASTS) > _MOST_FORECASTS:
            _FORECASTS.popitem(last=False)


def _usual_forecasts(usual: Parameters, seed: int, last_day: int) -> IntArray | None:
    """Return what the forecasts of each half-year before ``last_day`` come to as history had it, on the same luck.

    History runs for it once in a process, unless a chain of it did so already. None when there is no forecast yet.
    """
    first = day_number(PERIODS[usual.period].start)
    published = [day for day in month_starts(first, last_day) if date_of(day).month in (4, 10)]
    if not published:
        return None
    key, until = (usual, seed), min(published[-1] + 1, last_day)
    if key not in _FORECASTS or _FORECASTS[key][0] < until:
        chain = Chain(usual, seed, until, usual=usual)
        chain.start()
        chain.run(until)
    return _FORECASTS[key][1]
