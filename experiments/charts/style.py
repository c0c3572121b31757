"""Colours, letters and the notation of numbers and dates of every picture, light and dark."""

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.language.catalogue import Texts, catalogue
from experiments.language.language import Language

Spec = dict[str, Any]

#: Per background: ink, quiet ink, grid, background, and one colour per series.
PALETTES: dict[str, dict[str, str]] = {
    "light": {
        "background": "#ffffff", "ink": "#1b2430", "quiet": "#4a5564", "grid": "#dfe4ea",
        "baseline": "#1b2430", "scenario": "#1f6fb2", "published": "#a8480b", "target": "#5b6675",
        "series_3": "#0f766e", "series_4": "#7c3aed", "series_5": "#9d174d",
    },
    "dark": {
        "background": "#12171e", "ink": "#e9edf3", "quiet": "#b3bdca", "grid": "#2d3744",
        "baseline": "#e9edf3", "scenario": "#6fb1f2", "published": "#f0a35e", "target": "#a7b1be",
        "series_3": "#4fd1c0", "series_4": "#b79cf7", "series_5": "#f08bb4",
    },
}  # fmt: skip
#: Colours that stand for a series, and therefore must be told from the background.
SERIES = ("baseline", "scenario", "published", "target", "series_3", "series_4", "series_5")
FONT = "Source Sans, Source Sans 3, Source Sans Pro, Arial, sans-serif"


def config(spoken: Language, colours: Mapping[str, str]) -> Spec:
    """Fonts, colours and the locale of a picture."""
    signs, words = catalogue("formatting", spoken), catalogue("charts", spoken)
    text = {"labelColor": colours["ink"], "titleColor": colours["quiet"], "labelFontSize": 12, "titleFontSize": 12}
    return {
        "background": colours["background"],
        "font": FONT,
        "locale": {
            "number": {"decimal": signs("decimal"), "thousands": signs("thousands"), "grouping": [3],
                       "currency": [words("currency"), ""]},
            "time": {
                "dateTime": "%A %e %B %Y %X", "date": "%d-%m-%Y", "time": "%H:%M:%S", "periods": ["", ""],
                "days": words.list("days"), "shortDays": words.list("short_days"),
                "months": signs.list("months"), "shortMonths": signs.list("short_months"),
            },
        },
        "axis": text | {"gridColor": colours["grid"], "domainColor": colours["quiet"], "tickColor": colours["quiet"],
                        "titleFontWeight": "normal", "labelLimit": 220},
        "legend": text | {"orient": "top", "title": None, "symbolStrokeWidth": 2, "labelLimit": 260},
        "view": {"stroke": None},
        "title": {"color": colours["ink"], "fontSize": 14, "fontWeight": 600, "anchor": "start"},
    }  # fmt: skip


def framed(shape: Spec, rows: Sequence[Spec], spoken: Language, colours: Mapping[str, str], top: int = 0) -> Spec:
    """A picture of rows, with its fonts and margins."""
    margins = {"left": 4, "right": 12, "top": top, "bottom": 4}
    return shape | {"data": {"values": list(rows)}, "config": config(spoken, colours), "padding": margins}


def band_tips(say: Texts, number: str) -> list[Spec]:
    """What a picture says of a mean and its band where a reader points at it; `number` is how figures are written."""
    return [
        {"field": key, "type": "quantitative", "title": say(word), "format": number}
        for key, word in (("m", "mean"), ("l", "low"), ("h", "high"))
    ]
