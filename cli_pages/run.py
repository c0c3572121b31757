"""`doorstroom run`: a scenario in outcomes, half-years and the figures that were published."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli_pages.language import current_language, texts_of
from cli_pages.options import FixedParameters, Force, RunOptions, check_folder, expect_workers, read_plan
from cli_pages.printing import (
    figures_words,
    homes_lines,
    number,
    parameters_words,
    percent,
    places,
    print_finished,
    run_line,
    series_words,
    setting_words,
    settings_of,
    table,
    title,
    what_it_is,
    write_report,
)
from cli_pages.progress import Progress
from experiments.language.formatting import bound_text, day_text, figures_text, table_unit_text
from experiments.language.labels import outcome_label, series_label
from experiments.language.language import NOTHING

if TYPE_CHECKING:
    from experiments.run.result import RunResult
    from experiments.run.snapshots import Saved
    from experiments.run.task import RunPlan
    from experiments.scenario.scenario import Scenario

#: Series of the country that are shown beside what was published.
_SERIES = ("persons_in_reception", "permit_holders_under_coa", "permit_holders_beyond_norm", "pending_taskforce")
_MEASURES = ("target", "realised", "behind")


@dataclass(frozen=True, kw_only=True)
class Options(RunOptions):
    """What `doorstroom run` takes."""

    scenario: str
    settings: Annotated[list[str] | None, typer.Option("--set")] = None
    out: str = ""
    report: str = ""
    force: Force = False
    fixed_parameters: FixedParameters = False
    save_on: str = ""
    snapshots: str = ""
    resume: str = ""


def run_command(options: Options) -> None:
    """Run a scenario and print what comes out."""
    expect_workers(options)

    from experiments.scenario.ready import load_scenario
    from experiments.storage.files import Output

    scenario = load_scenario(options.scenario).with_settings(options.settings or [])
    saved = _read_saved(options) if options.resume else None
    plan = read_plan(options, [scenario], scenario.replications if saved is None else len(saved.numbers))
    save_day = _read_save_day(options, scenario, saved, plan.until_day or scenario.until_day)
    page = Output(options.report, (options.scenario,), options.force)
    if options.snapshots:
        check_folder(options.snapshots)
    result, place = _run(options, scenario, plan, saved, save_day)
    if page and result.replications:
        write_report(page, result)
    done, kept = len(result.replications), places(results=place, page=options.report, snapshots=options.snapshots)
    print_finished(result, done, plan.replications, options.as_json, result.to_json, lambda: [*_report(result), *kept])


def _run(
    options: Options, scenario: "Scenario", plan: "RunPlan", saved: "Saved | None", save_day: int | None
) -> tuple["RunResult", str]:
    """Run the scenario, and put its files in place when they were asked for; tell where they stand."""
    from pathlib import Path

    from experiments.run.run import run_scenario

    with contextlib.ExitStack() as stack:
        folder = None
        if options.out:
            from experiments.run.folder import result_folder

            folder = stack.enter_context(result_folder(options.out))
        with Progress(texts_of("run")("progress")) as progress:
            parts = None if folder is None else folder.parts
            snapshots = Path(options.snapshots) if options.snapshots else None
            result = run_scenario(
                scenario, plan, on_progress=progress, parts=parts, save_on=save_day, snapshots=snapshots, resume=saved
            )
        if folder is not None and result.replications:
            from experiments.report.exports import run_files

            language = current_language()
            folder.finish(result, run_files(result, language), language)
            return result, folder.name_of(options.out)
    return result, ""


def _read_saved(options: Options) -> "Saved":
    """What is continued; it settles what it was made with. Raises WrongInput."""
    from experiments.run.snapshots import read_saved
    from sim.errors import WrongInput

    for option, given in (
        ("--replications", options.replications),
        ("--seed", options.seed),
        ("--fixed-parameters", options.fixed_parameters),
    ):
        if given:
            raise WrongInput("settled_by_resume", file=option)
    return read_saved(options.resume)


def _read_save_day(options: Options, scenario: "Scenario", saved: "Saved | None", until_day: int) -> int | None:
    """The day to save, None when nothing is to be saved. Raises WrongInput."""
    from pathlib import Path

    from experiments.run.snapshots import refuse_used_folder, saved_day
    from sim.errors import Allowed, WrongInput

    if bool(options.save_on) != bool(options.snapshots):
        raise WrongInput("save_on_and_snapshots", file="doorstroom run")
    if not options.save_on:
        return None
    earliest = scenario.first_day if saved is None else saved.day
    day = saved_day(options.save_on, earliest, until_day, file="--save-on")
    place = Path(options.snapshots).absolute()
    if options.out and Path(options.out).absolute() in (place, *place.parents):  # that folder is replaced as a whole
        raise WrongInput(file="--snapshots", value=options.snapshots, allowed=Allowed("folder_outside_out"))
    refuse_used_folder(options.snapshots)
    return day


def _report(result: "RunResult") -> list[str]:
    """The run in words and tables."""
    from experiments.run.observed import NATIONAL, best_of

    texts, scenario = texts_of("run"), result.scenario
    lines = [
        texts("title", scenario=title(scenario)),
        scenario.description_in(current_language()),
        run_line(result.seed, len(result.replications), result.from_day, result.until_day),
        parameters_words(result),
    ]
    changes = [f"  {setting_words(name, value)}" for name, value in settings_of(scenario)]
    changes += [f"  {series_words(name)}: {words}" for name, words in figures_words(scenario).items()]
    if changes:
        lines += ["", texts("changes"), *changes]
    published = [row for row in best_of(result.comparison_rows()) if row["area"] == NATIONAL]
    simulated = [row for row in result.half_year_rows() if row["area"] == NATIONAL]
    lines += _half_years(simulated, published, result.first_date.isoformat())
    lines += [*_provinces(result), *_series(published), *_outcomes(result), *homes_lines([result], [scenario.name])]
    return [*lines, "", what_it_is()]


def _half_years(
    simulated: Sequence[Mapping[str, Any]], published: Sequence[Mapping[str, Any]], first: str
) -> list[str]:
    """Target and housing per half-year, beside what was published; a whole one that began before `first` has a star."""
    texts = texts_of("run")
    known = {(row["half_year"], row["series"]): row for row in published if row["half_year"]}
    rows = []
    for half_year in simulated:
        cells = [half_year["half_year"] + "*" * (half_year["counted_from"] < first)]
        for measure in _MEASURES:
            row = known.get((half_year["half_year"], measure))
            cells.append(number(half_year[measure]))
            cells += [number(row["published"]), percent(row["deviation_percent"])] if row else [NOTHING, NOTHING]
        rows.append(cells)
    if not rows:
        return []
    heads = [texts("head.half_year")]
    for measure in _MEASURES:
        heads += [texts(f"head.{measure}"), texts("head.published"), texts("head.deviation")]
    note = [texts("half_year_note")] if any(row[0].endswith("*") for row in rows) else []
    return ["", texts("half_years"), *table(heads, rows, 1), *note]


def _provinces(result: "RunResult") -> list[str]:
    """The provinces in the last half-year of the run, with what excuses and what they let themselves."""
    rows = result.half_year_rows()
    if not rows:
        return []
    texts, last = texts_of("run"), rows[-1]["half_year"]
    measures = (*_MEASURES, "excused_links", "excused_family", "substitution_homes")
    cells = [[row["area"], *(number(row[name]) for name in measures)] for row in rows if row["half_year"] == last]
    heads = [texts("head.province"), *(texts(f"head.{name}") for name in measures)]
    return ["", texts("provinces", half=last), *table(heads, cells, 1)]


def _series(published: Sequence[Mapping[str, Any]]) -> list[str]:
    """The series that were published, day by day."""
    texts, language = texts_of("run"), current_language()
    heads = [texts(f"head.{name}") for name in ("date", "simulated", "published", "deviation")]
    lines = []
    for series in _SERIES:
        rows = [
            [
                day_text(row["last_day"], language),
                number(row["simulated"]),
                number(row["published"]),
                percent(row["deviation_percent"]),
            ]
            for row in sorted(published, key=lambda row: int(row["last_day"]))
            if row["series"] == series
        ]
        if rows:
            lines += ["", series_label(series, language), *table(heads, rows, 1)]
    return lines


def _outcomes(result: "RunResult") -> list[str]:
    """Every outcome with its band, and what parameters add to it."""
    texts, language = texts_of("run"), current_language()
    rows = []
    for row in result.outcome_rows():
        mean, *ends = figures_text([row["mean"], row["low"], row["high"]], row["unit"], language)
        mean, unit = bound_text(mean, row["at_least"], language), table_unit_text(row["unit"], language)
        rows.append([outcome_label(row["name"], language), mean, *ends, _share_of_parameters(row), unit])
    heads = [texts(f"head.{name}") for name in ("outcome", "mean", "low", "high", "parameters", "unit")]
    drawn = result.ensemble is not None and not result.fixed
    return ["", texts("outcomes_with_parameters" if drawn else "outcomes"), *table(heads, rows, 1, 5)]


def _share_of_parameters(row: Mapping[str, Any]) -> str:
    """Which part of the variance comes from parameters / from what the model lacks; a dash where that is unknown."""
    luck, parameters, lacking = row["sd_chance"], row["sd_parameters"], row["sd_discrepancy"] or 0.0
    if luck is None or parameters is None or luck + parameters + lacking == 0:
        return NOTHING
    whole = luck**2 + parameters**2 + lacking**2
    shares = [parameters, lacking] if lacking else [parameters]
    return " / ".join(f"{round(100 * part**2 / whole)} %" for part in shares)
