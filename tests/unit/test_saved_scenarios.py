"""Scenarios under a code: the same again, read-only, whole or not at all, and never outside their folder."""

import hashlib
import os
import stat
import time
from base64 import b32encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as texts
from refused import refused

from experiments.language.refusals import refusal_text
from experiments.scenario.ready import load_scenario
from experiments.scenario.text import file_text
from experiments.service import saved_scenarios
from experiments.service.saved_scenarios import CODE, SavedScenarios, read_code
from experiments.service.turns import Quota
from sim.errors import CannotWrite, WrongInput


def scenario(title="Eigen scenario", share=0.08):
    found = load_scenario("prop-2021").with_settings([f"share_cap={share}"])
    return found.model_copy(update={"title": title})


def payloads():
    steps = [
        "..",
        ".",
        "/",
        "\\",
        "%2e%2e",
        "%2f",
        "..%c0%af",
        "....//",
        "\0",
        "\n",
        "~",
        "C:",
        "file://",
        "$HOME",
        "*",
    ]
    ends = [
        "etc/passwd",
        "AAAAAAAA",
        "AAAAAAAA.yaml",
        "",
        "x",
        "Ａ" * 8,
        "AAAAAAA\n",
        " A AAAAAA",
        "aaaaaaa/",
        "AAAA/AAA",
    ]
    found = [f"{start}{middle}{end}" for start in steps for middle in ("/", "", "/../") for end in ends]
    return [one for one in dict.fromkeys(found) if not CODE.fullmatch(one.strip().upper())]


def test_a_code_brings_back_the_same_scenario(tmp_path):
    store = SavedScenarios(tmp_path / "s")
    code = store.keep(scenario())
    assert CODE.fullmatch(code)
    assert store.get(code) == store.get(f" {code.lower()} ") == scenario()
    assert len(list((tmp_path / "s").iterdir())) == 1


def test_a_code_follows_from_nothing_that_another_knows(tmp_path):
    store = SavedScenarios(tmp_path / "s")
    codes = {store.keep(scenario()) for _ in range(50)}
    assert len(codes) == 50 and {len(code) for code in codes} == {16}
    for place in range(16):
        assert len({code[place] for code in codes}) > 8
    # nor can others on the machine read them from the names
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o700


@pytest.mark.parametrize("number", range(4))
def test_a_code_of_an_earlier_version_still_works_and_only_for_what_it_follows_from(tmp_path, number):
    content = file_text(scenario())
    code = b32encode(hashlib.sha256(f"{number}\n{content}".encode()).digest()).decode()[:8]
    (tmp_path / f"{code}.yaml").write_text(content)
    assert SavedScenarios(tmp_path).get(code) == scenario()
    (tmp_path / f"{code}.yaml").write_text(file_text(scenario(share=0.09)))
    with refused(WrongInput, match="beschadigd"):
        SavedScenarios(tmp_path).get(code)


@settings(max_examples=60, deadline=None)
@given(texts.text(min_size=1, max_size=120))
def test_any_title_survives(tmp_path_factory, title):
    try:
        one = type(scenario()).model_validate(scenario().as_file() | {"title": title})
    except WrongInput:
        return
    except ValueError:
        return
    store = SavedScenarios(tmp_path_factory.mktemp("titles"))
    assert store.get(store.keep(one)) == one


def test_two_hundred_ways_out_lead_nowhere(tmp_path):
    folder = tmp_path / "a" / "scenarios"
    store = SavedScenarios(folder)
    store.keep(scenario())
    (tmp_path / "AAAAAAAA.yaml").write_text("buiten")
    (tmp_path / "a" / "AAAAAAAA.yaml").write_text("buiten")
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    tried = payloads()
    assert len(tried) >= 200
    for text in tried:
        with pytest.raises(WrongInput) as refused:
            store.get(text)
        assert "\n" not in refusal_text(refused.value, "nl")
        with pytest.raises(WrongInput):
            store._file(text)
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before


def test_names_and_titles_never_become_a_path(tmp_path):
    folder = tmp_path / "scenarios"
    store = SavedScenarios(folder)
    for title in ("../../../x", "/etc/passwd", "a/b", "..\\..\\x"):
        code = store.keep(scenario(title=title))
        assert (folder / f"{code}.yaml").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["scenarios"]


def test_what_is_kept_is_read_only_and_whole(tmp_path):
    store = SavedScenarios(tmp_path)
    code = store.keep(scenario())
    path = tmp_path / f"{code}.yaml"
    assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("damage", [b"", b"schema: 1", b"\xff", b"replaced"])
def test_a_damaged_file_is_not_shown(tmp_path, damage):
    store = SavedScenarios(tmp_path)
    code = store.keep(scenario())
    path = tmp_path / f"{code}.yaml"
    os.chmod(path, 0o644)
    path.write_bytes(damage)
    with refused(WrongInput, match="beschadigd"):
        store.get(code)


def test_another_scenario_under_a_code_is_not_shown(tmp_path):
    store = SavedScenarios(tmp_path)
    first, second = store.keep(scenario()), store.keep(scenario(share=0.09))
    path = tmp_path / f"{first}.yaml"
    os.chmod(path, 0o644)
    path.write_bytes((tmp_path / f"{second}.yaml").read_bytes())
    with pytest.raises(WrongInput):
        store.get(first)


def test_nobody_can_close_keeping_for_others(tmp_path, monkeypatch):
    monkeypatch.setattr(saved_scenarios, "_QUOTA", Quota((5, 3), 60.0))
    store = SavedScenarios(tmp_path)
    flood = [("192.0.2.1", "flood")] * 3
    for visitor in [*flood, ("192.0.2.1", "another"), ("192.0.2.1", "a third"), ("192.0.2.2", "flood")]:
        store.keep(scenario(), visitor)
    for visitor in (flood[0], ("192.0.2.1", "a fourth")):  # too much of one browser, and of one address
        with refused(WrongInput, match="genoeg scenario's bewaard"):
            store.keep(scenario(), visitor)
    assert store.get(store.keep(scenario(), ("192.0.2.3", ""))) == scenario()


def test_who_waits_may_keep_again_and_is_forgotten(monkeypatch):
    quota = Quota((1,), 60.0)
    assert quota.take(("a",)) and not quota.take(("a",))
    later = time.monotonic() + 61.0
    monkeypatch.setattr("experiments.service.turns.time.monotonic", lambda: later)
    assert quota.take(("b",)) and list(quota._times) == [("b",)]
    assert quota.take(("a",))


def test_what_was_not_opened_for_longest_makes_room(tmp_path, monkeypatch):
    store = SavedScenarios(tmp_path)
    codes = [store.keep(scenario()) for _ in range(4)]
    monkeypatch.setattr(saved_scenarios, "MOST_BYTES", 3 * 4096)
    for days, code in zip((9, 8, 7, 0), codes, strict=True):
        moment = time.time() - days * 86_400
        os.utime(tmp_path / f"{code}.yaml", (moment, moment))
    assert store.get(codes[0]) == scenario()  # in use again
    new = store.keep(scenario())
    assert {path.stem for path in tmp_path.iterdir()} == {codes[0], codes[3], new}


def test_what_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(saved_scenarios, "LARGEST_SAVED", 10)
    with refused(WrongInput, match="te groot"):
        SavedScenarios(tmp_path).keep(scenario(share=0.09))


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite):
        SavedScenarios(tmp_path / "file" / "scenarios").keep(scenario())


@pytest.mark.parametrize(
    "text", ["", "AAAAAAA", "AAAAAAAAA", "A" * 15, "A" * 17, "AAAAAAA1", "AAAAAAAÄ", "ＡAAAAAAA", "A" * 10_000]
)
def test_what_is_no_code(text):
    with pytest.raises(WrongInput):
        read_code(text)
