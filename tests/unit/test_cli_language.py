"""With the language of the tests on, no command shows a word that stands in no catalogue."""

import json

import pytest
import yaml
from pseudo import PSEUDO, outside_catalogue

from cli_pages import language
from cli_pages.command import app
from experiments import read_csv
from experiments.claims.claims import CLAIMS
from experiments.history.evidence import series_names
from experiments.language.language import LANGUAGES
from experiments.scenario.ready import load_scenario, ready_names, ready_scenarios
from experiments.sweep.plan import load_sweep
from models.levers import LEVERS
from models.sharing import sharing_amounts
from models.sources import read_table, table_names

SHORT = ("--until", "2019-03-01", "--replications", "2", "--workers", "1")
COMMANDS = tuple(command.name for command in app.registered_commands)
#: The same in every language: the program, names of scenarios and ensembles.
NAMES = ("doorstroom", "prop-2021-tot-2020-12-31", "prop-2021", "golf-2015", *ready_names())
#: Words that stand by themselves: choices that can be typed, the letters of two scenarios, and an own factor.
WORDS = {"A", "B", "x", "true", "false"} | {choice for lever in LEVERS.values() for choice in lever.choices or ()}


@pytest.fixture(autouse=True)
def pseudo(monkeypatch):
    monkeypatch.setattr(language, "LANGUAGES", (*LANGUAGES, PSEUDO))
    monkeypatch.setenv(language.VARIABLE, PSEUDO)


def call(capsys, *words):
    """Run the command in this process: (exit code, stdout, stderr)."""
    with pytest.raises(SystemExit) as left:
        app(list(words), prog_name="doorstroom")
    out, err = capsys.readouterr()
    return left.value.code, out, err


def outside(text, *names):
    return [word for word in outside_catalogue(text, *NAMES, *names) if word not in WORDS]


def titles(*names):
    """What the authors of scenarios wrote: texts of files, not of the program."""
    scenarios = [load_scenario(name) for name in names]
    return [text for each in scenarios for text in (each.title_in(PSEUDO), each.description_in(PSEUDO)) if text]


@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_help(capsys, command):
    code, out, err = call(capsys, *([command] if command else []), "--help")
    assert (code, err) == (0, "")
    assert outside(out, *COMMANDS) == []


RUNS = {
    "run": ("run", "prop-2021", "--set", "share_cap=0.1@2019-02-01..2019-02-20", *SHORT),
    "run-halfyear": ("run", "prop-2021", "--fixed-parameters", "--until", "2019-07-01", *SHORT[2:]),
    "compare": ("compare", "prop-2021", "geen-evacuatie", *SHORT),
    "why": ("why", "prop-2021", "laat-crisispakket", "--factor", "x=hotel_places,share_cap", *SHORT),
    "trace": ("trace", "prop-2021", "--household", "3"),
    "against": ("trace", "prop-2021", "--against", "laat-crisispakket", "--household", "30000"),
    "lives": ("trace", "prop-2021", "--against", "laat-crisispakket", "--top", "3"),
    "claims": ("claims", "genoeg-woningen-geen-tenten", "--replications", "2", "--workers", "1"),
    "check": ("check", "golf-2015"),
}


@pytest.mark.parametrize("words", RUNS.values(), ids=RUNS)
def test_runs(capsys, words):
    code, out, err = call(capsys, *words)
    assert (code, err) == (0, "")
    used = [word for word in words if word in ready_names()]
    fitted = [row[key] for row in read_csv("fitted_parameters") for key in ("label_en", "unit_en", "source")]
    assert outside(out, *titles(*used), *CLAIMS, *fitted) == []


@pytest.mark.parametrize("kind", ["levers", "uncertainties", "outcomes", "scenarios"])
def test_lists(capsys, kind):
    code, out, err = call(capsys, "list", kind)
    assert (code, err) == (0, "")
    assert outside(out, *(scenario.title_in(PSEUDO) for scenario in ready_scenarios())) == []


def test_sharing(capsys):
    code, out, err = call(capsys, "sharing", "--set", "years=10")
    assert (code, err) == (0, "")
    assert outside(out, *sharing_amounts()) == []


def test_the_list_of_sources_holds_words_of_its_tables_only(capsys):
    code, out, err = call(capsys, "list", "sources")
    assert (code, err) == (0, "")
    cells = {cell for name in table_names() for row in read_table(name) for cell in row.values()}
    assert outside(out.splitlines()[0]) == []
    assert len(out.splitlines()) == 2 + sum(len(read_table(name)) for name in table_names())
    assert cells


def test_backtest(capsys):
    code, out, err = call(capsys, "backtest", "golf-2015", "--draws", "2", "--workers", "1")
    assert (code, err) == (0, "")
    series = [name for pair in series_names().values() for name in pair]
    assert outside(out, *titles("golf-2015"), *series) == []


def test_sweep(capsys, tmp_path):
    path = tmp_path / "klein.yaml"
    content = {
        "schema": 1, "name": "klein", "title": "Klein", "description": "Twee punten.", "scenarios": ["prop-2021"],
        "levers": {"share_cap": [0.1, 0.2]}, "replications": 2, "until": "2019-03-01", "outcomes": ["realised"],
    }  # fmt: skip
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    sweep = load_sweep(str(path))
    code, out, err = call(capsys, "sweep", str(path), "--out", str(tmp_path / "uit"), "--workers", "1")
    assert code == 0
    assert outside(out + err, sweep.title, sweep.name, sweep.description, str(tmp_path / "uit")) == []


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("bestaat-niet",), ("bestaat-niet",)),
        (("run",), ("run",)),
        (("trace", "prop-2021"), ("trace",)),
        (("run", "prop-2021", "--onbekend"), ("run",)),
        (("run", "prop-2021", "--seed"), ("run",)),
        (("run", "prop-2021", "--json=1"), ("run",)),
        (("run", "prop-2021", "nog-een"), ("run", "nog-een")),
        (("run", "prop-2021", "--seed", "x"), ()),
        (("run", "prop-2021", "--save-on", "2019-02-01"), ("run",)),
        (("compare", "prop-2021"), ("compare",)),
        (("compare", "prop-2021", "prop-2021", "--outcome", "realised"), ()),
        (("why", "prop-2021", "golf-2015"), ("period",)),
        (("list", "meubels"), ("list", "meubels", "levers", "uncertainties", "scenarios", "outcomes", "sources")),
        (("backtest", "vroeger"), ("backtest", "vroeger")),
        (("app", "--port", "x"), ()),
    ],
)
def test_refusals(capsys, words, names):
    code, out, err = call(capsys, *words)
    assert (code, out) == (2, "")
    assert outside(err, *names) == []


def test_interrupted(capsys, monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr("experiments.report.lists.outcome_rows", interrupted)
    code, out, err = call(capsys, "list", "outcomes")
    assert (code, out) == (130, "")
    assert outside(err) == []


def test_keys_of_json_are_the_same_in_every_language(capsys):
    words = ("run", "prop-2021", *SHORT, "--json")
    strange = json.loads(call(capsys, *words)[1])
    dutch = json.loads(call(capsys, *words, "--language", "nl")[1])
    assert (strange.pop("language"), dutch.pop("language")) == (PSEUDO, "nl")
    assert strange == dutch
