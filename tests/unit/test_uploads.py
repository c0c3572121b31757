"""The server as this app starts it: what visitors upload and say is bounded, and who connects is known."""

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from app_pages.shell import serve
from cli_pages.app import streamlit_options


@pytest.fixture
def manager():
    class Bounded(MemoryUploadedFileManager):
        """As the server has it."""

    serve.bound_uploads(Bounded)
    return Bounded("/uploads")


def upload(manager, session, name, size):
    manager.add_file(session, UploadedFileRec(name, name, "text/csv", bytes(size)))


def held(manager):
    return {session: list(files) for session, files in manager.file_storage.items()}


def test_of_one_visit_the_latest_files_are_held(manager):
    upload(manager, "other", "other", 9)
    for place in range(100):
        upload(manager, "flood", f"{place}", 10)
    assert held(manager) == {"other": ["other"], "flood": ["96", "97", "98", "99"]}


def test_of_all_visits_who_holds_most_lets_go(manager, monkeypatch):
    monkeypatch.setattr(serve, "MOST_BYTES", 100)
    upload(manager, "honest", "table", 9)
    for place in range(30):  # so many tabs of one visitor
        upload(manager, f"tab {place}", "first", 10)
        upload(manager, f"tab {place}", "second", 10)
    files = held(manager)
    assert files["honest"] == ["table"]
    assert sum(map(len, files.values())) <= 10
    assert files["tab 29"]


def test_who_connects_is_not_who_a_header_says(monkeypatch):
    # Uvicorn believes a proxy on this machine: one that was named there then locked everybody out.
    import uvicorn
    from streamlit import net_util

    for place, name in (
        (net_util, "get_external_ip"),
        (net_util, "get_internal_ip"),
        (MemoryUploadedFileManager, "add_file"),
    ):
        monkeypatch.setattr(place, name, getattr(place, name))  # put back afterwards
    monkeypatch.setattr("streamlit.web.cli.main", lambda: None)
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "127.0.0.1")
    serve.main()
    assert uvicorn.Config("app").forwarded_allow_ips == ""


def test_what_a_browser_says_at_once_is_bounded():
    options = streamlit_options("127.0.0.1", 8501)
    told = dict(zip(options[::2], options[1::2], strict=True))
    most = {"UploadSize": 5, "WidgetStateSize": 2, "MessageSize": 20}
    assert all(int(told[f"--server.max{what}"]) <= megabytes for what, megabytes in most.items())
