"""YAML that a stranger supplies, read as plain values with the line of each, or refused in one sentence.

Left out, on purpose: anchors and aliases, tags, directives, more than one document, equal keys, deep nesting and
large files. Values follow the core schema of YAML 1.2: `NO` is text, a date is text, only `true` and `false` are yes
and no. `.nan` and `.inf` come out as they are, so that whoever knows the field can refuse them with the allowed range.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from sim.errors import Allowed, Term, WrongInput

LARGEST_BYTES = 256 * 1024
DEEPEST = 20
MOST_VALUES = 5_000
LONGEST_NUMBER = 40

Path = tuple[str | int, ...]

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FRACTION = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


@dataclass
class PlainFile:
    """What a file says (`content`) and on which line each path stands (`lines`, 1-based)."""

    content: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line_of(self, path: Path) -> int | None:
        """The line of a path, or of the nearest group around it that has one."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return None


def dotted(path: Path) -> str:
    """A path as people write it: levers.share_cap[1].value (lists counted from 1)."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part}" if text else part
    return text


def plain_value(text: str) -> bool | int | float | str | None:
    """The value of an unquoted word; `.nan`, `.inf` and endless numbers come out as NaN or infinity."""
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if _NOT_FINITE.fullmatch(text):
        return float(text.replace(".", ""))
    if len(text) > LONGEST_NUMBER:
        return _long_value(text)
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FRACTION.fullmatch(text):
        return float(text)
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 16)
    if _OCTAL.fullmatch(text):
        return int(text[2:], 8)
    return text


def _long_value(text: str) -> float | str:
    """A word of more than 40 characters: a number only as a fraction, beyond 400 characters only infinity."""
    if _HEXADECIMAL.fullmatch(text) or _OCTAL.fullmatch(text):
        return math.inf
    if not _FRACTION.fullmatch(text):
        return text
    return float(text) if len(text) <= 10 * LONGEST_NUMBER else math.inf


def as_text(content: bytes, file: str | Term) -> str:
    """The bytes of a file as text. Raises WrongInput when too large, empty or not UTF-8."""
    if len(content) > LARGEST_BYTES:
        raise WrongInput("too_large", file=file, allowed=Allowed("kilobytes", size=LARGEST_BYTES // 1024))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise WrongInput("no_utf8", file=file, line=line) from error
    if not text.strip():
        raise WrongInput("empty_file", file=file)
    return text


def read_plain_yaml(text: str, file: str, as_written: Callable[[Path], bool] = lambda path: False) -> PlainFile:
    """Read one document of plain values. Raises WrongInput with file, line and path for everything else.

    Numbers on the paths of `as_written` stay the text that stands in the file: 6.000 may be six thousand.
    """
    reader = _Reader(file, as_written)
    try:
        return reader.read(YAML(typ="safe", pure=True).parse(text))
    except WrongInput:
        raise
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark is not None else None
        raise WrongInput("no_yaml_here", file=file, line=line) from error
    except (ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError) as error:
        raise WrongInput("no_yaml", file=file) from error


class _Reader:
    """Turns the events of the parser into plain values, one at a time, so that limits hold while reading."""

    def __init__(self, file: str, as_written: Callable[[Path], bool]) -> None:
        self._file = file
        self._as_written = as_written
        self._plain = PlainFile()
        self._values = 0
        self._events: Iterator[Event] = iter(())

    def read(self, events: Iterator[Event]) -> PlainFile:
        self._events = events
        documents = 0
        for event in events:
            if isinstance(event, StreamStartEvent | StreamEndEvent | DocumentEndEvent):
                continue
            if isinstance(event, DocumentStartEvent):
                documents += 1
                version = getattr(event, "version", None)
                if documents > 1:
                    self._refuse("several_documents", event)
                if (version is not None and tuple(version) != (1, 2)) or getattr(event, "tags", None):
                    self._refuse("yaml_directive", event)
                continue
            self._plain.content = self._value(event, ())
        return self._plain

    def _refuse(
        self, code: str, event: Event, path: Path = (), allowed: Allowed | None = None, **values: object
    ) -> None:
        mark = event.start_mark
        raise WrongInput(
            code,
            file=self._file,
            field=dotted(path) or None,
            line=mark.line + 1 if mark is not None else None,
            allowed=allowed,
            **values,
        )

    def _value(self, event: Event, path: Path) -> Any:
        self._values += 1
        if self._values > MOST_VALUES:
            self._refuse("too_many_values", event, allowed=Allowed("only", name=MOST_VALUES))
        if len(path) > DEEPEST:
            self._refuse("too_deep", event, allowed=Allowed("layers", count=DEEPEST))
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
            self._refuse("yaml_reference", event, path, Allowed("plain_value"))
        if getattr(event, "tag", None) is not None:
            self._refuse("yaml_tag", event, path, Allowed("plain_value"))
        if path not in self._plain.lines and event.start_mark is not None:
            self._plain.lines[path] = event.start_mark.line + 1
        if isinstance(event, ScalarEvent):
            # quoted text and blocks are always text
            value = event.value if event.style else plain_value(event.value)
            return event.value if type(value) in (int, float) and self._as_written(path) else value
        if isinstance(event, SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(event := next(self._events), SequenceEndEvent):
                items.append(self._value(event, (*path, len(items))))
            return items
        if isinstance(event, MappingStartEvent):
            return self._group(path)
        raise ValueError(f"unexpected {type(event).__name__}")

    def _group(self, path: Path) -> dict[str, Any]:
        group: dict[str, Any] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                self._refuse("yaml_key_is_group", event, path, Allowed("single_word"))
            assert isinstance(event, ScalarEvent)
            if event.anchor is not None or event.tag is not None:
                self._refuse("yaml_key_marked", event, path, Allowed("plain_key"))
            key = event.value
            if key in group:
                self._refuse("key_twice", event, (*path, key), Allowed("once"), key=key)
            self._plain.lines[(*path, key)] = event.start_mark.line + 1
            group[key] = self._value(next(self._events), (*path, key))
        return group
