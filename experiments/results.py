"""Writing the results of a run to a folder, and reading them back without believing a damaged byte.

Who acts: each replication leaves its own part in a temporary folder beside the wanted one; at the end one writer puts
the parts together in order. Who waits: the wanted folder, which takes its place when it is complete. What leaves:
`monthly.parquet` (municipality by month), `households.parquet` (dates per household), `outcomes.parquet`,
`run.json`, and `sha256sums.txt` over these four. What is left out: daily facts per place.

Every page of every Parquet file carries a checksum that is verified on reading; the sums file also covers
what page checksums leave open (the footer, and `run.json`). On any error nothing half-written stays behind
and an earlier result is as it was. A folder that holds anything else is refused before the run.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.errors import CannotWrite, WrongInput
from sim.snapshot import fsync_folder

if TYPE_CHECKING:
    from experiments.compare import Comparison
    from experiments.run import RunResult
    from models.facts import Facts

Folder = TypeVar("Folder", bound="StagedFolder")

SUMS = "sha256sums.txt"
RUN, COMPARISON = "run.json", "compare.json"
#: What a file manager leaves in a folder that it showed.
MADE_BY_SYSTEMS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
TABLES = ("monthly.parquet", "households.parquet", "outcomes.parquet")
_PARTS = ("monthly", "households")

#: Columns of households that hold a day; -1 (not, or not yet) becomes empty.
DAY_COLUMNS = frozenset(
    {
        "arrived",
        "registered",
        "decided",
        "permit",
        "appeal_decided",
        "linked",
        "housed",
        "departed",
        "family_applied",
        "family_decided",
        "family_arrived",
        "family_housed",
        "stay_since",
        "stay_ended",
    }
)


def _dates(days: Any) -> pa.Array:
    numbers = np.asarray(days, dtype=np.int32)
    return pa.array(numbers, type=pa.int32(), mask=numbers < 0).cast(pa.date32())


def monthly_table(number: int, facts: Facts, from_day: int, until_day: int) -> pa.Table:
    """One row per municipality and month end of the window, one column per measure."""
    from models.geography import municipalities

    codes = list(municipalities().code)
    days = np.asarray(facts.monthly_days, dtype=np.int32)
    rows = np.flatnonzero((days >= from_day) & (days < until_day))
    columns: dict[str, Any] = {
        "replication": pa.array(np.full(rows.size * len(codes), number, dtype=np.int32)),
        "date": _dates(np.repeat(days[rows], len(codes))),
        "municipality": pa.DictionaryArray.from_arrays(
            pa.array(np.tile(np.arange(len(codes), dtype=np.int16), rows.size)), pa.array(codes)
        ),
    }
    for measure, values in facts.municipal_monthly.items():
        columns[measure] = pa.array(np.ascontiguousarray(np.asarray(values)[rows]).ravel())
    return pa.table(columns)


def _words(numbers: Any, words: Sequence[str]) -> pa.Array:
    """Codes as the words they stand for; a code below zero becomes empty."""
    codes = np.asarray(numbers, dtype=np.int32)
    indices = pa.array(codes, type=pa.int32(), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(words)))


def households_table(number: int, facts: Facts) -> pa.Table:
    """One row per household: its number, its dates, and its traits in words."""
    from models.geography import municipalities
    from models.register import GROUPS, HOW, STATUSES, STAYS, STREAMS

    words = {
        "stream": STREAMS,
        "group": GROUPS,
        "status": STATUSES,
        "how_housed": HOW,
        "stay": STAYS,
        "last_stay": STAYS,
        "municipality": municipalities().code,
    }
    size = len(next(iter(facts.households.values()), ()))
    columns: dict[str, Any] = {
        "replication": pa.array(np.full(size, number, dtype=np.int32)),
        "household": pa.array(np.arange(size, dtype=np.int32)),
    }
    for name, values in facts.households.items():
        if name in DAY_COLUMNS:
            columns[name] = _dates(values)
        elif name in words:
            columns[name] = _words(values, words[name])
        else:
            columns[name] = pa.array(np.ascontiguousarray(values))
    return pa.table(columns)


def outcomes_table(result: RunResult) -> pa.Table:
    """One row per replication and outcome."""
    from models.outcomes import OUTCOMES

    names = result.outcome_names()
    return pa.table(
        {
            "replication": pa.array(np.repeat(np.array(result.numbers, dtype=np.int32), len(names))),
            "outcome": pa.array(names * len(result.numbers), type=pa.string()),
            "unit": pa.array(
                [OUTCOMES[name].unit if name in OUTCOMES else "" for name in names] * len(result.numbers),
                type=pa.string(),
            ),
            "value": pa.array(
                [replication.outcomes[name] for replication in result.replications for name in names],
                type=pa.float64(),
            ),
        }
    )


def _writer(path: Path | pa.NativeFile, schema: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True)


def table_bytes(table: pa.Table, rows_per_group: int | None = None) -> bytes:
    """A table as the bytes of a Parquet file of which every page carries a checksum; equal tables, equal bytes."""
    stream = pa.BufferOutputStream()
    with _writer(stream, table.schema) as writer:
        writer.write_table(table, row_group_size=rows_per_group)
    return bytes(stream.getvalue().to_pybytes())


def table_from(content: bytes, path: str | os.PathLike[str]) -> pa.Table:
    """The table in the bytes of a Parquet file, every page verified. Raises WrongInput that names `path`."""
    return _checked_table(Path(path), pa.BufferReader(content))


def write_part(parts: Path, number: int, facts: Facts, from_day: int, until_day: int) -> None:
    """Leave the facts of one replication in the temporary folder. Raises CannotWrite."""
    tables = {
        "monthly": monthly_table(number, facts, from_day, until_day),
        "households": households_table(number, facts),
    }
    for kind, table in tables.items():
        path = parts / f"{kind}-{number}.parquet"
        try:
            with _writer(path, table.schema) as writer:
                writer.write_table(table)
        except OSError as error:
            raise CannotWrite.because(path, error) from error


class StagedFolder:
    """A folder being filled beside its final place; `put` puts it in place, leaving it otherwise removes it."""

    def __init__(self, out: Path, staging: Path) -> None:
        self.out = out
        self.placed = False
        self._staging = staging

    def put(self, files: Mapping[str, bytes]) -> None:
        """Write these files with their checksums and put the folder in place. Raises CannotWrite."""
        try:
            self._add(files)
            self._seal(list(files))
            self._put_in_place()
        except OSError as error:
            raise CannotWrite.because(self.out, error) from error

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
                raise CannotWrite(self.out, f"tijdens het rekenen kwam {foreign} in deze map te staan")
            shutil.copymode(self.out, self._staging)
            aside = self._staging.with_suffix(".oud")
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


class ResultFolder(StagedFolder):
    """The folder of a run: replications leave their parts in it, `finish` puts the files together."""

    def __init__(self, out: Path, staging: Path) -> None:
        super().__init__(out, staging)
        self.parts = staging / "parts"
        self.parts.mkdir()

    def finish(self, result: RunResult, more: Mapping[str, bytes] | None = None) -> None:
        """Write all files from the parts of the finished replications, and `more` beside them, and put them in place.

        Raises CannotWrite.
        """
        try:
            self._write(result)
            self._add(more or {})
            self._seal([name for name in (*TABLES, RUN, *(more or {})) if (self._staging / name).exists()])
            self._put_in_place()
        except OSError as error:
            raise CannotWrite.because(self.out, error) from error

    def _write(self, result: RunResult) -> None:
        for kind in _PARTS:
            target = self._staging / f"{kind}.parquet"
            writer: pq.ParquetWriter | None = None
            try:
                for number in result.numbers:
                    table = _checked_table(self.parts / f"{kind}-{number}.parquet")
                    if writer is None:
                        writer = _writer(target, table.schema)
                    writer.write_table(table, row_group_size=max(1, table.num_rows))
            finally:
                if writer is not None:
                    writer.close()
        table = outcomes_table(result)
        with _writer(self._staging / "outcomes.parquet", table.schema) as writer:
            writer.write_table(table)
        document = json.dumps(run_document(result), ensure_ascii=False, allow_nan=False, indent=1)
        (self._staging / RUN).write_text(document + "\n", encoding="utf-8")
        shutil.rmtree(self.parts)


@contextlib.contextmanager
def result_folder(out: str | os.PathLike[str]) -> Iterator[ResultFolder]:
    """Prepare a folder for the results of a run, before the run, so that an unwritable place is refused at once.

    Raises CannotWrite, and WrongInput for a folder that holds anything but an earlier result; whatever was made is
    removed again unless `finish` succeeded.
    """
    with _staged(out, ResultFolder) as folder:
        yield folder


@contextlib.contextmanager
def staged_folder(out: str | os.PathLike[str]) -> Iterator[StagedFolder]:
    """As `result_folder`, for files that are made at the end and handed to `put`."""
    with _staged(out, StagedFolder) as folder:
        yield folder


@contextlib.contextmanager
def _staged(out: str | os.PathLike[str], kind: type[Folder]) -> Iterator[Folder]:
    target = Path(os.path.abspath(out))
    if target.is_symlink():  # its folder is swapped, the link stays
        target = target.resolve()
    made: list[Path] = []
    staging: Path | None = None
    folder: Folder | None = None
    try:
        try:
            if target.exists() and not target.is_dir():
                raise CannotWrite(target, "op deze plek staat een bestand en geen map")
            if target.is_dir():
                if os.path.ismount(target):
                    raise CannotWrite(target, "dit is het begin van een schijf; geef een map daarin")
                if foreign := foreign_name(target):
                    raise WrongInput(
                        f"in deze map staat {foreign}, en dat hoort niet bij een eerder resultaat",
                        file=out,
                        allowed="een nieuwe of lege map, of die van een eerder resultaat",
                    )
            else:
                for parent in reversed(target.parents):
                    if not parent.exists():
                        parent.mkdir()
                        made.append(parent)
            staging = Path(tempfile.mkdtemp(prefix=f".{target.name[:80]}.", suffix=".tmp", dir=target.parent))
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
        if folder is None or not folder.placed:
            for parent in reversed(made):
                with contextlib.suppress(OSError):
                    parent.rmdir()


def run_document(result: RunResult) -> dict[str, Any]:
    """What `run.json` says: the result, what was changed, the comparison and the software used."""
    return result.to_json() | {
        "settings": result.scenario.as_file(),
        "replication_numbers": list(result.numbers),
        "steps": {
            name: float(np.mean([replication.steps[name] for replication in result.replications]))
            for name in (result.replications[0].steps if result.replications else ())
        },
        "software": software(),
    }


def comparison_document(result: Comparison) -> dict[str, Any]:
    """What `compare.json` says: the comparison, what every scenario changes, and the software used."""
    return result.to_json() | {
        "settings": [scenario.as_file() for scenario in result.scenarios],
        "replication_numbers": list(result.runs[0].numbers),
        "software": software(),
    }


def software() -> dict[str, str]:
    """The versions of what a figure depends on."""
    import platform

    import numba
    import scipy

    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "scipy": scipy.__version__,
        "pyarrow": pa.__version__,
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _checked_table(path: Path, source: pa.NativeFile | None = None) -> pa.Table:
    try:
        with pq.ParquetFile(path if source is None else source, page_checksum_verification=True) as file:
            table = file.read()
            table.validate(full=True)
            return table
    except (OSError, ValueError, pa.ArrowException) as error:
        raise WrongInput("dit bestand is beschadigd of is geen resultaat van dit programma", file=path) from error


def _listed_sums(folder: Path) -> dict[str, str]:
    """File name -> checksum, as the sums file of a folder says."""
    lines = (folder / SUMS).read_bytes().decode("ascii").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def _check_sum(path: Path) -> None:
    """Compare a file with the sums beside it; without them a changed footer could go unnoticed."""
    sums = path.parent / SUMS
    try:
        if not path.is_file():
            raise WrongInput("dit bestand bestaat niet of is geen gewoon bestand", file=path)
        if not sums.is_file():
            raise WrongInput(f"naast dit bestand staat geen {SUMS}, dus het is niet te controleren", file=path)
        if _listed_sums(path.parent).get(path.name) != _sha256(path):
            raise WrongInput(f"dit bestand is beschadigd: de controlesom in {SUMS} klopt niet", file=path)
    except (OSError, ValueError) as error:
        raise WrongInput(f"dit bestand of {SUMS} ernaast is niet te lezen", file=path) from error


def read_checked(path: str | os.PathLike[str]) -> pa.Table:
    """Read a Parquet file after verifying every checksum. Raises WrongInput for any damage."""
    file = Path(path)
    _check_sum(file)
    return _checked_table(file)


def read_run(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read `run.json` after verifying its checksum. Raises WrongInput for any damage."""
    file = Path(path)
    _check_sum(file)
    try:
        content = json.loads(file.read_bytes().decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise WrongInput("dit bestand is beschadigd of is geen resultaat van dit programma", file=file) from error
    if not isinstance(content, dict):
        raise WrongInput("dit is geen resultaat van dit programma", file=file)
    return content
