"""The page Gemeenten: who must house how many, who does, who is behind; per municipality and province.

Who acts: the visitor, who chooses a half-year and an area. Who waits: the visitor, for the same jobs as Doorrekenen.
What leaves: tiles of the provinces, bars, the effect of trading and key, and a table of all municipalities. What is
left out: a map with borders, and anything that differs within a municipality.

Rung and colour are what most replications end the half-year with, with the share that does.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from app_pages import charts, levers_sidebar, numbers, running
from app_pages.charts import DotSeries, Panel, Picture, Table
from app_pages.doorrekenen import one_column, target_series
from app_pages.texts import in_language, language, literal, pick, refusal, say
from experiments import areas, pictures
from experiments.areas import Areas
from experiments.jobs import Job, baseline_of, job_key
from experiments.observed import NATIONAL
from experiments.run import RunResult
from experiments.scenario import WrongInput

PLACE = "gemeenten"
HALF_LINK, AREA_LINK = "halfjaar", "gebied"
COUNTRY = "NL"
#: Most bars in a picture; the table has them all.
MOST_BARS = 25
#: How many of those who get more and of those who get less are drawn.
MOST_TRADED = 12

#: The provinces as tiles: column and row. A scheme made by hand, not a map.
TILES: dict[str, tuple[int, int]] = {
    "Friesland": (2, 0), "Groningen": (3, 0),
    "Noord-Holland": (1, 1), "Flevoland": (2, 1), "Drenthe": (3, 1),
    "Zuid-Holland": (0, 2), "Utrecht": (1, 2), "Gelderland": (2, 2), "Overijssel": (3, 2),
    "Zeeland": (0, 3), "Noord-Brabant": (1, 3), "Limburg": (2, 3),
}  # fmt: skip
#: Per colour: series colour of the palette and key of its words; its letter comes from the words.
COLOURS = (("scenario", "on_schedule"), ("published", "somewhat"), ("series_5", "behind_word"))
RUNGS = ("rung_0", "rung_1", "rung_2", "rung_3", "rung_4", "rung_5", "rung_6")

TEXTS: dict[str, tuple[str, str]] = {
    "intro": (
        "Taakstelling, realisatie en achterstand per provincie en gemeente. Het scenario komt uit de zijbalk.",
        "Target, realised and behind per province and municipality. The scenario comes from the sidebar.",
    ),
    "half_year": ("Halfjaar", "Half-year"),
    "area": ("Gebied", "Area"),
    "area_help": (
        "Typ om te zoeken. Een provincie toont haar gemeenten; een gemeente haar eigen verloop.",
        "Type to search. A province shows its municipalities; a municipality its own course.",
    ),
    "country": ("Nederland", "The Netherlands"),
    "province": ("{name} (provincie)", "{name} (province)"),
    "unknown": ("Dit staat in de link, maar is hier niet te vinden: {what}.",
                "This stands in the link, but cannot be found here: {what}."),
    "unfinished": (
        "De doorrekening eindigt binnen dit halfjaar; de cijfers gaan tot die dag.",
        "The run ends within this half-year; figures go up to that day.",
    ),
    "on_schedule": ("op schema", "on schedule"),
    "somewhat": ("iets achter", "somewhat behind"),
    "behind_word": ("achter", "behind"),
    "letter_on_schedule": ("S", "S"),
    "letter_somewhat": ("I", "W"),
    "letter_behind_word": ("A", "B"),
    "rung_0": ("geen", "none"),
    "rung_1": ("1 signaal", "1 signal"),
    "rung_2": ("2 informatie", "2 information"),
    "rung_3": ("3 afspraken", "3 agreements"),
    "rung_4": ("4 waarschuwing", "4 warning"),
    "rung_5": ("5 besluit", "5 decision"),
    "rung_6": ("6 indeplaatsstelling", "6 substitution"),
    "opening": ("beginstand", "opening"),
    "target": ("taakstelling", "target"),
    "realised": ("gehuisvest", "realised"),
    "behind": ("achterstand", "behind"),
    "rung": ("trede", "rung"),
    "colour": ("kleur", "colour"),
    "municipality": ("gemeente", "municipality"),
    "province_head": ("provincie", "province"),
    "difference": ("verschil", "difference"),
    "share": ("{words}, {share}", "{words}, {share}"),
    "m_on": ("gemeenten op schema", "municipalities on schedule"),
    "m_somewhat": ("gemeenten iets achter", "municipalities somewhat behind"),
    "m_behind": ("gemeenten achter", "municipalities behind"),
    "m_ladder": ("gemeenten op de ladder", "municipalities on the ladder"),
    "t_tiles": (
        "In het model hebben in {half} {count} van de 12 provincies de kleur ‘achter’",
        "In the model {count} of the 12 provinces have the colour ‘behind’ in the {half}",
    ),
    "t_tiles_diff": (", tegen {count} in de uitgangssituatie", ", compared with {count} in the baseline"),
    "t_tiles_most": (
        ". De grootste achterstand in personen heeft {name}: {figure}",
        ". Most persons behind has {name}: {figure}",
    ),
    "tiles_why": (
        "De kleur van een provincie volgt de regel voor gemeenten, op de som van haar gemeenten aan het eind van het "
        "halfjaar. Getoond is de kleur die in de meeste replicaties voorkomt. Letters: S op schema, I iets achter, A "
        "achter.",
        "The colour of a province follows the rule for municipalities, on the sum of its municipalities at the end of "
        "the half-year. Shown is the colour that occurs in most replications. Letters: S on schedule, W somewhat "
        "behind, B behind.",
    ),
    "tiles_scheme": (
        "De tegels zijn een schema, geen kaart. Het getal is de achterstand in personen; een minteken is voorsprong.",
        "The tiles are a scheme, not a map. The figure is the number of persons behind; a minus is ahead.",
    ),
    "tile_alt": ("Tegels van de provincies, {which}. {told}", "Tiles of the provinces, {which}. {told}"),
    "t_bars": (
        "{who} heeft in het model in {half} de grootste achterstand van {of}: {figure} personen",
        "In the model {who} is furthest behind of {of} in the {half}: {figure} persons",
    ),
    "t_bars_none": (
        "In het model loopt in {half} geen van {of} achter",
        "In the model none of {of} is behind in the {half}",
    ),
    "of_country": ("alle gemeenten", "all municipalities"),
    "of_province": ("de gemeenten in {name}", "the municipalities in {name}"),
    "bars_first": ("De {count} met de grootste achterstand", "The {count} furthest behind"),
    "bars_all": ("Achterstand", "Behind"),
    "mean_note": (
        "n = {count}; gemiddelden over de replicaties; getal: achterstand in personen; kleur: die in de meeste "
        "replicaties voorkomt. Verschillen tussen provincies kent het model maar ten dele; zie Onderbouwing",
        "n = {count}; means over replications; figure: persons behind; colour: the one of most replications. "
        "Differences between provinces the model knows in part only; see Foundations",
    ),
    "traded_note": ("n = {count}; gemiddelde taakstelling, scenario min uitgangssituatie",
                    "n = {count}; mean target, scenario less baseline"),
    "bars_marks": ("balk: scenario; ruit: uitgangssituatie", "bar: scenario; diamond: baseline"),
    "t_course": (
        "{who}: in het model zijn in {half} {realised} personen gehuisvest{difference}; de taakstelling is {target}",
        "{who}: in the model {realised} persons are housed in the {half}{difference}; the target is {target}",
    ),
    "t_course_behind": (" en de achterstand dan {figure}", " and it is then {figure} behind"),
    "t_course_ahead": (" en de voorsprong dan {figure}", " and it is then {figure} ahead"),
    "d_more": (
        ", {figure} meer dan in de uitgangssituatie (90%-interval {low} tot {high})",
        ", {figure} more than in the baseline (90% interval {low} to {high})",
    ),
    "d_less": (
        ", {figure} minder dan in de uitgangssituatie (90%-interval {low} tot {high})",
        ", {figure} fewer than in the baseline (90% interval {low} to {high})",
    ),
    "d_unclear": (
        "; het verschil in realisatie met de uitgangssituatie ligt tussen {low} en {high} (90%-interval)",
        "; the difference in realised from the baseline lies between {low} and {high} (90% interval)",
    ),
    "d_none": (", evenveel als in de uitgangssituatie", ", the same as in the baseline"),
    "d_few": ("; voor een interval op het verschil zijn er nog te weinig replicaties",
              "; too few replications yet for an interval on the difference"),
    "traded": (
        "Taakstelling van gemeenten: wie krijgt meer, wie minder",
        "Target of municipalities: who gets more, who less",
    ),
    "t_traded": (
        "In het model krijgen in {half} {more} gemeenten een hogere taakstelling dan in de uitgangssituatie en {less} "
        "een lagere",
        "In the model {more} municipalities get a higher target in the {half} than in the baseline and {less} a lower "
        "one",
    ),
    "t_traded_most": ("; de grootste verhoging krijgt {most}", "; {most} gets the largest rise"),
    "t_same": ("De som blijft gelijk: {figure} personen in beide.",
               "The sum stays the same: {figure} persons in both."),
    "t_not_same": (
        "De som verschilt: {usual} personen in de uitgangssituatie en {other} in het scenario. Dat komt niet door "
        "uitruil of sleutel, maar doordat de landelijke taakstelling zelf verschilt.",
        "The sum differs: {usual} persons in the baseline and {other} in the scenario. That is not due to trading or "
        "key: the national target itself differs.",
    ),
    "t_nobody": (
        "In {half} is de taakstelling van elke gemeente gelijk aan die in de uitgangssituatie",
        "In the {half} the target of every municipality equals that in the baseline",
    ),
    "traded_why": (
        "Uitruil en verdeelsleutel verdelen een vast landelijk getal anders; wat de een meer krijgt, krijgt een ander "
        "minder. Uitruil gebeurt elke maand, naar wat gemeenten nog kunnen huisvesten.",
        "Trading and key divide a fixed national number differently; what one gets more, another gets less. Trading "
        "happens every month, by what municipalities can still house.",
    ),
    "moved": ("Verschoven: {figure} personen.", "Moved: {figure} persons."),
    "need_scenario": (
        "Zet in de zijbalk een knop anders om te zien voor welke gemeenten de taakstelling verandert.",
        "Change a lever in the sidebar to see for which municipalities the target changes.",
    ),
    "table": ("Alle gemeenten", "All municipalities"),
    "search": ("Zoek een gemeente of provincie", "Search a municipality or province"),
    "sort": ("Sorteer op", "Sort by"),
    "sort_down": ("hoogste eerst", "highest first"),
    "sort_up": ("laagste eerst", "lowest first"),
    "order": ("Volgorde", "Order"),
    "name": ("naam", "name"),
    "found": ("{count} van {all} gemeenten", "{count} of {all} municipalities"),
    "table_note": (
        "Gemiddelden over de replicaties, in personen. Trede en kleur: getoond is wat aan het eind van het halfjaar "
        "in de meeste replicaties voorkomt, met hun aandeel.",
        "Means over replications, in persons. Rung and colour: what most replications have at the end of the "
        "half-year, with their share.",
    ),
    "base_short": ("uitgangssituatie", "baseline"),
    "scenario_short": ("scenario", "scenario"),
    "nothing_found": ("Geen gemeente gevonden.", "No municipality found."),
    "the_half": ("de {half}", "{half}"),
}  # fmt: skip


def word(key: str, **values: object) -> str:
    """A text of this page in the language of the visitor."""
    return pick(TEXTS, key, **values)


class Voice:
    """Says the texts of this page in one language, for what is cached per language."""

    def __init__(self, spoken: str) -> None:
        self.spoken = spoken

    def __call__(self, key: str, **values: object) -> str:
        """One text with its values filled in."""
        return in_language(TEXTS, key, self.spoken, **values)

    def half(self, name: str) -> str:
        """A half-year within a sentence."""
        return self("the_half", half=numbers.half_year(name, self.spoken))

    def persons(self, value: float) -> str:
        """A number of persons in a sentence, as precise as it is worth."""
        return numbers.figure(numbers.round_off(value), self.spoken)


# --- the page ---------------------------------------------------------------------------------------------------------


def show() -> None:
    """Draw the page."""
    st.write(word("intro"))
    try:
        scenario = levers_sidebar.chosen()
    except WrongInput as error:
        st.error(say("wrong_settings", problem=literal(refusal(error))))
        st.write(say("wrong_way_out"))
        scenario = levers_sidebar.without_settings()
    usual = baseline_of(scenario)
    wanted = [usual] if job_key(usual) == job_key(scenario) else [usual, scenario]
    jobs = running.asked(wanted, PLACE)
    running.follow(wanted, jobs, PLACE)
    shown = running.step_of(jobs)
    if not shown:
        st.info(say("nothing_yet"))
        return
    first = jobs[0].result(1)
    assert first is not None
    half, area = _choose(first)
    if half not in areas.whole_half_years(first):
        st.caption(word("unfinished"))
    keys = tuple(job.key for job in jobs)
    pictures_made, told = made(keys, shown, half, area, language(), charts.dark(), jobs)
    for picture in pictures_made:
        charts.figure(picture)
    if told:
        st.info(told)
    if len(jobs) < 2:
        st.info(word("need_scenario"))
    _table(keys, shown, half, jobs)


def area_codes() -> list[str]:
    """Country, provinces and municipalities as they stand in the link."""
    return [
        COUNTRY,
        *(f"P:{name}" for name in areas.province_names()),
        *(f"G:{name}" for name in areas.municipality_names()),
    ]


def _area_words(code: str) -> str:
    if code == COUNTRY:
        return word("country")
    return word("province", name=code[2:]) if code.startswith("P:") else code[2:]


def _choose(first: RunResult) -> tuple[int, str]:
    """The half-year, by number, and the area; both stand in the link."""
    names = list(first.replications[0].half_year_names)
    whole = areas.whole_half_years(first) or (len(names) - 1,)
    codes = area_codes()
    lost = [
        _seed("_half", HALF_LINK, names, names[whole[-1]]),
        _seed("_area", AREA_LINK, [COUNTRY, *sorted(codes[1:13]), *sorted(codes[13:])], COUNTRY),
    ]
    if any(lost):
        st.warning(word("unknown", what=literal(", ".join(text for text in lost if text))))
    left, right = st.columns(2)
    left.selectbox(
        word("half_year"), names, key="_half", format_func=lambda name: numbers.half_year(name, language())
    )  # fmt: skip
    right.selectbox(
        word("area"), [COUNTRY, *sorted(codes[1:13]), *sorted(codes[13:])], key="_area", format_func=_area_words,
        help=word("area_help"),
    )  # fmt: skip
    for key, link in (("_half", HALF_LINK), ("_area", AREA_LINK)):
        st.session_state[f"{key}_kept"] = st.session_state[key]
        if st.query_params.get(link) != st.session_state[key]:
            st.query_params[link] = st.session_state[key]
    return names.index(st.session_state["_half"]), st.session_state["_area"]


def _seed(key: str, link: str, options: Sequence[str], usual: str) -> str:
    """Fill a choice from the link, else from the last time, else with the usual one; returns what was not found."""
    if st.session_state.get(key) in options:
        return ""
    told = st.query_params.get(link, "")[:60]
    kept = st.session_state.get(f"{key}_kept")
    st.session_state[key] = told if told in options else kept if kept in options else usual
    # After a change of period the half-year in the link is simply of another time.
    return f"{link}={told}" if told and told not in options and kept is None else ""


# --- what is shown ----------------------------------------------------------------------------------------------------


@st.cache_resource(max_entries=300, show_spinner=False)
def _areas(keys: tuple[str, ...], count: int, half: int, provinces: bool, _jobs: Sequence[Job]) -> tuple[Areas, ...]:
    """Municipalities or provinces of every job; known by the keys of the jobs."""
    make = areas.province_areas if provinces else areas.municipal_areas
    return tuple(make(run, half) for run in (job.result(count) for job in _jobs) if run is not None)


@st.cache_resource(max_entries=300, show_spinner=False)
def made(
    keys: tuple[str, ...], count: int, half: int, area: str, spoken: str, is_dark: bool, _jobs: Sequence[Job]
) -> tuple[tuple[Picture, ...], str]:  # fmt: skip
    """The pictures of one half-year and area, and a sentence where there is nothing to draw; known by the job keys."""
    voice = Voice(spoken)
    colours = charts.PALETTES["dark" if is_dark else "light"]
    runs = [run for run in (job.result(count) for job in _jobs) if run is not None]
    name = runs[0].replications[0].half_year_names[half]
    towns = _areas(keys, count, half, False, _jobs)
    found = [_course(runs, half, area, voice, colours)]
    if area == COUNTRY:
        found.insert(0, _tiles(_areas(keys, count, half, True, _jobs), name, count, voice, colours))
    if not area.startswith("G:"):
        found.append(_bars(towns, name, area, count, voice, colours))
    if len(towns) > 1:
        traded = _traded(towns, name, count, voice, colours)
        if not traded.panels:
            return tuple(found), traded.finding
        found.append(traded)
    return tuple(found), ""


def members_of(area: str) -> Any:
    """Which municipalities an area holds, as a mask."""
    if area == COUNTRY:
        return np.ones(len(areas.municipality_names()), dtype=bool)
    if area.startswith("P:"):
        return areas.province_of() == areas.province_names().index(area[2:])
    return np.array([name == area[2:] for name in areas.municipality_names()])


def area_name(area: str) -> str:
    """The name under which figures about an area are published; empty for a municipality, which has none.

    A municipality may bear the name of its province.
    """
    if area == COUNTRY:
        return NATIONAL
    return area[2:] if area.startswith("P:") else ""


def _words_of(area: str, voice: Voice) -> str:
    return voice("country") if area == COUNTRY else area[2:]


def _series_names(count: int) -> list[tuple[str, str, str]]:
    found = [(say("baseline"), "baseline", "diamond"), (say("own_scenario"), "scenario", "circle")]
    return found[:count]


def _letter(colour: int, voice: Voice) -> str:
    return voice(f"letter_{COLOURS[colour][1]}")


def _tiles(found: Sequence[Areas], name: str, count: int, voice: Voice, colours: Any) -> Picture:
    """The provinces as tiles, with the colour as a letter too."""
    names = areas.province_names()
    shown = found[-1]
    behind = [int((one.colour == 2).sum()) for one in found]
    finding = voice("t_tiles", half=voice.half(name), count=behind[-1])
    if len(found) > 1:
        finding += voice("t_tiles_diff", count=behind[0])
    most = int(shown.behind.argmax())
    if shown.behind[most] > 0:
        finding += voice("t_tiles_most", name=names[most], figure=voice.persons(shown.behind[most]))
    panels = []
    for (label, _, _), one in zip(_series_names(len(found)), found, strict=True):
        told = "; ".join(
            f"{province}: {voice(COLOURS[one.colour[place]][1])}, {voice.persons(one.behind[place])}"
            for place, province in enumerate(names)
        )
        panels.append(Panel(label, tile_chart(one, voice, colours), voice("tile_alt", which=label, told=told)))
    parts = ("opening", "target", "realised", "behind", "colour", "m_on", "m_somewhat", "m_behind", "m_ladder")
    heads = [voice("province_head")]
    rows: list[list[str | float | None]] = [[province] for province in names]
    for which, one in zip((voice("base_short"), voice("scenario_short")), found, strict=False):
        heads += [f"{voice(part)}, {which}" for part in parts]
        assert one.on_colour is not None and one.on_ladder is not None
        for place, row in enumerate(rows):
            row += [float(one.opening[place]), float(one.target[place]), float(one.realised[place])]
            row += [float(one.behind[place]), _colour_words(one, place, voice)]
            row += [float(value) for value in one.on_colour[:, place]]
            row.append(float(one.on_ladder[place]))
    table = Table(tuple(heads), tuple(tuple(row) for row in rows))
    why = (voice("tiles_why"), voice("tiles_scheme"))
    about = voice("mean_note", count=count)
    return Picture("provincies", finding + ".", count, tuple(panels), table, why, basis=about)


def tile_chart(found: Areas, voice: Voice, colours: Any) -> charts.Spec:
    """A tile per province: colour and letter of its state, and how many persons it is behind."""
    names = areas.province_names()
    rows = []
    for place, province in enumerate(names):
        column, row = TILES[province]
        state = int(found.colour[place])
        rows.append(
            {"x": column, "y": row, "p": province, "s": f"{_letter(state, voice)} · {voice(COLOURS[state][1])}",
             "k": _letter(state, voice), "b": voice.persons(float(found.behind[place])),
             "g": numbers.percent(float(found.colour_share[place]), voice.spoken)}
        )  # fmt: skip
    domain = [f"{voice(f'letter_{key}')} · {voice(key)}" for _, key in COLOURS]
    scale = {"domain": domain, "range": [colours[role] for role, _ in COLOURS]}
    place = {
        "x": {"field": "x", "type": "ordinal", "axis": None, "scale": {"domain": [0, 1, 2, 3], "paddingInner": 0.05}},
        "y": {"field": "y", "type": "ordinal", "axis": None, "scale": {"domain": [0, 1, 2, 3], "paddingInner": 0.07}},
    }
    tips = [
        {"field": "p", "title": voice("province_head")}, {"field": "s", "title": voice("colour")},
        {"field": "g", "title": say_share(voice)}, {"field": "b", "title": voice("behind")},
    ]  # fmt: skip

    def text(field: str, size: int, dy: int, weight: str) -> charts.Spec:
        mark = {"type": "text", "fontSize": size, "dy": dy, "fontWeight": weight, "color": colours["background"],
                "limit": 92}  # fmt: skip
        return {"mark": mark, "encoding": place | {"text": {"field": field}}}

    return {
        "data": {"values": rows},
        "width": "container",
        "height": 290,
        "layer": [
            {"mark": {"type": "rect", "cornerRadius": 3},
             "encoding": place | {"color": {"field": "s", "type": "nominal", "scale": scale,
                                            "legend": {"orient": "top", "symbolType": "square",
                                           "columns": {"expr": "width < 420 ? 2 : 3"}}},
                                  "tooltip": tips}},
            text("p", 11, -18, "normal"), text("k", 16, 1, "bold"), text("b", 12, 19, "normal"),
        ],
        "config": charts.config(voice.spoken, colours),
        "padding": {"left": 4, "right": 4, "top": 0, "bottom": 4},
    }  # fmt: skip


def say_share(voice: Voice) -> str:
    """Head of the share of replications."""
    return {"nl": "deel van de replicaties", "en": "share of replications"}[voice.spoken]


def _colour_words(found: Areas, place: int, voice: Voice) -> str:
    share = numbers.percent(float(found.colour_share[place]), voice.spoken)
    return voice("share", words=voice(COLOURS[int(found.colour[place])][1]), share=share)


def _rung_words(found: Areas, place: int, voice: Voice) -> str:
    share = numbers.percent(float(found.rung_share[place]), voice.spoken)
    return voice("share", words=voice(RUNGS[int(found.rung[place])]), share=share)


def _course(runs: Sequence[RunResult], half: int, area: str, voice: Voice, colours: Any) -> Picture:
    """Target, realised and behind of the area per half-year, with a band."""
    names = runs[0].replications[0].half_year_names
    values = [areas.area_values(run, members_of(area)) for run in runs]
    shown = [areas.area_bands(one, "realised")[0, half] for one in values]
    aim = areas.area_bands(values[-1], "target")[0, half]
    behind = areas.area_bands(values[-1], "behind")[0, half]
    place = areas.COUNTED.index("realised")
    difference = ""
    if len(values) > 1:
        draws = pictures.draws_of(runs[0])
        apart = pictures.difference(values[1][:, place, half], values[0][:, place, half], draws)
        difference = _apart_words(apart, voice)
    finding = voice(
        "t_course", who=_words_of(area, voice), half=voice.half(names[half]), realised=voice.persons(shown[-1]),
        difference=difference, target=voice.persons(aim),
    )  # fmt: skip
    kind = "t_course_behind" if behind >= 0 else "t_course_ahead"
    finding += voice(kind, figure=voice.persons(abs(behind)))
    labels = [numbers.half_year(name, voice.spoken) for name in names]
    published = {measure: areas.published(runs[0], measure, area_name(area)) for measure in ("realised", "behind")}
    usual, other = (areas.area_bands(one, "target").T.tolist() for one in (values[0], values[-1]))
    aims = target_series(usual, other)
    panels, heads = [], [voice("half_year")]
    rows: list[list[str | float | None]] = [[label] for label in labels]
    for measure in ("realised", "behind"):
        series = list(aims) if measure == "realised" else []
        for (label, role, shape), one in zip(_series_names(len(values)), values, strict=True):
            mean, low, high = areas.area_bands(one, measure).tolist()
            series.append(DotSeries(label, role, shape, list(zip(mean, low, high, strict=True))))
        told = published[measure]
        if told:
            dots = [(told[name][0], None, None) if name in told else None for name in names]
            series.append(DotSeries(say("published"), "published", "square", dots))
        spec = charts.dots_chart(labels, series, say("persons"), voice.spoken, colours)
        if measure == "realised" and len(aims) > 1:
            spec = one_column(spec)
        heading = voice(measure)
        panels.append(Panel(heading[0].upper() + heading[1:], spec, f"{heading}. {finding}."))
    for which, one in zip((voice("base_short"), voice("scenario_short")), values, strict=False):
        for measure in areas.COUNTED:
            for part, column in zip(("mean", "low", "high"), areas.area_bands(one, measure), strict=True):
                heads.append(f"{voice(measure)}, {which}, {say(part)}")
                for row, value in zip(rows, column.tolist(), strict=True):
                    row.append(value)
    for measure, told in published.items():
        if told:
            heads.append(f"{voice(measure)}, {say('published').lower()}")
            for row, name in zip(rows, names, strict=True):
                row.append(told[name][0] if name in told else None)
    sources = tuple(dict.fromkeys(source for told in published.values() for _, source in told.values()))
    return Picture(
        "verloop", finding + ".", len(runs[0].replications), tuple(panels),
        Table(tuple(heads), tuple(tuple(row) for row in rows)), sources=sources,
    )  # fmt: skip


def _apart_words(apart: Any, voice: Voice) -> str:
    if apart.mean == apart.low == apart.high == 0.0:
        return voice("d_none")
    if apart.low != apart.low:
        return voice("d_few")
    low, high = (voice.persons(end) for end in sorted((abs(apart.low), abs(apart.high))))
    if apart.low > 0 or apart.high < 0:
        kind = "d_more" if apart.low > 0 else "d_less"
        return voice(kind, figure=voice.persons(abs(apart.mean)), low=low, high=high)
    ends = [numbers.signed(numbers.round_off(end), voice.spoken) for end in (apart.low, apart.high)]
    return voice("d_unclear", low=ends[0], high=ends[1])


def _bars(found: Sequence[Areas], name: str, area: str, count: int, voice: Voice, colours: Any) -> Picture:
    """Municipalities of the area by how far they are behind."""
    towns = areas.municipality_names()
    inside = np.flatnonzero(members_of(area))
    shown = found[-1]
    order = inside[np.argsort(-shown.behind[inside], kind="stable")]
    drawn = order[:MOST_BARS] if area == COUNTRY else order
    of = voice("of_country") if area == COUNTRY else voice("of_province", name=area[2:])
    first = int(order[0])
    if shown.behind[first] > 0:
        finding = voice(
            "t_bars", who=towns[first], figure=voice.persons(shown.behind[first]), half=voice.half(name), of=of
        )  # fmt: skip
    else:
        finding = voice("t_bars_none", half=voice.half(name), of=of)
    heading = voice("bars_first", count=len(drawn)) if len(drawn) < len(order) else voice("bars_all")
    if len(found) > 1:
        heading += f" ({voice('bars_marks')})"
    usual = None if len(found) < 2 else found[0].behind
    spec = bar_chart(drawn, shown, usual, voice, colours)
    heads = [
        voice("municipality"),
        f"{voice('behind')}, {voice('scenario_short' if usual is not None else 'base_short')}",
    ]
    if usual is not None:
        heads.append(f"{voice('behind')}, {voice('base_short')}")
    rows = [
        (towns[place], float(shown.behind[place]), *(() if usual is None else (float(usual[place]),)))
        for place in order
    ]
    alt = f"{heading}. {finding}."
    return Picture(
        "gemeenten", finding + ".", count, (Panel(heading, spec, alt),), Table(tuple(heads), tuple(rows)),
        basis=voice("mean_note", count=count),
    )  # fmt: skip


def bar_chart(drawn: Any, shown: Areas, usual: Any, voice: Voice, colours: Any) -> charts.Spec:
    """Bars of how far municipalities are behind, with colour and letter, and the baseline as a diamond."""
    towns = areas.municipality_names()
    rows = []
    for place in drawn.tolist():
        state = int(shown.colour[place])
        rows.append(
            {"c": towns[place], "v": round(float(shown.behind[place]), 1), "k": _letter(state, voice),
             "s": f"{_letter(state, voice)} · {voice(COLOURS[state][1])}",
             "u": None if usual is None else round(float(usual[place]), 1)}
        )  # fmt: skip
    domain = [f"{voice(f'letter_{key}')} · {voice(key)}" for _, key in COLOURS]
    y = {"field": "c", "type": "nominal", "sort": [row["c"] for row in rows], "title": None,
         "axis": {"ticks": False, "domain": False, "labelPadding": 6, "labelLimit": 130}}  # fmt: skip
    x = {"field": "v", "type": "quantitative", "title": say("persons"), "axis": {"format": ",.0f", "tickCount": 4}}
    tips = [
        {"field": "c", "title": voice("municipality")},
        {"field": "v", "title": voice("behind"), "type": "quantitative", "format": ",.0f"},
        {"field": "u", "title": voice("base_short"), "type": "quantitative", "format": ",.0f"},
        {"field": "s", "title": voice("colour")},
    ]
    layers: list[charts.Spec] = [
        {"mark": {"type": "bar", "height": {"band": 0.72}},
         "encoding": {"y": y, "x": x, "tooltip": tips,
                      "color": {"field": "s", "type": "nominal",
                                "scale": {"domain": domain, "range": [colours[role] for role, _ in COLOURS]},
                                "legend": {"orient": "top", "symbolType": "square",
                                           "columns": {"expr": "width < 420 ? 2 : 3"}}}}},
        {"mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 11, "color": colours["ink"]},
         "encoding": {"y": y, "x": {"value": "width"}, "text": {"field": "k"}}},
    ]  # fmt: skip
    if usual is not None:
        layers.append(
            {"mark": {"type": "point", "shape": "diamond", "size": 50, "filled": True, "opacity": 1,
                      "color": colours["baseline"], "stroke": colours["background"], "strokeWidth": 1},
             "encoding": {"y": y, "x": x | {"field": "u"}, "tooltip": tips}}
        )  # fmt: skip
    return {
        "data": {"values": rows}, "width": "container", "height": {"step": 18}, "layer": layers,
        "config": charts.config(voice.spoken, colours), "padding": {"left": 4, "right": 24, "top": 4, "bottom": 4},
    }  # fmt: skip


def _traded(found: Sequence[Areas], name: str, count: int, voice: Voice, colours: Any) -> Picture:
    """Whose target is higher and whose is lower than in the baseline; the sums of both."""
    towns = areas.municipality_names()
    usual, other = found[0].target, found[1].target
    apart = np.round(other - usual, 6)
    sums = float(usual.sum()), float(other.sum())
    if not apart.any():
        finding = voice("t_nobody", half=voice.half(name))
    else:
        finding = voice(
            "t_traded", half=voice.half(name), more=int((apart > 0).sum()), less=int((apart < 0).sum())
        )  # fmt: skip
        if apart.max() > 0:
            finding += voice("t_traded_most", most=towns[int(apart.argmax())])
    total = [numbers.figure(value, voice.spoken) for value in sums]
    same = abs(sums[0] - sums[1]) < 0.5
    told = voice("t_same", figure=total[0]) if same else voice("t_not_same", usual=total[0], other=total[1])
    order = np.argsort(-apart, kind="stable")
    more = [place for place in order[:MOST_TRADED].tolist() if apart[place] > 0]
    less = [place for place in order[-MOST_TRADED:].tolist() if apart[place] < 0]
    rows = [
        {"c": towns[place], "v": round(float(apart[place]), 1), "t": numbers.signed(float(apart[place]), voice.spoken)}
        for place in [*more, *less]
    ]
    y = {"field": "c", "type": "nominal", "sort": [row["c"] for row in rows], "title": None,
         "axis": {"ticks": False, "domain": False, "labelPadding": 6, "labelLimit": 130}}  # fmt: skip
    x = {"field": "v", "type": "quantitative", "title": say("persons"), "axis": {"format": "+,.0f", "tickCount": 4},
         "scale": {"padding": 34, "nice": False}}  # fmt: skip
    spec: charts.Spec = {
        "data": {"values": rows}, "width": "container", "height": {"step": 18},
        "layer": [
            {"mark": {"type": "bar", "height": {"band": 0.72}},
             "encoding": {"y": y, "x": x,
                          "color": {"condition": {"test": "datum.v >= 0", "value": colours["scenario"]},
                                    "value": colours["published"]},
                          "tooltip": [{"field": "c", "title": voice("municipality")},
                                      {"field": "t", "title": voice("difference")}]}},
            {"mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11, "color": colours["ink"]},
             "transform": [{"filter": "datum.v >= 0"}], "encoding": {"y": y, "x": x, "text": {"field": "t"}}},
            {"mark": {"type": "text", "align": "right", "dx": -4, "fontSize": 11, "color": colours["ink"]},
             "transform": [{"filter": "datum.v < 0"}], "encoding": {"y": y, "x": x, "text": {"field": "t"}}},
        ],
        "config": charts.config(voice.spoken, colours), "padding": {"left": 4, "right": 28, "top": 4, "bottom": 4},
    }  # fmt: skip
    heads = (
        voice("municipality"), voice("province_head"), f"{voice('target')}, {voice('base_short')}",
        f"{voice('target')}, {voice('scenario_short')}", voice("difference"),
    )  # fmt: skip
    provinces = areas.province_names()
    table = tuple(
        (towns[place], provinces[areas.province_of()[place]], float(usual[place]), float(other[place]),
         float(apart[place]))
        for place in order.tolist()
    )  # fmt: skip
    moved = voice("moved", figure=numbers.figure(float(np.abs(apart).sum()) / 2, voice.spoken))
    panels = (Panel(voice("traded"), spec, f"{finding}. {told}"),) if rows else ()
    why = (told, moved, voice("traded_why")) if rows and same else (told,)
    about = voice("traded_note", count=count)
    return Picture("uitruil", f"{finding}. {told}", count, panels, Table(heads, table, 1), why, basis=about)


# --- the table --------------------------------------------------------------------------------------------------------

#: What the table can be sorted by: key and whether the highest comes first.
SORTS = ("behind", "name", "province_head", "target", "realised", "rung", "colour", "difference")


def _table(keys: tuple[str, ...], count: int, half: int, jobs: Sequence[Job]) -> None:
    both = len(jobs) > 1

    @st.fragment
    def table() -> None:
        with st.container(border=True):
            st.markdown(f"### {word('table')}")
            st.caption(f"n = {count} · {word('table_note')}")
            left, middle, right = st.columns([2, 1, 1])
            sought = left.text_input(word("search"), key="_town_search", max_chars=60)
            sorts = [key for key in SORTS if both or key != "difference"]
            order = middle.selectbox(word("sort"), sorts, key="_town_sort", format_func=word)
            down = right.selectbox(word("order"), [True, False], key="_town_down",
                                   format_func=lambda first: word("sort_down" if first else "sort_up"))  # fmt: skip
            page, load, found = town_table(
                keys, count, half, sought or "", order or "behind", bool(down), language(), jobs
            )
            st.caption(word("found", count=found, all=len(areas.municipality_names())))
            if found:
                st.html(page)
            else:
                st.info(word("nothing_found"))
            st.download_button(
                say("csv"), load, file_name="doorstroom-alle-gemeenten.csv", mime="text/csv", on_click="ignore",
                key="load_csv_alle_gemeenten",
            )  # fmt: skip

    table()


def plain(text: str) -> str:
    """Text without accents and capitals, to search in."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(sign))


@st.cache_resource(max_entries=200, show_spinner=False)
def town_table(
    keys: tuple[str, ...], count: int, half: int, sought: str, order: str, down: bool, spoken: str,
    _jobs: Sequence[Job],
) -> tuple[str, bytes, int]:  # fmt: skip
    """The table of municipalities as HTML and as CSV, and how many there are; known by the keys of the jobs."""
    voice = Voice(spoken)
    found = _areas(keys, count, half, False, _jobs)
    shown, usual = found[-1], found[0]
    towns, provinces, inside = areas.municipality_names(), areas.province_names(), areas.province_of()
    ranks: dict[str, Any] = {
        "behind": shown.behind, "target": shown.target, "realised": shown.realised, "rung": shown.rung,
        "colour": shown.colour, "difference": shown.behind - usual.behind,
    }  # fmt: skip
    places = [
        place
        for place, town in enumerate(towns)
        if plain(sought.strip()) in plain(f"{town} {provinces[inside[place]]}")
    ]
    if order in ranks:
        places.sort(key=lambda place: (float(ranks[order][place]), float(shown.behind[place])), reverse=down)
    elif order == "name":
        places.sort(key=lambda place: plain(towns[place]), reverse=not down)
    else:
        places.sort(key=lambda place: (plain(provinces[inside[place]]), plain(towns[place])), reverse=not down)
    sides = list(zip((voice("base_short"), voice("scenario_short")), found, strict=False))
    # What is sorted by comes first, so that a narrow screen shows it beside the name.
    heads = [voice("municipality")]
    if len(found) > 1:
        heads.append(f"{voice('behind')}: {voice('difference')}")
    heads += [
        f"{voice(measure)}, {which}" if len(found) > 1 else voice(measure)
        for measure in ("behind", "target", "realised", "rung", "colour")
        for which, _ in sides
    ]
    heads.append(voice("province_head"))
    rows = []
    for place in places:
        row: list[str | float | None] = [towns[place]]
        if len(found) > 1:
            row.append(float(shown.behind[place] - usual.behind[place]))
        for measure in ("behind", "target", "realised"):
            row += [float(getattr(one, measure)[place]) for _, one in sides]
        row += [_rung_words(one, place, voice) for _, one in sides]
        row += [_colour_words(one, place, voice) for _, one in sides]
        row.append(provinces[inside[place]])
        rows.append(tuple(row))
    made_table = Table(tuple(heads), tuple(rows), 0)
    caption = f"{voice('table')}, {numbers.half_year(_half_name(_jobs, half), spoken)}"
    load = charts.csv_bytes(Table(tuple(heads), tuple(rows), 1))
    return (charts.html_table(made_table, caption, spoken) if rows else ""), load, len(rows)


def _half_name(jobs: Sequence[Job], half: int) -> str:
    first = jobs[0].result(1)
    return "" if first is None else first.replications[0].half_year_names[half]
