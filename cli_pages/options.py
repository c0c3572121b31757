"""Reading what a person typed: the options that commands share, and checking them before any work.

The options of a command are a dataclass, which `command_of` makes into what typer reads: a field without a default is
an argument, any other the option of its name, unless it says otherwise. What leaves are values that can be used, or
`WrongInput` and `CannotWrite`. Scenarios and their settings are read elsewhere; see `experiments.scenario.scenario`.
"""

import inspect
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_type_hints

import typer

from cli_pages.language import texts_of

if TYPE_CHECKING:
    from experiments.run.task import RunPlan
    from experiments.scenario.scenario import Scenario

MOST_WORKERS = 256
HIGHEST_SEED = 2**63 - 1

#: What the parser of options says, and the text that says it to the user.
_USAGE = (
    (re.compile(r"No such option:? '?(?P<name>[^\s']+)"), "unknown_option"),
    (re.compile(r"No such command '?(?P<name>[^\s'.]+)"), "unknown_command"),
    (re.compile(r"Missing argument '?(?P<name>[^']+?)'?\."), "no_argument"),
    (re.compile(r"Missing option '?(?P<name>[-\w]+)"), "no_option"),
    (re.compile(r"Missing (?P<name>command)"), "no_command"),
    (re.compile(r"Option '?(?P<name>[-\w]+)'? requires an argument"), "no_value"),
    (re.compile(r"Option '?(?P<name>[-\w]+)'? does not take a value"), "needless_value"),
    (re.compile(r"unexpected extra argument\S* \((?P<name>.*)\)"), "too_many_words"),
    (re.compile(r"(?P<name>.*?)\.?$"), "other"),
)

Force = Annotated[bool, typer.Option("--force")]
FixedParameters = Annotated[bool, typer.Option("--fixed-parameters")]

Chosen = TypeVar("Chosen", bound="Options")
Default = TypeVar("Default")


@dataclass(frozen=True, kw_only=True)
class Options:
    """What every command takes. The language was read before; see `cli_pages.language`."""

    language: str = ""


@dataclass(frozen=True, kw_only=True)
class JsonOptions(Options):
    """What commands take that can give one JSON document."""

    as_json: Annotated[bool, typer.Option("--json")] = False


@dataclass(frozen=True, kw_only=True)
class RunOptions(JsonOptions):
    """What commands take that run scenarios."""

    replications: str = ""
    seed: str = ""
    from_date: Annotated[str, typer.Option("--from")] = ""
    until_date: Annotated[str, typer.Option("--until")] = ""
    workers: str = ""


def command_of(answer: Callable[[Chosen], None], options: type[Chosen]) -> Callable[..., None]:
    """A function that typer can read: its arguments are the fields of `options`, own ones first."""
    hints = get_type_hints(options, include_extras=True)
    own = [name for kind in options.__mro__ for name in vars(kind).get("__annotations__", ())]
    by_name = {field.name: field for field in fields(options)}

    def command(**given: Any) -> None:
        answer(options(**given))

    def parameter(name: str) -> inspect.Parameter:
        kind, default = inspect.Parameter.KEYWORD_ONLY, by_name[name].default
        default = inspect.Parameter.empty if default is MISSING else default
        return inspect.Parameter(name, kind, default=default, annotation=hints[name])

    setattr(command, "__signature__", inspect.Signature([parameter(name) for name in own]))  # noqa: B010
    command.__annotations__ = {name: hints[name] for name in own}
    return command


def usage_sentence(message: str, command: str) -> str:
    """What the parser of the options of a command says, in the language of the reader."""
    first = " ".join(message.split())
    for pattern, key in _USAGE:
        if found := pattern.search(first):
            return texts_of("shared")(f"parser.{key}", name=found["name"], command=command)
    raise AssertionError("the last pattern fits everything")


def read_whole(text: str, option: str, low: int, high: int, default: Default) -> int | Default:
    """A whole number from an option, `default` when it was not given. Raises WrongInput."""
    from sim.errors import Allowed, WrongInput

    if text == "":
        return default
    if re.fullmatch(r"[+-]?[0-9]{1,25}", text, re.ASCII) and low <= int(text) <= high:
        return int(text)
    raise WrongInput(file=option, value=text, allowed=Allowed("whole_range", low=low, high=high))


def read_seed(text: str, default: Default) -> int | Default:
    """A seed, `default` when it was not given. Raises WrongInput."""
    return read_whole(text, "--seed", 0, HIGHEST_SEED, default)


def read_workers(text: str, tasks: int) -> int:
    """On how many processes so many tasks are done. Raises WrongInput."""
    from experiments.run.workers import default_workers

    return read_whole(text, "--workers", 1, MOST_WORKERS, default_workers(tasks))


def read_plan(
    options: RunOptions,
    scenarios: Sequence["Scenario"],
    replications: int,
    *,
    fewest: int = 1,
    tasks: int | None = None,
) -> "RunPlan":
    """The plan of a run of scenarios on the same worlds: what was typed, else what they say. Raises WrongInput.

    replications: how many there are unless it was typed; tasks: how many there may become, when that is not known.
    """
    from experiments.run.task import RunPlan
    from experiments.scenario.scenario import MOST_REPLICATIONS, typed_window

    count = read_whole(options.replications, "--replications", fewest, MOST_REPLICATIONS, replications)
    seed = read_seed(options.seed, scenarios[0].seed)
    workers = read_workers(options.workers, count if tasks is None else tasks)
    from_day, until_day = typed_window(scenarios, options.from_date, options.until_date)
    return RunPlan(count, seed, from_day, until_day, workers, getattr(options, "fixed_parameters", False))


def expect_workers(options: Any, *modules: str) -> None:
    """Let worker processes start loading, unless one process will do."""
    from experiments.run.workers import expect_workers as expect

    if options.workers != "1" and getattr(options, "replications", "") != "1":
        expect(*modules)


def check_folder(folder: str) -> None:
    """Make a folder and try to write in it, before hours of work depend on it. Raises CannotWrite."""
    import tempfile

    from sim.errors import CannotWrite

    try:
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CannotWrite.because(folder, error) from error
