"""Whether sharing a home pays: for who shares it, for who lets it and for the State; arithmetic beside the chain.

Singles who each have a room in one home, against singles who each have a small home of their own. Every amount stands
in ``data/sharing.csv``. Left out: what nobody can put in euros, such as privacy and quarrels, and who earns a wage.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from models.outcomes import unit_costs
from models.sources import read_table

MONTHS_PER_YEAR, DAYS_PER_MONTH = 12.0, 365.25 / 12.0
#: The least and the most that an amount may be, by its unit; what has another unit lies between 0 and ``MOST``.
LIMITS = {"share": (0.0, 1.0), "years": (1.0, 50.0), "months": (0.0, 12.0)}
MOST = 100_000.0
#: How many share a home.
SHARED_BY = (2, 3, 4, 5)


@lru_cache(maxsize=1)
def sharing_amounts() -> dict[str, float]:
    """Return the amounts of ``data/sharing.csv`` by item."""
    return {row["item"]: float(row["value"]) for row in read_table("sharing")}


def limits_of(item: str) -> tuple[float, float]:
    """Return the least and the most that an amount may be."""
    (unit,) = (row["unit"] for row in read_table("sharing") if row["item"] == item)
    return LIMITS.get(unit, (0.0, MOST))


@dataclass(frozen=True)
class SharingSum:
    """What a home costs and brings that some share, in euro a month unless it says otherwise."""

    persons: int
    #: Rent and energy less allowance, in a home alone and in a room; a room brings no housing allowance.
    tenant_alone: float
    tenant_shared: float
    allowance_lost: float
    #: What is left more (or less) for a tenant with a contract and a rent of the room's own, and with one contract for
    #: all: then each counts as one who shares costs, and the benefit is lower.
    tenant_gain: float
    benefit_cut: float
    tenant_gain_one_contract: float
    deposit: float
    #: Per room: what it brings, what it costs, and the one-off subsidy with which the two are equal.
    landlord_income: float
    landlord_cost: float
    landlord_result: float
    subsidy_needed: float
    #: The subsidy that there was is enough.
    feasible_for_landlord: bool
    #: The State, per person: less allowance, and a bed in reception from the first day.
    state_saves: float
    reception_saves: float


def housing_allowance(rent: float, amounts: Mapping[str, float]) -> float:
    """Return the housing allowance of one person on benefit in a home alone, by rent."""
    full_up_to = amounts["allowance_full_up_to"]
    full = max(min(rent, full_up_to) - amounts["allowance_own_share"], 0.0)
    above = max(min(rent, amounts["allowance_up_to"]) - full_up_to, 0.0)
    return full + amounts["allowance_share_above"] * above


def benefit(persons: int, amounts: Mapping[str, float]) -> float:
    """Return the benefit of each of so many who share the costs of a home; 70 % of a couple's for one alone."""
    return amounts["benefit_of_couple"] * (0.4 + 0.3 * persons) / persons


def sharing_sum(persons: int, amounts: Mapping[str, float]) -> SharingSum:
    """Return what sharing a home by so many means for tenant, landlord and State."""
    months = amounts["years"] * MONTHS_PER_YEAR
    rent = amounts["rent_per_room"]
    allowance = housing_allowance(amounts["rent_alone"], amounts)
    alone = amounts["rent_alone"] + amounts["energy_alone"] - allowance
    shared = rent + amounts["energy_of_home"] / persons
    cut = benefit(1, amounts) - benefit(persons, amounts)
    once = amounts["work_per_room"] + amounts["furniture_per_room"] + amounts["management_per_room"]
    income = rent * (1.0 - amounts["empty_share"])
    cost = amounts["rent_of_home"] / persons + once / months
    needed = max((cost - income) * months, 0.0)
    return SharingSum(
        persons=persons,
        tenant_alone=alone,
        tenant_shared=shared,
        allowance_lost=allowance,
        tenant_gain=alone - shared,
        benefit_cut=cut,
        tenant_gain_one_contract=alone - shared - cut,
        deposit=rent * amounts["deposit_months"],
        landlord_income=income,
        landlord_cost=cost,
        landlord_result=income - cost,
        subsidy_needed=needed,
        feasible_for_landlord=needed <= amounts["subsidy_per_room"],
        state_saves=allowance,
        reception_saves=unit_costs()["regular_place_per_day"] * DAYS_PER_MONTH,
    )
