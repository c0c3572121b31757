"""Between a page and the job registry: asking, progress, Stop, and letting go when a visitor leaves."""

import gc
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from app_pages.shell.access import visitor
from app_pages.shell.texts import literal, refusal, text, visitor_language
from experiments.compare.side_by_side import aligned
from experiments.compare.two_futures import TwoFutures
from experiments.language.formatting import number_text
from experiments.run.origin import origin_text
from experiments.scenario.scenario import Scenario
from experiments.service.first_scenarios import first_scenarios
from experiments.service.job import Job
from experiments.service.keys import FIRST_COUNT, FULL_COUNT, baseline_of, job_key, question_key
from experiments.service.registry import Registry
from experiments.service.turns import TurnLock

#: How often a page looks at a job that is being computed, in seconds: sooner while it has nothing to show.
LOOK_EVERY, LOOK_FIRST = 0.7, 0.4
#: After how many replications a page is drawn anew; drawing takes time from the computing beside it.
STEPS = (FIRST_COUNT, 30)
#: Pages are drawn one after another: side by side they would only take turns at one processor, and slower.
TURN = TurnLock()
#: So long a browser gets for the first picture of a page before the others follow, in seconds.
GLANCE = 0.35


@st.cache_resource(show_spinner=False)
def registry() -> Registry:
    """The one registry of this server; starting it also starts the worker processes."""
    found = Registry()
    found.fill_in(first_scenarios())
    gc.collect()
    gc.freeze()  # what lives as long as the server need not be looked through at every collection
    return found


def session() -> str:
    """A name for this visit."""
    if "_session" not in st.session_state:
        st.session_state["_session"] = uuid.uuid4().hex
    return str(st.session_state["_session"])


@contextmanager
def turn() -> Iterator[None]:
    """Draw a page, or part of one by itself, when it is the turn of this visit."""
    if TURN.mine():
        yield
        return
    TURN.acquire((*visitor(), session()))
    try:
        yield
    finally:
        TURN.release()


def begin(page: str) -> None:
    """Call before a page is drawn, with its name."""
    st.session_state["_wanted"] = False
    st.session_state["_shown"] = ()
    st.session_state["_opened"] = page != st.session_state.get("_page")
    st.session_state["_page"] = page


def end() -> None:
    """Call after a page is drawn: a page that wanted nothing lets go of what an earlier one wanted."""
    st.session_state["_opened"] = False
    if not st.session_state.get("_wanted"):
        registry().release(session())


def after_first_picture() -> None:
    """Let the browser draw the first picture of a page just opened; with all at once it would show that one last."""
    if st.session_state.get("_opened"):
        st.session_state["_opened"] = False
        TURN.release()
        try:
            time.sleep(GLANCE)
        finally:
            TURN.acquire((*visitor(), session()))


Wanted = Scenario | TwoFutures


def _key(wanted: Wanted, replications: int = FULL_COUNT) -> str:
    return job_key(wanted, replications) if isinstance(wanted, Scenario) else question_key(wanted)


def want(wanted: Sequence[Wanted], replications: int = FULL_COUNT) -> tuple[Job, ...]:
    """Ask for scenarios, or for answers, and get their jobs at once, done or not; earlier wishes are let go."""
    st.session_state["_wanted"] = True
    scenarios = [one for one in wanted if isinstance(one, Scenario)]
    if scenarios:
        return registry().want(session(), scenarios, replications, visitor())
    return registry().ask(session(), [one for one in wanted if isinstance(one, TwoFutures)], visitor())


def look(wanted: Sequence[Wanted], replications: int = FULL_COUNT) -> tuple[Job, ...]:
    """The jobs as they are, without asking for anything."""
    return registry().look(wanted, replications)


def asked(wanted: Sequence[Wanted], place: str, busy: bool = False) -> tuple[Job, ...]:
    """The jobs of what a page shows; a page that is busy, or that its visitor stopped, only looks, whoever goes on."""
    first = wanted[0]
    st.session_state["_shown"] = wanted if isinstance(first, Scenario) else aligned((first.a, first.b))
    return look(wanted) if busy or stopped(wanted, place) else want(wanted)


def origin(count: int = 0) -> str:
    """What made figures of this page, over `count` replications where they are of runs, for the files that leave it."""
    shown = [one.model_copy(update={"replications": count}) for one in st.session_state.get("_shown", ())]
    return origin_text(shown, visitor_language())


def stopped(wanted: Sequence[Wanted], place: str) -> bool:
    """Whether the visitor stopped exactly this."""
    keys = st.session_state.get(f"_stopped_{place}")
    return keys is not None and keys == tuple(_key(one) for one in wanted)


def step_of(jobs: Sequence[Job]) -> int:
    """How many replications are shown: none before the first ten, then these steps, and all when it is over."""
    done = min(job.done for job in jobs)
    return done if all(job.over for job in jobs) else max((step for step in STEPS if step <= done), default=0)


def pause(seconds: float = LOOK_EVERY) -> float:
    """How long a page waits before it looks again; longer where one visitor has many that look."""
    return max(seconds, registry().seconds_apart(visitor()))


def follow(
    wanted: Sequence[Wanted], jobs: Sequence[Job], place: str, drawn: Callable[[Sequence[Job]], object] = step_of
) -> None:
    """Look from time to time until all is over, with Stop beside it; draw the page again when `drawn` changes."""
    if all(job.state == "done" for job in jobs):
        return
    shown = drawn(jobs)
    over = all(job.over for job in jobs)

    @st.fragment(run_every=None if over or stopped(wanted, place) else pause(LOOK_EVERY if shown else LOOK_FIRST))
    @turn()
    def watch() -> None:
        halted = stopped(wanted, place)
        now = look(wanted) if halted else jobs if over else want(wanted)
        finished = _progress(wanted, now, place, halted)
        if not halted and not over and (finished or drawn(now) != shown):
            st.rerun(scope="app")

    watch()


def beside_baseline(scenario: Scenario, place: str) -> tuple[tuple[Job, ...], int]:
    """The jobs of the baseline and of a scenario that differs from it, and how many replications of them are shown."""
    usual = baseline_of(scenario)
    wanted = [usual] if job_key(usual) == job_key(scenario) else [usual, scenario]
    jobs = asked(wanted, place)
    follow(wanted, jobs, place)
    shown = step_of(jobs)
    if not shown:
        st.info(text("nothing_yet"))
    return jobs, shown


def _progress(wanted: Sequence[Wanted], jobs: Sequence[Job], place: str, halted: bool) -> bool:
    """Show how far the jobs are, with Stop, Continue or Try again; returns whether they are all over."""
    failed = [job for job in jobs if job.state == "failed"]
    for job in failed:
        st.error(text("failed", problem=literal(refusal(job.refusal) if job.refusal else "")))
    if failed and st.button(text("try_again"), key=f"_again_{place}"):
        registry().retry(failed)
        st.rerun(scope="app")
    if all(job.state in ("done", "failed") for job in jobs):
        return True
    shown, most = min(job.done for job in jobs), jobs[0].total
    left, right = st.columns([5, 1], vertical_alignment="center")
    if halted or any(job.state == "stopped" for job in jobs):
        left.write(text("stopped", done=shown, total=most) if most > 1 else text("stopped_answer"))
        if right.button(text("go_on"), key=f"_go_on_{place}", width="stretch"):
            st.session_state.pop(f"_stopped_{place}", None)
            st.rerun(scope="app")
        return True
    seconds = [job.seconds_left() for job in jobs if not job.over]
    known = [second for second in seconds if second is not None]
    if most == 1:
        words = text("answering")
    else:
        words = text("computing", done=shown, total=most) if shown else text("starting")
    if known and len(known) == len(seconds):
        words += ", " + text("seconds_left", seconds=number_text(max(1.0, *known), 0, visitor_language()))
    share = shown / most if most > 1 else sum(job.done for job in jobs) / len(jobs)  # of answers, which come one by one
    left.progress(share, text=words)
    if right.button(text("stop"), key=f"_stop_{place}", width="stretch"):
        st.session_state[f"_stopped_{place}"] = tuple(_key(one) for one in wanted)
        registry().release(session())
        st.rerun(scope="app")
    return False
