"""What each known simplification of the model is worth: the headline outcomes with and without it, on the same worlds.

Who acts: this script. Each try undoes a simplification, or exaggerates it, in the way that
`experiments/data/simplifications.csv` says: by a parameter, by another table for the time of a run, or by another
act of an institution. Both arms of a pair have the same luck and the same draw of the parameters, and both have the
published targets, so that what differs is the simplification. Some are only counted: how many persons or homes it is
about. What leaves: a table, and with --keep the file of which `docs/model.md` shows the figures. What is left out:
simplifications that nothing in the model can undo; the table says which parameter stands in.

    python benchmarks/simplifications.py [--replications 20] [--try NAME ...] [--keep]
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

if TYPE_CHECKING:
    from models.chain import Chain
    from models.parameters import Parameters

PERIOD = "prop-2021"
SEED = 1
EASTER = ("2019-04-21", "2020-04-12", "2021-04-04")
#: The headline outcomes: total, then means over all days, then where nobody has a place to sleep.
OUTCOMES = (
    "realised", "permit_holders_under_coa", "persons_in_reception", "pending_decisions", "persons_without_place_max",
)  # fmt: skip


@dataclass(frozen=True)
class Try:
    """How a simplification is undone or exaggerated.

    change: of the parameters of the second arm; both: of the parameters of both arms; around: while the world of the
    second arm is made and runs; lift: of its chain before it starts.
    """

    change: Callable[["Parameters"], "Parameters"] = lambda parameters: parameters
    both: Callable[["Parameters"], "Parameters"] = lambda parameters: parameters
    around: Callable[[], AbstractContextManager[Any]] = nullcontext
    lift: Callable[["Chain"], None] = lambda chain: None


def set_to(**values: float) -> Callable[["Parameters"], "Parameters"]:
    """Parameters by path, a double underscore for the dot; a dated one holds from the beginning."""

    def change(parameters: "Parameters") -> "Parameters":
        from models.parameters import value_at, with_values
        from sim.schedule import Schedule

        paths = {name.replace("__", "."): value for name, value in values.items()}
        dated = {path: isinstance(value_at(parameters, path), Schedule) for path in paths}
        return with_values(
            parameters, {path: Schedule.constant(value) if dated[path] else value for path, value in paths.items()}
        )

    return change


def times(**factors: float) -> Callable[["Parameters"], "Parameters"]:
    """Parameters multiplied, dated or not."""

    def change(parameters: "Parameters") -> "Parameters":
        from models.parameters import value_at, with_values
        from sim.schedule import Schedule

        values: dict[str, Any] = {}
        for name, factor in factors.items():
            value = value_at(parameters, name.replace("__", "."))
            values[name.replace("__", ".")] = value.scaled(factor) if isinstance(value, Schedule) else value * factor
        return with_values(parameters, values)

    return change


def levers(*changes: tuple[Any, ...]) -> Callable[["Parameters"], "Parameters"]:
    """Levers set, each as its name, value and the date from which it holds."""

    def change(parameters: "Parameters") -> "Parameters":
        from models.levers import Change, apply_changes
        from sim.calendar import day_number

        return apply_changes(
            parameters, [Change(name, value, *(day_number(date) for date in dates)) for name, value, *dates in changes]
        )

    return change


def later(path: str, days: int) -> Callable[["Parameters"], "Parameters"]:
    """What is dated begins so many days later."""

    def change(parameters: "Parameters") -> "Parameters":
        from models.parameters import value_at, with_values
        from sim.schedule import Schedule

        (first, value), *steps = value_at(parameters, path).steps
        return with_values(parameters, {path: Schedule(((first, value), *((day + days, step) for day, step in steps)))})

    return change


def nareis_dips_too(parameters: "Parameters") -> "Parameters":
    """Staff of the family unit times the output of the asylum units (the dip of 2020)."""
    from models.parameters import with_values
    from sim.schedule import Schedule

    staff, output = parameters.nareis.staff_fte, parameters.ind.output_factor
    days = sorted({day for schedule in (staff, output) for day, _ in schedule.steps})
    return with_values(
        parameters, {"nareis.staff_fte": Schedule(tuple((day, staff.at(day) * output.at(day)) for day in days))}
    )


# ---- other tables ------------------------------------------------------------------------------


@contextmanager
def other_parts_of_the_stock() -> Iterator[None]:
    """Social homes per municipality that are off by some 20 per cent each; the country keeps its sum."""
    from models.geography import municipalities
    from sim.luck import uniforms

    stock = municipalities().social_stock
    kept = stock.copy()
    stock *= np.exp(0.35 * (2.0 * uniforms(1, np.arange(1, stock.size + 1), 1) - 1.0))
    stock *= kept.sum() / stock.sum()
    try:
        yield
    finally:
        stock[:] = kept


def inhabitants_of_2021() -> AbstractContextManager[Any]:
    """The key does not follow the year, as the table did for all years before."""
    from models.geography import municipalities

    return patch("models.stages.target.inhabitants_in", lambda year: municipalities().inhabitants)


@contextmanager
def entry_in_waves() -> Iterator[None]:
    """Other entry 1.5 times in the first half of each year and 0.5 times in the second."""
    from models import world
    from models.register import STREAMS
    from sim.calendar import date_of

    usual = world.arrival_rates

    def rates(parameters: "Parameters", first_day: int, last_day: int) -> Any:
        found = usual(parameters, first_day, last_day)
        early = np.array([date_of(day).month <= 6 for day in range(first_day, last_day)])
        found[STREAMS.index("other_entry")] *= np.where(early, 1.5, 0.5)
        return found

    with patch.object(world, "arrival_rates", rates):
        yield


# ---- other acts --------------------------------------------------------------------------------


def acts_otherwise(chain: "Chain", usual: Callable[..., None], other: Callable[..., None]) -> None:
    """Let an institution do something else at its hour."""
    chain.turns = tuple(replace(turn, act=other) if turn.act is usual else turn for turn in chain.turns)
    chain.is_usual = False


def holidays_at_the_linking_desk(chain: "Chain") -> None:
    """Nobody is linked on public holidays."""
    from models.stages.linking import Linking
    from sim.calendar import day_number

    days = chain.stages[Linking].policy.days
    for date_of_easter in EASTER:
        year, sunday = date_of_easter[:4], day_number(date_of_easter)
        fixed = [day_number(f"{year}-{date}") for date in ("01-01", "04-27", "12-25", "12-26")]
        for day in (*fixed, sunday + 1, sunday + 39, sunday + 50):
            if 0 <= day - chain.first_day < days.size:
                days["working"][day - chain.first_day] = False


def idle_staff_helps(chain: "Chain") -> None:
    """Staff of tracks 1 and 2 and of repeat applications who had nothing to do work on track 4 the next day."""
    from models.stages.ind import Ind, Unit

    ind, days, first = chain.stages[Ind], chain.stages[Ind].policy.days, chain.first_day
    units = ((Unit.TRACKS_1_2, "tracks_1_2_staff_share"), (Unit.REPEAT, "repeat_staff_share"))
    planned = {column: days[column].copy() for _, column in units}

    def act(stage: Ind, day: int, departures: Any) -> None:
        Ind.act(stage, day, departures)
        staff, offset = ind.books.staff[0], day - first
        fte = staff["experienced"] + ind.policy.rules[0]["trainee_output"] * staff["in_training"]
        for unit, column in units:
            workers = max(int(np.rint(fte * planned[column][offset] * days["output"][offset])), 1)
            needed = min((int(ind.books.busy[unit, 0]) + 1) / workers, 1.0)  # one stands ready for who comes
            days[column][offset + 1 :] = planned[column][offset + 1 :] * needed

    acts_otherwise(chain, Ind.act, act)


def dead_time(chain: "Chain") -> None:
    """Municipalities do at once what the pressure of `response_delay_days` ago asked."""
    from models.stages.homes import Homes

    homes = chain.stages[Homes]
    delays, asked = homes.parameters.response_delay_days, [homes.books.share.copy()]

    def reconsider(stage: Homes, day: int, *pressure: Any) -> None:
        at_once = homes.parameters.model_copy(update={"response_delay_days": delays.scaled(0.0)})
        homes.parameters, kept = at_once, homes.parameters
        Homes.reconsider(stage, day, *pressure)
        homes.parameters = kept
        books, today = homes.books, homes.policy.days[day - chain.first_day]
        asked.append(books.share.copy())
        books.share[:] = asked[max(len(asked) - 1 - round(delays.at(day) / 7.0), 0)]
        vacancies = homes.policy.towns["social_homes"] * today["turnover_per_day"]
        books.homes_per_day[-1] = today["effort"] * books.share * vacancies

    acts_otherwise(chain, Homes.reconsider, reconsider)


TRIES: dict[str, Try] = {
    "stock_parts": Try(around=other_parts_of_the_stock),
    "inhabitants_of_2021": Try(around=inhabitants_of_2021),
    "fewer_vacancies": Try(change=times(homes__turnover_factor=0.99)),
    "more_other_entry": Try(change=times(inflow__other_entry_factor=1.1)),
    "entry_in_waves": Try(around=entry_in_waves),
    "stock_linked_later": Try(change=set_to(linking__stock_linked_after_days=80.0)),
    "holidays": Try(lift=holidays_at_the_linking_desk),
    "idle_staff_helps": Try(lift=idle_staff_helps),
    "cohort_of_the_day": Try(
        both=levers(("taskforce_seconded", 0.0), ("taskforce_hired", 0.0), ("taskforce_seconded", 200.0, "2020-10-01")),
        change=set_to(ind__taskforce_cohort_before=18536.0),
    ),
    "second_appeal": Try(change=times(ind__appeal_success_share=1.46)),
    "guardian_more": Try(change=set_to(linking__guardian_share=0.9)),
    "minors_older": Try(change=set_to(linking__minor_days_most=730.0)),
    "family_on_family": Try(change=times(nareis__family_size_factor=1.01)),
    "family_in_parts": Try(change=times(nareis__travel_days_max=2.0)),
    "nareis_dips_too": Try(change=nareis_dips_too),
    "fewer_usable_places": Try(change=set_to(coa__occupancy_norm=0.94)),
    "small_batches": Try(change=set_to(coa__emergency_batch_places=50.0)),
    "dead_time": Try(lift=dead_time),
    "stock_grows": Try(change=times(homes__turnover_factor=1.001)),
    "no_more_room": Try(change=set_to(homes__more_room_share=0.0)),
    "hosts_asked_again": Try(change=times(stays__willing_share=1.5)),
    "ladder_twice_as_fast": Try(change=set_to(target__step_in_after=2.5)),
    "no_signal": Try(change=set_to(target__signal_lead_days=0.0)),
    "loud_signal": Try(change=set_to(target__signal_lead_days=180.0, target__signal_loudness=0.4)),
    "every_pair": Try(both=levers(("trading", "bilateral")), change=levers(("trading", "region"))),
    "facilities_later": Try(change=later("stays.municipal_intermediate_places", 90)),
}


# ---- counted -----------------------------------------------------------------------------------


COUNTED = ("won_appeals_of_before", "homes_held_empty", "homes_let_again")


def count(parameters: "Parameters", seed: int, until: int) -> list[float]:
    """What is only counted, in the order of `COUNTED`.

    Persons who would win an appeal that was pending at the start, were there as many as a year later; homes of projects
    that stand empty until a permit holder fits, as a mean over the firsts of months; homes of projects that would have
    come free again.
    """
    from models.chain import Chain
    from models.register import Status
    from models.stages.homes import Homes
    from sim.calendar import month_starts

    chain = Chain(parameters, seed, until, usual=parameters)
    chain.start()
    chain.run(chain.first_day + 365)
    households = chain.register.households
    in_appeal = households["persons"][households["status"] == Status.IN_APPEAL].sum()
    held = []
    for day in [*month_starts(chain.today + 1, until), until]:
        chain.run(day)
        held.append(int(chain.stages[Homes].books.held.sum()))
    made = chain.facts().daily["project_homes"]
    turnover = parameters.homes.turnover_per_year.daily(chain.first_day, until) / 365.25
    won = in_appeal * parameters.ind.appeal_success_share
    return [float(won), float(np.mean(held)), float((made * turnover).sum())]


def measure(trials: list[str], replications: int) -> dict[str, Any]:
    """Every try beside the model as it is: means, and the difference with its 90 per cent interval by draw."""
    from experiments.run.ensemble import draws_of
    from experiments.run.provenance import behind
    from experiments.run.task import Task
    from experiments.scenario.ready import load_scenario
    from sim.replications import replication_seed
    from sim.statistics import grouped_interval

    task = Task.of(load_scenario(PERIOD))
    usual: dict[int, list[float]] = {}
    counted = []
    kept: dict[str, list[list[float]]] = {name: [] for name in trials}
    for number in range(1, replications + 1):
        parameters, seed = task.parameters(number), replication_seed(SEED, number)
        usual[number] = run(parameters, seed, task.until_day)
        counted.append(count(parameters, seed, task.until_day))
        for name in trials:
            tried = TRIES[name]
            under = tried.both(parameters)
            base = usual[number] if under == parameters else run(under, seed, task.until_day)
            with tried.around():
                other = run(tried.change(under), seed, task.until_day, tried.lift)
            kept[name].append([there - here for here, there in zip(base, other, strict=True)])
        print(f"{number} of {replications}", file=sys.stderr)
    dealt = draws_of(task.ensemble, SEED, range(1, replications + 1))
    draws = np.arange(replications) if dealt is None else dealt

    def rows(named: tuple[str, ...], table: Any) -> list[dict[str, Any]]:
        bands = {name: grouped_interval(np.array(table)[:, place], draws) for place, name in enumerate(named)}
        return [{"name": name, "mean": band.mean, "low": band.low, "high": band.high} for name, band in bands.items()]

    return {
        **behind(PERIOD),
        "measured_on": date.today().isoformat(),
        "replications": replications,
        "usual": rows(OUTCOMES, list(usual.values())),
        "counted": rows(COUNTED, counted),
        "tries": {name: rows(OUTCOMES, kept[name]) for name in trials},
    }


def run(
    parameters: "Parameters", seed: int, until: int, lift: Callable[["Chain"], None] = lambda chain: None
) -> list[float]:
    """The headline outcomes of one run in which the target is as published."""
    from models.chain import Chain
    from models.measures import STOCKS

    chain = Chain(parameters, seed, until, usual=parameters)
    lift(chain)
    chain.start()
    chain.run(until)
    daily = chain.facts().daily
    means = [float(np.sum([daily[part] for part in STOCKS[name]], axis=0).mean()) for name in OUTCOMES[1:-1]]
    return [float(daily["realised"][-1]), *means, float(daily["persons_without_place"].max())]


def main() -> None:
    """Measures, prints a table, and keeps what the documentation shows when asked."""
    parser = argparse.ArgumentParser(description="The effect of each known simplification.")
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--try", dest="trials", nargs="*", default=list(TRIES), choices=list(TRIES))
    parser.add_argument("--keep", action="store_true", help="write the file of which docs/model.md shows the figures")
    options = parser.parse_args()
    found = measure(options.trials, options.replications)
    if options.keep:
        from experiments.history.origins import KEPT
        from experiments.storage.documents import write_document

        write_document(KEPT / f"simplifications-{PERIOD}.json", found)
    for name, rows in {"as it is": found["usual"], "counted": found["counted"], **found["tries"]}.items():
        for row in rows:
            print(f"{name:<24} {row['name']:<26} {row['mean']:>8.1f} ({row['low']:.1f} to {row['high']:.1f})")


if __name__ == "__main__":
    main()
