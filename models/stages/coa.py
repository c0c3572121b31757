"""COA: beds, contracts, openings, and people for whom there is no place.

Who acts: COA, every evening: it counts, moves people when a location is over-full, orders
emergency places when expected occupancy passes the trigger, opens crisis shelter when nothing
else is left. Who waits: ordered places, for their lead time; some never open. What leaves:
nobody; a person without a regular place goes to emergency, then crisis shelter, then has no
place (tents, sports halls) and is counted every day. A permit holder keeps the bed until a
home is free. Left out: single locations inside a province after the start, staff of COA.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.geography import PROVINCES, municipalities
from models.parameters import Parameters
from models.register import (
    BED_LINE,
    BED_NEXT,
    BED_PERSONS,
    FAMILY_ARRIVED,
    FAMILY_LOG,
    FAMILY_LOGGED,
    PERMIT,
    PERMIT_LOG,
    PERMIT_LOGGED,
    PROVINCES_COUNT,
    USABLE,
    Register,
    flag_beyond_norm,
    move_bed,
)
from models.sources import read_table
from models.world import LUCK_OPENING_FAILURE, LUCK_OPENING_PLACE, LUCK_PROJECT_DELAY, LUCK_RENEWAL
from sim.calendar import day_number
from sim.compiled import entry, kernel
from sim.luck import category, uniform
from sim.queues import FIRST

#: Columns of the table of openings.
PLACES_OF, PROVINCE_OF, OPENS, CLOSES, FAILS = range(5)
_MOST_OPENINGS = 6000

#: What COA writes down each day.
CAPACITY = (
    "regular_places", "emergency_places", "crisis_places", "usable_places", "ordered_places", "persons_in_regular",
    "persons_in_emergency", "persons_in_crisis", "persons_without_place", "free_places",
)  # fmt: skip
(
    C_REGULAR, C_EMERGENCY, C_CRISIS, C_USABLE, C_ORDERED, C_IN_REGULAR, C_IN_EMERGENCY, C_IN_CRISIS, C_NO_PLACE,
    C_FREE,
) = range(len(CAPACITY))  # fmt: skip


@kernel
def _read_logs(register: Register, day: int, norm_days: int, read: NDArray[np.int64]) -> None:
    """Flag permit holders whose permit, or family whose arrival, is longer ago than the norm."""
    households = register.households
    counts = register.counts
    logs = register.logs
    while read[0] < counts[PERMIT_LOGGED]:
        who = logs[PERMIT_LOG, read[0]]
        if households[PERMIT, who] + norm_days >= day:
            break
        read[0] += 1
        flag_beyond_norm(register, who)
    while read[1] < counts[FAMILY_LOGGED]:
        who = logs[FAMILY_LOG, read[1]]
        if households[FAMILY_ARRIVED, who] + norm_days >= day:
            break
        read[1] += 1
        flag_beyond_norm(register, who)


@kernel
def _spread_over_provinces(register: Register, inside: NDArray[np.int64]) -> None:
    """Move people from over-full provinces to provinces with room, longest in reception first."""
    households = register.households
    census = register.census
    ends = register.ends
    for origin in range(PROVINCES_COUNT):
        while inside[origin] > census[origin, USABLE]:
            best = -1
            best_room = 0.0
            for other in range(PROVINCES_COUNT):
                room = census[other, USABLE] - inside[other]
                if room > best_room:
                    best_room = room
                    best = other
            if best < 0:
                return
            who = ends[FIRST, BED_LINE + origin]
            while who >= 0 and households[BED_PERSONS, who] > best_room:
                who = households[BED_NEXT, who]
            if who < 0:
                return
            persons = households[BED_PERSONS, who]
            if persons <= 0:
                return
            move_bed(register, who, best)
            inside[origin] -= persons
            inside[best] += persons


@kernel
def _record(
    register: Register, capacity: NDArray[np.int64], row: int, daily: NDArray[np.int64], provinces: NDArray[np.int64]
) -> None:
    """Write down one day: national measures and the census and bed book per province."""
    census = register.census
    counts = register.counts
    for measure in range(provinces.shape[2]):
        total = 0
        for province in range(provinces.shape[1]):
            provinces[row, province, measure] = census[province, measure]
            total += census[province, measure]
        if measure < 5:
            daily[row, measure] = total
    column = 5
    for index in range(counts.size):
        daily[row, column] = counts[index]
        column += 1
    for index in range(capacity.size):
        daily[row, column] = capacity[index]
        column += 1


@entry
def _evening(
    register: Register, seed: int, day: int, norm_days: int, occupancy_norm: float, regular: NDArray[np.float64],
    emergency: NDArray[np.float64], trigger: float, lead_days: int, delay_spread: float,
    renewed_days: int, life_days: int, batch: int, failure: float,
    places_per_month: float, crisis_most: float, crisis_lead: int, inside_then: int, lookback: int,
    province_shares: NDArray[np.float64], openings: NDArray[np.int64], marks: NDArray[np.float64],
    read: NDArray[np.int64], inside: NDArray[np.int64], opened: NDArray[np.int64], capacity: NDArray[np.int64],
    row: int, daily: NDArray[np.int64], provinces: NDArray[np.int64],
) -> int:  # fmt: skip
    """Count, move, order and open, and write the day down; return the persons in reception.

    ``marks`` holds the openings in use, order allowance, crisis places and days short.
    """
    census = register.census
    _read_logs(register, day, norm_days, read)
    total = 0
    for province in range(PROVINCES_COUNT):
        inside[province] = 0
        opened[province] = 0
        for group in range(4):
            inside[province] += census[province, group]
        total += inside[province]
    ordered = 0.0
    base_usable = 0.0
    for province in range(PROVINCES_COUNT):
        base_usable += occupancy_norm * (regular[province] + emergency[province])
    count = int(marks[0])
    open_total = 0.0
    for index in range(count):
        if openings[OPENS, index] <= day < openings[CLOSES, index] and openings[FAILS, index] == 0:
            open_total += openings[PLACES_OF, index]
    for index in range(count):
        if openings[OPENS, index] > day:
            ordered += openings[PLACES_OF, index]
            continue
        if openings[FAILS, index] == 1:
            continue
        # What closes today is not in the open total; it is added again when it is renewed.
        needed = total > trigger * (base_usable + occupancy_norm * open_total)
        if openings[CLOSES, index] == day and needed:
            openings[CLOSES, index] = day + renewed_days
            open_total += openings[PLACES_OF, index]
        if day < openings[CLOSES, index]:
            opened[openings[PROVINCE_OF, index]] += openings[PLACES_OF, index]
    usable_total = 0.0
    regular_total = 0.0
    emergency_total = 0.0
    for province in range(PROVINCES_COUNT):
        regular_total += regular[province]
        emergency_total += emergency[province] + opened[province]
        usable = occupancy_norm * (regular[province] + emergency[province] + opened[province])
        census[province, USABLE] = int(usable)
        usable_total += usable
    # Crisis shelter opens some days after the first person has no place, and closes when it is empty.
    short = total - usable_total
    if short > 0.0 and crisis_most > 0.0:
        marks[3] += 1.0
        if marks[3] > crisis_lead:
            marks[2] = max(marks[2], min(short, crisis_most))
    elif short <= 0.0:
        marks[3] = 0.0
        marks[2] = 0.0
    marks[2] = min(marks[2], crisis_most)
    _spread_over_provinces(register, inside)
    # Ordering: what is expected inside when an order placed today would open.
    marks[1] = min(marks[1] + places_per_month / 30.4, max(places_per_month, float(batch)))
    growth = max((total - inside_then) / lookback, 0.0)
    expected = total + growth * lead_days
    rank = 0
    while (
        expected > trigger * (usable_total + occupancy_norm * ordered)
        and marks[1] >= batch
        and count < openings.shape[1]
    ):
        identity = (12 << 56) + (day << 24) + rank
        openings[PLACES_OF, count] = batch
        openings[PROVINCE_OF, count] = category(uniform(seed, identity, LUCK_OPENING_PLACE), province_shares)
        delay = lead_days * (1.0 + delay_spread * (2.0 * uniform(seed, identity, LUCK_PROJECT_DELAY) - 1.0))
        openings[OPENS, count] = day + 1 + int(delay)
        openings[CLOSES, count] = openings[OPENS, count] + life_days
        openings[FAILS, count] = 1 if uniform(seed, identity, LUCK_OPENING_FAILURE) < failure else 0
        ordered += batch
        marks[1] -= batch
        count += 1
        rank += 1
    marks[0] = count
    in_regular = min(total, int(occupancy_norm * regular_total))
    in_emergency = min(total - in_regular, max(int(usable_total) - int(occupancy_norm * regular_total), 0))
    in_crisis = min(total - in_regular - in_emergency, int(marks[2]))
    capacity[C_REGULAR] = int(regular_total)
    capacity[C_EMERGENCY] = int(emergency_total)
    capacity[C_CRISIS] = int(marks[2])
    capacity[C_USABLE] = int(usable_total + marks[2])
    capacity[C_ORDERED] = int(ordered)
    capacity[C_IN_REGULAR] = in_regular
    capacity[C_IN_EMERGENCY] = in_emergency
    capacity[C_IN_CRISIS] = in_crisis
    capacity[C_NO_PLACE] = total - in_regular - in_emergency - in_crisis
    capacity[C_FREE] = max(int(usable_total) - total, 0)
    _record(register, capacity, row, daily, provinces)
    return int(total)


@lru_cache(maxsize=8)
def contracted_places(
    first_day: int, horizon: int, renewal_share: float, renewal_days: int, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return regular and emergency places per day and province by the contracts, shape (days, 12).

    The renewal share lengthens some of the contracts that end without a successor.
    """
    regular = np.zeros((horizon - first_day, len(PROVINCES)))
    emergency = np.zeros((horizon - first_day, len(PROVINCES)))
    rows = read_table("locations")
    succeeded = {row["renewal_of"] for row in rows if row.get("renewal_of")}
    for number, row in enumerate(rows):
        begin = day_number(row["start"])
        end = day_number(row["end"]) if row["end"] else horizon
        renewable = row["end"] and row["location"] not in succeeded and end >= first_day
        if renewable and uniform(seed, (14 << 56) + number, LUCK_RENEWAL) < renewal_share:
            end += renewal_days
        places = emergency if row["kind"] == "emergency" else regular
        inside = slice(max(begin - first_day, 0), max(end - first_day, 0))
        places[inside, PROVINCES.index(row["province"])] += float(row["value"])
    return regular, emergency


class Coa:
    """Reception."""

    def __init__(self, parameters: Parameters, register: Register, first_day: int, horizon: int, seed: int) -> None:
        coa = parameters.coa
        self.register, self.seed, self.first_day = register, seed, first_day
        self.parameters = coa
        self.trigger: list[float] = coa.opening_trigger.daily(first_day, horizon).tolist()
        self.failure = coa.emergency_failure_share
        self.lead_days, self.life_days = int(coa.emergency_lead_days), int(coa.emergency_life_days)
        self.batch_places, self.crisis_lead = int(coa.emergency_batch_places), int(coa.crisis_lead_days)
        self.norm_days = int(parameters.linking.norm_days)
        renewal_seed = seed if coa.renewal_share > 0.0 else 0
        regular, self.emergency = contracted_places(
            first_day, horizon, coa.renewal_share, int(coa.renewal_days), renewal_seed
        )
        self.regular = regular.copy()
        self._policy_places(first_day, horizon)
        self.occupancy_norm: list[float] = coa.occupancy_norm.daily(first_day, horizon).tolist()
        self.per_month: list[float] = coa.emergency_places_per_month.daily(first_day, horizon).tolist()
        self.crisis_most: list[float] = coa.crisis_max_places.daily(first_day, horizon).tolist()
        towns = municipalities()
        inhabitants = np.array([towns.inhabitants[towns.province == number].sum() for number in range(len(PROVINCES))])
        self.province_shares = np.cumsum(inhabitants / inhabitants.sum())
        self.openings = np.zeros((5, _MOST_OPENINGS), dtype=np.int64)
        self.marks = np.zeros(4)
        self.read = np.zeros(2, dtype=np.int64)
        self.scratch = np.zeros((2, len(PROVINCES)), dtype=np.int64)
        self.capacity = np.zeros(len(CAPACITY), dtype=np.int64)
        self.lookback = int(coa.growth_lookback_days)
        self.inside = np.zeros(horizon - first_day, dtype=np.int64)
        register.census[:, USABLE] = self.occupancy_norm[0] * (self.regular[0] + self.emergency[0])

    def state(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays a snapshot must hold."""
        return {
            "openings": self.openings, "marks": self.marks, "read": self.read, "capacity": self.capacity,
            "inside": self.inside,
        }  # fmt: skip

    def _policy_places(self, first_day: int, horizon: int) -> None:
        """Add reserve places at once, and places that are decided after their lead time and luck."""
        coa = self.parameters
        weights = self.regular.sum(axis=0) / max(self.regular.sum(), 1.0)
        self.regular += coa.reserve_places.daily(first_day, horizon)[:, None] * weights
        decided = coa.places_added.daily(first_day, horizon)
        delivered = np.zeros(horizon - first_day + 1)
        rises = np.diff(decided, prepend=0.0)
        for offset in np.flatnonzero(rises > 0.0).tolist():
            for rank in range(math.ceil(rises[offset] / coa.regular_location_places)):
                places = min(rises[offset] - coa.regular_location_places * rank, coa.regular_location_places)
                identity = (15 << 56) + ((first_day + offset) << 24) + rank
                if uniform(self.seed, identity, LUCK_OPENING_FAILURE) < coa.regular_failure_share:
                    continue
                luck = 2.0 * uniform(self.seed, identity, LUCK_PROJECT_DELAY) - 1.0
                delay = coa.regular_lead_days * (1.0 + coa.regular_delay_spread * luck)
                ready = min(offset + int(delay), horizon - first_day)
                # What is not open yet when its plan is withdrawn never opens.
                if decided[offset : ready + 1].min() > decided[offset] - rises[offset]:
                    delivered[ready] += places
        # A plan that ends closes what it had opened, at once; a later plan begins anew.
        opened, now = np.zeros(horizon - first_day), 0.0
        for offset in range(horizon - first_day):
            now = opened[offset] = min(now + delivered[offset], decided[offset])
        self.regular += opened[:, None] * weights
        np.maximum(self.regular, 0.0, out=self.regular)

    def burden(self) -> NDArray[np.float64]:
        """Return regular places per province at the start, as a measure of the burden of reception."""
        burden: NDArray[np.float64] = self.regular[0] + 1.0
        return burden

    def act(self, day: int, daily: NDArray[np.int64], provinces: NDArray[np.int64]) -> None:
        """Close the day and write it down in its row of both books."""
        offset, coa = day - self.first_day, self.parameters
        self.inside[offset] = _evening(
            self.register, self.seed, day, self.norm_days, self.occupancy_norm[offset], self.regular[offset],
            self.emergency[offset], self.trigger[offset], self.lead_days, coa.emergency_delay_spread,
            int(coa.emergency_renewal_days), self.life_days, self.batch_places, self.failure,
            self.per_month[offset], self.crisis_most[offset], self.crisis_lead,
            self.inside[max(offset - self.lookback, 0)] if offset else int(self.register.census[:, :4].sum()),
            self.lookback, self.province_shares, self.openings, self.marks, self.read, self.scratch[0], self.scratch[1],
            self.capacity, offset, daily, provinces,
        )  # fmt: skip
