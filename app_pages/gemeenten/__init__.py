"""The page on municipalities and provinces."""

from app_pages.shell.texts import PageTexts, visitor_language
from experiments.language.formatting import half_year_text, number_text, round_to_significant

text = PageTexts("page_gemeenten")


def half_words(name: str) -> str:
    """A half-year within a sentence."""
    return text("the_half", half=half_year_text(name, visitor_language()))


def persons_words(value: float) -> str:
    """A number of persons in a sentence, as precise as it is worth."""
    return number_text(round_to_significant(value), 0, visitor_language())
