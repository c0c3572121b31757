"""Laws of supervision: all rungs are reached in turn; the province that acts houses people and sends the bill."""

from dataclasses import replace

import numpy as np
import pytest
from lawbook import parameters_with, run

from models.chain import Chain, simulate
from models.levers import Change
from models.outcomes import OUTCOMES, Window, cost_public, unit_costs
from models.parameters import baseline
from models.stages.homes import Homes
from models.stages.target import DECISION, SUBSTITUTION, Target
from sim.calendar import day_number


def test_all_rungs_up_to_a_decision_are_reached_and_substitution_never():
    facts = run((), "2023-01-02")
    rungs = facts.municipal_monthly["rung"].astype(int)
    assert set(range(DECISION + 1)) <= set(np.unique(rungs).tolist())
    assert not (rungs == SUBSTITUTION).any()
    assert facts.daily["substitution_days"][-1] == 0.0
    assert np.diff(rungs, axis=0).max() == 1


def test_where_the_province_acts_every_home_that_fits_is_set_aside():
    """The same world with and without substitution in one large municipality that has much to do."""
    housed = []
    for substituted in (False, True):
        chain = Chain(baseline("prop-2021"), 1, day_number("2021-06-28"))
        chain.start()
        chain.run(day_number("2021-02-01"))
        place = int(np.argmax(chain.stages[Target].behind()))
        chain.stages[Target].books.towns["rung"][place] = SUBSTITUTION if substituted else 0
        given = int(chain.register.towns["homes_given"][place])
        chain.run(day_number("2021-02-10"))
        assert (chain.stages[Homes].books.share[place] == 0.95) == substituted
        chain.run(chain.last_day)
        housed.append(int(chain.register.towns["homes_given"][place]) - given)
    assert housed[1] > housed[0] + 10


def test_provinces_that_act_sooner_house_people_and_send_a_larger_bill():
    """Five values of the lever, paired means over seeds."""
    names = ("substitution_days", "substitution_homes", "substitution_bill", "homes_to_permit_holders", "realised")
    steps = [[counted(value, seed) for seed in (1, 2)] for value in np.linspace(0.0, 1.0, 5)]
    means = {name: np.array([np.mean([one[name] for one in step]) for step in steps]) for name in names}
    for name in names:
        assert means[name][0] < means[name][-1], name
    for name in names[:3]:
        assert means[name][0] == 0.0
        assert np.all(np.diff(means[name]) >= 0.0), name
    assert means["realised"][-1] > means["realised"][0] + means["substitution_homes"][-1] / 3


def counted(value, seed):
    parameters = parameters_with([Change("substitution_below", value)])
    facts = simulate(parameters, seed, day_number("2024-01-01"))
    window = Window(facts, parameters, facts.first_day, facts.last_day)
    names = ("homes_to_permit_holders", "realised", "substitution_homes", "substitution_days", "substitution_bill")
    return {name: OUTCOMES[name].count(window) for name in names}


def test_the_bill_is_that_of_the_municipalities_in_whose_place_the_province_acts():
    facts = run((Change("substitution_below", 1.0),), "2024-01-01")
    costs = unit_costs()
    days, homes = (facts.half_years[f"substitution_{what}"] for what in ("days", "homes"))
    assert days.sum() == facts.daily["substitution_days"][-1] > 0
    assert homes.sum() == facts.daily["substitution_homes"][-1] > 0
    assert (homes[days == 0] == 0).all()
    rungs = facts.municipal_monthly["rung"].max(axis=0)
    assert set(np.flatnonzero(days.sum(axis=0))) <= set(np.flatnonzero(rungs == SUBSTITUTION))
    bill = days.sum() * costs["substitution_per_day"] + homes.sum() * costs["substitution_per_home"]
    window = Window(facts, parameters_with(), facts.first_day, facts.last_day)
    assert OUTCOMES["substitution_bill"].count(window) * 1e6 == pytest.approx(bill)
    spared = Window(
        replace(facts, daily=facts.daily | {"substitution_days": 0.0 * facts.daily["substitution_days"],
                                            "substitution_homes": 0.0 * facts.daily["substitution_homes"]}),
        window.parameters, window.from_day, window.until_day,
    )  # fmt: skip
    assert cost_public(window) - cost_public(spared) == pytest.approx(bill)


def test_grounds_that_excuse_stand_per_municipality():
    facts = run((), "2020-08-02").municipal_monthly
    excused = facts["excused_family"] + facts["excused_links"]
    assert excused.sum() > 0 and (excused >= 0).all()


def test_grounds_that_excuse_stand_per_half_year_also_of_the_one_that_ends_with_the_run():
    longer, shorter = run((), "2021-03-02").half_years, run((), "2021-01-01").half_years
    excused = [halves["excused_links"] + halves["excused_family"] for halves in (longer, shorter)]
    assert np.array_equal(excused[0][:4], excused[1])
    assert excused[1][0].sum() > 0
    # Nobody is excused of more than it is behind, and who is not behind of nothing; too early to tell in March.
    assert (excused[1] <= np.maximum(shorter["behind"], 0)).all()
    assert excused[0][4].sum() == 0
