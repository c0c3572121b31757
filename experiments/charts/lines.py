"""Pictures over time: lines with bands and published dots on one axis."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from experiments.charts.style import Spec, band_tips, framed
from experiments.language.catalogue import catalogue
from experiments.language.formatting import bound_text, number_text
from experiments.language.language import Language


@dataclass(frozen=True)
class Series:
    """One series of a line picture: words, role (key of the palette), values per date, with or without a band."""

    words: str
    role: str
    mean: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None
    dashed: bool = False


def lines_chart(
    days: Sequence[str], series: Sequence[Series], spoken: Language, colours: Mapping[str, str],
    dots: Sequence[tuple[str, float]] = (), percent: bool = False, height: int = 260, legend: bool = True,
) -> Spec:  # fmt: skip
    """Lines with bands over time and published dots; `days` are ISO dates. The unit stands in the heading."""
    say = catalogue("charts", spoken)
    rows = [
        {"d": day, "s": one.words, "t": one.words, "m": plain(one.mean[place])}
        | ({} if one.low is None else {"l": plain(one.low[place]), "h": plain(one.high[place])})  # type: ignore[index]
        for one in series
        for place, day in enumerate(days)
    ]
    names = [one.words for one in series]  # bands use the same words in column t, as legends of one column merge
    domain, ranged = list(names), [colours[one.role] for one in series]
    dashes = [[6, 4] if one.dashed else [1, 0] for one in series]
    number = ".0%" if percent else ",.0f"
    x = {"field": "d", "type": "temporal", "title": None,
         "axis": {"format": "%b %Y", "labelOverlap": True, "grid": False,
                  "tickCount": {"interval": "month", "step": 6 if len(days) > 15 else 3}}}  # fmt: skip
    y_axis = {"format": number, "tickCount": 5}
    colour = {"field": "s", "type": "nominal", "scale": {"domain": domain, "range": ranged}}
    shown: Spec = {"legend": {"symbolType": "stroke", "symbolSize": 200} if legend else None}
    date = {"field": "d", "type": "temporal", "title": say("date"), "format": "%e %B %Y"}
    mean = {"field": "m", "type": "quantitative", "title": None, "axis": y_axis, "scale": {"zero": True}}
    dash = {"field": "s", "type": "nominal", "scale": {"domain": domain, "range": dashes}}
    tips = [date, {"field": "s", "title": say("series")}, *band_tips(say, number)]
    layers: list[Spec] = []
    if any(one.low is not None for one in series):
        low = {"field": "l", "type": "quantitative", "title": None, "axis": y_axis}
        fill = colour | {"field": "t", "legend": None}
        layers.append({
            "name": "band",
            "transform": [{"filter": "isValid(datum.l)"}],
            "mark": {"type": "area", "opacity": 0.2},
            "encoding": {"x": x, "y": low, "y2": {"field": "h"}, "fill": fill},
        })  # fmt: skip
    layers.append({
        "name": "line",
        "mark": {"type": "line", "strokeWidth": 2.2},
        "encoding": {"x": x, "y": mean, "stroke": colour | shown, "strokeDash": dash | shown, "tooltip": tips},
    })  # fmt: skip
    if dots:
        ink, words = colours["published"], say("published")
        signs = {"symbolType": "circle", "symbolSize": 60, "symbolFillColor": ink, "symbolStrokeColor": ink}
        mark = {"field": "s", "type": "nominal", "scale": {"domain": [words], "range": [ink]}}
        tips = [date, {"field": "m", "type": "quantitative", "title": words, "format": ",.0f"}]
        layers.append({
            "name": "published",
            "data": {"values": [{"d": day, "m": value, "s": words} for day, value in dots]},
            "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
            "encoding": {"x": x, "y": {"field": "m", "type": "quantitative"},
                         "color": mark | {"legend": signs if legend else None}, "tooltip": tips},
        })  # fmt: skip
    # Lines and dots each have a legend of their own: in one, either takes the symbols of the other.
    apart = dict.fromkeys(("color", "stroke", "strokeDash"), "independent")
    resolve = {"legend": apart, "scale": {"color": "independent"}}
    shape = {"layer": layers, "width": "container", "height": height, "resolve": resolve}
    return framed(shape, rows, spoken, colours)


@dataclass(frozen=True)
class DotSeries:
    """One series of a dot picture: words, role, shape and per category (mean, low, high) or None.

    at_least: per category whether the mean is no more than a lower bound; empty where none is.
    """

    words: str
    role: str
    shape: str
    values: Sequence[tuple[float, float | None, float | None] | None]
    at_least: Sequence[bool] = ()


def dots_chart(
    categories: Sequence[str], series: Sequence[DotSeries], unit: str, spoken: Language, colours: Mapping[str, str],
    decimals: int = 0,
) -> Spec:  # fmt: skip
    """Categories below each other with one mark per series and its band as a line."""
    say = catalogue("charts", spoken)
    bounded = any(any(one.at_least) for one in series)
    rows = [
        {"c": category, "s": one.words, "m": plain(value[0]), "l": plain(value[1]), "h": plain(value[2])}
        | ({"t": bound_text(number_text(value[0], decimals, spoken), bound, spoken)} if bounded else {})
        for one in series
        for category, value, bound in zip(categories, one.values, one.at_least or repeat(False), strict=False)
        if value is not None
    ]
    names = [one.words for one in series]
    colour = {
        "field": "s",
        "type": "nominal",
        "scale": {"domain": names, "range": [colours[one.role] for one in series]},
        "legend": {"symbolOpacity": 1, "columns": {"expr": "width < 420 ? 1 : 2"}},
    }
    mean, *ends = band_tips(say, f",.{decimals}f")
    tips = [{"field": "t", "title": mean["title"]} if bounded else mean, *ends]
    y = {"field": "c", "type": "nominal", "sort": list(categories), "title": None,
         "axis": {"ticks": False, "domain": False, "labelPadding": 8, "grid": True}}  # fmt: skip
    offset = {"field": "s", "type": "nominal", "sort": names, "scale": {"domain": names}}
    x_axis = {"format": f",.{decimals}~f", "tickCount": 5}  # whole ticks as whole numbers: 5, not 5,0
    x = {"type": "quantitative", "title": unit, "axis": x_axis}
    return framed({
        "width": "container",
        "height": {"step": 16},
        "layer": [
            {
                "transform": [{"filter": "isValid(datum.l)"}],
                "mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.55},
                "encoding": {"y": y, "yOffset": offset, "x": x | {"field": "l", "scale": {"zero": True}},
                             "x2": {"field": "h"}, "color": colour},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 75, "opacity": 1},
                "encoding": {
                    "y": y, "yOffset": offset, "x": x | {"field": "m"}, "color": colour,
                    "shape": {"field": "s", "type": "nominal",
                              "scale": {"domain": names, "range": [one.shape for one in series]}},
                    "tooltip": [{"field": "c", "title": " "}, {"field": "s", "title": say("series")}, *tips],
                },
            },
        ],
    }, rows, spoken, colours, top=8)  # fmt: skip


def one_column(spec: Spec) -> Spec:
    """The same dot picture with long names in its legend below each other, so that a narrow one cuts none off."""
    layers = [
        layer | {"encoding": layer["encoding"] | {"color": colour | {"legend": colour["legend"] | {"columns": 1}}}}
        for layer in spec["layer"]
        for colour in (layer["encoding"]["color"],)
    ]
    return spec | {"layer": layers}


def plain(value: Any) -> float | None:
    """A number as a chart takes it: four decimals, None for no figure."""
    number = None if value is None else float(value)
    return None if number is None or math.isnan(number) else round(number, 4)
