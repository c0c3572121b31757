"""Inhabitants and social stock by year: what is published of a year, the nearest year elsewhere."""

import numpy as np
import pytest

from models.geography import PROVINCES, inhabitants_in, municipalities, stock_of_days
from sim.calendar import day_number


def of_province(inhabitants, name):
    return inhabitants[municipalities().province == PROVINCES.index(name)].sum()


def test_inhabitants_follow_the_province_of_that_year():
    assert of_province(inhabitants_in(2020), "Flevoland") == pytest.approx(423021)
    assert inhabitants_in(2019).sum() == pytest.approx(17282163)
    share = municipalities().inhabitants[0] / of_province(municipalities().inhabitants, "Groningen")
    assert inhabitants_in(2019)[0] / of_province(inhabitants_in(2019), "Groningen") == pytest.approx(share)


def test_years_without_figures_take_the_nearest_and_never_the_borders_of_before():
    assert (inhabitants_in(2030) == inhabitants_in(2021)).all()
    assert (inhabitants_in(2014) == inhabitants_in(2019)).all()
    assert of_province(inhabitants_in(2018), "Utrecht") == pytest.approx(1342158)


def test_the_social_stock_is_that_of_its_year():
    first = day_number("2014-01-01")
    stock = stock_of_days(first, day_number("2026-01-01"))
    at = {year: stock[day_number(f"{year}-06-01") - first] for year in (2014, 2018, 2021, 2023, 2025)}
    assert at[2021] == 1.0
    assert at[2018] == pytest.approx(2268383 / 2301737) and at[2014] == pytest.approx(2275389 / 2301737)
    assert at[2025] == at[2023] == pytest.approx(2312981 / 2301737)
    changes = np.flatnonzero(np.diff(stock)) + 1 + first
    assert {day_number(f"{year}-01-01") for year in range(2015, 2024)} == set(changes.tolist())
