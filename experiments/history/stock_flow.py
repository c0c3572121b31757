"""The yardstick: a plain stock-flow model of sixteen numbers, fitted and scored as the chain is.

It has a step of a month and four stocks of persons: cases pending at the IND, refused people in reception, permit
holders in reception, and family whose application is pending. It gets what the chain gets: applications, the target
and dated events of March to June 2020. Its numbers are fitted by least squares to the figures that a fit of the chain
sees. What is left out: everything else; detail is worth its trouble only where it beats this.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.history.backtest import Point, fit_points, published_until, window
from experiments.history.origins import origins
from models.sources import read_table
from sim.arrays import FloatArray
from sim.calendar import date_of, day_number

#: The sixteen numbers: where the fit begins, and between what it stays.
NUMBERS: dict[str, tuple[float, float, float]] = {
    "pending_at_start": (14000.0, 6000.0, 25000.0),
    "refused_at_start": (4000.0, 500.0, 12000.0),
    "holders_at_start": (4600.0, 2000.0, 9000.0),
    "family_at_start": (4000.0, 500.0, 15000.0),
    "decisions_a_month": (1600.0, 500.0, 4000.0),
    "decisions_rise_a_year": (100.0, -300.0, 600.0),
    "decisions_by_backlog": (0.01, 0.0, 0.15),
    "dip_of_2020": (0.5, 0.0, 1.0),
    "grant_share": (0.6, 0.3, 0.95),
    "grant_rise_a_year": (0.03, -0.1, 0.1),
    "other_permits_a_month": (200.0, 0.0, 900.0),
    "refused_leave_a_month": (0.08, 0.01, 0.5),
    "housed_by_target": (0.7, 0.0, 1.3),
    "housed_by_stock": (0.05, 0.0, 0.4),
    "family_per_permit": (0.6, 0.1, 1.5),
    "family_comes_a_month": (0.1, 0.01, 0.5),
}
DIP = ((2020, 3), (2020, 4), (2020, 5), (2020, 6))
#: What the model has a counterpart of: stocks by a sum of stocks, flows by a flow.
STOCKS = {
    "pending_decisions": ("pending",),
    "permit_holders_under_coa": ("holders",),
    "persons_in_reception": ("pending", "refused", "holders"),
    "persons_without_permit_in_reception": ("pending", "refused"),
    "pending_family": ("family",),
}
FLOWS = ("realised", "nareis_arrivals", "permits_first_instance", "closures")


@dataclass(frozen=True)
class Inputs:
    """What is given, per month from the first day of the period: persons who apply, and the target."""

    first_year: int
    applications: FloatArray
    target: FloatArray


def inputs_of(period: str, last: int | None = None) -> Inputs:
    """The monthly inputs of a period until a day, spread evenly over the days that a published figure is about.

    Usually as far as outcomes are published.
    """
    first = window(period)[0]
    until = published_until(period) if last is None else last
    months = (date_of(until).year - date_of(first).year) * 12 + date_of(until).month
    found = {"applications": np.zeros(months + 1), "target": np.zeros(months + 1)}
    rows = [
        ("applications", row)
        for row in read_table("inflow")
        if row["stream"] in ("first", "amv", "repeat", "evacuation")
    ]
    rows += [("target", row) for row in read_table("targets")]
    place = {day: _month(day, first) for day in range(first, until)}
    for name, row in rows:
        start, end = day_number(row["period_start"]), day_number(row["period_end"])
        each = float(row["value"]) / (end - start + 1)
        for day in range(max(start, first), min(end + 1, until)):
            found[name][place[day]] += each
    return Inputs(date_of(first).year, found["applications"], found["target"])


def _month(day: int, first: int) -> int:
    here, start = date_of(day), date_of(first)
    return (here.year - start.year) * 12 + here.month - start.month


def simulate(numbers: FloatArray, given: Inputs) -> dict[str, FloatArray]:
    """Stocks at the start of each month and flows in it."""
    n = dict(zip(NUMBERS, numbers, strict=True))
    stock = {name: n[f"{name}_at_start"] for name in ("pending", "refused", "holders", "family")}
    told: dict[str, list[float]] = {name: [] for name in (*stock, *FLOWS)}
    for month, (came, target) in enumerate(zip(given.applications, given.target, strict=True)):
        years, when = month / 12.0, (given.first_year + month // 12, month % 12 + 1)
        for name, value in stock.items():
            told[name].append(value)
        wanted = (
            n["decisions_a_month"] + n["decisions_rise_a_year"] * years + n["decisions_by_backlog"] * stock["pending"]
        )
        wanted *= 1.0 - n["dip_of_2020"] if when in DIP else 1.0
        decided = float(np.clip(wanted, 0.0, stock["pending"] + came))
        granted = decided * float(np.clip(n["grant_share"] + n["grant_rise_a_year"] * years, 0.05, 0.98))
        arrived = n["family_comes_a_month"] * stock["family"] * (1.0 - (n["dip_of_2020"] if when in DIP else 0.0))
        at_hand = stock["holders"] + granted + n["other_permits_a_month"] + arrived
        housed = float(np.clip(n["housed_by_target"] * target + n["housed_by_stock"] * stock["holders"], 0.0, at_hand))
        stock["pending"] += came - decided
        stock["refused"] += (decided - granted) - n["refused_leave_a_month"] * stock["refused"]
        stock["holders"] = at_hand - housed
        stock["family"] += n["family_per_permit"] * granted - arrived
        for name, value in zip(FLOWS, (housed, arrived, granted, decided), strict=True):
            told[name].append(value)
    return {name: np.array(values) for name, values in told.items()}


def counterparts(points: Sequence[Point], told: dict[str, FloatArray], first: int) -> FloatArray:
    """What the model says of each published figure, NaN where it has none."""
    found = np.full(len(points), np.nan)
    running = {name: np.concatenate([[0.0], np.cumsum(told[name])]) for name in FLOWS}
    for place, point in enumerate(points):
        seen, series = point.observation, point.held.series
        if point.held.areas != "country":
            continue
        start, end = (_at(day, first) for day in (seen.first_day, seen.last_day + 1))
        months = np.arange(len(told["holders"]))
        if series in STOCKS and seen.first_day == seen.last_day:
            found[place] = sum(float(np.interp(start, months, told[name])) for name in STOCKS[series])
        elif series in FLOWS:
            found[place] = float(np.diff(np.interp([start, end], np.arange(len(months) + 1), running[series]))[0])
    return found


def _at(day: int, first: int) -> float:
    """A day in months since the first, with a part."""
    return _month(day, first) + (date_of(day).day - 1) / 30.5


def fit(points: Sequence[Point], train: Sequence[int], given: Inputs, first: int) -> FloatArray:
    """The sixteen numbers by least squares on errors in units of the tolerance of each series."""
    from scipy.optimize import least_squares

    seen = [points[index] for index in train]
    values = np.array([point.observation.value for point in seen])
    # Figures of one series share its weight, as for the chain.
    share = {key: sum(point.held.key == key for point in seen) for key in {point.held.key for point in seen}}
    root = np.array([np.sqrt(min(1.0, p.held.independent_points / share[p.held.key])) for p in seen])
    unit = values * np.array([(point.held.tolerance_percent or 100.0) / 100.0 for point in seen]) / root
    start, low, high = (np.array([row[place] for row in NUMBERS.values()]) for place in range(3))

    def missed(scaled: FloatArray) -> FloatArray:
        off = (counterparts(seen, simulate(low + scaled * (high - low), given), first) - values) / unit
        # A weak pull to where it began keeps numbers of which a short history says nothing from running away.
        result: FloatArray = np.append(np.nan_to_num(off), (scaled - (start - low) / (high - low)) / 0.5)
        return result

    found = least_squares(missed, (start - low) / (high - low), bounds=(0.0, 1.0))
    result: FloatArray = low + found.x * (high - low)
    return result


def measure(period: str) -> list[dict[str, Any]]:
    """Every figure of the year after every origin, with what the plain model says of it."""
    points, given, first = list(fit_points(period)), inputs_of(period), window(period)[0]
    has = ~np.isnan(counterparts(points, simulate(np.array([row[0] for row in NUMBERS.values()]), given), first))
    rows = []
    for year in origins(period):
        start, end = day_number(f"{year}-12-31"), day_number(f"{year + 1}-12-31")
        train = [
            place
            for place, point in enumerate(points)
            if has[place] and point.held.fitted and point.observation.last_day <= start and point.observation.value > 0
        ]
        said = counterparts(points, simulate(fit(points, train, given, first), given), first)
        rows += [
            {"origin": year, "series": point.held.key, "period": point.period, "published": point.observation.value,
             "value": float(said[place])}
            for place, point in enumerate(points)
            if has[place] and start < point.observation.first_day and point.observation.last_day <= end
        ]  # fmt: skip
    return rows
