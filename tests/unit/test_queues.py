"""Lines and servers: the compiled ones against plain lists and a plain event list."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.queues import FIRST, LAST, NEWEST, OLDEST, join, join_in_front, leave, serve

NEXT, PREVIOUS = 0, 1
LINES, CASES = 3, 12
acts = st.lists(
    st.tuples(st.sampled_from(["join", "front", "leave"]), st.integers(0, LINES - 1), st.integers(0, CASES - 1)),
    max_size=60,
)


def standing(block: np.ndarray, ends: np.ndarray, line: int) -> list[int]:
    found, who = [], int(ends[FIRST, line])
    while who >= 0:
        found.append(who)
        who = int(block[NEXT, who])
    backwards, who = [], int(ends[LAST, line])
    while who >= 0:
        backwards.append(who)
        who = int(block[PREVIOUS, who])
    assert backwards == found[::-1]
    return found


@settings(deadline=None)
@given(acts)
def test_a_line_is_a_list(sequence):
    block = np.full((2, CASES), -1, dtype=np.int32)
    ends = np.full((2, LINES), -1, dtype=np.int32)
    plain: list[list[int]] = [[] for _ in range(LINES)]
    for act, line, who in sequence:
        inside = next((number for number, members in enumerate(plain) if who in members), None)
        if act == "leave":
            if inside is None:
                continue
            leave(block, NEXT, PREVIOUS, ends, inside, who)
            plain[inside].remove(who)
        elif inside is None:
            (join if act == "join" else join_in_front)(block, NEXT, PREVIOUS, ends, line, who)
            plain[line].insert(len(plain[line]) if act == "join" else 0, who)
        assert [standing(block, ends, number) for number in range(LINES)] == plain


class Desk:
    """One unit with some lines, driven period by period."""

    def __init__(self, ready, work, lines, tiers=None, end_served=OLDEST, most=8):
        cases = len(ready)
        self.ready, self.work = np.array(ready, dtype=float), np.array(work, dtype=float)
        self.line_of = list(lines)
        count = max(self.line_of, default=0) + 1
        self.lines = np.arange(count)
        self.tiers = np.zeros(count, dtype=np.int64) if tiers is None else np.array(tiers, dtype=np.int64)
        self.block = np.full((2, max(cases, 1)), -1, dtype=np.int32)
        self.ends = np.full((2, count), -1, dtype=np.int32)
        self.heap_time, self.heap_case = np.zeros(most), np.zeros(most, dtype=np.int32)
        self.busy = np.zeros(2, dtype=np.int64)
        self.scratch = np.zeros((2, max(cases, 1)), dtype=np.int32)
        self.end_served, self.queued = end_served, 0

    def period(self, number: int, workers: int, unit: int = 0) -> tuple[list[int], list[int]]:
        while self.queued < len(self.ready) and self.ready[self.queued] < number + 1:
            join(self.block, NEXT, PREVIOUS, self.ends, self.line_of[self.queued], self.queued)
            self.queued += 1
        started, finished = serve(
            float(number), number + 1.0, workers, self.end_served, self.lines, self.tiers, self.block, NEXT, PREVIOUS,
            self.ends, self.ready, self.work, self.heap_time, self.heap_case, self.busy, unit,
            self.scratch[0], self.scratch[1],
        )  # fmt: skip
        return self.scratch[0, :started].tolist(), self.scratch[1, :finished].tolist()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.floats(0.0, 3.0), st.floats(0.05, 6.0)), min_size=1, max_size=25), st.integers(1, 5))
def test_oldest_first_is_the_textbook_queue(cases, workers):
    ready = np.cumsum([gap for gap, _ in cases])
    work = [length for _, length in cases]
    free, finish = [0.0] * workers, []
    for begin, length in zip(ready, work, strict=True):
        start = max(begin, heapq.heappop(free))
        heapq.heappush(free, start + length)
        finish.append(start + length)
    desk = Desk(ready, work, [0] * len(work))
    period_of: dict[int, int] = {}
    for number in range(int(max(finish)) + 2):
        for who in desk.period(number, workers)[1]:
            assert who not in period_of
            period_of[who] = number
    assert period_of == {who: int(time) for who, time in enumerate(finish)}
    assert desk.busy[0] == 0


def test_newest_first_takes_the_last_who_came():
    desk = Desk([0.0, 0.1, 0.2], [1.0, 1.0, 1.0], [0, 0, 0], end_served=NEWEST)
    order = [who for number in range(5) for who in desk.period(number, 1)[0]]
    assert order == [2, 1, 0]


@pytest.mark.parametrize(
    ("lines", "tiers", "order"),
    [
        ([0, 1, 2, 0], [1, 1, 0], [2, 0, 1, 3]),
        ([1, 0, 0, 1], [0, 1], [1, 2, 0, 3]),
        ([2, 0, 1, 2], [1, 0, 2], [2, 1, 0, 3]),
    ],
)
def test_a_lower_tier_goes_first_and_within_a_tier_the_longest_waiting(lines, tiers, order):
    desk = Desk([0.0, 0.1, 0.2, 0.3], [1.0] * 4, lines, tiers=tiers)
    assert desk.period(0, 0) == ([], [])
    assert [who for number in range(1, 7) for who in desk.period(number, 1)[0]] == order


def test_of_two_lines_the_longest_waiting_is_served_whatever_its_line():
    desk = Desk([0.0, 0.2, 0.4, 0.6], [1.0] * 4, [1, 0, 1, 0])
    assert [who for number in range(6) for who in desk.period(number, 1)[0]] == [0, 1, 2, 3]
    newest = Desk([0.0, 0.2, 0.4, 0.6], [1.0] * 4, [1, 0, 1, 0], end_served=NEWEST)
    assert [who for number in range(6) for who in newest.period(number, 1)[0]] == [3, 2, 1, 0]


def test_a_case_keeps_its_worker_when_workers_are_cut():
    desk = Desk([0.0] * 4, [2.5] * 4, [0] * 4)
    assert desk.period(0, 3)[0] == [0, 1, 2]
    assert desk.busy[0] == 3
    assert desk.period(1, 1) == ([], [])
    started, finished = desk.period(2, 1)
    assert sorted(finished) == [0, 1, 2]
    assert started == [3], "only when all three are done is there one place for one worker"
    assert desk.busy[0] == 1


def test_without_workers_nothing_starts_and_running_cases_finish():
    desk = Desk([0.0, 0.0], [1.5, 1.5], [0, 0])
    assert desk.period(0, 1) == ([0], [])
    assert desk.period(1, 0) == ([], [0])
    assert desk.period(2, 0) == ([], [])
    assert standing(desk.block, desk.ends, 0) == [1]


def test_a_short_case_starts_and_ends_within_a_period():
    desk = Desk([0.0] * 5, [0.2] * 5, [0] * 5)
    started, finished = desk.period(0, 1)
    assert started == [0, 1, 2, 3, 4]
    assert finished[:4] == [0, 1, 2, 3]


def test_units_keep_their_own_count_of_running_cases():
    desk = Desk([0.0, 0.0], [5.0, 5.0], [0, 0])
    desk.period(0, 1, unit=1)
    assert desk.busy.tolist() == [0, 1]


def test_no_more_cases_run_than_there_is_room_for():
    desk = Desk([0.0] * 6, [9.0] * 6, [0] * 6, most=2)
    assert desk.period(0, 6)[0] == [0, 1]
    assert desk.busy[0] == 2


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_finishing_order_is_order_of_time(workers):
    luck = np.random.default_rng(workers)
    desk = Desk(np.sort(luck.uniform(0, 4, 30)), luck.uniform(0.1, 3.0, 30), [0] * 30)
    order = [who for number in range(90) for who in desk.period(number, workers)[1]]
    assert sorted(order) == list(range(30))
