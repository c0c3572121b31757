"""A back-test as one page that can be sent on: a summary, a chart per series, and every figure with its source.

Who acts: a person who reads or prints it. Who waits: nobody. What leaves: one Dutch HTML text that asks
nothing of a network and runs no script; the same back-test always gives the same text. What is left out:
any computation of what is good enough, and the figures themselves, which come from `Backtest.to_json`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

from experiments.language.formatting import short_date_text
from experiments.language.labels import unit_text
from experiments.report.html import Frame, table, ticks, whole_page
from experiments.run.observed import NATIONAL
from experiments.scenario.ready import load_scenario
from sim.calendar import date_of as date_of_day
from sim.calendar import half_year_end, half_year_start
from sim.errors import WrongInput

LETTERS = {"A": "eerste bron", "B": "tweede hand of afgeleid", "C": "niet nagegaan"}
NOTHING = "–"


def backtest_page(document: dict[str, Any]) -> str:
    """The page for one `Backtest.to_json`."""
    title = f"Toets aan het verleden: {scenario_title(document['scenario'])}"
    national = [series for series in document["series"] if series["area"] == NATIONAL]
    provincial: dict[str, list[dict[str, Any]]] = {}
    for series in document["series"]:
        if series["area"] != NATIONAL:
            provincial.setdefault(series["label"], []).append(series)
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(fitted_words(document))}</p>",
        f"<p>{escape(coverage_words(document))}</p>",
        _about(document),
        "<h2>Samenvatting</h2>",
        _summary(document),
        *_held_out(document),
        "<h2>Leeswijzer</h2>",
        _legend(document),
        "<h2>Nederland, reeks voor reeks</h2>",
        '<div class="charts">',
        *(_national(series) for series in national),
        "</div>",
    ]
    if provincial:
        parts.append("<h2>Provincies</h2>")
        parts += [_provinces(label, group, document) for label, group in provincial.items()]
    return whole_page(title, "<main>\n" + "\n".join(parts) + "\n</main>")


# ---- words ---------------------------------------------------------------------------------------


def scenario_title(name: str) -> str:
    """The title of a ready scenario; the name itself when there is none."""
    try:
        return load_scenario(name).title
    except WrongInput:
        return name


def stretch(period: str) -> tuple[date, date]:
    """First and last day of a point's period: a day, a half-year such as 2019-1, or two days with a slash."""
    if "/" in period:
        first, last = period.split("/")
        return date.fromisoformat(first), date.fromisoformat(last)
    if len(period) == len("2019-1"):
        return date_of_day(half_year_start(period)), date_of_day(half_year_end(period) - 1)
    day = date.fromisoformat(period)
    return day, day


def period_words(period: str) -> str:
    """A point's period for a reader: 11 nov. 2019, 1e halfjaar 2019, 2e kwartaal 2020, 2015."""
    first, last = stretch(period)
    if first == last:
        return _day(first)
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    if first.day == 1 and (last + timedelta(1)).day == 1 and (first.month - 1) % months == 0:
        if months == 12:
            return str(first.year)
        if months in (3, 6):
            return f"{first.month // months + 1}e {'kwartaal' if months == 3 else 'halfjaar'} {first.year}"
    return f"{_day(first)} t/m {_day(last)}"


def fitted_words(document: dict[str, Any]) -> str:
    """What the parameters were fitted on, and what the fit has not seen."""
    seen, unseen = (sum(row["points"] for row in document["summary"] if row["fitted"] is is_fitted)
                    for is_fitted in (True, False))  # fmt: skip
    total = f"Het model is naast {_number(seen + unseen)} gepubliceerde cijfers gelegd."
    if not seen:
        return f"{total} Geen daarvan is gebruikt bij het ijken: het ensemble is op een andere periode geijkt."
    until = document["train_until"]
    when = "" if until is None else f" Er is geijkt op cijfers tot en met {_day(date.fromisoformat(until))}"
    when += "; wat daarna komt, heeft het ijken niet gezien." if when else ""
    return f"{total} Bij het ijken zijn er {_number(seen)} gebruikt en {_number(unseen)} niet.{when}"


def coverage_words(document: dict[str, Any]) -> str:
    """How many points the band covers, seen and unseen apart, and what the band holds."""
    counts = []
    for is_fitted, name in ((True, "geziene"), (False, "niet geziene")):
        rows = [row for row in document["summary"] if row["fitted"] is is_fitted]
        if rows:
            covered = sum(_covered(row["coverage"], row["points"]) for row in rows)
            counts.append(f"{_number(covered)} van de {_number(sum(row['points'] for row in rows))} {name} cijfers")
    level = _number(100 * document["band"])
    return (
        f"De band van {level} % dekt {' en '.join(counts)}. "
        "De band toont toeval en de onzekerheid over de parameters; niet wat het model zelf mist."
    )


def finding(series: dict[str, Any]) -> str:
    """What a chart shows, in one line."""
    count = len(series["points"])
    covered = f"band dekt {_covered(series['coverage'], count)} van {count} {'punt' if count == 1 else 'punten'}"
    if series["mape"] is None:
        return covered
    return f"gemiddeld {_number(series['mape'], 1)} % ernaast, {covered}"


def _covered(share: float, count: int) -> int:
    return round(share * count)


def _day(day: date) -> str:
    return short_date_text(day)


def _number(value: float | None, decimals: int = 0) -> str:
    if value is None or not math.isfinite(value):
        return NOTHING
    text = f"{round(value, decimals) + 0.0:,.{decimals}f}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".").replace("-", "−")


def _percent(value: float | None) -> str:
    text = _number(value, 1)
    return text if text == NOTHING else f"{text} %"


def _signed(value: float | None) -> str:
    text = _percent(value)
    return f"+{text}" if value is not None and round(value, 1) > 0 else text


def _deviation(point: dict[str, Any]) -> float | None:
    if not point["observed"] or not _known(point["mean"]):
        return None
    result: float = 100.0 * (point["mean"] - point["observed"]) / abs(point["observed"])
    return result


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _yes(value: bool) -> str:
    return "ja" if value else "nee"


# ---- tables --------------------------------------------------------------------------------------


def _about(document: dict[str, Any]) -> str:
    rows = {
        "Scenario": document["scenario"],
        "Ensemble": document["ensemble"],
        "Trekkingen": _number(document["draws"]),
        "Zaad": str(document["seed"]),
        "Versie": f"doorstroom {document['version']}",
    }
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in rows.items()) + "</dl>"


def _held_out(document: dict[str, Any]) -> list[str]:
    """What the model says about years that a fit has not seen; nothing when no years were ever held out."""
    held_out = document.get("held_out")
    if held_out is None:
        return []
    day = _day(date.fromisoformat(held_out["train_until"]))
    unseen = [row for row in held_out["summary"] if not row["fitted"] and row["name"] != "behind"]
    return [
        "<h2>Jaren die het model niet had gezien</h2>",
        f"<p>Hiervoor is het model alleen geijkt op cijfers tot en met {escape(day)}. De jaren daarna volgen uit hun"
        " invoer: instroom, gepubliceerde taakstelling, opvangplekken en besluiten. De tabel zet naast elkaar wat"
        " daarvan uitkwam. Wel kenden de makers die jaren toen zij het model bouwden: het is geen blinde proef.</p>",
        _table_of(unseen, f"Afwijking van cijfers na {day}, per reeks"),
    ]


def _summary(document: dict[str, Any]) -> str:
    return _table_of(document["summary"], "Hoe ver het model van de gepubliceerde cijfers ligt, per reeks")


def _table_of(summary: Sequence[dict[str, Any]], caption: str) -> str:
    heads = [
        ("Reeks", ""), ("Gezien bij het ijken", ""), ("Punten", "number"), ("Gemiddelde afwijking", "number"),
        ("Scheefheid", "number"), ("In de band", "number"),
    ]  # fmt: skip
    rows = [
        [
            row["label"],
            _yes(row["fitted"]),
            _number(row["points"]),
            _percent(row["mape"]),
            _signed(row["bias"]),
            f"{_covered(row['coverage'], row['points'])} van {row['points']}",
        ]
        for row in summary
    ]
    return table(caption, heads, rows)


def _points_table(caption: str, group: Sequence[dict[str, Any]], with_area: bool) -> str:
    heads = [
        ("Periode", ""), ("Gepubliceerd", "number"), ("Model", "number"), ("Band", "number"),
        ("Afwijking", "number"), ("Gezien", ""), ("Letter", ""), ("Bron", "source"),
    ]  # fmt: skip
    heads = [("Provincie", ""), *heads] if with_area else heads
    rows = [
        ([series["area"]] if with_area else [])
        + [
            period_words(point["period"]),
            _number(point["observed"]),
            _number(point["mean"]),
            _band(point),
            _signed(_deviation(point)),
            _yes(point["fitted"]),
            point["letter"] or NOTHING,
            point["source"],
        ]
        for series in group
        for point in series["points"]
    ]
    return f"<details><summary>Alle cijfers en bronnen</summary>{table(caption, heads, rows)}</details>"


def _band(point: dict[str, Any]) -> str:
    if not _known(point["low"]) or not _known(point["high"]):
        return NOTHING
    return f"{_number(point['low'])} tot {_number(point['high'])}"


def _legend(document: dict[str, Any]) -> str:
    level = _number(100 * document["band"])
    signs = (
        ('<circle class="published" cx="14" cy="12" r="4"/>', "gepubliceerd cijfer"),
        (
            '<circle class="published" cx="14" cy="12" r="4"/><circle class="unseen" cx="14" cy="12" r="7"/>',
            "gepubliceerd cijfer dat het ijken niet heeft gezien",
        ),
        ('<line class="mean" x1="6" y1="12" x2="22" y2="12"/>', "gemiddelde van het model"),
        (
            '<rect class="band" x="10" y="3" width="8" height="18"/>',
            f"band: de middelste {level} % van de trekkingen van het model",
        ),
    )
    items = "".join(
        f'<li><svg viewBox="0 0 28 24" aria-hidden="true">{sign}</svg><span>{escape(text)}</span></li>'
        for sign, text in signs
    )
    letters = "; ".join(f"{letter} is {words}" for letter, words in LETTERS.items())
    return (
        f'<ul class="legend">{items}</ul>'
        "<p>Een smalle balk hoort bij één dag, een brede bij een kwartaal, een halfjaar of een jaar. "
        "De gemiddelde afwijking telt elk verschil even zwaar, omhoog of omlaag, in procenten van het gepubliceerde "
        "cijfer. De scheefheid is het gemiddelde verschil met teken: plus betekent dat het model te hoog uitkomt.</p>"
        "<p>Op de achterstand wordt nooit geijkt, omdat zij volgt uit de taakstelling en wie gehuisvest is.</p>"
        f"<p>De letter zegt hoe goed een cijfer is onderbouwd: {escape(letters)}.</p>"
    )


# ---- charts --------------------------------------------------------------------------------------


def _national(series: dict[str, Any]) -> str:
    heading = f"{series['label']}: {finding(series)}"
    return (
        f"<section><h3>{escape(heading)}</h3><figure><figcaption>{escape(_seen_words(series))}</figcaption>"
        f"{_chart(series, 400, 230)}</figure>{_points_table(series['label'], [series], False)}</section>"
    )


def _provinces(label: str, group: Sequence[dict[str, Any]], document: dict[str, Any]) -> str:
    rows = [row for row in document["summary"] if row["name"] == group[0]["name"] and row["areas"] == "provinces"]
    count = sum(row["points"] for row in rows)
    covered = sum(_covered(row["coverage"], row["points"]) for row in rows)
    charts = "".join(
        f"<figure><figcaption>{escape(_small_caption(series))}</figcaption>{_chart(series, 172, 128)}</figure>"
        for series in group
    )
    return (
        f"<section><h3>{escape(f'{label}: band dekt {covered} van {count} punten')}</h3>"
        f"<p>Elke provincie heeft een eigen schaal ({escape(_unit(group[0]))}).</p>"
        f'<div class="provinces">{charts}</div>{_points_table(label, group, True)}</section>'
    )


def _small_caption(series: dict[str, Any]) -> str:
    return f"{series['area']}: {_percent(series['mape'])} ernaast" if series["mape"] is not None else series["area"]


def _seen_words(series: dict[str, Any]) -> str:
    seen = sum(point["fitted"] for point in series["points"])
    if seen == len(series["points"]):
        return "Gezien bij het ijken."
    return (
        f"{seen} gezien bij het ijken, {len(series['points']) - seen} niet." if seen else "Niet gezien bij het ijken."
    )


def _unit(series: dict[str, Any]) -> str:
    return unit_text(series["unit"])


def _chart(series: dict[str, Any], width: int, height: int) -> str:
    """Bands and means of the model with the published dots on top; drawn from zero."""
    small = width < 300
    left, right, top, bottom = (38.0, width - 6.0, 8.0, height - 20.0) if small else (54.0, width - 8, 22, height - 34)
    spans = [stretch(point["period"]) for point in series["points"]]
    first = date(min(begin.year for begin, _ in spans), 1, 1)
    last = max(end for _, end in spans) + timedelta(12)
    numbers = [point[key] for point in series["points"] for key in ("observed", "low", "mean", "high")]
    levels = ticks([number for number in numbers if _known(number)], 2 if small else 5)
    frame = Frame(left, right, top, bottom, first, last, levels)

    drawn = [*frame.levels(_number), *frame.years()]
    if not small:
        drawn.append(f'<text x="2" y="11">{escape(_unit(series))}</text>')
        drawn.append(f'<text x="{right}" y="{height - 4}" text-anchor="end">jaar</text>')
    drawn += [
        _mark(point, frame.across(begin), frame.across(end + timedelta(1)), begin == end, frame.up, small)
        for point, (begin, end) in zip(series["points"], spans, strict=True)
    ]
    label = f"{series['label']}, {series['area']}: {finding(series)}. Alle cijfers staan in de tabel eronder."
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">{"".join(drawn)}</svg>'


def _mark(point: dict[str, Any], begin: float, end: float, is_moment: bool, up: Any, small: bool) -> str:
    middle = (begin + end) / 2
    half = 3.5 if is_moment else max((end - begin) / 2 - 1, 3)
    said = (
        f"{period_words(point['period'])}: gepubliceerd {_number(point['observed'])}, "
        f"model {_number(point['mean'])} ({_band(point)})"
    )
    shapes = [f"<title>{escape(said)}</title>"]
    if _known(point["low"]) and _known(point["high"]):
        shapes.append(
            f'<rect class="band" x="{middle - half:.1f}" y="{up(point["high"]):.1f}" width="{2 * half:.1f}" '
            f'height="{max(up(point["low"]) - up(point["high"]), 0.5):.1f}"/>'
        )
    if _known(point["mean"]):
        reach = half + 2 if is_moment else half
        shapes.append(
            f'<line class="mean" x1="{middle - reach:.1f}" x2="{middle + reach:.1f}" y1="{up(point["mean"]):.1f}" '
            f'y2="{up(point["mean"]):.1f}"/>'
        )
    at = f'cx="{middle:.1f}" cy="{up(point["observed"]):.1f}"'
    shapes.append(f'<circle class="published" {at} r="{3 if small else 4}"/>')
    if not point["fitted"]:
        shapes.append(f'<circle class="unseen" {at} r="{5 if small else 6.5}"/>')
    return f"<g>{''.join(shapes)}</g>"
