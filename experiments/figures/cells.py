"""The cells of one sheet: rows with their lines, no longer than a table by hand has."""

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.figures.numbers import Cell, Percent
from sim.errors import Allowed, WrongInput, one_of

LARGEST_BYTES = 8 << 20
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 20_000, 600, 400_000
LONGEST_CELL = 2_000
Value = Cell | Percent


@dataclass(frozen=True)
class Row:
    """One row of a file with its line, from 1; cells behind the last that holds something are left out."""

    line: int
    cells: tuple[Value, ...]

    def at(self, column: int) -> Value:
        """The cell of a column; None beyond the end."""
        return self.cells[column] if column < len(self.cells) else None

    def texts(self) -> list[str]:
        """What stands in the cells that hold something, as text."""
        return [text_of(cell) for cell in self.cells if cell is not None]


@dataclass(frozen=True)
class Sheet:
    """The rows of a file that hold something. name: of the sheet of a workbook, empty for a CSV."""

    name: str
    rows: tuple[Row, ...]
    encoding: str = ""


def text_of(cell: Value) -> str:
    """What a cell says, as text on one line."""
    if isinstance(cell, Percent):
        return f"{cell.value * 100:.12g}%"
    if isinstance(cell, float):
        return f"{cell:.12g}"
    return " ".join(str(cell).split()) if cell is not None else ""


def chosen_sheet(names: Sequence[str], wanted: str, file: str) -> str:
    """The wanted sheet, or the only one. Raises WrongInput that names them."""
    if wanted and wanted not in names:
        raise WrongInput("unknown_sheet", file=file, value=wanted, allowed=one_of(names))
    if not wanted and len(names) > 1:
        raise WrongInput("several_sheets", file=file, count=len(names), allowed=Allowed("sheet", names=tuple(names)))
    return wanted or names[0]


def row_of(line: int, cells: Sequence[Value], file: str) -> Row | None:
    """The row of these cells; None when they hold nothing. Raises WrongInput when it is too long."""
    if len(cells) > MOST_COLUMNS and any(cell is not None for cell in cells[MOST_COLUMNS:]):
        raise WrongInput("too_many_columns", file=file, line=line, allowed=Allowed("only", name=MOST_COLUMNS))
    kept: list[Value] = [_kept(cell, line, file) for cell in cells[:MOST_COLUMNS]]
    while kept and kept[-1] is None:
        kept.pop()
    return Row(line, tuple(kept)) if kept else None


def _kept(cell: Value, line: int, file: str) -> Value:
    """A cell as it is kept: text without spaces around it, None where there is none."""
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\ufeff", "").strip(" \t\r\n\u00a0\u202f")
    if len(text) > LONGEST_CELL:
        raise WrongInput("cell_too_long", file=file, line=line, allowed=Allowed("signs", most=LONGEST_CELL))
    return text or None
