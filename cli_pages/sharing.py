"""`doorstroom sharing`: whether sharing a home pays, with amounts of the reader's own if need be."""

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from cli_pages.language import current_language, texts_of
from cli_pages.options import JsonOptions
from cli_pages.printing import cell, print_json, print_out, table
from experiments.language.labels import unit_text

#: Lines that say yes or no instead of an amount.
YES_NO = ("feasible_for_landlord",)


@dataclass(frozen=True, kw_only=True)
class Options(JsonOptions):
    """What `doorstroom sharing` takes."""

    settings: Annotated[list[str] | None, typer.Option("--set")] = None


def sharing_command(options: Options) -> None:
    """Print what a home costs and brings that two to five share, and from which amounts."""
    from experiments.report.sharing import own_amount, sharing_facts, sharing_sums
    from experiments.run.provenance import version

    own = dict(own_amount(text) for text in options.settings or [])
    sums, facts = sharing_sums(own), sharing_facts(own)
    if options.as_json:
        print_json({"version": version(), "sums": sums, "amounts": facts})
        return
    texts, language = texts_of("sharing"), current_language()
    heads = [texts("head.line"), *(texts("head.persons", count=each["persons"]) for each in sums)]
    lines = [name for name in sums[0] if name != "persons"]
    print_out(texts("about"), "", *table(heads, [_line(name, sums) for name in lines]))
    print_out("", texts("amounts"), "")
    rows: list[list[str]] = []
    for row in facts:
        name = row["item"]
        status = texts("status.own") if row["own"] else texts(f"status.{row['status']}")
        rows.append([name, texts(f"item.{name}"), cell(row["value"]), unit_text(row["unit"], language), status])
    print_out(*table([texts(f"head.{head}") for head in ("name", "what", "value", "unit", "status")], rows))


def _line(name: str, sums: list[dict[str, Any]]) -> list[str]:
    texts = texts_of("sharing")
    if name in YES_NO:
        return [texts(f"line.{name}"), *(texts("yes" if each[name] else "no") for each in sums)]
    return [texts(f"line.{name}"), *(cell(round(each[name])) for each in sums)]
