"""What golden runs do not see, against a committed file: seeds of replications, draws, outcomes, intervals and splits.

A kept figure depends on these as much as on the chain, so they share its version: when a change is meant, raise
``MODEL_VERSION`` and write the file anew with ``pytest tests/golden --renew-golden``.
"""

import json
import math
import sys
from fractions import Fraction

import numpy as np
import pytest
from records import FOLDER, differences, lines

from experiments.claims.claim import all_agree, all_hold
from experiments.claims.measures import MEASURES
from experiments.compare.difference import INTERVAL_LEVEL, difference_of
from experiments.compare.splitting import Factor, shapley, split
from experiments.history.backtest import Held, Point, scores
from experiments.history.emulator import fit_emulator
from experiments.run.ensemble import Ensemble, with_draw
from experiments.run.observed import Observation
from experiments.run.result import BAND_LEVEL
from experiments.run.task import Task
from models.chain import simulate
from models.levers import Change, apply_changes
from models.outcomes import Window, unit_costs
from models.parameters import baseline
from sim.calendar import day_number
from sim.replications import replication_seed
from sim.statistics import band, bands, grouped_interval, mean_interval, share_interval, spread_by_cause

FILE = FOLDER / "methods.json"
#: One parameter for each way in which a draw changes a parameter.
DRAW = {"homes.share_response": 0.6, "ind.general_staff_fte": 1.1, "ind.output_factor": 0.8}
#: period: first and last day, changes. Both reach the years that golden runs stop short of.
RUNS = {
    "prop-2021": (
        "2019-07-01", "2022-01-01",
        (
            Change("share_cap", 0.12, day_number("2021-03-01")),
            Change("inflow_shock", 1500.0, day_number("2021-06-01")),
            Change("flex_per_year", 3000.0, day_number("2020-01-01")),
            Change("linking_rule", "homes", day_number("2021-01-01")),
            Change("hotel_places", 500.0, day_number("2021-08-01")),
        ),
    ),
    "golf-2015": ("2014-07-01", "2017-01-01", (Change("trading", "region"), Change("sharing_share", 0.3))),
}  # fmt: skip
LUCK = np.random.default_rng(20211).normal(10.0, 3.0, (12, 4))
YES = np.array([1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1.0])
PAIRS = np.repeat(np.arange(6), 2)


def rounded(value):
    """Six figures of every number: what a compiler or a library may do otherwise is smaller than that."""
    if isinstance(value, dict):
        return {str(key): rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [rounded(one) for one in value]
    if isinstance(value, Fraction | float | np.floating):
        number = float(value)
        return float(f"{number:.6g}") if math.isfinite(number) else str(number)
    return int(value) if isinstance(value, np.integer) else value


def replication(period):
    """What one replication says of the last part of its period, under a draw and changes."""
    first, last, changes = RUNS[period]
    parameters = apply_changes(with_draw(baseline(period), tuple(DRAW), np.array(list(DRAW.values()))), changes)
    task = Task(period=period, changes=changes, seed=5, from_day=day_number(first), until_day=day_number(last))
    facts = simulate(parameters, replication_seed(task.seed, 3), task.until_day)
    counted = task.counted(facts, parameters)
    window = Window(facts, parameters, task.from_day, task.until_day)
    return {
        "outcomes": counted.outcomes,
        "half_years": {"names": counted.half_year_names, "country": counted.half_years[:, :, 0]},
        "series": {name: values[[0, -1]] for name, values in counted.series.items()},
        "claims": {name: measure.count(window) for name, measure in MEASURES.items()},
    }


def ends(found):
    return [found.mean, found.low, found.high, found.count]


def statistics():
    values, groups = LUCK[:, 0], PAIRS
    return {
        "levels": {"band": BAND_LEVEL, "interval": INTERVAL_LEVEL},
        "band": ends(band(values, BAND_LEVEL)),
        "bands": bands(LUCK, BAND_LEVEL),
        "mean": ends(mean_interval(values, INTERVAL_LEVEL)),
        "grouped": ends(grouped_interval(values, groups, INTERVAL_LEVEL)),
        "chance": ends(share_interval(YES, INTERVAL_LEVEL, groups)),
        "causes": spread_by_cause(values, groups),
    }


def difference(yes_no):
    a, b = (YES, np.roll(YES, 1)) if yes_no else (LUCK[:, 0], LUCK[:, 1])
    found, mean_a, mean_b, narrower = difference_of(a, b, PAIRS, yes_no=yes_no)
    return [*ends(found), mean_a, mean_b, narrower]


def split_of_luck():
    found = split(LUCK, PAIRS, [Factor("a", "a", ()), Factor("b", "b", ())])
    return {
        "whole": [found.mean_a, found.mean_b, found.low, found.high],
        "bars": [[bar.mean, bar.low, bar.high, bar.alone, bar.last] for bar in found.bars],
    }


def scored():
    held = Held("permits", "country", "x", "all", 5.0, 2.0, True)
    points = [
        Point(held, Observation("permits", "Nederland", value, "persons", 0, 30, "x", "measured", "A"))
        for value in (8.0, 10.0, 30.0)
    ]
    return scores(points, *bands(LUCK[:, :3], BAND_LEVEL), [0, 1, 2])


def fitted():
    points = 2.0 * np.random.default_rng(3).random((24, 2)) - 1.0
    errors = np.column_stack([points[:, 0] + points[:, 1] ** 2, np.sin(points[:, 0]) - points[:, 1]])
    found = fit_emulator(points, errors, np.linspace(0.2, 1.0, 24))
    return {"at": found(np.array([[0.1, -0.4], [0.9, 0.9]])), "unexplained": found.unexplained}


def methods():
    """All of it, as it stands in the file."""
    ensemble = Ensemble("x", ("y",), np.zeros((3, 1)), np.zeros(1), np.zeros(3), {})
    verdicts = ("holds", "fails", "open")
    return rounded(
        {
            "replication_seeds": {
                seed: [replication_seed(seed, number) for number in (1, 2, 50)] for seed in (1, 7, 2**63 - 1)
            },
            "draws": {seed: [ensemble.draw_of(number, seed) for number in range(1, 9)] for seed in (1, 7)},
            "replications": {period: replication(period) for period in RUNS},
            "statistics": statistics(),
            "differences": {"amount": difference(False), "chance": difference(True)},
            "shapley": shapley([0, 3, 5, 12, 1, 4, 9, 20]),
            "split": split_of_luck(),
            "emulator": fitted(),
            "back_test": scored(),
            "verdicts": [
                [decide([one, other]) for one in verdicts for other in verdicts] for decide in (all_hold, all_agree)
            ],
        }
    )


def without_new_outcomes(kept, now):
    """The methods of now, but for outcomes that are not in the file: one that is added moves no figure."""
    counted = now["replications"]
    for period, replication in kept["replications"].items():
        known = replication["outcomes"]
        counted[period]["outcomes"] = {name: one for name, one in counted[period]["outcomes"].items() if name in known}
    return now


def test_methods_are_what_they_were(renew_golden):
    now = methods()
    if renew_golden:
        FILE.write_text(lines(now), encoding="utf-8")
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    found = differences(kept, without_new_outcomes(kept, now))
    assert not found, f"{len(found)} figures moved; if that is meant: --renew-golden\n" + "\n".join(found[:12])


HERE = sys.modules[__name__]
#: What is changed, and into what.
OTHERWISE = {
    "seeds": (HERE, "replication_seed", lambda seed, number: seed + number),
    "draws": ("experiments.run.ensemble.REPLICATIONS_PER_DRAW", 3),
    "interval": ("sim.statistics._t_quantile", lambda level, degrees: 1.7),
    "chance": ("sim.statistics._exact_ends", lambda successes, count, level: (0.1, 0.9)),
    "level": (HERE, "INTERVAL_LEVEL", 0.95),
    "split": ("experiments.compare.splitting.shapley", lambda worth: [worth[-1] - worth[0], Fraction(0)]),
    "fit": ("experiments.history.emulator.RIDGE", 5.0),
    "outcome": ("models.outcomes.DAYS_PER_WEEK", 7.1),
    "measure": ("models.outcomes.unit_costs", lambda: dict.fromkeys(unit_costs(), 1.0)),
}


@pytest.mark.parametrize("what", OTHERWISE)
def test_a_method_that_is_changed_is_noticed(what, monkeypatch):
    monkeypatch.setattr(*OTHERWISE[what])
    assert differences(json.loads(FILE.read_text(encoding="utf-8")), methods()), f"other {what} went unseen"
