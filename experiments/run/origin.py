"""What made a table, in one line that travels with every row of its CSV."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.language.catalogue import catalogue
from experiments.language.language import Language
from experiments.run.provenance import version
from experiments.scenario.scenario import Scenario
from models.version import MODEL_VERSION
from sim.calendar import iso


def settings_text(scenario: Scenario) -> str:
    """What a scenario sets, as `--set` takes it."""
    found = []
    for name, settings in {**scenario.levers, **scenario.uncertainties}.items():
        for setting in settings:
            text = f"{name}={setting.value:g}" if type(setting.value) in (int, float) else f"{name}={setting.value}"
            if setting.from_date is not None:
                text += f"@{setting.from_date}" + (f"..{setting.until_date}" if setting.until_date else "")
            found.append(text + (f" ({setting.ramp_days} d)" if setting.ramp_days else ""))
    return " ".join(found)


def program_text(language: Language) -> str:
    """Which program and which model made a table, and in which language it is written."""
    return catalogue("exports", language)("origin.program", version=version(), model=MODEL_VERSION, language=language)


def origin_text(scenarios: Sequence[Scenario], replications: int | None, language: Language) -> str:
    """Version, language, and of each scenario its name, window, seed, replications and settings."""
    say = catalogue("exports", language)
    parts = [program_text(language)]
    for scenario in scenarios:
        settings = settings_text(scenario)
        first, last = iso(scenario.from_day), iso(scenario.until_day)
        window = {"name": scenario.name, "from_day": first, "until_day": last, "seed": scenario.seed}
        part = say("origin.scenario", **window)
        if replications is not None:
            part += f", {say('origin.replications', count=replications)}"
        parts.append(f"{part}, {settings}" if settings else f"{part}, {say('origin.no_settings')}")
    return " | ".join(parts)
