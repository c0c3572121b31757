"""Laws of what municipalities do: effort rises with the task, homes made on top are on top, a share is homes given."""

import numpy as np
import pytest
from lawbook import parameters_with

from models.chain import Chain
from models.geography import municipalities
from models.levers import Change
from models.parameters import baseline
from models.register import HOME_CAPACITY, Status
from models.stages.homes import Homes
from models.stages.projects import STATE_UNITS, Projects
from models.stages.target import Target
from sim.calendar import day_number

#: Few homes come free and many get a permit, so that thousands wait beyond the norm.
SCARCE = (Change("turnover", 0.6), Change("permit_chance", 1.3))
#: Municipalities that would give much more, and so have much to fall back from.
WILLING = (Change("share_cap", 0.2),)
MADE, LATER = day_number("2020-07-01"), day_number("2021-01-01")


def chain_until(day, changes=(), seed=1):
    chain = Chain(parameters_with(changes), seed, day)
    chain.start()
    chain.run(day)
    return chain


def permit_holders_in_reception(chain):
    census = chain.register.census
    return int(census["permit_holder"].sum() + census["waiting_family"].sum())


def waiting_singles(chain, day):
    """Per municipality the households of at most two persons that are linked there and wait beyond the norm."""
    households = chain.register.households
    waits = (households["status"] == Status.SEEKING) & (households["bed"] >= 0) & (households["permit"] >= 0)
    waits &= (households["persons"] <= HOME_CAPACITY[0]) & (households["permit"] + 98 <= day)
    return np.bincount(households["municipality"][waits], minlength=len(municipalities()))


@pytest.mark.parametrize("seed", [1, 2])
def test_homes_made_on_top_are_for_the_most_part_on_top_six_months_later(seed):
    """In every municipality as many small homes as there are households that fit and wait beyond the norm."""
    found = []
    for made in (False, True):
        chain = Chain(parameters_with(WILLING), seed, LATER)
        chain.start()
        chain.run(MADE)
        homes = waiting_singles(chain, MADE)
        if made:
            rows = [(STATE_UNITS, place, int(homes[place]), MADE, (12 << 56) + (place << 24)) for place in range(352)]
            chain.stages[Projects].pipeline.add([row for row in rows if row[2]])
            chain.stages[Projects].sizes[STATE_UNITS] = np.ones(4)
        chain.run(LATER)
        found.append((permit_holders_in_reception(chain), int(chain.register.counts["realised_project"][0])))
    (before, in_projects), (after, in_more_projects) = found
    held = in_more_projects - in_projects
    assert held > 500
    assert before - after >= 0.5 * held


def realised_in_a_year(times, monkeypatch, seed):
    """Realised in 2021 when the targets of that year are so many times what was published."""
    number = Target.national_number
    monkeypatch.setattr(
        Target, "national_number",
        lambda target, name, day: round(number(target, name, day) * (times if name >= "2021" else 1.0)),
    )  # fmt: skip
    chain = chain_until(day_number("2022-01-01"), (Change("permit_chance", 1.3),), seed)
    monkeypatch.undo()
    towns, closed = chain.register.towns, chain.stages[Target].books.closed
    return int(chain.register.counts["realised"][0] - closed["realised"][:4].sum()) if towns.size else 0


@pytest.mark.parametrize("seed", [1, 2])
def test_a_target_half_as_high_again_raises_what_is_realised_and_half_of_it_lowers_it(monkeypatch, seed):
    half, usual, more = (realised_in_a_year(times, monkeypatch, seed) for times in (0.5, 1.0, 1.5))
    assert more >= 1.1 * usual
    assert half <= 0.9 * usual


def test_effort_has_no_kink_and_never_reaches_its_end():
    """At one wish more is always more, and the gain shrinks evenly."""
    from models.stages.homes import _effort

    wishes = np.linspace(0.02, 0.6, 200)
    shares = np.array([_effort.py_func(wish, 0.015, 0.15, 0.4) for wish in wishes])
    gains = np.diff(shares)
    assert (gains > 0).all() and (np.diff(gains) < 0).all() and shares[-1] < 0.15
    around = np.array([_effort.py_func(wish, 0.015, 0.15, 0.4) for wish in (0.0149, 0.015, 0.0151)])
    assert around[1] == 0.015 and np.diff(around) == pytest.approx([0.4 * 0.0001] * 2, rel=0.01)
    assert _effort.py_func(0.0, 0.015, 0.15, 0.4) == pytest.approx(0.6 * 0.015)
    assert _effort.py_func(-0.1, 0.015, 0.15, 0.4) == 0.0


@pytest.mark.parametrize("seed", [1, 2])
def test_who_is_ahead_of_its_task_gives_less_than_without_pressure(monkeypatch, seed):
    """Without a new target for a year, those who have done their task and more leave homes to others."""
    number = Target.national_number
    monkeypatch.setattr(
        Target, "national_number", lambda target, name, day: number(target, name, day) if name < "2019-2" else 0
    )
    chain = chain_until(day_number("2020-07-01"), seed=seed)
    homes, ahead = chain.stages[Homes], chain.stages[Target].behind() < 0
    base = chain.parameters.homes.share_base.at(day_number("2020-06-30"))
    assert ahead.sum() > 100
    assert np.median(homes.books.share[ahead]) < 0.6 * base
    assert (homes.books.share >= 0.0).all()


def test_a_share_is_homes_given_where_somebody_waits_for_every_size():
    """With a constant share as many homes are given as that share, and not a third less because some fit nobody."""
    changes = (*SCARCE, Change("share_base", 0.03), Change("share_cap", 0.03), Change("sharing_share", 0.0))
    chain = chain_until(day_number("2020-03-01"), changes)
    counts, towns = chain.register.counts[0], chain.register.towns
    # Who is ahead of its task gives less.
    always = (towns["seeking"].sum(axis=1) > 0) & (chain.stages[Target].behind() > 0)
    share = towns["homes_given"][always].sum() / towns["homes_vacated"][always].sum()
    assert counts["homes_unfit"] > 0
    assert share >= 0.9 * 0.03


def test_nobody_owes_more_homes_than_households_wait():
    chain = chain_until(day_number("2019-09-01"))
    owed, seeking = chain.stages[Homes].books.owed, chain.register.towns["seeking"].sum(axis=1)
    assert owed.max() > 0
    assert (owed[seeking == 0] == 0).all()


@pytest.mark.parametrize(("before", "during", "after"), [
    ("2022-06-30", "2022-10-01", "2023-01-15"), ("2021-08-24", "2021-11-01", "2022-01-15"),
])  # fmt: skip
def test_a_sprint_raises_homes_given_and_ends(before, during, after):
    effort = baseline("prop-2021").homes.effort
    assert effort.at(day_number(before)) == 1.0 < effort.at(day_number(during))
    assert effort.at(day_number(after)) == 1.0
    assert effort.at(day_number("2021-11-01")) == effort.at(day_number("2022-10-01"))


def test_contact_rules_of_spring_2020_hold_moves_back_and_what_was_held_back_is_still_owed():
    """Fewer homes are given in those months, by share and by number; nobody leaves the line for it."""
    chain = chain_until(day_number("2020-07-01"))
    counts = chain.facts().daily["homes_to_permit_holders"]
    quarters = [day_number(day) - chain.first_day - 1 for day in ("2020-01-01", "2020-04-01", "2020-07-01")]
    before, during = np.diff(counts[quarters])
    assert during < 0.8 * before
