"""What stands behind the figures: the kept back-tests, what was fitted, and every figure with its source.

A kept back-test is one JSON file per period in `verdicts/`, and says itself which model version, figures and ensemble
made it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from experiments import FOLDER, read_csv
from experiments.history.backtest import run_backtest
from experiments.history.identifiability import VERDICTS, informed_by, is_at_bound, says_hardly_anything, verdict
from experiments.run.ensemble import default_ensemble, ensembles_changed, load_ensemble
from experiments.run.provenance import behind_fit, what_changed
from experiments.run.workers import default_workers
from experiments.storage.documents import read_document, write_document
from models.parameters import PERIODS as PERIODS_WITH_STOCK
from sim.errors import WrongInput

VERDICTS_FOLDER = FOLDER / "verdicts"
#: Periods of which a back-test is kept: all for which there are draws, but those that look ahead.
PERIODS = tuple(
    name for name, period in PERIODS_WITH_STOCK.items() if default_ensemble(name) is not None and not period.continues
)
DRAWS = 50
#: Fact tables that are shown; parameters stand apart.
PARAMETERS = "parameters"
STATUSES = ("measured", "estimated", "assumed")


def backtest_file(period: str) -> Path:
    """Where the back-test of a period is kept."""
    return VERDICTS_FOLDER / f"backtest-{period}.json"


def keep_backtest(period: str, draws: int = DRAWS, target: Path | None = None) -> Path:
    """Run the back-test of a period with its usual ensemble and keep it. Raises WrongInput and CannotWrite."""
    ensemble = default_ensemble(period)
    if ensemble is None:
        raise WrongInput("no_ensemble", file=period)
    document = run_backtest(period, ensemble, draws, workers=default_workers(draws)).to_json()
    path = backtest_file(period) if target is None else target
    path.parent.mkdir(exist_ok=True)
    write_document(path, document)
    return path


def kept_backtest(period: str, path: Path | None = None) -> dict[str, Any]:
    """The kept back-test as plain values. Raises WrongInput when there is none or it is damaged."""
    path = backtest_file(period) if path is None else path
    try:
        return read_document(path, {"series", "summary", "ensemble", "ensemble_version", *behind_fit()})
    except (OSError, ValueError) as error:
        raise WrongInput("backtest_unreadable", file=path.name) from error


def backtest_changed(document: Mapping[str, Any]) -> tuple[str, ...]:
    """What has changed since a back-test was kept: of `behind_fit` and `ensemble`; empty when it is of this model."""
    other_fit = ensembles_changed({document["ensemble"]: document["ensemble_version"]})
    return (*what_changed(document), *(["ensemble"] if other_fit else []))


def series_names() -> dict[tuple[str, str], tuple[str, str]]:
    """The name of each series that the model is held against, in Dutch and English, by (series, areas)."""
    return {(row["series"], row["areas"]): (row["name_nl"], row["name_en"]) for row in read_csv("held_against")}


def about_fit(period: str = "prop-2021") -> dict[str, Any]:
    """What stands beside the ensemble of a period: runs, figures, tolerances, parameters, correlations."""
    return dict(load_ensemble(default_ensemble(period) or period).about)


def fitted_rows(period: str = "prop-2021") -> list[dict[str, Any]]:
    """Every fitted parameter, best known first: names, prior range, 80 per cent of draws, best and how much is learned.

    `knows` is 0 (knows), 1 (half) or 2 (guesses); `told_by` holds at most two series as (series, areas), and is empty
    when hardly anything is told. `on_the_end` says that the best value lies at an end of the prior range.
    """
    labels = {row["parameter"]: row for row in read_csv("fitted_parameters")}
    rows = []
    for row in sorted(about_fit(period)["parameters"], key=lambda row: (row["width_left"], row["parameter"])):
        label = labels[row["parameter"]]
        rows.append(
            {name: row[name] for name in ("parameter", "prior_low", "prior_high", "low", "high", "best", "width_left")}
            | {
                "label": (label["label_nl"], label["label_en"]),
                "unit": (label["unit"], label["unit_en"]),
                "source": label["source"],
                "note": label["note"],
                "knows": VERDICTS.index(verdict(row["width_left"])),
                "on_the_end": is_at_bound(row),
                "told_by": [] if says_hardly_anything(row["told_by"]) else informed_by(row["told_by"]),
            }
        )
    return rows


def parameter_of_lever() -> dict[str, str]:
    """Which parameter each lever and uncertainty moves."""
    from models.levers import LEVERS

    return {name: lever.sets for name, lever in LEVERS.items()}


def fact_tables() -> tuple[str, ...]:
    """Names of all tables of facts, that of the parameters first."""
    from models.sources import table_names

    return (PARAMETERS, *(name for name in table_names() if name != PARAMETERS))


def fact_rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one table of facts as text. Raises KeyError for an unknown name."""
    from models.sources import read_table

    if name not in fact_tables():
        raise KeyError(name)
    return read_table(name)


def counts_by_status() -> dict[str, dict[str, int]]:
    """Per table of facts how many rows were measured, estimated and assumed."""
    return {
        name: {status: sum(row["status"] == status for row in fact_rows(name)) for status in STATUSES}
        for name in fact_tables()
    }


if __name__ == "__main__":
    for kept in map(keep_backtest, PERIODS):
        print(f"{kept.name}: {kept.stat().st_size} bytes")
