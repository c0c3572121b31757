"""The page Volg een gezin: one household in two futures on one time line, and for whom the futures differ most.

Who acts: the visitor, who chooses two futures and a household. Who waits: the visitor, for one replication of both,
which another process computes. What leaves: a time line, dated sentences side by side, who gains and who waits, and
files. What is left out: other replications; one family in one world proves nothing about a decision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

import streamlit as st

from app_pages.charts.figure import downloads
from app_pages.charts.picture import Panel, Picture, Table, html_table
from app_pages.charts.style import palette
from app_pages.shell import numbers, page_link, running, settings, text_table
from app_pages.shell.settings import without_settings
from app_pages.shell.texts import language, literal, pick, refusal, say, title_of
from experiments.charts.style import Spec, config
from experiments.compare.lives import CHANGES
from experiments.compare.two_futures import TwoFutures
from experiments.scenario.ready import ready_scenarios
from experiments.scenario.scenario import Scenario
from experiments.service.job import Asked
from experiments.service.keys import baseline_of, job_key
from sim.errors import WrongInput

PLACE = "volg"
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

TEXTS: dict[str, tuple[str, str]] = {
    "intro": (
        "Eén huishouden in twee toekomsten. Het toeval is in beide gelijk; alleen het besluit verschilt. U ziet "
        "replicatie 1: bij ander toeval verloopt dit anders.",
        "One household in two futures. Chance is the same in both; only the decision differs. This is replication 1: "
        "with other luck this goes otherwise.",
    ),
    "future_a": ("Toekomst A", "Future A"),
    "future_b": ("Toekomst B", "Future B"),
    "futures_help": (
        "De uitgangssituatie, het scenario uit de zijbalk, of een kant-en-klaar scenario van deze periode.",
        "The baseline, the scenario composed in the sidebar, or a ready scenario of this period.",
    ),
    "own": ("Eigen scenario", "Own scenario"),
    "baseline": ("Uitgangssituatie", "Baseline"),
    "same": (
        "A en B zijn dezelfde toekomst. Kies bij B een ander scenario, of stel in de zijbalk een scenario samen.",
        "A and B are the same future. Choose another scenario for B, or compose one in the sidebar.",
    ),
    "nobody": (
        "In deze toekomsten krijgt niemand op een andere dag een woning.",
        "In these futures nobody gets a home on another day.",
    ),
    "pick": ("Huishoudens die het meest verschillen", "Households that differ most"),
    "pick_placeholder": ("Kies een huishouden", "Choose a household"),
    "pick_row": ("{household}: {persons}, {what}", "{household}: {persons}, {what}"),
    "person": ("1 persoon", "1 person"),
    "persons": ("{count} personen", "{count} persons"),
    "earlier": ("{days} dagen eerder", "{days} days earlier"),
    "later": ("{days} dagen later", "{days} days later"),
    "only_a": ("alleen in A een woning", "a home in A only"),
    "only_b": ("alleen in B een woning", "a home in B only"),
    "number": ("Nummer van het huishouden", "Number of the household"),
    "number_help": (
        "De nummers lopen van 0 tot en met {last}, in volgorde van aankomst in A.",
        "Numbers run from 0 to {last}, in order of arrival in A.",
    ),
    "unknown": (
        "Huishouden {number} bestaat niet in A; de nummers lopen van 0 tot en met {last}.",
        "There is no household {number} in A; numbers run from 0 to {last}.",
    ),
    "title": ("Huishouden {household}: {close}", "Household {household}: {close}"),
    "caption": (
        "Replicatie 1, zaad {seed}, tot {until}. A: {a}. B: {b}. Wat een huishouden meemaakt, is doorgerekend; het is "
        "geen echt gezin. De balken gaan over wie het eerst kwam; waar een gezin dat later komt verblijft, staat in de "
        "tabel. Elke fase heeft een eigen kleur en dikte.",
        "Replication 1, seed {seed}, until {until}. A: {a}. B: {b}. What happens to a household is computed; it is not "
        "a real family. The bars are about who came first; where family that comes later stays is in the table. Each "
        "stage has its own colour and thickness.",
    ),
    "stage_procedure": ("Wacht op een beslissing", "Waits for a decision"),
    "stage_permit": ("Vergunning, nog geen woning", "Permit, no home yet"),
    "stage_stay": ("Tijdelijk verblijf", "Temporary stay"),
    "stage_home": ("In een woning", "In a home"),
    "stage_refused": ("Afgewezen", "Refused"),
    "kind_arrival": ("Aankomst en registratie", "Arrival and registration"),
    "kind_start": ("Begin van de doorrekening", "Start of the run"),
    "kind_decision": ("Beslissing", "Decision"),
    "kind_link": ("Koppeling", "Linking"),
    "kind_family": ("Nareis", "Family reunification"),
    "kind_stay": ("Tijdelijk verblijf begint", "Temporary stay begins"),
    "kind_home": ("Verhuizing", "Move"),
    "kind_departure": ("Vertrek", "Departure"),
    "what": ("wat", "what"),
    "from": ("van", "from"),
    "until": ("tot", "until"),
    "in_future": ("in", "in"),
    "alt": (
        "Tijdlijn van een huishouden in twee toekomsten. {close} De gebeurtenissen staan in de tabel eronder.",
        "Time line of one household in two futures. {close} The events are in the table below.",
    ),
    "side_by_side": ("Wat er gebeurt, op datum", "What happens, by date"),
    "date": ("datum", "date"),
    "counts": ("Voor wie de woning eerder of later komt", "For whom the home comes earlier or later"),
    "counts_sentence": (
        "In B krijgen {sooner} huishoudens eerder een woning dan in A, of krijgen er alleen in B een; {longer} "
        "huishoudens wachten langer. Voor {same} huishoudens is de dag gelijk.",
        "In B {sooner} households get a home earlier than in A, or get one in B only; {longer} households wait "
        "longer. For {same} households the day is the same.",
    ),
    "counts_apart": (
        "Alleen in A komen {only_a} huishoudens aan en alleen in B {only_b}; zij tellen hierboven niet mee.",
        "{only_a} households arrive in A only and {only_b} in B only; they are not counted above.",
    ),
    "counts_caption": (
        "Huishoudens naar grootte bij aankomst, replicatie 1, van {first} tot {until}. Dagen: gemiddeld per "
        "huishouden.",
        "Households by size on arrival, replication 1, from {first} to {until}. Days: mean per household.",
    ),
    "size": ("huishouden", "household"),
    "n_earlier": ("eerder in B", "earlier in B"),
    "n_later": ("later in B", "later in B"),
    "n_same": ("zelfde dag", "same day"),
    "n_only_a": ("alleen in A", "in A only"),
    "n_only_b": ("alleen in B", "in B only"),
    "d_earlier": ("dagen eerder", "days earlier"),
    "d_later": ("dagen later", "days later"),
    "one_world": (
        "Dit is de telling in één replicatie. Of B voor de hele groep beter is, zegt Vergelijken, met een interval.",
        "This counts one replication. Whether B is better for the whole group is for Compare to say, with an interval.",
    ),
    "list_caption": (
        "De twintig huishoudens waarvan de dag van verhuizen het meest verschilt",
        "The twenty households whose day of moving differs most",
    ),
    "l_household": ("nummer", "number"),
    "l_persons": ("personen", "persons"),
    "l_arrived": ("aankomst", "arrival"),
    "l_home_a": ("woning in A", "home in A"),
    "l_home_b": ("woning in B", "home in B"),
    "l_difference": ("verschil in dagen", "difference in days"),
    "no_home": ("geen", "none"),
}  # fmt: skip


def _say(key: str, **values: object) -> str:
    return pick(TEXTS, key, **values)


@dataclass(frozen=True)
class Futures:
    """Two futures and what the visitor calls them."""

    a: Scenario
    b: Scenario
    name_a: str
    name_b: str


def show() -> None:
    """Draw the page."""
    st.write(_say("intro"))
    try:
        own = settings.chosen()
    except WrongInput as error:
        st.error(say("wrong_settings", problem=literal(refusal(error))))
        own = without_settings()
    futures = _choose(own)
    if job_key(futures.a) == job_key(futures.b):
        st.info(_say("same"))
        return
    page_link.begin("huishouden", None, _number)
    number = st.session_state["huishouden"]
    page_link.keep("huishouden", number, "" if number is None else str(number))
    usual_question = TwoFutures(futures.a, futures.b)
    wanted = [usual_question, usual_question if number is None else TwoFutures(futures.a, futures.b, number)]
    jobs = running.asked(wanted, PLACE)
    usual, job = (cast(Asked, one) for one in jobs)
    if usual.answer is not None:
        _pick_household(usual.answer)
    running.follow(wanted, jobs, PLACE, lambda now: [one.over for one in now])
    if job.answer is not None and job.answer["followed"] is None:
        last = job.answer["households_in_a"] - 1
        st.warning(_say("unknown", number=number, last=numbers.figure(last, language())))
    elif job.answer is not None:
        _draw_life(job.answer, futures)
    if usual.answer is not None:
        _draw_counts(usual.answer)
        _draw_list(usual.answer)


# --- choosing -------------------------------------------------------------------------------------------------------


def _choose(own: Scenario) -> Futures:
    ready = {
        scenario.name: scenario
        for scenario in ready_scenarios()
        if scenario.period == own.period and scenario.changes()
    }
    composed = job_key(own) != job_key(baseline_of(own))
    names = {BASELINE: _say("baseline")}
    if composed:
        names[OWN] = st.session_state.get("naam") or _say("own")
    names |= {name: title_of(scenario) for name, scenario in ready.items()}
    usual_b = OWN if composed else next((name for name in FIRST_SHOWN if name in ready), BASELINE)
    chosen = []
    for column, key, usual in zip(st.columns(2), ("toekomst_a", "toekomst_b"), (BASELINE, usual_b), strict=True):
        if st.session_state.get(key, usual) not in names:
            del st.session_state[key]
            st.session_state.pop(f"_kept_{key}", None)
        if key == "toekomst_b" and composed != st.session_state.get("_composed", composed):
            st.session_state[key] = usual  # what was just composed, or no longer is, is what one wants to see
        with column:
            page_link.begin(key, usual, lambda text: text if text in names else None)
            st.selectbox(
                _say("future_a" if key == "toekomst_a" else "future_b"), list(names), key=key,
                format_func=names.__getitem__, help=_say("futures_help"),
            )  # fmt: skip
        value = st.session_state[key]
        page_link.keep(key, value if value != usual else None, value if value != usual else "")
        chosen.append(value)
    st.session_state["_composed"] = composed
    known = {OWN: own, **ready}
    other = [known[name] for name in chosen if name != BASELINE]
    known[BASELINE] = baseline_of(other[0] if other else own)  # over the same days as what it is compared with
    return Futures(known[chosen[0]], known[chosen[1]], names[chosen[0]], names[chosen[1]])


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 9 else None


def _take() -> None:
    if st.session_state.get("_volg_pick") is not None:
        st.session_state["huishouden"] = st.session_state["_volg_pick"]
        st.session_state["_volg_pick"] = None


def _pick_household(answer: Mapping[str, Any]) -> None:
    rows = {life["household"]: life for life in answer["households"]}
    words = {number: pick_words(life, language()) for number, life in rows.items()}
    last = answer["households_in_a"] - 1
    left, right = st.columns([2, 1])
    left.selectbox(
        _say("pick"), list(rows), index=None, key="_volg_pick", format_func=words.__getitem__,
        placeholder=_say("pick_placeholder"), on_change=_take, disabled=not rows,
    )  # fmt: skip
    followed = answer["followed"]
    shown = "" if followed is None else str(followed["household"])
    right.number_input(
        _say("number"), min_value=0, max_value=max(last, st.session_state["huishouden"] or 0), step=1, key="huishouden",
        value=None, placeholder=shown, help=_say("number_help", last=numbers.figure(last, language())),
    )  # fmt: skip


def pick_words(life: Mapping[str, Any], spoken: str) -> str:
    """One line of the list: number, size and what differs."""
    count = life["persons"]
    persons = _say("person") if count == 1 else _say("persons", count=count)
    return _say("pick_row", household=life["household"], persons=persons, what=_difference(life, spoken))


def _difference(life: Mapping[str, Any], spoken: str) -> str:
    if life["housed_a"] is None:
        return _say("only_b")
    if life["housed_b"] is None:
        return _say("only_a")
    days = life["difference_days"]
    return _say("earlier" if days < 0 else "later", days=numbers.figure(abs(days), spoken))


# --- drawing ------------------------------------------------------------------------------------------------------


def _draw_life(answer: Mapping[str, Any], futures: Futures) -> None:
    spoken, followed = language(), answer["followed"]
    told = followed[spoken]
    caption = _say(
        "caption",
        seed=answer["seed"],
        until=_day(answer["until"], spoken),
        a=literal(futures.name_a),
        b=literal(futures.name_b),
    )
    lines = tuple((_short(day), left, right) for day, left, right in told["lines"])
    picture = Picture(
        name=f"huishouden-{followed['household']}",
        finding=_say("title", household=followed["household"], close=told["close"]),
        count=1,
        panels=(Panel("", timeline(answer, spoken, palette()), _say("alt", close=told["close"])),),
        table=Table((_say("date"), f"A: {futures.name_a}", f"B: {futures.name_b}"), lines),
        caption=caption,
    )
    with st.container(border=True):
        st.markdown(f"### {picture.finding}")
        st.caption(caption)
        st.vega_lite_chart(picture.panels[0].spec, width="stretch", theme=None, alt=picture.panels[0].alt)
        text_table.show((_say("date"), "A", "B"), lines, _say("side_by_side"), ("day", "", ""))
        with st.expander(say("downloads")):
            downloads(picture)


def _day(text: str, spoken: str) -> str:
    return numbers.day(date.fromisoformat(text), spoken)


def _short(text: str) -> str:
    return date.fromisoformat(text).strftime("%d-%m-%Y")


def timeline(answer: Mapping[str, Any], spoken: str, colours: Mapping[str, str]) -> Spec:
    """Two rows on one time line: how the household lived as bars, what happened as marks with a shape per kind."""
    followed = answer["followed"]
    told = followed[spoken]
    first = min(moment[0] for moments in told["moments"] for moment in moments[:1])
    begin = (date.fromisoformat(first) - timedelta(days=20)).isoformat()
    bars = [
        {"r": row, "s": _say(f"stage_{stage}"), "b": since, "e": until, "k": STAGES[stage][1]}
        for row, stretches in zip("AB", followed["stretches"], strict=True)
        for stage, since, until in stretches
    ]  # fmt: skip
    marks = [
        {"r": row, "d": day, "k": _say(f"kind_{kind}"), "t": sentence}
        for row, moments in zip("AB", told["moments"], strict=True)
        for day, kind, sentence in moments
    ]
    stages = [stage for stage in STAGES if any(bar["s"] == _say(f"stage_{stage}") for bar in bars)]
    kinds = [kind for kind in SHAPES if any(mark["k"] == _say(f"kind_{kind}") for mark in marks)]
    stage_words = [_say(f"stage_{stage}") for stage in stages]
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
                    "tooltip": [{"field": "s", "title": _say("what")},
                                {"field": "b", "title": _say("from")} | day,
                                {"field": "e", "title": _say("until")} | day],
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
                              "scale": {"domain": [_say(f"kind_{kind}") for kind in kinds],
                                        "range": [SHAPES[kind] for kind in kinds]}},
                    "tooltip": [{"field": "d", "title": _say("date")} | day, {"field": "t", "title": _say("what")}],
                },
            },
        ],
        "config": config(spoken, colours),
        "padding": {"left": 4, "right": 12, "top": 0, "bottom": 4},
    }  # fmt: skip


def _draw_counts(answer: Mapping[str, Any]) -> None:
    spoken = language()
    st.markdown(f"### {_say('counts')}")
    whole = answer["summary"][-1]["households"]
    if not answer["differing_households"]:
        st.write(_say("nobody"))
    else:
        st.write(
            _say(
                "counts_sentence",
                sooner=numbers.figure(whole["earlier"] + whole["only_b"], spoken),
                longer=numbers.figure(whole["later"] + whole["only_a"], spoken),
                same=numbers.figure(whole["same"], spoken),
            )
        )
    apart = {name: answer[f"only_arrive_in_{name[-1]}"] for name in ("only_a", "only_b")}
    if any(apart.values()):
        st.write(_say("counts_apart", **{name: numbers.figure(count, spoken) for name, count in apart.items()}))
    st.html(html_table(counts_table(answer["summary"]), _counts_caption(answer, spoken), spoken))
    st.caption(_say("one_world"))


def _counts_caption(answer: Mapping[str, Any], spoken: str) -> str:
    return _say("counts_caption", first=_day(answer["first"], spoken), until=_day(answer["until"], spoken))


def counts_table(summary: Sequence[Mapping[str, Any]]) -> Table:
    """Who gains and who waits: a row per size of household and one for all."""
    heads = (_say("size"), *(_say(f"n_{change}") for change in CHANGES), _say("d_earlier"), _say("d_later"))
    rows = tuple(
        (
            say(SIZES[row["size"]]),
            *(float(row["households"][change]) for change in CHANGES),
            row["mean_days"]["earlier"],
            row["mean_days"]["later"],
        )
        for row in summary
    )
    return Table(heads, rows)


def _draw_list(answer: Mapping[str, Any]) -> None:
    if not answer["households"]:
        return
    keys = ("household", "persons", "arrived", "home_a", "home_b", "difference")
    rows = [
        (
            str(life["household"]),
            str(life["persons"]),
            _short(life["arrived"]),
            *(_short(life[home]) if life[home] else _say("no_home") for home in ("housed_a", "housed_b")),
            numbers.signed(life["difference_days"], language()),
        )
        for life in answer["households"]
    ]
    with st.expander(_say("pick")):
        heads = [_say(f"l_{key}") for key in keys]
        text_table.show(heads, rows, _say("list_caption"), ("", "figure", "day", "day", "day", "figure"))
