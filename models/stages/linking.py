"""Linking: a complete dossier and registration first, then a municipality.

Who acts: registration counters and COA's linking desk, on working days; COA also screens a part of the households on
work and study, which takes days and gives some of them a region where their chances are. Who waits: permit
holders whose dossier is not complete, then those for whom there is no counter yet; unaccompanied
minors, most of them in the care of the guardian and out of reception, until they are eighteen or
their family is there. What leaves:
households in the line of a municipality (written in the link log). The rule is a lever: by
remaining target, as now, or by homes of the right size that are coming free; with a likely match in its region,
unless only municipalities elsewhere have something left to be linked. Everybody gets a
municipality; the sum always closes. Left out: contra-indications, whether work is found there, and the
municipal target for minors in the care of the guardian.
"""

import math
from typing import NamedTuple

import numpy as np

from models.geography import PROVINCES, municipalities
from models.parameters import Parameters
from models.register import (
    Line,
    Place,
    Register,
    Status,
    Stream,
    line_links,
    settle,
    size_needed,
    start_seeking,
)
from models.sources import read_table
from models.world import Luck, World, drawn_municipalities
from sim.agenda import NEXT, WHO, Agenda, appoint
from sim.arrays import FloatArray, Int32Array, IntArray
from sim.calendar import working_days
from sim.compiled import entry, inlined, kernel
from sim.luck import category, purpose_of, uniform
from sim.queues import join, leave
from sim.records import Kept, Record, Records, row_of, rows_of

LINK_BY_TARGET, LINK_BY_HOMES = range(2)
#: Who is screened, whom that gives a likely match, and where.
SCREENED, MATCHED, REGION = (purpose_of(f"linking.{name}") for name in ("screened", "matched", "region"))
ANY_REGION = -1
#: Most appointments that one day adds to the agenda.
_MOST_A_DAY = 6000


class Policy(NamedTuple):
    """What is laid down: ``rules`` for the whole run, ``days`` one per day, per municipality inhabitants and region."""

    rules: Records
    days: Records
    inhabitants: FloatArray
    regions: IntArray


class Books(NamedTuple):
    """What the desk keeps: how far two logs are read; and today's contest between municipalities.

    ``scores`` is the remaining target per inhabitant; ``winners`` is the knock-out tree over them: place n plays in
    leaf ``half + n``, the winner of all stands at 1.
    """

    now: Records
    scores: FloatArray
    winners: Int32Array


@kernel
def _remaining(register: Register, place: int) -> int:
    """Return how many persons a municipality must still be linked."""
    town = register.towns[place]
    return int(town.opening + town.target - town.realised - town.linked_waiting)


@kernel
def _better(scores: FloatArray, first: int, second: int) -> int:
    if second < 0 or (first >= 0 and scores[first] >= scores[second]):
        return first
    return second


@kernel
def _play(books: Books, node: int) -> None:
    """Let the winners of both halves below a node play."""
    scores, winners = books.scores, books.winners
    winners[node] = _better(scores, winners[2 * node], winners[2 * node + 1])


@inlined
def _begin_contest(register: Register, policy: Policy, books: Books) -> None:
    """Let all municipalities play: the largest remaining target per inhabitant wins; ties go to the first."""
    scores, winners = books.scores, books.winners
    half = winners.size // 2
    for place in range(half):
        winners[half + place] = -1
    for place in range(scores.size):
        scores[place] = _remaining(register, place) / policy.inhabitants[place]
        winners[half + place] = place
    for node in range(half - 1, 0, -1):
        _play(books, node)


@inlined
def _play_again(register: Register, policy: Policy, books: Books, place: int) -> None:
    """Renew the score of a municipality to which somebody was linked, and who wins from it."""
    books.scores[place] = _remaining(register, place) / policy.inhabitants[place]
    node = (books.winners.size // 2 + place) // 2
    while node >= 1:
        _play(books, node)
        node //= 2


@kernel
def _most_left(register: Register, policy: Policy, region: int) -> int:
    """Return the municipality of a region with the largest remaining target per inhabitant."""
    best, most = -1, -1.0e18
    for place in range(policy.inhabitants.size):
        if policy.regions[place] == region:
            left = _remaining(register, place) / policy.inhabitants[place]
            if left > most:
                best, most = place, left
    return best


@kernel
def _choose_by_homes(register: Register, policy: Policy, persons: int, homes_per_day: FloatArray, region: int) -> int:
    """Return the municipality, of a region or of all, where the wait for a home of this size is shortest.

    As many homes are given as are owed, whatever their size, but no more of a size than come free; both are set
    against who is in line. Municipalities with something left to do come first. ``homes_per_day`` has shape (sizes + 1,
    municipalities): homes that come free by size, and those that are given.
    """
    towns, homes_ahead_days = register.towns, policy.rules[0].homes_ahead_days
    size = size_needed(persons)
    best = 0
    best_score = -1.0e18
    for place in range(homes_per_day.shape[1]):
        if region != ANY_REGION and policy.regions[place] != region:
            continue
        given, fitting = homes_per_day[-1, place] * homes_ahead_days, homes_per_day[size, place] * homes_ahead_days
        seeking = towns[place].seeking
        score = min(given / (seeking.sum() + 1.0), fitting / (seeking[size] + 1.0))
        if _remaining(register, place) <= 0:
            score -= 1.0e6
        if score > best_score:
            best_score = score
            best = place
    return best


@inlined
def _choose_in_match(
    register: Register, policy: Policy, who: int, homes_per_day: FloatArray, by_homes: bool, elsewhere: int
) -> int:
    """Return where a household with a likely match goes: its region, unless only ``elsewhere`` is there target left."""
    household = register.households[who]
    if by_homes:
        place = _choose_by_homes(register, policy, household.persons, homes_per_day, household.match)
    else:
        place = _most_left(register, policy, household.match)
    return place if _remaining(register, place) > 0 or _remaining(register, elsewhere) <= 0 else elsewhere


@kernel
def link(register: Register, who: int, place: int, day: int) -> None:
    """Link a household to a municipality and put it in the municipality's line."""
    household = register.households[who]
    counts = register.counts[0]
    towns = register.towns
    household.linked = day
    household.municipality = place
    towns[place].linked_waiting += household.persons - household.counted
    register.logs[counts.linked_households].link = who
    counts.linked_households += 1
    start_seeking(register, who)


@kernel
def _link_stock(register: Register, linked: IntArray, places: IntArray, after_days: int) -> None:
    households = register.households
    counts = register.counts[0]
    for index in range(linked.size):
        who = linked[index]
        household = households[who]
        counts.dossier -= household.persons
        link(register, who, places[index], household.permit + after_days)


@kernel
def _take_care(register: Register, who: int, day: int, rules: Record) -> int:
    """Take a minor with a permit into the care of the guardian; return the day on which the minor is eighteen.

    Some stay in reception until then, as the guardian has no place for them.
    """
    household = register.households[who]
    identity = household.identity
    grown_up = household.arrived + int(rules.minor_days * uniform(register.seed, identity, Luck.MINOR_AGE))
    if grown_up > day and uniform(register.seed, identity, Luck.GUARDIAN) < rules.guardian_share:
        settle(register, who, Place.ELSEWHERE)
    return int(grown_up)


@inlined
def _screen(register: Register, who: int, today: Record, match_shares: FloatArray) -> float:
    """Screen a household, if it is one of those; return the days it takes and write down the region of its match."""
    household = register.households[who]
    identity = household.identity
    if uniform(register.seed, identity, SCREENED) >= today.screening_share:
        return 0.0
    if uniform(register.seed, identity, MATCHED) < today.match_share:
        household.match = category(uniform(register.seed, identity, REGION), match_shares)
    return float(today.screening_days)


@kernel
def _start_dossiers(register: Register, day: int, policy: Policy, books: Books, agenda: Int32Array) -> None:
    """Give every new permit the day on which its dossier is complete and its registration done."""
    rules, today, now = policy.rules[0], policy.days[day - register.first_day], books.now[0]
    while now.permits_read < register.counts[0].permit_households:
        who = register.logs[now.permits_read].permit
        household = register.households[who]
        now.permits_read += 1
        if household.status != Status.DOSSIER:
            continue
        identity = household.identity
        days = rules.dossier_days
        if uniform(register.seed, identity, Luck.EARLY) < today.early_share:
            days = max(days - rules.early_days, 0.0)
        delay = days * (1.0 + rules.dossier_spread * (2.0 * uniform(register.seed, identity, Luck.DOSSIER) - 1.0))
        delay += rules.link_days * uniform(register.seed, identity, Luck.LINK)
        delay += _screen(register, who, today, rules.match_shares)
        # Counted from the permit, which in the starting stock lies before today.
        due = max(household.permit + int(delay), day)
        if household.stream == Stream.AMV:
            due = max(due, _take_care(register, who, day, rules))
        appoint(agenda, due + 1 - register.first_day, who, 0)


@kernel
def _read_families(register: Register, day: int, policy: Policy, books: Books, agenda: Int32Array) -> None:
    """Begin the dossier of minors whose family arrived: they need a home together."""
    rules, now = policy.rules[0], books.now[0]
    while now.families_read < register.counts[0].family_households:
        who = register.logs[now.families_read].family
        now.families_read += 1
        if register.households[who].stream == Stream.AMV:
            appoint(agenda, day + int(rules.dossier_days) + 1 - register.first_day, who, 0)


@kernel
def _close_dossiers(register: Register, day: int, agenda: Int32Array) -> None:
    """Let everybody whose dossier is complete today join the line of the desk."""
    counts = register.counts[0]
    due = agenda[day - register.first_day, NEXT]
    while due > 0:
        who = agenda[due, WHO]
        household = register.households[who]
        due = agenda[due, NEXT]
        if household.status != Status.DOSSIER:  # a minor who was linked with the family
            continue
        household.status = Status.LINKABLE
        counts.dossier -= household.persons
        counts.linkable += household.persons
        household.line = Line.LINKABLE
        join(register.lines[Line.LINKABLE], line_links(register), who)


@entry
def _a_day(
    register: Register, day: int, policy: Policy, books: Books, homes_per_day: FloatArray,
    agenda: Int32Array,
) -> None:  # fmt: skip
    """Start dossiers for new permits, close those that are due, link as many as the counters can."""
    _start_dossiers(register, day, policy, books, agenda)
    _read_families(register, day, policy, books, agenda)
    _close_dossiers(register, day, agenda)
    today, counts = policy.days[day - register.first_day], register.counts[0]
    if not today.working:
        return
    playing = False
    for _ in range(today.counters):
        who = register.lines[Line.LINKABLE].first
        if who < 0:
            return
        leave(register.lines[Line.LINKABLE], line_links(register), who)
        persons = register.households[who].persons
        if today.by_homes:
            place = _choose_by_homes(register, policy, persons, homes_per_day, ANY_REGION)
        else:
            if not playing:
                _begin_contest(register, policy, books)
                playing = True
            place = int(books.winners[1])
        if register.households[who].match >= 0:
            place = _choose_in_match(register, policy, who, homes_per_day, today.by_homes, place)
        counts.linkable -= persons
        counts.linked += persons
        link(register, who, place, day)
        if playing:
            _play_again(register, policy, books, place)


def _match_shares() -> FloatArray:
    """Return the cumulative shares of the provinces in likely matches: where people work."""
    rows = {
        row["category"]: float(row["value"]) for row in read_table("household_mix") if row["table"] == "match_region"
    }
    working = np.array([rows[province] for province in PROVINCES])
    shares: FloatArray = np.cumsum(working) / working.sum()
    return shares


class Linking:
    """COA's linking desk and the registration counters."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None:
        linking, first = parameters.linking, register.first_day
        screening_days = linking.screening_days.daily(first, horizon)
        self.register = register
        self.stock_after = int(linking.stock_linked_after_days)
        self.policy = Policy(
            rules=row_of(
                dossier_days=linking.dossier_days, dossier_spread=linking.dossier_spread,
                link_days=linking.link_days_max, early_days=linking.early_registration_days_saved,
                homes_ahead_days=linking.homes_ahead_days, minor_days=linking.minor_days_most,
                guardian_share=linking.guardian_share, match_shares=_match_shares(),
            ),
            days=rows_of(
                working=working_days(first, horizon),
                counters=np.rint(linking.dossiers_per_day.daily(first, horizon)).astype(np.int64),
                by_homes=linking.rule.daily(first, horizon) == LINK_BY_HOMES,
                screening_share=linking.screening_share.daily(first, horizon), screening_days=screening_days,
                match_share=linking.match_most * screening_days / (screening_days + linking.match_half_days),
                early_share=linking.early_registration_share.daily(first, horizon),
            ),
            inhabitants=municipalities().inhabitants, regions=municipalities().province,
        )  # fmt: skip
        towns = self.policy.inhabitants.size
        self.books = Books(
            now=row_of(permits_read=0, families_read=0),
            scores=np.zeros(towns),
            winners=np.zeros(2 * 2 ** math.ceil(math.log2(towns)), dtype=np.int32),
        )
        self.agenda = Agenda(horizon - first, 2 * register.households.size)
        self.state: dict[str, Kept] = {"now": self.books.now, "agenda": self.agenda}

    def start(self, linked: IntArray) -> None:
        """Link the part of the starting stock that already had a municipality, longest first.

        They were linked under earlier targets, which follow inhabitants; what a municipality is behind or
        ahead on the start date says what came of those links, not where they went.
        """
        places = drawn_municipalities(self.register.seed, self.register.households["identity"][linked])
        _link_stock(self.register, linked, places, self.stock_after)

    def act(self, day: int, homes_per_day: FloatArray) -> None:
        """Close dossiers that are complete; on working days, link.

        ``homes_per_day`` are the homes that come free by size and those that are given, shape (sizes + 1,
        municipalities).
        """
        _a_day(self.register, day, self.policy, self.books, homes_per_day, self.agenda.with_room(_MOST_A_DAY))
