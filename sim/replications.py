"""The same task for many replication numbers, on one or more processes, with the same answer.

Who acts: this process hands out one number at a time to each worker. Who waits: the caller, until all
numbers are done, or until someone presses Ctrl-C. What leaves: the results ordered by number, so neither
the number of workers nor the order of finishing can be seen in them. A worker that dies (killed, out of
memory) or stands still is replaced and its number is handed out again; a number that costs three workers, or
that passes a limit on memory or time, is named and left out, and the rest is done. What is left out: what a task does.

Workers are copies of one fresh process that has loaded what they need (a fork server), where the system
has that; elsewhere each loads for itself. Copies of this process itself would copy its threads' locks.

Each worker is a process pool of one, so it is always known which number a dead worker was busy with, and
one death costs one task. `multiprocessing.Pool` is not used: it waits for ever on a worker that was killed.
"""

import contextlib
import ctypes
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import connection
from typing import Any, Generic, TypeVar

from sim.errors import Refusal
from sim.interrupts import answered, raise_if_heard

Result = TypeVar("Result")

DEATHS_ALLOWED = 3
#: Limits of a worker: memory of its own (held on Linux), and how long one task may last. The heaviest tasks (8 or 64
#: runs of eleven years with three times the inflow) take 0.9 GB, and 3 minutes.
LARGEST_GIGABYTES, LONGEST_MINUTES = 3.0, 15.0
#: A worker lets hear of itself so often; it stands still when not heard of for so long, and may take longer to begin.
BEAT_SECONDS, STILL_SECONDS, BEGIN_SECONDS = 0.5, 20.0, 120.0
_START = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
#: Numbers of settings in glibc's malloc.h, and more than a task of three years holds at once.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _KEPT_BYTES = -1, -3, 1 << 28
_GOLDEN = 0x9E3779B97F4A7C15
_WORD = (1 << 64) - 1


def expect_workers(modules: Sequence[str]) -> None:
    """Start loading the modules that workers will need, beside whatever this process does meanwhile.

    A hint, given once and early: without it workers load for themselves.
    """
    if _START == "forkserver":
        from multiprocessing import forkserver

        multiprocessing.get_context(_START).set_forkserver_preload(list(modules))
        with _interrupt_held_back():
            forkserver.ensure_running()


def splitmix64(word: int) -> int:
    """Mix a 64-bit word so that neighbouring words give unrelated words (Steele, Lea and Flood, 2014)."""
    mixed = (word + _GOLDEN) & _WORD
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _WORD
    return mixed ^ (mixed >> 31)


def replication_seed(seed: int, number: int) -> int:
    """The seed of replication `number` under the user's `seed`: fixed for ever, whoever computes it.

    Returns 63 bits, so that it fits a signed as well as an unsigned 64-bit number.
    """
    return splitmix64(splitmix64(seed & _WORD) ^ splitmix64(~number & _WORD)) >> 1


def shuffled(count: int, seed: int) -> tuple[int, ...]:
    """The whole numbers below `count` in an order that belongs to the user's `seed`: fixed for ever, as its luck is."""
    start = splitmix64(seed & _WORD)
    return tuple(sorted(range(count), key=lambda place: splitmix64(start ^ splitmix64(place))))


class ReplicationsLost(Refusal):
    """Some numbers cost their worker three times or passed a limit; the others are done and stand in `finished`."""

    exit_code = 70

    def __init__(self, finished: "Finished[Any]") -> None:
        self.finished = finished
        lost = finished.lost
        numbers = ", ".join(map(str, lost[:10])) + (" …" if len(lost) > 10 else "")
        passed = {"deaths": DEATHS_ALLOWED, "gigabytes": LARGEST_GIGABYTES, "minutes": LONGEST_MINUTES}
        super().__init__("replications_lost", count=len(lost), numbers=numbers, **passed)


@dataclass(frozen=True)
class Finished(Generic[Result]):
    """What came of it: results by number, whether it was interrupted, and which numbers were lost."""

    results: tuple[tuple[int, Result], ...]
    interrupted: bool = False
    lost: tuple[int, ...] = ()

    def __iter__(self) -> Iterator[tuple[int, Result]]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def all_or_error(self) -> "Finished[Result]":
        """Itself, or ReplicationsLost when numbers were lost."""
        if self.lost:
            raise ReplicationsLost(self)
        return self


def replicate(
    task: Callable[[int], Result],
    numbers: Sequence[int],
    workers: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
) -> Finished[Result]:
    """Run `task(number)` for every number and return the results in order of number.

    workers=1 runs in this process; more runs in that many new processes, for which `task` must be
    importable (a function at the top of a module, or a `functools.partial` of one). `on_progress` hears
    (done, total). Ctrl-C stops cleanly: what is finished comes back with `interrupted` set. An exception
    inside a task stops the rest and is raised here.
    """
    ordered = sorted(numbers)
    if len(set(ordered)) != len(ordered):
        raise ValueError("every replication number may occur once")
    if workers < 1:
        raise ValueError(f"workers is {workers}; allowed is 1 or more")
    report = on_progress or (lambda done, total: None)
    if workers == 1 or not ordered:
        return _one_by_one(task, ordered, report)
    return _side_by_side(task, ordered, min(workers, len(ordered)), report)


def _one_by_one(
    task: Callable[[int], Result], numbers: Sequence[int], report: Callable[[int, int], None]
) -> Finished[Result]:
    _keep_freed_memory()
    results: list[tuple[int, Result]] = []
    try:
        report(0, len(numbers))
        for number in numbers:
            raise_if_heard()
            results.append((number, task(number)))
            report(len(results), len(numbers))
    except KeyboardInterrupt:
        answered()
        return Finished(tuple(results), interrupted=True)
    return Finished(tuple(results))


def _side_by_side(
    task: Callable[[int], Result], numbers: Sequence[int], workers: int, report: Callable[[int, int], None]
) -> Finished[Result]:
    waiting = deque(numbers)
    results: dict[int, Result] = {}
    deaths: dict[int, int] = {}
    lost: list[int] = []
    slots = [Worker() for _ in range(workers)]
    interrupted = False
    try:
        report(0, len(numbers))
        busy: dict[Future[Result], tuple[Worker, int]] = {}
        while waiting or busy:
            raise_if_heard()
            idle = [slot for slot in slots if all(slot is not taken for taken, _ in busy.values())]
            for slot in idle:
                if waiting:
                    number = waiting.popleft()
                    busy[slot.start(task, number)] = (slot, number)
            done, _ = wait(busy, return_when=FIRST_COMPLETED)
            for future in done:
                slot, number = busy.pop(future)
                try:
                    results[number] = future.result()
                except (BrokenProcessPool, MemoryError) as error:
                    deaths[number] = DEATHS_ALLOWED if slot.over_limit(error) else deaths.get(number, 0) + 1
                    slot.kill()
                    if deaths[number] < DEATHS_ALLOWED:
                        waiting.append(number)
                    else:
                        lost.append(number)
                report(len(results) + len(lost), len(numbers))
    except KeyboardInterrupt:
        interrupted = True
        answered()
    finally:
        for slot in slots:
            slot.kill()  # nothing is left in it that anyone waits for
    return Finished(tuple(sorted(results.items())), interrupted, tuple(sorted(lost)))


class Worker:
    """One process that does one task at a time and can be replaced; it is ended when it stands still."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._task: Future[Any] | None = None
        self._too_long = False
        self._changing = threading.RLock()  # a process that is being started is ended too, by whoever ends it

    def start(self, task: Callable[[int], Result], number: int) -> Future[Result]:
        """Begin one task, in a new process when there is none."""
        for attempt in range(2):
            try:
                # a new process starts with Ctrl-C held back until it ignores it
                with self._changing, _interrupt_held_back():
                    self._pool = self._pool or self._begin()
                    self._task = started = self._pool.submit(task, number)
                    return started
            except BrokenProcessPool:  # it died between two tasks; nothing was lost
                self.kill()
                if attempt:
                    raise
        raise AssertionError("unreachable")

    def _begin(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context(_START)
        hears, tells = context.Pipe(duplex=False)
        pool = ProcessPoolExecutor(1, context, _prepare_worker, (tells, int(LARGEST_GIGABYTES * (1 << 30))))
        threading.Thread(target=self._watch, args=(pool, hears, tells), daemon=True).start()
        return pool

    def _watch(self, pool: ProcessPoolExecutor, hears: connection.Connection, tells: connection.Connection) -> None:
        """End a process that is not heard of, or that is too long at one task; over when it is gone."""
        task, seconds = self._task, 0.0
        heard = hears.poll(BEGIN_SECONDS)
        tells.close()  # it has its own
        with contextlib.suppress(EOFError, OSError):
            while heard and seconds < 60 * LONGEST_MINUTES:
                hears.recv_bytes()
                busy = self._task is task and task is not None and not task.done()
                task, seconds = self._task, seconds + BEAT_SECONDS if busy else 0.0
                # In parts: when this process itself was halted, only the first of them is over at once.
                heard = any(hears.poll(STILL_SECONDS / 4) for _ in range(4))
            self._too_long = heard and pool is self._pool
        _end(pool)

    def over_limit(self, error: BaseException) -> bool:
        """Whether its task ended with this error because it took too much memory or too long."""
        return isinstance(error, MemoryError) or self._too_long

    def process_numbers(self) -> list[int]:
        """The number of its process; empty when it has none."""
        return list(getattr(self._pool, "_processes", None) or ())

    def kill(self) -> None:
        """End it at once, whatever it does; the next `start` begins a new process."""
        with self._changing:
            pool, self._pool, self._too_long = self._pool, None, False
        if pool is None:
            return
        processes = _end(pool)  # first: one that is only starting would miss what the pool clears away, and say so
        overseer = getattr(pool, "_executor_manager_thread", None)
        pool.shutdown(wait=False, cancel_futures=True)
        for waited_for in (*processes, overseer):  # left alone, its thread may still be closing what Python wakes it by
            with contextlib.suppress(Exception):
                waited_for.join(5)


def _end(pool: ProcessPoolExecutor) -> list[Any]:
    """Kill the processes of a pool, whatever they do; returns them. Who tells that they are gone may be halted too."""
    processes = list((getattr(pool, "_processes", None) or {}).values())
    for process in processes:
        with contextlib.suppress(Exception):
            process.kill()
    with contextlib.suppress(Exception):
        from multiprocessing import forkserver

        os.kill(forkserver._forkserver._forkserver_pid, signal.SIGCONT)  # type: ignore[attr-defined]
    return processes


@contextlib.contextmanager
def _interrupt_held_back() -> Iterator[None]:
    """Hear of an interrupt only afterwards, and let processes that are started here begin with Ctrl-C held back.

    The mask alone is not enough: the system may give the signal to a thread of a library, and Python then interrupts
    the main thread all the same.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # it lets signals through again when it is first started
    heard: list[int] = []
    handlers = {}
    if threading.current_thread() is threading.main_thread():
        kinds = [kind for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if callable(signal.getsignal(kind))]
        handlers = {kind: signal.signal(kind, lambda number, _: heard.append(number)) for kind in kinds}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for kind, handler in handlers.items():
            signal.signal(kind, handler)
        if heard:
            signal.raise_signal(heard[0])


def _prepare_worker(tells: connection.Connection, most_bytes: int) -> None:
    """Leave Ctrl-C to the main process, let hear of itself, and stop as soon as the main process is gone."""
    _keep_freed_memory()
    with contextlib.suppress(ImportError, OSError, ValueError):  # no such limit here, or a lower one already
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tells.send_bytes(b"")
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_tell_until_gone, args=(parent, tells), daemon=True).start()


def _keep_freed_memory() -> None:
    """Use the memory of one task again for the next, where the C library can be told so (glibc).

    It would be given back to the system after every task and asked for again, page by page.
    """
    tell = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if tell is not None:
        tell(_M_MMAP_THRESHOLD, _KEPT_BYTES)
        tell(_M_TRIM_THRESHOLD, _KEPT_BYTES)


def _tell_until_gone(parent: Any, tells: connection.Connection) -> None:
    with contextlib.suppress(OSError, MemoryError):
        while not connection.wait([parent.sentinel], BEAT_SECONDS):
            tells.send_bytes(b"")
    os._exit(1)
