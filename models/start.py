"""The start: who is already here on the first day, and where they stand.

Everybody of the starting stock is put in line, in a bed or at home, so that day 0 equals the published totals:
pending cases, refused people, permit holders in reception, and sponsors at home whose family is still to come. What
municipalities are behind and which homes are under way belongs to it. Left out: how they came there.
"""

import numpy as np

from models.geography import PROVINCES
from models.parameters import PERIODS, Parameters, baseline
from models.register import Bed, Place, Register, Status, log_permit, put_in_bed
from models.sources import read_table
from models.stages import Stages
from models.stages.coa import Coa, places_of_provinces
from models.stages.departure import Departure
from models.stages.homes import Homes
from models.stages.ind import Ind
from models.stages.linking import Linking
from models.stages.nareis import Nareis
from models.stages.projects import Projects
from models.stages.stays import Stays
from models.stages.target import Target
from models.world import (
    STOCK_PENDING,
    STOCK_PERMIT,
    STOCK_REFUSED,
    STOCK_SPONSOR,
    Luck,
    World,
    drawn_municipalities,
    start_facts,
)
from sim.arrays import FloatArray, Int32Array, IntArray
from sim.compiled import kernel
from sim.luck import uniform, uniforms

_NO_BED = -1


@kernel
def _place_rows(
    register: Register, rows: IntArray, status: int, place: int, bed_group: int, elsewhere_share: float,
    since: Int32Array,
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
        if elsewhere_share > 0.0 and uniform(register.seed, household.identity, Luck.ELSEWHERE) < elsewhere_share:
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


class Start:
    """The starting stock of one run."""

    def __init__(self, parameters: Parameters, world: World, register: Register, stages: Stages) -> None:
        self.parameters, self.register, self.stages = parameters, register, stages
        self.households, self.stock_rows = world.households, world.stock_rows
        self.facts = start_facts(parameters.period)

    def place_everybody(self) -> None:
        """Put everybody who is already here in place."""
        self._targets()
        pending, refused, permit, sponsors = (
            np.flatnonzero(self.households["origin"][: self.stock_rows] == origin)
            for origin in (STOCK_PENDING, STOCK_REFUSED, STOCK_PERMIT, STOCK_SPONSOR)
        )
        elsewhere = self.parameters.inflow.elsewhere_share
        self._place(pending, Status.REGISTERING, Place.IN_RECEPTION, Bed.IN_PROCEDURE, elsewhere)
        departures = self.stages[Departure].agenda
        self.stages[Ind].start(len(pending), self.stock_rows, departures)
        self._place(refused, Status.REFUSED, Place.IN_RECEPTION, Bed.REFUSED)
        self.stages[Departure].start(refused)
        self._permit_holders(permit)
        self._sponsors(sponsors)
        self.stages[Homes].start(sponsors)
        self._families(permit, sponsors)
        self.stages[Projects].start(baseline(self.parameters.period))
        if "permit_holders_in_facilities" in self.facts:
            self.stages[Stays].start()
        emergency = places_of_provinces(self.parameters.period, "emergency")
        self.stages[Coa].start(self.facts, emergency / max(emergency.sum(), 1.0))
        if PERIODS[self.parameters.period].continues:
            self._felt_before()

    def _felt_before(self) -> None:
        """Let municipalities give what they are asked for from the first day: they were asked before it."""
        target, first = self.stages[Target], self.register.first_day
        asked = target.ladder(first), target.aim(first), target.upcoming(first), target.substituted()
        self.stages[Homes].reconsider(first, *asked, at_once=True)

    def _place(
        self, rows: IntArray, status: Status, place: Place, bed_group: int, elsewhere_share: float = 0.0
    ) -> None:
        since = self.households["since"]
        _place_rows(self.register, rows, int(status), int(place), int(bed_group), elsewhere_share, since)

    def _targets(self) -> None:
        opening = {
            row["area"]: int(float(row["value"]))
            for row in read_table("start_stock")
            if row["period"] == self.parameters.period and row["item"] == "opening"
        }
        self.stages[Target].start(np.array([opening[name] for name in PROVINCES]), self.stages[Coa].burden())

    def _permit_holders(self, rows: IntArray) -> None:
        """Permit holders in reception; whoever waits longer than the dossier takes is linked already."""
        self._place(rows, Status.DOSSIER, Place.IN_RECEPTION, Bed.PERMIT_HOLDER)
        self.register.counts["permits"] = 0
        after = int(self.parameters.linking.stock_linked_after_days)
        self.stages[Linking].start(rows[self.households["since"][rows] + after <= self.register.first_day])

    def _sponsors(self, rows: IntArray) -> None:
        """Permit holders who have a home already and whose family is still to come."""
        households, since = self.register.households, self.households["since"][rows]
        households["permit"][rows] = since - int(self.facts["sponsor_permit_before_home_days"])
        households["linked"][rows] = since - int(self.facts["sponsor_link_before_home_days"])
        households["housed"][rows] = since
        households["home_size"][rows] = 0
        households["municipality"][rows] = drawn_municipalities(self.register.seed, self.households["identity"][rows])
        households["counted"][rows] = households["persons"][rows]
        self._place(rows, Status.HOUSED, Place.AT_HOME, _NO_BED)

    def _families(self, permit: IntArray, sponsors: IntArray) -> None:
        """Families on their way: the sponsors at home, then permit holders in reception, up to the total."""
        households, facts, first = self.households, self.facts, self.register.first_day
        small = permit[households["persons"][permit] <= facts["stock_family_most_persons"]]
        order = small[np.argsort(self._luck(small), kind="stable")]
        chosen = np.concatenate([sponsors, order])
        under_way = facts["family_pending"] + facts["family_travelling"]
        chosen = chosen[np.cumsum(households["family"][chosen]) <= under_way]
        ranks = np.argsort(np.argsort(self._luck(chosen), kind="stable"), kind="stable") / max(len(chosen), 1)
        applied = np.full(households.size, -1, dtype=np.int64)
        applied[chosen] = first - 1 - (2.0 * facts["family_age_days"] * ranks).astype(np.int64)
        travelling_from = 1.0 - facts["family_travelling"] / under_way
        waiting = chosen[ranks < travelling_from]
        waiting = waiting[np.argsort(applied[waiting], kind="stable")]
        # Who got a permit shortly before the start may still apply; the log is in order of permit.
        too_late = households["since"][permit] + int(self.parameters.nareis.apply_days_max) < first
        self.stages[Nareis].start(waiting, chosen[ranks >= travelling_from], applied, int(np.count_nonzero(too_late)))
        self.register.counts["family_applications"] = 0

    def _luck(self, rows: IntArray) -> FloatArray:
        return uniforms(self.register.seed, self.households["identity"][rows], Luck.STOCK_FAMILY.value)
