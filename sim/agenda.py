"""A due list per day: who has an appointment, and what for.

Waiting for a date costs nothing: an entry lies in the list of its day until that day comes.
Everything lies in one block of three rows (who, what, next): the first columns are the days,
where ``next`` points at the first entry of that day; the columns after them are entries, each
pointing at the next entry of the same day; 0 means none. Column 0 also holds how many columns
are in use and how many days there are. Entries of a day are met in the reverse order of
writing; that order is a documented rule and does not depend on luck. An agenda runs to the
last date any run can reach, so a run that is cut and continued later misses nothing.
"""

import numpy as np

from sim.arrays import Int32Array
from sim.compiled import typed_kernel

WHO, WHAT, NEXT = 0, 1, 2


class Agenda:
    """Due lists for ``days`` days with room for ``capacity`` entries before it grows."""

    def __init__(self, days: int, capacity: int) -> None:
        self.days = days
        self.block: Int32Array = np.zeros((3, days + max(capacity, 16)), dtype=np.int32)
        self.columns = self.block.shape[1]
        self.block[WHO, 0] = days
        self.block[WHAT, 0] = days

    def kept(self) -> Int32Array:
        """Return what a snapshot must hold."""
        return self.block[:, : self.block[WHO, 0]].copy()

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
        self.block = np.zeros((3, max(2 * used, self.block.shape[1])), dtype=np.int32)
        self.block[:, :used] = kept
        self.columns = self.block.shape[1]

    def with_room(self, wanted: int) -> Int32Array:
        """Return the block, grown if needed so that at least ``wanted`` more entries fit."""
        used = self.block.item(0)
        if used + wanted > self.columns:
            grown = np.zeros((3, max(used + wanted, 2 * self.block.shape[1])), dtype=np.int32)
            grown[:, :used] = self.block[:, :used]
            self.block, self.columns = grown, grown.shape[1]
        return self.block


@typed_kernel("void(int32[:, ::1], int64, int64, int64)")
def appoint(agenda: Int32Array, offset: int, who: int, what: int) -> None:
    """Write an appointment for day ``offset``; beyond the last day it never comes up."""
    if offset >= agenda[WHAT, 0]:
        return
    at = agenda[WHO, 0]
    agenda[WHO, at] = who
    agenda[WHAT, at] = what
    agenda[NEXT, at] = agenda[NEXT, offset]
    agenda[NEXT, offset] = at
    agenda[WHO, 0] = at + 1
