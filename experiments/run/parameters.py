"""The parameters of a period with changes and a draw laid over them."""

import time
from collections.abc import Sequence
from typing import Any

from experiments.run.ensemble import laid, load_ensemble, with_draw
from experiments.run.variants import with_variant
from models.levers import Change
from sim.calendar import day_number
from sim.errors import Refusal, WrongInput

#: What is done to a parameter instead of what a draw says of it: its path, how (as a draw does) and the number.
Moved = tuple[str, str, float]
#: Long enough for every daily, weekly and monthly act to have happened once.
COMPILING_DAYS = 45
#: A file being written that was not touched for so long belongs to a process that is gone.
ABANDONED_SECONDS = 3600.0


def compiled_code_fault() -> tuple[str, dict[str, Any]] | None:
    """What is wrong with compiled code that is kept, as a code with values; what is damaged is removed by the way."""
    from sim.kernel_store import FOLDER, WANTED, remove_damaged

    if FOLDER is None:
        return "not_kept", {"folder": WANTED}
    count = remove_damaged(time.time() - ABANDONED_SECONDS)
    return ("damaged", {"folder": FOLDER, "count": count}) if count else None


def why_not_kept() -> Refusal | None:
    """Why something that was compiled in this process could not be kept; None when all was."""
    from sim.kernel_store import not_kept

    return not_kept()


def compile_once(parameters: Any) -> None:
    """Compile in this process before workers start, so that they do not all compile the same."""
    from sim.kernel_store import FOLDER, compiled_before, remember_compiled

    if FOLDER is not None and not compiled_before():
        from models.chain import simulate
        from models.parameters import PERIODS

        simulate(parameters, 1, day_number(PERIODS[parameters.period].start) + COMPILING_DAYS)
        remember_compiled()


def changed_parameters(
    period: str,
    changes: Sequence[Change],
    ensemble: str | None = None,
    draw: int | None = None,
    variant: str = "",
    moved: Sequence[Moved] = (),
) -> Any:
    """The parameters of a period with the changes laid over them. Raises WrongInput when they do not fit.

    With an ensemble they start from one of its draws (counted from 0), or from the best one when that is None. What
    is moved takes the place of what the draw says of it; a change that sets the same parameter goes over it.
    """
    from pydantic import ValidationError

    from models.levers import apply_changes
    from models.parameters import baseline, value_at, with_values

    parameters = usual = baseline(period)
    if ensemble is not None:
        chosen = load_ensemble(ensemble)
        parameters = with_draw(parameters, chosen.paths, chosen.best if draw is None else chosen.draws[draw])
    try:
        values = {path: laid(value_at(usual, path), how, number) for path, how, number in moved}
        parameters = with_values(parameters, values) if values else parameters
        return apply_changes(with_variant(parameters, variant) if variant else parameters, changes)
    except ValueError as error:
        found = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        detail = found.removeprefix("Value error, ")
        raise WrongInput("values_clash", detail=detail) from error
