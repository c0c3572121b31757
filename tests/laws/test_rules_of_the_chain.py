"""Rules of the chain that a total does not show: who is next, what a date means, when a colour is given."""

import numpy as np
import pytest

from models.chain import Chain
from models.geography import municipalities
from models.levers import Change, apply_changes
from models.parameters import baseline
from models.register import Group, Status, Stay
from models.stages.coa import Coa
from models.stages.homes import Homes
from models.stages.stays import Stays
from sim.calendar import day_number

START = day_number("2019-01-01")
FACILITIES = (Stay.MUNICIPAL_INTERMEDIATE, Stay.REGIONAL_INTERMEDIATE, Stay.ACCELERATION, Stay.FLOW_THROUGH)


def chain_until(until, *changes):
    chain = Chain(apply_changes(baseline("prop-2021"), changes), 1, day_number(until))
    chain.start()
    chain.run(day_number(until))
    return chain


def test_no_home_for_large_families_stands_empty_while_one_seeks():
    chain = chain_until("2020-03-01", Change("large_family_homes", 1000))
    households = chain.register.households
    assert chain.stages[Homes].books.now["held_for_scheme"][0] > 0
    rules = chain.stages[Homes].policy.rules[0]
    seeking = (households["status"] == Status.SEEKING) & (households["persons"] >= rules["scheme_least_persons"])
    asked = households["linked"] + rules["municipal_days"] < day_number("2020-02-29")
    assert not (seeking & (households["linked"] >= 0) & asked).any()


def test_colours_are_of_the_day_they_are_written_down():
    chain = chain_until("2020-02-01")
    facts = chain.facts()
    months, colours = facts.monthly_days.tolist(), facts.municipal_monthly["colour"]
    for end, share in ((day_number("2019-06-30"), 1.0), (day_number("2020-01-31"), 31 / 182)):
        row = months.index(end)
        named = {name: facts.municipal_monthly[name][row] for name in ("target", "opening", "realised")}
        expected = share * np.maximum(named["opening"] + named["target"], 0)
        behind = named["realised"] < baseline("prop-2021").target.somewhat_behind_from * expected
        assert 0 < behind.sum() == (colours[row] == 2).sum()


def test_the_first_target_by_rule_is_the_published_one():
    by_rule = chain_until("2020-02-01", Change("target_source", "rule")).facts().half_years["target"].sum(axis=1)
    published = chain_until("2020-02-01").facts().half_years["target"].sum(axis=1)
    assert by_rule[:2].tolist() == published[:2].tolist()
    assert by_rule[2] != published[2] and by_rule[2] > 1000


def test_linking_by_homes_does_not_fill_the_table_from_the_top():
    chain = chain_until("2019-01-07", Change("linking_rule", "homes"))
    households = chain.register.households
    places = households["municipality"][households["linked"] >= START]
    assert places.size > 100
    assert np.bincount(places).max() < 0.15 * places.size


def test_a_second_plan_of_places_opens_after_its_own_lead_time():
    plans = (
        Change("places_added", 2000.0, from_day=START, until_day=day_number("2020-06-01")),
        Change("places_added", 2000.0, from_day=day_number("2022-01-01")),
    )
    both, none = (chain_until("2019-01-02", *changes).stages[Coa].policy.regular.sum(axis=1) for changes in (plans, ()))
    added = both - none
    assert added[: day_number("2020-06-01") - START].max() > 0
    lead = int(baseline("prop-2021").coa.regular_lead_days * (1.0 - baseline("prop-2021").coa.regular_delay_spread))
    begins = day_number("2022-01-01") - START
    assert added[day_number("2020-06-01") - START : begins + lead].max() == 0
    assert added[begins + lead :].max() > 0


def test_a_move_between_facilities_is_no_return_to_reception():
    until = day_number("2019-12-30")
    changes = apply_changes(baseline("prop-2021"), (Change("regional_intermediate_places", 2000.0),))
    chain = Chain(changes, 1, until)
    chain.start()
    households = chain.register.households
    before, moves = {}, 0
    for day in range(START + 13, until, 7):  # a Monday has just passed
        chain.run(day)
        inside = np.flatnonzero(np.isin(households["stay"], FACILITIES)).tolist()
        now = {who: (int(households["stay_since"][who]), int(households["persons"][who])) for who in inside}
        for who in now.keys() & before.keys():
            assert now[who][0] == before[who][0]
            moves += now[who][1] > before[who][1]
        before = now
    assert moves > 0  # families came and stayed with them
    books = chain.stages[Stays].books
    guests = books.guests[: books.now["guests"][0]]
    assert len(set(guests.tolist())) == guests.size > 100


@pytest.mark.parametrize("first", ["2019-01-01", "2019-05-01"])
def test_provinces_count_the_same_stretch_as_the_country(first):
    from experiments.run.breakdown import PROVINCIAL, detail_of
    from models.outcomes import Window, count_outcomes

    chain = chain_until("2019-11-01")
    facts, parameters = chain.facts(), chain.parameters
    begin, end = day_number(first), day_number("2019-11-01")
    detail = detail_of(facts, parameters, begin, end, range(len(facts.half_year_names)))
    national = count_outcomes(Window(facts, parameters, begin, end))["realised"]
    assert detail.provinces[list(PROVINCIAL).index("realised")].sum() == pytest.approx(national)


def test_people_refused_before_the_start_leave_one_by_one():
    """As many of a kind are still there after four weeks as its exponential time to departure says, within luck."""
    chain = Chain(baseline("prop-2021"), 1, day_number("2019-01-29"))
    chain.start()
    households, ind = chain.register.households, baseline("prop-2021").ind
    refused = np.flatnonzero(households["status"] == Status.REFUSED)
    chain.run(chain.last_day)
    days = (ind.departure_days_dublin, ind.departure_days_safe_country, ind.departure_days_other)
    for groups, mean in zip(((Group.DUBLIN,), (Group.SAFE_COUNTRY,), (Group.LIKELY, Group.MIXED)), days, strict=True):
        kind = refused[np.isin(households["group"][refused], groups)]
        still, expected = (households["status"][kind] == Status.REFUSED).mean(), np.exp(-28 / mean)
        assert kind.size > 100
        assert abs(still - expected) < 5 * np.sqrt(expected * (1 - expected) / kind.size) + 0.01


def test_municipalities_differ_in_willingness_but_not_on_average():
    willingness = chain_until("2019-01-02").stages[Homes].policy.towns["willingness"]
    spread = baseline("prop-2021").homes.share_spread
    assert abs(willingness.mean() - 1.0) < 4 * spread / np.sqrt(willingness.size)
    assert abs(np.log(willingness).std() - spread) < 0.15 * spread


def test_a_forecast_is_a_number_of_tens():
    half_years = chain_until("2020-08-01", Change("target_source", "rule")).facts().half_years["target"].sum(axis=1)
    assert half_years[2] > 0 and half_years[2] % 10 == half_years[3] % 10 == 0


def test_a_trade_stays_where_it_may_be_made():
    """Within the province its target stays as it was; in the national pool only that of the country does."""
    targets = {
        trading: chain_until("2019-06-15", Change("trading", trading)).register.towns["target"].copy()
        for trading in ("none", "bilateral", "region", "national")
    }
    province = municipalities().province
    sums = {trading: np.bincount(province, weights=target).tolist() for trading, target in targets.items()}
    assert sums["bilateral"] == sums["region"] == sums["none"] != sums["national"]
    assert len({target.sum() for target in targets.values()}) == 1
    moved = {trading: np.flatnonzero(target != targets["none"]) for trading, target in targets.items()}
    assert moved["bilateral"].size and moved["region"].size > moved["bilateral"].size


def test_places_are_added_as_asked_and_never_more():
    """A reserve is there at once; of what has to be opened some fails and the rest comes after its lead time."""
    usual = chain_until("2019-01-02").stages[Coa].policy.regular
    reserve = chain_until("2019-01-02", Change("reserve_places", 1000)).stages[Coa].policy.regular - usual
    assert np.allclose(reserve.sum(axis=1), 1000) and (reserve >= 0).all()
    opened = (chain_until("2019-01-02", Change("places_added", 3000)).stages[Coa].policy.regular - usual).sum(axis=1)
    opened = opened.round(6)  # sums of shares of provinces differ in the last digits when contracts end
    assert opened[0] == 0 and (np.diff(opened) >= 0).all() and 1000 < opened[-1] <= 3000
