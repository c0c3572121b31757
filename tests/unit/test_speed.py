"""What the measurement of speed says: a target that is missed is told, what became slower fails."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import speed

KEPT = {"ratio": 40.0, "scaling_years_x2": 2.4}


def measured(ratio=40.0, years=2.4):
    return {"ratio": ratio, "scaling_years_x2": years}


def test_the_targets_are_those_that_were_set():
    assert (speed.LEAST_RATIO, speed.MOST_YEARS_RATIO) == (45.0, 2.3)


def test_a_missed_target_is_told_with_its_figure():
    lines = [line.split()[:2] for line in speed.missed(measured())]
    assert lines == [["ratio", "40.0,"], ["scaling_years_x2", "2.40,"]]
    assert speed.missed(measured(45.0, 2.3)) == []


@pytest.mark.parametrize(
    ("found", "lines"),
    [
        (measured(), 0),
        (measured(ratio=34.5), 0),
        (measured(ratio=33.5), 1),
        (measured(years=2.7), 0),
        (measured(years=2.8), 1),
        (measured(ratio=60.0, years=2.0), 0),
        (measured(ratio=10.0, years=4.0), 2),
    ],
)
def test_only_what_is_worse_than_kept_beyond_the_margin_fails(found, lines):
    assert len(speed.slower(found, KEPT)) == lines
