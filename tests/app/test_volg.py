"""Volg een gezin: two futures of one household, computed elsewhere, in both languages and in the link."""

import json
import time
from itertools import pairwise

import pytest

from app_pages import volg
from experiments.charts.style import PALETTES, SERIES
from experiments.compare.two_futures import TwoFutures
from experiments.language.language import LANGUAGES
from experiments.scenario.ready import load_scenario
from experiments.service.keys import baseline_of

HOMES = "share_cap"


def settled(at, seconds=60.0):
    """Run the page until the answer is there, as the browser does by looking from time to time."""
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        assert [error.value for error in at.exception] == []
        titles = sum(text.value.startswith("### ") for text in at.main.markdown)
        if titles and not at.main.get("progress"):
            return at
        time.sleep(0.2)
        at.run()
    raise AssertionError("no answer came")


@pytest.fixture(scope="module")
def answer():
    scenario = load_scenario("eerst-bouwen")
    return TwoFutures(baseline_of(scenario), scenario)()


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_the_household_that_differs_most_is_told_in_both_futures(opened, answer, spoken):
    at = settled(opened("volg", lang=spoken))
    followed = answer["followed"]
    title = at.main.markdown[1].value
    assert str(followed["household"]) in title and followed[spoken]["close"] in title
    assert len(at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart")) == 1
    tables = " ".join(found.proto.body for found in at.main.get("html"))
    for day, left, right in followed[spoken]["lines"]:
        assert left.rstrip(".") in tables and right.rstrip(".") in tables, day
    assert len(at.main.get("download_button")) == 3


def test_the_link_holds_the_household_and_the_futures(opened):
    at = settled(opened("volg", huishouden="30000", toekomst_b="rijk-bouwt"))
    assert at.session_state["huishouden"] == 30000
    assert "30000" in at.main.markdown[1].value
    assert at.selectbox(key="toekomst_b").value == "rijk-bouwt"
    assert at.query_params["huishouden"] in ("30000", ["30000"])
    assert [warning.value for warning in at.warning] == []


def test_what_was_composed_becomes_the_second_future(opened):
    at = settled(opened("volg", **{HOMES: "0.08"}))
    assert at.selectbox(key="toekomst_a").value == volg.BASELINE
    assert at.selectbox(key="toekomst_b").value == volg.OWN


def test_a_number_that_nobody_has_is_said(opened):
    at = settled(opened("volg", huishouden="9999999"))
    assert any("9999999" in warning.value for warning in at.warning)
    assert not (at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart"))


@pytest.mark.parametrize(("key", "text"), [("huishouden", "-4"), ("huishouden", "jan"), ("toekomst_b", "niets")])
def test_what_the_page_cannot_read_in_the_link_is_said(opened, key, text):
    at = opened("volg", **{key: text})
    assert [error.value for error in at.exception] == []
    assert any(f"{key}={text}" in warning.value.replace("\\", "") for warning in at.warning)


def test_the_same_future_twice_is_refused_in_words(opened):
    at = opened("volg", toekomst_b=volg.BASELINE)
    assert len(at.info) == 1
    assert [error.value for error in at.exception] == []


def test_choosing_from_the_list_follows_that_household(opened, answer):
    at = settled(opened("volg"))
    assert at.session_state["huishouden"] is None
    second = answer["households"][1]["household"]
    at.selectbox(key="_volg_pick").select_index(1).run()
    settled(at)
    assert at.session_state["huishouden"] == second
    assert str(second) in at.main.markdown[1].value


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_the_time_line_has_a_shape_per_kind_and_bars_that_follow_each_other(opened, answer, spoken):
    spec = volg.timeline(answer, spoken, PALETTES["light"])
    bars, marks = spec["layer"][0]["data"]["values"], spec["layer"][1]["data"]["values"]
    assert {bar["r"] for bar in bars} == {"A", "B"}
    assert len(marks) == sum(len(moments) for moments in answer["followed"][spoken]["moments"])
    shapes = spec["layer"][1]["encoding"]["shape"]["scale"]
    assert len(set(shapes["range"])) == len(shapes["domain"])
    for row in "AB":
        own = [bar for bar in bars if bar["r"] == row]
        assert all(first["e"] == second["b"] for first, second in pairwise(own))
    json.dumps(spec)


def test_stages_differ_in_thickness_and_contrast():
    assert len({thickness for _, thickness in volg.STAGES.values()}) == len(volg.STAGES)
    assert {role for role, _ in volg.STAGES.values()} <= set(SERIES)


def test_who_gains_and_who_waits_adds_up(answer):
    table = volg.counts_table(answer["summary"])
    for place in range(1, 6):
        assert sum(row[place] for row in table.rows[:-1]) == table.rows[-1][place]
    assert sum(table.rows[-1][place] for place in (1, 2, 4, 5)) == answer["differing_households"]
