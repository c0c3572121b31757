"""Homes: vacancies, the share that municipalities give, and who fits.

Who acts: municipalities, as homes come free, and once a week when they reconsider the share of
vacancies for permit holders. Who waits: linked households in the line of their municipality,
longest first. The wished share follows the remaining target against the time left; a
municipality follows it for a part, up to a cap, and only after urgency is felt. What leaves:
households that move in after the move days, and vacancies to other seekers, who are counted by
group, as are the homes they did not get. Homes of delivered projects that
are meant for permit holders are held until one fits, in the municipality or its province. Left out:
refusals of an offered home, rent levels, moves between municipalities.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from models.geography import municipalities
from models.parameters import Parameters
from models.register import (
    HOME_CAPACITY,
    HOME_LEAST,
    Bed,
    Family,
    Place,
    Register,
    Status,
    Way,
    count_realised,
    put_in_bed,
    settle,
    size_needed,
    start_seeking,
    stop_seeking,
)
from models.world import LUCK_MUNICIPALITY, LUCK_OWN_FIND, LUCK_PROJECT_HOLDER, LUCK_RELAXED, World
from sim.agenda import NEXT, WHAT, WHO, Agenda, appoint
from sim.calendar import add_months, half_year_name, half_year_start
from sim.compiled import entry, kernel
from sim.luck import exponential, uniform, uniforms

MOVE, OWN_FIND = 0, 1
DAYS_IN_HALF_YEAR = 182.6
DAYS_BETWEEN_RECONSIDERING = 7.0


@kernel
def _find(
    register: Register, seed: int, place: int, size: int, day: int, municipal_days: int, relaxed_share: float,
    least: int,
) -> int:  # fmt: skip
    """Return the longest linked household of at least so many persons that fits in a municipality, -1 for none."""
    households = register.households
    if relaxed_share <= 0.0:
        # A home fits households that need its size, and the larger ones that need one size less.
        seeking = register.towns[place].seeking
        fitting = seeking[size]
        if size > 0:
            fitting += seeking[size - 1]
        if fitting == 0:
            return -1
    who = register.towns[place].line.first
    while who >= 0:
        household = households[who]
        if household.linked + municipal_days <= day:
            persons = household.persons
            if max(HOME_LEAST[size], least) <= persons <= HOME_CAPACITY[size]:
                return int(who)
            to_come = Family.TO_APPLY <= household.family <= Family.TRAVELLING
            if to_come and least <= persons < HOME_LEAST[size]:
                later = persons + household.followers
                fits = HOME_LEAST[size] <= later <= HOME_CAPACITY[size]
                if fits and uniform(seed, household.identity, LUCK_RELAXED) < relaxed_share:
                    return int(who)
        who = household.seek_next
    return -1


@kernel
def _accept(
    register: Register, who: int, size: int, how: int, day: int, first_day: int, move_days: int,
    agenda: NDArray[np.int32],
) -> None:  # fmt: skip
    """Let a household accept a home and move after the move days."""
    household = register.households[who]
    counts = register.counts[0]
    stop_seeking(register, who)
    household.status = Status.OFFERED
    household.offered_size = size
    household.how_housed = how
    counts.offered += household.persons
    appoint(agenda, day + max(move_days, 1) - first_day, who, MOVE)


@kernel
def _move(register: Register, who: int, day: int, tolerance: float) -> None:
    """Let a household move into the home it accepted.

    Family that arrived after the offer and does not fit keeps a bed; the household then seeks a
    larger home.
    """
    household = register.households[who]
    counts = register.counts[0]
    persons = household.persons
    size = household.offered_size
    counts.offered -= persons
    household.status = Status.HOUSED
    if household.housed < 0:
        household.housed = day
        counts.households_housed += 1
    else:
        household.family_housed = day
        if household.home_size >= 0:
            counts.homes_returned += 1
    household.home_size = size
    settle(register, who, Place.AT_HOME)
    if household.family == Family.HERE and persons > HOME_CAPACITY[size] + tolerance:
        family = household.followers
        counts.at_home -= family
        put_in_bed(register, who, family, Bed.WAITING_FAMILY)
        count_realised(register, who, family, household.how_housed)
        start_seeking(register, who)
        return
    count_realised(register, who, 0, household.how_housed)


@kernel
def _share_home(
    register: Register, place: int, size: int, day: int, first_day: int, municipal_days: int, move_days: int,
    agenda: NDArray[np.int32],
) -> int:  # fmt: skip
    """House as many singles together as the home has rooms for; return how many, 0 if fewer than two."""
    households = register.households
    wanted = size + 1
    found = 0
    for turn in range(2):
        taken = 0
        who = register.towns[place].line.first
        while who >= 0 and taken < wanted:
            household = households[who]
            following = household.seek_next
            single = household.persons == 1 and not (Family.TO_APPLY <= household.family <= Family.TRAVELLING)
            if single and household.linked + municipal_days <= day:
                taken += 1
                if turn == 1:
                    _accept(register, who, 0, Way.SHARED, day, first_day, move_days, agenda)
            who = following
        found = taken
        if found < 2:
            return 0
    return found


@entry
def _a_day(
    register: Register, seed: int, day: int, first_day: int, own_find_rate: float, relaxed_share: float,
    sharing_share: float, tolerance: float, municipal_days: int, move_days: int, first: int, last: int,
    place_of: NDArray[np.int16], size_of: NDArray[np.int8], next_of: NDArray[np.int8],
    luck_of: NDArray[np.float32], sharing_of: NDArray[np.float32], next_today: NDArray[np.int64],
    share: NDArray[np.float64], read: NDArray[np.int64], agenda: NDArray[np.int32],
) -> None:  # fmt: skip
    """Moves and own finds that are due, then the vacancies of the day."""
    households = register.households
    counts = register.counts[0]
    towns = register.towns
    while read[0] < counts.linked_households:
        who = register.logs[read[0]].link
        household = households[who]
        read[0] += 1
        if own_find_rate > 0.0:
            luck = uniform(seed, household.identity, LUCK_OWN_FIND)
            delay = exponential(luck, 365.25 / own_find_rate)
            if delay < 4000.0:
                appoint(agenda, day + 1 + int(delay) - first_day, who, OWN_FIND)
    due = agenda[NEXT, day - first_day]
    while due > 0:
        who = agenda[WHO, due]
        household = households[who]
        status = household.status
        if agenda[WHAT, due] == MOVE:
            if status == Status.OFFERED:
                _move(register, who, day, tolerance)
        elif status == Status.SEEKING:
            stop_seeking(register, who)
            household.offered_size = size_needed(household.persons)
            household.how_housed = Way.OWN_FIND
            counts.offered += household.persons
            _move(register, who, day, tolerance)
        due = agenda[NEXT, due]
    counts.homes_vacated += last - first
    # Every vacancy goes to whoever is next in line, but for those that permit holders get.
    for group in range(next_today.size):
        counts.homes_to[group] += next_today[group]
    for vacancy in range(first, last):
        place = place_of[vacancy]
        towns[place].homes_vacated += 1
        if luck_of[vacancy] >= share[place] or register.towns[place].line.first < 0:
            continue
        size = size_of[vacancy]
        housed = 0
        if size > 0 and sharing_of[vacancy] < sharing_share:
            housed = _share_home(register, place, size, day, first_day, municipal_days, move_days, agenda)
        if housed == 0:
            who = _find(register, seed, place, size, day, municipal_days, relaxed_share, 1)
            if who >= 0:
                _accept(register, who, size, Way.SOCIAL_RENT, day, first_day, move_days, agenda)
                housed = 1
        if housed == 0:
            # Unfit only where somebody could have taken a home today.
            if households[register.towns[place].line.first].linked + municipal_days <= day:
                counts.homes_unfit += 1
            continue
        counts.homes_to_permit_holders += 1
        counts.homes_to[next_of[vacancy]] -= 1
        counts.forgone[next_of[vacancy]] += 1
        towns[place].homes_given += 1


@kernel
def _let_held(
    register: Register, seed: int, place: int, size: int, least: int, day: int, first_day: int,
    relaxed_share: float, municipal_days: int, move_days: int, agenda: NDArray[np.int32],
) -> bool:  # fmt: skip
    """Let one held home to the longest linked household of a municipality that fits; tell whether it went."""
    who = _find(register, seed, place, size, day, municipal_days, relaxed_share, least)
    if who < 0:
        return False
    register.counts[0].project_homes_to_permit_holders += 1
    _accept(register, who, size, Way.PROJECT, day, first_day, move_days, agenda)
    return True


@entry
def _let_all_held(
    register: Register, seed: int, day: int, first_day: int, held: NDArray[np.int64], relaxed_share: float,
    scheme_least: int, municipal_days: int, move_days: int, province_of: NDArray[np.int64],
    agenda: NDArray[np.int32],
) -> None:  # fmt: skip
    """Offer homes made for permit holders: own municipality first, then the rest of the province.

    Homes of the large-family scheme (last row) are asked for by whichever municipality has such a family.
    """
    towns = province_of.size
    for size in range(4):
        for place in range(towns):
            while held[size, place] > 0 and _let_held(
                register, seed, place, size, 1, day, first_day, relaxed_share, municipal_days, move_days, agenda
            ):
                held[size, place] -= 1
            if held[size, place] == 0:
                continue
            for other in range(towns):
                if other == place or province_of[other] != province_of[place]:
                    continue
                while held[size, place] > 0 and _let_held(
                    register, seed, other, size, 1, day, first_day, relaxed_share, municipal_days, move_days, agenda
                ):
                    held[size, place] -= 1
    for place in range(towns):
        while held[4, 0] > 0 and _let_held(
            register, seed, place, 3, scheme_least, day, first_day, relaxed_share, municipal_days, move_days, agenda
        ):
            held[4, 0] -= 1


@entry
def _hand_in(
    register: Register, seed: int, project: int, place: int, homes: int, scheme: bool, holder_share: float,
    sizes: NDArray[np.float64], held: NDArray[np.int64],
) -> None:  # fmt: skip
    """Set the homes of a delivered project that are for permit holders aside, to be offered from today on."""
    register.counts[0].project_homes += homes
    if scheme:
        held[4, 0] += homes
        return
    for home in range(homes):
        luck = uniform(seed, project + home + 1, LUCK_PROJECT_HOLDER)
        if luck >= holder_share:
            continue
        size = 0
        while size < 3 and luck / holder_share >= sizes[size]:
            size += 1
        held[size, place] += 1


@entry
def _reconsider(
    register: Register, days_left: float, upcoming: NDArray[np.float64], loudness: float, persons_per_home: float,
    stock: NDArray[np.float64], turnover_per_day: float, base: float, response: float, cap: float,
    most_of_all: float, willingness: NDArray[np.float64], ladder: NDArray[np.float64], felt: float,
    size_shares: NDArray[np.float64],
    share: NDArray[np.float64], homes_per_day: NDArray[np.float64],
) -> None:  # fmt: skip
    """Move each municipality's share towards the share it needs to meet its target in time."""
    for place in range(share.size):
        town = register.towns[place]
        remaining = max(town.opening + town.target - town.realised, 0)
        persons_per_day = remaining / days_left + loudness * upcoming[place] / DAYS_IN_HALF_YEAR
        vacancies_per_day = stock[place] * turnover_per_day
        wish = persons_per_day / persons_per_home / max(vacancies_per_day, 1.0e-9)
        most = min(cap * willingness[place] * ladder[place], most_of_all)
        goal = max(min(base + response * max(wish - base, 0.0), most), 0.0)
        share[place] += felt * (goal - share[place])
        for size in range(size_shares.size):
            homes_per_day[size, place] = size_shares[size] * vacancies_per_day * share[place]


class Homes:
    """Municipalities and corporations giving out homes."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int, seed: int) -> None:
        homes = parameters.homes
        first = world.first_day
        towns = municipalities()
        self.register, self.seed, self.first_day, self.world = register, seed, first, world
        self.parameters = homes
        self.vacancy_first: list[int] = world.vacancy_first_of_day.tolist()
        self.own_find: list[float] = homes.own_find_per_year.daily(first, horizon).tolist()
        self.relaxed: list[float] = homes.relaxed_allocation_share.daily(first, horizon).tolist()
        self.sharing: list[float] = homes.sharing_share.daily(first, horizon).tolist()
        self.cap = homes.share_cap.daily(first, horizon)
        turnover = homes.turnover_per_year.daily(first, horizon) * homes.turnover_factor.daily(first, horizon)
        self.turnover_per_day = turnover / 365.25
        self.stock = towns.social_stock
        self.province = towns.province
        spread = homes.share_spread
        luck = uniforms(seed, np.arange(1, len(towns) + 1), LUCK_MUNICIPALITY)
        self.willingness = np.exp(spread * ndtri(luck) - spread**2 / 2.0)
        self.size_shares = np.array([homes.size_share_small, homes.size_share_middle, homes.size_share_large, 0.0])
        self.size_shares[3] = max(1.0 - self.size_shares.sum(), 0.0)
        self.tolerance = homes.joining_tolerance_persons
        self.municipal_days, self.move_days = int(homes.municipal_days), int(homes.move_days)
        self.share = np.full(len(towns), homes.share_base.at(first))
        # homes that come free for permit holders, by size; until the first Monday by the share at the start
        self.homes_per_day = self.size_shares[:, None] * self.stock * float(self.turnover_per_day[0]) * self.share
        # homes made for permit holders that wait for a household, by size; last row the large-family scheme
        self.held = np.zeros((5, len(towns)), dtype=np.int64)
        self.scheme_least = int(homes.large_family_persons)
        self.agenda = Agenda(horizon - first, 3 * register.households.size)
        self.read = np.zeros(1, dtype=np.int64)

    def state(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays a snapshot must hold."""
        return {
            "share": self.share, "homes_per_day": self.homes_per_day, "read": self.read, "held": self.held,
            **self.agenda.state(),
        }  # fmt: skip

    def caps(self, day: int, pressure_from_ladder: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the highest share per municipality today."""
        caps = self.cap[day - self.first_day] * self.willingness * pressure_from_ladder
        clipped: NDArray[np.float64] = np.clip(caps, 0.0, self.parameters.share_most)
        return clipped

    def reconsider(self, day: int, ladder: NDArray[np.float64], upcoming: NDArray[np.float64], loudness: float) -> None:
        """Once a week: move the share towards the wish, as far and as fast as it is felt.

        ``upcoming`` is the target of the next half-year where it is known already, else 0.
        """
        homes = self.parameters
        end = add_months(half_year_start(half_year_name(day)), 6)
        delay_days = homes.response_delay_days.at(day)
        felt = 1.0 - math.exp(-DAYS_BETWEEN_RECONSIDERING / delay_days) if delay_days > 0.0 else 1.0
        offset = day - self.first_day
        _reconsider(
            self.register, max(float(end - day), homes.shortest_plan_days), upcoming, loudness, homes.persons_per_home,
            self.stock, float(self.turnover_per_day[offset]), homes.share_base.at(day), homes.share_response,
            float(self.cap[offset]),
            homes.share_most, self.willingness, ladder, felt, self.size_shares, self.share, self.homes_per_day,
        )  # fmt: skip

    def act(self, day: int) -> None:
        """Give out the vacancies of today."""
        offset = day - self.first_day
        world = self.world
        _a_day(
            self.register, self.seed, day, self.first_day, self.own_find[offset], self.relaxed[offset],
            self.sharing[offset], self.tolerance, self.municipal_days, self.move_days, self.vacancy_first[offset],
            self.vacancy_first[offset + 1], world.vacancy_municipality, world.vacancy_size, world.vacancy_next,
            world.vacancy_luck, world.vacancy_sharing_luck, world.vacancy_next_of_day[offset], self.share, self.read,
            self.agenda.with_room(8000),
        )  # fmt: skip

    def hand_in(
        self, project: int, place: int, homes: int, scheme: bool, holder_share: float, sizes: NDArray[np.float64]
    ) -> None:
        """Take over the homes of a delivered project; ``sizes`` are cumulative shares of four sizes.

        What is meant for permit holders is held until a household that fits takes it.
        """
        _hand_in(self.register, self.seed, project, place, homes, scheme, holder_share, sizes, self.held)

    def let_held(self, day: int) -> None:
        """Offer what is held for permit holders; in the evening, after the vacancies of the day."""
        if not self.held.any():
            return
        _let_all_held(
            self.register, self.seed, day, self.first_day, self.held, self.relaxed[day - self.first_day],
            self.scheme_least, self.municipal_days, self.move_days, self.province,
            self.agenda.with_room(int(self.held.sum()) + 8),
        )  # fmt: skip
