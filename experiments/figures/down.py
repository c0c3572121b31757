"""Periods below each other, with their figures in one of the columns beside them."""

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.figures.cells import Row, Sheet, text_of
from experiments.figures.layout import Choice, Found, Layout, Reader, is_year, plain, same
from experiments.figures.numbers import is_missing, written
from experiments.figures.periods import Part, Period, is_total, read_period, stretch
from sim.errors import Allowed, WrongInput

#: Heads by what stands below them.
YEAR_HEADS = ("jaar", "year", "jaren", "jr")
PART_HEADS: Mapping[str, Any] = {
    **dict.fromkeys(("maand", "mnd", "month", "maandnr", "maandnummer"), "month"),
    **dict.fromkeys(("kwartaal", "kw", "quarter", "q"), "quarter"),
    **dict.fromkeys(("halfjaar", "hj", "half-year"), "half_year"),
}
AREA_HEADS = ("area", "gebied", "regio", "regio's", "provincie", "provincies", "region", "province", "regios")
STATUS_HEADS = ("status",)
ID_HEADS = ("id", "nr", "nummer", "index", "rij", "")
UNIT_HEADS = ("eenheid", "unit")


class Down(Reader):
    """Periods below each other."""

    def __init__(self, sheet: Sheet, choice: Choice, file: str, column: int) -> None:
        super().__init__(sheet, choice, file)
        self.column = column
        rows = sheet.rows
        self.first = next(place for place, row in enumerate(rows) if isinstance(read_period(row.at(column)), Period))
        self.heads = self._heads()
        self.part = self._part_column()

    def layout(self) -> Layout:
        """The figures of the sheet."""
        self.out.kind, self.out.heads = "down", [head for head in self.heads if head]
        self.titles(self.sheet.rows[: self.head_rows[0]] if self.head_rows else self.sheet.rows[: self.first])
        for place in self.head_rows:
            self.skip(self.sheet.rows[place], "head")
        rows = self._kept_rows()
        columns = self._figure_columns([row for row, _ in rows])
        picked = self._picked(columns, [row for row, _ in rows])
        self.out.picked = self.heads[picked] if picked < len(self.heads) else ""
        self._no_figures_above(picked)
        self._one_series(columns, [row for row, _ in rows])
        for row, period in rows:
            self._add(row, period, picked)
        return self.out

    def _heads(self) -> list[str]:
        """The name of each column: what stands above it in the rows directly above the first period."""
        rows = self.sheet.rows
        width = max(len(row.cells) for row in rows[self.first :])
        above: list[int] = []
        for place in range(self.first - 1, max(self.first - 4, -1), -1):
            filled = [cell for cell in rows[place].cells if cell is not None]
            if len(filled) < 2 and not (width <= 2 and not above and filled):
                break
            if rows[place].line < rows[place + 1].line - 1 and above:
                break
            above.insert(0, place)
        self.head_rows = above
        parts = []
        for depth, place in enumerate(above):
            row, carried, cells = rows[place], "", []
            for column in range(width):
                text = text_of(row.at(column))
                carried = text or (carried if depth < len(above) - 1 else "")  # a merged head stands in its first cell
                cells.append(text or carried)
            parts.append(cells)
        return [" ".join(dict.fromkeys(cells[column] for cells in parts if cells[column])) for column in range(width)]

    def _part_column(self) -> int | None:
        """The column of months or quarters beside one of years."""
        first = self.sheet.rows[self.first]
        if not is_year(first.at(self.column)):
            return None
        for column, head in enumerate(self.heads):
            if column == self.column:
                continue
            if isinstance(read_period(first.at(column)), Part) or plain(head) in PART_HEADS:
                return column
        return None

    def _period_of(self, row: Row, year: int | None) -> Period | Part | None:
        """The period of a row; `year` is the one above, for rows that leave it out."""
        own = read_period(row.at(self.column))
        if self.part is None:
            return own
        named = plain(self.heads[self.part])
        cell = row.at(self.part)
        part = read_period(cell)
        number = written(cell)
        if not isinstance(part, Part) and named in PART_HEADS and number is not None:
            digits = number.body.lstrip("=")
            part = Part(PART_HEADS[named], int(digits)) if digits.isdigit() and len(digits) < 3 else None
        if isinstance(own, Period):
            year = own.first.year
        if not isinstance(part, Part) or year is None or part.kind == "week":
            return None
        return stretch(part.kind, year, part.number)

    def _kept_rows(self) -> list[tuple[Row, Period]]:
        """The rows with a period; whatever else stands between and below them is passed over, or refused."""
        kept: list[tuple[Row, Period]] = []
        year: int | None = None
        for row in self.sheet.rows[self.first :]:
            texts = row.texts()
            own = read_period(row.at(self.column))
            year = own.first.year if isinstance(own, Period) else year
            if self.is_left_out(texts):
                self.skip(row, "left_out")
                continue
            if self._is_elsewhere(row):
                self.skip(row, "elsewhere")
                continue
            period = self._period_of(row, year)
            named = [row.at(self.column), None if self.part is None else row.at(self.part)]
            if isinstance(period, Period):
                kept.append((row, period))
            elif any(is_total(cell) for cell in named):
                raise WrongInput(
                    "total_row", file=self.file, line=row.line, text=" | ".join(texts), allowed=Allowed("without")
                )
            elif self._has_figures(row):
                if any(is_total(cell) for cell in row.cells):
                    raise WrongInput(
                        "total_row", file=self.file, line=row.line, text=" | ".join(texts), allowed=Allowed("without")
                    )
                blank = row.at(self.column) is None
                raise WrongInput(
                    "row_without_period" if blank else "period_unread", file=self.file, line=row.line,
                    text=" | ".join(texts) if blank else text_of(row.at(self.column)), allowed=Allowed("periods"),
                )  # fmt: skip
            else:
                self.note(row)
        return kept

    def _has_figures(self, row: Row) -> bool:
        """Whether a row without a period has figures beside it, so that it is no remark."""
        return any(
            written(cell) is not None for column, cell in enumerate(row.cells) if column not in (self.column, self.part)
        )

    def _is_elsewhere(self, row: Row) -> bool:
        """Whether a row is of something else than what the user asked for."""
        self.check_where(self.heads)
        return any(
            not same(wanted, text_of(row.at(next(place for place, each in enumerate(self.heads) if same(head, each)))))
            for head, wanted in self.choice.where
        )

    def _figure_columns(self, rows: Sequence[Row]) -> list[int]:
        """The columns that hold figures: at least half of what stands there are numbers."""
        found = []
        for column in range(len(self.heads)):
            if column in (self.column, self.part) or self._heads_something_else(column):
                continue
            cells = [row.at(column) for row in rows]
            filled = [cell for cell in cells if not is_missing(cell)]
            if filled and sum(written(cell) is not None for cell in filled) >= len(filled) / 2:
                found.append(column)
        return found

    def _heads_something_else(self, column: int) -> bool:
        name = plain(self.heads[column])
        if name in ID_HEADS[:-1] or name in YEAR_HEADS or name in PART_HEADS or name in STATUS_HEADS:
            return True
        # The key of a table of CBS stands beside its periods.
        return name.startswith("perioden") or (name == "" and column < self.column)

    def _picked(self, columns: Sequence[int], rows: Sequence[Row]) -> int:
        """The column to read. Raises WrongInput when that is not told."""
        named = {column: self.heads[column] for column in columns}
        if self.choice.column:
            found = [column for column, name in named.items() if same(name, self.choice.column)]
            if len(found) != 1:
                raise WrongInput(
                    "column_twice" if found else "unknown_column", file=self.file, value=self.choice.column,
                    allowed=_heads_allowed(named.values()),
                )  # fmt: skip
            return found[0]
        columns = [
            column for column in columns if not is_total(self.heads[column]) or len(columns) == 1
        ] if not self.is_left_out_any(named.values()) else [
            column for column, name in named.items() if not self.is_left_out([name])
        ]  # fmt: skip
        if not columns:
            if named:
                raise WrongInput("only_totals", file=self.file, allowed=_heads_allowed(named.values()))
            raise WrongInput("no_figures", file=self.file, allowed=Allowed("figures_beside_periods"))
        if len(columns) < len(named) and not self.choice.without:
            total = next(name for column, name in named.items() if column not in columns)
            raise WrongInput("total_column", file=self.file, text=total, allowed=_heads_allowed(named.values()))
        if len(columns) > 1:
            if len({plain(name) for name in named.values()}) < len(named) or "" in named.values():
                raise WrongInput("heads_unclear", file=self.file, count=len(named), allowed=Allowed("one_head_each"))
            raise WrongInput(
                "several_columns", file=self.file, count=len(columns), allowed=_heads_allowed(named.values())
            )
        return columns[0]

    def _no_figures_above(self, picked: int) -> None:
        """Refuse a row above the first period that has a figure too: its period could not be read."""
        for row in self.sheet.rows[: self.first]:
            cell = row.at(self.column)
            if cell is None or written(row.at(picked)) is None or is_year(row.at(picked)):
                continue
            text, allowed = text_of(cell), Allowed("periods")
            raise WrongInput("period_unread", file=self.file, line=row.line, text=text, allowed=allowed)

    def is_left_out_any(self, names: Any) -> bool:
        """Whether one of these heads is passed over."""
        return any(self.is_left_out([name]) for name in names)

    def _one_series(self, columns: Sequence[int], rows: Sequence[Row]) -> None:
        """Refuse rows that are of more than one thing, such as men and women, unless it is an area."""
        for column, head in enumerate(self.heads):
            name = plain(head)
            skipped = column in columns or column in (self.column, self.part) or self._heads_something_else(column)
            if skipped or name in AREA_HEADS or name in UNIT_HEADS or not head:
                continue
            words = list(dict.fromkeys(text_of(row.at(column)) for row in rows if row.at(column) is not None))
            lines: dict[Any, int] = {}
            for row in rows:
                period = read_period(row.at(self.column))
                lines[period] = lines.get(period, 0) + 1
            if len(words) > 1 and max(lines.values(), default=0) > 1 and self.part is None:
                allowed = Allowed("where", head=head, names=tuple(words[:12]))
                raise WrongInput("several_groups", file=self.file, text=head, count=len(words), allowed=allowed)

    def _add(self, row: Row, period: Period, column: int) -> None:
        """One figure, or one that is not there."""
        cell = row.at(column)
        written_as = text_of(row.at(self.column))
        if self.part is not None:
            written_as = f"{written_as} {text_of(row.at(self.part))}".strip()
        if is_missing(cell):
            self.skip(row, "missing", f"{written_as}: {text_of(cell)}")
            return
        area = next((text_of(row.at(place)) for place, head in enumerate(self.heads) if plain(head) in AREA_HEADS), "")
        more = {
            plain(head): text_of(row.at(place))
            for place, head in enumerate(self.heads)
            if plain(head) in (*STATUS_HEADS, *UNIT_HEADS) and row.at(place) is not None
        }
        self.out.found.append(Found(row.line, period, written_as, cell, area, more))


def _heads_allowed(names: Any) -> Allowed:
    return Allowed("column", names=tuple(name for name in names if name))
