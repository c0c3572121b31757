"""The words that figures and tables share."""

from __future__ import annotations

from app_pages.shell.texts import PageTexts

text = PageTexts("charts")
