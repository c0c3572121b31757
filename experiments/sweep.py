"""Running a sweep: many points, each several times, in chunks that survive whatever happens to the process.

Who acts: processes here, or workers of a Dask cluster, that each compute one chunk of a few replications at a
time; on a cluster this process writes what comes back. Who waits: the caller. What leaves: a folder with
`manifest.json` (which sweep, which code, which ensemble), `chunks/`, and when all are done `results.parquet`
(one row per point, replication and outcome), `summary.csv` (mean, band and number of replications per point
and outcome), `sweep.json` and `sha256sums.txt`. What is left out: comparing points; months and households.

A chunk is a Parquet file with a checksum in every page, and beside it the sum of the whole file. Both are
verified before a chunk is believed; a damaged one is computed again. Every file takes its place in one step,
so a process may be killed at any moment: the same call goes on where it was. A chunk is claimed by a lock on
one byte of a file, which the system lets go when a process ends; so several processes may fill one folder,
each its own chunks, and a dead one blocks nobody. Nothing in the files tells who made them, when, or in what
order: the bytes are the same whatever happened on the way.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from experiments.ensemble import code_version, data_version, default_ensemble, load_ensemble
from experiments.results import SUMS, table_bytes, table_from
from experiments.run import BAND_LEVEL, Task, compile_once, number_or_none, version
from experiments.sweep_file import Sweep, value_words
from sim.calendar import date_of
from sim.errors import CannotWrite, WrongInput
from sim.replications import Finished, replicate
from sim.snapshot import atomic_file
from sim.statistics import band

try:
    import fcntl
except ImportError:  # Windows: without claims two processes may do the same chunk, and write the same bytes
    fcntl = None  # type: ignore[assignment]

Floats = npt.NDArray[np.float64]
Report = Callable[[int, int], None]

FORMAT = 1
RUNS_PER_CHUNK = 10
MANIFEST, RESULTS, SUMMARY, DOCUMENT = "manifest.json", "results.parquet", "summary.csv", "sweep.json"
CHUNKS, LOCK = "chunks", ".lock"
#: Rough time of one replication on one core: to start, and per simulated day.
START_SECONDS, DAY_SECONDS = 0.02, 0.00025
ROWS_PER_GROUP = 100_000
#: How long to wait for a cluster: to answer, and to have a worker (again).
ANSWER_SECONDS, WORKER_SECONDS = 10, 60
#: How often to look whether another process has finished what it claimed.
WAIT_SECONDS = 0.2

_FOLDER = 0  # what is claimed for the files of the whole folder; chunks count from 1
_TEMPORARY = re.compile(r"\.(chunk-(?P<number>[0-9]{5,7})\.|[a-z0-9]+\.).*\.tmp", re.ASCII)
_ADDRESS = re.compile(r"((tcp|tls|ws|wss)://)?[\w.\-\[\]:]{1,250}:[0-9]{1,5}", re.ASCII)
_MADE, _THERE, _TAKEN = "made", "there", "taken"
_ONE_AT_A_TIME = threading.Lock()


# --- what is asked ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def software() -> tuple[tuple[str, str], ...]:
    """What the bytes of a result depend on besides the plan: program, code, figures and libraries, by name."""
    from importlib.metadata import version as installed

    libraries = ("numpy", "numba", "scipy", "pyarrow")
    return (
        ("doorstroom", version()),
        ("code", code_version()),
        ("data", data_version()),
        *((library, installed(library)) for library in libraries),
    )


@dataclass(frozen=True)
class Job:
    """A sweep as this code and these ensembles would do it; plain values, so it travels anywhere.

    ensembles: (period, name, version) of each period in the sweep; name and version may be None.
    """

    sweep: Sweep
    software: tuple[tuple[str, str], ...]
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
        return _json_bytes(
            {
                "format": FORMAT,
                "sweep": self.sweep.name,
                "plan": self.sweep.fingerprint(),
                "software": dict(self.software),
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


def make_job(sweep: Sweep) -> Job:
    """Tie a sweep to the code and the ensembles that will do it."""
    periods = sorted({scenario.period for scenario in sweep.scenarios})
    found = [(period, default_ensemble(period)) for period in periods]
    return Job(
        sweep,
        software(),
        tuple((period, name, None if name is None else load_ensemble(name).about["table"]) for period, name in found),
    )


def _json_bytes(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode("utf-8")


# --- one chunk ----------------------------------------------------------------------------------------------------


def _task(sweep: Sweep, point: int) -> Task:
    scenario = sweep.scenario_of(point)
    return Task(
        period=scenario.period,
        changes=tuple(scenario.changes()),
        seed=sweep.seed,
        from_day=scenario.from_day,
        until_day=scenario.until_day,
        ensemble=default_ensemble(scenario.period),
    )


def _count(task: Task, replication: int) -> dict[str, float]:
    from models.outcomes import count_outcomes

    facts, parameters = task.simulated(replication)
    return count_outcomes(facts, parameters, task.from_day, task.until_day)


def compute_chunk(job: Job, chunk: int) -> bytes:
    """The bytes of one chunk file, wherever they are computed. Raises WrongInput on other code than asked."""
    with _ONE_AT_A_TIME:  # a worker of a cluster may have several threads
        other = make_job(job.sweep)
        if other != job:
            names = [name for (name, asked), (_, own) in zip(job.software, other.software, strict=True) if asked != own]
            raise WrongInput(
                f"een worker heeft een andere versie ({', '.join(names) or 'ensemble'}) dan de opdrachtgever",
                file="--cluster",
                allowed="overal dezelfde versie van het programma en van zijn bibliotheken",
            )
        runs = job.runs_of(chunk)
        tasks = {point: _task(job.sweep, point) for point, _ in runs}
        counted = []
        for point, replication in runs:
            try:
                counted.append(_count(tasks[point], replication))
            except WrongInput as error:
                raise WrongInput(f"punt {point}: {error.problem}", file=job.sweep.name) from error
    columns: dict[str, Any] = {
        "point": pa.array([point for point, _ in runs], type=pa.int32()),
        "replication": pa.array([replication for _, replication in runs], type=pa.int32()),
    }
    for name in job.sweep.outcomes:
        columns[name] = pa.array([each[name] for each in counted], type=pa.float64())
    table = pa.table(columns).replace_schema_metadata({"sweep": job.identity, "chunk": str(chunk)})
    return table_bytes(table)


def _values(content: bytes, path: Path, job: Job, chunk: int) -> Floats:
    """What a chunk says, (runs, outcomes). Raises WrongInput for damage and for a chunk of something else."""
    table = table_from(content, path)
    runs = job.runs_of(chunk)
    told = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    if (
        told.get("sweep") != job.identity
        or told.get("chunk") != str(chunk)
        or table.column_names != ["point", "replication", *job.sweep.outcomes]
        or table.num_rows != len(runs)
        or list(zip(table["point"].to_pylist(), table["replication"].to_pylist(), strict=True)) != runs
    ):
        raise WrongInput("dit stuk hoort hier niet", file=path)
    columns = [np.asarray(table[name], dtype=np.float64) for name in job.sweep.outcomes]
    return np.column_stack(columns)


def chunk_file(folder: Path, chunk: int) -> Path:
    """Where a chunk stands."""
    return folder / CHUNKS / f"chunk-{chunk:05d}.parquet"


def _sum_file(file: Path) -> Path:
    return file.with_suffix(".sha256")


def _sum_line(content: bytes, name: str) -> bytes:
    return f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode("ascii")


def read_chunk(folder: Path, job: Job, chunk: int) -> Floats | None:
    """What a finished chunk says, (runs, outcomes); None when there is none. Raises WrongInput for any damage."""
    file = chunk_file(folder, chunk)
    try:
        content, told = file.read_bytes(), _sum_file(file).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WrongInput("dit stuk is niet te lezen", file=file) from error
    if told != _sum_line(content, file.name):
        raise WrongInput("dit stuk is beschadigd: de controlesom klopt niet", file=file)
    return _values(content, file, job, chunk)


def _is_done(folder: Path, job: Job, chunk: int) -> bool:
    try:
        return read_chunk(folder, job, chunk) is not None
    except WrongInput:
        return False


def _store(folder: Path, chunk: int, content: bytes) -> None:
    file = chunk_file(folder, chunk)
    for path, written in ((file, content), (_sum_file(file), _sum_line(content, file.name))):
        with atomic_file(path) as stream:
            stream.write(written)


class Claims:
    """Who does what: each chunk is a byte of one file, locked by the process that works on it.

    The system lets go of a lock when its process ends, however it ends. All claims of a process end when it
    closes any of its handles on the file, so a process keeps one open at a time.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / CHUNKS / LOCK
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise CannotWrite.because(folder, error) from error

    def __enter__(self) -> Claims:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)

    def take(self, number: int, *, wait: bool = False) -> bool:
        """Claim a number; False when another process has it."""
        if fcntl is None:
            return True
        try:
            fcntl.lockf(self._handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB), 1, number)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:  # a file system without locks: two processes may do the same, and write the same
            return True
        return True

    def release(self, number: int) -> None:
        """Let another process have a number."""
        if fcntl is not None:
            with contextlib.suppress(OSError):
                fcntl.lockf(self._handle, fcntl.LOCK_UN, 1, number)


def make_chunk(folder: str, job: Job, chunk: int) -> str:
    """Compute and write one chunk, unless it is there already or another process works on it; says which."""
    place = Path(folder)
    with Claims(place) as claims:
        if not claims.take(chunk):
            return _TAKEN
        if _is_done(place, job, chunk):
            return _THERE
        _store(place, chunk, compute_chunk(job, chunk))
    return _MADE


# --- the folder ---------------------------------------------------------------------------------------------------


def _prepare(folder: Path, job: Job) -> None:
    """Make the folder, or see that it belongs to this sweep. Raises WrongInput and CannotWrite."""
    manifest = folder / MANIFEST
    try:
        if folder.exists() and not folder.is_dir():
            raise CannotWrite(folder, "op deze plek staat een bestand en geen map")
        if folder.is_dir() and not manifest.exists():
            strange = [path.name for path in folder.iterdir() if path.name != CHUNKS and not _is_temporary(path)]
            if strange:
                raise WrongInput(
                    "in deze map staat al iets anders", file=folder, field="--out", allowed="een nieuwe of een lege map"
                )
        (folder / CHUNKS).mkdir(parents=True, exist_ok=True)
        with Claims(folder) as claims:
            claims.take(_FOLDER, wait=True)
            if not manifest.exists():
                with atomic_file(manifest) as stream:
                    stream.write(job.manifest())
            elif (content := manifest.read_bytes()) != job.manifest():
                _refuse_other(folder, content, job)
                with atomic_file(manifest) as stream:
                    stream.write(job.manifest())
    except OSError as error:
        raise CannotWrite.because(folder, error) from error


def _refuse_other(folder: Path, content: bytes, job: Job) -> None:
    """Say why a manifest is not ours; return when it is only damaged and every readable chunk is ours."""
    asked = json.loads(job.manifest())
    try:
        found = json.loads(content.decode("utf-8"))
        told = found["plan"], found["software"], found["ensembles"], found["sweep"]
    except (ValueError, LookupError, TypeError, RecursionError):
        told = None
    reason = "deze map hoort bij een andere sweep"
    if told is not None and told[0] == asked["plan"]:
        reason = "deze map is gemaakt met een andere versie van het programma, zijn bibliotheken of zijn ensemble"
    if told is not None or not _ours(folder, job):
        raise WrongInput(reason, file=folder, field="--out", allowed="een nieuwe map, of dezelfde sweep en versie")


def _ours(folder: Path, job: Job) -> bool:
    """Whether every whole chunk in a folder with a damaged manifest belongs to this job."""
    for file in sorted((folder / CHUNKS).glob("chunk-*.parquet")):
        number = file.stem.removeprefix("chunk-")
        content = file.read_bytes()
        sums = _sum_file(file)
        if not sums.exists() or sums.read_bytes() != _sum_line(content, file.name):
            continue
        try:
            _values(content, file, job, int(number))
        except (WrongInput, ValueError):
            return False
    return True


def _is_temporary(path: Path) -> bool:
    return _TEMPORARY.fullmatch(path.name) is not None


def _tidy(folder: Path) -> None:
    """Remove what a killed process left behind under a temporary name; what a living one writes stays."""
    with contextlib.suppress(OSError, CannotWrite), Claims(folder) as claims:
        for path in [*folder.iterdir(), *(folder / CHUNKS).iterdir()]:
            if found := _TEMPORARY.fullmatch(path.name):
                number = int(found["number"] or _FOLDER)
                if claims.take(number):
                    path.unlink(missing_ok=True)
                    claims.release(number)


# --- the whole ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SweepResult:
    """What came of a sweep: chunks found, damaged and made here, and whether it is complete.

    lost: chunks that cost their workers too often; values: (points, replications, outcomes) when complete.
    """

    job: Job
    folder: Path
    found: int
    damaged: int
    made: int
    interrupted: bool = False
    lost: tuple[int, ...] = ()
    values: Floats | None = field(default=None, repr=False)

    @property
    def complete(self) -> bool:
        """Whether all chunks are there and the results are written."""
        return self.values is not None

    def summary_rows(self) -> list[dict[str, Any]]:
        """Per point and outcome the mean, the 80 per cent band over replications and their number."""
        return [] if self.values is None else list(summary_rows(self.job.sweep, self.values))

    def to_json(self) -> dict[str, Any]:
        """The sweep, its summary and what was done here, as plain values."""
        return sweep_document(self.job) | {
            "summary": self.summary_rows(),
            "folder": str(self.folder),
            "chunks": {
                "total": len(self.job.chunks), "found": self.found, "damaged": self.damaged, "made": self.made,
            },
        }  # fmt: skip


def run_sweep(
    job: Job,
    out: str | os.PathLike[str],
    *,
    workers: int = 1,
    cluster: str | None = None,
    on_progress: Report | None = None,
) -> SweepResult:
    """Do what is not done yet of a sweep and write the results. Raises WrongInput and CannotWrite.

    The folder `out` is new, empty, or of the same sweep. Ctrl-C and chunks that keep killing their worker end it
    before the results are written; what is finished stays for the next call.
    """
    folder = Path(os.path.abspath(out))
    report = on_progress or _silent
    found = damaged = made = 0
    with contextlib.ExitStack() as stack:
        try:
            client = None if cluster is None else stack.enter_context(_connected(cluster))
            _prepare(folder, job)
            stack.callback(_tidy, folder)
            missing = []
            for chunk in job.chunks:
                try:
                    whole = read_chunk(folder, job, chunk) is not None
                except WrongInput:
                    whole, damaged = False, damaged + 1
                if whole:
                    found += 1
                else:
                    missing.append(chunk)
            while missing:
                finished = (
                    _here(folder, job, missing, workers, report)
                    if client is None
                    else _on_cluster(client, folder, job, missing, report)
                )
                made += sum(how == _MADE for _, how in finished)
                if finished.interrupted or finished.lost:
                    return SweepResult(job, folder, found, damaged, made, finished.interrupted, finished.lost)
                # What others had claimed: wait for them, or do it when they are gone.
                missing = [chunk for chunk, how in finished if how == _TAKEN]
                report = _silent
                if missing:
                    time.sleep(WAIT_SECONDS)
            values = _finish(folder, job)
        except KeyboardInterrupt:
            return SweepResult(job, folder, found, damaged, made, interrupted=True)
    return SweepResult(job, folder, found, damaged, made, values=values)


def _silent(done: int, total: int) -> None:
    """Tell nothing: chunks that others make are not ours to count."""


def _here(folder: Path, job: Job, missing: Sequence[int], workers: int, report: Report) -> Finished[str]:
    if min(workers, len(missing)) > 1:
        compile_once(_task(job.sweep, 1).parameters(1))
    return replicate(partial(make_chunk, str(folder), job), missing, workers, report)


def _finish(folder: Path, job: Job) -> Floats:
    """Put all chunks together; every one is verified once more."""
    sweep = job.sweep
    parts = []
    for chunk in job.chunks:
        part = read_chunk(folder, job, chunk)
        if part is None:
            raise WrongInput("dit stuk is verdwenen", file=chunk_file(folder, chunk))
        parts.append(part)
    values: Floats = np.concatenate(parts).reshape(sweep.points, sweep.replications, len(sweep.outcomes))
    contents = {
        RESULTS: table_bytes(results_table(job, values), ROWS_PER_GROUP),
        SUMMARY: summary_csv(sweep, values),
        DOCUMENT: _json_bytes(sweep_document(job)),
        MANIFEST: job.manifest(),
    }
    contents[SUMS] = b"".join(_sum_line(content, name) for name, content in contents.items())
    with Claims(folder) as claims:
        claims.take(_FOLDER, wait=True)
        for name, content in contents.items():
            if name != MANIFEST:
                with atomic_file(folder / name) as stream:
                    stream.write(content)
    return values


def _setting_columns(sweep: Sweep) -> dict[str, list[Any]]:
    """Per lever and uncertainty that some point sets: its value in each point, empty where it is not set."""
    columns: dict[str, list[Any]] = {name: [None] * sweep.points for name in sweep.names}
    for place in range(sweep.points):
        for _, name, value in sweep.point(place + 1).settings:
            columns[name][place] = value_words(value)
    return columns


def _setting_array(values: Sequence[Any]) -> pa.Array:
    """Numbers as numbers, yes and no as such, and anything else, or a mixture, as text."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return pa.array(values, type=pa.bool_())
    if kinds <= {int, float}:
        return pa.array([None if value is None else float(value) for value in values], type=pa.float64())
    return pa.array([None if value is None else _words(value) for value in values], type=pa.string())


def _words(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def results_table(job: Job, values: Floats) -> pa.Table:
    """One row per point, replication and outcome, in that order; `draw` is the row of the ensemble, from 1."""
    from models.outcomes import OUTCOMES

    sweep = job.sweep
    points, replications, outcomes = values.shape
    of_point = pa.array(np.repeat(np.arange(points), replications * outcomes))
    ensembles = {period: None if name is None else load_ensemble(name) for period, name, _ in job.ensembles}
    places = [sweep.point(point + 1).scenario for point in range(points)]
    draws = np.array(
        [
            0 if (ensemble := ensembles[sweep.scenarios[place].period]) is None else ensemble.draw_of(number) + 1
            for place in places
            for number in range(1, replications + 1)
        ],
        dtype=np.int32,
    ).repeat(outcomes)

    def words(codes: Any, listed: Sequence[str]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(codes, type=pa.int32()), pa.array(list(listed), pa.string()))

    of_outcome = [OUTCOMES[name].unit for name in sweep.outcomes]
    units = list(dict.fromkeys(of_outcome))  # a word that stands twice in a dictionary is written in changing bytes
    columns: dict[str, Any] = {
        "point": pa.array(np.repeat(np.arange(1, points + 1, dtype=np.int32), replications * outcomes)),
        "scenario": words(np.repeat(places, replications * outcomes), [each.name for each in sweep.scenarios]),
    }
    for name, settings in _setting_columns(sweep).items():
        columns[name] = _setting_array(settings).take(of_point)
    columns |= {
        "replication": pa.array(np.tile(np.arange(1, replications + 1, dtype=np.int32).repeat(outcomes), points)),
        "draw": pa.array(draws, mask=draws == 0),
        "outcome": words(np.tile(np.arange(outcomes), points * replications), sweep.outcomes),
        "unit": words(np.tile([units.index(unit) for unit in of_outcome], points * replications), units),
        "value": pa.array(values.ravel(), type=pa.float64()),
    }
    return pa.table(columns)


def summary_rows(sweep: Sweep, values: Floats) -> Iterator[dict[str, Any]]:
    """Per point and outcome the mean, the 80 per cent band over replications and their number."""
    from models.outcomes import OUTCOMES

    for point in range(sweep.points):
        for place, name in enumerate(sweep.outcomes):
            told = band(values[point, :, place], BAND_LEVEL)
            yield {
                "point": point + 1,
                "outcome": name,
                "unit": OUTCOMES[name].unit,
                "mean": number_or_none(told.mean),
                "low": number_or_none(told.low),
                "high": number_or_none(told.high),
                "n": told.count,
            }


def summary_csv(sweep: Sweep, values: Floats) -> bytes:
    """The summary for a spreadsheet: UTF-8 with a mark, semicolons, decimal commas."""
    from experiments.exports import csv_text

    settings = _setting_columns(sweep)
    heads = ("point", "scenario", *settings, "outcome", "unit", "mean", "low", "high", "n")
    rows = [
        {"scenario": sweep.scenarios[sweep.point(row["point"]).scenario].name}
        | {name: column[row["point"] - 1] for name, column in settings.items()}
        | row
        for row in summary_rows(sweep, values)
    ]
    return csv_text(rows, dict(zip(heads, heads, strict=True)))


def sweep_document(job: Job) -> dict[str, Any]:
    """What `sweep.json` says: the sweep, its points, its outcomes, and the code and ensembles that made it."""
    from models.outcomes import OUTCOMES

    sweep = job.sweep
    points = []
    for number in range(1, sweep.points + 1):
        entry = sweep.point(number)
        sections: dict[str, dict[str, Any]] = {"levers": {}, "uncertainties": {}}
        for section, name, value in entry.settings:
            sections[section][name] = value
        points.append({"point": number, "scenario": sweep.scenarios[entry.scenario].name} | sections)
    return {
        "name": sweep.name,
        "title": sweep.title,
        "description": sweep.description,
        "version": version(),
        "plan": sweep.fingerprint(),
        "seed": sweep.seed,
        "replications": sweep.replications,
        "band": BAND_LEVEL,
        "scenarios": [
            {
                "name": scenario.name,
                "from": date_of(scenario.from_day).isoformat(),
                "until": date_of(scenario.until_day).isoformat(),
                "settings": scenario.as_file(),
            }
            for scenario in sweep.scenarios
        ],
        "points": points,
        "outcomes": [{"name": name, "unit": OUTCOMES[name].unit} for name in sweep.outcomes],
        "ensembles": {period: {"name": name, "version": table} for period, name, table in job.ensembles},
        "software": dict(job.software),
    }


# --- on a cluster -------------------------------------------------------------------------------------------------


class ClusterGone(Exception):
    """The cluster stopped answering; the sentence says what is kept."""

    exit_code = 70

    @property
    def sentence(self) -> str:
        """The whole message: one sentence, one line."""
        return "De scheduler of zijn laatste worker antwoordt niet meer; wat af is, blijft bewaard."


@contextlib.contextmanager
def _connected(address: str) -> Iterator[Any]:
    """A connection with a scheduler that has a worker. Raises WrongInput."""
    allowed = "het adres van een scheduler, zoals tcp://10.0.0.1:8786"
    try:
        from distributed import Client
    except ImportError as error:
        raise WrongInput(
            "dask.distributed is niet geïnstalleerd; installeer doorstroom met de extra cluster", file="--cluster"
        ) from error
    if not _ADDRESS.fullmatch(address):
        raise WrongInput(file="--cluster", value=address, allowed=allowed)
    # They tell of what is told here in one sentence; parts of them have a level of their own.
    for name in ("distributed", "asyncio", "tornado", *logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "asyncio", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        client = Client(address, timeout=ANSWER_SECONDS, set_as_default=False, direct_to_workers=False)
    except Exception as error:  # nobody there, or somebody else: many kinds of error
        raise WrongInput(
            "op dit adres antwoordt geen scheduler van Dask", file=f"--cluster {address}", allowed=allowed
        ) from error
    try:
        try:
            client.wait_for_workers(1, timeout=ANSWER_SECONDS)
        except Exception as error:
            raise WrongInput("deze scheduler heeft geen workers", file=f"--cluster {address}") from error
        with client.as_current():
            yield client
    finally:
        with contextlib.suppress(Exception):
            client.close(timeout=ANSWER_SECONDS)


def _on_cluster(client: Any, folder: Path, job: Job, missing: Sequence[int], report: Report) -> Finished[str]:
    """As `_here`, on the workers of a Dask cluster; what they compute comes back and is written here."""
    from distributed import wait
    from distributed.scheduler import KilledWorker

    done: dict[int, str] = {}
    lost: list[int] = []
    busy: dict[Any, int] = {}
    waiting = list(reversed(missing))
    last_heard = time.monotonic()
    with Claims(folder) as claims:
        try:
            report(0, len(missing))
            while waiting or busy:
                workers = client.nthreads()
                while waiting and len(busy) < 2 * max(1, sum(workers.values())):
                    chunk = waiting.pop()
                    if not claims.take(chunk):
                        done[chunk] = _TAKEN
                    elif _is_done(folder, job, chunk):
                        claims.release(chunk)
                        done[chunk] = _THERE
                    else:
                        busy[client.submit(compute_chunk, job, chunk, pure=False)] = chunk
                finished = []
                if busy:
                    with contextlib.suppress(TimeoutError):
                        finished = list(wait(list(busy), timeout=1, return_when="FIRST_COMPLETED").done)
                if finished or workers:
                    last_heard = time.monotonic()
                elif time.monotonic() - last_heard > WORKER_SECONDS:
                    raise ClusterGone
                for future in finished:
                    chunk = busy.pop(future)
                    try:
                        content = future.result()
                    except KilledWorker:
                        lost.append(chunk)
                    else:
                        _values(content, chunk_file(folder, chunk), job, chunk)
                        _store(folder, chunk, content)
                        done[chunk] = _MADE
                    claims.release(chunk)
                    report(len(done) + len(lost), len(missing))
        except KeyboardInterrupt:
            return Finished(tuple(sorted(done.items())), interrupted=True)
        except (WrongInput, CannotWrite, ClusterGone):
            raise
        except Exception as error:
            if _lost_touch(error):
                raise ClusterGone from error
            raise
        finally:
            with contextlib.suppress(Exception):
                client.cancel(list(busy))
    return Finished(tuple(sorted(done.items())), lost=tuple(sorted(lost)))


def _lost_touch(error: Exception) -> bool:
    from concurrent.futures import CancelledError

    from distributed.comm import CommClosedError

    return isinstance(error, CommClosedError | CancelledError | OSError | TimeoutError)
