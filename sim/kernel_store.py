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
import tempfile
from pathlib import Path


def _source_fingerprint(root: Path) -> str:
    """Return a short fingerprint of all Python files of ``sim`` and ``models`` under ``root``."""
    digest = hashlib.sha256()
    for room in ("sim", "models"):
        for file in sorted((root / room).rglob("*.py")):
            digest.update(file.relative_to(root).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _store_folder() -> Path:
    """Return a writable folder for compiled code that belongs to this exact source."""
    root = Path(__file__).resolve().parent.parent
    fingerprint = _source_fingerprint(root)
    base = root / ".numba_cache"
    try:
        folder = base / fingerprint
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    return Path(tempfile.gettempdir()) / f"doorstroom-{os.getuid()}" / fingerprint


#: The folder of compiled code; who sets NUMBA_CACHE_DIR chooses another.
FOLDER = Path(os.environ.get("NUMBA_CACHE_DIR") or _store_folder())

#: Lies in the folder once a whole run has been compiled into it.
_STAMP = FOLDER / "compiled"


def compiled_before() -> bool:
    """Tell whether a whole run has been compiled already from this exact source."""
    return _STAMP.exists()


def remember_compiled() -> None:
    """Note that a whole run has been compiled; without a writable folder nothing is noted."""
    with contextlib.suppress(OSError):
        _STAMP.parent.mkdir(parents=True, exist_ok=True)
        _STAMP.touch()
