"""What a forecast is asked for: which series, how far ahead, and what was published of them.

Stocks are asked at the end of each month, flows per half-year, inflow per calendar year; horizon 1 is the month,
half-year or year in which the day of the forecast lies, horizon 0 of a stock the evening before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from experiments.forecast.paths import FLOW_SERIES, STOCK_SERIES
from experiments.run.observed import NATIONAL, Observation, all_observations
from models.sources import read_table
from sim.calendar import add_months, date_of, day_number, half_year_end, half_year_name, half_year_start

MONTHS_AHEAD = 24
YEARLY = ("inflow_total",)
#: The streams that ministries count as inflow; family is counted when it arrives.
_COUNTED_STREAMS = ("first", "amv", "repeat", "evacuation", "nareis")


@dataclass(frozen=True)
class Asked:
    """One figure that is asked for: a stock at the end of a day, or a flow over days; both days are part of it."""

    target: str
    horizon: int
    first_day: int
    last_day: int

    @property
    def middle(self) -> float:
        """The day it is about, the middle one of a flow."""
        return (self.first_day + self.last_day) / 2.0


def asked_at(origin: int, until: int) -> list[Asked]:
    """Every figure that is asked for on a day, of days before `until`."""
    start = add_months(origin, 0)
    moments = [origin - 1, *(add_months(start, month) - 1 for month in range(1, MONTHS_AHEAD + 1))]
    found = [
        Asked(target, horizon, day, day)
        for target in STOCK_SERIES
        for horizon, day in enumerate(moments)
    ]  # fmt: skip
    half_years, day = [], origin
    for _ in range(MONTHS_AHEAD // 6):
        name = half_year_name(day)
        half_years.append((half_year_start(name), half_year_end(name) - 1))
        day = half_year_end(name)
    year = date_of(origin).year
    years = [
        (day_number(f"{each}-01-01"), day_number(f"{each}-12-31")) for each in range(year, year + MONTHS_AHEAD // 12)
    ]
    for target in FLOW_SERIES:
        spans = years if target in YEARLY else half_years
        found += [Asked(target, horizon, *span) for horizon, span in enumerate(spans, start=1)]
    return [one for one in found if one.last_day < until]


@lru_cache(maxsize=1)
def all_published() -> dict[str, tuple[Observation, ...]]:
    """Per series that is forecast what was published of the country, the best-founded figure of each day, in order.

    Of a flow the half-years and years: as published, or put together of quarters or months that fill one.
    """
    found: dict[str, tuple[Observation, ...]] = {}
    for series in STOCK_SERIES:
        rows = [row for row in _rows(series) if row.first_day == row.last_day and row.letter != "C"]
        found[series] = _best(rows)
    for series in FLOW_SERIES:
        rows = _inflow_years() if series in YEARLY else _half_years(_rows(series))
        found[series] = _best(rows)
    return found


def _rows(series: str) -> list[Observation]:
    return [row for row in all_observations() if row.series == series and row.area == NATIONAL]


def _best(rows: Sequence[Observation]) -> tuple[Observation, ...]:
    best: dict[tuple[int, int], Observation] = {}
    for row in rows:
        key = (row.first_day, row.last_day)
        if key not in best or (row.letter or "Z") < (best[key].letter or "Z"):
            best[key] = row
    return tuple(sorted(best.values(), key=lambda row: (row.last_day, row.first_day)))


def _half_years(rows: Sequence[Observation]) -> list[Observation]:
    """Half-years and years as published, and half-years of which two quarters were."""
    wholes = [row for row in rows if row.half_year is not None or 364 <= row.last_day - row.first_day <= 365]
    by_start = {row.first_day: row for row in rows if 80 < row.last_day - row.first_day < 95}
    for row in by_start.values():
        second = by_start.get(row.last_day + 1)
        whole = half_year_name(row.first_day)
        if second is None or row.first_day != half_year_start(whole) or second.last_day != half_year_end(whole) - 1:
            continue
        if not any(other.half_year == whole for other in wholes):
            wholes.append(_together([row, second]))
    return wholes


def _together(rows: Sequence[Observation], series: str = "") -> Observation:
    first, last = rows[0], rows[-1]
    sources = "; ".join(dict.fromkeys(row.source for row in rows))
    return Observation(
        series or first.series, NATIONAL, sum(row.value for row in rows), first.unit, first.first_day, last.last_day,
        sources, "estimated" if len({row.status for row in rows}) > 1 else first.status,
        max(row.letter for row in rows),
    )  # fmt: skip


def _inflow_years() -> list[Observation]:
    """Inflow per calendar year from the table of inflow, where each stream but the evacuation covers it."""
    parts: dict[int, list[Observation]] = {}
    for row in read_table("inflow"):
        first, last = day_number(row["period_start"]), day_number(row["period_end"])
        if row["stream"] in _COUNTED_STREAMS and date_of(first).year == date_of(last).year:
            about = (float(row["value"]), row["unit"], first, last, row["source"], row["status"], "")
            parts.setdefault(date_of(first).year, []).append(Observation(row["stream"], NATIONAL, *about))
    found = []
    for year, rows in sorted(parts.items()):
        days = {
            stream: sum(row.last_day - row.first_day + 1 for row in rows if row.series == stream)
            for stream in _COUNTED_STREAMS
        }
        if all(count >= 365 for stream, count in days.items() if stream != "evacuation"):
            sources = "; ".join(dict.fromkeys(row.source for row in rows))
            first, last = day_number(f"{year}-01-01"), day_number(f"{year}-12-31")
            total, unit = sum(row.value for row in rows), rows[0].unit
            found.append(Observation("inflow_total", NATIONAL, total, unit, first, last, sources, "estimated", ""))
    return found


def published(series: str, before: int | None = None) -> tuple[Observation, ...]:
    """What was published of a series, or that part of it that is about days before one."""
    rows = all_published()[series]
    return rows if before is None else tuple(row for row in rows if row.last_day < before)
