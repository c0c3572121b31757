"""What others than permit holders get and forgo stands on every page that shows homes, from one place.

Who adds a page on who is housed hears it here.
"""

import inspect

import pytest
from futures import lower_by_ten

from app_pages import pages
from app_pages.charts import homes as shown_homes
from cli_pages import compare, printing, run
from experiments.language.catalogue import catalogue
from experiments.language.formatting import number_text
from experiments.language.language import LANGUAGES
from experiments.report.homes import GROUPS, homes_sentence, homes_table
from experiments.report.report import report_page

#: Pages of one household, of kept verdicts, forecasts and history, and of own figures: they show no run whose homes
#: could be divided.
OTHER_PAGES = {"volg", "uitspraken", "voorspeld", "onderbouwing", "cijfers"}


def sources(page):
    """The source of a page with the modules of its folder."""
    module = inspect.getmodule(page.show)
    folder = module.__package__
    if folder == "app_pages":
        return inspect.getsource(module)
    import importlib
    import pkgutil

    package = importlib.import_module(folder)
    names = [found.name for found in pkgutil.iter_modules(package.__path__)]
    return "".join(inspect.getsource(importlib.import_module(f"{folder}.{name}")) for name in names)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.link)
def test_a_page_of_runs_says_who_got_the_homes(page):
    told = sources(page)
    assert ("show_homes(" in told) == (page.link not in OTHER_PAGES)
    assert "homes_got_" not in told and "homes_forgone_" not in told, "by the shared place, not by a copy"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_who_got_the_homes(language):
    say = catalogue("homes", language)
    for result in (lower_by_ten(), lower_by_ten().runs[0]):
        page = report_page(result, language)
        assert all(say(group) in page for group in GROUPS)
        assert say("title") in page


def test_the_terminal_says_who_got_the_homes():
    assert "homes_lines(" in inspect.getsource(run._report)
    assert "homes_lines(" in inspect.getsource(compare._pair)
    runs = lower_by_ten().runs[:2]
    lines = printing.homes_lines(runs, ["a", "b"])
    words = catalogue("homes", "nl")
    assert sum(words(group) in line for line in lines for group in GROUPS) >= len(GROUPS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_holds_the_means_and_the_difference_in_pairs(language):
    runs = lower_by_ten().runs[:2]
    table = homes_table(runs, ["A", "B"], language)
    assert len(table.rows) == 1 + len(GROUPS)
    for row, name in zip(table.rows[1:], GROUPS, strict=True):
        assert row[1] == number_text(runs[0].outcome_band(f"homes_got_{name}").mean, 0, language)
        assert row[3] == number_text(runs[1].outcome_band(f"homes_got_{name}").mean, 0, language)
        assert len(row) == len(table.heads) == 6
    assert number_text(runs[0].outcome_band("homes_let").mean, 0, language) in homes_sentence(runs[0], language)


def test_the_app_draws_the_same_table():
    assert "homes_table(" in inspect.getsource(shown_homes)
