"""A year ahead: what is scored, what the model lacks by it, and how that enters a band."""

import dataclasses
import json
from types import SimpleNamespace

import numpy as np
import pytest
from refused import refused

from cli_pages.command import app
from experiments.history import origins, stock_flow
from experiments.history.backtest import fit_points, held_against
from experiments.history.calibration import fit_errors, make_fit_target, usual_discrepancy
from experiments.history.sampler import Convergence
from experiments.run.discrepancy import Discrepancy, laid_over
from experiments.run.result import RunResult
from experiments.run.task import Replication
from experiments.scenario.ready import load_scenario
from sim.calendar import day_number
from sim.errors import WrongInput

SERIES = "persons_in_reception:country"


def a_row(series=SERIES, mean=110.0, published=100.0, day=0.0, spread=0.0, area="Nederland", period="2020-1"):
    return {
        "series": series, "area": area, "period": period, "day": day, "published": published, "mean": mean,
        "low": mean, "high": mean, "spread": spread, "repeated": 90.0, "fitted": True,
    }  # fmt: skip


def an_origin(year, *rows):
    return {"origin": year, "ahead": list(rows)}


# ---- errors that last ------------------------------------------------------------------------------


def test_drawn_errors_have_the_size_and_the_memory_that_was_asked_for():
    lacks = Discrepancy({"a": 0.1}, 365.0)
    keys, days = [("a", "x"), ("a", "x"), ("a", "y"), ("b", "x")], np.array([0.0, 365.0, 0.0, 0.0])
    found = lacks.errors(keys, days, 1, range(1, 4001))
    np.testing.assert_allclose(found.std(axis=0), [0.1, 0.1, 0.1, 0.0], rtol=0.05)
    alike = np.corrcoef(found[:, :3].T)
    assert alike[0, 1] == pytest.approx(np.exp(-1.0), abs=0.04)
    assert abs(alike[0, 2]) < 0.05  # another area errs on its own


def test_one_seed_and_replication_has_one_error_whatever_else_is_drawn():
    lacks = Discrepancy({"a": 0.1, "b": 0.1}, 365.0)
    days = np.zeros(1)
    alone = lacks.errors([("b", "x")], days, 5, [3, 4])
    beside = lacks.errors([("a", "x"), ("b", "x")], np.zeros(2), 5, [4, 3])
    np.testing.assert_array_equal(alone[:, 0], beside[::-1, 1])
    assert not np.array_equal(alone, lacks.errors([("b", "x")], days, 6, [3, 4]))


def test_a_figure_never_turns_negative():
    assert (laid_over(np.array([10.0, 10.0]), np.array([-3.0, 0.5])) == [1.0, 15.0]).all()


def test_errors_of_a_fit_are_one_block_per_series_and_area():
    target = make_fit_target("prop-2021", None)
    held_points = fit_points("prop-2021")
    covariance = fit_errors(held_points, target.train, usual_discrepancy())
    chosen = [held_points[index] for index in target.train]
    for row, one in enumerate(chosen[::7]):
        for column, other in enumerate(chosen):
            together = (one.held, one.observation.area) == (other.held, other.observation.area)
            assert (covariance[7 * row, column] > 0.0) == together
    assert (np.linalg.eigvalsh(covariance) > 0.0).all()


# ---- what the model lacks --------------------------------------------------------------------------


def test_what_is_lacking_is_what_luck_and_parameters_do_not_explain():
    kept = [an_origin(year, a_row(mean=100.0 + off, spread=0.05)) for year, off in ((2019, 30.0), (2020, -30.0))]
    tolerance = {held.key: held.tolerance_percent for held in held_against()}[SERIES] / 100.0
    expected = np.sqrt((2.0 * tolerance**2 + 2 * (0.09 - 0.0025)) / 4.0)
    found = origins.discrepancy_of(kept)
    assert found.sizes[SERIES] == pytest.approx(expected)
    unseen = [key for key in found.sizes if key != SERIES]
    assert all(found.sizes[key] == usual_discrepancy().sizes[key] for key in unseen)
    assert origins.discrepancy_of([]) is None


def test_an_origin_is_judged_by_the_others_only():
    """However far an origin is off itself, its band stays what the other origins make it."""
    calm, wild = an_origin(2019, a_row(mean=101.0)), an_origin(2020, a_row(mean=300.0, published=100.0))
    [_, row] = origins.with_bands([calm, wild])
    [_, tame] = origins.with_bands([calm, an_origin(2020, a_row(mean=300.0, published=299.0))])
    assert (row["low"], row["high"]) == (tame["low"], tame["high"])
    assert (row["inside"], tame["inside"]) == (False, True)


def test_errors_that_last_are_told_from_errors_that_pass():
    luck = np.random.default_rng(3)

    def kept(lasting):
        lacks = Discrepancy({SERIES: 0.2}, lasting)
        days = np.arange(12) * 30.0
        paths = lacks.errors([(SERIES, "Nederland")] * 12, days, int(luck.integers(1000)), range(1, 41))
        return [
            an_origin(place, *(a_row(mean=100.0 * (1 + e), day=day) for e, day in zip(path, days, strict=True)))
            for place, path in enumerate(paths)
        ]

    assert origins.discrepancy_of(kept(1.0)).days == min(origins.LASTING)
    assert origins.discrepancy_of(kept(730.0)).days in (365.0, 730.0, 1460.0)


# ---- the year that follows -------------------------------------------------------------------------


def test_only_what_lies_wholly_in_the_year_that_follows_is_scored():
    held_points = fit_points("prop-2021")
    values = np.array([[point.observation.value * factor for point in held_points] for factor in (0.9, 1.1)])
    rows = origins.ahead_rows(held_points, values, "2020-12-31")
    assert rows
    assert [row["mean"] / row["published"] for row in rows] == pytest.approx([1.0] * len(rows))
    first, last = day_number("2021-01-01"), day_number("2021-12-31")
    assert all(first <= row["day"] <= last for row in rows)
    [half] = [row for row in rows if (row["series"], row["period"]) == ("realised:country", "2021-1")]
    known = {point.period: point.observation.value for point in held_points if point.held.key == "realised:country"}
    assert half["repeated"] == pytest.approx(known["2020-2"], rel=0.02)  # half-years differ in days


def test_the_table_holds_the_rivals_and_a_mean_over_origins():
    kept = [an_origin(2019, a_row()), an_origin(2020, a_row(mean=130.0), a_row(mean=100.0, period="2020-2"))]
    rows = origins.scored(origins.with_bands(kept), {(2019, SERIES, "2020-1"): 95.0})
    assert [row["origin"] for row in rows] == [2019, 2020, None]
    assert [row["chain"] for row in rows] == pytest.approx([10.0, 15.0, 12.5])
    assert [row["repeated"] for row in rows] == pytest.approx([10.0, 10.0, 10.0])
    assert [row["plain"] for row in rows] == [pytest.approx(5.0), None, pytest.approx(5.0)]
    assert [row["points"] for row in rows] == [1, 2, 3]


@pytest.fixture
def no_model(monkeypatch, tmp_path):
    """A fit and a year that cost nothing, and a place of their own to be kept."""
    held_points = fit_points("prop-2021")
    fitted = SimpleNamespace(
        paths=(), draws=np.zeros((3, 0)), about={"convergence": dataclasses.asdict(Convergence(1.0, 999.0, 99.0, 9))}
    )
    monkeypatch.setattr(origins, "calibrate", lambda *_, **__: fitted)
    one = np.array([point.observation.value for point in held_points])
    monkeypatch.setattr(origins, "run_draws", lambda *_: np.array([one * factor for factor in (0.98, 1.0, 1.02)]))
    monkeypatch.setattr(origins, "KEPT", tmp_path)
    monkeypatch.chdir(tmp_path)


def called(capsys, *words):
    with pytest.raises(SystemExit) as left:
        app(list(words), prog_name="doorstroom")
    return left.value.code, *capsys.readouterr()


def test_one_command_fits_scores_and_keeps_an_origin(capsys, no_model):
    code, out, err = called(capsys, "backtest", "prop-2021", "--origin", "2020", "--workers", "1", "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["origin"] == 2020
    assert {row["series"] for row in document["table"]} >= {"realised", "persons_in_reception"}
    assert all(row["chain"] == pytest.approx(0.0, abs=1e-9) for row in document["table"])
    code, kept, err = called(capsys, "backtest", "prop-2021", "--origin", "2020", "--kept")
    assert (code, err) == (0, "")
    assert "geijkt tot en met 2020, getoetst op 2021" in kept
    code, _, err = called(capsys, "backtest", "prop-2021", "--origin", "2019", "--kept")
    assert code == 2
    assert "geen toets bewaard" in err


def test_a_year_without_a_year_that_follows_is_refused(no_model, tmp_path):
    with refused(WrongInput, match="--origin"):
        origins.run_origin("prop-2021", 2050, work=tmp_path)


# ---- in the band of a run --------------------------------------------------------------------------


def a_result(monkeypatch, sizes, fixed=False):
    import experiments.run.result as results

    days = tuple(day_number(day) for day in ("2019-01-31", "2019-02-28"))
    outcomes = {"persons_in_reception_end": 1000.0, "homes_built": 1000.0}
    one = Replication(
        outcomes, dict.fromkeys(outcomes, "persons"), (), np.zeros((4, 0, 13)), days,
        {"persons_in_reception": np.array([900.0, 1000.0])}, np.zeros(0), {},
    )  # fmt: skip
    about = {"discrepancy": {"days": 365.0, "sizes": sizes}}
    monkeypatch.setattr(results, "load_ensemble", lambda name: SimpleNamespace(about=about))
    monkeypatch.setattr(results, "draws_of", lambda *_: np.repeat(np.arange(100), 2))
    scenario = load_scenario("prop-2021")
    numbers = tuple(range(1, 201))
    return RunResult(scenario, 1, days[0], days[1], numbers, (one,) * 200, ensemble="prop-2021", fixed=fixed)


def test_the_band_of_what_is_published_holds_what_the_model_lacks(monkeypatch):
    run = a_result(monkeypatch, {SERIES: 0.1})
    band = run.outcome_band("persons_in_reception_end")
    assert band.mean == 1000.0
    assert [band.low, band.high] == pytest.approx([872.0, 1128.0], abs=30.0)
    [row, other] = run.outcome_figures()
    assert (row.sd_chance, row.sd_parameters) == (0.0, 0.0)
    assert row.sd_discrepancy == pytest.approx(100.0, rel=0.15)
    assert (other.sd_discrepancy, other.band.low, other.band.high) == (0.0, 1000.0, 1000.0)
    months = run.monthly_bands("persons_in_reception")
    assert (months[0] == [900.0, 1000.0]).all()
    assert [months[1][1], months[2][1]] == pytest.approx([band.low, band.high])


@pytest.mark.parametrize("fixed", [False, True])
def test_without_sizes_or_draws_a_band_is_what_it_was(monkeypatch, fixed):
    run = a_result(monkeypatch, {SERIES: 0.1} if fixed else {}, fixed)
    band = run.outcome_band("persons_in_reception_end")
    assert (band.low, band.high) == (1000.0, 1000.0)


# ---- the yardstick -----------------------------------------------------------------------------------


def test_the_yardstick_is_a_plain_model_of_sixteen_numbers_that_loses_nobody():
    assert len(stock_flow.NUMBERS) == 16
    numbers = np.array([row[0] for row in stock_flow.NUMBERS.values()])
    given = stock_flow.inputs_of("prop-2021")
    told = stock_flow.simulate(numbers, given)
    came = given.applications[:-1].cumsum()
    decided = told["closures"][:-1].cumsum()
    np.testing.assert_allclose(told["pending"][1:], told["pending"][0] + came - decided)
    other = dict(zip(stock_flow.NUMBERS, numbers, strict=True))["other_permits_a_month"]
    entered = told["permits_first_instance"] + other + told["nareis_arrivals"] - told["realised"]
    np.testing.assert_allclose(np.diff(told["holders"]), entered[:-1])
    assert min(series.min() for series in told.values()) >= 0.0


def test_the_kept_yardstick_is_about_the_origins_that_there_are():
    kept = origins.yardstick("prop-2021")
    assert {origin for origin, _, _ in kept} == set(origins.origins("prop-2021"))
    assert {f"{name}:country" for name in origins.HEADLINE} <= {series for _, series, _ in kept}
