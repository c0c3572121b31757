"""Compiled code lies in the user's cache, in a folder that nobody else can write in, whole, or nowhere."""

import errno
import itertools
import os
import pickle
import random
import shutil
import stat
import subprocess
import sys
import time
import types
from pathlib import Path

import numpy as np
import pytest

from cli_pages import app as app_page
from cli_pages import language as of_commands
from sim import compiled, kernel_store
from sim.cache_folder import cache_folder, make_private, make_room
from sim.files import lock

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "import sim.kernel_store as store; print(store.FOLDER)"
COMPILES = """
from sim import compiled, kernel_store
import numpy

@compiled.kernel
def twice(numbers):
    numbers *= 2

numbers = numpy.ones(3)
twice(numbers)
print(numbers.sum(), kernel_store.FOLDER)
"""


def python(code, **environment):
    clean = {name: value for name, value in os.environ.items() if name not in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd="/", env=clean | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def test_the_cache_is_of_the_user(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "doorstroom"
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for relative in ("", "cache", "./cache"):
        monkeypatch.setenv("XDG_CACHE_HOME", relative)
        assert cache_folder() == tmp_path / "home" / ".cache" / "doorstroom"


def test_a_private_folder_is_made_for_one_user(tmp_path):
    folder = tmp_path / "above" / "private"
    assert make_private(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert make_private(folder)


@pytest.mark.parametrize("mode", [0o770, 0o777, 0o702])
def test_a_folder_that_others_may_write_in_is_refused(tmp_path, mode):
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(mode)
    assert not make_private(folder)


def test_a_folder_of_somebody_else_is_refused(tmp_path, monkeypatch):
    assert make_private(tmp_path / "mine")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert not make_private(tmp_path / "mine")


def test_a_link_or_a_file_is_no_folder(tmp_path):
    (tmp_path / "there").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "there")
    (tmp_path / "file").touch()
    assert not make_private(tmp_path / "link")
    assert not make_private(tmp_path / "file")
    assert not make_private(tmp_path / "file" / "below")


def test_the_fingerprint_is_in_the_path_wherever_it_lies(tmp_path):
    usual = Path(python(FOLDER, XDG_CACHE_HOME=str(tmp_path)))
    chosen = Path(python(FOLDER, NUMBA_CACHE_DIR=str(tmp_path / "chosen")))
    assert usual.parent == tmp_path / "doorstroom" / "kernels"
    assert chosen.parent == tmp_path / "chosen"
    assert usual.name == chosen.name
    assert len(usual.name) == 16


def test_without_a_folder_kernels_run_and_nothing_is_kept(tmp_path):
    (tmp_path / "file").touch()
    assert python(COMPILES, XDG_CACHE_HOME=str(tmp_path / "file")) == "6.0 None"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("what", ["unsafe", "damaged"])
def test_the_command_says_in_one_line_what_is_wrong_with_compiled_code(tmp_path, what):
    kept = Path(python(FOLDER, XDG_CACHE_HOME=str(tmp_path / what)))
    if what == "unsafe":
        kept.chmod(0o777)
    else:
        (kept / f"x{kernel_store.SUFFIX}").touch()
        (kept / "compiled").touch()
    environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / what)}
    environment.pop("NUMBA_CACHE_DIR", None)
    words = ("app", "--port", "x")  # refused before anything is loaded that compiles
    done = subprocess.run(
        [sys.executable, "-m", "cli", *words], env=environment, capture_output=True, text=True, check=False
    )
    about_code, about_port = done.stderr.splitlines()
    assert str(kept) in about_code
    assert "--port" in about_port
    assert [*kept.iterdir()] == []  # also the mark that a whole run is there


# --- one kernel, kept in a folder of the test -----------------------------------------------------------------------


@pytest.fixture
def store(monkeypatch, tmp_path):
    """A folder for compiled code of this test only."""
    folder = tmp_path / "kernels"
    assert make_private(folder)
    monkeypatch.setattr(kernel_store, "FOLDER", folder)
    monkeypatch.setattr(kernel_store._Trouble, "reason", None)
    for room in ("sim", "tests"):
        monkeypatch.setitem(sys.modules, f"{room}.trial", types.ModuleType(f"{room}.trial"))
    return folder


def result_of(factor=2, name="times", room="sim"):
    """What a kernel gives that is compiled now, or found: a new one each time, known by its name."""

    def times(numbers, factor):
        numbers *= factor

    times.__qualname__, times.__module__ = name, f"{room}.trial"
    numbers = np.ones(3)
    compiled.kernel(times)(numbers, factor)
    return numbers.sum()


def files(folder):
    return sorted(path.name for path in folder.iterdir())


class Planted:
    """Leaves a file where it is unpickled."""

    def __init__(self, place):
        self.place = place

    def __reduce__(self):
        return (Path.touch, (self.place,))


def test_what_is_kept_is_found_and_only_of_the_rooms_in_the_fingerprint(store, monkeypatch):
    assert result_of(room="tests") == 6
    assert files(store) == []
    assert result_of() == 6
    (kept,) = store.iterdir()
    assert kept.suffix == kernel_store.SUFFIX
    monkeypatch.setattr("numba.core.compiler.compile_extra", None)  # nothing can be compiled any more
    assert result_of(factor=5) == 15
    assert kernel_store.remove_damaged(0.0) == 0


def test_a_damaged_file_is_never_unpickled_and_compiled_anew(store, tmp_path):
    assert result_of() == result_of(name="other") == 6
    first, second = sorted(store.iterdir())
    whole, rng, planted = first.read_bytes(), random.Random(5), tmp_path / "planted"
    flipped = bytearray(whole)
    flipped[rng.randrange(len(whole))] ^= 1 << rng.randrange(8)
    damages = [
        *(whole[: rng.randrange(len(whole))] for _ in range(4)), b"", bytes(len(whole)), bytes(flipped), whole + b"0",
        second.read_bytes(), pickle.dumps(Planted(planted)), whole[:32] + pickle.dumps(Planted(planted)),
    ]  # fmt: skip
    for damage in damages:
        first.write_bytes(damage)
        (store / "compiled").touch()
        assert kernel_store.load_kernel("none") is None
        assert result_of() == result_of(name="other") == 6
        assert kernel_store._whole(first) is not None  # written anew
        first.write_bytes(damage)
        assert kernel_store.remove_damaged(0.0) == 1
        assert files(store) == [second.name]
    assert not planted.exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_what_cannot_be_written_runs_and_is_told_in_one_line(store, monkeypatch, capsys, number):
    tries = itertools.count()

    def refused(*_, **__):
        next(tries)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refused)
    assert result_of() == result_of(name="other") == 6
    kernel_store.remember_compiled()
    assert files(store) == []
    assert next(tries) == 1  # no second try
    lines = []
    for language in ("en", "nl"):  # what comes after in this process speaks Dutch again
        of_commands._current.set(language)
        app_page.print_why_not_kept()
        lines += capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert all(str(store) in line for line in lines)
    assert number != errno.ENOSPC or ("disk is full" in lines[0] and "schijf is vol" in lines[1])


def test_a_folder_that_goes_away_or_holds_something_else_breaks_no_run(store):
    assert result_of() == 6
    (kept,) = store.iterdir()
    kept.unlink()
    kept.mkdir()
    assert result_of() == 6
    assert kernel_store.remove_damaged(0.0) == 1
    shutil.rmtree(store)
    assert result_of() == 6
    assert kernel_store.remove_damaged(0.0) == 0


# --- room ---------------------------------------------------------------------------------------------------------


def aged(path, hours, size=4096):
    """A file, or a folder with one, that was used so many hours ago."""
    file = path / "part" if path.suffix == "" else path
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(bytes(size))
    moment = time.time() - hours * 3600
    os.utime(path, (moment, moment))
    return path


def test_what_was_used_longest_ago_makes_room_outdated_first_and_never_what_is_in_use(tmp_path):
    held, *paths = [aged(tmp_path / f"{hours}.job", hours) for hours in (90, 80, 70, 60, 50, 0.5)]
    older = [aged(tmp_path / f"{hours}.old", hours) for hours in (2, 0.2)]
    handle = os.open(held, os.O_RDONLY)
    assert lock(handle, shared=True)
    make_room([held, *paths, *older], 5 * 4096, 1e9, lambda path: path.suffix == ".old")
    assert files(tmp_path) == sorted(["90.job", "60.job", "50.job", "0.5.job", "0.2.old"])
    make_room([held, *paths, *older], 5 * 4096, 55 * 3600.0)
    assert files(tmp_path) == sorted(["90.job", "50.job", "0.5.job", "0.2.old"])
    os.close(handle)
    make_room([held, *paths, *older], 0, 1e9)
    assert files(tmp_path) == sorted(["0.5.job", "0.2.old"])


def test_compiled_code_of_other_source_goes_and_nothing_else_does(store, monkeypatch):
    own = store.rename(store.parent / ("0" * 16))
    monkeypatch.setattr(kernel_store, "FOLDER", own)
    monkeypatch.setattr(kernel_store, "MOST_BYTES", 20_000)
    gone = [aged(store.parent / (name * 16), hours, 50_000) for name, hours in (("a", 9), ("b", 8), ("c", 24 * 31))]
    stays = [
        aged(store.parent / "d" / "", 900),
        aged(store.parent / ("e" * 16), 0.5),
        aged(store.parent / ("f" * 16), 10),
    ]
    in_use = kernel_store._use(stays[-1])  # by a process of that source
    os.utime(stays[-1], (1, 1))
    kernel_store.remember_compiled()
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in (own, *stays))
    os.close(in_use)
    aged(gone[0], 900)
    kernel_store.remember_compiled()  # looks only when there is something new
    assert gone[0].exists() and stays[-1].exists()


# --- where it lies --------------------------------------------------------------------------------------------------


def test_what_a_killed_process_was_writing_goes(store):
    (store / ".x.kernel.1.tmp").touch()
    assert kernel_store.remove_damaged(0.0) == 0
    assert files(store) == [".x.kernel.1.tmp"]
    assert kernel_store.remove_damaged(2.0**40) == 0
    assert files(store) == []


def test_other_source_options_libraries_and_processor_have_another_folder(tmp_path, monkeypatch):
    for room in kernel_store.ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    found = [kernel_store._source_fingerprint(tmp_path), kernel_store._source_fingerprint(ROOT)]
    assert len(set(found)) == 1
    assert found[0] == kernel_store._source_fingerprint(ROOT)
    option = tmp_path / "sim" / "compiled.py"
    option.write_text(option.read_text(encoding="utf-8").replace("_nrt=False", "fastmath=True"), encoding="utf-8")
    found.append(kernel_store._source_fingerprint(tmp_path))
    others = [
        *((kernel_store, "version", lambda name, other=other: "0" if name == other else "1")
          for other in ("numba", "llvmlite", "numpy", "none")),
        (sys, "version", "3.99"),
        (kernel_store.platform, "machine", lambda: "other"),
        (kernel_store, "_processor", lambda: [b"other"]),
    ]  # fmt: skip
    for place, name, value in others:
        with monkeypatch.context() as patch:
            patch.setattr(place, name, value)
            found.append(kernel_store._source_fingerprint(ROOT))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert kernel_store._source_fingerprint(ROOT) == found[0]
    for name in ("NUMBA_OPT", "NUMBA_CPU_NAME", "NUMBA_BOUNDSCHECK"):
        monkeypatch.setenv(name, "1")
        found.append(kernel_store._source_fingerprint(ROOT))
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".numba_config.yaml").write_text("opt: 0\n", encoding="utf-8")
    found.append(kernel_store._source_fingerprint(ROOT))
    assert len(set(found)) == len(found) - 1


@pytest.mark.parametrize(("mode", "safe"), [(0o755, True), (0o1777, True), (0o777, False), (0o757, False)])
def test_a_folder_below_one_in_which_others_may_put_another_is_refused(tmp_path, mode, safe):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(mode)
    assert make_private(shared / "kernels") is safe
    assert make_private(shared / "below" / "kernels") is safe
