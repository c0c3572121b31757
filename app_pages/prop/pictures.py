"""The pictures of the lesson, one per step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from app_pages.charts.picture import Panel, Picture, Table, full_months, sources_of
from app_pages.prop import text
from app_pages.prop.answers import (
    CUTS,
    END_2020,
    END_2021,
    END_MAY_2021,
    HALF_2020,
    HALF_2021,
    JULY_2021,
    SEPTEMBER_2020,
    START_2020,
    START_2021,
    answer_of,
    change_words,
    exact,
    interval,
    leading,
    percent_words,
    results_of,
    rounded,
)
from app_pages.shell.texts import title_of
from experiments.charts.lines import DotSeries, Series, dots_chart, lines_chart
from experiments.charts.style import PALETTES, Spec
from experiments.language.formatting import date_text, half_year_text, number_text
from experiments.language.language import Language
from experiments.report import pictures, story
from experiments.report.pictures import Band, Dot
from experiments.report.story import (
    CROWD,
    Against,
    against,
    at_month_end,
    change_between,
    helped,
    lowered,
    published,
    sum_over,
)
from experiments.run.observed import AREAS, NATIONAL
from experiments.run.result import RunResult
from experiments.service.job import Job


@dataclass(frozen=True)
class PlotFrame:
    """What every picture of a step needs: the run, until when it may be seen, language and colours."""

    result: RunResult
    until: date
    language: Language
    colours: Any

    @property
    def days(self) -> tuple[date, ...]:
        """The month ends that may be seen."""
        return tuple(day for day in self.result.month_ends if day <= self.until)

    def lines(self, words: str, role: str, *parts: str, dashed: bool = False, since: date | None = None) -> Series:
        """A series as mean and band over the month ends that may be seen."""
        found = pictures.lines(self.result, None, parts).baseline
        inside = [
            place
            for place, day in enumerate(self.result.month_ends)
            if day <= self.until and (since is None or day >= since)
        ]
        mean, low, high = (row[inside].tolist() for row in found)
        return Series(words, role, mean, low, high, dashed=dashed)

    def dots(self, name: str) -> list[Dot]:
        """Published figures of a stock that may be seen."""
        return [dot for dot in pictures.published_dots(self.result, name) if dot.day <= self.until]


@st.cache_resource(max_entries=100, show_spinner=False)
def build_picture(
    key: str, count: int, step: int, opened: bool, language: Language, is_dark: bool, _job: Job
) -> Picture | None:
    """The picture of a step, before or after the bet; None when there is nothing to see before it."""
    result = _job.result(count)
    if result is None or (not opened and step not in CUTS):
        return None
    until = END_2021 if opened else CUTS[step]
    frame = PlotFrame(result, until, language, PALETTES["dark" if is_dark else "light"])
    return MAKERS[step](frame, opened)


def _below_each_other(spec: Spec) -> Spec:
    """The entries of a legend below each other, so that a narrow screen cuts none off."""
    config = spec["config"]
    legend = config["legend"] | {"columns": 1, "layout": {"top": {"direction": "vertical", "anchor": "start"}}}
    return spec | {"config": config | {"legend": legend}}


def _plot(frame: PlotFrame, heading: str, unit: str, series: Sequence[Series], dots: Sequence[Dot],
          days: Sequence[date] | None = None, percent: bool = False) -> Panel:  # fmt: skip
    days = frame.days if days is None else days
    spec = lines_chart(
        [day.isoformat() for day in days], series, frame.language, frame.colours,
        [(dot.day.isoformat(), dot.value) for dot in dots], percent=percent,
    )  # fmt: skip
    if len(series) > 1:
        spec = _below_each_other(spec)
    say_one = percent_words if percent else rounded
    ends = "; ".join(f"{one.words}: {say_one(one.mean[0])} – {say_one(one.mean[-1])}" for one in series)
    span = f"{date_text(days[0], frame.language)} – {date_text(days[-1], frame.language)}"
    return Panel(f"{heading} ({unit})" if unit else heading, spec, f"{heading}. {span}. {ends}.")


def _table(frame: PlotFrame, series: Sequence[Series], dots: Sequence[tuple[str, Dot]],
           days: Sequence[date] | None = None) -> Table:  # fmt: skip
    days = frame.days if days is None else days
    heads = (text("date"), text("series"), text("mean"), text("low"), text("high"), text("published"))
    rows: list[tuple[str | float | None, ...]] = []
    for one in series:
        low, high = one.low or one.mean, one.high or one.mean
        rows += [
            (day.isoformat(), one.words, one.mean[place], low[place], high[place], None)
            for place, day in enumerate(days)
        ]
    rows += [(dot.day.isoformat(), words, None, None, None, dot.value) for words, dot in dots]
    return Table(heads, tuple(rows))


def _changes(frame: PlotFrame, before: date, after: date, **series: str) -> dict[str, str]:
    """How much series rise or fall on average between two month ends, in words, under the names of a text."""
    found = {name: change_between(frame.result, before, after, one).mean for name, one in series.items()}
    return {name: change_words(mean) for name, mean in found.items()}


def _shares(band: Band) -> dict[str, str]:
    """A band in per cent, in words."""
    return {"share": percent_words(band.mean / 100), "low": percent_words(band.low / 100),
            "high": percent_words(band.high / 100)}  # fmt: skip


def _chain(frame: PlotFrame, opened: bool) -> Picture:
    frame = PlotFrame(frame.result, END_2020, frame.language, frame.colours)  # the rest of the story comes later
    found = answer_of(1, frame.result).model
    groups = [
        frame.lines(text("group_procedure"), "baseline", "in_procedure_in_reception", dashed=True),
        frame.lines(text("l_holders"), "scenario", "permit_holders_under_coa"),
        frame.lines(text("group_refused"), "series_3", "refused_in_reception"),
    ]
    total = frame.lines(text("l_total"), "scenario", "persons_in_reception")
    holder_dots, total_dots = frame.dots("permit_holders_under_coa"), frame.dots("persons_in_reception")
    changes = _changes(frame, date(2019, 6, 30), date(2020, 11, 30), total="persons_in_reception",
                       holders="permit_holders_under_coa")  # fmt: skip
    finding, why = text("f_1", **_shares(found)), text("why_1", **changes)
    return Picture(
        "prop-1", finding + ".", len(frame.result.replications),
        (_plot(frame, text("p_who"), text("persons"), groups, holder_dots),
         _plot(frame, text("p_total"), text("persons"), [total], total_dots)),
        _table(frame, [*groups, total], [*((text("l_holders"), dot) for dot in holder_dots),
                                         *((text("l_total"), dot) for dot in total_dots)]),
        (why,), ("permit_holders_under_coa_end", "persons_in_reception_end"),
        sources_of([*holder_dots, *total_dots]),
    )  # fmt: skip


def _taskforce(frame: PlotFrame, opened: bool) -> Picture:
    since = date(2020, 4, 30)
    days = [day for day in frame.days if day >= since]
    stock = frame.lines(text("p_taskforce"), "scenario", "pending_taskforce", since=since)
    whole = frame.lines(text("pending"), "scenario", "pending_decisions")
    stock_dots, whole_dots = frame.dots("pending_taskforce"), frame.dots("pending_decisions")
    if opened:
        found = against(frame.result, "pending_taskforce", END_2020).model
        later = against(frame.result, "pending_taskforce", END_MAY_2021).model
        finding = text("f_2", left=rounded(found.mean), low=rounded(found.low), high=rounded(found.high),
                       later=rounded(later.mean))  # fmt: skip
    else:
        finding = text("until_2")
    why = text("why_2", **_changes(frame, since, END_2020, all="pending_decisions", taskforce="pending_taskforce"))
    table = _table(frame, [stock], [(stock.words, dot) for dot in stock_dots], days)
    second = _table(frame, [whole], [(whole.words, dot) for dot in whole_dots])
    return Picture(
        "prop-2", finding + ".", len(frame.result.replications),
        (_plot(frame, text("p_taskforce"), text("persons_cases"), [stock], stock_dots, days),
         _plot(frame, text("pending"), text("persons_cases"), [whole], whole_dots)),
        Table(table.heads, table.rows + second.rows), (why,) if opened else (), ("pending_decisions_end",),
        sources_of([*stock_dots, *whole_dots]),
    )  # fmt: skip


def _ends(band: Band) -> tuple[float, float, float]:
    return band.mean, band.low, band.high


@dataclass(frozen=True)
class AgainstPublished:
    """Model and published figures of several periods or areas, in order."""

    names: tuple[str, ...]
    found: tuple[Against, ...]

    def series(self) -> list[DotSeries]:
        """Model with band and published, as marks."""
        told = [(one.published.value, None, None) for one in self.found]
        modelled = [_ends(one.model) for one in self.found]
        return [DotSeries(text("l_model"), "scenario", "circle", modelled),
                DotSeries(text("published"), "published", "square", told)]  # fmt: skip

    def rows(self) -> tuple[tuple[str | float | None, ...], ...]:
        """The table twin."""
        return tuple(
            (name, *_ends(one.model), one.published.value) for name, one in zip(self.names, self.found, strict=True)
        )

    def sources(self) -> tuple[str, ...]:
        """Where the published figures come from."""
        return sources_of(one.published for one in self.found)


def _marks(frame: PlotFrame, heading: str, compared: AgainstPublished, first: Sequence[DotSeries] = ()) -> Panel:
    spec = dots_chart(compared.names, [*first, *compared.series()], text("persons"), frame.language, frame.colours)
    words = "; ".join(
        f"{name}: {rounded(one.model.mean)} ({text('published').lower()}: {exact(one.published.value)})"
        for name, one in zip(compared.names, compared.found, strict=True)
    )
    return Panel(heading, _below_each_other(spec) if first else spec, f"{heading}. {words}.")


def _permits(frame: PlotFrame, opened: bool) -> Picture:
    monthly = frame.lines(text("p_permits"), "scenario", "permits")
    plot = _plot(frame, text("p_permits"), text("persons"), [monthly], [])
    count = len(frame.result.replications)
    if not opened:
        seen = [value for day, value in zip(frame.days, monthly.mean, strict=True) if day.year == 2020]
        finding = text("until_3", low=rounded(min(seen)), high=rounded(max(seen)))
        return Picture("prop-3", finding + ".", count, (plot,), _table(frame, [monthly], []))
    compared = AgainstPublished(
        ("2019", "2020", half_year_text("2021-1", frame.language)),
        (against(frame.result, "permits", date(2019, 12, 31), date(2019, 1, 1)),
         against(frame.result, "permits", END_2020, START_2020),
         against(frame.result, "permits", HALF_2021, START_2021)),
    )  # fmt: skip
    found, before = compared.found[-1].model, sum_over(frame.result, "permits", START_2020, HALF_2020)
    finding = text("f_3", permits=rounded(found.mean), low=rounded(found.low), high=rounded(found.high),
                   before=rounded(before.mean))  # fmt: skip
    heads = (text("period"), text("mean"), text("low"), text("high"), text("published"))
    series = _table(frame, [monthly], []).rows
    rows = compared.rows() + tuple((row[0], *row[2:]) for row in series)
    return Picture(
        "prop-3", finding + ".", count, (plot, _marks(frame, text("p_permits_told"), compared)), Table(heads, rows),
        (why_permits(compared.found[-1]),), (), compared.sources(),
    )  # fmt: skip


def why_permits(found: Against) -> str:
    """What the two counts hold, and what follows where the published figure lies outside the band of the model."""
    if found.model.high < found.published.value:
        return f"{text('why_3')} {text('why_3_below')}"
    if found.model.low > found.published.value:
        return f"{text('why_3')} {text('why_3_above')}"
    return text("why_3")


def _homes(frame: PlotFrame, opened: bool) -> Picture:
    halves = [half for half in pictures.half_years(frame.result, None) if opened or half.name < "2021"]
    names = tuple(half_year_text(half.name, frame.language) for half in halves)
    series = [
        DotSeries(text("target"), "target", "triangle-down", [_ends(half.target.baseline) for half in halves]),
        DotSeries(f"{text('realised')}: {text('l_model').lower()}", "scenario", "circle",
                  [_ends(half.realised.baseline) for half in halves]),
        DotSeries(f"{text('realised')}: {text('published').lower()}", "published", "square",
                  [None if half.published is None else (half.published, None, None) for half in halves]),
    ]  # fmt: skip
    spec = dots_chart(names, series, text("persons"), frame.language, frame.colours)
    words = "; ".join(
        f"{name}: {rounded(half.realised.baseline.mean)} / {rounded(half.target.baseline.mean)}"
        for name, half in zip(names, halves, strict=True)
    )
    panels = [Panel(text("p_halves"), _below_each_other(spec), f"{text('p_halves')}. {words}.")]
    heads = (text("half_year"), text("target"), text("mean"), text("low"), text("high"), text("published"))
    rows: list[tuple[str | float | None, ...]] = [
        (name, half.target.baseline.mean, *_ends(half.realised.baseline), half.published)
        for name, half in zip(names, halves, strict=True)
    ]
    sources = sources_of(halves)
    if not opened:
        table = Table(heads, tuple(rows))
        return Picture(
            "prop-4", text("until_4") + ".", len(frame.result.replications), tuple(panels), table, (),
            ("realised",), sources,
        )  # fmt: skip
    provinces = [area for area in AREAS if area != NATIONAL]
    compared = AgainstPublished(
        tuple(provinces), tuple(against(frame.result, "realised", HALF_2021, START_2021, area) for area in provinces)
    )
    targets = [published("target", HALF_2021, START_2021, area).value for area in provinces]
    aims = DotSeries(text("target"), "target", "triangle-down", [(value, None, None) for value in targets])
    panels.append(_marks(frame, text("p_provinces"), compared, [aims]))
    rows += [(row[0], aim, *row[1:]) for row, aim in zip(compared.rows(), targets, strict=True)]
    finding = text("f_4", **_shares(answer_of(4, frame.result).model))
    part = pictures.mean_outcome(frame.result, "share_to_permit_holders")
    why = text("why_4", part=text("u_percent", value=number_text(100 * part, 1, frame.language)))
    return Picture(
        "prop-4", finding + ".", len(frame.result.replications), tuple(panels), Table(heads, tuple(rows)), (why,),
        ("realised",), tuple(dict.fromkeys((*sources, *compared.sources()))),
    )  # fmt: skip


def _places(frame: PlotFrame, opened: bool) -> Picture:
    regular = frame.lines(text("l_regular"), "baseline", "regular_places", dashed=True)
    places = frame.lines(text("l_all_places"), "scenario", "regular_places", "emergency_places")
    dots = story.stock_dots("capacity_places", frame.days[0], frame.until)
    if opened:
        finding = text("f_5", **_changes(frame, SEPTEMBER_2020, JULY_2021, change="regular_places"))
    else:
        finding = text("until_5", places=rounded(regular.mean[-1]))
    emergency = at_month_end(frame.result, END_2021, "emergency_places").mean()
    return Picture(
        "prop-5", finding + ".", len(frame.result.replications),
        (_plot(frame, text("p_places"), text("u_places"), [regular, places], dots),),
        _table(frame, [regular, places], [(places.words, dot) for dot in dots]),
        (text("why_5", emergency=rounded(float(emergency))),) if opened else (), (), sources_of(dots),
    )  # fmt: skip


def _full(frame: PlotFrame, opened: bool) -> Picture:
    total = frame.lines(text("l_total"), "scenario", "persons_in_reception")
    usable = frame.lines(text("l_usable"), "baseline", "usable_places", dashed=True)
    holders = frame.lines(text("l_holders"), "scenario", "permit_holders_under_coa")
    total_dots, holder_dots = frame.dots("persons_in_reception"), frame.dots("permit_holders_under_coa")
    panels = [
        _plot(frame, text("p_total"), text("persons"), [usable, total], total_dots),
        _plot(frame, text("p_holders"), text("persons"), [holders], holder_dots),
    ]
    crowd = exact(CROWD)
    count = len(frame.result.replications)
    series = [total, usable, holders]
    chances: list[tuple[str | float | None, ...]] = []
    if opened:
        without = frame.lines(text("p_without"), "scenario", "persons_beyond_coa")
        found = pictures.ran_full(frame.result, START_2021)
        chance = Series(text("l_model"), "scenario", found.by_month.tolist())
        panels.append(_plot(frame, text("p_crowd", crowd=crowd), "", [chance], [], percent=True))
        series.append(without)
        months = full_months(found, frame.language)
        finding = text("f_6_never", crowd=crowd) if months is None else text("f_6", crowd=crowd, **months)
        chances = [
            (day.isoformat(), text("full_by_percent"), 100.0 * share, None, None, None)
            for day, share in zip(frame.days, chance.mean, strict=True)
        ]

        def in_july(name: str) -> str:
            return rounded(float(at_month_end(frame.result, JULY_2021, name).mean()))

        why: tuple[str, ...] = (
            text("why_6", usable=in_july("usable_places"), persons=in_july("persons_in_reception"),
                 holders=in_july("permit_holders_under_coa")),
        )  # fmt: skip
    else:
        finding, why = text("until_6", total=rounded(total.mean[-1]), holders=rounded(holders.mean[-1])), ()
    table = _table(
        frame, series, [*((total.words, dot) for dot in total_dots), *((holders.words, dot) for dot in holder_dots)]
    )
    return Picture(
        "prop-6", finding + ".", count, tuple(panels), Table(table.heads, table.rows + tuple(chances)), why,
        ("ran_full", "permit_holders_under_coa_end"), sources_of([*total_dots, *holder_dots]),
    )  # fmt: skip


def _family(frame: PlotFrame, opened: bool) -> Picture:
    ends = ((3, 31), (6, 30), (9, 30), (12, 31))
    quarters = [(year, place) for year in (2019, 2020, 2021) for place in range(4)]
    compared = AgainstPublished(
        tuple(text("period_quarter", quarter=place + 1, year=year) for year, place in quarters),
        tuple(
            against(frame.result, "nareis_arrivals", date(year, *ends[place]), date(year, 3 * place + 1, 1))
            for year, place in quarters
        ),
    )
    without = frame.lines(text("p_without"), "scenario", "persons_beyond_coa")
    emergency = frame.lines(text("l_emergency"), "baseline", "emergency_places", dashed=True)
    arrivals = answer_of(7, frame.result).model
    short = float(at_month_end(frame.result, END_2021, "persons_beyond_coa").mean())
    finding = text("f_7", arrivals=rounded(arrivals.mean), low=rounded(arrivals.low), high=rounded(arrivals.high),
                   without=rounded(short))  # fmt: skip
    changes = _changes(frame, JULY_2021, END_2021, emergency="emergency_places", persons="persons_in_reception")
    why = text("why_7", **changes)
    heads = (text("period"), text("series"), text("mean"), text("low"), text("high"), text("published"))
    rows = (
        tuple((row[0], text("p_family"), *row[1:]) for row in compared.rows())
        + _table(frame, [without, emergency], []).rows
    )
    return Picture(
        "prop-7", finding + ".", len(frame.result.replications),
        (_marks(frame, text("p_family"), compared),
         _plot(frame, text("p_winter"), text("u_winter"), [emergency, without], [])),
        Table(heads, rows), (why,), ("person_days_without_place",), compared.sources(),
    )  # fmt: skip


MAKERS: dict[int, Callable[[PlotFrame, bool], Picture]] = {
    1: _chain, 2: _taskforce, 3: _permits, 4: _homes, 5: _places, 6: _full, 7: _family,
}  # fmt: skip


@st.cache_resource(max_entries=50, show_spinner=False)
def build_comparison(
    keys: tuple[str, ...], count: int, language: Language, is_dark: bool, _jobs: Sequence[Job]
) -> Picture:
    """The ready scenarios beside each other: differences pair by pair with their intervals."""
    results = results_of(_jobs, count)
    rows = sorted(helped(results[0], results[1:]), key=lambda row: row.person_days.mean)
    found = lowered(results[0], results[1:], "person_days_without_place")
    colours = PALETTES["dark" if is_dark else "light"]
    names = [title_of(row.scenario) for row in rows]
    finding = leading(found, "f_8", "f_8_level") if found.first else text("f_8_none")

    def panel(heading: str, unit: str, bands: Sequence[Band], per: float = 1.0) -> Panel:
        scaled = [(one.mean / per, one.low / per, one.high / per) for one in bands]
        marks = [DotSeries(text("l_difference"), "scenario", "circle", scaled)]
        words = "; ".join(f"{name}: {interval(one)}" for name, one in zip(names, bands, strict=True))
        return Panel(heading, dots_chart(names, marks, unit, language, colours), f"{heading}. {words}.")

    parts = [f"{text('interval_90')}, {text('low')}", f"{text('interval_90')}, {text('high')}"]
    heads = [text("scenario")]
    for key in ("k_days", "k_holders", "k_cost"):
        heads += [f"{text(key)}, {text('difference').lower()}", *(f"{text(key)}, {part}" for part in parts)]
    table: tuple[tuple[str | float | None, ...], ...] = tuple(
        (name, *_ends(row.person_days), *_ends(row.holders), *_ends(row.cost))
        for name, row in zip(names, rows, strict=True)
    )
    why = []
    for name, row in zip(names, rows, strict=True):
        days, holders, cost = map(interval, (row.person_days, row.holders, row.cost))
        why.append(text("h_one", title=name, days=days, holders=holders, cost=cost))
    return Picture(
        "prop-8", finding + ".", len(results[0].replications),
        (panel(text("p_help"), text("u_person_days"), [row.person_days for row in rows], 1_000),
         panel(text("p_help_holders"), text("persons"), [row.holders for row in rows])),
        Table(tuple(heads), table), (*why, text("h_size")),
        ("person_days_without_place", "permit_holders_under_coa_end", "cost_public"),
        basis=text("basis_8", count=len(results[0].replications)),
    )  # fmt: skip
