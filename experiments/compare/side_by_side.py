"""Several scenarios side by side from jobs: one window, one comparison, and the runs that split a difference."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from experiments.compare.attribution import USUAL_OUTCOMES, factors_between
from experiments.compare.compare import Comparison
from experiments.compare.splitting import Factor, Split, split
from experiments.run.result import RunResult
from experiments.scenario.scenario import Scenario, shared_window
from sim.arrays import FloatArray, IntArray
from sim.calendar import date_of
from sim.errors import Allowed, WrongInput

FEWEST, MOST = 2, 6


@lru_cache(maxsize=1)
def outcome_units() -> Mapping[str, tuple[str, str]]:
    """Per outcome: unit, and which way is better."""
    from models.outcomes import OUTCOMES

    return {name: (one.unit, one.better) for name, one in OUTCOMES.items()}


def aligned(scenarios: Sequence[Scenario]) -> tuple[Scenario, ...]:
    """The same scenarios on one window and with one luck: earliest start, latest end, seed of the first.

    Raises WrongInput for fewer than two or more than six, and for more than one period.
    """
    if not FEWEST <= len(scenarios) <= MOST:
        raise WrongInput("number_of_scenarios", value=len(scenarios), allowed=Allowed("range", low=FEWEST, high=MOST))
    if len({scenario.period for scenario in scenarios}) > 1:
        raise WrongInput("cannot_be_compared", allowed=Allowed("one_period"))
    seed, first, last = shared_window(scenarios)
    return tuple(
        one.model_copy(update={"from_date": date_of(first), "until_date": date_of(last), "seed": seed})
        for one in scenarios
    )


def comparison_of(scenarios: Sequence[Scenario], runs: Sequence[RunResult]) -> Comparison:
    """A comparison of runs with the same replication numbers, under the names of these scenarios.

    A job is shared by all who ask the same, so the scenario that comes with a run may bear another's title.
    """
    better = {name: way for name, (_, way) in outcome_units().items()}
    own = tuple(replace(run, scenario=scenario) for scenario, run in zip(scenarios, runs, strict=True))
    return Comparison(own, outcome_better=better)


def split_scenarios(a: Scenario, b: Scenario) -> tuple[tuple[Factor, ...], tuple[Scenario, ...]]:
    """What B does differently from A, a factor per lever, and a scenario per combination: bit k is factor k.

    The first scenario is A, the last is B in what it decides. Raises WrongInput for more than six factors.
    """
    factors = factors_between(a, b)
    found = []
    for combination in range(2 ** len(factors)):
        taken = {lever for place, factor in enumerate(factors) if combination >> place & 1 for lever in factor.levers}
        update: dict[str, object] = {part: _mixed(a, b, part, taken) for part in ("levers", "uncertainties")}
        own = [one for one in a.figures if one.series not in taken] + [one for one in b.figures if one.series in taken]
        found.append(a.model_copy(update=update | {"figures": tuple(own)}))
    return factors, tuple(found)


def _mixed(a: Scenario, b: Scenario, part: str, taken: set[str]) -> dict[str, object]:
    of_a, of_b = getattr(a, part), getattr(b, part)
    kept = {name: settings for name, settings in of_a.items() if name not in taken}
    return kept | {name: settings for name, settings in of_b.items() if name in taken}


def split_of(
    factors: Sequence[Factor],
    values: Sequence[Mapping[str, FloatArray]],
    draws: IntArray | None,
    outcomes: Sequence[str] = USUAL_OUTCOMES,
) -> tuple[Split, ...]:
    """The split of each outcome; `values` holds per combination the outcomes per replication."""
    units = outcome_units()
    return tuple(
        split(np.stack([of_one[name] for of_one in values], axis=1), draws, factors, name, units[name][0])
        for name in outcomes
    )
