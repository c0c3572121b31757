"""Which scenarios are compared, and from where they come: ready, own, a file or a code."""

import streamlit as st

from app_pages.shell import page_link, settings
from app_pages.shell.link_keys import NAME_KEY
from app_pages.shell.settings import without_settings
from app_pages.shell.texts import literal, refusal, title_of
from app_pages.vergelijken import text
from experiments.compare.side_by_side import MOST
from experiments.scenario.ready import load_scenario, ready_names
from experiments.scenario.scenario import Scenario
from experiments.service.first_scenarios import FIRST_COMPARED
from experiments.service.keys import baseline_of, job_key
from experiments.service.saved_scenarios import CODE, SavedScenarios, read_code
from sim.errors import WrongInput

LINK, CODE_LINK = "vergelijk", "code"
BASE, OWN = "basis", "eigen"


def own_scenario() -> Scenario | None:
    """The scenario of the sidebar; None when its settings are not allowed."""
    try:
        return settings.chosen()
    except WrongInput:
        return None


def _baseline() -> Scenario:
    """The baseline of the period of the sidebar."""
    return baseline_of(own_scenario() or without_settings())


def scenario_of(token: str) -> Scenario | None:
    """The scenario that a word of the link stands for; None when there is none."""
    if token == OWN:
        return own_scenario()
    if token == BASE:
        return _baseline()
    if token in ready_names():
        return load_scenario(token)
    try:
        return SavedScenarios().get(token)
    except WrongInput:
        return None


def _usual_choice() -> tuple[str, ...]:
    own, usual = own_scenario(), _baseline()
    if own is not None and job_key(own) != job_key(usual):
        return (BASE, OWN)
    others = [name for name in ready_names() if name in FIRST_COMPARED]
    return (BASE, *others) if usual.period == "prop-2021" and others else (BASE, OWN)


def _read_link() -> None:
    """Once per visit: which scenarios the link names; what cannot be found is said, not shown."""
    wanted = [token.strip() for token in st.query_params.get(LINK, "")[:200].split(",") if token.strip()]
    told = []
    tokens = [
        token.upper() if CODE.fullmatch(token.upper()) and token not in ready_names() else token for token in wanted
    ]
    code = st.query_params.get(CODE_LINK, "")
    if code:
        try:
            SavedScenarios().get(code)
            tokens = list(dict.fromkeys([*(tokens or [BASE]), read_code(code)]))
        except WrongInput as error:
            told.append(refusal(error))
    tokens = list(dict.fromkeys(tokens))
    lost = [token for token in tokens if token != OWN and scenario_of(token) is None]
    if lost:
        told.append(text("unknown", what=", ".join(token[:40] for token in lost)))
    tokens = [token for token in tokens if token not in lost]
    if len(tokens) > MOST:
        told.append(text("too_many", most=MOST))
    st.session_state["_compare"] = tuple(tokens[:MOST]) if tokens else _usual_choice()
    st.session_state["_compare_told"] = tuple(told)
    st.session_state["_compare_codes"] = tuple(token for token in tokens if CODE.fullmatch(token))


def label(token: str) -> str:
    """How a choice is named on screen."""
    scenario = scenario_of(token)
    if scenario is None:
        return token
    if token == BASE:
        return text("baseline")
    title = title_of(scenario)
    if token == OWN:
        return text("own", title=title if st.session_state.get(NAME_KEY) else text("name_placeholder"))
    return text("with_code", title=title, code=token) if CODE.fullmatch(token) else title


def _on_pick() -> None:
    st.session_state["_compare"] = tuple(st.session_state["_compare_pick"])
    st.session_state["_compare_told"] = ()


def _wrong_own() -> tuple[str, ...]:
    """Says what is wrong with the settings of the sidebar; returns the words of the link that then do not count."""
    try:
        settings.chosen()
    except WrongInput as error:
        st.error(f"{text('wrong_settings', problem=literal(refusal(error)))} {text('own_wrong')}")
        return (OWN,)
    return ()


def choose() -> tuple[str, ...]:
    """Draw the choice of scenarios and return what was chosen."""
    if "_compare" not in st.session_state:
        _read_link()
    for sentence in st.session_state.get("_compare_told", ()):
        st.warning(literal(sentence))
    named: tuple[str, ...] = st.session_state["_compare"]
    left_out = _wrong_own()
    chosen = tuple(token for token in named if token not in left_out)
    period = _baseline().period
    ready = [name for name in ready_names() if load_scenario(name).period == period]
    options = list(dict.fromkeys([*chosen, BASE, OWN, *ready, *st.session_state.get("_compare_codes", ())]))
    options = [token for token in options if token not in left_out]
    labels = {token: label(token) for token in options}
    if tuple(st.session_state.get("_compare_pick", ())) != chosen:
        st.session_state["_compare_pick"] = list(chosen)
    st.multiselect(
        text("choose"), options, format_func=lambda token: labels[token], key="_compare_pick", max_selections=MOST,
        placeholder=text("choose_hint"), on_change=_on_pick,
    )  # fmt: skip
    joined = ",".join(named)  # the scenario of the sidebar comes back when its settings are allowed again
    page_link.put(LINK, joined)
    page_link.put(CODE_LINK, "")
    return chosen
