"""What every claim is tried under: the parameters that nobody measured and that move the headline outcomes most.

They follow from the screening that is kept, by one rule (`history.screening.largest`): a new screening may change them,
and the verdicts that were kept before then say that they are older. The ends of a fitted parameter are those of the
middle of the draws of the fit, of every other one those between which the screening moved it. One parameter is moved
at a time; the others stay at what each draw says, so that an end need not fit history. In a period that a fitted
parameter is not drawn for it has a value of its own, which is moved by as much against its middle.
"""

from typing import Any

import numpy as np

from experiments.claims.claim import Assumption, End
from experiments.history.screening import kept_screening, largest, rows_in_force
from experiments.run.ensemble import default_ensemble, fitted_parameters, load_ensemble

PERIOD = "prop-2021"
COUNT = 10
#: Which part of the draws lies between the ends of a fitted parameter.
MIDDLE = 0.8


def assumptions() -> tuple[Assumption, ...]:
    """What claims are tried under now, the largest first. Raises WrongInput when screening or draws cannot be read."""
    known = rows_in_force(PERIOD)
    rows = [row for row in kept_screening(PERIOD)["parameters"] if row["parameter"] in known]
    fitted = {one.path: one.how for one in fitted_parameters() if one.applies_to(PERIOD)}
    found = []
    for row in largest(rows, COUNT):
        path = row["parameter"]
        if path in fitted:
            found.append(_fitted(path, fitted[path]))
        else:
            ends = (End(end, moved=((path, row["how"], end),)) for end in (row["low"], row["high"]))
            found.append(Assumption(path, *ends))
    return tuple(found)


def _fitted(path: str, how: str) -> Assumption:
    low, middle, high = middle_of_draws(path)
    against = "depth" if how == "depth" else "factor"
    ends = (End(end, moved=((path, how, end),), elsewhere=((path, against, end / middle),)) for end in (low, high))
    return Assumption(path, *ends)


def middle_of_draws(path: str) -> tuple[float, float, float]:
    """Between which numbers the middle of the kept draws of a fitted parameter lies, as a draw says them; and theirs.

    Low, median and high. Raises ValueError where there are no draws, or none of this parameter.
    """
    name = default_ensemble(PERIOD)
    if name is None:
        raise ValueError(f"there is no ensemble of {PERIOD}")
    ensemble = load_ensemble(name)
    drawn = ensemble.draws[:, ensemble.paths.index(path)]
    low, middle, high = np.quantile(drawn, [(1.0 - MIDDLE) / 2.0, 0.5, (1.0 + MIDDLE) / 2.0])
    return float(f"{low:.4g}"), float(middle), float(f"{high:.4g}")


def as_rows(tried: tuple[Assumption, ...]) -> list[dict[str, Any]]:
    """Assumptions as plain values, by which kept verdicts are known to rest on others."""
    return [
        {"parameter": path, "how": how, "low": one.low.value, "high": one.high.value}
        for one in tried
        for path, how, _ in one.low.moved
    ]
