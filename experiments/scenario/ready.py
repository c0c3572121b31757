"""The scenarios that come with the program, and loading one by name or file."""

import re
import stat
from functools import lru_cache
from pathlib import Path

from experiments.scenario.own_figures import with_rows
from experiments.scenario.periods import READY_FOLDER
from experiments.scenario.plain_yaml import LARGEST_BYTES, as_text, read_plain_yaml
from experiments.scenario.scenario import Scenario, build_scenario, meant
from experiments.scenario.setting import is_setting
from sim.errors import Allowed, WrongInput, reason_of

#: The scenario that is told.
TOLD = "prop-2021"
#: Ready scenarios that are compared in the end, as far as they exist.
HELP = ("genoeg-woningen-2021", "contracten-verlengd", "signaal-direct-gehoord", "meer-opvang-nu")
_NAME = re.compile(r"[a-z0-9-]{1,60}", re.ASCII)


def check_text(text: str | bytes, file: str = "scenario.yaml", folder: Path | None = None) -> Scenario:
    """Read a scenario from the text of a file. Raises WrongInput; `file` is the name used in the sentence.

    folder: where tables of figures that it names may stand; without, it holds their rows itself.
    """
    plain = read_plain_yaml(as_text(text, file), file, is_setting)
    if folder is not None:
        plain.content = with_rows(plain.content, folder, file)
    return build_scenario(plain.content, file=file, plain=plain)


def load_scenario(name_or_path: str | Path) -> Scenario:
    """A ready scenario by name, or a scenario file by path. Raises WrongInput."""
    wanted = str(name_or_path)
    ready = READY_FOLDER / f"{wanted}.yaml"
    if _NAME.fullmatch(wanted) and ready.is_file():
        return check_text(_content(ready), ready.name)
    path = Path(wanted)
    try:
        mode = path.stat().st_mode if wanted else None
    except FileNotFoundError:
        mode = None
    except (OSError, ValueError) as error:
        raise WrongInput("file_cannot_be_opened", file=wanted) from error
    if mode is None:
        near, allowed = meant(wanted, ready_names()), Allowed("file_or_scenario")
        raise WrongInput("unknown_scenario", file=wanted, value=wanted, meant=near, allowed=allowed)
    if not stat.S_ISREG(mode):
        raise WrongInput("no_ordinary_file", file=wanted)
    return check_text(_content(path), wanted, path.parent)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise WrongInput("file_unreadable", file=path, reason=reason_of(error)) from error


def ready_names() -> list[str]:
    """The names of the scenarios that come with the program, in alphabetical order."""
    return sorted(path.stem for path in READY_FOLDER.glob("*.yaml"))


@lru_cache(maxsize=1)
def ready_scenarios() -> tuple[Scenario, ...]:
    """The scenarios that come with the program, in alphabetical order of name."""
    return tuple(load_scenario(name) for name in ready_names())


_loaded = lru_cache(maxsize=16)(load_scenario)


def told() -> Scenario:
    """The scenario of the story."""
    return _loaded(TOLD)


def helping() -> tuple[Scenario, ...]:
    """The scenarios compared in the end, of those that come with the program."""
    known = set(ready_names())
    return tuple(_loaded(name) for name in HELP if name in known)
