"""What claims are tried under follows from the kept screening by one rule, and can be laid under every claim."""

import csv

import numpy as np
import pytest

from experiments.claims import assumptions as choosing
from experiments.claims.assumptions import COUNT, PERIOD, assumptions, middle_of_draws
from experiments.claims.claim import End
from experiments.claims.claims import CLAIMS
from experiments.claims.judge import plan_of
from experiments.claims.said import _stands, _worded_assumption, stands_words
from experiments.history.screening import kept_screening, largest, rows_in_force
from experiments.language.language import LANGUAGES
from experiments.run.ensemble import ENSEMBLES, default_ensemble, fitted_parameters, laid, load_ensemble
from experiments.run.task import Task
from experiments.scenario.ready import load_scenario
from models.levers import Change
from models.parameters import baseline, value_at
from sim.calendar import day_number
from sim.errors import WrongInput

#: The kept screening may be older than the model, and then tell of parameters that are gone.
ROWS = {
    row["parameter"]: row for row in kept_screening(PERIOD)["parameters"] if row["parameter"] in rows_in_force(PERIOD)
}
FITTED = {one.path: one for one in fitted_parameters() if one.applies_to(PERIOD)}
UNTIL = day_number("2019-03-01")


def test_they_are_the_ten_that_move_most_of_what_is_not_measured():
    chosen = [one.name for one in assumptions()]
    assert len(chosen) == COUNT == 10
    least = min(ROWS[path]["headline"]["mean"] for path in chosen)
    others = [row for path, row in ROWS.items() if path not in chosen and row["status"] != "measured"]
    assert all(ROWS[path]["status"] != "measured" for path in chosen)
    assert max(row["headline"]["mean"] for row in others) <= least


def test_another_screening_gives_others(monkeypatch):
    kept = kept_screening(PERIOD)
    first, *rest = largest([*ROWS.values()], COUNT)
    monkeypatch.setattr(choosing, "kept_screening", lambda period: kept | {"parameters": rest})
    assert [one.name for one in assumptions()] == [row["parameter"] for row in rest]
    renamed = first | {"parameter": "ind.no_longer_there"}
    monkeypatch.setattr(choosing, "kept_screening", lambda period: kept | {"parameters": [renamed, *rest]})
    assert [one.name for one in assumptions()] == [row["parameter"] for row in rest]


def test_a_damaged_screening_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr("experiments.history.screening.FOLDER", tmp_path)
    with pytest.raises(WrongInput) as refused:
        assumptions()
    assert refused.value.code == "screening_unreadable"


@pytest.mark.parametrize("one", assumptions(), ids=lambda one: one.name)
def test_the_ends_are_those_of_the_draws_or_of_the_screening(one):
    """From the table of draws itself: the ends follow when the model is fitted anew."""
    low, high = one.low.value, one.high.value
    assert low < high
    assert one.low.moved == ((one.name, one.low.moved[0][1], low),)
    if one.name not in FITTED:
        assert (low, high) == (ROWS[one.name]["low"], ROWS[one.name]["high"])
        return
    with (ENSEMBLES / f"{PERIOD}.csv").open(encoding="utf-8", newline="") as handle:
        draws = [float(row[one.name]) for row in csv.DictReader(handle) if row["draw"] != "best"]
    assert (low, high) == pytest.approx(tuple(np.quantile(draws, [0.1, 0.9])), rel=0.005)
    assert FITTED[one.name].low <= low < high <= FITTED[one.name].high
    assert one.low.moved[0][1] == FITTED[one.name].how
    if FITTED[one.name].how != "depth":
        ((_, how, below),), ((_, _, above),) = one.low.elsewhere, one.high.elsewhere
        assert how == "factor"
        assert below < 1.0 < above
        assert above / below == pytest.approx(high / low)


def test_a_parameter_that_is_not_fitted_has_no_middle():
    with pytest.raises(ValueError, match="not in tuple"):
        middle_of_draws("ind.no_longer_there")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_has_a_name_an_end_a_source_and_a_status_in_words(language):
    for one in assumptions():
        row = {"parameter": one.name, "low": one.low.value, "high": one.high.value, "verdict": "open"}
        said = _worded_assumption(row, language)
        assert said["label"] not in ("", one.name), one.name
        assert said["source"]
        assert said["status"] in ("geschat", "aangenomen", "estimated", "assumed")
        assert said["told_low"].split()[0] != said["told_high"].split()[0]
    assert _worded_assumption(row | {"parameter": "ind.no_longer_there"}, language) is None


@pytest.mark.parametrize(
    "period", sorted({load_scenario(one.base).period for claim in CLAIMS.values() for one in claim.futures})
)
def test_every_end_can_be_laid_under_every_future_of_the_claims(period):
    plan, _ = plan_of(list(CLAIMS.values()), 2, assumptions())
    pieces = [piece for piece in plan.task(1).pieces if piece.period == period and piece.moved]
    assert len({piece.moved for piece in pieces}) == 2 * COUNT
    for piece in pieces:
        task = Task(period, piece.changes, 1, 0, 0, ensemble=default_ensemble(period), moved=piece.moved)
        usual = Task(period, piece.changes, 1, 0, 0, ensemble=default_ensemble(period))
        ((path, how, number),) = piece.moved
        stands, was = value_at(task.parameters(1), path), value_at(usual.parameters(1), path)
        assert stands == laid(value_at(baseline(period), path), how, number) or stands == was, "a lever goes over it"


def test_where_draws_are_not_for_a_period_its_own_value_is_moved():
    """The share that COA grants in 2016 stays near what it was then, whatever fits 2019 to 2024."""
    own = End(0.9, moved=(("nareis.grant_share", "value", 0.9),), elsewhere=(("nareis.grant_share", "factor", 1.05),))
    assert not FITTED["nareis.grant_share"].applies_to("golf-2015")
    assert own.moved_in(PERIOD) == own.moved
    assert own.moved_in("golf-2015") == own.elsewhere
    free = End(0.9, moved=(("ind.productive_share", "factor", 0.9),))
    assert free.moved_in("golf-2015") == free.moved_in(PERIOD) == free.moved


def test_what_is_moved_stands_in_history_too_and_goes_over_the_draw():
    path = "homes.share_base"
    ends = [((path, "value", number),) for number in (0.003, 0.04)]
    task = Task(PERIOD, (), 1, 0, UNTIL, ensemble=PERIOD)
    for moved in ends:
        chain = Task(PERIOD, (), 1, 0, UNTIL, ensemble=PERIOD, moved=moved).chain(1)
        assert chain.is_usual
        assert value_at(chain.parameters, path).at(0) == moved[0][2]
    drawn = load_ensemble(PERIOD)
    others = [one for one in drawn.paths if one != path]
    moved = Task(PERIOD, (), 1, 0, UNTIL, ensemble=PERIOD, moved=ends[0]).parameters(1)
    assert all(value_at(moved, one) == value_at(task.parameters(1), one) for one in others)


def test_a_lever_that_sets_the_same_parameter_goes_over_what_is_moved():
    lever = Change("response_delay", 33.0)
    moved = (("homes.response_delay_days", "value", 150.0),)
    parameters = Task(PERIOD, (lever,), 1, 0, UNTIL, ensemble=PERIOD, moved=moved).parameters(1)
    assert value_at(parameters, "homes.response_delay_days").at(0) == 33.0


def tried(verdict, low, high):
    return {
        "label": "iets",
        "told_low": "1",
        "told_high": "2",
        "verdict": verdict,
        "verdict_low": low,
        "verdict_high": high,
    }


def test_a_verdict_stands_is_overturned_or_becomes_open():
    rows = [tried("holds", "holds", "fails"), tried("holds", "open", "holds")]
    stands = _stands("holds", rows)
    assert (stands["ends"], stands["kept"]) == (4, 2)
    claim = {"verdict": "holds", "stands": stands}
    assert stands_words(claim, "nl") == (
        "Het oordeel ‘houdt stand’ blijft staan bij 2 van de 4 uitersten. Het valt om bij ‘iets’ op 2. "
        "Het wordt open bij ‘iets’ op 1."
    )


def test_what_is_open_for_want_of_replications_is_no_other_verdict():
    stands = _stands("holds", [tried("open", "open", "holds")])
    assert (stands["kept"], stands["opened"], stands["others"], stands["untold"]) == (1, [], [], 1)
    assert stands_words({"verdict": "holds", "stands": stands}, "en").endswith("told with so few replications.")
    stands = _stands("open", [tried("open", "open", "fails")])
    assert [one["verdict"] for one in stands["others"]] == ["fails"]
    assert "is wel te geven" in stands_words({"verdict": "open", "stands": stands}, "nl")
