"""Law: whoever gives out a larger home meets everybody who needs one, in the order of the line.

A search looks at those who may need more than the smallest home (`Register.larger`), not at the whole line.
"""

import numpy as np
import pytest
from lawbook import BUSY, parameters_with

from models.chain import Chain
from models.levers import Change
from models.register import HOME_CAPACITY, HOME_LEAST, Family, Status
from models.world import Luck
from sim.calendar import day_number
from sim.luck import uniforms

DAYS = [day_number(day) for day in ("2019-03-12", "2019-11-26", "2020-02-18", "2020-06-02")]
#: Family counts earlier from a date in the run on: who was linked before it counts too.
LATER_RULE = (Change("relaxed_allocation", 0.9, day_number("2020-01-15")),)


def along(line, following):
    """Everybody in a line of a municipality, first to last."""
    who, found = int(line["first"]), []
    while who >= 0:
        found.append(who)
        who = int(following[who])
    assert (found[-1] if found else -1) == int(line["last"])
    return found


def needs_more(chain, day):
    """Which households are offered no home of the smallest size alone, as the rules of a day have it."""
    households = chain.register.households
    family, together = households["family"], households["persons"] + households["followers"]
    luck = uniforms(chain.register.seed, households["identity"], Luck.RELAXED.value)
    applied = np.isin(family, (Family.WAITING, Family.HANDLED))
    counts = applied & (luck < chain.parameters.homes.relaxed_allocation_share.at(day))
    counts |= np.isin(family, (Family.TRAVELLING, Family.HELD))
    reckoned = np.where(counts & (together <= HOME_CAPACITY[2]), together, households["persons"])
    return (households["status"] == Status.SEEKING) & (reckoned >= HOME_LEAST[1])


def check(chain, day):
    register, needing = chain.register, needs_more(chain, day)
    met = 0
    for place in range(len(register.towns)):
        line = along(register.towns["line"][place], register.households["seek_next"])
        larger = along(register.larger.lines[place], register.larger.links.next)
        assert set(larger) >= {who for who in line if needing[who]}
        chosen = set(larger)
        assert larger == [who for who in line if who in chosen]
        met += len(larger)
    assert needing.sum() > 0
    return met, int((register.households["status"] == Status.SEEKING).sum())


@pytest.mark.parametrize("changes", [(), BUSY, LATER_RULE], ids=["history", "busy", "later rule"])
def test_everybody_who_needs_more_is_met_in_order_of_waiting(changes):
    chain = Chain(parameters_with(changes), 5, DAYS[-1] + 1)
    chain.start()
    for day in DAYS:
        chain.run(day)
        met, seeking = check(chain, day - 1)
        assert met < 0.7 * seeking or changes
    resumed = Chain(parameters_with(changes), 5, DAYS[-1] + 1)
    resumed.resume(chain.snapshot())
    check(resumed, DAYS[-1] - 1)
