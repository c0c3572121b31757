"""Projects: homes that have to be made first.

Who acts: ministries, corporations and municipalities, who decide on homes on the first of each
month. Who waits: projects, for their lead time, longer or shorter by their own luck, shorter
with project leaders. What leaves: homes, handed in to the municipality on the day of delivery;
some projects fail. Decisions from before the start date that still lie in the pipeline are
part of the start. Left out: financing, permits and appeals one by one.
"""

from __future__ import annotations

import bisect
import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from models.geography import municipalities
from models.parameters import Parameters
from models.register import HOME_SIZES, Register
from models.sources import read_table
from models.world import LUCK_PROJECT_COUNT, LUCK_PROJECT_DELAY, LUCK_PROJECT_FAILURE, LUCK_PROJECT_PLACE
from sim.calendar import add_months, month_starts
from sim.luck import uniform
from sim.schedule import Schedule

KINDS = ("flex", "state_units", "conversion", "new_social", "large_family")
FLEX, STATE_UNITS, CONVERSION, NEW_SOCIAL, LARGE_FAMILY = range(5)
(KIND, PLACE_OF, HOMES, DUE, RANK) = range(5)
#: Kind, municipality, homes, day of delivery, identity.
Project = tuple[int, int, int, int, int]


@lru_cache(maxsize=8)
def home_sizes(kind: str) -> NDArray[np.float64]:
    """Return the cumulative shares of the four home sizes in projects of a kind."""
    shares = {row["category"]: float(row["value"]) for row in read_table("household_mix") if row["key"] == kind}
    return np.cumsum([shares.get(size, 0.0) for size in HOME_SIZES])


class Projects:
    """The pipeline of homes to be made."""

    def __init__(self, parameters: Parameters, register: Register, first_day: int, horizon: int, seed: int) -> None:
        projects = parameters.projects
        self.register, self.seed, self.first_day, self.horizon = register, seed, first_day, horizon
        self.parameters = projects
        self.plans = self._plans(parameters)
        self.lead_days = self._lead_days(parameters)
        self.sizes = {kind: home_sizes(name) for kind, name in enumerate(KINDS)}
        shares = municipalities().inhabitants / municipalities().inhabitants.sum()
        self.place_shares: list[float] = np.cumsum(shares).tolist()
        self.due: set[int] = set()
        self.pipeline = np.zeros((5, 512), dtype=np.int64)
        self.count = np.zeros(1, dtype=np.int64)

    def state(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays a snapshot must hold."""
        return {"pipeline": self.pipeline[:, : self.count[0]], "count": self.count}

    def restore(self, pipeline: NDArray[np.int64]) -> None:
        """Take over the pipeline of a snapshot; the rest of the state follows from it."""
        self.pipeline = np.zeros((pipeline.shape[0], max(512, 2 * pipeline.shape[1])), dtype=np.int64)
        self.pipeline[:, : pipeline.shape[1]] = pipeline
        self.due = set(pipeline[DUE].tolist())

    def start(self, history: Parameters) -> None:
        """Fill the pipeline with what was decided in the years before the start, as history had it."""
        plans, lead_days = self._plans(history), self._lead_days(history)
        # No decision of longer ago is still to be delivered, but for a rare very late one.
        for day in month_starts(add_months(self.first_day, -48), self.first_day):
            self._decide(day, plans, lead_days, history.projects.project_leaders.at(day))

    def decide(self, day: int) -> None:
        """Decide on this month's homes and put them in the pipeline as projects."""
        self._decide(day, self.plans, self.lead_days, self.parameters.project_leaders.at(day))

    @staticmethod
    def _plans(parameters: Parameters) -> tuple[Schedule, ...]:
        projects = parameters.projects
        return (
            projects.flex_per_year, projects.state_units_per_year, projects.conversion_per_year,
            projects.new_social_per_year, parameters.homes.large_family_homes_per_year,
        )  # fmt: skip

    @staticmethod
    def _lead_days(parameters: Parameters) -> tuple[Schedule | float, ...]:
        projects = parameters.projects
        return (
            projects.flex_lead_days, projects.state_units_lead_days, projects.conversion_lead_days,
            projects.new_social_lead_days, projects.large_family_lead_days,
        )  # fmt: skip

    def _decide(
        self, day: int, plans: tuple[Schedule, ...], lead_days: tuple[Schedule | float, ...], leaders: float
    ) -> None:
        size = max(int(self.parameters.homes_per_project), 1)
        for kind in range(len(KINDS)):
            wanted = plans[kind].at(day) / 12.0
            if wanted <= 0.0:
                continue
            batch = 1 if kind == LARGE_FAMILY else size
            identity = (11 << 56) + (kind << 48) + (day << 24)
            number = wanted / batch
            count = int(number + uniform(self.seed, identity, LUCK_PROJECT_COUNT))
            lead = lead_days[kind]
            days = lead.at(day) if isinstance(lead, Schedule) else lead
            days *= 1.0 - min(leaders * self.parameters.leader_effect, self.parameters.leaders_save_most)
            planned = [self._plan(kind, identity + (rank << 10), batch, day, days) for rank in range(count)]
            self._put_in_pipeline([project for project in planned if project is not None])

    def _plan(self, kind: int, identity: int, homes: int, day: int, lead_days: float) -> Project | None:
        """Return a project, or nothing when it fails or is not delivered within the time of any run."""
        seed = self.seed
        if uniform(seed, identity, LUCK_PROJECT_FAILURE) < self.parameters.failure_share:
            return None
        spread = self.parameters.delay_spread
        delay = math.exp(spread * float(ndtri(uniform(seed, identity, LUCK_PROJECT_DELAY))))
        due = day + int(lead_days * delay)
        if not self.first_day <= due < self.horizon:
            return None
        place = bisect.bisect_left(self.place_shares, uniform(seed, identity, LUCK_PROJECT_PLACE))
        return kind, min(place, len(self.place_shares) - 1), homes, due, identity

    def _put_in_pipeline(self, planned: list[Project]) -> None:
        if not planned:
            return
        at, until = int(self.count[0]), int(self.count[0]) + len(planned)
        while until > self.pipeline.shape[1]:
            self.pipeline = np.concatenate([self.pipeline, np.zeros_like(self.pipeline)], axis=1)
        self.pipeline[:, at:until] = np.array(planned, dtype=np.int64).T
        self.count[0] = until
        self.due.update(self.pipeline[DUE, at:until].tolist())

    def due_today(self, day: int) -> list[tuple[int, int, int, int]]:
        """Return (kind, municipality, homes, identity) of every project delivered today."""
        if day not in self.due:
            return []
        pipeline = self.pipeline[:, : self.count[0]]
        found = []
        for at in np.flatnonzero(pipeline[DUE] == day):
            kind, place, homes, _, identity = (int(number) for number in pipeline[:, at])
            found.append((kind, place, homes, identity))
        return found

    def delivered(self, before: int) -> dict[str, NDArray[np.int64]]:
        """Return kind, municipality, homes and day of every project delivered before a day."""
        pipeline = self.pipeline[:, : self.count[0]]
        pipeline = pipeline[:, pipeline[DUE] < before]
        return {
            "kind": pipeline[KIND], "municipality": pipeline[PLACE_OF], "homes": pipeline[HOMES],
            "delivered": pipeline[DUE],
        }  # fmt: skip

    def holder_share(self, kind: int, day: int, share_of_place: float) -> float:
        """Return which share of the homes of a kind goes to permit holders."""
        if kind in (STATE_UNITS, LARGE_FAMILY):
            return 1.0
        if kind == NEW_SOCIAL:
            return share_of_place
        return self.parameters.flex_holder_share.at(day)
