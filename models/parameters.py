"""The tree of all parameters, frozen and checked when built.

Every value comes from ``data/parameters.csv``, where it stands with unit, source and status;
this file says only which parameters exist, of which type, in which unit and between which
bounds. A dated parameter is a ``Schedule``. ``baseline(period)`` builds the tree as history
had it. Left out: the tables of facts (municipalities, inflow, targets), see ``sources.py``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args, get_origin

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.fields import FieldInfo

from models.own import Own
from models.sources import Row, made_of_rows, read_table
from sim.arrays import FloatArray
from sim.calendar import day_number
from sim.errors import WrongInput
from sim.schedule import Schedule


@dataclass(frozen=True)
class Bounds:
    """Unit and allowed range of a number, dated or not."""

    unit: str
    low: float
    high: float


def _number(unit: str, low: float, high: float) -> Any:
    return Field(json_schema_extra={"unit": unit, "low": low, "high": high})


def _dated_choice(*words: str) -> Any:
    """A word that may change on dates: a schedule of places in the list of words."""
    return Field(json_schema_extra={"words": list(words)})


def _share() -> Any:
    return _number("share", 0.0, 1.0)


def _bounds(field: FieldInfo) -> Bounds | None:
    extra = field.json_schema_extra
    if not isinstance(extra, dict) or "words" in extra:
        return None
    return Bounds(str(extra["unit"]), float(str(extra["low"])), float(str(extra["high"])))


def _words(field: FieldInfo) -> tuple[str, ...]:
    extra = field.json_schema_extra
    found: Any = extra.get("words", ()) if isinstance(extra, dict) else ()
    return tuple(found)


@lru_cache
def _limits(branch: type[BaseModel]) -> tuple[tuple[str, Bounds | None, tuple[str, ...]], ...]:
    return tuple((name, _bounds(field), _words(field)) for name, field in branch.model_fields.items())


class Branch(BaseModel):
    """One frozen branch of the tree."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, strict=True)

    @model_validator(mode="after")
    def _values_within_bounds(self) -> "Branch":
        for name, bounds, words in _limits(type(self)):
            value = getattr(self, name)
            if words and any(place not in range(len(words)) for _, place in value.steps):
                raise ValueError(f"{name}: not one of {', '.join(words)}")
            if bounds is None:
                continue
            for number in [step for _, step in value.steps] if isinstance(value, Schedule) else [value]:
                if not bounds.low <= number <= bounds.high:
                    raise ValueError(
                        f"{name}: {number:g} is not between {bounds.low:g} and {bounds.high:g} {bounds.unit}"
                    )
        return self


class Inflow(Branch):
    """Who comes: the world's part, not a decision of anybody in the chain."""

    inflow_factor: Schedule = _number("times", 0.0, 3.0)
    shock_persons_per_month: Schedule = _number("persons a month", 0.0, 10000.0)
    evacuation_factor: float = _number("times", 0.0, 5.0)
    other_entry_factor: float = _number("times", 0.0, 3.0)
    elsewhere_share: float = _share()
    likely_share_factor: Schedule = _number("times", 0.3, 1.6)
    forecast: Literal["mpp-2025-2", "mpp-2025-1", "mpp-2024-1"]
    forecast_level: float = _share()
    forecast_family_share: float = _share()


class Ind(Branch):
    """The IND: staff, tracks, work content, outcome."""

    general_staff_fte: Schedule = _number("fte", 0.0, 4000.0)
    extra_staff_fte: Schedule = _number("fte", -1000.0, 2000.0)
    taskforce_seconded_fte: Schedule = _number("fte", 0.0, 1000.0)
    taskforce_hired_fte: Schedule = _number("fte", 0.0, 1000.0)
    taskforce_cohort_before: float = _number("day", 0.0, 40000.0)
    taskforce_output: float = _number("times", 0.2, 4.0)
    productive_share: float = _number("share", 0.3, 1.0)
    output_factor: Schedule = _number("times", 0.0, 1.5)
    training_days: Schedule = _number("days", 0.0, 730.0)
    trainee_output: float = _share()
    trainees_per_year: Schedule = _number("persons a year", 0.0, 2000.0)
    vacancies_at_start_fte: float = _number("fte", 0.0, 1000.0)
    turnover_per_year: Schedule = _number("share a year", 0.0, 0.5)
    tracks_1_2_staff_share: Schedule = _number("share", 0.0, 0.45)
    repeat_staff_share: Schedule = _number("share", 0.0, 0.45)
    extended_staff_share: Schedule = _number("share", 0.0, 1.0)
    queue_rule: Schedule = _dated_choice("oldest", "newest", "easy")
    registration_days: float = _number("days", 0.0, 120.0)
    dublin_answer_days: float = _number("days", 0.0, 365.0)
    work_days_dublin: Schedule = _number("days a case", 0.2, 60.0)
    work_days_safe_country: Schedule = _number("days a case", 0.2, 60.0)
    work_days_general: Schedule = _number("days a case", 0.2, 60.0)
    work_days_extended: Schedule = _number("days a case", 0.2, 120.0)
    work_days_repeat: Schedule = _number("days a case", 0.2, 60.0)
    extended_share: float = _share()
    work_shape: float = _number("Weibull shape", 0.5, 10.0)
    grant_share_dublin: Schedule = _number("share", 0.0, 1.0)
    grant_share_safe_country: Schedule = _number("share", 0.0, 1.0)
    grant_share_likely: Schedule = _number("share", 0.0, 1.0)
    grant_share_mixed: Schedule = _number("share", 0.0, 1.0)
    grant_share_repeat: Schedule = _number("share", 0.0, 1.0)
    border_share: Schedule = _number("share", 0.0, 0.5)
    decision_stop_share: Schedule = _number("share", 0.0, 1.0)
    permit_chance_factor: Schedule = _number("times", 0.3, 1.5)
    appeal_share: float = _share()
    appeal_days: float = _number("days", 1.0, 900.0)
    appeal_success_share: float = _share()
    withdrawal_share_dublin: float = _share()
    withdrawal_share_safe_country: float = _share()
    withdrawal_share_likely: float = _share()
    withdrawal_share_mixed: float = _share()
    withdrawal_days: float = _number("days", 1.0, 900.0)
    departure_days_dublin: float = _number("days", 1.0, 1500.0)
    departure_days_safe_country: float = _number("days", 1.0, 1500.0)
    departure_days_other: float = _number("days", 1.0, 3000.0)
    legal_term_days: Schedule = _number("days", 30.0, 900.0)
    penalty_notice_share: Schedule = _number("share", 0.0, 1.0)
    penalty_court_share: Schedule = _number("share", 0.0, 1.0)


class Nareis(Branch):
    """Family reunification: caused by permits, decided by a unit of its own, then the journey."""

    staff_fte: Schedule = _number("fte", 0.0, 2000.0)
    extra_staff_fte: Schedule = _number("fte", -500.0, 1000.0)
    work_days_per_person: float = _number("days a person", 0.1, 30.0)
    syrian_share: Schedule = _number("share", 0.0, 1.0)
    apply_share_syrian: float = _share()
    apply_share_other: float = _share()
    apply_share_amv: float = _share()
    apply_factor_complete: float = _share()
    complete_from_persons: float = _number("persons", 2.0, 8.0)
    family_size_factor: float = _number("times", 0.3, 2.0)
    apply_factor: float = _number("times", 0.0, 5.0)
    persons_factor_syrian: float = _number("times", 0.3, 3.0)
    minor_family_most: float = _number("persons", 1.0, 8.0)
    apply_days_max: float = _number("days", 1.0, 400.0)
    grant_share: float = _share()
    legal_term_days: float = _number("days", 30.0, 900.0)
    visa_days: float = _number("days", 1.0, 400.0)
    travel_days_max: float = _number("days", 1.0, 400.0)
    travel_rule: Schedule = _dated_choice("at_once", "with_home")
    held_days_most: float = _number("days", 1.0, 1500.0)
    two_status_share: Schedule = _number("share", 0.0, 1.0)
    two_status_days: float = _number("days", 0.0, 1500.0)
    two_status_meets_share: float = _share()
    travel_open: Schedule = _number("share", 0.0, 1.0)
    impose_published: bool


class Coa(Branch):
    """Reception: locations with contracts, openings with lead time, emergency and crisis places."""

    occupancy_norm: Schedule = _number("share", 0.5, 1.0)
    renewal_share: float = _share()
    emergency_renewal_days: float = _number("days", 1.0, 1000.0)
    renewal_days: float = _number("days", 30.0, 3650.0)
    reserve_places: Schedule = _number("places", 0.0, 30000.0)
    places_added: Schedule = _number("places", 0.0, 50000.0)
    regular_lead_days: float = _number("days", 0.0, 2000.0)
    regular_failure_share: float = _share()
    regular_location_places: float = _number("places", 10.0, 2000.0)
    regular_delay_spread: float = _share()
    opening_trigger: Schedule = _number("share of usable places", 0.5, 2.0)
    growth_lookback_days: float = _number("days", 7.0, 120.0)
    emergency_batch_places: float = _number("places", 10.0, 2000.0)
    emergency_lead_days: float = _number("days", 0.0, 365.0)
    emergency_places_per_month: Schedule = _number("places a month", 0.0, 20000.0)
    search_days: float = _number("days", 1.0, 365.0)
    search_pressure_persons: float = _number("persons", 10.0, 100000.0)
    emergency_life_days: float = _number("days", 14.0, 1500.0)
    emergency_failure_share: float = _share()
    emergency_delay_spread: float = _share()
    crisis_max_places: Schedule = _number("places", 0.0, 30000.0)
    crisis_lead_days: float = _number("days", 1.0, 60.0)
    crisis_keep_days: float = _number("days", 1.0, 1000.0)
    emergency_least_places: Schedule = _number("places", 0.0, 100000.0)
    emergency_most_places: Schedule = _number("places", 0.0, 100000.0)
    spreading_share: Schedule = _number("share", 0.0, 1.0)


class Linking(Branch):
    """Dossier and registration, then a municipality."""

    dossier_days: float = _number("days", 0.0, 365.0)
    dossier_spread: float = _share()
    minor_days_most: float = _number("days", 0.0, 3000.0)
    guardian_share: float = _share()
    stock_linked_after_days: float = _number("days", 0.0, 365.0)
    dossiers_per_day: Schedule = _number("households a day", 0.0, 2000.0)
    screening_share: Schedule = _number("share", 0.0, 1.0)
    screening_days: Schedule = _number("days", 0.0, 60.0)
    match_most: float = _share()
    match_half_days: float = _number("days", 0.5, 60.0)
    early_registration_share: Schedule = _number("share", 0.0, 1.0)
    early_registration_days_saved: float = _number("days", 0.0, 120.0)
    link_days_max: float = _number("days", 0.0, 120.0)
    rule: Schedule = _dated_choice("target", "homes")
    norm_days: float = _number("days", 1.0, 730.0)
    homes_ahead_days: float = _number("days", 7.0, 365.0)


class Homes(Branch):
    """Vacancies, the municipal response to pressure, and what fits whom."""

    turnover_per_year: Schedule = _number("share a year", 0.0, 0.5)
    turnover_factor: Schedule = _number("times", 0.2, 3.0)
    size_share_small: float = _share()
    size_share_middle: float = _share()
    size_share_large: float = _share()
    size_density_exponent: float = _number("exponent", 0.0, 1.0)
    share_base: Schedule = _number("share", 0.0, 0.3)
    share_most: float = _share()
    shortest_plan_days: float = _number("days", 1.0, 182.0)
    share_cap: Schedule = _number("share", 0.0, 0.6)
    share_response: float = _number("share", 0.0, 1.0)
    share_spread: float = _number("log standard deviation", 0.0, 1.0)
    effort: Schedule = _number("times", 0.0, 3.0)
    priority_left: Schedule = _number("share", 0.0, 1.0)
    on_top_share: float = _share()
    persons_per_home: float = _number("persons a home", 1.0, 6.0)
    response_delay_days: Schedule = _number("days", 0.0, 730.0)
    municipal_days: float = _number("days", 0.0, 200.0)
    signing_days: float = _number("days", 1.0, 60.0)
    registration_days: float = _number("days", 0.0, 60.0)
    benefit_days: float = _number("days", 0.0, 60.0)
    allowance_days: float = _number("days", 0.0, 60.0)
    moving_days: float = _number("days", 0.0, 60.0)
    central_settling_share: Schedule = _number("share", 0.0, 1.0)
    settling_every_weeks: float = _number("weeks", 1.0, 8.0)
    relaxed_allocation_share: Schedule = _number("share", 0.0, 1.0)
    crowding_accepted: float = _number("persons a room", 1.0, 10.0)
    more_room_share: float = _share()
    crowding_steepness: float = _number("steepness", 1.0, 30.0)
    sharing_share: Schedule = _number("share", 0.0, 1.0)
    own_find_per_year: Schedule = _number("chance a year", 0.0, 5.0)
    large_family_homes_per_year: Schedule = _number("homes a year", 0.0, 2000.0)
    large_family_persons: float = _number("persons", 5.0, 15.0)
    others_urgent_share: float = _share()
    others_homeless_share: float = _share()
    others_student_share: float = _share()
    others_migrant_worker_share: float = _share()

    def arranging_days(self) -> int:
        """Return the days that registration, benefit and allowances take one after the other."""
        return int(self.registration_days + self.benefit_days + self.allowance_days)

    def move_days(self) -> int:
        """Return the days from an offer to the move where everything is arranged apart."""
        return int(self.signing_days + self.moving_days) + self.arranging_days()

    def size_shares(self) -> tuple[float, ...]:
        """Return the shares of the four home sizes among homes that come free; the rest is very large."""
        named = (self.size_share_small, self.size_share_middle, self.size_share_large)
        return (*named, max(1.0 - sum(named), 0.0))

    @model_validator(mode="after")
    def _sizes_are_shares_of_one_whole(self) -> "Homes":
        if self.size_share_small + self.size_share_middle + self.size_share_large > 1.0 + 1e-9:
            raise ValueError("size_share_small, size_share_middle and size_share_large are more than 1 together")
        return self


class Projects(Branch):
    """Homes that have to be made first: decided now, there after a lead time, or never."""

    flex_per_year: Schedule = _number("homes a year", 0.0, 40000.0)
    flex_lead_days: Schedule = _number("days", 30.0, 2000.0)
    flex_holder_share: Schedule = _number("share", 0.0, 1.0)
    state_units_per_year: Schedule = _number("homes a year", 0.0, 20000.0)
    state_units_lead_days: float = _number("days", 30.0, 2000.0)
    conversion_per_year: Schedule = _number("homes a year", 0.0, 20000.0)
    conversion_lead_days: float = _number("days", 30.0, 2000.0)
    new_social_per_year: Schedule = _number("homes a year", 0.0, 60000.0)
    new_social_lead_days: float = _number("days", 90.0, 3000.0)
    large_family_lead_days: float = _number("days", 30.0, 2000.0)
    homes_per_project: float = _number("homes", 1.0, 500.0)
    failure_share: float = _share()
    shared_share: Schedule = _number("share", 0.0, 1.0)
    shared_on_top: float = _share()
    support_holder_share: float = _share()
    support_effect: float = _share()
    support_days_effect: float = _share()
    others_urgent_share: float = _share()
    others_homeless_share: float = _share()
    others_student_share: float = _share()
    others_migrant_worker_share: float = _share()
    delay_spread: float = _number("log standard deviation", 0.0, 1.5)
    project_leaders: Schedule = _number("persons", 0.0, 500.0)
    leader_effect: float = _number("lead time share per leader", 0.0, 0.05)
    leaders_save_most: float = _share()
    subsidy_per_home: Schedule = _number("EUR", 0.0, 100000.0)
    subsidy_budget: Schedule = _number("million EUR a year", 0.0, 2000.0)
    subsidy_covers_all: float = _number("EUR", 1000.0, 200000.0)
    subsidised_most_per_year: float = _number("homes a year", 0.0, 40000.0)
    levy_relief: Schedule = _number("million EUR a year", 0.0, 2000.0)
    levy_per_home: float = _number("EUR", 10000.0, 1000000.0)
    levy_most_per_year: float = _number("homes a year", 0.0, 60000.0)


def other_seekers(rules: Homes | Projects) -> tuple[float, ...]:
    """Return the shares of other seekers by group, who would be next or get a home; the first is what is left."""
    named = (
        rules.others_urgent_share, rules.others_homeless_share, rules.others_student_share,
        rules.others_migrant_worker_share,
    )  # fmt: skip
    return (1.0 - sum(named), *named)


class Stays(Branch):
    """Ways out of reception that are not yet a lasting home."""

    hosts_places: Schedule = _number("persons", 0.0, 10000.0)
    hosts_days: float = _number("days", 7.0, 1000.0)
    self_arranged_places: Schedule = _number("persons", 0.0, 20000.0)
    hotel_places: Schedule = _number("persons", 0.0, 20000.0)
    hotel_days: float = _number("days", 7.0, 1000.0)
    municipal_intermediate_places: Schedule = _number("persons", 0.0, 40000.0)
    regional_intermediate_places: Schedule = _number("persons", 0.0, 40000.0)
    acceleration_places: Schedule = _number("persons", 0.0, 40000.0)
    acceleration_days: float = _number("days", 30.0, 2000.0)
    flow_through_places: Schedule = _number("persons", 0.0, 40000.0)
    hosts_allowance: Schedule = _number("EUR/week", 0.0, 500.0)
    self_arranged_allowance: Schedule = _number("EUR/week", 0.0, 500.0)
    willing_share: float = _share()
    willing_allowance: float = _number("EUR/week", 1.0, 500.0)
    allowance_response: float = _number("power", 0.0, 3.0)
    asked_after_days: float = _number("days", 0.0, 365.0)
    facility_places: float = _number("places", 1.0, 500.0)


class Target(Branch):
    """The half-yearly target, its division, trading, signal and supervision."""

    source: Literal["follows", "published", "rule"]
    forecast_error_sd: float = _number("log standard deviation", 0.0, 1.0)
    key: Schedule = _dated_choice("inhabitants", "social_stock", "vacancies", "mixed")
    trading: Schedule = _dated_choice("none", "bilateral", "region", "national")
    smoothing_half_years: float = _number("half-years", 1.0, 4.0)
    reception_swap_share: float = _share()
    reception_swap_relief: float = _number("times", 1.0, 5.0)
    reception_swap_least: float = _share()
    extra_aim: Schedule = _number("persons", 0.0, 20000.0)
    signal_lead_days: Schedule = _number("days", 0.0, 540.0)
    signal_loudness: Schedule = _number("share", 0.0, 1.0)
    strictness: Schedule = _number("share", 0.0, 1.0)
    supervision_active: Schedule = _number("share", 0.0, 1.0)
    step_in_after: float = _number("half-years", 1.0, 12.0)
    substitution_below: Schedule = _number("share", 0.0, 1.0)
    behind_share: float = _share()
    tolerated_behind: float = _share()
    tolerated_room: float = _number("share", 0.001, 1.0)
    somewhat_behind_from: float = _share()

    @model_validator(mode="after")
    def _a_forecast_cannot_be_spread(self) -> "Target":
        if self.source == "rule" and self.smoothing_half_years != 1.0:
            raise WrongInput("rule_cannot_be_spread")
        return self


class Parameters(Branch):
    """All parameters of one scenario; ``period`` says which starting stock and tables belong."""

    period: str = Field(pattern=r"^[a-z0-9-]+$")
    #: Figures of a user's own in place of published ones; none in history.
    own: Own = ()
    inflow: Inflow
    ind: Ind
    nareis: Nareis
    coa: Coa
    linking: Linking
    homes: Homes
    projects: Projects
    stays: Stays
    target: Target


@dataclass(frozen=True)
class Period:
    """A stretch of time with a known starting stock; dates as ISO text, ``until`` exclusive.

    A period that ``continues`` another takes its parameters where the tables have none of its own.
    """

    name: str
    start: str
    last_until: str
    continues: str = ""

    def reads(self, where: str) -> bool:
        """Tell whether what a table says of ``where``, a period or all, holds here or in what this continues."""
        return where in ("all", self.name, self.continues)


#: The published inputs (inflow, targets) end with 2025.
INPUTS_END = "2026-01-01"
#: Periods that look ahead: the first day past them, and the period of which they are the future.
_AHEAD = {"vooruitblik-2025": ("2029-01-01", "prop-2021")}
#: Periods with a starting stock, which says when they start.
PERIODS: dict[str, Period] = {
    row["period"]: Period(row["period"], row["period_start"], *_AHEAD.get(row["period"], (INPUTS_END,)))
    for row in read_table("start_stock")
    if row["item"] == "persons_in_reception"
}


def leaves(branch: type[Branch] = Parameters, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (dotted path, field) of every parameter in the tree except the period and own figures."""
    for name, field in branch.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Branch):
            yield from leaves(kind, f"{prefix}{name}.")
        elif name not in ("period", "own"):
            yield f"{prefix}{name}", field


def bounds_of(path: str) -> Bounds | None:
    """Return unit and range of a numeric parameter, None for a choice or a switch."""
    return _bounds(dict(leaves())[path])


def choices_of(path: str) -> tuple[str, ...]:
    """Return the allowed words of a choice parameter, empty for other kinds."""
    field = dict(leaves())[path]
    return tuple(get_args(field.annotation)) if get_origin(field.annotation) is Literal else _words(field)


def is_dated(path: str) -> bool:
    """Tell whether a parameter is a schedule."""
    return dict(leaves())[path].annotation is Schedule


def value_at(parameters: Parameters, path: str) -> Any:
    """Return the value of a parameter by its dotted path."""
    branch, name = path.split(".")
    return getattr(getattr(parameters, branch), name)


def with_values(parameters: Parameters, values: Mapping[str, Any]) -> Parameters:
    """Return the tree with the parameters at these paths replaced; raises ``ValueError`` outside a range."""
    changed: dict[str, dict[str, Any]] = {}
    for path, value in values.items():
        branch, name = path.split(".")
        changed.setdefault(branch, dict(getattr(parameters, branch)))[name] = value
    return parameters.model_copy(
        update={branch: type(getattr(parameters, branch))(**fields) for branch, fields in changed.items()}
    )


#: What only counts in a period that looks ahead; elsewhere nobody reads it, so that no result of history gets stale.
ONLY_AHEAD = frozenset(
    {
        "inflow.forecast",
        "inflow.forecast_level",
        "inflow.forecast_family_share",
        "coa.emergency_least_places",
        "coa.emergency_most_places",
        "coa.spreading_share",
        "homes.priority_left",
        "ind.border_share",
        "nareis.two_status_share",
        "nareis.two_status_days",
        "nareis.two_status_meets_share",
    }
)


def ahead_daily(parameters: "Parameters", schedule: Schedule, usual: float, first_day: int, horizon: int) -> FloatArray:
    """Return the values per day of what only counts ahead; in a period of history the value without effect."""
    if PERIODS[parameters.period].continues:
        return schedule.daily(first_day, horizon)
    return np.full(horizon - first_day, usual)


def rows_in(path: str, period: str) -> list[Row]:
    """Return the rows of a parameter in a period: its own, or those of the period it continues, or those of all."""
    rows = [row for row in read_table("parameters") if row["parameter"] == path]
    for name in (period, PERIODS[period].continues, "all"):
        found = [row for row in rows if row["period"] == name]
        if found:
            return found
    return []


@lru_cache(maxsize=8)
def baseline(period: str) -> Parameters:
    """Return all parameters as history had them in a period; raises ``KeyError`` for another."""
    if period not in PERIODS:
        raise KeyError(period)
    tree: dict[str, dict[str, Any]] = {}
    for path, field in leaves():
        rows = rows_in(path, period)
        if not rows:
            raise ValueError(f"parameters.csv has no row for {path}")
        branch, name = path.split(".")
        value: Any
        if field.annotation is Schedule:
            words = choices_of(path)
            days = [day_number(row["from"]) if row["from"] else 0 for row in rows]
            values = [float(words.index(row["value"]) if words else row["value"]) for row in rows]
            value = Schedule(tuple(zip(days, values, strict=True)))
        elif choices_of(path):
            value = rows[0]["value"]
        elif field.annotation is bool:
            value = rows[0]["value"] == "true"
        elif rows[0]["unit"] == "date":
            value = float(day_number(rows[0]["value"]))
        else:
            value = float(rows[0]["value"])
        tree.setdefault(branch, {})[name] = value
    branches = {name: Parameters.model_fields[name].annotation for name in tree}
    built = {name: kind(**tree[name]) for name, kind in branches.items() if kind is not None}
    return Parameters(period=period, **built)


made_of_rows(baseline)
