"""`doorstroom list`, `check` and `schema`: what there is, and whether a scenario file is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from cli_pages.options import AsJson
from cli_pages.saying import cell, say, say_json, table
from experiments.language.formatting import rounded_text
from experiments.language.labels import holder_text, unit_text
from experiments.language.refusals import allowed_text

LISTS = ("levers", "uncertainties", "scenarios", "outcomes", "sources")


def list_command(
    kind: Annotated[str, typer.Argument(metavar="WAT", help=f"Wat er getoond moet worden: {', '.join(LISTS)}.")],
    as_json: AsJson = False,
) -> None:
    """Toon de knoppen, onzekerheden, scenario's, uitkomsten of bronnen."""
    from experiments.report.lists import lever_rows, outcome_rows, scenario_rows, source_rows
    from sim.errors import WrongInput, one_of

    if kind not in LISTS:
        raise WrongInput(file="doorstroom list", value=kind, allowed=one_of(LISTS))
    readers: dict[str, Callable[[], list[dict[str, Any]]]] = {
        "levers": lambda: lever_rows(uncertainty=False),
        "uncertainties": lambda: lever_rows(uncertainty=True),
        "scenarios": scenario_rows,
        "outcomes": outcome_rows,
        "sources": source_rows,
    }
    # Who asks for the levers must not overlook what nobody can turn.
    kinds = ("levers", "uncertainties") if kind == "levers" else (kind,)
    lists = {name: readers[name]() for name in kinds}
    if as_json:
        say_json(lists)
        return
    titles = {"levers": "Knoppen\n", "uncertainties": "\nOnzekerheden\n"}
    for name, rows in lists.items():
        if len(lists) > 1:
            say(titles[name])
        say("\n".join(_list_table(name, rows)))


def _list_table(kind: str, rows: list[dict[str, Any]]) -> list[str]:
    """One list as lines of text."""
    from models.levers import LEVERS, allowed_values

    columns = {
        "levers": ("name", "label_nl", "holder", "unit", "allowed", "default"),
        "uncertainties": ("name", "label_nl", "unit", "allowed", "default"),
        "scenarios": ("name", "title", "period", "from", "until", "package"),
        "outcomes": ("name", "label_nl", "unit", "better"),
        "sources": ("table", "item", "value", "unit", "period_start", "status", "source"),
    }[kind]
    heads = {
        "name": "naam",
        "label_nl": "wat",
        "holder": "wie",
        "unit": "eenheid",
        "allowed": "toegestaan",
        "default": "nu",
        "title": "titel",
        "period": "periode",
        "from": "van",
        "until": "tot",
        "package": "pakket",
        "better": "beter",
        "table": "tabel",
        "item": "gegeven",
        "value": "waarde",
        "period_start": "vanaf",
        "status": "status",
        "source": "bron",
    }
    words = {"lower": "lager", "higher": "hoger", "neither": "geen van beide"}
    for row in rows:
        if kind in ("levers", "uncertainties"):
            row["allowed"] = allowed_text(allowed_values(LEVERS[row["name"]]), "nl").replace(
                ".", ","
            )  # as the other figures of a table
            row["default"] = _default_words(row)
            row["unit"] = unit_text(row["unit"])
            row["holder"] = holder_text(row["holder"], "nl")
        if kind == "outcomes":
            row["better"] = words.get(row["better"], row["better"])
    return table([heads[c] for c in columns], [[cell(row[c]) for c in columns] for row in rows])


def check_command(
    file: Annotated[str, typer.Argument(metavar="BESTAND", help="Scenariobestand.")],
    upgrade: Annotated[
        str, typer.Option("--upgrade", metavar="BESTAND", help="Schrijf het scenario hier in het nieuwste schema.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Kijk of een scenariobestand klopt."""
    from experiments.scenario.ready import load_scenario
    from experiments.scenario.text import file_text
    from sim.snapshot import atomic_file

    scenario = load_scenario(file)
    if upgrade:
        with atomic_file(upgrade) as handle:
            handle.write(file_text(scenario).encode())
    if as_json:
        written = {"written": upgrade} if upgrade else {}
        say_json({"file": file, "valid": True, "settings": scenario.as_file()} | written)
        return
    count = len(scenario.changes())
    counted = "1 instelling" if count == 1 else f"{count} instellingen"
    say(f"{file} klopt: {scenario.title} ({scenario.name}), {counted}.")
    if upgrade:
        say(f"Het scenario staat in schema {scenario.schema_version} in {upgrade}.")


def schema_command(as_json: AsJson = False) -> None:
    """Toon het JSON-schema van een scenariobestand."""
    from experiments.scenario.schema import scenario_schema

    say_json(scenario_schema())


def _default_words(row: Mapping[str, Any]) -> str:
    """What holds without a decision: a value, dated values, or between what and what replications differ."""
    value = row["default"]
    if row["drawn"] is not None:
        return f"geijkt: {' tot '.join(map(rounded_text, row['drawn']))}"
    if not isinstance(value, list):
        return cell(value)
    steps = [rounded_text(value[0]["value"])]
    steps += [f"{rounded_text(step['value'])} vanaf {step['from']}" for step in value[1:3]]
    return ("geijkt, vooraf: " if row["fitted"] else "") + "; ".join(steps) + ("; …" if len(value) > 3 else "")
