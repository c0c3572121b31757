"""Who comes, and who may come in when others can reach the app: whoever knows the word, or comes by the proxy.

`doorstroom app` hands over what it was started with as environment variables; on this machine alone neither is needed.
"""

import hmac
import ipaddress
import os
import time
from collections.abc import Sequence

import streamlit as st
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string

from app_pages.shell.texts import text
from experiments.service.turns import TurnLock, Visitor

WORD, PROXY = "DOORSTROOM_ACCESS_WORD", "DOORSTROOM_PROXY"
#: One guess at a time for all visitors together, this long: a word of twelve letters is then not found by trying.
SECONDS_PER_GUESS = 1.0
_ADMITTED = "access_admitted"
_GUESS = TurnLock()


def admitted() -> bool:
    """Whether this visitor may see the app; if not, the page says why, or asks for the word."""
    proxies, word = os.environ.get(PROXY, ""), os.environ.get(WORD, "")
    if proxies and not from_proxy(st.context.ip_address, proxies):
        st.error(text("access.only_by_proxy"))
        return False
    if not word or st.session_state.get(_ADMITTED, False):
        return True
    st.title(text("app"))
    st.write(text("access.intro"))
    st.html("<style>[data-testid='InputInstructions'] { display: none }</style>")  # English, whoever reads it
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
    came_from = _address(address)
    if address is None or came_from is None:
        return address is None
    return any(came_from in ipaddress.ip_network(network.strip()) for network in proxies.split(","))


def _address(text: object) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(str(text).strip())
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def visitor() -> Visitor:
    """Who this is, for taking turns and for limits: an address and a browser at it, in memory only.

    A browser is known by the random token that it got from this server. Anybody can make one up, or send none, and has
    with all of them no more than the turns of one address.
    """
    if "_visitor" not in st.session_state:
        forwarded, proxies = st.context.headers.get_all("X-Forwarded-For"), os.environ.get(PROXY, "")
        token, _ = decode_xsrf_token_string(st.context.cookies.get("_streamlit_xsrf", ""))
        address = address_of(st.context.ip_address, forwarded, proxies)
        st.session_state["_visitor"] = (address, token.hex()[:64] if token else "")
    found: Visitor = st.session_state["_visitor"]
    return found


def address_of(peer: str | None, forwarded: Sequence[str], proxies: str) -> str:
    """The address that a visitor counts as: what the last proxy with a name here says, or else who connects.

    Of IPv6 the network, since everybody has billions of addresses there. What stands before the last entry that is no
    proxy of ours can be made up by the visitor, and so can all of it when no proxy is named.
    """
    found = _address(peer)
    for hop in reversed(",".join(forwarded).split(",") if proxies else []):
        if _address(hop) is None:
            break
        found = _address(hop)
        if not from_proxy(hop, proxies):
            break
    if found is None:
        return ""
    return str(found if found.version == 4 else ipaddress.ip_network((found, 64), strict=False))


def _is_right(typed: str, word: str) -> bool:
    _GUESS.acquire(visitor())
    try:
        time.sleep(SECONDS_PER_GUESS)
    finally:
        _GUESS.release()
    return hmac.compare_digest(typed.encode("utf-8", "surrogatepass"), word.encode("utf-8", "surrogatepass"))
