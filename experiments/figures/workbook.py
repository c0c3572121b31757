"""One sheet of an XLSX workbook as rows of cells: values as they were last computed, with dates and per cents as such.

A workbook is a packed folder: what it unpacks to is counted before anything of it is unpacked, and no more rows and
columns are read than a table by hand has, whatever its sheets say of themselves.
"""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import zip_longest
from typing import Any

from experiments.figures.cells import (
    MOST_CELLS,
    MOST_ROWS,
    Row,
    Sheet,
    Value,
    chosen_sheet,
    row_of,
)
from experiments.figures.numbers import Percent
from sim.errors import Allowed, WrongInput

#: More than a workbook of figures unpacks to, and holds in parts.
LARGEST_UNPACKED_BYTES = 48 << 20
MOST_PARTS = 500
#: So far down is looked: people format a sheet to its end, and mark a cell below all others.
MOST_LINES = 100_000
_WORKBOOK = "xl/workbook.xml"


def read_workbook(content: bytes, file: str, wanted: str = "") -> Sheet:
    """The wanted sheet of a workbook, or its only one that is shown and holds something. Raises WrongInput."""
    _check_packed(content, file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that are not read
            return _read(content, file, wanted)
    except WrongInput:
        raise
    except Exception as error:  # whatever one of the many parts of the library says of a broken workbook
        raise WrongInput("workbook_broken", file=file, allowed=Allowed("table_file")) from error


def _check_packed(content: bytes, file: str) -> None:
    """Refuse what is no workbook, and what unpacks to more than one can be."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise WrongInput("workbook_broken", file=file, allowed=Allowed("table_file")) from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED_BYTES:
        allowed = Allowed("kilobytes", size=LARGEST_UNPACKED_BYTES // 1024)
        raise WrongInput("unpacks_too_large", file=file, allowed=allowed)
    names = {part.filename for part in parts}
    if _WORKBOOK not in names:
        kind = "ODS" if "content.xml" in names else "XLSB" if "xl/workbook.bin" in names else "ZIP"
        raise WrongInput("no_table_file", file=file, kind=kind, allowed=Allowed("table_file"))
    if any(part.flag_bits & 1 for part in parts):
        raise WrongInput("workbook_locked", file=file, allowed=Allowed("table_file"))
    _check_parts(content, file)


def _check_parts(content: bytes, file: str) -> None:
    """Refuse parts that declare entities, which unpack once more while they are read; no workbook has them."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for part in packed.infolist():
                if part.filename.lower().endswith((".xml", ".rels")):
                    text = packed.read(part)
                    if any("<!DOCTYPE".encode(encoding) in text for encoding in ("ascii", "utf-16-le", "utf-16-be")):
                        raise WrongInput("workbook_broken", file=file, allowed=Allowed("table_file"))
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise WrongInput("workbook_broken", file=file, allowed=Allowed("table_file")) from error


def _read(content: bytes, file: str, wanted: str) -> Sheet:
    from openpyxl import load_workbook

    books = [
        load_workbook(io.BytesIO(content), read_only=True, data_only=computed, keep_links=False)
        for computed in (True, False)
    ]
    shown = [sheet.title for sheet in books[0].worksheets if sheet.sheet_state == "visible" or sheet.title == wanted]
    filled = {name: rows for name in shown if (rows := _rows(books, name, file))}
    if not filled:
        raise WrongInput("empty_file", file=file)
    name = chosen_sheet(list(filled), wanted, file)
    return Sheet(name, filled[name])


def _rows(books: list[Any], name: str, file: str) -> tuple[Row, ...]:
    """The rows of a sheet that hold something. Raises WrongInput for a formula that nobody computed."""
    rows: list[Row] = []
    cells = 0
    for line, (computed, formulas) in enumerate(zip_longest(*(_lines(book, name) for book in books)), 1):
        if line > MOST_LINES or len(rows) > MOST_ROWS:
            raise WrongInput("too_many_rows", file=file, allowed=Allowed("only", name=MOST_ROWS))
        if not computed and not formulas:  # between two rows that are far apart
            continue
        values: list[Value] = []
        for place, cell in enumerate(computed or ()):
            formula = formulas[place].value if formulas is not None and place < len(formulas) else None
            if cell.value is None and str(formula or "").startswith("="):
                raise WrongInput("formula_without_value", file=file, line=line, column=place + 1)
            values.append(_value(cell))
        if (row := row_of(line, values, file)) is not None:
            rows.append(row)
            cells += len(row.cells)
        if cells > MOST_CELLS:
            raise WrongInput("too_many_rows", file=file, allowed=Allowed("only", name=MOST_ROWS))
    return tuple(rows)


def _lines(book: Any, name: str) -> Iterator[Any]:
    """The rows of a sheet, each as wide as its own cells; what it says of its size is not believed."""
    sheet = book[name]
    sheet.reset_dimensions()
    return iter(sheet.iter_rows(max_row=MOST_LINES + 1))


def _value(cell: Any) -> Value:
    """The value of a cell."""
    value = cell.value
    if value is None or isinstance(value, bool | str):
        return str(value) if isinstance(value, bool) else value
    if isinstance(value, datetime):
        return value.date() if value.time() == time(0) else value.isoformat(" ")
    if isinstance(value, date):
        return value
    if isinstance(value, int | float):
        shown_in_per_cent = "%" in str(cell.number_format or "") and cell.data_type == "n"
        return Percent(float(value)) if shown_in_per_cent else value
    return str(value)
