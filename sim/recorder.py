"""Writes down what was, day by day, and never computes.

A recorder owns one array per shape: national measures (days, measures). It copies the numbers
that the chain keeps; means, differences and rates are made later from these facts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel


@kernel
def copy_row(target: NDArray[np.int64], row: int, source: NDArray[np.int64]) -> None:
    """Copy a flat source into one row of the target."""
    for column in range(source.size):
        target[row, column] = source[column]
