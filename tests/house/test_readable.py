"""The code can be found and read: folders as planned, names that say something, modules that open with their story."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from app_pages import pages

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("sim", "models", "experiments", "cli_pages")
FOLDERS = {"app_pages", "benchmarks", "cli_pages", "docs", "e2e", "experiments", "models", "sim", "tests"}
TEST_FOLDERS = {"app", "claims", "golden", "house", "install", "laws", "oracle", "theory", "unit"}
EMPTY_NAMES = {"args", "data", "helper", "helpers", "manager", "managers", "misc", "common", "util", "utils", "tools"}
MADE_BY_TOOLS = re.compile(r"__pycache__|build|dist|uitkomst|.*\.egg-info|\..*")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
STAGES = sorted(path for path in (ROOT / "models" / "stages").glob("*.py") if path.stem != "__init__")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def folders_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_dir() and not MADE_BY_TOOLS.fullmatch(path.name)}


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_opens_with_a_docstring(module):
    told = ast.get_docstring(tree(module))
    assert told
    assert told.splitlines()[0].rstrip().endswith((".", ":", ",")) or "\n" in told


@pytest.mark.parametrize("stage", STAGES, ids=lambda path: path.stem)
def test_a_stage_says_who_acts_who_waits_what_leaves_and_what_is_left_out(stage):
    told = " ".join((ast.get_docstring(tree(stage)) or "").lower().split())
    for word in ("who acts", "who waits", "what leaves", "left out"):
        assert word in told, f"{name(stage)} does not say {word}"


def test_no_module_has_an_empty_name():
    tests = sorted((ROOT / "tests").rglob("*.py"))
    assert [name(path) for path in (*MODULES, *tests) if path.stem.strip("_").lower() in EMPTY_NAMES] == []


def test_no_variable_has_an_empty_name():
    found = []
    for module in MODULES:
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.arg):
                word = node.arg
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                word = node.id
            else:
                continue
            if word in EMPTY_NAMES:
                found.append(f"{name(module)}:{node.lineno}: {word}")
    assert found == []


def test_folders_are_as_planned():
    assert folders_in(ROOT) <= FOLDERS
    assert folders_in(ROOT) >= {*ROOMS, "docs", "tests"}
    assert folders_in(ROOT / "models") == {"data", "stages"}
    rooms = {
        "charts", "claims", "compare", "documents", "figures", "forecast", "history", "language", "report", "run",
        "scenario", "service", "storage", "sweep",
    }  # fmt: skip
    planned = rooms | {"archive", "data", "ensembles", "scenarios", "sweeps", "verdicts"}
    assert folders_in(ROOT / "experiments") == planned
    assert folders_in(ROOT / "sim") == set()
    assert folders_in(ROOT / "tests") <= TEST_FOLDERS
    assert [path for path in (ROOT / "models" / "data").iterdir() if path.suffix == ".py"] == []


def test_no_test_folder_shadows_a_room():
    assert [room for room in (*ROOMS, "cli") if (ROOT / "tests" / room).exists()] == []


def test_pages_name_every_stage():
    model = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    assert [stage.name for stage in STAGES if f"stages/{stage.name}" not in model] == []


def test_a_page_knows_no_other_page():
    """The contract of imports names the pages of today; this holds every page that is found."""
    rooms = {page.show.__module__.split(".")[1] for page in pages()}
    for path in sorted((ROOT / "app_pages").rglob("*.py")):
        own = path.relative_to(ROOT / "app_pages").parts[0].removesuffix(".py")
        if own not in rooms:
            continue
        named = re.findall(r"^\s*(?:from|import) app_pages\.(\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert {name for name in named if name in rooms} <= {own}, path.name


def test_doors_know_no_room_of_sim_but_the_refusals():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (doors,) = (
        one for one in project["tool"]["importlinter"]["contracts"] if one["name"].startswith("Doors ask experiments")
    )
    rooms = {f"sim.{path.stem}" for path in (ROOT / "sim").glob("[a-z]*.py")}
    assert rooms - set(doors["forbidden_modules"]) == {"sim.errors"}
