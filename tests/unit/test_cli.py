"""The command `doorstroom`: one JSON document or text, one sentence for what is wrong, one exit code."""

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import cli
from cli_pages.command import app
from cli_pages.printing import percent
from cli_pages.progress import Progress
from experiments.language.formatting import rounded_text
from experiments.report.findings import KEY_OUTCOMES
from experiments.run.workers import default_workers
from experiments.scenario.ready import load_scenario
from models.levers import LEVERS

ROOT = Path(cli.__file__).parent
SHORT = ("--until", "2019-03-01", "--replications", "2", "--workers", "1")


def call(capsys, *words):
    """Run the command in this process: (exit code, stdout, stderr)."""
    with pytest.raises(SystemExit) as left:
        app(list(words), prog_name="doorstroom")
    out, err = capsys.readouterr()
    return left.value.code, out, err


def start(*words, **named):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), *words],
        stdout=named.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        **named,
    )


def test_help_answers_at_once():
    def seconds():
        """Of work, not of the clock, so that whatever else a machine does leaves this alone."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        process = start("--help")
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0
        assert "Rekent de asielketen door" in out
        assert err == ""
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(3)) < 0.5


def test_help_loads_nothing_heavy():
    code = (
        "import sys\n"
        "from cli_pages.command import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numba', 'numpy', 'pandas', 'scipy', 'pyarrow', 'pydantic', 'simpy'} & set(sys.modules)\n"
        "print('heavy:', sorted(heavy))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("heavy: []\n")


def test_a_worker_that_loads_the_script_again_loads_no_command():
    code = "import sys, cli; print(sorted({'typer', 'cli_pages', 'experiments'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--help"],
        ["run", "--help"],
        ["trace", "--help"],
        ["list", "--help"],
        ["check", "--help"],
        ["schema", "--help"],
    ],
)
def test_help_is_there_for_every_command(capsys, words):
    code, out, err = call(capsys, *words)
    assert (code, err) == (0, "")
    assert "doorstroom" in out


def test_version(capsys):
    code, out, _ = call(capsys, "--version")
    assert code == 0
    assert out.startswith("doorstroom ")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["bestaat-niet"], "onbekende opdracht bestaat-niet"),
        (["run"], "SCENARIO ontbreekt"),
        (["trace", "prop-2021"], "--household ontbreekt"),
        (["list"], "WAT ontbreekt"),
        (["run", "prop-2021", "--onbekend"], "onbekende optie --onbekend"),
        (["--onbekend"], "onbekende optie --onbekend"),
        (["run", "prop-2021", "--seed"], "achter --seed ontbreekt een waarde"),
        (["run", "prop-2021", "--json=1"], "achter --json hoort geen waarde"),
        (["run", "prop-2021", "nog-een"], "te veel woorden: nog-een"),
        (["run", "geen-scenario"], "onbekend scenario 'geen-scenario'; toegestaan is een bestand"),
        (["run", "prop-2021", "--set", "geen_knop=1"], "--set geen_knop=1, geen_knop: onbekende knop"),
        (
            ["run", "prop-2021", "--set", "share_cap=7"],
            "share_cap: waarde 7 is niet toegestaan; toegestaan is 0 tot en met",
        ),
        (
            ["run", "prop-2021", "--replications", "0"],
            "--replications: waarde '0' is niet toegestaan; toegestaan is een geheel",
        ),
        (["run", "prop-2021", "--replications", "1e3"], "--replications"),
        (["run", "prop-2021", "--seed", "-1"], "--seed"),
        (["run", "prop-2021", "--workers", "0"], "--workers"),
        (["run", "prop-2021", "--workers", "9" * 50], "--workers"),
        (
            ["run", "prop-2021", "--from", "gisteren"],
            "--from: waarde 'gisteren' is niet toegestaan; toegestaan is een datum",
        ),
        (["run", "prop-2021", "--from", "2001-01-01"], "2019-01-01 tot en met 2025-12-31"),
        (["run", "prop-2021", "--until", "2031-01-01"], "2019-02-01 tot en met 2026-01-01"),
        (["run", "prop-2021", "--until", "2019-01-15"], "2019-02-01 tot en met 2026-01-01"),
        (["run", "prop-2021", "--from", "2021-01-01", "--until", "2020-01-01"], "--until 2020-01-01"),
        (["trace", "prop-2021", "--household", "x"], "--household"),
        (["list", "meubels"], "toegestaan is levers, uncertainties, scenarios, outcomes of sources"),
        (["check", "weg.yaml"], "weg.yaml: onbekend scenario"),
        (
            ["compare", "prop-2021", "prop-2021", "--outcome", "realised"],
            "--outcome realised: dit werkt alleen samen met --precision.",
        ),
    ],
)
def test_wrong_use_is_one_dutch_sentence_and_exit_code_2(capsys, words, expected):
    for form in (words, [*words, "--json"] if words != ["run", "prop-2021", "--seed"] else words):
        code, out, err = call(capsys, *form)
        assert (code, out) == (2, ""), err
        assert expected in err
        assert err.count("\n") == 1
        assert "Traceback" not in err


def test_a_wrong_file_is_named_with_its_line(capsys, tmp_path):
    path = tmp_path / "mijn.yaml"
    path.write_text("schema: 1\nname: x\ntitle: T\ndescription: D\nperiod: prop-2021\nlevers:\n  share_cap: 3\n")
    code, out, err = call(capsys, "check", str(path), "--json")
    assert (code, out) == (2, "")
    assert "mijn.yaml, regel 7, levers.share_cap: waarde 3 is niet toegestaan; toegestaan is 0 tot en met" in err


def test_check_says_that_a_file_is_right(capsys):
    path = str(ROOT / "experiments" / "scenarios" / "golf-2015.yaml")
    assert call(capsys, "check", path)[1].endswith("klopt: De golf van 2015 (golf-2015), 0 instellingen.\n")
    document = json.loads(call(capsys, "check", path, "--json")[1])
    assert document["valid"] is True
    assert document["settings"]["period"] == "golf-2015"


def test_check_writes_an_older_file_anew(capsys, tmp_path):
    old, new = tmp_path / "oud.yaml", tmp_path / "nieuw.yaml"
    old.write_text("schema: 1\nname: x\ntitle: T\ndescription: D\nperiod: prop-2021\nlevers:\n  share_cap: 0.1\n")
    before = old.read_bytes()
    code, out, err = call(capsys, "check", str(old), "--upgrade", str(new))
    assert (code, err) == (0, "")
    assert out.endswith(f"1 instelling.\nHet scenario staat in schema 2 in {new}.\n")
    assert new.read_text().startswith("schema: 2\nname: x\n")
    assert load_scenario(new) == load_scenario(old)
    assert old.read_bytes() == before
    written = new.read_bytes()
    new.write_text("nog niet bijgewerkt")
    document = json.loads(call(capsys, "check", str(old), "--upgrade", str(new), "--force", "--json")[1])
    assert document["written"] == str(new)
    assert new.read_bytes() == written
    assert sorted(path.name for path in tmp_path.iterdir()) == ["nieuw.yaml", "oud.yaml"]


def test_a_wrong_file_or_place_writes_nothing(capsys, tmp_path):
    wrong, right = tmp_path / "fout.yaml", str(ROOT / "experiments" / "scenarios" / "prop-2021.yaml")
    wrong.write_text("schema: 3\n")
    code, out, err = call(capsys, "check", str(wrong), "--upgrade", str(wrong))
    assert (code, out) == (2, "")
    assert "nieuwere versie" in err
    code, out, err = call(capsys, "check", right, "--upgrade", str(tmp_path / "weg" / "nieuw.yaml"))
    assert (code, out) == (74, "")
    assert err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["fout.yaml"]
    assert wrong.read_text() == "schema: 3\n"


def test_a_disk_that_fills_leaves_the_older_file_whole(capsys, tmp_path, monkeypatch):
    old, new = tmp_path / "oud.yaml", tmp_path / "nieuw.yaml"
    old.write_text("schema: 1\nname: x\ntitle: T\ndescription: D\nperiod: prop-2021\n")
    new.write_text("wat er stond")

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("sim.files.os.fsync", full)
    code, out, err = call(capsys, "check", str(old), "--upgrade", str(new), "--force")
    assert (code, out) == (74, "")
    assert "de schijf is vol" in err
    assert new.read_text() == "wat er stond"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["nieuw.yaml", "oud.yaml"]


def test_list_levers(capsys):
    code, out, err = call(capsys, "list", "levers", "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert list(document) == ["language", "version", "levers", "uncertainties"]
    assert len(document["levers"]) >= 30
    for kind, uncertain in (("levers", False), ("uncertainties", True)):
        names = [lever.name for lever in LEVERS.values() if lever.uncertainty == uncertain]
        assert [row["name"] for row in document[kind]] == names
        assert {row["uncertainty"] for row in document[kind]} == {uncertain}
    rows = document["levers"] + document["uncertainties"]
    assert list(rows[0]) == list(rows[-1]) == [
        "name", "label_nl", "label_en", "help_nl", "help_en", "holder", "unit", "kind", "low", "high", "step",
        "choices", "default", "fitted", "drawn", "sets", "source", "dated", "uncertainty",
    ]  # fmt: skip
    for row in rows:
        defaults = [step["value"] for step in row["default"]] if isinstance(row["default"], list) else [row["default"]]
        if row["kind"] in ("number", "integer"):
            assert all(row["low"] <= value <= row["high"] for value in defaults), row["name"]
        elif row["kind"] == "choice":
            assert row["default"] in row["choices"]
        else:
            assert isinstance(row["default"], bool)
    for row in rows:
        for key in ("label_nl", "label_en", "help_nl", "help_en", "holder", "unit", "sets", "source"):
            assert row[key].strip(), (row["name"], key)
        assert row["kind"] not in ("number", "integer") or row["step"] > 0, row["name"]
    lines = call(capsys, "list", "levers")[1].splitlines()
    assert [line for line in lines if line in ("Knoppen", "Onzekerheden")] == ["Knoppen", "Onzekerheden"]
    assert {line.split()[0] for line in lines if line} >= set(LEVERS)
    for row in rows:
        line = next(line for line in lines if line.startswith(f"{row['name']} "))
        assert row["fitted"] == ("geijkt" in line), line
        if row["drawn"]:
            assert line.endswith(f"geijkt: {' tot '.join(map(rounded_text, row['drawn']))}")
    alone = json.loads(call(capsys, "list", "uncertainties", "--json")[1])
    assert list(alone) == ["language", "version", "uncertainties"]
    assert alone["uncertainties"] == document["uncertainties"]


def test_list_scenarios_says_what_each_uses(capsys):
    rows = {row["name"]: row for row in json.loads(call(capsys, "list", "scenarios", "--json")[1])["scenarios"]}
    package = rows["laat-crisispakket"]
    assert package["package"] is True
    assert {"hotel_places", "share_cap"} <= set(package["levers"])
    assert rows["prop-2021"]["package"] is False
    assert rows["prop-2021"]["levers"] == rows["prop-2021"]["uncertainties"] == []
    assert rows["geen-evacuatie"]["uncertainties"] == ["evacuation"]
    lines = call(capsys, "list", "scenarios")[1].splitlines()
    assert sum(line.endswith("  ja") for line in lines) == sum(row["package"] for row in rows.values())


@pytest.mark.parametrize("kind", ["uncertainties", "scenarios", "outcomes", "sources"])
def test_the_other_lists(capsys, kind):
    code, out, err = call(capsys, "list", kind, "--json")
    assert (code, err) == (0, "")
    rows = json.loads(out)[kind]
    assert rows
    keys = {
        "uncertainties": {"name", "label_nl", "label_en", "unit", "low", "high", "default", "source"},
        "scenarios": {
            "name",
            "title",
            "description",
            "title_en",
            "description_en",
            "period",
            "from",
            "until",
            "package",
            "levers",
            "uncertainties",
            "sources",
        },
        "outcomes": {"name", "label_nl", "label_en", "help_nl", "help_en", "unit", "better"},
        "sources": {"table", "item", "value", "unit", "period_start", "period_end", "source", "status"},
    }[kind]
    for row in rows:
        assert keys <= set(row)
    if kind == "sources":
        assert {row["status"] for row in rows} <= {"measured", "estimated", "assumed"}
        assert any(isinstance(row["value"], int) for row in rows)
    table, _, definitions = call(capsys, "list", kind)[1].partition("\n\n")
    assert len(table.splitlines()) == len(rows) + 2
    told = [f"{row['name']}: {row['help_nl']}" for row in rows if row.get("help_nl")] if kind == "outcomes" else []
    assert definitions.splitlines() == (["Begrippen", *told] if told else [])
    assert kind != "outcomes" or {one.split(":")[0] for one in told} >= set(KEY_OUTCOMES)


def test_schema_is_json(capsys):
    plain, with_option = call(capsys, "schema")[1], call(capsys, "schema", "--json")[1]
    assert plain == with_option
    assert json.loads(plain)["title"] == "Scenario"


def test_run_gives_exactly_one_document(capsys):
    code, out, err = call(capsys, "run", "prop-2021", *SHORT, "--json", "--seed", "5")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert list(document) == [
        "language", "scenario", "settings", "version", "model_version", "inputs", "seed", "replications", "from",
        "until", "ensemble", "ensemble_version", "ensemble_fitted_on", "fixed_parameters", "outcomes", "half_years",
        "series",
    ]  # fmt: skip
    assert (document["seed"], document["replications"], document["until"]) == (5, 2, "2019-03-01")


def test_run_says_it_in_dutch(capsys):
    words = (
        "--set",
        "share_cap=0.1@2019-02-01..2019-02-20",
        "--until",
        "2019-07-01",
        "--replications",
        "1",
        "--workers",
        "1",
    )
    code, out, err = call(capsys, "run", "prop-2021", *words)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "Doorrekening: De prop van 2021 (prop-2021)"
    assert "zaad 1, 1 replicatie, van 1 januari 2019 tot 1 juli 2019" in lines[2]
    assert "  Hoogste aandeel woningen (share_cap): 0,1 vanaf 1 februari 2019 tot 20 februari 2019" in lines
    [half_year] = [line for line in lines if line.startswith("2019-1 ")]
    assert " 6.012 " in half_year
    assert half_year.count(" %") == 3
    assert "Vergunninghouders in of onder het COA" in lines
    assert any(line.startswith("1 januari 2019") and " 4.600 " in line for line in lines)
    assert "orspelling" not in out
    assert "nan" not in out.lower().split()


def test_results_are_written_and_announced(capsys, tmp_path):
    code, out, _ = call(capsys, "run", "prop-2021", *SHORT, "--out", str(tmp_path / "uit"))
    assert code == 0
    assert out.endswith(f"De resultaten staan in {tmp_path / 'uit'}.\n")
    assert (tmp_path / "uit" / "run.json").exists()


def test_an_unwritable_folder_gives_74_before_anything_runs(capsys, tmp_path):
    (tmp_path / "bestand").write_text("x")
    began = time.perf_counter()
    code, out, err = call(
        capsys, "run", "prop-2021", "--replications", "9999", "--out", str(tmp_path / "bestand" / "uit")
    )
    assert (code, out) == (74, "")
    assert str(tmp_path / "bestand" / "uit") in err
    assert time.perf_counter() - began < 5


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_gives_74():
    with open("/dev/full", "w") as full:
        process = start("list", "levers", "--json", stdout=full)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 74
    assert "de schijf is vol" in err
    assert err.count("\n") == 1


def test_a_reader_that_had_enough_hears_nothing():
    process = start("list", "sources", "--json")
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 0


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_prints_what_is_finished(workers, tmp_path):
    words = ("run", "prop-2021", "--until", "2019-03-01", "--replications", "9000", "--json", "--workers", workers)
    process = start(*words, "--out", str(tmp_path / "uit"), start_new_session=True)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not list(tmp_path.glob(".uit*/parts/households-3.parquet")):
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert err.startswith("Onderbroken na ")
    assert err.count("\n") == 1
    document = json.loads(out)
    assert document["interrupted"] is True
    assert 0 < document["replications"] < 9000
    assert (tmp_path / "uit" / "run.json").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["uit"]


def test_trace_follows_one_household(capsys):
    code, out, err = call(capsys, "trace", "prop-2021", "--household", "3", "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    dates = [event["date"] for event in document["events"]]
    assert dates
    assert dates == sorted(dates)
    text = call(capsys, "trace", "prop-2021", "--household", "3")[1]
    for event in document["events"]:
        assert event["sentence"] in text
    assert "komt aan" in document["events"][0]["sentence"]
    code, out, err = call(capsys, "trace", "prop-2021", "--household", "999999999")
    assert (code, out) == (2, "")
    assert "--household: waarde 999999999 is niet toegestaan; toegestaan is 0 tot en met" in err


def test_percentages_carry_their_sign():
    assert [percent(value) for value in (3.44, -3.44, 0.0, -0.01, None)] == [
        "+3,4 %",
        "−3,4 %",
        "0,0 %",
        "0,0 %",
        "–",
    ]


def test_progress_is_silent_when_piped(capsys):
    with Progress("Doorrekenen") as progress:
        progress(0, 2)
        progress(2, 2)
    assert capsys.readouterr() == ("", "")


def test_progress_shows_on_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with Progress("Doorrekenen") as progress:
        progress(0, 2)
        progress(1, 2)
    out, err = capsys.readouterr()
    assert out == ""
    assert "Doorrekenen" in err


def test_never_more_processes_than_replications():
    assert default_workers(1) == 1
    assert 1 <= default_workers(1000) <= (os.cpu_count() or 1)


def test_a_comparison_leaves_a_page_and_tables(capsys, tmp_path):
    report, out = tmp_path / "verslag.html", tmp_path / "tabellen"
    words = ("compare", "prop-2021", "prop-2021", *SHORT, "--report", str(report), "--out", str(out))
    code, told, err = call(capsys, *words, "--json")
    assert (code, err) == (0, "")
    assert json.loads(told)["replications"] == 2
    assert '<html lang="nl">' in report.read_text(encoding="utf-8")
    assert {"compare.json", "compare.xlsx", "differences.csv", "differences.parquet"} <= {
        path.name for path in out.iterdir()
    }
    code, told, _ = call(capsys, *words, "--language", "en")
    assert code == 0
    assert f"The page is in {report}." in told
    assert "  equal  " in told
    assert "  no clear difference  " not in told
    assert '<html lang="en">' in report.read_text(encoding="utf-8")
    assert "difference B less A" in (out / "differences.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("command", [("run", "prop-2021"), ("compare", "prop-2021", "prop-2021")])
def test_a_page_that_cannot_be_written_is_refused_before_the_run(capsys, tmp_path, command):
    code, out, err = call(capsys, *command, *SHORT, "--report", str(tmp_path / "weg" / "verslag.html"))
    assert (code, out) == (74, "")
    assert "verslag.html" in err
    code, out, err = call(capsys, *command, *SHORT, "--language", "de", "--report", str(tmp_path / "verslag.html"))
    assert (code, out) == (2, "")
    assert "nl of en" in err
    assert list(tmp_path.iterdir()) == []


# --- the language of the reader -------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("--language", "en", "list", "outcomes"), ("list", "outcomes", "--language=en")])
def test_the_language_may_stand_before_and_after_the_command(capsys, words):
    code, out, err = call(capsys, *words)
    assert (code, err) == (0, "")
    assert out.splitlines()[0].split() == ["name", "what", "unit", "better"]
    assert call(capsys, "list", "outcomes")[1].splitlines()[0].split() == ["naam", "wat", "eenheid", "beter"]


def test_the_language_may_come_from_the_environment(capsys, monkeypatch):
    monkeypatch.setenv("DOORSTROOM_LANGUAGE", "en")
    assert call(capsys, "run", "--help")[1].startswith("Usage: doorstroom run SCENARIO [OPTIONS]\n")
    assert call(capsys, "run", "--help", "--language", "nl")[1].startswith(
        "Gebruik: doorstroom run SCENARIO [OPTIES]\n"
    )
    assert call(capsys, "run", "geen")[2].startswith("geen: unknown scenario 'geen'")
    assert (
        call(capsys, "run", "prop-2021", "--oeps")[2]
        == "doorstroom run: unknown option --oeps; see doorstroom run --help.\n"
    )
    monkeypatch.setenv("DOORSTROOM_LANGUAGE", "fr")
    code, out, err = call(capsys, "list", "outcomes")
    assert (code, out) == (2, "")
    assert err == "DOORSTROOM_LANGUAGE: waarde 'fr' is niet toegestaan; toegestaan is nl of en.\n"


def test_every_document_says_what_it_is_made_with(capsys):
    both = ("prop-2021", "geen-evacuatie")
    for words in (
        ("run", "prop-2021", *SHORT),
        ("compare", *both, *SHORT),
        ("why", *both, *SHORT),
        ("trace", "prop-2021", "--household", "3", "--seed", "5"),
        ("trace", *both[:1], "--against", both[1], "--top", "1", "--seed", "5"),
        ("trace", *both[:1], "--against", both[1], "--household", "3", "--seed", "5"),
    ):
        document = json.loads(call(capsys, *words, "--json", "--language", "en")[1])
        assert document["language"] == "en", words
        assert document["version"] and document["settings"] and document["seed"] is not None, words
        count = document.get("replications", document.get("replication"))
        assert count, words
        assert {"model_version", "inputs"} <= set(document), words
        settings = document["settings"]
        for one in settings if isinstance(settings, list) else [settings] if "seed" in settings else settings.values():
            assert (one["seed"], one["replications"]) == (document["seed"], count), words
            assert all(one[key] == document.get(key, one[key]) for key in ("from", "until")), words
