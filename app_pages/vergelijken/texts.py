"""The texts of the page Vergelijken, and what its scenarios are called."""

from __future__ import annotations

from app_pages.shell.texts import PageTexts

text = PageTexts("page_vergelijken")
LETTERS = "ABCDEF"
