"""Homes: vacancies, the share that municipalities give, and who fits.

Who acts: municipalities, as homes come free, and once a week when they reconsider the share of
vacancies for permit holders. Who waits: linked households in the line of their municipality,
longest first. The wished share follows the remaining target against the time left; a
municipality follows it for a part, ever less as it nears the most it would give, and only after
urgency is felt. A share is homes given: what a municipality owes stays owed until a home comes
free that fits somebody in its line. What leaves:
households that move in when the lease is signed and registration, benefit and allowances are arranged, one after
the other or on the one settling day of a municipality; and vacancies to other seekers, who are counted by
group, as are the homes they did not get. A home that a household leaves for a larger one comes free
again the same day. Who waits for family whose visa is granted is offered a home for all of them; a
household at home with too little room takes what fits nobody who has no home yet. Homes of delivered
projects that are meant for permit holders are held until one fits, in the municipality or its province.
Left out: refusals of an offered home, rent levels, moves between municipalities.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from models.geography import mixes_by_density, municipalities, stock_of_days
from models.parameters import Parameters, ahead_daily, other_seekers
from models.register import (
    ANYWHERE,
    HOME_CAPACITY,
    HOME_LEAST,
    HOME_SIZES,
    Bed,
    Delivery,
    Family,
    Place,
    Register,
    Status,
    Way,
    accepted_crowding,
    awaits_family,
    count_realised,
    fits_in,
    is_granted_family,
    leave_crowded,
    note_larger,
    put_in_bed,
    seek_more_room,
    settle,
    size_needed,
    start_seeking,
    stop_seeking,
)
from models.world import VACANCY, Luck, Vacancies, World
from sim.agenda import NEXT, WHAT, WHO, Agenda, appoint
from sim.arrays import FloatArray, Int32Array, IntArray
from sim.calendar import EPOCH_WEEKDAY, half_year_end, half_year_name
from sim.compiled import entry, inlined, kernel
from sim.luck import category, exponential, purpose_of, uniform, uniforms
from sim.records import Kept, Record, Records, row_of, rows_of

MOVE, OWN_FIND = 0, 1
#: Which municipalities hold a settling day.
SETTLING = purpose_of("homes.settling")
DAYS_IN_WEEK, WORKING_DAYS_IN_WEEK = 7, 5
DAYS_IN_HALF_YEAR = 182.6
DAYS_BETWEEN_RECONSIDERING = 7.0
DAYS_PER_YEAR = 365.25
#: Most appointments that one day adds to the agenda, and most homes that are left on a day.
_MOST_A_DAY = 8000


class Policy(NamedTuple):
    """What is laid down for homes.

    ``rules`` for the whole run, ``days`` per day, ``towns`` per municipality: social homes, willingness, province, mix;
    ``finds_so_far`` is how many homes a household would have found itself by each day.
    """

    rules: Records
    days: Records
    towns: Records
    finds_so_far: FloatArray


class Books(NamedTuple):
    """What is kept: how far the link log is read and which homes are set aside.

    Per municipality ``share`` of the vacancies that it means to give, homes that it has ``owed`` since one came free
    that fitted nobody in line, ``homes_per_day`` that come free by size and that are given, shape (sizes + 1,
    municipalities), and homes ``held`` that were made for permit holders and wait for a household, by size. ``acting``
    is 1 where the province acts in place of the municipality this week.
    ``left`` are the homes that households left today for another, ``now.left`` how many.
    """

    now: Records
    share: FloatArray
    owed: IntArray
    homes_per_day: FloatArray
    held: IntArray
    acting: IntArray
    left: Records


class Pressure(NamedTuple):
    """What municipalities feel this week: supervision, what is asked on top of the target, the next one, time left."""

    ladder: FloatArray
    aim: FloatArray
    upcoming: FloatArray
    substituted: IntArray
    days_left: float
    felt: float


@inlined
def _reckoned_persons(household: Record) -> int:
    """Return for how many persons a household seeks a home: with its family once the visa is granted.

    Not where no ordinary home is large enough for all.
    """
    together = household.persons + household.followers
    return int(together if is_granted_family(household) and together <= HOME_CAPACITY[2] else household.persons)


@inlined
def _most_persons(register: Register, household: Record, relaxed_share: float) -> int:
    """Return for how many persons a household may have a home: from the application of its family on for all of them.

    That is where the rules of affordable allocation are relaxed; it takes no home away that it might have before.
    """
    together, family = household.persons + household.followers, household.family
    applied = family == Family.WAITING or family == Family.HANDLED
    may = applied and together <= HOME_CAPACITY[2]
    if may and uniform(register.seed, household.identity, Luck.RELAXED) < relaxed_share:
        return int(together)
    return _reckoned_persons(household)


@inlined
def _find(register: Register, day: int, policy: Policy, place: int, size: int, least: int) -> int:
    """Return the longest linked household of at least so many persons that fits in a municipality, -1 for none."""
    households, rules = register.households, policy.rules[0]
    relaxed_share = policy.days[day - register.first_day].relaxed_share
    least = max(HOME_LEAST[size], least)
    whole_line, links = least < HOME_LEAST[1], register.larger.links
    who = register.towns[place].line.first if whole_line else register.larger.lines[place].first
    while who >= 0:
        household = households[who]
        if household.linked + rules.municipal_days <= day:
            alone, together = household.persons, household.persons + household.followers
            # Most fit neither alone nor with the family: then nothing needs to be known of it.
            possible = alone <= HOME_CAPACITY[size] and together >= least
            possible = possible and _reckoned_persons(household) <= HOME_CAPACITY[size]
            if possible and least <= _most_persons(register, household, relaxed_share):
                return int(who)
        who = household.seek_next if whole_line else links.next[who]
    return -1


@kernel
def _leave_home(register: Register, who: int, policy: Policy, books: Books) -> None:
    """Let the home that a household leaves come free today (who shares a home has no family to leave it for)."""
    household, now = register.households[who], books.now[0]
    luck = uniform(register.seed, household.identity, Luck.HOME_LEFT)
    home = books.left[now.left]
    home.place, home.size = household.municipality, household.home_size
    home.luck, home.sharing_luck = np.float32(luck), np.float32(luck * 1024.0 % 1.0)
    home.next = category(luck * 65536.0 % 1.0, policy.rules[0].following)
    now.left += 1
    register.counts[0].homes_returned += 1


@kernel
def _give_room(register: Register, policy: Policy, books: Books, vacancy: Record) -> bool:
    """Let the longest crowded household at home that a home fits move there at once; tell whether it went."""
    who = register.towns[vacancy.place].crowded.first
    while who >= 0:
        household = register.households[who]
        if HOME_LEAST[vacancy.size] <= household.persons <= HOME_CAPACITY[vacancy.size]:
            leave_crowded(register, who)
            _leave_home(register, who, policy, books)
            household.home_size = vacancy.size
            return True
        who = household.seek_next
    return False


@kernel
def _days_to_move(register: Register, day: int, policy: Policy, place: int) -> int:
    """Return in how many days a household moves that accepts a home today.

    Where a municipality holds a settling day everything that follows signing is arranged on the next one, unless that
    would take longer than one thing after the other.
    """
    rules, signed = policy.rules[0], day + policy.rules[0].signing_days
    arranging = rules.arranging_days
    if uniform(register.seed, place + 1, SETTLING) < policy.days[day - register.first_day].settling_share:
        held = place % WORKING_DAYS_IN_WEEK + DAYS_IN_WEEK * (place % rules.settling_weeks)
        until_held = (held - signed - EPOCH_WEEKDAY) % (DAYS_IN_WEEK * rules.settling_weeks)
        if until_held + 1 < arranging:
            register.counts[0].settled_centrally += 1
            arranging = until_held + 1
    return int(signed - day + arranging + rules.moving_days)


@kernel
def _accept(register: Register, day: int, policy: Policy, who: int, size: int, how: int, agenda: Int32Array) -> None:
    """Let a household accept a home and move when everything is arranged."""
    household, counts = register.households[who], register.counts[0]
    stop_seeking(register, who)
    household.status = Status.OFFERED
    household.offered_size = size
    household.how_housed = how
    counts.offered += household.persons
    days = _days_to_move(register, day, policy, household.municipality)
    counts.offers += 1
    counts.offer_days += days
    appoint(agenda, day + days - register.first_day, who, MOVE)


@kernel
def _move(register: Register, who: int, day: int, policy: Policy, books: Books) -> None:
    """Let a household move into the home it accepted.

    Family that arrived after the offer, and for which that home is far too small, keeps a bed; the household then
    seeks a larger home.
    """
    household, counts, rules = register.households[who], register.counts[0], policy.rules[0]
    size = household.offered_size
    counts.offered -= household.persons
    household.status = Status.HOUSED
    if household.home_size >= 0:
        _leave_home(register, who, policy, books)
    if household.housed < 0:
        household.housed = day
        counts.households_housed += 1
    else:
        household.family_housed = day
    household.home_size = size
    settle(register, who, Place.AT_HOME)
    luck = uniform(register.seed, household.identity, Luck.CROWDING)
    accepted = accepted_crowding(luck, rules.crowding_accepted, rules.crowding_steepness)
    if household.family == Family.HERE and not fits_in(household, size, accepted):
        family = household.followers
        counts.at_home -= family
        put_in_bed(register, who, family, Bed.WAITING_FAMILY)
        count_realised(register, who, family, household.how_housed)
        start_seeking(register, who)
        return
    count_realised(register, who, 0, household.how_housed)
    seek_more_room(register, who)


@kernel
def _share_home(register: Register, day: int, policy: Policy, place: int, size: int, agenda: Int32Array) -> int:
    """House as many singles together as the home has rooms for; return how many, 0 if fewer than two."""
    households, municipal_days = register.households, policy.rules[0].municipal_days
    wanted = size + 1
    found = 0
    for turn in range(2):
        taken = 0
        who = register.towns[place].line.first
        while who >= 0 and taken < wanted:
            household = households[who]
            following = household.seek_next
            single = household.persons == 1 and not awaits_family(household)
            if single and household.linked + municipal_days <= day:
                taken += 1
                if turn == 1:
                    _accept(register, day, policy, who, 0, Way.SHARED, agenda)
            who = following
        found = taken
        if found < 2:
            return 0
    return found


@inlined
def _appoint_own_find(register: Register, who: int, day: int, policy: Policy, agenda: Int32Array) -> None:
    """Give a household the next day on which it would find a home itself, at the rates of those days.

    Finds come as a Poisson process whose expected number runs on by ``finds_so_far``.
    """
    finds_so_far, first = policy.finds_so_far, day - register.first_day
    luck = uniform(register.seed, register.households[who].identity, Luck.OWN_FIND + 1000 * day)
    reached = finds_so_far[first] + exponential(luck, 1.0)
    low, high = first + 1, finds_so_far.size
    while low < high:
        middle = (low + high) // 2
        if finds_so_far[middle] < reached:
            low = middle + 1
        else:
            high = middle
    appoint(agenda, low, who, OWN_FIND)


@inlined
def _note_relaxed(register: Register, who: int, relaxed_most: float) -> None:
    """Note who may need a larger home before the visa of the family is granted, on any day of the run."""
    household = register.households[who]
    if household.followers > 0 and uniform(register.seed, household.identity, Luck.RELAXED) < relaxed_most:
        note_larger(register, who)


@kernel
def _appoint_own_finds(register: Register, day: int, policy: Policy, books: Books, agenda: Int32Array) -> None:
    """Let everybody who was linked since yesterday look for a home themselves too; the family rule is known by now."""
    now = books.now[0]
    while now.links_read < register.counts[0].linked_households:
        who = register.logs[now.links_read].link
        _note_relaxed(register, who, policy.rules[0].relaxed_most)
        _appoint_own_find(register, who, day, policy, agenda)
        now.links_read += 1


@entry
def _note_all_larger(register: Register, policy: Policy) -> None:
    for place in range(register.towns.size):
        who = register.towns[place].line.first
        while who >= 0:
            household = register.households[who]
            if household.persons >= HOME_LEAST[1] or is_granted_family(household):
                note_larger(register, who)
            _note_relaxed(register, who, policy.rules[0].relaxed_most)
            who = household.seek_next


@entry
def _start_finds(register: Register, rows: IntArray, policy: Policy, agenda: Int32Array) -> None:
    for who in rows:
        _appoint_own_find(register, who, register.first_day, policy, agenda)


@kernel
def _find_oneself(register: Register, who: int, day: int, policy: Policy, books: Books) -> None:
    """Let a household that seeks find a home itself."""
    household = register.households[who]
    stop_seeking(register, who)
    household.offered_size = size_needed(household.persons)
    household.how_housed = Way.OWN_FIND
    register.counts[0].offered += household.persons
    _move(register, who, day, policy, books)


@kernel
def _keep_appointments(register: Register, day: int, policy: Policy, books: Books, agenda: Int32Array) -> None:
    """Let everybody move who moves today, or who finds a home today; who may yet seek again gets another day."""
    due = agenda[day - register.first_day, NEXT]
    while due > 0:
        who = agenda[due, WHO]
        household = register.households[who]
        if agenda[due, WHAT] == OWN_FIND:
            if household.status == Status.SEEKING:
                _find_oneself(register, who, day, policy, books)
            if household.status != Status.HOUSED or awaits_family(household):
                _appoint_own_find(register, who, day, policy, agenda)
        elif household.status == Status.OFFERED:
            _move(register, who, day, policy, books)
        due = agenda[due, NEXT]


@kernel
def _offer(register: Register, day: int, policy: Policy, vacancy: Record, agenda: Int32Array) -> bool:
    """Offer a vacancy to the longest linked household that fits, or to singles together; tell whether it went."""
    place, size = vacancy.place, vacancy.size
    shared = size > 0 and vacancy.sharing_luck < policy.days[day - register.first_day].sharing_share
    if shared and _share_home(register, day, policy, place, size, agenda) > 0:
        return True
    who = _find(register, day, policy, place, size, 1)
    if who >= 0:
        _accept(register, day, policy, who, size, Way.SOCIAL_RENT, agenda)
        return True
    # Unfit only where somebody could have taken a home today.
    first = register.households[register.towns[place].line.first]
    if first.linked + policy.rules[0].municipal_days <= day:
        register.counts[0].homes_unfit += 1
    return False


@inlined
def _let(
    register: Register, day: int, policy: Policy, books: Books, vacancy: Record, effort: float, agenda: Int32Array
) -> None:
    """Let a home that came free: to whoever is next in line, unless a permit holder gets it.

    A municipality owes a home for its share of vacancies, and sets the next aside that fits somebody in its line. A
    home of its share that fits nobody there may give a crowded household more room, which pays no debt; a few other
    homes do so too, as such households are ordinary seekers.
    """
    owed, place = books.owed, vacancy.place
    town = register.towns[place]
    town.homes_vacated += 1
    share = effort * books.share[place]
    meant = vacancy.luck < share
    if not meant and owed[place] == 0:  # as nearly all are: nothing is given, so nothing needs to be looked up
        if vacancy.luck < share + policy.rules[0].more_room_share:
            _give_room(register, policy, books, vacancy)
        return
    given = False
    if town.line.first < 0:
        owed[place] = 0
    else:
        owed[place] = min(owed[place] + int(meant), town.seeking.sum())  # never more homes than households in line
        given = owed[place] > 0 and _offer(register, day, policy, vacancy, agenda)
        owed[place] -= int(given)
    if given or (meant and _give_room(register, policy, books, vacancy)):
        counts = register.counts[0]
        counts.homes_to_permit_holders += 1
        counts.homes_to[vacancy.next] -= 1
        counts.forgone[vacancy.next] += 1
        town.homes_given += 1
        town.substitution_homes += books.acting[place]
        counts.substitution_homes += books.acting[place]
    elif not meant and vacancy.luck < share + policy.rules[0].more_room_share:
        _give_room(register, policy, books, vacancy)


@kernel
def _let_left(register: Register, day: int, policy: Policy, books: Books, agenda: Int32Array) -> None:
    """Let the homes that households left today, and those that come free by that."""
    counts, now, index = register.counts[0], books.now[0], 0
    effort = policy.days[day - register.first_day].effort
    while index < now.left:
        vacancy = books.left[index]
        counts.homes_vacated += 1
        counts.homes_to[vacancy.next] += 1
        _let(register, day, policy, books, vacancy, effort, agenda)
        index += 1
    now.left = 0


@kernel
def _give_out(
    register: Register, day: int, policy: Policy, vacancies: Vacancies, books: Books, agenda: Int32Array
) -> None:
    """Give out the vacancies of the day."""
    counts, offset = register.counts[0], day - register.first_day
    first, last = vacancies.first_of_day[offset], vacancies.first_of_day[offset + 1]
    counts.homes_vacated += last - first
    for group in range(vacancies.next_of_day.shape[1]):
        counts.homes_to[group] += vacancies.next_of_day[offset, group]
    effort = policy.days[offset].effort
    for index in range(first, last):
        _let(register, day, policy, books, vacancies.homes[index], effort, agenda)


@entry
def _a_day(
    register: Register, day: int, policy: Policy, vacancies: Vacancies, books: Books, agenda: Int32Array
) -> None:
    """Moves and own finds that are due, then the vacancies of the day."""
    for place in range(books.acting.size):
        if books.acting[place] != 0:
            register.towns[place].substitution_days += books.acting[place]
            register.counts[0].substitution_days += books.acting[place]
    _appoint_own_finds(register, day, policy, books, agenda)
    _keep_appointments(register, day, policy, books, agenda)
    _give_out(register, day, policy, vacancies, books, agenda)
    _let_left(register, day, policy, books, agenda)


@inlined
def _let_held(
    register: Register, day: int, policy: Policy, place: int, size: int, least: int, agenda: Int32Array
) -> bool:
    """Let one held home to the longest linked household of a municipality that fits; tell whether it went."""
    who = _find(register, day, policy, place, size, least)
    if who < 0:
        return False
    register.counts[0].project_homes_to_permit_holders += 1
    _accept(register, day, policy, who, size, Way.PROJECT, agenda)
    return True


@entry
def _let_all_held(register: Register, day: int, policy: Policy, books: Books, agenda: Int32Array) -> int:
    """Offer homes made for permit holders: own municipality first, then the rest of the province; return what is left.

    Homes of the large-family scheme are asked for by whichever municipality has such a family.
    """
    towns, held, now = policy.towns, books.held, books.now[0]
    largest = held.shape[0] - 1
    for size in range(held.shape[0]):
        empty = 0  # provinces, one bit each, where such a home fits nobody today
        for place in range(towns.size):
            if held[size, place] == 0 or empty >> towns[place].province & 1:
                continue
            while held[size, place] > 0 and _let_held(register, day, policy, place, size, 1, agenda):
                held[size, place] -= 1
            if held[size, place] == 0:
                continue
            for other in range(towns.size):
                if other == place or towns[other].province != towns[place].province:
                    continue
                while held[size, place] > 0 and _let_held(register, day, policy, other, size, 1, agenda):
                    held[size, place] -= 1
            if held[size, place] > 0:
                empty |= 1 << towns[place].province
    least = policy.rules[0].scheme_least_persons
    for place in range(towns.size):
        while now.held_for_scheme > 0 and _let_held(register, day, policy, place, largest, least, agenda):
            now.held_for_scheme -= 1
    return int(held.sum() + now.held_for_scheme)


@entry
def _hand_in(
    register: Register, project: int, place: int, homes: int, holder_share: float, sizes: FloatArray,
    others: FloatArray, books: Books,
) -> None:  # fmt: skip
    """Set the homes of a delivered project that are for permit holders aside; others move into the rest today."""
    register.counts[0].project_homes += homes
    for home in range(homes):
        luck = uniform(register.seed, project + home + 1, Luck.PROJECT_HOLDER)
        if luck >= holder_share:
            register.counts[0].in_projects[category((luck - holder_share) / (1.0 - holder_share), others)] += 1
            continue
        size = 0
        while size < 3 and luck / holder_share >= sizes[size]:
            size += 1
        books.held[size, place] += 1


@inlined
def _cut_on_top(register: Register, day: int, place: int, norm_days: int) -> int:
    """Return for how many persons homes made on top count, now: no more than wait there beyond the norm."""
    town, waiting = register.towns[place], 0
    who = town.line.first
    while who >= 0 and waiting < town.on_top:
        household = register.households[who]
        if household.permit + norm_days <= day:
            waiting += household.persons - household.counted
        who = household.seek_next
    town.on_top = min(town.on_top, waiting)
    return int(town.on_top)


@kernel
def _effort(wish: float, base: float, most: float, response: float) -> float:
    """Return the share that a municipality aims at: it follows the wish, ever less as it nears the most it gives.

    Who needs less than the base gives less, as far as a small rise is followed; a lead makes the wish negative.
    """
    least = min(base, most)
    room, asked = most - least, response * (wish - least)
    if asked <= 0.0 or room <= 0.0:
        return max(least + min(asked, 0.0), 0.0)
    return least + room * asked / (room + asked)


@entry
def _reconsider(register: Register, day: int, policy: Policy, pressure: Pressure, books: Books) -> None:
    """Move each municipality's share towards the share it needs to meet its target in time."""
    rules, today, share = policy.rules[0], policy.days[day - register.first_day], books.share
    for place in range(share.size):
        town, home_town = register.towns[place], policy.towns[place]
        # What is made on top does not take the place of ordinary homes while people wait beyond the norm.
        on_top = rules.on_top_share * _cut_on_top(register, day, place, rules.norm_days)
        remaining = town.opening + town.target + pressure.aim[place] + on_top - town.realised
        # What is done already eases the half-year that follows: a lead is spread over one.
        days = pressure.days_left if remaining > 0.0 else DAYS_IN_HALF_YEAR
        persons_per_day = remaining / days + pressure.upcoming[place] / DAYS_IN_HALF_YEAR
        vacancies_per_day = home_town.social_homes * today.turnover_per_day
        wish = persons_per_day / rules.persons_per_home / max(vacancies_per_day, 1.0e-9)
        most = min(today.share_cap * home_town.willingness * pressure.ladder[place], rules.share_most)
        goal = _effort(wish, today.share_base, most, rules.share_response)
        share[place] += pressure.felt * (goal - share[place])
        books.acting[place] = pressure.substituted[place] if remaining > 0.0 else 0
        if books.acting[place]:
            share[place] = rules.share_most
        for size in range(home_town.size_shares.size):
            books.homes_per_day[size, place] = home_town.size_shares[size] * vacancies_per_day
        books.homes_per_day[-1, place] = today.effort * share[place] * vacancies_per_day


class Homes:
    """Municipalities and corporations giving out homes."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None:
        homes, first = parameters.homes, register.first_day
        self.register, self.vacancies, self.parameters = register, world.vacancies, homes
        self.policy = self._policy(parameters, register, horizon)
        towns, today = self.policy.towns, self.policy.days[0]
        share = np.full(len(towns), homes.share_base.at(first))
        vacancies_per_day = towns["social_homes"] * float(today["turnover_per_day"])
        self.books = Books(
            now=row_of(links_read=0, held_for_scheme=0, left=0),
            share=share,
            owed=np.zeros(len(towns), dtype=np.int64),
            homes_per_day=np.vstack([towns["size_shares"].T, share]) * vacancies_per_day,
            held=np.zeros((len(HOME_SIZES), len(towns)), dtype=np.int64),
            acting=np.zeros(len(towns), dtype=np.int64),
            left=np.zeros(_MOST_A_DAY, dtype=VACANCY),
        )
        #: Whether homes may be held from an earlier day; a run that goes on from a snapshot looks.
        self.may_hold = True
        self.agenda = Agenda(horizon - first, 3 * register.households.size)
        books = {name: array for name, array in self.books._asdict().items() if name != "left"}
        self.state: dict[str, Kept] = {**books, "agenda": self.agenda}

    @staticmethod
    def _policy(parameters: Parameters, register: Register, horizon: int) -> Policy:
        homes, first = parameters.homes, register.first_day
        towns, spread = municipalities(), homes.share_spread
        luck = uniforms(register.seed, np.arange(1, len(towns) + 1), Luck.MUNICIPALITY.value)
        finds_per_day = homes.own_find_per_year.daily(first, horizon) / DAYS_PER_YEAR
        turnover = homes.turnover_per_year.daily(first, horizon) * homes.turnover_factor.daily(first, horizon)
        turnover = turnover * stock_of_days(first, horizon)
        return Policy(
            rules=row_of(
                municipal_days=int(homes.municipal_days), signing_days=int(homes.signing_days),
                arranging_days=homes.arranging_days(), moving_days=int(homes.moving_days),
                settling_weeks=int(homes.settling_every_weeks),
                crowding_accepted=homes.crowding_accepted, crowding_steepness=homes.crowding_steepness,
                more_room_share=homes.more_room_share,
                relaxed_most=float(homes.relaxed_allocation_share.daily(first, horizon).max()),
                scheme_least_persons=int(homes.large_family_persons), persons_per_home=homes.persons_per_home,
                share_response=homes.share_response, share_most=homes.share_most,
                on_top_share=homes.on_top_share, norm_days=int(parameters.linking.norm_days),
                following=np.cumsum(other_seekers(homes)),
            ),
            days=rows_of(
                relaxed_share=homes.relaxed_allocation_share.daily(first, horizon),
                sharing_share=homes.sharing_share.daily(first, horizon),
                share_base=homes.share_base.daily(first, horizon),
                share_cap=homes.share_cap.daily(first, horizon),
                # Without priority less is given of what was: what that is stands beside the effort.
                effort=homes.effort.daily(first, horizon)
                * ahead_daily(parameters, homes.priority_left, 1.0, first, horizon),
                settling_share=homes.central_settling_share.daily(first, horizon),
                turnover_per_day=turnover / DAYS_PER_YEAR,
            ),
            towns=rows_of(
                social_homes=towns.social_stock,
                willingness=np.exp(spread * ndtri(luck) - spread**2 / 2.0),
                province=towns.province,
                size_shares=mixes_by_density(np.array(homes.size_shares()), homes.size_density_exponent),
            ),
            finds_so_far=np.cumsum(finds_per_day) - finds_per_day,
        )  # fmt: skip

    def start(self, sponsors: IntArray) -> None:
        """Let sponsors who have a home already find a larger one themselves, should their family not fit."""
        _start_finds(self.register, sponsors, self.policy, self.agenda.with_room(len(sponsors)))

    def resume(self) -> None:
        """Go on from a snapshot: find again who in line may need more than the smallest home."""
        _note_all_larger(self.register, self.policy)

    def persons_per_day(self, day: int) -> FloatArray:
        """Return how many persons each municipality houses a day with the share it gives now."""
        today, towns = self.policy.days[day - self.register.first_day], self.policy.towns
        given = np.minimum(today["effort"] * self.books.share, 1.0) * towns["social_homes"] * today["turnover_per_day"]
        persons: FloatArray = given * self.parameters.persons_per_home
        return persons

    def reconsider(
        self, day: int, ladder: FloatArray, aim: FloatArray, upcoming: FloatArray, substituted: IntArray,
        at_once: bool = False,
    ) -> None:  # fmt: skip
        """Move the share towards the wish, as far and as fast as it is felt.

        ``ladder`` is the factor by which supervision raises the most that is given; ``aim`` is what is asked on top of
        the target of this half-year, ``upcoming`` what is felt of that of the next; where the province acts in place of
        a municipality (``substituted``) every home that fits is set aside until that is no longer behind. ``at_once``
        is for a start: what is asked was felt before it.
        """
        homes = self.parameters
        end = half_year_end(half_year_name(day))
        delay_days = homes.response_delay_days.at(day)
        felt = 1.0 - math.exp(-DAYS_BETWEEN_RECONSIDERING / delay_days) if delay_days > 0.0 and not at_once else 1.0
        pressure = Pressure(ladder, aim, upcoming, substituted, max(float(end - day), homes.shortest_plan_days), felt)
        _reconsider(self.register, day, self.policy, pressure, self.books)

    def act(self, day: int) -> None:
        """Give out the vacancies of today."""
        _a_day(self.register, day, self.policy, self.vacancies, self.books, self.agenda.with_room(_MOST_A_DAY))

    def let_made(self, day: int, deliveries: list[Delivery]) -> None:
        """Take over the homes of projects delivered today; offer what is held for permit holders.

        What is meant for permit holders is held until a household that fits takes it; homes of the large-family
        scheme until any municipality asks for them.
        """
        books = self.books
        for delivery in deliveries:
            if delivery.municipality == ANYWHERE:
                self.register.counts["project_homes"] += delivery.homes
                books.now["held_for_scheme"] += delivery.homes
                continue
            share = delivery.holder_share
            if share is None:
                share = float(books.share[delivery.municipality])
            _hand_in(
                self.register, delivery.identity, delivery.municipality, delivery.homes, share, delivery.sizes,
                delivery.others, books,
            )  # fmt: skip
        if deliveries or self.may_hold:  # not on most days, and summing takes long
            held = int(books.held.sum()) + int(books.now["held_for_scheme"][0])
            left = _let_all_held(self.register, day, self.policy, books, self.agenda.with_room(held + 8))
            self.may_hold = left > 0
