"""Projects: homes that have to be made first.

Who acts: ministries, corporations and municipalities, who decide on homes on the first of each
month. Who waits: projects, for their lead time, longer or shorter by their own luck, shorter
with project leaders. What leaves: homes, handed in to the municipality on the day of delivery;
some projects fail, fewer of those that others share with permit holders, which are larger too.
Decisions from before the start date that still lie in the pipeline are part of the start. Public
money on top of what history spent buys homes on top: a subsidy per dwelling out of a yearly
budget, and relief of the landlord levy. Left out: loans, permits and appeals one by one, and
what neighbours think of a place.
"""

import bisect
import math
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from models.geography import municipalities
from models.parameters import Parameters, other_seekers
from models.parameters import Projects as Rules
from models.register import ANYWHERE, HOME_SIZES, Delivery, Register
from models.sources import read_table
from models.world import Luck, World
from sim.arrays import FloatArray, IntArray
from sim.calendar import add_months, month_starts
from sim.luck import uniform
from sim.records import Kept
from sim.schedule import Schedule

KINDS = ("flex", "state_units", "conversion", "new_social", "large_family", "subsidised", "levy_relief")
FLEX, STATE_UNITS, CONVERSION, NEW_SOCIAL, LARGE_FAMILY, SUBSIDISED, LEVY_RELIEF = range(7)
#: Kinds that money makes, and what they are built, filled and handed in as: flex dwellings, ordinary social homes.
BUILT_AS = {SUBSIDISED: FLEX, LEVY_RELIEF: NEW_SOCIAL}
EUR_PER_MILLION = 1.0e6
#: Kinds that share their homes with other groups; of these some are built larger for it.
SHARED = (FLEX, STATE_UNITS, CONVERSION, SUBSIDISED)
BUILT_LARGER = (FLEX, STATE_UNITS, CONVERSION)
#: A project on its way: what, where, how many homes, on which day they are handed in.
PROJECT = ("kind", "municipality", "homes", "delivered", "identity")
DELIVERED = PROJECT.index("delivered")


class Pipeline:
    """The projects on their way and delivered, in order of decision; it grows."""

    def __init__(self) -> None:
        self.projects: list[tuple[int, ...]] = []
        self.of_day: dict[int, list[tuple[int, ...]]] = {}

    def kept(self) -> IntArray:
        """Return what a snapshot must hold, shape (projects, numbers)."""
        return np.array(self.projects, dtype=np.int64).reshape(-1, len(PROJECT))

    def restore(self, kept: IntArray) -> None:
        """Take over the projects of a snapshot. Raises ValueError when there are none in it."""
        if kept.dtype != np.int64 or kept.ndim != 2 or kept.shape[1] != len(PROJECT):
            raise ValueError("no projects")
        self.projects, self.of_day = [], {}
        self.add([tuple(project) for project in kept.tolist()])

    def add(self, planned: list[tuple[int, ...]]) -> None:
        """Put projects at the end: kind, municipality, homes, day of delivery and identity of each."""
        self.projects += planned
        for project in planned:
            self.of_day.setdefault(project[DELIVERED], []).append(project)

    def due(self, day: int) -> list[tuple[int, ...]]:
        """Return the projects that are delivered on a day."""
        return self.of_day.get(day, [])


@lru_cache(maxsize=8)
def home_sizes(kind: str) -> FloatArray:
    """Return the cumulative shares of the four home sizes in projects of a kind."""
    shares = {row["category"]: float(row["value"]) for row in read_table("household_mix") if row["key"] == kind}
    return np.cumsum([shares.get(size, 0.0) for size in HOME_SIZES])


def subsidised_homes(rules: Rules, day: int) -> float:
    """Return homes a year that the subsidy makes: what the budget pays for, of whose shortfall it covers."""
    per_home = rules.subsidy_per_home.at(day)
    if per_home <= 0.0:
        return 0.0
    payable = rules.subsidy_budget.at(day) * EUR_PER_MILLION / per_home
    return min(payable, rules.subsidised_most_per_year * min(per_home / rules.subsidy_covers_all, 1.0))


def levy_homes(rules: Rules, day: int) -> float:
    """Return homes a year that corporations make of the levy they need not pay."""
    return min(rules.levy_relief.at(day) * EUR_PER_MILLION / rules.levy_per_home, rules.levy_most_per_year)


def holder_share(rules: Rules, kind: int, day: int) -> float | None:
    """Return which share of the homes is for permit holders; None where it is that of the municipality's vacancies."""
    if kind not in SHARED:
        return 1.0 if kind == LARGE_FAMILY else None
    return _before_sharing(rules, kind, day) * (1.0 - rules.shared_share.at(day))


def _before_sharing(rules: Rules, kind: int, day: int) -> float:
    return 1.0 if kind == STATE_UNITS else rules.flex_holder_share.at(day)


def resistance(rules: Rules, kind: int, day: int) -> float:
    """Return how much larger the share for permit holders is than in flex as it was built; below 0 where smaller."""
    return (holder_share(rules, kind, day) or 0.0) - rules.support_holder_share if kind in SHARED else 0.0


def chance_of_failure(rules: Rules, kind: int, day: int, usual: float) -> float:
    """Return the chance that a project that is decided on a day is never delivered; ``usual`` is that of flex."""
    return min(usual * (1.0 + rules.support_effect * resistance(rules, kind, day)), 1.0)


def larger(rules: Rules, kind: int, day: int) -> float:
    """Return how many times the usual number of homes a shared project has: a part of what others get is on top."""
    if kind not in BUILT_LARGER:
        return 1.0
    return 1.0 + rules.shared_on_top * rules.shared_share.at(day) * _before_sharing(rules, kind, day)


def homes_a_year(parameters: Parameters, day: int) -> tuple[float, ...]:
    """Return how many homes of each kind are decided a year, as of a day."""
    rules = parameters.projects
    plans = (
        rules.flex_per_year, rules.state_units_per_year, rules.conversion_per_year,
        rules.new_social_per_year, parameters.homes.large_family_homes_per_year,
    )  # fmt: skip
    return (*(plan.at(day) for plan in plans), subsidised_homes(rules, day), levy_homes(rules, day))


class Projects:
    """The pipeline of homes to be made."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None:
        self.register, self.horizon = register, horizon
        self.plans, self.parameters = parameters, parameters.projects
        self.others = tuple(np.cumsum(other_seekers(rules)) for rules in (parameters.homes, parameters.projects))
        self.sizes = {kind: home_sizes(KINDS[BUILT_AS.get(kind, kind)]) for kind in range(len(KINDS))}
        shares = municipalities().inhabitants / municipalities().inhabitants.sum()
        self.place_shares: list[float] = np.cumsum(shares).tolist()
        self.pipeline = Pipeline()
        self.state: dict[str, Kept] = {"pipeline": self.pipeline}

    def start(self, history: Parameters) -> None:
        """Fill the pipeline with what was decided in the years before the start, as history had it."""
        # No decision of longer ago is still to be delivered, but for a rare very late one.
        for day in month_starts(add_months(self.register.first_day, -48), self.register.first_day):
            self._decide(day, history)

    def decide(self, day: int) -> None:
        """Decide on this month's homes and put them in the pipeline as projects."""
        self._decide(day, self.plans)

    def _decide(self, day: int, plans: Parameters) -> None:
        size = max(int(self.parameters.homes_per_project), 1)
        rules = plans.projects
        faster = 1.0 - min(
            rules.project_leaders.at(day) * self.parameters.leader_effect, self.parameters.leaders_save_most
        )
        leads = [getattr(rules, f"{KINDS[BUILT_AS.get(kind, kind)]}_lead_days") for kind in range(len(KINDS))]
        planned: list[tuple[int, ...] | None] = []
        for kind, homes in enumerate(homes_a_year(plans, day)):
            wanted = homes / 12.0
            if wanted <= 0.0:
                continue
            batch = 1 if kind == LARGE_FAMILY else size
            identity = (11 << 56) + (kind << 48) + (day << 24)
            number = wanted / batch
            count = int(number + uniform(self.register.seed, identity, Luck.PROJECT_COUNT.value))
            lead = leads[kind]
            days = (lead.at(day) if isinstance(lead, Schedule) else lead) * faster
            days *= 1.0 + self.parameters.support_days_effect * resistance(rules, kind, day)
            # How many fail is that of the scenario, also of what history decided; whom they are for is as was planned.
            fails = chance_of_failure(rules, kind, day, self.parameters.failure_share)
            batch = round(batch * larger(rules, kind, day))
            planned += [self._plan(kind, identity + (rank << 10), batch, day, days, fails) for rank in range(count)]
        self.pipeline.add([project for project in planned if project is not None])

    def _plan(
        self, kind: int, identity: int, homes: int, day: int, lead_days: float, fails: float
    ) -> tuple[int, ...] | None:
        """Return a project, or nothing when it fails or is not delivered within the time of any run."""
        seed = self.register.seed
        if uniform(seed, identity, Luck.PROJECT_FAILURE.value) < fails:
            return None
        spread = self.parameters.delay_spread
        delay = math.exp(spread * float(ndtri(uniform(seed, identity, Luck.PROJECT_DELAY.value))))
        due = day + int(lead_days * delay)
        if not self.register.first_day <= due < self.horizon:
            return None
        place = bisect.bisect_left(self.place_shares, uniform(seed, identity, Luck.PROJECT_PLACE.value))
        return kind, min(place, len(self.place_shares) - 1), homes, due, identity

    def delivered(self, before: int) -> dict[str, IntArray]:
        """Return kind, municipality, homes and day of every project delivered before a day."""
        rows = self.pipeline.kept()
        rows = rows[rows[:, DELIVERED] < before]
        return {name: rows[:, PROJECT.index(name)].copy() for name in ("kind", "municipality", "homes", "delivered")}

    def deliveries(self, day: int) -> list[Delivery]:
        """Return what is delivered today, and which share of it is for permit holders."""
        due = self.pipeline.due(day)
        if not due:
            return []  # as on most days
        return [
            Delivery(
                identity=identity,
                municipality=ANYWHERE if kind == LARGE_FAMILY else place,
                homes=homes,
                holder_share=holder_share(self.parameters, kind, day),
                sizes=self.sizes[kind],
                others=self.others[kind in SHARED],
            )
            for kind, place, homes, _, identity in due
        ]
