"""Law, through the command: a run that was saved and continued equals the uncut run, and a branch the whole one."""

import json
from pathlib import Path

import pytest

from cli_pages.command import app

SAVED_ON = "2019-03-15"
UNTIL = ("--until", "2019-06-01")
COUNT = ("--replications", "2", "--workers", "1")
LATER = ("--set", "ind_extra_staff=-300@2019-03-15", "--set", "inflow_factor=1.5@2019-04-01")


@pytest.fixture
def call(capsys):
    def command(*words):
        with pytest.raises(SystemExit) as left:
            app(["run", *(str(word) for word in words)], prog_name="doorstroom")
        return left.value.code, *capsys.readouterr()

    return command


@pytest.fixture
def document(call):
    def command(*words):
        code, out, err = call("prop-2021", *words, "--json")
        assert (code, err) == (0, "")
        return json.loads(out)

    return command


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A folder of snapshots of 15 March 2019, of a run that went on to June."""
    folder = tmp_path_factory.mktemp("standen") / "maart"
    with pytest.raises(SystemExit) as left:
        app(["run", "prop-2021", *UNTIL, *COUNT, "--save-on", SAVED_ON, "--snapshots", str(folder), "--json"])
    assert left.value.code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["replication-1.snapshot", "replication-2.snapshot"]
    return folder


def test_a_continued_run_equals_the_uncut_run(document, saved, tmp_path):
    uncut = document(*UNTIL, *COUNT, "--out", tmp_path / "ongeknipt")
    continued = document(*UNTIL, "--resume", saved, "--workers", "2", "--out", tmp_path / "verder")
    assert continued == uncut
    for path in (tmp_path / "ongeknipt").iterdir():
        assert path.read_bytes() == (tmp_path / "verder" / path.name).read_bytes(), path.name


def test_saving_does_not_disturb_the_run_and_a_shorter_run_can_be_continued(document, tmp_path):
    uncut = document(*UNTIL, *COUNT)
    saving = document(*UNTIL, *COUNT, "--save-on", "2019-04-02", "--snapshots", tmp_path / "a")
    assert saving == uncut
    document("--until", "2019-03-01", *COUNT, "--save-on", "2019-03-01", "--snapshots", tmp_path / "b")
    again = ("--save-on", "2019-05-01", "--snapshots", tmp_path / "c")
    assert document(*UNTIL, "--workers", "1", "--resume", tmp_path / "b", *again) == uncut
    assert document(*UNTIL, "--workers", "1", "--resume", tmp_path / "c") == uncut


def test_a_branch_equals_the_whole_run_under_the_later_decision(document, saved):
    whole = document(*UNTIL, *COUNT, *LATER)
    assert document(*UNTIL, "--workers", "1", "--resume", saved, *LATER) == whole
    assert whole["outcomes"] != document(*UNTIL, *COUNT)["outcomes"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["golf-2015"], "deze standen gaan over een andere periode; toegestaan is prop-2021"),
        (["prop-2021", "--set", "share_cap=0.2"], "share_cap: deze knop zou al voor de bewaarde dag anders staan"),
        (
            ["prop-2021", "--set", "share_cap=0.2@2019-03-14"],
            "toegestaan is een verandering vanaf 2019-03-15",
        ),
        (["prop-2021", "--set", "target_source=rule"], "target_source: deze knop kent geen datums"),
        (["prop-2021", "--seed", "1"], "--seed: dit volgt bij --resume uit de bewaarde standen"),
        (["prop-2021", "--replications", "2"], "--replications: dit volgt bij --resume uit de bewaarde standen"),
        (["prop-2021", "--fixed-parameters"], "--fixed-parameters: dit volgt bij --resume uit de bewaarde standen"),
        (
            ["prop-2021", "--until", "2019-03-15"],
            "until: deze standen zijn van 2019-03-15; toegestaan is een latere dag",
        ),
        (["prop-2021", "--save-on", "2019-03-15", "--snapshots", "x"], "toegestaan is 2019-03-16 tot en met"),
    ],
)
def test_what_cannot_follow_from_the_saved_day_is_refused(call, saved, words, expected):
    code, out, err = call(*words, "--resume", saved)
    assert (code, out, err.count("\n")) == (2, "", 1), err
    assert expected in err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--save-on", SAVED_ON], "geef --save-on en --snapshots samen"),
        (["--snapshots", "x"], "geef --save-on en --snapshots samen"),
        (["--save-on", "2019-07-01", "--snapshots", "x"], "toegestaan is 2019-01-02 tot en met 2019-06-01"),
        (["--save-on", "morgen", "--snapshots", "x"], "--save-on: waarde 'morgen' is niet toegestaan"),
        (["--save-on", SAVED_ON, "--snapshots", "x/y", "--out", "x"], "toegestaan is een map buiten --out"),
    ],
)
def test_wrong_use_is_refused(call, words, expected, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = call("prop-2021", *UNTIL, *COUNT, *words)
    assert (code, out, err.count("\n")) == (2, "", 1), err
    assert expected in err
    assert not list(tmp_path.iterdir())


def test_folders_that_hold_something_else_are_refused(call, saved, tmp_path, monkeypatch):
    def refused(*words):
        code, out, err = call("prop-2021", *UNTIL, "--workers", "1", *words)
        assert (code, out, err.count("\n")) == (2, "", 1), err
        return err

    assert "in deze map staat al replication-1.snapshot" in refused("--save-on", SAVED_ON, "--snapshots", saved)
    assert "hier staan geen bewaarde standen" in refused("--resume", tmp_path / "weg")
    mixed = tmp_path / "gemengd"
    mixed.mkdir()
    first = (saved / "replication-1.snapshot").read_bytes()
    (mixed / "replication-2.snapshot").write_bytes(first)
    assert "hoort bij een andere replicatie" in refused("--resume", mixed)
    (mixed / "replication-2.snapshot").unlink()
    (mixed / "replication-1.snapshot").write_bytes(first[:-40] + bytes([first[-40] ^ 1]) + first[-39:])
    assert "de controlesom klopt niet" in refused("--resume", mixed)
    (mixed / "replication-1.snapshot").write_bytes(first)
    other = ("--replications", "1", "--seed", "9", "--save-on", SAVED_ON)
    assert call("prop-2021", *UNTIL, "--workers", "1", *other, "--snapshots", tmp_path / "ander")[0] == 0
    (tmp_path / "ander" / "replication-1.snapshot").rename(mixed / "replication-1.snapshot")
    (mixed / "replication-2.snapshot").write_bytes((saved / "replication-2.snapshot").read_bytes())
    assert "andere doorrekening dan de rest" in refused("--resume", mixed)
    monkeypatch.setattr("experiments.run.snapshots.ensemble_version", lambda name: "anders")
    assert "met een ander ensemble" in refused("--resume", saved)
    monkeypatch.setattr("experiments.run.snapshots.behind", lambda period: {"model_version": 0})
    assert "andere versie van het programma" in refused("--resume", saved)


def test_a_disk_that_fills_leaves_no_half_snapshot(call, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sim.files.os.fsync", full)
    words = ("--save-on", SAVED_ON, "--snapshots", tmp_path / "vol")
    code, out, err = call("prop-2021", *UNTIL, *COUNT, *words)
    assert (code, out) == (74, "")
    assert "de schijf is vol" in err
    assert not list(Path(tmp_path / "vol").iterdir())
