"""What the things of the models are called: levers, outcomes, units, choices, holders, sizes and monthly series.

The models know names only; their words stand in `levers.toml`, `outcomes.toml`, `parameters.toml`, `units.toml` and
`labels.toml`.
A name that has no words (yet) is shown as it is.
"""

from collections.abc import Sequence

from experiments.language.catalogue import catalogue
from experiments.language.language import SIDE_BY_SIDE, Language


def lever_label(name: str, language: Language) -> str:
    """What a lever or uncertainty is called, or a series that figures of a user's own may take the place of."""
    return _worded("levers", f"{name}.label", _worded("figures", f"series.{name}", name, language), language)


def lever_help(name: str, language: Language) -> str:
    """What a lever or uncertainty does."""
    return catalogue("levers", language)(f"{name}.help")


def outcome_label(name: str, language: Language) -> str:
    """What an outcome is called."""
    return _worded("outcomes", name, name, language)


def outcome_help(name: str, language: Language) -> str:
    """What an outcome counts; nothing where its label says all."""
    return _worded("definitions", name, "", language)


def definitions(names: Sequence[str], language: Language) -> list[tuple[str, str, str]]:
    """Of outcomes whose label does not say all: name, label, and what they count."""
    found = [(name, outcome_label(name, language), outcome_help(name, language)) for name in names]
    return [row for row in found if row[2]]


def unit_text(unit: str, language: Language = "nl", count: int = 2) -> str:
    """The unit as a reader says it, of one or of more."""
    texts = catalogue("units", language)
    return texts(unit, count=count) if texts.has(unit) else unit


def parameter_label(path: str, language: Language) -> str:
    """What a parameter that is not fitted is called; a fitted one has its words in its own table."""
    return _worded("parameters", path, path, language)


def status_text(status: str, language: Language) -> str:
    """How a number is founded."""
    return _worded("labels", f"status.{status}", status, language)


def choice_text(word: str, language: Language) -> str:
    """The words of a choice."""
    return _worded("labels", f"choice.{word}", word, language)


def holder_text(holder: str, language: Language) -> str:
    """Who can turn a lever."""
    return _worded("labels", f"holder.{holder}", holder, language)


def placed_label(measure: str, language: Language) -> str:
    """What is counted per province and per size of household."""
    return _worded("labels", f"placed.{measure}", measure, language)


def size_label(size: str, language: Language) -> str:
    """A size of household."""
    return _worded("labels", f"size.{size}", size, language)


def series_label(measure: str, language: Language) -> str:
    """What is counted per month."""
    return _worded("labels", f"series.{measure}", measure, language)


def scenario_words(kind: str) -> dict[str, str]:
    """Titles and descriptions of a scenario that the app makes: a visitor's `own`, or the `base` it changes."""
    return {
        field + suffix: catalogue("labels", language)(f"scenario.{kind}.{field}")
        for field in ("title", "description")
        for suffix, language in (("", SIDE_BY_SIDE[0]), ("_en", SIDE_BY_SIDE[1]))
    }


def _worded(file: str, key: str, name: str, language: Language) -> str:
    texts = catalogue(file, language)
    return texts(key) if texts.has(key) else name
