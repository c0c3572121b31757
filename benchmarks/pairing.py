"""What it is worth that two scenarios meet the same luck: the interval on their difference, paired and unpaired.

Who acts: this script. It runs the baseline and another scenario with the same replications, and takes the interval
on the difference of each outcome twice: pair by pair, as `doorstroom compare` does, and as if the two had met luck
and parameters of their own. Both count draws of the parameters, not replications. What leaves: half the width of
both and their ratio. What is left out: seconds; this is about precision.

    python benchmarks/pairing.py [--json] [--replications 20] [--fixed-parameters] [SCENARIO ...]
"""

import argparse
import json
import math
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

BASELINE = "prop-2021"
SCENARIOS = ("tussenvoorzieningen", "flex-versneld", "signaal-direct-gehoord")
OUTCOMES = ("permit_holders_under_coa_mean", "permit_holders_under_coa_end")


def measure(scenarios: list[str], replications: int, fixed_parameters: bool) -> list[dict[str, float | str]]:
    """One row per scenario and outcome; widths in persons."""
    from experiments.run.run import run_scenario
    from experiments.run.task import RunPlan
    from experiments.run.workers import default_workers
    from experiments.scenario.ready import load_scenario
    from sim.statistics import Band, grouped_interval, mean_interval

    runs = {
        name: run_scenario(load_scenario(name), RunPlan(
            replications=replications, workers=default_workers(replications), fixed_parameters=fixed_parameters,
        ))
        for name in (BASELINE, *scenarios)
    }  # fmt: skip
    usual = runs[BASELINE]

    def half(values: object) -> float:
        found: Band = mean_interval(values) if fixed_parameters else grouped_interval(values, usual.draws)  # type: ignore[arg-type]
        return (found.high - found.low) / 2.0

    rows: list[dict[str, float | str]] = []
    for name in scenarios:
        for outcome in OUTCOMES:
            one, other = usual.outcome(outcome), runs[name].outcome(outcome)
            paired, unpaired = half(other - one), math.hypot(half(one), half(other))
            rows.append(
                {"scenario": name, "outcome": outcome, "difference": float((other - one).mean()), "paired": paired,
                 "unpaired": unpaired, "ratio": unpaired / paired}
            )  # fmt: skip
    return rows


def main() -> None:
    """Measures and prints a table, or one JSON document."""
    parser = argparse.ArgumentParser(description="The interval on a difference, paired and unpaired.")
    parser.add_argument("scenarios", nargs="*", default=list(SCENARIOS))
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--fixed-parameters", action="store_true", help="all replications with the best draw")
    options = parser.parse_args()
    rows = measure(options.scenarios, options.replications, options.fixed_parameters)
    if options.json:
        print(json.dumps(rows))
        return
    for row in rows:
        print(
            f"{row['scenario']:<24} {row['outcome']:<36} {row['difference']:>9.0f}  paired ±{row['paired']:.0f}  "
            f"unpaired ±{row['unpaired']:.0f}  ratio {row['ratio']:.1f}"
        )


if __name__ == "__main__":
    main()
