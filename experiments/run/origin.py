"""What made a table, in one line that travels with every row of its CSV."""

from collections import Counter
from collections.abc import Sequence

from experiments.language.catalogue import catalogue
from experiments.language.language import Language
from experiments.run.provenance import version
from experiments.scenario.scenario import Scenario
from experiments.scenario.text import setting_text
from models.version import MODEL_VERSION
from sim.calendar import iso


def settings_text(scenario: Scenario) -> str:
    """What a scenario sets, as `--set` takes it, and how many figures of the user's own each series has."""
    levers = {**scenario.levers, **scenario.uncertainties}.items()
    set_values = [f"{name}={setting_text(each.as_file())}" for name, settings in levers for each in settings]
    own = Counter(one.series for one in scenario.figures)
    return " ".join([*set_values, *(f"figures[{name}]={count}" for name, count in own.items())])


def program_text(language: Language) -> str:
    """Which program and which model made a table, and in which language it is written."""
    return catalogue("exports", language)("origin.program", version=version(), model=MODEL_VERSION, language=language)


def origin_text(scenarios: Sequence[Scenario], language: Language) -> str:
    """Version, language, and of each scenario its name, window, seed, replications and settings."""
    say = catalogue("exports", language)
    parts = [program_text(language)]
    for scenario in scenarios:
        settings = settings_text(scenario)
        first, last = iso(scenario.from_day), iso(scenario.until_day)
        window = {"name": scenario.name, "from_day": first, "until_day": last, "seed": scenario.seed}
        counted = say("origin.replications", count=scenario.replications)
        parts.append(f"{say('origin.scenario', **window)}, {counted}, {settings or say('origin.no_settings')}")
    return " | ".join(parts)
