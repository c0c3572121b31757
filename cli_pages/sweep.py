"""`doorstroom sweep`: many scenarios with other values, in pieces that survive an interruption."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

import typer

from cli_pages.options import MOST_WORKERS, AsJson, Workers, read_whole
from cli_pages.saying import cell, say, say_json, table, tell, tell_refusal
from experiments import WORKER_MODULE
from experiments.language.catalogue import catalogue
from experiments.language.formatting import figures_text, number_text
from experiments.language.labels import outcome_label

if TYPE_CHECKING:
    from experiments.sweep.sweep import SweepResult

#: A table of a sweep stays readable up to this size; beyond it the summary file is the table.
SWEEP_TABLE_POINTS, SWEEP_TABLE_OUTCOMES = 30, 3


def sweep_command(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Sweepbestand, of de naam van een sweep.")],
    out: Annotated[str, typer.Option("--out", metavar="MAP", help="Map voor de stukken en de resultaten.")],
    workers: Workers = "",
    cluster: Annotated[
        str, typer.Option("--cluster", metavar="ADRES", help="Reken op een cluster: het adres van zijn scheduler.")
    ] = "",
    replications: Annotated[str, typer.Option("--replications", metavar="N", help="Aantal replicaties per punt.")] = "",
    as_json: AsJson = False,
) -> None:
    """Reken een reeks scenario's met verschillende waarden door; na een onderbreking gaat dit verder."""
    from sim.replications import expect_workers

    if workers != "1" and not cluster:
        expect_workers((WORKER_MODULE, "experiments.sweep"))

    from experiments.run.run import usual_workers
    from experiments.scenario.scenario import MOST_REPLICATIONS
    from experiments.sweep.chunks import make_job
    from experiments.sweep.cluster import ClusterGone
    from experiments.sweep.plan import load_sweep
    from experiments.sweep.sweep import run_sweep
    from sim.replications import Progress

    sweep = load_sweep(file)
    if replications:
        sweep = sweep.with_replications(read_whole(replications, "--replications", 1, MOST_REPLICATIONS, 0))
    job = make_job(sweep)
    processes = read_whole(workers, "--workers", 1, MOST_WORKERS, usual_workers(len(job.chunks)))
    took = "op één kern " if cluster else ""
    tell(
        f"{sweep.title}: {number_text(sweep.points)} punten van {number_text(sweep.replications)} replicaties, samen "
        f"{number_text(sweep.runs)} doorrekeningen in {number_text(len(job.chunks))} stukken; {took}naar schatting "
        f"{_duration(job.seconds() / (1 if cluster else processes))}.",
        0,
    )
    try:
        with Progress("Stukken") as progress:
            result = run_sweep(job, out, workers=processes, cluster=cluster or None, on_progress=progress)
    except ClusterGone as error:
        raise typer.Exit(tell_refusal(error)) from None
    if result.damaged:
        many = f"{result.damaged} stukken waren" if result.damaged != 1 else "1 stuk was"
        tell(f"{many} beschadigd en {'zijn' if result.damaged != 1 else 'is'} opnieuw gerekend.", 0)
    kept = f"{result.found + result.made} van {len(job.chunks)} stukken staan in {out}; dezelfde opdracht gaat verder"
    if result.interrupted:
        raise typer.Exit(tell(f"Onderbroken; {kept}.", 130))
    if result.lost:
        named = ", ".join(str(number) for number in result.lost[:10])
        raise typer.Exit(tell(f"Niet afgemaakt: stuk {named}, want het rekenproces viel telkens weg; {kept}.", 70))
    if as_json:
        say_json(result.to_json())
        return
    say("\n".join(_sweep_report(result)))


def _duration(seconds: float) -> str:
    """A length of time as people say it."""
    if seconds < 50:
        return f"{max(1, math.ceil(seconds / 10)) * 10} seconden"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{max(1, minutes)} {'minuut' if minutes <= 1 else 'minuten'}"
    return f"{number_text(seconds / 3600, 1)} uur"


def _sweep_report(result: SweepResult) -> list[str]:
    """Where the results are, and the first outcomes as a table when the sweep is small."""
    from experiments.run.provenance import version
    from experiments.sweep.plan import value_words
    from models.outcomes import OUTCOMES

    sweep = result.job.sweep
    lines = [
        f"Sweep: {sweep.title} ({sweep.name})",
        sweep.description,
        f"versie {version()}, zaad {sweep.seed}, {number_text(sweep.points)} punten, "
        f"{number_text(sweep.replications)} replicaties per punt; van {number_text(len(result.job.chunks))} stukken "
        f"waren er {number_text(result.found)} al af",
    ]
    if sweep.points <= SWEEP_TABLE_POINTS:
        told = {(row["point"], row["outcome"]): row for row in result.summary_rows()}
        shown = sweep.outcomes[:SWEEP_TABLE_OUTCOMES]
        rows = []
        for number in range(1, sweep.points + 1):
            entry = sweep.point(number)
            values = {name: value_words(value) for _, name, value in entry.settings}
            cells = [str(number), sweep.scenarios[entry.scenario].name]
            cells += [cell(values.get(name)) for name in sweep.names]
            for name in shown:
                row = told[number, name]
                mean, low, high = figures_text([row["mean"], row["low"], row["high"]], OUTCOMES[name].unit)
                cells.append(f"{mean} ({low} – {high})")
            rows.append(cells)
        heads = ["punt", "scenario", *sweep.names, *(outcome_label(name, "nl") for name in shown)]
        lines += ["", "Gemiddelde, met de band waarin 80 % van de replicaties ligt", *table(heads, rows, 2)]
    return [
        *lines,
        "",
        f"De resultaten staan in {result.folder}: results.parquet (elke replicatie), summary.csv en sweep.json.",
        catalogue("report", "nl")("what_it_is"),
    ]
