"""Keeping an own scenario under a code, and taking one in from a file or a code."""

from collections.abc import Sequence

import streamlit as st

from app_pages.charts.download import file_button
from app_pages.shell import settings
from app_pages.shell.access import visitor
from app_pages.shell.settings import put_scenario
from app_pages.shell.texts import literal, refusal, visitor_language
from app_pages.vergelijken import text
from app_pages.vergelijken.choice import BASE, CODE_LINK, OWN, label, own_scenario, scenario_of
from experiments.compare.side_by_side import MOST
from experiments.scenario.ready import check_text
from experiments.scenario.scenario import DEFAULT_SEED, Scenario
from experiments.scenario.text import file_text
from experiments.service.saved_scenarios import SavedScenarios, read_code
from sim.errors import CannotWrite, WrongInput

#: Most codes that one visit remembers.
MOST_CODES = 24
LARGEST_UPLOAD = 256 * 1024


def _keep(scenario: Scenario) -> str:
    """Keep a scenario; in one visit it has one code, however often it is kept."""
    codes: dict[str, str] = st.session_state.setdefault("_compare_kept", {})
    text_of_file = file_text(scenario)
    if text_of_file not in codes:
        codes[text_of_file] = SavedScenarios().keep(scenario, visitor())
    return codes[text_of_file]


def _add(scenario: Scenario, code: str) -> None:
    chosen = st.session_state["_compare"]
    if code not in chosen and len(chosen) >= MOST:
        st.session_state["_compare_news"] = ("error", text("full", most=MOST))
        return
    codes = dict.fromkeys([*st.session_state.get("_compare_codes", ()), code])
    st.session_state["_compare_codes"] = tuple(codes)[-MOST_CODES:]
    st.session_state["_compare"] = tuple(dict.fromkeys([*chosen, code]))
    st.session_state["_compare_news"] = ("success", text("added", title=literal(scenario.title)))


def _refuse(error: WrongInput | CannotWrite) -> None:
    # The sentence of a disk names a folder of the server, which is nobody's business.
    problem = text("disk") if isinstance(error, CannotWrite) else literal(refusal(error))
    st.session_state["_compare_news"] = ("error", text("refused", problem=problem))


def _keep_own() -> None:
    try:
        code = _keep(settings.chosen())
    except (WrongInput, CannotWrite) as error:
        _refuse(error)
        return
    here = str(getattr(st.context, "url", "") or "").split("?")[0]
    link = f"{here}?{CODE_LINK}={code}&lang={visitor_language()}"
    st.session_state["_compare_news"] = ("success", text("kept", code=code, link=f"`{link}`"))


def _add_file() -> None:
    upload = st.session_state.get("_compare_file")
    if upload is None:
        st.session_state["_compare_news"] = ("error", text("upload_none"))
        return
    try:
        scenario = check_text(upload.getvalue()[: LARGEST_UPLOAD + 1], upload.name)
        _add(scenario, _keep(scenario))
    except (WrongInput, CannotWrite) as error:
        _refuse(error)


def _add_code() -> None:
    try:
        code = read_code(st.session_state.get("_compare_code") or "")
        _add(SavedScenarios().get(code), code)
    except WrongInput as error:
        _refuse(error)


def _does_not_fit(scenario: Scenario) -> str:
    """Which part of a scenario has no place in the sidebar, as a key of a text; empty when all has."""
    if scenario.from_day != scenario.first_day:
        return "put_start"
    return "put_seed" if scenario.seed != DEFAULT_SEED else ""


def _put() -> None:
    scenario = scenario_of(st.session_state.get("_compare_put") or BASE)
    if scenario is None:
        st.session_state["_compare_news"] = ("error", text("put_lost"))
    elif what := _does_not_fit(scenario):
        st.session_state["_compare_news"] = ("error", text("put_cannot", what=text(what)))
    else:
        put_scenario(scenario)


def show_saving(tokens: Sequence[str]) -> None:
    """Draw how to keep and take in scenarios."""
    news = st.session_state.pop("_compare_news", None)
    if news:
        (st.success if news[0] == "success" else st.error)(news[1])
    with st.expander(text("keep")):
        st.write(text("keep_intro"))
        own = own_scenario()
        if own is not None:
            with st.container(horizontal=True):
                content = file_text(own).encode()
                file_button(text("download"), content, f"{own.name}.yaml", "application/yaml", "_compare_yaml")
                st.button(text("keep_go"), key="_compare_keep", on_click=_keep_own)
        left, right = st.columns(2)
        with left:
            st.file_uploader(text("upload"), type=["yaml", "yml"], key="_compare_file")
            st.button(text("upload_go"), key="_compare_upload", on_click=_add_file)
        with right:
            st.text_input(text("code"), key="_compare_code", max_chars=24, on_change="ignore")
            st.button(text("code_go"), key="_compare_open", on_click=_add_code)
            others = [token for token in tokens if token != OWN]
            if others:
                labels = {token: label(token) for token in others}
                st.selectbox(
                    text("put"), others, format_func=lambda token: labels[token], key="_compare_put", on_change="ignore"
                )
                st.button(text("put_go"), key="_compare_put_go", on_click=_put)
