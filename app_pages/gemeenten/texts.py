"""The texts of the page Gemeenten, and how it writes half-years and persons."""

from __future__ import annotations

from app_pages.shell import numbers
from app_pages.shell.texts import PageTexts, visitor_language

text = PageTexts("page_gemeenten")


def half_words(name: str) -> str:
    """A half-year within a sentence."""
    return text("the_half", half=numbers.half_year(name, visitor_language()))


def persons_words(value: float) -> str:
    """A number of persons in a sentence, as precise as it is worth."""
    return numbers.figure(numbers.round_off(value), visitor_language())
