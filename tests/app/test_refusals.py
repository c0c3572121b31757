"""Refusals in the language of the visitor, what a visitor wrote as plain text, and a page that fails."""

from dataclasses import replace

import pytest

import app_pages
from app_pages.shell import guard
from experiments.language.refusals import refusal_text
from experiments.scenario.decisions import WrongRows, read_steps
from experiments.scenario.ready import check_text
from sim.errors import WrongInput


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "2021-01-01;places_added;veel",
            "line 1, places_added: 'veel' cannot be read as a whole number here; "
            "write one such as 6000, 6.000, 6,000 or 6 000; allowed is a whole number from 0 to 20000.",
        ),
        ("2021-01-01;bestaat_niet;1", "unknown lever 'bestaat_niet'"),
        ("gisteren;places_added;1", "date: value 'gisteren' is not allowed; allowed is a date such as 2021-03-01 or"),
        ("x;y;z\n;;", "allowed is"),
        ("2021-01-01;places_added;1;;veel", "ramp: value 'veel' is not allowed; allowed is a whole number of days"),
        ("2021-01-01;places_added;1;;;6", "too many columns; allowed is date, lever, value, until and ramp."),
    ],
)
def test_wrong_rows_in_english(text, expected):
    with pytest.raises(WrongRows) as caught:
        read_steps(text, "prop-2021")
    assert expected in refusal_text(caught.value.refusals[0], "en")


def test_a_wrong_scenario_in_english():
    with pytest.raises(WrongInput) as caught:
        check_text("schema: 1\nname: x\ntitle: X\ndescription: X\nperiod: prop-2021\nlevers:\n  share_cap: 9\n")
    told = refusal_text(caught.value, "en")
    assert "line 7, levers.share_cap: value 9 is not allowed; allowed is 0" in told
    assert "toegestaan" not in told and "regel" not in told and " tot en met " not in told


@pytest.mark.parametrize(("spoken", "words"), [("nl", "waarde 9 "), ("en", "value 9 ")])
def test_the_page_refuses_in_the_language_of_the_visitor(opened, monkeypatch, spoken, words):
    at = opened("doorrekenen", lang=spoken, besluiten="2021-01-01,share_cap,9")
    assert any(words.strip() in warning.value for warning in at.warning)


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("onderbouwing", {"onzin": "![](http://kijk.example/x.png)"}),
        ("onderbouwing", {"besluiten": "2021-01-01,![](http://kijk.example/x.png),1"}),
        ("gemeenten", {"gebied": "![](http://kijk.example/x.png)"}),
        ("", {"stap": "![](http://k.example/"}),
        ("volg", {"huishouden": "![](http://kijk.example/x.png)"}),
    ],
)
def test_a_picture_in_the_link_is_text(opened, page, link):
    at = opened(page, **link)
    told = " ".join(warning.value for warning in at.warning)
    assert "example" in told
    assert "![](" not in told


def test_a_page_that_fails_says_so_and_offers_a_way_out(opened, monkeypatch, caplog):
    unexpected = guard.unexpected

    def show():
        raise RuntimeError("geheim")

    at = opened("onderbouwing", lang="en", share_cap="0.08")
    monkeypatch.setattr(guard, "unexpected", unexpected)
    failing = [replace(page, show=show) if page.link == "doorrekenen" else page for page in app_pages.pages()]
    monkeypatch.setattr(app_pages, "pages", lambda: failing)
    at._page_hash = next(key for key, page in at._registered_pages.items() if page.get("url_pathname") == "doorrekenen")
    at.run()
    assert [error.value for error in at.exception] == []
    assert "could not be shown" in at.main.error[0].value
    assert "geheim" not in at.main.error[0].value
    assert "geheim" in caplog.text
    at.button(key="_reset_on_page").click().run()
    assert at.session_state["share_cap"] is None


def test_the_end_of_a_run_has_one_rule_in_field_and_link(opened, kept_results_of_today):
    from datetime import date

    at = opened("onderbouwing", eind="2019-06-01")
    assert at.session_state["eind"] == date(2019, 6, 1)
    assert [warning.value for warning in at.warning] == []
    assert "eind=2019-01-15" in opened("onderbouwing", eind="2019-01-15").warning[0].value.replace("\\", "")
