"""The page that compares scenarios."""

from app_pages.shell.texts import PageTexts

text = PageTexts("page_vergelijken")
LETTERS = "ABCDEF"
