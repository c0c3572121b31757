"""Saving plain arrays to one file and reading them back, or refusing a damaged file.

A file holds named arrays and a little description, and is put in place in one step. No objects (no pickle), no
compression, no partial reading.

Layout: 8 bytes magic, 4 bytes version, 8 bytes header length, header (JSON), the arrays one after another,
32 bytes SHA-256 of everything before. Numbers are little-endian; equal content gives equal bytes.
"""

import hashlib
import json
import math
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import Allowed, WrongInput, reason_of
from sim.files import atomic_file, read_bounded

FORMAT_VERSION = 3
_MAGIC = b"DSTROOM\x00"
_FIXED = struct.Struct("<8sIQ")
_CHECKSUM_BYTES = 32
_PLAIN_KINDS = frozenset("biufcmMUS")


def _little_endian(name: str, values: npt.ArrayLike) -> npt.NDArray[Any]:
    array = np.ascontiguousarray(values)
    if array.dtype.kind not in _PLAIN_KINDS or array.dtype.fields is not None:
        raise TypeError(f"array {name!r} has dtype {array.dtype}; only plain numbers, dates and text are kept")
    array = array.reshape(np.shape(values))
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


def save(path: str | os.PathLike[str], arrays: Mapping[str, npt.ArrayLike], meta: Mapping[str, Any]) -> None:
    """Write named arrays and a description (plain JSON values) to one checksummed file. Raises CannotWrite."""
    plain = {name: _little_endian(name, values) for name, values in arrays.items()}
    entries = [{"name": name, "dtype": array.dtype.str, "shape": list(array.shape)} for name, array in plain.items()]
    header = json.dumps(
        {"arrays": entries, "meta": dict(meta)}, allow_nan=False, ensure_ascii=True, separators=(",", ":")
    ).encode("ascii")
    digest = hashlib.sha256()
    with atomic_file(path) as stream:
        for chunk in (_FIXED.pack(_MAGIC, FORMAT_VERSION, len(header)), header):
            digest.update(chunk)
            stream.write(chunk)
        for array in plain.values():
            content = array.tobytes()
            digest.update(content)
            stream.write(content)
        stream.write(digest.digest())


def load(path: str | os.PathLike[str]) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """Read a saved file back as (arrays, description). A damaged, foreign or newer file raises WrongInput."""
    file = os.fspath(path)
    try:
        if not Path(path).is_file():
            raise WrongInput("no_such_file", file=file)
        content = read_bounded(path)
    except OSError as error:
        raise WrongInput("file_unreadable", file=file, reason=reason_of(error)) from error
    if len(content) < _FIXED.size + _CHECKSUM_BYTES or not content.startswith(_MAGIC):
        raise WrongInput("no_snapshot", file=file)
    body, checksum = memoryview(content)[:-_CHECKSUM_BYTES], content[-_CHECKSUM_BYTES:]
    _, version, header_bytes = _FIXED.unpack_from(content)
    if hashlib.sha256(body).digest() != checksum:
        raise WrongInput("checksum_wrong", file=file)
    if version != FORMAT_VERSION:
        raise WrongInput(
            "snapshot_version", file=file, version=version, allowed=Allowed("version", version=FORMAT_VERSION)
        )
    try:
        return _unpacked(body, header_bytes)
    except (ValueError, LookupError, TypeError, RecursionError, ArithmeticError, SyntaxError, MemoryError) as error:
        raise WrongInput("snapshot_does_not_fit", file=file) from error


def _unpacked(body: memoryview, header_bytes: int) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    start = _FIXED.size + header_bytes
    if start > len(body):
        raise ValueError("header runs past the end")
    header = json.loads(bytes(body[_FIXED.size : start]).decode("ascii"))
    arrays: dict[str, npt.NDArray[Any]] = {}
    for entry in header["arrays"]:
        dtype = np.dtype(str(entry["dtype"]))
        shape = tuple(int(length) for length in entry["shape"])
        if dtype.kind not in _PLAIN_KINDS or any(length < 0 for length in shape) or entry["name"] in arrays:
            raise ValueError("not a plain array, or twice the same")
        length_bytes = math.prod(shape) * dtype.itemsize
        if start + length_bytes > len(body):
            raise ValueError("array runs past the end")
        flat = np.frombuffer(body[start : start + length_bytes], dtype=dtype)
        arrays[str(entry["name"])] = flat.reshape(shape).astype(dtype.newbyteorder("="), copy=True)
        start += length_bytes
    if start != len(body):
        raise ValueError("bytes left over")
    meta = header["meta"]
    if not isinstance(meta, dict):
        raise ValueError("description is not a mapping")
    return arrays, meta
