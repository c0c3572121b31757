"""Law: nobody is lost or doubled. In = inside + out, exactly, on every day, in every province, in any scenario."""

import random

import numpy as np
import pytest
from lawbook import BUSY, Books, books_of, first_day_of, gauges_of, parameters_with, random_changes

from models.chain import Chain
from models.facts import Diary
from models.levers import LEVERS, Change
from models.register import HOME_CAPACITY, Family, Line, Status
from models.sources import read_table
from models.stages.nareis import Nareis
from sim.calendar import day_number

SCENARIOS = 200
BATCHES = 20
BUSY_UNTIL = day_number("2022-01-01")


def scenario(number: int) -> tuple[str, int, list[Change]]:
    """Scenario ``number``: a period, a last day up to half a year on, and up to five levers at random values."""
    luck = random.Random(f"nobody lost {number}")
    period = luck.choice(["prop-2021", "prop-2021", "golf-2015"])
    first = first_day_of(period)
    last = first + luck.choice([luck.randint(2, 60), luck.randint(60, 200), luck.randint(180, 240)])
    return period, last, random_changes(luck, first, last)


def unclosed(number: int) -> list[str]:
    """What does not close in scenario ``number``, with everything needed to repeat it."""
    period, last, changes = scenario(number)
    books = books_of(parameters_with(changes, period), number, last)
    return [f"scenario {number} ({period}, until day {last}, {changes}): {error}" for error in books.close()]


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_books_close_in_random_scenarios(batch):
    errors = [error for number in range(batch, SCENARIOS, BATCHES) for error in unclosed(number)]
    assert not errors, "\n".join(errors)


@pytest.fixture(scope="module")
def busy_books() -> Books:
    """Three years in which every stage is at work."""
    return books_of(parameters_with(BUSY), 3, BUSY_UNTIL)


def test_the_books_close_over_three_years_in_which_everything_happens(busy_books):
    steps = busy_books.facts.steps
    for what in ("realised_joined", "realised_project", "realised_shared", "realised_own_find", "realised_stay"):
        assert steps[what] > 0, f"the busy scenario should have seen {what}"
    assert busy_books.close() == []


def test_the_books_close_over_three_years_as_history_had_them():
    assert books_of(parameters_with(), 1, BUSY_UNTIL).close() == []


@pytest.mark.full
@pytest.mark.parametrize("number", range(24))
def test_the_books_close_in_long_random_scenarios(number):
    luck = random.Random(f"long {number}")
    period = luck.choice(["prop-2021", "golf-2015"])
    first = first_day_of(period)
    last = day_number("2025-01-01" if period == "prop-2021" else "2019-01-01")
    changes = random_changes(luck, first, last, most=10)
    assert books_of(parameters_with(changes, period), number, last).close() == [], changes


def test_the_books_close_while_the_occupancy_norm_slides():
    """A norm that is another fraction each week, in a year in which every kind of place is in use."""
    slide = Change("occupancy_norm", 0.81, day_number("2014-03-01"), None, 640)
    books = books_of(parameters_with([slide], "golf-2015"), 1, day_number("2016-01-01"))
    assert books.facts.daily["persons_in_crisis"].max() > 0
    assert books.facts.daily["persons_without_place"].max() > 0
    assert books.close() == []


def test_the_scenarios_turn_most_levers():
    turned = {change.lever for number in range(SCENARIOS) for change in scenario(number)[2]}
    assert len(turned) >= 0.9 * len(LEVERS)


def test_published_targets_are_divided_without_a_remainder():
    published = {row["half_year"]: int(float(row["value"])) for row in read_table("targets")}
    facts = books_of(parameters_with(), 1, BUSY_UNTIL).facts
    sums = dict(zip(facts.half_year_names, facts.half_years["target"].sum(axis=1).tolist(), strict=True))
    assert sums == {name: published[name] for name in facts.half_year_names}


@pytest.mark.parametrize("several", [2, 3, 4])
def test_smoothing_spreads_the_published_numbers_and_keeps_their_sum(several):
    published = {row["half_year"]: int(float(row["value"])) for row in read_table("targets")}
    facts = books_of(parameters_with([Change("smoothing", float(several))]), 1, BUSY_UNTIL).facts
    sums = facts.half_years["target"].sum(axis=1).tolist()
    for block in range(0, len(sums) // several * several, several):
        together = slice(block, block + several)
        assert sum(sums[together]) == sum(published[name] for name in facts.half_year_names[together])
        assert max(sums[together]) - min(sums[together]) <= 1


def test_opening_at_the_start_is_what_provinces_were_behind():
    rows = read_table("start_stock")
    behind = {
        row["area"]: int(float(row["value"]))
        for row in rows
        if row["period"] == "prop-2021" and row["item"] == "opening" and row["area"] != "Nederland"
    }
    facts = books_of(parameters_with(), 1, first_day_of() + 2).facts
    assert int(facts.half_years["opening"][0].sum()) == sum(behind.values())


def members(line: np.void, households: np.ndarray, kind: str) -> list[int]:
    """Who stands in a line, walked from the front; pointing back must agree."""
    found, before, who = [], -1, int(line["first"])
    while who >= 0:
        assert households[f"{kind}_previous"][who] == before, f"{kind}: {who} does not point back at {before}"
        found.append(who)
        before, who = who, int(households[f"{kind}_next"][who])
        assert len(found) <= households.size, f"a line of {kind} runs in a circle"
    assert int(line["last"]) == before
    return found


def test_every_line_holds_exactly_who_should_stand_in_it(busy_books):
    chain = busy_books.chain
    register, rows = chain.register, chain.register.households
    for number in set(Line) - {Line.LINKABLE}:
        standing = np.flatnonzero((rows["status"] == Status.WAITING) & (rows["line"] == number))
        assert sorted(members(register.lines[number], rows, "line")) == standing.tolist()
    for number in range(12):
        inside = np.flatnonzero((rows["bed"] >= 0) & (rows["province"] == number))
        assert sorted(members(register.census["line"][number], rows, "bed")) == inside.tolist()
    seeking = [who for line in register.towns["line"] for who in members(line, rows, "seek")]
    assert sorted(seeking) == np.flatnonzero(rows["status"] == Status.SEEKING).tolist()
    crowded = [who for line in register.towns["crowded"] for who in members(line, rows, "seek")]
    too_small = rows["persons"] > np.array(HOME_CAPACITY)[rows["home_size"]]
    assert sorted(crowded) == np.flatnonzero((rows["status"] == Status.HOUSED) & too_small).tolist() != []
    for number, family in enumerate((Family.WAITING, Family.HELD)):
        waiting = members(chain.stages[Nareis].books.lines[number], rows, "family")
        assert sorted(waiting) == np.flatnonzero(rows["family"] == family).tolist()


def test_the_books_notice_one_lost_person():
    """The check itself must be able to fail: take one person out of one counter, one row, one day."""
    chain = Chain(parameters_with(), 1, first_day_of() + 40)
    chain.start()
    at_start = gauges_of(chain)
    chain.run(chain.last_day)
    assert Books(chain, at_start).close() == []
    chain.stages[Diary].daily.table[20, 0] -= 1
    assert any("= placed somewhere" in error for error in Books(chain, at_start).close())
    chain.stages[Diary].daily.table[20, 0] += 1
    chain.stages[Diary].provinces.table[20, 3, 5] += 1
    assert any("province: entered" in error for error in Books(chain, at_start).close())
    chain.stages[Diary].provinces.table[20, 3, 5] -= 1
    somebody = int(np.flatnonzero(chain.register.households["status"] == Status.SEEKING)[0])
    chain.register.households["persons"][somebody] += 1
    assert any("seeking recounted" in error for error in Books(chain, at_start).close())
