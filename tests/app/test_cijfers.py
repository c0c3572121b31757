"""Eigen cijfers: a file of the visitor's own read and shown, and its figures in the scenario, whole or not at all."""

from datetime import date

import pytest

from app_pages import cijfers
from app_pages.shell.link_keys import FIGURES_KEY
from experiments.figures.figure import Figure
from experiments.figures.reading import Request, read_figures
from experiments.scenario.own_figures import row_text
from sim.errors import WrongInput

TARGET = "halfjaar;aantal\nEigen raming;\n2019H2;7500*\n2020H1;8000\nBron: eigen raming\n"


def read(content=TARGET, series="target", **said):
    request = Request(series, date(2026, 11, 28), **({"as_of": date(2021, 1, 1)} | said))
    return read_figures(content.encode(), "taak.csv", request)


def words(page):
    """All that a visitor reads on the page."""
    parts = [block.proto.body for block in page.main.get("html")]
    for kind in ("markdown", "error", "warning", "success", "caption"):
        parts += [one.value for one in getattr(page.main, kind)]
    return "\n".join(parts).replace("\\", "")


def button(page, key):
    return next(one for one in page.button if one.key == key)


def test_what_was_read_is_shown_and_goes_into_the_scenario_and_out_again(opened):
    page = opened("cijfers", lang="nl")
    page.session_state["_own_read"] = read()
    page.run()
    told = words(page)
    for each in ("7.500", "8.000", "voorlopig", "2019H2", "opmerking", "Bron: eigen raming"):
        assert each in told, each
    button(page, "_own_take").click().run()
    assert len(page.session_state[FIGURES_KEY]) == 2
    assert "Taakstelling per halfjaar" in words(page)
    button(page, "_undo").click().run()
    assert not page.session_state[FIGURES_KEY]
    button(page, "_redo").click().run()
    assert len(page.session_state[FIGURES_KEY]) == 2
    button(page, "_own_remove_target").click().run()
    assert not page.session_state[FIGURES_KEY]


def test_figures_of_the_same_series_take_the_place_of_those_that_were_there(opened):
    page = opened("cijfers")
    for content in (TARGET, "halfjaar;aantal\n2019H2;6000\nBron: x\n"):
        page.session_state["_own_read"] = read(content)
        page.run()
        button(page, "_own_take").click().run()
    assert [row.split(",")[4] for row in page.session_state[FIGURES_KEY]] == ["6000"]


def test_figures_that_do_not_go_with_a_lever_are_said_and_not_run(opened):
    own = Figure(
        "share_cap", "Nederland", date(2020, 1, 1), date(2020, 6, 30), 0.1, "share", "measured", "x", date(2021, 1, 1)
    )
    page = opened("cijfers", lang="en", share_cap="0.08")
    page.session_state[FIGURES_KEY] = (row_text(own),)
    page.run()
    assert "has own figures and a value too" in words(page)


@pytest.mark.parametrize(
    ("held", "content", "told"),
    [
        ({"_own_series": "closures"}, None, "Kies eerst een bestand"),
        ({}, "x", "Kies eerst welke reeks"),
        ({"_own_series": "closures"}, "maand;n\n2021-01;5\nTotaal;5\n", "‘Zonder’"),
        ({"_own_series": "closures"}, "maand;n\n2021-01;5\n", "‘Bekend op’"),
        ({"_own_series": "closures", "_own_where": "geslacht"}, "maand;n\n2021-01;5\n", "KOP=WAARDE"),
        ({"_own_series": "closures", "_own_times": "veel"}, "maand;n\n2021-01;5\n", "‘Maal’"),
    ],
)
def test_a_refusal_names_the_fields_of_the_page_and_keeps_nothing(monkeypatch, visitor, held, content, told):
    class Upload:
        name = "cijfers.csv"

        def getvalue(self):
            return content.encode()

    state = held | {"_own_file": None if content is None else Upload(), "_own_read": "earlier"}
    visitor("nl")
    monkeypatch.setattr("app_pages.cijfers.st.session_state", state)
    cijfers._read()
    assert state["_own_read"] is None
    assert told in state["_own_refused"].replace("\\", "")


def test_a_file_is_read_as_it_was_asked(monkeypatch, visitor):
    class Upload:
        name = "cijfers.csv"

        def getvalue(self):
            return "maand;asiel;nareis\n2021-01;1,5;2\nTotaal;3;4\n".encode("utf-16")

    state = {
        "_own_file": Upload(), "_own_series": "closures", "_own_as_of": date(2021, 6, 1), "_own_source": "x",
        "_own_column": "asiel", "_own_without": "Totaal; Gemiddelde", "_own_times": "1000",
    }  # fmt: skip
    visitor("nl")
    monkeypatch.setattr("app_pages.cijfers.st.session_state", state)
    cijfers._read()
    assert not state["_own_refused"]
    assert [one.value for one in state["_own_read"].figures] == [1500]


def test_rows_of_a_scenario_are_those_of_its_file():
    with pytest.raises(WrongInput):
        cijfers.figures_of_rows(["target"])
