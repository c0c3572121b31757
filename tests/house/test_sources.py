"""No number without a unit, a source and a status; and the fact tables add up.

Every table in ``models/data`` is read here as plain text, so a new table is covered the moment it appears.
"""

import csv
import itertools
import math
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "models" / "data"
TABLES = sorted(FOLDER.glob("*.csv"))
STATUSES = {"measured", "estimated", "assumed"}
OUR_TABLES = (
    "municipalities",
    "provinces",
    "municipal_stock",
    "inflow",
    "targets",
    "target_splits",
    "observed",
    "locations",
    "policy_events",
    "costs",
    "sharing",
    "thresholds",
)
KEYS = {
    "municipalities": ("code",),
    "provinces": ("province", "measure", "period_start"),
    "municipal_stock": ("code",),
    "inflow": ("stream", "period_start"),
    "targets": ("half_year",),
    "target_splits": ("half_year", "province"),
    "observed": ("series", "area", "period_start", "period_end"),
    "locations": ("location",),
    "policy_events": ("event",),
    "costs": ("item", "period_start"),
    "sharing": ("item",),
    "thresholds": ("item",),
}
GAP_FREE_FROM = {
    "first": date(2013, 7, 1),
    "amv": date(2013, 7, 1),
    "repeat": date(2013, 7, 1),
    "resettlement": date(2013, 7, 1),
    "nareis": date(2014, 1, 1),
    "other_entry": date(2014, 1, 1),
}
INFLOW_UNTIL = {"nareis": date(2024, 12, 31)}


def rows_of(table: str) -> list[dict[str, str]]:
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def faults_in(path: Path) -> list[str]:
    """Everything that is wrong with the rows of one table, with line numbers."""
    faults = []
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        missing = {"value", "unit", "period_start", "period_end", "source", "status", "note"}
        missing -= set(reader.fieldnames or ())
        if missing:
            return [f"{path.name}: columns {sorted(missing)} are missing"]
        for line, row in enumerate(reader, start=2):
            where = f"{path.name} line {line}"
            if None in row or None in row.values():
                faults.append(f"{where}: number of fields differs from the header")
                continue
            if path.stem == "parameters":  # choices are words there
                if not row["value"].strip():
                    faults.append(f"{where}: value is empty")
            else:
                try:
                    finite = math.isfinite(float(row["value"]))
                except ValueError:
                    finite = False
                if not finite:
                    faults.append(f"{where}: value {row['value']!r} is not a finite number")
            for column in ("unit", "source"):
                if not row[column].strip():
                    faults.append(f"{where}: {column} is empty")
            if row["status"] not in STATUSES:
                faults.append(f"{where}: status {row['status']!r} is not one of {sorted(STATUSES)}")
            for column in ("period_start", "period_end"):
                if row[column]:
                    try:
                        date.fromisoformat(row[column])
                    except ValueError:
                        faults.append(f"{where}: {column} {row[column]!r} is not a date")
            if row["period_start"] and row["period_end"] and row["period_start"] > row["period_end"]:
                faults.append(f"{where}: period ends before it starts")
    return faults


def test_all_fact_tables_are_there() -> None:
    assert {path.stem for path in TABLES} >= set(OUR_TABLES)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_row_has_value_unit_source_and_status(path: Path) -> None:
    assert faults_in(path) == []


@pytest.mark.parametrize("table", OUR_TABLES)
def test_keys_are_unique(table: str) -> None:
    seen = [tuple(row[column] for column in KEYS[table]) for row in rows_of(table)]
    assert len(seen) == len(set(seen)) > 0


def test_there_are_352_municipalities_in_twelve_provinces_and_five_regions() -> None:
    rows = rows_of("municipalities")
    assert len(rows) == 352
    assert len({row["province"] for row in rows}) == 12
    assert {row["coa_region"] for row in rows} == {"1", "2", "3", "4", "5"}
    region_of = defaultdict(set)
    for row in rows:
        region_of[row["province"]].add(row["coa_region"])
    assert all(len(regions) == 1 for regions in region_of.values())
    assert sum(int(row["value"]) for row in rows) == 17_474_693


def test_municipal_stock_adds_up_to_the_provinces() -> None:
    provinces = {
        row["province"]: int(row["value"])
        for row in rows_of("provinces")
        if row["measure"] == "social_rental_stock"
        and row["period_start"] == "2021-01-01"
        and row["province"] != "Nederland"
    }
    sums: dict[str, int] = defaultdict(int)
    stock = rows_of("municipal_stock")
    for row in stock:
        sums[row["province"]] += int(row["value"])
    assert dict(sums) == provinces
    assert [row["code"] for row in stock] == [row["code"] for row in rows_of("municipalities")]


@pytest.mark.parametrize("stream", sorted(GAP_FREE_FROM))
def test_inflow_periods_neither_overlap_nor_leave_gaps(stream: str) -> None:
    rows = [row for row in rows_of("inflow") if row["stream"] == stream]
    spans = [(date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"])) for row in rows]
    assert spans == sorted(spans)
    assert spans[0][0] == GAP_FREE_FROM[stream]
    assert spans[-1][1] >= INFLOW_UNTIL.get(stream, date(2025, 12, 31))
    for (_, end), (start, _) in itertools.pairwise(spans):
        assert start == end + timedelta(days=1)


def test_inflow_is_whole_persons_and_only_known_streams() -> None:
    rows = rows_of("inflow")
    assert {row["stream"] for row in rows} == set(GAP_FREE_FROM) | {"evacuation"}
    assert all(row["value"].isdigit() for row in rows)


@pytest.mark.parametrize("year", range(2014, 2025))
def test_disjoint_streams_add_up_to_the_published_first_applications(year: int) -> None:
    split = sum(
        int(row["value"])
        for row in rows_of("inflow")
        if row["stream"] in {"first", "amv", "evacuation"} and row["period_start"].startswith(str(year))
    )
    published = [
        float(row["value"])
        for row in rows_of("observed")
        if row["series"] == "first_applications"
        and (row["period_start"], row["period_end"]) == (f"{year}-01-01", f"{year}-12-31")
    ]
    # Quarters and years are rounded apart in the sources.
    assert split == pytest.approx(published[0], rel=0.005)


def test_every_half_year_has_one_target_published_13_weeks_ahead() -> None:
    rows = rows_of("targets")
    expected = [f"{year}-{half}" for year in range(2014, 2026) for half in (1, 2)]
    assert [row["half_year"] for row in rows] == [*expected, "2026-1"]
    for row in rows:
        start = date.fromisoformat(row["period_start"])
        assert start - date.fromisoformat(row["published_on"]) >= timedelta(weeks=13)


def test_provincial_targets_add_up_to_the_national_target() -> None:
    national = {row["half_year"]: int(row["value"]) for row in rows_of("targets")}
    national["2020-2"] = 6475  # table 2 of the report prints 25 less than table 1
    parts: dict[str, list[int]] = defaultdict(list)
    for row in rows_of("target_splits"):
        parts[row["half_year"]].append(int(row["value"]))
    assert sorted(parts) == ["2019-1", "2019-2", "2020-1", "2020-2", "2021-1", "2021-2"]
    for half_year, values in parts.items():
        assert len(values) == 12
        assert sum(values) == national[half_year], half_year


def test_observed_letters_agree_with_status() -> None:
    for row in rows_of("observed"):
        assert row["letter"] in {"A", "B", "C"}
        assert row["status"] == "assumed" or row["letter"] != "C", row


def places_on(day: str) -> int:
    return sum(
        int(row["value"])
        for row in rows_of("locations")
        if row["start"] <= day and (not row["end"] or day < row["end"])
    )


@pytest.mark.parametrize(
    ("day", "low", "high"),
    [
        ("2014-01-01", 17_500, 17_500),
        ("2014-12-31", 26_000, 27_000),
        ("2017-12-31", 31_000, 31_000),
        ("2018-12-31", 27_000, 27_000),
        ("2020-01-31", 28_000, 29_000),
        ("2020-11-15", 28_500, 29_500),
        ("2021-08-24", 25_500, 26_500),
        ("2023-01-02", 31_305, 31_305),
        ("2024-12-31", 36_120, 36_120),
    ],
)
def test_places_in_the_portfolio_follow_the_published_capacity(day: str, low: int, high: int) -> None:
    assert low <= places_on(day) <= high


def test_renewals_start_when_the_old_agreement_ends() -> None:
    rows = rows_of("locations")
    end_of = {row["location"]: row["end"] for row in rows}
    renewals = [row for row in rows if row["renewal_of"]]
    assert renewals
    for row in renewals:
        assert row["start"] == end_of[row["renewal_of"]]


def test_locations_have_a_known_kind_and_province() -> None:
    provinces = {row["province"] for row in rows_of("municipalities")}
    for row in rows_of("locations"):
        assert row["kind"] in {"regular", "emergency", "crisis"}
        assert row["province"] in provinces
        assert (row["period_start"], row["period_end"]) == (row["start"], row["end"])


def test_costs_name_who_pays() -> None:
    for row in rows_of("costs"):
        assert row["payer"] in {"COA", "JenV", "BZK", "municipality", "corporation"}


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ("nan,persons,2021-01-01,2021-01-01,CBS,measured,", "not a finite number"),
        ("5,,2021-01-01,2021-01-01,CBS,measured,", "unit is empty"),
        ("5,persons,2021-01-01,2021-01-01,,measured,", "source is empty"),
        ("5,persons,2021-01-01,2021-01-01,CBS,guessed,", "status 'guessed'"),
        ("5,persons,2021-02-01,2021-01-01,CBS,measured,", "ends before it starts"),
    ],
)
def test_a_broken_row_is_noticed(tmp_path: Path, broken: str, fault: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"value,unit,period_start,period_end,source,status,note\n{broken}\n", encoding="utf-8")
    (found,) = faults_in(path)
    assert fault in found
