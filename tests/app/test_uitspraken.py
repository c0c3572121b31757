"""Uitspraken: the kept verdicts, whole and honest, in both languages."""

import pytest
from page_words import words

from app_pages import uitspraken
from app_pages.prop import page as prop
from experiments import read_csv
from experiments.claims.claims import CLAIMS
from experiments.claims.said import stands_words, worded
from experiments.claims.verdicts import VERDICTS, kept_verdicts, verdicts_changed
from experiments.language.catalogue import catalogue
from experiments.language.labels import status_text
from experiments.language.language import LANGUAGES
from experiments.run.levers import settings_of
from experiments.run.provenance import outdated_text
from experiments.storage.documents import write_document
from models.version import MODEL_VERSION


@pytest.fixture
def kept():
    return kept_verdicts()


@pytest.fixture
def other_file(monkeypatch, tmp_path, kept):
    """Put other verdicts in the place of the kept ones."""

    def put(**changes):
        path = tmp_path / "claims.json"
        write_document(path, kept | changes)
        monkeypatch.setattr(uitspraken, "kept_verdicts", lambda: kept_verdicts(path))

    return put


def said_of(document, spoken):
    """What the page must say of kept verdicts: nothing, or that they are older than the model."""
    changed = verdicts_changed(document, tuple(CLAIMS.values()))
    return [outdated_text("verdicts", document, changed, spoken)] if changed else []


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_every_claim_stands_with_verdict_rule_evidence_and_source(opened, kept, spoken):
    at = opened("uitspraken", lang=spoken)
    assert [error.value for error in at.exception] == []
    assert [warning.value for warning in at.warning] == said_of(kept, spoken)
    titles = [text.value.removeprefix("### ") for text in at.main.markdown if text.value.startswith("### ")]
    claims = worded(kept, CLAIMS, spoken)["claims"]
    assert titles == [row["sentence"] for row in claims]
    assert len(titles) == 11
    told = " ".join(text.value for text in at.main.markdown)
    for row in claims:
        assert row["rule"] in told
        assert row["said"] in told
        assert row["sense"] in told
        assert row["caution"] in told
    marks = [found.proto.body for found in at.main.get("html") if "aria-hidden" in found.proto.body]
    verdicts = {name: words("page_uitspraken", name, spoken) for name in uitspraken.VERDICTS}
    assert len(marks) == 11
    for row, mark in zip(kept["claims"], marks, strict=True):
        assert f"{verdicts[row['verdict']]}</span>" in mark
        assert uitspraken.MARKS[row["verdict"]] in mark
    sources = [caption.value for caption in at.main.caption]
    assert sum(row["document"] in caption for row in claims[:1] for caption in sources) == 11


@pytest.mark.parametrize("verdict", uitspraken.VERDICTS)
def test_the_filter_stands_in_the_link(opened, kept, verdict):
    at = opened("uitspraken", oordeel=verdict)
    titles = [text.value for text in at.main.markdown if text.value.startswith("### ")]
    assert len(titles) == [row["verdict"] for row in kept["claims"]].count(verdict)
    assert at.query_params["oordeel"] in (verdict, [verdict])


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_other_readings_stand_beside_the_sense_of_the_document(opened, other_file, kept, spoken):
    """Each with its own verdict, and the figures and lines it rests on."""
    claim = next(claim for claim in CLAIMS.values() if claim.readings)
    reading = claim.readings[0]
    row = next(row for row in kept["claims"] if row["name"] == claim.name)
    (look,) = (look for look in claim.looks if look.key == reading.conditions[0].look)
    found = row["evidence"][0] | {"look": look.key, "judged": "fails", "a": look.a or None, "b": look.b}
    found |= {"outcome": look.measure, "from": look.from_date, "until": look.until_date}
    found["line"] = {"kind": "at_least", "value": 0.9, "needed": False, "above_low": -1.0, "above_high": -0.5}
    read = {"name": reading.name, "verdict": "fails", "evidence": [found]}
    other_file(claims=[row | {"readings": [read]} if one is row else one for one in kept["claims"]])
    at = opened("uitspraken", lang=spoken)
    assert [error.value for error in at.exception] == []
    tables = [
        element.proto.body
        for element in at.main.get("html")
        if words("page_uitspraken", "reading", spoken) in element.proto.body
    ]
    label = catalogue("claims", spoken)(f"{claim.name}.readings.{reading.name}")
    (table,) = (body for body in tables if label in body)
    assert words("page_uitspraken", "fails", spoken) in table
    assert words("page_uitspraken", "met_fails", spoken) in table


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_what_every_claim_is_tried_under_and_what_overturns_it_are_told(opened, other_file, kept, spoken):
    first, *others = kept["claims"]
    (look,) = (found for found in first["evidence"] if found["look"] == first["deciding"])
    turned = "fails" if first["verdict"] != "fails" else "holds"
    tried = {
        "parameter": "homes.share_base", "low": 0.0123, "high": 0.0234, "verdict": first["verdict"],
        "verdict_low": turned, "verdict_high": first["verdict"], "figure": look["mean"], "figure_low": 1234.0,
        "figure_high": 4321.0, "n": 20,
    }  # fmt: skip
    other_file(claims=[first | {"tried": [tried], "hangs_on": tried}, *(one | {"tried": []} for one in others)])
    at = opened("uitspraken", lang=spoken)
    assert [error.value for error in at.exception] == []
    told = " ".join(text.value for text in at.main.markdown)
    (row,) = worded(kept | {"claims": [first | {"tried": [tried], "hangs_on": tried}]}, CLAIMS, spoken)["claims"]
    sentence = stands_words(row, spoken)
    assert sentence and sentence in told
    (row,) = (row for row in read_csv("fitted_parameters") if row["parameter"] == "homes.share_base")
    tables = [found.proto.body for found in at.main.get("html") if row[f"label_{spoken}"] in found.proto.body]
    assert len(tables) == 2  # once for all claims with status and source, once under the claim with its figures
    assert row["source"] in tables[0] and status_text(row["status"], spoken) in tables[0]
    assert "1.234" in tables[1] or "1,234" in tables[1]


def test_evidence_has_interval_n_and_line(opened, kept):
    at = opened("uitspraken")
    tables = " ".join(found.proto.body for found in at.main.get("html"))
    rows = [found for row in worded(kept, CLAIMS, "nl")["claims"] for found in row["evidence"]]
    assert tables.count(f">{kept['replications']}</td>") >= sum(found["n"] == kept["replications"] for found in rows)
    assert "minstens 90" in tables and "(voorwaarde)" in tables


def test_missing_verdicts_are_said(opened, monkeypatch, tmp_path):
    monkeypatch.setattr(uitspraken, "kept_verdicts", lambda: kept_verdicts(tmp_path / "niets.json"))
    at = opened("uitspraken")
    assert [error.value for error in at.exception] == []
    assert "doorstroom claims --store" in at.warning[0].value
    assert not [text for text in at.main.markdown if text.value.startswith("### ")]


def test_an_edited_verdict_is_refused_and_not_shown(opened, monkeypatch, tmp_path):
    edited = VERDICTS.read_text(encoding="utf-8").replace('"fails"', '"holds"', 1)
    (tmp_path / "claims.json").write_text(edited, encoding="utf-8")
    for module in (uitspraken, prop):
        monkeypatch.setattr(module, "kept_verdicts", lambda: kept_verdicts(tmp_path / "claims.json"))
    at = opened("uitspraken")
    assert "claims.json: dit bestand is beschadigd: de controlesom klopt niet" in at.warning[0].value
    assert not [text for text in at.main.markdown if text.value.startswith("### ")]
    assert "controlesom klopt niet" in prop._judged_lead()


@pytest.mark.parametrize(
    ("changes", "spoken", "words"),
    [
        ({"model_version": 0}, "nl", f"het model is veranderd (modelversie 0, nu {MODEL_VERSION})"),
        ({"model_version": 0}, "en", f"the model has changed (model version 0, now {MODEL_VERSION})"),
        ({"inputs": "anders"}, "en", "the input has changed"),
        ({"ensembles": {"prop-2021": "anders"}}, "nl", "het ensemble is veranderd"),
    ],
)
def test_verdicts_of_another_model_say_so(opened, other_file, changes, spoken, words):
    other_file(**changes)
    at = opened("uitspraken", lang=spoken)
    assert len(at.warning) == 1
    assert words in at.warning[0].value


def test_verdicts_of_another_program_with_the_same_model_are_not_old(opened, other_file, kept):
    other_file(version="0.0.1")
    assert [warning.value for warning in opened("uitspraken").warning] == said_of(kept, "nl")


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_every_reason_for_change_has_words(kept, spoken):
    document = kept | {"model_version": 0, "inputs": "x", "ensembles": {"prop-2021": "x"}, "judged": "x"}
    document["assumptions"] = []
    changed = verdicts_changed(document, tuple(CLAIMS.values()))
    assert changed == ("rules", "assumptions", "model_version", "inputs", "ensemble")
    texts = catalogue("provenance", spoken)
    told = outdated_text("verdicts", document, changed, spoken)
    assert all(texts(f"changed.{name}", then=0, now=MODEL_VERSION) in told for name in changed)
    assert verdicts_changed(kept | {"claims": []}, tuple(CLAIMS.values()))[0] == "claims"


def test_a_pair_is_put_in_doorrekenen(opened, kept):
    at = opened("uitspraken")
    button = next(one for one in at.main.button if one.key.startswith("_try_genoeg"))
    button.click().run()
    assert [error.value for error in at.exception] == []
    assert at.title[0].value == "Doorrekenen"
    assert at.session_state["large_family_homes"] == "1.000"


def test_every_pair_is_a_scenario_with_its_own_name(kept):
    for row in worded(kept, CLAIMS, "nl")["claims"]:
        for title, scenario in uitspraken.pairs(row, CLAIMS[row["name"]]):
            assert scenario.title == title
            assert settings_of(scenario), row["name"]


def test_each_verdict_has_a_mark_of_its_own():
    assert set(uitspraken.MARKS) == set(uitspraken.VERDICTS) == {"holds", "fails", "open"}
    assert len(set(uitspraken.MARKS.values())) == 3
