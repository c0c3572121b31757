"""Parquet tables with checksums, written and read back."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sim.errors import Allowed, WrongInput

#: To no more than this a table may unpack, however small its file is.
LARGEST_UNPACKED_BYTES = 1 << 30
_BYTES_A_CELL = 8


def parquet_writer(path: Path | pa.NativeFile, schema: pa.Schema) -> pq.ParquetWriter:
    """A writer of Parquet with a checksum on every page."""
    return pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True)


def table_bytes(table: pa.Table, rows_per_group: int | None = None) -> bytes:
    """A table as the bytes of a Parquet file of which every page carries a checksum; equal tables, equal bytes."""
    stream = pa.BufferOutputStream()
    with parquet_writer(stream, table.schema) as writer:
        writer.write_table(table, row_group_size=rows_per_group)
    return bytes(stream.getvalue().to_pybytes())


def checked_table(path: Path, source: pa.NativeFile | None = None, schema: pa.Schema | None = None) -> pa.Table:
    """The Parquet table at `path`, or in `source`, every page verified. Raises WrongInput that names `path`.

    schema: what its columns must be; a table of other columns is refused before any is unpacked.
    """
    try:
        with pq.ParquetFile(path if source is None else source, page_checksum_verification=True) as file:
            if schema is not None and not file.schema_arrow.equals(schema):
                raise WrongInput("foreign_chunk", file=path)
            groups = (file.metadata.row_group(number) for number in range(file.num_row_groups))
            cells = file.metadata.num_rows * max(file.metadata.num_columns, 1)
            if max(sum(group.total_byte_size for group in groups), _BYTES_A_CELL * cells) > LARGEST_UNPACKED_BYTES:
                allowed = Allowed("kilobytes", size=LARGEST_UNPACKED_BYTES // 1024)
                raise WrongInput("unpacks_too_large", file=path, allowed=allowed)
            table = file.read()
            table.validate(full=True)
            return table
    except (OSError, ValueError, MemoryError, pa.ArrowException) as error:
        raise WrongInput("damaged_or_no_result", file=path) from error
