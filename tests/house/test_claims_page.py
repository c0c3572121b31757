"""The kept verdicts belong to the claims as they are now, and docs/uitspraken.md says what was kept.

``doorstroom claims --store`` computes the verdicts and keeps them in ``experiments/verdicts/claims.json``. ``python
tests/house/test_claims_page.py`` writes ``docs/uitspraken.md`` anew.
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from experiments.claims.claims import CLAIMS
from experiments.claims.evidence import USUAL_REPLICATIONS
from experiments.claims.said import evidence_words, hangs_on_words, verdict_word, worded
from experiments.claims.verdicts import kept_verdicts, verdicts_changed
from experiments.language.formatting import number_text, rounded_text
from experiments.run.ensemble import ENSEMBLES, fitted_parameters
from experiments.run.provenance import outdated_text
from models.levers import LEVERS
from models.parameters import baseline, value_at
from sim.schedule import Schedule

PAGE = Path(__file__).resolve().parents[2] / "docs" / "uitspraken.md"


def outdated(document) -> str:
    """What the page must say when the verdicts are older than the model."""
    return outdated_text("verdicts", document, verdicts_changed(document, tuple(CLAIMS.values())), "nl")


def claims_page() -> str:
    """The page with all verdicts, from the kept file."""
    document = worded(kept_verdicts(), CLAIMS, "nl")
    words = {verdict: verdict_word(verdict, "nl") for verdict in ("holds", "fails", "open")}
    counts = {verdict: [row["verdict"] for row in document["claims"]].count(verdict) for verdict in words}
    lines = [
        "# Uitspraken, beoordeeld door het model",
        "",
        "Gemaakt uit de bewaarde oordelen met `python tests/house/test_claims_page.py`; niet met de hand wijzigen. De"
        " oordelen zelf worden opnieuw berekend met `doorstroom claims --store`.",
        "",
        "De documenten over de prop van 2021 beweren dingen die zich laten narekenen. Hieronder staat per uitspraak wat"
        " het model ervan vindt. De regel waarmee wordt beslist, is vooraf opgeschreven en niet naar een uitkomst toe"
        " gekozen. Een oordeel zegt wat uit de aannamen en gegevens van het model volgt, en niet meer dan dat: zie"
        " [wat het model weet en wat het raadt](wat-weet-het-model.md).",
        "",
        *([f"> {notice}", ""] if (notice := outdated(document)) else []),
        f"Van de {number_text(len(document['claims']))} uitspraken houden er {counts['holds']} stand, houden er"
        f" {counts['fails']} geen stand, en blijven er {counts['open']} open. Modelversie"
        f" {document['model_version']}, zaad {document['seed']}, {document['replications']} replicaties, en"
        f" {document['replications_under_ends']} onder"
        " elk uiteinde van een aanname (allemaal waar een kans beslist). Intervallen zijn 90%-intervallen op gepaarde"
        " verschillen, en die van een kans zijn exact. Bladzijden zijn geteld vanaf het voorwoord.",
        "",
        "| uitspraak | oordeel | hangt het meest af van |",
        "|---|---|---|",
    ]
    for row in document["claims"]:
        lines.append(f"| [{row['sentence']}](#{row['name']}) | {words[row['verdict']]} | {row['hangs_on']['label']} |")
    for row in document["claims"]:
        lines += [
            "",
            f"## {row['name']}",
            "",
            f"**{row['sentence']}** ({row['document']}, bladzijde {row['page']}: {row['section']})",
            "",
            f"**Oordeel: {words[row['verdict']]}.** {row['rule']}",
            "",
        ]
        for found in row["evidence"]:
            judged = "" if found["judged"] is None else f" *Deze voorwaarde: {words[found['judged']]}.*"
            lines.append(f"- {evidence_words(found, 'nl')}{judged}")
        lines += [
            "",
            "Aannamen die zijn geprobeerd; de eerste verschuift het cijfer dat beslist het meest:",
            "",
            "| aanname | laag | hoog | oordeel bij laag | oordeel bij hoog |",
            "|---|---|---|---|---|",
        ]
        first = row["hangs_on"]
        for tried in [first, *(one for one in row["tried"] if one != first)]:
            ends = [
                rounded_text(tried[key]) if isinstance(tried[key], int | float) else tried[key]
                for key in ("low", "high")
            ]
            verdicts = [words[tried[key]] for key in ("verdict_low", "verdict_high")]
            lines.append(f"| {' | '.join([tried['label'], *ends, *verdicts])} |")
        lines += ["", f"Let op: {row['caution']}"]
    return "\n".join(lines) + "\n"


def test_kept_verdicts_belong_to_the_claims_as_they_are():
    """Who changes a claim judges it at once; who changes the model may do so later, and pages say so meanwhile."""
    changed = {"claims", "rules"} & {*verdicts_changed(kept_verdicts(), tuple(CLAIMS.values()))}
    assert not changed, f"{changed}: run make results"


@pytest.mark.full
def test_kept_verdicts_belong_to_the_model_as_it_is():
    assert verdicts_changed(kept_verdicts(), tuple(CLAIMS.values())) == (), "run make results"


def test_kept_verdicts_rest_on_enough_replications():
    document = worded(kept_verdicts(), CLAIMS, "nl")
    assert document["replications"] >= USUAL_REPLICATIONS
    assert all(hangs_on_words(row["hangs_on"], "nl") for row in document["claims"])


def test_the_page_equals_what_was_kept():
    written = PAGE.read_text(encoding="utf-8")
    assert written == claims_page(), "run `python tests/house/test_claims_page.py` to write docs/uitspraken.md anew"


@pytest.mark.parametrize("lever", ["response_delay", "share_cap", "family_size", "signal_loudness"])
def test_fitted_ends_are_the_middle_80_per_cent_of_the_draws(lever):
    """From the table of draws itself: the ends follow when the model is fitted anew."""
    path = LEVERS[lever].sets
    (fitted,) = (one for one in fitted_parameters() if one.path == path)
    with (ENSEMBLES / "prop-2021.csv").open(encoding="utf-8", newline="") as handle:
        draws = [float(row[path]) for row in csv.DictReader(handle) if row["draw"] != "best"]
    start = value_at(baseline("prop-2021"), path)
    usual = {"value": 1.0, "factor": start.steps[0][1] if isinstance(start, Schedule) else start}[fitted.how]
    low, high = np.quantile(draws, [0.1, 0.9]) * usual
    tried = [one for claim in CLAIMS.values() for one in claim.assumptions if one.name == lever]
    ends = {(one.low.value, one.high.value) for one in tried if one.low.extra}
    assert len(ends) == 1
    assert next(iter(ends)) == pytest.approx((low, high), rel=0.005)
    for one in tried:
        for end in (one.low, one.high):
            assert end.extra in ((), (f"{lever}={end.value:g}",))


if __name__ == "__main__":
    PAGE.write_text(claims_page(), encoding="utf-8")
