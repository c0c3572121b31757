"""Official forecasts beside ours of the same time: what ministries and services said, and when.

Beside each stands our latest forecast of before its publication, so ours knew less, and what came true. Places that
were said to be needed are turned into people by the occupancy that planners took; what was said as a range stands at
its middle, and an upper end alone is shown but not scored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from experiments import read_csv
from experiments.forecast.asked import published
from experiments.forecast.hub import Kept
from experiments.forecast.levels import LEVELS, interval_ends
from experiments.forecast.paths import STOCK_SERIES
from experiments.forecast.score import said_of_truth
from experiments.run.observed import NATIONAL, Observation
from models.sources import Row, read_table
from sim.calendar import day_number, iso

#: People per place that was said to be needed: the middle of the 0.91-0.96 that planners took.
PEOPLE_A_PLACE = 0.935
#: What a kind of official forecast is about, and by what its figure is turned into that.
COUNTERPARTS: dict[str, tuple[str, float]] = {
    "inflow_total": ("inflow_total", 1.0),
    "coa_capacity_needed": ("persons_in_reception", PEOPLE_A_PLACE),
    "coa_occupancy": ("persons_in_reception", 1.0),
    "status_holders_in_reception": ("permit_holders_under_coa", 1.0),
    "pending_asylum": ("pending_decisions", 1.0),
}
#: A stock that was published within so many days of the day that was forecast stands for it.
_NEAR_DAYS = 10


@dataclass(frozen=True)
class Official:
    """An official forecast that has a counterpart here; ends and middle in persons or cases, where they were given."""

    target: str
    category: str
    published_on: int
    first_day: int
    last_day: int
    low: float | None
    middle: float | None
    high: float | None
    source: str
    confidence: str

    @property
    def point(self) -> float | None:
        """What it comes to as one figure: its middle, or that of its ends; None of an upper end alone."""
        if self.middle is not None:
            return self.middle
        return None if self.low is None or self.high is None else (self.low + self.high) / 2.0


def official_forecasts() -> list[Official]:
    """The official forecasts that have a counterpart here, by day of publication."""
    found = _of_inflow()
    for row in read_csv("official_forecasts"):
        if row["quantity"] in COUNTERPARTS:
            target, times = COUNTERPARTS[row["quantity"]]
            low, middle, high = (float(row[name]) * times if row[name] else None for name in ("low", "mid", "high"))
            first, last = day_number(row["target_start"]), day_number(row["target_end"])
            about = (target, row["category"], day_number(row["publication_date"]))
            span = (last, last) if target in STOCK_SERIES else (first, last)
            found.append(Official(*about, *span, low, middle, high, row["source"], row["confidence"]))
    return sorted(found, key=lambda one: (one.published_on, one.target, one.last_day))


def _of_inflow() -> list[Official]:
    """Those that runs can look ahead on: their ends stand where the model reads them."""
    ends: dict[tuple[str, str], dict[str, Row]] = {}
    for row in read_table("forecasts"):
        ends.setdefault((row["forecast"], row["period_start"]), {})[row["end"]] = row
    return [
        Official(
            "inflow_total", forecast, day_number(low["published_on"]), day_number(first), day_number(low["period_end"]),
            float(low["value"]), None, float(high["value"]), low["source"], low["letter"],
        )
        for (forecast, first), (low, high) in ((key, (each["low"], each["high"])) for key, each in ends.items())
    ]  # fmt: skip


def beside_ours(kept: Sequence[Kept]) -> list[dict[str, Any]]:
    """Every official forecast with ours of before its publication and, where it is known, what came true."""
    rows = []
    for one in official_forecasts():
        ours = [forecast for forecast in kept if forecast.origin <= one.published_on]
        if not ours:
            continue
        latest = max(ours, key=lambda forecast: forecast.origin)
        truth = _truth(one)
        about = truth or Observation(one.target, NATIONAL, 0.0, "", one.first_day, one.last_day, "", "", "")
        said = said_of_truth(latest, one.target, about)
        if said is None:
            continue
        low, high = (float(said[place]) for place in interval_ends(0.8))
        rows.append(
            {
                "target": one.target, "category": one.category, "published_on": iso(one.published_on),
                "first_day": iso(one.first_day), "last_day": iso(one.last_day), "low": one.low, "high": one.high,
                "official": one.point, "origin": iso(latest.origin), "ours": float(said[LEVELS.index(0.5)]),
                "ours_low": low, "ours_high": high, "came_true": truth.value if truth else None,
                "came_true_on": iso(truth.last_day) if truth else None,
                "source": one.source, "confidence": one.confidence,
            }
        )  # fmt: skip
    return rows


def _truth(one: Official) -> Observation | None:
    rows = published(one.target)
    if one.target in STOCK_SERIES:
        near = [row for row in rows if abs(row.last_day - one.last_day) <= _NEAR_DAYS]
        return min(near, key=lambda row: abs(row.last_day - one.last_day), default=None)
    return next((row for row in rows if (row.first_day, row.last_day) == (one.first_day, one.last_day)), None)


def compared(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Per series the mean error of official forecasts and of ours on those that can be scored, in per cent."""
    found = []
    for target in dict.fromkeys(row["target"] for row in rows):
        mine = [row for row in rows if row["target"] == target and row["came_true"] and row["official"] is not None]
        if mine:
            off = {
                name: sum(abs(row[name] / row["came_true"] - 1.0) for row in mine) * 100.0 / len(mine)
                for name in ("official", "ours")
            }
            nearer = sum(abs(row["ours"] - row["came_true"]) < abs(row["official"] - row["came_true"]) for row in mine)
            found.append({"target": target, "forecasts": len(mine), "ours_nearer": nearer, **off})
    return found
