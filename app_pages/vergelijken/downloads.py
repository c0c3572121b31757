"""Report and tables of a comparison to take along."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence

import streamlit as st

from app_pages.shell.texts import LANGUAGES, language
from app_pages.vergelijken.figures import comparison
from app_pages.vergelijken.texts import word
from experiments.compare.compare import Comparison
from experiments.scenario.scenario import Scenario
from experiments.service.job import Job

# --- the report -------------------------------------------------------------------------------------------------------


def show_report(scenarios: Sequence[Scenario], jobs: Sequence[Job], count: int) -> None:
    """Draw the buttons that take report and tables along."""
    spoken = language()
    with st.container(border=True):
        st.markdown(f"### {word('report')}")
        st.caption(word("report_intro"))
        with st.container(horizontal=True):
            for code in LANGUAGES:  # a lambda keeps the values of its own round
                _file_button(f"report_{code}", f"rapport-{code}.html", "text/html",
                             lambda code=code: report_bytes(comparison(scenarios, jobs, count), code))  # fmt: skip
            for kind, mime in (
                ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                ("csv", "application/zip"), ("parquet", "application/zip"),
            ):  # fmt: skip
                name = "vergelijking.xlsx" if kind == "xlsx" else f"vergelijking-{kind}.zip"
                _file_button(
                    f"tables_{kind}", name, mime,
                    lambda kind=kind: table_bytes(comparison(scenarios, jobs, count), kind, spoken),
                )  # fmt: skip


def _file_button(key: str, name: str, mime: str, make: Callable[[], bytes]) -> None:
    st.download_button(
        word(key), make, file_name=f"doorstroom-{name}", mime=mime, on_click="ignore", key=f"_compare_{key}"
    )


def report_bytes(result: Comparison, spoken: str) -> bytes:
    """The page to send on, in one language."""
    from experiments.report.report import report_page

    return report_page(result, spoken).encode()  # type: ignore[arg-type]


def table_bytes(result: Comparison, kind: str, spoken: str) -> bytes:
    """All tables as one workbook, or as a zip of CSV or Parquet files."""
    from experiments.report.exports import comparison_tables, spreadsheet_files
    from experiments.storage.spreadsheets import parquet_bytes

    tables = comparison_tables(result, spoken)  # type: ignore[arg-type]
    if kind == "parquet":
        files = {f"{name}.parquet": parquet_bytes(one.rows) for name, one in tables.items()}
    else:
        made_files = spreadsheet_files("vergelijking", tables, spoken)  # type: ignore[arg-type]
        if kind == "xlsx":
            return made_files["vergelijking.xlsx"]
        files = {name: content for name, content in made_files.items() if name.endswith(".csv")}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()
