"""Target and supervision: how many permit holders each municipality must house, and who watches.

Who acts: the ministry forecasts twice a year whom there will be to house and publishes a number; it
is divided over municipalities by a key so that the parts add up; shortfall and surplus carry on, signed.
Municipalities may trade, the sum stays. The province watches: each half-year a municipality
that is behind without an excuse climbs a rung of the ladder. Each month municipalities are on
schedule, somewhat behind or behind. Who waits: nobody. What leaves: pressure on the share of
homes. Left out: the content of talks between province and municipality.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from models.geography import PROVINCES, divide, inhabitants_in, municipalities
from models.own import own_at
from models.parameters import Parameters
from models.register import Family, Register, Status
from models.sources import read_table
from models.world import Luck, World
from sim.arrays import FloatArray, IntArray
from sim.calendar import date_of, half_year_end, half_year_name, half_year_start, half_years
from sim.compiled import entry
from sim.luck import uniform
from sim.records import Kept, Records, record_type, row_of

RUNGS = ("none", "signal", "information", "agreements", "warning", "decision", "substitution")
HIGHEST_RUNG = 6
DECISION, SUBSTITUTION = 5, 6
COLOURS = ("on_schedule", "somewhat_behind", "behind")
#: The ways to divide and to trade, in the order of the choices of the parameters.
KEYS = ("inhabitants", "social_stock", "vacancies", "mixed")
NO_TRADING, BILATERAL, REGION, NATIONAL_POOL = range(4)

#: What the register holds of the running half-year, per municipality.
_RUNNING = ("opening", "target", "realised", "substitution_homes", "substitution_days")
#: What is written down of a half-year, per municipality: beside that what excuses, in persons.
HALF_YEARLY = ("opening", "target", "realised", "behind", "excused_links", "excused_family", *_RUNNING[3:])
_CLOSED = record_type(HALF_YEARLY, np.int64)
#: Per municipality: where it stands on the ladder and in which colour, half-years missed in a row, what was linked on
#: the day that excuses, homes vacated before this half-year, and persons that excuse it: not linked, family to come.
_SUPERVISED = record_type(
    ("rung", "missed", "linked_in_time", "colour", "vacated_before", "excused_links", "excused_family"), np.int64
)


#: What a forecast counts on: how fast decisions are taken now, and what they come to.
_COUNTED = ("applicants_entered", "decisions", "permits", "family_decisions", "family_permits")


class Books(NamedTuple):
    """What the ministry and the provinces keep.

    ``now`` says how many half-years are closed and what had been counted when the last of them began and ended;
    ``towns`` is what the province knows of each municipality, ``weights`` its part of the national number;
    ``forecasts`` what was published for each half-year and ``expected`` whom there would be to house by the forecast of
    that day, -1 until then; ``closed`` one record per half-year and municipality.
    """

    now: Records
    towns: Records
    weights: FloatArray
    forecasts: IntArray
    expected: IntArray
    closed: Records


@entry
def _count_family_to_come(register: Register, persons: IntArray) -> None:
    """Add up per municipality the family that may still follow households that are linked there."""
    for who in range(register.households.size):
        household = register.households[who]
        if household.status == Status.NOT_ARRIVED:  # rows stand in order of arrival
            return
        if household.linked >= 0 and Family.TO_APPLY <= household.family <= Family.TRAVELLING:
            persons[household.municipality] += household.followers


class Target:
    """The ministry's number, its division, and the province."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None:
        self.register, self.horizon = register, horizon
        self.parameters = parameters.target
        # The forecast takes the weeks of the norm as a stock that is always there.
        self.working_stock_days = parameters.linking.norm_days
        self.published = {row["half_year"]: int(float(row["value"])) for row in read_table("targets")}
        self.announced = {
            row["half_year"]: int(float(row["announced"] or row["value"])) for row in read_table("targets")
        }
        self.last_published = max(self.published)
        #: What a user says the numbers are; these stand, whatever is forecast.
        self.own: dict[str, int] = {}
        for name in half_years(register.first_day, horizon):
            own = own_at(parameters.own, "target", half_year_start(name))
            if own is not None:
                self.own[name] = self.published[name] = self.announced[name] = int(own)
        #: What the forecasts come to as history had it, on the same luck; the target follows what differs from it.
        self.usual: IntArray | None = None
        self.towns = municipalities()
        self.active = parameters.target.supervision_active.daily(register.first_day, horizon)
        self.half_years = half_years(register.first_day, horizon)
        count, periods = len(self.towns), len(self.half_years)
        self.nothing = np.zeros(count)
        self.books = Books(
            now=row_of(closed=0, **{f"{name}_{when}": 0 for name in _COUNTED for when in ("began", "ended")}),
            towns=np.zeros(count, dtype=_SUPERVISED),
            weights=np.zeros(count),
            forecasts=np.full(periods, -1, dtype=np.int64),
            expected=np.full(periods, -1, dtype=np.int64),
            closed=np.zeros((periods, count), dtype=_CLOSED),
        )
        self.state: dict[str, Kept] = self.books._asdict()

    def _weights(self, day: int, burden: FloatArray) -> FloatArray:
        """Return each municipality's part of the national number by the key of a day."""
        towns = self.towns
        # The law takes those of 1 January of the year before.
        inhabitants = inhabitants_in(date_of(day).year - 1)
        inhabitants = inhabitants / inhabitants.sum()
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
        """Return the number of a half-year: as it was fixed, or as it is expected to be before that."""
        place = self.half_years.index(name) if name in self.half_years else -1
        if place >= 0 and self.books.forecasts[place] >= 0:
            return int(self.books.forecasts[place])
        if name in self.own:
            return self.own[name]
        by_rule = self.parameters.source == "rule" and name > half_year_name(self.register.first_day)
        # What was not published yet is the forecast by the rule, which follows each future by itself.
        by_rule |= self.parameters.source == "follows" and name > self.last_published
        # A forecast looks back on a whole half-year; until there is one, the published number stands.
        if by_rule and self.books.now["closed"][0] > 0:
            return self._by_rule(name, self.expected(name, day))
        published = self.published.get(name, self.published[min(self.published)])
        return published if by_rule else max(published + self._moved(place - 1), 0)

    def _moved(self, place: int) -> int:
        """Return by how much the forecast of a half-year differs from what it was in history, in tens."""
        follows = self.parameters.source == "follows" and self.parameters.smoothing_half_years == 1.0
        if self.usual is None or not follows or place < 0 or min(self.books.expected[place], self.usual[place]) < 0:
            return 0
        return round(int(self.books.expected[place] - self.usual[place]) / 10) * 10

    def _publish_forecast(self, day: int) -> None:
        """On 1 April and 1 October, 13 weeks ahead: fix the number of the next half-year."""
        name = half_year_name(half_year_end(half_year_name(day)))
        if name not in self.half_years:
            return
        place, number = self.half_years.index(name), self._one_number(name, day)
        if self.books.now["closed"][0] > 0:
            self.books.expected[place] = self.expected(name, day)
        if self.parameters.source == "follows" and name in self.published and name not in self.own:
            number = max(self.published[name] + self._moved(place), 0)
        if self.parameters.source != "published":
            self.books.forecasts[place] = number

    def expected(self, name: str, day: int) -> int:
        """Return whom there will be to house in a half-year, as ministries reckon it on a day, without error.

        Everybody with a permit and not yet housed, and who gets one or follows until its end by the pace of now; less a
        working stock, and less what municipalities must still do before it begins.
        """
        counts, now, census = self.register.counts[0], self.books.now[0], self.register.towns
        days = half_year_end(name) - day
        counted = {column: int(counts[column] - now[f"{column}_began"]) for column in _COUNTED}
        past = max(day - half_year_start(half_year_name(half_year_start(half_year_name(day)) - 1)), 1)
        applying = counts["pending"] + counted["applicants_entered"] * days / past
        decided = min(counted["decisions"] * days / past, applying)
        permits = decided * counted["permits"] / max(counted["decisions"], 1)
        decided = min(counted["family_decisions"] * days / past, counts["pending_family"])
        granted = counted["family_permits"] / max(counted["family_decisions"], 1)
        family = counts["travelling_family"] + decided * granted
        waiting = counts["dossier"] + counts["linkable"] + int(census["linked_waiting"].sum())
        working_stock = (permits + family) / days * self.working_stock_days
        return max(round(float(waiting + permits + family - working_stock) - int(self.behind().sum())), 0)

    def _by_rule(self, name: str, expected: int) -> int:
        """Return what is expected with the error of a forecast, in tens."""
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
        name = half_year_name(start)
        number = self.national_number(name, day)
        if self.parameters.source != "rule":
            # A number that was lowered later is felt as it was announced until its half-year begins.
            number += self.announced.get(name, 0) - self.published.get(name, 0)
        return self.parameters.signal_loudness.at(day) * number * self.books.weights

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
        books.towns["excused_links"], books.towns["excused_family"] = self._grounds(behind)
        for name in _RUNNING:
            closed[name] = towns[name]
        for name in ("excused_links", "excused_family"):
            closed[name] = books.towns[name]
        closed["behind"] = behind
        now["closed"] += 1
        self._judge(day, behind)
        for column in _COUNTED:
            now[f"{column}_began"], now[f"{column}_ended"] = now[f"{column}_ended"], counts[column]
        number = self.national_number(half_year_name(day), day)
        books.weights[:] = self._weights(day, burden)
        books.towns["vacated_before"] = towns["homes_vacated"]
        towns["opening"] = behind
        for name in _RUNNING[2:]:
            towns[name] = 0
        towns["target"] = divide(number, books.weights)

    def month(self) -> dict[str, IntArray]:
        """Return what is written down of each municipality at the end of a month."""
        names = ("rung", "colour", "excused_links", "excused_family")
        return {"behind": self.behind(), **{name: self.books.towns[name] for name in names}}

    def half_year_table(self, today: int) -> Records:
        """Return the closed half-years and the running one up to now, shape (half-years, municipalities).

        Grounds that excuse are known of the running one once its 1 April or 1 October has passed.
        """
        towns = self.register.towns
        running = np.zeros((1, len(towns)), dtype=_CLOSED)
        for name in _RUNNING:
            running[name] = towns[name]
        running["behind"] = self.behind()
        if date_of(today - 1).month in (4, 5, 6, 10, 11, 12):
            running["excused_links"], running["excused_family"] = self._grounds(self.behind())
        return np.concatenate([self.books.closed[: int(self.books.now["closed"][0])], running])

    def _task(self) -> IntArray:
        task: IntArray = np.maximum(self.register.towns["opening"] + self.register.towns["target"], 1)
        return task

    def _grounds(self, behind: IntArray) -> tuple[IntArray, IntArray]:
        """Return per municipality the persons that excuse: who was not linked in time, and family that is to come."""
        # What was not linked on 1 April or 1 October excuses: nobody can house people who were not linked.
        not_linked = np.maximum(self._task() - self.books.towns["linked_in_time"], 0)
        not_linked = np.minimum(not_linked, np.maximum(behind, 0))
        family = np.minimum(not_linked, self._family_to_come())
        return not_linked - family, family

    def _judge(self, day: int, behind: IntArray) -> None:
        if float(self.active[max(day - 1 - self.register.first_day, 0)]) <= 0.0:
            return
        supervised, task = self.books.towns, self._task()
        limit = (self.parameters.behind_share + self._let_pass()) * task
        short = behind > limit
        missed = behind - supervised["excused_links"] - supervised["excused_family"] > limit
        before = supervised["missed"]
        supervised["missed"] = np.where(missed, before + 1, np.where(short, before, 0))
        climbed = np.minimum(np.ceil(DECISION * supervised["missed"] / self.parameters.step_in_after), DECISION)
        # After a decision the province acts in place of who missed it again by far.
        below = self.parameters.substitution_below.at(day)
        in_place = missed & (supervised["rung"] >= DECISION) & (task - behind < below * task)
        in_place |= (supervised["rung"] == SUBSTITUTION) & short
        supervised["rung"] = np.where(in_place, SUBSTITUTION, climbed)

    def _let_pass(self) -> float:
        """Return which part of the task supervision lets pass beside the usual, by the room that COA has."""
        census = self.register.census
        usable = float(census["usable"].sum())
        free = 1.0 - float(census["beds"].sum()) / usable if usable > 0.0 else 0.0
        return self.parameters.tolerated_behind * min(max(free, 0.0) / self.parameters.tolerated_room, 1.0)

    def _family_to_come(self) -> IntArray:
        """Return per municipality the family that may still follow households that are linked there."""
        persons = np.zeros(len(self.towns), dtype=np.int64)
        _count_family_to_come(self.register, persons)
        return persons

    def substituted(self) -> IntArray:
        """Return 1 for each municipality in whose place the province acts."""
        on_rung: IntArray = (self.books.towns["rung"] == SUBSTITUTION).astype(np.int64)
        return on_rung

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
