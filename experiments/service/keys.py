"""By what a job and a question are known: what they compute, never who asked."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from functools import lru_cache
from typing import Any

from experiments.run.ensemble import default_ensemble, load_ensemble
from experiments.run.provenance import behind, behind_fit
from experiments.run.task import Task
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
    return _key_of(
        scenario.period, scenario.from_day, scenario.until_day, tuple(scenario.changes()), scenario.seed, replications
    )


@lru_cache(maxsize=4096)
def _key_of(
    period: str, from_day: int, until_day: int, changes: tuple[Change, ...], seed: int, replications: int
) -> str:
    content = _content(period, from_day, until_day, changes, seed)
    content |= {"replications": replications, "behind": behind_fit()}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:32]


def _computed(scenario: Scenario) -> dict[str, Any]:
    """What of a scenario decides the figures of one replication, as plain values."""
    return _content(scenario.period, scenario.from_day, scenario.until_day, tuple(scenario.changes()), scenario.seed)


def _content(period: str, from_day: int, until_day: int, changes: tuple[Change, ...], seed: int) -> dict[str, Any]:
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
        "ensemble": None if ensemble is None else [ensemble, load_ensemble(ensemble).about["table"]],
    }


def question_key(question: Any) -> str:
    """The hash of what is asked: kind of question, its fields (of a scenario what is computed), model and figures."""
    asked = [
        _computed(value) if isinstance(value := getattr(question, field_of.name), Scenario) else value
        for field_of in fields(question)
    ]
    content = [type(question).__qualname__, asked, behind()]
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:32]


def nameless(scenario: Scenario) -> Scenario:
    """The same scenario without its names and texts, which are of who asked first and of nobody else."""
    return scenario.model_copy(
        update={"name": "scenario", "title": "Scenario", "description": "Scenario.", "sources": ()} | _NO_ENGLISH
    )


_NO_ENGLISH = {"title_en": None, "description_en": None}


def baseline_of(scenario: Scenario) -> Scenario:
    """The same period, window and luck without any change."""
    return scenario.model_copy(
        update={
            "name": "uitgangssituatie",
            "title": "Uitgangssituatie",
            "description": "De keten zonder ander besluit.",
            "sources": (),
            "levers": {},
            "uncertainties": {},
        }
        | _NO_ENGLISH
    )


def task_of(scenario: Scenario) -> Task:
    """The task that computes a scenario as the app shows it."""
    return Task.of(scenario, detailed=True)
