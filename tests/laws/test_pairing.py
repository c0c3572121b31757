"""Law: two futures share one world. They differ only where a decision made them differ, and A against A gives 0."""

import random
from operator import attrgetter

import numpy as np
import pytest
from lawbook import (
    BUSY,
    at_baseline,
    base_run,
    differing,
    ends_of,
    finished_chain,
    first_day_of,
    flat,
    parameters_with,
    run,
)

import models.chain
from models.chain import Chain
from models.facts import Facts
from models.levers import LEVERS, Change, apply_changes, check_value, default_of
from models.parameters import baseline
from models.world import World, build_world
from sim.calendar import day_number
from sim.schedule import Schedule
from sim.statistics import paired_difference

FIRST = first_day_of()
#: Uncertainties that move the world itself; every other lever must leave it as it is.
MOVE_THE_WORLD = {
    "inflow_factor": "households", "inflow_shock": "households", "evacuation": "households",
    "likely_share": "households", "other_entry": "households", "turnover": "vacancies",
}  # fmt: skip
HOUSEHOLD_COLUMNS = ("households", "first_of_day")
VACANCY_COLUMNS = ("vacancies.first_of_day", "vacancies.homes")
DATED = sorted(name for name, lever in LEVERS.items() if lever.dated)


def changed(lever_name: str, value, **dates) -> list[Change]:
    return [Change(lever_name, value, **dates)]


def same(left: World, right: World, columns: tuple[str, ...]) -> bool:
    return all(np.array_equal(attrgetter(name)(left), attrgetter(name)(right)) for name in columns)


# ---- A against A, and levers that do nothing -----------------------------------------------------


def test_a_scenario_against_itself_differs_by_exactly_zero():
    left, right = (
        [run(BUSY, "2019-05-01", seed) for seed in (1, 2, 3)],
        [run(BUSY, "2019-05-01", seed) for seed in (1, 2, 3)],
    )
    for name in left[0].daily:
        difference = paired_difference(
            [facts.daily[name].mean() for facts in left], [facts.daily[name].mean() for facts in right]
        )
        assert (difference.mean, difference.low, difference.high) == (0.0, 0.0, 0.0), name
    for one, other in zip(left, right, strict=True):
        assert differing(one, other) == []


@pytest.mark.parametrize("period", ["prop-2021", "golf-2015"])
@pytest.mark.parametrize("name", LEVERS)
def test_the_baseline_of_a_lever_is_a_value_the_lever_can_take(name, period):
    default = default_of(LEVERS[name], baseline(period))
    values = [value for _, value in default.steps] if isinstance(default, Schedule) else [default]
    assert [value for value in values if check_value(LEVERS[name], value) is not None] == []


@pytest.mark.parametrize("name", LEVERS)
def test_a_lever_set_to_its_baseline_changes_not_one_byte(name):
    changes = at_baseline(LEVERS[name], baseline("prop-2021"), FIRST)
    assert differing(base_run("2019-05-01"), run(changes, "2019-05-01")) == []


@pytest.mark.parametrize("name", DATED)
def test_a_lever_changes_nothing_before_its_date(name):
    """A change dated on a day leaves every fact up to that day as it was: nobody knows the future."""
    lever = LEVERS[name]
    day = FIRST + random.Random(name).randint(30, 120)
    base = _base_until(day)
    for value in ends_of(lever):
        facts = models.chain.simulate(parameters_with([Change(name, value, from_day=day)]), 1, day)
        assert differing(base, facts) == [], f"{name} = {value} from day {day} was felt before"


_BASES: dict[int, Facts] = {}


def _base_until(day: int) -> Facts:
    if day not in _BASES:
        _BASES[day] = models.chain.simulate(baseline("prop-2021"), 1, day)
    return _BASES[day]


NO_PROJECTS = (Change("project_failure", 1.0),)
NO_TASKFORCE = (Change("taskforce_seconded", 0.0), Change("taskforce_hired", 0.0))
#: A lever that works on something that is not there: (what is taken away, the lever, its value).
UNUSED = {
    "lead time of flex, without flex": (NO_PROJECTS, "flex_lead_days", 90.0),
    "permit holders' share of flex, without flex": (NO_PROJECTS, "flex_holder_share", 1.0),
    "project leaders, without projects": (NO_PROJECTS, "project_leaders", 100.0),
    "flex that always fails": (NO_PROJECTS, "flex_per_year", 30000.0),
    "loudness of a signal that is not given": ((Change("signal_lead_days", 0.0),), "signal_loudness", 1.0),
    "strictness on the lowest rung": ((), "strictness", 1.0),
    "swap of nothing": ((), "reception_swap", 0.0),
    "evacuation in a year without one": ((), "evacuation", 3.0),
    "trading in the first month": ((), "trading", "national"),
    "a taskforce that ends before it begins": (
        NO_TASKFORCE, "taskforce_hired", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", UNUSED)
def test_a_lever_without_anything_to_work_on_changes_not_one_byte(what):
    taken_away, name, value = UNUSED[what]
    until = "2019-02-01" if "first month" in what else "2019-06-01"
    change = Change(name, value)
    if value is None:
        change = Change(name, 500.0, day_number("2019-06-01"), day_number("2019-07-01"))
    assert differing(run(taken_away, until), run((*taken_away, change), until)) == []


# ---- the world does not depend on policy -----------------------------------------------------------


@pytest.mark.parametrize("name", LEVERS)
def test_turning_a_lever_never_changes_who_arrives_or_what_comes_free(name):
    last = FIRST + 180
    base = build_world(baseline("prop-2021"), 7, last)
    for value in ends_of(LEVERS[name]):
        world = build_world(apply_changes(baseline("prop-2021"), changed(name, value)), 7, last)
        if MOVE_THE_WORLD.get(name) != "households":
            assert same(base, world, HOUSEHOLD_COLUMNS), f"{name} = {value} moves households"
        if MOVE_THE_WORLD.get(name) != "vacancies":
            assert same(base, world, VACANCY_COLUMNS), f"{name} = {value} moves vacancies"


def test_only_uncertainties_move_the_world():
    assert all(LEVERS[name].uncertainty for name in MOVE_THE_WORLD)


def test_a_longer_horizon_only_adds_rows_at_the_end():
    short, long = (build_world(baseline("prop-2021"), 7, FIRST + days) for days in (200, 500))
    for name in ("identity", "origin", "arrived", "since", "persons", "family", "stream", "group"):
        rows = short.households[name]
        assert np.array_equal(rows, long.households[name][: len(rows)]), name
    homes = short.vacancies.homes
    assert np.array_equal(homes, long.vacancies.homes[: len(homes)])


# ---- one more person changes nobody's luck ---------------------------------------------------------


def by_identity(world: World) -> dict[int, tuple[int, ...]]:
    rows = world.households[["identity", "arrived", "since", "persons", "family", "stream", "group"]].tolist()
    return {who: tuple(columns) for who, *columns in rows}


#: More of somebody: who else is in the world must not notice.
MORE = {
    "a small shock": [Change("inflow_shock", 40.0, from_day=FIRST + 60, until_day=FIRST + 90)],
    "a large shock": [Change("inflow_shock", 10000.0)],
    "ten per cent more": [Change("inflow_factor", 1.1)],
    "three times as many": [Change("inflow_factor", 3.0)],
}


@pytest.mark.parametrize("what", MORE)
def test_more_arrivals_change_nobody_who_came_anyway(what):
    last = FIRST + 180
    base = by_identity(build_world(baseline("prop-2021"), 3, last))
    more = by_identity(build_world(apply_changes(baseline("prop-2021"), MORE[what]), 3, last))
    assert len(more) > len(base)
    assert {who: more.get(who) for who in base} == base


def test_identities_are_never_used_twice():
    world = build_world(apply_changes(baseline("prop-2021"), MORE["a large shock"]), 3, FIRST + 900)
    assert len(np.unique(world.households["identity"])) == len(world.households)


@pytest.fixture(scope="module")
def with_and_without_one_more() -> tuple[Chain, Chain, int]:
    """Two chains of a year; the second has one household more, which comes on day 100 with a rank of its own."""
    parameters, last = baseline("prop-2021"), FIRST + 365
    day = FIRST + 100
    world = build_world(parameters, 3, last)
    row = int(world.first_of_day[day - FIRST + 1])
    newcomer = (day << 24) + 9_999
    extra = {"identity": newcomer, "origin": 0, "arrived": day, "since": -1, "persons": 4, "family": 3, "stream": 0}
    households = np.insert(world.households, row, np.zeros(1, dtype=world.households.dtype))
    for name, value in (*extra.items(), ("group", 2)):
        households[name][row] = value
    first_of_day = world.first_of_day.copy()
    first_of_day[day - FIRST + 1 :] += 1
    without = finished_chain(parameters, 3, last)
    built = models.chain.build_world
    try:
        models.chain.build_world = lambda *_: world._replace(first_of_day=first_of_day, households=households)
        with_one = finished_chain(parameters, 3, last)
    finally:
        models.chain.build_world = built
    return without, with_one, newcomer


def rows_by_identity(chain: Chain) -> dict[str, np.ndarray]:
    """The household facts, in order of identity."""
    facts = chain.facts().households
    order = np.argsort(facts["identity"])
    return {name: values[order] for name, values in facts.items()}


def test_one_more_household_leaves_everybodys_merit_as_it_was(with_and_without_one_more):
    without, with_one, newcomer = with_and_without_one_more
    left, right = rows_by_identity(without), rows_by_identity(with_one)
    others = right["identity"] != newcomer
    assert others.sum() == len(left["identity"]) == len(right["identity"]) - 1
    right = {name: values[others] for name, values in right.items()}
    for name in ("identity", "arrived", "stream", "group"):
        assert np.array_equal(left[name], right[name]), name
    decided = (left["decided"] >= 0) & (right["decided"] >= 0)
    assert decided.sum() > 10_000
    for name in ("extended",):
        assert np.array_equal(left[name][decided], right[name][decided])
    granted = [rows["permit"][decided] == rows["decided"][decided] for rows in (left, right)]
    assert np.array_equal(*granted)
    judged = decided & (left["appeal_decided"] >= 0) & (right["appeal_decided"] >= 0)
    assert judged.sum() > 100
    won = [rows["permit"][judged] == rows["appeal_decided"][judged] for rows in (left, right)]
    assert np.array_equal(*won)
    applied = (left["family_applied"] >= 0) & (right["family_applied"] >= 0)
    assert applied.sum() > 1000
    assert np.array_equal(left["followers"][applied], right["followers"][applied])


def test_one_more_household_is_one_more_household(with_and_without_one_more):
    without, with_one, _newcomer = with_and_without_one_more
    entered = [chain.facts().daily["applicants_entered"] for chain in (without, with_one)]
    assert set((entered[1] - entered[0])[:100].tolist()) == {0.0}
    assert set((entered[1] - entered[0])[100:].tolist()) == {4.0}
    for name, values in flat(without.facts()).items():
        if name.startswith("daily."):
            assert np.array_equal(values[:100], flat(with_one.facts())[name][:100]), name


def test_in_two_futures_the_same_family_has_the_same_luck():
    """Another policy: everybody who is decided upon in both futures has the same merit and the same family."""
    base = base_run("2020-03-01")
    other = run((*BUSY[:-1], Change("queue_rule", "newest")), "2020-03-01")
    assert np.array_equal(base.households["identity"], other.households["identity"])
    rows, others = base.households, other.households
    both = (rows["decided"] >= 0) & (others["decided"] >= 0)
    assert both.sum() > 5_000
    assert (rows["decided"][both] != others["decided"][both]).mean() > 0.05, "the policies should differ"
    assert np.array_equal(
        rows["permit"][both] == rows["decided"][both], others["permit"][both] == others["decided"][both]
    )
    applied = (rows["family_applied"] >= 0) & (others["family_applied"] >= 0)
    assert np.array_equal(rows["followers"][applied], others["followers"][applied])
