"""The tables of a finished sweep."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from experiments.language.language import Language
from experiments.run.ensemble import load_ensemble
from experiments.run.provenance import version
from experiments.run.result import BAND_LEVEL, lacking_of, laid_band, number_or_none, shown_values
from experiments.scenario.text import setting_text
from experiments.sweep.chunks import SweepPlan, made_by_document
from experiments.sweep.plan import Sweep, value_words
from sim.calendar import date_of, month_ends

ROWS_PER_GROUP = 100_000


def _setting_columns(sweep: Sweep) -> dict[str, list[Any]]:
    """Per lever and uncertainty that some point sets: its value in each point, empty where it is not set."""
    columns: dict[str, list[Any]] = {name: [None] * sweep.points for name in sweep.names}
    for place in range(sweep.points):
        for _, name, value in sweep.point(place + 1).settings:
            columns[name][place] = value_words(value)
    return columns


def _setting_array(values: Sequence[Any]) -> pa.Array:
    """Numbers as numbers, yes and no as such, and anything else, or a mixture, as text."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return pa.array(values, type=pa.bool_())
    if kinds <= {int, float}:
        return pa.array([None if value is None else float(value) for value in values], type=pa.float64())
    return pa.array([None if value is None else setting_text(value) for value in values], type=pa.string())


def results_table(plan: SweepPlan, values: NDArray[np.void]) -> pa.Table:
    """One row per point, replication and outcome, in that order; `draw` is the row of the ensemble, from 1."""
    from models.outcomes import OUTCOMES

    sweep, seed = plan.sweep, plan.sweep.seed
    points, replications, outcomes = values.shape
    of_point = pa.array(np.repeat(np.arange(points), replications * outcomes))
    ensembles = {period: None if name is None else load_ensemble(name) for period, name, _ in plan.ensembles}
    places = [sweep.point(point + 1).scenario for point in range(points)]
    drawn = [
        0 if (drawn_from := ensembles[sweep.scenarios[place].period]) is None else drawn_from.draw_of(number, seed) + 1
        for place in places
        for number in range(1, replications + 1)
    ]
    draws = np.array(drawn, dtype=np.int32).repeat(outcomes)

    def words(codes: Any, listed: Sequence[str]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(codes, type=pa.int32()), pa.array(list(listed), pa.string()))

    of_outcome = [OUTCOMES[name].unit for name in sweep.outcomes]
    units = list(dict.fromkeys(of_outcome))  # a word that stands twice in a dictionary is written in changing bytes
    columns: dict[str, Any] = {
        "point": pa.array(np.repeat(np.arange(1, points + 1, dtype=np.int32), replications * outcomes)),
        "scenario": words(np.repeat(places, replications * outcomes), [each.name for each in sweep.scenarios]),
    }
    for name, settings in _setting_columns(sweep).items():
        columns[name] = _setting_array(settings).take(of_point)
    columns |= {
        "replication": pa.array(np.tile(np.arange(1, replications + 1, dtype=np.int32).repeat(outcomes), points)),
        "draw": pa.array(draws, mask=draws == 0),
        "outcome": words(np.tile(np.arange(outcomes), points * replications), sweep.outcomes),
        "unit": words(np.tile([units.index(unit) for unit in of_outcome], points * replications), units),
        "value": pa.array(values["value"].ravel(), type=pa.float64()),
        "at_least": pa.array(values["at_least"].ravel()),
    }
    return pa.table(columns)


def summary_rows(plan: SweepPlan, values: NDArray[np.void]) -> Iterator[dict[str, Any]]:
    """Per point and outcome the mean, the 80 per cent band over replications and their number, as a run gives them."""
    from models.outcomes import OUTCOMES

    sweep, ensembles = plan.sweep, {period: name for period, name, _ in plan.ensembles}
    numbers = range(1, sweep.replications + 1)
    for point in range(sweep.points):
        scenario = sweep.scenarios[sweep.point(point + 1).scenario]
        days = month_ends(scenario.from_day, scenario.until_day).tolist() or [scenario.until_day]
        lacking = lacking_of(ensembles[scenario.period], sweep.seed, numbers, days)
        for place, name in enumerate(sweep.outcomes):
            counted = values[point, :, place]
            shown = shown_values(name, counted["value"], counted["at_least"])
            told = laid_band([shown], [lacking.of_outcome(name)])
            yield {
                "point": point + 1,
                "outcome": name,
                "unit": OUTCOMES[name].unit,
                "mean": number_or_none(told.mean),
                "low": number_or_none(told.low),
                "high": number_or_none(told.high),
                "n": told.count,
                "at_least": bool(counted["at_least"].any()) and told.count > 0,
            }


def summary_csv(plan: SweepPlan, values: NDArray[np.void], language: Language) -> bytes:
    """The summary for a spreadsheet, as those in a language read it."""
    from experiments.language.catalogue import catalogue
    from experiments.run.origin import program_text
    from experiments.storage.spreadsheets import csv_text

    sweep = plan.sweep
    settings = _setting_columns(sweep)
    heads = ("point", "scenario", *settings, "outcome", "unit", "mean", "low", "high", "n", "at_least")
    rows = [
        {"scenario": sweep.scenarios[sweep.point(row["point"]).scenario].name}
        | {name: column[row["point"] - 1] for name, column in settings.items()}
        | row
        for row in summary_rows(plan, values)
    ]
    origin = catalogue("exports", language)("origin.sweep", seed=sweep.seed, count=sweep.replications)
    return csv_text(rows, dict(zip(heads, heads, strict=True)), language, f"{program_text(language)} | {origin}")


def sweep_document(plan: SweepPlan, language: Language) -> dict[str, Any]:
    """What `sweep.json` says: the sweep, its points, its outcomes, and the code and ensembles that made it."""
    from models.outcomes import OUTCOMES

    sweep = plan.sweep
    points = []
    for number in range(1, sweep.points + 1):
        entry = sweep.point(number)
        sections: dict[str, dict[str, Any]] = {"levers": {}, "uncertainties": {}}
        for section, name, value in entry.settings:
            sections[section][name] = value
        points.append({"point": number, "scenario": sweep.scenarios[entry.scenario].name} | sections)
    return {
        "language": language,
        "name": sweep.name,
        "title": sweep.title,
        "description": sweep.description,
        "version": version(),
        "plan": sweep.fingerprint(),
        "seed": sweep.seed,
        "replications": sweep.replications,
        "band": BAND_LEVEL,
        "scenarios": [
            {
                "name": scenario.name,
                "from": date_of(scenario.from_day).isoformat(),
                "until": date_of(scenario.until_day).isoformat(),
                "settings": scenario.as_run(
                    sweep.seed, scenario.from_day, scenario.until_day, sweep.replications
                ).as_file(),
            }
            for scenario in sweep.scenarios
        ],
        "points": points,
        "outcomes": [{"name": name, "unit": OUTCOMES[name].unit} for name in sweep.outcomes],
        "ensembles": {period: {"name": name, "version": table} for period, name, table in plan.ensembles},
        **made_by_document(plan.made_by),
    }
