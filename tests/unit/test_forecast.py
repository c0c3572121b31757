"""Forecasts that are kept: made of what was known on a day, never written over, and scored as others would."""

import dataclasses
import json
import sys

import numpy as np
import pytest

from cli_pages.command import app
from experiments.forecast import asked, hub, known, official, paths, score, split, widening, yardsticks
from experiments.forecast.fits import PRIOR, fit_for, prior_fit
from experiments.forecast.levels import LEVELS
from experiments.forecast.make import AS_THEY_CAME, Plan, lasting_errors, make_forecast, said_of
from experiments.forecast.write import write_forecast
from experiments.history import origins
from experiments.run.discrepancy import Discrepancy
from experiments.run.observed import NATIONAL, Observation
from experiments.scenario.ready import load_scenario
from models.parameters import INPUTS_END, baseline
from models.sources import other_rows, read_table
from models.world import published_persons_per_day
from sim.calendar import add_months, day_number
from sim.errors import CannotWrite, WrongInput

ORIGIN = day_number("2019-04-01")
LAST = day_number(INPUTS_END)


def command(capsys, monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["doorstroom", *words])
    with pytest.raises(SystemExit) as left:
        app()
    out, err = capsys.readouterr()
    return left.value.code, out, err


def a_plan(draws=2, origin=ORIGIN):
    fit = prior_fit()
    return Plan(load_scenario("prop-2021"), origin, dataclasses.replace(fit, draws=fit.draws[:draws]))


def an_observation(value, day, series="persons_in_reception", first=None):
    return Observation(series, NATIONAL, value, "persons", first or day, day, "a source", "measured", "A")


def a_kept(quantiles, figures, model="doorstroom-prop_2021", origin=ORIGIN, samples=None):
    about = {"scenario": "prop-2021", "origin": "2019-04-01", "version": "1", "model_version": 1}
    samples = np.zeros((0, 0)) if samples is None else samples
    return hub.Kept(model, origin, tuple(figures), np.array(quantiles, dtype=float), samples, about)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small forecast, kept in a folder."""
    folder = tmp_path_factory.mktemp("hub")
    return folder, write_forecast(folder, a_plan())


# ---- what was known ------------------------------------------------------------------------------


LATER = {
    "inflow": ({"period_end": "2022-01-01"}, "2022-01-01"),
    "targets": ({"published_on": "2022-04-01"}, "2022-04-01"),
    "locations": ({"start": "2022-01-01"}, "2022-01-01"),
    "parameters": ({"from": "2022-03-01"}, "2022-03-01"),
    "household_mix": ({"table": "group_share", "period_start": "2022-01-01", "period_end": "2022-12-31"}, "2022-12-31"),
}


@pytest.mark.parametrize("table", LATER)
def test_a_figure_from_after_the_day_is_refused_by_its_table_and_name(table):
    later, day = LATER[table]
    row = read_table(table)[0] | later
    (figure,) = known.figures({table: (row,)})
    with pytest.raises(WrongInput) as found:
        known.check_known([figure], day_number("2022-01-01"))
    assert (found.value.code, found.value.file) == ("known_after_origin", f"{table}.csv")
    assert found.value.values["known"] == day
    known.check_known([figure], day_number(day) + 1)


def test_a_row_that_says_when_it_was_known_is_believed():
    row = read_table("inflow")[0] | {"as_of": "2024-05-01"}
    assert known.known_since("inflow", row) == day_number("2024-05-01")


def test_the_command_refuses_inputs_as_they_came_and_a_fit_that_saw_later_figures(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("models.chain.Chain", None)  # nothing may run
    to = ("--to", str(tmp_path / "f"), "--language", "en")
    words = ("forecast", "prop-2021", "--origin", "2022-01-01", *to)
    code, out, err = command(capsys, monkeypatch, *words, "--inputs", AS_THEY_CAME)
    assert (code, out) == (2, "")
    assert "does not belong in a forecast of 2022-01-01" in err
    code, out, err = command(capsys, monkeypatch, *words, "--fit", "prop-2021")
    assert (code, out) == (2, "")
    assert "were not known on the day of the forecast" in err
    assert not (tmp_path / "f").exists()


def test_a_period_that_looks_ahead_knows_what_was_counted_and_foreseen_before_the_day():
    scenario, fit = load_scenario("vooruitblik-2025"), prior_fit()
    with pytest.raises(WrongInput, match="known_after_origin") as found:
        Plan(scenario, day_number("2025-06-01"), fit)
    assert found.value.file == "reception_places.csv"
    early = known.Figure("forecasts", "mpp-2025-2", day_number("2025-09-26"))
    with pytest.raises(WrongInput, match="known_after_origin"):
        known.check_known([early], day_number("2025-09-26"))
    assert Plan(scenario, day_number("2026-02-02"), fit).until == day_number("2028-02-01")


def test_figures_of_after_the_day_change_nothing_that_a_forecast_reads():
    origin = day_number("2022-01-01")
    before = known.tables_with(origin, LAST)
    others = {}
    for table, rows in known.tables_now().items():
        changed = []
        for row in rows:
            since = known.known_since(table, row)
            number = row["value"].replace(".", "").replace("-", "").isdigit()
            changed.append(row | {"value": "17"} if since is not None and since >= origin and number else row)
        assert changed != list(rows), table
        others[table] = tuple(changed)
    with other_rows(others):
        assert known.tables_with(origin, LAST) == before


def test_inflow_goes_on_as_in_the_twelve_months_before_and_an_evacuation_does_not():
    origin = day_number("2022-01-01")
    with other_rows(known.tables_with(origin, LAST)):
        first = published_persons_per_day("first", origin - 365, origin + 365)
        np.testing.assert_allclose(first[:365], first[365:])
        assert published_persons_per_day("evacuation", origin, LAST).sum() == 0.0
        assert (published_persons_per_day("repeat", origin, LAST) > 0.0).all()
        # A step of a parameter that was still to come has gone, one of before stands.
        steps = [day for day, _ in baseline("prop-2021").ind.legal_term_days.steps]
        assert day_number("2020-11-15") in steps
        assert max(steps) < origin
    assert max(day for day, _ in baseline("prop-2021").ind.legal_term_days.steps) > origin


def test_the_target_stands_as_it_was_announced_and_later_ones_are_not_there():
    rows = {row["half_year"]: row for row in known.tables_with(day_number("2023-07-01"), LAST)["targets"]}
    assert rows["2023-2"]["value"] == "27300"
    assert max(rows) == "2023-2"
    rows = {row["half_year"]: row for row in known.tables_with(day_number("2024-01-01"), LAST)["targets"]}
    assert rows["2023-2"]["value"] == "17600"


def test_the_fit_of_a_day_saw_nothing_of_after_it():
    assert fit_for("prop-2021", day_number("2019-07-01")).name == PRIOR
    assert fit_for("prop-2021", day_number("2020-07-01")).until == "2019-12-31"
    assert fit_for("prop-2021", day_number("2025-06-01")).name == "prop-2021"
    with pytest.raises(WrongInput, match="fit_saw_later"):
        fit_for("prop-2021", day_number("2019-12-31"), "prop-2021-2019")


def test_draws_of_an_origin_are_refused_when_they_were_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(origins, "KEPT", tmp_path)
    found = {"scenario": "prop-2021", "origin": 2019, "paths": ["a", "b"], "drawn": [[1.5, 2.0], [3.0, 4.25]]}
    origins.keep_origin(found)
    names, draws = origins.kept_draws("prop-2021", 2019)
    assert names == ("a", "b")
    np.testing.assert_array_equal(draws, found["drawn"])
    file = origins.draws_file("prop-2021", 2019)
    file.write_text(file.read_text(encoding="utf-8").replace("1.5", "1.6"), encoding="utf-8")
    with pytest.raises(WrongInput, match="origin_without_draws"):
        origins.kept_draws("prop-2021", 2019)


# ---- what is said --------------------------------------------------------------------------------


def test_stocks_are_asked_at_month_ends_and_flows_per_half_year():
    figures = asked.asked_at(day_number("2022-07-01"), LAST)
    ends = [one.last_day for one in figures if one.target == "persons_in_reception"]
    assert ends[0] == day_number("2022-06-30")
    assert ends[1:] == [add_months(day_number("2022-07-01"), month) - 1 for month in range(1, 25)]
    spans = [(one.first_day, one.last_day) for one in figures if one.target == "realised"]
    assert spans[0] == (day_number("2022-07-01"), day_number("2022-12-31"))
    assert len(spans) == 4


def test_an_error_agrees_with_what_was_published_and_fades():
    lacks = Discrepancy({"a": 0.1}, 365.0)
    seen = [an_observation(120.0, ORIGIN - 1)]
    days = [float(ORIGIN - 1), float(ORIGIN + 365), float(ORIGIN + 20 * 365)]
    drawn = lasting_errors(lacks, "a", days, seen, np.full((4000, 1), 100.0), np.random.default_rng(1))
    expected = 0.2 * 0.1**2 / (0.1**2 + 0.01**2)
    np.testing.assert_allclose(drawn.mean(axis=0), [expected, expected / np.e, 0.0], atol=0.006)
    assert drawn.std(axis=0)[0] < 0.011
    assert drawn.std(axis=0)[2] == pytest.approx(0.1, rel=0.05)


def test_what_is_published_after_the_day_changes_no_forecast(made, monkeypatch):
    _, kept = made
    everything = asked.all_published()
    later = {
        series: tuple(dataclasses.replace(row, value=7.0) if row.last_day >= ORIGIN else row for row in rows)
        for series, rows in everything.items()
    }
    assert later != everything
    monkeypatch.setattr(asked, "all_published", lambda: later)
    again = make_forecast(a_plan())
    np.testing.assert_array_equal(again.samples, kept.samples)


def test_inflow_walks_spread_as_much_in_a_year_as_years_did():
    walks = paths.inflow_walks(0.3, 4000, 8, 1)
    assert np.log(walks[:, 3]).std() == pytest.approx(0.3, rel=0.05)
    moved = paths.moved_inflow(baseline("prop-2021"), ORIGIN, np.array([1.5, 2.0])).inflow.inflow_factor
    assert [moved.at(day) for day in (ORIGIN - 1, ORIGIN, ORIGIN + 95, ORIGIN + 900)] == [1.0, 1.5, 2.0, 2.0]


def test_a_forecast_is_as_wide_as_earlier_ones_were_off_and_as_past_changes_before_there_were_any(monkeypatch):
    origin, target = day_number("2021-01-01"), "persons_in_reception"
    rows = tuple(an_observation(10_000.0 * 1.2**year, origin - 365 * (6 - year)) for year in range(6))
    monkeypatch.setattr(
        widening, "published", lambda series, before=None: tuple(r for r in rows if r.last_day < before)
    )
    alone = widening.variances([], [target], origin)[target]
    assert np.sqrt(alone) == pytest.approx(np.log(1.2) / paths.MIDDLE_OF_NORMAL, rel=0.01)
    made_on = origin - 700
    figures = [asked.Asked(target, at, made_on + 30 * at, made_on + 30 * at) for at in range(25)]
    monkeypatch.setattr(widening, "said_of_truth", lambda kept, series, truth: np.full(len(LEVELS), truth.value))
    right = a_kept(np.ones((len(LEVELS), len(figures))), figures, origin=made_on)
    assert widening.variances([right], [target], origin)[target] == pytest.approx(alone * 2.0 / 3.0)
    # What is known only on the day itself says nothing yet.
    later = dataclasses.replace(right, origin=origin)
    assert widening.variances([later], [target], origin)[target] == pytest.approx(alone)
    drawn = np.log(widening.wandering(figures, made_on, 0.04, 4000, np.random.default_rng(1)))
    assert drawn[:, 0].std() == 0.0
    assert drawn[:, 12].std() == pytest.approx(0.2 * np.sqrt(360 / 365.25), rel=0.05)


# ---- kept ----------------------------------------------------------------------------------------


def test_a_forecast_reads_back_as_it_was_made_with_what_made_it(made):
    folder, kept = made
    (again,) = (one for one in hub.read_hub(folder) if one.model == kept.model)
    assert again.asked == kept.asked
    np.testing.assert_allclose(again.quantiles, kept.quantiles, atol=0.5)
    np.testing.assert_allclose(again.samples, kept.samples, atol=0.5)
    assert again.about["fit"] == PRIOR
    assert {"model_version", "version", "inputs", "known_until", "sha256", "fit_draws"} <= set(again.about)
    assert all(day < "2019-04-01" for day in again.about["known_until"].values())


def test_a_forecast_is_never_written_over(made, monkeypatch):
    folder, kept = made
    file = hub.output_file(folder, kept.model, kept.origin)
    content = file.read_bytes()
    monkeypatch.setattr("experiments.forecast.write.make_forecast", None)  # nothing may run
    with pytest.raises(CannotWrite) as found:
        write_forecast(folder, a_plan())
    assert found.value.reason.code == "forecast_in_place"
    with pytest.raises(CannotWrite):
        hub._write_once(file, b"other")
    assert file.read_bytes() == content
    assert [path for path in file.parent.iterdir() if path != file] == []


def test_a_changed_forecast_is_refused(made, tmp_path):
    import shutil

    folder, kept = made
    copied = tmp_path / "hub"
    shutil.copytree(folder, copied)
    file = hub.output_file(copied, kept.model, kept.origin)
    file.chmod(0o644)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))
    with pytest.raises(WrongInput, match="forecast_changed"):
        hub.read_hub(copied)


def test_others_can_read_it_as_a_hub(made):
    hubdata = pytest.importorskip("hubdata", reason="hubdata is not installed")
    folder, kept = made
    rows = hubdata.connect_hub(folder).to_table().to_pandas()
    mine = rows[rows["model_id"] == kept.model]
    assert set(mine["output_type"]) == {"quantile", "sample"}
    one = mine[
        (mine["target"] == "persons_in_reception") & (mine["horizon"] == 12) & (mine["output_type"] == "quantile")
    ]
    assert [float(level) for level in one["output_type_id"]] == list(LEVELS)
    place = next(
        at for at, each in enumerate(kept.asked) if (each.target, each.horizon) == ("persons_in_reception", 12)
    )
    np.testing.assert_allclose(one["value"], np.round(kept.quantiles[:, place]))
    tasks = json.loads((folder / "hub-config" / "tasks.json").read_text(encoding="utf-8"))
    assert tasks["rounds"][0]["round_id"] == "origin_date"


# ---- scores --------------------------------------------------------------------------------------


def test_scores_equal_those_of_scoringrules():
    """Its compiled function for the whole, and its quantile score for the parts.

    Its uncompiled function of 0.10.0 takes the median itself for the error of the median and is not used.
    """
    rules = pytest.importorskip("scoringrules", reason="scoringrules is not installed")
    luck, pairs = np.random.default_rng(5), len(LEVELS) // 2
    alphas = 2.0 * np.array(LEVELS[:pairs])
    for _ in range(200):
        quantiles = np.sort(luck.normal(1000.0, 300.0, len(LEVELS)))
        truth = float(luck.normal(1000.0, 600.0))
        ends = quantiles[:pairs], quantiles[:pairs:-1]
        whole = rules.weighted_interval_score(truth, quantiles[pairs], *ends, alphas, backend="numba")
        lost = rules.quantile_score(np.full(len(LEVELS), truth), quantiles, np.array(LEVELS), backend="numpy")
        ours = score.weighted_interval_score(quantiles, truth)
        assert ours == pytest.approx(float(whole), abs=1e-9)
        assert ours == pytest.approx(2.0 * float(np.mean(lost)), abs=1e-9)


def test_a_score_is_the_mean_of_what_quantiles_lose():
    quantiles, truth = np.linspace(100.0, 300.0, len(LEVELS)), 320.0
    lost = [2.0 * (level - (truth < value)) * (truth - value) for level, value in zip(LEVELS, quantiles, strict=True)]
    assert score.weighted_interval_score(quantiles, truth) == pytest.approx(float(np.mean(lost)), abs=1e-9)


def test_a_relative_score_is_over_figures_that_both_said_something_of(monkeypatch):
    figures = [asked.Asked("persons_in_reception", at, day, day) for at, day in enumerate((ORIGIN + 30, ORIGIN + 60))]
    truths = tuple(an_observation(100.0, one.last_day) for one in figures)
    monkeypatch.setattr(score, "published", lambda series: truths)
    ours = a_kept(np.full((len(LEVELS), 2), [110.0, 200.0]), figures)
    naive = a_kept(np.full((len(LEVELS), 1), 120.0), figures[:1], hub.NAIVE)
    rows = [*score.scored(ours), *score.scored(naive)]
    assert score.relative_score(rows, ours.model, hub.NAIVE, "persons_in_reception") == pytest.approx(0.5)
    assert score.relative_score(rows, ours.model, hub.PLAIN, "persons_in_reception") is None


def test_a_day_between_month_ends_and_a_year_of_half_years_are_scored():
    ends = [asked.Asked("persons_in_reception", at, day, day) for at, day in enumerate((ORIGIN, ORIGIN + 30))]
    said = score.said_of_truth(
        a_kept(np.full((len(LEVELS), 2), [100.0, 200.0]), ends),
        "persons_in_reception",
        an_observation(1.0, ORIGIN + 15),
    )
    np.testing.assert_allclose(said, 150.0)
    spans = [("2024-01-01", "2024-06-30"), ("2024-07-01", "2024-12-31")]
    halves = [asked.Asked("realised", at, *map(day_number, span)) for at, span in enumerate(spans, start=1)]
    samples = np.column_stack([np.full(10, 10.0), np.full(10, 20.0)])
    kept = a_kept(np.full((len(LEVELS), 2), 1.0), halves, samples=samples)
    year = an_observation(1.0, day_number("2024-12-31"), "realised", day_number("2024-01-01"))
    np.testing.assert_allclose(score.said_of_truth(kept, "realised", year), 30.0)


def test_the_place_of_what_came_true_in_the_band():
    quantiles = np.array(LEVELS) * 100.0
    assert score.place_in(quantiles, 50.0) == pytest.approx(0.5)
    assert score.place_in(quantiles, 1.0) < LEVELS[0]
    assert score.place_in(quantiles, 99.0) > LEVELS[-1]


def test_the_naive_model_repeats_the_last_value_and_spreads_as_the_past_did():
    origin = day_number("2022-01-01")
    days = [origin - 1, origin + 90, origin + 364]
    figures = [asked.Asked("persons_in_reception", at, day, day) for at, day in enumerate(days)]
    said = yardsticks.naive(figures, origin)
    np.testing.assert_allclose(said[LEVELS.index(0.5)], 36566.0)
    widths = said[-1] - said[0]
    assert widths[0] == 0.0
    assert 0.0 < widths[1] < widths[2]
    rows = [an_observation(100.0 * 1.1**year, ORIGIN + 365 * year) for year in range(6)]
    assert yardsticks.change_a_year(rows) == pytest.approx(np.log(1.1) / paths.MIDDLE_OF_NORMAL, rel=1e-3)


# ---- splitting a miss ----------------------------------------------------------------------------


def test_the_parts_of_a_miss_add_up_to_it_and_inflow_that_came_is_told(made):
    _, kept = made
    rows = [row for row in score.a_year_ahead(score.scored(kept)) if row.target in ("persons_in_reception", "realised")]
    assert rows
    parts = split.split(a_plan(), rows)
    for row, part in zip(rows, parts, strict=True):
        assert sum(part.values()) == pytest.approx(row.truth.value - row.median)
    assert split.largest_part({"inflow": 10.0, "places": -40.0, "measures": 3.0, "model": 5.0}, 10.0) == "inflow"
    assert split.largest_part({"inflow": 10.0, "places": -40.0, "measures": 3.0, "model": 5.0}, -22.0) == "places"


# ---- official forecasts --------------------------------------------------------------------------


def test_official_forecasts_carry_their_source_and_stand_beside_ours_of_before():
    rows = official.official_forecasts()
    assert len(rows) > 20
    assert all(row.source and row.confidence for row in rows)
    needed = next(row for row in rows if row.category == "places (COA internal)")
    assert needed.point == pytest.approx(56200 * official.PEOPLE_A_PLACE)
    origin = day_number("2022-07-01")
    figures = [one for one in asked.asked_at(origin, LAST) if one.target == "persons_in_reception"]
    kept = a_kept(np.full((len(LEVELS), len(figures)), 50000.0), figures, origin=origin)
    found = official.beside_ours([kept])
    assert all(row["origin"] <= row["published_on"] for row in found)
    (one,) = (row for row in found if row["category"] == "places (COA internal)" and row["official"] > 50000)
    assert one["came_true"] == 51701.0
    (total,) = official.compared([one])
    assert total["ours_nearer"] == 0 or abs(50000 - 51701) < abs(one["official"] - 51701)


def test_a_sample_of_runs_is_said_of_each_figure(made):
    _, kept = made
    plan = a_plan()
    figures = asked.asked_at(plan.origin, plan.until)
    table = np.zeros((2, len(paths.SERIES), plan.until - day_number("2019-01-01")), dtype=np.int32)
    assert said_of(table, figures, plan, {}).shape == (2, len(figures))
    assert kept.samples.shape[1] == len(figures)
