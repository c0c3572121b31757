"""Golden runs: small runs against committed files, in whole numbers. Any change of the model shows here.

When the change is meant: ``pytest tests/golden --renew-golden`` writes the files anew; say in the changelog which
outcomes moved, by how much, over which period.
"""

import json

import numpy as np
import pytest
from records import FOLDER, differences, lines

from models.chain import simulate
from models.facts import Facts
from models.geography import PROVINCES, municipalities
from models.levers import Change, apply_changes
from models.parameters import Parameters, baseline, is_dated, value_at, with_values
from sim.calendar import day_number, iso

#: name: period, last day, seed, changes to the baseline.
RUNS: dict[str, tuple[str, str, int, tuple[Change, ...]]] = {
    "prop-2021": ("prop-2021", "2020-03-01", 1, ()),
    "prop-2021-levers": (
        "prop-2021", "2019-09-01", 2,
        (
            Change("share_cap", 0.12, day_number("2019-03-01"), day_number("2019-08-01"), 30),
            Change("inflow_shock", 1500.0, day_number("2019-04-01")),
            Change("linking_rule", "homes"),
            Change("trading", "region"),
            Change("target_source", "rule"),
            Change("hotel_places", 500.0),
            Change("ind_extra_staff", 120.0, day_number("2019-02-01")),
        ),
    ),
    "golf-2015": ("golf-2015", "2014-11-01", 1, ()),
}  # fmt: skip
#: One parameter of each institution, nudged by this factor, must be seen within the first half of 2019.
NUDGED = {
    "inflow.inflow_factor": 1.01,
    "ind.work_days_general": 1.02,
    "ind.grant_share_mixed": 1.02,
    "ind.registration_days": 1.1,
    "nareis.work_days_per_person": 1.02,
    "nareis.apply_share_syrian": 1.02,
    "coa.occupancy_norm": 0.99,
    "linking.dossier_days": 1.05,
    "homes.share_base": 1.05,
    "homes.turnover_per_year": 1.01,
    "homes.size_share_small": 1.02,
    "stays.willing_share": 1.1,
}


def record(facts: Facts) -> dict[str, object]:
    """What is kept of a run: month ends of all national measures, half-years per province, steps; whole numbers."""
    offsets = np.asarray(facts.monthly_days) - facts.first_day
    province = municipalities().province
    by_province = {
        measure: [
            [int(row[province == number].sum()) for number in range(len(PROVINCES))]
            for row in facts.half_years[measure]
        ]
        for measure in ("opening", "target", "realised", "behind")
    }
    reception = sum(values for name, values in facts.provinces_daily.items() if name.startswith("in_reception_"))
    return {
        "from": iso(facts.first_day),
        "until": iso(facts.last_day),
        "seed": facts.seed,
        "month_ends": [iso(int(day)) for day in facts.monthly_days],
        "national": {name: [int(values[at]) for at in offsets] for name, values in facts.daily.items()},
        "reception_by_province": {
            name: [int(reception[at, number]) for at in offsets] for number, name in enumerate(PROVINCES)
        },
        "half_years": facts.half_year_names,
        "half_years_by_province": by_province,
        "steps": {name: int(count) for name, count in facts.steps.items()},
    }


def golden_run(name: str) -> dict[str, object]:
    period, until, seed, changes = RUNS[name]
    return record(simulate(apply_changes(baseline(period), changes), seed, day_number(until)))


@pytest.mark.parametrize("name", RUNS)
def test_a_small_run_is_what_it_was(name, renew_golden):
    file, now = FOLDER / f"{name}.json", golden_run(name)
    if renew_golden:
        file.write_text(lines(now), encoding="utf-8")
    assert file.exists(), f"{file.name} is missing; write it with --renew-golden"
    found = differences(json.loads(file.read_text(encoding="utf-8")), now)
    assert not found, f"{len(found)} measures moved; if that is meant: --renew-golden\n" + "\n".join(found[:12])


def nudged(parameters: Parameters, path: str, factor: float) -> Parameters:
    value = value_at(parameters, path)
    return with_values(parameters, {path: value.scaled(factor) if is_dated(path) else value * factor})


@pytest.fixture(scope="module")
def half_a_year() -> dict[str, object]:
    return record(simulate(baseline("prop-2021"), 1, day_number("2019-07-01")))


@pytest.mark.parametrize("path", NUDGED)
def test_a_golden_run_notices_one_nudged_parameter(path, half_a_year):
    parameters = nudged(baseline("prop-2021"), path, NUDGED[path])
    now = record(simulate(parameters, 1, day_number("2019-07-01")))
    assert differences(half_a_year, now), f"{path} times {NUDGED[path]} went unseen"


def test_what_is_written_reads_back_the_same(half_a_year):
    assert json.loads(lines(half_a_year)) == half_a_year
