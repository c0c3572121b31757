"""Laws of the target: history gives what was published, and a future with other people to house gets another number."""

import pytest
from lawbook import fingerprint

import models.chain
from experiments.run.task import Task
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


# ---- forecasts of history are known once -----------------------------------------------------------

MORE = (Change("permit_chance", 1.3),)
LONG, SHORT = "2022-01-02", "2020-12-01"


@pytest.fixture
def cold():
    """Nothing is known yet; what was known before is put back afterwards."""
    known = dict(models.chain._FORECASTS)
    models.chain._FORECASTS.clear()
    yield models.chain._FORECASTS
    models.chain._FORECASTS.clear()
    models.chain._FORECASTS.update(known)


def looked_at(changes, until, seed=1):
    """What a run of a future says, as a task computes it."""
    task = Task("prop-2021", changes, seed, day_number("2019-01-01"), day_number(until), fixed=True)
    return fingerprint(task.simulated(1)[0])


def test_a_future_is_the_same_whatever_ran_before_it(cold):
    futures = [(MORE, LONG), (NO_TASKFORCE, LONG), (MORE, SHORT)]
    alone = {}
    for future in futures:
        cold.clear()
        alone[future] = looked_at(*future)
    for order in (futures[::-1], [((), SHORT), *futures], [((), LONG), *futures[::-1]]):
        cold.clear()
        found = {future: looked_at(*future) for future in order}
        assert {future: found[future] for future in futures} == alone


def test_history_runs_once_for_all_futures_of_a_replication(cold, monkeypatch):
    started = []
    start = Chain.start
    monkeypatch.setattr(Chain, "start", lambda chain: started.append(chain.is_usual) or start(chain))
    for changes, until in ((MORE, LONG), (NO_TASKFORCE, LONG), (MORE, SHORT)):
        looked_at(changes, until)
    assert started == [True, False, False, False]
    started.clear()
    cold.clear()
    for changes in ((), MORE, NO_TASKFORCE):
        looked_at(changes, LONG)
    assert started == [True, False, False]


def test_a_run_that_is_continued_leaves_no_forecasts(cold):
    """Before its cut it may have been another future."""
    history, until = baseline("prop-2021"), day_number(SHORT)
    cut = Chain(apply_changes(history, MORE), 1, until, usual=history)
    cut.start()
    cut.run(day_number("2020-06-01"))
    cold.clear()
    resumed = Chain(history, 1, until, usual=history)
    resumed.resume(cut.snapshot())
    resumed.run(until)
    assert not cold


def test_a_cut_run_is_the_uncut_run_with_and_without_known_forecasts(cold):
    history, until = baseline("prop-2021"), day_number(LONG)
    cut = Chain(apply_changes(history, MORE), 1, until, usual=history)
    cut.start()
    cut.run(day_number("2020-06-01"))
    state = cut.snapshot()
    cut.run(until)
    for forget in (True, False):
        if forget:
            cold.clear()
        resumed = Chain(apply_changes(history, MORE), 1, until, usual=history)
        resumed.resume(state)
        resumed.run(until)
        assert fingerprint(resumed.facts()) == fingerprint(cut.facts())


def test_no_more_forecasts_are_kept_than_allowed(cold, monkeypatch):
    monkeypatch.setattr(models.chain, "_MOST_FORECASTS", 2)
    for seed in (1, 2, 3):
        looked_at(NO_TASKFORCE, "2019-11-01", seed)
    assert len(cold) == 2
