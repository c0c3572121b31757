"""One household told in sentences, from a row of dates."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from refused import refused

from experiments.compare.household import KINDS, moments_of, stretches_of
from models.geography import municipalities
from models.register import HOW, STAYS, STREAMS, Family
from sim.calendar import day_number
from sim.errors import WrongInput

START = day_number("2019-01-01")
PLACE = municipalities().name[7]
DAYS = (
    "arrived", "registered", "decided", "permit", "appeal_decided", "linked", "housed", "departed", "stay_since",
    "stay_ended",
    "family_applied", "family_decided", "family_arrived", "family_housed",
)  # fmt: skip


def row_of(**row):
    """The columns of a household; days are given as days after the start, and what is not given did not happen."""
    usual = {"persons": 1, "followers": 0, "stream": 0, "family": 0, "municipality": 7, "how_housed": 1}
    usual |= {"last_stay": -1} | dict.fromkeys(DAYS, -1)
    return usual | {name: value + START if name in DAYS else value for name, value in row.items()}


def told(**row):
    """Sentences of a household; days are given as days after the start."""
    usual = row_of(**row)
    facts = SimpleNamespace(first_day=START, households={name: np.array([0, value]) for name, value in usual.items()})
    return [one.sentence for one in moments_of(facts, 1)]


def test_from_arrival_to_home():
    assert told(persons=3, arrived=1, registered=9, decided=200, permit=200, linked=220, housed=300) == [
        "Een huishouden van 3 personen komt aan (eerste asielaanvraag).",
        "Het is geregistreerd en wacht op een beslissing van de IND.",
        "De IND verleent een verblijfsvergunning.",
        f"Het wordt gekoppeld aan {PLACE}.",
        f"Het verhuist naar een sociale huurwoning in {PLACE}.",
    ]


def test_who_was_here_at_the_start_waits_at_the_start():
    assert told(arrived=-90, registered=0)[1].startswith("Het wacht bij het begin van de doorrekening")


def test_refused_and_gone():
    assert told(arrived=1, registered=2, decided=50, appeal_decided=90, departed=120)[2:] == [
        "De IND wijst de aanvraag af.",
        "De rechter wijst het beroep af.",
        "Het vertrekt.",
    ]


def test_a_judge_may_say_otherwise():
    assert told(arrived=1, decided=50, appeal_decided=90, permit=90)[1:] == [
        "De IND wijst de aanvraag af.",
        "De rechter geeft het huishouden gelijk: alsnog een verblijfsvergunning.",
    ]


def test_who_leaves_while_waiting_did_not_get_a_decision():
    assert told(arrived=1, departed=50)[-1] == "Het wacht de beslissing niet af en vertrekt."


def test_the_begin_of_a_run_is_no_arrival():
    kinds = [one.kind for one in moments_of(facts_of(arrived=-300, registered=0), 0)]
    assert kinds == ["arrival", "start"]
    assert [one.kind for one in moments_of(facts_of(arrived=1, registered=9), 0)] == ["arrival", "arrival"]


def test_who_arrives_with_a_permit():
    assert told(arrived=1, permit=1, stream=STREAMS.index("resettlement"))[1] == "Het heeft een verblijfsvergunning."


def test_a_family_joins_a_home_that_fits():
    sentences = told(
        persons=3, followers=2, family=Family.HERE, arrived=1, housed=100, family_applied=50, family_decided=200,
        family_arrived=300, family_housed=300,
    )  # fmt: skip
    assert sentences[0].startswith("Een huishouden van 1 persoon ")
    assert sentences[-1] == f"Het gezin dat nareist (2 personen) komt aan en trekt in de woning in {PLACE}."


def test_a_family_waits_for_a_larger_home():
    family = {"persons": 3, "followers": 2, "family": Family.HERE, "arrived": 1, "family_arrived": 200}
    assert told(**family, housed=100, family_housed=300)[-2:] == [
        "Het gezin dat nareist (2 personen) komt aan en krijgt een plek in de opvang.",
        f"Het gezin woont nu samen in {PLACE}.",
    ]
    assert told(**family, housed=300)[-1] == f"Het verhuist met het gezin naar een sociale huurwoning in {PLACE}."


def test_a_refused_family():
    assert told(arrived=1, followers=2, family=Family.REFUSED, family_decided=90)[-1] == "De IND wijst de nareis af."


@pytest.mark.parametrize("stay", range(len(STAYS)))
def test_every_temporary_stay_has_words(stay):
    assert "ergens tijdelijk" not in told(arrived=1, last_stay=stay, stay_since=5)[-1]


@pytest.mark.parametrize("how", range(1, len(HOW)))
def test_every_home_has_words(how):
    assert " naar een woning in" not in told(arrived=1, how_housed=how, housed=5)[-1]


def test_an_unknown_number_is_refused():
    facts = SimpleNamespace(first_day=START, households={"persons": np.array([1, 1])})
    for number in (-1, 2):
        with refused(WrongInput, match="toegestaan is 0 tot en met 1"):
            moments_of(facts, number)


def facts_of(**row):
    usual = row_of(**row)
    return SimpleNamespace(first_day=START, households={name: np.array([value]) for name, value in usual.items()})


def test_every_sentence_stands_in_english_too():
    facts = facts_of(
        persons=5, followers=3, arrived=1, registered=9, decided=90, appeal_decided=150, permit=150, linked=170,
        stay_since=200, family_applied=210, family_decided=250, family_arrived=300, housed=400, last_stay=0,
        departed=900,
    )  # fmt: skip
    dutch, english = moments_of(facts, 0), moments_of(facts, 0, "en")
    assert [(one.day, one.kind) for one in dutch] == [(one.day, one.kind) for one in english]
    assert {one.kind for one in dutch} | {"start"} == set(KINDS)
    assert all(one.sentence != other.sentence for one, other in zip(dutch, english, strict=True))
    told = " ".join(one.sentence for one in english)
    assert told.startswith("A household of 2 persons arrives (first asylum application).")
    assert f"It moves with the family to a social rental home in {PLACE}." in told
    assert not {" het ", " een ", "De ", "Het "} & {word for word in (" het ", " een ", "De ", "Het ") if word in told}


def test_stretches_follow_each_other_to_the_end():
    facts = facts_of(
        arrived=1, registered=9, decided=90, permit=90, linked=100, stay_since=200, housed=400, last_stay=0
    )
    found = stretches_of(facts, 0, START + 1000)
    assert [one.stage for one in found] == ["procedure", "permit", "stay", "home"]
    assert all(one.until == other.first for one, other in pairwise(found))
    assert (found[-1].until - found[0].first).days == 999


def test_a_stay_that_ends_brings_the_household_back_to_reception():
    facts = facts_of(
        arrived=1, decided=90, permit=90, linked=100, stay_since=200, stay_ended=290, last_stay=0, housed=400
    )
    found = stretches_of(facts, 0, START + 1000)
    assert [(one.stage, day_number(one.first.isoformat()) - START) for one in found] == [
        ("procedure", 1), ("permit", 90), ("stay", 200), ("permit", 290), ("home", 400),
    ]  # fmt: skip
    assert "terug naar de opvang" in " ".join(one.sentence for one in moments_of(facts, 0))


def test_who_is_refused_stays_until_it_departs():
    found = stretches_of(
        facts_of(arrived=1, registered=9, decided=90, appeal_decided=120, departed=300), 0, START + 999
    )
    assert [(one.stage, (one.until - one.first).days) for one in found] == [("procedure", 119), ("refused", 180)]


def test_an_appeal_that_is_won_is_no_refusal():
    found = stretches_of(facts_of(arrived=1, registered=9, decided=90, appeal_decided=120, permit=120), 0, START + 200)
    assert [one.stage for one in found] == ["procedure", "permit"]
