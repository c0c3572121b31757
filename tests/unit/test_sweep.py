"""A sweep gives the same bytes whatever happens on the way: kills, damage, full disks, several processes."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused

import cli
from cli_pages.command import app
from experiments.language.refusals import refusal_text
from experiments.run.discrepancy import published_like
from experiments.run.ensemble import load_ensemble
from experiments.run.run import run_scenario
from experiments.run.task import RunPlan
from experiments.storage.folders import SUMS, read_checked
from experiments.storage.tables import table_bytes
from experiments.sweep import chunks, results
from experiments.sweep import sweep as sweeps
from experiments.sweep.chunks import (
    CHUNKS,
    COUNTED,
    DOCUMENT,
    LOCK,
    MANIFEST,
    RESULTS,
    SUMMARY,
    chunk_file,
    compute_chunk,
    make_chunk,
    make_sweep_plan,
    read_chunk,
    store,
)
from experiments.sweep.plan import check_sweep_text
from experiments.sweep.results import ROWS_PER_GROUP, _setting_array, results_table, summary_csv
from experiments.sweep.sweep import _prepare, _tidy, run_sweep
from models.version import MODEL_VERSION
from sim.errors import CannotWrite, WrongInput
from sim.replications import Finished
from sim.statistics import band

ROOT = Path(cli.__file__).parent
TEXT = """\
schema: 1
name: klein
title: Klein
description: Een kleine sweep van een maand.
scenarios: [prop-2021]
levers:
  share_cap: [0.055, {value: 0.12, from: 2019-01-10}]
uncertainties:
  inflow_factor: [0.8, 1.2]
replications: 14
seed: 3
until: 2019-02-01
"""
ONE = """schema: 1
name: een
title: Een
description: Een punt.
list: [{scenario: prop-2021, levers: {share_cap: 0.1}}]
replications: 1
until: 2019-02-01
"""
ALL_CHUNKS = 6
RUNS = 56


@pytest.fixture(scope="module")
def job():
    return make_sweep_plan(check_sweep_text(TEXT))


@pytest.fixture(scope="module")
def whole(job, tmp_path_factory):
    """The folder of an unbroken run in one process."""
    folder = tmp_path_factory.mktemp("heel") / "uit"
    result = run_sweep(job, folder)
    assert (result.values is not None, result.made, result.found, result.damaged) == (True, ALL_CHUNKS, 0, 0)
    return folder


@pytest.fixture
def copy(whole, tmp_path):
    """A finished folder that a test may damage."""
    folder = tmp_path / "kopie"
    shutil.copytree(whole, folder)
    return folder


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def start(file, out, *words, **named):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), "sweep", str(file), "--out", str(out), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        **named,
    )


def call(capsys, *words):
    with pytest.raises(SystemExit) as left:
        app(["sweep", *(str(word) for word in words)], prog_name="doorstroom")
    out, err = capsys.readouterr()
    return left.value.code, out, err


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "klein.yaml"
    path.write_text(TEXT)
    return path


def until(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


# --- what comes out -------------------------------------------------------------------------------------------


def test_the_folder_holds_exactly_the_promised_files(whole, job):
    names = {MANIFEST, RESULTS, SUMMARY, DOCUMENT, SUMS, f"{CHUNKS}/{LOCK}"}
    for chunk in job.chunks:
        names |= {f"{CHUNKS}/chunk-{chunk:05d}.parquet", f"{CHUNKS}/chunk-{chunk:05d}.sha256"}
    assert set(content(whole)) == names
    assert (len(job.chunks), job.sweep.runs) == (ALL_CHUNKS, RUNS)
    assert [run for chunk in job.chunks for run in job.runs_of(chunk)] == [
        (point, replication) for point in range(1, 5) for replication in range(1, 15)
    ]


def test_each_run_is_the_run_of_the_command_run(whole, job):
    table = read_checked(whole / RESULTS).to_pandas()
    for point in (1, 4):
        result = run_scenario(job.sweep.scenario_of(point), RunPlan(replications=4, seed=3))
        for name in job.sweep.outcomes:
            rows = table[(table.point == point) & (table.outcome == name) & (table.replication <= 4)]
            np.testing.assert_array_equal(rows.value, result.outcome(name))
    assert table.value[table.point == 1].to_list() != table.value[table.point == 2].to_list()


def test_the_table_says_which_point_scenario_and_draw(whole, job):
    table = read_checked(whole / RESULTS).to_pandas()
    assert list(table.columns) == [
        "point", "scenario", "share_cap", "inflow_factor", "replication", "draw", "outcome", "unit", "value",
        "at_least",
    ]  # fmt: skip
    assert len(table) == RUNS * len(job.sweep.outcomes)
    first = table[table.outcome == job.sweep.outcomes[0]].groupby("point").first()
    assert first.share_cap.to_list() == ["0.055", "0.055", "0.12@2019-01-10", "0.12@2019-01-10"]
    assert first.inflow_factor.to_list() == [0.8, 1.2, 0.8, 1.2]
    ensemble = load_ensemble("prop-2021")
    for number, rows in table.groupby("replication"):
        assert set(rows.draw) == {ensemble.draw_of(number, job.sweep.seed) + 1}


def test_the_summary_is_that_of_the_table(whole, job, capsys):
    table = read_checked(whole / RESULTS).to_pandas()
    told = pd.read_csv(whole / SUMMARY, sep=";", decimal=",", encoding="utf-8-sig")
    assert len(told) == 4 * len(job.sweep.outcomes)
    for row in told.itertuples():
        found = table[(table.point == row.point) & (table.outcome == row.outcome)]
        never = row.outcome == "days_until_full" and found.at_least.all()
        expected = band(np.full(14, np.nan) if never else found.value, 0.8)
        if expected.count and row.outcome in published_like():  # the band holds what the model lacks too
            assert row.mean == expected.mean
            assert row.high - row.low > expected.high - expected.low or not expected.mean
        elif expected.count:
            assert (row.mean, row.low, row.high) == (expected.mean, expected.low, expected.high)
        assert row.n == expected.count
        assert row.low <= row.mean <= row.high or expected.count < 14
    document = json.loads((whole / DOCUMENT).read_text())
    assert document["points"][0]["levers"]["share_cap"] == 0.055
    assert document["points"][3]["uncertainties"] == {"inflow_factor": 1.2}
    assert {"plan", "version", "software", "ensembles", "seed", "replications"} <= set(document)


def test_a_summary_and_a_run_say_the_same_of_lower_bounds_and_of_what_never_came(whole, job):
    result = run_sweep(job, whole)
    rows = {row["outcome"]: row for row in result.summary_rows() if row["point"] == 1}
    run = run_scenario(job.sweep.scenario_of(1), RunPlan(replications=14, seed=3))
    for row in run.outcome_rows():
        told = rows[row["name"]]
        assert {key: told[key] for key in ("mean", "low", "high", "at_least")}.items() <= row.items()
    assert rows["weeks_to_home_p90_5_plus"]["at_least"] and not rows["realised"]["at_least"]
    assert (rows["days_until_full"]["mean"], rows["days_until_full"]["at_least"]) == (None, False)


def test_the_table_in_the_terminal_says_at_least_and_has_a_dash(tmp_path, capsys):
    path = tmp_path / "klein.yaml"
    path.write_text(TEXT + "outcomes: [weeks_to_home_p90_5_plus, days_until_full]\n")
    for language, bound in (("en", "at least"), ("nl", "minstens")):
        code, out, _ = call(capsys, path, "--out", tmp_path / "uit", "--language", language)
        rows = [line for line in out.splitlines() if " prop-2021 " in line]
        assert code == 0 and len(rows) == 4
        assert all(f" {bound} " in row and row.endswith("  –") for row in rows)
    lines = (tmp_path / "uit" / SUMMARY).read_text(encoding="utf-8-sig").splitlines()
    head, *rows = [line.split(";") for line in lines]
    told = {row[head.index("outcome")]: dict(zip(head, row, strict=True)) for row in rows}
    assert told["weeks_to_home_p90_5_plus"]["at_least"] == "ja" and told["weeks_to_home_p90_5_plus"]["mean"]
    assert (told["days_until_full"]["at_least"], told["days_until_full"]["mean"]) == ("nee", "")


def test_the_summary_writes_cells_as_every_other_export(job, monkeypatch):
    values = np.zeros((job.sweep.points, job.sweep.replications, len(job.sweep.outcomes)), COUNTED)
    values["value"] = 5.0
    *_, last = summary_csv(job, values, "nl").decode("utf-8-sig").splitlines()
    *_, mean, low, high, count, at_least, origin = last.split(";")
    assert (mean, low, high, count, at_least) == ("5", "5", "5", "14", "nee")
    assert f"zaad {job.sweep.seed}" in origin and f"{job.sweep.replications} replicaties" in origin
    text = ["\t=1+1", " =1", "＝1", "-x"]
    monkeypatch.setattr(results, "_setting_columns", lambda sweep: {"share_cap": text, "inflow_factor": [0.8] * 4})
    cells = {line.split(";")[2] for line in summary_csv(job, values, "nl").decode().splitlines()[1:]}
    assert cells == {f"'{each}" for each in text}


def test_the_files_follow_the_language_and_say_which_code_and_luck_made_them(job, copy, file, capsys):
    assert json.loads((copy / "sweep.json").read_text())["language"] == "nl"
    told = json.loads(call(capsys, file, "--out", copy, "--json", "--language", "en")[1])
    document = json.loads((copy / "sweep.json").read_text())
    assert document["language"] == told["language"] == "en" and document["model_version"] == MODEL_VERSION
    for one in document["scenarios"]:
        assert (one["settings"]["seed"], one["settings"]["replications"]) == (document["seed"], 14)
        assert (one["settings"]["from"], one["settings"]["until"]) == (one["from"], one["until"])
    head, first, *_ = (copy / "summary.csv").read_text("utf-8-sig").splitlines()
    assert head.startswith("point,scenario,") and "language en" in first and "14 replications a point" in first


def test_one_of_anything_is_not_called_many(capsys, tmp_path):
    file = tmp_path / "een.yaml"
    file.write_text(ONE, "utf-8")
    out, err = call(capsys, file, "--out", tmp_path / "uit", "--workers", "1", "--language", "en")[1:]
    assert "1 point of 1 replication, together 1 run in 1 piece;" in err
    assert "1 point, 1 replication per point; already finished: 0 of 1 piece" in out


def test_columns_of_settings_have_one_kind():
    kinds = {
        "double": [0.1, 1, None], "bool": [True, None], "string": ["a", 0.1, None, True],
    }  # fmt: skip
    for kind, values in kinds.items():
        assert str(_setting_array(values).type) == kind
    assert _setting_array(kinds["string"]).to_pylist() == ["a", "0.1", None, "true"]


def test_a_list_leaves_empty_what_a_point_does_not_set(tmp_path):
    text = TEXT.split("scenarios:", maxsplit=1)[0] + (
        "list:\n  - {scenario: prop-2021}\n  - {scenario: golf-2015, levers: {share_cap: 0.1}}\n"
        "replications: 2\nuntil: 2014-03-01\n"
    )
    text = text.replace("{scenario: prop-2021}", "{scenario: golf-2015}").replace("2014-03-01", _golf_until())
    names = "outcomes: [persons_in_reception_end]\n"
    result = run_sweep(make_sweep_plan(check_sweep_text(text + names)), tmp_path / "uit")
    table = read_checked(tmp_path / "uit" / RESULTS).to_pandas()
    assert table.share_cap.isna().to_list() == [True, True, False, False]
    assert result.to_json()["chunks"] == {"total": 1, "found": 0, "damaged": 0, "made": 1}


def _golf_until():
    from models.parameters import PERIODS
    from sim.calendar import add_months, date_of, day_number

    return date_of(add_months(day_number(PERIODS["golf-2015"].start), 1)).isoformat()


# --- the same bytes ---------------------------------------------------------------------------------------------


def test_two_processes_write_the_same_bytes(whole, job, tmp_path):
    result = run_sweep(job, tmp_path / "uit", workers=2)
    assert result.made == ALL_CHUNKS
    assert content(tmp_path / "uit") == content(whole)


def test_any_order_writes_the_same_bytes(whole, job, tmp_path):
    folder = tmp_path / "uit"
    _prepare(folder, job)
    for chunk in (5, 2, 6):
        assert make_chunk(str(folder), job, chunk) == "made"
    assert make_chunk(str(folder), job, 2) == "there"
    result = run_sweep(job, folder)
    assert (result.found, result.made) == (3, 3)
    assert content(folder) == content(whole)


def test_results_are_the_same_bytes_each_time(whole, job):
    values = np.concatenate([read_chunk(whole, job, chunk) for chunk in job.chunks]).reshape(4, 14, -1)
    made = {table_bytes(results_table(job, values), ROWS_PER_GROUP) for _ in range(10)}
    assert made == {(whole / RESULTS).read_bytes()}


def kill_and_resume(whole, file, tmp_path, kills, seed):
    chance, folder = random.Random(seed), tmp_path / "uit"
    before, died = set(), 0
    while died < kills:
        process = start(file, folder, "--workers", "2")
        if chance.random() < 0.7:  # somewhere in the computing; otherwise anywhere at all
            until(lambda running=process: running.poll() is not None or (folder / CHUNKS).is_dir())
            time.sleep(chance.uniform(0.0, 1.5))
        else:
            time.sleep(chance.uniform(0.2, 4.0))
        process.kill()  # its workers are left alone, as the system would leave them
        process.communicate(timeout=60)
        if process.returncode != -signal.SIGKILL:  # it was quicker: begin again
            assert process.returncode == 0
            assert content(folder) == content(whole)
            shutil.rmtree(folder)
            before = set()
            continue
        died += 1
        now = {path.name for path in folder.glob("chunks/chunk-*.sha256")}
        assert before <= now  # what was finished stays finished
        before = now
    process = start(file, folder, "--workers", "2")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "beschadigd" not in err
    assert content(folder) == content(whole)


def test_killed_three_times_and_resumed(whole, file, tmp_path):
    kill_and_resume(whole, file, tmp_path, 3, 2019)


@pytest.mark.full
def test_killed_twenty_times_and_resumed(whole, file, tmp_path):
    kill_and_resume(whole, file, tmp_path, 20, 2021)


def test_what_a_killed_process_left_is_removed(whole, copy, job):
    for name in (
        ".chunk-00002.parquet.abc.tmp", ".chunk-00002.sha256.x_1.tmp", f"../.{RESULTS}.q.tmp", f"../.{MANIFEST}.r.tmp",
    ):  # fmt: skip
        (copy / CHUNKS / name).write_bytes(b"half")
    (copy / ".mijn.tmp.txt").write_text("van de gebruiker")
    run_sweep(job, copy)
    assert content(copy) == content(whole) | {".mijn.tmp.txt": b"van de gebruiker"}


@pytest.mark.parametrize("processes", [3, pytest.param(8, marks=pytest.mark.full)])
def test_several_processes_share_one_folder(whole, file, tmp_path, processes):
    folder = tmp_path / "uit"
    running = [start(file, folder, "--workers", "1", "--json") for _ in range(processes)]
    told = [process.communicate(timeout=240) for process in running]
    assert [process.returncode for process in running] == [0] * processes, told
    made = [json.loads(out)["chunks"]["made"] for out, _ in told]
    assert sum(made) == ALL_CHUNKS  # none twice
    assert content(folder) == content(whole)


CLAIM = """\
import sys, time
from pathlib import Path
from experiments.sweep.chunks import ChunkLocks
claims = ChunkLocks(Path(sys.argv[1]))
print(all([claims.take(int(number)) for number in sys.argv[2:]]), flush=True)
time.sleep(120)
"""


@pytest.fixture
def holder(job, tmp_path, request):
    """A living process that claims piece 2 of a sweep in the folder `uit`, and what more it is told to."""
    _prepare(tmp_path / "uit", job)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    words = [sys.executable, "-c", CLAIM, str(tmp_path / "uit"), "2", *getattr(request, "param", ())]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


@pytest.mark.parametrize("holder", [(), ("0",)], ids=["piece", "piece and folder"], indirect=True)
def test_what_a_halted_process_claims_is_done_by_another(holder, whole, job, tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.sweep.chunks.FOLDER_SECONDS", 0.3)
    monkeypatch.setattr("experiments.sweep.sweep.HALTED_SECONDS", 0.3)
    holder.send_signal(signal.SIGSTOP)
    assert run_sweep(job, tmp_path / "uit").made == ALL_CHUNKS
    assert content(tmp_path / "uit") == content(whole)


def test_a_claim_holds_while_its_process_lives_and_ends_with_it(holder, whole, job, file, tmp_path):
    folder = tmp_path / "uit"
    assert make_chunk(str(folder), job, 2) == "taken"
    (folder / CHUNKS / ".chunk-00002.parquet.abc.tmp").write_bytes(b"half")
    process = start(file, folder, "--workers", "1")
    until(lambda: len(list(folder.glob("chunks/*.sha256"))) == ALL_CHUNKS - 1)
    time.sleep(0.5)
    assert process.poll() is None
    assert not chunk_file(folder, 2).exists()
    _tidy(folder)
    assert (folder / CHUNKS / ".chunk-00002.parquet.abc.tmp").exists()  # it belongs to a living process
    holder.kill()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert content(folder) == content(whole)


@pytest.mark.parametrize("workers", [pytest.param("1", marks=pytest.mark.full), "2"])
def test_ctrl_c_keeps_what_is_finished(whole, tmp_path, workers):
    file, folder = tmp_path / "lang.yaml", tmp_path / "uit"
    file.write_text(TEXT.replace("replications: 14", "replications: 2000"))
    process = start(file, folder, "--workers", workers, "--json", start_new_session=True)
    until(lambda: process.poll() is not None or len(list(folder.glob("chunks/*.sha256"))) >= 2)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, ""), err
    first, last = err.splitlines()
    assert first.startswith("Klein: 4 punten van 2.000 replicaties, samen 8.000 doorrekeningen in 800 stukken; naar")
    assert last.startswith("Onderbroken; ")
    assert last.endswith(f" van 800 stukken staan in {folder}; dezelfde opdracht gaat verder.")
    assert not [name for name in content(folder) if name.endswith(".tmp")]


# --- damage -----------------------------------------------------------------------------------------------------


def test_no_flipped_bit_of_a_chunk_is_silent(copy, job):
    chance = random.Random(500)
    silent = []
    for _ in range(500):
        chunk = chance.choice(job.chunks)
        file = chunk_file(copy, chunk)
        if chance.random() < 0.1:
            file = file.with_suffix(".sha256")
        whole = file.read_bytes()
        place, bit = chance.randrange(len(whole)), 1 << chance.randrange(8)
        file.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
        try:
            read_chunk(copy, job, chunk)
        except WrongInput as error:
            assert f"chunk-{chunk:05d}.parquet" in refusal_text(error, "nl")
        else:
            silent.append((file.name, place, bit))
        file.write_bytes(whole)
    assert silent == []


def test_no_truncated_chunk_is_silent(copy, job):
    chance = random.Random(200)
    for _ in range(200):
        chunk = chance.choice(job.chunks)
        file = chunk_file(copy, chunk)
        if chance.random() < 0.1:
            file = file.with_suffix(".sha256")
        whole = file.read_bytes()
        file.write_bytes(whole[: chance.randrange(len(whole))])
        with pytest.raises(WrongInput):
            read_chunk(copy, job, chunk)
        file.write_bytes(whole)


def test_a_chunk_is_not_believed_for_its_sum_alone(copy, job, tmp_path):
    other = make_sweep_plan(check_sweep_text(TEXT.replace("seed: 3", "seed: 4")))
    run_sweep(other, tmp_path / "ander")
    shutil.copytree(tmp_path / "ander" / CHUNKS, copy / CHUNKS, dirs_exist_ok=True)
    for chunk in job.chunks:
        with refused(WrongInput, match="hoort hier niet"):
            read_chunk(copy, job, chunk)
    swapped = compute_chunk(job, 1)
    store(copy, 3, swapped)
    with refused(WrongInput, match="hoort hier niet"):
        read_chunk(copy, job, 3)


def test_damaged_and_missing_chunks_are_done_again_and_counted(whole, copy, file, capsys):
    one, two, three = (chunk_file(copy, chunk) for chunk in (1, 2, 3))
    one.write_bytes(one.read_bytes()[:-1])
    two.with_suffix(".sha256").write_bytes(b"\x00")
    three.unlink()
    (copy / RESULTS).write_bytes(b"")
    (copy / SUMMARY).unlink()
    code, out, err = call(capsys, file, "--out", copy, "--workers", "1", "--json")
    assert code == 0
    assert "2 stukken waren beschadigd en zijn opnieuw gerekend." in err
    assert json.loads(out)["chunks"] == {"total": ALL_CHUNKS, "found": 3, "damaged": 2, "made": 3}
    assert content(copy) == content(whole)


def test_a_chunk_may_be_a_folder_or_unreadable(whole, copy, job):
    file = chunk_file(copy, 4)
    file.unlink()
    file.mkdir()
    with refused(WrongInput, match="niet te lezen"):
        read_chunk(copy, job, 4)
    with pytest.raises(CannotWrite):
        run_sweep(job, copy)
    file.rmdir()
    assert run_sweep(job, copy).made == 1
    assert content(copy) == content(whole)


def test_a_flipped_bit_in_the_results_is_noticed(copy):
    chance = random.Random(7)
    whole = (copy / RESULTS).read_bytes()
    for _ in range(50):
        place = chance.randrange(len(whole))
        (copy / RESULTS).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(WrongInput):
            read_checked(copy / RESULTS)


def test_a_damaged_manifest_is_written_again_only_beside_chunks_of_this_sweep(whole, copy, job, tmp_path):
    told = (copy / MANIFEST).read_bytes()
    for damaged in (b"", b"{", told[:100], b"\xff" + told, b"[]", b"{}"):
        (copy / MANIFEST).write_bytes(damaged)
        run_sweep(job, copy)
        assert content(copy) == content(whole)
    other = make_sweep_plan(check_sweep_text(TEXT.replace("seed: 3", "seed: 4")))
    (copy / MANIFEST).write_bytes(b"{")
    with refused(WrongInput, match="hoort bij een andere sweep"):
        run_sweep(other, copy)


# --- refusals ---------------------------------------------------------------------------------------------------


def test_a_folder_of_another_sweep_or_code_is_refused_and_left_alone(whole, copy, job, file, capsys, monkeypatch):
    before = content(copy)
    file.write_text(TEXT.replace("seed: 3", "seed: 4"))
    code, out, err = call(capsys, file, "--out", copy, "--workers", "1")
    assert (code, out) == (2, "")
    assert "deze map hoort bij een andere sweep; toegestaan is een nieuwe map" in err
    file.write_text(TEXT)
    code, _, err = call(capsys, file, "--out", copy, "--workers", "1", "--replications", "2")
    assert code == 2
    for change in ("model_version", "inputs", "numpy", "doorstroom"):
        others = tuple((name, "anders" if name == change else told) for name, told in job.made_by)
        monkeypatch.setattr(chunks, "made_by", lambda *_, others=others: others)
        code, _, err = call(capsys, file, "--out", copy, "--workers", "1")
        assert code == 2
        assert "deze map is gemaakt met een andere versie van het programma" in err
    assert content(copy) == before


def test_a_folder_with_something_else_is_refused(job, tmp_path):
    (tmp_path / "brief.txt").write_text("x")
    with refused(WrongInput, match="in deze map staat al iets anders"):
        run_sweep(job, tmp_path)
    assert set(content(tmp_path)) == {"brief.txt"}
    with refused(CannotWrite, match="een bestand en geen map"):
        run_sweep(job, tmp_path / "brief.txt")
    with pytest.raises(CannotWrite):
        run_sweep(job, tmp_path / "brief.txt" / "uit")


def test_other_code_on_a_worker_is_refused(job, monkeypatch):
    others = tuple((name, "anders" if name == "numba" else told) for name, told in job.made_by)
    monkeypatch.setattr(chunks, "made_by", lambda *_: others)
    with refused(WrongInput, match=r"een worker heeft een andere versie \(numba\)"):
        compute_chunk(job, 1)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--workers", "0"], "--workers: waarde '0'"),
        (["--replications", "x"], "--replications: waarde 'x'"),
        (["--replications", "10000"], "klein.yaml"),
        (["--cluster", "onzin"], "--cluster: waarde 'onzin' is niet toegestaan; toegestaan is het adres"),
        (["--cluster", "x://y"], "--cluster: waarde 'x://y'"),
    ],
)
def test_wrong_use_is_one_sentence_and_makes_no_folder(capsys, file, tmp_path, words, expected):
    if "10000" in words:
        file.write_text(TEXT.replace("until: 2019-02-01", "until: 2022-01-01"))
        expected = "--replications: dit vraagt 40.000 doorrekeningen van samen naar schatting 43.840.000"
    code, out, err = call(capsys, file, "--out", tmp_path / "uit", *words)
    assert (code, out) == (2, "")
    assert expected in err.splitlines()[-1]
    assert not (tmp_path / "uit").exists()


def test_out_is_needed_and_a_wrong_file_is_named(capsys, tmp_path):
    code, _, err = call(capsys, "instroom-en-woningaandeel")
    assert (code, err) == (2, "doorstroom sweep: de optie --out ontbreekt; zie doorstroom sweep --help.\n")
    code, _, err = call(capsys, tmp_path / "weg.yaml", "--out", tmp_path / "uit")
    assert code == 2
    assert "onbekende sweep" in err
    assert not list(tmp_path.iterdir())


def test_dask_is_asked_for_in_one_sentence_when_it_is_not_installed(capsys, file, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    code, _, err = call(capsys, file, "--out", tmp_path / "uit", "--cluster", "tcp://127.0.0.1:9")
    assert code == 2
    assert "--cluster: dask.distributed is niet geïnstalleerd; installeer doorstroom met de extra cluster." in err
    assert not (tmp_path / "uit").exists()


def test_names_in_a_file_never_become_paths(whole, tmp_path, capsys):
    payloads = [
        "../x",
        "..",
        "/etc",
        "a/b",
        "a\\b",
        "~",
        "$(id)",
        "%00",
        "con:",
        "..%2f",
        ".",
        "A",
        "",
        "a b",
        "-" * 61,
    ]
    for number in range(200):
        name = payloads[number % len(payloads)] * (1 + number // len(payloads))
        with refused(WrongInput, match="name"):
            check_sweep_text(TEXT.replace("name: klein", f"name: {json.dumps(name + '/')}"))
    assert list(tmp_path.iterdir()) == []


def test_lost_chunks_are_named_and_the_rest_is_kept(capsys, file, tmp_path, monkeypatch):
    monkeypatch.setattr(sweeps, "replicate", lambda *_: Finished(((1, "made"),), lost=(2, 3)))
    code, out, err = call(capsys, file, "--out", tmp_path / "uit", "--workers", "1", "--json")
    assert (code, out) == (70, "")
    told = "Niet afgemaakt: stuk 2, 3, want het rekenproces viel telkens weg of vroeg te veel geheugen of tijd; 1 van 6"
    assert err.splitlines()[-1].startswith(told)


def test_the_report_is_dutch_and_says_what_was_there(capsys, copy, file):
    code, out, err = call(capsys, file, "--out", copy, "--workers", "1")
    assert code == 0
    assert "4 punten, 14 replicaties per punt; al af: 6 van 6 stukken" in out
    assert f"De resultaten staan in {copy}: results.parquet" in out
    assert err.count("\n") == 1
    assert "orspelling" not in out


# --- a full disk ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", [1, 4, *(pytest.param(other, marks=pytest.mark.full) for other in (2, 3, 9, 17))])
def test_a_disk_that_fills_gives_74_and_the_sweep_goes_on_afterwards(whole, job, tmp_path, monkeypatch, when):
    folder, written, real = tmp_path / "uit", [], os.fsync

    def full(handle):
        written.append(handle)
        if len(written) >= when:
            raise OSError(28, "No space left on device")
        real(handle)

    with monkeypatch.context() as patched:
        patched.setattr("sim.files.os.fsync", full)
        with refused(CannotWrite, match="de schijf is vol") as refusal:
            run_sweep(job, folder)
    assert refusal.value.exit_code == 74
    assert not [name for name in content(folder) if name.endswith(".tmp")]
    run_sweep(job, folder)
    assert content(folder) == content(whole)


def test_a_limit_on_the_size_of_files_gives_74(whole, file, tmp_path):
    folder = tmp_path / "uit"

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000))

    process = start(file, folder, "--workers", "1", preexec_fn=small)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (74, ""), err
    assert "het bestand wordt te groot" in err.splitlines()[-1]
    assert str(folder) in err
    process = start(file, folder, "--workers", "1")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert content(folder) == content(whole)


@pytest.mark.parametrize("workers", ["1", pytest.param("2", marks=pytest.mark.full)])
def test_a_small_disk_that_is_really_full_gives_74(whole, file, tmp_path, workers):
    disk = tmp_path / "schijf"
    disk.mkdir()
    if (
        os.geteuid()
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(disk)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("no disk can be mounted here")
    try:
        process = start(file, disk / "uit", "--workers", workers)
        out, err = process.communicate(timeout=120)
        assert (process.returncode, out) == (74, ""), err
        assert "de schijf is vol" in err.splitlines()[-1]
        assert not [name for name in content(disk / "uit") if name.endswith(".tmp")]
        subprocess.run(["mount", "-o", "remount,size=10m", str(disk)], check=True)
        process = start(file, disk / "uit", "--workers", workers, "--json")
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert 0 < json.loads(out)["chunks"]["found"] < ALL_CHUNKS
        assert content(disk / "uit") == content(whole)
    finally:
        subprocess.run(["umount", str(disk)], check=True)
