"""Law: whatever stands in a table, a link, a sweep or a file that was kept, the answer is right or a clear refusal."""

import hashlib
import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from refused import refused
from test_scenario_files import LONGEST_SECONDS, NASTY_BYTES, NASTY_TEXT, VALUES

from app_pages.shell import link
from app_pages.shell.link import MOST_TOLD
from app_pages.shell.link_keys import LANGUAGE_KEY, PERIOD_KEY, STEPS_KEY, UNTIL_KEY, VERSION_KEY
from experiments.claims.verdicts import VERDICTS, kept_verdicts
from experiments.history.evidence import backtest_file, kept_backtest
from experiments.language.refusals import refusal_text
from experiments.run import ensemble
from experiments.run.ensemble import load_ensemble
from experiments.run.levers import value_of
from experiments.run.task import Replication
from experiments.scenario.decisions import WrongRows, read_steps
from experiments.scenario.ready import load_scenario
from experiments.service.saved_scenarios import SavedScenarios
from experiments.service.store import Store
from experiments.storage.tables import checked_table, table_bytes
from experiments.sweep.chunks import CHUNKS, chunk_file, make_sweep_plan, read_chunk, store, sum_file
from experiments.sweep.plan import check_sweep_text
from models.levers import LEVERS
from sim.errors import WrongInput
from sim.files import read_bounded
from sim.snapshot import load, save

PERIOD = "prop-2021"
TABLE = """\
datum;knop;waarde;tot;aanloop
2019-06-01;ind_extra_staff;100;;30
01-03-2020;share_cap;0,08;2021-01-01;
2020-05-01;places_added;3.000;;
2020-07-01;queue_rule;newest;;
"""
SWEEP = """\
schema: 1
name: klein
title: Klein
description: Een kleine sweep van een maand.
scenarios: [prop-2021]
levers:
  share_cap: [0.055, {value: 0.12, from: 2019-01-10}]
uncertainties:
  inflow_factor: [0.8, 1.2]
replications: 14
seed: 3
until: 2019-02-01
"""


def mutated(text: str, luck: random.Random) -> bytes:
    """A text with some bytes, cells or lines changed, lost, doubled or put elsewhere."""
    content = bytearray(text.encode())
    for _ in range(luck.choice([1, 1, 2, 5])):
        place, act = luck.randrange(len(content) + 1), luck.randrange(7)
        if act == 0:
            content[place:place] = luck.choice(NASTY_BYTES)
        elif act == 1:
            content[place:place] = luck.choice(NASTY_TEXT).encode("utf-8", "surrogatepass")
        elif act == 2:
            del content[place : place + luck.choice([1, 1, 3, 30])]
        elif act == 3:
            lines = content.split(b"\n")
            luck.shuffle(lines)
            content = bytearray(b"\n".join(lines))
        elif act == 4:
            content[place:place] = content[luck.randrange(len(content) + 1) :][:40]
        elif act == 5:
            content = bytearray(content.replace(luck.choice([b";", b",", b"-", b":", b" "]), b"\t", 1))
        else:
            words = bytes(content).split(b";" if b";" in content else b" ")
            words[luck.randrange(len(words))] = luck.choice([*VALUES, *LEVERS, "inf", "-nan", "1e999"]).encode()
            content = bytearray((b";" if b";" in content else b" ").join(words))
    return bytes(content)


def judged(read: Callable[[], object], name: str, content: object) -> bool:
    """Whether something is taken; a refusal must name the file in one clear sentence, soon."""
    began = time.process_time()
    try:
        read()
        problems = []
    except WrongRows as wrong:
        problems = list(wrong.refusals)
        assert problems
    except WrongInput as wrong:
        problems = [wrong]
    assert time.process_time() - began < LONGEST_SECONDS, content
    for problem in problems:
        sentence = refusal_text(problem, "nl")
        assert sentence.startswith(name) and "\n" not in sentence and len(sentence) < 2_500, (sentence, content)
        assert all(ord(sign) >= 32 for sign in sentence), (sentence, content)
    return not problems


@pytest.mark.parametrize("number", [400, pytest.param(5_000, marks=pytest.mark.full)])
def test_mutated_tables_are_read_whole_or_refused_by_row(number):
    luck = random.Random(f"tables {number}")
    assert judged(lambda: read_steps(TABLE, PERIOD, "tabel.csv"), "tabel.csv", TABLE)
    made = [mutated(TABLE, luck) for _ in range(number)]
    taken = [judged(lambda: read_steps(one, PERIOD, "tabel.csv"), "tabel.csv", one) for one in made]  # noqa: B023
    assert 0 < sum(taken) < 0.8 * number


def test_a_control_character_in_a_table_is_refused_with_its_line():
    with pytest.raises(WrongRows) as wrong:
        read_steps(TABLE.replace("100", "1\x1b00"), PERIOD, "tabel.csv")
    assert refusal_text(wrong.value.refusals[0], "nl") == "tabel.csv, regel 2: hier staat een besturingsteken (U+001B)."


@pytest.mark.parametrize("number", [60, pytest.param(500, marks=pytest.mark.full)])
def test_mutated_sweeps_are_planned_or_refused(number):
    luck = random.Random(f"sweeps {number}")
    assert judged(lambda: check_sweep_text(SWEEP), "sweep.yaml", SWEEP)
    made = [mutated(SWEEP, luck) for _ in range(number)]
    assert sum(judged(lambda: check_sweep_text(one, "s.yaml"), "", one) for one in made) < number  # noqa: B023


class Words(dict):
    """Keys of a link, as the front end gives them."""

    def get_all(self, key):
        return [self[key]] if key in self else []


@pytest.fixture
def visit(monkeypatch):
    """Reads a link as the first run of a visit does; gives what was taken and what was said."""

    def read(words):
        state = {}
        page = SimpleNamespace(query_params=Words(words), session_state=state)
        for module in ("link", "texts", "settings"):
            monkeypatch.setattr(f"app_pages.shell.{module}.st", page)
        link._read_link(("halfjaar", "stap"))
        return state, state.pop("_link_told")

    return read


ENDLESS = ("inf", "-inf", "1e999", "-1e999", "nan", "Infinity", "1e400%", "9" * 500, "0x10", "1_0", "\u0663", "", " ")


@pytest.mark.parametrize("text", ENDLESS)
def test_endless_numbers_in_a_link_are_said_and_not_taken(visit, text):
    numbers = [name for name, lever in LEVERS.items() if lever.kind in ("integer", "number")]
    for first in range(0, len(numbers), MOST_TOLD):  # no more of them are told by name
        some = numbers[first : first + MOST_TOLD]
        state, told = visit(dict.fromkeys(some, text))
        assert not set(state) & set(numbers)
        assert len(told) == 1 and all(name.replace("_", "\\_") in told[0] for name in some)
    state, told = visit(dict.fromkeys(numbers, text))
    assert not set(state) & set(numbers)
    assert len(told) == 1 and told[0].endswith("….")


@pytest.mark.parametrize("number", [300, pytest.param(2_000, marks=pytest.mark.full)])
def test_mutated_links_are_taken_or_said(visit, number):
    luck = random.Random(f"links {number}")
    keys = [*LEVERS, *(f"{name}__van" for name in LEVERS), STEPS_KEY, UNTIL_KEY, LANGUAGE_KEY, PERIOD_KEY, VERSION_KEY]
    texts = [*ENDLESS, *VALUES, *NASTY_TEXT, "newest", "0.08", "true", "www.evil.nl", "2020-01-01", "golf-2015"]
    steps = "2020-03-01,places_added,3000~2020-06-01,share_cap,0.07,2021-01-01"
    for _ in range(number):
        words = {luck.choice([*keys, *NASTY_TEXT]): luck.choice(texts) for _ in range(luck.randint(1, 4))}
        if luck.random() < 0.3:
            words[STEPS_KEY] = mutated(steps, luck).decode("utf-8", "replace")
        began = time.process_time()
        state, told = visit(words)
        assert time.process_time() - began < LONGEST_SECONDS, words
        for name in set(state) & set(LEVERS):
            value_of(name, state[name])
        for name in set(words) & set(LEVERS):
            assert name in state or name.replace("_", "\\_") in told[-1], (words, told)
        assert told or state or not set(words) - {*keys, "halfjaar", "stap"}, words
        assert all("www.e" not in sentence.replace("\\", "") and "\n" not in sentence for sentence in told), told


def damaged(content: bytes, luck: random.Random) -> bytes:
    """A file with a bit changed, cut off, with bytes too many, or replaced."""
    place, act = luck.randrange(len(content)), luck.randrange(8)
    if act < 5:
        return content[:place] + bytes([content[place] ^ 1 << luck.randrange(8)]) + content[place + 1 :]
    if act == 5:
        return content[:place]
    return content + b"\x00" * luck.choice([1, 9]) if act == 6 else luck.randbytes(luck.choice([0, 1, 40, 4_000]))


@pytest.fixture(scope="module")
def chunk(tmp_path_factory):
    """A plan and the bytes of its first chunk, of figures that nobody computed."""
    plan = make_sweep_plan(check_sweep_text(SWEEP))
    runs = plan.runs_of(0)
    columns = {
        "point": pa.array([point for point, _ in runs], pa.int32()),
        "replication": pa.array([replication for _, replication in runs], pa.int32()),
    }
    for name in plan.sweep.outcomes:
        columns |= {name: pa.array([1.0] * len(runs)), f"{name}.at_least": pa.array([False] * len(runs))}
    table = pa.table(columns).replace_schema_metadata({"sweep": plan.identity, "chunk": "0"})
    return plan, table, table_bytes(table)


DAMAGED = [40, pytest.param(1_000, marks=pytest.mark.full)]


@pytest.mark.parametrize("number", DAMAGED)
def test_damaged_chunks_are_refused(chunk, tmp_path, number):
    plan, _, whole = chunk
    (tmp_path / CHUNKS).mkdir()
    store(tmp_path, 0, whole)
    file, luck = chunk_file(tmp_path, 0), random.Random(f"chunks {number}")
    assert read_chunk(tmp_path, plan, 0)["value"].min() == 1.0
    for _ in range(number):
        target = file if luck.random() < 0.8 else sum_file(file)
        before = target.read_bytes()
        target.write_bytes(wrong := damaged(before, luck))
        if wrong != before:
            assert not judged(lambda: read_chunk(tmp_path, plan, 0), str(file), wrong[:99])
        target.write_bytes(before)


def _forged_chunks(table):
    metadata = table.schema.metadata
    yield table.slice(1)
    yield table.rename_columns([f"{name}x" for name in table.column_names])
    yield table.set_column(0, "point", pa.array([None] * len(table), pa.int32())).replace_schema_metadata(metadata)
    yield table.set_column(2, table.column_names[2], pa.array([None] * len(table), pa.float64()))
    yield table.set_column(2, table.column_names[2], pa.array(["x" * 1_000] * len(table)))
    yield table.replace_schema_metadata({b"sweep": b"\xff", b"chunk": b"\xfe"})
    yield table.replace_schema_metadata(None)


def test_chunks_of_strangers_with_a_right_checksum_are_refused(chunk, tmp_path):
    plan, table, _ = chunk
    (tmp_path / CHUNKS).mkdir()
    for forged in _forged_chunks(table):
        store(tmp_path, 0, table_bytes(forged))
        assert not judged(lambda: read_chunk(tmp_path, plan, 0), str(tmp_path), forged.schema)


def test_a_small_table_that_unpacks_to_gigabytes_is_refused_unread(tmp_path):
    file = tmp_path / "bom.parquet"
    file.write_bytes(table_bytes(pa.table({"a": pa.array(np.zeros(150_000_000, np.int8))})))
    assert file.stat().st_size < 1_000_000
    before = pa.total_allocated_bytes()
    with refused(WrongInput, match="uitgepakt is dit bestand te groot"):
        checked_table(file)
    assert pa.total_allocated_bytes() - before < 10_000_000


def test_only_ordinary_files_of_an_ordinary_size_are_read(tmp_path, monkeypatch):
    with pytest.raises(OSError, match="too large"):
        read_bounded("/dev/zero")
    os.mkfifo(tmp_path / "pijp")
    with pytest.raises(OSError, match="too large"):  # at once: nobody will write into it
        read_bounded(tmp_path / "pijp")
    file = tmp_path / "groot.snapshot"
    with file.open("wb") as stream:
        stream.truncate(1 << 40)
    with refused(WrongInput, match="groot.snapshot"):
        load(file)


@pytest.mark.parametrize("number", DAMAGED)
def test_damaged_snapshots_and_kept_jobs_are_refused(tmp_path, number):
    series = {"half_years": np.ones((4, 1, 13)), "month_days": (17_900,), "series": {"b": np.ones(1)}}
    one = Replication({"a": 1.0}, {"a": "homes"}, ("2019-1",), **series, observed=np.ones(2), steps={"c": 1})
    kept, luck = Store(tmp_path), random.Random(f"jobs {number}")
    assert kept.put("sleutel", {1: one})
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    arrays, meta = load(file)
    for place in range(number):
        file.write_bytes(wrong := damaged(whole, luck))
        if wrong != whole:
            assert not judged(lambda: load(file), str(file), wrong[:99])
            assert kept.get("sleutel") is None
        # what a stranger put there with a right checksum
        forged = dict(arrays)
        name = luck.choice(sorted(forged))
        changed = [forged[name][:0], forged[name].astype("U9"), forged[name][None], None]
        forged[name] = changed[place % 4]
        told = dict(meta) if place % 3 else meta | {luck.choice(sorted(meta)): luck.choice([None, 3, "x", [], [1]])}
        save(file, {key: array for key, array in forged.items() if array is not None}, told)
        judged(lambda: kept.get("sleutel"), "", told)


def read_ensemble():
    load_ensemble.cache_clear()
    found = load_ensemble("prop-2021")
    return found.draws.tolist(), found.best.tolist(), found.misfit.tolist(), found.about


@pytest.mark.parametrize("number", DAMAGED)
@pytest.mark.parametrize(
    ("file", "read"),
    [
        (VERDICTS, kept_verdicts),
        (backtest_file("prop-2021"), lambda path: kept_backtest("prop-2021", path)),
        (ensemble.ENSEMBLES / "prop-2021.json", lambda _: read_ensemble()),
        (ensemble.ENSEMBLES / "prop-2021.csv", lambda _: read_ensemble()),
    ],
    ids=["verdicts", "back-test", "about an ensemble", "draws of an ensemble"],
)
def test_damaged_documents_are_refused(tmp_path, monkeypatch, file, read, number):
    for name in ("prop-2021.json", "prop-2021.csv"):
        shutil.copy(ensemble.ENSEMBLES / name, tmp_path / name)
    copy = Path(shutil.copy(file, tmp_path / file.name))
    monkeypatch.setattr(ensemble, "ENSEMBLES", tmp_path)
    whole, right, luck = copy.read_bytes(), read(copy), random.Random(f"{file.name} {number}")
    for _ in range(number):
        copy.write_bytes(wrong := damaged(whole, luck))
        if judged(lambda: read(copy), "", wrong[:99]):
            assert read(copy) == right, wrong[:99]  # other white space, say
    load_ensemble.cache_clear()


@pytest.mark.parametrize("number", DAMAGED)
def test_damaged_kept_scenarios_are_refused(tmp_path, number):
    kept, luck = SavedScenarios(tmp_path), random.Random(f"kept {number}")
    scenario = load_scenario("prop-2021").with_settings(["share_cap=0.08"])
    code = kept.keep(scenario)
    file = Path(tmp_path) / f"{code}.yaml"
    whole = file.read_bytes()
    file.chmod(0o644)
    for _ in range(number):
        file.write_bytes(wrong := damaged(whole, luck))
        try:
            assert kept.get(code) == scenario
        except WrongInput as refusal:
            assert refusal.code == "kept_is_damaged"
            assert hashlib.sha256(wrong).digest() != hashlib.sha256(whole).digest()
