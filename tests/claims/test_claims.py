"""Claims: the rule gives each verdict it should, every claim can be computed, and the command says what is wrong."""

import dataclasses
import itertools
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli_pages.command import app
from experiments import judging
from experiments.claims import CLAIMS, REPORT
from experiments.judging import (
    MEASURES,
    USUAL_REPLICATIONS,
    Assumption,
    Claim,
    ClaimsTask,
    Condition,
    Counted,
    End,
    Evidence,
    Future,
    Look,
    Part,
    Piece,
    Tried,
    all_agree,
    all_hold,
    chosen_claims,
    evidence_of,
    evidence_words,
    fingerprint,
    futures_to_run,
    hangs_on_words,
    judge_claims,
    under_ends,
    verdict_of,
)
from experiments.scenario import load_scenario
from models.outcomes import OUTCOMES
from models.parameters import PERIODS
from sim.calendar import day_number
from sim.errors import WrongInput
from sim.replications import Finished
from sim.statistics import Band

LOOK = Look("housed", "Gehuisvest", "Housed", "realised", "prop-2021", "anders", "2019-01-01", "2019-03-01")


def evidence(low, high, count=20, mean_a=1000.0, look=LOOK):
    mean = (low + high) / 2
    return Evidence(look, mean_a, mean_a + mean, Band(mean, low, high, count))


def small_claim(**changed):
    """A claim that is cheap to compute: two months, two futures, one assumption."""
    usual = {
        "name": "klein",
        "sentence_nl": "Meer delen huisvest meer mensen.",
        "sentence_en": "More sharing houses more people.",
        "document": REPORT,
        "page": 1,
        "section": "nergens",
        "rule_nl": "regel",
        "rule_en": "rule",
        "caution_nl": "bedenk",
        "caution_en": "mind",
        "futures": (
            Future("prop-2021", "zoals het liep", "as it was"),
            Future("anders", "meer delen", "more sharing", ("sharing_share=0.6",)),
        ),
        "looks": (LOOK,),
        "conditions": (Condition("housed", "at_least", 0.0),),
        "weighed_by": "housed",
        "assumptions": (
            Assumption("turnover", "doorstroming", "turnover", End(0.5, ("turnover=0.5",)), End(1)),
            Assumption(
                "counting",
                "telling",
                "counting",
                End("anders", measures=(("realised", "permits"),), value_en="otherwise"),
                End(0.9, instead=(("anders", ("sharing_share=0.9",)),)),
            ),
        ),
    }
    return Claim(**(usual | changed))


# --- the rule -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "line", "relative", "low", "high", "verdict"),
    [
        ("at_least", 10, False, 11, 20, "holds"),
        ("at_least", 10, False, 10, 20, "holds"),
        ("at_least", 10, False, 9, 20, "open"),
        ("at_least", 10, False, 9, 10, "open"),
        ("at_least", 10, False, -5, 9, "fails"),
        ("at_most", 10, False, -5, 9, "holds"),
        ("at_most", 10, False, -5, 10, "holds"),
        ("at_most", 10, False, 9, 11, "open"),
        ("at_most", 10, False, 11, 12, "fails"),
        ("at_least", 0.01, True, 11, 20, "holds"),
        ("at_least", 0.01, True, 0, 9, "fails"),
        ("at_most", -0.5, True, -700, -600, "holds"),
        ("at_most", -0.5, True, -400, -300, "fails"),
        ("at_least", 10, False, math.nan, math.nan, "open"),
        ("at_least", 10, False, 0, 0, "fails"),
        ("at_most", 0.1, False, 0, 0, "holds"),
    ],
)
def test_a_condition_looks_at_the_whole_interval(kind, line, relative, low, high, verdict):
    assert Condition("housed", kind, line, relative).judge(evidence(low, high)) == verdict


def test_few_replications_decide_nothing():
    assert Condition("housed", "at_least", 0.0).judge(evidence(5, 6, count=9)) == "open"
    assert Condition("housed", "at_least", 0.0).judge(evidence(5, 6, count=10)) == "holds"


@given(
    low=st.floats(-100, 100),
    width=st.floats(0, 50),
    line=st.floats(-100, 100),
)
def test_at_least_and_at_most_never_both_fail_and_mirror_each_other(low, width, line):
    given_row, mirrored = evidence(low, low + width), evidence(-low - width, -low)
    least = Condition("housed", "at_least", line).judge(given_row)
    most = Condition("housed", "at_most", line).judge(given_row)
    assert not (least == most == "fails")
    assert Condition("housed", "at_most", -line).judge(mirrored) == least


@given(st.lists(st.sampled_from(["holds", "fails", "open"]), min_size=1, max_size=4))
def test_verdicts_together(parts):
    together, agreed = all_hold(parts), all_agree(parts)
    assert (together == "holds") == (set(parts) == {"holds"})
    assert (together == "fails") == ("fails" in parts)
    assert (agreed != "open") == (set(parts) in ({"holds"}, {"fails"}))


def test_nothing_judged_is_open():
    assert all_hold([]) == "open"
    assert all_agree([]) == "open"


@pytest.mark.parametrize("needed", ["holds", "fails", "open"])
@pytest.mark.parametrize("other", ["holds", "fails", "open"])
def test_a_claim_stays_open_when_what_it_needs_is_not_there(needed, other):
    before = dataclasses.replace(LOOK, key="before")
    claim = small_claim(
        looks=(before, LOOK),
        conditions=(Condition("before", "at_least", 0.9, needed=True), Condition("housed", "at_least", 0.0)),
    )
    rows = [
        dataclasses.replace(evidence(0, 0, look=before), judged=needed),
        dataclasses.replace(evidence(0, 0), judged=other),
    ]
    assert verdict_of(claim, rows) == (other if needed == "holds" else "open")


def crafted(claim, figures, draws=None):
    """Evidence from arrays per count, as a run would give."""
    return evidence_of(
        claim, claim.looks, {need: figures[need.future] for look in claim.looks for need in look.needs()}, draws
    )


@pytest.mark.parametrize(("shift", "verdict"), [(50.0, "holds"), (-50.0, "fails"), (0.0, "open")])
def test_a_claim_from_crafted_figures(shift, verdict):
    luck = np.random.default_rng(3)
    usual = luck.normal(1000.0, 200.0, 40)
    other = usual + shift + luck.normal(0.0, 10.0, 40) * (1.0 if shift else 5.0)
    other += 0.0 if shift else usual.mean() - other.mean()  # no difference on average
    rows = crafted(small_claim(), {"prop-2021": usual, "anders": other}, np.arange(40) // 2)
    assert verdict_of(small_claim(), rows) == verdict
    assert rows[0].band.count == 40
    assert rows[0].band.mean == pytest.approx(shift, abs=10)


def test_unknown_figures_are_left_out_and_equal_ones_differ_by_nothing():
    usual, other = np.full(20, 7.0), np.full(20, 7.0)
    rows = crafted(small_claim(), {"prop-2021": usual, "anders": other})
    assert (rows[0].band.mean, rows[0].band.low, rows[0].band.high) == (0.0, 0.0, 0.0)
    other = np.where(np.arange(20) < 15, np.nan, 9.0)
    assert crafted(small_claim(), {"prop-2021": usual, "anders": other})[0].band.count == 5
    rows = crafted(small_claim(), {"prop-2021": usual, "anders": np.full(20, np.nan)})
    assert verdict_of(small_claim(), rows) == "open"


def test_the_assumption_it_hangs_on_moves_the_figure_most():
    first, second = small_claim().assumptions
    small = Tried(first, 2.0, 1.0, 3.0, "holds", "holds", 20)
    large = Tried(second, 2.0, 5.0, 4.0, "holds", "fails", 20)
    unknown = Tried(second, 2.0, math.nan, 30.0, "open", "open", 20)
    judged = judging.Judgement(small_claim(), "holds", (), (small, large, unknown))
    assert judged.hangs_on == large
    assert dataclasses.replace(judged, tried=()).hangs_on is None


def test_a_factor_that_takes_away_everything_gets_everything():
    factors = ("een", "twee")
    part = Part("k", "nl", "en", "realised", "", "een", "2019-01-01", "2019-03-01", factors=factors, factor="een")
    names = [need.future for need in part.needs()]
    assert names == ["prop-2021", "zonder-een", "zonder-twee", "zonder-een-twee"]
    figures = dict(zip(names, ([10.0, 10.0], [2.0, 2.0], [10.0, 10.0], [2.0, 2.0]), strict=True))
    found = {need: np.array(figures[need.future]) for need in part.needs()}
    assert part.sides(found)[1].tolist() == [8.0, 8.0]
    other = dataclasses.replace(part, factor="twee", against="een")
    left, right = other.sides(found)
    assert (left.tolist(), right.tolist()) == ([8.0, 8.0], [0.0, 0.0])


# --- the list -----------------------------------------------------------------------------------------------------


def test_there_are_eleven_and_their_names_say_them():
    assert len(CLAIMS) == 11
    assert [claim.name for claim in CLAIMS.values()] == list(CLAIMS)
    for name in CLAIMS:
        assert load_scenario("prop-2021").model_copy(update={"name": name})
        assert name == name.lower()
        assert " " not in name


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=list(CLAIMS))
def test_a_claim_is_complete(claim):
    texts = [
        getattr(claim, f"{part}_{language}") for part in ("sentence", "rule", "caution") for language in ("nl", "en")
    ]
    assert all(text.endswith(".") and text == " ".join(text.split()) for text in texts)
    assert claim.document == REPORT
    assert 1 <= claim.page <= 22
    keys = [look.key for look in claim.looks]
    assert len(set(keys)) == len(keys)
    assert {condition.look for condition in claim.conditions} <= set(keys)
    assert any(not condition.needed for condition in claim.conditions)
    assert claim.weighed_by in keys
    assert 2 <= len(claim.assumptions) <= 3
    for look in claim.looks:
        assert look.measure in MEASURES or look.measure in OUTCOMES
        assert look.label_nl
        assert look.label_en


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=list(CLAIMS))
def test_every_future_of_a_claim_can_be_computed(claim):
    ends = [None, *itertools.chain.from_iterable((one.low, one.high) for one in claim.assumptions)]
    names = {future.name for future in claim.futures}
    assert len(names) == len(claim.futures)
    for end in ends:
        if end is not None:
            assert {name for name, _ in end.instead} <= names
        variant = judging._Variant(claim, 2, end)
        for need in dict.fromkeys(need for look in claim.looks for need in look.needs()):
            scenario = variant.scenario(need.future)
            first, last = (day_number(day) for day in (need.from_date, need.until_date))
            start, end_of_period = (
                day_number(getattr(PERIODS[scenario.period], key)) for key in ("start", "last_until")
            )
            assert start <= first < last <= end_of_period


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=list(CLAIMS))
def test_both_ends_of_an_assumption_change_something(claim):
    def all_changes(end):
        variant = judging._Variant(claim, 2, end)
        looks = claim.deciding
        return [
            (variant.measure(need.measure), tuple(variant.scenario(need.future).changes()))
            for look in looks
            for need in look.needs()
        ]

    for assumption in claim.assumptions:
        assert all_changes(assumption.low) != all_changes(assumption.high)


def test_a_future_that_claims_share_is_computed_once():
    chosen = tuple(CLAIMS.values())
    assert futures_to_run(chosen) < sum(futures_to_run([claim]) for claim in chosen)


def test_under_the_ends_draws_stay_whole():
    assert [under_ends(count) for count in (2, 3, 4, 7, 20, 40)] == [2, 2, 2, 2, 10, 20]
    assert under_ends(USUAL_REPLICATIONS) >= judging.FEWEST_FOR_A_VERDICT


def test_the_fingerprint_follows_the_rule_and_not_the_text():
    before = fingerprint([small_claim()])
    assert fingerprint([small_claim(sentence_nl="Anders gezegd.")]) == before
    assert fingerprint([small_claim(conditions=(Condition("housed", "at_least", 1.0),))]) != before
    assert fingerprint([small_claim(weighed_by="iets")]) != before
    assert fingerprint([small_claim(decide=all_agree)]) != before


# --- running --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def judged():
    return judge_claims([small_claim()], replications=4, workers=1)


def test_a_small_claim_from_end_to_end(judged):
    row = judged.to_json()["claims"][0]
    assert row["verdict"] == "open"  # four replications decide nothing
    housed = row["evidence"][0]
    assert housed["n"] == 4
    assert housed["mean"] == pytest.approx(housed["mean_b"] - housed["mean_a"])
    assert housed["low"] <= housed["mean"] <= housed["high"]
    assert [tried["n"] for tried in row["tried"]] == [2, 2]
    assert {tried["parameter"] for tried in row["tried"]} == {"turnover", "counting"}
    assert row["tried"][1]["figure_low"] == 0.0  # permits do not depend on sharing
    json.dumps(judged.to_json(), allow_nan=False)


def test_more_processes_change_nothing(judged):
    again = judge_claims([small_claim()], replications=4, workers=2)
    assert again.to_json() == judged.to_json()


def test_counting_in_a_longer_run_gives_the_same():
    counted = ("realised", day_number("2019-01-01"), day_number("2019-03-01"))
    short = Piece("prop-2021", (), day_number("2019-03-01"), (counted,), 1)
    long = dataclasses.replace(short, until_day=day_number("2019-06-01"))
    task = ClaimsTask((short, long), 1)
    assert task.counted(short, 1) == task.counted(long, 1)


def test_every_future_is_computed_as_often_as_asked():
    pieces = tuple(Piece("prop-2021", (), 0, (), most) for most in (3, 1, *[2] * 20))
    work = ClaimsTask(pieces, 1).work
    done = [(number, place) for number, places in work for place in places]
    assert sorted(done) == sorted(
        (number, place) for place, piece in enumerate(pieces) for number in range(1, piece.replications + 1)
    )
    assert all(len(places) <= judging.BATCH for _, places in work)


def test_an_interrupted_run_gives_no_verdict(monkeypatch):
    def stopped(task, numbers, workers, report):
        return Finished((), interrupted=True)

    monkeypatch.setattr(judging, "replicate", stopped)
    with pytest.raises(KeyboardInterrupt):
        judge_claims([small_claim()], replications=2)


def test_words_about_a_row(judged):
    row = judged.to_json()["claims"][0]
    dutch, english = evidence_words(row["evidence"][0]), evidence_words(row["evidence"][0], "en")
    assert dutch.startswith("Gehuisvest: ")
    assert "zoals het liep" in dutch
    assert "90 %-interval" in dutch
    assert "as it was" in english
    assert "90% interval" in english
    assert hangs_on_words(row["tried"][1]) == "telling: bij anders open, bij 0,9 open."
    assert hangs_on_words(row["tried"][1], "en") == "counting: open at otherwise, open at 0.9."
    assert hangs_on_words(None) == "–"


def test_shares_are_said_in_per_cent():
    look = dataclasses.replace(LOOK, measure="tents", a="", b="prop-2021")
    row = dataclasses.replace(evidence(0.25, 0.75, look=look)).row(small_claim())
    assert evidence_words(row) == "Gehuisvest: 50 % (90 %-interval 25 % tot 75 %)."
    assert evidence_words(row | {"low": -0.02, "high": 1.01}) == "Gehuisvest: 50 % (90 %-interval 0 % tot 100 %)."


# --- the command ----------------------------------------------------------------------------------------------------


def call(capsys, *words):
    with pytest.raises(SystemExit) as left:
        app(["claims", *words], prog_name="doorstroom")
    out, err = capsys.readouterr()
    return left.value.code, out, err


@pytest.fixture
def one_claim(monkeypatch):
    monkeypatch.setattr("experiments.claims.CLAIMS", {"klein": small_claim()})


def test_the_command_gives_one_document(capsys, one_claim):
    code, out, err = call(capsys, "klein", "--replications", "2", "--workers", "1", "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert {"version", "seed", "replications", "claims", "ensembles", "code"} <= set(document)
    claim = document["claims"][0]
    assert {
        "name", "sentence", "sentence_en", "document", "page", "rule", "verdict", "evidence", "hangs_on", "tried",
    } <= set(claim)  # fmt: skip
    assert claim["verdict"] in ("holds", "fails", "open")
    assert {"outcome", "a", "b", "mean", "low", "high", "n"} <= set(claim["evidence"][0])
    assert {"parameter", "label", "low", "high", "verdict_low", "verdict_high"} <= set(claim["hangs_on"])


@pytest.mark.parametrize(("language", "word"), [("nl", "OPEN: Meer delen"), ("en", "OPEN: More sharing")])
def test_the_command_speaks_two_languages(capsys, one_claim, language, word):
    code, out, _ = call(capsys, "--replications", "2", "--workers", "1", "--language", language)
    assert code == 0
    assert word in out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["klien"], "onbekende uitspraak 'klien'"),
        (["--language", "fr"], "nl of en"),
        (["--replications", "1"], "van 2 tot en met"),
        (["genoeg-woningen-geen-tenten", "--store"], "bewaar alle uitspraken samen"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(capsys, words, told):
    code, out, err = call(capsys, *words)
    assert (code, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1


def test_storing_keeps_what_was_judged(judged, tmp_path):
    path = judging.store(judged, tmp_path / "claims.json")
    kept = judging.stored(path)
    assert kept["claims"] == judged.to_json()["claims"]
    assert judging.what_changed(kept, [small_claim()]) == []
    assert judging.what_changed(kept, []) == ["de lijst van uitspraken is veranderd"]
    assert judging.what_changed(kept, [small_claim(sentence_nl="Anders.")]) == [
        "de tekst van een uitspraak is veranderd"
    ]
    said = judging.with_present_texts(kept, [small_claim(sentence_nl="Anders.")])
    assert judging.what_changed(said, [small_claim(sentence_nl="Anders.")]) == []
    assert said["claims"][0]["evidence"] == kept["claims"][0]["evidence"]
    assert judging.what_changed(kept, [small_claim(decide=all_agree)]) == [
        "de manier waarop een uitspraak wordt beoordeeld is veranderd"
    ]
    assert judging.what_changed(kept | {"code": "anders"}, [small_claim()]) == ["het model is veranderd"]
    assert judging.what_changed(kept | {"ensembles": {"prop-2021": "anders"}}, [small_claim()]) == [
        "het ensemble is veranderd"
    ]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"claims": []}'])
def test_damaged_verdicts_are_refused(tmp_path, content):
    path = tmp_path / "claims.json"
    path.write_text(content)
    with pytest.raises(WrongInput):
        judging.stored(path)
    with pytest.raises(WrongInput):
        judging.stored(tmp_path / "nergens.json")


def test_a_name_is_judged_once_and_in_the_order_of_the_list():
    names = list(CLAIMS)
    assert [claim.name for claim in chosen_claims(CLAIMS, [names[3], names[0], names[3]])] == [names[0], names[3]]
    assert len(chosen_claims(CLAIMS, [])) == 11


def test_counts_name_days_and_measure():
    assert LOOK.needs() == (
        Counted("prop-2021", "realised", "2019-01-01", "2019-03-01"),
        Counted("anders", "realised", "2019-01-01", "2019-03-01"),
    )
