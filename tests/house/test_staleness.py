"""What makes a result stale, and what does not: values and behaviour do, wording, place and other periods do not."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import experiments
from cli_pages.command import app
from experiments.claims.claims import CLAIMS
from experiments.claims.verdicts import kept_verdicts, verdicts_changed
from experiments.compare.two_futures import TwoFutures
from experiments.documents.claims_page import claims_page
from experiments.documents.pages import stored_fit_page
from experiments.history.evidence import PERIODS as WITH_BACKTEST
from experiments.history.evidence import backtest_changed, kept_backtest
from experiments.language.language import LANGUAGES
from experiments.run import provenance
from experiments.run.ensemble import held_out, load_ensemble
from experiments.scenario.ready import load_scenario
from experiments.service import keys
from experiments.sweep import chunks
from experiments.sweep.plan import check_sweep_text
from models import inputs, sources
from models.parameters import PERIODS, baseline, value_at
from models.version import MODEL_VERSION

ROOT = Path(__file__).resolve().parents[2]
SWEEP = """
schema: 1
name: klein
title: Klein
description: Een knop.
scenarios: [{period}]
levers: {{strictness: [0.1, 0.2]}}
replications: 2
"""
#: Columns that are for readers, in every table that has them.
WORDING = ("source", "note", "status", "name_nl", "name_en", "why", "label_nl", "label_en", "unit_en")
#: table, column, other value: of a run.
RUN_FIGURES = [
    ("parameters", "value", "0.123"),
    ("inflow", "value", "1"),
    ("start_stock", "value", "1"),
    ("locations", "end", "2020-01-01"),
    ("costs", "value", "1"),
    ("thresholds", "value", "501"),
    ("municipal_stock", "value", "1"),
    ("targets", "value", "1"),
    ("household_mix", "period_end", "2016-12-31"),
]
#: Only of a fit and a back-test.
PUBLISHED_FIGURES = [
    ("observed", "value", "1"),
    ("observed", "letter", "C"),
    ("held_against", "tolerance_percent", "99"),
    ("fitted_parameters", "high", "99"),
]


def forget():
    """Let everything that is read be read again."""
    baseline.cache_clear()
    sources._read.cache_clear()
    provenance.inputs.cache_clear()
    provenance.published.cache_clear()
    provenance.seeds.cache_clear()
    provenance.libraries.cache_clear()
    keys._key_of.cache_clear()
    chunks.made_by.cache_clear()


@pytest.fixture
def tables(monkeypatch, tmp_path):
    """Copies of all tables in the place of the real ones; gives a function that changes a column of one."""
    facts = shutil.copytree(sources.FOLDER, tmp_path / "facts")
    own = tmp_path / "experiments"
    shutil.copytree(experiments.FOLDER / "data", own / "data")
    monkeypatch.setattr(sources, "FOLDER", facts)
    monkeypatch.setattr(experiments, "FOLDER", own)
    forget()

    def change(table, column, make):
        file = next(file for file in (facts / f"{table}.csv", own / "data" / f"{table}.csv") if file.exists())
        with file.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        if column in rows[0]:
            make(rows, column)
        with file.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        forget()

    yield change
    monkeypatch.undo()
    forget()


def first_to(value):
    def make(rows, column):
        rows[0][column] = value

    return make


def each(function):
    def make(rows, column):
        for row in rows:
            row[column] = function(row[column])

    return make


def documents(period):
    """Kept files as if they had been made just now, so that this test does not ask for fresh ones."""
    verdicts, backtest, fit = kept_verdicts(), kept_backtest(period), load_ensemble("prop-2021").about
    unseen = held_out("prop-2021")
    return {
        "verdicts": verdicts | provenance.behind(*verdicts["inputs"]),
        "back-test": backtest | provenance.behind_fit(*backtest["inputs"]),
        "unseen": unseen | provenance.behind_fit(*unseen["inputs"]),
        "fit": fit | provenance.behind_fit(*fit["inputs"]),
    }


def all_results(kept, period):
    """Everything that a result of a period is known by, and what kept files say of themselves."""
    scenario = load_scenario(period)
    return {
        "job": keys.job_key(scenario),
        "question": keys.question_key(TwoFutures(scenario, scenario)),
        "sweep": chunks.make_sweep_plan(check_sweep_text(SWEEP.format(period=period))).manifest(),
        "snapshot": provenance.behind(period) | {"seeds": provenance.seeds()},
        "run": provenance.provenance(period),
        "verdicts": {"model_version", "inputs"} & {*verdicts_changed(kept["verdicts"], tuple(CLAIMS.values()))},
        "back-test": {"model_version", "inputs", "published"} & {*backtest_changed(kept["back-test"])},
        "unseen": provenance.what_changed(kept["unseen"]),
        "fit": provenance.what_changed(kept["fit"]),
    }


#: What depends on nothing that was published.
OF_RUNS = {"question", "sweep", "snapshot", "run", "verdicts"}


def watch(period="prop-2021"):
    """Gives a function that says which results of a period have become stale since."""
    kept = documents(period)
    before = all_results(kept, period)

    def stale():
        now = all_results(kept, period)
        return {name for name in before if now[name] != before[name]}

    return stale


ALL = {"job", "question", "sweep", "snapshot", "run", "verdicts", "back-test", "unseen", "fit"}


@pytest.mark.parametrize("table", [*sources.table_names(), "fitted_parameters", "held_against"])
def test_other_words_make_nothing_stale(tables, table):
    stale = watch()
    for column in WORDING:
        tables(table, column, each(lambda text: f"{text}, anders gezegd"))
    assert stale() == set()


@pytest.mark.parametrize("table", inputs.COLUMNS)
def test_another_way_of_writing_a_number_makes_nothing_stale(tables, table):
    stale = watch()
    tables(table, "value", each(lambda text: f"{float(text):.20e}"))
    assert stale() == set()


@pytest.mark.parametrize("figure", RUN_FIGURES, ids=" ".join)
def test_a_figure_of_a_run_makes_everything_stale(tables, figure):
    stale = watch()
    table, column, value = figure
    tables(table, column, first_to(value))
    assert stale() == ALL


def other_in(period):
    """Halves the last figure of a period that is more than nothing."""

    def make(rows, column):
        row = [row for row in rows if row["period"] == period and row[column] > "0"][-1]
        row[column] = str(float(row[column]) / 2)

    return make


@pytest.mark.parametrize("table", ["start_stock", "parameters"])
@pytest.mark.parametrize(("period", "other"), [("prop-2021", "golf-2015"), ("golf-2015", "prop-2021")])
def test_a_figure_of_a_period_makes_stale_what_is_of_that_period(tables, table, period, other):
    """Claims are judged over both, and what is fitted is fitted on one."""
    mine, others = watch(period), watch(other)
    tables(table, "value", other_in(period))
    fitted = {"fit", "unseen"} if period == "prop-2021" else set()
    assert mine() == ALL - {"fit", "unseen"} | fitted
    assert others() == {"verdicts"} | fitted


def test_another_period_makes_nothing_stale(tables, monkeypatch):
    stale = [watch(period) for period in WITH_BACKTEST]

    def copy(rows, column):
        rows += [row | {column: "kopie"} for row in rows if row[column] == "prop-2021"]

    for table in ("start_stock", "parameters"):
        tables(table, "period", copy)
    monkeypatch.setitem(PERIODS, "kopie", PERIODS["prop-2021"])
    assert baseline("kopie").homes == baseline("prop-2021").homes
    assert {frozenset(made()) for made in stale} == {frozenset()}
    made = watch("prop-2021")
    tables("start_stock", "value", other_in("kopie"))
    assert made() == set()
    assert {*provenance.behind(*PERIODS)["inputs"]} == {*PERIODS} >= {"prop-2021", "golf-2015", "kopie"}


@pytest.mark.parametrize("figure", PUBLISHED_FIGURES, ids=" ".join)
def test_a_published_figure_makes_fits_and_tests_stale_and_no_other_figure(tables, figure):
    stale = watch()
    table, column, value = figure
    tables(table, column, first_to(value))
    assert stale() == ALL - OF_RUNS


def test_another_way_to_lay_a_draw_makes_everything_stale(tables):
    stale = watch()
    tables("fitted_parameters", "how", first_to("depth"))
    assert stale() == ALL


def test_another_model_version_makes_everything_stale(monkeypatch):
    forget()
    stale = watch()
    monkeypatch.setattr(provenance, "MODEL_VERSION", MODEL_VERSION + 1)
    forget()
    assert stale() == ALL
    monkeypatch.undo()
    forget()


LUCKY = {"job", "question", "sweep", "snapshot"}
#: What is changed in what makes a figure on this machine, into what, and what becomes stale.
MADE_OTHERWISE = {
    "mixing of words": ("sim.replications.splitmix64", lambda word: word * 3 + 1, LUCKY),
    "seed": ("experiments.run.provenance.replication_seed", lambda seed, number: seed, LUCKY),
    "library": ("importlib.metadata.version", lambda name: "0", LUCKY - {"snapshot"}),
}


@pytest.mark.parametrize("what", MADE_OTHERWISE)
def test_other_seeds_and_libraries_make_what_is_kept_on_a_machine_stale(what, monkeypatch):
    place, other, expected = MADE_OTHERWISE[what]
    provenance.version()  # the program is what it is
    forget()
    stale = watch()
    monkeypatch.setattr(place, other)
    forget()
    assert stale() == expected
    monkeypatch.undo()
    forget()


def test_every_number_of_a_baseline_counts(tables):
    """Also the last row of a parameter, which no golden run reaches."""
    rows = sources.read_table("parameters")
    place = max(number for number, row in enumerate(rows) if row["parameter"] == "nareis.travel_open")
    path, before = rows[place]["parameter"], provenance.inputs("prop-2021")
    old = value_at(baseline("prop-2021"), path)

    def make(rows, column):
        rows[place][column] = "0.777"

    tables("parameters", "value", make)
    assert value_at(baseline("prop-2021"), path) != old
    assert provenance.inputs("prop-2021") != before


# --- nothing else is read ---------------------------------------------------------------------------------------------

RUN_ON_COLUMNS = """
import sys
from pathlib import Path
from models import sources
sources.FOLDER = Path(sys.argv[1])
from experiments.run.task import Task
from sim.calendar import day_number
_, _, period, first, last = sys.argv
task = Task(period=period, changes=(), seed=3, from_day=day_number(first), until_day=day_number(last))
facts, parameters = task.simulated(1)
from models.outcomes import Window, count_outcomes
print(count_outcomes(Window(facts, parameters, task.from_day, task.until_day)))
"""


def run_on(folder, *words):
    done = subprocess.run(
        [sys.executable, "-c", RUN_ON_COLUMNS, str(folder), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize(
    "asked", [("prop-2021", "2019-01-01", "2019-08-01"), ("golf-2015", "2014-01-01", "2014-08-01")], ids=" ".join
)
def test_a_run_reads_no_column_and_no_other_period_that_is_not_counted(tmp_path, asked):
    """A run on tables that hold nothing else is the same run: whoever reads one more column has to list it."""
    read = {name: sources.read_table(name) for name in (*inputs.COLUMNS, "parameters")}
    for name, rows in read.items():
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, inputs.COLUMNS.get(name, tuple(rows[0])), extrasaction="ignore")
            writer.writeheader()
            writer.writerows(row for row in rows if row.get("period", "all") in ("all", asked[0]))
    assert run_on(tmp_path, *asked) == run_on(sources.FOLDER, *asked)
    (tmp_path / "targets.csv").unlink()
    with pytest.raises(AssertionError, match=r"targets\.csv"):
        run_on(tmp_path, *asked)


# --- code -------------------------------------------------------------------------------------------------------------

KEYS = """
from experiments.run.provenance import behind_fit, provenance
from experiments.scenario.ready import load_scenario
from experiments.service.keys import job_key
from experiments.sweep.chunks import make_sweep_plan
from experiments.sweep.plan import check_sweep_text
from models.parameters import PERIODS
print(job_key(load_scenario("prop-2021")), provenance(*PERIODS), behind_fit(*PERIODS))
print(make_sweep_plan(check_sweep_text({sweep!r})).manifest())
"""


def keys_of(root):
    done = subprocess.run(
        [sys.executable, "-c", KEYS.format(sweep=SWEEP.format(period="prop-2021"))],
        capture_output=True, text=True, check=False, cwd=root, env=os.environ | {"PYTHONPATH": str(root)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_a_comment_a_docstring_and_a_moved_function_make_nothing_stale(tmp_path):
    """In a copy every module has other words, and all functions of one have moved to another."""
    for room in ("sim", "models", "experiments"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    before = keys_of(tmp_path)
    (tmp_path / "models" / "geography.py").rename(tmp_path / "models" / "towns.py")
    for file in tmp_path.rglob("*.py"):
        text = file.read_text(encoding="utf-8").replace("models.geography", "models.towns")
        file.write_text(text.replace('"""', '"""Anders gezegd. ', 1) + "# een opmerking\n", encoding="utf-8")
    assert keys_of(tmp_path) == before
    version = tmp_path / "models" / "version.py"
    version.write_text(f"MODEL_VERSION = {MODEL_VERSION + 1}\n", encoding="utf-8")
    assert keys_of(tmp_path) != before


# --- what is shown ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "make"), [("verdicts", claims_page), ("fit", stored_fit_page)])
def test_a_page_made_of_what_is_older_than_the_model_says_so(kind, make, monkeypatch):
    def notice():
        kept = kept_verdicts() if kind == "verdicts" else load_ensemble("prop-2021").about
        words = verdicts_changed(kept, tuple(CLAIMS.values())) if kind == "verdicts" else provenance.what_changed(kept)
        return provenance.outdated_text(kind, kept, words, "nl")

    before = notice()
    assert (f"> {before}" in make()) == bool(before)
    monkeypatch.setattr(provenance, "MODEL_VERSION", MODEL_VERSION + 1)
    assert f"nu {MODEL_VERSION + 1}" in notice() != before
    assert f"> {notice()}" in make()
    if kind == "fit":
        unseen = held_out("prop-2021")
        assert f"> {provenance.outdated_text('unseen', unseen, provenance.what_changed(unseen), 'nl')}" in make()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "words"),
    [("verdicts", ["claims", "genoeg-woningen-geen-tenten"]), ("backtest", ["backtest", "golf-2015"])],
)
def test_a_command_that_shows_what_is_kept_computes_nothing_and_says_that_it_is_older(
    kind, words, language, capsys, monkeypatch
):
    def nothing(*_, **__):
        raise AssertionError("nothing may run")

    monkeypatch.setattr("models.chain.simulate", nothing)
    monkeypatch.setattr(provenance, "MODEL_VERSION", MODEL_VERSION + 1)
    kept = kept_verdicts() if kind == "verdicts" else kept_backtest("golf-2015")
    changed = verdicts_changed(kept, tuple(CLAIMS.values())) if kind == "verdicts" else backtest_changed(kept)
    monkeypatch.setattr("sys.argv", ["doorstroom", *words, "--kept", "--language", language])
    with pytest.raises(SystemExit) as left:
        app()
    assert left.value.code == 0
    out = capsys.readouterr().out
    assert out.startswith(provenance.outdated_text(kind, kept, changed, language))
    monkeypatch.setattr("sys.argv", ["doorstroom", *words, "--kept", "--json"])
    with pytest.raises(SystemExit):
        app()
    assert json.loads(capsys.readouterr().out)["changed"] == list(changed)
