"""What a scenario sets, a line each."""

from __future__ import annotations

from datetime import date

from app_pages.shell.lever_field import amount_of, name_of
from app_pages.shell.texts import text, visitor_language
from experiments.language.formatting import date_text
from experiments.run.levers import lever_rows, settings_of
from experiments.scenario.scenario import Scenario


def setting_lines(scenario: Scenario) -> list[str]:
    """What a scenario changes, one line per setting, in words."""
    rows = {row.name: row for row in lever_rows(scenario.period)}
    found = []
    for name, settings in settings_of(scenario).items():
        for setting in settings:
            row = rows[name]
            line = f"{name_of(row)}: **{amount_of(row, setting['value'])}**"
            # No single value stands for a baseline that changes over time, or in which replications differ.
            if not row.steps and not row.fitted:
                line += f" ({text('baseline').lower()}: {amount_of(row, row.today)})"
            for part, key in (("from", "setting_from"), ("until", "setting_until")):
                if part in setting:
                    line += " " + text(key, date=date_text(date.fromisoformat(setting[part]), visitor_language()))
            if setting.get("ramp_days"):
                line += ", " + text("setting_ramp", days=setting["ramp_days"])
            found.append(line)
    return found
