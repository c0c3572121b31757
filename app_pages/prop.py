"""The start page: the story of 2021 in eight steps, each with a bet before the answer, and a summary in five sentences.

Who acts: the visitor, a teacher or a class: they read, bet and see. Who waits: the visitor, only when the run of
2019-2021 is not stored yet. What leaves: pictures with published dots, answers with bands, and a ready scenario in
the sidebar. What is left out: any figure that neither the run nor a table with a source gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from app_pages import charts, levers_sidebar, numbers, running
from app_pages.charts import DotSeries, Panel, Picture, Series, Table
from app_pages.prop_texts import REPORT, TEXTS
from app_pages.texts import LANGUAGES, language, literal, pick, say, title_of
from experiments import pictures, story
from experiments.claims import CLAIMS
from experiments.jobs import Job, job_key
from experiments.judging import stored, what_changed
from experiments.observed import AREAS, NATIONAL
from experiments.run import RunResult, version
from experiments.scenario import Scenario, WrongInput
from experiments.story import Band, Dot, Published, published

PLACE = "prop"
STEPS = 8
STEP_KEY = "stap"
#: Minutes of a lesson per step; together with five for the start they make 45.
MINUTES = {1: 5, 2: 4, 3: 5, 4: 5, 5: 4, 6: 7, 7: 4, 8: 6}

NOVEMBER_2020 = date(2020, 11, 15)
#: The claim of the report that the page begins with.
EXPLANATION = "inhaalslag-en-woningnood-geen-hoge-instroom"
START_TASKFORCE, END_2020, END_MAY_2021 = date(2020, 4, 1), date(2020, 12, 31), date(2021, 5, 31)
START_2020, HALF_2020, START_2021, HALF_2021, END_2021 = (
    date(2020, 1, 1), date(2020, 6, 30), date(2021, 1, 1), date(2021, 6, 30), date(2021, 12, 31)
)  # fmt: skip
SEPTEMBER_2020, JULY_2021 = date(2020, 9, 30), date(2021, 7, 31)
#: The month in which, according to the final report, reception really filled up.
TOLD_FULL = date(2021, 8, 1)
#: Places are about the same when they change by less than this share.
SAME = 0.02


def tell(key: str, **values: object) -> str:
    """A text of this page in the language of the visitor; figures keep their sign on the same line."""
    return pick(TEXTS, key, **values).replace(" %", "\u00a0%").replace("n = ", "n\u00a0=\u00a0")


# --- bets -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bet:
    """What one may bet in a step: the options in order, how to say one, and whether they are points on a scale."""

    options: tuple[Any, ...]
    words: Callable[[Any], str]
    scale: bool = True


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


def _bets() -> dict[int, Any]:
    bets: dict[int, Any] = st.session_state.setdefault("_prop_bets", {})
    return bets


def _place_bet(step: int) -> None:
    st.session_state["_prop_bets"] = _bets() | {step: st.session_state.get(f"_bet_{step}")}


def _show_all(step: int) -> None:
    st.session_state["_prop_bets"] = _bets() | {step: None}


def _forget() -> None:
    st.session_state["_prop_bets"] = {}


def bet_of(step: int, ready: Sequence[Scenario]) -> Bet:
    """What one may bet in a step."""
    if step == 5:
        return _bet(("c_more", "c_same", "c_fewer"), tell, scale=False)
    if step == 6:
        return _bet(tuple(date(2021, month, 1) for month in range(1, 13)), lambda day: numbers.month(day, language()))
    if step == 8:
        titles = {scenario.name: title_of(scenario) for scenario in ready}
        return _bet(tuple(titles), titles.__getitem__, scale=False)
    unit, options = {
        1: ("u_percent", range(0, 61)),
        2: ("u_cases", range(0, 15_001, 250)),
        3: ("u_persons", range(4_000, 24_001, 500)),
        4: ("u_percent", range(0, 131)),
        7: ("u_persons", range(0, 20_001, 250)),
    }[step]
    return _bet(tuple(options), lambda value: tell(unit, value=_exact(value)))


def _bet(options: tuple[Any, ...], words: Callable[[Any], str], scale: bool = True) -> Bet:
    """The words are made now, in the language of this moment, and not when a field asks for them."""
    return Bet(options, {option: words(option) for option in options}.__getitem__, scale)


# --- the page ---------------------------------------------------------------------------------------------------------


def show() -> None:
    """Draw the page."""
    step = _step()
    usual = story.told()
    ready = story.helping() if step in (0, STEPS) else ()
    wanted = [usual, *ready]
    jobs = running.asked(wanted, PLACE)
    if step:
        _tell_step(step, jobs)
    else:
        _overview(jobs)
    running.follow(wanted, jobs, PLACE, _drawn)


def _step() -> int:
    """The step in the link, else the one where this visitor was; 0 is the overview."""
    text = st.query_params.get(STEP_KEY)
    if text is None:
        step = int(st.session_state.get("_prop_step", 0))
        if step:
            st.query_params[STEP_KEY] = str(step)
        return step
    if text in [str(step) for step in range(1, STEPS + 1)]:
        st.session_state["_prop_step"] = int(text)
        return int(text)
    st.warning(tell("no_such_step", step=literal(text[:20])))
    return 0


def _go(step: int) -> None:
    st.session_state["_prop_step"] = step
    st.session_state["_prop_up"] = st.session_state.get("_prop_up", 0) + 1
    if step:
        st.query_params[STEP_KEY] = str(step)
    elif STEP_KEY in st.query_params:
        del st.query_params[STEP_KEY]


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


def _results(jobs: Sequence[Job], count: int) -> tuple[RunResult, ...]:
    """What is done of the scenarios of the story, under the names they have here."""
    own = {job_key(scenario): scenario for scenario in (story.told(), *story.helping())}
    return tuple(found for job in jobs if (found := job.result(count, own.get(job.key))) is not None)


def _judged_lead() -> str:
    """What the model says of the explanation of the report, by its kept verdict; empty when that is out of date."""
    try:
        document = stored()
        changed = what_changed(document, tuple(CLAIMS.values()))
    except WrongInput:
        return ""
    verdicts = {row["name"]: row["verdict"] for row in document["claims"]}
    return "" if changed else tell(f"lead_{verdicts[EXPLANATION]}")


def _overview(jobs: Sequence[Job]) -> None:
    st.write(" ".join(filter(None, (tell("lead"), _judged_lead()))))
    count, whole = running.step_of(jobs[:1]), running.step_of(jobs)
    with st.container(border=True):
        st.markdown(f"## {tell('summary')}")
        if count:
            halted = not whole and _halted(jobs)
            sentences = summary(tuple(job.key for job in jobs), count, whole, halted, language(), jobs)
            st.markdown("\n".join(f"{place}. {text}" for place, text in enumerate(sentences, 1)))
            basis = tell("summary_basis", count=count, version=version())
            st.caption(basis if whole in (0, count) else f"{basis} {tell('summary_whole', whole=whole)}")
        else:
            st.info(tell("wait_stopped" if _halted(jobs) else "wait"))
    with st.container(border=True):
        st.markdown(f"## {tell('lesson')}")
        st.write(tell("lesson_lead"))
        st.button(tell("begin"), type="primary", on_click=_go, args=(1,), key="_begin")
        for step in range(1, STEPS + 1):
            st.button(
                tell("open_step", number=step, title=tell(f"t_{step}")), on_click=_go, args=(step,),
                key=f"_open_{step}", type="tertiary",
            )  # fmt: skip
        if _bets():
            st.button(tell("again"), on_click=_forget, key="_again")
    if count:
        charts.figure(made(jobs[0].key, count, 6, True, language(), charts.dark(), jobs[0]))
    _to_the_top()


def _halted(jobs: Sequence[Job]) -> bool:
    """Whether nothing more is computed, because the visitor stopped it or it failed."""
    return all(job.over for job in jobs)


def _walk(step: int, place: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(tell("previous"), on_click=_go, args=(step - 1,), key=f"_previous_{place}")
        st.button(
            tell("next"), on_click=_go, args=(step + 1,), key=f"_next_{place}", disabled=step == STEPS, type="primary",
        )  # fmt: skip
        st.button(tell("overview"), on_click=_go, args=(0,), key=f"_overview_{place}", type="tertiary")


def _tell_step(step: int, jobs: Sequence[Job]) -> None:
    _to_the_top()
    st.caption(tell("step_of", number=step))
    st.markdown(f"## {tell(f't_{step}')}")
    _walk(step, "top")
    told, rows = what(step)
    if step < STEPS:
        st.markdown(f"**{tell('who')}**")
    st.markdown(told)
    places = "; ".join(dict.fromkeys(row.source for row in rows))
    source = f"{_report()}, {tell(f'doc_{step}')}" + (f"; {places}" if places else "")
    st.markdown(tell("document", source=source))  # a caption is too pale for links
    count = running.step_of(jobs)
    if not count:
        waits = "scenarios_wait" if step == STEPS and running.step_of(jobs[:1]) else "wait"
        st.info(tell("wait_stopped" if _halted(jobs) else waits))
    else:
        _bet_and_answer(step, jobs, count)
    with st.expander(tell("teacher"), key=f"_teacher_{step}"):
        st.write(tell("minutes", minutes=MINUTES[step]))
        st.write(tell(f"note_{step}"))
        st.markdown(f"**{tell('questions')}**\n\n1. {tell(f'qa_{step}')}\n2. {tell(f'qb_{step}')}")
    _walk(step, "end")


def _report() -> str:
    return REPORT[LANGUAGES.index(language())]


def _bet_and_answer(step: int, jobs: Sequence[Job], count: int) -> None:
    ready = story.helping() if len(jobs) > 1 else ()
    bet = bet_of(step, ready)
    opened = step in _bets()
    with st.container(border=True):
        st.markdown(f"### {question(step)}")
        if not opened:
            _ask(step, bet)
        else:
            _answer(step, bet, jobs, count)
    if step == STEPS:
        if opened:
            keys = tuple(job.key for job in jobs)
            charts.figure(compared(keys, count, language(), charts.dark(), jobs))
            _score(jobs[0], count)
        _levers(ready)
        return
    picture = made(jobs[0].key, count, step, opened, language(), charts.dark(), jobs[0])
    if picture is not None:
        charts.figure(picture)


def _ask(step: int, bet: Bet) -> None:
    key = f"_bet_{step}"
    if st.session_state.get(key) not in bet.options:
        st.session_state[key] = bet.options[0]
    if bet.scale:
        # The value above a slider has the colour of buttons, which is too dark for text on a dark background.
        ink = charts.palette()["ink"]
        st.html(f"<style>[data-testid='stSliderThumbValue'] p {{ color: {ink}; }}</style>")
        st.select_slider(tell("bet"), bet.options, format_func=bet.words, key=key)
    else:
        st.radio(tell("bet"), bet.options, format_func=bet.words, key=key)
    with st.container(horizontal=True, gap="small"):
        st.button(tell("place_bet"), type="primary", on_click=_place_bet, args=(step,), key=f"_place_{step}")
        st.button(tell("show"), on_click=_show_all, args=(step,), key=f"_show_{step}")
    cut = CUTS.get(step)
    if cut is None:
        st.caption(tell("after_bet"))
    else:
        st.caption(tell("until_here", date=numbers.day(cut, language())))


def _answer(step: int, bet: Bet, jobs: Sequence[Job], count: int) -> None:
    mine = _bets()[step]
    lines = [tell("a_no_bet") if mine is None else tell("a_bet", bet=bet.words(mine))]
    lines += answers(tuple(job.key for job in jobs), count, step, mine, language(), jobs)
    st.markdown(f"**{tell('answer')}**\n\n" + "\n".join(f"- {line}" for line in lines))


def _levers(ready: Sequence[Scenario]) -> None:
    with st.container(border=True):
        st.markdown(f"### {tell('levers')}")
        st.write(tell("levers_lead"))
        for scenario in ready:
            clicked = st.button(
                tell("open_scenario", title=title_of(scenario)), on_click=levers_sidebar.put_scenario,
                args=(scenario,), key=f"_open_scenario_{scenario.name}", help=_description(scenario),
            )  # fmt: skip
            if clicked:
                _to_levers()


def _description(scenario: Scenario) -> str:
    return (scenario.description_en if language() == "en" else None) or scenario.description


def _to_levers() -> None:
    """Open the page Doorrekenen; a page is known by its name in the link."""
    page = st.Page(_to_levers, title=say("page_doorrekenen"), url_path="doorrekenen")
    st.switch_page(page, query_params={})  # the fields of the sidebar write themselves in the link again


def _score(job: Job, count: int) -> None:
    """The bets of this visit beside what was published, for the steps with figures."""
    bets = {step: bet for step, bet in sorted(_bets().items()) if bet is not None and step in (1, 2, 3, 4, 7)}
    result = job.result(count)
    if not bets or result is None:
        return
    rows: list[tuple[str | float | None, ...]] = []
    for step, bet in bets.items():
        found = answer_of(step, result)
        rows.append(
            (
                f"{step}. {tell(f't_{step}')}",
                found.words(bet),
                found.words(found.told),
                found.model_words(found.model.mean),
            )
        )
    heads = (tell("score_step"), tell("score_bet"), say("published"), tell("l_model"))
    st.html(charts.html_table(Table(heads, tuple(rows)), tell("scores"), language()))


# --- what the steps say -----------------------------------------------------------------------------------------------


def _count(value: float) -> str:
    return numbers.figure(numbers.round_off(value), language())


def _exact(value: float) -> str:
    return numbers.figure(value, language())


def _percent(share: float) -> str:
    return numbers.percent(share, language())


def _signed(value: float) -> str:
    return numbers.signed(numbers.round_off(value), language())


def _change(value: float) -> str:
    """How a number changes, with the verb that its sign asks for."""
    figure = numbers.round_off(value)
    if not figure:
        return tell("c_stays")
    return tell("c_rises" if figure > 0 else "c_falls", figure=_exact(abs(figure)))


def _saved(band: Band) -> str:
    """How much a difference below nought saves, with its interval."""
    return tell("saved", mean=_count(-band.mean), low=_count(-band.high), high=_count(-band.low))


def _leading(found: story.Lowered, one: str, level: str, **values: object) -> str:
    """Which scenario lowers something most, or which do so to the same degree."""
    if len(found.first) == 1:
        scenario, band = found.first[0]
        return tell(one, best=title_of(scenario), figure=_saved(band), **values)
    parts = [tell("with_figure", title=title_of(scenario), figure=_saved(band)) for scenario, band in found.first]
    return tell(level, best=f"{', '.join(parts[:-1])} {tell('and')} {parts[-1]}", **values)


def _interval(band: Band) -> str:
    return tell("interval", mean=_signed(band.mean), low=_signed(band.low), high=_signed(band.high))


def _stock() -> Published:
    return published("pending_taskforce", START_TASKFORCE)


def _targets() -> tuple[Published, Published]:
    return (
        published("target", END_2020, date(2020, 7, 1)),
        published("target", HALF_2021, START_2021),
    )


def _evacuated() -> Published:
    return story.inflow("evacuation", date(2021, 8, 16))


def what(step: int) -> tuple[str, tuple[Published, ...]]:
    """Who did what in a step, and the published figures it names."""
    if step == 2:
        rows: tuple[Published, ...] = (_stock(),)
        return tell("what_2", stock=_exact(rows[0].value)), rows
    if step == 3:
        before, target = _targets()
        return tell("what_3", target=_exact(target.value), before=_exact(before.value)), (before, target)
    if step == 5:
        rows = (published("capacity_required", date(2021, 1, 15)),)
        return tell("what_5", needed=_exact(rows[0].value)), rows
    if step == 6:
        rows = (published("permit_holders_in_reception", date(2021, 2, 1)),)
        return tell("what_6", february=_exact(rows[0].value)), rows
    if step == 7:
        rows = (published("extra_places_realised", date(2022, 1, 20), date(2021, 8, 24)), _evacuated())
        return tell("what_7", extra=_exact(rows[0].value), evacuation=_exact(rows[1].value)), rows
    return tell(f"what_{step}"), ()


def question(step: int) -> str:
    """The question one bets on."""
    if step == 2:
        return tell("q_2", stock=_exact(_stock().value))
    if step == 3:
        return tell("q_3", year=_exact(published("permits", END_2020, START_2020).value))
    if step == 4:
        return tell("q_4", target=_exact(_targets()[1].value))
    if step == 7:
        return tell("q_7", year=_exact(published("nareis_arrivals", END_2020, START_2020).value))
    return tell(f"q_{step}")


def answer_of(step: int, result: RunResult) -> Answer:
    """What history and the model say in the steps 1, 2, 3, 4 and 7. Raises LookupError for another step."""
    if step in (1, 4):
        if step == 1:
            above = published("permit_holders_in_reception", NOVEMBER_2020)
            below = published("persons_in_reception", NOVEMBER_2020)
        else:
            above, below = published("realised", HALF_2021, START_2021), _targets()[1]
        told, model = story.ratio_against(result, above, below)
        hundred = Band(100 * model.mean, 100 * model.low, 100 * model.high, model.count)
        source = "; ".join(dict.fromkeys((above.source, below.source)))

        def share(value: float) -> str:
            return tell("u_percent", value=_exact(value))

        return Answer(
            100 * told, source, hundred, share, share, _exact, lambda value: tell("u_points", value=_exact(value))
        )
    if step == 2:
        found = story.against(result, "pending_taskforce", END_2020)
    elif step == 3:
        found = story.against(result, "permits", HALF_2021, START_2021)
    elif step == 7:
        found = story.against(result, "nareis_arrivals", END_2021, START_2021)
    else:
        raise LookupError(step)
    row = found.published

    def persons(value: float) -> str:
        return tell("u_persons", value=_exact(value) if value == row.value else _count(value))

    def cases(value: float) -> str:  # what the IND publishes; the model counts persons
        return tell("u_cases", value=_exact(value) if value == row.value else _count(value))

    words = cases if step == 2 else persons
    return Answer(row.value, row.source, found.model, words, persons, _count, _count if step == 2 else persons)


@st.cache_resource(max_entries=400, show_spinner=False)
def answers(
    keys: tuple[str, ...], count: int, step: int, mine: Any, spoken: str, _jobs: Sequence[Job]
) -> tuple[str, ...]:
    """The lines of an answer after the bet; known by the keys of the jobs, never by their content."""
    results = _results(_jobs, count)
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
        tell("a_told", value=found.words(found.told), source=found.source),
        tell("a_model", mean=found.model_words(model.mean), low=found.bare(model.low), high=found.bare(model.high),
             count=count),
    ]  # fmt: skip
    if model.low <= found.told <= model.high:
        lines.append(tell("a_inside"))
    else:
        side = "a_below" if model.mean < found.told else "a_above"
        lines.append(tell(side, percent=_percent(abs(model.mean - found.told) / found.told)))
    if mine is not None:
        off, model_off = abs(mine - found.told), abs(model.mean - found.told)
        lines.append(tell("a_off", off=found.apart(off), model=found.apart(model_off)))
    return tuple(lines)


def _right_or_wrong(mine: Any, *right: Any) -> list[str]:
    if mine is None:
        return []
    return [tell("a_right" if mine in right else "a_wrong")]


def _answer_places(result: RunResult, mine: Any) -> tuple[str, ...]:
    change = story.change_between(result, SEPTEMBER_2020, JULY_2021, "regular_places")
    return (
        tell("a_told", value=tell("told_5"), source=f"{_report()}, {tell('doc_5')}"),
        tell(
            "a_model", mean=_signed(change.mean), low=_signed(change.low), high=_signed(change.high), count=change.count
        ),
        *_right_or_wrong(mine, "c_fewer"),
    )


def _months_apart(one: date, other: date) -> int:
    return abs(12 * (one.year - other.year) + one.month - other.month)


def _months_words(count: int) -> str:
    return tell("u_month") if count == 1 else tell("u_months", value=count)


def _answer_full(result: RunResult, mine: Any) -> tuple[str, ...]:
    spoken = language()
    found = pictures.ran_full(result)
    crowd = _exact(story.CROWD)
    lines = [tell("a_told", value=tell("told_6"), source=f"{_report()}, {tell('doc_6')}")]
    months = _full_months(found, spoken)
    if found.day is None or months is None:
        return (*lines, tell("f_6_never", crowd=crowd) + ".")
    june = _count(float(story.at_month_end(result, HALF_2021, "persons_without_place").mean()))
    lines += [
        tell("model_6", count=len(result.replications), crowd=crowd, **months),
        tell("model_6_june", crowd=crowd, june=june),
    ]
    if mine is not None:
        off, model = _months_apart(mine, TOLD_FULL), _months_apart(found.day, TOLD_FULL)
        lines.append(tell("a_off", off=_months_words(off), model=_months_words(model)))
    return tuple(lines)


def _full_months(found: pictures.RanFull, spoken: str) -> dict[str, str] | None:
    """Months and odds of running full in words; None when it never does."""
    if found.day is None or found.low is None or found.high is None:
        return None
    month, low, high = (numbers.month(day, spoken) for day in (found.day, found.low, found.high))
    return {"month": month, "low": low, "high": high, "chance": _percent(found.chance)}


def _answer_help(results: Sequence[RunResult], mine: Any) -> tuple[str, ...]:
    lines = [tell("told_8")]
    found = story.lowered(results[0], results[1:], "person_days_without_place")
    if not found.first:
        return (*lines, tell("f_8_none") + ".")
    lines.append(tell("a_8", told=_leading(found, "f_8", "f_8_level"), count=len(results[0].replications)))
    if len(found.first) == 1 and found.rest:
        second, band = found.rest[0]
        lines.append(tell("a_8_second", second=title_of(second), figure=_saved(band)))
    return (*lines, *_right_or_wrong(mine, *(scenario.name for scenario, _ in found.first)))


@st.cache_resource(max_entries=50, show_spinner=False)
def summary(
    keys: tuple[str, ...], count: int, whole: int, halted: bool, spoken: str, _jobs: Sequence[Job]
) -> tuple[str, ...]:
    """The story in five sentences, made from the run."""
    result = _results(_jobs[:1], count)[0]

    def banded(band: Band) -> str:
        return tell("interval", mean=_count(band.mean), low=_count(band.low), high=_count(band.high))

    left = story.against(result, "pending_taskforce", END_MAY_2021)
    homes = story.against(result, "realised", HALF_2021, START_2021)
    holders = story.against(result, "permit_holders_in_reception", date(2021, 10, 31))
    sentences = [
        tell("sum_ind", stock=_exact(_stock().value), left=banded(left.model), left_told=_exact(left.published.value),
             permits=banded(story.sum_over(result, "permits", START_2021, HALF_2021)),
             permits_told=_exact(published("permits", HALF_2021, START_2021).value),
             before=banded(story.sum_over(result, "permits", START_2020, HALF_2020))),
        tell("sum_homes", target=_exact(_targets()[1].value), realised=banded(homes.model),
             told=_exact(homes.published.value)),
        tell("sum_beds", holders=banded(holders.model), told=_exact(holders.published.value)),
    ]  # fmt: skip
    months, crowd = _full_months(pictures.ran_full(result), spoken), _exact(story.CROWD)
    sentences.append(tell("sum_not_full", crowd=crowd) if months is None else tell("sum_full", crowd=crowd, **months))
    results = _results(_jobs, whole) if whole and len(_jobs) > 1 else ()
    if len(results) < 2:
        return (*sentences, tell("sum_help_stopped" if halted else "sum_help_wait"))
    usual, others = results[0], results[1:]
    days = story.lowered(usual, others, "person_days_without_place")
    beds = story.lowered(usual, others, "permit_holders_in_reception_end")
    last = _leading(days, "sum_help", "sum_help_level", count=len(others)) if days.first else tell("f_8_none") + "."
    if beds.first:
        last += " " + _leading(beds, "sum_homes_most", "sum_homes_level")
    return (*sentences, last)


# --- the pictures -----------------------------------------------------------------------------------------------------

#: Until when the picture runs before the bet; a step without a date shows nothing before it.
CUTS: dict[int, date] = {2: SEPTEMBER_2020, 3: SEPTEMBER_2020, 4: END_2020, 5: SEPTEMBER_2020, 6: END_2020}


@dataclass(frozen=True)
class Frame:
    """What every picture of a step needs: the run, until when it may be seen, language and colours."""

    result: RunResult
    until: date
    spoken: str
    colours: Any

    @property
    def days(self) -> tuple[date, ...]:
        """The month ends that may be seen."""
        return tuple(day for day in self.month_ends if day <= self.until)

    @property
    def month_ends(self) -> tuple[date, ...]:
        """All month ends of the run."""
        return tuple(story.month_ends(self.result))

    def lines(self, words: str, role: str, *parts: str, dashed: bool = False, since: date | None = None) -> Series:
        """A series as mean and band over the month ends that may be seen."""
        found = pictures.lines(self.result, None, parts).baseline
        inside = [
            place for place, day in enumerate(self.month_ends) if day <= self.until and (since is None or day >= since)
        ]
        mean, low, high = (row[inside].tolist() for row in found)
        return Series(words, role, mean, low, high, dashed=dashed)

    def dots(self, name: str) -> list[Dot]:
        """Published figures of a stock that may be seen."""
        return [dot for dot in pictures.published_dots(self.result, name) if dot.day <= self.until]


@st.cache_resource(max_entries=100, show_spinner=False)
def made(key: str, count: int, step: int, opened: bool, spoken: str, is_dark: bool, _job: Job) -> Picture | None:
    """The picture of a step, before or after the bet; None when there is nothing to see before it."""
    result = _job.result(count)
    if result is None or (not opened and step not in CUTS):
        return None
    until = END_2021 if opened else CUTS[step]
    frame = Frame(result, until, spoken, charts.PALETTES["dark" if is_dark else "light"])
    return MAKERS[step](frame, opened)


def _below_each_other(spec: charts.Spec) -> charts.Spec:
    """The entries of a legend below each other, so that a narrow screen cuts none off."""
    config = spec["config"]
    legend = config["legend"] | {"columns": 1, "layout": {"top": {"direction": "vertical", "anchor": "start"}}}
    return spec | {"config": config | {"legend": legend}}


def _plot(frame: Frame, heading: str, unit: str, series: Sequence[Series], dots: Sequence[Dot],
          days: Sequence[date] | None = None, percent: bool = False) -> Panel:  # fmt: skip
    days = frame.days if days is None else days
    spec = charts.lines_chart(
        [day.isoformat() for day in days], series, frame.spoken, frame.colours,
        [(dot.day.isoformat(), dot.value) for dot in dots], percent=percent,
    )  # fmt: skip
    if len(series) > 1:
        spec = _below_each_other(spec)
    say_one = _percent if percent else _count
    ends = "; ".join(f"{one.words}: {say_one(one.mean[0])} – {say_one(one.mean[-1])}" for one in series)
    span = f"{numbers.day(days[0], frame.spoken)} – {numbers.day(days[-1], frame.spoken)}"
    return Panel(f"{heading} ({unit})" if unit else heading, spec, f"{heading}. {span}. {ends}.")


def _table(frame: Frame, series: Sequence[Series], dots: Sequence[tuple[str, Dot]],
           days: Sequence[date] | None = None) -> Table:  # fmt: skip
    days = frame.days if days is None else days
    heads = (say("date"), say("series"), say("mean"), say("low"), say("high"), say("published"))
    rows: list[tuple[str | float | None, ...]] = []
    for one in series:
        low, high = one.low or one.mean, one.high or one.mean
        rows += [
            (day.isoformat(), one.words, one.mean[place], low[place], high[place], None)
            for place, day in enumerate(days)
        ]
    rows += [(dot.day.isoformat(), words, None, None, None, dot.value) for words, dot in dots]
    return Table(heads, tuple(rows))


def _sources(dots: Sequence[Dot]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(dot.source for dot in dots))


def _chain(frame: Frame, opened: bool) -> Picture:
    frame = Frame(frame.result, END_2020, frame.spoken, frame.colours)  # the rest of the story comes later
    found = answer_of(1, frame.result).model
    groups = [
        frame.lines(tell("l_procedure"), "baseline", "in_procedure_in_reception", dashed=True),
        frame.lines(tell("l_holders"), "scenario", "permit_holders_in_reception"),
        frame.lines(tell("l_refused"), "series_3", "refused_in_reception"),
    ]
    total = frame.lines(tell("l_total"), "scenario", "persons_in_reception")
    holder_dots, total_dots = frame.dots("permit_holders_in_reception"), frame.dots("persons_in_reception")
    before, after = date(2019, 6, 30), date(2020, 11, 30)
    change = {
        name: story.change_between(frame.result, before, after, name).mean
        for name in ("persons_in_reception", "permit_holders_in_reception")
    }
    finding = tell(
        "f_1", share=_percent(found.mean / 100), low=_percent(found.low / 100), high=_percent(found.high / 100)
    )
    why = tell(
        "why_1", total=_change(change["persons_in_reception"]), holders=_change(change["permit_holders_in_reception"])
    )
    return Picture(
        "prop-1", finding + ".", len(frame.result.replications),
        (_plot(frame, tell("p_who"), say("persons"), groups, holder_dots),
         _plot(frame, tell("p_total"), say("persons"), [total], total_dots)),
        _table(frame, [*groups, total], [*((tell("l_holders"), dot) for dot in holder_dots),
                                         *((tell("l_total"), dot) for dot in total_dots)]),
        (why,), _sources([*holder_dots, *total_dots]),
    )  # fmt: skip


def _taskforce(frame: Frame, opened: bool) -> Picture:
    since = date(2020, 4, 30)
    days = [day for day in frame.days if day >= since]
    stock = frame.lines(tell("p_taskforce"), "scenario", "pending_taskforce", since=since)
    whole = frame.lines(say("pending"), "scenario", "pending_decisions")
    stock_dots, whole_dots = frame.dots("pending_taskforce"), frame.dots("pending_decisions")
    if opened:
        found = story.against(frame.result, "pending_taskforce", END_2020).model
        later = story.against(frame.result, "pending_taskforce", END_MAY_2021).model
        finding = tell("f_2", left=_count(found.mean), low=_count(found.low), high=_count(found.high),
                       later=_count(later.mean))  # fmt: skip
    else:
        finding = tell("until_2")
    change = {
        name: story.change_between(frame.result, since, END_2020, name).mean
        for name in ("pending_decisions", "pending_taskforce")
    }
    why = tell("why_2", all=_change(change["pending_decisions"]), taskforce=_change(change["pending_taskforce"]))
    table = _table(frame, [stock], [(stock.words, dot) for dot in stock_dots], days)
    second = _table(frame, [whole], [(whole.words, dot) for dot in whole_dots])
    return Picture(
        "prop-2", finding + ".", len(frame.result.replications),
        (_plot(frame, tell("p_taskforce"), say("persons_cases"), [stock], stock_dots, days),
         _plot(frame, say("pending"), say("persons_cases"), [whole], whole_dots)),
        Table(table.heads, table.rows + second.rows), (why,) if opened else (), _sources([*stock_dots, *whole_dots]),
    )  # fmt: skip


def _ends(band: Band) -> tuple[float, float, float]:
    return band.mean, band.low, band.high


@dataclass(frozen=True)
class Told:
    """Model and published figures of several periods or areas, in order."""

    names: tuple[str, ...]
    found: tuple[story.Against, ...]

    def series(self, role: str = "scenario") -> list[DotSeries]:
        """Model with band and published, as marks."""
        return [
            DotSeries(tell("l_model"), role, "circle", [_ends(one.model) for one in self.found]),
            DotSeries(
                say("published"), "published", "square", [(one.published.value, None, None) for one in self.found]
            ),
        ]  # fmt: skip

    def rows(self) -> tuple[tuple[str | float | None, ...], ...]:
        """The table twin."""
        return tuple(
            (name, one.model.mean, one.model.low, one.model.high, one.published.value)
            for name, one in zip(self.names, self.found, strict=True)
        )

    def sources(self) -> tuple[str, ...]:
        """Where the published figures come from."""
        return tuple(dict.fromkeys(one.published.source for one in self.found))


def _marks(frame: Frame, heading: str, told: Told, first: Sequence[DotSeries] = ()) -> Panel:
    spec = charts.dots_chart(told.names, [*first, *told.series()], say("persons"), frame.spoken, frame.colours)
    words = "; ".join(
        f"{name}: {_count(one.model.mean)} ({say('published').lower()}: {_exact(one.published.value)})"
        for name, one in zip(told.names, told.found, strict=True)
    )
    return Panel(heading, _below_each_other(spec) if first else spec, f"{heading}. {words}.")


def _permits(frame: Frame, opened: bool) -> Picture:
    monthly = frame.lines(tell("p_permits"), "scenario", "permits")
    plot = _plot(frame, tell("p_permits"), say("persons"), [monthly], [])
    count = len(frame.result.replications)
    if not opened:
        seen = [value for day, value in zip(frame.days, monthly.mean, strict=True) if day.year == 2020]
        finding = tell("until_3", low=_count(min(seen)), high=_count(max(seen)))
        return Picture("prop-3", finding + ".", count, (plot,), _table(frame, [monthly], []))
    told = Told(
        ("2019", "2020", numbers.half_year("2021-1", frame.spoken)),
        (story.against(frame.result, "permits", date(2019, 12, 31), date(2019, 1, 1)),
         story.against(frame.result, "permits", END_2020, START_2020),
         story.against(frame.result, "permits", HALF_2021, START_2021)),
    )  # fmt: skip
    found, before = told.found[-1].model, story.sum_over(frame.result, "permits", START_2020, HALF_2020)
    finding = tell("f_3", permits=_count(found.mean), low=_count(found.low), high=_count(found.high),
                   before=_count(before.mean))  # fmt: skip
    heads = (tell("period"), say("mean"), say("low"), say("high"), say("published"))
    series = _table(frame, [monthly], []).rows
    rows = told.rows() + tuple((row[0], *row[2:]) for row in series)
    return Picture(
        "prop-3", finding + ".", count, (plot, _marks(frame, tell("p_permits_told"), told)), Table(heads, rows),
        (why_permits(told.found[-1]),), told.sources(),
    )  # fmt: skip


def why_permits(found: story.Against) -> str:
    """What the two counts hold, and what follows where the published figure lies outside the band of the model."""
    if found.model.high < found.published.value:
        return f"{tell('why_3')} {tell('why_3_below')}"
    if found.model.low > found.published.value:
        return f"{tell('why_3')} {tell('why_3_above')}"
    return tell("why_3")


def _homes(frame: Frame, opened: bool) -> Picture:
    halves = [half for half in pictures.half_years(frame.result, None) if opened or half.name < "2021"]
    names = tuple(numbers.half_year(half.name, frame.spoken) for half in halves)

    series = [
        DotSeries(say("target"), "target", "triangle-down", [_ends(half.target.baseline) for half in halves]),
        DotSeries(f"{say('realised')}: {tell('l_model').lower()}", "scenario", "circle",
                  [_ends(half.realised.baseline) for half in halves]),
        DotSeries(f"{say('realised')}: {say('published').lower()}", "published", "square",
                  [None if half.published is None else (half.published, None, None) for half in halves]),
    ]  # fmt: skip
    spec = charts.dots_chart(names, series, say("persons"), frame.spoken, frame.colours)
    words = "; ".join(
        f"{name}: {_count(half.realised.baseline.mean)} / {_count(half.target.baseline.mean)}"
        for name, half in zip(names, halves, strict=True)
    )
    panels = [Panel(tell("p_halves"), _below_each_other(spec), f"{tell('p_halves')}. {words}.")]
    heads = (say("half_year"), say("target"), say("mean"), say("low"), say("high"), say("published"))
    rows: list[tuple[str | float | None, ...]] = [
        (name, half.target.baseline.mean, *_ends(half.realised.baseline), half.published)
        for name, half in zip(names, halves, strict=True)
    ]
    sources = tuple(dict.fromkeys(half.source for half in halves if half.source))
    if not opened:
        table = Table(heads, tuple(rows))
        return Picture(
            "prop-4", tell("until_4") + ".", len(frame.result.replications), tuple(panels), table, (), sources
        )
    provinces = [area for area in AREAS if area != NATIONAL]
    told = Told(
        tuple(provinces),
        tuple(story.against(frame.result, "realised", HALF_2021, START_2021, area) for area in provinces),
    )
    targets = [published("target", HALF_2021, START_2021, area).value for area in provinces]
    aims = DotSeries(say("target"), "target", "triangle-down", [(value, None, None) for value in targets])
    panels.append(_marks(frame, tell("p_provinces"), told, [aims]))
    rows += [(row[0], aim, *row[1:]) for row, aim in zip(told.rows(), targets, strict=True)]
    found = answer_of(4, frame.result).model
    finding = tell(
        "f_4", share=_percent(found.mean / 100), low=_percent(found.low / 100), high=_percent(found.high / 100)
    )
    part = pictures.mean_outcome(frame.result, "share_to_permit_holders")
    why = tell("why_4", part=tell("u_percent", value=numbers.figure(100 * part, frame.spoken, 1)))
    return Picture(
        "prop-4", finding + ".", len(frame.result.replications), tuple(panels), Table(heads, tuple(rows)), (why,),
        tuple(dict.fromkeys((*sources, *told.sources()))),
    )  # fmt: skip


def _places(frame: Frame, opened: bool) -> Picture:
    regular = frame.lines(tell("l_regular"), "baseline", "regular_places", dashed=True)
    places = frame.lines(tell("l_all_places"), "scenario", "regular_places", "emergency_places")
    dots = story.stock_dots("capacity_places", frame.days[0], frame.until)
    if opened:
        change = story.change_between(frame.result, SEPTEMBER_2020, JULY_2021, "regular_places")
        finding = tell("f_5", change=_change(change.mean))
    else:
        finding = tell("until_5", places=_count(regular.mean[-1]))
    emergency = story.at_month_end(frame.result, END_2021, "emergency_places").mean()
    return Picture(
        "prop-5", finding + ".", len(frame.result.replications),
        (_plot(frame, tell("p_places"), say_places(), [regular, places], dots),),
        _table(frame, [regular, places], [(places.words, dot) for dot in dots]),
        (tell("why_5", emergency=_count(float(emergency))),) if opened else (), _sources(dots),
    )  # fmt: skip


def say_places() -> str:
    """The unit of places in words."""
    return ("plekken", "places")[LANGUAGES.index(language())]


def _full(frame: Frame, opened: bool) -> Picture:
    total = frame.lines(tell("l_total"), "scenario", "persons_in_reception")
    usable = frame.lines(tell("l_usable"), "baseline", "usable_places", dashed=True)
    holders = frame.lines(tell("l_holders"), "scenario", "permit_holders_in_reception")
    total_dots, holder_dots = frame.dots("persons_in_reception"), frame.dots("permit_holders_in_reception")
    panels = [
        _plot(frame, tell("p_total"), say("persons"), [usable, total], total_dots),
        _plot(frame, tell("p_holders"), say("persons"), [holders], holder_dots),
    ]
    crowd = _exact(story.CROWD)
    count = len(frame.result.replications)
    series = [total, usable, holders]
    odds: list[tuple[str | float | None, ...]] = []
    if opened:
        without = frame.lines(tell("p_without"), "scenario", "persons_without_place")
        found = pictures.ran_full(frame.result)
        chance = Series(tell("l_model"), "scenario", found.by_month.tolist())
        panels.append(_plot(frame, tell("p_crowd", crowd=crowd), "", [chance], [], percent=True))
        series.append(without)
        months = _full_months(found, frame.spoken)
        finding = tell("f_6_never", crowd=crowd) if months is None else tell("f_6", crowd=crowd, **months)
        odds = [
            (day.isoformat(), say("full_by_percent"), 100.0 * share, None, None, None)
            for day, share in zip(frame.days, chance.mean, strict=True)
        ]
        at = lambda name: _count(float(story.at_month_end(frame.result, JULY_2021, name).mean()))  # noqa: E731
        why: tuple[str, ...] = (
            tell("why_6", usable=at("usable_places"), persons=at("persons_in_reception"),
                 holders=at("permit_holders_in_reception")),
        )  # fmt: skip
    else:
        finding, why = tell("until_6", total=_count(total.mean[-1]), holders=_count(holders.mean[-1])), ()
    table = _table(
        frame, series, [*((total.words, dot) for dot in total_dots), *((holders.words, dot) for dot in holder_dots)]
    )
    return Picture(
        "prop-6", finding + ".", count, tuple(panels), Table(table.heads, table.rows + tuple(odds)), why,
        _sources([*total_dots, *holder_dots]),
    )  # fmt: skip


def _family(frame: Frame, opened: bool) -> Picture:
    ends = ((3, 31), (6, 30), (9, 30), (12, 31))
    quarters = [(year, place) for year in (2019, 2020, 2021) for place in range(4)]
    told = Told(
        tuple(tell("period_quarter", quarter=place + 1, year=year) for year, place in quarters),
        tuple(
            story.against(frame.result, "nareis_arrivals", date(year, *ends[place]), date(year, 3 * place + 1, 1))
            for year, place in quarters
        ),
    )
    without = frame.lines(tell("p_without"), "scenario", "persons_without_place")
    emergency = frame.lines(tell("l_emergency"), "baseline", "emergency_places", dashed=True)
    arrivals = answer_of(7, frame.result).model
    short = float(story.at_month_end(frame.result, END_2021, "persons_without_place").mean())
    finding = tell("f_7", arrivals=_count(arrivals.mean), low=_count(arrivals.low), high=_count(arrivals.high),
                   without=_count(short))  # fmt: skip
    change = {
        name: story.change_between(frame.result, JULY_2021, END_2021, name).mean
        for name in ("emergency_places", "persons_in_reception")
    }
    why = tell("why_7", emergency=_change(change["emergency_places"]), persons=_change(change["persons_in_reception"]))
    heads = (tell("period"), say("series"), say("mean"), say("low"), say("high"), say("published"))
    rows = (
        tuple((row[0], tell("p_family"), *row[1:]) for row in told.rows())
        + _table(frame, [without, emergency], []).rows
    )
    return Picture(
        "prop-7", finding + ".", len(frame.result.replications),
        (_marks(frame, tell("p_family"), told),
         _plot(frame, tell("p_winter"), tell("u_winter"), [emergency, without], [])),
        Table(heads, rows), (why,), told.sources(),
    )  # fmt: skip


MAKERS: dict[int, Callable[[Frame, bool], Picture]] = {
    1: _chain, 2: _taskforce, 3: _permits, 4: _homes, 5: _places, 6: _full, 7: _family,
}  # fmt: skip


@st.cache_resource(max_entries=50, show_spinner=False)
def compared(keys: tuple[str, ...], count: int, spoken: str, is_dark: bool, _jobs: Sequence[Job]) -> Picture:
    """The ready scenarios beside each other: differences pair by pair with their intervals."""
    results = _results(_jobs, count)
    rows = sorted(story.helped(results[0], results[1:]), key=lambda row: row.person_days.mean)
    found = story.lowered(results[0], results[1:], "person_days_without_place")
    colours = charts.PALETTES["dark" if is_dark else "light"]
    names = [title_of(row.scenario) for row in rows]
    finding = _leading(found, "f_8", "f_8_level") if found.first else tell("f_8_none")

    def panel(heading: str, unit: str, bands: Sequence[Band], per: float = 1.0) -> Panel:
        scaled = [(one.mean / per, one.low / per, one.high / per) for one in bands]
        marks = [DotSeries(tell("l_difference"), "scenario", "circle", scaled)]
        words = "; ".join(f"{name}: {_interval(one)}" for name, one in zip(names, bands, strict=True))
        return Panel(heading, charts.dots_chart(names, marks, unit, spoken, colours), f"{heading}. {words}.")

    parts = [f"{say('interval_90')}, {say('low')}", f"{say('interval_90')}, {say('high')}"]
    heads = [say("scenario")]
    for key in ("k_days", "k_holders", "k_cost"):
        heads += [f"{tell(key)}, {say('difference').lower()}", *(f"{tell(key)}, {part}" for part in parts)]
    table = tuple(
        (name, *(value for one in (row.person_days, row.holders, row.cost) for value in (one.mean, one.low, one.high)))
        for name, row in zip(names, rows, strict=True)
    )
    why = [
        tell(
            "h_one",
            title=name,
            days=_interval(row.person_days),
            holders=_interval(row.holders),
            cost=_interval(row.cost),
        )
        for name, row in zip(names, rows, strict=True)
    ]
    return Picture(
        "prop-8", finding + ".", len(results[0].replications),
        (panel(tell("p_help"), tell("u_person_days"), [row.person_days for row in rows], 1_000),
         panel(tell("p_help_holders"), say("persons"), [row.holders for row in rows])),
        Table(tuple(heads), table), (*why, tell("h_size")),
        basis=tell("basis_8", count=len(results[0].replications)),
    )  # fmt: skip
