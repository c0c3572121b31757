"""A due list per day: who has an appointment, and what for.

Waiting for a date costs nothing: an entry lies in the list of its day until that day comes.
Everything lies in one block of three columns (who, what, next), so that an entry is one piece of
memory: the first rows are the days, where ``next`` points at the first entry of that day; the rows
after them are entries, each pointing at the next entry of the same day; 0 means none. Row 0 also
holds how many rows are in use and how many days there are. A snapshot holds the block turned: a
row of each of the three. Entries of a day are met in the reverse order of writing; that order is a
documented rule and does not depend on luck. An agenda runs to the last date any run can reach, so
a run that is cut and continued later misses nothing.
"""

import numpy as np

from sim.arrays import Int32Array
from sim.compiled import typed_kernel

WHO, WHAT, NEXT = 0, 1, 2


class Agenda:
    """Due lists for ``days`` days with room for ``capacity`` entries before it grows."""

    def __init__(self, days: int, capacity: int) -> None:
        self.days = days
        self.block: Int32Array = np.zeros((days + max(capacity, 16), 3), dtype=np.int32)
        self.rows = len(self.block)
        self.block[0, WHO] = days
        self.block[0, WHAT] = days

    def kept(self) -> Int32Array:
        """Return what a snapshot must hold."""
        kept: Int32Array = np.ascontiguousarray(self.block[: self.block[0, WHO]].T)
        return kept

    def restore(self, kept: Int32Array) -> None:
        """Take over the block of a snapshot. Raises ValueError unless every entry stands in one list of one day."""
        used = kept.shape[-1] if kept.ndim == 2 and kept.dtype == np.int32 and len(kept) == 3 else 0
        if used < max(self.days, 1) or kept[WHO, 0] != used or kept[WHAT, 0] != self.days:
            raise ValueError("no agenda of these days")
        # An entry follows another that was written later, or a day; so no list can turn back into itself.
        follows = kept[NEXT] != 0
        latest = np.where(np.arange(used) < self.days, used, np.arange(used))
        following = kept[NEXT, follows]
        backwards = np.any((following < self.days) | (following >= latest[follows]))
        if backwards or np.unique(following).size < following.size:
            raise ValueError("entries do not follow each other")
        self.block = np.zeros((max(2 * used, len(self.block)), 3), dtype=np.int32)
        self.block[:used] = kept.T
        self.rows = len(self.block)

    def with_room(self, wanted: int) -> Int32Array:
        """Return the block, grown if needed so that at least ``wanted`` more entries fit."""
        used = self.block.item(0)
        if used + wanted > self.rows:
            grown = np.zeros((max(used + wanted, 2 * len(self.block)), 3), dtype=np.int32)
            grown[:used] = self.block[:used]
            self.block, self.rows = grown, len(grown)
        return self.block


@typed_kernel("void(int32[:, ::1], int64, int64, int64)")
def appoint(agenda: Int32Array, offset: int, who: int, what: int) -> None:
    """Write an appointment for day ``offset``; beyond the last day it never comes up."""
    if offset >= agenda[0, WHAT]:
        return
    at = agenda[0, WHO]
    agenda[at, WHO] = who
    agenda[at, WHAT] = what
    agenda[at, NEXT] = agenda[offset, NEXT]
    agenda[offset, NEXT] = at
    agenda[0, WHO] = at + 1
