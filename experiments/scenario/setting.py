"""One setting of one lever: a value, and from when until when; and the steps of a lever in order.

Steps stand in the order of their dates, so that each holds until the next. What never holds is refused, and so is
what two settings contradict.
"""

import csv
import json
import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from experiments import FOLDER, read_csv
from experiments.scenario.periods import period_days
from experiments.scenario.plain_yaml import Path
from experiments.scenario.reading import read_count, read_value
from models.levers import LEVERS, Change, Lever, check_value
from models.parameters import PERIODS, baseline
from sim.calendar import date_of, day_number
from sim.errors import Allowed, WrongInput
from sim.schedule import RAMP_STEP_DAYS, Schedule

MOST_STEPS = 50
LONGEST_RAMP_DAYS = 3_650
SECTIONS = ("levers", "uncertainties")
#: What a value is read beside where others may still be laid over it, so that only what it is itself is refused.
READ_BESIDE = {
    "share_base": {"share_cap": LEVERS["share_cap"].high},
    "share_cap": {"share_base": LEVERS["share_base"].low},
}
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def plain_date(value: Any) -> Any:
    """A date of a file, written 2021-03-01. Raises ValueError."""
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        return date.fromisoformat(value)
    if value is None or type(value) is date:
        return value
    raise ValueError("not a date")


def whole(value: Any) -> Any:
    """A whole number of a file. Raises ValueError."""
    if type(value) is not int:
        raise ValueError("not a whole number")
    return value


def _days(value: Any) -> Any:
    return whole(read_count(value) if isinstance(value, str) else value)


def _scalar(value: Any) -> Any:
    if type(value) not in (bool, int, float, str):
        raise ValueError("not one value")
    return value


OptionalDate = Annotated[date | None, BeforeValidator(plain_date)]


class Setting(BaseModel):
    """One value of one lever: always, or from one date until (not on) another, with or without a ramp."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    value: Annotated[bool | int | float | str, BeforeValidator(_scalar)]
    from_date: OptionalDate = Field(None, alias="from")
    until_date: OptionalDate = Field(None, alias="until")
    ramp_days: Annotated[int, BeforeValidator(_days), Field(ge=0, le=LONGEST_RAMP_DAYS)] = 0

    def as_file(self) -> Any:
        """As it stands in a file: the bare value, or a group with dates."""
        group = self.as_group()
        return group if len(group) > 1 else self.value

    def as_group(self) -> dict[str, Any]:
        """The value with the dates and the ramp that it has."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _settings(value: Any) -> Any:
    """A bare value or one group becomes a list of one."""
    if isinstance(value, tuple):
        return value
    steps = value if isinstance(value, list) else [value]
    if not 1 <= len(steps) <= MOST_STEPS:
        raise ValueError("too few or too many steps")
    return tuple(step if isinstance(step, dict | Setting) else {"value": step} for step in steps)


Settings = Annotated[tuple[Setting, ...], BeforeValidator(_settings)]


def section_of(lever: Lever) -> str:
    """In which section of a file a lever stands."""
    return SECTIONS[lever.uncertainty]


def is_setting(path: Path) -> bool:
    """Whether a value or a ramp of a lever stands on this path of a file, whose text is read by one rule."""
    return any(part in SECTIONS for part in path[:-1][:3]) and path[-1] not in ("from", "until")


def as_value(lever: Lever, setting: Setting, path: str) -> Setting:
    """The setting with its text read, and a whole number as such, so that equal settings are equal."""
    value = setting.value
    if isinstance(value, str):
        value = read_value(lever, value, path)
    elif isinstance(value, float) and value.is_integer():
        value = int(value)
    return setting.model_copy(update={"value": value})


def in_order(settings: Sequence[Setting], paths: Sequence[str], start: date) -> Settings:
    """The steps by date. Raises WrongInput for two on one day, and for one that another takes over before it holds."""
    begins = [setting.from_date or start for setting in settings]
    order = sorted(range(len(settings)), key=begins.__getitem__)
    for place, index in enumerate(order):
        setting, following = settings[index], order[place + 1 : place + 2]
        ends = [day for day in (setting.until_date, *(begins[later] for later in following)) if day is not None]
        moves = begins[index] + timedelta(min(setting.ramp_days, RAMP_STEP_DAYS))
        if following and begins[following[0]] == begins[index]:
            field = f"{paths[max(index, following[0])]}.from"
            raise WrongInput("day_twice", field=field, day=begins[index].isoformat(), allowed=Allowed("once"))
        if ends and moves >= min(ends):
            day = min(ends).isoformat()
            raise WrongInput("never_holds", field=paths[index], day=day, allowed=Allowed("later_day"))
    return tuple(settings[index] for index in order)


def check_setting(lever: Lever, setting: Setting, path: str, period: str) -> None:
    """Raise WrongInput for a setting outside the range or the dates of its lever."""
    allowed = check_value(lever, setting.value)
    if allowed is not None:
        raise WrongInput(field=path, value=setting.value, allowed=allowed)
    first, until = setting.from_date, setting.until_date
    if not lever.dated and (first is not None or until is not None or setting.ramp_days):
        raise WrongInput("lever_has_no_dates", field=path, allowed=Allowed("value_only"))
    start, _, last = period_days(period)
    earliest, latest = date_of(start), date_of(last)
    if first is not None and not earliest <= first < latest:
        allowed = Allowed("range", low=earliest, high=date_of(last - 1))
        raise WrongInput(field=f"{path}.from", value=first.isoformat(), allowed=allowed)
    after = earliest if first is None else first
    if until is not None and not after < until <= latest:
        allowed = Allowed("range", low=date_of(day_number(after) + 1), high=latest)
        raise WrongInput(field=f"{path}.until", value=until.isoformat(), allowed=allowed)
    if setting.ramp_days and lever.kind == "choice":
        raise WrongInput("choice_has_no_ramp", field=f"{path}.ramp_days", allowed=Allowed("only", name=0))
    if setting.ramp_days and first is None:
        raise WrongInput("ramp_needs_from", field=f"{path}.ramp_days", allowed=Allowed("zero_or_from"))


@lru_cache(maxsize=8)
def lowest_cap(period: str) -> Schedule:
    """The highest share of homes as it is where it is lowest: in the tables, or in a draw that the period takes.

    Read from the kept draws as they stand; whether they fit the program is asked by whoever runs them. Raises
    WrongInput when they cannot be read.
    """
    usual = baseline(period).homes.share_cap
    (fitted,) = (row for row in read_csv("fitted_parameters") if row["parameter"] == "homes.share_cap")
    if not PERIODS[period].reads(fitted["periods"]):
        return usual  # the draws of another market are not lent
    folder, factors = FOLDER / "ensembles", [1.0]
    own = folder / f"{period}.csv"
    try:
        lent = [each for each in folder.glob("*.json") if period in json.loads(each.read_bytes()).get("lent_to", ())]
        for table in [own] if own.exists() else [each.with_suffix(".csv") for each in sorted(lent)[:1]]:
            with table.open(encoding="utf-8", newline="") as handle:
                factors += [float(row["homes.share_cap"]) for row in csv.DictReader(handle)]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise WrongInput("ensemble_unreadable", file=own.name, name=period) from error
    return Schedule(tuple((day, round(share * min(factors), 9)) for day, share in usual.steps))


def check_base_below_cap(period: str, changes: Sequence[Change]) -> None:
    """Refuse a share without pressure above the highest share, on any day on which the scenario sets the first.

    Where it does not set the second, that is the lowest which a replication may have.
    """
    if not any(change.lever == "share_base" for change in changes):
        return
    course = {"share_base": Schedule.constant(0.0), "share_cap": lowest_cap(period)}
    for change in changes:
        if change.lever in course:
            before = course[change.lever]
            course[change.lever] = before.changed(
                float(change.value), change.from_day, change.until_day, change.ramp_days
            )
    base, cap = course.values()
    first, _, last = period_days(period)
    for day in sorted({first, *(day for day, _ in base.steps + cap.steps if first < day < last)}):
        low, high = base.at(day), cap.at(day)
        if low > high:
            field, when, allowed = "levers.share_base", date_of(day).isoformat(), Allowed("at_most", most=high)
            raise WrongInput("base_above_cap", field=field, day=when, base=low, cap=high, allowed=allowed)
