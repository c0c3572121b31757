"""The tables of a run or comparison as CSV, XLSX, Parquet and JSON."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from experiments.compare.compare import Comparison
from experiments.compare.difference import INTERVAL_LEVEL, Difference
from experiments.language.catalogue import catalogue
from experiments.language.formatting import date_text, percent_text, value_text
from experiments.language.labels import (
    holder_text,
    label_of,
    lever_label,
    outcome_label,
    placed_label,
    series_label,
    size_label,
    unit_text,
)
from experiments.language.language import Language, chosen
from experiments.run.provenance import software, version_text
from experiments.run.result import BAND_LEVEL, RunResult, number_or_none
from experiments.scenario.scenario import Scenario
from experiments.storage.folders import COMPARISON
from experiments.storage.spreadsheets import Row, Table, csv_text, parquet_bytes, xlsx_bytes
from sim.calendar import date_of

if TYPE_CHECKING:
    from experiments.compare.compare import Comparison
    from experiments.run.result import RunResult
    from models.levers import Lever

#: The names by which a page and a table call the scenarios of a comparison.
LETTERS = "ABCDEFGH"

#: Column -> head in Dutch and in English.
HEADS: dict[str, tuple[str, str]] = {
    "a": ("A", "A"),
    "b": ("B", "B"),
    "outcome": ("uitkomst", "outcome"),
    "measure": ("maat", "measure"),
    "label": ("omschrijving", "label"),
    "unit": ("eenheid", "unit"),
    "province": ("provincie", "province"),
    "size": ("grootte van het huishouden", "size of household"),
    "mean_a": ("gemiddelde A", "mean A"),
    "mean_b": ("gemiddelde B", "mean B"),
    "mean": ("gemiddelde", "mean"),
    "difference": ("verschil B min A", "difference B less A"),
    "low": ("laag", "low"),
    "high": ("hoog", "high"),
    "clear": ("duidelijk", "clear"),
    "better": ("beter is", "better is"),
    "winner": ("beter", "better one"),
    "n": ("replicaties", "replications"),
    "times_narrower": ("interval maal smaller door paren", "times narrower by pairing"),
    "scenario": ("scenario", "scenario"),
    "half_year": ("halfjaar", "half-year"),
    "area": ("gebied", "area"),
    "opening": ("beginstand", "opening"),
    "target": ("taakstelling", "target"),
    "realised": ("gehuisvest", "realised"),
    "behind": ("achterstand", "behind"),
    "date": ("datum", "date"),
    "lever": ("knop", "lever"),
    "usual": ("uitgangssituatie", "baseline"),
    "value": ("waarde", "value"),
    "from": ("vanaf", "from"),
    "until": ("tot", "until"),
    "ramp_days": ("aanloop in dagen", "ramp in days"),
    "holder": ("wie", "holder"),
    "source": ("bron", "source"),
    "item": ("gegeven", "item"),
    "text": ("inhoud", "content"),
    "sd_chance": ("spreiding door toeval", "spread by chance"),
    "sd_parameters": ("spreiding door parameters", "spread by parameters"),
}
LEVER_COLUMNS = (
    "lever", "label", "scenario", "usual", "value", "unit", "from", "until", "ramp_days", "holder", "source",
)  # fmt: skip
#: Name of a table -> name of its sheet in Dutch and in English.
SHEETS: dict[str, tuple[str, str]] = {
    "differences": ("verschillen", "differences"),
    "provinces": ("provincies", "provinces"),
    "sizes": ("grootte huishouden", "size of household"),
    "outcomes": ("uitkomsten", "outcomes"),
    "half_years": ("halfjaren", "half-years"),
    "series": ("reeksen", "series"),
    "levers": ("knoppen", "levers"),
    "about": ("over", "about"),
}
_SOURCES = {
    "model choice": ("keuze in het model", "model choice"),
    "assumption": ("aanname", "assumption"),
}
_BETTER = {"lower": ("lager", "lower"), "higher": ("hoger", "higher"), "neither": ("geen van beide", "neither")}


# ---- tables --------------------------------------------------------------------------------------


def comparison_tables(result: Comparison, language: Language = "nl") -> dict[str, Table]:
    """Every table of a comparison by name: differences, provinces, sizes, half_years, series, levers, about."""
    differences = _difference_rows(result, result.differences(), language)
    provinces = _difference_rows(result, result.provinces(), language, "province")
    sizes = _difference_rows(result, result.sizes(), language, "size")
    return {
        "differences": _table(differences, language),
        "provinces": _table(provinces, language),
        "sizes": _table(sizes, language),
        **_tables_of_runs(result.runs, language),
        "about": _table(_about_rows(result.runs, language, INTERVAL_LEVEL), language),
    }


def run_tables(result: RunResult, language: Language = "nl") -> dict[str, Table]:
    """Every table of one run by name: outcomes, half_years, series, levers, about."""
    outcomes = [
        {"outcome": row["name"], "label": outcome_label(row["name"], language)}
        | {"unit": unit_text(row["unit"], language)}
        | {name: row[name] for name in ("mean", "low", "high", "sd_chance", "sd_parameters")}
        for row in result.outcome_rows()
    ]
    return {
        "outcomes": _table(outcomes, language),
        **_tables_of_runs((result,), language),
        "about": _table(_about_rows((result,), language, None), language),
    }


def _table(rows: Sequence[Row], language: Language, columns: Sequence[str] = ()) -> Table:
    """Rows under their heads; `columns` are those of a table that may be empty."""
    return Table({name: label_of(HEADS, name, language) for name in (rows[0] if rows else columns)}, rows)


def _difference_rows(
    result: Comparison,
    found: Sequence[Difference],
    language: Language,
    where: str | None = None,
) -> list[Row]:
    """Differences as rows; they come pair after pair, and within a pair in the order of what is measured."""
    rows: list[Row] = []
    for index, one in enumerate(found):
        pair = result.pairs[index // (len(found) // len(result.pairs))]
        place = {"province": one.place, "size": size_label(one.size, language)}
        winner = {"better": LETTERS[pair[1]], "worse": LETTERS[pair[0]]}.get(one.verdict)
        rows.append(
            {"a": f"{LETTERS[pair[0]]}: {one.a}", "b": f"{LETTERS[pair[1]]}: {one.b}"}
            | ({} if where is None else {where: place[where]})
            | {
                "outcome": one.measure,
                "label": (outcome_label if where is None else placed_label)(one.measure, language),
                "unit": unit_text(one.unit, language),
                "mean_a": number_or_none(one.mean_a),
                "mean_b": number_or_none(one.mean_b),
                "difference": number_or_none(one.band.mean),
                "low": number_or_none(one.band.low),
                "high": number_or_none(one.band.high),
                "clear": one.clear,
                "better": label_of(_BETTER, one.better, language),
                "winner": winner,
                "n": one.band.count,
                "times_narrower": number_or_none(one.times_narrower),
            }
        )
    return rows


def _tables_of_runs(runs: Sequence[RunResult], language: Language) -> dict[str, Table]:
    half_years: list[Row] = []
    series: list[Row] = []
    for letter, run in zip(LETTERS, runs, strict=False):
        name = {"scenario": run.scenario.name if len(runs) == 1 else f"{letter}: {run.scenario.name}"}
        half_years += [name | row for row in run.half_year_rows()]
        for row in run.series_rows():
            told = {"date": datetime.date.fromisoformat(row["date"]), "measure": row["measure"]}
            told["label"] = series_label(row["measure"], language)
            series.append(name | told | {key: row[key] for key in ("mean", "low", "high")})
    levers = [{key: row[key] for key in LEVER_COLUMNS} for row in lever_rows([run.scenario for run in runs], language)]
    return {
        "half_years": _table(half_years, language),
        "series": _table(series, language),
        "levers": _table(levers, language, LEVER_COLUMNS),
    }


def lever_rows(scenarios: Sequence[Scenario], language: Language = "nl") -> list[dict[str, Any]]:
    """Every setting of every scenario, one row each; a figure stays a figure, anything else becomes words.

    `shared` says whether all scenarios have the setting.
    """
    from models.levers import LEVERS

    settings = [{**scenario.levers, **scenario.uncertainties} for scenario in scenarios]
    names = [name for name in LEVERS if any(name in one for one in settings)]
    rows = []
    for name in names:
        lever = LEVERS[name]
        shared = all(one.get(name) == settings[0].get(name) for one in settings)
        for letter, scenario, one in zip(LETTERS, scenarios, settings, strict=False):
            for setting in one.get(name, ()):
                rows.append(
                    {
                        "lever": name,
                        "label": lever_label(name, language),
                        "scenario": letter if len(scenarios) > 1 else scenario.name,
                        "usual": _usual(lever, scenario.period, language),
                        "value": _plain(setting.value, language),
                        "unit": "" if lever.kind in ("choice", "switch") else unit_text(lever.unit, language),
                        "from": setting.from_date,
                        "until": setting.until_date,
                        "ramp_days": setting.ramp_days,
                        "holder": holder_text(lever.holder, language),
                        "source": label_of(_SOURCES, lever.source, language),
                        "shared": shared,
                    }
                )
    return rows


def _usual(lever: Lever, period: str, language: Language) -> float | int | str:
    """What a lever is without a decision: a figure, or words."""
    from experiments.run.levers import lever_rows as rows_of_period

    row = next(row for row in rows_of_period(period) if row.name == lever.name)
    if row.drawn is not None:
        low, high = (value_text(end, language) for end in row.drawn)
        return chosen((f"geijkt, {low} tot {high}", f"fitted, {low} to {high}"), language)
    if row.steps:
        return chosen(("wisselt in de tijd", "changes over time"), language)
    return _plain(row.today, language)


def _plain(value: Any, language: Language) -> float | int | str:
    is_figure = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_figure else value_text(value, language)


def _about_rows(runs: Sequence[RunResult], language: Language, interval: float | None) -> list[Row]:
    """What a figure from these tables needs beside it; all as text, so that no seed is rounded."""
    first = runs[0]
    document = first.to_json()
    rows = [
        (("programma", "program"), version_text(language)),
        (("zaad", "seed"), str(first.seed)),
        (("replicaties", "replications"), str(len(first.replications))),
        (("van", "from"), date_text(date_of(first.from_day), language)),
        (("tot", "until"), date_text(date_of(first.until_day), language)),
        (("band van de replicaties", "band of the replications"), percent_text(BAND_LEVEL, language)),
    ]
    if interval is not None:
        rows.append((("interval op een verschil", "interval on a difference"), percent_text(interval, language)))
    rows += [
        (("ensemble", "ensemble"), first.ensemble or chosen(("geen", "none"), language)),
        (("versie van het ensemble", "version of the ensemble"), str(document["ensemble_version"] or "")),
        (("vaste parameters", "fixed parameters"), value_text(first.fixed, language)),
        (("onderbroken", "interrupted"), value_text(first.interrupted, language)),
    ]
    for letter, run in zip(LETTERS, runs, strict=False):
        rows.append(((f"scenario {letter}", f"scenario {letter}"), f"{run.scenario.title} ({run.scenario.name})"))
    rows.append((("let op", "note"), catalogue("report", language)("what_it_is")))
    return [{"item": chosen(item, language), "text": text} for item, text in rows]


# ---- files of a folder ---------------------------------------------------------------------------


def comparison_files(result: Comparison, language: Language = "nl") -> dict[str, bytes]:
    """Every file of a comparison by name: tables as CSV and Parquet, one workbook, and `compare.json`."""
    tables = comparison_tables(result, language)
    document = json.dumps(comparison_document(result), ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    return (
        spreadsheet_files("compare", tables, language)
        | {f"{name}.parquet": parquet_bytes(one.rows, tuple(one.heads)) for name, one in tables.items()}
        | {COMPARISON: document.encode("utf-8")}
    )


def run_files(result: RunResult, language: Language = "nl") -> dict[str, bytes]:
    """The tables of one run as CSV and as one workbook, by name; Parquet stands in the folder of a run already."""
    return spreadsheet_files("run", run_tables(result, language), language)


def spreadsheet_files(name: str, tables: Mapping[str, Table], language: Language) -> dict[str, bytes]:
    """Tables as CSV files and as the sheets of one workbook called `name`."""
    sheets = {label_of(SHEETS, key, language): one for key, one in tables.items()}
    files = {f"{key}.csv": csv_text(one.rows, one.heads, language) for key, one in tables.items()}
    return files | {f"{name}.xlsx": xlsx_bytes(sheets)}


def comparison_document(result: Comparison) -> dict[str, Any]:
    """What `compare.json` says: the comparison, what every scenario changes, and the software used."""
    return result.to_json() | {
        "settings": [scenario.as_file() for scenario in result.scenarios],
        "replication_numbers": list(result.runs[0].numbers),
        "software": software(),
    }
