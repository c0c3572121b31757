"""Between a page and the job registry: asking, progress, Stop, and letting go when a visitor leaves.

Who acts: pages. Who waits: nobody; a page draws what is done and looks again. What leaves: jobs. What is left
out: computing, which happens in other processes.
"""

from __future__ import annotations

import gc
import uuid
from collections.abc import Sequence

import streamlit as st

from app_pages import numbers
from app_pages.texts import language, say
from experiments.jobs import FULL_COUNT, Job, Registry, job_key
from experiments.ready_results import shipped_scenarios
from experiments.scenario import Scenario

#: How often a page looks at a job that is being computed, in seconds.
LOOK_EVERY = 0.7


@st.cache_resource(show_spinner=False)
def registry() -> Registry:
    """The one registry of this server; starting it also starts the worker processes."""
    found = Registry()
    found.fill_in(shipped_scenarios())
    gc.collect()
    gc.freeze()  # what lives as long as the server need not be looked through at every collection
    return found


def session() -> str:
    """A name for this visit."""
    if "_session" not in st.session_state:
        st.session_state["_session"] = uuid.uuid4().hex
    return str(st.session_state["_session"])


def begin() -> None:
    """Call before a page is drawn."""
    st.session_state["_wanted"] = False


def end() -> None:
    """Call after a page is drawn: a page that wanted nothing lets go of what an earlier one wanted."""
    if not st.session_state.get("_wanted"):
        registry().release(session())


def want(scenarios: Sequence[Scenario], replications: int = FULL_COUNT) -> tuple[Job, ...]:
    """Ask for these scenarios and get their jobs at once, done or not; what was wanted before is let go."""
    st.session_state["_wanted"] = True
    return registry().want(session(), scenarios, replications)


def progress(scenarios: Sequence[Scenario], jobs: Sequence[Job], place: str) -> bool:
    """Show how far the jobs are, with Stop or Continue; returns whether they are all over."""
    key = f"_stopped_{place}"
    for job in jobs:
        if job.state == "failed":
            st.error(say("failed", problem=job.problem))
    done, total = sum(job.done for job in jobs), sum(job.total for job in jobs)
    shown, most = min(job.done for job in jobs), jobs[0].total
    if all(job.state in ("done", "failed") for job in jobs):
        return True
    left, right = st.columns([5, 1], vertical_alignment="center")
    if any(job.state == "stopped" for job in jobs):
        left.write(say("stopped", done=shown, total=most))
        if right.button(say("go_on"), key=f"_go_on_{place}", width="stretch"):
            st.session_state.pop(key, None)
            st.rerun(scope="app")
        return True
    seconds = [job.seconds_left() for job in jobs if not job.over]
    known = [second for second in seconds if second is not None]
    words = say("computing", done=shown, total=most) if done else say("starting")
    if known and len(known) == len(seconds):
        words += ", " + say("seconds_left", seconds=numbers.figure(max(1.0, *known), language()))
    left.progress(done / total, text=words)
    if right.button(say("stop"), key=f"_stop_{place}", width="stretch"):
        st.session_state[key] = tuple(job_key(scenario, jobs[0].total) for scenario in scenarios)
        registry().stop(session())
        st.rerun(scope="app")
    return False


def stopped(scenarios: Sequence[Scenario], place: str, replications: int = FULL_COUNT) -> bool:
    """Whether the visitor stopped exactly these scenarios."""
    keys = st.session_state.get(f"_stopped_{place}")
    return keys is not None and keys == tuple(job_key(scenario, replications) for scenario in scenarios)
