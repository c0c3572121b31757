"""The texts of the page Prop, in Dutch and English, by key; figures are filled in from the run or the tables.

Who acts: the page. Who waits: nobody. What leaves: texts. What is left out: every figure that a run computes.
"""

from __future__ import annotations

REPORT = (
    "Eindrapportage bestuurlijk aanjager huisvesting statushouders (november 2021)",
    "Final report of the national driver for housing permit holders (November 2021, in Dutch)",
)

TEXTS: dict[str, tuple[str, str]] = {
    # the overview
    "lead": (
        "In 2021 raakte de opvang van asielzoekers vol; volgens de eindrapportage van de bestuurlijk aanjager niet "
        "door een grote toestroom, maar door een ‘prop’ in de keten. Deze pagina vertelt in acht stappen hoe dat "
        "ging, met het model en de gepubliceerde cijfers naast elkaar.",
        "In 2021 the reception of asylum seekers ran full; according to the final report of the national driver not "
        "because of a large inflow, but because of a ‘bottleneck’ in the chain. This page tells in eight steps how "
        "that went, with the model and the published figures side by side.",
    ),
    "lead_fails": (
        "In dit model houdt die verklaring geen stand; de pagina Uitspraken laat zien waarom.",
        "In this model that explanation does not hold; the page Claims shows why.",
    ),
    "lead_open": (
        "Of die verklaring klopt, laat dit model open; zie de pagina Uitspraken.",
        "Whether that explanation is right this model leaves open; see the page Claims.",
    ),
    "lead_holds": (
        "In dit model houdt die verklaring stand; zie de pagina Uitspraken.",
        "In this model that explanation holds; see the page Claims.",
    ),
    "summary": ("In drie minuten", "In three minutes"),
    "summary_basis": (
        "Gemiddelden van n = {count} replicaties van 2019–2021; tussen haakjes de 80%-band, bij een verschil het "
        "90%-interval. Versie {version}. ‘Gepubliceerd’ is een cijfer uit een bron; de bronnen staan bij de stappen.",
        "Means of n = {count} replications of 2019–2021; the 80% band in brackets, the 90% interval for a difference. "
        "Version {version}. ‘Published’ is a figure from a source; sources stand with the steps.",
    ),
    "summary_whole": (
        "De laatste zin rust op n = {whole} replicaties van elk scenario.",
        "The last sentence rests on n = {whole} replications of each scenario.",
    ),
    "sum_ind": (
        "De IND werkt met een Taskforce {stock} oude zaken weg. In het model zijn er eind mei 2021 nog {left} "
        "personen in de voorraad van de Taskforce (gepubliceerd: {left_told} zaken) en krijgen in de eerste helft van "
        "2021 {permits} mensen een vergunning (gepubliceerd: {permits_told}); een jaar eerder waren dat er in het "
        "model {before}.",
        "The IND works off {stock} old cases with a Taskforce. In the model {left} persons are left in the stock of "
        "the Taskforce at the end of May 2021 (published: {left_told} cases), and {permits} people get a permit in "
        "the first half of 2021 (published: {permits_told}); a year earlier {before} did in the model.",
    ),
    "sum_homes": (
        "Gemeenten moeten in dat halfjaar {target} mensen huisvesten. In het model zijn het er {realised} "
        "(gepubliceerd: {told}).",
        "Municipalities have to house {target} people in that half-year. In the model it is {realised} "
        "(published: {told}).",
    ),
    "sum_beds": (
        "Wie geen woning heeft, blijft in de opvang. Op 31 oktober 2021 wonen er {holders} vergunninghouders in de "
        "opvang (gepubliceerd: {told}).",
        "Whoever has no home stays in reception. On 31 October 2021 {holders} permit holders live in reception "
        "(published: {told}).",
    ),
    "sum_full": (
        "Opvangcontracten lopen af, en in het model hebben in {month} voor het eerst op een dag meer dan {crowd} "
        "mensen geen plek (80%-band {low} tot {high}, in {chance} van de replicaties). In werkelijkheid gaf het Rijk "
        "op 24 augustus 2021 een noodsignaal.",
        "Reception contracts end, and in the model more than {crowd} people have no place on a day for the first time "
        "in {month} (80% band {low} to {high}, in {chance} of the replications). In reality the government sent out "
        "an emergency call on 24 August 2021.",
    ),
    "sum_not_full": (
        "In geen van de replicaties hebben op een dag meer dan {crowd} mensen geen plek.",
        "In none of the replications are more than {crowd} people without a place on any day.",
    ),
    "sum_help": (
        "Van {count} vergeleken scenario’s bespaart ‘{best}’ de meeste persoonsdagen zonder plek: {figure}.",
        "Of {count} scenarios compared, ‘{best}’ saves most person-days without a place: {figure}.",
    ),
    "sum_help_level": (
        "Van {count} vergeleken scenario’s besparen {best} de meeste persoonsdagen zonder plek; onderling is het "
        "verschil niet aantoonbaar.",
        "Of {count} scenarios compared, {best} save most person-days without a place; the difference between them is "
        "not demonstrable.",
    ),
    "sum_homes_most": (
        "‘{best}’ verlaagt het aantal vergunninghouders in de opvang het meest: met {figure}.",
        "‘{best}’ lowers the number of permit holders in reception most: by {figure}.",
    ),
    "sum_homes_level": (
        "Het aantal vergunninghouders in de opvang daalt het meest door {best}; onderling is het verschil niet "
        "aantoonbaar.",
        "The number of permit holders in reception falls most through {best}; the difference between them is not "
        "demonstrable.",
    ),
    "sum_help_wait": (
        "Wat had geholpen, staat hier zodra de scenario’s zijn doorgerekend.",
        "What would have helped stands here as soon as the scenarios are computed.",
    ),
    "sum_help_stopped": (
        "Wat had geholpen, is niet doorgerekend: de doorrekening is gestopt.",
        "What would have helped was not computed: the run was stopped.",
    ),
    "lesson": ("Stap voor stap", "Step by step"),
    "lesson_lead": (
        "Acht stappen, elk met een inzet voordat het antwoord komt; samen een les van 45 minuten. Elke stap heeft een "
        "eigen link. Voor een klas: deel de link van stap 1, want de samenvatting hierboven verklapt de antwoorden.",
        "Eight steps, each with a bet before the answer; together a lesson of 45 minutes. Each step has its own link. "
        "For a class: share the link of step 1, since the summary above gives the answers away.",
    ),
    "begin": ("Begin bij stap 1", "Start with step 1"),
    "open_step": ("{number}. {title}", "{number}. {title}"),
    "again": ("Wis mijn inzetten", "Clear my bets"),
    "overview": ("Overzicht", "Overview"),
    "previous": ("Vorige", "Previous"),
    "next": ("Volgende", "Next"),
    "step_of": ("Stap {number} van 8", "Step {number} of 8"),
    "no_such_step": (
        "De link noemt stap ‘{step}’; er zijn stappen 1 tot en met 8. U ziet het overzicht.",
        "The link names step ‘{step}’; there are steps 1 to 8. You see the overview.",
    ),
    "wait": (
        "De doorrekening van 2019–2021 loopt. De eerste cijfers komen na tien replicaties.",
        "The run of 2019–2021 is under way. The first figures come after ten replications.",
    ),
    "wait_stopped": (
        "De doorrekening is gestopt voordat er cijfers waren.",
        "The run was stopped before there were figures.",
    ),
    "who": ("Wie deed wat", "Who did what"),
    "document": ("Uit: {source}", "From: {source}"),
    # the bet
    "bet": ("Uw inzet", "Your bet"),
    "place_bet": ("Zet in", "Place bet"),
    "show": ("Laat zien", "Show"),
    "until_here": (
        "Het beeld loopt tot {date}. Na uw inzet, of na ‘Laat zien’, volgt de rest.",
        "The picture runs until {date}. After your bet, or after ‘Show’, the rest follows.",
    ),
    "after_bet": (
        "Het antwoord en het beeld volgen na uw inzet, of na ‘Laat zien’.",
        "The answer and the picture follow after your bet, or after ‘Show’.",
    ),
    "answer": ("Het antwoord", "The answer"),
    "a_bet": ("**Uw inzet:** {bet}.", "**Your bet:** {bet}."),
    "a_no_bet": ("**Uw inzet:** geen.", "**Your bet:** none."),
    "a_told": ("**Gepubliceerd:** {value}. Bron: {source}.", "**Published:** {value}. Source: {source}."),
    "a_model": (
        "**Model:** {mean} (80%-band {low} tot {high}, n = {count}).",
        "**Model:** {mean} (80% band {low} to {high}, n = {count}).",
    ),
    "a_inside": (
        "Het gepubliceerde cijfer ligt binnen de band van het model.",
        "The published figure lies within the band of the model.",
    ),
    "a_below": (
        "Het model zit te laag: {percent} onder het gepubliceerde cijfer, dat boven de band ligt.",
        "The model is too low: {percent} below the published figure, which lies above the band.",
    ),
    "a_above": (
        "Het model zit te hoog: {percent} boven het gepubliceerde cijfer, dat onder de band ligt.",
        "The model is too high: {percent} above the published figure, which lies below the band.",
    ),
    "a_off": (
        "**Verschil:** uw inzet wijkt {off} af, het model {model}.",
        "**Difference:** your bet is {off} off, the model {model}.",
    ),
    "a_right": ("**Verschil:** geen; uw inzet klopt.", "**Difference:** none; your bet is right."),
    "a_wrong": ("**Verschil:** uw inzet klopt niet.", "**Difference:** your bet is not right."),
    "u_persons": ("{value} personen", "{value} persons"),
    "u_cases": ("{value} zaken", "{value} cases"),
    "u_percent": ("{value} %", "{value}%"),
    "u_points": ("{value} procentpunt", "{value} percentage points"),
    "u_months": ("{value} maanden", "{value} months"),
    "u_month": ("1 maand", "1 month"),
    # for the teacher
    "teacher": ("Voor de docent", "For the teacher"),
    "minutes": ("Ongeveer {minutes} minuten.", "About {minutes} minutes."),
    "questions": ("Vragen voor de klas", "Questions for the class"),
    # step 1
    "t_1": ("De keten, en wie een bed houdt", "The chain, and who holds a bed"),
    "what_1": (
        "- **IND** beslist op de asielaanvraag.\n"
        "- **COA** vangt mensen op: tijdens de procedure, en na de vergunning tot er een woning is. De norm daarvoor "
        "is 14 weken.\n"
        "- **Rijk** stelt elk halfjaar vast hoeveel vergunninghouders gemeenten moeten huisvesten: de taakstelling.\n"
        "- **Gemeenten** en corporaties zorgen voor woningen; **provincies** houden toezicht.\n\n"
        "Elke schakel wacht op de volgende. Wie een vergunning heeft, maar geen woning, houdt een bed in de opvang.",
        "- **IND** decides on the asylum application.\n"
        "- **COA** receives people: during the procedure, and after the permit until there is a home. The norm for "
        "that is 14 weeks.\n"
        "- **The State** sets every half-year how many permit holders municipalities have to house: the target.\n"
        "- **Municipalities** and housing corporations provide homes; **provinces** supervise.\n\n"
        "Each link waits for the next. Whoever has a permit but no home holds a bed in reception.",
    ),
    "doc_1": ("hoofdstuk 1 en par. 2.1", "chapter 1 and section 2.1"),
    "q_1": (
        "Welk deel van de mensen in de opvang had half november 2020 al een vergunning?",
        "What share of the people in reception already had a permit in mid-November 2020?",
    ),
    "f_1": (
        "Half november 2020 is {share} van de mensen in de opvang al vergunninghouder (80%-band {low} tot {high})",
        "In mid-November 2020 {share} of the people in reception already hold a permit (80% band {low} to {high})",
    ),
    "why_1": (
        "Van juni 2019 tot november 2020 geldt in het model: het aantal mensen in de opvang {total} en het aantal "
        "vergunninghouders {holders}.",
        "In the model, from June 2019 to November 2020, the number of people in reception {total} and the number of "
        "permit holders {holders}.",
    ),
    "note_1": (
        "Laat de klas eerst de keten op het bord tekenen. Let op het verschil tussen opvang (COA) en huisvesting "
        "(gemeente); volgens de eindrapportage is daarover in alle overheidslagen verwarring.",
        "First have the class draw the chain on the board. Mind the difference between reception (COA) and housing "
        "(municipality); according to the final report all layers of government mix up the two.",
    ),
    "qa_1": (
        "Wie merkt het als een gemeente een half jaar geen woning vindt?",
        "Who notices when a municipality finds no home for half a year?",
    ),
    "qb_1": (
        "Waarom zegt het totaal aantal mensen in de opvang niet genoeg?",
        "Why does the total number of people in reception not say enough?",
    ),
    # step 2
    "t_2": ("De IND loopt achter en haalt in", "The IND falls behind and catches up"),
    "what_2": (
        "- **IND** had te weinig mensen om op tijd te beslissen; de voorraad liep op.\n"
        "- **JenV** richtte in 2020 een Taskforce in voor de aanvragen van voor 1 april 2020: {stock} zaken.\n"
        "- **Gemeenten en COA** kregen later te maken met wat daaruit volgt: veel vergunningen in korte tijd.",
        "- **IND** had too few people to decide in time; the stock grew.\n"
        "- **The ministry of Justice (JenV)** set up a Taskforce in 2020 for the applications from before 1 April "
        "2020: {stock} cases.\n"
        "- **Municipalities and COA** later had to deal with what follows: many permits in a short time.",
    ),
    "doc_2": ("hoofdstuk 4, noot 8", "chapter 4, note 8"),
    "q_2": (
        "Hoeveel van de {stock} zaken waren er eind 2020 nog over?",
        "How many of the {stock} cases were left at the end of 2020?",
    ),
    "f_2": (
        "Eind 2020 zijn er in het model nog {left} personen in de voorraad van de Taskforce (80%-band {low} tot "
        "{high}); eind mei 2021 nog {later}",
        "At the end of 2020 {left} persons are left in the stock of the Taskforce in the model (80% band {low} to "
        "{high}); at the end of May 2021 {later}",
    ),
    "until_2": (
        "In september 2020 is de Taskforce een half jaar bezig",
        "In September 2020 the Taskforce has worked half a year",
    ),
    "why_2": (
        "Van eind april tot eind december 2020 geldt in het model: de voorraad van de Taskforce {taskforce} en de "
        "hele voorraad {all}, want in dezelfde maanden komen er nieuwe aanvragen bij. Het model telt personen, de IND "
        "publiceert zaken.",
        "In the model, from the end of April to the end of December 2020, the stock of the Taskforce {taskforce} and "
        "the whole stock {all}, as new applications come in during the same months. The model counts persons, the IND "
        "publishes cases.",
    ),
    "c_rises": ("stijgt met {figure}", "rises by {figure}"),
    "c_falls": ("daalt met {figure}", "falls by {figure}"),
    "c_stays": ("blijft gelijk", "stays the same"),
    "p_taskforce": ("Voorraad van de Taskforce", "Stock of the Taskforce"),
    "note_2": (
        "Kern: een achterstand verdwijnt niet door haar weg te werken, maar verhuist naar de volgende schakel. Zonder "
        "inhaalslag houden dezelfde mensen hun bed als asielzoeker. Vraag wie er in 2020 had moeten waarschuwen.",
        "Core: a backlog does not vanish when it is worked off, but moves to the next link. Without a catch-up the "
        "same people keep their bed as asylum seekers. Ask who should have raised the alarm in 2020.",
    ),
    "qa_2": (
        "Had de IND langzamer moeten inhalen? Voor wie zou dat beter zijn, voor wie slechter?",
        "Should the IND have caught up more slowly? For whom would that be better, for whom worse?",
    ),
    "qb_2": (
        "Waarom daalt de hele voorraad minder snel dan die van de Taskforce?",
        "Why does the whole stock fall more slowly than that of the Taskforce?",
    ),
    # step 3
    "t_3": ("Meer vergunningen in korte tijd", "More permits in a short time"),
    "what_3": (
        "- **IND** beslist eind 2020 en begin 2021 over veel oude zaken tegelijk.\n"
        "- **Rijk** maakt in oktober 2020 de taakstelling voor de eerste helft van 2021 bekend: {target}, ruim twee "
        "keer die van het halfjaar ervoor ({before}).\n"
        "- **Gemeenten** horen het, maar volgens de eindrapportage komt de urgentie niet over.",
        "- **IND** decides on many old cases at once at the end of 2020 and the start of 2021.\n"
        "- **The State** publishes the target for the first half of 2021 in October 2020: {target}, more than twice "
        "that of the half-year before ({before}).\n"
        "- **Municipalities** are told, but according to the final report the urgency does not come across.",
    ),
    "doc_3": ("par. 2.1 en hoofdstuk 4", "section 2.1 and chapter 4"),
    "q_3": (
        "In heel 2020 kregen {year} mensen een vergunning, nareis inbegrepen. Hoeveel waren het in de eerste helft "
        "van 2021?",
        "In all of 2020 {year} people got a permit, family included. How many were there in the first half of 2021?",
    ),
    "until_3": (
        "Van januari tot en met september 2020 krijgen er in het model per maand {low} tot {high} mensen een "
        "vergunning",
        "From January up to September 2020 {low} to {high} people a month get a permit in the model",
    ),
    "f_3": (
        "In de eerste helft van 2021 krijgen in het model {permits} mensen een vergunning (80%-band {low} tot "
        "{high}), tegenover {before} een jaar eerder",
        "In the first half of 2021 {permits} people get a permit in the model (80% band {low} to {high}), compared "
        "with {before} a year earlier",
    ),
    "why_3": (
        "Beide tellingen bevatten de vergunningen van nareizigers. De gepubliceerde aantallen zijn afgerond op "
        "duizenden.",
        "Both counts include the permits of family members. The published numbers are rounded to thousands.",
    ),
    "why_3_below": (
        "Wat het model in de eerste helft van 2021 te weinig aan vergunningen heeft, werkt door in alle volgende "
        "stappen.",
        "The permits that the model lacks in the first half of 2021 carry through to all later steps.",
    ),
    "why_3_above": (
        "Wat het model in de eerste helft van 2021 te veel aan vergunningen heeft, werkt door in alle volgende "
        "stappen.",
        "The permits that the model has too many in the first half of 2021 carry through to all later steps.",
    ),
    "p_permits": ("Vergunningen per maand", "Permits a month"),
    "p_permits_told": ("Vergunningen, model en gepubliceerd", "Permits, model and published"),
    "note_3": (
        "Leg het model naast het gepubliceerde cijfer. Wijkt het model af van de geschiedenis, gebruik dat dan: een "
        "model met een bekende fout is nog steeds te gebruiken, als men weet welke kant de fout op wijst.",
        "Put the model beside the published figure. Where the model departs from history, use it: a model with a "
        "known error can still be used, if one knows which way the error points.",
    ),
    "qa_3": (
        "De taakstelling is dertien weken vooraf bekend. Wat kan een gemeente in die tijd wel, en wat niet?",
        "The target is known thirteen weeks ahead. What can a municipality do in that time, and what not?",
    ),
    "qb_3": (
        "Als er in werkelijkheid meer vergunningen waren dan in het model, waar in de keten ziet u dat dan terug?",
        "If there were more permits in reality than in the model, where in the chain do you see that?",
    ),
    # step 4
    "t_4": ("Er komen te weinig woningen", "Too few homes come free"),
    "what_4": (
        "- **Gemeenten** huisvesten meer mensen dan in eerdere halfjaren, maar minder dan de taakstelling.\n"
        "- **Corporaties** hebben weinig woningen die vrijkomen, en meer groepen zoeken dezelfde woningen.\n"
        "- **Provincies** zien in juli 2021 dat de achterstand in elke provincie groter is dan een half jaar eerder.\n"
        "- **Rijk** stelt op 1 februari 2021 een aanjager aan; regelingen voor geld komen later in 2021.",
        "- **Municipalities** house more people than in earlier half-years, but fewer than the target.\n"
        "- **Housing corporations** have few homes coming free, and more groups look for the same homes.\n"
        "- **Provinces** see in July 2021 that every province is further behind than half a year before.\n"
        "- **The State** appoints a national driver on 1 February 2021; funding schemes follow later in 2021.",
    ),
    "doc_4": ("par. 2.1, tabel 1 en 2, en par. 2.2", "section 2.1, tables 1 and 2, and section 2.2"),
    "q_4": (
        "Welk deel van de taakstelling van {target} werd in de eerste helft van 2021 gehaald?",
        "What share of the target of {target} was reached in the first half of 2021?",
    ),
    "until_4": (
        "Volgens de eindrapportage blijft de realisatie in 2019 en 2020 alleen in de eerste helft van 2020 achter",
        "According to the final report realisation falls short in 2019 and 2020 in the first half of 2020 only",
    ),
    "f_4": (
        "In de eerste helft van 2021 halen gemeenten in het model {share} van de taakstelling (80%-band {low} tot "
        "{high})",
        "In the first half of 2021 municipalities reach {share} of the target in the model (80% band {low} to {high})",
    ),
    "why_4": (
        "Gemeenten geven in het model gemiddeld {part} van de vrijkomende sociale huurwoningen aan vergunninghouders. "
        "De realisatie telt ook nareizigers die bij een referent intrekken.",
        "In the model municipalities give {part} of the social homes that come free to permit holders on average. "
        "Realisation also counts family that joins a sponsor.",
    ),
    "p_halves": ("Taakstelling en realisatie per halfjaar", "Target and realised per half-year"),
    "p_provinces": ("Per provincie, eerste helft 2021", "Per province, first half of 2021"),
    "note_4": (
        "Laat de klas kiezen tussen de groepen die dezelfde woning zoeken. Het model kent bij plaatsing geen rangorde "
        "naar nationaliteit.",
        "Have the class choose between the groups that look for the same home. In placing people the model knows no "
        "ranking by nationality.",
    ),
    "qa_4": (
        "De taakstelling wordt verdeeld naar inwoners. Welke verdeling zou u kiezen, en wie krijgt dan meer?",
        "The target is divided by inhabitants. Which division would you choose, and who then gets more?",
    ),
    "qb_4": (
        "In 2016 werden ruim 40.000 vergunninghouders gehuisvest (eindrapportage, par. 2.1). Wat was in 2021 anders?",
        "In 2016 more than 40,000 permit holders were housed (final report, section 2.1). What was different in 2021?",
    ),
    # step 5
    "t_5": ("Contracten uit 2015 en 2016 lopen af", "Contracts of 2015 and 2016 end"),
    "what_5": (
        "- **Gemeenten en COA** sloten in 2015 en 2016 bestuursakkoorden voor vijf jaar; die lopen in 2020 "
        "en 2021 af.\n"
        "- **Rijk** maakt geen bindende afspraken met gemeenten om plekken te houden.\n"
        "- **COA** besluit in januari 2021 dat er {needed} plekken nodig zijn.",
        "- **Municipalities and COA** made five-year agreements in 2015 and 2016; these end in 2020 and 2021.\n"
        "- **The State** makes no binding agreements with municipalities to keep places.\n"
        "- **COA** decides in January 2021 that {needed} places are needed.",
    ),
    "doc_5": ("par. 1.3 en hoofdstuk 4, noot 9", "section 1.3 and chapter 4, note 9"),
    "q_5": (
        "Er komen meer vergunninghouders in de opvang. Wat gebeurt er tussen september 2020 en juli 2021 met het "
        "aantal reguliere plekken?",
        "More permit holders stay in reception. What happens to the number of regular places between September 2020 "
        "and July 2021?",
    ),
    "c_more": ("Er komen plekken bij", "Places are added"),
    "c_same": ("Ongeveer gelijk (binnen 2 %)", "About the same (within 2%)"),
    "c_fewer": ("Er verdwijnen plekken", "Places are lost"),
    "told_5": (
        "de opvangcapaciteit is de afgelopen jaren teruggelopen",
        "reception capacity has declined in recent years",
    ),
    "until_5": (
        "Tot en met september 2020 staan er in het model {places} reguliere plekken",
        "Up to September 2020 there are {places} regular places in the model",
    ),
    "f_5": (
        "Het aantal reguliere plekken {change} in het model van september 2020 tot juli 2021",
        "The number of regular places {change} in the model from September 2020 to July 2021",
    ),
    "why_5": (
        "Van het aantal plekken per maand is geen reeks gepubliceerd. Het model schat contracten uit losse berichten; "
        "daarom vallen de data van dalingen op de eerste van een maand. Noodopvang vangt later een deel op: eind 2021 "
        "{emergency} plekken.",
        "No series of places per month was published. The model estimates contracts from separate reports; therefore "
        "falls are dated on the first of a month. Emergency shelter takes over part later: {emergency} places at the "
        "end of 2021.",
    ),
    "p_places": ("Plekken in de opvang", "Places in reception"),
    "l_regular": ("Reguliere plekken", "Regular places"),
    "l_all_places": ("Regulier en noodopvang", "Regular and emergency"),
    "note_5": (
        "Deze stap gaat over het tempo van contracten: een contract van vijf jaar uit een piek loopt af als de "
        "volgende opgave begint.",
        "This step is about the pace of contracts: a five-year contract from a peak ends when the next task begins.",
    ),
    "qa_5": (
        "Wat kost het om plekken leeg achter de hand te houden, en wie zou dat moeten betalen?",
        "What does it cost to keep empty places in reserve, and who should pay for it?",
    ),
    "qb_5": (
        "Waarom zegt een gemeente na vijf jaar niet vanzelf opnieuw ja?",
        "Why does a municipality not say yes again of its own accord after five years?",
    ),
    # step 6
    "t_6": ("De opvang raakt vol", "Reception runs full"),
    "what_6": (
        "- **Vergunninghouders** zonder woning houden hun bed, ook na de norm van 14 weken.\n"
        "- **COA** ziet het aantal vergunninghouders oplopen: {february} in februari 2021.\n"
        "- **Rijk** maakt tot half augustus 2021 niet breed bekend dat de opvang bijna vol is.",
        "- **Permit holders** without a home keep their bed, also beyond the norm of 14 weeks.\n"
        "- **COA** sees the number of permit holders rise: {february} in February 2021.\n"
        "- **The State** does not make widely known until mid-August 2021 that reception is nearly full.",
    ),
    "doc_6": ("samenvatting en hoofdstuk 4", "summary and chapter 4"),
    "q_6": ("In welke maand van 2021 raakte de opvang vol?", "In which month of 2021 did reception run full?"),
    "told_6": (
        "augustus 2021: ‘toen de COA-opvanglocaties echt vol raakten’; noodsignaal van het Rijk op 24 augustus",
        "August 2021: when COA’s locations ‘really filled up’; emergency call by the State on 24 August",
    ),
    "until_6": (
        "Eind 2020 wonen er in het model {total} mensen in de opvang, van wie {holders} met een vergunning",
        "At the end of 2020 {total} people live in reception in the model, {holders} of them with a permit",
    ),
    "f_6": (
        "In {month} hebben in het model voor het eerst op een dag meer dan {crowd} mensen geen plek (80%-band {low} "
        "tot {high}, in {chance} van de replicaties)",
        "In {month} more than {crowd} people have no place on a day for the first time in the model (80% band {low} "
        "to {high}, in {chance} of the replications)",
    ),
    "f_6_never": (
        "In geen van de replicaties hebben op een dag meer dan {crowd} mensen geen plek",
        "In none of the replications are more than {crowd} people without a place on any day",
    ),
    "model_6": (
        "**Model:** in {month} (80%-band {low} tot {high}, in {chance} van n = {count}) hebben voor het eerst op een "
        "dag meer dan {crowd} mensen geen plek.",
        "**Model:** in {month} (80% band {low} to {high}, in {chance} of n = {count}) more than {crowd} people have "
        "no place on a day for the first time.",
    ),
    "model_6_june": (
        "Eind juni 2021 hebben in het model gemiddeld {june} mensen geen plek. Wie een andere grens kiest dan "
        "{crowd}, krijgt een andere maand.",
        "At the end of June 2021 {june} people have no place in the model on average. A limit other than {crowd} "
        "gives another month.",
    ),
    "why_6": (
        "Op 31 juli 2021 zijn er in het model {usable} bruikbare plekken voor {persons} mensen, onder wie {holders} "
        "vergunninghouders. ‘Geen plek’ is een tent, een sporthal of erger. Van het aantal mensen zonder plek is geen "
        "reeks gepubliceerd.",
        "On 31 July 2021 there are {usable} usable places for {persons} people in the model, {holders} of them permit "
        "holders. ‘No place’ is a tent, a sports hall or worse. No series of people without a place was published.",
    ),
    "p_total": ("Mensen in de opvang", "People in reception"),
    "p_holders": ("Vergunninghouders in de opvang", "Permit holders in reception"),
    "p_crowd": (
        "Opvang al eens vol (op een dag meer dan {crowd} mensen zonder plek), deel van de replicaties",
        "Reception has run full (more than {crowd} people without a place on a day), share of replications",
    ),
    "p_without": ("Mensen zonder plek", "People without a place"),
    "l_usable": ("Bruikbare plekken", "Usable places"),
    "note_6": (
        "Het hoogtepunt van de les. Laat de inzetten hardop zeggen. Wijs erop dat ‘vol’ een afspraak is: bij een "
        "andere grens hoort een andere datum.",
        "The climax of the lesson. Have the bets said aloud. Point out that ‘full’ is a convention: another limit "
        "means another date.",
    ),
    "qa_6": (
        "Stel dat alle vergunninghouders die langer dan 14 weken wachten een woning hadden. Was de opvang dan vol?",
        "Suppose all permit holders who wait longer than 14 weeks had a home. Would reception have been full?",
    ),
    "qb_6": (
        "Wie had in februari 2021 kunnen zien wat in augustus gebeurde, en met welk cijfer?",
        "Who could have seen in February 2021 what happened in August, and from which figure?",
    ),
    # step 7
    "t_7": ("Gezinnen, Kabul en de winter", "Families, Kabul and the winter"),
    "what_7": (
        "- **IND** beslist over de gezinsleden van wie een vergunning kreeg; door COVID-19 was reizen lange "
        "tijd niet mogelijk.\n"
        "- **Rijk** haalt in augustus 2021 mensen uit Kabul; het model rekent met {evacuation} (afgeleid, "
        "geen telling).\n"
        "- **COA** opent met gemeenten van 24 augustus 2021 tot 20 januari 2022 {extra} extra plekken.\n"
        "- **COA** start in november 2021 de hotel- en accommodatieregeling.",
        "- **IND** decides on the family of those who got a permit; COVID-19 long made travel impossible.\n"
        "- **The State** brings people from Kabul in August 2021; the model uses {evacuation} (derived, not counted).\n"
        "- **COA** opens {extra} extra places with municipalities from 24 August 2021 to 20 January 2022.\n"
        "- **COA** starts the hotel and accommodation scheme in November 2021.",
    ),
    "doc_7": ("par. 1.3 en hoofdstuk 4, noot 8 en 9", "section 1.3 and chapter 4, notes 8 and 9"),
    "q_7": (
        "In 2020 kwamen {year} nareizigers aan. Hoeveel waren het er in 2021?",
        "In 2020 {year} family members arrived. How many were there in 2021?",
    ),
    "f_7": (
        "In 2021 komen in het model {arrivals} nareizigers aan (80%-band {low} tot {high}); op 31 december hebben "
        "{without} mensen geen plek",
        "In 2021 {arrivals} family members arrive in the model (80% band {low} to {high}); on 31 December {without} "
        "people have no place",
    ),
    "why_7": (
        "Nareis is in het model een gevolg van eerdere vergunningen, geen invoer. Van eind juli tot eind december "
        "2021 geldt: het aantal noodopvangplekken {emergency} en het aantal mensen in de opvang {persons}.",
        "In the model family reunification follows from earlier permits; it is not an input. From the end of July to "
        "the end of December 2021, the number of emergency places {emergency} and the number of people in reception "
        "{persons}.",
    ),
    "p_family": ("Nareizigers per kwartaal", "Family members a quarter"),
    "p_winter": ("Mensen zonder plek en noodopvang", "People without a place and emergency places"),
    "u_winter": ("personen; plekken", "persons; places"),
    "l_emergency": ("Noodopvangplekken", "Emergency places"),
    "note_7": (
        "Bespreek de volgorde. Volgens de eindrapportage was een ‘relatief kleine toestroom’ genoeg, omdat de opvang "
        "al bijna vol was.",
        "Discuss the order. According to the final report a ‘relatively small inflow’ was enough, because reception "
        "was already nearly full.",
    ),
    "qa_7": (
        "Is de evacuatie de oorzaak, de aanleiding of geen van beide? Waar ziet u dat aan?",
        "Is the evacuation the cause, the trigger or neither? How can you tell?",
    ),
    "qb_7": (
        "Waarom komt een inhaalslag bij de IND een of twee jaar later terug als nareis?",
        "Why does a catch-up at the IND return one or two years later as family reunification?",
    ),
    # step 8
    "t_8": ("Wat had geholpen", "What would have helped"),
    "what_8": (
        "De eindrapportage stelt: waren er voldoende woningen voor vergunninghouders geweest, dan waren er geen tenten "
        "nodig geweest. Hieronder staat die uitspraak naast andere besluiten. Elk scenario verandert één "
        "onderwerp en heeft verder dezelfde geschiedenis en hetzelfde toeval.",
        "The final report states that with enough homes for permit holders no tents would have been needed. Below that "
        "claim stands beside other decisions. Each scenario changes one subject and shares history and luck otherwise.",
    ),
    "doc_8": ("voorwoord en hoofdstuk 4", "preface and chapter 4"),
    "q_8": (
        "Welk scenario bespaart in het model de meeste persoonsdagen zonder plek?",
        "Which scenario saves most person-days without a place in the model?",
    ),
    "told_8": (
        "Hierover is geen uitkomst gepubliceerd: geen van deze scenario’s is uitgevoerd.",
        "No outcome was published: none of these scenarios was carried out.",
    ),
    "f_8": (
        "‘{best}’ bespaart in het model de meeste persoonsdagen zonder plek: {figure}",
        "‘{best}’ saves most person-days without a place in the model: {figure}",
    ),
    "f_8_level": (
        "{best} besparen in het model de meeste persoonsdagen zonder plek; onderling is het verschil niet aantoonbaar",
        "{best} save most person-days without a place in the model; the difference between them is not demonstrable",
    ),
    "f_8_none": (
        "Geen van de scenario’s verlaagt aantoonbaar het aantal persoonsdagen zonder plek",
        "None of the scenarios demonstrably lowers the person-days without a place",
    ),
    "a_8": ("**Model:** {told}; n = {count}.", "**Model:** {told}; n = {count}."),
    "a_8_second": (
        "Daarna ‘{second}’: {figure}. Het verschil met het eerste scenario is aantoonbaar.",
        "Next ‘{second}’: {figure}. The difference from the first scenario is demonstrable.",
    ),
    "with_figure": ("‘{title}’ met {figure}", "‘{title}’ with {figure}"),
    "and": ("en", "and"),
    "h_one": (
        "‘{title}’, verschil met 90%-interval. Persoonsdagen zonder plek: {days}; vergunninghouders in de opvang, "
        "eind 2021: {holders}; kosten voor de overheid, 2019–2021: {cost} miljoen euro.",
        "‘{title}’, difference with 90% interval. Person-days without a place: {days}; permit holders in reception, "
        "end of 2021: {holders}; public cost, 2019–2021: {cost} million euro.",
    ),
    "h_size": (
        "De omvang van elk scenario is een aanname; de beschrijving staat bij het scenario. ‘Meer’ of ‘minder’ geldt "
        "voor die omvang.",
        "The size of each scenario is an assumption; the description stands with it. ‘More’ or ‘less’ holds for that "
        "size.",
    ),
    "interval": ("{mean} ({low} tot {high})", "{mean} ({low} to {high})"),
    "saved": ("{mean} (90%-interval {low} tot {high})", "{mean} (90% interval {low} to {high})"),
    "p_help": ("Verschil in persoonsdagen zonder plek", "Difference in person-days without a place"),
    "p_help_holders": (
        "Verschil in vergunninghouders in de opvang, eind 2021",
        "Difference in permit holders in reception, end of 2021",
    ),
    "l_difference": ("Verschil", "Difference"),
    "u_person_days": ("duizend persoonsdagen", "thousand person-days"),
    "basis_8": (
        "n = {count}; streep: 90%-interval van het verschil, paar voor paar",
        "n = {count}; line: 90% interval of the difference, pair by pair",
    ),
    "k_days": ("Persoonsdagen zonder plek", "Person-days without a place"),
    "k_holders": ("Vergunninghouders in de opvang, eind 2021", "Permit holders in reception, end of 2021"),
    "k_cost": ("Kosten overheid, miljoen euro", "Public cost, million euro"),
    "scenarios_wait": (
        "De scenario’s worden doorgerekend; de vergelijking volgt na de eerste tien replicaties van elk.",
        "The scenarios are being computed; the comparison follows after the first ten replications of each.",
    ),
    "levers": ("Nu zelf", "Your turn"),
    "levers_lead": (
        "Zet een scenario klaar in de zijbalk en verander het op de pagina Doorrekenen.",
        "Put a scenario in the sidebar and change it on the page Run.",
    ),
    "open_scenario": ("Open ‘{title}’", "Open ‘{title}’"),
    "note_8": (
        "Laat groepjes een scenario verdedigen met drie cijfers: tekort, vergunninghouders, kosten. Wat het tekort "
        "meteen verkleint, hoeft de doorstroom niet te verbeteren.",
        "Have groups defend a scenario with three figures: shortage, permit holders, cost. What reduces the shortage "
        "at once need not improve the flow.",
    ),
    "qa_8": (
        "Welk scenario lost de oorzaak op, en welk het gevolg?",
        "Which scenario removes the cause, and which the effect?",
    ),
    "qb_8": (
        "Welke twee besluiten zou u samen nemen, wie moet ze nemen, en wanneer uiterlijk?",
        "Which two decisions would you take together, who must take them, and by when at the latest?",
    ),
    "scores": ("Uw inzetten", "Your bets"),
    "score_step": ("Stap", "Step"),
    "score_bet": ("Uw inzet", "Your bet"),
    "l_model": ("Model", "Model"),
    "l_procedure": ("In procedure", "In procedure"),
    "l_holders": ("Vergunninghouders", "Permit holders"),
    "l_refused": ("Afgewezen", "Refused"),
    "l_total": ("Mensen in de opvang", "People in reception"),
    "p_who": ("Wie een bed houdt", "Who holds a bed"),
    "period_quarter": ("{quarter}e kwartaal {year}", "Q{quarter} {year}"),
    "area": ("Provincie", "Province"),
    "period": ("Periode", "Period"),
}  # fmt: skip
