"""Dated decisions as a small table: date, lever, value and perhaps an end, from a spreadsheet or a link.

Either all rows are right, or every wrong row is named; never half of them.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from experiments.language.formatting import plain_text
from experiments.language.labels import lever_label
from experiments.language.language import LANGUAGES
from experiments.scenario.plain_yaml import LARGEST_BYTES, as_text
from experiments.scenario.reading import read_count, read_value
from experiments.scenario.scenario import meant
from experiments.scenario.setting import LONGEST_RAMP_DAYS, MOST_STEPS, Setting, check_setting
from models.levers import LEVERS, Value
from sim.errors import Allowed, Term, WrongInput

MOST_ROWS = 200
#: What refusals call rows that came from no file.
TABLE = Term("table")
HEADS = ("datum", "knop", "waarde", "tot", "aanloop")
_HEAD_WORDS = {
    "datum": 0, "date": 0, "vanaf": 0, "from": 0, "knop": 1, "lever": 1, "waarde": 2, "value": 2, "tot": 3, "until": 3,
    "aanloop": 4, "aanloop (dagen)": 4, "ramp": 4, "ramp (days)": 4,
}  # fmt: skip
_DUTCH_DATE = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", re.ASCII)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True)
class Step:
    """One decision: from a date until (not on) another a lever has a value, reached over the days of its ramp."""

    lever: str
    value: Value
    from_date: date
    until_date: date | None = None
    ramp_days: int = 0

    def as_setting(self) -> dict[str, object]:
        """As it stands in a scenario file."""
        setting = Setting(
            value=self.value, from_date=self.from_date, until_date=self.until_date, ramp_days=self.ramp_days
        )
        return setting.as_group()


class WrongRows(Exception):
    """Rows that cannot be used, each with its refusal."""

    def __init__(self, refusals: Sequence[WrongInput]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("\n".join(map(str, self.refusals)))


def read_rows(rows: Sequence[Sequence[str]], period: str, file: str | Term = TABLE, first: int = 1) -> tuple[Step, ...]:
    """Check rows of (date, lever, value, until, ramp in days) as text. Raises WrongRows, naming every wrong row."""
    found: list[Step] = []
    wrong: list[WrongInput] = []
    if len(rows) > MOST_ROWS:
        raise WrongRows([WrongInput("rows", file=file, count=len(rows), allowed=Allowed("at_most", most=MOST_ROWS))])
    for place, row in enumerate(rows):
        cells = [str(cell).strip() for cell in row]
        if not any(cells):
            continue
        try:
            found.append(_step([*cells, *[""] * len(HEADS)][: max(len(HEADS), len(cells))], period))
        except WrongInput as error:
            wrong.append(error.placed(file=file, line=first + place))
    for lever, count in Counter(step.lever for step in found).items():
        if count > MOST_STEPS:
            allowed = Allowed("at_most", most=MOST_STEPS)
            wrong.append(WrongInput("rows", file=file, field=lever, count=count, allowed=allowed))
    if wrong:
        raise WrongRows(wrong)
    return tuple(sorted(found, key=lambda step: step.from_date))


def _step(cells: Sequence[str], period: str) -> Step:
    when, lever_name, value_text, until_text, ramp_text = cells[: len(HEADS)]
    if any(cells[len(HEADS) :]):
        raise WrongInput("too_many_columns", allowed=Allowed("columns"))
    by_label = {lever_label(name, language).lower(): name for name in LEVERS for language in LANGUAGES}
    name = by_label.get(lever_name.lower(), lever_name)
    lever, allowed = LEVERS.get(name), Allowed("dated_lever")
    if lever is None:
        field, near = Term("column_lever"), meant(lever_name, LEVERS)
        raise WrongInput("unknown_lever", field=field, value=lever_name, meant=near, allowed=allowed)
    if not lever.dated:
        raise WrongInput("lever_has_no_dates", field=name, allowed=allowed)
    from_date = _date(when, Term("column_date"))
    until_date = _date(until_text, Term("column_until")) if until_text else None
    value = read_value(lever, value_text, name)
    ramp = read_count(ramp_text) if ramp_text else 0
    if ramp is None or not 0 <= ramp <= LONGEST_RAMP_DAYS:
        raise WrongInput(
            field=Term("column_ramp"), value=ramp_text, allowed=Allowed("whole_days", most=LONGEST_RAMP_DAYS)
        )
    setting = Setting(value=value, from_date=from_date, until_date=until_date, ramp_days=ramp)
    check_setting(lever, setting, name, period)
    return Step(name, value, from_date, until_date, ramp)


def _date(text: str, field: Term) -> date:
    text = text.removesuffix(" 00:00:00").removesuffix("T00:00:00.000")
    try:
        if _ISO_DATE.fullmatch(text):
            return date.fromisoformat(text)
        if found := _DUTCH_DATE.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    raise WrongInput(field=field, value=text, allowed=Allowed("date_either_way"))


def read_steps(text: str | bytes, period: str, file: str | Term = TABLE) -> tuple[Step, ...]:
    """Read pasted text or a CSV file: tab, semicolon or comma between columns, a head or none. Raises WrongRows."""
    try:
        content = text.encode("utf-8", "replace") if isinstance(text, str) else text
        if len(content) > LARGEST_BYTES:
            raise WrongInput("too_large", file=file, allowed=Allowed("bytes", most=LARGEST_BYTES))
        if not content.strip():
            return ()
        plain = as_text(content.removeprefix(b"\xef\xbb\xbf"), file)
        first_line = plain.split("\n", 1)[0]
        separator = next((mark for mark in "\t;" if mark in first_line), ",")
        rows = list(csv.reader(io.StringIO(plain), delimiter=separator, strict=True))
    except WrongInput as error:
        raise WrongRows([error]) from error
    except csv.Error as error:
        raise WrongRows([WrongInput("no_table", file=file, allowed=Allowed("heads"))]) from error
    if not rows:
        return ()
    head = [cell.strip().lower() for cell in rows[0]]
    if not any(word in _HEAD_WORDS for word in head):
        return read_rows(rows, period, file)
    unknown = [word for word in head if word and word not in _HEAD_WORDS]
    places = {_HEAD_WORDS[word]: index for index, word in enumerate(head) if word in _HEAD_WORDS}
    if unknown or not {0, 1, 2} <= set(places) or len(places) != len([word for word in head if word]):
        raise WrongRows([WrongInput("wrong_columns", file=file, line=1, allowed=Allowed("heads"))])
    ordered = []
    for row in rows[1:]:
        cells = [row[place] if -1 < (place := places.get(each, -1)) < len(row) else "" for each in range(len(HEADS))]
        ordered.append([*cells, *row[len(head) :]])
    return read_rows(ordered, period, file, first=2)


def as_link(steps: Sequence[Step]) -> str:
    """Steps as one short text for in a link; `from_link` reads it back."""
    return "~".join(",".join(_cells(step)) for step in steps)


def _cells(step: Step) -> list[str]:
    cells = [step.from_date.isoformat(), step.lever, plain_text(step.value)]
    if step.until_date or step.ramp_days:
        cells.append(step.until_date.isoformat() if step.until_date else "")
    if step.ramp_days:
        cells.append(str(step.ramp_days))
    return cells


def from_link(text: str, period: str) -> tuple[Step, ...]:
    """Steps from a link. Raises WrongRows."""
    if len(text) > LARGEST_BYTES:
        raise WrongRows([WrongInput("too_large", file="link", allowed=Allowed("bytes", most=LARGEST_BYTES))])
    return read_rows([part.split(",") for part in text.split("~")] if text else [], period, "link")
