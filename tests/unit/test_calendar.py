"""Calendar: day numbers inside, dates at the edges."""

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calendar import (
    DAYS_PER_YEAR,
    add_months,
    date_of,
    day_number,
    half_year_name,
    half_year_start,
    half_years,
    is_working_day,
    iso,
    month_ends,
    month_starts,
)

dates = st.dates(datetime.date(1950, 1, 1), datetime.date(2100, 12, 31))
days = dates.map(lambda date: (date - datetime.date(1970, 1, 1)).days)


def test_the_first_day_is_the_first_of_january_1970():
    assert day_number("1970-01-01") == 0
    assert day_number(datetime.date(1970, 1, 2)) == 1
    assert day_number("2019-01-01") == 17897
    assert iso(17897) == "2019-01-01"


@given(dates)
def test_a_day_number_is_the_day_of_numpy_and_reads_back(date):
    day = day_number(date)
    assert np.datetime64(day, "D") == np.datetime64(date)
    assert date_of(day) == date
    assert day_number(iso(day)) == day


def test_a_numpy_number_is_a_day_too():
    assert date_of(np.int64(17897)) == datetime.date(2019, 1, 1)


@pytest.mark.parametrize("text", ["", "2021-02-29", "2021-13-01", "24-08-2021", "vandaag"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError):
        day_number(text)


@given(days)
def test_a_working_day_is_a_monday_to_friday(day):
    assert is_working_day(day) == (date_of(day).weekday() < 5)


@given(days, st.integers(1, 900))
def test_month_starts_and_ends_are_the_firsts_and_lasts(first, span):
    inside = range(first, first + span)
    assert month_starts(first, first + span) == [day for day in inside if date_of(day).day == 1]
    ends = month_ends(first, first + span)
    assert ends.dtype == np.int64
    assert [day + 1 for day in ends.tolist()] == month_starts(first + 1, first + span + 1)


def test_an_empty_stretch_has_no_months():
    assert month_starts(100, 100) == []
    assert month_ends(100, 100).size == 0


@given(days, st.integers(-60, 60))
def test_adding_months_gives_the_first_of_that_month(day, months):
    later, date = date_of(add_months(day, months)), date_of(day)
    assert later.day == 1
    assert (later.year - date.year) * 12 + later.month - date.month == months


@given(days)
def test_a_day_lies_in_its_half_year(day):
    name = half_year_name(day)
    start = half_year_start(name)
    assert start <= day < add_months(start, 6)
    assert half_year_name(start) == name
    assert half_year_name(start - 1) != name


def test_half_years_have_plain_names():
    assert half_year_name(day_number("2021-06-30")) == "2021-1"
    assert half_year_name(day_number("2021-07-01")) == "2021-2"
    assert half_year_start("2021-2") == day_number("2021-07-01")


@given(days, st.integers(1, 2000))
def test_the_half_years_of_a_stretch_are_those_of_its_days(first, span):
    names = list(dict.fromkeys(half_year_name(day) for day in range(first, first + span)))
    assert half_years(first, first + span) == names


def test_a_year_has_leap_days_on_average():
    assert DAYS_PER_YEAR == 365.25
