"""The page Volg een gezin: one household in two futures on one time line, and for whom the futures differ most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

import streamlit as st

from app_pages.charts.figure import downloads
from app_pages.charts.picture import Panel, Picture, Table, html_table
from app_pages.charts.style import palette
from app_pages.shell import page_link, running, settings, text_table
from app_pages.shell.link_keys import NAME_KEY
from app_pages.shell.page import Page
from app_pages.shell.settings import without_settings
from app_pages.shell.texts import PageTexts, literal, refusal, title_of, visitor_language
from experiments.charts.style import Spec, config
from experiments.compare.lives import CHANGES
from experiments.compare.two_futures import TwoFutures
from experiments.language.formatting import date_text, number_text, signed_text
from experiments.language.language import Language
from experiments.scenario.ready import ready_scenarios
from experiments.scenario.scenario import Scenario
from experiments.service.job import Asked
from experiments.service.keys import baseline_of, job_key
from sim.errors import WrongInput

PLACE = "volg"
FUTURE_A_KEY, FUTURE_B_KEY, HOUSEHOLD_KEY = "toekomst_a", "toekomst_b", "huishouden"
BASELINE, OWN = "uitgangssituatie", "eigen"
#: The future that is shown against the baseline while nothing is composed: the first of these that is there.
FIRST_SHOWN = ("eerst-bouwen", "meer-sociale-huur")
#: Stage of a household -> role in the palette and thickness of its bar.
STAGES: dict[str, tuple[str, int]] = {
    "procedure": ("target", 8),
    "permit": ("published", 16),
    "stay": ("series_4", 24),
    "home": ("series_3", 34),
    "refused": ("series_5", 3),
}
#: Kind of event -> shape of its mark.
SHAPES = {
    "arrival": "circle",
    "start": "triangle-left",
    "decision": "diamond",
    "link": "triangle-right",
    "family": "cross",
    "stay": "square",
    "home": "triangle-up",
    "departure": "triangle-down",
}
SIZES = {"1": "size_single", "2-4": "size_2_to_4", "5+": "size_5_plus", "all": "group_total"}

text = PageTexts("page_volg")


@dataclass(frozen=True)
class Futures:
    """Two futures and what the visitor calls them."""

    a: Scenario
    b: Scenario
    name_a: str
    name_b: str


def show() -> None:
    """Draw the page."""
    st.write(text("intro"))
    try:
        own = settings.chosen()
    except WrongInput as error:
        st.error(text("wrong_settings", problem=literal(refusal(error))))
        own = without_settings()
    futures = _choose(own)
    if job_key(futures.a) == job_key(futures.b):
        st.info(text("same"))
        return
    page_link.begin(HOUSEHOLD_KEY, None, _number)
    number = st.session_state[HOUSEHOLD_KEY]
    page_link.keep(HOUSEHOLD_KEY, number, "" if number is None else str(number))
    usual_question = TwoFutures(futures.a, futures.b)
    wanted = [usual_question, usual_question if number is None else TwoFutures(futures.a, futures.b, number)]
    jobs = running.asked(wanted, PLACE)
    usual, job = (cast(Asked, one) for one in jobs)
    if usual.answer is not None:
        _pick_household(usual.answer)
    running.follow(wanted, jobs, PLACE, lambda now: [one.over for one in now])
    if job.answer is not None and job.answer["followed"] is None:
        last = job.answer["households_in_a"] - 1
        st.warning(text("unknown", number=number, last=number_text(last, 0, visitor_language())))
    elif job.answer is not None:
        _draw_life(job.answer, futures)
    if usual.answer is not None:
        _draw_counts(usual.answer)
        _draw_list(usual.answer)


def _choose(own: Scenario) -> Futures:
    ready = {one.name: one for one in ready_scenarios() if one.period == own.period and one.changes()}
    composed = job_key(own) != job_key(baseline_of(own))
    names = {BASELINE: text("baseline")}
    if composed:
        names[OWN] = st.session_state.get(NAME_KEY) or text("own")
    names |= {name: title_of(scenario) for name, scenario in ready.items()}
    usual_b = OWN if composed else next((name for name in FIRST_SHOWN if name in ready), BASELINE)
    chosen = []
    for column, key, usual in zip(st.columns(2), (FUTURE_A_KEY, FUTURE_B_KEY), (BASELINE, usual_b), strict=True):
        if st.session_state.get(key, usual) not in names:
            del st.session_state[key]
            st.session_state.pop(f"_kept_{key}", None)
        if key == FUTURE_B_KEY and composed != st.session_state.get("_composed", composed):
            st.session_state[key] = usual  # what was just composed, or no longer is, is what one wants to see
        with column:
            page_link.begin(key, usual, lambda name: name if name in names else None)
            st.selectbox(
                text("future_a" if key == FUTURE_A_KEY else "future_b"), list(names), key=key,
                format_func=names.__getitem__, help=text("futures_help"),
            )  # fmt: skip
        value = st.session_state[key]
        page_link.keep(key, value if value != usual else None, value if value != usual else "")
        chosen.append(value)
    st.session_state["_composed"] = composed
    known = {OWN: own, **ready}
    other = [known[name] for name in chosen if name != BASELINE]
    known[BASELINE] = baseline_of(other[0] if other else own)  # over the same days as what it is compared with
    return Futures(known[chosen[0]], known[chosen[1]], names[chosen[0]], names[chosen[1]])


def _number(digits: str) -> int | None:
    return int(digits) if digits.isdecimal() and len(digits) < 9 else None


def _take() -> None:
    if st.session_state.get("_volg_pick") is not None:
        st.session_state[HOUSEHOLD_KEY] = st.session_state["_volg_pick"]
        st.session_state["_volg_pick"] = None


def _pick_household(answer: Mapping[str, Any]) -> None:
    rows = {life["household"]: life for life in answer["households"]}
    words = {number: pick_words(life, visitor_language()) for number, life in rows.items()}
    last = answer["households_in_a"] - 1
    left, right = st.columns([2, 1])
    left.selectbox(
        text("differ_most"), list(rows), index=None, key="_volg_pick", format_func=words.__getitem__,
        placeholder=text("pick_placeholder"), on_change=_take, disabled=not rows,
    )  # fmt: skip
    followed = answer["followed"]
    shown = "" if followed is None else str(followed["household"])
    highest = max(last, st.session_state[HOUSEHOLD_KEY] or 0)
    right.number_input(
        text("number"), min_value=0, max_value=highest, step=1, key=HOUSEHOLD_KEY, value=None, placeholder=shown,
        help=text("number_help", last=number_text(last, 0, visitor_language())),
    )  # fmt: skip


def pick_words(life: Mapping[str, Any], language: Language) -> str:
    """One line of the list: number, size and what differs."""
    persons = text("size_words", count=life["persons"])
    return text("pick_row", household=life["household"], persons=persons, what=_difference(life, language))


def _difference(life: Mapping[str, Any], language: Language) -> str:
    if life["housed_a"] is None:
        return text("only_b")
    if life["housed_b"] is None:
        return text("only_a")
    days = life["difference_days"]
    return text("earlier" if days < 0 else "later", count=abs(days))


def _draw_life(answer: Mapping[str, Any], futures: Futures) -> None:
    language, followed = visitor_language(), answer["followed"]
    told = followed[language]
    names = {"a": literal(futures.name_a), "b": literal(futures.name_b)}
    caption = text("caption", seed=answer["seed"], until=_day(answer["until"], language), **names)
    lines = tuple((_short(day), left, right) for day, left, right in told["lines"])
    number, finding = followed["household"], text("title", household=followed["household"], close=told["close"])
    panel = Panel("", timeline(answer, language, palette()), text("alt", close=told["close"]))
    table = Table((text("date"), f"A: {futures.name_a}", f"B: {futures.name_b}"), lines)
    picture = Picture(f"huishouden-{number}", finding, 1, (panel,), table, caption=caption)
    with st.container(border=True):
        st.markdown(f"### {finding}")
        st.caption(caption)
        st.vega_lite_chart(panel.spec, width="stretch", theme=None, alt=panel.alt)
        text_table.show((text("date"), "A", "B"), lines, text("side_by_side"), ("day", "", ""))
        with st.expander(text("downloads")):
            downloads(picture)


def _day(iso: str, language: Language) -> str:
    return date_text(date.fromisoformat(iso), language)


def _short(iso: str) -> str:
    return date.fromisoformat(iso).strftime("%d-%m-%Y")


def timeline(answer: Mapping[str, Any], language: Language, colours: Mapping[str, str]) -> Spec:
    """Two rows on one time line: how the household lived as bars, what happened as marks with a shape per kind."""
    followed = answer["followed"]
    told = followed[language]
    first = min(moment[0] for moments in told["moments"] for moment in moments[:1])
    begin = (date.fromisoformat(first) - timedelta(days=20)).isoformat()
    bars = [
        {"r": row, "s": text(f"stage_{stage}"), "b": since, "e": until, "k": STAGES[stage][1]}
        for row, stretches in zip("AB", followed["stretches"], strict=True)
        for stage, since, until in stretches
    ]
    marks = [
        {"r": row, "d": day, "k": text(f"kind_{kind}"), "t": sentence}
        for row, moments in zip("AB", told["moments"], strict=True)
        for day, kind, sentence in moments
    ]
    stages = [stage for stage in STAGES if any(bar["s"] == text(f"stage_{stage}") for bar in bars)]
    kinds = [kind for kind in SHAPES if any(mark["k"] == text(f"kind_{kind}") for mark in marks)]
    stage_words = [text(f"stage_{stage}") for stage in stages]
    scale = {"domain": [begin, answer["until"]]}
    x_axis = {"format": "%b %Y", "labelOverlap": True, "grid": True, "tickCount": {"interval": "month", "step": 6}}
    x = {"type": "temporal", "title": None, "scale": scale, "axis": x_axis}
    y_axis = {"ticks": False, "domain": False, "labelFontSize": 14, "labelFontWeight": 600, "labelPadding": 8}
    rows = ["A", "B"]
    y = {"field": "r", "type": "nominal", "title": None, "sort": rows, "scale": {"domain": rows}, "axis": y_axis}
    day = {"type": "temporal", "format": "%e %B %Y"}
    legend = {"title": None, "columns": {"expr": "width < 420 ? 1 : 2"}, "orient": "top"}
    return {
        "width": "container",
        "height": 330,
        "layer": [
            {
                "data": {"values": bars},
                "mark": {"type": "bar"},
                "encoding": {
                    "x": {"field": "b"} | x, "x2": {"field": "e"}, "y": y,
                    "size": {"field": "k", "type": "quantitative", "scale": None, "legend": None},
                    "color": {"field": "s", "type": "nominal", "legend": legend,
                              "scale": {"domain": stage_words, "range": [colours[STAGES[one][0]] for one in stages]}},
                    "tooltip": [{"field": "s", "title": text("what")},
                                {"field": "b", "title": text("from_day")} | day,
                                {"field": "e", "title": text("until_date")} | day],
                },
            },
            {
                "data": {"values": marks},
                "mark": {"type": "point", "filled": True, "size": 130, "opacity": 1, "strokeWidth": 1.5,
                         "color": colours["ink"], "stroke": colours["background"]},
                "encoding": {
                    "x": {"field": "d"} | x, "y": y,
                    "shape": {"field": "k", "type": "nominal",
                              "legend": legend | {"orient": "bottom", "columns": {"expr": "width < 420 ? 2 : 4"},
                                                  "symbolFillColor": colours["ink"],
                                                  "symbolStrokeColor": colours["ink"]},
                              "scale": {"domain": [text(f"kind_{kind}") for kind in kinds],
                                        "range": [SHAPES[kind] for kind in kinds]}},
                    "tooltip": [{"field": "d", "title": text("date")} | day, {"field": "t", "title": text("what")}],
                },
            },
        ],
        "config": config(language, colours),
        "padding": {"left": 4, "right": 12, "top": 0, "bottom": 4},
    }  # fmt: skip


def _draw_counts(answer: Mapping[str, Any]) -> None:
    language = visitor_language()
    st.markdown(f"### {text('counts')}")
    whole = answer["summary"][-1]["households"]

    def sentence(key: str, **counts: int) -> str:
        return text(key, **{name: number_text(count, 0, language) for name, count in counts.items()})

    if not answer["differing_households"]:
        st.write(text("nobody"))
    else:
        sooner, longer = whole["earlier"] + whole["only_b"], whole["later"] + whole["only_a"]
        st.write(sentence("counts_sentence", sooner=sooner, longer=longer, same=whole["same"]))
    apart = {name: answer[f"only_arrive_in_{name[-1]}"] for name in ("only_a", "only_b")}
    if any(apart.values()):
        st.write(sentence("counts_apart", **apart))
    caption = text("counts_caption", first=_day(answer["first"], language), until=_day(answer["until"], language))
    st.html(html_table(counts_table(answer["summary"]), caption, language))
    st.caption(text("one_world"))


def counts_table(summary: Sequence[Mapping[str, Any]]) -> Table:
    """Who gains and who waits: a row per size of household and one for all."""
    heads = (text("size"), *(text(f"n_{change}") for change in CHANGES), text("d_earlier"), text("d_later"))
    rows: list[tuple[str | float | None, ...]] = []
    for row in summary:
        counts, days = (float(row["households"][change]) for change in CHANGES), row["mean_days"]
        rows.append((text(SIZES[row["size"]]), *counts, days["earlier"], days["later"]))
    return Table(heads, tuple(rows))


def _draw_list(answer: Mapping[str, Any]) -> None:
    if not answer["households"]:
        return
    keys = ("household", "persons", "arrived", "home_a", "home_b", "difference")
    rows = []
    for life in answer["households"]:
        homes = (_short(life[home]) if life[home] else text("no_home") for home in ("housed_a", "housed_b"))
        days = signed_text(life["difference_days"], 0, visitor_language())
        rows.append((str(life["household"]), str(life["persons"]), _short(life["arrived"]), *homes, days))
    with st.expander(text("differ_most")):
        heads = [text(f"l_{key}") for key in keys]
        text_table.show(heads, rows, text("list_caption"), ("", "figure", "day", "day", "day", "figure"))


PAGE = Page("volg", show, 5, (FUTURE_A_KEY, FUTURE_B_KEY, HOUSEHOLD_KEY))
