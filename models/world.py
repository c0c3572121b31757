"""The world: everything that policy does not change, drawn once per replication from a seed.

Households with day of arrival, size, stream, procedure group and possible family; those who
were already here on the start date; vacant homes with day, place, size and luck. Scenarios of
one replication share one world, so two futures differ only where a decision made them differ.
A longer horizon only adds rows at the end. Left out: births, deaths, separations.

Identities are built from stream, day and rank of the day, so one extra arrival changes
nobody else. Luck for later steps (merit, family, delays) is not stored: it is a function of
identity and purpose (``sim.luck``), with the purposes listed here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.geography import municipalities
from models.parameters import PERIODS, Parameters
from models.register import GROUPS, STREAMS
from models.sources import read_table
from sim.calendar import date_of, day_number
from sim.compiled import kernel, making_kernel
from sim.luck import bits, category, exponential, poisson, uniform, word
from sim.schedule import Schedule

#: Purposes of luck, one number each. A number is never used twice.
(
    LUCK_COUNT, LUCK_SIZE, LUCK_GROUP, LUCK_FAMILY_SIZE, LUCK_ELSEWHERE, LUCK_AGE, LUCK_MERIT, LUCK_EXTENDED,
    LUCK_WORK, LUCK_WITHDRAWS, LUCK_WITHDRAWAL_DELAY, LUCK_APPEALS, LUCK_APPEAL_DELAY, LUCK_APPEAL_MERIT,
    LUCK_DEPARTURE, LUCK_FAMILY_APPLIES, LUCK_FAMILY_DELAY, LUCK_FAMILY_WORK, LUCK_FAMILY_MERIT, LUCK_TRAVEL,
    LUCK_DOSSIER, LUCK_EARLY, LUCK_LINK, LUCK_OWN_FIND, LUCK_RELAXED, LUCK_HOST, LUCK_VACANCY_COUNT,
    LUCK_VACANCY, LUCK_MUNICIPALITY,
    LUCK_PROJECT_COUNT, LUCK_PROJECT_PLACE, LUCK_PROJECT_DELAY, LUCK_PROJECT_FAILURE, LUCK_PROJECT_HOLDER,
    LUCK_OPENING_PLACE, LUCK_OPENING_FAILURE, LUCK_RENEWAL, LUCK_FORECAST, LUCK_FAMILY_ROUNDING,
    LUCK_STOCK_FAMILY, LUCK_FACILITY, LUCK_VACANCY_HOME,
) = range(42)  # fmt: skip

#: How a household came into the register.
ARRIVES, STOCK_PENDING, STOCK_REFUSED, STOCK_PERMIT, STOCK_SPONSOR = range(5)
ORIGINS = ("arrives", "stock_pending", "stock_refused", "stock_permit", "stock_sponsor")

#: Order of groups on the luck scale: more likely applicants never make a likely one unlikely.
_GROUP_ORDER = (2, 3, 1, 0)
_MOST_PERSONS = 8


@dataclass(frozen=True)
class World:
    """Rows of one replication.

    Households, in order: stock, then arrivals by day. ``identity`` int64; ``origin``,
    ``arrived``, ``since`` (day of permit, refusal or family application for the stock),
    ``persons``, ``family`` (persons who may follow), ``stream``, ``group`` int32.
    ``first_of_day`` (days + 1): first arrival row of each day. Vacancies by day:
    ``vacancy_first_of_day`` (days + 1), ``vacancy_municipality`` int16, ``vacancy_size`` and
    ``vacancy_next`` (who would be next in line) int8, ``vacancy_luck`` and
    ``vacancy_sharing_luck`` float32; ``vacancy_next_of_day`` (days, 5) counts who is next.
    """

    seed: int
    first_day: int
    last_day: int
    stock_rows: int
    identity: NDArray[np.int64]
    origin: NDArray[np.int32]
    arrived: NDArray[np.int32]
    since: NDArray[np.int32]
    persons: NDArray[np.int32]
    family: NDArray[np.int32]
    stream: NDArray[np.int32]
    group: NDArray[np.int32]
    first_of_day: NDArray[np.int64]
    vacancy_first_of_day: NDArray[np.int64]
    vacancy_municipality: NDArray[np.int16]
    vacancy_size: NDArray[np.int8]
    vacancy_next: NDArray[np.int8]
    vacancy_next_of_day: NDArray[np.int64]
    vacancy_luck: NDArray[np.float32]
    vacancy_sharing_luck: NDArray[np.float32]


@lru_cache(maxsize=1)
def size_shares() -> NDArray[np.float64]:
    """Return the cumulative shares of household sizes per stream, shape (streams, 8)."""
    shares = np.zeros((len(STREAMS), _MOST_PERSONS))
    for row in read_table("household_mix"):
        if row["table"] == "household_size":
            shares[STREAMS.index(row["key"]), int(row["category"]) - 1] += float(row["value"])
    return np.cumsum(shares, axis=1)


@lru_cache(maxsize=1)
def family_shares() -> NDArray[np.float64]:
    """Return the cumulative shares of the number of family members who may follow."""
    rows = [row for row in read_table("household_mix") if row["table"] == "family_size"]
    return np.cumsum([float(row["value"]) for row in rows])


def mean_persons(stream: int) -> float:
    """Return the mean household size of a stream."""
    shares = np.diff(size_shares()[stream], prepend=0.0)
    return float((shares * np.arange(1, _MOST_PERSONS + 1)).sum())


@lru_cache(maxsize=8)
def published_persons_per_day(stream: str, first_day: int, last_day: int) -> NDArray[np.float64]:
    """Return the published inflow of a stream spread evenly over each period, persons a day."""
    persons = np.zeros(last_day - first_day)
    for row in read_table("inflow"):
        if row["stream"] != stream:
            continue
        begin, end = day_number(row["period_start"]), day_number(row["period_end"]) + 1
        inside = slice(max(begin - first_day, 0), max(end - first_day, 0))
        persons[inside] = float(row["value"]) / (end - begin)
    return persons


@lru_cache(maxsize=8)
def _households_per_day(first_day: int, last_day: int) -> NDArray[np.float64]:
    rates = [
        published_persons_per_day(stream, first_day, last_day) / mean_persons(index)
        for index, stream in enumerate(STREAMS)
    ]
    return np.array(rates)


def arrival_rates(parameters: Parameters, first_day: int, last_day: int) -> NDArray[np.float64]:
    """Return expected arriving households a day, shape (streams, days)."""
    inflow = parameters.inflow
    rates = _households_per_day(first_day, last_day) * inflow.inflow_factor.daily(first_day, last_day)
    shock = inflow.shock_persons_per_month.daily(first_day, last_day) * 12 / 365.25
    rates[0] += shock / mean_persons(0)
    rates[STREAMS.index("evacuation")] *= inflow.evacuation_factor
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
def group_shares(likely_factor: Schedule, first_day: int, last_day: int) -> NDArray[np.float64]:
    """Return cumulative group shares per stream and month, shape (months, streams, 4).

    ``likely_factor`` multiplies the share of likely applicants. The order on the luck scale is
    likely, mixed, safe country, Dublin.
    """
    table = _group_table()
    first = date_of(first_day)
    months = (date_of(last_day).year - first.year) * 12 + date_of(last_day).month - first.month + 1
    cumulative = np.zeros((months, len(STREAMS), len(GROUPS)))
    for month in range(months):
        index = first.year * 12 + first.month - 1 + month
        day = day_number(f"{index // 12}-{index % 12 + 1:02d}-01")
        for stream in range(len(STREAMS)):
            shares = np.array(table[stream, min(max(index // 12, 2014), 2024)])
            if shares[2] < 1.0:
                likely = min(shares[2] * likely_factor.at(day), 0.98)
                shares = shares * (1.0 - likely) / (1.0 - shares[2])
                shares[2] = likely
            cumulative[month, stream] = np.cumsum(shares[list(_GROUP_ORDER)])
    cumulative.flags.writeable = False
    return cumulative


@making_kernel
def _count_arrivals(seed: int, first_day: int, rates: NDArray[np.float64]) -> NDArray[np.int64]:
    counts = np.zeros(rates.shape, dtype=np.int64)
    for stream in range(rates.shape[0]):
        for offset in range(rates.shape[1]):
            if rates[stream, offset] > 0.0:
                identity = (stream << 44) + ((first_day + offset) << 24)
                counts[stream, offset] = poisson(seed, identity, LUCK_COUNT, rates[stream, offset])
    return counts


@kernel
def _fill_arrivals(
    seed: int,
    first_day: int,
    counts: NDArray[np.int64],
    month_of_day: NDArray[np.int64],
    sizes: NDArray[np.float64],
    families: NDArray[np.float64],
    groups: NDArray[np.float64],
    group_order: NDArray[np.int64],
    row: int,
    identity: NDArray[np.int64],
    arrived: NDArray[np.int32],
    persons: NDArray[np.int32],
    family: NDArray[np.int32],
    stream_of: NDArray[np.int32],
    group_of: NDArray[np.int32],
    first_of_day: NDArray[np.int64],
) -> None:
    for offset in range(counts.shape[1]):
        first_of_day[offset] = row
        for stream in range(counts.shape[0]):
            for rank in range(counts[stream, offset]):
                who = (stream << 44) + ((first_day + offset) << 24) + rank + 1
                identity[row] = who
                arrived[row] = first_day + offset
                persons[row] = category(uniform(seed, who, LUCK_SIZE), sizes[stream]) + 1
                family[row] = category(uniform(seed, who, LUCK_FAMILY_SIZE), families) + 1
                stream_of[row] = stream
                luck = uniform(seed, who, LUCK_GROUP)
                group_of[row] = group_order[category(luck, groups[month_of_day[offset], stream])]
                row += 1
    first_of_day[counts.shape[1]] = row


@kernel
def _guide(cumulative: NDArray[np.float64], guide: NDArray[np.int64], boundaries: NDArray[np.int64]) -> None:
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
def _poisson_chances(mean: float, chances: NDArray[np.float64]) -> int:
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


@making_kernel
def _draw_vacancies(
    seed: int,
    first_day: int,
    homes_per_day: NDArray[np.float64],
    place_shares: NDArray[np.float64],
    sizes: NDArray[np.int64],
    others: NDArray[np.int64],
    first_of_day: NDArray[np.int64],
    place_of: NDArray[np.int16],
    size_of: NDArray[np.int8],
    next_of: NDArray[np.int8],
    next_of_day: NDArray[np.int64],
    luck_of: NDArray[np.float32],
    sharing_of: NDArray[np.float32],
) -> int:
    """Write the vacancies of every day, and return how many.

    A Poisson number for the country of which each falls to a municipality by its share
    (``place_shares``, cumulative) is a Poisson number for every municipality. A higher
    turnover adds vacancies at the end of a day and leaves the others as they were. Half a
    million a run: two words per vacancy are cut in five draws. ``sizes`` and ``others`` are
    cumulative shares in 1/65536. Returns -1 when the columns are too short.
    """
    guide, boundaries = np.empty(4096, dtype=np.int64), np.empty(place_shares.size, dtype=np.int64)
    _guide(place_shares, guide, boundaries)
    most = homes_per_day.max()
    chances = np.empty(int(16.0 * np.sqrt(most)) + 40, dtype=np.float64)
    lowest, mean = 0, 0.0
    row = 0
    for offset in range(homes_per_day.size):
        first_of_day[offset] = row
        if homes_per_day[offset] <= 0.0:
            continue
        if homes_per_day[offset] != mean:
            mean = homes_per_day[offset]
            lowest = _poisson_chances(mean, chances)
        count = lowest
        luck = uniform(seed, (first_day + offset) << 24, LUCK_VACANCY_COUNT)
        for index in range(chances.size):
            count += luck > chances[index]
        if row + count > place_of.size:
            return -1
        for rank in range(count):
            who = (9 << 56) + ((first_day + offset) << 24) + rank
            drawn, home = word(seed, who, LUCK_VACANCY), word(seed, who, LUCK_VACANCY_HOME)
            whither = bits(drawn, 32, 32)
            place = guide[whither >> 20]
            while boundaries[place] <= whither:
                place += 1
            sized, following = bits(home, 32, 16), bits(home, 48, 16)
            place_of[row] = place
            luck_of[row] = np.float32(bits(drawn, 0, 22)) * np.float32(2.0**-22)
            sharing_of[row] = np.float32(bits(drawn, 22, 10)) * np.float32(2.0**-10)
            size_of[row] = (sized >= sizes[0]) + (sized >= sizes[1]) + (sized >= sizes[2])
            after = (
                (following >= others[0])
                + (following >= others[1])
                + (following >= others[2])
                + (following >= others[3])
            )
            next_of[row] = after
            next_of_day[offset, after] += 1
            row += 1
    first_of_day[homes_per_day.size] = row
    return row


def _in_sixteen_bits(cumulative: NDArray[np.float64]) -> NDArray[np.int64]:
    boundaries: NDArray[np.int64] = np.rint(np.minimum(cumulative, 1.0) * 65536).astype(np.int64)
    return boundaries


def start_facts(period: str) -> dict[str, float]:
    """Return the starting stock of a period by item, for the country."""
    rows = read_table("start_stock")
    return {row["item"]: float(row["value"]) for row in rows if row["period"] == period and row["area"] == "Nederland"}


@making_kernel
def _draw_stock(
    seed: int,
    origin: int,
    start: int,
    persons_wanted: int,
    mean_age: float,
    longest_age: float,
    group_cumulative: NDArray[np.float64],
    sizes: NDArray[np.float64],
    families: NDArray[np.float64],
    elsewhere_share: float,
    count_in_reception_only: bool,
) -> NDArray[np.int64]:
    """Return rows (identity, day, persons, family, group, elsewhere) until the persons are reached.

    The last household is cut so that the total is exact; the total counts either all persons
    or those in reception only.
    """
    rows = np.empty((persons_wanted + 8, 6), dtype=np.int64)
    count = 0
    total = 0
    while total < persons_wanted:
        who = (origin << 52) + count + 1
        persons = min(category(uniform(seed, who, LUCK_SIZE), sizes) + 1, persons_wanted - total)
        elsewhere = 1 if uniform(seed, who, LUCK_ELSEWHERE) < elsewhere_share else 0
        luck = uniform(seed, who, LUCK_AGE) * (1.0 - np.exp(-longest_age / mean_age))
        rows[count, 0] = who
        rows[count, 1] = start - 1 - int(exponential(luck, mean_age))
        rows[count, 2] = persons
        rows[count, 3] = category(uniform(seed, who, LUCK_FAMILY_SIZE), families) + 1
        rows[count, 4] = category(uniform(seed, who, LUCK_GROUP), group_cumulative)
        rows[count, 5] = elsewhere
        if not count_in_reception_only or elsewhere == 0:
            total += persons
        count += 1
    return rows[:count]


def _stock(parameters: Parameters, seed: int, start: int) -> list[tuple[int, NDArray[np.int64]]]:
    """Return (origin, rows) of everybody who is already here on the start date."""
    facts = start_facts(parameters.period)
    sizes, families = size_shares()[0], family_shares()
    dublin, safe = facts["pending_share_dublin"], facts["pending_share_safe_country"]
    before = _group_table()[0, max(date_of(start).year, 2014)]
    likely = before[2] / (before[2] + before[3])
    rest = 1.0 - dublin - safe
    pending_groups = np.cumsum([dublin, safe, rest * likely, rest * (1.0 - likely)])
    permit_groups = np.cumsum(
        [0.0, 0.0, facts["permit_holder_share_likely"], 1.0 - facts["permit_holder_share_likely"]]
    )
    refused_dublin, refused_safe = facts["refused_share_dublin"], facts["refused_share_safe_country"]
    refused_groups = np.cumsum([refused_dublin, refused_safe, 0.0, 1.0 - refused_dublin - refused_safe])
    in_reception = int(facts["persons_in_reception"])
    holders = int(facts["permit_holders_in_reception"])
    elsewhere = parameters.inflow.elsewhere_share
    pending = _draw_stock(
        seed, STOCK_PENDING, start, int(facts["pending_decisions"]), facts["pending_age_days"],
        facts["pending_longest_days"],
        pending_groups, sizes, families, elsewhere, False,
    )  # fmt: skip
    pending_inside = int(pending[pending[:, 5] == 0, 2].sum())
    refused = _draw_stock(
        seed, STOCK_REFUSED, start, in_reception - holders - pending_inside, facts["refused_age_days"],
        facts["refused_longest_days"],
        refused_groups, sizes, families, 0.0, False,
    )  # fmt: skip
    permit = _draw_stock(
        seed, STOCK_PERMIT, start, holders, facts["permit_holder_age_days"], facts["permit_holder_longest_days"],
        permit_groups, sizes, families, 0.0, False,
    )  # fmt: skip
    family_persons = facts["family_pending"] + facts["family_travelling"]
    mean_family = float((np.diff(families, prepend=0.0) * np.arange(1, len(families) + 1)).sum())
    sponsors = _draw_stock(
        seed, STOCK_SPONSOR, start, int(family_persons * facts["family_sponsor_at_home_share"] / mean_family),
        facts["sponsor_age_days"], facts["sponsor_longest_days"], permit_groups, np.ones(1), families, 0.0, False,
    )  # fmt: skip
    stock = [(STOCK_PENDING, pending), (STOCK_REFUSED, refused), (STOCK_PERMIT, permit), (STOCK_SPONSOR, sponsors)]
    # Within each kind the longest waiting come first, so that lines start in order of waiting.
    return [(origin, rows[np.argsort(rows[:, 1], kind="stable")]) for origin, rows in stock]


def build_world(parameters: Parameters, seed: int, last_day: int) -> World:
    """Return the world of one replication from the start of the period to ``last_day``."""
    first_day = day_number(PERIODS[parameters.period].start)
    days = last_day - first_day
    counts = _count_arrivals(seed, first_day, arrival_rates(parameters, first_day, last_day))
    stock = _stock(parameters, seed, first_day)
    stock_rows = sum(len(rows) for _, rows in stock)
    rows = stock_rows + int(counts.sum())
    identity = np.empty(rows, dtype=np.int64)
    columns = {
        name: np.full(rows, fill, dtype=np.int32)
        for name, fill in (
            ("origin", ARRIVES), ("arrived", -1), ("since", -1), ("persons", 0), ("family", 0), ("stream", 0),
            ("group", 0),
        )
    }  # fmt: skip
    row = 0
    before = int(start_facts(parameters.period)["arrived_before_days"])
    for origin, drawn in stock:
        part = slice(row, row + len(drawn))
        identity[part] = drawn[:, 0]
        columns["origin"][part] = origin
        columns["since"][part] = drawn[:, 1]
        columns["arrived"][part] = drawn[:, 1] if origin == STOCK_PENDING else drawn[:, 1] - before
        columns["persons"][part] = drawn[:, 2]
        columns["family"][part] = drawn[:, 3]
        columns["group"][part] = drawn[:, 4]
        row += len(drawn)
    first_of_day = np.empty(days + 1, dtype=np.int64)
    first = date_of(first_day)
    months = np.array([np.datetime64(first_day + offset, "D") for offset in (0,)]).astype("datetime64[M]")
    month_of_day = (np.arange(first_day, last_day).astype("datetime64[D]").astype("datetime64[M]") - months[0]).astype(
        np.int64
    )
    assert first.day == 1
    _fill_arrivals(
        seed, first_day, counts, month_of_day, size_shares(), family_shares(),
        group_shares(parameters.inflow.likely_share_factor, first_day, last_day), np.array(_GROUP_ORDER), stock_rows,
        identity, columns["arrived"], columns["persons"], columns["family"], columns["stream"], columns["group"],
        first_of_day,
    )  # fmt: skip
    homes = parameters.homes
    factor = (homes.turnover_per_year.daily(first_day, last_day) / 365.25) * homes.turnover_factor.daily(
        first_day, last_day
    )
    size_cumulative = np.cumsum([homes.size_share_small, homes.size_share_middle, homes.size_share_large, 1.0])
    size_cumulative[3] = max(size_cumulative[2], 1.0)
    named = (
        homes.others_urgent_share, homes.others_homeless_share, homes.others_student_share,
        homes.others_migrant_worker_share,
    )  # fmt: skip
    others = np.cumsum([1.0 - sum(named), *named])
    stock_of_homes = municipalities().social_stock
    expected = float(stock_of_homes.sum() * factor.sum())
    room = int(expected + 8.0 * expected**0.5) + 64
    vacancy_first = np.empty(days + 1, dtype=np.int64)
    place, size = np.empty(room, dtype=np.int16), np.empty(room, dtype=np.int8)
    following, luck = np.empty(room, dtype=np.int8), np.empty(room, dtype=np.float32)
    sharing, next_of_day = np.empty(room, dtype=np.float32), np.zeros((days, len(named) + 1), dtype=np.int64)
    vacancies = _draw_vacancies(
        seed, first_day, stock_of_homes.sum() * factor, np.cumsum(stock_of_homes / stock_of_homes.sum()),
        _in_sixteen_bits(size_cumulative), _in_sixteen_bits(others),
        vacancy_first, place, size, following, next_of_day, luck, sharing,
    )  # fmt: skip
    assert vacancies >= 0, "eight standard deviations more vacancies than expected"
    return World(
        seed, first_day, last_day, stock_rows, identity, **columns, first_of_day=first_of_day,
        vacancy_first_of_day=vacancy_first, vacancy_municipality=place[:vacancies], vacancy_size=size[:vacancies],
        vacancy_next=following[:vacancies], vacancy_next_of_day=next_of_day, vacancy_luck=luck[:vacancies],
        vacancy_sharing_luck=sharing[:vacancies],
    )  # fmt: skip
