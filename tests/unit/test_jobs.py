"""Jobs: known by what they compute, stopped when nobody wants them, kept whole, never another's figures."""

import functools
import os
import signal
import sys
import threading
import time
import weakref
from dataclasses import replace

import numpy as np
import pytest

from experiments.compare.two_futures import TwoFutures
from experiments.language.refusals import refusal_text
from experiments.run import provenance
from experiments.run.run import run_scenario
from experiments.run.task import RunPlan
from experiments.scenario.ready import helping, load_scenario, ready_scenarios
from experiments.service import keys
from experiments.service import registry as registries
from experiments.service import store as stores
from experiments.service.first_scenarios import first_scenarios
from experiments.service.job import Job
from experiments.service.keys import FIRST_COUNT, baseline_of, job_key, question_key, task_of
from experiments.service.registry import Registry
from experiments.service.store import Store
from models.outcomes import OUTCOMES
from sim.calendar import day_number

COUNT = 4


def short(*settings, until="2019-03-01"):
    scenario = load_scenario("prop-2021").with_settings(list(settings))
    return type(scenario).model_validate(scenario.as_file() | {"until": until})


def wait_for(condition, seconds=120.0):
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        if condition():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    found = Registry(Store(tmp_path_factory.mktemp("store")), workers=2)
    # Nobody here looks again while a first worker compiles, as a page does: it would count as gone.
    assert wait_for(found._warm.is_set, 300.0)
    yield found
    found.close()


def test_a_key_says_what_is_computed_and_nothing_else():
    one = short("share_cap=0.08", "hosts_places=500")
    renamed = one.model_copy(update={"name": "anders", "title": "Anders"})
    turned = short("hosts_places=500", "share_cap=0.08")
    assert job_key(one) == job_key(renamed) == job_key(turned)
    others = [short("share_cap=0.081", "hosts_places=500"), short("share_cap=0.08"), baseline_of(one)]
    others += [one.model_copy(update={"seed": 2}), short("share_cap=0.08", "hosts_places=500", until="2019-04-01")]
    keys = {job_key(other) for other in others} | {job_key(one), job_key(one, 10)}
    assert len(keys) == 7


def test_a_key_names_the_outcomes_that_are_counted(monkeypatch):
    before, name = job_key(short()), next(iter(OUTCOMES))
    keys._key_of.cache_clear()
    monkeypatch.setattr(provenance, "counted", lambda: "one more")
    after = job_key(short())
    keys._key_of.cache_clear()
    assert after != before
    monkeypatch.undo()
    provenance.counted.cache_clear()
    monkeypatch.setitem(OUTCOMES, "another", OUTCOMES[name])
    more = provenance.counted()
    monkeypatch.undo()
    provenance.counted.cache_clear()
    assert more != provenance.counted()


def test_the_dates_of_steps_count_and_the_order_in_which_they_are_given_does_not():
    first = short("share_cap=0.08@2019-01-10", "share_cap=0.09@2019-01-20")
    assert job_key(first) == job_key(short("share_cap=0.09@2019-01-20", "share_cap=0.08@2019-01-10"))
    assert job_key(first) != job_key(short("share_cap=0.09@2019-01-10", "share_cap=0.08@2019-01-20"))


def test_a_job_gives_what_a_run_gives(registry):
    scenario = short("share_cap=0.08")
    (job,) = registry.want("a", [scenario], COUNT)
    assert wait_for(lambda: job.over)
    assert job.state == "done"
    direct = run_scenario(scenario, RunPlan(replications=COUNT))
    assert job.result(scenario=scenario).to_json() == direct.to_json()
    assert job.result(2).numbers == (1, 2)


def test_what_nobody_asked_for_waits_for_quiet(registry, monkeypatch):
    scenario = short("share_cap=0.085")
    registry.fill_in([scenario], COUNT)
    registry.release("nobody")
    time.sleep(1.5)
    (job,) = registry.look([scenario], COUNT)
    assert job.state == "waiting" and not job.results
    monkeypatch.setattr("experiments.service.registry.QUIET", 0.1)
    assert wait_for(lambda: job.over) and job.state == "done"


def test_a_finished_job_is_found_again(registry):
    scenario = short("share_cap=0.08")
    (job,) = registry.want("a", [scenario], COUNT)
    assert wait_for(lambda: job.over and registry.store.get(job.key))
    kept = registry.store.get(job.key)
    assert sorted(kept) == list(range(1, COUNT + 1))
    for number, replication in kept.items():
        computed = job.results[number]
        assert replication.outcomes == computed.outcomes
        assert replication.half_year_names == computed.half_year_names
        assert np.array_equal(replication.half_years, computed.half_years)
        assert np.array_equal(replication.observed, computed.observed, equal_nan=True)
        assert {name: list(row) for name, row in replication.series.items()} == {
            name: list(row) for name, row in computed.series.items()
        }
    other = Registry(Store(registry.store.folder), workers=1)
    try:
        (again,) = other.want("b", [scenario], COUNT)
        assert again.state == "done"
        assert again.result().to_json() == job.result().to_json()
    finally:
        other.close()


@pytest.mark.parametrize("after", [0.0, 0.3, 1.0])
def test_closing_does_not_wait_for_what_is_computed_or_compiled(after, tmp_path, monkeypatch):
    monkeypatch.setattr(registries, "_OPEN", weakref.WeakSet())
    closing = Registry(Store(tmp_path), workers=2)
    closing.want("a", [short("share_cap=0.0612")], COUNT)
    time.sleep(after)
    begin = time.monotonic()
    registries.close_all()
    assert time.monotonic() - begin < 5.0
    assert not [thread for thread in closing._threads if thread.is_alive()]
    assert not [number for worker in closing._workers for number in worker.process_numbers()]


@pytest.mark.parametrize("damage", ["flip", "cut", "other"])
def test_a_damaged_file_is_not_shown(registry, tmp_path, damage):
    scenario = short("share_cap=0.08")
    (job,) = registry.want("a", [scenario], COUNT)
    assert wait_for(lambda: job.over)
    store = Store(tmp_path)
    assert store.put(job.key, job.results)
    (file,) = tmp_path.iterdir()
    content = bytearray(file.read_bytes())
    key = job.key
    if damage == "flip":
        content[len(content) // 2] ^= 1
    elif damage == "cut":
        content = content[:-100]
    else:  # a whole file under the name of another job
        key = "0" * 32
        file = tmp_path / file.name.replace(job.key, key)
    file.write_bytes(content)
    assert store.get(key) is None


def test_a_store_that_cannot_be_written_only_costs_time(registry, tmp_path):
    scenario = short("share_cap=0.08")
    (job,) = registry.want("a", [scenario], COUNT)
    assert wait_for(lambda: job.over)
    (tmp_path / "plek").write_text("een bestand")
    assert Store(tmp_path / "plek").put(job.key, job.results) is False


def test_a_store_makes_room_older_models_first_and_never_what_somebody_looks_at(registry, monkeypatch, tmp_path):
    (job,) = registry.want("a", [short("share_cap=0.08")], COUNT)
    assert wait_for(lambda: job.over)
    store = Store(tmp_path)
    monkeypatch.setattr(stores, "MOST_BYTES", 10**9)
    for place, made in enumerate(("new", "older", "new", "new", "new")):
        monkeypatch.setattr(stores, "made_with", lambda made=made: made)
        assert store.put(f"{place}", job.results)
        for file in tmp_path.glob(f"*-{place}.*"):
            os.utime(file, (1e9 + place, time.time() - (10 - place) * 86_400))
    size = file.stat().st_size
    monkeypatch.setattr(stores, "MOST_BYTES", 4 * size + size // 2)
    assert store.put("5", job.results, in_use=["0"])  # one of them on a page now
    assert [store.has(f"{place}") for place in (0, 2, 3, 4, 5)] == [True, False, True, True, True]
    assert not [*tmp_path.glob("older-*")]
    assert store.get("3")  # looked at
    assert store.put("6", job.results)
    assert [store.has(f"{place}") for place in (0, 3, 4, 5, 6)] == [True, True, False, True, True]


def test_what_sessions_look_at_is_told_to_the_store(registry, monkeypatch):
    told = []
    monkeypatch.setattr(registry.store, "put", lambda key, results, in_use=(): told.append(set(in_use)))
    shown = registry.want("looks", [short("share_cap=0.08")], COUNT)[0]
    (job,) = registry.want("a", [short("share_cap=0.0805")], 1)
    assert wait_for(lambda: told)
    assert told[-1] == {shown.key, job.key}
    for session in ("looks", "a"):
        registry.release(session)


def test_stop_stops_the_computing_and_continue_goes_on(registry):
    scenario = short("share_cap=0.07", until="2021-01-01")
    (job,) = registry.want("a", [scenario], 60)
    assert wait_for(lambda: job.done >= 2)
    registry.release("a")
    assert job.state == "stopped"
    assert wait_for(lambda: not job.busy, 3.0)
    reached = len(job.results)
    time.sleep(0.5)
    assert len(job.results) == reached < 60
    assert not job.busy
    (further,) = registry.want("a", [scenario], 60)
    assert len(further.results) >= reached
    registry.release("a")


def test_a_new_wish_supersedes_the_old_one(registry):
    jobs = []
    for place in range(10):
        (job,) = registry.want("haastig", [short(f"share_cap={0.05 + place / 1000}", until="2021-01-01")], 40)
        jobs.append(job)
        running = {one.key for one in jobs if one.busy and one.state == "stopped"}
        assert len(running) <= 1
    assert wait_for(lambda: not [one for one in jobs if one.busy and one.state == "stopped"], 3.0)
    assert [job.state for job in jobs[:-1]] == ["stopped"] * 9
    assert jobs[-1].state in ("waiting", "running")
    registry.release("haastig")


def test_a_job_another_session_wants_goes_on(registry):
    scenario = short("share_cap=0.066")
    (job,) = registry.want("een", [scenario], 30)
    (same,) = registry.want("twee", [scenario], 30)
    assert same is job
    registry.release("een")
    assert not job.over or job.state == "done"
    assert wait_for(lambda: job.over)
    assert job.state == "done"


def test_a_session_that_is_gone_frees_the_processes(registry, monkeypatch):
    monkeypatch.setattr("experiments.service.registry.GONE_AFTER", 0.3)
    (job,) = registry.want("weg", [short("share_cap=0.067", until="2021-01-01")], 200)
    assert wait_for(lambda: job.state == "stopped", 10.0)


def test_a_dead_process_is_replaced(registry):
    scenario = short("share_cap=0.068", until="2020-01-01")
    (job,) = registry.want("a", [scenario], 20)
    assert wait_for(lambda: job.done >= 1)
    os.kill(registry._workers[0].process_numbers()[0], signal.SIGKILL)
    assert wait_for(lambda: job.over)
    assert job.state == "done"
    assert job.result().numbers == tuple(range(1, 21))
    registry.release("a")


def test_a_process_that_stands_still_is_replaced(registry, monkeypatch):
    monkeypatch.setattr("sim.replications.STILL_SECONDS", 1.5)
    scenario = short("share_cap=0.069")
    (job,) = registry.want("a", [scenario], 4)
    halted = registry._workers[0].process_numbers()[0]
    os.kill(halted, signal.SIGSTOP)
    assert wait_for(lambda: job.over and halted not in registry._workers[0].process_numbers(), 40.0)
    assert job.state == "done"
    assert job.result().numbers == (1, 2, 3, 4)
    registry.release("a")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what a process takes for itself")
def test_what_takes_too_much_is_refused_in_words(registry, monkeypatch):
    four_gigabytes = functools.partial(np.full, 1 << 29)
    with monkeypatch.context() as patch:
        patch.setattr("experiments.service.registry.task_of", lambda scenario: four_gigabytes)
        (job,) = registry.want("a", [short("share_cap=0.067")], 2)
    assert wait_for(lambda: job.over)
    assert job.state == "failed" and not job.deaths
    assert "meer dan 3 GB geheugen of 15 minuten" in refusal_text(job.refusal, "nl")
    registry.release("a")


def test_twenty_sessions_never_see_another_ones_figures(registry):
    scenarios = {f"bezoeker-{place}": short(f"inflow_factor={0.5 + place / 20}") for place in range(20)}
    wrong = []

    def visit(name, scenario):
        for _ in range(50):
            (job,) = registry.want(name, [scenario], 2)
            if job.task.changes[0].value != scenario.changes()[0].value or job.key != job_key(scenario, 2):
                wrong.append(name)
            time.sleep(0.01)

    threads = [threading.Thread(target=visit, args=item) for item in scenarios.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    jobs = {name: registry.want(name, [scenario], 2)[0] for name, scenario in scenarios.items()}
    assert wait_for(lambda: all(job.over for job in jobs.values()))
    assert wrong == []
    for name in ("bezoeker-0", "bezoeker-19"):
        expected = run_scenario(scenarios[name], RunPlan(replications=2)).outcome("decisions")
        assert np.array_equal(jobs[name].result().outcome("decisions"), expected)
    for name in scenarios:
        registry.release(name)


def _without_ensemble(scenario):
    return replace(task_of(scenario), ensemble="bestaat-niet")


def _deadly(scenario):
    return os._exit


@pytest.mark.parametrize("wrong", [_without_ensemble, _deadly])
def test_what_cannot_be_run_says_why_once_and_is_tried_again_when_asked(registry, monkeypatch, wrong):
    scenario = short("share_cap=0.071" if wrong is _deadly else "share_cap=0.0711")
    with monkeypatch.context() as patch:
        patch.setattr("experiments.service.registry.task_of", wrong)
        (job,) = registry.want("a", [scenario], 2)
        assert wait_for(lambda: job.over)
        assert job.state == "failed"
        assert refusal_text(job.refusal, "nl").endswith(".")
        for _ in range(5):  # a page that looks again and again asks for nothing new
            assert registry.want("a", [scenario], 2) == (job,)
    registry.retry([job])
    (again,) = registry.want("a", [scenario], 2)
    assert again is not job
    assert wait_for(lambda: again.over)
    assert again.state == "done"


def test_a_job_that_was_stopped_with_its_last_replications_in_hand_is_whole_and_kept(registry):
    scenario = short("share_cap=0.072", until="2020-01-01")
    (job,) = registry.want("a", [scenario], 2)
    assert wait_for(lambda: len(job.busy) + len(job.results) == 2)
    registry.release("a")
    assert wait_for(lambda: not job.busy, 5.0)
    assert job.state == "done"
    assert wait_for(lambda: registry.store.get(job.key) is not None)
    (again,) = registry.want("b", [scenario], 2)
    assert again.state == "done"


def test_a_job_knows_no_name_of_who_asked_first(registry):
    mine = short("share_cap=0.073").model_copy(update={"name": "geheim", "title": "Geheim", "description": "Geheim."})
    (job,) = registry.want("a", [mine], 1)
    assert wait_for(lambda: job.over)
    looked = registry.look([mine.model_copy(update={"title": "Anders"})], 1)[0]
    assert "geheim" not in repr((job.scenario, looked.scenario, job.result().scenario)).lower()
    assert job.result(scenario=mine).scenario.title == "Geheim"


def test_time_left_follows_the_pace():
    job = Job("x", short(), 10, None, started=100.0)
    assert job.seconds_left(105.0) is None
    job.results = {1: None, 2: None}
    assert job.seconds_left(110.0) == pytest.approx(40.0)
    assert job.done == 2
    job.had = 1  # one of them was there before
    assert job.seconds_left(110.0) == pytest.approx(80.0)
    job.results = {1: None, 3: None}
    assert job.done == 1


def test_windows_count(registry):
    assert short().until_day == day_number("2019-03-01")


def test_a_question_is_answered_elsewhere_and_once(registry):
    a, b = short(), short("share_cap=0.2")
    question = TwoFutures(a, b)
    (job,) = registry.ask("a", [question])
    assert wait_for(lambda: job.over)
    assert job.state == "done"
    assert job.answer == question()
    (again,) = registry.ask("b", [TwoFutures(a, b.model_copy(update={"name": "anders"}))])
    assert again is job
    assert registry.ask("b", [TwoFutures(a, b, household=1)])[0] is not job


def test_an_answer_holds_no_name_of_who_asked_first():
    a = short().model_copy(update={"name": "geheim", "title": "Geheim"})
    assert "geheim" not in str(TwoFutures(a, short("share_cap=0.2"))()).lower()


def test_a_key_of_a_question_says_what_is_asked():
    a, b = short(), short("share_cap=0.2")
    keys = [
        TwoFutures(a, b),
        TwoFutures(b, a),
        TwoFutures(a, b, household=1),
        TwoFutures(a, b, top=3),
        TwoFutures(a, a),
    ]
    assert len({question_key(one) for one in keys}) == 5
    assert question_key(TwoFutures(a, b)) == question_key(TwoFutures(a.model_copy(update={"title": "Anders"}), b))


def test_what_is_asked_replaces_what_was_wanted(registry):
    (run,) = registry.want("c", [short("share_cap=0.123", until="2022-01-01")], 40)
    registry.ask("c", [TwoFutures(short(), short("share_cap=0.21"))])
    assert wait_for(lambda: run.over)
    assert run.state == "stopped"


def test_a_question_that_cannot_be_answered_fails_in_words(registry):
    wave = load_scenario("golf-2015")
    (job,) = registry.ask("d", [TwoFutures(short(), wave)])
    assert wait_for(lambda: job.over)
    assert job.state == "failed"
    assert job.refusal and job.answer is None
    registry.release("d")


def test_what_pages_show_first_is_computed_first():
    from app_pages.vergelijken import choice

    order = [job_key(scenario) for scenario in first_scenarios()]
    assert {job_key(scenario) for scenario in ready_scenarios()} <= set(order)
    late = order.index(job_key(load_scenario("krappe-woningmarkt")))
    for name in ("prop-2021", "golf-2015", *choice.FIRST_COMPARED, *(scenario.name for scenario in helping())):
        assert order.index(job_key(load_scenario(name))) < late, name


def test_what_is_computed_for_nobody_is_kept_and_leaves_memory(registry, monkeypatch):
    monkeypatch.setattr("experiments.service.registry.QUIET", 0.1)
    one, two = short("share_cap=0.091"), short("share_cap=0.092")
    registry.fill_in([one, two], COUNT)
    key, later = job_key(one, COUNT), job_key(two, COUNT)
    assert wait_for(lambda: registry.store.has(key))
    assert wait_for(lambda: registry.store.has(later))
    assert wait_for(lambda: not {key, later} & set(registry._jobs))
    registry.fill_in([one], COUNT)
    assert key not in registry._jobs
    (job,) = registry.want("a", [one], COUNT)
    assert job.state == "done"
    registry.release("a")


def test_what_another_server_kept_is_found_by_who_planned_it(registry):
    scenario = short("share_cap=0.093")
    registry.fill_in([scenario], COUNT)
    task = task_of(scenario)
    results = {number: task(number) for number in range(1, COUNT + 1)}
    assert Store(registry.store.folder).put(job_key(scenario, COUNT), results)
    (job,) = registry.want("a", [scenario], COUNT)
    assert job.state == "done"
    registry.release("a")


def test_what_a_page_names_first_has_its_picture_first(registry):
    first, *others = (short(f"share_cap=0.0{digit}1") for digit in (5, 6, 7, 8))
    jobs = registry.want("a", [first, *others], 30)
    assert wait_for(lambda: jobs[0].done >= FIRST_COUNT)
    assert all(len(job.results) < FIRST_COUNT // 2 for job in jobs[1:])
    registry.release("a")


def test_a_worker_has_the_same_replications_in_every_job():
    """Two workers in step, and then one that is faster: nobody waits, and no gap of more than the workers comes."""
    job = Job("x", None, 9, None)
    for place, number in ((0, 2), (1, 1), (0, 4), (1, 3), (1, 5), (1, 7), (1, 6), (0, 8), (0, 9)):
        assert job.next_number(place, 2) == number
        job.busy.add(number)
    assert Job("x", None, 9, None, busy={1}).next_number() == 2
