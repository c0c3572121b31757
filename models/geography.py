"""Provinces, COA regions and municipalities, in one fixed order.

The division of municipalities is that of 2021 for every period, and so are their parts of a province. Inhabitants of a
province and the social stock of the country follow the year, as far as figures go. Left out: mergers.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from models.sources import read_table
from sim.arrays import FloatArray, IntArray

PROVINCES: tuple[str, ...] = (
    "Drenthe", "Flevoland", "Friesland", "Gelderland", "Groningen", "Limburg", "Noord-Brabant", "Noord-Holland",
    "Overijssel", "Utrecht", "Zeeland", "Zuid-Holland",
)  # fmt: skip


@dataclass(frozen=True)
class Municipalities:
    """Columns over 352 municipalities: names, province and COA region numbers, inhabitants, homes, area."""

    code: tuple[str, ...]
    name: tuple[str, ...]
    province: IntArray
    coa_region: IntArray
    inhabitants: FloatArray
    social_stock: FloatArray
    area_km2: FloatArray

    def __len__(self) -> int:
        return len(self.code)


@lru_cache(maxsize=1)
def municipalities() -> Municipalities:
    """Return the municipalities in the order of ``data/municipalities.csv``."""
    rows = read_table("municipalities")
    stock = {row["code"]: float(row["value"]) for row in read_table("municipal_stock")}
    return Municipalities(
        code=tuple(row["code"] for row in rows),
        name=tuple(row["municipality"] for row in rows),
        province=np.array([PROVINCES.index(row["province"]) for row in rows]),
        coa_region=np.array([int(row["coa_region"]) for row in rows]),
        inhabitants=np.array([float(row["value"]) for row in rows]),
        social_stock=np.array([stock[row["code"]] for row in rows]),
        area_km2=np.array([float(row["area_km2"]) for row in rows]),
    )


#: Tables of provinces follow the borders of today from this year on (Vijfheerenlanden changed on 1 January 2019).
_BORDERS_SINCE = 2019


@lru_cache(maxsize=16)
def _by_year(measure: str, area: str) -> tuple[IntArray, FloatArray]:
    """Return the years of a measure of the table of provinces, in order, and its values on 1 January."""
    found = {
        int(row["period_start"][:4]): float(row["value"])
        for row in read_table("provinces")
        if row["measure"] == measure and row["province"] == area
    }
    years = np.array(sorted(found))
    return years, np.array([found[year] for year in years.tolist()])


def inhabitants_in(year: int) -> FloatArray:
    """Return inhabitants of each municipality on 1 January of a year; the nearest year that has figures stands in.

    Figures by year are known of provinces; within a province the parts stay those of 2021.
    """
    towns, times = municipalities(), np.ones(len(PROVINCES))
    for number, province in enumerate(PROVINCES):
        years, counted = _by_year("inhabitants", province)
        nearest = np.abs(years - max(year, _BORDERS_SINCE)).argmin()
        times[number] = counted[nearest] / towns.inhabitants[towns.province == number].sum()
    inhabitants: FloatArray = towns.inhabitants * times[towns.province]
    return inhabitants


def stock_of_days(first_day: int, last_day: int) -> FloatArray:
    """Return for each day in ``[first_day, last_day)`` the social stock of that year, times that of 2021.

    The nearest year that has a figure stands in for others.
    """
    years, stock = _by_year("social_rental_stock", "Nederland")
    year_of_day = np.arange(first_day, last_day).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    places = np.searchsorted(years, np.clip(year_of_day, years[0], years[-1]))
    times: FloatArray = stock[places] / municipalities().social_stock.sum()
    return times


def mixes_by_density(shares: FloatArray, exponent: float) -> FloatArray:
    """Return shares of home sizes per municipality, shape (municipalities, sizes): the denser, the more small homes.

    A step in size weighs density ** -exponent; the homes of all municipalities together keep the shares of the country.
    """
    return _mixes(tuple(shares.tolist()), exponent)


@lru_cache(maxsize=8)
def _mixes(of_country: tuple[float, ...], exponent: float) -> FloatArray:
    towns, shares = municipalities(), np.array(of_country)
    density = towns.inhabitants / towns.area_km2
    steps = np.arange(shares.size)
    mixes: FloatArray = shares * (density / np.median(density))[:, None] ** (-exponent * steps)
    stock = towns.social_stock / towns.social_stock.sum()
    for _ in range(100):  # rows add up to one, columns to the country, in turns
        mixes /= mixes.sum(axis=1, keepdims=True)
        national = stock @ mixes
        mixes *= np.divide(shares, national, out=np.zeros_like(shares), where=national > 0.0)
    mixes /= mixes.sum(axis=1, keepdims=True)
    mixes.flags.writeable = False
    return mixes


def divide(total: int, weights: FloatArray) -> IntArray:
    """Divide a whole number in proportion to weights, largest remainder; the parts add up."""
    exact = total * weights / weights.sum()
    parts: IntArray = np.floor(exact).astype(np.int64)
    missing = total - int(parts.sum())
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[:missing]] += 1
    return parts
