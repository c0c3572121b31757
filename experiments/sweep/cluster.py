"""A sweep on a Dask cluster."""

import contextlib
import logging
import re
import time
from collections.abc import Iterator, Sequence
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
from sim.errors import Allowed, Refusal, WrongInput
from sim.replications import Finished

#: How long to wait for a cluster: to answer, and to have a worker (again).
ANSWER_SECONDS, WORKER_SECONDS = 10, 60
_ADDRESS = re.compile(r"((tcp|tls|ws|wss)://)?[\w.\-\[\]:]{1,250}:[0-9]{1,5}", re.ASCII)


class ClusterGone(Refusal):
    """The cluster stopped answering; what is finished is kept."""

    exit_code = 70

    def __init__(self) -> None:
        super().__init__("cluster_gone")


@contextlib.contextmanager
def connected(address: str) -> Iterator[Any]:
    """A connection with a scheduler that has a worker. Raises WrongInput."""
    allowed = Allowed("scheduler")
    try:
        from distributed import Client
    except ImportError as error:
        raise WrongInput("no_dask", file="--cluster") from error
    if not _ADDRESS.fullmatch(address):
        raise WrongInput(file="--cluster", value=address, allowed=allowed)
    # They tell of what is told here in one sentence; parts of them have a level of their own.
    for name in ("distributed", "asyncio", "tornado", *logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "asyncio", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        client = Client(address, timeout=ANSWER_SECONDS, set_as_default=False, direct_to_workers=False)
    except Exception as error:  # nobody there, or somebody else: many kinds of error
        raise WrongInput("no_scheduler", file=f"--cluster {address}", allowed=allowed) from error
    try:
        try:
            client.wait_for_workers(1, timeout=ANSWER_SECONDS)
        except Exception as error:
            raise WrongInput("no_workers", file=f"--cluster {address}") from error
        with client.as_current():
            yield client
    finally:
        with contextlib.suppress(Exception):
            client.close(timeout=ANSWER_SECONDS)


def on_cluster(client: Any, folder: Path, plan: SweepPlan, missing: Sequence[int], report: Report) -> Finished[str]:
    """As `_here`, on the workers of a Dask cluster; what they compute comes back and is written here."""
    from distributed import wait
    from distributed.scheduler import KilledWorker

    done: dict[int, str] = {}
    lost: list[int] = []
    busy: dict[Any, int] = {}
    waiting = list(reversed(missing))
    last_heard = time.monotonic()
    with ChunkLocks(folder) as locks:
        try:
            report(0, len(missing))
            while waiting or busy:
                workers = client.nthreads()
                while waiting and len(busy) < 2 * max(1, sum(workers.values())):
                    chunk = waiting.pop()
                    if not locks.take(chunk):
                        done[chunk] = TAKEN
                    elif is_done(folder, plan, chunk):
                        locks.release(chunk)
                        done[chunk] = THERE
                    else:
                        busy[client.submit(compute_chunk, plan, chunk, pure=False)] = chunk
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
                        values_of(content, chunk_file(folder, chunk), plan, chunk)
                        store(folder, chunk, content)
                        done[chunk] = MADE
                    locks.release(chunk)
                    report(len(done) + len(lost), len(missing))
        except KeyboardInterrupt:
            return Finished(tuple(sorted(done.items())), interrupted=True)
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

    from distributed.comm.core import CommClosedError

    return isinstance(error, CommClosedError | CancelledError | OSError | TimeoutError)
