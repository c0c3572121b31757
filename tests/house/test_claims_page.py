"""The kept verdicts belong to the claims as they are now, and docs/uitspraken.md says what was kept.

``doorstroom claims --store`` computes the verdicts and keeps them, ``doorstroom docs`` writes the page.
"""

from pathlib import Path

import pytest

from experiments.claims.claims import CLAIMS
from experiments.claims.evidence import USUAL_REPLICATIONS
from experiments.claims.said import hangs_on_words, worded
from experiments.claims.verdicts import kept_verdicts, verdicts_changed
from experiments.documents.claims_page import claims_page
from experiments.history.screening import kept_screening
from experiments.run.provenance import outdated_text, what_changed

PAGE = Path(__file__).resolve().parents[2] / "docs" / "uitspraken.md"


def test_kept_verdicts_are_of_these_claims_and_say_so_when_they_are_older():
    """Who changes a claim or a rule judges at once; of a changed model pages say so meanwhile."""
    kept = kept_verdicts()
    changed = verdicts_changed(kept, tuple(CLAIMS.values()))
    assert not {"claims", "rules"} & {*changed}, f"{changed}: run make results"
    notice = outdated_text("verdicts", kept, changed, "nl")
    assert bool(notice) == bool(changed)
    assert notice in PAGE.read_text(encoding="utf-8")


@pytest.mark.full
def test_kept_verdicts_belong_to_the_model_as_it_is():
    assert verdicts_changed(kept_verdicts(), tuple(CLAIMS.values())) == (), "run make results"


@pytest.mark.full
def test_the_kept_screening_belongs_to_the_model_as_it_is():
    assert what_changed(kept_screening("prop-2021")) == (), "run make results"


def test_kept_verdicts_rest_on_enough_replications():
    document = worded(kept_verdicts(), CLAIMS, "nl")
    assert document["replications"] >= USUAL_REPLICATIONS
    assert all(hangs_on_words(row["hangs_on"], "nl") for row in document["claims"])


def test_the_page_equals_what_was_kept():
    written = PAGE.read_text(encoding="utf-8")
    assert written == claims_page(), "run `doorstroom docs`"
