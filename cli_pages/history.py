"""`doorstroom backtest` and `doorstroom calibrate`: the model beside what was published, and fitted to it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli_pages.options import MOST_WORKERS, AsJson, Seed, Workers, check_file, check_folder, read_whole
from cli_pages.saying import cell, percent, say, say_json, table, tell, whole_or_nothing
from experiments import WORKER_MODULE
from experiments.language.formatting import date_text, number_text, rounded_text

if TYPE_CHECKING:
    from experiments.history.backtest import Backtest
    from experiments.run.ensemble import Ensemble

#: How many draws a back-test uses unless told otherwise.
USUAL_DRAWS = 50
#: The period whose ensemble also serves the others.
FITTED_PERIOD = "prop-2021"


def backtest_command(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="Periode: prop-2021 of golf-2015.")],
    draws: Annotated[str, typer.Option("--draws", metavar="N", help="Aantal trekkingen van parameters.")] = "",
    seed: Seed = "",
    workers: Workers = "",
    train_until: Annotated[
        str, typer.Option("--train-until", metavar="DATUM", help="Neem het ensemble dat tot deze dag is geijkt.")
    ] = "",
    html: Annotated[str, typer.Option("--html", metavar="BESTAND", help="Schrijf een pagina om te delen.")] = "",
    as_json: AsJson = False,
) -> None:
    """Leg het model naast wat er is gepubliceerd."""
    from sim.replications import expect_workers

    if "1" not in (workers, draws):
        expect_workers((WORKER_MODULE,))

    from experiments.history.backtest import BACKTEST_SEED, run_backtest
    from experiments.run.ensemble import ENSEMBLES, default_ensemble, ensemble_name
    from experiments.run.run import usual_workers
    from experiments.scenario.scenario import MOST_REPLICATIONS, parse_date
    from sim.replications import Progress

    period = _period(scenario, "doorstroom backtest")
    count = read_whole(draws, "--draws", 1, MOST_REPLICATIONS, USUAL_DRAWS)
    number = read_whole(seed, "--seed", 0, 2**63 - 1, BACKTEST_SEED)
    processes = read_whole(workers, "--workers", 1, MOST_WORKERS, usual_workers(count))
    if train_until:
        day = parse_date(train_until, file="--train-until").isoformat()
        own = ensemble_name(period, day)
        ensemble = own if (ENSEMBLES / f"{own}.csv").exists() else ensemble_name(FITTED_PERIOD, day)
    else:
        ensemble = default_ensemble(period) or FITTED_PERIOD
    if html:
        check_file(html)
    with whole_or_nothing(), Progress("Doorrekenen") as progress:
        backtest = run_backtest(period, ensemble, count, number, processes, progress)
    document = backtest.to_json()
    if html:
        from experiments.report.backtest_page import backtest_page
        from sim.snapshot import atomic_file

        with atomic_file(html) as handle:
            handle.write(backtest_page(document).encode())
    if as_json:
        say_json(document)
        return
    say("\n".join(_backtest_report(document)))
    if html:
        say(f"\nDe pagina staat in {html}.")


def calibrate_command(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="Periode: prop-2021 of golf-2015.")],
    train_until: Annotated[
        str, typer.Option("--train-until", metavar="DATUM", help="Gebruik alleen cijfers tot en met deze dag.")
    ] = "",
    seed: Seed = "",
    workers: Workers = "",
    work: Annotated[str, typer.Option("--work", metavar="MAP", help="Map voor stukken die af zijn.")] = ".ijking",
    as_json: AsJson = False,
) -> None:
    """IJk het model op wat er is gepubliceerd; dit duurt minuten en gaat na een onderbreking verder."""
    from sim.replications import expect_workers

    if workers != "1":
        expect_workers((WORKER_MODULE,))

    from pathlib import Path

    from experiments.history.backtest import run_backtest
    from experiments.history.calibration import CALIBRATION_SEED, CHUNK, calibrate, make_setting
    from experiments.run.ensemble import ENSEMBLES, save_ensemble
    from experiments.run.run import usual_workers
    from experiments.scenario.scenario import parse_date
    from sim.replications import Progress

    period = _period(scenario, "doorstroom calibrate")
    until = parse_date(train_until, file="--train-until").isoformat() if train_until else None
    number = read_whole(seed, "--seed", 0, 2**31, CALIBRATION_SEED)
    processes = read_whole(workers, "--workers", 1, MOST_WORKERS, usual_workers(CHUNK))
    make_setting(period, until, number)  # refuses a day before which too little was published
    for folder in (work, str(ENSEMBLES)):
        check_folder(folder)
    with whole_or_nothing():
        try:
            with _bars() as report:
                fit = calibrate(period, until, seed=number, work=Path(work), workers=processes, report=report)
        except KeyboardInterrupt:
            told = f"Onderbroken; de stukken die af zijn, staan in {work} en worden de volgende keer gebruikt."
            raise typer.Exit(tell(told, 130)) from None
        target = save_ensemble(fit.ensemble)
        backtest = None
        if until is not None:
            with Progress("Toetsen") as progress:
                backtest = run_backtest(
                    period, fit.ensemble.name, draws=USUAL_DRAWS, workers=processes, on_progress=progress
                )
            fit.ensemble.about["backtest"] = backtest.summary()  # what was held out belongs beside the fit
            save_ensemble(fit.ensemble)
    if as_json:
        summary = None if backtest is None else backtest.summary()
        say_json({"ensemble": fit.ensemble.name, "about": fit.ensemble.about, "backtest": summary})
        return
    say("\n".join(_calibration_report(fit.ensemble, backtest)))
    say(f"\nHet ensemble staat in {target}.")


def _period(text: str, command: str) -> str:
    """The name of a period that can be held against history. Raises WrongInput."""
    from models.parameters import PERIODS
    from sim.errors import WrongInput, one_of

    if text not in PERIODS:
        raise WrongInput(file=command, field="SCENARIO", value=text, allowed=one_of(PERIODS))
    return text


@contextlib.contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
    """One progress bar after another, a new one for each new label; silent when piped."""
    from sim.replications import Progress

    shown: dict[str, Progress] = {}
    with contextlib.ExitStack() as stack:

        def report(label: str, done: int, total: int) -> None:
            if label not in shown:
                stack.close()
                shown[label] = stack.enter_context(Progress(label.capitalize()))
            shown[label](done, total)

        yield report


def _backtest_report(document: dict[str, Any]) -> list[str]:
    """The back-test in words and tables."""
    from experiments.report.backtest_page import coverage_words, finding, fitted_words, period_words, scenario_title
    from experiments.run.observed import NATIONAL, deviation_percent

    lines = [
        f"Toets aan het verleden: {scenario_title(document['scenario'])} ({document['scenario']})",
        f"versie {document['version']}, ensemble {document['ensemble']}, zaad {document['seed']}, "
        f"{number_text(document['draws'])} trekking{'en' if document['draws'] != 1 else ''}",
        fitted_words(document),
        coverage_words(document),
        "",
        *_backtest_summary(document["summary"]),
    ]
    for series in document["series"]:
        if series["area"] != NATIONAL:
            continue
        rows = [
            [
                period_words(point["period"]),
                number_text(point["observed"]),
                number_text(point["mean"]),
                f"{number_text(point['low'])} – {number_text(point['high'])}",
                percent(deviation_percent(point["mean"], point["observed"])),
            ]
            for point in series["points"]
        ]
        heads = ["periode", "gepubliceerd", "model", "band", "afwijking"]
        lines += ["", f"{series['label']}: {finding(series)}", *table(heads, rows, 1)]
    return lines


def _backtest_summary(summary: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = [
        [
            row["label"],
            cell(row["fitted"]),
            number_text(row["points"]),
            percent(row["mape"]).lstrip("+"),
            percent(row["bias"]),
            f"{round(row['coverage'] * row['points'])} van {row['points']}",
        ]
        for row in summary
    ]
    heads = ["reeks", "gezien", "punten", "gemiddelde afwijking", "scheefheid", "in de band"]
    return table(heads, rows, 2)


def _calibration_report(ensemble: Ensemble, backtest: Backtest | None) -> list[str]:
    """What the fit found, and with a hold-out how it does on what it has not seen."""
    from sim.calendar import date_of, day_number

    about = ensemble.about
    until = about["train_until"]
    reach = "" if until is None else f" tot en met {date_text(date_of(day_number(until)))}"
    rows = [
        [
            row["parameter"],
            rounded_text(row["prior_low"]),
            rounded_text(row["prior_high"]),
            rounded_text(row["low"]),
            rounded_text(row["high"]),
            rounded_text(row["best"]),
            number_text(row["width_left"], 2),
        ]
        for row in about["parameters"]
    ]
    lines = [
        f"Ensemble {ensemble.name}: {number_text(len(ensemble.draws))} trekkingen, geijkt op "
        f"{number_text(about['points'])} cijfers{reach} met {number_text(about['runs'])} doorrekeningen "
        f"(versie {about['version']}, zaad {about['seed']})",
        "",
        "Parameters: waar vooraf tussen gezocht is, waar 80 % van de trekkingen ligt, de beste, en welk deel van de",
        "spreiding vooraf over is (1 = de cijfers zeggen er niets over)",
        *table(["parameter", "van", "tot", "10 %", "90 %", "beste", "over"], rows, 1),
    ]
    if backtest is not None:
        lines += [
            "",
            "Toets: cijfers die het ijken heeft gezien, en cijfers die het niet heeft gezien",
            *_backtest_summary(backtest.summary()),
        ]
    return lines
