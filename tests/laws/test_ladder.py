"""Laws of supervision: all rungs can be reached, one after another; substitution houses people and is rare."""

import numpy as np
from lawbook import run

from models.chain import Chain
from models.parameters import baseline
from models.stages.homes import Homes
from models.stages.target import DECISION, SUBSTITUTION, Target
from sim.calendar import day_number


def test_all_rungs_up_to_a_decision_are_reached_and_substitution_hardly_ever():
    facts = run((), "2023-01-02")
    rungs = facts.municipal_monthly["rung"].astype(int)
    assert set(range(DECISION + 1)) <= set(np.unique(rungs).tolist())
    assert (rungs == SUBSTITUTION).sum(axis=1).max() <= 3
    assert np.diff(rungs, axis=0).max() == 1


def test_where_the_province_acts_every_home_that_fits_is_set_aside():
    """The same world with and without substitution in one large municipality that has much to do."""
    housed = []
    for substituted in (False, True):
        chain = Chain(baseline("prop-2021"), 1, day_number("2021-06-28"))
        chain.start()
        chain.run(day_number("2021-02-01"))
        place = int(np.argmax(chain.stages[Target].behind()))
        chain.stages[Target].books.towns["rung"][place] = SUBSTITUTION if substituted else 0
        given = int(chain.register.towns["homes_given"][place])
        chain.run(day_number("2021-02-10"))
        assert (chain.stages[Homes].books.share[place] == 0.95) == substituted
        chain.run(chain.last_day)
        housed.append(int(chain.register.towns["homes_given"][place]) - given)
    assert housed[1] > housed[0] + 10


def test_grounds_that_excuse_stand_per_municipality():
    facts = run((), "2020-08-02").municipal_monthly
    excused = facts["excused_family"] + facts["excused_links"]
    assert excused[-1].sum() > 0 and (excused >= 0).all()
