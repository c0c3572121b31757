"""Days as numbers, dates at the edges.

Inside the simulation a day is an integer: the number of days since 1 January 1970. Dates
appear only where people read or write them. Ranges are half-open: the last day is not in it.
Working days are Monday to Friday; public holidays are left out (about 3 % of working days a
year, absorbed in the share of a year that staff is available).
"""

import datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.arrays import IntArray

EPOCH = datetime.date(1970, 1, 1)
DAYS_PER_YEAR = 365.25
#: 1 January 1970 was a Thursday; Monday is 0.
EPOCH_WEEKDAY = 3


def day_number(date: str | datetime.date) -> int:
    """Return the day number of an ISO date (``"2021-08-24"``) or a ``datetime.date``.

    Raises ``ValueError`` when the text is not a date.
    """
    if isinstance(date, str):
        date = datetime.date.fromisoformat(date)
    return (date - EPOCH).days


def date_of(day: int) -> datetime.date:
    """Return the date that belongs to a day number."""
    return EPOCH + datetime.timedelta(days=int(day))


def iso(day: int) -> str:
    """Return the ISO text of a day number."""
    return date_of(day).isoformat()


def is_working_day(day: int) -> bool:
    """Tell whether the day is a Monday to Friday."""
    return (day + EPOCH_WEEKDAY) % 7 < 5


def month_starts(first_day: int, last_day: int) -> list[int]:
    """Return the first day of every month that starts in ``[first_day, last_day)``."""
    starts = []
    day = first_day if date_of(first_day).day == 1 else add_months(first_day, 1)
    while day < last_day:
        starts.append(day)
        day = add_months(day, 1)
    return starts


def month_ends(first_day: int, last_day: int) -> IntArray:
    """Return the last day of every month that ends in ``[first_day, last_day)``."""
    return np.array([day - 1 for day in month_starts(first_day + 1, last_day + 1)], dtype=np.int64)


def working_days(first_day: int, last_day: int) -> NDArray[np.bool_]:
    """Return for every day of ``[first_day, last_day)`` whether it is a working day."""
    return (np.arange(first_day, last_day) + EPOCH_WEEKDAY) % 7 < 5


@lru_cache(maxsize=8192)
def add_months(day: int, months: int) -> int:
    """Return the first day of the month that lies ``months`` after the month of ``day``."""
    date = date_of(day)
    index = date.year * 12 + date.month - 1 + months
    return day_number(datetime.date(index // 12, index % 12 + 1, 1))


@lru_cache(maxsize=8192)
def half_year_name(day: int) -> str:
    """Return the half-year a day lies in, as ``"2021-1"`` or ``"2021-2"``."""
    date = date_of(day)
    return f"{date.year}-{1 if date.month <= 6 else 2}"


@lru_cache(maxsize=256)
def half_year_start(name: str) -> int:
    """Return the first day of a half-year such as ``"2021-2"``."""
    year, half = name.split("-")
    return day_number(datetime.date(int(year), 1 if half == "1" else 7, 1))


def half_year_end(name: str) -> int:
    """Return the first day after a half-year such as ``"2021-2"``."""
    return add_months(half_year_start(name), 6)


def half_years(first_day: int, last_day: int) -> list[str]:
    """Return the names of all half-years that touch ``[first_day, last_day)``, in order."""
    names: list[str] = []
    day = half_year_start(half_year_name(first_day))
    while day < last_day:
        names.append(half_year_name(day))
        day = add_months(day, 6)
    return names
