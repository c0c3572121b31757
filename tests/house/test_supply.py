"""Every package has a licence that may be used, is in the list that goes with a release, and stands on the page."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).resolve().parents[2]


def load(name):
    """A script of this repository's own tools, which are no package."""
    place = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    sys.modules[name] = module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


supply = load("supply")


def test_every_package_may_be_used():
    found = supply.packages()
    assert len(found) > 80
    assert {one.use for one in found} == {"app", "cluster", "dev"}
    assert [(one.name, one.version, one.licence) for one in found if not supply.may_be_used(one.licence)] == []


@pytest.mark.parametrize(
    ("licence", "is_allowed"),
    [
        ("GPL-2.0-only", False),
        ("GPL-3.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("MIT AND GPL-3.0-or-later", False),
        ("GPL-3.0-only OR AGPL-3.0-only", False),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("SSPL-1.0", False),
        ("Proprietary", False),
        ("", False),
        ("MIT OR GPL-2.0-only", True),
        ("MIT AND GPL-3.0-or-later WITH GCC-exception-3.1", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("LGPL-2.1-or-later", True),
        ("MPL-2.0", True),
    ],
)
def test_what_may_be_used(licence, is_allowed):
    assert supply.may_be_used(licence) == is_allowed


@pytest.mark.parametrize(
    "stated",
    [
        "License-Expression: GPL-3.0-or-later",
        "License: GPLv3",
        "License: GPL-2.0",
        "License: GNU General Public License (GPL)",
        "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)",
        "License: BSD\nClassifier: License :: OSI Approved :: GNU Affero General Public License v3",
        "Summary: says nothing",
    ],
)
def test_a_dependency_under_the_gpl_does_not_come_in(stated, tmp_path, monkeypatch, capsys):
    about = tmp_path / "greedy-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.4\nName: greedy\nVersion: 1.0\n{stated}\n")
    for name in ("requirements.lock", "requirements-app.lock", "pyproject.toml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        extra = "" if name == "pyproject.toml" else f"greedy==1.0 \\\n    --hash=sha256:{'0' * 64}\n"
        (tmp_path / name).write_text(text + extra, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(supply, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["supply.py", "sbom", str(tmp_path)])
    assert supply.main() == 1
    assert capsys.readouterr().err.startswith("greedy 1.0: ")
    assert [*tmp_path.glob("*.cdx.json")] == []


def test_the_page_of_licences_is_made():
    found = supply.packages()
    assert supply.PAGE.read_text(encoding="utf-8") == supply.page(found), "run `make licences`"


def test_the_list_of_a_release_holds_every_package_with_version_hashes_and_licence():
    found = supply.packages()
    name, text = supply.bill_of_materials(found)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bom = json.loads(text)
    assert name == f"doorstroom-{bom['metadata']['component']['version']}.cdx.json"
    listed = {(part["name"], part["version"]): part for part in bom["components"]}
    assert listed.keys() == {(one.name, one.version) for one in found}
    for one in found:
        part = listed[one.name, one.version]
        assert sorted(entry["content"] for entry in part["hashes"]) == sorted(one.hashes)
        assert part["licenses"] == [{"expression": one.licence}] or part["licenses"][0]["license"]["id"] == one.licence
        assert part["purl"] == f"pkg:pypi/{one.name}@{one.version}"
    edges = {part["ref"]: part.get("dependsOn", []) for part in bom["dependencies"]}
    reached, new = set(), {"doorstroom"}
    while new:
        reached |= new
        new = {ref for one in new for ref in edges[one]} - reached
    assert {part["purl"] for part in bom["components"]} <= reached


def test_packages_of_the_browser_tests_are_locked_and_may_be_used():
    locked = json.loads((ROOT / "e2e" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    parts = {name: about for name, about in locked.items() if name}
    assert parts
    assert [name for name, about in parts.items() if not about.get("integrity")] == []
    assert [name for name, about in parts.items() if not supply.may_be_used(about["license"])] == []
