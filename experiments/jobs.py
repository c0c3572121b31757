"""Jobs: scenarios that several people ask for at once, computed side by side and kept.

Who acts: a `Registry` hands one replication at a time to each worker process. Who waits: sessions, which say
what they want and look from time to time; they never compute. What leaves: a `Job` with what is done so far,
always replications 1 to n, so that two jobs compare pair by pair. What is left out: anything drawn on a screen.

A job is known by what it computes (`job_key`), never by who asked. A session that wants something else lets go of
what it wanted before; a job that nobody wants any more stops, and so does one whose sessions are not heard of for a
while. Beside runs a session may ask a question (`Registry.ask`): one task with a small answer in plain values,
computed by the same processes and kept in memory only. A worker that dies is replaced. Finished jobs are kept in a
folder and found again after a restart; a damaged file is computed again, never shown.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import lzma
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as StillBusy
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from experiments import WORKER_MODULE
from experiments.breakdown import Detail
from experiments.ensemble import code_version, data_version, default_ensemble, load_ensemble
from experiments.run import Replication, RunResult, Task, usual_workers
from experiments.scenario import Scenario
from models.levers import Change
from sim.errors import CannotWrite, WrongInput
from sim.replications import DEATHS_ALLOWED, Worker, expect_workers
from sim.snapshot import atomic_file, load, save

#: How many replications a page asks for, and how many make its first picture.
FULL_COUNT = 50
FIRST_COUNT = 10
#: A session that is not heard of for so many seconds has gone.
GONE_AFTER = 25.0
#: What nobody asked for is computed after so many seconds without a question, so that no page waits for it.
QUIET = 30.0
#: A cancelled replication may finish; after so many seconds its process is ended.
GRACE = 2.0
#: Finished jobs that stay in memory; older ones are read from the folder again.
KEPT_IN_MEMORY = 40
SHIPPED = Path(__file__).resolve().parent / "stored"
#: How a kept job ends.
SUFFIX = ".doorrekening"
#: What is kept of the detail of a replication, in the order of its fields.
DETAIL_PARTS = ("provinces", "sizes", "municipal")


# --- what is computed ---------------------------------------------------------------------------------------------


def _engine_version() -> str:
    """The versions of the model and of the figures that a result depends on."""
    return f"{code_version()} {data_version()}"


def job_key(scenario: Scenario, replications: int = FULL_COUNT) -> str:
    """The hash of what is computed: period, window, changes, seed, replications, code, figures and ensemble.

    Names and titles do not count, nor does the order of levers; the order of steps within a lever does.
    """
    return _key_of(
        scenario.period, scenario.from_day, scenario.until_day, tuple(scenario.changes()), scenario.seed, replications
    )


@lru_cache(maxsize=4096)
def _key_of(
    period: str, from_day: int, until_day: int, changes: tuple[Change, ...], seed: int, replications: int
) -> str:
    content = _content(period, from_day, until_day, changes, seed)
    content |= {"replications": replications, "engine": _engine_version()}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:32]


def _computed(scenario: Scenario) -> dict[str, Any]:
    """What of a scenario decides the figures of one replication, as plain values."""
    return _content(scenario.period, scenario.from_day, scenario.until_day, tuple(scenario.changes()), scenario.seed)


def _content(period: str, from_day: int, until_day: int, changes: tuple[Change, ...], seed: int) -> dict[str, Any]:
    ensemble = default_ensemble(period)
    return {
        "period": period,
        "from": from_day,
        "until": until_day,
        "changes": [
            [change.lever, change.value, change.from_day, change.until_day, change.ramp_days]
            for change in sorted(changes, key=lambda change: change.lever)
        ],
        "seed": seed,
        "ensemble": None if ensemble is None else [ensemble, load_ensemble(ensemble).about["table"]],
    }


def question_key(question: Any) -> str:
    """The hash of what is asked: kind of question, its fields (of a scenario what is computed), code and figures."""
    asked = [
        _computed(value) if isinstance(value := getattr(question, field_of.name), Scenario) else value
        for field_of in fields(question)
    ]
    content = [type(question).__qualname__, asked, _engine_version()]
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:32]


def nameless(scenario: Scenario) -> Scenario:
    """The same scenario without its names and texts, which are of who asked first and of nobody else."""
    return scenario.model_copy(
        update={"name": "scenario", "title": "Scenario", "description": "Scenario.", "sources": ()} | _NO_ENGLISH
    )


_NO_ENGLISH = {"title_en": None, "description_en": None}


def baseline_of(scenario: Scenario) -> Scenario:
    """The same period, window and luck without any change."""
    return scenario.model_copy(
        update={
            "name": "uitgangssituatie",
            "title": "Uitgangssituatie",
            "description": "De keten zonder ander besluit.",
            "sources": (),
            "levers": {},
            "uncertainties": {},
        }
        | _NO_ENGLISH
    )


def _task(scenario: Scenario) -> Task:
    return Task(
        period=scenario.period,
        changes=tuple(scenario.changes()),
        seed=scenario.seed,
        from_day=scenario.from_day,
        until_day=scenario.until_day,
        ensemble=default_ensemble(scenario.period),
        detailed=True,
    )


def warm_up(period: str) -> int:
    """Load what a replication needs in a worker, compiling it when nobody did before; returns the process number."""
    from experiments.run import COMPILING_DAYS, changed_parameters
    from models.chain import simulate
    from models.parameters import PERIODS
    from sim.calendar import day_number
    from sim.kernel_store import remember_compiled

    parameters = changed_parameters(period, ())
    simulate(parameters, 1, day_number(PERIODS[period].start) + COMPILING_DAYS)
    remember_compiled()
    return os.getpid()


def _warm_task(number: int) -> int:
    return warm_up("prop-2021")


# --- what is kept -------------------------------------------------------------------------------------------------


def store_folder() -> Path:
    """Where finished jobs are kept: `DOORSTROOM_STORE`, or a folder in the cache of the user."""
    chosen = os.environ.get("DOORSTROOM_STORE")
    if chosen:
        return Path(chosen)
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(cache) / "doorstroom"


class Store:
    """Finished jobs in a folder, one checksummed file each."""

    def __init__(self, folder: Path | None = None, shipped: Path | None = SHIPPED) -> None:
        self.folder = store_folder() if folder is None else folder
        self.shipped = shipped

    def _file(self, key: str) -> Path:
        return self.folder / f"{key}{SUFFIX}"

    def get(self, key: str) -> dict[int, Replication] | None:
        """The replications of a job, or None when they are not kept or damaged."""
        if not self._file(key).is_file():
            self._take_shipped(key)
        try:
            arrays, meta = load(self._file(key))
            return _unpacked(arrays, meta) if meta.get("key") == key else None
        except (WrongInput, KeyError, ValueError, TypeError, IndexError):
            return None

    def _take_shipped(self, key: str) -> None:
        if self.shipped is None:
            return
        with contextlib.suppress(OSError, EOFError, lzma.LZMAError, CannotWrite, ValueError):
            content = lzma.decompress((self.shipped / f"{key}{SUFFIX}.xz").read_bytes())
            self.folder.mkdir(parents=True, exist_ok=True)
            with atomic_file(self._file(key)) as handle:
                handle.write(content)

    def put(self, key: str, results: dict[int, Replication]) -> bool:
        """Keep a finished job; False when the folder cannot be written, which only costs time later."""
        arrays, meta = _packed(results)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            save(self._file(key), arrays, meta | {"key": key})
        except (CannotWrite, OSError):
            return False
        return True

    def ship(self, key: str) -> Path | None:
        """Copy a kept job, compressed, to the folder that comes with the program."""
        if self.shipped is None or self.get(key) is None:
            return None
        self.shipped.mkdir(exist_ok=True)
        target = self.shipped / f"{key}{SUFFIX}.xz"
        with atomic_file(target) as handle:
            handle.write(lzma.compress(self._file(key).read_bytes(), preset=6))
        return target


def _packed(results: dict[int, Replication]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Replications as one array per kind, and the names that belong to the rows."""
    rows = [results[number] for number in sorted(results)]
    first = rows[0]
    arrays = {
        "numbers": np.array(sorted(results)),
        "outcomes": np.array([list(row.outcomes.values()) for row in rows], dtype=np.float64),
        "half_years": np.array([row.half_years for row in rows]),
        "month_days": np.array(first.month_days, dtype=np.int64),
        "series": np.array([list(row.series.values()) for row in rows]),
        "observed": np.array([row.observed for row in rows]),
        "steps": np.array([list(row.steps.values()) for row in rows], dtype=np.int64),
    }
    details = [row.detail for row in rows if row.detail is not None]
    if len(details) == len(rows):
        arrays |= {f"detail_{part}": np.array([getattr(one, part) for one in details]) for part in DETAIL_PARTS}
    meta = {
        "outcomes": list(first.outcomes),
        "units": first.units,
        "half_years": list(first.half_year_names),
        "series": list(first.series),
        "steps": list(first.steps),
    }
    return arrays, meta


def _unpacked(arrays: dict[str, Any], meta: dict[str, Any]) -> dict[int, Replication]:
    return {
        int(number): Replication(
            dict(zip(meta["outcomes"], arrays["outcomes"][row].tolist(), strict=True)),
            dict(meta["units"]),
            tuple(meta["half_years"]),
            arrays["half_years"][row],
            tuple(arrays["month_days"].tolist()),
            dict(zip(meta["series"], arrays["series"][row], strict=True)),
            arrays["observed"][row],
            dict(zip(meta["steps"], arrays["steps"][row].tolist(), strict=True)),
            Detail(*(arrays[f"detail_{part}"][row] for part in DETAIL_PARTS)),
        )
        for row, number in enumerate(arrays["numbers"].tolist())
    }


# --- who computes -------------------------------------------------------------------------------------------------


@dataclass
class Job:
    """One scenario being computed: `state` is waiting, running, done, stopped or failed."""

    key: str
    scenario: Scenario | None
    total: int
    task: Any = field(repr=False)
    idle: bool = False
    state: str = "waiting"
    refusal: WrongInput | None = None
    results: dict[int, Replication] = field(default_factory=dict, repr=False)
    #: How many results there were when it was started or went on.
    had: int = 0
    busy: set[int] = field(default_factory=set, repr=False)
    deaths: dict[int, int] = field(default_factory=dict, repr=False)
    #: Superseded jobs that still hold a process; this one begins after them, so that never two linger.
    behind: tuple[Job, ...] = field(default=(), repr=False)
    started: float | None = None
    ended: float | None = None

    @property
    def problem(self) -> str:
        """Why it failed, as one Dutch sentence; empty when it did not."""
        return "" if self.refusal is None else self.refusal.sentence

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("done", "stopped", "failed")

    @property
    def lingers(self) -> bool:
        """Whether nobody wants it any more while a process still works on it."""
        return self.state == "stopped" and bool(self.busy)

    @property
    def done(self) -> int:
        """How many replications can be shown: 1 to so many, without a gap."""
        count = 0
        while count + 1 in self.results:
            count += 1
        return count

    def seconds_left(self, now: float | None = None) -> float | None:
        """How long it still takes at the pace so far; None while that is unknown."""
        if self.over:
            return 0.0
        fresh = len(self.results) - self.had
        if self.started is None or fresh <= 0:
            return None
        elapsed = (time.monotonic() if now is None else now) - self.started
        return elapsed / fresh * (self.total - len(self.results))

    def result(self, count: int | None = None, scenario: Scenario | None = None) -> RunResult | None:
        """What is done, as a run: replications 1 to `count`, or all that follow each other; None without any.

        scenario: who asks may call it by its own name; a job knows none.
        """
        shown = self.done if count is None else min(count, self.done)
        if not shown:
            return None
        named = self.scenario if scenario is None else scenario
        assert named is not None, "an answer is no run"
        numbers = tuple(range(1, shown + 1))
        return RunResult(
            scenario=named,
            seed=self.task.seed,
            from_day=self.task.from_day,
            until_day=self.task.until_day,
            numbers=numbers,
            replications=tuple(self.results[number] for number in numbers),
            ensemble=self.task.ensemble,
        )


#: A question: called with 1 in a worker process, it gives an answer in plain values.
Question = Callable[[int], dict[str, Any]]


@dataclass
class Asked(Job):
    """One question being answered: a job of one task, whose answer is plain values."""

    @property
    def answer(self) -> dict[str, Any] | None:
        """The answer; None while there is none."""
        found: Any = self.results.get(1)
        return found


class Registry:
    """All jobs of one server, and the processes that compute them."""

    def __init__(self, store: Store | None = None, workers: int | None = None) -> None:
        self.store = Store() if store is None else store
        self._jobs: dict[str, Job] = {}
        self._wants: dict[str, tuple[str, ...]] = {}
        self._seen: dict[str, float] = {}
        self._stirred = time.monotonic()
        self._changed = threading.Condition()
        self._closing = False
        self._warm = threading.Event()
        count = usual_workers(256) if workers is None else workers
        expect_workers((WORKER_MODULE,))
        self._workers = [Worker() for _ in range(count)]
        self._threads = [
            threading.Thread(target=self._serve, args=(place,), name=f"rekenaar-{place}", daemon=True)
            for place in range(count)
        ]
        for thread in self._threads:
            thread.start()

    # what sessions say

    def want(self, session: str, scenarios: Sequence[Scenario], replications: int = FULL_COUNT) -> tuple[Job, ...]:
        """Say what a session wants to see now; what it wanted before and nobody else wants, stops.

        Asking again costs nothing and tells that the session is still there.
        """
        keys = tuple(job_key(scenario, replications) for scenario in scenarios)
        found: dict[str, dict[int, Replication] | None] = {}
        for key in keys:
            known = self._jobs.get(key)
            if known is None or known.state == "stopped":
                found[key] = self.store.get(key)
        with self._changed:
            earlier = [job for key in self._wants.get(session, ()) if (job := self._jobs.get(key))]
            self._wants[session] = keys
            self._stirred = self._seen[session] = time.monotonic()
            jobs = [
                self._find_or_make(key, scenario, replications, found.get(key))
                for key, scenario in zip(keys, scenarios, strict=True)
            ]
            self._stop_unwanted()
            superseded = tuple(job for old in earlier for job in (old, *old.behind) if job.lingers)
            for job in jobs:
                if job.started is None:
                    job.behind = superseded
            self._changed.notify_all()
            return tuple(jobs)

    def ask(self, session: str, questions: Sequence[Question]) -> tuple[Asked, ...]:
        """Ask questions, at once: dataclasses of plain values and scenarios, called in a worker process.

        As with `want`, what the session wanted before is let go, and the same question is answered once for all.
        """
        keys = tuple(question_key(question) for question in questions)
        with self._changed:
            self._wants[session] = keys
            self._stirred = self._seen[session] = time.monotonic()
            found = []
            for key, question in zip(keys, questions, strict=True):
                job = self._jobs.get(key)
                if not isinstance(job, Asked):
                    job = Asked(key, None, 1, question)
                self._go_on(job)
                self._jobs.pop(key, None)
                self._jobs[key] = job  # most recently wanted last
                found.append(job)
            self._stop_unwanted()
            self._changed.notify_all()
            return tuple(found)

    def look(self, wanted: Sequence[Scenario | Question], replications: int = FULL_COUNT) -> tuple[Job, ...]:
        """The jobs as they are, without asking for anything: what is not kept or known has state stopped."""
        found = []
        for one in wanted:
            key = job_key(one, replications) if isinstance(one, Scenario) else question_key(one)
            job = self._jobs.get(key)
            if job is None and isinstance(one, Scenario):
                kept = self.store.get(key) or {}
                state = "done" if len(kept) == replications else "stopped"
                job = Job(key, nameless(one), replications, _task(one), state=state, results=kept)
            elif job is None:
                job = Asked(key, None, 1, one, state="stopped")  # type: ignore[arg-type]
            found.append(job)
        return tuple(found)

    def retry(self, jobs: Sequence[Job]) -> None:
        """Forget those of these jobs that failed; who wants them again gets them computed again."""
        with self._changed:
            for job in jobs:
                if job.state == "failed" and self._jobs.get(job.key) is job:
                    del self._jobs[job.key]

    def _find_or_make(
        self, key: str, scenario: Scenario, total: int, kept: dict[int, Replication] | None, idle: bool = False
    ) -> Job:
        job = self._jobs.pop(key, None)
        if job is None:
            job = Job(key, nameless(scenario), total, _task(scenario), idle=idle)
        job.idle = job.idle and idle
        if not job.results and kept is not None and len(kept) == total:
            job.results, job.state = kept, "done"
        self._go_on(job)
        self._jobs[key] = job  # most recently wanted last
        return job

    def _go_on(self, job: Job) -> None:
        """What was stopped goes on where it was, with what is still in hand."""
        if job.state == "stopped":
            job.state, job.started, job.ended, job.had = "waiting", None, None, len(job.results)

    def seen(self, session: str) -> None:
        """Tell that a session is still there."""
        self._seen[session] = time.monotonic()

    def release(self, session: str) -> None:
        """Let go of everything a session wanted: it looks at something else, or it is gone."""
        with self._changed:
            self._stirred = time.monotonic()
            if self._wants.pop(session, None):
                self._stop_unwanted()
            self._seen.pop(session, None)

    stop = release

    def fill_in(self, scenarios: Sequence[Scenario], replications: int = FULL_COUNT) -> None:
        """Compute these when there is nothing else to do, unless they are kept already."""
        for scenario in scenarios:
            key = job_key(scenario, replications)
            if key not in self._jobs:
                kept = self.store.get(key)
                with self._changed:
                    if key not in self._jobs:
                        self._find_or_make(key, scenario, replications, kept, idle=True)
                        self._changed.notify_all()

    def busy_jobs(self) -> list[Job]:
        """Jobs of which a replication is being computed at this moment."""
        with self._changed:
            return [job for job in self._jobs.values() if job.busy]

    def processes(self) -> list[int]:
        """The numbers of the worker processes."""
        found = []
        for worker in self._workers:
            found += worker.process_numbers()
        return found

    def close(self) -> None:
        """Stop everything and end the worker processes."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(10)
        for worker in self._workers:
            worker.kill()

    # what happens behind them

    def _stop_unwanted(self) -> None:
        wanted = {key for keys in self._wants.values() for key in keys}
        for job in self._jobs.values():
            if not job.over and not job.idle and job.key not in wanted:
                job.state, job.ended = "stopped", time.monotonic()
        over = [key for key, job in self._jobs.items() if job.over and key not in wanted and not job.busy]
        for key in over[: max(0, len(over) - KEPT_IN_MEMORY)]:
            del self._jobs[key]

    def _drop_gone(self) -> None:
        now = time.monotonic()
        gone = [session for session in self._wants if now - self._seen.get(session, 0.0) > GONE_AFTER]
        for session in gone:
            del self._wants[session]
            self._seen.pop(session, None)
        if gone:
            self._stop_unwanted()

    def _next(self, place: int) -> tuple[Job, int] | None:
        """The job that has least so far, so that everybody's first picture comes first."""
        quiet = place == 0 and time.monotonic() - self._stirred > QUIET
        open_jobs = [
            (job.idle, len(job.results) + len(job.busy), job)
            for job in self._jobs.values()
            if not job.over and (not job.idle or quiet) and not any(old.lingers for old in job.behind)
        ]
        for _, _, job in sorted(open_jobs, key=lambda row: row[:2]):
            for number in range(1, job.total + 1):
                if number not in job.results and number not in job.busy:
                    return job, number
        return None

    def _serve(self, place: int) -> None:
        worker = self._workers[place]
        if place:
            self._warm.wait()
        with contextlib.suppress(Exception):
            worker.start(_warm_task, 0).result()
        self._warm.set()
        while True:
            with self._changed:
                if self._closing:
                    return
                self._drop_gone()
                chosen = self._next(place)
                if chosen is None:
                    self._changed.wait(1.0)
                    continue
                job, number = chosen
                job.busy.add(number)
                job.state, job.behind = "running", ()
                if job.started is None:
                    job.started = time.monotonic()
            found, refusal, died = self._compute(worker, job, number)
            with self._changed:
                self._note(job, number, found, refusal, died)
                self._changed.notify_all()
            if job.state == "done" and found is not None and not isinstance(job, Asked):
                self.store.put(job.key, job.results)

    def _compute(self, worker: Worker, job: Job, number: int) -> tuple[Replication | None, WrongInput | None, bool]:
        """One replication: the result, or what is wrong, or that the process died."""
        try:
            future = worker.start(job.task, number)
        except BrokenProcessPool:
            worker.kill()
            return None, None, True
        except RuntimeError:  # the program ends and takes no new work
            self._closing = True
            return None, None, False
        try:
            while True:
                try:
                    return future.result(timeout=0.25), None, False
                except StillBusy:
                    late = job.ended is not None and time.monotonic() - job.ended > GRACE
                    if self._closing or (late and job.state == "stopped"):
                        worker.kill()
                        return None, None, False
        except BrokenProcessPool:
            worker.kill()
            return None, None, True
        except WrongInput as error:
            return None, error, False
        except Exception:
            logging.getLogger(__name__).exception("a replication failed")
            return None, WrongInput("deze doorrekening lukt niet door een fout in het programma"), False

    def _note(self, job: Job, number: int, found: Replication | None, refusal: WrongInput | None, died: bool) -> None:
        job.busy.discard(number)
        if found is not None:
            job.results[number] = found
        if died:
            job.deaths[number] = job.deaths.get(number, 0) + 1
            if job.deaths[number] >= DEATHS_ALLOWED:
                refusal = WrongInput(f"replicatie {number} kostte {DEATHS_ALLOWED} keer het rekenproces")
        if refusal is not None and not job.over:
            job.state, job.refusal, job.ended = "failed", refusal, time.monotonic()
        elif len(job.results) == job.total and job.state != "failed":
            # also when it was stopped meanwhile: what is whole is kept and has nothing left to wait for
            job.state, job.ended = "done", time.monotonic()
