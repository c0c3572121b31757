"""A forecast and its yardsticks, made and kept in one folder."""

from pathlib import Path

import numpy as np

from experiments.forecast.hub import NAIVE, PLAIN, Kept, check_free, keep, model_of, output_file
from experiments.forecast.levels import LEVELS
from experiments.forecast.make import Plan, Progress, make_forecast
from experiments.forecast.yardsticks import naive, plain
from sim.arrays import FloatArray

_NOTHING = np.zeros((0, 0))


def write_forecast(folder: Path, plan: Plan, workers: int = 1, on_progress: Progress | None = None) -> Kept:
    """Make the forecast of a plan and keep it, with what the yardsticks say on the same day beside it.

    Raises CannotWrite before anything runs when that forecast is kept already. A yardstick that is kept stays.
    """
    model = model_of(plan.scenario.name)
    check_free(folder, model, plan.origin)
    made = make_forecast(plan, workers, on_progress)
    quantiles: FloatArray = np.quantile(made.samples, LEVELS, axis=0)
    kept = Kept(model, plan.origin, made.asked, quantiles, made.samples, made.about)
    keep(folder, kept)
    about = {name: made.about[name] for name in ("scenario", "origin", "version", "model_version", "known_until")}
    for name, said in (
        (NAIVE, naive(made.asked, plan.origin)),
        (PLAIN, plain(made.asked, plan.scenario.period, plan.origin)),
    ):
        if not np.isnan(said).all() and not output_file(folder, name, plan.origin).exists():
            keep(folder, Kept(name, plan.origin, made.asked, said, _NOTHING, about))
    return kept
