"""What the model knows stands on a page that equals the stored fit, and a fit is honest by construction."""

from pathlib import Path

import numpy as np
import pytest

from experiments import read_csv
from experiments.documents.fit_page import fit_page
from experiments.history.backtest import held_against
from experiments.history.identifiability import verdict
from experiments.run.ensemble import fitted_parameters, load_ensemble, with_draw
from models.parameters import PERIODS, baseline, bounds_of, leaves
from models.version import MODEL_VERSION

PAGE = Path(__file__).resolve().parents[2] / "docs" / "wat-weet-het-model.md"
SCENARIO = "prop-2021"
STATUSES = {"measured", "estimated", "assumed"}
MOST_FITTED = 26
FITTED_ROWS = read_csv("fitted_parameters")
HELD_ROWS = read_csv("held_against")


# ---- the page ------------------------------------------------------------------------------------


def test_the_page_names_every_fitted_parameter_and_every_series_with_its_weight():
    written = PAGE.read_text(encoding="utf-8")
    assert [row["parameter"] for row in FITTED_ROWS if f"(`{row['parameter']}`)" not in written] == []
    about = load_ensemble(SCENARIO).about
    named = {(row["series"], row["areas"]) for row in about["weights"]}
    assert named <= {(held.series, held.areas) for held in held_against() if held.fitted}
    assert len(about["weights"]) == len(named)
    for held in held_against():
        if (held.series, held.areas) in named:
            assert f"| {held.name_nl} | {held.tolerance_percent:g} % | ".replace(".", ",") in written


@pytest.mark.full
def test_the_kept_fit_has_seen_every_series_that_is_fitted():
    named = {(row["series"], row["areas"]) for row in load_ensemble(SCENARIO).about["weights"]}
    assert named == {(held.series, held.areas) for held in held_against() if held.fitted}, "run make results"


ABOUT = {
    "scenario": SCENARIO,
    "train_until": "2020-12-31",
    "version": "0.1.0",
    "model_version": MODEL_VERSION,
    "seed": 1,
    "runs": 1234,
    "points": 56,
    "parameters": [
        {"parameter": "homes.share_base", "prior_low": 0.003, "prior_high": 0.05, "low": 0.02, "middle": 0.025,
         "high": 0.03, "best": 0.05, "width_left": 0.3, "told_by": {"permits:country": 9.0, "realised:country": 3.0}},
        {"parameter": "nareis.visa_days", "prior_low": 15.0, "prior_high": 120.0, "low": 18.0, "middle": 60.0,
         "high": 110.0, "best": 60.0, "width_left": 0.9, "told_by": {"permits:country": 0.4}},
    ],
    "correlations": [
        {"a": "homes.share_base", "b": "nareis.visa_days", "correlation": -0.55},
        {"a": "homes.share_base", "b": "nareis.visa_days", "correlation": 0.39},
    ],
    "weights": [{"series": "permits", "areas": "country", "tolerance_percent": 12.0, "independent_points": 2.0}],
}  # fmt: skip
UNSEEN = [
    {"name": "permits", "areas": "country", "label": "Vergunningen", "fitted": True, "points": 3, "mape": 1.0,
     "bias": 1.0, "coverage": 1.0},
    {"name": "permits", "areas": "country", "label": "Vergunningen", "fitted": False, "points": 2, "mape": 7.3,
     "bias": -4.0, "coverage": 0.5},
    {"name": "behind", "areas": "country", "label": "Achterstand", "fitted": False, "points": 6, "mape": None,
     "bias": None, "coverage": 0.0},
]  # fmt: skip


#: One that is fitted and largest, one that is large and not fitted, one that is measured, and one that is fitted though
#: smaller.
SCREENING = {
    "model_version": MODEL_VERSION,
    "trajectories": 4,
    "parameters": [
        {"parameter": path, "effect": effect, "spread": 0.5, "status": status}
        for path, effect, status in (
            ("inflow.inflow_factor", 9.0, "measured"),
            ("homes.share_base", 3.25, "assumed"),
            ("ind.productive_share", 2.0, "assumed"),
            ("homes.turnover_factor", 1.5, "assumed"),
            ("nareis.visa_days", 0.125, "estimated"),
        )
    ],
}


def test_the_page_says_what_the_screening_would_fit_and_what_is_fitted():
    page = fit_page(ABOUT, None, SCREENING)
    assert "Van de 2 grootste parameters die niet gemeten zijn, zijn er 1 geijkt." in page
    assert "Groot maar niet geijkt: ‘Deel van de werkdagen dat een medewerker van de IND aan zaken werkt’." in page
    assert "Geijkt hoewel kleiner: ‘Tijd van nareisbesluit tot visum’." in page
    assert "(`homes.share_base`) | 3,25 | 0,50 | aangenomen | geijkt |" in page
    assert "(`ind.productive_share`) | 2,00 | 0,50 | aangenomen | niet geijkt |" in page
    assert "inflow.inflow_factor" not in page
    assert "Deze screening is ouder" not in page
    assert "Deze screening is ouder" in fit_page(ABOUT, None, SCREENING | {"model_version": 13})


def test_the_page_says_in_words_what_stands_in_the_fit():
    page = fit_page(ABOUT, None, SCREENING)
    assert "weet het model er 1, weet het er 0 half en raadt het er 1" in page
    assert "1.234 keer" in page
    assert "van 1 januari 2019 tot 1 januari 2021" in page
    assert "| 0,003 tot 0,050 | 0,020 tot 0,030 | 0,050 | 30 % | weet | Vergunningen; Gehuisvest per halfjaar" in page
    assert "| 15 tot 120 | 18 tot 110 | 60 | 90 % | raadt | bijna niets; het meest nog uit: Vergunningen |" in page
    assert page.count("gaat samen met") == 1
    assert "gaat samen met lager bij ‘Tijd van nareisbesluit tot visum’ (samenhang −0,55)" in page
    assert "uiteinde van het bereik vooraf bij ‘Aandeel van vrijkomende woningen zonder druk’." in page
    assert "Cijfers die het model niet had gezien" not in page


def test_the_page_tells_the_error_on_unseen_points_only():
    page = fit_page(ABOUT, {"summary": UNSEEN}, SCREENING)
    assert "| Vergunningen | na 31 december 2020 | 2 | 7,3 % | −4,0 % | 50 % |" in page
    assert "| Achterstand | hele periode | 6 | – | – | 0 % |" in page
    assert "| 3 |" not in page


@pytest.mark.parametrize(
    ("width", "word"),
    [
        (0.394, "knows"),
        (0.396, "half"),
        (0.4, "half"),
        (0.7, "half"),
        (0.704, "half"),
        (0.71, "guesses"),
        (1.0, "guesses"),
    ],
)
def test_the_words_for_what_is_left(width, word):
    assert verdict(width) == word


# ---- the tables ----------------------------------------------------------------------------------


@pytest.mark.parametrize("row", FITTED_ROWS, ids=lambda row: row["parameter"])
def test_a_fitted_parameter_has_label_unit_range_source_and_status(row):
    assert None not in row
    assert all(row[column].strip() for column in ("label_nl", "unit", "source"))
    assert row["status"] in STATUSES
    assert float(row["low"]) < float(row["high"])
    assert row["how"] in ("value", "factor", "depth")
    assert row["unit"] == "maal de uitgangswaarde" or row["how"] == "value"


@pytest.mark.parametrize("row", HELD_ROWS, ids=lambda row: f"{row['series']}:{row['areas']}")
def test_a_series_has_a_name_a_reason_and_a_weight(row):
    assert None not in row
    assert all(row[column].strip() for column in ("name_nl", "why"))
    assert row["fitted"] in ("yes", "no")
    if row["fitted"] == "yes":
        assert float(row["tolerance_percent"]) > 0
        assert float(row["independent_points"]) > 0


def test_labels_and_names_are_told_apart():
    for names in ([row["label_nl"] for row in FITTED_ROWS], [row["name_nl"] for row in HELD_ROWS]):
        assert len(names) == len(set(names))


@pytest.mark.parametrize("fitted", fitted_parameters(), ids=lambda fitted: fitted.path)
def test_a_prior_range_lies_within_the_bounds_of_the_parameter(fitted):
    if fitted.how == "value":
        bounds = bounds_of(fitted.path)
        assert bounds is not None
        assert bounds.low <= fitted.low < fitted.high <= bounds.high
    for period in PERIODS:
        for end in (fitted.low, fitted.high):
            with_draw(baseline(period), (fitted.path,), np.array([end]))  # refuses a value outside the bounds


def test_few_parameters_are_fitted_and_none_per_period_or_province():
    paths = [fitted.path for fitted in fitted_parameters()]
    assert 0 < len(paths) <= MOST_FITTED
    assert len(paths) == len(set(paths)), "one number per parameter, not one per period"
    assert set(paths) <= {path for path, _ in leaves()}
    assert {fitted.periods for fitted in fitted_parameters()} <= {"all", *PERIODS}
    assert not {"area", "province", "municipality", "half_year", "from", "until"} & set(FITTED_ROWS[0])
