"""Schedules: a value that changes on dates, and changes laid over it."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.schedule import Schedule

values = st.floats(-1e6, 1e6)
schedules = st.dictionaries(st.integers(-2000, 2000), values, min_size=1, max_size=8).map(
    lambda steps: Schedule(tuple(sorted(steps.items())))
)
days = st.integers(-3000, 3000)


def test_a_step_holds_until_the_next():
    schedule = Schedule(((10, 1.0), (20, 2.0)))
    assert [schedule.at(day) for day in (0, 9, 10, 19, 20, 400)] == [1.0, 1.0, 1.0, 1.0, 2.0, 2.0]


def test_a_constant_is_always_the_same():
    schedule = Schedule.constant(3)
    assert schedule.at(-(10**7)) == schedule.at(10**7) == 3.0
    assert isinstance(schedule.at(0), float)


@given(schedules, days, st.integers(0, 60))
def test_daily_is_the_value_of_each_day(schedule, first, span):
    daily = schedule.daily(first, first + span)
    assert daily.dtype == np.float64
    assert daily.tolist() == [schedule.at(day) for day in range(first, first + span)]


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ((), "at least one"),
        (((5, 1.0), (5, 2.0)), "rise"),
        (((6, 1.0), (5, 2.0)), "rise"),
        (((5, math.nan),), "finite"),
        (((5, 1.0), (6, math.inf)), "finite"),
    ],
)
def test_what_is_no_schedule_is_refused(steps, problem):
    with pytest.raises(ValueError, match=problem):
        Schedule(steps)


def test_a_schedule_is_frozen_and_comparable():
    schedule = Schedule.constant(1.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        schedule.steps = ()
    assert schedule == Schedule.constant(1.0) != Schedule.constant(2.0)
    assert len({schedule, Schedule.constant(1.0)}) == 1


@given(schedules, values)
def test_an_undated_change_holds_always(schedule, value):
    changed = schedule.changed(value)
    assert {changed.at(day) for day in (-3000, 0, 3000)} == {value}


@given(schedules, values, days, st.integers(1, 500), st.data())
def test_a_dated_change_holds_between_its_dates_and_nowhere_else(schedule, value, begin, length, data):
    changed = schedule.changed(value, begin, begin + length)
    for day in [*data.draw(st.lists(days, max_size=20)), begin - 1, begin, begin + length - 1, begin + length]:
        assert changed.at(day) == (value if begin <= day < begin + length else schedule.at(day))


@given(schedules, values, days)
def test_a_change_without_an_end_holds_for_ever(schedule, value, begin):
    changed = schedule.changed(value, from_day=begin)
    assert changed.at(begin - 1) == schedule.at(begin - 1)
    assert changed.at(begin) == changed.at(begin + 10**5) == value


@given(schedules, values, days)
def test_a_change_without_a_beginning_ends_on_its_date(schedule, value, end):
    changed = schedule.changed(value, until_day=end)
    assert changed.at(end - 1) == changed.at(end - 10**5) == value
    for day in (end, end + 1, end + 5000):
        assert changed.at(day) == schedule.at(day)


@given(schedules, values, days, st.integers(1, 400))
def test_a_ramp_goes_evenly_from_the_old_value_to_the_new(schedule, value, begin, ramp):
    changed = schedule.changed(value, begin, None, ramp)
    old = schedule.at(begin)
    low, high = min(old, value), max(old, value)
    course = changed.daily(begin, begin + ramp + 10)
    slack = 1e-9 * max(abs(low), abs(high), 1.0)
    assert course[0] == pytest.approx(old)
    assert course[-1] == value
    assert (np.diff(course) * math.copysign(1.0, value - old) >= -slack).all()
    assert ((course >= low - slack) & (course <= high + slack)).all()
    for offset in range(0, ramp, 7):
        assert course[offset] == pytest.approx(old + (value - old) * offset / ramp, abs=slack)


@given(schedules, values, days, st.integers(1, 60), st.integers(1, 200))
def test_a_ramp_that_is_cut_short_gives_way_to_the_old_course(schedule, value, begin, length, ramp):
    changed = schedule.changed(value, begin, begin + length, ramp)
    for day in (begin + length, begin + length + 1, begin + length + 300):
        assert changed.at(day) == schedule.at(day)
    assert changed.at(begin - 1) == schedule.at(begin - 1)


def test_a_change_must_end_after_it_begins():
    with pytest.raises(ValueError, match="end"):
        Schedule.constant(1.0).changed(2.0, 10, 10)


@given(schedules, values, days)
def test_changing_leaves_the_old_schedule_alone(schedule, value, begin):
    before = schedule.steps
    schedule.changed(value, begin, begin + 10, 5)
    assert schedule.steps == before


@given(schedules, st.floats(-10, 10), days)
def test_scaling_multiplies_every_value(schedule, factor, day):
    assert schedule.scaled(factor).at(day) == schedule.at(day) * factor
