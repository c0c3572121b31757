"""`doorstroom claims`: what the documents say, judged by the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from cli_pages.language import current_language, texts_of
from cli_pages.options import MOST_WORKERS, JsonOptions, expect_workers, read_seed, read_whole, read_workers
from cli_pages.printing import lent_lines, places, print_answer, what_it_is
from cli_pages.progress import Progress


@dataclass(frozen=True, kw_only=True)
class Options(JsonOptions):
    """What `doorstroom claims` takes."""

    names: Annotated[list[str] | None, typer.Argument()] = None
    replications: str = ""
    seed: str = ""
    workers: str = ""
    store: Annotated[bool, typer.Option("--store")] = False
    kept: Annotated[bool, typer.Option("--kept")] = False


def claims_command(options: Options) -> None:
    """Judge the claims and print the verdicts, or print those that are kept."""
    if options.kept:
        _print_kept(options)
        return
    expect_workers(options)

    from experiments.claims.claims import CLAIMS
    from experiments.claims.evidence import USUAL_REPLICATIONS
    from experiments.claims.judge import chosen_claims, judge_claims
    from experiments.claims.said import worded
    from experiments.claims.verdicts import VERDICTS, keep_verdicts
    from experiments.scenario.scenario import DEFAULT_SEED, MOST_REPLICATIONS
    from experiments.storage.files import Output
    from sim.errors import WrongInput

    claims = chosen_claims(CLAIMS, options.names or [])
    replications = read_whole(options.replications, "--replications", 2, MOST_REPLICATIONS, USUAL_REPLICATIONS)
    seed = read_seed(options.seed, DEFAULT_SEED)
    workers = read_workers(options.workers, MOST_WORKERS)
    if options.store:
        if len(claims) < len(CLAIMS):
            raise WrongInput("store_all_claims", file="--store")
        Output(str(VERDICTS), force=True)
    with Progress(texts_of("claims")("progress")) as progress:
        result = judge_claims(claims, replications=replications, seed=seed, workers=workers, on_progress=progress)
    document = worded(result.to_json(), CLAIMS, current_language())
    if options.store:
        keep_verdicts(result)
    kept = places(verdicts=str(VERDICTS) if options.store else "")
    print_answer(options.as_json, lambda: document, lambda: [*_report(document), *kept])


def _print_kept(options: Options) -> None:
    """The kept verdicts, with a notice when they are older than the model."""
    from experiments.claims.claims import CLAIMS
    from experiments.claims.judge import chosen_claims
    from experiments.claims.said import worded
    from experiments.claims.verdicts import kept_verdicts, verdicts_changed
    from experiments.run.provenance import outdated_text

    names = {claim.name for claim in chosen_claims(CLAIMS, options.names or [])}
    kept = kept_verdicts()
    changed = verdicts_changed(kept, tuple(CLAIMS.values()))
    rows = [row for row in kept["claims"] if row["name"] in names]
    document = worded(kept | {"claims": rows}, CLAIMS, current_language()) | {"changed": list(changed)}
    notice = outdated_text("verdicts", kept, changed, current_language())
    print_answer(options.as_json, lambda: document, lambda: [*([notice, ""] if notice else []), *_report(document)])


def _report(document: Mapping[str, Any]) -> list[str]:
    """Per claim the verdict, where it stands, the rule, the evidence and what it hangs on."""
    about = texts_of("claims")("title", under_ends=document["replications_under_ends"], **document)
    told = [line for claim in document["claims"] for line in _claim(claim)]
    return [about, *lent_lines(document["inputs"]), *told, "", what_it_is()]


def _claim(claim: Mapping[str, Any]) -> list[str]:
    from experiments.claims.said import evidence_words, hangs_on_words, stands_words, verdict_word

    texts, language = texts_of("claims"), current_language()
    return [
        "",
        f"{verdict_word(claim['verdict'], language).upper()}: {claim['sentence']}",
        *(texts(part, **claim) for part in ("where", "said", "sense", "rule")),
        texts("figures"),
        *(f"  - {evidence_words(row, language)}" for row in claim["evidence"]),
        *(
            texts("reading", label=read["label"], verdict=verdict_word(read["verdict"], language))
            for read in claim["readings"]
        ),
        *([f"  {stands}"] if (stands := stands_words(claim, language)) else []),
        texts("hangs_on", assumption=hangs_on_words(claim["hangs_on"], language)),
        *(texts("varied", variation=hangs_on_words(row, language)) for row in claim["varied"]),
        texts("caution", **claim),
    ]
