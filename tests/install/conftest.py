"""The wheel as somebody else gets it: built from a copy of the sources, installed in an environment of its own."""

import asyncio
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.visitors import Visitor

ROOT = Path(__file__).resolve().parents[2]
#: What a wheel is made of; tests, documents and this repository's own tools are not.
SOURCES = ("app_pages", "cli_pages", "experiments", "models", "sim")
SOURCE_FILES = ("app.py", "cli.py", "pyproject.toml", "README.md", "LICENSE")


def checked(*command, **named):
    """Run a command; a failure shows what it said."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **named)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel, outside the checkout, and a home that was empty."""

    folder: Path
    home: Path
    elsewhere: Path

    @property
    def python(self):
        return self.folder / "bin" / "python"

    @property
    def doorstroom(self):
        return self.folder / "bin" / "doorstroom"

    def environment(self):
        """What a process of this environment sees: nothing of the checkout, nothing of whoever runs the tests."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8"}

    def files(self):
        """Every file of the environment, with its size and time."""
        return {
            path.relative_to(self.folder).as_posix(): (path.lstat().st_size, path.lstat().st_mtime_ns)
            for path in self.folder.rglob("*")
            if not path.is_dir()
        }


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel, built with the locked build tools from a copy of what it is made of."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in SOURCE_FILES:
        shutil.copy(ROOT / name, source / name)
    checked(sys.executable, "-m", "pip", "wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", out,
            source)  # fmt: skip
    (made,) = out.iterdir()
    return made


@pytest.fixture(
    scope="session", params=["borrowed", pytest.param("empty", marks=pytest.mark.full)], ids=lambda kind: kind
)
def installed(request, wheel):
    """The wheel in a new environment.

    `borrowed`: only the wheel is installed; the packages it needs are read where the tests have them, which saves a
    minute. `empty`: all of them are installed from the lock, with hashes, and nothing else is there.
    """
    # Not in the folder of pytest, which nobody else may enter: the container test runs as another user.
    with tempfile.TemporaryDirectory(prefix="doorstroom-install-") as base:
        Path(base).chmod(0o755)
        yield install(wheel, Path(base), request.param)


def install(wheel, base, kind):
    """The wheel in a new environment below a folder."""
    place = Installed(base / "environment", base / "home", base / "elsewhere")
    place.home.mkdir()
    place.elsewhere.mkdir()
    checked(sys.executable, "-m", "venv", "--without-pip", place.folder)
    pip = (sys.executable, "-m", "pip", "--python", place.python, "--disable-pip-version-check", "install", "--no-deps")
    if kind == "borrowed":
        packages = Path(checked(place.python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
        (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    else:
        checked(*pip, "--require-hashes", "--requirement", ROOT / "requirements-app.lock")
    checked(*pip, "--no-index", wheel)
    return place


@pytest.fixture(scope="session")
def read_start_page():
    """Reads what a visitor of the app at a port sees on the start page, over the web socket as a browser does."""

    async def read(port):
        visitor = Visitor(port, "", {})
        await asyncio.wait_for(visitor.come(), 60)
        await visitor.go()
        return visitor.text()

    return lambda port: asyncio.run(read(port))
