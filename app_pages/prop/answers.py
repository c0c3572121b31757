"""What the runs say to each question of the lesson."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from app_pages.charts.picture import full_months
from app_pages.prop import text
from app_pages.shell.texts import title_of, visitor_language
from experiments.language.formatting import listed, number_text, percent_text, round_to_significant, signed_text
from experiments.language.language import Language
from experiments.report import pictures
from experiments.report.pictures import Band
from experiments.report.story import (
    CROWD,
    Lowered,
    Published,
    against,
    at_month_end,
    change_between,
    inflow,
    lowered,
    published,
    ratio_against,
    sum_over,
)
from experiments.run.result import RunResult
from experiments.scenario import ready
from experiments.scenario.ready import helping
from experiments.service.job import Job
from experiments.service.keys import job_key

NOVEMBER_2020 = date(2020, 11, 15)
START_TASKFORCE, END_2020, END_MAY_2021 = date(2020, 4, 1), date(2020, 12, 31), date(2021, 5, 31)
START_2020, HALF_2020, START_2021, HALF_2021, END_2021 = (
    date(2020, 1, 1), date(2020, 6, 30), date(2021, 1, 1), date(2021, 6, 30), date(2021, 12, 31)
)  # fmt: skip
SEPTEMBER_2020, JULY_2021 = date(2020, 9, 30), date(2021, 7, 31)
#: The month in which, according to the final report, reception really filled up.
TOLD_FULL = date(2021, 8, 1)
#: Places are about the same when they change by less than this share.
SAME = 0.02


@dataclass(frozen=True)
class Answer:
    """What history and the model say: `told` and `model` on the scale of the bet, with words for a distance."""

    told: float
    source: str
    model: Band
    words: Callable[[float], str]
    model_words: Callable[[float], str]
    bare: Callable[[float], str]
    apart: Callable[[float], str]


def results_of(jobs: Sequence[Job], count: int) -> tuple[RunResult, ...]:
    """What is done of the scenarios of the story, under the names they have here."""
    own = {job_key(scenario): scenario for scenario in (ready.told(), *helping())}
    return tuple(found for job in jobs if (found := job.result(count, own.get(job.key))) is not None)


def rounded(value: float) -> str:
    """A rounded number in the notation of the visitor."""
    return number_text(round_to_significant(value), 0, visitor_language())


def exact(value: float) -> str:
    """A number as it is, in the notation of the visitor."""
    return number_text(value, 0, visitor_language())


def percent_words(share: float) -> str:
    """A share in per cent, in the notation of the visitor."""
    return percent_text(share, visitor_language(), 0)


def _signed(value: float) -> str:
    return signed_text(round_to_significant(value), 0, visitor_language())


def change_words(value: float) -> str:
    """How a number changes, with the verb that its sign asks for."""
    figure = round_to_significant(value)
    if not figure:
        return text("c_stays")
    return text("c_rises" if figure > 0 else "c_falls", figure=exact(abs(figure)))


def _saved(band: Band) -> str:
    """How much a difference below nought saves, with its interval."""
    return text("saved", mean=rounded(-band.mean), low=rounded(-band.high), high=rounded(-band.low))


def leading(found: Lowered, one: str, level: str, **values: object) -> str:
    """Which scenario lowers something most, or which do so to the same degree."""
    if len(found.first) == 1:
        scenario, band = found.first[0]
        return text(one, best=title_of(scenario), figure=_saved(band), **values)
    parts = [text("with_figure", title=title_of(scenario), figure=_saved(band)) for scenario, band in found.first]
    return text(level, best=listed(parts, visitor_language()), **values)


def interval(band: Band) -> str:
    """A difference with its interval, in words."""
    return text("interval", mean=_signed(band.mean), low=_signed(band.low), high=_signed(band.high))


def _stock() -> Published:
    return published("pending_taskforce", START_TASKFORCE)


def _targets() -> tuple[Published, Published]:
    return (published("target", END_2020, date(2020, 7, 1)), published("target", HALF_2021, START_2021))


def what(step: int) -> tuple[str, tuple[Published, ...]]:
    """Who did what in a step, and the published figures it names."""
    if step == 2:
        rows: tuple[Published, ...] = (_stock(),)
        return text("what_2", stock=exact(rows[0].value)), rows
    if step == 3:
        before, target = _targets()
        return text("what_3", target=exact(target.value), before=exact(before.value)), (before, target)
    if step == 5:
        rows = (published("capacity_required", date(2021, 1, 15)),)
        return text("what_5", needed=exact(rows[0].value)), rows
    if step == 6:
        rows = (published("permit_holders_under_coa", date(2021, 2, 1)),)
        return text("what_6", february=exact(rows[0].value)), rows
    if step == 7:
        extra = published("extra_places_realised", date(2022, 1, 20), date(2021, 8, 24))
        rows = (extra, inflow("evacuation", date(2021, 8, 16)))
        return text("what_7", extra=exact(rows[0].value), evacuation=exact(rows[1].value)), rows
    return text(f"what_{step}"), ()


def question(step: int) -> str:
    """The question one bets on."""
    if step == 2:
        return text("q_2", stock=exact(_stock().value))
    if step == 3:
        return text("q_3", year=exact(published("permits", END_2020, START_2020).value))
    if step == 4:
        return text("q_4", target=exact(_targets()[1].value))
    if step == 7:
        return text("q_7", year=exact(published("nareis_arrivals_per_year", END_2020, START_2020).value))
    return text(f"q_{step}")


def answer_of(step: int, result: RunResult) -> Answer:
    """What history and the model say in the steps 1, 2, 3, 4 and 7. Raises LookupError for another step."""
    if step in (1, 4):
        if step == 1:
            above = published("permit_holders_under_coa", NOVEMBER_2020)
            below = published("persons_in_reception", NOVEMBER_2020)
        else:
            above, below = published("realised", HALF_2021, START_2021), _targets()[1]
        told, model = ratio_against(result, above, below)
        hundred = Band(100 * model.mean, 100 * model.low, 100 * model.high, model.count)
        source = "; ".join(dict.fromkeys((above.source, below.source)))

        def share(value: float) -> str:
            return text("u_percent", value=exact(value))

        return Answer(
            100 * told, source, hundred, share, share, exact, lambda value: text("u_points", value=exact(value))
        )
    if step == 2:
        found = against(result, "pending_taskforce", END_2020)
    elif step == 3:
        found = against(result, "permits", HALF_2021, START_2021)
    elif step == 7:
        found = against(result, "nareis_arrivals_per_year", END_2021, START_2021)
    else:
        raise LookupError(step)
    row = found.published

    def persons(value: float, unit: str = "u_persons") -> str:
        return text(unit, value=exact(value) if value == row.value else rounded(value))

    # what the IND publishes are cases; the model counts persons
    words = partial(persons, unit="u_cases") if step == 2 else persons
    return Answer(row.value, row.source, found.model, words, persons, rounded, rounded if step == 2 else persons)


@st.cache_resource(max_entries=400, show_spinner=False)
def answers(
    keys: tuple[str, ...], count: int, step: int, mine: Any, language: Language, _jobs: Sequence[Job]
) -> tuple[str, ...]:
    """The lines of an answer after the bet; known by the keys of the jobs, never by their content."""
    results = results_of(_jobs, count)
    result = results[0]
    if step == 5:
        return _answer_places(result, mine)
    if step == 6:
        return _answer_full(result, mine)
    if step == 8:
        return _answer_help(results, mine)
    found = answer_of(step, result)
    model = found.model
    lines = [
        text("a_told", value=found.words(found.told), source=found.source),
        text("a_model", mean=found.model_words(model.mean), low=found.bare(model.low), high=found.bare(model.high),
             count=count),
    ]  # fmt: skip
    if model.low <= found.told <= model.high:
        lines.append(text("a_inside"))
    else:
        side = "a_below" if model.mean < found.told else "a_above"
        lines.append(text(side, percent=percent_words(abs(model.mean - found.told) / found.told)))
    if mine is not None:
        off, model_off = abs(mine - found.told), abs(model.mean - found.told)
        lines.append(text("a_off", off=found.apart(off), model=found.apart(model_off)))
    return tuple(lines)


def _right_or_wrong(mine: Any, *right: Any) -> list[str]:
    if mine is None:
        return []
    return [text("a_right" if mine in right else "a_wrong")]


def _answer_places(result: RunResult, mine: Any) -> tuple[str, ...]:
    change = change_between(result, SEPTEMBER_2020, JULY_2021, "regular_places")
    return (
        text("a_told", value=text("told_5"), source=f"{text('report')}, {text('doc_5')}"),
        text(
            "a_model", mean=_signed(change.mean), low=_signed(change.low), high=_signed(change.high), count=change.count
        ),
        *_right_or_wrong(mine, "c_fewer"),
    )


def _months_off(day: date) -> str:
    """How many months a day lies from when reception filled up."""
    return text("u_months", count=abs(12 * (day.year - TOLD_FULL.year) + day.month - TOLD_FULL.month))


def _answer_full(result: RunResult, mine: Any) -> tuple[str, ...]:
    language = visitor_language()
    found = pictures.ran_full(result, START_2021)
    crowd = exact(CROWD)
    lines = [text("a_told", value=text("told_6"), source=f"{text('report')}, {text('doc_6')}")]
    months = full_months(found, language)
    if found.day is None or months is None:
        return (*lines, text("f_6_never", crowd=crowd) + ".")
    june = rounded(float(at_month_end(result, HALF_2021, "persons_beyond_coa").mean()))
    lines += [
        text("model_6", count=len(result.replications), crowd=crowd, **months),
        text("model_6_june", crowd=crowd, june=june),
    ]
    if mine is not None:
        lines.append(text("a_off", off=_months_off(mine), model=_months_off(found.day)))
    return tuple(lines)


def _answer_help(results: Sequence[RunResult], mine: Any) -> tuple[str, ...]:
    lines = [text("told_8")]
    found = lowered(results[0], results[1:], "person_days_without_place")
    if not found.first:
        return (*lines, text("f_8_none") + ".")
    lines.append(text("a_8", told=leading(found, "f_8", "f_8_level"), count=len(results[0].replications)))
    if len(found.first) == 1 and found.rest:
        second, band = found.rest[0]
        lines.append(text("a_8_second", second=title_of(second), figure=_saved(band)))
    return (*lines, *_right_or_wrong(mine, *(scenario.name for scenario, _ in found.first)))


@st.cache_resource(max_entries=50, show_spinner=False)
def summary(
    keys: tuple[str, ...], count: int, whole: int, halted: bool, language: Language, _jobs: Sequence[Job]
) -> tuple[str, ...]:
    """The story in five sentences, made from the run."""
    result = results_of(_jobs[:1], count)[0]

    def banded(band: Band) -> str:
        return text("interval", mean=rounded(band.mean), low=rounded(band.low), high=rounded(band.high))

    left = against(result, "pending_taskforce", END_MAY_2021)
    homes = against(result, "realised", HALF_2021, START_2021)
    holders = against(result, "permit_holders_under_coa", date(2021, 10, 31))
    sentences = [
        text("sum_ind", stock=exact(_stock().value), left=banded(left.model), left_told=exact(left.published.value),
             permits=banded(sum_over(result, "permits", START_2021, HALF_2021)),
             permits_told=exact(published("permits", HALF_2021, START_2021).value),
             before=banded(sum_over(result, "permits", START_2020, HALF_2020))),
        text("sum_homes", target=exact(_targets()[1].value), realised=banded(homes.model),
             told=exact(homes.published.value)),
        text("sum_beds", holders=banded(holders.model), told=exact(holders.published.value)),
    ]  # fmt: skip
    months, crowd = full_months(pictures.ran_full(result, START_2021), language), exact(CROWD)
    sentences.append(text("sum_not_full", crowd=crowd) if months is None else text("sum_full", crowd=crowd, **months))
    results = results_of(_jobs, whole) if whole and len(_jobs) > 1 else ()
    if len(results) < 2:
        return (*sentences, text("sum_help_stopped" if halted else "sum_help_wait"))
    usual, others = results[0], results[1:]
    days = lowered(usual, others, "person_days_without_place")
    beds = lowered(usual, others, "permit_holders_under_coa_end")
    last = leading(days, "sum_help", "sum_help_level", count=len(others)) if days.first else text("f_8_none") + "."
    if beds.first:
        last += " " + leading(beds, "sum_homes_most", "sum_homes_level")
    return (*sentences, last)


#: Until when the picture runs before the bet; a step without a date shows nothing before it.
CUTS: dict[int, date] = {2: SEPTEMBER_2020, 3: SEPTEMBER_2020, 4: END_2020, 5: SEPTEMBER_2020, 6: END_2020}
