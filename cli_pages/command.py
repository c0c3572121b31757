"""The command `doorstroom` as a whole: which commands there are, and how it ends.

Who acts: a person at a terminal, or another program that reads the JSON. Who waits: that person. What leaves:
text in Dutch or exactly one JSON document on stdout, remarks and progress on stderr, and an exit code:
0 done, 2 wrong input, 70 replications lost, 74 cannot write, 130 interrupted. What is left out: any
computation; heavy imports stand inside the commands so that `--help` answers at once.
"""

from __future__ import annotations

import errno
import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cli_pages import app as app_page
from cli_pages import claims, compare, history, lists, lives, run, sweep, why
from cli_pages.options import usage_sentence
from cli_pages.saying import say, tell, tell_refusal

#: Commands that compile before they compute.
COMPUTING = {"run", "compare", "claims", "backtest", "calibrate", "why", "sweep", "trace", "app"}


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
            code = tell_refusal(error)
        except KeyboardInterrupt:
            code = tell("Onderbroken.", 130)
        except OSError as error:
            code = _output_failed(error)
        except MemoryError:
            code = tell("Er is te weinig geheugen voor deze opdracht.", 70)
        except Exception as error:
            if not hasattr(error, "format_message"):
                raise
            code = tell(usage_sentence(error.format_message()), 2)
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, context: Any) -> Any:
        """Run the command; the parser of options would leave without a word on Ctrl-C."""
        try:
            return super().invoke(context)
        except KeyboardInterrupt:
            raise typer.Exit(tell("Onderbroken.", 130)) from None


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
    return tell_refusal(CannotWrite.because(error.filename or Term("output"), error))


app = typer.Typer(
    cls=DutchGroup,
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Rekent de asielketen door, van aanvraag tot woning: wat volgt er uit een besluit, waar en wanneer.",
)


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    show_version: Annotated[bool, typer.Option("--version", help="Toon de versie.")] = False,
) -> None:
    if show_version:
        from experiments.run.provenance import version

        say(f"doorstroom {version()}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        say(context.get_help())
    if context.invoked_subcommand in COMPUTING:
        app_page.tell_not_kept()


app.command("run")(run.run_command)
app.command("compare")(compare.compare_command)
app.command("claims")(claims.claims_command)
app.command("backtest")(history.backtest_command)
app.command("calibrate")(history.calibrate_command)
app.command("why")(why.why_command)
app.command("sweep")(sweep.sweep_command)
app.command("trace")(lives.trace_command)
app.command("list")(lists.list_command)
app.command("check")(lists.check_command)
app.command("schema")(lists.schema_command)
app.command("app", help=app_page.HELP)(app_page.app_command)
