"""The page Uitspraken: what the documents say about the bottleneck of 2021, and whether the model bears it out."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app_pages.charts.figure import show_definitions
from app_pages.shell import page_link, text_table
from app_pages.shell.page import Page
from app_pages.shell.texts import PageTexts, refusal, unit, visitor_language
from experiments.claims.claim import Claim
from experiments.claims.claims import CLAIMS
from experiments.claims.said import future_title, stands_words, worded
from experiments.claims.verdicts import kept_verdicts, verdicts_changed
from experiments.language.catalogue import catalogue
from experiments.language.formatting import exact_text, number_text, per_cent_text, percent_text, signed_text
from experiments.language.labels import unit_text
from experiments.language.language import NOTHING
from experiments.run.levers import lever_rows, periods
from experiments.run.provenance import outdated_text
from experiments.scenario.scenario import Scenario
from sim.errors import WrongInput

VERDICT_KEY = "oordeel"
VERDICTS = ("holds", "fails", "open")
#: What fills the ring beside the words of a verdict: everything, a stroke across, or half of it.
MARKS = {
    "holds": "currentColor",
    "fails": "linear-gradient(45deg,transparent 41%,currentColor 41%,currentColor 59%,transparent 59%)",
    "open": "linear-gradient(90deg,currentColor 50%,transparent 50%)",
}
MOST_BUTTONS = 4

text = PageTexts("page_uitspraken")


def show() -> None:
    """Draw the page."""
    st.write(text("intro"))
    try:
        document = _kept()
    except WrongInput as error:
        st.warning(refusal(error))
        return
    verdicts = [row["verdict"] for row in document["claims"]]
    counts = {verdict: verdicts.count(verdict) for verdict in VERDICTS}
    st.write(text("count", total=len(verdicts), **counts))
    st.caption(
        text(
            "how", n=document["replications"], seed=document["seed"], fewer=document["replications_under_ends"],
            version=document["model_version"],
        )
    )  # fmt: skip
    _draw_assumptions(document)
    wanted = _filter(counts)
    shown = [row for row in document["claims"] if wanted in ("", row["verdict"])]
    if not shown:
        st.info(text("nothing"))
    for row in shown:
        with st.container(border=True):
            _draw(row)


def _kept() -> dict[str, Any]:
    """The kept verdicts, with a warning when they belong to something else. Raises WrongInput when there are none."""
    document = kept_verdicts()
    if changed := verdicts_changed(document, tuple(CLAIMS.values())):
        st.warning(outdated_text("verdicts", document, changed, visitor_language()))
    return worded(document, CLAIMS, visitor_language())


def _draw_assumptions(document: Mapping[str, Any]) -> None:
    """What every claim is tried under: ends, status and source."""
    about = {one["parameter"]: one for row in document["claims"] for one in row["tried"]}
    if not about:
        return
    with st.expander(text("assumptions", count=len(about))):
        st.write(text("assumptions_how"))
        heads = [text(f"t_{name}") for name in ("tried", "low", "high", "status", "source")]
        rows = [
            tuple(one[key] for key in ("label", "told_low", "told_high", "status", "source")) for one in about.values()
        ]
        text_table.show(heads, rows, text("assumptions", count=len(about)), ("wide", "", "", "", "wide"))


def _filter(counts: Mapping[str, int]) -> str:
    options = ["", *VERDICTS]
    page_link.begin(VERDICT_KEY, "", lambda word: word if word in VERDICTS else None)
    words = {"": f"{text('all')} ({sum(counts.values())})"}
    words |= {verdict: f"{text(verdict)} ({counts[verdict]})" for verdict in VERDICTS}
    st.radio(text("filter"), options, format_func=words.__getitem__, key=VERDICT_KEY, horizontal=True)
    wanted = st.session_state[VERDICT_KEY] or ""
    page_link.keep(VERDICT_KEY, wanted, wanted)
    return str(wanted)


def _draw(row: Mapping[str, Any]) -> None:
    st.markdown(f"### {row['sentence']}")
    verdict = text("verdict", verdict=text(row["verdict"]))
    st.html(
        "<p style='margin:0;display:flex;gap:.5rem;align-items:center;font-weight:600'>"
        "<span aria-hidden='true' style='width:1rem;height:1rem;border:2px solid currentColor;border-radius:50%;"
        f"background:{MARKS[row['verdict']]}'></span>"
        f"<span>{verdict}</span></p>"
    )
    st.caption(text("claim_source", document=row["document"], page=row["page"], section=row["section"]))
    st.write(row["said"])
    st.markdown(f"**{text('sense')}.** {row['sense']}")
    weighed = [found for found in row["evidence"] if found["judged"] or found["look"] == row["deciding"]]
    lines = [sentence(found) for found in weighed]
    if stands := stands_words(row, visitor_language()):
        lines.append(stands)
    if row["hangs_on"]:
        lines.append(_hangs_on(row["hangs_on"]))
    st.markdown("\n".join(f"- {line}" for line in lines))
    if row["readings"]:
        heads = [text("reading"), text("reading_verdict"), text("reading_figures")]
        rows = [(read["label"], text(read["verdict"]), _figures(read)) for read in row["readings"]]
        text_table.show(heads, rows, text("readings"), ("wide", "", "wide"))
    with st.expander(text("more")):
        st.markdown(f"**{text('rule')}.** {row['rule']}")
        _draw_evidence(row)
        _draw_tried(row)
        st.markdown(f"**{text('caution')}.** {row['caution']}")
        _draw_buttons(row)
    looks = CLAIMS[row["name"]].looks if row["name"] in CLAIMS else ()
    show_definitions(list(dict.fromkeys(need.measure for look in looks for need in look.needs())))


def value_words(value: float | None, unit: str, signed: bool = False, like: float | None = None) -> str:
    """A figure with as many decimals as its size asks for; a share in per cent; a difference with its sign.

    like: the difference that stands beside it, so that it can be checked in the same decimals.
    """
    if value is None:
        return NOTHING
    write = signed_text if signed else number_text
    if unit == "share":
        decimals = 0 if round(100.0 * value, 1).is_integer() else 1
        return (write if signed else per_cent_text)(100.0 * value, decimals, visitor_language())
    size = min(abs(value), abs(value if like is None else like))
    return write(value, 0 if size >= 10 or value == 0.0 else 1, visitor_language())


def _unit(unit: str, difference: bool) -> str:
    if unit == "share":
        return text("points") if difference else ""
    return unit_text(unit, visitor_language())


def _interval(found: Mapping[str, Any]) -> str:
    alone = found["a"] is None
    ends = [found["low"], found["high"]]
    if alone and found["unit"] == "share":  # an interval may reach past what a share can be
        ends = [None if end is None else min(max(end, 0.0), 1.0) for end in ends]
    low, high = (value_words(end, found["unit"], signed=not alone) for end in ends)
    return text("low_to_high", low=low, high=high)


def _sides(found: Mapping[str, Any]) -> str:
    if found["a"] is None:
        return found["title_b"] or ""
    parts = []
    for side in ("a", "b"):
        title = found[f"title_{side}"]
        figure = value_words(found[f"mean_{side}"], found["unit"], like=found["mean"])
        parts.append(f"{figure} ({title})" if title and found["a"] != found["b"] else figure)
    return ", ".join(parts) if all("(" in part for part in parts) else text("against", a=parts[0], b=parts[1])


def _line(found: Mapping[str, Any]) -> str:
    line = found["line"]
    if line is None:
        return ""
    norm = text(line["kind"], value=value_words(line["value"], found["unit"], signed=found["a"] is not None))
    return text("needed", line=norm) if line["needed"] else norm


def sentence(found: Mapping[str, Any]) -> str:
    """The deciding figure in one line."""
    alone = found["a"] is None
    figure = value_words(found["mean"], found["unit"], signed=not alone)
    unit = _unit(found["unit"], not alone)
    sides = "" if alone else f"{_sides(found)}; {text('difference')} "
    judged = ""
    if found["judged"]:
        judged = " " + text("line_judged", line=_line(found), judged=text(f"met_{found['judged']}"))
    return (
        f"{found['label']}: {sides}{figure}{f' {unit}' if unit else ''} "
        f"({text('e_interval')} {_interval(found)}; {text('sample', count=found['n'])}).{judged}"
    )


def _figures(read: Mapping[str, Any]) -> str:
    """The figures of another reading, each with what its line says."""
    return "; ".join(
        text("reading_figure", look=found["label"], interval=_interval(found), line=_line(found),
             judged=text(f"met_{found['judged']}"),
             figure=value_words(found["mean"], found["unit"], signed=found["a"] is not None))
        for found in read["evidence"]
    )  # fmt: skip


def _hangs_on(tried: Mapping[str, Any]) -> str:
    return text(
        "hangs_on", label=tried["label"], low=_end(tried, "low"), high=_end(tried, "high"),
        verdict_low=text(tried["verdict_low"]), verdict_high=text(tried["verdict_high"]),
    )  # fmt: skip


def _end(tried: Mapping[str, Any], end: str) -> str:
    """An end of an assumption in its unit; of a variation in that of its lever, what is a factor in per cent."""
    if told := tried.get(f"told_{end}"):
        return str(told)
    value = tried[end]
    if not isinstance(value, int | float):
        return str(value)
    row = {row.name: row for row in lever_rows(periods()[0])}.get(tried["parameter"])
    if row is None:
        return exact_text(value, visitor_language())
    if row.unit in ("times", "share"):
        return percent_text(value, visitor_language(), 0 if round(100.0 * value, 1).is_integer() else 1)
    return f"{exact_text(round(value), visitor_language())} {unit(row.unit)}".strip()


def _draw_evidence(row: Mapping[str, Any]) -> None:
    heads = [text(f"e_{name}") for name in ("what", "sides", "mean", "interval")] + [text("sample_head")]
    heads += [text("e_line"), text("e_judged")]
    rows = []
    for found in row["evidence"]:
        alone = found["a"] is None
        figure = value_words(found["mean"], found["unit"], signed=not alone)
        figure = f"{figure} {_unit(found['unit'], not alone)}".strip()
        judged = text(f"met_{found['judged']}") if found["judged"] else ""
        rows.append((found["label"], _sides(found), figure, _interval(found), str(found["n"]), _line(found), judged))
    text_table.show(heads, rows, text("evidence"), ("wide", "wide", "figure", "figure", "figure", "", ""))


def _draw_tried(row: Mapping[str, Any]) -> None:
    """What the verdict was tried under, and the claim filled in otherwise."""
    for kind in ("tried", "varied"):
        if row[kind]:
            _draw_ends(row, kind)


def _draw_ends(row: Mapping[str, Any], kind: str) -> None:
    deciding = next(found for found in row["evidence"] if found["look"] == row["deciding"])
    unit, signed = deciding["unit"], deciding["a"] is not None

    def told(tried: Mapping[str, Any], end: str) -> str:
        figure = f"{value_words(tried[f'figure_{end}'], unit, signed)} {_unit(unit, signed)}".strip()
        return text("t_end", value=_end(tried, end), figure=figure, verdict=text(tried[f"verdict_{end}"]))

    rows = [(tried["label"], told(tried, "low"), told(tried, "high"), str(tried["n"])) for tried in row[kind]]
    heads = [text(f"t_{kind}"), text("t_low"), text("t_high"), text("sample_head")]
    text_table.show(heads, rows, text(kind, look=deciding["label"]), ("wide", "", "", "figure"))


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
            title = future_title(claim, future, catalogue("claims", visitor_language()))
            found.append((title, scenario.model_copy(update={"title": title})))
    return found[:MOST_BUTTONS]


def _draw_buttons(row: Mapping[str, Any]) -> None:
    claim = CLAIMS.get(row["name"])
    found: Sequence[tuple[str, Scenario]] = [] if claim is None else pairs(row, claim)
    if not found:
        return
    st.caption(text("try_intro"))
    with st.container(horizontal=True):
        for place, (title, scenario) in enumerate(found):
            page_link.try_button(text("try", title=title), scenario, f"_try_{row['name']}_{place}")


PAGE = Page("uitspraken", show, 6, (VERDICT_KEY,))
