"""The ways in which a run can be refused: a code with values, which a door puts into the words of its reader.

`WrongInput` is raised by whoever reads something a user supplied, `CannotWrite` by whoever writes something a user
asked for; both before or instead of the work. No room below the doors speaks a language: `experiments.language`
holds a text for every code. Programming errors keep their own type and traceback.
"""

import errno
import os
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_LONGEST_VALUE_SHOWN = 60
_LONGEST_NAME_SHOWN = 200


#: Marks that no value was given, so that `None` itself can be a wrong value.
MISSING = ...


def on_one_line(text: str, most: int = _LONGEST_VALUE_SHOWN) -> str:
    """Text that a user wrote, cut to length, with a middle dot for what could rewrite a terminal.

    That is: control, format and surrogate characters.
    """
    cut = text if len(text) <= most else f"{text[:most]}…"
    return "".join("·" if unicodedata.category(character)[0] == "C" else character for character in cut)


class Term:
    """A part of a refusal that has a text of its own: a reason, the name of a column."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = values

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(self) == vars(other)

    # Equal by what it holds, and never in a set: values may be lists.
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return self.code + (f"({_listed(self.values)})" if self.values else "")


class Allowed(Term):
    """What would have been allowed: a code with its values, such as `Allowed("range", low=0, high=1)`."""


def one_of(names: Iterable[object]) -> Allowed:
    """One of these names is allowed; in this order."""
    *others, last = map(str, names)
    return Allowed("one_of", names=tuple(others), last=last) if others else Allowed("only", name=last)


def _listed(values: dict[str, Any]) -> str:
    return ", ".join(f"{key}={_technical(value)}" for key, value in values.items())


def _technical(value: object) -> str:
    if isinstance(value, Refusal):
        return str(value)
    return on_one_line(value if isinstance(value, str) else repr(value), _LONGEST_NAME_SHOWN)


class Refusal(Exception):
    """A code with values; `exit_code` is what a command leaves with. `str` gives codes only, for logs."""

    exit_code = 2

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = values
        super().__init__(code)

    def _parts(self) -> dict[str, Any]:
        return self.values

    def __str__(self) -> str:
        parts = self._parts()
        return f"{self.code}: {_listed(parts)}" if parts else self.code

    def __reduce__(self) -> tuple[Any, ...]:
        return (_again, (type(self), vars(self)))


def _again(kind: type[Refusal], state: dict[str, Any]) -> Refusal:
    refusal = kind.__new__(kind)
    refusal.__dict__.update(state)
    return refusal


class WrongInput(Refusal):
    """Something a user supplied cannot be used: where, what, and what is allowed.

    code: what is wrong; by itself, that the value is not allowed. file: name of the file or the option; field: dotted
    path; line: 1-based; value: what stood there; values: what the text of the code fills in.
    """

    def __init__(
        self,
        code: str = "not_allowed",
        *,
        file: str | os.PathLike[str] | Term | None = None,
        field: str | Term | None = None,
        line: int | None = None,
        value: object = MISSING,
        allowed: Allowed | None = None,
        **values: object,
    ) -> None:
        super().__init__(code, **values)
        self.file = os.fspath(file) if isinstance(file, os.PathLike) else file
        self.field = field
        self.line = line
        self.value = value
        self.allowed = allowed

    def placed(self, *, file: str | os.PathLike[str] | Term | None = None, line: int | None = None) -> "WrongInput":
        """The same refusal, with the file or line filled in where it was not known yet."""
        known_file, known_line = file if self.file is None else self.file, line if self.line is None else self.line
        return self.moved(file=known_file, field=self.field, line=known_line)

    def moved(
        self, *, file: str | os.PathLike[str] | Term | None, field: str | Term | None = None, line: int | None = None
    ) -> "WrongInput":
        """The same refusal about another place."""
        about: dict[str, Any] = {"value": self.value, "allowed": self.allowed, **self.values}
        return WrongInput(self.code, file=file, field=field, line=line, **about)

    def _parts(self) -> dict[str, Any]:
        parts = {"file": self.file, "line": self.line, "field": self.field, "allowed": self.allowed, **self.values}
        given = {} if self.value is MISSING else {"value": self.value}
        return {key: value for key, value in parts.items() if value is not None} | given


_REASONS = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "quota_reached",
    errno.EFBIG: "file_too_large",
    errno.EACCES: "no_permission",
    errno.EPERM: "no_permission",
    errno.EROFS: "read_only",
    errno.ENOTDIR: "parent_is_file",
    errno.EEXIST: "file_in_place",
    errno.EISDIR: "folder_in_place",
    errno.ENOENT: "no_folder",
    errno.ENAMETOOLONG: "name_too_long",
    errno.EIO: "disk_error",
    errno.EMFILE: "too_many_files",
    errno.ENOMEM: "no_memory",
}


def reason_of(error: OSError) -> Term:
    """What the operating system said, as a code; in its own words where there is none."""
    code = _REASONS.get(error.errno or 0)
    words = error.strerror or str(error) or type(error).__name__
    return Term("system", words=words) if code is None else Term(code)


class CannotWrite(Refusal):
    """A result cannot be written; nothing half-written stays behind. Names the path and the reason."""

    exit_code = 74

    def __init__(self, path: str | os.PathLike[str] | Term, reason: Term | Refusal) -> None:
        self.path = os.fspath(path) if isinstance(path, os.PathLike) else path
        self.reason = reason
        super().__init__("cannot_write", path=self.path, reason=reason)

    @classmethod
    def because(cls, path: str | os.PathLike[str] | Term, error: OSError) -> "CannotWrite":
        """Build the refusal from what the operating system said."""
        if isinstance(error, FileNotFoundError) and not isinstance(path, Term) and Path(path).parent.is_dir():
            return cls(path, Term("file_vanished"))
        return cls(path, reason_of(error))
