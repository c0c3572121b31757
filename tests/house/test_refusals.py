"""Every code of a refusal has its text, every text its code, and the text fills in what the code brings."""

import ast
from pathlib import Path

import pytest
from pseudo import PSEUDO, outside_catalogue

from experiments.language import catalogue as catalogues
from experiments.language.catalogue import catalogue
from experiments.language.language import LANGUAGES
from experiments.language.refusals import refusal_text
from sim.errors import Allowed, Term, WrongInput

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("sim", "models", "experiments", "cli_pages", "app_pages")
#: What makes a part of a refusal, and where its text stands.
KINDS = {
    "WrongInput": ("refusals", "problem"),
    "ClusterFailed": ("refusals", "problem"),
    "_refuse": ("refusals", "problem"),
    "refuse": ("refusals", "problem"),
    "Term": ("refusals", "term"),
    "Allowed": ("allowed", ""),
}
#: Words of a call that are no values of its text.
NO_VALUES = {"file", "field", "line", "value", "allowed", "meant"}
#: Codes that are given by another code, or made at one place for all.
MADE = {"not_allowed", "value_not_allowed", "cannot_write", "replications_lost", "not_converged"}


def codes_in(node):
    """The codes that an expression may give."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return codes_in(node.body) | codes_in(node.orelse)
    return set()


def calls():
    """(place, kind, codes, names of values) of every call that makes a part of a refusal."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                kind = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if kind in ("_refuse", "refuse") and not isinstance(node.func, ast.Attribute):
                    continue
                if kind not in KINDS or (kind == "WrongInput" and not node.args):
                    continue
                place = 2 if kind == "refuse" else 0
                if len(node.args) <= place:
                    continue
                named = {word.arg for word in node.keywords if word.arg} - NO_VALUES
                yield f"{path.relative_to(ROOT)}:{node.lineno}", kind, codes_in(node.args[place]), named


CALLS = list(calls())
#: Codes that stand in variables: what a name holds somewhere in the source.
NAMED = {"folder_of_other_sweep", "folder_of_other_version", "disk_full", "quota_reached", "file_too_large",
         "no_permission", "read_only", "parent_is_file", "file_in_place", "folder_in_place", "no_folder",
         "name_too_long", "disk_error", "too_many_files", "no_memory", "unread_count", "unread_number"}  # fmt: skip
BY_FUNCTION = {"allowed": {"only", "one_of", "whole_range", "range"}}


def values_of(name, key):
    """The values that a text fills in, in each language."""
    text = catalogues._read(name)[key][LANGUAGES[0]]
    forms = text.values() if isinstance(text, dict) else (text,)
    return frozenset().union(*(form.values for form in forms)) | ({"count"} if isinstance(text, dict) else set())


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0])
def test_a_code_has_a_text_that_fills_in_what_it_brings(call):
    _, kind, codes, named = call
    name, section = KINDS[kind]
    for code in codes:
        key = f"{section}.{code}" if section else code
        assert catalogue(name, "nl").has(key), f"{key} is not in {name}.toml"
        assert values_of(name, key) - {"value"} == named, key


@pytest.mark.parametrize(("name", "section"), [("refusals", "problem"), ("refusals", "term"), ("allowed", "")])
def test_a_text_has_a_code(name, section):
    raised = {code for _, kind, codes, _ in CALLS if KINDS[kind] == (name, section) for code in codes}
    source = "\n".join(path.read_text(encoding="utf-8") for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    told = {key.removeprefix(f"{section}.") for key in catalogue(name, "nl").keys(section)}
    lonely = told - raised - MADE
    assert {code for code in lonely if f'"{code}"' not in source} == set()
    assert lonely <= NAMED | BY_FUNCTION.get(name, set())


@pytest.mark.parametrize("section", ["problem", "term", "allowed"])
def test_no_word_of_a_refusal_stands_outside_a_catalogue(section):
    name, prefix = ("allowed", "") if section == "allowed" else ("refusals", section)
    for key in catalogue(name, PSEUDO).keys(prefix):
        code = key.removeprefix(f"{section}.")
        values = dict.fromkeys(values_of(name, key) - {"count", "value"}, "x1")
        values |= {"count": 3} if "count" in values_of(name, key) else {}
        error = {
            "problem": lambda code=code, values=values: WrongInput(code, value=None, **values),
            "term": lambda code=code, values=values: WrongInput(field=Term(code, **values), value={}),
            "allowed": lambda code=code, values=values: WrongInput(line=3, value=[], allowed=Allowed(code, **values)),
        }[section]()
        if code == "value_not_allowed":
            continue
        told = refusal_text(error, PSEUDO)
        assert outside_catalogue(told, "x1") == [], told
        assert outside_catalogue(refusal_text(error, "nl"), "x1") != []
