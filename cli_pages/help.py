"""Help in the language of the reader: what commands and options do stands in catalogues, by name of the option.

`command_run.toml` holds `help.command`, and for the option that is called `seed` in the code `help.seed` and
`metavar.seed`; what it lacks stands in `command_shared.toml`, which holds what commands share.
"""

from typing import Any

from typer.core import TyperCommand, TyperGroup

from cli_pages.language import texts_of

SHARED = "shared"


class WordedCommand(TyperCommand):
    """A command whose help comes from its catalogue."""

    def get_params(self, ctx: Any) -> Any:
        """The options and arguments, with their words in the language of this moment."""
        return _worded(super().get_params(ctx), self.name or SHARED)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page of help."""
        _write_help(self, ctx, formatter)


class WordedGroup(TyperGroup):
    """A command with commands below it, whose help comes from the catalogue that they share."""

    def get_params(self, ctx: Any) -> Any:
        """The options, with their words in the language of this moment."""
        return _worded(super().get_params(ctx), SHARED)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page of help, with a line for every command."""
        _write_help(self, ctx, formatter)
        texts = texts_of(SHARED)
        with formatter.section(texts("usage.commands")):
            formatter.write_dl([(name, texts_of(name)("help.command")) for name in self.list_commands(ctx)])


def _worded(params: list[Any], name: str) -> list[Any]:
    """Give options and arguments their words."""
    own, shared = texts_of(name), texts_of(SHARED)
    for param in params:
        for kind in ("help", "metavar"):
            key = f"{kind}.{param.name}"
            if kind == "help" or not getattr(param, "is_flag", False):
                setattr(param, kind, own(key) if own.has(key) else shared(key))
    return params


def _write_help(command: WordedCommand | WordedGroup, context: Any, formatter: Any) -> None:
    texts = texts_of(SHARED)
    own = texts_of(command.name) if isinstance(command, WordedCommand) and command.name else texts
    rows: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
    for param in command.get_params(context):
        rows[param.param_type_name].append(_row(param))
    below = "usage.command" if isinstance(command, WordedGroup) else "usage.option"
    pieces = [*(name for name, _ in rows["argument"]), texts(below)]
    formatter.write_usage(context.command_path, " ".join(pieces), f"{texts('usage.head')} ")
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(own("help.command"))
    for kind, listed in rows.items():
        if listed:
            with formatter.section(texts(f"usage.{kind}s")):
                formatter.write_dl(listed)


def _row(param: Any) -> tuple[str, str]:
    if param.param_type_name == "argument":
        return param.metavar, param.help
    names = ", ".join(param.opts)
    return (names if param.is_flag else f"{names} {param.metavar}"), param.help
