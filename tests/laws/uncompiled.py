"""One run in which every kernel is the Python that it is written in: slow, and visible to a debugger and to coverage.

Who acts: `test_uncompiled`, which starts this file in a process of its own, where nothing has been compiled. Who waits:
nobody. What leaves: the fingerprint of the facts. What is left out: any number of the model.
"""

import functools
import json
import sys
from pathlib import Path

import numpy as np

from sim import compiled

ROOT = Path(__file__).resolve().parents[2]


class Row(np.record):
    """A record as a kernel has it: fields before attributes of NumPy (``size``), and a number is one of Python's.

    A sum of two small or single numbers of NumPy would be as small or single; in a kernel it is not.
    """

    def __getattribute__(self, name):
        if name not in (np.void.__getattribute__(self, "dtype").fields or {}):
            return super().__getattribute__(name)
        found = self[name]
        return found.item() if isinstance(found, np.number) else found


@functools.cache
def read_by_name(dtype):
    """The same type of record, of which Python too reads and writes a field as ``record.field``."""
    if dtype.subdtype:
        return np.dtype((read_by_name(dtype.subdtype[0]), dtype.subdtype[1]))
    if not dtype.names:
        return dtype
    fields = [dtype.fields[name] for name in dtype.names]
    layout = {
        "names": list(dtype.names),
        "formats": [read_by_name(field[0]) for field in fields],
        "offsets": [field[1] for field in fields],
        "itemsize": dtype.itemsize,
    }
    return np.dtype((Row, np.dtype(layout, align=dtype.isalignedstruct)))


def with_names(value):
    """An argument of a kernel, on the same memory."""
    if isinstance(value, np.ndarray | np.void) and value.dtype.names:
        return value.view(read_by_name(value.dtype))
    return type(value)(*map(with_names, value)) if hasattr(value, "_fields") else value


def kernel(function):
    """In place of every way to compile a kernel."""

    @functools.wraps(function)
    def call(*arguments):
        return function(*map(with_names, arguments))

    return call


def typed_kernel(signature):
    """In place of the way that converts numbers."""
    as_python = {"int64": int, "float64": float, "uint64": np.uint64}
    kinds = [as_python.get(word, with_names) for word in signature.rstrip(")").partition("(")[2].split(", ")]

    def written(function):
        # A type of array holds a comma too and is the last of its kind to be told apart: what is left is as it is.
        return lambda *arguments: function(
            *(kind(one) for kind, one in zip(kinds[-len(arguments) :], arguments, strict=True))
        )

    return written


def main():
    """Continue the run of which a snapshot is kept: file, period, seed, last day, changes of levers in JSON."""
    np.seterr(all="ignore")
    compiled.kernel = compiled.inlined = compiled.making_kernel = compiled.entry = kernel
    compiled.typed_kernel = typed_kernel
    from lawbook import fingerprint, parameters_with

    from models.chain import simulate
    from models.levers import Change

    file, period, seed, last_day, changes = sys.argv[1:]
    parameters = parameters_with([Change(*change) for change in json.loads(changes)], period)
    with np.load(file) as kept:
        resume = {**kept} or None
    print(fingerprint(simulate(parameters, int(seed), int(last_day), resume=resume)))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
