"""The ready scenarios: they turn the levers, each differs from the baseline in its own window, sizes have a source.

Whoever adds a scenario that changes nothing hears it here; that a lever moves something is a law (`tests/laws`).
"""

import re

import numpy as np
import pytest

from experiments.run.run import run_scenario
from experiments.run.task import RunPlan, Task
from experiments.scenario.periods import READY_FOLDER
from experiments.scenario.ready import load_scenario, ready_scenarios
from experiments.scenario.text import file_text
from models.levers import LEVERS, apply_changes
from models.parameters import PERIODS, baseline, value_at
from sim.schedule import Schedule

READY = ready_scenarios()
DECISIONS = [scenario for scenario in READY if scenario.name not in PERIODS]
SMALL_DAYS = 90


def by_name(scenario):
    return scenario.name


def test_there_are_enough():
    assert len(DECISIONS) >= 24
    assert sum(scenario.package for scenario in READY) >= 5
    assert {"golf-2015", "prop-2021"} <= {scenario.period for scenario in DECISIONS}


def test_nearly_every_lever_and_uncertainty_is_used():
    """A lever may be there before a scenario that turns it."""
    used = {name for scenario in READY for name in (*scenario.levers, *scenario.uncertainties)}
    assert len(used) >= 0.95 * len(LEVERS)


def test_two_scenarios_never_say_the_same():
    said = [(scenario.period, scenario.until_day, tuple(scenario.changes())) for scenario in READY]
    assert len(set(said)) == len(said)
    for texts in ("title", "title_en", "description", "description_en"):
        assert len({getattr(scenario, texts) for scenario in READY}) == len(READY), texts


@pytest.mark.parametrize("scenario", READY, ids=by_name)
def test_a_ready_scenario_tells_what_it_is(scenario):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", scenario.name)
    assert (READY_FOLDER / f"{scenario.name}.yaml").is_file()
    for sentence in (scenario.description, scenario.description_en):
        assert sentence.endswith("."), sentence
        assert not re.search(r"[.!?] [A-Z]", sentence), "one sentence"
    assert scenario.title_en
    assert scenario.sources, "say where the sizes come from"
    if scenario.package:
        assert len(scenario.levers) > 1, "a package is more than one measure"
        assert not scenario.uncertainties, "a government does not decide on an uncertainty"


@pytest.mark.parametrize("scenario", READY, ids=by_name)
def test_a_ready_file_has_the_newest_schema_and_the_usual_form(scenario):
    written = (READY_FOLDER / f"{scenario.name}.yaml").read_text(encoding="utf-8")
    usual = re.sub(r"^(replications|seed): .*\n", "", file_text(scenario), flags=re.MULTILINE)
    assert written == usual, "write it with `doorstroom check FILE --upgrade FILE`, without replications and seed"


@pytest.mark.parametrize("scenario", DECISIONS, ids=by_name)
def test_every_setting_differs_from_the_baseline_within_the_window(scenario):
    usual = baseline(scenario.period)
    changes = scenario.changes()
    assert changes
    for name in {change.lever for change in changes}:
        turned = apply_changes(usual, [change for change in changes if change.lever == name])
        before, after = value_at(usual, LEVERS[name].sets), value_at(turned, LEVERS[name].sets)
        if isinstance(before, Schedule):
            window = (scenario.from_day, scenario.until_day)
            assert not np.array_equal(before.daily(*window), after.daily(*window)), name
        else:
            assert before != after, name


@pytest.mark.parametrize("scenario", READY, ids=by_name)
def test_a_ready_scenario_runs(scenario):
    result = run_scenario(scenario, RunPlan(replications=1, until_day=scenario.from_day + SMALL_DAYS))
    [replication] = result.replications
    assert replication.outcomes["persons_in_reception_mean"] > 0.0
    assert all(np.isfinite(value) or name.startswith("weeks") for name, value in replication.outcomes.items())


@pytest.mark.full
@pytest.mark.parametrize("scenario", DECISIONS, ids=by_name)
def test_a_ready_scenario_changes_outcomes_over_its_window(scenario):
    window = {"replications": 2, "from_day": scenario.from_day, "until_day": scenario.until_day}
    now, usual = (
        run_scenario(scenario, RunPlan(**window)),
        run_scenario(load_scenario(scenario.period), RunPlan(**window)),
    )
    moved = [name for name in now.outcome_names() if not np.array_equal(now.outcome(name), usual.outcome(name))]
    assert moved


@pytest.mark.full
@pytest.mark.parametrize("scenario", [scenario for scenario in DECISIONS if len(scenario.changes()) > 1], ids=by_name)
def test_every_setting_of_a_ready_scenario_changes_something(scenario):
    """Leave out one lever at a time: a lever without which nothing changes does not belong in the scenario."""
    first, until = scenario.from_day, scenario.until_day
    whole = Task(scenario.period, tuple(scenario.changes()), 1, first, until)(1)
    for name in (*scenario.levers, *scenario.uncertainties):
        rest = tuple(change for change in scenario.changes() if change.lever != name)
        assert Task(scenario.period, rest, 1, first, until)(1).outcomes != whole.outcomes, name
