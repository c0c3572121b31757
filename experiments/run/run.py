"""Running a scenario: the same days several times with other luck, counted and put together."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.run.bill import acts, check_bill
from experiments.run.ensemble import default_ensemble
from experiments.run.parameters import compile_once
from experiments.run.result import RunResult
from experiments.run.task import RunPlan, Task
from sim.replications import replicate

if TYPE_CHECKING:
    from experiments.run.snapshots import Saved
    from experiments.scenario.scenario import Scenario


def run_scenario(
    scenario: "Scenario",
    plan: RunPlan = RunPlan(),  # noqa: B008
    *,
    on_progress: Callable[[int, int], None] | None = None,
    parts: Path | None = None,
    save_on: int | None = None,
    snapshots: Path | None = None,
    resume: "Saved | None" = None,
) -> RunResult:
    """Run a scenario and put the replications together; what is not given comes from the scenario.

    Replications are numbered from 1; number k uses `replication_seed(seed, k)` and a draw of the ensemble of
    the period (two replications in a row share a draw), whatever the number of workers; with
    `fixed_parameters` all use the best draw. `parts` is a folder in which each replication leaves its facts
    (see `experiments.storage.folders`). On day `save_on` each leaves its state in the folder `snapshots`. With `resume`
    exactly the saved replications go on from their saved day; seed and parameters are those of the saved run.
    Ctrl-C returns what is finished with `interrupted` set.
    """
    count = scenario.replications if plan.replications is None else plan.replications
    numbers: Sequence[int] = range(1, count + 1)
    first_day = scenario.first_day if resume is None else resume.day
    if resume is not None:
        from experiments.run.snapshots import check_branch

        end = scenario.until_day if plan.until_day is None else plan.until_day
        check_branch(resume, scenario.period, default_ensemble(scenario.period), scenario.changes(), end)
        numbers, plan = resume.numbers, replace(plan, seed=resume.seed, fixed_parameters=resume.fixed)
    task = replace(
        Task.of(scenario, plan),
        parts=None if parts is None else str(parts),
        save_on=save_on,
        snapshots=None if snapshots is None else str(snapshots),
        resume=None if resume is None else str(resume.folder),
    )
    check_bill(len(numbers), len(numbers) * acts(first_day, task.until_day))
    parameters = task.parameters(1)
    if plan.workers > 1:
        compile_once(parameters)
    finished = replicate(task, numbers, plan.workers, on_progress)
    return RunResult.of(scenario, task, finished, finished.interrupted, finished.lost)
