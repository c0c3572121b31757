"""Verdicts that are kept as a file, and what they no longer belong to."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments import FOLDER
from experiments.claims.assumptions import as_rows, assumptions
from experiments.claims.claim import Claim
from experiments.claims.evidence import Judgements
from experiments.run.ensemble import ensembles_changed
from experiments.run.provenance import behind, what_changed
from experiments.storage.documents import read_document, write_document
from sim.errors import WrongInput


def fingerprint(claims: Sequence[Claim]) -> str:
    """A short fingerprint of how the claims are judged: futures, counts, lines and variations, but not their texts."""
    digest = hashlib.sha256()
    for claim in claims:
        parts = [
            claim.name,
            *(repr((future.name, future.base, future.settings)) for future in claim.futures),
            *(repr((look.key, look.needs(), getattr(look, "factor", ""), getattr(look, "against", "")))
              for look in claim.looks),
            *(repr(condition) for condition in claim.conditions),
            *(repr((one.name, one.low, one.high)) for one in claim.variations),
            claim.decide.__name__,
            claim.weighed_by,
            *(repr((one.name, one.conditions, one.decide.__name__)) for one in claim.readings),
        ]  # fmt: skip
        digest.update("\n".join(parts).encode())
    return digest.hexdigest()[:16]


VERDICTS = FOLDER / "verdicts" / "claims.json"


def keep_verdicts(judgements: Judgements, path: Path = VERDICTS) -> Path:
    """Keep the verdicts for the app and the documentation, in one step. Raises CannotWrite."""
    judged = fingerprint([one.claim for one in judgements.judgements])
    write_document(path, judgements.to_json() | {"judged": judged})
    return path


def kept_verdicts(path: Path = VERDICTS) -> dict[str, Any]:
    """The verdicts that were kept, as plain values. Raises WrongInput when there are none or they are damaged."""
    try:
        return read_document(path, {"claims", "ensembles", "judged", *behind()})
    except (OSError, ValueError) as error:
        raise WrongInput("verdicts_unreadable", file=path.name) from error


def verdicts_changed(document: Mapping[str, Any], claims: Sequence[Claim]) -> tuple[str, ...]:
    """What has changed since verdicts were kept; empty when they belong to these claims and this model.

    Of `claims` (the list), `rules`, `assumptions` (what a newer screening or fit says is to be tried), what stands in
    `provenance.behind`, and `ensemble`. Raises WrongInput when the screening that is kept cannot be read.
    """
    changed: list[str] = []
    if [row["name"] for row in document["claims"]] != [claim.name for claim in claims]:
        changed.append("claims")
    elif document["judged"] != fingerprint(claims):
        changed.append("rules")
    if document.get("assumptions") != as_rows(assumptions()):
        changed.append("assumptions")
    changed += what_changed(document)
    if ensembles_changed(document["ensembles"]):
        changed.append("ensemble")
    return tuple(changed)
