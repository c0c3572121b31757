"""Lines and servers: the compiled ones against plain lists and a plain event list."""

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.queues import LINE, NEWEST, OLDEST, Desk, Links, join, join_in_front, leave, serve

LINES, CASES = 3, 12
acts = st.lists(
    st.tuples(st.sampled_from(["join", "front", "leave"]), st.integers(0, LINES - 1), st.integers(0, CASES - 1)),
    max_size=60,
)


def nobody(cases: int) -> Links:
    return Links(np.full(cases, -1, dtype=np.int32), np.full(cases, -1, dtype=np.int32))


def standing(links: Links, line: np.void) -> list[int]:
    found, who = [], int(line["first"])
    while who >= 0:
        found.append(who)
        who = int(links.next[who])
    backwards, who = [], int(line["last"])
    while who >= 0:
        backwards.append(who)
        who = int(links.previous[who])
    assert backwards == found[::-1]
    return found


@settings(deadline=None)
@given(acts)
def test_a_line_is_a_list(sequence):
    links, lines = nobody(CASES), np.full(LINES, -1, dtype=LINE)
    plain: list[list[int]] = [[] for _ in range(LINES)]
    for act, number, who in sequence:
        inside = next((line for line, members in enumerate(plain) if who in members), None)
        if act == "leave":
            if inside is None:
                continue
            leave(lines[inside], links, who)
            plain[inside].remove(who)
        elif inside is None:
            (join if act == "join" else join_in_front)(lines[number], links, who)
            plain[number].insert(len(plain[number]) if act == "join" else 0, who)
        assert [standing(links, line) for line in lines] == plain


class Unit:
    """One unit with some lines, driven period by period."""

    def __init__(self, ready, work, lines, tiers=None, end_served=OLDEST, most=8):
        self.line_of, self.end_served, self.queued = list(lines), end_served, 0
        cases, count = len(ready), max(self.line_of, default=0) + 1
        self.desk = Desk(
            lines=np.full(count, -1, dtype=LINE),
            links=nobody(max(cases, 1)),
            served=np.arange(count),
            tiers=np.zeros(count, dtype=np.int64) if tiers is None else np.array(tiers, dtype=np.int64),
            ready=np.array(ready, dtype=float),
            work=np.array(work, dtype=float),
            running_until=np.zeros(most),
            running=np.zeros(most, dtype=np.int32),
            busy=np.zeros(1, dtype=np.int64),
            started=np.zeros(max(cases, 1), dtype=np.int32),
            finished=np.zeros(max(cases, 1), dtype=np.int32),
        )
        self.busy = self.desk.busy

    def period(self, number: int, workers: int) -> tuple[list[int], list[int]]:
        desk = self.desk
        while self.queued < len(desk.ready) and desk.ready[self.queued] < number + 1:
            join(desk.lines[self.line_of[self.queued]], desk.links, self.queued)
            self.queued += 1
        started, finished = serve(desk, float(number), number + 1.0, workers, self.end_served)
        return desk.started[:started].tolist(), desk.finished[:finished].tolist()


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
    desk = Unit(ready, work, [0] * len(work))
    period_of: dict[int, int] = {}
    for number in range(int(max(finish)) + 2):
        for who in desk.period(number, workers)[1]:
            assert who not in period_of
            period_of[who] = number
    assert period_of == {who: int(time) for who, time in enumerate(finish)}
    assert desk.busy[0] == 0


def test_newest_first_takes_the_last_who_came():
    desk = Unit([0.0, 0.1, 0.2], [1.0, 1.0, 1.0], [0, 0, 0], end_served=NEWEST)
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
    desk = Unit([0.0, 0.1, 0.2, 0.3], [1.0] * 4, lines, tiers=tiers)
    assert desk.period(0, 0) == ([], [])
    assert [who for number in range(1, 7) for who in desk.period(number, 1)[0]] == order


def test_of_two_lines_the_longest_waiting_is_served_whatever_its_line():
    desk = Unit([0.0, 0.2, 0.4, 0.6], [1.0] * 4, [1, 0, 1, 0])
    assert [who for number in range(6) for who in desk.period(number, 1)[0]] == [0, 1, 2, 3]
    newest = Unit([0.0, 0.2, 0.4, 0.6], [1.0] * 4, [1, 0, 1, 0], end_served=NEWEST)
    assert [who for number in range(6) for who in newest.period(number, 1)[0]] == [3, 2, 1, 0]


def test_a_case_keeps_its_worker_when_workers_are_cut():
    desk = Unit([0.0] * 4, [2.5] * 4, [0] * 4)
    assert desk.period(0, 3)[0] == [0, 1, 2]
    assert desk.busy[0] == 3
    assert desk.period(1, 1) == ([], [])
    started, finished = desk.period(2, 1)
    assert sorted(finished) == [0, 1, 2]
    assert started == [3], "only when all three are done is there one place for one worker"
    assert desk.busy[0] == 1


def test_without_workers_nothing_starts_and_running_cases_finish():
    desk = Unit([0.0, 0.0], [1.5, 1.5], [0, 0])
    assert desk.period(0, 1) == ([0], [])
    assert desk.period(1, 0) == ([], [0])
    assert desk.period(2, 0) == ([], [])
    assert standing(desk.desk.links, desk.desk.lines[0]) == [1]


def test_a_short_case_starts_and_ends_within_a_period():
    desk = Unit([0.0] * 5, [0.2] * 5, [0] * 5)
    started, finished = desk.period(0, 1)
    assert started == [0, 1, 2, 3, 4]
    assert finished[:4] == [0, 1, 2, 3]


def test_units_keep_their_own_count_of_running_cases():
    one, other = Unit([0.0, 0.0], [5.0, 5.0], [0, 0]), Unit([0.0], [5.0], [0])
    busy = np.zeros((2, 1), dtype=np.int64)
    one.desk, other.desk = one.desk._replace(busy=busy[0]), other.desk._replace(busy=busy[1])
    other.period(0, 1)
    assert busy.tolist() == [[0], [1]]
    one.period(0, 2)
    assert busy.tolist() == [[2], [1]]


def test_no_more_cases_run_than_there_is_room_for():
    desk = Unit([0.0] * 6, [9.0] * 6, [0] * 6, most=2)
    assert desk.period(0, 6)[0] == [0, 1]
    assert desk.busy[0] == 2


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_finishing_order_is_order_of_time(workers):
    luck = np.random.default_rng(workers)
    desk = Unit(np.sort(luck.uniform(0, 4, 30)), luck.uniform(0.1, 3.0, 30), [0] * 30)
    order = [who for number in range(90) for who in desk.period(number, workers)[1]]
    assert sorted(order) == list(range(30))
