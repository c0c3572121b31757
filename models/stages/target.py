"""Target and supervision: how many permit holders each municipality must house, and who watches.

Who acts: the ministry publishes a national number twice a year; it is divided over
municipalities by a key so that the parts add up; shortfall and surplus carry on, signed.
Municipalities may trade, the sum stays. The province watches: each half-year a municipality
that is behind without an excuse climbs a rung of the ladder. Each month municipalities are on
schedule, somewhat behind or behind. Who waits: nobody; what leaves: pressure on the share of
homes. Left out: the content of talks between province and municipality.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from models.geography import PROVINCES, divide, municipalities
from models.parameters import Parameters
from models.register import Register
from models.sources import read_table
from models.world import LUCK_FORECAST
from sim.calendar import add_months, date_of, half_year_name, half_year_start
from sim.luck import uniform

RUNGS = ("none", "signal", "information", "agreements", "warning", "decision", "substitution")
HIGHEST_RUNG = 6
COLOURS = ("on_schedule", "somewhat_behind", "behind")
#: The ways to divide and to trade, in the order of the choices of the parameters.
KEYS = ("inhabitants", "social_stock", "vacancies", "mixed")
NO_TRADING, BILATERAL, REGION, NATIONAL_POOL = range(4)
DAYS_PER_YEAR = 365.25

_PERMITS_THEN, _FAMILY_THEN, _REALISED_THEN = range(3)


class TargetAndSupervision:
    """The ministry's number, its division, and the province."""

    def __init__(
        self, parameters: Parameters, register: Register, reception_weights: NDArray[np.float64], first_day: int,
        horizon: int, seed: int,
    ) -> None:  # fmt: skip
        self.register, self.seed, self.first_day, self.horizon = register, seed, first_day, horizon
        self.parameters = parameters.target
        # The forecast takes the weeks of the norm as a stock that is always there.
        self.working_stock_days = parameters.linking.norm_days
        self.published = {row["half_year"]: int(float(row["value"])) for row in read_table("targets")}
        towns = municipalities()
        self.towns = towns
        self.vacated_then = np.zeros(len(towns), dtype=np.int64)
        self.burden = reception_weights / reception_weights.sum()
        self.weights = self._weights(first_day)
        self.active = parameters.target.supervision_active.daily(first_day, horizon)
        count = len(towns)
        self.nothing = np.zeros(count)
        self.rung = np.zeros(count, dtype=np.int64)
        self.missed = np.zeros(count, dtype=np.int64)
        self.links = np.zeros(count, dtype=np.int64)
        self.colour = np.zeros(count, dtype=np.int64)
        self.then = np.zeros(3, dtype=np.int64)
        self.flows = np.zeros(2, dtype=np.int64)
        self.half_years = self._half_years()
        self.closed = np.zeros((4, len(self.half_years), count), dtype=np.int64)
        # What the ministry published for each half-year by forecast, -1 until then.
        self.forecasts = np.full(len(self.half_years), -1, dtype=np.int64)
        self.closed_count = np.zeros(1, dtype=np.int64)

    def _weights(self, day: int) -> NDArray[np.float64]:
        """Return each municipality's part of the national number by the key of a day."""
        towns = self.towns
        inhabitants = towns.inhabitants / towns.inhabitants.sum()
        stock = towns.social_stock / towns.social_stock.sum()
        key = KEYS[int(self.parameters.key.at(day))]
        if key == "inhabitants":
            return self._after_swap(inhabitants)
        if key == "mixed":
            return self._after_swap((inhabitants + stock) / 2.0)
        vacated = (self.register.towns["homes_vacated"] - self.vacated_then).astype(np.float64)
        if key == "vacancies" and vacated.sum() > 0.0:
            return self._after_swap(vacated / vacated.sum())  # those of the half-year before
        return self._after_swap(stock)

    def _after_swap(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """What-if: a province with much reception gets less of the target, by its share of the burden."""
        swap = self.parameters.reception_swap_share
        if swap <= 0.0:
            return weights
        province = self.towns.province
        by_province = np.array([weights[province == number].sum() for number in range(len(PROVINCES))])
        relief = np.maximum(
            self.parameters.reception_swap_relief * by_province - self.burden,
            self.parameters.reception_swap_least * by_province,
        )
        relief /= relief.sum()
        swapped = weights / by_province[province] * relief[province]
        mixed: NDArray[np.float64] = (1.0 - swap) * weights + swap * swapped
        return mixed

    def _half_years(self) -> list[str]:
        names, day = [], self.first_day
        while day < self.horizon:
            names.append(half_year_name(day))
            day = add_months(half_year_start(names[-1]), 6)
        return names

    def state(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays a snapshot must hold."""
        return {
            "rung": self.rung, "missed": self.missed, "links": self.links, "vacated_then": self.vacated_then,
            "weights": self.weights, "forecasts": self.forecasts, "colour": self.colour,
            "then": self.then, "flows": self.flows,
            "closed": self.closed, "closed_count": self.closed_count,
        }  # fmt: skip

    def start(self, opening_by_province: NDArray[np.int64]) -> None:
        """Set what municipalities are behind at the start, divided by inhabitants, and the first target."""
        towns = self.register.towns
        for number in range(len(PROVINCES)):
            inside = np.flatnonzero(self.towns.province == number)
            amount = int(opening_by_province[number])
            parts = divide(abs(amount), self.towns.inhabitants[inside])
            towns["opening"][inside] = parts if amount >= 0 else -parts
        towns["target"] = divide(self.national_number(half_year_name(self.first_day), self.first_day), self.weights)

    def national_number(self, name: str, day: int) -> int:
        """Return the national number of a half-year, as known on ``day``."""
        several = round(self.parameters.smoothing_half_years)
        if several == 1:
            return self._one_number(name, day)
        # Half-years are taken together in blocks from the start of the run; each gets the mean of
        # its block, so that the sum over a block stays what it was.
        names = self.half_years
        block = names.index(name) // several * several if name in names else 0
        together = names[block : block + several]
        numbers = [self._one_number(other, day) for other in together]
        place = together.index(name) if name in together else 0
        return sum(numbers) // len(numbers) + int(place < sum(numbers) % len(numbers))

    def _one_number(self, name: str, day: int) -> int:
        earlier = half_year_start(name) < half_year_start(half_year_name(self.first_day))
        first = name == half_year_name(self.first_day)
        if self.parameters.source == "published" or first or earlier:
            return self.published.get(name, self.published[min(self.published)])
        forecast = int(self.forecasts[self.half_years.index(name)]) if name in self.half_years else -1
        if forecast < 0 and self.closed_count[0] == 0:
            # The rule looks back on a whole half-year; until there is one, the published number stands.
            return self.published.get(name, self.published[min(self.published)])
        return forecast if forecast >= 0 else self._forecast(name)

    def _publish_forecast(self, day: int) -> None:
        """On 1 April and 1 October, 13 weeks ahead: fix the number of the next half-year."""
        name = half_year_name(add_months(half_year_start(half_year_name(day)), 6))
        if self.parameters.source == "rule" and name in self.half_years:
            self.forecasts[self.half_years.index(name)] = self._one_number(name, day)

    def _forecast(self, name: str) -> int:
        """Forecast of persons to house: waiting beyond a working stock, plus permits and family to come."""
        census = self.register.census
        waiting = int(census["permit_holder"].sum() + census["waiting_family"].sum())
        yearly = float(self.flows.sum()) * 2.0
        working_stock = yearly * self.working_stock_days / DAYS_PER_YEAR
        behind = int(self.behind().sum())
        expected = max(waiting - working_stock - behind, 0.0) + yearly / 2.0
        identity = (13 << 56) + half_year_start(name)
        error = self.parameters.forecast_error_sd * float(ndtri(uniform(self.seed, identity, LUCK_FORECAST)))
        return round(expected * math.exp(error) / 10.0) * 10

    def behind(self) -> NDArray[np.int64]:
        """Return per municipality what is still to do, negative when ahead."""
        towns = self.register.towns
        result: NDArray[np.int64] = towns["opening"] + towns["target"] - towns["realised"]
        return result

    def upcoming(self, day: int) -> NDArray[np.float64]:
        """Return what is felt of the next half-year's target per municipality, 0 before the signal."""
        start = add_months(half_year_start(half_year_name(day)), 6)
        if start - day > self.parameters.signal_lead_days.at(day) or start >= self.horizon:
            return self.nothing
        expected = self.national_number(half_year_name(start), day) * self.weights
        felt: NDArray[np.float64] = self.parameters.signal_loudness.at(day) * expected
        return felt

    def ladder(self, day: int) -> NDArray[np.float64]:
        """Return the factor by which supervision raises the cap of each municipality."""
        active = float(self.active[day - self.first_day])
        strictness = self.parameters.strictness.at(day)
        factor: NDArray[np.float64] = 1.0 + strictness * active * self.rung / HIGHEST_RUNG
        return factor

    def act_half_year(self, day: int) -> None:
        """Close the half-year that ends today, judge it, and begin the next."""
        towns = self.register.towns
        counts = self.register.counts[0]
        behind = self.behind()
        at = int(self.closed_count[0])
        self.closed[:, at] = (towns["opening"], towns["target"], towns["realised"], behind)
        self.closed_count[0] = at + 1
        self._judge(day, behind)
        self.flows[0] = counts["permits"] - self.then[_PERMITS_THEN]
        self.flows[1] = counts["family_entered"] - self.then[_FAMILY_THEN]
        number = self.national_number(half_year_name(day), day)
        self.then[:] = (counts["permits"], counts["family_entered"], counts["realised"])
        self.weights[:] = self._weights(day)
        self.vacated_then[:] = towns["homes_vacated"]
        towns["opening"] = behind
        towns["realised"] = 0
        towns["target"] = divide(number, self.weights)

    def _judge(self, day: int, behind: NDArray[np.int64]) -> None:
        if float(self.active[max(day - 1 - self.first_day, 0)]) <= 0.0:
            return
        towns = self.register.towns
        task = np.maximum(towns["opening"] + towns["target"], 1)
        limit = self.parameters.behind_share * task
        short = behind > limit
        # What was not linked on 1 April or 1 October excuses: nobody can house people who were not linked.
        missed = behind - np.maximum(task - self.links, 0) > limit
        self.missed[:] = np.where(missed, self.missed + 1, np.where(short, self.missed, 0))
        climbed = np.ceil(HIGHEST_RUNG * self.missed / self.parameters.step_in_after)
        self.rung[:] = np.minimum(climbed, HIGHEST_RUNG)

    def act_month(self, day: int, capacity_per_day: NDArray[np.float64]) -> None:
        """Once a month: publish and count what is due, and trade where trading is allowed.

        ``capacity_per_day`` is what each municipality can house under full pressure, persons a day.
        """
        start = half_year_start(half_year_name(day))
        end = add_months(start, 6)
        towns = self.register.towns
        if date_of(day).month in (4, 10):
            self._publish_forecast(day)
            self.links[:] = towns["realised"] + towns["linked_waiting"]
        trading = int(self.parameters.trading.at(day))
        if trading != NO_TRADING and day > start:
            self._trade(trading, capacity_per_day * (end - day))

    def give_colours(self, day: int) -> None:
        """At the end of ``day``: hold what is realised against what should be by then."""
        towns = self.register.towns
        start = half_year_start(half_year_name(day))
        task = np.maximum(towns["opening"] + towns["target"], 0)
        expected = task * (day + 1 - start) / (add_months(start, 6) - start)
        self.colour[:] = np.where(
            towns["realised"] >= expected,
            0,
            np.where(towns["realised"] >= self.parameters.somewhat_behind_from * expected, 1, 2),
        )

    def _trade(self, trading: int, capacity: NDArray[np.float64]) -> None:
        towns = self.register.towns
        room = np.floor(capacity - self.behind()).astype(np.int64)
        if trading == NATIONAL_POOL:
            pools = [np.arange(len(self.towns))]
        else:
            pools = [np.flatnonzero(self.towns.province == number) for number in range(len(PROVINCES))]
        for pool in pools:
            giving = np.where(room[pool] < 0, -room[pool], 0)
            giving = np.minimum(giving, np.maximum(towns["target"][pool], 0))
            taking = np.maximum(room[pool], 0)
            if trading == BILATERAL:
                giving = np.where(np.arange(len(pool)) == np.argmax(giving), giving, 0)
                taking = np.where(np.arange(len(pool)) == np.argmax(taking), taking, 0)
            amount = int(min(giving.sum(), taking.sum()))
            if amount > 0:
                towns["target"][pool] -= divide(amount, giving.astype(np.float64))
                towns["target"][pool] += divide(amount, taking.astype(np.float64))
