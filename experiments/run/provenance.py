"""What made a figure: program, model version, input, published figures and libraries; and what has changed since.

A result depends on

- the **model version** (`models/version.py`): a number that is raised when a golden run or a golden method changes;
- the **inputs** of its period: the figures that a run reads (`models/inputs.py`) and how a draw is laid over them;
- for a fit and a back-test also what was **published**, and how it is weighed;
- the ensemble, of which `load_ensemble(name).about["table"]` is the version;
- what is kept on a machine, such as runs of the app and sweeps, also **how a replication gets its seed and draw**, the
  names of the outcomes, and libraries.

Inputs and published figures are known by a checksum of their values, so another source, note or way of writing a
number leaves them what they are.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from experiments import read_csv
from experiments.language.catalogue import catalogue
from experiments.language.language import Language
from models.version import MODEL_VERSION
from sim.replications import replication_seed, shuffled

#: Of the tables of this room, the columns that a run reads and those that only a fit or a back-test reads.
_DRAW_COLUMNS = ("parameter", "how")
_FIT_COLUMNS = ("parameter", "low", "high")
_HELD_COLUMNS = ("series", "areas", "periods", "tolerance_percent", "independent_points", "fitted")
_PUBLISHED_COLUMNS = ("series", "area", "value", "period_start", "period_end", "letter")


@lru_cache(maxsize=1)
def version() -> str:
    """The version of the program, as it stands in every result; it says nothing about figures."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("doorstroom")
    except PackageNotFoundError:
        return "0+onbekend"


def version_text(language: Language) -> str:
    """Program and model version in words."""
    return catalogue("provenance", language)("versions", program=version(), model=MODEL_VERSION)


@lru_cache
def inputs(period: str) -> str:
    """The checksum of the values that a run of a period reads."""
    from models.inputs import cells, run_inputs
    from models.parameters import PERIODS

    drawn = [row for row in read_csv("fitted_parameters") if PERIODS[period].reads(row["periods"])]
    return checksum(run_inputs(period) | {"draws": cells(drawn, _DRAW_COLUMNS)})


@lru_cache(maxsize=1)
def published() -> str:
    """The checksum of the values that a fit or a back-test reads besides: published figures, weights, prior ranges."""
    from models.inputs import cells
    from models.sources import read_table

    return checksum(
        {
            "observed": cells(read_table("observed"), _PUBLISHED_COLUMNS),
            "held_against": cells(read_csv("held_against"), _HELD_COLUMNS),
            "fitted_parameters": cells(read_csv("fitted_parameters"), _FIT_COLUMNS),
        }
    )


def checksum(values: Any) -> str:
    """The checksum of plain values."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def behind(*periods: str) -> dict[str, Any]:
    """What any figure simulated in these periods depends on besides what was asked: part of every key and kept file.

    Its `inputs` are by period, so that a figure that only another period reads makes nothing stale.
    """
    from models.parameters import PERIODS

    return {"model_version": MODEL_VERSION, "inputs": {name: inputs(name) for name in PERIODS if name in periods}}


def behind_fit(*periods: str) -> dict[str, Any]:
    """What a fit or a back-test depends on."""
    return behind(*periods) | {"published": published()}


def provenance(*periods: str) -> dict[str, Any]:
    """What stands at the head of every result: the program that wrote it, and what its figures depend on."""
    return {"version": version()} | behind(*periods)


def what_changed(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Of `model_version`, `inputs` and `published`: what is not what it was when a document was made."""
    now = behind_fit(*document.get("inputs", ()))
    return tuple(name for name, value in now.items() if name in document and document[name] != value)


def outdated_text(kind: str, document: Mapping[str, Any], changed: Sequence[str], language: Language) -> str:
    """A sentence that says that a kept file is older than the model, and why; empty when nothing changed.

    kind: `verdicts`, `backtest`, `screening`, `unseen`, `fit` or, where the fit is only named, `ensemble`.
    """
    if not changed:
        return ""
    texts = catalogue("provenance", language)
    versions = {"then": document["model_version"], "now": MODEL_VERSION}
    reasons = [texts(f"changed.{name}", **versions) for name in changed]
    return texts(f"outdated.{kind}", what=", ".join(reasons))


def software() -> dict[str, str]:
    """The versions of Python and of the libraries that a figure depends on."""
    import platform

    return {"python": platform.python_version()} | libraries()


@lru_cache(maxsize=1)
def libraries() -> dict[str, str]:
    """The versions of the libraries that a figure depends on."""
    from importlib.metadata import version as installed

    return {name: installed(name) for name in ("numpy", "numba", "scipy", "pyarrow")}


@lru_cache(maxsize=1)
def seeds() -> str:
    """A checksum of how replications get their seeds and their draws: figures with others are never taken for these."""
    ends = (1, 2**63 - 1)
    dealt = [replication_seed(seed, number) for seed in ends for number in (1, 2, 50)]
    return checksum([dealt, [shuffled(9, seed) for seed in ends]])


@lru_cache(maxsize=1)
def counted() -> str:
    """A checksum of the names of all outcomes, so that a kept run that lacks one is computed again."""
    from models.outcomes import OUTCOMES

    return checksum(sorted(OUTCOMES))


def made_here() -> dict[str, str]:
    """What figures that are kept on a machine depend on besides `behind`."""
    return {"seeds": seeds(), "outcomes": counted()} | libraries()
