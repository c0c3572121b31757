"""A scenario written as a file."""

import re
from collections.abc import Mapping
from typing import Any

from experiments.language.formatting import plain_text
from experiments.scenario.plain_yaml import plain_value
from experiments.scenario.scenario import Scenario

#: Text that YAML reads back as itself without quotes.
_BARE = re.compile(r"[\w(][\w ()/%.,;'’‘–+-]*")


def file_text(scenario: Scenario) -> str:
    """The scenario as the text of a file; `check_text` gives the same scenario back."""
    return "\n".join(_lines_of(scenario.as_file(), "")) + "\n"


def setting_text(value: Any) -> str:
    """What stands in a file for a lever, in the grammar of `--set`, which has no word for a ramp."""
    if isinstance(value, list):
        return "; ".join(map(setting_text, value))
    if not isinstance(value, dict):
        return plain_text(value)
    text = plain_text(value["value"])
    if "from" in value or "until" in value:
        text += f"@{value.get('from', '')}" + (f"..{value['until']}" if "until" in value else "")
    return text + (f" ramp {value['ramp_days']}" if value.get("ramp_days") else "")


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
    if not isinstance(value, str):
        return plain_text(value)
    if _BARE.fullmatch(value) and plain_value(value) == value and value.isprintable() and not value.endswith(" "):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in escaped) + '"'
