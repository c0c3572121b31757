"""Every page opens in both languages, without a stack trace and without words of the other language."""

import pytest
from page_words import words

from app_pages import pages
from experiments.language.catalogue import catalogue
from experiments.language.formatting import exact_text, half_year_text, number_text, signed_text
from experiments.language.language import LANGUAGES

LINKS = [page.link for page in pages()]


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize("page", LINKS)
def test_a_page_opens(opened, page, spoken):
    at = opened("" if page == LINKS[0] else page, lang=spoken)
    assert [error.value for error in at.exception] == []
    assert at.title[0].value == words(f"page_{page}", "page_title", spoken)
    assert len(at.sidebar.expander) >= 10


def test_every_word_of_a_lever_has_a_text():
    from experiments.run.levers import lever_rows

    for row in lever_rows("prop-2021"):
        assert catalogue("units", "nl").has(row.unit), row.unit
        assert catalogue("labels", "nl").has(f"holder.{row.holder}"), row.holder
        assert all(catalogue("labels", "nl").has(f"choice.{word}") for word in row.choices), row.choices


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_doorrekenen_shows_six_pictures_with_what_they_owe(opened, spoken):
    at = opened("doorrekenen", lang=spoken, share_cap="0.08")
    assert [error.value for error in at.exception] == []
    charts = at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart")
    assert len(charts) == 11
    findings = [text.value for text in at.main.markdown if text.value.startswith("### ")]
    assert len(findings) == 6
    assert all(finding.rstrip().endswith(".") for finding in findings)
    notes = [caption.value for caption in at.main.caption]
    assert sum("n = 50" in note and "80" in note for note in notes) == 6
    assert len(at.main.get("download_button")) == 18
    labels = [expander.label for expander in at.main.expander]
    assert sum(label == words("shell", "why", spoken) for label in labels) == 6


def test_figures_are_written_as_people_read_them():
    assert number_text(1234567.891, 1, "nl") == "1.234.567,9"
    assert number_text(-1234.5, 1, "en") == "−1,234.5"
    assert number_text(float("nan")) == "–"
    assert number_text(-0.2) == "0"
    assert signed_text(12, 0, "nl") == "+12"
    assert signed_text(0.2, 0, "nl") == "0"
    assert exact_text(0.055, "nl") == "0,055"
    assert exact_text(2500.0, "nl") == "2.500"
    assert exact_text(-0.5, "nl") == "−0,5"
    assert half_year_text("2021-2", "nl") == "tweede helft van 2021"
