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
    """Columns over 352 municipalities: names, province and COA region numbers, inhabitants, homes."""

    code: tuple[str, ...]
    name: tuple[str, ...]
    province: IntArray
    coa_region: IntArray
    inhabitants: FloatArray
    social_stock: FloatArray

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
    )


def divide(total: int, weights: FloatArray) -> IntArray:
    """Divide a whole number in proportion to weights, largest remainder; the parts add up."""
    exact = total * weights / weights.sum()
    parts: IntArray = np.floor(exact).astype(np.int64)
    missing = total - int(parts.sum())
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[:missing]] += 1
    return parts
