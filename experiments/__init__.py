"""Experiments: scenarios run, replications paired and counted, results written and held against what was published."""

import csv
from pathlib import Path

#: Files that belong to this package lie in folders beside its rooms.
FOLDER = Path(__file__).resolve().parent

#: What a worker process loads before its first task; a name, so that who hands out work need not load it.
WORKER_MODULE = "experiments.service.worker"


def read_csv(name: str) -> list[dict[str, str]]:
    """A table of this package as rows of text."""
    with (FOLDER / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
