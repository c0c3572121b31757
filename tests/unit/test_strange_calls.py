"""What the two lower rooms refuse when they are called in a way that nothing of ours calls them."""

import gc
import json
import os
import signal
import sys
from pathlib import Path

import numpy as np
import pytest
from lawbook import parameters_with

from models.chain import Chain
from models.levers import Change
from models.outcomes import Window, cost_ind, count_outcomes
from models.parameters import baseline
from models.saved_state import ImpossibleState
from models.stages.projects import Pipeline
from sim import files, snapshot
from sim.agenda import NEXT, WHAT, WHO, Agenda
from sim.cache_folder import _others_may_replace
from sim.calendar import day_number
from sim.errors import CannotWrite, Term, WrongInput
from sim.files import atomic_file, place_of
from sim.interrupts import _pass_over, answered, listen
from sim.records import record_type
from sim.replications import _keep_freed_memory
from sim.schedule import Schedule
from sim.statistics import grouped_interval

NEW_YEAR = day_number("2019-01-01")


def agenda(**cells):
    """The block of an agenda of two days with two entries, some of its cells changed."""
    block = np.zeros((3, 4), dtype=np.int32)
    block[WHO, 0], block[WHAT, 0] = 4, 2
    block[NEXT, 0], block[NEXT, 1] = 2, 3
    for cell, value in cells.items():
        block[NEXT, int(cell.removeprefix("next_"))] = value
    return block


def test_an_agenda_takes_over_only_lists_of_its_days():
    Agenda(2, 4).restore(agenda())
    for wrong in (agenda()[:2], agenda().astype(np.int64), agenda(next_3=3), agenda(next_1=2)):
        with pytest.raises(ValueError, match=r"agenda|follow"):
            Agenda(2, 4).restore(wrong)


def test_projects_and_months_are_tables_of_one_shape(short_chain):
    with pytest.raises(ValueError, match="no projects"):
        Pipeline().restore(np.zeros((2, 3)))
    tables = [kept for _, kept in short_chain.stages.state() if hasattr(kept, "table")]
    assert tables
    for table in tables:
        with pytest.raises(ValueError, match="no rows"):
            table.restore(np.zeros(3))


def test_a_run_ends_after_it_begins_and_a_window_lies_in_it(short_chain, short_facts):
    with pytest.raises(ValueError, match="last day"):
        Chain(short_chain.parameters, 1, NEW_YEAR)
    for begin, end in ((NEW_YEAR, NEW_YEAR), (NEW_YEAR - 1, NEW_YEAR + 9), (NEW_YEAR, short_facts.last_day + 1)):
        with pytest.raises(ValueError, match="inside"):
            count_outcomes(Window(short_facts, short_chain.parameters, begin, end))
    whole = Window(short_facts, short_chain.parameters, NEW_YEAR, short_facts.last_day)
    earlier = Window(short_facts, short_chain.parameters, NEW_YEAR, day_number("2019-02-01"))
    assert count_outcomes(whole).keys() == count_outcomes(earlier).keys()


def test_staff_costs_what_is_planned_as_long_as_no_month_is_written():
    chain = Chain(baseline("prop-2021"), 1, NEW_YEAR + 10)
    chain.start()
    chain.run(chain.last_day)
    assert cost_ind(Window(chain.facts(), chain.parameters, NEW_YEAR, NEW_YEAR + 10)) > 0.0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ([Change("queue_rule", "newest", NEW_YEAR + 30, None, 20)], "choice_has_no_ramp"),
        ([Change("impose_nareis", True, NEW_YEAR + 30)], "lever_has_no_dates"),
        ([Change("smoothing", 4), Change("target_source", "rule")], "rule_cannot_be_spread"),
    ],
)
def test_levers_refuse_what_does_not_suit(changes, code):
    with pytest.raises(WrongInput) as refusal:
        parameters_with(changes)
    assert refusal.value.code == code


def test_a_tree_of_parameters_keeps_its_limits():
    with pytest.raises(KeyError):
        baseline("prop-1921")
    ind = baseline("prop-2021").ind
    for wrong in ({"training_days": Schedule(((0, -1.0),))}, {"queue_rule": Schedule(((0, 9.0),))}):
        with pytest.raises(ValueError, match=r"between|not one of"):
            type(ind)(**dict(ind) | wrong)


def test_members_of_a_group_stand_together():
    with pytest.raises(ValueError, match="do not follow"):
        record_type(("a", "b", "c"), np.int64, {"pair": ("a", "c")})


def test_every_value_has_a_group():
    with pytest.raises(ValueError, match="needs a group"):
        grouped_interval([1.0, 2.0], [1])


@pytest.mark.parametrize(
    "header",
    [
        {"arrays": [{"name": "a", "dtype": "<i8", "shape": [-1]}], "meta": {}},
        {"arrays": [{"name": "a", "dtype": "<i8", "shape": [99]}], "meta": {}},
        {"arrays": [], "meta": []},
    ],
)
def test_a_snapshot_says_what_it_holds(header):
    text = json.dumps(header).encode()
    with pytest.raises(ValueError, match=r"plain|past|mapping"):
        snapshot._unpacked(memoryview(b" " * snapshot._FIXED.size + text), len(text))
    with pytest.raises(ValueError, match="header"):
        snapshot._unpacked(memoryview(b""), 9)


def test_where_a_file_cannot_come(tmp_path):
    with pytest.raises(CannotWrite):
        place_of(tmp_path)
    with pytest.raises(CannotWrite):
        place_of("a\0b")
    gone = CannotWrite.because(tmp_path / "file", FileNotFoundError())
    assert gone.values["reason"] == Term("file_vanished")
    assert "cannot_write" in str(WrongInput("x", inner=gone))
    with pytest.raises(CannotWrite), atomic_file(tmp_path / "new"):
        raise OSError(28, "full")
    assert [*tmp_path.iterdir()] == []


def test_a_system_without_locks_or_handles_on_folders_writes_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "fcntl", None)
    monkeypatch.delattr(os, "O_DIRECTORY")
    with atomic_file(tmp_path / "new") as stream:
        stream.write(b"x")
        assert not files.lock(stream.fileno())
    assert files.hold(tmp_path / "new") is None
    assert (tmp_path / "new").read_bytes() == b"x"


def test_a_folder_of_a_stranger_may_be_replaced_by_others():
    here = Path(__file__).stat()
    assert _others_may_replace(os.stat_result((here.st_mode, 1, 1, 1, os.geteuid() + 7, 0, 0, 0, 0, 0)))


def test_a_state_names_a_day_of_its_run(short_chain):
    for today in (np.array([NEW_YEAR]), np.array([NEW_YEAR + 10.0]), np.array([NEW_YEAR, NEW_YEAR])):
        chain = Chain(short_chain.parameters, 1, short_chain.last_day)
        with pytest.raises(ImpossibleState):
            chain.resume(short_chain.snapshot() | {"today": today})


@pytest.mark.parametrize(("fault", "is_told"), [(KeyboardInterrupt(), False), (ValueError("broken"), True)])
def test_only_an_interrupt_is_passed_over_where_nothing_can_be_raised(capsys, monkeypatch, fault, is_told):
    class Leaving:
        def __del__(self):
            raise fault

    monkeypatch.setattr(sys, "unraisablehook", _pass_over)
    Leaving()
    gc.collect()
    assert ("Leaving" in capsys.readouterr().err) == is_told


def test_memory_of_a_task_can_be_kept_where_the_system_knows_how(monkeypatch):
    _keep_freed_memory()
    monkeypatch.setattr(os, "name", "nt")
    _keep_freed_memory()


def test_listening_twice_changes_nothing():
    before, hook = {kind: signal.getsignal(kind) for kind in (signal.SIGINT, signal.SIGTERM)}, sys.unraisablehook
    try:
        listen()
        heard = signal.getsignal(signal.SIGTERM)
        listen()
        assert signal.getsignal(signal.SIGTERM) is heard
        answered()
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
        sys.unraisablehook = hook
