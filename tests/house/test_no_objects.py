"""House rule: what somebody hands over holds values, never objects that run when they are read."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("sim", "models", "experiments", "app_pages", "cli_pages")
FILES = [ROOT / "cli.py", *(file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py")))]
#: The one module that may: compiled code, of which `sim/kernel_store.py` vouches for the place and the checksum.
MAY = {"sim/compiled.py": {"pickle"}}
MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "jsonpickle"}
CALLS = {"eval", "exec", "read_pickle", "unsafe_load", "full_load", "full_load_all", "unsafe_load_all"}


def roads(source):
    """Everything in a module by which what is read could become an object of any kind, or run."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names} & MODULES
        elif isinstance(node, ast.ImportFrom):
            found |= {(node.module or "").split(".")[0]} & MODULES
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found |= {called} & CALLS
            if called == "load" and isinstance(node.func, ast.Attribute):
                found |= {getattr(node.func.value, "id", "")} & {"yaml"}
            words = {word.arg: getattr(word.value, "value", True) for word in node.keywords}
            found |= {"allow_pickle"} if words.get("allow_pickle", False) else set()
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_nothing_that_is_read_becomes_an_object(file):
    assert roads(file.read_text(encoding="utf-8")) <= MAY.get(file.relative_to(ROOT).as_posix(), set())


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from pickle import loads",
        "np.load(f, allow_pickle=True)",
        "yaml.load(f)",
        "eval(text)",
        "pd.read_pickle(f)",
    ],
)
def test_the_search_finds(source):
    assert roads(source)


@pytest.mark.parametrize("source", ["json.load(f)", "np.load(f, allow_pickle=False)", "re.compile(text)"])
def test_the_search_leaves_alone(source):
    assert not roads(source)
