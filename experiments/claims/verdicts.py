"""Verdicts that are kept as a file, and what they no longer belong to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments import FOLDER
from experiments.claims.claim import Claim
from experiments.claims.evidence import Judgements
from experiments.run.ensemble import load_ensemble
from experiments.run.fingerprint import code_version
from sim.errors import WrongInput
from sim.snapshot import atomic_file


def fingerprint(claims: Sequence[Claim]) -> str:
    """A short fingerprint of how the claims are judged: futures, counts, lines and ends, but not their texts."""
    digest = hashlib.sha256()
    for claim in claims:
        parts = [
            claim.name,
            *(repr((future.name, future.base, future.settings)) for future in claim.futures),
            *(repr((look.key, look.needs(), getattr(look, "factor", ""), getattr(look, "against", "")))
              for look in claim.looks),
            *(repr(condition) for condition in claim.conditions),
            *(repr((assumption.name, assumption.low, assumption.high)) for assumption in claim.assumptions),
            claim.decide.__name__,
            claim.weighed_by,
        ]  # fmt: skip
        digest.update("\n".join(parts).encode())
    return digest.hexdigest()[:16]


# --- keeping verdicts ---------------------------------------------------------------------------------------------

STORED = FOLDER / "verdicts" / "claims.json"


def store(judgements: Judgements, path: Path = STORED) -> Path:
    """Keep the verdicts for the app and the documentation, in one step. Raises CannotWrite."""
    keep(judgements.to_json() | {"judged": fingerprint([one.claim for one in judgements.judgements])}, path)
    return path


def keep(document: Mapping[str, Any], path: Path = STORED) -> None:
    """Write verdicts as plain values, in one step. Raises CannotWrite."""
    with atomic_file(path) as handle:
        handle.write((json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode())


def stored(path: Path = STORED) -> dict[str, Any]:
    """The verdicts that were kept, as plain values. Raises WrongInput when there are none or they are damaged."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WrongInput("verdicts_unreadable", file=path) from error
    if not isinstance(document, dict) or not {"claims", "code", "ensembles", "judged"} <= set(document):
        raise WrongInput("no_verdicts", file=path)
    return document


def what_changed(document: Mapping[str, Any], claims: Sequence[Claim]) -> list[str]:
    """Why kept verdicts do not belong to the program as it is now, a sentence each; empty when they do."""
    changed = []
    if [row["name"] for row in document["claims"]] != [claim.name for claim in claims]:
        changed.append("de lijst van uitspraken is veranderd")
    elif document["judged"] != fingerprint(claims):
        changed.append("de manier waarop een uitspraak wordt beoordeeld is veranderd")
    if document["code"] != code_version():
        changed.append("het model is veranderd")
    if any(load_ensemble(name).about["table"] != table for name, table in document["ensembles"].items()):
        changed.append("het ensemble is veranderd")
    return changed
