"""`doorstroom compare`: two or more scenarios on the same worlds, and how sure the difference is."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli_pages.options import (
    MOST_WORKERS,
    AsJson,
    Count,
    FixedParameters,
    From,
    InLanguage,
    Report,
    Seed,
    Until,
    Workers,
    check_file,
    read_language,
    read_whole,
    read_window,
)
from cli_pages.saying import parameters_words, say_finished, table, write_report
from experiments import WORKER_MODULE
from experiments.language.catalogue import catalogue
from experiments.language.formatting import date_text, figures_text, number_text, table_unit_text
from experiments.language.labels import outcome_label, placed_label

if TYPE_CHECKING:
    from experiments.compare.compare import Comparison, Precision
    from experiments.compare.difference import Difference

#: Fewest replications that a comparison uses unless told otherwise: ten draws of the parameters.
USUAL_COMPARED = 20


#: What is shown per province and per size of household.
_PLACED = (
    "permit_holders_in_reception_end", "realised", "persons_housed", "weeks_to_home_median", "persons_waiting_end"
)  # fmt: skip


def compare_command(
    scenarios: Annotated[list[str], typer.Argument(metavar="A B [C …]", help="Twee of meer scenario's.")],
    replications: Count = "",
    precision: Annotated[
        str,
        typer.Option(
            "--precision", metavar="P", help="Reken door tot het verschil op P (of P%) na bekend is; zie --outcome."
        ),
    ] = "",
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="NAAM", help="Uitkomst waarvoor --precision geldt.")
    ] = "",
    seed: Seed = "",
    from_date: From = "",
    until_date: Until = "",
    workers: Workers = "",
    fixed_parameters: FixedParameters = False,
    out: Annotated[str, typer.Option("--out", metavar="MAP", help="Schrijf de tabellen in deze map.")] = "",
    report: Report = "",
    language: InLanguage = "nl",
    as_json: AsJson = False,
) -> None:
    """Vergelijk twee of meer scenario's op dezelfde werelden."""
    from sim.replications import expect_workers

    if "1" not in (workers, replications):
        expect_workers((WORKER_MODULE,))

    from experiments.compare.compare import FEWEST_SCENARIOS, HEADLINE, MOST_SCENARIOS, compare
    from experiments.run.run import usual_workers
    from experiments.scenario.ready import load_scenario
    from experiments.scenario.scenario import MOST_REPLICATIONS, shared_window
    from sim.calendar import date_of
    from sim.errors import Allowed, WrongInput
    from sim.replications import Progress

    if not FEWEST_SCENARIOS <= len(scenarios) <= MOST_SCENARIOS:
        allowed = Allowed("scenarios_range", low=FEWEST_SCENARIOS, high=MOST_SCENARIOS)
        raise WrongInput(file="doorstroom compare", value=len(scenarios), allowed=allowed)
    chosen = [load_scenario(name) for name in scenarios]
    if replications and precision:
        raise WrongInput("replications_or_precision", file="doorstroom compare")
    if outcome and not precision:
        raise WrongInput("needs_precision", file=f"--outcome {outcome}")
    count = read_whole(
        replications, "--replications", 2, MOST_REPLICATIONS, max(chosen[0].replications, USUAL_COMPARED)
    )
    wanted = _precision(precision)
    number = read_whole(seed, "--seed", 0, 2**63 - 1, chosen[0].seed)
    processes = read_whole(
        workers, "--workers", 1, MOST_WORKERS, usual_workers(count if wanted is None else MOST_WORKERS)
    )
    _, from_day, until_day = shared_window(chosen)
    from_day, until_day = read_window(chosen[0].period, from_date, until_date, date_of(from_day), date_of(until_day))
    spoken = read_language(language)
    if report:
        check_file(report)
    with contextlib.ExitStack() as stack:
        folder = None
        if out:
            from experiments.storage.folders import staged_folder

            folder = stack.enter_context(staged_folder(out))
        with Progress("Vergelijken") as progress:
            result = compare(
                chosen,
                replications=count,
                precision=wanted,
                headline=outcome or HEADLINE,
                seed=number,
                from_day=from_day,
                until_day=until_day,
                workers=processes,
                on_progress=progress,
                fixed_parameters=fixed_parameters,
            )
        if folder is not None and result.count:
            from experiments.report.exports import comparison_files

            folder.put(comparison_files(result, spoken))
    if report and result.count:
        write_report(report, result, spoken)
    places = [f"De tabellen staan in {out}."] if out else []
    places += [f"De pagina staat in {report}."] if report else []
    say_finished(
        result.count,
        interrupted=result.interrupted,
        lost=result.runs[0].lost,
        as_json=as_json,
        document=result.to_json,
        lines=lambda: [*_comparison_report(result), *(f"\n{place}" for place in places)],
    )


def _precision(text: str) -> Precision | None:
    """The wanted precision as it was typed: 100, or 2%."""
    from experiments.compare.compare import Precision
    from sim.errors import Allowed, WrongInput

    if not text:
        return None
    percent = text.endswith("%")
    figure = text.removesuffix("%").replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", figure, re.ASCII) or float(figure) <= 0.0:
        raise WrongInput(file="--precision", value=text, allowed=Allowed("precision"))
    return Precision(float(figure), percent)


def _comparison_report(result: Comparison) -> list[str]:
    """The comparison in words and tables."""
    from experiments.compare.difference import INTERVAL_LEVEL
    from experiments.run.provenance import version
    from sim.calendar import date_of

    first = result.runs[0]
    level = f"{round(100 * INTERVAL_LEVEL)} %"
    lines = [
        "Vergelijking van " + ", ".join(f"{scenario.title} ({scenario.name})" for scenario in result.scenarios),
        f"versie {version()}, zaad {first.seed}, {result.count} replicaties van elk op dezelfde werelden, "
        f"van {date_text(date_of(first.from_day))} tot {date_text(date_of(first.until_day))}",
        parameters_words(first),
        f"Een verschil heet duidelijk als het {level}-interval nul uitsluit.",
    ]
    provinces, sizes = result.provinces(), result.sizes()
    for pair in result.pairs:
        a, b = (result.names[index] for index in pair)
        rows = []
        for name in first.outcome_names():
            row = result.difference(name, pair)
            rows.append([outcome_label(name, "nl"), *_difference_cells(row), table_unit_text(row.unit, compared=True)])
        lines += ["", f"{b} (B) tegenover {a} (A)", *_difference_table("uitkomst", rows)]
        for title, found in (("Per provincie", provinces), ("Per grootte van het huishouden", sizes)):
            rows = [
                [
                    f"{row.place or row.size + ' pers.'}: {placed_label(row.measure, 'nl')}",
                    *_difference_cells(row),
                    table_unit_text(row.unit, compared=True),
                ]
                for row in found
                if (row.a, row.b) == (a, b) and row.measure in _PLACED
            ]
            lines += ["", title, *_difference_table("", rows)]
        if pair[0] == 0:
            lines += ["", *_lives_table(result.life_rows(pair[1]))]
    return [*lines, "", catalogue("report", "nl")("what_it_is")]


def _lives_table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """For whom a home comes earlier or later in B, in households per replication."""
    heads = ["huishouden", "eerder", "dagen", "later", "dagen", "gelijk", "alleen in A", "alleen in B"]
    cells = [
        [
            "alle" if row["size"] == "all" else f"{row['size']} pers.",
            number_text(row["households"]["earlier"]),
            number_text(row["mean_days"]["earlier"]),
            number_text(row["households"]["later"]),
            number_text(row["mean_days"]["later"]),
            *(number_text(row["households"][change]) for change in ("same", "only_a", "only_b")),
        ]
        for row in rows
    ]
    title = "Wie wint en wie wacht: huishoudens die in B eerder of later een woning krijgen, en dagen gemiddeld"
    return [title, *table(heads, cells, 1)]


def _difference_cells(row: Difference) -> list[str]:
    """Means, difference, interval and judgement of one row."""
    judged = "geen duidelijk verschil"
    if row.clear:
        judged = "duidelijk verschil" if row.winner is None else f"{'B' if row.winner == row.b else 'A'} beter"
    if row.a == row.b and row.clear and row.winner is not None:
        judged = "duidelijk verschil"
    mean, low, high = figures_text([row.band.mean, row.band.low, row.band.high], row.unit, signed=True)
    return [*figures_text([row.mean_a, row.mean_b], row.unit), mean, f"{low} tot {high}", judged]


def _difference_table(first_head: str, rows: Sequence[Sequence[str]]) -> list[str]:
    return table([first_head, "A", "B", "verschil", "interval", "oordeel", "eenheid"], rows, 1, 5)
