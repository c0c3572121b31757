"""The chapter on the app in the user guide: its pages, its buttons and its example are those of the app."""

import re
from pathlib import Path

import pytest
from page_words import words

from app_pages import pages
from experiments.scenario.decisions import HEADS, read_steps
from experiments.service.keys import FULL_COUNT

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "gebruikershandleiding.md").read_text(encoding="utf-8")
CHAPTER = re.search(r"^## De app$(.*?)^## ", GUIDE, flags=re.MULTILINE | re.DOTALL)[1]


def test_the_pages_are_those_of_the_app():
    named = re.findall(r"^\| ([^|]+) \|", CHAPTER, flags=re.MULTILINE)[1:]
    assert named == sorted(words(f"page_{page.link}", "page_title") for page in pages())


@pytest.mark.parametrize("key", ["run", "undo", "redo", "reset", "dates", "stop", "table", "provisional", "scenario"])
def test_buttons_bear_the_name_that_the_guide_gives_them(key):
    assert f"‘{words('shell', key)}’" in CHAPTER


def test_the_example_of_dated_decisions_is_read():
    text = re.search(r"```csv\n(.*?)```", CHAPTER, flags=re.DOTALL)[1]
    assert text.splitlines()[0].split(";") == list(HEADS)
    found = read_steps(text, "prop-2021")
    assert [(step.lever, step.value) for step in found] == [("flex_per_year", 6000), ("share_cap", 0.08)]
    assert found[0].until_date is None and found[1].until_date.isoformat() == "2021-07-01"


def test_the_number_of_replications_is_that_of_the_app():
    assert FULL_COUNT == 50 and "tot vijftig" in CHAPTER
