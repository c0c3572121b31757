"""Waiting lines and the workers that empty them.

A line is a doubly linked list threaded through two columns of a table, so joining, leaving
from anywhere and taking from either end cost the same however long the line is. ``ends`` has
shape (2, lines): first and last of each line, -1 when empty.

``serve`` is a G/G/c queue in continuous time, advanced one period (a working day) at a time:
each worker handles one case from start to finish, a case starts when a worker is free, and a
cut in workers lets running cases finish before a place disappears. Left out: interrupting a
case.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel

FIRST, LAST = 0, 1

#: Which end of a line is served: the longest waiting or the newest.
OLDEST, NEWEST = 0, 1


@kernel
def join(
    block: NDArray[np.int32], next_column: int, previous_column: int, ends: NDArray[np.int32], line: int, who: int
) -> None:
    """Put ``who`` at the end of a line."""
    last = ends[LAST, line]
    block[next_column, who] = -1
    block[previous_column, who] = last
    if last >= 0:
        block[next_column, last] = who
    else:
        ends[FIRST, line] = who
    ends[LAST, line] = who


@kernel
def join_in_front(
    block: NDArray[np.int32], next_column: int, previous_column: int, ends: NDArray[np.int32], line: int, who: int
) -> None:
    """Put ``who`` at the front of a line."""
    first = ends[FIRST, line]
    block[previous_column, who] = -1
    block[next_column, who] = first
    if first >= 0:
        block[previous_column, first] = who
    else:
        ends[LAST, line] = who
    ends[FIRST, line] = who


@kernel
def leave(
    block: NDArray[np.int32], next_column: int, previous_column: int, ends: NDArray[np.int32], line: int, who: int
) -> None:
    """Take ``who`` out of a line, wherever in it."""
    after = block[next_column, who]
    before = block[previous_column, who]
    if before >= 0:
        block[next_column, before] = after
    else:
        ends[FIRST, line] = after
    if after >= 0:
        block[previous_column, after] = before
    else:
        ends[LAST, line] = before
    block[next_column, who] = -1
    block[previous_column, who] = -1


@kernel
def _lower(heap_time: NDArray[np.float64], heap_case: NDArray[np.int32], at: int) -> None:
    """Move the entry at ``at`` up to its place in the heap."""
    while at > 0:
        parent = (at - 1) // 2
        if heap_time[parent] <= heap_time[at]:
            return
        heap_time[parent], heap_time[at] = heap_time[at], heap_time[parent]
        heap_case[parent], heap_case[at] = heap_case[at], heap_case[parent]
        at = parent


@kernel
def _raise(heap_time: NDArray[np.float64], heap_case: NDArray[np.int32], size: int) -> None:
    """Move the first entry down to its place in a heap of ``size``."""
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            return
        if child + 1 < size and heap_time[child + 1] < heap_time[child]:
            child += 1
        if heap_time[at] <= heap_time[child]:
            return
        heap_time[child], heap_time[at] = heap_time[at], heap_time[child]
        heap_case[child], heap_case[at] = heap_case[at], heap_case[child]
        at = child


@kernel
def _next_case(
    ends: NDArray[np.int32],
    lines: NDArray[np.int64],
    tiers: NDArray[np.int64],
    end_served: int,
    ready: NDArray[np.float64],
) -> int:
    """Return the index in ``lines`` whose case is served next, or -1 when all are empty.

    A lower tier goes first; within a tier the longest waiting (or the newest) of all lines.
    """
    chosen = -1
    for index in range(lines.size):
        who = ends[FIRST, lines[index]] if end_served == OLDEST else ends[LAST, lines[index]]
        if who < 0:
            continue
        if chosen >= 0:
            rival = ends[FIRST, lines[chosen]] if end_served == OLDEST else ends[LAST, lines[chosen]]
            if tiers[index] > tiers[chosen]:
                continue
            if tiers[index] == tiers[chosen]:
                if end_served == OLDEST and ready[who] >= ready[rival]:
                    continue
                if end_served == NEWEST and ready[who] <= ready[rival]:
                    continue
        chosen = index
    return chosen


@kernel
def serve(
    now: float,
    end: float,
    workers: int,
    end_served: int,
    lines: NDArray[np.int64],
    tiers: NDArray[np.int64],
    block: NDArray[np.int32],
    next_column: int,
    previous_column: int,
    ends: NDArray[np.int32],
    ready: NDArray[np.float64],
    work: NDArray[np.float64],
    heap_time: NDArray[np.float64],
    heap_case: NDArray[np.int32],
    busy: NDArray[np.int64],
    unit: int,
    started: NDArray[np.int32],
    finished: NDArray[np.int32],
) -> tuple[int, int]:
    """Advance one unit of ``workers`` from ``now`` to ``end``; return (started, finished) counts.

    ``ready`` and ``work`` give, per row of the table, when a case may start and how long it
    takes, in the same unit as ``now``. ``heap_time`` and ``heap_case`` hold the running cases
    by finishing time, ``busy[unit]`` how many. ``started`` and ``finished`` receive the rows,
    in order of time. All waiting cases whose ``ready`` lies before ``end`` must be in line.
    """
    n_started = 0
    n_finished = 0
    while True:
        if busy[unit] < workers and busy[unit] < heap_time.size and n_started < started.size:
            index = _next_case(ends, lines, tiers, end_served, ready)
            if index >= 0:
                line = lines[index]
                who = ends[FIRST, line] if end_served == OLDEST else ends[LAST, line]
                start = max(now, ready[who])
                if start < end:
                    leave(block, next_column, previous_column, ends, line, who)
                    at = busy[unit]
                    heap_time[at] = start + work[who]
                    heap_case[at] = who
                    busy[unit] = at + 1
                    _lower(heap_time, heap_case, at)
                    started[n_started] = who
                    n_started += 1
                    continue
        if busy[unit] > 0 and heap_time[0] < end and n_finished < finished.size:
            now = max(now, heap_time[0])
            finished[n_finished] = heap_case[0]
            n_finished += 1
            last = busy[unit] - 1
            heap_time[0] = heap_time[last]
            heap_case[0] = heap_case[last]
            busy[unit] = last
            _raise(heap_time, heap_case, last)
            continue
        return n_started, n_finished
