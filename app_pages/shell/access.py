"""Who may come in when the app can be reached from other machines: whoever knows the word, or comes by the proxy.

`doorstroom app` hands over what it was started with as environment variables; on this machine alone neither is needed.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
import threading
import time

import streamlit as st

from app_pages.shell.texts import text

WORD, PROXY = "DOORSTROOM_ACCESS_WORD", "DOORSTROOM_PROXY"
#: One guess at a time for all visitors together, this long: a word of twelve letters is then not found by trying.
SECONDS_PER_GUESS = 1.0
_ADMITTED = "access_admitted"
_GUESS = threading.Lock()


def admitted() -> bool:
    """Whether this visitor may see the app; if not, the page says why, or asks for the word."""
    proxies, word = os.environ.get(PROXY, ""), os.environ.get(WORD, "")
    if proxies and not from_proxy(st.context.ip_address, proxies):
        st.error(text("access.only_by_proxy"))
        return False
    if not word or st.session_state.get(_ADMITTED, False):
        return True
    with st.form("access", border=False):
        typed = st.text_input(text("access.word"), type="password")
        if st.form_submit_button(text("access.enter")) and _is_right(typed, word):
            st.session_state[_ADMITTED] = True
            st.rerun()
    if typed:
        st.error(text("access.wrong"))
    return False


def from_proxy(address: str | None, proxies: str) -> bool:
    """Whether a visitor comes from this machine (None) or from one of the addresses or networks of the proxies."""
    if address is None:
        return True
    came_from = ipaddress.ip_address(address)
    came_from = getattr(came_from, "ipv4_mapped", None) or came_from
    return any(came_from in ipaddress.ip_network(network.strip()) for network in proxies.split(","))


def _is_right(typed: str, word: str) -> bool:
    with _GUESS:
        time.sleep(SECONDS_PER_GUESS)
    return hmac.compare_digest(typed.encode("utf-8", "surrogatepass"), word.encode("utf-8", "surrogatepass"))
