"""A scenario: a period, what is decided differently in it, and from when until when.

A file of an older schema is read as the newest. A wrong file is refused in one sentence with file, line, path, value
and what is allowed; it is never half-used.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from experiments.figures.figure import COLUMNS, Figure
from experiments.language.language import LANGUAGES
from experiments.scenario.own_figures import changes_of, check_figures, read_rows, row_text
from experiments.scenario.periods import check_window, period_days
from experiments.scenario.plain_yaml import PlainFile, dotted, plain_value
from experiments.scenario.setting import (
    LONGEST_RAMP_DAYS,
    SECTIONS,
    OptionalDate,
    Settings,
    as_value,
    check_base_below_cap,
    check_setting,
    in_order,
    plain_date,
    section_of,
    whole,
)
from models.levers import LEVERS, Change, Lever, allowed_values
from models.parameters import PERIODS
from sim.calendar import date_of, day_number
from sim.errors import Allowed, WrongInput, one_of

SCHEMA_VERSION = 2
DEFAULT_REPLICATIONS = 10
DEFAULT_SEED = 1
MOST_REPLICATIONS = 10_000
MOST_SOURCES = 20

_ALLOWED = {
    "schema": Allowed("whole_range", low=1, high=SCHEMA_VERSION),
    "name": Allowed("name"),
    "title": Allowed("line_of_text", most=120),
    "title_en": Allowed("line_of_text", most=120),
    "description": Allowed("text", most=1000),
    "description_en": Allowed("text", most=1000),
    "package": Allowed("switch"),
    "sources": Allowed("texts", count=MOST_SOURCES, most=300),
    "figures": Allowed("rows_of_figures", names=COLUMNS),
    "from": Allowed("date"),
    "until": Allowed("date"),
    "replications": Allowed("whole_range", low=1, high=MOST_REPLICATIONS),
    "seed": Allowed("whole_range", low=0, high=2**63 - 1),
    "ramp_days": Allowed("whole_range", low=0, high=LONGEST_RAMP_DAYS),
}


def _clean(value: str) -> str:
    """Text without control, direction and surrogate characters, which could rewrite a screen."""
    if not value.strip() or any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co") for character in value):
        raise ValueError("empty or with control characters")
    return value


Text = Annotated[str, AfterValidator(_clean)]


def _sources(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Sources = Annotated[
    tuple[Annotated[Text, Field(max_length=300)], ...], BeforeValidator(_sources), Field(max_length=MOST_SOURCES)
]


class Scenario(BaseModel):
    """What differs from the baseline of a period. Build it with `load_scenario` or `check_text`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    schema_version: Annotated[int, BeforeValidator(whole), Field(alias="schema", ge=SCHEMA_VERSION, le=SCHEMA_VERSION)]
    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}\z")]
    title: Annotated[Text, Field(max_length=120)]
    title_en: Annotated[Text, Field(max_length=120)] | None = None
    description: Annotated[Text, Field(max_length=1000)]
    description_en: Annotated[Text, Field(max_length=1000)] | None = None
    #: Whether these settings belong together as a government would decide them.
    package: bool = False
    period: str
    from_date: OptionalDate = Field(None, alias="from")
    until_date: OptionalDate = Field(None, alias="until")
    levers: Mapping[str, Settings] = Field(default_factory=dict)
    uncertainties: Mapping[str, Settings] = Field(default_factory=dict)
    #: Figures of a user's own: in place of levers and inputs, or beside the model.
    figures: Annotated[tuple[Figure, ...], BeforeValidator(read_rows)] = ()
    #: Where the sizes come from.
    sources: Sources = ()
    replications: Annotated[int, BeforeValidator(whole), Field(ge=1, le=MOST_REPLICATIONS)] = DEFAULT_REPLICATIONS
    seed: Annotated[int, BeforeValidator(whole), Field(ge=0, lt=2**63)] = DEFAULT_SEED

    @model_validator(mode="after")
    def _fits_the_models(self) -> "Scenario":
        """Check period, dates and every lever. Raises WrongInput, without file and line."""
        if self.period not in PERIODS:
            raise WrongInput(field="period", value=self.period, allowed=_one_of(PERIODS))
        check_window(self.period, self.from_date, self.until_date)
        for section in SECTIONS:
            read = {name: self._read(section, name, settings) for name, settings in getattr(self, section).items()}
            object.__setattr__(self, section, read)
        if self.figures:
            first, _, last = period_days(self.period)
            check_figures(self.figures, first, last, (*self.levers, *self.uncertainties))
        check_base_below_cap(self.period, self.changes())
        return self

    def title_in(self, language: str) -> str:
        """The title in a language; in English where it has no such title, in Dutch where it has no other."""
        return self.title if language == LANGUAGES[0] else self.title_en or self.title

    def description_in(self, language: str) -> str:
        """The description in a language, as `title_in`."""
        return self.description if language == LANGUAGES[0] else self.description_en or self.description

    def _read(self, section: str, name: str, settings: Settings) -> Settings:
        """The settings of one lever as values, in the order of their dates."""
        lever = _lever(name, section)
        path = f"{section}.{name}"
        if len(settings) > 1 and not lever.dated:
            raise WrongInput("lever_has_no_dates", field=path, allowed=Allowed("no_list"))
        paths = [f"{path}[{index + 1}]" for index in range(len(settings))] if len(settings) > 1 else [path]
        read = [as_value(lever, *each) for each in zip(settings, paths, strict=True)]
        for setting, each in zip(read, paths, strict=True):
            check_setting(lever, setting, each, self.period)
        return in_order(read, paths, date_of(self.first_day))

    @property
    def first_day(self) -> int:
        """The day the simulation starts: the date of which the real stock is known."""
        return period_days(self.period)[0]

    @property
    def from_day(self) -> int:
        """The first day that is reported."""
        return self.first_day if self.from_date is None else day_number(self.from_date)

    @property
    def until_day(self) -> int:
        """The day on which the run ends; it is not part of it."""
        return period_days(self.period)[1] if self.until_date is None else day_number(self.until_date)

    def changes(self) -> list[Change]:
        """What the models must change: per lever in the order of dates, so that each step holds until the next."""
        return [
            Change(
                lever=name,
                value=_as_number(LEVERS[name], setting.value),
                from_day=None if setting.from_date is None else day_number(setting.from_date),
                until_day=None if setting.until_date is None else day_number(setting.until_date),
                ramp_days=setting.ramp_days,
            )
            for section in (self.levers, self.uncertainties)
            for name, settings in section.items()
            for setting in settings
        ] + self._changes_by_figures()

    def _changes_by_figures(self) -> list[Change]:
        first, _, last = period_days(self.period)
        return changes_of(self.figures, first, last) if self.figures else []

    def as_file(self) -> dict[str, Any]:
        """The scenario as plain values in the order of a file; reading that back gives the same scenario."""
        content = self.model_dump(mode="json", by_alias=True)
        for key in SECTIONS:
            content[key] = {
                name: settings[0].as_file() if len(settings) == 1 else [setting.as_file() for setting in settings]
                for name, settings in getattr(self, key).items()
            }
        content["figures"] = [row_text(figure) for figure in self.figures]
        return {key: value for key, value in content.items() if value or key == "seed"}

    def as_run(self, seed: int, from_day: int, until_day: int, replications: int) -> "Scenario":
        """The scenario with the luck, days and replications that a run used, whatever it says itself."""
        days = {"from_date": date_of(from_day), "until_date": date_of(until_day)}
        return self.model_copy(update=days | {"seed": seed, "replications": replications})

    def with_settings(self, texts: list[str]) -> "Scenario":
        """The scenario with `lever=value`, `lever=value@from` or `lever=value@from..until` laid over it."""
        settings = [_setting_from_text(text) for text in texts]
        try:
            return self._laid(settings)
        except WrongInput as error:
            wrong = next(count for count in range(len(texts)) if self._refuses(settings[: count + 1], error))
            raise error.placed(file=f"--set {texts[wrong]}") from error

    def _laid(self, settings: Sequence[tuple[str, Any]]) -> "Scenario":
        """The scenario with settings over it, in whatever order; a value without dates replaces what was there."""
        content = self.as_file()
        for name in dict.fromkeys(name for name, _ in settings):
            section = content.setdefault(section_of(LEVERS[name]), {})
            mine = [setting for each, setting in settings if each == name]
            there = section.get(name, []) if all(isinstance(setting, dict) for setting in mine) else []
            section[name] = [*(there if isinstance(there, list) else [there]), *mine]
        return build_scenario(content)

    def _refuses(self, settings: Sequence[tuple[str, Any]], error: WrongInput) -> bool:
        """Whether settings are refused for the same thing."""
        try:
            self._laid(settings)
        except WrongInput as found:
            first, second = (re.findall(r"\w+", str(each.field))[:2] for each in (found, error))
            return found.code == error.code and first == second
        return False


def _one_of(names: Iterable[str]) -> Allowed:
    return one_of(sorted(names))


def meant(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like a wrong one."""
    return next(iter(difflib.get_close_matches(name[:60], list(known), n=1)), None)


def _lever(name: str, section: str) -> Lever:
    lever, path = LEVERS.get(name), f"{section}.{name}"
    if lever is None:
        known, uncertain = _names_in(section), section == "uncertainties"
        near, allowed = meant(name, known), _one_of(known)
        raise WrongInput(
            "unknown_uncertainty" if uncertain else "unknown_lever", field=path, value=name, meant=near, allowed=allowed
        )
    if section_of(lever) != section:
        about = Allowed("name_under", section=section_of(lever))
        raise WrongInput(
            "is_an_uncertainty" if lever.uncertainty else "is_a_lever", field=path, value=name, allowed=about
        )
    return lever


def _names_in(section: object) -> list[str]:
    return [name for name, lever in LEVERS.items() if section_of(lever) == section]


def _as_number(lever: Lever, value: Any) -> Any:
    return {"number": float, "integer": int}.get(lever.kind, type(value))(value)


def _setting_from_text(text: str) -> tuple[str, Any]:
    """Split `lever=value[@from[..until]]` into the lever and what would stand in a file."""
    place = f"--set {text}"
    grammar = Allowed("setting")
    name, equals, rest = text.partition("=")
    name, rest = name.strip(), rest.strip()
    if not equals or not name or not rest:
        raise WrongInput("no_setting", file=place, allowed=grammar)
    if name not in LEVERS:
        near = meant(name, LEVERS)
        raise WrongInput("unknown_lever", file=place, field=name, value=name, meant=near, allowed=_one_of(LEVERS))
    value_text, at, window = rest.partition("@")
    value = value_text.strip()
    if plain_value(value) is None:
        raise WrongInput(file=place, field=name, value=None, allowed=allowed_values(LEVERS[name]))
    if not at:
        return name, value
    first, _, until = window.partition("..")
    group: dict[str, Any] = {"value": value}
    for key, day in (("from", first.strip()), ("until", until.strip())):
        if day:
            group[key] = parse_date(day, file=place, field=f"{name}.{key}").isoformat()
    if len(group) == 1:
        raise WrongInput("no_date_behind", file=place, field=name, allowed=grammar)
    return name, group


def parse_date(text: str, *, file: str, field: str | None = None) -> date:
    """A date such as 2021-03-01. Raises WrongInput."""
    try:
        found: date = plain_date(text)
        return found
    except ValueError as error:
        raise WrongInput(file=file, field=field, value=text, allowed=Allowed("date")) from error


def _from_1(content: dict[str, Any]) -> dict[str, Any]:
    """Schema 2 added English texts, `package` and `sources`, all optional; nothing was renamed."""
    return content | {"schema": 2}


#: From each older schema to the next. An upgrade that moves a key must keep its line findable for refusals.
_UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1}


def _upgraded(content: dict[str, Any], file: str | None, plain: PlainFile) -> dict[str, Any]:
    """The content of an older file as the newest schema says it. Raises WrongInput for a newer file."""
    version = content.get("schema")
    while type(version) is int and version in _UPGRADES:
        content = _UPGRADES[version](content)
        version = content["schema"]
    if type(version) is int and version > SCHEMA_VERSION:
        line = plain.line_of(("schema",))
        raise WrongInput("newer_version", file=file, field="schema", line=line, allowed=_ALLOWED["schema"])
    return content


def build_scenario(content: Any, *, file: str | None = None, plain: PlainFile | None = None) -> Scenario:
    """Check plain values and build the scenario. Raises WrongInput, with line when `plain` knows it."""
    if not isinstance(content, dict):
        raise WrongInput("no_scenario", file=file, allowed=Allowed("keys_of_scenario"))
    plain = plain or PlainFile()
    content = _upgraded(content, file, plain)
    try:
        return Scenario.model_validate(content)
    except WrongInput as error:
        raise error.placed(file=file, line=plain.line_of_field(error.field)) from error
    except ValidationError as error:
        problems = [_refusal(problem, content, file, plain) for problem in error.errors(include_url=False)]
        raise min(problems, key=lambda problem: problem.line or 0) from error
    except RecursionError as error:
        raise WrongInput("too_deep", file=file) from error


def _refusal(problem: Any, content: Any, file: str | None, plain: PlainFile) -> WrongInput:
    """Turn one finding of pydantic into a refusal that names path, line and what is allowed."""
    loc: tuple[str | int, ...] = tuple(problem["loc"])
    real = _existing(loc, content)
    line = plain.line_of(real)
    kind, leaf = problem["type"], loc[-1] if loc else ""
    if kind == "missing":
        return WrongInput("missing", file=file, field=dotted((*real, leaf)), line=line, allowed=_allowed(loc))
    if kind == "extra_forbidden":
        keys = ("value", "from", "until", "ramp_days") if len(loc) > 1 else tuple(_FILE_KEYS)
        return WrongInput("unknown_key", file=file, field=dotted(real), line=line, key=leaf, allowed=_one_of(keys))
    value = problem["input"] if kind != "model_type" or real == () else PlainFile(content).at(real)
    value = plain.as_written(real, value)
    return WrongInput(file=file, field=dotted(real), line=line, value=value, allowed=_allowed(loc))


def _existing(loc: tuple[str | int, ...], content: Any) -> tuple[str | int, ...]:
    """The longest beginning of a path that really stands in the file.

    A lever written as one bare value or one group has no [1] in the file, so that part is skipped.
    """
    real: tuple[str | int, ...] = ()
    for index, part in enumerate(loc):
        in_group = isinstance(content, dict) and part in content
        in_list = isinstance(content, list) and isinstance(part, int) and part < len(content)
        if in_group or in_list:
            content = content[part]
        elif isinstance(part, int) and index == 2:
            continue
        else:
            break
        real += (part,)
    return real


def _allowed(loc: tuple[str | int, ...]) -> Allowed:
    if loc and loc[0] in SECTIONS:
        if len(loc) >= 4 and loc[3] in _ALLOWED:
            return _ALLOWED[str(loc[3])]
        if len(loc) == 1:
            return Allowed("names_with_value")
        lever = LEVERS.get(str(loc[1]))
        return _one_of(_names_in(loc[0])) if lever is None else allowed_values(lever)
    if loc and loc[0] == "period":
        return _one_of(PERIODS)
    return _ALLOWED.get(str(loc[0]) if loc else "", Allowed("something_else"))


_FILE_KEYS = [field.alias or name for name, field in Scenario.model_fields.items()]


def shared_window(
    scenarios: Sequence[Scenario], seed: int | None = None, from_day: int | None = None, until_day: int | None = None
) -> tuple[int, int, int]:
    """Seed, first day and end for scenarios that are held against each other; what is given goes first.

    Otherwise the seed is that of the first, and the window runs from the earliest start to the latest end, so that
    an effect that comes late is not cut off. Raises WrongInput for scenarios of different periods, which share no
    world.
    """
    first = scenarios[0]
    if other := next((each for each in scenarios if each.period != first.period), None):
        allowed = Allowed("only", name=first.period)
        raise WrongInput(
            "different_periods", field="period", value=other.period, one=first.name, other=other.name, allowed=allowed
        )
    return (
        first.seed if seed is None else seed,
        min(scenario.from_day for scenario in scenarios) if from_day is None else from_day,
        max(scenario.until_day for scenario in scenarios) if until_day is None else until_day,
    )


def typed_window(scenarios: Sequence[Scenario], from_text: str, until_text: str) -> tuple[int, int]:
    """The days [from, until) of a report: the dates that were typed, else those of the scenarios. Raises WrongInput."""
    first, until = scenarios[0].from_date, scenarios[0].until_date
    if len(scenarios) > 1:
        _, from_day, until_day = shared_window(scenarios)
        first, until = date_of(from_day), date_of(until_day)
    first = parse_date(from_text, file="--from") if from_text else first
    until = parse_date(until_text, file="--until") if until_text else until
    try:
        return check_window(scenarios[0].period, first, until)
    except WrongInput as error:
        given = f"--from {from_text}" if error.field == "from" or not until_text else f"--until {until_text}"
        raise error.moved(file=given, field=error.field) from error
