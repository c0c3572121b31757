"""What the model says beside what was published, figure by figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from experiments.charts.lines import plain
from experiments.charts.style import Spec, band_tips, framed
from experiments.language.catalogue import Texts, catalogue
from experiments.language.language import Language


@dataclass(frozen=True)
class Held:
    """One published figure with the mean and band of the model; `day` is the middle of what it is about.

    seen: the fit has used it; area: the heading of the small chart that it stands in, where there are several.
    """

    day: date
    period: str
    published: float
    mean: float | None
    low: float | None
    high: float | None
    seen: bool
    area: str = ""


def backtest_chart(points: Sequence[Held], unit: str, spoken: Language, colours: Mapping[str, str]) -> Spec:
    """What the model says (mean and band) and what was published, per moment or in the middle of a stretch."""
    return _whole({"layer": _layers(points, unit, spoken, colours), "width": "container", "height": 220},
                  points, spoken, colours)  # fmt: skip


def small_charts(
    points: Sequence[Held], unit: str, spoken: Language, colours: Mapping[str, str], columns: int = 4
) -> Spec:
    """The same per area, small and beside each other, each with a scale of its own."""
    inner = {"layer": _layers(points, unit, spoken, colours, small=True), "width": 105, "height": 80}
    header = {"title": None, "labelFontSize": 10, "labelColor": colours["ink"], "labelLimit": 150}
    facet = {"field": "a", "type": "nominal", "sort": list(dict.fromkeys(point.area for point in points)),
             "title": None, "header": header}  # fmt: skip
    apart = {"resolve": {"scale": {"y": "independent"}, "axis": {"x": "independent"}}}
    return _whole({"facet": facet, "columns": columns, "spec": inner, "spacing": 14} | apart, points, spoken, colours)


def _whole(shape: Spec, points: Sequence[Held], spoken: Language, colours: Mapping[str, str]) -> Spec:
    say = catalogue("charts", spoken)
    rows: list[dict[str, Any]] = []
    for point in points:
        about = {"d": point.day.isoformat(), "p": point.period, "a": point.area}
        model = {"m": plain(point.mean), "l": plain(point.low), "h": plain(point.high)}
        rows += [about | {"s": say("model")} | model, about | {"s": _published(point.seen, say), "m": point.published}]
    return framed(shape, rows, spoken, colours)


def _published(seen: bool, say: Texts) -> str:
    return say("published") if seen else say("published_unseen")


def _layers(
    points: Sequence[Held], unit: str, spoken: Language, colours: Mapping[str, str], small: bool = False
) -> list[Spec]:
    """Bands as lines, and marks of model and published beside each other, so that neither hides the other."""
    say = catalogue("charts", spoken)
    kinds = [say("model"), *(_published(seen, say) for seen in (True, False) if any(p.seen is seen for p in points))]
    looks = {say("model"): (colours["scenario"], "square"), say("published"): (colours["published"], "circle"),
             say("published_unseen"): (colours["published"], "diamond")}  # fmt: skip
    days = sorted(point.day for point in points)
    months = (days[-1] - days[0]).days / 30.4 if days else 0.0
    step = 12 if small or months > 48 else 6 if months > 12 else 3 if months > 5 else 1
    x_axis = {"format": "%Y" if step == 12 else "%b %Y", "labelOverlap": True, "labelBound": True, "grid": False,
              "tickCount": {"interval": "month", "step": step}}  # fmt: skip
    x = {"field": "d", "type": "temporal", "title": None, "axis": x_axis, "scale": {"padding": 12}}
    y = {"type": "quantitative", "title": None if small else unit,
         "axis": {"format": ",.0f", "tickCount": 2 if small else 5}}  # fmt: skip
    aside = 2 if small else 4
    scale: dict[str, Spec] = {
        channel: {
            "field": "s",
            "type": "nominal",
            "scale": {"domain": kinds, "range": [looks[one][i] for one in kinds]},
        }
        for i, channel in enumerate(("color", "shape"))
    }
    tips = [{"field": "p", "title": say("period")}, {"field": "s", "title": say("series")}, *band_tips(say, ",.0f")]

    def marks(name: str, is_model: bool) -> Spec:
        only = {"field": "s", "equal": kinds[0]} if is_model else {"not": {"field": "s", "equal": kinds[0]}}
        return {
            "name": name,
            "transform": [{"filter": only}, {"filter": "isValid(datum.m)"}],
            "mark": {"type": "point", "filled": True, "size": 14 if small else 50, "opacity": 1,
                     "xOffset": -aside if is_model else aside},
            "encoding": {"x": x, "y": y | {"field": "m"}, **scale, "tooltip": tips if is_model else tips[:3]},
        }  # fmt: skip

    band: Spec = {
        "name": "band",
        "transform": [{"filter": "isValid(datum.l)"}],
        "mark": {"type": "rule", "strokeWidth": 1.5 if small else 2.5, "color": colours["scenario"], "xOffset": -aside},
        "encoding": {"x": x, "y": y | {"field": "l"}, "y2": {"field": "h"}},
    }
    return [band, marks("model", True), marks("published", False)]
