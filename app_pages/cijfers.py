"""The page Eigen cijfers: a file of the visitor's own, what was read of it, and figures that go into the scenario."""

import re
from collections.abc import Sequence
from datetime import date

import streamlit as st

from app_pages.charts.download import file_button
from app_pages.shell import settings, text_table
from app_pages.shell.link_keys import FIGURES_KEY
from app_pages.shell.page import Page
from app_pages.shell.texts import PageTexts, literal, refusal, visitor_language
from experiments.figures.figure import Figure, table_text
from experiments.figures.layout import Choice
from experiments.figures.periods import KINDS
from experiments.figures.reading import MOMENTS, Imported, Request, period_name, read_figures
from experiments.figures.series import PUBLISHED, USES, Series, all_series
from experiments.language.catalogue import catalogue
from experiments.language.formatting import date_text, exact_text
from experiments.language.labels import unit_text
from experiments.run.observed import AREAS, NATIONAL
from experiments.scenario.own_figures import MOST_ROWS, figures_of_rows, row_text
from sim.errors import Allowed, WrongInput

#: How many rows are shown, and how many lines that were passed over.
SHOWN, SHOWN_SKIPPED = 12, 20
LONGEST_NAME, LONGEST_TEXT = 200, 300
#: The options that a refusal names, and the fields of this page that are the same.
_FIELDS = {
    "as-of": "as-of", "source": "whose", "area": "area", "sheet": "sheet", "column": "column", "row": "row",
    "where": "where", "without": "without", "per": "per", "moment": "moment", "times": "times", "forecast": "expected",
}  # fmt: skip
_READ, _REFUSED, _NEWS = "_own_read", "_own_refused", "_own_news"

text = PageTexts("page_cijfers")


def show() -> None:
    """Draw the page."""
    st.write(text("intro"))
    _draw_form()
    if news := st.session_state.pop(_NEWS, None):
        st.success(news)
    if problem := st.session_state.get(_REFUSED):
        st.error(problem)
    read = st.session_state.get(_READ)
    if read is not None:
        _draw_read(read)
    _draw_scenario()


def _words(kind: str, name: str) -> str:
    """A word that stands with own figures everywhere."""
    return catalogue("figures", visitor_language())(f"{kind}.{name}")


def _draw_form() -> None:
    """The file, what it is of, and what settles two readings."""
    series = sorted(all_series().values(), key=lambda one: (USES.index(one.use), one.label(visitor_language())))
    names = {one.name: f"{one.label(visitor_language())} ({_words('use', one.use)})" for one in series}
    st.file_uploader(text("file"), type=["csv", "txt", "tsv", "xlsx"], key="_own_file", help=text("file_help"))
    st.selectbox(
        text("which"), list(names), index=None, format_func=names.__getitem__, key="_own_series",
        placeholder=text("which_placeholder"), on_change="ignore", help=text("which_help"),
    )  # fmt: skip
    left, right = st.columns(2)
    left.date_input(
        text("as-of"), value=None, max_value=date.today(), min_value=date(1990, 1, 1), format="DD-MM-YYYY",
        key="_own_as_of", on_change="ignore", help=text("as-of_help"),
    )  # fmt: skip
    right.text_input(
        text("whose"), key="_own_source", max_chars=LONGEST_TEXT, on_change="ignore", help=text("whose_help")
    )
    with st.expander(text("choices")):
        _draw_choices()
    st.button(text("read"), type="primary", key="_own_go", on_click=_read)


def _draw_choices() -> None:
    """What settles a file that has more than one reading."""
    st.write(text("choices_intro"))
    left, right = st.columns(2)
    for column, names in ((left, ("sheet", "column", "row")), (right, ("where", "without"))):
        for name in names:
            column.text_input(
                text(name), key=f"_own_{name}", max_chars=LONGEST_TEXT, on_change="ignore",
                placeholder=text(f"{name}_placeholder"),
            )  # fmt: skip
    right.text_input(text("times"), key="_own_times", max_chars=10, on_change="ignore", placeholder="1")
    left, right = st.columns(2)
    for column, name, words in ((left, "per", KINDS), (right, "moment", MOMENTS)):
        said = {word: text(f"{name}_{word}") for word in words}
        column.selectbox(
            text(name), list(said), index=None, key=f"_own_{name}", on_change="ignore", format_func=said.__getitem__,
            placeholder=text("none"),
        )  # fmt: skip
    left.selectbox(text("area"), list(AREAS), key="_own_area", on_change="ignore", help=text("area_help"))
    right.checkbox(text("expected"), key="_own_forecast", on_change="ignore", help=text("expected_help"))


def _typed(name: str) -> str:
    return str(st.session_state.get(f"_own_{name}") or "").strip()


def _request() -> Request:
    """What was filled in. Raises WrongInput."""
    where = []
    for each in filter(None, (part.strip() for part in _typed("where").split(";"))):
        head, equals, value = each.partition("=")
        if not equals or not head.strip():
            raise WrongInput(file="--where", value=each, allowed=Allowed("head_and_value"))
        where.append((head.strip(), value.strip()))
    times = _typed("times") or "1"
    if not times.isdecimal() or not 1 <= int(times) <= 1_000_000:
        raise WrongInput(file="--times", value=times, allowed=Allowed("whole_range", low=1, high=1_000_000))
    without = tuple(part.strip() for part in _typed("without").split(";") if part.strip())
    choice = Choice(_typed("sheet"), _typed("column"), _typed("row"), tuple(where), without)
    day = st.session_state.get("_own_as_of")
    return Request(
        _typed("series"), date.today(), as_of=day if isinstance(day, date) else None, source=_typed("source"),
        area=_typed("area") or NATIONAL, choice=choice, per=_typed("per"), moment=_typed("moment"), times=int(times),
        forecast=bool(st.session_state.get("_own_forecast")),
    )  # fmt: skip


def _read() -> None:
    """Read the file that was chosen, whole or not at all."""
    st.session_state[_READ], st.session_state[_REFUSED] = None, ""
    upload = st.session_state.get("_own_file")
    if upload is None or not _typed("series"):
        st.session_state[_REFUSED] = text("file_none" if upload is None else "which_none")
        return
    try:
        st.session_state[_READ] = read_figures(upload.getvalue(), upload.name[:LONGEST_NAME], _request())
    except WrongInput as error:
        st.session_state[_REFUSED] = literal(_in_words_of_the_page(refusal(error)))


def _in_words_of_the_page(sentence: str) -> str:
    """A refusal with the fields of this page in the place of the options of the command."""
    for option, key in _FIELDS.items():
        sentence = re.sub(rf"--{option}(?![a-z-])", f"‘{text(key)}’", sentence)
    return sentence


def _draw_read(read: Imported) -> None:
    """What was read, what was passed over, and where it may go."""
    language, series = visitor_language(), read.series
    with st.container(border=True, key="own_read"):
        st.markdown(f"### {text('was_read', count=len(read.figures), label=literal(series.label(language)))}")
        about = [text("unit_is", unit=unit_text(series.unit, language)), text(f"use_{series.use}")]
        about += [text("picked", name=literal(read.picked))] if read.picked else []
        about += [text("sheet_is", name=literal(read.sheet))] if read.sheet else []
        st.write(" ".join(about))
        if read.gaps:
            st.warning(text("gaps", periods=", ".join(read.gaps[:24]) + (" …" if len(read.gaps) > 24 else "")))
        _draw_rows(read)
        _draw_skipped(read)
        with st.container(horizontal=True):
            content = table_text(read.figures).encode()
            file_button(text("download"), content, f"{series.name}.csv", "text/csv", "_own_table")
            words = text("take_beside" if series.use == PUBLISHED else "take")
            st.button(words, key="_own_take", on_click=_take, args=(read.figures,))


def _draw_rows(read: Imported) -> None:
    """The first rows as read; their area only where it is not the country."""
    language = visitor_language()
    of_areas = any(one.area != NATIONAL for one in read.figures)
    names = ("line", "period", "written", *(("area",) if of_areas else ()), "value", "status")
    rows = []
    for one, figure in zip(read.rows[:SHOWN], read.figures[:SHOWN], strict=True):
        cells = [
            str(one.line),
            period_name(one.period),
            one.as_written[:LONGEST_NAME],
            *([figure.area] if of_areas else []),
        ]
        rows.append([*cells, exact_text(figure.value, language), _words("status", figure.status)])
    kinds = [{"line": "figure", "period": "day", "value": "figure"}.get(name, "") for name in names]
    caption = text("first_rows", shown=len(rows), count=len(read.figures))
    text_table.show([text(f"head_{name}") for name in names], rows, caption, kinds)


def _draw_skipped(read: Imported) -> None:
    """The lines that were passed over, and why."""
    if not read.skipped:
        return
    heads = [text(f"head_{name}") for name in ("line", "why", "text")]
    shown = read.skipped[:SHOWN_SKIPPED]
    rows = [[str(one.line), _words("skipped", one.why), one.text[:LONGEST_NAME]] for one in shown]
    text_table.show(heads, rows, text("skipped", shown=len(rows), count=len(read.skipped)), ("figure", "", "wide"))


def _take(figures: Sequence[Figure]) -> None:
    """Put figures in the scenario, in the place of those of the same series."""
    names = {one.series for one in figures}
    kept = [one for one in _in_scenario() if one.series not in names]
    together = [*kept, *figures]
    if len(together) > MOST_ROWS:
        st.session_state[_REFUSED] = text("too_many", most=MOST_ROWS)
        return
    settings.put_figures(tuple(row_text(one) for one in together))
    st.session_state[_NEWS] = text("taken", count=len(figures))


def _in_scenario() -> list[Figure]:
    """The figures in the scenario of this visit."""
    return figures_of_rows(st.session_state.get(FIGURES_KEY) or ())


def _remove(name: str) -> None:
    """Take the figures of one series out of the scenario."""
    settings.put_figures(tuple(row_text(one) for one in _in_scenario() if one.series != name))


def _draw_scenario() -> None:
    """The figures that the scenario of this visit holds."""
    st.subheader(text("in_scenario"))
    held = _in_scenario()
    if not held:
        st.write(text("in_scenario_none"))
        return
    settings.chosen_or_baseline()  # says it when they do not go with the period or with a lever
    for name in dict.fromkeys(one.series for one in held):
        series: Series = all_series()[name]
        mine = [one for one in held if one.series == name]
        label = series.label(visitor_language())
        with st.container(border=True, key=f"own_held_{name}"):
            days = [date_text(day, visitor_language()) for day in (mine[0].first, max(one.last for one in mine))]
            sources = ", ".join(dict.fromkeys(one.source for one in mine))
            st.write(
                text(
                    "held", count=len(mine), label=literal(label), first=days[0], last=days[1], source=literal(sources)
                )
            )
            with st.container(horizontal=True):
                content = table_text(mine).encode()
                file_button(text("download_of", label=label), content, f"{name}.csv", "text/csv", f"_own_file_{name}")
                st.button(text("remove", label=label), key=f"_own_remove_{name}", on_click=_remove, args=(name,))
    st.caption(text("in_scenario_note"))


PAGE = Page("cijfers", show, 8)
