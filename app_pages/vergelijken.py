"""The page Vergelijken: two to six scenarios side by side, why two of them differ, and a report to send on.

Who acts: the visitor, who chooses scenarios: ready ones, the one of the sidebar, files and codes. Who waits: the
visitor, for jobs that run elsewhere. What leaves: key figures with intervals on the difference, a chart per measure,
a split of the cause, files, and codes that bring a scenario back. What is left out: changing a scenario; that is
what the sidebar is for.

Scenarios are called A, B, C and so on. The first is the one that the others are compared with.
"""

from __future__ import annotations

import html
import io
import math
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from app_pages import charts, levers_sidebar, numbers, running
from app_pages.charts import Panel, Picture, Table
from app_pages.doorrekenen import setting_lines
from app_pages.texts import LANGUAGES, in_language, language, literal, pick, refusal, say, title_of
from experiments import pictures, story
from experiments.attribution import MOST_FACTORS, USUAL_OUTCOMES, Factor, Split
from experiments.compare import Comparison, Difference
from experiments.jobs import Job, baseline_of, job_key
from experiments.kept import CODE, CannotWrite, KeptScenarios, read_code
from experiments.levers import lever_rows
from experiments.ready_results import FIRST_COMPARED
from experiments.report import CHARTS, KEY_OUTCOMES
from experiments.scenario import (
    DEFAULT_SEED,
    Scenario,
    WrongInput,
    check_text,
    file_text,
    load_scenario,
    ready_names,
)
from experiments.side_by_side import FEWEST, MOST, aligned, comparison_of, outcome_words, split_of, split_scenarios
from experiments.words import SERIES_LABELS, difference_unit_text, figures_text, label_of, table_unit_text

PLACE, SPLIT_PLACE = "vergelijken", "splitsing"
LINK, CODE_LINK = "vergelijk", "code"
BASE, OWN = "basis", "eigen"
LETTERS = "ABCDEF"
#: Replications of each combination of a split, and how many combinations are asked for at a time, so that a split
#: leaves room for what other visitors want.
SPLIT_COUNT = 30
SPLIT_AT_ONCE = 4
#: Most codes that one visit remembers.
MOST_CODES = 24
LARGEST_UPLOAD = 256 * 1024

#: Per scenario: colour, dash and marker.
STYLES: tuple[tuple[str, tuple[int, ...], str], ...] = (
    ("baseline", (6, 4), "circle"),
    ("scenario", (1, 0), "square"),
    ("series_3", (2, 3), "triangle-up"),
    ("series_4", (10, 3, 2, 3), "diamond"),
    ("series_5", (14, 4), "cross"),
    ("published", (5, 2, 1, 2, 1, 2), "triangle-down"),
)

#: Published figures: stars in the colour of the text, so that they are no scenario.
_STAR = "M0,-1L.225,-.309L.951,-.309L.363,.118L.588,.809L0,.382L-.588,.809L-.363,.118L-.951,-.309L-.225,-.309Z"
PUBLISHED_STYLE: tuple[str, tuple[int, ...], str] = ("published", (1, 0), _STAR)

TEXTS: dict[str, tuple[str, str]] = {
    "intro": (
        "Kies twee tot en met zes scenario’s. Het eerste is A; de andere worden met A vergeleken, met dezelfde "
        "huishoudens, woningen en hetzelfde toeval.",
        "Choose two to six scenarios. The first is A; the others are compared with A, with the same households, homes "
        "and luck.",
    ),
    "choose": ("Scenario’s", "Scenarios"),
    "choose_hint": ("Kies een scenario", "Choose a scenario"),
    "own_wrong": (
        "Het scenario uit de zijbalk telt daarom niet mee en kan niet worden bewaard.",
        "The scenario of the sidebar is therefore left out and cannot be kept.",
    ),
    "own": ("Zijbalk: {title}", "Sidebar: {title}"),
    "with_code": ("{title} ({code})", "{title} ({code})"),
    "too_few": ("Kies ten minste twee scenario’s.", "Choose at least two scenarios."),
    "unknown": ("Dit staat in de link, maar is hier niet te vinden: {what}.",
                "This stands in the link, but cannot be found here: {what}."),
    "too_many": ("De link noemt meer dan {most} scenario’s; de eerste {most} tellen.",
                 "The link names more than {most} scenarios; the first {most} count."),
    "cannot": ("Deze scenario’s zijn niet te vergelijken: {problem}", "These scenarios cannot be compared: {problem}"),
    "same": ("De doorrekening van {letters} is dezelfde.", "The runs of {letters} are the same."),
    "nothing_differs": ("geen verschil met de uitgangssituatie", "no difference from the baseline"),
    "what": ("Wat er anders is", "What differs"),
    "key": ("Kerncijfers", "Key figures"),
    "t_key": (
        "Van de {count} kerncijfers zijn er, vergeleken met A, {parts}",
        "Of the {count} key figures, compared with A, {parts}",
    ),
    "t_key_part": (
        "in {letter} {better} duidelijk beter en {worse} duidelijk slechter",
        "in {letter} {better} are clearly better and {worse} clearly worse",
    ),
    "key_note": (
        "n = {count}; {first} tot en met {last}; ‘einde’ is {last}. Verschil met A met 90%-interval, paar voor paar. "
        "Sommige kerncijfers hangen samen, dus hun aantal is geen maat voor hoeveel er verandert. Vol: op een dag meer "
        "dan {full} mensen zonder plek",
        "n = {count}; {first} to {last}; ‘end’ is {last}. Difference from A with its 90% interval, pair by pair. Some "
        "key figures go together, so their number does not measure how much changes. Full: more than {full} people "
        "without a place on a day",
    ),
    "measure": ("maat", "measure"),
    "unit": ("eenheid", "unit"),
    "scenario": ("scenario", "scenario"),
    "mean": ("gemiddeld", "mean"),
    "difference": ("verschil met A", "difference from A"),
    "interval": ("90%-interval", "90% interval"),
    "low": ("laag", "low"),
    "high": ("hoog", "high"),
    "verdict": ("oordeel", "verdict"),
    "better": ("beter", "better"),
    "worse": ("slechter", "worse"),
    "higher": ("hoger", "higher"),
    "lower": ("lager", "lower"),
    "unclear": ("geen duidelijk verschil", "no clear difference"),
    "equal": ("gelijk", "equal"),
    "few": ("te weinig replicaties", "too few replications"),
    "reference": ("vergelijkingspunt", "reference"),
    "range": ("{low} tot {high}", "{low} to {high}"),
    "t_more": (
        "in {letter} {figure} {unit} meer dan in A (90%-interval {low} tot {high})",
        "in {letter} {figure} {unit} more than in A (90% interval {low} to {high})",
    ),
    "t_less": (
        "in {letter} {figure} {unit} minder dan in A (90%-interval {low} tot {high})",
        "in {letter} {figure} {unit} fewer than in A (90% interval {low} to {high})",
    ),
    "t_equal": ("{letters} gelijk aan A", "{letters} equal to A"),
    "t_unclear": ("van {letters} geen duidelijk verschil met A", "no clear difference of {letters} from A"),
    "t_few": (
        "voor {letters} nog te weinig replicaties voor een interval",
        "too few replications yet for an interval for {letters}",
    ),
    "and": ("en", "and"),
    "alt": ("Lijnen per maand voor {count} scenario’s. {finding}", "Lines per month for {count} scenarios. {finding}"),
    "split": ("Waardoor komt het verschil?", "What causes the difference?"),
    "split_intro": (
        "Het verschil tussen twee scenario’s, verdeeld over de knoppen die anders staan. De delen tellen op tot het "
        "verschil. Elke combinatie van knoppen wordt doorgerekend, met hoogstens {most} knoppen.",
        "The difference between two scenarios, divided over the levers that differ. The parts add up to the "
        "difference. Every combination of levers is run, with at most {most} levers.",
    ),
    "from": ("van", "from"),
    "to": ("naar", "to"),
    "split_go": ("Splits de oorzaak", "Split the cause"),
    "split_same": ("Deze twee scenario’s hebben geen knop die anders staat.",
                   "These two scenarios have no lever that differs."),
    "split_many": (
        "Tussen {a} en {b} verschillen {count} knoppen; splitsen kan met hoogstens {most} knoppen.",
        "Between {a} and {b} {count} levers differ; a split takes at most {most}.",
    ),
    "split_size": ("{count} knoppen: {runs} combinaties van {n} replicaties.",
                   "{count} levers: {runs} combinations of {n} replications."),
    "split_size_one": ("1 knop: {runs} combinaties van {n} replicaties.",
                       "1 lever: {runs} combinations of {n} replications."),
    "split_cannot": ("Dit verschil is niet te splitsen: {problem}", "This difference cannot be split: {problem}"),
    "split_wait": ("Splitsen kan als de vergelijking klaar is.",
                   "A split is possible when the comparison is finished."),
    "split_progress": ("{done} van {total} combinaties", "{done} of {total} combinations"),
    "split_stopped": ("Gestopt na {done} van {total} combinaties.", "Stopped after {done} of {total} combinations."),
    "t_split": (
        "Het verschil tussen {a} en {b} in {what} komt vooral door ‘{lever}’: {part} ({low} tot {high}, 90%-interval) "
        "van {whole} {unit}",
        "The difference between {a} and {b} in {what} comes mostly from ‘{lever}’: {part} ({low} to {high}, 90% "
        "interval) of {whole} {unit}",
    ),
    "t_split_none": (
        "Tussen {a} en {b} verandert geen van deze maten",
        "None of these measures changes between {a} and {b}",
    ),
    "t_split_unclear": (
        "Geen knop verklaart aantoonbaar een verschil tussen {a} en {b}",
        "No lever demonstrably explains a difference between {a} and {b}",
    ),
    "split_note": (
        "n = {count}; streep: 90%-interval van het deel. Driehoek en ruit: gemiddelden",
        "n = {count}; line: 90% interval of the part. Triangle and diamond: means",
    ),
    "part": ("deel", "part"),
    "alone": ("alleen", "alone"),
    "last": ("als laatste", "as the last"),
    "lever": ("knop", "lever"),
    "together": ("samen", "together"),
    "split_why": (
        "Een deel is wat een knop gemiddeld toevoegt over alle volgordes. ‘Alleen’ is zijn effect zonder de andere "
        "knoppen, ‘als laatste’ zijn effect als de andere al zijn omgezet. Lopen die uiteen, dan hangen de knoppen "
        "van elkaar af.",
        "A part is what a lever adds on average over all orders. ‘Alone’ is its effect without the other levers, ‘as "
        "the last’ its effect when the others are turned already. Where these differ, levers depend on each other.",
    ),
    "report": ("Rapport en tabellen", "Report and tables"),
    "report_intro": (
        "Eén pagina om door te sturen, met bevindingen, grafieken, knoppen en bronnen; en alle tabellen.",
        "One page to send on, with findings, charts, levers and sources; and all tables.",
    ),
    "report_nl": ("Rapport, Nederlands (HTML)", "Report, Dutch (HTML)"),
    "report_en": ("Rapport, Engels (HTML)", "Report, English (HTML)"),
    "tables_xlsx": ("Tabellen (XLSX)", "Tables (XLSX)"),
    "tables_csv": ("Tabellen (CSV, zip)", "Tables (CSV, zip)"),
    "tables_parquet": ("Tabellen (Parquet, zip)", "Tables (Parquet, zip)"),
    "keep": ("Scenario’s bewaren en openen", "Save and open scenarios"),
    "keep_intro": (
        "Het scenario uit de zijbalk kunt u downloaden als bestand, of op deze server bewaren onder een code. Wie de "
        "code heeft, kan het scenario openen; wat bewaard is, verandert niet meer. Een geladen bestand krijgt ook "
        "zo’n code, zodat de link van deze pagina blijft werken.",
        "Download the scenario of the sidebar as a file, or keep it on this server under a code. Whoever has the code "
        "can open the scenario; what is kept does not change any more. A loaded file gets such a code too, so that "
        "the link of this page keeps working.",
    ),
    "download": ("Download scenario (YAML)", "Download scenario (YAML)"),
    "keep_go": ("Bewaar onder een code", "Keep under a code"),
    "kept": ("Bewaard onder code **{code}**. Link: {link}", "Kept under code **{code}**. Link: {link}"),
    "upload": ("Scenariobestand (YAML)", "Scenario file (YAML)"),
    "upload_go": ("Voeg het bestand toe", "Add the file"),
    "upload_none": ("Kies eerst een bestand.", "Choose a file first."),
    "code": ("Code", "Code"),
    "code_go": ("Open de code", "Open the code"),
    "refused": ("Er is niets overgenomen. {problem}", "Nothing was applied. {problem}"),
    "disk": ("Deze server kan nu niets bewaren; download het scenario als bestand.",
             "This server cannot keep anything now; download the scenario as a file."),
    "added": ("‘{title}’ is toegevoegd.", "‘{title}’ was added."),
    "full": ("Er zijn al {most} scenario’s gekozen; haal er eerst een weg.",
             "{most} scenarios are chosen already; remove one first."),
    "put": ("Scenario naar de zijbalk", "Scenario to the sidebar"),
    "put_go": ("Overnemen in de knoppen", "Apply to the levers"),
    "put_cannot": (
        "Dit scenario kan niet in de knoppen worden overgenomen, omdat het een {what} heeft; vergelijk het op deze "
        "pagina.",
        "This scenario cannot be applied to the levers, because it has {what}; compare it on this page.",
    ),
    "put_start": ("andere begindatum", "another start date"),
    "put_seed": ("ander zaad", "another seed"),
    "put_lost": ("Dit scenario is niet meer te vinden.", "This scenario can no longer be found."),
}  # fmt: skip


def word(key: str, **values: object) -> str:
    """A text of this page in the language of the visitor."""
    return pick(TEXTS, key, **values)


# --- which scenarios --------------------------------------------------------------------------------------------------


def _own() -> Scenario | None:
    """The scenario of the sidebar; None when its settings are not allowed."""
    try:
        return levers_sidebar.chosen()
    except WrongInput:
        return None


def _baseline() -> Scenario:
    """The baseline of the period of the sidebar."""
    return baseline_of(_own() or levers_sidebar.without_settings())


def _found(token: str) -> Scenario | None:
    """The scenario that a word of the link stands for; None when there is none."""
    if token == OWN:
        return _own()
    if token == BASE:
        nl, en = charts_texts()["baseline"]
        return _baseline().model_copy(update={"title": nl, "title_en": en})
    if token in ready_names():
        return load_scenario(token)
    try:
        return KeptScenarios().get(token)
    except WrongInput:
        return None


def _usual_choice() -> tuple[str, ...]:
    own, usual = _own(), _baseline()
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
            KeptScenarios().get(code)
            tokens = list(dict.fromkeys([*(tokens or [BASE]), read_code(code)]))
        except WrongInput as error:
            told.append(refusal(error))
    tokens = list(dict.fromkeys(tokens))
    lost = [token for token in tokens if token != OWN and _found(token) is None]
    if lost:
        told.append(word("unknown", what=", ".join(token[:40] for token in lost)))
    tokens = [token for token in tokens if token not in lost]
    if len(tokens) > MOST:
        told.append(word("too_many", most=MOST))
    st.session_state["_compare"] = tuple(tokens[:MOST]) if tokens else _usual_choice()
    st.session_state["_compare_told"] = tuple(told)
    st.session_state["_compare_codes"] = tuple(token for token in tokens if CODE.fullmatch(token))


def _label(token: str) -> str:
    scenario = _found(token)
    if scenario is None:
        return token
    title = title_of(scenario, language())
    if token == OWN:
        return word("own", title=title if title != "Eigen scenario" else say("name_placeholder"))
    return word("with_code", title=title, code=token) if CODE.fullmatch(token) else title


def _took() -> None:
    st.session_state["_compare"] = tuple(st.session_state["_compare_pick"])
    st.session_state["_compare_told"] = ()


def _wrong_own() -> tuple[str, ...]:
    """Says what is wrong with the settings of the sidebar; returns the words of the link that then do not count."""
    try:
        levers_sidebar.chosen()
    except WrongInput as error:
        st.error(f"{say('wrong_settings', problem=literal(error.sentence))} {word('own_wrong')}")
        return (OWN,)
    return ()


def _choose() -> tuple[str, ...]:
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
    labels = {token: _label(token) for token in options}
    if tuple(st.session_state.get("_compare_pick", ())) != chosen:
        st.session_state["_compare_pick"] = list(chosen)
    st.multiselect(
        word("choose"), options, format_func=lambda token: labels[token], key="_compare_pick", max_selections=MOST,
        placeholder=word("choose_hint"), on_change=_took,
    )  # fmt: skip
    text = ",".join(named)  # the scenario of the sidebar comes back when its settings are allowed again
    if st.query_params.get(LINK) != text:
        st.query_params[LINK] = text
    if CODE_LINK in st.query_params:
        del st.query_params[CODE_LINK]
    return chosen


# --- saving and opening -------------------------------------------------------------------------------------------


def _add(scenario: Scenario) -> None:
    code = KeptScenarios().keep(scenario)
    chosen = st.session_state["_compare"]
    if code not in chosen and len(chosen) >= MOST:
        st.session_state["_compare_news"] = ("error", word("full", most=MOST))
        return
    codes = dict.fromkeys([*st.session_state.get("_compare_codes", ()), code])
    st.session_state["_compare_codes"] = tuple(codes)[-MOST_CODES:]
    st.session_state["_compare"] = tuple(dict.fromkeys([*chosen, code]))
    st.session_state["_compare_news"] = ("success", word("added", title=literal(scenario.title)))


def _refuse(error: WrongInput | CannotWrite) -> None:
    # The sentence of a disk names a folder of the server, which is nobody's business.
    problem = word("disk") if isinstance(error, CannotWrite) else literal(refusal(error))
    st.session_state["_compare_news"] = ("error", word("refused", problem=problem))


def _keep_own() -> None:
    try:
        code = KeptScenarios().keep(levers_sidebar.chosen())
    except (WrongInput, CannotWrite) as error:
        _refuse(error)
        return
    here = str(getattr(st.context, "url", "") or "").split("?")[0]
    link = f"{here}?{CODE_LINK}={code}&lang={language()}"
    st.session_state["_compare_news"] = ("success", word("kept", code=code, link=f"`{link}`"))


def _add_file() -> None:
    upload = st.session_state.get("_compare_file")
    if upload is None:
        st.session_state["_compare_news"] = ("error", word("upload_none"))
        return
    try:
        _add(check_text(upload.getvalue()[: LARGEST_UPLOAD + 1], upload.name))
    except (WrongInput, CannotWrite) as error:
        _refuse(error)


def _add_code() -> None:
    try:
        _add(KeptScenarios().get(st.session_state.get("_compare_code") or ""))
    except (WrongInput, CannotWrite) as error:
        _refuse(error)


def _does_not_fit(scenario: Scenario) -> str:
    """Which part of a scenario has no place in the sidebar, as a key of a text; empty when all has."""
    if scenario.from_day != scenario.first_day:
        return "put_start"
    return "put_seed" if scenario.seed != DEFAULT_SEED else ""


def _put() -> None:
    scenario = _found(st.session_state.get("_compare_put") or BASE)
    if scenario is None:
        st.session_state["_compare_news"] = ("error", word("put_lost"))
    elif what := _does_not_fit(scenario):
        st.session_state["_compare_news"] = ("error", word("put_cannot", what=word(what)))
    else:
        levers_sidebar.put_scenario(scenario)


def _saving(tokens: Sequence[str]) -> None:
    news = st.session_state.pop("_compare_news", None)
    if news:
        (st.success if news[0] == "success" else st.error)(news[1])
    with st.expander(word("keep")):
        st.write(word("keep_intro"))
        own = _own()
        if own is not None:
            with st.container(horizontal=True):
                st.download_button(
                    word("download"), file_text(own).encode(), file_name=f"{own.name}.yaml", mime="application/yaml",
                    on_click="ignore", key="_compare_yaml",
                )  # fmt: skip
                st.button(word("keep_go"), key="_compare_keep", on_click=_keep_own)
        left, right = st.columns(2)
        with left:
            st.file_uploader(word("upload"), type=["yaml", "yml"], key="_compare_file")
            st.button(word("upload_go"), key="_compare_upload", on_click=_add_file)
        with right:
            st.text_input(word("code"), key="_compare_code", max_chars=16, on_change="ignore")
            st.button(word("code_go"), key="_compare_open", on_click=_add_code)
            others = [token for token in tokens if token != OWN]
            if others:
                labels = {token: _label(token) for token in others}
                st.selectbox(
                    word("put"), others, format_func=lambda token: labels[token], key="_compare_put",
                    on_change="ignore",
                )  # fmt: skip
                st.button(word("put_go"), key="_compare_put_go", on_click=_put)


# --- the page ---------------------------------------------------------------------------------------------------------


def show() -> None:
    """Draw the page."""
    st.write(word("intro"))
    tokens = _choose()
    _saving(tokens)
    found = [(token, _found(token)) for token in tokens]
    chosen = [scenario for _, scenario in found if scenario is not None]
    if len(chosen) < FEWEST:
        st.info(word("too_few"))
        return
    try:
        scenarios = aligned(chosen)
    except WrongInput as error:
        st.error(word("cannot", problem=literal(refusal(error))))
        return
    names = [_label(token) for token, scenario in found if scenario is not None]
    _differences(scenarios, names)
    jobs = _jobs(scenarios)
    shown = running.step_of(jobs)
    if not shown:
        st.info(say("nothing_yet"))
        return
    keys = tuple(job.key for job in jobs)
    made_of = made(keys, shown, tuple(names), language(), charts.dark(), scenarios, jobs)
    _key_figures(made_of[0], shown, jobs)
    for picture in made_of[1]:
        charts.figure(picture)
    _split(scenarios, all(job.state == "done" for job in jobs))
    _report(scenarios, jobs, shown)


def _unique(scenarios: Sequence[Scenario]) -> list[Scenario]:
    return list({job_key(scenario): scenario for scenario in scenarios}.values())


def _jobs(scenarios: Sequence[Scenario]) -> list[Job]:
    """One job per scenario; scenarios that compute the same share theirs."""
    unique = _unique(scenarios)
    busy = _splitting(scenarios) is not None
    jobs = running.look(unique) if busy else running.asked(unique, PLACE)
    if busy and not all(job.state == "done" for job in jobs):
        st.session_state.pop("_split", None)
        busy = False
        jobs = running.want(unique)
    if not busy:
        running.follow(unique, jobs, PLACE)
    by_key = {job.key: job for job in jobs}
    return [by_key[job_key(scenario)] for scenario in scenarios]


def _differences(scenarios: Sequence[Scenario], names: Sequence[str]) -> None:
    items = []
    for letter, scenario, name in zip(LETTERS, scenarios, names, strict=False):
        lines = setting_lines(scenario)
        told = "; ".join(line.replace("**", "") for line in lines) if lines else word("nothing_differs")
        items.append(f"- **{letter}** · {literal(name)}: {literal(told)}")
    with st.expander(word("what"), expanded=len(items) <= 3):
        st.markdown("\n".join(items))
    by_key: dict[str, list[str]] = {}
    for letter, scenario in zip(LETTERS, scenarios, strict=False):
        by_key.setdefault(job_key(scenario), []).append(letter)
    for letters in by_key.values():
        if len(letters) > 1:
            st.info(word("same", letters=_joined(letters, language())))


def _joined(parts: Sequence[str], spoken: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {in_language(TEXTS, 'and', spoken)} {parts[-1]}"


# --- key figures and charts -------------------------------------------------------------------------------------------

KeyFigures = tuple[str, Table, str]


@st.cache_resource(max_entries=120, show_spinner=False)
def made(
    keys: tuple[str, ...], count: int, names: tuple[str, ...], spoken: str, is_dark: bool,
    _scenarios: Sequence[Scenario], _jobs: Sequence[Job],
) -> tuple[KeyFigures, tuple[Picture, ...]]:  # fmt: skip
    """Key figures and charts of a choice; known by the keys of the jobs and the names, never by their content."""
    result = _comparison(_scenarios, _jobs, count)
    colours = charts.PALETTES["dark" if is_dark else "light"]
    return _key_table(result, names, spoken, colours), tuple(
        _chart(result, names, measure, outcome, spoken, colours) for measure, outcome in CHARTS.items()
    )


def _comparison(scenarios: Sequence[Scenario], jobs: Sequence[Job], count: int) -> Comparison:
    runs = [run for run in (job.result(count) for job in jobs) if run is not None]
    return comparison_of(scenarios, runs)


def verdict(row: Difference) -> str:
    """Which text says what a difference is worth."""
    if row.band.mean == row.band.low == row.band.high == 0.0:
        return "equal"
    if row.band.low != row.band.low:
        return "few"
    if not row.clear:
        return "unclear"
    if row.better == "neither":
        return "higher" if row.band.mean > 0 else "lower"
    return "better" if (row.band.mean > 0.0) == (row.better == "higher") else "worse"


def _key_table(result: Comparison, names: Sequence[str], spoken: str, colours: Any) -> KeyFigures:
    """The sentence, the table as a file and the table as HTML."""
    labels = outcome_words()

    def text(key: str, **values: object) -> str:
        return in_language(TEXTS, key, spoken, **values)

    rows: list[tuple[str | float | None, ...]] = []
    body, tally = [], {letter: [0, 0] for letter in LETTERS[1 : len(names)]}
    tones = {"better": colours["series_3"], "worse": colours["published"]}
    for outcome in KEY_OUTCOMES:
        nl, en, unit, _ = labels[outcome]
        label = en if spoken == "en" else nl
        shown_unit = table_unit_text(unit, spoken, compared=True)
        differences = [result.difference(outcome, (0, place)) for place in range(1, len(names))]
        means = [differences[0].mean_a, *(row.mean_b for row in differences)]
        mean_texts = figures_text(means, unit, spoken)
        for place, letter in enumerate(LETTERS[: len(names)]):
            mean = means[place]
            unit_line = f"<br><small>{html.escape(shown_unit)}</small>"
            head = f"<th scope='rowgroup' rowspan='{len(names)}'>{html.escape(label)}{unit_line}</th>"
            cells = [head] if place == 0 else []
            cells.append(f"<th scope='row'><b>{letter}</b> <span>{html.escape(_short(names[place]))}</span></th>")
            cells.append(f"<td class='n'>{mean_texts[place]}</td>")
            if place == 0:
                cells.append(
                    f"<td class='n'>{numbers.NONE}</td><td class='n i'>{numbers.NONE}</td><td>{text('reference')}</td>"
                )
                rows.append((label, shown_unit, f"{letter}: {names[place]}", mean, None, None, None, text("reference")))
            else:
                row = differences[place - 1]
                said = verdict(row)
                if said in ("better", "worse"):
                    tally[letter][said == "worse"] += 1
                more, low, high = figures_text([row.band.mean, row.band.low, row.band.high], unit, spoken, signed=True)
                ends = text("range", low=low, high=high)
                tone = f" style='color:{tones[said]};font-weight:600'" if said in tones else ""
                cells += [
                    f"<td class='n'>{more}<small>{ends}</small></td>",
                    f"<td class='n i'>{ends}</td>",
                    f"<td{tone}>{text(said)}</td>",
                ]
                rows.append(
                    (label, shown_unit, f"{letter}: {names[place]}", mean, row.band.mean, row.band.low, row.band.high,
                     text(said))
                )  # fmt: skip
            body.append(f"<tr{' class=first' if place == 0 else ''}>" + "".join(cells) + "</tr>")
    parts = [text("t_key_part", letter=letter, better=better, worse=worse) for letter, (better, worse) in tally.items()]
    finding = text("t_key", count=len(KEY_OUTCOMES), parts="; ".join(parts)) + "."
    heads = ("measure", "unit", "scenario", "mean", "difference", "low", "high", "verdict")
    table = Table(tuple(text(head) for head in heads), tuple(rows), 4)
    columns = ("measure", "scenario", "mean", "difference", "interval", "verdict")
    first = "".join(f"<th scope='col'{HEADS.get(column, '')}>{text(column)}</th>" for column in columns)
    page = (
        "<style>.ds-key{overflow-x:auto}.ds-key table{border-collapse:collapse;width:100%;font-size:.875rem;"
        "font-variant-numeric:tabular-nums}.ds-key th,.ds-key td{padding:.25rem .6rem;text-align:left;font-weight:400;"
        "vertical-align:top}.ds-key .n{text-align:right;white-space:nowrap}.ds-key thead th,.ds-key b{font-weight:600}"
        ".ds-key tr.first>*{border-top:1px solid rgba(128,138,150,.6)}.ds-key td small{display:none}"
        # On a telephone the interval stands under the difference, and a letter stands for a scenario.
        "@media(max-width:640px){.ds-key table{font-size:.75rem}.ds-key th,.ds-key td{padding:.2rem .25rem}"
        ".ds-key thead th:nth-child(2){font-size:0}"
        ".ds-key td:last-child{hyphens:auto;overflow-wrap:anywhere;min-width:3.4rem}"
        ".ds-key tbody th span,.ds-key .i{display:none}.ds-key td small{display:block;white-space:normal}}</style>"
        f"<div class='ds-key' tabindex='0' role='region' aria-label='{html.escape(text('key'), quote=True)}'><table>"
        f"<thead><tr>{first}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )
    return finding, table, page


#: Column -> class of its head: figures to the right; the interval hides on a telephone.
HEADS = {"mean": " class=n", "difference": " class=n", "interval": " class='n i'"}


def _short(name: str, most: int = 34) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def _key_figures(found: KeyFigures, count: int, jobs: Sequence[Job]) -> None:
    finding, table, page = found
    result = jobs[0].result(count)
    first, last = ("", "") if result is None else (numbers.day(day, language()) for day in pictures.window(result))
    with st.container(border=True):
        st.markdown(f"### {finding}")
        note = word("key_note", count=count, first=first, last=last, full=numbers.figure(story.CROWD, language()))
        st.caption(f"**{say('provisional')}** · {note}" if count < 30 else note)
        st.html(page)
        st.download_button(
            say("csv"), lambda: charts.csv_bytes(table), file_name="doorstroom-kerncijfers.csv", mime="text/csv",
            on_click="ignore", key="load_csv_kerncijfers",
        )  # fmt: skip


def _finding(result: Comparison, outcome: str, spoken: str) -> str:
    """What an outcome does in every other scenario against A."""
    nl, en, unit, _ = outcome_words()[outcome]

    def text(key: str, **values: object) -> str:
        return in_language(TEXTS, key, spoken, **values)

    parts, rest = [], {"equal": [], "unclear": [], "few": []}  # type: ignore[var-annotated]
    for place in range(1, len(result.runs)):
        row = result.difference(outcome, (0, place))
        said = verdict(row)
        if said in rest:
            rest[said].append(LETTERS[place])
            continue
        low, high = sorted((abs(row.band.low), abs(row.band.high)))
        values = [numbers.round_off(value) if unit != "share" else value for value in (abs(row.band.mean), low, high)]
        figures = dict(zip(("figure", "low", "high"), figures_text(values, unit, spoken), strict=True))
        kind = "t_more" if row.band.mean > 0 else "t_less"
        parts.append(text(kind, letter=LETTERS[place], unit=difference_unit_text(unit, spoken), **figures))
    parts += [text(f"t_{said}", letters=_joined(letters, spoken)) for said, letters in rest.items() if letters]
    return f"{en if spoken == 'en' else nl}: {'; '.join(parts)}."


def _chart(
    result: Comparison, names: Sequence[str], measure: str, outcome: str, spoken: str, colours: Any
) -> Picture:  # fmt: skip
    finding = _finding(result, outcome, spoken)
    lines = [
        pictures.lines(run, None, (measure,), published=None if place else measure)
        for place, run in enumerate(result.runs)
    ]
    days = [day.isoformat() for day in lines[0].days]
    series = [f"{letter}: {_short(name)}" for letter, name in zip(LETTERS, names, strict=False)]
    dots = lines[0].dots
    spec = compare_chart(days, series, [one.baseline for one in lines], spoken, colours, dots)
    alt = in_language(TEXTS, "alt", spoken, count=len(names), finding=finding)
    heads = [in_language(charts_texts(), "date", spoken)]
    published = {dot.day.isoformat(): dot.value for dot in dots}
    columns: list[dict[str, float]] = []
    for name, one in zip(series, lines, strict=True):
        for place, part in enumerate(("mean", "low", "high")):
            heads.append(f"{name}, {in_language(TEXTS, part, spoken)}")
            columns.append(dict(zip(days, one.baseline[place].tolist(), strict=True)))
    if published:
        heads.append(in_language(charts_texts(), "published", spoken))
        columns.append(published)
    rows = tuple((day, *(column.get(day) for column in columns)) for day in sorted({*days, *published}))
    cases = measure == "pending_decisions" and bool(dots)  # what is published is counted in cases
    unit = in_language(charts_texts(), "persons_cases" if cases else "persons", spoken)
    heading = f"{label_of(SERIES_LABELS, measure, spoken)} ({unit})"
    return Picture(
        f"vergelijk-{measure}", finding, result.count, (Panel(heading, spec, alt),), Table(tuple(heads), rows),
        sources=tuple(dict.fromkeys(dot.source for dot in dots)),
    )  # fmt: skip


def charts_texts() -> dict[str, tuple[str, str]]:
    """The texts of the shell, for words that pictures share."""
    from app_pages.texts import TEXTS as shell

    return shell


def compare_chart(
    days: Sequence[str], names: Sequence[str], found: Sequence[Any], spoken: str, colours: Any,
    dots: Sequence[pictures.Dot] = (), height: int = 280,
) -> charts.Spec:  # fmt: skip
    """Lines with bands for up to six scenarios, each with its own colour, dash and marker, and published dots."""
    rows = [
        {"d": day, "s": name, "m": charts._plain(one[0][place]), "l": charts._plain(one[1][place]),
         "h": charts._plain(one[2][place]), "t": (place + 2 * order) % 6 == 0}
        for order, (name, one) in enumerate(zip(names, found, strict=True))
        for place, day in enumerate(days)
    ]  # fmt: skip
    told = in_language(charts_texts(), "published", spoken)
    styles = (*STYLES[: len(names)], *([PUBLISHED_STYLE] if dots else []))
    domain = [*names, *([told] if dots else [])]

    def scale(values: list[Any]) -> charts.Spec:
        return {"field": "s", "type": "nominal", "title": None, "scale": {"domain": domain, "range": values}}

    colour = scale([colours[role] for role, _, _ in styles])
    x = {"field": "d", "type": "temporal", "title": None,
         "axis": {"format": "%b %Y", "labelOverlap": True, "grid": False,
                  "tickCount": {"interval": "month", "step": 6}}}  # fmt: skip
    axis = {"format": ",.0f", "tickCount": 5}
    y = {"field": "m", "type": "quantitative", "title": None, "axis": axis, "scale": {"zero": True}}
    tips = [
        {"field": "d", "type": "temporal", "title": in_language(charts_texts(), "date", spoken), "format": "%e %B %Y"},
        {"field": "s", "title": in_language(charts_texts(), "series", spoken)},
        *({"field": field, "type": "quantitative", "title": in_language(TEXTS, key, spoken), "format": ",.0f"}
          for field, key in (("m", "mean"), ("l", "low"), ("h", "high"))),
    ]  # fmt: skip
    legend = {
        "orient": "top",
        "columns": 1,
        "direction": "horizontal",
        "symbolSize": 90,
        "symbolStrokeWidth": 0,
        "symbolOpacity": 1,
    }
    published: list[charts.Spec] = [
        {"data": {"values": [{"d": dot.day.isoformat(), "m": dot.value, "s": told} for dot in dots]},
         "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
         "encoding": {"x": x, "y": y, "color": colour | {"legend": legend},
                      "shape": scale([shape for _, _, shape in styles]) | {"legend": legend}, "tooltip": tips[:3]}}
    ] if dots else []  # fmt: skip
    return {
        "data": {"values": rows},
        "width": "container",
        "height": height,
        "layer": [
            {"mark": {"type": "area", "opacity": 0.14 if len(names) <= 3 else 0.08},
             "encoding": {"x": x, "y": {"field": "l", "type": "quantitative", "title": None, "axis": axis},
                          "y2": {"field": "h"}, "color": colour | {"legend": legend}}},
            {"mark": {"type": "line", "strokeWidth": 2.2},
             "encoding": {"x": x, "y": y, "color": colour | {"legend": legend},
                          "strokeDash": scale([list(dash) for _, dash, _ in styles]) | {"legend": legend},
                          "tooltip": tips}},
            {"transform": [{"filter": "datum.t"}],
             "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
             "encoding": {"x": x, "y": y, "color": colour | {"legend": legend},
                          "shape": scale([shape for _, _, shape in styles]) | {"legend": legend}, "tooltip": tips}},
            *published,
        ],
        "config": charts.config(spoken, colours),
        "padding": {"left": 4, "right": 12, "top": 0, "bottom": 4},
    }  # fmt: skip


# --- the split of the cause -------------------------------------------------------------------------------------------


def _splitting(scenarios: Sequence[Scenario]) -> tuple[int, int] | None:
    """The two scenarios, by place, of which a split is being computed and shown; None when there is none."""
    asked = st.session_state.get("_split")
    if asked is None or asked[0] != tuple(job_key(scenario) for scenario in scenarios):
        return None
    return asked[1], asked[2]


def _ask(keys: tuple[str, ...]) -> None:
    places = [LETTERS.index(st.session_state[f"_split_{end}"]) for end in ("a", "b")]
    st.session_state["_split"] = (keys, *places)
    st.session_state.pop("_split_stopped", None)


def _split(scenarios: Sequence[Scenario], complete: bool) -> None:
    with st.container(border=True):
        st.markdown(f"### {word('split')}")
        st.caption(word("split_intro", most=MOST_FACTORS))
        letters = list(LETTERS[: len(scenarios)])
        left, right, button = st.columns([1, 1, 2], vertical_alignment="bottom")
        for column, end, place in ((left, "a", 0), (right, "b", 1)):
            if st.session_state.get(f"_split_{end}") not in letters:
                st.session_state[f"_split_{end}"] = letters[place]
            column.selectbox(word("from" if end == "a" else "to"), letters, key=f"_split_{end}")
        a, b = (letters.index(st.session_state[f"_split_{end}"]) for end in ("a", "b"))
        try:
            factors, combinations = split_scenarios(scenarios[a], scenarios[b])
            problem = "" if factors else word("split_same")
        except WrongInput:
            count = len(_differing(scenarios[a], scenarios[b]))
            problem = word("split_many", a=letters[a], b=letters[b], count=count, most=MOST_FACTORS)
        if problem:
            st.info(problem)
            return
        size = "split_size_one" if len(factors) == 1 else "split_size"
        st.caption(word(size, count=len(factors), runs=len(combinations), n=SPLIT_COUNT))
        button.button(
            word("split_go"), key="_split_go", on_click=_ask, disabled=not complete,
            args=(tuple(job_key(scenario) for scenario in scenarios),),
        )  # fmt: skip
        if not complete:
            st.caption(word("split_wait"))
        if _splitting(scenarios) != (a, b):
            return
        done = _split_progress(combinations)
    if done is not None:
        for_split = split_picture(
            tuple(job_key(one, SPLIT_COUNT) for one in combinations), letters[a], letters[b], language(),
            charts.dark(), factors, done, scenarios[a],
        )  # fmt: skip
        charts.figure(for_split)


def _differing(a: Scenario, b: Scenario) -> list[str]:
    settings = [dict(one.levers) | dict(one.uncertainties) for one in (a, b)]
    return [name for name in {**settings[0], **settings[1]} if settings[0].get(name) != settings[1].get(name)]


Worth = dict[str, list[float]]


@st.cache_resource(max_entries=1_000, show_spinner=False)
def _counted(key: str, _scenario: Scenario) -> tuple[Worth, list[int]]:
    """The outcomes of one combination per replication, and their draws. Raises LookupError while it is not done."""
    (job,) = running.look([_scenario], SPLIT_COUNT)
    run = job.result() if job.state == "done" else None
    if run is None:
        raise LookupError(job.problem if job.state == "failed" else key)
    return {name: run.outcome(name).tolist() for name in USUAL_OUTCOMES}, run.draws.tolist()


def _gathered(combinations: Sequence[Scenario]) -> tuple[list[tuple[Worth, list[int]] | None], list[Scenario]]:
    found: list[tuple[Worth, list[int]] | None] = []
    open_ones = []
    for scenario in combinations:
        try:
            found.append(_counted(job_key(scenario, SPLIT_COUNT), scenario))
        except LookupError:
            found.append(None)
            open_ones.append(scenario)
    return found, open_ones


def _split_progress(combinations: Sequence[Scenario]) -> list[tuple[Worth, list[int]]] | None:
    """Ask for what is not done, a few at a time, and show how far it is; everything when it is done."""
    found, open_ones = _gathered(combinations)
    if not open_ones:
        return [one for one in found if one is not None]
    key = tuple(job_key(one, SPLIT_COUNT) for one in combinations)
    halted = st.session_state.get("_split_stopped") == key

    @st.fragment(run_every=None if halted else running.LOOK_EVERY)
    def look() -> None:
        _, left = _gathered(combinations)
        total, done = len(combinations), len(combinations) - len(left)
        columns = st.columns([5, 1], vertical_alignment="center")
        if halted:
            columns[0].write(word("split_stopped", done=done, total=total))
            if columns[1].button(say("go_on"), key="_split_go_on", width="stretch"):
                st.session_state.pop("_split_stopped", None)
                st.rerun(scope="app")
            return
        jobs = running.want(left[:SPLIT_AT_ONCE], SPLIT_COUNT) if left else ()
        failed = [refusal(job.refusal) for job in jobs if job.state == "failed" and job.refusal]
        if failed:
            st.error(say("failed", problem=literal(failed[0])))
            return
        part = sum(job.done / job.total for job in jobs)
        columns[0].progress((done + part) / total, text=word("split_progress", done=done, total=total))
        if columns[1].button(say("stop"), key="_split_stop", width="stretch"):
            running.registry().stop(running.session())
            st.session_state["_split_stopped"] = key
            st.rerun(scope="app")
        if not left:
            st.rerun(scope="app")

    look()
    return None


@st.cache_resource(max_entries=60, show_spinner=False)
def split_picture(
    keys: tuple[str, ...], a: str, b: str, spoken: str, is_dark: bool, _factors: Sequence[Factor],
    _found: Sequence[tuple[Worth, list[int]]], _first: Scenario,
) -> Picture:  # fmt: skip
    """The parts of the difference per outcome; known by the combinations and the letters."""
    import numpy as np

    draws = np.array(_found[0][1], dtype=np.int64)
    values = [{name: np.array(row, dtype=np.float64) for name, row in worth.items()} for worth, _ in _found]
    splits = split_of(_factors, values, draws)
    colours = charts.PALETTES["dark" if is_dark else "light"]
    rows = {row.name: row for row in lever_rows(_first.period)}
    names = [rows[one.name].label_en if spoken == "en" else rows[one.name].label_nl for one in _factors]
    panels, table = [], []
    for one in splits:
        nl, en, unit, _ = outcome_words()[one.outcome]
        label, shown_unit = en if spoken == "en" else nl, difference_unit_text(unit, spoken)
        marks = [
            charts.DotSeries(in_language(TEXTS, "part", spoken), "scenario", "circle",
                             [(bar.mean, _known(bar.low), _known(bar.high)) for bar in one.bars]),
            charts.DotSeries(in_language(TEXTS, "alone", spoken), "series_3", "triangle-up",
                             [(bar.alone, None, None) for bar in one.bars]),
            charts.DotSeries(in_language(TEXTS, "last", spoken), "series_4", "diamond",
                             [(bar.last, None, None) for bar in one.bars]),
        ]  # fmt: skip
        spec = charts.dots_chart(names, marks, shown_unit, spoken, colours)
        whole, *parts = figures_text([one.difference, *(bar.mean for bar in one.bars)], unit, spoken, signed=True)
        told = "; ".join(f"{name} {part}" for name, part in zip(names, parts, strict=True))
        panels.append(Panel(f"{label}: {whole} {shown_unit}", spec, f"{label}, {a} – {b}: {told}"))
        table += [
            (label, name, bar.mean, bar.low, bar.high, bar.alone, bar.last)
            for name, bar in zip(names, one.bars, strict=True)
        ]
        table.append((label, in_language(TEXTS, "together", spoken), one.difference, one.low, one.high, None, None))
    heads = tuple(
        in_language(TEXTS, key, spoken) for key in ("measure", "lever", "part", "low", "high", "alone", "last")
    )
    return Picture(
        "oorzaak", _split_finding(splits, names, a, b, spoken), len(draws), tuple(panels), Table(heads, tuple(table)),
        (in_language(TEXTS, "split_why", spoken),), basis=in_language(TEXTS, "split_note", spoken, count=len(draws)),
    )  # fmt: skip


def _split_finding(splits: Sequence[Split], names: Sequence[str], a: str, b: str, spoken: str) -> str:
    """The largest bar of the first outcome whose difference and bar both leave out nought."""
    if not any(one.difference for one in splits):
        return in_language(TEXTS, "t_split_none", spoken, a=a, b=b) + "."
    for one in splits:
        clear = [place for place, bar in enumerate(one.bars) if pictures.is_clear(bar)]
        if not clear or not pictures.is_clear(one):
            continue
        place = max(clear, key=lambda index: abs(one.bars[index].mean))
        bar = one.bars[place]
        nl, en, unit, _ = outcome_words()[one.outcome]
        label = en if spoken == "en" else nl
        part, low, high, whole = figures_text([bar.mean, bar.low, bar.high, one.difference], unit, spoken, signed=True)
        return (
            in_language(
                TEXTS, "t_split", spoken, a=a, b=b, what=f"{label[0].lower()}{label[1:]}", lever=names[place],
                part=part, low=low, high=high, whole=whole, unit=difference_unit_text(unit, spoken),
            )
            + "."
        )  # fmt: skip
    return in_language(TEXTS, "t_split_unclear", spoken, a=a, b=b) + "."


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


# --- the report -------------------------------------------------------------------------------------------------------


def _report(scenarios: Sequence[Scenario], jobs: Sequence[Job], count: int) -> None:
    spoken = language()
    with st.container(border=True):
        st.markdown(f"### {word('report')}")
        st.caption(word("report_intro"))
        with st.container(horizontal=True):
            for code in LANGUAGES:  # a lambda keeps the values of its own round
                _file_button(f"report_{code}", f"rapport-{code}.html", "text/html",
                             lambda code=code: report_bytes(_comparison(scenarios, jobs, count), code))  # fmt: skip
            for kind, mime in (
                ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                ("csv", "application/zip"), ("parquet", "application/zip"),
            ):  # fmt: skip
                name = "vergelijking.xlsx" if kind == "xlsx" else f"vergelijking-{kind}.zip"
                _file_button(
                    f"tables_{kind}", name, mime,
                    lambda kind=kind: table_bytes(_comparison(scenarios, jobs, count), kind, spoken),
                )  # fmt: skip


def _file_button(key: str, name: str, mime: str, make: Callable[[], bytes]) -> None:
    st.download_button(
        word(key), make, file_name=f"doorstroom-{name}", mime=mime, on_click="ignore", key=f"_compare_{key}"
    )


def report_bytes(result: Comparison, spoken: str) -> bytes:
    """The page to send on, in one language."""
    from experiments.report import report_page

    return report_page(result, spoken).encode()  # type: ignore[arg-type]


def table_bytes(result: Comparison, kind: str, spoken: str) -> bytes:
    """All tables as one workbook, or as a zip of CSV or Parquet files."""
    from experiments.exports import comparison_tables, parquet_bytes, spreadsheet_files

    tables = comparison_tables(result, spoken)  # type: ignore[arg-type]
    if kind == "parquet":
        files = {f"{name}.parquet": parquet_bytes(one.rows) for name, one in tables.items()}
    else:
        made_files = spreadsheet_files("vergelijking", tables, spoken)  # type: ignore[arg-type]
        if kind == "xlsx":
            return made_files["vergelijking.xlsx"]
        files = {name: content for name, content in made_files.items() if name.endswith(".csv")}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()
