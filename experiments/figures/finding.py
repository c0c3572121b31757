"""Where in a sheet the periods and their figures stand: below each other, beside each other, or years by months."""

from collections.abc import Sequence
from datetime import date

from experiments.figures.across import Across
from experiments.figures.cells import Sheet, Value, text_of
from experiments.figures.down import Down
from experiments.figures.figure import COLUMNS
from experiments.figures.layout import Choice, Found, Layout, Reader, is_year, plain, same
from experiments.figures.numbers import is_missing, written
from experiments.figures.periods import Part, Period, read_period, stretch
from sim.errors import Allowed, WrongInput


def read_layout(sheet: Sheet, choice: Choice, file: str) -> Layout:
    """Find the periods and their figures. Raises WrongInput when there are none, or more than one series of them."""
    for head in (COLUMNS, tuple(name for name in COLUMNS if name not in ("series", "area", "status", "as_of"))):
        for place, row in enumerate(sheet.rows[:20]):
            names = [plain(text_of(cell)) for cell in row.cells]
            if {"period_start", "period_end", "value"} <= set(names) and set(head) & set(names):
                return OwnTable(sheet, choice, file, place, names).layout()
    down = _best_column(sheet)
    across, months = _best_row(sheet), _months_row(sheet)
    if months is not None and (across is None or across[1] < months[1]) and months[1] > 1:
        return Across(sheet, choice, file, months[0]).layout_of_years()
    if across is not None and across[1] > max(down[1], 1):
        return Across(sheet, choice, file, across[0]).layout()
    if down[1]:
        return Down(sheet, choice, file, down[0]).layout()
    raise WrongInput("no_periods", file=file, allowed=Allowed("periods"))


def _strength(cell: Value) -> float:
    """How much a cell is a period: a bare year is also a number."""
    period = read_period(cell)
    if not isinstance(period, Period):
        return 0.0
    return 0.5 if period.kind == "year" and text_of(cell).strip("* ").isdigit() else 1.0


def _best_column(sheet: Sheet) -> tuple[int, float]:
    """The column in which most periods stand, and how many; of equals the first."""
    width = max((len(row.cells) for row in sheet.rows), default=0)
    best = (0, 0.0)
    for column in range(min(width, 40)):
        cells = [row.at(column) for row in sheet.rows]
        strengths = [_strength(cell) for cell in cells]
        # In a column of figures some may look like a year; in one of years every number is.
        bare = sum(strength == 0.5 for strength in strengths)
        numbers = sum(written(cell) is not None for cell in cells)
        total = sum(strengths) + (0.0 if bare < numbers or not bare else 0.4 * bare)
        if bare and bare < 0.8 * numbers:
            total -= 0.5 * bare
        if total > best[1]:
            best = (column, total)
    return best


def _best_row(sheet: Sheet) -> tuple[int, float] | None:
    """The row in which most periods stand beside each other, perhaps below years; and how many."""
    best: tuple[int, float] | None = None
    for place, row in enumerate(sheet.rows[:60]):
        strengths = [_strength(cell) for cell in row.cells]
        numbers = [cell for cell in row.cells if written(cell) is not None]
        bare = sum(strength == 0.5 for strength in strengths)
        total = sum(strengths) if bare == len(numbers) or not bare else sum(each for each in strengths if each == 1.0)
        if bare == len(numbers) and bare:
            total += 0.4 * bare
        above = sheet.rows[place - 1] if place else None
        parts = [cell for cell in row.cells if isinstance(read_period(cell), Part)]
        if above is not None and len(parts) > 1 and any(is_year(cell) for cell in above.cells):
            total = float(len(parts))
        if total > 1 and (best is None or total > best[1]):
            best = (place, total)
    return best


def _months_row(sheet: Sheet) -> tuple[int, float] | None:
    """The row in which months or quarters stand without a year, above rows that begin with one."""
    for place, row in enumerate(sheet.rows[:60]):
        parts = [cell for cell in row.cells if isinstance(read_period(cell), Part)]
        below = sheet.rows[place + 1 : place + 3]
        if len(parts) > 1 and below and all(any(is_year(cell) for cell in each.cells[:2]) for each in below):
            above = sheet.rows[place - 1] if place else None
            if above is None or not any(is_year(cell) for cell in above.cells):
                return place, float(len(parts))
    return None


class OwnTable(Reader):
    """The table of `figure.py`, or any with a first and a last day in each row."""

    def __init__(self, sheet: Sheet, choice: Choice, file: str, place: int, names: Sequence[str]) -> None:
        super().__init__(sheet, choice, file)
        self.place, self.names = place, names

    def layout(self) -> Layout:
        """The figures of the table."""
        self.out.kind, self.out.picked, self.out.heads = "own", "value", list(self.names)
        self.titles(self.sheet.rows[: self.place])
        self.skip(self.sheet.rows[self.place], "head")
        self.check_where(self.names)
        for row in self.sheet.rows[self.place + 1 :]:
            more = {
                name: text_of(row.at(column)) for column, name in enumerate(self.names) if row.at(column) is not None
            }
            if self.is_left_out(row.texts()):
                self.skip(row, "left_out")
                continue
            if any(not same(wanted, more.get(plain(head), "")) for head, wanted in self.choice.where):
                self.skip(row, "elsewhere")
                continue
            days = [read_period(row.at(self.names.index(name))) for name in ("period_start", "period_end")]
            if not all(isinstance(day, Period) and day.kind == "day" for day in days):
                if len(row.texts()) < 3:
                    self.note(row)
                    continue
                text = " | ".join(row.texts())
                raise WrongInput("period_unread", file=self.file, line=row.line, text=text, allowed=Allowed("periods"))
            first, last = (day.first for day in days if isinstance(day, Period))
            if last < first:
                raise WrongInput("ends_before_it_begins", file=self.file, line=row.line, text=f"{first} {last}")
            value = row.at(self.names.index("value"))
            named = f"{first} – {last}" if last > first else f"{first}"
            if is_missing(value):
                self.skip(row, "missing", named)
                continue
            period = _kind_of_days(first, last)
            self.out.found.append(Found(row.line, period, named, value, more.get("area", ""), more))
        return self.out


def _kind_of_days(first: date, last: date) -> Period:
    """The period of two days: by its kind where it is a whole month, quarter, half-year or year."""
    for kind, months in (("month", 1), ("quarter", 3), ("half_year", 6), ("year", 12)):
        found = stretch(kind, first.year, (first.month - 1) // months + 1)  # type: ignore[arg-type]
        if found is not None and (found.first, found.last) == (first, last):
            return found
    return Period("day", first, last)
