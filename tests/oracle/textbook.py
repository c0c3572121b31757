"""The chain in textbook SimPy: one process per household, a resource for each group of case workers.

Who acts: every household walks its own path; every municipality is a process that hands out its vacancies;
a half-yearly process divides the national target; a daily monitor writes down the state of the country.
Who waits for what: a household waits for registration, for a case worker of its unit (first come, first
served), for its dossier, for a home that fits in the municipality to which it is linked, and for the move. A
family that follows waits for a case worker of the nareis unit, for the journey, and, where the home of the sponsor
is far too small, for a home that fits all
of them. Case workers work in continuous time from Monday to Friday; other delays are counted from the date.
What leaves: the refused after their departure delay, the housed when they have moved.
What is left out: everything that is not the core path (locations and contracts, overflow, tracks,
withdrawals, staff plans, trading, supervision, other supply, money).

This form is the yardstick for correctness and for speed. It is written as a SimPy teacher would write it, and
nothing in it is slower than that form needs: households in line for a home wait for an event of their own
instead of in a store that is searched anew at every change, and counters are plain numbers. Every vacancy is an
event, also when nobody in line can get it: the chain counts those homes too.

All luck (chances, delays, work contents) is injected: the same world can be handed to another implementation.
"""

import datetime
import math
import statistics
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy

NEVER = -1
NEW, PENDING, PERMIT = 0, 1, 2
"""How a household enters: it applies during the run, it already waits at the IND, it already has a permit."""

Steps = Generator[simpy.Event, Any, None]


@dataclass
class TextbookWorld:
    """Everything that policy does not change, as plain lists: one entry per household or municipality.

    Households are sorted by the day on which they enter; days are day numbers since 1970-01-01; delays are
    whole days, at least 1; work contents are days of one case worker; luck is uniform on [0, 1).
    """

    entry: list[int]
    """NEW, PENDING or PERMIT."""
    arrival_day: list[int]
    """Day of the application; for households that were there at the start, a day in the past."""
    persons: list[int]
    group: list[int]
    unit: list[int]
    """Number of the IND unit that handles the application."""
    registration_days: list[int]
    work_days: list[float]
    merit_luck: list[float]
    appeal_luck: list[float]
    appeal_days: list[int]
    appeal_merit_luck: list[float]
    departure_days: list[int]
    dossier_days: list[int]
    move_days: list[int]
    family_luck: list[float]
    family_persons: list[int]
    family_apply_days: list[int]
    family_work_days: list[float]
    family_merit_luck: list[float]
    family_travel_days: list[int]
    persons_a_room: list[float]
    """How crowded a home may be for the family to live in it with its sponsor."""
    home_left_luck: list[float]
    inhabitants: list[float]
    """Per municipality."""
    vacancies: list[list[tuple[int, int, float]]]
    """Per municipality, in order of day: (day, size class of the home, luck)."""


@dataclass(frozen=True)
class TextbookParameters:
    """The rules of the core path."""

    unit_staff: Sequence[int]
    """Case workers (fte) per IND unit."""
    nareis_staff: int
    grant_share: Sequence[float]
    """Chance of a permit, per group."""
    appeal_share: float
    appeal_grant_share: float
    family_share: Sequence[float]
    """Chance that a permit holder asks for family, per group."""
    family_grant_share: float
    municipal_days: int
    """Time that a municipality needs after the link before it offers homes."""
    fewest_persons: Sequence[int]
    most_persons: Sequence[int]
    """For which households a home of each size class fits."""
    rooms: Sequence[int]
    """Rooms of a home of each size class."""
    offer_stands: bool
    """Whether all go to a home that was accepted before the family came, also if it is now too small."""
    homes_share: float
    """Share of vacancies that goes to permit holders where the municipality is on schedule."""
    homes_share_per_behind: float
    """Rise of that share per (remaining target / last half-year's target)."""
    homes_share_cap: float
    counted_inhabitants: Sequence[float]
    """Per municipality: those by which the target is divided, of the year before."""
    national_targets: Sequence[tuple[int, int]]
    """(1 January or 1 July as day number, persons to be housed) in order of day."""
    opening_backlog_persons: Sequence[int]
    """What each municipality is behind (or, negative, ahead) at the start."""


def day_of(text: str) -> int:
    """The day number of an ISO date."""
    return (datetime.date.fromisoformat(text) - datetime.date(1970, 1, 1)).days


def after_work(now: float, work_days: float) -> float:
    """The moment at which work that starts now is finished, when nobody works on Saturday and Sunday."""
    week, within = divmod(now + 3.0, 7.0)  # day 0 was a Thursday, so day -3 is a Monday
    weeks_of_work, within_week = divmod(5.0 * week + min(within, 5.0) + work_days, 5.0)
    return 7.0 * weeks_of_work + within_week - 3.0


def until_working_day(now: float) -> float:
    """How long it takes until somebody is in the office: 0 from Monday to Friday."""
    weekday = (now + 3.0) % 7.0
    return 0.0 if weekday < 5.0 else 7.0 - weekday


def divide(persons: int, key: np.ndarray) -> np.ndarray:
    """Divides persons by a key so that the parts are whole and add up (largest remainder)."""
    exact = persons * key
    parts = np.floor(exact).astype(int)
    parts[np.argsort(parts - exact, kind="stable")[: persons - parts.sum()]] += 1
    return parts


class TextbookChain:
    """The institutions and their queues; the methods that yield are the SimPy processes."""

    def __init__(
        self, env: simpy.Environment, world: TextbookWorld, parameters: TextbookParameters, last_day: int
    ) -> None:
        """Opens the desks and the waiting lists for homes, and starts the processes."""
        self.env = env
        self.world = world
        self.rules = parameters
        self.units = [simpy.Resource(env, staff) for staff in parameters.unit_staff]
        self.nareis_unit = simpy.Resource(env, parameters.nareis_staff)
        self.seeking: list[dict[int, simpy.Event]] = [{} for _ in world.inhabitants]
        """Per municipality: the households in line for a home, longest first, each with its event."""
        self.in_line = [0] * len(world.inhabitants)
        """Per municipality: households that are linked and have no home yet, also those not offered one so soon."""
        self.owed = [0] * len(world.inhabitants)
        """Per municipality: homes that it owes since one came free that fitted nobody."""
        self.crowded: list[dict[int, None]] = [{} for _ in world.inhabitants]
        """Per municipality: the households at home with too little room, longest first."""

        self.inhabitants = np.array(world.inhabitants)
        counted = np.array(parameters.counted_inhabitants)
        self.key = counted / counted.sum()
        self.target_persons = np.zeros(len(world.inhabitants), dtype=int)
        self.behind_persons = np.array(parameters.opening_backlog_persons)
        """Target and what was carried over, less what was realised."""
        self.unlinked_persons = self.behind_persons.copy()
        """The part of that for which no household is linked yet."""

        households = len(world.entry)
        self.persons = list(world.persons)
        self.municipality = [NEVER] * households
        self.home_class = [NEVER] * households
        self.family_on_its_way = [0] * households
        """Family whose visa is granted: the municipality reckons with it, unless no ordinary home is large enough."""
        self.movers = [0] * households
        """Persons who go to the home that the household accepted."""
        self.decided_day = [NEVER] * households
        self.permit_day = [NEVER] * households
        self.linked_day = [NEVER] * households
        self.housed_day = [NEVER] * households
        self.family_arrived_day = [NEVER] * households
        self.family_housed_day = [NEVER] * households
        self.departed_day = [NEVER] * households

        self.persons_in_reception = 0
        self.permit_holders_in_reception = 0
        self.pending = 0
        self.permits = 0
        self.realised = 0
        self.nareis_arrivals = 0
        self.homes_to_permit_holders = 0
        self.homes_vacated = 0
        self.series: dict[str, list[int]] = {name: [] for name in SERIES}

        env.process(self.targets())
        for municipality in range(len(world.inhabitants)):
            env.process(self.housing(municipality))
        env.process(self.arrivals())
        env.process(self.monitor(last_day))

    # -- the processes of the institutions ---------------------------------------------------------------

    def targets(self) -> Steps:
        """Twice a year the national target is divided by inhabitants; what was left carries over."""
        for day, persons in self.rules.national_targets:
            if day > self.env.now:
                yield self.env.timeout(day - self.env.now)
            self.target_persons = divide(persons, self.key)
            self.behind_persons += self.target_persons
            self.unlinked_persons += self.target_persons

    def housing(self, municipality: int) -> Steps:
        """Offers vacancies to waiting permit holders, at noon of the day they come free.

        A home is owed for a share of them; the next that fits is given, and never more than wait.
        """
        env = self.env
        for day, size_class, luck in self.world.vacancies[municipality]:
            if day + 0.5 > env.now:
                yield env.timeout(day + 0.5 - env.now)
            self.offer(municipality, size_class, luck)

    def offer(self, municipality: int, size_class: int, luck: float) -> None:
        """Offers a home to whoever is without one; one of the share, else, to whoever has too little room at home."""
        rules = self.rules
        fewest, most, persons = rules.fewest_persons[size_class], rules.most_persons[size_class], self.persons
        self.homes_vacated += 1
        meant = luck < self.share(municipality)
        self.owed[municipality] = min(self.owed[municipality] + meant, self.in_line[municipality])
        if self.owed[municipality]:
            for household, home in self.seeking[municipality].items():
                if fewest <= persons[household] + self.family_on_its_way[household] <= most:
                    self.owed[municipality] -= 1
                    self.homes_to_permit_holders += 1
                    self.in_line[municipality] -= 1
                    del self.seeking[municipality][household]
                    home.succeed(size_class)
                    return
        if not meant:
            return
        for household in self.crowded[municipality]:
            if fewest <= persons[household] <= most:
                self.homes_to_permit_holders += 1
                del self.crowded[municipality][household]
                left, self.home_class[household] = self.home_class[household], size_class
                self.offer(municipality, left, self.world.home_left_luck[household])
                return

    def share(self, municipality: int) -> float:
        """The share of vacancies that this municipality now gives to permit holders."""
        pressure = max(0.0, self.behind_persons[municipality] / max(1, self.target_persons[municipality]))
        return min(self.rules.homes_share_cap, self.rules.homes_share + self.rules.homes_share_per_behind * pressure)

    def arrivals(self) -> Steps:
        """Starts the walk of each household on the day it enters."""
        env = self.env
        for household, (entry, day) in enumerate(zip(self.world.entry, self.world.arrival_day, strict=True)):
            if entry == NEW and day > env.now:
                yield env.timeout(day - env.now)
            env.process(self.household(household))

    def monitor(self, last_day: int) -> Steps:
        """Writes down the state of the country at the end of every day."""
        yield self.env.timeout(1.0 - 2.0**-30)
        for _ in range(int(self.env.now), last_day):
            for name, values in self.series.items():
                values.append(getattr(self, name))
            self.permits = self.realised = self.nareis_arrivals = 0
            self.homes_to_permit_holders = 0
            yield self.env.timeout(1.0)

    # -- the walk of a household -------------------------------------------------------------------------

    def today(self) -> int:
        """The day number."""
        return math.floor(self.env.now)

    def later(self, days: int) -> simpy.Event:
        """A number of days, counted from today's date."""
        return self.env.timeout(self.today() + days - self.env.now)

    def household(self, household: int) -> Steps:
        """From application to departure or home."""
        env = self.env
        world = self.world
        rules = self.rules
        persons = world.persons[household]
        group = world.group[household]
        self.persons_in_reception += persons

        if world.entry[household] != PERMIT:
            self.pending += persons
            if world.entry[household] == NEW:
                yield self.later(world.registration_days[household])
            with self.units[world.unit[household]].request() as case_worker:
                yield case_worker
                yield env.timeout(after_work(env.now, world.work_days[household]) - env.now)
            self.pending -= persons
            self.decided_day[household] = self.today()
            granted = world.merit_luck[household] < rules.grant_share[group]
            if not granted and world.appeal_luck[household] < rules.appeal_share:
                yield self.later(world.appeal_days[household])
                granted = world.appeal_merit_luck[household] < rules.appeal_grant_share
            if not granted:
                yield self.later(world.departure_days[household])
                self.persons_in_reception -= persons
                self.departed_day[household] = self.today()
                return
            self.permits += persons
            self.permit_day[household] = self.today()

        self.permit_holders_in_reception += persons
        if world.family_luck[household] < rules.family_share[group]:
            env.process(self.family(household))
        yield self.later(world.dossier_days[household])
        if until_working_day(env.now) > 0.0:
            yield env.timeout(until_working_day(env.now))
        self.link(household)
        yield self.later(rules.municipal_days)
        yield from self.wait_for_home(household)
        self.movers[household] = self.persons[household]
        yield self.later(world.move_days[household])
        self.housed_day[household] = self.today()
        self.leave_reception(household, self.movers[household])
        if self.movers[household] == self.persons[household]:
            self.seek_more_room(household)

    def seek_more_room(self, household: int) -> None:
        """Stands in line for a larger home, from a home that is meant for fewer persons."""
        if self.persons[household] > self.rules.most_persons[self.home_class[household]]:
            self.crowded[self.municipality[household]][household] = None

    def link(self, household: int) -> None:
        """Links to the municipality with the largest remaining target per inhabitant."""
        municipality = int((self.unlinked_persons / self.inhabitants).argmax())
        self.municipality[household] = municipality
        self.unlinked_persons[municipality] -= self.persons[household]
        self.linked_day[household] = self.today()
        self.in_line[municipality] += 1

    def wait_for_home(self, household: int) -> Steps:
        """Waits for a home that fits the household as it is then: a family may arrive meanwhile."""
        home = self.env.event()
        self.seeking[self.municipality[household]][household] = home
        self.home_class[household] = yield home

    def leave_reception(self, household: int, persons: int) -> None:
        """Counts persons as housed, nationally and for the municipality."""
        self.persons_in_reception -= persons
        self.permit_holders_in_reception -= persons
        self.realised += persons
        self.behind_persons[self.municipality[household]] -= persons

    # -- the walk of a family that follows ---------------------------------------------------------------

    def family(self, household: int) -> Steps:
        """From the application for family reunification to a home with the sponsor."""
        env = self.env
        world = self.world
        rules = self.rules
        persons = world.family_persons[household]
        yield self.later(world.family_apply_days[household])
        with self.nareis_unit.request() as case_worker:
            yield case_worker
            yield env.timeout(after_work(env.now, world.family_work_days[household]) - env.now)
        if world.family_merit_luck[household] >= rules.family_grant_share:
            return
        if self.persons[household] + persons <= rules.most_persons[2]:
            self.family_on_its_way[household] = persons
        yield self.later(world.family_travel_days[household])

        self.family_on_its_way[household] = 0
        self.family_arrived_day[household] = self.today()
        self.nareis_arrivals += persons
        self.persons_in_reception += persons
        self.permit_holders_in_reception += persons
        self.persons[household] += persons
        municipality = self.municipality[household]
        if municipality != NEVER:
            self.unlinked_persons[municipality] -= persons
        home_class = self.home_class[household]
        if home_class == NEVER:
            return  # the sponsor still waits: a larger household in reception
        room_for = max(rules.most_persons[home_class], world.persons_a_room[household] * rules.rooms[home_class])
        fits = self.persons[household] <= room_for
        if self.housed_day[household] == NEVER and (fits or rules.offer_stands):
            self.movers[household] += persons  # the sponsor is about to move: they go together
            return
        if not fits:
            self.in_line[municipality] += 1
            yield from self.wait_for_home(household)
            yield self.later(world.move_days[household])
            self.offer(municipality, home_class, world.home_left_luck[household])
        self.family_housed_day[household] = self.today()
        self.leave_reception(household, persons)
        self.seek_more_room(household)


SERIES = (
    "persons_in_reception",
    "permit_holders_in_reception",
    "pending",
    "permits",
    "realised",
    "nareis_arrivals",
    "homes_to_permit_holders",
)


def run_textbook(
    world: TextbookWorld, parameters: TextbookParameters, first_day: int, last_day: int
) -> dict[str, np.ndarray]:
    """Runs the textbook chain over [first_day, last_day): daily series and the dates of every household.

    Series count persons at the end of (or during) each day; homes count dwellings.
    Dates are whole day numbers, -1 where it never happened.
    """
    env = simpy.Environment(initial_time=first_day)
    chain = TextbookChain(env, world, parameters, last_day)
    env.run(until=last_day)
    facts = {name: np.array(values) for name, values in chain.series.items()}
    facts["arrival"] = np.array(world.arrival_day)
    facts["decided"] = np.array(chain.decided_day)
    facts["permit"] = np.array(chain.permit_day)
    facts["linked"] = np.array(chain.linked_day)
    facts["housed"] = np.array(chain.housed_day)
    facts["family_arrived"] = np.array(chain.family_arrived_day)
    facts["family_housed"] = np.array(chain.family_housed_day)
    facts["departed"] = np.array(chain.departed_day)
    facts["municipality"] = np.array(chain.municipality)
    facts["behind_persons"] = np.array(chain.behind_persons)
    return facts


# -- a world of the size of the real one -----------------------------------------------------------------

HOUSEHOLD_PERSONS_CHANCE = (0.77, 0.10, 0.06, 0.04, 0.02, 0.01)
"""Chance that a household has 1, 2 ... 6 persons: 1.47 on average."""
FAMILY_PERSONS_CHANCE = (0.20, 0.25, 0.22, 0.15, 0.10, 0.08)
VACANCY_CLASS_CHANCE = (0.44, 0.42, 0.13, 0.01)
FIRST_DAY = day_of("2019-01-01")
PERSONS_PER_HALF_YEAR = (11_900, 13_300, 6_400, 8_900, 8_300, 18_200)
"""First and repeat applications per half-year, 2019-2021 (rounded); later half-years repeat their mean."""
TARGETS_PERSONS = (6_012, 5_994, 5_620, 6_500, 13_500, 11_000)
"""Published national targets per half-year, 2019-2021; later half-years repeat the last."""


def half_year_days(first_year: int, years: int) -> list[int]:
    """The day numbers of 1 January and 1 July of so many years."""
    return [day_of(f"{first_year + year}-{month}-01") for year in range(years) for month in ("01", "07")]


def national_inhabitants() -> np.ndarray:
    """Inhabitants of 352 municipalities, spread about as in the Netherlands (lognormal), largest first."""
    normal = statistics.NormalDist(0.0, 0.8)
    sizes = np.exp([normal.inv_cdf(1.0 - (rank + 0.5) / 352) for rank in range(352)])
    return sizes * 17_400_000 / sizes.sum()


def national_world(seed: int, years: int = 3, inflow_factor: float = 1.0) -> TextbookWorld:
    """A country of 352 municipalities from 2019 on, in size as it was.

    A starting stock of 14,000 households, 67,000 persons who apply in three years, 169,000 vacancies a year;
    `inflow_factor` multiplies the applications. Drawn in arrays and handed over as plain lists.
    """
    rng = np.random.default_rng(seed)
    last_day = day_of(f"{2019 + years}-01-01")
    starts = [*half_year_days(2019, years), last_day]
    pending, permit_holders = 11_000, 3_000
    arrivals = []
    for half_year in range(2 * years):
        in_range = half_year < len(PERSONS_PER_HALF_YEAR)
        persons = PERSONS_PER_HALF_YEAR[half_year] if in_range else np.mean(PERSONS_PER_HALF_YEAR)
        number = rng.poisson(inflow_factor * persons / 1.47)
        arrivals.append(np.sort(rng.integers(starts[half_year], starts[half_year + 1], number)))
    new = sum(map(len, arrivals))
    households = pending + permit_holders + new
    entry = np.repeat([PERMIT, PENDING, NEW], [permit_holders, pending, new])
    arrival_day = np.concatenate(
        [
            FIRST_DAY - rng.integers(300, 700, permit_holders),
            np.sort(FIRST_DAY - rng.integers(1, 300, pending)),
            *arrivals,
        ]
    )

    def gamma_days(mean_days: float, shape: float = 4.0) -> list[float]:
        return rng.gamma(shape, mean_days / shape, households).tolist()

    def whole_days(mean_days: float) -> list[int]:
        return np.ceil(gamma_days(mean_days)).astype(int).tolist()

    def luck() -> list[float]:
        return rng.random(households).tolist()

    inhabitants = national_inhabitants()
    vacancies: list[list[tuple[int, int, float]]] = []
    for per_year in 169_000 * inhabitants / inhabitants.sum():
        number = rng.poisson(per_year * years)
        days = np.sort(rng.integers(FIRST_DAY, last_day, number)).tolist()
        classes = rng.choice(len(VACANCY_CLASS_CHANCE), number, p=VACANCY_CLASS_CHANCE).tolist()
        vacancies.append(list(zip(days, classes, rng.random(number).tolist(), strict=True)))

    return TextbookWorld(
        entry=entry.tolist(),
        arrival_day=arrival_day.tolist(),
        persons=(1 + rng.choice(6, households, p=HOUSEHOLD_PERSONS_CHANCE)).tolist(),
        group=rng.choice(3, households, p=(0.42, 0.28, 0.30)).tolist(),
        unit=np.where(entry == PENDING, 1, 0).tolist(),
        registration_days=whole_days(14.0),
        work_days=gamma_days(8.0),
        merit_luck=luck(),
        appeal_luck=luck(),
        appeal_days=whole_days(240.0),
        appeal_merit_luck=luck(),
        departure_days=whole_days(120.0),
        dossier_days=whole_days(28.0),
        move_days=whole_days(14.0),
        family_luck=luck(),
        family_persons=(1 + rng.choice(6, households, p=FAMILY_PERSONS_CHANCE)).tolist(),
        family_apply_days=whole_days(45.0),
        family_work_days=gamma_days(5.0),
        family_merit_luck=luck(),
        family_travel_days=whole_days(90.0),
        persons_a_room=gamma_days(3.5, 20.0),
        home_left_luck=luck(),
        inhabitants=inhabitants.tolist(),
        vacancies=vacancies,
    )


def national_parameters(years: int = 3) -> TextbookParameters:
    """Rules that go with `national_world`; rough, for a yardstick of work and not of the history."""
    inhabitants = national_inhabitants()
    targets = [
        (day, TARGETS_PERSONS[min(half_year, len(TARGETS_PERSONS) - 1)])
        for half_year, day in enumerate(half_year_days(2019, years))
    ]
    return TextbookParameters(
        unit_staff=(360, 160),
        nareis_staff=60,
        grant_share=(0.82, 0.42, 0.05),
        appeal_share=0.5,
        appeal_grant_share=0.25,
        family_share=(0.27, 0.17, 0.05),
        family_grant_share=0.75,
        municipal_days=14,
        fewest_persons=(1, 2, 4, 6),
        most_persons=(2, 4, 7, 99),
        rooms=(2, 3, 5, 6),
        offer_stands=False,
        homes_share=0.05,
        homes_share_per_behind=0.02,
        homes_share_cap=0.10,
        counted_inhabitants=inhabitants.tolist(),
        national_targets=targets,
        opening_backlog_persons=divide(2_921, inhabitants / inhabitants.sum()).tolist(),
    )


def main() -> None:
    """Runs three national years once and prints what happened and how long it took."""
    started = time.perf_counter()
    world = national_world(seed=1)
    built = time.perf_counter()
    facts = run_textbook(world, national_parameters(), FIRST_DAY, day_of("2022-01-01"))
    ended = time.perf_counter()
    print(f"world {built - started:.2f} s, run {ended - built:.2f} s, {len(world.entry)} households")
    for name in SERIES:
        yearly = facts[name][:1095].reshape(3, 365)
        print(f"{name:32s} year sums {yearly.sum(axis=1)}  year ends {yearly[:, -1]}")


if __name__ == "__main__":
    main()
