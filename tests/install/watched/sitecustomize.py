"""Loaded by every Python process that has this folder in its path: writes down what it wants of another machine.

One line for each name that is looked up and each connection that is tried, in the file that OUTGOING names.
"""

import ipaddress
import os
import sys

LOOKED_UP = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
CONNECTED = ("socket.connect", "socket.sendto", "socket.sendmsg")


def _is_here(host):
    """Whether a host is this machine, or the system's own sockets; a name is looked up, and that may leave it."""
    if host is None or host in ("", b"", "localhost", b"localhost"):
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        address = ipaddress.ip_address(text.split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _write_down(event, arguments):
    if event in LOOKED_UP:
        host = arguments[0]
    elif event in CONNECTED and isinstance(arguments[1], tuple):  # anything else is a socket of the system
        host = arguments[1][0]
    else:
        return
    if not _is_here(host):
        with open(os.environ["OUTGOING"], "a", encoding="utf-8") as file:
            file.write(f"{event} {host} {sys.argv[:2]}\n")


sys.addaudithook(_write_down)
