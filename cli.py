"""Entry point of the command `doorstroom`; the commands stand in `cli_pages`.

Worker processes load this module again, so it loads nothing until the command is started.
"""

import signal
from typing import NoReturn


def main() -> NoReturn:
    """Start the command, and end it in one sentence at whatever moment it is stopped.

    Ctrl-C waits until the command can say so, and does nothing any more once it has ended. Whoever closes the terminal
    or ends the process (SIGHUP, SIGTERM) stops it in the same way, unless it was started to outlive them.
    """
    if hasattr(signal, "pthread_sigmask"):  # not on Windows
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    from sim.interrupts import listen

    listen()
    from cli_pages.command import app

    try:
        app()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise SystemExit(0)


if __name__ == "__main__":
    main()
