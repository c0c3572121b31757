"""What a lever is without a decision: one value, or between what and what the draws of the ensemble have it."""

import numpy as np
import pytest

from experiments.report.exports import setting_rows
from experiments.run.ensemble import load_ensemble
from experiments.run.levers import lever_rows
from experiments.run.parameters import changed_parameters
from experiments.scenario.periods import period_days
from experiments.scenario.scenario import build_scenario
from models.levers import LEVERS, default_of
from models.parameters import PERIODS
from sim.schedule import Schedule


@pytest.mark.parametrize("period", PERIODS)
def test_replications_differ_in_what_is_called_fitted_and_in_nothing_else(period):
    """From the parameters that replications really run with."""
    count, (first, _, last) = len(load_ensemble("prop-2021").draws), period_days(period)
    drawn = [changed_parameters(period, (), "prop-2021", number) for number in range(count)]
    for row in lever_rows(period):
        values = [default_of(LEVERS[row.name], parameters) for parameters in drawn]
        inside = [value.daily(first, last).tolist() if isinstance(value, Schedule) else value for value in values]
        assert row.fitted == any(value != inside[0] for value in inside), row.name
        if row.drawn is None:
            assert not row.fitted or row.steps, row.name
            continue
        numbers = [value.at(first) if isinstance(value, Schedule) else value for value in values]
        assert row.drawn == pytest.approx(np.quantile(numbers, [0.1, 0.9]), rel=0.005), row.name
        assert row.drawn[0] < row.drawn[1]


def test_tables_do_not_pass_off_the_value_before_fitting_as_the_usual_one():
    content = {"schema": 2, "name": "proef", "period": "prop-2021", "levers": {"share_cap": 0.08, "places_added": 500}}
    scenario = build_scenario(content | {"title": "Proef", "description": "Een proef."})
    usual = {row.lever.name: row.words("nl")["usual"] for row in setting_rows([scenario])}
    low, high = next(row.drawn for row in lever_rows("prop-2021") if row.name == "share_cap")
    assert usual["places_added"] == 0
    assert usual["share_cap"] == f"geijkt, {low:g} tot {high:g}".replace(".", ",")
    assert setting_rows([scenario])[-1].words("en")["usual"] == f"fitted, {low:g} to {high:g}"
