"""Ctrl-C that is not lost.

Python raises KeyboardInterrupt wherever the main thread happens to be, and where nobody can catch it, as when it tidies
up after loading a module, it prints it and goes on. So what was heard is noted too: work in steps asks between two.
"""

import signal
import sys
from typing import NoReturn

_heard: list[int] = []


def listen() -> None:
    """Interrupt the main thread on Ctrl-C, SIGTERM and SIGHUP, unless it was started to outlive them."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        kind = getattr(signal, name, None)  # Windows has no SIGHUP
        if kind is not None and signal.getsignal(kind) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(kind, _hear)
    sys.unraisablehook = _pass_over


def raise_if_heard() -> None:
    """Raise KeyboardInterrupt when an interrupt was heard and nobody has answered it."""
    if _heard:
        raise KeyboardInterrupt


def answered() -> None:
    """Let work that starts after this go on: what was heard has been answered."""
    _heard.clear()


def _hear(number: int, _: object) -> NoReturn:
    _heard.append(number)
    raise KeyboardInterrupt


def _pass_over(fault: "sys.UnraisableHookArgs") -> None:
    if not issubclass(fault.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(fault)
