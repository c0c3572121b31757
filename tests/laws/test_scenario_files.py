"""Law: whatever stands in a scenario file, the answer is a scenario or one clear sentence, within seconds."""

import errno
import os
import random
import time
from pathlib import Path

import pytest
from refused import refused

from experiments.language.refusals import refusal_text, term_text
from experiments.run.folder import result_folder
from experiments.scenario.ready import check_text, load_scenario, ready_names
from models.levers import LEVERS
from sim.errors import CannotWrite, WrongInput

LONGEST_SECONDS = 5.0
#: Refusals of a whole file, or of what is missing from it.
NO_LINE = ("too_large", "empty_file", "no_scenario", "missing")
FILE = "mutant.yaml"

FULL = """\
schema: 2
name: vol-voorbeeld
title: Een vol voorbeeld
title_en: A full example
package: true
description: Alles wat in een scenario kan staan, staat hierin.
period: prop-2021
from: 2020-01-01
until: 2022-01-01
levers:
  share_cap:
    value: 0.08
    from: 2021-03-01
    until: 2021-12-31
    ramp_days: 60
  ind_extra_staff:
    - {value: 100, from: 2019-06-01}
    - value: 50
      from: 2020-06-01
      until: 2021-01-01
  queue_rule: oldest
uncertainties:
  inflow_factor: 1.1
  impose_nareis: true
sources:
  - een bron
  - "aanname: de helft"
replications: 4
seed: 7
"""

NASTY_BYTES = [
    b"\x00",
    b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\xc3",
    b"\r",
    b"\x1b[2J",
    b"\x85",
    b"\xe2\x80\xa8",
    b"\xed\xa0\x80",
]
NASTY_TEXT = [
    "&a ", "*a", "!!python/object:os.system ", "! ", "%YAML 1.1\n", "---\n", "...\n", "? ", ": ", "- ", "[", "{", "]",
    "}", '"', "'", "|\n", ">\n", "\t", "#", "<<: ", "@", "`", ",", "\n\n", "  ", "~", "null", "NaN", ".nan", "-.inf",
    "1e999", "9" * 400, "0x" + "f" * 100, "-0", "true", "NO", "\\", "\u202e", "\U0001f600", "levers:\n", "[" * 200,
    "{a: " * 60, '"\\UFFFFFFFF"', '"\\U00110000"', '"\\x', "\x1b", "\x7f", "\u2028",
]  # fmt: skip
VALUES = [
    "true", "false", "null", "~", ".nan", ".inf", "-1", "0", "1", "1e400", "'0.1'", '"x"', "[]", "{}", "[1, 2]", "NO",
    "2021-02-30", "2021-13-01", "1999-01-01", "2099-12-31",
    "20210101", "oldest", "0x10", "0o7", "12:30:45", "1_000", "+.5", "-", "''",
    "|\n  x", "{value: 0.1}",
    "{value: 0.1, from: 2021-01-01}", "{from: 2021-01-01}", "9" * 50, "\"\\u0000\"", "\"\\ud800\"",
    "1.0", "1e2", '"\\UFFFFFFFF"', '"\\UD8000000"', '"\\x1b"', "https://example.org", "www.example.org",
]  # fmt: skip


def _bytes_changed(chance: random.Random) -> bytes:
    content = bytearray(FULL.encode())
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        position = chance.randrange(len(content) + 1)
        act = chance.randrange(6)
        if act == 0:
            content[position:position] = chance.choice(NASTY_BYTES)
        elif act == 1:
            content[position:position] = chance.choice(NASTY_TEXT).encode("utf-8", "surrogatepass")
        elif act == 2:
            del content[position : position + chance.choice([1, 1, 3, 30])]
        elif act == 3 and position < len(content):
            content[position] = chance.randrange(256)
        elif act == 4:
            other = chance.randrange(len(content) + 1)
            content[position:position] = content[other : other + chance.randrange(40)]
        else:
            del content[position:]
        if not content:
            break
    return bytes(content)


def _lines_changed(chance: random.Random) -> bytes:
    lines = FULL.splitlines()
    for _ in range(chance.choice([1, 1, 2, 4])):
        where = chance.randrange(len(lines))
        act = chance.randrange(8)
        key = lines[where].partition(":")[0]
        if act == 0:
            lines[where] = f"{key}: {chance.choice(VALUES)}"
        elif act == 1:
            lines.insert(chance.randrange(len(lines)), lines[where])
        elif act == 2 and len(lines) > 1:
            del lines[where]
        elif act == 3:
            lines[where] = " " * chance.randrange(6) + lines[where].lstrip()
        elif act == 4:
            lines[where] = lines[where].replace(
                key.strip() or "x", chance.choice([*LEVERS, "x", "schema", "1", "3", "true", "package", "sources"]), 1
            )
        elif act == 5:
            indent = chance.choice(["", "  ", "    "])
            key = chance.choice([*LEVERS, "value", "from", "until", "ramp_days", "x"])
            lines.insert(where, f"{indent}{key}: {chance.choice(VALUES)}")
        elif act == 6:
            chance.shuffle(lines)
        else:
            lines[where] += chance.choice(NASTY_TEXT)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _lever_changed(chance: random.Random) -> bytes:
    lever = chance.choice(list(LEVERS))
    right = "uncertainties" if LEVERS[lever].uncertainty else "levers"
    section = chance.choice([right, right, right, "levers"])
    form = chance.choice(
        ["{v}", "{{value: {v}, from: {d}, until: {e}, ramp_days: {r}}}", "[{v}, {{value: {v}, from: {d}}}]"]
    )
    dates = ["2021-01-01", "2019-06-01", "2024-12-31", "2018-12-31", "2025-01-01", "x", "3", "null"]
    text = form.format(
        v=chance.choice([*VALUES[:14], "0.05", "100", "1e9", "newest", "none", "-500"]),
        d=chance.choice(dates),
        e=chance.choice(dates),
        r=chance.choice(["0", "30", "-1", "true", "1e9", "x"]),
    )
    head = FULL.split("levers:", maxsplit=1)[0]
    return f"{head}{section}:\n  {lever}: {text}\n".encode()


def _judge(content: bytes) -> str:
    """Load one mutant; anything but a scenario or a clear refusal fails the law."""
    began = time.process_time()
    try:
        scenario = check_text(content, FILE)
    except WrongInput as refusal:
        sentence = refusal_text(refusal, "nl")
        assert sentence.startswith(FILE), sentence
        assert "\n" not in sentence, sentence
        assert len(sentence) < 2_500, sentence
        assert all(ord(character) >= 32 for character in sentence), repr(sentence)
        assert refusal.line or refusal.code in NO_LINE, sentence
        if refusal.field:
            assert refusal.allowed, sentence
            assert term_text(refusal.allowed, "nl") in sentence
            assert refusal.field[:50] in sentence or not refusal.field.isprintable(), sentence
        verdict = "refused"
    else:
        assert check_text(content, FILE) == scenario
        scenario.changes()
        verdict = "accepted"
    assert time.process_time() - began < LONGEST_SECONDS, content[:200]
    return verdict


def test_the_untouched_file_is_a_scenario():
    scenario = check_text(FULL, FILE)
    assert [change.lever for change in scenario.changes()] == [
        "share_cap",
        "ind_extra_staff",
        "ind_extra_staff",
        "queue_rule",
        "inflow_factor",
        "impose_nareis",
    ]


@pytest.mark.parametrize("mutants", [2_000, pytest.param(10_000, marks=pytest.mark.full)])
def test_mutants_are_accepted_or_refused_in_one_sentence(mutants):
    chance = random.Random(20_209_201 + mutants)
    makers = [_bytes_changed, _lines_changed, _lever_changed]
    verdicts = [_judge(makers[number % 3](chance)) for number in range(mutants)]
    assert verdicts.count("accepted") > mutants // 50, "mutations that break everything test little"
    assert verdicts.count("refused") > mutants // 2


@pytest.mark.parametrize("name", ready_names())
def test_every_ready_scenario_is_in_order(name):
    assert load_scenario(name).name == name


HEAD = "schema: 2\nname: x\ntitle: T\ndescription: D\nperiod: prop-2021\n"


@pytest.mark.parametrize(
    ("tail", "words"),
    [
        ("levers:\n  geen_knop: 1\n", ["regel 7", "levers.geen_knop", "onbekende knop", "share_cap"]),
        ("uncertainties:\n  geen_knop: 1\n", ["regel 7", "onbekende onzekerheid", "inflow_factor"]),
        ("levers:\n  share_kap: 1\n", ["bedoeld is misschien share_cap"]),
        ("sleutel: 1\n", ["regel 6", "onbekende sleutel 'sleutel'", "levers", "seed"]),
        ("levers:\n  share_cap: 3\n", ["regel 7", "levers.share_cap", "waarde 3", "0 tot en met 0,3"]),
        ("levers:\n  share_cap: .nan\n", ["regel 7", "levers.share_cap", "nan", "0 tot en met 0,3"]),
        ("levers:\n  share_cap: -.inf\n", ["regel 7", "levers.share_cap", "inf", "0 tot en met 0,3"]),
        ("levers:\n  share_cap: '0.8'\n", ["levers.share_cap", "waarde 0,8", "0 tot en met 0,3"]),
        ("levers:\n  share_cap: 8e-2\n", ["levers.share_cap", "'8e-2'", "0,08, 0.08 of 8 %", "0 tot en met 0,3"]),
        ("levers:\n  flex_per_year: 6.5\n", ["levers.flex_per_year", "'6.5'", "6.000, 6,000 of 6 000", "30000"]),
        ("levers:\n  share_cap: true\n", ["levers.share_cap", "true", "0 tot en met 0,3"]),
        ("levers:\n  queue_rule: NO\n", ["levers.queue_rule", "'NO'", "oldest"]),
        ("levers:\n  target_source: {value: rule, from: 2021-01-01}\n", ["levers.target_source", "geen datums"]),
        ("levers:\n  target_source: [rule, published]\n", ["levers.target_source", "geen datums"]),
        ("levers:\n  inflow_factor: 1\n", ["levers.inflow_factor", "uncertainties"]),
        ("uncertainties:\n  impose_nareis: 1\n", ["uncertainties.impose_nareis", "waarde '1'", "true of false"]),
        (
            "levers:\n  trading: {value: region, from: 2021-01-01, ramp_days: 9}\n",
            ["levers.trading.ramp_days", "geleidelijk"],
        ),
        ("levers:\n  share_cap: {value: 0.1, ramp_days: 9}\n", ["levers.share_cap.ramp_days", "begindatum"]),
        (
            "levers:\n  share_cap:\n    value: 0.1\n    from: 2021-05-01\n    until: 2021-04-01\n",
            ["regel 10", "levers.share_cap.until", "2021-05-02 tot en met 2026-01-01"],
        ),
        (
            "levers:\n  share_cap:\n    - 0.1\n    - {value: 0.2, from: 2030-01-01}\n",
            ["regel 9", "levers.share_cap[2].from", "2019-01-01 tot en met 2025-12-31"],
        ),
        ("from: 2021-01-01\nuntil: 2020-01-01\n", ["regel 7", "until", "2021-01-02 tot en met 2026-01-01"]),
        ("from: 2001-01-01\n", ["regel 6", "from", "2019-01-01 tot en met 2025-12-31"]),
        ("until: 2031-01-01\n", ["regel 6", "until", "2019-02-01 tot en met 2026-01-01"]),
        ("until: 2021-02-30\n", ["until", "een datum als"]),
        ("until: 2021-02-03T10:00:00\n", ["until", "een datum als"]),
        ("package: 1\n", ["regel 6", "package", "waarde 1", "true of false"]),
        ("title_en: ''\n", ["regel 6", "title_en", "1 tot en met 120 tekens"]),
        ("description_en: [a]\n", ["regel 6", "description_en", "een lijst", "1 tot en met 1000 tekens"]),
        ("sources: een bron\n", ["regel 6", "sources", "'een bron'", "een lijst van hoogstens 20 teksten"]),
        ("sources:\n  - goed\n  - 3\n", ["regel 8", "sources[2]", "waarde 3", "een lijst van hoogstens 20 teksten"]),
        ("sources: [" + "a," * 21 + "]\n", ["regel 6", "sources", "een lijst van hoogstens 20 teksten"]),
        ("seed: true\n", ["seed", "true", "een geheel getal van 0"]),
        ("seed: 1.5\n", ["seed", "'1.5'"]),
        ("replications: 0\n", ["replications", "1 tot en met 10000"]),
        ("seed: 1\nseed: 2\n", ["regel 7", "seed", "twee keer"]),
        ("levers: &a\n  share_cap: 0.1\n", ["levers", "anker"]),
        ("levers: *a\n", ["levers", "verwijzing"]),
        ("levers: !!map {}\n", ["levers", "typeaanduiding"]),
        ("levers:\n  - share_cap\n", ["levers", "een lijst"]),
        ("levers: {share_cap: [" + ", ".join(["0.1"] * 60) + "]}\n", ["levers.share_cap", "een lijst"]),
    ],
)
def test_a_wrong_field_is_named_with_its_line_and_what_is_allowed(tail, words):
    with pytest.raises(WrongInput) as refusal:
        check_text(HEAD + tail, "mijn.yaml")
    sentence = refusal_text(refusal.value, "nl")
    assert sentence.startswith("mijn.yaml, ")
    for word in words:
        assert word in sentence, sentence


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "leeg"),
        (b"  \n\n", "leeg"),
        (b"\xff\xfe\x00s", "UTF-8"),
        (b"schema: 1\nname: \xe9\n", "regel 2"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "UTF-8"),
        (b"PK\x03\x04\x00\x00", "regel 1: hier staat een besturingsteken"),
        (b'schema: 2\ntitle: "\\UFFFFFFFF"', "regel 2: hier is dit geen geldige YAML"),
        (b'schema: 2\ntitle: "\\U00110000"', "regel 2: hier is dit geen geldige YAML"),
        (b"schema: 2\ntitle: a\x1bb", r"regel 2: hier staat een besturingsteken \(U\+001B\)"),
        (b"schema: 2\ntitle: a\x7fb", r"regel 2: hier staat een besturingsteken \(U\+007F\)"),
        (b"schema: 2\n# a\xc2\x85b\n", r"regel 2: hier staat een besturingsteken \(U\+0085\)"),
        (b"{", "geldige YAML"),
        (b"a: b: c", "geldige YAML"),
        (b"\tschema: 1", "geldige YAML"),
        (b"[1, 2]", "geen scenario"),
        (b"just words", "geen scenario"),
        (b"# alleen een opmerking", "geen scenario"),
        (b"schema: 1\n---\nschema: 1\n", "meer dan"),
        (b"%YAML 1.1\n---\nschema: 1\n", "aanwijzing"),
        (b"? [a, b]\n: c\n", "sleutel"),
        (b"schema: 3\nname: x\ntitle: T\ndescription: D\nperiod: prop-2021\n", "nieuwere versie"),
        (b"schema: 0\nname: x\ntitle: T\ndescription: D\nperiod: prop-2021\n", "schema"),
        (b"schema: 1\nname: x\ntitle: T\ndescription: D\nperiod: elders\n", "golf-2015, prop-2021 of vooruitblik-2025"),
        (b"schema: 1\nname: X!\ntitle: T\ndescription: D\nperiod: prop-2021\n", "kleine letters"),
        (b'schema: 1\nname: x\ntitle: "a\\eb"\ndescription: D\nperiod: prop-2021\n', "title"),
        (b"name: x\ntitle: T\ndescription: D\nperiod: prop-2021\n", "schema: dit ontbreekt"),
        (b"[" * 1000, "te diep"),
        (b"{a: " * 1000, "te diep"),
        (b"- " * 1000, "te diep"),
        (b"a" * 10_000_000, "te groot"),
        (b"x: [" + b"1," * 100_000 + b"]", "te veel waarden"),
        (
            b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
            b"d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n",
            "anker",
        ),
    ],
)
def test_what_is_not_a_scenario_is_refused_within_seconds(tmp_path, content, words):
    path = tmp_path / "mijn.yaml"
    path.write_bytes(content)
    began = time.process_time()
    with refused(WrongInput, match=words) as refusal:
        load_scenario(path)
    assert str(path)[-100:] in refusal_text(refusal.value, "nl")
    assert time.process_time() - began < LONGEST_SECONDS


@pytest.mark.parametrize(
    "piece", ["? ", "- ", "x ", "'", "''", "\\n", "a:\n ", "#\n", "\n", " ", "!", "%41", ",", "1,", "\r", "|\n"]
)
def test_long_monotonous_files_take_no_time(piece):
    for head in ("", "a: ", 'a: "', "[", "{"):
        content = (head + piece * (250_000 // len(piece))).encode()
        began = time.process_time()
        with pytest.raises(WrongInput):
            check_text(content, FILE)
        assert time.process_time() - began < LONGEST_SECONDS


@pytest.mark.parametrize(
    "name", ["bestaat-niet", "", ".", "/", "/dev/zero", "a\0b", "x" * 5_000, "map/weg.yaml", "../../etc"]
)
def test_an_unknown_scenario_is_named(name):
    with pytest.raises(WrongInput):
        load_scenario(name)


def test_a_place_below_a_file_cannot_be_written(tmp_path):
    (tmp_path / "bestand").write_text("van de gebruiker")
    for out in (tmp_path / "bestand", tmp_path / "bestand" / "onder", tmp_path / "bestand" / "nog" / "dieper"):
        with refused(CannotWrite, match="bestand") as refusal, result_folder(out):
            pass
        assert refusal.value.exit_code == 74
    assert [path.name for path in tmp_path.iterdir()] == ["bestand"]
    assert (tmp_path / "bestand").read_text() == "van de gebruiker"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EIO])
def test_a_folder_that_cannot_be_made_is_named_and_leaves_nothing(tmp_path, monkeypatch, number):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("experiments.storage.folders.tempfile.mkdtemp", refuse)
    with refused(CannotWrite, match="uit"), result_folder(tmp_path / "diep" / "uit"):
        pass
    assert not list(Path(tmp_path).iterdir())
