"""Law: what a report prints twice under one name is one number, on whatever day the report begins or ends."""

import pytest

from experiments.run.breakdown import PROVINCIAL, detail_of, provinces_realised_from
from experiments.run.observed import HALF_YEAR_MEASURES, half_year_table
from experiments.run.task import Task
from models.chain import Chain, simulate
from models.outcomes import OUTCOMES, Window, monthly_series
from models.parameters import baseline
from sim.calendar import date_of, day_number, half_year_name, half_year_start

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
    months, series = monthly_series(window)
    told = {
        name: [OUTCOMES[name].count(window), float(provinces[name].sum())]
        for name in ("persons_in_beds_end", "permit_holders_in_beds_end", "realised", "behind_end")
    }
    told["realised"].append(float(halves[HALF_YEAR_MEASURES.index("realised")].sum()))
    told["behind_end"].append(float(halves[HALF_YEAR_MEASURES.index("behind"), -1]))
    if months[-1] == until - 1:
        for name in ("persons_in_reception", "permit_holders_under_coa", "permit_holders_in_beds"):
            told.setdefault(f"{name}_end", [OUTCOMES[f"{name}_end"].count(window)]).append(float(series[name][-1]))
        told["permit_holders_under_coa_end"].append(OUTCOMES["permit_holders_in_reception_end"].count(window))
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


def test_every_day_of_2019_as_the_beginning():
    """What is told twice is equal from the day from which it is said to count; that is the first day when it can be."""
    parameters = baseline("prop-2021")
    facts = simulate(parameters, 1, LAST_END)
    halves = half_year_table(facts)[HALF_YEAR_MEASURES.index("realised"), :, 0]
    wrong, at_once = {}, 0
    for first in range(START, LAST_END):
        rows = [row for row, name in enumerate(facts.half_year_names) if name >= half_year_name(first)]
        from_month, from_half = provinces_realised_from(first), half_year_start(half_year_name(first))
        provinces = dict(zip(PROVINCIAL, detail_of(facts, parameters, first, LAST_END, rows).provinces, strict=True))
        told = {
            "provinces": (from_month, provinces["realised"].sum()),
            "half_years": (from_half, halves[rows].sum()),
        }
        at_once += from_month == from_half == first
        for table, (day, value) in told.items():
            if OUTCOMES["realised"].count(Window(facts, parameters, day, LAST_END)) != value:
                wrong[date_of(first).isoformat(), table] = value
    assert not wrong
    assert at_once == 2


@pytest.mark.parametrize("first", ["2019-01-01", "2019-01-20", "2019-05-31", "2019-07-01", "2019-11-15"])
def test_steps_and_series_count_over_the_window(first):
    """What a run keeps under the name of an outcome is that outcome, on whatever day the report begins."""
    parameters, names = baseline("prop-2021"), {"realised", "decisions", "late_decisions", "homes_to_permit_holders"}
    kept = Task("prop-2021", (), 1, day_number(first), LAST_END).counted(simulate(parameters, 1, LAST_END), parameters)
    assert names <= set(kept.steps)
    assert all(count == kept.outcomes[name] for name, count in kept.steps.items() if name in kept.outcomes)
    assert all(kept.series[name].sum() == kept.outcomes[name] for name in names & set(kept.series))
