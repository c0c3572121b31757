"""A scenario written as a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from experiments.language.formatting import plain_number
from experiments.scenario.plain_yaml import plain_value
from experiments.scenario.scenario import Scenario

#: Text that YAML reads back as itself without quotes.
_BARE = re.compile(r"[\w(][\w ()/%.,;'’‘–+-]*")


def file_text(scenario: Scenario) -> str:
    """The scenario as the text of a file; `check_text` gives the same scenario back."""
    return "\n".join(_lines_of(scenario.as_file(), "")) + "\n"


def _lines_of(group: Mapping[str, Any], indent: str) -> list[str]:
    lines = []
    for key, value in group.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", *_lines_of(value, indent + "  ")]
        elif isinstance(value, list):
            lines.append(f"{indent}{key}:")
            for item in value:
                under = _lines_of(item, indent + "    ") if isinstance(item, dict) else [_word(item)]
                lines += [f"{indent}  - {under[0].strip()}", *under[1:]]
        else:
            lines.append(f"{indent}{key}: {_word(value)}")
    return lines


def _word(value: Any) -> str:
    """One value as YAML: bare where it reads back as itself, otherwise quoted and escaped."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return plain_number(value)
    if _BARE.fullmatch(value) and plain_value(value) == value and value.isprintable() and not value.endswith(" "):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in escaped) + '"'
