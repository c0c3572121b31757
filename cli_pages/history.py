"""`doorstroom backtest` and `doorstroom calibrate`: the model beside what was published, and fitted to it."""

import contextlib
import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli_pages.language import current_language, texts_of
from cli_pages.options import Force, JsonOptions, check_folder, expect_workers, read_seed, read_whole, read_workers
from cli_pages.printing import (
    INTERRUPTED,
    cell,
    lent_lines,
    number,
    percent,
    places,
    print_answer,
    print_err,
    rounded,
    table,
)
from cli_pages.progress import Progress, progress_by_label
from experiments.language.formatting import date_text

if TYPE_CHECKING:
    from experiments.history.backtest import Backtest
    from experiments.language.catalogue import Texts
    from experiments.run.ensemble import Ensemble

#: How many draws a back-test uses unless told otherwise.
DEFAULT_DRAWS = 50
#: The period whose ensemble also serves the others.
FITTED_PERIOD = "prop-2021"
HIGHEST_FIT_SEED = 2**31
MOST_TRAJECTORIES = 200


@dataclass(frozen=True, kw_only=True)
class BacktestOptions(JsonOptions):
    """What `doorstroom backtest` takes."""

    period: str
    draws: str = ""
    seed: str = ""
    workers: str = ""
    train_until: str = ""
    html: str = ""
    force: Force = False
    kept: Annotated[bool, typer.Option("--kept")] = False
    origin: str = ""
    work: str = ".ijking"
    figures: str = ""


@dataclass(frozen=True, kw_only=True)
class CalibrateOptions(JsonOptions):
    """What `doorstroom calibrate` takes."""

    period: str
    train_until: str = ""
    seed: str = ""
    workers: str = ""
    work: str = ".ijking"
    screen: str = ""


def backtest_command(options: BacktestOptions) -> None:
    """Run a back-test, or take the one that is kept, and print how far the model is off."""
    from experiments.storage.files import Output

    if options.figures and (options.origin or options.kept):
        from sim.errors import WrongInput

        raise WrongInput("figures_need_run", file="--figures")
    if options.origin:
        return _origin_command(options)
    page = Output(options.html, force=options.force)
    document = _kept(options) if options.kept else _run(options)
    if page:
        from experiments.report.backtest_page import backtest_page

        page.write(backtest_page(document, current_language()))
    kept = places(page=options.html)
    print_answer(options.as_json, lambda: document, lambda: [*_backtest_report(document), *kept])


def _origin_command(options: BacktestOptions) -> None:
    """Fit to the end of a year and score the next, or take what is kept; print the table of all origins."""
    from experiments.history.origins import kept_origins, origin_table
    from sim.errors import WrongInput

    year = read_whole(options.origin, "--origin", 1900, 2100, 0)
    if not options.kept:
        _run_origin(options, year)
    found = [origin for origin in kept_origins(options.period) if origin["origin"] == year]
    if not found:
        raise WrongInput("no_origin", file="--origin", value=year)
    rows = origin_table(options.period)
    document = {**found[0], "table": rows}
    print_answer(options.as_json, lambda: document, lambda: _origin_report(found[0], rows))


def _run_origin(options: BacktestOptions, year: int) -> None:
    expect_workers(options)

    from pathlib import Path

    from experiments.history.calibration import CHUNK
    from experiments.history.origins import KEPT, keep_origin, run_origin

    for folder in (options.work, str(KEPT)):
        check_folder(folder)
    texts, workers = texts_of("calibrate"), read_workers(options.workers, CHUNK)
    with _stoppable(options.work), progress_by_label(lambda step: _step_words(texts, step)) as report:
        keep_origin(run_origin(options.period, year, work=Path(options.work), workers=workers, report=report))


def _origin_report(found: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """A year ahead in words and a table."""
    from experiments.history.origins import origin_changed
    from experiments.report.backtest_page import series_label
    from experiments.run.provenance import outdated_text

    texts, language = texts_of("backtest"), current_language()
    notice = outdated_text("backtest", found, origin_changed(found), language)
    cells = [
        [
            series_label({"name": row["series"], "areas": "country"}, language),
            texts("origin.mean") if row["origin"] is None else str(row["origin"]),
            *(percent(row[name]).lstrip("+") for name in ("chain", "plain", "repeated")),
            texts("in_band", covered=row["inside"], points=row["points"]),
        ]
        for row in rows
    ]
    heads = [texts(f"head.{name}") for name in ("series", "origin", "chain", "plain", "repeated", "in_band")]
    title = texts("origin.title", name=found["scenario"], year=found["origin"], next=found["origin"] + 1)
    return [*([notice, ""] if notice else []), title, "", *table(heads, cells, 2)]


def _kept(options: BacktestOptions) -> dict[str, Any]:
    from experiments.history.backtest import check_period
    from experiments.history.evidence import backtest_changed, kept_backtest

    document = kept_backtest(check_period(options.period, file="doorstroom backtest"))
    return document | {"changed": list(backtest_changed(document))}


def _run(options: BacktestOptions) -> dict[str, Any]:
    if options.draws != "1":
        expect_workers(options)

    from experiments.history.backtest import BACKTEST_SEED, check_period, own_points, run_backtest
    from experiments.scenario.scenario import MOST_REPLICATIONS

    period = check_period(options.period, file="doorstroom backtest")
    draws = read_whole(options.draws, "--draws", 1, MOST_REPLICATIONS, DEFAULT_DRAWS)
    seed = read_seed(options.seed, BACKTEST_SEED)
    workers = read_workers(options.workers, draws)
    ensemble = _ensemble_of(period, options.train_until)
    own = own_points(options.figures, period) if options.figures else ()
    with Progress(texts_of("backtest")("progress")) as progress:
        return run_backtest(period, ensemble, draws, seed, workers, progress, own=own).to_json()


def _ensemble_of(period: str, train_until: str) -> str:
    """The ensemble to use: of the period itself where there is one, fitted up to a day when that was asked for."""
    from experiments.run.ensemble import ENSEMBLES, default_ensemble, ensemble_name
    from experiments.scenario.scenario import parse_date

    if not train_until:
        return default_ensemble(period) or FITTED_PERIOD
    day = parse_date(train_until, file="--train-until").isoformat()
    own = ensemble_name(period, day)
    return own if (ENSEMBLES / f"{own}.csv").exists() else ensemble_name(FITTED_PERIOD, day)


def _backtest_report(document: Mapping[str, Any]) -> list[str]:
    """The back-test in words and tables."""
    from experiments.report import backtest_page as words
    from experiments.run.observed import NATIONAL
    from experiments.run.provenance import outdated_text

    texts, language = texts_of("backtest"), current_language()
    notice = outdated_text("backtest", document, document.get("changed", ()), language)
    lines = [
        *([notice, ""] if notice else []),
        texts("title", title=words.scenario_title(document["scenario"], language), name=document["scenario"]),
        texts("about", **(dict(document) | {"draws": texts("draws", count=document["draws"])})),
        *lent_lines([document["scenario"]]),
        words.fitted_words(document, language),
        words.coverage_words(document, language),
        "",
        *_summary(document["summary"]),
    ]
    for caption, heads, rows in words.balance_tables(document, language):
        lines += ["", words.balance_title(caption, language), *table(heads, rows, 1)]
    for series in document["series"]:
        if series["area"] == NATIONAL:
            title = f"{words.series_label(series, language)}: {words.finding(series, language)}"
            lines += ["", title, *_points(series["points"])]
    return lines


def _points(points: Sequence[Mapping[str, Any]]) -> list[str]:
    """The figures of one series beside the model."""
    from experiments.report.backtest_page import period_words
    from experiments.run.observed import deviation_percent

    texts = texts_of("backtest")
    rows = [
        [
            period_words(point["period"], current_language()),
            texts("own_figure", figure=number(point["observed"])) if point.get("own") else number(point["observed"]),
            number(point["mean"]),
            f"{number(point['low'])} – {number(point['high'])}",
            percent(deviation_percent(point["mean"], point["observed"])),
        ]
        for point in points
    ]
    return table([texts(f"head.{name}") for name in ("period", "published", "model", "band", "deviation")], rows, 1)


def _summary(summary: Sequence[Mapping[str, Any]]) -> list[str]:
    """Per series how far the model is off, and how many figures lie in the band."""
    from experiments.report.backtest_page import series_label

    texts = texts_of("backtest")
    rows = [
        [
            series_label(row, current_language()),
            cell(row["fitted"]),
            number(row["points"]),
            percent(row["mape"]).lstrip("+"),
            percent(row["bias"]),
            texts("in_band", covered=round(row["coverage"] * row["points"]), points=row["points"]),
        ]
        for row in summary
    ]
    return table([texts(f"head.{name}") for name in ("series", "seen", "points", "error", "bias", "in_band")], rows, 2)


def _screen(options: CalibrateOptions) -> None:
    """Say which parameters matter to what was published, and keep that."""
    from experiments.history.backtest import check_period
    from experiments.history.screening import keep_screening, screen

    texts, period = texts_of("calibrate"), check_period(options.period, file="doorstroom calibrate")
    count = read_whole(options.screen, "--screen", 2, MOST_TRAJECTORIES, 0)
    with Progress(texts("progress.screen")) as progress:
        rows = screen(period, count, read_workers(options.workers, count), progress)
    kept = places(verdicts=str(keep_screening(period, rows, count)))
    cells = [
        [row["parameter"], cell(row["fitted"]), row["status"], number(row["effect"], 2), number(row["spread"], 2)]
        for row in rows
    ]
    heads = [texts(f"head.{name}") for name in ("parameter", "fitted", "status", "effect", "spread")]
    lines = [texts("screened", count=count, name=period), "", *table(heads, cells, 3)]
    print_answer(options.as_json, lambda: {"parameters": rows}, lambda: [*lines, *kept])


def calibrate_command(options: CalibrateOptions) -> None:
    """Fit the model, keep the ensemble and print what was found."""
    expect_workers(options)
    if options.screen:
        return _screen(options)

    from experiments.history.backtest import check_period
    from experiments.history.calibration import CALIBRATION_SEED, CHUNK, make_fit_target
    from experiments.run.ensemble import ENSEMBLES, save_ensemble
    from experiments.scenario.scenario import parse_date

    period = check_period(options.period, file="doorstroom calibrate")
    until = parse_date(options.train_until, file="--train-until").isoformat() if options.train_until else None
    seed = read_whole(options.seed, "--seed", 0, HIGHEST_FIT_SEED, CALIBRATION_SEED)
    workers = read_workers(options.workers, CHUNK)
    make_fit_target(period, until, seed)  # refuses a day before which too little was published
    for folder in (options.work, str(ENSEMBLES)):
        check_folder(folder)
    ensemble = _fit(period, until, seed, options.work, workers)
    target = save_ensemble(ensemble)
    backtest = None if until is None else _test(ensemble, period, workers)
    summary = None if backtest is None else backtest.summary()
    document = {"ensemble": ensemble.name, "about": ensemble.about, "backtest": summary}
    kept = places(ensemble=str(target))
    print_answer(options.as_json, lambda: document, lambda: [*_calibration_report(ensemble, summary), *kept])


def _step_words(texts: "Texts", step: str) -> str:
    kind, _, wave = step.partition(" ")
    return texts(f"progress.{kind}", wave=wave)


@contextlib.contextmanager
def _stoppable(work: str) -> Iterator[None]:
    """Ctrl-C says where the finished pieces are; what is finished of a fit is used again the next time."""
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(print_err(texts_of("calibrate")("interrupted", folder=work), INTERRUPTED)) from None


def _fit(period: str, until: str | None, seed: int, work: str, workers: int) -> "Ensemble":
    """Fit the model, under the discrepancy that years outside a fit have shown where any are kept."""
    from pathlib import Path

    from experiments.history.calibration import calibrate
    from experiments.history.origins import discrepancy_of, kept_origins

    texts, lacking = texts_of("calibrate"), discrepancy_of(kept_origins(period)) if until is None else None
    with _stoppable(work), progress_by_label(lambda step: _step_words(texts, step)) as report:
        return calibrate(period, until, seed=seed, work=Path(work), workers=workers, report=report, discrepancy=lacking)


def _test(ensemble: "Ensemble", period: str, workers: int) -> "Backtest":
    """Hold the fit against what it has not seen; what comes out is kept beside it."""
    from experiments.history.backtest import run_backtest
    from experiments.run.ensemble import save_ensemble

    with Progress(texts_of("calibrate")("progress.test", wave="")) as progress:
        backtest = run_backtest(period, ensemble.name, draws=DEFAULT_DRAWS, workers=workers, on_progress=progress)
    ensemble.about["backtest"] = backtest.summary()
    save_ensemble(ensemble)
    return backtest


def _calibration_report(ensemble: "Ensemble", summary: Sequence[Mapping[str, Any]] | None) -> list[str]:
    """What the fit found, and with a hold-out how it does on what it has not seen."""
    texts, about = texts_of("calibrate"), ensemble.about
    names, until = ("prior_low", "prior_high", "low", "high", "best"), about["train_until"]
    rows = [
        [row["parameter"], *(rounded(row[name]) for name in names), number(row["width_left"], 2)]
        for row in about["parameters"]
    ]
    reach = "" if until is None else date_text(datetime.date.fromisoformat(until), current_language())
    counts = {"draws": number(len(ensemble.draws)), "points": number(about["points"]), "runs": number(about["runs"])}
    fitted = texts("fitted" if until is None else "fitted_until", name=ensemble.name, day=reach, **(about | counts))
    heads = [texts(f"head.{name}") for name in ("parameter", "from", "to", "low", "high", "best", "left")]
    lines = [fitted, "", *texts.list("parameters"), *table(heads, rows, 1)]
    return lines if summary is None else [*lines, "", texts("test"), *_summary(summary)]
