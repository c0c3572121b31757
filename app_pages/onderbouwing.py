"""The page Onderbouwing: how the model does against history, what was fitted, every source, and limits."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from app_pages.charts.download import csv_bytes, file_button
from app_pages.charts.figure import figure
from app_pages.charts.picture import Panel, Picture, Table
from app_pages.charts.style import dark
from app_pages.shell import page_link, running, text_table
from app_pages.shell.page import Page
from app_pages.shell.settings import chosen
from app_pages.shell.texts import PageTexts, period_title, refusal, visitor_language, words_of_data
from experiments.charts.backtest import backtest_chart
from experiments.charts.style import PALETTES
from experiments.history import evidence
from experiments.language.formatting import date_text, exact_text, number_text, per_cent_text, percent_text, value_text
from experiments.language.labels import lever_label, unit_text
from experiments.language.language import Language
from experiments.report.backtest_page import held_points, period_words
from experiments.run.levers import lever_rows
from experiments.run.provenance import behind_fit, outdated_text, version, what_changed
from experiments.scenario.scenario import DEFAULT_SEED
from sim.errors import WrongInput

PART_KEY, TABLE_KEY = "onderdeel", "tabel"
COUNTRY = "Nederland"
#: Rows of a table that are drawn at once; the file holds them all.
MOST_ROWS = 150
#: From this correlation a pair of fitted parameters is named.
CORRELATED_FROM = 0.4
KNOWS = ("knows", "half", "guesses")

text = PageTexts("page_onderbouwing")


def show() -> None:
    """Draw the page: one part at a time."""
    st.write(text("intro"))
    words = {name: text(f"part_{name}") for name in PARTS}
    first = next(iter(PARTS))
    page_link.begin(PART_KEY, first, lambda name: name if name in PARTS else None)
    st.radio(
        text("part"), list(PARTS), format_func=words.__getitem__, key=PART_KEY, horizontal=True,
        label_visibility="collapsed",
    )  # fmt: skip
    part = st.session_state[PART_KEY] or first
    page_link.keep(PART_KEY, part, "" if part == first else part)
    PARTS[part]()


# --- against history ----------------------------------------------------------------------------------------------


def _history() -> None:
    periods = {period: period_title(period) for period in evidence.PERIODS}
    period = st.radio(
        text("choose_period"), list(periods), format_func=periods.__getitem__, key="_toets_periode", horizontal=True
    )
    try:
        document = evidence.kept_backtest(period or evidence.PERIODS[0])
        changed = evidence.backtest_changed(document)
    except WrongInput as error:
        st.warning(refusal(error))
        return
    if changed:
        st.warning(outdated_text("backtest", document, changed, visitor_language()))
    _covered(document["summary"])
    names = evidence.series_names()
    _errors(document["summary"], names, text("errors_caption", n=document["draws"]))
    held_out = document["held_out"]
    if held_out is not None:
        st.markdown(f"### {text('unseen')}")
        if changed := what_changed(held_out):
            st.warning(outdated_text("unseen", held_out, changed, visitor_language()))
        day = date_text(date.fromisoformat(held_out["train_until"]), visitor_language())
        st.write(text("unseen_intro", date=day))
        unseen = [row for row in held_out["summary"] if not row["fitted"]]
        _errors(unseen, names, text("unseen_caption", date=day), with_fitted=False)
        st.caption(text("unseen_note"))
    st.markdown(f"### {text('country')}")
    st.write(text("read_picture"))
    pictures = build_pictures(_key(document), document["scenario"], visitor_language(), dark(), document)
    for start in range(0, len(pictures), 2):
        for column, picture in zip(st.columns(2), pictures[start : start + 2], strict=False):
            with column:
                figure(picture)
    _provinces(document, names)


def _key(document: Mapping[str, Any]) -> str:
    return " ".join(str(document[name]) for name in (*behind_fit(), "ensemble_version", "seed", "draws"))


def _covered(rows: Sequence[Mapping[str, Any]]) -> None:
    total = sum(row["points"] for row in rows)
    inside = sum(round(row["coverage"] * row["points"]) for row in rows)
    seen = sum(row["points"] for row in rows if row["fitted"])
    st.write(text("covered", total=total, inside=inside, seen=seen, unseen=total - seen))
    st.write(text("band_means", share=percent_text(inside / total, visitor_language(), 0)))


def _percent(value: float | None, signed: bool = False) -> str:
    return per_cent_text(value, 1, visitor_language(), signed=signed)


def _error(row: Mapping[str, Any], points: int) -> tuple[str, str, str]:
    """How far the model is off on a series, and how many of its points lie in the band."""
    inside = text("of", part=round(row["coverage"] * points), whole=points)
    return _percent(row["mape"]), _percent(row["bias"], signed=True), inside


def _errors(
    rows: Sequence[Mapping[str, Any]], names: Mapping[tuple[str, str], tuple[str, str]], caption: str,
    with_fitted: bool = True,
) -> None:  # fmt: skip
    heads = ["series", "points", *(["fitted"] if with_fitted else []), "mape", "bias", "inside"]
    cells = []
    for row in rows:
        fitted = [value_text(row["fitted"], visitor_language())] if with_fitted else []
        name = words_of_data(names[row["name"], row["areas"]])
        cells.append((name, str(row["points"]), *fitted, *_error(row, row["points"])))
    kinds = ("wide", "figure", *([""] if with_fitted else []), "figure", "figure", "figure")
    text_table.show([text(f"h_{head}") for head in heads], cells, caption, kinds)


@st.cache_resource(max_entries=16, show_spinner=False)
def build_pictures(
    key: str, period: str, language: Language, is_dark: bool, _document: Mapping[str, Any]
) -> tuple[Picture, ...]:
    """A picture per series of the country; known by code, ensemble and period."""
    names = {series: texts for (series, areas), texts in evidence.series_names().items() if areas == "country"}
    colours = PALETTES["dark" if is_dark else "light"]
    return tuple(
        _picture(series, words_of_data(names[series["name"]]), period, language, colours, _document["draws"])
        for series in _document["series"]
        if series["area"] == COUNTRY
    )


def _picture(
    series: Mapping[str, Any], name: str, period: str, language: Language, colours: Mapping[str, str], count: int
) -> Picture:
    points = series["points"]
    inside = round(series["coverage"] * len(points))
    finding = text("finding", name=name, error=_percent(series["mape"]), inside=inside, total=len(points))
    caption = text("band_note", count=count) + " · " + text("fitted_yes" if series["fitted"] else "fitted_no")
    rows = tuple(
        (period_words(point["period"], language), point["observed"], point["low"], point["mean"], point["high"],
         point["source"])
        for point in points
    )  # fmt: skip
    heads = (text("h_period"), text("published"), text("low"), text("mean"), text("high"), text("h_source"))
    spec = backtest_chart(held_points(series, language), unit_text(series["unit"], language), language, colours)
    panel = Panel("", spec, finding)
    outcomes, table = (series["name"], f"{series['name']}_end"), Table(heads, rows)
    return Picture(f"toets-{period}-{series['name']}", finding, count, (panel,), table, (), outcomes, caption=caption)


def _provinces(document: Mapping[str, Any], names: Mapping[tuple[str, str], tuple[str, str]]) -> None:
    found = [series for series in document["series"] if series["area"] != COUNTRY]
    if not found:
        return
    st.markdown(f"### {text('provinces')}")
    st.write(text("provinces_note"))
    rows = [
        (series["area"], words_of_data(names[series["name"], "provinces"]), *_error(series, len(series["points"])))
        for series in sorted(found, key=lambda series: (series["area"], series["name"]))
    ]
    heads = [text(f"h_{head}") for head in ("province", "series", "mape", "bias", "inside")]
    text_table.show(heads, rows, text("provinces_caption"), ("", "wide", "figure", "figure", "figure"))


# --- what was fitted ----------------------------------------------------------------------------------------------


def _fit() -> None:
    about, rows, names = evidence.about_fit(), evidence.fitted_rows(), evidence.series_names()
    knows = [sum(row["knows"] == place for row in rows) for place in range(3)]
    if changed := what_changed(about):
        st.warning(outdated_text("fit", about, changed, visitor_language()))
    st.write(text("fit_intro", total=len(rows), knows=knows[0], half=knows[1], guesses=knows[2]))
    counts = {name: number_text(about[name], 0, visitor_language()) for name in ("runs", "points")}
    st.write(text("fit_how", parameters=len(rows), scenario=about["scenario"], **counts))
    st.markdown("\n".join(f"- {text(f'fit_{word}')}" for word in ("prior", "after", "best", "width", "times")))
    cells = []
    for row in rows:
        reach = row["prior_high"] - row["prior_low"]
        low, high, after_low, after_high, best = (
            number_text(row[name], 0 if reach >= 10 else 2 if reach >= 0.1 else 3, visitor_language())
            for name in ("prior_low", "prior_high", "low", "high", "best")
        )
        told = [words_of_data(names[key]) for key in row["told_by"]]
        cells.append(
            (
                f"{words_of_data(row['label'])} ({row['parameter']})", words_of_data(row["unit"]),
                text("low_to_high", low=low, high=high),
                text("low_to_high", low=after_low, high=after_high), f"{best}{' *' if row['on_the_end'] else ''}",
                percent_text(row["width_left"], visitor_language(), 0), text(KNOWS[row["knows"]]),
                "; ".join(told) or text("hardly"),
            )
        )  # fmt: skip
    heads = ("parameter", "unit", "prior", "after", "best", "width", "model", "told_by")
    kinds = ("wide", "", "figure", "figure", "figure", "figure", "", "wide")
    text_table.show([text(f"f_{head}") for head in heads], cells, text("fit_caption"), kinds)
    if any(row["on_the_end"] for row in rows):
        st.caption(text("on_the_end"))
    st.markdown(f"### {text('together')}")
    st.write(text("together_intro", least=number_text(CORRELATED_FROM, 1, visitor_language())))
    labels = {row["parameter"]: words_of_data(row["label"]) for row in rows}
    pairs = sorted(about["correlations"], key=lambda pair: -abs(pair["correlation"]))
    lines = []
    for pair in pairs:
        if abs(pair["correlation"]) >= CORRELATED_FROM:
            key = "together_more" if pair["correlation"] > 0 else "together_less"
            figure = number_text(pair["correlation"], 2, visitor_language())
            lines.append(f"- {text(key, a=labels[pair['a']], b=labels[pair['b']], figure=figure)}")
    st.markdown("\n".join(lines))
    st.markdown(f"### {text('tolerance')}")
    st.write(text("tolerance_intro"))
    weights = []
    for row in about["weights"]:
        points = number_text(row["independent_points"], 1, visitor_language())
        name = words_of_data(names[row["series"], row["areas"]])
        weights.append((name, _percent(row["tolerance_percent"]), points))
    heads_of = [text(f"h_{head}") for head in ("series", "tolerance", "independent")]
    text_table.show(heads_of, weights, text("tolerance"), ("wide", "figure", "figure"))
    st.markdown(f"### {text('assumed')}")
    _assumed()


def _assumed() -> None:
    counts = evidence.counts_by_status()
    own = counts[evidence.PARAMETERS]
    st.write(text("assumed_intro", **own))
    rows = [
        (text(f"facts.{name}"), *(number_text(found[status], 0, visitor_language()) for status in evidence.STATUSES))
        for name, found in counts.items()
    ]
    heads = [text("f_table"), *(text(f"status_words.{status}") for status in evidence.STATUSES)]
    text_table.show(heads, rows, text("assumed_caption"), ("wide", "figure", "figure", "figure"))


# --- every figure -------------------------------------------------------------------------------------------------


def _figures() -> None:
    st.write(text("figures_intro"))
    tables = evidence.fact_tables()
    titles = {name: text(f"facts.{name}") for name in tables}
    page_link.begin(TABLE_KEY, tables[0], lambda name: name if name in tables else None)
    left, middle, right = st.columns([2, 2, 1])
    left.selectbox(text("f_table"), list(tables), format_func=titles.__getitem__, key=TABLE_KEY)
    name = st.session_state[TABLE_KEY]
    page_link.keep(TABLE_KEY, name, "" if name == tables[0] else name)
    sought = middle.text_input(text("search"), key="_zoek", help=text("search_help"), max_chars=80)
    words = {"": text("any"), **{status: text(f"status_words.{status}") for status in evidence.STATUSES}}
    status = right.selectbox(text("status"), list(words), format_func=words.__getitem__, key="_status")
    labels = _labels(visitor_language()) if name == evidence.PARAMETERS else {}
    rows = [
        row for row in evidence.fact_rows(name) if fits(row, labels.get(row.get("parameter", ""), ""), sought, status)
    ]
    st.write(text("rows_found", count=number_text(len(rows), 0, visitor_language()), shown=min(len(rows), MOST_ROWS)))
    if not rows:
        return
    columns = _columns(name)
    heads = [text(f"column.{column}") for column in columns]
    cells = [tuple(_cell(column, row[column]) for column in columns) for row in rows]
    content = csv_bytes(Table(tuple(heads), tuple(cells)), visitor_language(), running.origin())
    file_button(text("download"), content, f"doorstroom-{name}.csv", "text/csv")
    kinds = ["figure" if column == "value" else "wide" if column in WIDE else "" for column in columns]
    text_table.show(heads, cells[:MOST_ROWS], titles[name], kinds)
    st.caption(text("language_note"))


WIDE = ("parameter", "source", "note", "event")
_LAST = ("value", "unit", "period_start", "period_end", "status", "source", "note")


def _columns(name: str) -> tuple[str, ...]:
    own = list(evidence.fact_rows(name)[0])
    hidden = {"period_start", "period_end"} if name == evidence.PARAMETERS else set()
    keys = [column for column in own if column not in _LAST]
    return (*keys, *(column for column in _LAST if column in own and column not in hidden))


@st.cache_resource(max_entries=2, show_spinner=False)
def _labels(language: Language) -> dict[str, str]:
    found = {row["parameter"]: words_of_data(row["label"]) for row in evidence.fitted_rows()}
    sets = evidence.parameter_of_lever()
    for row in lever_rows(evidence.PERIODS[0]):
        found[sets[row.name]] = lever_label(row.name, language)
    return found


def _cell(column: str, cell: str) -> str:
    if column == "status":
        return text(f"status_words.{cell}") if cell in evidence.STATUSES else cell
    if column == "unit":
        return unit_text(cell, visitor_language())
    if column == "parameter" and (label := _labels(visitor_language()).get(cell)):
        return f"{label} ({cell})"
    if column == "value":
        try:
            return exact_text(float(cell), visitor_language())
        except ValueError:
            return cell
    return cell


def fits(row: Mapping[str, str], more: str, sought: str, status: str) -> bool:
    """Whether a row has every word that is looked for, in any column, and the status."""
    whole = " ".join((*row.values(), more)).lower()
    return (not status or row["status"] == status) and all(word in whole for word in sought.lower().split())


# --- limits, accessibility, citing --------------------------------------------------------------------------------


def _bullets(prefix: str) -> None:
    st.markdown("\n".join(f"- {text(key)}" for key in text.own.keys(prefix)))


def _limits() -> None:
    st.write(text("limits"))
    _bullets("limit")


def _accessibility() -> None:
    st.write(text("access"))
    for part in ("tested", "gap"):
        st.markdown(f"### {text(f'h_{part}')}")
        _bullets(part)
    st.write(text("report"))


def _cite() -> None:
    try:
        seed = chosen().seed
    except WrongInput:
        seed = DEFAULT_SEED
    st.write(text("cite_intro"))
    st.code(text("cite", version=version(), seed=seed), language=None, wrap_lines=True)
    st.write(text("cite_band"))
    st.markdown(f"### {text('version')}")
    about, made = evidence.about_fit(), behind_fit(*evidence.PERIODS)
    rows = [
        (text("v_program"), version()),
        (text("v_model_version"), str(made["model_version"])),
        (text("v_inputs"), ", ".join(f"{period_title(name)}: {value}" for name, value in made["inputs"].items())),
        (text("v_published"), made["published"]),
        (text("v_ensemble"), f"{about['scenario']}, {about['version']}, {about['table']}"),
    ]
    text_table.show([text("v_what"), text("v_which")], rows, text("version"))
    st.markdown(f"### {text('licence')}")
    st.write(text("licence_words"))


#: Parts of the page, in order; the name stands in the link.
PARTS: dict[str, Callable[[], None]] = {
    "toets": _history,
    "ijking": _fit,
    "cijfers": _figures,
    "grenzen": _limits,
    "toegankelijkheid": _accessibility,
    "aanhalen": _cite,
}


PAGE = Page("onderbouwing", show, 7, (PART_KEY, TABLE_KEY))
