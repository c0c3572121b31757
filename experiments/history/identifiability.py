"""What the model knows and what it guesses, as a page that a policy officer can read.

Who acts: whoever has fitted the model anew (`tests/house/test_identifiability.py` writes the page). Who waits: the
reader. What leaves: Dutch Markdown, made from what stands beside an ensemble (`about`) and, if there is one, from
the summary of a back-test on points that were kept out of the fit. What is left out: computing anything; the page
only says in words what the fit has written down.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from experiments import read_csv
from experiments.history.backtest import held_against, window
from experiments.history.calibration import PRIOR_SPREAD
from experiments.language.labels import lever_label
from models.levers import LEVERS
from sim.calendar import date_of, day_number

#: The fit that keeps points out, so that they can test it.
HELD_OUT_UNTIL = "2020-12-31"
#: Per cent of the prior spread that is left: below the first the model knows, above the second it guesses.
KNOWS_BELOW, GUESSES_ABOVE = 40, 70
#: Information on the scale where the half prior range is 1: less than this narrows nothing.
TELLS_FROM = 1.0
#: A second series is named when it tells at least this part of what the first one tells.
SECOND_FROM = 0.2
CORRELATED_FROM = 0.4
#: A best value this near to an end of the prior range (as a part of the range) lies on the end.
ON_THE_END = 0.01
VERDICTS = ("weet", "weet half", "raadt")
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip


def identifiability_page(about: Mapping[str, Any], held_out: Mapping[str, Any] | Sequence[Any] | None) -> str:
    """The whole page. `held_out` is a back-test (`Backtest.to_json`), only its summary, or nothing."""
    labels = {row["parameter"]: (row["label_nl"], row["unit"]) for row in read_csv("fitted_parameters")}
    parameters = sorted(about["parameters"], key=lambda row: (row["width_left"], row["parameter"]))
    sections = [
        _opening(parameters),
        _how_it_was_fitted(about),
        _what_it_knows(parameters, labels),
        _what_trades_off(about["correlations"], labels),
        _what_it_means(parameters),
    ]
    if held_out is not None:
        sections.append(_unseen(held_out["summary"] if isinstance(held_out, Mapping) else held_out))
    sections += [_method(), _limits(about["scenario"])]
    return "\n\n".join(sections) + "\n"


def verdict(width_left: float) -> str:
    """Whether the model knows, half knows or guesses, by the share of the prior spread that is left."""
    if _in_percent(width_left) < KNOWS_BELOW:
        return VERDICTS[0]
    return VERDICTS[1] if _in_percent(width_left) <= GUESSES_ABOVE else VERDICTS[2]


# ---- the sections --------------------------------------------------------------------------------


def _opening(parameters: Sequence[Mapping[str, Any]]) -> str:
    knows, half, guesses = ([verdict(row["width_left"]) for row in parameters].count(word) for word in VERDICTS)
    return f"""# Wat het model weet en wat het raadt

Gemaakt uit het bewaarde ensemble met `python tests/house/test_identifiability.py`; niet met de hand wijzigen.

Een parameter is een getal waarmee het model rekent, zoals een aantal dagen of een kans. Van sommige parameters is \
geen cijfer gepubliceerd. Die zijn geijkt: er is gezocht naar waarden waarbij de uitkomsten van het model passen bij \
cijfers die wel zijn gepubliceerd. Deze pagina zegt wat dat heeft opgeleverd. Van de {len(parameters)} geijkte \
parameters weet het model er {knows}, weet het er {half} half en raadt het er {guesses}. Moeilijke woorden staan in de \
[woordenlijst](woordenlijst.md)."""


def _how_it_was_fitted(about: Mapping[str, Any]) -> str:
    scenario, first, until = about["scenario"], *window(about["scenario"])
    if about["train_until"] is not None:
        until = min(until, day_number(about["train_until"]) + 1)
    weights = {(row["series"], row["areas"]): row for row in about["weights"]}
    rows = [
        [held.name_nl, f"{_plain(weight['tolerance_percent'])} %", _plain(weight["independent_points"])]
        for held in held_against()
        if (weight := weights.get((held.series, held.areas)))
    ]
    return f"""## Hoe er is geijkt

1. Het model is {_whole(about["runs"])} keer doorgerekend voor `{scenario}`, telkens met andere waarden voor \
{len(about["parameters"])} parameters en met ander toeval.
2. Elke doorrekening is naast {_whole(about["points"])} gepubliceerde cijfers gelegd; die gaan over de tijd van \
{_date(first)} tot {_date(until)}.
3. Hoe ver een uitkomst van een cijfer mag liggen, is per reeks gekozen: dat is de tolerantie in de tabel hieronder.
4. Cijfers uit één reeks lijken op elkaar; daarom telt een reeks samen als hoogstens zoveel losse cijfers als in de \
laatste kolom staat.
5. Bewaard zijn de combinatie van waarden die het best past en een verzameling van andere combinaties die ook passen: \
het ensemble.

{_table(["reeks", "tolerantie", "telt als hoogstens zoveel losse cijfers"], rows)}

Dit is de ijking van versie {about["version"]} met zaad {about["seed"]}."""


def _what_it_knows(parameters: Sequence[Mapping[str, Any]], labels: Mapping[str, tuple[str, str]]) -> str:
    rows = []
    for row in parameters:
        label, unit = labels[row["parameter"]]
        reach = row["prior_high"] - row["prior_low"]
        prior_low, prior_high, low, high, best = (
            _number(row[name], reach) for name in ("prior_low", "prior_high", "low", "high", "best")
        )
        rows.append(
            [f"{label} (`{row['parameter']}`)", unit, f"{prior_low} tot {prior_high}", f"{low} tot {high}", best,
             f"{_in_percent(row['width_left'])} %", verdict(row["width_left"]), _told_by(row["told_by"])]
        )  # fmt: skip
    head = ["parameter", "eenheid", "bereik vooraf", "na het ijken", "beste", "breedte over", "het model", "komt uit"]
    on_the_end = [f"‘{labels[row['parameter']][0]}’" for row in parameters if _is_on_the_end(row)]
    text = f"""## Per parameter

- **Bereik vooraf**: tussen welke waarden is gezocht. De redenen staan in `experiments/data/fitted_parameters.csv`.
- **Na het ijken**: hier ligt het middelste deel (80 %) van de combinaties die passen.
- **Beste**: de waarde in de combinatie die het best past. Die hoeft niet in het midden te liggen en kan zelfs buiten \
het middelste deel vallen.
- **Breedte over**: welk deel van de spreiding vooraf er na het ijken nog is. Onder {KNOWS_BELOW} % *weet* \
het model de waarde, tot en met {GUESSES_ABOVE} % *weet het haar half*, daarboven *raadt* het. Zeggen de \
gegevens niets, dan blijft er ongeveer {_in_percent(_width_without_data())} % over en niet 100 %, omdat waarden in het \
midden van het bereik vooraf iets voorgaan.
- **Komt uit**: welke reeksen het meest over de parameter zeggen, in de buurt van de beste waarde.
- **Maal de uitgangswaarde**: 1 is de waarde in `models/data/parameters.csv`. Bij een terugval of reisstop is 1 zo \
diep als daar staat, en 0 helemaal geen.

{_table(head, rows)}

‘Weten’ geldt binnen het model: als de keten werkt zoals het model zegt, dan ligt de waarde waarschijnlijk in of \
vlak bij dit bereik."""
    if on_the_end:
        text += (
            f"\n\nDe beste waarde ligt aan een uiteinde van het bereik vooraf bij {_listed(on_the_end)}. Daar houdt de"
            " gekozen grens de waarde tegen. De gegevens passen misschien nog beter bij een waarde daarbuiten, of het"
            " model mist iets."
        )
    return text


def _what_trades_off(correlations: Sequence[Mapping[str, Any]], labels: Mapping[str, tuple[str, str]]) -> str:
    pairs = sorted(
        (pair for pair in correlations if abs(pair["correlation"]) >= CORRELATED_FROM),
        key=lambda pair: (-abs(pair["correlation"]), pair["a"], pair["b"]),
    )
    if not pairs:
        return "## Samenspel\n\nEr zijn geen twee parameters die duidelijk hetzelfde kunnen doen."
    lines = [
        f"- Hoger bij ‘{labels[pair['a']][0]}’ gaat samen met {'hoger' if pair['correlation'] > 0 else 'lager'} bij"
        f" ‘{labels[pair['b']][0]}’ (samenhang {_comma(pair['correlation'], 2)})."
        for pair in pairs
    ]
    return "\n".join(
        [
            "## Samenspel",
            "",
            "Soms kan een verandering van de ene parameter die van een andere goedmaken. De gegevens zien dan alleen"
            " hun samenspel: wat ze samen doen, niet hoeveel elk ervan doet. Een reeks kan daardoor veel over een"
            " parameter zeggen, terwijl het model die toch raadt. Samenhang 1 of −1 is volledig, 0 is geen. Hier"
            f" staan de paren met een samenhang van {_comma(CORRELATED_FROM, 1)} of meer, naar boven of naar beneden:",
            "",
            *lines,
        ]
    )


def _what_it_means(parameters: Sequence[Mapping[str, Any]]) -> str:
    by_path = {row["parameter"]: verdict(row["width_left"]) for row in parameters}
    rows = [
        [f"{lever_label(lever.name, 'nl')} (`{lever.name}`)", by_path[lever.sets]]
        for lever in LEVERS.values()
        if lever.sets in by_path
    ]
    return f"""## Wat dit betekent voor het gebruik

- Gaat een vraag over iets wat het model raadt, lees dan de band en niet het midden. Het midden van een gok is geen \
kennis.
- Vergelijk twee scenario's met hetzelfde zaad en evenveel replicaties: elk paar heeft dan hetzelfde toeval en \
dezelfde trekking (combinatie van waarden). Het verschil is vaak zekerder dan elk van beide uitkomsten.
- Haal één parameter uit een paar met samenspel nooit los aan.
- Zet u een knop die een geijkte parameter vervangt, dan geldt uw waarde in elke trekking. Wat het model over die \
parameter niet weet, zit dan niet meer in de band. Reken in dat geval ook met een hogere en een lagere waarde.

Deze knoppen en onzekerheden vervangen een geijkte parameter:

{_table(["knop of onzekerheid", "het model"], rows)}"""


def _unseen(summary: Sequence[Mapping[str, Any]]) -> str:
    fitted = {(held.series, held.areas): held.fitted for held in held_against()}
    after = f"na {_date(day_number(HELD_OUT_UNTIL))}"
    rows = [
        [row["label"], after if fitted[row["name"], row["areas"]] else "hele periode", str(row["points"]),
         _percent(row["mape"]), _percent(row["bias"], signed=True), f"{_in_percent(row['coverage'])} %"]
        for row in summary
        if not row["fitted"]
    ]  # fmt: skip
    head = ["reeks", "cijfers over", "aantal", "gemiddelde fout", "te hoog (+) of te laag (−)", "in de band"]
    return f"""## Cijfers die het model niet had gezien

Voor deze toets is er nog eens geijkt, alleen op cijfers tot en met {_date(day_number(HELD_OUT_UNTIL))}. Daarna is het \
model naast de cijfers gelegd die bij die ijking niet zijn gebruikt. De *gemiddelde fout* is de afstand tussen het \
midden van het model en het cijfer, in procenten van dat cijfer. *In de band* is het deel van de cijfers dat binnen \
het middelste deel (80 %) van de doorrekeningen valt. Bij ‘hele periode’ staat een reeks waarop nooit wordt geijkt.

{_table(head, rows)}

Dit is een toets, geen voorspelling. De instroom, de taakstelling, de contracten van locaties en gebeurtenissen met \
een datum, zoals de reisstop, zijn ook na die dag uit de gegevens overgenomen. En wie de bereiken vooraf en de \
vaste parameters koos, kende ook latere cijfers."""


def _method() -> str:
    return """## De methode

Het model rekent eerst veel combinaties van waarden door, gelijkmatig verdeeld over de bereiken vooraf. Bij elk \
gepubliceerd cijfer wordt dan een eenvoudige formule gezocht die de uitkomst van het model snel benadert (een \
*emulator*), en daarmee worden combinaties gezocht die passen; het model zelf rekent die door, de formules worden \
bijgesteld, en zo een paar rondes. Wat overblijft is een verzameling combinaties: hoe verder die uit elkaar liggen, \
hoe minder het model weet."""


def _limits(scenario: str) -> str:
    return f"""## Grenzen

- Gepubliceerde cijfers zijn vaak afgerond, en bronnen tellen niet altijd hetzelfde.
- Toleranties zijn keuzes. Met een kleinere tolerantie lijkt het model meer te weten.
- De emulator kent per parameter een lijn met één bocht, en per paar één getal voor hun samenspel (een vlak van de \
tweede graad). Waar het model grilliger is, benadert hij het slechter. Wat hij niet verklaart, telt mee als extra \
onzekerheid.
- Een reeks telt als enkele losse cijfers. Hoeveel, is een schatting.
- Er is geen parameter per provincie of per halfjaar. Wat per provincie of halfjaar anders was dan het model weet, \
blijft als fout staan.
- Wat het model zelf niet goed doet, zit in de tolerantie en niet in de band. De werkelijkheid kan dus vaker buiten de \
band liggen dan de band zegt.
- Parameters die niet zijn geijkt, staan in elke trekking op dezelfde waarde, ook als die is aangenomen.
- Er is alleen geijkt op `{scenario}`. In een andere periode gelden de trekkingen ook, maar daar zijn ze niet op \
gezocht; sommige parameters doen er niet mee (kolom `periods` in `experiments/data/fitted_parameters.csv`)."""


# ---- words and numbers ---------------------------------------------------------------------------


def _told_by(told: Mapping[str, float]) -> str:
    names = {f"{held.series}:{held.areas}": held.name_nl for held in held_against()}
    order = sorted(told, key=lambda key: (-told[key], key))
    first, second = order[0], order[1] if len(order) > 1 else None
    if told[first] < TELLS_FROM:
        return f"bijna niets; het meest nog uit: {names[first]}"
    if second is not None and told[second] >= max(TELLS_FROM, SECOND_FROM * told[first]):
        return f"{names[first]}; {names[second]}"
    return names[first]


def _is_on_the_end(row: Mapping[str, Any]) -> bool:
    margin = ON_THE_END * (row["prior_high"] - row["prior_low"])
    return bool(row["best"] <= row["prior_low"] + margin or row["best"] >= row["prior_high"] - margin)


def _width_without_data() -> float:
    """`width_left` of a parameter about which the data say nothing: that of the prior with its pull to the middle."""
    end = 1.0 / PRIOR_SPREAD
    density = math.exp(-0.5 * end**2) / math.sqrt(2.0 * math.pi)
    inside = math.erf(end / math.sqrt(2.0))
    variance = PRIOR_SPREAD**2 * (1.0 - 2.0 * end * density / inside)
    return math.sqrt(3.0 * variance)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


def _comma(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}".replace(".", ",").replace("-", "−")


def _number(value: float, reach: float) -> str:
    """A value with as many decimals as its prior range asks for."""
    return _comma(value, 0 if reach >= 10 else 2 if reach >= 0.1 else 3)


def _in_percent(share: float) -> int:
    return round(100 * share)


def _plain(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _whole(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _percent(value: float | None, signed: bool = False) -> str:
    if value is None:
        return "–"
    sign = "+" if signed and value > 0 else ""
    return f"{sign}{_comma(value, 1)} %"


def _date(day: int) -> str:
    date = date_of(day)
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} en {words[-1]}"
