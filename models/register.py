"""The register: one row per household, and the counts that must always close.

Every stage reads and writes households here; no stage knows another. A household moves
through the chain by joining the line of the next institution. Persons are counted at once in
the census of reception (by province and by why they hold a bed), at the places outside
reception, and in the tallies of what happened; the laws in the tests recount them from the
rows. Left out: single persons inside a household.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel
from sim.queues import join, leave

#: Columns of the register. Days are day numbers, -1 means "not (yet)". Columns that are read
#: together stand together: a household is three stretches of memory of 16 columns each, as long
#: as the piece that a processor fetches at once, and the first holds what most acts touch.
COLUMNS = (
    "persons", "status", "bed", "bed_persons", "bed_next", "bed_previous", "province", "over_norm", "seek_next",
    "seek_previous", "linked", "municipality", "family", "followers", "place", "permit",
    "line", "line_next", "line_previous", "taskforce", "decided", "group", "stream", "arrived", "registered",
    "extended", "counted", "stay", "stay_since", "family_next", "family_previous", "housed",
    "family_arrived", "appeal_decided", "departed", "family_applied", "family_decided", "family_housed", "home_size",
    "offered_size", "how_housed", "last_stay", "stay_ended",
)  # fmt: skip
(
    PERSONS, STATUS, BED, BED_PERSONS, BED_NEXT, BED_PREVIOUS, PROVINCE, OVER_NORM, SEEK_NEXT, SEEK_PREVIOUS, LINKED,
    MUNICIPALITY, FAMILY, FOLLOWERS, PLACE, PERMIT,
    LINE, LINE_NEXT, LINE_PREVIOUS, TASKFORCE, DECIDED, GROUP, STREAM, ARRIVED, REGISTERED, EXTENDED, COUNTED, STAY,
    STAY_SINCE, FAMILY_NEXT, FAMILY_PREVIOUS, HOUSED,
    FAMILY_ARRIVED, APPEAL_DECIDED, DEPARTED, FAMILY_APPLIED, FAMILY_DECIDED, FAMILY_HOUSED, HOME_SIZE, OFFERED_SIZE,
    HOW_HOUSED, LAST_STAY, STAY_ENDED,
) = range(len(COLUMNS))  # fmt: skip
#: Columns that a row takes in memory, and what the first must be aligned to.
ROW_COLUMNS = 48
LINE_BYTES = 64

#: Streams: how a household comes in.
STREAMS = ("first", "amv", "repeat", "resettlement", "evacuation")
FIRST_APPLICATION, AMV, REPEAT, RESETTLEMENT, EVACUATION = range(5)

#: Procedure groups: they decide track, chance of a permit and chance of family; never a home.
GROUPS = ("dublin", "safe_country", "likely", "mixed")
DUBLIN, SAFE_COUNTRY, LIKELY, MIXED = range(4)

#: Where a household stands in the chain.
STATUSES = (
    "not_arrived", "registering", "waiting", "handled", "in_appeal", "refused", "dossier", "linkable",
    "seeking", "offered", "housed", "departed",
)  # fmt: skip
(
    NOT_ARRIVED, REGISTERING, WAITING, HANDLED, IN_APPEAL, REFUSED, DOSSIER, LINKABLE,
    SEEKING, OFFERED, IN_HOME, GONE,
) = range(12)  # fmt: skip

#: Where the family that may follow stands.
NO_FAMILY, FAMILY_TO_APPLY, FAMILY_WAITING, FAMILY_HANDLED, FAMILY_TRAVELLING, FAMILY_HERE, FAMILY_REFUSED = range(7)

#: What an entry in the agenda of departures is about; the IND writes it, the departure desk acts on it.
WITHDRAW, JUDGE, DEPART = range(3)

#: Where the members stay who do not hold a bed in reception.
NOWHERE, IN_RECEPTION, ELSEWHERE, IN_STAY, AT_HOME, OUT = range(6)
PLACES = 6

#: Why a bed in reception is held.
BED_GROUPS = ("in_procedure", "refused", "permit_holder", "waiting_family")
BED_PROCEDURE, BED_REFUSED, BED_PERMIT, BED_FAMILY = range(4)
BEYOND_NORM = 4  # extra column of the census: permit holders (of all bed groups) beyond 14 weeks

#: Bed book per province, further columns of the census: running totals, so that
#: in = out + inside can be checked per day. The last column is how many persons the province can take today.
BED_BOOK = ("beds_entered", "beds_left", "beds_moved_in", "beds_moved_out")
BEDS_ENTERED, BEDS_LEFT, BEDS_MOVED_IN, BEDS_MOVED_OUT, USABLE = range(5, 10)
CENSUS_COLUMNS = 10

#: Lines of the IND. Each unit serves some of them.
LINES = ("dublin", "safe_country", "general", "extended", "taskforce_general", "taskforce_extended", "linkable")
LINE_DUBLIN, LINE_SAFE, LINE_GENERAL, LINE_EXTENDED, LINE_TASKFORCE, LINE_TASKFORCE_EXTENDED, LINE_LINKABLE = range(7)
#: After these come the line of everybody in reception per province and of everybody seeking per municipality.
BED_LINE = 7
SEEK_LINE = 19

#: Logs: households in the order in which they got a permit, saw their family arrive, were linked.
PERMIT_LOG, FAMILY_LOG, LINK_LOG = range(3)

#: How a household found its home.
HOW = ("not", "social_rent", "project", "own_find", "shared")
HOW_NOT, HOW_RENT, HOW_PROJECT, HOW_OWN, HOW_SHARED = range(5)

#: Homes by size: most persons that a home of each class is meant for; the last takes everybody.
HOME_SIZES = ("small", "middle", "large", "very_large")
HOME_CAPACITY = (2, 4, 7, 30)
#: Fewest persons that may take a home of each class (affordable allocation).
HOME_LEAST = (1, 2, 4, 6)

#: Ways out of reception that are not a lasting home, and whether they count as realised.
STAYS = (
    "hosts", "self_arranged", "hotel", "municipal_intermediate", "regional_intermediate", "acceleration",
    "flow_through",
)  # fmt: skip
HOSTS, SELF_ARRANGED, HOTEL, MUNICIPAL_INTERMEDIATE, REGIONAL_INTERMEDIATE, ACCELERATION, FLOW_THROUGH = range(7)
STAY_COUNTS = (0, 0, 1, 1, 1, 1, 1)

#: What has happened, in persons unless the name says otherwise; running totals since the start.
TALLIES = (
    "applicants_entered", "family_entered", "decisions", "permits", "refusals", "withdrawals", "departures",
    "appeals_won", "family_applications", "family_decisions", "family_permits", "realised", "realised_joined",
    "realised_social_rent", "realised_project", "realised_own_find", "realised_shared", "realised_stay",
    "homes_vacated", "homes_to_permit_holders", "homes_unfit", "homes_regular", "homes_urgent", "homes_homeless",
    "homes_student", "homes_migrant_worker", "forgone_regular", "forgone_urgent", "forgone_homeless",
    "forgone_student", "forgone_migrant_worker", "project_homes", "project_homes_to_permit_holders",
    "homes_returned", "linked", "late_decisions", "late_days", "households_housed",
    "permit_households", "family_households", "linked_households", "present_at_start",
)  # fmt: skip
(
    ENTERED, FAMILY_ENTERED, DECISIONS, PERMITS, REFUSALS, WITHDRAWALS, DEPARTURES,
    APPEALS_WON, FAMILY_APPLICATIONS, FAMILY_DECISIONS, FAMILY_PERMITS, REALISED, REALISED_JOINED,
    REALISED_RENT, REALISED_PROJECT, REALISED_OWN, REALISED_SHARED, REALISED_STAY,
    HOMES_VACATED, HOMES_TO_HOLDERS, HOMES_UNFIT, HOMES_REGULAR, HOMES_URGENT, HOMES_HOMELESS,
    HOMES_STUDENT, HOMES_MIGRANT, FORGONE_REGULAR, FORGONE_URGENT, FORGONE_HOMELESS,
    FORGONE_STUDENT, FORGONE_MIGRANT, PROJECT_HOMES, PROJECT_HOMES_TO_HOLDERS,
    HOMES_RETURNED, LINKED_PERSONS, LATE_DECISIONS, LATE_DAYS, HOUSEHOLDS_HOUSED,
    PERMIT_LOGGED, FAMILY_LOGGED, LINK_LOGGED, PRESENT_AT_START,
) = range(len(TALLIES))  # fmt: skip

#: What stands now, in persons. Tallies and gauges lie in one row of counts, tallies first.
GAUGES = (
    "pending", "pending_taskforce", "pending_family", "travelling_family", "dossier", "linkable", "seeking", "offered",
    "elsewhere", "in_stay", "at_home", "gone",
    "stay_hosts", "stay_self_arranged", "stay_hotel", "stay_municipal_intermediate", "stay_regional_intermediate",
    "stay_acceleration", "stay_flow_through",
)  # fmt: skip
(
    PENDING, PENDING_TASKFORCE, PENDING_FAMILY, TRAVELLING_FAMILY, IN_DOSSIER, TO_LINK, IN_SEEKING, IN_OFFER,
    ELSEWHERE_PERSONS, STAY_PERSONS, HOME_PERSONS, GONE_PERSONS, STAY_KIND, *_,
) = range(len(TALLIES), len(TALLIES) + len(GAUGES))  # fmt: skip

PROVINCES_COUNT = 12

#: Municipal columns of the integer municipal book (persons unless named otherwise).
MUNICIPAL = (
    "target", "opening", "realised", "linked_waiting", "homes_given", "homes_vacated",
    "seeking_small", "seeking_middle", "seeking_large", "seeking_very_large",
)  # fmt: skip
(
    M_TARGET, M_OPENING, M_REALISED, M_LINKED_WAITING, M_HOMES_GIVEN, M_HOMES_VACATED,
    M_SEEKING, M_SEEKING_MIDDLE, M_SEEKING_LARGE, M_SEEKING_VERY_LARGE,
) = range(10)  # fmt: skip
#: Persons in each kind of stay follow, one row per kind.
M_STAYS = 10
MUNICIPAL_ROWS = M_STAYS + len(STAYS)


class Register(NamedTuple):
    """All that is counted, in few arrays because each one passed to a kernel costs time.

    Shapes: households (columns, rows); identities (rows); census (12, 10) per province; counts
    (tallies, then gauges); ends (2, 7 + 12 + municipalities) first and last of every line;
    municipal (17, municipalities); logs (3, 2 x rows).
    """

    households: NDArray[np.int32]
    identities: NDArray[np.int64]
    census: NDArray[np.int64]
    counts: NDArray[np.int64]
    ends: NDArray[np.int32]
    municipal: NDArray[np.int64]
    logs: NDArray[np.int32]


@kernel
def flag_beyond_norm(register: Register, who: int) -> None:
    """Count the persons of a household in reception as waiting beyond the norm, once."""
    households = register.households
    census = register.census
    if households[BED, who] >= BED_PERMIT and households[OVER_NORM, who] != 1:
        households[OVER_NORM, who] = 1
        census[households[PROVINCE, who], BEYOND_NORM] += households[BED_PERSONS, who]


@kernel
def put_in_bed(register: Register, who: int, persons: int, group: int) -> None:
    """Give ``persons`` of a household a bed; new ones go to the province with the most room."""
    households = register.households
    census = register.census
    ends = register.ends
    if households[BED, who] < 0:
        best = 0
        best_room = -1.0e18
        for province in range(PROVINCES_COUNT):
            inside = 0
            for bed_group in range(4):
                inside += census[province, bed_group]
            places = max(census[province, USABLE], 1.0)
            room = 1.0 - (inside + persons) / places
            if room > best_room:
                best_room = room
                best = province
        households[BED, who] = group
        households[BED_PERSONS, who] = 0
        households[PROVINCE, who] = best
        join(households, BED_NEXT, BED_PREVIOUS, ends, BED_LINE + best, who)
    province = households[PROVINCE, who]
    census[province, households[BED, who]] += persons
    if households[OVER_NORM, who] == 1:
        census[province, BEYOND_NORM] += persons
    households[BED_PERSONS, who] += persons
    census[province, BEDS_ENTERED] += persons


@kernel
def take_from_bed(register: Register, who: int) -> int:
    """Let a household leave reception; return how many persons left."""
    households = register.households
    census = register.census
    ends = register.ends
    if households[BED, who] < 0:
        return 0
    province = households[PROVINCE, who]
    persons = households[BED_PERSONS, who]
    census[province, households[BED, who]] -= persons
    if households[OVER_NORM, who] == 1:
        census[province, BEYOND_NORM] -= persons
    census[province, BEDS_LEFT] += persons
    leave(households, BED_NEXT, BED_PREVIOUS, ends, BED_LINE + province, who)
    households[BED, who] = -1
    households[BED_PERSONS, who] = 0
    households[PROVINCE, who] = -1
    households[OVER_NORM, who] = 0
    return int(persons)


@kernel
def move_bed(register: Register, who: int, to_province: int) -> None:
    """Move a household in reception to another province."""
    households = register.households
    census = register.census
    ends = register.ends
    origin = households[PROVINCE, who]
    persons = households[BED_PERSONS, who]
    group = households[BED, who]
    census[origin, group] -= persons
    census[to_province, group] += persons
    if households[OVER_NORM, who] == 1:
        census[origin, BEYOND_NORM] -= persons
        census[to_province, BEYOND_NORM] += persons
    census[origin, BEDS_MOVED_OUT] += persons
    census[to_province, BEDS_MOVED_IN] += persons
    leave(households, BED_NEXT, BED_PREVIOUS, ends, BED_LINE + origin, who)
    households[PROVINCE, who] = to_province
    join(households, BED_NEXT, BED_PREVIOUS, ends, BED_LINE + to_province, who)


@kernel
def change_bed_group(register: Register, who: int, group: int) -> None:
    """Change why a household holds its bed, if it holds one."""
    households = register.households
    census = register.census
    old = households[BED, who]
    if old < 0 or old == group:
        return
    province = households[PROVINCE, who]
    persons = households[BED_PERSONS, who]
    census[province, old] -= persons
    census[province, group] += persons
    households[BED, who] = group


@kernel
def place_gauge(place: int) -> int:
    """Return the gauge that counts the persons at a place outside reception, -1 for none."""
    if place == ELSEWHERE:
        return ELSEWHERE_PERSONS
    if place == IN_STAY:
        return STAY_PERSONS
    if place == AT_HOME:
        return HOME_PERSONS
    if place == OUT:
        return GONE_PERSONS
    return -1


@kernel
def leave_stay(register: Register, who: int) -> None:
    """End a temporary stay, if the household is in one."""
    households = register.households
    counts = register.counts
    municipal = register.municipal
    stay = households[STAY, who]
    if stay >= 0:
        persons = households[PERSONS, who] - max(households[BED_PERSONS, who], 0)
        municipal[M_STAYS + stay, households[MUNICIPALITY, who]] -= persons
        counts[STAY_KIND + stay] -= persons
        households[STAY, who] = -1


@kernel
def settle(register: Register, who: int, place: int) -> None:
    """Bring the whole household to one place outside reception, from wherever its members are."""
    households = register.households
    counts = register.counts
    leave_stay(register, who)
    in_bed = take_from_bed(register, who)
    outside = households[PERSONS, who] - in_bed
    gauge = place_gauge(households[PLACE, who])
    if gauge >= 0:
        counts[gauge] -= outside
    gauge = place_gauge(place)
    if gauge >= 0:
        counts[gauge] += households[PERSONS, who]
    households[PLACE, who] = place


@kernel
def bring_to_reception(register: Register, who: int, group: int) -> None:
    """Bring the whole household (back) to a bed in reception."""
    households = register.households
    counts = register.counts
    leave_stay(register, who)
    outside = households[PERSONS, who] - max(households[BED_PERSONS, who], 0)
    gauge = place_gauge(households[PLACE, who])
    if gauge >= 0:
        counts[gauge] -= outside
    households[PLACE, who] = IN_RECEPTION
    put_in_bed(register, who, outside, group)
    change_bed_group(register, who, group)


@kernel
def count_realised(register: Register, who: int, left_out: int, tally: int) -> None:
    """Count the members not yet counted as realised for the municipality of the household.

    ``left_out`` members do not count yet: family that waits elsewhere for a larger home.
    """
    households = register.households
    counts = register.counts
    municipal = register.municipal
    present = households[PERSONS, who] - left_out
    persons = present - households[COUNTED, who]
    if persons > 0:
        households[COUNTED, who] = present
        counts[REALISED] += persons
        counts[tally] += persons
        municipality = households[MUNICIPALITY, who]
        municipal[M_REALISED, municipality] += persons
        municipal[M_LINKED_WAITING, municipality] -= persons


@kernel
def size_needed(persons: int) -> int:
    """Return the smallest class of home that is meant for this many persons."""
    for size in range(3):
        if persons <= HOME_CAPACITY[size]:
            return size
    return 3


@kernel
def start_seeking(register: Register, who: int) -> None:
    """Put a linked household in the line of its municipality."""
    households = register.households
    counts = register.counts
    ends = register.ends
    municipal = register.municipal
    municipality = households[MUNICIPALITY, who]
    persons = households[PERSONS, who]
    households[STATUS, who] = SEEKING
    counts[IN_SEEKING] += persons
    municipal[M_SEEKING + size_needed(persons), municipality] += 1
    join(households, SEEK_NEXT, SEEK_PREVIOUS, ends, SEEK_LINE + municipality, who)


@kernel
def stop_seeking(register: Register, who: int) -> None:
    """Take a household out of the line of its municipality."""
    households = register.households
    counts = register.counts
    ends = register.ends
    municipal = register.municipal
    municipality = households[MUNICIPALITY, who]
    persons = households[PERSONS, who]
    counts[IN_SEEKING] -= persons
    municipal[M_SEEKING + size_needed(persons), municipality] -= 1
    leave(households, SEEK_NEXT, SEEK_PREVIOUS, ends, SEEK_LINE + municipality, who)


@kernel
def log_permit(register: Register, who: int, day: int) -> None:
    """Write down a permit, so that linking, nareis and reception each act on it in their turn."""
    households = register.households
    counts = register.counts
    logs = register.logs
    persons = households[PERSONS, who]
    households[PERMIT, who] = day
    households[STATUS, who] = DOSSIER
    counts[PERMITS] += persons
    counts[IN_DOSSIER] += persons
    logs[PERMIT_LOG, counts[PERMIT_LOGGED]] = who
    counts[PERMIT_LOGGED] += 1
    change_bed_group(register, who, BED_PERMIT)


@kernel
def grow_by_family(register: Register, who: int, persons: int) -> None:
    """Add arrived family to a household and to every count that holds its persons now."""
    households = register.households
    counts = register.counts
    municipal = register.municipal
    status = households[STATUS, who]
    old = households[PERSONS, who]
    if status == DOSSIER:
        counts[IN_DOSSIER] += persons
    elif status == LINKABLE:
        counts[TO_LINK] += persons
    elif status == OFFERED:
        counts[IN_OFFER] += persons
    elif status == SEEKING:
        municipality = households[MUNICIPALITY, who]
        counts[IN_SEEKING] += persons
        municipal[M_SEEKING + size_needed(old), municipality] -= 1
        municipal[M_SEEKING + size_needed(old + persons), municipality] += 1
    if households[LINKED, who] >= 0:
        municipal[M_LINKED_WAITING, households[MUNICIPALITY, who]] += persons
    households[PERSONS, who] = old + persons
