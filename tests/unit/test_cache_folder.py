"""Compiled code lies in the user's cache, in a folder that nobody else can write in, or nowhere."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cache_folder import cache_folder, make_private

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "import sim.kernel_store as store; print(store.FOLDER)"
COMPILES = """
from sim import compiled
import numpy

@compiled.kernel
def twice(numbers):
    numbers *= 2

numbers = numpy.ones(3)
twice(numbers)
print(numbers.sum(), compiled.FOLDER)
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


def test_the_command_says_in_one_line_that_nothing_is_kept(tmp_path):
    (tmp_path / "file").touch()
    words = ("run", "no-such-scenario")  # refused before anything is compiled
    said = {}
    for place in ("file", "folder"):
        environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / place)}
        environment.pop("NUMBA_CACHE_DIR", None)
        done = subprocess.run(
            [sys.executable, "-m", "cli", *words], env=environment, capture_output=True, text=True, check=False
        )
        said[place] = done.stderr.splitlines()
    assert said["folder"] == said["file"][1:]
    assert str(tmp_path / "file" / "doorstroom" / "kernels") in said["file"][0]
