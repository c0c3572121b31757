"""The documentation is true: its commands work, its code runs, its lists equal the code.

Commands (lines of ``console`` blocks) that take little time are run, in the order in which they stand, in an empty
folder that holds the files shown in the same document. Of the longer ones the scenario and settings are checked.
``python tests/house/test_docs.py`` writes ``docs/knoppen.md`` and the list of ready scenarios in the user guide anew.
"""

import csv
import io
import re
import runpy
import shlex
import xml.etree.ElementTree
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli_pages.command import app
from experiments import read_csv
from experiments.claims.claims import CLAIMS
from experiments.claims.judge import chosen_claims
from experiments.language.labels import holder_text, lever_help, lever_label, unit_text
from experiments.scenario.ready import check_text, load_scenario, ready_scenarios
from experiments.scenario.scenario import Scenario
from experiments.sweep.plan import check_sweep_text, load_sweep, ready_sweeps
from models.levers import LEVERS
from models.parameters import PERIODS
from models.sources import read_table, table_names

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
LEVERS_PAGE = DOCS / "knoppen.md"
GUIDE = DOCS / "gebruikershandleiding.md"
PAGES = (*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("*.md")))
WITH_COMMANDS = (ROOT / "README.md", DOCS / "gebruikershandleiding.md", DOCS / "adding.md")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CHEAP = ("list", "check", "schema", "trace", "--version", "--help")
LONG = ("run", "compare", "backtest", "calibrate", "why", "claims")
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
    if words[0] in CHEAP or "--help" in words:
        return True
    if words[0] == "sweep":
        return load_sweep(words[1]).acts() <= MOST_CHEAP_ACTS and "--cluster" not in words
    ends_soon = "" < option(words, "--until") <= LATEST_CHEAP_END
    return ends_soon and 0 < int(option(words, "--replications") or 0) <= MOST_CHEAP_REPLICATIONS


def put_files(page: Path, folder: Path) -> None:
    """Write the scenario files that a page shows; their name stands in the first line."""
    for block in blocks(page, "yaml"):
        name = block.text.splitlines()[0].removeprefix("# ")
        (folder / name).write_text(block.text, encoding="utf-8")


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


def levers_page() -> str:
    """The page with all levers and uncertainties, from the code."""
    lines = [
        "# Knoppen en onzekerheden",
        "",
        "Gemaakt uit `models/levers.py` met `python tests/house/test_docs.py`; niet met de hand wijzigen. De huidige"
        " waarden en hun bron staan in `doorstroom list levers --json`.",
        "",
        "Een knop is iets waaraan een overheid kan draaien. Een onzekerheid is iets wat niemand in de keten bepaalt."
        " Staat er ‘ja’ onder *datums*, dan kan een waarde vanaf en tot een dag gelden.",
    ]
    holders = list(dict.fromkeys(lever.holder for lever in LEVERS.values() if not lever.uncertainty))
    sections = [
        (holder_text(holder, "nl"), [lever for lever in LEVERS.values() if lever.holder == holder])
        for holder in holders
    ]
    sections.append(("Onzekerheden", [lever for lever in LEVERS.values() if lever.uncertainty]))
    for title, levers in sections:
        lines += ["", f"## {title}", ""]
        lines += ["| naam | wat | toegestaan | eenheid | datums | uitleg |", "|---|---|---|---|---|---|"]
        for lever in levers:
            if lever.choices:
                allowed, unit = ", ".join(f"`{choice}`" for choice in lever.choices), ""
            elif lever.kind == "switch":
                allowed, unit = "`true`, `false`", ""
            else:
                allowed = f"`{lever.low:g}` tot en met `{lever.high:g}`"
                unit = unit_text(lever.unit, "nl")
            dated = "ja" if lever.dated else "nee"
            lines.append(
                f"| `{lever.name}` | {lever_label(lever.name, 'nl')} | {allowed} | {unit} | {dated} |"
                f" {lever_help(lever.name, 'nl')} |"
            )
    return "\n".join(lines) + "\n"


def test_the_page_of_levers_equals_the_code():
    written = LEVERS_PAGE.read_text(encoding="utf-8")
    assert written == levers_page(), "run `python tests/house/test_docs.py` to write docs/knoppen.md anew"
    assert all(f"`{name}`" in written for name in LEVERS)


# --- the list of ready scenarios -------------------------------------------------------------------------------

LIST_BEGINS, LIST_ENDS = "niet met de hand wijzigen -->\n", "<!-- einde scenario's -->"


def scenario_list() -> str:
    """The ready scenarios with one line each: baselines, packages, decisions, uncertainties."""
    ready = ready_scenarios()
    groups: dict[str, list[Scenario]] = {"Uitgangssituaties": [], "Pakketten": [], "Besluiten": [], "Onzekerheden": []}
    for scenario in ready:
        if scenario.name in PERIODS:
            groups["Uitgangssituaties"].append(scenario)
        elif scenario.package:
            groups["Pakketten"].append(scenario)
        else:
            groups["Besluiten" if scenario.levers else "Onzekerheden"].append(scenario)
    lines = []
    for title, scenarios in groups.items():
        lines += ["", f"**{title}**", "", "| naam | wat | periode | tot |", "|---|---|---|---|"]
        lines += [
            f"| `{scenario.name}` | {scenario.description} | {scenario.period} | {scenario.until_date} |"
            for scenario in scenarios
        ]
    return "\n".join([*lines, "", ""])


def test_the_list_of_ready_scenarios_equals_the_files():
    written = GUIDE.read_text(encoding="utf-8").split(LIST_BEGINS)[1].split(LIST_ENDS)[0]
    assert written == scenario_list(), "run `python tests/house/test_docs.py` to write the list in the user guide anew"


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


if __name__ == "__main__":
    LEVERS_PAGE.write_text(levers_page(), encoding="utf-8")
    before, _, rest = GUIDE.read_text(encoding="utf-8").partition(LIST_BEGINS)
    GUIDE.write_text(
        before + LIST_BEGINS + scenario_list() + LIST_ENDS + rest.partition(LIST_ENDS)[2], encoding="utf-8"
    )
