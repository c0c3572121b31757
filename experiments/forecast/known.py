"""What was known on a day: the tables that a run reads as they stood then, and the refusal of anything later.

Every dated figure has a day on which it was known: the one that its row names (`as_of`, `published_on`), else the last
day that it is about; a place is known from the day it opens, a step of a parameter from the day it begins. A figure
counts as known on a day when it was known before it. Counts are published some weeks after the days they are about:
that is not taken off. What has no course of time (sizes of households, municipalities, stock of dwellings) is structure
and is taken as it is now.

What was not known is continued by one rule: inflow as the last twelve months, the target as ministries reckon it
(`models/stages/target.py`), who comes as in the last year, no new places, and parameters at their last step.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from experiments.figures.figure import Figure as OwnFigure
from models.parameters import INPUTS_END, PERIODS, Parameters
from models.sources import Row, read_table
from sim.calendar import date_of, day_number, half_year_end, iso, month_starts
from sim.errors import WrongInput

#: The tables that hold a course of time, by what they are called where a miss is split.
GROUPS: dict[str, tuple[str, ...]] = {
    "inflow": ("inflow", "household_mix"),
    "places": ("locations", "reception_places"),
    "measures": ("parameters", "targets"),
}
_YEAR = 365
_LONGEST_COURSE = 400
_EVER = 10**9


@dataclass(frozen=True)
class Figure:
    """A dated figure of a table: which row it is, and since when it was known (day number)."""

    table: str
    what: str
    known: int


Tables = Mapping[str, tuple[Row, ...]]


def known_since(table: str, row: Row) -> int | None:
    """The day on which a row was known; None for what has no course of time."""
    if row.get("as_of"):
        return day_number(row["as_of"])
    if table == "targets":
        return day_number(row["published_on"])
    if table == "parameters":
        plan = row["status"] == "assumed" and row["period"] in PERIODS and bool(PERIODS[row["period"]].continues)
        return day_number(row["from"]) if row["from"] and not plan else None
    if table == "locations":
        return day_number(row["start"])
    if table == "reception_places":  # a task stands for years ahead
        return day_number(row["period_start"])
    first, last = day_number(row["period_start"]), day_number(row["period_end"])
    if table == "household_mix" and (row["table"] != "group_share" or last - first > _LONGEST_COURSE):
        return None
    return last


def figures(tables: Tables) -> list[Figure]:
    """Every dated figure of some tables."""
    found = []
    for table, rows in tables.items():
        for row in rows:
            if (known := known_since(table, row)) is not None:
                found.append(Figure(table, _name(table, row), known))
    return found


def own_figures(rows: Iterable[OwnFigure]) -> list[Figure]:
    """Figures of a user's own, each by its series and first day, and since when it was known."""
    return [Figure("figures", f"{one.series} {one.first}", day_number(one.as_of)) for one in rows]


def _name(table: str, row: Row) -> str:
    keys = {
        "targets": ("half_year",), "locations": ("location",), "parameters": ("parameter", "from"),
        "inflow": ("stream", "period_start"), "reception_places": ("measure", "municipality"),
        "household_mix": ("key", "category", "period_start"),
    }[table]  # fmt: skip
    return " ".join(row[key] for key in keys)


def check_known(found: Iterable[Figure], origin: int) -> None:
    """Refuse figures that were not known before a day. Raises WrongInput that names the first."""
    for figure in found:
        if figure.known >= origin:
            known, file = iso(figure.known), f"{figure.table}.csv"
            raise WrongInput("known_after_origin", file=file, field=figure.what, known=known, origin=iso(origin))


def tables_now() -> dict[str, tuple[Row, ...]]:
    """The tables that hold a course of time, as they are now."""
    return {table: read_table(table) for tables in GROUPS.values() for table in tables}


def known_tables(origin: int) -> dict[str, tuple[Row, ...]]:
    """Of every table that holds a course of time the rows that were known before a day."""
    kept = {}
    for table, rows in tables_now().items():
        known = [(row, known_since(table, row)) for row in rows]
        kept[table] = tuple(row for row, since in known if since is None or since < origin)
    return kept


def continued(known: Tables, origin: int, last: int) -> dict[str, tuple[Row, ...]]:
    """What was known on a day, continued up to another by the rules of this module."""
    rules: dict[str, Callable[[Sequence[Row], int, int], list[Row]]] = {
        "inflow": _inflow, "household_mix": _mix, "targets": _targets,
    }  # fmt: skip
    return {
        table: tuple(rules[table](rows, origin, last)) if table in rules else tuple(rows)
        for table, rows in known.items()
    }


def tables_with(origin: int, last: int, came: Iterable[str] = ()) -> dict[str, tuple[Row, ...]]:
    """What stands in for the tables of now in a forecast of a day; groups of `came` stay as they came.

    Raises WrongInput when something of it was not known on that day.
    """
    known = known_tables(origin)
    check_known(figures(known), origin)
    later = {table for group in came for table in GROUPS[group]}
    return {table: rows for table, rows in continued(known, origin, last).items() if table not in later}


def check_ahead(parameters: Parameters, origin: int, until: int) -> None:
    """Refuse what a period that looks ahead reads of after a day. Raises WrongInput that names the first.

    That is how many places there were on a later day, and an official forecast of inflow that was published later.
    """
    if not PERIODS[parameters.period].continues:
        return
    places = tuple(row for row in read_table("reception_places") if row["period"] == parameters.period)
    check_known(figures({"reception_places": places}), origin)
    if until > day_number(INPUTS_END):
        for row in read_table("forecasts"):
            if row["forecast"] == parameters.inflow.forecast:
                figure = Figure("forecasts", row["forecast"], day_number(row["published_on"]))
                check_known([figure], origin)


def _inflow(rows: Sequence[Row], origin: int, last: int) -> list[Row]:
    """Every stream of which a whole year was known goes on as in the twelve months before."""
    made, last = list(rows), min(last, day_number(INPUTS_END))  # then an official forecast
    for stream in dict.fromkeys(row["stream"] for row in rows):
        mine = [row for row in rows if row["stream"] == stream]
        end = max(day_number(row["period_end"]) for row in mine) + 1
        per_day = np.full(_YEAR, np.nan)
        for row in mine:
            first, until = day_number(row["period_start"]), day_number(row["period_end"]) + 1
            inside = slice(max(first - end + _YEAR, 0), max(until - end + _YEAR, 0))
            per_day[inside] = float(row["value"]) / (until - first)
        if end < last and not np.isnan(per_day).any() and origin - end < _LONGEST_COURSE:
            starts = [end, *(day for day in month_starts(end, last) if day > end), last]
            for first, until in pairwise(starts):
                value = float(per_day[(np.arange(first, until) - end) % _YEAR].sum())
                days = {"period_start": iso(first), "period_end": iso(until - 1)}
                made.append(mine[-1] | days | {"value": repr(value), "status": "assumed"})
    return made


def _mix(rows: Sequence[Row], origin: int, last: int) -> list[Row]:
    """Who comes stays as in the last year that was known."""
    made, latest = list(rows), {}
    for row in rows:
        if known_since("household_mix", row) is not None:
            latest[row["key"], row["category"]] = row
    for row in latest.values():
        first = day_number(row["period_end"]) + 1
        if first < last:
            made.append(row | {"period_start": iso(first), "period_end": iso(last), "status": "assumed"})
    return made


def _targets(rows: Sequence[Row], origin: int, last: int) -> list[Row]:
    """A half-year that was not over stands as it was announced; what comes after the last one the model reckons."""
    return [
        row | {"value": row["announced"]} if row["announced"] and half_year_end(row["half_year"]) > origin else row
        for row in rows
    ]


def latest_known(found: Iterable[Figure]) -> dict[str, str]:
    """Per table the last day on which one of its figures was known, as ISO text."""
    latest: dict[str, int] = {}
    for figure in found:
        latest[figure.table] = max(latest.get(figure.table, -_EVER), figure.known)
    return {table: date_of(day).isoformat() for table, day in latest.items()}
