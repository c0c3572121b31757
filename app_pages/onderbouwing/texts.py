"""Texts of the page Onderbouwing, in Dutch and English, by key.

Who acts: that page. Who waits: nobody. What leaves: texts. What is left out: the sources and notes in the tables of
facts, which stand in the language in which they were written down.
"""

from __future__ import annotations

Pair = tuple[str, str]

TEXTS: dict[str, Pair] = {
    "intro": (
        "Waarop de cijfers berusten: hoe goed het model overeenkomt met gepubliceerde cijfers, wat is geijkt, wat is "
        "aangenomen, en wat het model niet kan.",
        "What the figures rest on: how well the model agrees with published figures, what was fitted, what is "
        "assumed, and what the model cannot do.",
    ),
    "part": ("Onderdeel", "Part"),
    "part_toets": ("Toets aan het verleden", "Test against history"),
    "part_ijking": ("IJking en aannamen", "Fit and assumptions"),
    "part_cijfers": ("Alle cijfers met bron", "All figures with source"),
    "part_grenzen": ("Grenzen", "Limits"),
    "part_toegankelijkheid": ("Toegankelijkheid", "Accessibility"),
    "part_aanhalen": ("Citeren en licentie", "Citing and licence"),
    # against history
    "period": ("Periode", "Period"),
    "no_backtest": (
        "Er is geen bewaarde toets. Maak haar met ‘make results’.",
        "There is no kept test. Make it with ‘make results’.",
    ),
    "covered": (
        "Het model is naast {total} gepubliceerde cijfers gelegd. De 80%-band dekt er {inside}. Bij het ijken zijn er "
        "{seen} gebruikt en {unseen} niet.",
        "The model was compared with {total} published figures. The 80% band covers {inside} of them. {seen} were "
        "used in the fit and {unseen} were not.",
    ),
    "band_means": (
        "De band toont toeval en de onzekerheid over de geijkte parameters, niet wat het model zelf mist. Een "
        "volledige band zou ongeveer 80 % van de cijfers bevatten; hier is dat {share}. Waar dat minder is, is de band "
        "te smal.",
        "The band shows chance and the uncertainty about fitted parameters, not what the model itself lacks. If it "
        "held "
        "everything it would cover about 80%; here it is {share}. So take the band as too narrow where it covers less.",
    ),
    "errors_caption": (
        "Fout per reeks; {n} trekkingen, één replicatie per trekking",
        "Error per series; {n} draws, one replication per draw",
    ),
    "h_series": ("reeks", "series"),
    "h_points": ("cijfers", "figures"),
    "h_fitted": ("geijkt", "fitted"),
    "h_mape": ("gemiddelde afwijking", "mean deviation"),
    "h_bias": ("te hoog (+) of te laag (−)", "too high (+) or too low (−)"),
    "h_inside": ("in de band", "inside the band"),
    "h_province": ("provincie", "province"),
    "h_period": ("periode", "period"),
    "h_source": ("bron", "source"),
    "h_tolerance": ("tolerantie", "tolerance"),
    "h_independent": ("telt als hoogstens zoveel losse cijfers", "counts as at most so many separate figures"),
    "of": ("{part} van {whole}", "{part} of {whole}"),
    "unseen": ("Cijfers die het model niet had gezien", "Figures that the model had not seen"),
    "unseen_intro": (
        "Voor deze toets is er nog eens geijkt, alleen op cijfers tot en met {date}. Daarna is het model gelegd naast "
        "cijfers die bij die ijking niet zijn gebruikt.",
        "For this test the model was fitted once more, on figures until {date} only. It was then compared with "
        "figures that were not used in that fit.",
    ),
    "unseen_caption": ("Fout op cijfers na {date}, of van reeksen waarop nooit is geijkt",
                       "Error on figures after {date}, or of series never fitted on"),
    "unseen_note": (
        "Instroom, taakstelling, contracten van locaties en gebeurtenissen met een datum zijn ook na die dag uit de "
        "gegevens overgenomen, en wie de bereiken vooraf koos, kende ook latere cijfers.",
        "Inflow, targets, contracts of locations and dated events were taken from the facts after that day too, and "
        "who chose the prior ranges also knew later figures.",
    ),
    "country": ("Nederland, reeks voor reeks", "The Netherlands, series by series"),
    "read_picture": (
        "Vierkant met streep: het model, gemiddeld en met de 80%-band. Rond: gepubliceerd.",
        "Square with bar: the model, mean with the 80% band. Round: published.",
    ),
    "finding": (
        "{name}: gemiddelde afwijking {error}; de band dekt {inside} van {total}.",
        "{name}: mean deviation {error}; the band covers {inside} of {total}.",
    ),
    "fitted_yes": ("op deze reeks is geijkt", "this series was fitted on"),
    "fitted_no": ("op deze reeks is niet geijkt", "this series was not fitted on"),
    "model": ("Model, gemiddeld met band", "Model, mean with band"),
    "published": ("Gepubliceerd", "Published"),
    "quarter": ("{place}e kwartaal {year}", "quarter {place} of {year}"),
    "provinces": ("Provincies", "Provinces"),
    "provinces_note": (
        "Verschillen tussen provincies kent het model maar voor een deel. Waar een achterstand dicht bij nul ligt, "
        "zegt "
        "een fout in procenten weinig.",
        "The model knows differences between provinces only in part. Where arrears are close to nothing, an error in "
        "per cent says little.",
    ),
    "provinces_caption": ("Fout per provincie", "Error per province"),
    # the fit
    "fit_intro": (
        "Van sommige parameters is geen cijfer gepubliceerd. Die zijn geijkt: er is gezocht naar waarden waarbij de "
        "uitkomsten passen bij wat wel is gepubliceerd. Van de {total} geijkte parameters weet het model er {knows}, "
        "weet het er {half} half en raadt het er {guesses}.",
        "For some parameters no figure was published. These were fitted: values were sought for which results agree "
        "with what was published. Of the {total} fitted parameters the model knows {knows}, half knows {half} and "
        "guesses {guesses}.",
    ),
    "fit_how": (
        "Het model is {runs} keer doorgerekend voor {scenario}, met andere waarden voor {parameters} parameters en "
        "met ander toeval, en telkens naast {points} gepubliceerde cijfers gelegd.",
        "The model was run {runs} times for {scenario}, with other values of {parameters} parameters and with other "
        "luck, and each time compared with {points} published figures.",
    ),
    "fit_prior": ("Bereik vooraf: tussen welke waarden is gezocht.", "Prior range: between which values was sought."),
    "fit_after": (
        "Na het ijken: hier ligt het middelste deel (80 %) van de trekkingen die passen.",
        "After the fit: the middle part (80%) of the draws that agree lies here.",
    ),
    "fit_best": (
        "Beste: de waarde in de trekking die het best past; zij kan buiten het middelste deel vallen.",
        "Best: the value in the draw that agrees best; it may lie outside the middle part.",
    ),
    "fit_width": (
        "Breedte over: welk deel van de spreiding vooraf er nog is. Onder 40 % weet het model de waarde, tot en met 70 "
        "% "
        "half, daarboven raadt het.",
        "Width left: which part of the prior spread remains. Below 40% the model knows the value, up to 70% by half, "
        "above that it guesses.",
    ),
    "fit_times": (
        "Maal de uitgangswaarde: 1 is de waarde in de tabel van parameters. Bij een terugval of reisstop is 1 zo diep "
        "als daar staat, en 0 helemaal geen.",
        "Times the starting value: 1 is the value in the table of parameters. For a dip or travel stop 1 is as deep as "
        "stands there, and 0 is none at all.",
    ),
    "fit_caption": ("Geijkte parameters, best bekende eerst", "Fitted parameters, best known first"),
    "f_parameter": ("parameter", "parameter"),
    "f_unit": ("eenheid", "unit"),
    "f_prior": ("bereik vooraf", "prior range"),
    "f_after": ("na het ijken (80 %)", "after the fit (80%)"),
    "f_best": ("beste", "best"),
    "f_width": ("breedte over", "width left"),
    "f_model": ("het model", "the model"),
    "f_told_by": ("komt uit", "comes from"),
    "f_table": ("Tabel", "Table"),
    "range": ("{low} tot {high}", "{low} to {high}"),
    "knows": ("weet", "knows"),
    "half": ("weet half", "half knows"),
    "guesses": ("raadt", "guesses"),
    "hardly": ("bijna niets", "hardly anything"),
    "on_the_end": (
        "* De beste waarde ligt aan een uiteinde van het bereik vooraf. De gegevens passen misschien nog beter bij een "
        "waarde daarbuiten, of het model mist iets.",
        "* The best value lies at an end of the prior range. The facts may agree even better with a value beyond it, "
        "or the model lacks something.",
    ),
    "together": ("Samenspel", "Trade-offs"),
    "together_intro": (
        "Soms maakt de ene parameter goed wat de andere doet; de gegevens zien dan alleen wat ze samen doen. Citeer "
        "een parameter uit zo’n paar nooit afzonderlijk. Samenhang van {least} of meer, naar boven of beneden:",
        "Sometimes one parameter makes up for another; the facts then show only what they do together. Never cite one "
        "of such a pair alone. Correlations of {least} or more, either way:",
    ),
    "together_more": ("Hoger bij ‘{a}’ gaat samen met hoger bij ‘{b}’ ({figure}).",
                      "Higher for ‘{a}’ goes with higher for ‘{b}’ ({figure})."),
    "together_less": ("Hoger bij ‘{a}’ gaat samen met lager bij ‘{b}’ ({figure}).",
                      "Higher for ‘{a}’ goes with lower for ‘{b}’ ({figure})."),
    "tolerance": ("Tolerantie per reeks", "Tolerance per series"),
    "tolerance_intro": (
        "Hoe ver een uitkomst van een cijfer mag liggen, is per reeks gekozen. Met een kleinere tolerantie lijkt het "
        "model meer te weten.",
        "How far a result may lie from a figure was chosen per series. With a smaller tolerance the model seems to "
        "know more.",
    ),
    "assumed": ("Wat is aangenomen", "What is assumed"),
    "assumed_intro": (
        "Van de waarden in de tabel van parameters zijn er {measured} gemeten, {estimated} geschat en {assumed} "
        "aangenomen. Een gemeten waarde is in een document gelezen, een geschatte is uit gemeten cijfers berekend, en "
        "achter een aanname staat alleen de redenering in de opmerking. Een aangenomen waarde die niet is geijkt, "
        "staat "
        "in elke replicatie gelijk; de onzekerheid erover zit niet in de band.",
        "Of the values in the table of parameters {measured} were measured, {estimated} estimated and {assumed} "
        "assumed. A measured value was read in a document, an estimated one was computed from measured figures, and "
        "behind an assumption there is only the reasoning in the note. An assumed value that was not fitted is the "
        "same in every replication; the uncertainty about it is not in the band.",
    ),
    "assumed_caption": ("Aantal regels per tabel en status", "Rows per table and status"),
    # all figures
    "figures_intro": (
        "Elk cijfer dat het model gebruikt of waaraan het is getoetst, met eenheid, bron en status.",
        "Every figure that the model uses or is compared with, with unit, source and status.",
    ),
    "search": ("Zoek", "Search"),
    "search_help": (
        "Woorden in naam, bron of opmerking; een regel moet ze allemaal hebben. Druk op Enter.",
        "Words in name, source or note; a row must have all of them. Press Enter.",
    ),
    "status": ("Status", "Status"),
    "any": ("alle", "any"),
    "rows_found": (
        "{count} regels; hieronder staan de eerste {shown}. Het bestand bevat ze allemaal.",
        "{count} rows; the first {shown} are shown. The file holds them all.",
    ),
    "download": ("CSV van deze regels", "CSV of these rows"),
    "language_note": (
        "Bronnen en opmerkingen staan in de taal waarin ze zijn vastgelegd, meestal Engels.",
        "Sources and notes stand in the language in which they were written down, mostly English.",
    ),
    # limits
    "limits": (
        "Waar u op moet letten als u een uitkomst gebruikt:",
        "What to bear in mind when using a result:",
    ),
    "limit_periods": (
        "Er zijn twee perioden waarvan bekend is wie er op de begindatum al was: vanaf 1 januari 2019 en vanaf 1 "
        "januari 2014. De invoer loopt tot en met 2024; daarna is er niets te zeggen. Er is alleen geijkt op 2019 tot "
        "en met 2021.",
        "There are two periods for which it is known who was present at the start: from 1 January 2019 and from 1 "
        "January 2014. Input runs to the end of 2024; nothing can be said after it. Only 2019 to 2021 was fitted on.",
    ),
    "limit_band": (
        "De band bevat toeval en de onzekerheid van de geijkte parameters. Wat het model zelf niet goed doet, en "
        "parameters die niet zijn geijkt, zitten er niet in. De werkelijkheid kan dus vaker buiten de band liggen dan "
        "de band zegt.",
        "The band holds chance and the uncertainty of fitted parameters. What the model itself does wrong, and "
        "parameters that were not fitted, are not in it. Reality may therefore lie outside the band more often than "
        "the band says.",
    ),
    "limit_local": (
        "De sociale huurvoorraad per gemeente en de grootte van opvanglocaties zijn schattingen. Citeer uitkomsten "
        "voor één gemeente of locatie daarom nooit afzonderlijk.",
        "Social rental stock per municipality and the size of reception locations are estimates. Results for a single "
        "municipality or location are therefore not to be cited.",
    ),
    "limit_nationality": (
        "Nationaliteit komt in het model niet voor. Er zijn vier groepen aanvragers, die alleen tellen bij het spoor, "
        "de "
        "kans op een vergunning en de kans op nareis; nooit bij een plek of een woning.",
        "Nationality is not in the model. There are four groups of applicants, which count only for the track, the "
        "chance of a permit and the chance of family reunification; never for a place or a home.",
    ),
    "limit_behaviour": (
        "Gemeenten, provincies en instanties volgen vaste regels. Het effect van overleg, protest en politieke "
        "besluitvorming is niet opgenomen.",
        "Municipalities, provinces and agencies follow fixed rules. The effect of consultation, protest and political "
        "decisions is not included.",
    ),
    "limit_places": (
        "Plekken zijn per provincie samengenomen; noodopvang komt in hele groepen plekken en wordt landelijk geteld.",
        "Places are pooled per province; emergency places come in whole batches and are counted nationally.",
    ),
    "limit_family": (
        "Eén gezin volgt op een vergunning, in één keer. Nareis op nareis zit er niet in.",
        "One family follows a permit, at once. Reunification upon reunification is not in it.",
    ),
    "limit_homes": (
        "Een opgeleverde woning uit een project wordt één keer verhuurd; een geweigerde woning komt niet voor.",
        "A delivered project home is let once; refusing a home does not occur.",
    ),
    "limit_cost": (
        "Elke prijs is één bedrag voor alle jaren; er is niet geïndexeerd of verdisconteerd. Kosten buiten de keten "
        "(zorg, onderwijs, bijstand) zijn niet meegeteld.",
        "Each price is one amount for all years; nothing is indexed or discounted. Costs outside the chain (care, "
        "education, benefits) are not counted.",
    ),
    "limit_sources": (
        "Gepubliceerde cijfers zijn vaak afgerond, en bronnen tellen niet altijd hetzelfde.",
        "Published figures are often rounded, and sources do not always count the same.",
    ),
    "limit_all": (
        "De volledige lijst van vereenvoudigingen staat in de modelbeschrijving (docs/model.md, in het Engels).",
        "The full list of simplifications is in the model description (docs/model.md).",
    ),
    # accessibility
    "access": (
        "Doorstroom wil voldoen aan WCAG 2.1, niveau A en AA (EN 301 549). Deze verklaring zegt wat is onderzocht en "
        "wat "
        "niet. Er is geen onderzoek door een onafhankelijke partij gedaan.",
        "Doorstroom aims to meet WCAG 2.1, levels A and AA (EN 301 549). This statement says what was examined and "
        "what "
        "was not. No independent party has examined it.",
    ),
    "tested": ("Onderzocht", "Examined"),
    "tested_axe": (
        "Alle pagina’s met axe-core (regels wcag2a, wcag2aa, wcag21a en wcag21aa), in het Nederlands en Engels, licht "
        "en "
        "donker. Zulk onderzoek vindt maar een deel van de mogelijke fouten.",
        "All pages with axe-core (rules wcag2a, wcag2aa, wcag21a and wcag21aa), in Dutch and English, light and dark. "
        "Such checks find only part of the possible errors.",
    ),
    "tested_contrast": (
        "De kleur van elke reeks in een grafiek heeft op beide achtergronden een contrast van minstens 3:1. Reeksen "
        "verschillen ook in streep of vorm.",
        "The colour of every series in a picture has a contrast of at least 3:1 on both backgrounds. Series differ in "
        "dash or shape too.",
    ),
    "tested_table": (
        "Bij elke grafiek staan een beschrijving, de bevinding in een zin en dezelfde cijfers in een tabel.",
        "With every picture there are a description, the finding in a sentence and the same figures in a table.",
    ),
    "tested_keyboard": (
        "De hoofdtaak (een knop verzetten en doorrekenen) is met alleen het toetsenbord uitgevoerd.",
        "The main task (changing a lever and running) was done with the keyboard alone.",
    ),
    "tested_narrow": (
        "De pagina’s zijn bekeken op een scherm van 390 pixels breed, en op 320 pixels op horizontaal schuiven "
        "onderzocht.",
        "Pages were looked at on a screen 390 pixels wide, and checked for sideways scrolling at 320 pixels.",
    ),
    "tested_language": (
        "De taal van de pagina staat in het document, zodat een schermlezer de goede uitspraak kiest.",
        "The language of the page stands in the document, so that a screen reader picks the right pronunciation.",
    ),
    "gap": ("Bekende tekorten", "Known gaps"),
    "gap_reader": (
        "Er is niet met schermlezers of met gebruikers met een beperking getest.",
        "It was not tested with screen readers or with users with a disability.",
    ),
    "gap_tooltip": (
        "De toelichting die bij aanwijzen in een grafiek verschijnt, is niet met het toetsenbord te bereiken; dezelfde "
        "cijfers staan in de tabel.",
        "What appears when pointing in a picture cannot be reached with the keyboard; the same figures are in the "
        "table.",
    ),
    "gap_texts": (
        "Bronnen, opmerkingen en namen in de tabellen van cijfers zijn deels Engels, ook op de Nederlandse pagina’s, "
        "en "
        "zijn niet als zodanig gemarkeerd.",
        "Sources, notes and names in the tables of figures are partly Dutch and partly English in both languages, and "
        "are not marked as such.",
    ),
    "gap_wide": (
        "Brede tabellen schuiven op een smal scherm horizontaal in hun eigen kader.",
        "Wide tables scroll sideways in their own frame on a narrow screen.",
    ),
    "gap_updates": (
        "Een grafiek die tijdens het rekenen verandert, wordt niet aan een schermlezer gemeld.",
        "A picture that changes during a run is not announced to a screen reader.",
    ),
    "report": (
        "Werkt iets niet? Meld het bij wie deze app voor u beheert, met de pagina en wat u probeerde.",
        "Does something not work? Tell whoever runs this app for you, with the page and what you tried.",
    ),
    # citing
    "cite_intro": (
        "Noem bij elke uitkomst de versie, het scenario, het zaad, het aantal replicaties, de dagen en de band:",
        "With every result name the version, the scenario, the seed, the number of replications, the days and the "
        "band:",
    ),
    "cite": (
        "Doorstroom {version}, scenario [naam], zaad {seed}, [n] replicaties, [begindatum] tot [einddatum]: gemiddeld "
        "[getal], 80%-band [laag] tot [hoog].",
        "Doorstroom {version}, scenario [name], seed {seed}, [n] replications, [first day] to [last day]: mean "
        "[figure], 80% band [low] to [high].",
    ),
    "cite_band": (
        "Citeer een verschil tussen twee scenario’s alleen als beide met hetzelfde zaad en evenveel replicaties zijn "
        "gerekend, en noem dan het gemiddelde verschil met het interval. Spreek van ‘doorgerekend’, niet van "
        "‘verwacht’.",
        "Cite a difference between two scenarios only when both were run with the same seed and as many replications, "
        "and then give the mean difference with its interval. Say ‘computed’, not ‘expected’.",
    ),
    "version": ("Versie", "Version"),
    "v_what": ("onderdeel", "part"),
    "v_which": ("kenmerk", "mark"),
    "v_program": ("programma", "program"),
    "v_model_version": ("modelversie", "model version"),
    "v_inputs": ("invoer", "input"),
    "v_published": ("gepubliceerde cijfers en gewichten", "published figures and weights"),
    "v_ensemble": ("ensemble (periode, versie, kenmerk)", "ensemble (period, version, mark)"),
    "licence": ("Licentie", "Licence"),
    "licence_words": (
        "Doorstroom is vrij te gebruiken, te wijzigen en te delen onder de European Union Public Licence, versie 1.2 "
        "(EUPL-1.2). De tekst staat in het bestand LICENSE, gegevens om te verwijzen in CITATION.cff.",
        "Doorstroom may be used, changed and shared under the European Union Public Licence, version 1.2 (EUPL-1.2). "
        "The text is in the file LICENSE, details for reference are in CITATION.cff.",
    ),
}  # fmt: skip

STATUSES: dict[str, Pair] = {
    "measured": ("gemeten", "measured"),
    "estimated": ("geschat", "estimated"),
    "assumed": ("aangenomen", "assumed"),
}

TABLES: dict[str, Pair] = {
    "parameters": ("Parameters", "Parameters"),
    "costs": ("Kosten per eenheid", "Unit costs"),
    "household_mix": ("Samenstelling van huishoudens", "Mix of households"),
    "inflow": ("Instroom", "Inflow"),
    "locations": ("Opvanglocaties", "Reception locations"),
    "municipal_stock": ("Sociale huurvoorraad per gemeente", "Social rental stock per municipality"),
    "municipalities": ("Gemeenten", "Municipalities"),
    "observed": ("Gepubliceerde cijfers voor de toets", "Published figures for the test"),
    "policy_events": ("Gebeurtenissen met een datum", "Dated events"),
    "provinces": ("Provincies", "Provinces"),
    "start_stock": ("Wie er op de begindatum was", "Who was present at the start"),
    "target_splits": ("Taakstelling per provincie", "Target per province"),
    "targets": ("Taakstelling van het land", "National target"),
    "thresholds": ("Grenzen die een begrip bepalen", "Limits that define a term"),
}

COLUMNS: dict[str, Pair] = {
    "item": ("post", "item"),
    "payer": ("betaler", "payer"),
    "value": ("waarde", "value"),
    "unit": ("eenheid", "unit"),
    "period_start": ("van", "from"),
    "period_end": ("tot en met", "to"),
    "source": ("bron", "source"),
    "status": ("status", "status"),
    "note": ("opmerking", "note"),
    "table": ("tabel", "table"),
    "key": ("sleutel", "key"),
    "category": ("categorie", "category"),
    "stream": ("stroom", "stream"),
    "location": ("locatie", "location"),
    "kind": ("soort", "kind"),
    "province": ("provincie", "province"),
    "start": ("open vanaf", "open from"),
    "end": ("open tot", "open until"),
    "renewal_of": ("verlenging van", "renewal of"),
    "code": ("code", "code"),
    "municipality": ("gemeente", "municipality"),
    "coa_region": ("regio van het COA", "region of COA"),
    "area_km2": ("oppervlakte in km²", "area in km²"),
    "series": ("reeks", "series"),
    "area": ("gebied", "area"),
    "letter": ("soort bron", "kind of source"),
    "parameter": ("parameter", "parameter"),
    "period": ("periode", "period"),
    "from": ("vanaf", "from"),
    "topic": ("onderwerp", "topic"),
    "event": ("gebeurtenis", "event"),
    "measure": ("maat", "measure"),
    "half_year": ("halfjaar", "half-year"),
    "published_on": ("gepubliceerd op", "published on"),
}
