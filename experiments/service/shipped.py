"""Results of the ready scenarios that come with the program, so that their pictures are there at once.

Who acts: a developer after a change of the model (`make results`). Who waits: that developer. What leaves: one
compressed, checksummed file per scenario in `stored/`, known by what was computed; after a change of code or
figures a file no longer answers to any question and is computed anew. What is left out: own scenarios.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from experiments.scenario.ready import helping, ready_scenarios
from experiments.scenario.scenario import Scenario
from experiments.service.keys import FULL_COUNT, baseline_of, job_key
from experiments.service.registry import Registry
from experiments.service.store import SHIPPED, SUFFIX, Store
from sim.errors import CannotWrite, Term

#: What Vergelijken shows beside the baseline before anybody chose.
FIRST_COMPARED = ("flex-versneld", "signaal-direct-gehoord")


def ship_ready(scenarios: Sequence[Scenario], replications: int = FULL_COUNT) -> list[Path]:
    """Compute the scenarios and their baselines and put the results in place of what was there. Raises CannotWrite."""
    wanted = {job_key(one): one for scenario in scenarios for one in (baseline_of(scenario), scenario)}
    store = Store()
    registry = Registry(store)
    try:
        jobs = registry.want("make results", list(wanted.values()), replications)
        while not all(job.over for job in jobs):
            registry.seen("make results")
            time.sleep(0.2)
    finally:
        registry.close()
    shipped = []
    for job in jobs:
        if job.state != "done" or not (store.get(job.key) or store.put(job.key, job.results)):
            raise CannotWrite(store.folder, job.refusal or Term("not_kept"))
        target = store.ship(job.key)
        if target is not None:
            shipped.append(target)
    for file in SHIPPED.glob(f"*{SUFFIX}.xz"):
        if file not in shipped:
            file.unlink()
    return shipped


def missing(scenarios: Sequence[Scenario], replications: int = FULL_COUNT) -> list[str]:
    """The scenarios of which no fresh result comes with the program."""
    return [
        scenario.name
        for scenario in scenarios
        if not (SHIPPED / f"{job_key(scenario, replications)}{SUFFIX}.xz").is_file()
    ]


def shipped_scenarios() -> list[Scenario]:
    """The scenarios whose results come with the program: what pages show before anybody composed anything.

    Periods as they were, packages, and the first of the story and of Vergelijken. The others would make the program
    several times as large; the app computes them when they are asked for.
    """
    shown_first = {*(scenario.name for scenario in helping()), *FIRST_COMPARED}
    return [
        scenario
        for scenario in ready_scenarios()
        if scenario.package or scenario.name in shown_first or scenario.name == scenario.period
    ]


if __name__ == "__main__":
    for path in ship_ready(shipped_scenarios()):
        print(f"{path.name}: {path.stat().st_size} bytes")
