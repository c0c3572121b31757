"""Files that leave the app are made outside its pages, and say what made them all the same."""

import re
import threading

import pytest

from experiments.run.origin import program_text
from experiments.service.keys import FULL_COUNT

MISSING = "missing ScriptRunContext"


@pytest.mark.parametrize(
    ("page", "link"), [("doorrekenen", {}), ("vergelijken", {"vergelijk": "basis,eigen"}), ("gemeenten", {})]
)
def test_a_file_is_made_in_the_language_of_who_asked_and_asks_nothing_of_a_page(
    opened, monkeypatch, caplog, page, link
):
    files = {}

    def keep(label, content, file_name, **_):
        files[file_name] = content

    monkeypatch.setattr("streamlit.download_button", keep)
    opened(page, lang="en", share_cap="0.08", **link)
    caplog.clear()
    made = {}
    for name, content in files.items():
        if callable(content):
            maker = threading.Thread(target=lambda name=name, content=content: made.update({name: content()}))
            maker.start()
            maker.join()
    assert set(made) == {name for name, content in files.items() if callable(content)} and len(made) >= 2
    assert MISSING not in caplog.text
    own = re.compile(r"(?!doorstroom-prop-).*\.csv")  # the first page is drawn on the way to any other
    tables = [content.decode("utf-8-sig") for name, content in made.items() if own.fullmatch(name)]
    lines = [line for table in tables for line in table.splitlines()[1:]]
    parts = (program_text("en"), "share_cap=0.08", f"{FULL_COUNT} replications")
    assert lines and all(part in line for line in lines for part in parts)
