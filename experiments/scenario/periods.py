"""Periods as a user meets them: when they start, where a run usually ends, and how far it may go."""

from datetime import date
from functools import lru_cache

from experiments import FOLDER
from experiments.scenario.plain_yaml import read_plain_yaml
from models.parameters import PERIODS
from sim.calendar import add_months, date_of, day_number
from sim.errors import Allowed, WrongInput

READY_FOLDER = FOLDER / "scenarios"


def period_days(period: str) -> tuple[int, int, int]:
    """Start of the simulation, usual end and latest possible end of a period, as day numbers."""
    known = PERIODS[period]
    return day_number(known.start), _usual_end(period), day_number(known.last_until)


@lru_cache(maxsize=8)
def _usual_end(period: str) -> int:
    """Where the scenario that is named as its period ends; without one, where the inputs end."""
    file = READY_FOLDER / f"{period}.yaml"
    found = read_plain_yaml(file.read_text(encoding="utf-8"), file.name).content if file.is_file() else {}
    return day_number(str(found.get("until", PERIODS[period].last_until)))


def first_end(start: int) -> int:
    """The first day on which a run from `start` may end: municipal facts are written at each month's end."""
    return add_months(start, 1)


def check_window(period: str, from_date: date | None, until_date: date | None) -> tuple[int, int]:
    """The days [from, until) of a report. Raises WrongInput when they fall outside the period or cross."""
    start, usual_end, last = period_days(period)
    from_day = start if from_date is None else day_number(from_date)
    if not start <= from_day < last:
        allowed = Allowed("range", low=date_of(start), high=date_of(last - 1))
        raise WrongInput(field="from", value=date_of(from_day).isoformat(), allowed=allowed)
    until_day = usual_end if until_date is None else day_number(until_date)
    if until_date is None and until_day <= from_day:
        until_day = last
    earliest = max(from_day + 1, first_end(start))
    if not earliest <= until_day <= last:
        allowed = Allowed("range", low=date_of(earliest), high=date_of(last))
        raise WrongInput(field="until", value=date_of(until_day).isoformat(), allowed=allowed)
    return from_day, until_day
