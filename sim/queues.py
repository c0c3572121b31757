"""Waiting lines and the workers that empty them.

A line is a doubly linked list threaded through two columns of a table, so joining, leaving
from anywhere and taking from either end cost the same however long the line is. A line itself
is a record of who is first and who is last, -1 when it is empty.

``serve`` is a G/G/c queue in continuous time, advanced one period (a working day) at a time:
each worker handles one case from start to finish, a case starts when a worker is free, and a
cut in workers lets running cases finish before a place disappears. Left out: interrupting a
case.
"""

from typing import Any, NamedTuple

import numpy as np

from sim.arrays import FloatArray, Int32Array, IntArray
from sim.compiled import inlined, kernel
from sim.records import Records

#: The ends of a line.
LINE = np.dtype([("first", np.int32), ("last", np.int32)], align=True)

#: Which end of a line is served: the longest waiting or the newest.
OLDEST, NEWEST = 0, 1


class Links(NamedTuple):
    """Who stands behind and who before each row of a table, -1 for nobody: two columns, however spaced in memory."""

    next: Int32Array
    previous: Int32Array


class Desk(NamedTuple):
    """The lines that a unit of workers serves, and its running cases.

    ``lines`` are all lines, ``served`` the numbers of those that the unit serves, in tiers (``tiers``): a lower tier
    goes first. ``ready`` and ``work`` give, per row of the table, when a case may start and how long it takes.
    ``running_until`` and ``running`` hold the running cases as a heap by finishing time, ``busy[0]`` how many.
    ``started`` and ``finished`` receive the rows of one period, in order of time.
    """

    lines: Records
    links: Links
    served: IntArray
    tiers: IntArray
    ready: FloatArray
    work: FloatArray
    running_until: FloatArray
    running: Int32Array
    busy: IntArray
    started: Int32Array
    finished: Int32Array


@kernel
def join(line: Any, links: Links, who: int) -> None:
    """Put ``who`` at the end of a line."""
    last = line.last
    links.next[who] = -1
    links.previous[who] = last
    if last >= 0:
        links.next[last] = who
    else:
        line.first = who
    line.last = who


@kernel
def join_in_front(line: Any, links: Links, who: int) -> None:
    """Put ``who`` at the front of a line."""
    first = line.first
    links.previous[who] = -1
    links.next[who] = first
    if first >= 0:
        links.previous[first] = who
    else:
        line.last = who
    line.first = who


@kernel
def leave(line: Any, links: Links, who: int) -> None:
    """Take ``who`` out of a line, wherever in it."""
    after = links.next[who]
    before = links.previous[who]
    if before >= 0:
        links.next[before] = after
    else:
        line.first = after
    if after >= 0:
        links.previous[after] = before
    else:
        line.last = before
    links.next[who] = -1
    links.previous[who] = -1


@inlined
def _sift_up(desk: Desk, at: int) -> None:
    """Move the running case at ``at`` up to its place in the heap."""
    until, case = desk.running_until, desk.running
    while at > 0:
        parent = (at - 1) // 2
        if until[parent] <= until[at]:
            return
        until[parent], until[at] = until[at], until[parent]
        case[parent], case[at] = case[at], case[parent]
        at = parent


@inlined
def _sift_down(desk: Desk) -> None:
    """Move the first running case down to its place in the heap."""
    until, case, size = desk.running_until, desk.running, desk.busy[0]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            return
        if child + 1 < size and until[child + 1] < until[child]:
            child += 1
        if until[at] <= until[child]:
            return
        until[child], until[at] = until[at], until[child]
        case[child], case[at] = case[at], case[child]
        at = child


@inlined
def _start_case(desk: Desk, who: int, start: float) -> None:
    """Put a case among the running ones."""
    at = desk.busy[0]
    desk.running_until[at] = start + desk.work[who]
    desk.running[at] = who
    desk.busy[0] = at + 1
    _sift_up(desk, at)


@inlined
def _finish_case(desk: Desk) -> int:
    """Take the case that is finished first from the running ones and return it."""
    who = desk.running[0]
    last = desk.busy[0] - 1
    desk.running_until[0] = desk.running_until[last]
    desk.running[0] = desk.running[last]
    desk.busy[0] = last
    _sift_down(desk)
    return int(who)


@inlined
def _at_end(desk: Desk, index: int, end_served: int) -> int:
    """Return who stands at the served end of the line at ``index`` of those served, -1 for nobody."""
    line = desk.lines[desk.served[index]]
    return int(line.first if end_served == OLDEST else line.last)


@inlined
def _next_case(desk: Desk, end_served: int) -> int:
    """Return the index in ``served`` of the line whose case is served next, or -1 when all are empty.

    A lower tier goes first; within a tier the longest waiting (or the newest) of all lines.
    """
    chosen = -1
    for index in range(desk.served.size):
        who = _at_end(desk, index, end_served)
        if who < 0:
            continue
        if chosen >= 0:
            rival = _at_end(desk, chosen, end_served)
            if desk.tiers[index] > desk.tiers[chosen]:
                continue
            if desk.tiers[index] == desk.tiers[chosen]:
                if end_served == OLDEST and desk.ready[who] >= desk.ready[rival]:
                    continue
                if end_served == NEWEST and desk.ready[who] <= desk.ready[rival]:
                    continue
        chosen = index
    return chosen


@kernel
def serve(desk: Desk, now: float, end: float, workers: int, end_served: int) -> tuple[int, int]:
    """Advance one unit of ``workers`` from ``now`` to ``end``; return (started, finished) counts.

    Times are in the unit of ``ready`` and ``work``. All waiting cases that are ready before ``end`` must be in line.
    """
    n_started = 0
    n_finished = 0
    while True:
        if desk.busy[0] < workers and desk.busy[0] < desk.running.size and n_started < desk.started.size:
            index = _next_case(desk, end_served)
            if index >= 0:
                who = _at_end(desk, index, end_served)
                start = max(now, desk.ready[who])
                if start < end:
                    leave(desk.lines[desk.served[index]], desk.links, who)
                    _start_case(desk, who, start)
                    desk.started[n_started] = who
                    n_started += 1
                    continue
        if desk.busy[0] > 0 and desk.running_until[0] < end and n_finished < desk.finished.size:
            now = max(now, desk.running_until[0])
            desk.finished[n_finished] = _finish_case(desk)
            n_finished += 1
            continue
        return n_started, n_finished
