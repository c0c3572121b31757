"""`doorstroom sweep`: many scenarios with other values, in pieces that survive an interruption."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cli_pages.language import current_language, texts_of
from cli_pages.options import JsonOptions, expect_workers, read_whole, read_workers
from cli_pages.printing import INTERRUPTED, LOST, cell, lent_lines, number, print_answer, print_err, table, what_it_is
from cli_pages.progress import Progress
from experiments.language.formatting import bound_text, figures_text
from experiments.language.labels import outcome_label
from experiments.language.language import NOTHING

if TYPE_CHECKING:
    from experiments.sweep.chunks import SweepPlan
    from experiments.sweep.sweep import SweepResult

#: A table of a sweep stays readable up to this size; beyond it the summary file is the table.
TABLE_POINTS, TABLE_OUTCOMES = 30, 3


@dataclass(frozen=True, kw_only=True)
class Options(JsonOptions):
    """What `doorstroom sweep` takes."""

    file: str
    out: Annotated[str, typer.Option("--out")]
    replications: str = ""
    workers: str = ""
    cluster: str = ""


def sweep_command(options: Options) -> None:
    """Run a sweep, or what is left of it, and print where the results are."""
    if not options.cluster:
        expect_workers(options, "experiments.sweep.sweep")

    from experiments.scenario.scenario import MOST_REPLICATIONS
    from experiments.sweep.chunks import make_sweep_plan
    from experiments.sweep.plan import load_sweep
    from experiments.sweep.sweep import run_sweep

    sweep = load_sweep(options.file)
    if options.replications:
        sweep = sweep.with_replications(
            read_whole(options.replications, "--replications", 1, MOST_REPLICATIONS, sweep.replications)
        )
    plan = make_sweep_plan(sweep)
    workers = read_workers(options.workers, len(plan.chunks))
    print_err(_plan_words(plan, workers, bool(options.cluster)))
    with Progress(texts_of("sweep")("progress")) as progress:
        language, cluster = current_language(), options.cluster or None
        result = run_sweep(plan, options.out, workers=workers, cluster=cluster, language=language, on_progress=progress)
    _leave_unfinished(result, options.out)
    print_answer(options.as_json, lambda: result.to_json(language), lambda: _report(result))


def _counts(plan: "SweepPlan") -> dict[str, str]:
    """How many points, replications, pieces and runs a sweep has, in words."""
    texts, sweep = texts_of("sweep"), plan.sweep
    counts = {name: getattr(sweep, name) for name in ("points", "replications", "runs")} | {"chunks": len(plan.chunks)}
    return {name: texts(f"counted.{name}", count=count) for name, count in counts.items()}


def _plan_words(plan: "SweepPlan", workers: int, on_cluster: bool) -> str:
    """How large the sweep is, and how long it is expected to take; of a cluster only what one core would need."""
    texts, sweep = texts_of("sweep"), plan.sweep
    duration = _duration(plan.seconds() / (1 if on_cluster else workers))
    duration = texts("duration.one_core" if on_cluster else "duration.here", duration=duration)
    return texts("plan", title=sweep.title, duration=duration, **_counts(plan))


def _duration(seconds: float) -> str:
    """A length of time as people say it."""
    texts = texts_of("sweep")
    if seconds < 50:
        return texts("duration.seconds", count=max(1, math.ceil(seconds / 10)) * 10)
    minutes = round(seconds / 60)
    if minutes < 90:
        return texts("duration.minutes", count=max(1, minutes))
    return texts("duration.hours", hours=number(seconds / 3600, 1))


def _leave_unfinished(result: "SweepResult", out: str) -> None:
    """Say what was damaged, and leave with a sentence when not everything is done."""
    texts = texts_of("sweep")
    if result.damaged:
        print_err(texts("damaged", count=result.damaged))
    kept = texts("kept", done=result.found + result.made, out=out, count=len(result.plan.chunks))
    if result.interrupted:
        raise typer.Exit(print_err(texts("interrupted", kept=kept), INTERRUPTED))
    if result.lost:
        raise typer.Exit(print_err(texts("lost", lost=", ".join(map(str, result.lost[:10])), kept=kept), LOST))


def _report(result: "SweepResult") -> list[str]:
    """Where the results are, and the first outcomes as a table when the sweep is small."""
    from experiments.run.provenance import version

    texts, sweep = texts_of("sweep"), result.plan.sweep
    size = texts("size", version=version(), seed=sweep.seed, done=number(result.found), **_counts(result.plan))
    lines = [texts("title", title=sweep.title, name=sweep.name), sweep.description, size]
    if sweep.points <= TABLE_POINTS:
        lines += ["", texts("means"), *_table(result)]
    lent = lent_lines(scenario.period for scenario in sweep.scenarios)
    return [*lines, "", *lent, texts("written", folder=result.folder), what_it_is()]


def _table(result: "SweepResult") -> list[str]:
    """Every point with what it sets and its first outcomes."""
    from experiments.sweep.plan import value_words

    texts, language, sweep = texts_of("sweep"), current_language(), result.plan.sweep
    by_point = {(row["point"], row["outcome"]): row for row in result.summary_rows()}
    outcomes = sweep.outcomes[:TABLE_OUTCOMES]
    rows = []
    for point in range(1, sweep.points + 1):
        entry = sweep.point(point)
        values = {name: value_words(value) for _, name, value in entry.settings}
        cells = [str(point), sweep.scenarios[entry.scenario].name, *(cell(values.get(name)) for name in sweep.names)]
        for name in outcomes:
            row = by_point[point, name]
            mean, low, high = figures_text([row["mean"], row["low"], row["high"]], row["unit"], language)
            mean = bound_text(mean, row["at_least"], language)
            cells.append(mean if mean == NOTHING else f"{mean} ({low} – {high})")
        rows.append(cells)
    heads = [texts("head.point"), texts("head.scenario"), *sweep.names]
    return table([*heads, *(outcome_label(name, language) for name in outcomes)], rows, 2)
