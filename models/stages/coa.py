"""COA: beds, contracts, openings, and people for whom there is no place.

Who acts: COA, every evening: it counts, moves people when a location is over-full, keeps what it
has while it is needed, and searches emergency places for what it expects to be short of, the
faster the more that is and the more people have no place. Municipalities open crisis shelter for
who is left, within days, as far as they agreed to. Who waits: ordered places, for their lead
time; some never open. What leaves: nobody; a person without a regular place goes to emergency,
then crisis shelter, then has no place and is counted every day. A permit holder keeps the bed
until a home is free. Left out: single locations inside a province after the start, staff of COA,
the gate of Ter Apel.
"""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from models.geography import PROVINCES, municipalities
from models.own import Own, own_days
from models.parameters import Parameters, ahead_daily
from models.register import PROVINCES_COUNT, Register, flag_beyond_norm, move_bed, persons_inside
from models.sources import made_of_rows, read_table
from models.world import Luck, World
from sim.arrays import FloatArray, IntArray
from sim.calendar import day_number
from sim.compiled import entry, kernel
from sim.luck import category, purpose_of, uniform, uniforms
from sim.records import Kept, Records, plain, record_type, row_of, rows_of

#: Emergency places that were ordered: how many, where, from and until when, and whether they never open.
_OPENING = record_type(("places", "province", "opens", "closes", "fails"), np.int64)
_MOST_OPENINGS = 6000
_DAYS_PER_MONTH = 30.4
#: When the places of municipalities were counted, by period.
_COUNTED_ON = {"vooruitblik-2025": "2025-11-30"}

#: What COA writes down each day.
CAPACITY = (
    "regular_places", "emergency_places", "crisis_places", "usable_places", "ordered_places", "persons_in_regular",
    "persons_in_emergency", "persons_in_crisis", "persons_without_place", "free_places",
)  # fmt: skip
_CAPACITY = record_type(CAPACITY, np.int64)
#: How many columns of the census stand among the national measures: the bed groups, and who waits beyond the norm.
_CENSUS_MEASURES = 5
#: What COA counts in the evening, per province and for the country.
_COUNTED = record_type(("inside", "opened"), np.int64)
_EVENING = record_type(
    ("inside", "expected", "contracted", "ahead", "regular", "emergency", "usable", "opened", "ordered"), np.float64
)


class Policy(NamedTuple):
    """What is laid down for COA.

    ``rules`` is one record for the whole run, ``days`` one per day; ``regular`` and ``emergency`` are places by
    contract, shape (days, provinces); ``province_shares`` say where ordered places come, cumulative.
    """

    rules: Records
    days: Records
    regular: FloatArray
    emergency: FloatArray
    province_shares: FloatArray


class Books(NamedTuple):
    """What COA keeps: where it stands, the openings, persons inside at the end of each day; and tonight's counts."""

    now: Records
    openings: Records
    inside: IntArray
    capacity: Records
    evening: Records
    provinces: Records


class Pages(NamedTuple):
    """Where the day is written down: a row of ``daily`` (days, measures) and one of ``provinces`` (days, 12, measures).

    ``census``, ``counts`` and ``capacity`` are what is copied there: the register's and COA's own, as plain tables.
    """

    daily: IntArray
    provinces: IntArray
    census: IntArray
    counts: IntArray
    capacity: IntArray


@kernel
def _read_logs(register: Register, day: int, policy: Policy, books: Books) -> None:
    """Flag permit holders whose permit, or family whose arrival, is longer ago than the norm."""
    counts, now = register.counts[0], books.now[0]
    norm_days = policy.rules[0].norm_days
    while now.permits_read < counts.permit_households:
        who = register.logs[now.permits_read].permit
        if register.households[who].permit + norm_days >= day:
            break
        now.permits_read += 1
        flag_beyond_norm(register, who)
    while now.families_read < counts.family_households:
        who = register.logs[now.families_read].family
        if register.households[who].family_arrived + norm_days >= day:
            break
        now.families_read += 1
        flag_beyond_norm(register, who)


@kernel
def _count_persons(register: Register, books: Books) -> None:
    """Count who is inside, per province and in all."""
    books.evening[0].inside = 0.0
    for number in range(PROVINCES_COUNT):
        province = books.provinces[number]
        province.inside = persons_inside(register, number)
        province.opened = 0
        books.evening[0].inside += province.inside


@kernel
def _keep_contracts(register: Register, day: int, policy: Policy, books: Books) -> None:
    """Keep places whose contract ends today while COA has no place for everybody: they go on as an emergency location.

    Who sleeps in crisis shelter has no place of COA's either.
    """
    offset, last_night = day - register.first_day, books.capacity[0]
    if offset == 0 or last_night.persons_in_crisis + last_night.persons_without_place == 0:
        return
    for number in range(PROVINCES_COUNT):
        before = policy.regular[offset - 1, number] + policy.emergency[offset - 1, number]
        ending = int(before - policy.regular[offset, number] - policy.emergency[offset, number])
        if ending > 0 and books.now[0].openings < books.openings.size:
            opening = books.openings[books.now[0].openings]
            opening.places = ending
            opening.province = number
            opening.opens = day
            opening.closes = day + policy.rules[0].renewal_days
            opening.fails = 0
            books.now[0].openings += 1


@kernel
def _expected_inside(register: Register, day: int, policy: Policy, books: Books) -> float:
    """Return how many persons are expected inside when an order placed today would open."""
    rules, offset, inside = policy.rules[0], day - register.first_day, books.evening[0].inside
    then = books.inside[max(offset - rules.lookback_days, 0)] if offset > 0 else inside
    return float(inside + max((inside - then) / rules.lookback_days, 0.0) * rules.lead_days)


@kernel
def _contracted(policy: Policy, offset: int) -> float:
    """Return how many places COA has by contract on a day."""
    return float(policy.regular[offset].sum() + policy.emergency[offset].sum())


@kernel
def _open_and_renew(register: Register, day: int, policy: Policy, books: Books) -> None:
    """Open the ordered places whose day has come, renew what is needed, and give up what is not."""
    today, evening = policy.days[day - register.first_day], books.evening[0]
    evening.contracted = _contracted(policy, day - register.first_day)
    evening.ahead = _contracted(policy, min(day - register.first_day + policy.rules[0].lead_days, policy.days.size - 1))
    # What opens soon does not house anybody tonight; what ends soon is not there when it is needed.
    contracted = min(evening.contracted, evening.ahead)
    evening.ordered = evening.opened = 0.0
    for index in range(books.now[0].openings):
        opening = books.openings[index]
        if opening.opens > day:
            evening.ordered += opening.places
        elif opening.fails == 0 and day < opening.closes:
            evening.opened += opening.places
    last_night, released = books.capacity[0], False
    without_place = last_night.persons_without_place
    beyond_coa = without_place + last_night.persons_in_crisis
    for index in range(books.now[0].openings):
        opening = books.openings[index]
        if opening.opens > day or opening.fails == 1:
            continue
        if opening.closes == day:
            # What closes today is not among the open ones; it is added again when it is renewed.
            held = today.occupancy_norm * (contracted + evening.opened + evening.ordered) + books.now[0].crisis_places
            needed = without_place > 0 or evening.expected > today.trigger * held
            needed = needed or evening.opened < today.emergency_least
            if needed and evening.opened + opening.places <= today.emergency_most:
                opening.closes = day + policy.rules[0].renewal_days
                evening.opened += opening.places
        if day < opening.closes:
            places = today.occupancy_norm * opening.places
            held = today.occupancy_norm * (contracted + evening.opened + evening.ordered) + books.now[0].crisis_places
            ended = evening.opened > today.emergency_most
            spare = beyond_coa == 0 and evening.expected <= today.trigger * (held - places)
            spare = spare and evening.opened - opening.places >= today.emergency_least
            if ended or (spare and not released):
                # One location a day that is not needed is given up before its term; what may not stay, at once.
                released = released or not ended
                opening.closes = day
                evening.opened -= opening.places
                continue
            books.provinces[opening.province].opened += opening.places


@kernel
def _count_places(register: Register, day: int, policy: Policy, books: Books) -> None:
    """Add up the places of tonight, and tell each province how many persons it can take."""
    today, evening = policy.days[day - register.first_day], books.evening[0]
    regular, emergency = policy.regular[day - register.first_day], policy.emergency[day - register.first_day]
    evening.usable = evening.regular = evening.emergency = 0.0
    for number in range(PROVINCES_COUNT):
        opened = books.provinces[number].opened
        evening.regular += regular[number]
        evening.emergency += emergency[number] + opened
        usable = today.occupancy_norm * (regular[number] + emergency[number] + opened)
        register.census[number].usable = int(usable)
        evening.usable += usable


@kernel
def _open_crisis_shelter(register: Register, day: int, policy: Policy, books: Books) -> None:
    """Let municipalities take in, within days, who has no place of COA's, and close slowly what is not used."""
    rules, now = policy.rules[0], books.now[0]
    short = max(books.evening[0].inside - books.evening[0].usable, 0.0)
    days = rules.crisis_lead_days if short > now.crisis_places else rules.crisis_keep_days
    now.crisis_places += (short - now.crisis_places) / days
    now.crisis_places = min(now.crisis_places, policy.days[day - register.first_day].crisis_most)


@kernel
def _spread_over_provinces(register: Register, books: Books) -> None:
    """Move people from over-full provinces to provinces with room, longest in reception first."""
    households, provinces = register.households, books.provinces
    for origin in range(PROVINCES_COUNT):
        while provinces[origin].inside > register.census[origin].usable:
            best = -1
            best_room = 0.0
            for other in range(PROVINCES_COUNT):
                room = register.census[other].usable - provinces[other].inside
                if room > best_room:
                    best_room = room
                    best = other
            if best < 0:
                return
            who = register.census[origin].line.first
            while who >= 0 and households[who].bed_persons > best_room:
                who = households[who].bed_next
            if who < 0:
                return
            persons = households[who].bed_persons
            if persons <= 0:
                return
            move_bed(register, who, best)
            provinces[origin].inside -= persons
            provinces[best].inside += persons


@kernel
def _order(register: Register, day: int, policy: Policy, books: Books) -> None:
    """Search emergency places: some a month, more for what is short, and faster when people have no place."""
    rules, today = policy.rules[0], policy.days[day - register.first_day]
    now, evening = books.now[0], books.evening[0]
    # Contracts that end, and decided places that open, before an order of today would be there are known.
    held = today.occupancy_norm * (evening.ahead + evening.opened + evening.ordered) + now.crisis_places
    gap = evening.expected / today.trigger - held
    if gap <= 0.0:
        now.order_allowance = 0.0
        return
    without_place = max(evening.inside - evening.usable - now.crisis_places, 0.0)
    found = today.places_per_month / _DAYS_PER_MONTH + gap / rules.search_days
    found *= 1.0 + without_place / rules.pressure_persons
    now.order_allowance = min(now.order_allowance + found, max(gap, float(rules.batch_places)))
    # Failures are spread evenly over what is found, from a start by luck: no future has a lucky streak of its own.
    start = uniform(register.seed, 12 << 56, Luck.OPENING_FAILURE)
    while gap > 0.0 and now.order_allowance >= rules.batch_places and now.openings < books.openings.size:
        if evening.opened + evening.ordered + rules.batch_places > today.emergency_most:
            return
        # The n-th location that is found has its own luck, whenever a future needs it.
        identity = (12 << 56) + now.found
        luck = 2.0 * uniform(register.seed, identity, Luck.PROJECT_DELAY) - 1.0
        opening = books.openings[now.openings]
        opening.places = rules.batch_places
        opening.province = category(uniform(register.seed, identity, Luck.OPENING_PLACE), policy.province_shares)
        opening.opens = day + 1 + int(rules.lead_days * (1.0 + rules.delay_spread * luck))
        opening.closes = opening.opens + rules.life_days
        failed_before = int(start + rules.failure_share * now.found)
        opening.fails = int(start + rules.failure_share * (now.found + 1)) - failed_before
        evening.ordered += rules.batch_places
        now.order_allowance -= rules.batch_places
        gap -= today.occupancy_norm * rules.batch_places
        now.openings += 1
        now.found += 1


@kernel
def _count_capacity(register: Register, day: int, policy: Policy, books: Books) -> None:
    """Count the places of tonight and who has which."""
    capacity, evening, crisis = books.capacity[0], books.evening[0], books.now[0].crisis_places
    total, usable = int(evening.inside), int(evening.usable)
    regular = int(policy.days[day - register.first_day].occupancy_norm * evening.regular)
    capacity.regular_places = int(evening.regular)
    capacity.emergency_places = int(evening.emergency)
    capacity.crisis_places = int(crisis)
    capacity.usable_places = int(evening.usable + crisis)
    capacity.ordered_places = int(evening.ordered)
    capacity.persons_in_regular = min(total, regular)
    left = total - capacity.persons_in_regular
    capacity.persons_in_emergency = min(left, max(usable - regular, 0))
    left -= capacity.persons_in_emergency
    capacity.persons_in_crisis = min(left, int(crisis))
    capacity.persons_without_place = left - capacity.persons_in_crisis
    capacity.free_places = max(usable - total, 0)


@kernel
def _write_down(row: int, pages: Pages) -> None:
    """Write down one day: national measures and the census and bed book per province."""
    for measure in range(pages.provinces.shape[2]):
        total = 0
        for number in range(PROVINCES_COUNT):
            pages.provinces[row, number, measure] = pages.census[number, measure]
            total += pages.census[number, measure]
        if measure < _CENSUS_MEASURES:
            pages.daily[row, measure] = total
    column = _CENSUS_MEASURES
    for index in range(pages.counts.size):
        pages.daily[row, column] = pages.counts[index]
        column += 1
    for index in range(pages.capacity.size):
        pages.daily[row, column] = pages.capacity[index]
        column += 1


@entry
def _evening(register: Register, day: int, policy: Policy, books: Books, pages: Pages) -> None:
    """Count, move, order and open, and write the day down."""
    _read_logs(register, day, policy, books)
    _count_persons(register, books)
    books.evening[0].expected = _expected_inside(register, day, policy, books)
    _keep_contracts(register, day, policy, books)
    _open_and_renew(register, day, policy, books)
    _count_places(register, day, policy, books)
    _open_crisis_shelter(register, day, policy, books)
    _spread_over_provinces(register, books)
    _order(register, day, policy, books)
    _count_capacity(register, day, policy, books)
    _write_down(day - register.first_day, pages)
    books.inside[day - register.first_day] = int(books.evening[0].inside)


@lru_cache(maxsize=8)
def places_of_provinces(period: str, measure: str) -> FloatArray:
    """Return per province `regular` or `emergency` places or the `task` by the spreading act, 0 where none is known."""
    places = np.zeros(len(PROVINCES))
    for row in read_table("reception_places"):
        if row["period"] == period and row["measure"] == measure:
            places[PROVINCES.index(row["province"])] += float(row["value"])
    return places


@lru_cache(maxsize=8)
def contracted_places(
    first_day: int, horizon: int, renewal_share: float, renewal_days: int, seed: int
) -> tuple[FloatArray, FloatArray]:
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
        if renewable and uniform(seed, (14 << 56) + number, Luck.RENEWAL.value) < renewal_share:
            end += renewal_days
        places = emergency if row["kind"] == "emergency" else regular
        inside = slice(max(begin - first_day, 0), max(end - first_day, 0))
        places[inside, PROVINCES.index(row["province"])] += float(row["value"])
    return regular, emergency


made_of_rows(contracted_places)


class Coa:
    """Reception."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None:
        coa, first_day, seed = parameters.coa, register.first_day, register.seed
        self.register, self.parameters = register, coa
        renewal_seed = seed if coa.renewal_share > 0.0 else 0
        regular, emergency = contracted_places(
            first_day, horizon, coa.renewal_share, int(coa.renewal_days), renewal_seed
        )
        regular = self._spread_by_law(parameters.period, regular)
        regular, emergency = self._with_own_places(regular, emergency, parameters.own)
        towns = municipalities()
        inhabitants = np.array([towns.inhabitants[towns.province == number].sum() for number in range(len(PROVINCES))])
        self.policy = Policy(
            rules=row_of(
                norm_days=int(parameters.linking.norm_days), renewal_days=int(coa.emergency_renewal_days),
                lead_days=int(coa.emergency_lead_days), delay_spread=coa.emergency_delay_spread,
                life_days=int(coa.emergency_life_days), batch_places=int(coa.emergency_batch_places),
                failure_share=coa.emergency_failure_share, search_days=coa.search_days,
                pressure_persons=coa.search_pressure_persons, crisis_lead_days=coa.crisis_lead_days,
                crisis_keep_days=coa.crisis_keep_days, lookback_days=int(coa.growth_lookback_days),
            ),
            days=rows_of(
                occupancy_norm=coa.occupancy_norm.daily(first_day, horizon),
                trigger=coa.opening_trigger.daily(first_day, horizon),
                places_per_month=coa.emergency_places_per_month.daily(first_day, horizon),
                crisis_most=coa.crisis_max_places.daily(first_day, horizon),
                emergency_least=ahead_daily(parameters, coa.emergency_least_places, 0.0, first_day, horizon),
                emergency_most=ahead_daily(parameters, coa.emergency_most_places, math.inf, first_day, horizon),
            ),
            regular=self._with_policy_places(regular, first_day, horizon),
            emergency=emergency,
            province_shares=np.cumsum(inhabitants / inhabitants.sum()),
        )  # fmt: skip
        self.books = Books(
            now=row_of(openings=0, found=0, order_allowance=0.0, crisis_places=0.0, permits_read=0, families_read=0),
            openings=np.zeros(_MOST_OPENINGS, dtype=_OPENING),
            inside=np.zeros(horizon - first_day, dtype=np.int64),
            capacity=np.zeros(1, dtype=_CAPACITY),
            evening=np.zeros(1, dtype=_EVENING),
            provinces=np.zeros(PROVINCES_COUNT, dtype=_COUNTED),
        )
        self.written_down = (
            plain(register.census, np.int64), plain(register.counts, np.int64)[0],
            plain(self.books.capacity, np.int64)[0],
        )  # fmt: skip
        self.pages: Pages | None = None
        first = self.policy.days["occupancy_norm"][0]
        register.census["usable"] = first * (self.policy.regular[0] + self.policy.emergency[0])
        self.state: dict[str, Kept] = {
            name: getattr(self.books, name) for name in ("now", "openings", "inside", "capacity")
        }

    def _with_own_places(self, regular: FloatArray, emergency: FloatArray, own: Own) -> tuple[FloatArray, FloatArray]:
        """Put own figures in the place of all places by contract; kinds and provinces keep their parts of a day."""
        first_day = self.register.first_day
        laid = own_days(own, "contracted_places", first_day, first_day + len(regular))
        if laid is None:
            return regular, emergency
        there, places = laid
        factor = np.where(there, places / np.maximum(regular.sum(axis=1) + emergency.sum(axis=1), 1.0), 1.0)
        return regular * factor[:, None], emergency * factor[:, None]

    def _with_policy_places(self, contracted: FloatArray, first_day: int, horizon: int) -> FloatArray:
        """Add reserve places at once, and places that are decided after their lead time and luck."""
        coa = self.parameters
        weights = contracted.sum(axis=0) / max(contracted.sum(), 1.0)
        regular: FloatArray = contracted + coa.reserve_places.daily(first_day, horizon)[:, None] * weights
        decided = coa.places_added.daily(first_day, horizon)
        if not decided.any():
            return np.maximum(regular, 0.0, out=regular)
        delivered = np.zeros(horizon - first_day + 1)
        rises, planned = np.diff(decided, prepend=0.0), 0
        for offset in np.flatnonzero(rises > 0.0).tolist():
            for rank in range(math.ceil(rises[offset] / coa.regular_location_places)):
                places = min(rises[offset] - coa.regular_location_places * rank, coa.regular_location_places)
                # The first location has its own luck whenever it is decided: deciding earlier is no other draw.
                identity, planned = (15 << 56) + planned, planned + 1
                if uniform(self.register.seed, identity, Luck.OPENING_FAILURE.value) < coa.regular_failure_share:
                    continue
                luck = 2.0 * uniform(self.register.seed, identity, Luck.PROJECT_DELAY.value) - 1.0
                delay = coa.regular_lead_days * (1.0 + coa.regular_delay_spread * luck)
                ready = min(offset + int(delay), horizon - first_day)
                # What is not open yet when its plan is withdrawn never opens.
                if decided[offset : ready + 1].min() > decided[offset] - rises[offset]:
                    delivered[ready] += places
        # A plan that ends closes what it had opened, at once; a later plan begins anew.
        opened, now = [], 0.0
        for more, most in zip(delivered.tolist(), decided.tolist(), strict=False):  # nothing opens after the last day
            now = min(now + more, most)
            opened.append(now)
        regular += np.array(opened)[:, None] * weights
        np.maximum(regular, 0.0, out=regular)
        return regular

    def _spread_by_law(self, period: str, contracted: FloatArray) -> FloatArray:
        """Return regular places per day and province: those by contract, and what comes by the spreading act.

        What was counted on the day of `reception_places` is reached evenly from the start; after it a share of what
        provinces lack of their task is open.
        """
        first_day, days = self.register.first_day, len(contracted)
        regular, task = places_of_provinces(period, "regular"), places_of_provinces(period, "task")
        if not regular.any():
            return contracted
        counted = max(min(day_number(_COUNTED_ON[period]) - first_day, days - 1), 1)
        missing = np.maximum(task - regular, 0.0)
        share = self.parameters.spreading_share.daily(first_day, first_day + days)[:, None]
        reached = np.minimum(np.arange(days) / counted, 1.0)[:, None]
        spread: FloatArray = contracted + reached * (regular - contracted[counted]) + share * missing
        return spread

    def start(self, facts: Mapping[str, float], shares: FloatArray) -> None:
        """Open the emergency places and the crisis shelter of the starting stock.

        Emergency locations have the usual size, stand where ``shares`` (of provinces) say, and end one after the other
        until the last day that is known.
        """
        left, books, size = (
            int(facts.get("emergency_places", 0.0)),
            self.books,
            int(self.parameters.emergency_batch_places),
        )
        # As many are in crisis shelter as have no other bed, with room for those of a day; more is not kept ready.
        beds = float(self.register.census["beds"].sum())
        usable = self.policy.days["occupancy_norm"][0] * (self.policy.regular[0].sum() + left)
        books.now["crisis_places"] = min(facts.get("crisis_places", 0.0), max(beds - usable + size, 0.0))
        count, longest = -(-left // size), facts.get("emergency_longest_days", 0.0)
        places = np.minimum(size, left - size * np.arange(count))
        books.openings["places"][:count] = places
        # Each province has its part, and so has each month.
        books.openings["province"][:count] = np.searchsorted(
            np.cumsum(shares), (np.arange(count) + 0.5) / max(count, 1)
        )
        ends = uniforms(
            self.register.seed, (16 << 56) + np.arange(count), purpose_of("emergency location of the start")
        )
        books.openings["opens"][:count] = self.register.first_day
        books.openings["closes"][:count] = self.register.first_day + 1 + (ends * longest).astype(np.int64)
        books.now["openings"] = count

    def burden(self) -> FloatArray:
        """Return regular places per province at the start, as a measure of the burden of reception."""
        burden: FloatArray = self.policy.regular[0] + 1.0
        return burden

    def act(self, day: int, daily: IntArray, provinces: IntArray) -> None:
        """Close the day and write it down.

        The day is a row of ``daily``, shape (days, measures), and of ``provinces``, shape (days, provinces, measures).
        """
        if self.pages is None or self.pages.daily is not daily or self.pages.provinces is not provinces:
            self.pages = Pages(daily, provinces, *self.written_down)
        _evening(self.register, day, self.policy, self.books, self.pages)
