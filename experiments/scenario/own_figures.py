"""Figures of a user's own in a scenario: how they stand in a file, and what they change.

In a file they are rows of the table of `experiments.figures.figure`, in the order of its columns, or names of such
tables that stand beside it. What was read is always rows, so that a scenario, and a result that holds it, can be
repeated where the table is not. Of a period that was published more than once the newest figure counts.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from experiments.figures.figure import COLUMNS, Figure, figure_of, newest, read_kept
from experiments.figures.series import INPUT, LEVER, NATIONAL, PUBLISHED, Series, all_series, series_of
from models.levers import LEVERS, Change
from models.own import OWN
from sim.calendar import day_number, half_year_end, half_year_name, half_year_start
from sim.errors import Allowed, WrongInput

MOST_ROWS = 1_500
LONGEST_ROW = 700
#: How the name of a table ends; a row ends in the day on which its figure was known.
TABLE = ".csv"


def row_text(figure: Figure) -> str:
    """A figure as it stands in a scenario file: its row of the table."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow(figure.cells())
    return stream.getvalue()


def figures_of_rows(rows: Iterable[str]) -> list[Figure]:
    """The figures of rows as they stand in a scenario file. Raises WrongInput that names the row."""
    return [_figure(row, f"figures[{place}]") for place, row in enumerate(rows, 1)]


def read_rows(value: Any) -> Any:
    """The figures of the rows in a file. Raises WrongInput that names the row, and ValueError for no list of rows."""
    if isinstance(value, tuple):
        return value
    if not isinstance(value, list) or not all(isinstance(row, str) for row in value):
        raise ValueError("not a list of rows")
    if len(value) > MOST_ROWS:
        allowed = Allowed("only", name=MOST_ROWS)
        raise WrongInput("too_many_figures", field="figures", count=len(value), allowed=allowed)
    return tuple(figures_of_rows(value))


def _figure(row: str, field: str) -> Figure:
    """The figure of one row. Raises WrongInput."""
    if row.endswith(TABLE):
        raise WrongInput("figures_need_rows", field=field, value=row, allowed=Allowed("rows_of_figures", names=COLUMNS))
    try:
        (cells,) = csv.reader([row], strict=True)
    except (csv.Error, ValueError):
        cells = []
    if len(cells) != len(COLUMNS) or len(row) > LONGEST_ROW:
        raise WrongInput(field=field, value=row, allowed=Allowed("rows_of_figures", names=COLUMNS))
    return figure_of(dict(zip(COLUMNS, cells, strict=True)), None, None, f"{field}.")


def with_rows(content: Any, folder: Path, file: str) -> Any:
    """The content of a scenario file with the rows of tables in the place of their names. Raises WrongInput."""
    named = content.get("figures") if isinstance(content, dict) else None
    if not isinstance(named, list) or not any(isinstance(each, str) and each.endswith(TABLE) for each in named):
        return content
    rows: list[Any] = []
    for each in named:
        if isinstance(each, str) and each.endswith(TABLE):
            rows += map(row_text, read_kept(_table(each, folder, file)))
        else:
            rows.append(each)
    return content | {"figures": rows}


def _table(name: str, folder: Path, file: str) -> Path:
    """Where a table stands: beside the file that names it, or below. Raises WrongInput."""
    try:
        home = folder.resolve()
        path = (home / name).resolve()
        near = not Path(name).is_absolute() and path.is_relative_to(home) and path.is_file()
    except (OSError, ValueError, RuntimeError):
        near = False
    if not near:
        raise WrongInput("no_table_here", file=file, field="figures", value=name, allowed=Allowed("table_beside"))
    return path


def check_figures(figures: Sequence[Figure], first_day: int, last_day: int, settings: Iterable[str]) -> None:
    """Raise WrongInput for figures that are of no series, that clash, or of which none lies in the period."""
    there = dict.fromkeys(one.series for one in figures)
    taken = set(settings)
    for name in there:
        series, mine = series_of(name, file=None, field="figures"), [one for one in figures if one.series == name]
        for one in mine:
            _check_figure(one, series)
        if name in taken:
            raise WrongInput("figures_and_setting", field="figures", name=name, allowed=Allowed("figures_or_setting"))
        held = [one for one in newest(mine) if day_number(one.last) >= first_day and day_number(one.first) < last_day]
        if not held:
            raise WrongInput("figures_outside", field="figures", name=name, allowed=Allowed("figures_in_period"))
        for before, after in pairwise(held):
            if before.area == after.area and after.first <= before.last:
                first, second = before.first.isoformat(), after.first.isoformat()
                raise WrongInput("figures_overlap", field="figures", name=name, first=first, second=second)


def _check_figure(one: Figure, series: Series) -> None:
    """Raise WrongInput for a figure that its series cannot have."""
    where = f"figures {one.series} {one.first}"
    if one.unit != series.unit:
        raise WrongInput(field=where, value=one.unit, allowed=Allowed("only", name=series.unit))
    if one.last < one.first:
        raise WrongInput("ends_before_it_begins", field=where, text=f"{one.first} {one.last}")
    if one.area != NATIONAL and not series.provinces:
        raise WrongInput(field=where, value=one.area, allowed=Allowed("only", name=NATIONAL))
    if not series.low <= one.value <= series.high or (series.whole and not one.value.is_integer()):
        kind = "whole_range" if series.whole else "range"
        raise WrongInput(field=where, value=one.value, allowed=Allowed(kind, low=series.low, high=series.high))
    name = half_year_name(day_number(one.first))
    whole = (half_year_start(name), half_year_end(name) - 1) == (day_number(one.first), day_number(one.last))
    if series.use == INPUT and series.half_yearly and not whole:
        raise WrongInput(
            "other_period_needed", field=where, text=one.first.isoformat(), allowed=Allowed("only", name="half_year")
        )


def changes_of(figures: Sequence[Figure], first_day: int, last_day: int) -> list[Change]:
    """What figures change: a lever or a series of history takes each on the days that it is about.

    What is about one day of a stock or a lever holds until the next figure; the last of these holds on.
    """
    changes: list[Change] = []
    by_series: dict[str, list[Figure]] = {}
    for one in newest(figures):
        by_series.setdefault(one.series, []).append(one)
    for name, mine in by_series.items():
        series = all_series()[name]
        if series.use == PUBLISHED:
            continue
        for place, one in enumerate(mine):
            begin, end = day_number(one.first), day_number(one.last) + 1
            until: int | None = end
            if series.moment or (series.use == LEVER and end == begin + 1):
                until = day_number(mine[place + 1].first) if place + 1 < len(mine) else None
            if begin < last_day and (until is None or until > first_day):
                changes.append(Change(name, _value(one, end - begin), begin, until))
    return changes


def _value(one: Figure, days: int) -> float | int:
    """What the model takes of a figure: of a series that is counted over stretches that per day."""
    if one.series in OWN:
        return one.value / days if OWN[one.series].by_day else one.value
    return int(one.value) if LEVERS[one.series].kind == "integer" else one.value


def beside(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """The figures that stand beside the model, and change nothing."""
    return tuple(one for one in newest(figures) if series_of(one.series, file=None, field="series").use == PUBLISHED)
