"""The outlook from 2025: its first day is the published stock, and what lies past the inputs follows its own rules."""

from functools import cache

import numpy as np
import pytest

from experiments.run.ensemble import default_ensemble, fitted_parameters
from models.chain import Chain
from models.geography import PROVINCES
from models.parameters import PERIODS, baseline, rows_in, value_at, with_values
from models.sources import read_table
from models.stages.coa import Coa, places_of_provinces
from models.stages.stays import Stay
from models.stages.target import Target
from models.world import arrival_rates, forecast_persons_per_year, mean_persons
from sim.calendar import day_number
from sim.schedule import Schedule

PERIOD = "vooruitblik-2025"
FIRST = day_number("2025-01-06")
#: Published for early January 2025 (AIDA, IND annual report 2024, TK 2025D06414).
PUBLISHED = {
    "persons_in_reception": 72610,
    "permit_holders_under_coa": 18651,
    "pending_decisions": 51000,
    "behind": 12105,
}
IN_REGULAR, IN_EMERGENCY, ELSEWHERE = 34675, 30393, 7542
#: "Over 66,000", printed in thousands.
FAMILY, FAMILY_ROUNDED_TO = 66000, 500


@cache
def started() -> Chain:
    parameters = baseline(PERIOD)
    chain = Chain(parameters, 1, day_number("2025-03-01"), usual=parameters)
    chain.start()
    return chain


def test_the_first_day_is_the_published_stock():
    register, counts = started().register, started().register.counts[0]
    under_coa_outside = sum(int(counts["in_stays"][stay]) for stay in (Stay.HOSTS, Stay.HOTEL, Stay.FLOW_THROUGH))
    beds = int(register.census["beds"].sum())
    without_permit = int(register.census["in_procedure"].sum() + register.census["refused"].sum())
    assert beds + under_coa_outside == PUBLISHED["persons_in_reception"]
    assert beds - without_permit + under_coa_outside == PUBLISHED["permit_holders_under_coa"]
    assert int(counts["pending"]) == PUBLISHED["pending_decisions"]
    assert int(register.towns["opening"].sum()) == PUBLISHED["behind"]
    assert int(counts["pending_family"]) == pytest.approx(FAMILY, abs=FAMILY_ROUNDED_TO)
    assert int(counts["realised"]) == 0
    assert not register.towns["realised"].any()


def test_places_of_the_first_day_hold_whom_they_held():
    register, coa = started().register, started().stages[Coa]
    regular = int(0.96 * coa.policy.regular[0].sum())
    emergency = int(0.96 * (coa.policy.regular[0].sum() + coa.books.openings["places"].sum())) - regular
    assert (regular, emergency) == (IN_REGULAR, IN_EMERGENCY)
    beds, total = int(register.census["beds"].sum()), PUBLISHED["persons_in_reception"]
    assert beds - regular - emergency + (total - beds) == ELSEWHERE
    assert coa.books.now["crisis_places"][0] >= beds - regular - emergency


def test_pending_cases_are_as_old_as_inflow_and_closures_leave_them():
    households = started().register.households
    pending = households[: started().world.stock_rows]
    pending = pending[pending["permit"] < 0]
    ages = FIRST - pending["arrived"][: np.searchsorted(np.cumsum(pending["persons"]), PUBLISHED["pending_decisions"])]
    # At most 15,560 first and 800 repeat applications came in the last half-year.
    assert 0.69 <= (ages > 183).mean() <= 0.85
    # 57 % of 32,630 closures of 2024 within fifteen months, of some 45,000 applications in the last fifteen.
    assert 0.35 <= (ages > 457).mean() <= 0.5


def test_arrears_add_up_over_provinces():
    rows = [row for row in read_table("start_stock") if row["period"] == PERIOD and row["item"] == "opening"]
    assert {row["area"] for row in rows} == set(PROVINCES)
    assert sum(int(row["value"]) for row in rows) == PUBLISHED["behind"]


def test_regular_places_reach_what_was_counted_and_then_follow_the_task():
    coa = started().stages[Coa]
    counted = day_number("2025-11-30") - FIRST
    assert coa.policy.regular[counted].sum() == pytest.approx(47293)
    task, there = places_of_provinces(PERIOD, "task"), places_of_provinces(PERIOD, "regular")
    assert task.sum() == pytest.approx(88000, abs=1000)
    parameters = baseline(PERIOD)
    whole = with_values(parameters, {"coa.spreading_share": Schedule.constant(1.0)})
    later = Chain(whole, 1, day_number("2025-03-01")).stages[Coa].policy.regular[-1]
    assert later == pytest.approx(np.maximum(task, there), abs=1e-6)


@pytest.mark.parametrize(("level", "total"), [(0.0, 39000.0), (0.5, 53050.0), (1.0, 67100.0)])
def test_applications_past_the_inputs_are_those_of_the_forecast(level, total):
    parameters = with_values(baseline(PERIOD), {"inflow.forecast_level": level})
    rates = arrival_rates(parameters, FIRST, day_number("2029-01-01"))
    year = slice(day_number("2026-01-01") - FIRST, day_number("2027-01-01") - FIRST)
    persons = sum(rates[stream, year].sum() * mean_persons(stream) for stream in (0, 1, 2))
    assert persons == pytest.approx(total * 0.65, rel=0.002)
    assert forecast_persons_per_year("mpp-2025-2", level, 2028) == total


def test_a_forecast_does_not_touch_what_was_counted():
    known = day_number("2026-01-01") - FIRST
    low, high = (
        arrival_rates(with_values(baseline(PERIOD), {"inflow.forecast_level": level}), FIRST, day_number("2027-01-01"))
        for level in (0.0, 1.0)
    )
    assert np.array_equal(low[:, :known], high[:, :known])
    assert (low[0, known:] < high[0, known:]).all()


def test_what_has_no_row_of_its_own_is_that_of_the_period_it_continues():
    assert PERIODS[PERIOD].continues == "prop-2021"
    own, before = baseline(PERIOD), baseline("prop-2021")
    assert rows_in("ind.work_days_general", PERIOD) == rows_in("ind.work_days_general", "prop-2021")
    assert value_at(own, "ind.work_days_general") == value_at(before, "ind.work_days_general")
    assert value_at(own, "stays.flow_through_places") != value_at(before, "stays.flow_through_places")


def test_draws_of_the_period_it_continues_are_lent_to_it_openly():
    assert default_ensemble(PERIOD) == "prop-2021"
    assert all(fitted.applies_to(PERIOD) for fitted in fitted_parameters() if fitted.applies_to("prop-2021"))
    assert not all(fitted.applies_to("golf-2015") for fitted in fitted_parameters())


def test_a_target_is_as_published_and_then_by_the_rule():
    target = started().stages[Target]
    published = max(target.published)
    assert published == "2026-1"
    assert target.national_number("2026-1", FIRST) == target.published["2026-1"]
    chain = Chain(baseline(PERIOD), 1, day_number("2025-03-01"))
    chain.start()
    later = chain.stages[Target]
    later.books.now["closed"] = 1
    assert later.national_number("2026-2", FIRST) != later.published["2026-1"]
