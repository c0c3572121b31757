"""A page made from its template: Markdown in which figures and rows are filled in."""

from collections.abc import Sequence
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from experiments.language.language import Language

#: The pages of `docs/` that are made are for Dutch readers.
LANGUAGE: Language = "nl"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [f"| {' | '.join(cells)} |" for cells in (heads, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(heads), *lines[1:]])


@lru_cache(maxsize=1)
def _environment() -> Environment:
    # The pages are Markdown that we write ourselves for our own repository: nothing of a visitor comes in.
    found = Environment(
        loader=PackageLoader("experiments.documents"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    found.globals["table"] = table
    return found


def render(template: str, **values: object) -> str:
    """The page of a template. A value that is missing raises UndefinedError."""
    return _environment().get_template(template).render(**values)
