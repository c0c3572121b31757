"""Published figures beside simulated ones."""

from types import SimpleNamespace

import numpy as np
import pytest

from experiments.run.observed import (
    AREAS,
    FLOWS,
    HALF_YEAR_MEASURES,
    STOCKS,
    Observation,
    all_observations,
    best_of,
    comparison,
    deviation_percent,
    half_year_table,
    observations,
    simulated,
)
from models.facts import DAILY
from models.geography import PROVINCES, municipalities
from sim.calendar import day_number

FIRST, LAST = day_number("2020-01-01"), day_number("2021-01-01")


def published(series, first, last, value=100.0, area="Nederland", letter="A"):
    return Observation(series, area, value, "persons", day_number(first), day_number(last), "bron", "measured", letter)


@pytest.fixture
def facts():
    days = np.arange(LAST - FIRST, dtype=float)
    towns = len(municipalities())
    return SimpleNamespace(
        first_day=FIRST,
        last_day=LAST,
        daily={name: days * (1 + index) for index, name in enumerate(DAILY)},
        half_year_names=["2020-1", "2020-2"],
        half_years={m: np.full((2, towns), index + 1) for index, m in enumerate(HALF_YEAR_MEASURES)},
    )


def test_every_counterpart_is_a_daily_fact():
    for names in (*STOCKS.values(), *FLOWS.values()):
        assert set(names) <= set(DAILY)


def test_the_published_table_reaches_the_comparison():
    wanted = observations(day_number("2019-01-01"), day_number("2022-01-01"))
    assert {row.series for row in wanted} >= {"target", "realised", "persons_in_reception", "pending_taskforce"}
    assert {row.area for row in wanted} == set(AREAS)
    assert set(wanted) < set(all_observations())


def test_a_stock_is_read_at_the_end_of_its_day(facts):
    row = published("pending_taskforce", "2020-01-11", "2020-01-11")
    expected = facts.daily["pending_taskforce"][10]
    assert simulated([row], facts, half_year_table(facts))[0] == expected


def test_a_flow_is_the_rise_of_its_total(facts):
    table = half_year_table(facts)
    total = facts.daily["family_entered"]
    later = published("nareis_arrivals", "2020-02-01", "2020-02-29")
    assert simulated([later], facts, table)[0] == total[59] - total[30]
    at_once = published("nareis_arrivals", "2020-01-01", "2020-01-31")
    assert simulated([at_once], facts, table)[0] == total[30]


def test_what_the_run_does_not_reach_is_unknown(facts):
    rows = [published("pending_taskforce", "2019-12-31", "2019-12-31"), published("target", "2021-01-01", "2021-06-30")]
    assert np.isnan(simulated(rows, facts, half_year_table(facts))).all()
    assert comparison(rows, np.full(2, np.nan))[0]["simulated"] is None


def test_half_years_are_counted_per_area(facts):
    table = half_year_table(facts)
    assert table.shape == (len(HALF_YEAR_MEASURES), 2, 13)
    np.testing.assert_array_equal(table[:, :, 0], table[:, :, 1:].sum(axis=2))
    assert table[1, 0, 0] == 2 * len(municipalities())
    row = published("target", "2020-01-01", "2020-06-30", area=PROVINCES[3])
    assert simulated([row], facts, table)[0] == 2 * (municipalities().province == 3).sum()


@pytest.mark.parametrize(
    ("series", "first", "last", "name"),
    [
        ("target", "2020-01-01", "2020-06-30", "2020-1"),
        ("realised", "2020-07-01", "2020-12-31", "2020-2"),
        ("realised", "2020-01-01", "2020-12-31", None),
        ("realised", "2020-07-01", "2020-10-01", None),
        ("opening", "2020-07-01", "2020-07-01", "2020-2"),
        ("opening", "2020-08-01", "2020-08-01", None),
        ("permits", "2020-01-01", "2020-06-30", None),
    ],
)
def test_a_figure_knows_its_half_year(series, first, last, name):
    assert published(series, first, last).in_half_year_table == name


def test_who_left_reception_of_coa_is_who_came_and_is_not_there(facts):
    row = published("permit_holders_left_coa", "2020-02-01", "2020-02-29")
    rise = {name: total[59] - total[30] for name, total in facts.daily.items()}
    came = rise["permits"] + rise["family_entered"]
    stock = sum(rise[name] for name in STOCKS["permit_holders_in_reception"])
    assert simulated([row], facts, half_year_table(facts))[0] == came - stock


def test_shares_of_persons_alone_are_counted_in_households(facts):
    day, never = FIRST + 200, -1
    columns = {
        "persons": [1, 4, 3, 1, 1], "followers": [0, 0, 2, 0, 0],
        "family_arrived": [never, never, day + 1, never, never],
        "permit": [FIRST, FIRST, FIRST, day - 98, FIRST], "housed": [never, never, day + 5, never, day - 1],
        "how_housed": [0, 0, 1, 0, 2], "stay_since": [never] * 5, "stay_ended": [never] * 5,
    }  # fmt: skip
    facts.households = {name: np.array(values) for name, values in columns.items()}
    waiting = published("single_share_of_delayed_permit_holders", "2020-07-19", "2020-07-19")
    homes = published("single_share_of_dwellings", "2020-01-01", "2020-12-30")
    assert day_number("2020-07-19") == day
    # Two of six persons wait alone: the third household was one person until its family came; the fourth is in time.
    assert simulated([waiting, homes], facts, half_year_table(facts)) == pytest.approx([100 * 2 / 6, 50.0])


def test_deviation():
    assert deviation_percent(110.0, 100.0) == pytest.approx(10.0)
    assert deviation_percent(-90.0, -100.0) == pytest.approx(10.0)  # above it, also where both are below nought
    assert deviation_percent(110.0, 0.0) is None
    assert deviation_percent(float("nan"), 10.0) is None


def test_the_best_founded_figure_is_shown():
    rows = comparison(
        [
            published("pending_taskforce", "2020-04-01", "2020-04-01", 1.0, letter="B"),
            published("pending_taskforce", "2020-04-01", "2020-04-01", 2.0, letter="A"),
            published("pending_taskforce", "2020-05-01", "2020-05-01", 3.0, letter="C"),
        ],
        np.ones(3),
    )
    assert [row["published"] for row in best_of(rows)] == [2.0, 3.0]
