"""The documentation is true: its commands work, its code runs, its lists equal the code.

Commands (lines of ``console`` blocks) that take little time are run, in the order in which they stand, in an empty
folder that holds the files shown in the same document. Of the longer ones the scenario and settings are checked.
Pages that are made equal what makes them.
"""

import csv
import io
import os
import re
import runpy
import shlex
import shutil
import xml.etree.ElementTree
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli_pages.command import app
from experiments import read_csv
from experiments.claims.claims import CLAIMS
from experiments.claims.judge import chosen_claims
from experiments.documents.pages import made_pages, write_pages
from experiments.scenario.ready import check_text, load_scenario
from experiments.sweep.plan import check_sweep_text, load_sweep, ready_sweeps
from models.levers import LEVERS
from models.sources import read_table, table_names
from sim.errors import CannotWrite, WrongInput

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
LEVERS_PAGE = DOCS / "knoppen.md"
GUIDE = DOCS / "gebruikershandleiding.md"
PAGES = (*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("*.md")))
WITH_COMMANDS = (ROOT / "README.md", DOCS / "gebruikershandleiding.md", DOCS / "adding.md")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CHEAP = ("list", "score", "sharing", "import", "check", "schema", "trace", "--version", "--help")
LONG = ("run", "compare", "forecast", "backtest", "calibrate", "why", "claims")
LATEST_CHEAP_END = "2019-07-01"
MOST_CHEAP_ACTS = 2_000
MOST_CHEAP_REPLICATIONS = 2
#: Folders of one machine and hosts of registries; written so that this file does not name them itself.
FORBIDDEN = re.compile(
    r"(?<![\w.])/(?:work|tmp|root|home)/|pypi\W?org|pythonhoste[d]|registry\W?npmjs|proxy\W?golang|conda\W?anaconda|crates\W?io\b"
)
SKIPPED = {"node_modules", "__pycache__", "build", "dist", "uitkomst", "doorstroom.egg-info"}
TEXT_SUFFIXES = {".py", ".md", ".csv", ".yaml", ".yml", ".toml", ".cff", ".svg", ".txt", ".lock", ".json", ""}


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    page: Path
    language: str
    text: str
    line: int

    @property
    def place(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(page: Path, language: str) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, found[1], found[2], text[: found.start()].count("\n") + 1)
        for found in FENCE.finditer(text)
        if found[1] == language
    ]


def commands(page: Path) -> list[list[str]]:
    """The words of each command on a page, without the name of the program."""
    lines = [line for block in blocks(page, "console") for line in block.text.splitlines() if line.strip()]
    assert all(line.startswith("doorstroom ") for line in lines), f"{page.name}: a console block holds something else"
    return [shlex.split(line)[1:] for line in lines]


def option(words: list[str], name: str) -> str:
    return words[words.index(name) + 1] if name in words else ""


def is_cheap(words: list[str]) -> bool:
    words = words[2:] if words[0] == "--language" else words
    if words[0] in CHEAP or "--help" in words:
        return True
    if words[0] == "sweep":
        return load_sweep(words[1]).acts() <= MOST_CHEAP_ACTS and "--cluster" not in words
    ends_soon = "" < option(words, "--until") <= LATEST_CHEAP_END
    return ends_soon and 0 < int(option(words, "--replications") or 0) <= MOST_CHEAP_REPLICATIONS


def put_files(page: Path, folder: Path) -> None:
    """Write the files that a page shows, scenarios and figures; their name stands in the first line."""
    for block in (*blocks(page, "yaml"), *blocks(page, "csv")):
        first = block.text.splitlines()[0]
        if first.startswith("# "):
            (folder / first.removeprefix("# ")).write_text(block.text, encoding="utf-8")


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.name)
def test_commands_work(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    put_files(page, tmp_path)
    told = commands(page)
    assert told
    for words in told:
        if is_cheap(words):
            alone = (
                ["--workers", "1"] if words[0] in ("run", "compare", "why", "sweep") and "--help" not in words else []
            )
            answer = CliRunner().invoke(app, [*words, *alone], prog_name="doorstroom")
            assert answer.exit_code == 0, f"doorstroom {shlex.join(words)}: {answer.output}"
            assert answer.output
        elif words[0] == "sweep":
            assert load_sweep(words[1])
        elif words[0] == "claims":
            names = [word for word in words[1:] if not word.startswith("--") and not word.isdigit()]
            assert chosen_claims(CLAIMS, names)
        else:
            assert words[0] in LONG, f"what is doorstroom {words[0]}?"
            settings = [words[at + 1] for at, word in enumerate(words) if word == "--set"]
            assert load_scenario(words[1]).with_settings(settings)
    if page.name == "gebruikershandleiding.md":
        for block in blocks(page, "python"):
            run_block(block, tmp_path)


def test_every_command_is_explained():
    shown = {words[0] for words in commands(DOCS / "gebruikershandleiding.md")}
    assert {
        "run",
        "compare",
        "why",
        "claims",
        "sweep",
        "backtest",
        "calibrate",
        "trace",
        "list",
        "check",
        "schema",
        "sharing",
        "forecast",
        "score",
        "import",
    } <= shown


def run_block(block: Block, folder: Path) -> None:
    # A file and not a string: the compiler of kernels wants to know where a function stands.
    path = folder / f"block_{block.line}.py"
    path.write_text(block.text, encoding="utf-8")
    try:
        runpy.run_path(str(path))
    except Exception as error:
        raise AssertionError(f"the block at {block.place} fails: {error!r}") from error


@pytest.mark.parametrize("block", blocks(DOCS / "adding.md", "python"), ids=lambda block: f"line {block.line}")
def test_code_in_adding_runs(block, tmp_path):
    run_block(block, tmp_path)


def test_rows_in_adding_fit_their_table():
    tables = {tuple(read_table(name)[0]): name for name in table_names()}
    tables |= {tuple(read_csv(name)[0]): name for name in ("fitted_parameters", "held_against")}
    found = blocks(DOCS / "adding.md", "csv")
    assert found
    for block in found:
        head, *rows = csv.reader(io.StringIO(block.text))
        assert tuple(head) in tables, f"no table has the columns of {block.place}"
        assert rows
        assert all(len(row) == len(head) for row in rows)


def test_scenarios_in_docs_are_valid():
    found = [block for page in PAGES for block in blocks(page, "yaml")]
    assert found
    for block in found:
        is_sweep = re.search(r"^(scenarios|list):", block.text, re.MULTILINE)
        assert (check_sweep_text if is_sweep else check_text)(block.text, block.place)


def test_every_ready_sweep_is_in_the_guide():
    text = (DOCS / "gebruikershandleiding.md").read_text(encoding="utf-8")
    assert [name for name in ready_sweeps() if f"`{name}`" not in text] == []


# --- the list of levers ---------------------------------------------------------------------------------------


def test_the_page_of_levers_names_all():
    written = LEVERS_PAGE.read_text(encoding="utf-8")
    assert all(f"`{name}`" in written for name in LEVERS)


# --- the list of ready scenarios -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", made_pages(DOCS), ids=lambda path: path.name)
def test_what_is_made_equals_what_the_program_says(path):
    assert path.read_text(encoding="utf-8") == made_pages(DOCS)[path], "run `doorstroom docs`"


def test_pages_are_written_where_they_differ_and_nowhere_else(tmp_path):
    folder = tmp_path / "docs"
    shutil.copytree(DOCS, folder)
    assert write_pages(folder) == []
    (folder / "knoppen.md").write_text("iets anders, met `doorstroom docs`", encoding="utf-8")
    guide = folder / "gebruikershandleiding.md"
    guide.write_text(guide.read_text(encoding="utf-8").replace("| `prop-2021` |", "| `prop` |"), encoding="utf-8")
    assert sorted(path.name for path in write_pages(folder)) == ["gebruikershandleiding.md", "knoppen.md"]
    assert (folder / "knoppen.md").read_bytes() == LEVERS_PAGE.read_bytes()
    guide.write_text("zonder merktekens", encoding="utf-8")
    for place in (folder, tmp_path / "nergens"):
        with pytest.raises(WrongInput):
            write_pages(place)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_what_the_docs_command_did_not_make_is_not_replaced_nor_waited_for(tmp_path):
    folder, mine = tmp_path / "docs", tmp_path / "brief.txt"
    shutil.copytree(DOCS, folder)
    mine.write_bytes(b"van de gebruiker \xff")
    page = folder / "uitspraken.md"
    page.unlink()
    page.symlink_to(mine)
    with pytest.raises(CannotWrite):
        write_pages(folder)
    assert mine.read_bytes() == b"van de gebruiker \xff"
    assert write_pages(folder, force=True) == [page]
    mine.unlink()
    os.mkfifo(mine)
    with pytest.raises(CannotWrite):
        write_pages(folder, force=True)
    for spoil in (lambda guide: guide.write_bytes(b"\xff"), lambda guide: (guide.unlink(), os.mkfifo(guide))):
        spoil(folder / "model.md")
        with pytest.raises(WrongInput):
            write_pages(folder)


# --- the repository speaks of itself alone ----------------------------------------------------------------------


def files_of_the_repository() -> list[Path]:
    found = []
    for entry in sorted(ROOT.iterdir()):
        if entry.is_file() and not entry.name.startswith(".git"):
            found.append(entry)
        elif entry.is_dir() and (not entry.name.startswith(".") or entry.name in {".ci", ".github"}):
            found += [path for path in sorted(entry.rglob("*")) if path.is_file()]
    return [path for path in found if path.suffix in TEXT_SUFFIXES and not SKIPPED & set(path.relative_to(ROOT).parts)]


def test_no_file_names_a_place_outside_the_repository():
    named = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in files_of_the_repository()
        for found in FORBIDDEN.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not named


def test_links_between_pages_lead_somewhere():
    lost = []
    for page in PAGES:
        text = FENCE.sub("", page.read_text(encoding="utf-8"))
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
            if "://" not in target and not (page.parent / target).exists():
                lost.append(f"{page.name}: {target}")
    assert not lost


def test_paths_in_the_readme_exist():
    text = FENCE.sub("", (ROOT / "README.md").read_text(encoding="utf-8"))
    named = [name for name in re.findall(r"`([\w/]+/[\w./]*|\w+\.py)`", text) if not name.startswith(".venv")]
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_picture_says_what_it_shows():
    svg = "{http://www.w3.org/2000/svg}"
    picture = xml.etree.ElementTree.parse(DOCS / "keten.svg").getroot()
    labels = picture.get("aria-labelledby", "").split()
    told = {element.get("id"): element.text for element in picture if element.tag in (f"{svg}title", f"{svg}desc")}
    assert picture.get("role") == "img"
    assert len(labels) == 2
    assert all(told.get(label) for label in labels)
    words = " ".join(text.text or "" for text in picture.iter(f"{svg}text"))
    for word in ("Instroom", "IND", "Vergunning", "Koppeling", "Woning", "Nareis", "COA"):
        assert word in words


def test_the_licence_is_whole():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in text
    for number in range(1, 16):
        assert re.search(rf"^{number}\. [A-Z]", text, re.MULTILINE), f"article {number} is missing"
    assert "\nAppendix\n" in text
    assert text.endswith("EUPL version.\n")
