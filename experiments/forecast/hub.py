"""A folder of forecasts in the layout of the hubverse, in which other hubs and their tools can read them.

`model-output/MODEL/ORIGIN-MODEL.parquet` holds quantiles and samples of one forecast; `auxiliary-data/` beside it a
record of what made it, with the checksum of the file; `hub-config/` says which figures are asked for. A forecast is
written once and never replaced. See https://docs.hubverse.io.
"""

import contextlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from experiments import FOLDER
from experiments.forecast.asked import YEARLY, Asked
from experiments.forecast.levels import LEVELS
from experiments.forecast.paths import FLOW_SERIES, STOCK_SERIES
from experiments.storage.documents import read_document, write_document
from experiments.storage.files import write_file
from experiments.storage.tables import checked_table, table_bytes
from sim.arrays import FloatArray
from sim.calendar import date_of, day_number, iso
from sim.errors import CannotWrite, Term, WrongInput
from sim.files import MAKING, fsync_folder, temporary_prefix

#: The archive that comes with the program.
ARCHIVE = FOLDER / "archive"
TEAM, LOCATION = "doorstroom", "NL"
NAIVE, PLAIN = f"{TEAM}-naive", f"{TEAM}-stock_flow"
_SCHEMAS = "https://raw.githubusercontent.com/hubverse-org/schemas/main/v5.0.0"
_SCHEMA = pa.schema(
    [
        ("origin_date", pa.date32()), ("target", pa.string()), ("horizon", pa.int32()), ("location", pa.string()),
        ("target_end_date", pa.date32()), ("output_type", pa.string()), ("output_type_id", pa.string()),
        ("value", pa.float64()),
    ]
)  # fmt: skip
_TASKS = ("origin_date", "target", "horizon", "location", "target_end_date")


@dataclass(frozen=True)
class Kept:
    """A forecast as it is kept: quantiles (levels, figures), samples (samples, figures) or none, and its record."""

    model: str
    origin: int
    asked: tuple[Asked, ...]
    quantiles: FloatArray
    samples: FloatArray
    about: Mapping[str, Any]


def model_of(scenario: str) -> str:
    """The name of a model in a hub: letters, digits and underscores after the team."""
    return f"{TEAM}-{scenario.replace('-', '_')}"


def output_file(folder: Path, model: str, origin: int) -> Path:
    """Where the figures of a forecast are kept."""
    return folder / "model-output" / model / f"{iso(origin)}-{model}.parquet"


def record_file(folder: Path, model: str, origin: int) -> Path:
    """Where the record of a forecast is kept."""
    return folder / "auxiliary-data" / f"{iso(origin)}-{model}.json"


def check_free(folder: Path, model: str, origin: int) -> None:
    """Refuse to write where a forecast is kept already. Raises CannotWrite."""
    file = output_file(folder, model, origin)
    if file.exists():
        raise CannotWrite(file, Term("forecast_in_place"))


def keep(folder: Path, forecast: Kept) -> Path:
    """Write a forecast, its record and what a hub says of itself; never over another. Raises CannotWrite."""
    check_free(folder, forecast.model, forecast.origin)
    file, record = (place(folder, forecast.model, forecast.origin) for place in (output_file, record_file))
    content = table_bytes(_table(forecast))
    try:
        for place in (file, record):
            place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite.because(folder, error) from error
    write_document(record, dict(forecast.about) | {"model": forecast.model, "sha256": sha256(content).hexdigest()})
    _write_once(file, content)
    write_config(folder)
    return file


def _write_once(file: Path, content: bytes) -> None:
    """Write a file in one step, unless there is one; nobody may write in it afterwards."""
    temporary = file.parent / f"{temporary_prefix(file)}{os.getpid()}{MAKING}"
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o444)
        os.link(temporary, file)
        fsync_folder(file.parent)
    except FileExistsError as error:
        raise CannotWrite(file, Term("forecast_in_place")) from error
    except OSError as error:
        raise CannotWrite.because(file, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _table(forecast: Kept) -> pa.Table:
    """The rows of a forecast: per figure its quantiles, then its samples; whole persons and cases."""
    columns: dict[str, list[Any]] = {name: [] for name in _SCHEMA.names}
    kinds = [("quantile", [repr(level) for level in LEVELS], forecast.quantiles)]
    if len(forecast.samples):
        kinds.append(("sample", [f"{number:04d}" for number in range(1, len(forecast.samples) + 1)], forecast.samples))
    for place, one in enumerate(forecast.asked):
        for kind, names, values in kinds:
            if np.isnan(values[:, place]).any():
                continue
            count = len(names)
            cells = (date_of(forecast.origin), one.target, one.horizon, LOCATION, date_of(one.last_day), kind)
            for name, cell in zip(_SCHEMA.names, cells, strict=False):
                columns[name] += [cell] * count
            columns["output_type_id"] += names
            columns["value"] += np.round(values[:, place]).tolist()
    return pa.table(columns, schema=_SCHEMA)


# ---- reading -------------------------------------------------------------------------------------


def read_hub(folder: Path) -> list[Kept]:
    """Every forecast of a folder, by origin and model. Raises WrongInput for what is no hub or damaged."""
    files = sorted((folder / "model-output").glob("*/*.parquet"))
    if not files:
        raise WrongInput("no_forecasts", file=folder)
    return sorted((_read(folder, file) for file in files), key=lambda kept: (kept.origin, kept.model))


def read_model(folder: Path, model: str) -> list[Kept]:
    """Every forecast of one model in a folder, by origin; none where there is no such folder. Raises WrongInput."""
    return [_read(folder, file) for file in sorted((folder / "model-output" / model).glob("*.parquet"))]


def _read(folder: Path, file: Path) -> Kept:
    model = file.parent.name
    origin_text = file.name.removesuffix(f"-{model}.parquet")
    try:
        origin = day_number(origin_text)
        about = read_document(record_file(folder, model, origin), {"sha256", "scenario", "origin"})
        if about["sha256"] != sha256(file.read_bytes()).hexdigest():
            raise WrongInput("forecast_changed", file=file.name)
    except (OSError, ValueError) as error:
        raise WrongInput("forecast_unreadable", file=file.name) from error
    rows = checked_table(file, schema=_SCHEMA).to_pandas()
    figures: dict[tuple[str, int], Asked] = {}
    values: dict[str, dict[tuple[str, int], list[float]]] = {"quantile": {}, "sample": {}}
    for row in rows.itertuples(index=False):
        key = (row.target, row.horizon)
        if key not in figures:
            figures[key] = Asked(row.target, row.horizon, *_days(row.target, row.target_end_date))
        values[row.output_type].setdefault(key, []).append(row.value)
    quantiles, samples = (
        np.array([values[kind].get(key, []) for key in figures]).reshape(len(figures), -1).T
        for kind in ("quantile", "sample")
    )
    return Kept(model, origin, tuple(figures.values()), quantiles, samples, about)


def _days(target: str, end: Any) -> tuple[int, int]:
    """The days that a figure is about, by its last one."""
    last = day_number(end)
    if target in STOCK_SERIES:
        return last, last
    first = f"{end.year}-01-01" if target in YEARLY or end.month <= 6 else f"{end.year}-07-01"
    return day_number(first), last


# ---- what a hub says of itself -------------------------------------------------------------------


def write_config(folder: Path) -> None:
    """Write `hub-config/` for the forecasts that are in a folder, and what each model is. Raises CannotWrite."""
    days: dict[str, set[str]] = {}
    models = set()
    for record in sorted((folder / "auxiliary-data").glob("*.json")):
        about = json.loads(record.read_bytes())
        if "model" in about:
            models.add((about["model"], about["version"]))
            days.setdefault(about["origin"], set())
    origins = sorted(days)
    for name, document in (("admin.json", _admin()), ("tasks.json", _tasks(origins))):
        _write_json(folder / "hub-config" / name, document)
    for model, version in sorted(models):
        team, _, name = model.partition("-")
        text = f"team_abbr: {team}\nmodel_abbr: {name}\nmodel_version: {json.dumps(version)}\nlicense: EUPL-1.2\n"
        (folder / "model-metadata").mkdir(exist_ok=True)
        write_file(folder / "model-metadata" / f"{model}.yml", text)


def _write_json(path: Path, document: Mapping[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    write_file(path, json.dumps(document, indent=1) + "\n")


def _admin() -> dict[str, Any]:
    return {
        "schema_version": f"{_SCHEMAS}/admin-schema.json",
        "name": "Doorstroom",
        "maintainer": "Doorstroom",
        "contact": {"name": "Doorstroom", "email": "doorstroom@example.org"},
        "repository": {"host": "github", "owner": TEAM, "name": TEAM},
        "file_format": ["parquet"],
        "timezone": "Europe/Amsterdam",
        "model_output_dir": "model-output",
    }


def _tasks(origins: Sequence[str]) -> dict[str, Any]:
    groups = [
        (tuple(STOCK_SERIES), 24, 0, "months"),
        (tuple(name for name in FLOW_SERIES if name not in YEARLY), 4, 1, "half-years"),
        (YEARLY, 2, 1, "years"),
    ]
    return {
        "schema_version": f"{_SCHEMAS}/tasks-schema.json",
        "output_type_id_datatype": "character",
        "rounds": [
            {
                "round_id_from_variable": True,
                "round_id": "origin_date",
                "model_tasks": [_model_task(origins, *group) for group in groups],
                "submissions_due": {"relative_to": "origin_date", "start": 0, "end": 0},
            }
        ],
    }


def _model_task(origins: Sequence[str], targets: Sequence[str], most: int, least: int, unit: str) -> dict[str, Any]:
    ids: dict[str, dict[str, Any]] = {
        "origin_date": {"required": None, "optional": list(origins)},
        "target": {"required": None, "optional": list(targets)},
        "horizon": {"required": None, "optional": list(range(least, most + 1))},
        "location": {"required": [LOCATION], "optional": None},
        "target_end_date": {"required": None, "optional": _ends(origins)},
    }
    value = {"type": "double", "minimum": 0}
    return {
        "task_ids": ids,
        "output_type": {
            "quantile": {"output_type_id": {"required": list(LEVELS)}, "value": value, "is_required": True},
            "sample": {
                "output_type_id_params": {
                    "type": "character", "max_length": 4, "min_samples_per_task": 1, "max_samples_per_task": 1000,
                    "compound_taskid_set": ["origin_date", "target", "location"],
                },
                "value": value,
                "is_required": False,
            },
        },
        "target_metadata": [
            {
                "target_id": name, "target_name": name,
                "target_units": "cases" if name == "pending_decisions" else "persons",
                "target_keys": {"target": name}, "target_type": "continuous", "is_step_ahead": True, "time_unit": unit,
            }
            for name in targets
        ],
    }  # fmt: skip


def _ends(origins: Iterable[str]) -> list[str]:
    """Every day that a forecast of these days may end on."""
    from experiments.forecast.asked import asked_at

    days = {one.last_day for origin in origins for one in asked_at(day_number(origin), 10**9)}
    return [iso(day) for day in sorted(days)]
