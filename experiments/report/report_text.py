"""Every fixed text of the report, in Dutch and in English, side by side.

Who acts: `report`, which fills in names and figures. Who waits: nobody. What leaves: short texts with
places for what is filled in. What is left out: labels of outcomes, levers and units, which stand with the models
and in `experiments.language.formatting`.
"""

from __future__ import annotations

#: The sentence that stands with every result that leaves the program.
WHAT_IT_IS = (
    "Dit is een doorrekening van gegevens en aannamen: zij zegt wat eruit volgt, niet wat er zal gebeuren.",
    "This is a run of data and assumptions: it says what follows from them, not what will happen.",
)
#: Every fixed text of the page, in Dutch and in English.
TEXT: dict[str, tuple[str, str]] = {
    "title_comparison": ("Vergelijking", "Comparison"),
    "title_run": ("Doorrekening", "Run"),
    "lead": WHAT_IT_IS,
    "same_worlds": (
        "Alle scenario's rekenen per replicatie met dezelfde mensen, woningen en hetzelfde toeval. Wat verschilt, komt"
        " door wat er anders is ingesteld. Een verschil heet duidelijk als het {level}-interval nul uitsluit.",
        "In each replication all scenarios use the same people, homes and chance. What differs comes from what was"
        " set differently. A difference is called clear when its {level} interval leaves out zero.",
    ),
    "provisional": (
        "Voorlopig: {n}, minder dan {enough}. Banden en intervallen kunnen nog verschuiven.",
        "Provisional: {n}, fewer than {enough}. Bands and intervals may still shift.",
    ),
    "provisional_short": (
        " Voorlopig: minder dan {enough} replicaties.",
        " Provisional: fewer than {enough} replications.",
    ),
    "one_replication": ("1 replicatie", "1 replication"),
    "some_replications": ("{n} replicaties", "{n} replications"),
    "interrupted": (
        "De doorrekening is onderbroken; deze pagina gaat over wat af was.",
        "The run was interrupted; this page is about what was finished.",
    ),
    "findings": ("Bevindingen", "Findings"),
    "against": ("{b} tegenover {a}", "{b} against {a}"),
    "score": (
        "{b} is op {better} van de {total} kernuitkomsten duidelijk beter dan {a} en op {worse} duidelijk slechter;"
        " op {open} is er geen duidelijk verschil.",
        "{b} is clearly better than {a} on {better} of {total} key outcomes and clearly worse on {worse};"
        " on {open} there is no clear difference.",
    ),
    "nothing_differs": (
        "{b} en {a} verschillen op geen enkele kernuitkomst: in elke replicatie is de uitkomst gelijk.",
        "{b} and {a} do not differ on any key outcome: the result is the same in every replication.",
    ),
    "lower": ("lager", "lower"),
    "higher": ("hoger", "higher"),
    "clear": (
        "{label}: {b} komt {amount} {side} uit dan {a} ({level}-interval: {low} tot {high}){verdict}.",
        "{label}: {b} ends up {amount} {side} than {a} ({level} interval: {low} to {high}){verdict}.",
    ),
    "is_better": ("; dat is beter", ", which is better"),
    "is_worse": ("; dat is slechter", ", which is worse"),
    "unclear": (
        "{label}: geen duidelijk verschil tussen {a} en {b} ({amount}; {level}-interval: {low} tot {high}).",
        "{label}: no clear difference between {a} and {b} ({amount}; {level} interval: {low} to {high}).",
    ),
    "equal": (
        "{label}: geen verschil; de uitkomst is in elke replicatie gelijk.",
        "{label}: no difference; the result is the same in every replication.",
    ),
    "no_interval": (
        "{label}: het verschil is gemiddeld {amount}; er zijn te weinig replicaties voor een interval.",
        "{label}: the difference is {amount} on average; there are too few replications for an interval.",
    ),
    "unknown": ("{label}: onbekend.", "{label}: unknown."),
    "mean_band": (
        "{label}: {amount}; {level} van de replicaties ligt tussen {low} en {high}.",
        "{label}: {amount}; {level} of the replications lie between {low} and {high}.",
    ),
    "full_never": (
        "De opvang raakt{where} in geen van de {n} replicaties vol.",
        "Reception{where} runs full in none of the {n} replications.",
    ),
    "full_some": (
        "De opvang raakt{where} in {times} van de {n} replicaties vol ({share})",
        "Reception{where} runs full in {times} of the {n} replications ({share})",
    ),
    "full_all": (
        "De opvang raakt{where} in alle {n} replicaties vol",
        "Reception{where} runs full in all {n} replications",
    ),
    "full_on": ("{times}, op {middle}.", "{times}, on {middle}."),
    "full_when": (
        "{times}. De mediaan van de eerste dag met meer dan {crowd} mensen zonder plek is {middle}; in {level} van die"
        " replicaties valt die dag van {low} tot en met {high}.",
        "{times}. The median first day with more than {crowd} people without a place is {middle}; in {level} of those"
        " replications that day falls between {low} and {high}.",
    ),
    "in_scenario": (" in {name}", " in {name}"),
    "gains": ("Wie wint en wie wacht", "Who gains and who waits"),
    "gains_of": ("Wie wint en wie wacht: {b} tegenover {a}", "Who gains and who waits: {b} against {a}"),
    "size_gain": (
        "Huishoudens van {size} zijn beter af: {better}.",
        "Households of {size} are better off: {better}.",
    ),
    "size_lose": (
        "Huishoudens van {size} zijn slechter af: {worse}.",
        "Households of {size} are worse off: {worse}.",
    ),
    "size_mixed": (
        "Huishoudens van {size} zijn deels beter af: {better}; en deels slechter: {worse}.",
        "Households of {size} are partly better off: {better}; and partly worse off: {worse}.",
    ),
    "size_none": (
        "Huishoudens van {size}: geen duidelijk verschil.",
        "Households of {size}: no clear difference.",
    ),
    "better_in": (
        "duidelijk beter in {count} van de {total} provincies, het meest in {place} ({amount})",
        "clearly better in {count} of {total} provinces, most of all in {place} ({amount})",
    ),
    "worse_in": (
        "duidelijk slechter in {count}, het meest in {place} ({amount})",
        "clearly worse in {count}, most of all in {place} ({amount})",
    ),
    "nowhere": ("in geen provincie een duidelijk verschil", "no clear difference in any province"),
    "key_figures": ("Kerncijfers", "Key figures"),
    "key_caption": ("Kernuitkomsten, {b} tegenover {a}", "Key outcomes, {b} against {a}"),
    "outcomes_caption": (
        "Uitkomsten: gemiddelde en de band waarin {level} van de replicaties ligt",
        "Outcomes: mean and the band in which {level} of the replications lie",
    ),
    "all_outcomes": ("Alle uitkomsten", "All outcomes"),
    "outcome": ("Uitkomst", "Outcome"),
    "unit": ("Eenheid", "Unit"),
    "mean": ("Gemiddelde", "Mean"),
    "band": ("Band", "Band"),
    "difference": ("Verschil", "Difference"),
    "interval": ("{level}-interval", "{level} interval"),
    "judgement": ("Oordeel", "Judgement"),
    "judged_better": ("{name} beter", "{name} better"),
    "judged_clear": ("duidelijk verschil", "clear difference"),
    "judged_open": ("geen duidelijk verschil", "no clear difference"),
    "judged_equal": ("gelijk", "equal"),
    "to": ("{low} tot {high}", "{low} to {high}"),
    "charts": ("Grafieken", "Charts"),
    "no_charts": (
        "De periode is te kort voor grafieken: er valt geen maandeinde in.",
        "The period is too short for charts: no end of a month falls in it.",
    ),
    "baseline_line": ("stippellijn: gemiddelde van {a}", "dashed line: mean of {a}"),
    "scenario_line": ("lijn: gemiddelde van {b}", "solid line: mean of {b}"),
    "band_area": (
        "vlak: de band waarin {level} van de replicaties van {b} ligt",
        "area: the band in which {level} of the replications of {b} lie",
    ),
    "baseline_bar": ("open balk: gehuisvest in {a}", "hollow bar: realised in {a}"),
    "scenario_bar": ("volle balk: gehuisvest in {b}", "filled bar: realised in {b}"),
    "whisker": (
        "streep op de balk: de band waarin {level} van de replicaties van {b} ligt",
        "line on the bar: the band in which {level} of the replications of {b} lie",
    ),
    "target_line": (
        "dwarslijn: taakstelling in {b}; gestreept: in {a}",
        "cross line: target in {b}; dashed: in {a}",
    ),
    "target_line_run": ("dwarslijn: taakstelling", "cross line: target"),
    "dots": ("stippen: gepubliceerde cijfers", "dots: published figures"),
    "n_is": ("n = {n} replicaties per scenario.", "n = {n} replications of each scenario."),
    "n_is_run": ("n = {n} replicaties.", "n = {n} replications."),
    "this_run": ("dit scenario", "this scenario"),
    "chart_lower": ("{amount} lager dan in {a} ({low} tot {high})", "{amount} lower than in {a} ({low} to {high})"),
    "chart_higher": ("{amount} hoger dan in {a} ({low} tot {high})", "{amount} higher than in {a} ({low} to {high})"),
    "chart_open": ("geen duidelijk verschil met {a}", "no clear difference from {a}"),
    "chart_equal": ("gelijk aan {a}", "equal to {a}"),
    "chart_many": (
        "duidelijk anders dan {a} in {count} van {total} scenario's",
        "clearly different from {a} in {count} of {total} scenarios",
    ),
    "chart_mean": ("{amount} ({low} tot {high})", "{amount} ({low} to {high})"),
    "half_years": ("Taakstelling en gehuisveste personen", "Target and persons realised"),
    "figures_of": ("Alle cijfers bij deze grafiek: {label}", "All figures of this chart: {label}"),
    "published_of": ("Gepubliceerde cijfers: {label}", "Published figures: {label}"),
    "in_table": (" Alle cijfers staan in de tabel eronder.", " All figures stand in the table below."),
    "date": ("Datum", "Date"),
    "half_year": ("Halfjaar", "Half-year"),
    "half_year_note": (
        "Een halfjaar met * valt deels buiten de periode van het verslag en telt hier voor zover het is doorgerekend.",
        "A half-year marked * lies partly outside the reported period and counts here as far as it was run.",
    ),
    "band_of": ("Band {name}", "Band {name}"),
    "mean_of": ("Gemiddelde {name}", "Mean {name}"),
    "target_of": ("Taakstelling {name}", "Target {name}"),
    "realised_of": ("Gehuisvest {name}", "Realised {name}"),
    "published": ("Gepubliceerd", "Published"),
    "published_realised": ("Gepubliceerd: gehuisvest", "Published: realised"),
    "letter": ("Letter", "Letter"),
    "letters": (
        "De letter zegt hoe goed een cijfer is onderbouwd: A is eerste bron, B is tweede hand of afgeleid,"
        " C is niet nagegaan.",
        "The letter says how well a figure is founded: A is a primary source, B is second hand or derived,"
        " C was not checked.",
    ),
    "source": ("Bron", "Source"),
    "what_differs": ("Wat er anders is ingesteld", "What was set differently"),
    "nothing_set": ("Er is niets anders ingesteld.", "Nothing was set differently."),
    "levers_caption": ("Instellingen die tussen de scenario's verschillen", "Settings that differ between scenarios"),
    "levers_shared": ("Instellingen die in alle scenario's gelden", "Settings that hold in all scenarios"),
    "levers_run": ("Instellingen van dit scenario", "Settings of this scenario"),
    "lever": ("Knop", "Lever"),
    "scenario": ("Scenario", "Scenario"),
    "usual": ("Uitgangssituatie", "Baseline"),
    "value": ("Waarde", "Value"),
    "when": ("Wanneer", "When"),
    "holder": ("Wie", "Holder"),
    "lever_source": ("Bron van de uitgangswaarde", "Source of the baseline value"),
    "from_day": ("vanaf {day}", "from {day}"),
    "until_day": ("tot {day}", "until {day}"),
    "ramp": ("aanloop {days} dagen", "ramp of {days} days"),
    "always": ("hele periode", "whole period"),
    "all_differences": ("Alle verschillen", "All differences"),
    "differences_caption": ("Alle uitkomsten, {b} tegenover {a}", "All outcomes, {b} against {a}"),
    "by_province": ("Per provincie", "By province"),
    "provinces_caption": ("Per provincie, {b} tegenover {a}", "By province, {b} against {a}"),
    "provinces_run": (
        "Per provincie en halfjaar, gemiddelde over de replicaties (personen)",
        "By province and half-year, mean of the replications (persons)",
    ),
    "by_size": ("Per grootte van het huishouden", "By size of household"),
    "sizes_caption": (
        "Per grootte van het huishouden, {b} tegenover {a}",
        "By size of household, {b} against {a}",
    ),
    "province": ("Provincie", "Province"),
    "size": ("Grootte", "Size"),
    "target": ("Taakstelling", "Target"),
    "realised": ("Gehuisvest", "Realised"),
    "behind": ("Achterstand", "Behind"),
    "account": ("Verantwoording", "Account"),
    "version": ("Versie", "Version"),
    "seed": ("Zaad", "Seed"),
    "replications": ("Replicaties", "Replications"),
    "period": ("Periode", "Period"),
    "from_until": ("van {first} tot {last}", "from {first} until {last}"),
    "ensemble": ("Ensemble", "Ensemble"),
    "ensemble_is": ("{name}, versie {hash}", "{name}, version {hash}"),
    "none": ("geen", "none"),
    "data_of": ("Gegevens", "Data"),
    "data_is": (
        "versie {hash}; het jongste gepubliceerde cijfer gaat over {day}",
        "version {hash}; the latest published figure is about {day}",
    ),
    "fitted_title": ("Wat is geijkt", "What was fitted"),
    "fitted": (
        "Parameters zonder gepubliceerd cijfer zijn geijkt: het ensemble {name} bevat {draws} trekkingen van {count}"
        " parameters, gezocht met {runs} doorrekeningen tegen {points} gepubliceerde cijfers{until}. {used}",
        "Parameters without a published figure were fitted: the ensemble {name} holds {draws} draws of {count}"
        " parameters, found with {runs} runs against {points} published figures{until}. {used}",
    ),
    "fitted_until": (" tot en met {day}", " up to {day}"),
    "fitted_draws": (
        "Deze pagina gebruikt er {sets}; de band bevat toeval en deze onzekerheid.",
        "This page uses {sets} of them; the band holds chance and this uncertainty.",
    ),
    "fitted_fixed": (
        "Deze pagina gebruikt alleen de trekking die het best past; de band bevat alleen toeval.",
        "This page uses only the draw that fits best; the band holds chance alone.",
    ),
    "not_fitted": (
        "Er is niets geijkt: de parameters staan zoals in de gegevens.",
        "Nothing was fitted: the parameters stand as in the data.",
    ),
    "limits": ("Grenzen", "Limits"),
    "limits_text": (
        "Dit is een doorrekening en geen raming van wat komt. Banden en intervallen tonen toeval en de onzekerheid van"
        " geijkte parameters, niet wat het model zelf mist. Gedrag van gemeenten, woningzoekenden en politiek volgt"
        " eenvoudige regels; een nieuwe regel kan gedrag veranderen zoals nog niet in de gegevens staat. Cijfers"
        " per provincie steunen op minder bronnen dan die voor het land. Geen duidelijk verschil betekent niet dat er"
        " geen verschil is. Bij veel uitkomsten naast elkaar sluit een enkel {level}-interval nul bij toeval uit.",
        "This is a run of the model and not an estimate of what is to come. Bands and intervals show chance and the"
        " uncertainty of fitted parameters, not what the model itself lacks. Behaviour of municipalities, house seekers"
        " and politics follows simple rules; a new rule may change behaviour in ways that the data do not show. Figures"
        " by province rest on fewer sources than those for the country. No clear difference does not mean that there is"
        " no difference. With many outcomes side by side an occasional {level} interval leaves out zero by chance.",
    ),
    "sources": ("Bronnen", "Sources"),
    "sources_text": (
        "Alle bronnen van de gegevens waarmee het model rekent en waarnaast het is gelegd, zoals ze in de gegevens"
        " staan: deels Nederlands, deels Engels.",
        "All sources of the data that the model uses or was held against, as they stand in the data: some in Dutch,"
        " some in English.",
    ),
    "sources_open": ("{count} bronnen", "{count} sources"),
    "footer": (
        "Gemaakt met doorstroom {version}. Dezelfde versie, hetzelfde zaad en dezelfde scenario's geven deze pagina.",
        "Made with doorstroom {version}. The same version, seed and scenarios give this page.",
    ),
}
