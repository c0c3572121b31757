"""Parameter sets that history allows: reading them, and laying one over the baseline.

A draw says for each fitted parameter what to do with its value in the period: replace it (`value`), multiply
it with every dated step (`factor`), or deepen a documented dip below 1 (`depth`). A parameter therefore changes
over time only where the baseline has a dated step.
"""

import csv
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments import FOLDER, read_csv
from experiments.language.catalogue import catalogue
from experiments.language.language import Language
from experiments.run.provenance import behind_fit
from experiments.storage.documents import read_document, write_document
from sim.arrays import FloatArray, IntArray
from sim.errors import WrongInput
from sim.files import atomic_file
from sim.replications import shuffled

if TYPE_CHECKING:
    from models.parameters import Parameters

ENSEMBLES = FOLDER / "ensembles"
#: Replications that share one draw, so that luck and parameters can be told apart.
REPLICATIONS_PER_DRAW = 2


@dataclass(frozen=True)
class Fitted:
    """A fitted parameter: its dotted path, what a draw does to it, its prior range and where it applies."""

    path: str
    how: str
    low: float
    high: float
    periods: str

    def applies_to(self, period: str) -> bool:
        """Whether a draw changes this parameter in a period, or in the one that it continues."""
        from models.parameters import PERIODS

        return PERIODS[period].reads(self.periods)


@dataclass(frozen=True)
class Ensemble:
    """Draws of the fitted parameters, the best one apart, and how they came about.

    draws: (draws, parameters) in the units of `fitted_parameters.csv`; misfit: (draws,).
    """

    name: str
    paths: tuple[str, ...]
    draws: FloatArray
    best: FloatArray
    misfit: FloatArray
    about: dict[str, Any]

    def draw_of(self, replication: int, seed: int) -> int:
        """The draw that a replication (from 1) uses under a seed: two replications in a row share one.

        The order of the draws belongs to the seed, as luck does: were it fixed, every run of ten replications would
        rest on the same five draws, and its interval would leave out how much draws differ.
        """
        order = _order(len(self.draws), seed)
        return order[(replication - 1) // REPLICATIONS_PER_DRAW % len(order)]


@lru_cache(maxsize=64)
def _order(count: int, seed: int) -> tuple[int, ...]:
    return shuffled(count, seed)


@lru_cache(maxsize=1)
def fitted_parameters() -> tuple[Fitted, ...]:
    """Every parameter that is fitted, in the order of a draw."""
    return tuple(
        Fitted(row["parameter"], row["how"], float(row["low"]), float(row["high"]), row["periods"])
        for row in read_csv("fitted_parameters")
    )


def with_draw(parameters: "Parameters", paths: tuple[str, ...], draw: FloatArray) -> "Parameters":
    """The parameters with one draw laid over them. Raises KeyError for a path that is not fitted (any more)."""
    from models.parameters import value_at, with_values

    known = {fitted.path: fitted for fitted in fitted_parameters()}
    values: dict[str, Any] = {}
    for path, number in zip(paths, draw, strict=True):
        fitted = known[path]
        if not fitted.applies_to(parameters.period):
            continue
        values[path] = laid(value_at(parameters, path), fitted.how, float(number))
    return with_values(parameters, values)


def laid(value: Any, how: str, number: float) -> Any:
    """What a value of a parameter becomes: `number` itself, so many times it, or a dip below 1 so much deeper."""
    from sim.schedule import Schedule

    if how == "value":
        return Schedule.constant(number) if isinstance(value, Schedule) else number
    if how == "depth":
        return Schedule(tuple((day, 1.0 - number * (1.0 - step)) for day, step in value.steps))
    if isinstance(value, Schedule):
        return value.scaled(number)
    return round(value * number) if isinstance(value, int) else value * number


def ensemble_name(scenario: str, train_until: str | None) -> str:
    """The name under which an ensemble is kept."""
    return scenario if train_until is None else f"{scenario}-tot-{train_until}"


def about_ensemble(name: str) -> dict[str, Any]:
    """What stands beside the draws of an ensemble. Raises WrongInput when there is none or it is damaged."""
    file = ENSEMBLES / f"{name}.json"
    try:
        return read_document(file, {"scenario", "train_until", "table", *behind_fit()})
    except (OSError, ValueError) as error:
        raise WrongInput("ensemble_unreadable", file=file.name, name=name) from error


@lru_cache(maxsize=8)
def load_ensemble(name: str) -> Ensemble:
    """An ensemble by name. Raises WrongInput when there is none, or when it does not fit this version."""
    table, about = ENSEMBLES / f"{name}.csv", about_ensemble(name)
    try:
        with table.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        paths = tuple(column for column in rows[0] if column not in ("draw", "misfit"))
        numbers = np.array([[float(row[path]) for path in paths] for row in rows])
        misfit = np.array([float(row["misfit"]) for row in rows])
        is_best = np.array([row["draw"] == "best" for row in rows])
        if is_best.sum() != 1 or len(rows) < 2:
            raise ValueError("one best row and at least one draw")
        if about["table"] != _checksum(table.read_bytes()):
            raise ValueError("the two files do not belong together")
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise WrongInput("ensemble_unreadable", file=table.name, name=name) from error
    ends = {fitted.path: (fitted.low, fitted.high) for fitted in fitted_parameters()}
    if set(paths) != set(ends):
        raise WrongInput("ensemble_of_other_parameters", file=table.name, name=name)
    lows, highs = (np.array([ends[path][end] for path in paths]) for end in (0, 1))
    if not ((numbers >= lows - 1e-5 * abs(lows)) & (numbers <= highs + 1e-5 * abs(highs))).all():
        raise WrongInput("ensemble_out_of_range", file=table.name, name=name)
    return Ensemble(name, paths, numbers[~is_best], numbers[is_best][0], misfit[~is_best], about)


def ensemble_version(name: str | None) -> str | None:
    """By what draws are known apart from others of the same name; None without an ensemble."""
    return None if name is None else str(load_ensemble(name).about["table"])


def draws_of(name: str | None, seed: int, numbers: Iterable[int]) -> IntArray | None:
    """The draw of each replication; None without an ensemble, when each replication stands on its own."""
    if name is None:
        return None
    return np.array([load_ensemble(name).draw_of(number, seed) for number in numbers], dtype=np.int64)


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def held_out(scenario: str) -> dict[str, Any] | None:
    """The back-test that stands beside the ensemble fitted on the longest part of a scenario's history.

    Its keys are `ensemble`, `train_until`, `summary` and what the fit depends on (`provenance.behind_fit`); None when
    no part was ever held out. Raises WrongInput for a damaged file.
    """
    kept = [load_ensemble(file.stem).about for file in sorted(ENSEMBLES.glob(f"{scenario}-tot-*.json"))]
    found = [about for about in kept if "backtest" in about]
    if not found:
        return None
    latest = max(found, key=lambda about: str(about["train_until"]))
    return {
        "ensemble": ensemble_name(scenario, latest["train_until"]),
        "train_until": latest["train_until"],
        **{name: latest[name] for name in behind_fit()},
        "summary": latest["backtest"],
    }


def ensembles_changed(versions: Mapping[str, str]) -> bool:
    """Whether any of these ensembles (name: version) is not what it was."""
    return any(load_ensemble(name).about["table"] != table for name, table in versions.items())


def default_ensemble(period: str) -> str | None:
    """The ensemble that a run of a period uses unless told otherwise, fitted on all data.

    Its own; or one that says that it lends its draws to this period (`lent_to`); or none, and then parameters stand
    at their value in the tables.
    """
    if (ENSEMBLES / f"{period}.csv").exists():
        return period
    for file in sorted(ENSEMBLES.glob("*.json")):
        if period in about_ensemble(file.stem).get("lent_to", ()):
            return file.stem
    return None


def lent_text(periods: Iterable[str], language: Language) -> str:
    """That draws were fitted on another period than they are used in; empty where every period has its own or none."""
    texts, found = catalogue("provenance", language), []
    for period in dict.fromkeys(periods):
        name = default_ensemble(period)
        if name is not None and (of := about_ensemble(name)["scenario"]) != period:
            found.append(texts("lent", of=of, period=period))
    return " ".join(found)


def save_ensemble(ensemble: Ensemble) -> Path:
    """Write an ensemble: a table of draws (the best first) and a file about it, each in one step."""
    ENSEMBLES.mkdir(exist_ok=True)
    about = ENSEMBLES / f"{ensemble.name}.json"
    if about.exists():  # which other periods take these draws is no outcome of a fit
        ensemble.about.setdefault("lent_to", about_ensemble(ensemble.name).get("lent_to", []))
    lines = [",".join(("draw", "misfit", *ensemble.paths))]
    misfits, draws = [ensemble.about["best_misfit"], *ensemble.misfit], [ensemble.best, *ensemble.draws]
    for place, (misfit, draw) in enumerate(zip(misfits, draws, strict=True)):
        lines.append(",".join((str(place or "best"), f"{misfit:.4f}", *(f"{number:.6g}" for number in draw))))
    target = ENSEMBLES / f"{ensemble.name}.csv"
    content = ("\n".join(lines) + "\n").encode()
    ensemble.about["table"] = _checksum(content)
    with atomic_file(target) as handle:
        handle.write(content)
    write_document(about, ensemble.about)
    load_ensemble.cache_clear()
    return target
