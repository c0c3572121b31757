"""The Dockerfile, played back without a container engine: what it copies is there, what it runs works.

What is left out: the base image, its Python, and everything that an engine does itself (layers, users of the image,
a truly read-only root). Folders of the image become folders below a new one, and what is installed there is made
read-only for the user of the container.
"""

import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from ordinary_user import GROUP, USER, as_user, given_to_the_user, written_by_the_user

ROOT = Path(__file__).resolve().parents[2]
#: Folders of the image in the steps of the Dockerfile.
PLACES = ("/source", "/build", "/opt/doorstroom", "/wheels", "/cache")

pytestmark = pytest.mark.xdist_group("install")


def steps():
    """The instructions of the Dockerfile, in order: (stage, instruction, rest)."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    found, stage = [], -1
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        if line.strip():
            word, rest = line.split(None, 1)
            stage += word == "FROM"
            found.append((stage, word, rest))
    return found


def last(word):
    return [rest for _, found, rest in steps() if found == word][-1]


def environment_of_the_image():
    return dict(pair.split("=", 1) for pair in shlex.split(last("ENV")))


def health_check():
    return json.loads(last("HEALTHCHECK").split("CMD", 1)[1])


def is_ignored(name):
    """Whether .dockerignore keeps a file at the top of the repository away from the build."""
    ignored = False
    for rule in (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n"):
        if rule and not rule.startswith(("#", "**")) and fnmatch.fnmatch(name, rule.lstrip("!")):
            ignored = not rule.startswith("!")
    return ignored


def test_everything_copied_is_there_and_reaches_the_build():
    copied = [rest.split()[:-1] for stage, word, rest in steps() if word == "COPY" and stage == 0]
    names = [name for sources in copied for name in sources]
    assert {"requirements-app.lock", "pyproject.toml", "app.py", "sim", "app_pages"} <= {*names}
    assert [name for name in names if not (ROOT / name).exists() or is_ignored(name)] == []
    assert [name for name in ("tests", ".git", ".venv", "e2e") if not is_ignored(name)] == []


def test_packages_come_from_a_lock_with_hashes_only():
    installs = [part for _, word, rest in steps() if word == "RUN" for part in rest.split("&&") if "pip" in part]
    fetched = [part for part in installs if "--no-index" not in part and "uninstall" not in part]
    assert len(fetched) == 2
    assert all("--require-hashes" in part and "--no-deps" in part for part in fetched)
    assert not [rest for _, word, rest in steps() if word == "ADD" or ("http" in rest and word == "RUN")]


def test_an_ordinary_user_runs_one_command_that_answers_the_health_check():
    assert last("USER") == f"{USER}:{GROUP}"
    after_user = [word for stage, word, _ in steps() if stage == 1]
    assert "RUN" not in after_user[after_user.index("USER") :]
    command = json.loads(last("CMD"))
    assert command[:2] == ["doorstroom", "app"]
    assert command[command.index("--host") + 1] == "0.0.0.0"
    port = command[command.index("--port") + 1]
    assert last("EXPOSE") == port
    assert f"127.0.0.1:{port}/" in health_check()[-1]
    environment = environment_of_the_image()
    assert environment["HOME"] == environment["XDG_CACHE_HOME"] == last("VOLUME") == "/cache"


def serve(environment_folder, cache, read_start_page):
    """Start CMD as the image does, and wait for HEALTHCHECK; returns what was said when it does not come."""
    environment = environment_of_the_image() | {"HOME": str(cache), "XDG_CACHE_HOME": str(cache)}
    environment["DOORSTROOM_PROXY"] = "127.0.0.1"
    environment["PATH"] = f"{environment_folder / 'bin'}:{environment['PATH']}"
    port = str(20_000 + os.getpid() % 10_000)
    command = [port if word == last("EXPOSE") else word for word in json.loads(last("CMD"))]
    check = [word.replace(last("EXPOSE"), port) for word in health_check()]
    app = subprocess.Popen(
        as_user(*command), cwd="/", env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    healthy = False
    try:
        until = time.monotonic() + 90
        while not healthy and app.poll() is None and time.monotonic() < until:
            time.sleep(0.5)
            checked = subprocess.run(as_user(*check), cwd="/", env=environment, capture_output=True, check=False)
            healthy = checked.returncode == 0
        if healthy:
            assert "De prop van 2021" in read_start_page(int(port))
    finally:
        app.terminate()
        said, _ = app.communicate(timeout=10)  # an engine kills what has not stopped by then
    assert healthy, said


def read_only(folder):
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)


def test_the_command_runs_as_that_user_on_a_read_only_environment(installed, read_start_page):
    base = Path(tempfile.mkdtemp(prefix="doorstroom-container-"))
    base.chmod(0o755)
    try:
        shutil.copytree(installed.folder, base / "environment", symlinks=True)
        script = base / "environment" / "bin" / "doorstroom"
        script.write_text(script.read_text().replace(str(installed.folder), str(base / "environment")))
        read_only(base / "environment")
        cache = given_to_the_user(base / "cache")
        assert written_by_the_user(base / "environment") == []
        serve(base / "environment", cache, read_start_page)
        assert {path.relative_to(cache).parts[0] for path in cache.rglob("*")} <= {"doorstroom", ".cache"}
        assert (cache / "doorstroom").is_dir()
    finally:
        subprocess.run(["chmod", "-R", "u+w", base], check=True)
        shutil.rmtree(base)


@pytest.mark.full
def test_every_step_of_the_build_runs(read_start_page):
    """RUN and COPY of the first stage, with the folders of the image below a new one; installs from the lock."""
    base = Path(tempfile.mkdtemp(prefix="doorstroom-image-"))
    base.chmod(0o755)

    def below(text):
        return re.sub(
            "|".join(rf"(?<![\w.]){place}(?![\w])" for place in PLACES), lambda found: f"{base}{found[0]}", text
        )

    try:
        here = base / "source"
        here.mkdir()
        for stage, word, rest in steps():
            if stage == 0 and word == "COPY":
                *sources, target = rest.split()
                for name in sources:
                    if (ROOT / name).is_dir():
                        shutil.copytree(ROOT / name, here / target, ignore=shutil.ignore_patterns("__pycache__"))
                    else:
                        shutil.copy(ROOT / name, here / target)
            elif stage == 0 and word == "RUN":
                done = subprocess.run(["sh", "-ec", below(rest)], cwd=here, capture_output=True, text=True, check=False)
                assert done.returncode == 0, f"{rest}\n{done.stdout}\n{done.stderr}"
        environment = base / "opt" / "doorstroom"
        assert not (environment / "bin" / "pytest").exists()
        assert not list(environment.glob("lib/python*/site-packages/pip"))
        cache = given_to_the_user(base / "cache")
        serve(environment, cache, read_start_page)
    finally:
        shutil.rmtree(base)
