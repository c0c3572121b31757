"""The page Doorrekenen: baseline and scenario side by side in six pictures, each with its finding and its reason.

Who acts: the visitor, who turned levers in the sidebar. Who waits: the visitor, who sees a first band after ten
replications and more as they come. What leaves: pictures, tables and files. What is left out: more than two
scenarios; see Vergelijken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from app_pages.charts import figure as charts_figure
from app_pages.charts.picture import Panel, Picture, Table
from app_pages.charts.style import dark
from app_pages.charts.target import target_series
from app_pages.doorrekenen import decisions as steps_table
from app_pages.shell import numbers, running
from app_pages.shell.setting_lines import setting_lines
from app_pages.shell.settings import chosen, without_settings
from app_pages.shell.texts import language, literal, refusal, say
from experiments.charts.lines import DotSeries, Series, dots_chart, lines_chart, one_column
from experiments.charts.style import PALETTES
from experiments.report import pictures
from experiments.report.story import CROWD, month_ends
from experiments.run.result import RunResult
from experiments.scenario.scenario import Scenario
from experiments.service.job import Job
from experiments.service.keys import baseline_of, job_key
from sim.errors import WrongInput

PLACE = "doorrekenen"


@dataclass(frozen=True)
class Pair:
    """Baseline and scenario with the same replication numbers; scenario is None when nothing differs."""

    baseline: RunResult
    scenario: RunResult | None

    @property
    def shown(self) -> RunResult:
        """The one the sentences are about."""
        return self.baseline if self.scenario is None else self.scenario

    @property
    def count(self) -> int:
        """The number of replications."""
        return len(self.baseline.replications)


def show() -> None:
    """Draw the page."""
    try:
        scenario = chosen()
        problem = ""
    except WrongInput as error:
        problem = refusal(error)
        scenario = without_settings()
    if problem:
        st.error(say("wrong_settings", problem=literal(problem)))
        st.write(say("wrong_way_out"))
    _differences(scenario)
    steps_table.draw()
    usual = baseline_of(scenario)
    wanted = [usual] if job_key(usual) == job_key(scenario) else [usual, scenario]
    jobs = running.asked(wanted, PLACE)
    running.follow(wanted, jobs, PLACE)
    shown = running.step_of(jobs)
    if not shown:
        st.info(say("nothing_yet"))
        return
    for picture in made(tuple(job.key for job in jobs), shown, language(), dark(), jobs):
        charts_figure.figure(picture)


def _differences(scenario: Scenario) -> None:
    lines = setting_lines(scenario)
    if not lines:
        st.write(say("intro_baseline"))
        return
    with st.container(key="settings"):
        st.write(say("intro_scenario"))
        st.markdown("\n".join(f"- {line}" for line in lines))


# --- the pictures -----------------------------------------------------------------------------------------------------


@st.cache_resource(max_entries=200, show_spinner=False)
def made(keys: tuple[str, ...], count: int, spoken: str, is_dark: bool, _jobs: Sequence[Job]) -> tuple[Picture, ...]:
    """The six pictures of a pair of jobs; known by the keys of the jobs, never by their content."""
    runs = [job.result(count) for job in _jobs]
    baseline, scenario = runs[0], runs[1] if len(runs) > 1 else None
    if baseline is None:
        return ()
    pair = Pair(baseline, scenario)
    colours = PALETTES["dark" if is_dark else "light"]
    return tuple(make(pair, spoken, colours) for make in (reception, shortage, pending, target, waiting, cost))


def _figure(value: float, spoken: str) -> str:
    return numbers.figure(numbers.round_off(value), spoken)


def _years(result: RunResult) -> str:
    """The stretch that a run is about: 2019–2021, or its first and last month where those are not whole years."""
    ends = month_ends(result)
    first, last = ends[0], ends[-1]
    if (first.month, last.month) == (1, 12):
        return f"{first.year}–{last.year}" if first.year < last.year else str(first.year)
    return f"{numbers.month(first, language())} – {numbers.month(last, language())}"


def _weeks(value: float, spoken: str) -> str:
    return f"{numbers.figure(value, spoken, 1)} {say('weeks')}"


def _difference_words(band: Any, spoken: str, write: Callable[[float, str], str] = _figure, of: str = "") -> str:
    """The difference from the baseline as the end of a sentence: only a direction that the interval supports.

    write: a size in words; of: '_of' for what is not counted but measured, such as money.
    """
    if band is None or band.mean != band.mean:
        return ""
    if band.mean == band.low == band.high == 0.0:
        return say("t_diff_none")
    if band.low != band.low:
        return say("t_diff_single")
    low, high = (write(abs(end), spoken) for end in sorted((band.low, band.high), key=abs))
    if band.low > 0:
        return say("t_diff_more", figure=write(band.mean, spoken), low=low, high=high)
    if band.high < 0:
        return say(f"t_diff_less{of}", figure=write(-band.mean, spoken), low=low, high=high)
    ends = [write(abs(end), spoken) for end in (band.low, band.high)]
    signs = ["" if text == write(0.0, spoken) else sign for text, sign in zip(ends, "−+", strict=True)]
    return say("t_diff_unknown", low=signs[0] + ends[0], high=signs[1] + ends[1])


def _most_changed(differences: Mapping[str, Any], spoken: str) -> dict[str, str] | None:
    """The part that differs most from the baseline, of those whose interval leaves out nought; None without any."""
    clear = {name: band for name, band in differences.items() if pictures.is_clear(band)}
    if not clear:
        return None
    name = max(clear, key=lambda one: abs(clear[one].mean))
    band = clear[name]
    figure, low, high = (numbers.signed(numbers.round_off(value), spoken) for value in (band.mean, band.low, band.high))
    return {"name": name, "figure": figure, "low": low, "high": high}


def _line_series(lines: pictures.Lines) -> list[Series]:
    found = [Series(say("baseline"), "baseline", *(row.tolist() for row in lines.baseline), dashed=True)]
    if lines.scenario is not None:
        found.append(Series(say("own_scenario"), "scenario", *(row.tolist() for row in lines.scenario)))
    return found


def _panel(heading: str, lines: pictures.Lines, unit: str, spoken: str, colours: Any, height: int = 240,
           legend: bool = True) -> Panel:  # fmt: skip
    spec = lines_chart(
        [day.isoformat() for day in lines.days], _line_series(lines), spoken, colours,
        [(dot.day.isoformat(), dot.value) for dot in lines.dots], height=height, legend=legend,
    )  # fmt: skip
    first, last = lines.days[0], lines.days[-1]
    shown = lines.baseline if lines.scenario is None else lines.scenario
    alt = (
        f"{heading}. {numbers.day(first, spoken)}: {_figure(shown[0, 0], spoken)}; "
        f"{numbers.day(last, spoken)}: {_figure(shown[0, -1], spoken)} {unit}."
    )
    return Panel(f"{heading} ({unit})", spec, alt)


def _line_table(lines: Sequence[tuple[str, pictures.Lines]], spoken: str) -> Table:
    parts = [say("mean"), say("low"), say("high")]
    heads = [say("date"), say("series")]
    both = lines[0][1].scenario is not None
    for words in (say("baseline"), say("own_scenario")) if both else (say("baseline"),):
        heads += [f"{words}, {part}" for part in parts]
    heads.append(say("published"))
    rows: list[tuple[str | float | None, ...]] = []
    for name, one in lines:
        dots = {dot.day: dot.value for dot in one.dots}
        days = sorted({*one.days, *dots})
        for day in days:
            place = one.days.index(day) if day in one.days else None
            cells: list[str | float | None] = [day.isoformat(), name]
            for values in (one.baseline, one.scenario):
                if values is not None:
                    cells += [None] * 3 if place is None else [float(values[part, place]) for part in range(3)]
            rows.append((*cells, dots.get(day)))
    return Table(tuple(heads), tuple(rows))


def _sources(*lines: pictures.Lines) -> tuple[str, ...]:
    return tuple(dict.fromkeys(dot.source for one in lines for dot in one.dots if dot.source))


def reception(pair: Pair, spoken: str, colours: Any) -> Picture:
    """People in reception, together and by who holds the bed."""
    groups = {
        group: pictures.lines(pair.baseline, pair.scenario, *parts, published=pictures.PUBLISHED.get(group))
        for group, parts in pictures.BED_GROUPS.items()
    }
    total = groups["total"]
    end = {group: (one.baseline if one.scenario is None else one.scenario)[0, -1] for group, one in groups.items()}
    finding = say("t_reception", date=numbers.day(total.days[-1], spoken), figure=_figure(end["total"], spoken))
    finding += _difference_words(total.end_difference, spoken) + "."
    share = {
        group: numbers.percent(value / end["total"] if end["total"] else None, spoken) for group, value in end.items()
    }
    why = [
        say(
            "w_split",
            month=numbers.month(total.days[-1], spoken),
            **{group: words for group, words in share.items() if group != "total"},
        )
    ]
    most = _most_changed({group: one.end_difference for group, one in groups.items() if group != "total"}, spoken)
    if most:
        why.append(say("w_most_change", group=say(f"group_{most.pop('name')}"), **most))
    unit = say("persons")
    sizes = {group: (260, True) if group == "total" else (150, False) for group in groups}
    return Picture(
        "opvang", finding, pair.count,
        tuple(
            _panel(say(f"group_{group}"), one, unit, spoken, colours, *sizes[group])
            for group, one in groups.items()
        ),
        _line_table([(say(f"group_{group}"), one) for group, one in groups.items()], spoken), tuple(why),
        _sources(*groups.values()),
    )  # fmt: skip


def _full_dates(full: pictures.RanFull, spoken: str) -> dict[str, str] | None:
    """Odds and months of running full in words; None when it never happens."""
    if full.day is None or full.low is None or full.high is None:
        return None
    date_words, low, high = (numbers.month(day, spoken) for day in (full.day, full.low, full.high))
    return {"chance": numbers.percent(full.chance, spoken), "date": date_words, "low": low, "high": high}


def shortage(pair: Pair, spoken: str, colours: Any) -> Picture:
    """People without a place, and the odds that reception has run full by a date."""
    lines = pictures.lines(pair.baseline, pair.scenario, ("persons_without_place",))
    full = pictures.ran_full(pair.shown)
    usual = pictures.ran_full(pair.baseline)
    crowd = numbers.figure(CROWD, spoken)
    dates = _full_dates(full, spoken)
    if dates is None:
        finding = say("t_short_never", full=crowd)
    else:
        finding = say("t_short", full=crowd, **dates)
    if pair.scenario is not None:
        dates = _full_dates(usual, spoken)
        if dates is None:
            finding += say("t_short_baseline", chance=numbers.percent(usual.chance, spoken))
        else:
            finding += say("t_short_baseline_date", **dates)
    days = [day.isoformat() for day in lines.days]
    odds = [Series(say("baseline"), "baseline", usual.by_month.tolist(), dashed=True)]
    if pair.scenario is not None:
        odds.append(Series(say("own_scenario"), "scenario", full.by_month.tolist()))
    chance_spec = lines_chart(days, odds, spoken, colours, percent=True, height=220)
    chance_alt = (
        f"{say('full_by')}. {numbers.day(lines.days[-1], spoken)}: {numbers.percent(full.by_month[-1], spoken)}."
    )
    last = lambda name: pictures.group_values(pair.shown, (name,))[:, -1].mean()  # noqa: E731
    why = (
        say("w_person_days",
            days=_figure(pictures.mean_outcome(pair.shown, "person_days_without_place"), spoken),
            most=_figure(pictures.mean_outcome(pair.shown, "persons_without_place_max"), spoken)),
        say("w_places", date=numbers.day(lines.days[-1], spoken), usable=_figure(last("usable_places"), spoken),
            emergency=_figure(last("emergency_places"), spoken), persons=_figure(last("persons_in_reception"), spoken),
            holders=_figure(last("permit_holders_in_reception"), spoken)),
    )  # fmt: skip
    return Picture(
        "tekort", finding + ".", pair.count,
        (_panel(say("without_place"), lines, say("persons"), spoken, colours, 220),
         Panel(say("full_by"), chance_spec, chance_alt)),
        _with_odds(_line_table([(say("without_place"), lines)], spoken), lines.days, odds), why,
    )  # fmt: skip


def _with_odds(table: Table, days: Sequence[date], odds: Sequence[Series]) -> Table:
    """The same table with a row per month end for the odds, which have no band: in per cent, in the column of means."""
    words = say("full_by_percent")
    rows: list[tuple[str | float | None, ...]] = []
    for place, day in enumerate(days):
        cells: list[str | float | None] = [day.isoformat(), words]
        for one in odds:
            cells += [100.0 * one.mean[place], None, None]
        rows.append((*cells, None))
    return Table(table.heads, table.rows + tuple(rows), table.decimals)


def pending(pair: Pair, spoken: str, colours: Any) -> Picture:
    """Applications on which there is no decision yet."""
    lines = pictures.lines(pair.baseline, pair.scenario, ("pending_decisions",), published="pending_decisions")
    shown = lines.baseline if lines.scenario is None else lines.scenario
    finding = say("t_pending", date=numbers.day(lines.days[-1], spoken), figure=_figure(shown[0, -1], spoken))
    why = (
        say("w_decisions", decisions=_figure(pictures.mean_outcome(pair.shown, "decisions"), spoken),
            late=_figure(pictures.mean_outcome(pair.shown, "late_decisions"), spoken),
            taskforce=_figure(pictures.mean_outcome(pair.shown, "pending_taskforce_end"), spoken)),
    )  # fmt: skip
    return Picture(
        "aanvragen", finding + _difference_words(lines.end_difference, spoken) + ".", pair.count,
        (_panel(say("pending"), lines, say("persons_cases" if lines.dots else "persons"), spoken, colours),),
        _line_table([(say("pending"), lines)], spoken), why, _sources(lines),
    )  # fmt: skip


def _triple(band: Any) -> tuple[float, float | None, float | None]:
    return band.mean, band.low, band.high


def _mark(band: Any) -> tuple[float, float | None, float | None] | None:
    """What a mark shows; nothing where the value is unknown."""
    return None if band is None or band.mean != band.mean else _triple(band)


def _dots(rows: Sequence[pictures.Figures], both: bool) -> list[DotSeries]:
    found = [DotSeries(say("baseline"), "baseline", "diamond", [_mark(row.baseline) for row in rows])]
    if both:
        other = [_mark(row.scenario) for row in rows]
        found.append(DotSeries(say("own_scenario"), "scenario", "circle", other))
    return found


def _dot_table(first: str, names: Sequence[str], rows: Sequence[pictures.Figures], decimals: int) -> Table:
    parts = [say("mean"), say("low"), say("high")]
    both = rows[0].scenario is not None
    heads = [first, *(f"{say('baseline')}, {part}" for part in parts)]
    if both:
        heads += [f"{say('own_scenario')}, {part}" for part in parts]
        heads += [say("difference"), f"{say('interval_90')}, {say('low')}", f"{say('interval_90')}, {say('high')}"]
    found: list[tuple[str | float | None, ...]] = []
    for name, row in zip(names, rows, strict=True):
        cells: list[str | float | None] = [name, *_triple(row.baseline)]
        if row.scenario is not None and row.difference is not None:
            cells += [*_triple(row.scenario), *_triple(row.difference)]
        found.append(tuple(cells))
    return Table(tuple(heads), tuple(found), decimals)


def target(pair: Pair, spoken: str, colours: Any) -> Picture:
    """Target and realised per half-year."""
    halves = pictures.half_years(pair.baseline, pair.scenario)
    names = [numbers.half_year(half.name, spoken) for half in halves]
    whole = [half for half in halves if half.whole] or list(halves)
    last = whole[-1]
    shown = last.realised.scenario or last.realised.baseline
    aim = last.target.scenario or last.target.baseline
    half_words = numbers.half_year(last.name, spoken)
    finding = say(
        "t_target", half=f"de {half_words}" if spoken == "nl" else half_words, realised=_figure(shown.mean, spoken),
        difference=_difference_words(last.realised.difference, spoken), target=_figure(aim.mean, spoken),
    )  # fmt: skip
    aims = target_series(
        [_triple(half.target.baseline) for half in halves],
        [_triple(half.target.scenario or half.target.baseline) for half in halves],
    )
    if len(aims) > 1:
        finding += say("t_target_both", target=_figure(last.target.baseline.mean, spoken))
    series = [*aims, *_dots([half.realised for half in halves], pair.scenario is not None)]
    if any(half.published is not None for half in halves):
        told = [None if half.published is None else (half.published, None, None) for half in halves]
        series.append(DotSeries(f"{say('published')}: {say('realised').lower()}", "published", "square", told))
    spec = dots_chart(names, series, say("persons"), spoken, colours)
    if len(aims) > 1:
        spec = one_column(spec)
    behind = pictures.mean_outcome(pair.shown, "behind_end")
    why = (
        say("w_target_ahead" if behind < 0 else "w_target",
            share=numbers.percent(pictures.mean_outcome(pair.shown, "share_to_permit_holders"), spoken, 1),
            behind=_figure(abs(behind), spoken),
            municipalities=numbers.figure(pictures.mean_outcome(pair.shown, "municipalities_behind_end"), spoken)),
    )  # fmt: skip
    why += tuple(
        say("w_derived", half=numbers.half_year(half.name, spoken), figure=numbers.figure(half.published, spoken))
        for half in halves
        if half.derived
    )
    table = _dot_table(say("half_year"), names, [half.realised for half in halves], 0)
    table = Table(
        (table.heads[0], *(one.words for one in aims), *(f"{say('realised')}, {head}" for head in table.heads[1:]),
         say("published")),
        tuple(
            (row[0], *(_mean_of(one, place) for one in aims), *row[1:], half.published)
            for place, (row, half) in enumerate(zip(table.rows, halves, strict=True))
        ),
    )  # fmt: skip
    sources = tuple(dict.fromkeys(half.source for half in halves if half.source))
    return Picture("taakstelling", finding + ".", pair.count, (Panel("", spec, finding + "."),), table, why, sources)


def _mean_of(series: DotSeries, place: int) -> float | None:
    value = series.values[place]
    return None if value is None else value[0]


def waiting(pair: Pair, spoken: str, colours: Any) -> Picture:
    """Weeks from permit to home of those who got a home, by household size."""
    rows = [pictures.outcome_figures(pair.baseline, pair.scenario, name) for name in pictures.WAITS.values()]
    names = [say(f"size_{size}") for size in pictures.WAITS]
    both = pictures.outcome_figures(pair.baseline, pair.scenario, "weeks_to_home_median")
    middle = both.scenario or both.baseline
    if middle.mean != middle.mean:
        finding = say("t_wait_nobody")
    else:
        finding = say("t_wait", weeks=numbers.figure(middle.mean, spoken))
        finding += _difference_words(both.difference, spoken, _weeks)
        longest = pictures.longest(pair.shown, tuple(pictures.WAITS.values()))
        if longest is not None:
            size = next(size for size, name in pictures.WAITS.items() if name == longest)
            finding += say("t_wait_longest", who=say(f"size_{size}"))
    why = (
        say("w_wait", unfit=_figure(pictures.mean_outcome(pair.shown, "homes_unfit"), spoken),
            p90=numbers.figure(pictures.mean_outcome(pair.shown, "weeks_to_home_p90"), spoken)),
    )  # fmt: skip
    spec = dots_chart(names, _dots(rows, pair.scenario is not None), say("weeks"), spoken, colours, 1)
    return Picture(
        "wachttijd", finding + ".", pair.count, (Panel("", spec, finding + "."),),
        _dot_table(say("household_size"), names, rows, 1), why,
    )  # fmt: skip


def cost(pair: Pair, spoken: str, colours: Any) -> Picture:
    """Million euro over the whole period by payer."""
    rows = [
        pictures.outcome_figures(pair.baseline, pair.scenario, payer, *parts)
        for payer, parts in pictures.PAYERS.items()
    ]
    names = [say(f"payer_{payer}") for payer in pictures.PAYERS]
    total = pictures.outcome_figures(pair.baseline, pair.scenario, "cost_public")
    shown = total.scenario or total.baseline
    finding = say("t_cost", years=_years(pair.shown), figure=_figure(shown.mean, spoken))
    finding += _difference_words(total.difference, spoken, of="_of")
    public = [(name, row) for name, row in zip(names, rows, strict=True) if row.name != "corporaties"]
    most_name, most = max(public, key=lambda pair_of: (pair_of[1].scenario or pair_of[1].baseline).mean)
    why = [say("w_cost", payer=most_name, figure=_figure((most.scenario or most.baseline).mean, spoken))]
    changed = _most_changed({name: row.difference for name, row in public}, spoken)
    if changed:
        why.append(say("w_cost_change", payer=changed.pop("name"), **changed))
    spec = dots_chart(names, _dots(rows, pair.scenario is not None), say("million_euro"), spoken, colours)
    table = _dot_table(say("payer"), [*names, say("group_total")], [*rows, total], 1)
    return Picture("kosten", finding + ".", pair.count, (Panel("", spec, finding + "."),), table, tuple(why))
