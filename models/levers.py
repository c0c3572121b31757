"""What a government can turn, and what nobody can: levers and uncertainties by holder.

A lever has no value of its own. It points at a parameter; its unit, range and default are
those of that parameter. Adding a lever is adding one entry here. Left out: what a lever does;
that happens in the stage that uses the parameter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from models.own import OWN, with_own
from models.parameters import ONLY_AHEAD, Parameters, bounds_of, choices_of, is_dated, value_at, with_values
from models.sources import read_table
from sim.errors import Allowed, WrongInput, one_of
from sim.schedule import Schedule

Value = float | int | str | bool
#: Units of what need not be whole; whatever else has a unit is counted.
SHARES_AND_FACTORS = ("share", "share of usable places", "times")


@dataclass(frozen=True)
class Lever:
    """One lever: name, the dotted path of the parameter it moves, and a code for who can turn it."""

    name: str
    sets: str
    holder: str
    step: float | None = None
    low: float | None = None
    high: float | None = None
    uncertainty: bool = False

    def __post_init__(self) -> None:
        bounds = bounds_of(self.sets)
        if bounds is not None:
            object.__setattr__(self, "low", bounds.low if self.low is None else self.low)
            object.__setattr__(self, "high", bounds.high if self.high is None else self.high)

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """Allowed words of a choice."""
        return choices_of(self.sets)

    @cached_property
    def kind(self) -> str:
        """``choice``, ``switch``, ``integer`` (a count: people, places, homes, days) or ``number``."""
        if self.choices:
            return "choice"
        if bounds_of(self.sets) is None:
            return "switch"
        return "number" if self.unit_of_parameter in SHARES_AND_FACTORS else "integer"

    @cached_property
    def unit_of_parameter(self) -> str:
        """Unit of the parameter, empty for a choice or switch."""
        bounds = bounds_of(self.sets)
        return bounds.unit if bounds is not None else ""

    @cached_property
    def unit(self) -> str:
        """Unit of the parameter."""
        return self.unit_of_parameter or self.kind

    @property
    def only_ahead(self) -> bool:
        """Whether the lever moves something only in a period that looks ahead."""
        return self.sets in ONLY_AHEAD

    @cached_property
    def dated(self) -> bool:
        """Whether the parameter is a schedule, so that from, until and ramp make sense."""
        return is_dated(self.sets)

    @cached_property
    def source(self) -> str:
        """Source of the default value."""
        return next(row["source"] for row in read_table("parameters") if row["parameter"] == self.sets)


@dataclass(frozen=True)
class Change:
    """One change to the baseline: a lever gets a value, dated when the lever is; or an own series a figure."""

    lever: str
    value: Value
    from_day: int | None = None
    until_day: int | None = None
    ramp_days: int = 0


_LEVERS = (
    # --- JenV and IND -------------------------------------------------------------------------
    Lever("ind_extra_staff", "ind.extra_staff_fte", "jenv_ind", step=10, low=-500, high=1000),
    Lever("ind_trainees_per_year", "ind.trainees_per_year", "jenv_ind", step=10, high=2000),
    Lever("ind_training_days", "ind.training_days", "jenv_ind", step=10),
    Lever("taskforce_seconded", "ind.taskforce_seconded_fte", "jenv_ind", step=10),
    Lever("taskforce_hired", "ind.taskforce_hired_fte", "jenv_ind", step=10),
    Lever("queue_rule", "ind.queue_rule", "jenv_ind"),
    Lever("nareis_extra_staff", "nareis.extra_staff_fte", "jenv_ind", step=5, low=-100, high=400),
    Lever("two_status", "nareis.two_status_share", "jenv_ind", step=0.05),
    Lever("legal_term", "ind.legal_term_days", "jenv_ind", step=30),
    # --- COA ----------------------------------------------------------------------------------
    Lever("places_added", "coa.places_added", "coa", step=500, high=20000),
    Lever("contract_renewal", "coa.renewal_share", "coa", step=0.05),
    Lever("reserve_places", "coa.reserve_places", "coa", step=500, high=15000),
    Lever("opening_trigger", "coa.opening_trigger", "coa", step=0.01, low=0.8, high=1.2),
    Lever("occupancy_norm", "coa.occupancy_norm", "coa", step=0.01, low=0.8, high=1.0),
    Lever("emergency_places_per_month", "coa.emergency_places_per_month", "coa", step=100, high=10000),
    Lever("emergency_least", "coa.emergency_least_places", "coa", step=1000, high=40000),
    Lever("emergency_most", "coa.emergency_most_places", "coa", step=1000),
    Lever("spreading", "coa.spreading_share", "municipalities", step=0.05),
    Lever("hosts_places", "stays.hosts_places", "coa", step=100),
    Lever("hosts_allowance", "stays.hosts_allowance", "coa", step=25, high=300),
    Lever("self_arranged_places", "stays.self_arranged_places", "coa", step=100, high=10000),
    Lever("self_arranged_allowance", "stays.self_arranged_allowance", "coa", step=25, high=300),
    Lever("hotel_places", "stays.hotel_places", "coa", step=100, high=10000),
    Lever("flow_through_places", "stays.flow_through_places", "coa", step=100, high=15000),
    # --- BZK, RVB, corporations ---------------------------------------------------------------
    Lever("flex_per_year", "projects.flex_per_year", "bzk_corporations", step=500, high=30000),
    Lever("flex_holder_share", "projects.flex_holder_share", "bzk_corporations", step=0.05),
    Lever("flex_lead_days", "projects.flex_lead_days", "bzk_corporations", step=30, high=1095),
    Lever("project_sharing", "projects.shared_share", "bzk_corporations", step=0.05),
    Lever("state_units_per_year", "projects.state_units_per_year", "bzk_rvb", step=100, high=10000),
    Lever("conversion_per_year", "projects.conversion_per_year", "bzk_corporations", step=250, high=10000),
    Lever("new_social_per_year", "projects.new_social_per_year", "bzk_corporations", step=1000),
    Lever("subsidy_budget", "projects.subsidy_budget", "bzk", step=10, high=500),
    Lever("subsidy_per_home", "projects.subsidy_per_home", "bzk", step=1000, high=30000),
    Lever("levy_relief", "projects.levy_relief", "bzk", step=50, high=1700),
    Lever("intermediate_places", "stays.municipal_intermediate_places", "bzk_municipalities", step=250, high=20000),
    Lever(
        "regional_intermediate_places", "stays.regional_intermediate_places", "bzk_municipalities", step=250, high=20000
    ),
    Lever("acceleration_places", "stays.acceleration_places", "bzk_municipalities", step=250, high=20000),
    Lever("sharing_share", "homes.sharing_share", "bzk_corporations", step=0.02),
    Lever("relaxed_allocation", "homes.relaxed_allocation_share", "bzk_corporations", step=0.05),
    Lever("large_family_homes", "homes.large_family_homes_per_year", "bzk_corporations", step=50),
    Lever("project_leaders", "projects.project_leaders", "bzk_provinces", step=5, high=100),
    # --- municipalities and provinces ---------------------------------------------------------
    Lever("share_base", "homes.share_base", "municipalities", step=0.005, high=0.2),
    Lever("share_cap", "homes.share_cap", "municipalities", step=0.005, high=0.3),
    Lever("priority_left", "homes.priority_left", "jenv_bzk", step=0.1),
    Lever("response_delay", "homes.response_delay_days", "municipalities", step=15, high=365),
    Lever("trading", "target.trading", "municipalities_provinces"),
    Lever("extra_aim", "target.extra_aim", "jenv_bzk", step=500, high=20000),
    Lever("key", "target.key", "jenv_bzk"),
    Lever("reception_swap", "target.reception_swap_share", "municipalities_provinces", step=0.05),
    Lever("tolerated_behind", "target.tolerated_behind", "provinces", step=0.05, high=0.5),
    Lever("strictness", "target.strictness", "provinces", step=0.05),
    Lever("central_settling", "homes.central_settling_share", "municipalities_coa", step=0.1),
    Lever("substitution_below", "target.substitution_below", "provinces", step=0.05),
    # --- chain --------------------------------------------------------------------------------
    Lever("linking_rule", "linking.rule", "chain"),
    Lever("screening", "linking.screening_share", "coa", step=0.05),
    Lever("screening_days", "linking.screening_days", "coa", step=1, high=28),
    Lever("guardian_share", "linking.guardian_share", "jenv", step=0.05),
    Lever("early_registration", "linking.early_registration_share", "chain", step=0.1),
    Lever("dossiers_per_day", "linking.dossiers_per_day", "chain", step=5, low=5, high=300),
    Lever("smoothing", "target.smoothing_half_years", "chain", step=1),
    Lever("signal_lead_days", "target.signal_lead_days", "chain", step=15, high=180),
    Lever("signal_loudness", "target.signal_loudness", "chain", step=0.1),
    Lever("target_source", "target.source", "chain"),
    # --- uncertainties ------------------------------------------------------------------------
    Lever("inflow_factor", "inflow.inflow_factor", "uncertainty", step=0.05, low=0.0, high=3.0, uncertainty=True),
    Lever("inflow_shock", "inflow.shock_persons_per_month", "uncertainty", step=250, uncertainty=True),
    Lever("inflow_forecast", "inflow.forecast", "uncertainty", uncertainty=True),
    Lever("inflow_level", "inflow.forecast_level", "uncertainty", step=0.25, uncertainty=True),
    Lever("border_share", "ind.border_share", "uncertainty", step=0.05, high=0.3, uncertainty=True),
    Lever("two_status_meets", "nareis.two_status_meets_share", "uncertainty", step=0.1, uncertainty=True),
    Lever("evacuation", "inflow.evacuation_factor", "uncertainty", step=0.25, uncertainty=True),
    Lever("other_entry", "inflow.other_entry_factor", "uncertainty", step=0.1, uncertainty=True),
    Lever("likely_share", "inflow.likely_share_factor", "uncertainty", step=0.05, uncertainty=True),
    Lever("permit_chance", "ind.permit_chance_factor", "uncertainty", step=0.05, uncertainty=True),
    Lever("family_size", "nareis.family_size_factor", "uncertainty", step=0.1, uncertainty=True),
    Lever("travel_open", "nareis.travel_open", "uncertainty", step=0.1, uncertainty=True),
    Lever("turnover", "homes.turnover_factor", "uncertainty", step=0.05, uncertainty=True),
    Lever("project_failure", "projects.failure_share", "uncertainty", step=0.05, uncertainty=True),
    Lever("impose_nareis", "nareis.impose_published", "uncertainty", uncertainty=True),
)
LEVERS: dict[str, Lever] = {lever.name: lever for lever in _LEVERS}


def default_of(lever: Lever, parameters: Parameters) -> Value | Schedule:
    """Return the value a lever has in a set of parameters; of a choice that changes, the first."""
    value: Value | Schedule = value_at(parameters, lever.sets)
    if lever.kind == "choice" and isinstance(value, Schedule):
        return lever.choices[int(value.steps[0][1])]
    return value


def allowed_values(lever: Lever) -> Allowed:
    """Return what a lever may be set to."""
    if lever.kind == "switch":
        return Allowed("switch")
    if lever.kind == "choice":
        return one_of(lever.choices)
    return Allowed("whole_range" if lever.kind == "integer" else "range", low=lever.low, high=lever.high)


def check_value(lever: Lever, value: object) -> Allowed | None:
    """Return what is allowed when ``value`` does not suit the lever; else None."""
    if lever.kind == "choice":
        suits = isinstance(value, str) and value in lever.choices
    elif lever.kind == "switch":
        suits = isinstance(value, bool)
    elif isinstance(value, bool) or not isinstance(value, int | float) or lever.low is None or lever.high is None:
        suits = False
    else:
        suits = lever.low <= value <= lever.high and (lever.kind != "integer" or float(value).is_integer())
    return None if suits else allowed_values(lever)


def apply_changes(parameters: Parameters, changes: Sequence[Change]) -> Parameters:
    """Return the parameters with every change applied, in order.

    Raises ``KeyError`` for what is neither a lever nor an own series, and ``WrongInput`` for a value or dates that do
    not suit.
    """
    for change in changes:
        if change.lever in OWN:
            own = with_own(parameters.own, change.lever, float(change.value), change.from_day, change.until_day)
            parameters = parameters.model_copy(update={"own": own})
            continue
        lever = LEVERS[change.lever]
        allowed = check_value(lever, change.value)
        if allowed is not None:
            raise WrongInput(field=lever.name, value=change.value, allowed=allowed)
        value: Value | Schedule = change.value
        if lever.dated:
            schedule = value_at(parameters, lever.sets)
            if lever.kind == "choice" and change.ramp_days:
                raise WrongInput("choice_has_no_ramp", field=lever.name)
            number = lever.choices.index(str(change.value)) if lever.kind == "choice" else float(change.value)
            value = schedule.changed(number, change.from_day, change.until_day, change.ramp_days)
        elif change.from_day is not None or change.until_day is not None or change.ramp_days:
            raise WrongInput("lever_has_no_dates", field=lever.name)
        elif lever.kind in ("number", "integer"):
            value = float(change.value)
        parameters = with_values(parameters, {lever.sets: value})
    return parameters
