"""Reads the tables of facts in ``data/``; the only place that opens them.

Every row carries value, unit, period, source and status (measured, estimated or assumed).
Left out: any computation beyond selecting rows.
"""

import csv
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "data"
Row = dict[str, str]


@lru_cache(maxsize=32)
def read_table(name: str) -> tuple[Row, ...]:
    """Return the rows of ``data/<name>.csv`` in order; cells are text."""
    with open(FOLDER / f"{name}.csv", encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def table_names() -> list[str]:
    """Return the names of all tables of facts."""
    return sorted(path.stem for path in FOLDER.glob("*.csv"))


@lru_cache(maxsize=1)
def full_persons() -> int:
    """Return above how many people who fit in no place of COA on a day reception is called full."""
    (row,) = (row for row in read_table("thresholds") if row["item"] == "full_persons_beyond_coa")
    return int(row["value"])
