"""Laws of family that follows: who joins, what happens to the home that is left, who is held, and who finds again."""

from functools import lru_cache

import numpy as np

from models.chain import Chain
from models.levers import Change, apply_changes
from models.parameters import baseline, with_values
from models.register import HOME_CAPACITY, STREAMS, Family, Place, Status, Way
from sim.calendar import day_number
from sim.schedule import Schedule

AMV = STREAMS.index("amv")
NO_JOURNEY = {"nareis.visa_days": 1.0, "nareis.travel_days_max": 1.0}


def chain_of(until, parameters=None, seed=1):
    chain = Chain(parameters or baseline("prop-2021"), seed, day_number(until))
    chain.start()
    chain.run(chain.last_day)
    return chain


@lru_cache(maxsize=2)
def rows_of(until):
    chain = chain_of(until)
    return chain.register.households, chain.facts().daily


def test_family_joins_the_sponsor_at_home():
    """Most family of a housed sponsor lives with it from the first day; few hold a bed as the home is too small."""
    rows, daily = rows_of("2022-01-01")
    came = rows["family_arrived"] >= day_number("2019-01-01")
    to_a_home = came & (rows["housed"] >= 0) & (rows["housed"] <= rows["family_arrived"])
    waits = to_a_home & (rows["family_housed"] != rows["family_arrived"])
    assert rows["followers"][to_a_home].sum() > 5000
    assert rows["followers"][waits].sum() < 0.2 * rows["followers"][came].sum()
    holders = daily["in_reception_permit_holder"] + daily["in_reception_waiting_family"]
    assert daily["in_reception_waiting_family"][-365:].sum() < 0.25 * holders[-365:].sum()


def test_the_more_crowded_the_rarer_they_live_together():
    rows, _ = rows_of("2022-01-01")
    to_a_home = (rows["housed"] >= 0) & (rows["housed"] <= rows["family_arrived"])
    joined = rows["family_housed"] == rows["family_arrived"]
    shares = [joined[to_a_home & (rows["persons"] == persons)].mean() for persons in (3, 5, 6, 8)]
    assert shares[0] > 0.95 and all(np.diff(shares) < 0)


def test_a_crowded_family_stays_at_home_while_it_seeks():
    rows, daily = rows_of("2022-01-01")
    crowded = (rows["status"] == Status.HOUSED) & (rows["persons"] > np.array(HOME_CAPACITY)[rows["home_size"]])
    assert crowded.sum() > 300
    assert (rows["bed"][crowded] < 0).all() and (rows["place"][crowded] == Place.AT_HOME).all()
    assert daily["crowded"][-1] == rows["persons"][crowded].sum()


def test_a_home_that_is_left_is_let_again():
    """Vacancies are those of the world and the homes that households left."""
    chain = chain_of("2022-01-01")
    steps = chain.facts().steps
    assert steps["homes_returned"] > 500
    assert steps["homes_vacated"] == len(chain.world.vacancies.homes) + steps["homes_returned"]


def test_who_waits_for_granted_family_is_offered_a_home_for_all():
    """Of the singles who move while their family travels, most take a home that fits the family."""
    chain = Chain(with_values(baseline("prop-2021"), {"homes.own_find_per_year": Schedule.constant(0.0)}), 1, 18993)
    chain.start()
    rows, fitting, moves = chain.register.households, 0, 0
    before = rows["status"].copy()
    for day in range(day_number("2021-01-01"), 18993, 7):
        chain.run(day)
        offered = (rows["status"] == Status.OFFERED) & (before == Status.SEEKING)
        offered &= (rows["family"] == Family.TRAVELLING) & (rows["persons"] + rows["followers"] <= HOME_CAPACITY[2])
        moves += offered.sum()
        together = (rows["persons"] + rows["followers"])[offered]
        fitting += (together <= np.array(HOME_CAPACITY)[rows["offered_size"][offered]]).sum()
        before = rows["status"].copy()
    assert moves > 50
    assert fitting > 0.8 * moves


def test_own_finds_come_as_often_as_the_rate_says_for_as_long_as_one_seeks():
    """Without other homes the finds of a year are those of the rate, in the second year as in the first."""
    rate = 0.6
    nothing = {"homes.turnover_factor": 0.2, "homes.share_cap": 0.0, "homes.share_base": 0.0}
    nothing |= {
        "projects.flex_per_year": 0.0,
        "projects.new_social_per_year": 0.0,
        "projects.state_units_per_year": 0.0,
    }
    changed = {name: Schedule.constant(value) for name, value in nothing.items()}
    changed |= {"homes.own_find_per_year": Schedule.constant(rate), "projects.failure_share": 1.0}
    chain = Chain(with_values(baseline("prop-2021"), changed), 1, day_number("2021-01-01"))
    chain.start()
    rows = chain.register.households
    for year in ("2020", "2021"):
        seeking_days = 0
        found = -int((rows["how_housed"] == Way.OWN_FIND).sum())
        for day in range(chain.today + 14, day_number(f"{year}-01-01"), 14):
            chain.run(day)
            seeking_days += 14 * int((rows["status"] == Status.SEEKING).sum())
        found += int((rows["how_housed"] == Way.OWN_FIND).sum())
        expected = rate * seeking_days / 365.25
        assert abs(found - expected) < 4 * np.sqrt(expected) + 0.05 * expected


def with_measure(until, *, from_day="2019-06-01", until_day=None, **more):
    rule = Schedule.constant(0.0).changed(1.0, day_number(from_day), until_day and day_number(until_day))
    return with_values(baseline("prop-2021"), {"nareis.travel_rule": rule, **NO_JOURNEY, **more})


def test_the_family_measure_holds_back_who_has_no_home_and_lets_go_who_gets_one():
    chain = chain_of("2020-03-01", with_measure("2020-03-01"))
    rows = chain.register.households
    held = rows["family"] == Family.HELD
    yesterday = day_number("2020-02-29")  # who got a home then travels from the next morning on
    assert held.sum() > 20 and ((rows["housed"][held] < 0) | (rows["housed"][held] == yesterday)).all()
    came = (rows["family_arrived"] >= day_number("2019-06-10")) & (rows["family_decided"] >= day_number("2019-06-01"))
    waited = rows["family_arrived"] - rows["family_applied"]
    assert ((rows["housed"] >= 0) & (rows["housed"] <= rows["family_arrived"]) | (waited >= 456))[came].all()
    assert (came & (rows["family_arrived"] - rows["family_decided"] > 30)).sum() > 20  # held, and let go by a home


def test_the_family_measure_ends_after_its_term_and_when_it_is_struck_down():
    short = chain_of("2020-03-01", with_measure("2020-03-01", **{"nareis.held_days_most": 200.0})).register.households
    held = short["family"] == Family.HELD
    assert (day_number("2020-03-01") - short["family_applied"][held] <= 200).all()
    ended = chain_of("2020-03-01", with_measure("2020-03-01", until_day="2020-02-01"))
    assert ended.facts().daily["held_family"][day_number("2020-01-31") - ended.first_day] > 50
    assert ended.facts().daily["held_family"][-1] == 0
    assert not (ended.register.households["family"] == Family.HELD).any()


def test_minors_seek_no_home_until_they_are_eighteen_or_their_family_is_there():
    longest = 1000.0
    values = {"linking.minor_days_most": longest, "linking.guardian_share": 1.0}
    rows = chain_of("2022-06-01", with_values(baseline("prop-2021"), values)).register.households
    minors = (rows["stream"] == AMV) & (rows["permit"] >= 0)
    alone = minors & (rows["family"] != Family.HERE)
    waits = alone & (rows["status"] == Status.DOSSIER)
    assert waits.sum() > 50 and (rows["bed"][waits] < 0).mean() > 0.9
    linked = alone & (rows["linked"] >= 0)
    age_days = (rows["linked"] - rows["arrived"])[linked]
    assert linked.sum() > 100 and 0.35 * longest < age_days.mean() < 0.9 * longest
    together = minors & (rows["family"] == Family.HERE) & (rows["family_arrived"] < day_number("2022-03-01"))
    assert together.sum() > 20 and (rows["linked"][together] >= 0).all()


def test_relaxed_allocation_permits_and_never_forbids():
    """Who waits for family may have a home for all of them, and still takes one for itself when that comes first."""
    housed = {}
    for share in (0.0, 1.0):
        change = (Change("relaxed_allocation", share),)
        rows = chain_of("2020-06-01", apply_changes(baseline("prop-2021"), change)).register.households
        waits = np.isin(rows["family"], (Family.WAITING, Family.HANDLED)) & (rows["housed"] >= day_number("2019-02-01"))
        # The application was in before the home was offered.
        waits &= (rows["family_applied"] >= 0) & (rows["family_applied"] < rows["housed"] - 30)
        together, size = rows["persons"] + rows["followers"], rows["home_size"]
        waits &= (together > HOME_CAPACITY[0]) & (together <= HOME_CAPACITY[2]) & (rows["persons"] == 1)
        housed[share] = [int((waits & (size == one)).sum()) for one in (0, 1)]
    assert housed[0.0][0] > 100 and housed[0.0][1] == 0
    assert min(housed[1.0]) > 50
    assert sum(housed[1.0]) > 1.1 * sum(housed[0.0])


def test_who_seeks_again_finds_again():
    """Nobody is given a home; who found one alone and whose family does not fit finds a larger one alone too."""
    nothing = {"homes.share_cap": 0.0, "homes.share_base": 0.0, "homes.own_find_per_year": 5.0}
    changed = {name: Schedule.constant(value) for name, value in nothing.items()}
    rows = chain_of("2021-01-01", with_values(baseline("prop-2021"), changed)).register.households
    again = (rows["housed"] >= 0) & (rows["housed"] < rows["family_arrived"])
    again &= (rows["family_housed"] != rows["family_arrived"]) & (rows["family_arrived"] < day_number("2020-03-01"))
    assert again.sum() > 30
    assert (rows["family_housed"][again] >= 0).mean() > 0.9


def test_the_mix_of_permit_holders_moves_how_much_family_follows():
    """The same permits, from Syria and Yemen or from elsewhere: several times the applications of likely cases."""
    applied, permits = [], []
    for share in (0.0, 0.5, 1.0):
        parameters = with_values(baseline("prop-2021"), {"nareis.syrian_share": Schedule.constant(share)})
        daily = chain_of("2020-01-01", parameters).facts().daily
        applied.append(daily["family_applications"][-1])
        permits.append(daily["permits_first_instance"][-1])
    assert permits[0] == permits[1] == permits[2]
    assert applied[0] * 1.3 < applied[1] < applied[2]


def test_a_minor_brings_parents():
    rows, _ = rows_of("2022-01-01")
    brings = (rows["stream"] == AMV) & (rows["family_applied"] >= day_number("2019-01-01"))
    assert brings.sum() > 300 and set(rows["followers"][brings]) == {1, 2}
