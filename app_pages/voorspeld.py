"""The page Hoe goed was het?: what forecasts of earlier days said, what came true, and which input was wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app_pages.charts.download import csv_bytes, file_button
from app_pages.charts.picture import Table
from app_pages.shell import page_link, running, text_table
from app_pages.shell.page import Page
from app_pages.shell.texts import PageTexts, refusal, visitor_language
from experiments.forecast import words
from experiments.forecast.archive import kept_scores, scores_changed
from experiments.language.formatting import number_text
from experiments.run.provenance import outdated_text
from sim.errors import WrongInput

SERIES_KEY = "reeks"
#: The series that the page opens with.
FIRST = "permit_holders_under_coa"
_FIGURE_KINDS = ("day", "wide", "day", "figure", "figure", "figure", "", "wide", "wide")
_OFFICIAL_KINDS = ("day", "wide", "day", "figure", "day", "figure", "figure", "figure", "wide")

text = PageTexts("page_voorspeld")


def show() -> None:
    """Draw the page."""
    st.write(text("intro"))
    try:
        document = kept_scores()
    except WrongInput as error:
        st.warning(refusal(error))
        return
    if changed := scores_changed(document):
        st.warning(outdated_text("forecasts", document, changed, visitor_language()))
    (model, *_) = document["models"]
    _scores(document["a_year_ahead"][model])
    _figures(document["figures"])
    _official(document)
    with st.expander(text("how")):
        st.markdown("\n".join(f"- {text(key)}" for key in text.own.keys("limit")))


def _scores(rows: Sequence[Mapping[str, Any]]) -> None:
    """How good forecasts were up to a year ahead, per series, beside the two yardsticks."""
    language = visitor_language()
    better = [row for row in rows if row["to_naive"] is not None and row["to_naive"] < 1.0]
    known = [row for row in rows if row["to_naive"] is not None]
    st.markdown(f"### {text('finding', better=len(better), known=len(known))}")
    st.write(text("read"))
    kinds = ("wide", *["figure"] * (len(words.score_heads(language)) - 1))
    text_table.show(words.score_heads(language), words.score_rows(rows, language), text("scores_caption"), kinds)
    st.caption(text("relative"))


def _figures(rows: Sequence[Mapping[str, Any]]) -> None:
    """A line per figure of a series that was forecast."""
    language, names = visitor_language(), list(dict.fromkeys(row["target"] for row in rows))
    st.markdown(f"### {text('lines')}")
    first = FIRST if FIRST in names else names[0]
    page_link.begin(SERIES_KEY, first, lambda name: name if name in names else None)
    labels = {name: words.target_text(name, language) for name in names}
    st.selectbox(text("choose"), names, format_func=labels.__getitem__, key=SERIES_KEY)
    chosen = st.session_state[SERIES_KEY]
    page_link.keep(SERIES_KEY, chosen, "" if chosen == first else chosen)
    mine = [row for row in rows if row["target"] == chosen]
    inside = sum(row["inside"] for row in mine)
    st.write(text("inside", inside=number_text(inside, 0, language), total=number_text(len(mine), 0, language)))
    heads = words.figure_heads(language)
    cells = words.figure_rows(mine, language)
    text_table.show(heads, cells, text("lines_caption", series=labels[chosen]), _FIGURE_KINDS)
    everything = Table(tuple(heads), tuple(map(tuple, words.figure_rows(rows, language))))
    content = csv_bytes(everything, language, running.origin())
    file_button(text("download"), content, "doorstroom-hoe-goed-was-het.csv", "text/csv")


def _official(document: Mapping[str, Any]) -> None:
    """Official forecasts, with ours of before their publication."""
    language = visitor_language()
    if not document["official"]:
        return
    st.markdown(f"### {text('official')}")
    st.write(text("official_read"))
    together = words.against_rows(document["against_official"], language)
    kinds = ("wide", *["figure"] * (len(words.against_heads(language)) - 1))
    text_table.show(words.against_heads(language), together, text("official_caption"), kinds)
    rows = words.official_rows(document["official"], language)
    text_table.show(words.official_heads(language), rows, text("official_lines"), _OFFICIAL_KINDS)


PAGE = Page("voorspeld", show, 9, (SERIES_KEY,))
