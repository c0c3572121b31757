"""The claims of the documents about the clog of 2021, each with the rule by which the model judges it.

Who acts: whoever wants to know whether a sentence in a report follows from the chain. Who waits: nobody. What
leaves: a list of claims. What is left out: how they are computed (`experiments.claims.judge`), and every claim that is
about people or wishes and not about what happens to numbers in the chain.

The rule of a claim is written down here before it is run, with the line that decides and why it lies there. Lines
are chosen from the documents or from what a reader would call a difference worth naming, never from a result: where
the model says that a claim fails, that stands.
"""

from __future__ import annotations

import numpy as np

from experiments.claims.claim import Assumption, Claim, Condition, End, Future, Look, Part, all_agree, combination
from experiments.run.ensemble import default_ensemble, load_ensemble, with_draw
from experiments.scenario.ready import load_scenario
from models.levers import LEVERS
from models.parameters import baseline, value_at
from models.sources import full_persons, read_table
from sim.schedule import Schedule

REPORT = "Eindrapportage Aanjager huisvesting statushouders, november 2021"

# What several claims look at.
AS_IT_WAS = Future("prop-2021", "zoals het liep", "as it was")
#: Homes enough, and of the right kind: units decided in time, a share that hardly binds, and rules that let people
#: fit. Which homes are enough was chosen by how many permit holders still wait beyond 14 weeks, not by any verdict.
_MORE_SHARE = "share_cap=0.3@2020-10-01"
ENOUGH_HOMES = (
    "state_units_per_year=10000@2019-04-01..2020-04-01",
    _MORE_SHARE,
    "relaxed_allocation=1@2020-10-01",
    "sharing_share=0.3@2020-10-01",
    "large_family_homes=1000@2020-10-01",
)
EVEN_MORE_HOMES = (*ENOUGH_HOMES, "state_units_per_year=10000@2020-04-01..2020-10-01")
NO_CATCH_UP = ("taskforce_seconded=0", "taskforce_hired=0")


def _persons(streams: tuple[str, ...], year: int) -> float:
    """Persons who came in a year by the table of inflow."""
    rows = [row for row in read_table("inflow") if row["stream"] in streams and row["period_start"][:4] == str(year)]
    return sum(float(row["value"]) for row in rows)


def _first_applications(*years: int) -> float:
    """First applications a year, mean of some years, without the evacuation; the table has those of minors apart."""
    return sum(_persons(("first", "amv"), year) for year in years) / len(years)


def _inflow_factor(*years: int) -> float:
    """What `inflow_factor` must be to bring 2021 back to the mean first applications of some years.

    The lever multiplies every stream, repeat applications and resettlement too. The factor is therefore such that as
    many persons disappear as there were more first applications in 2021. The evacuation is a factor of its own.
    """
    more = _first_applications(2021) - _first_applications(*years)
    return round(1.0 - more / _persons(("first", "amv", "repeat", "resettlement"), 2021), 3)


def _in_figures(number: float, between: str) -> str:
    """A whole number with something between the thousands."""
    return f"{number:,.0f}".replace(",", between)


_SINCE_2015, _SINCE_2016 = (2015, 2016, 2017, 2018, 2019, 2020), (2016, 2017, 2018, 2019, 2020)
_USUAL_INFLOW = _inflow_factor(*_SINCE_2015)
_LESS = f"inflow_factor={_USUAL_INFLOW:g}@2021-01-01"
MEAN_INFLOW = (_LESS, "evacuation=0")
_FULL = full_persons()

#: A part of what it was that a reader would call a difference: 1 per cent of the persons housed is about 450.
WORTH_NAMING = 0.01
NEARLY_ALWAYS = 0.9
HARDLY_EVER = 0.1


def middle_of_draws(lever: str, share: float = 0.8) -> tuple[float, float]:
    """Between which values of a lever the middle share of the fitted draws of prop-2021 lies, at the start.

    Two figures; raises KeyError for an unknown lever.
    """
    parameters, path = baseline("prop-2021"), LEVERS[lever].sets
    name = default_ensemble("prop-2021")
    if name is None:
        raise ValueError("there is no ensemble of prop-2021")
    ensemble = load_ensemble(name)
    column = ensemble.paths.index(path)
    values = []
    for draw in ensemble.draws:
        value = value_at(with_draw(parameters, (path,), draw[[column]]), path)
        values.append(value.steps[0][1] if isinstance(value, Schedule) else value)
    low, high = np.quantile(values, [(1 - share) / 2, (1 + share) / 2])
    return float(f"{low:.3g}"), float(f"{high:.3g}")


def _fitted(lever: str, label_nl: str, label_en: str) -> Assumption:
    """A fitted parameter between the ends of the middle 80 per cent of its draws."""
    low, high = middle_of_draws(lever)
    return Assumption(lever, label_nl, label_en, End(low, (f"{lever}={low:g}",)), End(high, (f"{lever}={high:g}",)))


_TURNOVER = Assumption(
    "turnover", "Doorstroming in de sociale huur, ten opzichte van de werkelijke",
    "Turnover of social housing, times what it was",
    End(0.9, ("turnover=0.9",)), End(1.1, ("turnover=1.1",)),
)  # fmt: skip
_RESPONSE = _fitted(
    "response_delay", "Dagen tot gemeenten de urgentie voelen", "Days until municipalities feel the urgency"
)
_USUAL_CAP = _fitted(
    "share_cap",
    "Hoogste aandeel van vrijkomende woningen dat gemeenten geven, in de uitgangssituatie",
    "Highest share of vacated homes that municipalities give, in the baseline",
)
_FAMILY = _fitted(
    "family_size",
    "Grootte van gezinnen die nareizen, ten opzichte van de basiswaarde",
    "Size of following families, times what it was",
)
_LOUDNESS = _fitted(
    "signal_loudness",
    "Hoeveel gemeenten doen voordat het halfjaar van een taakstelling begint",
    "How much municipalities do before the half-year of a target begins",
)


def _kinds_of_homes(*futures: Future) -> Assumption:
    """Which homes there are enough of: only a larger share of what comes free, or even more units."""

    def changed(homes: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple(
            (future.name, (*(text for text in future.settings if text not in ENOUGH_HOMES), *homes))
            for future in futures
            if _MORE_SHARE in future.settings
        )

    return Assumption(
        "share_cap+state_units_per_year", "Welke woningen er komen", "Which homes there will be",
        End("alleen een groter aandeel van wat vrijkomt", instead=changed((_MORE_SHARE,)),
            value_en="only a larger share of what comes free"),
        End("5.000 wooneenheden erbij", instead=changed(EVEN_MORE_HOMES), value_en="5,000 units more"),
    )  # fmt: skip


# --- 1. enough homes, no tents --------------------------------------------------------------------------------------

_HOMES = Future("genoeg-woningen", "genoeg woningen", "enough homes", ENOUGH_HOMES)
_HOMES_NO_TENTS = Claim(
    name="genoeg-woningen-geen-tenten",
    sentence_nl="Met genoeg woningen voor vergunninghouders waren er in 2021 geen tenten nodig geweest.",
    sentence_en="With enough homes for permit holders, no tents would have been needed in 2021.",
    document=REPORT,
    page=1,
    section="Voorwoord",
    rule_nl=(
        "Genoeg woningen: in 2019 is besloten tot 10.000 wooneenheden, en vanaf 1 oktober 2020 mogen gemeenten tot 30 %"
        " van de vrijkomende sociale huurwoningen geven, mag wie op gezin wacht alvast een gezinswoning in, worden"
        " woningen vaker gedeeld en komen er woningen voor grote gezinnen. Tenten: op een dag in 2021 zijn meer dan"
        f" {_FULL} mensen zonder plek in een opvanglocatie of noodopvang. De uitspraak houdt stand als"
        " er dan in minstens 90 % van de replicaties geen tenten nodig zijn (het hele interval), houdt geen stand als"
        " het hele interval daaronder ligt, en is anders open. Zij is ook open als de woningen niet genoeg blijken (er"
        " wachten eind 2021 meer dan een kwart zoveel vergunninghouders langer dan 14 weken als het liep), of als er"
        " zonder die woningen in minder dan 90 % van de replicaties tenten nodig zijn."
    ),
    rule_en=(
        "Enough homes: in 2019 10,000 units are decided, and from 1 October 2020 municipalities may give up to 30% of"
        " vacated social homes, who waits for family may take a family home, homes are shared more often and there are"
        f" homes for large families. Tents: on some day in 2021 more than {_FULL} people have no place"
        " in a location or emergency shelter. The claim holds when no tents are then needed in at least 90% of"
        " replications (the whole interval), fails when the whole interval lies below that, and is open otherwise. It"
        " is also open when the homes turn out not to be enough (at the end of 2021 more than a quarter as many permit"
        " holders wait beyond 14 weeks as it was), or when without those homes tents are needed in less than 90% of"
        " replications."
    ),
    caution_nl=(
        "Een groter aandeel van de woningen die er al waren, is in het model niet genoeg: veel daarvan passen niet bij"
        " wie er wacht, en gemeenten vragen niet meer dan hun taakstelling. Dat bleek bij een eerste doorrekening;"
        " daarna is het pakket gekozen dat de wachttijd wel verkort. De lijn voor tenten is niet verschoven."
        " Noodopvang telt in het model niet als tent, in werkelijkheid stond een deel daarvan wel in tenten."
    ),
    caution_en=(
        "A larger share of the homes that were there is not enough in the model: many do not fit those who wait, and"
        " municipalities ask no more than their target. That showed in a first computation; then the package was chosen"
        " that does shorten waiting. The line for tents was not moved. Emergency shelter does not count as a"
        " tent in the model, while in reality part of it was in tents."
    ),
    futures=(AS_IT_WAS, _HOMES),
    looks=(
        Look("tents_before", "Kans op tenten in 2021, zoals het liep", "Chance of tents in 2021, as it was", "ran_full",
             "", "prop-2021", "2021-01-01", "2022-01-01"),
        Look("tents", "Kans op tenten in 2021 met genoeg woningen", "Chance of tents in 2021 with enough homes",
             "ran_full", "", "genoeg-woningen", "2021-01-01", "2022-01-01"),
        Look("peak", "Mensen zonder plek in 2021, hoogste stand", "People without a place in 2021, highest",
             "persons_without_place_max", "prop-2021", "genoeg-woningen", "2021-01-01", "2022-01-01"),
        Look("peak_left", "Mensen zonder plek in 2021 met genoeg woningen, hoogste stand",
             "People without a place in 2021 with enough homes, highest", "persons_without_place_max", "",
             "genoeg-woningen", "2021-01-01", "2022-01-01"),
        Look("emergency", "Noodopvangplekken in 2021, gemiddeld", "Emergency places in 2021, mean",
             "emergency_places_mean", "prop-2021", "genoeg-woningen", "2021-01-01", "2022-01-01"),
        Look("holders", "Vergunninghouders in de opvang, eind 2021", "Permit holders in reception, end of 2021",
             "permit_holders_in_reception_end", "prop-2021", "genoeg-woningen", "2021-01-01", "2022-01-01"),
        Look("waiting", "Vergunninghouders langer dan 14 weken in de opvang, eind 2021",
             "Permit holders beyond 14 weeks in reception, end of 2021", "permit_holders_beyond_norm_end", "prop-2021",
             "genoeg-woningen", "2021-01-01", "2022-01-01"),
        Look("others", "Woningen naar anderen, oktober 2020 tot en met 2021",
             "Homes to others, October 2020 to the end of 2021", "homes_to_others", "prop-2021", "genoeg-woningen",
             "2020-10-01", "2022-01-01"),
    ),
    conditions=(
        Condition("tents_before", "at_least", NEARLY_ALWAYS, needed=True),
        Condition("waiting", "at_most", -0.75, relative=True, needed=True),
        Condition("tents", "at_most", HARDLY_EVER),
    ),
    weighed_by="peak_left",
    assumptions=(
        _kinds_of_homes(_HOMES),
        _TURNOVER,
        Assumption(
            "inflow_factor", "Instroom in 2021, ten opzichte van de werkelijke", "Inflow in 2021, times what it was",
            End(0.9, ("inflow_factor=0.9@2021-01-01",)), End(1.1, ("inflow_factor=1.1@2021-01-01",)),
        ),
    ),
)  # fmt: skip

# --- 2. catch-up and housing, not inflow -----------------------------------------------------------------------------

_THREE = ("inhaalslag", "woningtekort", "instroom")
_SIX = ("inhaalslag", "woningtekort", "instroom", "evacuatie", "contracten", "nareis")
_AWAY = {
    "inhaalslag": ("geen inhaalslag", "no catch-up", NO_CATCH_UP),
    "woningtekort": ("genoeg woningen", "enough homes", ENOUGH_HOMES),
    "instroom": ("gemiddelde instroom zonder evacuatie", "mean inflow without evacuation", MEAN_INFLOW),
    "evacuatie": ("geen evacuatie", "no evacuation", ("evacuation=0",)),
    "contracten": ("contracten verlengd", "contracts renewed", ("contract_renewal=1",)),
    "nareis": ("geen nareis in 2021", "no family arriving in 2021", ("travel_open=0@2021-01-01",)),
}
#: In the split over six the evacuation stands apart from the rest of the inflow; `inflow_factor` multiplies it too, so
#: it is brought back to what it was. Where it is taken away as well, that comes later in the order and counts.
_AWAY_OF_SIX = _AWAY | {
    "instroom": ("gemiddelde instroom", "mean inflow", (_LESS, f"evacuation={1 / _USUAL_INFLOW:.4f}"))
}


def _without(
    factors: tuple[str, ...], away: dict[str, tuple[str, str, tuple[str, ...]]], prefix: str = ""
) -> tuple[Future, ...]:
    """The futures in which some of the factors are taken away; the first, without none, is left to AS_IT_WAS."""
    found = []
    for number in range(1, 2 ** len(factors)):
        gone = [away[factor] for index, factor in enumerate(factors) if number >> index & 1]
        name = combination(factors, number, prefix)
        settings = tuple(text for _, _, texts in gone for text in texts)
        found.append(Future(name, ", ".join(nl for nl, _, _ in gone), ", ".join(en for _, en, _ in gone), settings))
    return tuple(found)


_OF_SIX = "zes-"
_OVERFLOW = "person_days_without_place"
_AUTUMN = ("2021-08-01", "2022-01-01")
_CATCH_UP_AND_HOMES = combination(_THREE, 0b011)
_OTHER_INFLOW = tuple(combination(_THREE, number) for number in range(8) if number & 0b100)


def _less_inflow(factor: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Another mean inflow in every future that has one."""
    return tuple(
        (future.name, tuple(factor if text.startswith("inflow_factor") else text for text in future.settings))
        for future in _without(_THREE, _AWAY)
        if future.name in _OTHER_INFLOW
    )


def _part(factor: str, label_nl: str, label_en: str, against: str = "") -> Part:
    key = f"{factor}_against_{against}" if against else factor
    return Part(
        key, label_nl, label_en, _OVERFLOW, against, factor, *_AUTUMN, factors=_THREE, factor=factor, against=against
    )


def _part_of_six(factor: str, label_nl: str, label_en: str) -> Part:
    words = (f"Van zes oorzaken samen: {label_nl}", f"Of six causes together: {label_en}")
    return Part(
        f"six_{factor}",
        *words,
        _OVERFLOW,
        "",
        factor,
        *_AUTUMN,
        factors=_SIX,
        factor=factor,
        prefix=_OF_SIX,
        fewer=True,
    )


_NOT_INFLOW = Claim(
    name="inhaalslag-en-woningnood-geen-hoge-instroom",
    sentence_nl=(
        "De prop van 2021 kwam door de inhaalslag van de IND en het tekort aan woningen, niet door een hoge instroom."
    ),
    sentence_en="The clog of 2021 came from the IND's catch-up and the lack of homes, not from a high inflow.",
    document=REPORT,
    page=3,
    section="Managementsamenvatting, eerste conclusie",
    rule_nl=(
        "De prop: persoonsdagen zonder plek van 1 augustus tot en met 31 december 2021. De uitspraak houdt stand als"
        " (1) zonder inhaalslag en met genoeg woningen minstens de helft daarvan wegvalt, en (2) inhaalslag en (3)"
        " woningtekort elk meer bijdragen dan de hoge instroom, telkens met het hele interval. Bijdrage: wat wegvalt"
        " als de oorzaak wordt weggenomen, gemiddeld over alle volgorden. Hoge instroom: de evacuatie uit Afghanistan,"
        " en wat er in 2021 buiten de evacuatie meer aan eerste aanvragen was dan gemiddeld in 2015 tot en met 2020"
        f" ({_in_figures(_first_applications(2021), '.')} tegen"
        f" {_in_figures(_first_applications(*_SINCE_2015), '.')})."
        " De uitspraak houdt geen stand als het hele interval van een van de drie aan de verkeerde kant ligt."
    ),
    rule_en=(
        "The clog: person-days without a place from 1 August to 31 December 2021. The claim holds when (1) without"
        " catch-up and with enough homes at least half of them disappears, and (2) catch-up and (3) lack of homes each"
        " contribute more than high inflow, each time with the whole interval. Contribution: what disappears when the"
        " cause is taken away, averaged over all orders. High inflow: the Afghan evacuation, and the first applications"
        " of 2021 other than the evacuation above the mean of 2015-2020"
        f" ({_in_figures(_first_applications(2021), ',')} against"
        f" {_in_figures(_first_applications(*_SINCE_2015), ',')}). The claim fails when the whole interval of one"
        " of the three lies on the wrong side."
    ),
    caution_nl=(
        "Wie op een beslissing wacht, heeft ook een bed. Zonder inhaalslag houden dezelfde mensen in het model hun bed"
        " als asielzoeker; dat de inhaalslag veel vergunninghouders opleverde, is daarom iets anders dan dat zij"
        " de opvang vulde. Wat ‘hoog’ heet, hangt af van de jaren waarmee 2021 wordt vergeleken."
    ),
    caution_en=(
        "Who waits for a decision has a bed too. Without the catch-up the same people keep their bed in the model as"
        " asylum seekers; that the catch-up produced many permit holders is therefore not the same as filling"
        " reception. What is called high depends on the years with which 2021 is compared."
    ),
    futures=(
        AS_IT_WAS,
        *_without(_THREE, _AWAY),
        *_without(_SIX, _AWAY_OF_SIX, _OF_SIX),
    ),
    looks=(
        Look("both", "Persoonsdagen zonder plek, augustus tot en met december 2021",
             "Person-days without a place, August to December 2021", _OVERFLOW, "prop-2021", _CATCH_UP_AND_HOMES,
             *_AUTUMN),
        _part("inhaalslag", "Bijdrage van de inhaalslag", "Contribution of the catch-up"),
        _part("woningtekort", "Bijdrage van het tekort aan woningen", "Contribution of the lack of homes"),
        _part("instroom", "Bijdrage van de hoge instroom met evacuatie",
              "Contribution of high inflow with evacuation"),
        _part("inhaalslag", "Bijdrage van de hoge instroom, naast die van de inhaalslag",
              "Contribution of high inflow, beside that of the catch-up", "instroom"),
        _part("woningtekort", "Bijdrage van de hoge instroom, naast die van het tekort aan woningen",
              "Contribution of high inflow, beside that of the lack of homes", "instroom"),
        Look("holders", "Vergunninghouders in de opvang, eind 2021: zonder inhaalslag",
             "Permit holders in reception, end of 2021: without catch-up", "permit_holders_in_reception_end",
             "prop-2021", combination(_THREE, 0b001), "2021-01-01", "2022-01-01"),
        _part_of_six("inhaalslag", "inhaalslag van de IND", "catch-up of the IND"),
        _part_of_six("woningtekort", "tekort aan woningen", "lack of homes"),
        _part_of_six("instroom", "meer eerste aanvragen dan gemiddeld", "more first applications than the mean"),
        _part_of_six("evacuatie", "evacuatie uit Afghanistan", "Afghan evacuation"),
        _part_of_six("contracten", "aflopende contracten", "ending contracts"),
        _part_of_six("nareis", "nareizigers die in 2021 aankwamen", "family arriving in 2021"),
    ),
    conditions=(
        Condition("both", "at_most", -0.5, relative=True),
        Condition("inhaalslag_against_instroom", "at_least", 0.0),
        Condition("woningtekort_against_instroom", "at_least", 0.0),
    ),
    weighed_by="inhaalslag_against_instroom",
    assumptions=(
        Assumption(
            "inflow_factor",
            "Gewone instroom, ten opzichte van die van 2021 zonder evacuatie (gemiddelde van "
            "2016-2020 of van 2015-2020)",
            "Usual inflow, times that of 2021 without the evacuation (mean of 2016-2020 or of 2015-2020)",
            End(_inflow_factor(*_SINCE_2016),
                instead=_less_inflow(f"inflow_factor={_inflow_factor(*_SINCE_2016):g}@2021-01-01")),
            End(_USUAL_INFLOW),
        ),
        _kinds_of_homes(*_without(_THREE, _AWAY)),
        Assumption(
            "emergency_places_per_month", "Noodopvangplekken per maand tot september 2021",
            "Emergency places per month until September 2021",
            End(250, ("emergency_places_per_month=250@2019-01-01..2021-09-01",)),
            End(1000, ("emergency_places_per_month=1000@2019-01-01..2021-09-01",)),
        ),
    ),
)  # fmt: skip

# --- 3. scaling down the IND ---------------------------------------------------------------------------------------

_KEPT_AFTER_WAVE = ("ind_extra_staff=300@2016-10-01", "ind_extra_staff=650@2017-01-01")
_IND_CLAIM = Claim(
    name="afschalen-ind-kostte-meer",
    sentence_nl="Het afschalen van de IND bespaarde minder dan de extra opvang daarna kostte.",
    sentence_en="Scaling the IND down saved less than the extra reception cost afterwards.",
    document=REPORT,
    page=22,
    section="Aanbeveling 7",
    rule_nl=(
        "Kosten van IND-personeel, opvang, logeren en hotel samen. Er zijn twee paren. (1) De periode van de golf,"
        " oktober 2016 tot en met 2021: zoals het liep tegen een IND die de 650 medewerkers houdt die in 2016 en 2017"
        " vertrokken, zonder Taskforce. (2) 2019 tot en met 2021: zoals het liep tegen 200 ervaren medewerkers meer"
        " vanaf het begin. De uitspraak houdt stand als niet afschalen in beide paren goedkoper is (heel het interval),"
        " houdt geen stand als het in beide duurder is, en is anders open: geen van beide paren beslaat het afschalen"
        " met een toets aan cijfers."
    ),
    rule_en=(
        "Cost of IND staff, reception, hosts and hotels together. There are two pairs. (1) The period of the wave,"
        " October 2016 to the end of 2021: as it was against an IND that keeps the 650 staff who left in 2016 and"
        " 2017, without a Taskforce. (2) 2019 to the end of 2021: as it was against 200 experienced staff more from"
        " the start. The claim holds when not scaling down is cheaper in both pairs (the whole interval), fails when it"
        " is dearer in both, and is open otherwise: neither pair covers the scaling down with a test against figures."
    ),
    caution_nl=(
        "Het verloop van de reguliere opvangplekken is in het model een gegeven: het COA sluit geen locatie omdat er"
        " minder mensen zijn. Alleen noodopvang wordt dan bespaard. De kosten van vóór oktober 2016 en de onrust bij"
        " gemeenten tellen niet mee. Dat 650 vertrokken medewerkers allen asielzaken beslisten, is een aanname."
    ),
    caution_en=(
        "The course of regular places is given in the model: COA closes no location because there are fewer people."
        " Only emergency shelter is then saved. Cost before October 2016 and the unrest in municipalities do not count."
        " That all 650 staff who left decided asylum cases is an assumption."
    ),
    futures=(
        Future("golf-2015", "IND afgeschaald, zoals het liep", "IND scaled down, as it was", base="golf-2015"),
        Future("golf-ind-gehouden", "IND niet afgeschaald", "IND not scaled down",
               (*_KEPT_AFTER_WAVE, *NO_CATCH_UP), "golf-2015"),
        AS_IT_WAS,
        Future("ind-200-meer", "200 medewerkers meer vanaf 2019", "200 staff more from 2019",
               ("ind_extra_staff=200",)),
    ),
    looks=(
        Look("after_wave", "IND en opvang samen, oktober 2016 tot en met 2021",
             "IND and reception together, October 2016 to the end of 2021", "reception_and_ind", "golf-2015",
             "golf-ind-gehouden", "2016-10-01", "2022-01-01"),
        Look("clog", "IND en opvang samen, 2019 tot en met 2021", "IND and reception together, 2019 to the end of 2021",
             "reception_and_ind", "prop-2021", "ind-200-meer", "2019-01-01", "2022-01-01"),
        Look("after_wave_ind", "IND-personeel, oktober 2016 tot en met 2021",
             "IND staff, October 2016 to the end of 2021", "cost_ind", "golf-2015", "golf-ind-gehouden",
             "2016-10-01", "2022-01-01"),
        Look("after_wave_reception", "Opvang, oktober 2016 tot en met 2021",
             "Reception, October 2016 to the end of 2021", "cost_reception", "golf-2015",
             "golf-ind-gehouden", "2016-10-01", "2022-01-01"),
        Look("clog_ind", "IND-personeel, 2019 tot en met 2021", "IND staff, 2019 to the end of 2021", "cost_ind",
             "prop-2021", "ind-200-meer", "2019-01-01", "2022-01-01"),
        Look("clog_reception", "Opvang, 2019 tot en met 2021", "Reception, 2019 to the end of 2021", "cost_reception",
             "prop-2021", "ind-200-meer", "2019-01-01", "2022-01-01"),
        Look("clog_penalties", "Dwangsommen, 2019 tot en met 2021 (tellen niet mee)",
             "Penalties, 2019 to the end of 2021 (not counted)", "cost_penalties", "prop-2021", "ind-200-meer",
             "2019-01-01", "2022-01-01"),
        Look("persons", "Mensen in de opvang, gemiddeld 2019 tot en met 2021",
             "People in reception, mean 2019 to the end of 2021", "persons_in_reception_mean", "prop-2021",
             "ind-200-meer", "2019-01-01", "2022-01-01"),
    ),
    conditions=(Condition("after_wave", "at_most", 0.0), Condition("clog", "at_most", 0.0)),
    weighed_by="clog",
    assumptions=(
        Assumption(
            "counting", "Waarvoor het COA betaalt", "What COA pays for",
            End("elke plek", value_en="every place"),
            End("elke aanwezige persoon", value_en="every person present",
                measures=(("reception_and_ind", "reception_by_person_and_ind"),)),
        ),
        Assumption(
            "ind_extra_staff", "Medewerkers die blijven, vanaf 2019", "Staff kept, from 2019",
            End(100, instead=(("ind-200-meer", ("ind_extra_staff=100",)),)),
            End(300, instead=(("ind-200-meer", ("ind_extra_staff=300",)),)),
        ),
    ),
    decide=all_agree,
)  # fmt: skip

# --- 4. homes later, places at once -----------------------------------------------------------------------------------

_EARLY = ("2021-05-01", "2021-11-01")
_LATE = ("2022-07-01", "2024-01-01")
_LATER_CLAIM = Claim(
    name="woningen-later-opvang-meteen",
    sentence_nl="Meer woningen helpen pas op middellange en lange termijn; meer opvang helpt meteen.",
    sentence_en="More homes help only in the middle and long term; more shelter helps at once.",
    document=REPORT,
    page=19,
    section="Eindconclusie 2",
    rule_nl=(
        "Het besluit valt op 1 mei 2021: tot 15.000 flexwoningen in een jaar, of 2.600 noodopvangplekken per maand (het"
        " tempo dat in werkelijkheid pas in september 2021 werd gehaald). De uitspraak houdt stand als in het halve"
        " jaar daarna (1) opvang minstens 25 % van de persoonsdagen zonder plek wegneemt en (2) woningen minder dan"
        " 10 %, en (3) de woningen van juli 2022 tot en met 2023 het aantal vergunninghouders in de opvang met minstens"
        " 5 % verlagen. Zij houdt geen stand als het hele interval van een van de drie aan de verkeerde kant ligt."
    ),
    rule_en=(
        "The decision falls on 1 May 2021: up to 15,000 flex dwellings in a year, or 2,600 emergency places a month"
        " (the pace that in reality was reached in September 2021). The claim holds when in the half year after it (1)"
        " shelter takes away at least 25% of the person-days without a place and (2) homes less than 10%, and (3) the"
        " homes lower the number of permit holders in reception from July 2022 to the end of 2023 by at least 5%. It"
        " fails when the whole interval of one of the three lies on the wrong side."
    ),
    caution_nl=(
        "Alleen flexwoningen zijn bekeken. Een groter aandeel van bestaande woningen helpt in het model wel binnen"
        " maanden. De aanlooptijden zijn aannamen, dus dit is deels een gevolg van wat erin is gestopt. Het model"
        " is niet getoetst aan cijfers na begin 2022."
    ),
    caution_en=(
        "Only flex dwellings were looked at. A larger share of existing homes does help within months in the model."
        " Lead times are assumptions, so in part this follows from what was put in. The model was not tested against"
        " figures after early 2022."
    ),
    futures=(
        AS_IT_WAS,
        Future("meer-opvang", "meer noodopvang", "more emergency shelter",
               ("emergency_places_per_month=2600@2021-05-01",)),
        Future("meer-flex", "meer flexwoningen", "more flex dwellings",
               ("flex_per_year=15000@2021-05-01..2022-05-01",)),
    ),
    looks=(
        Look("shelter_early", "Persoonsdagen zonder plek, mei tot en met oktober 2021",
             "Person-days without a place, May to October 2021", _OVERFLOW, "prop-2021", "meer-opvang", *_EARLY),
        Look("homes_early", "Persoonsdagen zonder plek, mei tot en met oktober 2021",
             "Person-days without a place, May to October 2021", _OVERFLOW, "prop-2021", "meer-flex", *_EARLY),
        Look("homes_late", "Vergunninghouders in de opvang, gemiddeld juli 2022 tot en met 2023",
             "Permit holders in reception, mean July 2022 to the end of 2023", "permit_holders_in_reception_mean",
             "prop-2021", "meer-flex", *_LATE),
        Look("shelter_late", "Vergunninghouders in de opvang, gemiddeld juli 2022 tot en met 2023",
             "Permit holders in reception, mean July 2022 to the end of 2023", "permit_holders_in_reception_mean",
             "prop-2021", "meer-opvang", *_LATE),
        Look("homes_late_days", "Persoonsdagen zonder plek, juli 2022 tot en met 2023",
             "Person-days without a place, July 2022 to the end of 2023", _OVERFLOW, "prop-2021", "meer-flex", *_LATE),
    ),
    conditions=(
        Condition("shelter_early", "at_most", -0.25, relative=True),
        Condition("homes_early", "at_least", -0.1, relative=True),
        Condition("homes_late", "at_most", -0.05, relative=True),
    ),
    weighed_by="homes_late",
    assumptions=(
        Assumption(
            "flex_lead_days", "Aanlooptijd van flexwoningen, dagen", "Lead time of flex dwellings, days",
            End(210, ("flex_lead_days=210",)), End(600, ("flex_lead_days=600",)),
        ),
        Assumption(
            "flex_holder_share", "Deel van de flexwoningen voor vergunninghouders",
            "Share of flex dwellings for permit holders",
            End(0.2, ("flex_holder_share=0.2",)), End(0.5, ("flex_holder_share=0.5",)),
        ),
        Assumption(
            "project_failure", "Deel van de bouwprojecten dat niet doorgaat", "Share of building projects that fails",
            End(0.1, ("project_failure=0.1",)), End(0.4, ("project_failure=0.4",)),
        ),
    ),
)  # fmt: skip

# --- 5. a small inflow sufficed -------------------------------------------------------------------------------------

_LOW = ("inflow_factor=0.73@2021-01-01",)
_SMALL_INFLOW_CLAIM = Claim(
    name="kleine-toestroom-was-genoeg",
    sentence_nl="Door krimpende opvang en stokkende uitstroom was een kleine toestroom genoeg om de opvang te vullen.",
    sentence_en="With shrinking reception and blocked outflow, a small inflow was enough to fill reception.",
    document=REPORT,
    page=19,
    section="Eindconclusies, noot 9",
    rule_nl=(
        "Kleine toestroom: de instroom van 2021 is 27 % lager dan in werkelijkheid, zoals was begroot (18.000 eerste"
        f" aanvragen). Vol: op een dag van augustus tot en met december 2021 zijn meer dan {_FULL}"
        " mensen zonder plek. De uitspraak houdt stand als de opvang bij die lage instroom (1) in minstens 90 % van de"
        " replicaties vol raakt, en (2) in hoogstens 10 % als alle contracten waren verlengd en er genoeg woningen"
        " waren. Zij houdt geen stand als het hele interval van een van beide aan de verkeerde kant ligt."
    ),
    rule_en=(
        "Small inflow: the inflow of 2021 is 27% lower than in reality, as was budgeted (18,000 first applications)."
        f" Full: on some day from August to December 2021 more than {_FULL} people have no place. The"
        " claim holds when at that low inflow reception runs full (1) in at least 90% of replications, and (2) in at"
        " most 10% when all contracts had been renewed and there were enough homes. It fails when the whole interval"
        " of one of both lies on the wrong side."
    ),
    caution_nl=(
        "De evacuatie uit Afghanistan is in de lage instroom ook 27 % kleiner als zij onder de reeks valt. Nareis volgt"
        " uit eerdere vergunningen en is dus niet lager."
    ),
    caution_en=(
        "The Afghan evacuation is also 27% smaller in the low inflow where it is part of the series. Family arrivals"
        " follow from earlier permits and are therefore not lower."
    ),
    futures=(
        AS_IT_WAS,
        Future("lage-instroom", "lage instroom", "low inflow", _LOW),
        Future("lage-instroom-met-plekken", "lage instroom, contracten verlengd", "low inflow, contracts renewed",
               (*_LOW, "contract_renewal=1")),
        Future("lage-instroom-met-plekken-en-woningen", "lage instroom, contracten verlengd en genoeg woningen",
               "low inflow, contracts renewed and enough homes", (*_LOW, "contract_renewal=1", *ENOUGH_HOMES)),
    ),
    looks=(
        Look("full", "Kans dat de opvang in het najaar van 2021 vol raakt, bij lage instroom",
             "Chance that reception runs full in the autumn of 2021, at low inflow", "ran_full", "", "lage-instroom",
             *_AUTUMN),
        Look("full_with_places", "Dezelfde kans met contracten verlengd", "The same chance with contracts renewed",
             "ran_full", "", "lage-instroom-met-plekken", *_AUTUMN),
        Look("full_with_both", "Dezelfde kans met contracten verlengd en genoeg woningen",
             "The same chance with contracts renewed and enough homes", "ran_full", "",
             "lage-instroom-met-plekken-en-woningen", *_AUTUMN),
        Look("days", "Persoonsdagen zonder plek, augustus tot en met december 2021",
             "Person-days without a place, August to December 2021", _OVERFLOW, "prop-2021", "lage-instroom", *_AUTUMN),
        Look("peak_low", "Mensen zonder plek in het najaar van 2021 bij lage instroom, hoogste stand",
             "People without a place in the autumn of 2021 at low inflow, highest", "persons_without_place_max", "",
             "lage-instroom", *_AUTUMN),
    ),
    conditions=(
        Condition("full", "at_least", NEARLY_ALWAYS),
        Condition("full_with_both", "at_most", HARDLY_EVER),
    ),
    weighed_by="peak_low",
    assumptions=(
        Assumption(
            "inflow_factor", "Kleine toestroom, ten opzichte van die van 2021", "Small inflow, times that of 2021",
            End(0.6, instead=tuple(
                (name, ("inflow_factor=0.6@2021-01-01", *rest)) for name, rest in (
                    ("lage-instroom", ()), ("lage-instroom-met-plekken", ("contract_renewal=1",)),
                    ("lage-instroom-met-plekken-en-woningen", ("contract_renewal=1", *ENOUGH_HOMES)),
                ))),
            End(0.85, instead=tuple(
                (name, ("inflow_factor=0.85@2021-01-01", *rest)) for name, rest in (
                    ("lage-instroom", ()), ("lage-instroom-met-plekken", ("contract_renewal=1",)),
                    ("lage-instroom-met-plekken-en-woningen", ("contract_renewal=1", *ENOUGH_HOMES)),
                ))),
        ),
        _TURNOVER,
        Assumption(
            "emergency_places_per_month", "Noodopvangplekken per maand tot september 2021",
            "Emergency places per month until September 2021",
            End(250, ("emergency_places_per_month=250@2019-01-01..2021-09-01",)),
            End(1000, ("emergency_places_per_month=1000@2019-01-01..2021-09-01",)),
        ),
    ),
)  # fmt: skip

# --- 6. the catch-up returns as family ------------------------------------------------------------------------------

_FAMILY_CLAIM = Claim(
    name="inhaalslag-komt-terug-als-nareis",
    sentence_nl="De inhaalslag van de IND komt in 2022 terug als nareis.",
    sentence_en="The IND's catch-up returns in 2022 as family reunification.",
    document=REPORT,
    page=19,
    section="Eindconclusies, noot 8",
    rule_nl=(
        "De uitspraak houdt stand als er in 2022 door de inhaalslag minstens 5 % meer nareizigers aankomen dan zonder"
        " (het hele interval), houdt geen stand als het hele interval daaronder ligt, en is anders open. De lijn van"
        " 5 % is ongeveer 500 mensen."
    ),
    rule_en=(
        "The claim holds when because of the catch-up at least 5% more family members arrive in 2022 than without it"
        " (the whole interval), fails when the whole interval lies below that, and is open otherwise. The line of 5%"
        " is about 500 people."
    ),
    caution_nl=(
        "Zonder inhaalslag worden dezelfde zaken later beslist. De nareis verschuift dan naar latere jaren en"
        " verdwijnt niet. 2022 ligt buiten de cijfers waaraan het model is geijkt."
    ),
    caution_en=(
        "Without the catch-up the same cases are decided later. Family arrivals then move to later years and do not"
        " disappear. 2022 lies outside the figures on which the model was fitted."
    ),
    futures=(Future("geen-inhaalslag", "zonder inhaalslag", "without catch-up", NO_CATCH_UP), AS_IT_WAS),
    looks=(
        Look("arrivals", "Nareizigers aangekomen in 2022", "Family members arrived in 2022", "nareis_arrivals",
             "geen-inhaalslag", "prop-2021", "2022-01-01", "2023-01-01"),
        Look("arrivals_2021", "Nareizigers aangekomen in 2021", "Family members arrived in 2021", "nareis_arrivals",
             "geen-inhaalslag", "prop-2021", "2021-01-01", "2022-01-01"),
        Look("arrivals_2023", "Nareizigers aangekomen in 2023", "Family members arrived in 2023", "nareis_arrivals",
             "geen-inhaalslag", "prop-2021", "2023-01-01", "2024-01-01"),
        Look("applications", "Nareisaanvragen van juli 2020 tot en met 2021",
             "Family applications from July 2020 to the end of 2021", "nareis_applications", "geen-inhaalslag",
             "prop-2021", "2020-07-01", "2022-01-01"),
        Look("permits", "Vergunningen zonder nareis, april 2020 tot en met 2021",
             "Permits without family, April 2020 to the end of 2021", "permits_without_family", "geen-inhaalslag",
             "prop-2021", "2020-04-01", "2022-01-01"),
    ),
    conditions=(Condition("arrivals", "at_least", 0.05, relative=True),),
    weighed_by="arrivals",
    assumptions=(
        _FAMILY,
        Assumption(
            "nareis_extra_staff", "Meer of minder medewerkers nareis dan in werkelijkheid, vanaf 2021",
            "More or fewer family reunification staff than in reality, from 2021",
            End(-40, ("nareis_extra_staff=-40@2021-01-01",)), End(80, ("nareis_extra_staff=80@2021-01-01",)),
        ),
        Assumption(
            "permit_chance", "Kans op een vergunning, ten opzichte van de basiswaarde",
            "Chance of a permit, times what it was",
            End(0.9, ("permit_chance=0.9",)), End(1.1, ("permit_chance=1.1",)),
        ),
    ),
)  # fmt: skip

# --- 7. the wave of 2015 --------------------------------------------------------------------------------------------

_TWO_YEARS = ("2016-01-01", "2018-01-01")
_TIGHT = ("turnover=0.86", "share_cap=0.075")
_WAVE_CLAIM = Claim(
    name="golf-2015-paste-toen-wel",
    sentence_nl=(
        "De golf van 2015 en 2016 was groter en werd opgenomen; op de woningmarkt van 2021 was dat niet gelukt."
    ),
    sentence_en=(
        "The wave of 2015 and 2016 was larger and was absorbed; on the housing market of 2021 it would not have been."
    ),
    document=REPORT,
    page=12,
    section="Paragraaf 2.1",
    rule_nl=(
        "Opgenomen: van wat gemeenten in 2016 en 2017 moesten huisvesten, is eind 2017 minstens 90 % gehuisvest. De"
        " uitspraak houdt stand als (1) er in 2015 en 2016 meer eerste aanvragen waren dan in 2020 en 2021 (ook van"
        " alleenstaande minderjarigen en geëvacueerden), (2) de golf werd opgenomen zoals het liep, en (3) niet werd"
        " opgenomen op de markt van 2021 (doorstroming maal 0,86 en een hoogste aandeel van 7,5 %), telkens met het"
        " hele interval. Zij houdt geen stand als het hele interval van een van de drie aan de verkeerde kant ligt."
    ),
    rule_en=(
        "Absorbed: of what municipalities had to house in 2016 and 2017, at least 90% is housed at the end of 2017. The"
        " claim holds when (1) there were more first applications in 2015 and 2016 than in 2020 and 2021 (those of"
        " unaccompanied minors and evacuees included), (2) the wave was absorbed as it was, and (3) was not absorbed on"
        " the market of 2021 (turnover times 0.86 and a highest share of 7.5%), each time with the whole"
        " interval. It fails when the whole interval of one of the three lies on the wrong side."
    ),
    caution_nl=(
        "Dat gemeenten in 2016 een groter aandeel wilden geven, is een aanname van het model (hoogste aandeel 0,13"
        " tegen 0,055, maal dezelfde geijkte factor). Het model is niet op 2014-2018 geijkt. Met een vast aandeel van"
        " 7,5 % zit wat het model daarover niet weet niet in het interval."
    ),
    caution_en=(
        "That municipalities were willing to give a larger share in 2016 is an assumption of the model (highest share"
        " 0.13 against 0.055, times the same fitted factor). The model was not fitted on 2014-2018. With a fixed share"
        " of 7.5%, what the model does not know about it is not in the interval."
    ),
    futures=(
        Future("golf-2015", "de golf zoals zij was", "the wave as it was", base="golf-2015"),
        Future("golf-in-markt-2021", "de golf op de markt van 2021", "the wave on the market of 2021", _TIGHT,
               "golf-2015"),
        Future("prop-2021", "2020 en 2021", "2020 and 2021"),
    ),
    looks=(
        Look("housed", "Gehuisvest deel van de opgave van 2016 en 2017, zoals het liep",
             "Housed share of the task of 2016 and 2017, as it was", "housed_of_task", "", "golf-2015", *_TWO_YEARS),
        Look("housed_tight", "Gehuisvest deel van de opgave van 2016 en 2017, op de markt van 2021",
             "Housed share of the task of 2016 and 2017, on the market of 2021", "housed_of_task", "",
             "golf-in-markt-2021", *_TWO_YEARS),
        Look("larger", "Eerste aanvragen in twee jaar", "First applications in two years", "first_applications",
             "prop-2021", "golf-2015", "2015-01-01", "2017-01-01", "2020-01-01", "2022-01-01"),
        Look("behind", "Achterstand op de taakstelling, eind 2017", "Behind on the target, end of 2017", "behind_end",
             "golf-2015", "golf-in-markt-2021", *_TWO_YEARS),
        Look("holders", "Vergunninghouders in de opvang, eind 2017", "Permit holders in reception, end of 2017",
             "permit_holders_in_reception_end", "golf-2015", "golf-in-markt-2021", *_TWO_YEARS),
        Look("days", "Persoonsdagen zonder plek, 2016 en 2017", "Person-days without a place, 2016 and 2017", _OVERFLOW,
             "golf-2015", "golf-in-markt-2021", *_TWO_YEARS),
    ),
    conditions=(
        Condition("larger", "at_least", 0.0),
        Condition("housed", "at_least", 0.9),
        Condition("housed_tight", "at_most", 0.9),
    ),
    weighed_by="housed_tight",
    assumptions=(
        Assumption(
            "share_cap", "Hoogste aandeel van vrijkomende woningen op de markt van 2021",
            "Highest share of vacated homes on the market of 2021",
            End(_USUAL_CAP.low.value, instead=(("golf-in-markt-2021", ("turnover=0.86", *_USUAL_CAP.low.extra)),)),
            End(0.13, instead=(("golf-in-markt-2021", ("turnover=0.86", "share_cap=0.13")),)),
        ),
        Assumption(
            "turnover", "Doorstroming in 2021, ten opzichte van die in 2014-2017",
            "Turnover in 2021, times that of 2014-2017",
            End(0.8, instead=(("golf-in-markt-2021", ("turnover=0.8", "share_cap=0.075")),)),
            End(1, instead=(("golf-in-markt-2021", ("share_cap=0.075",)),)),
        ),
        _FAMILY,
    ),
)  # fmt: skip

# --- 8. peaks in the target -------------------------------------------------------------------------------------------

_TASK_DAYS = ("2020-07-01", "2022-01-01")
_SMOOTH_CLAIM = Claim(
    name="pieken-in-taakstelling-kosten-huisvesting",
    sentence_nl=(
        "Pieken en dalen in de taakstelling vertragen de huisvesting: gelijk verdeeld is hetzelfde aantal mensen "
        "eerder gehuisvest."
    ),
    sentence_en="Peaks and troughs in the target slow housing down: spread evenly, the same number is housed sooner.",
    document=REPORT,
    page=22,
    section="Aanbeveling 7",
    rule_nl=(
        "De piek van 2021 wordt gelijk verdeeld over twee, drie en vier halfjaren: die van 2021 (24.500 samen), juli"
        " 2020 tot en met 2021 (31.000) en 2021 en 2022 (47.979). Telkens wordt gekeken naar precies die halfjaren,"
        " zodat de som gelijk is en alleen de verdeling verschilt. De uitspraak houdt stand als bij alle drie minstens"
        " 1 % meer mensen worden gehuisvest (telkens het hele interval), houdt geen stand als bij alle drie het hele"
        " interval daaronder ligt, en is anders open: wat bij de ene verdeling helpt en bij de andere niet, is niet de"
        " gelijkmatigheid."
    ),
    rule_en=(
        "The peak of 2021 is spread evenly over two, three and four half-years: those of 2021 (24,500 together), July"
        " 2020 to the end of 2021 (31,000), and 2021 and 2022 (47,979). Each time exactly those half-years are looked"
        " at, so that the sum is the same and only the division differs. The claim holds when in all three at least 1%"
        " more people are housed (each time the whole interval), fails when in all three the whole interval lies below"
        " that, and is open otherwise: what helps in one division and not in another is not evenness."
    ),
    caution_nl=(
        "Het model verdeelt alleen de taakstelling anders, niet de vergunningen. Over drie halfjaren is de opgave in"
        " 2020 hoger dan toen bekend kon zijn: een deel van wat dat oplevert, is eerder weten en geen gelijkmatigheid."
        " Dat een gelijkmatig aantal ook het bouwen en de organisatie bij gemeenten makkelijker maakt, zit er niet in."
        " Het model is niet getoetst aan cijfers na begin 2022."
    ),
    caution_en=(
        "The model spreads only the target, not the permits. Over three half-years the task in 2020 is higher than"
        " could be known then: part of what that brings is knowing sooner and not evenness. That an even number also"
        " makes building and organising in municipalities easier is not in it. The model was not tested against"
        " figures after early 2022."
    ),
    futures=(
        AS_IT_WAS,
        *(
            Future(f"verdeeld-over-{word}", f"gelijk verdeeld over {word} halfjaren",
                   f"spread evenly over {word_en} half-years", (f"smoothing={several}",))
            for several, word, word_en in ((2, "twee", "two"), (3, "drie", "three"), (4, "vier", "four"))
        ),
    ),
    looks=(
        Look("over_two", "Gehuisvest in 2021", "Housed in 2021", "realised", "prop-2021", "verdeeld-over-twee",
             "2021-01-01", "2022-01-01"),
        Look("over_three", "Gehuisvest van juli 2020 tot en met 2021", "Housed from July 2020 to the end of 2021",
             "realised", "prop-2021", "verdeeld-over-drie", *_TASK_DAYS),
        Look("over_four", "Gehuisvest in 2021 en 2022", "Housed in 2021 and 2022", "realised", "prop-2021",
             "verdeeld-over-vier", "2021-01-01", "2023-01-01"),
        Look("first_half", "Gehuisvest in de tweede helft van 2020", "Housed in the second half of 2020", "realised",
             "prop-2021", "verdeeld-over-drie", "2020-07-01", "2021-01-01"),
        Look("out", "Weken van vergunning tot vertrek uit de opvang, gemiddeld",
             "Weeks from permit to leaving reception, mean", "weeks_until_out_mean", "prop-2021", "verdeeld-over-drie",
             *_TASK_DAYS),
        Look("holders", "Vergunninghouders in de opvang, gemiddeld", "Permit holders in reception, mean",
             "permit_holders_in_reception_mean", "prop-2021", "verdeeld-over-drie", *_TASK_DAYS),
    ),
    conditions=tuple(
        Condition(look, "at_least", WORTH_NAMING, relative=True) for look in ("over_two", "over_three", "over_four")
    ),
    weighed_by="over_three",
    assumptions=(_LOUDNESS, _RESPONSE, _USUAL_CAP),
    decide=all_agree,
)  # fmt: skip

# --- 9. regional trading and shared facilities ------------------------------------------------------------------------

#: From when regions work together: behind the value, as `--set` takes it.
_TOGETHER_FROM = "@2020-07-01"
_SHARED = f"regional_intermediate_places=2000{_TOGETHER_FROM}"
_REGION = f"trading=region{_TOGETHER_FROM}"
_REGION_CLAIM = Claim(
    name="regionaal-sneller",
    sentence_nl="Regionaal uitruilen en gedeelde tussenvoorzieningen huisvesten mensen sneller.",
    sentence_en="Regional trading and shared facilities house people sooner.",
    document=REPORT,
    page=18,
    section="Paragraaf 3.4",
    rule_nl=(
        "Vanaf juli 2020 uitruil binnen de provincie, of 2.000 plekken in gedeelde tussenvoorzieningen. De uitspraak"
        " houdt stand als elk van beide, op zichzelf, (1) van juli 2020 tot en met 2021 minstens 1 % meer mensen"
        " huisvest en (2) wie in die tijd een vergunning kreeg minstens 1 % eerder uit de opvang laat vertrekken, naar"
        " een woning of een tijdelijke voorziening, telkens met het hele interval. Zij houdt geen stand als het hele"
        " interval van een van die vier aan de verkeerde kant ligt. De weken tellen van vergunning tot vertrek, en tot"
        " eind 2021 voor wie dan nog in de opvang is."
    ),
    rule_en=(
        "From July 2020 trading within the province, or 2,000 places in shared facilities. The claim holds when each"
        " of the two, on its own, (1) houses at least 1% more people from July 2020 to the end of 2021 and (2) lets who"
        " got a permit in that time leave reception at least 1% sooner, to a home or a temporary facility, each time"
        " with the whole interval. It fails when the whole interval of one of these four lies on the wrong side. Weeks"
        " count from permit to leaving, and to the end of 2021 for who is still in reception then."
    ),
    caution_nl=(
        "Wie in een tussenvoorziening komt, telt meteen als gehuisvest en is uit de opvang; dat zulke plekken mensen"
        " sneller huisvesten, volgt dus voor een deel uit de telling. De weken tot een eigen woning staan er daarom"
        " bij. Overleg en samenwerking aan regionale tafels zitten niet in het model. Geen enkele figuur toetst wat"
        " uitruil doet, want er was haast geen uitruil."
    ),
    caution_en=(
        "Who enters an intermediate facility counts as housed at once and is out of reception; that such places house"
        " people sooner follows in part from the counting. The weeks to a home of one's own are therefore shown too."
        " Talks and cooperation at regional tables are not in the model. No figure tests what trading does, as there"
        " was hardly any."
    ),
    futures=(
        AS_IT_WAS,
        Future("regionale-uitruil", "uitruil in de provincie", "trading in the province", (_REGION,)),
        Future("gedeelde-voorzieningen", "gedeelde tussenvoorzieningen", "shared facilities", (_SHARED,)),
        Future("regio-beide", "beide", "both", (_REGION, _SHARED)),
    ),
    looks=(
        Look("trading", "Gehuisvest van juli 2020 tot en met 2021", "Housed from July 2020 to the end of 2021",
             "realised", "prop-2021", "regionale-uitruil", *_TASK_DAYS),
        Look("trading_out", "Weken van vergunning tot vertrek uit de opvang, gemiddeld",
             "Weeks from permit to leaving reception, mean", "weeks_until_out_mean", "prop-2021", "regionale-uitruil",
             *_TASK_DAYS),
        Look("shared", "Gehuisvest van juli 2020 tot en met 2021", "Housed from July 2020 to the end of 2021",
             "realised", "prop-2021", "gedeelde-voorzieningen", *_TASK_DAYS),
        Look("shared_out", "Weken van vergunning tot vertrek uit de opvang, gemiddeld",
             "Weeks from permit to leaving reception, mean", "weeks_until_out_mean", "prop-2021",
             "gedeelde-voorzieningen", *_TASK_DAYS),
        Look("both", "Gehuisvest van juli 2020 tot en met 2021", "Housed from July 2020 to the end of 2021",
             "realised", "prop-2021", "regio-beide", *_TASK_DAYS),
        Look("weeks_trading", "Weken van vergunning tot woning, mediaan", "Weeks from permit to home, median",
             "weeks_to_home_median", "prop-2021", "regionale-uitruil", *_TASK_DAYS),
        Look("weeks_shared", "Weken van vergunning tot woning, mediaan", "Weeks from permit to home, median",
             "weeks_to_home_median", "prop-2021", "gedeelde-voorzieningen", *_TASK_DAYS),
        Look("holders", "Vergunninghouders in de opvang, eind 2021", "Permit holders in reception, end of 2021",
             "permit_holders_in_reception_end", "prop-2021", "regio-beide", *_TASK_DAYS),
    ),
    conditions=(
        Condition("trading", "at_least", WORTH_NAMING, relative=True),
        Condition("trading_out", "at_most", -WORTH_NAMING, relative=True),
        Condition("shared", "at_least", WORTH_NAMING, relative=True),
        Condition("shared_out", "at_most", -WORTH_NAMING, relative=True),
    ),
    weighed_by="trading",
    assumptions=(
        Assumption(
            "trading", "Hoe ver de uitruil reikt", "How far trading reaches",
            End("uitruil tussen twee gemeenten", value_en="trading between two municipalities",
                instead=(("regionale-uitruil", (f"trading=bilateral{_TOGETHER_FROM}",)),)),
            End("landelijke uitruil", value_en="national trading",
                instead=(("regionale-uitruil", (f"trading=national{_TOGETHER_FROM}",)),)),
        ),
        _RESPONSE,
        _USUAL_CAP,
    ),
)  # fmt: skip

# --- 10. household mix and linking on supply ------------------------------------------------------------------------

_MIX_CLAIM = Claim(
    name="koppelen-op-aanbod-helpt",
    sentence_nl="Huishoudens passen vaak niet bij de woningen die vrijkomen; koppelen op aanbod helpt.",
    sentence_en="Households often do not fit the homes that come free; linking on supply helps.",
    document=REPORT,
    page=16,
    section="Kenmerken woningmarkt, onder b; aanbeveling 9 op bladzijde 22",
    rule_nl=(
        "De uitspraak houdt stand als van 2019 tot en met 2021 (1) minstens 5 % van de aangeboden woningen bij geen"
        " gekoppeld huishouden past, en (2) koppelen op woningen die vrijkomen minstens 1 % meer mensen huisvest,"
        " telkens met het hele interval. Zij houdt geen stand als het hele interval van een van beide aan de verkeerde"
        " kant ligt."
    ),
    rule_en=(
        "The claim holds when from 2019 to the end of 2021 (1) at least 5% of the homes offered fit no linked"
        " household, and (2) linking on homes that come free houses at least 1% more people, each time with the whole"
        " interval. It fails when the whole interval of one of both lies on the wrong side."
    ),
    caution_nl=(
        "De koppelregel van het model is één manier om op aanbod te koppelen: zij telt woningen die binnen tien weken"
        " vrijkomen en weet niet wat een gemeente meer weet. De verdeling van woningen naar grootte is een aanname."
    ),
    caution_en=(
        "The linking rule of the model is one way of linking on supply: it counts homes that come free within ten weeks"
        " and does not know what else a municipality knows. The division of homes by size is an assumption."
    ),
    futures=(
        AS_IT_WAS,
        Future("koppelen-op-woningen", "koppelen op woningen", "linking on homes", ("linking_rule=homes",)),
        Future("woningdelen", "meer woningdelen", "more sharing", ("sharing_share=0.2",)),
    ),
    looks=(
        Look("linking", "Gehuisvest van 2019 tot en met 2021", "Housed from 2019 to the end of 2021", "realised",
             "prop-2021", "koppelen-op-woningen", "2019-01-01", "2022-01-01"),
        Look("unfit", "Aangeboden woningen die voor niemand passend waren", "Homes offered that fitted nobody",
             "unfit_share", "", "prop-2021", "2019-01-01", "2022-01-01"),
        Look("unfit_linking", "Aangeboden woningen die voor niemand passend waren", "Homes offered that fitted nobody",
             "unfit_share", "prop-2021", "koppelen-op-woningen", "2019-01-01", "2022-01-01"),
        Look("large", "Weken tot woning: huishoudens van 2 tot 4, en van 5 en meer",
             "Weeks to home: households of 2 to 4, and of 5 and more",
             "weeks_to_home_5_plus", "prop-2021", "prop-2021", "2019-01-01", "2022-01-01",
             a_measure="weeks_to_home_2_to_4"),
        Look("single", "Weken tot woning: huishoudens van 2 tot 4, en alleenstaanden",
             "Weeks to home: households of 2 to 4, and singles", "weeks_to_home_single", "prop-2021", "prop-2021",
             "2019-01-01", "2022-01-01", a_measure="weeks_to_home_2_to_4"),
        Look("weeks", "Weken van vergunning tot woning, mediaan", "Weeks from permit to home, median",
             "weeks_to_home_median", "prop-2021", "koppelen-op-woningen", "2019-01-01", "2022-01-01"),
        Look("sharing", "Gehuisvest van 2019 tot en met 2021", "Housed from 2019 to the end of 2021", "realised",
             "prop-2021", "woningdelen", "2019-01-01", "2022-01-01"),
    ),
    conditions=(
        Condition("unfit", "at_least", 0.05),
        Condition("linking", "at_least", WORTH_NAMING, relative=True),
    ),
    weighed_by="linking",
    assumptions=(
        _RESPONSE,
        _USUAL_CAP,
        Assumption(
            "relaxed_allocation", "Kans dat wie op gezin wacht alvast een gezinswoning krijgt",
            "Chance that who waits for family may take a family home",
            End(0, ("relaxed_allocation=0",)), End(0.6, ("relaxed_allocation=0.6",)),
        ),
    ),
)  # fmt: skip

# --- 11. the signal of autumn 2020 ----------------------------------------------------------------------------------

#: What is heard, how early, and from when stands in one place: the ready scenario.
_HEARD = "signaal-direct-gehoord"
#: What stands behind a lever that must begin when those of the scenario begin.
_HEARD_FROM = f"@{load_scenario(_HEARD).levers['signal_lead_days'][0].from_date}"
_COA_TOO = "emergency_places_per_month=2600@2020-11-01"
_UNTIL_SEPTEMBER = ("2021-01-01", "2021-09-01")
_SIGNAL_CLAIM = Claim(
    name="signaal-gehoord-opvang-niet-vol",
    sentence_nl="Was het signaal van najaar 2020 meteen gehoord, dan was de opvang in augustus 2021 niet volgelopen.",
    sentence_en="Had the signal of autumn 2020 been heard at once, reception would not have run full in August 2021.",
    document=REPORT,
    page=19,
    section="Eindconclusie 2, ook bladzijde 3",
    rule_nl=(
        "Meteen gehoord: vanaf september 2020 kennen gemeenten de komende taakstelling vier maanden vooraf, handelen"
        f" zij er dan al volledig naar en passen zij zich in 15 dagen aan (scenario"
        f" {_HEARD}). Vol: voor 1 september 2021 zijn op een dag meer dan"
        f" {_FULL} mensen zonder plek."
        " De uitspraak houdt stand als de opvang dan in hoogstens 10 % van de replicaties vol raakt (het hele"
        " interval), houdt geen stand als het hele interval daarboven ligt, en is anders open. Zij is ook open als de"
        " opvang zonder dat in minder dan 90 % van de replicaties vol raakt."
    ),
    rule_en=(
        "Heard at once: from September 2020 municipalities know the coming target four months ahead, act on it fully"
        f" and adapt in 15 days (scenario {_HEARD}). Full: on some day before 1 September 2021 more than {_FULL} people"
        " have no place. The claim holds when reception then runs full in at most 10% of replications (the whole"
        " interval), fails when the whole interval lies above that, and is open otherwise. It is also open when"
        " reception runs full in less than 90% of replications as it was."
    ),
    caution_nl=(
        "Het document zegt dit niet met zoveel woorden: het zegt dat de boodschap pas landde toen de opvang vol was."
        " In het model horen gemeenten ook elk later signaal beter, niet alleen dat van najaar 2020. Vier maanden is"
        " langer dan de wettelijke dertien weken, dus ruim gerekend. Hoe sterk gemeenten nu vooraf reageren, raadt het"
        " model, en het hoogste aandeel woningen verandert niet mee."
    ),
    caution_en=(
        "The document does not say this in so many words: it says that the message landed only when reception was full."
        " In the model municipalities hear every later signal better too, not only that of autumn 2020. Four months is"
        " longer than the legal thirteen weeks, and thus generous. How much municipalities act beforehand now is a"
        " guess of the model, and the highest share of homes does not change along."
    ),
    futures=(AS_IT_WAS, Future("signaal-gehoord", "signaal meteen gehoord", "signal heard at once", base=_HEARD)),
    looks=(
        Look("full_before", "Kans dat de opvang voor september 2021 vol raakt, zoals het liep",
             "Chance that reception runs full before September 2021, as it was", "ran_full", "", "prop-2021",
             *_UNTIL_SEPTEMBER),
        Look("full", "Kans dat de opvang voor september 2021 vol raakt, als het signaal is gehoord",
             "Chance that reception runs full before September 2021, when the signal was heard", "ran_full", "",
             "signaal-gehoord", *_UNTIL_SEPTEMBER),
        Look("peak", "Mensen zonder plek voor september 2021, hoogste stand",
             "People without a place before September 2021, highest", "persons_without_place_max", "prop-2021",
             "signaal-gehoord", *_UNTIL_SEPTEMBER),
        Look("peak_left", "Mensen zonder plek voor september 2021 als het signaal is gehoord, hoogste stand",
             "People without a place before September 2021 when the signal was heard, highest",
             "persons_without_place_max", "", "signaal-gehoord", *_UNTIL_SEPTEMBER),
        Look("day", "Dagen van begin 2021 tot de opvang vol is (tot september: 243)",
             "Days from the start of 2021 until reception is full (until September: 243)", "days_until_full",
             "prop-2021", "signaal-gehoord", *_UNTIL_SEPTEMBER),
        Look("housed", "Gehuisvest van oktober 2020 tot en met augustus 2021",
             "Housed from October 2020 to the end of August 2021", "realised", "prop-2021", "signaal-gehoord",
             "2020-10-01", "2021-09-01"),
    ),
    conditions=(
        Condition("full_before", "at_least", NEARLY_ALWAYS, needed=True),
        Condition("full", "at_most", HARDLY_EVER),
    ),
    weighed_by="peak_left",
    assumptions=(
        Assumption(
            "emergency_places_per_month", "Wie het signaal hoort", "Who hears the signal",
            End("een signaal dat alleen gemeenten horen", value_en="a signal that only municipalities hear"),
            End("een signaal dat ook het COA hoort, met 2.600 noodplekken per maand vanaf november 2020",
                value_en="a signal that COA hears too, with 2,600 emergency places a month from November 2020",
                instead=(("signaal-gehoord", (_COA_TOO,)),)),
        ),
        Assumption(
            "signal_lead_days", "Dagen vooraf waarop de komende taakstelling bekend is",
            "Days ahead at which the coming target is known",
            End(91, instead=(("signaal-gehoord", (f"signal_lead_days=91{_HEARD_FROM}",)),)), End(120),
        ),
        _USUAL_CAP,
    ),
)  # fmt: skip


CLAIMS: dict[str, Claim] = {
    claim.name: claim
    for claim in (
        _HOMES_NO_TENTS,
        _NOT_INFLOW,
        _IND_CLAIM,
        _LATER_CLAIM,
        _SMALL_INFLOW_CLAIM,
        _FAMILY_CLAIM,
        _WAVE_CLAIM,
        _SMOOTH_CLAIM,
        _REGION_CLAIM,
        _MIX_CLAIM,
        _SIGNAL_CLAIM,
    )
}
