"""The outcomes that a comparison and a screening are about unless told otherwise."""

from functools import lru_cache

from experiments import read_csv


@lru_cache(maxsize=1)
def headlines() -> tuple[str, ...]:
    """The outcomes of `experiments/data/headline.csv`, in order."""
    return tuple(row["outcome"] for row in read_csv("headline"))
