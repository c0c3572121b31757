"""One figure of the user's own, and the one table in which such figures are kept.

The table is a CSV in UTF-8 with commas, a point for decimals and dates as 2021-03-01:

    series        what is counted; `doorstroom import --series` lists the names
    area          Nederland or a province
    period_start  the first day it is about
    period_end    the last day it is about, which is part of it; of a moment the same day
    value, unit
    status        measured, provisional (measured, and may still change) or forecast
    source        who says so
    as_of         the day on which it was known

A figure that was published again has a row for each `as_of`; the newest holds.
"""

import csv
import io
import os
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sim.errors import Allowed, WrongInput, one_of, reason_of
from sim.files import atomic_file, read_bounded

COLUMNS = ("series", "area", "period_start", "period_end", "value", "unit", "status", "source", "as_of")
MEASURED, PROVISIONAL, FORECAST = STATUSES = ("measured", "provisional", "forecast")
#: More than anybody keeps of one series, so that a table stays one that can be read at once.
MOST_FIGURES = 5_000
LARGEST_TABLE_BYTES = 4 << 20
LONGEST_WORD = 300
#: Where imported figures go when no place is given: beside where the command is given.
USUAL_FOLDER = "eigen-cijfers"


@dataclass(frozen=True)
class Figure:
    """One figure; `last` is the last day it is about, and is part of it."""

    series: str
    area: str
    first: date
    last: date
    value: float
    unit: str
    status: str
    source: str
    as_of: date

    @property
    def about(self) -> tuple[str, str, date, date]:
        """What it is a figure of."""
        return self.series, self.area, self.first, self.last

    def cells(self) -> list[str]:
        """The row of the table."""
        whole = float(self.value).is_integer()
        value = str(int(self.value)) if whole else repr(float(self.value))
        days = self.first.isoformat(), self.last.isoformat()
        return [self.series, self.area, *days, value, self.unit, self.status, self.source, self.as_of.isoformat()]


def in_order(figures: Iterable[Figure]) -> list[Figure]:
    """Figures by series, area, days, and when they were known."""
    return sorted(figures, key=lambda one: (one.series, one.area, one.first, one.last, one.as_of))


def newest(figures: Iterable[Figure]) -> list[Figure]:
    """Of each period the figure that was known last."""
    return list({one.about: one for one in in_order(figures)}.values())


def table_text(figures: Iterable[Figure]) -> str:
    """The table of figures, in order."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(one.cells() for one in in_order(figures))
    return stream.getvalue()


def read_kept(path: str | os.PathLike[str]) -> list[Figure]:
    """The figures of a table that this program wrote. Raises WrongInput that names file, line and column."""
    try:
        content = read_bounded(path)
    except OSError as error:
        raise WrongInput("file_unreadable", file=path, reason=reason_of(error)) from error
    return figures_of(content, os.fspath(path))


def figures_of(content: bytes, file: str) -> list[Figure]:
    """The figures of the bytes of a table. Raises WrongInput that names file, line and column."""
    if len(content) > LARGEST_TABLE_BYTES:
        raise WrongInput("too_large", file=file, allowed=Allowed("kilobytes", size=LARGEST_TABLE_BYTES // 1024))
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError as error:
        raise WrongInput("no_utf8", file=file, line=content.count(b"\n", 0, error.start) + 1) from error
    except csv.Error:
        rows = []
    if not rows or tuple(rows[0]) != COLUMNS:
        raise WrongInput("no_table_of_figures", file=file, allowed=Allowed("columns_of_figures", names=COLUMNS))
    return [figure_of(dict(zip(COLUMNS, row, strict=False)), file, line) for line, row in enumerate(rows[1:], 2)]


def figure_of(row: dict[str, object], file: str | None, line: int | None, field: str = "") -> Figure:
    """The figure of one row of the table. Raises WrongInput that names the column."""
    for name in COLUMNS:
        if row.get(name) in (None, ""):
            raise WrongInput("missing", file=file, line=line, field=f"{field}{name}", allowed=Allowed("value_here"))
    days = {}
    for name in ("period_start", "period_end", "as_of"):
        try:
            days[name] = date.fromisoformat(str(row[name]))
        except ValueError as error:
            place = f"{field}{name}"
            raise WrongInput(file=file, line=line, field=place, value=row[name], allowed=Allowed("date")) from error
    try:
        value = float(str(row["value"]))
        if not abs(value) < 1e15:
            raise ValueError("no number of anything")
    except ValueError as error:
        place, allowed = f"{field}value", Allowed("number")
        raise WrongInput(file=file, line=line, field=place, value=row["value"], allowed=allowed) from error
    status = str(row["status"])
    if status not in STATUSES:
        raise WrongInput(file=file, line=line, field=f"{field}status", value=status, allowed=one_of(STATUSES))
    words = {name: str(row[name]) for name in ("series", "area", "unit", "source")}
    for name, word in words.items():
        if len(word) > LONGEST_WORD or any(unicodedata.category(sign)[0] == "C" for sign in word):
            allowed = Allowed("line_of_text", most=LONGEST_WORD)
            raise WrongInput(file=file, line=line, field=f"{field}{name}", value=word, allowed=allowed)
    first, last, as_of = (days[name] for name in ("period_start", "period_end", "as_of"))
    return Figure(words["series"], words["area"], first, last, value, words["unit"], status, words["source"], as_of)


def joined(kept: Sequence[Figure], added: Sequence[Figure], file: str) -> list[Figure]:
    """A table with figures added. Raises WrongInput for another value that was known on the same day."""
    known = {(one.about, one.as_of): one for one in kept}
    for one in added:
        there = known.setdefault((one.about, one.as_of), one)
        if there.value != one.value:
            raise WrongInput(
                "figure_known_otherwise", file=file, field=one.series, first=one.first.isoformat(),
                as_of=one.as_of.isoformat(), kept=there.value, added=one.value, allowed=Allowed("other_table_or_day"),
            )  # fmt: skip
    if len(known) > MOST_FIGURES:
        raise WrongInput("too_many_figures", file=file, count=len(known), allowed=Allowed("only", name=MOST_FIGURES))
    return in_order(known.values())


def add_to_table(path: str, figures: Sequence[Figure]) -> list[Figure]:
    """Add figures to a table, which is made when there is none; it is the old one or the new one, whole.

    Raises WrongInput when the file is something else or says otherwise, and CannotWrite.
    """
    together = joined(read_kept(path) if os.path.exists(path) else [], figures, path)
    with atomic_file(path) as handle:
        handle.write(table_text(together).encode())
    return together


def usual_place(series: str) -> Path:
    """Where a series is kept when no place is given."""
    return Path(USUAL_FOLDER) / f"{series}.csv"
