"""The table of municipalities of one province."""

import unicodedata
from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from app_pages.charts.download import csv_bytes, file_button
from app_pages.charts.picture import Table, html_table
from app_pages.gemeenten import text
from app_pages.gemeenten.pictures import colour_words, compared_areas, rung_words
from app_pages.shell import running
from app_pages.shell.texts import visitor_language
from experiments.language.formatting import half_year_text
from experiments.language.language import Language
from experiments.report import areas
from experiments.service.job import Job

#: What the table can be sorted by: key and whether the highest comes first.
SORTS = (
    "behind", "name", "province", "target", "realised", "excused_links", "excused_family", "rung", "colour",
    "difference",
)  # fmt: skip


def show_towns(keys: tuple[str, ...], count: int, half: int, jobs: Sequence[Job]) -> None:
    """Draw the table of municipalities."""
    both = len(jobs) > 1

    @st.fragment
    def table() -> None:
        with st.container(border=True):
            st.markdown(f"### {text('all_towns')}")
            st.caption(f"{text('sample', count=count)} · {text('table_note')}")
            left, middle, right = st.columns([2, 1, 1])
            sought = left.text_input(text("search"), key="_town_search", max_chars=60)
            sorts = [key for key in SORTS if both or key != "difference"]
            words = {key: text("difference" if key == "difference" else f"column.{key}") for key in sorts}
            order = middle.selectbox(text("sort"), sorts, key="_town_sort", format_func=words.__getitem__)
            down = right.selectbox(text("order"), [True, False], key="_town_down",
                                   format_func=lambda first: text("sort_down" if first else "sort_up"))  # fmt: skip
            page, found = town_table(
                keys, count, half, sought or "", order or "behind", bool(down), visitor_language(), jobs
            )
            st.caption(text("found", count=len(found.rows), all=len(areas.municipality_names())))
            if page:
                st.html(page)
            else:
                st.info(text("nothing_found"))
            load = partial(csv_bytes, found, visitor_language(), running.origin(count))
            file_button(text("csv"), load, "doorstroom-alle-gemeenten.csv", "text/csv", "load_csv_alle_gemeenten")

    table()


def plain(words: str) -> str:
    """Text without accents and capitals, to search in."""
    return "".join(sign for sign in unicodedata.normalize("NFD", words.casefold()) if not unicodedata.combining(sign))


@st.cache_resource(max_entries=200, show_spinner=False)
def town_table(
    keys: tuple[str, ...], count: int, half: int, sought: str, order: str, down: bool, language: Language,
    _jobs: Sequence[Job],
) -> tuple[str, Table]:  # fmt: skip
    """The table of municipalities as HTML and as figures; known by the keys of the jobs, not by who asked."""
    found = compared_areas(keys, count, half, False, _jobs)
    shown, usual = found[-1], found[0]
    towns, provinces, inside = areas.municipality_names(), areas.province_names(), areas.province_of()
    ranks: dict[str, Any] = {
        "behind": shown.behind, "target": shown.target, "realised": shown.realised, "rung": shown.rung,
        "excused_links": shown.excused_links, "excused_family": shown.excused_family,
        "colour": shown.colour, "difference": shown.behind - usual.behind,
    }  # fmt: skip
    places = [
        place
        for place, town in enumerate(towns)
        if plain(sought.strip()) in plain(f"{town} {provinces[inside[place]]}")
    ]
    if order in ranks:
        places.sort(key=lambda place: (float(ranks[order][place]), float(shown.behind[place])), reverse=down)
    elif order == "name":
        places.sort(key=lambda place: plain(towns[place]), reverse=not down)
    else:
        places.sort(key=lambda place: (plain(provinces[inside[place]]), plain(towns[place])), reverse=not down)
    sides = list(zip((text("base_short"), text("scenario_short")), found, strict=False))
    # What is sorted by comes first, so that a narrow screen shows it beside the name.
    # Nobody is billed in history: the column is there where a province acts.
    billed = any(one.bill.any() for one in found)
    counted = ("behind", "excused_links", "excused_family", "target", "realised", *(("bill",) if billed else ()))
    heads = [text("column.municipality")]
    if len(found) > 1:
        heads.append(f"{text('column.behind')}: {text('difference')}")
    heads += [
        f"{text(f'column.{measure}')}, {which}" if len(found) > 1 else text(f"column.{measure}")
        for measure in (*counted, "rung", "colour")
        for which, _ in sides
    ]
    heads.append(text("column.province"))
    rows = []
    for place in places:
        row: list[str | float | None] = [towns[place]]
        if len(found) > 1:
            row.append(float(shown.behind[place] - usual.behind[place]))
        for measure in counted:
            row += [float(getattr(one, measure)[place]) for _, one in sides]
        row += [rung_words(one, place, language) for _, one in sides]
        row += [colour_words(one, place, language) for _, one in sides]
        row.append(provinces[inside[place]])
        rows.append(tuple(row))
    made_table = Table(tuple(heads), tuple(rows), 0)
    caption = f"{text('all_towns')}, {half_year_text(_half_name(_jobs, half), language)}"
    return html_table(made_table, caption, language) if rows else "", Table(tuple(heads), tuple(rows), 1)


def _half_name(jobs: Sequence[Job], half: int) -> str:
    first = jobs[0].result(1)
    return "" if first is None else first.replications[0].half_year_names[half]
