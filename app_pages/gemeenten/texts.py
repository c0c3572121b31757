"""Texts of the page on municipalities."""

from __future__ import annotations

from app_pages.shell import numbers
from app_pages.shell.texts import in_language, pick

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
