"""The target, realised and behind per half-year, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from app_pages.charts import text
from experiments.charts.lines import DotSeries

Ends = Sequence[tuple[float, float | None, float | None]]


def target_series(usual: Ends, other: Ends) -> list[DotSeries]:
    """The target as marks: one series, or two where the scenario has another target than the baseline."""
    if list(map(tuple, usual)) == list(map(tuple, other)):
        return [DotSeries(text("target"), "target", "triangle-down", usual)]
    return [
        DotSeries(f"{text('target')}: {text('baseline').lower()}", "target", "triangle-down", usual),
        DotSeries(f"{text('target')}: {text('own_scenario').lower()}", "series_4", "triangle-up", other),
    ]
