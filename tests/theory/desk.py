"""One IND unit alone: cases arrive, wait in one line, and are served by the compiled queue of the chain.

Who acts: the unit, one period (a working day) at a time, exactly as the chain lets it act. Who waits for what: a
case for a worker. What leaves: finished cases. What is left out: the rest of the chain, and changes of staff.
"""

import heapq
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from sim.queues import LINE, OLDEST, Desk, Links, join, serve


@dataclass(frozen=True)
class DeskRun:
    """What was seen: per case the period of start and of finish (-1: not yet), per period who was left at its end."""

    started_period: NDArray[np.int64]
    finished_period: NDArray[np.int64]
    waiting: NDArray[np.int64]
    in_service: NDArray[np.int64]


@numba.njit
def _drive(desk, workers, periods, started_period, finished_period, waiting, in_service):  # type: ignore[no-untyped-def]
    arrived = 0
    in_line = 0
    for period in range(periods):
        while arrived < desk.ready.size and desk.ready[arrived] < period + 1:
            join(desk.lines[0], desk.links, arrived)
            arrived += 1
            in_line += 1
        n_started, n_finished = serve(desk, float(period), period + 1.0, workers, OLDEST)
        for index in range(n_started):
            started_period[desk.started[index]] = period
        for index in range(n_finished):
            finished_period[desk.finished[index]] = period
        in_line -= n_started
        waiting[period] = in_line
        in_service[period] = desk.busy[0]


def run_desk(arrival: NDArray[np.float64], work: NDArray[np.float64], workers: int, periods: int) -> DeskRun:
    """Serves the cases, first come first served, over so many periods; arrivals are moments in order."""
    cases = arrival.size
    desk = Desk(
        lines=np.full(1, -1, dtype=LINE),
        links=Links(np.full(cases, -1, dtype=np.int32), np.full(cases, -1, dtype=np.int32)),
        served=np.zeros(1, dtype=np.int64),
        tiers=np.zeros(1, dtype=np.int64),
        ready=arrival,
        work=work,
        running_until=np.empty(workers),
        running=np.empty(workers, dtype=np.int32),
        busy=np.zeros(1, dtype=np.int64),
        started=np.empty(cases, dtype=np.int32),
        finished=np.empty(cases, dtype=np.int32),
    )
    started_period = np.full(cases, -1, dtype=np.int64)
    finished_period = np.full(cases, -1, dtype=np.int64)
    waiting = np.zeros(periods, dtype=np.int64)
    in_service = np.zeros(periods, dtype=np.int64)
    _drive(desk, workers, periods, started_period, finished_period, waiting, in_service)
    return DeskRun(started_period, finished_period, waiting, in_service)


def exact_moments(
    arrival: NDArray[np.float64], work: NDArray[np.float64], workers: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The moments of start and finish by the textbook recursion: each case takes the worker who is free first."""
    free_at = [0.0] * workers
    start = np.empty(arrival.size)
    finish = np.empty(arrival.size)
    for case, (moment, needed) in enumerate(zip(arrival.tolist(), work.tolist(), strict=True)):
        start[case] = max(moment, free_at[0])
        finish[case] = start[case] + needed
        heapq.heapreplace(free_at, finish[case])
    return start, finish
