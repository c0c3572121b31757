"""Who may come in when the app can be reached from other machines: who knows the word, or comes by the proxy."""

import pytest

from app_pages.shell import access
from cli_pages import app as command

WORD = "een lang toegangswoord"


def test_the_command_and_the_app_mean_the_same_variables():
    assert (command.WORD, command.PROXY) == (access.WORD, access.PROXY)


@pytest.mark.parametrize(
    ("address", "let_in"),
    [(None, True), ("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("192.0.2.7", True), ("2001:db8::1", True),
     ("10.2.0.1", False), ("192.0.2.8", False), ("2001:db9::1", False)],
)  # fmt: skip
def test_only_the_proxy_and_this_machine_come_in(address, let_in):
    assert access.from_proxy(address, "10.1.0.0/16, 192.0.2.7,2001:db8::/32") is let_in


def test_a_visitor_from_elsewhere_sees_nothing(opened, monkeypatch):
    monkeypatch.setenv(access.PROXY, "10.0.0.5")
    monkeypatch.setattr(access, "from_proxy", lambda address, proxies: False)
    at = opened()
    assert [error.value for error in at.error] == ["De app is alleen te bereiken via het adres van de beheerder."]
    assert not at.title
    assert not at.sidebar.text_input


def test_the_word_opens_the_app_and_no_other_does(opened, monkeypatch):
    monkeypatch.setenv(access.WORD, WORD)
    monkeypatch.setattr(access, "SECONDS_PER_GUESS", 0.0)
    at = opened()
    assert [title.value for title in at.title] == ["Doorstroom"]
    for wrong in ("", WORD.upper(), f"{WORD} "):
        at.text_input[0].set_value(wrong)
        at.button[0].click().run()
        assert [title.value for title in at.title] == ["Doorstroom"], wrong
        assert not at.exception
    assert [error.value for error in at.error] == ["Dit is niet het toegangswoord."]
    at.text_input[0].set_value(WORD)
    at.button[0].click().run()
    assert at.title[0].value == "De prop van 2021"
