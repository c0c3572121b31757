"""One field of the sidebar, with label, help, range and grey baseline value of a lever; and what a scenario sets."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any

import streamlit as st

from app_pages.shell.link_keys import FROM_END, TO_END
from app_pages.shell.texts import choice, literal, text, unit, visitor_language
from experiments.figures.series import all_series
from experiments.language.formatting import date_text, exact_text, per_cent_text
from experiments.language.labels import lever_help, lever_label
from experiments.language.language import Language
from experiments.language.refusals import problem_text
from experiments.run.levers import LeverRow, lever_rows, setting_problem, settings_of
from experiments.scenario.scenario import Scenario


def words_of(row: LeverRow, value: Any) -> str:
    """A value of a lever in words."""
    if row.kind in ("choice", "switch"):
        return choice(str(value).lower())
    return exact_text(value, visitor_language())


def name_of(row: LeverRow) -> str:
    """The name of a lever without its unit."""
    return lever_label(row.name, visitor_language())


def amount_of(row: LeverRow, value: Any) -> str:
    """A value of a lever with its unit, a share in per cent."""
    if row.unit == "share" and row.kind not in ("choice", "switch"):
        return per_cent_text(round(100.0 * float(value), 6), None, visitor_language())
    return f"{words_of(row, value)} {unit(row.unit)}".strip()


def _today(row: LeverRow, most: int = 99) -> str:
    if not row.steps:
        return words_of(row, row.today)
    parts = [words_of(row, row.steps[0][1])]
    parts += [
        text("then", date=date_text(date.fromisoformat(when), visitor_language()), value=words_of(row, value))
        for when, value in row.steps[1:most]
    ]
    return "; ".join(parts) + ("; …" if len(row.steps) > most else "")


def label_of(row: LeverRow) -> str:
    """The name of a lever with its unit, in the language of the visitor."""
    return f"{name_of(row)} ({unit(row.unit)})" if unit(row.unit) else name_of(row)


def _help(row: LeverRow) -> str:
    parts = [lever_help(row.name, visitor_language())]
    if row.low is not None and row.high is not None:
        low, high = (exact_text(end, visitor_language()) for end in (row.low, row.high))
        parts.append(text("range", low=low, high=high, unit=unit(row.unit)))
    if row.fitted:
        parts.append(text("fitted"))
        parts.append(_range("drawn", row) or text("fitted_from", value=_today(row)))
    else:
        parts.append(text("today_steps" if row.steps else "today", value=_today(row)))
    parts.append(text("source", source=row.source))
    return "  \n".join(parts).replace("$", "\\$").replace("*", "\\*")


def _range(key: str, row: LeverRow) -> str:
    """The range of the draws in words; nothing for a lever that has none."""
    if row.drawn is None:
        return ""
    low, high = (words_of(row, end) for end in row.drawn)
    return text(key, low=low, high=high)


def _shown(row: LeverRow) -> str:
    """What an empty field shows: what holds without a decision."""
    if row.fitted:
        return _range("as_drawn", row) or text("as_fitted")
    return text("as_in_reality" if row.steps else "as_now", value=_today(row, 2))


def text_of(row: LeverRow, value: Any) -> str:
    """A value as it stands in a field: the code of a choice, a number in the notation of the visitor."""
    if row.kind in ("choice", "switch"):
        return str(value).lower()
    return exact_text(value, visitor_language())


@dataclass(frozen=True)
class Field:
    """What does not change about the field of a lever while period and language stay."""

    row: LeverRow
    label: str
    help: str
    shown: str


@lru_cache(maxsize=16)
def lever_fields(period: str, language: Language) -> tuple[Field, ...]:
    """The fields of all levers, in the language of the visitor, which is `language`."""
    return tuple(Field(row, label_of(row), _help(row), _shown(row)) for row in lever_rows(period))


def draw_field(field: Field, first: date, last: date, with_dates: bool) -> None:
    """Draw one lever in the sidebar, with its dates when asked for."""
    row, shown = field.row, field.shown
    bound: dict[str, Any] = {"key": row.name, "help": field.help, "on_change": "ignore", "bind": "query-params"}
    if row.kind in ("choice", "switch"):
        options = list(row.choices) or ["true", "false"]
        words = partial(choice, language=visitor_language())  # fixed: the front end also asks between two runs
        st.selectbox(field.label, options, index=None, format_func=words, placeholder=shown, **bound)
    else:
        written = st.text_input(field.label, value=None, max_chars=40, placeholder=shown, **bound)
        problem = setting_problem(row.name, written) if written else None
        if problem is not None:
            st.error(literal(problem_text(problem, visitor_language())))
    if row.dated and with_dates:
        left, right = st.columns(2, gap="small")
        for column, key, label in ((left, FROM_END, "from_date"), (right, TO_END, "until_date")):
            column.date_input(
                text(label), value=None, min_value=first, max_value=last, format="DD-MM-YYYY", key=f"{row.name}{key}",
                on_change="ignore", bind="query-params",
            )  # fmt: skip


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
    for name in dict.fromkeys(one.series for one in scenario.figures):
        mine = [one for one in scenario.figures if one.series == name]
        days = [date_text(day, visitor_language()) for day in (mine[0].first, max(one.last for one in mine))]
        label = literal(all_series()[name].label(visitor_language()))
        found.append(text("setting_figures", count=len(mine), label=label, first=days[0], last=days[1]))
    return found
