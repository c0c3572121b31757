"""House rule: a number stands in one place, with a source; a parameter that nobody reads, or a lever that sets none, is
a mistake.
"""

import dataclasses
import importlib.util
import inspect
import math

import pytest

from experiments.language.labels import holder_text, lever_help, lever_label
from experiments.language.language import LANGUAGES
from models.chain import Chain
from models.levers import LEVERS, Change, Lever, apply_changes, check_value, default_of
from models.parameters import (
    ONLY_AHEAD,
    PERIODS,
    Branch,
    Parameters,
    baseline,
    bounds_of,
    choices_of,
    is_dated,
    leaves,
    rows_in,
    value_at,
)
from models.sources import read_table
from sim.calendar import day_number
from sim.schedule import Schedule

ROWS = read_table("parameters")
PATHS = [path for path, _ in leaves()]
STATUSES = {"measured", "estimated", "assumed"}
FEWEST_LEVERS = 30


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("period", PERIODS)
def test_every_parameter_has_a_value_with_source_and_status(path, period):
    rows = rows_in(path, period)
    assert rows, f"no row for {path} in {period}"
    for row in rows:
        assert row["source"].strip(), f"{path}: no source"
        assert row["status"] in STATUSES, f"{path}: status {row['status']!r}"
        assert row["unit"].strip(), f"{path}: no unit"


def test_every_row_belongs_to_a_parameter_and_a_period():
    assert {row["parameter"] for row in ROWS} <= set(PATHS)
    assert {row["period"] for row in ROWS} <= {"all", *PERIODS}


def test_no_value_is_given_twice():
    keys = [(row["parameter"], row["period"], row["from"]) for row in ROWS]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("path", PATHS)
def test_only_a_dated_parameter_has_dated_rows(path):
    for period in ("all", *PERIODS):
        rows = [row for row in ROWS if row["parameter"] == path and row["period"] == period]
        undated = [row for row in rows if not row["from"]]
        if rows:
            assert len(undated) == 1, f"{path} {period}: one row without a date, from which the others depart"
            assert rows[0] is undated[0]
        if not is_dated(path):
            assert len(rows) <= 1


@pytest.mark.parametrize("path", PATHS)
def test_the_unit_in_the_table_is_the_unit_in_the_tree(path):
    units = {row["unit"] for row in ROWS if row["parameter"] == path}
    bounds = bounds_of(path)
    if bounds is not None:
        expected = "date" if bounds.unit == "day" else bounds.unit
        assert units == {expected}
    else:
        assert units <= {"choice", "switch"}


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("path", PATHS)
def test_the_value_in_the_tree_is_the_value_in_the_table(path, period):
    rows = rows_in(path, period)
    value = value_at(baseline(period), path)
    if is_dated(path):
        assert isinstance(value, Schedule)
        for row in rows:
            day = day_number(row["from"]) if row["from"] else value.steps[0][0]
            words = choices_of(path)
            assert value.at(day) == (words.index(row["value"]) if words else float(row["value"]))
        assert len(value.steps) == len(rows)
    elif choices_of(path):
        assert value == rows[0]["value"]
    elif bounds_of(path) is None:
        assert value is (rows[0]["value"] == "true")
    elif rows[0]["unit"] == "date":
        assert value == day_number(rows[0]["value"])
    else:
        assert value == float(rows[0]["value"])


# ---- everything is read ------------------------------------------------------------------------


class Witness:
    """Stands in for a branch of the tree and remembers what was asked of it, also by methods of the branch."""

    def __init__(self, branch: Branch, name: str, seen: set[str]) -> None:
        self._branch, self._name, self._seen = branch, name, seen

    def __getattr__(self, leaf: str):
        self._seen.add(f"{self._name}.{leaf}")
        method = vars(type(self._branch)).get(leaf)
        return method.__get__(self) if inspect.isfunction(method) else getattr(self._branch, leaf)


#: Some parameters are asked for only when there is something to do with them.
ASKED_FOR_WHEN_USED = (
    Change("places_added", 1000.0, day_number("2019-02-01")),
    Change("contract_renewal", 1.0),
    Change("target_source", "rule"),
    Change("ind_extra_staff", 100.0, day_number("2019-03-01")),
    Change("flex_per_year", 10000.0),
    Change("flex_lead_days", 60.0),
    Change("reception_swap", 0.5),
)


def watched(parameters: Parameters, seen: set[str]) -> Parameters:
    names = [name for name in Parameters.model_fields if name not in ("period", "own")]
    return parameters.model_copy(update={name: Witness(getattr(parameters, name), name, seen) for name in names})


def test_every_parameter_is_read_by_the_chain_or_by_an_outcome():
    """Run half a year and a forecast with witnesses for branches; a parameter nobody asks for moves nothing."""
    seen: set[str] = set()
    parameters = watched(apply_changes(baseline("prop-2021"), ASKED_FOR_WHEN_USED), seen)
    chain = Chain(parameters, 1, day_number("2019-11-01"))
    chain.start()
    chain.run(chain.last_day)
    if importlib.util.find_spec("models.outcomes") is not None:
        from models.outcomes import Window, count_outcomes

        count_outcomes(Window(chain.facts(), parameters, chain.first_day, chain.last_day))
    assert set(PATHS) - seen <= ONLY_AHEAD


def test_what_only_counts_ahead_is_read_there():
    seen: set[str] = set()
    Chain(watched(baseline("vooruitblik-2025"), seen), 1, day_number("2026-02-01"))
    assert seen >= ONLY_AHEAD


# ---- levers --------------------------------------------------------------------------------------


def test_there_are_enough_levers_besides_the_uncertainties():
    assert sum(not lever.uncertainty for lever in LEVERS.values()) >= FEWEST_LEVERS


def test_levers_declare_no_default():
    names = {field.name for field in dataclasses.fields(Lever)}
    assert not names & {"default", "value", "baseline", "initial"}
    assert {name for name, lever in LEVERS.items() if name != lever.name} == set()


def test_no_two_levers_set_the_same_parameter():
    paths = [lever.sets for lever in LEVERS.values()]
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize("name", LEVERS)
def test_a_lever_points_at_an_existing_parameter_and_takes_its_kind_from_there(name):
    lever = LEVERS[name]
    assert lever.sets in PATHS
    assert lever.dated == is_dated(lever.sets)
    assert lever.choices == choices_of(lever.sets)
    bounds = bounds_of(lever.sets)
    assert (lever.kind in ("number", "integer")) == (bounds is not None)
    if bounds is not None:
        assert bounds.low <= lever.low < lever.high <= bounds.high
        assert lever.unit == bounds.unit
        assert lever.step is not None
        assert 0 < lever.step <= lever.high - lever.low
    else:
        assert lever.low is lever.high is lever.step is None
    assert lever.source.strip()


@pytest.mark.parametrize("name", LEVERS)
def test_a_lever_can_be_read_by_a_person(name):
    lever = LEVERS[name]
    for language in LANGUAGES:
        label, help_text, holder = (
            lever_label(name, language), lever_help(name, language), holder_text(lever.holder, language)
        )  # fmt: skip
        for text in (label, help_text, holder):
            assert text.strip() == text != ""
        assert label not in (name, help_text)
        assert holder != lever.holder
        assert help_text.endswith(".")
    assert name == name.lower()
    assert name.isidentifier()


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("name", LEVERS)
def test_the_default_of_a_lever_is_the_baseline_of_its_parameter(name, period):
    lever, parameters = LEVERS[name], baseline(period)
    default = default_of(lever, parameters)
    value = value_at(parameters, lever.sets)
    if lever.kind == "choice" and lever.dated:
        assert [lever.choices[int(place)] for _, place in value.steps] == [default]
    else:
        assert default == value
    first = default.at(day_number(PERIODS[period].start)) if isinstance(default, Schedule) else default
    assert check_value(lever, first) is None
    assert not isinstance(first, float) or math.isfinite(first)
