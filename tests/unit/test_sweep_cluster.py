"""A sweep on a Dask cluster of separate processes: the same bytes or one sentence in time, whatever stops."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import cli
from experiments.sweep import cluster as cluster_module
from experiments.sweep.chunks import make_sweep_plan
from experiments.sweep.cluster import ClusterFailed, compute_there, connected
from experiments.sweep.plan import check_sweep_text
from experiments.sweep.sweep import run_sweep
from sim.errors import WrongInput

pytest.importorskip("distributed", reason="needs the extra cluster")

ROOT = Path(cli.__file__).parent
TEXT = """\
schema: 1
name: cluster
title: Cluster
description: Een kleine sweep van een maand.
scenarios: [prop-2021]
levers:
  share_cap: [0.055, 0.12]
replications: 40
until: 2019-02-01
outcomes: [persons_in_reception_end, persons_in_reception_mean]
"""
CHUNKS = 8
#: Loaded by a worker: from here on one chunk kills it.
DEADLY = """\
import os, signal
from experiments.sweep import cluster
real = cluster.__dict__.setdefault("real_compute_chunk", cluster.compute_chunk)  # loaded more than once
def compute_chunk(plan, chunk):
    if chunk == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(plan, chunk)
cluster.compute_chunk = compute_chunk
"""
#: Loaded by a worker: it says that its code is another.
OTHER_CODE = """\
from experiments.sweep import chunks
told = dict(chunks.made_by("prop-2021")) | {"doorstroom": "0.0.0"}
chunks.made_by = lambda *_: tuple(told.items())
"""
#: Loaded by a worker: it leaves a mark when it is busy, and is slow, so that a kill surely hits a busy worker.
SLOW = """\
import os, time
from experiments.sweep import cluster
real = cluster.__dict__.setdefault("real_compute_chunk", cluster.compute_chunk)  # loaded more than once
def compute_chunk(plan, chunk):
    mark = os.environ["SWEEP_TEST_FOLDER"]
    open(os.path.join(mark, f"busy-{os.getpid()}"), "w").close()
    time.sleep(0.3)
    return real(plan, chunk)
cluster.compute_chunk = compute_chunk
"""
#: Loaded by a worker: what it gives back is what a file tells it to.
STRANGE = """\
import os, pathlib
from experiments.sweep import cluster
real = cluster.__dict__.setdefault("real_compute_chunk", cluster.compute_chunk)  # loaded more than once
def compute_chunk(plan, chunk):
    mode = pathlib.Path(os.environ["SWEEP_TEST_FOLDER"], "mode").read_text()
    if mode == "no program":
        import a_room_that_is_not_there
    strange = {"noise": b"PAR1" + os.urandom(500), "no bytes": "text", "nothing": None}
    return strange[mode] if mode in strange else real(plan, 1 if mode == "another chunk" else chunk)
cluster.compute_chunk = compute_chunk
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("heel") / "uit"
    run_sweep(make_sweep_plan(check_sweep_text(TEXT)), folder)
    return folder


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "cluster.yaml"
    path.write_text(TEXT)
    return path


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def until(condition, seconds=90.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


class Cluster:
    """A scheduler and workers, each a process of its own, as they would stand on several machines."""

    def __init__(self, folder):
        self.folder = folder
        self.told = folder / "scheduler.json"
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "SWEEP_TEST_FOLDER": str(folder),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "2",
        }
        self.processes = []
        self.scheduler = self._start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        until(self.told.exists)
        until(lambda: self.told.read_text().endswith("}"))
        self.address = json.loads(self.told.read_text())["address"]

    def _start(self, module, *words):
        process = subprocess.Popen(
            [
                sys.executable, "-m", f"distributed.cli.{module}", "--no-dashboard", "--scheduler-file",
                str(self.told), *words,
            ],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
        )  # fmt: skip
        self.processes.append(process)
        return process

    def worker(self, preload="", nanny=False):
        words = ["--nthreads", "1", "--local-directory", str(self.folder / f"werk-{len(self.processes)}")]
        words.append("--nanny" if nanny else "--no-nanny")
        if preload:
            module = self.folder / f"voorbereiding_{len(self.processes)}.py"
            module.write_text(preload)
            words += ["--preload", str(module)]
        return self._start("dask_worker", *words)

    def stop(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(2)
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path):
    folder = tmp_path / "cluster"
    folder.mkdir()
    made = Cluster(folder)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def strange(tmp_path_factory):
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    made.worker(STRANGE)
    yield made
    made.stop()


@contextlib.contextmanager
def within(seconds):
    """Fail, rather than wait for ever, when something lasts too long."""

    def too_long(*_):
        raise AssertionError(f"lasts more than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def http(connection):
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def noise(connection):
    with contextlib.suppress(OSError):
        while True:
            connection.sendall(bytes(range(256)) * 64)


@pytest.fixture
def port():
    """A server that takes every connection, and treats it as it is told: (what it does) -> its port."""
    with socket.socket() as server, contextlib.ExitStack() as stack:
        server.bind(("127.0.0.1", 0))
        server.listen()

        def serve(treat):
            with contextlib.suppress(OSError):
                while True:
                    connection = stack.enter_context(server.accept()[0])
                    threading.Thread(target=treat, args=(connection,), daemon=True).start()

        def begin(treat):
            threading.Thread(target=serve, args=(treat,), daemon=True).start()
            return server.getsockname()[1]

        yield begin
        server.shutdown(socket.SHUT_RDWR)


def start(file, out, *words):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), "sweep", str(file), "--out", str(out), "--json", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


@pytest.mark.parametrize(
    ("address", "treat", "code"),
    [
        ("tcp://127.0.0.1", lambda connection: None, "no_scheduler"),
        ("tcp://127.0.0.1", http, "no_scheduler"),
        ("tcp://127.0.0.1", noise, "no_scheduler"),
        ("tls://127.0.0.1", lambda connection: None, "no_certificate"),
        ("tcp://no-such-machine.invalid", lambda connection: None, "no_scheduler"),
    ],
    ids=["silent", "web server", "noise", "TLS without certificate", "unknown name"],
)
def test_whoever_is_no_scheduler_is_left_in_time(address, treat, code, port, monkeypatch):
    monkeypatch.setattr(cluster_module, "ANSWER_SECONDS", 0.5)
    with within(10), pytest.raises(WrongInput) as refused, connected(f"{address}:{port(treat)}"):
        pass
    assert refused.value.code == code


def test_a_scheduler_that_freezes_ends_it_and_it_can_go_on(whole, cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster_module, "BEAT_SECONDS", 1.0)
    cluster.worker(SLOW)

    def freeze(done, _):
        if done == 1:
            cluster.scheduler.send_signal(signal.SIGSTOP)

    plan = make_sweep_plan(check_sweep_text(TEXT))
    with within(60), pytest.raises(ClusterFailed, match="cluster_gone"):
        run_sweep(plan, tmp_path / "uit", cluster=cluster.address, on_progress=freeze)
    assert run_sweep(plan, tmp_path / "uit").found >= 1
    assert content(tmp_path / "uit") == content(whole)


def test_what_a_frozen_worker_had_is_done_by_another(whole, cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster_module, "SILENT_SECONDS", 4.0)
    frozen, _ = cluster.worker(), cluster.worker()

    def freeze(done, _):
        if done == 1:
            time.sleep(1)  # both have finished more by then, of which nobody has asked for the result yet
            frozen.send_signal(signal.SIGSTOP)

    with within(60):
        result = run_sweep(
            make_sweep_plan(check_sweep_text(TEXT)), tmp_path / "uit", cluster=cluster.address, on_progress=freeze
        )
    assert (result.made, result.lost) == (CHUNKS, ())
    assert content(tmp_path / "uit") == content(whole)


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        ("noise", "worker_nonsense"),
        pytest.param("no bytes", "worker_nonsense", marks=pytest.mark.full),
        pytest.param("nothing", "worker_nonsense", marks=pytest.mark.full),
        ("another chunk", "worker_nonsense"),
        ("no program", "worker_failed"),
    ],
)
def test_what_is_no_answer_is_refused_and_nothing_of_it_is_kept(mode, code, whole, strange, tmp_path):
    plan = make_sweep_plan(check_sweep_text(TEXT))
    (strange.folder / "mode").write_text(mode)
    with within(60), pytest.raises(ClusterFailed, match=code):
        run_sweep(plan, tmp_path / "uit", cluster=strange.address)
    (strange.folder / "mode").write_text("as it should")
    assert run_sweep(plan, tmp_path / "uit", cluster=strange.address).made >= CHUNKS - 1
    assert content(tmp_path / "uit") == content(whole)


def test_a_worker_with_other_source_is_refused(monkeypatch):
    plan = make_sweep_plan(check_sweep_text(TEXT))
    there = compute_there(plan, 1, cluster_module.SOURCE)
    monkeypatch.setattr(cluster_module, "SOURCE", "another")
    with pytest.raises(WrongInput, match=r"worker_of_other_version.*parts=source"):
        compute_there(plan, 1, "mine")
    assert there


def test_a_killed_worker_changes_no_byte(whole, file, cluster, tmp_path):
    first, _ = cluster.worker(SLOW), cluster.worker(SLOW)
    process = start(file, tmp_path / "uit", "--cluster", cluster.address)
    until(lambda: (cluster.folder / f"busy-{first.pid}").exists() or process.poll() is not None)
    time.sleep(0.1)
    first.send_signal(signal.SIGKILL)
    out, err = process.communicate(timeout=180)
    assert process.returncode == 0, err
    assert first.wait() == -signal.SIGKILL
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert json.loads(out)["chunks"] == {"total": CHUNKS, "found": 0, "damaged": 0, "made": CHUNKS}
    assert content(tmp_path / "uit") == content(whole)


def test_what_was_done_here_is_used_there(whole, file, cluster, tmp_path):
    shutil.copytree(whole, tmp_path / "uit")
    for chunk in (2, 7):
        (tmp_path / "uit" / "chunks" / f"chunk-{chunk:05d}.parquet").write_bytes(b"weg")
    cluster.worker()
    out, err = start(file, tmp_path / "uit", "--cluster", cluster.address).communicate(timeout=180)
    assert "2 stukken waren beschadigd" in err
    assert json.loads(out)["chunks"] == {"total": CHUNKS, "found": CHUNKS - 2, "damaged": 2, "made": 2}
    assert content(tmp_path / "uit") == content(whole)


@pytest.mark.full
def test_a_chunk_that_keeps_killing_workers_is_named_and_the_rest_is_done(whole, file, cluster, tmp_path):
    cluster.worker(DEADLY, nanny=True)
    process = start(file, tmp_path / "uit", "--cluster", cluster.address)
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out) == (70, ""), err
    assert "Niet afgemaakt: stuk " in err
    assert "3" in err.split("Niet afgemaakt: stuk ")[1].split(", want")[0].split(", ")
    run_sweep(make_sweep_plan(check_sweep_text(TEXT)), tmp_path / "uit")
    assert content(tmp_path / "uit") == content(whole)


@pytest.mark.full
def test_a_worker_with_other_code_is_refused(file, cluster, tmp_path):
    cluster.worker(OTHER_CODE)
    process = start(file, tmp_path / "uit", "--cluster", cluster.address)
    out, err = process.communicate(timeout=180)
    assert (process.returncode, out) == (2, ""), err
    assert "--cluster: een worker heeft een andere versie (doorstroom) dan de opdrachtgever" in err


@pytest.mark.full
def test_a_scheduler_that_goes_ends_it_with_one_sentence(whole, file, cluster, tmp_path):
    first = cluster.worker(SLOW)
    process = start(file, tmp_path / "uit", "--cluster", cluster.address)
    until(lambda: list((tmp_path / "uit").glob("chunks/*.sha256")))
    cluster.scheduler.kill()
    first.kill()
    out, err = process.communicate(timeout=240)
    assert (process.returncode, out) == (70, ""), err
    assert err.splitlines()[-1].startswith("De scheduler of zijn laatste worker antwoordt niet meer;")
    assert "Traceback" not in err
    run_sweep(make_sweep_plan(check_sweep_text(TEXT)), tmp_path / "uit")
    assert content(tmp_path / "uit") == content(whole)


@pytest.mark.full
@pytest.mark.parametrize("who", ["scheduler", "only worker", "one of two workers"])
def test_whoever_freezes_is_left_within_half_a_minute(who, whole, file, cluster, tmp_path):
    two = who == "one of two workers"
    started = [cluster.worker(SLOW, nanny=two), *([cluster.worker(SLOW)] if two else [])]
    process = start(file, tmp_path / "uit", "--cluster", cluster.address)
    until(
        lambda: list((tmp_path / "uit").glob("chunks/*.sha256")) and len(list(cluster.folder.glob("busy-*"))) == 1 + two
    )
    pids = {int(path.name.removeprefix("busy-")) for path in cluster.folder.glob("busy-*")} - {
        started[-1].pid if two else 0
    }
    os.kill(cluster.scheduler.pid if who == "scheduler" else pids.pop(), signal.SIGSTOP)
    _, err = process.communicate(timeout=30)
    assert process.returncode == (0 if two else 70), err
    assert "Traceback" not in err
    run_sweep(make_sweep_plan(check_sweep_text(TEXT)), tmp_path / "uit")
    assert content(tmp_path / "uit") == content(whole)


@pytest.mark.full
@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_keeps_what_came_back(kind, file, cluster, tmp_path):
    cluster.worker(SLOW)
    process = start(file, tmp_path / "uit", "--cluster", cluster.address)
    until(lambda: list((tmp_path / "uit").glob("chunks/*.sha256")))
    process.send_signal(kind)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (130, ""), err
    assert err.splitlines()[-1].startswith("Onderbroken; ")
    assert not list((tmp_path / "uit").rglob("*.tmp"))


@pytest.mark.full
def test_an_address_without_scheduler_or_workers_is_one_sentence(file, cluster, port, tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"tcp://127.0.0.1:{closed.getsockname()[1]}"
    for address, expected in (
        (nobody, "op dit adres antwoordt geen scheduler van Dask; toegestaan is het adres"),
        (f"tcp://127.0.0.1:{port(lambda connection: None)}", "op dit adres antwoordt geen scheduler van Dask"),
        (cluster.address, "deze scheduler heeft geen workers"),
    ):
        process = start(file, tmp_path / "uit", "--cluster", address)
        out, err = process.communicate(timeout=120)
        assert (process.returncode, out) == (2, ""), err
        assert f"--cluster {address}: {expected}" in err.splitlines()[-1]
        assert not (tmp_path / "uit").exists()
