"""A scenario with figures of the user's own: what they take the place of, what stands beside the model, refusals."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from experiments.compare.attribution import factors_between
from experiments.compare.side_by_side import split_scenarios
from experiments.figures.figure import Figure, add_to_table
from experiments.figures.series import all_series
from experiments.forecast.fits import prior_fit
from experiments.forecast.make import Plan
from experiments.history.backtest import Backtest, own_points, points
from experiments.report.exports import figure_rows
from experiments.run.ensemble import load_ensemble
from experiments.run.observed import best_of, comparison, observations, observations_and_own
from experiments.run.origin import settings_text
from experiments.run.parameters import changed_parameters
from experiments.run.snapshots import Saved, check_branch
from experiments.run.task import Task
from experiments.scenario.own_figures import row_text
from experiments.scenario.ready import check_text, load_scenario
from experiments.scenario.scenario import build_scenario
from experiments.scenario.text import file_text
from experiments.service.keys import baseline_of, job_key
from models.chain import Chain
from models.levers import Change, apply_changes
from models.outcomes import OUTCOMES, Window, unit_costs
from models.own import OWN
from models.parameters import baseline
from models.register import STREAMS
from models.stages.coa import Coa
from models.stages.target import Target
from models.world import arrival_rates, mean_persons
from sim.calendar import day_number
from sim.errors import WrongInput

PERIOD = "prop-2021"
FIRST, LAST = day_number("2019-01-01"), day_number("2021-01-01")


def figure(series, first, last, value, **more):
    about = {"area": "Nederland", "unit": all_series()[series].unit, "status": "measured", "source": "proef"}
    days = {"first": date.fromisoformat(first), "last": date.fromisoformat(last), "as_of": date(2022, 1, 1)}
    return Figure(series=series, value=float(value), **(about | days | more))


def content(*figures, **more):
    texts = {"title": "Eigen", "description": "Proef."}
    rows = [each if isinstance(each, str) else row_text(each) for each in figures]
    return {"schema": 2, "name": "eigen", **texts, "period": PERIOD, "figures": rows} | more


def scenario(*figures, **more):
    return build_scenario(content(*figures, **more))


def parameters(*figures):
    return changed_parameters(PERIOD, scenario(*figures).changes())


def persons(given):
    """Expected persons a day per stream over the period."""
    rates = arrival_rates(given, FIRST, LAST)
    return {stream: rates[place] * mean_persons(place) for place, stream in enumerate(STREAMS)}


def test_own_inflow_takes_the_place_of_the_published_one_and_only_of_that():
    own = figure("first_applications", "2019-07-01", "2019-09-30", 12_000)
    usual, mine = persons(baseline(PERIOD)), persons(parameters(own))
    days = slice(day_number("2019-07-01") - FIRST, day_number("2019-10-01") - FIRST)
    assert mine["first"][days].sum() + mine["amv"][days].sum() == pytest.approx(12_000)
    share = usual["amv"][days] / (usual["first"][days] + usual["amv"][days])
    assert mine["amv"][days] / (mine["first"][days] + mine["amv"][days]) == pytest.approx(share)
    for stream in STREAMS:
        outside = np.ones(LAST - FIRST, dtype=bool)
        outside[days] = stream not in ("first", "amv")
        assert (mine[stream][outside] == usual[stream][outside]).all()


def test_a_factor_on_the_inflow_is_one_on_own_inflow_too():
    own = figure("repeat_applications", "2019-01-01", "2019-12-31", 3_000)
    raised = apply_changes(parameters(own), [Change("inflow_factor", 1.5)])
    year = slice(0, 365)
    assert persons(raised)["repeat"][year].sum() == pytest.approx(4_500)


def test_own_figures_that_equal_the_published_change_nothing():
    published = persons(baseline(PERIOD))
    days = slice(0, 181)
    value = published["first"][days].sum() + published["amv"][days].sum()
    same = replace(figure("first_applications", "2019-01-01", "2019-06-30", 0), value=float(value))
    # Of a half-year with two quarters the total stays, and its course becomes even.
    mine = persons(changed_parameters(PERIOD, build_scenario(content(replace(same, value=round(value)))).changes()))
    assert mine["first"][days].sum() + mine["amv"][days].sum() == pytest.approx(round(value))


@pytest.mark.parametrize("source", ["follows", "published", "rule"])
def test_an_own_target_stands_whatever_is_forecast(source):
    made = scenario(
        figure("target", "2019-01-01", "2019-06-30", 9_000), figure("target", "2019-07-01", "2019-12-31", 4_321)
    )
    changes = [*made.changes(), Change("target_source", source)]
    chain = Chain(apply_changes(baseline(PERIOD), changes), 1, day_number("2019-07-03"), usual=baseline(PERIOD))
    chain.start()
    assert chain.register.towns["target"].sum() == 9_000
    chain.run(chain.last_day)
    assert chain.register.towns["target"].sum() == 4_321


def test_an_own_target_far_ahead_changes_no_half_year_before_it():
    first, until = "vooruitblik-2025", day_number("2027-07-02")
    far = changed_parameters(first, [Change("target", 9_000.0, day_number("2027-01-01"), day_number("2027-07-01"))])
    numbers = []
    for given in (baseline(first), far):
        target = Chain(given, 1, until).stages[Target]
        target.books.now["closed"] = 1  # a forecast looks back on a whole half-year
        numbers.append([target.national_number(name, target.register.first_day) for name in ("2026-2", "2027-1")])
    assert numbers[1] == [numbers[0][0], 9_000]


def test_own_places_by_contract_keep_their_parts_and_hold_until_the_next():
    made = parameters(
        figure("contracted_places", "2019-02-01", "2019-02-01", 20_000),
        figure("contracted_places", "2019-03-01", "2019-03-01", 30_000),
    )
    usual, mine = (_policy(each) for each in (baseline(PERIOD), made))
    assert mine[:31].sum() == usual[:31].sum()
    assert mine[31:59].sum(axis=1) == pytest.approx(20_000)
    assert mine[59:].sum(axis=1) == pytest.approx(30_000)
    assert mine[40] / mine[40].sum() == pytest.approx(usual[40] / usual[40].sum())


def _policy(given):
    chain = Chain(given, 1, day_number("2019-05-01"))
    policy = chain.stages[Coa].policy
    return policy.regular + policy.emergency


@pytest.mark.parametrize(
    ("item", "outcome"),
    [("regular_place_per_day", "cost_reception"), ("ind_staff_per_year", "cost_ind")],
)
def test_own_unit_costs_are_what_things_cost_on_their_days(short_facts, item, outcome):
    count = OUTCOMES[outcome].count
    window = Window(short_facts, baseline(PERIOD), FIRST, short_facts.last_day)
    usual = count(window)
    own = parameters(figure(item, "2019-01-01", "2019-12-31", 2 * unit_costs()[item]))
    later = parameters(figure(item, "2020-06-01", "2020-12-31", 2 * unit_costs()[item]))
    assert count(replace(window, parameters=own)) > 1.5 * usual
    assert count(replace(window, parameters=later)) == usual


def test_every_unit_cost_that_can_be_own_is_in_the_table_and_moves_something():
    costs = {name for name, series in OWN.items() if series.unit.startswith("EUR")}
    assert costs <= set(unit_costs())
    text = (Path(__file__).resolve().parents[2] / "models" / "outcomes.py").read_text(encoding="utf-8")
    assert {name for name in costs if f'"{name}"' not in text} == set()


def test_own_figures_of_a_lever_become_dated_steps():
    made = scenario(
        figure("flow_through_places", "2020-01-01", "2020-03-31", 500),
        figure("flow_through_places", "2020-04-01", "2020-06-30", 900),
        figure("hosts_places", "2020-02-01", "2020-02-01", 40),
        figure("hosts_places", "2020-05-01", "2020-05-01", 60),
    )
    places = changed_parameters(PERIOD, made.changes()).stays
    usual = baseline(PERIOD).stays
    at = {day: places.flow_through_places.at(day_number(day)) for day in ("2020-01-01", "2020-04-01", "2020-07-01")}
    assert at == {
        "2020-01-01": 500, "2020-04-01": 900, "2020-07-01": usual.flow_through_places.at(day_number("2020-07-01"))
    }  # fmt: skip
    assert [places.hosts_places.at(day_number(day)) for day in ("2020-02-01", "2020-06-01", "2021-06-01")] == [
        40,
        60,
        60,
    ]


def test_of_a_period_that_was_published_more_than_once_the_newest_counts():
    made = scenario(
        figure("target", "2019-01-01", "2019-06-30", 9_000, as_of=date(2019, 5, 1)),
        figure("target", "2019-01-01", "2019-06-30", 8_000, as_of=date(2019, 7, 1)),
    )
    assert [change.value for change in made.changes()] == [8_000]
    assert len(made.figures) == 2


def test_a_scenario_holds_the_rows_of_its_tables_so_that_it_can_be_repeated_elsewhere(tmp_path):
    add_to_table(str(tmp_path / "taak.csv"), [figure("target", "2019-01-01", "2019-06-30", 9_000)])
    text = "\n".join(
        [
            "schema: 2",
            "name: eigen",
            "title: Eigen",
            "description: Proef.",
            f"period: {PERIOD}",
            "figures:",
            "  - taak.csv",
        ]
    )
    (tmp_path / "eigen.yaml").write_text(text + "\n", encoding="utf-8")
    loaded = load_scenario(tmp_path / "eigen.yaml")
    (tmp_path / "taak.csv").unlink()
    assert check_text(file_text(loaded)) == loaded
    assert build_scenario(loaded.as_file()) == loaded
    assert loaded.as_file()["figures"] == [
        "target,Nederland,2019-01-01,2019-06-30,9000,persons,measured,proef,2022-01-01"
    ]
    with pytest.raises(WrongInput) as refusal:
        load_scenario(tmp_path / "eigen.yaml")
    assert refusal.value.code == "no_table_here"
    with pytest.raises(WrongInput) as refusal:
        check_text(text)
    assert refusal.value.code == "figures_need_rows"


@pytest.mark.parametrize("name", ["../taak.csv", "/etc/taak.csv", "a\0.csv"])
def test_a_table_elsewhere_is_not_read(tmp_path, name):
    (tmp_path / "hier").mkdir()
    add_to_table(str(tmp_path / "taak.csv"), [figure("target", "2019-01-01", "2019-06-30", 9_000)])
    with pytest.raises(WrongInput):
        check_text(_yaml(name), "eigen.yaml", tmp_path / "hier")


def _yaml(name):
    return f'schema: 2\nname: a\ntitle: A\ndescription: B\nperiod: {PERIOD}\nfigures: ["{name}"]\n'


HALF = ("2019-01-01", "2019-06-30")


@pytest.mark.parametrize(
    ("wrong", "more", "code"),
    [
        (["target,Nederland"], {}, "not_allowed"),
        (["targett,Nederland,2019-01-01,2019-06-30,9000,persons,measured,x,2022-01-01"], {}, "unknown_series"),
        (["target,Nederland,2019-01-01,2019-06-30,9000,homes,measured,x,2022-01-01"], {}, "not_allowed"),
        (["target,Utrecht,2019-01-01,2019-06-30,9000,persons,measured,x,2022-01-01"], {}, "not_allowed"),
        (["target,Nederland,2019-01-01,2019-06-30,-9000,persons,measured,x,2022-01-01"], {}, "not_allowed"),
        (["target,Nederland,2019-01-01,2019-06-30,9000.5,persons,measured,x,2022-01-01"], {}, "not_allowed"),
        (["target,Nederland,2019-01-01,2019-03-31,9000,persons,measured,x,2022-01-01"], {}, "other_period_needed"),
        (["target,Nederland,2019-06-30,2019-01-01,9000,persons,measured,x,2022-01-01"], {}, "ends_before_it_begins"),
        (["target,Nederland,2009-01-01,2009-06-30,9000,persons,measured,x,2022-01-01"], {}, "figures_outside"),
        (["target,Nederland,2019-01-01,2019-06-30,nan,persons,measured,x,2022-01-01"], {}, "not_allowed"),
        (["target,Nederland,2019-01-01,2019-06-30,9000,persons,misschien,x,2022-01-01"], {}, "not_allowed"),
        (["target,Nederland,2019-01-01,2019-06-30,9000,persons,measured,,2022-01-01"], {}, "missing"),
        (["target,Nederland,2019-01-01,2019-06-30,9000,persons,measured,\u202ex,2022-01-01"], {}, "not_allowed"),
        (
            [figure("hosts_places", "2020-01-01", "2020-06-30", 40)], {"levers": {"hosts_places": 9}},
            "figures_and_setting",
        ),
        (
            [figure("closures", "2020-01-01", "2020-06-30", 4), figure("closures", "2020-06-01", "2020-06-30", 4)], {},
            "figures_overlap",
        ),
        ([figure("share_base", "2020-01-01", "2020-06-30", 0.19)], {}, "base_above_cap"),
    ],
)  # fmt: skip
def test_figures_that_cannot_be_used_are_refused_by_name(wrong, more, code):
    with pytest.raises(WrongInput) as refusal:
        scenario(*wrong, **more)
    assert refusal.value.code == code


def test_figures_beside_the_model_change_nothing_and_stand_before_the_published():
    own = figure("persons_in_reception", "2019-12-31", "2019-12-31", 29_999)
    made = scenario(own)
    assert made.changes() == []
    task = Task.of(made)
    assert task.figures == (own,)
    with_own = observations_and_own(task.from_day, task.until_day, task.figures)
    assert len(with_own) == len(observations(task.from_day, task.until_day)) + 1
    rows = best_of(comparison(with_own, np.ones(len(with_own))))
    (row,) = (
        row for row in rows if row["series"] == "persons_in_reception" and row["last_day"] == day_number("2019-12-31")
    )
    assert (row["published"], row["source"], row["own"]) == (29_999, "proef", True)


def test_what_is_computed_is_known_by_its_figures():
    bare = build_scenario(content())
    beside, inside = (
        scenario(figure("persons_in_reception", "2019-12-31", "2019-12-31", 29_999)),
        scenario(figure("target", *HALF, 9_000)),
    )
    assert len({job_key(each) for each in (bare, beside, inside)}) == 3
    assert baseline_of(inside).changes() == []


def test_own_figures_are_one_cause_of_a_difference():
    a, b = build_scenario(content()), scenario(figure("target", *HALF, 9_000))
    (factor,) = factors_between(a, b)
    assert factor.levers == ("target",)


def test_history_is_what_it_was():
    assert baseline(PERIOD).own == ()
    assert apply_changes(baseline(PERIOD), []) == baseline(PERIOD)


def test_a_split_takes_own_figures_of_one_series_at_a_time():
    a = scenario(figure("persons_in_reception", "2019-12-31", "2019-12-31", 29_999), levers={"hosts_places": 5})
    b = scenario(figure("target", *HALF, 9_000), figure("hosts_places", "2020-01-01", "2020-06-30", 40))
    factors, combined = split_scenarios(a, b)
    assert [factor.name for factor in factors] == ["hosts_places", "target"]
    changed = [{change.lever: change.value for change in each.changes()} for each in combined]
    assert changed == [
        {"hosts_places": 5},
        {"hosts_places": 40},
        {"hosts_places": 5, "target": 9_000},
        {"hosts_places": 40, "target": 9_000},
    ]


def test_a_back_test_takes_own_figures_before_the_published_and_never_fits_on_them(tmp_path):
    own = figure("persons_in_reception", "2019-12-31", "2019-12-31", 29_999)
    table = tmp_path / "eigen.csv"
    add_to_table(str(table), [own, figure("target", *HALF, 9_000)])
    found = own_points(str(table), PERIOD)
    assert found == (own,)
    mine, usual = points(PERIOD, None, found), points(PERIOD)
    (point,) = (each for each in mine if each.observation.own)
    assert point.observation.value == 29_999
    assert not Backtest(PERIOD, load_ensemble(PERIOD), mine, np.zeros((1, len(mine))), 1).was_fitted(point)
    same_day = [each for each in mine if each.observation.last_day == point.observation.last_day]
    assert len([each for each in same_day if each.held.series == "persons_in_reception"]) == 1
    assert {each.observation for each in usual} - {each.observation for each in mine} <= {
        each.observation for each in usual if each.observation.last_day == point.observation.last_day
    }
    add_to_table(str(tmp_path / "taak.csv"), [figure("target", *HALF, 9_000)])
    with pytest.raises(WrongInput) as refusal:
        own_points(str(tmp_path / "taak.csv"), PERIOD)
    assert refusal.value.code == "no_figures_beside"


def test_tables_and_pages_of_a_result_hold_own_figures():
    made = scenario(figure("target", *HALF, 9_000), figure("persons_in_reception", "2019-12-31", "2019-12-31", 29_999))
    rows = figure_rows([made], "nl")
    assert [(row["series"], row["value"], row["as_of"].isoformat()) for row in rows] == [
        ("target", 9_000.0, "2022-01-01"),
        ("persons_in_reception", 29_999.0, "2022-01-01"),
    ]
    assert {row["status"] for row in rows} == {"gemeten"}
    assert figure_rows([build_scenario(content())], "nl") == []
    assert settings_text(made) == "figures[target]=1 figures[persons_in_reception]=1"


def test_a_forecast_refuses_own_figures_that_were_known_later():
    early = scenario(figure("target", *HALF, 9_000, as_of=date(2020, 6, 1)))
    late = scenario(figure("target", *HALF, 9_000, as_of=date(2020, 7, 1)))
    origin = day_number("2020-07-01")
    assert Plan(early, origin, prior_fit()).scenario is early
    with pytest.raises(WrongInput) as refusal:
        Plan(late, origin, prior_fit())
    assert refusal.value.code == "known_after_origin"


def test_a_run_goes_on_from_a_saved_day_with_own_figures_of_after_it_only():
    saved_day = day_number("2020-01-01")
    saved = Saved(PERIOD, 1, None, True, (), Path("snapshots"), (1,), saved_day)
    after, before = (
        scenario(figure("contracted_places", day, day, 20_000)).changes() for day in ("2020-02-01", "2019-12-01")
    )
    check_branch(saved, PERIOD, None, after, saved_day + 90)
    with pytest.raises(WrongInput) as refusal:
        check_branch(saved, PERIOD, None, before, saved_day + 90)
    assert refusal.value.code == "lever_differs_before"
