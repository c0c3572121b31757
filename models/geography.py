"""Provinces, COA regions and municipalities, in one fixed order.

The division of municipalities is that of 2021 for every period. Left out: mergers.
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


def mixes_by_density(shares: FloatArray, exponent: float) -> FloatArray:
    """Return shares of home sizes per municipality, shape (municipalities, sizes): the denser, the more small homes.

    A step in size weighs density ** -exponent; the homes of all municipalities together keep the shares of the country.
    """
    towns = municipalities()
    density = towns.inhabitants / towns.area_km2
    steps = np.arange(shares.size)
    mixes: FloatArray = shares * (density / np.median(density))[:, None] ** (-exponent * steps)
    stock = towns.social_stock / towns.social_stock.sum()
    for _ in range(100):  # rows add up to one, columns to the country, in turns
        mixes /= mixes.sum(axis=1, keepdims=True)
        national = stock @ mixes
        mixes *= np.divide(shares, national, out=np.zeros_like(shares), where=national > 0.0)
    mixes /= mixes.sum(axis=1, keepdims=True)
    return mixes


def divide(total: int, weights: FloatArray) -> IntArray:
    """Divide a whole number in proportion to weights, largest remainder; the parts add up."""
    exact = total * weights / weights.sum()
    parts: IntArray = np.floor(exact).astype(np.int64)
    missing = total - int(parts.sum())
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[:missing]] += 1
    return parts
