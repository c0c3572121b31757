"""The tables of a run or comparison as CSV, XLSX, Parquet and JSON."""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.compare.compare import Comparison
from experiments.compare.difference import INTERVAL_LEVEL, Difference
from experiments.figures.series import all_series
from experiments.language import labels
from experiments.language.catalogue import catalogue
from experiments.language.formatting import date_text, percent_text, value_text
from experiments.language.language import Language
from experiments.run.ensemble import lent_text, load_ensemble
from experiments.run.levers import LeverRow, lever_names, lever_rows
from experiments.run.origin import origin_text
from experiments.run.provenance import software, version_text
from experiments.run.result import BAND_LEVEL, RunResult
from experiments.scenario.scenario import Scenario
from experiments.scenario.setting import Setting
from experiments.storage.folders import COMPARISON
from experiments.storage.spreadsheets import Row, Table, csv_text, parquet_bytes, xlsx_bytes
from sim.calendar import date_of

#: The names by which a page and a table call the scenarios of a comparison.
LETTERS = "ABCDEFGH"

#: Of a difference, after the two scenarios and the place that it is about.
DIFFERENCE_COLUMNS = (
    "outcome", "label", "unit", "mean_a", "mean_b", "difference", "low", "high", "clear", "exploratory", "better",
    "winner", "n", "times_narrower", "at_least_a", "at_least_b",
)  # fmt: skip
LEVER_COLUMNS = (
    "lever", "label", "scenario", "usual", "value", "unit", "from", "until", "ramp_days", "holder", "source",
)  # fmt: skip


def comparison_tables(result: Comparison, language: Language = "nl") -> dict[str, Table]:
    """Every table of a comparison by name: differences, provinces, sizes, half_years, series, levers, about."""
    return {
        "differences": _table(_difference_rows(result, result.differences(), language), language),
        "provinces": _table(_difference_rows(result, result.provinces(), language, "province"), language),
        "sizes": _table(_difference_rows(result, result.sizes(), language, "size"), language),
        **_tables_of_runs(result.runs, language),
        "about": _table(_about_rows(result.runs, language, INTERVAL_LEVEL), language),
    }


def run_tables(result: RunResult, language: Language = "nl") -> dict[str, Table]:
    """Every table of one run by name: outcomes, half_years, series, levers, about."""
    outcomes = [
        {"outcome": row["name"], "label": labels.outcome_label(row["name"], language)}
        | {"unit": labels.unit_text(row["unit"], language)}
        | {name: row[name] for name in row if name not in ("name", "unit")}
        for row in result.outcome_rows()
    ]
    return {
        "outcomes": _table(outcomes, language),
        **_tables_of_runs((result,), language),
        "about": _table(_about_rows((result,), language, None), language),
    }


def _table(rows: Sequence[Row], language: Language, columns: Sequence[str] = ()) -> Table:
    """Rows under their heads; `columns` are those of a table that may be empty."""
    return Table({name: _words("head", name, language) for name in (rows[0] if rows else columns)}, rows)


def _words(kind: str, name: str, language: Language) -> str:
    """The words of a column, a sheet or a value; the name itself when it has none."""
    texts, key = catalogue("exports", language), f"{kind}.{name.replace(' ', '_')}"
    return texts(key) if texts.has(key) else name


def _difference_rows(
    result: Comparison, found: Sequence[Difference], language: Language, where: str | None = None
) -> list[Row]:
    """Differences as rows; they come pair after pair, and within a pair in the order of what is measured."""
    rows: list[Row] = []
    for index, one in enumerate(found):
        pair = result.pairs[index // (len(found) // len(result.pairs))]
        place = {"province": one.place, "size": labels.size_label(one.size, language)}
        winner = {"better": LETTERS[pair[1]], "worse": LETTERS[pair[0]]}.get(one.verdict)
        told = one.row() | {
            "label": (labels.outcome_label if where is None else labels.placed_label)(one.measure, language),
            "unit": labels.unit_text(one.unit, language),
            "better": _words("better", one.better, language),
            "winner": winner,
        }
        told["difference"] = told["mean"]
        rows.append(
            {"a": f"{LETTERS[pair[0]]}: {one.a}", "b": f"{LETTERS[pair[1]]}: {one.b}"}
            | ({} if where is None else {where: place[where]})
            | {name: told[name] for name in DIFFERENCE_COLUMNS}
        )
    return rows


def _tables_of_runs(runs: Sequence[RunResult], language: Language) -> dict[str, Table]:
    half_years: list[Row] = []
    series: list[Row] = []
    for letter, run in zip(LETTERS, runs, strict=False):
        name = {"scenario": run.scenario.name if len(runs) == 1 else f"{letter}: {run.scenario.name}"}
        half_years += [name | row | {"area": _words("area", row["area"], language)} for row in run.half_year_rows()]
        for row in run.series_rows():
            told = {"date": datetime.date.fromisoformat(row["date"]), "measure": row["measure"]}
            told["label"] = labels.series_label(row["measure"], language)
            series.append(name | told | {key: row[key] for key in ("mean", "low", "high")})
    scenarios = [run.scenario for run in runs]
    levers = [row.words(language) for row in setting_rows(scenarios)]
    figures = figure_rows(scenarios, language)
    return {
        "half_years": _table(half_years, language),
        "series": _table(series, language),
        "levers": _table(levers, language, LEVER_COLUMNS),
        **({"figures": _table(figures, language)} if figures else {}),
    }


@dataclass(frozen=True)
class SettingRow:
    """One setting of one scenario with the lever that it turns; shared: all scenarios have it."""

    lever: LeverRow
    scenario: str
    setting: Setting
    shared: bool

    def words(self, language: Language) -> dict[str, Any]:
        """What stands in a table, by column; a figure stays a figure, anything else becomes words."""
        lever = self.lever
        return {
            "lever": lever.name,
            "label": labels.lever_label(lever.name, language),
            "scenario": self.scenario,
            "usual": _usual(lever, language),
            "value": _plain(self.setting.value, language),
            "unit": "" if lever.kind in ("choice", "switch") else labels.unit_text(lever.unit, language),
            "from": self.setting.from_date,
            "until": self.setting.until_date,
            "ramp_days": self.setting.ramp_days,
            "holder": labels.holder_text(lever.holder, language),
            "source": _words("source", lever.source, language),
        }


def setting_rows(scenarios: Sequence[Scenario]) -> list[SettingRow]:
    """Every setting of every scenario, one row each, lever by lever."""
    settings = [{**scenario.levers, **scenario.uncertainties} for scenario in scenarios]
    names = [scenario.name for scenario in scenarios] if len(scenarios) == 1 else LETTERS
    levers = [{row.name: row for row in lever_rows(scenario.period)} for scenario in scenarios]
    return [
        SettingRow(known[name], letter, setting, all(other.get(name) == settings[0].get(name) for other in settings))
        for name in lever_names()
        for letter, known, one in zip(names, levers, settings, strict=False)
        for setting in one.get(name, ())
    ]


def figure_rows(scenarios: Sequence[Scenario], language: Language) -> list[Row]:
    """Every figure of the user's own in every scenario, one row each: as in a table of own figures, with its label."""
    names = [scenario.name for scenario in scenarios] if len(scenarios) == 1 else LETTERS
    return [
        {
            "series": one.series,
            "label": all_series()[one.series].label(language),
            "scenario": name,
            "area": _words("area", one.area, language),
            "from": one.first,
            "last": one.last,
            "value": one.value,
            "unit": labels.unit_text(one.unit, language),
            "status": catalogue("figures", language)(f"status.{one.status}"),
            "source": one.source,
            "as_of": one.as_of,
        }
        for name, scenario in zip(names, scenarios, strict=False)
        for one in scenario.figures
    ]


def _usual(row: LeverRow, language: Language) -> float | int | str:
    """What a lever is without a decision: a figure, or words."""
    say = catalogue("exports", language)
    if row.drawn is not None:
        low, high = (value_text(end, language) for end in row.drawn)
        return say("usual.fitted", low=low, high=high)
    return say("usual.changes") if row.steps else _plain(row.today, language)


def _plain(value: Any, language: Language) -> float | int | str:
    is_figure = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_figure else value_text(value, language)


def _about_rows(runs: Sequence[RunResult], language: Language, interval: float | None) -> list[Row]:
    """What a figure from these tables needs beside it; all as text, so that no seed is rounded."""
    say, first = catalogue("exports", language), runs[0]
    version = None if first.ensemble is None else load_ensemble(first.ensemble).about["table"]
    rows = {
        "program": version_text(language),
        "seed": str(first.seed),
        "replications": str(len(first.replications)),
        "from": date_text(date_of(first.from_day), language),
        "until": date_text(date_of(first.until_day), language),
        "band": percent_text(BAND_LEVEL, language),
        "interval": None if interval is None else percent_text(interval, language),
        "ensemble": " ".join([first.ensemble or say("about.none"), lent_text([first.period], language)]).strip(),
        "ensemble_version": str(version or ""),
        "fixed": value_text(first.fixed, language),
        "interrupted": value_text(first.interrupted, language),
    }
    told = [(say(f"about.{key}"), text) for key, text in rows.items() if text is not None]
    for letter, run in zip(LETTERS, runs, strict=False):
        told.append((say("about.scenario", letter=letter), f"{run.scenario.title} ({run.scenario.name})"))
    told.append((say("about.note"), catalogue("report", language)("what_it_is")))
    return [{"item": item, "text": text} for item, text in told]


def comparison_files(result: Comparison, language: Language = "nl") -> dict[str, bytes]:
    """Every file of a comparison by name: tables as CSV and Parquet, one workbook, and `compare.json`."""
    tables = comparison_tables(result, language)
    numbers = list(result.runs[0].numbers)
    told = result.to_json() | {"language": language, "replication_numbers": numbers, "software": software()}
    document = json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    return (
        spreadsheet_files("compare", tables, language, origin_text(result.scenarios, language))
        | {f"{name}.parquet": parquet_bytes(one.rows, tuple(one.heads)) for name, one in tables.items()}
        | {COMPARISON: document.encode("utf-8")}
    )


def run_files(result: RunResult, language: Language = "nl") -> dict[str, bytes]:
    """The tables of one run as CSV and as one workbook, by name; Parquet stands in the folder of a run already."""
    return spreadsheet_files("run", run_tables(result, language), language, origin_text([result.scenario], language))


def spreadsheet_files(name: str, tables: Mapping[str, Table], language: Language, origin: str) -> dict[str, bytes]:
    """Tables as CSV files, each row with its origin, and as the sheets of one workbook called `name`."""
    sheets = {_words("sheet", key, language): one for key, one in tables.items()}
    files = {f"{key}.csv": csv_text(one.rows, one.heads, language, origin) for key, one in tables.items()}
    return files | {f"{name}.xlsx": xlsx_bytes(sheets)}
