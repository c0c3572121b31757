"""What the readers of the layouts of a sheet share: what a user chose, what was found, what was passed over and why.

A sheet whose layout has two readings is refused with the ways to choose.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from experiments.figures.cells import Row, Sheet, Value
from experiments.figures.periods import Period, read_period
from sim.errors import Allowed, WrongInput


@dataclass(frozen=True)
class Choice:
    """What a user chose of a file that holds more than one series.

    column, row: the head of the figures, or the label beside them; where: head -> what must stand below it;
    without: rows and columns that hold this word are passed over.
    """

    sheet: str = ""
    column: str = ""
    row: str = ""
    where: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """One figure as it stands: its line, its period and what was written; and what else its row says."""

    line: int
    period: Period
    as_written: str
    value: Value
    area: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Skipped:
    """A row or column that was passed over: its line, why, and what stands there."""

    line: int
    why: str
    text: str


@dataclass
class Layout:
    """What was found in a sheet. kind: `down`, `across` or `years`; picked: the head or label of the figures."""

    kind: str = ""
    picked: str = ""
    found: list[Found] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)


def same(one: str, other: str) -> bool:
    """Whether two names are the same but for case, spaces and how signs are coded."""
    return plain(one) == plain(other)


def plain(text: str) -> str:
    """A name as names are held against each other."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def is_year(cell: Value) -> bool:
    """Whether a cell is a year."""
    period = read_period(cell)
    return isinstance(period, Period) and period.kind == "year"


class Reader:
    """What the readers of the three layouts share."""

    def __init__(self, sheet: Sheet, choice: Choice, file: str) -> None:
        self.sheet, self.choice, self.file = sheet, choice, file
        self.out = Layout()

    def skip(self, row: Row, why: str, text: str = "") -> None:
        """Pass over a row, and say why."""
        self.out.skipped.append(Skipped(row.line, why, text or " | ".join(row.texts())))

    def is_left_out(self, texts: Sequence[str]) -> bool:
        """Whether the user said to pass over what holds one of these words."""
        return any(same(word, text) for word in self.choice.without for text in texts)

    def note(self, row: Row) -> None:
        """Keep a remark of the file, which may say who its source is."""
        self.out.notes.append(" ".join(row.texts()))
        self.skip(row, "note")

    def titles(self, rows: Sequence[Row]) -> None:
        """Pass over what stands above the head."""
        for row in rows:
            self.out.notes.append(" ".join(row.texts()))
            self.skip(row, "title")

    def check_where(self, known: Sequence[str]) -> None:
        """Raise WrongInput for a head that the file does not have."""
        for head, _ in self.choice.where:
            if not any(same(head, each) for each in known):
                allowed = Allowed("heads_here", names=tuple(known))
                raise WrongInput("unknown_head", file=self.file, value=head, allowed=allowed)
