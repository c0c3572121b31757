"""A class of visitors at the app at once: how long the slowest waits, whose figures they see, how memory grows.

Who acts: this script. It starts the app on a free port with an empty store and visits it over the same web socket
as a browser does, without drawing anything, so that the server and not the browser is measured. Four parts:

- burst: so many visitors stand on the page Doorrekenen, with ten scenarios among them, and all press the button at
  the same moment; from pressing until the page has come whole.
- foreign: visitors with a scenario each that nobody else has press the button again and again, all at once. Every
  page must be what the visitor sees alone, and the last figure of its first picture must be that of its scenario
  in the store.
- flood: one browser opens so many tabs at once, each with a scenario of its own, and they look again as often as
  their page says; then another browser comes, with another scenario, and its wait for the first picture is measured:
  alone before the flood, beside it, and beside it once more when no browser sends what tells it from the others.
- memory: for some minutes visitors come, look at pages, and leave; memory of the server (its worker processes
  apart) after the first tenth of that time against the end, and minute by minute. Their twenty scenarios have been
  computed before: what grows is then not what was asked for.

What is left out: drawing in the browser, which takes its own time on the visitor's machine.

    python benchmarks/visitors.py [--json] [--burst 50] [--foreign 20] [--reruns 50] [--flood 0] [--minutes 0]
"""

import argparse
import asyncio
import json
import math
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import psutil
import pyarrow.ipc
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PAGES = ("", "doorrekenen", "gemeenten", "uitspraken", "onderbouwing")
#: How long a job of a visitor may take before this script gives up.
PATIENCE_S = 600.0


class Visitor:
    """One browser window as the server sees it."""

    def __init__(self, port: int, page: str, query: dict[str, str]) -> None:
        self._address = f"ws://127.0.0.1:{port}/_stcore/stream"
        self._page = page
        self._query = urlencode(query)
        self._kept: dict[str, Any] = {}
        self._socket: Any = None
        self.elements: dict[tuple[int, ...], Any] = {}

    async def come(self) -> None:
        """Open the page and wait until it has come whole."""
        self._socket = await websockets.connect(
            self._address, subprotocols=[websockets.Subprotocol("streamlit")], max_size=None, compression=None
        )
        await self.press()

    async def press(self) -> float:
        """Run the page once more, as a button does; returns the seconds until it has come whole."""
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.page_name = self._page
        message.rerun_script.cached_message_hashes.extend(self._kept)
        begun = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        await self._until_finished()
        return time.perf_counter() - begun

    async def _until_finished(self) -> None:
        seen: dict[tuple[int, ...], Any] = {}
        started = False
        while True:
            message = ForwardMsg()
            message.ParseFromString(await self._socket.recv())
            if message.WhichOneof("type") == "ref_hash":
                place = list(message.metadata.delta_path)
                message = self._kept[message.ref_hash]
            else:
                place = list(message.metadata.delta_path)
                if message.metadata.cacheable:
                    self._kept[message.hash] = message
            kind = message.WhichOneof("type")
            if kind == "new_session":
                # a run that gave way to a later one may still speak before this
                started, seen = True, {}
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                seen[tuple(place)] = message.delta.new_element
            elif kind == "script_finished" and started:
                if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    self.elements = seen
                    return
                if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    raise RuntimeError("the page could not be run")

    def main(self) -> list[Any]:
        """The elements of the page itself, in order; the sidebar is left out."""
        return [element for place, element in sorted(self.elements.items()) if place[0] == 0]

    def text(self) -> str:
        """Every sentence and every picture of the page, as one text."""
        parts = []
        for element in self.main():
            kind = element.WhichOneof("type")
            if kind in ("markdown", "html", "alert", "heading"):
                parts.append(getattr(element, kind).body)
            elif kind == "vega_lite_chart":
                chart = element.vega_lite_chart
                parts += [chart.spec, chart.alt, *(rows.data.data.hex() for rows in chart.datasets)]
        return "\n".join(parts)

    def first_end(self) -> float:
        """The last mean of the last series of the first picture."""
        for element in self.main():
            if element.WhichOneof("type") == "vega_lite_chart":
                table = pyarrow.ipc.open_stream(element.vega_lite_chart.datasets[0].data.data).read_all()
                return float(table["m"][-1].as_py())
        raise RuntimeError("the page has no picture")

    async def go(self) -> None:
        """Close the window."""
        if self._socket is not None:
            await self._socket.close()


class App:
    """The app on a port of its own, with a store of its own."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._folder = tempfile.TemporaryDirectory(prefix="doorstroom-")
        self.store = Path(self._folder.name)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cli", "app", "--port", str(self.port), "--no-browser"],
            cwd=ROOT, env=os.environ | {"DOORSTROOM_STORE": str(self.store)}, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(300):
            try:
                if urlopen(f"http://127.0.0.1:{self.port}/_stcore/health", timeout=2).status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the app did not start")

    def memory_mb(self) -> float:
        """Resident memory of the server process, without its workers, in MB (10^6 bytes)."""
        return float(psutil.Process(self._process.pid).memory_info().rss) / 1e6

    def cpu_s(self) -> float:
        """Processor time of the server process so far, without its workers, in seconds."""
        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)

    def close(self) -> None:
        """Stop the app and remove its store."""
        self._process.terminate()
        self._process.wait(20)
        self._folder.cleanup()


async def _filled(visitor: Visitor, count: int = 50) -> None:
    """Come, and look until every replication is in the pictures."""
    await visitor.come()
    ends = time.monotonic() + PATIENCE_S
    while f"n = {count};" not in visitor.text() or "van 50" in visitor.text():
        if time.monotonic() > ends:
            raise RuntimeError("the pictures did not fill in")
        await asyncio.sleep(1.0)
        await visitor.press()


def _own(place: int) -> dict[str, str]:
    """The lever that makes the scenario of one visitor unlike any other; for 0 to 999."""
    return {"share_cap": f"{0.05 + place * 0.0004:.4f}"}


async def burst(app: App, visitors: int, scenarios: int = 10, rounds: int = 3) -> dict[str, float]:
    """All visitors press the button at once; of each round the slowest, of those the median."""
    everyone = [Visitor(app.port, "doorrekenen", _own(place % scenarios)) for place in range(visitors)]
    for visitor in everyone:
        await _filled(visitor)
    worst, middle = [], []
    for _ in range(rounds):
        await asyncio.sleep(1.0)
        times = await asyncio.gather(*(visitor.press() for visitor in everyone))
        worst.append(max(times))
        middle.append(statistics.median(times))
    begun_s = app.cpu_s()
    alone = [await everyone[0].press() for _ in range(20)]
    cpu_s = (app.cpu_s() - begun_s) / len(alone)
    for visitor in everyone:
        await visitor.go()
    return {
        "burst_worst_s": statistics.median(worst),
        "burst_median_s": statistics.median(middle),
        "alone_s": statistics.median(alone),
        "alone_cpu_s": cpu_s,
    }


def _stored_end(query: dict[str, str], store: Path) -> float:
    """What the store says of people in reception at the last month end, for the scenario of a link."""
    from experiments.run.levers import scenario_of
    from experiments.service.keys import job_key
    from experiments.service.store import Store

    settings: dict[str, list[dict[str, Any]]] = {name: [{"value": float(value)}] for name, value in query.items()}
    found = Store(store).get(job_key(scenario_of("prop-2021", settings)))
    if found is None:
        raise RuntimeError("the scenario of a visitor is not in the store")
    return statistics.fmean(float(one.series["persons_in_reception"][-1]) for one in found.values())


async def foreign(port: int, store: Path, visitors: int, reruns: int) -> dict[str, float]:
    """Visitors with a scenario of their own press the button at once, again and again."""
    everyone = [Visitor(port, "doorrekenen", _own(place)) for place in range(visitors)]
    for visitor in everyone:
        await _filled(visitor)
    own, wrong = [], 0
    for place, visitor in enumerate(everyone):
        await visitor.press()
        own.append(visitor.text())
        wrong += abs(visitor.first_end() - _stored_end(_own(place), store)) > 0.001
    if len(set(own)) != visitors:
        raise RuntimeError("the scenarios of two visitors cannot be told apart")

    async def again(place: int) -> tuple[int, list[float]]:
        times, strange = [], 0
        for _ in range(reruns):
            times.append(await everyone[place].press())
            strange += everyone[place].text() != own[place]
        return strange, times

    found = await asyncio.gather(*(again(place) for place in range(visitors)))
    for visitor in everyone:
        await visitor.go()
    times = sorted(second for _, seconds in found for second in seconds)
    return {
        "foreign_pages": visitors * reruns,
        "foreign_wrong": wrong + sum(strange for strange, _ in found),
        "foreign_p95_s": times[int(0.95 * len(times))],
    }


class Tab:
    """A tab that is left open: it looks again when its page says so."""

    def __init__(self, port: int, query: dict[str, str], browser: str) -> None:
        self._address = f"ws://127.0.0.1:{port}/_stcore/stream"
        self._query = urlencode(query)
        self._headers = {"Cookie": f"_streamlit_xsrf=2|00000000|{browser.encode().hex()}|1"} if browser else {}
        self._due: dict[str, tuple[float, float]] = {}
        self._said: dict[str, tuple[float, float]] = {}
        self._page_hash = ""
        self.first_picture_s: float | None = None
        self.refused = False

    async def stay(self, until_picture: bool = False) -> None:
        """Open the page and stay, or stay until it shows a picture."""
        begun = time.perf_counter()
        async with websockets.connect(
            self._address, subprotocols=[websockets.Subprotocol("streamlit")], max_size=None, compression=None,
            additional_headers=self._headers, open_timeout=PATIENCE_S, ping_interval=None,
        ) as line:  # fmt: skip
            await line.send(self._look())
            while not (until_picture and self.first_picture_s is not None):
                soonest = min(self._due, key=lambda one: self._due[one][0], default="")
                wait = max(0.0, self._due[soonest][0] - time.monotonic()) if soonest else PATIENCE_S
                try:
                    async with asyncio.timeout(wait):  # `wait_for` may lose that it was cancelled
                        data = await line.recv()
                    self._hear(data, begun)
                except TimeoutError:
                    interval = self._due[soonest][1]
                    self._due[soonest] = (time.monotonic() + interval, interval)
                    await line.send(self._look(soonest))

    def _look(self, fragment: str = "") -> bytes:
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.page_script_hash = self._page_hash
        message.rerun_script.page_name = "" if self._page_hash else "doorrekenen"
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = bool(fragment)
        return bytes(message.SerializeToString())

    def _hear(self, data: Any, begun: float) -> None:
        message = ForwardMsg()
        message.ParseFromString(data)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._said.clear()
            self._page_hash = message.new_session.page_script_hash
        elif kind == "auto_rerun":
            interval = message.auto_rerun.interval
            self._said[message.auto_rerun.fragment_id] = (time.monotonic() + interval, interval)
            self._due |= self._said
        elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            self._due = dict(self._said)  # of a whole page: what it does not say any more has gone
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            if element.WhichOneof("type") == "vega_lite_chart" and self.first_picture_s is None:
                self.first_picture_s = time.perf_counter() - begun
            self.refused |= element.WhichOneof("type") == "alert" and "te veel tegelijk" in element.alert.body


async def flood(port: int, tabs: int) -> dict[str, float]:
    """Another visitor beside one with so many tabs."""

    async def first_picture(place: int, browser: str) -> float:
        honest = Tab(port, _own(place), browser)
        await asyncio.wait_for(honest.stay(until_picture=True), PATIENCE_S)
        return honest.first_picture_s or math.inf

    found = {"flood_alone_s": await first_picture(200, "honest")}
    for name, browser in (("", "flood"), ("_unknown", "")):
        crowd = [Tab(port, _own(300 + 2 * place + bool(name)), browser) for place in range(tabs)]
        staying = [asyncio.create_task(tab.stay()) for tab in crowd]
        waits = []
        for place in range(3):  # at once, and when all tabs have come
            waits.append(await first_picture(210 + 10 * bool(name) + place, "honest" if browser else ""))
            await asyncio.sleep(10.0)
        for task in staying:
            task.cancel()
        await asyncio.gather(*staying, return_exceptions=True)
        found |= {f"flood{name}_first_s": waits[0], f"flood{name}_later_s": max(waits[1:])}
        found[f"flood{name}_refused"] = sum(tab.refused for tab in crowd)
        await asyncio.sleep(30.0)  # until they count as gone
    return found


#: How many scenarios visitors of the memory part look at.
SCENARIOS = 20


async def memory(app: App, minutes: float, at_once: int = 10) -> dict[str, Any]:
    """Visitors come, look at every page twice, and leave, for some minutes."""
    for place in range(SCENARIOS):
        first = Visitor(app.port, "doorrekenen", _own(place))
        await _filled(first)
        await first.go()
    ends = time.monotonic() + 60 * minutes
    first_tenth = time.monotonic() + 6 * minutes
    begin_mb, visits = 0.0, 0
    by_minute: list[float] = []

    async def visits_of(place: int) -> None:
        nonlocal visits
        while time.monotonic() < ends:
            for page in PAGES:
                visitor = Visitor(app.port, page, _own((place + visits) % SCENARIOS))
                await visitor.come()
                await visitor.press()
                await asyncio.sleep(0.5)
                await visitor.go()
                visits += 1

    async def watch() -> None:
        nonlocal begin_mb
        await asyncio.sleep(max(0.0, first_tenth - time.monotonic()))
        begin_mb = app.memory_mb()
        while time.monotonic() < ends:
            await asyncio.sleep(60.0)
            by_minute.append(round(app.memory_mb()))

    await asyncio.gather(watch(), *(visits_of(place) for place in range(at_once)))
    end_mb = app.memory_mb()
    return {
        "memory_begin_mb": begin_mb,
        "memory_end_mb": end_mb,
        "memory_growth": end_mb / begin_mb - 1,
        "visits": visits,
        "memory_by_minute_mb": by_minute,
    }


LABELS = {
    "burst_worst_s": "burst: the slowest visitor (s)",
    "burst_median_s": "burst: the middle visitor (s)",
    "alone_s": "the same page for one visitor alone (s)",
    "alone_cpu_s": "processor time of the server for that page (s)",
    "foreign_pages": "pages seen by visitors with a scenario of their own",
    "foreign_wrong": "of those with a figure that is not theirs",
    "foreign_p95_s": "95 in 100 of those pages came within (s)",
    "flood_alone_s": "flood: first picture of a visitor before it (s)",
    "flood_first_s": "first picture of another visitor as it begins (s)",
    "flood_later_s": "the slowest of two more beside it (s)",
    "flood_refused": "tabs of the flood that gave way",
    "flood_unknown_first_s": "as it begins, no browser to be told apart (s)",
    "flood_unknown_later_s": "the slowest of two more, none to be told apart (s)",
    "flood_unknown_refused": "tabs of that flood that gave way",
    "memory_begin_mb": "memory of the server in the beginning (MB)",
    "memory_end_mb": "memory of the server in the end (MB)",
    "memory_growth": "growth of that memory (share)",
    "visits": "visits in that time",
    "memory_by_minute_mb": "memory of the server, minute by minute (MB)",
}


async def measure(app: App, options: argparse.Namespace) -> dict[str, Any]:
    """The parts that were asked for."""
    found: dict[str, Any] = {}
    if options.burst:
        found |= await burst(app, options.burst)
    if options.foreign:
        found |= await foreign(app.port, app.store, options.foreign, options.reruns)
    if options.flood:
        found |= await flood(app.port, options.flood)
    if options.minutes:
        found |= await memory(app, options.minutes)
    return found


def main() -> None:
    """Measures and prints a table, or one JSON document."""
    parser = argparse.ArgumentParser(description="A class of visitors at the app at once.")
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    parser.add_argument("--burst", type=int, default=50, help="visitors that press the button at once; 0 is none")
    parser.add_argument("--foreign", type=int, default=20, help="visitors with a scenario of their own; 0 is none")
    parser.add_argument("--reruns", type=int, default=50, help="how often each of those presses the button")
    parser.add_argument("--flood", type=int, default=0, help="tabs of one visitor beside another; 0 is none")
    parser.add_argument("--minutes", type=float, default=0.0, help="minutes of coming and going; 0 is none")
    options = parser.parse_args()
    app = App()
    try:
        found = asyncio.run(measure(app, options))
    finally:
        app.close()
    if options.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        shown = " ".join(f"{one:.0f}" for one in value) if isinstance(value, list) else f"{value:12.3f}"
        print(f"{LABELS[name]:58s} {shown}")


if __name__ == "__main__":
    main()
