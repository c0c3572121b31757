"""The page of claims, from the kept verdicts."""

from collections.abc import Mapping
from typing import Any

from experiments.claims.claims import CLAIMS
from experiments.claims.said import end_words, evidence_words, stands_words, verdict_word, worded
from experiments.claims.verdicts import kept_verdicts, verdicts_changed
from experiments.documents.render import LANGUAGE, render
from experiments.run.provenance import outdated_text


def claims_page() -> str:
    """All verdicts as Markdown. Raises WrongInput when the kept verdicts are missing or damaged."""
    document = worded(kept_verdicts(), CLAIMS, LANGUAGE)
    verdicts = [claim["verdict"] for claim in document["claims"]]
    words = {verdict: verdict_word(verdict, LANGUAGE) for verdict in ("holds", "fails", "open")}

    def turned(one: Mapping[str, Any]) -> list[str]:
        ends = [f"{end_words(one, end, LANGUAGE)}: {words[one[f'verdict_{end}']]}" for end in ("low", "high")]
        return [one["label"], *ends]

    def tried(claim: Mapping[str, Any]) -> list[list[str]]:
        first = claim["hangs_on"]
        return [turned(one) for one in [first, *(one for one in claim["tried"] if one != first)]]

    about = {one["parameter"]: one for claim in document["claims"] for one in claim["tried"]}

    return render(
        "uitspraken.md",
        document=document,
        outdated=outdated_text("verdicts", document, verdicts_changed(document, tuple(CLAIMS.values())), LANGUAGE),
        claims=document["claims"],
        counts={verdict: verdicts.count(verdict) for verdict in words},
        words=words,
        evidence=lambda row: evidence_words(row, LANGUAGE),
        tried=tried,
        varied=lambda claim: [turned(one) for one in claim["varied"]],
        stands=lambda claim: stands_words(claim, LANGUAGE),
        assumptions=[
            [
                f"{one['label']} (`{path}`)",
                end_words(one, "low", LANGUAGE),
                end_words(one, "high", LANGUAGE),
                one["status"],
                one["source"],
            ]
            for path, one in about.items()
        ],
        readings=lambda claim: [[read["label"], words[read["verdict"]]] for read in claim["readings"]],
    )
