"""The same household in two futures: matched by identity, counted in whole numbers, told side by side."""

import json
import pickle
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from refused import refused

from cli_pages.command import app
from experiments.compare.household import Moment, trace_household
from experiments.compare.lives import CHANGES, LivesDifference, largest, lives_difference, match
from experiments.compare.two_futures import (
    TwoFutures,
    aligned,
    compare_lives,
    follow_twice,
    two_futures,
)
from experiments.language.formatting import amount_text
from experiments.run.ensemble import default_ensemble, draws_of
from experiments.run.parameters import changed_parameters
from experiments.scenario.ready import check_text, load_scenario
from models.chain import simulate
from models.geography import municipalities
from sim.calendar import date_of, day_number
from sim.errors import WrongInput
from sim.replications import replication_seed

START = day_number("2019-01-01")
UNTIL = START + 1000
DAYS = (
    "arrived", "registered", "decided", "permit", "appeal_decided", "linked", "housed", "departed", "stay_since",
    "family_applied", "family_decided", "family_arrived", "family_housed",
)  # fmt: skip


def largest_differences(a, b, until, top=20):
    return largest(match(a, b, until), a, b, until, top)


def future(*rows, last_day=UNTIL):
    """Facts with a few households; days are given as days after the start."""
    usual = {"persons": 1, "followers": 0, "stream": 0, "family": 0, "municipality": 7, "how_housed": 1, "stay": -1}
    usual |= dict.fromkeys(DAYS, -1)
    told = [
        usual | {name: value + START if name in DAYS and value > -900 else value for name, value in row.items()}
        for row in rows
    ]
    return SimpleNamespace(
        first_day=START,
        last_day=last_day,
        households={name: np.array([row[name] for row in told]) for name in ("identity", *usual)},
    )


def home(identity, day=None, **named):
    return {"identity": identity, "arrived": 1, **({} if day is None else {"housed": day})} | named


def counts(found, of="households"):
    return {change: found.count(change, of=of) for change in CHANGES if found.count(change, of=of)}


def test_every_household_falls_under_one_change():
    a = future(home(1, 300), home(2, 300, persons=3), home(3, 300), home(4, 300, persons=6), home(5), home(6))
    b = future(home(1, 200), home(2, 320, persons=3), home(3, 300), home(4, persons=6), home(5, 900), home(6))
    found = lives_difference(a, b, UNTIL)
    assert counts(found) == dict.fromkeys(CHANGES, 1)
    assert counts(found, "persons") == {"earlier": 1, "later": 3, "same": 1, "only_a": 6, "only_b": 1}
    assert counts(found, "days") == {"earlier": 100, "later": 20, "only_a": 700, "only_b": 100}
    assert found.count("later", "2-4", of="days") == 20
    assert found.count("only_a", "5+", of="persons") == 6
    assert found.count("earlier", "5+") == 0
    assert found.mean_days("earlier") == 100.0
    assert found.mean_days("earlier", "5+") is None
    assert found.differing == 4


def test_size_is_that_on_arrival():
    a = future(home(1, 300, persons=5, followers=4, family_arrived=400))
    b = future(home(1, 200, persons=5, followers=4, family_arrived=100))
    assert lives_difference(a, b, UNTIL).count("earlier", "1", of="persons") == 1


def test_a_home_after_the_end_does_not_count():
    a, b = future(home(1, 600), home(2, 700)), future(home(1, 300), home(2, 650))
    found = lives_difference(a, b, START + 500)
    assert counts(found) == {"only_b": 1}
    assert counts(found, "days") == {"only_b": 200}


def test_who_had_a_home_before_the_start_is_left_out():
    assert counts(lives_difference(future(home(1, -30)), future(home(1, -30)), UNTIL)) == {}


def test_who_arrives_in_one_future_only_is_counted_apart():
    a, b = future(home(1, 300), home(2, 300), home(9, 5)), future(home(2, 250), home(7, 10))
    found = lives_difference(a, b, UNTIL)
    assert (found.only_in_a, found.only_in_b) == (2, 1)
    assert counts(found) == {"earlier": 1}
    empty = future()
    assert lives_difference(empty, b, UNTIL).only_in_b == 2
    assert lives_difference(b, empty, UNTIL).only_in_a == 2


lives = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, 1200)), st.one_of(st.none(), st.integers(0, 1200)), st.integers(1, 8)
    ),
    max_size=12,
)


@given(lives, st.data())
def test_rows_do_not_matter_and_sides_are_each_others_mirror(told, data):
    rows_a = [home(index * 37 % 101, a, persons=persons) for index, (a, _, persons) in enumerate(told)]
    rows_b = [home(index * 37 % 101, b, persons=persons) for index, (_, b, persons) in enumerate(told)]
    a, b = future(*rows_a, last_day=UNTIL), future(*data.draw(st.permutations(rows_b)), last_day=UNTIL)
    found, mirror = lives_difference(a, b, UNTIL), lives_difference(b, a, UNTIL)
    for size in (None, "1", "2-4", "5+"):
        for of in ("households", "persons", "days"):
            for change, other in zip(CHANGES, ("later", "earlier", "same", "only_b", "only_a"), strict=True):
                assert found.count(change, size, of=of) == mirror.count(other, size, of=of)
    moved = [
        (UNTIL if y is None or y >= 1000 else START + y) - (UNTIL if x is None or x >= 1000 else START + x)
        for x, y, _ in told
    ]
    signed = sum(found.count(change, of="days") * sign for change, sign in zip(CHANGES, (-1, 1, 0, 1, -1), strict=True))
    assert signed == sum(moved)
    listed = largest_differences(a, b, UNTIL, 100)
    assert len(listed) == found.differing
    assert sorted((abs(life.difference_days) for life in listed), reverse=True) == [
        abs(life.difference_days) for life in listed
    ]
    for life in listed:
        assert a.households["identity"][life.household] == life.identity
        assert life.days_b - life.days_a == life.difference_days


def test_counts_are_whole_small_and_can_be_added():
    a, b = future(home(1, 300), home(2, 300), home(3, 1)), future(home(1, 200), home(2), home(4, 4))
    found = lives_difference(a, b, UNTIL)
    assert len(pickle.dumps(found)) < 500
    assert pickle.loads(pickle.dumps(found)) == found
    twice = found + found
    assert isinstance(twice, LivesDifference)
    assert (twice.count("earlier"), twice.count("only_a", of="days"), twice.only_in_b) == (2, 1400, 2)
    assert twice.mean_days("earlier") == found.mean_days("earlier")
    for table in (twice.households, twice.persons, twice.days):
        assert all(type(number) is int for row in table for number in row)
    assert json.loads(json.dumps(twice.rows()))[-1]["households"]["earlier"] == 2


def test_futures_that_do_not_fit_are_refused():
    a = future(home(1, 300))
    with pytest.raises(ValueError, match="end must lie inside"):
        lives_difference(a, a, UNTIL + 1)
    later = SimpleNamespace(**(vars(a) | {"first_day": START + 1}))
    with pytest.raises(ValueError, match="same day"):
        lives_difference(a, later, UNTIL)


def test_the_list_says_where_and_when():
    names = municipalities().name
    a = future(home(3, 310, municipality=4), home(5, 500, permit=400, persons=2))
    b = future(home(5, municipality=-1, persons=2), home(3, 300, municipality=9))
    first, second = largest_differences(a, b, UNTIL)
    assert (first.household, first.identity, first.difference_days, first.days_a, first.days_b) == (1, 5, 500, 499, 999)
    assert first.row()["housed_b"] is None
    assert first.row()["permit_a"] == date_of(START + 400).isoformat()
    assert first.row()["municipality_b"] is None
    assert (second.difference_days, second.municipality_a, second.municipality_b) == (-10, names[4], names[9])
    assert [life.household for life in largest_differences(a, b, UNTIL, 1)] == [1]
    assert largest_differences(a, a, UNTIL) == []


# --- two columns ----------------------------------------------------------------------------------------------

moments = st.lists(
    st.builds(Moment, st.integers(0, 3).map(lambda n: date_of(START + n)), st.just(""), st.sampled_from("pqrs")),
    max_size=7,
)


@given(
    moments.map(lambda told: sorted(told, key=lambda one: one.day)),
    moments.map(lambda told: sorted(told, key=lambda one: (one.day, one.sentence))),
)
def test_nothing_is_lost_when_two_lives_are_laid_side_by_side(left, right):
    lines = aligned(left, right)
    assert [Moment(day, "", sentence) for day, sentence, _ in lines if sentence] == left
    assert [Moment(day, "", sentence) for day, _, sentence in lines if sentence] == right
    assert [day for day, _, _ in lines] == sorted(day for day, _, _ in lines)


def test_equal_sentences_stand_on_one_line():
    day = date_of(START)
    p, q, r = (Moment(day, "", sentence) for sentence in "pqr")
    assert aligned([p, r], [q, p]) == [
        (day, "", "q"),
        (day, "p", "p"),
        (day, "r", ""),
    ]


# --- two scenarios --------------------------------------------------------------------------------------------


def scenario(name, settings=""):
    return check_text(
        f"schema: 1\nname: {name}\ntitle: T\ndescription: D.\nperiod: prop-2021\nuntil: 2021-01-01\n{settings}"
    )


A = scenario("a")
MORE_HOMES = scenario("meer-woningen", "levers: {share_base: 0.1, share_cap: 0.2}\n")
MORE_PEOPLE = scenario("meer-mensen", "uncertainties: {inflow_factor: 1.2}\n")


@pytest.fixture(scope="module")
def futures():
    return {one.name: two_futures(A, one)[:2] for one in (MORE_HOMES, MORE_PEOPLE)}


def test_the_same_scenario_gives_the_same_lives():
    found = compare_lives(A, A)
    assert found.lives == ()
    assert counts(found.difference).keys() == {"same"}
    assert found.difference.count("same", of="days") == 0
    assert (found.difference.only_in_a, found.difference.only_in_b, found.difference.differing) == (0, 0, 0)
    followed = follow_twice(A, A, 30000)
    assert followed.moments_a == followed.moments_b
    assert "geen verschil" in followed.close


def test_futures_are_those_that_trace_shows(futures):
    followed = follow_twice(A, MORE_HOMES, 30000, seed=5)
    assert followed.moments_a == trace_household(A, 30000, 5)
    assert followed.moments_b == trace_household(MORE_HOMES, 30000, 5)
    ensemble = default_ensemble("prop-2021")
    draw = int(draws_of(ensemble, 1, [1])[0])  # which draw a replication uses follows from the seed
    parameters = changed_parameters("prop-2021", MORE_HOMES.changes(), ensemble, draw)
    alone = simulate(parameters, replication_seed(1, 1), A.until_day)
    assert (alone.households["housed"] == futures["meer-woningen"][1].households["housed"]).all()


def test_more_homes_come_earlier(futures):
    found = lives_difference(*futures["meer-woningen"], A.until_day)
    assert found.count("earlier") > 5 * found.count("later") > 0
    assert found.count("only_b") > found.count("only_a")


def test_a_household_is_found_back_when_rows_have_moved(futures):
    first, second = futures["meer-mensen"]
    identities = first.households["identity"]
    assert (identities != second.households["identity"][: len(identities)]).any()
    found = lives_difference(first, second, A.until_day)
    assert found.only_in_a == 0
    assert found.only_in_b == len(second.households["identity"]) - len(identities) > 0
    rows = {identity: row for row, identity in enumerate(second.households["identity"].tolist())}
    for life in largest_differences(first, second, A.until_day, 50):
        row = rows[life.identity]
        assert second.households["arrived"][row] == life.arrived
        assert (second.households["housed"][row] == life.housed_b) or life.housed_b == -1
    last = len(identities) - 1
    followed = follow_twice(A, MORE_PEOPLE, last)
    assert followed.moments_b[0] == followed.moments_a[0]
    assert rows[followed.identity] > last


def test_who_does_not_arrive_in_b(futures):
    extra = set(futures["meer-mensen"][1].households["identity"].tolist())
    extra -= set(futures["meer-mensen"][0].households["identity"].tolist())
    rows = futures["meer-mensen"][1].households["identity"].tolist()
    followed = follow_twice(MORE_PEOPLE, A, rows.index(min(extra)))
    assert followed.moments_b is None
    assert followed.close == "In B komt dit huishouden niet aan."
    assert followed.to_json()["arrives_in_b"] is False
    assert all(event["b"] is None for event in followed.to_json()["events"])


@pytest.mark.parametrize(
    ("turned", "choose", "expected"),
    [
        (
            False,
            lambda life: life.housed_a > 0 and life.housed_b > 0 and life.difference_days < 0,
            "dagen eerder in een woning.",
        ),
        (
            False,
            lambda life: life.housed_a > 0 and life.housed_b > 0 and life.difference_days > 0,
            "later in een woning.",
        ),
        (False, lambda life: life.housed_a < 0, "Alleen in B krijgt het huishouden voor 1 januari 2021 een woning."),
        (True, lambda life: life.housed_b < 0, "Alleen in A krijgt het huishouden voor 1 januari 2021 een woning."),
    ],
)
def test_the_close_says_what_differs(futures, turned, choose, expected):
    """Turned: more homes in A, as in some worlds nobody loses a home to more of them."""
    scenarios = (MORE_HOMES, A) if turned else (A, MORE_HOMES)
    facts = futures["meer-woningen"][:: -1 if turned else 1]
    life = next(filter(choose, largest_differences(*facts, A.until_day, 100_000)))
    followed = follow_twice(*scenarios, life.household)
    assert expected in followed.close
    if life.housed_a > 0 < life.housed_b:
        assert f"In B woont het huishouden {amount_text(abs(life.difference_days), 'days')}" in followed.close
        assert followed.moved == life.difference_days


def test_other_worlds_are_refused():
    with refused(WrongInput, match="perioden"):
        follow_twice(A, load_scenario("golf-2015"), 1)


# --- the command ----------------------------------------------------------------------------------------------


@pytest.fixture
def other(tmp_path):
    path = tmp_path / "ruimer.yaml"
    path.write_text(
        "schema: 1\nname: ruimer\ntitle: Ruimer\ndescription: D.\nperiod: prop-2021\n"
        "levers: {share_base: 0.1, share_cap: 0.2}\n",
        encoding="utf-8",
    )
    return str(path)


def call(capsys, *words):
    with pytest.raises(SystemExit) as left:
        app(list(words), prog_name="doorstroom")
    out, err = capsys.readouterr()
    return left.value.code, out, err


def test_two_futures_side_by_side(capsys, other):
    words = ("trace", "prop-2021", "--against", other, "--household", "30000")
    code, out, err = call(capsys, *words, "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert (document["a"], document["b"], document["household"]) == ("prop-2021", "ruimer", 30000)
    text = call(capsys, *words)[1]
    assert document["close"] in text
    assert "komt aan" in document["events"][0]["a"]
    assert max(len(line) for line in text.splitlines()) <= 130


def test_the_list_of_lives(capsys, other):
    code, out, err = call(capsys, "trace", "prop-2021", "--against", other, "--top", "3", "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert len(document["households"]) == 3
    everybody = document["summary"][-1]
    assert everybody["size"] == "all"
    assert sum(everybody["households"].values()) == (document["differing_households"] + everybody["households"]["same"])
    code, text, err = call(capsys, "trace", "prop-2021", "--against", other)
    assert (code, err) == (0, "")
    assert "De 20 huishoudens met het grootste verschil" in text
    assert str(document["households"][0]["household"]) in text
    code, text, err = call(capsys, "trace", "prop-2021", "--against", "prop-2021")
    assert (code, err) == (0, "")
    assert "0 huishoudens" in text
    assert "grootste verschil" not in text


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--top", "5"], "doorstroom trace: de optie --household ontbreekt; zie doorstroom trace --help."),
        (["--household", "1", "--top", "5"], "--top 5: een lijst komt er alleen met --against"),
        (["--against", "prop-2021", "--household", "1", "--top", "5"], "--top 5: een lijst komt er alleen"),
        (["--against", "prop-2021", "--top", "-1"], "--top: waarde '-1' is niet toegestaan"),
        (["--against", "prop-2021", "--household", "99999999"], "--household: waarde 99999999 is niet toegestaan"),
        (["--against", "golf-2015"], "gaan over andere perioden"),
        (["--against", "bestaat-niet"], "onbekend scenario"),
    ],
)
def test_wrong_use_is_one_sentence(capsys, words, expected):
    code, out, err = call(capsys, "trace", "prop-2021", *words)
    assert (code, out) == (2, "")
    assert expected in err
    assert err.count("\n") == 1


def test_two_futures_in_one_answer_are_those_of_the_parts():
    answer = json.loads(json.dumps(TwoFutures(A, MORE_HOMES, 30000, top=3)()))
    followed, compared = follow_twice(A, MORE_HOMES, 30000), compare_lives(A, MORE_HOMES, top=3).to_json()
    assert answer["households"] == compared["households"] and answer["summary"] == compared["summary"]
    assert answer["followed"]["nl"]["close"] == followed.close
    assert [tuple(line) for line in answer["followed"]["nl"]["lines"]] == [
        (day.isoformat(), left, right) for day, left, right in followed.aligned()
    ]
    assert TwoFutures(A, MORE_HOMES, 10**8)()["followed"] is None
    usual = TwoFutures(A, MORE_HOMES)()
    assert usual["followed"]["household"] == usual["households"][0]["household"]
