"""The page Uitspraken: what the documents say about the bottleneck of 2021, and whether the model bears it out.

Who acts: the visitor, who reads, filters, or tries the pair in Doorrekenen. Who waits: nobody; verdicts were
computed before and are kept. What leaves: per claim the verdict, the rule stated beforehand, the evidence with its
interval, and what it hangs on. What is left out: judging, which takes minutes; see `doorstroom claims`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app_pages.shell import numbers, page_link, text_table
from app_pages.shell.settings import put_scenario
from app_pages.shell.texts import language, pick, say, unit
from experiments.claims.claim import Claim
from experiments.claims.claims import CLAIMS
from experiments.claims.said import future_title, worded
from experiments.claims.verdicts import kept_verdicts, verdicts_changed
from experiments.language.catalogue import catalogue
from experiments.language.labels import unit_text
from experiments.run.levers import lever_rows, periods
from experiments.run.provenance import outdated_text
from experiments.scenario.scenario import Scenario
from sim.errors import WrongInput

VERDICTS = ("holds", "fails", "open")
#: What fills the ring beside the words of a verdict: everything, a stroke across, or half of it.
MARKS = {
    "holds": "currentColor",
    "fails": "linear-gradient(45deg,transparent 41%,currentColor 41%,currentColor 59%,transparent 59%)",
    "open": "linear-gradient(90deg,currentColor 50%,transparent 50%)",
}
MOST_BUTTONS = 4

TEXTS: dict[str, tuple[str, str]] = {
    "intro": (
        "In rapporten over de prop van 2021 staan uitspraken over oorzaken en oplossingen. Elk ervan is aan het model "
        "voorgelegd, met een regel die vooraf is opgeschreven. Een oordeel geldt binnen het model: het zegt of de "
        "uitspraak volgt uit hoe de keten is nagebouwd.",
        "Reports about the bottleneck of 2021 make claims about causes and solutions. Each was put to the model, by a "
        "rule written down beforehand. A verdict holds within the model: it says whether the claim follows from how "
        "the chain was rebuilt.",
    ),
    "count": (
        "Van de {total} uitspraken houden er {holds} stand, houden er {fails} geen stand en zijn er {open} open.",
        "Of the {total} claims {holds} hold, {fails} fail and {open} are open.",
    ),
    "how": (
        "{n} replicaties per toekomst, zaad {seed}, 90%-intervallen; bij de uiterste waarden van een aanname "
        "minstens {fewer} replicaties. Twee replicaties delen een trekking van de parameters; een interval telt "
        "trekkingen. Modelversie {version}.",
        "{n} replications per future, seed {seed}, 90% intervals; at least {fewer} replications under the ends of "
        "an assumption. Two replications share a draw of the parameters; an interval counts draws. Model version "
        "{version}.",
    ),
    "missing": (
        "Er zijn geen bewaarde oordelen. Reken ze uit met de opdracht ‘doorstroom claims --store’; dat duurt minuten.",
        "There are no kept verdicts. Compute them with the command ‘doorstroom claims --store’; that takes minutes.",
    ),
    "filter": ("Toon", "Show"),
    "all": ("alle", "all"),
    "holds": ("houdt stand", "holds"),
    "fails": ("houdt geen stand", "fails"),
    "open": ("open", "open"),
    "met_holds": ("gehaald", "met"),
    "met_fails": ("niet gehaald", "not met"),
    "met_open": ("niet te zeggen", "cannot be told"),
    "verdict": ("Oordeel: {verdict}", "Verdict: {verdict}"),
    "nothing": ("Geen uitspraak heeft dit oordeel.", "No claim has this verdict."),
    "source": ("{document}, bladzijde {page} ({section})", "{document}, page {page} ({section})"),
    "rule": ("Regel vooraf", "Rule beforehand"),
    "caution": ("Let op", "Bear in mind"),
    "evidence": ("Bewijs", "Evidence"),
    "more": ("Regel, bewijs en aannamen", "Rule, evidence and assumptions"),
    "e_what": ("wat", "what"),
    "e_sides": ("uitkomst per toekomst", "outcome per future"),
    "e_mean": ("verschil of stand", "difference or level"),
    "e_interval": ("90%-interval", "90% interval"),
    "e_line": ("norm vooraf", "norm beforehand"),
    "e_judged": ("gehaald", "met"),
    "against": ("{a}, tegenover {b}", "{a}, compared with {b}"),
    "to": ("{low} tot {high}", "{low} to {high}"),
    "at_least": ("minstens {value}", "at least {value}"),
    "at_most": ("hoogstens {value}", "at most {value}"),
    "needed": ("{line} (voorwaarde)", "{line} (condition)"),
    "points": ("procentpunt", "percentage points"),
    "line_judged": ("Norm vooraf: {line}; {judged}.", "Norm beforehand: {line}; {judged}."),
    "hangs_on": (
        "Hangt het meest af van: {label}. Bij {low}: {verdict_low}; bij {high}: {verdict_high}.",
        "Depends most on: {label}. At {low}: {verdict_low}; at {high}: {verdict_high}.",
    ),
    "tried": (
        "Het doorslaggevende cijfer (‘{look}’) onder beide uitersten van elke aanname",
        "The deciding figure (‘{look}’) under both ends of each assumption",
    ),
    "t_what": ("aanname", "assumption"),
    "t_low": ("laag", "low"),
    "t_high": ("hoog", "high"),
    "t_end": ("{value}: {figure}, {verdict}", "{value}: {figure}, {verdict}"),
    "try": ("Open in Doorrekenen: {title}", "Open in Run: {title}"),
    "try_intro": (
        "Zelf doorrekenen naast de uitgangssituatie. Dit vervangt de knoppen in de zijbalk; met ‘Ongedaan maken’ "
        "draait u dat terug.",
        "Run it yourself beside the baseline. This replaces the levers in the sidebar; ‘Undo’ brings them back.",
    ),
}  # fmt: skip


def _say(key: str, **values: object) -> str:
    return pick(TEXTS, key, **values)


def show() -> None:
    """Draw the page."""
    st.write(_say("intro"))
    document = _kept()
    if document is None:
        st.warning(_say("missing"))
        return
    verdicts = [row["verdict"] for row in document["claims"]]
    counts = {verdict: verdicts.count(verdict) for verdict in VERDICTS}
    st.write(_say("count", total=len(verdicts), **counts))
    st.caption(
        _say(
            "how", n=document["replications"], seed=document["seed"], fewer=document["replications_under_ends"],
            version=document["model_version"],
        )
    )  # fmt: skip
    wanted = _filter(counts)
    shown = [row for row in document["claims"] if wanted in ("", row["verdict"])]
    if not shown:
        st.info(_say("nothing"))
    for row in shown:
        with st.container(border=True):
            _draw(row)


def _kept() -> dict[str, Any] | None:
    """The kept verdicts, with a warning when they belong to something else; None when there are none."""
    try:
        document = kept_verdicts()
        changed = verdicts_changed(document, tuple(CLAIMS.values()))
    except WrongInput:
        return None
    if changed:
        st.warning(outdated_text("verdicts", document, changed, language()))
    return worded(document, CLAIMS, language())


def _filter(counts: Mapping[str, int]) -> str:
    options = ["", *VERDICTS]
    page_link.begin("oordeel", "", lambda text: text if text in VERDICTS else None)
    words = {"": f"{_say('all')} ({sum(counts.values())})"}
    words |= {verdict: f"{_say(verdict)} ({counts[verdict]})" for verdict in VERDICTS}
    st.radio(_say("filter"), options, format_func=words.__getitem__, key="oordeel", horizontal=True)
    wanted = st.session_state["oordeel"] or ""
    page_link.keep("oordeel", wanted, wanted)
    return str(wanted)


def _draw(row: Mapping[str, Any]) -> None:
    st.markdown(f"### {row['sentence']}")
    verdict = _say("verdict", verdict=_say(row["verdict"]))
    st.html(
        "<p style='margin:0;display:flex;gap:.5rem;align-items:center;font-weight:600'>"
        "<span aria-hidden='true' style='width:1rem;height:1rem;border:2px solid currentColor;border-radius:50%;"
        f"background:{MARKS[row['verdict']]}'></span>"
        f"<span>{verdict}</span></p>"
    )
    st.caption(_say("source", document=row["document"], page=row["page"], section=row["section"]))
    weighed = [found for found in row["evidence"] if found["judged"] or found["look"] == row["deciding"]]
    lines = [sentence(found) for found in weighed]
    if row["hangs_on"]:
        lines.append(_hangs_on(row["hangs_on"]))
    st.markdown("\n".join(f"- {line}" for line in lines))
    with st.expander(_say("more")):
        st.markdown(f"**{_say('rule')}.** {row['rule']}")
        _draw_evidence(row)
        _draw_tried(row)
        st.markdown(f"**{_say('caution')}.** {row['caution']}")
        _draw_buttons(row)


# --- figures in words ---------------------------------------------------------------------------------------------


def value_words(value: float | None, unit: str, signed: bool = False, like: float | None = None) -> str:
    """A figure with as many decimals as its size asks for; a share in per cent; a difference with its sign.

    like: the difference that stands beside it, so that it can be checked in the same decimals.
    """
    if value is None:
        return numbers.NONE
    write = numbers.signed if signed else numbers.figure
    if unit == "share":
        text = write(100.0 * value, language(), 0 if round(100.0 * value, 1).is_integer() else 1)
        if signed:
            return text
        return f"{text}\u00a0%" if language() == "nl" else f"{text}%"
    size = min(abs(value), abs(value if like is None else like))
    return write(value, language(), 0 if size >= 10 or value == 0.0 else 1)


def _unit(unit: str, difference: bool) -> str:
    if unit == "share":
        return _say("points") if difference else ""
    return unit_text(unit, language())


def _interval(found: Mapping[str, Any]) -> str:
    alone = found["a"] is None
    ends = [found["low"], found["high"]]
    if alone and found["unit"] == "share":  # an interval may reach past what a share can be
        ends = [None if end is None else min(max(end, 0.0), 1.0) for end in ends]
    low, high = (value_words(end, found["unit"], signed=not alone) for end in ends)
    return _say("to", low=low, high=high)


def _sides(found: Mapping[str, Any]) -> str:
    if found["a"] is None:
        return found["title_b"] or ""
    parts = []
    for side in ("a", "b"):
        title = found[f"title_{side}"]
        text = value_words(found[f"mean_{side}"], found["unit"], like=found["mean"])
        parts.append(f"{text} ({title})" if title and found["a"] != found["b"] else text)
    return ", ".join(parts) if all("(" in part for part in parts) else _say("against", a=parts[0], b=parts[1])


def _line(found: Mapping[str, Any]) -> str:
    line = found["line"]
    if line is None:
        return ""
    text = _say(line["kind"], value=value_words(line["value"], found["unit"], signed=found["a"] is not None))
    return _say("needed", line=text) if line["needed"] else text


def sentence(found: Mapping[str, Any]) -> str:
    """The deciding figure in one line."""
    alone = found["a"] is None
    figure = value_words(found["mean"], found["unit"], signed=not alone)
    unit = _unit(found["unit"], not alone)
    sides = "" if alone else f"{_sides(found)}; {say('difference')} "
    judged = ""
    if found["judged"]:
        judged = " " + _say("line_judged", line=_line(found), judged=_say(f"met_{found['judged']}"))
    return (
        f"{found['label']}: {sides}{figure}{f' {unit}' if unit else ''} "
        f"({_say('e_interval')} {_interval(found)}; n = {found['n']}).{judged}"
    )


def _hangs_on(tried: Mapping[str, Any]) -> str:
    return _say(
        "hangs_on", label=tried["label"], low=_end(tried, "low"), high=_end(tried, "high"),
        verdict_low=_say(tried["verdict_low"]), verdict_high=_say(tried["verdict_high"]),
    )  # fmt: skip


def _end(tried: Mapping[str, Any], end: str) -> str:
    """An end of an assumption, in the unit of its lever; what is a factor in per cent."""
    value = tried[end]
    if not isinstance(value, int | float):
        return str(value)
    row = {row.name: row for row in lever_rows(periods()[0])}.get(tried["parameter"])
    if row is None:
        return numbers.plain(value, language())
    if row.unit in ("times", "share"):
        return numbers.percent(value, language(), 0 if round(100.0 * value, 1).is_integer() else 1)
    return f"{numbers.plain(round(value), language())} {unit(row.unit)}".strip()


# --- tables and buttons -------------------------------------------------------------------------------------------


def _draw_evidence(row: Mapping[str, Any]) -> None:
    heads = [_say(f"e_{name}") for name in ("what", "sides", "mean", "interval")] + ["n"]
    heads += [_say("e_line"), _say("e_judged")]
    rows = []
    for found in row["evidence"]:
        alone = found["a"] is None
        unit = _unit(found["unit"], not alone)
        figure = value_words(found["mean"], found["unit"], signed=not alone)
        judged = _say(f"met_{found['judged']}") if found["judged"] else ""
        rows.append(
            (
                found["label"], _sides(found), f"{figure} {unit}".strip(), _interval(found), str(found["n"]),
                _line(found), judged,
            )
        )  # fmt: skip
    text_table.show(heads, rows, _say("evidence"), ("wide", "wide", "figure", "figure", "figure", "", ""))


def _draw_tried(row: Mapping[str, Any]) -> None:
    if not row["tried"]:
        return
    deciding = next(found for found in row["evidence"] if found["look"] == row["deciding"])
    unit, signed = deciding["unit"], deciding["a"] is not None

    def told(tried: Mapping[str, Any], end: str) -> str:
        figure = f"{value_words(tried[f'figure_{end}'], unit, signed)} {_unit(unit, signed)}".strip()
        return _say("t_end", value=_end(tried, end), figure=figure, verdict=_say(tried[f"verdict_{end}"]))

    rows = [(tried["label"], told(tried, "low"), told(tried, "high"), str(tried["n"])) for tried in row["tried"]]
    heads = [_say("t_what"), _say("t_low"), _say("t_high"), "n"]
    text_table.show(heads, rows, _say("tried", look=deciding["label"]), ("wide", "", "", "figure"))


def pairs(row: Mapping[str, Any], claim: Claim) -> list[tuple[str, Scenario]]:
    """The futures of a claim that are a scenario one can run against the baseline of its period, with their titles."""
    known = {future.name: future for future in claim.futures}
    names = dict.fromkeys(found["b"] for found in row["evidence"] if found["title_b"] is not None)
    found = []
    for name in names:
        future = known.get(name)
        if future is None:
            continue
        scenario = future.scenario()
        if scenario.changes() and scenario.period in periods():
            title = future_title(claim, future, catalogue("claims", language()))
            found.append((title, scenario.model_copy(update={"title": title})))
    return found[:MOST_BUTTONS]


def _draw_buttons(row: Mapping[str, Any]) -> None:
    claim = CLAIMS.get(row["name"])
    found: Sequence[tuple[str, Scenario]] = [] if claim is None else pairs(row, claim)
    if not found:
        return
    st.caption(_say("try_intro"))
    with st.container(horizontal=True):
        for place, (title, scenario) in enumerate(found):
            pressed = st.button(
                _say("try", title=title), key=f"_try_{row['name']}_{place}",
                on_click=put_scenario, args=(scenario,),
            )  # fmt: skip
            if pressed:
                page_link.go("doorrekenen", say("page_doorrekenen"))
