"""What there is to choose from and to read: levers, scenarios, outcomes and sources, as rows of plain values."""

import re
from typing import Any

from experiments.language.labels import lever_help, lever_label, outcome_help, outcome_label
from experiments.language.language import LANGUAGES
from experiments.run.levers import lever_rows as rows_of_period
from experiments.scenario.ready import ready_scenarios
from models.levers import LEVERS, allowed_values, default_of
from models.outcomes import OUTCOMES
from models.parameters import baseline
from models.sources import read_table, table_names
from sim.calendar import date_of
from sim.errors import Allowed

#: The period of which levers are listed.
PERIOD = "prop-2021"
_FACT_COLUMNS = ("value", "unit", "period_start", "period_end", "source", "status", "note")


def lever_rows(uncertainty: bool) -> list[dict[str, Any]]:
    """The levers of a government, or the uncertainties, one row each.

    `default` is the value in the baseline, or the list of dated ones. Of a `fitted` lever it is the value before
    fitting: replications differ in it, and `drawn` says between what and what in 80 per cent of the draws.
    """
    usual, fitted = baseline(PERIOD), {row.name: row for row in rows_of_period(PERIOD)}
    return [
        {
            "name": lever.name,
            **{f"label_{language}": lever_label(lever.name, language) for language in LANGUAGES},
            **{f"help_{language}": lever_help(lever.name, language) for language in LANGUAGES},
            "holder": lever.holder,
            "unit": lever.unit,
            "kind": lever.kind,
            "low": lever.low,
            "high": lever.high,
            "step": lever.step,
            "choices": list(lever.choices),
            "default": _plain_default(default_of(lever, usual), lever.kind),
            "fitted": fitted[lever.name].fitted,
            "drawn": fitted[lever.name].drawn,
            "sets": lever.sets,
            "source": lever.source,
            "dated": lever.dated,
            "uncertainty": lever.uncertainty,
        }
        for lever in LEVERS.values()
        if lever.uncertainty == uncertainty
    ]


def allowed_of(name: str) -> Allowed:
    """What a lever or uncertainty may be set to."""
    return allowed_values(LEVERS[name])


def _plain_default(value: Any, kind: str) -> Any:
    """The value of an undated lever; of a dated one the value, or the list of dated steps."""
    steps = getattr(value, "steps", None)
    if steps is None:
        return int(value) if kind == "integer" else value
    if len({step for _, step in steps}) == 1:
        return steps[0][1]
    return [{"from": date_of(day).isoformat(), "value": step} for day, step in steps]


def scenario_rows() -> list[dict[str, Any]]:
    """The ready scenarios, one row each."""
    return [
        {
            "name": scenario.name,
            "title": scenario.title,
            "description": scenario.description,
            "title_en": scenario.title_en,
            "description_en": scenario.description_en,
            "period": scenario.period,
            "from": date_of(scenario.from_day).isoformat(),
            "until": date_of(scenario.until_day).isoformat(),
            "package": scenario.package,
            "levers": list(scenario.levers),
            "uncertainties": list(scenario.uncertainties),
            "sources": list(scenario.sources),
            "replications": scenario.replications,
            "seed": scenario.seed,
            "settings": scenario.as_file(),
        }
        for scenario in ready_scenarios()
    ]


def outcome_rows() -> list[dict[str, Any]]:
    """What is counted, one row each."""
    return [
        {
            "name": outcome.name,
            **{f"label_{language}": outcome_label(outcome.name, language) for language in LANGUAGES},
            **{f"help_{language}": outcome_help(outcome.name, language) for language in LANGUAGES},
            "unit": outcome.unit,
            "better": outcome.better,
        }
        for outcome in OUTCOMES.values()
    ]


def source_rows() -> list[dict[str, Any]]:
    """Every number of `models/data` with its source and status."""
    return [
        {
            "table": table,
            "item": ", ".join(text for key, text in row.items() if key not in _FACT_COLUMNS and text),
            "value": _fact_value(row["value"]),
            **{column: row[column] for column in ("unit", "period_start", "period_end", "source", "status")},
        }
        for table in table_names()
        for row in read_table(table)
    ]


def _fact_value(text: str) -> float | int | str:
    """A number where the cell is one, otherwise the text as it stands."""
    if re.fullmatch(r"-?[0-9]{1,15}", text, re.ASCII):
        return int(text)
    if re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,15}(e-?[0-9]{1,3})?", text, re.ASCII):
        return float(text)
    return text
