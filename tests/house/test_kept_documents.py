"""Verdicts, back-tests and ensembles carry a checksum: an edited one is refused in a sentence wherever it is shown."""

import copy
import json
import random
import shutil
import sys

import pytest

from cli_pages.command import app
from experiments import FOLDER
from experiments.claims import verdicts
from experiments.claims.verdicts import kept_verdicts
from experiments.documents.claims_page import claims_page
from experiments.documents.pages import stored_fit_page
from experiments.history import evidence, screening
from experiments.run import ensemble
from experiments.storage.documents import CHECKSUM, checksum_of, read_document, write_document
from sim.errors import WrongInput

KEPT = sorted(file for room in ("verdicts", "ensembles") for file in (FOLDER / room).glob("*.json"))
DAMAGED = {"nl": "dit bestand is beschadigd: de controlesom klopt niet", "en": "its checksum is not right"}


def leaves(value, path=()):
    """Every number and word in a document with its place."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if inside is None:
        yield path, value
    else:
        for key, one in inside:
            yield from leaves(one, (*path, key))


def edited(document, path, value):
    other = copy.deepcopy(document)
    place = other
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return other


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.name)
def test_another_layout_changes_nothing_and_another_value_is_refused(file, tmp_path):
    whole = json.loads(file.read_bytes())
    copied = tmp_path / file.name
    write_document(copied, whole)
    assert copied.read_bytes() == file.read_bytes()
    copied.write_text(json.dumps(dict(reversed(whole.items())), sort_keys=True, indent=3), encoding="utf-8")
    assert read_document(copied, whole) == {key: value for key, value in whole.items() if key != CHECKSUM}
    for path, value in random.Random(3).sample(list(leaves(whole)), 60):
        for other in {f"{value}x", 0, 1, None} - {value}:
            assert path == (CHECKSUM,) or checksum_of(edited(whole, path, other)) != whole[CHECKSUM]
    for lacking in (whole.keys() - {CHECKSUM}, ["x"]):
        copied.write_text(json.dumps(dict.fromkeys(lacking, 1)), encoding="utf-8")
        with pytest.raises(ValueError, match="another document"):
            read_document(copied, ())


@pytest.fixture
def edits(tmp_path, monkeypatch):
    """Copies of all kept documents in the place of the real ones, each edited by hand in one figure or word."""
    for room in ("verdicts", "ensembles"):
        shutil.copytree(FOLDER / room, tmp_path / room)
    for file, before, after in (
        ("verdicts/claims.json", '"fails"', '"holds"'),
        ("verdicts/backtest-prop-2021.json", '"coverage": 0', '"coverage": 1'),
        ("verdicts/backtest-golf-2015.json", '"coverage": 0', '"coverage": 1'),
        ("verdicts/screening-prop-2021.json", '"assumed"', '"measured"'),
        ("ensembles/prop-2021.json", '"best_misfit": ', '"best_misfit": 1'),
        ("ensembles/prop-2021-tot-2020-12-31.json", '"coverage": 0', '"coverage": 1'),
    ):
        text = (tmp_path / file).read_text(encoding="utf-8")
        assert before in text, file
        (tmp_path / file).write_text(text.replace(before, after, 1), encoding="utf-8")
    monkeypatch.setattr(verdicts.kept_verdicts, "__defaults__", (tmp_path / "verdicts" / "claims.json",))
    monkeypatch.setattr(evidence, "VERDICTS_FOLDER", tmp_path / "verdicts")
    monkeypatch.setattr(screening, "FOLDER", tmp_path)
    monkeypatch.setattr(ensemble, "ENSEMBLES", tmp_path / "ensembles")
    ensemble.load_ensemble.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    ensemble.load_ensemble.cache_clear()


@pytest.mark.parametrize(
    "words",
    [
        ["claims", "--kept"], ["backtest", "prop-2021", "--kept"], ["backtest", "golf-2015", "--kept", "--json"],
        ["run", "prop-2021", "--replications", "1"], ["run", "golf-2015", "--replications", "1"], ["docs", "x"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_command_refuses_it_in_one_sentence(words, edits, capsys, monkeypatch):
    for language, told in DAMAGED.items():
        monkeypatch.setattr(sys, "argv", ["doorstroom", *words, "--language", language])
        monkeypatch.setattr("models.chain.simulate", None)  # nothing may run
        with pytest.raises(SystemExit) as left:
            app()
        out, err = capsys.readouterr()
        assert (left.value.code, out) == (2, "")
        (sentence,) = err.splitlines()
        assert told in sentence
        assert ".json" in sentence
    assert not (edits / "x").exists()


@pytest.mark.parametrize(
    "make",
    [
        kept_verdicts, claims_page, stored_fit_page, evidence.fitted_rows, evidence.about_fit,
        lambda: evidence.kept_backtest("prop-2021"), lambda: ensemble.held_out("prop-2021"),
        lambda: ensemble.default_ensemble("golf-2015"), lambda: ensemble.ensemble_version("prop-2021"),
        lambda: screening.kept_screening("prop-2021"),
    ],
)  # fmt: skip
def test_every_page_that_is_made_of_it_refuses_it(make, edits):
    with pytest.raises(WrongInput) as refused:
        make()
    assert refused.value.code == "checksum_wrong"
