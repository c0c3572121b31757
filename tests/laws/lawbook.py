"""What the laws share: running a scenario, comparing facts byte by byte, drawing random scenarios, keeping the books.

Who acts: a test. Who waits: nobody. What leaves: facts, fingerprints, and the names of books that do not close. What
is left out: any judgement of what is plausible; a law holds for every value of every lever.
"""

import dataclasses
import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.chain import Chain, simulate
from models.facts import Facts
from models.geography import PROVINCES, municipalities
from models.levers import LEVERS, Change, Lever, apply_changes, default_of
from models.parameters import PERIODS, Parameters, baseline
from models.register import (
    BED_GROUPS,
    CENSUS_COLUMNS,
    COLUMNS,
    ENTERED,
    GAUGES,
    HOME_CAPACITY,
    STATUSES,
    STAYS,
    STREAMS,
    TALLIES,
    Family,
    Place,
)
from models.stages.homes import Homes
from sim.calendar import day_number
from sim.records import plain
from sim.schedule import Schedule

Array = NDArray[Any]
PERIOD = "prop-2021"
SIZE_CLASSES = np.array([2, 4, 7])


def first_day_of(period: str = PERIOD) -> int:
    return day_number(PERIODS[period].start)


def parameters_with(changes: Sequence[Change] = (), period: str = PERIOD) -> Parameters:
    return apply_changes(baseline(period), list(changes))


def finished_chain(parameters: Parameters, seed: int, last_day: int) -> Chain:
    chain = Chain(parameters, seed, last_day)
    chain.start()
    chain.run(last_day)
    return chain


def run(changes: Sequence[Change] = (), until: str = "2019-07-01", seed: int = 1, period: str = PERIOD) -> Facts:
    return simulate(parameters_with(changes, period), seed, day_number(until))


@lru_cache(maxsize=6)
def base_run(until: str = "2019-07-01", seed: int = 1, period: str = PERIOD) -> Facts:
    return run((), until, seed, period)


# ---- comparing ---------------------------------------------------------------------------------


def flat(facts: Facts) -> dict[str, Array]:
    """All facts as one mapping from name to array."""
    arrays: dict[str, Array] = {}
    for field in dataclasses.fields(facts):
        value = getattr(facts, field.name)
        if isinstance(value, Mapping):
            arrays |= {f"{field.name}.{name}": np.asarray(values) for name, values in value.items()}
        else:
            arrays[field.name] = np.asarray(value)
    return arrays


def fingerprint(facts: Facts) -> str:
    """One hash over every byte of the facts."""
    digest = hashlib.sha256()
    for name, values in flat(facts).items():
        digest.update(f"{name} {values.dtype.str} {values.shape} ".encode())
        digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()


def differing(left: Facts, right: Facts) -> list[str]:
    """The names of all facts in which two runs differ by even one byte."""
    one, other = flat(left), flat(right)
    names = [name for name in one if name not in other] + [name for name in other if name not in one]
    for name in one.keys() & other.keys():
        a, b = one[name], other[name]
        if a.dtype != b.dtype or a.shape != b.shape or a.tobytes() != b.tobytes():
            names.append(name)
    return sorted(names)


def fingerprint_of_replication(until: int, changes: Sequence[Change], seed: int, number: int) -> str:
    """What a worker process computes for a replication: only the hash of the facts travels back."""
    from sim.replications import replication_seed

    return fingerprint(simulate(parameters_with(changes), replication_seed(seed, number), until))


# ---- scenarios ---------------------------------------------------------------------------------


def ends_of(lever: Lever) -> list[Any]:
    """The values a lever can stand at: low and high, every word, or both ways of a switch."""
    if lever.kind == "choice":
        return list(lever.choices)
    if lever.kind == "switch":
        return [False, True]
    return [lever.low, lever.high]


def at_baseline(lever: Lever, parameters: Parameters, first_day: int) -> list[Change]:
    """Changes that set a lever explicitly to what it is already."""
    default = default_of(lever, parameters)
    if not isinstance(default, Schedule):
        return [Change(lever.name, default)]
    days = [day for day, _ in default.steps if day > first_day]
    changes = [Change(lever.name, default.at(first_day), None, days[0] if days else None)]
    ends = [*days[1:], None] if days else []
    for day, following in zip(days, ends, strict=True):
        changes.append(Change(lever.name, default.at(day), day, following))
    return changes


def random_changes(luck: random.Random, first_day: int, last_day: int, most: int = 5) -> list[Change]:
    """A random scenario: up to ``most`` levers at random values, dated or not where dates make sense."""
    changes = []
    names = luck.sample(sorted(LEVERS), luck.randint(1, most))
    for name in names:
        if name == "smoothing" and "target_source" in names:
            continue  # the rule and smoothing do not go together
        lever = LEVERS[name]
        if lever.kind == "integer":
            value: Any = float(luck.randint(int(lever.low or 0), int(lever.high or 0)))
        elif lever.kind == "number":
            low, high = float(lever.low or 0.0), float(lever.high or 0.0)
            value = luck.choice([low, high, *(luck.uniform(low, high) for _ in range(4))])
            if lever.step and lever.step >= 1 and luck.random() < 0.5:
                value = float(min(max(round(value), low), high))
        else:
            value = luck.choice(ends_of(lever))
        from_day = until_day = None
        ramp_days = 0
        if lever.dated and luck.random() < 0.7:
            from_day = luck.randint(first_day, last_day - 2)
            if luck.random() < 0.5:
                until_day = luck.randint(from_day + 1, last_day)
            if luck.random() < 0.3 and lever.kind != "choice":
                ramp_days = luck.randint(1, 120)
        changes.append(Change(name, value, from_day, until_day, ramp_days))
    return changes


#: A scenario that puts every stage to work: every kind of stay, project, shared home, crisis place and trade.
BUSY: tuple[Change, ...] = (
    Change("hosts_places", 600),
    Change("hotel_places", 800, day_number("2019-06-01"), day_number("2021-03-01")),
    Change("flow_through_places", 500, day_number("2019-09-01")),
    Change("intermediate_places", 1000),
    Change("regional_intermediate_places", 750),
    Change("acceleration_places", 500, day_number("2020-02-01")),
    Change("flex_per_year", 4000),
    Change("flex_lead_days", 180.0),
    Change("state_units_per_year", 600),
    Change("large_family_homes", 200),
    Change("sharing_share", 0.1),
    Change("relaxed_allocation", 0.5),
    Change("project_leaders", 20),
    Change("places_added", 1500, day_number("2019-03-01")),
    Change("trading", "region"),
    Change("strictness", 0.8),
    Change("signal_lead_days", 120.0),
    Change("signal_loudness", 0.5),
    Change("target_source", "rule"),
    Change("ind_extra_staff", 150, day_number("2019-05-01")),
    Change("inflow_shock", 800, day_number("2019-10-01"), day_number("2020-04-01")),
)


# ---- the books ---------------------------------------------------------------------------------


def tallies_of(chain: Chain) -> dict[str, int]:
    """What has happened since the start, as the register holds it now."""
    return {name: int(chain.register.counts[name][0]) for name in TALLIES}


def gauges_of(chain: Chain) -> dict[str, int]:
    """What stands now, as the register holds it."""
    return {name: int(chain.register.counts[name][0]) for name in GAUGES}


class Books:
    """The books of one finished run, and every way in which they may fail to close."""

    def __init__(self, chain: Chain, gauges_at_start: dict[str, int]) -> None:
        self.chain, self.facts, self.start = chain, chain.facts(), gauges_at_start
        self.daily = self.facts.daily
        self.rows = {name: chain.register.households[name] for name in COLUMNS}
        self.errors: list[str] = []

    def expect(self, what: str, left: Any, right: Any) -> None:
        """Note when two counts are not the same number everywhere."""
        a, b = np.asarray(left), np.asarray(right)
        if not np.array_equal(a, b):
            where = np.argwhere(np.atleast_1d(a != b))[0].tolist() if a.shape == b.shape else "shape"
            gap = np.abs(a - b).max() if a.shape == b.shape else (a.shape, b.shape)
            self.errors.append(f"{what}: first at {where}, largest gap {gap}")

    def expect_true(self, what: str, holds: Any) -> None:
        """Note when something does not hold everywhere."""
        wrong = ~np.atleast_1d(np.asarray(holds))
        if wrong.any():
            self.errors.append(f"{what}: {int(wrong.sum())} times, first at {np.argwhere(wrong)[0].tolist()}")

    def in_reception(self) -> Array:
        """Persons in reception at the end of each day, all four groups."""
        return sum((self.daily[f"in_reception_{group}"] for group in BED_GROUPS), np.zeros(0)[:0].sum())

    def every_day(self) -> None:
        """In = inside + out, for the country and for each province, on every day."""
        daily, provinces = self.daily, self.facts.provinces_daily
        inside = self.in_reception()
        placed = inside + daily["elsewhere"] + daily["in_stay"] + daily["at_home"] + daily["gone"]
        came = sum(daily[name] for name in ENTERED)
        self.expect("present at the start + entered = placed somewhere", came, placed)
        census = sum(provinces[f"in_reception_{group}"] for group in BED_GROUPS)
        book = (
            provinces["beds_entered"]
            - provinces["beds_left"]
            + provinces["beds_moved_in"]
            - provinces["beds_moved_out"]
        )
        self.expect("province: entered - left + moved in - moved out = census", book, census)
        self.expect(
            "moves between provinces cancel", provinces["beds_moved_in"].sum(1), provinces["beds_moved_out"].sum(1)
        )
        for group in (*(f"in_reception_{group}" for group in BED_GROUPS), "permit_holders_beyond_norm"):
            self.expect(f"provinces add up: {group}", provinces[group].sum(axis=1), daily[group])
        holders = daily["in_reception_permit_holder"] + daily["in_reception_waiting_family"]
        self.expect_true("beyond the norm is part of permit holders", daily["permit_holders_beyond_norm"] <= holders)
        served = daily["persons_in_regular"] + daily["persons_in_emergency"] + daily["persons_in_crisis"]
        self.expect("everybody in reception has a kind of place", served + daily["persons_without_place"], inside)
        self.expect_true(
            "nobody is without a place while places are free",
            (daily["free_places"] == 0) | (daily["persons_without_place"] == 0),
        )

    def every_step(self) -> None:
        """What happened adds up to what stands, on every day."""
        daily, start = self.daily, self.start
        self.expect("gone = departures", daily["gone"], daily["departures"])
        self.expect(
            "family applied + stock = decided + pending",
            daily["family_applications"] + start["pending_family"], daily["family_decisions"] + daily["pending_family"],
        )  # fmt: skip
        self.expect(
            "family granted + stock = travelling + entered",
            daily["family_permits"] + start["travelling_family"],
            daily["travelling_family"] + daily["held_family"] + daily["family_entered"],
        )  # fmt: skip
        kinds = ("joined", "social_rent", "project", "own_find", "shared", "stay")
        self.expect("realised by kind", daily["realised"], sum(daily[f"realised_{kind}"] for kind in kinds))
        others = ("regular", "urgent", "homeless", "student", "migrant_worker")
        self.expect(
            "every vacancy goes to somebody",
            daily["homes_vacated"],
            daily["homes_to_permit_holders"] + sum(daily[f"homes_{other}"] for other in others),
        )
        self.expect(
            "homes others did not get = homes to permit holders",
            daily["homes_to_permit_holders"],
            sum(daily[f"forgone_{other}"] for other in others),
        )
        self.expect(
            "every home of a project goes to somebody or is held", daily["project_homes"][-1],
            daily["project_homes_to_permit_holders"][-1] + self._held()
            + sum(daily[f"project_homes_{other}"][-1] for other in others),
        )  # fmt: skip
        for name in TALLIES:
            self.expect_true(f"running total never falls: {name}", np.diff(daily[name], prepend=0.0) >= 0)
        self.expect("steps = last day", [self.facts.steps[name] for name in TALLIES], [daily[n][-1] for n in TALLIES])

    def _held(self) -> int:
        books = self.chain.stages[Homes].books
        return int(books.held.sum()) + int(books.now["held_for_scheme"][0])

    def never_negative(self) -> None:
        """Counts are whole numbers of zero and more."""
        facts, register = self.facts, self.chain.register
        for name, values in (*facts.daily.items(), *facts.provinces_daily.items()):
            self.expect_true(f"not negative: {name}", values >= 0)
            self.expect_true(f"whole: {name}", values == np.rint(values))
        for name, values in facts.municipal_monthly.items():
            if name not in ("opening", "behind"):
                self.expect_true(f"not negative: municipal {name}", values >= 0)
        for name in ("target", "realised"):
            self.expect_true(f"not negative: half-year {name}", facts.half_years[name] >= 0)
        census = np.column_stack([register.census[name] for name in CENSUS_COLUMNS])
        self.expect_true("not negative: census and bed book", census >= 0)
        self.expect_true("not negative: counts", plain(register.counts, np.int64) >= 0)
        self.expect_true("not negative: persons in stays", register.towns["in_stays"] >= 0)
        self.expect_true("bed persons fit the household", self._in_bed() <= self.rows["persons"])

    def _in_bed(self) -> Array:
        return np.where(self.rows["bed"] >= 0, self.rows["bed_persons"], 0)

    def final_recount(self) -> None:
        """Counting the rows one by one gives what the counters say."""
        rows, register = self.rows, self.chain.register
        gauges, tallies = gauges_of(self.chain), tallies_of(self.chain)
        persons, in_bed = rows["persons"].astype(np.int64), self._in_bed().astype(np.int64)
        census = np.zeros((len(PROVINCES), len(BED_GROUPS) + 1), dtype=np.int64)
        held = rows["bed"] >= 0
        np.add.at(census, (rows["province"][held], rows["bed"][held]), in_bed[held])
        over = held & (rows["over_norm"] == 1)
        np.add.at(census, (rows["province"][over], len(BED_GROUPS)), in_bed[over])
        self.expect("census recounted", plain(register.census, np.int64)[:, : census.shape[1]], census)
        arrived = rows["place"] > 0
        self.expect_true("only who arrived holds a bed", arrived | ~held)
        names = ("nowhere", "in_reception", "elsewhere", "in_stay", "at_home", "gone")
        assert names == (*(place.name.lower() for place in Place if place != Place.OUT), "gone")
        outside = np.bincount(rows["place"], weights=persons - in_bed, minlength=len(Place))
        for place in (2, 3, 4, 5):
            self.expect(f"{names[place]} recounted", gauges[names[place]], int(outside[place]))
        self.expect("nobody in reception without a bed", int(outside[1]), 0)
        entered = sum(tallies[name] for name in ENTERED)
        self.expect("everybody who entered is a row", entered, int(persons[arrived].sum()))
        by_status = dict(zip(STATUSES, np.bincount(rows["status"], persons, len(STATUSES)).astype(int), strict=True))
        pending = np.isin(rows["status"], [STATUSES.index(s) for s in ("registering", "waiting", "handled")])
        self.expect("pending recounted", gauges["pending"], int(persons[pending].sum()))
        cohort = pending & (rows["taskforce"] == 1)
        self.expect("taskforce cohort recounted", gauges["pending_taskforce"], int(persons[cohort].sum()))
        for name in ("dossier", "linkable", "seeking", "offered"):
            self.expect(f"{name} recounted", gauges[name], by_status[name])
        self.expect("gone by status", gauges["gone"], by_status["departed"])
        followers = rows["followers"].astype(np.int64)
        waiting = np.isin(rows["family"], (Family.WAITING, Family.HANDLED))
        self.expect("family pending recounted", gauges["pending_family"], int(followers[waiting].sum()))
        travelling = rows["family"] == Family.TRAVELLING
        self.expect("family travelling recounted", gauges["travelling_family"], int(followers[travelling].sum()))
        held = rows["family"] == Family.HELD
        self.expect("family held recounted", gauges["held_family"], int(followers[held].sum()))
        capacity = np.array(HOME_CAPACITY)[rows["home_size"]]
        crowded = (rows["status"] == STATUSES.index("housed")) & (persons > capacity)
        self.expect("crowded at home recounted", gauges["crowded"], int(persons[crowded].sum()))

    def decisions_recounted(self) -> None:
        """Decisions, permits and entries recounted from dates in the rows and the untouched world."""
        rows, world, steps = self.rows, self.chain.world, self.facts.steps
        persons = world.households["persons"]
        first = self.facts.first_day
        decided = rows["decided"] >= first
        self.expect("decisions recounted", steps["decisions"], int(persons[decided].sum()))
        at_once = decided & (rows["permit"] == rows["decided"])
        won = rows["appeal_decided"] >= first
        won &= rows["permit"] == rows["appeal_decided"]
        here = rows["place"] > 0
        stock = np.arange(len(here)) < world.stock_rows
        invited = here & ~stock & (rows["stream"] == STREAMS.index("resettlement"))
        other = here & ~stock & (rows["stream"] == STREAMS.index("other_entry"))
        self.expect("refusals recounted", steps["refusals"], int(persons[decided & ~at_once].sum()))
        self.expect("appeals won recounted", steps["appeals_won"], int(persons[won].sum()))
        self.expect(
            "permits = granted + appeals won + resettled + other entry", steps["permits"],
            int(persons[at_once | won | invited | other].sum()),
        )  # fmt: skip
        granted = int(persons[at_once].sum())
        self.expect("permits at first instance recounted", steps["permits_first_instance"], granted)
        self.expect("resettled recounted", steps["resettled_entered"], int(persons[invited].sum()))
        self.expect("other entry recounted", steps["other_entered"], int(persons[other].sum()))
        self.expect("applicants recounted", steps["applicants_entered"], int(persons[here & ~stock & ~other].sum()))
        self.expect("stock recounted", steps["present_at_start"], int(persons[stock].sum()))
        self.expect_true("the whole stock is present from the start", daily_constant(self.daily["present_at_start"]))
        came = rows["family_arrived"] >= first
        self.expect("family recounted", steps["family_entered"], int(rows["followers"][came].sum()))
        self.expect(
            "a household is its own members plus the family that came",
            rows["persons"], persons + np.where(came, rows["followers"], 0),
        )  # fmt: skip

    def municipalities_recounted(self) -> None:
        """The municipal book against the rows."""
        rows, register = self.rows, self.chain.register
        towns = len(municipalities())
        persons = rows["persons"].astype(np.int64)
        linked = rows["linked"] >= 0
        waiting = np.bincount(
            rows["municipality"][linked], (persons - rows["counted"])[linked], minlength=towns
        ).astype(np.int64)
        self.expect("linked and not yet counted", register.towns["linked_waiting"], waiting)
        self.expect_true("everybody who is linked has a municipality", ~linked | (rows["municipality"] >= 0))
        self.expect_true("counted is never more than the household", rows["counted"] <= persons)
        seeking = rows["status"] == STATUSES.index("seeking")
        size = np.searchsorted(SIZE_CLASSES, persons)
        lines = np.zeros((4, towns), dtype=np.int64)
        np.add.at(lines, (size[seeking], rows["municipality"][seeking]), 1)
        self.expect("households seeking by size", register.towns["seeking"].T, lines)
        stays = np.zeros((len(STAYS), towns), dtype=np.int64)
        staying = rows["stay"] >= 0
        np.add.at(stays, (rows["stay"][staying], rows["municipality"][staying]), (persons - self._in_bed())[staying])
        gauges = gauges_of(self.chain)
        for kind, name in enumerate(STAYS):
            self.expect(f"persons in {name}", gauges[f"stay_{name}"], int(stays[kind].sum()))
        self.expect("persons per kind of stay", register.towns["in_stays"].T, stays)

    def targets_close(self) -> None:
        """Opening + target - realised = behind, it carries on, and the parts add up."""
        facts, half = self.facts, self.facts.half_years
        self.expect(
            "opening + target - realised = behind", half["opening"] + half["target"] - half["realised"], half["behind"]
        )
        self.expect("behind is the next opening", half["opening"][1:], half["behind"][:-1])
        self.expect("realised by municipality = national", int(half["realised"].sum()), facts.steps["realised"])
        monthly = facts.municipal_monthly
        self.expect(
            "each month: opening + target - realised = behind",
            monthly["opening"] + monthly["target"] - monthly["realised"], monthly["behind"],
        )  # fmt: skip
        offsets = np.asarray(facts.monthly_days) - facts.first_day
        half_year = offsets_half_year(facts)
        before = np.concatenate([[0], np.cumsum(half["realised"].sum(axis=1))])
        self.expect(
            "each month: realised so far by municipality = national",
            before[half_year] + monthly["realised"].sum(axis=1), self.daily["realised"][offsets],
        )  # fmt: skip
        self.expect(
            "trading leaves the sum of the targets as it was",
            monthly["target"].sum(axis=1), half["target"].sum(axis=1)[half_year],
        )  # fmt: skip

    def close(self) -> list[str]:
        """Go through all books; return what does not close."""
        self.every_day()
        self.every_step()
        self.never_negative()
        self.final_recount()
        self.decisions_recounted()
        self.municipalities_recounted()
        self.targets_close()
        return self.errors


def daily_constant(values: Array) -> Array:
    """Whether each day has the value of the first."""
    return values == values[0]


def offsets_half_year(facts: Facts) -> Array:
    """The index of the half-year of each month end."""
    from sim.calendar import half_year_name

    return np.array([facts.half_year_names.index(half_year_name(int(day))) for day in facts.monthly_days], dtype=int)


def books_of(parameters: Parameters, seed: int, last_day: int) -> Books:
    """Run a scenario and return its books."""
    chain = Chain(parameters, seed, last_day)
    chain.start()
    at_start = gauges_of(chain)
    chain.run(last_day)
    return Books(chain, at_start)


Measure = Callable[[Facts], float]
