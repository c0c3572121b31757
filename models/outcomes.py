"""What is counted: pure functions from facts to numbers.

An outcome has a name, a unit and a function of the facts of one run over a window of
days. Adding an outcome is adding one entry here. Left out: bands and comparisons over
replications; see ``experiments``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.facts import Facts
from models.geography import PROVINCES, municipalities
from models.measures import STOCKS
from models.own import own_days
from models.parameters import Parameters
from models.register import BED_GROUPS, OTHER_SEEKERS
from models.sources import full_persons, read_table
from models.stages.projects import (
    CONVERSION,
    FLEX,
    LARGE_FAMILY,
    LEVY_RELIEF,
    NEW_SOCIAL,
    STATE_UNITS,
    SUBSIDISED,
    chance_of_failure,
    subsidised_homes,
)
from models.stages.target import COLOURS, HIGHEST_RUNG
from sim.arrays import FloatArray, IntArray
from sim.calendar import day_number, month_starts
from sim.schedule import Schedule

DAYS_PER_YEAR, MONTHS_PER_YEAR, EUR_PER_MILLION = 365.25, 12.0, 1.0e6
DAYS_PER_WEEK = 7.0
#: A notice of default gives the IND two weeks; a court sets a penalty some four months after it.
NOTICE_DAYS, FORTNIGHT, COURT_DAYS = 14.0, 14.0, 120.0
#: A penalty is set within two weeks of the decision and paid within six (Awb 4:18 and 4:87).
PAYMENT_DAYS = 56
#: What rounding may add to the share that still waits.
SLACK = 1e-12


@dataclass(frozen=True)
class Waits:
    """Waits for a home in days since the permit: first and last day seen, whether it ended in a home, and persons."""

    entered: IntArray
    left: IntArray
    housed: NDArray[np.bool_]
    size: IntArray


@dataclass(frozen=True)
class Wait:
    """A wait in weeks; a lower bound when too few of those who wait were seen to find a home."""

    weeks: float
    at_least: bool


@dataclass(frozen=True)
class Window:
    """Facts of one run seen over the days ``[from_day, until_day)``."""

    facts: Facts
    parameters: Parameters
    from_day: int
    until_day: int

    @property
    def days(self) -> slice:
        """Rows of the daily facts in the window."""
        return slice(self.from_day - self.facts.first_day, self.until_day - self.facts.first_day)

    def daily(self, name: str) -> FloatArray:
        """Return a daily measure in the window."""
        return self.facts.daily[name][self.days]

    def flow(self, name: str) -> float:
        """Return how much a running total grew in the window."""
        total = self.facts.daily[name]
        before = total[self.days.start - 1] if self.days.start > 0 else 0.0
        return float(total[self.days.stop - 1] - before)

    def flows(self, name: str) -> FloatArray:
        """Return the daily growth of a running total in the window."""
        return np.diff(self.facts.daily[name], prepend=0.0)[self.days]

    @property
    def persons_beyond_coa(self) -> FloatArray:
        """Persons per day for whom COA has no place of its own: they are in crisis shelter, or have no place."""
        return stock(self.facts, "persons_beyond_coa")[self.days]

    @property
    def is_full(self) -> NDArray[np.bool_]:
        """Whether reception is full, for each day of the window: more than some hundreds fit in no place of COA."""
        return self.persons_beyond_coa > full_persons()

    @cached_property
    def waits(self) -> Waits:
        """Everybody who waits for a home with a permit on some day of the window."""
        return self._waits_for(self.facts.households["housed"])

    @cached_property
    def waits_until_out(self) -> Waits:
        """Everybody who waits with a permit for a home or a stay outside reception on some day of the window.

        A stay from which a household came back before the end of the window does not count.
        """
        households = self.facts.households
        housed, stay, back = (households[name] for name in ("housed", "stay_since", "stay_ended"))
        lasts = (stay >= 0) & ((back < 0) | (back >= self.until_day))
        return self._waits_for(np.where(lasts & ((housed < 0) | (stay < housed)), stay, housed))

    def _waits_for(self, found: IntArray) -> Waits:
        """Everybody who waits on some day of the window, with a permit, for what was found on these days (-1: never).

        Size is that at the permit: that of later would sort who waits long with larger households.
        """
        households = self.facts.households
        permit, departed, never = households["permit"], households["departed"], self.until_day
        home = np.where(found >= 0, found, never)
        end = np.minimum(np.minimum(home, np.where(departed >= 0, departed, never)), self.until_day - 1)
        entered = np.maximum(permit, self.from_day)
        rows = np.flatnonzero((permit >= 0) & (end >= entered))
        later = households["family_arrived"][rows] > permit[rows]
        return Waits(
            entered=(entered - permit)[rows],
            left=(end - permit)[rows],
            housed=(home == end)[rows],
            size=households["persons"][rows] - np.where(later, households["followers"][rows], 0),
        )

    @cached_property
    def still_waiting(self) -> dict[tuple[int, int], FloatArray]:
        """Share that still waits on each day since the permit by household size, as far as it was asked for."""
        return {}

    @cached_property
    def pending(self) -> tuple[FloatArray, FloatArray]:
        """Of the applications that are open at the end of the window their age in days, and their persons."""
        households = self.facts.households
        arrived, until = households["arrived"], self.until_day
        # Of the starting stock only applications are ever registered; who was refused or had a permit is not.
        open_then = (arrived >= self.facts.first_day) | (households["registered"] >= 0)
        open_then &= arrived < until
        for ending in ("decided", "permit", "departed"):
            open_then &= (households[ending] < 0) | (households[ending] >= until)
        rows = np.flatnonzero(open_then)
        ages: FloatArray = (until - arrived[rows]).astype(np.float64)
        return ages, self.applicants(rows)

    @cached_property
    def linked(self) -> IntArray:
        """Rows of the households linked to a municipality in the window."""
        linked = self.facts.households["linked"]
        return np.flatnonzero((linked >= self.from_day) & (linked < self.until_day))

    def matched(self, placed: bool) -> IntArray:
        """Return per province how many households linked in the window have their match there.

        ``placed`` counts those of them that were linked there.
        """
        households, rows = self.facts.households, self.linked
        match = households["match"][rows]
        there = municipalities().province[households["municipality"][rows]] == match
        counted = match[(match >= 0) & (there | (not placed))]
        return np.bincount(counted, minlength=len(PROVINCES))

    def applicants(self, rows: IntArray) -> FloatArray:
        """Return how many persons applied in these households: without family that came later."""
        households = self.facts.households
        later = households["family_arrived"][rows] >= 0
        persons = households["persons"][rows] - np.where(later, households["followers"][rows], 0)
        return np.asarray(persons, dtype=np.float64)

    def last_month(self, name: str) -> FloatArray:
        """Return a municipal measure at the last month's end in the window, or at its first after it."""
        row = int(np.searchsorted(self.facts.monthly_days, self.until_day)) - 1
        return np.asarray(self.facts.municipal_monthly[name][max(row, 0)])


def behind_at_end(window: Window) -> FloatArray:
    """Return what each municipality is behind at the end of the window: that of the half-year that then runs.

    A window that ends before the run does knows it of the last month's end only.
    """
    if window.until_day == window.facts.last_day:
        return np.asarray(window.facts.half_years["behind"][-1], dtype=np.float64)
    return window.last_month("behind")


def stock(facts: Facts, name: str) -> FloatArray:
    """Return a stock of ``models/measures.py`` per day."""
    persons: FloatArray = np.sum([facts.daily[part] for part in STOCKS[name]], axis=0)
    return persons


def persons_in_beds(facts: Facts) -> FloatArray:
    """Return persons who hold a bed of reception per day, all groups."""
    persons: FloatArray = np.sum([facts.daily[f"in_reception_{group}"] for group in BED_GROUPS], axis=0)
    return persons


@lru_cache(maxsize=1)
def unit_costs() -> dict[str, float]:
    """Return the unit costs of ``data/costs.csv`` in euro by item; of one that changes with the years the last."""
    return {row["item"]: float(row["value"]) for row in read_table("costs")}


@lru_cache(maxsize=64)
def cost_by_day(item: str, first_day: int, last_day: int) -> FloatArray:
    """Return the unit cost of each day of ``[first_day, last_day)``: that of its year, outside them of the nearest."""
    rows = [row for row in read_table("costs") if row["item"] == item]
    steps = Schedule(tuple((day_number(row["period_start"]), float(row["value"])) for row in rows))
    return steps.daily(first_day, last_day)


def own_cost_by_day(window: Window, item: str) -> FloatArray:
    """Return the unit cost of each day of the window, with figures of a user's own in place of those of the table."""
    costs = cost_by_day(item, window.from_day, window.until_day)
    laid = own_days(window.parameters.own, item, window.from_day, window.until_day)
    return costs if laid is None else np.where(laid[0], laid[1], costs)


def unit_cost(window: Window, item: str) -> float:
    """Return what one of something costs in a window: that of the table, or of own figures the mean over its days."""
    table = unit_costs()[item]
    laid = own_days(window.parameters.own, item, window.from_day, window.until_day)
    return table if laid is None else float(np.where(laid[0], laid[1], table).mean())


def _still_waiting(waits: Waits, least: int, most: int) -> FloatArray:
    """Return the share that still waits on each day since the permit: the estimate of Kaplan and Meier."""
    rows = np.flatnonzero((waits.size >= least) & (waits.size <= most))
    if not rows.size:
        return np.zeros(0)
    entered, left = waits.entered[rows], waits.left[rows]
    days = int(left.max()) + 1
    seen = np.cumsum(np.bincount(entered, minlength=days) - np.bincount(left + 1, minlength=days + 1)[:days])
    found = np.bincount(left[waits.housed[rows]], minlength=days)
    return np.asarray(np.cumprod(1.0 - found / np.maximum(seen, 1)), dtype=np.float64)


def weeks_to_home(window: Window, share: float, least: int = 1, most: int = 99) -> Wait:
    """Return within how many weeks after the permit this share has a home, of households of these sizes.

    Of each day since the permit it counts who is seen waiting then and who of them finds a home. Who waited before the
    window counts from its first day; who leaves without a home, or still waits at its end, counts until then. When the
    share is not reached, the longest wait seen is what it takes at least. NaN when nobody waits.
    """
    if (least, most) not in window.still_waiting:
        window.still_waiting[least, most] = _still_waiting(window.waits, least, most)
    waiting = window.still_waiting[least, most]
    if not waiting.size:
        return Wait(float("nan"), at_least=False)
    reached = np.flatnonzero(waiting <= 1.0 - share + SLACK)
    day = int(reached[0]) if reached.size else waiting.size - 1
    return Wait(day / DAYS_PER_WEEK, at_least=not reached.size)


def weeks_until_out(window: Window) -> Wait:
    """Return the mean weeks from the permit to a home or a stay outside reception: the area under the curve.

    The curve is that of `weeks_to_home`. When it does not come down to nobody, the area up to the longest wait seen is
    the least that the mean can be. NaN when nobody waits.
    """
    waiting = _still_waiting(window.waits_until_out, 1, 99)
    if not waiting.size:
        return Wait(float("nan"), at_least=False)
    return Wait(float(waiting[:-1].sum()) / DAYS_PER_WEEK, at_least=bool(waiting[-1] > SLACK))


def pending_age_weeks(window: Window) -> float:
    """Return the mean age in weeks of applications open at the end of the window; NaN when none is."""
    ages, persons = window.pending
    return float((ages * persons).sum() / persons.sum() / DAYS_PER_WEEK) if persons.size else float("nan")


def pending_beyond_term(window: Window) -> float:
    """Return which share of the applications open at the end of the window is older than the legal term."""
    ages, persons = window.pending
    if not persons.size:
        return float("nan")
    first = window.facts.first_day
    term = window.parameters.ind.legal_term_days.daily(first, window.until_day)
    filed = np.maximum(window.until_day - ages.astype(np.int64), first)  # the term of the day of filing holds
    return float(persons[ages > term[filed - first]].sum() / persons.sum())


def _on_ladder(rungs: Sequence[int]) -> Callable[[Window], float]:
    return lambda window: float(np.isin(window.last_month("rung"), rungs).sum())


def _of_colour(colour: str) -> Callable[[Window], float]:
    return lambda window: float((window.last_month("colour") == COLOURS.index(colour)).sum())


def cost_reception(window: Window) -> float:
    """Return euro for places (open or not, as they are paid for) and for people without a place, each at its year."""
    crisis = window.daily("crisis_places") + window.daily("persons_without_place")
    kinds = {
        "regular_place_per_day": window.daily("regular_places"),
        "emergency_place_per_day": window.daily("emergency_places"),
        "crisis_place_per_day": crisis,
    }
    return float(sum((places * own_cost_by_day(window, item)).sum() for item, places in kinds.items()))


def cost_stays(window: Window) -> float:
    """Return euro for hosts and self-arranged shelter by their allowance, hotels and flow-through locations."""
    days, stays = (window.from_day, window.until_day), window.parameters.stays
    return float(
        (window.daily("stay_hosts") * stays.hosts_allowance.daily(*days)).sum() / DAYS_PER_WEEK
        + (window.daily("stay_self_arranged") * stays.self_arranged_allowance.daily(*days)).sum() / DAYS_PER_WEEK
        + (window.daily("stay_hotel") * own_cost_by_day(window, "hotel_place_per_day")).sum()
        + (window.daily("stay_flow_through") * own_cost_by_day(window, "flow_through_person_day")).sum()
    )


def cost_reception_per_year(window: Window) -> float:
    """Return euro for reception by COA, places and stays, in a year of the length of 365.25 days."""
    return (cost_reception(window) + cost_stays(window)) * DAYS_PER_YEAR / (window.until_day - window.from_day)


def cost_intermediate(window: Window) -> float:
    """Return euro for municipal, regional and acceleration places in use."""
    kinds = ("stay_municipal_intermediate", "stay_regional_intermediate", "stay_acceleration")
    persons = sum(float(window.daily(kind).sum()) for kind in kinds)
    return persons / DAYS_PER_YEAR * unit_cost(window, "intermediate_place_per_year")


def cost_settling(window: Window) -> float:
    """Return euro for the desks of central settling days."""
    return window.flow("settled_centrally") * unit_cost(window, "settling_day_per_household")


def days_offer_to_move(window: Window) -> float:
    """Return the mean days between accepting a home and moving, of homes accepted in the window; NaN without any."""
    offers = window.flow("offers")
    return window.flow("offer_days") / offers if offers else float("nan")


def days_to_link(window: Window) -> float:
    """Return the mean days between permit and link of households linked in the window; NaN without any."""
    households, rows = window.facts.households, window.linked
    days = households["linked"][rows] - households["permit"][rows]
    return float(days.mean()) if rows.size else float("nan")


def _matched(placed: bool, share: bool) -> Callable[[Window], float]:
    def count(window: Window) -> float:
        households = float(window.matched(placed).sum())
        return households / max(window.linked.size, 1) if share else households

    return count


def cost_ind(window: Window) -> float:
    """Return euro for case workers in all units, those in training, and hiring."""
    facts, parameters = window.facts, window.parameters
    first, last = window.from_day, window.until_day
    months = np.searchsorted(facts.monthly_days, np.arange(first, last)).clip(max=len(facts.monthly_days) - 1)
    if len(facts.monthly_days):
        general = (facts.staff["experienced"] + facts.staff["in_training"])[months].sum()
        hired = facts.staff["hired_so_far"]
        before = hired[months[0] - 1] if months[0] > 0 else 0.0
        hires = hired[months[-1]] - before
    else:
        general, hires = parameters.ind.general_staff_fte.daily(first, last).sum(), 0.0
    nareis = parameters.nareis.staff_fte.daily(first, last) + parameters.nareis.extra_staff_fte.daily(first, last)
    other = (parameters.ind.taskforce_hired_fte.daily(first, last) + nareis.clip(0)).sum()
    yearly = (general + other) / DAYS_PER_YEAR * unit_cost(window, "ind_staff_per_year")
    return float(yearly + hires * unit_cost(window, "hiring_and_training_per_hire"))


def penalty_of(days_late: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return euro per application after so many days beyond the term: by law after a notice, and set by a court."""
    costs, days = unit_costs(), days_late - NOTICE_DAYS
    per_day = [costs[f"penalty_{ordinal}_fortnight_per_day"] for ordinal in ("first", "second", "third")]
    by_law = sum((days - number * FORTNIGHT).clip(0.0, FORTNIGHT) * euro for number, euro in enumerate(per_day))
    by_court = (days - COURT_DAYS).clip(0.0) * costs["penalty_by_court_per_day"]
    return np.asarray(by_law), by_court.clip(max=costs["penalty_max_per_case"])


def cost_penalties(window: Window) -> float:
    """Return euro paid in the window for decisions that came too late, by how late they came.

    Applications for asylum count by person, those for family by sponsor.
    """
    households, first, until = window.facts.households, window.facts.first_day, window.until_day
    asylum, family = _paid_in(window, households["decided"]), _paid_in(window, households["family_decided"])
    arrived, applied = households["arrived"][asylum], households["family_applied"][family]
    over = arrived + window.parameters.ind.legal_term_days.daily(first, until)[np.maximum(arrived - first, 0)]
    family_over = applied + window.parameters.nareis.legal_term_days
    per_person = _penalties(window, over.astype(np.int64), households["decided"][asylum])
    per_sponsor = _penalties(window, family_over.astype(np.int64), households["family_decided"][family])
    return float((window.applicants(asylum) * per_person).sum() + per_sponsor.sum())


def _paid_in(window: Window, decided: IntArray) -> IntArray:
    paid = decided + PAYMENT_DAYS
    rows: IntArray = np.flatnonzero((decided >= 0) & (paid >= window.from_day) & (paid < window.until_day))
    return rows


def _penalties(window: Window, over: IntArray, decided: IntArray) -> FloatArray:
    """Return euro to expect per application, by the day on which its term was over and that of its decision.

    Who gives notice of default, and who goes to court, is a share of the day on which the term was over.
    """
    ind = window.parameters.ind
    by_law, by_court = penalty_of(np.maximum(decided - over, 0).astype(np.float64))
    begun = np.clip(over - window.facts.first_day, 0, window.until_day - window.facts.first_day - 1)
    notice, court = (
        share.daily(window.facts.first_day, window.until_day)[begun]
        for share in (ind.penalty_notice_share, ind.penalty_court_share)
    )
    return np.asarray(notice * by_law + court * by_court)


def _homes_delivered(window: Window, kinds: tuple[int, ...]) -> float:
    projects = window.facts.projects
    inside = (projects["delivered"] >= window.from_day) & (projects["delivered"] < window.until_day)
    return float(projects["homes"][inside & np.isin(projects["kind"], kinds)].sum())


def cost_homes_bzk(window: Window) -> float:
    """Return euro the State does not get back: flex and units, schemes, project leaders, the subsidy on top."""
    leaders = window.parameters.projects.project_leaders.daily(window.from_day, window.until_day).sum()
    return (
        _homes_delivered(window, (FLEX, STATE_UNITS, CONVERSION)) * unit_cost(window, "flex_dwelling_nonrecoverable")
        + _homes_delivered(window, (LARGE_FAMILY,)) * unit_cost(window, "large_family_scheme_per_household")
        + float(leaders) / DAYS_PER_YEAR * unit_cost(window, "project_leader_per_year")
        + cost_subsidy(window)
    )


def cost_subsidy(window: Window) -> float:
    """Return euro of subsidy granted, on the day of the decision, less what projects that will fail pay back."""
    rules = window.parameters.projects
    days = month_starts(window.from_day, window.until_day)
    granted = (
        subsidised_homes(rules, day)
        * rules.subsidy_per_home.at(day)
        * (1.0 - chance_of_failure(rules, SUBSIDISED, day, rules.failure_share))
        for day in days
    )
    return sum(granted) / MONTHS_PER_YEAR


def bill_of(days: FloatArray, homes: FloatArray) -> FloatArray:
    """Return euro that a province bills for so many days in place of a municipality and homes let on them."""
    costs = unit_costs()
    euro: FloatArray = days * costs["substitution_per_day"] + homes * costs["substitution_per_home"]
    return euro


def substitution_bill(window: Window) -> float:
    """Return euro that provinces bill to municipalities in whose place they act."""
    return float(bill_of(*(np.array(window.flow(f"substitution_{what}")) for what in ("days", "homes"))))


def cost_levy_relief(window: Window) -> float:
    """Return euro of landlord levy that the State forgoes, whatever is built of it."""
    relief = window.parameters.projects.levy_relief.daily(window.from_day, window.until_day).sum()
    return float(relief) / DAYS_PER_YEAR * EUR_PER_MILLION


def cost_homes_corporations(window: Window) -> float:
    """Return euro that flex dwellings and new social homes of the pipeline cost, whoever pays a part of it."""
    return _homes_delivered(window, (FLEX, SUBSIDISED)) * unit_cost(window, "flex_dwelling") + _homes_delivered(
        window, (NEW_SOCIAL, LEVY_RELIEF)
    ) * unit_cost(window, "new_social_dwelling")


def cost_public(window: Window) -> float:
    """Return euro of COA, JenV, BZK and municipalities together; investment of corporations is left out."""
    return (
        cost_reception(window)
        + cost_stays(window)
        + cost_intermediate(window)
        + cost_settling(window)
        + cost_ind(window)
        + cost_penalties(window)
        + cost_homes_bzk(window)
        + cost_levy_relief(window)
        + substitution_bill(window)
    )


def share_to_permit_holders(window: Window) -> float:
    """Return which share of the homes that came free went to permit holders."""
    return window.flow("homes_to_permit_holders") / max(window.flow("homes_vacated"), 1.0)


def homes_to_others(window: Window) -> float:
    """Return how many homes that came free went to others than permit holders."""
    return window.flow("homes_vacated") - window.flow("homes_to_permit_holders")


def days_without_place(window: Window) -> float:
    """Return on how many days of the window somebody has no place."""
    return float((window.daily("persons_without_place") > 0).sum())


def homes_got(window: Window, *groups: str) -> float:
    """Return how many homes other seekers of these groups got: homes that came free, and those of projects."""
    return sum(window.flow(f"homes_{group}") + window.flow(f"project_homes_{group}") for group in groups)


def homes_got_by_permit_holders(window: Window) -> float:
    """Return how many homes were let to permit holders: of those that came free and of projects."""
    return window.flow("homes_to_permit_holders") + window.flow("project_homes_to_permit_holders")


def homes_let(window: Window) -> float:
    """Return how many homes were let to anybody; project homes that are held for permit holders are not yet."""
    made = window.flow("project_homes_to_permit_holders")
    return window.flow("homes_vacated") + made + sum(window.flow(f"project_homes_{group}") for group in OTHER_SEEKERS)


def _got(*groups: str) -> Callable[[Window], float]:
    return lambda window: homes_got(window, *groups)


def _forgone(*groups: str) -> Callable[[Window], float]:
    return lambda window: sum(window.flow(f"forgone_{group}") for group in groups)


def days_until_full(window: Window) -> float:
    """Return days from the start of the window until reception is full; the window's length if never."""
    full = np.flatnonzero(window.is_full)
    return float(full[0]) if full.size else float(window.until_day - window.from_day)


@dataclass(frozen=True)
class Outcome:
    """One number about one run: unit, which way is better, how it is counted, and whether it is 1 (yes) or 0 (no)."""

    name: str
    unit: str
    better: Literal["lower", "higher", "neither"]
    count: Callable[[Window], float]
    yes_no: bool = False


#: Waits for a home: outcome -> the share that has one by then, and the fewest and most persons of a household.
WAITS: dict[str, tuple[float, int, int]] = {
    "weeks_to_home_median": (0.5, 1, 99),
    "weeks_to_home_p90": (0.9, 1, 99),
    "weeks_to_home_single": (0.5, 1, 1),
    "weeks_to_home_2_to_4": (0.5, 2, 4),
    "weeks_to_home_5_plus": (0.5, 5, 99),
    "weeks_to_home_p90_single": (0.9, 1, 1),
    "weeks_to_home_p90_2_to_4": (0.9, 2, 4),
    "weeks_to_home_p90_5_plus": (0.9, 5, 99),
}


def _weeks_to_home(share: float, least: int, most: int) -> Callable[[Window], float]:
    return lambda window: weeks_to_home(window, share, least, most).weeks


def outcomes_at_least(window: Window) -> frozenset[str]:
    """Return which outcomes are no more than a lower bound: what they wait for did not happen in the window."""
    found = {name for name, wait in WAITS.items() if weeks_to_home(window, *wait).at_least}
    found |= {"weeks_until_out_mean"} if weeks_until_out(window).at_least else set()
    never_full = not window.is_full.any()
    return frozenset(found | {"days_until_full"} if never_full else found)


def _mean(measure: Callable[[Facts], FloatArray]) -> Callable[[Window], float]:
    return lambda window: float(measure(window.facts)[window.days].mean())


def _end(measure: Callable[[Facts], FloatArray]) -> Callable[[Window], float]:
    return lambda window: float(measure(window.facts)[window.days][-1])


def _largest(measure: Callable[[Facts], FloatArray]) -> Callable[[Window], float]:
    return lambda window: float(measure(window.facts)[window.days].max())


def _measure(name: str) -> Callable[[Facts], FloatArray]:
    return lambda facts: facts.daily[name]


def _stock(name: str) -> Callable[[Facts], FloatArray]:
    return lambda facts: stock(facts, name)


def _total(name: str) -> Callable[[Window], float]:
    return lambda window: float(window.daily(name).sum())


def _flow(name: str) -> Callable[[Window], float]:
    return lambda window: window.flow(name)


def _millions(cost: Callable[[Window], float]) -> Callable[[Window], float]:
    return lambda window: cost(window) / EUR_PER_MILLION


_OUTCOMES = (
    Outcome("persons_in_reception_mean", "persons", "lower", _mean(_stock("persons_in_reception"))),
    Outcome("persons_in_reception_end", "persons", "lower", _end(_stock("persons_in_reception"))),
    Outcome("persons_in_reception_max", "persons", "lower", _largest(_stock("persons_in_reception"))),
    Outcome("persons_in_beds_end", "persons", "lower", _end(persons_in_beds)),
    Outcome("permit_holders_under_coa_mean", "persons", "lower", _mean(_stock("permit_holders_under_coa"))),
    Outcome("permit_holders_under_coa_end", "persons", "lower", _end(_stock("permit_holders_under_coa"))),
    # The names that this measure had before.
    Outcome("permit_holders_in_reception_mean", "persons", "lower", _mean(_stock("permit_holders_under_coa"))),
    Outcome("permit_holders_in_reception_end", "persons", "lower", _end(_stock("permit_holders_under_coa"))),
    Outcome("permit_holders_in_beds_end", "persons", "lower", _end(_stock("permit_holders_in_beds"))),
    Outcome("permit_holders_beyond_norm_end", "persons", "lower", _end(_measure("permit_holders_beyond_norm"))),
    Outcome("refused_in_reception_end", "persons", "lower", _end(_measure("in_reception_refused"))),
    Outcome("person_days_without_place", "person-days", "lower", _total("persons_without_place")),
    Outcome("persons_without_place_max", "persons", "lower", _largest(_measure("persons_without_place"))),
    Outcome("days_without_place", "days", "lower", days_without_place),
    Outcome("ran_full", "share", "lower", lambda window: float(window.is_full.any()), True),
    Outcome("days_until_full", "days", "higher", days_until_full),
    Outcome("emergency_places_mean", "places", "lower", _mean(_measure("emergency_places"))),
    Outcome("free_places_mean", "places", "neither", _mean(_measure("free_places"))),
    Outcome("pending_decisions_end", "persons", "lower", _end(_measure("pending"))),
    Outcome("pending_taskforce_end", "persons", "lower", _end(_measure("pending_taskforce"))),
    Outcome("pending_age_weeks", "weeks", "lower", pending_age_weeks),
    Outcome("pending_beyond_term_share", "share", "lower", pending_beyond_term),
    Outcome("decisions", "persons", "neither", _flow("decisions")),
    Outcome("closures", "persons", "neither", lambda window: window.flow("decisions") + window.flow("withdrawals")),
    Outcome("permits_without_family", "persons", "neither", _flow("permits")),
    Outcome("permits_first_instance", "persons", "neither", _flow("permits_first_instance")),
    Outcome("late_decisions", "persons", "lower", _flow("late_decisions")),
    Outcome("pending_family_end", "persons", "lower", _end(_measure("pending_family"))),
    Outcome("nareis_applications", "persons", "neither", _flow("family_applications")),
    Outcome("nareis_arrivals", "persons", "neither", _flow("family_entered")),
    *(Outcome(name, "weeks", "lower", _weeks_to_home(*wait)) for name, wait in WAITS.items()),
    Outcome("weeks_until_out_mean", "weeks", "lower", lambda window: weeks_until_out(window).weeks),
    Outcome("days_to_link_mean", "days", "lower", days_to_link),
    Outcome("households_matched", "households", "neither", _matched(placed=False, share=False)),
    Outcome("households_placed_in_match", "households", "higher", _matched(placed=True, share=False)),
    Outcome("matched_share", "share", "neither", _matched(placed=False, share=True)),
    Outcome("placed_in_match_share", "share", "higher", _matched(placed=True, share=True)),
    Outcome("days_offer_to_move", "days", "lower", days_offer_to_move),
    Outcome("settled_centrally", "households", "neither", _flow("settled_centrally")),
    Outcome("realised", "persons", "higher", _flow("realised")),
    Outcome("realised_joined", "persons", "neither", _flow("realised_joined")),
    Outcome("realised_stay", "persons", "neither", _flow("realised_stay")),
    Outcome("behind_end", "persons", "lower", lambda window: float(behind_at_end(window).sum())),
    Outcome("municipalities_behind_end", "municipalities", "lower", _of_colour("behind")),
    Outcome("municipalities_somewhat_behind_end", "municipalities", "lower", _of_colour("somewhat_behind")),
    Outcome("municipalities_on_ladder_end", "municipalities", "lower", _on_ladder(range(1, HIGHEST_RUNG + 1))),
    *(
        Outcome(f"municipalities_on_rung_{rung}_end", "municipalities", "lower", _on_ladder([rung]))
        for rung in range(1, HIGHEST_RUNG + 1)
    ),
    Outcome("homes_to_permit_holders", "homes", "neither", _flow("homes_to_permit_holders")),
    Outcome("share_to_permit_holders", "share", "neither", share_to_permit_holders),
    Outcome("homes_to_others", "homes", "neither", homes_to_others),
    Outcome("homes_unfit", "homes", "lower", _flow("homes_unfit")),
    Outcome("project_homes", "homes", "neither", _flow("project_homes")),
    Outcome("homes_let", "homes", "neither", homes_let),
    Outcome("homes_got_permit_holders", "homes", "neither", homes_got_by_permit_holders),
    Outcome("homes_got_others", "homes", "neither", _got(*OTHER_SEEKERS)),
    *(Outcome(f"homes_got_{group}", "homes", "neither", _got(group)) for group in OTHER_SEEKERS),
    Outcome("homes_forgone_others", "homes", "neither", _forgone(*OTHER_SEEKERS)),
    *(Outcome(f"homes_forgone_{group}", "homes", "neither", _forgone(group)) for group in OTHER_SEEKERS),
    Outcome("homes_by_money", "homes", "neither", lambda window: _homes_delivered(window, (SUBSIDISED, LEVY_RELIEF))),
    Outcome("cost_reception", "million EUR", "lower", _millions(cost_reception)),
    Outcome("cost_reception_per_year", "million EUR a year", "lower", _millions(cost_reception_per_year)),
    Outcome("cost_stays", "million EUR", "lower", _millions(cost_stays)),
    Outcome("cost_ind", "million EUR", "lower", _millions(cost_ind)),
    Outcome("cost_penalties", "million EUR", "lower", _millions(cost_penalties)),
    Outcome("cost_intermediate", "million EUR", "lower", _millions(cost_intermediate)),
    Outcome("cost_settling", "million EUR", "lower", _millions(cost_settling)),
    Outcome("substitution_homes", "homes", "neither", _flow("substitution_homes")),
    Outcome("substitution_days", "days", "lower", _flow("substitution_days")),
    Outcome("substitution_bill", "million EUR", "lower", _millions(substitution_bill)),
    Outcome("cost_homes_bzk", "million EUR", "lower", _millions(cost_homes_bzk)),
    Outcome("cost_subsidy", "million EUR", "lower", _millions(cost_subsidy)),
    Outcome("cost_levy_relief", "million EUR", "lower", _millions(cost_levy_relief)),
    Outcome("cost_homes_corporations", "million EUR", "neither", _millions(cost_homes_corporations)),
    Outcome("cost_public", "million EUR", "lower", _millions(cost_public)),
)
OUTCOMES: dict[str, Outcome] = {outcome.name: outcome for outcome in _OUTCOMES}


def count_outcomes(window: Window) -> dict[str, float]:
    """Return every outcome of a window; raises ``ValueError`` when it is empty or lies outside the run."""
    if not window.facts.first_day <= window.from_day < window.until_day <= window.facts.last_day:
        raise ValueError("the window must lie inside the run")
    return {name: float(outcome.count(window)) for name, outcome in OUTCOMES.items()}


def monthly_series(window: Window) -> tuple[IntArray, dict[str, FloatArray]]:
    """Return the month ends in the window, and national measures: stocks as they stand, flows as of that month.

    Flows of the first month count from the first day of the window. Permits include those of family, as in the
    published counts.
    """
    facts = window.facts
    days = facts.monthly_days[(facts.monthly_days >= window.from_day) & (facts.monthly_days < window.until_day)]
    rows = days - facts.first_day
    daily = facts.daily
    stocks = {
        **{
            name: stock(facts, name)
            for name in (
                "persons_in_reception",
                "permit_holders_under_coa",
                "permit_holders_in_reception",
                "permit_holders_in_beds",
                "persons_beyond_coa",
            )
        },
        "permit_holders_beyond_norm": daily["permit_holders_beyond_norm"],
        "in_procedure_in_reception": daily["in_reception_in_procedure"],
        "refused_in_reception": daily["in_reception_refused"],
        "waiting_family_in_reception": daily["in_reception_waiting_family"],
        **{name: daily[name] for name in ("persons_without_place", "regular_places", "emergency_places")},
        "usable_places": daily["usable_places"],
        "pending_decisions": daily["pending"],
        **{name: daily[name] for name in ("pending_taskforce", "pending_family", "in_stay")},
    }
    flows = {
        "applications": daily["applicants_entered"],
        "decisions": daily["decisions"],
        "permits": daily["permits"] + daily["family_permits"],
        "nareis_applications": daily["family_applications"],
        "nareis_arrivals": daily["family_entered"],
        "realised": daily["realised"],
        "homes_to_permit_holders": daily["homes_to_permit_holders"],
    }
    first = window.days.start
    series = {name: values[rows] for name, values in stocks.items()}
    for name, total in flows.items():
        series[name] = np.diff(total[rows], prepend=total[first - 1] if first else 0.0)
    return days, series
