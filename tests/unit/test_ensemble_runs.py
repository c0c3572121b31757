"""A run draws its parameters from an ensemble: which replication gets what, and what `fixed` means."""

import dataclasses

import numpy as np
import pytest

from cli_pages.command import app
from experiments.run.ensemble import default_ensemble, lent_text, load_ensemble
from experiments.run.parameters import changed_parameters
from experiments.run.run import run_scenario
from experiments.run.task import RunPlan, Task
from experiments.scenario.ready import load_scenario
from models.levers import Change
from models.parameters import baseline, value_at
from sim.calendar import day_number

UNTIL = day_number("2019-03-01")


def a_task(**changed):
    return Task("prop-2021", (), 1, day_number("2019-01-01"), UNTIL, ensemble="prop-2021", **changed)


def test_two_replications_in_a_row_share_a_draw_and_the_next_does_not():
    task = a_task()
    assert task.parameters(1) == task.parameters(2)
    assert task.parameters(2) != task.parameters(3)


def test_after_the_last_draw_the_first_comes_again():
    ensemble = load_ensemble("prop-2021")
    assert ensemble.draw_of(1, 5) == ensemble.draw_of(2 * len(ensemble.draws) + 1, 5)
    count = len(ensemble.draws)
    assert {ensemble.draw_of(2 * place + 1, 5) for place in range(count)} == set(range(count))


def test_the_order_of_draws_belongs_to_the_seed():
    ensemble = load_ensemble("prop-2021")
    first = {seed: {ensemble.draw_of(number, seed) for number in range(1, 11)} for seed in range(200)}
    assert all(len(used) == 5 for used in first.values())
    counts = np.bincount([draw for used in first.values() for draw in used], minlength=len(ensemble.draws))
    expected = 200 * 5 / len(ensemble.draws)
    assert ((counts - expected) ** 2 / expected).sum() < 1.5 * len(ensemble.draws)  # chi-square: no draw is favoured
    one, other = (dataclasses.replace(a_task(), seed=seed) for seed in (1, 2))
    assert one.parameters(1) != other.parameters(1)


def test_fixed_parameters_are_the_best_draw_for_every_replication():
    task = a_task(fixed=True)
    assert task.parameters(1) == task.parameters(50) == changed_parameters("prop-2021", (), "prop-2021", None)


def test_a_lever_is_laid_over_the_draw():
    parameters = changed_parameters("prop-2021", [Change("response_delay", 30.0)], "prop-2021", 7)
    assert value_at(parameters, "homes.response_delay_days").at(day_number("2020-01-01")) == 30.0


def test_golf_keeps_what_its_documents_say():
    name = default_ensemble("golf-2015")
    parameters = changed_parameters("golf-2015", (), name, 1)
    assert value_at(parameters, "ind.grant_share_mixed") == value_at(baseline("golf-2015"), "ind.grant_share_mixed")
    assert value_at(parameters, "nareis.visa_days") != value_at(baseline("golf-2015"), "nareis.visa_days")


@pytest.mark.parametrize("fixed", [False, True])
def test_a_run_says_what_its_band_is_made_of(fixed):
    scenario = load_scenario("prop-2021")
    result = run_scenario(scenario, RunPlan(replications=6, until_day=UNTIL, fixed_parameters=fixed))
    rows = {row["name"]: row for row in result.outcome_rows()}
    row = next(row for row in rows.values() if row["unit"] == "persons" and row["sd_chance"])
    assert (row["sd_parameters"] is None) == fixed
    assert len(set(result.draws.tolist())) == (1 if fixed else 3)
    document = result.to_json()
    assert document["ensemble"] == "prop-2021"
    assert document["fixed_parameters"] is fixed
    assert np.isfinite([row["mean"] for row in document["outcomes"] if row["mean"] is not None]).all()


# ---- draws that were fitted on another period ----------------------------------------------------------------

NOTE = {"nl": "geijkt op prop-2021 en niet op golf-2015", "en": "fitted on prop-2021 and not on golf-2015"}
SHORT = ("--until", "2014-02-05", "--workers", "1")
TWO = ("golf-2015", "golf-2015")


@pytest.mark.parametrize("language", NOTE)
def test_a_period_says_that_its_draws_are_of_another(language):
    assert lent_text(["prop-2021"], language) == ""
    assert NOTE[language] in lent_text(["prop-2021", "golf-2015"], language)
    assert NOTE[language] in lent_text(["golf-2015", "golf-2015"], language)


@pytest.mark.parametrize(
    "words",
    [
        ("run", "golf-2015", "--replications", "1", *SHORT),
        ("compare", *TWO, "--replications", "2", *SHORT),
        ("trace", "golf-2015", "--household", "3", "--seed", "1"),
        ("backtest", "golf-2015", "--kept"),
    ],
)
def test_every_command_says_that_draws_are_of_another_period(words, capsys):
    with pytest.raises(SystemExit) as left:
        app(list(words), prog_name="doorstroom")
    assert left.value.code == 0
    assert NOTE["nl"] in capsys.readouterr().out


def test_json_says_on_what_draws_were_fitted():
    for name, until in (("prop-2021", UNTIL), ("golf-2015", day_number("2014-02-05"))):
        document = run_scenario(load_scenario(name), RunPlan(replications=1, until_day=until)).to_json()
        assert (document["ensemble"], document["ensemble_fitted_on"]) == ("prop-2021", "prop-2021")
