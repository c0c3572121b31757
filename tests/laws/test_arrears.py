"""Laws of arrears that pass while COA has room, of an aim on top of the target, and of minors with the guardian."""

import numpy as np
import pytest

from models.chain import Chain
from models.levers import Change, apply_changes
from models.outcomes import Window, count_outcomes
from models.parameters import baseline
from models.stages.target import Target
from sim.calendar import day_number

FIRST, UNTIL = day_number("2019-01-01"), day_number("2020-01-01")
SEEDS = (1, 2)
USUAL = baseline("prop-2021")


def chains_at(lever, value, until=UNTIL):
    parameters = apply_changes(USUAL, [Change(lever, value)])
    for seed in SEEDS:
        chain = Chain(parameters, seed, until)
        chain.start()
        chain.run(until)
        yield chain


def mean_of(name, lever, values):
    means = []
    for value in values:
        windows = [Window(chain.facts(), USUAL, FIRST, UNTIL) for chain in chains_at(lever, value)]
        means.append(np.mean([count_outcomes(window)[name] for window in windows]))
    return np.array(means)


def test_more_that_passes_never_puts_more_municipalities_on_the_ladder():
    on_ladder = mean_of("municipalities_on_ladder_end", "tolerated_behind", (0.0, 0.05, 0.1, 0.2, 0.5))
    assert (np.diff(on_ladder) <= 0.0).all() and on_ladder[-1] < on_ladder[0] - 20.0


@pytest.mark.parametrize(("free", "part"), [(-0.1, 0.0), (0.0, 0.0), (0.05, 0.5), (0.1, 1.0), (0.6, 1.0)])
def test_what_passes_follows_the_room_of_coa(free, part):
    chain = next(chains_at("tolerated_behind", 0.2, day_number("2019-02-01")))
    census = chain.register.census
    census["usable"], census["beds"] = 1000, 0
    census["beds"][:, 0] = round(1000 * (1.0 - free))
    assert chain.stages[Target]._let_pass() == pytest.approx(0.2 * part)


def test_a_higher_aim_on_top_houses_more():
    assert (np.diff(mean_of("realised", "extra_aim", (0.0, 2000.0, 5000.0, 10000.0, 20000.0))) > 0.0).all()


def test_more_minors_with_the_guardian_hold_fewer_beds():
    beds = mean_of("persons_in_reception_mean", "guardian_share", (0.0, 0.25, 0.5, 0.75, 1.0))
    assert (np.diff(beds) < 0.0).all()
