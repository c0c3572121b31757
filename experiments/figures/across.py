"""Periods beside each other, with their figures in one of the rows below them; and years by months."""

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.figures.cells import Row, Sheet, text_of
from experiments.figures.layout import Choice, Found, Layout, Reader, is_year, same
from experiments.figures.numbers import is_missing, written
from experiments.figures.periods import Part, Period, is_total, read_period, stretch
from sim.errors import Allowed, WrongInput


class Across(Reader):
    """Periods beside each other, and years by months."""

    def __init__(self, sheet: Sheet, choice: Choice, file: str, place: int) -> None:
        super().__init__(sheet, choice, file)
        self.place, self.head = place, sheet.rows[place]

    def layout(self) -> Layout:
        """The figures of one row below a head of periods."""
        self.out.kind = "across"
        periods = self._periods()
        first = min(periods)
        above = self.place - 1 if self._years() else self.place
        self.titles(self.sheet.rows[:above])
        for row in self.sheet.rows[above : self.place + 1]:
            self.skip(row, "head")
        rows = self._rows(periods, first)
        if self._months_below(rows, periods):
            return self._months_by_years(rows, periods)
        row = self._picked(rows, first)
        self.out.picked = self._label(row, first)
        for other in rows:
            if other is not row:
                self.skip(other, "other_row")
        for column, period in periods.items():
            self._take(row, column, period, text_of(self.head.at(column)))
        return self.out

    def _take(self, row: Row, column: int, period: Period | None, named: str) -> None:
        """Note the figure of a cell; what holds none, or is of no period, is told as missing."""
        cell = row.at(column)
        if period is None or is_missing(cell):
            self.skip(row, "missing", f"{named}: {text_of(cell)}")
        else:
            self.out.found.append(Found(row.line, period, named, cell))

    def _months_below(self, rows: Sequence[Row], periods: Mapping[int, Period]) -> bool:
        """Whether months or quarters stand below each other and years beside each other."""
        parts = [read_period(row.at(min(periods) - 1)) if min(periods) else None for row in rows]
        years = all(period.kind == "year" for period in periods.values())
        return years and len(rows) > 1 and any(isinstance(part, Part) for part in parts)

    def _months_by_years(self, rows: Sequence[Row], periods: Mapping[int, Period]) -> Layout:
        """The figures of a table with a month in each row and a year in each column."""
        self.out.kind = "years"
        for row in rows:
            part = read_period(row.at(min(periods) - 1))
            if not isinstance(part, Part) or part.kind == "week":
                self._beside(row, periods)
                continue
            for column, year in periods.items():
                named = f"{text_of(row.at(min(periods) - 1))} {year.first.year}"
                self._take(row, column, stretch(part.kind, year.first.year, part.number), named)
        return self.out

    def layout_of_years(self) -> Layout:
        """The figures of a table with a year in each row and a month in each column."""
        self.out.kind = "years"
        parts = {
            column: part for column, cell in enumerate(self.head.cells) if isinstance(part := read_period(cell), Part)
        }
        self._refuse_totals(parts)
        self.titles(self.sheet.rows[: self.place])
        self.skip(self.head, "head")
        for row in self.sheet.rows[self.place + 1 :]:
            if self.is_left_out(row.texts()):
                self.skip(row, "left_out")
                continue
            year = next((read_period(cell) for cell in row.cells[: min(parts)] if is_year(cell)), None)
            if not isinstance(year, Period):
                self._beside(row, parts)
                continue
            for column, part in parts.items():
                period = None if part.kind == "week" else stretch(part.kind, year.first.year, part.number)
                self._take(row, column, period, f"{text_of(self.head.at(column))} {year.first.year}")
        return self.out

    def _beside(self, row: Row, columns: Mapping[int, Any]) -> None:
        """A row without a year: a remark, or something that is refused."""
        if not any(written(row.at(column)) is not None for column in columns):
            self.note(row)
            return
        total, text = any(is_total(cell) for cell in row.cells), " | ".join(row.texts())
        raise WrongInput(
            "total_row" if total else "row_without_period", file=self.file, line=row.line, text=text,
            allowed=Allowed("without" if total else "periods"),
        )  # fmt: skip

    def _years(self) -> bool:
        """Whether years stand above months or quarters."""
        return any(isinstance(read_period(cell), Part) for cell in self.head.cells) and self.place > 0

    def _periods(self) -> dict[int, Period]:
        """Column -> period."""
        found: dict[int, Period] = {}
        above = self.sheet.rows[self.place - 1] if self._years() else None
        year: int | None = None
        for column, cell in enumerate(self.head.cells):
            over = None if above is None else read_period(above.at(column))
            if isinstance(over, Period):
                year = over.first.year
            period = read_period(cell)
            if isinstance(period, Part):
                if year is None or period.kind == "week":
                    allowed, count = Allowed("one_head_each"), len(self.head.cells)
                    raise WrongInput("heads_unclear", file=self.file, line=self.head.line, count=count, allowed=allowed)
                period = stretch(period.kind, year, period.number)
            if isinstance(period, Period):
                found[column] = period
        self._refuse_totals(found)
        return found

    def _refuse_totals(self, periods: Mapping[int, Any]) -> None:
        """Refuse a column of totals among the periods, and one with figures and another name."""
        for column in range(min(periods), max([len(row.cells) for row in self.sheet.rows])):
            named = text_of(self.head.at(column))
            figures = any(written(row.at(column)) is not None for row in self.sheet.rows[self.place + 1 :])
            if column in periods or not figures or self.is_left_out([named]):
                if self.is_left_out([named]):
                    self.skip(self.head, "left_out", named)
                continue
            raise WrongInput(
                "total_column" if is_total(named) else "period_unread", file=self.file, line=self.head.line,
                text=named or str(column + 1), allowed=Allowed("without"),
            )  # fmt: skip

    def _label(self, row: Row, first: int) -> str:
        """What stands before the figures of a row."""
        return " ".join(text_of(cell) for cell in row.cells[:first] if cell is not None)

    def _rows(self, periods: Mapping[int, Period], first: int) -> list[Row]:
        """The rows with figures below the periods."""
        heads = [text_of(cell) for cell in self.head.cells[:first]]
        self.check_where(heads)
        found = []
        for row in self.sheet.rows[self.place + 1 :]:
            if self.is_left_out(row.texts()):
                self.skip(row, "left_out")
            elif not any(written(row.at(column)) is not None for column in periods):
                self.note(row)
            elif any(not same(wanted, text_of(row.at(_place(heads, head)))) for head, wanted in self.choice.where):
                self.skip(row, "elsewhere")
            else:
                found.append(row)
        return found

    def _picked(self, rows: Sequence[Row], first: int) -> Row:
        """The row to read. Raises WrongInput when that is not told."""
        if not rows:
            raise WrongInput("no_figures", file=self.file, allowed=Allowed("figures_beside_periods"))
        labels = [self._label(row, first) for row in rows]
        wanted = self.choice.row or self.choice.column
        if wanted:
            chosen = [row for row, label in zip(rows, labels, strict=True) if same(label, wanted)]
            if len(chosen) != 1:
                allowed = Allowed("row", names=tuple(labels[:12]))
                raise WrongInput(
                    "row_twice" if chosen else "unknown_row", file=self.file, value=wanted, allowed=allowed
                )
            return chosen[0]
        if len(rows) > 1:
            allowed = Allowed("row", names=tuple(label for label in labels if label)[:12])
            raise WrongInput("several_rows", file=self.file, count=len(rows), allowed=allowed)
        return rows[0]


def _place(heads: Sequence[str], head: str) -> int:
    return next(place for place, each in enumerate(heads) if same(head, each))
