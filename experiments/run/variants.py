"""Structural variants: groups of settings that say how the chain could work otherwise, laid under any scenario.

Parameters are uncertain within a structure; a variant is another structure that the sources do not rule out. Each is
a group of rows in `variants.csv`: a parameter with a value (over the draw), or a lever with one (under the scenario).
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from experiments import read_csv
from experiments.language.language import LANGUAGES, Language
from models.levers import Change
from sim.schedule import Schedule

if TYPE_CHECKING:
    from models.parameters import Parameters


@lru_cache(maxsize=1)
def _rows() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in read_csv("variants"):
        found.setdefault(row["variant"], []).append(row)
    return found


def variants() -> tuple[str, ...]:
    """The names of all variants, in order."""
    return tuple(_rows())


def variant_label(name: str, language: Language) -> str:
    """What a variant says, in a few words."""
    row = _rows()[name][0]
    return row["label_nl"] if language == LANGUAGES[0] else row["label_en"]


def with_variant(parameters: "Parameters", name: str) -> "Parameters":
    """The parameters under a variant. Raises KeyError for an unknown one, ValueError for what the model refuses."""
    from models.levers import apply_changes
    from models.parameters import value_at, with_values

    values: dict[str, Any] = {}
    changes = []
    for row in _rows()[name]:
        if row["how"] == "lever":
            changes.append(Change(row["parameter"], row["value"]))
            continue
        number = float(row["value"])
        dated = isinstance(value_at(parameters, row["parameter"]), Schedule)
        values[row["parameter"]] = Schedule.constant(number) if dated else number
    return apply_changes(with_values(parameters, values), changes)
