"""Laws of the target: history gives what was published, and a future with other people to house gets another number."""

import pytest

from models.chain import Chain
from models.levers import Change, apply_changes
from models.parameters import baseline
from models.sources import read_table
from models.stages.target import Target
from sim.calendar import day_number

PUBLISHED = {row["half_year"]: int(row["value"]) for row in read_table("targets")}
NO_TASKFORCE = (Change("taskforce_seconded", 0.0), Change("taskforce_hired", 0.0))


def targets(changes=(), until="2022-01-02", seed=1, usual=True):
    """The national number of each half-year in a future."""
    history = baseline("prop-2021")
    chain = Chain(apply_changes(history, changes), seed, day_number(until), usual=history if usual else None)
    chain.start()
    chain.run(chain.last_day)
    facts = chain.facts()
    return dict(zip(facts.half_year_names, facts.half_years["target"].sum(axis=1).tolist(), strict=True))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_history_gives_the_published_target(seed):
    assert targets(seed=seed) == {name: PUBLISHED[name] for name in targets(seed=seed)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_without_the_taskforce_the_target_of_2021_is_lower(seed):
    without = targets(NO_TASKFORCE, seed=seed)
    assert without["2021-1"] + without["2021-2"] < PUBLISHED["2021-1"] + PUBLISHED["2021-2"] - 1000
    assert without["2019-2"] == PUBLISHED["2019-2"]


def test_more_permits_mean_a_higher_target_and_the_published_one_stays_where_that_is_asked():
    more = (Change("permit_chance", 1.3),)
    assert targets(more)["2021-1"] > PUBLISHED["2021-1"]
    asked = (*more, Change("target_source", "published"))
    assert targets(asked)["2021-1"] == PUBLISHED["2021-1"] == targets(more, usual=False)["2021-1"]


def test_a_change_that_begins_later_moves_no_target_of_before():
    late = targets((Change("permit_chance", 1.3, day_number("2021-05-01")),))
    assert all(late[name] == PUBLISHED[name] for name in late if name <= "2021-2")
    assert late["2022-1"] != PUBLISHED["2022-1"]


def test_a_number_that_was_lowered_later_is_felt_as_it_was_announced():
    chain = Chain(baseline("prop-2021"), 1, day_number("2023-04-20"))
    chain.start()
    chain.run(chain.last_day)
    felt = chain.stages[Target].upcoming(day_number("2023-04-19")).sum()
    assert felt == pytest.approx(27300 * baseline("prop-2021").target.signal_loudness.at(day_number("2023-04-19")))
