"""Jobs: scenarios that several people ask for at once, computed side by side and kept.

A `Registry` hands one replication at a time to each worker process; sessions say what they want and look from time to
time, they never compute. A `Job` always holds replications 1 to n, so that two jobs compare pair by pair.

Turns go round over visitors (`Turns`), however many sessions each of them has, and within a visitor to what was asked
last, until it makes a picture. Of a visitor who asks too much the oldest questions give way, with a sentence.

A job is known by what it computes (`job_key`), never by who asked. A session that wants something else lets go of
what it wanted before; a job that nobody wants any more stops, and so does one whose sessions are not heard of for a
while. Beside runs a session may ask a question (`Registry.ask`): one task with a small answer in plain values,
computed by the same processes and kept in memory only. A worker that dies is replaced. Finished jobs are kept in a
folder and found again after a restart; a damaged file is computed again, never shown.
"""

import contextlib
import logging
import os
import threading
import time
import weakref
from collections.abc import Sequence
from concurrent.futures import TimeoutError as StillBusy
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from typing import TypeVar

from experiments import WORKER_MODULE
from experiments.run.task import Replication
from experiments.run.workers import default_workers
from experiments.scenario.ready import TOLD
from experiments.scenario.scenario import Scenario
from experiments.service.job import Asked, Job, Question
from experiments.service.keys import FIRST_COUNT, FULL_COUNT, job_key, nameless, question_key, task_of
from experiments.service.store import Store
from experiments.service.turns import Turns, Visitor
from sim.errors import Allowed, WrongInput
from sim.replications import DEATHS_ALLOWED, LARGEST_GIGABYTES, LONGEST_MINUTES, Worker, expect_workers

_AnyJob = TypeVar("_AnyJob", bound=Job)

#: A session that is not heard of for so many seconds has gone.
GONE_AFTER = 25.0
#: Who closes waits so long at most, in seconds.
CLOSE_SECONDS = 5.0
#: What nobody asked for is computed after so many seconds without a question, so that no page waits for it.
QUIET = 30.0
#: A cancelled replication may finish; after so many seconds its process is ended.
GRACE = 2.0
#: Most jobs that wait for one visitor, and for all together: where there are more, those of who has most give way.
MOST_OPEN, MOST_OPEN_OF_ALL = 60, 400
#: How often a second all that wait for one visitor look whether there is something, and one of each visitor together.
LOOKS, LOOKS_OF_ALL = 20, 50
#: Finished jobs that stay in memory; older ones are read from the folder again.
KEPT_IN_MEMORY = 40


def _warm_up(number: int) -> int:
    """Load what a replication needs in a worker, compiling it when nobody did before; returns the process number."""
    from experiments.run.parameters import COMPILING_DAYS, changed_parameters
    from models.chain import simulate
    from models.parameters import PERIODS
    from sim.calendar import day_number
    from sim.kernel_store import remember_compiled

    parameters = changed_parameters(TOLD, ())
    simulate(parameters, number, day_number(PERIODS[TOLD].start) + COMPILING_DAYS)
    remember_compiled()
    return os.getpid()


@dataclass
class _Wish:
    """What a session wants to see."""

    keys: tuple[str, ...]
    visitor: Visitor
    seen: float = 0.0
    #: Others have their turn first: its visitor asked too much.
    refused: bool = False

    def told(self, job: _AnyJob) -> _AnyJob:
        """A job as this session sees it; refused also where others have it computed, so that it looks no more."""
        if not self.refused or job.state == "done":
            return job
        return replace(
            job, state="failed", refusal=WrongInput("too_many_open", allowed=Allowed("open", most=MOST_OPEN))
        )


#: The registries of this process that compute, or may.
_OPEN: weakref.WeakSet["Registry"] = weakref.WeakSet()


def close_all() -> None:
    """Stop every registry of this process. Left to its own end, Python would wait for tasks that were begun."""
    for registry in tuple(_OPEN):
        registry.close()


class Registry:
    """All jobs of one server, and the processes that compute them."""

    def __init__(self, store: Store | None = None, workers: int | None = None) -> None:
        self.store = Store() if store is None else store
        self._jobs: dict[str, Job] = {}
        self._wants: dict[str, _Wish] = {}  # what was asked last stands last
        self._turns = Turns()
        self._stirred = time.monotonic()
        self._changed = threading.Condition()
        self._closing = False
        _OPEN.add(self)
        self._warm = threading.Event()
        count = default_workers(256) if workers is None else workers
        expect_workers((WORKER_MODULE,))
        self._workers = [Worker() for _ in range(count)]
        self._threads = [
            threading.Thread(target=self._serve, args=(place,), name=f"rekenaar-{place}", daemon=True)
            for place in range(count)
        ]
        for thread in self._threads:
            thread.start()

    # what sessions say

    def want(
        self, session: str, scenarios: Sequence[Scenario], replications: int = FULL_COUNT, visitor: Visitor = ()
    ) -> tuple[Job, ...]:
        """Say what a session wants to see now; what it wanted before and nobody else wants, stops.

        Asking again costs nothing and tells that the session is still there. Without a visitor it is one by itself.
        """
        keys = tuple(job_key(scenario, replications) for scenario in scenarios)
        found: dict[str, dict[int, Replication] | None] = {}
        for key in keys:
            known = self._jobs.get(key)
            if known is None or known.state == "stopped" or known.idle:  # another server may have kept it meanwhile
                found[key] = self.store.get(key)
        with self._changed:
            before = self._wants.get(session)
            earlier = [job for key in (before.keys if before else ()) if (job := self._jobs.get(key))]
            wish = self._hear(session, keys, visitor)
            jobs = [
                self._find_or_make(key, scenario, replications, found.get(key))
                for key, scenario in zip(keys, scenarios, strict=True)
            ]
            self._make_room()
            superseded = tuple(job for old in earlier for job in (old, *old.behind) if job.lingers)
            for job in jobs:
                if job.started is None:
                    job.behind = superseded
            self._changed.notify_all()
            return tuple(wish.told(job) for job in jobs)

    def ask(self, session: str, questions: Sequence[Question], visitor: Visitor = ()) -> tuple[Asked, ...]:
        """Ask questions, at once: dataclasses of plain values and scenarios, called in a worker process.

        As with `want`, what the session wanted before is let go, and the same question is answered once for all.
        """
        keys = tuple(question_key(question) for question in questions)
        with self._changed:
            wish = self._hear(session, keys, visitor)
            found = []
            for key, question in zip(keys, questions, strict=True):
                job = self._jobs.get(key)
                if not isinstance(job, Asked):
                    job = Asked(key, None, 1, question)
                self._go_on(job)
                self._jobs.pop(key, None)
                self._jobs[key] = job  # most recently wanted last
                found.append(job)
            self._make_room()
            self._changed.notify_all()
            return tuple(wish.told(job) for job in found)

    def look(self, wanted: Sequence[Scenario | Question], replications: int = FULL_COUNT) -> tuple[Job, ...]:
        """The jobs as they are, without asking for anything: what is not kept or known has state stopped."""
        found = []
        for one in wanted:
            key = job_key(one, replications) if isinstance(one, Scenario) else question_key(one)
            job = self._jobs.get(key)
            if job is None and isinstance(one, Scenario):
                kept = self.store.get(key) or {}
                state = "done" if len(kept) == replications else "stopped"
                job = Job(key, nameless(one), replications, task_of(one), state=state, results=kept)
            elif job is None:
                job = Asked(key, None, 1, one, state="stopped")
            found.append(job)
        return tuple(found)

    def seconds_apart(self, visitor: Visitor) -> float:
        """How long to wait between two looks: a crowd that looks often would keep the server from everything else."""
        with self._changed:
            waiting = [wish.visitor for wish in self._wants.values() if self._open(wish)]
        return max(waiting.count(visitor) / LOOKS, len(set(waiting)) / LOOKS_OF_ALL)

    def retry(self, jobs: Sequence[Job]) -> None:
        """Forget those of these jobs that failed; who wants them again gets them computed again."""
        with self._changed:
            for job in jobs:
                if job.state == "failed" and self._jobs.get(job.key) is job:
                    del self._jobs[job.key]
                for session in [name for name, wish in self._wants.items() if wish.refused and job.key in wish.keys]:
                    del self._wants[session]

    def _hear(self, session: str, keys: tuple[str, ...], visitor: Visitor) -> _Wish:
        wish = self._wants.get(session)
        if wish is None or wish.keys != keys:
            self._wants.pop(session, None)
            wish = self._wants[session] = _Wish(keys, visitor or (session,))
        self._stirred = wish.seen = time.monotonic()
        return wish

    def _find_or_make(
        self, key: str, scenario: Scenario, total: int, kept: dict[int, Replication] | None, idle: bool = False
    ) -> Job:
        job = self._jobs.pop(key, None)
        if job is None:
            job = Job(key, nameless(scenario), total, task_of(scenario), idle=idle)
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

    def release(self, session: str) -> None:
        """Let go of everything a session wanted: it looks at something else, or it is gone."""
        with self._changed:
            self._stirred = time.monotonic()
            if self._wants.pop(session, None):
                self._stop_unwanted()

    def fill_in(self, scenarios: Sequence[Scenario], replications: int = FULL_COUNT) -> None:
        """Compute these, one after another, when there is nothing else to do, unless they are kept already."""
        for scenario in scenarios:
            key = job_key(scenario, replications)
            if not self.store.has(key):
                with self._changed:
                    if key not in self._jobs:
                        self._find_or_make(key, scenario, replications, None, idle=True)
                        self._changed.notify_all()

    def close(self) -> None:
        """Stop everything and end the worker processes."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._warm.set()
        until = time.monotonic() + CLOSE_SECONDS
        while any(thread.is_alive() for thread in self._threads) and time.monotonic() < until:
            for worker in self._workers:  # also one that is only being started now
                worker.kill()
            for thread in self._threads:
                thread.join(0.1)
        for worker in self._workers:
            worker.kill()
        _OPEN.discard(self)

    # what happens behind them

    def _make_room(self) -> None:
        """Refuse the oldest questions of who has too many open, or most of all where all together have too many."""
        while crowded := self._crowded():
            oldest = next(one for one in self._wants.values() if one.visitor == crowded and self._open(one))
            oldest.refused = True
        self._stop_unwanted()

    def _crowded(self) -> Visitor | None:
        waiting: dict[Visitor, set[str]] = {}
        for wish in self._wants.values():
            for length in range(len(wish.visitor) + 1):
                waiting.setdefault(wish.visitor[:length], set()).update(self._open(wish))
        visitors = dict.fromkeys(wish.visitor for wish in self._wants.values())
        for visitor in visitors:
            if len(waiting[visitor]) > MOST_OPEN:
                return visitor
        if len(waiting.get((), ())) <= MOST_OPEN_OF_ALL:
            return None
        return max(visitors, key=lambda one: [len(waiting[one[:length]]) for length in range(1, len(one) + 1)])

    def _open(self, wish: _Wish) -> set[str]:
        return {key for key in wish.keys if not wish.refused and (job := self._jobs.get(key)) and not job.over}

    def _stop_unwanted(self) -> None:
        wanted = {key for wish in self._wants.values() if not wish.refused for key in wish.keys}
        for job in self._jobs.values():
            if not job.over and not job.idle and job.key not in wanted:
                job.state, job.ended = "stopped", time.monotonic()
        over = [key for key, job in self._jobs.items() if job.over and key not in wanted and not job.busy]
        for key in over[: max(0, len(over) - KEPT_IN_MEMORY)]:
            del self._jobs[key]

    def _drop_gone(self) -> None:
        now = time.monotonic()
        gone = [session for session, wish in self._wants.items() if now - wish.seen > GONE_AFTER]
        for session in gone:
            del self._wants[session]
        if gone:
            self._stop_unwanted()

    def _next(self, place: int) -> tuple[Job, int] | None:
        """What is computed now: something of the visitor whose turn it is, of that what was asked last.

        Until it makes a picture, and what a session named first before the rest: a page draws that one by itself. What
        has its picture waits for what has none, and then goes on with what has least so far.
        """
        open_jobs = {
            job.key: job
            for job in self._jobs.values()
            if not job.over and job.taken < job.total and not any(old.lingers for old in job.behind)
        }
        waiting: dict[Visitor, list[tuple[tuple[int, ...], str]]] = {}
        for asked, wish in enumerate(self._wants.values()):
            for named, key in enumerate(() if wish.refused else wish.keys):
                if job := open_jobs.get(key):
                    no_picture = job.taken < FIRST_COUNT
                    rank = (not no_picture, -asked * no_picture, named > 0, job.taken)
                    waiting.setdefault(wish.visitor, []).append((rank, key))
        if waiting:
            visitors = list(waiting)
            job = open_jobs[min(waiting[visitors[self._turns.take(visitors)]])[1]]
            return job, job.next_number(place, len(self._workers))
        quiet = place == 0 and time.monotonic() - self._stirred > QUIET
        return next(((job, job.next_number()) for job in open_jobs.values() if job.idle and quiet), None)

    def _serve(self, place: int) -> None:
        worker = self._workers[place]
        if place:
            self._warm.wait()
        with contextlib.suppress(Exception):
            if not self._closing:
                worker.start(_warm_up, 1).result()
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
                self._put_away(job)

    def _put_away(self, job: Job) -> None:
        """Keep a finished job; one that nobody asked for need not stay in memory then."""
        with self._changed:
            in_use = [key for wish in self._wants.values() for key in wish.keys]
        if self.store.put(job.key, job.results, in_use):
            with self._changed:
                if job.idle:
                    self._jobs.pop(job.key, None)

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
        except (BrokenProcessPool, MemoryError) as error:
            over = worker.over_limit(error)
            worker.kill()
            refusal = WrongInput("over_limit", gigabytes=LARGEST_GIGABYTES, minutes=LONGEST_MINUTES)
            return None, refusal if over else None, not over
        except WrongInput as error:
            return None, error, False
        except Exception:
            logging.getLogger(__name__).exception("a replication failed")
            return None, WrongInput("program_error"), False

    def _note(self, job: Job, number: int, found: Replication | None, refusal: WrongInput | None, died: bool) -> None:
        job.busy.discard(number)
        if found is not None:
            job.results[number] = found
        if died:
            job.deaths[number] = job.deaths.get(number, 0) + 1
            if job.deaths[number] >= DEATHS_ALLOWED:
                refusal = WrongInput("replication_died", number=number, deaths=DEATHS_ALLOWED)
        if refusal is not None and not job.over:
            job.state, job.refusal, job.ended = "failed", refusal, time.monotonic()
        elif len(job.results) == job.total and job.state != "failed":
            # also when it was stopped meanwhile: what is whole is kept and has nothing left to wait for
            job.state, job.ended = "done", time.monotonic()
