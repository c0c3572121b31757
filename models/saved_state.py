"""What a snapshot may hold, looked at before a kernel follows it.

Kernels follow rows, lines and cursors without looking. A snapshot may come from a stranger, so everything in it that
points somewhere must point at something, whoever stands in a line must belong there, and counting the rows must give
the counters. Left out: whether it could have happened; a date that is another one that fits is believed.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.geography import PROVINCES, municipalities
from models.register import (
    BED_GROUPS,
    CENSUS_COLUMNS,
    ENTERED,
    GAUGES,
    HOME_CAPACITY,
    HOME_SIZES,
    HOW,
    STATUSES,
    STAYS,
    STREAMS,
    TALLIES,
    Family,
    Line,
    Place,
    Status,
)
from models.stages.coa import CAPACITY
from models.stages.target import HALF_YEARLY
from models.world import World
from sim.agenda import WHAT, WHO
from sim.calendar import month_ends

Array = NDArray[Any]
State = Mapping[str, Array]
_LARGEST = 1 << 40
#: No agenda tells as many kinds of dates apart.
_KINDS_OF_DATES = 4
#: Kinds of projects, and more homes than any of them makes.
_PROJECT_KINDS, _MOST_HOMES = 7, 100_000
_HOUSEHOLD, _COUNTS, _TOWN = "register.households.", "register.counts.", "register.towns."
#: The least and the highest value by name, the first that fits counts; a word is the highest in ``_highest``.
_ALLOWED: tuple[tuple[str, int, int | str], ...] = (
    (_HOUSEHOLD + "identity", 0, 1 << 62), (_HOUSEHOLD + "persons", 1, 99), (_HOUSEHOLD + "bed_persons", -1, 99),
    (_HOUSEHOLD + "followers", 0, 99), (_HOUSEHOLD + "counted", 0, 99), (_HOUSEHOLD + "extended", -1, 1),
    (_HOUSEHOLD + "over_norm", 0, 1), (_HOUSEHOLD + "taskforce", 0, 1), (_HOUSEHOLD + "family", 0, Family.HELD),
    (_HOUSEHOLD + "status", Status.REGISTERING, Status.DEPARTED), (_HOUSEHOLD + "group", 0, 3),
    (_HOUSEHOLD + "stream", 0, len(STREAMS) - 1), (_HOUSEHOLD + "place", Place.IN_RECEPTION, Place.OUT),
    (_HOUSEHOLD + "bed", -1, len(BED_GROUPS) - 1), (_HOUSEHOLD + "province", -1, len(PROVINCES) - 1),
    (_HOUSEHOLD + "match", -1, len(PROVINCES) - 1),
    (_HOUSEHOLD + "municipality", -1, "town"), (_HOUSEHOLD + "line", -1, len(Line) - 1),
    (_HOUSEHOLD + "*stay", -1, len(STAYS) - 1), (_HOUSEHOLD + "*_size", -1, len(HOME_SIZES) - 1),
    (_HOUSEHOLD + "how_housed", -1, len(HOW) - 1), (_HOUSEHOLD + "*_next", -1, "row"),
    (_HOUSEHOLD + "*_previous", -1, "row"), (_HOUSEHOLD + "*", -1, "yesterday"),
    ("register.*.first", -1, "row"), ("register.*.last", -1, "row"), ("nareis.lines.*", -1, "row"),
    ("register.logs.*", 0, "row"), ("*.running", 0, "row"), ("stays.candidates", 0, "row"), ("stays.guests", 0, "row"),
    ("stays.now.candidates", 0, "rows"), ("stays.now.guests", 0, "rows"), ("*.permits_read", 0, "permits"),
    ("stays.now.asked", 0, "permits"), ("*.families_read", 0, "families"), ("homes.now.links_read", 0, "links"),
    ("ind.now.next_row", 0, "rows"), ("ind.now.*", 0, 1), ("target.now.closed", 0, "half_years"),
    ("target.towns.rung", 0, 6), ("target.towns.colour", 0, 2), ("coa.now.openings", 0, "openings"),
    ("coa.openings.province", 0, len(PROVINCES) - 1), ("coa.openings.fails", 0, 1), ("homes.share", 0, 1),
    ("homes.acting", 0, 1),
    ("target.weights", 0, 1), ("*.opening", -_LARGEST, _LARGEST), ("*.behind", -_LARGEST, _LARGEST),
    ("target.forecasts", -1, _LARGEST),
    ("target.expected", -1, _LARGEST), ("facts.monthly", -_LARGEST, _LARGEST), ("coa.now.*", -_LARGEST, _LARGEST),
    ("projects.pipeline", -1, 1 << 62), ("*", 0, _LARGEST),
)  # fmt: skip

#: Days that follow each other, where a household has both.
_ORDER = (
    ("arrived", "registered"), ("registered", "decided"), ("decided", "appeal_decided"), ("decided", "permit"),
    ("decided", "departed"), ("permit", "linked"), ("linked", "housed"), ("linked", "stay_since"),
    ("stay_since", "stay_ended"), ("family_applied", "family_decided"), ("family_decided", "family_arrived"),
    ("family_arrived", "family_housed"), ("housed", "family_housed"),
)  # fmt: skip


class ImpossibleState(ValueError):
    """A state that no run leaves behind; tells which part of it."""


def _expect(what: str, holds: Any) -> None:
    if not np.all(holds):
        raise ImpossibleState(what)


def check_state(state: State, world: World, today: int) -> None:
    """Raise ImpossibleState for what no run leaves behind on the morning of ``today``.

    ``state`` is a snapshot of which the names, types and shapes are right.
    """
    rows = int(world.first_of_day[today - world.first_day])
    _check_ranges(state, rows, today)
    _check_rows(state, world, rows)
    _check_days(state)
    _check_lines(state)
    _check_cases(state)
    _check_logs(state, rows)
    _recount(state)
    _recount_towns(state)
    _check_diary(state, world.first_day, today)


def _check_ranges(state: State, rows: int, today: int) -> None:
    """Every number is one, and lies between what its column may hold."""
    highest = {
        "row": rows - 1, "rows": rows, "yesterday": today - 1, "town": len(municipalities()) - 1,
        "days": len(state["facts.daily"]),
        "permits": int(state[_COUNTS + "permit_households"][0]), "links": int(state[_COUNTS + "linked_households"][0]),
        "families": int(state[_COUNTS + "family_households"][0]), "half_years": len(state["target.closed.opening"]),
        "openings": len(state["coa.openings.opens"]),
    }  # fmt: skip
    for name, array in state.items():
        if name.endswith(".agenda") or name.endswith(".journeys"):
            _expect(name, (array[WHO, 1:] >= 0) & (array[WHO, 1:] < rows))
            _expect(name, (array[WHAT, 1:] >= 0) & (array[WHAT, 1:] < _KINDS_OF_DATES))
            continue
        low, high = next((low, high) for pattern, low, high in _ALLOWED if fnmatchcase(name, pattern))
        high = highest[high] if isinstance(high, str) else high
        _expect(name, np.isfinite(array) & (array >= low) & (array <= high))
    unused = state["nareis.now.days_open"] - state["nareis.now.days_arrived"]
    _expect("nareis.now.days_arrived", (unused >= 0) & (unused <= 1))
    kind, town, homes = state["projects.pipeline"].T[:3]
    fits = (kind >= 0) & (kind < _PROJECT_KINDS) & (town <= highest["town"]) & (homes >= 0) & (homes <= _MOST_HOMES)
    _expect("projects.pipeline", fits)


def _household(state: State, name: str) -> Array:
    return state[_HOUSEHOLD + name]


def _check_rows(state: State, world: World, rows: int) -> None:
    """Who arrived is who the world brings, and has grown by the family that came and no other."""
    for name in ("identity", "stream", "group", "arrived"):
        _expect(_HOUSEHOLD + name, _household(state, name) == world.households[name][:rows])
    came = np.where(_household(state, "family_arrived") >= world.first_day, _household(state, "followers"), 0)
    persons = world.households["persons"][:rows] + came
    _expect(_HOUSEHOLD + "persons", _household(state, "persons") == persons)
    _expect(_HOUSEHOLD + "counted", _household(state, "counted") <= persons)
    _expect(_HOUSEHOLD + "bed_persons", _in_bed(state) <= persons)
    for name in ("bed", "linked", "stay"):
        where = "province" if name == "bed" else "municipality"
        _expect(_HOUSEHOLD + where, (_household(state, name) < 0) | (_household(state, where) >= 0))


def _check_days(state: State) -> None:
    """A household has the days that belong to where it stands, one after another."""
    status, family = _household(state, "status"), _household(state, "family")
    last, stay = _household(state, "last_stay"), _household(state, "stay")
    has = {
        "departed": status == Status.DEPARTED, "permit": (status >= Status.DOSSIER) & (status <= Status.HOUSED),
        "linked": (status >= Status.SEEKING) & (status <= Status.HOUSED), "family_applied": family >= Family.WAITING,
        "family_decided": family >= Family.TRAVELLING, "family_arrived": family == Family.HERE, "stay_since": last >= 0,
    }  # fmt: skip
    for name, those in has.items():
        _expect(_HOUSEHOLD + name, (_household(state, name) >= 0) == those)
    for name, later in _ORDER:
        first, second = _household(state, name), _household(state, later)
        _expect(_HOUSEHOLD + later, (first < 0) | (second < 0) | (first <= second))
    _expect(_HOUSEHOLD + "last_stay", (stay < 0) | (stay == last))


def _in_bed(state: State) -> Array:
    return np.where(_household(state, "bed") >= 0, _household(state, "bed_persons"), 0).astype(np.int64)


def _crowded(state: State) -> Array:
    """Whose home is meant for fewer persons: they seek a larger one from there."""
    capacity = np.array(HOME_CAPACITY)[_household(state, "home_size")]
    crowded: Array = (_household(state, "status") == Status.HOUSED) & (_household(state, "persons") > capacity)
    return crowded


def _check_lines(state: State) -> None:
    """Lines run from their first to their last, and hold exactly who belongs in them."""
    status, family = _household(state, "status"), _household(state, "family")
    line = np.where(status == Status.LINKABLE, Line.LINKABLE, _household(state, "line"))
    waits = (status == Status.WAITING) | (status == Status.LINKABLE)
    towns = len(municipalities())
    seeks = np.where(status == Status.SEEKING, _household(state, "municipality"), -1)
    seeks = np.where(_crowded(state), towns + _household(state, "municipality"), seeks)
    lines = {
        "bed": (["register.census.line"], np.where(_household(state, "bed") >= 0, _household(state, "province"), -1)),
        "seek": ([_TOWN + "line", _TOWN + "crowded"], seeks),
        "line": (["register.lines"], np.where(waits, line, -1)),
        "family": (["nareis.lines"], np.where(family == Family.WAITING, 0, np.where(family == Family.HELD, 1, -1))),
    }
    for kind, (names, belongs) in lines.items():
        name = names[0]
        after, before = (_household(state, f"{kind}_{way}") for way in ("next", "previous"))
        out = belongs < 0
        _expect(name, (after[out] == -1) & (before[out] == -1))
        next_of, found = after.tolist(), 0
        ends = np.array([np.concatenate([state[f"{each}.{end}"] for each in names]) for end in ("first", "last")]).T
        for number, (first, last) in enumerate(ends.tolist()):
            previous, who = -1, first
            while who >= 0:
                found += 1
                if found > len(after) or before[who] != previous or belongs[who] != number:
                    raise ImpossibleState(name)
                previous, who = who, next_of[who]
            _expect(name, previous == last)
        _expect(name, found == np.count_nonzero(belongs >= 0))


def _check_cases(state: State) -> None:
    """Who is being handled is a running case, once, and running cases lie as a heap by their end."""
    handled = {"ind": _household(state, "status") == Status.HANDLED,
               "nareis": _household(state, "family") == Family.HANDLED}  # fmt: skip
    for stage, who in handled.items():
        until, running = (np.atleast_2d(state[f"{stage}.{name}"]) for name in ("running_until", "running"))
        cases = []
        for unit, busy in enumerate(state[f"{stage}.busy"].reshape(-1).tolist()):
            _expect(f"{stage}.busy", busy <= running.shape[1])
            ends = until[unit, :busy]
            _expect(f"{stage}.running_until", ends[(np.arange(1, busy) - 1) // 2] <= ends[1:])
            cases += running[unit, :busy].tolist()
        _expect(f"{stage}.running", sorted(cases) == np.flatnonzero(who).tolist())


def _check_logs(state: State, rows: int) -> None:
    """Each household stands once in a log or a list, in the order of its days, and each fits in its room."""
    for log, count, date in (
        ("permit", "permit_households", "permit"), ("family", "family_households", "family_arrived"),
        ("link", "linked_households", "linked"),
    ):  # fmt: skip
        who = state[f"register.logs.{log}"]
        _expect(_COUNTS + count, state[_COUNTS + count] <= len(who))
        told = who[: int(state[_COUNTS + count][0])]
        days = _household(state, date)[told]
        _expect(f"register.logs.{log}", (days >= 0) & (np.diff(days, prepend=days[:1]) >= 0))
        _expect(f"register.logs.{log}", np.unique(told).size == told.size)
    for name in ("candidates", "guests"):
        who = state[f"stays.{name}"][: int(state[f"stays.now.{name}"][0])]
        _expect(f"stays.{name}", (np.unique(who).size == who.size) & (_household(state, "permit")[who] >= 0))
    unread = state[_COUNTS + "permit_households"] - state["stays.now.permits_read"]
    _expect("stays.now", state["stays.now.candidates"] + unread <= rows)


def _recount(state: State) -> None:
    """Counting persons row by row gives the census of reception and what stands in the country."""
    persons, in_bed = _household(state, "persons").astype(np.int64), _in_bed(state)
    bed, place = _household(state, "bed"), _household(state, "place")
    held, over = bed >= 0, (bed >= 0) & (_household(state, "over_norm") == 1)
    province = _household(state, "province")
    for group, name in enumerate(BED_GROUPS):
        here = held & (bed == group)
        counted = np.bincount(province[here], in_bed[here], len(PROVINCES))
        _expect(f"register.census.{name}", state[f"register.census.{name}"] == counted)
    counted = np.bincount(province[over], in_bed[over], len(PROVINCES))
    _expect("register.census.beyond_norm", state["register.census.beyond_norm"] == counted)
    outside = np.bincount(place, persons - in_bed, len(Place))
    status = np.bincount(_household(state, "status"), persons, len(STATUSES))
    family = np.bincount(_household(state, "family"), _household(state, "followers"), len(Family))
    pending = np.isin(_household(state, "status"), (Status.REGISTERING, Status.WAITING, Status.HANDLED))
    cohort = pending & (_household(state, "taskforce") == 1)
    found = {
        "elsewhere": outside[Place.ELSEWHERE], "in_stay": outside[Place.IN_STAY], "at_home": outside[Place.AT_HOME],
        "gone": outside[Place.OUT], "dossier": status[Status.DOSSIER], "linkable": status[Status.LINKABLE],
        "seeking": status[Status.SEEKING], "offered": status[Status.OFFERED], "pending": persons[pending].sum(),
        "pending_taskforce": persons[cohort].sum(), "travelling_family": family[Family.TRAVELLING],
        "pending_family": family[Family.WAITING] + family[Family.HANDLED], "held_family": family[Family.HELD],
        "crowded": persons[_crowded(state)].sum(),
    }  # fmt: skip
    for name, number in found.items():
        _expect(_COUNTS + name, state[_COUNTS + name] == number)
    entered = sum(state[_COUNTS + name] for name in ENTERED)
    _expect(_COUNTS + "applicants_entered", (entered == persons.sum()) & (outside[Place.IN_RECEPTION] == 0))


def _recount_towns(state: State) -> None:
    """Counting per municipality gives who is linked and not yet counted, who seeks and who is in a stay."""
    persons, towns = _household(state, "persons").astype(np.int64), len(municipalities())
    town, linked = _household(state, "municipality"), _household(state, "linked") >= 0
    waiting = np.bincount(town[linked], (persons - _household(state, "counted"))[linked], towns)
    _expect(_TOWN + "linked_waiting", state[_TOWN + "linked_waiting"] == waiting)
    stay, outside = _household(state, "stay"), persons - _in_bed(state)
    for kind, name in enumerate(STAYS):
        guests = np.bincount(town[stay == kind], outside[stay == kind], towns)
        _expect(f"{_TOWN}stay_{name}", state[f"{_TOWN}stay_{name}"] == guests)
        _expect(f"{_COUNTS}stay_{name}", state[f"{_COUNTS}stay_{name}"] == guests.sum())
    seeks, size = _household(state, "status") == Status.SEEKING, np.searchsorted(HOME_CAPACITY[:-1], persons)
    for kind, name in enumerate(HOME_SIZES):
        counted = np.bincount(town[seeks & (size == kind)], minlength=towns)
        _expect(f"{_TOWN}seeking_{name}", state[f"{_TOWN}seeking_{name}"] == counted)
    for name in ("substitution_homes", "substitution_days"):
        closed = state[f"target.closed.{name}"].sum()
        _expect(_TOWN + name, closed + state[_TOWN + name].sum() == state[_COUNTS + name])
    for name, total in (("homes_given", "homes_to_permit_holders"), ("homes_vacated", "homes_vacated")):
        _expect(_TOWN + name, state[_TOWN + name].sum() == state[_COUNTS + total])
    opening, target, realised, behind = (state[f"target.closed.{name}"] for name in HALF_YEARLY[:4])
    _expect("target.closed", opening + target - realised == behind)
    _expect(_TOWN + "realised", realised.sum() + state[_TOWN + "realised"].sum() == state[_COUNTS + "realised"])
    if closed := int(state["target.now.closed"][0]):
        _expect(_TOWN + "opening", state[_TOWN + "opening"] == behind[closed - 1])
    _expect("target.weights", abs(state["target.weights"].sum() - 1.0) < 1e-9)


def _check_diary(state: State, first_day: int, today: int) -> None:
    """The diary has every day and month, ends with what the counters say, and no running total ever fell."""
    daily, provinces, months = state["facts.daily"], state["facts.provinces"], len(month_ends(first_day, today))
    inside = state["coa.inside"][: today - first_day]
    for name, length in (("daily", len(inside)), ("provinces", len(inside)), ("monthly", months), ("staff", months)):
        _expect(f"facts.{name}", len(state[f"facts.{name}"]) == length)
    counts = np.array([state[_COUNTS + name][0] for name in (*TALLIES, *GAUGES)])
    capacity = np.array([state[f"coa.capacity.{name}"][0] for name in CAPACITY])
    census = np.array([state[f"register.census.{name}"] for name in CENSUS_COLUMNS[: provinces.shape[2]]]).T
    national = len(BED_GROUPS) + 1
    _expect("facts.provinces", provinces[-1] == census)
    _expect("facts.provinces", provinces[:, :, :national].sum(1) == daily[:, :national])
    _expect("facts.daily", daily[-1, national:] == np.concatenate([counts, capacity]))
    _expect("facts.daily", np.diff(daily[:, national : national + len(TALLIES)], axis=0) >= 0)
    _expect("ind.staff", abs(state["ind.staff.trainees"].sum() - state["ind.staff.in_training"]) < 1e-6)
    _expect("coa.inside", inside == daily[:, : len(BED_GROUPS)].sum(1))
