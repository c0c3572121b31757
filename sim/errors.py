"""The two ways in which a run can be refused, each as one sentence that a user can act on.

Who acts: whoever reads something a user supplied (`WrongInput`) or writes something a user asked for
(`CannotWrite`). Who waits: nobody; both are raised before or instead of the work. What leaves: a Dutch
sentence and an exit code. What is left out: programming errors, which keep their own type and traceback.
"""

from __future__ import annotations

import errno
import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

_LONGEST_VALUE_SHOWN = 60
_LONGEST_NAME_SHOWN = 200


class _Missing:
    """Marks that no value was given, so that `None` itself can be a wrong value."""

    def __repr__(self) -> str:
        return "MISSING"

    def __reduce__(self) -> str:
        return "MISSING"


MISSING = _Missing()


def _without_controls(text: str) -> str:
    """Replace control, format and surrogate characters, which could rewrite a terminal, by a middle dot."""
    return "".join("·" if unicodedata.category(character)[0] == "C" else character for character in text)


def shown(value: object) -> str:
    """A value as it may stand in a sentence: short, on one line and without control characters."""
    if value is None:
        text = "leeg"
    elif value is True:
        text = "true"
    elif value is False:
        text = "false"
    elif isinstance(value, str):
        text = (
            f"'{value[: _LONGEST_VALUE_SHOWN + 1]}'"
            if len(value) <= _LONGEST_VALUE_SHOWN
            else f"'{value[:_LONGEST_VALUE_SHOWN]}…'"
        )
    elif isinstance(value, dict):
        text = "een groep sleutels"
    elif isinstance(value, list | tuple):
        text = "een lijst"
    else:
        text = str(value)
        if len(text) > _LONGEST_VALUE_SHOWN:
            text = text[:_LONGEST_VALUE_SHOWN] + "…"
    return _without_controls(text)


class WrongInput(Exception):
    """Something a user supplied cannot be used; the sentence says where, what, and what is allowed.

    file: name of the file or the option; field: dotted path; line: 1-based; value: what stood there;
    problem: what is wrong with it (default: the value is not allowed); allowed: the range, in words.
    """

    exit_code = 2

    def __init__(
        self,
        problem: str | None = None,
        *,
        file: str | os.PathLike[str] | None = None,
        field: str | None = None,
        line: int | None = None,
        value: object = MISSING,
        allowed: str | None = None,
    ) -> None:
        self.problem = problem
        self.file = None if file is None else os.fspath(file)
        self.field = field
        self.line = line
        self.value = value
        self.allowed = allowed
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The whole message: one sentence, one line."""
        if self.problem is not None:
            what = _without_controls(self.problem)
        elif self.value is MISSING:
            what = "dit is niet toegestaan"
        else:
            what = f"waarde {shown(self.value)} is niet toegestaan"
        if self.allowed is not None:
            what += f"; toegestaan is {_without_controls(self.allowed)}"
        return place_in(self, "regel") + what.rstrip(".") + "."

    def __str__(self) -> str:
        return self.sentence

    def placed(self, *, file: str | os.PathLike[str] | None = None, line: int | None = None) -> WrongInput:
        """The same refusal, with the file or line filled in where it was not known yet."""
        return WrongInput(
            self.problem,
            file=file if self.file is None else self.file,
            field=self.field,
            line=line if self.line is None else self.line,
            value=self.value,
            allowed=self.allowed,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return (_wrong_input, (self.problem, self.file, self.field, self.line, self.value, self.allowed))


def place_in(error: WrongInput, line: str, fields: Mapping[str, str] = MappingProxyType({})) -> str:
    """Where a refusal is about: file, line and field, with the words of a language for the last two."""
    place: list[str] = []
    if error.file is not None:
        place.append(_without_controls(error.file)[-_LONGEST_NAME_SHOWN:])
    if error.line is not None:
        place.append(f"{line} {error.line}")
    if error.field:
        place.append(_without_controls(fields.get(error.field, error.field))[:_LONGEST_NAME_SHOWN])
    return ", ".join(place) + ": " if place else ""


def _wrong_input(
    problem: str | None, file: str | None, field: str | None, line: int | None, value: object, allowed: str | None
) -> WrongInput:
    return WrongInput(problem, file=file, field=field, line=line, value=value, allowed=allowed)


_REASONS = {
    errno.ENOSPC: "de schijf is vol",
    errno.EDQUOT: "de toegestane schijfruimte is op",
    errno.EFBIG: "het bestand wordt te groot",
    errno.EACCES: "er zijn geen schrijfrechten",
    errno.EPERM: "er zijn geen schrijfrechten",
    errno.EROFS: "er mag hier alleen gelezen worden",
    errno.ENOTDIR: "een deel van het pad is een bestand en geen map",
    errno.EEXIST: "op deze plek staat al een bestand",
    errno.EISDIR: "op deze plek staat een map",
    errno.ENOENT: "de map bestaat niet",
    errno.ENAMETOOLONG: "de naam is te lang",
    errno.EIO: "de schijf geeft een fout",
    errno.EMFILE: "er staan te veel bestanden open",
    errno.ENOMEM: "er is te weinig geheugen",
}


class CannotWrite(Exception):
    """A result cannot be written; nothing half-written stays behind. Names the path and the reason."""

    exit_code = 74

    def __init__(self, path: str | os.PathLike[str], reason: str) -> None:
        self.path = os.fspath(path)
        self.reason = reason
        super().__init__(self.sentence)

    @classmethod
    def because(cls, path: str | os.PathLike[str], error: OSError) -> CannotWrite:
        """Build the refusal from what the operating system said."""
        if isinstance(error, FileNotFoundError) and Path(path).parent.is_dir():
            return cls(path, "het bestand verdween tijdens het schrijven")
        reason = _REASONS.get(error.errno or 0)
        return cls(path, reason or error.strerror or str(error) or type(error).__name__)

    @property
    def sentence(self) -> str:
        """The whole message: one sentence, one line."""
        return (
            f"Schrijven naar {_without_controls(self.path)[-_LONGEST_NAME_SHOWN:]} lukt niet: "
            f"{_without_controls(self.reason)}; er blijft niets half weggeschreven achter."
        )

    def __str__(self) -> str:
        return self.sentence

    def __reduce__(self) -> tuple[Any, ...]:
        return (CannotWrite, (self.path, self.reason))
