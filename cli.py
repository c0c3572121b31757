"""The command `doorstroom`: run a scenario, hold it against history, follow a household, list what there is.

Who acts: a person at a terminal, or another program that reads the JSON. Who waits: that person. What leaves:
text in Dutch or exactly one JSON document on stdout, remarks and progress on stderr, and an exit code:
0 done, 2 wrong input, 70 replications lost, 74 cannot write, 130 interrupted. What is left out: any
computation; heavy imports stand inside the commands so that `--help` answers at once.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import json
import math
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from experiments.words import LANGUAGES, Language, date_text, number_text, rounded_text, signed_text, unit_text

if TYPE_CHECKING:
    from experiments.attribution import Attribution, Split
    from experiments.backtest import Backtest
    from experiments.compare import Comparison, Difference, Precision
    from experiments.ensemble import Ensemble
    from experiments.lives import FollowedTwice, LivesCompared
    from experiments.run import RunResult
    from experiments.scenario import Scenario
    from experiments.sweep import SweepResult
    from experiments.words import Language

MOST_WORKERS = 256
#: How many draws a back-test uses unless told otherwise.
USUAL_DRAWS = 50
#: Fewest replications that a comparison uses unless told otherwise: ten draws of the parameters.
USUAL_COMPARED = 20
#: The period whose ensemble also serves the others.
FITTED_PERIOD = "prop-2021"
#: What a worker loads; it does so while the command reads its own input.
WORKER_MODULES = ("experiments.run", "models.chain", "models.outcomes")
LISTS = ("levers", "uncertainties", "scenarios", "outcomes", "sources")

#: What the parser of options says, and how it is said to the user.
_USAGE = (
    (re.compile(r"No such option:? '?(?P<name>[^\s']+)"), "onbekende optie {name}"),
    (re.compile(r"No such command '?(?P<name>[^\s'.]+)"), "onbekende opdracht {name}"),
    (re.compile(r"Missing argument '?(?P<name>[A-Z_a-z]+)"), "{name} ontbreekt"),
    (re.compile(r"Missing option '?(?P<name>[-\w]+)"), "de optie {name} ontbreekt"),
    (re.compile(r"Missing command"), "er staat geen opdracht"),
    (re.compile(r"Option '?(?P<name>[-\w]+)'? requires an argument"), "achter {name} ontbreekt een waarde"),
    (re.compile(r"Option '?(?P<name>[-\w]+)'? does not take a value"), "achter {name} hoort geen waarde"),
    (re.compile(r"unexpected extra argument\S* \((?P<name>.*)\)"), "te veel woorden: {name}"),
)


class DutchGroup(TyperGroup):
    """Turns every refusal into one Dutch sentence on stderr and the right exit code."""

    def main(self, *positional: Any, **named: Any) -> Any:
        """Run the command and leave with its exit code."""
        from sim.errors import CannotWrite, WrongInput

        for stream in ("stdout", "stderr"):
            if getattr(sys, stream) is None:  # closed by whoever started the command
                setattr(sys, stream, open(os.devnull, "w"))  # noqa: SIM115
        code: Any = 0
        try:
            try:
                code = super().main(*positional, **(named | {"standalone_mode": False}))
            finally:
                sys.stdout.flush()
        except (WrongInput, CannotWrite) as error:
            code = _tell(error.sentence, error.exit_code)
        except KeyboardInterrupt:
            code = _tell("Onderbroken.", 130)
        except OSError as error:
            code = _output_failed(error)
        except MemoryError:
            code = _tell("Er is te weinig geheugen voor deze opdracht.", 70)
        except Exception as error:
            if not hasattr(error, "format_message"):
                raise
            code = _tell(_usage_sentence(error.format_message()), 2)
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, context: Any) -> Any:
        """Run the command; the parser of options would leave without a word on Ctrl-C."""
        try:
            return super().invoke(context)
        except KeyboardInterrupt:
            raise typer.Exit(_tell("Onderbroken.", 130)) from None


def _tell(sentence: str, code: int) -> int:
    try:
        print(sentence, file=sys.stderr)
        sys.stderr.flush()
    except (OSError, UnicodeError):
        pass
    return code


def _output_failed(error: OSError) -> int:
    """Stdout went away: quietly when the reader had enough, with a sentence when the disk is full."""
    from sim.errors import CannotWrite

    with open(os.devnull, "w") as nowhere:
        try:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        except (OSError, ValueError):
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    if error.errno in (errno.EPIPE, errno.ESHUTDOWN):
        return 0
    refusal = CannotWrite.because(error.filename or "de uitvoer", error)
    return _tell(refusal.sentence, refusal.exit_code)


def _usage_sentence(message: str) -> str:
    first = " ".join(message.split())
    for pattern, sentence in _USAGE:
        if found := pattern.search(first):
            return f"doorstroom: {sentence.format(**found.groupdict())}; zie doorstroom --help."
    return f"doorstroom: {first.rstrip('.')}; zie doorstroom --help."


app = typer.Typer(
    cls=DutchGroup,
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Rekent de asielketen door, van aanvraag tot woning: wat volgt er uit een besluit, waar en wanneer.",
)

AsJson = Annotated[bool, typer.Option("--json", help="Geef precies één JSON-document op stdout.")]
Report = Annotated[str, typer.Option("--report", metavar="BESTAND", help="Schrijf een pagina om te delen.")]
InLanguage = Annotated[
    str, typer.Option("--language", metavar="TAAL", help="Taal van de pagina en de tabellen: nl of en.")
]
Seed = Annotated[str, typer.Option("--seed", metavar="S", help="Zaad van het toeval (geheel getal).")]


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    show_version: Annotated[bool, typer.Option("--version", help="Toon de versie.")] = False,
) -> None:
    if show_version:
        from experiments.run import version

        _say(f"doorstroom {version()}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        _say(context.get_help())


@app.command("run")
def run_command(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="Naam van een scenario, of een bestand.")],
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KNOP=WAARDE", help="Zet een knop, ook als KNOP=WAARDE@VAN of KNOP=WAARDE@VAN..TOT."
        ),
    ] = None,
    replications: Annotated[str, typer.Option("--replications", metavar="N", help="Aantal replicaties.")] = "",
    seed: Seed = "",
    from_date: Annotated[str, typer.Option("--from", metavar="DATUM", help="Eerste dag van het verslag.")] = "",
    until_date: Annotated[str, typer.Option("--until", metavar="DATUM", help="Dag waarop het eindigt.")] = "",
    workers: Annotated[str, typer.Option("--workers", metavar="N", help="Aantal processen.")] = "",
    out: Annotated[str, typer.Option("--out", metavar="MAP", help="Schrijf de resultaten in deze map.")] = "",
    fixed_parameters: Annotated[
        bool, typer.Option("--fixed-parameters", help="Reken met één parameterset: die het best bij de cijfers past.")
    ] = False,
    report: Report = "",
    language: InLanguage = "nl",
    as_json: AsJson = False,
) -> None:
    """Reken een scenario door."""
    from sim.replications import expect_workers

    if "1" not in (workers, replications):
        expect_workers(WORKER_MODULES)

    from experiments.run import run_scenario, usual_workers
    from experiments.scenario import MOST_REPLICATIONS, check_window, load_scenario, parse_date
    from sim.replications import Progress, ReplicationsLost

    chosen = load_scenario(scenario).with_settings(settings or [])
    count = _whole(replications, "--replications", 1, MOST_REPLICATIONS, chosen.replications)
    number = _whole(seed, "--seed", 0, 2**63 - 1, chosen.seed)
    processes = _whole(workers, "--workers", 1, MOST_WORKERS, usual_workers(count))
    first = parse_date(from_date, file="--from") if from_date else chosen.from_date
    last = parse_date(until_date, file="--until") if until_date else chosen.until_date
    from_day, until_day = _placed_window(check_window, chosen, first, last, from_date, until_date)
    spoken = _language(language)
    if report:
        _check_file(report)

    with contextlib.ExitStack() as stack:
        folder = None
        if out:
            from experiments.results import result_folder

            folder = stack.enter_context(result_folder(out))
        with Progress("Doorrekenen") as progress:
            result = run_scenario(
                chosen,
                replications=count,
                seed=number,
                from_day=from_day,
                until_day=until_day,
                workers=processes,
                on_progress=progress,
                parts=None if folder is None else folder.parts,
                fixed_parameters=fixed_parameters,
            )
        if folder is not None and result.replications:
            from experiments.exports import run_files

            folder.finish(result, run_files(result, spoken))
    if report and result.replications:
        _write_report(report, result, spoken)
    done = len(result.replications)
    if result.interrupted:
        rest = "er is niets om te tonen" if not done else "wat af is, staat in de uitvoer"
        _tell(f"Onderbroken na {done} van {count} replicaties; {rest}.", 130)
    if result.lost:
        from sim.replications import Finished

        _tell(ReplicationsLost(Finished((), lost=result.lost)).sentence, 70)
    if done:
        if as_json:
            _say_json(result.to_json())
        else:
            _say("\n".join(_report(result)))
            if out:
                _say(f"\nDe resultaten staan in {out}.")
            if report:
                _say(f"\nDe pagina staat in {report}.")
    if result.interrupted or result.lost:
        raise typer.Exit(130 if result.interrupted else 70)


@app.command("compare")
def compare_command(
    scenarios: Annotated[list[str], typer.Argument(metavar="A B [C …]", help="Twee of meer scenario's.")],
    replications: Annotated[str, typer.Option("--replications", metavar="N", help="Aantal replicaties.")] = "",
    precision: Annotated[
        str,
        typer.Option(
            "--precision", metavar="P", help="Reken door tot het verschil op P (of P%) na bekend is; zie --outcome."
        ),
    ] = "",
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="NAAM", help="Uitkomst waarvoor --precision geldt.")
    ] = "",
    seed: Seed = "",
    from_date: Annotated[str, typer.Option("--from", metavar="DATUM", help="Eerste dag van het verslag.")] = "",
    until_date: Annotated[str, typer.Option("--until", metavar="DATUM", help="Dag waarop het eindigt.")] = "",
    workers: Annotated[str, typer.Option("--workers", metavar="N", help="Aantal processen.")] = "",
    fixed_parameters: Annotated[
        bool, typer.Option("--fixed-parameters", help="Reken met één parameterset: die het best bij de cijfers past.")
    ] = False,
    out: Annotated[str, typer.Option("--out", metavar="MAP", help="Schrijf de tabellen in deze map.")] = "",
    report: Report = "",
    language: InLanguage = "nl",
    as_json: AsJson = False,
) -> None:
    """Vergelijk twee of meer scenario's op dezelfde werelden."""
    from sim.replications import expect_workers

    if "1" not in (workers, replications):
        expect_workers(WORKER_MODULES)

    from experiments.compare import FEWEST_SCENARIOS, HEADLINE, MOST_SCENARIOS, compare
    from experiments.run import usual_workers
    from experiments.scenario import MOST_REPLICATIONS, check_window, load_scenario, parse_date, shared_window
    from sim.errors import WrongInput
    from sim.replications import Finished, Progress, ReplicationsLost

    if not FEWEST_SCENARIOS <= len(scenarios) <= MOST_SCENARIOS:
        allowed = f"{FEWEST_SCENARIOS} tot en met {MOST_SCENARIOS} scenario's"
        raise WrongInput(file="doorstroom compare", value=len(scenarios), allowed=allowed)
    chosen = [load_scenario(name) for name in scenarios]
    if replications and precision:
        raise WrongInput("geef --replications of --precision, niet allebei", file="doorstroom compare")
    count = _whole(replications, "--replications", 2, MOST_REPLICATIONS, max(chosen[0].replications, USUAL_COMPARED))
    wanted = _precision(precision)
    number = _whole(seed, "--seed", 0, 2**63 - 1, chosen[0].seed)
    processes = _whole(workers, "--workers", 1, MOST_WORKERS, usual_workers(count if wanted is None else MOST_WORKERS))
    _, from_day, until_day = shared_window(chosen)
    for scenario in chosen:
        first = parse_date(from_date, file="--from") if from_date else None
        last = parse_date(until_date, file="--until") if until_date else None
        placed = _placed_window(check_window, scenario, first, last, from_date, until_date)
        from_day, until_day = (placed[0] if from_date else from_day), (placed[1] if until_date else until_day)
    spoken = _language(language)
    if report:
        _check_file(report)
    with contextlib.ExitStack() as stack:
        folder = None
        if out:
            from experiments.results import staged_folder

            folder = stack.enter_context(staged_folder(out))
        with Progress("Vergelijken") as progress:
            result = compare(
                chosen,
                replications=count,
                precision=wanted,
                headline=outcome or HEADLINE,
                seed=number,
                from_day=from_day,
                until_day=until_day,
                workers=processes,
                on_progress=progress,
                fixed_parameters=fixed_parameters,
            )
        if folder is not None and result.count:
            from experiments.exports import comparison_files

            folder.put(comparison_files(result, spoken))
    if report and result.count:
        _write_report(report, result, spoken)
    lost = result.runs[0].lost
    if result.interrupted:
        rest = "er is niets om te tonen" if not result.count else "wat af is, staat in de uitvoer"
        _tell(f"Onderbroken na {result.count} replicaties; {rest}.", 130)
    if lost:
        _tell(ReplicationsLost(Finished((), lost=lost)).sentence, 70)
    if result.count:
        if as_json:
            _say_json(result.to_json())
        else:
            _say("\n".join(_comparison_report(result)))
            if out:
                _say(f"\nDe tabellen staan in {out}.")
            if report:
                _say(f"\nDe pagina staat in {report}.")
    if result.interrupted or lost:
        raise typer.Exit(130 if result.interrupted else 70)


@app.command("claims")
def claims_command(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAAM …]", help="Namen van uitspraken; zonder naam alle.")
    ] = None,
    replications: Annotated[str, typer.Option("--replications", metavar="N", help="Aantal replicaties.")] = "",
    seed: Seed = "",
    workers: Annotated[str, typer.Option("--workers", metavar="N", help="Aantal processen.")] = "",
    language: Annotated[str, typer.Option("--language", metavar="TAAL", help="Taal van de tekst: nl of en.")] = "nl",
    keep: Annotated[
        bool, typer.Option("--store", help="Bewaar de oordelen voor de app en de documentatie; alleen voor alle samen.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Beoordeel wat de documenten over de prop van 2021 beweren; alle samen duurt minuten."""
    from sim.replications import expect_workers

    if workers != "1":
        expect_workers(WORKER_MODULES)

    from experiments.claims import CLAIMS
    from experiments.judging import STORED, USUAL_REPLICATIONS, chosen_claims, judge_claims, store
    from experiments.run import usual_workers
    from experiments.scenario import DEFAULT_SEED, MOST_REPLICATIONS
    from experiments.words import LANGUAGES
    from sim.errors import WrongInput
    from sim.replications import Progress

    if language not in LANGUAGES:
        raise WrongInput(file="--language", value=language, allowed=" of ".join(LANGUAGES))
    chosen = chosen_claims(CLAIMS, names or [])
    count = _whole(replications, "--replications", 2, MOST_REPLICATIONS, USUAL_REPLICATIONS)
    number = _whole(seed, "--seed", 0, 2**63 - 1, DEFAULT_SEED)
    processes = _whole(workers, "--workers", 1, MOST_WORKERS, usual_workers(MOST_WORKERS))
    if keep:
        if len(chosen) < len(CLAIMS):
            raise WrongInput("bewaar alle uitspraken samen: geef geen namen", file="--store")
        _check_file(str(STORED))
    with _whole_or_nothing(), Progress("Beoordelen") as progress:
        result = judge_claims(chosen, replications=count, seed=number, workers=processes, on_progress=progress)
    document = result.to_json()
    if keep:
        store(result)
    if as_json:
        _say_json(document)
        return
    _say("\n".join(_claims_report(document, "nl" if language == "nl" else "en")))
    if keep:
        _say(f"\nDe oordelen staan in {STORED}.")


def _precision(text: str) -> Precision | None:
    """The wanted precision as it was typed: 100, or 2%."""
    from experiments.compare import Precision
    from sim.errors import WrongInput

    if not text:
        return None
    percent = text.endswith("%")
    figure = text.removesuffix("%").replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", figure, re.ASCII) or float(figure) <= 0.0:
        raise WrongInput(file="--precision", value=text, allowed="een getal boven 0, zoals 100 of 2%")
    return Precision(float(figure), percent)


@app.command("backtest")
def backtest_command(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="Periode: prop-2021 of golf-2015.")],
    draws: Annotated[str, typer.Option("--draws", metavar="N", help="Aantal trekkingen van parameters.")] = "",
    seed: Seed = "",
    workers: Annotated[str, typer.Option("--workers", metavar="N", help="Aantal processen.")] = "",
    train_until: Annotated[
        str, typer.Option("--train-until", metavar="DATUM", help="Neem het ensemble dat tot deze dag is geijkt.")
    ] = "",
    html: Annotated[str, typer.Option("--html", metavar="BESTAND", help="Schrijf een pagina om te delen.")] = "",
    as_json: AsJson = False,
) -> None:
    """Leg het model naast wat er is gepubliceerd."""
    from sim.replications import expect_workers

    if "1" not in (workers, draws):
        expect_workers(WORKER_MODULES)

    from experiments.backtest import BACKTEST_SEED, run_backtest
    from experiments.ensemble import ENSEMBLES, default_ensemble, ensemble_name
    from experiments.run import usual_workers
    from experiments.scenario import MOST_REPLICATIONS, parse_date
    from sim.replications import Progress

    period = _period(scenario, "doorstroom backtest")
    count = _whole(draws, "--draws", 1, MOST_REPLICATIONS, USUAL_DRAWS)
    number = _whole(seed, "--seed", 0, 2**63 - 1, BACKTEST_SEED)
    processes = _whole(workers, "--workers", 1, MOST_WORKERS, usual_workers(count))
    if train_until:
        day = parse_date(train_until, file="--train-until").isoformat()
        own = ensemble_name(period, day)
        ensemble = own if (ENSEMBLES / f"{own}.csv").exists() else ensemble_name(FITTED_PERIOD, day)
    else:
        ensemble = default_ensemble(period) or FITTED_PERIOD
    if html:
        _check_file(html)
    with _whole_or_nothing(), Progress("Doorrekenen") as progress:
        backtest = run_backtest(period, ensemble, count, number, processes, progress)
    document = backtest.to_json()
    if html:
        from experiments.backtest_page import backtest_page
        from sim.snapshot import atomic_file

        with atomic_file(html) as handle:
            handle.write(backtest_page(document).encode())
    if as_json:
        _say_json(document)
        return
    _say("\n".join(_backtest_report(document)))
    if html:
        _say(f"\nDe pagina staat in {html}.")


@app.command("calibrate")
def calibrate_command(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="Periode: prop-2021 of golf-2015.")],
    train_until: Annotated[
        str, typer.Option("--train-until", metavar="DATUM", help="Gebruik alleen cijfers tot en met deze dag.")
    ] = "",
    seed: Seed = "",
    workers: Annotated[str, typer.Option("--workers", metavar="N", help="Aantal processen.")] = "",
    work: Annotated[str, typer.Option("--work", metavar="MAP", help="Map voor stukken die af zijn.")] = ".ijking",
    as_json: AsJson = False,
) -> None:
    """IJk het model op wat er is gepubliceerd; dit duurt minuten en gaat na een onderbreking verder."""
    from sim.replications import expect_workers

    if workers != "1":
        expect_workers(WORKER_MODULES)

    from pathlib import Path

    from experiments.backtest import run_backtest
    from experiments.calibration import CALIBRATION_SEED, CHUNK, calibrate, make_setting
    from experiments.ensemble import ENSEMBLES, save_ensemble
    from experiments.run import usual_workers
    from experiments.scenario import parse_date
    from sim.replications import Progress

    period = _period(scenario, "doorstroom calibrate")
    until = parse_date(train_until, file="--train-until").isoformat() if train_until else None
    number = _whole(seed, "--seed", 0, 2**31, CALIBRATION_SEED)
    processes = _whole(workers, "--workers", 1, MOST_WORKERS, usual_workers(CHUNK))
    make_setting(period, until, number)  # refuses a day before which too little was published
    for folder in (work, str(ENSEMBLES)):
        _check_folder(folder)
    with _whole_or_nothing():
        try:
            with _bars() as report:
                fit = calibrate(period, until, seed=number, work=Path(work), workers=processes, report=report)
        except KeyboardInterrupt:
            told = f"Onderbroken; de stukken die af zijn, staan in {work} en worden de volgende keer gebruikt."
            raise typer.Exit(_tell(told, 130)) from None
        target = save_ensemble(fit.ensemble)
        backtest = None
        if until is not None:
            with Progress("Toetsen") as progress:
                backtest = run_backtest(
                    period, fit.ensemble.name, draws=USUAL_DRAWS, workers=processes, on_progress=progress
                )
            fit.ensemble.about["backtest"] = backtest.summary()  # what was held out belongs beside the fit
            save_ensemble(fit.ensemble)
    if as_json:
        summary = None if backtest is None else backtest.summary()
        _say_json({"ensemble": fit.ensemble.name, "about": fit.ensemble.about, "backtest": summary})
        return
    _say("\n".join(_calibration_report(fit.ensemble, backtest)))
    _say(f"\nHet ensemble staat in {target}.")


@app.command("why")
def why_command(
    a: Annotated[str, typer.Argument(metavar="A", help="Naam van een scenario, of een bestand.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Het scenario waarvan het verschil met A wordt verdeeld.")],
    outcomes: Annotated[
        list[str] | None,
        typer.Option("--outcome", metavar="NAAM", help="Uitkomst waarvan het verschil wordt verdeeld."),
    ] = None,
    factors: Annotated[
        list[str] | None,
        typer.Option("--factor", metavar="NAAM=KNOP,KNOP", help="Neem knoppen die verschillen samen als één factor."),
    ] = None,
    replications: Annotated[str, typer.Option("--replications", metavar="N", help="Aantal replicaties.")] = "",
    seed: Seed = "",
    from_date: Annotated[str, typer.Option("--from", metavar="DATUM", help="Eerste dag van het verslag.")] = "",
    until_date: Annotated[str, typer.Option("--until", metavar="DATUM", help="Dag waarop het eindigt.")] = "",
    workers: Annotated[str, typer.Option("--workers", metavar="N", help="Aantal processen.")] = "",
    as_json: AsJson = False,
) -> None:
    """Verdeel het verschil tussen twee scenario's over wat er anders is besloten."""
    from sim.replications import expect_workers

    if "1" not in (workers, replications):
        expect_workers((*WORKER_MODULES, "experiments.attribution"))

    from experiments.attribution import USUAL_REPLICATIONS, attribute
    from experiments.run import usual_workers
    from experiments.scenario import MOST_REPLICATIONS, check_window, load_scenario, parse_date
    from sim.replications import Progress

    first, second = load_scenario(a), load_scenario(b)
    count = _whole(replications, "--replications", 1, MOST_REPLICATIONS, USUAL_REPLICATIONS)
    number = _whole(seed, "--seed", 0, 2**63 - 1, -1)
    processes = _whole(workers, "--workers", 1, MOST_WORKERS, usual_workers(count))
    begin = parse_date(from_date, file="--from") if from_date else None
    end = parse_date(until_date, file="--until") if until_date else None
    from_day, until_day = _placed_window(
        check_window, first, begin or first.from_date, end or first.until_date, from_date, until_date
    )
    with Progress("Doorrekenen") as progress:
        found = attribute(
            first,
            second,
            groups=factors or [],
            outcomes=outcomes or [],
            replications=count,
            seed=None if number < 0 else number,
            from_day=from_day if from_date else None,
            until_day=until_day if until_date else None,
            workers=processes,
            on_progress=progress,
        )
    done = len(found.numbers)
    if found.interrupted:
        rest = "er is niets om te tonen" if not done else "wat af is, staat in de uitvoer"
        _tell(f"Onderbroken na {done} van {count} replicaties; {rest}.", 130)
    if found.lost:
        from sim.replications import Finished, ReplicationsLost

        _tell(ReplicationsLost(Finished((), lost=found.lost)).sentence, 70)
    if done:
        if as_json:
            _say_json(found.to_json())
        else:
            _say("\n".join(_why_report(found, first, second)))
    if found.interrupted or found.lost:
        raise typer.Exit(130 if found.interrupted else 70)


@app.command("sweep")
def sweep_command(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Sweepbestand, of de naam van een sweep.")],
    out: Annotated[str, typer.Option("--out", metavar="MAP", help="Map voor de stukken en de resultaten.")],
    workers: Annotated[str, typer.Option("--workers", metavar="N", help="Aantal processen.")] = "",
    cluster: Annotated[
        str, typer.Option("--cluster", metavar="ADRES", help="Reken op een cluster: het adres van zijn scheduler.")
    ] = "",
    replications: Annotated[str, typer.Option("--replications", metavar="N", help="Aantal replicaties per punt.")] = "",
    as_json: AsJson = False,
) -> None:
    """Reken een reeks scenario's met verschillende waarden door; na een onderbreking gaat dit verder."""
    from sim.replications import expect_workers

    if workers != "1" and not cluster:
        expect_workers((*WORKER_MODULES, "experiments.sweep"))

    from experiments.run import usual_workers
    from experiments.scenario import MOST_REPLICATIONS
    from experiments.sweep import ClusterGone, make_job, run_sweep
    from experiments.sweep_file import load_sweep
    from sim.replications import Progress

    sweep = load_sweep(file)
    if replications:
        sweep = sweep.with_replications(_whole(replications, "--replications", 1, MOST_REPLICATIONS, 0))
    job = make_job(sweep)
    processes = _whole(workers, "--workers", 1, MOST_WORKERS, usual_workers(len(job.chunks)))
    took = "op één kern " if cluster else ""
    _tell(
        f"{sweep.title}: {number_text(sweep.points)} punten van {number_text(sweep.replications)} replicaties, samen "
        f"{number_text(sweep.runs)} doorrekeningen in {number_text(len(job.chunks))} stukken; {took}naar schatting "
        f"{_duration(job.seconds() / (1 if cluster else processes))}.",
        0,
    )
    try:
        with Progress("Stukken") as progress:
            result = run_sweep(job, out, workers=processes, cluster=cluster or None, on_progress=progress)
    except ClusterGone as error:
        raise typer.Exit(_tell(error.sentence, error.exit_code)) from None
    if result.damaged:
        many = f"{result.damaged} stukken waren" if result.damaged != 1 else "1 stuk was"
        _tell(f"{many} beschadigd en {'zijn' if result.damaged != 1 else 'is'} opnieuw gerekend.", 0)
    kept = f"{result.found + result.made} van {len(job.chunks)} stukken staan in {out}; dezelfde opdracht gaat verder"
    if result.interrupted:
        raise typer.Exit(_tell(f"Onderbroken; {kept}.", 130))
    if result.lost:
        named = ", ".join(str(number) for number in result.lost[:10])
        raise typer.Exit(_tell(f"Niet afgemaakt: stuk {named}, want het rekenproces viel telkens weg; {kept}.", 70))
    if as_json:
        _say_json(result.to_json())
        return
    _say("\n".join(_sweep_report(result)))


@app.command("trace")
def trace_command(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="Naam van een scenario, of een bestand.")],
    household: Annotated[str, typer.Option("--household", metavar="N", help="Nummer van het huishouden.")] = "",
    against: Annotated[
        str,
        typer.Option("--against", metavar="B", help="Volg het ook in dit scenario, of toon voor wie het verschilt."),
    ] = "",
    top: Annotated[str, typer.Option("--top", metavar="N", help="Hoeveel huishoudens, met --against.")] = "",
    seed: Seed = "",
    as_json: AsJson = False,
) -> None:
    """Volg één huishouden door de keten, of toon voor wie twee scenario's het meest verschillen."""
    if not against and not household:
        raise typer.Exit(_tell(_usage_sentence("Missing option '--household'."), 2))

    from experiments.scenario import load_scenario
    from experiments.trace import trace_household
    from sim.errors import WrongInput

    if top and (household or not against):
        raise WrongInput("een lijst komt er alleen met --against en zonder --household", file=f"--top {top}")
    chosen = load_scenario(scenario)
    number = _whole(seed, "--seed", 0, 2**63 - 1, -1)
    who = _whole(household, "--household", 0, 10**9, 0)
    if against:
        _trace_against(chosen, load_scenario(against), who if household else None, number, top, as_json)
        return
    number = chosen.seed if number < 0 else number
    events = trace_household(chosen, who, number)
    if as_json:
        _say_json(
            {
                "scenario": chosen.name,
                "seed": number,
                "household": who,
                "events": [{"date": day.isoformat(), "sentence": sentence} for day, sentence in events],
            }
        )
        return
    _say(f"Huishouden {who} in {chosen.title} ({chosen.name}), zaad {number}, replicatie 1\n")
    width = max((len(date_text(day)) for day, _ in events), default=0)
    for day, sentence in events:
        _say(f"{date_text(day):<{width}}  {sentence}")


def _trace_against(a: Scenario, b: Scenario, who: int | None, number: int, top: str, as_json: bool) -> None:
    """Two futures: one household side by side, or the households whose life differs most."""
    from experiments.lives import MOST_TOP, USUAL_TOP, compare_lives, follow_twice

    seed = None if number < 0 else number
    if who is None:
        compared = compare_lives(a, b, seed, _whole(top, "--top", 0, MOST_TOP, USUAL_TOP))
        if as_json:
            _say_json(compared.to_json())
        else:
            _say("\n".join(_lives_report(compared, a, b)))
        return
    followed = follow_twice(a, b, who, seed)
    if as_json:
        _say_json(followed.to_json())
    else:
        _say("\n".join(_followed_report(followed, a, b)))


@app.command("list")
def list_command(
    kind: Annotated[str, typer.Argument(metavar="WAT", help=f"Wat er getoond moet worden: {', '.join(LISTS)}.")],
    as_json: AsJson = False,
) -> None:
    """Toon de knoppen, onzekerheden, scenario's, uitkomsten of bronnen."""
    from sim.errors import WrongInput

    if kind not in LISTS:
        raise WrongInput(file="doorstroom list", value=kind, allowed=", ".join(LISTS))
    readers: dict[str, Callable[[], list[dict[str, Any]]]] = {
        "levers": lambda: _lever_rows(uncertainty=False),
        "uncertainties": lambda: _lever_rows(uncertainty=True),
        "scenarios": _scenario_rows,
        "outcomes": _outcome_rows,
        "sources": _source_rows,
    }
    # Who asks for the levers must not overlook what nobody can turn.
    kinds = ("levers", "uncertainties") if kind == "levers" else (kind,)
    lists = {name: readers[name]() for name in kinds}
    if as_json:
        _say_json(lists)
        return
    titles = {"levers": "Knoppen\n", "uncertainties": "\nOnzekerheden\n"}
    for name, rows in lists.items():
        if len(lists) > 1:
            _say(titles[name])
        _say("\n".join(_list_table(name, rows)))


def _list_table(kind: str, rows: list[dict[str, Any]]) -> list[str]:
    """One list as lines of text."""
    columns = {
        "levers": ("name", "label_nl", "holder", "unit", "allowed", "default"),
        "uncertainties": ("name", "label_nl", "unit", "allowed", "default"),
        "scenarios": ("name", "title", "period", "from", "until", "package"),
        "outcomes": ("name", "label_nl", "unit", "better"),
        "sources": ("table", "item", "value", "unit", "period_start", "status", "source"),
    }[kind]
    heads = {
        "name": "naam",
        "label_nl": "wat",
        "holder": "wie",
        "unit": "eenheid",
        "allowed": "toegestaan",
        "default": "nu",
        "title": "titel",
        "period": "periode",
        "from": "van",
        "until": "tot",
        "package": "pakket",
        "better": "beter",
        "table": "tabel",
        "item": "gegeven",
        "value": "waarde",
        "period_start": "vanaf",
        "status": "status",
        "source": "bron",
    }
    words = {"lower": "lager", "higher": "hoger", "neither": "geen van beide"}
    for row in rows:
        if kind in ("levers", "uncertainties"):
            row["allowed"] = _allowed_words(row)
            row["default"] = _default_words(row["default"])
        if kind == "outcomes":
            row["better"] = words.get(row["better"], row["better"])
    return _table([heads[c] for c in columns], [[_cell(row[c]) for c in columns] for row in rows])


@app.command("check")
def check_command(
    file: Annotated[str, typer.Argument(metavar="BESTAND", help="Scenariobestand.")],
    upgrade: Annotated[
        str, typer.Option("--upgrade", metavar="BESTAND", help="Schrijf het scenario hier in het nieuwste schema.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Kijk of een scenariobestand klopt."""
    from experiments.scenario import file_text, load_scenario
    from sim.snapshot import atomic_file

    scenario = load_scenario(file)
    if upgrade:
        with atomic_file(upgrade) as handle:
            handle.write(file_text(scenario).encode())
    if as_json:
        written = {"written": upgrade} if upgrade else {}
        _say_json({"file": file, "valid": True, "settings": scenario.as_file()} | written)
        return
    count = len(scenario.changes())
    counted = "1 instelling" if count == 1 else f"{count} instellingen"
    _say(f"{file} klopt: {scenario.title} ({scenario.name}), {counted}.")
    if upgrade:
        _say(f"Het scenario staat in schema {scenario.schema_version} in {upgrade}.")


@app.command("schema")
def schema_command(as_json: AsJson = False) -> None:
    """Toon het JSON-schema van een scenariobestand."""
    from experiments.scenario import scenario_schema

    _say_json(scenario_schema())


# --- reading options ------------------------------------------------------------------------------------------


def _whole(text: str, option: str, low: int, high: int, usual: int) -> int:
    """A whole number from an option, `usual` when it was not given. Raises WrongInput."""
    from sim.errors import WrongInput

    if text == "":
        return usual
    if re.fullmatch(r"[+-]?[0-9]{1,25}", text, re.ASCII) and low <= int(text) <= high:
        return int(text)
    raise WrongInput(file=option, value=text, allowed=f"een geheel getal van {low} tot en met {high}")


def _period(text: str, command: str) -> str:
    """The name of a period that can be held against history. Raises WrongInput."""
    from models.parameters import PERIODS
    from sim.errors import WrongInput

    if text not in PERIODS:
        raise WrongInput(file=command, field="SCENARIO", value=text, allowed=" of ".join(PERIODS))
    return text


def _language(text: str) -> Language:
    """The language of a page or a table. Raises WrongInput."""
    from sim.errors import WrongInput

    for known in LANGUAGES:
        if text == known:
            return known
    raise WrongInput(file="--language", value=text, allowed=" of ".join(LANGUAGES))


def _write_report(path: str, result: Comparison | RunResult, language: Language) -> None:
    """Write the page of a result in one step. Raises CannotWrite."""
    from experiments.report import report_page
    from sim.snapshot import atomic_file

    content = report_page(result, language).encode()
    with atomic_file(path) as handle:
        handle.write(content)


def _check_folder(folder: str) -> None:
    """Make a folder and try to write in it, before hours of work depend on it. Raises CannotWrite."""
    import tempfile

    from sim.errors import CannotWrite

    try:
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CannotWrite.because(folder, error) from error


def _check_file(path: str) -> None:
    """Try whether a file can be written, and leave whatever is there as it is. Raises CannotWrite."""
    import tempfile

    from sim.errors import CannotWrite

    try:
        if os.path.isdir(path):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with tempfile.TemporaryFile(dir=os.path.dirname(path) or "."):
            pass
    except OSError as error:
        raise CannotWrite.because(path, error) from error


@contextlib.contextmanager
def _whole_or_nothing() -> Iterator[None]:
    """Leave with one sentence when runs were lost or broken off: half a back-test is worth nothing."""
    from sim.replications import ReplicationsLost

    try:
        yield
    except ReplicationsLost as error:
        raise typer.Exit(_tell(error.sentence, error.exit_code)) from None
    except KeyboardInterrupt:
        raise typer.Exit(_tell("Onderbroken.", 130)) from None


@contextlib.contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
    """One progress bar after another, a new one for each new label; silent when piped."""
    from sim.replications import Progress

    shown: dict[str, Progress] = {}
    with contextlib.ExitStack() as stack:

        def report(label: str, done: int, total: int) -> None:
            if label not in shown:
                stack.close()
                shown[label] = stack.enter_context(Progress(label.capitalize()))
            shown[label](done, total)

        yield report


def _placed_window(
    check: Any,
    chosen: Scenario,
    first: datetime.date | None,
    last: datetime.date | None,
    from_text: str,
    until_text: str,
) -> tuple[int, int]:
    from sim.errors import WrongInput

    try:
        from_day, until_day = check(chosen.period, first, last)
    except WrongInput as error:
        option = "--from" if error.field == "from" or not until_text else "--until"
        given = f"{option} {from_text if option == '--from' else until_text}"
        raise WrongInput(file=given, field=error.field, value=error.value, allowed=error.allowed) from error
    return int(from_day), int(until_day)


# --- saying things --------------------------------------------------------------------------------------------


def _say(text: str) -> None:
    try:
        sys.stdout.write(text + "\n")
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "ascii"
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def _say_json(document: Any) -> None:
    wide = (sys.stdout.encoding or "").lower().replace("-", "") in ("utf8", "utf16", "utf32")
    sys.stdout.write(json.dumps(document, ensure_ascii=not wide, allow_nan=False, indent=1) + "\n")


def _percent(value: float | None) -> str:
    if value is None:
        return "–"
    text = number_text(value, 1)
    return f"{'+' if value > 0 and text != '0,0' else ''}{text} %"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, int | float):
        return rounded_text(value)
    return str(value)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], numbers_from: int | None = None) -> list[str]:
    """Lines of a table; columns from `numbers_from` on are aligned to the right."""
    widths = [max([len(head), *(len(row[index]) for row in rows)]) for index, head in enumerate(heads)]

    def line(cells: Sequence[str]) -> str:
        right = len(heads) if numbers_from is None else numbers_from
        parts = [
            cell.rjust(width) if index >= right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  ".join(parts).rstrip()

    return [line(heads), "  ".join("-" * width for width in widths), *(line(row) for row in rows)]


# --- the report of a run --------------------------------------------------------------------------------------

_SERIES_TITLES = {
    "persons_in_reception": "Mensen in de opvang",
    "permit_holders_in_reception": "Vergunninghouders in de opvang",
    "permit_holders_beyond_norm": "Vergunninghouders in de opvang, langer dan de norm van 14 weken",
    "pending_taskforce": "Werkvoorraad van de Taskforce van de IND (zaken van voor 1 april 2020)",
}
_MEASURE_WORDS = {"target": "taakstelling", "realised": "gehuisvest", "behind": "achterstand"}


def _share_of_parameters(row: Mapping[str, Any]) -> str:
    """Which part of the variance between replications comes from parameters; a dash where that is unknown."""
    luck, parameters = row["sd_chance"], row["sd_parameters"]
    if luck is None or parameters is None or luck + parameters == 0:
        return "–"
    return f"{round(100 * parameters**2 / (luck**2 + parameters**2))} %"


def _parameters_words(result: RunResult) -> str:
    if result.ensemble is None:
        return "parameters: zoals in de gegevens, niet geijkt"
    if result.fixed:
        return f"parameters: de set van ensemble {result.ensemble} die het best bij de gepubliceerde cijfers past"
    sets = len(set(result.draws.tolist()))
    return f"parameters: {sets} set{'s' if sets != 1 else ''} uit ensemble {result.ensemble}"


def _report(result: RunResult) -> list[str]:
    """The run in words and tables."""
    from experiments.observed import NATIONAL, best_of
    from experiments.run import version
    from models.outcomes import OUTCOMES
    from sim.calendar import date_of

    count = len(result.replications)
    lines = [
        f"Doorrekening: {result.scenario.title} ({result.scenario.name})",
        result.scenario.description,
        f"versie {version()}, zaad {result.seed}, {count} replicatie{'s' if count != 1 else ''}, "
        f"van {date_text(date_of(result.from_day))} tot {date_text(date_of(result.until_day))}",
        _parameters_words(result),
    ]
    changes = [f"  {_setting_words(name, value)}" for name, value in _settings_of(result.scenario)]
    if changes:
        lines += ["", "Anders dan in de uitgangssituatie:", *changes]

    published = [row for row in best_of(result.comparison_rows()) if row["area"] == NATIONAL]
    by_half_year = {(row["half_year"], row["series"]): row for row in published if row["half_year"]}
    rows = []
    for simulated in result.half_year_rows():
        if simulated["area"] != NATIONAL:
            continue
        cells = [simulated["half_year"]]
        for measure in _MEASURE_WORDS:
            row = by_half_year.get((simulated["half_year"], measure))
            cells += [
                number_text(simulated[measure]),
                number_text(row["published"]) if row else "–",
                _percent(row["deviation_percent"]) if row else "–",
            ]
        rows.append(cells)
    if rows:
        heads = ["halfjaar"]
        for word in _MEASURE_WORDS.values():
            heads += [word, "gepubliceerd", "afwijking"]
        lines += ["", "Taakstelling en huisvesting per halfjaar, Nederland (personen)", *_table(heads, rows, 1)]

    for series, title in _SERIES_TITLES.items():
        dated = [row for row in published if row["series"] == series]
        if dated:
            rows = [
                [
                    date_text(date_of(row["last_day"])),
                    number_text(row["simulated"]),
                    number_text(row["published"]),
                    _percent(row["deviation_percent"]),
                ]
                for row in sorted(dated, key=lambda row: row["last_day"])
            ]
            lines += ["", title, *_table(["datum", "doorgerekend", "gepubliceerd", "afwijking"], rows, 1)]

    rows = []
    for row in result.outcome_rows():
        outcome = OUTCOMES.get(row["name"])
        label = outcome.label_nl if outcome is not None else row["name"]
        rows.append(
            [
                label,
                rounded_text(row["mean"]),
                rounded_text(row["low"]),
                rounded_text(row["high"]),
                _share_of_parameters(row),
                unit_text(row["unit"]),
            ]
        )
    heads = ["uitkomst", "gemiddeld", "laag", "hoog", "parameters", "eenheid"]
    widths = [max(len(row[index]) for row in [heads, *rows]) for index in range(5)]
    table = [
        "  ".join(
            [cells[0].ljust(widths[0]), *(cells[index].rjust(widths[index]) for index in (1, 2, 3, 4)), cells[5]]
        ).rstrip()
        for cells in [heads, ["-" * width for width in widths] + ["-" * 7], *rows]
    ]
    title = "Uitkomsten, met de band waarin 80 % van de replicaties ligt"
    if result.ensemble is not None and not result.fixed:
        title += " (kolom parameters: welk deel van de spreiding van onbekende parameters komt, de rest is toeval)"
    lines += ["", title, *table]
    lines += [
        "",
        "Dit is een doorrekening van aannamen en gegevens: zij zegt wat eruit volgt, niet wat er zal gebeuren.",
    ]
    return lines


# --- the report of a comparison ---------------------------------------------------------------------------------


def _comparison_report(result: Comparison) -> list[str]:
    """The comparison in words and tables."""
    from experiments.compare import INTERVAL_LEVEL
    from experiments.run import version
    from models.outcomes import OUTCOMES
    from sim.calendar import date_of

    first = result.runs[0]
    level = f"{round(100 * INTERVAL_LEVEL)} %"
    lines = [
        "Vergelijking van " + ", ".join(f"{scenario.title} ({scenario.name})" for scenario in result.scenarios),
        f"versie {version()}, zaad {first.seed}, {result.count} replicaties van elk op dezelfde werelden, "
        f"van {date_text(date_of(first.from_day))} tot {date_text(date_of(first.until_day))}",
        _parameters_words(first),
        f"Een verschil heet duidelijk als het {level}-interval nul uitsluit.",
    ]
    provinces, sizes = result.provinces(), result.sizes()
    for pair in result.pairs:
        a, b = (result.names[index] for index in pair)
        rows = []
        for name in first.outcome_names():
            row = result.difference(name, pair)
            rows.append([OUTCOMES[name].label_nl, *_difference_cells(row), unit_text(row.unit)])
        lines += ["", f"{b} (B) tegenover {a} (A)", *_difference_table("uitkomst", rows)]
        for title, found in (("Per provincie", provinces), ("Per grootte van het huishouden", sizes)):
            rows = [
                [
                    f"{row.place or row.size + ' pers.'}: {_PLACED_TITLES[row.measure]}",
                    *_difference_cells(row),
                    unit_text(row.unit),
                ]
                for row in found
                if (row.a, row.b) == (a, b) and row.measure in _PLACED_TITLES
            ]
            lines += ["", title, *_difference_table("", rows)]
        if pair[0] == 0:
            lines += ["", *_lives_table(result.life_rows(pair[1]))]
    lines += [
        "",
        "Dit is een doorrekening van aannamen en gegevens: zij zegt wat eruit volgt, niet wat er zal gebeuren.",
    ]
    return lines


_PLACED_TITLES = {
    "permit_holders_in_reception_end": "vergunninghouders in de opvang, einde",
    "realised": "gehuisveste personen",
    "persons_housed": "gehuisveste personen",
    "weeks_to_home_median": "weken tot woning, mediaan",
    "persons_waiting_end": "wachten nog op een woning",
}


def _lives_table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """For whom a home comes earlier or later in B, in households per replication."""
    heads = ["huishouden", "eerder", "dagen", "later", "dagen", "gelijk", "alleen in A", "alleen in B"]
    cells = [
        [
            "alle" if row["size"] == "all" else f"{row['size']} pers.",
            number_text(row["households"]["earlier"]),
            number_text(row["mean_days"]["earlier"]),
            number_text(row["households"]["later"]),
            number_text(row["mean_days"]["later"]),
            *(number_text(row["households"][change]) for change in ("same", "only_a", "only_b")),
        ]
        for row in rows
    ]
    title = "Wie wint en wie wacht: huishoudens die in B eerder of later een woning krijgen, en dagen gemiddeld"
    return [title, *_table(heads, cells, 1)]


def _difference_cells(row: Difference) -> list[str]:
    """Means, difference, interval and judgement of one row."""
    judged = "geen duidelijk verschil"
    if row.clear:
        judged = "duidelijk verschil" if row.winner is None else f"{'B' if row.winner == row.b else 'A'} beter"
    if row.a == row.b and row.clear and row.winner is not None:
        judged = "duidelijk verschil"
    return [
        rounded_text(row.mean_a),
        rounded_text(row.mean_b),
        signed_text(row.band.mean),
        f"{signed_text(row.band.low)} tot {signed_text(row.band.high)}",
        judged,
    ]


def _difference_table(first_head: str, rows: Sequence[Sequence[str]]) -> list[str]:
    heads = [first_head, "A", "B", "verschil", "interval", "oordeel", "eenheid"]
    widths = [max(len(row[index]) for row in [heads, *rows]) for index in range(len(heads))]
    return [
        "  ".join(
            cell.rjust(width) if 1 <= index <= 4 else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()
        for cells in [heads, ["-" * width for width in widths], *rows]
    ]


# --- the report of claims ---------------------------------------------------------------------------------------


def _claims_report(document: Mapping[str, Any], language: Language) -> list[str]:
    """Per claim the verdict, where it stands, the rule, the evidence and what it hangs on."""
    from experiments.judging import VERDICT_WORDS, evidence_words, hangs_on_words

    dutch = language == "nl"
    counts = (document["replications"], document["replications_under_ends"])
    lines = [
        (
            f"Uitspraken beoordeeld door het model: versie {document['version']}, zaad {document['seed']}, "
            f"{counts[0]} replicaties, {counts[1]} onder elk uiteinde van een aanname"
        )
        if dutch
        else (
            f"Claims judged by the model: version {document['version']}, seed {document['seed']}, "
            f"{counts[0]} replications, {counts[1]} under each end of an assumption"
        )
    ]
    words = ("Regel", "Cijfers", "Hangt het meest af van", "Bedenk") if dutch else (
        "Rule", "Figures", "Hangs most on", "Mind"
    )  # fmt: skip
    suffix = "" if dutch else "_en"
    for claim in document["claims"]:
        page = f"bladzijde {claim['page']}" if dutch else f"page {claim['page']}"
        lines += [
            "",
            f"{VERDICT_WORDS[language][claim['verdict']].upper()}: {claim['sentence' + suffix]}",
            f"  {claim['name']} – {claim['document']}, {page} ({claim['section']})",
            f"  {words[0]}: {claim['rule' + suffix]}",
            f"  {words[1]}:",
            *(f"  - {evidence_words(row, language)}" for row in claim["evidence"]),
            f"  {words[2]}: {hangs_on_words(claim['hangs_on'], language)}",
            f"  {words[3]}: {claim['caution' + suffix]}",
        ]
    lines += [
        "",
        "Dit is een doorrekening van aannamen en gegevens: zij zegt wat eruit volgt, niet wat er zal gebeuren."
        if dutch
        else "This is computed from assumptions and figures: it says what follows from them, not what will happen.",
    ]
    return lines


# --- the report of a sweep ------------------------------------------------------------------------------------

#: A table of a sweep stays readable up to this size; beyond it the summary file is the table.
SWEEP_TABLE_POINTS, SWEEP_TABLE_OUTCOMES = 30, 3


def _duration(seconds: float) -> str:
    """A length of time as people say it."""
    if seconds < 50:
        return f"{max(1, math.ceil(seconds / 10)) * 10} seconden"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{max(1, minutes)} {'minuut' if minutes <= 1 else 'minuten'}"
    return f"{number_text(seconds / 3600, 1)} uur"


def _sweep_report(result: SweepResult) -> list[str]:
    """Where the results are, and the first outcomes as a table when the sweep is small."""
    from experiments.run import version
    from experiments.sweep_file import value_words
    from models.outcomes import OUTCOMES

    sweep = result.job.sweep
    lines = [
        f"Sweep: {sweep.title} ({sweep.name})",
        sweep.description,
        f"versie {version()}, zaad {sweep.seed}, {number_text(sweep.points)} punten, "
        f"{number_text(sweep.replications)} replicaties per punt; van {number_text(len(result.job.chunks))} stukken "
        f"waren er {number_text(result.found)} al af",
    ]
    if sweep.points <= SWEEP_TABLE_POINTS:
        told = {(row["point"], row["outcome"]): row for row in result.summary_rows()}
        shown = sweep.outcomes[:SWEEP_TABLE_OUTCOMES]
        rows = []
        for number in range(1, sweep.points + 1):
            entry = sweep.point(number)
            values = {name: value_words(value) for _, name, value in entry.settings}
            cells = [str(number), sweep.scenarios[entry.scenario].name]
            cells += [_cell(values.get(name)) for name in sweep.names]
            for name in shown:
                row = told[number, name]
                cells.append(f"{rounded_text(row['mean'])} ({rounded_text(row['low'])} – {rounded_text(row['high'])})")
            rows.append(cells)
        heads = ["punt", "scenario", *sweep.names, *(OUTCOMES[name].label_nl for name in shown)]
        lines += ["", "Gemiddelde, met de band waarin 80 % van de replicaties ligt", *_table(heads, rows, 2)]
    return [
        *lines,
        "",
        f"De resultaten staan in {result.folder}: results.parquet (elke replicatie), summary.csv en sweep.json.",
        "Dit is een doorrekening van aannamen en gegevens: zij zegt wat eruit volgt, niet wat er zal gebeuren.",
    ]


# --- the report of a back-test and of a calibration -------------------------------------------------------------


def _backtest_report(document: Mapping[str, Any]) -> list[str]:
    """The back-test in words and tables."""
    from experiments.backtest_page import coverage_words, finding, fitted_words, period_words, scenario_title
    from experiments.observed import NATIONAL, deviation_percent

    lines = [
        f"Toets aan het verleden: {scenario_title(document['scenario'])} ({document['scenario']})",
        f"versie {document['version']}, ensemble {document['ensemble']}, zaad {document['seed']}, "
        f"{number_text(document['draws'])} trekking{'en' if document['draws'] != 1 else ''}",
        fitted_words(document),
        coverage_words(document),
        "",
        *_backtest_summary(document["summary"]),
    ]
    for series in document["series"]:
        if series["area"] != NATIONAL:
            continue
        rows = [
            [
                period_words(point["period"]),
                number_text(point["observed"]),
                number_text(point["mean"]),
                f"{number_text(point['low'])} – {number_text(point['high'])}",
                _percent(deviation_percent(point["mean"], point["observed"])),
            ]
            for point in series["points"]
        ]
        heads = ["periode", "gepubliceerd", "model", "band", "afwijking"]
        lines += ["", f"{series['label']}: {finding(series)}", *_table(heads, rows, 1)]
    return lines


def _backtest_summary(summary: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = [
        [
            row["label"],
            _cell(row["fitted"]),
            number_text(row["points"]),
            _percent(row["mape"]).lstrip("+"),
            _percent(row["bias"]),
            f"{round(row['coverage'] * row['points'])} van {row['points']}",
        ]
        for row in summary
    ]
    heads = ["reeks", "gezien", "punten", "gemiddelde afwijking", "scheefheid", "in de band"]
    return _table(heads, rows, 2)


def _calibration_report(ensemble: Ensemble, backtest: Backtest | None) -> list[str]:
    """What the fit found, and with a hold-out how it does on what it has not seen."""
    from sim.calendar import date_of, day_number

    about = ensemble.about
    until = about["train_until"]
    reach = "" if until is None else f" tot en met {date_text(date_of(day_number(until)))}"
    rows = [
        [
            row["parameter"],
            rounded_text(row["prior_low"]),
            rounded_text(row["prior_high"]),
            rounded_text(row["low"]),
            rounded_text(row["high"]),
            rounded_text(row["best"]),
            number_text(row["width_left"], 2),
        ]
        for row in about["parameters"]
    ]
    lines = [
        f"Ensemble {ensemble.name}: {number_text(len(ensemble.draws))} trekkingen, geijkt op "
        f"{number_text(about['points'])} cijfers{reach} met {number_text(about['runs'])} doorrekeningen "
        f"(versie {about['version']}, zaad {about['seed']})",
        "",
        "Parameters: waar vooraf tussen gezocht is, waar 80 % van de trekkingen ligt, de beste, en welk deel van de",
        "spreiding vooraf over is (1 = de cijfers zeggen er niets over)",
        *_table(["parameter", "van", "tot", "10 %", "90 %", "beste", "over"], rows, 1),
    ]
    if backtest is not None:
        lines += [
            "",
            "Toets: cijfers die het ijken heeft gezien, en cijfers die het niet heeft gezien",
            *_backtest_summary(backtest.summary()),
        ]
    return lines


# --- the report of a split and of two futures -------------------------------------------------------------------

_BAR_WIDTH = 30


def _why_report(found: Attribution, a: Scenario, b: Scenario) -> list[str]:
    """Why two scenarios differ, in words, tables and bars of text."""
    from experiments.run import version
    from models.outcomes import OUTCOMES
    from sim.calendar import date_of

    count = len(found.numbers)
    lines = [
        "Waarom verschilt het?",
        f"A: {a.title} ({a.name})",
        f"B: {b.title} ({b.name})",
        f"versie {version()}, zaad {found.task.seed}, {count} replicatie{'s' if count != 1 else ''}, "
        f"van {date_text(date_of(found.task.from_day))} tot {date_text(date_of(found.task.until_day))}",
        "",
    ]
    if not found.factors:
        return [*lines, "A en B verschillen niet: er valt niets te verdelen."]
    lines += ["Wat er verschilt:"]
    for factor in found.factors:
        words = [_lever_words(lever, a, b) for lever in factor.levers]
        grouped = len(words) > 1 or factor.label not in words[0]
        lines += [f"  {factor.label}", *(f"    {word}" for word in words)] if grouped else [f"  {words[0]}"]
    for part in found.splits():
        lines += ["", *_split_report(part, OUTCOMES[part.outcome].label_nl)]
    lines += [
        "",
        "Een bijdrage is wat een factor gemiddeld toevoegt over alle volgordes waarin de factoren van A naar B gaan;",
        "samen zijn de bijdragen het verschil. ‘Alleen’ is wat een factor doet als niets anders verandert, en",
        "‘als laatste’ wat hij doet als al het andere al is veranderd. Interval: 90 %.",
        "",
        "Dit is een doorrekening van aannamen en gegevens: zij zegt wat eruit volgt, niet wat er zal gebeuren.",
    ]
    return lines


def _lever_words(lever: str, a: Scenario, b: Scenario) -> str:
    """One lever in two scenarios: Highest share (share_cap): in A 0.3, in B as in the baseline."""
    from models.levers import LEVERS

    parts = []
    for name, scenario in (("A", a), ("B", b)):
        settings = [setting for known, setting in _settings_of(scenario) if known == lever]
        words = " en ".join(_value_words(setting) for setting in settings)
        parts.append(f"in {name} {words or 'zoals in de uitgangssituatie'}")
    return f"{LEVERS[lever].label_nl} ({lever}): {', '.join(parts)}"


def _split_report(part: Split, label: str) -> list[str]:
    decimals = _decimals(max(abs(part.mean_a), abs(part.mean_b), abs(part.difference)))
    first, last, difference, bars = part.shown(decimals)

    def signed(value: float) -> str:
        text = number_text(value, decimals)
        return f"+{text}" if value > 0 and text.strip("0,.") else text

    def interval(low: float, high: float) -> str:
        return "–" if math.isnan(low) or math.isnan(high) else f"{signed(low)} tot {signed(high)}"

    drawn = _text_bars(bars)
    rows = [
        [bar.factor.label, signed(shown), interval(bar.low, bar.high), signed(bar.alone), signed(bar.last)]
        for bar, shown in zip(part.bars, bars, strict=True)
    ]
    rows.append(["verschil", signed(difference), interval(part.low, part.high), "", ""])
    table = _table(["factor", "bijdrage", "interval", "alleen", "als laatste"], rows, 1)
    widths = [max(len(row[index]) for row in (*rows, ["factor", "bijdrage"])) for index in range(2)]
    rule = "  ".join("-" * width for width in widths)
    ends = f"A {number_text(first, decimals)}, B {number_text(last, decimals)}, verschil {signed(difference)}"
    return [
        f"{label} ({unit_text(part.unit)}): {ends}",
        *table[:2],
        *(f"{line.ljust(len(table[1]))}  {bar}".rstrip() for line, bar in zip(table[2:-1], drawn, strict=True)),
        rule,
        table[-1],
    ]


def _decimals(value: float) -> int:
    """As many decimals as keep what is shown exact enough to add up sensibly."""
    return 0 if value == 0 or value >= 1000 else 1 if value >= 100 else 2 if value >= 1 else 4


def _text_bars(values: Sequence[float]) -> list[str]:
    """Bars of text around one axis: what lowers the outcome to the left of it, what raises it to the right."""
    least, most = min([0.0, *values]), max([0.0, *values])
    span = (most - least) or 1.0
    left = round(_BAR_WIDTH * -least / span)
    return [
        ("█" * round(_BAR_WIDTH * -min(value, 0.0) / span)).rjust(left)
        + "│"
        + "█" * round(_BAR_WIDTH * max(value, 0.0) / span)
        for value in values
    ]


_LIVES_HEADS = ("eerder in B", "later in B", "zelfde dag", "alleen in A", "alleen in B")


def _lives_report(compared: LivesCompared, a: Scenario, b: Scenario) -> list[str]:
    """Who gains and who waits, and whose life differs most."""
    from experiments.lives import CHANGES, SIZES
    from experiments.trace import STREAMS_NL
    from sim.calendar import date_of

    found, end = compared.difference, date_text(date_of(compared.until_day))
    lines = [
        f"A: {a.title} ({a.name})",
        f"B: {b.title} ({b.name})",
        f"zaad {compared.seed}, replicatie 1, tot {end}",
        "",
        f"Een andere dag van verhuizing naar een woning, of een woning in maar een van beide: "
        f"{number_text(found.differing)} huishoudens.",
    ]
    if found.only_in_a or found.only_in_b:
        lines.append(
            f"Niet meegeteld: {number_text(found.only_in_a)} huishoudens die alleen in A aankomen en "
            f"{number_text(found.only_in_b)} die alleen in B aankomen."
        )
    for what, title in (("households", "huishoudens"), ("persons", "personen, zoals het huishouden aankwam")):
        rows = [
            [
                "alle" if size is None else f"{size} pers.",
                *(number_text(found.count(change, size, of=what)) for change in CHANGES),
            ]
            for size in (*SIZES, None)
        ]
        lines += ["", f"Wanneer de woning komt, in {title}", *_table(["grootte", *_LIVES_HEADS], rows, 1)]
    rows = [
        [
            "alle" if size is None else f"{size} pers.",
            *(rounded_text(found.mean_days(change, size)) for change in CHANGES),
        ]
        for size in (*SIZES, None)
    ]
    lines += ["", "Hoeveel dagen, gemiddeld per huishouden", *_table(["grootte", *_LIVES_HEADS], rows, 1)]
    lines += ["Bij een woning in maar een van beide zijn de dagen geteld tot het einde."]
    if compared.lives:
        rows = [
            [
                str(life.household),
                str(life.persons),
                STREAMS_NL.get(life.stream, life.stream),
                number_text(life.days_a) if life.home_a >= 0 else "geen woning",
                number_text(life.days_b) if life.home_b >= 0 else "geen woning",
                f"{number_text(abs(life.moved))} {'eerder' if life.moved < 0 else 'later'}",
                life.municipality_a or "–",
                life.municipality_b or "–",
            ]
            for life in compared.lives
        ]
        heads = ["nummer", "pers.", "stroom", "dagen A", "dagen B", "in B", "gemeente A", "gemeente B"]
        lines += [
            "",
            f"De {len(rows)} huishoudens met het grootste verschil; dagen van aankomst tot woning",
            *_table(heads, rows),
            "",
            f"Volg er een met --household en zijn nummer, bijvoorbeeld --household {rows[0][0]}.",
        ]
    return lines


_COLUMN = 52


def _followed_report(followed: FollowedTwice, a: Scenario, b: Scenario) -> list[str]:
    """One household in two futures, side by side."""
    import textwrap

    lines = [
        f"Huishouden {followed.household}, zaad {followed.seed}, replicatie 1",
        f"A: {a.title} ({a.name})",
        f"B: {b.title} ({b.name})",
        "",
    ]
    rows = followed.aligned()
    width = max((len(date_text(day)) for day, _, _ in rows), default=0)
    lines.append(f"{'':<{width}}  {'A':<{_COLUMN}}  B")
    for day, left, right in rows:
        parts = [textwrap.wrap(sentence, _COLUMN) for sentence in (left, right)]
        for index in range(max(len(part) for part in parts)):
            cells = [part[index] if index < len(part) else "" for part in parts]
            lines.append(f"{date_text(day) if not index else '':<{width}}  {cells[0]:<{_COLUMN}}  {cells[1]}".rstrip())
    return [*lines, "", followed.close]


def _settings_of(scenario: Scenario) -> list[tuple[str, Any]]:
    return [
        (name, setting)
        for section in (scenario.levers, scenario.uncertainties)
        for name, settings in section.items()
        for setting in settings
    ]


def _setting_words(name: str, setting: Any) -> str:
    from models.levers import LEVERS

    return f"{LEVERS[name].label_nl} ({name}): {_value_words(setting)}"


def _value_words(setting: Any) -> str:
    words = _cell(setting.value)
    if setting.from_date is not None:
        words += f" vanaf {date_text(setting.from_date)}"
    if setting.until_date is not None:
        words += f" tot {date_text(setting.until_date)}"
    if setting.ramp_days:
        words += f", met een aanloop van {setting.ramp_days} dagen"
    return words


# --- the lists ------------------------------------------------------------------------------------------------


def _lever_rows(uncertainty: bool) -> list[dict[str, Any]]:
    from models.levers import LEVERS, default_of
    from models.parameters import baseline

    usual = baseline("prop-2021")
    return [
        {
            "name": lever.name,
            "label_nl": lever.label_nl,
            "label_en": lever.label_en,
            "help_nl": lever.help_nl,
            "help_en": lever.help_en,
            "holder": lever.holder,
            "unit": lever.unit,
            "kind": lever.kind,
            "low": lever.low,
            "high": lever.high,
            "step": lever.step,
            "choices": list(lever.choices),
            "default": _plain_default(default_of(lever, usual), lever.kind),
            "sets": lever.sets,
            "source": lever.source,
            "dated": lever.dated,
            "uncertainty": lever.uncertainty,
        }
        for lever in LEVERS.values()
        if lever.uncertainty == uncertainty
    ]


def _plain_default(value: Any, kind: str) -> Any:
    """The value of an undated lever; of a dated one the value, or the list of dated steps."""
    from sim.calendar import date_of

    steps = getattr(value, "steps", None)
    if steps is None:
        return int(value) if kind == "integer" else value
    if len({step for _, step in steps}) == 1:
        return steps[0][1]
    return [{"from": date_of(day).isoformat(), "value": step} for day, step in steps]


def _allowed_words(row: Mapping[str, Any]) -> str:
    if row["kind"] == "switch":
        return "true, false"
    if row["kind"] == "choice":
        return ", ".join(row["choices"])
    return f"{rounded_text(row['low'])} – {rounded_text(row['high'])}"


def _default_words(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(f"{rounded_text(step['value'])} vanaf {step['from']}" for step in value[:3]) + (
            "; …" if len(value) > 3 else ""
        )
    return _cell(value)


def _scenario_rows() -> list[dict[str, Any]]:
    from experiments.scenario import ready_scenarios
    from sim.calendar import date_of

    return [
        {
            "name": scenario.name,
            "title": scenario.title,
            "description": scenario.description,
            "title_en": scenario.title_en,
            "description_en": scenario.description_en,
            "period": scenario.period,
            "from": date_of(scenario.from_day).isoformat(),
            "until": date_of(scenario.until_day).isoformat(),
            "package": scenario.package,
            "levers": list(scenario.levers),
            "uncertainties": list(scenario.uncertainties),
            "sources": list(scenario.sources),
            "replications": scenario.replications,
            "seed": scenario.seed,
            "settings": scenario.as_file(),
        }
        for scenario in ready_scenarios()
    ]


def _outcome_rows() -> list[dict[str, Any]]:
    from models.outcomes import OUTCOMES

    return [
        {
            "name": outcome.name,
            "label_nl": outcome.label_nl,
            "label_en": outcome.label_en,
            "unit": outcome.unit,
            "better": outcome.better,
        }
        for outcome in OUTCOMES.values()
    ]


_FACT_COLUMNS = ("value", "unit", "period_start", "period_end", "source", "status", "note")


def _source_rows() -> list[dict[str, Any]]:
    from models.sources import read_table, table_names

    return [
        {
            "table": table,
            "item": ", ".join(text for key, text in row.items() if key not in _FACT_COLUMNS and text),
            "value": _fact_value(row["value"]),
            "unit": row["unit"],
            "period_start": row["period_start"],
            "period_end": row["period_end"],
            "source": row["source"],
            "status": row["status"],
        }
        for table in table_names()
        for row in read_table(table)
    ]


def _fact_value(text: str) -> float | int | str:
    """A number where the cell is one, otherwise the text as it stands."""
    if re.fullmatch(r"-?[0-9]{1,15}", text, re.ASCII):
        return int(text)
    if re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,15}(e-?[0-9]{1,3})?", text, re.ASCII):
        return float(text)
    return text


def main() -> NoReturn:
    """Entry point of the command."""
    app()
    raise SystemExit(0)


if __name__ == "__main__":
    main()
