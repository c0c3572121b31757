"""The page on a year ahead: how far the chain is off in years that a fit had not seen, beside two yardsticks."""

from collections.abc import Mapping
from typing import Any

from experiments.documents.render import LANGUAGE, render
from experiments.history.backtest import held_against
from experiments.history.origins import discrepancy_of, kept_origins, origin_changed, scored, with_bands, yardstick
from experiments.language.catalogue import catalogue
from experiments.language.formatting import number_text
from experiments.run.observed import NATIONAL
from experiments.run.provenance import outdated_text


def ahead_page(period: str) -> str:
    """The whole page as Markdown, from what is kept of every origin."""
    kept = kept_origins(period)
    texts, names = catalogue("command_backtest", LANGUAGE), {held.key: held.name_nl for held in held_against()}
    notices = [outdated_text("backtest", origin, origin_changed(origin), LANGUAGE) for origin in kept]
    figures = with_bands(kept)
    country = [row for row in figures if row["area"] == NATIONAL and row["fitted"]]
    lacks = discrepancy_of(kept)
    rows = scored(figures, yardstick(period))
    return render(
        "een-jaar-vooruit.md",
        outdated=[notice for notice in dict.fromkeys(notices) if notice],
        rows=[
            [
                names[f"{row['series']}:country"],
                texts("origin.mean") if row["origin"] is None else str(row["origin"]),
                *(_plain(row[name], 1) for name in ("chain", "plain", "repeated")),
                texts("in_band", covered=row["inside"], points=row["points"]),
            ]
            for row in rows
        ],
        points=len(country),
        inside=sum(row["inside"] for row in country),
        figures=[_figure(row, names) for row in country],
        days="" if lacks is None else number_text(lacks.days, 0, LANGUAGE),
        lacks=[
            [held.name_nl, f"{_plain(100 * lacks.sizes[held.key], 0)} %", f"{_plain(held.tolerance_percent, 0)} %"]
            for held in held_against()
            if lacks is not None and held.key in lacks.sizes
        ],
    )


def _figure(row: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    band = " – ".join(_plain(row[end], 0) for end in ("low", "high"))
    return [
        names[row["series"]], row["period"], _plain(row["published"], 0), _plain(row["mean"], 0), band,
        _plain(row["repeated"], 0),
    ]  # fmt: skip


def _plain(value: float | None, decimals: int) -> str:
    return "–" if value is None else number_text(value, decimals, LANGUAGE)
