"""The quantile levels that every forecast has, and the intervals that coverage is counted of."""

LEVELS: tuple[float, ...] = (0.025, *(round(0.05 * step, 2) for step in range(1, 20)), 0.975)
#: Central intervals by how much they should hold.
INTERVALS: tuple[float, ...] = (0.5, 0.8, 0.9)


def interval_ends(share: float) -> tuple[int, int]:
    """The places in LEVELS of the ends of a central interval."""
    low = LEVELS.index(round((1.0 - share) / 2.0, 3))
    return low, len(LEVELS) - 1 - low
