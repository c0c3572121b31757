"""The folder of a run: its tables, checked, and the document that describes them."""

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.language.language import LANGUAGES, Language
from experiments.run.parts import PARTS
from experiments.run.provenance import software
from experiments.storage.folders import RUN, StagedFolder, staged
from experiments.storage.tables import checked_table, parquet_writer
from sim.errors import CannotWrite

if TYPE_CHECKING:
    from experiments.run.result import RunResult

TABLES = ("monthly.parquet", "households.parquet", "outcomes.parquet")


def outcomes_table(result: "RunResult") -> pa.Table:
    """One row per replication and outcome."""
    names, rows = result.outcome_names(), result.replications
    columns = {
        "replication": pa.array(np.repeat(np.array(result.numbers, dtype=np.int32), len(names))),
        "outcome": pa.array(names * len(rows), type=pa.string()),
        "unit": pa.array([one.units.get(name, "") for one in rows for name in names], type=pa.string()),
        "value": pa.array([one.outcomes[name] for one in rows for name in names], type=pa.float64()),
    }
    return pa.table(columns)


class ResultFolder(StagedFolder):
    """The folder of a run: replications leave their parts in it, `finish` puts the files together."""

    def __init__(self, out: Path, staging: Path) -> None:
        super().__init__(out, staging)
        self.parts = staging / "parts"
        self.parts.mkdir()

    def finish(
        self, result: "RunResult", more: Mapping[str, bytes] | None = None, language: Language = LANGUAGES[0]
    ) -> None:
        """Write all files from the parts of the finished replications, and `more` beside them, and put them in place.

        Raises CannotWrite.
        """
        self.set_place(whole=result.whole)
        try:
            self._write(result, language)
            self._add(more or {})
            self._seal([name for name in (*TABLES, RUN, *(more or {})) if (self._staging / name).exists()])
            self._put_in_place()
        except OSError as error:
            raise CannotWrite.because(self.out, error) from error

    def _write(self, result: "RunResult", language: Language) -> None:
        for kind in PARTS:
            target = self._staging / f"{kind}.parquet"
            writer: pq.ParquetWriter | None = None
            try:
                for number in result.numbers:
                    table = checked_table(self.parts / f"{kind}-{number}.parquet")
                    if writer is None:
                        writer = parquet_writer(target, table.schema)
                    writer.write_table(table, row_group_size=max(1, table.num_rows))
            finally:
                if writer is not None:
                    writer.close()
        table = outcomes_table(result)
        with parquet_writer(self._staging / "outcomes.parquet", table.schema) as writer:
            writer.write_table(table)
        document = json.dumps(run_document(result, language), ensure_ascii=False, allow_nan=False, indent=1)
        (self._staging / RUN).write_text(document + "\n", encoding="utf-8")
        shutil.rmtree(self.parts)


def result_folder(out: str | os.PathLike[str]) -> AbstractContextManager[ResultFolder]:
    """Prepare a folder for the results of a run, before the run, so that an unwritable place is refused at once.

    Raises CannotWrite, and WrongInput for a folder that holds anything but an earlier result; whatever was made is
    removed again unless `finish` succeeded.
    """
    return staged(out, ResultFolder)


def run_document(result: "RunResult", language: Language) -> dict[str, Any]:
    """What `run.json` says: the result, the software used, and the language of the tables beside it."""
    rows = result.replications
    steps = {name: float(np.mean([one.steps[name] for one in rows])) for name in (rows[0].steps if rows else ())}
    about = {"language": language, "replication_numbers": list(result.numbers), "steps": steps}
    return result.to_json() | about | {"software": software()}
