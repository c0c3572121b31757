"""Structural variants: they are allowed everywhere, they change the chain, and what survives them is said."""

import json

import pytest

from cli_pages.command import app
from experiments.compare.compare import compare
from experiments.compare.difference import Difference
from experiments.compare.under_variants import compare_under_variants, survival
from experiments.run.task import RunPlan
from experiments.run.variants import variant_label, variants, with_variant
from experiments.scenario.ready import load_scenario
from models.parameters import baseline
from sim.calendar import day_number
from sim.statistics import Band

UNTIL = day_number("2019-03-01")


@pytest.mark.parametrize("period", ["prop-2021", "golf-2015"])
@pytest.mark.parametrize("name", variants())
def test_a_variant_is_another_chain_that_the_model_allows(name, period):
    assert with_variant(baseline(period), name) != baseline(period)
    assert variant_label(name, "nl") != variant_label(name, "en")


def test_there_are_two_to_four_variants():
    assert 2 <= len(variants()) <= 4


def a_row(low, high):
    mean = (low + high) / 2
    return Difference("maat", "persons", "lower", "a", "b", 10.0, 10.0 + mean, Band(mean, low, high, 50), 1.0)


@pytest.mark.parametrize(
    ("usual", "others", "said"),
    [
        ((1, 3), [(2, 4), (0.5, 9)], "survives"),
        ((1, 3), [(2, 4), (-1, 9)], "depends"),
        ((1, 3), [(-1, 4), (-5, -2)], "turns"),
        ((-3, -1), [(-3, -1), (1, 2)], "turns"),
        ((-1, 3), [(2, 4), (2, 4)], "open"),
    ],
)
def test_whether_an_answer_survives(usual, others, said):
    rows = {"": a_row(*usual)} | {str(place): a_row(*ends) for place, ends in enumerate(others)}
    assert survival(rows) == said


def test_a_variant_lies_under_both_scenarios_and_over_the_draws():
    """On the same worlds: what differs between a variant and the model as it stands is the variant."""
    scenarios = [load_scenario("prop-2021"), load_scenario("prop-2021").with_settings(["turnover=2"])]
    plan = RunPlan(replications=2, seed=3, until_day=UNTIL)
    usual = compare(scenarios, plan)
    under = compare_under_variants(scenarios, plan, usual)
    assert tuple(under.others) == variants()
    for name, other in under.others.items():
        assert (other.runs[0].draws == usual.runs[0].draws).all()
        assert other.runs[0].replications[0].outcomes != usual.runs[0].replications[0].outcomes, name
    rows = under.to_json()
    assert {row["outcome"] for row in rows} == set(usual.headlines)
    assert all([each["variant"] for each in row["under"]] == ["", *variants()] for row in rows)


def test_the_command_says_whether_the_answer_survives(capsys):
    words = ["compare", "prop-2021", "prop-2021", "--replications", "2", "--until", "2019-02-05", "--workers", "1"]
    for more in ([], ["--json"]):
        with pytest.raises(SystemExit) as left:
            app([*words, "--variants", *more], prog_name="doorstroom")
        out, _ = capsys.readouterr()
        assert left.value.code == 0
        if more:
            assert {row["survival"] for row in json.loads(out)["variants"]} == {"open"}
        else:
            assert "Als de keten anders werkt" in out
