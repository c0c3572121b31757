"""The yardstick a year ahead: the plain stock-flow model of `experiments/history/stock_flow.py`, at every origin.

Who acts: this script. What leaves: a table, and with --keep the file that `docs/een-jaar-vooruit.md` shows beside the
chain.

    python benchmarks/stock_flow.py [--period prop-2021] [--json] [--keep]
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]


def main() -> None:
    """Measures and prints a table, or one JSON document."""
    parser = argparse.ArgumentParser(description="A plain stock-flow model, a year ahead.")
    parser.add_argument("--period", default="prop-2021")
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    parser.add_argument("--keep", action="store_true", help="write what the page on a year ahead shows")
    options = parser.parse_args()
    from experiments.history.stock_flow import measure

    rows = measure(options.period)
    if options.keep:
        from experiments.history.origins import KEPT
        from experiments.storage.documents import write_document

        write_document(KEPT / f"yardstick-{options.period}.json", {"ahead": rows})
    if options.json:
        print(json.dumps(rows))
        return
    for key in sorted({row["series"] for row in rows}):
        off: dict[int, list[float]] = {}
        for row in rows:
            if row["series"] == key:
                off.setdefault(row["origin"], []).append(100.0 * abs(row["value"] / row["published"] - 1.0))
        print(f"{key:<44}" + "".join(f"  {year}: {np.mean(each):5.1f} %" for year, each in sorted(off.items())))


if __name__ == "__main__":
    main()
