"""Files for spreadsheets and programs: the same numbers, no formula from outside, the same bytes each time."""

import csv
import datetime
import hashlib
import io
import json
import math

import openpyxl
import pandas
import pyarrow.parquet as pq
import pytest
from futures import comparison, lower_by_ten, one_run, scenario
from hypothesis import given
from hypothesis import strategies as st

from experiments.report.exports import comparison_files, comparison_tables, run_files
from experiments.run.origin import origin_text
from experiments.scenario.ready import load_scenario
from experiments.storage.folders import SUMS, staged_folder
from experiments.storage.spreadsheets import (
    FORMULA_STARTS,
    WORKBOOK_DATE,
    Table,
    csv_lines,
    csv_text,
    harmless,
    parquet_bytes,
    xlsx_bytes,
)
from sim.errors import CannotWrite

HEADS = {"a": "tekst", "b": "getal"}
#: Text as a scenario may hold it: no control characters, no halves of characters.
texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn")), max_size=30)
dangerous = st.builds(lambda start, rest: start + rest, st.sampled_from(["=", "+", "-", "@", "\t", "\r"]), texts)
numbers = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False) | st.integers(-(10**12), 10**12)


def read_csv(content, delimiter=";"):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


@given(texts | dangerous, numbers)
def test_no_cell_of_text_begins_a_formula_and_numbers_survive(text, number):
    rows = [{"a": text, "b": number}]
    head, (told, figure) = read_csv(csv_text(rows, HEADS))
    assert head == ["tekst", "getal"]
    assert not told.startswith(FORMULA_STARTS)
    assert told in (text, f"'{text}")
    assert float(figure.replace(",", ".")) == pytest.approx(number, rel=1e-15, abs=0)


@given(dangerous | st.sampled_from(["=1+1", "-2+3", "@SUM(A1)", "+1", "\t=1", "\r=1", " =1", "＝1"]))
def test_whatever_looks_like_a_formula_gets_an_apostrophe(text):
    assert harmless(text) == f"'{text}"


def test_a_workbook_holds_text_as_text_and_numbers_as_numbers():
    rows = [
        {"a": "=HYPERLINK(1)", "b": -1234.5},
        {"a": "-2+3", "b": 7},
        {"a": "https://voorbeeld.nl", "b": math.nan},
        {"a": "x" * 40_000, "b": None},
        {"a": datetime.date(2021, 8, 24), "b": True},
    ]
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes({"blad": Table(HEADS, rows)})))
    cells = [[cell.value for cell in row] for row in book["blad"].iter_rows(min_row=2)]
    assert cells[:3] == [["'=HYPERLINK(1)", -1234.5], ["'-2+3", 7], ["https://voorbeeld.nl", None]]
    assert len(cells[3][0]) == 32_767
    assert (cells[4][0].date(), cells[4][1]) == (datetime.date(2021, 8, 24), True)
    assert all(cell.data_type != "f" for row in book["blad"].iter_rows() for cell in row)


def test_csv_follows_the_language():
    rows = [{"a": "é", "b": -1234.5}, {"a": "", "b": True}, {"a": None, "b": math.inf}]
    assert csv_text(rows, HEADS) == "\ufefftekst;getal\r\né;-1234,5\r\n;ja\r\n;\r\n".encode()
    assert csv_text(rows, HEADS, "en") == "\ufefftekst,getal\r\né,-1234.5\r\n,yes\r\n,\r\n".encode()


def test_every_format_says_the_same_as_the_comparison():
    result = lower_by_ten()
    files = comparison_files(result)
    document = json.loads(files["compare.json"])
    assert [row["mean"] for row in document["differences"]] == [
        None if row.measure == "days_until_full" else row.band.mean for row in result.differences()
    ]
    for name, sheet in (("differences", "verschillen"), ("provinces", "provincies"), ("sizes", "grootte huishouden")):
        wanted = [math.nan if row["mean"] is None else row["mean"] for row in document[name]]
        heads = comparison_tables(result)[name].heads
        frame = pandas.read_csv(io.BytesIO(files[f"{name}.csv"]), sep=";", decimal=",", encoding="utf-8-sig")
        assert frame[heads["difference"]].tolist() == pytest.approx(wanted, nan_ok=True)
        book = pandas.read_excel(io.BytesIO(files["compare.xlsx"]), sheet_name=sheet)
        assert book[heads["difference"]].tolist() == pytest.approx(wanted, nan_ok=True)
        with pq.ParquetFile(io.BytesIO(files[f"{name}.parquet"]), page_checksum_verification=True) as stored:
            kept = stored.read().column("difference").to_pylist()
            assert [math.nan if one is None else one for one in kept] == pytest.approx(wanted, nan_ok=True)
    assert document["settings"][1]["levers"]["trading"] == "region"


def test_the_same_result_gives_the_same_bytes():
    assert comparison_files(lower_by_ten()) == comparison_files(lower_by_ten())
    assert run_files(one_run()) == run_files(one_run())


def test_a_workbook_carries_no_clock():
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes({"blad": Table(HEADS, [{"a": "x", "b": 1}])})))
    assert book.properties.created == WORKBOOK_DATE


def test_pages_of_parquet_carry_checksums():
    content = parquet_bytes([{"a": float(number)} for number in range(1000)])
    damaged = bytearray(content)
    damaged[len(content) // 3] ^= 1
    with (
        pytest.raises(OSError, match="CRC"),
        pq.ParquetFile(io.BytesIO(damaged), page_checksum_verification=True) as file,
    ):
        file.read()


def test_hostile_titles_and_names_do_no_harm():
    hostile = comparison(one_run(of=scenario("-a", "=1+1")), one_run(-1.0, of=scenario("b", "@x", share_cap=0.08)))
    files = comparison_files(hostile) | run_files(hostile.runs[0])
    for name, content in files.items():
        if name.endswith(".csv"):
            cells = [cell for row in read_csv(content) for cell in row]
            bad = [cell for cell in cells if cell.startswith(FORMULA_STARTS)]
            assert all(float(cell.replace(",", ".")) < 0 for cell in bad)
    assert "'-a" in files["series.csv"].decode()


def test_empty_tables_keep_their_heads():
    files = run_files(one_run())
    assert read_csv(files["levers.csv"])[0][:3] == ["knop", "omschrijving", "scenario"]
    assert (
        pq.read_table(io.BytesIO(comparison_files(comparison(one_run(), one_run()))["levers.parquet"])).num_columns
        == 11
    )
    assert pq.read_table(io.BytesIO(parquet_bytes([]))).num_rows == 0


def test_english_heads_and_sheets():
    tables = comparison_tables(lower_by_ten(), "en")
    assert tables["differences"].heads["difference"] == "difference B less A"
    assert tables["levers"].rows[0]["label"] == "Highest share"
    assert openpyxl.load_workbook(io.BytesIO(comparison_files(lower_by_ten(), "en")["compare.xlsx"])).sheetnames == [
        "differences", "provinces", "size of household", "half-years", "series", "levers", "about",
    ]  # fmt: skip


def test_a_folder_is_put_in_place_whole(tmp_path, monkeypatch):
    files = {"a.csv": b"1", "compare.json": b"{}"}
    with staged_folder(tmp_path / "diep" / "uit") as folder:
        folder.put(files)
    out = tmp_path / "diep" / "uit"
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.name != SUMS} == files
    sums = dict(reversed(line.split("  ")) for line in (out / SUMS).read_text().splitlines())
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("experiments.storage.folders.os.fsync", full)
    with pytest.raises(CannotWrite), staged_folder(tmp_path / "nieuw" / "uit") as folder:
        folder.put(files)
    assert [path.name for path in tmp_path.iterdir()] == ["diep"]
    with pytest.raises(CannotWrite), staged_folder(out) as folder:
        folder.put({"a.csv": b"2"})
    assert (out / "a.csv").read_bytes() == b"1"


def test_the_csv_of_a_picture_follows_the_language_and_takes_nothing_for_a_formula():
    rows = [("＝1+1", 1234.56, None), ("\t@x", float("nan"), -0.5)]
    assert (
        csv_lines(("a", "=b", "c"), rows, "nl", 1)
        == "\ufeffa;'=b;c\r\n'＝1+1;1234,6;\r\n\"'\t@x\";;-0,5\r\n".replace('"', "").encode()
    )
    assert csv_lines(("a",), [(1234.56,)], "en", 1) == "\ufeffa\r\n1234.6\r\n".encode()


@pytest.mark.parametrize(("language", "words"), [("nl", "2 replicaties"), ("en", "2 replications")])
def test_every_row_of_a_csv_says_what_made_it(language, words):
    scenario = load_scenario("prop-2021").with_settings(["share_cap=0.08@2020-01-01", "trading=region"])
    told = origin_text([scenario.model_copy(update={"replications": 2})], language)
    for part in ("prop-2021", "share_cap=0.08@2020-01-01", "trading=region", f" {scenario.seed}", words, language):
        assert part in told
    written = csv_text([{"a": 1}, {"a": 2}], {"a": "A"}, language, told).decode("utf-8-sig").splitlines()
    assert all(told in line for line in written[1:])


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "van 2019-01-01 tot 2020-03-01, zaad 7, 40 replicaties"),
        ("en", "from 2019-01-01 until 2020-03-01, seed 7, 40 replications"),
    ],
)
def test_a_csv_names_the_luck_the_days_and_the_replications_that_were_used(language, words):
    """The scenarios say seed 1, ten replications and three years; the runs had something else."""
    compared = lower_by_ten()
    for files, names in ((run_files(compared.runs[1], language), ["ruimer"]),
                         (comparison_files(compared, language), ["basis", "ruimer"])):  # fmt: skip
        for name in filter(lambda name: name.endswith(".csv"), files):
            for row in read_csv(files[name], ";" if language == "nl" else ",")[1:]:
                assert all(f"| {one} {words}" in row[-1] for one in names), (name, row[-1])


def test_settings_in_a_document_are_those_that_were_used():
    compared = lower_by_ten()
    for document in (compared.runs[0].to_json(), compared.to_json()):
        settings = document["settings"] if isinstance(document["settings"], list) else [document["settings"]]
        for one in settings:
            assert (one["seed"], one["replications"]) == (7, 40)
            assert (one["from"], one["until"]) == ("2019-01-01", "2020-03-01")
            assert all(document[key] == one[key] for key in ("seed", "replications", "from", "until"))


def test_the_country_is_called_by_its_name_in_each_language():
    for language, name in (("nl", "Nederland"), ("en", "The Netherlands")):
        areas = {row["area"] for row in comparison_tables(lower_by_ten(), language)["half_years"].rows}
        assert name in areas and "Drenthe" in areas and len(areas & {"Nederland", "The Netherlands"}) == 1
