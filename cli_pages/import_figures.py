"""`doorstroom import`: figures of the user's own from a file as people have it, into one table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli_pages.language import current_language, texts_of
from cli_pages.options import JsonOptions, read_whole
from cli_pages.printing import print_answer, print_out, table
from experiments.language.catalogue import catalogue
from experiments.language.formatting import exact_text
from experiments.language.labels import unit_text

if TYPE_CHECKING:
    from experiments.figures.figure import Figure
    from experiments.figures.reading import Imported, Request

#: How many rows are shown, and how many lines that were passed over.
SHOWN, SHOWN_SKIPPED = 8, 12
MOST_TIMES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Options(JsonOptions):
    """What `doorstroom import` takes."""

    file: Annotated[str, typer.Argument()] = ""
    series: Annotated[str, typer.Option("--as")] = ""
    as_of: str = ""
    source: str = ""
    area: str = "Nederland"
    sheet: str = ""
    column: str = ""
    row: str = ""
    where: list[str] | None = None
    without: list[str] | None = None
    per: str = ""
    moment: str = ""
    times: str = ""
    forecast: Annotated[bool, typer.Option("--forecast")] = False
    out: str = ""
    list_series: Annotated[bool, typer.Option("--series")] = False


def import_command(options: Options) -> None:
    """Read a file, show what was read, and keep it; or list the series."""
    from experiments.figures.figure import add_to_table, usual_place
    from experiments.figures.reading import read_figures
    from experiments.figures.sheets import read_file
    from sim.errors import WrongInput

    if options.list_series:
        _list_series(options)
        return
    for option, given in (("doorstroom import", options.file), ("--as", options.series)):
        if not given:
            raise WrongInput("import_needs", file=option)
    read = read_figures(read_file(options.file), options.file, _request(options))
    path = options.out or str(_made(usual_place(options.series)))
    kept = add_to_table(path, read.figures)
    print_answer(
        options.as_json, lambda: _document(options, read, path, kept), lambda: _lines(options, read, path, kept)
    )


def _made(place: Any) -> Any:
    """The usual place of a table, whose folder is made when there is none. Raises CannotWrite."""
    from sim.errors import CannotWrite

    try:
        place.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise CannotWrite.because(place.parent, error) from error
    return place


def _request(options: Options) -> "Request":
    """What was typed, as a request. Raises WrongInput."""
    from datetime import date

    from experiments.figures.layout import Choice
    from experiments.figures.reading import Request
    from experiments.scenario.scenario import parse_date
    from sim.errors import Allowed, WrongInput

    where = []
    for text in options.where or []:
        head, equals, value = text.partition("=")
        if not equals or not head.strip():
            raise WrongInput(file="--where", value=text, allowed=Allowed("head_and_value"))
        where.append((head.strip(), value.strip()))
    choice = Choice(options.sheet, options.column, options.row, tuple(where), tuple(options.without or ()))
    return Request(
        options.series,
        date.today(),
        as_of=parse_date(options.as_of, file="--as-of") if options.as_of else None,
        source=options.source.strip(),
        area=options.area,
        choice=choice,
        per=options.per,
        moment=options.moment,
        times=read_whole(options.times, "--times", 1, MOST_TIMES, 1),
        forecast=options.forecast,
    )


def _lines(options: Options, read: "Imported", path: str, kept: Sequence["Figure"]) -> list[str]:
    """What was read in words and tables."""
    from experiments.figures.reading import period_name

    texts, own, language = texts_of("import"), catalogue("figures", current_language()), current_language()
    about = {"file": _short(options.file), "label": read.series.label(language), "series": read.series.name}
    lines = [texts("read", **about, unit=unit_text(read.series.unit, language))]
    lines += [texts("read_sheet", sheet=_short(read.sheet))] if read.sheet else []
    lines += [texts("read_picked", picked=_short(read.picked))] if read.picked else []
    rows = []
    for one, figure in zip(read.rows[:SHOWN], read.figures[:SHOWN], strict=True):
        row = [str(one.line), period_name(one.period), _short(one.as_written), figure.area]
        rows.append([*row, exact_text(figure.value, language), own(f"status.{figure.status}")])
    heads = [texts(f"head.{name}") for name in ("line", "period", "written", "area", "value", "status")]
    lines += ["", texts("first_rows"), *table(heads, rows)]
    if read.skipped:
        lines += ["", texts("skipped")]
        lines += [
            f"{one.line}  {own(f'skipped.{one.why}')}: {_short(one.text)}" for one in read.skipped[:SHOWN_SKIPPED]
        ]
    if (more := len(read.skipped) - SHOWN_SKIPPED) > 0:
        lines.append(texts("more_skipped", count=more))
    if read.gaps:
        lines += ["", texts("gaps", periods=", ".join(read.gaps))]
    days = {"first": read.figures[0].first, "last": max(one.last for one in read.figures)}
    days |= {"as_of": max(one.as_of for one in read.figures)}
    count = len(read.figures)
    told = {name: day.isoformat() for name, day in days.items()}
    lines += ["", texts("kept", count=count, **told, path=path, all=len(kept))]
    if forecasts := sum(one.status == "forecast" for one in read.figures):
        lines.append(texts("forecasts", count=forecasts))
    return lines


def _short(text: str) -> str:
    from sim.errors import on_one_line

    return on_one_line(text, 90)


def _document(options: Options, read: "Imported", path: str, kept: Sequence["Figure"]) -> dict[str, Any]:
    """The same as one JSON document."""
    from experiments.figures.figure import COLUMNS
    from experiments.run.provenance import version

    figures = [dict(zip(COLUMNS, one.cells(), strict=True)) | {"value": one.value} for one in read.figures]
    return {
        "version": version(),
        "file": options.file,
        "series": read.series.name,
        "sheet": read.sheet,
        "picked": read.picked,
        "figures": figures,
        "lines": [one.line for one in read.rows],
        "skipped": [{"line": one.line, "why": one.why, "text": one.text} for one in read.skipped],
        "gaps": list(read.gaps),
        "table": path,
        "in_table": len(kept),
    }


def _list_series(options: Options) -> None:
    """Print the series there are."""
    from experiments.figures.series import all_series
    from experiments.run.provenance import version

    language, own, texts = current_language(), catalogue("figures", current_language()), texts_of("import")
    series = sorted(all_series().values(), key=lambda one: (one.use, one.name))
    about = {one.name: "moment" if one.moment else "half_year" if one.half_yearly else "period" for one in series}
    if options.as_json:
        rows = [
            {"name": one.name, "label": one.label(language), "unit": one.unit, "use": one.use, "about": about[one.name]}
            for one in series
        ]
        print_answer(True, lambda: {"version": version(), "series": rows}, list)
        return
    heads = [texts(f"head.{name}") for name in ("name", "label", "unit", "use", "about")]
    cells = [
        [
            one.name,
            one.label(language),
            unit_text(one.unit, language),
            own(f"use.{one.use}"),
            own(f"about.{about[one.name]}"),
        ]
        for one in series
    ]
    print_out(*table(heads, cells))
