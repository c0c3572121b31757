"""The page of claims, from the kept verdicts."""

from collections.abc import Mapping
from typing import Any

from experiments.claims.claims import CLAIMS
from experiments.claims.said import evidence_words, verdict_word, worded
from experiments.claims.verdicts import kept_verdicts, verdicts_changed
from experiments.documents.render import LANGUAGE, render
from experiments.language.formatting import rounded_text
from experiments.run.provenance import outdated_text


def claims_page() -> str:
    """All verdicts as Markdown. Raises WrongInput when the kept verdicts are missing or damaged."""
    document = worded(kept_verdicts(), CLAIMS, LANGUAGE)
    verdicts = [claim["verdict"] for claim in document["claims"]]
    words = {verdict: verdict_word(verdict, LANGUAGE) for verdict in ("holds", "fails", "open")}

    def end(value: float | str) -> str:
        return rounded_text(value, LANGUAGE) if isinstance(value, int | float) else value

    def tried(claim: Mapping[str, Any]) -> list[list[str]]:
        first = claim["hangs_on"]
        return [
            [one["label"], end(one["low"]), end(one["high"]), words[one["verdict_low"]], words[one["verdict_high"]]]
            for one in [first, *(one for one in claim["tried"] if one != first)]
        ]

    return render(
        "uitspraken.md",
        document=document,
        outdated=outdated_text("verdicts", document, verdicts_changed(document, tuple(CLAIMS.values())), LANGUAGE),
        claims=document["claims"],
        counts={verdict: verdicts.count(verdict) for verdict in words},
        words=words,
        evidence=lambda row: evidence_words(row, LANGUAGE),
        tried=tried,
        readings=lambda claim: [[read["label"], words[read["verdict"]]] for read in claim["readings"]],
    )
