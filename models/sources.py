"""Reads the tables of facts in ``data/``; the only place that opens them.

Every row carries value, unit, period, source and status (measured, estimated or assumed).
Left out: any computation beyond selecting rows.
"""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "data"
Row = dict[str, str]


#: Rows that stand in for those of a table, by its name, and what keeps something that was made of rows.
_STAND_INS: dict[str, tuple[Row, ...]] = {}
_MADE_OF_ROWS: list[Any] = []


def read_table(name: str) -> tuple[Row, ...]:
    """Return the rows of ``data/<name>.csv`` in order, or those that stand in for them; cells are text."""
    return _STAND_INS[name] if name in _STAND_INS else _read(name)


@lru_cache(maxsize=32)
def _read(name: str) -> tuple[Row, ...]:
    with open(FOLDER / f"{name}.csv", encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def made_of_rows(*caches: Any) -> None:
    """Name functions and books that keep what they made of rows: they forget it when other rows stand in."""
    _MADE_OF_ROWS.extend(caches)


@contextmanager
def other_rows(tables: Mapping[str, tuple[Row, ...]]) -> Iterator[None]:
    """Let these rows stand in for those of tables of facts, by name, until it ends; only this process sees them."""
    before = dict(_STAND_INS)
    _stand_in(tables)
    try:
        yield
    finally:
        _stand_in(before)


def _stand_in(tables: Mapping[str, tuple[Row, ...]]) -> None:
    _STAND_INS.clear()
    _STAND_INS.update(tables)
    for cache in _MADE_OF_ROWS:
        (cache.cache_clear if hasattr(cache, "cache_clear") else cache.clear)()


def table_names() -> list[str]:
    """Return the names of all tables of facts."""
    return sorted(path.stem for path in FOLDER.glob("*.csv"))


@lru_cache(maxsize=1)
def full_persons() -> int:
    """Return above how many people who fit in no place of COA on a day reception is called full."""
    (row,) = (row for row in read_table("thresholds") if row["item"] == "full_persons_beyond_coa")
    return int(row["value"])
