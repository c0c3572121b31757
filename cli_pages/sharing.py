"""`doorstroom sharing`: whether sharing a home pays, with amounts of the reader's own if need be."""

import re
from dataclasses import asdict, dataclass
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
    from experiments.run.provenance import version
    from models.sharing import SHARED_BY, sharing_amounts, sharing_sum
    from models.sources import read_table

    own = dict(_setting(text) for text in options.settings or [])
    amounts = sharing_amounts() | own
    sums = [asdict(sharing_sum(persons, amounts)) for persons in SHARED_BY]
    if options.as_json:
        facts = [row | {"value": amounts[row["item"]], "own": row["item"] in own} for row in read_table("sharing")]
        print_json({"version": version(), "sums": sums, "amounts": facts})
        return
    texts, language = texts_of("sharing"), current_language()
    heads = [texts("head.line"), *(texts("head.persons", count=each["persons"]) for each in sums)]
    lines = [name for name in sums[0] if name != "persons"]
    print_out(texts("about"), "", *table(heads, [_line(name, sums) for name in lines]))
    print_out("", texts("amounts"), "")
    rows: list[list[str]] = []
    for row in read_table("sharing"):
        name = row["item"]
        status = texts("status.own") if name in own else texts(f"status.{row['status']}")
        rows.append([name, texts(f"item.{name}"), cell(amounts[name]), unit_text(row["unit"], language), status])
    print_out(*table([texts(f"head.{head}") for head in ("name", "what", "value", "unit", "status")], rows))


def _line(name: str, sums: list[dict[str, Any]]) -> list[str]:
    texts = texts_of("sharing")
    if name in YES_NO:
        return [texts(f"line.{name}"), *(texts("yes" if each[name] else "no") for each in sums)]
    return [texts(f"line.{name}"), *(cell(round(each[name])) for each in sums)]


def _setting(text: str) -> tuple[str, float]:
    """An amount of the reader's own. Raises WrongInput."""
    from models.sharing import limits_of, sharing_amounts
    from sim.errors import Allowed, WrongInput, one_of

    name, _, value = text.partition("=")
    if name not in sharing_amounts():
        raise WrongInput(file="--set", value=text, allowed=one_of(sharing_amounts()))
    low, high = limits_of(name)
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", value, re.ASCII) and low <= float(value) <= high:
        return name, float(value)
    raise WrongInput(file="--set", field=name, value=value, allowed=Allowed("range", low=low, high=high))
