"""A back-test: which figures a period is held against, how the errors are counted, and the command around it."""

import dataclasses
import json
from datetime import timedelta

import numpy as np
import pytest

import experiments.history.backtest
from cli_pages.command import app
from experiments.history.backtest import Backtest, DrawTask, Held, Point, points, published_until, run_backtest, window
from experiments.run.ensemble import Ensemble, fitted_parameters, load_ensemble
from experiments.run.observed import AREAS, NATIONAL, Observation
from experiments.storage.files import MADE_HERE
from models.parameters import PERIODS
from sim.calendar import date_of, day_number


def call(capsys, *words):
    """Run the command in this process: (exit code, stdout, stderr)."""
    with pytest.raises(SystemExit) as left:
        app(list(words), prog_name="doorstroom")
    out, err = capsys.readouterr()
    return left.value.code, out, err


# ---- which figures -------------------------------------------------------------------------------


@pytest.mark.parametrize("period", list(PERIODS))
def test_points_lie_in_the_period_and_none_is_the_starting_stock(period):
    first, until = window(period)
    found = points(period)
    assert found
    for point in found:
        row = point.observation
        assert first <= row.first_day <= row.last_day < until
        assert row.last_day >= first + 31, f"{row.series} of {point.period} is the starting stock"
        assert (row.area == NATIONAL) == (point.held.areas == "country")


@pytest.mark.parametrize("period", list(PERIODS))
def test_no_figure_counts_twice(period):
    seen = [
        (point.held.series, point.observation.area, point.observation.first_day, point.observation.last_day)
        for point in points(period)
    ]
    assert len(set(seen)) == len(seen)
    for series, area, first, last in seen:
        parts = [row for row in seen if row[:2] == (series, area) and first <= row[2] <= row[3] <= last]
        assert parts == [(series, area, first, last)], f"{series} has a whole beside its parts"


def test_a_back_test_runs_as_far_as_outcomes_are_published_and_a_fit_no_further_than_asked():
    until = published_until("prop-2021")
    assert until == day_number("2025-03-01") > window("prop-2021")[1] == day_number("2022-02-01")
    assert published_until("golf-2015") == window("golf-2015")[1]
    whole = points("prop-2021", until)
    short = {point.observation for point in points("prop-2021")}
    assert len(short & {point.observation for point in whole}) > 0.9 * len(short)
    named = {point.held.series for point in whole if point.observation.first_day >= day_number("2022-07-01")}
    assert named >= {
        "realised", "permit_holders_under_coa", "persons_in_reception", "pending_decisions", "pending_family",
        "permits_first_instance", "closures", "nareis_arrivals", "persons_in_regular", "persons_in_emergency",
    }  # fmt: skip
    assert all(point.observation.source and point.observation.letter in "ABC" for point in whole)
    fitted = Backtest("prop-2021", fake_ensemble(), whole, np.zeros((1, len(whole))), 1, until)
    late = [fitted.was_fitted(point) for point in whole if point.observation.last_day > day_number("2022-02-01")]
    assert late
    assert not any(late)


def test_housed_people_of_the_last_half_year_stand_at_the_first_of_october():
    [last] = [
        point
        for point in points("prop-2021")
        if point.held.series == "realised"
        and point.observation.area == NATIONAL
        and point.observation.first_day == day_number("2021-07-01")
    ]
    assert last.period == "2021-07-01/2021-09-30"
    assert last.observation.value == 5637
    areas = [
        point.observation.area
        for point in points("prop-2021")
        if point.held.series == "realised" and point.period == "2021-07-01/2021-09-30"
    ]
    assert sorted(areas) == sorted(AREAS)


def test_families_arrive_by_quarter():
    rows = [point.observation for point in points("prop-2021") if point.held.series == "nareis_arrivals"]
    assert len(rows) == 12
    for row in rows:
        first, last = date_of(row.first_day), date_of(row.last_day) + timedelta(1)
        assert first.day == last.day == 1
        assert first.month in (1, 4, 7, 10)
        assert 12 * (last.year - first.year) + last.month - first.month == 3


def test_the_wave_of_2015_is_held_against_years_and_moments():
    found = {(point.held.series, point.period): point.observation.value for point in points("golf-2015")}
    assert found["realised", "2015-01-01/2015-12-31"] == 28133
    assert found["realised", "2016-2"] == 22200
    assert found["nareis_arrivals", "2015-01-01/2015-12-31"] == 13845
    assert ("realised", "2016-01-01/2016-12-31") not in found


# ---- scores by hand ------------------------------------------------------------------------------

HELD = Held("permits", "country", "Vergunningen", "any", 10.0, 2.0, True)
NEVER = Held("behind", "country", "Achterstand", "any", None, 0.0, False)


def fake_point(day, value, held=HELD, area=NATIONAL):
    number = day_number(day)
    return Point(held, Observation(held.series, area, value, "persons", number, number, "bron", "measured", "A"))


def fake_ensemble(scenario="prop-2021", train_until=None):
    about = {"scenario": scenario, "train_until": train_until, "best_misfit": 0.0}
    return Ensemble("proef", ("a",), np.zeros((1, 1)), np.zeros(1), np.zeros(1), about)


def fake_backtest(monkeypatch, held_points, values, ensemble=None):
    monkeypatch.setattr(experiments.history.backtest, "held_against", lambda: (HELD, NEVER))
    return Backtest("prop-2021", ensemble or fake_ensemble(), tuple(held_points), np.array(values, dtype=float), 1)


def test_scores_by_hand(monkeypatch):
    held_points = [fake_point("2020-01-01", 100.0), fake_point("2020-06-01", 200.0), fake_point("2020-09-01", 50.0)]
    eleven = [[110 + step, 160 + 4 * step, 50 + step] for step in range(-5, 6)]  # means 110, 160 and 50
    [series] = fake_backtest(monkeypatch, held_points, eleven).series()
    assert series["mape"] == pytest.approx((10 + 20 + 0) / 3)
    assert series["bias"] == pytest.approx((10 - 20 + 0) / 3)
    assert series["coverage"] == pytest.approx(1 / 3)
    first = series["points"][0]
    assert (first["low"], first["mean"], first["high"]) == pytest.approx((106, 110, 114))  # the middle 80 %
    assert first == {
        "period": "2020-01-01", "observed": 100.0, "low": first["low"], "mean": first["mean"], "high": first["high"],
        "fitted": True, "source": "bron", "letter": "A",
    }  # fmt: skip


def test_a_point_on_the_end_of_the_band_is_covered(monkeypatch):
    held_points = [fake_point("2020-01-01", 106.0), fake_point("2020-06-01", 114.0), fake_point("2020-09-01", 114.1)]
    [series] = fake_backtest(monkeypatch, held_points, [[110 + step] * 3 for step in range(-5, 6)]).series()
    assert series["coverage"] == pytest.approx(2 / 3)


def test_an_error_against_nothing_is_left_out(monkeypatch):
    held_points = [fake_point("2020-01-01", 0.0), fake_point("2020-06-01", 100.0)]
    [series] = fake_backtest(monkeypatch, held_points, [[5.0, 90.0]]).series()
    assert (series["mape"], series["bias"]) == pytest.approx((10, -10))
    [series] = fake_backtest(monkeypatch, held_points[:1], [[5.0]]).series()
    assert (series["mape"], series["bias"], series["coverage"]) == (None, None, 0.0)


def test_seen_and_unseen_points_are_told_apart(monkeypatch):
    held_points = [
        fake_point("2020-12-31", 100.0), fake_point("2021-01-01", 100.0), fake_point("2020-01-01", 100.0, NEVER),
    ]  # fmt: skip
    values = [[110.0, 130.0, 90.0]]
    until = fake_backtest(monkeypatch, held_points, values, fake_ensemble(train_until="2020-12-31"))
    assert [until.was_fitted(point) for point in held_points] == [True, False, False]
    assert [(row["name"], row["fitted"], row["points"], round(row["mape"], 6)) for row in until.summary()] == [
        ("permits", True, 1, 10.0), ("permits", False, 1, 30.0), ("behind", False, 1, 10.0),
    ]  # fmt: skip
    assert until.to_json()["train_until"] == "2020-12-31"
    everything = fake_backtest(monkeypatch, held_points, values)
    assert [everything.was_fitted(point) for point in held_points] == [True, True, False]
    elsewhere = fake_backtest(monkeypatch, held_points, values, fake_ensemble("golf-2015"))
    assert not any(elsewhere.was_fitted(point) for point in held_points)


# ---- with the model ------------------------------------------------------------------------------


def test_a_draw_changes_what_the_model_says_and_the_same_draw_does_not():
    fitted = fitted_parameters()
    paths = tuple(row.path for row in fitted)
    draw = load_ensemble("prop-2021").best
    other = draw.copy()
    other[paths.index("homes.share_base")] *= 0.7
    task = DrawTask("golf-2015", paths, np.array([draw, draw, other]), 3)
    one = task(1)
    assert np.isfinite(one).all()
    np.testing.assert_array_equal(one, task(1))
    same_luck = dataclasses.replace(task, draws=np.array([other]))
    assert not np.array_equal(one, same_luck(1))
    assert not np.array_equal(one, task(2)), "each replication has luck of its own"


def test_more_draws_than_the_ensemble_has_start_over(monkeypatch):
    chosen = dataclasses.replace(load_ensemble("prop-2021"), draws=load_ensemble("prop-2021").draws[:2])
    monkeypatch.setattr(experiments.history.backtest, "load_ensemble", lambda name: chosen)
    used = []
    monkeypatch.setattr(DrawTask, "__call__", lambda task, number: used.append(task.draws[number - 1]) or np.zeros(1))
    run_backtest("golf-2015", "prop-2021", draws=5)
    np.testing.assert_array_equal(used, chosen.draws[[0, 1, 0, 1, 0]])


# ---- the command ---------------------------------------------------------------------------------


def test_the_command_gives_exactly_the_document(capsys, tmp_path):
    page = tmp_path / "toets.html"
    words = ("backtest", "golf-2015", "--draws", "2", "--seed", "5", "--workers", "1", "--html", str(page), "--json")
    code, out, err = call(capsys, *words)
    assert (code, err) == (0, "")
    document = run_backtest("golf-2015", "prop-2021", 2, 5).to_json()
    assert json.loads(out) == document
    settings, (first, until) = document["settings"], map(date_of, window("golf-2015"))
    assert (document["language"], document["replications"]) == ("nl", 2)
    assert [settings[key] for key in ("period", "seed", "replications")] == ["golf-2015", 5, 2]
    assert (settings["from"], settings["until"]) == (first.isoformat(), until.isoformat())
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [path.name for path in tmp_path.iterdir()] == ["toets.html"]


def test_the_command_says_it_in_dutch(capsys):
    code, out, err = call(capsys, "backtest", "prop-2021", "--draws", "1", "--workers", "1")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "Toets aan het verleden: De prop van 2021 (prop-2021)"
    assert "ensemble prop-2021, zaad 20211001, 1 trekking" in lines[1]
    assert any(line.startswith("Gehuisvest per halfjaar, provincies") and "72" in line for line in lines)
    [housed] = [line for line in lines if line.startswith("3e kwartaal 2021") and " 5.637 " in line]
    assert housed.endswith(" %")
    assert "nan" not in out.lower().split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["backtest"], "PERIODE ontbreekt"),
        (["calibrate"], "PERIODE ontbreekt"),
        (
            ["backtest", "prop"],
            "backtest: waarde 'prop' is niet toegestaan; toegestaan is prop-2021, golf-2015 of vooruitblik-2025.",
        ),
        (["calibrate", "weg.yaml"], "calibrate: waarde 'weg.yaml' is niet toegestaan; toegestaan is prop-2"),
        (["backtest", "prop-2021", "--draws", "0"], "--draws: waarde '0' is niet toegestaan"),
        (["backtest", "prop-2021", "--seed", "-1"], "--seed: waarde '-1' is niet toegestaan"),
        (["calibrate", "prop-2021", "--seed", "9" * 12], "--seed"),
        (["calibrate", "prop-2021", "--workers", "veel"], "--workers: waarde 'veel' is niet toegestaan"),
        (["backtest", "prop-2021", "--train-until", "ooit"], "--train-until: waarde 'ooit' is niet toegestaan"),
        (["calibrate", "prop-2021", "--train-until", "31-12-2020"], "toegestaan is een datum als 2021-03-01"),
        (["calibrate", "prop-2021", "--train-until", "2019-02-01"], "te weinig gepubliceerde cijfers"),
        (["backtest", "prop-2021", "--train-until", "2019-03-04"], "geen leesbaar ensemble 'prop-2021-tot-2019-03-04'"),
    ],
)
def test_wrong_use_is_one_dutch_sentence_and_exit_code_2(capsys, words, expected, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = call(capsys, *words)
    assert (code, out) == (2, ""), err
    assert expected in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_cannot_be_written_is_refused_before_anything_runs(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(experiments.history.backtest, "run_backtest", lambda *_, **__: pytest.fail("it ran"))
    for target, reason in ((tmp_path / "weg" / "x.html", "de map bestaat niet"), (tmp_path, "staat een map")):
        code, out, err = call(capsys, "backtest", "prop-2021", "--workers", "1", "--html", str(target))
        assert (code, out) == (74, "")
        assert str(target) in err
        assert reason in err


def test_ctrl_c_leaves_an_older_page_as_it_was(capsys, tmp_path, monkeypatch):
    page = tmp_path / "toets.html"
    page.write_text(old := f'{MADE_HERE.decode()}">oud')
    monkeypatch.setattr(DrawTask, "__call__", lambda task, number: (_ for _ in ()).throw(KeyboardInterrupt))
    code, out, err = call(capsys, "backtest", "golf-2015", "--draws", "2", "--workers", "1", "--html", str(page))
    assert (code, out, err) == (130, "", "Onderbroken.\n")
    assert page.read_text() == old
    assert [path.name for path in tmp_path.iterdir()] == ["toets.html"]
