"""The sum of sharing a home as those who ask see it, with amounts of their own laid over those of the table."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from models.sharing import SHARED_BY, limits_of, sharing_amounts, sharing_sum
from models.sources import read_table
from sim.errors import Allowed, WrongInput, one_of


def own_amount(text: str) -> tuple[str, float]:
    """An amount of the reader's own, written as `name=value`. Raises WrongInput."""
    name, _, value = text.partition("=")
    if name not in sharing_amounts():
        raise WrongInput(file="--set", value=text, allowed=one_of(sharing_amounts()))
    low, high = limits_of(name)
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", value, re.ASCII) and low <= float(value) <= high:
        return name, float(value)
    raise WrongInput(file="--set", field=name, value=value, allowed=Allowed("range", low=low, high=high))


def sharing_sums(own: Mapping[str, float]) -> list[dict[str, Any]]:
    """What sharing means for tenant, landlord and State, per number of people who share."""
    amounts = sharing_amounts() | dict(own)
    return [asdict(sharing_sum(persons, amounts)) for persons in SHARED_BY]


def sharing_facts(own: Mapping[str, float]) -> list[dict[str, Any]]:
    """The amounts behind the sums with unit, status and source; `own` says whether the reader gave it."""
    amounts = sharing_amounts() | dict(own)
    return [row | {"value": amounts[row["item"]], "own": row["item"] in own} for row in read_table("sharing")]
