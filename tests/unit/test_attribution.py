"""Why two scenarios differ: bars that add up exactly, whatever the numbers, and the right combination behind each."""

import dataclasses
import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refused import refused

from cli_pages.command import app
from cli_pages.why import text_bars
from experiments.compare.attribution import MOST_FACTORS, AttributionTask, attribute, combined_changes, factors_between
from experiments.compare.splitting import (
    Factor,
    parts_that_add_up,
    shapley,
    shapley_per_replication,
    split,
    whole_steps,
)
from experiments.language.refusals import refusal_text
from experiments.run.parameters import changed_parameters
from experiments.run.run import run_scenario
from experiments.run.task import RunPlan
from experiments.scenario.ready import check_text, load_scenario
from models.levers import LEVERS, Change
from sim.calendar import day_number
from sim.errors import WrongInput

UNTIL = day_number("2019-04-01")
SHORT = ("--until", "2019-03-01", "--replications", "2", "--workers", "1")


def scenario(levers=(), uncertainties=(), name="anders", **keys):
    lines = [f"schema: 1\nname: {name}\ntitle: T\ndescription: D.\nperiod: prop-2021"]
    lines += [f"{key.rstrip('_')}: {value}" for key, value in keys.items()]
    for section, names in (("levers", levers), ("uncertainties", uncertainties)):
        if names:
            lines += [f"{section}:", *(f"  {key}: {value}" for key, value in dict(names).items())]
    return check_text("\n".join(lines))


BASE = scenario(name="basis")


# --- the value of a factor ------------------------------------------------------------------------------------

whole = st.integers(-(10**9), 10**9)
games = st.integers(0, 5).flatmap(lambda k: st.lists(whole, min_size=2**k, max_size=2**k))


@given(games)
def test_parts_sum_to_the_difference(worth):
    assert sum(shapley(worth)) == worth[-1] - worth[0]


@given(st.integers(1, 4).flatmap(lambda k: st.lists(whole, min_size=2**k, max_size=2**k)), whole, st.data())
def test_a_factor_that_always_adds_the_same_gets_just_that(worth, adds, data):
    """A new factor is put in any place; the others keep what they had."""
    factors = len(worth).bit_length() - 1
    place = data.draw(st.integers(0, factors))
    low = (1 << place) - 1
    wider = [worth[(s & low) | (s >> 1 & ~low)] + (adds if s >> place & 1 else 0) for s in range(2 * len(worth))]
    parts = shapley(wider)
    assert parts.pop(place) == adds
    assert parts == shapley(worth)


@given(st.lists(whole, min_size=16, max_size=16), st.permutations(range(4)))
def test_names_of_factors_do_not_matter(worth, order):
    moved = [0] * 16
    for combination in range(16):
        moved[sum(1 << order[index] for index in range(4) if combination >> index & 1)] = worth[combination]
    parts = shapley(worth)
    assert [shapley(moved)[order[index]] for index in range(4)] == parts


@given(st.lists(whole, min_size=8, max_size=8))
def test_two_factors_that_do_the_same_get_the_same(worth):
    worth[2], worth[6] = worth[1], worth[5]  # factors 0 and 1 are alike
    first, second, _ = shapley(worth)
    assert first == second


@given(st.lists(whole, min_size=16, max_size=16), st.lists(whole, min_size=16, max_size=16))
def test_parts_of_a_sum_are_sums_of_parts(one, other):
    together = shapley([a + b for a, b in zip(one, other, strict=True)])
    assert together == [a + b for a, b in zip(shapley(one), shapley(other), strict=True)]


def test_parts_are_the_mean_over_all_orders():
    # A glove game: two left (0, 1) and one right (2) are worth 1 as a pair.
    worth = [int(bool(s & 3) and bool(s & 4)) for s in range(8)]
    assert shapley(worth) == [Fraction(1, 6), Fraction(1, 6), Fraction(2, 3)]
    assert shapley_per_replication(np.array([worth], dtype=float))[0] == pytest.approx([1 / 6, 1 / 6, 2 / 3])


@pytest.mark.parametrize("length", [0, 3, 6])
def test_a_game_has_a_value_for_every_combination(length):
    with pytest.raises(ValueError, match="power of two"):
        shapley([0] * length)


@given(st.lists(st.fractions(-1000, 1000, max_denominator=720), max_size=6), st.fractions(0, 1, max_denominator=60))
def test_rounded_parts_add_up_and_stay_near(parts, beginning):
    total = whole_steps(beginning + sum(parts)) - whole_steps(beginning)
    rounded = parts_that_add_up(parts, total)
    assert sum(rounded) == total
    assert all(abs(part - near) < 1 for part, near in zip(parts, rounded, strict=True))
    assert all(near == part for part, near in zip(parts, rounded, strict=True) if part.denominator == 1)


def test_halves_go_up_so_that_equal_fractions_go_the_same_way():
    assert [whole_steps(Fraction(halves, 2)) for halves in (-3, -1, 1, 3, 4)] == [-1, 0, 1, 2, 2]


def test_a_total_that_is_not_the_sum_is_refused():
    with pytest.raises(ValueError, match="cannot be rounded to 9"):
        parts_that_add_up([Fraction(1, 2), Fraction(1)], 9)


# --- a split --------------------------------------------------------------------------------------------------


def unnamed(count):
    return [Factor(f"f{index}", ()) for index in range(count)]


tables = st.tuples(st.integers(0, 6), st.integers(1, 7), st.integers(0, 2**32), st.sampled_from([1e-6, 0.1, 3e4, 9e8]))


@settings(deadline=None)
@given(tables, st.randoms(use_true_random=False))
def test_bars_add_up_to_the_last_digit_in_any_order(table, shuffler):
    factors, replications, seed, size = table
    worth = np.random.default_rng(seed).normal(size=(replications, 2**factors)) * size
    found = split(worth, None, unnamed(factors))
    bars = [bar.mean for bar in found.bars]
    assert found.mean_b - found.mean_a == found.difference
    for _ in range(6):
        shuffler.shuffle(bars)
        total = 0.0
        for bar in bars:
            total += bar
        assert total == found.difference
        assert json.loads(json.dumps(total)) == found.difference
    assert found.mean_a == pytest.approx(worth[:, 0].mean(), abs=1e-12 * np.abs(worth).max())
    assert found.mean_b == pytest.approx(worth[:, -1].mean(), abs=1e-12 * np.abs(worth).max())
    exact = shapley_per_replication(worth).mean(axis=0)
    assert [bar.mean for bar in found.bars] == pytest.approx(exact.tolist(), abs=1e-11 * np.abs(worth).max())


@given(tables, st.integers(0, 4))
def test_what_is_shown_adds_up_too(table, decimals):
    factors, replications, seed, size = table
    worth = np.random.default_rng(seed).normal(size=(replications, 2**factors)) * min(size, 3e4)
    found = split(worth, None, unnamed(factors))
    first, last, difference, bars = (
        np.rint(np.array(part) * 10**decimals).astype(int) for part in found.shown(decimals)
    )
    assert bars.sum() == difference == last - first
    for bar, shown in zip(found.bars, bars, strict=True):
        assert abs(bar.mean * 10**decimals - shown) < 1.000001


def test_outcomes_that_are_whole_numbers_stay_as_they_are():
    worth = np.array([[27381.0, 30000.0, 27381.0, 36864.0], [22498.0, 22498.0, 22498.0, 22501.0]])
    found = split(worth, None, unnamed(2))
    assert (found.mean_a, found.mean_b, found.difference) == (24939.5, 29682.5, 4743.0)
    assert (found.bars[0].alone, found.bars[0].last) == (1309.5, 4743.0)
    assert (found.bars[1].alone, found.bars[1].last) == (0.0, 3433.5)


def test_a_factor_without_effect_gets_exactly_nothing():
    worth = np.random.default_rng(3).normal(size=(5, 8)) * 1e5
    wider = np.concatenate([worth, worth], axis=1)  # factor 3 changes nothing
    bar = split(wider, [0, 0, 1, 1, 2], unnamed(4)).bars[3]
    assert (bar.mean, bar.low, bar.high, bar.alone, bar.last) == (0.0, 0.0, 0.0, 0.0, 0.0)


def test_without_factors_nothing_differs():
    found = split(np.array([[5.0], [7.0]]), None, [])
    assert (found.difference, found.low, found.high, found.bars) == (0.0, 0.0, 0.0, ())


def test_intervals_count_draws_and_not_replications():
    rng = np.random.default_rng(4)
    per_draw = np.repeat(rng.normal(size=(6, 4)) * 100, 2, axis=0)
    apart, shared = split(per_draw, None, unnamed(2)), split(per_draw, np.repeat(range(6), 2), unnamed(2))
    for one, two in zip((apart, *apart.bars), (shared, *shared.bars), strict=True):
        assert two.high - two.low > 1.3 * (one.high - one.low)
    for bar in shared.bars:
        assert (bar.low + bar.high) / 2 == pytest.approx(bar.mean)
    single = split(per_draw[:2], [0, 0], unnamed(2))
    assert math.isfinite(single.difference)


def test_values_that_are_not_finite_are_refused():
    for worth in (np.array([[0.0, math.nan]]), np.empty((0, 2))):
        with pytest.raises(ValueError, match="finite"):
            split(worth, None, unnamed(1))


# --- factors --------------------------------------------------------------------------------------------------

A = scenario({"share_cap": 0.05, "flex_per_year": 1000, "trading": "region"}, {"inflow_factor": 1.1}, name="a")
B = scenario({"share_cap": 0.09, "trading": "region", "reserve_places": 2000}, {"inflow_factor": 1.1}, name="b")


def parameters(changes):
    return changed_parameters("prop-2021", changes, "prop-2021", 1)


def test_each_lever_that_differs_is_a_factor():
    factors = factors_between(A, B)
    assert [factor.name for factor in factors] == ["share_cap", "reserve_places", "flex_per_year"]
    assert factors[2] == Factor("flex_per_year", (), ("flex_per_year",))


def test_all_off_is_a_and_all_on_is_b():
    factors = factors_between(A, B)
    assert parameters(combined_changes(A.changes(), factors, 0)) == parameters(A.changes())
    assert parameters(combined_changes(A.changes(), factors, 7)) == parameters(B.changes())
    only_flex = scenario({"share_cap": 0.05, "trading": "region"}, {"inflow_factor": 1.1})
    assert parameters(combined_changes(A.changes(), factors, 4)) == parameters(only_flex.changes())


def test_the_order_of_levers_does_not_matter_as_none_share_a_parameter():
    assert len({lever.sets for lever in LEVERS.values()}) == len(LEVERS)


def test_dates_are_part_of_a_setting():
    later = scenario({"share_cap": "{value: 0.05, from: 2020-01-01}"})
    always = scenario({"share_cap": 0.05})
    assert [factor.name for factor in factors_between(always, later)] == ["share_cap"]
    assert factors_between(always, scenario({"share_cap": 0.05})) == ()


def test_levers_can_be_taken_together():
    factors = factors_between(A, B, ["wonen= share_cap, flex_per_year"])
    assert [(factor.name, factor.levers) for factor in factors] == [
        ("wonen", ("share_cap", "flex_per_year")),
        ("reserve_places", ("reserve_places",)),
    ]
    assert parameters(combined_changes(A.changes(), factors, 3)) == parameters(B.changes())


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (["wonen"], "dit is geen factor; toegestaan is naam=knop of naam=knop,knop"),
        (["=share_cap"], "dit is geen factor"),
        (["wonen=share_cap,"], "dit is geen factor"),
        (["a\nb=share_cap"], "dit is geen factor"),
        (["wonen=trading"], "'trading' verschilt niet tussen A en B; toegestaan is share_cap, reserve_places"),
        (["x=share_cap", "y=share_cap"], "--factor y=share_cap: 'share_cap' staat er twee keer"),
        (["x=share_cap", "x=flex_per_year"], "de naam 'x' staat er twee keer"),
        (["share_cap=flex_per_year"], "'share_cap' is al de naam van een knop die verschilt"),
    ],
)
def test_wrong_groups_are_refused_in_one_sentence(groups, expected):
    with pytest.raises(WrongInput) as refusal:
        factors_between(A, B, groups)
    assert expected in refusal_text(refusal.value, "nl")
    assert "\n" not in refusal_text(refusal.value, "nl")


def test_at_most_six_factors():
    names = ("share_cap", "share_base", "strictness", "flex_per_year", "reserve_places", "hosts_places", "smoothing")
    many = scenario({name: LEVERS[name].low for name in names})
    with refused(WrongInput, match=f"7 factoren is te veel.*hoogstens {MOST_FACTORS}"):
        factors_between(BASE, many)
    assert len(factors_between(BASE, many, ["aandeel=share_cap,share_base"])) == 6


# --- running --------------------------------------------------------------------------------------------------


def test_ends_of_the_split_are_the_two_scenarios():
    names = ["persons_in_reception_max", "permit_holders_under_coa_end", "share_to_permit_holders"]
    found = attribute(A, B, RunPlan(replications=3, until_day=UNTIL), outcomes=names)
    first, last = (run_scenario(one, RunPlan(replications=3, until_day=UNTIL)) for one in (A, B))
    for index, part in enumerate(found.splits()):
        name = names[index]
        assert found.values[:, 0, index].tolist() == first.outcome(name).tolist()
        assert found.values[:, -1, index].tolist() == last.outcome(name).tolist()
        assert part.mean_a == pytest.approx(first.outcome(name).mean(), rel=1e-12)
        assert part.count == 3
    assert found.split("permit_holders_under_coa_end").difference < 0.0
    assert found.draws.tolist() == first.draws.tolist()


def test_the_answer_does_not_hang_on_the_number_of_workers():
    one, two = (attribute(BASE, B, RunPlan(replications=2, until_day=UNTIL, workers=workers)) for workers in (1, 2))
    assert one.to_json() == two.to_json()


def test_replications_in_which_an_outcome_is_unknown_are_left_out():
    found = attribute(A, B, RunPlan(replications=4, until_day=UNTIL), outcomes=["realised", "weeks_to_home_median"])
    values = found.values.copy()
    values[0, 1, 1] = np.nan  # in one combination nobody was housed
    some = dataclasses.replace(found, values=values)
    assert some.split("weeks_to_home_median").count == 3
    assert some.split("realised").count == 4
    json.dumps(some.to_json(), allow_nan=False)
    values[:, 0, 1] = np.nan
    with refused(WrongInput, match="geen replicatie"):
        dataclasses.replace(found, values=values).split("weeks_to_home_median")


def test_equal_scenarios_have_nothing_to_split():
    found = attribute(A, A, RunPlan(replications=2, until_day=UNTIL)).to_json()
    assert found["factors"] == []
    for part in found["splits"]:
        assert (part["difference"], part["low"], part["high"], part["bars"]) == (0.0, 0.0, 0.0, [])


def test_factors_can_be_laid_over_a_scenario():
    more = Factor("woningen", (Change("share_base", 0.1), Change("share_cap", 0.2)))
    idle = Factor("niets", tuple(A.changes()[1:2]))
    found = attribute(
        A, [more, idle], RunPlan(replications=2, until_day=UNTIL), outcomes=["realised"], name_of_b="meer"
    )
    part = found.split("realised")
    assert part.bars[0].mean == part.difference > 0.0
    assert part.bars[1].mean == part.bars[1].alone == part.bars[1].low == 0.0
    assert found.to_json()["b"] == "meer"
    with refused(WrongInput, match="'share_cap' staat in woningen en in nog"):
        attribute(A, [more, Factor("nog", (Change("share_cap", 0.1),))])
    with refused(WrongInput, match="7 factoren"):
        attribute(A, unnamed(7))


def test_a_combination_that_is_not_allowed_is_refused_before_anything_runs(monkeypatch):
    monkeypatch.setattr(AttributionTask, "__call__", lambda task, number: pytest.fail("it ran"))
    with refused(WrongInput, match="share_cap: waarde 7 is niet toegestaan; toegestaan is 0 tot en met"):
        attribute(A, [Factor("te-veel", (Change("share_cap", 7),))])


def test_scenarios_of_different_periods_are_refused():
    with pytest.raises(WrongInput) as refusal:
        attribute(BASE, load_scenario("golf-2015"))
    assert refusal_text(refusal.value, "nl").startswith("period: basis en golf-2015 gaan over andere perioden")


def test_what_is_given_goes_for_both():
    days = {"from_day": day_number("2019-02-01"), "until_day": UNTIL}
    assert (
        attribute(BASE, scenario(until="2021-01-01"), RunPlan(replications=1, **days)).task.run.from_day
        == days["from_day"]
    )


# --- the command ----------------------------------------------------------------------------------------------


def call(capsys, *words):
    with pytest.raises(SystemExit) as left:
        app(list(words), prog_name="doorstroom")
    out, err = capsys.readouterr()
    return left.value.code, out, err


@pytest.fixture
def other(tmp_path):
    path = tmp_path / "ruimer.yaml"
    path.write_text(
        "schema: 1\nname: ruimer\ntitle: Ruimer\ndescription: D.\nperiod: prop-2021\n"
        "levers: {share_base: 0.1, share_cap: 0.2, places_added: 500}\n",
        encoding="utf-8",
    )
    return str(path)


def test_why_as_json(capsys, other):
    words = ("why", "prop-2021", other, *SHORT, "--outcome", "realised", "--factor", "aandeel=share_base,share_cap")
    code, out, err = call(capsys, *words, "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert {key: document[key] for key in ("a", "b", "replications", "until")} == {
        "a": "prop-2021",
        "b": "ruimer",
        "replications": 2,
        "until": "2019-03-01",
    }
    (part,) = document["splits"]
    assert (part["outcome"], part["unit"], part["n"]) == ("realised", "persons", 2)
    assert [bar["factor"] for bar in part["bars"]] == ["aandeel", "places_added"]
    assert sum(bar["mean"] for bar in part["bars"]) == part["difference"] == part["mean_b"] - part["mean_a"] > 0
    assert part["low"] is None  # two replications share one draw, which says nothing of spread


def test_why_in_words(capsys, other):
    code, out, err = call(capsys, "why", "prop-2021", other, *SHORT)
    assert (code, err) == (0, "")
    assert "A: De prop van 2021 (prop-2021)" in out
    assert "in A zoals in de uitgangssituatie, in B 0,2" in out
    assert "Vergunninghouders in of onder het COA, einde (personen)" in out
    assert "█│" in out
    assert "niet wat er zal gebeuren" in out
    code, out, err = call(capsys, "why", "prop-2021", "prop-2021", *SHORT)
    assert (code, err) == (0, "")
    assert "er valt niets te verdelen" in out


def testtext_bars_have_one_axis():
    assert [bar.index("│") for bar in text_bars([-10.0, 20.0, 0.0])] == [10, 10, 10]
    assert text_bars([-10.0, 20.0, 0.0])[1] == " " * 10 + "│" + "█" * 20
    assert text_bars([0.0]) == ["│"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["why", "prop-2021"], "B ontbreekt"),
        (["why", "prop-2021", "golf-2015"], "gaan over andere perioden"),
        (["why", "prop-2021", "prop-2021", "--outcome", "geluk"], "--outcome: onbekende uitkomst"),
        (
            ["why", "prop-2021", "prop-2021", "--factor", "x=trading"],
            "toegestaan is niets, want A en B verschillen niet",
        ),
        (["why", "prop-2021", "prop-2021", "--until", "2031-01-01"], "--until 2031-01-01"),
    ],
)
def test_wrong_use_is_one_sentence(capsys, words, expected):
    code, out, err = call(capsys, *words)
    assert (code, out) == (2, "")
    assert expected in err
    assert err.count("\n") == 1


def test_ctrl_c_shows_what_is_finished(capsys, monkeypatch, other):
    usual = AttributionTask.__call__

    def interrupted(task, number):
        if number == 2:
            raise KeyboardInterrupt
        return usual(task, number)

    monkeypatch.setattr(AttributionTask, "__call__", interrupted)
    code, out, err = call(capsys, "why", "prop-2021", other, *SHORT, "--json")
    assert code == 130
    assert err == "Onderbroken na 1 van 2 replicaties; wat af is, staat in de uitvoer.\n"
    document = json.loads(out)
    assert document["interrupted"] is True
    assert document["replications"] == 1


def test_ctrl_c_outside_a_run_is_told(capsys, monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr("experiments.report.lists.outcome_rows", interrupted)
    assert call(capsys, "list", "outcomes") == (130, "", "Onderbroken.\n")
