"""`doorstroom app`: the app in the browser, with its own configuration, from any folder.

Streamlit reads its configuration from the folder it is started in. The app must look and behave the same wherever it
is started and however it is installed, so its configuration lies with the pages and is handed over as options.
"""

import errno
import ipaddress
import json
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
import webbrowser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from cli_pages import options as shared
from cli_pages.language import current_language, texts_of
from cli_pages.options import read_whole
from cli_pages.printing import print_err

ROOT = Path(__file__).resolve().parent.parent
#: What the extra `app` installs and the command itself does not need.
PACKAGES = ("streamlit", "vl_convert")
THIS_MACHINE = "127.0.0.1"
#: What the app reads who may come in from; see `app_pages.shell.access`.
WORD, PROXY = "DOORSTROOM_ACCESS_WORD", "DOORSTROOM_PROXY"
SHORTEST_WORD = 12
FIRST_PORT, LAST_PORT = 8501, 8599
HIGHEST_PORT = 65_535
#: Seconds that the app may take to answer before the browser is opened all the same.
PATIENCE = 30.0


@dataclass(frozen=True, kw_only=True)
class Options(shared.Options):
    """What `doorstroom app` takes."""

    host: str = THIS_MACHINE
    port: str = ""
    proxy: str = ""
    no_browser: Annotated[bool, typer.Option("--no-browser")] = False


def app_command(options: Options) -> None:
    """Run the app until it is stopped."""
    missing = [package for package in PACKAGES if find_spec(package) is None]
    if missing:
        _leave("not_installed", package=missing[0], command='pip install "doorstroom[app]"')
    access = _access(options.host, options.proxy)
    chosen = read_whole(options.port, "--port", 1, HIGHEST_PORT, 0) or None
    host = options.host
    free = _free_port(host, chosen)
    # -P: a folder that happens to hold a `sim` or an `app.py` must not take the place of ours.
    command = [sys.executable, "-P", str(ROOT / "app_pages" / "shell" / "serve.py"), "run", str(ROOT / "app.py")]
    command += streamlit_options(host, free)
    address = f"http://{_reached_at(host)}:{free}"
    print_err(texts_of("app")("started", address=address))
    if access:
        print_err(texts_of("app")(f"open.{'proxy' if PROXY in access else 'word'}", host=options.host))
    os.environ |= access
    if options.no_browser or not _has_screen():
        os.execv(command[0], command)
    sys.exit(_run_with_browser(command, address))


def _access(host: str, proxy: str) -> dict[str, str]:
    """What keeps others out when they can reach the app; leaves with a sentence when nothing does."""
    word, proxy = os.environ.pop(WORD, ""), proxy or os.environ.pop(PROXY, "")
    if proxy and not all(map(_is_network, proxy.split(","))):
        _leave("no_proxy", value=proxy)
    if word and len(word) < SHORTEST_WORD:
        _leave("short_word", name=WORD, least=SHORTEST_WORD)
    if not (word or proxy) and not _on_this_machine(host):
        _leave("unguarded", host=host, name=WORD)
    return {name: value for name, value in ((WORD, word), (PROXY, proxy)) if value}


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text.strip())
    except ValueError:
        return False
    return True


def _on_this_machine(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def print_compiled_code_fault() -> None:
    """Say in one line what is wrong with compiled code that is kept: everything still works, and starts slowly."""
    from experiments.run.parameters import compiled_code_fault

    if fault := compiled_code_fault():
        code, values = fault
        print_err(texts_of("app")(code, **values))


def print_why_not_kept() -> None:
    """Say in one line why what was compiled could not be kept, when that is so."""
    from experiments.language.refusals import refusal_text
    from experiments.run.parameters import why_not_kept

    if refusal := why_not_kept():
        print_err(texts_of("app")("not_written", problem=refusal_text(refusal, current_language())))


def streamlit_options(host: str, port: int) -> list[str]:
    """The configuration of the app as options of `streamlit run`."""
    with (ROOT / "app_pages" / "config.toml").open("rb") as file:
        settings = tomllib.load(file)
    settings["server"] |= {"address": host, "port": port}
    # a list goes as JSON: of an option given more than once Streamlit takes the last
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in _leaves(settings)}
    # A page elsewhere whose name is made to point at this machine may not connect.
    names = ("localhost", THIS_MACHINE, host) if _on_this_machine(host) else ()
    pairs = [
        *((f"--{name}", text) for name, text in texts.items()),
        *(("--server.allowedHosts", name) for name in names),
    ]
    return [word for pair in pairs for word in pair]


def _leaves(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting with its full name."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _free_port(host: str, chosen: int | None) -> int:
    """The chosen port, or the first free one; leaves with a sentence when there is none."""
    for port in range(FIRST_PORT, LAST_PORT + 1) if chosen is None else [chosen]:
        try:
            family, *_, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, socket.SOCK_STREAM) as trial:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                trial.bind(where)
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                _leave("no_address", host=host)
            continue
        return port
    if chosen is not None:
        _leave("port_taken", host=host, port=chosen)
    _leave("no_port", host=host, first=FIRST_PORT, last=LAST_PORT)


def _leave(key: str, **values: object) -> NoReturn:
    raise typer.Exit(print_err(texts_of("app")(key, **values), 2))


def _reached_at(host: str) -> str:
    """The address at which this machine itself reaches the app."""
    if host in ("0.0.0.0", "::", ""):
        return THIS_MACHINE
    return f"[{host}]" if ":" in host else host


def _has_screen() -> bool:
    """Whether a browser can show itself; a browser in the terminal would take the terminal away."""
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _run_with_browser(command: list[str], address: str) -> int:
    """Run the app, open the browser once it answers, and wait; returns its exit code."""
    process = subprocess.Popen(command)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        until = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < until and not _answers(address):
            time.sleep(0.1)
        if process.poll() is None:
            webbrowser.open(address)
        return process.wait()
    except KeyboardInterrupt:
        return process.wait()  # the terminal told both


def _answers(address: str) -> bool:
    from urllib.request import ProxyHandler, build_opener

    try:  # straight to this machine: what the environment names as proxy need not hear of it
        with build_opener(ProxyHandler({})).open(f"{address}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
