"""The story of 2021: every step in both languages, a bet and its answer, the link, and figures from the run."""

import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from page_words import words

from app_pages.charts.picture import full_months
from app_pages.doorrekenen.page import Pair, shortage
from app_pages.prop.answers import (
    END_2020,
    END_2021,
    HALF_2021,
    NOVEMBER_2020,
    START_2021,
    _answer_help,
    _targets,
    change_words,
)
from app_pages.prop.page import MINUTES, STEPS
from app_pages.prop.pictures import PlotFrame, _full, why_permits
from experiments.charts.style import PALETTES
from experiments.claims.verdicts import kept_verdicts
from experiments.language.catalogue import catalogue
from experiments.language.formatting import month_text, number_text, percent_text
from experiments.language.language import LANGUAGES
from experiments.report import pictures, story
from experiments.report.story import (
    CROWD,
    Against,
    Published,
    against,
    at_month_end,
    helped,
    lowered,
    published,
    sum_over,
    told_apart,
)
from experiments.run.result import RunResult
from experiments.scenario import ready
from experiments.scenario.ready import helping
from experiments.service.keys import FULL_COUNT

ROOT = Path(__file__).resolve().parents[2]


def words_of(at):
    return " ".join(markdown.value for markdown in at.main.markdown)


def index(spoken):
    return LANGUAGES.index(spoken)


# --- texts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_every_step_has_all_its_texts(step):
    for part in ("t", "what", "doc", "q", "note", "qa", "qb"):
        assert all(catalogue("page_prop", language).has(f"{part}_{step}") for language in LANGUAGES)


def test_minutes_make_a_lesson():
    assert set(MINUTES) == set(range(1, STEPS + 1))
    assert sum(MINUTES.values()) + 5 == 45


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_the_overview_tells_the_story_in_five_sentences(opened, spoken):
    at = opened(lang=spoken)
    assert [error.value for error in at.exception] == []
    sentences = next(text.value for text in at.main.markdown if text.value.startswith("1. "))
    assert re.findall(r"^\d\. ", sentences, flags=re.M) == [f"{place}. " for place in range(1, 6)]
    assert words("page_prop", "sum_help_wait", spoken) not in sentences
    assert "None" not in sentences and "nan" not in sentences and "{" not in sentences
    assert f"n\u00a0=\u00a0{FULL_COUNT}" in " ".join(caption.value for caption in at.main.caption)


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_a_step_asks_first_and_answers_after_a_bet(opened, step, spoken):
    at = opened(stap=str(step), lang=spoken)
    assert [error.value for error in at.exception] == []
    assert [warning.value for warning in at.warning] == []
    answer, none = (words("page_prop", key, spoken) for key in ("answer", "a_no_bet"))
    assert words("page_prop", f"t_{step}", spoken) in words_of(at)
    assert answer not in words_of(at)
    assert any(words("page_prop", f"qa_{step}", spoken) in text.value for text in at.main.markdown)
    at.button(key=f"_place_{step}").click().run()
    assert [error.value for error in at.exception] == []
    assert answer in words_of(at) and none not in words_of(at)
    assert "{" not in words_of(at) and "None" not in words_of(at)


def test_showing_without_a_bet_says_so(opened):
    at = opened(stap="6")
    at.button(key="_show_6").click().run()
    assert words("page_prop", "a_no_bet") in words_of(at)
    assert "augustus 2021" in words_of(at)


def test_a_bet_is_measured_against_what_was_published(opened):
    at = opened(stap="2")
    at.select_slider(key="_bet_2").set_value(6_000).run()
    at.button(key="_place_2").click().run()
    told = published("pending_taskforce", date(2020, 12, 31))
    assert told.value == 6_880
    assert "6.000 zaken" in words_of(at) and "6.880 zaken" in words_of(at)
    assert "uw inzet wijkt 880 af" in words_of(at)


def test_a_bet_stays_when_one_walks_on_and_comes_back(opened):
    at = opened(stap="2")
    at.select_slider(key="_bet_2").set_value(9_000).run()
    at.button(key="_place_2").click().run()
    at.button(key="_next_top").click().run()
    assert "".join(at.query_params["stap"]) == "3"
    at.button(key="_previous_top").click().run()
    assert "9.000 zaken" in words_of(at)
    at.button(key="_overview_top").click().run()
    assert "stap" not in at.query_params
    at.button(key="_again").click().run()
    at.button(key="_open_2").click().run()
    assert words("page_prop", "answer") not in words_of(at)


def test_before_the_bet_the_picture_stops(opened):
    """The months after the question are not in the picture, nor in its table."""
    at = opened(stap="6")
    tables = " ".join(str(part.proto) for part in at.main if part.type == "html")
    at.button(key="_show_6").click().run()
    assert "2021-07-31" not in tables
    assert "2021-07-31" in " ".join(str(part.proto) for part in at.main if part.type == "html")


@pytest.mark.parametrize("step", ["0", "9", "drie", "1e1"])
def test_a_step_that_does_not_exist_is_said(opened, step):
    at = opened(stap=step)
    assert [error.value for error in at.exception] == []
    assert len(at.warning) == 1 and f"‘{step}’" in at.warning[0].value
    assert words("page_prop", "summary") in words_of(at)


def test_the_end_opens_a_scenario_in_the_levers(opened):
    at = opened(stap="8")
    at.button(key="_open_scenario_contracten-verlengd").click().run()
    assert [error.value for error in at.exception] == []
    assert at.session_state["contract_renewal"] == "1"
    assert at.title[0].value == "Doorrekenen"


def test_the_last_step_only_names_scenarios_that_exist(monkeypatch):
    monkeypatch.setattr(ready, "ready_names", lambda: ["contracten-verlengd", "prop-2021"])
    assert [scenario.name for scenario in helping()] == ["contracten-verlengd"]


# --- figures ----------------------------------------------------------------------------------------------------------


def test_published_takes_the_best_founded_figure():
    told = published("nareis_arrivals_per_year", date(2021, 12, 31), date(2021, 1, 1))
    assert (told.value, told.letter) == (10_120, "A")
    with pytest.raises(LookupError):
        published("nareis_arrivals_per_year", date(2021, 12, 30), date(2021, 1, 1))


def test_the_model_beside_a_published_figure_is_about_the_same_days(run):
    found = against(run, "permit_holders_under_coa", date(2021, 10, 31))
    by_month = at_month_end(run, date(2021, 10, 31), "permit_holders_under_coa")
    assert found.published.value == 11_000
    assert found.model.mean == pytest.approx(by_month.mean())
    total = sum_over(run, "permits", date(2021, 1, 1), date(2021, 6, 30))
    assert total.mean == pytest.approx(against(run, "permits", date(2021, 6, 30), date(2021, 1, 1)).model.mean)


def test_running_full_is_dated_and_counted_over_the_replications_in_which_it_happens(run):
    found = pictures.ran_full(run)
    assert np.all(np.diff(found.by_month) >= 0)
    assert found.chance == run.outcome("ran_full").mean() > 0
    assert found.by_month[-1] == found.chance
    assert found.low <= found.day <= found.high
    ends = run.month_ends
    reached = next(place for place, day in enumerate(ends) if day >= found.day)
    assert found.by_month[reached] >= 0.5 * found.chance


def test_nobody_without_a_place_is_never_full(run, changed):
    found = pictures.ran_full(changed(run, ran_full=np.zeros(len(run.replications))))
    assert found.day is None and found.chance == 0.0 and not found.by_month.any()
    finding = full_months(found, "nl")
    assert finding is None


def test_doorrekenen_tells_when_reception_runs_full_and_the_story_when_in_2021(run):
    colours = PALETTES["light"]
    frame = PlotFrame(run, END_2021, "nl", colours)
    whole, in_2021 = pictures.ran_full(run), pictures.ran_full(run, START_2021)
    told = ((shortage(Pair(run, None), "nl", colours), whole), (_full(frame, True), in_2021))
    for picture, found in told:
        assert month_text(found.day, "nl") in picture.finding and "500" in picture.finding
        rows = [row for row in picture.table.rows if row[1] == words("shell", "full_by_percent")]
        assert [row[2] for row in rows] == pytest.approx((100.0 * found.by_month).tolist())
        assert all(row[3] is None and row[4] is None for row in rows)
    beyond = run.monthly("persons_beyond_coa") > 500
    for month, day in enumerate(run.month_ends):
        of_the_year = [place for place in range(month + 1) if run.month_ends[place] >= START_2021]
        assert in_2021.by_month[month] == pytest.approx(beyond[:, of_the_year].any(axis=1).mean() if of_the_year else 0)
        assert in_2021.by_month[month] <= whole.by_month[month] or day >= START_2021


def spread(run, mean, wide):
    """A value per replication around a mean; both replications of a draw lie at the same side."""
    side = np.where(np.arange(len(run.replications)) // 2 % 2, 1.0, -1.0)
    return mean + wide * side


def test_only_scenarios_that_demonstrably_help_are_named_and_ties_are_named_together(run, changed):
    name = "person_days_without_place"
    usual = changed(run, **{name: spread(run, 1_000.0, 0.0)})

    def other(title, values):
        made = changed(run, **{name: values})
        return RunResult(**{**vars(made), "scenario": run.scenario.model_copy(update={"name": title, "title": title})})

    unclear = other("onzeker", spread(run, -9_000.0, 1e6))
    best, second = other("een", spread(run, 200.0, 50.0)), other("twee", spread(run, 201.0, 10.0))
    worse = other("drie", spread(run, 600.0, 1.0))
    found = lowered(usual, [worse, unclear, second, best], name)
    assert [scenario.name for scenario, _ in found.first] == ["een", "twee"]
    assert [scenario.name for scenario, _ in found.rest] == ["drie"]
    for mine, right in (("een", True), ("twee", True), ("drie", False)):
        lines = _answer_help([usual, worse, unclear, second, best], mine)
        assert "‘een’" in lines[1] and "‘twee’" in lines[1] and "niet aantoonbaar" in lines[1]
        assert lines[-1] == words("page_prop", "a_right" if right else "a_wrong")
    nobody = _answer_help([usual, unclear], "onzeker")
    assert nobody[-1] == words("page_prop", "f_8_none") + "."
    assert not lowered(usual, [other("leeg", np.full(len(run.replications), np.nan))], name).first


def test_one_scenario_that_helps_most_is_named_alone(run, changed):
    name = "person_days_without_place"
    usual = changed(run, **{name: spread(run, 1_000.0, 0.0)})
    made = [
        RunResult(**{**vars(changed(run, **{name: spread(run, mean, 1.0)})),
                     "scenario": run.scenario.model_copy(update={"name": title, "title": title})})
        for title, mean in (("een", 200.0), ("twee", 600.0))
    ]  # fmt: skip
    lines = _answer_help([usual, *made], "twee")
    assert "‘een’ bespaart" in lines[1] and "‘twee’" in lines[2] and "800" in lines[1]
    assert lines[-1] == words("page_prop", "a_wrong")


@pytest.mark.parametrize(
    ("value", "words"), [(2_640, "stijgt met 2.650"), (-2_640, "daalt met 2.650"), (0.2, "blijft gelijk")]
)
def test_the_verb_follows_the_sign(value, words):
    assert change_words(value) == words


@pytest.mark.parametrize(
    ("low", "high", "key"), [(1.0, 2.0, "why_3_below"), (9.0, 10.0, "why_3_above"), (1.0, 9.0, None)]
)
def test_the_reason_about_permits_follows_the_run(low, high, key):
    row = Published("permits", "Nederland", START_2021, HALF_2021, 5.0, "bron", "A")
    said = why_permits(Against(row, story.Band((low + high) / 2, low, high, 50)))
    for one in ("why_3_below", "why_3_above"):
        assert (words("page_prop", one) in said) is (one == key)


def test_a_scenario_against_itself_changes_nothing(run):
    (found,) = helped(run, [run])
    assert (found.person_days.mean, found.person_days.low, found.person_days.high) == (0.0, 0.0, 0.0)
    assert not told_apart(run, run, "person_days_without_place")


PLAN = (ROOT / "docs" / "lesbrief.md").read_text(encoding="utf-8")


def test_the_lesson_plan_fills_the_lesson():
    rows = re.findall(r"^\| (\d+) \| (\d?)", PLAN, flags=re.M)
    assert sum(int(minutes) for minutes, _ in rows) == 45
    assert {int(step): int(minutes) for minutes, step in rows if step} == MINUTES


def test_every_figure_of_the_lesson_plan_was_published():
    """Figures of the model change with every version, so that the plan leaves them to the screen."""
    held = published("permit_holders_under_coa", NOVEMBER_2020).value
    people = published("persons_in_reception", NOVEMBER_2020).value
    target = _targets()[1].value
    housed = published("realised", HALF_2021, START_2021).value
    whole = (
        published("pending_taskforce", END_2020).value,
        published("permits", HALF_2021, START_2021).value,
        target,
        published("nareis_arrivals_per_year", END_2021, START_2021).value,
    )
    known = {number_text(value) for value in whole}
    known |= {percent_text(share, "nl", 0).replace("\u00a0", " ") for share in (held / people, housed / target)}
    told = set(re.findall(r"\d+ %|\d+\.\d{3}", PLAN))
    assert told == known
    others = set(re.findall(r"(?<![\d.])\d{3,}(?![\d.]*\d)", PLAN.replace("2019–2021", ""))) - {"2020", "2021"}
    assert others == {str(CROWD)}


def test_the_lesson_plan_agrees_with_the_published_half_years():
    """Answer 4: more than in each of the four half-years before, with a target more than twice the last one."""
    before = [
        published("realised", date(year, *last), date(year, *first)).value
        for year in (2019, 2020)
        for first, last in (((1, 1), (6, 30)), ((7, 1), (12, 31)))
    ]
    assert published("realised", HALF_2021, START_2021).value > max(before)
    earlier, target = (row.value for row in _targets())
    assert target > 2 * earlier


def test_the_lesson_plan_agrees_with_the_verdict_on_the_catch_up():
    """Aim 2, answer 8 and the note of step 2 say that in the model the catch-up did not fill reception."""
    (readings,) = (
        row["readings"] for row in kept_verdicts()["claims"] if row["name"].startswith("inhaalslag-en-woningnood")
    )
    assert {read["name"]: read["verdict"] for read in readings}["overloop"] == "fails"
