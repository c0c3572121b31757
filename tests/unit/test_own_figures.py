"""Figures of the user's own: files as people have them, each read right or refused by name."""

import io
import json
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from cli_pages.command import app
from experiments.figures.cells import MOST_COLUMNS
from experiments.figures.figure import COLUMNS, add_to_table, newest, read_kept
from experiments.figures.layout import Choice
from experiments.figures.reading import Request, read_figures
from experiments.figures.series import all_series, series_of
from experiments.figures.sheets import LARGEST_BYTES
from sim.errors import WrongInput

TODAY = date(2026, 11, 28)
KNOWN = date(2025, 12, 31)
MONTHS = [("2021-01-01", "2021-01-31"), ("2021-02-01", "2021-02-28"), ("2021-03-01", "2021-03-31")]
QUARTERS = [("2021-01-01", "2021-03-31"), ("2021-04-01", "2021-06-30"), ("2021-07-01", "2021-09-30")]
HALVES = [("2021-01-01", "2021-06-30"), ("2021-07-01", "2021-12-31"), ("2022-01-01", "2022-06-30")]
YEARS = [(f"{year}-01-01", f"{year}-12-31") for year in (2021, 2022, 2023)]
COUNTS = (1234, 1300, 980)


def read(content, name="cijfers.csv", *, series="closures", **said):
    """The figures of a file; the source is told unless the file tells it."""
    content = content if isinstance(content, bytes) else content.encode()
    said = {"as_of": KNOWN, "source": "eigen registratie"} | said
    return read_figures(content, name, Request(series, TODAY, **said))


def told(imported):
    """(first day, last day, value) of each figure."""
    return [(one.first.isoformat(), one.last.isoformat(), one.value) for one in imported.figures]


def with_days(days, values=COUNTS):
    return [(first, last, float(value)) for (first, last), value in zip(days, values, strict=False)]


def workbook(*sheets, formats=None):
    """The bytes of a workbook; a sheet is (name, rows)."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for place, style in (formats or {}).items():
            sheet[place].number_format = style
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


#: name -> (content, what is said of it, what is read).
READ = {
    "plain": ("maand,aantal\n2021-01,1234\n2021-02,1300\n2021-03,980\n", {}, with_days(MONTHS)),
    "byte order mark": ("\ufeffmaand;aantal\n2021-01;1234\n2021-02;1300\n2021-03;980\n", {}, with_days(MONTHS)),
    "utf-16 with mark": (
        "maand\taantal\n2021-01\t1234\n2021-02\t1300\n2021-03\t980\n".encode("utf-16"),
        {},
        with_days(MONTHS),
    ),
    "utf-16 big end": (
        b"\xfe\xff" + "maand\taantal\n2021-01\t1234\n2021-02\t1300\n".encode("utf-16-be"),
        {},
        with_days(MONTHS[:2]),
    ),
    "utf-16 without mark": (
        "maand;aantal\n2021-01;1234\n2021-02;1300\n2021-03;980\n".encode("utf-16-le"),
        {},
        with_days(MONTHS),
    ),
    "windows-1252": (
        "Geïmporteerd uit Büro\nmaand;aantal\n2021-01;1234\n2021-02;1300\n2021-03;980\n".encode("cp1252"),
        {},
        with_days(MONTHS),
    ),
    "tabs": ("maand\taantal\n2021-01\t1234\n2021-02\t1300\n2021-03\t980\n", {}, with_days(MONTHS)),
    "bars": ("maand|aantal\n2021-01|1234\n2021-02|1300\n2021-03|980\n", {}, with_days(MONTHS)),
    "sep of Excel": ("sep=;\nmaand;aantal\n2021-01;1234\n2021-02;1300\n2021-03;980\n", {}, with_days(MONTHS)),
    "old ends of lines": ("maand;aantal\r2021-01;1234\r2021-02;1300\r2021-03;980\r", {}, with_days(MONTHS)),
    "quotes and blanks": (
        '"maand" ; "aantal"\n"2021-01" ; " 1234 "\n"2021-02"; "1300"\n"2021-03"; "980"\n',
        {},
        with_days(MONTHS),
    ),
    "CBS keys of quarters": (
        "Perioden;Aantal\n2021KW01  ;1234\n2021KW02  ;1300\n2021KW03  ;980\n",
        {},
        with_days(QUARTERS),
    ),
    "CBS keys of months": ("Perioden;Aantal\n2021MM01;1234\n2021MM02;1300\n2021MM03;980\n", {}, with_days(MONTHS)),
    "CBS keys of years": ("Perioden;Aantal\n2021JJ00;1234\n2022JJ00;1300\n2023JJ00;980\n", {}, with_days(YEARS)),
    "CBS keys of half-years": ("Perioden;Aantal\n2021HJ01;1234\n2021HJ02;1300\n2022HJ01;980\n", {}, with_days(HALVES)),
    "CBS marks": (
        "Perioden;Aantal\n2021KW01;1234\n2021KW02*;1300*\n2021KW03**;.\n2021KW04;980**\n",
        {},
        [*with_days(QUARTERS[:2]), ("2021-10-01", "2021-12-31", 980.0)],
    ),
    "CBS titles, regions and notes": (
        "Asielverzoeken; kerncijfers\n\nOnderwerp;Perioden;Totaal asielverzoeken\nEenheid;;aantal\n"
        "Asiel;2021 1e kwartaal;1234\nAsiel;2021 2e kwartaal*;1300\nAsiel;2021 3e kwartaal*;980\n"
        "Bron: CBS\n© CBS, 2022\n",
        {"source": ""},
        with_days(QUARTERS),
    ),
    "CBS groups": (
        "ID;Geslacht;Perioden;Asielverzoeken_1\n1;T001038   ;2021KW01;   1234\n2;3000   ;2021KW01;   800\n"
        "3;T001038   ;2021KW02;   1300\n4;3000   ;2021KW02;   900\n",
        {"choice": Choice(where=(("Geslacht", "T001038"),))},
        with_days(QUARTERS[:2]),
    ),
    "quarters and years of CBS": (
        "Perioden;Aantal\n2021JJ00;4444\n2021KW01;1234\n2021KW02;1300\n2021KW03;980\n",
        {"per": "quarter"},
        with_days(QUARTERS),
    ),
    "short months": ("maand;aantal\njan-21;1234\nfeb-21;1300\nmrt-21;980\n", {}, with_days(MONTHS)),
    "months in full": (
        "maand;aantal\njanuari 2021;1.234\nfebruari 2021;1.300\nmaart 2021;980\n",
        {},
        with_days(MONTHS),
    ),
    "English months": ('month,count\nJan 2021,"1,234"\nFeb 2021,"1,300"\nMar 2021,980\n', {}, with_days(MONTHS)),
    "Q1": ("kwartaal;aantal\nQ1 2021;1234\nQ2 2021;1300\nQ3 2021;980\n", {}, with_days(QUARTERS)),
    "first quarter in words": (
        "kwartaal;aantal\neerste kwartaal 2021;1234\ntweede kwartaal 2021;1300\nderde kwartaal 2021;980\n",
        {},
        with_days(QUARTERS),
    ),
    "half-years in words": (
        "halfjaar;aantal\n2021 1e halfjaar;1234\n2021 2e halfjaar;1300\n2022 1e halfjaar;980\n",
        {},
        with_days(HALVES),
    ),
    "half-years of the model": (
        "halfjaar;aantal\n2021-1;1234\n2021-2;1300\n2022-1;980\n",
        {"series": "realised"},
        with_days(HALVES),
    ),
    "years": ("jaar;aantal\n2021;1234\n2022;1300\n2023;980\n", {}, with_days(YEARS)),
    "months without a nought": (
        "maand;aantal\n" + "".join(f"2021-{month};{1000 + month}\n" for month in range(1, 13)),
        {},
        [("2021-01-01", "2021-01-31", 1001.0)],
    ),
    "month ends as dates": ("datum;aantal\n31-01-2021;1234\n28-02-2021;1300\n31-03-2021;980\n", {}, with_days(MONTHS)),
    "quarter starts as dates": (
        "datum;aantal\n01-01-2021;1234\n01-04-2021;1300\n01-07-2021;980\n",
        {},
        with_days(QUARTERS),
    ),
    "days of a stock": (
        "datum;bezetting\n1-1-2021;27.500\n12-2-2021;27.650\n3 maart 2021;28.000\n",
        {"series": "persons_in_reception"},
        [
            ("2021-01-01", "2021-01-01", 27500.0),
            ("2021-02-12", "2021-02-12", 27650.0),
            ("2021-03-03", "2021-03-03", 28000.0),
        ],
    ),
    "stock at the end of months": (
        "maand;bezetting\n2021-01;27500\n2021-02;27650\n",
        {"series": "persons_in_reception", "moment": "last"},
        [("2021-01-31", "2021-01-31", 27500.0), ("2021-02-28", "2021-02-28", 27650.0)],
    ),
    "year and month apart": (
        "Jaar;Maand;Aantal\n2021;januari;1234\n;februari;1300\n;maart;980\n",
        {},
        with_days(MONTHS),
    ),
    "year and number of month": ("Jaar;Maand;Aantal\n2021;1;1234\n2021;2;1300\n2021;3;980\n", {}, with_days(MONTHS)),
    "year and number of quarter": (
        "jaar;kwartaal;aantal\n2021;1;1234\n2021;2;1300\n2021;3;980\n",
        {},
        with_days(QUARTERS),
    ),
    "years below each other, months beside": (
        "jaar;jan;feb;mrt\n2021;1234;1300;980\n2022;1;2;3\n",
        {},
        [*with_days(MONTHS), ("2022-01-01", "2022-01-31", 1.0)],
    ),
    "months below each other, years beside": (
        "maand;2021;2022\njanuari;1234;1\nfebruari;1300;2\nmaart;980;3\n",
        {},
        [("2021-01-01", "2021-01-31", 1234.0), ("2021-02-01", "2021-02-28", 1300.0)],
    ),
    "counts that look like years": (
        "jaar;aantal\n2021;1990\n2022;2010\n2023;2030\n",
        {},
        with_days(YEARS, (1990, 2010, 2030)),
    ),
    "StatLine with units below its heads": (
        '"Asielverzoeken"\n"Geslacht: Totaal"\n"";"Perioden";"2021 1e kwartaal";"2021 2e kwartaal*"\n'
        '"Onderwerp";"Nationaliteit";"aantal";"aantal"\n"Asielverzoeken";"Totaal";"1234";"1300"\n"Bron: CBS"\n',
        {"source": ""},
        with_days(QUARTERS[:2]),
    ),
    "days that follow each other, told": (
        "datum;n\n1/1/2021;1234\n2/1/2021;1300\n3/1/2021;980\n",
        {"per": "day"},
        [("2021-01-01", "2021-01-01", 1234.0), ("2021-01-02", "2021-01-02", 1300.0)],
    ),
    "months beside each other": (
        "Maandcijfers\n\n;jan-21;feb-21;mrt-21\nafgedaan;1234;1300;980\n",
        {},
        with_days(MONTHS),
    ),
    "months beside each other, one row of more": (
        "wat;2021-01;2021-02;2021-03\nasiel;1234;1300;980\nnareis;5;6;7\n",
        {"choice": Choice(row="asiel")},
        with_days(MONTHS),
    ),
    "years above months, merged": (
        ";2021;;2022\n;1e halfjaar;2e halfjaar;1e halfjaar\nafgedaan;1234;1300;980\n",
        {},
        with_days(HALVES),
    ),
    "quarters beside each other with a total left out": (
        "wat;2021Q1;2021Q2;2021Q3;Totaal\nasiel;1234;1300;980;3514\n",
        {"choice": Choice(without=("Totaal",))},
        with_days(QUARTERS),
    ),
    "totals left out": (
        "maand;aantal\n2021-01;1234\n2021-02;1300\n2021-03;980\nTotaal;3514\n",
        {"choice": Choice(without=("totaal",))},
        with_days(MONTHS),
    ),
    "one column of more": (
        "maand;asiel;nareis\n2021-01;1234;5\n2021-02;1300;6\n2021-03;980;7\n",
        {"choice": Choice(column="Asiel")},
        with_days(MONTHS),
    ),
    "merged heads that can be told": (
        ";Asiel;;Nareis;\nmaand;in;uit;in;uit\n2021-01;1;1234;3;4\n2021-02;5;1300;7;8\n",
        {"choice": Choice(column="Asiel uit")},
        with_days(MONTHS[:2]),
    ),
    "empty columns": (
        ";;maand;;aantal;;\n;;2021-01;;1234;;\n;;2021-02;;1300;;\n;;2021-03;;980;;\n",
        {},
        with_days(MONTHS),
    ),
    "spaces as thousands": ("maand;aantal\n2021-01;1 234\n2021-02;1\u00a0300\n2021-03;980\n", {}, with_days(MONTHS)),
    "whole numbers with noughts behind": (
        "maand,aantal\n2021-01,1234.0\n2021-02,1300.0\n2021-03,980.0\n",
        {},
        with_days(MONTHS),
    ),
    "per cents": (
        "maand;aandeel\n2021-01;8,5%\n2021-02;9%\n",
        {"series": "share_cap"},
        with_days(MONTHS[:2], (0.085, 0.09)),
    ),
    "thousands told": (
        "maand;x 1 000\n2021-01;1,2\n2021-02;1,25\n",
        {"times": 1000},
        with_days(MONTHS[:2], (1200, 1250)),
    ),
    "the same row twice": ("maand;aantal\n2021-01;1234\n2021-01;1234\n2021-02;1300\n", {}, with_days(MONTHS[:2])),
    "a forecast": (
        "maand;aantal\n2025-12;1234\n2026-01;1300\n",
        {"forecast": True},
        [("2025-12-01", "2025-12-31", 1234.0), ("2026-01-01", "2026-01-31", 1300.0)],
    ),
    "negative where it can be": (
        "halfjaar;achter\n2021H1;-120\n2021H2;300\n",
        {"series": "behind"},
        with_days(HALVES[:2], (-120, 300)),
    ),
    "provinces": (
        "Regio;halfjaar;aantal\nUtrecht;2021H1;100\nFryslân;2021H1;90\n",
        {"series": "realised"},
        [("2021-01-01", "2021-06-30", 90.0), ("2021-01-01", "2021-06-30", 100.0)],
    ),
    "own table": (
        f"{','.join(COLUMNS)}\nclosures,Nederland,2021-01-01,2021-01-31,1234,cases,measured,IND,2021-03-01\n"
        "permits,Nederland,2021-01-01,2021-01-31,9,persons,measured,IND,2021-03-01\n",
        {"as_of": None, "source": ""},
        with_days(MONTHS[:1]),
    ),
    "workbook": (
        workbook(("Blad1", [["maand", "aantal"], ["2021-01", 1234], ["2021-02", 1300], ["2021-03", 980]])),
        {},
        with_days(MONTHS),
    ),
    "workbook with dates": (
        workbook(
            (
                "Blad1",
                [
                    ["Titel"],
                    [],
                    ["maand", "aantal"],
                    [datetime(2021, 1, 1), 1234],
                    [datetime(2021, 2, 1), 1300],
                    [datetime(2021, 3, 1), 980],
                    [],
                    ["Bron: IND"],
                ],
            )
        ),
        {"source": ""},
        with_days(MONTHS),
    ),
    "workbook with months beside each other": (
        workbook(
            (
                "Blad1",
                [[None, datetime(2021, 1, 1), datetime(2021, 2, 1), datetime(2021, 3, 1)], ["asiel", 1234, 1300, 980]],
            )
        ),
        {},
        with_days(MONTHS),
    ),
    "workbook in per cent": (
        workbook(
            ("Blad1", [["maand", "aandeel"], ["2021-01", 0.085], ["2021-02", 0.09]]), formats={"B2": "0.0%", "B3": "0%"}
        ),
        {"series": "share_cap"},
        with_days(MONTHS[:2], (0.085, 0.09)),
    ),
    "workbook with years": (
        workbook(("Blad1", [["jaar", "n"], [2021, 1234], [2022, 1300], [2023, 980]])),
        {},
        with_days(YEARS),
    ),
    "one sheet of more": (
        workbook(
            ("toelichting", [["tekst"]]), ("cijfers", [["maand", "aantal"], ["2021-01", 1234], ["2021-02", 1300]])
        ),
        {"choice": Choice(sheet="cijfers")},
        with_days(MONTHS[:2]),
    ),
}

#: name -> (content, what is said of it, by which code it is refused).
REFUSED = {
    "mixed decimal signs": ("maand;aantal\n2021-01;1,5\n2021-02;2.5\n", {}, "mixed_signs"),
    "thousands with both marks": ("maand;aantal\n2021-01;1.234\n2021-02;1,300\n", {}, "mixed_signs"),
    "marks in the wrong order": ("maand;aantal\n2021-01;1.234,56.7\n", {}, "mixed_signs"),
    "a total below": ("maand;aantal\n2021-01;1234\n2021-02;1300\nTotaal;2534\n", {}, "total_row"),
    "a total of a year": ("maand;aantal\n2021-01;1234\n2021-02;1300\nTotaal 2021;2534\n", {}, "total_row"),
    "a mean": ("maand;aantal\n2021-01;1234\n2021-02;1300\nGemiddelde;1267\n", {}, "total_row"),
    "a total beside": (";2021Q1;2021Q2;Totaal\nasiel;1;2;3\n", {}, "total_column"),
    "a column of totals": ("maand;asiel;totaal\n2021-01;1;2\n2021-02;3;4\n", {}, "total_column"),
    "up to a month": ("maand;aantal\n2021-01;1234\njan t/m feb 2021;2534\n", {}, "total_row"),
    "figures without a period": ("maand;aantal\n2021-01;1234\n2021-02;1300\n;2534\n", {}, "row_without_period"),
    "a period that overlaps": (
        "period_start,period_end,value,unit,source\n2021-01-01,2021-01-31,5,x,y\n2021-01-15,2021-02-15,6,x,y\n",
        {},
        "periods_overlap",
    ),
    "a period twice": ("maand;aantal\n2021-01;1234\n2021-01;1235\n", {}, "period_twice"),
    "years and quarters": ("Perioden;Aantal\n2021JJ00;10\n2021KW01;1\n", {}, "several_lengths"),
    "merged heads": (";Asiel;;\nmaand;;;\n2021-01;1;2;3\n2021-02;3;4;5\n", {}, "heads_unclear"),
    "two columns": ("maand;asiel;nareis\n2021-01;1;2\n2021-02;3;4\n", {}, "several_columns"),
    "two rows": ("wat;2021-01;2021-02\nasiel;1;2\nnareis;3;4\n", {}, "several_rows"),
    "another unit": ("maand;n;eenheid\n2021-01;1;places\n2021-02;2;places\n", {}, "other_unit"),
    "men and women": ("Geslacht;maand;n\nman;2021-01;1\nvrouw;2021-01;2\nman;2021-02;3\n", {}, "several_groups"),
    "an unknown series": ("maand;n\n2021-01;1\n", {"series": "closure"}, "unknown_series"),
    "below nothing": ("maand;n\n2021-01;-5\n2021-02;6\n", {}, "below_nothing"),
    "below nothing as accountants write": ("maand;n\n2021-01;(5)\n2021-02;6\n", {}, "below_nothing"),
    "half a person": ("maand;n\n2021-01;5,5\n2021-02;6,0\n", {}, "not_whole"),
    "per cent of a count": ("maand;n\n2021-01;5%\n2021-02;6%\n", {}, "per_cent_of_count"),
    "beyond the range of a lever": ("maand;n\n2021-01;85%\n", {"series": "share_cap"}, "not_allowed"),
    "words": ("maand;n\n2021-01;12\n2021-02;veel\n2021-03;13\n", {}, "no_number"),
    "weeks": ("week;n\n2021-W01;5\n2021-W02;6\n", {}, "weeks"),
    "weeks by date": ("datum;n\n2021-01-04;5\n2021-01-11;6\n2021-01-18;6\n", {}, "weeks"),
    "months or half-years": ("p;n\n2021-1;5\n2021-2;6\n", {}, "period_in_doubt"),
    "dates of a flow": ("datum;n\n2021-01-04;5\n2021-03-11;6\n", {}, "dates_in_doubt"),
    "days or months first": ("datum;n\n01/01/2021;5\n02/01/2021;6\n03/01/2021;7\n", {}, "dates_in_doubt"),
    "the month first": ("datum;n\n01/13/2021;5\n01/14/2021;6\n01/12/2021;7\n", {}, "period_unread"),
    "months by years with a total": ("maand;2021;2022\njan;1;2\nfeb;3;4\nTotaal;4;6\n", {}, "total_row"),
    "a year above its months": ("p;n\n2021;\njan;5\nfeb;6\n2022;\njan;7\n", {}, "period_unread"),
    "a month of a stock": ("maand;n\n2021-01;5\n", {"series": "persons_in_reception"}, "moment_of_period"),
    "quarters of a series by half-year": ("p;n\n2021Q1;5\n2021Q2;6\n", {"series": "realised"}, "other_period_needed"),
    "a month that does not exist": ("maand;n\n2021-01;5\n2021-13;6\n", {}, "period_unread"),
    "no source": ("maand;n\n2021-01;5\n", {"source": ""}, "source_needed"),
    "no day": ("maand;n\n2021-01;5\n", {"as_of": None}, "as_of_needed"),
    "a day to come": ("maand;n\n2021-01;5\n", {"as_of": date(2026, 11, 29)}, "not_allowed"),
    "known before its end": ("maand;n\n2025-12;5\n2026-01;5\n", {}, "known_before_its_end"),
    "thousands not told": ("maand;x 1 000\n2021-01;1\n2021-02;2\n", {}, "in_thousands"),
    "a price in doubt": ("jaar;n\n2021;57.250\n", {"series": "subsidy_per_home", "times": 1000}, "number_in_doubt"),
    "no periods": ("naam;n\nJan;5\nPiet;6\n", {}, "no_periods"),
    "no figures": ("maand;n\n2021-01;.\n2021-02;x\n", {}, "no_figures"),
    "nothing": ("", {}, "empty_file"),
    "only blanks": (" \n\n", {}, "empty_file"),
    "bytes": (bytes(range(256)) * 4, {}, "no_text_file"),
    "a page": ("<html><table></table></html>", {}, "no_table_file"),
    "JSON": ('{"a": 1}', {}, "no_table_file"),
    "a PDF": (b"%PDF-1.7 ...", {}, "no_table_file"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, {}, "no_table_file"),
    "an open quotation mark": ('maand;n\n2021-01;"5\n' + "x" * 200_000, {}, "csv_broken"),
    "too large": (b"2021-01;5\n" * (LARGEST_BYTES // 10 + 1), {}, "too_large"),
    "too many rows": ("maand;n\n" + "2021-01;5\n" * 20_001, {}, "too_many_rows"),
    "too many columns": ("maand;n\n2021-01" + ";5" * (MOST_COLUMNS + 1) + "\n", {}, "too_many_columns"),
    "a long cell": (f"maand;n\n2021-01;{'5' * 3_000}\n", {}, "cell_too_long"),
    "several sheets": (
        workbook(("een", [["maand", "n"], ["2021-01", 5]]), ("twee", [["maand", "n"], ["2021-01", 6]])),
        {},
        "several_sheets",
    ),
    "an unknown sheet": (
        workbook(("een", [["maand", "n"], ["2021-01", 5]])),
        {"choice": Choice(sheet="x")},
        "unknown_sheet",
    ),
    "a sheet of a CSV": ("maand;n\n2021-01;5\n", {"choice": Choice(sheet="x")}, "no_sheets"),
    "a formula without a result": (
        workbook(("een", [["maand", "n"], ["2021-01", "=1+1"]])),
        {},
        "formula_without_value",
    ),
    "an empty workbook": (workbook(("een", [])), {}, "empty_file"),
    "a broken workbook": (workbook(("een", [["maand", "n"], ["2021-01", 5]]))[:900], {}, "workbook_broken"),
    "an unknown column": ("maand;n\n2021-01;5\n", {"choice": Choice(column="x")}, "unknown_column"),
    "an unknown row": ("wat;2021-01;2021-02\na;1;2\n", {"choice": Choice(row="x")}, "unknown_row"),
    "an unknown head": ("maand;n\n2021-01;5\n", {"choice": Choice(where=(("x", "y"),))}, "unknown_head"),
    "a length that is not there": ("maand;n\n2021-01;5\n", {"per": "year"}, "not_allowed"),
    "an area that is not counted": ("Regio;maand;n\nUtrecht;2021-01;5\n", {}, "not_allowed"),
}


def test_sixty_files_are_tried():
    assert len(READ) + len(REFUSED) >= 60


@pytest.mark.parametrize("name", READ)
def test_a_file_as_people_have_it_is_read_right(name):
    content, said, wanted = READ[name]
    assert told(read(content, **said))[: len(wanted)] == wanted


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_by_name(name):
    content, said, code = REFUSED[name]
    with pytest.raises(WrongInput) as refusal:
        read(content, **said)
    assert refusal.value.code == code


def test_marks_skipped_rows_and_gaps_are_told():
    content, said, _ = READ["CBS marks"]
    imported = read(content, **said)
    assert [one.status for one in imported.figures] == ["measured", "provisional", "provisional"]
    assert imported.gaps == ("2021Q3",)
    assert [(one.line, one.why) for one in imported.skipped] == [(1, "head"), (4, "missing")]
    assert [one.line for one in imported.rows] == [2, 3, 5]


def test_a_note_of_the_file_is_its_source():
    content, said, _ = READ["CBS titles, regions and notes"]
    assert {one.source for one in read(content, **said).figures} == {"CBS"}


def bomb():
    """A workbook that is small and unpacks to far more than any is."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (60 << 20))
    return stream.getvalue()


def test_a_workbook_that_unpacks_to_more_than_one_can_be_is_not_unpacked():
    content = bomb()
    assert len(content) < 1 << 20
    with pytest.raises(WrongInput) as refusal:
        read(content)
    assert refusal.value.code == "unpacks_too_large"


def test_a_cell_at_the_far_end_of_a_sheet_is_refused_and_takes_no_room():
    book = openpyxl.Workbook()
    for place, value in {"A1": "maand", "B1": "n", "A2": "2021-01", "B2": 5, "XFD1": "ver weg"}.items():
        book.active[place] = value
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(WrongInput) as refusal:
        read(stream.getvalue())
    assert refusal.value.code == "too_many_columns"


def test_every_series_has_a_name_a_unit_and_a_label():
    for series in all_series().values():
        assert series.unit
        assert series.label("nl")
        assert series.label("en")
    assert series_of("persons_in_reception").moment


def test_newer_figures_stand_beside_older_and_other_values_of_one_day_are_refused(tmp_path):
    table = str(tmp_path / "closures.csv")
    add_to_table(table, read("maand;n\n2021-01;5*\n2021-02;6\n", as_of=date(2021, 4, 1)).figures)
    add_to_table(table, read("maand;n\n2021-01;7\n", as_of=date(2021, 9, 1)).figures)
    kept = read_kept(table)
    assert [one.value for one in kept] == [5.0, 7.0, 6.0]
    assert [one.value for one in newest(kept)] == [7.0, 6.0]
    before = (tmp_path / "closures.csv").read_bytes()
    with pytest.raises(WrongInput) as refusal:
        add_to_table(table, read("maand;n\n2021-02;6\n2021-01;8\n", as_of=date(2021, 9, 1)).figures)
    assert refusal.value.code == "figure_known_otherwise"
    assert (tmp_path / "closures.csv").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["closures.csv"]


def test_a_table_that_is_something_else_is_never_written_over(tmp_path):
    table = tmp_path / "brief.txt"
    table.write_text("Beste collega")
    with pytest.raises(WrongInput) as refusal:
        add_to_table(str(table), read("maand;n\n2021-01;5\n").figures)
    assert refusal.value.code == "no_table_of_figures"
    assert table.read_text() == "Beste collega"


def call(*words):
    """The command in this process: exit code and output."""
    from typer.testing import CliRunner

    answer = CliRunner().invoke(app, ["import", *words], prog_name="doorstroom")
    return answer.exit_code, answer.output


def test_the_command_keeps_what_it_shows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "k.csv").write_text("Perioden;n\n2021KW01;1.234\n2021KW02;1.300*\nBron: CBS\n")
    code, out = call("k.csv", "--as", "closures", "--as-of", "2021-08-01", "--json")
    assert code == 0
    document = json.loads(out)
    assert [one["value"] for one in document["figures"]] == [1234, 1300]
    assert document["skipped"][-1] == {"line": 4, "why": "note", "text": "Bron: CBS"}
    kept = read_kept(tmp_path / "eigen-cijfers" / "closures.csv")
    assert [(one.value, one.status, one.source) for one in kept] == [
        (1234, "measured", "CBS"),
        (1300, "provisional", "CBS"),
    ]
    code, out = call("k.csv", "--as", "closures", "--as-of", "2021-08-01")
    assert code == 0
    assert "1.300" in out
    assert len(read_kept(tmp_path / "eigen-cijfers" / "closures.csv")) == 2


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("k.csv",),
        ("k.csv", "--as", "closures"),
        ("weg.csv", "--as", "closures", "--as-of", "2021-08-01"),
        (".", "--as", "closures", "--as-of", "2021-08-01"),
        ("k.csv", "--as", "closures", "--as-of", "gisteren"),
        ("k.csv", "--as", "closures", "--as-of", "2021-08-01", "--where", "x"),
        ("k.csv", "--as", "closures", "--as-of", "2021-08-01", "--times", "0"),
    ],
)
def test_wrong_words_are_refused_in_one_sentence_and_keep_nothing(tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "k.csv").write_text("Perioden;n\n2021KW01;1.234\nBron: CBS\n")
    code, out = call(*words)
    assert code == 2
    assert len(out.strip().splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["k.csv"]


def test_entities_in_a_workbook_are_not_read():
    content, stream = workbook(("een", [["maand", "n"], ["2021-01", 5]])), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(stream, "w") as changed:
        for part in packed.namelist():
            text = packed.read(part)
            if part == "xl/worksheets/sheet1.xml":
                text = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]>' + text.split(b"?>", 1)[-1]
            changed.writestr(part, text)
    with pytest.raises(WrongInput) as refusal:
        read(stream.getvalue())
    assert refusal.value.code == "workbook_broken"


def test_a_cell_far_below_takes_no_room_and_a_table_of_too_many_rows_is_refused():
    book = openpyxl.Workbook()
    for place, value in {"A1": "maand", "B1": "n", "A2": "2021-01", "B2": 5, "A60000": "Bron: ver weg"}.items():
        book.active[place] = value
    stream = io.BytesIO()
    book.save(stream)
    imported = read(stream.getvalue(), source="")
    assert told(imported) == [("2021-01-01", "2021-01-31", 5.0)]
    assert imported.figures[0].source == "ver weg"


@pytest.mark.parametrize("source", ['=HYPERLINK("http://x")', "+1", "@x", "- x", "\u202eNBI", "\x1b[31mrood"])
def test_a_source_is_no_formula_and_rewrites_no_screen(source):
    (figure,) = read("maand;n\n2021-01;5\n", source=source).figures
    assert figure.source
    assert figure.source[0] not in "=+-@"
    assert figure.source.isprintable()
