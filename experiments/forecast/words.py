"""Forecasts and their scores in words and rows of tables, for the command, the app and the page that is made."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from experiments.forecast.fits import PRIOR
from experiments.forecast.levels import INTERVALS
from experiments.language.catalogue import Texts, catalogue
from experiments.language.formatting import day_text, half_year_text, number_text
from experiments.language.language import Language
from sim.calendar import day_number, half_year_end, half_year_name, half_year_start

#: The columns of a table of scores.
_SCORE_HEADS = (
    "series",
    "figures",
    "off",
    "score",
    "to_naive",
    "to_plain",
    *(f"inside_{share}" for share in INTERVALS),
)
_AGAINST_HEADS = ("series", "forecasts", "official_off", "ours_off", "nearer")
_FIGURE_HEADS = ("origin", "series", "when", "forecast", "band", "came_true", "inside", "owed_to", "source")
_OFFICIAL_HEADS = (
    "published_on", "series", "when", "official", "origin", "ours", "band", "came_true", "source",
)  # fmt: skip


def _texts(language: Language) -> Texts:
    return catalogue("forecasts", language)


def target_text(target: str, language: Language) -> str:
    """What a series is called."""
    return _texts(language)(f"target.{target}")


def days_text(first_day: int, last_day: int, language: Language) -> str:
    """The days a figure is about: a day, a half-year or a year."""
    if first_day == last_day:
        return day_text(last_day, language)
    name = half_year_name(first_day)
    if (first_day, last_day) == (half_year_start(name), half_year_end(name) - 1):
        return half_year_text(name, language)
    return name[:4]


def iso_days_text(row: Mapping[str, Any], language: Language) -> str:
    """The same, of a row that holds its days as ISO text."""
    return days_text(day_number(row["first_day"]), day_number(row["last_day"]), language)


def fit_text(name: str, until: str | None, language: Language) -> str:
    """Which parameters a forecast rests on."""
    texts = _texts(language)
    return (
        texts("fit.prior")
        if name == PRIOR
        else texts("fit.until", name=name, day=day_text(day_number(until or ""), language))
    )


def score_heads(language: Language) -> list[str]:
    """The heads of a table of scores."""
    return [_texts(language)(f"head.{name}") for name in _SCORE_HEADS]


def score_rows(rows: Iterable[Mapping[str, Any]], language: Language) -> list[list[str]]:
    """A row of cells per series."""
    return [
        [
            target_text(row["target"], language), str(row["figures"]), f"{_number(row['off_percent'], language, 1)} %",
            _number(row["score"], language), *(_number(row[name], language, 2) for name in ("to_naive", "to_plain")),
            *(f"{_number(100.0 * row['coverage'][str(share)], language)} %" for share in INTERVALS),
        ]
        for row in rows
    ]  # fmt: skip


def against_heads(language: Language) -> list[str]:
    """The heads of the table of official forecasts and ours together."""
    return [_texts(language)(f"head.{name}") for name in _AGAINST_HEADS]


def against_rows(rows: Iterable[Mapping[str, Any]], language: Language) -> list[list[str]]:
    """A row of cells per series of which official forecasts came true."""
    return [
        [
            target_text(row["target"], language), str(row["forecasts"]),
            *(f"{_number(row[name], language, 1)} %" for name in ("official", "ours")), str(row["ours_nearer"]),
        ]
        for row in rows
    ]  # fmt: skip


def figure_heads(language: Language) -> list[str]:
    """The heads of the table with a line per forecast figure."""
    return [_texts(language)(f"head.{name}") for name in _FIGURE_HEADS]


def figure_rows(rows: Sequence[Mapping[str, Any]], language: Language) -> list[list[str]]:
    """A line per forecast figure: what was said with its band, what came true, and to what a miss is owed."""
    texts = _texts(language)
    return [
        [
            day_text(day_number(row["origin"]), language), target_text(row["target"], language),
            iso_days_text(row, language),
            _number(row["median"], language), " – ".join(_number(end, language) for end in row["bands"]["0.8"]),
            _number(row["published"], language), texts("inside" if row["inside"] else "outside"),
            owed_text(row, language), row["source"],
        ]
        for row in rows
    ]  # fmt: skip


def owed_text(row: Mapping[str, Any], language: Language) -> str:
    """To which input, or to the model, a miss is owed most, with how much of it; a dash when that is not known."""
    if "owed_to" not in row:
        return "–"
    part = number_text(row["parts"][row["owed_to"]], 0, language)
    return _texts(language)("owed", what=_texts(language)(f"part.{row['owed_to']}"), part=part)


def official_heads(language: Language) -> list[str]:
    """The heads of the table with a line per official forecast."""
    return [_texts(language)(f"head.{name}") for name in _OFFICIAL_HEADS]


def official_rows(rows: Sequence[Mapping[str, Any]], language: Language) -> list[list[str]]:
    """A line per official forecast, with ours of before it and what came true."""
    return [
        [
            day_text(day_number(row["published_on"]), language), target_text(row["target"], language),
            iso_days_text(row, language), _said(row, language), day_text(day_number(row["origin"]), language),
            _number(row["ours"], language),
            " – ".join(_number(row[end], language) for end in ("ours_low", "ours_high")),
            _number(row["came_true"], language), row["source"],
        ]
        for row in rows
    ]  # fmt: skip


def _said(row: Mapping[str, Any], language: Language) -> str:
    """What was said officially: one figure, a range, or an upper end."""
    texts, low, high = _texts(language), row["low"], row["high"]
    if low is not None and high is not None:
        return f"{_number(low, language)} – {_number(high, language)}"
    return (
        _number(row["official"], language)
        if row["official"] is not None
        else texts("at_most", high=_number(high, language))
    )


def _number(value: float | None, language: Language, decimals: int = 0) -> str:
    return "–" if value is None else number_text(value, decimals, language)
