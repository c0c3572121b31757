"""The start page: the story of 2021 in eight steps, each with a bet before the answer, and a summary."""

from collections.abc import Sequence

import streamlit as st

from app_pages.charts.figure import figure
from app_pages.charts.homes import show_homes
from app_pages.charts.style import dark
from app_pages.prop import text
from app_pages.prop.answers import question, summary, what
from app_pages.prop.bets import ask, bet_of, forget, placed_bets, score, show_answer
from app_pages.prop.pictures import build_comparison, build_picture
from app_pages.shell import page_link, running
from app_pages.shell.page import Page
from app_pages.shell.texts import literal, refusal, title_of, visitor_language
from experiments.claims.claims import CLAIMS
from experiments.claims.verdicts import kept_verdicts, verdicts_changed
from experiments.run.provenance import version
from experiments.scenario import ready as story_ready
from experiments.scenario.ready import helping
from experiments.scenario.scenario import Scenario
from experiments.service.job import Job
from sim.errors import WrongInput

PLACE = "prop"
STEPS = 8
STEP_KEY = "stap"
#: Minutes of a lesson per step; together with five for the start they make 45.
MINUTES = {1: 5, 2: 4, 3: 5, 4: 5, 5: 4, 6: 7, 7: 4, 8: 6}
#: The claim of the report that the page begins with.
EXPLANATION = "inhaalslag-en-woningnood-geen-hoge-instroom"


def show() -> None:
    """Draw the page."""
    step = _step()
    usual = story_ready.told()
    ready = helping() if step in (0, STEPS) else ()
    wanted = [usual, *ready]
    jobs = running.asked(wanted, PLACE)
    if step:
        _tell_step(step, jobs)
    else:
        _overview(jobs)
    running.follow(wanted, jobs, PLACE, _drawn)


def _step() -> int:
    """The step in the link, else the one where this visitor was; 0 is the overview."""
    wanted = st.query_params.get(STEP_KEY)
    if wanted is None:
        step = int(st.session_state.get("_prop_step", 0))
        page_link.put(STEP_KEY, str(step) if step else "")
        return step
    if wanted in [str(step) for step in range(1, STEPS + 1)]:
        st.session_state["_prop_step"] = int(wanted)
        return int(wanted)
    st.warning(text("no_such_step", step=literal(wanted[:20])))
    return 0


def _go(step: int) -> None:
    st.session_state["_prop_step"] = step
    st.session_state["_prop_up"] = st.session_state.get("_prop_up", 0) + 1
    page_link.put(STEP_KEY, str(step) if step else "")


def _to_the_top() -> None:
    """After a change of step the page begins at its beginning."""
    turn = st.session_state.get("_prop_up", 0)
    if turn:
        st.html(
            f"<script>document.querySelector('[data-testid=\"stMain\"]')?.scrollTo(0, 0) // {turn}</script>",
            unsafe_allow_javascript=True,
        )


def _drawn(jobs: Sequence[Job]) -> tuple[int, int]:
    """How many replications are shown of the story, and of the story with everything that helps beside it."""
    return running.step_of(jobs[:1]), running.step_of(jobs)


def _judged_lead() -> str:
    """What the model says of the explanation of the report, by its kept verdict; empty when that is out of date.

    Without a verdict that can be read, the sentence that says so.
    """
    try:
        document = kept_verdicts()
        changed = verdicts_changed(document, tuple(CLAIMS.values()))
    except WrongInput as error:
        return refusal(error)
    verdicts = {row["name"]: row["verdict"] for row in document["claims"]}
    return "" if changed else text(f"lead_{verdicts[EXPLANATION]}")


def _overview(jobs: Sequence[Job]) -> None:
    st.write(" ".join(filter(None, (text("lead"), _judged_lead()))))
    count, whole = running.step_of(jobs[:1]), running.step_of(jobs)
    with st.container(border=True):
        st.markdown(f"## {text('summary')}")
        if count:
            halted = not whole and _is_stopped(jobs)
            sentences = summary(tuple(job.key for job in jobs), count, whole, halted, visitor_language(), jobs)
            st.markdown("\n".join(f"{place}. {one}" for place, one in enumerate(sentences, 1)))
            basis = text("summary_basis", count=count, version=version())
            st.caption(basis if whole in (0, count) else f"{basis} {text('summary_whole', whole=whole)}")
        else:
            st.info(text("wait_stopped" if _is_stopped(jobs) else "wait"))
    with st.container(border=True):
        st.markdown(f"## {text('lesson')}")
        st.write(text("lesson_lead"))
        st.button(text("begin"), type="primary", on_click=_go, args=(1,), key="_begin")
        for step in range(1, STEPS + 1):
            st.button(
                text("open_step", number=step, title=text(f"t_{step}")), on_click=_go, args=(step,),
                key=f"_open_{step}", type="tertiary",
            )  # fmt: skip
        if placed_bets():
            st.button(text("again"), on_click=forget, key="_again")
    picture = build_picture(jobs[0].key, count, 6, True, visitor_language(), dark(), jobs[0]) if count else None
    if picture is not None:
        figure(picture)
    _to_the_top()


def _is_stopped(jobs: Sequence[Job]) -> bool:
    """Whether nothing more is computed, because the visitor stopped it or it failed."""
    return all(job.over for job in jobs)


def _step_buttons(step: int, place: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(text("previous"), on_click=_go, args=(step - 1,), key=f"_previous_{place}")
        st.button(
            text("next"), on_click=_go, args=(step + 1,), key=f"_next_{place}", disabled=step == STEPS, type="primary"
        )
        st.button(text("overview"), on_click=_go, args=(0,), key=f"_overview_{place}", type="tertiary")


def _tell_step(step: int, jobs: Sequence[Job]) -> None:
    _to_the_top()
    st.caption(text("step_of", number=step))
    st.markdown(f"## {text(f't_{step}')}")
    _step_buttons(step, "top")
    told, rows = what(step)
    if step < STEPS:
        st.markdown(f"**{text('who')}**")
    st.markdown(told)
    places = "; ".join(dict.fromkeys(row.source for row in rows))
    source = f"{text('report')}, {text(f'doc_{step}')}" + (f"; {places}" if places else "")
    st.markdown(text("document", source=source))  # a caption is too pale for links
    count = running.step_of(jobs)
    if not count:
        waits = "scenarios_wait" if step == STEPS and running.step_of(jobs[:1]) else "wait"
        st.info(text("wait_stopped" if _is_stopped(jobs) else waits))
    else:
        _bet_and_answer(step, jobs, count)
    with st.expander(text("teacher"), key=f"_teacher_{step}"):
        st.write(text("minutes", minutes=MINUTES[step]))
        st.write(text(f"note_{step}"))
        st.markdown(f"**{text('questions')}**\n\n1. {text(f'qa_{step}')}\n2. {text(f'qb_{step}')}")
    _step_buttons(step, "end")


def _bet_and_answer(step: int, jobs: Sequence[Job], count: int) -> None:
    ready = helping() if len(jobs) > 1 else ()
    bet = bet_of(step, ready)
    opened = step in placed_bets()
    with st.container(border=True):
        st.markdown(f"### {question(step)}")
        if not opened:
            ask(step, bet)
        else:
            show_answer(step, bet, jobs, count)
    if step == STEPS:
        if opened:
            keys = tuple(job.key for job in jobs)
            figure(build_comparison(keys, count, visitor_language(), dark(), jobs))
            score(jobs[0], count)
        _levers(ready)
        return
    picture = build_picture(jobs[0].key, count, step, opened, visitor_language(), dark(), jobs[0])
    if picture is not None:
        figure(picture)
        if opened and "realised" in picture.outcomes:
            show_homes(jobs, count, ("",))


def _levers(ready: Sequence[Scenario]) -> None:
    with st.container(border=True):
        st.markdown(f"### {text('your_turn')}")
        st.write(text("levers_lead"))
        for scenario in ready:
            label, about = text("open_scenario", title=title_of(scenario)), scenario.description_in(visitor_language())
            page_link.try_button(label, scenario, f"_open_scenario_{scenario.name}", about)


PAGE = Page("prop", show, 1, (STEP_KEY,))
