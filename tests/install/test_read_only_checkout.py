"""`make run` for whoever may read the sources and write nothing beside them."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from ordinary_user import as_user, given_to_the_user, written_by_the_user

ROOT = Path(__file__).resolve().parents[2]
#: What is in a checkout and no part of it.
MADE = shutil.ignore_patterns(
    ".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "*.egg-info", "node_modules", "build", "dist", "uitkomst"
)

pytestmark = pytest.mark.xdist_group("install")


@pytest.fixture
def checkout():
    """A copy of the sources that nobody may write in, and a home of whoever uses it."""
    # Not in the folder of pytest, which nobody else may enter.
    base = Path(tempfile.mkdtemp(prefix="doorstroom-read-only-"))
    base.chmod(0o755)
    try:
        shutil.copytree(ROOT, base / "checkout", ignore=MADE)
        subprocess.run(["chmod", "-R", "a+rX,a-w", base / "checkout"], check=True)
        yield base / "checkout", given_to_the_user(base / "home")
    finally:
        subprocess.run(["chmod", "-R", "u+w", base], check=True)
        shutil.rmtree(base)


def make(checkout, home, *words):
    left_out = ("XDG_CACHE_HOME", "NUMBA_CACHE_DIR", "PYTHONPATH", "VIRTUAL_ENV", "MAKEFLAGS", "VENV")
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    return subprocess.run(
        as_user("make", f"PYTHON={sys.executable}", *words), cwd=checkout, env=environment | {"HOME": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_environment_comes_where_the_user_may_write(checkout):
    sources, home = checkout
    assert written_by_the_user(sources) == []
    told = make(sources, home, "--dry-run", "run")
    assert told.returncode == 0, told.stderr
    (command,) = (word for word in told.stdout.split() if word.endswith("/bin/doorstroom"))
    assert command.startswith(f"{home}/.cache/doorstroom-environments/")


@pytest.mark.full
def test_make_run_works(checkout):
    sources, home = checkout
    before = {path: path.lstat().st_mtime_ns for path in sources.rglob("*")}
    run = make(sources, home, "run")
    assert run.returncode == 0, run.stderr
    assert "doorstroom-environments" in run.stderr
    assert "De prop van 2021" in run.stdout
    again = make(sources, home, "run")
    assert (again.returncode, again.stdout) == (0, run.stdout), again.stderr
    assert "Omgeving maken" not in again.stderr
    assert {path: path.lstat().st_mtime_ns for path in sources.rglob("*")} == before
