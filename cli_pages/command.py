"""The command `doorstroom` as a whole: which commands there are, and how it ends.

What leaves is text in the language of the reader or exactly one JSON document on stdout, remarks and progress on
stderr, and an exit code: 0 done, 2 wrong input, 70 replications lost, 74 cannot write, 130 interrupted. Heavy imports
stand inside the commands so that `--help` answers at once.
"""

import errno
import os
import signal
import sys
from typing import Annotated, Any

import typer

from cli_pages import app as app_page
from cli_pages import claims, compare, docs, forecast, history, import_figures, lists, lives, run, sharing, sweep, why
from cli_pages.help import WordedCommand, WordedGroup
from cli_pages.language import choose_language, texts_of
from cli_pages.options import JsonOptions, command_of, usage_sentence
from cli_pages.printing import INTERRUPTED, LOST, print_err, print_out, print_refusal
from sim.errors import Refusal

#: Commands that compile before they compute.
COMPUTING = {"run", "compare", "claims", "backtest", "calibrate", "why", "sweep", "trace", "app", "forecast"}


class SentenceGroup(WordedGroup):
    """Turns every refusal into one sentence on stderr and the right exit code."""

    def main(self, *positional: Any, **named: Any) -> Any:
        """Run the command and leave with its exit code."""
        for stream in ("stdout", "stderr"):
            if getattr(sys, stream) is None:  # closed by whoever started the command
                setattr(sys, stream, open(os.devnull, "w"))  # noqa: SIM115
        code: Any = 0
        try:
            try:
                words = positional[0] if positional else named.get("args")
                choose_language(sys.argv[1:] if words is None else words)
                code = super().main(*positional, **(named | {"standalone_mode": False, "prog_name": "doorstroom"}))
            finally:
                sys.stdout.flush()
        except Refusal as error:
            code = print_refusal(error)
        except KeyboardInterrupt:
            code = _interrupted()
        except OSError as error:
            code = _output_failed(error)
        except MemoryError:
            code = print_err(texts_of("shared")("no_memory"), LOST)
        except Exception as error:
            if _is_interrupt(error):
                sys.exit(_interrupted())
            if not hasattr(error, "format_message"):
                raise
            context = getattr(error, "ctx", None)
            code = print_err(
                usage_sentence(error.format_message(), context.command_path if context else "doorstroom"), 2
            )
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; the parser of options would leave without a word on Ctrl-C."""
        try:
            if hasattr(signal, "pthread_sigmask"):  # held back by `cli.main` until it can be answered
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Exit(_interrupted()) from None


def _is_interrupt(error: BaseException | None) -> bool:
    """Tell whether this fault is an interrupt, or came from one: Python wraps what is raised while it makes a class."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _interrupted() -> int:
    return print_err(texts_of("shared")("interrupted.before"), INTERRUPTED)


def _output_failed(error: OSError) -> int:
    """Stdout went away: quietly when the reader had enough, with a sentence when the disk is full."""
    from sim.errors import CannotWrite, Term

    with open(os.devnull, "w") as nowhere:
        try:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        except (OSError, ValueError):
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    if error.errno in (errno.EPIPE, errno.ESHUTDOWN):
        return 0
    return print_refusal(CannotWrite.because(error.filename or Term("output"), error))


app = typer.Typer(
    cls=SentenceGroup,
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context, show_version: Annotated[bool, typer.Option("--version")] = False, language: str = ""
) -> None:
    if show_version:
        from experiments.run.provenance import version

        print_out(f"doorstroom {version()}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print_out(context.get_help())
    if context.invoked_subcommand in COMPUTING:
        app_page.print_compiled_code_fault()
        context.call_on_close(app_page.print_why_not_kept)


for _name, _command in {
    "run": command_of(run.run_command, run.Options),
    "compare": command_of(compare.compare_command, compare.Options),
    "claims": command_of(claims.claims_command, claims.Options),
    "backtest": command_of(history.backtest_command, history.BacktestOptions),
    "calibrate": command_of(history.calibrate_command, history.CalibrateOptions),
    "forecast": command_of(forecast.forecast_command, forecast.ForecastOptions),
    "score": command_of(forecast.score_command, forecast.ScoreOptions),
    "why": command_of(why.why_command, why.Options),
    "sweep": command_of(sweep.sweep_command, sweep.Options),
    "trace": command_of(lives.trace_command, lives.Options),
    "sharing": command_of(sharing.sharing_command, sharing.Options),
    "import": command_of(import_figures.import_command, import_figures.Options),
    "list": command_of(lists.list_command, lists.ListOptions),
    "check": command_of(lists.check_command, lists.CheckOptions),
    "schema": command_of(lists.schema_command, JsonOptions),
    "docs": command_of(docs.docs_command, docs.Options),
    "app": command_of(app_page.app_command, app_page.Options),
}.items():
    app.command(_name, cls=WordedCommand)(_command)
