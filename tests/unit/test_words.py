"""Figures, dates and units as they are read out."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.words import date_text, number_text, rounded_text, signed_text, unit_text


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


@given(st.floats(-1e9, 1e9).filter(lambda value: abs(value) > 1e-4 or value == 0))
def test_a_sign_says_which_way_and_the_number_can_be_read_back(value):
    text = signed_text(value)
    assert text.startswith("+") == (value > 0)
    read = float(text.replace(".", "").replace(",", ".").replace("−", "-"))
    assert abs(read - value) <= max(0.005 * abs(value), 5e-5)


def test_dates_and_units_follow_the_language():
    assert date_text(date(2021, 8, 24)) == "24 augustus 2021"
    assert date_text(date(2021, 8, 24), "en") == "24 August 2021"
    assert unit_text("person-days") == "persoonsdagen"
    assert unit_text("person-days", "en") == "person-days"
