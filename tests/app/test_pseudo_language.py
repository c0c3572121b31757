"""With the language of the tests on, no page shows a word that stands in no catalogue, but for names and data."""

import json
import re
from html import unescape

import pyarrow as pa
import pytest
import streamlit as st
from pseudo import PSEUDO, outside_catalogue

from app_pages import onderbouwing, pages
from app_pages.prop import page as prop
from experiments.claims.verdicts import kept_verdicts
from experiments.forecast.archive import kept_scores
from experiments.history import evidence
from experiments.language.language import LANGUAGES
from experiments.run.levers import lever_rows, periods
from experiments.run.observed import all_observations
from experiments.run.provenance import behind_fit
from experiments.scenario.ready import ready_scenarios
from models.sources import read_table

LINKS = {page.link: page for page in pages()}
#: Fields of what is sent to a browser that nobody reads.
UNREAD = {
    "id", "key", "form_id", "element_id", "url", "file_urls", "type", "format", "mime", "icon", "query_param_key",
    "theme", "width", "selection_mode", "language", "color", "gap", "bind", "test_id", "column_order", "file_name",
    "tag", "name", "vega_lite_theme", "page_script_hash", "page_name", "url_pathname", "media_file_id", "download_url",
    "mode",
}  # fmt: skip
#: Letters that stand for scenarios and futures, and the languages themselves.
ALLOWED = {*"ABCDEF", *LANGUAGES, PSEUDO}


def strings_of(message):
    """Every text in a message to the browser, with the name of its field."""
    for field, value in message.ListFields():
        if field.name in UNREAD or field.name.endswith("_id"):
            continue
        values = value if field.is_repeated else [value]
        if field.message_type is not None:
            if field.message_type.GetOptions().map_entry:
                continue
            for one in values:
                yield from strings_of(one)
        elif field.type == field.TYPE_STRING or field.type == field.TYPE_BYTES:
            yield from ((field.name, one) for one in values)


def words_of_chart(spec):
    """What a chart draws as text: titles, names of series, and its rows."""
    if isinstance(spec, dict):
        for key, value in spec.items():
            if key in ("title", "text", "label") and isinstance(value, str):
                yield value
            elif key in ("domain", "options") and isinstance(value, list):
                yield from (one for one in value if isinstance(one, str))
            elif key == "values" and isinstance(value, list):
                yield from (cell for row in value if isinstance(row, dict) for cell in row.values())
            else:
                yield from words_of_chart(value)
    elif isinstance(spec, list):
        for one in spec:
            yield from words_of_chart(one)


def words_of_rows(content):
    """The texts in rows that are sent as bytes."""
    try:
        rows = pa.ipc.open_stream(content).read_all().to_pylist()
    except pa.ArrowInvalid:
        return
    yield from (cell for row in rows for cell in row.values())


def shown(at):
    """Everything that a visitor may read on a page, a line each."""
    found = []

    def walk(node):
        proto = getattr(node, "proto", None)
        if proto is not None and hasattr(proto, "ListFields"):
            for name, value in strings_of(proto):
                if isinstance(value, bytes):
                    found.extend(words_of_rows(value))
                elif name in ("spec", "columns"):
                    found.extend(words_of_chart(json.loads(value)))
                else:
                    found.append(value)
        for child in getattr(node, "children", {}).values():
            walk(child)

    walk(at._tree)
    return [unescape(one) for one in found if isinstance(one, str) and not re.fullmatch(r"[\d:T.+-]+", one)]


def names_in_data():
    """What tables, scenario files and kept results say in words of their own: titles, sources, notes, statements."""

    def leaves(value):
        if isinstance(value, dict):
            for one in value.values():
                yield from leaves(one)
        elif isinstance(value, list | tuple):
            for one in value:
                yield from leaves(one)
        elif isinstance(value, str):
            yield value

    found = {row.source for row in all_observations()} | {row["source"] for row in read_table("inflow")}
    for scenario in ready_scenarios():
        found |= {
            scenario.name,
            scenario.title,
            scenario.title_en or "",
            scenario.description,
            scenario.description_en or "",
        }
    found |= {row.source for period in periods() for row in lever_rows(period)}
    found |= set(leaves(kept_verdicts()["claims"])) | set(leaves(list(evidence.series_names().values())))
    found |= {name.rpartition(", ")[0] for both in evidence.series_names().values() for name in both}
    found |= {row[said] for row in kept_scores()["official"] for said in ("source", "category")}
    found |= set(leaves(evidence.fitted_rows())) | set(leaves(evidence.about_fit()))
    for table in evidence.fact_tables():
        found |= {cell for row in evidence.fact_rows(table) for cell in row.values()}
    for period in evidence.PERIODS:
        document = evidence.kept_backtest(period)
        found |= {point["source"] for series in document["series"] for point in series["points"]}
        found |= {series["area"] for series in document["series"]} | set(leaves(document["inputs"]))
    found |= set(leaves(behind_fit(*evidence.PERIODS)))
    plain = {re.sub(r"[\\*$]", "", one) for one in found}
    return tuple(one for one in found | plain if len(one) > 1)


@pytest.fixture(scope="module")
def names(store):
    return names_in_data()


@pytest.fixture
def pseudo(opened, names, monkeypatch):
    """Opens a page in the language of the tests; returns the words on it that stand in no catalogue."""
    for room in ("texts", "link", "sidebar"):
        monkeypatch.setattr(f"app_pages.shell.{room}.OFFERED", (*LANGUAGES, PSEUDO))

    def open_page(page, **link):
        at = opened("" if page == pages()[0].link else page, lang=PSEUDO, **link)
        assert [error.value for error in at.exception] == []
        lines = shown(at)
        assert any("⟦" in line for line in lines)
        return [
            (word, line[:160])
            for line in dict.fromkeys(lines)
            for word in outside_catalogue(line, *(name for name in names if name in line))
            if word not in ALLOWED
        ]

    return open_page


@pytest.mark.parametrize(
    ("page", "link"),
    [
        *((page, {}) for page in LINKS if page not in {"doorrekenen", "vergelijken", "gemeenten", "onderbouwing"}),
        *(("prop", {"stap": str(step)}) for step in range(1, prop.STEPS + 1)),
        ("doorrekenen", {"share_cap": "0.08"}),
        ("vergelijken", {"share_cap": "0.08", "vergelijk": "basis,eigen"}),
        ("gemeenten", {"trading": "region", "halfjaar": "2021-1"}),
        *(("onderbouwing", {"onderdeel": part}) for part in onderbouwing.PARTS),
    ],
    ids=lambda value: value if isinstance(value, str) else ",".join(value.values()),
)
def test_no_word_on_a_page_stands_outside_a_catalogue(pseudo, page, link):
    assert pseudo(page, **link) == []


def test_every_page_is_looked_at():
    marks = test_no_word_on_a_page_stands_outside_a_catalogue.pytestmark
    looked_at = {page for mark in marks if mark.name == "parametrize" for page, _ in mark.args[1]}
    assert looked_at == set(LINKS)


def test_a_word_of_its_own_is_found(pseudo, monkeypatch, request):
    show = LINKS["uitspraken"].show

    def speak():
        st.caption("Deze zin staat nergens")
        show()

    from dataclasses import replace

    from app_pages import uitspraken

    monkeypatch.setattr(uitspraken, "PAGE", replace(uitspraken.PAGE, show=speak))
    pages.cache_clear()  # the list of pages is kept; this one is found anew, and the next test finds its own
    request.addfinalizer(pages.cache_clear)
    assert [word for word, _ in pseudo("uitspraken")] == ["Deze", "zin", "staat", "nergens"]
