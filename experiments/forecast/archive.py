"""The archive that comes with the program: forecasts as they would have been made at the start of each half-year.

They were made afterwards, by the model of now, with nothing but what was known on their day; only the mechanisms and
the prior ranges were chosen by people who had seen later years. A forecast that somebody made is never replaced; the
archive is made anew as a whole when the model changes, with one command, and says of which model it is.
"""

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments import FOLDER
from experiments.forecast.hub import ARCHIVE, NAIVE, PLAIN, TEAM, Kept, model_of, output_file, read_hub
from experiments.forecast.make import about_plan, plan_of
from experiments.forecast.official import beside_ours, compared
from experiments.forecast.score import Scored, a_year_ahead, as_values, by_figure, scored, table
from experiments.forecast.split import as_values as parts_as_values
from experiments.forecast.split import largest_part, split
from experiments.forecast.write import write_forecast
from experiments.run.provenance import behind_fit, version, what_changed
from experiments.scenario.ready import load_scenario
from experiments.storage.documents import read_document, write_document
from models.version import MODEL_VERSION
from sim.calendar import day_number, iso
from sim.errors import CannotWrite, WrongInput

SCORES = FOLDER / "verdicts" / "forecasts-prop-2021.json"
SCENARIO = "prop-2021"
#: The start of each half-year of 2019-2024.
ORIGINS = tuple(f"{year}-{month}-01" for year in range(2019, 2025) for month in ("01", "07"))
Report = Callable[[str, int, int], None]


def make_archive(
    work: Path, workers: int = 1, report: Report = lambda label, done, total: None, origins: Sequence[str] = ORIGINS
) -> dict[str, Any]:
    """Make every forecast of the archive, split its misses, and replace the archive and its scores by them.

    Forecasts that are finished lie in `work` and are taken from there when the model is still the same.
    """
    scenario, parts = load_scenario(SCENARIO), {}
    _forget_others(work)
    for place, origin in enumerate(origins):
        report(origin, place, len(origins))
        plan = plan_of(scenario, day_number(origin))
        if not output_file(work, model_of(SCENARIO), plan.origin).exists():
            write_forecast(work, replace(plan, past=work), workers)
        (kept,) = (one for one in read_hub(work) if one.origin == plan.origin and one.model == model_of(SCENARIO))
        rows = a_year_ahead(scored(kept))
        for row, part in zip(rows, split(plan, rows, workers), strict=True):
            parts[_key(row)] = part
    report(origins[-1], len(origins), len(origins))
    _replace(work)
    document = scores_of(read_hub(ARCHIVE), parts) | behind_fit(SCENARIO)
    write_document(SCORES, document)
    return document


def _key(row: Scored) -> tuple[str, int, int, int]:
    return row.target, row.origin, row.first_day, row.last_day


def _forget_others(work: Path) -> None:
    """Throw away what lies in a folder of finished forecasts of another model or other draws."""
    if not work.exists():
        return
    for kept in read_hub(work) if any((work / "model-output").glob("*/*.parquet")) else []:
        about = about_plan(plan_of(load_scenario(SCENARIO), kept.origin)) if kept.model == model_of(SCENARIO) else {}
        if dict(kept.about) | about != dict(kept.about):
            return _remove(work)


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise CannotWrite.because(folder, error) from error


def _replace(work: Path) -> None:
    """Put what was made in the place of the archive."""
    try:
        if ARCHIVE.exists():
            shutil.rmtree(ARCHIVE)
        shutil.copytree(work, ARCHIVE)
    except OSError as error:
        raise CannotWrite.because(ARCHIVE, error) from error


# ---- scores --------------------------------------------------------------------------------------


def scores_of(kept: Sequence[Kept], parts: dict[tuple[str, int, int, int], dict[str, float]]) -> dict[str, Any]:
    """Everything that a score says of a folder of forecasts, as plain values; `parts` are misses that were split."""
    rows = [row for one in kept for row in scored(one)]
    models = [model for model in dict.fromkeys(one.model for one in kept) if model not in (NAIVE, PLAIN)]
    ahead = a_year_ahead(rows)
    own = [one for one in kept if one.model in models]
    official = beside_ours(own)
    return {
        "version": version(),
        "model_version": MODEL_VERSION,
        "models": models,
        "forecasts": [_about(one) for one in own],
        "a_year_ahead": {model: table(ahead, model) for model in (*models, NAIVE, PLAIN)},
        "whole": {model: table(rows, model) for model in models},
        "figures": [_figure(row, rows, parts) for row in ahead if row.model in models],
        "official": official,
        "against_official": compared(official),
    }


def _about(kept: Kept) -> dict[str, Any]:
    named = ("scenario", "version", "model_version", "fit", "fit_until", "known_until", "inflow_change_a_year")
    return {"origin": iso(kept.origin), "model": kept.model} | {name: kept.about.get(name) for name in named}


def _figure(
    row: Scored, rows: Iterable[Scored], parts: dict[tuple[str, int, int, int], dict[str, float]]
) -> dict[str, Any]:
    beside = {name: by_figure(one for one in rows if one.model == name).get(_key(row)) for name in (NAIVE, PLAIN)}
    told = as_values(row) | {
        name.removeprefix(f"{TEAM}-"): None if other is None else {"median": other.median, "score": other.score}
        for name, other in beside.items()
    }
    part = parts.get(_key(row))
    if part is not None:
        told |= {"parts": parts_as_values(part), "owed_to": largest_part(part, row.truth.value - row.median)}
    return told


def kept_scores() -> dict[str, Any]:
    """The scores of the archive as they are kept. Raises WrongInput when there are none or they are damaged."""
    try:
        return read_document(SCORES, {"a_year_ahead", "figures", "official", *behind_fit()})
    except (OSError, ValueError) as error:
        raise WrongInput("forecasts_unscored", file=SCORES.name) from error


def scores_changed(document: dict[str, Any]) -> tuple[str, ...]:
    """What has changed since the scores of the archive were kept."""
    return what_changed(document)


def score_folder(folder: Path) -> dict[str, Any]:
    """The scores of any folder of forecasts. Raises WrongInput."""
    return scores_of(read_hub(folder), {})
