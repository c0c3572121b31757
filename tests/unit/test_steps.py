"""A table of decisions: read as people write it, every wrong row named, never half of it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.language.refusals import refusal_text
from experiments.scenario.decisions import Step, WrongRows, as_link, from_link, read_steps

GOOD = Step("places_added", 2500.0, date(2021, 3, 1))


@pytest.mark.parametrize(
    "text",
    [
        "2021-03-01;places_added;2500",
        "datum;knop;waarde;tot\n1-3-2021;places_added;2.500;",
        "date\tlever\tvalue\n2021-03-01\tExtra regular places\t2500",
        "waarde,datum,knop\n2500,01-03-2021,Extra reguliere opvangplekken\n\n",
        b"\xef\xbb\xbfdatum;knop;waarde\r\n01/03/2021;places_added;2500,0\r\n",
    ],
)
def test_ways_to_write_the_same(text):
    assert read_steps(text, "prop-2021") == (GOOD,)


@pytest.mark.parametrize(
    ("cell", "value"), [("0,08", 0.08), ("0.08", 0.08), ("0.055", 0.055), ("0,055", 0.055), ("0", 0.0)]
)
def test_shares(cell, value):
    assert read_steps(f"2021-03-01;share_cap;{cell}", "prop-2021")[0].value == value


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("2021-13-01;places_added;1", "2021-13-01"),
        ("morgen;places_added;1", "morgen"),
        ("1999-01-01;places_added;1", "1999-01-01"),
        ("2021-03-01;places_aded;1", "places_added"),
        ("2021-03-01;smoothing;2", "geen datums"),
        ("2021-03-01;places_added;veel", "veel"),
        ("2021-03-01;places_added;-5", "20000"),
        ("2021-03-01;places_added;5;2021-01-01", "2021-01-01"),
        ("2021-03-01;places_added;5;;extra", "kolommen"),
        ("2021-03-01;places_added;=1+1", "=1+1"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_kept(row, word):
    text = f"datum;knop;waarde;tot\n2021-01-01;places_added;1000\n{row}"
    with pytest.raises(WrongRows) as caught:
        read_steps(text, "prop-2021", "besluiten.csv")
    (refusal,) = caught.value.refusals
    sentence = refusal_text(refusal, "nl")
    assert "besluiten.csv" in sentence and "regel 3" in sentence and word in sentence


def test_every_wrong_row_is_named():
    with pytest.raises(WrongRows) as caught:
        read_steps("x;y;z\n2021-01-01;places_added;1\n2021-01-01;places_added;x", "prop-2021")
    assert len(caught.value.refusals) == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe\x00", "regel 1: dit is geen tekst in UTF-8."),
        (b"datum;knop;waarde\n2021-01-01;places_added;\xe9", "regel 2: dit is geen tekst in UTF-8."),
        (b"PK\x03\x04" + b"\x00" * 50, "besturingsteken"),
        (b"datum;iets\n1;2", "datum"),
        (b"a" * 300_000, "te groot; toegestaan is hoogstens 262144 bytes."),
        (b"2021-01-01;places_added;1\n" * 201, "201 regels; toegestaan is hoogstens 200."),
        (b"2021-01-01;places_added;1\n" * 51, "places_added: 51 regels; toegestaan is hoogstens 50."),
    ],
)
def test_what_is_no_table_or_too_much_is_refused(content, sentence):
    with pytest.raises(WrongRows) as caught:
        read_steps(content, "prop-2021", "bestand.csv")
    assert sentence in refusal_text(caught.value.refusals[0], "nl")


def test_nothing_is_no_rows():
    assert read_steps("", "prop-2021") == ()
    assert from_link("", "prop-2021") == ()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.dates(date(2019, 1, 1), date(2024, 12, 30)),
            st.sampled_from([("share_cap", 0.3), ("places_added", 20000.0), ("inflow_factor", 3.0)]),
            st.integers(0, 10_000),
            st.booleans(),
        ),
        max_size=20,
    )
)
def test_a_link_reads_back(rows):
    steps = tuple(
        sorted(
            (
                Step(name, round(high * part / 10_000, 6), day, date(2024, 12, 31) if until else None)
                for day, (name, high), part, until in rows
            ),
            key=lambda step: step.from_date,
        )
    )
    assert from_link(as_link(steps), "prop-2021") == steps
