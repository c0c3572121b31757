"""Writing one file that a user asked for, and never in place of something that is not ours."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from experiments.storage.leftovers import clear_leftovers
from sim.errors import CannotWrite, Term
from sim.files import atomic_file, place_of

#: What every page of this program says in its head; see `page.html` of the report.
MADE_HERE = b'<meta name="generator" content="Doorstroom'
#: What every page of the documentation says there that is made as a whole.
MADE_DOCS = b"`doorstroom docs`"
_HEAD_BYTES = 2_048


@dataclass(frozen=True)
class Output:
    """A file that a command was asked to write; an empty path asks for none.

    inputs: what the same command reads, never to be replaced. force: whether a file that this program did not make may
    be replaced. Made before the work; raises CannotWrite when it may not or cannot be written.
    """

    path: str
    inputs: tuple[str, ...] = ()
    force: bool = False

    def __post_init__(self) -> None:
        if not self.path:
            return
        try:
            with tempfile.TemporaryFile(dir=self._target().parent):
                pass
        except (OSError, ValueError) as error:
            cause = error if isinstance(error, OSError) else OSError(str(error))
            raise CannotWrite.because(self.path, cause) from error

    def __bool__(self) -> bool:
        return bool(self.path)

    def write(self, content: str) -> None:
        """Write a text in one step, so that the file is the old one or the new one, whole. Raises CannotWrite."""
        clear_leftovers(self._target())
        write_file(self.path, content)

    def _target(self) -> Path:
        target = place_of(self.path)
        if target.exists():
            if any(os.path.exists(file) and os.path.samefile(target, file) for file in self.inputs):
                raise CannotWrite(self.path, Term("is_input"))
            with target.open("rb") as stream:
                head = stream.read(_HEAD_BYTES)
            if head and not self.force and MADE_HERE not in head and MADE_DOCS not in head:
                raise CannotWrite(self.path, Term("not_made_here"))
        return target


def write_file(path: str | os.PathLike[str], content: str) -> None:
    """Write a text of our own in one step, so that a file is the old one or the new one, whole. Raises CannotWrite."""
    with atomic_file(path) as handle:
        handle.write(content.encode())
