"""Outcomes: what is called full, who still waits for a decision, waits of nobody, rungs and colours."""

import dataclasses
import json
import re

import numpy as np
import pytest

from experiments.compare.compare import compare
from experiments.compare.difference import is_yes_no
from experiments.language.labels import outcome_label
from experiments.report.exports import comparison_files, run_files
from experiments.report.report import report_page
from experiments.run.run import run_scenario
from experiments.run.task import RunPlan
from experiments.scenario.ready import load_scenario
from models.chain import simulate
from models.outcomes import (
    OUTCOMES,
    Window,
    count_outcomes,
    full_persons,
    monthly_series,
    outcomes_at_least,
    weeks_until_out,
)
from models.parameters import baseline
from models.sources import read_table
from models.stages.target import COLOURS
from sim.calendar import day_number

PARAMETERS = baseline("prop-2021")
FIRST = day_number("2019-01-01")


@pytest.fixture(scope="module")
def facts():
    return simulate(PARAMETERS, 5, day_number("2021-03-01"))


def window(facts, until="2021-03-01", first="2019-01-01"):
    return Window(facts, PARAMETERS, day_number(first), day_number(until))


def with_daily(facts, values, in_crisis=(0, 0, 0)):
    daily = facts.daily | {
        "persons_without_place": np.array(values, dtype=np.float64),
        "persons_in_crisis": np.array(in_crisis, dtype=np.float64),
    }
    return dataclasses.replace(facts, first_day=0, last_day=len(values), daily=daily)


# --- full ---------------------------------------------------------------------------------------------------------


def test_full_is_one_number_with_a_source_and_a_status():
    (row,) = read_table("thresholds")
    assert (row["item"], int(row["value"]), row["status"]) == ("full_persons_beyond_coa", full_persons(), "assumed")
    assert full_persons() == 500


@pytest.mark.parametrize(
    ("persons", "full", "first", "days"),
    [
        ([0, 0, 0], 0.0, 3.0, 0.0),
        ([1, 500, 0], 0.0, 3.0, 2.0),
        ([3, 501, 9], 1.0, 1.0, 3.0),
        ([900, 0, 0], 1.0, 0.0, 1.0),
    ],
)
def test_some_friction_is_not_full(facts, persons, full, first, days):
    """Full is more people beyond COA than the threshold; a day with people without a place is any such day."""
    made = Window(with_daily(facts, persons), PARAMETERS, 0, 3)
    assert OUTCOMES["ran_full"].count(made) == full
    assert OUTCOMES["days_until_full"].count(made) == first
    assert OUTCOMES["days_without_place"].count(made) == days


def test_who_sleeps_in_crisis_shelter_fits_in_no_place_of_coa(facts):
    made = Window(with_daily(facts, [0, 1, 0], in_crisis=[500, 500, 0]), PARAMETERS, 0, 3)
    assert (OUTCOMES["ran_full"].count(made), OUTCOMES["days_until_full"].count(made)) == (1.0, 1.0)
    assert OUTCOMES["days_without_place"].count(made) == 1.0


def test_what_is_called_a_chance_is_judged_as_one():
    """Who adds a chance says so beside it, so that its interval is that of a chance."""
    called = {name for name in OUTCOMES if outcome_label(name, "nl").startswith("Kans")}
    assert called == {name for name in OUTCOMES if is_yes_no(name)} == {"ran_full"}
    assert all(OUTCOMES[name].unit == "share" for name in called)


# --- the IND ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("until", ["2019-01-03", "2019-02-01", "2020-05-01", "2021-03-01"])
def test_who_is_open_at_the_end_are_those_of_the_daily_count(facts, until):
    ages, persons = window(facts, until).pending
    assert persons.sum() == window(facts, until).daily("pending")[-1]
    assert ages.min() >= 1


def test_a_longer_term_leaves_fewer_beyond_it(facts):
    share = OUTCOMES["pending_beyond_term_share"].count(window(facts))
    assert 0.0 < share < 1.0
    ages, persons = window(facts).pending
    term = PARAMETERS.ind.legal_term_days
    filed = np.maximum(day_number("2021-03-01") - ages.astype(int), FIRST)
    beyond = ages > np.array([term.at(int(day)) for day in filed])
    assert share == pytest.approx(persons[beyond].sum() / persons.sum())
    mean = OUTCOMES["pending_age_weeks"].count(window(facts))
    assert mean == pytest.approx(np.average(ages, weights=persons) / 7)


# --- waits --------------------------------------------------------------------------------------------------------


def test_the_ninth_decile_lies_above_the_middle_for_every_size(facts):
    counted = count_outcomes(Window(facts, PARAMETERS, FIRST, day_number("2021-03-01")))
    for size in ("single", "2_to_4", "5_plus"):
        assert counted[f"weeks_to_home_p90_{size}"] > counted[f"weeks_to_home_{size}"] > 0
    deciles = [counted[f"weeks_to_home_p90_{size}"] for size in ("single", "2_to_4", "5_plus")]
    assert min(deciles) <= counted["weeks_to_home_p90"] <= max(deciles)


def test_weeks_until_out_count_who_waits_at_either_end_of_the_window(facts):
    """By hand: to a home, to a stay, back from it, back only later, still there, out too early, long in line.

    Of the last only days 50 to 190 since the permit are seen. On day 35 two of five leave, on 70 one of four, on 105
    one of three, on 190 the last of whom so much is seen.
    """
    empty = {name: np.full(7, -1) for name in facts.households}
    made = empty | {
        "permit": np.array([100, 100, 100, 100, 100, 40, 0]),
        "housed": np.array([170, 205, 205, 400, -1, 48, 190]),
        "stay_since": np.array([-1, 135, 135, 135, -1, -1, -1]),
        "stay_ended": np.array([-1, -1, 150, 300, -1, -1, -1]),
        "persons": np.ones(7, dtype=int),
    }

    def weeks(from_day, until_day):
        window = Window(dataclasses.replace(facts, households=made), PARAMETERS, from_day, until_day)
        wait = weeks_until_out(window)
        assert ("weeks_until_out_mean" in outcomes_at_least(window)) == wait.at_least
        return wait.weeks, wait.at_least

    assert weeks(50, 240) == (pytest.approx((35 + 35 * 0.6 + 35 * 0.45 + 85 * 0.3) / 7), False)
    assert weeks(50, 160) == (pytest.approx((35 + 124 * 0.6) / 7), True)  # on the last day three still wait


def test_waits_of_nobody_are_unknown_and_not_nothing(facts):
    nobody = dataclasses.replace(
        facts, households={name: np.full(values.shape, -1) for name, values in facts.households.items()}
    )
    counted = count_outcomes(Window(nobody, PARAMETERS, FIRST, day_number("2021-03-01")))
    unknown = {name for name, value in counted.items() if np.isnan(value)}
    assert unknown == {
        name for name in OUTCOMES if name.startswith(("weeks_", "days_to_link", "pending_age", "pending_beyond"))
    }


def test_what_is_unknown_stays_so_in_every_result(monkeypatch):
    """None in JSON, a dash in the report, nothing in a table, and no difference."""
    nobody = dataclasses.replace(OUTCOMES["weeks_to_home_5_plus"], count=lambda window: float("nan"))
    monkeypatch.setitem(OUTCOMES, "weeks_to_home_5_plus", nobody)
    short = {"replications": 2, "from_day": FIRST, "until_day": day_number("2019-02-02")}
    usual, other = load_scenario("prop-2021"), load_scenario("koppelen-op-woningen")
    found = run_scenario(usual, RunPlan(**short))
    row = next(row for row in found.to_json()["outcomes"] if row["name"] == "weeks_to_home_5_plus")
    assert [row[name] for name in ("mean", "low", "high", "sd_chance", "sd_parameters")] == [None] * 5
    against = compare([usual, other], RunPlan(**short))
    difference = against.difference("weeks_to_home_5_plus")
    assert (difference.band.count, difference.clear, difference.winner) == (0, False, None)
    for document in (found.to_json(), against.to_json()):
        json.dumps(document, allow_nan=False)
    for result, files in ((found, run_files), (against, comparison_files)):
        assert not re.search(r"\bnan\b", report_page(result, "nl"), re.IGNORECASE)
        for name, content in files(result).items():
            if name.endswith(".csv"):
                assert not re.search(r"(^|;)nan(;|$)", content.decode("utf-8-sig"), re.IGNORECASE | re.MULTILINE), name


# --- municipalities -----------------------------------------------------------------------------------------------


def test_rungs_and_colours_are_those_of_the_last_month(facts):
    counted = count_outcomes(Window(facts, PARAMETERS, FIRST, day_number("2021-03-01")))
    rungs = [counted[f"municipalities_on_rung_{rung}_end"] for rung in range(1, 7)]
    assert sum(rungs) == counted["municipalities_on_ladder_end"] > 0
    colours = facts.municipal_monthly["colour"][-1]
    for colour in ("behind", "somewhat_behind"):
        assert counted[f"municipalities_{colour}_end"] == (colours == COLOURS.index(colour)).sum() > 0


def test_two_names_for_permits(facts):
    """The outcome leaves family out and says so in its name; the monthly series holds it, as the published counts."""
    counted = count_outcomes(Window(facts, PARAMETERS, FIRST, day_number("2021-03-01")))
    assert "permits" not in counted
    monthly = monthly_series(Window(facts, PARAMETERS, FIRST, day_number("2021-03-01")))[1]["permits"]
    family = facts.daily["family_permits"][-1]
    assert family > 0
    assert monthly.sum() == counted["permits_without_family"] + family
