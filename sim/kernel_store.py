"""Where compiled kernels are kept between runs, and whether a whole run was compiled already.

One file holds one kernel for one set of types: a checksum, then what Numba made. Its folder carries a fingerprint of
all that decides what is made: every source file that can hold a kernel, the libraries that compile, the options that
the user gave them, and the processor. So another of these compiles anew, and what is damaged does too. This module
does not load Numba, so that a process that only hands out work stays light.
"""

import contextlib
import hashlib
import os
import platform
import re
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from sim.cache_folder import cache_folder, make_private, make_room
from sim.errors import CannotWrite
from sim.files import atomic_file, hold, read_bounded

ROOT = Path(__file__).resolve().parent.parent
#: The rooms whose modules may hold a kernel that is kept.
ROOMS = ("sim", "models")
SUFFIX = ".kernel"
_CHECKSUM_BYTES = 32
#: Of other source is kept what was used in the last month, as long as it all fits in this.
KEPT_SECONDS, MOST_BYTES = 30 * 86_400.0, 1 << 30


def _source_fingerprint(root: Path) -> str:
    """Return a short fingerprint of all Python files of the rooms under ``root`` and of what compiles them."""
    return hashlib.sha256(repr([source_checksum(root, ROOMS), *_compiler()]).encode()).hexdigest()[:16]


def source_checksum(root: Path, rooms: Sequence[str]) -> str:
    """Return a checksum of all Python files of rooms under ``root``."""
    digest = hashlib.sha256()
    for room in rooms:
        for file in sorted((root / room).rglob("*.py")):
            digest.update(file.relative_to(root).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _compiler() -> list[object]:
    """Return what decides, besides the source, which machine code is made of it."""
    options = sorted(one for one in os.environ.items() if one[0].startswith("NUMBA_") and one[0] != "NUMBA_CACHE_DIR")
    libraries = [version(name) for name in ("numba", "llvmlite", "numpy")]
    return [sys.version, *libraries, options, _content(Path(".numba_config.yaml")), platform.machine(), _processor()]


def _processor() -> list[bytes]:
    """Return the lines that tell what this processor can do, where the system has them."""
    first = _content(Path("/proc/cpuinfo")).split(b"\n\n")[0].splitlines()
    names = (b"vendor_id", b"cpu family", b"model", b"flags", b"Features", b"CPU ")
    return [line for line in first if line.startswith(names)] or [platform.processor().encode()]


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _wanted_folder() -> Path:
    """Return the folder for compiled code of this exact source; whoever sets NUMBA_CACHE_DIR chooses where."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    base = Path(chosen).absolute() if chosen else cache_folder() / "kernels"
    return base / _source_fingerprint(ROOT)


WANTED = _wanted_folder()
#: The folder of compiled code, or None when nothing is kept. Compiled code is loaded and run as it is found, so the
#: folder must be this user's own.
FOLDER = WANTED if make_private(WANTED) else None


def _use(folder: Path | None) -> int | None:
    """Say that compiled code is in use, as long as this process lives."""
    with contextlib.suppress(OSError):
        if folder is not None:
            os.utime(folder)
            return hold(folder, shared=True)
    return None


_IN_USE = _use(FOLDER)


class _Trouble:
    """Why this process stopped keeping what it compiles; None as long as it does."""

    reason: CannotWrite | None = None


def not_kept() -> CannotWrite | None:
    """Why something that was compiled in this process could not be kept; None when all was."""
    return _Trouble.reason


def load_kernel(key: str) -> bytes | None:
    """Return what was kept under a key; None when there is nothing, or when it is not what was written."""
    return None if FOLDER is None else _whole(FOLDER / _name(key))


def keep_kernel(key: str, code: bytes) -> None:
    """Keep compiled code under a key; after the first failure this process keeps nothing any more."""
    if FOLDER is None or _Trouble.reason is not None:
        return
    name = _name(key)
    try:
        with atomic_file(FOLDER / name) as stream:
            stream.write(_checksum(name, code) + code)
    except CannotWrite as error:
        _Trouble.reason = error


def remove_damaged(abandoned_before: float) -> int:
    """Remove what is not what was written, so that it is compiled anew; returns how many files there were.

    What a process left half-written goes too, when it was touched last before a moment (seconds since 1970).
    """
    found = 0
    for file in sorted(FOLDER.glob("*")) if FOLDER is not None else ():
        with contextlib.suppress(OSError):
            if file.suffix == ".tmp" and file.lstat().st_mtime < abandoned_before:
                file.unlink()
        if file.suffix == SUFFIX and _whole(file) is None:
            found += 1
            for gone in (file, _stamp(file.parent)):
                with contextlib.suppress(OSError):
                    gone.unlink()
    return found


def _name(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32] + SUFFIX


def _whole(file: Path) -> bytes | None:
    """The compiled code in a file, or None when it is not there, cannot be read or is not what was written."""
    content = b""
    with contextlib.suppress(OSError):
        content = read_bounded(file)
    code = content[_CHECKSUM_BYTES:]
    return code if content[:_CHECKSUM_BYTES] == _checksum(file.name, code) else None


def _checksum(name: str, code: bytes) -> bytes:
    return hashlib.sha256(name.encode() + code).digest()


def compiled_before() -> bool:
    """Tell whether a whole run has been compiled already from this exact source."""
    return FOLDER is not None and _stamp(FOLDER).exists()


def remember_compiled() -> None:
    """Note that a whole run has been compiled and kept; the first time, what is of other source makes room."""
    if FOLDER is not None and _Trouble.reason is None and not compiled_before():
        with contextlib.suppress(OSError):
            _stamp(FOLDER).touch()
        others = (
            path for path in FOLDER.parent.glob("*") if re.fullmatch("[0-9a-f]{16}", path.name) and path != FOLDER
        )
        make_room(others, MOST_BYTES, KEPT_SECONDS)


def _stamp(folder: Path) -> Path:
    """The file that lies in the folder once a whole run has been compiled into it."""
    return folder / "compiled"
