"""Pictures of the page on municipalities: tiles per province, bars per half-year, colours and rungs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from app_pages.charts.picture import Panel, Picture, Table, target_series
from app_pages.gemeenten import half_words, persons_words, text
from experiments.charts.lines import DotSeries, dots_chart, one_column
from experiments.charts.style import PALETTES, Spec, config
from experiments.compare.difference import direction_of
from experiments.language.formatting import half_year_text, number_text, percent_text, round_to_significant, signed_text
from experiments.language.language import Language
from experiments.report import areas, pictures
from experiments.report.areas import Areas
from experiments.run.breakdown import COUNTED
from experiments.run.observed import NATIONAL
from experiments.run.result import RunResult
from experiments.service.job import Job

COUNTRY = "NL"
#: The outcomes that the pictures are about.
OUTCOMES = ("realised", "behind_end")
#: Most bars in a picture; the table has them all.
MOST_BARS = 25
#: How many of those who get more and of those who get less are drawn.
MOST_TRADED = 12

#: The provinces as tiles: column and row. A scheme made by hand, not a map.
TILES: dict[str, tuple[int, int]] = {
    "Friesland": (2, 0), "Groningen": (3, 0),
    "Noord-Holland": (1, 1), "Flevoland": (2, 1), "Drenthe": (3, 1),
    "Zuid-Holland": (0, 2), "Utrecht": (1, 2), "Gelderland": (2, 2), "Overijssel": (3, 2),
    "Zeeland": (0, 3), "Noord-Brabant": (1, 3), "Limburg": (2, 3),
}  # fmt: skip
#: Per colour: series colour of the palette and key of its words; its letter comes from the words.
COLOURS = (("scenario", "on_schedule"), ("published", "somewhat"), ("series_5", "behind_word"))


# --- what is shown ----------------------------------------------------------------------------------------------------


@st.cache_resource(max_entries=300, show_spinner=False)
def compared_areas(
    keys: tuple[str, ...], count: int, half: int, provinces: bool, _jobs: Sequence[Job]
) -> tuple[Areas, ...]:
    """Municipalities or provinces of every job; known by the keys of the jobs."""
    make = areas.province_areas if provinces else areas.municipal_areas
    return tuple(make(run, half) for run in (job.result(count) for job in _jobs) if run is not None)


@st.cache_resource(max_entries=300, show_spinner=False)
def build_pictures(
    keys: tuple[str, ...], count: int, half: int, area: str, language: Language, is_dark: bool, _jobs: Sequence[Job]
) -> tuple[tuple[Picture, ...], str]:
    """The pictures of one half-year and area, and a sentence where there is nothing to draw; known by the job keys."""
    colours = PALETTES["dark" if is_dark else "light"]
    runs = [run for run in (job.result(count) for job in _jobs) if run is not None]
    name = runs[0].replications[0].half_year_names[half]
    towns = compared_areas(keys, count, half, False, _jobs)
    found = [_course(runs, half, area, language, colours)]
    if area == COUNTRY:
        found.insert(0, _tiles(compared_areas(keys, count, half, True, _jobs), name, count, language, colours))
    if not area.startswith("G:"):
        found.append(_bars(towns, name, area, count, language, colours))
    if len(towns) > 1:
        traded = _traded(towns, name, count, language, colours)
        if not traded.panels:
            return tuple(found), traded.finding
        found.append(traded)
    return tuple(found), ""


def members_of(area: str) -> Any:
    """Which municipalities an area holds, as a mask."""
    if area == COUNTRY:
        return np.ones(len(areas.municipality_names()), dtype=bool)
    if area.startswith("P:"):
        return areas.province_of() == areas.province_names().index(area[2:])
    return np.array([name == area[2:] for name in areas.municipality_names()])


def area_name(area: str) -> str:
    """The name under which figures about an area are published; empty for a municipality, which has none.

    A municipality may bear the name of its province.
    """
    if area == COUNTRY:
        return NATIONAL
    return area[2:] if area.startswith("P:") else ""


def _words_of(area: str) -> str:
    return text("country") if area == COUNTRY else area[2:]


def _series_names(count: int) -> list[tuple[str, str, str]]:
    found = [(text("baseline"), "baseline", "diamond"), (text("own_scenario"), "scenario", "circle")]
    return found[:count]


def _letter(state: int) -> str:
    return text(f"letter_{COLOURS[state][1]}")


def _state_words(state: int) -> str:
    return f"{_letter(state)} · {text(COLOURS[state][1])}"


def _coloured(colours: Any) -> Spec:
    """The colour of what stands in `s`, with its legend."""
    scale = {"domain": list(map(_state_words, range(3))), "range": [colours[role] for role, _ in COLOURS]}
    legend = {"orient": "top", "symbolType": "square", "columns": {"expr": "width < 420 ? 2 : 3"}}
    return {"field": "s", "type": "nominal", "scale": scale, "legend": legend}


def _below_each_other(rows: Sequence[Mapping[str, Any]]) -> Spec:
    """The axis on which municipalities stand below each other, in the order of the rows."""
    return {"field": "c", "type": "nominal", "sort": [row["c"] for row in rows], "title": None,
            "axis": {"ticks": False, "domain": False, "labelPadding": 6, "labelLimit": 130}}  # fmt: skip


def _tiles(found: Sequence[Areas], name: str, count: int, language: Language, colours: Any) -> Picture:
    """The provinces as tiles, with the colour as a letter too."""
    names = areas.province_names()
    shown = found[-1]
    behind = [int((one.colour == 2).sum()) for one in found]
    finding = text("t_tiles", half=half_words(name), count=behind[-1])
    if len(found) > 1:
        finding += text("t_tiles_diff", count=behind[0])
    most = int(shown.behind.argmax())
    if shown.behind[most] > 0:
        finding += text("t_tiles_most", name=names[most], figure=persons_words(shown.behind[most]))
    panels = []
    for (label, _, _), one in zip(_series_names(len(found)), found, strict=True):
        told = "; ".join(
            f"{province}: {text(COLOURS[one.colour[place]][1])}, {persons_words(one.behind[place])}"
            for place, province in enumerate(names)
        )
        panels.append(Panel(label, tile_chart(one, language, colours), text("tile_alt", which=label, told=told)))
    counted = ("opening", "target", "realised", "behind", "excused_links", "excused_family", "bill")
    parts = (*counted, "colour", "m_on", "m_somewhat", "m_behind", "m_ladder")
    heads = [text("column.province")]
    rows: list[list[str | float | None]] = [[province] for province in names]
    for which, one in zip((text("base_short"), text("scenario_short")), found, strict=False):
        heads += [f"{text(f'column.{part}')}, {which}" for part in parts]
        assert one.on_colour is not None and one.on_ladder is not None
        for place, row in enumerate(rows):
            row += [float(getattr(one, part)[place]) for part in counted]
            row.append(colour_words(one, place, language))
            row += [float(value) for value in one.on_colour[:, place]]
            row.append(float(one.on_ladder[place]))
    table = Table(tuple(heads), tuple(tuple(row) for row in rows))
    why = (text("tiles_why"), text("tiles_scheme"))
    about = text("mean_note", count=count)
    return Picture("provincies", finding + ".", count, tuple(panels), table, why, OUTCOMES, basis=about)


def tile_chart(found: Areas, language: Language, colours: Any) -> Spec:
    """A tile per province: colour and letter of its state, and how many persons it is behind."""
    names = areas.province_names()
    rows = []
    for place, province in enumerate(names):
        column, row = TILES[province]
        state = int(found.colour[place])
        rows.append(
            {"x": column, "y": row, "p": province, "s": _state_words(state),
             "k": _letter(state), "b": persons_words(float(found.behind[place])),
             "g": percent_text(float(found.colour_share[place]), language, 0)}
        )  # fmt: skip
    position = {
        "x": {"field": "x", "type": "ordinal", "axis": None, "scale": {"domain": [0, 1, 2, 3], "paddingInner": 0.05}},
        "y": {"field": "y", "type": "ordinal", "axis": None, "scale": {"domain": [0, 1, 2, 3], "paddingInner": 0.07}},
    }
    tips = [
        {"field": "p", "title": text("column.province")}, {"field": "s", "title": text("column.colour")},
        {"field": "g", "title": text("share_of_replications")}, {"field": "b", "title": text("column.behind")},
    ]  # fmt: skip

    def label(field: str, size: int, dy: int, weight: str) -> Spec:
        mark = {"type": "text", "fontSize": size, "dy": dy, "fontWeight": weight, "color": colours["background"],
                "limit": 92}  # fmt: skip
        return {"mark": mark, "encoding": position | {"text": {"field": field}}}

    return {
        "data": {"values": rows},
        "width": "container",
        "height": 290,
        "layer": [
            {"mark": {"type": "rect", "cornerRadius": 3},
             "encoding": position | {"color": _coloured(colours), "tooltip": tips}},
            label("p", 11, -18, "normal"), label("k", 16, 1, "bold"), label("b", 12, 19, "normal"),
        ],
        "config": config(language, colours),
        "padding": {"left": 4, "right": 4, "top": 0, "bottom": 4},
    }  # fmt: skip


def colour_words(found: Areas, place: int, language: Language) -> str:
    """The colour that most replications give a place, with their share."""
    share = percent_text(float(found.colour_share[place]), language, 0)
    return text("share", words=text(COLOURS[int(found.colour[place])][1]), share=share)


def rung_words(found: Areas, place: int, language: Language) -> str:
    """The rung that most replications give a place, with their share."""
    share = percent_text(float(found.rung_share[place]), language, 0)
    return text("share", words=text(f"rung_{int(found.rung[place])}"), share=share)


def _course(runs: Sequence[RunResult], half: int, area: str, language: Language, colours: Any) -> Picture:
    """Target, realised and behind of the area per half-year, with a band."""
    names = runs[0].replications[0].half_year_names
    values = [areas.area_values(run, members_of(area)) for run in runs]
    shown = [areas.area_bands(one, "realised")[0, half] for one in values]
    aim = areas.area_bands(values[-1], "target")[0, half]
    behind = areas.area_bands(values[-1], "behind")[0, half]
    place = COUNTED.index("realised")
    difference = ""
    if len(values) > 1:
        draws = runs[0].shared_draws
        apart = pictures.difference(values[1][:, place, half], values[0][:, place, half], draws)
        difference = _apart_words(apart, language)
    finding = text(
        "t_course", who=_words_of(area), half=half_words(names[half]), realised=persons_words(shown[-1]),
        difference=difference, target=persons_words(aim),
    )  # fmt: skip
    kind = "t_course_behind" if behind >= 0 else "t_course_ahead"
    finding += text(kind, figure=persons_words(abs(behind)))
    labels = [half_year_text(name, language) for name in names]
    published = {measure: areas.published(runs[0], measure, area_name(area)) for measure in ("realised", "behind")}
    usual, other = (areas.area_bands(one, "target").T.tolist() for one in (values[0], values[-1]))
    aims = target_series(usual, other)
    panels, heads = [], [text("half_year")]
    rows: list[list[str | float | None]] = [[label] for label in labels]
    for measure in ("realised", "behind"):
        series = list(aims) if measure == "realised" else []
        for (label, role, shape), one in zip(_series_names(len(values)), values, strict=True):
            mean, low, high = areas.area_bands(one, measure).tolist()
            series.append(DotSeries(label, role, shape, list(zip(mean, low, high, strict=True))))
        told = published[measure]
        if told:
            dots = [(told[name][0], None, None) if name in told else None for name in names]
            series.append(DotSeries(text("published"), "published", "square", dots))
        spec = dots_chart(labels, series, text("persons"), language, colours)
        if measure == "realised" and len(aims) > 1:
            spec = one_column(spec)
        heading = text(f"column.{measure}")
        panels.append(Panel(heading[0].upper() + heading[1:], spec, f"{heading}. {finding}."))
    for which, one in zip((text("base_short"), text("scenario_short")), values, strict=False):
        for measure in COUNTED:
            for part, column in zip(("mean", "low", "high"), areas.area_bands(one, measure), strict=True):
                heads.append(f"{text(f'column.{measure}')}, {which}, {text(part)}")
                for row, value in zip(rows, column.tolist(), strict=True):
                    row.append(value)
    for measure, told in published.items():
        if told:
            heads.append(f"{text(f'column.{measure}')}, {text('published').lower()}")
            for row, name in zip(rows, names, strict=True):
                row.append(told[name][0] if name in told else None)
    sources = tuple(dict.fromkeys(source for told in published.values() for _, source in told.values()))
    return Picture(
        "verloop", finding + ".", len(runs[0].replications), tuple(panels),
        Table(tuple(heads), tuple(tuple(row) for row in rows)), (), OUTCOMES, sources,
    )  # fmt: skip


def _apart_words(apart: Any, language: Language) -> str:
    direction = direction_of(apart)
    if direction in ("equal", "few"):
        return text("t_diff_none" if direction == "equal" else "t_diff_single")
    low, high = (persons_words(end) for end in sorted((abs(apart.low), abs(apart.high))))
    if direction != "unclear":
        kind = "t_diff_more" if direction == "higher" else "t_diff_less"
        return text(kind, figure=persons_words(abs(apart.mean)), low=low, high=high)
    ends = [signed_text(round_to_significant(end), 0, language) for end in (apart.low, apart.high)]
    return text("d_unclear", low=ends[0], high=ends[1])


def _bars(found: Sequence[Areas], name: str, area: str, count: int, language: Language, colours: Any) -> Picture:
    """Municipalities of the area by how far they are behind."""
    towns = areas.municipality_names()
    inside = np.flatnonzero(members_of(area))
    shown = found[-1]
    order = inside[np.argsort(-shown.behind[inside], kind="stable")]
    drawn = order[:MOST_BARS] if area == COUNTRY else order
    of = text("of_country") if area == COUNTRY else text("of_province", name=area[2:])
    first = int(order[0])
    if shown.behind[first] > 0:
        finding = text(
            "t_bars", who=towns[first], figure=persons_words(shown.behind[first]), half=half_words(name), of=of
        )
    else:
        finding = text("t_bars_none", half=half_words(name), of=of)
    heading = text("bars_first", count=len(drawn)) if len(drawn) < len(order) else text("bars_all")
    if len(found) > 1:
        heading += f" ({text('bars_marks')})"
    usual = None if len(found) < 2 else found[0].behind
    spec = bar_chart(drawn, shown, usual, language, colours)
    sides = ("base_short",) if usual is None else ("scenario_short", "base_short")
    heads = [text("column.municipality"), *(f"{text('column.behind')}, {text(side)}" for side in sides)]
    rows = [(towns[place], *(float(one.behind[place]) for one in reversed(found))) for place in order]
    alt = f"{heading}. {finding}."
    return Picture(
        "gemeenten", finding + ".", count, (Panel(heading, spec, alt),), Table(tuple(heads), tuple(rows)),
        (), OUTCOMES, basis=text("mean_note", count=count),
    )  # fmt: skip


def bar_chart(drawn: Any, shown: Areas, usual: Any, language: Language, colours: Any) -> Spec:
    """Bars of how far municipalities are behind, with colour and letter, and the baseline as a diamond."""
    towns = areas.municipality_names()
    rows = []
    for place in drawn.tolist():
        state = int(shown.colour[place])
        rows.append(
            {"c": towns[place], "v": round(float(shown.behind[place]), 1), "k": _letter(state),
             "s": _state_words(state),
             "u": None if usual is None else round(float(usual[place]), 1)}
        )  # fmt: skip
    y = _below_each_other(rows)
    x = {"field": "v", "type": "quantitative", "title": text("persons"), "axis": {"format": ",.0f", "tickCount": 4}}
    tips = [
        {"field": "c", "title": text("column.municipality")},
        {"field": "v", "title": text("column.behind"), "type": "quantitative", "format": ",.0f"},
        {"field": "u", "title": text("base_short"), "type": "quantitative", "format": ",.0f"},
        {"field": "s", "title": text("column.colour")},
    ]
    layers: list[Spec] = [
        {"mark": {"type": "bar", "height": {"band": 0.72}},
         "encoding": {"y": y, "x": x, "tooltip": tips, "color": _coloured(colours)}},
        {"mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 11, "color": colours["ink"]},
         "encoding": {"y": y, "x": {"value": "width"}, "text": {"field": "k"}}},
    ]  # fmt: skip
    if usual is not None:
        layers.append(
            {"mark": {"type": "point", "shape": "diamond", "size": 50, "filled": True, "opacity": 1,
                      "color": colours["baseline"], "stroke": colours["background"], "strokeWidth": 1},
             "encoding": {"y": y, "x": x | {"field": "u"}, "tooltip": tips}}
        )  # fmt: skip
    return {
        "data": {"values": rows}, "width": "container", "height": {"step": 18}, "layer": layers,
        "config": config(language, colours), "padding": {"left": 4, "right": 24, "top": 4, "bottom": 4},
    }  # fmt: skip


def _traded(found: Sequence[Areas], name: str, count: int, language: Language, colours: Any) -> Picture:
    """Whose target is higher and whose is lower than in the baseline; the sums of both."""
    towns = areas.municipality_names()
    usual, other = found[0].target, found[1].target
    apart = np.round(other - usual, 6)
    sums = float(usual.sum()), float(other.sum())
    if not apart.any():
        finding = text("t_nobody", half=half_words(name))
    else:
        finding = text("t_traded", half=half_words(name), more=int((apart > 0).sum()), less=int((apart < 0).sum()))
        if apart.max() > 0:
            finding += text("t_traded_most", most=towns[int(apart.argmax())])
    total = [number_text(value, 0, language) for value in sums]
    same = abs(sums[0] - sums[1]) < 0.5
    told = text("t_same", figure=total[0]) if same else text("t_not_same", usual=total[0], other=total[1])
    order = np.argsort(-apart, kind="stable")
    more = [place for place in order[:MOST_TRADED].tolist() if apart[place] > 0]
    less = [place for place in order[-MOST_TRADED:].tolist() if apart[place] < 0]
    rows = [
        {"c": towns[place], "v": round(float(apart[place]), 1), "t": signed_text(float(apart[place]), 0, language)}
        for place in [*more, *less]
    ]
    y = _below_each_other(rows)
    x = {"field": "v", "type": "quantitative", "title": text("persons"), "axis": {"format": "+,.0f", "tickCount": 4},
         "scale": {"padding": 34, "nice": False}}  # fmt: skip
    spec: Spec = {
        "data": {"values": rows}, "width": "container", "height": {"step": 18},
        "layer": [
            {"mark": {"type": "bar", "height": {"band": 0.72}},
             "encoding": {"y": y, "x": x,
                          "color": {"condition": {"test": "datum.v >= 0", "value": colours["scenario"]},
                                    "value": colours["published"]},
                          "tooltip": [{"field": "c", "title": text("column.municipality")},
                                      {"field": "t", "title": text("difference")}]}},
            {"mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11, "color": colours["ink"]},
             "transform": [{"filter": "datum.v >= 0"}], "encoding": {"y": y, "x": x, "text": {"field": "t"}}},
            {"mark": {"type": "text", "align": "right", "dx": -4, "fontSize": 11, "color": colours["ink"]},
             "transform": [{"filter": "datum.v < 0"}], "encoding": {"y": y, "x": x, "text": {"field": "t"}}},
        ],
        "config": config(language, colours), "padding": {"left": 4, "right": 28, "top": 4, "bottom": 4},
    }  # fmt: skip
    heads = (
        text("column.municipality"), text("column.province"), f"{text('column.target')}, {text('base_short')}",
        f"{text('column.target')}, {text('scenario_short')}", text("difference"),
    )  # fmt: skip
    provinces = areas.province_names()
    table = tuple(
        (towns[place], provinces[areas.province_of()[place]], float(usual[place]), float(other[place]),
         float(apart[place]))
        for place in order.tolist()
    )  # fmt: skip
    moved = text("moved", figure=number_text(float(np.abs(apart).sum()) / 2, 0, language))
    panels = (Panel(text("traded"), spec, f"{finding}. {told}"),) if rows else ()
    why = (told, moved, text("traded_why")) if rows and same else (told,)
    about = text("traded_note", count=count)
    return Picture("uitruil", f"{finding}. {told}", count, panels, Table(heads, table, 1), why, basis=about)
