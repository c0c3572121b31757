"""A job: a scenario being computed for whoever asked."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from experiments.run.result import RunResult
from experiments.run.task import Replication
from experiments.scenario.scenario import Scenario
from sim.errors import WrongInput


@dataclass
class Job:
    """One scenario being computed: `state` is waiting, running, done, stopped or failed."""

    key: str
    scenario: Scenario | None
    total: int
    task: Any = field(repr=False)
    idle: bool = False
    state: str = "waiting"
    refusal: WrongInput | None = None
    results: dict[int, Replication] = field(default_factory=dict, repr=False)
    #: How many results there were when it was started or went on.
    had: int = 0
    busy: set[int] = field(default_factory=set, repr=False)
    deaths: dict[int, int] = field(default_factory=dict, repr=False)
    #: Superseded jobs that still hold a process; this one begins after them, so that never two linger.
    behind: "tuple[Job, ...]" = field(default=(), repr=False)
    started: float | None = None
    ended: float | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("done", "stopped", "failed")

    @property
    def lingers(self) -> bool:
        """Whether nobody wants it any more while a process still works on it."""
        return self.state == "stopped" and bool(self.busy)

    @property
    def taken(self) -> int:
        """How many replications are there or being computed."""
        return len(self.results) + len(self.busy)

    def next_number(self, place: int = 0, workers: int = 1) -> int:
        """The first replication that nobody has begun, or one of the next that this worker has in other jobs too.

        A process remembers what it computed of history for a replication, which every other future of it needs.
        """
        numbers = (one for one in range(1, self.total + 1) if one not in self.results and one not in self.busy)
        first = list(islice(numbers, workers))
        return next((one for one in first if one % workers == place), first[0])

    @property
    def done(self) -> int:
        """How many replications can be shown: 1 to so many, without a gap."""
        count = 0
        while count + 1 in self.results:
            count += 1
        return count

    def seconds_left(self, now: float | None = None) -> float | None:
        """How long it still takes at the pace so far; None while that is unknown."""
        if self.over:
            return 0.0
        fresh = len(self.results) - self.had
        if self.started is None or fresh <= 0:
            return None
        elapsed = (time.monotonic() if now is None else now) - self.started
        return elapsed / fresh * (self.total - len(self.results))

    def result(self, count: int | None = None, scenario: Scenario | None = None) -> RunResult | None:
        """What is done, as a run: replications 1 to `count`, or all that follow each other; None without any.

        scenario: who asks may call it by its own name; a job knows none.
        """
        shown = self.done if count is None else min(count, self.done)
        if not shown:
            return None
        named = self.scenario if scenario is None else scenario
        assert named is not None, "an answer is no run"
        return RunResult.of(named, self.task, [(number, self.results[number]) for number in range(1, shown + 1)])


#: A question: called with 1 in a worker process, it gives an answer in plain values.
Question = Callable[[int], dict[str, Any]]


@dataclass
class Asked(Job):
    """One question being answered: a job of one task, whose answer is plain values."""

    @property
    def answer(self) -> dict[str, Any] | None:
        """The answer; None while there is none."""
        found: dict[str, Any] | None = self.results.get(1)  # type: ignore[assignment]
        return found
