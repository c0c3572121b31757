"""A bar on stderr that tells how much is done and how long it still takes; silent when piped."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any


class Progress:
    """Use: `with Progress(label) as progress: replicate(task, numbers, workers, progress)`."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._bar: Any = None
        self._row: Any = None

    def __enter__(self) -> "Progress":
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            # Moves before anything is done: the first run after a change of code compiles for half a minute.
            self._row = self._bar.add_task(self._label, total=None)
        return self

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` are done."""
        if self._bar is not None:
            self._bar.update(self._row, completed=done, total=total)

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.stop()


@contextlib.contextmanager
def progress_by_label(label_of: Callable[[str], str]) -> Iterator[Callable[[str, int, int], None]]:
    """One bar after another, a new one for each new step; `label_of` gives a step its words."""
    bars: dict[str, Progress] = {}
    with contextlib.ExitStack() as stack:

        def report(step: str, done: int, total: int) -> None:
            if step not in bars:
                stack.close()
                bars[step] = stack.enter_context(Progress(label_of(step)))
            bars[step](done, total)

        yield report
