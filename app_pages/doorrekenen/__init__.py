"""The page Doorrekenen: one scenario beside its baseline."""

from app_pages.shell.texts import PageTexts

text = PageTexts("page_doorrekenen")
