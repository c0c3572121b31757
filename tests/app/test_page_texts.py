"""The texts of every page are complete in both languages, with the same figures to fill in."""

import pkgutil
import re
from importlib import import_module

import pytest

import app_pages

PLACES = re.compile(r"\{(\w+)\}")


def is_pair(value):
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(text, str) for text in value)


def tables():
    found = {}
    for module in pkgutil.walk_packages(app_pages.__path__, "app_pages."):
        for name, value in vars(import_module(module.name)).items():
            if isinstance(value, dict) and value and name.isupper() and all(map(is_pair, value.values())):
                found[f"{module.name.removeprefix('app_pages.')}.{name}"] = value
    return found


TABLES = tables()


def test_pages_have_texts():
    assert {"volg.TEXTS", "uitspraken.TEXTS", "onderbouwing.texts.TEXTS"} <= set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_both_languages_say_the_same(name):
    for key, (dutch, english) in TABLES[name].items():
        assert bool(dutch.strip()) == bool(english.strip()), key
        assert sorted(PLACES.findall(dutch)) == sorted(PLACES.findall(english)), key
        assert "voorspel" not in dutch.lower(), key
        assert "predict" not in english.lower() and "forecast" not in english.lower(), key
