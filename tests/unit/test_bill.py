"""What is asked for is estimated before it starts, behind every door, and refused when it would take hours."""

import pytest
from refused import refused
from test_cli import call

from experiments.claims.claims import CLAIMS
from experiments.claims.evidence import USUAL_REPLICATIONS
from experiments.claims.judge import judge_claims
from experiments.compare.attribution import MOST_FACTORS, attribute
from experiments.compare.compare import MOST_SCENARIOS, compare
from experiments.history.backtest import run_backtest
from experiments.run.bill import MOST_ACTS, acts
from experiments.run.run import run_scenario
from experiments.run.task import RunPlan
from experiments.scenario.ready import load_scenario
from experiments.service.keys import FULL_COUNT
from models.parameters import PERIODS
from sim.calendar import day_number
from sim.errors import WrongInput

A, B = load_scenario("prop-2021"), load_scenario("hoge-instroom")
LATE = day_number("2025-01-01")


class Started(Exception):
    """Something was handed to a process."""


@pytest.fixture(autouse=True)
def nothing_starts(monkeypatch):
    def start(*anything):
        raise Started

    for room in ("run.run", "compare.compare", "compare.attribution", "history.backtest", "claims.judge"):
        monkeypatch.setattr(f"experiments.{room}.replicate", start)
        if room != "history.backtest":
            monkeypatch.setattr(f"experiments.{room}.compile_once", start)


#: Per door the most that is allowed, and what is refused.
DOORS = [
    (lambda count: run_scenario(A, RunPlan(count, until_day=LATE, workers=2)), 9_100, 9_150),
    (lambda count: compare([A] + [B] * (MOST_SCENARIOS - 1), RunPlan(count, until_day=LATE, workers=2)), 1_100, 1_200),
    (lambda count: attribute(A, B, RunPlan(count, until_day=LATE, workers=2)), 4_500, 4_600),
    (lambda count: judge_claims(tuple(CLAIMS.values()), replications=count, workers=2), USUAL_REPLICATIONS, 1_000),
    (lambda count: run_backtest("prop-2021", "prop-2021", count, workers=2), 8_800, 9_000),
]


@pytest.mark.parametrize(("door", "allowed", "too_many"), DOORS, ids=["run", "compare", "why", "claims", "backtest"])
def test_what_would_take_hours_is_refused_before_anything_starts(door, allowed, too_many):
    with pytest.raises(Started):
        door(allowed)
    with refused(WrongInput, r"van samen naar schatting [0-9.]+ gesimuleerde dagen; toegestaan is 20\.000"):
        door(too_many)


def test_the_command_says_how_much_it_would_be_and_what_to_do(capsys, tmp_path):
    asked = ("run", "prop-2021", "--replications", "10000", "--until", "2025-01-01", "--out", str(tmp_path / "uit"))
    code, out, err = call(capsys, *asked)
    assert (code, out) == (2, "")
    assert (
        "10.000 doorrekeningen van samen naar schatting 21.920.000 gesimuleerde dagen; toegestaan is 20.000.000" in err
    )
    assert "doorstroom sweep" in err and "cluster" in err
    assert not list(tmp_path.iterdir())
    assert call(capsys, "compare", "prop-2021", "hoge-instroom", "--replications", "10000")[0] == 2


def test_no_run_is_longer_than_fifty_years_and_no_question_of_the_app_is_too_much(capsys):
    longest = max(acts(day_number(period.start), day_number(period.last_until)) for period in PERIODS.values())
    assert longest < 50 * 365
    assert 2**MOST_FACTORS * FULL_COUNT * longest <= MOST_ACTS
    for command in (["run", "prop-2021"], ["compare", "prop-2021", "hoge-instroom"], ["why", "prop-2021", "golf-2015"]):
        assert call(capsys, *command, "--until", "2069-01-02")[0] == 2
