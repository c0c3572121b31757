"""Pictures: how they look, what they show, and how they leave the page."""

from app_pages.shell.texts import PageTexts

text = PageTexts("charts")
