"""Writing one file that a user asked for."""

from __future__ import annotations

import os

from sim.snapshot import atomic_file


def write_file(path: str | os.PathLike[str], content: str) -> None:
    """Write a text in one step, so that a file is the old one or the new one, whole. Raises CannotWrite."""
    with atomic_file(path) as handle:
        handle.write(content.encode())
