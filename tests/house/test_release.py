"""What is installed is locked with hashes, and the files that name the version name one version."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

from experiments.language.language import SIDE_BY_SIDE

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-app.lock")
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?: ; (?P<marker>.*?))?(?: \\)?$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def project():
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


def pins(name):
    """Every pinned package of a lock, with its lines."""
    found, lines = {}, []
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if PIN.match(line):
            lines = found.setdefault(line.removesuffix(" \\"), [])
        lines.append(line)
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_hashes_and_without_an_address(name):
    for pin, (first, *hashes) in pins(name).items():
        assert PIN.match(first), pin
        assert hashes, pin
        assert all(HASH.match(line) for line in hashes), pin


def test_the_lock_of_the_app_is_part_of_the_lock():
    whole, app = pins("requirements.lock"), pins("requirements-app.lock")
    assert {pin: whole.get(pin) for pin in app} == app
    assert not {"pytest", "mypy", "ruff", "distributed"} & {PIN.match(pin)["name"] for pin in app}


@pytest.mark.parametrize(("name", "extras"), [("requirements.lock", ("app", "cluster", "dev")), (LOCKS[1], ("app",))])
def test_every_dependency_is_locked_within_its_range(name, extras):
    about = project()["project"]
    wanted = [*about["dependencies"], *(one for extra in extras for one in about["optional-dependencies"][extra])]
    locked = [PIN.match(pin) for pin in pins(name)]
    for text in wanted:
        requirement = Requirement(text)
        versions = [pin["version"] for pin in locked if pin["name"] == canonicalize_name(requirement.name)]
        assert versions, f"{text}: run make lock"
        assert all(version in requirement.specifier for version in versions), f"{text}: run make lock"


def test_the_build_tool_is_the_locked_one():
    (build_tool,) = project()["build-system"]["requires"]
    assert build_tool in pins("requirements.lock")


def test_make_fetches_nothing_that_is_not_locked():
    """Installing either verifies hashes or fetches nothing: what is built is ours, with tools that are there."""
    told = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    fetching = [line for line in told.splitlines() if re.search(r"\bpip3? (install|wheel|download)|\bpipx|\buvx", line)]
    assert len(fetching) == 3
    for line in fetching:
        assert "--no-deps" in line
        assert "--require-hashes" in line or "--no-build-isolation" in line, line


def test_every_file_names_one_version():
    version = project()["project"]["version"]
    for name, pattern in (
        ("CITATION.cff", r"^version: (\S+)$"),
        ("publiccode.yml", r"^softwareVersion: (\S+)$"),
        ("README.md", r"Doorstroom (\d+\.\d+\.\d+), scenario"),
        ("README.md", r"^Versie (\d+\.\d+\.\d+)"),
    ):
        assert re.findall(pattern, (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE) == [version], name
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## \[(\d\S*)\]", changelog, re.MULTILINE)[1] == version


def test_publiccode_has_what_the_standard_asks():
    """The mandatory keys of publiccode.yml, version 0, with their limits and controlled words."""
    about = YAML(typ="safe").load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    assert about["publiccodeYmlVersion"] == "0"
    assert (about["name"], about["legal"]["license"]) == ("Doorstroom", project()["project"]["license"])
    assert re.fullmatch(r"https://\S+", about["url"])
    assert set(about["platforms"]) <= {"web", "windows", "mac", "linux", "ios", "android"}
    assert about["categories"]
    assert about["developmentStatus"] in ("concept", "development", "beta", "stable", "obsolete")
    assert about["softwareType"] == "standalone/web"
    assert set(SIDE_BY_SIDE) <= set(about["description"]) == set(about["localisation"]["availableLanguages"])
    for told in about["description"].values():
        assert len(told["shortDescription"]) <= 150
        assert 150 <= len(told["longDescription"]) <= 10_000
        assert 5 <= len(told["features"]) <= 20
        assert all((ROOT / picture).is_file() for picture in told["screenshots"])
    assert about["localisation"]["localisationReady"] is True
    # Who maintains it names a contact: a person. Nobody is named while nobody has promised to.
    kind = about["maintenance"]["type"]
    assert kind in ("internal", "contract", "community", "none")
    assert {"internal": "contacts", "community": "contacts", "contract": "contractors"}.get(kind, "type") in about[
        "maintenance"
    ]
    assert {"name": "Python", "versionMin": "3.11", "versionMax": "3.13"} in about["dependsOn"]["open"]


def test_hooks_fetch_nothing():
    hooks = YAML(typ="safe").load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [source["repo"] for source in hooks["repos"]] == ["local"]
    named = {hook["id"]: hook["language"] for source in hooks["repos"] for hook in source["hooks"]}
    assert named == {"ruff": "system", "ruff-format": "system", "import-contracts": "system"}
