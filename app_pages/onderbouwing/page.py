"""The page Onderbouwing: how the model does against history, what was fitted, every figure with its source, and limits.

Who acts: the visitor, who wants to know how far a figure can be trusted. Who waits: nobody; back-tests and fits were
computed before and are kept. What leaves: pictures and tables with their errors and sources, files, how to cite, and
the accessibility statement. What is left out: any run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st

from app_pages.charts.download import csv_bytes
from app_pages.charts.figure import figure
from app_pages.charts.picture import Panel, Picture, Table
from app_pages.charts.style import dark
from app_pages.onderbouwing.texts import COLUMNS, STATUSES, TABLES, TEXTS
from app_pages.shell import numbers, page_link, text_table
from app_pages.shell.settings import chosen
from app_pages.shell.texts import LANGUAGES, in_language, language, pick, say
from experiments.charts.style import PALETTES, Spec, config
from experiments.history import evidence
from experiments.language.labels import lever_label, unit_text
from experiments.report.backtest_page import stretch
from experiments.run.levers import lever_rows
from experiments.run.provenance import behind_fit, outdated_text, version, what_changed
from experiments.scenario.scenario import DEFAULT_SEED
from sim.errors import WrongInput

COUNTRY = "Nederland"
#: Rows of a table that are drawn at once; the file holds them all.
MOST_ROWS = 150
#: From this correlation a pair of fitted parameters is named.
CORRELATED_FROM = 0.4
KNOWS = ("knows", "half", "guesses")


def _say(key: str, **values: object) -> str:
    return pick(TEXTS, key, **values)


def _own(texts: Sequence[str]) -> str:
    """The text of a pair (Dutch, English) in the language of the visitor."""
    return texts[LANGUAGES.index(language())]


def show() -> None:
    """Draw the page: one part at a time."""
    st.write(_say("intro"))
    words = {name: _say(f"part_{name}") for name in PARTS}
    first = next(iter(PARTS))
    page_link.begin("onderdeel", first, lambda text: text if text in PARTS else None)
    st.radio(
        _say("part"), list(PARTS), format_func=words.__getitem__, key="onderdeel", horizontal=True,
        label_visibility="collapsed",
    )  # fmt: skip
    part = st.session_state["onderdeel"] or first
    page_link.keep("onderdeel", part, "" if part == first else part)
    PARTS[part]()


# --- against history ----------------------------------------------------------------------------------------------


def _history() -> None:
    periods = {period: say(f"period_{period}") for period in evidence.PERIODS}
    period = st.radio(
        _say("period"), list(periods), format_func=periods.__getitem__, key="_toets_periode", horizontal=True
    )
    try:
        document = evidence.kept_backtest(period or evidence.PERIODS[0])
        changed = evidence.backtest_changed(document)
    except WrongInput:
        st.warning(_say("no_backtest"))
        return
    if changed:
        st.warning(outdated_text("backtest", document, changed, language()))
    st.write(_covered_words(document))
    st.write(_say("band_means", share=_inside_share(document)))
    names = evidence.series_names()
    _errors(document["summary"], names, _say("errors_caption", n=document["draws"]))
    held_out = document["held_out"]
    if held_out is not None:
        st.markdown(f"### {_say('unseen')}")
        if changed := what_changed(held_out):
            st.warning(outdated_text("unseen", held_out, changed, language()))
        day = numbers.day(date.fromisoformat(held_out["train_until"]), language())
        st.write(_say("unseen_intro", date=day))
        unseen = [row for row in held_out["summary"] if not row["fitted"]]
        _errors(unseen, names, _say("unseen_caption", date=day), with_fitted=False)
        st.caption(_say("unseen_note"))
    st.markdown(f"### {_say('country')}")
    st.write(_say("read_picture"))
    pictures = made_pictures(_key(document), document["scenario"], language(), dark(), document)
    for start in range(0, len(pictures), 2):
        for column, picture in zip(st.columns(2), pictures[start : start + 2], strict=False):
            with column:
                figure(picture)
    _provinces(document, names)


def _key(document: Mapping[str, Any]) -> str:
    return " ".join(str(document[name]) for name in (*behind_fit(), "ensemble_version", "seed", "draws"))


def _covered_words(document: Mapping[str, Any]) -> str:
    rows = document["summary"]
    total = sum(row["points"] for row in rows)
    inside = sum(round(row["coverage"] * row["points"]) for row in rows)
    seen = sum(row["points"] for row in rows if row["fitted"])
    return _say("covered", total=total, inside=inside, seen=seen, unseen=total - seen)


def _inside_share(document: Mapping[str, Any]) -> str:
    rows = document["summary"]
    inside = sum(round(row["coverage"] * row["points"]) for row in rows)
    return numbers.percent(inside / sum(row["points"] for row in rows), language())


def _percent(value: float | None, signed: bool = False) -> str:
    if value is None:
        return numbers.NONE
    text = (numbers.signed if signed else numbers.figure)(value, language(), 1)
    return f"{text}\u00a0%" if language() == "nl" else f"{text}%"


def _errors(
    rows: Sequence[Mapping[str, Any]], names: Mapping[tuple[str, str], tuple[str, str]], caption: str,
    with_fitted: bool = True,
) -> None:  # fmt: skip
    heads = ["series", "points", *(["fitted"] if with_fitted else []), "mape", "bias", "inside"]
    cells = []
    for row in rows:
        inside = round(row["coverage"] * row["points"])
        cells.append(
            (
                _own(names[row["name"], row["areas"]]),
                str(row["points"]),
                *([say("yes") if row["fitted"] else say("no")] if with_fitted else []),
                _percent(row["mape"]),
                _percent(row["bias"], signed=True),
                _say("of", part=inside, whole=row["points"]),
            )
        )
    kinds = ("wide", "figure", *([""] if with_fitted else []), "figure", "figure", "figure")
    text_table.show([_say(f"h_{head}") for head in heads], cells, caption, kinds)


@st.cache_resource(max_entries=16, show_spinner=False)
def made_pictures(
    key: str, period: str, spoken: str, is_dark: bool, _document: Mapping[str, Any]
) -> tuple[Picture, ...]:
    """A picture per series of the country; known by code, ensemble and period."""
    names = {series: texts for (series, areas), texts in evidence.series_names().items() if areas == "country"}
    colours = PALETTES["dark" if is_dark else "light"]
    return tuple(
        _picture(series, names[series["name"]][LANGUAGES.index(spoken)], period, spoken, colours, _document["draws"])
        for series in _document["series"]
        if series["area"] == COUNTRY
    )


def _picture(
    series: Mapping[str, Any], name: str, period: str, spoken: str, colours: Mapping[str, str], count: int
) -> Picture:  # fmt: skip
    points = series["points"]
    inside = round(series["coverage"] * len(points))
    finding = _say("finding", name=name, error=_percent(series["mape"]), inside=inside, total=len(points))
    caption = say("band_note", count=count) + " · " + _say("fitted_yes" if series["fitted"] else "fitted_no")
    rows = tuple(
        (period_words(point["period"], spoken), point["observed"], point["low"], point["mean"], point["high"],
         point["source"])
        for point in points
    )  # fmt: skip
    heads = (_say("h_period"), say("published"), say("low"), say("mean"), say("high"), _say("h_source"))
    panel = Panel("", backtest_chart(points, series["unit"], spoken, colours), finding)
    return Picture(f"toets-{period}-{series['name']}", finding, count, (panel,), Table(heads, rows), caption=caption)


def period_words(period: str, spoken: str) -> str:
    """A day, half-year, quarter or year as a reader says it; another stretch by its two days."""
    if len(period) == len("2019-1"):
        return numbers.half_year(period, spoken)
    first, last = stretch(period)
    if first == last:
        return numbers.day(first, spoken)
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    if first.day == 1 and (last + timedelta(1)).day == 1 and (first.month - 1) % months == 0 and months in (3, 12):
        if months == 12:
            return str(first.year)
        return in_language(TEXTS, "quarter", spoken, place=first.month // 3 + 1, year=first.year)
    return f"{numbers.day(first, spoken)} – {numbers.day(last, spoken)}"


def backtest_chart(
    points: Sequence[Mapping[str, Any]], unit: str, spoken: str, colours: Mapping[str, str]
) -> Spec:  # fmt: skip
    """What the model says (mean and band) and what was published, per moment or in the middle of a stretch."""
    model, published = _say("model"), say("published")
    rows = []
    for point in points:
        first, last = stretch(point["period"])
        middle = (first + (last - first) / 2).isoformat()
        words = period_words(point["period"], spoken)
        rows.append({"d": middle, "p": words, "s": model, "m": point["mean"], "l": point["low"], "h": point["high"]})
        rows.append({"d": middle, "p": words, "s": published, "m": point["observed"]})
    days = sorted(row["d"] for row in rows)
    months = (date.fromisoformat(days[-1]) - date.fromisoformat(days[0])).days / 30.4 if days else 0.0
    ticks = {"interval": "month", "step": 6 if months > 12 else 3 if months > 5 else 1}
    x_axis = {"format": "%b %Y", "labelOverlap": True, "labelBound": True, "grid": False, "tickCount": ticks}
    x = {"field": "d", "type": "temporal", "title": None, "axis": x_axis, "scale": {"padding": 12}}
    number = {"type": "quantitative", "title": unit_text(unit, spoken)}
    axis = {"axis": {"format": ",.0f", "tickCount": 5}}
    names = [model, published]
    tooltip = [
        {"field": "p", "title": _say("h_period")}, {"field": "s", "title": say("series")},
        {"field": "m", "type": "quantitative", "title": say("mean"), "format": ",.0f"},
        {"field": "l", "type": "quantitative", "title": say("low"), "format": ",.0f"},
        {"field": "h", "type": "quantitative", "title": say("high"), "format": ",.0f"},
    ]  # fmt: skip

    def marks(name: str, size: int, aside: int) -> Spec:
        # Model and published stand side by side, so that neither hides the other.
        return {
            "transform": [{"filter": {"field": "s", "equal": name}}],
            "mark": {"type": "point", "filled": True, "size": size, "opacity": 1, "xOffset": aside},
            "encoding": {
                "x": x, "y": number | axis | {"field": "m"},
                "color": {"field": "s", "type": "nominal",
                          "scale": {"domain": names, "range": [colours["scenario"], colours["published"]]}},
                "shape": {"field": "s", "type": "nominal", "scale": {"domain": names, "range": ["square", "circle"]}},
                "tooltip": tooltip[:3] if name == published else tooltip,
            },
        }  # fmt: skip

    return {
        "data": {"values": rows},
        "width": "container",
        "height": 220,
        "layer": [
            {
                "transform": [{"filter": "isValid(datum.l)"}],
                "mark": {"type": "rule", "strokeWidth": 2.5, "color": colours["scenario"], "xOffset": -4},
                "encoding": {"x": x, "y": number | axis | {"field": "l"}, "y2": {"field": "h"}},
            },
            marks(model, 50, -4),
            marks(published, 50, 4),
        ],
        "config": config(spoken, colours),
        "padding": {"left": 4, "right": 12, "top": 0, "bottom": 4},
    }  # fmt: skip


def _provinces(document: Mapping[str, Any], names: Mapping[tuple[str, str], tuple[str, str]]) -> None:
    found = [series for series in document["series"] if series["area"] != COUNTRY]
    if not found:
        return
    st.markdown(f"### {_say('provinces')}")
    st.write(_say("provinces_note"))
    rows = [
        (
            series["area"],
            _own(names[series["name"], "provinces"]),
            _percent(series["mape"]),
            _percent(series["bias"], signed=True),
            _say("of", part=round(series["coverage"] * len(series["points"])), whole=len(series["points"])),
        )
        for series in sorted(found, key=lambda series: (series["area"], series["name"]))
    ]
    heads = [_say(f"h_{head}") for head in ("province", "series", "mape", "bias", "inside")]
    text_table.show(heads, rows, _say("provinces_caption"), ("", "wide", "figure", "figure", "figure"))


# --- what was fitted ----------------------------------------------------------------------------------------------


def _fit() -> None:
    about, rows, names = evidence.about_fit(), evidence.fitted_rows(), evidence.series_names()
    knows = [sum(row["knows"] == place for row in rows) for place in range(3)]
    whole = numbers.figure
    if changed := what_changed(about):
        st.warning(outdated_text("fit", about, changed, language()))
    st.write(_say("fit_intro", total=len(rows), knows=knows[0], half=knows[1], guesses=knows[2]))
    st.write(
        _say(
            "fit_how", runs=whole(about["runs"], language()), parameters=len(rows), scenario=about["scenario"],
            points=whole(about["points"], language()),
        )
    )  # fmt: skip
    st.markdown("\n".join(f"- {_say(f'fit_{word}')}" for word in ("prior", "after", "best", "width", "times")))
    cells = []
    for row in rows:
        reach = row["prior_high"] - row["prior_low"]
        low, high, after_low, after_high, best = (
            numbers.figure(row[name], language(), 0 if reach >= 10 else 2 if reach >= 0.1 else 3)
            for name in ("prior_low", "prior_high", "low", "high", "best")
        )
        told = [_own(names[key]) for key in row["told_by"]]
        cells.append(
            (
                f"{_own(row['label'])} ({row['parameter']})", _own(row["unit"]), _say("range", low=low, high=high),
                _say("range", low=after_low, high=after_high), f"{best}{' *' if row['on_the_end'] else ''}",
                numbers.percent(row["width_left"], language()), _say(KNOWS[row["knows"]]),
                "; ".join(told) or _say("hardly"),
            )
        )  # fmt: skip
    heads = ("parameter", "unit", "prior", "after", "best", "width", "model", "told_by")
    kinds = ("wide", "", "figure", "figure", "figure", "figure", "", "wide")
    text_table.show([_say(f"f_{head}") for head in heads], cells, _say("fit_caption"), kinds)
    if any(row["on_the_end"] for row in rows):
        st.caption(_say("on_the_end"))
    st.markdown(f"### {_say('together')}")
    st.write(_say("together_intro", least=numbers.figure(CORRELATED_FROM, language(), 1)))
    labels = {row["parameter"]: _own(row["label"]) for row in rows}
    pairs = sorted(about["correlations"], key=lambda pair: -abs(pair["correlation"]))
    st.markdown(
        "\n".join(
            "- "
            + _say(
                "together_more" if pair["correlation"] > 0 else "together_less", a=labels[pair["a"]],
                b=labels[pair["b"]], figure=numbers.figure(pair["correlation"], language(), 2),
            )
            for pair in pairs
            if abs(pair["correlation"]) >= CORRELATED_FROM
        )
    )  # fmt: skip
    st.markdown(f"### {_say('tolerance')}")
    st.write(_say("tolerance_intro"))
    weights = [
        (
            _own(names[row["series"], row["areas"]]),
            _percent(row["tolerance_percent"]),
            numbers.figure(row["independent_points"], language(), 1),
        )
        for row in about["weights"]
    ]
    heads_of = [_say(f"h_{head}") for head in ("series", "tolerance", "independent")]
    text_table.show(heads_of, weights, _say("tolerance"), ("wide", "figure", "figure"))
    st.markdown(f"### {_say('assumed')}")
    _assumed()


def _assumed() -> None:
    counts = evidence.counts_by_status()
    own = counts[evidence.PARAMETERS]
    st.write(_say("assumed_intro", **own))
    rows = [
        (_own(TABLES[name]), *(numbers.figure(found[status], language()) for status in evidence.STATUSES))
        for name, found in counts.items()
    ]
    heads = [_say("f_table"), *(_own(STATUSES[status]) for status in evidence.STATUSES)]
    text_table.show(heads, rows, _say("assumed_caption"), ("wide", "figure", "figure", "figure"))


# --- every figure -------------------------------------------------------------------------------------------------


def _figures() -> None:
    st.write(_say("figures_intro"))
    tables = evidence.fact_tables()
    titles = {name: _own(TABLES[name]) for name in tables}
    page_link.begin("tabel", tables[0], lambda text: text if text in tables else None)
    left, middle, right = st.columns([2, 2, 1])
    left.selectbox(_say("f_table"), list(tables), format_func=titles.__getitem__, key="tabel")
    name = st.session_state["tabel"]
    page_link.keep("tabel", name, "" if name == tables[0] else name)
    text = middle.text_input(_say("search"), key="_zoek", help=_say("search_help"), max_chars=80)
    words = {"": _say("any"), **{status: _own(STATUSES[status]) for status in evidence.STATUSES}}
    status = right.selectbox(_say("status"), list(words), format_func=words.__getitem__, key="_status")
    rows = [row for row in evidence.fact_rows(name) if fits(row, _shown_words(name, row), text, status)]
    st.write(_say("rows_found", count=numbers.figure(len(rows), language()), shown=min(len(rows), MOST_ROWS)))
    if not rows:
        return
    columns = _columns(name)
    heads = [_own(COLUMNS[column]) for column in columns]
    cells = [tuple(_cell(name, column, row) for column in columns) for row in rows]
    st.download_button(
        _say("download"), csv_bytes(Table(tuple(heads), tuple(cells))), file_name=f"doorstroom-{name}.csv",
        mime="text/csv", on_click="ignore",
    )  # fmt: skip
    kinds = ["figure" if column == "value" else "wide" if column in WIDE else "" for column in columns]
    text_table.show(heads, cells[:MOST_ROWS], titles[name], kinds)
    st.caption(_say("language_note"))


WIDE = ("parameter", "source", "note", "event")
_LAST = ("value", "unit", "period_start", "period_end", "status", "source", "note")


def _columns(name: str) -> tuple[str, ...]:
    own = list(evidence.fact_rows(name)[0])
    hidden = {"period_start", "period_end"} if name == evidence.PARAMETERS else set()
    keys = [column for column in own if column not in _LAST]
    return (*keys, *(column for column in _LAST if column in own and column not in hidden))


def _shown_words(name: str, row: Mapping[str, str]) -> str:
    """Names under which a row may be looked for besides its own words: that of its lever."""
    return _lever_words().get(row.get("parameter", ""), "") if name == evidence.PARAMETERS else ""


@st.cache_resource(max_entries=2, show_spinner=False)
def _labels(spoken: str) -> dict[str, str]:
    found = {row["parameter"]: row["label"][LANGUAGES.index(spoken)] for row in evidence.fitted_rows()}
    sets = evidence.parameter_of_lever()
    for row in lever_rows(evidence.PERIODS[0]):
        found[sets[row.name]] = lever_label(row.name, spoken)
    return found


def _lever_words() -> dict[str, str]:
    return _labels(language())


def _cell(name: str, column: str, row: Mapping[str, str]) -> str:
    text = row[column]
    if column == "status":
        return _own(STATUSES[text]) if text in STATUSES else text
    if column == "unit":
        return unit_text(text, language())
    if column == "parameter" and text in _lever_words():
        return f"{_lever_words()[text]} ({text})"
    if column == "value":
        try:
            return numbers.plain(float(text), language())
        except ValueError:
            return text
    return text


def fits(row: Mapping[str, str], more: str, text: str, status: str) -> bool:
    """Whether a row has every word that is looked for, in any column, and the status."""
    whole = " ".join((*row.values(), more)).lower()
    return (not status or row["status"] == status) and all(word in whole for word in text.lower().split())


# --- limits, accessibility, citing --------------------------------------------------------------------------------


def _bullets(prefix: str) -> None:
    st.markdown("\n".join(f"- {_own(texts)}" for key, texts in TEXTS.items() if key.startswith(f"{prefix}_")))


def _limits() -> None:
    st.write(_say("limits"))
    _bullets("limit")


def _accessibility() -> None:
    st.write(_say("access"))
    for part in ("tested", "gap"):
        st.markdown(f"### {_say(part)}")
        _bullets(part)
    st.write(_say("report"))


def _cite() -> None:
    try:
        seed = chosen().seed
    except WrongInput:
        seed = DEFAULT_SEED
    st.write(_say("cite_intro"))
    st.code(_say("cite", version=version(), seed=seed), language=None, wrap_lines=True)
    st.write(_say("cite_band"))
    st.markdown(f"### {_say('version')}")
    about = evidence.about_fit()
    rows = [
        (_say("v_program"), version()),
        *((_say(f"v_{name}"), str(value)) for name, value in behind_fit().items()),
        (_say("v_ensemble"), f"{about['scenario']}, {about['version']}, {about['table']}"),
    ]
    text_table.show([_say("v_what"), _say("v_which")], rows, _say("version"))
    st.markdown(f"### {_say('licence')}")
    st.write(_say("licence_words"))


#: Parts of the page, in order; the name stands in the link.
PARTS: dict[str, Callable[[], None]] = {
    "toets": _history,
    "ijking": _fit,
    "cijfers": _figures,
    "grenzen": _limits,
    "toegankelijkheid": _accessibility,
    "aanhalen": _cite,
}
