"""Claims: the rule gives each verdict it should, every claim can be computed, and the command says what is wrong."""

import dataclasses
import itertools
import json
import math
import shutil
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli_pages.command import app
from experiments.claims import judge as judging
from experiments.claims import verdicts as keeping
from experiments.claims.claim import (
    FEWEST_FOR_A_VERDICT,
    Assumption,
    Claim,
    Condition,
    Counted,
    Crowded,
    End,
    Future,
    Look,
    Part,
    Reading,
    all_agree,
    all_hold,
)
from experiments.claims.claims import CLAIMS, CLAIMS_FILE, read_claims
from experiments.claims.evidence import (
    USUAL_REPLICATIONS,
    Evidence,
    Judgement,
    Tried,
    evidence_of,
    fewer,
    read_of,
    under_ends,
    verdict_of,
)
from experiments.claims.judge import (
    BATCH,
    ClaimsTask,
    Piece,
    _draws,
    _Variant,
    chosen_claims,
    judge_claims,
    plan_of,
)
from experiments.claims.measures import MEASURES, is_yes_no
from experiments.claims.said import evidence_words, future_title, hangs_on_words, stands_words, variation_text, worded
from experiments.claims.verdicts import fingerprint, keep_verdicts, kept_verdicts, verdicts_changed
from experiments.language import catalogue as catalogues
from experiments.language.language import LANGUAGES
from experiments.scenario.ready import load_scenario
from models.chain import Chain, simulate
from models.levers import apply_changes
from models.outcomes import OUTCOMES, Window
from models.parameters import PERIODS, baseline
from models.register import STREAMS
from models.sources import read_table
from models.stages.target import Target
from models.world import arrival_rates, mean_persons
from sim.calendar import day_number, half_year_start, half_years
from sim.errors import WrongInput
from sim.replications import Finished
from sim.statistics import Band

#: Key of the document in the catalogue of claims.
REPORT = "aanjager-2021"
LOOK = Look("housed", "realised", "prop-2021", "anders", "2019-01-01", "2019-03-01")


def band(low, high, count=20):
    return Band((low + high) / 2, low, high, count)


def evidence(low, high, count=20, mean_a=1000.0, look=LOOK):
    between = band(low, high, count)
    return Evidence(look, mean_a, mean_a + between.mean, between)


JUDGED = {"holds": band(1.0, 2.0), "fails": band(-2.0, -1.0), "open": band(-1.0, 1.0)}


def small_claim(**changed):
    """A claim that is cheap to compute: two months, two futures, one assumption."""
    usual = {
        "name": "klein",
        "document": REPORT,
        "page": 1,
        "futures": (
            Future("prop-2021"),
            Future("anders", ("sharing_share=0.6",)),
        ),
        "looks": (LOOK,),
        "conditions": (Condition("housed", "at_least", 0.0),),
        "weighed_by": "housed",
        "variations": (
            Assumption("turnover", End(0.5, ("turnover=0.5",)), End(1)),
            Assumption(
                "counting",
                End(measures=(("realised", "permits_without_family"),)),
                End(0.9, instead=(("anders", ("sharing_share=0.9",)),)),
            ),
        ),
    }
    return Claim(**(usual | changed))


#: What the catalogue of claims says about the small claim.
SMALL_TEXTS = """
[klein.sentence]
nl = "Meer delen huisvest meer mensen."
en = "More sharing houses more people."
[klein.section]
nl = "nergens"
en = "nowhere"
[klein.said]
nl = "Het rapport zegt het."
en = "The report says it."
[klein.sense]
nl = "Zoals het er staat."
en = "As it stands."
[klein.readings.veel]
nl = "Minstens duizend."
en = "A thousand at least."
[klein.rule]
nl = "regel"
en = "rule"
[klein.caution]
nl = "bedenk"
en = "mind"
[klein.looks.housed]
nl = "Gehuisvest"
en = "Housed"
[klein.futures.anders]
nl = "meer delen"
en = "more sharing"
[klein.variations.turnover.label]
nl = "doorstroming"
en = "turnover"
[klein.variations.counting.label]
nl = "telling"
en = "counting"
[klein.variations.counting.low]
nl = "anders"
en = "otherwise"
"""


@pytest.fixture
def small_texts(tmp_path, monkeypatch):
    """The catalogues with the texts of the small claim beside those of the others."""
    folder = tmp_path / "texts"
    shutil.copytree(catalogues.FOLDER, folder)
    with (folder / "claims.toml").open("a", encoding="utf-8") as handle:
        handle.write(SMALL_TEXTS)
    monkeypatch.setattr(catalogues, "FOLDER", folder)
    for kept in (catalogues.catalogue, catalogues._read):
        kept.cache_clear()
    yield
    monkeypatch.undo()
    for kept in (catalogues.catalogue, catalogues._read):
        kept.cache_clear()


# --- the rule -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "low", "high", "verdict"),
    [
        ("at_least", 1, 10, "holds"),
        ("at_least", 0, 10, "holds"),
        ("at_least", -1, 10, "open"),
        ("at_least", -1, 0, "open"),
        ("at_least", -15, -1, "fails"),
        ("at_most", -15, -1, "holds"),
        ("at_most", -15, 0, "holds"),
        ("at_most", -1, 1, "open"),
        ("at_most", 1, 2, "fails"),
        ("at_least", math.nan, math.nan, "open"),
    ],
)
def test_a_condition_looks_at_the_whole_interval(kind, low, high, verdict):
    """How far the figure lies above the line."""
    assert Condition("housed", kind, 10.0).judge(band(low, high)) == verdict


def test_few_replications_decide_nothing():
    assert Condition("housed", "at_least", 0.0).judge(band(5, 6, count=9)) == "open"
    assert Condition("housed", "at_least", 0.0).judge(band(5, 6, count=10)) == "holds"


@given(low=st.floats(-100, 100), width=st.floats(0, 50))
def test_at_least_and_at_most_never_both_fail_and_mirror_each_other(low, width):
    least = Condition("housed", "at_least", 3.0).judge(band(low, low + width))
    assert not (least == Condition("housed", "at_most", 3.0).judge(band(low, low + width)) == "fails")
    assert Condition("housed", "at_most", -3.0).judge(band(-low - width, -low)) == least


def test_a_fixed_line_is_taken_off_the_difference():
    luck = np.random.default_rng(1)
    a, b = luck.normal(50.0, 5.0, 20), luck.normal(80.0, 5.0, 20)
    plain = Condition("housed", "at_least", 0.0).above(LOOK, a, b, None)
    above = Condition("housed", "at_least", 10.0).above(LOOK, a, b, None)
    assert (above.mean, above.low, above.high) == pytest.approx((plain.mean - 10, plain.low - 10, plain.high - 10))


def test_a_relative_line_is_as_uncertain_as_what_it_is_a_part_of():
    """B is half of A in every world, whatever A: at that line nothing is uncertain, and next to it little."""
    a = np.random.default_rng(2).normal(1000.0, 400.0, 40)
    at = Condition("housed", "at_most", -0.5, relative=True).above(LOOK, a, a / 2, np.arange(40) // 2)
    assert (at.low, at.high) == pytest.approx((0.0, 0.0), abs=1e-9)
    # B lies a fixed number below A: the difference is certain, a part of A is not.
    b = a - 100.0
    assert Condition("housed", "at_most", -100.0).above(LOOK, a, b, None).high == pytest.approx(0.0)
    uncertain = Condition("housed", "at_most", -0.1, relative=True).above(LOOK, a, b, None)
    assert uncertain.high - uncertain.low > 10.0
    assert uncertain.mean == pytest.approx(float(b.mean() - a.mean() + 0.1 * a.mean()))


CHANCE = Look("full", "ran_full", "", "prop-2021", "2019-01-01", "2019-03-01")


def test_a_chance_needs_enough_draws_before_never_says_anything():
    for draws, said in ((10, "open"), (28, "open"), (29, "holds")):
        values, groups = np.zeros(2 * draws), np.repeat(np.arange(draws), 2)
        never = Condition("full", "at_most", 0.1)
        assert never.judge(never.above(CHANCE, values, values, groups)) == said
        always = Condition("full", "at_least", 0.9)
        assert always.judge(always.above(CHANCE, np.zeros(2 * draws), values + 1.0, groups)) == said
        assert always.judge(always.above(CHANCE, values, values, groups)) == "fails"


def test_the_usual_replications_are_enough_for_the_lines_on_a_chance():
    usual = range(1, USUAL_REPLICATIONS + 1)
    assert len({*_draws(["prop-2021"], 1, usual)}) >= 29
    ends = under_ends(USUAL_REPLICATIONS, by_chance=True)
    assert len({*_draws(["prop-2021"], 1, ends)}) == len(ends) >= 29
    for claim in CLAIMS.values():
        chances = [condition for condition in all_conditions(claim) if is_yes_no(_look(claim, condition).measure)]
        assert any(condition in chances for condition in claim.conditions) <= claim.by_chance
        assert not any(_look(claim, condition).fewer for condition in chances)
        assert all(condition.line in (0.1, 0.9) and not condition.relative for condition in chances)


def all_conditions(claim):
    """Those of the sense of the document, and of every other reading."""
    return [*claim.conditions, *(condition for reading in claim.readings for condition in reading.conditions)]


def _look(claim, condition):
    return next(look for look in claim.looks if look.key == condition.look)


def test_periods_with_ensembles_of_their_own_are_not_paired(monkeypatch):
    first, again, second, last = _draws(["prop-2021", "golf-2015"], 1, range(1, 5)).tolist()
    assert first == again != second == last
    monkeypatch.setattr(judging, "default_ensemble", lambda period: period)
    with pytest.raises(ValueError, match="different ensembles"):
        _draws(["prop-2021", "golf-2015"], 1, range(1, 5))


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
        dataclasses.replace(evidence(0, 0, look=before), condition=claim.conditions[0], above=JUDGED[needed]),
        dataclasses.replace(evidence(0, 0), condition=claim.conditions[1], above=JUDGED[other]),
    ]
    assert verdict_of(claim, rows) == (other if needed == "holds" else "open")


def crafted(claim, figures, draws=None):
    """Evidence from arrays per count, as a run would give."""
    return evidence_of(
        claim, claim.looks, {need: figures[need.future] for look in claim.looks for need in look.needs()}, draws
    )


def test_another_reading_is_judged_on_the_same_figures_by_lines_of_its_own():
    usual = np.random.default_rng(4).normal(1000.0, 20.0, 40)
    claim = small_claim(readings=(Reading("veel", (Condition("housed", "at_least", 1000.0),)),))
    found = {need: {"prop-2021": usual, "anders": usual + 50.0}[need.future] for need in LOOK.needs()}
    read = read_of(claim, claim.readings[0], found, None)
    assert verdict_of(claim, evidence_of(claim, claim.looks, found, None)) == "holds"
    assert read.verdict == "fails"
    assert [(row.look.key, row.condition.line) for row in read.evidence] == [("housed", 1000.0)]
    assert fingerprint([claim]) != fingerprint([small_claim()])


def test_people_are_held_against_the_places_of_another_future():
    """More than fit in the places there are, on the worst of the weeks; not the places of their own future."""
    look = Crowded("k", "beyond_coa_max", "", "anders", "2021-01-01", "2021-01-10", places_of="prop-2021")
    days = ("2021-01-01", "2021-01-08")
    assert {(need.future, need.measure, need.from_date) for need in look.needs()} == {
        (future, measure, day)
        for day in days
        for future, measure in (("anders", "persons_for_coa_end"), ("prop-2021", "places_of_coa_end"))
    }
    persons, places = {days[0]: [900.0, 100.0], days[1]: [1600.0, 500.0]}, {days[0]: [700.0] * 2, days[1]: [1000.0] * 2}
    found = {need: np.array((persons if need.future == "anders" else places)[need.from_date]) for need in look.needs()}
    assert look.sides(found)[1].tolist() == [600.0, 0.0]
    assert dataclasses.replace(look, measure="ran_full").sides(found)[1].tolist() == [1.0, 0.0]


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
    first, second = small_claim().variations
    small = Tried(first, 2.0, "holds", 1.0, 3.0, "holds", "holds", 20)
    large = Tried(second, 2.0, "holds", 5.0, 4.0, "holds", "fails", 20)
    unknown = Tried(second, 2.0, "holds", math.nan, 30.0, "open", "open", 20)
    judged = Judgement(small_claim(), "holds", (), (small, large, unknown))
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


# --- the file ---------------------------------------------------------------------------------------------------------

WRITTEN = """
shared:
  more: [sharing_share=0.6]
away: {delen: [more], gezin: [family_size=1]}
splits:
  two: {causes: [delen, gezin], measure: realised, days: 2019-01-01..2019-03-01}
claims:
  klein:
    document: aanjager-2021
    page: 1
    futures: {prop-2021: [], anders: [more, turnover=0.9]}
    splits: [two]
    looks:
      housed: {measure: realised, a: prop-2021, b: anders, days: 2019-01-01..2019-03-01}
      shared: {split: two, cause: delen, against: gezin}
    conditions:
      housed: {at_least: 0.0, needed: true}
    weighed_by: housed
    variations:
      family_size: {low: 0.8, high: 1.2}
      turnover: {low: {value: 0.5, swap: turnover=0.5}, high: 1}
    figures: {full: {use: full_persons}}
    readings:
      veel: {conditions: {housed: {at_least: 1000}}, decide: all_agree}
"""


def test_an_entry_of_the_file_becomes_a_claim():
    (claim,) = read_claims(WRITTEN).values()
    assert [(future.name, future.settings) for future in claim.futures] == [
        ("prop-2021", ()),
        ("anders", ("sharing_share=0.6", "turnover=0.9")),
        ("zonder-delen", ("sharing_share=0.6",)),
        ("zonder-gezin", ("family_size=1",)),
        ("zonder-delen-gezin", ("sharing_share=0.6", "family_size=1")),
    ]
    assert claim.looks[0] == LOOK
    assert isinstance(claim.looks[1], Part)
    assert claim.looks[1].factors == ("delen", "gezin")
    assert claim.conditions == (Condition("housed", "at_least", 0.0, needed=True),)
    family, turnover = claim.variations
    assert (family.low, family.high) == (End(0.8, ("family_size=0.8",)), End(1.2, ("family_size=1.2",)))
    assert turnover.low == End(0.5, instead=(("anders", ("sharing_share=0.6", "turnover=0.5")),))
    assert turnover.high == End(1, ("turnover=1",))
    assert claim.figures == (("full", 500),)
    assert claim.decide is all_hold
    assert claim.readings == (Reading("veel", (Condition("housed", "at_least", 1000),), all_agree),)


@pytest.mark.parametrize(
    ("right", "wrong", "place", "why"),
    [
        ("anders: [more,", "anders: [mroe,", "claim klein: futures.anders", "'mroe'"),
        ("anders: [more, turnover=0.9]", 'anders: ["turnover={mroe}"]', "claim klein: futures.anders", "'mroe'"),
        ("use: full_persons", "use: mroe", "claim klein: figures.full", "'mroe'"),
        ("splits: [two]", "splits: [mroe]", "claim klein: splits", "'mroe'"),
        ("split: two", "split: mroe", "claim klein: looks.shared", "'mroe'"),
        ("cause: delen", "cause: mroe", "claim klein: looks.shared", "'mroe'"),
        ("family_size: {low: 0.8, ", "family_size: {lwo: 0.8, ", "claim klein: variations.family_size", "lwo"),
        ("    variations:", "    assumptions:", "claim klein", "assumptions"),
        (
            "housed: {at_least: 1000}",
            "housed: {at_laest: 1000}",
            "claim klein: readings.veel: conditions.housed",
            "laest",
        ),
        ("needed: true", "neded: true", "claim klein: conditions.housed", "neded"),
        ("at_least: 0.0", "at_most: 0.0, at_least: 0.0", "claim klein: conditions.housed", "one of"),
        ("01-01..2019", "01-01/2019", "", "values to unpack"),
        ("weighed_by:", "decide: mroe\n    weighed_by:", "claim klein: decide", "'mroe'"),
        ("page: 1", "pgae: 1", "claim klein", "pgae"),
        ("[sharing_share=0.6]", "[mroe]", "shared, more", "'mroe'"),
    ],
)
def test_a_mistake_in_the_file_is_refused_by_claim_and_key(right, wrong, place, why):
    assert right in WRITTEN
    with pytest.raises(ValueError, match=f"{CLAIMS_FILE.name}: {place}.*{why}"):
        read_claims(WRITTEN.replace(right, wrong))


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
    figures = dict(claim.figures)
    for texts in (catalogues.catalogue("claims", language) for language in LANGUAGES):
        said = [
            *(texts(f"{claim.name}.{part}") for part in ("sentence", "said", "sense", "caution")),
            *(texts(f"{claim.name}.readings.{reading.name}") for reading in claim.readings),
            texts(f"{claim.name}.rule", **figures),
        ]
        assert all(text.endswith(".") and text == " ".join(text.split()) for text in said)
        assert all(texts(f"{claim.name}.looks.{look.key}") for look in claim.looks)
        assert all(future_title(claim, future, texts) for future in claim.futures)
        for one in claim.variations:
            parts = ["label", *(end for end in ("low", "high") if getattr(one, end).value is None)]
            assert all(variation_text(claim, one.name, part, texts) for part in parts)
    assert claim.document == REPORT
    assert 1 <= claim.page <= 22
    keys = [look.key for look in claim.looks]
    assert len(set(keys)) == len(keys)
    assert {condition.look for condition in all_conditions(claim)} <= set(keys)
    assert claim.readings
    assert all(reading.conditions and reading.conditions != claim.conditions for reading in claim.readings)
    assert any(not condition.needed for condition in claim.conditions)
    assert claim.weighed_by in keys
    for look in claim.looks:
        assert look.measure in MEASURES or look.measure in OUTCOMES


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=list(CLAIMS))
def test_every_future_of_a_claim_can_be_computed(claim):
    ends = [None, *itertools.chain.from_iterable((one.low, one.high) for one in claim.variations)]
    names = {future.name for future in claim.futures}
    assert len(names) == len(claim.futures)
    for end in ends:
        if end is not None:
            assert {name for name, _ in end.instead} <= names
        variant = _Variant(claim, (1, 2), end)
        for need in dict.fromkeys(need for look in claim.looks for need in look.needs()):
            scenario = variant.scenario(need.future)
            first, last = (day_number(day) for day in (need.from_date, need.until_date))
            start, end_of_period = (
                day_number(getattr(PERIODS[scenario.period], key)) for key in ("start", "last_until")
            )
            assert start <= first < last <= end_of_period


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=list(CLAIMS))
def test_both_ends_of_a_variation_change_something(claim):
    def all_changes(end):
        variant = _Variant(claim, (1, 2), end)
        looks = claim.deciding
        return [
            (variant.measure(need.measure), tuple(variant.scenario(need.future).changes()))
            for look in looks
            for need in look.needs()
        ]

    for variation in claim.variations:
        assert all_changes(variation.low) != all_changes(variation.high)


def test_a_future_that_claims_share_is_computed_once():
    chosen = tuple(CLAIMS.values())
    alone = [len(plan_of([claim], 2)[0].pieces) for claim in chosen]
    assert len(plan_of(chosen, 2)[0].pieces) < sum(alone)


def test_under_the_ends_there_is_one_replication_per_draw():
    assert [under_ends(count) for count in (2, 4, 9, 12)] == [(1, 3), (1, 3), (1, 3, 5), (1, 3, 5, 7)]
    assert under_ends(12, by_chance=True) == (1, 3, 5, 7, 9, 11)
    assert [fewer(count) for count in (2, 3, 4, 7, 20, 40)] == [2, 2, 2, 2, 10, 20]
    assert len(under_ends(USUAL_REPLICATIONS)) >= FEWEST_FOR_A_VERDICT


def test_the_fingerprint_follows_the_rule_and_not_the_text():
    before = fingerprint([small_claim()])
    assert fingerprint([small_claim(figures=(("full", 3.0),))]) == before
    assert fingerprint([small_claim(conditions=(Condition("housed", "at_least", 1.0),))]) != before
    assert fingerprint([small_claim(weighed_by="iets")]) != before
    assert fingerprint([small_claim(decide=all_agree)]) != before


# --- what the claims say --------------------------------------------------------------------------------------------


def future_of(claim, name):
    return CLAIMS[claim].future(name).scenario()


def arrivals(scenario, stream, year="2021"):
    """Expected persons of a stream in a year, under a scenario."""
    first = day_number(PERIODS[scenario.period].start)
    rates = arrival_rates(apply_changes(baseline(scenario.period), scenario.changes()), first, day_number("2022-01-01"))
    days = slice(day_number(f"{year}-01-01") - first, day_number(f"{int(year) + 1}-01-01") - first)
    return sum(float(rates[STREAMS.index(one), days].sum()) * mean_persons(STREAMS.index(one)) for one in stream)


NOT_HIGH = "inhaalslag-en-woningnood-geen-hoge-instroom"
ALL_BUT_EVACUATION = ("first", "amv", "repeat", "resettlement")


def mean_of_first_applications(first, last):
    rows = [row for row in read_table("inflow") if row["stream"] in ("first", "amv")]
    inside = [float(row["value"]) for row in rows if first <= int(row["period_start"][:4]) <= last]
    return sum(inside) / (last - first + 1)


def test_usual_inflow_takes_away_what_there_was_more_and_the_evacuation_once():
    """In persons: the evacuation, and first applications of 2021 above the mean; nothing is taken away twice."""
    was, less = future_of(NOT_HIGH, "prop-2021"), future_of(NOT_HIGH, "zonder-instroom")
    more = mean_of_first_applications(2021, 2021) - mean_of_first_applications(2015, 2020)
    assert 500 < more < 1000
    gone = arrivals(was, ALL_BUT_EVACUATION) - arrivals(less, ALL_BUT_EVACUATION)
    assert gone == pytest.approx(more, abs=15)
    assert arrivals(was, ["evacuation"]) == pytest.approx(2000)
    assert arrivals(less, ["evacuation"]) == 0
    assert arrivals(was, ALL_BUT_EVACUATION, "2020") == arrivals(less, ALL_BUT_EVACUATION, "2020")


def test_in_the_split_over_five_only_the_evacuation_is_taken_from_the_inflow():
    without = future_of(NOT_HIGH, "vijf-zonder-evacuatie")
    assert arrivals(without, ["evacuation"]) == 0
    assert arrivals(without, ALL_BUT_EVACUATION) == arrivals(future_of(NOT_HIGH, "prop-2021"), ALL_BUT_EVACUATION)
    assert arrivals(future_of(NOT_HIGH, "vijf-zonder-inhaalslag"), ["evacuation"]) == pytest.approx(2000, rel=1e-3)


def test_the_low_end_of_usual_inflow_is_the_mean_since_2016():
    assumption = CLAIMS[NOT_HIGH].variations[0]
    claim = _Variant(CLAIMS[NOT_HIGH], (1, 2), assumption.low)
    gone = arrivals(future_of(NOT_HIGH, "prop-2021"), ALL_BUT_EVACUATION) - arrivals(
        claim.scenario("zonder-instroom"), ALL_BUT_EVACUATION
    )
    more = mean_of_first_applications(2021, 2021) - mean_of_first_applications(2016, 2020)
    assert gone == pytest.approx(more, abs=15)
    assert assumption.high.value > assumption.low.value


def test_each_even_division_is_held_against_the_same_number():
    """Over the half-years that are looked at, the sum of the targets is the same spread evenly and with a peak."""
    claim = CLAIMS["pieken-in-taakstelling-kosten-huisvesting"]
    published = {row["half_year"]: int(row["value"]) for row in read_table("targets")}
    counted = []
    (reading,) = (reading for reading in claim.readings if reading.name == "taakstelling-verdeeld")
    for condition in reading.conditions:
        look = _look(claim, condition)
        scenario = claim.future(look.b).scenario()
        several = int(scenario.changes()[0].value)
        first, until = day_number(look.from_date), day_number(look.until_date)
        names = half_years(first, until)
        assert len(names) == several
        chain = Chain(apply_changes(baseline("prop-2021"), scenario.changes()), 1, until)
        even = [chain.stages[Target].national_number(name, half_year_start(name)) for name in names]
        assert sum(even) == sum(published[name] for name in names)
        assert max(even) - min(even) <= 1
        assert f"{sum(even):,}".replace(",", ".") in catalogues.catalogue("claims", "nl")(f"{claim.name}.rule")
        counted.append(several)
    assert counted == [2, 3, 4]
    assert reading.decide is all_agree


def test_permits_are_spread_by_the_same_work():
    """The staff months of the Taskforce are the same, evenly over three years; the target stays that of the chain."""
    spread = future_of("pieken-in-taakstelling-kosten-huisvesting", "vergunningen-gespreid")
    assert {change.lever for change in spread.changes()} == {"taskforce_seconded", "taskforce_hired"}
    first, until = day_number("2019-01-01"), day_number("2022-01-01")
    was, even = (apply_changes(baseline("prop-2021"), changes).ind for changes in ((), spread.changes()))
    for part in ("taskforce_seconded_fte", "taskforce_hired_fte"):
        usual, flat = (getattr(ind, part).daily(first, until) for ind in (was, even))
        assert flat.sum() == pytest.approx(usual.sum(), rel=0.02)
        assert flat.min() == flat.max()


def test_regional_is_sooner_only_when_people_are_out_sooner():
    claim = CLAIMS["regionaal-sneller"]
    judged = {(_look(claim, condition).b, _look(claim, condition).measure) for condition in claim.conditions}
    assert judged == {
        (future, measure)
        for future in ("regionale-uitruil", "gedeelde-voorzieningen")
        for measure in ("realised", "weeks_until_out_mean")
    }


def test_the_signal_is_heard_as_in_the_ready_scenario():
    claim = CLAIMS["signaal-gehoord-opvang-niet-vol"]
    heard = load_scenario("signaal-direct-gehoord")
    assert claim.future("signaal-gehoord").scenario().changes() == heard.changes()
    both = claim.future("signaal-en-contracten").scenario().changes()
    assert {change.lever for change in both} - {change.lever for change in heard.changes()} == {"contract_renewal"}
    ends = next(one for one in claim.variations if one.name == "signal_lead_days")
    begin = {setting.from_date for settings in heard.levers.values() for setting in settings}
    assert begin == {date(2020, 9, 1)}, "the signal is that of autumn 2020"
    assert heard.levers["signal_lead_days"][0].value == ends.high.value
    variant = _Variant(claim, (1, 2), ends.low).scenario("signaal-en-contracten")
    assert len(variant.changes()) == len(both)
    parameters = apply_changes(baseline("prop-2021"), variant.changes())
    assert [parameters.target.signal_lead_days.at(day_number(day)) for day in ("2020-08-01", "2020-10-01")] == [91, 91]


def test_first_applications_are_those_of_the_published_series(base_facts):
    first, until = day_number("2021-01-01"), day_number("2022-01-01")
    window = Window(base_facts, baseline("prop-2021"), first, until)
    expected = sum(
        float(row["value"])
        for row in read_table("inflow")
        if row["stream"] in ("first", "amv", "evacuation") and row["period_start"].startswith("2021")
    )
    counted = MEASURES["first_applications"].count(window)
    assert counted == pytest.approx(expected, rel=0.03)
    assert counted < window.flow("applicants_entered") - 1500  # repeat applications and resettlement are not in it


@pytest.fixture(scope="module")
def base_facts():
    return simulate(baseline("prop-2021"), 3, day_number("2022-01-01"))


# --- running --------------------------------------------------------------------------------------------------------


#: What the small claim is tried under: homes of which more are given, or none.
BASE = ("homes.share_base", "value")
MOVED = (Assumption(BASE[0], End(0.003, moved=((*BASE, 0.003),)), End(0.04, moved=((*BASE, 0.04),))),)
MANY = Reading("veel", (Condition("housed", "at_least", 1000.0),))


@pytest.fixture(scope="module")
def judged():
    return judge_claims([small_claim(readings=(MANY,))], replications=4, workers=1, assumptions=MOVED)


def test_a_small_claim_from_end_to_end(judged):
    row = judged.to_json()["claims"][0]
    assert row["verdict"] == "open"  # four replications decide nothing
    housed = row["evidence"][0]
    assert housed["n"] == 4
    assert housed["mean"] == pytest.approx(housed["mean_b"] - housed["mean_a"])
    assert housed["low"] <= housed["mean"] <= housed["high"]
    assert [varied["n"] for varied in row["varied"]] == [2, 2]
    assert {varied["parameter"] for varied in row["varied"]} == {"turnover", "counting"}
    assert row["varied"][1]["figure_low"] == 0.0  # permits do not depend on sharing
    (tried,) = row["tried"]
    assert (tried["parameter"], tried["low"], tried["high"], tried["n"]) == (BASE[0], 0.003, 0.04, 2)
    assert len({tried["figure"], tried["figure_low"], tried["figure_high"]}) == 3
    assert row["hangs_on"] == tried
    for future in small_claim().futures:
        told = row["settings"][future.name]
        assert load_scenario(told["base"]).with_settings(told["settings"]).changes() == future.scenario().changes()
    json.dumps(judged.to_json(), allow_nan=False)


def test_more_processes_change_nothing(judged):
    again = judge_claims([small_claim(readings=(MANY,))], replications=4, workers=2, assumptions=MOVED)
    assert again.to_json() == judged.to_json()


def test_counting_in_a_longer_run_gives_the_same():
    counted = ("realised", day_number("2019-01-01"), day_number("2019-03-01"))
    short = Piece("prop-2021", (), day_number("2019-03-01"), (counted,), (1,))
    long = dataclasses.replace(short, until_day=day_number("2019-06-01"))
    task = ClaimsTask((short, long), 1)
    assert task.counted(short, 1) == task.counted(long, 1)


def test_every_future_is_computed_as_often_as_asked():
    wanted = [(1, 2, 3), (1,), *[(1, 3)] * 30]
    moved = (("homes.share_base", "value", 0.02),)
    pieces = tuple(Piece("prop-2021", (), 0, (), numbers, moved * (len(numbers) == 1)) for numbers in wanted)
    work = ClaimsTask(pieces, 1).work
    done = [(number, place) for number, places in work for place in places]
    assert sorted(done) == sorted((number, place) for place, piece in enumerate(pieces) for number in piece.numbers)
    assert all(len(places) <= BATCH for _, places in work)
    assert (1, (1,)) in work  # what is moved otherwise has a history of its own, and is computed apart


def test_an_interrupted_run_gives_no_verdict(monkeypatch):
    def stopped(task, numbers, workers, report):
        return Finished((), interrupted=True)

    monkeypatch.setattr(judging, "replicate", stopped)
    with pytest.raises(KeyboardInterrupt):
        judge_claims([small_claim()], replications=2)


def test_words_about_a_row(judged, small_texts):
    row, row_en = (
        worded(judged.to_json(), {"klein": small_claim(readings=(MANY,))}, language)["claims"][0]
        for language in ("nl", "en")
    )
    dutch, english = evidence_words(row["evidence"][0], "nl"), evidence_words(row_en["evidence"][0], "en")
    assert dutch.startswith("Gehuisvest: ")
    assert "zoals het liep" in dutch
    assert "90%-interval" in dutch
    assert "as it was" in english
    assert "90% interval" in english
    assert hangs_on_words(row["varied"][1], "nl") == "telling: bij anders open, bij 0,9 open."
    assert hangs_on_words(row_en["varied"][1], "en") == "counting: open at otherwise, open at 0.9."
    assert hangs_on_words(row["hangs_on"], "nl").startswith("Aandeel van vrijkomende woningen zonder druk: bij 0,003")
    assert row_en["tried"][0]["label"] == "Share of vacated homes without pressure"
    assert stands_words(row, "nl") == "Het oordeel ‘open’ blijft staan bij 2 van de 2 uitersten."
    assert hangs_on_words(None, "nl") == "–"
    assert [(read["label"], read["verdict"]) for read in row["readings"]] == [("Minstens duizend.", "open")]
    assert row["readings"][0]["evidence"][0]["label"] == "Gehuisvest"


def test_shares_are_said_in_per_cent():
    look = dataclasses.replace(LOOK, measure="ran_full", a="", b="prop-2021")
    row = evidence(0.25, 0.75, look=look).row() | {"label": "Gehuisvest"}
    assert evidence_words(row, "nl") == "Gehuisvest: 50 % (90%-interval 25 % tot 75 %)."
    assert evidence_words(row | {"low": -0.02, "high": 1.01}, "nl") == "Gehuisvest: 50 % (90%-interval 0 % tot 100 %)."


def test_the_interval_of_a_chance_stays_within_what_a_chance_can_be():
    values = {"prop-2021": np.zeros(20)}
    (row,) = crafted(small_claim(looks=(CHANCE,), conditions=(), weighed_by="full"), values, np.arange(20) // 2)
    assert (row.mean_b, row.band.mean, row.band.low) == (0.0, 0.0, 0.0)
    assert row.band.high == pytest.approx(1 - 0.05 ** (1 / 10))


def test_verdicts_of_older_rules_are_shown_without_what_the_claim_no_longer_has(judged, small_texts):
    document = judged.to_json()
    gone = document["claims"][0] | {
        "deciding": "weg",
        "readings": [{"name": "weg", "verdict": "holds", "evidence": []}],
    }
    gone["evidence"] = [*gone["evidence"], gone["evidence"][0] | {"look": "weg"}]
    (row,) = worded(document | {"claims": [gone]}, {"klein": small_claim()}, "nl")["claims"]
    assert [found["look"] for found in row["evidence"]] == ["housed"]
    assert (row["tried"], row["varied"], row["hangs_on"], row["readings"]) == ([], [], None, [])
    assert stands_words(row, "nl") == ""
    del gone["readings"], gone["varied"]
    assert worded(document | {"claims": [gone]}, {"klein": small_claim()}, "nl")["claims"][0]["readings"] == []


# --- the command ----------------------------------------------------------------------------------------------------


def call(capsys, *words):
    with pytest.raises(SystemExit) as left:
        app(["claims", *words], prog_name="doorstroom")
    out, err = capsys.readouterr()
    return left.value.code, out, err


@pytest.fixture
def one_claim(monkeypatch, small_texts):
    monkeypatch.setattr("experiments.claims.claims.CLAIMS", {"klein": small_claim()})
    monkeypatch.setattr(judging, "screened_assumptions", lambda: MOVED)


def test_the_command_gives_one_document(capsys, one_claim):
    code, out, err = call(capsys, "klein", "--replications", "2", "--workers", "1", "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert {"version", "seed", "replications", "claims", "ensembles", "model_version", "inputs"} <= set(document)
    claim = document["claims"][0]
    assert {
        "name", "sentence", "document", "page", "rule", "verdict", "evidence", "hangs_on", "tried", "varied", "stands",
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


def test_storing_keeps_what_was_judged(judged, tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "assumptions", lambda: MOVED)
    path = keep_verdicts(judged, tmp_path / "claims.json")
    kept = kept_verdicts(path)
    assert kept["claims"] == judged.to_json()["claims"]
    assert verdicts_changed(kept, [small_claim(readings=(MANY,))]) == ()
    assert verdicts_changed(kept, [small_claim()]) == ("rules",)
    assert verdicts_changed(kept, []) == ("claims",)
    assert "sentence" not in kept["claims"][0]
    assert verdicts_changed(kept, [small_claim(decide=all_agree)]) == ("rules",)
    for name, other in (("model_version", 0), ("inputs", "anders")):
        assert verdicts_changed(kept | {name: other}, [small_claim(readings=(MANY,))]) == (name,)
    without = {name: value for name, value in kept.items() if name != "assumptions"}
    for other in (without, kept | {"assumptions": []}):
        assert verdicts_changed(other, [small_claim(readings=(MANY,))]) == ("assumptions",)
    other = kept | {"ensembles": {"prop-2021": "anders"}}
    assert verdicts_changed(other, [small_claim(readings=(MANY,))]) == ("ensemble",)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"claims": []}'])
def test_damaged_verdicts_are_refused(tmp_path, content):
    path = tmp_path / "claims.json"
    path.write_text(content)
    with pytest.raises(WrongInput):
        kept_verdicts(path)
    with pytest.raises(WrongInput):
        kept_verdicts(tmp_path / "nergens.json")


def test_a_name_is_judged_once_and_in_the_order_of_the_list():
    names = list(CLAIMS)
    assert [claim.name for claim in chosen_claims(CLAIMS, [names[3], names[0], names[3]])] == [names[0], names[3]]
    assert len(chosen_claims(CLAIMS, [])) == 11


def test_counts_name_days_and_measure():
    assert LOOK.needs() == (
        Counted("prop-2021", "realised", "2019-01-01", "2019-03-01"),
        Counted("anders", "realised", "2019-01-01", "2019-03-01"),
    )


def test_what_is_counted_until_a_day_does_not_know_what_came_later():
    """Of a second stay outside reception the first is not kept: counted at the end of 2022 the wait was longer."""
    first, early, late = (day_number(text) for text in ("2020-07-01", "2022-01-01", "2023-01-01"))
    wait = ("weeks_until_out_mean", first, early)
    alone = Piece("prop-2021", (), early, (wait,), (1,))
    beside = Piece("prop-2021", (), late, (("realised", first, late), wait), (1,))
    task = ClaimsTask((alone, beside), seed=1)
    assert task.counted(beside, 1)[1] == task.counted(alone, 1)[0]
