"""What a government can turn, and what nobody can: levers and uncertainties by holder.

A lever has no value of its own. It points at a parameter; its unit, range and default are
those of that parameter. Adding a lever is adding one entry here. Left out: what a lever does;
that happens in the stage that uses the parameter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from models.parameters import (
    Parameters,
    bounds_of,
    choices_of,
    is_dated,
    value_at,
    with_value,
)
from models.sources import read_table
from sim.schedule import Schedule

Value = float | int | str | bool


@dataclass(frozen=True)
class Lever:
    """One lever: name, texts, holder and the dotted path of the parameter it moves."""

    name: str
    sets: str
    holder: str
    label_nl: str
    label_en: str
    help_nl: str
    help_en: str
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
        """``choice``, ``switch``, ``integer`` or ``number``."""
        if self.choices:
            return "choice"
        if self.unit_of_parameter == "half-years":
            return "integer"
        return "number" if bounds_of(self.sets) is not None else "switch"

    @cached_property
    def unit_of_parameter(self) -> str:
        """Unit of the parameter, empty for a choice or switch."""
        bounds = bounds_of(self.sets)
        return bounds.unit if bounds is not None else ""

    @cached_property
    def unit(self) -> str:
        """Unit of the parameter."""
        return self.unit_of_parameter or self.kind

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
    """One change to the baseline: a lever gets a value, dated when the lever is."""

    lever: str
    value: Value
    from_day: int | None = None
    until_day: int | None = None
    ramp_days: int = 0


def _table(*levers: Lever) -> dict[str, Lever]:
    return {lever.name: lever for lever in levers}


LEVERS: dict[str, Lever] = _table(
    # --- JenV and IND -------------------------------------------------------------------------
    Lever(
        "ind_extra_staff", "ind.extra_staff_fte", "JenV/IND",
        "Extra beslismedewerkers IND", "Extra IND case workers",
        "Meer of minder medewerkers voor asielzaken dan in werkelijkheid. Vanaf een latere datum moeten nieuwe mensen "
        "eerst worden opgeleid; zonder datum waren zij er van het begin af, ervaren.",
        "More or fewer asylum case workers than in reality. From a later date new people must be trained first; "
        "without a date they were there from the start, experienced.",
        step=10, low=-500, high=1000,
    ),
    Lever(
        "ind_trainees_per_year", "ind.trainees_per_year", "JenV/IND",
        "Wervingstempo IND", "IND hiring pace",
        "Hoeveel nieuwe medewerkers de IND per jaar kan opleiden.",
        "How many new staff the IND can train in a year.",
        step=10, high=1000,
    ),
    Lever(
        "ind_training_days", "ind.training_days", "JenV/IND",
        "Opleidingsduur IND", "IND training time",
        "Dagen tot een nieuwe medewerker volledig meedraait.",
        "Days until a new case worker has full output.",
        step=10,
    ),
    Lever(
        "taskforce_seconded", "ind.taskforce_seconded_fte", "JenV/IND",
        "Taskforce: eigen medewerkers", "Taskforce: own staff",
        "Ervaren medewerkers die uit de gewone afdelingen naar de Taskforce gaan.",
        "Experienced staff moved from the ordinary units to the Taskforce.",
        step=10,
    ),
    Lever(
        "taskforce_hired", "ind.taskforce_hired_fte", "JenV/IND",
        "Taskforce: ingehuurde medewerkers", "Taskforce: hired staff",
        "Ingehuurde medewerkers van de Taskforce.",
        "Hired staff of the Taskforce.",
        step=10,
    ),
    Lever(
        "queue_rule", "ind.queue_rule", "JenV/IND",
        "Volgorde van behandelen", "Order of handling",
        "Oudste zaak eerst, nieuwste eerst of eenvoudige zaken eerst.",
        "Oldest case first, newest first or easy cases first.",
    ),
    Lever(
        "nareis_extra_staff", "nareis.extra_staff_fte", "JenV/IND",
        "Extra medewerkers nareis", "Extra family reunification staff",
        "Meer of minder medewerkers voor nareisaanvragen dan in werkelijkheid.",
        "More or fewer staff for family reunification than in reality.",
        step=5, low=-100, high=400,
    ),
    Lever(
        "legal_term", "ind.legal_term_days", "JenV/IND",
        "Wettelijke beslistermijn", "Legal decision term",
        "Dagen waarbinnen de IND moet beslissen; daarna lopen dwangsommen op.",
        "Days within which the IND must decide; penalties run after that.",
        step=30,
    ),
    # --- COA ----------------------------------------------------------------------------------
    Lever(
        "places_added", "coa.places_added", "COA",
        "Extra reguliere opvangplekken", "Extra regular places",
        "Plekken waartoe op deze datum wordt besloten; ze gaan open na de aanlooptijd.",
        "Places decided on this date; they open after the lead time.",
        step=500, high=20000,
    ),
    Lever(
        "contract_renewal", "coa.renewal_share", "COA",
        "Verlenging van aflopende contracten", "Renewal of ending contracts",
        "Deel van de aflopende contracten dat vijf jaar langer doorloopt dan in werkelijkheid.",
        "Share of ending contracts that runs five years longer than in reality.",
        step=0.05,
    ),
    Lever(
        "reserve_places", "coa.reserve_places", "COA",
        "Reserveplekken aanhouden", "Reserve places kept",
        "Plekken die open blijven boven op de werkelijke capaciteit.",
        "Places kept open on top of real capacity.",
        step=500, high=15000,
    ),
    Lever(
        "opening_trigger", "coa.opening_trigger", "COA",
        "Drempel voor noodopvang", "Trigger for emergency shelter",
        "Bij welke verwachte bezetting het COA noodopvang bestelt.",
        "At which expected occupancy COA orders emergency shelter.",
        step=0.01, low=0.8, high=1.2,
    ),
    Lever(
        "occupancy_norm", "coa.occupancy_norm", "COA",
        "Bezettingsnorm", "Occupancy norm",
        "Deel van de plekken dat echt te gebruiken is.",
        "Share of places that can really be used.",
        step=0.01, low=0.8, high=1.0,
    ),
    Lever(
        "emergency_places_per_month", "coa.emergency_places_per_month", "COA",
        "Noodopvang: plekken per maand", "Emergency places per month",
        "Hoeveel noodplekken per maand gevonden kunnen worden.",
        "How many emergency places can be found in a month.",
        step=100, high=10000,
    ),
    Lever(
        "hosts_places", "stays.hosts_places", "COA",
        "Logeerregeling", "Staying with hosts",
        "Personen die tegelijk bij een gastgezin of bekenden kunnen logeren.",
        "Persons who can stay with hosts at the same time.",
        step=100,
    ),
    Lever(
        "hotel_places", "stays.hotel_places", "COA",
        "Hotel- en accommodatieregeling", "Hotel scheme",
        "Personen die tegelijk via de regeling in een hotel verblijven.",
        "Persons who stay in a hotel under the scheme at the same time.",
        step=100, high=10000,
    ),
    Lever(
        "flow_through_places", "stays.flow_through_places", "COA",
        "Doorstroomlocaties", "Flow-through locations",
        "Plekken op doorstroomlocaties voor vergunninghouders met een gemeente.",
        "Places in flow-through locations for permit holders with a municipality.",
        step=100, high=15000,
    ),
    # --- BZK, RVB, corporations ---------------------------------------------------------------
    Lever(
        "flex_per_year", "projects.flex_per_year", "BZK/corporaties",
        "Flexwoningen per jaar", "Flex dwellings per year",
        "Flexwoningen waartoe per jaar wordt besloten; ze staan er na de aanlooptijd.",
        "Flex dwellings decided a year; they stand after the lead time.",
        step=500, high=30000,
    ),
    Lever(
        "flex_holder_share", "projects.flex_holder_share", "BZK/corporaties",
        "Deel flexwoningen voor vergunninghouders", "Share of flex for permit holders",
        "Welk deel van de flexwoningen naar vergunninghouders gaat.",
        "Share of flex dwellings that goes to permit holders.",
        step=0.05,
    ),
    Lever(
        "flex_lead_days", "projects.flex_lead_days", "BZK/corporaties",
        "Aanlooptijd flexwoningen", "Flex lead time",
        "Dagen van besluit tot sleutel.",
        "Days from decision to key.",
        step=30, high=1095,
    ),
    Lever(
        "state_units_per_year", "projects.state_units_per_year", "BZK/RVB",
        "Wooneenheden van het Rijk", "State housing units",
        "Eenheden op rijksgrond waartoe per jaar wordt besloten, alle voor vergunninghouders.",
        "Units on State land decided a year, all for permit holders.",
        step=100, high=10000,
    ),
    Lever(
        "conversion_per_year", "projects.conversion_per_year", "BZK/corporaties",
        "Ombouw van kantoren en zorgpanden", "Converted buildings",
        "Extra woningen per jaar in verbouwde panden.",
        "Extra homes a year in converted buildings.",
        step=250, high=10000,
    ),
    Lever(
        "new_social_per_year", "projects.new_social_per_year", "BZK/corporaties",
        "Extra nieuwe sociale huurwoningen", "Extra new social homes",
        "Extra sociale huurwoningen waartoe per jaar wordt besloten.",
        "Extra social homes decided a year.",
        step=1000,
    ),
    Lever(
        "intermediate_places", "stays.municipal_intermediate_places", "BZK/gemeenten",
        "Gemeentelijke tussenvoorzieningen", "Municipal intermediate facilities",
        "Plekken in tijdelijke voorzieningen van afzonderlijke gemeenten; de datum is die van opening.",
        "Places in temporary facilities of single municipalities; the date is that of opening.",
        step=250, high=20000,
    ),
    Lever(
        "regional_intermediate_places", "stays.regional_intermediate_places", "BZK/gemeenten",
        "Regionale tussenvoorzieningen", "Regional intermediate facilities",
        "Plekken in voorzieningen die gemeenten in een provincie delen; de datum is die van opening.",
        "Places in facilities that municipalities of a province share; the date is that of opening.",
        step=250, high=20000,
    ),
    Lever(
        "acceleration_places", "stays.acceleration_places", "BZK/gemeenten",
        "Gemeentelijk versnellingsarrangement", "Municipal acceleration arrangement",
        "Tijdelijke plekken, hoogstens 24 maanden na de vergunning.",
        "Temporary places, at most 24 months from the permit.",
        step=250, high=20000,
    ),
    Lever(
        "sharing_share", "homes.sharing_share", "BZK/corporaties",
        "Woningdelen", "Sharing homes",
        "Kans dat een grotere woning door alleenstaanden wordt gedeeld.",
        "Chance that a larger home is shared by single persons.",
        step=0.02,
    ),
    Lever(
        "relaxed_allocation", "homes.relaxed_allocation_share", "BZK/corporaties",
        "Ruimer passend toewijzen", "Relaxed allocation rule",
        "Kans dat wie op gezin wacht alvast een gezinswoning krijgt.",
        "Chance that a single who waits for family may take a family home.",
        step=0.05,
    ),
    Lever(
        "large_family_homes", "homes.large_family_homes_per_year", "BZK/corporaties",
        "Regeling grote gezinnen", "Large-family scheme",
        "Woningen per jaar voor gezinnen van acht of meer.",
        "Homes a year for families of eight and more.",
        step=50,
    ),
    Lever(
        "project_leaders", "projects.project_leaders", "BZK/provincies",
        "Vliegende brigade projectleiders", "Pool of project leaders",
        "Projectleiders die bouwprojecten versnellen.",
        "Project leaders who shorten lead times.",
        step=5, high=100,
    ),
    # --- municipalities and provinces ---------------------------------------------------------
    Lever(
        "share_base", "homes.share_base", "gemeenten",
        "Aandeel woningen zonder druk", "Share without pressure",
        "Aandeel van vrijkomende woningen dat gemeenten zonder druk aan vergunninghouders geven.",
        "Share of vacated homes given to permit holders without pressure.",
        step=0.005, high=0.2,
    ),
    Lever(
        "share_cap", "homes.share_cap", "gemeenten",
        "Hoogste aandeel woningen", "Highest share",
        "Hoogste aandeel van vrijkomende woningen onder volle druk, gemiddeld over gemeenten.",
        "Highest share of vacated homes under full pressure, mean of municipalities.",
        step=0.005, high=0.3,
    ),
    Lever(
        "response_delay", "homes.response_delay_days", "gemeenten",
        "Tijd tot de urgentie wordt gevoeld", "Time until urgency is felt",
        "Dagen waarin gemeenten hun inzet voor bijna twee derde aanpassen.",
        "Days in which municipalities adapt by almost two thirds.",
        step=15, high=365,
    ),
    Lever(
        "trading", "target.trading", "gemeenten/provincies",
        "Uitruil van taakstellingen", "Trading of targets",
        "Geen, tussen twee gemeenten, binnen de provincie of landelijk; de som blijft gelijk.",
        "None, bilateral, within the province or national; the sum stays the same.",
    ),
    Lever(
        "key", "target.key", "JenV/BZK",
        "Verdeelsleutel", "Division key",
        "Waarnaar de taakstelling wordt verdeeld.",
        "By what the target is divided.",
    ),
    Lever(
        "reception_swap", "target.reception_swap_share", "gemeenten/provincies",
        "Uitruil huisvesting en opvang (denkbeeldig)", "Swap housing for reception (what-if)",
        "Deel van de taakstelling dat naar opvanglast wordt verdeeld; mag nu niet.",
        "Share of the target divided by reception burden; not allowed now.",
        step=0.05,
    ),
    Lever(
        "strictness", "target.strictness", "provincies",
        "Strengheid van het toezicht", "Strictness of supervision",
        "Hoeveel de hoogste trede van de ladder het hoogste aandeel verruimt.",
        "How much the highest rung raises the highest share.",
        step=0.05,
    ),
    # --- chain --------------------------------------------------------------------------------
    Lever(
        "linking_rule", "linking.rule", "keten",
        "Koppelregel", "Linking rule",
        "Koppelen naar resterende taakstelling of naar woningen die vrijkomen.",
        "Link by remaining target or by homes that are coming free.",
    ),
    Lever(
        "early_registration", "linking.early_registration_share", "keten",
        "Vroege inschrijving in de BRP", "Early registration",
        "Deel van de huishoudens dat al voor de vergunning wordt ingeschreven.",
        "Share of households registered before the permit.",
        step=0.1,
    ),
    Lever(
        "dossiers_per_day", "linking.dossiers_per_day", "keten",
        "Dossiers per werkdag", "Files per working day",
        "Hoeveel huishoudens per werkdag gekoppeld kunnen worden.",
        "How many households can be linked on a working day.",
        step=5, low=5, high=300,
    ),
    Lever(
        "smoothing", "target.smoothing_half_years", "keten",
        "Gelijkmatig verdelen over halfjaren", "Smoothing over half-years",
        "Over hoeveel halfjaren de gepubliceerde taakstelling wordt uitgesmeerd; niet samen met de rekenregel.",
        "Over how many half-years the published target is spread; not together with the rule.",
        step=1,
    ),
    Lever(
        "signal_lead_days", "target.signal_lead_days", "keten",
        "Moment van het signaal", "Moment of the signal",
        "Dagen voor het halfjaar waarop gemeenten weten wat er komt.",
        "Days before the half-year at which municipalities know what is coming.",
        step=15, high=180,
    ),
    Lever(
        "signal_loudness", "target.signal_loudness", "keten",
        "Sterkte van het signaal", "Loudness of the signal",
        "Hoeveel gemeenten al doen voordat het halfjaar begint.",
        "How much municipalities act before the half-year begins.",
        step=0.1,
    ),
    Lever(
        "target_source", "target.source", "keten",
        "Herkomst van de taakstelling", "Source of the target",
        "Gepubliceerde taakstelling of de rekenregel met een raming.",
        "Published target or the rule with a forecast.",
    ),
    # --- uncertainties ------------------------------------------------------------------------
    Lever(
        "inflow_factor", "inflow.inflow_factor", "onzekerheid",
        "Instroom (factor)", "Inflow (factor)",
        "Vermenigvuldigt de asielinstroom.", "Multiplies asylum inflow.",
        step=0.05, low=0.0, high=3.0, uncertainty=True,
    ),
    Lever(
        "inflow_shock", "inflow.shock_persons_per_month", "onzekerheid",
        "Instroomschok", "Inflow shock",
        "Extra personen per maand boven op de reeks.", "Extra persons a month on top of the series.",
        step=250, uncertainty=True,
    ),
    Lever(
        "evacuation", "inflow.evacuation_factor", "onzekerheid",
        "Evacuatie uit Afghanistan", "Afghan evacuation",
        "0 laat de evacuatie van 2021 weg.", "0 leaves out the evacuation of 2021.",
        step=0.25, uncertainty=True,
    ),
    Lever(
        "likely_share", "inflow.likely_share_factor", "onzekerheid",
        "Aandeel kansrijke aanvragers", "Share of likely applicants",
        "Vermenigvuldigt het aandeel aanvragers met veel kans op een vergunning.",
        "Multiplies the share of applicants with a likely permit.",
        step=0.05, uncertainty=True,
    ),
    Lever(
        "permit_chance", "ind.permit_chance_factor", "onzekerheid",
        "Kans op een vergunning (factor)", "Chance of a permit (factor)",
        "Vermenigvuldigt de kans op een vergunning.", "Multiplies the chance of a permit.",
        step=0.05, uncertainty=True,
    ),
    Lever(
        "family_size", "nareis.family_size_factor", "onzekerheid",
        "Gezinsgrootte bij nareis (factor)", "Family size (factor)",
        "Maakt nareizende gezinnen groter of kleiner.", "Makes following families larger or smaller.",
        step=0.1, uncertainty=True,
    ),
    Lever(
        "travel_open", "nareis.travel_open", "onzekerheid",
        "Reismogelijkheden nareis", "Family travel open",
        "1 is normaal reizen, 0 is een reisstop.", "1 is normal travel, 0 a travel stop.",
        step=0.1, uncertainty=True,
    ),
    Lever(
        "turnover", "homes.turnover_factor", "onzekerheid",
        "Doorstroming woningmarkt (factor)", "Housing turnover (factor)",
        "Vermenigvuldigt het aantal vrijkomende sociale huurwoningen.", "Multiplies vacated social homes.",
        step=0.05, uncertainty=True,
    ),
    Lever(
        "project_failure", "projects.failure_share", "onzekerheid",
        "Mislukte bouwprojecten", "Failed projects",
        "Deel van de bouwprojecten dat niet doorgaat.", "Share of building projects that fails.",
        step=0.05, uncertainty=True,
    ),
    Lever(
        "impose_nareis", "nareis.impose_published", "onzekerheid",
        "Nareis volgens gepubliceerde reeks", "Impose published family arrivals",
        "Nareis komt volgens de gepubliceerde reeks in plaats van uit het model.",
        "Families arrive as published instead of as caused in the model.",
        uncertainty=True,
    ),
)  # fmt: skip


def default_of(lever: Lever, parameters: Parameters) -> Value | Schedule:
    """Return the value a lever has in a set of parameters; of a choice that changes, the first."""
    value: Value | Schedule = value_at(parameters, lever.sets)
    if lever.kind == "choice" and isinstance(value, Schedule):
        return lever.choices[int(value.steps[0][1])]
    return value


def allowed_values(lever: Lever) -> str:
    """Return what a lever may be set to, as Dutch text."""
    if lever.kind == "switch":
        return "true of false"
    if lever.kind == "choice":
        return " of ".join(filter(None, (", ".join(lever.choices[:-1]), lever.choices[-1])))
    span = " tot en met ".join(f"{end:.15g}" for end in (lever.low, lever.high) if end is not None)
    return f"een geheel getal van {span}" if lever.kind == "integer" else span


def check_value(lever: Lever, value: object) -> str | None:
    """Return what is allowed, as Dutch text, when ``value`` does not suit the lever; else None."""
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

    Raises ``KeyError`` for an unknown lever and ``ValueError`` for a value that does not suit.
    """
    for change in changes:
        lever = LEVERS[change.lever]
        allowed = check_value(lever, change.value)
        if allowed is not None:
            raise ValueError(f"{lever.name}: {change.value!r}; toegestaan is {allowed}")
        value: Value | Schedule = change.value
        if lever.dated:
            schedule = value_at(parameters, lever.sets)
            if lever.kind == "choice" and change.ramp_days:
                raise ValueError(f"{lever.name}: a choice has no ramp")
            number = lever.choices.index(str(change.value)) if lever.kind == "choice" else float(change.value)
            value = schedule.changed(number, change.from_day, change.until_day, change.ramp_days)
        elif change.from_day is not None or change.until_day is not None or change.ramp_days:
            raise ValueError(f"{lever.name} has no dates")
        elif lever.kind in ("number", "integer"):
            value = float(change.value)
        parameters = with_value(parameters, lever.sets, value)
    return parameters
