"""A running app without a browser, on a store that already holds the runs the tests look at."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPUTED = 4


def seed_store(folder, scenario, count=COMPUTED):
    """Put a job in the store whose replications repeat a few computed ones, so that pages have figures at once."""
    from experiments.service.keys import FULL_COUNT, job_key, task_of
    from experiments.service.store import Store

    task = task_of(scenario)
    computed = [task(number) for number in range(1, count + 1)]
    repeated = {number: computed[number % count] for number in range(1, FULL_COUNT + 1)}
    assert Store(folder).put(job_key(scenario), repeated)
    return scenario


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    from experiments.scenario.ready import helping, load_scenario

    folder = tmp_path_factory.mktemp("store")
    os.environ["DOORSTROOM_STORE"] = str(folder)
    for settings in ([], ["share_cap=0.08"], ["trading=region"]):
        seed_store(folder, load_scenario("prop-2021").with_settings(settings))
    for scenario in helping():  # before a page asks for them: what is being computed is not looked for again
        seed_store(folder, scenario, 1)
    yield folder
    from app_pages.shell import running

    running.registry().close()
    running.registry.clear()


@pytest.fixture(scope="session")
def run(store):
    """The run of 2019-2021 as it was, of the replications in the store."""
    from experiments.run.result import RunResult
    from experiments.scenario.ready import load_scenario
    from experiments.service.keys import FULL_COUNT, job_key, task_of
    from experiments.service.store import Store

    scenario = load_scenario("prop-2021")
    task, kept = task_of(scenario), Store(store).get(job_key(scenario))
    assert len(kept) == FULL_COUNT
    return RunResult(
        scenario=scenario, seed=task.seed, from_day=task.from_day, until_day=task.until_day, numbers=tuple(kept),
        replications=tuple(kept.values()), ensemble=task.ensemble,
    )  # fmt: skip


@pytest.fixture(scope="session")
def changed():
    """Makes of a run the same with other outcomes, a value per replication."""

    def change(run, **outcomes):
        kind = type(run.replications[0])
        made = tuple(
            kind(**{**vars(one), "outcomes": one.outcomes | {key: float(row[place]) for key, row in outcomes.items()}})
            for place, one in enumerate(run.replications)
        )
        return type(run)(**{**vars(run), "replications": made})

    return change


def _raise(error):
    """A test must see what goes wrong."""
    raise error


@pytest.fixture
def visitor(monkeypatch):
    """Sets the language of whoever looks, for what is drawn without a page."""
    return lambda language: monkeypatch.setattr("app_pages.shell.texts.visitor_language", lambda: language)


@pytest.fixture
def kept_results_of_today(monkeypatch):
    """A page warns of kept results that are older than the model; not here, where it is about another warning."""
    monkeypatch.setattr("app_pages.onderbouwing.what_changed", lambda about: ())
    monkeypatch.setattr("experiments.history.evidence.backtest_changed", lambda document: ())


@pytest.fixture
def opened(store, monkeypatch):
    """Open a page of the app with a link and every fold in it; returns what a visitor sees."""
    from streamlit.testing.v1 import AppTest

    def open_page(page="", folded=False, **link):
        monkeypatch.setattr("app_pages.shell.guard.unexpected", _raise)
        monkeypatch.setattr("app_pages.shell.folds.OPEN_AT_FIRST", not folded)
        monkeypatch.setattr("app_pages.shell.running.GLANCE", 0.0)
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for key, value in link.items():
            at.query_params[key.replace("__", ".")] = value
        at.run()
        if page:
            at._page_hash = next(
                key for key, known in at._registered_pages.items() if known.get("url_pathname") == page
            )
            at.run()
        return at

    return open_page
