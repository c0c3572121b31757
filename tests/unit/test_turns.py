"""Who asks much gets no more: turns go round over visitors, and of too many questions the oldest give way."""

import itertools
import threading
from concurrent.futures import Future

import pytest

from app_pages.shell.access import address_of
from experiments.language.refusals import refusal_text
from experiments.scenario.ready import load_scenario
from experiments.service import registry as registries
from experiments.service import turns
from experiments.service.keys import FIRST_COUNT
from experiments.service.registry import Registry
from experiments.service.store import Store
from experiments.service.turns import TurnLock, Turns

BASE = load_scenario("prop-2021")
FLOOD, HONEST = ("192.0.2.1", "flood"), ("192.0.2.2", "honest")


def scenario(place):
    return BASE.with_settings([f"share_cap={0.05 + place / 10_000:.4f}"])


class Pool:
    """Workers that do a task when they are told to, and a list of whose task each was."""

    def __init__(self):
        self.begun = []
        self._may = threading.Semaphore(0)
        self._done = threading.Condition()

    def start(self, task, number):
        future = Future()
        if task is not registries._warm_up:
            self._may.acquire()
            with self._done:
                self.begun.append(round((task.changes[0].value - 0.05) * 10_000))
                self._done.notify_all()
        future.set_result("a replication")
        return future

    def kill(self):
        """Nothing is left of it."""

    def let(self, count):
        """Let so many tasks begin; returns whose they were."""
        with self._done:
            so_far = len(self.begun)
            self._may.release(count)
            assert self._done.wait_for(lambda: len(self.begun) == so_far + count, 10.0)
            return self.begun[so_far:]


@pytest.fixture
def pool(monkeypatch):
    found = Pool()
    monkeypatch.setattr(registries, "Worker", lambda: found)
    return found


@pytest.fixture
def registry(pool, tmp_path):
    found = Registry(Store(tmp_path), workers=1)
    assert found._warm.wait(10.0)
    yield found
    pool._may.release(10_000)
    found.close()


def test_a_visitor_waits_for_one_task_of_each_other_however_many_tabs_they_have(registry, pool):
    flood = [scenario(place) for place in range(40)]
    for place, one in enumerate(flood):
        registry.want(f"tab {place}", [one], visitor=FLOOD)
    others = {place: ("192.0.2.3", f"browser {place}") for place in (50, 51)}
    for place, visitor in others.items():
        registry.want(f"other {place}", [scenario(place)], visitor=visitor)
    pool.let(12)
    registry.want("honest", [scenario(100)], visitor=HONEST)
    begun = pool.let(40)
    # the worker had taken one task already; after that nobody is served twice before the honest visitor
    assert 100 in begun[:2]
    served = [place for place, whose in enumerate(begun) if whose == 100]
    assert {later - earlier for earlier, later in itertools.pairwise(served)} == {3}  # three addresses
    of_one_address = [whose for whose in begun if whose in others]
    assert all(whose != after for whose, after in itertools.pairwise(of_one_address))


def test_of_one_visitor_what_was_asked_last_has_its_picture_first(registry, pool):
    for place in range(30):
        registry.want(f"tab {place}", [scenario(place)], visitor=FLOOD)
    pool.let(3)
    registry.want("unlike no other", [scenario(100)], visitor=FLOOD)
    registry.want("tab 3", [scenario(3)], visitor=FLOOD)  # looking again is no new question
    assert pool.let(FIRST_COUNT + 3)[1 : FIRST_COUNT + 1] == [100] * FIRST_COUNT


def test_of_too_many_questions_the_oldest_give_way_with_a_sentence_and_nobody_elses(registry, monkeypatch):
    monkeypatch.setattr(registries, "MOST_OPEN", 5)
    (early,) = registry.want("honest", [scenario(100)], visitor=HONEST)
    jobs = [registry.want(f"tab {place}", [scenario(place)], visitor=FLOOD)[0] for place in range(8)]
    assert [job.state == "stopped" for job in jobs] == [True] * 3 + [False] * 5
    assert early.state != "stopped"
    for _ in range(2):  # who looks again does not push out another
        (told,) = registry.want("tab 0", [scenario(0)], visitor=FLOOD)
        assert told.state == "failed"
    for language, words in (("nl", "te veel tegelijk open"), ("en", "too much is open")):
        assert words in refusal_text(told.refusal, language)
    registry.retry([told])
    (again,) = registry.want("tab 0", [scenario(0)], visitor=FLOOD)
    assert again is jobs[0] and not again.over
    assert [job.state == "stopped" for job in jobs] == [False, True, True, True, False, False, False, False]


def test_who_waits_with_many_tabs_looks_no_oftener_than_who_has_few(registry, monkeypatch):
    for place in range(40):
        registry.want(f"tab {place}", [scenario(place)], visitor=FLOOD)
    (early,) = registry.want("honest", [scenario(100)], visitor=HONEST)
    assert registry.seconds_apart(FLOOD) == 40 / registries.LOOKS
    assert registry.seconds_apart(HONEST) == 1 / registries.LOOKS
    monkeypatch.setattr(registries, "MOST_OPEN", 5)
    registry.want("tab 40", [scenario(100), scenario(40)], visitor=FLOOD)
    # who gave way looks no more, also where others have the same computed
    assert registry.seconds_apart(FLOOD) <= 5 / registries.LOOKS
    registry.want("tab 41", [scenario(41), scenario(42), scenario(43), scenario(44)], visitor=FLOOD)
    told = registry.want("tab 40", [scenario(100), scenario(40)], visitor=FLOOD)
    assert [job.state for job in told] == ["failed", "failed"] and not early.over


def test_where_all_together_have_too_many_who_has_most_gives_way(registry, monkeypatch):
    monkeypatch.setattr(registries, "MOST_OPEN_OF_ALL", 6)
    jobs = {}
    for place in range(4):
        (jobs["h", place],) = registry.want(f"h {place}", [scenario(50 + place)], visitor=(f"198.51.100.{place}", ""))
    for place in range(30):  # of one address, as so many browsers
        (jobs["f", place],) = registry.want(f"f {place}", [scenario(place)], visitor=("192.0.2.1", str(place)))
    assert [name for name, job in jobs.items() if not job.over] == [
        ("h", 0),
        ("h", 1),
        ("h", 2),
        ("h", 3),
        ("f", 28),
        ("f", 29),
    ]


def test_a_lock_goes_round_over_visitors():
    lock, order, threads = TurnLock(), [], []

    def draw(visitor):
        lock.acquire(visitor)
        order.append(visitor)
        lock.release()

    lock.acquire(("at first",))
    assert lock.mine()
    for visitor in [*[("flood", str(tab)) for tab in range(20)], ("honest", "1"), *[("flood", "5")] * 20]:
        threads.append(threading.Thread(target=draw, args=(visitor,)))
        threads[-1].start()
        while len(lock._waiting) < len(threads):
            pass
    lock.release()
    for thread in threads:
        thread.join(10.0)
    assert order.index(("honest", "1")) <= 1
    assert {tab for _, tab in order[:22]} >= {str(tab) for tab in range(20)}  # no tab twice before every other once
    assert not lock.locked() and not lock.mine()


def test_what_is_remembered_of_turns_is_bounded(monkeypatch):
    monkeypatch.setattr(turns, "MOST_REMEMBERED", 10)
    found = Turns()
    for place in range(100):
        found.take([(str(place), "tab")])
    assert len(found._served) == 10


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "address"),
    [
        (None, [], "", ""),
        ("192.0.2.7", [], "", "192.0.2.7"),
        ("192.0.2.7", ["198.51.100.1"], "", "192.0.2.7"),  # a header counts only from a proxy that is named
        ("10.0.0.5", ["198.51.100.1"], "10.0.0.5", "198.51.100.1"),
        (None, ["198.51.100.1"], "127.0.0.1", "198.51.100.1"),  # a proxy on this machine
        ("10.0.0.5", ["203.0.113.9, 198.51.100.1"], "10.0.0.5", "198.51.100.1"),  # what a visitor put before it
        ("10.0.0.5", ["203.0.113.9", "198.51.100.1, 10.0.0.6"], "10.0.0.0/24", "198.51.100.1"),
        ("10.0.0.5", ["198.51.100.1, nonsense"], "10.0.0.5", "10.0.0.5"),
        ("2001:db8:1:2:3::4", [], "", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", [], "", "192.0.2.7"),
    ],
)
def test_whose_address_a_visitor_has(peer, forwarded, proxies, address):
    assert address_of(peer, forwarded, proxies) == address
