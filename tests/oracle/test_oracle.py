"""The chain beside the textbook form on the same small worlds: waits and counts must agree.

Both get the same households and vacancies and the same luck of each. Of the chain everything that is not the core
path is switched off through its parameters: Taskforce, tracks, withdrawals, other supply, stays, trading, pressure.
What remains different is only the order of acts within one day: who is linked first of those whose dossier is ready
on the same day, and so on. That order decides who goes where, so from the link on single households may fare
differently; means may not. Up to the link every date must be the same, household by household.

The small world is a tenth of the real one of 2019-2020, without permit holders and refused people in the starting
stock and without resettlement; everybody follows the general procedure.
"""

import itertools
import math
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import models.chain
from models.facts import Facts
from models.geography import inhabitants_in, municipalities
from models.parameters import Parameters, baseline, choices_of, is_dated, with_values
from models.register import HOME_CAPACITY, HOME_LEAST, HOME_ROOMS, Group, Stream
from models.sources import read_table
from models.stages.linking import SCREENED
from models.world import ARRIVES, STOCK_PENDING, Luck, Vacancies, World, build_world
from sim.calendar import day_number
from sim.luck import uniforms
from sim.schedule import Schedule

sys.path.insert(0, str(Path(__file__).parent))  # `tests` itself is no package: others install one of that name
from textbook import NEW, PENDING, TextbookParameters, TextbookWorld, run_textbook

FIRST, UNTIL = day_number("2019-01-01"), day_number("2021-01-01")
SEEDS = 50
KEPT_SHARE = 0.1
LUCK_KEPT = 900
"""A purpose of luck that the model does not use."""

CORE_PATH = {
    "inflow.elsewhere_share": 0.0,
    "ind.general_staff_fte": 60.0,
    "ind.extra_staff_fte": 0.0,
    "ind.taskforce_seconded_fte": 0.0,
    "ind.taskforce_hired_fte": 0.0,
    "ind.productive_share": 1.0,
    "ind.output_factor": 1.0,
    "ind.extended_share": 0.0,
    "ind.vacancies_at_start_fte": 0.0,
    "ind.turnover_per_year": 0.0,
    "ind.tracks_1_2_staff_share": 0.0,
    "ind.repeat_staff_share": 0.1,
    "ind.work_days_general": 8.0,
    "ind.grant_share_likely": 0.94,
    "ind.grant_share_mixed": 0.55,
    "ind.permit_chance_factor": 1.0,
    "ind.withdrawal_share_likely": 0.0,
    "ind.withdrawal_share_mixed": 0.0,
    "nareis.staff_fte": 7.0,
    "nareis.extra_staff_fte": 0.0,
    "nareis.apply_factor_complete": 1.0,
    "nareis.family_size_factor": 1.0,
    "nareis.apply_factor": 1.0,
    "nareis.syrian_share": 1.0,
    "nareis.persons_factor_syrian": 1.0,
    "nareis.minor_family_most": 8.0,
    "nareis.travel_rule": "at_once",
    "nareis.travel_open": 1.0,
    "linking.minor_days_most": 0.0,
    "homes.more_room_share": 0.0,
    "linking.dossiers_per_day": 2000.0,
    "linking.match_most": 0.0,
    "linking.early_registration_share": 0.0,
    "homes.share_base": 0.12,
    "homes.share_cap": 0.12,
    "homes.share_response": 0.0,
    "homes.effort": 1.0,
    "homes.share_spread": 0.0,
    "homes.relaxed_allocation_share": 0.0,
    "homes.sharing_share": 0.0,
    "homes.own_find_per_year": 0.0,
    "homes.large_family_homes_per_year": 0.0,
    "projects.flex_per_year": 0.0,
    "projects.state_units_per_year": 0.0,
    "projects.conversion_per_year": 0.0,
    "projects.new_social_per_year": 0.0,
    "projects.failure_share": 1.0,  # decisions from before the start would still be delivered
    "stays.hosts_places": 0.0,
    "stays.self_arranged_places": 0.0,
    "stays.hotel_places": 0.0,
    "stays.municipal_intermediate_places": 0.0,
    "stays.regional_intermediate_places": 0.0,
    "stays.acceleration_places": 0.0,
    "stays.flow_through_places": 0.0,
    "target.trading": "none",
    "target.source": "published",
    "target.key": "inhabitants",
    "target.smoothing_half_years": 1.0,
    "target.reception_swap_share": 0.0,
    "target.strictness": 0.0,
}


def core_parameters() -> Parameters:
    """The baseline with everything switched off that is not the core path."""
    parameters = baseline("prop-2021")
    for path, value in CORE_PATH.items():
        dated = is_dated(path)
        number = choices_of(path).index(value) if isinstance(value, str) and dated else value
        parameters = with_values(parameters, {path: Schedule.constant(float(number)) if dated else value})
    return parameters


def small_world(parameters: Parameters, seed: int) -> World:
    """A tenth of the households and of the vacancies of the real world."""
    world = build_world(parameters, seed, UNTIL)
    people = world.households
    kept = uniforms(seed, people["identity"], LUCK_KEPT) < KEPT_SHARE
    kept &= (people["origin"] == STOCK_PENDING) | (
        (people["origin"] == ARRIVES) & ~np.isin(people["stream"], (Stream.RESETTLEMENT, Stream.OTHER_ENTRY))
    )
    people = people[kept]
    people["group"] = np.where(people["group"] == Group.LIKELY, Group.LIKELY, Group.MIXED)
    new = people["origin"] == ARRIVES
    stock_rows = int((~new).sum())
    days = np.arange(FIRST, UNTIL + 1)
    first_of_day = stock_rows + np.searchsorted(people["arrived"][new], days)
    return world._replace(
        households=people, stock_rows=stock_rows, first_of_day=first_of_day, vacancies=few_vacancies(world.vacancies)
    )


def few_vacancies(vacancies: Vacancies) -> Vacancies:
    """Every tenth home that comes free."""
    few = vacancies.homes[::10].copy()  # compiled code may take it for an array without gaps, which it then must be
    first_of_day = -(-vacancies.first_of_day // 10)
    groups = vacancies.next_of_day.shape[1]
    following = [np.bincount(few["next"][a:b], minlength=groups) for a, b in itertools.pairwise(first_of_day)]
    return Vacancies(few, first_of_day, np.array(following))


GROUPS = [(stream, group) for stream in (0, Stream.AMV, Stream.REPEAT) for group in (Group.LIKELY, Group.MIXED)]
"""Groups of the textbook form: what decides the chance of a permit and of family."""


def as_textbook(parameters: Parameters, world: World, facts: Facts) -> tuple[TextbookWorld, TextbookParameters]:
    """The same world and rules for the textbook form; luck of every household as the stages read it."""
    ind, nareis, linking, homes = parameters.ind, parameters.nareis, parameters.linking, parameters.homes

    people = world.households

    def luck(purpose: Luck) -> NDArray[np.float64]:
        return uniforms(world.seed, people["identity"], purpose.value)

    def exponential_days(purpose: Luck, mean: float) -> list[int]:
        return (1 + (-mean * np.log(1.0 - luck(purpose))).astype(int)).tolist()

    def weibull_work(purpose: Luck, mean: float) -> NDArray[np.float64]:
        return mean / math.gamma(1.5) * np.sqrt(-np.log(1.0 - luck(purpose)))

    dossier = linking.dossier_days * (0.5 + luck(Luck.DOSSIER)) + linking.link_days_max * luck(Luck.LINK)
    screened = uniforms(world.seed, people["identity"], SCREENED) < linking.screening_share.at(FIRST)
    dossier += screened * linking.screening_days.at(FIRST)
    travel = np.ceil(nareis.visa_days + luck(Luck.TRAVEL) * nareis.travel_days_max)
    stream = np.where(np.isin(people["stream"], (Stream.AMV, Stream.REPEAT)), people["stream"], 0)
    repeat = people["stream"] == Stream.REPEAT
    mean_work = np.where(repeat, ind.work_days_repeat.at(FIRST), ind.work_days_general.at(FIRST))
    share = homes.share_base.at(FIRST)
    vacant = world.vacancies.homes
    day_of_vacancy = FIRST - 1 + np.searchsorted(world.vacancies.first_of_day, np.arange(vacant.size), side="right")
    vacancies: list[list[tuple[int, int, float]]] = [[] for _ in range(len(municipalities()))]
    for row, day in enumerate(day_of_vacancy.tolist()):
        vacancy = (day, int(vacant["size"][row]), float(vacant["luck"][row]))
        vacancies[vacant["place"][row]].append(vacancy)
    households = people.size
    crowding = luck(Luck.CROWDING) / (1.0 - luck(Luck.CROWDING))
    textbook_world = TextbookWorld(
        entry=np.where(people["origin"] == STOCK_PENDING, PENDING, NEW).tolist(),
        arrival_day=people["arrived"].tolist(),
        persons=people["persons"].tolist(),
        group=[GROUPS.index(pair) for pair in zip(stream.tolist(), people["group"].tolist(), strict=True)],
        unit=repeat.astype(int).tolist(),
        registration_days=[int(ind.registration_days)] * households,
        work_days=(people["persons"] * weibull_work(Luck.WORK, 1.0) * mean_work).tolist(),
        merit_luck=luck(Luck.MERIT).tolist(),
        appeal_luck=luck(Luck.APPEALS).tolist(),
        appeal_days=exponential_days(Luck.APPEAL_DELAY, ind.appeal_days),
        appeal_merit_luck=luck(Luck.APPEAL_MERIT).tolist(),
        departure_days=exponential_days(Luck.DEPARTURE, ind.departure_days_other),
        dossier_days=(1 + dossier.astype(int)).tolist(),
        move_days=[homes.move_days()] * households,
        family_luck=luck(Luck.FAMILY_APPLIES).tolist(),
        family_persons=people["family"].tolist(),
        family_apply_days=(1 + (luck(Luck.FAMILY_DELAY) * nareis.apply_days_max).astype(int)).tolist(),
        family_work_days=(people["family"] * weibull_work(Luck.FAMILY_WORK, nareis.work_days_per_person)).tolist(),
        family_merit_luck=luck(Luck.FAMILY_MERIT).tolist(),
        family_travel_days=travel.astype(int).tolist(),
        persons_a_room=(homes.crowding_accepted * crowding ** (1.0 / homes.crowding_steepness)).tolist(),
        home_left_luck=luck(Luck.HOME_LEFT).tolist(),
        inhabitants=municipalities().inhabitants.tolist(),
        vacancies=vacancies,
    )
    for_repeat = ind.repeat_staff_share.at(FIRST)
    published = {row["half_year"]: int(float(row["value"])) for row in read_table("targets")}
    shares = {
        Group.LIKELY: (ind.grant_share_likely.at(FIRST), nareis.apply_share_syrian),
        Group.MIXED: (ind.grant_share_mixed.at(FIRST), nareis.apply_share_other),
    }
    textbook_parameters = TextbookParameters(
        unit_staff=[round(ind.general_staff_fte.at(FIRST) * part) for part in (1.0 - for_repeat, for_repeat)],
        nareis_staff=round(nareis.staff_fte.at(FIRST)),
        grant_share=[
            ind.grant_share_repeat.at(FIRST) if stream == Stream.REPEAT else shares[group][0]
            for stream, group in GROUPS
        ],
        appeal_share=ind.appeal_share,
        appeal_grant_share=ind.appeal_success_share,
        family_share=[nareis.apply_share_amv if stream == Stream.AMV else shares[group][1] for stream, group in GROUPS],
        family_grant_share=nareis.grant_share,
        municipal_days=int(homes.municipal_days),
        fewest_persons=HOME_LEAST,
        most_persons=HOME_CAPACITY,
        rooms=HOME_ROOMS,
        offer_stands=False,
        homes_share=share,
        homes_share_per_behind=0.0,
        homes_share_cap=share,
        # Of 2018 none are known within the borders of today: those of 2019 divide the targets of both years.
        counted_inhabitants=inhabitants_in(2019).tolist(),
        national_targets=[
            (day_number(f"{year}-{month}-01"), published[f"{year}-{half}"])
            for year in (2019, 2020)
            for half, month in ((1, "01"), (2, "07"))
        ],
        opening_backlog_persons=facts.half_years["opening"][0].tolist(),
    )
    return textbook_world, textbook_parameters


@dataclass(frozen=True)
class Pair:
    """One world run by both."""

    world: World
    facts: Facts
    textbook: dict[str, NDArray[np.int64]]


@lru_cache(maxsize=4)
def run_both(seed: int) -> Pair:
    """Runs the chain and the textbook form on one small world."""
    parameters = core_parameters()
    world = small_world(parameters, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models.chain, "build_world", lambda *_: world)
        facts = models.chain.simulate(parameters, seed, UNTIL)
    return Pair(world, facts, run_textbook(*as_textbook(parameters, world, facts), FIRST, UNTIL))


def mean_wait(since: NDArray[np.int64], until: NDArray[np.int64], before: int = UNTIL) -> float:
    """Mean days between two dates, over the households that have both and the first before a day."""
    counted = (since >= 0) & (since < before) & (until >= 0)
    return float((until[counted] - since[counted]).mean())


def chain_figures(pair: Pair) -> dict[str, float]:
    """Waits and counts of the chain."""
    dates, daily = pair.facts.households, pair.facts.daily
    holders = daily["in_reception_permit_holder"] + daily["in_reception_waiting_family"]
    in_reception = holders + daily["in_reception_in_procedure"] + daily["in_reception_refused"]
    return {
        "days from arrival to decision": mean_wait(dates["arrived"], dates["decided"]),
        "days from permit to link": mean_wait(dates["permit"], dates["linked"]),
        "days from link to home": mean_wait(dates["linked"], dates["housed"]),
        "days from arrival to departure": mean_wait(dates["arrived"], dates["departed"]),
        "days from permit to arrival of family": mean_wait(dates["permit"], dates["family_arrived"], FIRST + 365),
        "households decided": float((dates["decided"] >= 0).sum()),
        "households housed": float((dates["housed"] >= 0).sum()),
        "families housed later": float((dates["family_housed"] >= 0).sum()),
        "persons in reception, mean": float(in_reception.mean()),
        "permit holders in reception, mean": float(holders.mean()),
        "permit holders in reception, end": float(holders[-1]),
        "pending, mean": float(daily["pending"].mean()),
        "permits": float(daily["permits"][-1]),
        "realised": float(daily["realised"][-1]),
        "family arrived": float(daily["family_entered"][-1]),
        "homes to permit holders": float(daily["homes_to_permit_holders"][-1]),
    }


def textbook_figures(pair: Pair) -> dict[str, float]:
    """The same waits and counts of the textbook form."""
    found = pair.textbook
    return {
        "days from arrival to decision": mean_wait(found["arrival"], found["decided"]),
        "days from permit to link": mean_wait(found["permit"], found["linked"]),
        "days from link to home": mean_wait(found["linked"], found["housed"]),
        "days from arrival to departure": mean_wait(found["arrival"], found["departed"]),
        "days from permit to arrival of family": mean_wait(found["permit"], found["family_arrived"], FIRST + 365),
        "households decided": float((found["decided"] >= 0).sum()),
        "households housed": float((found["housed"] >= 0).sum()),
        "families housed later": float((found["family_housed"] >= 0).sum()),
        "persons in reception, mean": float(found["persons_in_reception"].mean()),
        "permit holders in reception, mean": float(found["permit_holders_in_reception"].mean()),
        "permit holders in reception, end": float(found["permit_holders_in_reception"][-1]),
        "pending, mean": float(found["pending"].mean()),
        "permits": float(found["permits"].sum()),
        "realised": float(found["realised"].sum()),
        "family arrived": float(found["nareis_arrivals"].sum()),
        "homes to permit holders": float(found["homes_to_permit_holders"].sum()),
    }


@pytest.mark.parametrize("seed", range(3))
def test_dates_up_to_the_link_are_the_same_for_every_household(seed: int) -> None:
    pair = run_both(seed)
    for name in ("decided", "permit", "linked", "departed"):
        np.testing.assert_array_equal(pair.facts.households[name], pair.textbook[name], err_msg=name)
    for measure, name in (("pending", "pending"), ("permits", "permits")):
        series = pair.facts.daily[measure]
        expected = np.cumsum(pair.textbook[name]) if name == "permits" else pair.textbook[name]
        np.testing.assert_array_equal(series, expected, err_msg=measure)


@pytest.mark.parametrize("seed", range(3))
def test_the_small_world_is_worth_comparing(seed: int) -> None:
    """There is a queue at every desk, and everything that can happen does happen."""
    figures = chain_figures(run_both(seed))
    assert figures["days from arrival to decision"] > 60
    assert figures["days from link to home"] > 60
    for name in ("households housed", "families housed later", "family arrived", "homes to permit holders"):
        assert figures[name] > 50, name


@pytest.mark.parametrize("seed", range(3))
def test_the_textbook_form_loses_nobody(seed: int) -> None:
    pair = run_both(seed)
    found, persons = pair.textbook, pair.world.households["persons"]
    entered = persons.sum() + found["nareis_arrivals"].sum()
    left = found["realised"].sum() + persons[found["departed"] >= 0].sum()
    assert entered == left + found["persons_in_reception"][-1]


def test_waits_and_counts_agree() -> None:
    """World by world the difference is noise: its mean is within four standard errors of nothing."""
    chain, textbook = [], []
    for seed in range(SEEDS):
        pair = run_both(seed)
        chain.append(chain_figures(pair))
        textbook.append(textbook_figures(pair))
    for name in chain[0]:
        theirs = np.array([figures[name] for figures in textbook])
        difference = np.array([figures[name] for figures in chain]) - theirs
        if not difference.any():
            continue
        z = difference.mean() / (difference.std(ddof=1) / np.sqrt(SEEDS))
        assert abs(z) < 4, f"{name}: {difference.mean():+.3f} on {theirs.mean():.2f}, z = {z:.1f}"
