"""Finished jobs, kept in a folder, one checksummed file each, as long as there is room."""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from experiments.run.breakdown import Detail
from experiments.run.task import Replication
from experiments.service.keys import made_with
from sim.cache_folder import cache_folder, make_room
from sim.errors import CannotWrite, WrongInput
from sim.snapshot import load, save

#: How a kept job ends.
SUFFIX = ".doorrekening"
#: A job is kept as long as it was used in so many seconds and all fit in this; older models go first.
KEPT_SECONDS, MOST_BYTES = 90 * 86_400.0, 2 << 30
#: What is kept of the detail of a replication, in the order of its fields.
DETAIL_PARTS = ("provinces", "sizes", "municipal")


def store_folder() -> Path:
    """Where finished jobs are kept: `DOORSTROOM_STORE`, or a folder in the cache of the user."""
    chosen = os.environ.get("DOORSTROOM_STORE")
    return Path(chosen) if chosen else cache_folder()


class Store:
    """Finished jobs in a folder, one checksummed file each."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = store_folder() if folder is None else folder

    def _file(self, key: str) -> Path:
        return self.folder / f"{made_with()}-{key}{SUFFIX}"

    def has(self, key: str) -> bool:
        """Whether there is a file for a job; `get` tells whether it can be read."""
        return self._file(key).is_file()

    def get(self, key: str) -> dict[int, Replication] | None:
        """The replications of a job, or None when they are not kept or damaged."""
        self._use([key])
        try:
            arrays, meta = load(self._file(key))
            return _unpacked(arrays, meta) if meta.get("key") == key else None
        except (WrongInput, KeyError, ValueError, TypeError, IndexError):
            return None

    def _use(self, keys: Iterable[str]) -> None:
        for key in keys:
            with contextlib.suppress(OSError):
                os.utime(self._file(key))

    def put(self, key: str, results: dict[int, Replication], in_use: Iterable[str] = ()) -> bool:
        """Keep a finished job; False when the folder cannot be written, which only costs time later.

        What was not used for longest makes room, of older models first, and never what is in use.
        """
        arrays, meta = _packed(results)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            save(self._file(key), arrays, meta | {"key": key})
        except (CannotWrite, OSError):
            return False
        self._use(in_use)
        kept, made = self.folder.glob(f"*{SUFFIX}*"), made_with()
        make_room(kept, MOST_BYTES, KEPT_SECONDS, lambda file: not file.name.startswith(made))
        return True


def _packed(results: dict[int, Replication]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Replications as one array per kind, and the names that belong to the rows."""
    rows = [results[number] for number in sorted(results)]
    first = rows[0]
    arrays = {
        "numbers": np.array(sorted(results)),
        "outcomes": np.array([list(row.outcomes.values()) for row in rows], dtype=np.float64),
        "half_years": np.array([row.half_years for row in rows]),
        "month_days": np.array(first.month_days, dtype=np.int64),
        "series": np.array([list(row.series.values()) for row in rows]),
        "observed": np.array([row.observed for row in rows]),
        "at_least": np.array([[name in row.at_least for name in first.outcomes] for row in rows]),
        "steps": np.array([list(row.steps.values()) for row in rows], dtype=np.int64),
    }
    details = [row.detail for row in rows if row.detail is not None]
    if len(details) == len(rows):
        arrays |= {f"detail_{part}": np.array([getattr(one, part) for one in details]) for part in DETAIL_PARTS}
    meta = {
        "outcomes": list(first.outcomes),
        "units": first.units,
        "half_years": list(first.half_year_names),
        "series": list(first.series),
        "steps": list(first.steps),
    }
    return arrays, meta


def _unpacked(arrays: dict[str, Any], meta: dict[str, Any]) -> dict[int, Replication]:
    return {
        int(number): Replication(
            dict(zip(meta["outcomes"], arrays["outcomes"][row].tolist(), strict=True)),
            dict(meta["units"]),
            tuple(meta["half_years"]),
            arrays["half_years"][row],
            tuple(arrays["month_days"].tolist()),
            dict(zip(meta["series"], arrays["series"][row], strict=True)),
            arrays["observed"][row],
            dict(zip(meta["steps"], arrays["steps"][row].tolist(), strict=True)),
            Detail(*(arrays[f"detail_{part}"][row] for part in DETAIL_PARTS)),
            frozenset(np.array(meta["outcomes"])[arrays["at_least"][row]].tolist()),
        )
        for row, number in enumerate(arrays["numbers"].tolist())
    }
