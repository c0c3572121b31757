"""A table of rows and named columns, kept as one block of memory.

One block is one argument for a compiled kernel and one array in a snapshot; a column is a
contiguous slice of it. Column numbers are constants of the module that owns the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


class Table:
    """Columns by name over one integer block, shape (columns, rows)."""

    def __init__(self, names: Sequence[str], rows: int, fill: Mapping[str, int] | None = None) -> None:
        self.names = tuple(names)
        self.block: NDArray[np.int32] = np.full((len(self.names), rows), -1, dtype=np.int32)
        for name, value in (fill or {}).items():
            self[name][:] = value

    def __getitem__(self, name: str) -> NDArray[np.int32]:
        return self.block[self.names.index(name)]

    @property
    def rows(self) -> int:
        """Return the number of rows."""
        return int(self.block.shape[1])
