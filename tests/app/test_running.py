"""Following jobs: who pressed Stop only looks, whoever else goes on with the same."""

import threading
import time
from types import SimpleNamespace

import pytest

from app_pages.shell import running
from experiments.compare.two_futures import TwoFutures
from experiments.run.levers import scenario_of
from experiments.scenario.ready import load_scenario

WANTED = {"share_cap": "0.0931", "eind": "2025-01-01"}


def own(at):
    from datetime import date

    return scenario_of("prop-2021", {"share_cap": [{"value": 0.0931}]}, until=date(2025, 1, 1))


@pytest.mark.parametrize("page", ["doorrekenen", "gemeenten"])
def test_who_stopped_only_looks_while_another_goes_on(opened, page):
    at = opened(page, **WANTED)
    registry = running.registry()
    registry.want("een ander", [own(at)])
    try:
        stop = next(button for button in at.main.button if button.key.startswith("_stop_"))
        stop.click().run()
        me = at.session_state["_session"]
        for _ in range(3):
            at.run()
            assert me not in registry._wants
            assert [button.key for button in at.main.button if button.key.startswith("_go_on_")]
            assert any("Gestopt na" in text.value for text in at.main.markdown)
            time.sleep(0.1)
        next(button for button in at.main.button if button.key.startswith("_go_on_")).click().run()
        assert me in registry._wants
    finally:
        registry.release("een ander")
        registry.release(at.session_state["_session"])


def test_who_asks_too_much_is_told_so_and_may_try_again(opened, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("experiments.service.registry.MOST_OPEN", 1)
        at = opened("doorrekenen", **WANTED)
        assert all("er staat te veel tegelijk open" in error.value for error in at.error) and at.error
        assert not [button for button in at.main.button if button.key.startswith("_stop_")]
    next(button for button in at.main.button if button.key.startswith("_again_")).click().run()
    assert not at.error
    assert [button for button in at.main.button if button.key.startswith("_stop_")]
    running.registry().release(at.session_state["_session"])


def test_looking_takes_turns_as_drawing_does_and_within_a_page_takes_none(monkeypatch):
    monkeypatch.setattr(running, "visitor", lambda: ("address", "browser"))
    monkeypatch.setattr(running, "session", lambda: "tab")
    with running.turn():
        with running.turn():
            assert running.TURN.locked()
        assert running.TURN.locked()
        other = threading.Thread(target=running.turn()(lambda: None))
        other.start()
        other.join(0.2)
        assert other.is_alive()
    other.join(5.0)
    assert not other.is_alive() and not running.TURN.locked()


def test_only_a_page_just_opened_lets_its_first_picture_go_ahead(opened, monkeypatch):
    waits = []
    pause = SimpleNamespace(sleep=lambda _: waits.append(running.TURN.locked()))
    monkeypatch.setattr("app_pages.shell.running.time", pause)
    at = opened("doorrekenen")
    waits.clear()
    at.run()
    assert waits == []
    at._page_hash = next(key for key, page in at._registered_pages.items() if page.get("url_pathname") == "gemeenten")
    at.run()
    assert waits == [False]  # others may draw meanwhile
    assert not running.TURN.locked()


@pytest.mark.parametrize("busy", [False, True])
def test_a_file_names_the_replications_that_it_shows_and_not_those_that_are_done(monkeypatch, busy):
    monkeypatch.setattr(running, "st", SimpleNamespace(session_state={}))
    monkeypatch.setattr(running, "visitor_language", lambda: "nl")
    for name in ("want", "look"):
        monkeypatch.setattr(running, name, lambda wanted: [SimpleNamespace(done=8127) for _ in wanted])
    a, b = load_scenario("prop-2021"), load_scenario("geen-evacuatie")
    running.asked([a, b], "plek", busy)
    told = running.origin(10)
    assert told.count("zaad 1, 10 replicaties") == 2 and "8127" not in told and "| geen-evacuatie van" in told
    running.asked([TwoFutures(a, b), TwoFutures(a, b, 3)], "plek", busy)
    told = running.origin(1)
    assert told.count("zaad 1, 1 replicatie,") == 2 and "| geen-evacuatie van" in told
