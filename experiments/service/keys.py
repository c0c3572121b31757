"""By what a job and a question are known: what they compute, never who asked."""

import hashlib
import json
from dataclasses import fields
from functools import lru_cache
from typing import Any

from experiments.figures.figure import Figure
from experiments.language.labels import scenario_words
from experiments.run.ensemble import default_ensemble, load_ensemble
from experiments.run.provenance import behind, behind_fit, made_here
from experiments.run.task import Task
from experiments.scenario.own_figures import beside, row_text
from experiments.scenario.scenario import Scenario
from models.levers import Change

#: How many replications a page asks for, and how many make its first picture.
FULL_COUNT = 50
FIRST_COUNT = 10


def job_key(scenario: Scenario, replications: int = FULL_COUNT) -> str:
    """The hash of what is computed: period, window, changes, seed, replications, model version, figures and ensemble.

    Of the figures also what was published: a replication holds what stands beside it.

    Names and titles do not count, nor does the order of levers; steps stand in the order of their dates anyhow.
    """
    return _key_of(_computed(scenario), replications)


#: What of a scenario decides the figures of one replication: period, first day, end, changes, seed, and figures of the
#: user's own beside which it is counted.
_Computed = tuple[str, int, int, tuple[Change, ...], int, tuple[Figure, ...]]


def _computed(scenario: Scenario) -> _Computed:
    return (
        scenario.period,
        scenario.from_day,
        scenario.until_day,
        tuple(scenario.changes()),
        scenario.seed,
        beside(scenario.figures),
    )


@lru_cache(maxsize=4096)
def _key_of(computed: _Computed, replications: int) -> str:
    return _hash(_plain(computed) | {"replications": replications, "behind": behind_fit(computed[0]) | made_here()})


@lru_cache(maxsize=1)
def made_with() -> str:
    """A short hash of all that every key depends on: what is kept under another is of an older model."""
    return _hash(behind_fit() | made_here())[:8]


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:32]


def _plain(computed: _Computed) -> dict[str, Any]:
    period, from_day, until_day, changes, seed, figures = computed
    ensemble = default_ensemble(period)
    return {
        "period": period,
        "from": from_day,
        "until": until_day,
        "changes": [
            [change.lever, change.value, change.from_day, change.until_day, change.ramp_days]
            for change in sorted(changes, key=lambda change: change.lever)
        ],
        "seed": seed,
        **({"figures": [row_text(figure) for figure in figures]} if figures else {}),
        "ensemble": None if ensemble is None else [ensemble, load_ensemble(ensemble).about["table"]],
    }


def question_key(question: Any) -> str:
    """The hash of what is asked: kind of question, its fields (of a scenario what is computed), model and figures."""
    values = [getattr(question, field_of.name) for field_of in fields(question)]
    asked = [_plain(_computed(value)) if isinstance(value, Scenario) else value for value in values]
    made = behind(*(value.period for value in values if isinstance(value, Scenario))) | made_here()
    return _hash([type(question).__qualname__, asked, made])


def nameless(scenario: Scenario) -> Scenario:
    """The same scenario without its names and texts, which are of who asked first and of nobody else."""
    return _renamed(scenario, name="scenario", title="Scenario", description="Scenario.")


def _renamed(scenario: Scenario, **update: Any) -> Scenario:
    return scenario.model_copy(update={"sources": (), "title_en": None, "description_en": None} | update)


def baseline_of(scenario: Scenario) -> Scenario:
    """The same period, window and luck without any change."""
    return _renamed(
        scenario, name="uitgangssituatie", **scenario_words("base"), levers={}, uncertainties={}, figures=()
    )


def task_of(scenario: Scenario) -> Task:
    """The task that computes a scenario as the app shows it."""
    return Task.of(scenario, detailed=True)
