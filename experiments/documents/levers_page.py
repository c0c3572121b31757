"""The page of all levers and uncertainties."""

from experiments.documents.render import LANGUAGE, render
from experiments.language.labels import holder_text, lever_help, lever_label, unit_text
from models.levers import LEVERS, Lever


def levers_page() -> str:
    """Every lever by holder, then every uncertainty, as Markdown."""
    levers = [lever for lever in LEVERS.values() if not lever.uncertainty]
    sections = {
        holder_text(holder, LANGUAGE): [_row(lever) for lever in levers if lever.holder == holder]
        for holder in dict.fromkeys(lever.holder for lever in levers)
    }
    return render(
        "knoppen.md",
        sections={f"{title[0].upper()}{title[1:]}": rows for title, rows in sections.items()},
        uncertainties=[_row(lever) for lever in LEVERS.values() if lever.uncertainty],
    )


def _row(lever: Lever) -> dict[str, object]:
    return {
        "name": lever.name,
        "label": lever_label(lever.name, LANGUAGE),
        "help": lever_help(lever.name, LANGUAGE),
        "choices": lever.choices,
        "switch": lever.kind == "switch",
        "low": f"{lever.low:g}" if lever.low is not None else "",
        "high": f"{lever.high:g}" if lever.high is not None else "",
        "unit": unit_text(lever.unit, LANGUAGE) if lever.unit_of_parameter else "",
        "dated": lever.dated,
    }
