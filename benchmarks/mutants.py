"""Do tests see a model that is a little wrong? Random mutants of the code, each held against laws, theory and oracle.

A mutant is the program with one place changed: a comparison that takes the other side, a sum that becomes a difference,
a number one higher, a condition that is turned round, a statement that is left out. Every mutant is tried in a copy of
the repository; it is noticed when a test fails, or when a test takes longer than allowed. Who survives is listed with
file, line and change: a place that no test watches, or a change that changes nothing. Golden files take no part: they
notice everything and say nothing about right.

    python benchmarks/mutants.py --count 100 models/stages

Of a mutant only what it touches is compiled anew (`kernels_by_module.py`). Results are added to a file as they come,
and a second call with the same seed goes on from there.
"""

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
TESTS = (
    "tests/laws/test_nobody_lost.py", "tests/laws/test_rules_of_the_chain.py", "tests/laws/test_waits.py",
    "tests/oracle", "tests/theory", "tests/laws",
)  # fmt: skip
COPIED = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "build", "dist", "*.egg-info")
#: The other side of an operator.
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One changed place: file, line, the source of that place before and after, and where it stands in the file."""

    file: str
    line: int
    before: str
    after: str
    place: int


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """Give what a node may become; nothing for one that stays."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARISONS:
        yield ast.Compare(node.left, [COMPARISONS[type(node.ops[0])]()], node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        yield ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)
    elif isinstance(node, ast.AugAssign) and type(node.op) in OPERATORS:
        yield ast.AugAssign(node.target, OPERATORS[type(node.op)](), node.value)
        yield ast.Pass()
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        yield ast.Constant(node.value + 1)
    elif isinstance(node, ast.If | ast.While):
        yield type(node)(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield ast.Pass()


def _places(tree: ast.Module) -> list[tuple[ast.AST, ast.AST]]:
    """Return every place inside a function and what it may become, in order of the file."""
    found = []
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for statement in function.body:
            if isinstance(statement, ast.FunctionDef):
                continue
            found += [(node, other) for node in ast.walk(statement) for other in _changes(node)]
    return found


class _Put(ast.NodeTransformer):
    def __init__(self, node: ast.AST, other: ast.AST) -> None:
        self.node, self.other = node, other

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.node:
            return ast.copy_location(self.other, node)
        return self.generic_visit(node)


def _first_line(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(node)).split("\n", 1)[0]


def mutants(paths: list[str], count: int, seed: int) -> list[Mutant]:
    """Choose ``count`` mutants of the files under these paths, every place as likely as any other."""
    everything: list[Mutant] = []
    for path in paths:
        whole = ROOT / path
        for file in sorted(whole.rglob("*.py")) if whole.is_dir() else [whole]:
            for place, (node, other) in enumerate(_places(ast.parse(file.read_text(encoding="utf-8")))):
                line = getattr(node, "lineno", 0)
                name = file.relative_to(ROOT).as_posix()
                everything.append(Mutant(name, line, _first_line(node), _first_line(other), place))
    chosen = np.random.default_rng(seed).permutation(len(everything))[:count]
    return [everything[index] for index in chosen]


def mutated(mutant: Mutant) -> str:
    """Return the source of the file with the one place changed."""
    tree = ast.parse((ROOT / mutant.file).read_text(encoding="utf-8"))
    node, other = _places(tree)[mutant.place]
    return ast.unparse(ast.fix_missing_locations(_Put(node, other).visit(tree)))


def try_mutant(mutant: Mutant, tests: list[str], seconds: float, kernels: Path) -> dict[str, object]:
    """Run the tests on a copy with the mutant in it; tell whether it was noticed, by which test, and how long."""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="doorstroom-mutant-") as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=COPIED)
        (copy / mutant.file).write_text(mutated(mutant), encoding="utf-8")
        environment = os.environ | {
            "PYTHONPATH": f"{copy}{os.pathsep}{copy / 'benchmarks'}",
            "XDG_CACHE_HOME": str(Path(folder) / "cache"),
            "MUTANT_KERNELS": str(kernels.absolute()),
        }
        plugins = ["-p", "no:cacheprovider", "-p", "kernels_by_module"]
        command = [sys.executable, "-m", "pytest", "-x", "-q", *plugins, "-m", "not full", *tests]
        try:
            run = subprocess.run(
                command, cwd=copy, env=environment, capture_output=True, text=True, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired:
            noticed, by = True, "time"
        else:
            noticed = run.returncode != 0
            failed = [line for line in run.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
            by = failed[0].split(" - ")[0] if failed else str(run.returncode)
    return asdict(mutant) | {"noticed": noticed, "by": by, "seconds": round(time.monotonic() - begin, 1)}


def main() -> None:
    """Try mutants until the count is reached, and say which survived."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("paths", nargs="*", default=["models/stages"])
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=1800.0, help="longest time for one mutant")
    parser.add_argument("--tests", nargs="*", default=list(TESTS))
    parser.add_argument("--out", type=Path, default=Path("mutants.jsonl"))
    parser.add_argument("--at-least", type=float, default=0.0, help="share that must be noticed, else exit code 1")
    asked = parser.parse_args()
    chosen = mutants(asked.paths, asked.count, asked.seed)
    lines = asked.out.read_text(encoding="utf-8").splitlines() if asked.out.exists() else []
    told = {(row["file"], row["place"], row["before"]): row for row in map(json.loads, lines)}
    left = [mutant for mutant in chosen if (mutant.file, mutant.place, mutant.before) not in told]
    with ThreadPoolExecutor(asked.workers) as pool:
        for row in pool.map(
            lambda mutant: try_mutant(mutant, asked.tests, asked.seconds, asked.out.with_suffix(".kernels")), left
        ):
            told[row["file"], row["place"], row["before"]] = row
            with asked.out.open("a", encoding="utf-8") as handle:
                handle.write(json.dumps(row) + "\n")
            print("noticed " if row["noticed"] else "SURVIVED", row["file"], row["line"], row["before"], "->",
                  row["after"], f"({row['by']}, {row['seconds']} s)", flush=True)  # fmt: skip
    rows = [told[mutant.file, mutant.place, mutant.before] for mutant in chosen]
    noticed = sum(bool(row["noticed"]) for row in rows)
    print(f"{noticed} of {len(rows)} noticed")
    for row in rows:
        if not row["noticed"]:
            print("  survived:", row["file"], row["line"], row["before"], "->", row["after"])
    sys.exit(noticed < asked.at_least * len(rows))


if __name__ == "__main__":
    main()
