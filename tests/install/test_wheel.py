"""What is installed from the wheel runs in any folder, without the sources, and writes in the user's cache only."""

import base64
import contextlib
import json
import os
import socket
import subprocess
import sys
import tomllib
import zipfile
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN = ("run", "prop-2021", "--replications", "1", "--seed", "7", "--until", "2019-03-01", "--json")
PATIENCE_S = 180

pytestmark = pytest.mark.xdist_group("install")


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def answers(port):
    with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as answer:
        return answer.status == 200
    return False


def test_the_wheel_holds_what_it_needs_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    assert {
        "app_pages/config.toml", "experiments/data/claims.yaml", "experiments/scenarios/prop-2021.yaml",
        "models/data/parameters.csv",
    } <= {*names}  # fmt: skip
    rooms = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert rooms == {"app.py", "cli.py", "app_pages", "cli_pages", "experiments", "models", "sim"}
    # Every file that is not code and lies in a room, lies in the wheel: one that is forgotten is missed elsewhere only.
    lying = {
        path.relative_to(ROOT).as_posix()
        for room in rooms - {"app.py", "cli.py"}
        for path in (ROOT / room).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert lying - {*names} == set()


def watched(outgoing):
    """What a process is given to write down in a file every machine that it or its children want something of."""
    outgoing.touch()
    return {"PYTHONPATH": str(Path(__file__).parent / "watched"), "OUTGOING": str(outgoing)}


def connected(port, host, origin):
    """What the app answers a page that wants to connect, as an HTTP status."""
    with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.putrequest("GET", "/_stcore/stream", skip_host=True)
        for name, value in {
            "Host": host, "Origin": origin, "Connection": "Upgrade", "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(),
        }.items():  # fmt: skip
            connection.putheader(name, value)
        connection.endheaders()
        return connection.getresponse().status


@pytest.mark.parametrize(
    "code", ["s.getaddrinfo('elders.example', 80)", "s.create_connection(('192.0.2.1', 80), 0.01)"]
)
def test_what_leaves_the_machine_is_seen(tmp_path, code):
    environment = os.environ | watched(tmp_path / "outgoing")
    subprocess.run(
        [sys.executable, "-c", f"import socket as s\n{code}"], env=environment, capture_output=True, check=False
    )
    assert "elders.example" in (said := (tmp_path / "outgoing").read_text()) or "192.0.2.1" in said


def test_it_runs_and_serves_elsewhere_and_writes_in_the_cache_only(installed, read_start_page, tmp_path):
    before = installed.files()
    environment = installed.environment()

    where = subprocess.run(
        [installed.python, "-c", "import cli, models, sim; print(cli.__file__, models.__file__, sim.__file__)"],
        cwd=installed.elsewhere, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert all(path.startswith(str(installed.folder)) for path in where.stdout.split())

    run = subprocess.run(
        [installed.doorstroom, *RUN], cwd=installed.elsewhere, env=environment, capture_output=True, text=True,
        timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    here = subprocess.run(
        [sys.executable, "-m", "cli", *RUN], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=True
    )
    assert json.loads(run.stdout)["outcomes"] == json.loads(here.stdout)["outcomes"]

    port, outgoing = free_port(), tmp_path / "outgoing"
    app = subprocess.Popen(
        [installed.doorstroom, "app", "--no-browser", "--port", str(port)], cwd=installed.elsewhere,
        env=environment | watched(outgoing), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        for _ in range(600):
            if app.poll() is not None or answers(port):
                break
            with contextlib.suppress(subprocess.TimeoutExpired):
                app.wait(0.1)
        assert app.poll() is None, app.stdout.read()
        with urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
            assert page.status == 200
            assert "<html" in page.read().decode()
        assert "De prop van 2021" in read_start_page(port)
        # To answer a page of another origin Streamlit by itself asks the internet for its own address.
        assert connected(port, f"127.0.0.1:{port}", f"http://127.0.0.1:{port}") == 101
        assert connected(port, f"127.0.0.1:{port}", "http://elders.example") == 403
        assert connected(port, "elders.example", "http://elders.example") == 403
    finally:
        app.terminate()
        app.wait(30)
    assert outgoing.read_text() == ""

    assert installed.files() == before
    assert list(installed.elsewhere.iterdir()) == []
    assert [path.relative_to(installed.home).as_posix() for path in installed.home.rglob("*")][:2] == [
        ".cache", ".cache/doorstroom"
    ]  # fmt: skip
    assert {path.name for path in (installed.home / ".cache" / "doorstroom").iterdir()} >= {"kernels"}


def test_the_configuration_of_the_app_is_known_to_streamlit():
    """Streamlit stops at an option that it does not know; every setting of ours must be one."""
    from cli_pages.app import streamlit_options

    options = streamlit_options("127.0.0.1", 1)
    with (ROOT / "app_pages" / "config.toml").open("rb") as file:
        settings = tomllib.load(file)
    assert "--theme.light.primaryColor" in options
    assert options[options.index("--server.address") + 1] == "127.0.0.1"
    # Streamlit reads a list as JSON; of an option given more than once it takes the last for all headings.
    place = options.index("--theme.headingFontSizes")
    assert json.loads(options[place + 1]) == settings["theme"]["headingFontSizes"]
    once = [option for option in options[::2] if option != "--server.allowedHosts"]
    assert len(set(once)) == len(once)
    from streamlit import config

    known = {f"--{name}" for name in config.get_config_options()}
    assert {word for word in options if word.startswith("--")} <= known
