"""`doorstroom claims`: what the documents say, judged by the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from cli_pages.options import (
    MOST_WORKERS,
    AsJson,
    Count,
    Seed,
    Workers,
    check_file,
    read_language,
    read_whole,
)
from cli_pages.saying import say, say_json, whole_or_nothing
from experiments import WORKER_MODULE
from experiments.language.catalogue import catalogue
from experiments.language.language import Language


def claims_command(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAAM …]", help="Namen van uitspraken; zonder naam alle.")
    ] = None,
    replications: Count = "",
    seed: Seed = "",
    workers: Workers = "",
    language: Annotated[str, typer.Option("--language", metavar="TAAL", help="Taal van de tekst: nl of en.")] = "nl",
    keep: Annotated[
        bool, typer.Option("--store", help="Bewaar de oordelen voor de app en de documentatie; alleen voor alle samen.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Beoordeel wat de documenten over de prop van 2021 beweren; alle samen duurt minuten."""
    from sim.replications import expect_workers

    if workers != "1":
        expect_workers((WORKER_MODULE,))

    from experiments.claims.claims import CLAIMS
    from experiments.claims.evidence import USUAL_REPLICATIONS
    from experiments.claims.judge import chosen_claims, judge_claims
    from experiments.claims.said import worded
    from experiments.claims.verdicts import VERDICTS, keep_verdicts
    from experiments.run.run import usual_workers
    from experiments.scenario.scenario import DEFAULT_SEED, MOST_REPLICATIONS
    from sim.errors import WrongInput
    from sim.replications import Progress

    spoken = read_language(language)
    claims = chosen_claims(CLAIMS, names or [])
    count = read_whole(replications, "--replications", 2, MOST_REPLICATIONS, USUAL_REPLICATIONS)
    number = read_whole(seed, "--seed", 0, 2**63 - 1, DEFAULT_SEED)
    processes = read_whole(workers, "--workers", 1, MOST_WORKERS, usual_workers(MOST_WORKERS))
    if keep:
        if len(claims) < len(CLAIMS):
            raise WrongInput("store_all_claims", file="--store")
        check_file(str(VERDICTS))
    with whole_or_nothing(), Progress("Beoordelen") as progress:
        result = judge_claims(claims, replications=count, seed=number, workers=processes, on_progress=progress)
    document = worded(result.to_json(), CLAIMS, spoken)
    if keep:
        keep_verdicts(result)
    if as_json:
        say_json(document)
        return
    say("\n".join(_claims_report(document, spoken)))
    if keep:
        say(f"\nDe oordelen staan in {VERDICTS}.")


def _claims_report(document: Mapping[str, Any], language: Language) -> list[str]:
    """Per claim the verdict, where it stands, the rule, the evidence and what it hangs on."""
    from experiments.claims.said import evidence_words, hangs_on_words, verdict_word

    dutch = language == "nl"
    counts = (document["replications"], document["replications_under_ends"])
    lines = [
        (
            f"Uitspraken beoordeeld door het model: versie {document['version']}, zaad {document['seed']}, "
            f"{counts[0]} replicaties, minstens {counts[1]} onder elk uiterste van een aanname"
        )
        if dutch
        else (
            f"Claims judged by the model: version {document['version']}, seed {document['seed']}, "
            f"{counts[0]} replications, at least {counts[1]} under each end of an assumption"
        )
    ]
    words = ("Regel", "Cijfers", "Hangt het meest af van", "Let op") if dutch else (
        "Rule", "Figures", "Depends most on", "Bear in mind"
    )  # fmt: skip
    for claim in document["claims"]:
        page = f"bladzijde {claim['page']}" if dutch else f"page {claim['page']}"
        lines += [
            "",
            f"{verdict_word(claim['verdict'], language).upper()}: {claim['sentence']}",
            f"  {claim['name']} – {claim['document']}, {page} ({claim['section']})",
            f"  {words[0]}: {claim['rule']}",
            f"  {words[1]}:",
            *(f"  - {evidence_words(row, language)}" for row in claim["evidence"]),
            f"  {words[2]}: {hangs_on_words(claim['hangs_on'], language)}",
            f"  {words[3]}: {claim['caution']}",
        ]
    return [*lines, "", catalogue("report", language)("what_it_is")]
