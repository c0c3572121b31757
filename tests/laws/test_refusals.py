"""Law: what cannot be is refused where it is said, and the refusal names what is allowed."""

import math

import pytest
from lawbook import first_day_of, parameters_with
from pydantic import ValidationError
from refused import refused

from experiments.language.formatting import typed_text
from experiments.language.refusals import refusal_text, term_text
from models.chain import Chain, simulate
from models.levers import LEVERS, Change, apply_changes, check_value
from models.parameters import PERIODS, baseline, bounds_of, is_dated, leaves, value_at, with_values
from sim.calendar import day_number, half_year_name
from sim.errors import WrongInput
from sim.schedule import Schedule

NUMBERS = sorted(path for path, _ in leaves() if bounds_of(path) is not None)


@pytest.mark.parametrize("path", NUMBERS)
def test_a_parameter_outside_its_bounds_is_refused_and_the_bounds_are_named(path):
    bounds = bounds_of(path)
    for value in (bounds.low - 1.0, bounds.high + 1.0):
        wrong = Schedule.constant(value) if is_dated(path) else value
        with pytest.raises(ValueError, match="is not between") as refusal:
            with_values(baseline("prop-2021"), {path: wrong})
        sentence = str(refusal.value)
        for told in (path.split(".")[1], f"{value:g}", f"{bounds.low:g}", f"{bounds.high:g}", bounds.unit):
            assert told in sentence


@pytest.mark.parametrize("path", [path for path in NUMBERS if not is_dated(path)])
@pytest.mark.parametrize("value", [math.nan, math.inf, "1", None, True])
def test_a_parameter_that_is_no_number_is_refused(path, value):
    with pytest.raises(ValueError):
        with_values(baseline("prop-2021"), {path: value})


def test_one_wrong_step_of_a_schedule_is_refused():
    with pytest.raises(ValueError, match="share_cap"):
        with_values(baseline("prop-2021"), {"homes.share_cap": Schedule(((0, 0.1), (18000, 7.0)))})
    with pytest.raises(ValueError):
        Schedule(((0, math.nan),))


def test_parameters_are_frozen():
    parameters = baseline("prop-2021")
    with pytest.raises(ValidationError):
        parameters.homes.share_base = 0.5
    with pytest.raises(ValidationError):
        parameters.homes = None


def test_an_unknown_parameter_or_period_is_refused():
    homes = baseline("prop-2021").homes
    with pytest.raises(ValidationError):
        type(homes)(**{**{name: getattr(homes, name) for name in type(homes).model_fields}, "rent": 1.0})
    with pytest.raises(KeyError):
        baseline("golf-1992")


@pytest.mark.parametrize("name", LEVERS)
def test_a_lever_outside_its_range_is_refused_and_the_range_is_named(name):
    lever = LEVERS[name]
    no_number = ["1", True, math.nan, math.inf]
    wrong = {
        "choice": ["", "nonsense", 3, True], "switch": ["true", 1, 0.0], "number": no_number,
        "integer": [*no_number, 1.5],
    }  # fmt: skip
    values = wrong[lever.kind]
    if lever.low is not None:
        values = [*values, lever.low - 0.01, lever.high + 0.01]
    for value in values:
        with refused(WrongInput, match=name) as refusal:
            apply_changes(baseline("prop-2021"), [Change(name, value)])
        suits = check_value(lever, value)
        assert suits is not None
        allowed = term_text(suits, "nl")
        assert allowed in refusal_text(refusal.value, "nl")
        if lever.low is not None:
            assert typed_text(lever.low, "nl") in allowed.replace(":", " ").split()
            assert typed_text(lever.high, "nl") in allowed.replace(":", " ").split()
        for word in lever.choices:
            assert word in allowed


@pytest.mark.parametrize("name", [name for name, lever in LEVERS.items() if not lever.dated])
def test_dates_on_a_lever_without_dates_are_refused(name):
    value = value_at(baseline("prop-2021"), LEVERS[name].sets)
    for dates in ({"from_day": 18000}, {"until_day": 18000}, {"ramp_days": 30}):
        with refused(WrongInput, match=f"{name}: deze knop kent geen datums"):
            apply_changes(baseline("prop-2021"), [Change(name, value, **dates)])


def test_an_unknown_lever_and_a_change_that_ends_before_it_begins_are_refused():
    with pytest.raises(KeyError, match="rent_freeze"):
        apply_changes(baseline("prop-2021"), [Change("rent_freeze", 1.0)])
    with pytest.raises(ValueError, match="end"):
        parameters_with([Change("share_cap", 0.1, 18100, 18100)])


@pytest.mark.parametrize("period", PERIODS)
def test_a_last_day_outside_the_inputs_is_refused_and_the_dates_are_named(period):
    first, horizon = first_day_of(period), day_number(PERIODS[period].last_until)
    for last_day in (first - 400, first, horizon + 1, horizon + 4000):
        with pytest.raises(ValueError) as refusal:
            Chain(baseline(period), 1, last_day)
        assert PERIODS[period].start in str(refusal.value)
        assert PERIODS[period].last_until in str(refusal.value)


@pytest.mark.parametrize("period", PERIODS)
def test_one_day_is_the_shortest_run(period):
    first = first_day_of(period)
    facts = simulate(baseline(period), 1, first + 1)
    assert facts.last_day - facts.first_day == 1 == len(facts.daily["pending"])
    assert facts.half_year_names == [f"{PERIODS[period].start[:4]}-1"]


@pytest.mark.full
@pytest.mark.parametrize("period", PERIODS)
def test_the_longest_run_reaches_the_end_of_the_inputs(period):
    last = day_number(PERIODS[period].last_until)
    facts = simulate(baseline(period), 1, last)
    assert facts.last_day == last
    assert facts.half_year_names[-1] == half_year_name(last - 1)
