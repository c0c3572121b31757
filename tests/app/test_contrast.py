"""Every series can be told from the background, and from the others by more than its colour."""

import pytest

from experiments.charts.style import PALETTES, SERIES


def light(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    bright, dim = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("series", SERIES)
def test_a_series_stands_out(theme, series):
    assert contrast(PALETTES[theme][series], PALETTES[theme]["background"]) >= 3.0


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("ink", ["ink", "quiet"])
def test_text_in_pictures_can_be_read(theme, ink):
    assert contrast(PALETTES[theme][ink], PALETTES[theme]["background"]) >= 4.5
