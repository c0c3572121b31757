"""The tables that each replication writes while a run goes on."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from experiments.storage.tables import parquet_writer
from sim.errors import CannotWrite

if TYPE_CHECKING:
    from models.facts import Facts

PARTS = ("monthly", "households")

#: Columns of households that hold a day; -1 (not, or not yet) becomes empty.
DAY_COLUMNS = (
    "arrived", "registered", "decided", "permit", "appeal_decided", "linked", "housed", "departed",
    "family_applied", "family_decided", "family_arrived", "family_housed", "stay_since", "stay_ended",
)  # fmt: skip


def _dates(days: Any) -> pa.Array:
    numbers = np.asarray(days, dtype=np.int32)
    return pa.array(numbers, type=pa.int32(), mask=numbers < 0).cast(pa.date32())


def monthly_table(number: int, facts: "Facts", from_day: int, until_day: int) -> pa.Table:
    """One row per municipality and month end of the window, one column per measure."""
    from models.geography import municipalities

    codes = list(municipalities().code)
    days = np.asarray(facts.monthly_days, dtype=np.int32)
    rows = np.flatnonzero((days >= from_day) & (days < until_day))
    columns: dict[str, Any] = {
        "replication": pa.array(np.full(rows.size * len(codes), number, dtype=np.int32)),
        "date": _dates(np.repeat(days[rows], len(codes))),
        "municipality": pa.DictionaryArray.from_arrays(
            pa.array(np.tile(np.arange(len(codes), dtype=np.int16), rows.size)), pa.array(codes)
        ),
    }
    for measure, values in facts.municipal_monthly.items():
        columns[measure] = pa.array(np.ascontiguousarray(np.asarray(values)[rows]).ravel())
    return pa.table(columns)


def _words(numbers: Any, words: Sequence[str]) -> pa.Array:
    """Codes as the words they stand for; a code below zero becomes empty."""
    codes = np.asarray(numbers, dtype=np.int32)
    indices = pa.array(codes, type=pa.int32(), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(words)))


def households_table(number: int, facts: "Facts") -> pa.Table:
    """One row per household: its number, its dates, and its traits in words."""
    from models.geography import PROVINCES, municipalities
    from models.register import GROUPS, HOW, STATUSES, STAYS, STREAMS

    words = {"stream": STREAMS, "group": GROUPS, "status": STATUSES, "how_housed": HOW, "stay": STAYS}
    words |= {"last_stay": STAYS, "match": PROVINCES, "municipality": municipalities().code}
    size = len(next(iter(facts.households.values()), ()))
    columns: dict[str, Any] = {
        "replication": pa.array(np.full(size, number, dtype=np.int32)),
        "household": pa.array(np.arange(size, dtype=np.int32)),
    }
    for name, values in facts.households.items():
        if name in DAY_COLUMNS:
            columns[name] = _dates(values)
        elif name in words:
            columns[name] = _words(values, words[name])
        else:
            columns[name] = pa.array(np.ascontiguousarray(values))
    return pa.table(columns)


def write_part(parts: Path, number: int, facts: "Facts", from_day: int, until_day: int) -> None:
    """Leave the facts of one replication in the temporary folder. Raises CannotWrite."""
    tables = (monthly_table(number, facts, from_day, until_day), households_table(number, facts))
    for kind, table in zip(PARTS, tables, strict=True):
        path = parts / f"{kind}-{number}.parquet"
        try:
            with parquet_writer(path, table.schema) as writer:
                writer.write_table(table)
        except OSError as error:
            raise CannotWrite.because(path, error) from error
