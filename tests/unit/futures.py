"""Results made by hand, of which every figure is known: two futures that differ by exactly what was asked."""

from functools import lru_cache

import numpy as np

from experiments.compare.compare import Comparison
from experiments.language.catalogue import catalogue
from experiments.run.breakdown import BY_SIZE, MUNICIPAL, PROVINCIAL, SIZES, Detail
from experiments.run.observed import AREAS, HALF_YEAR_MEASURES, observations
from experiments.run.result import RunResult
from experiments.run.task import Replication
from experiments.scenario.scenario import build_scenario
from models.geography import PROVINCES
from models.outcomes import OUTCOMES
from sim.calendar import day_number

FROM, UNTIL = day_number("2019-01-01"), day_number("2020-03-01")
HALVES = ("2019-1", "2019-2", "2020-1")
SERIES = [key.removeprefix("series.") for key in catalogue("labels", "nl").keys("series")]
MONTHS = tuple(day_number(day) for day in ("2019-01-31", "2019-06-30", "2019-12-31", "2020-02-29"))


def scenario(name="basis", title="De basis", **levers):
    content = {"schema": 1, "name": name, "title": title, "description": "Zonder ander besluit.", "period": "prop-2021"}
    return build_scenario(content | ({"levers": levers} if levers else {}))


def one_run(shift=0.0, count=40, of=None, full=1.0):
    """A run in which every figure is 100 with a spread of its own, plus `shift`; replication k always has luck k."""
    replications = []
    for number in range(1, count + 1):
        luck = np.sin(number)
        outcomes = dict.fromkeys(OUTCOMES, 100.0 + luck + shift)
        outcomes |= {"ran_full": full, "days_until_full": 200.0 + number if full else float(UNTIL - FROM)}
        never_full = frozenset() if full else frozenset({"days_until_full"})
        series = {name: 1000.0 + 10 * luck + shift * np.arange(1.0, len(MONTHS) + 1) for name in SERIES}
        half_years = np.full((len(HALF_YEAR_MEASURES), len(HALVES), len(AREAS)), 5000.0 + luck + shift)
        detail = Detail(
            np.full((len(PROVINCIAL), len(PROVINCES)), 50.0 + luck + shift),
            np.full((len(BY_SIZE), len(SIZES)), 30.0 + luck + shift),
            np.zeros((len(MUNICIPAL), len(HALVES), 352), dtype=np.float32),
        )
        units = {name: outcome.unit for name, outcome in OUTCOMES.items()}
        nothing = np.full(len(observations(FROM, UNTIL)), np.nan)
        replications.append(
            Replication(outcomes, units, HALVES, half_years, MONTHS, series, nothing, {}, detail, never_full)
        )
    numbers = tuple(range(1, count + 1))
    return RunResult(of or scenario(), 7, FROM, UNTIL, numbers, tuple(replications), ensemble="prop-2021", fixed=True)


def comparison(*runs):
    return Comparison(runs, outcome_better={name: outcome.better for name, outcome in OUTCOMES.items()})


@lru_cache(maxsize=1)
def lower_by_ten():
    b = scenario("ruimer", "Ruimer", share_cap={"value": 0.08, "from": "2019-06-01"}, trading="region")
    return comparison(one_run(), one_run(-10.0, of=b, full=0.0))
