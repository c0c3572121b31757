"""Writing the results of a run to a folder, and reading them back without believing a damaged byte.

Each replication leaves its own part in a temporary folder beside the asked one, which takes its place when it is
complete: `monthly.parquet` (municipality by month), `households.parquet` (dates per household), `outcomes.parquet`,
`run.json`, and `sha256sums.txt` over these four.

Every page of every Parquet file carries a checksum that is verified on reading; the sums file also covers
what page checksums leave open (the footer, and `run.json`). On any error nothing half-written stays behind
and an earlier result is as it was. A folder that holds anything else is refused before the run.
"""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from experiments.storage.leftovers import clear_leftovers
from experiments.storage.tables import checked_table
from sim.errors import Allowed, CannotWrite, Term, WrongInput
from sim.files import ASIDE, MAKING, fsync_folder, hold, read_bounded, temporary_prefix

Folder = TypeVar("Folder", bound="StagedFolder")

SUMS = "sha256sums.txt"
#: What follows the name of a folder when a part of a result stands beside an earlier whole one.
PART = ".part"
RUN, COMPARISON = "run.json", "compare.json"
#: What a file manager leaves in a folder that it showed.
MADE_BY_SYSTEMS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


class StagedFolder:
    """A folder being filled beside its final place; `put` puts it in place, leaving it otherwise removes it."""

    def __init__(self, out: Path, staging: Path) -> None:
        self.out = out
        self.placed = False
        self._staging, self._asked = staging, out

    def name_of(self, typed: str) -> str:
        """Where the folder stands, in the words in which it was asked for."""
        return typed if self.out == self._asked else typed.rstrip("/") + PART

    def put(self, files: Mapping[str, bytes], *, whole: bool = True) -> None:
        """Write these files with their checksums and put the folder in place. Raises CannotWrite.

        A result that is not whole never takes the place of an earlier one: it stands beside it.
        """
        self.set_place(whole=whole)
        try:
            self._add(files)
            self._seal(list(files))
            self._put_in_place()
        except OSError as error:
            raise CannotWrite.because(self.out, error) from error

    def set_place(self, *, whole: bool) -> None:
        """Settle where the folder will stand, now that it is known whether its result is whole."""
        if not whole and self.out.is_dir() and any(self.out.iterdir()):
            self.out = self.out.with_name(self.out.name + PART)

    def _add(self, files: Mapping[str, bytes]) -> None:
        for name, content in files.items():
            (self._staging / name).write_bytes(content)

    def _seal(self, names: Sequence[str]) -> None:
        """Write the checksums and make sure that every byte is on disk."""
        sums = "".join(f"{_sha256(self._staging / name)}  {name}\n" for name in names)
        (self._staging / SUMS).write_text(sums, encoding="ascii")
        for name in (*names, SUMS):
            handle = os.open(self._staging / name, os.O_RDWR)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        fsync_folder(self._staging)

    def _put_in_place(self) -> None:
        """Swap the folders: the earlier one steps aside and comes back when the new one cannot take its place."""
        if self.out.is_dir():
            if foreign := foreign_name(self.out):
                raise CannotWrite(self.out, Term("appeared_meanwhile", name=foreign))
            shutil.copymode(self.out, self._staging)
            aside = self._staging.with_suffix(ASIDE)
            os.rename(self.out, aside)
            try:
                os.rename(self._staging, self.out)
            except OSError:
                os.rename(aside, self.out)
                raise
            shutil.rmtree(aside, ignore_errors=True)
        else:
            current = os.umask(0)
            os.umask(current)
            self._staging.chmod(0o777 & ~current)
            os.rename(self._staging, self.out)
        self.placed = True
        fsync_folder(self.out.parent)


def foreign_name(folder: Path) -> str | None:
    """The name of something in a folder that is not part of a result of this program; None when there is none.

    A result is what its checksums list, with `run.json` or `compare.json` among it.
    """
    names = sorted(path.name for path in folder.iterdir() if path.name not in MADE_BY_SYSTEMS)
    listed = {SUMS}
    with contextlib.suppress(OSError, ValueError):
        listed |= set(_listed_sums(folder))
    if not listed & {RUN, COMPARISON}:
        listed = set()
    return next((name for name in names if name not in listed or not (folder / name).is_file()), None)


def staged_folder(out: str | os.PathLike[str]) -> contextlib.AbstractContextManager[StagedFolder]:
    """As `result_folder`, for files that are made at the end and handed to `put`."""
    return staged(out, StagedFolder)


@contextlib.contextmanager
def staged(out: str | os.PathLike[str], kind: type[Folder]) -> Iterator[Folder]:
    """A folder that appears whole under its name, or not at all. Raises CannotWrite."""
    target = Path(os.path.abspath(out))
    if target.is_symlink():  # its folder is swapped, the link stays
        target = target.resolve()
    made: list[Path] = []
    staging: Path | None = None
    held: int | None = None
    folder: Folder | None = None
    try:
        try:
            if target.exists() and not target.is_dir():
                raise CannotWrite(target, Term("file_not_folder"))
            if target.is_dir():
                if os.path.ismount(target):
                    raise CannotWrite(target, Term("start_of_disk"))
                if foreign := foreign_name(target):
                    raise WrongInput("foreign_in_folder", file=out, name=foreign, allowed=Allowed("result_folder"))
            else:
                for parent in reversed(target.parents):
                    if not parent.exists():
                        parent.mkdir()
                        made.append(parent)
            clear_leftovers(target)
            staging = Path(tempfile.mkdtemp(prefix=temporary_prefix(target), suffix=MAKING, dir=target.parent))
            held = hold(staging)
            folder = kind(target, staging)
        except (OSError, ValueError) as error:
            cause = error if isinstance(error, OSError) else OSError(str(error))
            raise CannotWrite.because(target, cause) from error
        try:
            yield folder
        except CannotWrite as error:  # the temporary name means nothing to the user
            raise CannotWrite(target, error.reason) from error
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)
        if held is not None:
            os.close(held)
        if folder is None or not folder.placed:
            for parent in reversed(made):
                with contextlib.suppress(OSError):
                    parent.rmdir()


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _listed_sums(folder: Path) -> dict[str, str]:
    """File name -> checksum, as the sums file of a folder says."""
    lines = read_bounded(folder / SUMS).decode("ascii").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def _check_sum(path: Path) -> None:
    """Compare a file with the sums beside it; without them a changed footer could go unnoticed."""
    sums = path.parent / SUMS
    try:
        if not path.is_file():
            raise WrongInput("no_such_file", file=path)
        if not sums.is_file():
            raise WrongInput("no_sums", file=path, sums=SUMS)
        if _listed_sums(path.parent).get(path.name) != _sha256(path):
            raise WrongInput("sum_wrong", file=path, sums=SUMS)
    except (OSError, ValueError) as error:
        raise WrongInput("sums_unreadable", file=path, sums=SUMS) from error


def read_checked(path: str | os.PathLike[str]) -> pa.Table:
    """Read a Parquet file after verifying every checksum. Raises WrongInput for any damage."""
    file = Path(path)
    _check_sum(file)
    return checked_table(file)


def read_run(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read `run.json` after verifying its checksum. Raises WrongInput for any damage."""
    file = Path(path)
    _check_sum(file)
    try:
        content = json.loads(read_bounded(file).decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise WrongInput("damaged_or_no_result", file=file) from error
    if not isinstance(content, dict):
        raise WrongInput("no_result", file=file)
    return content
