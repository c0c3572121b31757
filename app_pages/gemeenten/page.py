"""The page Gemeenten: who must house how many, who does, who is behind; per municipality and province.

Rung and colour are what most replications end the half-year with, with the share that does.
"""

from collections.abc import Sequence

import streamlit as st

from app_pages.charts.figure import figure
from app_pages.charts.homes import show_homes
from app_pages.charts.style import dark
from app_pages.gemeenten import text
from app_pages.gemeenten.pictures import COUNTRY, build_pictures
from app_pages.gemeenten.town_table import show_towns
from app_pages.shell import page_link, running
from app_pages.shell.page import Page
from app_pages.shell.settings import chosen_or_baseline
from app_pages.shell.texts import literal, visitor_language
from experiments.language.formatting import half_year_text
from experiments.report import areas
from experiments.run.result import RunResult

HALF_LINK, AREA_LINK = "halfjaar", "gebied"


def show() -> None:
    """Draw the page."""
    st.write(text("intro"))
    jobs, shown = running.beside_baseline(chosen_or_baseline(), "gemeenten")
    if not shown:
        return
    first = jobs[0].result(1)
    assert first is not None
    half, area = _choose(first)
    if half not in areas.whole_half_years(first):
        st.caption(text("unfinished"))
    keys = tuple(job.key for job in jobs)
    pictures, told = build_pictures(keys, shown, half, area, visitor_language(), dark(), jobs)
    for picture in pictures:
        figure(picture)
    if told:
        st.info(told)
    if len(jobs) < 2:
        st.info(text("need_scenario"))
    show_homes(jobs, shown, (text("baseline"), text("own_scenario"))[: len(jobs)])
    show_towns(keys, shown, half, jobs)


def area_codes() -> list[str]:
    """Country, provinces and municipalities as they stand in the link, each by name."""
    provinces, towns = sorted(areas.province_names()), sorted(areas.municipality_names())
    return [COUNTRY, *(f"P:{name}" for name in provinces), *(f"G:{name}" for name in towns)]


def _area_words(code: str) -> str:
    if code == COUNTRY:
        return text("country")
    return text("province", name=code[2:]) if code.startswith("P:") else code[2:]


def _choose(first: RunResult) -> tuple[int, str]:
    """The half-year, by number, and the area; both stand in the link."""
    names = list(first.replications[0].half_year_names)
    whole = areas.whole_half_years(first) or (len(names) - 1,)
    lost = [
        _seed("_half", HALF_LINK, names, names[whole[-1]]),
        _seed("_area", AREA_LINK, area_codes(), COUNTRY),
    ]
    if any(lost):
        st.warning(text("unknown", what=literal(", ".join(filter(None, lost)))))
    left, right = st.columns(2)
    left.selectbox(
        text("choose_half_year"), names, key="_half", format_func=lambda name: half_year_text(name, visitor_language())
    )
    right.selectbox(
        text("area"), area_codes(), key="_area", format_func=_area_words,
        help=text("area_help"),
    )  # fmt: skip
    for key, link in (("_half", HALF_LINK), ("_area", AREA_LINK)):
        st.session_state[f"{key}_kept"] = st.session_state[key]
        page_link.put(link, st.session_state[key])
    return names.index(st.session_state["_half"]), st.session_state["_area"]


def _seed(key: str, link: str, options: Sequence[str], usual: str) -> str:
    """Fill a choice from the link, else from the last time, else with the usual one; returns what was not found."""
    if st.session_state.get(key) in options:
        return ""
    told = st.query_params.get(link, "")[:60]
    kept = st.session_state.get(f"{key}_kept")
    st.session_state[key] = told if told in options else kept if kept in options else usual
    # After a change of period the half-year in the link is simply of another time.
    return f"{link}={told}" if told and told not in options and kept is None else ""


PAGE = Page("gemeenten", show, 4, (HALF_LINK, AREA_LINK))
