"""Onderbouwing: the kept back-test, the fit, every figure with its source, limits and statements, in both languages."""

import json

import pytest

from app_pages import onderbouwing
from experiments.charts.style import PALETTES
from experiments.history import evidence
from experiments.language.catalogue import catalogue
from experiments.language.language import LANGUAGES
from experiments.run.provenance import version
from experiments.storage.documents import write_document

PARTS = tuple(onderbouwing.PARTS)


def html_of(at):
    return " ".join(found.proto.body for found in at.main.get("html"))


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
def test_every_part_opens(opened, part, spoken):
    at = opened("onderbouwing", lang=spoken, onderdeel=part)
    assert [error.value for error in at.exception] == []
    assert [warning.value for warning in at.warning] == []
    assert at.session_state["onderdeel"] == part


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_the_back_test_shows_every_series_with_its_error(opened, spoken):
    at = opened("onderbouwing", lang=spoken)
    document = evidence.kept_backtest("prop-2021")
    national = [series for series in document["series"] if series["area"] == "Nederland"]
    assert len(at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart")) == len(national) == 25
    names = evidence.series_names()
    whole = html_of(at)
    for row in document["summary"]:
        assert names[row["name"], row["areas"]][LANGUAGES.index(spoken)] in whole
        assert f"{row['mape']:.1f}".replace(".", "," if spoken == "nl" else ".") in whole


def test_a_picture_has_the_band_the_published_figure_and_its_source():
    document = evidence.kept_backtest("prop-2021")
    series = next(one for one in document["series"] if one["name"] == "realised" and one["area"] == "Nederland")
    picture = onderbouwing._picture(series, "Gehuisvest", "prop-2021", "nl", PALETTES["light"], 50)
    assert len(picture.table.rows) == len(series["points"])
    for row, point in zip(picture.table.rows, series["points"], strict=True):
        assert row[1:] == (point["observed"], point["low"], point["mean"], point["high"], point["source"])
    values = picture.panels[0].spec["data"]["values"]
    assert [row["m"] for row in values if "l" not in row] == [point["observed"] for point in series["points"]]
    json.dumps(picture.panels[0].spec)


def test_the_wave_is_tested_too(opened):
    at = opened("onderbouwing")
    at.radio(key="_toets_periode").set_value("golf-2015").run()
    assert [error.value for error in at.exception] == []
    assert len(at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart")) == 11


def test_a_missing_back_test_is_said(opened, monkeypatch, tmp_path):
    monkeypatch.setattr(evidence, "VERDICTS_FOLDER", tmp_path)
    at = opened("onderbouwing")
    assert [error.value for error in at.exception] == []
    assert "make results" in at.warning[0].value


def test_a_back_test_of_another_model_is_said(opened, monkeypatch, tmp_path):
    document = evidence.kept_backtest("prop-2021") | {"model_version": 0}
    write_document(tmp_path / "backtest-prop-2021.json", document)
    monkeypatch.setattr(evidence, "VERDICTS_FOLDER", tmp_path)
    at = opened("onderbouwing", lang="en")
    assert "older than the model: the model has changed" in at.warning[0].value


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_every_fitted_parameter_stands_with_what_is_learned(opened, spoken):
    whole = html_of(opened("onderbouwing", lang=spoken, onderdeel="ijking"))
    rows = evidence.fitted_rows()
    assert len(rows) == 26
    for row in rows:
        assert f"{row['label'][LANGUAGES.index(spoken)]} ({row['parameter']})" in whole


def test_every_parameter_is_found_with_source_and_status(opened):
    at = opened("onderbouwing", onderdeel="cijfers")
    at.text_input(key="_zoek").set_value("homes.share_cap").run()
    wanted = [row for row in evidence.fact_rows("parameters") if row["parameter"] == "homes.share_cap"]
    whole = html_of(at)
    assert whole.count("(homes.share_cap)") == len(wanted) > 0
    assert "geschat" in whole or "aangenomen" in whole
    at.text_input(key="_zoek").set_value("bestaat niet").run()
    assert [error.value for error in at.exception] == []


@pytest.mark.parametrize("table", evidence.fact_tables())
def test_every_table_opens_in_english(opened, table):
    at = opened("onderbouwing", lang="en", onderdeel="cijfers", tabel=table)
    assert [error.value for error in at.exception] == []
    assert at.selectbox(key="tabel").value == table
    assert len(at.main.get("download_button")) == 1


def test_every_column_status_and_table_has_a_name():
    for name in evidence.fact_tables():
        rows = evidence.fact_rows(name)
        texts = catalogue("page_onderbouwing", "nl")
        assert texts.has(f"facts.{name}")
        assert all(texts.has(f"column.{column}") for column in rows[0])
        assert all(texts.has(f"status_words.{row['status']}") for row in rows)


def test_every_unit_of_the_tables_has_words():
    units = {row["unit"] for name in evidence.fact_tables() for row in evidence.fact_rows(name)}
    assert units <= set(catalogue("units", "nl").keys())


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2019-1", "1e halfjaar 2019"), ("2021-08-24", "24 aug. 2021"),
        ("2020-04-01/2020-06-30", "2e kwartaal 2020"), ("2020-01-01/2020-12-31", "2020"),
        ("2020-01-01/2020-02-10", "1 jan. 2020 t/m 10 feb. 2020"),
    ],
)  # fmt: skip
def test_periods_in_words(period, words):
    assert onderbouwing.period_words(period, "nl") == words


def test_citing_names_the_version(opened):
    at = opened("onderbouwing", onderdeel="aanhalen")
    assert version() in at.main.code[0].value
