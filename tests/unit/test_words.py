"""Figures, dates and units as they are read out."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.language.formatting import amount_text, date_text, figures_text, number_text, rounded_text
from experiments.language.labels import unit_text


@pytest.mark.parametrize(
    ("value", "decimals", "dutch", "english"),
    [
        (1234567.891, 1, "1.234.567,9", "1,234,567.9"),
        (-0.04, 1, "0,0", "0.0"),
        (0, 0, "0", "0"),
        (None, 0, "–", "–"),
        (float("nan"), 0, "–", "–"),
        (-1234, 0, "−1.234", "−1,234"),
        (999.5, 0, "1.000", "1,000"),
    ],
)
def test_numbers_are_written_in_the_language_of_the_reader(value, decimals, dutch, english):
    assert number_text(value, decimals) == dutch
    assert number_text(value, decimals, "en") == english


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.08, "0,08"), (0.1, "0,1"), (5.0, "5"), (3.14159, "3,14"), (31.4159, "31,4"), (314.159, "314"), (None, "–")],
)
def test_numbers_get_the_decimals_their_size_asks_for(value, text):
    assert rounded_text(value) == text


@pytest.mark.parametrize(
    ("unit", "figures", "texts"),
    [
        ("persons", [534.2, 5.8, 1200.4], ["534", "6", "1.200"]),
        ("persons", [12.4, 3.0, 9.9], ["12", "3", "10"]),
        ("persons", [1.25, 3.0, None], ["1,2", "3,0", "–"]),
        ("municipalities", [0.77], ["0,77"]),
        ("weeks", [0.7714, -0.7179], ["0,77", "−0,72"]),
        ("weeks", [19.74, 8.0], ["19,7", "8,0"]),
        ("million EUR", [3036.2, 94.9], ["3.036", "95"]),
        ("share", [1.0, 0.905], ["100,0", "90,5"]),
        ("share", [1.0, 0.9], ["100", "90"]),
        ("share", [0.0004], ["0,04"]),
        ("weeks", [0.1 + 0.2 + 9.7], ["10"]),
    ],
)
def test_figures_side_by_side_share_their_decimals(unit, figures, texts):
    assert figures_text(figures, unit) == texts


def test_a_sentence_shares_its_decimals_with_the_figures_beside():
    assert amount_text(1.0, "persons", beside=(0.5, 40.0)) == "1 persoon"
    assert amount_text(1.0, "weeks", beside=(0.55,)) == "1,00 weken"
    assert amount_text(0.1, "share", "en", beside=(0.125,)) == "10.0%"


@given(
    st.lists(st.floats(-1e9, 1e9).filter(lambda value: abs(value) > 0.01 or value == 0), min_size=1, max_size=5),
    st.sampled_from(["persons", "weeks", "million EUR"]),
)
def test_a_sign_says_which_way_and_the_number_can_be_read_back(values, unit):
    """An end of an interval keeps its side of zero, however large the other end."""
    most = max(map(abs, values))
    for value, text in zip(values, figures_text(values, unit, signed=True), strict=True):
        assert (text[0] == "+", text[0] == "−") == (value > 0, value < 0)
        read = float(text.replace(".", "").replace(",", ".").replace("−", "-"))
        assert abs(read - value) <= max(0.051 * most, 5e-3)


def test_dates_and_units_follow_the_language():
    assert date_text(date(2021, 8, 24)) == "24 augustus 2021"
    assert date_text(date(2021, 8, 24), "en") == "24 August 2021"
    assert unit_text("person-days") == "persoonsdagen"
    assert unit_text("person-days", "en") == "person-days"
