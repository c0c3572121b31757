"""A sweep on a Dask cluster.

Nothing here waits without end. Every question has a time limit, and beside the work the scheduler is asked, again and
again, which workers it hears. A worker that is silent for too long is ended, so its work goes to another; a scheduler
that does not answer, or has no worker left, ends the sweep, and the same command goes on later. What a worker computes
is taken only when it has the source, versions and inputs that this process has.
"""

import asyncio
import contextlib
import logging
import re
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.sweep.chunks import (
    MADE,
    TAKEN,
    THERE,
    ChunkLocks,
    Report,
    SweepPlan,
    chunk_file,
    compute_chunk,
    is_done,
    store,
    values_of,
)
from sim.errors import Allowed, Refusal, WrongInput, on_one_line
from sim.interrupts import answered, raise_if_heard
from sim.kernel_store import ROOMS, ROOT, source_checksum
from sim.replications import Finished

#: How long to wait for a scheduler and its workers to answer at first; later on it may miss a few beats.
ANSWER_SECONDS, BEAT_SECONDS, BEATS_MISSED = 10.0, 5.0, 3
#: How long a worker may be silent, and how long there may be no worker.
SILENT_SECONDS, WORKER_SECONDS = 10.0, 15.0
#: What this process runs, read when it starts: later on the files may be others.
SOURCE = source_checksum(ROOT, (*ROOMS, "experiments"))
_ADDRESS = re.compile(r"((tcp|tls|ws|wss)://)?[\w.\-\[\]:]{1,250}:[0-9]{1,5}", re.ASCII)


class ClusterFailed(Refusal):
    """The cluster no longer answers, or cannot do the work; what is finished is kept."""

    exit_code = 70


@dataclass
class Cluster:
    """A connection with a scheduler, the loop that it lives on, and how many threads its workers have."""

    runner: asyncio.Runner
    client: Any
    threads: int = 0


@contextlib.contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """A connection with a scheduler that has a worker. Raises WrongInput."""
    try:
        from distributed import Security
    except ImportError as error:
        raise WrongInput("no_dask", file="--cluster") from error
    if not _ADDRESS.fullmatch(address):
        raise WrongInput(file="--cluster", value=address, allowed=Allowed("scheduler"))
    # They tell of what is told here in one sentence; parts of them have a level of their own.
    for name in ("distributed", "asyncio", "tornado", *logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "asyncio", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings(), asyncio.Runner() as runner:
        warnings.simplefilter("ignore")
        try:
            certificate = Security().get_connection_args("client")["ssl_context"]
        except Exception:  # files of certificates that are not there, or hold something else
            certificate = None
        if certificate is None and address.startswith(("tls:", "wss:")):
            raise WrongInput("no_certificate", file=f"--cluster {address}")
        client = runner.run(_connect(address))
        try:
            yield Cluster(runner, client)
        finally:
            with contextlib.suppress(Exception):
                runner.run(_leave(client))


async def _connect(address: str) -> Any:
    from distributed import Client

    client: Any = None
    try:
        client = Client(
            address, timeout=ANSWER_SECONDS, set_as_default=False, direct_to_workers=False, asynchronous=True
        )
        await asyncio.wait_for(client, ANSWER_SECONDS)
        await asyncio.wait_for(client.wait_for_workers(1), ANSWER_SECONDS)
    except BaseException as error:  # nobody there, or somebody else: many kinds of error; or an interrupt
        there = client is not None and client.status == "running"
        with contextlib.suppress(Exception):
            await _leave(client)
        if not isinstance(error, Exception):
            raise
        if there:
            raise WrongInput("no_workers", file=f"--cluster {address}") from error
        raise WrongInput("no_scheduler", file=f"--cluster {address}", allowed=Allowed("scheduler")) from error
    return client


async def _leave(client: Any) -> None:
    try:
        await asyncio.wait_for(client.close(timeout=1), 1)
    finally:
        client.status = "closed"  # else it closes itself once more when it is thrown away, where nothing runs any more


async def _listen(cluster: Cluster) -> None:
    """Keep the number of threads, and end workers that are silent. Raises ClusterFailed when nobody is left."""
    scheduler = cluster.client.scheduler
    heard: dict[str, tuple[float, float]] = {}  # per worker its last sign of life, and when that was new to us
    missed, worked = 0, time.monotonic()
    while True:
        try:
            workers = (await asyncio.wait_for(scheduler.identity(), BEAT_SECONDS))["workers"]
            missed, now = 0, time.monotonic()
            signs = {address: worker["last_seen"] for address, worker in workers.items()}
            heard = {one: heard[one] if heard.get(one, (0,))[0] == sign else (sign, now) for one, sign in signs.items()}
            silent = [address for address, (_, when) in heard.items() if now - when > SILENT_SECONDS]
            cluster.threads = sum(
                worker["nthreads"]
                for address, worker in workers.items()
                if worker["status"] == "running" and address not in silent
            )
            if silent:  # one with a nanny begins anew, another is only forgotten
                await asyncio.wait_for(
                    scheduler.restart_workers(
                        workers=silent, timeout=BEAT_SECONDS, wait_for_workers=False, on_error="return",
                        stimulus_id="silent",
                    ),
                    2 * BEAT_SECONDS,
                )  # fmt: skip
        except Exception as error:
            missed += 1
            if missed == BEATS_MISSED or not isinstance(error, TimeoutError):
                raise ClusterFailed("cluster_gone") from error
        if cluster.threads:
            worked = time.monotonic()
        elif time.monotonic() - worked > WORKER_SECONDS:
            raise ClusterFailed("cluster_gone")
        await asyncio.sleep(min(1.0, BEAT_SECONDS / 5))


def compute_there(plan: SweepPlan, chunk: int, source_here: str) -> bytes:
    """As `compute_chunk`, on a worker. Raises WrongInput when it runs another source than who gives the work."""
    if source_here != SOURCE:
        raise WrongInput("worker_of_other_version", file="--cluster", parts="source", allowed=Allowed("same_version"))
    return compute_chunk(plan, chunk)


async def _ask(client: Any, plan: SweepPlan, chunk: int, path: Path) -> bytes | None:
    """What a worker makes of a chunk; None when it cost too many workers. Raises WrongInput and ClusterFailed."""
    from distributed.scheduler import KilledWorker

    future = client.submit(compute_there, plan, chunk, SOURCE, pure=False)
    try:
        content: bytes = await future
    except KilledWorker:
        return None
    except Refusal:
        raise
    except Exception as error:
        if future.status != "error":
            raise ClusterFailed("cluster_gone") from error
        raise ClusterFailed("worker_failed", error=on_one_line(f"{type(error).__name__}: {error}", 200)) from error
    try:
        values_of(content, path, plan, chunk)
    except (WrongInput, TypeError) as error:
        raise ClusterFailed("worker_nonsense") from error
    return content


def on_cluster(
    cluster: Cluster, folder: Path, plan: SweepPlan, missing: Sequence[int], report: Report
) -> Finished[str]:
    """As `_here`, on the workers of a Dask cluster; what they compute comes back and is written here."""
    done: dict[int, str] = {}
    lost: list[int] = []
    busy: dict[asyncio.Task[Any], int] = {}
    waiting = list(reversed(missing))

    async def compute(locks: ChunkLocks) -> None:
        listener = asyncio.create_task(_listen(cluster))
        try:
            while waiting or busy:
                raise_if_heard()
                while waiting and len(busy) < 2 * max(1, cluster.threads):
                    chunk = waiting.pop()
                    if not locks.take(chunk):
                        done[chunk] = TAKEN
                    elif is_done(folder, plan, chunk):
                        locks.release(chunk)
                        done[chunk] = THERE
                    else:
                        asked = _ask(cluster.client, plan, chunk, chunk_file(folder, chunk))
                        busy[asyncio.create_task(asked)] = chunk
                finished, _ = await asyncio.wait({listener, *busy}, timeout=1, return_when="FIRST_COMPLETED")
                for task in finished:
                    content, chunk = task.result(), busy.pop(task)  # the listener only ever ends by raising
                    if content is None:
                        lost.append(chunk)
                    else:
                        store(folder, chunk, content)
                        done[chunk] = MADE
                    locks.release(chunk)
                    report(len(done) + len(lost), len(missing))
        finally:
            for task in (listener, *busy):
                task.cancel()

    report(0, len(missing))
    with ChunkLocks(folder) as locks:
        try:
            cluster.runner.run(compute(locks))
        except KeyboardInterrupt:  # it may have come anywhere in the loop, so the work itself has to be told
            answered()
            waiting.clear()
            for task in busy:
                task.cancel()
            return Finished(tuple(sorted(done.items())), interrupted=True)
    return Finished(tuple(sorted(done.items())), lost=tuple(sorted(lost)))
