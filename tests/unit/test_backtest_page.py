"""The page of a back-test: complete, Dutch, readable by all, and asking nothing of a network."""

import copy
import itertools
import re
from html.parser import HTMLParser

import pytest
from markupsafe import escape

from experiments.charts.style import PALETTES
from experiments.history.balance import LINES
from experiments.language.language import LANGUAGES
from experiments.report.backtest_page import backtest_page, balance_tables, period_words, stretch
from experiments.run.provenance import behind_fit, outdated_text

VOID = {"meta", "br", "link", "img", "input", "hr"}


def point(period, observed, mean, fitted=True, source="COA, bezetting", letter="A"):
    return {
        "period": period, "observed": observed, "low": mean - 50.0, "mean": mean, "high": mean + 50.0,
        "fitted": fitted, "source": source, "letter": letter,
    }  # fmt: skip


def series(name, label, area, mape, coverage, *rows):
    return {
        "name": name, "label": label, "unit": "persons", "area": area, "fitted": all(row["fitted"] for row in rows),
        "mape": mape, "bias": 0.4, "coverage": coverage, "points": list(rows),
    }  # fmt: skip


def row_of(name, areas, label, fitted, count, mape, coverage):
    return {
        "name": name, "areas": areas, "label": label, "fitted": fitted, "points": count, "mape": mape, "bias": -1.2,
        "coverage": coverage,
    }  # fmt: skip


@pytest.fixture
def document():
    return {
        "scenario": "prop-2021",
        "version": "0.1.0",
        "ensemble": "prop-2021-tot-2020-12-31",
        "train_until": "2020-12-31",
        "draws": 50,
        "seed": 20211001,
        "band": 0.8,
        "summary": [
            row_of("stock", "country", "Vergunninghouders in de opvang", True, 2, 3.62, 0.5),
            row_of("stock", "country", "Vergunninghouders in de opvang", False, 1, 12.0, 1.0),
            row_of("realised", "provinces", "Gehuisvest per halfjaar, provincies", True, 2, 14.0, 0.5),
        ],
        "series": [
            series(
                "stock", "Vergunninghouders in de opvang", "Nederland", 3.62, 2 / 3,
                point("2019-11-11", 5595.0, 5825.4),
                point("2020-02-01", 5500.0, 5520.0, source="<b>Krant</b> & \"co\" https://krant.nl/1"),
                point("2021-02-01", 9000.0, 8990.0, fitted=False, source="Eindrapportage", letter="B"),
            ),
            series("realised", "Gehuisvest per halfjaar, provincies", "Groningen", 10.0, 1.0,
                   point("2019-1", 230.0, 210.0, source="tabel 2")),
            series("realised", "Gehuisvest per halfjaar, provincies", "Fryslân", None, 0.0,
                   point("2019-1", 0.0, -260.0, source="tabel 2, Fryslân")),
        ],
    }  # fmt: skip


class Outline(HTMLParser):
    """Reads a page: are the tags closed, which elements with which attributes, which text."""

    def __init__(self, page):
        super().__init__()
        self.open, self.elements, self.text = [], [], []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), [name for name, _ in self.open]))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), [name for name, _ in self.open]))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, text):
        self.text.append(text)

    def all(self, tag):
        return [attributes for name, attributes, _ in self.elements if name == tag]


class Drawn(HTMLParser):
    """Reads the charts of a page: width, height, and where each mark is drawn, with the name of its layer."""

    def __init__(self, page):
        super().__init__()
        self.charts, self.open = [], []
        self.feed(page)

    def place(self, tag, attributes):
        x, y, layer = self.open[-1][1:] if self.open else (0.0, 0.0, "")
        moved = re.search(r"translate\(([-\d.]+),([-\d.]+)\)", attributes.get("transform", ""))
        x, y = (x + float(moved[1]), y + float(moved[2])) if moved else (x, y)
        named = re.search(r"role-mark (?:child_)*(\w+)", attributes.get("class", ""))
        layer = named[1] if named else layer
        if layer and tag in ("path", "line") and moved:
            end = float(attributes.get("x2", 0)), float(attributes.get("y2", 0))
            self.charts[-1][2].extend([(layer, x, y), (layer, x + end[0], y + end[1])][: 1 + (tag == "line")])
        elif layer and tag == "path":  # a line or an area, by its corners
            corners = re.findall(r"[ML](-?[\d.]+),(-?[\d.]+)", attributes["d"])
            self.charts[-1][2].extend((layer, x + float(across), y + float(down)) for across, down in corners)
        return tag, x, y, layer

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "svg":
            self.charts.append((*(float(size) for size in attributes["viewbox"].split()[2:]), []))
            self.open = []
        if self.charts and tag not in VOID:
            self.open.append(self.place(tag, attributes))

    def handle_startendtag(self, tag, attrs):
        if self.open:
            self.place(tag, dict(attrs))

    def handle_endtag(self, tag):
        if self.open:
            self.open.pop()


def marks_of(page, layer):
    """How many marks of a layer are drawn; a line has two ends."""
    return sum(name == layer for _, _, marks in Drawn(page).charts for name, _, _ in marks)


def test_every_figure_stands_there_with_its_source(document):
    page = backtest_page(document)
    for one in document["series"]:
        for each in one["points"]:
            assert f">{escape(each['source'])}</td>" in page
            assert f">{period_words(each['period'])}</" in page
    for text in ("5.595", "5.825", "5.775 tot 5.875", "+4,1\u00a0%", "−260"):
        assert f">{text}</td>" in page
    assert marks_of(page, "published_marks") == 5
    assert marks_of(page, "model_marks") == 5
    assert marks_of(page, "band_marks") == 2 * 5
    assert page.count("Gepubliceerd, niet gezien bij het ijken") == 1  # one of the five: its legend


def test_the_head_says_what_was_fitted_with_what(document):
    text = " ".join(Outline(backtest_page(document)).text)
    assert "Toets aan het verleden: De prop van 2021" in text
    assert "naast 5 gepubliceerde cijfers" in text
    assert "zijn er 4 gebruikt en 1 niet. Er is geijkt op cijfers tot en met 31 dec. 2020" in text
    assert "dekt 2 van de 4 geziene cijfers en 1 van de 1 niet geziene cijfers" in text
    for word in ("prop-2021-tot-2020-12-31", "20211001", "50", "doorstroom 0.1.0"):
        assert word in text


def test_another_period_than_the_fitted_one_is_said(document):
    for row in document["summary"]:
        row["fitted"] = False
    assert "op een andere periode geijkt" in backtest_page(document)


def test_titles_are_findings(document):
    page = backtest_page(document)
    assert "<h3>Vergunninghouders in de opvang: gemiddeld 3,6\u00a0% ernaast, band dekt 2 van 3 punten</h3>" in page
    assert "<h3>Gehuisvest per halfjaar, provincies: band dekt 1 van 2 punten</h3>" in page


def test_text_from_outside_is_escaped(document):
    hostile = "<script>alert(1)</script>\"'&"
    for one in document["series"]:
        one["label"] = one["label"] + hostile
        one["unit"] = hostile
        for each in one["points"]:
            each["source"] = each["letter"] = hostile
    for row in document["summary"]:
        row["label"] = hostile
    document["version"] = document["ensemble"] = document["scenario"] = hostile
    page = backtest_page(document)
    assert "<script" not in page
    assert "alert(1)&lt;/script&gt;" in page
    Outline(page)


def test_it_stands_alone(document):
    outline = Outline(backtest_page(document))
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _, _ in outline.elements}
    for _, attributes, _ in outline.elements:
        assert not {"src", "href", "style", "onclick", "onload"} & set(attributes)
    assert not re.search(r"url\(|@import", backtest_page(document))


def test_the_same_document_gives_the_same_page(document):
    before = copy.deepcopy(document)
    assert backtest_page(document) == backtest_page(document)
    assert document == before


def test_it_can_be_read_without_seeing_it(document):
    outline = Outline(backtest_page(document))
    assert outline.all("html") == [{"lang": "nl"}]
    assert [len(outline.all(tag)) for tag in ("header", "main", "title")] == [1, 1, 1]
    levels = [int(tag[1]) for tag, _, _ in outline.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))
    assert levels.count(1) == 1
    for head in outline.all("th"):
        assert head["scope"] in ("col", "row")
    charts = outline.all("svg")
    assert all(chart["role"] == "img" and chart["aria-label"] for chart in charts)
    assert len(charts) == 2  # one for the country, one with both provinces
    assert len(outline.all("table")) == len(outline.all("caption")) == 3


def test_everything_is_drawn_inside_the_chart(document):
    charts = Drawn(backtest_page(document)).charts
    assert len(charts) == 2
    for width, height, marks in charts:
        assert marks
        assert all(0 <= x <= width and 0 <= y <= height for _, x, y in marks)


def test_it_speaks_english_too(document):
    page = backtest_page(document, "en")
    assert Outline(page).all("html") == [{"lang": "en"}]
    text = " ".join(Outline(page).text)
    assert "In fitting 4 of them were used and 1 were not." in text
    assert "The 80% band covers 2 of 4 figures that were seen and 1 of 1 figures that were not seen." in text
    assert not {"ernaast", "gezien", "gepubliceerd", "afwijking", "bron"} & set(re.findall(r"\w+", text.lower()))


@pytest.mark.parametrize("nothing", [None, float("nan")])
def test_what_the_model_does_not_say_is_a_dash(document, nothing):
    document["series"][0]["points"][0].update(low=nothing, mean=nothing, high=nothing)
    document["summary"][0].update(mape=None, bias=None)
    page = backtest_page(document)
    assert "nan" not in page.lower()
    assert "None" not in page
    assert marks_of(page, "band_marks") == 2 * 4
    assert marks_of(page, "model_marks") == 4


@pytest.mark.parametrize(
    ("period", "words", "last"),
    [
        ("2019-11-11", "11 nov. 2019", "2019-11-11"),
        ("2019-1", "1e halfjaar 2019", "2019-06-30"),
        ("2019-2", "2e halfjaar 2019", "2019-12-31"),
        ("2020-04-01/2020-06-30", "2e kwartaal 2020", "2020-06-30"),
        ("2016-01-01/2016-12-31", "2016", "2016-12-31"),
        ("2021-07-01/2021-09-30", "3e kwartaal 2021", "2021-09-30"),
        ("2021-02-01/2021-04-30", "1 feb. 2021 t/m 30 apr. 2021", "2021-04-30"),
        ("2021-01-01/2021-02-10", "1 jan. 2021 t/m 10 feb. 2021", "2021-02-10"),
    ],
)
def test_periods_are_said_in_dutch(period, words, last):
    assert period_words(period) == words
    assert stretch(period)[1].isoformat() == last


def luminance(colour):
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_stand_out(document):
    page = backtest_page(document)

    def against_white(pattern):
        found = re.search(pattern, page)[1]
        return 1.05 / (luminance(found) + 0.05)

    for pattern in (r"--ink: (#\w{6})", r"--soft: (#\w{6})", r"summary {[^}]*color: (#\w{6})"):
        assert against_white(pattern) >= 4.5
    drawn = set(re.findall(r'(?:fill|stroke)="(#\w{6})"', page[page.index("<svg") :])) - {"#ffffff"}
    marks = {PALETTES["light"][name] for name in ("scenario", "published")}
    assert marks <= drawn
    for colour in drawn - {PALETTES["light"]["grid"]}:
        assert 1.05 / (luminance(colour) + 0.05) >= 3.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_older_than_the_model_says_so(document, language):
    fresh = behind_fit("prop-2021")
    held_out = {"train_until": "2020-12-31", "summary": document["summary"], **fresh}
    new = document | fresh | {"held_out": held_out}
    old = document | fresh | {"model_version": 0, "held_out": held_out | {"inputs": "anders"}}
    notices = [
        outdated_text("backtest", old, ("model_version",), language),
        outdated_text("unseen", held_out, ("inputs",), language),
    ]
    assert all(notices)
    for shown, expected in ((new, False), (old, True)):
        text = " ".join(Outline(backtest_page(shown, language)).text)
        assert [notice in text for notice in notices] == [expected] * 2


# ---- the balance sheet -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_balance_sheet_stands_on_the_page_with_what_is_published_in_brackets(document, language):
    model = dict.fromkeys((*LINES, "entry", "housed"), 12.0) | {"housed": 6800.0, "stock": 7100.0}
    document["balance"] = [
        {"period": "2019-1", "model": model, "published": {"housed": 6379.0}},
        {"period": "2019", "model": model, "published": {}},
    ]
    parts, whole = sorted(balance_tables(document, language), key=lambda told: len(told[1]), reverse=True)
    assert len(parts[1]) == len(parts[2][0]) == 11
    assert len(whole[1]) == len(whole[2][0]) == 9
    assert [row[0] for row in whole[2]] == [period_words("2019-1", language), "2019"]
    beside = " ".join(whole[2][0])
    assert "6.800 (6.379)" in beside or "6,800 (6,379)" in beside
    assert "(" not in " ".join(whole[2][1])
    page = backtest_page(document, language)
    assert whole[2][0][3] in page
    assert whole[0] in page


def test_a_back_test_that_was_kept_without_a_balance_sheet_has_no_heading_for_it(document):
    assert balance_tables(document) == []
    assert "Balans van vergunninghouders" not in backtest_page(document)
