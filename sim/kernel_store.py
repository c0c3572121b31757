"""Where compiled kernels are kept between runs, and whether a whole run was compiled already.

Numba only notices a change in the file of the kernel itself, not in a kernel that it calls, so
a stale result could survive an update. The folder of compiled code therefore carries a
fingerprint of every source file that can hold a kernel: any change compiles anew. This module
does not load Numba, so that a process that only hands out work stays light.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from sim.cache_folder import cache_folder, make_private


def _source_fingerprint(root: Path) -> str:
    """Return a short fingerprint of all Python files of ``sim`` and ``models`` under ``root``."""
    digest = hashlib.sha256()
    for room in ("sim", "models"):
        for file in sorted((root / room).rglob("*.py")):
            digest.update(file.relative_to(root).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _wanted_folder() -> Path:
    """Return the folder for compiled code of this exact source; whoever sets NUMBA_CACHE_DIR chooses where."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    base = Path(chosen).absolute() if chosen else cache_folder() / "kernels"
    return base / _source_fingerprint(Path(__file__).resolve().parent.parent)


WANTED = _wanted_folder()
#: The folder of compiled code, or None when nothing is kept. Compiled code is loaded and run as it is found, so the
#: folder must be this user's own.
FOLDER = WANTED if make_private(WANTED) else None


def compiled_before() -> bool:
    """Tell whether a whole run has been compiled already from this exact source."""
    return FOLDER is not None and _stamp(FOLDER).exists()


def remember_compiled() -> None:
    """Note that a whole run has been compiled; without a writable folder nothing is noted."""
    if FOLDER is not None:
        with contextlib.suppress(OSError):
            _stamp(FOLDER).touch()


def _stamp(folder: Path) -> Path:
    """The file that lies in the folder once a whole run has been compiled into it."""
    return folder / "compiled"
