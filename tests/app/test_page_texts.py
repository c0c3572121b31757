"""The texts of every page: each key stands once, is asked for, and is there; none calls a run a forecast."""

import ast
import re
from pathlib import Path

import pytest

import app_pages
from app_pages import pages
from app_pages.shell.texts import SHARED, period_title
from experiments.language.catalogue import FOLDER, catalogue
from experiments.language.language import LANGUAGES
from experiments.scenario.ready import load_scenario

ROOT = Path(app_pages.__file__).parent
DOCUMENTS = ROOT.parent / "experiments" / "documents" / "pages.py"
CATALOGUES = tuple(sorted({path.stem for path in FOLDER.glob("page_*.toml")} | set(SHARED)))
#: Kinds of line that kept verdicts name.
FROM_DATA = {"at_least", "at_most"}
#: The page about what was said beforehand, where the word is meant.
ABOUT_FORECASTS = "page_voorspeld"
FORECASTS = re.compile("voorspel|predict|forecast", re.IGNORECASE)


def folder_of(name):
    """Where the code of a page stands: its folder, or its only file."""
    if name in SHARED:
        return (ROOT, ROOT.parent / "app.py", ROOT.parent / "experiments" / "charts")
    folder = ROOT / name.removeprefix("page_")
    return (folder if folder.is_dir() else folder.with_suffix(".py"), ROOT / "shell" / "page.py", DOCUMENTS)


def asked_for(name):
    """The keys that code asks for: whole ones, and those made of pieces as patterns."""
    whole, patterns = set(), set()
    files = [file for place in folder_of(name) for file in ([place] if place.is_file() else place.rglob("*.py"))]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                pieces = [re.escape(one.value) if isinstance(one, ast.Constant) else ".+" for one in node.values]
                if any(piece.strip(".+") for piece in pieces):
                    patterns.add("".join(pieces))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
    return whole, patterns


def test_every_page_has_a_catalogue_and_every_catalogue_a_page():
    assert set(CATALOGUES) == {f"page_{page.link}" for page in pages()} | set(SHARED)


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_text_is_asked_for(name):
    whole, patterns = asked_for(name)
    keys = catalogue(name, "nl").keys()
    unused = [
        key
        for key in keys
        if key not in whole | FROM_DATA
        and key.partition(".")[0] not in whole  # all that stands below a key may be asked for at once
        and not any(re.fullmatch(pattern, key) for pattern in patterns)
    ]
    assert unused == []


@pytest.mark.parametrize("file", sorted(ROOT.rglob("*.py")), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_text_that_is_asked_for_is_there(file):
    folder = file.relative_to(ROOT).parts[0].removesuffix(".py")
    names = SHARED if folder in ("shell", "charts", "__init__") else (f"page_{folder}", *SHARED)
    keys = {key for name in names for key in list(catalogue(name, "nl").keys())}
    asked = {
        node.args[0].value
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "text"
        if node.args and isinstance(node.args[0], ast.Constant)
    }
    assert asked - keys == set()


def test_no_key_stands_both_with_a_page_and_in_what_pages_share():
    shared = [key for name in SHARED for key in list(catalogue(name, "nl").keys())]
    assert len(shared) == len(set(shared))
    for name in set(CATALOGUES) - set(SHARED):
        assert set(catalogue(name, "nl").keys()).isdisjoint(shared), name


@pytest.mark.parametrize("name", [name for name in CATALOGUES if name != ABOUT_FORECASTS])
def test_no_text_calls_a_run_a_forecast(name):
    content = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    texts = "".join(line for line in content.splitlines(keepends=True) if not line.startswith("["))
    assert FORECASTS.findall(texts) == []
    assert len(LANGUAGES) > 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_period_without_a_text_has_the_title_of_its_scenario(language):
    assert period_title("prop-2021", language) == catalogue("shell", language)("period_prop-2021")
    assert period_title("hoge-instroom", language) == load_scenario("hoge-instroom").title_in(language)
