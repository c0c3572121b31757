"""`doorstroom docs`: pages of the documentation that are made from what the program knows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from cli_pages import options as shared
from cli_pages.language import texts_of
from cli_pages.printing import print_out


@dataclass(frozen=True, kw_only=True)
class Options(shared.Options):
    """What `doorstroom docs` takes."""

    folder: Annotated[str, typer.Argument()] = "docs"
    force: shared.Force = False


def docs_command(options: Options) -> None:
    """Write the pages that are no longer what the program says."""
    from experiments.documents.pages import write_pages

    texts = texts_of("docs")
    written = write_pages(Path(options.folder), options.force)
    print_out(*[texts("written", page=path) for path in written] or [texts("nothing")])
