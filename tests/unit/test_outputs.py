"""What a command writes never takes the place of something that is not ours, and nothing is left behind for ever."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

import cli
from cli_pages.command import app
from experiments.storage.files import MADE_HERE, Output
from experiments.storage.folders import PART
from experiments.storage.leftovers import clear_leftovers
from sim.errors import CannotWrite
from sim.files import atomic_file, hold

ROOT = Path(cli.__file__).parent
SHORT = ("--until", "2019-03-01", "--replications", "2", "--workers", "1")
PAGE = MADE_HERE.decode() + '">oud'

posix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs devices, pipes and signals")


def call(capsys, *words):
    """Run the command in this process: (exit code, stderr)."""
    with pytest.raises(SystemExit) as left:
        app(list(words), prog_name="doorstroom")
    return left.value.code, capsys.readouterr().err


def a_scenario(folder):
    path = folder / "s.yaml"
    path.write_text((ROOT / "experiments" / "scenarios" / "prop-2021.yaml").read_text(encoding="utf-8"))
    return path


def commands(folder):
    """Every command that writes a file, as a function of the place to write, and whether it takes a scenario file."""
    file = str(a_scenario(folder))
    return {
        "run": (("run", file, *SHORT, "--report"), True),
        "compare": (("compare", file, "prop-2021", *SHORT, "--report"), True),
        "check": (("check", file, "--upgrade"), True),
        "backtest": (("backtest", "prop-2021", "--kept", "--html"), False),
    }


NAMES = ("run", "compare", "check", "backtest")


@posix
@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_regular_file_is_refused_and_left(tmp_path, capsys, name):
    os.mkfifo(tmp_path / "pijp")
    kinds = {"pijp": stat.S_ISFIFO}
    try:
        os.mknod(tmp_path / "nul", 0o666 | stat.S_IFCHR, os.makedev(1, 3))  # a null device of our own, to be lost
        kinds["nul"] = stat.S_ISCHR
    except (PermissionError, AttributeError):  # only root makes devices; the pipe goes the same way
        pass
    (tmp_path / "naar-pijp").symlink_to("pijp")
    words, _ = commands(tmp_path)[name]
    for target in [*kinds, "naar-pijp"]:
        code, err = call(capsys, *words, str(tmp_path / target))
        assert (code, err.count("\n")) == (74, 1), err
        assert "geen gewoon bestand" in err
    for target, is_kind in kinds.items():
        assert is_kind((tmp_path / target).lstat().st_mode), target
    assert (tmp_path / "naar-pijp").is_symlink()


@pytest.mark.parametrize("force", [(), ("--force",)])
@pytest.mark.parametrize("name", ["run", "compare", "check"])
def test_an_input_is_never_replaced(tmp_path, capsys, name, force):
    words, _ = commands(tmp_path)[name]
    before = (tmp_path / "s.yaml").read_bytes()
    (tmp_path / "ook-s.yaml").symlink_to("s.yaml")
    os.link(tmp_path / "s.yaml", tmp_path / "nog-eens.yaml")
    for target in ("s.yaml", "ook-s.yaml", "nog-eens.yaml"):
        code, err = call(capsys, *words, str(tmp_path / target), *force)
        assert (code, err.count("\n")) == (74, 1), err
        assert "invoer van dezelfde opdracht" in err
    assert (tmp_path / "s.yaml").read_bytes() == before


@pytest.mark.parametrize("name", ["check", "backtest"])
def test_a_file_of_somebody_else_asks_for_force(tmp_path, capsys, name):
    words, _ = commands(tmp_path)[name]
    target = tmp_path / "brief.txt"
    target.write_text("van de gebruiker")
    code, err = call(capsys, *words, str(target))
    assert (code, err.count("\n")) == (74, 1), err
    assert "--force" in err
    assert target.read_text() == "van de gebruiker"
    code, err = call(capsys, *words, str(target), "--force")
    assert code == 0, err
    assert target.read_text() != "van de gebruiker"


def test_a_file_of_somebody_else_is_refused_before_the_run(tmp_path):
    target = tmp_path / "brief.txt"
    target.write_text("van de gebruiker")
    with pytest.raises(CannotWrite):
        Output(str(target))
    Output(str(target), force=True)
    Output(str(tmp_path / "nieuw.html"))
    (tmp_path / "leeg.html").touch()
    Output(str(tmp_path / "leeg.html"))


def test_a_page_of_ours_is_replaced_and_keeps_its_mode_and_its_links(tmp_path):
    page, link = tmp_path / "blad.html", tmp_path / "laatste.html"
    page.write_text(PAGE)
    page.chmod(0o640)
    link.symlink_to(page)
    Output(str(link)).write(PAGE.replace("oud", "nieuw"))
    assert link.is_symlink()
    assert page.read_text().endswith("nieuw")
    assert stat.S_IMODE(page.stat().st_mode) == 0o640


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="only root gives files away")
def test_a_file_keeps_its_owner(tmp_path):
    path = tmp_path / "blad.html"
    path.write_text(PAGE)
    os.chown(path, 12345, 23456)
    with atomic_file(path) as stream:
        stream.write(b"nieuw")
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 23456)


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 0)() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_changed_is_not_replaced(tmp_path):
    path = tmp_path / "blad.html"
    path.write_text(PAGE)
    path.chmod(0o444)
    with pytest.raises(CannotWrite):
        Output(str(path))


def test_the_report_says_that_it_is_ours(tmp_path, capsys):
    words = ("run", "prop-2021", *SHORT, "--report", str(tmp_path / "blad.html"))
    assert call(capsys, *words) == (0, "")
    first = (tmp_path / "blad.html").read_bytes()
    assert call(capsys, *words) == (0, "")
    assert (tmp_path / "blad.html").read_bytes() == first


# ---- a part never takes the place of a whole --------------------------------------------------


def start(*words):
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # tests that were started to outlive it would hand that on
    try:
        return subprocess.Popen(
            [sys.executable, str(ROOT / "cli.py"), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            start_new_session=True,
        )
    finally:
        signal.signal(signal.SIGHUP, before)


def wait_for(folder, pattern):
    deadline = time.monotonic() + 90
    while not list(folder.glob(pattern)):
        assert time.monotonic() < deadline, pattern
        time.sleep(0.05)


@posix
@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_stopped_leaves_the_earlier_result_and_stands_beside_it(tmp_path, capsys, kind):
    out = tmp_path / "uit"
    assert call(capsys, "run", "prop-2021", *SHORT, "--out", str(out))[0] == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    words = ("run", "prop-2021", "--until", "2019-03-01", "--replications", "9000", "--workers", "1", "--out", str(out))
    process = start(*words)
    wait_for(tmp_path, ".uit*/parts/households-3.parquet")
    process.send_signal(kind)
    shown, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    part = json.loads((tmp_path / f"uit{PART}" / "run.json").read_text())
    assert part["interrupted"] is True
    assert f"uit{PART}" in shown
    assert sorted(path.name for path in tmp_path.iterdir()) == ["uit", f"uit{PART}"]


@posix
def test_what_a_killed_run_left_is_gone_after_the_next(tmp_path, capsys, monkeypatch):
    out = tmp_path / "uit"
    words = ("run", "prop-2021", "--until", "2019-03-01", "--replications", "9000", "--workers", "1", "--out", str(out))
    process = start(*words)
    wait_for(tmp_path, ".uit*/parts/households-1.parquet")
    process.kill()
    process.communicate(timeout=60)
    (left,) = tmp_path.glob(".uit.*.tmp")
    assert call(capsys, "run", "prop-2021", *SHORT, "--out", str(out))[0] == 0
    assert left.exists()  # so young that its maker may only just have begun
    monkeypatch.setattr("experiments.storage.leftovers._YOUNG_SECONDS", -1.0)
    assert call(capsys, "run", "prop-2021", *SHORT, "--out", str(out))[0] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["uit"]


@posix
def test_leftovers_are_told_from_what_is_being_made(tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.storage.leftovers._YOUNG_SECONDS", -1.0)
    target = tmp_path / "uit"
    being_made, left, file = (tmp_path / f".uit.{name}.tmp" for name in ("aaaaaaaa", "bbbbbbbb", "cccccccc"))
    for folder in (being_made, left):
        (folder / "parts").mkdir(parents=True)
    file.write_text("half")
    others = [tmp_path / ".uit.mine.tmp", tmp_path / ".uit.aaaaaaaaa.tmp", tmp_path / ".ander.aaaaaaaa.tmp"]
    for other in others:
        other.write_text("van de gebruiker")
    (tmp_path / ".uit.dddddddd.tmp").symlink_to(others[0])
    handle = hold(being_made)
    clear_leftovers(target)
    os.close(handle)
    assert being_made.exists()
    assert not left.exists()
    assert not file.exists()
    assert all(other.read_text() == "van de gebruiker" for other in others)
    assert (tmp_path / ".uit.dddddddd.tmp").is_symlink()


@posix
def test_a_result_that_had_stepped_aside_comes_back(tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.storage.leftovers._YOUNG_SECONDS", -1.0)
    aside, target = tmp_path / ".uit.aaaaaaaa.old", tmp_path / "uit"
    aside.mkdir()
    (aside / "run.json").write_text("{}")
    clear_leftovers(target)
    assert (target / "run.json").read_text() == "{}"
    shutil.copytree(target, aside)
    clear_leftovers(target)
    assert not aside.exists()


# ---- Ctrl-C at any moment ---------------------------------------------------------------------


def wait_for_command(pid):
    """Until a process is ours: before that Python itself is starting, and answers Ctrl-C in its own way."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        if int(status["SigBlk"], 16) >> (signal.SIGINT - 1) & 1:
            return
        time.sleep(0.002)
    raise AssertionError("it never held Ctrl-C back")


@posix
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks the system what a process holds back")
@pytest.mark.parametrize("after_seconds", [0.0, 0.3, 0.6, 0.9, 1.2, 1.5, 1.8])
def test_ctrl_c_in_the_first_seconds_gives_one_line(after_seconds):
    process = start("run", "prop-2021", "--replications", "400", "--workers", "2")
    wait_for_command(process.pid)
    time.sleep(after_seconds)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    # Python ends by the signal itself when that came while a class was being made; a shell sees 130 both times.
    assert process.returncode in (130, -signal.SIGINT), err
    assert "Traceback" not in err
    assert err.replace("\r", "\n").strip().splitlines()[-1].startswith("Onderbroken")


INTERRUPTED_WHILE_TIDYING_UP = """
import os, signal, sys
import cli, cli_pages.command as command

def interrupt_when_a_module_was_loaded(frame, event, _):
    if event == "call" and frame.f_code.co_name == "cb" and "importlib" in frame.f_code.co_filename:
        sys.setprofile(None)
        os.kill(os.getpid(), signal.SIGINT)

started = command.SentenceGroup.invoke
def invoke(self, context):
    sys.setprofile(interrupt_when_a_module_was_loaded)
    return started(self, context)

command.SentenceGroup.invoke = invoke
sys.argv = ["doorstroom", "run", "prop-2021", "--replications", "40", "--workers", "1"]
cli.main()
"""


INTERRUPTED_WHILE_A_CLASS_IS_MADE = """
import os, signal, sys
import cli, cli_pages.command as command

class Interrupts:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), signal.SIGINT)

started = command.SentenceGroup.invoke
def invoke(self, context):
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    type("Made", (), {"attribute": Interrupts()})
    return started(self, context)

command.SentenceGroup.invoke = invoke
sys.argv = ["doorstroom", "lists"]
cli.main()
"""


def ended(script):
    """How a script that interrupts itself comes to its end."""
    command = [sys.executable, "-c", script]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)


@posix
def test_ctrl_c_while_a_class_is_made_gives_one_line():
    """Python 3.11 turns what is raised there into a RuntimeError."""
    done = ended(INTERRUPTED_WHILE_A_CLASS_IS_MADE)
    assert (done.returncode, done.stderr.strip().splitlines()[-1][:11]) == (130, "Onderbroken"), done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_is_heard_where_python_can_raise_nothing():
    """In what Python does after loading a module an exception is printed, and lost."""
    done = ended(INTERRUPTED_WHILE_TIDYING_UP)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    assert done.stderr.strip().startswith("Onderbroken")
