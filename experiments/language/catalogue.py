"""Texts for a reader, kept outside the code: one TOML file per page, command or subject in `texts/`.

    # texts/shelf.toml
    [title]
    nl = "De plank"
    en = "The shelf"

    [books.left]                                     # keys may be nested; this one is "books.left"
    nl = {one = "{count} boek van {owner}", other = "{count} boeken van {owner}"}
    en = {one = "{count} book of {owner}", other = "{count} books of {owner}"}

    [days]
    nl = ["ma", "di"]
    en = ["Mon", "Tue"]

    shelf = catalogue("shelf", language)
    shelf("title")                                   # a text
    shelf("books.left", count=1200, owner=name)      # its plural form by `count`, written 1.200 or 1,200
    shelf.list("days")                               # a text that is a list
    shelf.has("books.right")                         # whether there is such a text
    shelf.keys("books")                              # "books.left", ...: in the order of the file

`{{` and `}}` are braces. Values are filled in as they are: a number is first written by `formatting`, only `count` is
written here. `shelf` knows its `language`, and is kept, so asking for it again costs nothing.

Every text has both languages of `SIDE_BY_SIDE`, with the same values to fill in. A further language of `LANGUAGES` has
one file, `texts/languages/CODE.toml`, with a table per catalogue and the whole key of each text:

    [shelf]
    title = "..."
    "books.left" = {one = "...", other = "..."}

What is not complete is refused when it is read. A text or value that is missing is a fault of the program: a KeyError
that names file and key.
"""

import operator
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from experiments.language.language import LANGUAGES, SIDE_BY_SIDE, Language

FOLDER = Path(__file__).parent / "texts"
#: A language for tests, made of English: whatever comes from a catalogue stands between these brackets, what is
#: filled in does not. A word outside the brackets is therefore a word that stands in no catalogue.
PSEUDO = "zz"
OPENING, CLOSING = "⟦", "⟧"
#: Which plural forms a language has, and which of them a count takes. A new language may need a rule of its own.
PLURALS = ("one", "other")


def plural_of(count: int) -> str:
    """The plural form that a count takes."""
    return "one" if count == 1 else "other"


#: What stands before a value, and the name of the value; the last piece of a text has none.
Piece = tuple[str, str | None]


@dataclass(frozen=True)
class Form:
    """One text in one language, cut at the values that are filled in."""

    pieces: tuple[Piece, ...]

    @property
    def values(self) -> frozenset[str]:
        """Names of what is filled in."""
        return frozenset(name for _, name in self.pieces if name is not None)

    def bracketed(self) -> "Form":
        """The same text with its words between brackets, for the language of the tests."""
        return Form(
            tuple(
                (f"{OPENING}{text}{CLOSING}" if any(map(str.isalpha, text)) else text, name)
                for text, name in self.pieces
            )
        )


#: A text, its plural forms, or a list of texts.
Text = Form | dict[str, Form] | tuple[Form, ...]


@dataclass(frozen=True)
class Texts:
    """The texts of one file in one language; call it with a key and the values to fill in."""

    name: str
    language: Language
    _texts: Mapping[str, Text]

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of a key. Raises KeyError when the key or one of its values is missing."""
        found = self._found(key)
        if isinstance(found, tuple):
            raise KeyError(f"{self.name}.toml: {key} is a list")
        if isinstance(found, dict):
            if "count" not in values:
                raise KeyError(f"{self.name}.toml: {key} has plural forms and needs a count")
            count = operator.index(values["count"])  # type: ignore[arg-type]
            found = found[plural_of(count)]
            values["count"] = self._written(count)
        return self._filled(key, found, values)

    def list(self, key: str) -> tuple[str, ...]:
        """The texts of a key that is a list, such as the months."""
        found = self._found(key)
        if not isinstance(found, tuple):
            raise KeyError(f"{self.name}.toml: {key} is no list")
        return tuple(self._filled(key, form, {}) for form in found)

    def has(self, key: str) -> bool:
        """Whether there is a text under this key."""
        return key in self._texts

    def keys(self, prefix: str = "") -> tuple[str, ...]:
        """The keys below a prefix, in the order of the file; all without a prefix."""
        return tuple(key for key in self._texts if not prefix or key.startswith(f"{prefix}."))

    def _found(self, key: str) -> Text:
        if key not in self._texts:
            raise KeyError(f"{self.name}.toml: there is no text {key}")
        return self._texts[key]

    def _filled(self, key: str, form: Form, values: Mapping[str, object]) -> str:
        missing = form.values - values.keys()
        if missing:
            raise KeyError(f"{self.name}.toml: {key} needs {', '.join(sorted(missing))}")
        return "".join(text if name is None else f"{text}{values[name]}" for text, name in form.pieces)

    def _written(self, count: int) -> str:
        signs = self if self.name == "formatting" else catalogue("formatting", self.language)
        return f"{count:,}".replace("-", "−").replace(",", signs("thousands"))


@cache
def catalogue(name: str, language: Language) -> Texts:
    """The texts of `texts/NAME.toml` in a language. Raises KeyError when there is no such file or language."""
    texts = _read(name)
    if language == PSEUDO:
        return Texts(name, language, {key: _bracketed(forms["en"]) for key, forms in texts.items()})
    if language not in LANGUAGES:
        raise KeyError(f"{name}.toml: there is no language {language}")
    return Texts(name, language, {key: forms[language] for key, forms in texts.items()})


def parse(name: str, content: str) -> dict[str, dict[Language, Text]]:
    """The texts of a file by key and language. Raises ValueError when the file is not complete in every language."""
    texts: dict[str, dict[Language, Text]] = {}
    for key, said in _leaves(tomllib.loads(content)):
        where = f"{name}.toml: {key}"
        if set(said) != set(SIDE_BY_SIDE):
            raise ValueError(f"{where} has {', '.join(sorted(said))}, and should have {', '.join(SIDE_BY_SIDE)}")
        texts[key] = {language: _text(said[language], f"{where}.{language}") for language in SIDE_BY_SIDE}
        for language in LANGUAGES[len(SIDE_BY_SIDE) :]:
            texts[key][language] = _text(_further(language).get(name, {}).get(key), f"{language}.toml: {name}, {key}")
        if len({_shape(text) for text in texts[key].values()}) > 1:
            raise ValueError(f"{where} is not alike in all languages: values to fill in, plural forms or length")
    return texts


@cache
def _further(language: Language) -> dict[str, dict[str, Any]]:
    """The texts of a language that has a file of its own, by catalogue and key."""
    return tomllib.loads((FOLDER / "languages" / f"{language}.toml").read_text(encoding="utf-8"))


@cache
def _read(name: str) -> dict[str, dict[Language, Text]]:
    path = FOLDER / f"{name}.toml"
    if not path.is_file():
        raise KeyError(f"there is no catalogue {path.name}")
    return parse(name, path.read_text(encoding="utf-8"))


def _leaves(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every key with its languages: a table that holds a language is a text, any other holds more keys."""
    if path and not set(SIDE_BY_SIDE).isdisjoint(table):
        yield ".".join(path), table
        return
    for name, below in table.items():
        if not isinstance(below, dict):
            raise ValueError(f"{'.'.join((*path, name))} is not a text by language")
        yield from _leaves(below, (*path, name))


def _text(said: Any, where: str) -> Text:
    if isinstance(said, dict):
        if set(said) != set(PLURALS):
            raise ValueError(f"{where} should have the plural forms {', '.join(PLURALS)}")
        return {form: _form(said[form], where) for form in PLURALS}
    if isinstance(said, list):
        return tuple(_form(one, where) for one in said)
    return _form(said, where)


def _form(said: Any, where: str) -> Form:
    if not isinstance(said, str) or not said.strip():
        raise ValueError(f"{where} should be a text")
    pieces: list[Piece] = []
    for text, name, layout, conversion in Formatter().parse(said):
        if name is not None and (not name.isidentifier() or layout or conversion):
            raise ValueError(f"{where} may fill in plain names only, such as {{count}}")
        if pieces and pieces[-1][1] is None:  # a brace that was written twice
            pieces[-1] = (pieces[-1][0] + text, name)
        else:
            pieces.append((text, name))
    return Form(tuple(pieces))


def _shape(text: Text) -> tuple[object, ...]:
    """What must be alike in all languages. A plural form may leave its count out, as in "one person"."""
    if isinstance(text, dict):
        return ("plural", frozenset().union(*(form.values for form in text.values())) | {"count"})
    if isinstance(text, tuple):
        return ("list", tuple(form.values for form in text))
    return ("text", text.values)


def _bracketed(text: Text) -> Text:
    if isinstance(text, dict):
        return {form: said.bracketed() for form, said in text.items()}
    if isinstance(text, tuple):
        return tuple(one.bracketed() for one in text)
    return text.bracketed()
