"""The chain: who follows whom. The only file that knows every stage.

Each day runs from morning to evening: people arrive, leave and are judged; the IND decides;
families apply, travel and arrive; the desk links; municipalities give out homes; COA closes the
day and the day is written down. On Mondays municipalities reconsider their share and stays
are offered; on the first of the month personnel, projects, colours and trading; on 1 January
and 1 July the target. The hours below are the order of acts within a day; they are a rule of
the model and the same in every run. Left out: everything that happens inside one institution.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from models.facts import DAILY, HALF_YEARLY, MONTHLY, PROVINCIAL, Facts
from models.geography import PROVINCES, municipalities
from models.parameters import PERIODS, Parameters, baseline
from models.register import COLUMNS, TALLIES, Bed, Place, Register, Status, log_permit, new_register, put_in_bed
from models.sources import read_table
from models.stages.coa import Coa
from models.stages.departure import Departure
from models.stages.homes import Homes
from models.stages.ind import Ind
from models.stages.linking import Linking
from models.stages.nareis import Nareis
from models.stages.projects import LARGE_FAMILY, Projects
from models.stages.registration import Registration
from models.stages.stays import Stays
from models.stages.target import TargetAndSupervision
from models.world import (
    LUCK_ELSEWHERE,
    LUCK_MUNICIPALITY,
    LUCK_STOCK_FAMILY,
    STOCK_PENDING,
    STOCK_PERMIT,
    STOCK_REFUSED,
    STOCK_SPONSOR,
    build_world,
    start_facts,
)
from sim.calendar import day_number, half_year_name, half_years, month_ends, month_starts
from sim.clock import Clock
from sim.compiled import kernel
from sim.luck import uniform, uniforms
from sim.records import columns_of

#: The order of acts within a day.
(
    HOUR_TARGET, HOUR_MONTH, HOUR_WEEK, HOUR_ARRIVALS, HOUR_DEPARTURES, HOUR_IND, HOUR_NAREIS, HOUR_LINKING,
    HOUR_HOMES, HOUR_PROJECTS, HOUR_STAYS, HOUR_COA, HOUR_MONTH_END,
) = (1, 2, 3, 6, 8, 10, 12, 14, 16, 17, 18, 22, 23)  # fmt: skip
_STAGES = (
    "registration", "ind", "departure", "nareis", "linking", "homes", "projects", "stays", "target", "coa",
)  # fmt: skip


@kernel
def _place_stock(
    register: Register, rows: NDArray[np.int64], status: int, place: int, bed_group: int,
    elsewhere_share: float, since: NDArray[np.int32],
) -> None:  # fmt: skip
    """Put households of the starting stock where they are; permit holders get their permit of then."""
    households = register.households
    counts = register.counts[0]
    for who in rows:
        household = households[who]
        persons = household.persons
        counts.present_at_start += persons
        household.status = status
        where = place
        if elsewhere_share > 0.0 and uniform(register.seed, household.identity, LUCK_ELSEWHERE) < elsewhere_share:
            where = Place.ELSEWHERE
        household.place = where
        if where == Place.IN_RECEPTION:
            put_in_bed(register, who, persons, bed_group)
        elif where == Place.ELSEWHERE:
            counts.elsewhere += persons
        else:
            counts.at_home += persons
        if status == Status.REGISTERING:
            counts.pending += persons
        if status == Status.DOSSIER:
            log_permit(register, who, since[who])


class Chain:
    """One run of the chain: parameters, a world, and the institutions that act on it."""

    def __init__(self, parameters: Parameters, seed: int, last_day: int) -> None:
        period = PERIODS[parameters.period]
        self.parameters, self.seed = parameters, seed
        self.first_day, self.last_day = day_number(period.start), last_day
        horizon = day_number(period.last_until)
        if not self.first_day < last_day <= horizon:
            raise ValueError(f"the last day must lie after {period.start} and not after {period.last_until}")
        self.world = build_world(parameters, seed, last_day)
        world, first = self.world, self.first_day
        self.register = register = new_register(
            seed, first, world.identity, world.persons, world.stream, world.group, world.arrived
        )
        self.registration = Registration(parameters, world, register, seed)
        self.departure = Departure(parameters, register, first, horizon, seed)
        self.ind = Ind(parameters, world, register, self.departure.agenda, horizon, seed)
        self.nareis = Nareis(parameters, world, register, horizon, seed)
        self.homes = Homes(parameters, world, register, horizon)
        self.linking = Linking(parameters, register, horizon)
        self.projects = Projects(parameters, register, first, horizon, seed)
        self.stays = Stays(parameters, register, first, horizon, seed)
        self.coa = Coa(parameters, register, first, horizon, seed)
        self.target = TargetAndSupervision(parameters, register, self.coa.burden(), first, horizon, seed)
        days = last_day - first
        self.daily = np.zeros((days, len(DAILY)), dtype=np.int64)
        self.provinces = np.zeros((days, len(PROVINCES), len(PROVINCIAL)), dtype=np.int64)
        self.pages = self.coa.pages(self.daily, self.provinces)
        self.month_ends = month_ends(first, last_day)
        self.monthly = np.zeros((len(self.month_ends), len(MONTHLY), len(municipalities())))
        self.staff = np.zeros((len(self.month_ends), 3))
        self.today = first

    # ---- the starting stock ------------------------------------------------------------------

    def start(self) -> None:
        """Put everybody who is already here in place, so that day 0 equals the published totals."""
        world, parameters = self.world, self.parameters
        origin = world.origin[: world.stock_rows]
        pending = np.flatnonzero(origin == STOCK_PENDING)
        refused = np.flatnonzero(origin == STOCK_REFUSED)
        permit = np.flatnonzero(origin == STOCK_PERMIT)
        sponsors = np.flatnonzero(origin == STOCK_SPONSOR)
        self._start_target()
        self._place(
            pending, Status.REGISTERING, Place.IN_RECEPTION, Bed.IN_PROCEDURE, parameters.inflow.elsewhere_share
        )
        self.ind.marks[0] = world.stock_rows
        self.ind.start(0, len(pending))
        self._place(refused, Status.REFUSED, Place.IN_RECEPTION, Bed.REFUSED)
        self.departure.start(refused)
        self._start_permit_holders(permit)
        self._start_sponsors(sponsors)
        self._start_families(permit, sponsors)
        self.projects.start(baseline(parameters.period))

    def _place(
        self, rows: NDArray[np.int64], status: int, place: int, bed_group: int, elsewhere_share: float = 0.0
    ) -> None:
        _place_stock(self.register, rows, int(status), int(place), int(bed_group), elsewhere_share, self.world.since)

    def _start_target(self) -> None:
        opening = {
            row["area"]: int(float(row["value"]))
            for row in read_table("start_stock")
            if row["period"] == self.parameters.period and row["item"] == "opening"
        }
        self.target.start(np.array([opening[name] for name in PROVINCES]))

    def _start_permit_holders(self, rows: NDArray[np.int64]) -> None:
        """Permit holders in reception; whoever waits longer than the dossier takes is linked already."""
        self._place(rows, Status.DOSSIER, Place.IN_RECEPTION, Bed.PERMIT_HOLDER)
        self.register.counts["permits"] = 0
        after = int(self.parameters.linking.stock_linked_after_days)
        self.linking.start(rows[self.world.since[rows] + after <= self.first_day])

    def _start_sponsors(self, rows: NDArray[np.int64]) -> None:
        """Permit holders who have a home already and whose family is still to come."""
        register, world = self.register, self.world
        households = register.households
        towns = municipalities()
        shares = np.cumsum(towns.inhabitants / towns.inhabitants.sum())
        places = np.searchsorted(shares, uniforms(self.seed, world.identity[rows], LUCK_MUNICIPALITY))
        facts = start_facts(self.parameters.period)
        households["permit"][rows] = world.since[rows] - int(facts["sponsor_permit_before_home_days"])
        households["linked"][rows] = world.since[rows] - int(facts["sponsor_link_before_home_days"])
        households["housed"][rows] = world.since[rows]
        households["home_size"][rows] = 0
        households["municipality"][rows] = np.minimum(places, len(towns) - 1)
        households["counted"][rows] = households["persons"][rows]
        self._place(rows, Status.HOUSED, Place.AT_HOME, -1)

    def _start_families(self, permit: NDArray[np.int64], sponsors: NDArray[np.int64]) -> None:
        """Families on their way: the sponsors at home, then permit holders in reception, up to the total."""
        world = self.world
        facts = start_facts(self.parameters.period)
        small = permit[world.persons[permit] <= facts["stock_family_most_persons"]]
        order = small[np.argsort(uniforms(self.seed, world.identity[small], LUCK_STOCK_FAMILY), kind="stable")]
        chosen = np.concatenate([sponsors, order])
        cumulative = np.cumsum(world.family[chosen])
        chosen = chosen[cumulative <= facts["family_pending"] + facts["family_travelling"]]
        luck = uniforms(self.seed, world.identity[chosen], LUCK_STOCK_FAMILY)
        travelling_share = facts["family_travelling"] / (facts["family_pending"] + facts["family_travelling"])
        luck_share = np.argsort(np.argsort(luck, kind="stable"), kind="stable") / max(len(chosen), 1)
        applied = np.full(world.identity.size, -1, dtype=np.int64)
        age = facts["family_age_days"]
        applied[chosen] = self.first_day - 1 - (2.0 * age * luck_share).astype(np.int64)
        travelling = chosen[luck_share >= 1.0 - travelling_share]
        waiting = chosen[luck_share < 1.0 - travelling_share]
        waiting = waiting[np.argsort(applied[waiting], kind="stable")]
        self.nareis.start(waiting, travelling, applied)
        # Who got a permit shortly before the start may still apply; the log is in order of permit.
        apply_days = int(self.parameters.nareis.apply_days_max)
        self.nareis.read[0] = int(np.count_nonzero(world.since[permit] + apply_days < self.first_day))
        self.register.counts["family_applications"] = 0

    # ---- the run -----------------------------------------------------------------------------

    def run(self, until: int) -> None:
        """Let the chain run from today to the morning of ``until``."""
        clock = Clock(self.today)
        clock.on_dates(HOUR_TARGET, self._half_year_days(until), self.target.act_half_year)
        clock.on_dates(HOUR_MONTH, month_starts(self.today, until), self._month)
        clock.every_week(HOUR_WEEK, self._week)
        clock.every_day(HOUR_ARRIVALS, self.registration.act)
        clock.every_day(HOUR_DEPARTURES, self.departure.act)
        clock.every_working_day(HOUR_IND, self.ind.act)
        clock.every_day(HOUR_NAREIS, self.nareis.act)
        clock.every_day(HOUR_LINKING, self._link)
        clock.every_day(HOUR_HOMES, self.homes.act)
        clock.every_day(HOUR_PROJECTS, self._deliver)
        clock.every_week(HOUR_STAYS, self.stays.act)
        clock.every_day(HOUR_COA, self._evening)
        clock.on_dates(HOUR_MONTH_END, [int(day) for day in self.month_ends], self._month_end)
        clock.run(until)
        clock.stop()
        self.today = until

    def _half_year_days(self, until: int) -> list[int]:
        starts = month_starts(self.today, until)
        return [day for day in starts if day > self.first_day and half_year_name(day) != half_year_name(day - 1)]

    def _week(self, day: int) -> None:
        self.homes.reconsider(day, self.target.ladder(day), self.target.upcoming(day))

    def _month(self, day: int) -> None:
        self.ind.act_personnel(day)
        self.projects.decide(day)
        self.target.act_month(day, self.homes.persons_per_day(day, self.target.ladder(day)))

    def _link(self, day: int) -> None:
        self.linking.act(day, self.homes.books.homes_per_day)

    def _deliver(self, day: int) -> None:
        for kind, place, homes, identity in self.projects.due_today(day):
            if kind == LARGE_FAMILY:
                self.homes.hand_in_for_scheme(homes)
                continue
            share = self.projects.holder_share(kind, day, float(self.homes.books.share[place]))
            self.homes.hand_in(identity, place, homes, share, self.projects.sizes[kind])
        self.homes.let_held(day)

    def _evening(self, day: int) -> None:
        self.coa.act(day, self.pages)

    def _month_end(self, day: int) -> None:
        row = int(np.searchsorted(self.month_ends, day))
        towns = self.register.towns
        self.target.give_colours(day)
        self.monthly[row] = (
            towns["target"], towns["opening"], towns["realised"], self.target.behind(),
            towns["linked_waiting"], towns["seeking"].sum(axis=1),
            towns["homes_given"], towns["homes_vacated"], self.homes.books.share,
            self.target.rung, self.target.colour,
        )  # fmt: skip
        self.staff[row] = (self.ind.staff[0], self.ind.trainees(), self.ind.hires[0])

    # ---- snapshots ---------------------------------------------------------------------------

    def snapshot(self) -> dict[str, NDArray[np.generic]]:
        """Return all state as named arrays; nothing else is needed to continue.

        Households that have not arrived yet are left out: they belong to the world of whoever
        continues, so that a branch may have another inflow after the cut.
        """
        arrays: dict[str, NDArray[np.generic]] = {"today": np.array([self.today])}
        for name, array in self._register_arrays():
            arrays[name] = self._arrived_part(array)
        for stage in _STAGES:
            for name, state in getattr(self, stage).state().items():
                for column, array in columns_of(f"{stage}.{name}", state):
                    arrays[column] = self._arrived_part(array)
        days = self.today - self.first_day
        arrays["daily"], arrays["provinces"] = self.daily[:days].copy(), self.provinces[:days].copy()
        months = int(np.searchsorted(self.month_ends, self.today))
        arrays["monthly"], arrays["staff"] = self.monthly[:months].copy(), self.staff[:months].copy()
        return arrays

    def _register_arrays(self) -> Iterator[tuple[str, NDArray[np.generic]]]:
        for name, array in self.register._asdict().items():
            if isinstance(array, np.ndarray):
                yield from columns_of(f"register.{name}", array)

    def _arrived_part(self, array: NDArray[np.generic]) -> NDArray[np.generic]:
        """Return a copy of an array without the rows of households that have not arrived yet."""
        rows = self.world.identity.size
        arrived = int(self.world.first_of_day[self.today - self.first_day])
        for several in (1, 2):
            if array.shape[-1] == several * rows:
                return array[..., : several * arrived].copy()
        return array.copy()

    def resume(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Take over the state of a snapshot of the same world; rows beyond it have not arrived yet."""
        self.today = int(np.asarray(arrays["today"])[0])
        for name, array in self._register_arrays():
            self._take_over(array, arrays[name])
        for stage in _STAGES:
            own = getattr(self, stage)
            if hasattr(own, "agenda"):
                own.agenda.restore(arrays[f"{stage}.agenda"])
            for name, state in own.state().items():
                if name == "agenda":
                    continue
                if name == "journeys":
                    own.journeys.restore(arrays[f"{stage}.journeys"])
                    continue
                if stage == "projects" and name == "pipeline":
                    own.restore(arrays["projects.pipeline"])
                    continue
                for column, array in columns_of(f"{stage}.{name}", state):
                    self._take_over(array, arrays[column])
        for name, recorded in (
            ("daily", self.daily), ("provinces", self.provinces), ("monthly", self.monthly), ("staff", self.staff)
        ):  # fmt: skip
            recorded[: len(arrays[name])] = arrays[name]

    @staticmethod
    def _take_over(target: NDArray[np.generic], source: NDArray[np.generic]) -> None:
        if target.ndim == 0 or source.shape == target.shape:
            target[...] = source
        else:
            target[..., : source.shape[-1]] = source

    # ---- facts -------------------------------------------------------------------------------

    def facts(self) -> Facts:
        """Return what was written down up to today."""
        days = self.today - self.first_day
        months = int(np.searchsorted(self.month_ends, self.today))
        households = self.register.households
        towns = self.register.towns
        names = half_years(self.first_day, self.today)
        closed = self.target.closed[:, : int(self.target.closed_count[0])]
        running = np.stack([towns["opening"], towns["target"], towns["realised"], self.target.behind()])[:, None, :]
        half = np.concatenate([closed, running], axis=1)[:, : len(names)]
        national = self.daily[:days].astype(np.float64)
        return Facts(
            seed=self.seed,
            first_day=self.first_day,
            last_day=self.today,
            daily={name: national[:, column] for column, name in enumerate(DAILY)},
            provinces_daily={name: self.provinces[:days, :, column] for column, name in enumerate(PROVINCIAL)},
            monthly_days=self.month_ends[:months],
            municipal_monthly={name: self.monthly[:months, column] for column, name in enumerate(MONTHLY)},
            half_year_names=names,
            half_years={name: half[column] for column, name in enumerate(HALF_YEARLY)},
            households={
                "identity": self.world.identity,
                **{name: households[name] for name in COLUMNS if name in _HOUSEHOLD_FACTS},
            },
            steps={name: int(self.register.counts[name][0]) for name in TALLIES},
            staff={
                "experienced": self.staff[:months, 0],
                "in_training": self.staff[:months, 1],
                "hired_so_far": self.staff[:months, 2],
            },
            projects=self.projects.delivered(self.today),
        )


_HOUSEHOLD_FACTS = {
    "persons", "followers", "stream", "group", "status", "family", "place", "arrived", "registered", "decided",
    "permit", "appeal_decided", "linked", "housed", "departed", "family_applied", "family_decided", "family_arrived",
    "family_housed", "municipality", "home_size", "how_housed", "extended", "taskforce", "stay", "stay_since",
    "last_stay", "stay_ended",
}  # fmt: skip


def simulate(
    parameters: Parameters,
    seed: int,
    last_day: int,
    *,
    resume: Mapping[str, NDArray[np.generic]] | None = None,
) -> Facts:
    """Run one replication from the start of its period, or from a snapshot, up to ``last_day``.

    ``seed`` is a number below 2**63. The same parameters, seed and last day always give the
    same facts. Raises ``ValueError`` when the last day lies outside the inputs.
    """
    chain = Chain(parameters, seed, last_day)
    if resume is None:
        chain.start()
    else:
        chain.resume(resume)
    chain.run(last_day)
    return chain.facts()
