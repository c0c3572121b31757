"""Tracks of the IND: who is decided when, what a stop and another work content do, and what being late costs."""

from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest
from lawbook import base_run, parameters_with, run

from models.chain import Chain, simulate
from models.facts import Facts
from models.levers import Change
from models.outcomes import Window, cost_penalties, penalty_of
from models.parameters import Parameters, baseline, value_at, with_values
from models.register import Group, Line, Status, Stream
from models.stages.ind import Ind, Unit
from sim.calendar import day_number
from sim.schedule import Schedule

FIRST, THREE_YEARS = day_number("2019-01-01"), "2022-01-01"
#: Luck, and that those who come later would have been granted more often, may cost so much of the permits.
SLACK = 0.01


@lru_cache(maxsize=2)
def six_years() -> Facts:
    return simulate(baseline("prop-2021"), 3, day_number("2024-12-31"))


def applicants(facts: Facts, which: np.ndarray) -> float:
    window = Window(facts, baseline("prop-2021"), facts.first_day, facts.last_day)
    return float(window.applicants(np.flatnonzero(which)).sum())


def open_on(facts: Facts, day: int) -> np.ndarray:
    """Which applications are open on the morning of a day."""
    dates = facts.households
    ended = np.full(dates["arrived"].size, day)
    for name in ("decided", "permit", "departed"):
        ended = np.where(dates[name] >= 0, np.minimum(ended, dates[name]), ended)
    return (dates["arrived"] < day) & (ended == day) & ((dates["arrived"] >= FIRST) | (dates["registered"] >= 0))


def seeing_off(leaving: float) -> Parameters:
    return with_values(baseline("prop-2021"), {"ind.turnover_per_year": Schedule.constant(leaving)})


@pytest.mark.parametrize(
    ("name", "amounts", "slack"),
    [("inflow_factor", (0.6, 1.0, 1.2, 1.5, 2.0), 0.0), ("inflow_shock", (0.0, 500.0, 1000.0, 2000.0), SLACK)],
)
def test_more_inflow_never_gives_fewer_permits(name, amounts, slack):
    """Of the same people more never give fewer; of others, whose cases come before the backlog's, hardly ever."""
    permits = [
        np.mean([run([Change(name, amount)], THREE_YEARS, seed).daily["permits"][-1] for seed in (1, 2)])
        for amount in amounts
    ]
    assert all(more >= (1.0 - slack) * fewer for fewer, more in pairwise(permits)), permits


def test_repeat_applications_are_decided():
    facts = base_run("2020-01-01")
    repeat = facts.households["stream"] == Stream.REPEAT
    decided = facts.households["decided"] >= 0
    assert applicants(facts, repeat & decided) > 0.5 * applicants(facts, repeat & (facts.households["registered"] >= 0))


def test_new_cases_are_handled_beside_the_backlog():
    """Of the first applications of April to December 2020 the IND decided 45 % in that year."""
    facts, end = base_run("2021-01-01"), day_number("2021-01-01")
    dates = facts.households
    first = (dates["arrived"] >= day_number("2020-04-01")) & np.isin(dates["stream"], (Stream.FIRST, Stream.AMV))
    decided = first & (dates["decided"] >= 0) & (dates["decided"] < end)
    assert applicants(facts, decided) / applicants(facts, first) == pytest.approx(0.45, abs=0.07)


def test_dublin_is_decided_in_months():
    """2,830 applications of track 1 were open on 30 April 2024, and 180 of track 2."""
    facts, answer = six_years(), baseline("prop-2021").ind.dublin_answer_days
    dates = facts.households
    dublin = (dates["group"] == Group.DUBLIN) & (dates["decided"] >= 0) & (dates["arrived"] >= FIRST)
    days = (dates["decided"] - dates["arrived"])[dublin]
    assert days.min() >= 0.5 * answer
    assert 4 * 30 < days.mean() < 9 * 30
    pending = open_on(facts, day_number("2024-05-01"))
    assert applicants(facts, pending & (dates["group"] == Group.DUBLIN)) == pytest.approx(2830, rel=0.25)
    assert applicants(facts, pending & (dates["group"] == Group.SAFE_COUNTRY)) < 500


def test_a_decision_stop_holds_up_who_it_is_about_and_lets_them_go_in_order():
    begin, end, later = (day_number(date) for date in ("2019-05-01", "2019-09-02", "2019-09-03"))
    stop = Schedule(((0, 0.0), (begin, 1.0), (end, 0.0)))
    parameters = with_values(baseline("prop-2021"), {"ind.decision_stop_share": stop})
    chain = Chain(parameters, 2, later)
    chain.start()
    chain.run(end)
    households, ready = chain.register.households, chain.stages[Ind].books.ready
    likely = (households["group"] == Group.LIKELY) & (households["stream"] != Stream.REPEAT)
    waiting = households["status"] == Status.WAITING
    assert (households["line"][waiting & likely] == Line.STOPPED).all()
    assert (likely & waiting).sum() > 3000
    stopped = likely & (households["decided"] >= begin + 120) & (households["registered"] >= begin)
    assert not stopped.any()
    chain.run(later)
    lines, following = chain.register.lines, households["line_next"]
    assert lines[Line.STOPPED]["first"] == -1
    for line in (Line.GENERAL, Line.EXTENDED):
        who, order = int(lines[line]["first"]), []
        while who >= 0:
            order.append(float(ready[who]))
            who = int(following[who])
        assert len(order) > 2000 and order == sorted(order)


def test_another_work_content_holds_from_its_day_for_who_waits():
    day = day_number("2019-03-01")
    paths = ("ind.work_days_general", "ind.work_days_extended")
    before = baseline("prop-2021")
    halved = {
        path: Schedule(((0, value_at(before, path).at(FIRST)), (day, 0.5 * value_at(before, path).at(FIRST))))
        for path in paths
    }
    now, then = (
        simulate(parameters, 1, day_number("2020-01-01")) for parameters in (with_values(before, halved), before)
    )
    until = day - FIRST
    assert np.array_equal(now.daily["decisions"][:until], then.daily["decisions"][:until])
    rates = [np.diff(facts.daily["decisions"][[until + 60, -1]])[0] for facts in (now, then)]
    assert rates[0] > 1.35 * rates[1]


def test_what_one_procedure_does_not_need_the_other_gets():
    """Without extended cases it makes no difference how many are there to handle them."""
    decided = []
    for share in (0.0, 0.5, 1.0):
        values = {"ind.extended_share": 0.0, "ind.extended_staff_share": Schedule.constant(share)}
        decided.append(
            simulate(with_values(baseline("prop-2021"), values), 1, day_number("2019-07-01")).daily["decisions"]
        )
    assert np.array_equal(decided[0], decided[1]) and np.array_equal(decided[0], decided[2])


def test_each_unit_works_with_its_own_staff():
    """In the backlog of 2019 units have as many cases in hand as they have workers; who waits for answers, fewer."""
    day = day_number("2019-11-01")
    chain = Chain(baseline("prop-2021"), 4, day)
    chain.start()
    chain.run(day)
    ind = chain.stages[Ind]
    today, staff = ind.policy.days[day - 1 - FIRST], ind.books.staff[0]
    fte = staff["experienced"] + ind.policy.rules[0]["trainee_output"] * staff["in_training"]
    shares = {Unit.TRACKS_1_2: today["tracks_1_2_staff_share"], Unit.REPEAT: today["repeat_staff_share"]}
    track_4 = 1.0 - sum(shares.values())
    shares[Unit.EXTENDED] = track_4 * today["extended_staff_share"]
    shares[Unit.GENERAL] = track_4 - shares[Unit.EXTENDED]
    for unit, share in shares.items():
        workers = fte * share * today["output"]
        if unit == Unit.TRACKS_1_2:
            assert 0.5 * workers < ind.books.busy[unit, 0] < workers + 0.6
        else:
            assert ind.books.busy[unit, 0] == pytest.approx(workers, abs=1.1), unit.name
    assert ind.books.busy[Unit.TASKFORCE, 0] == 0


def test_the_taskforce_takes_its_staff_from_track_4():
    """As many cases as are seconded are no longer in hand there; the others keep what they have."""
    day = day_number("2019-11-01")
    busy = []
    for seconded in (0.0, 100.0, 1000.0):
        chain = Chain(parameters_with([Change("taskforce_seconded", seconded, day_number("2019-02-01"))]), 4, day)
        chain.start()
        chain.run(day)
        busy.append(chain.stages[Ind].books.busy[:, 0].copy())
    output = 100.0 * baseline("prop-2021").ind.productive_share
    track_4 = [cases[Unit.GENERAL] + cases[Unit.EXTENDED] for cases in busy]
    assert track_4[0] - track_4[1] == pytest.approx(output, abs=2.1)
    assert busy[1][Unit.TASKFORCE] == pytest.approx(output * baseline("prop-2021").ind.taskforce_output, abs=1.1)
    # Only who is in training is left there.
    assert 0 < track_4[2] < 0.15 * track_4[0] and busy[2][Unit.TASKFORCE] > 4 * busy[1][Unit.TASKFORCE]
    for unit in (Unit.TRACKS_1_2, Unit.REPEAT):
        assert abs(busy[0][unit] - busy[2][unit]) <= 1


def test_easy_cases_first_takes_them_before_extended_ones():
    kinds = []
    for rule in ("oldest", "easy"):
        households = run([Change("queue_rule", rule)], "2020-01-01").households
        decided = (households["decided"] >= 0) & np.isin(households["group"], (Group.LIKELY, Group.MIXED))
        kinds.append(float((households["extended"][decided & (households["stream"] != Stream.REPEAT)] == 1).mean()))
    assert kinds[1] < 0.5 * kinds[0]


@pytest.mark.parametrize(
    ("lever", "low", "high"), [("ind_trainees_per_year", 0.0, 400.0), ("ind_training_days", 600.0, 120.0)]
)
def test_training_alone_does_something(lever, low, high):
    few, many = (run([Change(lever, value)], "2021-01-01", 1).daily["decisions"][-1] for value in (low, high))
    assert many > 1.01 * few


FIVE_VALUES = (
    ("ind_trainees_per_year", (0.0, 60.0, 120.0, 240.0, 600.0), "decisions", 1),
    ("ind_training_days", (90.0, 200.0, 319.0, 450.0, 700.0), "decisions", -1),
    ("ind_extra_staff", (-200.0, -100.0, 0.0, 100.0, 200.0), "permits_first_instance", 1),
    ("taskforce_seconded", (0.0, 100.0, 200.0, 300.0, 400.0), "pending_taskforce", -1),
    ("taskforce_hired", (0.0, 120.0, 250.0, 380.0, 500.0), "pending_taskforce", -1),
    ("legal_term", (90.0, 180.0, 240.0, 320.0, 400.0), "late_decisions", -1),
)


@pytest.mark.parametrize(("lever", "values", "measure", "sign"), FIVE_VALUES, ids=[row[0] for row in FIVE_VALUES])
def test_levers_of_the_ind_move_in_one_direction_over_five_values(lever, values, measure, sign):
    begin = day_number("2020-04-15") if lever.startswith("taskforce") else None
    moved = [run([Change(lever, value, begin)], "2020-11-01").daily[measure][-1] for value in values]
    assert all(sign * (more - fewer) > 0 for fewer, more in pairwise(moved)), moved


def test_who_leaves_is_missed():
    decided = [simulate(seeing_off(share), 1, day_number("2021-01-01")).daily["decisions"][-1] for share in (0.0, 0.3)]
    assert decided[1] < 0.97 * decided[0]


def test_a_penalty_grows_with_the_delay():
    days = np.array([0.0, 14.0, 15.0, 28.0, 42.0, 56.0, 200.0, 250.0, 1000.0])
    by_law, by_court = penalty_of(days)
    assert by_law.tolist() == [0.0, 0.0, 23.0, 322.0, 812.0, 1442.0, 1442.0, 1442.0, 1442.0]
    assert by_court.tolist() == [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 6600.0, 11600.0, 15000.0]


def test_penalties_are_those_of_their_years():
    """5.6 to 6.6 million euro was paid in 2019, and nothing ran in 2022."""
    facts = six_years()

    def million(year: int) -> float:
        begin, end = day_number(f"{year}-01-01"), day_number(f"{year + 1}-01-01")
        return cost_penalties(Window(facts, parameters_with(), begin, end)) / 1e6

    assert million(2019) == pytest.approx(6.1, rel=0.3)
    assert million(2020) == pytest.approx(14.0, rel=0.3)
    assert million(2022) < 1.0
    assert million(2023) > 5.0


def test_late_family_decisions_are_paid_for_too():
    """The published 36.8 million euro of 2024 is mostly about family."""
    facts = six_years()
    begin, end = day_number("2024-01-01"), day_number("2025-01-01")
    never_late = with_values(parameters_with(), {"nareis.legal_term_days": 900.0})
    paid, asylum_only = (cost_penalties(Window(facts, it, begin, end)) for it in (parameters_with(), never_late))
    assert 0.25 * paid < paid - asylum_only < 0.75 * paid


def test_refused_people_of_the_start_are_as_many_as_refusals_and_stays_give():
    """Their number stands still while the pace of refusals does: nothing doubles because the start was too low."""
    refused = six_years().daily["in_reception_refused"]
    assert 0.8 * refused[0] < refused[365] < 1.3 * refused[0]
