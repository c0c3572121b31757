"""A plugin of pytest for `mutants.py`: compiled code is kept per module, so that of a mutant little is compiled anew.

The program keeps compiled code under a fingerprint of all its source: safe, and a minute of compiling for every changed
line. Here a kernel is known by the source of its own module and of all that this one imports. What that overlooks would
run the code of before, and the mutant would survive: the score can only come out too low.
"""

import ast
import hashlib
import os
from functools import cache
from pathlib import Path
from typing import Any

from sim import compiled, kernel_store

ROOT = Path(__file__).resolve().parent.parent


@cache
def _imports(module: str) -> tuple[str, ...]:
    """The modules of the program that a module imports itself, wherever in its file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(_source(module))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return tuple(sorted(name for name in found if name.split(".")[0] in kernel_store.ROOMS and _source(name)))


def _source(module: str) -> str:
    file = ROOT / f"{module.replace('.', '/')}.py"
    return file.read_text(encoding="utf-8") if file.exists() else ""


@cache
def _known_by(module: str) -> str:
    """A checksum of the source of a module and of everything that it imports, however far away."""
    reached, left = {module}, [module]
    while left:
        new = [name for name in _imports(left.pop()) if name not in reached]
        reached.update(new)
        left += new
    return hashlib.sha256("\0".join(name + _source(name) for name in sorted(reached)).encode()).hexdigest()


_key = compiled._Kept._key


def _key_by_module(kept: Any, types: Any, codegen: Any) -> str:
    module = next(name for name in _modules(kept._name) if _source(name))
    return _key(kept, types, codegen) + _known_by(module)


def _modules(name: str) -> list[str]:
    """The modules that a full name of a function may lie in, the longest first."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]


kernel_store.FOLDER = Path(os.environ["MUTANT_KERNELS"])
kernel_store.FOLDER.mkdir(parents=True, exist_ok=True)
setattr(compiled._Kept, "_key", _key_by_module)  # noqa: B010 (a plain assignment has the wrong type)
