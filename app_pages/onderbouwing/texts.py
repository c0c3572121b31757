"""The texts of the page Onderbouwing."""

from __future__ import annotations

from app_pages.shell.texts import PageTexts

text = PageTexts("page_onderbouwing")
