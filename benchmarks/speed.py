"""Speed and memory of the chain beside the textbook form, in one run on one machine.

Who acts: this script. It runs three national years, 2019-2021, with the chain and with the textbook form in
`tests/oracle`, and six years with the chain, in turn, so that a busy machine slows all. Times are of the processor in
this process, not of the clock, and contain the building of the world and the run. The first runs of the chain, in which
code is loaded or compiled, are not timed; every timed pair has a seed of its own, so nothing can be remembered from the
run before. Ratios are taken pair by pair; the median is reported. What leaves: a table that says which target is missed
and by how much, and an exit code that is not 0 when a ratio is worse than the one kept in `speed.json` by more than the
margin that noise needs. So a target that is not reached yet stays in sight and does not hide that something became
slower. What is left out: experiments, reading parameters from files, more than one process. The textbook form does less
(the core path only) in a somewhat smaller world, so the ratio is a low estimate.

    python benchmarks/speed.py [--json] [--pairs 3] [--runs 9] [--keep]
"""

import argparse
import gc
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "oracle")]

FIRST, THREE_YEARS, SIX_YEARS = "2019-01-01", "2022-01-01", "2025-01-01"
#: The targets: how many times longer the textbook form takes than the chain, at least; six years than three, at most.
LEAST_RATIO, MOST_YEARS_RATIO = 45.0, 2.3
#: What was measured when it was last kept, and how much worse a busy machine may show without anything being slower.
KEPT, MARGIN = Path(__file__).with_suffix(".json"), 0.15


def seconds(act: Callable[[], Any]) -> float:
    """How much of the processor an act takes."""
    gc.collect()
    started = time.process_time()
    act()
    return time.process_time() - started


def chain_act(until: str = THREE_YEARS, inflow_factor: float = 1.0) -> Callable[[int], Any]:
    """One replication of the chain, given a seed."""
    from models.chain import simulate
    from models.levers import Change, apply_changes
    from models.parameters import baseline
    from sim.calendar import day_number

    parameters = baseline("prop-2021")
    if inflow_factor != 1.0:
        parameters = apply_changes(parameters, [Change("inflow_factor", inflow_factor)])
    last_day = day_number(until)
    return lambda seed: simulate(parameters, seed, last_day)


def textbook_act(seed: int) -> Any:
    """The textbook form on a national world."""
    from textbook import day_of, national_parameters, national_world, run_textbook

    return run_textbook(national_world(seed), national_parameters(), day_of(FIRST), day_of(THREE_YEARS))


def paired_growth(small: Callable[[int], Any], large: Callable[[int], Any], runs: int) -> float:
    """How many times longer the large act takes: median over runs in turn, each pair with its own seed."""
    small(0), large(0)
    ratios = []
    for seed in range(1, runs + 1):
        small_s = seconds(partial(small, seed))
        ratios.append(seconds(partial(large, seed)) / small_s)
    return statistics.median(ratios)


def peak_here_mb() -> float:
    """Peak resident memory of this process, in MB (10^6 bytes)."""
    try:
        # not ru_maxrss on Linux: that starts from the size of the process that started this one
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    except OSError:
        pass
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def peak_of_fresh_process_mb() -> float:
    """Peak memory of one replication of three years in a process of its own, imports included."""
    shown = subprocess.run(
        [sys.executable, str(Path(__file__).resolve()), "--peak-of-one-replication"],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(shown.stdout)


def measure(pairs: int, runs: int) -> dict[str, float]:
    """All figures; times in seconds."""
    chain = chain_act()
    chain(0)
    seeds = count(1)
    textbook_times, chain_times, ratios = [], [], []
    for _ in range(pairs):
        textbook_s = seconds(lambda: textbook_act(next(seeds)))
        chain_s = statistics.median(seconds(lambda: chain(next(seeds))) for _ in range(runs))
        textbook_times.append(textbook_s)
        chain_times.append(chain_s)
        ratios.append(textbook_s / chain_s)
    return {
        "textbook_s": statistics.median(textbook_times),
        "chain_s": statistics.median(chain_times),
        "ratio": statistics.median(ratios),
        "peak_mb": peak_of_fresh_process_mb(),
        "scaling_inflow_x2": paired_growth(chain, chain_act(inflow_factor=2.0), runs),
        "scaling_years_x2": paired_growth(chain, chain_act(until=SIX_YEARS), runs),
    }


def missed(measured: Mapping[str, float]) -> list[str]:
    """Which targets are missed, as lines."""
    lines = []
    if measured["ratio"] < LEAST_RATIO:
        lines.append(f"ratio {measured['ratio']:.1f}, target at least {LEAST_RATIO:g}")
    if measured["scaling_years_x2"] > MOST_YEARS_RATIO:
        lines.append(f"scaling_years_x2 {measured['scaling_years_x2']:.2f}, target at most {MOST_YEARS_RATIO:g}")
    return lines


def slower(measured: Mapping[str, float], kept: Mapping[str, float]) -> list[str]:
    """Which ratios are worse than kept by more than the margin, as lines."""
    least, most = kept["ratio"] * (1.0 - MARGIN), kept["scaling_years_x2"] * (1.0 + MARGIN)
    lines = []
    if measured["ratio"] < least:
        lines.append(f"ratio {measured['ratio']:.1f}, kept {kept['ratio']:.1f}, at least {least:.1f}")
    if measured["scaling_years_x2"] > most:
        years = measured["scaling_years_x2"]
        lines.append(f"scaling_years_x2 {years:.2f}, kept {kept['scaling_years_x2']:.2f}, at most {most:.2f}")
    return lines


LABELS = {
    "textbook_s": "textbook form, three national years (s of processor)",
    "chain_s": "chain, three national years (s of processor)",
    "ratio": "textbook time over chain time",
    "peak_mb": "peak memory of one replication in a fresh process (MB)",
    "scaling_inflow_x2": "chain time with twice the inflow, over once",
    "scaling_years_x2": "chain time of six years over three",
}


def main() -> None:
    """Measures and prints a table, or one JSON document; ends with exit code 1 when a ratio is worse than kept."""
    parser = argparse.ArgumentParser(description="Speed and memory of the chain beside the textbook form.")
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    parser.add_argument("--pairs", type=int, default=3, help="how often both forms are timed in turn")
    parser.add_argument("--runs", type=int, default=9, help="timed runs of the chain per pair")
    parser.add_argument("--keep", action="store_true", help="keep the ratios as what later ones are held against")
    parser.add_argument("--peak-of-one-replication", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak_of_one_replication:
        chain_act()(1)
        print(peak_here_mb())
        return
    measured = measure(options.pairs, options.runs)
    if options.json:
        print(json.dumps(measured))
    else:
        for name, value in measured.items():
            print(f"{LABELS[name]:58s} {value:10.3f}")
    for line in missed(measured):
        print(f"missed: {line}", file=sys.stderr)
    if options.keep:
        kept = {name: round(measured[name], 2) for name in ("ratio", "scaling_years_x2")}
        KEPT.write_text(json.dumps(kept) + "\n", encoding="utf-8")
    elif lines := slower(measured, json.loads(KEPT.read_text(encoding="utf-8"))):
        sys.exit("\n".join(f"slower than kept: {line}" for line in lines))


if __name__ == "__main__":
    main()
