"""The world: everything that policy does not change, drawn once per replication from a seed.

Households with day of arrival, size, stream, procedure group and possible family; those who
were already here on the start date; vacant homes with day, place, size and luck. Scenarios of
one replication share one world, so two futures differ only where a decision made them differ.
A longer horizon only adds rows at the end. Left out: births, deaths, separations.

Identities are built from stream, day and rank of the day, so one extra arrival changes
nobody else. Luck for later steps (merit, family, delays) is not stored: it is a function of
identity and purpose (``sim.luck``), with the purposes listed here.
"""

import math
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from models.geography import mixes_by_density, municipalities, stock_of_days
from models.own import Own, laid_over_inflow
from models.parameters import INPUTS_END, PERIODS, Parameters, other_seekers
from models.register import GROUPS, STREAMS, Group, Stream
from models.sources import made_of_rows, read_table
from sim.arrays import FloatArray, IntArray
from sim.calendar import DAYS_PER_YEAR, add_months, date_of, day_number, month_starts
from sim.compiled import inlined, kernel, making_kernel
from sim.luck import bits, category, exponential, poisson, uniform, uniforms, word
from sim.records import Record, Records, plain
from sim.schedule import Schedule


class Luck(IntEnum):
    """Purposes of luck, one number each; only kernels take a member as it is, quickly: from Python give its ``value``.

    The list is closed, and the number of one that is gone stays taken: a purpose that gets another number deals
    everybody other luck. A new purpose has a name (``sim.luck.purpose_of``).
    """

    (
        COUNT, SIZE, GROUP, FAMILY_SIZE, ELSEWHERE, AGE, MERIT, EXTENDED,
        WORK, WITHDRAWS, WITHDRAWAL_DELAY, APPEALS, APPEAL_DELAY, APPEAL_MERIT,
        DEPARTURE, FAMILY_APPLIES, FAMILY_DELAY, FAMILY_WORK, FAMILY_MERIT, TRAVEL,
        DOSSIER, EARLY, LINK, OWN_FIND, RELAXED, HOST, VACANCY_COUNT,
        VACANCY, MUNICIPALITY,
        PROJECT_COUNT, PROJECT_PLACE, PROJECT_DELAY, PROJECT_FAILURE, PROJECT_HOLDER,
        OPENING_PLACE, OPENING_FAILURE, RENEWAL, FORECAST, FAMILY_ROUNDING,
        STOCK_FAMILY, FACILITY, VACANCY_HOME,
        DUBLIN_ANSWER, DECISION_STOP, STOCK_STREAM,
        CROWDING, HOME_LEFT, MINOR_AGE, GUARDIAN, FAMILY_COUNTRY,
    ) = range(50)  # fmt: skip


#: How a household came into the register.
ARRIVES, STOCK_PENDING, STOCK_REFUSED, STOCK_PERMIT, STOCK_SPONSOR = range(5)
#: A household as the world draws it: ``since`` is the day of permit, refusal or family application for the stock, else
#: -1; ``family`` how many persons may follow.
_INTEGERS = ("origin", "arrived", "since", "persons", "family", "stream", "group")
DRAWN_HOUSEHOLD = np.dtype([("identity", np.int64), *((name, np.int32) for name in _INTEGERS)], align=True)

#: Order of groups on the luck scale: more likely applicants never make a likely one unlikely.
_GROUP_ORDER = (2, 3, 1, 0)
_MOST_PERSONS = 8


#: A home that comes free: where, its size, who would be next in line, and its luck.
VACANCY = np.dtype(
    [("place", np.int16), ("size", np.int8), ("next", np.int8), ("luck", np.float32), ("sharing_luck", np.float32)],
    align=True,
)


class Vacancies(NamedTuple):
    """Homes that come free, by day.

    ``homes`` is one record each; ``first_of_day`` (days + 1) the first of each day; ``next_of_day`` (days, 5) counts
    who would be next.
    """

    homes: Records
    first_of_day: IntArray
    next_of_day: IntArray


class World(NamedTuple):
    """What one replication is given.

    ``households`` one record each, in order: stock, then arrivals by day; ``first_of_day`` (days + 1) the first arrival
    of each day.
    """

    seed: int
    first_day: int
    last_day: int
    stock_rows: int
    households: Records
    first_of_day: IntArray
    vacancies: Vacancies


@lru_cache(maxsize=1)
def size_shares() -> FloatArray:
    """Return the cumulative shares of household sizes per stream, shape (streams, 8)."""
    shares = np.zeros((len(STREAMS), _MOST_PERSONS))
    for row in read_table("household_mix"):
        if row["table"] == "household_size":
            shares[STREAMS.index(row["key"]), int(row["category"]) - 1] += float(row["value"])
    return np.cumsum(shares, axis=1)


@lru_cache(maxsize=1)
def family_shares() -> FloatArray:
    """Return the cumulative shares of the number of family members who may follow."""
    rows = [row for row in read_table("household_mix") if row["table"] == "family_size"]
    return np.cumsum([float(row["value"]) for row in rows])


def mean_persons(stream: int) -> float:
    """Return the mean household size of a stream."""
    shares = np.diff(size_shares()[stream], prepend=0.0)
    return float((shares * np.arange(1, _MOST_PERSONS + 1)).sum())


@lru_cache(maxsize=8)
def published_persons_per_day(stream: str, first_day: int, last_day: int) -> FloatArray:
    """Return the published inflow of a stream spread evenly over each period, persons a day."""
    persons = np.zeros(last_day - first_day)
    for row in read_table("inflow"):
        if row["stream"] != stream:
            continue
        begin, end = day_number(row["period_start"]), day_number(row["period_end"]) + 1
        inside = slice(max(begin - first_day, 0), max(end - first_day, 0))
        persons[inside] = float(row["value"]) / (end - begin)
    return persons


#: Streams that an official forecast of applications is about, beside family.
_FORECAST = ("first", "amv", "repeat")
#: Streams that go on as in the last year that was counted where nothing is foreseen.
_GO_ON = ("resettlement", "other_entry")


def forecast_persons_per_year(forecast: str, level: float, year: int) -> float:
    """Return how many applications of all kinds an official forecast has for a year, between its low and high end.

    A year that it does not reach is taken as the last that it has.
    """
    ends: dict[int, dict[str, float]] = {}
    for row in read_table("forecasts"):
        if row["forecast"] == forecast:
            ends.setdefault(int(row["period_start"][:4]), {})[row["end"]] = float(row["value"])
    known = ends[max((each for each in ends if each <= year), default=min(ends))]
    return known["low"] + level * (known["high"] - known["low"])


class _Foreseen(NamedTuple):
    """Which official forecast holds, where between its ends, and which part of it is family."""

    forecast: str
    level: float
    family_share: float


def _foresee(persons: dict[str, FloatArray], foreseen: _Foreseen, first_day: int, last_day: int) -> None:
    """Fill persons a day after the last day that was counted with a forecast, divided over streams as in its year."""
    counted = day_number(INPUTS_END)
    year, ahead = slice(max(counted - 365 - first_day, 0), counted - first_day), slice(counted - first_day, None)
    per_day = {stream: persons[stream][year].mean() for stream in (*_FORECAST, *_GO_ON)}
    of_year = {
        each: forecast_persons_per_year(foreseen.forecast, foreseen.level, each)
        for each in range(date_of(counted).year, date_of(last_day - 1).year + 1)
    }
    years = np.arange(counted, last_day).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    applying = np.array([of_year[each] for each in years.tolist()]) * (1.0 - foreseen.family_share) / DAYS_PER_YEAR
    for stream in _FORECAST:
        persons[stream][ahead] = applying * per_day[stream] / sum(per_day[each] for each in _FORECAST)
    for stream in _GO_ON:
        persons[stream][ahead] = per_day[stream]


@lru_cache(maxsize=8)
def _households_per_day(own: Own, foreseen: _Foreseen, first_day: int, last_day: int) -> FloatArray:
    """Return households a day per stream: as published, then as foreseen, and figures of the user's own over both."""
    published = {stream: published_persons_per_day(stream, first_day, last_day).copy() for stream in STREAMS}
    if last_day > day_number(INPUTS_END):
        _foresee(published, foreseen, first_day, last_day)
    persons = laid_over_inflow(own, published, first_day, last_day)
    return np.array([persons[stream] / mean_persons(index) for index, stream in enumerate(STREAMS)])


def arrival_rates(parameters: Parameters, first_day: int, last_day: int) -> FloatArray:
    """Return expected arriving households a day, shape (streams, days)."""
    inflow = parameters.inflow
    foreseen = _Foreseen(inflow.forecast, inflow.forecast_level, inflow.forecast_family_share)
    known = _households_per_day(parameters.own, foreseen, first_day, last_day)
    rates = known * inflow.inflow_factor.daily(first_day, last_day)
    shock = inflow.shock_persons_per_month.daily(first_day, last_day) * 12 / DAYS_PER_YEAR
    rates[0] += shock / mean_persons(0)
    rates[STREAMS.index("evacuation")] *= inflow.evacuation_factor
    # Not an application: more applicants do not make more of those who get in another way.
    other = STREAMS.index("other_entry")
    rates[other] = known[other] * inflow.other_entry_factor
    return rates


@lru_cache(maxsize=4)
def _group_table() -> dict[tuple[int, int], tuple[float, ...]]:
    table: dict[tuple[int, int], list[float]] = {}
    for row in read_table("household_mix"):
        if row["table"] != "group_share":
            continue
        first, last = int(row["period_start"][:4]), int(row["period_end"][:4])
        for year in range(first, last + 1):
            shares = table.setdefault((STREAMS.index(row["key"]), year), [0.0] * len(GROUPS))
            shares[GROUPS.index(row["category"])] = float(row["value"])
    return {key: tuple(value) for key, value in table.items()}


@lru_cache(maxsize=8)
def group_shares(likely_factor: Schedule, first_day: int, last_day: int) -> FloatArray:
    """Return cumulative group shares per stream and month, shape (months, streams, 4).

    ``likely_factor`` multiplies the share of likely applicants. The order on the luck scale is
    likely, mixed, safe country, Dublin.
    """
    table = _group_table()
    months = [add_months(first_day, 0), *month_starts(first_day + 1, last_day + 1)]
    cumulative = np.zeros((len(months), len(STREAMS), len(GROUPS)))
    for month, day in enumerate(months):
        for stream in range(len(STREAMS)):
            shares = np.array(table[stream, min(max(date_of(day).year, 2014), 2025)])
            if shares[2] < 1.0:
                likely = min(shares[2] * likely_factor.at(day), 0.98)
                shares = shares * (1.0 - likely) / (1.0 - shares[2])
                shares[2] = likely
            cumulative[month, stream] = np.cumsum(shares[list(_GROUP_ORDER)])
    cumulative.flags.writeable = False
    return cumulative


made_of_rows(size_shares, family_shares, published_persons_per_day, _households_per_day, _group_table, group_shares)


@making_kernel
def _count_arrivals(seed: int, first_day: int, rates: FloatArray) -> IntArray:
    counts = np.zeros(rates.shape, dtype=np.int64)
    for stream in range(rates.shape[0]):
        for offset in range(rates.shape[1]):
            if rates[stream, offset] > 0.0:
                identity = (stream << 44) + ((first_day + offset) << 24)
                counts[stream, offset] = poisson(seed, identity, Luck.COUNT, rates[stream, offset])
    return counts


class _Mix(NamedTuple):
    """Who comes, as cumulative shares: sizes per stream, families, groups per month and stream."""

    sizes: FloatArray
    families: FloatArray
    groups: FloatArray
    month_of_day: IntArray


@kernel
def _fill_arrivals(
    seed: int, first_day: int, counts: IntArray, mix: _Mix, households: Records, row: int, first_of_day: IntArray
) -> None:
    """Write everybody who arrives, from ``row`` on; ``counts`` are households per stream and day."""
    for offset in range(counts.shape[1]):
        first_of_day[offset] = row
        for stream in range(counts.shape[0]):
            for rank in range(counts[stream, offset]):
                household = households[row]
                who = (stream << 44) + ((first_day + offset) << 24) + rank + 1
                household.identity = who
                household.origin = ARRIVES
                household.arrived = first_day + offset
                household.since = -1
                household.persons = category(uniform(seed, who, Luck.SIZE), mix.sizes[stream]) + 1
                household.family = category(uniform(seed, who, Luck.FAMILY_SIZE), mix.families) + 1
                household.stream = stream
                luck = uniform(seed, who, Luck.GROUP)
                household.group = _GROUP_ORDER[category(luck, mix.groups[mix.month_of_day[offset], stream])]
                row += 1
    first_of_day[counts.shape[1]] = row


class _HomeShares(NamedTuple):
    """Cumulative shares: of municipalities; of sizes in each of them and of who is next in line, in 1/65536."""

    places: FloatArray
    sizes: IntArray
    following: IntArray


@kernel
def _guide(cumulative: FloatArray, guide: IntArray, boundaries: IntArray) -> None:
    """Fill the place at which the search for 32 bits of luck starts, by their first 12 bits.

    ``boundaries`` receives the cumulative shares of places in 2 ** -32; the last is the whole.
    """
    for place in range(boundaries.size):
        boundaries[place] = np.int64(np.round(cumulative[place] * 2.0**32))
    boundaries[boundaries.size - 1] = np.int64(1) << 32
    place = 0
    for cell in range(guide.size):
        while boundaries[place] <= cell << 20:
            place += 1
        guide[cell] = place


@kernel
def _poisson_chances(mean: float, chances: FloatArray) -> int:
    """Fill the cumulative chances of a Poisson number from eight standard deviations below its mean.

    Returns the number that the first chance is about.
    """
    lowest = max(int(mean - 8.0 * math.sqrt(mean)), 0)
    term = math.exp(lowest * math.log(mean) - mean - math.lgamma(lowest + 1.0))
    total = 0.0
    for index in range(chances.size):
        total += term
        chances[index] = total
        term *= mean / (lowest + index + 1.0)
    return lowest


@inlined
def _draw_vacancy(
    seed: int, who: int, vacancy: Record, guide: IntArray, boundaries: IntArray, shares: _HomeShares
) -> None:
    """Draw where a home comes free, its size, who would be next, and its luck: two words are cut in five draws."""
    drawn, home = word(seed, who, Luck.VACANCY), word(seed, who, Luck.VACANCY_HOME)
    whither = bits(drawn, 32, 32)
    place = guide[whither >> 20]
    while boundaries[place] <= whither:
        place += 1
    sized, following = bits(home, 32, 16), bits(home, 48, 16)
    sizes, following_shares = shares.sizes, shares.following
    vacancy.place = place
    vacancy.luck = np.float32(bits(drawn, 0, 22)) * np.float32(2.0**-22)
    vacancy.sharing_luck = np.float32(bits(drawn, 22, 10)) * np.float32(2.0**-10)
    vacancy.size = int(sized >= sizes[place, 0]) + int(sized >= sizes[place, 1]) + int(sized >= sizes[place, 2])
    vacancy.next = (
        int(following >= following_shares[0])
        + int(following >= following_shares[1])
        + int(following >= following_shares[2])
        + int(following >= following_shares[3])
    )


@making_kernel
def _draw_vacancies(
    seed: int, first_day: int, homes_per_day: FloatArray, shares: _HomeShares, vacancies: Vacancies
) -> int:
    """Write the vacancies of every day, and return how many.

    A Poisson number for the country of which each falls to a municipality by its share is a Poisson number for every
    municipality. A higher turnover adds vacancies at the end of a day and leaves the others as they were. Half a
    million a run. Returns -1 when there is no room for them all.
    """
    guide, boundaries = np.empty(4096, dtype=np.int64), np.empty(shares.places.size, dtype=np.int64)
    _guide(shares.places, guide, boundaries)
    chances = np.empty(int(16.0 * np.sqrt(homes_per_day.max())) + 40, dtype=np.float64)
    lowest, mean = 0, 0.0
    row = 0
    for offset in range(homes_per_day.size):
        vacancies.first_of_day[offset] = row
        if homes_per_day[offset] <= 0.0:
            continue
        if homes_per_day[offset] != mean:
            mean = homes_per_day[offset]
            lowest = _poisson_chances(mean, chances)
        count = lowest
        luck = uniform(seed, (first_day + offset) << 24, Luck.VACANCY_COUNT)
        for index in range(chances.size):
            count += luck > chances[index]
        if row + count > vacancies.homes.size:
            return -1
        for rank in range(count):
            who = (9 << 56) + ((first_day + offset) << 24) + rank
            _draw_vacancy(seed, who, vacancies.homes[row], guide, boundaries, shares)
            vacancies.next_of_day[offset, vacancies.homes[row].next] += 1
            row += 1
    vacancies.first_of_day[homes_per_day.size] = row
    return row


def _in_sixteen_bits(cumulative: FloatArray) -> IntArray:
    boundaries: IntArray = np.rint(np.minimum(cumulative, 1.0) * 65536).astype(np.int64)
    return boundaries


def start_facts(period: str) -> dict[str, float]:
    """Return the starting stock of a period by item, for the country."""
    rows = read_table("start_stock")
    return {row["item"]: float(row["value"]) for row in rows if row["period"] == period and row["area"] == "Nederland"}


def drawn_municipalities(seed: int, identities: IntArray) -> IntArray:
    """Return a municipality for each identity, likelier the more inhabitants it has."""
    inhabitants = municipalities().inhabitants
    shares = np.cumsum(inhabitants / inhabitants.sum())
    places = np.searchsorted(shares, uniforms(seed, identities, Luck.MUNICIPALITY.value))
    return np.minimum(places, shares.size - 1)


class _Kind(NamedTuple):
    """A kind of people who are already here: how many persons, how long they wait, and the mix, in cumulative shares.

    ``streams`` are shares of the first streams, ``sizes`` one row per stream.
    """

    origin: int
    persons: int
    mean_age: float
    longest_age: float
    streams: FloatArray
    groups: FloatArray
    sizes: FloatArray
    families: FloatArray


@kernel
def _draw_stock(seed: int, start: int, kind: _Kind, rows: Records) -> int:
    """Write households until the persons are reached, and return how many; the last is cut to make the total exact."""
    count = 0
    total = 0
    while total < kind.persons:
        who = (kind.origin << 52) + count + 1
        luck = uniform(seed, who, Luck.AGE) * (1.0 - np.exp(-kind.longest_age / kind.mean_age))
        row = rows[count]
        row.identity = who
        row.origin = kind.origin
        row.since = start - 1 - int(exponential(luck, kind.mean_age))
        row.stream = category(uniform(seed, who, Luck.STOCK_STREAM), kind.streams)
        sizes = kind.sizes[row.stream]
        row.persons = min(category(uniform(seed, who, Luck.SIZE), sizes) + 1, kind.persons - total)
        row.family = category(uniform(seed, who, Luck.FAMILY_SIZE), kind.families) + 1
        row.group = category(uniform(seed, who, Luck.GROUP), kind.groups)
        if row.stream == Stream.REPEAT:
            row.group = Group.MIXED
        total += row.persons
        count += 1
    return count


def _stock_groups(facts: dict[str, float], start: int) -> tuple[FloatArray, ...]:
    """Return the cumulative shares of groups among pending cases, refused people and permit holders."""
    dublin, safe = facts["pending_share_dublin"], facts["pending_share_safe_country"]
    before = _group_table()[0, max(date_of(start).year, 2014)]
    likely = before[2] / (before[2] + before[3])
    rest = 1.0 - dublin - safe
    refused_dublin, refused_safe = facts["refused_share_dublin"], facts["refused_share_safe_country"]
    permit_likely = facts["permit_holder_share_likely"]
    return (
        np.cumsum([dublin, safe, rest * likely, rest * (1.0 - likely)]),
        np.cumsum([refused_dublin, refused_safe, 0.0, 1.0 - refused_dublin - refused_safe]),
        np.cumsum([0.0, 0.0, permit_likely, 1.0 - permit_likely]),
    )


def _stock(parameters: Parameters, seed: int, start: int) -> list[Records]:
    """Return everybody who is already here on the start date, by kind, the longest waiting of each first."""
    facts = start_facts(parameters.period)
    families, every_size = family_shares(), size_shares()[: Stream.REPEAT + 1]
    pending_groups, refused_groups, permit_groups = _stock_groups(facts, start)

    def draw(origin: int, persons: int, item: str, groups: FloatArray, sizes: FloatArray = every_size) -> Records:
        ages = facts[f"{item}_age_days"], facts[f"{item}_longest_days"]
        others = [facts.get(f"{item}_share_{stream}", 0.0) for stream in STREAMS[1 : len(sizes)]]
        streams = np.cumsum([1.0 - sum(others), *others])
        rows = np.zeros(persons + 8, dtype=DRAWN_HOUSEHOLD)
        rows = rows[: _draw_stock(seed, start, _Kind(origin, persons, *ages, streams, groups, sizes, families), rows)]
        rows["arrived"] = rows["since"] - (0 if origin == STOCK_PENDING else int(facts["arrived_before_days"]))
        # Within each kind the longest waiting come first, so that lines start in order of waiting.
        return np.take(rows, np.argsort(rows["since"], kind="stable"))

    pending = draw(STOCK_PENDING, int(facts["pending_decisions"]), "pending", pending_groups)
    elsewhere = uniforms(seed, pending["identity"], Luck.ELSEWHERE.value) < parameters.inflow.elsewhere_share
    holders = int(facts["permit_holders_under_coa"])
    # Who lives in a facility of a municipality left COA and still waits for a home.
    elsewhere_holders = int(facts.get("permit_holders_in_facilities", 0.0))
    refused = int(facts["persons_in_reception"]) - holders - int(pending["persons"][~elsewhere].sum())
    family_persons = facts["family_pending"] + facts["family_travelling"]
    mean_family = float((np.diff(families, prepend=0.0) * np.arange(1, len(families) + 1)).sum())
    sponsors = int(family_persons * facts["family_sponsor_at_home_share"] / mean_family)
    return [
        pending,
        draw(STOCK_REFUSED, refused, "refused", refused_groups),
        draw(STOCK_PERMIT, holders + elsewhere_holders, "permit_holder", permit_groups),
        draw(STOCK_SPONSOR, sponsors, "sponsor", permit_groups, np.ones((1, 1))),
    ]


def _month_of_day(first_day: int, last_day: int) -> IntArray:
    """Return how many months after that of the first day each day lies."""
    months = np.arange(first_day, last_day).astype("datetime64[D]").astype("datetime64[M]")
    offsets: IntArray = (months - months[0]).astype(np.int64)
    return offsets


def _vacancies(parameters: Parameters, seed: int, first_day: int, last_day: int) -> Vacancies:
    """Return the homes that come free in ``[first_day, last_day)``."""
    homes, days = parameters.homes, last_day - first_day
    per_day = homes.turnover_per_year.daily(first_day, last_day) / DAYS_PER_YEAR
    per_day = per_day * homes.turnover_factor.daily(first_day, last_day) * stock_of_days(first_day, last_day)
    mixes = mixes_by_density(np.array(homes.size_shares()), homes.size_density_exponent)
    others = np.cumsum(other_seekers(homes))
    stock = municipalities().social_stock
    shares = _HomeShares(
        places=np.cumsum(stock / stock.sum()),
        sizes=_in_sixteen_bits(np.cumsum(mixes, axis=1)),
        following=_in_sixteen_bits(others),
    )
    expected = float(stock.sum() * per_day.sum())
    vacancies = Vacancies(
        homes=np.empty(int(expected + 8.0 * expected**0.5) + 64, dtype=VACANCY),
        first_of_day=np.empty(days + 1, dtype=np.int64),
        next_of_day=np.zeros((days, len(others)), dtype=np.int64),
    )
    count = _draw_vacancies(seed, first_day, stock.sum() * per_day, shares, vacancies)
    assert count >= 0, "eight standard deviations more vacancies than expected"
    return vacancies._replace(homes=vacancies.homes[:count])


def build_world(parameters: Parameters, seed: int, last_day: int) -> World:
    """Return the world of one replication from the start of the period to ``last_day``."""
    first_day = day_number(PERIODS[parameters.period].start)
    counts = _count_arrivals(seed, first_day, arrival_rates(parameters, first_day, last_day))
    stock = _stock(parameters, seed, first_day)
    stock_rows = sum(map(len, stock))
    # As plain numbers: records are copied field by field, which takes ten times as long.
    tables = [plain(rows, np.int64) for rows in (*stock, np.empty(int(counts.sum()), dtype=DRAWN_HOUSEHOLD))]
    households = np.concatenate(tables).view(DRAWN_HOUSEHOLD)[:, 0]
    mix = _Mix(
        sizes=size_shares(),
        families=family_shares(),
        groups=group_shares(parameters.inflow.likely_share_factor, first_day, last_day),
        month_of_day=_month_of_day(first_day, last_day),
    )
    first_of_day = np.empty(last_day - first_day + 1, dtype=np.int64)
    _fill_arrivals(seed, first_day, counts, mix, households, stock_rows, first_of_day)
    vacancies = _vacancies(parameters, seed, first_day, last_day)
    return World(seed, first_day, last_day, stock_rows, households, first_of_day, vacancies)
