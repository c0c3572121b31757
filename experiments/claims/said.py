"""The words of evidence and verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from experiments.claims.claim import Verdict
from experiments.language.formatting import difference_unit_text, figures_text, rounded_text
from experiments.language.labels import unit_text
from experiments.language.language import Language

VERDICT_WORDS: dict[Language, dict[Verdict, str]] = {
    "nl": {"holds": "houdt stand", "fails": "houdt geen stand", "open": "open"},
    "en": {"holds": "holds", "fails": "fails", "open": "open"},
}


# --- in words ---------------------------------------------------------------------------------------------------


def evidence_words(row: Mapping[str, Any], language: Language = "nl") -> str:
    """One sentence about one row of evidence, as it stands in the JSON."""
    unit, dutch, alone = row["unit"], language == "nl", row["a"] is None
    label = row["label"] if dutch else row["label_en"]
    spread = [row["mean"], row["low"], row["high"]]
    if alone and unit == "share":
        # The interval of a mean share may reach past what a share can be; the rule uses it as it is, words do not.
        spread[1:] = [None if end is None else min(max(end, 0.0), 1.0) for end in spread[1:]]
    percent = "" if unit != "share" else " %" if dutch else "%"
    mean, low, high = (f"{text}{percent}" for text in figures_text(spread, unit, language, signed=not alone))
    interval = f"90%-interval {low} tot {high}" if dutch else f"90% interval {low} to {high}"
    words = "" if unit == "share" else f" {unit_text(unit, language)}"
    if alone:
        return f"{label}: {mean}{words} ({interval})."
    first, second = (f"{text}{percent}" for text in figures_text([row["mean_a"], row["mean_b"]], unit, language))
    points = difference_unit_text(unit, language)
    change = f"{'verschil' if dutch else 'difference'} {mean.removesuffix(percent)} {points}"
    named = [row[key] for key in (("title_a", "title_b") if dutch else ("title_a_en", "title_b_en"))]
    if row["a"] == row["b"] or not all(named) or named[0] == named[1]:
        return f"{label}: {first} {'tegen' if dutch else 'against'} {second}{words}; {change} ({interval})."
    return f"{label}: {first}{words} ({named[0]}), {second}{words} ({named[1]}); {change} ({interval})."


def hangs_on_words(row: Mapping[str, Any] | None, language: Language = "nl") -> str:
    """One sentence about the assumption a claim hangs on most."""
    if row is None:
        return rounded_text(None, language)
    words = VERDICT_WORDS[language]
    ends = [
        rounded_text(row[key], language) if isinstance(row[key], int | float) else str(row[key])
        for key in (("low", "high") if language == "nl" else ("low_en", "high_en"))
    ]
    label = row["label"] if language == "nl" else row["label_en"]
    low, high = words[row["verdict_low"]], words[row["verdict_high"]]
    if language == "nl":
        return f"{label}: bij {ends[0]} {low}, bij {ends[1]} {high}."
    return f"{label}: {low} at {ends[0]}, {high} at {ends[1]}."
