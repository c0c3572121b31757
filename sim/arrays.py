"""The three types of array of numbers that rooms hand to each other."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
#: As the register counts: rows and days.
Int32Array = NDArray[np.int32]
