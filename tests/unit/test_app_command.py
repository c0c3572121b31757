"""`doorstroom app` refuses in one sentence what it cannot do, before anything starts."""

import socket
import sys
from urllib.request import urlopen

import pytest

from cli_pages import app as app_page
from cli_pages.command import app

#: Answers whether it is healthy, then whoever opens it, and leaves with exit code 3.
ANSWERS_TWICE = """
import http.server, sys, time
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        print(self.path, flush=True)
    def log_message(self, *words):
        pass
time.sleep(0.5)  # it is not there at once
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Page)
server.handle_request()
server.handle_request()
sys.exit(3)
"""


def refused(capsys, *words):
    with pytest.raises(SystemExit) as left:
        app(["app", "--no-browser", *words], prog_name="doorstroom")
    out, err = capsys.readouterr()
    assert (left.value.code, out) == (2, "")
    assert err.count("\n") == 1
    return err


@pytest.fixture(autouse=True)
def starts_nothing(monkeypatch):
    def started(*command):
        raise AssertionError(f"started {command}")

    monkeypatch.setattr(app_page.os, "execv", started)


@pytest.mark.parametrize("package", app_page.PACKAGES)
def test_without_the_extra_it_says_how_to_install_it(capsys, monkeypatch, package):
    monkeypatch.setattr(app_page, "find_spec", lambda name: None if name == package else object())
    assert 'pip install "doorstroom[app]"' in refused(capsys)


def test_a_port_that_is_taken_is_named(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert str(port) in refused(capsys, "--port", str(port))


@pytest.mark.parametrize("port", ["0", "65536", "web", "-1"])
def test_a_port_that_is_none_is_refused(capsys, port):
    assert "--port" in refused(capsys, f"--port={port}")


def test_an_address_elsewhere_is_refused(capsys):
    assert "192.0.2.1" in refused(capsys, "--host", "192.0.2.1", "--proxy", "10.0.0.5")


def test_nobody_else_can_reach_the_app_unguarded(capsys, monkeypatch):
    monkeypatch.delenv(app_page.WORD, raising=False)
    for host in ("0.0.0.0", "::", "192.0.2.1", "doorstroom.example"):
        assert app_page.WORD in refused(capsys, "--host", host)
    assert "ten minste 12" in refused_with(capsys, monkeypatch, "kort")
    for wrong in ("web", "10.0.0.0/8,", "10.0.0.300", "10.0.0.1/8"):
        assert "--proxy" in refused(capsys, "--host", "0.0.0.0", "--proxy", wrong)
    monkeypatch.setenv(app_page.WORD, "twaalf tekens")
    assert app_page._access("0.0.0.0", "") == {app_page.WORD: "twaalf tekens"}
    assert app_page._access("127.0.0.1", "") == app_page._access("localhost", "") == {}


def refused_with(capsys, monkeypatch, word):
    monkeypatch.setenv(app_page.WORD, word)
    return refused(capsys, "--host", "0.0.0.0")


def test_it_listens_on_this_machine_on_the_first_free_port(monkeypatch):
    class Started(Exception):
        pass

    def started(python, command):
        raise Started(*command)

    monkeypatch.setattr(app_page.os, "execv", started)
    with socket.socket() as taken:
        try:
            taken.bind(("127.0.0.1", app_page.FIRST_PORT))
            taken.listen()
        except OSError:
            pass  # it is taken already
        with pytest.raises(Started) as start:
            app_page.app_command(app_page.Options(no_browser=True))
    command = start.value.args
    assert command[command.index("--server.address") + 1] == "127.0.0.1"
    assert app_page.FIRST_PORT < int(command[command.index("--server.port") + 1]) <= app_page.LAST_PORT


def test_the_browser_opens_once_the_app_answers(monkeypatch, capfd):
    opened = []

    def open_page(address):
        opened.append(address)
        urlopen(address).close()

    monkeypatch.setattr(app_page.webbrowser, "open", open_page)
    monkeypatch.setattr(app_page.signal, "signal", lambda *_: None)
    port = app_page._free_port("127.0.0.1", None)
    address = f"http://127.0.0.1:{port}"
    assert app_page._run_with_browser([sys.executable, "-c", ANSWERS_TWICE, str(port)], address) == 3
    assert opened == [address]
    assert capfd.readouterr().out.split() == ["/_stcore/health", "/"]
