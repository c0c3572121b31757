"""Running a sweep: many points, each several times, in chunks that survive whatever happens to the process.

Processes here, or workers of a Dask cluster, each compute one chunk of a few replications at a time. The folder holds
`manifest.json` (which sweep, which code, which ensemble), `chunks/`, and when all are done `results.parquet`
(one row per point, replication and outcome), `summary.csv` (mean, band and number of replications per point
and outcome), `sweep.json` and `sha256sums.txt`.

A chunk is a Parquet file with a checksum in every page, and beside it the sum of the whole file. Both are
verified before a chunk is believed; a damaged one is computed again. Every file takes its place in one step,
so a process may be killed at any moment: the same call goes on where it was. A chunk is claimed by a lock on
one byte of a file, which the system lets go when a process ends; so several processes may fill one folder,
each its own chunks, and a dead one blocks nobody. Nothing in the files tells who made them, when, or in what
order: the bytes are the same whatever happened on the way.
"""

import contextlib
import json
import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.language.language import LANGUAGES, Language
from experiments.run.parameters import compile_once
from experiments.storage.folders import SUMS
from experiments.storage.tables import table_bytes
from experiments.sweep.chunks import (
    CHUNKS,
    DOCUMENT,
    MADE,
    MANIFEST,
    RESULTS,
    SUMMARY,
    TAKEN,
    ChunkLocks,
    Report,
    SweepPlan,
    chunk_file,
    json_bytes,
    make_chunk,
    read_chunk,
    sum_file,
    sum_line,
    task_of_point,
    values_of,
)
from experiments.sweep.cluster import connected, on_cluster
from experiments.sweep.results import ROWS_PER_GROUP, results_table, summary_csv, summary_rows, sweep_document
from sim.errors import Allowed, CannotWrite, Term, WrongInput
from sim.files import atomic_file, read_bounded
from sim.replications import Finished, replicate

#: How often to look whether another process has finished what it claimed.
WAIT_SECONDS = 0.2
#: What others claim and do not finish for so long is done here as well: they may be halted, and the bytes are the same.
HALTED_SECONDS = 120.0

_FOLDER = 0  # what is claimed for the files of the whole folder; chunks count from 1
_TEMPORARY = re.compile(r"\.(chunk-(?P<number>[0-9]{5,7})\.|[a-z0-9]+\.).*\.tmp", re.ASCII)


def _prepare(folder: Path, plan: SweepPlan) -> None:
    """Make the folder, or see that it belongs to this sweep. Raises WrongInput and CannotWrite."""
    manifest = folder / MANIFEST
    try:
        if folder.exists() and not folder.is_dir():
            raise CannotWrite(folder, Term("file_not_folder"))
        there = folder.iterdir() if folder.is_dir() and not manifest.exists() else ()
        if any(path.name != CHUNKS and not _TEMPORARY.fullmatch(path.name) for path in there):
            raise WrongInput("folder_in_use", file=folder, field="--out", allowed=Allowed("new_or_empty_folder"))
        (folder / CHUNKS).mkdir(parents=True, exist_ok=True)
        with ChunkLocks(folder) as locks:
            locks.take(_FOLDER, wait=True)
            if not manifest.exists():
                with atomic_file(manifest) as stream:
                    stream.write(plan.manifest())
            elif (content := read_bounded(manifest)) != plan.manifest():
                _refuse_other(folder, content, plan)
                with atomic_file(manifest) as stream:
                    stream.write(plan.manifest())
    except OSError as error:
        raise CannotWrite.because(folder, error) from error


def _refuse_other(folder: Path, content: bytes, plan: SweepPlan) -> None:
    """Say why a manifest is not ours; return when it is only damaged and every readable chunk is ours."""
    asked = json.loads(plan.manifest())
    try:
        found = json.loads(content.decode("utf-8"))
        told = found["plan"], found["model_version"], found["software"], found["ensembles"], found["sweep"]
    except (ValueError, LookupError, TypeError, RecursionError):
        told = None
    same = told is not None and told[0] == asked["plan"]
    if told is not None or not _ours(folder, plan):
        code = "folder_of_other_version" if same else "folder_of_other_sweep"
        raise WrongInput(code, file=folder, field="--out", allowed=Allowed("same_sweep"))


def _ours(folder: Path, plan: SweepPlan) -> bool:
    """Whether every whole chunk in a folder with a damaged manifest belongs to this plan."""
    for file in sorted((folder / CHUNKS).glob("chunk-*.parquet")):
        number = file.stem.removeprefix("chunk-")
        content = read_bounded(file)
        sums = sum_file(file)
        if not sums.exists() or read_bounded(sums) != sum_line(content, file.name):
            continue
        try:
            values_of(content, file, plan, int(number))
        except (WrongInput, ValueError):
            return False
    return True


def _tidy(folder: Path) -> None:
    """Remove what a killed process left behind under a temporary name; what a living one writes stays."""
    with contextlib.suppress(OSError, CannotWrite), ChunkLocks(folder) as locks:
        for path in [*folder.iterdir(), *(folder / CHUNKS).iterdir()]:
            if found := _TEMPORARY.fullmatch(path.name):
                number = int(found["number"] or _FOLDER)
                if locks.take(number):
                    path.unlink(missing_ok=True)
                    locks.release(number)


@dataclass(frozen=True)
class SweepResult:
    """What came of a sweep: chunks found, damaged and made here, and whether it is complete.

    lost: chunks that cost their workers too often; values: (points, replications, outcomes) of COUNTED when complete.
    """

    plan: SweepPlan
    folder: Path
    found: int
    damaged: int
    made: int
    interrupted: bool = False
    lost: tuple[int, ...] = ()
    values: NDArray[np.void] | None = field(default=None, repr=False)

    def summary_rows(self) -> list[dict[str, Any]]:
        """Per point and outcome the mean, the 80 per cent band over replications and their number."""
        return [] if self.values is None else list(summary_rows(self.plan, self.values))

    def to_json(self, language: Language = LANGUAGES[0]) -> dict[str, Any]:
        """The sweep, its summary and what was done here, as plain values."""
        return sweep_document(self.plan, language) | {
            "summary": self.summary_rows(),
            "folder": str(self.folder),
            "chunks": {
                "total": len(self.plan.chunks), "found": self.found, "damaged": self.damaged, "made": self.made,
            },
        }  # fmt: skip


def run_sweep(
    plan: SweepPlan,
    out: str | os.PathLike[str],
    *,
    workers: int = 1,
    cluster: str | None = None,
    language: Language = LANGUAGES[0],
    on_progress: Report | None = None,
) -> SweepResult:
    """Do what is not done yet of a sweep and write the results. Raises WrongInput and CannotWrite.

    The folder `out` is new, empty, or of the same sweep. Ctrl-C and chunks that keep killing their worker end it
    before the results are written; what is finished stays for the next call. `language` is that of `summary.csv`.
    """
    folder = Path(os.path.abspath(out))
    report = on_progress or _silent
    found = damaged = made = 0
    with contextlib.ExitStack() as stack:
        try:
            client = None if cluster is None else stack.enter_context(connected(cluster))
            _prepare(folder, plan)
            stack.callback(_tidy, folder)
            missing = []
            for chunk in plan.chunks:
                try:
                    whole = read_chunk(folder, plan, chunk) is not None
                except WrongInput:
                    whole, damaged = False, damaged + 1
                if whole:
                    found += 1
                else:
                    missing.append(chunk)
            waited_for: list[int] = []
            while missing:
                if missing != waited_for:
                    waited_for, since = missing, time.monotonic()
                halted = time.monotonic() - since > HALTED_SECONDS
                finished = (
                    _here(folder, plan, missing, workers, report, halted)
                    if client is None or halted
                    else on_cluster(client, folder, plan, missing, report)
                )
                made += sum(how == MADE for _, how in finished)
                if finished.interrupted or finished.lost:
                    return SweepResult(plan, folder, found, damaged, made, finished.interrupted, finished.lost)
                # What others had claimed: wait for them, or do it when they are gone.
                missing = [chunk for chunk, how in finished if how == TAKEN]
                report = _silent
                if missing:
                    time.sleep(WAIT_SECONDS)
            values = _finish(folder, plan, language)
        except KeyboardInterrupt:
            return SweepResult(plan, folder, found, damaged, made, interrupted=True)
    return SweepResult(plan, folder, found, damaged, made, values=values)


def _silent(done: int, total: int) -> None:
    """Tell nothing: chunks that others make are not ours to count."""


def _here(
    folder: Path, plan: SweepPlan, missing: Sequence[int], workers: int, report: Report, halted: bool
) -> Finished[str]:
    if min(workers, len(missing)) > 1:
        compile_once(task_of_point(plan.sweep, 1).parameters(1))
    return replicate(partial(make_chunk, str(folder), plan, claimed=halted), missing, workers, report)


def _finish(folder: Path, plan: SweepPlan, language: Language) -> NDArray[np.void]:
    """Put all chunks together; every one is verified once more."""
    sweep = plan.sweep
    parts = []
    for chunk in plan.chunks:
        part = read_chunk(folder, plan, chunk)
        if part is None:
            raise WrongInput("chunk_gone", file=chunk_file(folder, chunk))
        parts.append(part)
    values = np.concatenate(parts).reshape(sweep.points, sweep.replications, len(sweep.outcomes))
    contents = {
        RESULTS: table_bytes(results_table(plan, values), ROWS_PER_GROUP),
        SUMMARY: summary_csv(plan, values, language),
        DOCUMENT: json_bytes(sweep_document(plan, language)),
        MANIFEST: plan.manifest(),
    }
    contents[SUMS] = b"".join(sum_line(content, name) for name, content in contents.items())
    with ChunkLocks(folder) as locks:
        locks.take(_FOLDER, wait=True)
        for name, content in contents.items():
            if name != MANIFEST:
                with atomic_file(folder / name) as stream:
                    stream.write(content)
    return values
