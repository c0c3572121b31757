"""`doorstroom list`, `check` and `schema`: what there is, and whether a scenario file is right."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cli_pages.language import current_language, texts_of
from cli_pages.options import Force, JsonOptions
from cli_pages.printing import cell, print_json, print_out, rounded, table, title
from experiments.language.catalogue import catalogue
from experiments.language.labels import definitions, holder_text, lever_label, outcome_label, unit_text
from experiments.language.language import LANGUAGES

#: What can be listed, and the columns that a terminal has room for.
COLUMNS = {
    "levers": ("name", "label", "holder", "unit", "allowed", "default"),
    "uncertainties": ("name", "label", "unit", "allowed", "default"),
    "scenarios": ("name", "title", "period", "from", "until", "package"),
    "outcomes": ("name", "label", "unit", "better"),
    "sources": ("table", "item", "value", "unit", "period_start", "status", "source"),
}


@dataclass(frozen=True, kw_only=True)
class ListOptions(JsonOptions):
    """What `doorstroom list` takes."""

    kind: str


@dataclass(frozen=True, kw_only=True)
class CheckOptions(JsonOptions):
    """What `doorstroom check` takes."""

    file: str
    upgrade: str = ""
    force: Force = False


def list_command(options: ListOptions) -> None:
    """Print one of the lists."""
    from experiments.run.provenance import version
    from sim.errors import WrongInput, one_of

    if options.kind not in COLUMNS:
        raise WrongInput(file="doorstroom list", value=options.kind, allowed=one_of(COLUMNS))
    # Who asks for the levers must not overlook what nobody can turn.
    kinds = ("levers", "uncertainties") if options.kind == "levers" else (options.kind,)
    lists = {kind: _rows(kind) for kind in kinds}
    if options.as_json:
        print_json({"version": version()} | lists)
        return
    texts = texts_of("list")
    for index, (kind, rows) in enumerate(lists.items()):
        if len(lists) > 1:
            print_out(*([""] if index else []), texts(f"title.{kind}"), "")
        columns = COLUMNS[kind]
        heads = [texts(f"head.{column}") for column in columns]
        print_out(*table(heads, [[cell(_shown(kind, row)[column]) for column in columns] for row in rows]))
    if options.kind == "outcomes":
        language = current_language()
        told = definitions([row["name"] for row in lists["outcomes"]], language)
        heading = catalogue("report", language)("definitions")
        print_out("", heading, *(f"{name}: {meaning}" for name, _, meaning in told))


def _rows(kind: str) -> list[dict[str, Any]]:
    from experiments.report import lists

    if kind in ("levers", "uncertainties"):
        return lists.lever_rows(uncertainty=kind == "uncertainties")
    return {"scenarios": lists.scenario_rows, "outcomes": lists.outcome_rows, "sources": lists.source_rows}[kind]()


def _shown(kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as a reader sees it."""
    language = current_language()
    shown = dict(row)
    if kind != "sources":  # those stand as they were published
        shown["unit"] = unit_text(row.get("unit", ""), language)
    if kind in ("levers", "uncertainties"):
        from experiments.language.refusals import term_text
        from experiments.report.lists import allowed_of

        shown["label"] = lever_label(row["name"], language)
        shown["allowed"] = term_text(allowed_of(row["name"]), language)
        shown["default"] = _default_words(row)
        shown["holder"] = holder_text(row["holder"], language)
    if kind == "outcomes":
        shown["label"] = outcome_label(row["name"], language)
        shown["better"] = texts_of("list")(f"better.{row['better']}")
    if kind == "scenarios":
        shown["title"] = row["title"] if language == LANGUAGES[0] else row["title_en"] or row["title"]
    return shown


def _default_words(row: Mapping[str, Any]) -> str:
    """What holds without a decision: a value, dated values, or between what and what replications differ."""
    texts, value = texts_of("list"), row["default"]
    if row["drawn"] is not None:
        low, high = map(rounded, row["drawn"])
        return texts("default.drawn", low=low, high=high)
    if isinstance(value, bool):
        return str(value).lower()  # as it is typed
    if not isinstance(value, list):
        return cell(value)
    steps = [rounded(value[0]["value"])]
    steps += [texts("default.from", value=rounded(step["value"]), day=step["from"]) for step in value[1:3]]
    listed = "; ".join(steps) + ("; …" if len(value) > 3 else "")
    return texts("default.before_fitting", values=listed) if row["fitted"] else listed


def check_command(options: CheckOptions) -> None:
    """Print whether a scenario file is right."""
    from experiments.run.provenance import version
    from experiments.scenario.ready import load_scenario
    from experiments.scenario.text import file_text
    from experiments.storage.files import Output

    scenario = load_scenario(options.file)
    if upgraded := Output(options.upgrade, (options.file,), options.force):
        upgraded.write(file_text(scenario))
    if options.as_json:
        written = {"written": options.upgrade} if options.upgrade else {}
        about = {"file": options.file, "valid": True, "version": version(), "settings": scenario.as_file()}
        print_json(about | written)
        return
    texts = texts_of("check")
    print_out(texts("right", file=options.file, title=title(scenario), count=len(scenario.changes())))
    if options.upgrade:
        print_out(texts("upgraded", schema=scenario.schema_version, path=options.upgrade))


def schema_command(options: JsonOptions) -> None:
    """Print the JSON schema of a scenario file; with or without `--json`."""
    import json

    from experiments.scenario.schema import scenario_schema

    print_out(json.dumps(scenario_schema(), indent=1))
