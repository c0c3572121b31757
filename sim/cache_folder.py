"""The folder of the user for what can be made again: compiled code and finished runs.

Nothing is ever written beside the sources or where the package is installed: those may be read-only, shared with other
users, or replaced at any time.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path


def cache_folder() -> Path:
    """Return `$XDG_CACHE_HOME/doorstroom`, or `~/.cache/doorstroom`; it need not exist.

    A relative `XDG_CACHE_HOME` does not count (so says its standard): it would mean another folder in every folder.
    """
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(chosen):
        # Without a home, as in some containers, this is `/.cache`: nobody can write there, and nothing is kept.
        home = os.path.expanduser("~")
        chosen = os.path.join(home if os.path.isabs(home) else "/", ".cache")
    return Path(chosen) / "doorstroom"


def make_private(folder: Path) -> bool:
    """Make a folder that only this user can read or write; tell whether it can be used.

    A folder that somebody else owns or may write in is refused: whoever loads code from it would run their code.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    safe = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022
    return safe and os.access(folder, os.W_OK | os.X_OK)
