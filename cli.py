"""Entry point of the command `doorstroom`; the commands stand in `cli_pages`.

Worker processes load this module again, so it loads nothing until the command is started.
"""

from __future__ import annotations

from typing import NoReturn


def main() -> NoReturn:
    """Start the command."""
    from cli_pages.command import app

    app()
    raise SystemExit(0)


if __name__ == "__main__":
    main()
