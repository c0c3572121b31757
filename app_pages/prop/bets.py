"""Bets of the visitor before an answer is shown, and the score afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from app_pages.charts.picture import Table, html_table
from app_pages.charts.style import palette
from app_pages.prop import text
from app_pages.prop.answers import CUTS, answer_of, answers, exact
from app_pages.shell.texts import title_of, visitor_language
from experiments.language.formatting import date_text, month_text
from experiments.scenario.scenario import Scenario
from experiments.service.job import Job


@dataclass(frozen=True)
class Bet:
    """What one may bet in a step: the options in order with their words, and whether they are points on a scale.

    The words are made when it is, in the language of that moment, and not when a field asks for them.
    """

    options: Mapping[Any, str]
    scale: bool = True


def placed_bets() -> dict[int, Any]:
    """The bets of this visitor, by step."""
    bets: dict[int, Any] = st.session_state.setdefault("_prop_bets", {})
    return bets


def _open(step: int, bet: bool) -> None:
    """Show the answer of a step from now on, after a bet or without one."""
    st.session_state["_prop_bets"] = placed_bets() | {step: st.session_state.get(f"_bet_{step}") if bet else None}


def forget() -> None:
    """Forget all bets of this visitor."""
    st.session_state["_prop_bets"] = {}


def bet_of(step: int, ready: Sequence[Scenario]) -> Bet:
    """What one may bet in a step."""
    if step == 5:
        return Bet({key: text(key) for key in ("c_more", "c_same", "c_fewer")}, scale=False)
    if step == 6:
        months = [date(2021, month, 1) for month in range(1, 13)]
        return Bet({day: month_text(day, visitor_language()) for day in months})
    if step == 8:
        return Bet({scenario.name: title_of(scenario) for scenario in ready}, scale=False)
    unit, options = {
        1: ("u_percent", range(0, 61)),
        2: ("u_cases", range(0, 15_001, 250)),
        3: ("u_persons", range(4_000, 24_001, 500)),
        4: ("u_percent", range(0, 131)),
        7: ("u_persons", range(0, 20_001, 250)),
    }[step]
    return Bet({value: text(unit, value=exact(value)) for value in options})


def ask(step: int, bet: Bet) -> None:
    """Ask the visitor for a bet on a step."""
    key = f"_bet_{step}"
    if st.session_state.get(key) not in bet.options:
        st.session_state[key] = next(iter(bet.options))
    if bet.scale:
        # The value above a slider has the colour of buttons, which is too dark for text on a dark background.
        ink = palette()["ink"]
        st.html(f"<style>[data-testid='stSliderThumbValue'] p {{ color: {ink}; }}</style>")
        st.select_slider(text("bet"), list(bet.options), format_func=bet.options.__getitem__, key=key)
    else:
        st.radio(text("bet"), list(bet.options), format_func=bet.options.__getitem__, key=key)
    with st.container(horizontal=True, gap="small"):
        st.button(text("place_bet"), type="primary", on_click=_open, args=(step, True), key=f"_place_{step}")
        st.button(text("show"), on_click=_open, args=(step, False), key=f"_show_{step}")
    cut = CUTS.get(step)
    st.caption(text("until_here", date=date_text(cut, visitor_language())) if cut else text("after_bet"))


def show_answer(step: int, bet: Bet, jobs: Sequence[Job], count: int) -> None:
    """Draw what the runs say beside the bet."""
    mine = placed_bets()[step]
    lines = [text("a_no_bet") if mine is None else text("a_bet", bet=bet.options[mine])]
    lines += answers(tuple(job.key for job in jobs), count, step, mine, visitor_language(), jobs)
    st.markdown(f"**{text('answer')}**\n\n" + "\n".join(f"- {line}" for line in lines))


def score(job: Job, count: int) -> None:
    """The bets of this visit beside what was published, for the steps with figures."""
    bets = {step: bet for step, bet in sorted(placed_bets().items()) if bet is not None and step in (1, 2, 3, 4, 7)}
    result = job.result(count)
    if not bets or result is None:
        return
    rows: list[tuple[str | float | None, ...]] = []
    for step, bet in bets.items():
        found = answer_of(step, result)
        words = found.words(bet), found.words(found.told), found.model_words(found.model.mean)
        rows.append((f"{step}. {text(f't_{step}')}", *words))
    heads = (text("score_step"), text("score_bet"), text("published"), text("l_model"))
    st.html(html_table(Table(heads, tuple(rows)), text("scores"), visitor_language()))
