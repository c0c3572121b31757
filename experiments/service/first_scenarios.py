"""Which scenarios the app computes by itself, in what order.

Nothing that was computed comes with the program: what a page asks for is computed at once, and what nobody asked for
yet when there is nothing else to do (`Registry.fill_in`), into the folder of the user.
"""

from experiments.scenario.ready import helping, ready_scenarios
from experiments.scenario.scenario import Scenario
from experiments.service.keys import baseline_of

#: What Vergelijken shows beside the baseline before anybody chose.
FIRST_COMPARED = ("flex-versneld", "signaal-direct-gehoord")


def first_scenarios() -> list[Scenario]:
    """Every ready scenario after its baseline; what pages show before anybody composed anything first.

    That is: periods as they were, packages, and the first of the story and of Vergelijken.
    """
    shown_first = {*(scenario.name for scenario in helping()), *FIRST_COMPARED}

    def comes_late(scenario: Scenario) -> bool:
        return not (scenario.package or scenario.name in shown_first or scenario.name == scenario.period)

    ordered = sorted(ready_scenarios(), key=comes_late)
    return [one for scenario in ordered for one in (baseline_of(scenario), scenario)]
