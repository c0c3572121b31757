"""The folder of the user for what can be made again: compiled code and finished runs.

Nothing is ever written beside the sources or where the package is installed: those may be read-only, shared with other
users, or replaced at any time.
"""

import contextlib
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from sim.files import WITHOUT_WAITING, lock

#: What was used within so many seconds may be in use.
IN_USE_SECONDS = 3600.0
#: The least that a file takes on a disk.
_BLOCK_BYTES = 4096


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

    A folder that somebody else owns or may write in is refused: whoever loads code from it would run their code. So is
    one below a folder in which somebody else could put another in its place.
    """
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        above = [place.stat() for place in folder.resolve().parents]
    except OSError:
        return False
    own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022
    return own and not any(map(_others_may_replace, above)) and os.access(folder, os.W_OK | os.X_OK)


def _others_may_replace(found: os.stat_result) -> bool:
    """Whether somebody but this user and root may rename what lies in a folder.

    In a sticky folder, as those for temporary files are, only who owns a thing may. The first group of this user counts
    as this user: it is theirs alone wherever folders are made writable for it.
    """
    if found.st_uid not in (os.geteuid(), 0):
        return True
    by_others = found.st_mode & (0o002 if found.st_gid == os.getegid() else 0o022)
    return bool(by_others) and not found.st_mode & stat.S_ISVTX


def make_room(
    paths: Iterable[Path], most_bytes: int, kept_seconds: float, outdated: Callable[[Path], bool] = lambda _: False
) -> None:
    """Remove what was not used (touched) for so long; where all take too much, also what was used longest ago.

    What is outdated goes first. Never what was used within the hour or is held by a process: it may be in use.
    """
    found = []
    for path in paths:
        with contextlib.suppress(OSError):
            size = sum(max(one.lstat().st_size, _BLOCK_BYTES) for one in (path, *path.rglob("*")))
            found.append((not outdated(path), path.lstat().st_mtime, size, path))
    too_much = sum(size for _, _, size, _ in found) - most_bytes
    for _, used, size, path in sorted(found):
        age = time.time() - used
        if age > IN_USE_SECONDS and (too_much > 0 or age > kept_seconds) and _remove(path):
            too_much -= size


def _remove(path: Path) -> bool:
    """Remove a file or folder that nobody holds; tell whether it is gone."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY | WITHOUT_WAITING | getattr(os, "O_NOFOLLOW", 0))
        try:
            if lock(handle):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
                return True
        finally:
            os.close(handle)
    return False
