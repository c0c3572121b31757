"""How many processes a run uses, what they load beforehand, and what is said when tasks are lost."""

import os
from collections.abc import Sequence

from experiments import WORKER_MODULE
from sim import replications
from sim.errors import Refusal


def default_workers(tasks: int) -> int:
    """As many processes as there are cores to use, but never more than tasks."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, tasks))


def expect_workers(*modules: str) -> None:
    """Let worker processes start loading what they need, beside whatever this process does meanwhile."""
    replications.expect_workers((WORKER_MODULE, *modules))


def lost_replications(numbers: Sequence[int]) -> Refusal:
    """The refusal that names replications that cost their worker too often."""
    return replications.ReplicationsLost(replications.Finished((), lost=tuple(numbers)))
