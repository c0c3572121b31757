"""`doorstroom compare`: two or more scenarios on the same worlds, and how sure the difference is."""

import contextlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli_pages.language import current_language, texts_of
from cli_pages.options import MOST_WORKERS, FixedParameters, Force, RunOptions, expect_workers, read_plan
from cli_pages.printing import (
    homes_lines,
    number,
    parameters_words,
    places,
    print_finished,
    run_line,
    size_words,
    table,
    title,
    what_it_is,
    write_report,
)
from cli_pages.progress import Progress
from experiments.language.formatting import (
    bound_text,
    day_text,
    exploratory_text,
    figures_text,
    level_text,
    listed,
    table_unit_text,
)
from experiments.language.labels import outcome_label, placed_label

if TYPE_CHECKING:
    from experiments.compare.compare import Comparison, Precision
    from experiments.compare.difference import Difference
    from experiments.compare.under_variants import UnderVariants
    from experiments.run.task import RunPlan
    from experiments.scenario.scenario import Scenario

#: Fewest replications that a comparison uses unless told otherwise: ten draws of the parameters.
DEFAULT_REPLICATIONS = 20

#: What is shown per province and per size of household.
_PLACED = (
    "permit_holders_under_coa_end", "realised", "persons_housed", "weeks_to_home_median", "persons_waiting_end"
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Options(RunOptions):
    """What `doorstroom compare` takes."""

    scenarios: list[str]
    precision: str = ""
    outcome: str = ""
    variants: Annotated[bool, typer.Option("--variants")] = False
    headline: Annotated[list[str] | None, typer.Option("--headline")] = None
    out: str = ""
    report: str = ""
    force: Force = False
    fixed_parameters: FixedParameters = False


def compare_command(options: Options) -> None:
    """Compare scenarios and print the differences."""
    expect_workers(options)

    from experiments.storage.files import Output

    scenarios = _read_scenarios(options)
    precision = _read_precision(options.precision)
    count = max(scenarios[0].replications, DEFAULT_REPLICATIONS)
    plan = read_plan(options, scenarios, count, fewest=2, tasks=None if precision is None else MOST_WORKERS)
    page = Output(options.report, tuple(options.scenarios), options.force)
    result, place = _compare(options, scenarios, plan, precision)
    if page and result.count:
        write_report(page, result)
    first, kept = result.runs[0], places(tables=place, page=options.report)
    under = _under_variants(scenarios, plan, result) if options.variants and result.count else None
    more = {} if under is None else {"variants": under.to_json()}
    print_finished(
        first, result.count, None, options.as_json, lambda: result.to_json() | more,
        lambda: [*_report(result), *(_variants_report(under) if under is not None else []), *kept],
    )  # fmt: skip


def _read_scenarios(options: Options) -> list["Scenario"]:
    """The scenarios, with options that go together. Raises WrongInput."""
    from experiments.compare.compare import FEWEST_SCENARIOS, MOST_SCENARIOS
    from experiments.scenario.ready import load_scenario
    from sim.errors import Allowed, WrongInput

    if not FEWEST_SCENARIOS <= len(options.scenarios) <= MOST_SCENARIOS:
        allowed = Allowed("scenarios_range", low=FEWEST_SCENARIOS, high=MOST_SCENARIOS)
        raise WrongInput(file="doorstroom compare", value=len(options.scenarios), allowed=allowed)
    scenarios = [load_scenario(name) for name in options.scenarios]
    if options.replications and options.precision:
        raise WrongInput("replications_or_precision", file="doorstroom compare")
    if options.outcome and not options.precision:
        raise WrongInput("needs_precision", file=f"--outcome {options.outcome}")
    return scenarios


def _read_precision(text: str) -> "Precision | None":
    """The precision that was asked for: 100, or 2%. Raises WrongInput."""
    from experiments.compare.compare import Precision
    from sim.errors import Allowed, WrongInput

    if not text:
        return None
    percent = text.endswith("%")
    figure = text.removesuffix("%").replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", figure, re.ASCII) or float(figure) <= 0.0:
        raise WrongInput(file="--precision", value=text, allowed=Allowed("precision"))
    return Precision(float(figure), percent)


def _compare(
    options: Options, scenarios: Sequence["Scenario"], plan: "RunPlan", precision: "Precision | None"
) -> tuple["Comparison", str]:
    """Compare the scenarios, and put the tables in place when they were asked for; tell where they stand."""
    from experiments.compare.compare import HEADLINE, compare

    with contextlib.ExitStack() as stack:
        folder = None
        if options.out:
            from experiments.storage.folders import staged_folder

            folder = stack.enter_context(staged_folder(options.out))
        with Progress(texts_of("compare")("progress")) as progress:
            headline = options.outcome or HEADLINE
            marked = options.headline or ()
            result = compare(
                scenarios, plan, precision=precision, headline=headline, marked=marked, on_progress=progress
            )
        if folder is not None and result.count:
            from experiments.report.exports import comparison_files

            folder.put(comparison_files(result, current_language()), whole=result.runs[0].whole)
            return result, folder.name_of(options.out)
    return result, ""


def _under_variants(scenarios: Sequence["Scenario"], plan: "RunPlan", result: "Comparison") -> "UnderVariants":
    """The same comparison under every structural variant."""
    from experiments.compare.under_variants import compare_under_variants

    with Progress(texts_of("compare")("progress_variants")) as progress:
        return compare_under_variants(scenarios, plan, result, progress)


def _variants_report(under: "UnderVariants") -> list[str]:
    """Per headline outcome the difference under each variant, and whether the answer survives."""
    from experiments.compare.under_variants import survival
    from experiments.run.variants import variant_label

    texts, language, lines = texts_of("compare"), current_language(), []
    for pair in under.usual.pairs:
        a, b = (under.usual.scenarios[index].name for index in pair)
        lines += ["", texts("variants.title", a=a, b=b)]
        for outcome in under.usual.headlines:
            rows = under.rows(outcome, pair)
            named = [
                (variant_label(name, language) if name else texts("variants.usual"), row) for name, row in rows.items()
            ]
            said = texts(
                "variants.says", outcome=outcome_label(outcome, language), says=texts(f"variants.{survival(rows)}")
            )
            lines += ["", said, *_difference_table(texts("variants.head"), named)]
    return lines


def _report(result: "Comparison") -> list[str]:
    """The comparison in words and tables."""
    from experiments.compare.difference import INTERVAL_LEVEL

    texts, first = texts_of("compare"), result.runs[0]
    lines = [
        texts("title", scenarios=", ".join(map(title, result.scenarios))),
        run_line(first.seed, result.count, first.from_day, first.until_day, counted="run.replications_each"),
        parameters_words(first),
        texts("clear_is", level=level_text(INTERVAL_LEVEL, current_language())),
        texts(
            "marked",
            names=listed([outcome_label(name, current_language()) for name in result.headlines], current_language()),
        ),
    ]
    for pair in result.pairs:
        lines += _pair(result, pair)
    return [*lines, "", what_it_is()]


def _pair(result: "Comparison", pair: tuple[int, int]) -> list[str]:
    """One pair: every outcome, per province, per size of household, and for whom a home comes earlier."""
    from experiments.run.breakdown import provinces_realised_from

    texts = texts_of("compare")
    a, b = (result.scenarios[index].name for index in pair)
    differences = [result.difference(name, pair) for name in result.runs[0].outcome_names()]
    rows = [(outcome_label(row.measure, current_language()), row) for row in differences]
    lines = ["", texts("against", a=a, b=b), *_difference_table(texts("head.outcome"), rows)]
    for key, placed in (("provinces", result.provinces()), ("sizes", result.sizes())):
        rows = [
            (f"{row.place or size_words(row.size)}: {placed_label(row.measure, current_language())}", row)
            for row in placed
            if (row.a, row.b) == (a, b) and row.measure in _PLACED
        ]
        lines += ["", texts(key), *_difference_table("", rows)]
        start = provinces_realised_from(result.runs[0].from_day)
        if key == "provinces" and start < result.runs[0].from_day:
            lines.append(texts("provinces_from", day=day_text(start, current_language())))
    lines += homes_lines([result.runs[index] for index in pair], [a, b])
    if pair[0] == 0:
        lines += ["", *_lives_table(result.life_rows(pair[1]))]
    return lines


def _lives_table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """For whom a home comes earlier or later in B, in households per replication."""
    texts = texts_of("compare")
    cells = []
    for row in rows:
        counts, days = row["households"], row["mean_days"]
        figures = [counts["earlier"], days["earlier"], counts["later"], days["later"]]
        figures += [counts[change] for change in ("same", "only_a", "only_b")]
        cells.append([size_words(None if row["size"] == "all" else row["size"]), *map(number, figures)])
    names = ("household", "earlier", "days", "later", "days", "same", "only_a", "only_b")
    return [texts("lives.title"), *table([texts(f"lives.{name}") for name in names], cells, 1)]


def _difference_table(first_head: str, rows: Sequence[tuple[str, "Difference"]]) -> list[str]:
    """Differences with their labels as a table."""
    texts, language = texts_of("compare"), current_language()
    heads = [first_head, "A", "B", *(texts(f"head.{name}") for name in ("difference", "interval", "verdict", "unit"))]
    cells = [
        [label, *_difference_cells(row), table_unit_text(row.unit, language, compared=True)] for label, row in rows
    ]
    return table(heads, cells, 1, 5)


def _difference_cells(row: "Difference") -> list[str]:
    """Means, difference, interval and verdict of one row."""
    texts, language = texts_of("compare"), current_language()
    mean, low, high = figures_text([row.band.mean, row.band.low, row.band.high], row.unit, language, signed=True)
    interval = texts("interval", low=low, high=high)
    means = figures_text([row.mean_a, row.mean_b], row.unit, language)
    sides = [bound_text(text, bound, language) for text, bound in zip(means, row.at_least, strict=True)]
    verdict = exploratory_text(texts(f"verdict.{row.verdict}"), language, row.clear and row.exploratory)
    return [*sides, mean, interval, verdict]
