"""What an outcome counts is one click away on every page that shows outcomes."""

import pytest

from experiments.language.catalogue import catalogue
from experiments.language.labels import outcome_help, outcome_label
from experiments.language.language import LANGUAGES
from experiments.report.findings import KEY_OUTCOMES

PERMITS = "permit_holders_under_coa_end"
SHOWN = {
    "doorrekenen": (
        PERMITS, "persons_in_reception_end", "person_days_without_place", "ran_full", "pending_decisions_end",
        "realised", "behind_end", "municipalities_behind_end", "weeks_to_home_median", "weeks_to_home_p90",
        "cost_public",
    ),
    "vergelijken": KEY_OUTCOMES,
    "gemeenten": ("realised", "behind_end"),
    "uitspraken": (PERMITS, "realised", "weeks_until_out_mean"),
    "onderbouwing": (PERMITS, "persons_in_reception_end", "realised"),
}  # fmt: skip
STEPS = {
    1: (PERMITS, "persons_in_reception_end"), 2: ("pending_decisions_end",), 4: ("realised",), 6: (PERMITS, "ran_full"),
    7: ("person_days_without_place",), 8: ("person_days_without_place", PERMITS, "cost_public"),
}  # fmt: skip


def defined(at, language):
    """What stands in the folds with definitions."""
    title = catalogue("report", language)("definitions")
    return [text.value for box in at.expander if box.label == title for text in box.markdown]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("page", "link", "outcomes"),
    [
        *((page, {}, outcomes) for page, outcomes in SHOWN.items()),
        *(("", {"stap": str(step)}, outcomes) for step, outcomes in STEPS.items()),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value.values()) if isinstance(value, dict) else "",
)
def test_every_outcome_on_a_page_is_defined_on_it(opened, page, link, outcomes, language):
    at = opened(page, lang=language, share_cap="0.08", **link)
    if not page:
        at.button(key=f"_show_{link['stap']}").click().run()
    told = defined(at, language)
    for name in outcomes:
        line = f"- **{outcome_label(name, language)}**: {outcome_help(name, language)}"
        assert outcome_help(name, language) and any(line in text for text in told), name
