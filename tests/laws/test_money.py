"""Law: public money becomes homes, at a stated price, after a lead time, and never more than can be decided.

The directions of the levers on whole runs stand in ``test_levers.py``; here the pipeline runs alone.
"""

from types import SimpleNamespace

import numpy as np
import pytest
from lawbook import differing, first_day_of, parameters_with

from models.chain import Chain, simulate
from models.levers import LEVERS, Change
from models.outcomes import OUTCOMES, Window, cost_homes_bzk, cost_public
from models.parameters import with_values
from models.stages.projects import LEVY_RELIEF, NEW_SOCIAL, SUBSIDISED, Projects, levy_homes, subsidised_homes
from sim.calendar import add_months, day_number, month_starts

FIRST = first_day_of()
#: Everything that is decided in the first four years is delivered by then, or never.
END = add_months(FIRST, 12 * 14)
DECIDED_UNTIL = add_months(FIRST, 48)


def homes_made(changes, seeds=(1, 2, 3)):
    """Homes of each kind decided in four years and delivered, the mean over seeds, and the first day of delivery."""
    parameters = parameters_with(changes)
    made, first = np.zeros(7), END
    for seed in seeds:
        register = SimpleNamespace(seed=seed, first_day=FIRST)
        projects = Projects(parameters, None, register, END)
        for day in month_starts(FIRST, DECIDED_UNTIL):
            projects.decide(day)
        rows = projects.delivered(END)
        made += np.bincount(rows["kind"], weights=rows["homes"], minlength=7) / len(seeds)
        bought = np.isin(rows["kind"], (SUBSIDISED, LEVY_RELIEF))
        first = min([first, *rows["delivered"][bought].tolist()])
    return made, first


def five(low, high):
    return np.linspace(low, high, 5)


def rises(values):
    return bool(np.all(np.diff(values) > 0))


AMPLE = (Change("subsidy_budget", 500.0),)


def test_more_budget_makes_more_homes():
    assert rises([homes_made([Change("subsidy_budget", value)])[0][SUBSIDISED] for value in five(0.0, 40.0)])


def test_more_levy_relief_makes_more_homes_up_to_the_whole_levy():
    lever = LEVERS["levy_relief"]
    values = five(lever.low, lever.high)
    assert rises([homes_made([Change("levy_relief", value)])[0][LEVY_RELIEF] for value in values])


def test_more_per_home_makes_more_homes_while_there_is_money():
    values = five(0.0, LEVERS["subsidy_per_home"].high)[:5]
    made = [homes_made([*AMPLE, Change("subsidy_per_home", value)])[0][SUBSIDISED] for value in values]
    assert made[0] == 0.0
    assert rises(made)


def test_more_per_home_makes_fewer_homes_of_a_budget_that_is_spent():
    """The other side of the same lever: 20 million is spent from about 8,100 euro per home on."""
    twenty = Change("subsidy_budget", 20.0)
    values = five(10_000.0, 30_000.0)
    made = [homes_made([twenty, Change("subsidy_per_home", value)])[0][SUBSIDISED] for value in values]
    assert rises(made[::-1])


def test_money_touches_no_home_that_history_made():
    without, _ = homes_made([])
    made, _ = homes_made([*AMPLE, Change("levy_relief", 1700.0)])
    assert without[SUBSIDISED] == without[LEVY_RELIEF] == 0.0
    assert list(made[:SUBSIDISED]) == list(without[:SUBSIDISED])
    assert made[SUBSIDISED] > 4_000
    assert made[LEVY_RELIEF] > 30_000


@pytest.mark.parametrize(("lever", "value", "least_days"), [("subsidy_budget", 70.0, 90), ("levy_relief", 500.0, 300)])
def test_nothing_stands_before_a_lead_time(lever, value, least_days):
    _, first = homes_made([Change(lever, value)])
    assert first > FIRST + least_days


def test_the_price_is_what_is_stated():
    """4,286 of 9,000 plans pay at 14,000 euro, which costs 60 of 70 million; 500 million of levy is 5,000 homes."""
    rules = parameters_with(
        [Change("subsidy_budget", 70.0), Change("subsidy_per_home", 14_000.0), Change("levy_relief", 500.0)]
    ).projects
    assert subsidised_homes(rules, FIRST) == pytest.approx(9_000 * 14_000 / 29_400)
    assert levy_homes(rules, FIRST) == 5_000
    poor = parameters_with([Change("subsidy_budget", 14.0), Change("subsidy_per_home", 14_000.0)]).projects
    assert subsidised_homes(poor, FIRST) == 1_000


def window_of(changes, projects):
    """A year of which only the projects are known."""
    last = add_months(FIRST, 12)
    facts = SimpleNamespace(first_day=FIRST, last_day=last, projects=projects)
    return Window(facts, parameters_with(changes), FIRST, last)


def delivered(*rows):
    kinds, homes = zip(*rows, strict=True)
    return {
        "kind": np.array(kinds), "homes": np.array(homes), "delivered": np.full(len(rows), FIRST + 30)
    }  # fmt: skip


def test_money_is_counted_with_who_pays_and_what_it_made():
    changes = [Change("subsidy_budget", 14.0), Change("subsidy_per_home", 14_000.0), Change("levy_relief", 500.0)]
    rows = delivered((SUBSIDISED, 25), (LEVY_RELIEF, 50), (NEW_SOCIAL, 75))
    window, without = window_of(changes, rows), window_of([], rows)
    failed = window.parameters.projects.failure_share
    assert OUTCOMES["homes_by_money"].count(window) == 75
    assert OUTCOMES["cost_subsidy"].count(window) == pytest.approx(14.0 * (1.0 - failed))
    assert OUTCOMES["cost_levy_relief"].count(window) == pytest.approx(500.0, rel=0.001)
    assert cost_homes_bzk(window) - cost_homes_bzk(without) == pytest.approx(14.0e6 * (1.0 - failed))
    assert OUTCOMES["cost_homes_corporations"].count(window) == pytest.approx((25 * 63_000 + 125 * 164_000) / 1e6)


def test_forgone_levy_is_public_money(monkeypatch):
    for name in (
        "cost_reception", "cost_stays", "cost_intermediate", "cost_ind", "cost_penalties", "cost_settling",
        "substitution_bill",
    ):  # fmt: skip
        monkeypatch.setattr(f"models.outcomes.{name}", lambda window: 0.0)
    window = window_of([Change("levy_relief", 100.0)], delivered((LEVY_RELIEF, 25)))
    assert cost_public(window) == pytest.approx(100.0e6, rel=0.001)


def test_a_failed_project_pays_back():
    parameters = parameters_with([Change("subsidy_budget", 14.0)])
    window = window_of([Change("subsidy_budget", 14.0)], delivered((SUBSIDISED, 25)))
    certain = Window(window.facts, with_values(parameters, {"projects.failure_share": 0.0}), FIRST, window.until_day)
    assert OUTCOMES["cost_subsidy"].count(certain) > OUTCOMES["cost_subsidy"].count(window)


def test_subsidy_follows_its_dates():
    """Granted from July on: half a year of it."""
    dated = [Change("subsidy_budget", 14.0, day_number("2019-07-01")), Change("subsidy_per_home", 14_000.0)]
    whole = [Change("subsidy_budget", 14.0), Change("subsidy_per_home", 14_000.0)]
    nothing = delivered((NEW_SOCIAL, 1))
    half, all_year = (OUTCOMES["cost_subsidy"].count(window_of(changes, nothing)) for changes in (dated, whole))
    assert half == pytest.approx(all_year / 2)


def test_homes_that_money_makes_survive_a_cut():
    """Cut while they are on their way: the continued run delivers what the uncut one does."""
    parameters = parameters_with([Change("subsidy_budget", 200.0), Change("levy_relief", 1700.0)])
    cut, end = add_months(FIRST, 10), add_months(FIRST, 20)
    uncut = simulate(parameters, 1, end)
    begun = Chain(parameters, 1, end)
    begun.start()
    begun.run(cut)
    assert differing(uncut, simulate(parameters, 1, end, resume=begun.snapshot())) == []
    assert np.isin(uncut.projects["kind"], (SUBSIDISED, LEVY_RELIEF)).sum() > 10
