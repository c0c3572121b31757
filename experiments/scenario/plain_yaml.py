"""YAML that a stranger supplies, read as plain values with the line of each, or refused in one sentence.

Left out, on purpose: anchors and aliases, tags, directives, more than one document, equal keys, deep nesting and
large files. Values follow the core schema of YAML 1.2: `NO` is text, a date is text, only `true` and `false` are yes
and no. `.nan` and `.inf` come out as they are, so that whoever knows the field can refuse them with the allowed range.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ruamel.yaml import YAML, events
from ruamel.yaml.docinfo import DocInfo
from ruamel.yaml.error import YAMLError

from sim.errors import Allowed, Term, WrongInput

LARGEST_BYTES = 256 * 1024
DEEPEST = 20
MOST_VALUES = 5_000
LONGEST_NUMBER = 40

Path = tuple[str | int, ...]

_NULL = ("", "~", "null", "Null", "NULL")
_SWITCH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_OCTAL_OR_HEXADECIMAL = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FRACTION = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
#: What no text needs and no YAML may hold: control characters but for tab and ends of lines, halves, no characters.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: What stands alone behind a comma that was meant to stand in a number: between braces, and between brackets.
_BEHIND_COMMA = re.compile(r"[0-9]+(\.[0-9]+)? ?%?", re.ASCII)
_NO_ITEM = re.compile(r"0[0-9]+(\.[0-9]+)? ?%?", re.ASCII)
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


@dataclass
class PlainFile:
    """What a file says (`content`), on which line each path stands (`lines`, 1-based) and how numbers are `written`."""

    content: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    written: dict[Path, str] = field(default_factory=dict)

    def line_of(self, path: Path) -> int | None:
        """The line of a path, or of the nearest group around it that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path) if path else None

    def line_of_field(self, field: object) -> int | None:
        """The line of a dotted path such as levers.share_cap[2].until, or of the nearest group around it."""
        lines = {dotted(path): line for path, line in self.lines.items() if path}
        around = [name for name in lines if f"{field}.".startswith((f"{name}.", f"{name}["))]
        return lines[max(around, key=len)] if around else None

    def as_written(self, path: Path, value: Any) -> Any:
        """The value of a path as a refusal shows it: a number as it stands there, since 1.000 is not the text 1."""
        text = self.written.get(path)
        return value if text is None or (text.isdigit() and text == str(value)) else text

    def at(self, path: Path) -> Any:
        """What stands on a path."""
        found = self.content
        for part in path:
            found = found[part]
        return found


def dotted(path: Path) -> str:
    """A path as people write it: levers.share_cap[1].value (lists counted from 1)."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def plain_value(text: str) -> bool | int | float | str | None:
    """The value of an unquoted word; `.nan`, `.inf` and endless numbers come out as NaN or infinity."""
    if text in _NULL:
        return None
    if text in _SWITCH:
        return _SWITCH[text]
    if _NOT_FINITE.fullmatch(text):
        return float(text.replace(".", ""))
    if _OCTAL_OR_HEXADECIMAL.fullmatch(text):
        return int(text, 0) if len(text) <= LONGEST_NUMBER else math.inf
    if not _FRACTION.fullmatch(text):
        return text
    if len(text) > 10 * LONGEST_NUMBER:
        return math.inf
    return int(text) if len(text) <= LONGEST_NUMBER and _INTEGER.fullmatch(text) else float(text)


def as_text(content: str | bytes, file: str | Term) -> str:
    """The bytes of a file as text. Raises WrongInput when too large, empty, not UTF-8 or with control characters."""
    if isinstance(content, str):
        content = content.encode("utf-8", "surrogatepass")
    if len(content) > LARGEST_BYTES:
        raise WrongInput("too_large", file=file, allowed=Allowed("kilobytes", size=LARGEST_BYTES // 1024))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise WrongInput("no_utf8", file=file, line=line) from error
    if not text.strip():
        raise WrongInput("empty_file", file=file)
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise WrongInput("control_character", file=file, line=line, sign=f"U+{ord(found[0]):04X}")
    return text


def read_plain_yaml(text: str, file: str, as_written: Callable[[Path], bool] = lambda path: False) -> PlainFile:
    """Read one document of plain values. Raises WrongInput with file, line and path for everything else.

    Numbers on the paths of `as_written` stay the text that stands in the file: 6.000 may be six thousand.
    """
    loader = YAML(typ="safe", pure=True)
    try:
        return _Reader(file, as_written).read(_events(loader, text))
    except (YAMLError, ArithmeticError, ValueError, TypeError, AttributeError, LookupError, AssertionError,
            RecursionError) as error:  # fmt: skip
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None) or loader.reader
        raise WrongInput("no_yaml_here", file=file, line=mark.line + 1) from error


def _events(loader: YAML, text: str) -> Iterator[events.Event]:
    """The events of a text; unlike `YAML.parse` it leaves the reader on the line where an error stopped it."""
    loader.doc_infos.append(DocInfo())
    _, parser = loader.get_constructor_parser(text)
    while parser.check_event():
        yield parser.get_event()


class _Reader:
    """Turns the events of the parser into plain values, one at a time, so that limits hold while reading."""

    def __init__(self, file: str, as_written: Callable[[Path], bool]) -> None:
        self._file = file
        self._as_written = as_written
        self._plain = PlainFile()
        self._values = 0
        self._events: Iterator[events.Event] = iter(())

    def read(self, parsed: Iterator[events.Event]) -> PlainFile:
        self._events = parsed
        documents = 0
        for event in parsed:
            if isinstance(event, events.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse("several_documents", event)
                if (event.version is not None and tuple(event.version) != (1, 2)) or event.tags:
                    self._refuse("yaml_directive", event)
            elif isinstance(event, events.NodeEvent):
                self._plain.content = self._value(event, ())
        return self._plain

    def _refuse(
        self, code: str, event: events.Event, path: Path = (), allowed: Allowed | None = None, **values: object
    ) -> NoReturn:
        line = event.start_mark.line + 1
        raise WrongInput(code, file=self._file, field=dotted(path) or None, line=line, allowed=allowed, **values)

    def _value(self, event: events.Event, path: Path) -> Any:
        self._values += 1
        if self._values > MOST_VALUES:
            self._refuse("too_many_values", event, allowed=Allowed("only", name=MOST_VALUES))
        if len(path) > DEEPEST:
            self._refuse("too_deep", event, allowed=Allowed("layers", count=DEEPEST))
        if getattr(event, "anchor", None) is not None:  # that of an alias is what it points at
            self._refuse("yaml_reference", event, path, Allowed("plain_value"))
        if getattr(event, "tag", None) is not None:
            self._refuse("yaml_tag", event, path, Allowed("plain_value"))
        self._plain.lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, events.ScalarEvent):
            # quoted text and blocks are always text
            value = event.value if event.style else plain_value(event.value)
            if type(value) not in (int, float):
                return value
            self._plain.written[path] = event.value
            return event.value if self._as_written(path) else value
        if isinstance(event, events.SequenceStartEvent):
            items: list[Any] = []
            before, flow = path, event.flow_style
            while not isinstance(event := next(self._events), events.SequenceEndEvent):
                if flow and isinstance(event, events.ScalarEvent) and _NO_ITEM.fullmatch(event.value):
                    self._refuse_comma(event, before)
                before = (*path, len(items))
                items.append(self._value(event, before))
            return items
        return self._group(path, isinstance(event, events.MappingStartEvent) and bool(event.flow_style))

    def _refuse_comma(self, event: events.ScalarEvent, before: Path) -> None:
        """Refuse what stands behind a comma in a number, which separates between braces and brackets."""
        if not event.style and before in self._plain.written:
            text = f"{self._plain.written[before]},{event.value}"
            self._refuse("comma_separates", event, before, Allowed("number_in_quotes", text=text), key=event.value)

    def _group(self, path: Path, flow: bool) -> dict[str, Any]:
        group: dict[str, Any] = {}
        before = path
        while not isinstance(event := next(self._events), events.MappingEndEvent):
            if not isinstance(event, events.ScalarEvent):
                self._refuse("yaml_key_is_group", event, path, Allowed("single_word"))
            if event.anchor is not None or event.tag is not None:
                self._refuse("yaml_key_marked", event, path, Allowed("plain_key"))
            key = event.value
            if key in group:
                self._refuse("key_twice", event, (*path, key), Allowed("once"), key=key)
            following = next(self._events)
            if flow and _BEHIND_COMMA.fullmatch(key) and not getattr(following, "value", key):
                self._refuse_comma(event, before)
            before = (*path, key)
            self._plain.lines[before] = event.start_mark.line + 1
            group[key] = self._value(following, before)
        return group
