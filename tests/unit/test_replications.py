"""Replications: the same answer on any number of processes, whatever happens to the processes."""

import contextlib
import errno
import functools
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from refused import refused

from experiments.language.language import LANGUAGES
from experiments.language.refusals import refusal_text
from sim import interrupts, replications
from sim.errors import Allowed, CannotWrite, WrongInput
from sim.replications import Finished, ReplicationsLost, replicate, replication_seed, splitmix64

sys.path.append(str(Path(__file__).parent))  # new processes import the tasks by name
import replication_tasks as tasks

SEEDS_OF_1 = [215978696666429088, 2313426285686164860, 8737302648013895559]


def test_the_mix_is_the_published_one():
    # first outputs of the reference generator with state 0 and 1234567
    assert splitmix64(0) == 0xE220A8397B1DCDAF
    assert splitmix64(1234567) == 6457827717110365317


def test_seeds_are_fixed_for_ever_and_differ():
    assert [replication_seed(1, number) for number in (1, 2, 3)] == SEEDS_OF_1
    many = {replication_seed(seed, number) for seed in range(50) for number in range(200)}
    assert len(many) == 10_000
    assert all(0 <= seed < 2**63 for seed in many)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_come_in_order_of_number(workers):
    finished = replicate(tasks.square, [5, 1, 9, 3], workers)
    assert finished.results == ((1, 1), (3, 9), (5, 25), (9, 81))
    assert not finished.interrupted
    assert finished.all_or_error() is finished
    assert len(finished) == 4
    assert dict(finished) == {1: 1, 3: 9, 5: 25, 9: 81}


def test_one_worker_is_this_process_and_two_are_not():
    assert {process for _, (_, process) in replicate(tasks.with_process, range(3), 1)} == {os.getpid()}
    assert os.getpid() not in {process for _, (_, process) in replicate(tasks.with_process, range(3), 2)}


def test_progress_is_told():
    heard = []
    replicate(tasks.square, range(3), 1, lambda done, total: heard.append((done, total)))
    assert heard == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_nothing_to_do_is_done():
    assert replicate(tasks.square, [], 4).results == ()


def test_wrong_use_is_refused():
    with pytest.raises(ValueError, match="once"):
        replicate(tasks.square, [1, 1])
    with pytest.raises(ValueError, match="workers"):
        replicate(tasks.square, [1], 0)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
@pytest.mark.parametrize(("number", "every"), [(16, 4), pytest.param(1000, 20, marks=pytest.mark.full)])
def test_a_killed_worker_costs_one_task_that_is_done_again(number, every, tmp_path):
    finished = replicate(functools.partial(tasks.dies_once, str(tmp_path), every), range(number), 2)
    assert [done for done, _ in finished] == list(range(number))
    assert not finished.lost
    assert (tmp_path / "begun").stat().st_size == number + number // every


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_a_task_that_always_kills_is_named_and_the_rest_is_done():
    finished = replicate(tasks.dies_always, range(8), 2)
    assert [number for number, _ in finished] == [0, 1, 2, 4, 5, 6, 7]
    assert finished.lost == (3,)
    with refused(ReplicationsLost, match="Replicatie 3 is niet afgemaakt"):
        finished.all_or_error()
    several = ReplicationsLost(Finished((), lost=tuple(range(12))))
    assert "Replicaties 0, 1" in refusal_text(several, "nl")
    assert "…" in refusal_text(several, "nl")


@pytest.fixture
def not_for_ever():
    """Fail where the tests would wait without end."""
    before = signal.signal(signal.SIGALRM, lambda *_: pytest.fail("it waits without end"))
    signal.alarm(45)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("with_maker", [False, True], ids=["alone", "with the process that makes workers"])
def test_a_worker_that_stands_still_is_replaced_and_its_task_done_again(
    with_maker, tmp_path, monkeypatch, not_for_ever
):
    with_maker = with_maker and replications._START == "forkserver"  # else that is this process
    assert replications.STILL_SECONDS + replications.BEAT_SECONDS < 30
    monkeypatch.setattr(replications, "STILL_SECONDS", 1.5)
    finished = replicate(functools.partial(tasks.stands_still_once, str(tmp_path), with_maker), range(6), 2)
    assert [number for number, _ in finished] == list(range(6))
    assert not finished.lost


def test_a_worker_that_is_ended_while_it_is_being_started_leaves_no_process(monkeypatch, not_for_ever):
    """Who ends it comes from another thread, as when a server stops while its first worker begins."""
    pool_kind, begun, before = replications.ProcessPoolExecutor, threading.Event(), multiprocessing.active_children()
    start_process = pool_kind._start_executor_manager_thread

    def slowly(pool):
        begun.set()
        time.sleep(0.5)
        start_process(pool)
        time.sleep(0.5)  # the task is with the process by now

    monkeypatch.setattr(pool_kind, "_start_executor_manager_thread", slowly)
    worker = replications.Worker()
    starting = threading.Thread(target=worker.start, args=(time.sleep, 60))
    starting.start()
    assert begun.wait(10)
    worker.kill()
    starting.join(10)
    assert worker.process_numbers() == []
    assert [process for process in multiprocessing.active_children() if process not in before] == []


@pytest.mark.parametrize(
    ("what", "limit", "size"), [("memory", "LARGEST_GIGABYTES", 0.5), ("time", "LONGEST_MINUTES", 0.01)]
)
def test_a_task_that_takes_too_much_is_named_and_not_tried_again(what, limit, size, monkeypatch, not_for_ever):
    if what == "memory" and sys.platform != "linux":
        pytest.skip("only Linux counts what a process takes for itself")
    monkeypatch.setattr(replications, limit, size)
    finished = replicate(functools.partial(tasks.takes_too_much, what), range(6), 2)
    assert [number for number, _ in finished] == [0, 1, 2, 4, 5]
    with refused(
        ReplicationsLost, match="Replicatie 3 is niet afgemaakt: .* vroeg meer dan [0-9,.]+ GB of [0-9,.]+ min"
    ):
        finished.all_or_error()


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_in_a_task_is_raised_as_it_is(workers):
    with refused(WrongInput, match=r"x.yaml, regel 3, levers.share_cap: waarde 7 is niet toegestaan"):
        replicate(tasks.refuses, range(5), workers)


def test_an_interrupt_in_this_process_keeps_what_is_finished():
    finished = replicate(tasks.interrupts, range(6), 1)
    assert finished.interrupted
    assert [number for number, _ in finished] == [0, 1, 2]


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")
def test_ctrl_c_stops_all_processes_and_keeps_what_is_finished(tmp_path):
    script = tmp_path / "slow.py"
    script.write_text(
        textwrap.dedent(
            """
            import os, sys, time
            from sim.replications import replicate
            def slow(number):
                time.sleep(0.2 if number < 3 else 60)
                return number
            if __name__ == "__main__":
                def tell(done, total):
                    if done == 3:
                        print("three", flush=True)
                found = replicate(slow, range(20), 2, tell)
                print([number for number, _ in found], found.interrupted, flush=True)
            """
        )
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )
    assert process.stdout.readline() == "three\n"
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert out == "[0, 1, 2] True\n"
    assert err == ""
    assert time.monotonic() - began < 10


def test_wrong_input_travels_between_processes():
    error = WrongInput(file="a", field="b", line=1, value=True, allowed=Allowed("only", name="c"))
    again = pickle.loads(pickle.dumps(error))
    for language in LANGUAGES:
        assert refusal_text(again, language) == refusal_text(error, language)
    assert str(again) == str(error) == "not_allowed: file=a, line=1, field=b, allowed=only(name=c), value=True"
    inner = WrongInput("at_point", point=3, problem=WrongInput("missing"))
    assert refusal_text(pickle.loads(pickle.dumps(inner)), "nl") == "punt 3: dit ontbreekt."
    full = CannotWrite.because("uit", OSError(errno.ENOSPC, "x"))
    assert refusal_text(pickle.loads(pickle.dumps(full)), "en").startswith("Writing to uit failed: the disk is full;")


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_that_a_library_swallowed_still_stops_the_work(workers):
    """A library that is being loaded may take an interrupt for a fault of its own."""
    kinds = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
    before = [signal.getsignal(kind) for kind in kinds]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        interrupts.listen()
        with contextlib.suppress(BaseException):
            signal.raise_signal(signal.SIGINT)
        finished = replicate(tasks.square, range(1, 6), workers)
        assert finished.interrupted
        assert len(finished) == 0
        assert len(replicate(tasks.square, range(1, 6), workers)) == 5
    finally:
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)
