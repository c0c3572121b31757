"""A file of a user read as figures of one series: what was read, what was passed over, or one refusal.

Nothing is guessed: what has two readings is refused with the option that settles it, and a file is read whole or not at
all.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from experiments.figures.cells import text_of
from experiments.figures.figure import FORECAST, MEASURED, MOST_FIGURES, PROVISIONAL, STATUSES, Figure
from experiments.figures.finding import read_layout
from experiments.figures.layout import Choice, Found, Layout, Skipped
from experiments.figures.numbers import Written, decimal_sign, mixed_pair, value_of, written
from experiments.figures.periods import (
    KINDS,
    MONTHS_OF,
    Period,
    days_as_stretches,
    following,
    months_as_half_years,
)
from experiments.figures.series import LEVER, NATIONAL, Series, all_series, series_of
from experiments.figures.sheets import read_sheet
from models.geography import PROVINCES
from sim.errors import Allowed, WrongInput, one_of

#: What a reader may say of figures of a moment whose file names a month or quarter.
MOMENTS = ("first", "last")
MOST_GAPS = 600
LONGEST_SOURCE = 300
#: Of fewer dates nobody can tell whether they stand for months or quarters.
_ENOUGH_TO_TELL = 3
#: How a file says that its figures are in thousands.
_THOUSANDS = ("x 1 000", "x 1000", "x 1.000", "x1000", "* 1000", "duizendtallen", "in thousands", "x duizend")
#: What stands before the source in a remark of a file.
_SOURCES = ("bron:", "source:", "bronnen:", "sources:", "© ", "bron ")


@dataclass(frozen=True)
class Request:
    """What a user says of a file.

    series: its name; as_of: the day the figures were known, None when the file says so in each row; today: the day of
    the import; per: the length of the periods to read, of several; moment: which day of a period a figure of a moment
    is about; times: by what the figures are multiplied; forecast: whether periods after `as_of` are a forecast.
    """

    series: str
    today: date
    as_of: date | None = None
    source: str = ""
    area: str = NATIONAL
    choice: Choice = field(default_factory=Choice)
    per: str = ""
    moment: str = ""
    times: int = 1
    forecast: bool = False


@dataclass(frozen=True)
class Imported:
    """What a file gave: its figures, the first rows as read, what was passed over, and the periods that are missing."""

    series: Series
    figures: tuple[Figure, ...]
    rows: tuple[Found, ...]
    skipped: tuple[Skipped, ...]
    gaps: tuple[str, ...]
    sheet: str = ""
    picked: str = ""
    kind: str = ""
    encoding: str = ""
    per: str = field(default="")


def read_figures(content: bytes, file: str, request: Request) -> Imported:
    """The figures of a file. Raises WrongInput."""
    series = series_of(request.series)
    _check_request(series, request)
    sheet = read_sheet(content, file, request.choice.sheet)
    layout = read_layout(sheet, request.choice, file)
    found = _of_series(layout, series)
    if not found:
        raise WrongInput("no_figures", file=file, allowed=Allowed("figures_beside_periods"))
    if len(found) > MOST_FIGURES:
        raise WrongInput("too_many_figures", file=file, count=len(found), allowed=Allowed("only", name=MOST_FIGURES))
    _check_thousands(layout, request, file)
    _check_units(found, series, file)
    found = _settled(found, series, request, file)
    found, kind = _one_length(found, request, layout, file)
    values = _values(found, series, request, file)
    figures = [
        _figure(one, value, provisional, series, request, layout, file)
        for one, (value, provisional) in zip(found, values, strict=True)
    ]
    kept = _once(found, figures, layout, file)
    gaps = _gaps([one.period for one, _ in kept], kind, series, request)
    rows, kept_figures = zip(*kept, strict=True)
    return Imported(
        series, kept_figures, rows, tuple(sorted(layout.skipped, key=lambda each: each.line)), gaps, sheet.name,
        layout.picked, layout.kind, sheet.encoding, kind,
    )  # fmt: skip


def _check_request(series: Series, request: Request) -> None:
    """Refuse what the options say, before the file is read."""
    if request.as_of is not None and request.as_of > request.today:
        allowed = Allowed("at_latest", day=request.today)
        raise WrongInput(file="--as-of", value=request.as_of.isoformat(), allowed=allowed)
    areas = (NATIONAL, *PROVINCES) if series.provinces else (NATIONAL,)
    if request.area not in areas:
        raise WrongInput(file="--area", value=request.area, allowed=one_of(areas))
    for option, value, known in (("--per", request.per, KINDS), ("--moment", request.moment, MOMENTS)):
        if value and value not in known:
            raise WrongInput(file=option, value=value, allowed=one_of(known))
    if len(request.source) > LONGEST_SOURCE:
        raise WrongInput(file="--source", value=request.source, allowed=Allowed("line_of_text", most=LONGEST_SOURCE))


def _of_series(layout: Layout, series: Series) -> list[Found]:
    """The figures of a table of this program that are of the series; of another table all."""
    mine = []
    for one in layout.found:
        named = one.more.get("series", series.name) if layout.kind == "own" else series.name
        if named == series.name:
            mine.append(one)
        else:
            layout.skipped.append(Skipped(one.line, "other_series", named))
    return mine


def _check_thousands(layout: Layout, request: Request, file: str) -> None:
    """Refuse figures that the file says are in thousands, unless the user says so too."""
    said = [*layout.heads, layout.picked, *layout.notes, *(one.more.get("eenheid", "") for one in layout.found)]
    texts = [" ".join(text.lower().replace("\u00a0", " ").replace("×", "x").split()) for text in said]
    if request.times == 1 and (told := next((text for text in texts if any(each in text for each in _THOUSANDS)), "")):
        raise WrongInput("in_thousands", file=file, text=told, allowed=Allowed("times"))


def _check_units(found: Sequence[Found], series: Series, file: str) -> None:
    """Refuse figures of which the file says that they are in another unit of ours."""
    units = {each.unit for each in all_series().values()} - {series.unit}
    for one in found:
        told = one.more.get("unit", "") or one.more.get("eenheid", "")
        if told in units:
            allowed = Allowed("only", name=series.unit)
            raise WrongInput("other_unit", file=file, line=one.line, text=told, series=series.name, allowed=allowed)


def _settled(found: Sequence[Found], series: Series, request: Request, file: str) -> list[Found]:
    """The figures with periods that have one reading left. Raises WrongInput for what has two."""
    periods = [one.period for one in found]
    week = next((one for one in found if one.period.kind == "week"), None)
    if week is not None:
        raise WrongInput("weeks", file=file, line=week.line, text=week.as_written, allowed=one_of(KINDS))
    if any(each.doubt for each in periods):
        numbers = {each.first.month for each in periods if each.doubt}
        if series.half_yearly or any(each.kind == "half_year" for each in periods):
            periods = months_as_half_years(periods)
        elif max(numbers) <= 4:
            one = next(one for one in found if one.period.doubt)
            raise WrongInput(
                "period_in_doubt", file=file, line=one.line, text=one.as_written, allowed=Allowed("periods")
            )
    if all(each.kind == "day" and each.first == each.last for each in periods) and series.use != LEVER:
        periods = periods if series.moment else _days_of_flow(found, request, file)
    return [replace(one, period=period) for one, period in zip(found, periods, strict=True)]


def _days_of_flow(found: Sequence[Found], request: Request, file: str) -> list[Period]:
    """Dates of a series that is counted over stretches: as those stretches, or as days that follow each other.

    Raises WrongInput when they are neither, or too few to tell.
    """
    periods = [one.period for one in found]
    known = sorted({period.first for period in periods})
    length = next((kind for kind in MONTHS_OF if kind == request.per), None)
    if length is not None or (not request.per and len(known) >= _ENOUGH_TO_TELL):
        stretches = days_as_stretches(periods, length)
        if stretches is not None:
            return stretches
    steps = {(later - earlier).days for earlier, later in pairwise(known)}
    if not request.per and _may_be_months_first(found, known):
        allowed = Allowed("per", names=KINDS)
        raise WrongInput("dates_in_doubt", file=file, line=found[0].line, text=found[0].as_written, allowed=allowed)
    if request.per == "day" or (1 in steps and not request.per):
        return periods
    if steps == {7}:
        raise WrongInput("weeks", file=file, line=found[0].line, text=found[0].as_written, allowed=one_of(KINDS))
    allowed = Allowed("per", names=KINDS)
    raise WrongInput("dates_in_doubt", file=file, line=found[0].line, text=found[0].as_written, allowed=allowed)


def _may_be_months_first(found: Sequence[Found], known: Sequence[date]) -> bool:
    """Whether days such as 1/1/2021, 2/1/2021 may be months: the first of each where the month is written first."""
    written_so = all(not one.as_written[:4].isdigit() for one in found)
    first = known[0]
    days = [date(first.year, first.month, day + 1) for day in range(min(len(known), 12))]
    return written_so and len(known) > 1 and list(known) == days


def _one_length(found: Sequence[Found], request: Request, layout: Layout, file: str) -> tuple[list[Found], str]:
    """The figures whose periods have one length, and that length. Raises WrongInput for more than one."""
    kinds = [kind for kind in KINDS if any(one.period.kind == kind for one in found)]
    if request.per and request.per not in kinds:
        raise WrongInput(file="--per", value=request.per, allowed=one_of(kinds))
    if not request.per and len(kinds) > 1 and layout.kind != "own":
        raise WrongInput("several_lengths", file=file, count=len(kinds), allowed=Allowed("per", names=tuple(kinds)))
    kind = request.per or (kinds[0] if len(kinds) == 1 else "")
    kept = []
    for one in found:
        if kind and one.period.kind != kind:
            layout.skipped.append(Skipped(one.line, "other_length", one.as_written))
        else:
            kept.append(one)
    return kept, kind


def _values(found: Sequence[Found], series: Series, request: Request, file: str) -> list[tuple[float, bool]]:
    """The value of each figure, and whether it bears a mark of a provisional one. Raises WrongInput."""
    numbers: list[Written] = []
    for one in found:
        number = written(one.value)
        if number is None:
            raise WrongInput("no_number", file=file, line=one.line, text=text_of(one.value), allowed=Allowed("number"))
        if number.percent and series.whole:
            raise WrongInput("per_cent_of_count", file=file, line=one.line, text=text_of(one.value))
        numbers.append(number)
    counts = series.whole and request.times == 1
    try:
        sign = decimal_sign(numbers, counts)
    except ValueError as error:
        example = next(one for one in found if "." in text_of(one.value) or "," in text_of(one.value))
        text = text_of(example.value)
        raise WrongInput("number_in_doubt", file=file, line=example.line, text=text) from error
    if sign is None:
        pair = mixed_pair([text_of(each.value) for each in found])
        raise WrongInput("mixed_signs", file=file, one=pair[0], other=pair[1])
    return [(_value(one, number, sign, series, request, file), number.provisional)
            for one, number in zip(found, numbers, strict=True)]  # fmt: skip


def _value(one: Found, number: Written, sign: str, series: Series, request: Request, file: str) -> float:
    """The value of one figure, within what its series can be."""
    text = text_of(one.value)
    exact = value_of(number, sign)
    if exact is None:
        raise WrongInput("no_number", file=file, line=one.line, text=text, allowed=Allowed("number"))
    value = exact * request.times
    if number.percent and series.share:
        value /= Decimal(100)
    if series.whole and value != int(value):
        raise WrongInput("not_whole", file=file, line=one.line, text=text, series=series.name)
    if value < 0 <= series.low:
        raise WrongInput("below_nothing", file=file, line=one.line, text=text, series=series.name)
    if not series.low <= float(value) <= series.high:
        raise WrongInput(
            file=file, line=one.line, value=text, allowed=Allowed("range", low=series.low, high=series.high)
        )
    return float(value)


def _figure(
    one: Found, value: float, provisional: bool, series: Series, request: Request, layout: Layout, file: str
) -> Figure:
    """One figure with its days, status, source and the day it was known. Raises WrongInput."""
    first, last = _days(one, series, request, file)
    as_of = _as_of(one, request, file)
    source = _harmless(request.source or one.more.get("source", "") or _source(layout))
    if not source:
        raise WrongInput("source_needed", file=file, allowed=Allowed("source"))
    told = one.more.get("status", "")
    status = told if told in STATUSES else PROVISIONAL if provisional or one.period.provisional else MEASURED
    if told and told not in STATUSES:
        status = _status_of(told, status)
    if last > as_of:
        if not request.forecast and status != FORECAST:
            raise WrongInput(
                "known_before_its_end", file=file, line=one.line, text=one.as_written, as_of=as_of.isoformat(),
                last=last.isoformat(), allowed=Allowed("forecast"),
            )  # fmt: skip
        status = FORECAST
    return Figure(series.name, _area(one, series, request, file), first, last, value, series.unit, status,
                  source[:LONGEST_SOURCE], as_of)  # fmt: skip


def _status_of(told: str, otherwise: str) -> str:
    """The status that a file says in words of its own."""
    words = told.lower()
    if any(word in words for word in ("voorlopig", "provisional", "raming", "estimate")):
        return PROVISIONAL
    if any(word in words for word in ("prognose", "forecast", "verwacht", "expected")):
        return FORECAST
    return otherwise


def _days(one: Found, series: Series, request: Request, file: str) -> tuple[date, date]:
    """The first and last day that a figure is about: of a moment that day."""
    period = one.period
    if not series.moment or period.first == period.last:
        if not series.moment and series.half_yearly and period.kind not in ("half_year", "day"):
            allowed = Allowed("only", name="half_year")
            raise WrongInput("other_period_needed", file=file, line=one.line, text=one.as_written, allowed=allowed)
        return period.first, period.last
    if not request.moment:
        allowed = Allowed("moment", names=MOMENTS)
        raise WrongInput(
            "moment_of_period", file=file, line=one.line, text=one.as_written, series=series.name, allowed=allowed
        )
    day = period.first if request.moment == "first" else period.last
    return day, day


def _as_of(one: Found, request: Request, file: str) -> date:
    """The day on which a figure was known: as the row says, or as the user says of the whole file."""
    told = one.more.get("as_of", "")
    if not told:
        if request.as_of is None:
            raise WrongInput("as_of_needed", file=file, allowed=Allowed("as_of"))
        return request.as_of
    try:
        day = date.fromisoformat(told)
    except ValueError as error:
        raise WrongInput(file=file, line=one.line, field="as_of", value=told, allowed=Allowed("date")) from error
    if day > request.today:
        allowed = Allowed("at_latest", day=request.today)
        raise WrongInput(file=file, line=one.line, field="as_of", value=told, allowed=allowed)
    return day


def _area(one: Found, series: Series, request: Request, file: str) -> str:
    """The area of a figure: as its row says, or as the user says of the whole file."""
    told = one.area.strip()
    if not told:
        return request.area
    plain = told.removesuffix("(PV)").removesuffix("(LD)").strip()
    plain = {"Fryslân": "Friesland", "Fryslan": "Friesland", "Nederland totaal": NATIONAL, "NL": NATIONAL}.get(
        plain, plain
    )
    areas = (NATIONAL, *PROVINCES) if series.provinces else (NATIONAL,)
    if plain not in areas:
        raise WrongInput(file=file, line=one.line, field="area", value=told, allowed=one_of(areas))
    return plain


def _harmless(source: str) -> str:
    """A source without signs that could rewrite a screen, or make a formula of it in a spreadsheet."""
    plain = "".join(sign for sign in source if unicodedata.category(sign)[0] != "C")
    return plain.strip().lstrip("=+-@ \uff1d\uff0b\uff0d\uff20").strip()


def _source(layout: Layout) -> str:
    """What a remark of the file says its source is."""
    for note in layout.notes:
        for word in _SOURCES:
            if note.lower().startswith(word):
                return note[len(word) :].strip() or note.strip()
    return ""


def _once(found: Sequence[Found], figures: Sequence[Figure], layout: Layout, file: str) -> list[tuple[Found, Figure]]:
    """The figures in the order of their days, each once. Raises WrongInput for days that two figures are about."""
    pairs = sorted(zip(found, figures, strict=True), key=lambda pair: (pair[1].area, pair[1].first, pair[1].last))
    kept: list[tuple[Found, Figure]] = []
    for one, figure in pairs:
        before = kept[-1][1] if kept else None
        apart = before is None or before.area != figure.area or before.last < figure.first
        versions = layout.kind == "own" and before is not None and before.as_of != figure.as_of
        if apart or (versions and before is not None and before.about == figure.about):
            kept.append((one, figure))
            continue
        assert before is not None
        earlier = kept[-1][0]
        if before.about == figure.about and before.value == figure.value:
            layout.skipped.append(Skipped(one.line, "twice", one.as_written))
            continue
        raise WrongInput(
            "period_twice" if before.about == figure.about else "periods_overlap", file=file, line=one.line,
            text=one.as_written, earlier=earlier.line, value_1=before.value, value_2=figure.value,
        )  # fmt: skip
    return kept


def _gaps(periods: Sequence[Period], kind: str, series: Series, request: Request) -> tuple[str, ...]:
    """The periods that are missing between the first and the last of a regular series, by their first day."""
    if not kind or (kind == "day" and series.moment):
        return ()
    there = {period.first for period in periods}
    now, last = min(periods, key=lambda each: each.first), max(there)
    missing: list[str] = []
    after: Any = following(now)
    while after is not None and after.first < last and len(missing) < MOST_GAPS:
        if after.first not in there:
            missing.append(period_name(after))
        after = following(after)
    return tuple(missing)


def period_name(period: Period) -> str:
    """A period in short, alike in every language: 2021-03, 2021Q3, 2021H1, 2021 or a day."""
    first = period.first
    if period.kind == "day":
        return first.isoformat() if first == period.last else f"{first}..{period.last}"
    part = {
        "month": f"-{first.month:02d}",
        "quarter": f"Q{(first.month + 2) // 3}",
        "half_year": f"H{first.month // 7 + 1}",
    }
    return f"{first.year}{part.get(period.kind, '')}"
