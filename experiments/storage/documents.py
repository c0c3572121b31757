"""Documents that come with the program as files: JSON that ends in a checksum of what it says.

An edited verdict or figure would otherwise be believed by every page that shows it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from experiments.storage.files import write_file
from sim.errors import WrongInput

CHECKSUM = "checksum"


def checksum_of(document: Mapping[str, Any]) -> str:
    """The checksum of the values of a document: another order of keys or another layout leaves it what it is."""
    values = {name: value for name, value in document.items() if name != CHECKSUM}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def write_document(path: Path, document: Mapping[str, Any]) -> None:
    """Write a document with its checksum, in one step. Raises CannotWrite."""
    sealed = dict(document) | {CHECKSUM: checksum_of(document)}
    write_file(path, json.dumps(sealed, ensure_ascii=False, allow_nan=False, indent=1) + "\n")


def read_document(path: Path, needed: Iterable[str]) -> dict[str, Any]:
    """Read a document with the keys that it needs. Raises WrongInput when its checksum is not right.

    Raises OSError or ValueError when there is none or it is something else.
    """
    try:
        document = json.loads(path.read_bytes())
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(document, dict) or not {*needed, CHECKSUM} <= set(document):
        raise ValueError("another document")
    if document[CHECKSUM] != checksum_of(document):
        raise WrongInput("checksum_wrong", file=path.name)
    del document[CHECKSUM]
    return document
