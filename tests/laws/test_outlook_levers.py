"""Law: every lever that only counts ahead moves the outlook in its documented direction, and nothing of history.

Means over paired replications, from one end to the other by way of the middle.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from lawbook import differing, run

from models.chain import Chain
from models.facts import Facts
from models.levers import LEVERS, Change, apply_changes
from models.parameters import ONLY_AHEAD, baseline
from sim.calendar import day_number

PERIOD = "vooruitblik-2025"
SEEDS = (1, 2, 3)
AHEAD = [name for name, lever in LEVERS.items() if lever.only_ahead]


@cache
def future(changes: tuple[Change, ...], until: str, seed: int) -> Facts:
    parameters = apply_changes(baseline(PERIOD), changes)
    chain = Chain(parameters, seed, day_number(until), usual=baseline(PERIOD))
    chain.start()
    chain.run(chain.last_day)
    return chain.facts()


def measures(facts: Facts) -> dict[str, float]:
    daily, steps = facts.daily, facts.steps
    beyond = daily["persons_in_crisis"] + daily["persons_without_place"]
    return {
        "applicants": float(steps["applicants_entered"]),
        "permits": float(steps["permits"]),
        "refusals": float(steps["refusals"]),
        "family_applications": float(steps["family_applications"]),
        "realised": float(steps["realised"]),
        "holders_in_beds": float(daily["in_reception_permit_holder"][-1]),
        "regular_places": float(daily["regular_places"][-1]),
        "emergency_places": float(daily["emergency_places"][-1]),
        "beyond_coa": float(beyond[-90:].mean()),
    }


@dataclass(frozen=True)
class Direction:
    """From the first value to the last: what rises and what falls. Values are dated where the lever is."""

    lever: str
    values: tuple[Any, ...]
    until: str
    raises: tuple[str, ...] = ()
    lowers: tuple[str, ...] = ()
    since: str | None = "2025-02-01"


DIRECTIONS = (
    Direction("inflow_level", (0.0, 0.5, 1.0), "2026-10-01", raises=("applicants",), since=None),
    Direction(
        "inflow_forecast", ("mpp-2025-2", "mpp-2025-1", "mpp-2024-1"), "2026-10-01", raises=("applicants",), since=None
    ),
    Direction("spreading", (0.0, 0.3, 0.6), "2025-09-01", raises=("regular_places",), lowers=("beyond_coa",)),
    Direction("emergency_least", (0, 20000, 30000), "2026-01-01", raises=("emergency_places",)),
    Direction("emergency_most", (0, 10000, 20000), "2025-09-01", raises=("emergency_places",), lowers=("beyond_coa",)),
    Direction("priority_left", (0.3, 0.65, 1.0), "2025-09-01", raises=("realised",), lowers=("holders_in_beds",)),
    Direction("two_status", (0.0, 0.4, 0.8), "2026-01-01", lowers=("family_applications",)),
    Direction("border_share", (0.0, 0.1, 0.2), "2026-10-01", raises=("refusals",)),
)
#: Law on the wait of two years: whether conditions are met shows only after it.
AFTER_TWO_YEARS = Direction(
    "two_status_meets", (0.2, 0.5, 0.9), "2028-12-01", raises=("family_applications",), since=None
)


def seen(direction: Direction, seeds: tuple[int, ...]) -> dict[str, list[float]]:
    since = None if direction.since is None else day_number(direction.since)
    table = [
        [measures(future((Change(direction.lever, value, since),), direction.until, seed)) for seed in seeds]
        for value in direction.values
    ]
    return {name: [float(np.mean([one[name] for one in row])) for row in table] for name in table[0][0]}


@pytest.mark.parametrize("direction", DIRECTIONS, ids=lambda direction: direction.lever)
def test_a_lever_of_the_outlook_moves_it_in_its_direction(direction):
    means = seen(direction, SEEDS)
    for sign, names in ((1.0, direction.raises), (-1.0, direction.lowers)):
        for name in names:
            assert (np.diff(sign * np.array(means[name])) > 0.0).all(), (name, means[name])


@pytest.mark.full
def test_who_meets_the_conditions_shows_after_two_years():
    applications = seen(AFTER_TWO_YEARS, (1,))["family_applications"]
    assert applications[0] < applications[1] < applications[2]


def test_every_lever_of_the_outlook_has_a_direction():
    assert {direction.lever for direction in (*DIRECTIONS, AFTER_TWO_YEARS)} == set(AHEAD)
    assert {LEVERS[name].sets for name in AHEAD} <= ONLY_AHEAD


def test_a_lever_of_the_outlook_moves_nothing_in_history():
    changes = [
        Change(direction.lever, direction.values[0], None if direction.since is None else day_number("2019-02-01"))
        for direction in (*DIRECTIONS, AFTER_TWO_YEARS)
    ]
    assert differing(run(changes, "2019-05-01"), run((), "2019-05-01")) == []
