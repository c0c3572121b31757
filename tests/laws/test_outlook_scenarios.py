"""Law: each ready scenario of 2025-2028 runs to its end and moves the outlook as its description says.

A paired replication against the baseline of the period, at the values of the tables: the same luck in both.
"""

from functools import cache

import numpy as np
import pytest

from experiments.scenario.ready import load_scenario, ready_scenarios
from models.chain import Chain
from models.levers import Change, apply_changes
from models.measures import STOCKS
from models.parameters import baseline
from sim.calendar import day_number

PERIOD = "vooruitblik-2025"
UNTIL = "2027-10-01"
SEEDS = (1,)
FEWEST = 12
#: Per scenario what rises and what falls.
MOVES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "doorstroomplekken-per-kwartaal": (("flow_through",), ("permit_holders_in_beds",)),
    "flex-tienduizend-per-jaar": (("realised",), ("permit_holders_in_beds",)),
    "ind-3340-besluiten": (("decisions", "permits", "realised"), ("pending_decisions",)),
    "instroomschok-2026": (("applicants", "pending_decisions", "persons_in_reception"), ()),
    "nareis-team-verdubbeld": (("family_entered", "realised"), ("pending_family",)),
    "noodopvang-open-houden": (("emergency_places",), ("persons_beyond_coa",)),
    "noodopvang-sluiten": (("persons_beyond_coa",), ("emergency_places",)),
    "pact-later": (("family_applications",), ("refusals",)),
    "pakket-afhouden": (("permit_holders_in_beds",), ("realised", "family_applications", "regular_places")),
    "pakket-besluiten": (("decisions", "family_entered", "realised"), ("pending_decisions", "pending_family")),
    "pakket-doorstroom": (("realised",), ("permit_holders_in_beds",)),
    "prognose-daarvoor": (("applicants", "pending_decisions"), ()),
    "prognose-hoog": (("applicants", "pending_decisions"), ()),
    "prognose-laag": ((), ("applicants", "pending_decisions")),
    "prognose-voorjaar-2024": (("applicants", "pending_decisions"), ()),
    "regionale-pools": (("realised",), ("permit_holders_in_beds",)),
    "spreidingswet-stopt": (("emergency_places",), ("regular_places",)),
    "spreidingswet-volledig": (("regular_places",), ("emergency_places", "persons_beyond_coa")),
    "zonder-tweestatusstelsel": (("family_applications",), ()),
    "zonder-voorrang": (("permit_holders_in_beds", "permit_holders_beyond_norm"), ("realised",)),
}
DECISIONS = [scenario for scenario in ready_scenarios() if scenario.period == PERIOD and scenario.name != PERIOD]


@cache
def measured(changes: tuple[Change, ...], seed: int) -> dict[str, float]:
    usual = baseline(PERIOD)
    chain = Chain(apply_changes(usual, changes), seed, day_number(UNTIL), usual=usual)
    chain.start()
    chain.run(chain.last_day)
    facts = chain.facts()
    stocks = ("persons_in_reception", "permit_holders_in_beds", "permit_holders_beyond_norm", "persons_beyond_coa")
    over_time = {name: np.sum([facts.daily[part] for part in STOCKS[name]], axis=0) for name in stocks}
    later = slice(day_number("2026-07-01") - facts.first_day, None)
    ends = ("pending_family", "regular_places")
    steps = ("decisions", "permits", "refusals", "realised", "family_applications", "family_entered")
    return {
        **{name: float(values[later].mean()) for name, values in over_time.items()},
        **{name: float(facts.daily[name][-1]) for name in ends},
        **{name: float(facts.steps[name]) for name in steps},
        "pending_decisions": float(facts.daily["pending"][-1]),
        "emergency_places": float(facts.daily["emergency_places"][later].mean()),
        "flow_through": float(facts.daily["stay_flow_through"][-1]),
        "applicants": float(facts.steps["applicants_entered"]),
    }


@pytest.mark.parametrize("scenario", DECISIONS, ids=lambda scenario: scenario.name)
def test_a_scenario_of_the_outlook_moves_it_as_it_says(scenario):
    raises, lowers = MOVES[scenario.name]
    assert raises or lowers
    for sign, names in ((1.0, raises), (-1.0, lowers)):
        for name in names:
            differences = [measured(tuple(scenario.changes()), seed)[name] - measured((), seed)[name] for seed in SEEDS]
            assert sign * float(np.mean(differences)) > 0.0, (name, differences)


def test_there_are_as_many_as_ministries_discuss_and_three_packages():
    assert {scenario.name for scenario in DECISIONS} == MOVES.keys()
    assert len(DECISIONS) >= FEWEST
    assert sum(scenario.package for scenario in DECISIONS) == 3
    assert all(scenario.title_en and scenario.description_en and scenario.sources for scenario in DECISIONS)


def test_the_scenario_of_3340_decisions_takes_about_so_many_in_2027():
    usual, scenario = baseline(PERIOD), load_scenario("ind-3340-besluiten")
    chain = Chain(apply_changes(usual, scenario.changes()), 1, day_number("2028-01-01"))
    chain.start()
    chain.run(chain.last_day)
    decisions = chain.facts().daily["decisions"]
    a_month = (decisions[-1] - decisions[day_number("2027-01-01") - chain.first_day]) / 12.0
    assert a_month == pytest.approx(3340.0, rel=0.1)
