"""Who got the homes, below the pictures of every page that shows homes or who is housed."""

from collections.abc import Sequence

import streamlit as st

from app_pages.charts.figure import show_definitions
from app_pages.shell import text_table
from app_pages.shell.texts import visitor_language
from experiments.language.catalogue import catalogue
from experiments.language.language import Language
from experiments.report.homes import homes_sentence, homes_table
from experiments.service.job import Job


def show_homes(jobs: Sequence[Job], count: int, names: Sequence[str]) -> None:
    """Draw what permit holders and each group of others got and went without, of jobs by what they are called."""
    language = visitor_language()
    sentence, table = _told(tuple(job.key for job in jobs), count, tuple(names), language, jobs)
    with st.container(border=True, key="who_got_homes"):
        st.markdown(f"**{catalogue('homes', language)('title')}** {sentence}")
        st.html(table)
        show_definitions(("homes_let", "homes_got_others", "homes_forgone_others"))


@st.cache_resource(max_entries=200, show_spinner=False)
def _told(
    keys: tuple[str, ...], count: int, names: tuple[str, ...], language: Language, _jobs: Sequence[Job]
) -> tuple[str, str]:
    """The sentence about the last job, and the table; known by the keys of the jobs, not by who asked."""
    runs = [run for run in (job.result(count) for job in _jobs) if run is not None]
    return homes_sentence(runs[-1], language), text_table.html(homes_table(runs, names, language, "figure"))
