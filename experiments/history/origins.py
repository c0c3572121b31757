"""Rolling origin: a fit to the end of a year, and how far it is off in the year that follows.

Inputs of the year that follows are given, outcomes are not. What is found is kept per origin, and two things are made
of it: the table of a year ahead, and the discrepancy of a series, which is how much further off figures lie than luck
and parameters explain. The discrepancy under which an origin is judged comes from the other origins only.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from experiments import FOLDER
from experiments.history.backtest import DrawTask, Point, check_period, fit_points, published_until, run_draws, window
from experiments.history.calibration import CALIBRATION_SEED, USUAL_DAYS, WAVES, Report, calibrate, usual_discrepancy
from experiments.run.discrepancy import Discrepancy
from experiments.run.observed import NATIONAL
from experiments.run.provenance import behind_fit, version, what_changed
from experiments.run.result import BAND_LEVEL
from experiments.storage.documents import read_document, write_document
from experiments.storage.files import write_file
from sim.arrays import FloatArray
from sim.calendar import date_of, day_number
from sim.errors import Allowed, WrongInput
from sim.statistics import bands

KEPT = FOLDER / "verdicts"
AHEAD_SEED = 1201
#: What stands in the table of a year ahead, in this order.
HEADLINE = ("realised", "permit_holders_under_coa", "persons_in_reception", "pending_decisions")
#: The tolerance of a series weighs as much as what so many origins found.
PRIOR_ORIGINS = 2.0
#: How long an error may last, in days; sought by likelihood.
LASTING = (90.0, 180.0, 365.0, 730.0, 1460.0)
#: The middle 80 per cent of a normal spread.
WITHIN = 1.2815515655446004


def origins(period: str) -> tuple[int, ...]:
    """Years that are followed by a whole year of which outcomes are published."""
    first, _ = window(period)
    return tuple(range(date_of(first).year, date_of(published_until(period)).year - 1))


def origin_file(period: str, year: int) -> Path:
    """Where what was found at an origin is kept."""
    return KEPT / f"ahead-{period}-{year}.json"


def run_origin(
    period: str, year: int, *, work: Path, workers: int = 1, seed: int = CALIBRATION_SEED,
    report: Report = lambda label, done, total: None, waves: Sequence[int] = WAVES,
) -> dict[str, Any]:  # fmt: skip
    """Fit to the end of a year and score the next; plain values, as they are kept. Raises WrongInput."""
    check_period(period, file="--origin")
    if year not in origins(period):
        allowed = Allowed("range", low=min(origins(period)), high=max(origins(period)))
        raise WrongInput(file="--origin", value=year, allowed=allowed)
    until = f"{year}-12-31"
    fitted = calibrate(period, until, seed=seed, work=work, workers=workers, report=report, waves=waves)
    report("test", 0, 1)
    values = run_draws(
        DrawTask(period, fitted.paths, fitted.draws, AHEAD_SEED + year, published_until(period)), workers
    )
    return {
        "scenario": period,
        "origin": year,
        "version": version(),
        **behind_fit(period),
        "seed": seed,
        "draws": len(fitted.draws),
        "paths": list(fitted.paths),
        "drawn": [[float(f"{number:.6g}") for number in draw] for draw in fitted.draws],
        "convergence": fitted.about["convergence"],
        "ahead": ahead_rows(fit_points(period), values, until),
    }


def draws_file(period: str, year: int) -> Path:
    """Where the draws of the fit at an origin are kept, from which forecasts of that day are made."""
    return KEPT / f"draws-{period}-{year}.csv"


def keep_origin(found: Mapping[str, Any]) -> Path:
    """Write what was found at an origin, and its draws beside it. Raises CannotWrite."""
    path = origin_file(found["scenario"], found["origin"])
    rest = {name: value for name, value in found.items() if name not in ("paths", "drawn")}
    lines = [",".join(found["paths"]), *(",".join(map(repr, draw)) for draw in found["drawn"])]
    table = "\n".join(lines) + "\n"
    write_file(draws_file(found["scenario"], found["origin"]), table)
    write_document(path, rest | {"table": _table_checksum(table.encode())})
    return path


def kept_draws(period: str, year: int) -> tuple[tuple[str, ...], FloatArray]:
    """The paths and draws of the fit at an origin, (draws, parameters). Raises WrongInput for damaged ones."""
    file = draws_file(period, year)
    try:
        about, content = read_document(origin_file(period, year), {"table"}), file.read_bytes()
        if about["table"] != _table_checksum(content):
            raise ValueError("the two files do not belong together")
        head, *rows = content.decode().splitlines()
        return tuple(head.split(",")), np.array([[float(number) for number in row.split(",")] for row in rows])
    except (OSError, ValueError) as error:
        raise WrongInput("origin_without_draws", file=file.name, year=year) from error


def _table_checksum(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]


def kept_origins(period: str) -> list[dict[str, Any]]:
    """What is kept of every origin of a period, the first first. Raises WrongInput for a damaged file."""
    found = []
    for path in sorted(KEPT.glob(f"ahead-{period}-*.json")):
        try:
            found.append(read_document(path, {"origin", "ahead", *behind_fit()}))
        except (OSError, ValueError) as error:
            raise WrongInput("backtest_unreadable", file=path.name) from error
    return found


def origin_changed(found: Mapping[str, Any]) -> tuple[str, ...]:
    """What has changed since an origin was kept."""
    return what_changed(found)


def ahead_rows(held_points: Sequence[Point], values: FloatArray, until: str) -> list[dict[str, Any]]:
    """Every figure of the year after a day: published, the mean and spread of the runs, and the last value before."""
    start = day_number(until)
    end = day_number(f"{int(until[:4]) + 1}-12-31")
    means, lows, highs = bands(values, BAND_LEVEL)
    rows = []
    for index, point in enumerate(held_points):
        seen = point.observation
        if not start < seen.last_day <= end or seen.first_day <= start or not seen.value or np.isnan(means[index]):
            continue
        rows.append(
            {
                "series": point.held.key,
                "area": seen.area,
                "period": point.period,
                "day": (seen.first_day + seen.last_day) / 2.0,
                "published": seen.value,
                "mean": float(means[index]),
                "low": float(lows[index]),
                "high": float(highs[index]),
                "spread": float(values[:, index].std(ddof=1) / max(abs(means[index]), 1.0)),
                "repeated": _last_before(held_points, point, start),
                "fitted": point.held.fitted,
            }
        )
    return rows


def _last_before(held_points: Iterable[Point], point: Point, day: int) -> float | None:
    """The last figure of the same series and area that was known on a day, for as many days where it is a flow."""
    known = [
        other.observation
        for other in held_points
        if other.held is point.held and other.observation.area == point.observation.area
        and other.observation.last_day <= day
    ]  # fmt: skip
    if not known:
        return None
    last, seen = max(known, key=lambda row: (row.last_day, row.first_day)), point.observation
    days, last_days = seen.last_day - seen.first_day, last.last_day - last.first_day
    return last.value * (days + 1) / (last_days + 1) if days and last_days else last.value


# ---- the discrepancy -----------------------------------------------------------------------------


def discrepancy_of(kept: Sequence[Mapping[str, Any]], leaving_out: int | None = None) -> Discrepancy | None:
    """What a model lacks by the years that fits had not seen, all but one; None without any.

    Per series: the mean over origins of the squared relative error beyond the spread of the runs, in which the
    tolerance counts as PRIOR_ORIGINS origins.
    """
    found = [origin for origin in kept if origin["origin"] != leaving_out]
    if not found:
        return None
    usual = usual_discrepancy().sizes
    excess: dict[str, list[float]] = {key: [] for key in usual}
    for origin in found:
        for key, rows in _by_series(origin["ahead"], lambda row: str(row["series"])):
            if key in excess:
                beyond = [_error(row) ** 2 - row["spread"] ** 2 for row in rows]
                excess[key].append(max(float(np.mean(beyond)), 0.0))
    sizes = {
        key: float(np.sqrt((PRIOR_ORIGINS * usual[key] ** 2 + sum(seen)) / (PRIOR_ORIGINS + len(seen))))
        for key, seen in excess.items()
    }
    return Discrepancy(sizes, _lasting(found, sizes))


def _error(row: Mapping[str, Any]) -> float:
    return float((row["mean"] - row["published"]) / row["published"])


def _by_series(rows: Iterable[Mapping[str, Any]], key: Any) -> list[tuple[str, list[Mapping[str, Any]]]]:
    return [(name, list(mine)) for name, mine in groupby(sorted(rows, key=key), key=key)]


def _lasting(found: Sequence[Mapping[str, Any]], sizes: Mapping[str, float]) -> float:
    """How long errors last: the most likely of a few, over all series and origins together."""
    told = dict.fromkeys(LASTING, 0.0)
    for origin in found:
        for _, rows in _by_series(origin["ahead"], lambda row: (row["series"], row["area"])):
            if len(rows) < 2 or rows[0]["series"] not in sizes:
                continue
            errors, days = np.array([_error(row) for row in rows]), np.array([row["day"] for row in rows])
            keys = [(rows[0]["series"], rows[0]["area"])] * len(rows)
            for lasting in LASTING:
                whole = Discrepancy(sizes, lasting).covariance(keys, days)
                whole += np.diag([row["spread"] ** 2 + 1e-6 for row in rows])
                _, size = np.linalg.slogdet(whole)
                told[lasting] -= 0.5 * float(errors @ np.linalg.solve(whole, errors) + size)
    return max(told, key=lambda lasting: told[lasting]) if any(told.values()) else USUAL_DAYS


# ---- the table -----------------------------------------------------------------------------------


def with_bands(kept: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every figure a year ahead of every origin, with the band that holds the discrepancy of the other origins."""
    rows = []
    for origin in kept:
        lacking = discrepancy_of(kept, leaving_out=origin["origin"]) or usual_discrepancy()
        for row in origin["ahead"]:
            size = float(np.hypot(lacking.sizes.get(row["series"], 0.0), row["spread"]))
            ends = [max(row["mean"] * (1.0 + way * WITHIN * size), 0.0) for way in (-1.0, 1.0)]
            inside = ends[0] <= row["published"] <= ends[1]
            rows.append({**row, "origin": origin["origin"], "low": ends[0], "high": ends[1], "inside": inside})
    return rows


def scored(
    rows: Sequence[Mapping[str, Any]], yardstick: Mapping[tuple[int, str, str], float] | None = None
) -> list[dict[str, Any]]:
    """Per origin and headline series: mean absolute error in per cent of the chain and its rivals, and the band.

    yardstick: what a plain model says, by origin, series and period. A last row per series is the mean over origins.
    """
    table = []
    for name in HEADLINE:
        mine = [row for row in rows if row["series"] == f"{name}:country" and row["area"] == NATIONAL]
        parts = [(year, list(part)) for year, part in groupby(mine, key=lambda row: row["origin"])]
        per_origin = [{"series": name, "origin": year, **_scores(part, yardstick or {})} for year, part in parts]
        table += per_origin
        if per_origin:
            table.append({"series": name, "origin": None, **_mean_of(per_origin)})
    return table


def _scores(
    rows: Sequence[Mapping[str, Any]], yardstick: Mapping[tuple[int, str, str], float]
) -> dict[str, float | int | None]:
    plain = [yardstick.get((row["origin"], row["series"], row["period"])) for row in rows]
    return {
        "points": len(rows),
        "inside": sum(row["inside"] for row in rows),
        "chain": _off([row["mean"] for row in rows], rows),
        "repeated": _off([row["repeated"] for row in rows], rows),
        "plain": _off(plain, rows),
    }


def _off(said: Sequence[float | None], rows: Sequence[Mapping[str, Any]]) -> float | None:
    """The mean absolute error in per cent over the figures of which something is said."""
    off = [
        100.0 * abs(value - row["published"]) / row["published"]
        for value, row in zip(said, rows, strict=True)
        if value is not None
    ]
    return float(np.mean(off)) if off else None


def _mean_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, float | int | None]:
    means = {
        name: float(np.mean(known)) if (known := [row[name] for row in rows if row[name] is not None]) else None
        for name in ("chain", "repeated", "plain")
    }
    return {"points": sum(row["points"] for row in rows), "inside": sum(row["inside"] for row in rows), **means}


def origin_table(period: str) -> list[dict[str, Any]]:
    """The table of a year ahead as it is kept, with what the plain model of `benchmarks/stock_flow.py` says."""
    return scored(with_bands(kept_origins(period)), yardstick(period))


def yardstick(period: str) -> dict[tuple[int, str, str], float]:
    """What the plain stock-flow model says a year ahead, by origin, series and period; empty when none is kept."""
    path = KEPT / f"yardstick-{period}.json"
    if not path.exists():
        return {}
    try:
        rows = read_document(path, {"ahead"})["ahead"]
        return {(row["origin"], row["series"], row["period"]): row["value"] for row in rows}
    except (OSError, ValueError, LookupError) as error:
        raise WrongInput("backtest_unreadable", file=path.name) from error
