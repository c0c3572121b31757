"""The register: each act moves persons from one count to another and loses nobody. A handful of households by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from models.chain import new_register
from models.register import (
    AT_HOME,
    BED,
    BED_BOOK,
    BED_FAMILY,
    BED_PERMIT,
    BED_PERSONS,
    BED_PROCEDURE,
    BED_REFUSED,
    BEDS_ENTERED,
    BEDS_LEFT,
    BEDS_MOVED_IN,
    BEDS_MOVED_OUT,
    BEYOND_NORM,
    COLUMNS,
    COUNTED,
    DOSSIER,
    ELSEWHERE,
    ELSEWHERE_PERSONS,
    GAUGES,
    GONE_PERSONS,
    HOME_CAPACITY,
    HOME_LEAST,
    HOME_PERSONS,
    IN_DOSSIER,
    IN_OFFER,
    IN_RECEPTION,
    IN_SEEKING,
    IN_STAY,
    LINKABLE,
    LINKED,
    M_LINKED_WAITING,
    M_REALISED,
    M_SEEKING,
    M_STAYS,
    MUNICIPAL,
    MUNICIPALITY,
    NOWHERE,
    OFFERED,
    OUT,
    OVER_NORM,
    PERMIT,
    PERMIT_LOG,
    PERMIT_LOGGED,
    PERMITS,
    PERSONS,
    PLACE,
    PROVINCE,
    REALISED,
    REALISED_RENT,
    REALISED_STAY,
    SEEKING,
    STATUS,
    STAY,
    STAY_KIND,
    STAY_PERSONS,
    STAYS,
    TALLIES,
    TO_LINK,
    USABLE,
    bring_to_reception,
    change_bed_group,
    count_realised,
    grow_by_family,
    leave_stay,
    log_permit,
    move_bed,
    place_gauge,
    put_in_bed,
    settle,
    size_needed,
    start_seeking,
    stop_seeking,
    take_from_bed,
)

PERSONS_OF = (1, 3, 4, 2, 8)
TOWN = 7


@pytest.fixture
def register():
    """Five households that have not arrived; province 2 has the most room."""
    rows = len(PERSONS_OF)
    zeros = np.zeros(rows, dtype=np.int32)
    fresh = new_register(
        SimpleNamespace(
            identity=np.arange(1, rows + 1), persons=np.array(PERSONS_OF, dtype=np.int32), stream=zeros, group=zeros,
            arrived=zeros,
        )
    )  # fmt: skip
    fresh.census[:, USABLE] = 100
    fresh.census[2, USABLE] = 1000
    fresh.households[MUNICIPALITY] = TOWN
    return fresh


def inside(register) -> int:
    return int(register.census[:, :4].sum())


def everybody(register) -> int:
    """Persons in beds and at the four places outside."""
    gauges = [register.counts[g] for g in (ELSEWHERE_PERSONS, STAY_PERSONS, HOME_PERSONS, GONE_PERSONS)]
    return inside(register) + int(sum(gauges))


def bed_book_closes(register) -> bool:
    book = register.census
    net = book[:, BEDS_ENTERED] - book[:, BEDS_LEFT] + book[:, BEDS_MOVED_IN] - book[:, BEDS_MOVED_OUT]
    return bool((net == book[:, :4].sum(axis=1)).all())


def test_names_and_numbers_of_columns_belong_together():
    for name, number in (
        ("persons", PERSONS), ("place", PLACE), ("linked", LINKED), ("municipality", MUNICIPALITY), ("bed", BED),
        ("over_norm", OVER_NORM), ("stay", STAY), ("counted", COUNTED), ("permit", PERMIT), ("province", PROVINCE),
    ):  # fmt: skip
        assert COLUMNS[number] == name
    counts = (*TALLIES, *GAUGES)
    for name, number in (
        ("permits", PERMITS), ("realised", REALISED), ("realised_social_rent", REALISED_RENT),
        ("permit_households", PERMIT_LOGGED), ("dossier", IN_DOSSIER), ("linkable", TO_LINK), ("gone", GONE_PERSONS),
        ("in_stay", STAY_PERSONS), ("at_home", HOME_PERSONS), ("elsewhere", ELSEWHERE_PERSONS),
    ):  # fmt: skip
        assert counts[number] == name
    assert MUNICIPAL[M_REALISED] == "realised"
    assert MUNICIPAL[M_LINKED_WAITING] == "linked_waiting"
    assert MUNICIPAL[M_SEEKING] == "seeking_small"
    assert len(set(COLUMNS)) == len(COLUMNS)
    assert len(set(counts)) == len(counts)
    assert BED_BOOK == ("beds_entered", "beds_left", "beds_moved_in", "beds_moved_out")


def test_a_new_household_gets_a_bed_where_there_is_most_room(register):
    put_in_bed(register, 1, 3, BED_PROCEDURE)
    block = register.households
    assert (block[BED, 1], block[BED_PERSONS, 1], block[PROVINCE, 1]) == (BED_PROCEDURE, 3, 2)
    assert register.census[2, BED_PROCEDURE] == register.census[2, BEDS_ENTERED] == inside(register) == 3


def test_room_is_a_share_of_what_a_province_can_take(register):
    register.census[2, BED_PROCEDURE] = 990
    put_in_bed(register, 1, 3, BED_PROCEDURE)
    assert register.households[PROVINCE, 1] == 0


def test_more_persons_join_the_bed_that_is_there(register):
    put_in_bed(register, 0, 1, BED_PERMIT)
    register.census[2, USABLE] = 0
    register.households[OVER_NORM, 0] = 1
    register.census[2, BEYOND_NORM] = 1
    put_in_bed(register, 0, 4, BED_PERMIT)
    assert register.households[BED_PERSONS, 0] == 5
    assert register.census[2, BED_PERMIT] == register.census[2, BEYOND_NORM] == 5


def test_taking_from_a_bed_gives_back_every_count(register):
    before = register.census[:, :5].copy()
    put_in_bed(register, 2, 4, BED_PERMIT)
    register.households[OVER_NORM, 2] = 1
    register.census[2, BEYOND_NORM] += 4
    assert take_from_bed(register, 2) == 4
    assert (register.census[:, :5] == before).all()
    assert register.households[OVER_NORM, 2] == 0
    assert bed_book_closes(register)
    assert take_from_bed(register, 2) == 0, "who has no bed leaves none"


def test_moving_takes_persons_from_one_province_to_the_other(register):
    put_in_bed(register, 4, 8, BED_PERMIT)
    register.households[OVER_NORM, 4] = 1
    register.census[2, BEYOND_NORM] += 8
    move_bed(register, 4, 11)
    assert register.census[2, :5].sum() == 0
    assert register.census[11, BED_PERMIT] == register.census[11, BEYOND_NORM] == 8
    assert register.census[2, BEDS_MOVED_OUT] == register.census[11, BEDS_MOVED_IN] == 8
    assert bed_book_closes(register)
    assert take_from_bed(register, 4) == 8
    assert inside(register) == 0
    assert bed_book_closes(register)


def test_why_a_bed_is_held_can_change_but_not_who_holds_it(register):
    change_bed_group(register, 3, BED_REFUSED)
    assert inside(register) == 0, "without a bed nothing changes"
    put_in_bed(register, 3, 2, BED_PROCEDURE)
    change_bed_group(register, 3, BED_REFUSED)
    change_bed_group(register, 3, BED_REFUSED)
    assert register.census[2, BED_REFUSED] == inside(register) == 2


@pytest.mark.parametrize("place", [ELSEWHERE, IN_STAY, AT_HOME, OUT])
def test_settling_brings_the_whole_household_to_one_place(register, place):
    register.households[PLACE, 2] = IN_RECEPTION
    put_in_bed(register, 2, 4, BED_PERMIT)
    settle(register, 2, place)
    assert inside(register) == 0
    assert register.counts[place_gauge(place)] == everybody(register) == 4
    assert register.households[PLACE, 2] == place
    settle(register, 2, AT_HOME)
    assert register.counts[HOME_PERSONS] == everybody(register) == 4


def test_a_divided_household_is_brought_together(register):
    """Sponsor at home, family in a bed: both come to the new home, each from their own count."""
    block = register.households
    block[PLACE, 1] = AT_HOME
    register.counts[HOME_PERSONS] = 1
    put_in_bed(register, 1, 2, BED_FAMILY)
    assert everybody(register) == 3
    settle(register, 1, AT_HOME)
    assert inside(register) == 0
    assert register.counts[HOME_PERSONS] == 3


def test_coming_back_to_reception_ends_a_stay(register):
    block = register.households
    block[PLACE, 2] = IN_RECEPTION
    put_in_bed(register, 2, 4, BED_PERMIT)
    settle(register, 2, IN_STAY)
    kind = STAYS.index("hotel")
    block[STAY, 2] = kind
    register.municipal[M_STAYS + kind, TOWN] = register.counts[STAY_KIND + kind] = 4
    bring_to_reception(register, 2, BED_PERMIT)
    assert register.municipal[M_STAYS + kind, TOWN] == register.counts[STAY_KIND + kind] == 0
    assert register.counts[STAY_PERSONS] == 0
    assert block[STAY, 2] == -1
    assert inside(register) == everybody(register) == 4
    leave_stay(register, 2)
    assert register.municipal[M_STAYS:].sum() == 0


def test_a_stay_is_left_by_those_who_stayed_there_only(register):
    """Family that arrived during the stay has a bed and was never counted in the stay."""
    block = register.households
    block[PLACE, 1] = IN_STAY
    block[STAY, 1] = 0
    register.municipal[M_STAYS, TOWN] = register.counts[STAY_KIND] = register.counts[STAY_PERSONS] = 1
    put_in_bed(register, 1, 2, BED_PERMIT)
    settle(register, 1, AT_HOME)
    assert register.municipal[M_STAYS, TOWN] == register.counts[STAY_KIND] == 0
    assert register.counts[STAY_PERSONS] == 0
    assert register.counts[HOME_PERSONS] == everybody(register) == 3


def test_persons_count_as_realised_once(register):
    block = register.households
    register.municipal[M_LINKED_WAITING, TOWN] = 3
    count_realised(register, 1, 0, REALISED_STAY)
    count_realised(register, 1, 0, REALISED_RENT)
    assert register.municipal[M_REALISED, TOWN] == register.counts[REALISED] == 3
    assert register.counts[REALISED_STAY] == 3
    assert register.counts[REALISED_RENT] == 0
    assert register.municipal[M_LINKED_WAITING, TOWN] == 0
    block[PERSONS, 1] = 7
    count_realised(register, 1, 0, REALISED_RENT)
    assert register.counts[REALISED] == block[COUNTED, 1] == 7
    assert register.counts[REALISED_RENT] == 4


def test_family_that_waits_elsewhere_counts_when_it_comes(register):
    register.municipal[M_LINKED_WAITING, TOWN] = 4
    count_realised(register, 2, 3, REALISED_RENT)
    assert register.counts[REALISED] == register.households[COUNTED, 2] == 1
    assert register.municipal[M_LINKED_WAITING, TOWN] == 3
    count_realised(register, 2, 0, REALISED_RENT)
    assert register.counts[REALISED] == 4
    assert register.municipal[M_LINKED_WAITING, TOWN] == 0


def test_a_permit_is_written_in_the_log_and_opens_a_dossier(register):
    put_in_bed(register, 3, 2, BED_PROCEDURE)
    log_permit(register, 3, 17950)
    log_permit(register, 1, 17951)
    assert register.logs[PERMIT_LOG, :2].tolist() == [3, 1]
    assert register.counts[PERMIT_LOGGED] == 2
    assert register.counts[PERMITS] == register.counts[IN_DOSSIER] == 5
    assert register.households[PERMIT, 3] == 17950
    assert register.households[STATUS, 3] == DOSSIER
    assert register.census[2, BED_PERMIT] == 2


def test_seeking_is_counted_by_the_size_that_is_needed(register):
    for who in range(5):
        start_seeking(register, who)
    assert register.municipal[M_SEEKING : M_SEEKING + 4, TOWN].tolist() == [2, 2, 0, 1]
    assert register.counts[IN_SEEKING] == sum(PERSONS_OF)
    for who in (2, 0, 4, 1, 3):
        stop_seeking(register, who)
    assert register.municipal[M_SEEKING : M_SEEKING + 4].sum() == 0
    assert register.counts[IN_SEEKING] == 0


@pytest.mark.parametrize(
    ("status", "gauge"), [(DOSSIER, IN_DOSSIER), (LINKABLE, TO_LINK), (OFFERED, IN_OFFER), (NOWHERE, None)]
)
def test_family_adds_to_the_count_its_household_stands_in(register, status, gauge):
    register.households[STATUS, 0] = status
    before = register.counts.copy()
    grow_by_family(register, 0, 5)
    change = register.counts - before
    assert register.households[PERSONS, 0] == 6
    assert change.sum() == (0 if gauge is None else 5)
    if gauge is not None:
        assert change[gauge] == 5


def test_family_that_makes_a_household_larger_moves_it_to_the_larger_size(register):
    register.households[LINKED, 0] = 17900
    start_seeking(register, 0)
    assert register.households[STATUS, 0] == SEEKING
    grow_by_family(register, 0, 4)
    assert register.municipal[M_SEEKING : M_SEEKING + 4, TOWN].tolist() == [0, 0, 1, 0]
    assert register.counts[IN_SEEKING] == 5
    assert register.municipal[M_LINKED_WAITING, TOWN] == 4
    stop_seeking(register, 0)
    assert register.municipal[M_SEEKING : M_SEEKING + 4].sum() == 0


def test_every_household_fits_the_size_it_needs():
    for persons in range(1, 13):
        size = size_needed(persons)
        assert persons <= HOME_CAPACITY[size]
        assert size == 0 or persons > HOME_CAPACITY[size - 1]
        assert HOME_LEAST[size] <= persons
    assert size_needed(20) == 3


def test_only_places_outside_reception_have_a_gauge():
    assert place_gauge(NOWHERE) == place_gauge(IN_RECEPTION) == -1
    assert len({place_gauge(place) for place in (ELSEWHERE, IN_STAY, AT_HOME, OUT)}) == 4
