"""The page on forecasts of earlier days: how good they were, a line per figure, and official forecasts beside them."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from experiments.documents.render import LANGUAGE, render
from experiments.forecast import words
from experiments.forecast.archive import kept_scores, scores_changed
from experiments.forecast.hub import NAIVE, PLAIN
from experiments.language.formatting import day_text
from experiments.run.provenance import outdated_text
from sim.calendar import day_number


def forecast_page() -> str:
    """The whole page as Markdown, from the scores of the archive."""
    kept = kept_scores()
    figures = sorted(kept["figures"], key=lambda row: str(row["target"]))
    (model, *_) = kept["models"]
    scores = kept["a_year_ahead"]
    return render(
        "hoe-goed-was-het.md",
        outdated=outdated_text("forecasts", kept, scores_changed(kept), LANGUAGE),
        fits=[_fit(row) for row in kept["forecasts"]],
        score_heads=words.score_heads(LANGUAGE),
        scores=words.score_rows(scores[model], LANGUAGE),
        rivals={name: words.score_rows(scores[name], LANGUAGE) for name in (NAIVE, PLAIN)},
        pit=[[words.target_text(row["target"], LANGUAGE), *map(str, row["pit"])] for row in scores[model]],
        figure_heads=words.figure_heads(LANGUAGE),
        figures=[
            (words.target_text(target, LANGUAGE), words.figure_rows(list(rows), LANGUAGE))
            for target, rows in groupby(figures, key=lambda row: str(row["target"]))
        ],
        official_heads=words.official_heads(LANGUAGE),
        official=words.official_rows(kept["official"], LANGUAGE),
        against_heads=words.against_heads(LANGUAGE),
        against=words.against_rows(kept["against_official"], LANGUAGE),
    )  # fmt: skip


def _fit(row: Mapping[str, Any]) -> list[str]:
    """On what a forecast rests."""
    return [day_text(day_number(row["origin"]), LANGUAGE), words.fit_text(row["fit"], row["fit_until"], LANGUAGE)]
