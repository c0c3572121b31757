"""All texts of the shell and the page Doorrekenen, in Dutch and English, by key.

Who acts: pages, which ask for a text in the language of the visitor. Who waits: nobody. What leaves: text with its
figures filled in. What is left out: texts of levers and outcomes, which stand with them in the models.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import streamlit as st

from experiments.language.formatting import value_text
from experiments.language.labels import choice_text, unit_text
from experiments.language.language import LANGUAGES, Language
from experiments.language.refusals import refusal_text
from experiments.scenario.scenario import Scenario
from sim.errors import WrongInput

TEXTS: dict[str, tuple[str, str]] = {
    # the shell
    "app": ("Doorstroom", "Doorstroom"),
    "language": ("Taal", "Language"),
    "page_prop": ("De prop van 2021", "The bottleneck of 2021"),
    "page_doorrekenen": ("Doorrekenen", "Run"),
    "page_vergelijken": ("Vergelijken", "Compare"),
    "page_gemeenten": ("Gemeenten en provincies", "Municipalities and provinces"),
    "page_volg": ("Volg een gezin", "Follow a family"),
    "page_uitspraken": ("Uitspraken", "Claims"),
    "page_onderbouwing": ("Onderbouwing", "Evidence and sources"),
    "disclaimer": (
        "Een doorrekening zegt wat uit gegevens en aannamen volgt, niet wat er zal gebeuren.",
        "A run says what follows from data and assumptions, not what will happen.",
    ),
    "something_wrong": (
        "Deze pagina kon niet worden getoond. Herstel de knoppen of open de app opnieuw.",
        "This page could not be shown. Reset the levers or open the app again.",
    ),
    # the sidebar
    "scenario": ("Scenario", "Scenario"),
    "name_of_scenario": ("Naam van het scenario", "Name of the scenario"),
    "name_placeholder": ("Eigen scenario", "Own scenario"),
    "period": ("Periode", "Period"),
    "period_prop-2021": ("2019–2021, de prop", "2019–2021, the bottleneck"),
    "period_golf-2015": ("2014–2017, de golf", "2014–2017, the wave"),
    "period_help": (
        "De periode bepaalt wie er op de begindatum al was. Alles volgt de werkelijke cijfers, behalve wat u met een "
        "knop wijzigt.",
        "The period decides who was present at the start. Everything follows the real figures, except what you change "
        "with a lever.",
    ),
    "until": ("Doorrekenen tot", "Run until"),
    "preset": ("Kant-en-klaar scenario", "Ready scenario"),
    "preset_placeholder": ("Kies een scenario", "Choose a scenario"),
    "preset_take": ("Overnemen", "Apply"),
    "preset_help": (
        "Zet alle knoppen zoals in dit scenario. Met ‘Ongedaan maken’ draait u dat terug.",
        "Sets all levers as in this scenario. ‘Undo’ brings you back.",
    ),
    "run": ("Reken door", "Run"),
    "run_help": (
        "Wijzigingen in de knoppen tellen pas mee na deze knop. De link in de adresbalk volgt meteen.",
        "Changes of levers count only after this button. The link in the address bar follows at once.",
    ),
    "undo": ("Ongedaan maken", "Undo"),
    "undo_help": ("Maakt de laatste wijziging van de knoppen ongedaan.", "Undoes the last change of the levers."),
    "redo": ("Opnieuw uitvoeren", "Redo"),
    "redo_help": ("Zet terug wat ongedaan is gemaakt.", "Puts back what was undone."),
    "reset": ("Alles terugzetten", "Reset"),
    "reset_help": ("Zet alle knoppen op de uitgangssituatie.", "Sets all levers to the baseline."),
    "levers": ("Knoppen", "Levers"),
    "lever_hint": (
        "Een leeg veld is de uitgangssituatie; lichtgrijs staat haar waarde, of waar die is geijkt het bereik.",
        "An empty field is the baseline; in light grey stands its value or, where that was fitted, the range.",
    ),
    "dates": ("Met datums", "With dates"),
    "dates_help": (
        "Toont bij elke knop met een datum ‘vanaf’ en ‘tot’. Zonder datum geldt de waarde de hele periode.",
        "Shows ‘from’ and ‘until’ for each dated lever. Without a date the value holds for the whole period.",
    ),
    "from_date": ("vanaf", "from"),
    "until_date": ("tot", "until"),
    "as_now": ("nu: {value}", "now: {value}"),
    "as_in_reality": ("zoals in werkelijkheid: {value}", "as in reality: {value}"),
    "as_drawn": ("{low} – {high}", "{low} – {high}"),
    "as_fitted": ("geijkt, wisselt", "fitted, varies"),
    "then": ("vanaf {date} {value}", "from {date} {value}"),
    "range": ("Bereik: {low} tot en met {high} {unit}.", "Range: {low} to {high} {unit}."),
    "today": ("Nu: {value}.", "Now: {value}."),
    "today_steps": ("In werkelijkheid: {value}.", "In reality: {value}."),
    "fitted": (
        "Geijkt: zonder deze knop verschilt de waarde per replicatie.",
        "Fitted: without this lever the value differs per replication.",
    ),
    "drawn": (
        "In 80 % van de trekkingen ligt zij tussen {low} en {high}.",
        "In 80% of the draws it is between {low} and {high}.",
    ),
    "fitted_from": ("Voor het ijken: {value}.", "Before fitting: {value}."),
    "source": ("Bron: {source}.", "Source: {source}."),
    "yes": ("ja", "yes"),
    "no": ("nee", "no"),
    "changed_count": ("{count} anders", "{count} changed"),
    # the link
    "link_unread": ("De link bevat iets wat niet te lezen is en dus niet meetelt: {what}.",
                    "The link holds something that cannot be read and is left out: {what}."),
    "link_version": (
        "Deze link komt van versie {theirs}; dit is versie {ours}. Uitkomsten kunnen daardoor verschillen.",
        "This link comes from version {theirs}; this is version {ours}. Results may differ.",
    ),
    "wrong_settings": ("Deze instelling is niet toegestaan: {problem}", "This setting is not allowed: {problem}"),
    "wrong_way_out": (
        "Pas de knop aan, of kies ‘Ongedaan maken’. Hieronder staat de uitgangssituatie.",
        "Change the lever, or choose ‘Undo’. Below is the baseline.",
    ),
    # running
    "computing": ("{done} van {total} replicaties", "{done} of {total} replications"),
    "seconds_left": ("nog ongeveer {seconds} s", "about {seconds} s left"),
    "starting": ("De doorrekening begint.", "The run starts."),
    "stop": ("Stop", "Stop"),
    "stopped_answer": ("Gestopt.", "Stopped."),
    "answering": ("Het antwoord wordt berekend", "The answer is being computed"),
    "go_on": ("Ga verder", "Continue"),
    "stopped": ("Gestopt na {done} van {total} replicaties.", "Stopped after {done} of {total} replications."),
    "nothing_yet": ("Er is nog niets af.", "Nothing is finished yet."),
    "failed": ("De doorrekening is niet gelukt: {problem}", "The run failed: {problem}"),
    "try_again": ("Probeer opnieuw", "Try again"),
    "complete": ("{total} replicaties, klaar.", "{total} replications, finished."),
    # figures
    "baseline": ("Uitgangssituatie", "Baseline"),
    "own_scenario": ("Scenario", "Scenario"),
    "published": ("Gepubliceerd", "Published"),
    "provisional": ("Voorlopig", "Provisional"),
    "band_note": (
        "n = {count}; 80%-band: de middelste 80 % van de replicaties",
        "n = {count}; 80% band: the middle 80% of replications",
    ),
    "sources_note": ("gepubliceerde cijfers: bron bij de tabel", "published figures: source at the table"),
    "sources": ("Bronnen", "Sources"),
    "why": ("Waarom?", "Why?"),
    "table": ("Tabel", "Table"),
    "downloads": ("Downloads", "Downloads"),
    "csv": ("CSV", "CSV"),
    "png": ("PNG", "PNG"),
    "svg": ("SVG", "SVG"),
    "date": ("datum", "date"),
    "mean": ("gemiddeld", "mean"),
    "low": ("laag", "low"),
    "high": ("hoog", "high"),
    "series": ("reeks", "series"),
    "persons": ("personen", "persons"),
    "weeks": ("weken", "weeks"),
    "million_euro": ("miljoen euro", "million euro"),
    "half_year": ("halfjaar", "half-year"),
    "household_size": ("huishouden", "household"),
    "payer": ("betaler", "payer"),
    "difference": ("verschil", "difference"),
    "interval_90": ("90%-interval", "90% interval"),
    # page doorrekenen
    "intro_baseline": (
        "U ziet de uitgangssituatie. Zet in de zijbalk een knop anders en kies Reken door.",
        "This is the baseline. Change a lever in the sidebar and choose Run.",
    ),
    "intro_scenario": ("Anders dan in de uitgangssituatie:", "Different from the baseline:"),
    "setting_from": ("vanaf {date}", "from {date}"),
    "setting_until": ("tot {date}", "until {date}"),
    "setting_ramp": ("aanloop {days} dagen", "ramp {days} days"),
    "h_reception": ("Opvang", "Reception"),
    "h_shortage": ("Tekort", "Shortage"),
    "h_pending": ("Aanvragen", "Applications"),
    "h_target": ("Taakstelling", "Target"),
    "h_wait": ("Wachttijd", "Waiting time"),
    "h_cost": ("Kosten", "Cost"),
    "group_total": ("Samen", "Together"),
    "group_procedure": ("In procedure", "In procedure"),
    "group_holder": ("Vergunning, nog geen woning", "Permit, no home yet"),
    "group_family": ("Nagereisd gezin, wacht op een woning", "Arrived family, waiting for a home"),
    "group_refused": ("Afgewezen", "Refused"),
    "t_reception": ("Op {date} zijn {figure} mensen in de opvang", "On {date} {figure} people are in reception"),
    "t_pending": (
        "Op {date} wachten {figure} personen op een beslissing van de IND",
        "On {date} {figure} persons wait for a decision by the IND",
    ),
    "t_diff_more": (
        ", {figure} meer dan in de uitgangssituatie (90%-interval {low} tot {high})",
        ", {figure} more than in the baseline (90% interval {low} to {high})",
    ),
    "t_diff_less": (
        ", {figure} minder dan in de uitgangssituatie (90%-interval {low} tot {high})",
        ", {figure} fewer than in the baseline (90% interval {low} to {high})",
    ),
    "t_diff_less_of": (
        ", {figure} minder dan in de uitgangssituatie (90%-interval {low} tot {high})",
        ", {figure} less than in the baseline (90% interval {low} to {high})",
    ),
    "t_diff_unknown": (
        "; het verschil met de uitgangssituatie ligt tussen {low} en {high} (90%-interval)",
        "; the difference from the baseline lies between {low} and {high} (90% interval)",
    ),
    "t_diff_none": (", evenveel als in de uitgangssituatie", ", the same as in the baseline"),
    "t_diff_single": ("; voor een interval op het verschil zijn er nog te weinig replicaties",
                      "; too few replications yet for an interval on the difference"),
    "t_short_never": (
        "In geen enkele replicatie hebben op een dag meer dan {full} mensen geen plek",
        "In no replication are more than {full} people without a place on any day",
    ),
    "t_short": (
        "In {chance} van de replicaties raakt de opvang vol: meer dan {full} mensen zonder plek op een dag. De "
        "mediaan van die dag valt in {date} (80%-band {low} tot {high})",
        "In {chance} of replications reception runs full: more than {full} people without a place on a day. The "
        "median of that day is in {date} (80% band {low} to {high})",
    ),
    "t_short_baseline": (
        "; in de uitgangssituatie raakt de opvang vol in {chance}",
        "; in the baseline reception runs full in {chance}",
    ),
    "t_short_baseline_date": (
        "; in de uitgangssituatie raakt de opvang vol in {chance}, met de mediaan in {date} ({low} tot {high})",
        "; in the baseline reception runs full in {chance}, with the median in {date} ({low} to {high})",
    ),
    "t_target": (
        "In {half} huisvesten gemeenten {realised} mensen{difference}; de taakstelling is {target}",
        "In the {half} municipalities house {realised} people{difference}; the target is {target}",
    ),
    "t_target_both": (" (in de uitgangssituatie {target})", " (in the baseline {target})"),
    "t_wait": (
        "De helft van wie een woning kreeg, wachtte daar {weeks} weken of langer op",
        "Half of those who got a home had waited {weeks} weeks or longer for it",
    ),
    "t_wait_longest": ("; {who} het langst", "; {who} longest"),
    "t_wait_nobody": ("Niemand kreeg een woning", "Nobody got a home"),
    "t_cost": (
        "De kosten voor de overheid, zonder de investering van corporaties, zijn over {years} {figure} miljoen euro",
        "Public cost, without the investment of corporations, over {years} is {figure} million euro",
    ),
    "size_single": ("alleenstaanden", "singles"),
    "size_2_to_4": ("2 tot en met 4 personen", "2 to 4 persons"),
    "size_5_plus": ("5 of meer personen", "5 or more persons"),
    "payer_coa": ("COA", "COA"),
    "payer_jenv": ("JenV (IND)", "JenV (IND)"),
    "payer_gemeenten": ("Gemeenten", "Municipalities"),
    "payer_bzk": ("BZK", "BZK"),
    "payer_corporaties": ("Corporaties (investering)", "Corporations (investment)"),
    "target": ("Taakstelling", "Target"),
    "realised": ("Gehuisvest", "Realised"),
    "without_place": ("Zonder plek", "Without a place"),
    "full_by": ("Opvang al eens vol, deel van de replicaties", "Reception has run full, share of replications"),
    "full_by_percent": ("Opvang al eens vol, % van de replicaties", "Reception has run full, % of replications"),
    "pending": ("Openstaande aanvragen", "Pending applications"),
    "persons_cases": ("model: personen; gepubliceerd: zaken", "model: persons; published: cases"),
    "w_split": (
        "Van de mensen in de opvang, met wie geen plek heeft meegeteld, is eind {month} {procedure} in procedure, "
        "{holder} vergunninghouder zonder woning, {family} nagereisd gezin dat op een woning wacht, en {refused} "
        "afgewezen.",
        "Of the people in reception, those without a place included, {procedure} are in procedure at the end of "
        "{month}, {holder} are permit holders without a home, {family} are arrived family waiting for a home, and "
        "{refused} are refused.",
    ),
    "w_most_change": (
        "Het verschil met de uitgangssituatie zit vooral in de groep ‘{group}’: {figure} personen (90%-interval {low} "
        "tot {high}).",
        "The difference from the baseline lies mostly in the group ‘{group}’: {figure} persons (90% interval {low} to "
        "{high}).",
    ),
    "w_places": (
        "Op {date} zijn er {usable} bruikbare plekken voor {persons} mensen, onder wie {holders} vergunninghouders. "
        "De noodopvang telt dan {emergency} plekken; daarvan is een deel bruikbaar.",
        "On {date} there are {usable} usable places for {persons} people, {holders} of them permit holders. Emergency "
        "shelter then has {emergency} places, part of which are usable.",
    ),
    "w_person_days": (
        "Er zijn gemiddeld {days} persoonsdagen zonder plek; op de drukste dag hebben {most} mensen geen plek.",
        "There are {days} person-days without a place on average; on the worst day {most} people have no place.",
    ),
    "w_derived": (
        "Het cijfer voor de {half} ({figure}) is afgeleid uit andere gepubliceerde cijfers.",
        "The figure for the {half} ({figure}) is derived from other published figures.",
    ),
    "w_decisions": (
        "De IND beslist in de hele periode over gemiddeld {decisions} personen; {late} daarvan te laat. Aan het einde "
        "heeft de Taskforce nog een voorraad van {taskforce} personen.",
        "The IND decides on {decisions} persons on average over the period; {late} of them too late. At the end the "
        "Taskforce has a stock of {taskforce} persons left.",
    ),
    "w_target": (
        "Gemeenten geven {share} van de vrijkomende sociale huurwoningen aan vergunninghouders. Aan het einde lopen "
        "zij samen {behind} personen achter; {municipalities} gemeenten hebben dan de kleur ‘achter’.",
        "Municipalities give {share} of vacated social homes to permit holders. At the end they are {behind} persons "
        "behind together; {municipalities} municipalities then have the colour ‘behind’.",
    ),
    "w_target_ahead": (
        "Gemeenten geven {share} van de vrijkomende sociale huurwoningen aan vergunninghouders. Aan het einde lopen "
        "zij samen {behind} personen voor; {municipalities} gemeenten hebben dan de kleur ‘achter’.",
        "Municipalities give {share} of vacated social homes to permit holders. At the end they are {behind} persons "
        "ahead together; {municipalities} municipalities then have the colour ‘behind’.",
    ),
    "w_wait": (
        "Van wie een woning kreeg, wachtte een op de tien huishoudens langer dan {p90} weken. Wie nog wacht, telt "
        "niet mee. Gemiddeld waren {unfit} aangeboden woningen voor niemand passend.",
        "Of those who got a home, one in ten households waited longer than {p90} weeks. Whoever still waits is not "
        "counted. On average {unfit} homes offered fitted nobody.",
    ),
    "w_cost": (
        "Het meeste gaat naar ‘{payer}’: {figure} miljoen euro over de hele periode. Investeringen van corporaties "
        "tellen niet mee in het totaal.",
        "Most goes to ‘{payer}’: {figure} million euro over the whole period. Investment by corporations is not part "
        "of the total.",
    ),
    "w_cost_change": (
        "Het verschil met de uitgangssituatie zit vooral bij ‘{payer}’: {figure} miljoen euro (90%-interval {low} tot "
        "{high}).",
        "The difference from the baseline lies mostly with ‘{payer}’: {figure} million euro (90% interval {low} to "
        "{high}).",
    ),
    # the table of decisions
    "steps": ("Besluiten op datum", "Dated decisions"),
    "steps_intro": (
        "Capaciteit en projecten door de tijd: één regel per besluit. Plak uit Excel, of laad een CSV-bestand met de "
        "kolommen datum; knop; waarde; tot; aanloop. Tot en aanloop mogen leeg blijven.",
        "Capacity and projects over time: one row per decision. Paste from a spreadsheet, or load a CSV file with "
        "the columns date; lever; value; until; ramp. Until and ramp may stay empty.",
    ),
    "steps_lever": ("knop", "lever"),
    "steps_ramp": ("aanloop (dagen)", "ramp (days)"),
    "steps_value": ("waarde", "value"),
    "steps_apply": ("Neem de tabel over", "Apply the table"),
    "steps_paste": ("Plakken uit Excel of CSV", "Paste from a spreadsheet or CSV"),
    "steps_paste_apply": ("Neem de tekst over", "Apply the text"),
    "steps_upload": ("CSV-bestand", "CSV file"),
    "steps_upload_apply": ("Neem het bestand over", "Apply the file"),
    "steps_wrong": (
        "Er is niets overgenomen. Verbeter eerst:",
        "Nothing was applied. First correct:",
    ),
    "steps_done": ("{count} regels overgenomen.", "{count} rows applied."),
    "steps_count": ("{count} besluiten in de tabel", "{count} decisions in the table"),
}  # fmt: skip


def language() -> Language:
    """The language of this visitor: what was chosen, else what the link says, else Dutch."""
    chosen = st.session_state.get("lang") or st.query_params.get("lang")
    return next((known for known in LANGUAGES if known == chosen), LANGUAGES[0])


def pick(texts: Mapping[str, tuple[str, str]], key: str, **values: object) -> str:
    """A text of a table in the language of the visitor, with its values filled in."""
    return in_language(texts, key, language(), **values)


def in_language(texts: Mapping[str, tuple[str, str]], key: str, spoken: Language, **values: object) -> str:
    """A text of a table in a given language."""
    text = texts[key][LANGUAGES.index(spoken)]
    return text.format(**values) if values else text


def say(key: str, **values: object) -> str:
    """A text of the shell in the language of the visitor, with its values filled in."""
    return pick(TEXTS, key, **values)


def title_of(scenario: Scenario, spoken: Language | None = None) -> str:
    """The title of a scenario in a language, in Dutch where it has no other."""
    return (scenario.title_en if (spoken or language()) == "en" else None) or scenario.title


def choice(word: str, spoken: Language | None = None) -> str:
    """A choice of a lever, or of a switch, in words."""
    spoken = spoken or language()
    return value_text(word == "true", spoken) if word in ("true", "false") else choice_text(word, spoken)


def unit(name: str) -> str:
    """The unit of a lever in words."""
    return "" if name in ("choice", "switch") else unit_text(name, language())


#: What means something in Markdown or in the mathematics of the front end.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|$~:&])")


def literal(text: str) -> str:
    """Text of a visitor as it stands, so that it draws nothing and asks nothing of a network."""
    return _MARKDOWN.sub(r"\\\1", text)


def refusal(error: WrongInput) -> str:
    """Why something that was supplied cannot be used, in the language of the visitor."""
    return refusal_text(error, language())
