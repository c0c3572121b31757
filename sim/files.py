"""Files that are whole or not there.

Whatever is being made has a temporary name beside its place and is locked by whoever makes it. The lock goes when its
process goes, however it went, so that it can be told what is left over.
"""

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from sim.errors import CannotWrite, Term

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_LONGEST_NAME_KEPT = 80
MAKING, ASIDE = ".tmp", ".old"
#: More than any file of ours takes.
LARGEST_BYTES = 1 << 30
#: Whoever opens a pipe to read waits for a writer, unless they say so.
WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0)


def fsync_folder(folder: str | os.PathLike[str]) -> None:
    """Make a rename inside a folder survive a power cut; where the system cannot do this it is skipped."""
    flags = getattr(os, "O_DIRECTORY", None)
    if flags is None:  # Windows keeps no handle on folders
        return
    handle = os.open(folder, os.O_RDONLY | flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def temporary_prefix(target: Path) -> str:
    """How the name begins of what is being made for a place."""
    return f".{target.name[:_LONGEST_NAME_KEPT]}."


def read_bounded(path: str | os.PathLike[str]) -> bytes:
    """The bytes of an ordinary file that is no larger than one of ours can be. Raises OSError.

    What is a pipe is not waited for.
    """
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | WITHOUT_WAITING)) as stream:
        about = os.fstat(stream.fileno())
        if not stat.S_ISREG(about.st_mode) or about.st_size > LARGEST_BYTES:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        return stream.read(about.st_size)


def lock(handle: int, shared: bool = False) -> bool:
    """Hold a file or folder until its handle is closed; tell whether nobody else holds it, as far as can be known.

    Those who share it may hold it together, but not beside one who does not.
    """
    if fcntl is None:
        return False
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:  # held, or a file system without locks
        return False
    return True


def hold(path: Path, shared: bool = False) -> int | None:
    """Lock a file or folder and return the handle that holds it; None where the system has no such locks."""
    if fcntl is None:
        return None
    handle = os.open(path, os.O_RDONLY)
    lock(handle, shared)
    return handle


def place_of(path: str | os.PathLike[str]) -> Path:
    """Where a file will be written: links are followed.

    Raises CannotWrite for what is no regular file, such as a device or a pipe, and for a file that may not be changed.
    """
    try:
        target = Path(os.path.realpath(path))
        if target.is_dir():
            raise CannotWrite(os.fspath(path), Term("folder_in_place"))
        if target.exists():
            if not target.is_file():
                raise CannotWrite(os.fspath(path), Term("no_regular_file"))
            if not os.access(target, os.W_OK):
                raise CannotWrite(os.fspath(path), Term("no_permission"))
    except (OSError, ValueError) as error:
        cause = error if isinstance(error, OSError) else OSError(str(error))
        raise CannotWrite.because(os.fspath(path), cause) from error
    return target


@contextlib.contextmanager
def atomic_file(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a temporary file beside `path`; on leaving it is flushed to disk and takes the name in one step.

    A file in place passes on its mode and, where this is allowed, its owner. On any error the temporary file is removed
    and `path` is as it was. Raises CannotWrite, also for what is no regular file.
    """
    target = place_of(path)
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=temporary_prefix(target), suffix=MAKING, dir=target.parent)
        with os.fdopen(handle, "wb") as stream:
            lock(handle)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        _pass_on(target, temporary)
        os.replace(temporary, target)
        temporary = None
        fsync_folder(target.parent)
    except OSError as error:
        raise CannotWrite.because(os.fspath(path), error) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def _pass_on(target: Path, temporary: str) -> None:
    """Give the new file the mode and owner of the one in place, or what a new file has."""
    try:
        before = target.stat()
    except FileNotFoundError:
        os.chmod(temporary, 0o666 & ~_umask())
        return
    made = os.stat(temporary)
    if hasattr(os, "chown") and (before.st_uid, before.st_gid) != (made.st_uid, made.st_gid):
        with contextlib.suppress(OSError):  # giving files away is for root
            os.chown(temporary, before.st_uid, before.st_gid)
    os.chmod(temporary, stat.S_IMODE(before.st_mode))


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
