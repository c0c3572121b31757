"""`doorstroom run`: a scenario in outcomes, half-years and the figures that were published."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli_pages.options import (
    MOST_WORKERS,
    AsJson,
    Count,
    FixedParameters,
    From,
    InLanguage,
    OneScenario,
    Report,
    Seed,
    Until,
    Workers,
    check_file,
    check_folder,
    read_language,
    read_whole,
    read_window,
)
from cli_pages.saying import (
    parameters_words,
    percent,
    say_finished,
    setting_words,
    settings_of,
    table,
    write_report,
)
from experiments import WORKER_MODULE
from experiments.language.catalogue import catalogue
from experiments.language.formatting import date_text, figures_text, number_text, table_unit_text
from experiments.language.labels import outcome_label, series_label

if TYPE_CHECKING:
    from experiments.run.result import RunResult
    from experiments.run.snapshots import Saved

#: Series of the country that are shown beside what was published.
_SERIES = (
    "persons_in_reception", "permit_holders_in_reception", "permit_holders_beyond_norm", "pending_taskforce"
)  # fmt: skip
_MEASURE_WORDS = {"target": "taakstelling", "realised": "gehuisvest", "behind": "achterstand"}


def run_command(
    scenario: OneScenario,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KNOP=WAARDE", help="Zet een knop, ook als KNOP=WAARDE@VAN of KNOP=WAARDE@VAN..TOT."
        ),
    ] = None,
    replications: Count = "",
    seed: Seed = "",
    from_date: From = "",
    until_date: Until = "",
    workers: Workers = "",
    out: Annotated[str, typer.Option("--out", metavar="MAP", help="Schrijf de resultaten in deze map.")] = "",
    fixed_parameters: FixedParameters = False,
    save_on: Annotated[
        str, typer.Option("--save-on", metavar="DATUM", help="Bewaar de stand van deze dag, in --snapshots.")
    ] = "",
    snapshots: Annotated[str, typer.Option("--snapshots", metavar="MAP", help="Map voor de bewaarde standen.")] = "",
    resume: Annotated[str, typer.Option("--resume", metavar="MAP", help="Ga verder vanaf bewaarde standen.")] = "",
    report: Report = "",
    language: InLanguage = "nl",
    as_json: AsJson = False,
) -> None:
    """Reken een scenario door."""
    from sim.replications import expect_workers

    if "1" not in (workers, replications):
        expect_workers((WORKER_MODULE,))

    from pathlib import Path

    from experiments.run.run import run_scenario, usual_workers
    from experiments.scenario.ready import load_scenario
    from experiments.scenario.scenario import MOST_REPLICATIONS
    from sim.replications import Progress

    chosen = load_scenario(scenario).with_settings(settings or [])
    saved = _read_saved(resume, replications, seed, fixed_parameters) if resume else None
    usual = chosen.replications if saved is None else len(saved.numbers)
    count = read_whole(replications, "--replications", 1, MOST_REPLICATIONS, usual)
    number = read_whole(seed, "--seed", 0, 2**63 - 1, chosen.seed)
    processes = read_whole(workers, "--workers", 1, MOST_WORKERS, usual_workers(count))
    from_day, until_day = read_window(chosen.period, from_date, until_date, chosen.from_date, chosen.until_date)
    spoken = read_language(language)
    earliest = chosen.first_day if saved is None else saved.day
    save_day = _read_save_day(save_on, snapshots, out, earliest, until_day)
    if report:
        check_file(report)
    if snapshots:
        check_folder(snapshots)

    with contextlib.ExitStack() as stack:
        folder = None
        if out:
            from experiments.run.folder import result_folder

            folder = stack.enter_context(result_folder(out))
        with Progress("Doorrekenen") as progress:
            result = run_scenario(
                chosen,
                replications=count,
                seed=number,
                from_day=from_day,
                until_day=until_day,
                workers=processes,
                on_progress=progress,
                parts=None if folder is None else folder.parts,
                fixed_parameters=fixed_parameters,
                save_on=save_day,
                snapshots=Path(snapshots) if snapshots else None,
                resume=saved,
            )
        if folder is not None and result.replications:
            from experiments.report.exports import run_files

            folder.finish(result, run_files(result, spoken))
    if report and result.replications:
        write_report(report, result, spoken)
    places = [f"De resultaten staan in {out}."] if out else []
    places += [f"De pagina staat in {report}."] if report else []
    places += [f"De standen staan in {snapshots}."] if snapshots else []
    say_finished(
        len(result.replications),
        wanted=count,
        interrupted=result.interrupted,
        lost=result.lost,
        as_json=as_json,
        document=result.to_json,
        lines=lambda: [*_report(result), *(f"\n{place}" for place in places)],
    )


def _read_saved(folder: str, replications: str, seed: str, fixed_parameters: bool) -> Saved:
    """What is continued; it settles what it was made with. Raises WrongInput."""
    from experiments.run.snapshots import read_saved
    from sim.errors import WrongInput

    for option, given in (
        ("--replications", replications), ("--seed", seed), ("--fixed-parameters", fixed_parameters)
    ):  # fmt: skip
        if given:
            raise WrongInput("settled_by_resume", file=option)
    return read_saved(folder)


def _read_save_day(save_on: str, snapshots: str, out: str, earliest: int, until_day: int) -> int | None:
    """The day to save, after the day on which the run begins. Raises WrongInput."""
    from pathlib import Path

    from experiments.run.snapshots import refuse_used_folder
    from experiments.scenario.scenario import parse_date
    from sim.calendar import date_of, day_number
    from sim.errors import Allowed, WrongInput

    if bool(save_on) != bool(snapshots):
        raise WrongInput("save_on_and_snapshots", file="doorstroom run")
    if not save_on:
        return None
    day = day_number(parse_date(save_on, file="--save-on"))
    if not earliest < day <= until_day:
        allowed = Allowed("range", low=date_of(earliest + 1), high=date_of(until_day))
        raise WrongInput(file="--save-on", value=save_on, allowed=allowed)
    place = Path(snapshots).absolute()
    if out and Path(out).absolute() in (place, *place.parents):  # that folder is replaced as a whole
        raise WrongInput(file="--snapshots", value=snapshots, allowed=Allowed("folder_outside_out"))
    refuse_used_folder(snapshots)
    return day


def _share_of_parameters(row: Mapping[str, Any]) -> str:
    """Which part of the variance between replications comes from parameters; a dash where that is unknown."""
    luck, parameters = row["sd_chance"], row["sd_parameters"]
    if luck is None or parameters is None or luck + parameters == 0:
        return "–"
    return f"{round(100 * parameters**2 / (luck**2 + parameters**2))} %"


def _report(result: RunResult) -> list[str]:
    """The run in words and tables."""
    from experiments.run.observed import NATIONAL, best_of
    from experiments.run.provenance import version
    from sim.calendar import date_of

    count = len(result.replications)
    lines = [
        f"Doorrekening: {result.scenario.title} ({result.scenario.name})",
        result.scenario.description,
        f"versie {version()}, zaad {result.seed}, {count} replicatie{'s' if count != 1 else ''}, "
        f"van {date_text(date_of(result.from_day))} tot {date_text(date_of(result.until_day))}",
        parameters_words(result),
    ]
    changes = [f"  {setting_words(name, value)}" for name, value in settings_of(result.scenario)]
    if changes:
        lines += ["", "Anders dan in de uitgangssituatie:", *changes]

    published = [row for row in best_of(result.comparison_rows()) if row["area"] == NATIONAL]
    by_half_year = {(row["half_year"], row["series"]): row for row in published if row["half_year"]}
    rows = []
    for simulated in result.half_year_rows():
        if simulated["area"] != NATIONAL:
            continue
        cells = [simulated["half_year"]]
        for measure in _MEASURE_WORDS:
            row = by_half_year.get((simulated["half_year"], measure))
            cells += [
                number_text(simulated[measure]),
                number_text(row["published"]) if row else "–",
                percent(row["deviation_percent"]) if row else "–",
            ]
        rows.append(cells)
    if rows:
        heads = ["halfjaar"]
        for word in _MEASURE_WORDS.values():
            heads += [word, "gepubliceerd", "afwijking"]
        lines += ["", "Taakstelling en huisvesting per halfjaar, Nederland (personen)", *table(heads, rows, 1)]

    for series in _SERIES:
        dated = [row for row in published if row["series"] == series]
        if dated:
            rows = [
                [
                    date_text(date_of(row["last_day"])),
                    number_text(row["simulated"]),
                    number_text(row["published"]),
                    percent(row["deviation_percent"]),
                ]
                for row in sorted(dated, key=lambda row: row["last_day"])
            ]
            lines += [
                "",
                series_label(series, "nl"),
                *table(["datum", "doorgerekend", "gepubliceerd", "afwijking"], rows, 1),
            ]

    rows = []
    for row in result.outcome_rows():
        rows.append(
            [
                outcome_label(row["name"], "nl"),
                *figures_text([row["mean"], row["low"], row["high"]], row["unit"]),
                _share_of_parameters(row),
                table_unit_text(row["unit"]),
            ]
        )
    heads = ["uitkomst", "gemiddeld", "laag", "hoog", "parameters", "eenheid"]
    title = "Uitkomsten, met de band waarin 80 % van de replicaties ligt"
    if result.ensemble is not None and not result.fixed:
        title += " (kolom parameters: welk deel van de spreiding van onbekende parameters komt, de rest is toeval)"
    lines += ["", title, *table(heads, rows, 1, 5), "", catalogue("report", "nl")("what_it_is")]
    return lines
