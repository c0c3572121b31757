"""The kept verdicts belong to the claims as they are now, and docs/uitspraken.md says what was kept.

``doorstroom claims --store`` computes the verdicts and keeps them, ``doorstroom docs`` writes the page.
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from experiments.claims.claims import CLAIMS
from experiments.claims.evidence import USUAL_REPLICATIONS
from experiments.claims.said import hangs_on_words, worded
from experiments.claims.verdicts import kept_verdicts, verdicts_changed
from experiments.documents.claims_page import claims_page
from experiments.run.ensemble import ENSEMBLES, fitted_parameters, load_ensemble
from models.levers import LEVERS
from models.parameters import baseline, value_at
from sim.schedule import Schedule

PAGE = Path(__file__).resolve().parents[2] / "docs" / "uitspraken.md"


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
    assert written == claims_page(), "run `doorstroom docs`"


FITTED = {one.path for one in fitted_parameters()} & set(load_ensemble("prop-2021").paths)


@pytest.mark.parametrize(
    "lever",
    [
        lever
        for lever in ("response_delay", "share_cap", "family_size", "signal_loudness")
        if LEVERS[lever].sets in FITTED
    ],
)
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
    assert next(iter(ends)) == pytest.approx(
        (low, high), rel=0.005, abs=0.5 if LEVERS[lever].kind == "integer" else None
    )
    for one in tried:
        for end in (one.low, one.high):
            assert end.extra in ((), (f"{lever}={end.value:g}",))
