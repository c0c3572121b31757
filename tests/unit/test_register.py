"""The register: each act moves persons from one count to another and loses nobody. A handful of households by hand."""

import numpy as np
import pytest

from models.register import (
    BED_BOOK,
    BED_GROUPS,
    COLUMNS,
    GAUGES,
    HOME_CAPACITY,
    HOME_LEAST,
    HOME_SIZES,
    HOW,
    STAYS,
    TALLIES,
    Bed,
    Family,
    Place,
    Status,
    Way,
    bring_to_reception,
    change_bed_group,
    count_outside,
    count_realised,
    go_to_front,
    grow_by_family,
    leave_stay,
    log_permit,
    move_bed,
    new_register,
    note_larger,
    put_in_bed,
    settle,
    size_needed,
    start_seeking,
    stop_seeking,
    take_from_bed,
)
from models.world import DRAWN_HOUSEHOLD

PERSONS_OF = (1, 3, 4, 2, 8)
TOWN = 7


@pytest.fixture
def register():
    """Five households that have not arrived; province 2 has the most room."""
    rows = len(PERSONS_OF)
    drawn = np.zeros(rows, dtype=DRAWN_HOUSEHOLD)
    drawn["identity"], drawn["persons"] = np.arange(1, rows + 1), PERSONS_OF
    fresh = new_register(seed=1, first_day=17897, drawn=drawn)
    fresh.census["usable"] = 100
    fresh.census["usable"][2] = 1000
    fresh.households["municipality"] = TOWN
    return fresh


def inside(register) -> int:
    return int(register.census["beds"].sum())


def census_of(register) -> np.ndarray:
    """Persons by bed group and beyond the norm, per province."""
    return np.column_stack([register.census["beds"], register.census["beyond_norm"]])


def everybody(register) -> int:
    """Persons in beds and at the four places outside."""
    return inside(register) + int(register.counts["outside"].sum())


def bed_book_closes(register) -> bool:
    book = register.census
    net = book["beds_entered"] - book["beds_left"] + book["beds_moved_in"] - book["beds_moved_out"]
    return bool((net == book["beds"].sum(axis=1)).all())


def test_a_name_and_its_place_in_a_group_are_the_same_number(register):
    for number, name in enumerate(BED_GROUPS):
        register.census["beds"][3, number] = 10 + number
        assert register.census[name][3] == 10 + number
    for number, name in enumerate(HOME_SIZES):
        register.towns["seeking"][TOWN, number] = 10 + number
        assert register.towns[f"seeking_{name}"][TOWN] == 10 + number
    groups = {
        "realised_by": [f"realised_{way.name.lower()}" for way in Way],
        "outside": ["elsewhere", "in_stay", "at_home", "gone"],
        "in_stays": [f"stay_{name}" for name in STAYS],
        "homes_to": [name for name in TALLIES if name.startswith("homes_")][3:8],
        "forgone": [name for name in TALLIES if name.startswith("forgone_")],
    }
    for group, names in groups.items():
        assert register.counts[group].shape == (1, len(names))
        for number, name in enumerate(names):
            register.counts[group][0, number] = 10 + number
            assert register.counts[name][0] == 10 + number
    assert [way.name.lower() for way in Way][1:5] == list(HOW[1:])


def test_a_household_is_two_stretches_of_memory_of_which_the_first_holds_what_most_acts_touch(register):
    households = register.households
    assert households.ctypes.data % 64 == 0 and households.strides == (128,)
    assert [households.dtype.fields[name][1] // 64 for name in ("persons", "permit", "line", "housed")] == [0, 0, 0, 1]
    assert len(set(COLUMNS)) == len(COLUMNS)
    assert len({*TALLIES, *GAUGES}) == len((*TALLIES, *GAUGES))
    assert BED_BOOK == ("beds_entered", "beds_left", "beds_moved_in", "beds_moved_out")


def test_a_new_household_gets_a_bed_where_there_is_most_room(register):
    put_in_bed(register, 1, 3, Bed.IN_PROCEDURE)
    block = register.households
    assert (block["bed"][1], block["bed_persons"][1], block["province"][1]) == (Bed.IN_PROCEDURE, 3, 2)
    assert register.census["in_procedure"][2] == register.census["beds_entered"][2] == inside(register) == 3


def test_room_is_a_share_of_what_a_province_can_take(register):
    register.census["in_procedure"][2] = 990
    put_in_bed(register, 1, 3, Bed.IN_PROCEDURE)
    assert register.households["province"][1] == 0


def test_more_persons_join_the_bed_that_is_there(register):
    put_in_bed(register, 0, 1, Bed.PERMIT_HOLDER)
    register.census["usable"][2] = 0
    register.households["over_norm"][0] = 1
    register.census["beyond_norm"][2] = 1
    put_in_bed(register, 0, 4, Bed.PERMIT_HOLDER)
    assert register.households["bed_persons"][0] == 5
    assert register.census["permit_holder"][2] == register.census["beyond_norm"][2] == 5


def test_taking_from_a_bed_gives_back_every_count(register):
    before = census_of(register).copy()
    put_in_bed(register, 2, 4, Bed.PERMIT_HOLDER)
    register.households["over_norm"][2] = 1
    register.census["beyond_norm"][2] += 4
    assert take_from_bed(register, 2) == 4
    assert (census_of(register) == before).all()
    assert register.households["over_norm"][2] == 0
    assert bed_book_closes(register)
    assert take_from_bed(register, 2) == 0, "who has no bed leaves none"


def test_moving_takes_persons_from_one_province_to_the_other(register):
    put_in_bed(register, 4, 8, Bed.PERMIT_HOLDER)
    register.households["over_norm"][4] = 1
    register.census["beyond_norm"][2] += 8
    move_bed(register, 4, 11)
    assert census_of(register)[2].sum() == 0
    assert register.census["permit_holder"][11] == register.census["beyond_norm"][11] == 8
    assert register.census["beds_moved_out"][2] == register.census["beds_moved_in"][11] == 8
    assert bed_book_closes(register)
    assert take_from_bed(register, 4) == 8
    assert inside(register) == 0
    assert bed_book_closes(register)


def test_why_a_bed_is_held_can_change_but_not_who_holds_it(register):
    change_bed_group(register, 3, Bed.REFUSED)
    assert inside(register) == 0, "without a bed nothing changes"
    put_in_bed(register, 3, 2, Bed.IN_PROCEDURE)
    change_bed_group(register, 3, Bed.REFUSED)
    change_bed_group(register, 3, Bed.REFUSED)
    assert register.census["refused"][2] == inside(register) == 2


@pytest.mark.parametrize("place", [Place.ELSEWHERE, Place.IN_STAY, Place.AT_HOME, Place.OUT])
def test_settling_brings_the_whole_household_to_one_place(register, place):
    register.households["place"][2] = Place.IN_RECEPTION
    put_in_bed(register, 2, 4, Bed.PERMIT_HOLDER)
    settle(register, 2, place)
    assert inside(register) == 0
    assert register.counts["outside"][0, place - Place.ELSEWHERE] == everybody(register) == 4
    assert register.households["place"][2] == place
    settle(register, 2, Place.AT_HOME)
    assert register.counts["at_home"][0] == everybody(register) == 4


def test_a_divided_household_is_brought_together(register):
    """Sponsor at home, family in a bed: both come to the new home, each from their own count."""
    block = register.households
    block["place"][1] = Place.AT_HOME
    register.counts["at_home"][0] = 1
    put_in_bed(register, 1, 2, Bed.WAITING_FAMILY)
    assert everybody(register) == 3
    settle(register, 1, Place.AT_HOME)
    assert inside(register) == 0
    assert register.counts["at_home"][0] == 3


def test_coming_back_to_reception_ends_a_stay(register):
    block = register.households
    block["place"][2] = Place.IN_RECEPTION
    put_in_bed(register, 2, 4, Bed.PERMIT_HOLDER)
    settle(register, 2, Place.IN_STAY)
    kind = STAYS.index("hotel")
    block["stay"][2] = kind
    register.towns["in_stays"][TOWN, kind] = register.counts["in_stays"][0, kind] = 4
    bring_to_reception(register, 2, Bed.PERMIT_HOLDER)
    assert register.towns["in_stays"][TOWN, kind] == register.counts["in_stays"][0, kind] == 0
    assert register.counts["in_stay"][0] == 0
    assert block["stay"][2] == -1
    assert inside(register) == everybody(register) == 4
    leave_stay(register, 2)
    assert register.towns["in_stays"].sum() == 0


def test_a_stay_is_left_by_those_who_stayed_there_only(register):
    """Family that arrived during the stay has a bed and was never counted in the stay."""
    block = register.households
    block["place"][1] = Place.IN_STAY
    block["stay"][1] = 0
    register.towns["in_stays"][TOWN, 0] = register.counts["in_stays"][0, 0] = register.counts["in_stay"][0] = 1
    put_in_bed(register, 1, 2, Bed.PERMIT_HOLDER)
    settle(register, 1, Place.AT_HOME)
    assert register.towns["in_stays"][TOWN, 0] == register.counts["in_stays"][0, 0] == 0
    assert register.counts["in_stay"][0] == 0
    assert register.counts["at_home"][0] == everybody(register) == 3


def test_persons_count_as_realised_once(register):
    block = register.households
    register.towns["linked_waiting"][TOWN] = 3
    count_realised(register, 1, 0, Way.STAY)
    count_realised(register, 1, 0, Way.SOCIAL_RENT)
    assert register.towns["realised"][TOWN] == register.counts["realised"][0] == 3
    assert register.counts["realised_stay"][0] == 3
    assert register.counts["realised_social_rent"][0] == 0
    assert register.towns["linked_waiting"][TOWN] == 0
    block["persons"][1] = 7
    count_realised(register, 1, 0, Way.SOCIAL_RENT)
    assert register.counts["realised"][0] == block["counted"][1] == 7
    assert register.counts["realised_social_rent"][0] == 4


def test_family_that_waits_elsewhere_counts_when_it_comes(register):
    register.towns["linked_waiting"][TOWN] = 4
    count_realised(register, 2, 3, Way.SOCIAL_RENT)
    assert register.counts["realised"][0] == register.households["counted"][2] == 1
    assert register.towns["linked_waiting"][TOWN] == 3
    count_realised(register, 2, 0, Way.SOCIAL_RENT)
    assert register.counts["realised"][0] == 4
    assert register.towns["linked_waiting"][TOWN] == 0


def test_a_permit_is_written_in_the_log_and_opens_a_dossier(register):
    put_in_bed(register, 3, 2, Bed.IN_PROCEDURE)
    log_permit(register, 3, 17950)
    log_permit(register, 1, 17951)
    assert register.logs["permit"][:2].tolist() == [3, 1]
    assert register.counts["permit_households"][0] == 2
    assert register.counts["permits"][0] == register.counts["dossier"][0] == 5
    assert register.households["permit"][3] == 17950
    assert register.households["status"][3] == Status.DOSSIER
    assert register.census["permit_holder"][2] == 2


def test_seeking_is_counted_by_the_size_that_is_needed(register):
    for who in range(5):
        start_seeking(register, who)
    assert register.towns["seeking"][TOWN].tolist() == [2, 2, 0, 1]
    assert register.counts["seeking"][0] == sum(PERSONS_OF)
    for who in (2, 0, 4, 1, 3):
        stop_seeking(register, who)
    assert register.towns["seeking"].sum() == 0
    assert register.counts["seeking"][0] == 0


@pytest.mark.parametrize(
    ("status", "gauge"),
    [
        (Status.DOSSIER, "dossier"),
        (Status.LINKABLE, "linkable"),
        (Status.OFFERED, "offered"),
        (Status.NOT_ARRIVED, None),
    ],
)
def test_family_adds_to_the_count_its_household_stands_in(register, status, gauge):
    register.households["status"][0] = status
    before = register.counts.copy()
    grow_by_family(register, 0, 5)
    change = {name: int(register.counts[name][0] - before[name][0]) for name in (*TALLIES, *GAUGES)}
    assert register.households["persons"][0] == 6
    assert sum(change.values()) == (0 if gauge is None else 5)
    if gauge is not None:
        assert change[gauge] == 5


def test_family_that_makes_a_household_larger_moves_it_to_the_larger_size(register):
    register.households["linked"][0] = 17900
    start_seeking(register, 0)
    assert register.households["status"][0] == Status.SEEKING
    grow_by_family(register, 0, 4)
    assert register.towns["seeking"][TOWN].tolist() == [0, 0, 1, 0]
    assert register.counts["seeking"][0] == 5
    assert register.towns["linked_waiting"][TOWN] == 4
    stop_seeking(register, 0)
    assert register.towns["seeking"].sum() == 0


def in_order(line, following) -> list[int]:
    """Everybody in a line, first to last."""
    found, who = [], int(line["first"])
    while who >= 0:
        found.append(who)
        who = int(following[who])
    assert (found[-1] if found else -1) == int(line["last"])
    return found


def lines_of(register) -> tuple[list[int], list[int]]:
    """Who seeks in the town, and who of them may need more than the smallest home."""
    line = in_order(register.towns["line"][TOWN], register.households["seek_next"])
    return line, in_order(register.larger.lines[TOWN], register.larger.links.next)


def test_who_may_need_a_larger_home_stands_in_the_order_of_the_line(register):
    for who in (0, 1, 2, 3, 4):
        start_seeking(register, who)
    assert lines_of(register) == ([0, 1, 2, 3, 4], [1, 2, 3, 4])
    register.households["status"][2] = Status.OFFERED
    stop_seeking(register, 2)
    go_to_front(register, 4)
    assert lines_of(register) == ([4, 0, 1, 3], [4, 1, 3])
    note_larger(register, 0)
    note_larger(register, 0)
    note_larger(register, 2)  # seeks no home
    assert lines_of(register) == ([4, 0, 1, 3], [4, 0, 1, 3])
    start_seeking(register, 2)
    go_to_front(register, 0)
    for who in (3, 0, 4):
        register.households["status"][who] = Status.OFFERED
        stop_seeking(register, who)
    assert lines_of(register) == ([1, 2], [1, 2])


def test_family_on_its_way_and_family_that_came_may_need_a_larger_home(register):
    register.households["persons"][1] = 1
    for who in (0, 1, 3):
        start_seeking(register, who)
    assert lines_of(register) == ([0, 1, 3], [3])
    grow_by_family(register, 1, 2)
    assert lines_of(register) == ([0, 1, 3], [1, 3])
    register.households["family"][0] = Family.TRAVELLING
    stop_seeking(register, 0)
    start_seeking(register, 0)
    assert lines_of(register) == ([1, 3, 0], [1, 3, 0])


def test_every_household_fits_the_size_it_needs():
    for persons in range(1, 13):
        size = size_needed(persons)
        assert persons <= HOME_CAPACITY[size]
        assert size == 0 or persons > HOME_CAPACITY[size - 1]
        assert HOME_LEAST[size] <= persons
    assert size_needed(20) == 3


def test_only_places_outside_reception_are_counted_apart(register):
    for number, place in enumerate(Place):
        count_outside(register, int(place), 10 + number)
    assert register.counts["outside"].tolist() == [[12, 13, 14, 15]]
    assert sum(int(register.counts[name][0]) for name in (*TALLIES, *GAUGES)) == 12 + 13 + 14 + 15
