"""What draws of parameters say day by day of the series that are forecast, under the tables of a day.

A forecast runs from the start of its period: up to its day on what came, after it on what was known. Inflow after its
day is uncertain: each draw has a walk of its own, whose steps are as large as past changes of a year say.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from experiments.forecast.known import Tables, tables_with
from experiments.run.bill import acts, check_bill
from experiments.run.ensemble import with_draw
from experiments.run.observed import FLOWS
from experiments.scenario.periods import period_days
from models.levers import Change, apply_changes
from models.measures import STOCKS
from models.parameters import Parameters, baseline, with_values
from models.sources import other_rows
from sim.arrays import FloatArray, IntArray
from sim.calendar import add_months, day_number
from sim.replications import replicate, replication_seed
from sim.schedule import Schedule

#: Daily measures behind each series: stocks at the end of a day, flows as a running total.
STOCK_SERIES: dict[str, tuple[str, ...]] = {
    name: STOCKS[name]
    for name in (
        "permit_holders_under_coa", "persons_in_reception", "pending_decisions", "pending_family",
        "persons_in_emergency",
    )
}  # fmt: skip
FLOW_SERIES: dict[str, tuple[str, ...]] = {
    "realised": FLOWS["realised"],
    "nareis_arrivals": FLOWS["nareis_arrivals"],
    # As ministries count it: first and repeat applications, and family that arrived.
    "inflow_total": ("applicants_entered", *FLOWS["nareis_arrivals"]),
}
SERIES = (*STOCK_SERIES, *FLOW_SERIES)
_CHUNK = 4
_QUARTERS_A_YEAR = 4
_MOST_FACTOR = 3.0
#: Half of a normal spread lies within so many standard deviations.
MIDDLE_OF_NORMAL = 0.6744897501960817
#: The inflow of which past changes tell how far it may move.
_OWN_INFLOW = ("first", "amv")

DayTable = npt.NDArray[np.int32]


@dataclass(frozen=True)
class PathTask:
    """Runs some draws and keeps the series of every day; plain values, so it travels.

    factors: what inflow is multiplied with from its day on, (draws, quarters); empty for inflow as the tables have it.
    came: groups of tables that stay as they came (`experiments.forecast.known`).
    """

    period: str
    changes: tuple[Change, ...]
    origin: int
    until: int
    paths: tuple[str, ...]
    draws: FloatArray
    seed: int
    came: tuple[str, ...] = ()
    factors: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))

    def __call__(self, number: int) -> DayTable:
        """Run chunk `number` (from 1): (draws of it, series, days)."""
        rows = range((number - 1) * _CHUNK, min(number * _CHUNK, len(self.draws)))
        with other_rows(tables_with(self.origin, period_days(self.period)[2], self.came)):
            return np.array([self._run(row) for row in rows])

    def chunks(self) -> range:
        """The numbers of all chunks."""
        return range(1, -(-len(self.draws) // _CHUNK) + 1)

    def _run(self, row: int) -> DayTable:
        from models.chain import Chain

        usual = with_draw(baseline(self.period), self.paths, self.draws[row])
        if len(self.factors):
            usual = moved_inflow(usual, self.origin, self.factors[row])
        parameters = apply_changes(usual, self.changes)
        seed = replication_seed(self.seed, row + 1)
        chain = Chain(parameters, seed, self.until, usual=usual if self.changes else None)
        chain.start()
        chain.run(self.until)
        daily = chain.facts().daily
        table = [sum(daily[name] for name in names) for names in (*STOCK_SERIES.values(), *FLOW_SERIES.values())]
        return np.array(table, dtype=np.int32)


def run_paths(task: PathTask, workers: int, on_progress: Callable[[int, int], None] | None = None) -> DayTable:
    """The series of every draw and day, (draws, series, days). Raises KeyboardInterrupt when stopped."""
    check_bill(len(task.draws), len(task.draws) * acts(period_days(task.period)[0], task.until))
    finished = replicate(task, task.chunks(), workers, on_progress).all_or_error()
    if finished.interrupted:
        raise KeyboardInterrupt
    return np.concatenate([table for _, table in finished])


# ---- how far inflow may move ---------------------------------------------------------------------


def moved_inflow(parameters: Parameters, origin: int, factors: FloatArray) -> Parameters:
    """The parameters with inflow times a factor in each quarter from a day on, and the last for ever."""
    usual = parameters.inflow.inflow_factor
    starts = [origin, *(add_months(origin, 3 * quarter) for quarter in range(1, len(factors)))]
    days = sorted({*starts, *(day for day, _ in usual.steps if day > origin)})
    later = [
        (day, min(usual.at(day) * factors[np.searchsorted(starts, day, side="right") - 1], _MOST_FACTOR))
        for day in days
    ]
    first = usual.steps[0]
    before = [step for step in usual.steps if step[0] < origin] or [(min(first[0], origin - 1), first[1])]
    return with_values(parameters, {"inflow.inflow_factor": Schedule((*before, *later))})


def yearly_change(tables: Tables, origin: int) -> float:
    """How much own inflow changed from one year to the next before a day, as the spread of the logarithm.

    From the middle of the absolute changes, so that one wave does not make every later band wide.
    """
    first = min(day_number(row["period_start"]) for row in tables["inflow"] if row["stream"] in _OWN_INFLOW)
    per_day = np.zeros(origin - first)
    for row in tables["inflow"]:
        begin, end = day_number(row["period_start"]) - first, day_number(row["period_end"]) + 1 - first
        if row["stream"] in _OWN_INFLOW:
            per_day[begin:end] += float(row["value"]) / (end - begin)
    quarter = 91
    whole = per_day[len(per_day) % quarter :].reshape(-1, quarter).sum(axis=1)
    whole = np.trim_zeros(whole)
    if len(whole) <= _QUARTERS_A_YEAR:
        return 0.0
    change = np.log(whole[_QUARTERS_A_YEAR:] / whole[:-_QUARTERS_A_YEAR])
    return float(np.median(np.abs(change)) / MIDDLE_OF_NORMAL)


def inflow_walks(change_a_year: float, count: int, quarters: int, seed: int) -> FloatArray:
    """What inflow is multiplied with, a walk a draw that spreads in a year as past years did: (draws, quarters)."""
    steps = np.random.default_rng([seed, 1]).standard_normal((count, quarters))
    walks: FloatArray = np.exp(np.cumsum(steps * change_a_year / math.sqrt(_QUARTERS_A_YEAR), axis=1))
    return walks


# ---- reading a table of days ---------------------------------------------------------------------


def stock_on(paths: DayTable, series: str, days: Sequence[int] | IntArray, first_day: int) -> FloatArray:
    """A stock at the end of days, (draws, days)."""
    offsets = np.asarray(days, dtype=np.int64) - first_day
    return paths[:, SERIES.index(series), :][:, offsets].astype(np.float64)


def flow_over(paths: DayTable, series: str, spans: Sequence[tuple[int, int]], first_day: int) -> FloatArray:
    """How much a running total rose over spans (first and last day), (draws, spans)."""
    total = np.concatenate([np.zeros((len(paths), 1)), paths[:, SERIES.index(series), :]], axis=1)
    starts, ends = (np.array([span[end] for span in spans], dtype=np.int64) - first_day for end in (0, 1))
    rise: FloatArray = total[:, ends + 1] - total[:, starts]
    return rise
