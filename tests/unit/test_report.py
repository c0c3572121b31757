"""The page of a comparison or a run: true to the numbers, whole in two languages, without a network."""

import itertools
import re
from dataclasses import replace
from functools import lru_cache
from html import unescape

import numpy as np
import pytest
from futures import FROM, UNTIL, comparison, lower_by_ten, one_run, scenario
from markupsafe import escape
from pseudo import PSEUDO, outside_catalogue
from test_backtest_page import Drawn, Outline

from experiments.charts import svg
from experiments.language.catalogue import catalogue
from experiments.language.formatting import figure_text, figures_text
from experiments.language.labels import outcome_help, outcome_label
from experiments.language.language import LANGUAGES
from experiments.report.findings import KEY_OUTCOMES, findings, gains
from experiments.report.report import report_page
from experiments.run import provenance
from experiments.run.ensemble import load_ensemble
from experiments.run.levers import lever_rows
from experiments.run.observed import NATIONAL, all_observations, best_of, observations
from experiments.run.provenance import behind_fit, inputs, outdated_text, what_changed
from models.outcomes import OUTCOMES
from models.sources import full_persons, read_table, table_names
from sim.calendar import date_of

HOSTILE = "<script>alert('x')</script>\"& =1+1 https://evil.nl www.evil.nl"
DUTCH = set(
    re.findall(
        r"\w+",
        "het een van de met geen duidelijk verschil opvang mensen vergunninghouders personen huishoudens woning"
        " gemeenten weken dagen taakstelling achterstand gehuisvest gemiddelde lager hoger beter tegenover"
        " stippellijn bron knop provincie grootte replicaties voorlopig juni augustus maart mei",
    )
)


@lru_cache(maxsize=8)
def page(language="nl", kind="comparison"):
    return report_page(lower_by_ten() if kind == "comparison" else lower_by_ten().runs[1], language)


def best_published():
    rows = lower_by_ten().runs[0].comparison_rows()
    return [row for row in best_of(rows) if row["area"] == NATIONAL and row["first_day"] == row["last_day"]]


def text_of(html):
    return " ".join(" ".join(Outline(html).text).split())


def with_noise(run, size):
    """The same run, with every outcome moved by a different amount per replication, up and down."""
    moved = tuple(
        replace(
            one,
            outcomes={name: value + size * np.cos(3.0 * k) for name, value in one.outcomes.items()}
            | {"ran_full": abs(one.outcomes["ran_full"] - float(k == 0))},  # yes or no: one world turns
        )
        for k, one in enumerate(run.replications)
    )
    return replace(run, replications=moved)


def test_findings_follow_the_numbers():
    told = findings(lower_by_ten())[0].sentences
    lower = [name for name in KEY_OUTCOMES if OUTCOMES[name].better == "lower"]
    better = len(lower)  # every figure is 10 less, and the chance of running full 1 less
    assert told[0] == (
        f"B is op {better} van de {len(KEY_OUTCOMES)} kernuitkomsten duidelijk beter dan A en op"
        f" {len(KEY_OUTCOMES) - better} duidelijk slechter; op 0 is er geen duidelijk verschil."
    )
    joined = "\n".join(told).replace("\u00a0", " ")
    assert (
        "Vergunninghouders in of onder het COA, gemiddeld: B komt 10 personen lager uit dan A"
        " (90%-interval: 10 tot 10); dat is beter." in joined
    )
    assert "Gehuisveste personen (taakstelling): B komt 10 personen lager uit dan A" in joined
    assert re.search(r"Gehuisveste personen \(taakstelling\): .*; dat is slechter\.", joined)
    assert "Kans dat de opvang vol raakt: B komt 100,0 procentpunt lager uit dan A" in joined
    assert "De opvang raakt in A in alle 40 replicaties vol. De mediaan" in joined
    assert "De opvang raakt in B in geen van de 40 replicaties vol." in joined


def test_the_day_of_running_full_is_the_median():
    told = findings(lower_by_ten(), "en")[0].sentences[-2]
    assert f"{date_of(FROM + 220).day} August 2019" in told
    half = one_run()
    changed = tuple(
        replace(one, outcomes=one.outcomes | {"ran_full": float(k < 10)}) for k, one in enumerate(half.replications)
    )
    told = findings(replace(half, replications=changed), "en")[0].sentences[0]
    assert "in 10 of the 40 replications (25%)" in told


def test_no_clear_difference_is_said():
    told = findings(comparison(one_run(), with_noise(one_run(), 50.0)))[0].sentences
    assert told[0].endswith(f"op {len(KEY_OUTCOMES)} is er geen duidelijk verschil.")
    assert all("geen duidelijk verschil tussen A en B" in line for line in told[1 : 1 + len(KEY_OUTCOMES)])
    assert "geen duidelijk verschil met A" in report_page(comparison(one_run(), with_noise(one_run(), 50.0)))


def test_the_same_against_itself_differs_nowhere():
    same = comparison(one_run(), one_run())
    told = findings(same)[0].sentences
    assert told[0].startswith("B en A verschillen op geen enkele kernuitkomst")
    assert "duidelijk beter" not in text_of(report_page(same)).replace("duidelijk beter of", "")


def test_too_few_replications_give_no_interval():
    few = comparison(one_run(count=1), with_noise(one_run(count=1), 5.0))
    told = findings(few)[0].sentences
    assert "te weinig replicaties voor een interval" in told[1]
    assert not re.search(r"\bnan\b", report_page(few).lower())


def test_who_gains_follows_the_numbers():
    told = gains(lower_by_ten(), 1).sentences
    assert told[0].startswith(
        "Huishoudens van 1 persoon zijn deels beter af: weken van vergunning tot woning, mediaan −10"
    )
    assert "en deels slechter: gehuisveste personen −10 (−10 tot −10)." in told[0]
    assert told[3].startswith(
        "Vergunninghouders op een bed van de opvang, einde: duidelijk beter in 12 van de 12 provincies"
    )
    assert "Gehuisveste personen (taakstelling): duidelijk slechter in 12" in told[4]
    none = gains(comparison(one_run(), one_run()), 1, "en").sentences
    assert none[0] == "Households of 1 person: no clear difference."
    assert none[-1].endswith("no clear difference in any province.")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_tables_agree_with_the_comparison(language):
    html = page(language)
    result = lower_by_ten()
    for name in KEY_OUTCOMES:
        row = result.difference(name)
        ends = row.band.low, row.band.high
        cell = figures_text([row.band.mean, *ends], row.unit, language, signed=True)[0]
        assert f'<td class="number">{cell}</td>' in html
    label, better = outcome_label("realised", language), {"nl": "A beter", "en": "A better"}[language]
    assert re.search(rf"{re.escape(label)}</a></th>.*{better}</td>", html)


@pytest.mark.parametrize("kind", ["comparison", "run"])
def test_an_english_page_holds_no_dutch_and_the_other_way_round(kind):
    html = page("en", kind)
    html = re.sub(r'<td class="source">.*?</td>|<ul class="sources">.*?</ul>', "", html)
    html = re.sub(r'<span lang="nl">.*?</span>', "", html)
    html = re.sub(r"<title>.*?</title>|<style>.*?</style>", "", html, flags=re.DOTALL)
    told = set(
        re.findall(
            r"(?<![a-z0-9])[a-z]+(?![a-z0-9])",
            (text_of(html) + " ".join(re.findall(r'aria-label="([^"]*)"', html))).lower(),
        )
    )
    assert not told & DUTCH
    assert len({word for word in DUTCH if word in text_of(page("nl", kind)).lower()}) > 20


def test_text_from_outside_is_escaped():
    hostile = comparison(one_run(of=scenario(title=HOSTILE)), one_run(-1.0, of=scenario("b", HOSTILE, share_cap=0.08)))
    for result, language in itertools.product((hostile, hostile.runs[0]), ("nl", "en")):
        html = report_page(result, language)
        assert "<script" not in html
        assert "https://evil.nl" in html and not re.search(r'href="?[^"#]*evil', html)
        assert str(escape(HOSTILE)) in html
        Outline(html)


@pytest.mark.parametrize("kind", ["comparison", "run"])
def test_it_stands_alone_and_always_the_same(kind):
    outline = Outline(page("nl", kind))
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _, _ in outline.elements}
    for _, attributes, _ in outline.elements:
        assert not {"src", "style", "onclick", "onload"} & set(attributes)
        assert attributes.get("href", "#").startswith("#")  # a link stays on the page
    assert not re.search(r"url\(|@import", page("nl", kind))
    again = lower_by_ten() if kind == "comparison" else lower_by_ten().runs[1]
    assert report_page(again) == page("nl", kind)


@pytest.mark.parametrize(("language", "kind"), list(itertools.product(("nl", "en"), ("comparison", "run"))))
def test_it_can_be_read_without_seeing_it(language, kind):
    outline = Outline(page(language, kind))
    assert outline.all("html") == [{"lang": language}]
    assert [len(outline.all(tag)) for tag in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]
    levels = [int(tag[1]) for tag, _, _ in outline.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))
    assert all(head["scope"] in ("col", "row") for head in outline.all("th"))
    assert len(outline.all("table")) == len(outline.all("caption"))
    charts = outline.all("svg")
    assert len(charts) == 5
    assert all(chart["role"] == "img" and chart["aria-label"] for chart in charts)


@pytest.mark.parametrize("kind", ["comparison", "run"])
def test_everything_is_drawn_inside_the_chart(kind):
    charts = Drawn(page("nl", kind)).charts
    assert len(charts) == 5
    for width, height, marks in charts:
        assert marks
        assert all(0 <= x <= width and 0 <= y <= height for _, x, y in marks)


def test_charts_name_band_and_number():
    assert page().replace("\u00a0", " ").count("de band waarin 80% van de replicaties van B ligt") == 5
    assert page().count("n = 40 replicaties per scenario.") == 5
    assert "Voorlopig" not in page()
    few = report_page(comparison(one_run(count=8), one_run(-1.0, count=8)))
    assert few.count("Voorlopig: minder dan 30 replicaties.") == 5
    assert "Voorlopig: 8 replicaties, minder dan 30." in few


def test_published_figures_stand_there_with_their_source():
    for row in observations(FROM, UNTIL):
        if row.series == "persons_in_reception" and row.letter == "A":
            assert f">{figure_text(row.value, row.unit)}</td>" in page()
    stocks = "persons_in_reception", "permit_holders_under_coa"
    shown = [row for row in best_published() if row["series"] in stocks]
    drawn = [name for _, _, marks in Drawn(page()).charts for name, _, _ in marks]
    assert drawn.count("published_marks") == len(shown) > 0


def test_what_was_set_stands_there():
    told = text_of(page())
    low, high = next(row.drawn for row in lever_rows("prop-2021") if row.name == "share_cap")
    usual = f"geijkt, {low:g} tot {high:g}".replace(".", ",")
    for words in (f"Hoogste aandeel woningen B {usual} 0,08", "vanaf 1 juni 2019", "binnen de provincie", "gemeenten"):
        assert words in told
    assert "Er is niets anders ingesteld." in text_of(report_page(one_run()))


def test_three_scenarios_have_a_panel_each():
    three = comparison(one_run(), one_run(-10.0), with_noise(one_run(), 50.0))
    html = report_page(three)
    assert html.count("<svg") == 10
    assert "B tegenover A" in html
    assert "C tegenover A" in html
    assert "Alle uitkomsten, C tegenover B" in html
    assert "duidelijk anders dan A in 1 van 2 scenario" in html
    assert "B en C" in html


def test_a_short_run_without_a_month_end_has_no_line_charts():
    run = one_run()
    bare = tuple(
        replace(one, month_days=(), series={name: np.zeros(0) for name in one.series}) for one in run.replications
    )
    assert "De periode is te kort" in report_page(replace(run, replications=bare))
    with pytest.raises(ValueError, match="no replication"):
        report_page(replace(run, replications=()))


@pytest.mark.parametrize("kind", ["comparison", "run"])
def test_without_the_drawing_package_the_tables_stay_and_a_line_says_so(kind, monkeypatch):
    drawn = page("nl", kind)
    monkeypatch.setattr(svg, "find_spec", lambda name: None)
    result = lower_by_ten() if kind == "comparison" else lower_by_ten().runs[1]
    html = report_page(result)
    assert "<svg" not in html
    assert html.count("(vl-convert-python) is niet geïnstalleerd") == 1
    assert html.count("<table") == drawn.count("<table")
    assert "is niet geïnstalleerd" not in drawn


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_fit_that_is_older_than_the_model_says_so(language, monkeypatch):
    now = behind_fit()["model_version"] + 1
    monkeypatch.setattr(provenance, "MODEL_VERSION", now)
    run = lower_by_ten().runs[1]
    about = load_ensemble(run.ensemble).about
    assert outdated_text("ensemble", about, what_changed(about), language) in text_of(report_page(run, language))
    monkeypatch.undo()
    shown = text_of(page(language, "run"))
    assert outdated_text("ensemble", about, what_changed(about), language) in shown
    assert f"({now - 1}, nu {now}" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["comparison", "run"])
def test_the_name_of_a_key_outcome_leads_to_its_definition(kind, language):
    html = page(language, kind)
    for name in (*KEY_OUTCOMES, "permit_holders_under_coa_end", "days_until_full"):
        label, meaning = (escape(words(name, language)) for words in (outcome_label, outcome_help))
        assert f'<th scope="row"><a href="#{name}">{label}</a></th>' in html
        assert html.count(f'<dt><dfn id="{name}">{label}</dfn></dt><dd>{meaning}</dd>') == 1
    assert set(re.findall('href="#([^"]+)"', html)) == set(re.findall('<dfn id="([^"]+)"', html))


@pytest.mark.parametrize("kind", ["comparison", "run"])
def test_no_word_of_a_page_stands_outside_a_catalogue(kind):
    result = lower_by_ten() if kind == "comparison" else lower_by_ten().runs[1]
    html = report_page(result, PSEUDO)
    runs = result.runs if kind == "comparison" else (result,)
    names = [text for run in runs for text in (run.scenario.title, run.scenario.name, run.scenario.description)]
    sources = {row["source"] for name in table_names() for row in read_table(name)}
    sources |= {row.source for row in all_observations()}
    hashes = load_ensemble(runs[0].ensemble).about["table"], inputs(runs[0].period)
    shown = " ".join((*re.findall(r'(?:aria-label|alt|title)="([^"]*)"', html), html))
    words = outside_catalogue(unescape(shown), *names, *sources, *hashes, runs[0].ensemble)
    assert [word for word in words if word not in {"A", "B"}] == []


def test_a_half_year_that_is_not_whole_has_a_star_in_the_table_of_provinces():
    html = report_page(one_run())
    starred = re.findall(r'<th scope="row">Drenthe</th><td>([^<]*)</td>', html)
    assert starred == ["2019-1", "2019-2", "2020-1*"]
    assert html.count(catalogue("report", "nl")("half_year_note")) == 2  # at the chart and at the table


def test_every_key_outcome_is_defined_and_every_definition_is_of_an_outcome():
    assert set(KEY_OUTCOMES) <= set(catalogue("definitions", "nl").keys()) <= set(OUTCOMES)


@pytest.mark.parametrize("name", ["ran_full", "days_until_full"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_definition_of_full_is_that_of_the_model(name, language):
    assert re.findall(r"\d+", outcome_help(name, language)) == [str(full_persons())]
