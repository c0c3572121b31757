"""Sentences of Doorrekenen: what is computed, only what an interval supports, and nothing where nothing is known."""

import math
from dataclasses import replace

import numpy as np
import pytest
from page_words import words

from app_pages.charts.download import csv_bytes
from app_pages.charts.picture import html_table, target_series
from app_pages.doorrekenen.page import Pair, _difference_words, _most_changed, pending, target, waiting
from experiments.charts.style import PALETTES
from experiments.compare.difference import difference_of
from experiments.language.language import LANGUAGES
from experiments.report import pictures
from sim.statistics import Band

COLOURS = PALETTES["light"]
NAN = float("nan")


def spread(run, mean, wide):
    """A value per replication around a mean; both replications of a draw lie at the same side."""
    side = np.where(np.arange(len(run.replications)) // 2 % 2, 1.0, -1.0)
    return mean + wide * side


def text(key, **values):
    return words("page_doorrekenen", key, **values)


@pytest.mark.parametrize(
    ("band", "words"),
    [
        (Band(300.0, 200.0, 400.0, 50), ", 300 meer dan in de uitgangssituatie (90%-interval 200 tot 400)"),
        (Band(-300.0, -400.0, -200.0, 50), ", 300 minder dan in de uitgangssituatie (90%-interval 200 tot 400)"),
        (Band(5.0, -0.2, 10.0, 50), "; het verschil met de uitgangssituatie ligt tussen 0 en +10 (90%-interval)"),
        (Band(0.0, 0.0, 0.0, 50), words("page_doorrekenen", "t_diff_none")),
        (Band(5.0, NAN, NAN, 1), words("page_doorrekenen", "t_diff_single")),
        (Band(NAN, NAN, NAN, 0), ""),
        (None, ""),
    ],
)
def test_a_difference_has_a_direction_only_when_its_interval_has(band, words):
    assert _difference_words(band, "nl") == words


def test_only_a_part_whose_interval_leaves_out_nought_is_named():
    bands = {"groot": Band(-900.0, -2_000.0, 200.0, 50), "klein": Band(40.0, 20.0, 60.0, 50)}
    assert _most_changed(bands, "nl")["name"] == "klein"
    assert _most_changed({"groot": bands["groot"], "leeg": None}, "nl") is None


def test_pages_use_the_interval_of_a_comparison(run, changed):
    """Unequal numbers of known replications per draw: a mean of means would give another number."""
    values = np.linspace(0.0, 100.0, len(run.replications)) ** 2
    values[:11] = np.nan
    other = changed(run, realised=run.outcome("realised") + values)
    found = pictures.outcome_figures(run, other, "realised").difference
    assert found == difference_of(run.outcome("realised"), other.outcome("realised"), run.draws)[0]
    assert found.mean == pytest.approx(np.nanmean(values))


def test_the_longest_wait_is_named_when_the_run_tells_it_apart(run, changed):
    single, some, large = pictures.WAITS.values()
    clear = changed(
        run, **{single: spread(run, 30.0, 1.0), some: spread(run, 10.0, 1.0), large: spread(run, 20.0, 1.0)}
    )
    assert pictures.longest(clear, (single, some, large)) == single
    unclear = changed(clear, **{large: spread(run, 29.0, -9.0)})
    assert pictures.longest(unclear, (single, some, large)) is None
    unknown = changed(clear, **{single: np.full(len(run.replications), NAN)})
    assert pictures.longest(unknown, (single, some, large)) == large
    told = {case: waiting(Pair(one, None), "nl", COLOURS) for case, one in
            {"clear": clear, "unclear": unclear, "unknown": unknown}.items()}  # fmt: skip
    assert text("t_wait_longest", who=words("page_doorrekenen", "size_single")) in told["clear"].finding
    assert "langst" not in told["unclear"].finding
    rows = told["unknown"].panels[0].spec["data"]["values"]
    assert words("page_doorrekenen", "size_single") not in {row["c"] for row in rows}
    assert math.isnan(told["unknown"].table.rows[0][1])


def test_the_wait_counts_who_still_waits_and_says_so(run, changed):
    name = "weeks_to_home_median"
    usual = changed(run, **{name: spread(run, 20.0, 1.0)})
    later = changed(run, **{name: spread(run, 25.0, 1.0)})
    picture = waiting(Pair(usual, later), "nl", COLOURS)
    assert picture.finding.startswith(text("t_wait", weeks="25") + ", 5,0 weken meer dan in de uitgangssituatie")
    assert "Wie aan het einde nog wacht, telt mee" in picture.why[0]
    nobody = changed(run, **{name: np.full(len(run.replications), NAN)})
    assert waiting(Pair(nobody, None), "nl", COLOURS).finding == words("page_doorrekenen", "t_wait_nobody") + "."


@pytest.mark.parametrize(("language", "bound"), [("nl", "minstens 20,0"), ("en", "at least 20.0")])
def test_a_wait_that_is_a_lower_bound_says_so_in_table_file_and_chart(run, changed, visitor, language, bound):
    name = pictures.WAITS["single"]
    usual = changed(run, **{name: spread(run, 20.0, 0.0)})
    first = replace(usual.replications[0], at_least=frozenset({name}))
    later = replace(usual, replications=(first, *usual.replications[1:]))
    for pair, column in ((Pair(later, None), 1), (Pair(usual, later), 4)):
        picture = waiting(pair, language, COLOURS)
        assert picture.table.rows[0][column] == bound
        assert sum("20" in str(cell) and isinstance(cell, str) for row in picture.table.rows for cell in row[1:]) == 1
        assert f'<td class="figure">{bound}</td>' in html_table(picture.table, "", language)
        assert bound in csv_bytes(picture.table, language, "").decode("utf-8-sig")
        (spec,) = [panel.spec for panel in picture.panels]
        assert [row["t"] for row in spec["data"]["values"]].count(bound) == 1
        assert {"title": words("charts", "mean", language), "field": "t"} in spec["layer"][1]["encoding"]["tooltip"]
    plain = waiting(Pair(usual, usual), language, COLOURS)
    assert all(isinstance(cell, float) for row in plain.table.rows for cell in row[1:])
    assert all("t" not in row for row in plain.panels[0].spec["data"]["values"])


def test_both_targets_are_drawn_when_the_scenario_has_another():
    usual = [(100.0, 90.0, 110.0), (200.0, 190.0, 210.0)]
    assert len(target_series(usual, [tuple(row) for row in usual])) == 1
    first, second = target_series(usual, [(100.0, 90.0, 110.0), (300.0, 290.0, 310.0)])
    assert first.values == usual and second.values[1][0] == 300.0
    assert first.shape != second.shape and first.role != second.role


@pytest.mark.parametrize(
    ("behind", "key", "words"), [(300.0, "w_target", "achter"), (-300.0, "w_target_ahead", "voor")]
)
def test_ahead_of_the_target_is_not_a_negative_number(run, changed, behind, key, words):
    picture = target(Pair(changed(run, behind_end=spread(run, behind, 0.0)), None), "nl", COLOURS)
    assert f"300 personen {words}" in picture.why[0] and "−" not in picture.why[0]
    assert "de kleur ‘achter’" in picture.why[0]


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_published_cases_are_not_called_persons(run, spoken, visitor):
    visitor(spoken)
    picture = pending(Pair(run, None), spoken, COLOURS)
    assert words("page_doorrekenen", "persons_cases", spoken) in picture.panels[0].heading


def test_a_baseline_value_is_named_only_where_there_is_one(opened):
    at = opened("doorrekenen", share_cap="0.08", hosts_places="500", opening_trigger="0.9")
    lines = next(text.value for text in at.main.markdown if text.value.startswith("- ")).split("\n")
    assert any("**8\u00a0%**" in line and "uitgangssituatie" not in line for line in lines)
    assert any("uitgangssituatie" in line for line in lines)
