"""`doorstroom forecast` and `doorstroom score`: forecasts that are kept, and how good they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from cli_pages.language import current_language, texts_of
from cli_pages.options import JsonOptions, check_folder, expect_workers, read_seed, read_workers
from cli_pages.printing import number, places, print_answer, table
from cli_pages.progress import Progress, progress_by_label

#: Where forecasts go, and pieces of the archive that are finished, unless told otherwise.
FOLDER, WORK = "voorspellingen", ".voorspellingen"
#: A forecast is asked for at so many ends of half-years ahead in what is printed; the file holds all.
_SHOWN_EVERY = 6


@dataclass(frozen=True, kw_only=True)
class ForecastOptions(JsonOptions):
    """What `doorstroom forecast` takes."""

    scenario: str
    origin: str = ""
    to: str = FOLDER
    settings: Annotated[list[str] | None, typer.Option("--set")] = None
    fit: str = ""
    inputs: str = ""
    seed: str = ""
    workers: str = ""
    archive: Annotated[bool, typer.Option("--archive")] = False
    work: str = WORK


@dataclass(frozen=True, kw_only=True)
class ScoreOptions(JsonOptions):
    """What `doorstroom score` takes."""

    folder: Annotated[str, typer.Argument()] = ""


def forecast_command(options: ForecastOptions) -> None:
    """Make a forecast with what was known on a day, and keep it; or make the archive anew."""
    if options.archive:
        return _archive_command(options)

    expect_workers(options)
    from pathlib import Path

    from experiments.forecast.hub import check_free, model_of, output_file
    from experiments.forecast.make import AS_THEY_CAME, FORECAST_SEED, KNOWN, MOST_DRAWS, plan_of, typed_origin
    from experiments.forecast.write import write_forecast
    from experiments.scenario.ready import load_scenario
    from sim.errors import WrongInput, one_of

    if options.inputs not in ("", KNOWN, AS_THEY_CAME):
        raise WrongInput(file="--inputs", value=options.inputs, allowed=one_of((KNOWN, AS_THEY_CAME)))
    scenario = load_scenario(options.scenario).with_settings(options.settings or [])
    origin = typed_origin(options.origin)
    seed = read_seed(options.seed, FORECAST_SEED)
    workers = read_workers(options.workers, MOST_DRAWS)
    plan = plan_of(scenario, origin, options.fit, options.inputs or KNOWN, seed)
    folder, model = Path(options.to), model_of(scenario.name)
    check_free(folder, model, plan.origin)
    check_folder(options.to)
    with Progress(texts_of("forecast")("progress")) as progress:
        kept = write_forecast(folder, plan, workers, progress)
    file = output_file(folder, model, plan.origin)
    document = {"file": str(file), "about": dict(kept.about), "figures": said(kept)}
    lines = places(forecast=str(file))
    print_answer(options.as_json, lambda: document, lambda: [*_forecast_report(kept.about, said(kept)), *lines])


def said(kept: Any) -> list[dict[str, Any]]:
    """What a forecast says of the ends of half-years, as plain values."""
    from experiments.forecast.levels import LEVELS, interval_ends
    from experiments.forecast.paths import STOCK_SERIES

    low, high = interval_ends(0.8)
    rows = []
    for place, one in enumerate(kept.asked):
        if one.target not in STOCK_SERIES or (one.horizon and one.horizon % _SHOWN_EVERY == 0):
            median, ends = LEVELS.index(0.5), (low, high)
            values = [float(kept.quantiles[at, place]) for at in (median, *ends)]
            rows.append(
                {"target": one.target, "first_day": one.first_day, "last_day": one.last_day}
                | dict(zip(("median", "low", "high"), values, strict=True))
            )
    return rows


def _forecast_report(about: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    from experiments.forecast.words import days_text, fit_text, target_text

    texts, language = texts_of("forecast"), current_language()
    cells = [
        [
            target_text(row["target"], language), days_text(row["first_day"], row["last_day"], language),
            number(row["median"]), f"{number(row['low'])} – {number(row['high'])}",
        ]
        for row in rows
    ]  # fmt: skip
    heads = [texts(f"head.{name}") for name in ("series", "when", "median", "band")]
    title = texts("title", name=about["scenario"], origin=about["origin"])
    return [title, fit_text(about["fit"], about["fit_until"], language), "", *table(heads, cells, 2)]


def _archive_command(options: ForecastOptions) -> None:
    """Make the archive of half-years anew; what is finished is taken up again."""
    expect_workers(options)
    from pathlib import Path

    from experiments.forecast.archive import ORIGINS, SCENARIO, SCORES, make_archive
    from experiments.forecast.hub import ARCHIVE
    from sim.errors import WrongInput, one_of

    if options.scenario != SCENARIO:
        raise WrongInput(file="--archive", value=options.scenario, allowed=one_of((SCENARIO,)))
    for folder in (options.work, str(ARCHIVE), str(SCORES.parent)):
        check_folder(folder)
    texts, workers = texts_of("forecast"), read_workers(options.workers, len(ORIGINS))
    with progress_by_label(lambda origin: texts("progress_archive", origin=origin)) as report:
        document = make_archive(Path(options.work), workers, report)
    print_answer(options.as_json, lambda: document, lambda: _score_report(document))


def score_command(options: ScoreOptions) -> None:
    """Set what came true beside forecasts: those of a folder, or the archive that comes with the program."""
    from pathlib import Path

    from experiments.forecast.archive import kept_scores, score_folder, scores_changed

    if options.folder:
        document = score_folder(Path(options.folder))
        changed: Sequence[str] = ()
    else:
        document = kept_scores()
        changed = scores_changed(document)
    print_answer(
        options.as_json,
        lambda: document | {"changed": list(changed)},
        lambda: [*_notice(document, changed), *_score_report(document)],
    )


def _notice(document: Mapping[str, Any], changed: Sequence[str]) -> list[str]:
    from experiments.run.provenance import outdated_text

    notice = outdated_text("forecasts", document, changed, current_language())
    return [notice, ""] if notice else []


def _score_report(document: Mapping[str, Any]) -> list[str]:
    """Scores per series, and official forecasts beside ours."""
    from experiments.forecast import words

    texts, language = texts_of("forecast"), current_language()
    lines = []
    for model in document["models"]:
        rows = words.score_rows(document["a_year_ahead"][model], language)
        title = texts("scored", model=model, count=len(document["forecasts"]))
        lines += [title, "", *table(words.score_heads(language), rows, 1), ""]
    official = words.against_rows(document["against_official"], language)
    if official:
        lines += [texts("official"), "", *table(words.against_heads(language), official, 1)]
    return lines or [texts("nothing")]
