"""Law: the same seed gives the same facts to the last byte, whoever computes them and whatever ran before."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from lawbook import BUSY, base_run, differing, fingerprint, fingerprint_of_replication, run

from experiments.run.run import run_scenario
from experiments.run.task import RunPlan
from experiments.scenario.ready import load_scenario, ready_names
from sim.calendar import day_number
from sim.replications import replicate, replication_seed

ROOT = Path(__file__).resolve().parent.parent.parent
UNTIL = "2019-07-01"
PROGRAM = """
import sys
sys.path.insert(0, {laws!r})
from lawbook import BUSY, fingerprint, run
print(fingerprint(run(BUSY, {until!r}, 5)))
"""


def fingerprint_elsewhere(hash_seed: str) -> str:
    """The fingerprint of the busy scenario, computed by a fresh process under its own PYTHONHASHSEED."""
    program = PROGRAM.format(laws=str(Path(__file__).resolve().parent), until=UNTIL)
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, cwd=ROOT, check=True
    )
    return done.stdout.strip()


def test_twice_in_one_process_gives_the_same_bytes():
    first = run(BUSY, UNTIL, 5)
    assert differing(first, run(BUSY, UNTIL, 5)) == []
    run((), "2019-03-01", 6)
    assert differing(first, run(BUSY, UNTIL, 5)) == []


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_another_process_with_another_hash_seed_gives_the_same_bytes(hash_seed):
    assert fingerprint_elsewhere(hash_seed) == fingerprint(run(BUSY, UNTIL, 5))


@pytest.mark.full
@pytest.mark.parametrize("hash_seed", ["1", "77", "random"])
def test_more_hash_seeds_give_the_same_bytes(hash_seed):
    assert fingerprint_elsewhere(hash_seed) == fingerprint(run(BUSY, UNTIL, 5))


def test_one_and_two_processes_and_any_chunking_give_the_same_bytes():
    task = partial(fingerprint_of_replication, day_number("2019-04-01"), BUSY, 11)
    alone = dict(replicate(task, range(1, 7), workers=1))
    together = dict(replicate(task, range(1, 7), workers=2))
    in_chunks = {**dict(replicate(task, [4, 6], workers=1)), **dict(replicate(task, [5, 1, 3, 2], workers=1))}
    assert together == alone
    assert in_chunks == alone
    assert len(set(alone.values())) == len(alone), "every replication has luck of its own"


def test_a_scenario_run_says_the_same_on_one_and_two_processes():
    scenario = load_scenario(ready_names()[0])
    first = day_number("2019-01-01" if scenario.period == "prop-2021" else "2014-01-01")
    window = {"replications": 3, "seed": 4, "from_day": first, "until_day": first + 100}
    assert (
        run_scenario(scenario, RunPlan(workers=1, **window)).to_json()
        == run_scenario(scenario, RunPlan(workers=2, **window)).to_json()
    )


def test_asking_for_facts_twice_gives_the_same_facts(short_chain, short_facts):
    assert differing(short_facts, short_chain.facts()) == []
    assert differing(short_facts, base_run("2019-04-01")) == []


def test_another_seed_gives_other_facts():
    assert fingerprint(base_run("2019-03-01", 1)) != fingerprint(base_run("2019-03-01", 2))


def test_large_seeds_are_fit_for_use():
    assert run((), "2019-01-08", 2**63 - 1).seed == 2**63 - 1
    assert 0 <= replication_seed(2**64 - 1, 10**9) < 2**63
