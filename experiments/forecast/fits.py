"""Which parameter sets a forecast may use: those of a fit that saw nothing from after its day.

A fit is the ensemble that a period runs with, or what was fitted at an origin, or, where no fit was made before that
day, points spread evenly over the prior ranges. The ranges were chosen by people who had seen later years.
"""

from dataclasses import dataclass

import numpy as np

from experiments.history.origins import kept_draws, kept_origins
from experiments.run.ensemble import default_ensemble, fitted_parameters, load_ensemble
from models.parameters import PERIODS
from sim.arrays import FloatArray
from sim.calendar import day_number
from sim.errors import WrongInput, one_of

PRIOR = "prior"
PRIOR_DRAWS = 128
_PRIOR_SEED = 2019


@dataclass(frozen=True)
class Fit:
    """Draws of the fitted parameters, (draws, parameters), and the last day that the fit saw; None for the prior."""

    name: str
    until: str | None
    paths: tuple[str, ...]
    draws: FloatArray

    def knew(self, origin: int) -> bool:
        """Whether everything that the fit saw was known before a day."""
        return self.until is None or day_number(self.until) < origin


def prior_fit() -> Fit:
    """Points spread evenly over the prior ranges."""
    from scipy.stats import qmc

    chosen = fitted_parameters()
    low, high = (np.array([getattr(fitted, end) for fitted in chosen]) for end in ("low", "high"))
    points = qmc.Sobol(len(chosen), rng=_PRIOR_SEED).random(PRIOR_DRAWS)
    return Fit(PRIOR, None, tuple(fitted.path for fitted in chosen), low + points * (high - low))


def _fits(period: str) -> dict[str, str | None]:
    """The fits that there are for a period, the one that saw most first, and until when each saw."""
    found: dict[str, str | None] = {}
    if (name := default_ensemble(period)) is not None:
        found[name] = str(load_ensemble(name).about["fitted_until"])
    for fitted_on in dict.fromkeys((period, *PERIODS)):
        for origin in sorted((one["origin"] for one in kept_origins(fitted_on)), reverse=True):
            found.setdefault(f"{fitted_on}-{origin}", f"{origin}-12-31")
    return dict(sorted(found.items(), key=lambda item: str(item[1]), reverse=True)) | {PRIOR: None}


def fit_for(period: str, origin: int, name: str = "") -> Fit:
    """The fit of that name, or the one that saw most of what was known before a day.

    Raises WrongInput for a name that is none, or a fit that saw figures of later.
    """
    fits = _fits(period)
    if name and name not in fits:
        raise WrongInput(file="--fit", value=name, allowed=one_of(fits))
    for one in (name,) if name else fits:
        until = fits[one]
        if until is None or day_number(until) < origin:
            return _load(one, until)
    raise WrongInput("fit_saw_later", file="--fit", value=name, until=fits[name])


def _load(name: str, until: str | None) -> Fit:
    if until is None:
        return prior_fit()
    period, _, year = name.rpartition("-")
    if period in PERIODS:
        return Fit(name, until, *kept_draws(period, int(year)))
    ensemble = load_ensemble(name)
    return Fit(name, until, ensemble.paths, ensemble.draws)
