"""The page Vergelijken: two to six scenarios side by side, why two of them differ, and a report to send on.

Scenarios are called A, B, C and so on. The first is the one that the others are compared with.
"""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from app_pages.charts.download import csv_bytes, file_button
from app_pages.charts.figure import figure, show_definitions
from app_pages.charts.homes import show_homes
from app_pages.charts.style import dark
from app_pages.shell import running
from app_pages.shell.lever_field import setting_lines
from app_pages.shell.page import Page
from app_pages.shell.texts import literal, refusal, visitor_language
from app_pages.vergelijken import LETTERS, text
from app_pages.vergelijken.attribution import jobs_of, show_split
from app_pages.vergelijken.choice import CODE_LINK, LINK, choose, label, scenario_of
from app_pages.vergelijken.downloads import show_report
from app_pages.vergelijken.figures import KeyFigures, build_pictures
from app_pages.vergelijken.saving import show_saving
from experiments.compare.side_by_side import FEWEST, aligned
from experiments.language.formatting import date_text, listed, number_text
from experiments.report import pictures
from experiments.report.findings import KEY_OUTCOMES
from experiments.report.story import CROWD
from experiments.scenario.scenario import Scenario
from experiments.service.job import Job
from experiments.service.keys import job_key
from sim.errors import WrongInput


def show() -> None:
    """Draw the page."""
    st.write(text("intro"))
    tokens = choose()
    show_saving(tokens)
    found = [(token, scenario_of(token)) for token in tokens]
    chosen = [scenario for _, scenario in found if scenario is not None]
    if len(chosen) < FEWEST:
        st.info(text("too_few"))
        return
    try:
        scenarios = aligned(chosen)
    except WrongInput as error:
        st.error(text("cannot", problem=literal(refusal(error))))
        return
    names = [label(token) for token, scenario in found if scenario is not None]
    _differences(scenarios, names)
    jobs = jobs_of(scenarios)
    shown = running.step_of(jobs)
    if not shown:
        st.info(text("nothing_yet"))
        return
    keys = tuple(job.key for job in jobs)
    key_figures, charts = build_pictures(keys, shown, tuple(names), visitor_language(), dark(), scenarios, jobs)
    _key_figures(key_figures, shown, jobs)
    for picture in charts:
        figure(picture)
    show_homes(jobs, shown, LETTERS[: len(jobs)])
    show_split(scenarios, all(job.state == "done" for job in jobs))
    show_report(scenarios, jobs, shown)


def _differences(scenarios: Sequence[Scenario], names: Sequence[str]) -> None:
    items = []
    for letter, scenario, name in zip(LETTERS, scenarios, names, strict=False):
        lines = setting_lines(scenario)
        told = "; ".join(line.replace("**", "") for line in lines) if lines else text("nothing_differs")
        items.append(f"- **{letter}** · {literal(name)}: {literal(told)}")
    with st.expander(text("what"), expanded=len(items) <= 3):
        st.markdown("\n".join(items))
    by_key: dict[str, list[str]] = {}
    for letter, scenario in zip(LETTERS, scenarios, strict=False):
        by_key.setdefault(job_key(scenario), []).append(letter)
    for letters in by_key.values():
        if len(letters) > 1:
            st.info(text("same", letters=listed(letters, visitor_language())))


def _key_figures(found: KeyFigures, count: int, jobs: Sequence[Job]) -> None:
    finding, table, page = found
    result = jobs[0].result(count)
    first, last = (
        ("", "") if result is None else (date_text(day, visitor_language()) for day in pictures.window(result))
    )
    with st.container(border=True):
        st.markdown(f"### {finding}")
        note = text("key_note", count=count, first=first, last=last, full=number_text(CROWD, 0, visitor_language()))
        st.caption(f"**{text('provisional')}** · {note}" if count < 30 else note)
        st.html(page)
        show_definitions(KEY_OUTCOMES)
        load = partial(csv_bytes, table, visitor_language(), running.origin(count))
        file_button(text("csv"), load, "doorstroom-kerncijfers.csv", "text/csv", "load_csv_kerncijfers")


PAGE = Page("vergelijken", show, 3, (LINK, CODE_LINK))
