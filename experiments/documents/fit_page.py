"""The page on what the model knows and what it guesses, from what stands beside the ensemble."""

from collections.abc import Mapping, Sequence
from typing import Any

from experiments import read_csv
from experiments.documents.render import LANGUAGE, render
from experiments.history import identifiability as fit
from experiments.history.backtest import held_against, window
from experiments.history.screening import against_fit
from experiments.language.catalogue import catalogue
from experiments.language.formatting import date_text, listed, number_text
from experiments.language.labels import lever_label, parameter_label, status_text
from experiments.run.provenance import outdated_text, what_changed
from models.levers import LEVERS
from sim.calendar import date_of, day_number


def fit_page(about: Mapping[str, Any], held_out: Mapping[str, Any] | None, screening: Mapping[str, Any]) -> str:
    """The whole page as Markdown. `held_out` is a back-test as `ensemble.held_out` gives it."""
    labels = {row["parameter"]: (row["label_nl"], row["unit"]) for row in read_csv("fitted_parameters")}
    parameters = sorted(about["parameters"], key=lambda row: (row["width_left"], row["parameter"]))
    verdicts = [fit.verdict(row["width_left"]) for row in parameters]
    first, until = window(about["scenario"])
    last = about.get("fitted_until") or about["train_until"]
    until = until if last is None else day_number(last) + 1
    at_bound = [f"‘{labels[row['parameter']][0]}’" for row in parameters if fit.is_at_bound(row)]
    outdated = "" if held_out is None else outdated_text("unseen", held_out, what_changed(held_out), LANGUAGE)
    return render(
        "wat-weet-het-model.md",
        outdated=outdated_text("fit", about, what_changed(about), LANGUAGE),
        parameters=parameters,
        counts=[verdicts.count(one) for one in fit.VERDICTS],
        scenario=about["scenario"],
        version=about["version"],
        seed=about["seed"],
        runs=number_text(about["runs"], 0, LANGUAGE),
        points=number_text(about["points"], 0, LANGUAGE),
        first=_date(first),
        until=_date(until),
        weights=_weights(about),
        knows_below=fit.KNOWS_BELOW,
        guesses_above=fit.GUESSES_ABOVE,
        width_without_data=fit.in_percent(fit.width_without_data()),
        rows=[_parameter(row, *labels[row["parameter"]]) for row in parameters],
        at_bound=listed(at_bound, LANGUAGE),
        correlated_from=number_text(fit.CORRELATED_FROM, 1, LANGUAGE),
        pairs=_pairs(about["correlations"], labels),
        levers=_levers(parameters),
        held_out_until=_date(day_number(fit.HELD_OUT_UNTIL)),
        unseen_outdated=outdated,
        chosen=_chosen(screening, labels),
        unseen=None if held_out is None else _unseen(held_out["summary"]),
    )


def _chosen(screening: Mapping[str, Any], labels: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """What the screening says should be fitted beside what is."""
    rows, left_out, small = against_fit(screening["parameters"])
    texts = catalogue("fit", LANGUAGE)

    def name(path: str) -> str:
        return labels[path][0] if path in labels else parameter_label(path, LANGUAGE)

    return {
        "outdated": outdated_text("screening", screening, what_changed(screening), LANGUAGE),
        "trajectories": screening["trajectories"],
        "screened": len(screening["parameters"]),
        "largest": len(rows) - len(small),
        "fitted": len(rows) - len(small) - len(left_out),
        "left_out": listed([f"‘{name(path)}’" for path in left_out], LANGUAGE),
        "small": listed([f"‘{name(path)}’" for path in small], LANGUAGE),
        "rows": [
            [f"{name(row['parameter'])} (`{row['parameter']}`)", number_text(row["effect"], 2, LANGUAGE),
             number_text(row["spread"], 2, LANGUAGE), status_text(row["status"], LANGUAGE),
             texts("is_fitted" if row["parameter"] in labels else "not_fitted")]
            for row in rows
        ],
    }  # fmt: skip


def _weights(about: Mapping[str, Any]) -> list[list[str]]:
    weights = {(row["series"], row["areas"]): row for row in about["weights"]}
    sizes = about.get("discrepancy", {}).get("sizes", {})
    return [
        [
            held.name_nl,
            f"{_plain(weight['tolerance_percent'])} %",
            f"{number_text(100 * sizes[held.key], 0, LANGUAGE)} %" if held.key in sizes else "–",
        ]
        for held in held_against()
        if (weight := weights.get((held.series, held.areas)))
    ]


def _parameter(row: Mapping[str, Any], label: str, unit: str) -> list[str]:
    reach = row["prior_high"] - row["prior_low"]
    # As many decimals as the prior range asks for.
    decimals = 0 if reach >= 10 else 2 if reach >= 0.1 else 3
    prior_low, prior_high, low, high, best = (
        number_text(row[name], decimals, LANGUAGE) for name in ("prior_low", "prior_high", "low", "high", "best")
    )
    texts = catalogue("fit", LANGUAGE)
    return [
        f"{label} (`{row['parameter']}`)", unit, texts("range", low=prior_low, high=prior_high),
        texts("range", low=low, high=high), best, f"{fit.in_percent(row['width_left'])} %",
        texts(fit.verdict(row["width_left"])), _informed_by(row["told_by"]),
    ]  # fmt: skip


def _informed_by(told: Mapping[str, float]) -> str:
    names = {(held.series, held.areas): held.name_nl for held in held_against()}
    found = [names[key] for key in fit.informed_by(told)]
    if fit.says_hardly_anything(told):
        return catalogue("fit", LANGUAGE)("hardly_anything", series=found[0])
    return "; ".join(found)


def _pairs(
    correlations: Sequence[Mapping[str, Any]], labels: Mapping[str, tuple[str, str]]
) -> list[dict[str, str | bool]]:
    pairs = [pair for pair in correlations if abs(pair["correlation"]) >= fit.CORRELATED_FROM]
    pairs.sort(key=lambda pair: (-abs(pair["correlation"]), pair["a"], pair["b"]))
    return [
        {
            "a": labels[pair["a"]][0],
            "b": labels[pair["b"]][0],
            "up": pair["correlation"] > 0,
            "correlation": number_text(pair["correlation"], 2, LANGUAGE),
        }
        for pair in pairs
    ]


def _levers(parameters: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    texts = catalogue("fit", LANGUAGE)
    by_path = {row["parameter"]: fit.verdict(row["width_left"]) for row in parameters}
    return [
        [f"{lever_label(lever.name, LANGUAGE)} (`{lever.name}`)", texts(by_path[lever.sets])]
        for lever in LEVERS.values()
        if lever.sets in by_path
    ]


def _unseen(summary: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    texts = catalogue("fit", LANGUAGE)
    fitted = {(held.series, held.areas): held.fitted for held in held_against()}
    after = texts("after", day=_date(day_number(fit.HELD_OUT_UNTIL)))
    return [
        [
            row["label"], after if fitted[row["name"], row["areas"]] else texts("whole_period"), str(row["points"]),
            _percent(row["mape"]), _percent(row["bias"], signed=True), f"{fit.in_percent(row['coverage'])} %",
        ]
        for row in summary
        if not row["fitted"]
    ]  # fmt: skip


def _plain(value: float) -> str:
    return number_text(value, len(f"{value:g}".partition(".")[2]), LANGUAGE)


def _percent(value: float | None, signed: bool = False) -> str:
    if value is None:
        return number_text(None, 1, LANGUAGE)
    sign = "+" if signed and value > 0 else ""
    return f"{sign}{number_text(value, 1, LANGUAGE)} %"


def _date(day: int) -> str:
    return date_text(date_of(day), LANGUAGE)
