"""Refusals in words: what a user supplied that cannot be used, or what cannot be written, as one sentence on one line.

The rooms below raise codes with values (`sim.errors`); their texts stand in `texts/refusals.toml` and, for what would
have been allowed, in `texts/allowed.toml`. What a user wrote is cut to length and freed of what could rewrite a screen.
"""

import math

from experiments.language.catalogue import Texts, catalogue
from experiments.language.formatting import typed_text
from experiments.language.language import Language
from sim.errors import MISSING, Allowed, CannotWrite, Refusal, Term, WrongInput, on_one_line

_LONGEST_NAME_SHOWN = 200


def refusal_text(error: Refusal, language: Language) -> str:
    """The whole message of a refusal: where it is about, what is wrong and what is allowed."""
    place = place_text(error, language) if isinstance(error, WrongInput) else ""
    return f"{place}{problem_text(error, language).rstrip('.')}."


def problem_text(error: Refusal, language: Language) -> str:
    """What is wrong and what is allowed, without the place."""
    texts = catalogue("refusals", language)
    values = {name: _worded(value, language) for name, value in error.values.items()}
    code = error.code
    if isinstance(error, WrongInput) and error.value is not MISSING:
        values["value"] = shown(error.value, language)
        code = "value_not_allowed" if code == "not_allowed" else code
    if isinstance(error, CannotWrite):
        values["path"] = _name(error.path, language)
    problem = _text(texts, f"problem.{code}", values, error.values)
    if error.values.get("meant"):
        problem += texts("sentence.meant", name=values["meant"])
    if isinstance(error, WrongInput) and error.allowed is not None:
        problem = texts("sentence.allowed", problem=problem, allowed=term_text(error.allowed, language))
    return problem


def shown(value: object, language: Language) -> str:
    """A wrong value as it may stand in a sentence: short, on one line and without control characters."""
    texts = catalogue("refusals", language)
    if value is None:
        return texts("sentence.empty")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{on_one_line(value)}'"
    if isinstance(value, dict):
        return texts("sentence.group")
    return texts("sentence.list") if isinstance(value, list | tuple) else _worded(value, language)


def place_text(error: WrongInput, language: Language) -> str:
    """Where a refusal is about: file, line and field, with a colon; empty when it does not know."""
    place: list[str] = []
    if error.file is not None:
        place.append(_name(error.file, language))
    if error.line is not None:
        place.append(catalogue("refusals", language)("sentence.line", line=error.line))
    if isinstance(error.field, Term):
        place.append(term_text(error.field, language))
    elif error.field:
        place.append(on_one_line(error.field, len(error.field))[:_LONGEST_NAME_SHOWN])
    return ", ".join(place) + ": " if place else ""


def _name(name: str | Term, language: Language) -> str:
    """The name of a file, or its last part when it is long."""
    return term_text(name, language) if isinstance(name, Term) else on_one_line(name, len(name))[-_LONGEST_NAME_SHOWN:]


def term_text(term: Term, language: Language) -> str:
    """A part of a refusal in words, such as what is allowed."""
    values = {name: _worded(value, language) for name, value in term.values.items()}
    if isinstance(term, Allowed):
        return _text(catalogue("allowed", language), term.code, values, term.values)
    return _text(catalogue("refusals", language), f"term.{term.code}", values, term.values)


def _text(texts: Texts, key: str, words: dict[str, str], values: dict[str, object]) -> str:
    """A text with its words; a count stays a number, since it chooses the plural form."""
    return texts(key, **(words | {"count": values["count"]} if "count" in values else words))


def _worded(value: object, language: Language) -> str:
    if isinstance(value, Refusal):
        return problem_text(value, language)
    if isinstance(value, Term):
        return term_text(value, language)
    if isinstance(value, tuple):
        return ", ".join(_worded(each, language) for each in value)
    if isinstance(value, float) and math.isfinite(value):
        return on_one_line(typed_text(float(f"{value:.15g}"), language))
    if type(value) is int:
        return on_one_line(typed_text(value, language))
    return on_one_line(str(value))
