"""Why two scenarios differ: the split over their settings, asked for and shown as it comes."""

import math
from collections.abc import Sequence

import streamlit as st

from app_pages.charts.figure import figure
from app_pages.charts.picture import Panel, Picture, Table
from app_pages.charts.style import dark
from app_pages.shell import running
from app_pages.shell.texts import literal, refusal, visitor_language
from app_pages.vergelijken import LETTERS, text
from experiments.charts.lines import DotSeries, dots_chart
from experiments.charts.style import PALETTES
from experiments.compare.attribution import MOST_FACTORS, USUAL_OUTCOMES, differing_levers
from experiments.compare.difference import excludes_zero
from experiments.compare.side_by_side import outcome_units, split_of, split_scenarios
from experiments.compare.splitting import Factor, Split
from experiments.language.formatting import difference_unit_text, figures_text
from experiments.language.labels import lever_label, outcome_label
from experiments.language.language import Language
from experiments.scenario.scenario import Scenario
from experiments.service.job import Job
from experiments.service.keys import job_key
from sim.errors import WrongInput

PLACE = "vergelijken"
#: Replications of each combination of a split, and how many combinations are asked for at a time, so that a split
#: leaves room for what other visitors want.
SPLIT_COUNT = 30
SPLIT_AT_ONCE = 4


def jobs_of(scenarios: Sequence[Scenario]) -> list[Job]:
    """One job per scenario; scenarios that compute the same share theirs."""
    unique = list({job_key(scenario): scenario for scenario in scenarios}.values())
    busy = _splitting(scenarios) is not None
    jobs = running.asked(unique, PLACE, busy)
    if busy and not all(job.state == "done" for job in jobs):
        st.session_state.pop("_split", None)
        busy = False
        jobs = running.want(unique)
    if not busy:
        running.follow(unique, jobs, PLACE)
    by_key = {job.key: job for job in jobs}
    return [by_key[job_key(scenario)] for scenario in scenarios]


def _splitting(scenarios: Sequence[Scenario]) -> tuple[int, int] | None:
    """The two scenarios, by place, of which a split is being computed and shown; None when there is none."""
    asked = st.session_state.get("_split")
    if asked is None or asked[0] != tuple(job_key(scenario) for scenario in scenarios):
        return None
    return asked[1], asked[2]


def _ask(keys: tuple[str, ...]) -> None:
    places = [LETTERS.index(st.session_state[f"_split_{end}"]) for end in ("a", "b")]
    st.session_state["_split"] = (keys, *places)
    st.session_state.pop("_split_stopped", None)


def show_split(scenarios: Sequence[Scenario], complete: bool) -> None:
    """Draw why the scenarios differ, or the button that asks for it."""
    with st.container(border=True):
        st.markdown(f"### {text('split')}")
        st.caption(text("split_intro", most=MOST_FACTORS))
        letters = list(LETTERS[: len(scenarios)])
        left, right, button = st.columns([1, 1, 2], vertical_alignment="bottom")
        for column, end, place in ((left, "a", 0), (right, "b", 1)):
            if st.session_state.get(f"_split_{end}") not in letters:
                st.session_state[f"_split_{end}"] = letters[place]
            column.selectbox(text("from_scenario" if end == "a" else "to_scenario"), letters, key=f"_split_{end}")
        a, b = (letters.index(st.session_state[f"_split_{end}"]) for end in ("a", "b"))
        try:
            factors, combinations = split_scenarios(scenarios[a], scenarios[b])
            problem = "" if factors else text("split_same")
        except WrongInput:
            count = len(differing_levers(scenarios[a], scenarios[b]))
            problem = text("split_many", a=letters[a], b=letters[b], count=count, most=MOST_FACTORS)
        if problem:
            st.info(problem)
            return
        st.caption(text("split_size", count=len(factors), runs=len(combinations), n=SPLIT_COUNT))
        button.button(
            text("split_go"), key="_split_go", on_click=_ask, disabled=not complete,
            args=(tuple(job_key(scenario) for scenario in scenarios),),
        )  # fmt: skip
        if not complete:
            st.caption(text("split_wait"))
        if _splitting(scenarios) != (a, b):
            return
        done = _split_progress(combinations)
    if done is not None:
        keys = tuple(job_key(one, SPLIT_COUNT) for one in combinations)
        figure(split_picture(keys, letters[a], letters[b], visitor_language(), dark(), factors, done))


#: The outcomes of one combination per replication, and the draw of each.
Counted = tuple[dict[str, list[float]], list[int]]


@st.cache_resource(max_entries=1_000, show_spinner=False)
def _counted(key: str, _scenario: Scenario) -> Counted:
    """What came of one combination. Raises LookupError while it is not done."""
    (job,) = running.look([_scenario], SPLIT_COUNT)
    run = job.result() if job.state == "done" else None
    if run is None:
        raise LookupError(key)
    return {name: run.outcome(name).tolist() for name in USUAL_OUTCOMES}, run.draws.tolist()


def _gathered(combinations: Sequence[Scenario]) -> tuple[list[Counted], list[Scenario]]:
    """The outcomes of the combinations that are done, and the combinations that are not."""
    found, left = [], []
    for scenario in combinations:
        try:
            found.append(_counted(job_key(scenario, SPLIT_COUNT), scenario))
        except LookupError:
            left.append(scenario)
    return found, left


def _split_progress(combinations: Sequence[Scenario]) -> list[Counted] | None:
    """Ask for what is not done, a few at a time, and show how far it is; everything when it is done."""
    found, left = _gathered(combinations)
    if not left:
        return found
    key = tuple(job_key(one, SPLIT_COUNT) for one in combinations)
    halted = st.session_state.get("_split_stopped") == key

    @st.fragment(run_every=None if halted else running.pause())
    @running.turn()
    def look() -> None:
        _, left = _gathered(combinations)
        total, done = len(combinations), len(combinations) - len(left)
        columns = st.columns([5, 1], vertical_alignment="center")
        if halted:
            columns[0].write(text("split_stopped", done=done, total=total))
            if columns[1].button(text("go_on"), key="_split_go_on", width="stretch"):
                st.session_state.pop("_split_stopped", None)
                st.rerun(scope="app")
            return
        jobs = running.want(left[:SPLIT_AT_ONCE], SPLIT_COUNT) if left else ()
        failed = [refusal(job.refusal) for job in jobs if job.state == "failed" and job.refusal]
        if failed:
            st.error(text("failed", problem=literal(failed[0])))
            return
        part = sum(job.done / job.total for job in jobs)
        columns[0].progress((done + part) / total, text=text("split_progress", done=done, total=total))
        if columns[1].button(text("stop"), key="_split_stop", width="stretch"):
            running.registry().release(running.session())
            st.session_state["_split_stopped"] = key
            st.rerun(scope="app")
        if not left:
            st.rerun(scope="app")

    look()
    return None


@st.cache_resource(max_entries=60, show_spinner=False)
def split_picture(
    keys: tuple[str, ...], a: str, b: str, language: Language, is_dark: bool, _factors: Sequence[Factor],
    _found: Sequence[Counted],
) -> Picture:  # fmt: skip
    """The parts of the difference per outcome; known by the combinations and the letters."""
    import numpy as np

    draws = np.array(_found[0][1], dtype=np.int64)
    values = [{name: np.array(row, dtype=np.float64) for name, row in worth.items()} for worth, _ in _found]
    splits = split_of(_factors, values, draws)
    colours = PALETTES["dark" if is_dark else "light"]
    names = [lever_label(one.name, language) for one in _factors]
    panels: list[Panel] = []
    table: list[tuple[str | float | None, ...]] = []
    for one in splits:
        unit, _ = outcome_units()[one.outcome]
        label, shown_unit = outcome_label(one.outcome, language), difference_unit_text(unit, language)
        marks = [
            DotSeries(
                text("part"), "scenario", "circle", [(bar.mean, _known(bar.low), _known(bar.high)) for bar in one.bars]
            ),
            DotSeries(text("alone"), "series_3", "triangle-up", [(bar.alone, None, None) for bar in one.bars]),
            DotSeries(text("last"), "series_4", "diamond", [(bar.last, None, None) for bar in one.bars]),
        ]
        spec = dots_chart(names, marks, shown_unit, language, colours)
        whole, *parts = figures_text([one.difference, *(bar.mean for bar in one.bars)], unit, language, signed=True)
        told = "; ".join(f"{name} {part}" for name, part in zip(names, parts, strict=True))
        panels.append(Panel(f"{label}: {whole} {shown_unit}", spec, f"{label}, {a} – {b}: {told}"))
        table += [
            (label, name, bar.mean, bar.low, bar.high, bar.alone, bar.last)
            for name, bar in zip(names, one.bars, strict=True)
        ]
        table.append((label, text("together"), one.difference, one.low, one.high, None, None))
    heads = tuple(text(key) for key in ("measure", "lever", "part", "low", "high", "alone", "last"))
    return Picture(
        "oorzaak", _split_finding(splits, names, a, b, language), len(draws), tuple(panels), Table(heads, tuple(table)),
        (text("split_why"),), USUAL_OUTCOMES, basis=text("split_note", count=len(draws)),
    )  # fmt: skip


def _split_finding(splits: Sequence[Split], names: Sequence[str], a: str, b: str, language: Language) -> str:
    """The largest bar of the first outcome whose difference and bar both leave out nought."""
    if not any(one.difference for one in splits):
        return text("t_split_none", a=a, b=b) + "."
    for one in splits:
        clear = [place for place, bar in enumerate(one.bars) if excludes_zero(bar.low, bar.high)]
        if not clear or not excludes_zero(one.low, one.high):
            continue
        place = max(clear, key=lambda index: abs(one.bars[index].mean))
        bar, (unit, _) = one.bars[place], outcome_units()[one.outcome]
        label, shown_unit = outcome_label(one.outcome, language), difference_unit_text(unit, language)
        told = figures_text([bar.mean, bar.low, bar.high, one.difference], unit, language, signed=True)
        figures = dict(zip(("part", "low", "high", "whole"), told, strict=True))
        what = f"{label[0].lower()}{label[1:]}"
        return text("t_split", a=a, b=b, what=what, lever=names[place], unit=shown_unit, **figures) + "."
    return text("t_split_unclear", a=a, b=b) + "."


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
