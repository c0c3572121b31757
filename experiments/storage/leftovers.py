"""What a process that was killed left behind beside the place of its result."""

import contextlib
import os
import re
import shutil
import stat
import time
from pathlib import Path

from sim.files import ASIDE, lock, temporary_prefix

#: Between the making and the locking of something; whatever is younger is left alone.
_YOUNG_SECONDS = 60.0


def clear_leftovers(target: Path) -> None:
    """Remove what processes that are gone left beside a place; what stood there before, and lost it, comes back."""
    name = re.compile(re.escape(temporary_prefix(target)) + r"[a-z0-9_]{8}(?P<kind>\.tmp|\.old)")
    with contextlib.suppress(OSError):
        for path in target.parent.iterdir():
            if (found := name.fullmatch(path.name)) is None or not _is_left(path):
                continue
            if found["kind"] == ASIDE and not os.path.lexists(target):
                os.rename(path, target)
            elif path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()


def _is_left(path: Path) -> bool:
    """Whether nobody is making this any more."""
    kind = path.lstat()
    if not (stat.S_ISREG(kind.st_mode) or stat.S_ISDIR(kind.st_mode)) or time.time() - kind.st_ctime < _YOUNG_SECONDS:
        return False
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    try:
        return lock(handle)
    finally:
        os.close(handle)
