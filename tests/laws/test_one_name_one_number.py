"""Law: what a report prints twice under one name is one number, on whatever day the report ends."""

from __future__ import annotations

import pytest

from experiments.run.breakdown import PROVINCIAL, detail_of
from experiments.run.observed import HALF_YEAR_MEASURES, half_year_table
from models.chain import Chain
from models.outcomes import OUTCOMES, Window, monthly_series
from models.parameters import baseline
from sim.calendar import day_number

START, FIRST_END, LAST_END = (day_number(text) for text in ("2019-01-01", "2019-02-01", "2020-01-01"))


@pytest.fixture(scope="module")
def facts_by_end():
    """The facts of one run at the end of every day of 2019 on which a report may end."""
    chain = Chain(baseline("prop-2021"), 1, LAST_END)
    chain.start()
    found = {}
    for day in range(FIRST_END, LAST_END + 1):
        chain.run(day)
        found[day] = told_by(chain.facts(), day)
    return found


def told_by(facts, until):
    """Per name what each table of a report says."""
    window = Window(facts, baseline("prop-2021"), START, until)
    rows = range(len(facts.half_year_names))
    halves = half_year_table(facts)[:, :, 0]
    provinces = dict(zip(PROVINCIAL, detail_of(facts, window.parameters, START, until, rows).provinces, strict=True))
    months, people = monthly_series(facts)["persons_in_reception"]
    told = {
        name: [OUTCOMES[name].count(window), float(provinces[name].sum())]
        for name in ("persons_in_reception_end", "permit_holders_in_reception_end", "realised", "behind_end")
    }
    told["realised"].append(float(halves[HALF_YEAR_MEASURES.index("realised")].sum()))
    told["behind_end"].append(float(halves[HALF_YEAR_MEASURES.index("behind"), -1]))
    if months[-1] == until - 1:
        told["persons_in_reception_end"].append(float(people[-1]))
    return told


def test_every_day_of_2019_as_the_end(facts_by_end):
    assert len(facts_by_end) == 335
    wrong = {
        (day - START, name): values
        for day, told in facts_by_end.items()
        for name, values in told.items()
        if len(set(values)) != 1
    }
    assert not wrong
