"""Parquet tables with checksums, written and read back."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sim.errors import WrongInput


def parquet_writer(path: Path | pa.NativeFile, schema: pa.Schema) -> pq.ParquetWriter:
    """A writer of Parquet with a checksum on every page."""
    return pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True)


def table_bytes(table: pa.Table, rows_per_group: int | None = None) -> bytes:
    """A table as the bytes of a Parquet file of which every page carries a checksum; equal tables, equal bytes."""
    stream = pa.BufferOutputStream()
    with parquet_writer(stream, table.schema) as writer:
        writer.write_table(table, row_group_size=rows_per_group)
    return bytes(stream.getvalue().to_pybytes())


def checked_table(path: Path, source: pa.NativeFile | None = None) -> pa.Table:
    """The Parquet table at `path`, or in `source`, every page verified. Raises WrongInput that names `path`."""
    try:
        with pq.ParquetFile(path if source is None else source, page_checksum_verification=True) as file:
            table = file.read()
            table.validate(full=True)
            return table
    except (OSError, ValueError, pa.ArrowException) as error:
        raise WrongInput("damaged_or_no_result", file=path) from error
