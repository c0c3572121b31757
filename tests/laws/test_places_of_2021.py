"""Places of COA in 2021 and in August 2022 with the fitted draws: nobody was reported to sleep outside in 2021."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from experiments.run.ensemble import load_ensemble, with_draw
from models.chain import simulate
from models.parameters import baseline
from sim.calendar import day_number
from sim.replications import replication_seed

PERIOD, SEED, DRAWS = "prop-2021", 20211001, 12
START, END = day_number("2019-01-01"), day_number("2022-09-01")


@lru_cache(maxsize=1)
def runs() -> list[Mapping[str, np.ndarray]]:
    """The daily series of twelve draws, each with luck of its own."""
    ensemble, own = load_ensemble(PERIOD), baseline(PERIOD)
    found: list[Mapping[str, np.ndarray]] = []
    for number in range(1, DRAWS + 1):
        parameters = with_draw(own, ensemble.paths, ensemble.draws[number - 1])
        daily = simulate(parameters, replication_seed(SEED, number), END).daily
        found.append({name: values.copy() for name, values in daily.items() if "place" in name or "in_crisis" in name})
    return found


def worst(daily: Mapping[str, np.ndarray], first: str, last: str) -> int:
    """Most people without a place on a day in [first, last)."""
    return int(daily["persons_without_place"][day_number(first) - START : day_number(last) - START].max())


def test_fewer_than_600_people_have_no_place_on_any_day_of_2021() -> None:
    """In three of four draws on every day, and on average by far."""
    most = [worst(daily, "2021-01-01", "2022-01-01") for daily in runs()]
    assert sum(persons < 600 for persons in most) >= 9, most
    assert np.mean(most) < 500


def test_in_august_2022_people_slept_outside() -> None:
    assert 100 <= np.mean([worst(daily, "2022-08-01", "2022-09-01") for daily in runs()]) <= 1200


def test_a_contract_that_ends_goes_on_while_people_sleep_in_crisis_shelter() -> None:
    """An agreement over 800 places ends on 1 July 2021; while sports halls are in use it stands on as emergency places.

    Another location may be given up that day as not needed.
    """
    today, seen = day_number("2021-07-01") - START, 0
    for daily in runs():
        assert daily["regular_places"][today] == daily["regular_places"][today - 1] - 800
        if daily["persons_in_crisis"][today - 1] + daily["persons_without_place"][today - 1] > 0:
            seen += 1
            assert daily["emergency_places"][today] >= 800
    assert seen >= 3
