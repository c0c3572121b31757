"""Law: every lever moves something, at both ends nobody is lost, and on average it moves in the documented direction.

The directions are metamorphic relations on means over paired replications (the same seeds under both values). Per
person they would be false: whoever is helped first stands in front of somebody else. A relation is broken when the
mean paired difference of a measure points the wrong way by more than three standard errors, and when no measure that
is documented points the right way at all, however large the spread.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from lawbook import PERIOD, books_of, ends_of, first_day_of, parameters_with, run

from experiments.scenario.ready import ready_scenarios
from models.chain import Chain
from models.facts import Facts
from models.geography import PROVINCES, municipalities
from models.levers import LEVERS, Change, apply_changes
from models.parameters import baseline, value_at
from models.register import BED_GROUPS
from models.world import published_persons_per_day
from sim.calendar import day_number
from sim.errors import WrongInput
from sim.schedule import Schedule

FIRST = first_day_of()
#: Looked at in turn, until the lever has moved something: most act at once, some only later.
HORIZONS = ("2019-06-01", "2020-08-01", "2021-10-01", "2022-08-01", "2023-07-01")
NEW_STAFF = (Change("ind_extra_staff", 300.0, from_day=day_number("2019-02-01")),)
SEEDS = (1, 2, 3)
TOLERANCE_STANDARD_ERRORS = 3.0


# ---- every lever moves something ---------------------------------------------------------------


def look(facts: Facts) -> str:
    """A hash over what a user can see: daily, monthly and half-yearly facts."""
    digest = hashlib.sha256()
    for group in (facts.daily, facts.municipal_monthly, facts.half_years):
        for values in group.values():
            digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()


def future(changes: tuple[Change, ...], until: str, seed: int = 1) -> Facts | None:
    """A run as a user gets it: beside the forecasts of history, which the target follows. None when it is refused."""
    try:
        parameters = parameters_with(changes)
    except WrongInput:
        return None
    chain = Chain(parameters, seed, day_number(until), usual=baseline(PERIOD))
    chain.start()
    chain.run(chain.last_day)
    return chain.facts()


@cache
def where_it_works(name: str) -> tuple[Change, ...] | None:
    """The settings beside which every value at the end of a lever gives a future of its own; None without any.

    A lever may work on something which history did not have, or on what differs from it; then those of a ready scenario
    with which it goes together.
    """
    values = ends_of(LEVERS[name])
    settings = (tuple(scenario.changes()) for scenario in ready_scenarios() if scenario.period == PERIOD)
    places = [((), HORIZONS), *((changes, HORIZONS[-1:]) for changes in settings if changes)]
    for context, horizons in places:
        for until in horizons:
            futures = [future((*context, Change(name, value)), until) for value in values]
            if len({look(facts) for facts in futures if facts is not None}) == len(values):
                return context
    return None


#: Levers that move nothing in history stand in the laws of the outlook (`test_outlook_levers`).
HERE = [name for name, lever in LEVERS.items() if not lever.only_ahead]


@pytest.mark.parametrize("name", HERE)
def test_every_value_at_the_end_of_a_lever_moves_something(name):
    assert where_it_works(name) is not None, "nothing moves, alone or beside what a ready scenario sets"


def test_a_lever_that_moves_nothing_is_found(monkeypatch):
    """Who arrives is not up to a lever."""
    some = ready_scenarios()[:3]
    monkeypatch.setitem(globals(), "look", lambda facts: facts.households["arrived"].tobytes())
    monkeypatch.setitem(globals(), "ready_scenarios", lambda: some)
    assert where_it_works.__wrapped__("share_cap") is None


@pytest.mark.parametrize("name", HERE)
def test_nobody_is_lost_at_either_end_of_a_lever(name):
    for value in ends_of(LEVERS[name]):
        books = books_of(parameters_with((*(where_it_works(name) or ()), Change(name, value))), 8, FIRST + 190)
        assert books.close() == [], f"{name} = {value}"


@pytest.mark.parametrize("name", LEVERS)
def test_a_lever_moves_its_own_parameter_and_no_other(name):
    lever, parameters = LEVERS[name], baseline("prop-2021")
    for value in ends_of(lever):
        turned = apply_changes(parameters, [Change(name, value)])
        now = value_at(turned, lever.sets)
        now = now.at(FIRST) if isinstance(now, Schedule) else now
        assert now == (lever.choices.index(value) if lever.dated and lever.kind == "choice" else value)
        branch, leaf = lever.sets.split(".")
        back = getattr(turned, branch).model_copy(update={leaf: value_at(parameters, lever.sets)})
        assert turned.model_copy(update={branch: back}) == parameters


def test_a_dated_change_ends_when_it_says():
    """A change of four weeks, and the course of before resumes to the day."""
    begin, end = day_number("2019-03-04"), day_number("2019-04-01")
    parameters = parameters_with([Change("share_cap", 0.3, begin, end)])
    before, now = baseline("prop-2021").homes.share_cap, parameters.homes.share_cap
    for day in (begin - 1, end, end + 400):
        assert now.at(day) == before.at(day)
    assert now.at(begin) == now.at(end - 1) == 0.3


# ---- in which direction ------------------------------------------------------------------------

Measure = Callable[[Facts], float]


def mean_of(*names: str) -> Measure:
    """The mean over all days of the sum of these measures."""
    return lambda facts: float(sum(facts.daily[name] for name in names).mean())


def total_of(name: str) -> Measure:
    """What has happened by the last day."""
    return lambda facts: float(facts.daily[name][-1])


def target_where_reception_is_heaviest(facts: Facts) -> float:
    """The target of the province that has most people in reception per inhabitant."""
    towns = municipalities()
    inside = sum(facts.provinces_daily[f"in_reception_{group}"] for group in BED_GROUPS).mean(axis=0)
    inhabitants = np.array([towns.inhabitants[towns.province == number].sum() for number in range(len(PROVINCES))])
    heaviest = int(np.argmax(inside / inhabitants))
    return float(facts.municipal_monthly["target"][-1][towns.province == heaviest].sum())


def family_not_as_published(facts: Facts) -> float:
    """By how much family arrivals differ from the published series, whichever way."""
    published = published_persons_per_day("nareis", facts.first_day, facts.last_day).sum()
    return abs(float(facts.daily["family_entered"][-1] - published))


def unevenness_of_the_target(facts: Facts) -> float:
    """How far the national targets of the half-years lie apart."""
    return float(facts.half_years["target"].sum(axis=1).std())


MEASURES: dict[str, Measure] = {
    "target where reception is heaviest": target_where_reception_is_heaviest,
    "family not as published": family_not_as_published,
    "unevenness of the target": unevenness_of_the_target,
    "last target": lambda facts: float(facts.half_years["target"][-1].sum()),
    "persons in reception": mean_of(*(f"in_reception_{group}" for group in BED_GROUPS)),
    "permit holders in reception": mean_of("in_reception_permit_holder", "in_reception_waiting_family"),
    "persons without a place": mean_of("persons_without_place"),
    "persons outside regular places": mean_of("persons_in_emergency", "persons_in_crisis", "persons_without_place"),
    "pending at the IND": mean_of("pending"),
    "pending of the cohort": mean_of("pending_taskforce"),
    "pending family": mean_of("pending_family"),
    "travelling family": mean_of("travelling_family"),
    "waiting for a link": mean_of("linkable"),
    "in dossier": mean_of("dossier"),
    "emergency places": mean_of("emergency_places"),
    "behind on the target": lambda facts: float(
        np.maximum(facts.municipal_monthly["behind"], 0).sum(axis=1).mean()
    ),
    **{
        name.replace("_", " "): total_of(name)
        for name in (
            "permits", "decisions", "late_decisions", "family_applications", "family_entered", "realised",
            "realised_project", "realised_shared", "homes_to_permit_holders", "homes_unfit", "project_homes",
            "project_homes_student", "substitution_homes",
        )
    },
}  # fmt: skip


@dataclass(frozen=True)
class Relation:
    """Turning ``lever`` from ``low`` to ``high`` raises some measures and lowers others, on average."""

    lever: str
    low: Any
    high: Any
    until: str
    raises: tuple[str, ...] = ()
    lowers: tuple[str, ...] = ()
    context: tuple[Change, ...] = ()
    from_date: str | None = None

    def at(self, value: Any) -> tuple[Change, ...]:
        start = None if self.from_date is None else day_number(self.from_date)
        return (*self.context, Change(self.lever, value, start))


CROWDED = (Change("inflow_shock", 2500.0),)
MUCH_FLEX = (Change("flex_per_year", 12000.0),)
MUCH_MONEY = (Change("subsidy_budget", 500.0),)
A_YEAR, EIGHTEEN_MONTHS, TWO_YEARS = "2020-01-01", "2020-07-01", "2021-01-01"
RELATIONS = (
    Relation("inflow_factor", 1.0, 1.3, A_YEAR, raises=("persons in reception", "pending at the IND")),
    Relation("inflow_shock", 0.0, 1000.0, A_YEAR, raises=("persons in reception",)),
    Relation("evacuation", 0.0, 3.0, "2021-11-01", raises=("persons in reception",)),
    Relation("other_entry", 0.0, 2.0, A_YEAR, raises=("permits", "permit holders in reception")),
    # Who arrives in 2019 is decided after the backlog.
    Relation("likely_share", 0.6, 1.4, TWO_YEARS, raises=("permits",)),
    Relation("permit_chance", 0.7, 1.2, A_YEAR, raises=("permits",)),
    Relation(
        "ind_extra_staff", -200.0, 200.0, A_YEAR,
        raises=("permits", "decisions"), lowers=("pending at the IND",),
    ),
    Relation("ind_training_days", 90.0, 700.0, EIGHTEEN_MONTHS, lowers=("decisions",)),
    Relation("ind_trainees_per_year", 0.0, 600.0, EIGHTEEN_MONTHS, raises=("decisions",)),
    Relation(
        "taskforce_seconded", 0.0, 400.0, TWO_YEARS, lowers=("pending of the cohort",), from_date="2020-04-15"
    ),
    Relation("taskforce_hired", 0.0, 500.0, TWO_YEARS, lowers=("pending of the cohort",), from_date="2020-04-15"),
    # Easy cases take less work, so that more are decided in the same time.
    Relation("queue_rule", "oldest", "easy", A_YEAR, raises=("decisions",), lowers=("pending at the IND",)),
    Relation("legal_term", 90.0, 400.0, A_YEAR, lowers=("late decisions",)),
    Relation(
        "nareis_extra_staff", -80.0, 200.0, EIGHTEEN_MONTHS, raises=("family entered",), lowers=("pending family",)
    ),
    Relation("family_size", 0.5, 1.5, A_YEAR, raises=("family applications", "pending family")),
    Relation("travel_open", 0.3, 1.0, A_YEAR, raises=("family entered",), lowers=("travelling family",)),
    Relation(
        "reserve_places", 0.0, 5000.0, A_YEAR,
        lowers=("persons without a place", "persons outside regular places"), context=CROWDED,
    ),
    Relation("places_added", 0.0, 15000.0, TWO_YEARS, lowers=("persons outside regular places",), context=CROWDED),
    Relation("occupancy_norm", 0.85, 1.0, A_YEAR, lowers=("persons without a place",), context=CROWDED),
    Relation(
        "contract_renewal", 0.0, 1.0, EIGHTEEN_MONTHS, lowers=("persons outside regular places",), context=CROWDED
    ),
    Relation(
        "emergency_places_per_month", 0.0, 3000.0, A_YEAR,
        raises=("emergency places",), lowers=("persons without a place",), context=CROWDED,
    ),
    Relation(
        "opening_trigger", 0.8, 1.2, A_YEAR,
        raises=("persons without a place",), lowers=("emergency places",), context=CROWDED,
    ),
    Relation("hosts_places", 0.0, 3000.0, A_YEAR, lowers=("permit holders in reception",)),
    Relation("hosts_allowance", 25.0, 150.0, A_YEAR, lowers=("permit holders in reception",)),
    Relation("self_arranged_places", 0.0, 3000.0, A_YEAR, lowers=("permit holders in reception",)),
    Relation(
        "self_arranged_allowance", 25.0, 150.0, A_YEAR, lowers=("permit holders in reception",),
        context=(Change("self_arranged_places", 3000.0),),
    ),
    Relation("hotel_places", 0.0, 3000.0, A_YEAR, lowers=("permit holders in reception",)),
    Relation("flow_through_places", 0.0, 5000.0, A_YEAR, lowers=("permit holders in reception",)),
    Relation(
        "intermediate_places", 0.0, 5000.0, A_YEAR, raises=("realised",), lowers=("permit holders in reception",)
    ),
    Relation("regional_intermediate_places", 0.0, 5000.0, A_YEAR, lowers=("permit holders in reception",)),
    Relation("acceleration_places", 0.0, 5000.0, A_YEAR, lowers=("permit holders in reception",)),
    Relation("central_settling", 0.0, 1.0, A_YEAR, lowers=("permit holders in reception",)),
    Relation("extra_aim", 0.0, 20000.0, A_YEAR, raises=("realised",)),
    Relation("guardian_share", 0.0, 1.0, A_YEAR, lowers=("persons in reception",)),
    Relation("screening", 0.0, 1.0, A_YEAR, raises=("in dossier",)),
    Relation("screening_days", 0.0, 28.0, A_YEAR, raises=("in dossier",)),
    Relation("early_registration", 0.0, 1.0, A_YEAR, lowers=("in dossier", "permit holders in reception")),
    # Beyond forty counters nobody waits for one.
    Relation("dossiers_per_day", 8.0, 40.0, A_YEAR, lowers=("waiting for a link", "permit holders in reception")),
    Relation(
        "share_cap", 0.03, 0.12, A_YEAR,
        raises=("realised", "homes to permit holders"), lowers=("permit holders in reception", "behind on the target"),
    ),
    Relation(
        "share_base", 0.0, 0.06, A_YEAR, raises=("homes to permit holders",), lowers=("permit holders in reception",)
    ),
    Relation("turnover", 0.7, 1.5, A_YEAR, raises=("realised",), lowers=("permit holders in reception",)),
    Relation("response_delay", 0.0, 300.0, EIGHTEEN_MONTHS, lowers=("realised",)),
    Relation("signal_loudness", 0.0, 1.0, EIGHTEEN_MONTHS, raises=("realised",)),
    Relation("signal_lead_days", 0.0, 180.0, EIGHTEEN_MONTHS, raises=("realised",)),
    # The larger the market, the less is left undone; what is realised in all hardly moves (docs/model.md says why).
    Relation("trading", "none", "national", EIGHTEEN_MONTHS, lowers=("behind on the target",)),
    # Supervision stood still from March 2020 to the end of that year, when nobody was beyond the second rung.
    Relation("strictness", 0.0, 1.0, "2023-07-01", raises=("realised",)),
    Relation("substitution_below", 0.0, 1.0, "2023-07-01", raises=("substitution homes", "realised")),
    Relation("sharing_share", 0.0, 0.5, A_YEAR, raises=("realised shared", "realised")),
    Relation("relaxed_allocation", 0.0, 1.0, EIGHTEEN_MONTHS, lowers=("homes unfit",)),
    Relation("linking_rule", "target", "homes", EIGHTEEN_MONTHS, lowers=("homes unfit",)),
    Relation("large_family_homes", 0.0, 500.0, A_YEAR, raises=("realised project",)),
    Relation(
        "flex_per_year", 0.0, 10000.0, TWO_YEARS, raises=("realised",), lowers=("permit holders in reception",)
    ),
    Relation("flex_holder_share", 0.0, 1.0, EIGHTEEN_MONTHS, raises=("realised project",), context=MUCH_FLEX),
    Relation("flex_lead_days", 180.0, 1095.0, EIGHTEEN_MONTHS, lowers=("project homes",), context=MUCH_FLEX),
    Relation(
        "project_sharing", 0.0, 1.0, TWO_YEARS,
        raises=("project homes", "project homes student"), lowers=("realised project",), context=MUCH_FLEX,
    ),
    Relation("project_failure", 0.0, 1.0, EIGHTEEN_MONTHS, lowers=("project homes",), context=MUCH_FLEX),
    Relation("project_leaders", 0.0, 100.0, EIGHTEEN_MONTHS, raises=("project homes",), context=MUCH_FLEX),
    Relation("state_units_per_year", 0.0, 5000.0, TWO_YEARS, raises=("realised project",)),
    Relation("new_social_per_year", 0.0, 20000.0, "2022-07-01", raises=("project homes", "realised project")),
    Relation("subsidy_budget", 0.0, 500.0, TWO_YEARS, raises=("project homes", "realised project")),
    Relation(
        "subsidy_per_home", 2000.0, 30000.0, TWO_YEARS, raises=("project homes", "realised project"), context=MUCH_MONEY
    ),
    Relation("levy_relief", 0.0, 1700.0, "2022-07-01", raises=("project homes", "realised project")),
    # The target goes to where homes come free; that matters when there is much to house, which begins in 2021.
    Relation("key", "inhabitants", "vacancies", "2022-07-01", raises=("realised",), lowers=("behind on the target",)),
    Relation("reception_swap", 0.0, 1.0, "2019-03-01", lowers=("target where reception is heaviest",)),
    Relation("smoothing", 1.0, 2.0, "2022-01-01", lowers=("unevenness of the target",)),
    Relation("smoothing", 1.0, 4.0, "2021-01-01", lowers=("unevenness of the target",)),
    Relation("impose_nareis", False, True, EIGHTEEN_MONTHS, lowers=("family not as published",)),
    Relation("conversion_per_year", 0.0, 5000.0, TWO_YEARS, raises=("realised project",)),
)  # fmt: skip


@cache
def measured(changes: tuple[Change, ...], until: str, seed: int) -> dict[str, float]:
    facts = run(changes, until, seed)
    return {name: measure(facts) for name, measure in MEASURES.items()}


def broken(relation: Relation) -> list[str]:
    """Say which measures of a relation move the wrong way, or not at all, or that none moves the right way."""
    low = [measured(relation.at(relation.low), relation.until, seed) for seed in SEEDS]
    high = [measured(relation.at(relation.high), relation.until, seed) for seed in SEEDS]
    found, right = [], False
    for sign, names in ((1.0, relation.raises), (-1.0, relation.lowers)):
        for name in names:
            gain = sign * np.array([b[name] - a[name] for a, b in zip(low, high, strict=True)])
            error = float(gain.std(ddof=1)) / np.sqrt(len(SEEDS))
            right = right or gain.mean() > 0.0
            if gain.mean() < -TOLERANCE_STANDARD_ERRORS * error or not gain.any():
                found.append(f"{name}: {gain.mean():+.1f} the right way, standard error {error:.1f}")
    return found if right else [*found, "nothing moves the right way on average"]


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda relation: relation.lever)
def test_a_lever_moves_the_chain_in_the_documented_direction(relation):
    assert broken(relation) == []


def test_the_direction_check_can_fail():
    upside_down = Relation("inflow_factor", 1.0, 1.3, "2019-05-01", lowers=("persons in reception",))
    assert broken(upside_down) != []


@pytest.mark.parametrize(("gains", "holds"), [((9.0, -30.0, 12.0), False), ((-9.0, 30.0, 12.0), True)])
def test_a_wrong_mean_is_not_excused_by_its_spread(monkeypatch, gains, holds):
    """The first lies well within three standard errors of nothing, and still on the wrong side of it."""
    turned = Relation("sharing_share", 0.0, 1.0, A_YEAR, raises=("realised",))

    def told(changes, until, seed):
        return {"realised": gains[seed - 1] if changes == turned.at(1.0) else 0.0}

    monkeypatch.setitem(globals(), "measured", told)
    assert (broken(turned) == []) == holds


@pytest.mark.parametrize(("source", "moves"), [("follows", True), ("rule", True), ("published", False)])
def test_a_target_follows_who_waits_unless_it_is_as_published(monkeypatch, source, moves):
    """The source of the target has no direction of its own: it says whether more permits mean a higher target.

    Who applies in 2019 is decided from 2020 on; the number of the second half of 2021 was fixed in April of that year.
    """

    def told(changes: tuple[Change, ...], until: str, seed: int) -> dict[str, float]:
        facts = future(changes, until, seed)
        assert facts is not None
        return {"last target": MEASURES["last target"](facts)}

    monkeypatch.setitem(globals(), "measured", told)
    context = (Change("target_source", source),)
    more = Relation("likely_share", 0.6, 1.4, "2021-08-01", raises=("last target",), context=context)
    assert (broken(more) == []) == moves


#: Levers without a direction among the measures here.
NO_DIRECTION = {
    "target_source": "says what the target follows; it has the test above",
    "tolerated_behind": "lowers who is on the ladder, in the test of arrears, over five values",
}
#: Levers whose words or ways have no order between the ends; their ends are tried above.
NO_ORDER = {
    "queue_rule": "newest first is no half of easy first",
    "key": "four keys, none of which lies between two others",
    "linking_rule": "has two words",
    "impose_nareis": "is off or on",
    "smoothing": "blocks of three half-years end elsewhere in the run than those of two or four",
}
#: Seeds over which a lever is judged where luck of single homes and locations outweighs a step of it over three.
MORE_SEEDS = {"relaxed_allocation": 12, "reserve_places": 24, "occupancy_norm": 24, "trading": 16}
#: A step back by so much of the whole way is luck of single homes and locations.
STEP_BACK = 0.02


def five_values(relation: Relation) -> list[Any]:
    """Five values from one end of a relation to the other; all of them when there are fewer, words in their order."""
    lever = LEVERS[relation.lever]
    if lever.kind == "choice":
        return list(lever.choices)
    values = np.linspace(relation.low, relation.high, 5)
    return [float(value) for value in (np.unique(np.rint(values)) if lever.kind == "integer" else values)]


def broken_steps(relation: Relation) -> list[str]:
    """Say which measures of a relation do not go one way over five values, as means of paired differences."""
    seeds = range(1, MORE_SEEDS.get(relation.lever, len(SEEDS)) + 1)
    seen = [[measured(relation.at(value), relation.until, seed) for seed in seeds] for value in five_values(relation)]
    found = []
    for sign, names in ((1.0, relation.raises), (-1.0, relation.lowers)):
        for name in names:
            steps = np.diff(sign * np.array([[one[name] for one in row] for row in seen]), axis=0)
            means, whole = steps.mean(axis=1), float(steps.sum(axis=0).mean())
            if whole <= 0.0:
                found.append(f"{name}: {whole:+.1f} the right way in all")
            if (means < -STEP_BACK * whole).any():
                found.append(f"{name}: steps of {means.round(1).tolist()} the right way")
    return found


ORDERED = [relation for relation in RELATIONS if relation.lever not in NO_ORDER]


@pytest.mark.full
@pytest.mark.parametrize("relation", ORDERED, ids=lambda relation: relation.lever)
def test_a_lever_moves_the_chain_one_way_over_five_values(relation):
    assert broken_steps(relation) == []


def test_the_check_of_steps_can_fail(monkeypatch):
    """Both ends lie the right way, and the middle does not."""
    relation = Relation("sharing_share", 0.0, 1.0, A_YEAR, raises=("realised",))
    there = dict(zip(five_values(relation), (0.0, 40.0, 10.0, 80.0, 100.0), strict=True))
    monkeypatch.setitem(globals(), "measured", lambda changes, until, seed: {"realised": there[changes[0].value]})
    assert broken_steps(relation) != []


def test_every_lever_has_a_direction_or_a_reason_for_none():
    assert set(HERE) - {relation.lever for relation in RELATIONS} == NO_DIRECTION.keys()
    assert {relation.lever for relation in RELATIONS} >= NO_ORDER.keys()
    assert MORE_SEEDS.keys() <= {relation.lever for relation in ORDERED}
