"""The link holds every lever and says what it could not read; undo, redo and reset bring back what was."""

from datetime import date

import pytest

from app_pages.shell import settings as settings_room
from app_pages.shell.lever_field import words_of
from app_pages.shell.settings import put_scenario, settings
from experiments.run.levers import lever_rows, period_dates, scenario_of, settings_of, value_of
from experiments.run.provenance import version
from experiments.scenario.decisions import WrongRows, as_link, from_link
from experiments.scenario.ready import ready_scenarios
from experiments.service.keys import job_key

pytestmark = pytest.mark.usefixtures("kept_results_of_today")
ROWS = lever_rows("prop-2021")


def another_value(row):
    if row.kind == "choice":
        return next(word for word in row.choices if word != row.today)
    if row.kind == "switch":
        return "true"
    steps = (row.high - row.low) / (row.step or 1.0)
    value = row.low + (row.step or 1.0) * int(steps // 2)
    return value if value != row.today else value + (row.step or 1.0)


def test_every_lever_has_a_field_in_the_link(opened):
    link = {row.name: another_value(row) for row in ROWS}
    texts = {name: f"{value:g}" if isinstance(value, float) else value for name, value in link.items()}
    at = opened("onderbouwing", **texts)
    assert [error.value for error in at.exception] == []
    assert [warning.value for warning in at.warning] == []
    for row in ROWS:
        found = value_of(row.name, at.session_state[row.name])
        assert found == value_of(row.name, str(texts[row.name])), row.name


def test_an_empty_field_of_a_fitted_lever_names_no_single_value(opened):
    at = opened("onderbouwing")
    shown = {field.key: (field.placeholder, field.help) for field in at.sidebar.text_input}
    for row in ROWS:
        if not row.fitted:
            continue
        placeholder, told = shown[row.name]
        assert ("geijkt" in placeholder) == (not row.drawn) and "Geijkt" in told, row.name
        assert "Nu:" not in told and "In werkelijkheid:" not in told, row.name
        if row.drawn:
            for end in row.drawn:
                assert words_of(row, end) in placeholder and words_of(row, end) in told, row.name
    assert shown["places_added"][0] == "nu: 0"


def test_dates_of_a_lever_stand_in_the_link(opened):
    link = {"share_cap": "0.08", "share_cap__van": "2020-03-01", "share_cap__tot": "2021-01-01"}
    at = opened("doorrekenen", **link)
    assert at.session_state["datums"] is True
    assert at.session_state["share_cap.van"] == date(2020, 3, 1)
    assert at.session_state["share_cap.tot"] == date(2021, 1, 1)
    assert any("1 maart 2020" in text.value for text in at.main.markdown)


@pytest.mark.parametrize("words", ["newest", "nieuwste zaak eerst", "newest first"])
def test_a_choice_may_stand_in_either_language(opened, words):
    assert opened("onderbouwing", queue_rule=words).session_state["queue_rule"] == "newest"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("share_cap", "veel"), ("share_cap", "9"), ("share_cap", "nan"), ("ind_extra_staff", "inf"),
        ("ind_extra_staff", "-1e999"), ("places_added", "1.5"), ("bestaat_niet", "1"),
        ("queue_rule", "toevallig"), ("eind", "morgen"), ("lang", "fr"), ("share_cap__van", "1999-01-01"),
        ("smoothing__van", "2020-01-01"), ("periode", "2030"), ("besluiten", "2021-01-01,share_cap,veel"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(opened, key, text):
    at = opened("onderbouwing", **{key: text})
    assert [error.value for error in at.exception] == []
    assert len(at.warning) == 1
    assert text.split(",")[-1] in at.warning[0].value.replace("\\", "")


def test_a_good_link_says_nothing(opened):
    at = opened("onderbouwing", share_cap="0.08", naam="Mijn plan", lang="en", v=version())
    assert [warning.value for warning in at.warning] == []


def test_a_link_of_another_version_says_so(opened):
    at = opened("onderbouwing", v="0.0.9", oude_knop="3")
    told = " ".join(warning.value for warning in at.warning).replace("\\", "")
    assert "0.0.9" in told and version() in told and "oude_knop=3" in told


def test_the_table_of_decisions_stands_in_the_link(opened):
    text = "2020-03-01,places_added,3000~2020-06-01,share_cap,0.07,2021-01-01"
    at = opened("doorrekenen", besluiten=text)
    assert [warning.value for warning in at.warning] == []
    assert as_link(from_link(text, "prop-2021")) == text
    assert sum("1 juni 2020" in markdown.value for markdown in at.main.markdown) == 1


def test_undo_redo_and_reset(opened):
    at = opened("onderbouwing")
    at.text_input(key="share_cap").set_value("0,08").run()
    at.text_input(key="share_cap").set_value("0,1").run()
    at.button(key="_undo").click().run()
    assert at.session_state["share_cap"] == "0,08"
    at.button(key="_undo").click().run()
    assert at.session_state["share_cap"] is None
    at.button(key="_redo").click().run()
    assert at.session_state["share_cap"] == "0,08"
    at.button(key="_reset").click().run()
    assert at.session_state["share_cap"] is None
    at.button(key="_undo").click().run()
    assert at.session_state["share_cap"] == "0,08"
    for _ in range(5):
        at.button(key="_undo").click().run()
    assert at.session_state["share_cap"] is None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_settings_become_the_same_scenario_again(row):
    value = another_value(row)
    value = value == "true" if row.kind == "switch" else value
    setting = {"value": value} | ({"from": "2020-01-01", "until": "2021-01-01"} if row.dated else {})
    beside = {"share_cap": [{"value": 0.3}]} if row.name == "share_base" else {}
    scenario = scenario_of("prop-2021", beside | {row.name: [setting]})
    found = settings_of(scenario)
    assert found == beside | {row.name: [setting]}
    assert words_of(row, value)


def test_the_period_decides_what_today_is():
    start, usual, last = period_dates("golf-2015")
    assert start < usual < last
    assert {row.name for row in lever_rows("golf-2015")} == {row.name for row in ROWS}


@pytest.mark.parametrize("scenario", ready_scenarios(), ids=lambda scenario: scenario.name)
def test_a_ready_scenario_comes_back_from_the_sidebar_as_itself(scenario, monkeypatch):
    held = {}
    monkeypatch.setattr(settings_room, "_put", held.update)
    put_scenario(scenario)
    held = {key: value for key, value in held.items() if value not in (None, "")}
    monkeypatch.setattr(settings_room, "_state", lambda: held)
    found = scenario_of(held["periode"], settings(), until=held.get("eind"))
    assert job_key(found) == job_key(scenario)


def test_a_ramp_stands_in_the_link_and_older_links_stay_readable():
    text = "2020-03-01,places_added,3000,,90~2020-06-01,share_cap,0.07,2021-01-01"
    steps = from_link(text, "prop-2021")
    assert [step.ramp_days for step in steps] == [90, 0]
    assert from_link(text.replace("3000", "3000.0"), "prop-2021") == steps
    assert as_link(steps) == text


def test_a_link_without_end_is_refused_before_it_is_split_and_told_in_short(opened):
    """Twenty megabytes of marks between rows took 15 s and 2 GB."""
    with pytest.raises(WrongRows) as wrong:
        from_link("~" * 20_000_000, "prop-2021")
    assert [one.code for one in wrong.value.refusals] == ["too_large"]
    at = opened("onderbouwing", **{f"onbekend{number}": "x" for number in range(500)})
    (told,) = [warning.value for warning in at.warning]
    assert "onbekend19=x; …" in told and len(told) < 1_000
