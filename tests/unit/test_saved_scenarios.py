"""Scenarios under a code: the same again, read-only, whole or not at all, and never outside their folder."""

import os
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as texts
from refused import refused

from experiments.language.refusals import refusal_text
from experiments.scenario.ready import load_scenario
from experiments.service import saved_scenarios
from experiments.service.saved_scenarios import CODE, SavedScenarios, code_of, read_code
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
    assert store.keep(scenario()) == code == code_of(scenario())
    assert store.get(code) == store.get(f" {code.lower()} ") == scenario()
    assert store.keep(scenario(share=0.09)) != code
    assert len(list((tmp_path / "s").iterdir())) == 2


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
    moment = path.stat().st_mtime_ns
    store.keep(scenario())
    assert path.stat().st_mtime_ns == moment


@pytest.mark.parametrize("damage", [b"", b"schema: 1", b"\xff", b"replaced"])
def test_a_damaged_file_is_not_shown_and_is_mended(tmp_path, damage):
    store = SavedScenarios(tmp_path)
    code = store.keep(scenario())
    path = tmp_path / f"{code}.yaml"
    os.chmod(path, 0o644)
    path.write_bytes(damage)
    with refused(WrongInput, match="beschadigd"):
        store.get(code)
    assert store.keep(scenario()) == code
    assert store.get(code) == scenario()


def test_another_scenario_under_a_code_is_not_shown(tmp_path):
    store = SavedScenarios(tmp_path)
    first, second = store.keep(scenario()), store.keep(scenario(share=0.09))
    path = tmp_path / f"{first}.yaml"
    os.chmod(path, 0o644)
    path.write_bytes((tmp_path / f"{second}.yaml").read_bytes())
    with pytest.raises(WrongInput):
        store.get(first)


def test_two_scenarios_that_share_a_code_both_get_one(tmp_path, monkeypatch):
    monkeypatch.setattr(
        saved_scenarios, "code_of", lambda one, number=0: "AAAAAAAA" if not number else code_of(one, number)
    )
    store = SavedScenarios(tmp_path)
    first, second = store.keep(scenario()), store.keep(scenario(share=0.09))
    assert first == "AAAAAAAA" != second
    assert store.get(first) == scenario() and store.get(second) == scenario(share=0.09)


def test_limits(tmp_path, monkeypatch):
    store = SavedScenarios(tmp_path, most=2)
    codes = [store.keep(scenario(share=share)) for share in (0.06, 0.07)]
    with refused(WrongInput, match="bewaart geen"):
        store.keep(scenario(share=0.08))
    assert store.keep(scenario(share=0.06)) == codes[0]
    assert len(list(tmp_path.iterdir())) == 2
    monkeypatch.setattr(saved_scenarios, "LARGEST_SAVED", 10)
    with refused(WrongInput, match="te groot"):
        store.keep(scenario(share=0.09))


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite):
        SavedScenarios(tmp_path / "file" / "scenarios").keep(scenario())


@pytest.mark.parametrize("text", ["", "AAAAAAA", "AAAAAAAAA", "AAAAAAA1", "AAAAAAAÄ", "ＡAAAAAAA", "A" * 10_000])
def test_what_is_no_code(text):
    with pytest.raises(WrongInput):
        read_code(text)
