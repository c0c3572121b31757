"""The page Doorrekenen: baseline and scenario side by side in six pictures, each with its finding and its reason."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from app_pages.charts import figure as charts_figure
from app_pages.charts.homes import show_homes
from app_pages.charts.picture import Panel, Picture, Table, full_months, sources_of, target_series
from app_pages.charts.style import dark
from app_pages.doorrekenen import decisions as steps_table
from app_pages.doorrekenen import text
from app_pages.shell import running
from app_pages.shell.lever_field import setting_lines
from app_pages.shell.page import Page
from app_pages.shell.settings import chosen_or_baseline
from app_pages.shell.texts import visitor_language
from experiments.charts.lines import DotSeries, Series, dots_chart, lines_chart, one_column
from experiments.charts.style import PALETTES
from experiments.compare.difference import direction_of, excludes_zero
from experiments.language.formatting import (
    bound_text,
    date_text,
    half_year_text,
    month_text,
    number_text,
    percent_text,
    round_to_significant,
    signed_text,
)
from experiments.language.language import Language
from experiments.report import pictures
from experiments.report.story import CROWD
from experiments.run.result import RunResult
from experiments.service.job import Job


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
    scenario = chosen_or_baseline()
    if lines := setting_lines(scenario):
        with st.container(key="settings"):
            st.write(text("intro_scenario"))
            st.markdown("\n".join(f"- {line}" for line in lines))
    else:
        st.write(text("intro_baseline"))
    steps_table.draw()
    jobs, shown = running.beside_baseline(scenario, "doorrekenen")
    if shown:
        for picture in build_pictures(tuple(job.key for job in jobs), shown, visitor_language(), dark(), jobs):
            charts_figure.figure(picture)
        show_homes(jobs, shown, (text("baseline"), text("own_scenario"))[: len(jobs)])


# --- the pictures -----------------------------------------------------------------------------------------------------


@st.cache_resource(max_entries=200, show_spinner=False)
def build_pictures(
    keys: tuple[str, ...], count: int, language: Language, is_dark: bool, _jobs: Sequence[Job]
) -> tuple[Picture, ...]:
    """The six pictures of a pair of jobs; known by the keys of the jobs, never by their content."""
    runs = [job.result(count) for job in _jobs]
    baseline, scenario = runs[0], runs[1] if len(runs) > 1 else None
    if baseline is None:
        return ()
    pair = Pair(baseline, scenario)
    colours = PALETTES["dark" if is_dark else "light"]
    return tuple(make(pair, language, colours) for make in (reception, shortage, pending, target, waiting, cost))


def _figure(value: float, language: Language) -> str:
    return number_text(round_to_significant(value), 0, language)


def _years(result: RunResult) -> str:
    """The stretch that a run is about: 2019–2021, or its first and last month where those are not whole years."""
    ends = result.month_ends
    first, last = ends[0], ends[-1]
    if (first.month, last.month) == (1, 12):
        return f"{first.year}–{last.year}" if first.year < last.year else str(first.year)
    return f"{month_text(first, visitor_language())} – {month_text(last, visitor_language())}"


def _weeks(value: float, language: Language) -> str:
    return number_text(value, 1, language)


def _difference_words(
    band: Any, language: Language, write: Callable[[float, Language], str] = _figure, unit: str = "", of: str = ""
) -> str:
    """The difference from the baseline as the end of a sentence: only a direction that the interval supports.

    write: a size in figures; unit: said once after a size and once after an interval; of: '_of' for what is not
    counted but measured, such as money.
    """
    if band is None or band.mean != band.mean:
        return ""
    direction = direction_of(band)
    if direction in ("equal", "few"):
        return text("t_diff_none" if direction == "equal" else "t_diff_single")
    after = f" {unit}" if unit else ""
    low, high = (write(abs(end), language) for end in sorted((band.low, band.high), key=abs))
    if direction == "higher":
        return text("t_diff_more", figure=write(band.mean, language) + after, low=low, high=high + after)
    if direction == "lower":
        return text(f"t_diff_less{of}", figure=write(-band.mean, language) + after, low=low, high=high + after)
    ends = [write(abs(end), language) for end in (band.low, band.high)]
    signs = ["" if text == write(0.0, language) else sign for text, sign in zip(ends, "−+", strict=True)]
    return text("t_diff_unknown", low=signs[0] + ends[0], high=signs[1] + ends[1] + after)


def _most_changed(differences: Mapping[str, Any], language: Language) -> dict[str, str] | None:
    """The part that differs most from the baseline, of those whose interval leaves out nought; None without any."""
    clear = {name: band for name, band in differences.items() if band and excludes_zero(band.low, band.high)}
    if not clear:
        return None
    name = max(clear, key=lambda one: abs(clear[one].mean))
    band = clear[name]
    figure, low, high = (
        signed_text(round_to_significant(value), 0, language) for value in (band.mean, band.low, band.high)
    )
    return {"name": name, "figure": figure, "low": low, "high": high}


def _line_series(lines: pictures.Lines) -> list[Series]:
    mean, low, high = (row.tolist() for row in lines.baseline)
    found = [Series(text("baseline"), "baseline", mean, low, high, dashed=True)]
    if lines.scenario is not None:
        mean, low, high = (row.tolist() for row in lines.scenario)
        found.append(Series(text("own_scenario"), "scenario", mean, low, high))
    return found


def _panel(heading: str, lines: pictures.Lines, unit: str, language: Language, colours: Any, height: int = 240,
           legend: bool = True) -> Panel:  # fmt: skip
    spec = lines_chart(
        [day.isoformat() for day in lines.days], _line_series(lines), language, colours,
        [(dot.day.isoformat(), dot.value) for dot in lines.dots], height=height, legend=legend,
    )  # fmt: skip
    first, last = lines.days[0], lines.days[-1]
    shown = lines.baseline if lines.scenario is None else lines.scenario
    alt = (
        f"{heading}. {date_text(first, language)}: {_figure(shown[0, 0], language)}; "
        f"{date_text(last, language)}: {_figure(shown[0, -1], language)} {unit}."
    )
    return Panel(f"{heading} ({unit})", spec, alt)


def _line_table(lines: Sequence[tuple[str, pictures.Lines]], language: Language) -> Table:
    parts = [text("mean"), text("low"), text("high")]
    heads = [text("date"), text("series")]
    both = lines[0][1].scenario is not None
    for words in (text("baseline"), text("own_scenario")) if both else (text("baseline"),):
        heads += [f"{words}, {part}" for part in parts]
    heads.append(text("published"))
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


def reception(pair: Pair, language: Language, colours: Any) -> Picture:
    """People in reception, together and by who holds the bed."""
    groups = {
        group: pictures.lines(pair.baseline, pair.scenario, *parts, published=pictures.PUBLISHED.get(group))
        for group, parts in pictures.BED_GROUPS.items()
    }
    total = groups["total"]
    end = {group: (one.baseline if one.scenario is None else one.scenario)[0, -1] for group, one in groups.items()}
    finding = text("t_reception", date=date_text(total.days[-1], language), figure=_figure(end["total"], language))
    finding += _difference_words(total.end_difference, language) + "."
    share = {
        group: percent_text(value / end["total"] if end["total"] else None, language, 0) for group, value in end.items()
    }
    why = [text("w_split", month=month_text(total.days[-1], language), **share)]
    most = _most_changed({group: one.end_difference for group, one in groups.items() if group != "total"}, language)
    if most:
        why.append(text("w_most_change", group=text(f"group_{most.pop('name')}"), **most))
    unit = text("persons")
    sizes = {group: (260, True) if group == "total" else (150, False) for group in groups}
    return Picture(
        "opvang", finding, pair.count,
        tuple(
            _panel(text(f"group_{group}"), one, unit, language, colours, *sizes[group])
            for group, one in groups.items()
        ),
        _line_table([(text(f"group_{group}"), one) for group, one in groups.items()], language), tuple(why),
        ("persons_in_reception_end", "permit_holders_under_coa_end"),
        sources_of(dot for one in groups.values() for dot in one.dots),
    )  # fmt: skip


def shortage(pair: Pair, language: Language, colours: Any) -> Picture:
    """People who fit in no place of COA, and the probabilities that reception has run full by a date."""
    lines = pictures.lines(pair.baseline, pair.scenario, ("persons_beyond_coa",))
    full = pictures.ran_full(pair.shown)
    usual = pictures.ran_full(pair.baseline)
    crowd = number_text(CROWD, 0, language)
    months = full_months(full, language)
    finding = text("t_short_never", full=crowd) if months is None else text("t_short", full=crowd, **months)
    if pair.scenario is not None:
        months = full_months(usual, language) or {"chance": percent_text(usual.chance, language, 0)}
        finding += text("t_short_baseline_date" if "month" in months else "t_short_baseline", **months)
    days = [day.isoformat() for day in lines.days]
    probabilities = [Series(text("baseline"), "baseline", usual.by_month.tolist(), dashed=True)]
    if pair.scenario is not None:
        probabilities.append(Series(text("own_scenario"), "scenario", full.by_month.tolist()))
    chance_spec = lines_chart(days, probabilities, language, colours, percent=True, height=220)
    chance_alt = (
        f"{text('full_by')}. {date_text(lines.days[-1], language)}: {percent_text(full.by_month[-1], language, 0)}."
    )

    def last(name: str) -> str:
        return _figure(float(pair.shown.monthly(name)[:, -1].mean()), language)

    why = (
        text("w_person_days",
            days=_figure(pictures.mean_outcome(pair.shown, "person_days_without_place"), language),
            most=_figure(pictures.mean_outcome(pair.shown, "persons_without_place_max"), language)),
        text("w_places", date=date_text(lines.days[-1], language), usable=last("usable_places"),
            emergency=last("emergency_places"), persons=last("persons_in_reception"),
            holders=last("permit_holders_under_coa")),
    )  # fmt: skip
    return Picture(
        "tekort", finding + ".", pair.count,
        (_panel(text("beyond_coa"), lines, text("persons"), language, colours, 220),
         Panel(text("full_by"), chance_spec, chance_alt)),
        _with_probabilities(_line_table([(text("beyond_coa"), lines)], language), lines.days, probabilities), why,
        ("person_days_without_place", "ran_full"),
    )  # fmt: skip


def _with_probabilities(table: Table, days: Sequence[date], probabilities: Sequence[Series]) -> Table:
    """The same table with a row per month end for the probabilities: in per cent, as means without a band."""
    words = text("full_by_percent")
    rows: list[tuple[str | float | None, ...]] = []
    for place, day in enumerate(days):
        cells: list[str | float | None] = [day.isoformat(), words]
        for one in probabilities:
            cells += [100.0 * one.mean[place], None, None]
        rows.append((*cells, None))
    return Table(table.heads, table.rows + tuple(rows), table.decimals)


def pending(pair: Pair, language: Language, colours: Any) -> Picture:
    """Applications on which there is no decision yet."""
    lines = pictures.lines(pair.baseline, pair.scenario, ("pending_decisions",), published="pending_decisions")
    shown = lines.baseline if lines.scenario is None else lines.scenario
    finding = text("t_pending", date=date_text(lines.days[-1], language), figure=_figure(shown[0, -1], language))
    why = (
        text("w_decisions", decisions=_figure(pictures.mean_outcome(pair.shown, "decisions"), language),
            late=_figure(pictures.mean_outcome(pair.shown, "late_decisions"), language),
            taskforce=_figure(pictures.mean_outcome(pair.shown, "pending_taskforce_end"), language)),
    )  # fmt: skip
    return Picture(
        "aanvragen", finding + _difference_words(lines.end_difference, language) + ".", pair.count,
        (_panel(text("pending"), lines, text("persons_cases" if lines.dots else "persons"), language, colours),),
        _line_table([(text("pending"), lines)], language), why,
        ("pending_decisions_end",), sources_of(lines.dots),
    )  # fmt: skip


def _triple(band: Any) -> tuple[float, float | None, float | None]:
    return band.mean, band.low, band.high


def _mark(band: Any) -> tuple[float, float | None, float | None] | None:
    """What a mark shows; nothing where the value is unknown."""
    return None if band is None or band.mean != band.mean else _triple(band)


def _dots(rows: Sequence[pictures.Figures], both: bool) -> list[DotSeries]:
    usual, bounds = [_mark(row.baseline) for row in rows], list(zip(*(row.at_least for row in rows), strict=True))
    found = [DotSeries(text("baseline"), "baseline", "diamond", usual, bounds[0])]
    if both:
        other = [_mark(row.scenario) for row in rows]
        found.append(DotSeries(text("own_scenario"), "scenario", "circle", other, bounds[1]))
    return found


def _cells(band: Any, at_least: bool, decimals: int, language: Language) -> tuple[str | float | None, ...]:
    """Mean and ends for a table; a mean that is no more than a lower bound says so."""
    mean, *ends = _triple(band)
    return (bound_text(number_text(mean, decimals, language), True, language) if at_least else mean, *ends)


def _dot_table(
    first: str, names: Sequence[str], rows: Sequence[pictures.Figures], decimals: int, language: Language
) -> Table:  # fmt: skip
    parts = [text("mean"), text("low"), text("high")]
    both = rows[0].scenario is not None
    heads = [first, *(f"{text('baseline')}, {part}" for part in parts)]
    if both:
        heads += [f"{text('own_scenario')}, {part}" for part in parts]
        heads += [text("difference"), f"{text('interval_90')}, {text('low')}", f"{text('interval_90')}, {text('high')}"]
    found: list[tuple[str | float | None, ...]] = []
    for name, row in zip(names, rows, strict=True):
        cells: list[str | float | None] = [name, *_cells(row.baseline, row.at_least[0], decimals, language)]
        if row.scenario is not None and row.difference is not None:
            cells += [*_cells(row.scenario, row.at_least[1], decimals, language), *_triple(row.difference)]
        found.append(tuple(cells))
    return Table(tuple(heads), tuple(found), decimals)


def target(pair: Pair, language: Language, colours: Any) -> Picture:
    """Target and realised per half-year."""
    halves = pictures.half_years(pair.baseline, pair.scenario)
    names = [half_year_text(half.name, language) for half in halves]
    whole = [half for half in halves if half.whole] or list(halves)
    last = whole[-1]
    shown = last.realised.scenario or last.realised.baseline
    aim = last.target.scenario or last.target.baseline
    half_words = half_year_text(last.name, language)
    finding = text(
        "t_target", half=half_words, realised=_figure(shown.mean, language),
        difference=_difference_words(last.realised.difference, language), target=_figure(aim.mean, language),
    )  # fmt: skip
    aims = target_series(
        [_triple(half.target.baseline) for half in halves],
        [_triple(half.target.scenario or half.target.baseline) for half in halves],
    )
    if len(aims) > 1:
        finding += text("t_target_both", target=_figure(last.target.baseline.mean, language))
    series = [*aims, *_dots([half.realised for half in halves], pair.scenario is not None)]
    if any(half.published is not None for half in halves):
        told = [None if half.published is None else (half.published, None, None) for half in halves]
        series.append(DotSeries(f"{text('published')}: {text('realised').lower()}", "published", "square", told))
    spec = dots_chart(names, series, text("persons"), language, colours)
    if len(aims) > 1:
        spec = one_column(spec)
    behind = pictures.mean_outcome(pair.shown, "behind_end")
    why: tuple[str, ...] = (
        text("w_target_ahead" if behind < 0 else "w_target",
            share=percent_text(pictures.mean_outcome(pair.shown, "share_to_permit_holders"), language, 1),
            behind=_figure(abs(behind), language),
            municipalities=number_text(pictures.mean_outcome(pair.shown, "municipalities_behind_end"), 0, language)),
    )  # fmt: skip
    why += tuple(
        text("w_derived", half=half_year_text(half.name, language), figure=number_text(half.published, 0, language))
        for half in halves
        if half.derived
    )
    table = _dot_table(text("half_year"), names, [half.realised for half in halves], 0, language)
    table = Table(
        (table.heads[0], *(one.words for one in aims), *(f"{text('realised')}, {head}" for head in table.heads[1:]),
         text("published")),
        tuple(
            (row[0], *(_mean_of(one, place) for one in aims), *row[1:], half.published)
            for place, (row, half) in enumerate(zip(table.rows, halves, strict=True))
        ),
    )  # fmt: skip
    sources = sources_of(halves)
    return Picture(
        "taakstelling", finding + ".", pair.count, (Panel("", spec, finding + "."),), table, why,
        ("realised", "behind_end", "municipalities_behind_end"), sources,
    )  # fmt: skip


def _mean_of(series: DotSeries, place: int) -> float | None:
    value = series.values[place]
    return None if value is None else value[0]


def _weeks_to_home(pair: Pair, name: str, language: Language) -> str:
    weeks = number_text(pictures.mean_outcome(pair.shown, name), 0, language)
    return bound_text(weeks, pair.shown.at_least(name), language)


def waiting(pair: Pair, language: Language, colours: Any) -> Picture:
    """Weeks from permit to home, by household size."""
    rows = [pictures.outcome_figures(pair.baseline, pair.scenario, name) for name in pictures.WAITS.values()]
    names = [text(f"size_{size}") for size in pictures.WAITS]
    both = pictures.outcome_figures(pair.baseline, pair.scenario, "weeks_to_home_median")
    middle = both.scenario or both.baseline
    if middle.mean != middle.mean:
        finding = text("t_wait_nobody")
    else:
        finding = text("t_wait", weeks=_weeks_to_home(pair, "weeks_to_home_median", language))
        finding += _difference_words(both.difference, language, _weeks, text("weeks"), "_of")
        longest = pictures.longest(pair.shown, tuple(pictures.WAITS.values()))
        if longest is not None:
            size = next(size for size, name in pictures.WAITS.items() if name == longest)
            finding += text("t_wait_longest", who=text(f"size_{size}"))
    why = (
        text("w_wait", unfit=_figure(pictures.mean_outcome(pair.shown, "homes_unfit"), language),
            p90=_weeks_to_home(pair, "weeks_to_home_p90", language)),
    )  # fmt: skip
    spec = dots_chart(names, _dots(rows, pair.scenario is not None), text("weeks"), language, colours, 1)
    return Picture(
        "wachttijd", finding + ".", pair.count, (Panel("", spec, finding + "."),),
        _dot_table(text("household_size"), names, rows, 1, language), why,
        ("weeks_to_home_median", "weeks_to_home_p90"),
    )  # fmt: skip


def cost(pair: Pair, language: Language, colours: Any) -> Picture:
    """Million euro over the whole period by payer."""
    rows = [
        pictures.outcome_figures(pair.baseline, pair.scenario, payer, *parts)
        for payer, parts in pictures.PAYERS.items()
    ]
    names = [text(f"payer_{payer}") for payer in pictures.PAYERS]
    total = pictures.outcome_figures(pair.baseline, pair.scenario, "cost_public")
    shown = total.scenario or total.baseline
    finding = text("t_cost", years=_years(pair.shown), figure=_figure(shown.mean, language))
    finding += _difference_words(total.difference, language, of="_of")
    public = [(name, row) for name, row in zip(names, rows, strict=True) if row.name != "corporaties"]
    most_name, most = max(public, key=lambda pair_of: (pair_of[1].scenario or pair_of[1].baseline).mean)
    why = [text("w_cost", payer=most_name, figure=_figure((most.scenario or most.baseline).mean, language))]
    changed = _most_changed({name: row.difference for name, row in public}, language)
    if changed:
        why.append(text("w_cost_change", payer=changed.pop("name"), **changed))
    spec = dots_chart(names, _dots(rows, pair.scenario is not None), text("million_euro"), language, colours)
    table = _dot_table(text("payer"), [*names, text("group_total")], [*rows, total], 1, language)
    panels = (Panel("", spec, finding + "."),)
    return Picture("kosten", finding + ".", pair.count, panels, table, tuple(why), ("cost_public",))


PAGE = Page("doorrekenen", show, 2)
