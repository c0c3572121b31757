"""A due list per day: who has an appointment, and what for.

Waiting for a date costs nothing: an entry lies in the list of its day until that day comes.
``heads[offset]`` is the first entry of a day, counted from the first day of the run;
``entries`` has three columns: who, what, next entry of the same day. Entries of a day are met
in the reverse order of writing; that order is a documented rule and does not depend on luck.
An agenda runs to the last date any run can reach, so a run that is cut and continued later
misses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel

WHO, WHAT, NEXT = 0, 1, 2


class Agenda:
    """Due lists for ``days`` days with room for ``capacity`` entries before it grows.

    ``cursor`` holds one number: how many entries are written.
    """

    def __init__(self, days: int, capacity: int) -> None:
        self.heads: NDArray[np.int32] = np.full(days, -1, dtype=np.int32)
        self.entries: NDArray[np.int32] = np.empty((3, max(capacity, 16)), dtype=np.int32)
        self.cursor: NDArray[np.int64] = np.zeros(1, dtype=np.int64)

    def state(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays a snapshot must hold."""
        return {"heads": self.heads, "entries": self.entries[:, : self.cursor[0]], "cursor": self.cursor}

    def restore(self, state: Mapping[str, NDArray[np.generic]], prefix: str = "") -> None:
        """Take over the arrays of a snapshot, as ``state`` gave them."""
        self.heads[:] = state[f"{prefix}heads"]
        self.cursor[:] = state[f"{prefix}cursor"]
        written = int(self.cursor[0])
        self.entries = np.empty((3, max(2 * written, self.entries.shape[1])), dtype=np.int32)
        self.entries[:, :written] = state[f"{prefix}entries"]

    def make_room(self, wanted: int) -> None:
        """Grow so that at least ``wanted`` more entries fit."""
        need = int(self.cursor[0]) + wanted
        if need > self.entries.shape[1]:
            grown = np.empty((3, max(need, 2 * self.entries.shape[1])), dtype=np.int32)
            grown[:, : self.cursor[0]] = self.entries[:, : self.cursor[0]]
            self.entries = grown


@kernel
def appoint(
    heads: NDArray[np.int32],
    entries: NDArray[np.int32],
    cursor: NDArray[np.int64],
    offset: int,
    who: int,
    what: int,
) -> None:
    """Write an appointment for day ``offset``; beyond the last day it never comes up."""
    if offset >= heads.size:
        return
    at = cursor[0]
    entries[WHO, at] = who
    entries[WHAT, at] = what
    entries[NEXT, at] = heads[offset]
    heads[offset] = at
    cursor[0] = at + 1
