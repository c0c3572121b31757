"""A back-test as one page that can be sent on: a summary, a chart per series, and every figure with its source.

The same back-test always gives the same page. The figures come from `Backtest.to_json`; nothing is computed here about
what is good enough.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from experiments.charts.backtest import Held, backtest_chart, small_charts
from experiments.charts.style import PALETTES
from experiments.charts.svg import PACKAGE, can_draw, for_paper
from experiments.history.evidence import series_names
from experiments.language.catalogue import Texts, catalogue
from experiments.language.formatting import level_text, number_text, per_cent_text, short_date_text, value_text
from experiments.language.labels import unit_text
from experiments.language.language import LANGUAGES, NOTHING, Language
from experiments.report.page import (
    Block,
    Bullets,
    Cells,
    Figure,
    Figures,
    Folded,
    Heading,
    Page,
    Pairs,
    Paragraph,
    drawn_panel,
    page_html,
)
from experiments.run.ensemble import lent_text
from experiments.run.observed import NATIONAL, deviation_percent
from experiments.run.provenance import outdated_text, what_changed
from experiments.scenario.ready import load_scenario
from sim.calendar import date_of, half_year_end, half_year_start
from sim.errors import WrongInput

Row = Mapping[str, Any]


def backtest_page(document: Row, language: Language = "nl") -> str:
    """The page for one `Backtest.to_json`."""
    say = catalogue("report_backtest", language)
    national = [series for series in document["series"] if series["area"] == NATIONAL]
    provincial: dict[str, list[Row]] = {}
    for series in document["series"]:
        if series["area"] != NATIONAL:
            provincial.setdefault(series["label"], []).append(series)
    blocks: list[Block] = [
        Heading(say("summary")),
        _summary(document["summary"], say("summary_caption"), say),
        *_balance(document, say),
        *_held_out(document, say),
        Heading(say("guide")),
        *_guide(document, say),
        Heading(say("national")),
        Figures([_national(series, say) for series in national]),
    ]
    if provincial:
        blocks.append(Heading(say("provinces")))
        blocks += [_provinces(group, document, say) for group in provincial.values()]
    lead: list[Block] = [Paragraph(words(document, language)) for words in (fitted_words, coverage_words)]
    lead[:0] = _outdated("backtest", document, say)
    lead.append(Pairs(_about(document, say)))
    return page_html(Page(say("title"), scenario_title(document["scenario"], language), lead, blocks, language))


def scenario_title(name: str, language: Language) -> str:
    """The title of a ready scenario; the name itself when there is none."""
    try:
        return load_scenario(name).title_in(language)
    except WrongInput:
        return name


def series_label(row: Row, language: Language = "nl") -> str:
    """The name of a series of the document, or of a row of its summary."""
    areas = row.get("areas", "country" if row.get("area") == NATIONAL else "provinces")
    known = series_names().get((row["name"], areas))
    names = dict(zip(LANGUAGES, known or (), strict=False))
    return names[language] if language in names else row["label"]


def stretch(period: str) -> tuple[date, date]:
    """First and last day of a point's period: a day, a half-year such as 2019-1, or two days with a slash."""
    if "/" in period:
        first, last = period.split("/")
        return date.fromisoformat(first), date.fromisoformat(last)
    if len(period) == len("2019-1"):
        return date_of(half_year_start(period)), date_of(half_year_end(period) - 1)
    day = date.fromisoformat(period)
    return day, day


def period_words(period: str, language: Language = "nl") -> str:
    """A point's period for a reader: 11 nov. 2019, 1e halfjaar 2019, 2e kwartaal 2020, 2015."""
    say = catalogue("report_backtest", language)
    first, last = stretch(period)
    if first == last:
        return short_date_text(first, language)
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    if first.day == 1 and (last + timedelta(1)).day == 1 and (first.month - 1) % months == 0:
        if months == 12:
            return str(first.year)
        if months in (3, 6):
            key = "quarter" if months == 3 else "half_year"
            return say(key, place=first.month // months + 1, year=first.year)
    return say("days", first=short_date_text(first, language), last=short_date_text(last, language))


def fitted_words(document: Row, language: Language = "nl") -> str:
    """What the parameters were fitted on, and what the fit has not seen."""
    say = catalogue("report_backtest", language)
    seen, unseen = (sum(row["points"] for row in document["summary"] if row["fitted"] is is_fitted)
                    for is_fitted in (True, False))  # fmt: skip
    total = say("held_against", points=number_text(seen + unseen, language=language))
    if not seen:
        return f"{total} {say('other_period')}"
    told = say("used", seen=number_text(seen, language=language), unseen=number_text(unseen, language=language))
    until = document["train_until"]
    when = "" if until is None else " " + say("until", day=short_date_text(date.fromisoformat(until), language))
    return f"{total} {told}{when}"


def coverage_words(document: Row, language: Language = "nl") -> str:
    """How many points the band covers, seen and unseen apart, and what the band holds."""
    say = catalogue("report_backtest", language)
    counts = []
    for is_fitted, key in ((True, "covers_seen"), (False, "covers_unseen")):
        rows = [row for row in document["summary"] if row["fitted"] is is_fitted]
        if rows:
            covered, points = sum(map(_covered, rows)), sum(row["points"] for row in rows)
            counts.append(say(key, covered=number_text(covered, language=language),
                              points=number_text(points, language=language)))  # fmt: skip
    return say("covers", level=level_text(document["band"], language), counts=say("and").join(counts))


def finding(series: Row, language: Language = "nl") -> str:
    """What a chart shows, in one line."""
    say = catalogue("report_backtest", language)
    count = len(series["points"])
    covered = say("band_covers", covered=round(series["coverage"] * count), count=count)
    if series["mape"] is None:
        return covered
    return say("off", mape=_percent(series["mape"], say), covered=covered)


def _covered(row: Row) -> int:
    covered: int = round(row["coverage"] * row["points"])
    return covered


def _figure(value: float | None, say: Texts, decimals: int = 0) -> str:
    return number_text(value, decimals, say.language)


def _percent(value: float | None, say: Texts, *, signed: bool = False) -> str:
    return per_cent_text(value, 1, say.language, signed=signed)


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _about(document: Row, say: Texts) -> list[tuple[str, str]]:
    return [
        (say("scenario"), document["scenario"]),
        (say("ensemble"), " ".join([document["ensemble"], lent_text([document["scenario"]], say.language)]).strip()),
        (say("draws"), _figure(document["draws"], say)),
        (say("seed"), str(document["seed"])),
        (say("version"), f"doorstroom {document['version']}"),
    ]


def _outdated(kind: str, document: Row, say: Texts) -> list[Block]:
    """A notice when what was kept is older than the model."""
    notice = outdated_text(kind, document, what_changed(document), say.language)
    return [Paragraph(notice)] if notice else []


def _held_out(document: Row, say: Texts) -> list[Block]:
    """What the model says about years that a fit has not seen; nothing when no years were ever held out."""
    held_out = document.get("held_out")
    if held_out is None:
        return []
    day = short_date_text(date.fromisoformat(held_out["train_until"]), say.language)
    unseen = [row for row in held_out["summary"] if not row["fitted"] and row["name"] != "behind"]
    return [
        Heading(say("held_out")),
        *_outdated("unseen", held_out, say),
        Paragraph(say("held_out_text", day=day)),
        _summary(unseen, say("held_out_caption", day=day), say),
    ]


#: Lines of the balance sheet beside what is published, and what entry and housed consist of.
_SHEET = ("entry", "family", "housed", "left", "housed_under_coa", "unhoused_elsewhere", "change", "stock")
_PARTS = (
    "first_instance", "appeal", "resettlement", "other_entry", "housed_joined", "housed_social_rent", "housed_project",
    "housed_own_find", "housed_shared", "housed_stay",
)  # fmt: skip


def balance_tables(document: Row, language: Language = "nl") -> list[tuple[str, list[str], list[list[str]]]]:
    """The balance sheet as two tables: caption, heads and rows; published figures stand in brackets."""
    say, sheet = catalogue("report_backtest", language), document.get("balance") or []
    if not sheet:
        return []

    def cell(row: Row, line: str) -> str:
        model, published = _figure(row["model"][line], say), row["published"].get(line)
        return model if published is None else say("balance.of", model=model, published=_figure(published, say))

    tables = []
    for caption, lines in (("balance.caption", _SHEET), ("balance.parts", _PARTS)):
        heads = [say(f"balance.head.{name}") for name in ("period", *lines)]
        rows = [[period_words(_year_or_half(row), language), *(cell(row, line) for line in lines)] for row in sheet]
        tables.append((say(caption), heads, rows))
    return tables


def balance_title(caption: str, language: Language = "nl") -> str:
    """The heading of a table of the balance sheet where it stands alone."""
    return f"{catalogue('report_backtest', language)('balance.title')}: {caption}"


def _year_or_half(row: Row) -> str:
    """The period of a row of the sheet as the period of a point: a year is its two days."""
    name = str(row["period"])
    return name if "-" in name else f"{name}-01-01/{name}-12-31"


def _balance(document: Row, say: Texts) -> list[Block]:
    """The balance sheet of permit holders; nothing in a back-test that was kept before there was one."""
    tables = balance_tables(document, say.language)
    if not tables:
        return []
    cells = [Cells(caption, heads, rows, ("", *["number"] * (len(heads) - 1))) for caption, heads, rows in tables]
    return [Heading(say("balance.title")), Paragraph(say("balance.text")), *cells]


def _summary(rows: Sequence[Row], caption: str, say: Texts) -> Cells:
    lines = [
        [
            series_label(row, say.language),
            value_text(row["fitted"], say.language),
            _figure(row["points"], say),
            _percent(row["mape"], say),
            _percent(row["bias"], say, signed=True),
            say("of", covered=_covered(row), points=row["points"]),
        ]
        for row in rows
    ]
    heads = [say(f"head.{name}") for name in ("series", "seen_in_fit", "points", "mape", "bias", "inside")]
    return Cells(caption, heads, lines, ("", "", *["number"] * 4))


def _points_table(caption: str, group: Sequence[Row], with_area: bool, say: Texts) -> Folded:
    heads = ["period", "published", "model", "band", "deviation", "seen", "letter", "source"]
    styles = ["", *["number"] * 4, "", "", "source"]
    rows = [
        ([series["area"]] if with_area else [])
        + [
            period_words(point["period"], say.language),
            _figure(point["observed"], say),
            _figure(point["mean"], say),
            _band(point, say),
            _deviation(point, say),
            value_text(point["fitted"], say.language),
            point["letter"] or NOTHING,
            point["source"],
        ]
        for series in group
        for point in series["points"]
    ]
    names = [say(f"head.{name}") for name in (["province"] if with_area else []) + heads]
    return Folded(say("all_figures"), [Cells(caption, names, rows, ([""] if with_area else []) + styles)])


def _deviation(point: Row, say: Texts) -> str:
    value = deviation_percent(point["mean"], point["observed"]) if _known(point["mean"]) else None
    return _percent(value, say, signed=True)


def _band(point: Row, say: Texts) -> str:
    if not _known(point["low"]) or not _known(point["high"]):
        return NOTHING
    return say("to", low=_figure(point["low"], say), high=_figure(point["high"], say))


def _guide(document: Row, say: Texts) -> list[Block]:
    """How to read the charts and the tables."""
    level = level_text(document["band"], say.language)
    return [
        *([] if can_draw() else [Paragraph(say("not_drawn", package=PACKAGE))]),
        Bullets([say("sign.model"), say("sign.band", level=level), say("sign.published"), say("sign.unseen")]),
        Paragraph(say("guide_errors")),
        Paragraph(say("guide_behind")),
        Paragraph(say("guide_letters")),
    ]


def _national(series: Row, say: Texts) -> Figure:
    label = series_label(series, say.language)
    heading = f"{label}: {finding(series, say.language)}"
    spec = backtest_chart(
        held_points(series, say.language), unit_text(series["unit"], say.language), say.language, PALETTES["light"]
    )
    panel = drawn_panel(for_paper(spec, {"width": 340, "height": 190}), "", say("alt", finding=heading))
    return Figure(heading, _seen_words(series, say), [panel], [_points_table(label, [series], False, say)])


def _provinces(group: Sequence[Row], document: Row, say: Texts) -> Figure:
    rows = [row for row in document["summary"] if row["name"] == group[0]["name"] and row["areas"] == "provinces"]
    label, unit = series_label(group[0], say.language), unit_text(group[0]["unit"], say.language)
    told = say("band_covers", covered=sum(map(_covered, rows)), count=sum(row["points"] for row in rows))
    held = [point for series in group for point in held_points(series, say.language, _small_caption(series, say))]
    spec = small_charts(held, unit, say.language, PALETTES["light"])
    panel = drawn_panel(for_paper(spec, {}), "", say("alt", finding=f"{label}: {told}"))
    table = _points_table(label, group, True, say)
    return Figure(f"{label}: {told}", say("own_scale", unit=unit), [panel], [table], wide=True)


def held_points(series: Row, language: Language, area: str = "") -> list[Held]:
    """The points of a series as a chart takes them."""
    held = []
    for point in series["points"]:
        first, last = stretch(point["period"])
        mean, low, high = (point[key] if _known(point[key]) else None for key in ("mean", "low", "high"))
        words = period_words(point["period"], language)
        held.append(Held(first + (last - first) / 2, words, point["observed"], mean, low, high, point["fitted"], area))
    return held


def _small_caption(series: Row, say: Texts) -> str:
    if series["mape"] is None:
        return str(series["area"])
    return say("area_off", area=series["area"], mape=_percent(series["mape"], say))


def _seen_words(series: Row, say: Texts) -> str:
    seen = sum(point["fitted"] for point in series["points"])
    unseen = len(series["points"]) - seen
    if not unseen:
        return say("all_seen")
    return say("some_seen", seen=seen, unseen=unseen) if seen else say("none_seen")
