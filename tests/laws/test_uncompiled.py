"""A kernel gives the same to the last byte compiled and as the Python that it is written in.

With `make coverage` these runs also show which branches of the kernels any test reaches: of compiled code nothing does.
"""

import json
import os
import subprocess
import sys
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import pytest
from lawbook import fingerprint, finished_chain, parameters_with

from models.chain import simulate
from models.levers import Change
from sim.calendar import day_number

pytestmark = pytest.mark.full

ROOT = Path(__file__).resolve().parents[2]
UNCOMPILED = Path(__file__).with_name("uncompiled.py")


@dataclass(frozen=True)
class Stretch:
    """A run, compiled up to a day, from which it goes on both ways; without such a day from the start."""

    about: str
    period: str
    begin: str
    last_day: str
    changes: tuple[Change, ...]


def levers(**values):
    return tuple(Change(name, value) for name, value in values.items())


STRETCHES = (
    Stretch("the start, places of every kind", "prop-2021", "", "2019-02-20", levers(
        hosts_places=2000, hotel_places=2000, flow_through_places=2000, intermediate_places=3000,
        regional_intermediate_places=3000, acceleration_places=2000, large_family_homes=200, sharing_share=0.5,
        queue_rule="newest", inflow_factor=2.0, occupancy_norm=0.8,
    )),
    Stretch("a Taskforce that comes and goes", "prop-2021", "2020-03-30", "2020-04-10", levers(
        relaxed_allocation=0.0, hotel_places=1000, hosts_places=3000, regional_intermediate_places=500,
        early_registration=0.5, smoothing=4, trading="national", family_size=0.3,
    ) + tuple(Change(name, 0, day_number("2020-04-06")) for name in ("taskforce_hired", "taskforce_seconded"))),
    Stretch("a half year that closes, stays that end", "prop-2021", "2021-06-27", "2021-07-08", levers(
        linking_rule="homes", target_source="rule", key="social_stock", relaxed_allocation=0.5, strictness=1.0,
        flex_per_year=5000, state_units_per_year=3000, conversion_per_year=2000, new_social_per_year=3000,
        large_family_homes=300, project_failure=0.3, trading="bilateral",
        acceleration_places=5000, hotel_places=2500, hosts_places=3000,
    )),
    Stretch("families by the published series", "prop-2021", "2019-12-20", "2020-01-10", levers(
        impose_nareis=True, trading="region", reception_swap=0.5, ind_extra_staff=-300,
    )),
    Stretch("another period, in which nobody comes", "golf-2015", "2015-09-20", "2015-10-04", levers(
        inflow_factor=0.0, occupancy_norm=0.8,
    )),
)  # fmt: skip


@pytest.mark.parametrize("stretch", STRETCHES, ids=lambda stretch: stretch.about)
def test_compiled_and_written_give_the_same_facts(stretch, tmp_path):
    parameters, last_day, resume = parameters_with(stretch.changes, stretch.period), day_number(stretch.last_day), {}
    if stretch.begin:
        resume = finished_chain(parameters, 3, day_number(stretch.begin)).snapshot()
    np.savez(tmp_path / "resume.npz", **resume)
    compiled = fingerprint(simulate(parameters, 3, last_day, resume=resume or None))
    changes = json.dumps([astuple(change) for change in stretch.changes])
    words = (UNCOMPILED, tmp_path / "resume.npz", stretch.period, 3, last_day, changes)
    measured = ("-m", "coverage", "run") if os.environ.get("COVERAGE_RUN") else ()
    written = subprocess.run(
        [sys.executable, *measured, *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert written.returncode == 0, written.stderr
    assert written.stdout.strip() == compiled
