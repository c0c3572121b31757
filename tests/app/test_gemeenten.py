"""Municipalities and provinces: the parts add up, trading moves and never makes, both languages."""

import re

import numpy as np
import pytest
from page_words import words

from app_pages.charts.download import csv_bytes
from app_pages.gemeenten.page import area_codes
from app_pages.gemeenten.pictures import COUNTRY, TILES, _course, _traded, members_of
from app_pages.gemeenten.town_table import SORTS, town_table
from experiments.charts.style import PALETTES
from experiments.language.language import LANGUAGES
from experiments.report import areas
from experiments.run.breakdown import COUNTED, MUNICIPAL
from experiments.run.observed import observations
from experiments.scenario.ready import load_scenario
from experiments.service.job import Job
from experiments.service.keys import job_key, task_of

PLACES = re.compile(r"\{(\w+)\}")


@pytest.fixture(scope="module")
def jobs():
    found = []
    for settings in ([], ["trading=region"], ["trading=national"], ["key=social_stock"]):
        scenario = load_scenario("prop-2021").with_settings(settings)
        scenario = type(scenario).model_validate(scenario.as_file() | {"until": "2020-03-01"})
        task = task_of(scenario)
        results = {number: task(number) for number in (1, 2, 3, 4)}
        found.append(Job(job_key(scenario, 4), scenario, 4, task, state="done", results=results))
    return found


def test_every_province_has_a_tile_of_its_own():
    assert set(TILES) == set(areas.province_names())
    assert len(set(TILES.values())) == 12


@pytest.mark.parametrize("half", [0, 1, 2])
def test_municipalities_add_up_to_provinces_and_to_the_country(jobs, half):
    run = jobs[0].result()
    towns, provinces = areas.municipal_areas(run, half), areas.province_areas(run, half)
    country = areas.area_values(run, members_of(COUNTRY))
    for place, measure in enumerate(COUNTED):
        of_towns = np.array([getattr(towns, measure)[areas.province_of() == number].sum() for number in range(12)])
        assert np.allclose(of_towns, getattr(provinces, measure))
        assert np.isclose(of_towns.sum(), country[:, place, half].mean())
    assert np.allclose(towns.opening + towns.target - towns.realised, towns.behind)
    assert np.allclose(provinces.on_colour.sum(axis=0), np.bincount(areas.province_of(), minlength=12))
    published = run.replications[0].half_years
    assert np.isclose(country[0, 1, half], published[1, half, 0])


def test_colour_and_rung_are_those_of_most_replications(jobs):
    run = jobs[0].result()
    found = areas.municipal_areas(run, 1)
    values = np.array([one.detail.municipal[MUNICIPAL.index("colour"), 1] for one in run.replications]).astype(int)
    for place in range(0, 352, 13):
        counts = np.bincount(values[:, place], minlength=3)
        assert counts[found.colour[place]] == counts.max()
        assert found.colour_share[place] == counts.max() / 4


@pytest.mark.parametrize("other", [1, 2, 3])
@pytest.mark.parametrize("spoken", LANGUAGES)
def test_trading_and_key_move_and_never_make(jobs, other, spoken, visitor):
    for half in (0, 1):
        found = [areas.municipal_areas(jobs[place].result(), half) for place in (0, other)]
        assert found[0].target.sum() == found[1].target.sum()
    assert (found[0].target != found[1].target).any()
    visitor(spoken)
    picture = _traded(found, "2019-2", 4, spoken, PALETTES["light"])
    told = words("page_gemeenten", "t_same", spoken, figure="{").split("{")[0]
    assert told in picture.finding
    apart = [row[4] for row in picture.table.rows]
    assert len(apart) == 352 and abs(sum(apart)) < 1e-6 and max(apart) > 0 > min(apart)


def test_a_sum_that_differs_is_said(jobs):
    found = [areas.municipal_areas(jobs[place].result(), 1) for place in (0, 1)]
    found[1].target[0] += 50
    picture = _traded(found, "2019-2", 4, "nl", PALETTES["light"])
    assert "De som verschilt" in picture.finding and "blijft gelijk" not in picture.finding


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize("area", ["NL", "P:Utrecht", "G:'s-Gravenhage"])
def test_the_page_opens(opened, spoken, area):
    at = opened("gemeenten", lang=spoken, trading="region", halfjaar="2021-1", gebied=area)
    assert [error.value for error in at.exception] == []
    assert at.selectbox(key="_half").value == "2021-1"
    charts = at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart")
    known = area in area_codes()
    assert len(at.main.warning) == (0 if known else 1)
    assert len(charts) == {"NL": 6, "P:Utrecht": 4}.get(area, 3 if known else 6)
    findings = [text.value for text in at.main.markdown if text.value.startswith("### ")]
    assert all(finding.rstrip().endswith(".") for finding in findings[:-1])
    told = words("page_gemeenten", "t_same", spoken, figure="{").split("{")[0]
    assert any(told in finding for finding in findings)


def test_search_and_sort(opened):
    at = opened("gemeenten", halfjaar="2021-1")
    at.text_input(key="_town_search").set_value("sudwest").run()
    rows = "".join(block.proto.body for block in at.main.get("html")).split("<tbody>")[-1].count("<tr>")
    assert rows == 1 and [error.value for error in at.exception] == []
    at.text_input(key="_town_search").set_value("bestaatniet").run()
    assert any(words("page_gemeenten", "nothing_found") == info.value for info in at.main.info)


@pytest.mark.parametrize("order", SORTS)
def test_the_table_is_sorted_both_ways(jobs, order):
    keys = (jobs[0].key, jobs[1].key)
    pages = [town_table(keys, 4, 1, "", order, down, "nl", jobs[:2]) for down in (True, False)]
    assert all(len(found.rows) == 352 for _, found in pages)
    first = [re.findall(r'<th scope="row"[^>]*>([^<]*)<', page)[0] for page, _ in pages]
    assert first[0] != first[1] or order == "rung"
    lines = csv_bytes(pages[0][1], "nl", "").decode("utf-8-sig").split("\r\n")
    assert len(lines) == 354 and lines[0].startswith("gemeente;achterstand: verschil;")


def test_a_half_year_that_is_not_there_is_named(opened):
    at = opened("gemeenten", halfjaar="1999-1", gebied="P:Atlantis")
    assert [error.value for error in at.exception] == []
    (told,) = [one.value for one in at.main.warning]
    told = told.replace("\\", "")
    assert "1999-1" in told and "Atlantis" in told


def test_published_figures_are_drawn_for_country_and_provinces_only(jobs):
    run = jobs[0].result()
    for area, count in (("NL", 2), ("P:Utrecht", 2), ("G:Utrecht", 0)):
        picture = _course([run], 0, area, "nl", PALETTES["light"])
        heads = [head for head in picture.table.heads if head.endswith("gepubliceerd")]
        assert len(heads) == count and bool(picture.sources) == bool(count)
    (row,) = [
        row
        for row in observations(run.from_day, run.until_day)
        if (row.series, row.area, row.half_year) == ("realised", "Utrecht", "2019-1")
    ]
    assert areas.published(run, "realised", "Utrecht")["2019-1"] == (row.value, row.source)


def test_a_rise_is_named_only_when_somebody_gets_more(jobs):
    found = [areas.municipal_areas(jobs[0].result(), 1) for _ in range(2)]
    found[1].target[:5] -= 10
    picture = _traded(found, "2019-2", 4, "nl", PALETTES["light"])
    assert "0 gemeenten een hogere taakstelling" in picture.finding and "grootste verhoging" not in picture.finding
    assert not any("Verschoven" in sentence for sentence in picture.why)


def test_both_targets_are_drawn_when_they_differ(jobs):
    runs = [jobs[place].result() for place in (0, 1)]
    area = "P:Utrecht"
    language, colours = "nl", PALETTES["light"]
    traded = [jobs[place].result() for place in (0, 2)]
    for pair, count in ((runs, 1), (traded, 2)):
        picture = _course(pair, 1, area, language, colours)
        names = {row["s"] for row in picture.panels[0].spec["data"]["values"]}
        assert len([name for name in names if name.startswith("Taakstelling")]) == count
