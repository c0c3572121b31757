"""The register: one row per household, and the counts that must always close.

Every stage reads and writes households here; no stage knows another. A household moves
through the chain by joining the line of the next institution. Persons are counted at once in
the census of reception (by province and by why they hold a bed), at the places outside
reception, and in the tallies of what happened; the laws in the tests recount them from the
rows. Left out: single persons inside a household.
"""

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from models.geography import PROVINCES, municipalities
from sim.arrays import FloatArray, Int32Array
from sim.compiled import kernel
from sim.queues import LINE, Links, join, join_in_front, leave
from sim.records import Record, Records, plain, record_type

#: Columns of the register, as they lie in memory. Days are day numbers, -1 means "not (yet)". A household is two
#: stretches of 64 bytes, as long as the piece that a processor fetches at once: the first (the upper four rows) holds
#: what most acts touch. Waiting for memory is most of the time of a run, so a number takes no more room than it needs.
_LAYOUT: tuple[tuple[type[np.integer[Any]], tuple[str, ...]], ...] = (
    (np.int64, ("identity",)),
    (np.int32, (
        "seek_next", "seek_previous", "bed_next", "bed_previous", "line_next", "line_previous", "linked", "permit",
        "arrived",
    )),
    (np.int16, ("municipality", "persons", "bed_persons", "followers", "counted")),
    (np.int8, (
        "status", "bed", "province", "over_norm", "family", "place", "line", "taskforce", "group", "stream",
    )),
    (np.int32, (
        "family_next", "family_previous", "decided", "registered", "housed", "stay_since", "family_arrived",
        "appeal_decided", "departed", "family_applied", "family_decided", "family_housed", "stay_ended",
    )),
    (np.int8, ("extended", "stay", "home_size", "offered_size", "how_housed", "last_stay", "match")),
)  # fmt: skip
COLUMNS = tuple(name for _, names in _LAYOUT for name in names)
#: Bytes that a processor fetches at once, at which the first household begins.
LINE_BYTES = 64
_NUMBERS = [number for number, names in _LAYOUT for _ in names]
_BYTES = np.cumsum([0, *(np.dtype(number).itemsize for number in _NUMBERS)])
HOUSEHOLD: np.dtype[np.void] = np.dtype(
    {"names": COLUMNS, "formats": _NUMBERS, "offsets": _BYTES[:-1].tolist(), "itemsize": 2 * LINE_BYTES}, align=True
)


def _names(numbers: type[IntEnum]) -> tuple[str, ...]:
    return tuple(number.name.lower() for number in numbers)


class Stream(IntEnum):
    """How a household comes in."""

    FIRST, AMV, REPEAT, RESETTLEMENT, EVACUATION, OTHER_ENTRY = range(6)


STREAMS = _names(Stream)


class Group(IntEnum):
    """Procedure groups: they decide track, chance of a permit and chance of family; never a home."""

    DUBLIN, SAFE_COUNTRY, LIKELY, MIXED = range(4)


GROUPS = _names(Group)


class Status(IntEnum):
    """Where a household stands in the chain."""

    NOT_ARRIVED, REGISTERING, WAITING, HANDLED, IN_APPEAL, REFUSED = range(6)
    DOSSIER, LINKABLE, SEEKING, OFFERED, HOUSED, DEPARTED = range(6, 12)


STATUSES = _names(Status)


class Family(IntEnum):
    """Where the family that may follow stands."""

    NONE, TO_APPLY, WAITING, HANDLED, TRAVELLING, HERE, REFUSED = range(7)
    HELD = 7


class Due(IntEnum):
    """What an entry in the agenda of departures is about; the IND writes it, the departure desk acts on it."""

    WITHDRAWAL, JUDGEMENT, DEPARTURE, ANSWER = range(4)


class Place(IntEnum):
    """Where the members stay who do not hold a bed in reception."""

    NOWHERE, IN_RECEPTION, ELSEWHERE, IN_STAY, AT_HOME, OUT = range(6)


class Bed(IntEnum):
    """Why a bed in reception is held."""

    IN_PROCEDURE, REFUSED, PERMIT_HOLDER, WAITING_FAMILY = range(4)


BED_GROUPS = _names(Bed)

#: The census of a province: persons by bed group and permit holders (of all bed groups) beyond 14 weeks; the bed
#: book, running totals, so that in = out + inside can be checked per day; how many persons it can take today.
BED_BOOK = ("beds_entered", "beds_left", "beds_moved_in", "beds_moved_out")
CENSUS_COLUMNS = (*BED_GROUPS, "beyond_norm", *BED_BOOK, "usable")
CENSUS = record_type(CENSUS_COLUMNS, np.int64, {"beds": BED_GROUPS}, {"line": LINE})
PROVINCES_COUNT = len(PROVINCES)


class Line(IntEnum):
    """Lines of the IND, each unit serves some of them, and of the linking desk."""

    DUBLIN, SAFE_COUNTRY, GENERAL, EXTENDED, TASKFORCE_GENERAL, TASKFORCE_EXTENDED, LINKABLE = range(7)
    REPEAT, DUBLIN_ANSWER, STOPPED = range(7, 10)


class Way(IntEnum):
    """How persons came to be counted as realised; a household finds its home in one of the middle four."""

    JOINED, SOCIAL_RENT, PROJECT, OWN_FIND, SHARED, STAY = range(6)


#: How a household found its home.
HOW = ("not", "social_rent", "project", "own_find", "shared")

#: Homes by size: most persons that a home of each class is meant for; the last takes everybody.
HOME_SIZES = ("small", "middle", "large", "very_large")
HOME_CAPACITY = (2, 4, 7, 30)
#: Fewest persons that may take a home of each class (affordable allocation).
HOME_LEAST = (1, 2, 4, 6)
#: Rooms of each class, the living room too: what crowding is measured by.
HOME_ROOMS = (2, 3, 5, 6)


class Stay(IntEnum):
    """Ways out of reception that are not a lasting home."""

    HOSTS, SELF_ARRANGED, HOTEL, MUNICIPAL_INTERMEDIATE, REGIONAL_INTERMEDIATE, ACCELERATION, FLOW_THROUGH = range(7)


STAYS = _names(Stay)
#: Whether each kind of stay counts as realised.
STAY_COUNTS = (0, 0, 1, 1, 1, 1, 1)

_REALISED_BY = tuple(f"realised_{way}" for way in _names(Way))
#: Who else seeks a home: would have been next in line for a vacancy, or gets a home of a project.
OTHER_SEEKERS = ("regular", "urgent", "homeless", "student", "migrant_worker")
_HOMES_TO = tuple(f"homes_{group}" for group in OTHER_SEEKERS)
_FORGONE = tuple(f"forgone_{group}" for group in OTHER_SEEKERS)
_IN_PROJECTS = tuple(f"project_homes_{group}" for group in OTHER_SEEKERS)
_OUTSIDE = ("elsewhere", "in_stay", "at_home", "gone")

#: What has happened, in persons unless the name says otherwise; running totals since the start.
TALLIES = (
    "applicants_entered", "family_entered", "decisions", "permits", "refusals", "withdrawals", "departures",
    "appeals_won", "family_applications", "family_decisions", "family_permits", "realised", *_REALISED_BY,
    "homes_vacated", "homes_to_permit_holders", "homes_unfit", *_HOMES_TO, *_FORGONE,
    "project_homes", "project_homes_to_permit_holders",
    "homes_returned", "linked", "late_decisions", "late_days", "households_housed",
    "permit_households", "family_households", "linked_households", "present_at_start",
    "resettled_entered", "other_entered", "permits_first_instance", "offers", "offer_days", "settled_centrally",
    *_IN_PROJECTS, "substitution_homes", "substitution_days",
)  # fmt: skip
#: The tallies in which everybody who is or was in the chain is counted, once.
ENTERED = ("present_at_start", "applicants_entered", "other_entered", "family_entered")
#: What stands now, in persons. Tallies and gauges lie in one row of counts, tallies first.
_IN_STAYS = tuple(f"stay_{stay}" for stay in STAYS)
GAUGES = (
    "pending", "pending_taskforce", "pending_family", "travelling_family", "dossier", "linkable", "seeking", "offered",
    *_OUTSIDE, *_IN_STAYS, "held_family", "crowded",
)  # fmt: skip
COUNTS = record_type(
    (*TALLIES, *GAUGES), np.int64,
    {
        "realised_by": _REALISED_BY, "homes_to": _HOMES_TO, "forgone": _FORGONE, "outside": _OUTSIDE,
        "in_stays": _IN_STAYS, "in_projects": _IN_PROJECTS,
    },
)  # fmt: skip

#: The book of a municipality, persons; homes given and vacated, and seeking households by size of home. ``on_top`` are
#: persons housed in homes made for permit holders while as many there waited beyond the norm; ``substitution_homes``
#: what the province let in place of the municipality in this half-year, on how many ``substitution_days``.
_SEEKING = tuple(f"seeking_{size}" for size in HOME_SIZES)
TOWN_COLUMNS = (
    "target", "opening", "realised", "linked_waiting", "homes_given", "homes_vacated", *_SEEKING, *_IN_STAYS, "on_top",
    "substitution_homes", "substitution_days",
)  # fmt: skip
TOWN = record_type(
    TOWN_COLUMNS, np.int64, {"seeking": _SEEKING, "in_stays": _IN_STAYS}, {"line": LINE, "crowded": LINE}
)

#: Entries of the logs: the households in the order in which they got a permit, saw their family arrive, were linked.
LOG = record_type(("permit", "family", "link"), np.int32)


#: Homes for whichever municipality asks.
ANYWHERE = -1


class Delivery(NamedTuple):
    """Homes that a project hands in.

    ``municipality`` may be ``ANYWHERE``; ``holder_share`` is the share for permit holders, ``None`` where the
    municipality gives them as much as of its vacancies; ``sizes`` are cumulative shares of four sizes, ``others``
    of the groups of other seekers that the rest goes to.
    """

    identity: int
    municipality: int
    homes: int
    holder_share: float | None
    sizes: FloatArray
    others: FloatArray


class Larger(NamedTuple):
    """Who in the line of a municipality may need more than the smallest home, in the order of that line.

    Whoever gives out a larger home looks here: it is a third of the line. At least everybody is in it who needs more
    now; somebody who no longer does may be. It follows from the lines, so a snapshot leaves it out.
    """

    lines: Records
    links: Links


class Register(NamedTuple):
    """All that is counted, and whose luck and calendar it is.

    ``households`` one record per household; ``census`` one per province, with the line of everybody in reception;
    ``towns`` one per municipality, with the line of everybody who seeks and that of households at home that have too
    little room; ``counts`` one record of tallies and gauges
    for the country; ``lines`` of the IND and the linking desk (``Line``); ``logs`` one record per entry; ``larger`` who
    of those that seek may need more than the smallest home.
    """

    seed: int
    first_day: int
    households: Records
    census: Records
    counts: Records
    towns: Records
    lines: Records
    logs: Records
    larger: Larger


@kernel
def _fill_register(cells: Int32Array, households: Records, drawn: Records) -> None:
    """Write the world's households into an empty register (``cells`` is its memory): nobody has arrived yet."""
    for who in range(households.size):
        cells[who] = -1
        household = households[who]
        household.identity = drawn[who].identity
        household.persons = drawn[who].persons
        household.stream = drawn[who].stream
        household.group = drawn[who].group
        household.arrived = drawn[who].arrived
        household.followers = 0
        household.status = Status.NOT_ARRIVED
        household.family = Family.NONE
        household.place = Place.NOWHERE
        household.counted = 0
        household.taskforce = 0
        household.over_norm = 0


def new_register(seed: int, first_day: int, drawn: Records) -> Register:
    """Return an empty register with one row per household of the world."""
    rows, towns = drawn.size, len(municipalities())
    memory = np.empty(rows * HOUSEHOLD.itemsize + LINE_BYTES, dtype=np.int8)
    begin = -memory.ctypes.data % LINE_BYTES
    households = memory[begin : begin + rows * HOUSEHOLD.itemsize].view(HOUSEHOLD)
    _fill_register(plain(households, np.int32), households, drawn)
    census, places = np.zeros(PROVINCES_COUNT, dtype=CENSUS), np.zeros(towns, dtype=TOWN)
    census["usable"] = 1
    for line in (census["line"], places["line"], places["crowded"]):
        line["first"] = line["last"] = -1
    return Register(
        seed=seed,
        first_day=first_day,
        households=households,
        census=census,
        counts=np.zeros(1, dtype=COUNTS),
        towns=places,
        lines=np.full(len(Line), -1, dtype=LINE),
        logs=np.zeros(2 * rows, dtype=LOG),
        larger=Larger(
            np.full(towns, -1, dtype=LINE),
            Links(np.full(rows, -1, dtype=np.int32), np.full(rows, -1, dtype=np.int32)),
        ),
    )


@kernel
def bed_links(register: Register) -> Links:
    """Return how everybody in reception hangs together, per province."""
    return Links(register.households["bed_next"], register.households["bed_previous"])


@kernel
def seek_links(register: Register) -> Links:
    """Return how everybody who seeks a home, or a larger one, hangs together, per municipality."""
    return Links(register.households["seek_next"], register.households["seek_previous"])


@kernel
def line_links(register: Register) -> Links:
    """Return how the lines of the IND and the linking desk hang together."""
    return Links(register.households["line_next"], register.households["line_previous"])


@kernel
def family_links(register: Register) -> Links:
    """Return how the line of family applications hangs together."""
    return Links(register.households["family_next"], register.households["family_previous"])


@kernel
def flag_beyond_norm(register: Register, who: int) -> None:
    """Count the persons of a household in reception as waiting beyond the norm, once.

    A minor without family does not wait for a home.
    """
    household = register.households[who]
    if household.stream == Stream.AMV and household.status == Status.DOSSIER and household.family != Family.HERE:
        return
    if household.bed >= Bed.PERMIT_HOLDER and household.over_norm != 1:
        household.over_norm = 1
        register.census[household.province].beyond_norm += household.bed_persons


@kernel
def persons_inside(register: Register, number: int) -> int:
    """Return how many persons hold a bed in a province."""
    province = register.census[number]
    return int(province.in_procedure + province.refused + province.permit_holder + province.waiting_family)


@kernel
def put_in_bed(register: Register, who: int, persons: int, group: int) -> None:
    """Give ``persons`` of a household a bed; new ones go to the province with the most room."""
    household = register.households[who]
    if household.bed < 0:
        best = 0
        best_room = -1.0e18
        for number in range(PROVINCES_COUNT):
            places = max(register.census[number].usable, 1.0)
            room = 1.0 - (persons_inside(register, number) + persons) / places
            if room > best_room:
                best_room = room
                best = number
        household.bed = group
        household.bed_persons = 0
        household.province = best
        join(register.census[best].line, bed_links(register), who)
    province = register.census[household.province]
    province.beds[household.bed] += persons
    if household.over_norm == 1:
        province.beyond_norm += persons
    household.bed_persons += persons
    province.beds_entered += persons


@kernel
def take_from_bed(register: Register, who: int) -> int:
    """Let a household leave reception; return how many persons left."""
    household = register.households[who]
    if household.bed < 0:
        return 0
    province = register.census[household.province]
    persons = household.bed_persons
    province.beds[household.bed] -= persons
    if household.over_norm == 1:
        province.beyond_norm -= persons
    province.beds_left += persons
    leave(province.line, bed_links(register), who)
    household.bed = -1
    household.bed_persons = 0
    household.province = -1
    household.over_norm = 0
    return int(persons)


@kernel
def move_bed(register: Register, who: int, to_province: int) -> None:
    """Move a household in reception to another province."""
    household = register.households[who]
    origin, target = register.census[household.province], register.census[to_province]
    persons = household.bed_persons
    origin.beds[household.bed] -= persons
    target.beds[household.bed] += persons
    if household.over_norm == 1:
        origin.beyond_norm -= persons
        target.beyond_norm += persons
    origin.beds_moved_out += persons
    target.beds_moved_in += persons
    leave(origin.line, bed_links(register), who)
    household.province = to_province
    join(target.line, bed_links(register), who)


@kernel
def change_bed_group(register: Register, who: int, group: int) -> None:
    """Change why a household holds its bed, if it holds one."""
    household = register.households[who]
    if household.bed < 0 or household.bed == group:
        return
    province = register.census[household.province]
    province.beds[household.bed] -= household.bed_persons
    province.beds[group] += household.bed_persons
    household.bed = group


@kernel
def count_outside(register: Register, place: int, persons: int) -> None:
    """Add persons to those at a place outside reception, or take them away when ``persons`` is negative."""
    if place >= Place.ELSEWHERE:
        register.counts[0].outside[place - Place.ELSEWHERE] += persons


@kernel
def leave_stay(register: Register, who: int) -> None:
    """End a temporary stay, if the household is in one."""
    household = register.households[who]
    if household.stay >= 0:
        persons = household.persons - max(household.bed_persons, 0)
        register.towns[household.municipality].in_stays[household.stay] -= persons
        register.counts[0].in_stays[household.stay] -= persons
        household.stay = -1


@kernel
def settle(register: Register, who: int, place: int) -> None:
    """Bring the whole household to one place outside reception, from wherever its members are."""
    household = register.households[who]
    leave_stay(register, who)
    in_bed = take_from_bed(register, who)
    count_outside(register, household.place, in_bed - household.persons)
    count_outside(register, place, household.persons)
    household.place = place


@kernel
def bring_to_reception(register: Register, who: int, group: int) -> None:
    """Bring the whole household (back) to a bed in reception."""
    household = register.households[who]
    leave_stay(register, who)
    outside = household.persons - max(household.bed_persons, 0)
    count_outside(register, household.place, -outside)
    household.place = Place.IN_RECEPTION
    put_in_bed(register, who, outside, group)
    change_bed_group(register, who, group)


@kernel
def count_realised(register: Register, who: int, left_out: int, way: int) -> None:
    """Count the members not yet counted as realised for the municipality of the household.

    ``left_out`` members do not count yet: family that waits elsewhere for a larger home.
    """
    household = register.households[who]
    counts = register.counts[0]
    present = household.persons - left_out
    persons = present - household.counted
    if persons > 0:
        household.counted = present
        counts.realised += persons
        counts.realised_by[way] += persons
        town = register.towns[household.municipality]
        town.realised += persons
        if way == Way.PROJECT:
            town.on_top += persons
        town.linked_waiting -= persons


@kernel
def size_needed(persons: int) -> int:
    """Return the smallest class of home that is meant for this many persons."""
    for size in range(3):
        if persons <= HOME_CAPACITY[size]:
            return size
    return 3


@kernel
def _among_larger(register: Register, who: int) -> bool:
    """Tell whether a household that seeks is already known to need more, possibly, than the smallest home."""
    first = register.larger.lines[register.households[who].municipality].first
    return bool(register.larger.links.previous[who] >= 0 or first == who)


@kernel
def note_larger(register: Register, who: int) -> None:
    """Note that a household may need more than the smallest home, if it seeks one: at its place in the line."""
    household, larger = register.households[who], register.larger
    if household.status != Status.SEEKING or _among_larger(register, who):
        return
    line, links, behind = larger.lines[household.municipality], larger.links, household.seek_next
    while behind >= 0 and not _among_larger(register, behind):
        behind = register.households[behind].seek_next
    if behind < 0:
        join(line, links, who)
        return
    before = links.previous[behind]
    links.next[who], links.previous[who] = behind, before
    links.previous[behind] = who
    if before >= 0:
        links.next[before] = who
    else:
        line.first = who


@kernel
def go_to_front(register: Register, who: int) -> None:
    """Put a household that seeks in front of everybody in the line of its municipality."""
    household, larger = register.households[who], register.larger
    line = register.towns[household.municipality].line
    leave(line, seek_links(register), who)
    join_in_front(line, seek_links(register), who)
    if _among_larger(register, who):
        leave(larger.lines[household.municipality], larger.links, who)
        join_in_front(larger.lines[household.municipality], larger.links, who)


@kernel
def start_seeking(register: Register, who: int) -> None:
    """Put a linked household in the line of its municipality."""
    household = register.households[who]
    household.status = Status.SEEKING
    register.counts[0].seeking += household.persons
    register.towns[household.municipality].seeking[size_needed(household.persons)] += 1
    join(register.towns[household.municipality].line, seek_links(register), who)
    if household.persons >= HOME_LEAST[1] or is_granted_family(household):
        note_larger(register, who)


@kernel
def stop_seeking(register: Register, who: int) -> None:
    """Take a household out of the line of its municipality."""
    household = register.households[who]
    register.counts[0].seeking -= household.persons
    register.towns[household.municipality].seeking[size_needed(household.persons)] -= 1
    leave(register.towns[household.municipality].line, seek_links(register), who)
    if _among_larger(register, who):
        leave(register.larger.lines[household.municipality], register.larger.links, who)


@kernel
def is_granted_family(household: Record) -> bool:
    """Tell whether family of a household is granted and still to come."""
    return bool(household.family == Family.TRAVELLING or household.family == Family.HELD)


@kernel
def awaits_family(household: Record) -> bool:
    """Tell whether family of a household may still come."""
    return bool(Family.TO_APPLY <= household.family <= Family.TRAVELLING or household.family == Family.HELD)


@kernel
def fits_in(household: Record, size: int, accepted: float) -> bool:
    """Tell whether a whole household lives in a home of a class: meant for so many, or as crowded as it accepts."""
    return bool(household.persons <= max(float(HOME_CAPACITY[size]), accepted * HOME_ROOMS[size]))


@kernel
def accepted_crowding(luck: float, median: float, steepness: float) -> float:
    """Return how many persons a room a household accepts: log-logistic, half of them accept the median."""
    return float(median * (luck / (1.0 - luck)) ** (1.0 / steepness))


@kernel
def seek_more_room(register: Register, who: int) -> None:
    """Put a household at home in the line for a larger home, if its home is meant for fewer persons."""
    household = register.households[who]
    if household.persons > HOME_CAPACITY[household.home_size]:
        register.counts[0].crowded += household.persons
        join(register.towns[household.municipality].crowded, seek_links(register), who)


@kernel
def leave_crowded(register: Register, who: int) -> None:
    """Take a household out of the line for a larger home."""
    household = register.households[who]
    register.counts[0].crowded -= household.persons
    leave(register.towns[household.municipality].crowded, seek_links(register), who)


@kernel
def log_permit(register: Register, who: int, day: int) -> None:
    """Write down a permit, so that linking, nareis and reception each act on it in their turn."""
    household = register.households[who]
    counts = register.counts[0]
    household.permit = day
    household.status = Status.DOSSIER
    counts.permits += household.persons
    counts.dossier += household.persons
    register.logs[counts.permit_households].permit = who
    counts.permit_households += 1
    change_bed_group(register, who, Bed.PERMIT_HOLDER)


@kernel
def grow_by_family(register: Register, who: int, persons: int) -> None:
    """Add arrived family to a household and to every count that holds its persons now."""
    household = register.households[who]
    counts = register.counts[0]
    old = household.persons
    if household.status == Status.DOSSIER:
        counts.dossier += persons
    elif household.status == Status.LINKABLE:
        counts.linkable += persons
    elif household.status == Status.OFFERED:
        counts.offered += persons
    elif household.status == Status.SEEKING:
        counts.seeking += persons
        town = register.towns[household.municipality]
        town.seeking[size_needed(old)] -= 1
        town.seeking[size_needed(old + persons)] += 1
    if household.linked >= 0:
        register.towns[household.municipality].linked_waiting += persons
    household.persons = old + persons
    note_larger(register, who)
