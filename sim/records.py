"""Records: arrays whose rows hold named numbers, which kernels read by name.

In a kernel ``household = register.households[who]`` is a place in memory and no copy: reading and writing
``household.persons`` costs what a number in a plain array costs. Python reads a whole column:
``households["persons"]``.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: An array of records.
Records = NDArray[np.void]
#: One of them, as a kernel is given it: its names are its fields.
Record: TypeAlias = Any


def record_type(
    names: Sequence[str],
    number: type[np.generic],
    groups: Mapping[str, Sequence[str]] | None = None,
    records: Mapping[str, np.dtype[np.void]] | None = None,
) -> np.dtype[np.void]:
    """Return the type of a row with one number per name, side by side in this order, and then ``records``.

    ``groups`` gives a name to numbers that stand together, so that a kernel may also read them by place
    (``town.in_stays[kind]``). Raises ``ValueError`` when the members of a group do not follow each other.
    """
    one = np.dtype(number)
    fields = {name: (one, index * one.itemsize) for index, name in enumerate(names)}
    size = len(names) * one.itemsize
    for name, members in (groups or {}).items():
        first = names.index(members[0])
        if tuple(names[first : first + len(members)]) != tuple(members):
            raise ValueError(f"{', '.join(members)} do not follow each other")
        fields[name] = (np.dtype((one, (len(members),))), first * one.itemsize)
    for name, record in (records or {}).items():
        fields[name] = (record, size)
        size += record.itemsize
    formats, offsets = zip(*fields.values(), strict=True)
    return np.dtype({"names": list(fields), "formats": formats, "offsets": offsets, "itemsize": size}, align=True)


def rows_of(**columns: ArrayLike) -> Records:
    """Return records from one array per name; the first axis of each is the row."""
    arrays = {name: np.asarray(values) for name, values in columns.items()}
    rows = np.zeros(
        len(next(iter(arrays.values()))),
        dtype=np.dtype([(name, array.dtype, array.shape[1:]) for name, array in arrays.items()], align=True),
    )
    for name, array in arrays.items():
        rows[name] = array
    return rows


def row_of(**values: ArrayLike) -> Records:
    """Return one record with these values, as an array of one row; whole numbers stay whole."""
    return rows_of(**{name: np.asarray(value)[None] for name, value in values.items()})


def plain(records: Records, number: type[np.generic]) -> NDArray[Any]:
    """Return records of one kind of number as a table on the same memory, shape (rows, numbers)."""
    return records.view(number).reshape(len(records), records.itemsize // np.dtype(number).itemsize)


class Growing(Protocol):
    """Something that grows: it says what it holds now, and can take that over again."""

    def kept(self) -> NDArray[Any]:
        """Return what a snapshot must hold."""
        ...

    def restore(self, kept: NDArray[Any]) -> None:
        """Take over what a snapshot holds. Raises ValueError when it is of another type or shape."""
        ...


#: What an institution keeps and a snapshot holds.
Kept: TypeAlias = NDArray[Any] | Growing


def saved(name: str, kept: Kept, rows: int, first_rows: int) -> dict[str, NDArray[Any]]:
    """Return copies for a snapshot, by name; of what has (twice) ``rows`` numbers only the first part."""
    if not isinstance(kept, np.ndarray):
        return {name: kept.kept()}
    return {column: part.astype(_kept_as(part)) for column, part in _first_parts(name, kept, rows, first_rows)}


def _kept_as(part: NDArray[Any]) -> np.dtype[Any]:
    """Return as which number a column is kept: how little room one takes in memory is nothing to a file."""
    small = part.dtype.kind == "i" and part.dtype.itemsize < np.dtype(np.int32).itemsize
    return np.dtype(np.int32) if small else part.dtype


def _first_parts(name: str, kept: NDArray[Any], rows: int, first_rows: int) -> Iterator[tuple[str, NDArray[Any]]]:
    for column, array in columns_of(name, kept):
        several = array.shape[-1] / rows
        yield column, array[..., : int(several) * first_rows] if several in (1, 2) else array


def take_over(name: str, kept: Kept, arrays: Mapping[str, NDArray[Any]], rows: int, first_rows: int) -> list[str]:
    """Put back what ``saved`` gave and return its names; what was left out there stays as it is.

    Raises KeyError or ValueError when an array is missing, or of another type or shape.
    """
    if not isinstance(kept, np.ndarray):
        kept.restore(arrays[name])
        return [name]
    names = []
    for column, part in _first_parts(name, kept, rows, first_rows):
        if arrays[column].dtype != _kept_as(part) or arrays[column].shape != part.shape:
            raise ValueError(column)
        part[...] = arrays[column]
        names.append(column)
    return names


def columns_of(name: str, array: NDArray[Any]) -> Iterator[tuple[str, NDArray[Any]]]:
    """Give a plain array as it is, and records column by column, named ``name.field``; groups are left out."""
    if array.dtype.names is None:
        yield name, array
        return
    fields: Mapping[str, Any] = array.dtype.fields or {}
    taken = 0
    for field in array.dtype.names:
        part, offset = fields[field][:2]
        if offset >= taken:
            taken = offset + part.itemsize
            yield from columns_of(f"{name}.{field}", array[field])
