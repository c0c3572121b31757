"""Comparing futures: same worlds, exact zero where nothing differs, and an interval that means what it says."""

import json
import math
from datetime import date

import numpy as np
import pytest
from futures import comparison, lower_by_ten, one_run
from refused import refused

from experiments.compare.compare import HEADLINE, Precision, compare
from experiments.compare.difference import difference_of
from experiments.language.formatting import exploratory_text
from experiments.run.breakdown import MUNICIPAL
from experiments.run.headline import headlines
from experiments.run.run import run_scenario
from experiments.run.task import RunPlan
from experiments.scenario.ready import load_scenario
from experiments.scenario.scenario import shared_window
from sim.calendar import day_number
from sim.errors import WrongInput
from sim.statistics import grouped_interval, mean_interval, paired_difference

UNTIL = day_number("2019-04-01")


@pytest.fixture(scope="module")
def baseline():
    return load_scenario("prop-2021")


@pytest.fixture(scope="module")
def other(baseline):
    content = baseline.with_settings(["turnover=2"]).as_file()
    from experiments.scenario.scenario import build_scenario

    return build_scenario(content | {"name": "meer-woningen"})


@pytest.fixture(scope="module")
def result(baseline, other):
    return compare([baseline, other], RunPlan(replications=6, until_day=UNTIL))


def test_a_scenario_against_itself_differs_nowhere(baseline):
    same = compare([baseline, baseline], RunPlan(replications=2, until_day=UNTIL))
    rows = same.differences() + same.provinces() + same.sizes()
    assert len(rows) > 80
    assert same.lives[1].differing == 0
    assert same.lives[1].count("same") > 100
    for row in rows:
        assert (row.band.mean, row.band.low, row.band.high) == (0.0, 0.0, 0.0) or row.band.count == 0
        assert row.winner is None
        assert not row.clear


def test_each_run_is_the_run_one_gets_alone(baseline, other, result):
    for run, scenario in zip(result.runs, (baseline, other), strict=True):
        alone = run_scenario(scenario, RunPlan(replications=6, until_day=UNTIL))
        for name in alone.outcome_names():
            assert np.array_equal(run.outcome(name), alone.outcome(name)), name


def test_the_number_of_processes_cannot_be_seen(baseline, other, result):
    spread = compare([baseline, other], RunPlan(replications=6, until_day=UNTIL, workers=2))
    assert json.dumps(spread.to_json()) == json.dumps(result.to_json())


def test_the_difference_is_b_less_a_and_the_interval_holds_it(result):
    row = result.difference("realised")
    values = [run.outcome("realised") for run in result.runs]
    assert row.mean_a == values[0].mean()
    assert row.band.mean == pytest.approx(np.mean(values[1] - values[0]))
    assert row.band.low < row.band.mean < row.band.high
    assert row.band.mean > 0
    assert row.winner == "meer-woningen"


def test_provinces_and_sizes_add_up_to_the_country(result):
    for run in result.runs:
        for replication in run.replications:
            assert replication.detail.provinces[0].sum() == replication.outcomes["persons_in_beds_end"]
            assert replication.detail.provinces[1].sum() == replication.outcomes["permit_holders_in_beds_end"]
            assert replication.detail.municipal.shape == (len(MUNICIPAL), len(replication.half_year_names), 352)
            realised = replication.detail.municipal[MUNICIPAL.index("realised")].sum(axis=1)
            assert np.array_equal(realised, replication.half_years[2, :, 0])
            assert replication.detail.provinces[2].sum() == realised.sum()
            weeks = replication.detail.sizes[2]
            names = ("weeks_to_home_single", "weeks_to_home_2_to_4", "weeks_to_home_5_plus")
            assert [replication.outcomes[name] for name in names] == list(weeks)


def test_json_has_the_promised_keys(result):
    document = result.to_json()
    json.dumps(document, allow_nan=False)
    row = document["differences"][0]
    assert set(row) >= {"outcome", "unit", "a", "b", "mean_a", "mean_b", "mean", "low", "high", "clear", "n"}
    assert {row["outcome"] for row in document["differences"]} == set(result.runs[0].outcome_names())


def test_a_wanted_precision_is_reached(baseline, other):
    march = day_number("2019-03-01")
    rough = compare(
        [baseline, other], RunPlan(replications=20, until_day=march, fixed_parameters=True), headline="realised"
    )
    band = rough.difference("realised").band
    wanted = Precision((band.high - band.low) / 2 / 1.2)
    found = compare(
        [baseline, other], RunPlan(until_day=march, fixed_parameters=True), precision=wanted, headline="realised"
    )
    band = found.difference("realised").band
    assert found.count > 20
    assert (band.high - band.low) / 2 <= wanted.size
    with refused(WrongInput, match="replicaties"):
        compare(
            [baseline, other],
            RunPlan(until_day=day_number("2019-03-01")),
            precision=Precision(1e-6),
            headline="realised",
        )


def test_percentages_are_of_the_first_scenario():
    assert Precision(2.0, percent=True).half_width(-500.0) == 10.0
    assert Precision(2.0).half_width(500.0) == 2.0


def test_scenarios_of_different_periods_are_refused(baseline):
    with refused(WrongInput, match="perioden"):
        compare([baseline, load_scenario("golf-2015")], RunPlan(replications=2))
    with pytest.raises(WrongInput):
        compare([baseline], RunPlan(replications=2))
    with refused(WrongInput, match="outcome"):
        compare([baseline, baseline], RunPlan(replications=2), headline="no-such-outcome")


def test_groups_of_one_are_the_usual_interval():
    values = np.array([3.0, 1.0, 4.0, 1.5, 9.0])
    assert grouped_interval(values, np.arange(5)) == mean_interval(values)


def test_equal_groups_are_the_interval_of_their_means():
    values = np.array([3.0, 1.0, 4.0, 1.5, 9.0, 2.5])
    grouped = grouped_interval(values, np.array([0, 0, 1, 1, 2, 2]))
    means = mean_interval(values.reshape(3, 2).mean(axis=1))
    assert (grouped.low, grouped.high) == pytest.approx((means.low, means.high))


def test_one_group_says_nothing_about_other_groups():
    one = grouped_interval(np.array([1.0, 2.0]), np.array([0, 0]))
    assert one.mean == 1.5
    assert math.isnan(one.low)


def test_the_interval_covers_as_often_as_it_says():
    random = np.random.default_rng(8)
    inside = 0
    trials = 1000
    for _ in range(trials):
        shared = np.repeat(random.normal(0.0, 3.0, 10), 2)
        a = random.normal(5.0, 1.0, 20) + shared
        b = a + 2.0 + np.repeat(random.normal(0.0, 1.0, 10), 2) + random.normal(0.0, 0.5, 20)
        found = paired_difference(b, a, 0.9, np.repeat(np.arange(10), 2))
        inside += found.low <= 2.0 <= found.high
    assert 0.87 <= inside / trials <= 0.93


@pytest.mark.full
def test_the_interval_of_fifty_experiments_covers_as_often_as_it_says(baseline, other):
    plans = [RunPlan(8, seed, until_day=day_number("2019-03-01"), fixed_parameters=True) for seed in range(1000, 1050)]
    bands = {}
    for plan in plans:
        for row in compare([baseline, other], plan).differences():
            bands.setdefault(row.measure, []).append(row.band)
    known = [found for found in bands.values() if len({band.mean for band in found}) > 25]
    truths = [np.mean([band.mean for band in found]) for found in known]  # of 400 pairs
    covered = [band.low <= truth <= band.high for found, truth in zip(known, truths, strict=True) for band in found]
    assert len(known) >= 12
    assert 0.82 <= np.mean(covered) <= 0.95


def test_pairing_is_measured_against_different_worlds():
    random = np.random.default_rng(5)
    world = random.normal(0.0, 10.0, 200)
    a, b = world + random.normal(0, 1, 200), world + random.normal(0, 1, 200)
    _, _, _, times = difference_of(a, b, None)
    assert times == pytest.approx(math.sqrt(2 * 101) / math.sqrt(2), rel=0.15)


def test_lives_are_counted_per_pair_of_futures(result):
    assert result.lives[0].differing == 0
    row = result.life_rows(1)[-1]
    assert row["size"] == "all"
    assert row["households"]["earlier"] > row["households"]["later"]  # twice the homes
    assert row["households"]["earlier"] == result.lives[1].count("earlier") / result.count


def test_scenarios_share_the_widest_window_and_the_first_seed(baseline):
    longer = baseline.model_copy(update={"until_date": date(2022, 6, 1), "seed": 7})
    assert shared_window([baseline, longer]) == (1, baseline.from_day, longer.until_day)
    assert shared_window([longer, baseline], until_day=UNTIL) == (7, baseline.from_day, UNTIL)


def test_a_difference_in_a_chance_is_never_certain_and_nothing_is_nothing():
    """Full in every world of A and in none of B: that is clear, and still not surely a difference of one."""
    found = lower_by_ten().difference("ran_full")
    assert (found.band.mean, found.band.low, found.clear) == (-1.0, -1.0, True)
    assert found.band.high == pytest.approx(1 - 2 * 0.025 ** (1 / 40))
    alike = comparison(one_run(), one_run()).difference("ran_full")
    assert (alike.band.mean, alike.band.low, alike.band.high, alike.clear) == (0.0, 0.0, 0.0, False)


# ---- what a comparison is about ----------------------------------------------------------------------------------


def test_only_what_was_marked_before_the_run_is_no_exploration(baseline, other):
    plan = RunPlan(replications=2, until_day=UNTIL)
    usual = compare([baseline, other], plan)
    assert set(usual.headlines) == {*headlines(), HEADLINE}
    chosen = compare([baseline, other], plan, marked=["homes_to_permit_holders"], headline="realised")
    assert chosen.headlines == ("realised", "homes_to_permit_holders")
    for result in (usual, chosen):
        found = {row.measure for row in result.differences() if not row.exploratory}
        assert found == set(result.headlines)
        assert all(row.exploratory for row in (*result.provinces(), *result.sizes()))
        assert [row["outcome"] for row in result.to_json()["differences"] if not row["exploratory"]] == [
            name for name in result.runs[0].outcome_names() if name in result.headlines
        ]
    with refused(WrongInput, match="--headline"):
        compare([baseline, other], plan, marked=["niets"])


def test_a_clear_difference_that_was_not_marked_says_so_in_words():
    assert exploratory_text("B beter", "nl", True) == "B beter (verkennend)"
    assert exploratory_text("B better", "en", False) == "B better"
