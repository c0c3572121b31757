"""Figures that the claims are filled in with: computed from the tables of facts, the fit and the ready scenarios."""

from functools import cache

import numpy as np

from experiments.run.ensemble import default_ensemble, load_ensemble, with_draw
from experiments.scenario.ready import load_scenario
from models.levers import LEVERS
from models.parameters import Parameters, baseline, value_at
from models.sources import full_persons, read_table
from sim.schedule import Schedule


def _persons(streams: tuple[str, ...], year: int) -> float:
    """Persons who came in a year by the table of inflow."""
    rows = [row for row in read_table("inflow") if row["stream"] in streams and row["period_start"][:4] == str(year)]
    return sum(float(row["value"]) for row in rows)


def first_applications(*years: int) -> float:
    """First applications a year, mean of some years, without the evacuation; the table has those of minors apart."""
    return sum(_persons(("first", "amv"), year) for year in years) / len(years)


def inflow_factor(*years: int) -> float:
    """What `inflow_factor` must be to bring 2021 back to the mean first applications of some years.

    The lever multiplies every stream, repeat applications and resettlement too. The factor is therefore such that as
    many persons disappear as there were more first applications in 2021. The evacuation is a factor of its own.
    """
    more = first_applications(2021) - first_applications(*years)
    return round(1.0 - more / _persons(("first", "amv", "repeat", "resettlement"), 2021), 3)


def _at_start(parameters: Parameters, path: str) -> float:
    value = value_at(parameters, path)
    return float(value.steps[0][1] if isinstance(value, Schedule) else value)


@cache
def middle_of_draws(lever: str, share: float = 0.8) -> tuple[float, float]:
    """Between which values of a lever the middle share of the fitted draws of prop-2021 lies, at the start.

    Where it is not fitted (any more): a fifth less and a quarter more than its value. Two figures; raises KeyError for
    an unknown lever.
    """
    parameters, path = baseline("prop-2021"), LEVERS[lever].sets
    name = default_ensemble("prop-2021")
    if name is None:
        raise ValueError("there is no ensemble of prop-2021")
    ensemble = load_ensemble(name)
    if path in ensemble.paths:
        drawn = ensemble.draws[:, [ensemble.paths.index(path)]]
        values = [_at_start(with_draw(parameters, (path,), draw), path) for draw in drawn]
        ends = np.quantile(values, [(1 - share) / 2, (1 + share) / 2])
    else:
        ends = _at_start(parameters, path) * np.array([0.8, 1.25])
    low, high = (float(f"{end:.3g}") for end in ends)
    # a lever that counts takes whole numbers
    return (round(low), round(high)) if LEVERS[lever].kind == "integer" else (low, high)


_SINCE_2015, _SINCE_2016 = (2015, 2016, 2017, 2018, 2019, 2020), (2016, 2017, 2018, 2019, 2020)


#: What `experiments/data/claims.yaml` names as `{use: ...}`, or between braces in a setting.
COMPUTED: dict[str, float | str] = {
    "full_persons": full_persons(),
    "first_applications_2021": first_applications(2021),
    "first_applications_since_2015": first_applications(*_SINCE_2015),
    "inflow_since_2015": inflow_factor(*_SINCE_2015),
    "inflow_since_2016": inflow_factor(*_SINCE_2016),
    "share_cap_low": middle_of_draws("share_cap")[0],
    "heard_from": str(load_scenario("signaal-direct-gehoord").levers["signal_lead_days"][0].from_date),
}
