"""A whole replication as the app keeps it, from its seed and draw to its smallest table, as a model version made it.

Golden runs and methods see its ingredients; a job key and a sweep are only as good as what sees the whole. An outcome
that is added moves nothing: it is not in the file until that is written anew, and keys name the outcomes themselves.
"""

import json

import numpy as np
import pytest
from records import FOLDER, lines
from test_methods import DRAW

from experiments.run import breakdown, parameters, task
from experiments.run import ensemble as ensembles
from experiments.run.ensemble import Ensemble
from models import outcomes
from models.levers import Change
from sim.calendar import day_number

#: When a figure moves and that is meant: ``MODEL_VERSION`` one higher, and ``pytest tests/golden --renew-golden``.
FILE = FOLDER / "job.json"


def whole():
    """One replication in detail, with a draw that is no fit."""
    values = np.array(list(DRAW.values()))
    draws = np.array([values * factor for factor in (0.9, 1.0, 1.1)])
    ensemble = Ensemble("x", tuple(DRAW), draws, values, np.zeros(3), {})
    with pytest.MonkeyPatch.context() as patch:
        for place in (parameters, ensembles):
            patch.setattr(place, "load_ensemble", lambda name: ensemble)
        first, until = day_number("2019-03-11"), day_number("2019-09-20")
        changes = (Change("inflow_shock", 900.0, day_number("2019-03-01")),)
        return task.Task("prop-2021", changes, 5, first, until, ensemble="x", detailed=True)(3)


def by_name(part):
    return [part[name] for name in sorted(part)]


def figures():
    """Of each part the sum, and the sum weighted by place, so that figures that trade places are seen too."""
    made = whole()
    parts = {
        **{f"outcome.{name}": [value, name in made.at_least] for name, value in made.outcomes.items()},
        "half_years": made.half_years,
        "month_days": made.month_days,
        "series": by_name(made.series),
        "observed": made.observed,
        "steps": by_name(made.steps),
        **{name: getattr(made.detail, name) for name in ("provinces", "sizes", "municipal")},
    }
    flat = {name: np.nan_to_num(np.asarray(part, dtype=np.float64)).ravel() for name, part in parts.items()}
    sums = {name: [part.sum(), part @ np.arange(1.0, part.size + 1)] for name, part in flat.items()}
    return {name: [float(f"{number:.9g}") for number in numbers] for name, numbers in sums.items()}


def moved():
    """The parts that are not what was recorded."""
    now = figures()
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    return {name for name, found in kept.items() if now.get(name) != pytest.approx(found, rel=1e-6)}


def test_a_whole_replication_is_what_its_model_version_made(renew_golden):
    if renew_golden:
        FILE.write_text(lines(figures()), encoding="utf-8")
    assert moved() == set(), "figures of a replication moved: if that is meant, raise MODEL_VERSION by one"


#: What is changed, into what, and a part that must show it.
OTHERWISE = {
    "seed": (task, "replication_seed", lambda seed, number: seed + number, "outcome.decisions"),
    "draw": (Ensemble, "draw_of", lambda self, number, seed: 0, "outcome.decisions"),
    "bounds": (outcomes, "outcomes_at_least", lambda window: frozenset({"decisions"}), "outcome.decisions"),
    "published": (task, "simulated", lambda wanted, *_: np.zeros(len(wanted)), "observed"),
    "half-years": (task, "half_year_table", lambda facts: np.zeros((4, len(facts.half_year_names), 13)), "half_years"),
    "provinces": (breakdown, "_provinces", lambda window, shown: np.zeros((4, 12)), "provinces"),
    "sizes": (breakdown, "_sizes", lambda window: np.zeros((6, 3)), "sizes"),
    "municipal": (breakdown, "_municipal", lambda window, shown: np.zeros((6, 1, 352)), "municipal"),
}


@pytest.mark.parametrize("what", OTHERWISE)
def test_what_makes_a_replication_otherwise_is_noticed(what, monkeypatch):
    place, name, other, part = OTHERWISE[what]
    monkeypatch.setattr(place, name, other)
    assert part in moved()
