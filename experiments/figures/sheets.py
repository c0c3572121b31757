"""A file of a user as cells, whatever kind of file it is: CSV in any usual encoding, or one sheet of a workbook.

A file is told by its first bytes and never by its name. What cannot be read is refused by name; nothing is opened that
is larger than anything people keep by hand, also when it is packed.
"""

import csv
import io
import os
import stat
from collections.abc import Sequence

from experiments.figures.cells import LARGEST_BYTES, MOST_CELLS, MOST_ROWS, Row, Sheet, row_of
from experiments.figures.workbook import read_workbook
from sim.errors import Allowed, WrongInput, reason_of
from sim.files import WITHOUT_WAITING

#: In this order: a comma also stands in numbers, so the others go first.
_DELIMITERS = (";", "\t", "|", ",")
#: First bytes of what is no table that can be read here, and what it is.
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "XLS", b"%PDF": "PDF", b"{": "JSON", b"[": "JSON", b"PAR1": "Parquet", b"<": "HTML",
    b"\x1f\x8b": "GZ", b"7z\xbc\xaf": "7Z", b"Rar!": "RAR", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG",
}  # fmt: skip


def read_file(path: str) -> bytes:
    """The bytes of a file of a user. Raises WrongInput when it is no ordinary file or too large."""
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | WITHOUT_WAITING)) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise WrongInput("no_ordinary_file", file=path)
            return stream.read(LARGEST_BYTES + 1)
    except FileNotFoundError as error:
        raise WrongInput("no_such_file", file=path) from error
    except IsADirectoryError as error:
        raise WrongInput("no_ordinary_file", file=path) from error
    except (OSError, ValueError) as error:
        cause = error if isinstance(error, OSError) else OSError(str(error))
        raise WrongInput("file_unreadable", file=path, reason=reason_of(cause)) from error


def read_sheet(content: bytes, file: str, wanted: str = "") -> Sheet:
    """The cells of a file; of a workbook those of the wanted sheet, or of its only one. Raises WrongInput."""
    if len(content) > LARGEST_BYTES:
        raise WrongInput("too_large", file=file, allowed=Allowed("kilobytes", size=LARGEST_BYTES // 1024))
    if not content.strip(b"\x00\t\r\n "):
        raise WrongInput("empty_file", file=file)
    if content.startswith(b"PK\x03\x04"):
        return read_workbook(content, file, wanted)
    for start, kind in _OTHERS.items():
        if content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(start):
            raise WrongInput("no_table_file", file=file, kind=kind, allowed=Allowed("table_file"))
    if wanted:
        raise WrongInput("no_sheets", file=file, value=wanted)
    text, encoding = _decoded(content, file)
    return Sheet("", _rows(text, file), encoding)


def _decoded(content: bytes, file: str) -> tuple[str, str]:
    """The text of a file and its encoding, by the mark it begins with or by what its bytes can be."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", ""), (b"\xff\xfe", "utf-16"),
                           (b"\xfe\xff", "utf-16")):  # fmt: skip
        if content.startswith(mark) and encoding:
            return _as(content, encoding, file)
    half = len(content) // 2
    if content[1::2].count(0) > 0.4 * half:
        return _as(content, "utf-16-le", file)
    if content[::2].count(0) > 0.4 * half:
        return _as(content, "utf-16-be", file)
    try:
        return _as(content, "utf-8", file)
    except WrongInput:
        return _as(content, "cp1252", file)


def _as(content: bytes, encoding: str, file: str) -> tuple[str, str]:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise WrongInput("no_text_file", file=file, allowed=Allowed("table_file")) from error
    if "\0" in text:
        raise WrongInput("no_text_file", file=file, allowed=Allowed("table_file"))
    return text, encoding


def _rows(text: str, file: str) -> tuple[Row, ...]:
    """The rows of a CSV, whatever stands between its cells."""
    first, _, rest = text.partition("\n")
    shift = 0
    delimiters: Sequence[str] = _DELIMITERS
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # as Excel writes it for itself
        delimiters, text, shift = (first.strip()[4],), rest, 1
    parsed = {delimiter: _parsed(text, delimiter, shift, file) for delimiter in delimiters}
    for rows in parsed.values():
        several = sum(len(row.cells) > 1 for row in rows)
        if several and several >= len(rows) / 2:
            return rows
    return max(parsed.values(), key=lambda rows: sum(len(row.cells) > 1 for row in rows))


def _parsed(text: str, delimiter: str, shift: int, file: str) -> tuple[Row, ...]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    rows: list[Row] = []
    cells, before = 0, 0
    try:
        for values in reader:
            line, before = before + 1 + shift, reader.line_num
            if (row := row_of(line, values, file)) is not None:
                rows.append(row)
                cells += len(row.cells)
            if len(rows) > MOST_ROWS or cells > MOST_CELLS:
                raise WrongInput("too_many_rows", file=file, allowed=Allowed("only", name=MOST_ROWS))
    except csv.Error as error:
        raise WrongInput("csv_broken", file=file, line=reader.line_num + shift) from error
    return tuple(rows)
