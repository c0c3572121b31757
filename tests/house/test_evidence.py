"""What stands behind the figures belongs to the program as it is: kept back-tests, names in both languages."""

import pytest

from experiments import read_csv
from experiments.history.backtest import held_against
from experiments.history.evidence import (
    PERIODS,
    about_fit,
    backtest_changed,
    fitted_rows,
    keep_backtest,
    kept_backtest,
    series_names,
)
from experiments.run.ensemble import default_ensemble, fitted_parameters, load_ensemble
from experiments.run.provenance import what_changed
from sim.errors import WrongInput


@pytest.mark.full
@pytest.mark.parametrize("period", PERIODS)
def test_the_kept_back_test_is_of_this_model_these_figures_and_this_ensemble(period):
    document = kept_backtest(period)
    assert backtest_changed(document) == (), "run make results"
    assert document["held_out"] is None or what_changed(document["held_out"]) == (), "run doorstroom calibrate"


@pytest.mark.full
@pytest.mark.parametrize("period", PERIODS)
def test_the_ensemble_is_of_this_model(period):
    assert what_changed(load_ensemble(default_ensemble(period)).about) == (), "run doorstroom calibrate"


@pytest.mark.parametrize("period", PERIODS)
def test_the_kept_back_test_is_of_its_period(period):
    document = kept_backtest(period)
    assert document["ensemble"] == default_ensemble(period)
    assert document["scenario"] == period
    assert isinstance(document["model_version"], int)


def test_a_back_test_of_something_else_says_of_what():
    document = kept_backtest("prop-2021")
    before = backtest_changed(document)
    for name, key in (("model_version",) * 2, ("inputs",) * 2, ("published",) * 2, ("ensemble_version", "ensemble")):
        assert set(backtest_changed(document | {name: "anders"})) == {*before, key}


@pytest.mark.parametrize("content", ["", "[]", '{"series": []}', "{", "\0"])
def test_a_damaged_back_test_is_refused(tmp_path, content):
    path = tmp_path / "toets.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(WrongInput):
        kept_backtest("prop-2021", path)
    with pytest.raises(WrongInput):
        kept_backtest("prop-2021", tmp_path / "niets.json")


@pytest.mark.full
@pytest.mark.parametrize("period", PERIODS)
def test_the_kept_back_test_is_what_a_run_gives(period, tmp_path):
    kept = kept_backtest(period)
    anew = kept_backtest(period, keep_backtest(period, kept["draws"], tmp_path / "toets.json"))
    assert anew | {"version": kept["version"]} == kept  # a release by itself moves no figure


def test_every_series_and_parameter_has_a_name_in_both_languages():
    names = series_names()
    assert set(names) == {(held.series, held.areas) for held in held_against()}
    rows = fitted_rows()
    assert {row["parameter"] for row in rows} == {fitted.path for fitted in fitted_parameters()}
    pairs = [*names.values(), *(row["label"] for row in rows)]
    assert all(dutch.strip() and english.strip() and dutch != english for dutch, english in pairs)
    assert all(row["unit"] and row["unit_en"] for row in read_csv("fitted_parameters"))


def test_what_is_told_by_is_a_known_series():
    names = series_names()
    for row in fitted_rows():
        assert set(row["told_by"]) <= set(names)
        assert row["low"] <= row["high"]
    assert about_fit()["scenario"] == "prop-2021"
