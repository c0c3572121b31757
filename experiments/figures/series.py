"""The series of which a user may have figures: what each counts, in which unit, and what figures of it are used for.

A series has one name everywhere. `published` series are held against the model (`held_against.csv`); an `input` takes
the place of a published series that the model runs on (`models/own.py`); a `lever` takes a figure as its value for as
long as that is about.
"""

import difflib
from dataclasses import dataclass
from functools import lru_cache

from experiments import read_csv
from experiments.language.catalogue import catalogue
from experiments.language.labels import lever_label
from experiments.language.language import LANGUAGES, Language
from models.levers import LEVERS
from models.own import OWN
from models.sources import read_table
from sim.errors import Allowed, WrongInput

NATIONAL = "Nederland"
INPUT, LEVER, PUBLISHED = USES = ("input", "lever", "published")
#: What may lie below nothing: who houses more than was asked is behind by less than nobody.
_SIGNED = ("behind",)
#: Units that are whole numbers, as levers count.
_SHARES = ("percent", "EUR")


@dataclass(frozen=True)
class Series:
    """One series. moment: whether a figure is about one day; whole: whether it counts; bounds are part of the range."""

    name: str
    use: str
    unit: str
    moment: bool
    whole: bool
    low: float
    high: float
    half_yearly: bool = False
    provinces: bool = False

    @property
    def share(self) -> bool:
        """Whether a per cent sign divides by a hundred."""
        return self.use == LEVER and not self.whole

    def label(self, language: Language) -> str:
        """What it counts, in words."""
        if self.use == LEVER:
            return lever_label(self.name, language)
        if self.use == INPUT:
            return catalogue("figures", language)(f"series.{self.name}")
        column = "name_nl" if language == LANGUAGES[0] else "name_en"
        found = next(row[column] for row in read_csv("held_against") if row["series"] == self.name)
        return found.removesuffix(", Nederland").removesuffix(", the Netherlands")  # figures name their area


@lru_cache(maxsize=1)
def all_series() -> dict[str, Series]:
    """Every series by name."""
    found: dict[str, Series] = {}
    units = {row["series"]: row["unit"] for row in read_table("observed")}
    for row in read_csv("held_against"):
        name = row["series"]
        unit = units[name]
        found[name] = Series(
            name, PUBLISHED, unit, row["periods"] == "moment", unit not in _SHARES,
            -1e9 if name in _SIGNED else 0.0, 100.0 if unit == "percent" else 1e12,
            half_yearly=row["periods"] == "half-year",
            provinces=row["areas"] == "provinces" or (name in found and found[name].provinces),
        )  # fmt: skip
    for own in OWN.values():
        found[own.name] = Series(
            own.name, INPUT, own.unit, own.moment, own.whole, 0.0, own.high, half_yearly=own.half_yearly
        )
    for lever in LEVERS.values():
        if lever.dated and lever.low is not None and lever.high is not None:
            whole = lever.kind == "integer"
            found[lever.name] = Series(lever.name, LEVER, lever.unit, False, whole, lever.low, lever.high)
    return found


def series_of(name: str, *, file: str | None = "--as", field: str | None = None) -> Series:
    """The series of a name. Raises WrongInput, with the name that was perhaps meant."""
    known = all_series()
    if name not in known:
        near = next(iter(difflib.get_close_matches(name[:60], known, n=1)), None)
        raise WrongInput(
            "unknown_series", file=file, field=field, value=name, meant=near, allowed=Allowed("listed_series")
        )
    return known[name]
