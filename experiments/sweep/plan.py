"""A sweep: which scenarios are run with which values of levers and uncertainties, and how often.

A frozen, checked `Sweep` gives each point (one scenario with one choice of values) by number, so that a process needs
only the sweep and a number. A grid crosses every scenario with every value of every lever and uncertainty; the last
one turns fastest. A list names its points one by one. What a point sets for a lever replaces all that its scenario
says about it. A wrong file is refused in one sentence, and so is a sweep that would take too long.
"""

import hashlib
import json
import math
import stat
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from experiments import FOLDER
from experiments.run.bill import acts, check_bill
from experiments.scenario.periods import check_window
from experiments.scenario.plain_yaml import LARGEST_BYTES, PlainFile, as_text, dotted, read_plain_yaml
from experiments.scenario.ready import TOLD, load_scenario, ready_names
from experiments.scenario.scenario import Scenario, build_scenario, parse_date
from experiments.scenario.setting import READ_BESIDE, SECTIONS, is_setting
from experiments.scenario.text import setting_text
from sim.errors import Allowed, WrongInput, one_of

SWEEP_SCHEMA = 1
READY_SWEEPS = FOLDER / "sweeps"
MOST_POINTS = 20_000
#: Of a larger grid the combinations are checked when they are run, the single values always beforehand.
MOST_CHECKED_POINTS = 1_000

_KEYS = (
    "schema", "name", "title", "description", "scenarios", "levers", "uncertainties", "list", "replications", "seed",
    "from", "until", "outcomes",
)  # fmt: skip
#: Keys that follow the rules of a scenario file.
_SHARED_KEYS = ("name", "title", "description", "replications", "seed")
_ENTRY_KEYS = ("scenario", "levers", "uncertainties")


@dataclass(frozen=True)
class Axis:
    """A lever or uncertainty (`section`) and the values it takes, as they would stand in a scenario file."""

    section: str
    name: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Entry:
    """One point of a list: the place of its scenario, and (section, name, value) of what it sets."""

    scenario: int
    settings: tuple[tuple[str, str, Any], ...]


@dataclass(frozen=True)
class Sweep:
    """A checked sweep: points by number (from 1), each run `replications` times with one seed.

    scenarios: with the window of the sweep in them; axes: of a grid; entries: of a list, else None.
    """

    name: str
    title: str
    description: str
    scenarios: tuple[Scenario, ...]
    axes: tuple[Axis, ...]
    entries: tuple[Entry, ...] | None
    replications: int
    seed: int
    outcomes: tuple[str, ...]

    @property
    def points(self) -> int:
        """How many points there are."""
        if self.entries is not None:
            return len(self.entries)
        return len(self.scenarios) * math.prod(len(axis.values) for axis in self.axes)

    @property
    def runs(self) -> int:
        """How many replications of a point there are together."""
        return self.points * self.replications

    @property
    def names(self) -> tuple[str, ...]:
        """The levers and uncertainties that some point sets, in the order of the file."""
        if self.entries is None:
            return tuple(axis.name for axis in self.axes)
        return tuple(dict.fromkeys(name for entry in self.entries for _, name, _ in entry.settings))

    def point(self, number: int) -> Entry:
        """The scenario and the settings of one point."""
        if not 1 <= number <= self.points:
            raise IndexError(f"point {number}; allowed is 1 to {self.points}")
        rest = number - 1
        if self.entries is not None:
            return self.entries[rest]
        settings: list[tuple[str, str, Any]] = []
        for axis in reversed(self.axes):
            rest, place = divmod(rest, len(axis.values))
            settings.append((axis.section, axis.name, axis.values[place]))
        return Entry(rest, tuple(reversed(settings)))

    def scenario_of(self, number: int) -> Scenario:
        """The whole scenario of one point. Raises WrongInput when its values do not go together."""
        entry = self.point(number)
        return _laid_over(self.scenarios[entry.scenario], entry.settings)

    def acts(self) -> int:
        """The work of the sweep: simulated days of all replications together."""
        days = [acts(each.first_day, each.until_day) for each in self.scenarios]
        if self.entries is not None:
            return sum(days[entry.scenario] for entry in self.entries) * self.replications
        return sum(days) * (self.points // len(self.scenarios)) * self.replications

    def with_replications(self, count: int, *, file: str = "--replications") -> "Sweep":
        """The same sweep with another number of replications. Raises WrongInput when it becomes too large."""
        changed = replace(self, replications=count)
        _check_size(changed, file)
        return changed

    def as_plan(self) -> dict[str, Any]:
        """Everything that decides what comes out, as plain values in a fixed order."""
        return {
            "schema": SWEEP_SCHEMA,
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "scenarios": [scenario.as_file() for scenario in self.scenarios],
            "axes": [asdict(axis) for axis in self.axes],
            "list": None if self.entries is None else [asdict(entry) for entry in self.entries],
            "replications": self.replications,
            "seed": self.seed,
            "outcomes": list(self.outcomes),
        }

    def fingerprint(self) -> str:
        """The hash of the plan: equal for equal plans, wherever their files stand."""
        text = json.dumps(self.as_plan(), ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def _laid_over(scenario: Scenario, settings: tuple[tuple[str, str, Any], ...]) -> Scenario:
    content = scenario.as_file()
    for section, name, value in settings:
        content[section] = content.get(section, {}) | {name: value}
    return build_scenario(content)


def value_words(value: Any) -> Any:
    """A value as it stands in a table: bare, or with its dates in the grammar of `--set`."""
    return setting_text(value) if isinstance(value, dict | list) else value


# --- reading a file -------------------------------------------------------------------------------------------


class _Checker:
    """Reads one sweep file; every refusal gets the name of the file and the line."""

    def __init__(self, file: str, folder: Path | None, plain: PlainFile) -> None:
        self._file, self._folder, self._plain = file, folder, plain
        self._loaded: dict[str | Path, Scenario] = {}

    def refuse(
        self, path: tuple[str | int, ...], allowed: Allowed, code: str = "not_allowed", **values: object
    ) -> NoReturn:
        """Say what is wrong at a path; without `code` the value there is not allowed."""
        value, line = self._plain.as_written(path, self._plain.at(path)), self._plain.line_of(path)
        raise WrongInput(code, file=self._file, field=dotted(path), line=line, value=value, allowed=allowed, **values)

    def sweep(self) -> Sweep:
        content = self._plain.content
        if not isinstance(content, dict):
            raise WrongInput("no_sweep", file=self._file, allowed=Allowed("keys_of_sweep"))
        self._known_keys((), content, _KEYS)
        for key in ("schema", "name", "title", "description"):
            self._required((), content, key)
        if type(content["schema"]) is not int or content["schema"] != SWEEP_SCHEMA:
            self.refuse(("schema",), Allowed("only", name=SWEEP_SCHEMA))
        if "list" in content:
            for key in ("scenarios", *SECTIONS):
                if key in content:
                    self.refuse((key,), Allowed("list_or_scenarios"), "do_not_go_together")
        else:
            self._required((), content, "scenarios")
        window = {key: self._date(key) for key in ("from", "until")}
        shared = {key: value for key, value in content.items() if key in _SHARED_KEYS}
        asked = build_scenario({"schema": 1, "period": TOLD} | shared, file=self._file, plain=self._plain)
        outcomes = self._outcomes()
        entries = None
        if "list" in content:
            scenarios, entries = self._list(window)
        else:
            scenarios = self._scenarios(window)
        axes = self._axes(scenarios) if entries is None else ()
        head = (asked.name, asked.title, asked.description)
        sweep = Sweep(*head, scenarios, axes, entries, asked.replications, asked.seed, outcomes)
        _check_size(sweep, self._file)  # before a value is read: a small file may lay out a great many
        if entries is not None:
            entries = tuple(self._read_entry(index, entry, scenarios) for index, entry in enumerate(entries))
        sweep = replace(sweep, axes=tuple(self._read_axis(axis, scenarios) for axis in axes), entries=entries)
        self._check_points(sweep)
        return sweep

    def _known_keys(self, path: tuple[str | int, ...], group: dict[str, Any], known: tuple[str, ...]) -> None:
        for key in group:
            if key not in known:
                self.refuse((*path, key), one_of(known), "unknown_key", key=key)

    def _required(self, path: tuple[str | int, ...], group: dict[str, Any], key: str) -> None:
        if key not in group:
            raise WrongInput("missing", file=self._file, field=dotted((*path, key)), line=self._plain.line_of(path))

    def _date(self, key: str) -> date | None:
        if key not in self._plain.content:
            return None
        value = self._plain.content[key]
        if not isinstance(value, str):
            self.refuse((key,), Allowed("date"))
        try:
            return parse_date(value, file=self._file, field=key)
        except WrongInput as error:
            raise error.placed(line=self._plain.line_of((key,))) from error

    def _outcomes(self) -> tuple[str, ...]:
        from models.outcomes import OUTCOMES

        if "outcomes" not in self._plain.content:
            return tuple(OUTCOMES)
        names = self._filled_list(("outcomes",), Allowed("outcomes"))
        for index, name in enumerate(names):
            if not isinstance(name, str) or name not in OUTCOMES:
                self.refuse(("outcomes", index), Allowed("outcome"))
            if name in names[:index]:
                self.refuse(("outcomes", index), Allowed("each_name_once"), "outcome_twice")
        return tuple(names)

    def _filled_list(self, path: tuple[str | int, ...], allowed: Allowed) -> list[Any]:
        value = self._plain.at(path)
        if not isinstance(value, list) or not value:
            self.refuse(path, allowed)
        return value

    def _scenarios(self, window: Mapping[str, date | None]) -> tuple[Scenario, ...]:
        listed = self._filled_list(("scenarios",), Allowed("scenarios"))
        found: list[Scenario] = []
        for index in range(len(listed)):
            scenario = self._scenario(("scenarios", index), window)
            if scenario.name in [each.name for each in found]:
                self.refuse(("scenarios", index), Allowed("each_name_once"), "scenario_twice", name=scenario.name)
            found.append(scenario)
        return tuple(found)

    def _scenario(self, path: tuple[str | int, ...], window: Mapping[str, date | None]) -> Scenario:
        """A ready scenario, or one from a file in or below the folder of this file."""
        name = self._plain.at(path)
        ready = isinstance(name, str) and name in ready_names()
        place = name if ready else self._near(name)
        if place is None:
            self.refuse(path, Allowed("file_here_or_scenario"))
        if place in self._loaded:  # a list may name one at every point
            return self._loaded[place]
        scenario = load_scenario(name if ready else str((self._folder or Path()) / name))
        content = scenario.as_file() | {key: day.isoformat() for key, day in window.items() if day is not None}
        try:
            first, last = (window[key] or getattr(scenario, f"{key}_date") for key in ("from", "until"))
            check_window(scenario.period, first, last)
        except WrongInput as error:
            key = str(error.field or "")
            if window.get(key) is not None:
                raise error.moved(file=self._file, field=key, line=self._plain.line_of((key,))) from error
            field, line = dotted(path), self._plain.line_of(path)
            raise WrongInput(
                "window_does_not_fit", file=self._file, field=field, line=line, value=error.value, name=scenario.name
            ) from error
        return self._loaded.setdefault(place, build_scenario(content))

    def _near(self, name: Any) -> Path | None:
        """The file of this name, when it stands in or below the folder of the sweep file."""
        if self._folder is None or not isinstance(name, str) or not name:
            return None
        try:
            home = self._folder.resolve()
            path = (home / name).resolve()
            near = not Path(name).is_absolute() and path.is_relative_to(home) and path.is_file()
        except (OSError, ValueError, RuntimeError):
            return None
        return path if near else None

    def _axes(self, scenarios: tuple[Scenario, ...]) -> tuple[Axis, ...]:
        """The axes with their values as they are written."""
        axes = []
        for section in SECTIONS:
            group = self._plain.content.get(section, {})
            if not isinstance(group, dict):
                self.refuse((section,), Allowed("names_with_list"))
            for name, values in group.items():
                if not isinstance(values, list) or not values:
                    self._read(scenarios[0], (section, name, values), (section, name))  # an unknown lever says so
                    self.refuse((section, name), Allowed("list_of_values"))
                axes.append(Axis(section, name, tuple(values)))
        return tuple(axes)

    def _read_axis(self, axis: Axis, scenarios: tuple[Scenario, ...]) -> Axis:
        path, read = (axis.section, axis.name), []
        periods = {each.period: each for each in scenarios}.values()  # of a scenario only that matters to one value
        for index, value in enumerate(axis.values):
            found, *_ = [self._read(each, (*path, value), (*path, index)) for each in periods]
            if found in read:
                self.refuse((*path, index), Allowed("each_value_once"), "value_twice")
            read.append(found)
        return replace(axis, values=tuple(read))

    def _list(self, window: Mapping[str, date | None]) -> tuple[tuple[Scenario, ...], tuple[Entry, ...]]:
        """The scenarios and points of a list, with values as they are written."""
        listed = self._filled_list(("list",), Allowed("list_of_points"))
        scenarios: dict[str, Scenario] = {}
        entries = []
        for index, group in enumerate(listed):
            path = ("list", index)
            if not isinstance(group, dict):
                self.refuse(path, Allowed("group_with", keys=one_of(_ENTRY_KEYS)))
            self._known_keys(path, group, _ENTRY_KEYS)
            self._required(path, group, "scenario")
            scenario = self._scenario((*path, "scenario"), window)
            if scenarios.setdefault(scenario.name, scenario) != scenario:
                self.refuse((*path, "scenario"), Allowed("own_name"), "name_taken", name=scenario.name)
            settings: list[tuple[str, str, Any]] = []
            for section in SECTIONS:
                values = group.get(section, {})
                if not isinstance(values, dict):
                    self.refuse((*path, section), Allowed("names_with_value"))
                settings += [(section, name, value) for name, value in values.items()]
            entries.append(Entry(list(scenarios).index(scenario.name), tuple(settings)))
        return tuple(scenarios.values()), tuple(entries)

    def _read_entry(self, index: int, entry: Entry, scenarios: tuple[Scenario, ...]) -> Entry:
        read = [
            (
                section,
                name,
                self._read(scenarios[entry.scenario], (section, name, value), ("list", index, section, name)),
            )
            for section, name, value in entry.settings
        ]
        return replace(entry, settings=tuple(read))

    def _read(self, scenario: Scenario, setting: tuple[str, str, Any], path: tuple[str | int, ...]) -> Any:
        """The value of one setting as it stands in a scenario of this period; a refusal gets the path in this file."""
        section, name, _ = setting
        bare = scenario.model_copy(update={key: {} for key in SECTIONS})
        beside = [(SECTIONS[0], other, value) for other, value in READ_BESIDE.get(name, {}).items()]
        try:
            return _laid_over(bare, (*beside, setting)).as_file()[section][name]
        except WrongInput as error:
            inside = str(error.field or "").removeprefix(f"{section}.{name}")
            field = dotted(path) + (inside if inside.startswith((".", "[")) else "")
            raise error.moved(file=self._file, field=field, line=self._plain.line_of(path)) from error

    def _check_points(self, sweep: Sweep) -> None:
        """Refuse values that are each allowed but do not go together."""
        from experiments.run.parameters import changed_parameters

        for number in range(1, min(sweep.points, MOST_CHECKED_POINTS) + 1):
            try:
                scenario = sweep.scenario_of(number)
                changed_parameters(scenario.period, scenario.changes())
            except WrongInput as error:
                raise WrongInput("at_point", file=self._file, point=number, problem=error) from error


def _check_size(sweep: Sweep, file: str) -> None:
    """Refuse a sweep that would take hours beyond reason, with the estimate in the sentence."""
    if sweep.points > MOST_POINTS:
        raise WrongInput("too_many_points", file=file, count=sweep.points, allowed=Allowed("points", count=MOST_POINTS))
    check_bill(sweep.runs, sweep.acts(), file)


def check_sweep_text(text: str | bytes, file: str = "sweep.yaml", folder: Path | None = None) -> Sweep:
    """Read a sweep from the text of a file. Raises WrongInput; `folder` is where its scenario files may stand."""
    plain = read_plain_yaml(as_text(text, file), file, is_setting)
    try:
        return _Checker(file, folder, plain).sweep()
    except RecursionError as error:
        raise WrongInput("too_deep", file=file) from error


def ready_sweeps() -> list[str]:
    """The names of the sweeps that come with the program, in alphabetical order."""
    return sorted(path.stem for path in READY_SWEEPS.glob("*.yaml"))


def load_sweep(name_or_path: str | Path) -> Sweep:
    """A ready sweep by name, or a sweep file by path. Raises WrongInput."""
    wanted = str(name_or_path)
    path = READY_SWEEPS / f"{wanted}.yaml" if wanted in ready_sweeps() else Path(wanted)
    name = path.name if wanted in ready_sweeps() else wanted
    try:
        if not wanted or not path.exists():
            allowed = Allowed("file_or", names=one_of(ready_sweeps()))
            raise WrongInput("unknown_sweep", file=name, value=wanted, allowed=allowed)
        if not stat.S_ISREG(path.stat().st_mode):
            raise WrongInput("no_ordinary_file", file=name)
        with path.open("rb") as stream:
            content = stream.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise WrongInput("file_cannot_be_opened", file=name) from error
    return check_sweep_text(content, name, path.parent)
