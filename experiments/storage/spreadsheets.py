"""Tables as CSV, XLSX and Parquet, safe to open in a spreadsheet."""

import csv
import datetime
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from experiments.language.catalogue import catalogue
from experiments.language.formatting import value_text
from experiments.language.language import Language
from experiments.storage.tables import table_bytes

Row = Mapping[str, Any]
#: A spreadsheet may take text that begins like this for a formula; the last four are the wide forms.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: What stands in a workbook as the day it was made; a clock would make equal results differ.
WORKBOOK_DATE = datetime.datetime(2021, 1, 1)
LONGEST_CELL = 32_767
LONGEST_SHEET_NAME = 31


@dataclass(frozen=True)
class Table:
    """Rows with the same columns, and the head of each column in order."""

    heads: Mapping[str, str]
    rows: Sequence[Row]


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula, and without half characters that no file can hold."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return f"'{whole}" if whole.lstrip(" \u00a0\ufeff").startswith(FORMULA_STARTS) else whole


def csv_text(rows: Sequence[Row], heads: Mapping[str, str], language: Language = "nl", origin: str = "") -> bytes:
    """Rows as CSV; `heads` gives the columns in order and what stands above them; `origin` as in `csv_lines`."""
    cells = [[row.get(name) for name in heads] for row in rows]
    return csv_lines(tuple(heads.values()), cells, language, origin=origin)


def csv_lines(
    heads: Sequence[str],
    rows: Sequence[Sequence[Any]],
    language: Language = "nl",
    decimals: int | None = None,
    origin: str = "",
) -> bytes:
    """Cells below their heads as CSV in UTF-8 with a byte order mark; with `decimals` figures are rounded.

    origin: what made the table, as a last column that is the same in every row, so that no row loses it.
    """
    if origin:
        heads = [*heads, catalogue("exports", language)("head.origin")]
        rows = [[*row, origin] for row in rows]
    decimal = catalogue("formatting", language)("decimal")
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";" if decimal == "," else ",", lineterminator="\r\n")
    writer.writerow([harmless(head) for head in heads])
    for row in rows:
        writer.writerow([_csv_cell(value, language, decimal, decimals) for value in row])
    return stream.getvalue().encode("utf-8-sig")


def _csv_cell(value: Any, language: Language, decimal: str, decimals: int | None) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return value_text(value, language)
    if isinstance(value, int | float):
        if not math.isfinite(value):
            return ""
        if decimals is not None:
            return f"{value:.{decimals}f}".replace(".", decimal)
        text = str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)
        return text.replace(".", decimal)
    if isinstance(value, datetime.date):
        return value.isoformat()
    # A null byte ends a cell for some readers, and this one refuses it.
    return harmless(str(value)).replace("\0", "")


def xlsx_bytes(tables: Mapping[str, Table]) -> bytes:
    """A workbook with one sheet per table, by the name of the sheet; numbers and dates as such, text as text."""
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "nan_inf_to_errors": False}) as book:
        book.set_properties({"title": "Doorstroom", "created": WORKBOOK_DATE})
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, one in tables.items():
            sheet = book.add_worksheet(name[:LONGEST_SHEET_NAME])
            sheet.freeze_panes(1, 0)
            for column, (key, head) in enumerate(one.heads.items()):
                sheet.write_string(0, column, _xlsx_text(head), bold)
                widest = max([len(head) / 2, *(len(str(row.get(key, ""))) for row in one.rows[:200])])
                sheet.set_column(column, column, min(max(widest + 2, 9), 60))
                for line, row in enumerate(one.rows, start=1):
                    _write_cell(sheet, line, column, row.get(key), day)
            if one.rows:
                sheet.autofilter(0, 0, len(one.rows), len(one.heads) - 1)
    return stream.getvalue()


def _write_cell(sheet: Any, line: int, column: int, value: Any, day: Any) -> None:
    if value is None or value == "" or (isinstance(value, float) and not math.isfinite(value)):
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(line, column, value)
    elif isinstance(value, datetime.date):
        sheet.write_datetime(line, column, value, day)
    else:
        sheet.write_string(line, column, _xlsx_text(str(value)))


def _xlsx_text(text: str) -> str:
    whole = harmless(text)
    return whole if len(whole) <= LONGEST_CELL else f"{whole[: LONGEST_CELL - 1]}…"


def parquet_bytes(rows: Sequence[Row], columns: Sequence[str] = ()) -> bytes:
    """Rows as a Parquet file whose pages carry checksums; without `columns` those of the first row."""
    names = columns or (rows[0] if rows else ())
    return table_bytes(pa.table({name: _column([row.get(name) for row in rows]) for name in names}))


def _column(values: Sequence[Any]) -> pa.Array:
    """Values of one kind; where text and figures stand together all become text."""
    if any(isinstance(value, str) for value in values):
        whole = (None if value is None else str(value).encode("utf-8", "replace").decode("utf-8") for value in values)
        return pa.array(list(whole), type=pa.string())
    column = pa.array(values)
    # A column that is empty everywhere still needs a kind.
    return column.cast(pa.string()) if pa.types.is_null(column.type) else column
