"""Target and supervision: how many permit holders each municipality must house, and who watches.

Who acts: the ministry publishes a national number twice a year; it is divided over
municipalities by a key so that the parts add up; shortfall and surplus carry on, signed.
Municipalities may trade, the sum stays. The province watches: each half-year a municipality
that is behind without an excuse climbs a rung of the ladder. Each month municipalities are on
schedule, somewhat behind or behind. Who waits: nobody. What leaves: pressure on the share of
homes. Left out: the content of talks between province and municipality.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from models.geography import PROVINCES, divide, municipalities
from models.parameters import Parameters
from models.register import Register
from models.sources import read_table
from models.world import Luck, World
from sim.arrays import FloatArray, IntArray
from sim.calendar import date_of, half_year_end, half_year_name, half_year_start, half_years
from sim.luck import uniform
from sim.records import Kept, Records, record_type, row_of

RUNGS = ("none", "signal", "information", "agreements", "warning", "decision", "substitution")
HIGHEST_RUNG = 6
COLOURS = ("on_schedule", "somewhat_behind", "behind")
#: The ways to divide and to trade, in the order of the choices of the parameters.
KEYS = ("inhabitants", "social_stock", "vacancies", "mixed")
NO_TRADING, BILATERAL, REGION, NATIONAL_POOL = range(4)
DAYS_PER_YEAR = 365.25

#: What is written down of a half-year, per municipality; opening, target and realised stand in the register too.
HALF_YEARLY = ("opening", "target", "realised", "behind")
_CLOSED = record_type(HALF_YEARLY, np.int64)
#: Per municipality: where it stands on the ladder and in which colour, half-years missed in a row, what was linked on
#: the day that excuses, homes vacated before this half-year.
_SUPERVISED = record_type(("rung", "missed", "linked_in_time", "colour", "vacated_before"), np.int64)


class Books(NamedTuple):
    """What the ministry and the provinces keep.

    ``now`` says how many half-years are closed, the permits and arrivals of family in the last of them and the totals
    before this one; ``towns`` is what the province knows of each municipality, ``weights`` its part of the national
    number; ``forecasts`` what was published for each half-year by forecast, -1 until then; ``closed`` one record per
    half-year and municipality.
    """

    now: Records
    towns: Records
    weights: FloatArray
    forecasts: IntArray
    closed: Records


class Target:
    """The ministry's number, its division, and the province."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None:
        self.register, self.horizon = register, horizon
        self.parameters = parameters.target
        # The forecast takes the weeks of the norm as a stock that is always there.
        self.working_stock_days = parameters.linking.norm_days
        self.published = {row["half_year"]: int(float(row["value"])) for row in read_table("targets")}
        self.towns = municipalities()
        self.active = parameters.target.supervision_active.daily(register.first_day, horizon)
        self.half_years = half_years(register.first_day, horizon)
        count, periods = len(self.towns), len(self.half_years)
        self.nothing = np.zeros(count)
        self.books = Books(
            now=row_of(closed=0, permits=0, family=0, permits_before=0, family_before=0),
            towns=np.zeros(count, dtype=_SUPERVISED),
            weights=np.zeros(count),
            forecasts=np.full(periods, -1, dtype=np.int64),
            closed=np.zeros((periods, count), dtype=_CLOSED),
        )
        self.state: dict[str, Kept] = self.books._asdict()

    def _weights(self, day: int, burden: FloatArray) -> FloatArray:
        """Return each municipality's part of the national number by the key of a day."""
        towns = self.towns
        inhabitants = towns.inhabitants / towns.inhabitants.sum()
        stock = towns.social_stock / towns.social_stock.sum()
        # Vacancies are those of the half-year before.
        vacated = (self.register.towns["homes_vacated"] - self.books.towns["vacated_before"]).astype(np.float64)
        by_key = {
            "inhabitants": inhabitants,
            "social_stock": stock,
            "vacancies": vacated / vacated.sum() if vacated.sum() > 0.0 else stock,
            "mixed": (inhabitants + stock) / 2.0,
        }
        return self._after_swap(by_key[KEYS[int(self.parameters.key.at(day))]], burden)

    def _after_swap(self, weights: FloatArray, burden: FloatArray) -> FloatArray:
        """What-if: a province with much reception gets less of the target, by its share of the burden."""
        swap = self.parameters.reception_swap_share
        if swap <= 0.0:
            return weights
        province = self.towns.province
        by_province = np.array([weights[province == number].sum() for number in range(len(PROVINCES))])
        relief = np.maximum(
            self.parameters.reception_swap_relief * by_province - burden / burden.sum(),
            self.parameters.reception_swap_least * by_province,
        )
        relief /= relief.sum()
        swapped = weights / by_province[province] * relief[province]
        mixed: FloatArray = (1.0 - swap) * weights + swap * swapped
        return mixed

    def start(self, opening_by_province: IntArray, burden: FloatArray) -> None:
        """Set what municipalities are behind at the start, divided by inhabitants, and the first target.

        ``burden`` is what each province carries of reception.
        """
        towns, first = self.register.towns, self.register.first_day
        for number in range(len(PROVINCES)):
            inside = np.flatnonzero(self.towns.province == number)
            amount = int(opening_by_province[number])
            parts = divide(abs(amount), self.towns.inhabitants[inside])
            towns["opening"][inside] = parts if amount >= 0 else -parts
        self.books.weights[:] = self._weights(first, burden)
        towns["target"] = divide(self.national_number(half_year_name(first), first), self.books.weights)

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
        by_rule = self.parameters.source == "rule" and name > half_year_name(self.register.first_day)
        forecast = int(self.books.forecasts[self.half_years.index(name)]) if name in self.half_years else -1
        if by_rule and forecast >= 0:
            return forecast
        if by_rule and self.books.now["closed"][0] > 0:
            return self._forecast(name)
        # The rule looks back on a whole half-year; until there is one, the published number stands.
        return self.published.get(name, self.published[min(self.published)])

    def _publish_forecast(self, day: int) -> None:
        """On 1 April and 1 October, 13 weeks ahead: fix the number of the next half-year."""
        name = half_year_name(half_year_end(half_year_name(day)))
        if self.parameters.source == "rule" and name in self.half_years:
            self.books.forecasts[self.half_years.index(name)] = self._one_number(name, day)

    def _forecast(self, name: str) -> int:
        """Forecast of persons to house: waiting beyond a working stock, plus permits and family to come."""
        census = self.register.census
        waiting = int(census["permit_holder"].sum() + census["waiting_family"].sum())
        last = self.books.now[0]
        yearly = float(last["permits"] + last["family"]) * 2.0
        working_stock = yearly * self.working_stock_days / DAYS_PER_YEAR
        behind = int(self.behind().sum())
        expected = max(waiting - working_stock - behind, 0.0) + yearly / 2.0
        identity = (13 << 56) + half_year_start(name)
        error = self.parameters.forecast_error_sd * float(
            ndtri(uniform(self.register.seed, identity, Luck.FORECAST.value))
        )
        return round(expected * math.exp(error) / 10.0) * 10

    def behind(self) -> IntArray:
        """Return per municipality what is still to do, negative when ahead."""
        towns = self.register.towns
        result: IntArray = towns["opening"] + towns["target"] - towns["realised"]
        return result

    def upcoming(self, day: int) -> FloatArray:
        """Return what is felt of the next half-year's target per municipality, 0 before the signal."""
        start = half_year_end(half_year_name(day))
        if start - day > self.parameters.signal_lead_days.at(day) or start >= self.horizon:
            return self.nothing
        expected = self.national_number(half_year_name(start), day) * self.books.weights
        return self.parameters.signal_loudness.at(day) * expected

    def aim(self, day: int) -> FloatArray:
        """Return what is asked of each municipality on top of its target, by political agreement."""
        asked: FloatArray = self.parameters.extra_aim.at(day) * self.books.weights
        return asked

    def ladder(self, day: int) -> FloatArray:
        """Return the factor by which supervision raises the most that each municipality gives."""
        active = float(self.active[day - self.register.first_day])
        strictness = self.parameters.strictness.at(day)
        return 1.0 + strictness * active * self.books.towns["rung"] / HIGHEST_RUNG

    def act_half_year(self, day: int, burden: FloatArray) -> None:
        """Close the half-year that ends today, judge it, and begin the next."""
        towns, counts, books = self.register.towns, self.register.counts[0], self.books
        now, behind = books.now[0], self.behind()
        closed = books.closed[now["closed"]]
        for name in ("opening", "target", "realised"):
            closed[name] = towns[name]
        closed["behind"] = behind
        now["closed"] += 1
        self._judge(day, behind)
        now["permits"] = counts["permits"] - now["permits_before"]
        now["family"] = counts["family_entered"] - now["family_before"]
        number = self.national_number(half_year_name(day), day)
        now["permits_before"], now["family_before"] = counts["permits"], counts["family_entered"]
        books.weights[:] = self._weights(day, burden)
        books.towns["vacated_before"] = towns["homes_vacated"]
        towns["opening"] = behind
        towns["realised"] = 0
        towns["target"] = divide(number, books.weights)

    def month(self) -> dict[str, IntArray]:
        """Return what is written down of each municipality at the end of a month."""
        return {"behind": self.behind(), "rung": self.books.towns["rung"], "colour": self.books.towns["colour"]}

    def half_year_table(self) -> Records:
        """Return the closed half-years and the running one up to now, shape (half-years, municipalities)."""
        towns = self.register.towns
        running = np.zeros((1, len(towns)), dtype=_CLOSED)
        for name in ("opening", "target", "realised"):
            running[name] = towns[name]
        running["behind"] = self.behind()
        return np.concatenate([self.books.closed[: int(self.books.now["closed"][0])], running])

    def _judge(self, day: int, behind: IntArray) -> None:
        if float(self.active[max(day - 1 - self.register.first_day, 0)]) <= 0.0:
            return
        towns, supervised = self.register.towns, self.books.towns
        task = np.maximum(towns["opening"] + towns["target"], 1)
        limit = self.parameters.behind_share * task
        short = behind > limit
        # What was not linked on 1 April or 1 October excuses: nobody can house people who were not linked.
        missed = behind - np.maximum(task - supervised["linked_in_time"], 0) > limit
        before = supervised["missed"]
        supervised["missed"] = np.where(missed, before + 1, np.where(short, before, 0))
        climbed = np.ceil(HIGHEST_RUNG * supervised["missed"] / self.parameters.step_in_after)
        supervised["rung"] = np.minimum(climbed, HIGHEST_RUNG)

    def act_month(self, day: int, capacity_per_day: FloatArray) -> None:
        """Publish and count what is due, and trade where trading is allowed.

        ``capacity_per_day`` is what each municipality houses with the share it gives now, persons a day.
        """
        start, end = half_year_start(half_year_name(day)), half_year_end(half_year_name(day))
        towns = self.register.towns
        if date_of(day).month in (4, 10):
            self._publish_forecast(day)
            self.books.towns["linked_in_time"] = towns["realised"] + towns["linked_waiting"]
        trading = int(self.parameters.trading.at(day))
        if trading != NO_TRADING and day > start:
            self._trade(trading, capacity_per_day * (end - day))

    def give_colours(self, day: int) -> None:
        """Give colours: hold what is realised at the end of the day against what should be by then."""
        towns = self.register.towns
        start = half_year_start(half_year_name(day))
        task = np.maximum(towns["opening"] + towns["target"], 0)
        expected = task * (day + 1 - start) / (half_year_end(half_year_name(day)) - start)
        self.books.towns["colour"] = np.where(
            towns["realised"] >= expected,
            0,
            np.where(towns["realised"] >= self.parameters.somewhat_behind_from * expected, 1, 2),
        )

    def _trade(self, trading: int, capacity: FloatArray) -> None:
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
