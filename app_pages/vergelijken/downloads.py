"""Report and tables of a comparison to take along."""

import io
import zipfile
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from app_pages.charts.download import file_button
from app_pages.shell import running
from app_pages.shell.texts import visitor_language
from app_pages.vergelijken import text
from app_pages.vergelijken.figures import comparison
from experiments.compare.compare import Comparison
from experiments.language.language import LANGUAGES, SIDE_BY_SIDE, Language
from experiments.scenario.scenario import Scenario
from experiments.service.job import Job

#: What a browser is told about each kind of file with tables.
MIMES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "application/zip",
    "parquet": "application/zip",
}


def show_report(scenarios: Sequence[Scenario], jobs: Sequence[Job], count: int) -> None:
    """Draw the buttons that take report and tables along."""
    spoken, origin = visitor_language(), running.origin(count)

    def report(language: Language) -> bytes:
        return report_bytes(comparison(scenarios, jobs, count), language)

    def tables(kind: str) -> bytes:
        return table_bytes(comparison(scenarios, jobs, count), kind, spoken, origin)

    with st.container(border=True):
        st.markdown(f"### {text('report')}")
        st.caption(text("report_intro"))
        with st.container(horizontal=True):
            for code in LANGUAGES:
                label = text(f"report_{code}") if code in SIDE_BY_SIDE else text("report_other", language=code)
                _file_button(label, f"rapport-{code}.html", "text/html", partial(report, code))
            for kind, mime in MIMES.items():
                name = "vergelijking.xlsx" if kind == "xlsx" else f"vergelijking-{kind}.zip"
                _file_button(text(f"tables_{kind}"), name, mime, partial(tables, kind))


def _file_button(label: str, name: str, mime: str, make: Callable[[], bytes]) -> None:
    file_button(label, make, f"doorstroom-{name}", mime, f"_compare_{name}")


def report_bytes(result: Comparison, language: Language) -> bytes:
    """The page to send on, in one language."""
    from experiments.report.report import report_page

    return report_page(result, language).encode()


def table_bytes(result: Comparison, kind: str, language: Language, origin: str) -> bytes:
    """All tables as one workbook, or as a zip of CSV or Parquet files."""
    from experiments.report.exports import comparison_tables, spreadsheet_files
    from experiments.storage.spreadsheets import parquet_bytes

    tables = comparison_tables(result, language)
    if kind == "parquet":
        files = {f"{name}.parquet": parquet_bytes(one.rows) for name, one in tables.items()}
    else:
        made_files = spreadsheet_files("vergelijking", tables, language, origin)
        if kind == "xlsx":
            return made_files["vergelijking.xlsx"]
        files = {name: content for name, content in made_files.items() if name.endswith(".csv")}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()
