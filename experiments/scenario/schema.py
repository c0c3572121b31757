"""The JSON schema of a scenario file, made from the levers."""

from typing import Any

from experiments.language.catalogue import catalogue
from experiments.language.labels import lever_help, lever_label
from experiments.language.language import Language
from experiments.scenario.own_figures import LONGEST_ROW, MOST_ROWS
from experiments.scenario.reading import text_pattern, words_of_choice
from experiments.scenario.scenario import (
    DEFAULT_REPLICATIONS,
    DEFAULT_SEED,
    MOST_REPLICATIONS,
    MOST_SOURCES,
    SCHEMA_VERSION,
    Scenario,
)
from experiments.scenario.setting import LONGEST_RAMP_DAYS, MOST_STEPS
from models.levers import LEVERS, Lever
from models.parameters import PERIODS


def scenario_schema(language: Language = "nl") -> dict[str, Any]:
    """JSON schema (draft 2020-12) of a scenario file, with every lever, its range and its meaning."""
    day = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
    line, text, source = ({"type": "string", "minLength": 1, "maxLength": most} for most in (120, 1000, 300))
    whole = {"type": "integer"}
    properties = {
        "schema": {"const": SCHEMA_VERSION},
        "name": {"type": "string", "pattern": "^[a-z0-9-]{1,60}$"},
        "title": line,
        "title_en": line,
        "description": text,
        "description_en": text,
        "package": {"type": "boolean", "default": False},
        "period": {"enum": sorted(PERIODS)},
        "from": day,
        "until": day,
        "levers": _section_schema(False, day, language),
        "uncertainties": _section_schema(True, day, language),
        "figures": {"type": "array", "maxItems": MOST_ROWS, "items": line | {"maxLength": LONGEST_ROW}},
        "sources": {"type": "array", "maxItems": MOST_SOURCES, "items": source},
        "replications": whole | {"minimum": 1, "maximum": MOST_REPLICATIONS, "default": DEFAULT_REPLICATIONS},
        "seed": whole | {"minimum": 0, "maximum": 2**63 - 1, "default": DEFAULT_SEED},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario",
        "description": catalogue("labels", language)("scenario_file"),
        "type": "object",
        "additionalProperties": False,
        "required": [field.alias or name for name, field in Scenario.model_fields.items() if field.is_required()],
        "properties": properties,
    }


def _section_schema(uncertainty: bool, day: dict[str, Any], language: Language) -> dict[str, Any]:
    entries = {name: lever for name, lever in LEVERS.items() if lever.uncertainty == uncertainty}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _lever_schema(lever, day, language) for name, lever in entries.items()},
    }


def _number_schema(kind: str, low: float | None, high: float | None) -> dict[str, Any]:
    """A number, or a text that is read as one; of such a text a schema cannot tell the range."""
    return {"type": [kind, "string"], "minimum": low, "maximum": high, "pattern": text_pattern(kind)}


def _lever_schema(lever: Lever, day: dict[str, Any], language: Language) -> dict[str, Any]:
    value: dict[str, Any]
    if lever.kind == "switch":
        value = {"enum": [True, False, "true", "false"]}
    elif lever.kind == "choice":
        value = {"enum": [word for code in lever.choices for word in words_of_choice(code)]}
    else:
        kind = "integer" if lever.kind == "integer" else "number"
        value = _number_schema(kind, lever.low, lever.high)
    keys: dict[str, Any] = {"value": value}
    if lever.dated:
        keys |= {"from": day, "until": day}
        keys["ramp_days"] = _number_schema("integer", 0, LONGEST_RAMP_DAYS)
    group = {"type": "object", "additionalProperties": False, "required": ["value"], "properties": keys}
    forms: list[dict[str, Any]] = [value, group]
    if lever.dated:
        forms.append({"type": "array", "minItems": 1, "maxItems": MOST_STEPS, "items": {"anyOf": [value, group]}})
    words = {"title": lever_label(lever.name, language), "description": lever_help(lever.name, language)}
    return words | {"anyOf": forms}
