"""The page that looks back: how far the fitted model is off from what was published, series by series."""

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.documents.render import LANGUAGE, render
from experiments.history.evidence import backtest_changed, kept_backtest
from experiments.language.catalogue import catalogue
from experiments.language.formatting import number_text
from experiments.run.observed import NATIONAL
from experiments.run.provenance import outdated_text
from experiments.scenario.ready import load_scenario

#: How many figures are shown of those that are furthest off.
FURTHEST = 15


def past_page(periods: Sequence[str]) -> str:
    """The whole page as Markdown, from the back-tests that are kept."""
    return render("terugblik.md", periods=[_period(period) for period in periods])


def _period(period: str) -> dict[str, Any]:
    kept = kept_backtest(period)
    points = [
        ((point["mean"] - point["observed"]) / abs(point["observed"]), row, point)
        for row in kept["series"]
        for point in row["points"]
        if row["area"] == NATIONAL and point["observed"]
    ]
    furthest = sorted(points, key=lambda one: -abs(one[0]))[:FURTHEST]
    return {
        "title": load_scenario(period).title,
        "outdated": outdated_text("backtest", kept, backtest_changed(kept), LANGUAGE),
        "lent": kept["ensemble"] if kept["ensemble"] != period else "",
        "draws": kept["draws"],
        "rows": [_row(row) for row in kept["summary"] if row["points"]],
        "furthest": [
            [row["label"], point["period"], *(_plain(point[name]) for name in ("observed", "mean", "low", "high")),
             f"{_signed(100.0 * off)} %"]
            for off, row, point in furthest
        ],
    }  # fmt: skip


def _row(row: Mapping[str, Any]) -> list[str]:
    words = catalogue("formatting", LANGUAGE)
    inside = round(row["coverage"] * row["points"])
    covered = catalogue("command_backtest", LANGUAGE)("in_band", covered=inside, points=row["points"])
    seen = words("yes" if row["fitted"] else "no")
    off = "–" if row["mape"] is None else f"{_plain(row['mape'], 1)} %"
    bias = "–" if row["bias"] is None else f"{_signed(row['bias'])} %"
    return [row["label"], str(row["points"]), off, bias, covered, seen]


def _plain(value: float, decimals: int = 0) -> str:
    return number_text(value, decimals, LANGUAGE)


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{_plain(value)}"
