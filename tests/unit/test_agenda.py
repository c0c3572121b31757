"""Agenda: who is due when, how it grows, and what a snapshot takes along."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.agenda import NEXT, WHAT, WHO, Agenda, appoint

DAYS = 30
appointments = st.lists(st.tuples(st.integers(0, DAYS + 10), st.integers(0, 500), st.integers(0, 3)), max_size=60)


def write(agenda: Agenda, entries) -> None:
    for day, who, what in entries:
        appoint(agenda.with_room(1), day, who, what)


def due(agenda: Agenda, day: int) -> list[tuple[int, int]]:
    """Who is due on a day and what for, in the order in which the day meets them."""
    found, entry = [], int(agenda.block[day, NEXT])
    while entry > 0:
        found.append((int(agenda.block[entry, WHO]), int(agenda.block[entry, WHAT])))
        entry = int(agenda.block[entry, NEXT])
    return found


def written(agenda: Agenda) -> list[list[tuple[int, int]]]:
    return [due(agenda, day) for day in range(DAYS)]


@settings(deadline=None)
@given(appointments)
def test_everybody_is_due_on_their_day_last_written_first(entries):
    agenda = Agenda(DAYS, 4)
    write(agenda, entries)
    assert written(agenda) == [[(who, what) for at, who, what in reversed(entries) if at == day] for day in range(DAYS)]


@settings(deadline=None)
@given(appointments, appointments)
def test_a_restored_agenda_goes_on_as_the_old_one(first, later):
    agenda = Agenda(DAYS, 4)
    write(agenda, first)
    kept = agenda.kept().copy()
    restored = Agenda(DAYS, 4)
    restored.restore(kept)
    write(agenda, later)
    write(restored, later)
    assert written(restored) == written(agenda)


def test_restoring_takes_a_copy():
    agenda = Agenda(DAYS, 4)
    write(agenda, [(3, 7, 1)])
    restored = Agenda(DAYS, 4)
    restored.restore(agenda.kept())
    write(restored, [(3, 8, 1), (3, 9, 0)])
    assert due(agenda, 3) == [(7, 1)]
    assert due(restored, 3) == [(9, 0), (8, 1), (7, 1)]


def test_the_state_holds_no_more_than_what_is_written():
    agenda = Agenda(DAYS, 1000)
    write(agenda, [(3, 7, 1), (4, 8, 1)])
    assert agenda.kept().shape == (3, DAYS + 2)


def test_room_grows_and_keeps_what_was_written():
    agenda = Agenda(DAYS, 16)
    write(agenda, [(day % DAYS, day, 0) for day in range(16)])
    before, size = written(agenda), len(agenda.block)
    agenda.with_room(1)
    assert len(agenda.block) > size
    assert written(agenda) == before
    size = len(agenda.block)
    assert agenda.with_room(1) is agenda.block
    assert len(agenda.block) == size


def test_the_first_day_and_the_first_entry_are_not_confused():
    agenda = Agenda(DAYS, 4)
    assert due(agenda, 0) == []
    write(agenda, [(0, 0, 0)])
    assert due(agenda, 0) == [(0, 0)]
    assert [due(agenda, day) for day in range(1, DAYS)] == [[]] * (DAYS - 1)


def test_beyond_the_last_day_nobody_is_due_and_no_room_is_taken():
    agenda = Agenda(DAYS, 16)
    before = agenda.block.copy()
    appoint(agenda.block, DAYS, 1, 0)
    appoint(agenda.block, 10**6, 1, 0)
    assert np.array_equal(agenda.block, before)


@pytest.mark.parametrize("capacity", [0, 1, 16, 100])
def test_an_agenda_always_has_some_room(capacity):
    agenda = Agenda(DAYS, capacity)
    assert agenda.block.shape == (DAYS + max(capacity, 16), 3)
    assert agenda.block.dtype == np.int32
