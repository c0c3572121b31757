"""What the program is made of, from the lock: every package with its hashes and licence.

Use: `supply.py licences` renews the table in docs/licenties.md; `supply.py sbom FOLDER` writes the list of packages of
a release there, as CycloneDX. Both stop at a package that may not be used.

A licence is what the installed package says. A package that is not installed here, as it belongs to another system or
Python, keeps the licence that stands in the table, where it is written by hand the first time.
"""

import re
import sys
import tomllib
from dataclasses import dataclass, field
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from license_expression import ExpressionError, LicenseWithExceptionSymbol, get_spdx_licensing
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "licenties.md"
MARKS = ("<!-- packages -->\n", "<!-- /packages -->\n")
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ]+)(?: ; (?P<marker>[^\\]*?))?(?: \\)?$")
ROW = re.compile(
    r"^\| (?P<name>[a-z0-9-]+) \| (?P<version>\S+) \| (?P<use>\w+) \| (?P<licence>[^|]+) \|$", re.MULTILINE
)
SPDX = get_spdx_licensing()
#: A package under one of these may be used by a program under the EUPL; what is not here is refused. The LGPL may: the
#: package stays a file of its own that anybody can replace, and the EUPL names it in its appendix. The GPL and AGPL may
#: not: they would hold for the whole.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-CMU", "MPL-2.0", "PSF-2.0",
    "Zlib", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later",
}  # fmt: skip
#: With these a compiler's own library may stand under the GPL in a program that does not.
ALLOWED_EXCEPTIONS = {"GCC-exception-3.1"}
#: What older packages write for a licence, and what it is called now.
SPELLED = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "ISC License": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
}
#: What says which licence a text is, for a package that says no more than "BSD", or nothing.
TEXTS = (
    ("neither the name of", "BSD-3-Clause"),
    ("redistribution and use in source and binary forms", "BSD-2-Clause"),
    ("permission is hereby granted, free of charge", "MIT"),
)


@dataclass
class Package:
    """One pinned package: `use` is app (at work), cluster (on request) or dev (never with the program)."""

    name: str
    version: str
    marker: str
    hashes: list[str] = field(default_factory=list)
    use: str = "dev"
    licence: str = ""


def readable(text: str) -> bool:
    """Whether a licence is written as SPDX does."""
    try:
        return bool(text) and SPDX.parse(text, validate=True) is not None
    except ExpressionError:
        return False


def may_be_used(licence: str) -> bool:
    """Whether all licences that hold are allowed; of licences to choose from one is enough."""

    def holds(part) -> bool:  # type: ignore[no-untyped-def]
        if isinstance(part, LicenseWithExceptionSymbol):
            return part.license_symbol.key in ALLOWED or part.exception_symbol.key in ALLOWED_EXCEPTIONS
        if isinstance(part, SPDX.AND | SPDX.OR):
            return (all if isinstance(part, SPDX.AND) else any)(map(holds, part.args))
        return part.key in ALLOWED

    return readable(licence) and holds(SPDX.parse(licence, validate=True))


def stated_licence(package: Distribution) -> str:
    """The licence that an installed package states, as SPDX; else as it says it, empty where it says nothing."""
    about = package.metadata
    classifiers = [one.split(" :: ")[-1] for one in about.get_all("Classifier") or () if one.startswith("License ::")]
    said = [about.get("License-Expression"), about.get("License"), *classifiers]
    named = [SPELLED.get(one.strip(), one.strip()) for one in said if one]
    for name in named:
        if readable(name):
            return name
    whole = [one for one in named if "\n" not in one and "BSD" not in one and one != "OSI Approved"]
    if not whole:
        for file in package.files or ():
            if "dist-info" in str(file) and "LICEN" in file.name.upper():
                text = " ".join(file.read_text(encoding="utf-8").lower().split())
                return next((name for phrase, name in TEXTS if phrase in text), "")
    return whole[0] if whole else ""


def installed(name: str) -> Distribution | None:
    """An installed package, or None."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def needs(name: str) -> set[str]:
    """The packages that one needs on any system; extras that nobody asked for are left out."""
    package = installed(name)
    asked = [Requirement(text) for text in (package.requires if package else None) or ()]
    return {canonicalize_name(one.name) for one in asked if "extra" not in str(one.marker)}


def pins(lock: Path) -> list[Package]:
    """The packages of a lock."""
    found: list[Package] = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        if pin := PIN.match(line):
            found.append(Package(pin["name"], pin["version"], pin["marker"] or ""))
        elif line.startswith("    --hash=sha256:"):
            found[-1].hashes.append(line.split(":")[1].split()[0])
    return found


def packages() -> list[Package]:
    """Every package of the whole lock, with what it is for and its licence."""
    at_work = {one.name for one in pins(ROOT / "requirements-app.lock")}
    on_request: set[str] = set()
    new = direct("cluster")
    while new:
        on_request |= new
        new = {other for name in new for other in needs(name)} - on_request
    written = {(row["name"], row["version"]): row["licence"] for row in ROW.finditer(PAGE.read_text(encoding="utf-8"))}
    found = pins(ROOT / "requirements.lock")
    for one in found:
        one.use = "app" if one.name in at_work else "cluster" if one.name in on_request else "dev"
        package = installed(one.name)
        here = package is not None and package.version == one.version
        one.licence = stated_licence(package) if package and here else written.get((one.name, one.version), "")
    return found


def direct(*extras: str) -> set[str]:
    """What `pyproject.toml` asks for under these extras."""
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    return {canonicalize_name(Requirement(text).name) for name in extras for text in extra[name]}


def page(found: list[Package]) -> str:
    """The page of licences, its table made anew."""
    rows = ["| pakket | versie | voor | licentie |", "|---|---|---|---|"]
    rows += [f"| {one.name} | {one.version} | {one.use} | {one.licence or '?'} |" for one in found]
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(MARKS[0])
    return before + MARKS[0] + "\n".join(rows) + "\n" + MARKS[1] + rest.partition(MARKS[1])[2]


def bill_of_materials(found: list[Package]) -> tuple[str, str]:
    """The name of the file and the list itself, checked against the schema of CycloneDX."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    scopes = {"app": ComponentScope.REQUIRED, "cluster": ComponentScope.OPTIONAL, "dev": ComponentScope.EXCLUDED}
    made = {}
    for one in found:
        address = PackageURL("pypi", None, one.name, one.version)
        made[one.name, one.version] = Component(
            name=one.name, version=one.version, purl=address, bom_ref=str(address), scope=scopes[one.use],
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=content) for content in one.hashes],
            licenses=[LicenseExpression(one.licence)],
            properties=[Property(name="doorstroom:marker", value=one.marker)] if one.marker else [],
        )  # fmt: skip
    whole = Component(
        name=about["name"], version=about["version"], type=ComponentType.APPLICATION, bom_ref=about["name"],
        description=about["description"], licenses=[LicenseExpression(about["license"])],
    )  # fmt: skip
    bom = Bom(components=made.values())
    bom.metadata.component = whole
    asked = {canonicalize_name(Requirement(text).name) for text in about["dependencies"]}
    asked |= direct("app", "cluster", "dev")
    bom.register_dependency(whole, [part for (name, _), part in made.items() if name in asked])
    for (name, _), part in made.items():
        needed = needs(name)
        bom.register_dependency(part, [other for (other_name, _), other in made.items() if other_name in needed])
    text = JsonV1Dot6(bom).output_as_string(indent=2) + "\n"
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if error is not None:
        raise ValueError(str(error)[:1000])
    return f"{about['name']}-{about['version']}.cdx.json", text


def main() -> int:
    """Do what is asked; returns 1 when a package may not be used."""
    found = packages()
    if sys.argv[1] == "licences":
        PAGE.write_text(page(found), encoding="utf-8")
    refused = [one for one in found if not may_be_used(one.licence)]
    for one in refused:
        print(f"{one.name} {one.version}: {one.licence or '?'}", file=sys.stderr)
    if not refused and sys.argv[1] == "sbom":
        name, text = bill_of_materials(found)
        folder = Path(sys.argv[2])
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        print(folder / name)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
