"""Laws of projects shared with other groups: every home goes to somebody, and sharing never makes a project fail."""

import numpy as np
import pytest
from lawbook import finished_chain, first_day_of, parameters_with, run

from models.levers import Change
from models.outcomes import OUTCOMES, Window
from models.parameters import with_values
from models.register import OTHER_SEEKERS
from models.stages.homes import Homes
from models.stages.projects import (
    CONVERSION,
    FLEX,
    KINDS,
    LARGE_FAMILY,
    NEW_SOCIAL,
    SHARED,
    STATE_UNITS,
    chance_of_failure,
    holder_share,
    larger,
    resistance,
)
from sim.calendar import day_number

FIRST = first_day_of()
FIVE = tuple(np.linspace(0.0, 1.0, 5))
MUCH = (Change("state_units_per_year", 4000.0), Change("flex_per_year", 6000.0), Change("new_social_per_year", 5000.0))
SEEDS = (1, 2)


def shared(value, *others):
    return parameters_with([*MUCH, *others, Change("project_sharing", value)])


def fails(rules, kind):
    return chance_of_failure(rules, kind, FIRST, rules.failure_share)


def counted(parameters, seed, until="2021-07-01"):
    """Every outcome over the whole run, and the homes that are still held for permit holders."""
    chain = finished_chain(parameters, seed, day_number(until))
    facts = chain.facts()
    window = Window(facts, parameters, facts.first_day, facts.last_day)
    books = chain.stages[Homes].books
    held = int(books.held.sum()) + int(books.now["held_for_scheme"][0])
    return {name: outcome.count(window) for name, outcome in OUTCOMES.items() if "homes" in name}, held


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=KINDS)
def test_more_sharing_never_raises_the_chance_of_failure(kind):
    chances = [fails(shared(value).projects, kind) for value in FIVE]
    assert np.all(np.diff(chances) <= 0.0)
    assert (chances[-1] < chances[0]) == (kind in SHARED)


def test_flex_as_it_was_built_fails_as_often_as_it_did():
    rules = parameters_with().projects
    assert fails(rules, FLEX) == rules.failure_share
    assert resistance(rules, FLEX, FIRST) == 0.0
    assert fails(rules, STATE_UNITS) > rules.failure_share
    assert fails(rules, NEW_SOCIAL) == fails(rules, LARGE_FAMILY) == rules.failure_share


def test_no_project_that_stood_is_lost_by_sharing():
    """Project by project: what was delivered without sharing by a day is delivered with it."""

    def delivered(value):
        rows = finished_chain(shared(value), 1, day_number("2021-07-01")).facts().projects
        keys = zip(rows["kind"].tolist(), rows["municipality"].tolist(), strict=True)
        return sorted(keys), int(rows["homes"].sum())

    few, many = delivered(0.0), delivered(1.0)
    left = list(many[0])
    for project in few[0]:
        left.remove(project)
    assert left
    assert many[1] > few[1]


def test_more_sharing_never_lengthens_a_lead_time_or_makes_a_project_smaller():
    for kind in (FLEX, STATE_UNITS, CONVERSION):
        rules = [shared(value).projects for value in FIVE]
        assert np.all(np.diff([resistance(one, kind, FIRST) for one in rules]) < 0.0)
        assert np.all(np.diff([larger(one, kind, FIRST) for one in rules]) > 0.0)
        assert holder_share(rules[-1], kind, FIRST) == 0.0


@pytest.mark.parametrize("value", [0.0, 0.6])
def test_what_permit_holders_and_others_get_are_the_homes_that_were_let(value):
    found, held = counted(shared(value, Change("large_family_homes", 200.0)), 1)
    groups = [found[f"homes_got_{group}"] for group in OTHER_SEEKERS]
    assert found["homes_let"] == found["homes_got_permit_holders"] + found["homes_got_others"]
    assert found["homes_got_others"] == sum(groups)
    assert min(groups) > 0.0
    # Of what came free and was made, what is not let is what is held.
    vacated = found["homes_to_permit_holders"] + found["homes_to_others"]
    assert vacated + found["project_homes"] == found["homes_let"] + held
    # What permit holders get of what came free, others forgo.
    assert found["homes_forgone_others"] == found["homes_to_permit_holders"]
    assert found["homes_forgone_others"] == sum(found[f"homes_forgone_{group}"] for group in OTHER_SEEKERS)


def test_each_step_of_sharing_gives_more_to_others_and_fewer_project_homes_to_permit_holders():
    """Paired means over seeds."""
    names = ("project_homes", "homes_let", "homes_got_others", "homes_got_student", "homes_got_urgent")
    steps = [[counted(shared(value), seed)[0] for seed in SEEDS] for value in FIVE]
    means = {
        name: [np.mean([one[name] for one in step]) for step in steps] for name in (*names, "homes_got_permit_holders")
    }
    for name in names:
        assert np.all(np.diff(means[name]) > 0.0), name
    assert np.all(np.diff(means["homes_got_permit_holders"]) < 0.0)
    # Others gain more than permit holders lose: a shared project fails less, and is larger.
    gained, lost = (np.ptp(means[name]) for name in ("homes_got_others", "homes_got_permit_holders"))
    assert gained > lost


def test_the_groups_of_a_project_are_those_of_the_parameters():
    only = {f"projects.others_{group}_share": float(group == "student") for group in OTHER_SEEKERS[1:]}
    without = parameters_with([Change("state_units_per_year", 4000.0), Change("project_sharing", 1.0)])
    daily = finished_chain(with_values(without, only), 1, day_number("2021-01-01")).facts().daily
    assert daily["project_homes_student"][-1] > 0.0
    assert sum(daily[f"project_homes_{group}"][-1] for group in OTHER_SEEKERS if group != "student") == 0.0


def test_sharing_from_a_date_leaves_what_was_handed_in_before_it():
    late = run((*MUCH, Change("project_sharing", 1.0, day_number("2021-01-01"))), "2021-01-01")
    never = run(MUCH, "2021-01-01")
    for group in OTHER_SEEKERS:
        assert np.array_equal(late.daily[f"project_homes_{group}"], never.daily[f"project_homes_{group}"])
