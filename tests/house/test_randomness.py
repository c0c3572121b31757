"""House rule: luck belongs to somebody. No module of sim or models may draw "the next number" from anywhere.

One stray draw breaks the pairing of scenarios without a trace in the results, so the syntax tree of every module is
searched for every road to a random number generator, the clock as a seed, and the hash of text (which differs per
process).
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted(file for room in ("sim", "models") for file in (ROOT / room).rglob("*.py"))
FORBIDDEN_MODULES = ("random", "secrets", "uuid", "numpy.random", "scipy.stats.qmc", "scipy.stats", "time")
#: Asks the clock how old a kept file is; nothing of it reaches a run.
READ_THE_CLOCK = {"sim/cache_folder.py"}
FORBIDDEN_NAMES = {"default_rng", "RandomState", "SeedSequence", "Generator", "urandom", "getrandbits", "rvs"}
HARMLESS_MODULES = {"collections.abc", "typing"}  # where a Generator is a kind of iterator
FORBIDDEN_CALLS = {"hash", "id", "__import__", "eval", "exec"}


def dotted(node: ast.AST) -> str:
    """The dotted name of an attribute chain, empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        front = dotted(node.value)
        return f"{front}.{node.attr}" if front else node.attr
    return ""


def forbidden_module(name: str) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in FORBIDDEN_MODULES)


def stray_luck(source: str) -> list[str]:
    """Every road to a random number in a module, as ``line: what``."""
    tree = ast.parse(source)
    numpy_names, harmless = {"np", "numpy"}, set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            numpy_names |= {alias.asname or alias.name for alias in node.names if alias.name == "numpy"}
        elif isinstance(node, ast.ImportFrom) and node.module in HARMLESS_MODULES:
            harmless |= {alias.name for alias in node.names}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, f"import {alias.name}") for alias in node.names if forbidden_module(alias.name)]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                named = alias.name in FORBIDDEN_NAMES and node.module not in HARMLESS_MODULES
                if forbidden_module(node.module or "") or forbidden_module(whole) or named:
                    found.append((node.lineno, f"from {node.module} import {alias.name}"))
        elif isinstance(node, ast.Attribute):
            name = dotted(node)
            if name.split(".")[:2] in [[numpy, "random"] for numpy in numpy_names] or node.attr in FORBIDDEN_NAMES:
                found.append((node.lineno, name))
        elif isinstance(node, ast.Name) and node.id in FORBIDDEN_NAMES - harmless:
            found.append((node.lineno, node.id))
        elif isinstance(node, ast.Call):
            called = dotted(node.func)
            if called in FORBIDDEN_CALLS or (called == "getattr" and _asks_for_random(node)):
                found.append((node.lineno, f"{called}(...)"))
            if called.endswith("import_module"):
                found.append((node.lineno, called))
    return [f"{line}: {what}" for line, what in sorted(set(found))]


def _asks_for_random(call: ast.Call) -> bool:
    return any(isinstance(part, ast.Constant) and part.value == "random" for part in call.args)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_a_module_draws_no_random_numbers_of_its_own(file):
    found = stray_luck(file.read_text(encoding="utf-8"))
    clock = [one for one in found if one.endswith(": import time")]
    assert found == (clock if file.relative_to(ROOT).as_posix() in READ_THE_CLOCK else [])


def test_there_is_something_to_search():
    assert {"luck.py", "chain.py", "ind.py", "world.py"} <= {file.name for file in FILES}


@pytest.mark.parametrize(
    "snippet",
    [
        "import numpy as np\nnp.random.rand()",
        "import numpy\nnumpy.random.seed(1)",
        "import numpy as fast\nfast.random.normal()",
        "import numpy.random as luck",
        "from numpy import random",
        "from numpy.random import default_rng",
        "from numpy.random import normal as mix",
        "rng = default_rng(3)",
        "import random",
        "import random as chance",
        "from random import shuffle",
        "def kernel():\n    import random\n    return random.random()",
        "import secrets",
        "from uuid import uuid4",
        "import os\nos.urandom(8)",
        "from scipy import stats",
        "from scipy.stats import norm\nnorm.rvs()",
        "import scipy.stats",
        "distribution.rvs(3)",
        "import time",
        "luck = hash('name')",
        "getattr(np, 'random')",
        "import importlib\nimportlib.import_module('ran' + 'dom')",
    ],
)
def test_the_search_finds(snippet):
    assert stray_luck(snippet) != []


@pytest.mark.parametrize(
    "snippet",
    [
        "from sim.luck import uniform\nuniform(1, 2, 3)",
        "from scipy.special import ndtri",
        "import numpy as np\nnp.arange(3)",
        "hashlib.sha256()",
        "self.random_word = 3",
        "import datetime",
        "from collections.abc import Generator\ndef days() -> Generator[int, None, None]: ...",
    ],
)
def test_the_search_leaves_alone(snippet):
    assert stray_luck(snippet) == []
