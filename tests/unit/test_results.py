"""Results on disk: complete or not there, and never believed when damaged."""

import json
import os
import random
import shutil
import subprocess

import numpy as np
import pyarrow.parquet as pq
import pytest
from refused import refused

from experiments.language.refusals import refusal_text
from experiments.run.folder import TABLES, result_folder
from experiments.run.observed import AREAS, HALF_YEAR_MEASURES
from experiments.run.run import run_scenario
from experiments.run.task import RunPlan
from experiments.scenario.ready import load_scenario
from experiments.storage import folders
from experiments.storage.folders import RUN, SUMS, read_checked, read_run, staged_folder
from experiments.storage.tables import checked_table
from models.geography import municipalities
from models.register import STREAMS
from sim.calendar import date_of, day_number
from sim.errors import CannotWrite, WrongInput

UNTIL = day_number("2019-04-01")
FROM = day_number("2019-02-01")


def run_into(out, workers=1, replications=2):
    with result_folder(out) as folder:
        result = run_scenario(
            load_scenario("prop-2021"),
            RunPlan(replications=replications, from_day=FROM, until_day=UNTIL, workers=workers),
            parts=folder.parts,
        )
        folder.finish(result)
    return result


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    out = tmp_path_factory.mktemp("uit") / "resultaat"
    return out, run_into(out)


def test_the_folder_holds_exactly_the_promised_files(written):
    out, _ = written
    assert sorted(path.name for path in out.iterdir()) == sorted([*TABLES, RUN, SUMS])
    assert [path.name for path in out.parent.iterdir()] == ["resultaat"]


def test_the_result_holds_one_band_per_outcome_and_no_nan(written):
    _, result = written
    document = result.to_json()
    assert list(document) == [
        "scenario", "settings", "version", "model_version", "inputs", "seed", "replications", "from", "until",
        "ensemble", "ensemble_version", "ensemble_fitted_on", "fixed_parameters", "outcomes", "half_years", "series",
    ]  # fmt: skip
    assert (document["scenario"], document["from"], document["until"]) == ("prop-2021", "2019-02-01", "2019-04-01")
    json.dumps(document, allow_nan=False)
    for row in document["outcomes"]:
        assert set(row) == {
            "name",
            "unit",
            "mean",
            "low",
            "high",
            "sd_chance",
            "sd_parameters",
            "sd_discrepancy",
            "at_least",
        }
    assert {row["half_year"] for row in document["half_years"]} == {"2019-1"}
    assert [row["area"] for row in document["half_years"]] == list(AREAS)
    for measure in HALF_YEAR_MEASURES:
        parts = [row[measure] for row in document["half_years"]]
        assert parts[0] == pytest.approx(sum(parts[1:]))
    dates = {row["date"] for row in document["series"]}
    assert dates == {"2019-02-28", "2019-03-31"}
    assert {
        "persons_in_reception", "permit_holders_under_coa", "permit_holders_beyond_norm", "persons_without_place",
        "pending_decisions", "pending_taskforce", "permits", "nareis_arrivals", "realised",
    } <= {row["measure"] for row in document["series"]}  # fmt: skip


def test_tables_say_what_the_result_says(written):
    out, result = written
    outcomes = read_checked(out / "outcomes.parquet").to_pandas()
    for name in result.outcome_names():
        np.testing.assert_array_equal(outcomes.value[outcomes.outcome == name], result.outcome(name))
    monthly = read_checked(out / "monthly.parquet").to_pandas()
    assert len(monthly) == 2 * 2 * len(municipalities())
    assert set(monthly.replication) == {1, 2}
    assert sorted(set(monthly.date)) == [date_of(day_number(day)) for day in ("2019-02-28", "2019-03-31")]
    assert list(monthly.municipality[:3]) == list(municipalities().code[:3])
    households = read_checked(out / "households.parquet").to_pandas()
    assert households.household[households.replication == 2].iloc[0] == 0
    arrived = households.arrived.dropna()
    assert max(arrived) < date_of(UNTIL)
    assert set(households.stream) <= set(STREAMS)
    assert set(households.municipality.dropna()) <= set(municipalities().code)
    assert households.municipality.isna().any()
    assert read_run(out / RUN)["settings"]["name"] == "prop-2021"
    assert read_run(out / RUN)["replication_numbers"] == [1, 2]
    for name in TABLES:
        assert pq.ParquetFile(out / name).metadata.num_rows > 0


def test_one_and_two_processes_write_the_same_bytes(written, tmp_path):
    out, first = written
    second = run_into(tmp_path / "twee", workers=2)
    assert second.to_json() == first.to_json()
    for path in out.iterdir():
        assert path.read_bytes() == (tmp_path / "twee" / path.name).read_bytes(), path.name


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_an_earlier_result_is_replaced_whole(written, tmp_path):
    out = tmp_path / "map"
    out.mkdir(mode=0o750)
    with staged_folder(out) as folder:
        folder.put({"compare.json": b"{}", "differences.csv": b"1"})
    (out / ".DS_Store").write_bytes(b"x")
    run_into(out, replications=2)
    assert names_in(out) == sorted([*TABLES, RUN, SUMS])
    assert names_in(tmp_path) == ["map"]
    assert out.stat().st_mode & 0o777 == 0o750
    for path in written[0].iterdir():
        assert path.read_bytes() == (out / path.name).read_bytes()


def foreign_folders(written, out, kind):
    """Fill a folder with what a user may have put there."""
    if kind == "a result and a note":
        shutil.copytree(written, out)
        (out / "notities.txt").write_text("van de gebruiker")
    elif kind == "a result of which one file became a folder":
        shutil.copytree(written, out)
        (out / RUN).unlink()
        (out / RUN).mkdir()
    elif kind == "a folder by the name of a file":
        (out / RUN).mkdir(parents=True)
    elif kind == "sums of something else":
        out.mkdir()
        (out / "foto.jpg").write_bytes(b"1")
        (out / SUMS).write_text("00  foto.jpg\n")
    else:
        out.mkdir()
        (out / "foto.jpg").write_bytes(b"1")


@pytest.mark.parametrize(
    "kind",
    [
        "a result and a note",
        "a result of which one file became a folder",
        "a folder by the name of a file",
        "sums of something else",
        "a file",
    ],
)
def test_a_folder_with_anything_else_is_refused_and_left_alone(written, tmp_path, kind):
    out = tmp_path / "map"
    foreign_folders(written[0], out, kind)
    before = {path.name: path.is_dir() or path.read_bytes() for path in out.iterdir()}
    with refused(WrongInput, match="hoort niet bij een eerder resultaat") as refusal, result_folder(out):
        raise AssertionError("nothing may run")
    assert refusal_text(refusal.value, "nl").count("\n") == 0
    assert {path.name: path.is_dir() or path.read_bytes() for path in out.iterdir()} == before
    assert names_in(tmp_path) == ["map"]


def test_what_a_user_puts_there_meanwhile_is_kept(tmp_path):
    out = tmp_path / "map"
    out.mkdir()
    with refused(CannotWrite, match=r"notities\.txt"), staged_folder(out) as folder:
        (out / "notities.txt").write_text("van de gebruiker")
        folder.put({"compare.json": b"{}"})
    assert names_in(out) == ["notities.txt"]
    assert names_in(tmp_path) == ["map"]


def test_an_earlier_result_comes_back_when_the_new_one_cannot_take_its_place(written, tmp_path, monkeypatch):
    out = tmp_path / "map"
    shutil.copytree(written[0], out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    real, calls = os.rename, []

    def second_fails(*names):
        calls.append(names)
        if len(calls) == 2:
            raise OSError(5, "Input/output error")
        real(*names)

    monkeypatch.setattr(folders.os, "rename", second_fails)
    with refused(CannotWrite, match="de schijf geeft een fout"), staged_folder(out) as folder:
        folder.put({"compare.json": b"{}"})
    assert len(calls) == 3
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert names_in(tmp_path) == ["map"]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "echt").mkdir()
    (tmp_path / "uit").symlink_to("echt")
    with staged_folder(tmp_path / "uit") as folder:
        folder.put({"compare.json": b"{}"})
    assert (tmp_path / "uit").is_symlink()
    assert names_in(tmp_path / "echt") == ["compare.json", SUMS]


def test_a_small_disk_that_is_really_full_keeps_the_earlier_result(written, tmp_path):
    disk = tmp_path / "schijf"
    disk.mkdir()
    room = sum(path.stat().st_size for path in written[0].iterdir()) // 1024
    mount = ["mount", "-t", "tmpfs", "-o", f"size={room + 200}k", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        with refused(CannotWrite, match="geef een map daarin"), staged_folder(disk):
            pass
        out = disk / "uit"
        shutil.copytree(written[0], out)
        before = {path.name: path.read_bytes() for path in out.iterdir()}
        with refused(CannotWrite, match="de schijf is vol"):
            run_into(out)
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before
        assert names_in(disk) == ["uit"]
        subprocess.run(["mount", "-o", "remount,size=500m", str(disk)], check=True)
        run_into(out)
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("number", [40, pytest.param(1_000, marks=pytest.mark.full)])
@pytest.mark.parametrize("name", [*TABLES, RUN, SUMS])
def test_no_changed_byte_goes_unnoticed(written, tmp_path, name, number):
    out = tmp_path / "kopie"
    shutil.copytree(written[0], out)
    target = out / name
    content = target.read_bytes()
    read = read_run if name in (RUN, SUMS) else read_checked
    asked = out / RUN if name == SUMS else target
    chance = random.Random(2021)
    damaged = [content[: chance.randrange(len(content))] for _ in range(number // 2)]
    for _ in range(number):
        place, bit = chance.randrange(len(content)), 1 << chance.randrange(8)
        damaged.append(content[:place] + bytes([content[place] ^ bit]) + content[place + 1 :])
    silent = 0
    for wrong in damaged:
        target.write_bytes(wrong)
        try:
            read(asked)
        except WrongInput as refusal:
            assert str(asked.name) in refusal_text(refusal, "nl")
        else:
            silent += 1
    if name == SUMS:  # a changed line about another file says nothing about this one
        assert silent < len(damaged)
    else:
        assert silent == 0


def test_pages_carry_their_own_checksums(written, tmp_path):
    lonely = tmp_path / "monthly.parquet"
    content = (written[0] / "monthly.parquet").read_bytes()
    lonely.write_bytes(content)
    with refused(WrongInput, match=SUMS):
        read_checked(lonely)
    whole = checked_table(lonely)
    footer = 8 + int.from_bytes(content[-8:-4], "little")
    chance, noticed = random.Random(7), 0
    for _ in range(200):
        wrong = bytearray(content)
        wrong[chance.randrange(len(content) - footer)] ^= 1 << chance.randrange(8)
        lonely.write_bytes(wrong)
        try:
            read = checked_table(lonely)
        except WrongInput:
            noticed += 1
        else:
            assert read.equals(whole)
    assert noticed > 50


def test_what_is_not_a_result_is_refused(tmp_path):
    with pytest.raises(WrongInput):
        read_checked(tmp_path / "weg.parquet")
    with pytest.raises(WrongInput):
        read_checked(tmp_path)
    (tmp_path / "leeg.parquet").write_bytes(b"")
    with pytest.raises(WrongInput):
        read_checked(tmp_path / "leeg.parquet")
    (tmp_path / "run.json").write_text("[1]")
    with pytest.raises(WrongInput):
        read_run(tmp_path / "run.json")
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(WrongInput):
        read_run(tmp_path / "run.json")


def _full(*_, **__):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    "moment",
    [
        "experiments.storage.tables.pq.ParquetWriter",
        "experiments.storage.tables.pq.ParquetWriter.write_table",
        "experiments.storage.folders.json.dumps",
        "experiments.storage.folders.os.fsync",
        "experiments.storage.folders.os.rename",
        "experiments.storage.folders._sha256",
    ],
)
def test_a_full_disk_leaves_earlier_results_as_they_were(written, tmp_path, monkeypatch, moment):
    out = tmp_path / "map"
    shutil.copytree(written[0], out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    monkeypatch.setattr(moment, _full)
    with refused(CannotWrite, match="de schijf is vol") as refusal:
        run_into(out, replications=1)
    assert str(out) in refusal_text(refusal.value, "nl")
    assert refusal.value.exit_code == 74
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_full_disk_leaves_no_new_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(folders.os, "rename", _full)
    with refused(CannotWrite, match="de schijf is vol"):
        run_into(tmp_path / "diep" / "map", replications=1)
    assert not list(tmp_path.iterdir())


def test_an_error_in_the_run_leaves_no_folder(tmp_path):
    with pytest.raises(RuntimeError, match="halverwege"), result_folder(tmp_path / "map"):
        raise RuntimeError("halverwege")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
def test_the_sums_are_those_of_a_common_tool(written):
    done = subprocess.run(["sha256sum", "-c", SUMS], cwd=written[0], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
