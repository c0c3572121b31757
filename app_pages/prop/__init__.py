"""The page on the bottleneck of 2021: a lesson with bets."""

from app_pages.shell.texts import PageTexts

text = PageTexts("page_prop")
