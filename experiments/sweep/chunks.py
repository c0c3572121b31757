"""One chunk of a sweep: computed once, written whole, locked while it is made."""

import contextlib
import hashlib
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from experiments.run.ensemble import default_ensemble, load_ensemble
from experiments.run.provenance import behind, made_here, version
from experiments.run.task import RunPlan, Task
from experiments.storage.tables import checked_table, table_bytes
from experiments.sweep.plan import Sweep
from sim.errors import Allowed, CannotWrite, WrongInput
from sim.files import atomic_file, read_bounded

try:
    import fcntl
except ImportError:  # Windows: without locks two processes may do the same chunk, and write the same bytes
    fcntl = None  # type: ignore[assignment]

Report = Callable[[int, int], None]

FORMAT = 2
#: An outcome of a run, and whether it is no more than a lower bound.
COUNTED = np.dtype([("value", np.float64), ("at_least", np.bool_)])
RUNS_PER_CHUNK = 10
MANIFEST, RESULTS, SUMMARY, DOCUMENT = "manifest.json", "results.parquet", "summary.csv", "sweep.json"
CHUNKS, LOCK = "chunks", ".lock"
#: Rough time of one replication on one core: to start, and per simulated day.
START_SECONDS, DAY_SECONDS = 0.02, 0.00025
#: How long to wait for who writes the files of the whole folder: a moment's work, unless that process is halted.
FOLDER_SECONDS = 20.0
MADE, THERE, TAKEN = "made", "there", "taken"
_ONE_AT_A_TIME = threading.Lock()


#: What the bytes of a result depend on besides the plan, by name: model version, inputs, seeds, names of outcomes,
#: program and libraries.
MadeBy = tuple[tuple[str, Any], ...]


@lru_cache
def made_by(*periods: str) -> MadeBy:
    """What this program would make a result of these periods with."""
    return tuple((behind(*periods) | {"doorstroom": version()} | made_here()).items())


def made_by_document(made: MadeBy) -> dict[str, Any]:
    """The same as it stands in a manifest: model version, inputs, seeds and outcomes apart, then the software."""
    told: dict[str, Any] = dict(made)
    return {name: told.pop(name) for name in (*behind(), "seeds", "outcomes")} | {"software": told}


@dataclass(frozen=True)
class SweepPlan:
    """A sweep as this code and these ensembles would do it; plain values, so it travels anywhere.

    ensembles: (period, name, version) of each period in the sweep; name and version may be None.
    """

    sweep: Sweep
    made_by: MadeBy
    ensembles: tuple[tuple[str, str | None, str | None], ...]

    @property
    def chunks(self) -> range:
        """The numbers of the chunks."""
        return range(1, -(-self.sweep.runs // RUNS_PER_CHUNK) + 1)

    def runs_of(self, chunk: int) -> list[tuple[int, int]]:
        """The runs of a chunk as (point, replication), both from 1."""
        first = (chunk - 1) * RUNS_PER_CHUNK
        numbers = range(first, min(first + RUNS_PER_CHUNK, self.sweep.runs))
        return [(run // self.sweep.replications + 1, run % self.sweep.replications + 1) for run in numbers]

    def manifest(self) -> bytes:
        """What stands in the manifest: the same bytes for the same plan and code."""
        return json_bytes(
            {
                "format": FORMAT,
                "sweep": self.sweep.name,
                "plan": self.sweep.fingerprint(),
                **made_by_document(self.made_by),
                "ensembles": {period: {"name": name, "version": table} for period, name, table in self.ensembles},
                "points": self.sweep.points,
                "replications": self.sweep.replications,
                "runs_per_chunk": RUNS_PER_CHUNK,
                "chunks": len(self.chunks),
            }
        )

    @cached_property
    def identity(self) -> str:
        """The fingerprint of the manifest, as it stands in every chunk."""
        return hashlib.sha256(self.manifest()).hexdigest()

    def seconds(self) -> float:
        """Roughly how long the runs take on one core."""
        return self.sweep.runs * START_SECONDS + self.sweep.acts() * DAY_SECONDS


def make_sweep_plan(sweep: Sweep) -> SweepPlan:
    """Tie a sweep to the code and the ensembles that will do it."""
    periods = sorted({scenario.period for scenario in sweep.scenarios})
    found = [(period, default_ensemble(period)) for period in periods]
    return SweepPlan(
        sweep,
        made_by(*periods),
        tuple((period, name, None if name is None else load_ensemble(name).about["table"]) for period, name in found),
    )


def json_bytes(document: Any) -> bytes:
    """A document as the bytes that a sweep keeps."""
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode("utf-8")


def task_of_point(sweep: Sweep, point: int) -> Task:
    """The task that computes the runs of one point."""
    return Task.of(sweep.scenario_of(point), RunPlan(seed=sweep.seed))


def _count(task: Task, replication: int) -> tuple[dict[str, float], frozenset[str]]:
    from models.outcomes import Window, count_outcomes, outcomes_at_least

    facts, parameters = task.simulated(replication)
    window = Window(facts, parameters, task.from_day, task.until_day)
    return count_outcomes(window), outcomes_at_least(window)


def compute_chunk(plan: SweepPlan, chunk: int) -> bytes:
    """The bytes of one chunk file, wherever they are computed. Raises WrongInput on other code than asked."""
    with _ONE_AT_A_TIME:  # a worker of a cluster may have several threads
        other = make_sweep_plan(plan.sweep)
        if other != plan:
            pairs = zip(plan.made_by, other.made_by, strict=True)
            names = [name for (name, asked), (_, own) in pairs if asked != own]
            parts, allowed = ", ".join(names) or "ensemble", Allowed("same_version")
            raise WrongInput("worker_of_other_version", file="--cluster", parts=parts, allowed=allowed)
        runs = plan.runs_of(chunk)
        tasks = {point: task_of_point(plan.sweep, point) for point, _ in runs}
        counted = []
        for point, replication in runs:
            try:
                counted.append(_count(tasks[point], replication))
            except WrongInput as error:
                raise WrongInput("at_point", file=plan.sweep.name, point=point, problem=error) from error
    columns: dict[str, Any] = {
        "point": pa.array([point for point, _ in runs], type=pa.int32()),
        "replication": pa.array([replication for _, replication in runs], type=pa.int32()),
    }
    for name in plan.sweep.outcomes:
        columns[name] = pa.array([outcomes[name] for outcomes, _ in counted], type=pa.float64())
        columns[f"{name}.at_least"] = pa.array([name in at_least for _, at_least in counted])
    table = pa.table(columns).replace_schema_metadata({"sweep": plan.identity, "chunk": str(chunk)})
    return table_bytes(table)


def values_of(content: bytes, path: Path, plan: SweepPlan, chunk: int) -> NDArray[np.void]:
    """What a chunk says, (runs, outcomes) of COUNTED. Raises WrongInput for damage and for a foreign chunk."""
    runs, outcomes = plan.runs_of(chunk), plan.sweep.outcomes
    kinds = {"point": pa.int32(), "replication": pa.int32()}
    for name in outcomes:
        kinds |= {name: pa.float64(), f"{name}.at_least": pa.bool_()}
    table = checked_table(path, pa.BufferReader(content), pa.schema(kinds))
    told = table.schema.metadata or {}
    if (
        told.get(b"sweep") != plan.identity.encode()
        or told.get(b"chunk") != str(chunk).encode()
        or any(column.null_count for column in table.columns)
        or table.num_rows != len(runs)
        or list(zip(table["point"].to_pylist(), table["replication"].to_pylist(), strict=True)) != runs
    ):
        raise WrongInput("foreign_chunk", file=path)
    values = np.empty((len(runs), len(outcomes)), COUNTED)
    for place, name in enumerate(outcomes):
        values["value"][:, place], values["at_least"][:, place] = table[name], table[f"{name}.at_least"]
    return values


def chunk_file(folder: Path, chunk: int) -> Path:
    """Where a chunk stands."""
    return folder / CHUNKS / f"chunk-{chunk:05d}.parquet"


def sum_file(file: Path) -> Path:
    """Where the checksum of a chunk stands."""
    return file.with_suffix(".sha256")


def sum_line(content: bytes, name: str) -> bytes:
    """The checksum of a chunk as a line."""
    return f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode("ascii")


def read_chunk(folder: Path, plan: SweepPlan, chunk: int) -> NDArray[np.void] | None:
    """What a finished chunk says, (runs, outcomes) of COUNTED; None without one. Raises WrongInput for any damage."""
    file = chunk_file(folder, chunk)
    try:
        content, told = read_bounded(file), read_bounded(sum_file(file))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WrongInput("chunk_unreadable", file=file) from error
    if told != sum_line(content, file.name):
        raise WrongInput("chunk_damaged", file=file)
    return values_of(content, file, plan, chunk)


def is_done(folder: Path, plan: SweepPlan, chunk: int) -> bool:
    """Whether a chunk is there, whole and of this plan."""
    try:
        return read_chunk(folder, plan, chunk) is not None
    except WrongInput:
        return False


def store(folder: Path, chunk: int, content: bytes) -> None:
    """Write a chunk and its checksum, each in one step. Raises CannotWrite."""
    file = chunk_file(folder, chunk)
    for path, written in ((file, content), (sum_file(file), sum_line(content, file.name))):
        with atomic_file(path) as stream:
            stream.write(written)


class ChunkLocks:
    """Who does what: each chunk is a byte of one file, locked by the process that works on it.

    The system lets go of a lock when its process ends, however it ends. All locks of a process end when it
    closes any of its handles on the file, so a process keeps one open at a time.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / CHUNKS / LOCK
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise CannotWrite.because(folder, error) from error

    def __enter__(self) -> "ChunkLocks":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)

    def take(self, number: int, *, wait: bool = False) -> bool:
        """Claim a number, at once or when it is soon free; False when another process has it."""
        until = time.monotonic() + (FOLDER_SECONDS if wait else 0)
        while fcntl is not None:
            try:
                fcntl.lockf(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
            except (BlockingIOError, PermissionError):
                if time.monotonic() >= until:
                    return False
                time.sleep(0.05)
            except OSError:  # a file system without locks: two processes may do the same, and write the same
                break
            else:
                break
        return True

    def release(self, number: int) -> None:
        """Let another process have a number."""
        if fcntl is not None:
            with contextlib.suppress(OSError):
                fcntl.lockf(self._handle, fcntl.LOCK_UN, 1, number)


def make_chunk(folder: str, plan: SweepPlan, chunk: int, claimed: bool = False) -> str:
    """Compute and write one chunk, unless it is there or another process works on it; says which.

    claimed: also when one does.
    """
    place = Path(folder)
    with ChunkLocks(place) as locks:
        if not locks.take(chunk) and not claimed:
            return TAKEN
        if is_done(place, plan, chunk):
            return THERE
        store(place, chunk, compute_chunk(plan, chunk))
    return MADE
