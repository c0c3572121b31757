"""Whether sharing a home pays: the sum by hand, its directions, and the command that shows it."""

import itertools
import json

import pytest
from test_cli import call

from models.sharing import SHARED_BY, benefit, housing_allowance, limits_of, sharing_amounts, sharing_sum

AMOUNTS = {
    "rent_of_home": 800.0, "rent_per_room": 300.0, "rent_alone": 500.0, "allowance_own_share": 200.0,
    "allowance_full_up_to": 400.0, "allowance_up_to": 600.0, "allowance_share_above": 0.5,
    "benefit_of_couple": 1500.0, "energy_of_home": 200.0, "energy_alone": 100.0, "work_per_room": 4000.0,
    "furniture_per_room": 1000.0, "management_per_room": 1000.0, "years": 5.0, "empty_share": 0.1,
    "deposit_months": 2.0, "subsidy_per_room": 1000.0,
}  # fmt: skip


def test_the_sum_by_hand():
    """Four share: allowance 200 + half of 100; cost of a room 200 + 6,000 over 60 months, of which 270 comes in."""
    found = sharing_sum(4, AMOUNTS)
    assert found.allowance_lost == found.state_saves == 250.0
    assert found.tenant_alone == 500.0 + 100.0 - 250.0
    assert found.tenant_shared == 300.0 + 50.0
    assert found.tenant_gain == 0.0
    assert found.benefit_cut == pytest.approx(1500.0 * (0.7 - 0.4))
    assert found.tenant_gain_one_contract == pytest.approx(-450.0)
    assert found.deposit == 600.0
    assert found.landlord_income == pytest.approx(270.0)
    assert found.landlord_cost == pytest.approx(300.0)
    assert found.landlord_result == pytest.approx(-30.0)
    assert found.subsidy_needed == pytest.approx(1800.0)
    assert not found.feasible_for_landlord
    assert sharing_sum(4, AMOUNTS | {"subsidy_per_room": 1801.0}).feasible_for_landlord


@pytest.mark.parametrize(("rent", "allowance"), [(150.0, 0.0), (300.0, 100.0), (400.0, 200.0), (700.0, 300.0)])
def test_allowance_by_rent(rent, allowance):
    assert housing_allowance(rent, AMOUNTS) == allowance


@pytest.mark.parametrize(("persons", "published"), [(1, 1078.70), (2, 770.50), (3, 667.77), (4, 616.40), (5, 585.58)])
def test_benefit_is_that_of_the_published_table(persons, published):
    """Table of July 2021; only the amount of a couple is in ours."""
    assert benefit(persons, sharing_amounts()) == pytest.approx(published, abs=0.01)


def test_more_who_share_need_less_subsidy_and_pay_less():
    sums = [sharing_sum(persons, sharing_amounts()) for persons in SHARED_BY]
    for few, many in itertools.pairwise(sums):
        assert many.subsidy_needed < few.subsidy_needed
        assert many.tenant_shared < few.tenant_shared
        assert many.benefit_cut > few.benefit_cut


def test_a_higher_rent_per_room_moves_the_burden_to_the_tenant():
    low, high = (sharing_sum(3, AMOUNTS | {"rent_per_room": rent}) for rent in (200.0, 400.0))
    assert high.tenant_gain < low.tenant_gain
    assert high.landlord_result > low.landlord_result


def test_every_amount_of_the_table_is_used():
    base = sharing_sum(3, AMOUNTS)
    assert set(sharing_amounts()) == set(AMOUNTS)
    for name, value in AMOUNTS.items():
        own = 0.99 if limits_of(name)[1] == 1.0 else value * 1.5
        changed = {name: 1e5} if name == "subsidy_per_room" else {name: own}
        context = AMOUNTS | ({"rent_alone": 700.0} if name == "allowance_up_to" else {})
        assert sharing_sum(3, context | changed) != (base if context == AMOUNTS else sharing_sum(3, context)), name


def test_the_command_shows_the_sum_in_both_languages(capsys):
    for language, word in (("nl", "huurtoeslag"), ("en", "allowance")):
        code, out, _ = call(capsys, "sharing", "--language", language)
        assert code == 0
        assert word in out


def test_the_command_takes_amounts_of_the_readers_own(capsys):
    code, out, _ = call(capsys, "sharing", "--set", "rent_per_room=400", "--json")
    answer = json.loads(out)
    assert code == 0
    assert [each["persons"] for each in answer["sums"]] == list(SHARED_BY)
    assert answer["sums"][0]["deposit"] == 400.0
    amounts = {row["item"]: row for row in answer["amounts"]}
    assert (amounts["rent_per_room"]["value"], amounts["rent_per_room"]["own"]) == (400.0, True)
    assert not amounts["years"]["own"]
    assert all(row["source"] and row["status"] for row in amounts.values())


@pytest.mark.parametrize(
    "setting",
    ["rent=400", "rent_per_room", "rent_per_room=", "rent_per_room=-1", "empty_share=2", "years=0", "years=x"],
)
def test_an_amount_that_cannot_be_is_refused(capsys, setting):
    code, out, err = call(capsys, "sharing", "--set", setting)
    assert code == 2
    assert out == ""
    assert "--set" in err
