"""What several claims look at: futures that they share, causes that are taken away, and assumptions in common.

Which homes are enough was chosen by how many permit holders still wait beyond 14 weeks, never by a verdict.
"""

from __future__ import annotations

import numpy as np

from experiments.claims.claim import Assumption, End, Future, Part, combination
from experiments.run.ensemble import default_ensemble, load_ensemble, with_draw
from models.levers import LEVERS
from models.parameters import baseline, value_at
from models.sources import full_persons, read_table
from sim.schedule import Schedule

#: Key of the document in the catalogue of claims.
REPORT = "aanjager-2021"

# What several claims look at.
AS_IT_WAS = Future("prop-2021")
#: Homes enough, and of the right kind: units decided in time, a share that hardly binds, and rules that let people
#: fit. Which homes are enough was chosen by how many permit holders still wait beyond 14 weeks, not by any verdict.
_MORE_SHARE = "share_cap=0.3@2020-10-01"
ENOUGH_HOMES = (
    "state_units_per_year=10000@2019-04-01..2020-04-01",
    _MORE_SHARE,
    "relaxed_allocation=1@2020-10-01",
    "sharing_share=0.3@2020-10-01",
    "large_family_homes=1000@2020-10-01",
)
EVEN_MORE_HOMES = (*ENOUGH_HOMES, "state_units_per_year=10000@2020-04-01..2020-10-01")
NO_CATCH_UP = ("taskforce_seconded=0", "taskforce_hired=0")


def _persons(streams: tuple[str, ...], year: int) -> float:
    """Persons who came in a year by the table of inflow."""
    rows = [row for row in read_table("inflow") if row["stream"] in streams and row["period_start"][:4] == str(year)]
    return sum(float(row["value"]) for row in rows)


def first_applications(*years: int) -> float:
    """First applications a year, mean of some years, without the evacuation; the table has those of minors apart."""
    return sum(_persons(("first", "amv"), year) for year in years) / len(years)


def inflow_factor(*years: int) -> float:
    """What `inflow_factor` must be to bring 2021 back to the mean first applications of some years.

    The lever multiplies every stream, repeat applications and resettlement too. The factor is therefore such that as
    many persons disappear as there were more first applications in 2021. The evacuation is a factor of its own.
    """
    more = first_applications(2021) - first_applications(*years)
    return round(1.0 - more / _persons(("first", "amv", "repeat", "resettlement"), 2021), 3)


SINCE_2015, SINCE_2016 = (2015, 2016, 2017, 2018, 2019, 2020), (2016, 2017, 2018, 2019, 2020)
USUAL_INFLOW = inflow_factor(*SINCE_2015)
LESS_INFLOW = f"inflow_factor={USUAL_INFLOW:g}@2021-01-01"
MEAN_INFLOW = (LESS_INFLOW, "evacuation=0")
FULL = full_persons()

#: A part of what it was that a reader would call a difference: 1 per cent of the persons housed is about 450.
WORTH_NAMING = 0.01
NEARLY_ALWAYS = 0.9
HARDLY_EVER = 0.1


def middle_of_draws(lever: str, share: float = 0.8) -> tuple[float, float]:
    """Between which values of a lever the middle share of the fitted draws of prop-2021 lies, at the start.

    Two figures; raises KeyError for an unknown lever.
    """
    parameters, path = baseline("prop-2021"), LEVERS[lever].sets
    name = default_ensemble("prop-2021")
    if name is None:
        raise ValueError("there is no ensemble of prop-2021")
    ensemble = load_ensemble(name)
    column = ensemble.paths.index(path)
    values = []
    for draw in ensemble.draws:
        value = value_at(with_draw(parameters, (path,), draw[[column]]), path)
        values.append(value.steps[0][1] if isinstance(value, Schedule) else value)
    low, high = np.quantile(values, [(1 - share) / 2, (1 + share) / 2])
    return float(f"{low:.3g}"), float(f"{high:.3g}")


def _fitted(lever: str) -> Assumption:
    """A fitted parameter between the ends of the middle 80 per cent of its draws."""
    low, high = middle_of_draws(lever)
    return Assumption(lever, End(low, (f"{lever}={low:g}",)), End(high, (f"{lever}={high:g}",)))


TURNOVER = Assumption("turnover", End(0.9, ("turnover=0.9",)), End(1.1, ("turnover=1.1",)))
RESPONSE = _fitted("response_delay")
USUAL_CAP = _fitted("share_cap")
FAMILY = _fitted("family_size")
LOUDNESS = _fitted("signal_loudness")


def kinds_of_homes(*futures: Future) -> Assumption:
    """Which homes there are enough of: only a larger share of what comes free, or even more units."""

    def changed(homes: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple(
            (future.name, (*(text for text in future.settings if text not in ENOUGH_HOMES), *homes))
            for future in futures
            if _MORE_SHARE in future.settings
        )

    return Assumption(
        "share_cap+state_units_per_year", End(instead=changed((_MORE_SHARE,))), End(instead=changed(EVEN_MORE_HOMES))
    )


THREE_CAUSES = ("inhaalslag", "woningtekort", "instroom")
SIX_CAUSES = ("inhaalslag", "woningtekort", "instroom", "evacuatie", "contracten", "nareis")
AWAY: dict[str, tuple[str, ...]] = {
    "inhaalslag": NO_CATCH_UP,
    "woningtekort": ENOUGH_HOMES,
    "instroom": MEAN_INFLOW,
    "evacuatie": ("evacuation=0",),
    "contracten": ("contract_renewal=1",),
    "nareis": ("travel_open=0@2021-01-01",),
}
#: In the split over six the evacuation stands apart from the rest of the inflow; `inflow_factor` multiplies it too, so
#: it is brought back to what it was. Where it is taken away as well, that comes later in the order and counts.
AWAY_OF_SIX = AWAY | {"instroom": (LESS_INFLOW, f"evacuation={1 / USUAL_INFLOW:.4f}")}


def without(factors: tuple[str, ...], away: dict[str, tuple[str, ...]], prefix: str = "") -> tuple[Future, ...]:
    """The futures in which some of the factors are taken away; the first, without none, is left to AS_IT_WAS."""
    found = []
    for number in range(1, 2 ** len(factors)):
        gone = [factor for index, factor in enumerate(factors) if number >> index & 1]
        settings = tuple(text for factor in gone for text in away[factor])
        titles = tuple(
            f"{prefix}{factor}" if away is not AWAY and away[factor] != AWAY[factor] else factor for factor in gone
        )
        found.append(Future(combination(factors, number, prefix), settings, without=titles))
    return tuple(found)


OF_SIX = "zes-"
OVERFLOW = "person_days_without_place"
AUTUMN = ("2021-08-01", "2022-01-01")
CATCH_UP_AND_HOMES = combination(THREE_CAUSES, 0b011)
_OTHER_INFLOW = tuple(combination(THREE_CAUSES, number) for number in range(8) if number & 0b100)


def less_inflow(factor: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Another mean inflow in every future that has one."""
    return tuple(
        (future.name, tuple(factor if text.startswith("inflow_factor") else text for text in future.settings))
        for future in without(THREE_CAUSES, AWAY)
        if future.name in _OTHER_INFLOW
    )


def part(factor: str, against: str = "") -> Part:
    """What one of three causes contributes, less what another does."""
    key = f"{factor}_against_{against}" if against else factor
    return Part(key, OVERFLOW, against, factor, *AUTUMN, factors=THREE_CAUSES, factor=factor, against=against)


def part_of_six(factor: str) -> Part:
    """What one of six causes contributes."""
    return Part(
        f"six_{factor}", OVERFLOW, "", factor, *AUTUMN, factors=SIX_CAUSES, factor=factor, prefix=OF_SIX, fewer=True
    )
