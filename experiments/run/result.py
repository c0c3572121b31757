"""The result of a run: outcomes with their bands over replications."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from experiments.run.ensemble import load_ensemble
from experiments.run.observed import (
    AREAS,
    HALF_YEAR_MEASURES,
    Observation,
    comparison,
    observations,
)
from experiments.run.provenance import provenance
from experiments.run.task import Replication
from sim.calendar import date_of
from sim.statistics import band, bands, spread_by_cause

if TYPE_CHECKING:
    from experiments.scenario.scenario import Scenario

BAND_LEVEL = 0.8


@dataclass(frozen=True)
class RunResult:
    """A scenario run: per replication what was counted, and how to say it together."""

    scenario: Scenario
    seed: int
    from_day: int
    until_day: int
    numbers: tuple[int, ...]
    replications: tuple[Replication, ...] = field(repr=False)
    interrupted: bool = False
    lost: tuple[int, ...] = ()
    ensemble: str | None = None
    fixed: bool = False

    @property
    def draws(self) -> npt.NDArray[np.int64]:
        """The draw of each replication; all the same when parameters are fixed."""
        if self.ensemble is None or self.fixed:
            return np.zeros(len(self.numbers), dtype=np.int64)
        chosen = load_ensemble(self.ensemble)
        return np.array([chosen.draw_of(number) for number in self.numbers])

    @property
    def wanted(self) -> tuple[Observation, ...]:
        """The published figures this run is held against."""
        return observations(self.from_day, self.until_day)

    def outcome(self, name: str) -> npt.NDArray[np.float64]:
        """One outcome, per replication."""
        return np.array([replication.outcomes[name] for replication in self.replications])

    def outcome_names(self) -> list[str]:
        """The names of all outcomes, in order."""
        return list(self.replications[0].outcomes) if self.replications else []

    def outcome_rows(self) -> list[dict[str, Any]]:
        """Per outcome the mean, the 80 per cent band over replications, and what luck and parameters add to it."""
        rows = []
        units = self.replications[0].units if self.replications else {}
        for name in self.outcome_names():
            values = band(self.outcome(name), BAND_LEVEL)
            luck, parameters = spread_by_cause(self.outcome(name), self.draws)
            rows.append(
                {
                    "name": name,
                    "unit": units.get(name, ""),
                    "mean": number_or_none(values.mean),
                    "low": number_or_none(values.low),
                    "high": number_or_none(values.high),
                    "sd_chance": number_or_none(luck),
                    "sd_parameters": number_or_none(parameters),
                }
            )
        return rows

    def half_year_rows(self) -> list[dict[str, Any]]:
        """Per half-year and area the means of opening, target, realised and behind."""
        if not self.replications:
            return []
        means = np.mean([replication.half_years for replication in self.replications], axis=0)
        return [
            {"half_year": name, "area": area}
            | {measure: number_or_none(means[index, row, column]) for index, measure in enumerate(HALF_YEAR_MEASURES)}
            for row, name in enumerate(self.replications[0].half_year_names)
            for column, area in enumerate(AREAS)
        ]

    def series_rows(self) -> list[dict[str, Any]]:
        """Per measure and month end the mean and the 80 per cent band over replications, for the country."""
        if not self.replications:
            return []
        first = self.replications[0]
        rows = []
        for measure in first.series:
            means, lows, highs = bands(
                np.array([replication.series[measure] for replication in self.replications]), BAND_LEVEL
            )
            for day, mean, low, high in zip(first.month_days, means, lows, highs, strict=True):
                rows.append(
                    {
                        "date": date_of(day).isoformat(),
                        "measure": measure,
                        "mean": number_or_none(mean),
                        "low": number_or_none(low),
                        "high": number_or_none(high),
                    }
                )
        return rows

    def comparison_rows(self) -> list[dict[str, Any]]:
        """Every published figure in the window beside the mean of the replications."""
        if not self.replications:
            return []
        means = np.mean([replication.observed for replication in self.replications], axis=0)
        return comparison(self.wanted, means)

    def to_json(self) -> dict[str, Any]:
        """The result as plain values: ISO dates, no NaN."""
        document: dict[str, Any] = {
            "scenario": self.scenario.name,
            **provenance(),
            "seed": self.seed,
            "replications": len(self.replications),
            "from": date_of(self.from_day).isoformat(),
            "until": date_of(self.until_day).isoformat(),
            "outcomes": self.outcome_rows(),
            "half_years": self.half_year_rows(),
            "series": self.series_rows(),
            "ensemble": self.ensemble,
            "ensemble_version": None if self.ensemble is None else load_ensemble(self.ensemble).about["table"],
            "fixed_parameters": self.fixed,
        }
        if self.interrupted:
            document["interrupted"] = True
        if self.lost:
            document["lost"] = list(self.lost)
        return document


def number_or_none(value: float) -> float | None:
    """The number as JSON can hold it: None when it is unknown or infinite."""
    plain = float(value)
    return plain if math.isfinite(plain) else None
