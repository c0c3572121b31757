"""What made a figure: versions of program, model, figures and libraries."""

from __future__ import annotations

import csv
import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from experiments import FOLDER
from models.version import MODEL_VERSION


@lru_cache(maxsize=1)
def version() -> str:
    """The version of the program, as it stands in every result."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("doorstroom")
    except PackageNotFoundError:
        return "0+onbekend"


#: What a fit depends on: every fact table, and of the tables of this room the columns that are not text.
_FIT_COLUMNS = {
    "fitted_parameters": ("parameter", "how", "low", "high", "periods"),
    "held_against": ("series", "areas", "periods", "tolerance_percent", "independent_points", "fitted"),
}


def data_version(root: Path = FOLDER.parent) -> str:
    """A short fingerprint of all numbers that a fit depends on, as it stands beside the fit."""
    digest = hashlib.sha256()
    for file in sorted((root / "models" / "data").glob("*.csv")):
        digest.update(file.name.encode() + file.read_bytes())
    for name, columns in _FIT_COLUMNS.items():
        with (root / "experiments" / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                digest.update("|".join(row[column] for column in columns).encode())
    return digest.hexdigest()[:16]


def code_version() -> str:
    """The version of the model that a simulated figure depends on."""
    return str(MODEL_VERSION)


def software() -> dict[str, str]:
    """The versions of what a figure depends on."""
    import platform

    import numba
    import scipy

    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "scipy": scipy.__version__,
        "pyarrow": pa.__version__,
    }
