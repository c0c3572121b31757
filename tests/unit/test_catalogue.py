"""Texts come out in the language asked for, with their values; what is not complete is refused by name."""

import json
import re
import shutil

import pytest
from pseudo import PSEUDO, outside_catalogue

from experiments.language import catalogue as catalogues
from experiments.language.catalogue import catalogue, parse
from experiments.language.language import SIDE_BY_SIDE
from models.levers import LEVERS
from models.outcomes import OUTCOMES

NAMES = sorted(path.stem for path in catalogues.FOLDER.glob("*.toml"))
SHELF = """
[title]
nl = "De plank"
en = "The shelf"
[books.left]
nl = {one = "{count} boek van {owner}", other = "{count} boeken van {owner}"}
en = {one = "{count} book of {owner}", other = "{count} books of {owner}"}
[books.right]
nl = "rechts {{zo}} {owner}!"
en = "right {{so}} {owner}!"
[days]
nl = ["ma", "di"]
en = ["Mon", "Tue"]
"""


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    for name in ("formatting",):
        (tmp_path / f"{name}.toml").write_text((catalogues.FOLDER / f"{name}.toml").read_text("utf-8"), "utf-8")
    (tmp_path / "shelf.toml").write_text(SHELF, "utf-8")
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    monkeypatch.setattr(catalogues, "LANGUAGES", SIDE_BY_SIDE)
    catalogues.catalogue.cache_clear()
    catalogues._read.cache_clear()
    yield lambda language: catalogue("shelf", language)
    catalogues.catalogue.cache_clear()
    catalogues._read.cache_clear()


def test_a_text_is_in_the_language_asked_for(shelf):
    assert (shelf("nl")("title"), shelf("en")("title")) == ("De plank", "The shelf")
    assert shelf("en").language == "en"
    assert shelf("en") is shelf("en")


def test_a_plural_form_goes_by_its_count(shelf):
    assert shelf("nl")("books.left", count=1, owner="Jo") == "1 boek van Jo"
    assert shelf("nl")("books.left", count=1200, owner="Jo") == "1.200 boeken van Jo"
    assert shelf("en")("books.left", count=0, owner="Jo") == "0 books of Jo"
    assert shelf("en")("books.left", count=-1200, owner="{Jo}") == "−1,200 books of {Jo}"
    with pytest.raises(TypeError):
        shelf("en")("books.left", count=1.5, owner="Jo")


def test_lists_keys_and_braces(shelf):
    texts = shelf("en")
    assert texts.list("days") == ("Mon", "Tue")
    assert texts.keys() == ("title", "books.left", "books.right", "days")
    assert texts.keys("books") == ("books.left", "books.right")
    assert texts.has("title") and not texts.has("books")
    assert texts("books.right", owner="Jo") == "right {so} Jo!"


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda texts: texts("nothing"), "shelf.toml: there is no text nothing"),
        (lambda texts: texts("books.right"), "shelf.toml: books.right needs owner"),
        (lambda texts: texts("books.left", owner="Jo"), "shelf.toml: books.left has plural forms and needs a count"),
        (lambda texts: texts("days"), "shelf.toml: days is a list"),
        (lambda texts: texts.list("title"), "shelf.toml: title is no list"),
    ],
)
def test_what_is_missing_is_named(shelf, ask, told):
    with pytest.raises(KeyError, match=re.escape(told)):
        ask(shelf("en"))


def test_no_other_file_or_language(shelf):
    with pytest.raises(KeyError, match=re.escape("there is no catalogue cellar.toml")):
        catalogue("cellar", "nl")
    with pytest.raises(KeyError, match="there is no language fr"):
        catalogue("shelf", "fr")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('[a]\nnl = "een"', "x.toml: a has nl, and should have nl, en"),
        ('[a]\nnl = "een"\nen = "one"\nfr = "un"', "x.toml: a has en, fr, nl"),
        ('[a]\nnl = "een"\nen = " "', "x.toml: a.en should be a text"),
        ('[a]\nnl = "{n} een"\nen = "one"', "x.toml: a is not alike in all languages"),
        ('[a]\nnl = ["een"]\nen = ["one", "two"]', "x.toml: a is not alike in all languages"),
        ('[a]\nnl = {other = "een"}\nen = {one = "one", other = "two"}', "x.toml: a.nl should have the plural forms"),
        ('[a]\nnl = "{n:.2f}"\nen = "{n:.2f}"', "x.toml: a.nl may fill in plain names only"),
        ('[a]\nnl = "{}"\nen = "{}"', "x.toml: a.nl may fill in plain names only"),
        ('a = "een"', "a is not a text by language"),
    ],
)
def test_a_file_that_is_not_complete_is_refused(content, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        parse("x", content)


def test_the_language_of_the_tests_shows_what_is_not_from_a_catalogue(shelf):
    texts = shelf(PSEUDO)
    assert texts("books.left", count=1200, owner="Jo") == "1,200⟦ books of ⟧Jo"
    assert outside_catalogue(texts("books.left", count=1200, owner="Jo")) == ["Jo"]
    assert outside_catalogue(texts("books.left", count=1, owner="Jo de Wit"), "Jo de Wit") == []
    assert outside_catalogue(texts("books.left", count=1, owner=texts("title"))) == []
    assert (
        outside_catalogue(f"<b class='big'>{texts('title')}</b> `code` run.csv Súdwest-Fryslân 12,5 % share_cap") == []
    )
    assert outside_catalogue("⟦a ⟦b⟧ c⟧ Een knop, 80%-band") == ["Een", "knop", "band"]


@pytest.mark.parametrize("name", NAMES)
def test_every_catalogue_is_complete(name):
    assert parse(name, (catalogues.FOLDER / f"{name}.toml").read_text("utf-8"))


def test_every_lever_outcome_and_unit_has_words_and_no_others_do():
    assert {key.split(".")[0] for key in catalogue("levers", "nl").keys("")} == set(LEVERS)
    assert set(catalogue("outcomes", "nl").keys()) == set(OUTCOMES)
    labels = catalogue("labels", "nl")
    assert {key.removeprefix("holder.") for key in labels.keys("holder")} == {one.holder for one in LEVERS.values()}
    chosen = {word for lever in LEVERS.values() for word in lever.choices}
    assert {key.removeprefix("choice.") for key in labels.keys("choice")} == chosen
    units = {one.unit for one in (*LEVERS.values(), *OUTCOMES.values())}
    assert units <= set(catalogue("units", "nl").keys())


def as_a_language(name):
    """The English texts of a catalogue as the table of another language."""
    lines = [f"[{name}]"]
    for key, text in catalogues._read(name).items():
        lines.append(f"{json.dumps(key)} = {written(text['en'])}")
    return "\n".join(lines)


def written(text):
    if isinstance(text, dict):
        return "{" + ", ".join(f"{form} = {written(said)}" for form, said in text.items()) + "}"
    if isinstance(text, tuple):
        return "[" + ", ".join(map(written, text)) + "]"
    braces = str.maketrans({"{": "{{", "}": "}}"})
    return json.dumps(
        "".join(f"{said.translate(braces)}{'' if name is None else f'{{{name}}}'}" for said, name in text.pieces),
        ensure_ascii=False,
    )


@pytest.fixture
def third_language(tmp_path, monkeypatch):
    """A language in one file of its own; the fixture takes away what it says about one text."""
    folder = tmp_path / "texts"
    shutil.copytree(catalogues.FOLDER, folder)
    file = folder / "languages" / "fy.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n\n".join(map(as_a_language, NAMES)), encoding="utf-8")
    monkeypatch.setattr(catalogues, "FOLDER", folder)
    monkeypatch.setattr(catalogues, "LANGUAGES", ("nl", "en", "fy"))
    caches = (catalogues.catalogue, catalogues._read, catalogues._further)
    for kept in caches:
        kept.cache_clear()
    yield file
    monkeypatch.undo()
    for kept in caches:
        kept.cache_clear()


def test_a_language_is_one_file(third_language):
    for name in NAMES:
        assert catalogue(name, "fy").keys() == catalogue(name, "en").keys()
    assert catalogue("units", "fy")("persons", count=1) == catalogue("units", "en")("persons", count=1)


def test_a_language_that_misses_a_text_is_refused_by_file_and_key(third_language):
    said = third_language.read_text(encoding="utf-8")
    third_language.write_text(re.sub(r'^"thousands" = .*\n', "", said, flags=re.MULTILINE), encoding="utf-8")
    catalogues._further.cache_clear()
    with pytest.raises(ValueError, match=r"fy\.toml: formatting, thousands"):
        catalogue("formatting", "fy")
