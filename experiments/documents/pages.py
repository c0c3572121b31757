"""Which pages of `docs/` are made, and writing those that are no longer what the program says."""

import contextlib
import inspect
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from experiments.documents.ahead_page import ahead_page
from experiments.documents.claims_page import claims_page
from experiments.documents.fit_page import fit_page
from experiments.documents.forecast_page import forecast_page
from experiments.documents.levers_page import levers_page
from experiments.documents.past_page import past_page
from experiments.documents.render import LANGUAGE, render, table
from experiments.documents.simplifications_page import simplifications_page
from experiments.history.evidence import PERIODS as WITH_BACKTEST
from experiments.history.screening import kept_screening
from experiments.language.catalogue import FOLDER, catalogue
from experiments.run.ensemble import held_out, load_ensemble
from experiments.scenario.ready import ready_scenarios
from experiments.scenario.scenario import Scenario
from experiments.storage.files import Output
from models.parameters import PERIODS
from sim.errors import WrongInput
from sim.files import read_bounded

#: The period that is fitted.
FITTED_PERIOD = "prop-2021"


def stored_fit_page() -> str:
    """The page on what the model knows, from the stored ensembles."""
    return fit_page(load_ensemble(FITTED_PERIOD).about, held_out(FITTED_PERIOD), kept_screening(FITTED_PERIOD))


def stored_ahead_page() -> str:
    """The page on a year ahead, from the origins that are kept."""
    return ahead_page(FITTED_PERIOD)


def stored_past_page() -> str:
    """The page that looks back, from the back-tests that are kept."""
    return past_page(WITH_BACKTEST)


def stored_simplifications() -> str:
    """The known simplifications with what each is worth, from the paired runs that are kept."""
    return simplifications_page(FITTED_PERIOD)


def scenario_list() -> str:
    """The ready scenarios with one line each: baselines, packages, decisions, uncertainties."""
    texts = catalogue("documents", LANGUAGE)
    groups: dict[str, list[Scenario]] = {texts(key): [] for key in texts.keys("group")}
    baselines, packages, decisions, uncertainties = groups.values()
    for scenario in ready_scenarios():
        if scenario.name in PERIODS:
            baselines.append(scenario)
        elif scenario.package:
            packages.append(scenario)
        else:
            (decisions if scenario.levers else uncertainties).append(scenario)
    return render("scenarios.md", groups=groups)


def page_table() -> str:
    """The pages of the app by title, and what each is for."""
    pages = [catalogue(file.stem, LANGUAGE) for file in FOLDER.glob("page_*.toml")]
    heads = [catalogue("documents", LANGUAGE)(f"head.{key}") for key in ("page", "about")]
    return table(heads, sorted((page("page_title"), page("page_about")) for page in pages)) + "\n"


def day_table() -> str:
    """Who follows whom within a day: the table of the chain, each act in the words of its own docstring."""
    from models.chain import DAY  # compiles kernels, which no other page needs

    rows = []
    for turn in DAY:
        act = (inspect.getdoc(turn.act) or "").splitlines()[0].rstrip(".")
        rhythm = turn.rhythm.name.lower().replace("_", " ")
        rows.append((str(turn.hour), f"`{turn.stage.__module__.rpartition('.')[2]}`: {act}", rhythm))
    return table(("hour", "who acts", "rhythm"), rows) + "\n"


def stage_list() -> str:
    """What each stage is, in the words of its own module, in the order in which they act."""
    from models.chain import DAY

    told = []
    for name in dict.fromkeys(turn.stage.__module__ for turn in DAY):
        if name.startswith("models.stages."):
            title, _, rest = (inspect.getdoc(import_module(name)) or "").partition("\n")
            rest = re.sub(r"(Who acts|Who waits|What leaves|Left out):", r"*\1:*", " ".join(rest.split()))
            told.append(f"**{title}** (`{name.removeprefix('models.').replace('.', '/')}.py`) {rest}\n")
    return "\n".join(told)


#: A page by file name and what makes it whole.
WHOLE: dict[str, Callable[[], str]] = {
    "een-jaar-vooruit.md": stored_ahead_page,
    "hoe-goed-was-het.md": forecast_page,
    "knoppen.md": levers_page,
    "terugblik.md": stored_past_page,
    "uitspraken.md": claims_page,
    "wat-weet-het-model.md": stored_fit_page,
}
#: A part of a page that is written by hand: the page, and what makes the lines between the marks of that name.
PARTS: dict[tuple[str, str], Callable[[], str]] = {
    ("gebruikershandleiding.md", "scenario-list"): scenario_list,
    ("gebruikershandleiding.md", "pages"): page_table,
    ("model.md", "day"): day_table,
    ("model.md", "stages"): stage_list,
    ("model.md", "simplifications"): stored_simplifications,
}


def _marked(text: str, name: str, made: str, file: Path) -> str:
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise WrongInput("no_marks", file=file, field=name)
    before, _, rest = text.partition(begin)
    return before + begin + made + end + rest.partition(end)[2]


def made_pages(folder: Path) -> dict[Path, str]:
    """Every page that is made, as it should be. Raises WrongInput where the folder holds no pages to fill."""
    pages = {folder / name: make() for name, make in WHOLE.items()}
    for (name, part), make in PARTS.items():
        path = folder / name
        try:
            text = pages[path] if path in pages else read_bounded(path).decode()
        except (OSError, ValueError) as error:
            raise WrongInput("no_docs_folder", file=folder) from error
        pages[path] = _marked(text, part, make(), path)
    return pages


def write_pages(folder: Path, force: bool = False) -> list[Path]:
    """Write the pages that differ, each in one step; returns those. Raises WrongInput and CannotWrite.

    force: whether a page that does not say that it is made may be replaced.
    """
    texts = {path: text for path, text in made_pages(folder).items() if not _is(path, text)}
    pages = [(Output(str(path), force=force or path.name not in WHOLE), text) for path, text in texts.items()]
    for page, text in pages:
        page.write(text)
    return list(texts)


def _is(path: Path, text: str) -> bool:
    with contextlib.suppress(OSError):
        return read_bounded(path) == text.encode()
    return False
