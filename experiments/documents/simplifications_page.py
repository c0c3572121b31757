"""The known simplifications: why each is made, how its effect was measured, and what that came to."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from experiments import read_csv
from experiments.documents.render import table
from experiments.history.origins import KEPT
from experiments.language.catalogue import catalogue
from experiments.language.formatting import number_text
from experiments.language.language import Language
from experiments.run.provenance import outdated_text, what_changed
from experiments.storage.documents import read_document

#: The model description is for readers of English.
LANGUAGE: Language = "en"
#: Shown of each try; the last only where none of the others moves.
SHOWN = ("realised", "permit_holders_under_coa", "persons_in_reception", "pending_decisions")
WHEN_NOTHING_MOVES = "persons_without_place_max"


def simplifications_page(period: str) -> str:
    """The tables of all simplifications, from what is kept of the paired runs of a period."""
    kept = read_document(KEPT / f"simplifications-{period}.json", ("model_version", "usual", "counted", "tries"))
    texts = catalogue("simplifications", LANGUAGE)
    heads = [texts(f"head.{name}") for name in ("number", "simplification", "why", "how", "effect")]
    notice = outdated_text("simplifications", kept, what_changed(kept), LANGUAGE)
    usual = "; ".join(
        texts("figure", outcome=texts(f"outcome.{row['name']}"), value=number_text(row["mean"], 0, LANGUAGE))
        for row in kept["usual"]
        if row["name"] in SHOWN
    )
    about = texts(
        "about", model=kept["model_version"], date=kept["measured_on"], replications=kept["replications"],
        period=period, usual=usual,
    )  # fmt: skip
    lines, number = [about, *([notice] if notice else [])], 0
    for part, rows in groupby(read_csv("simplifications"), key=lambda row: row["part"]):
        cells = []
        for row in rows:
            number += bool(row["simplification"])
            shown = str(number) if row["simplification"] else ""
            cells.append([shown, row["simplification"], row["why"], row["how"], _effect(row, kept)])
        lines += [f"**{part}**", table(heads, cells)]
    return "\n" + "\n\n".join(lines) + "\n\n"


def _effect(row: Mapping[str, str], kept: Mapping[str, Any]) -> str:
    counted = {each["name"]: each for each in kept["counted"]}
    if row["trial"] in counted:
        return row["effect"].replace("{count}", _band(counted[row["trial"]]))
    return _differences(kept["tries"][row["trial"]]) if row["trial"] else row["effect"]


def _differences(rows: Sequence[Mapping[str, Any]]) -> str:
    texts, by_name = catalogue("simplifications", LANGUAGE), {row["name"]: row for row in rows}
    moved = [name for name in SHOWN if by_name[name]["low"] or by_name[name]["high"]]
    still = [texts(f"outcome.{name}") for name in SHOWN if name not in moved]
    told = [
        texts("figure", outcome=texts(f"outcome.{name}"), value=_band(by_name[name]))
        for name in moved or [WHEN_NOTHING_MOVES]
    ]
    return "; ".join([*told, *([texts("none", outcomes=", ".join(still))] if still else [])])


def _band(row: Mapping[str, Any]) -> str:
    mean, low, high = (number_text(row[name] + 0.0, 0, LANGUAGE) for name in ("mean", "low", "high"))
    return catalogue("simplifications", LANGUAGE)("band", mean=mean, low=low, high=high)
