"""Snapshots of a run: the chain of every replication on one day, from which a later run continues or branches.

A run cannot branch on what already differs before the saved day, nor on levers without dates.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.run.ensemble import default_ensemble, draws_of, ensemble_version
from experiments.run.provenance import behind, seeds
from experiments.scenario.periods import period_days
from experiments.scenario.scenario import parse_date
from experiments.storage.folders import MADE_BY_SYSTEMS
from models.levers import LEVERS, Change, apply_changes
from models.own import PUBLISHED
from models.parameters import baseline, value_at
from sim.calendar import date_of, day_number
from sim.errors import Allowed, WrongInput
from sim.schedule import Schedule
from sim.snapshot import load, save

if TYPE_CHECKING:
    from models.chain import Chain

_FILE = re.compile(r"replication-([1-9][0-9]{0,6})\.snapshot")


@dataclass(frozen=True)
class Origin:
    """Which run a snapshot is of."""

    period: str
    seed: int
    ensemble: str | None
    fixed: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Saved(Origin):
    """What a folder of snapshots is about: one run, saved on one day."""

    folder: Path
    numbers: tuple[int, ...]
    day: int


def file_of(folder: str | Path, number: int) -> Path:
    """The file of one replication."""
    return Path(folder) / f"replication-{number}.snapshot"


def save_snapshot(folder: str | Path, number: int, chain: "Chain", origin: Origin) -> None:
    """Write the chain of one replication as it is this morning, in one step. Raises CannotWrite."""
    made = behind(origin.period) | {"seeds": seeds(), "ensemble_version": ensemble_version(origin.ensemble)}
    about = made | asdict(origin) | {"day": chain.today, "replication": number}
    state = chain.snapshot()
    save(file_of(folder, number), state, about | {"content": content_of(state, about)})


def content_of(state: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """By what a state and the run it is of are known: it tells what was changed and saved again."""
    digest = hashlib.sha256(json.dumps(dict(about), sort_keys=True).encode())
    for name, array in sorted(state.items()):
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode() + array.tobytes())
    return digest.hexdigest()


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """A state, and what it is about. Raises WrongInput when it is damaged or not what was saved."""
    state, about = load(path)
    if about.pop("content", None) != content_of(state, about):
        raise WrongInput("snapshot_changed", file=path)
    return state, about


def resume_from(folder: str | Path, number: int, chain: "Chain") -> None:
    """Let a chain take over the state of one replication. Raises WrongInput for what no run left there."""
    path = file_of(folder, number)
    state, _ = _read(path)
    try:
        chain.resume(state)
    except ValueError as error:
        raise WrongInput("impossible_state", file=path, part=str(error)) from error


def refuse_used_folder(folder: str) -> None:
    """Raise WrongInput when a folder for new snapshots holds anything: two runs in one folder cannot be told apart."""
    place = Path(folder)
    if place.is_dir():
        names = {path.name for path in place.iterdir()} - MADE_BY_SYSTEMS
        if names:
            raise WrongInput("file_in_folder", file=folder, name=min(names), allowed=Allowed("new_or_empty_folder"))


def saved_day(text: str, earliest: int, until_day: int, *, file: str) -> int:
    """The day on which a run is saved: after the day it begins, and not after its end. Raises WrongInput."""
    day = day_number(parse_date(text, file=file))
    if not earliest < day <= until_day:
        allowed = Allowed("range", low=date_of(earliest + 1), high=date_of(until_day))
        raise WrongInput(file=file, value=text, allowed=allowed)
    return day


def read_saved(folder: str) -> Saved:
    """What the snapshots in a folder are about, after checking each of them. Raises WrongInput."""
    place = Path(folder)
    found = {}
    if place.is_dir():
        found = {int(match[1]): path for path in place.iterdir() if (match := _FILE.fullmatch(path.name))}
    if not found:
        raise WrongInput("no_snapshots", file=folder, allowed=Allowed("snapshots_folder"))
    shared: dict[str, Any] | None = None
    for number, path in sorted(found.items()):
        _, about = _read(path)
        if about.pop("replication", None) != number:
            raise WrongInput("other_replication", file=path)
        if shared is None:
            shared = about
        if about != shared:
            raise WrongInput("other_run", file=path)
    assert shared is not None
    if not (behind(shared.get("period", "")) | {"seeds": seeds()}).items() <= shared.items():
        raise WrongInput("snapshots_of_other_version", file=folder)
    return _saved_of(place, tuple(sorted(found)), shared)


def _saved_of(folder: Path, numbers: tuple[int, ...], about: Mapping[str, Any]) -> Saved:
    """What snapshots are about, of which every value is one that a run can have. Raises WrongInput."""
    try:
        period, day, seed, fixed = (about[key] for key in ("period", "day", "seed", "fixed"))
        first, _, last = period_days(period)
        changes = tuple(Change(**change) for change in about["changes"])
        apply_changes(baseline(period), changes)
        plain = type(day) is type(seed) is int and type(fixed) is bool
        if not plain or not first < day <= last or not 0 <= seed < 1 << 63:
            raise ValueError("no run has these values")
    except (LookupError, TypeError, ValueError, WrongInput) as error:
        raise WrongInput("snapshot_does_not_fit", file=file_of(folder, numbers[0])) from error
    ensemble = default_ensemble(period)
    if (about.get("ensemble"), about.get("ensemble_version")) != (ensemble, ensemble_version(ensemble)):
        raise WrongInput("snapshots_of_other_ensemble", file=str(folder))
    return Saved(period, seed, ensemble, fixed, changes, folder, numbers, day)


def check_branch(saved: Saved, period: str, ensemble: str | None, changes: Sequence[Change], until_day: int) -> None:
    """Raise WrongInput when a run with these changes ends or would have been different before the saved day."""
    from experiments.run.parameters import changed_parameters

    place = str(saved.folder)
    if period != saved.period:
        allowed = Allowed("only", name=saved.period)
        raise WrongInput("snapshots_of_other_period", file=place, value=period, allowed=allowed)
    if ensemble != saved.ensemble:
        raise WrongInput("snapshots_of_other_ensemble", file=place)
    if until_day <= saved.day:
        allowed = Allowed("later_day")
        raise WrongInput("snapshots_are_of", file=place, field="until", day=date_of(saved.day), allowed=allowed)
    if json.dumps([asdict(change) for change in changes]) == json.dumps([asdict(change) for change in saved.changes]):
        return
    levers = dict.fromkeys(change.lever for change in (*saved.changes, *changes))
    drawn = None if saved.fixed else draws_of(ensemble, saved.seed, saved.numbers)
    for draw in (None,) if drawn is None else sorted(set(drawn.tolist())):
        before, after = (changed_parameters(period, each, ensemble, draw) for each in (saved.changes, changes))
        for name in levers:
            old, new = (_course(parameters, name) for parameters in (before, after))
            if old == new:
                continue
            if not isinstance(old, Schedule):
                raise WrongInput("lever_is_settled", file=place, field=name)
            if not np.array_equal(old.daily(0, saved.day), new.daily(0, saved.day)):
                allowed = Allowed("change_from", day=date_of(saved.day))
                raise WrongInput("lever_differs_before", file=place, field=name, allowed=allowed)


def _course(parameters: Any, name: str) -> Any:
    """What a lever or an own series is in a set of parameters."""
    own = dict(parameters.own)
    return value_at(parameters, LEVERS[name].sets) if name in LEVERS else own.get(name, Schedule.constant(PUBLISHED))
