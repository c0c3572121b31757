"""Scenarios: what a file says, what it becomes, and how settings are laid over it."""

import datetime
import pickle

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refused import refused

from experiments.language.labels import choice_text, lever_label
from experiments.language.language import LANGUAGES
from experiments.language.refusals import refusal_text, shown, term_text
from experiments.scenario.periods import check_window
from experiments.scenario.plain_yaml import LONGEST_NUMBER, plain_value, read_plain_yaml
from experiments.scenario.reading import read_value
from experiments.scenario.ready import check_text, load_scenario, ready_names, ready_scenarios
from experiments.scenario.scenario import (
    _UPGRADES,
    DEFAULT_REPLICATIONS,
    DEFAULT_SEED,
    SCHEMA_VERSION,
    Scenario,
    build_scenario,
    parse_date,
)
from experiments.scenario.schema import scenario_schema
from experiments.scenario.setting import READ_BESIDE
from experiments.scenario.text import file_text
from models.levers import LEVERS, Change, apply_changes
from models.parameters import PERIODS, baseline
from sim.calendar import day_number
from sim.errors import Allowed, WrongInput

HEAD = "schema: 2\nname: x\ntitle: T\ndescription: D\nperiod: prop-2021\n"


def day(text):
    return day_number(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"), ("yes", "yes"), ("on", "on"), ("y", "y"), ("true", True), ("False", False), ("tRUE", "tRUE"),
        ("~", None), ("", None), ("null", None), ("12", 12), ("-12", -12), ("+3", 3), ("007", 7), ("0o17", 15),
        ("0x1F", 31), ("1_000", "1_000"), ("12:30", "12:30"), ("1e3", 1000.0), (".5", 0.5), ("5.", 5.0),
        ("-1.5e-3", -0.0015), ("2021-03-01", "2021-03-01"), ("e3", "e3"), (".", "."), ("-", "-"), ("٣", "٣"),
        ("x" * 900, "x" * 900),
    ],
)  # fmt: skip
def test_words_mean_what_yaml_1_2_says(text, value):
    found = plain_value(text)
    assert found == value
    assert type(found) is type(value)


def test_endless_numbers_do_not_become_endless_work():
    assert plain_value("9" * LONGEST_NUMBER) == int("9" * LONGEST_NUMBER)
    assert plain_value("9" * (LONGEST_NUMBER + 1)) == pytest.approx(1e41)
    assert plain_value("9" * 200_000) == float("inf")
    assert plain_value("0x" + "f" * 200_000) == float("inf")
    assert plain_value("1e999") == float("inf")
    assert plain_value("-.INF") == float("-inf")
    assert plain_value(".NaN") != plain_value(".NaN")


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("seed: 1.000", "seed"), ("seed: .nan", "seed"), ("seed: -0", None), ("replications: 1e1", "replications"),
        ("title_en: 1.50", "title_en"), ("package: 1.0", "package"), ("levers: 0x10", "levers"),
        ("sources: [1.0]", "sources[1]"),
        ("levers: {places_added: {value: 6, from: 2020.0}}", "levers.places_added.from"),
    ],
)  # fmt: skip
def test_a_refused_number_is_shown_as_it_is_written(line, field):
    if field is None:
        assert check_text(HEAD + line).seed == 0
        return
    with pytest.raises(WrongInput) as refusal:
        check_text(HEAD + line)
    assert refusal.value.field == field
    assert f"'{line.split()[-1].strip('[]{}')}'" in refusal_text(refusal.value, "en")


@pytest.mark.parametrize(
    ("levers", "field", "way"),
    [
        ("{flex_per_year: 6,000}", "flex_per_year", "6,000"),
        ("{share_cap: 0,08}", "share_cap", "0,08"),
        ("{share_cap: 5,5%, share_base: 0.01}", "share_cap", "5,5%"),
        ("{share_cap: {value: 0,08, from: 2020-01-01}}", "share_cap.value", "0,08"),
        ("{share_cap: [0,08]}", "share_cap[1]", "0,08"),
    ],
)
def test_a_comma_that_yaml_takes_for_a_separator_is_told_with_the_way_to_write_it(levers, field, way):
    with pytest.raises(WrongInput) as refusal:
        check_text(f"{HEAD}levers: {levers}")
    assert (refusal.value.code, refusal.value.field) == ("comma_separates", f"levers.{field}")
    assert f"'{way}'" in refusal_text(refusal.value, "nl")
    assert len(refusal_text(refusal.value, "nl")) < 300
    fixed = levers.replace(way, f'"{way}"')
    assert check_text(f"{HEAD}levers: {fixed}").levers


def test_a_plain_file_knows_its_lines():
    plain = read_plain_yaml("a: 1\nb:\n  - c: 2\n  - d: |\n      true\n", "f")
    assert plain.content == {"a": 1, "b": [{"c": 2}, {"d": "true\n"}]}
    assert plain.line_of(("b", 1, "d")) == 4
    assert plain.line_of(("b", 0, "onbekend")) == 3
    assert plain.line_of(("weg",)) is None


def test_a_small_file_takes_the_usual_values():
    scenario = check_text(HEAD)
    assert (scenario.replications, scenario.seed) == (DEFAULT_REPLICATIONS, DEFAULT_SEED)
    assert scenario.changes() == []
    assert scenario.first_day == scenario.from_day == day("2019-01-01")
    assert scenario.until_day == day("2022-01-01")


def test_a_full_file_becomes_changes_in_order():
    scenario = check_text(
        HEAD
        + "from: 2020-01-01\nuntil: 2023-01-01\n"
        + "levers:\n"
        + "  share_cap: {value: 0.08, from: 2021-03-01, until: 2021-12-31, ramp_days: 60}\n"
        + "  queue_rule: newest\n"
        + "  ind_extra_staff:\n    - 10\n    - {value: 20, from: 2021-01-01}\n"
        + "uncertainties:\n  inflow_factor: 1\n"
    )
    assert scenario.changes() == [
        Change("share_cap", 0.08, day("2021-03-01"), day("2021-12-31"), 60),
        Change("queue_rule", "newest"),
        Change("ind_extra_staff", 10.0),
        Change("ind_extra_staff", 20.0, day("2021-01-01")),
        Change("inflow_factor", 1.0),
    ]
    assert (scenario.from_day, scenario.until_day) == (day("2020-01-01"), day("2023-01-01"))
    changed = apply_changes(baseline("prop-2021"), scenario.changes())
    assert LEVERS["queue_rule"].choices[int(changed.ind.queue_rule.at(day("2021-06-01")))] == "newest"
    assert changed.homes.share_cap.at(day("2021-06-01")) == pytest.approx(0.08)


def test_a_scenario_reads_back_as_itself():
    scenario = check_text(
        HEAD + "levers:\n  share_cap: {value: 0.08, from: 2021-03-01, ramp_days: 60}\n  reserve_places:\n"
        "    - {value: 100, until: 2020-01-01}\n    - {value: 9, from: 2020-01-01}\nseed: 4\n"
    )
    assert build_scenario(scenario.as_file()) == scenario
    assert pickle.loads(pickle.dumps(scenario)) == scenario


def test_the_newer_keys_are_read_and_written():
    scenario = check_text(
        HEAD
        + "title_en: Two\ndescription_en: In English.\npackage: true\nsources:\n  - een bron\n  - 'aanname: tien'\n"
    )
    assert (scenario.title_en, scenario.description_en) == ("Two", "In English.")
    assert scenario.package is True
    assert scenario.sources == ("een bron", "aanname: tien")
    assert build_scenario(scenario.as_file()) == scenario == check_text(file_text(scenario))
    bare = check_text(HEAD)
    assert (bare.title_en, bare.description_en, bare.package, bare.sources) == (None, None, False, ())
    assert not {"title_en", "description_en", "package", "sources"} & set(bare.as_file())


# ---- older and newer files ---------------------------------------------------------------------


def test_an_older_file_is_read_as_the_newest():
    tail = "levers:\n  share_cap: {value: 0.08, from: 2021-03-01}\nseed: 4\n"
    old = check_text(HEAD.replace("schema: 2", "schema: 1") + tail)
    assert old == check_text(HEAD + tail)
    assert old.schema_version == SCHEMA_VERSION == 2


def test_upgrades_are_a_chain_from_every_older_schema():
    assert list(_UPGRADES) == list(range(1, SCHEMA_VERSION))
    for version, upgrade in _UPGRADES.items():
        before = {"schema": version, "name": "x"}
        assert upgrade(before)["schema"] == version + 1
        assert before == {"schema": version, "name": "x"}


def test_steps_of_the_chain_follow_one_another(monkeypatch):
    def from_0(content):
        return {"schema": 1, "title": content["kop"]} | {k: v for k, v in content.items() if k not in ("schema", "kop")}

    monkeypatch.setitem(_UPGRADES, 0, from_0)
    oldest = HEAD.replace("schema: 2", "schema: 0").replace("title:", "kop:")
    assert check_text(oldest) == check_text(HEAD)


def test_a_mistake_in_an_older_file_keeps_its_own_line():
    with refused(WrongInput, match=r"oud\.yaml, regel 9, levers\.share_cap: waarde 3 is niet"):
        check_text(
            "# van vroeger\n\n" + HEAD.replace("schema: 2", "schema: 1") + "levers:\n  share_cap: 3\n", "oud.yaml"
        )


@pytest.mark.parametrize("version", ["3", "99", "9" * 30])
def test_a_newer_file_is_refused_in_one_clear_sentence(version):
    with pytest.raises(WrongInput) as refusal:
        check_text("name: x\nnieuwe_sleutel: 1\nschema: " + version + "\n", "nieuw.yaml")
    assert refusal_text(refusal.value, "nl") == (
        "nieuw.yaml, regel 3, schema: dit bestand is gemaakt met een nieuwere versie van Doorstroom;"
        " toegestaan is een geheel getal van 1 tot en met 2."
    )


@pytest.mark.parametrize("version", ["0", "-1", "true", "1.0", "'1'", "~", "[1]", "1.5"])
def test_another_schema_is_no_schema(version):
    with refused(WrongInput, match=r"regel 1, schema.*toegestaan is een geheel getal van 1 tot en met 2"):
        check_text(HEAD.replace("schema: 2", f"schema: {version}"))


WRITTEN = st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co")), min_size=1, max_size=100)


@settings(max_examples=200, deadline=None)
@given(text=WRITTEN.filter(str.strip), value=st.floats(0, 0.3), switch=st.booleans())
def test_what_is_written_reads_back_as_itself(text, value, switch):
    scenario = build_scenario(
        {
            "schema": 2,
            "name": "x",
            "title": text,
            "description": text,
            "title_en": text,
            "period": "prop-2021",
            "until": "2021-05-01",
            "levers": {
                "share_cap": [{"value": value, "from": "2021-03-01", "ramp_days": 3}, {"value": value}],
                "queue_rule": "newest",
            },
            "uncertainties": {"impose_nareis": switch, "inflow_factor": {"value": 1, "until": "2020-01-01"}},
            "sources": [text, "een tweede"],
        }
    )
    assert check_text(file_text(scenario)) == scenario


@pytest.mark.parametrize(
    "text", ["true", "~", "1e3", "0x1f", ".5", "- a", "a: b", "a #b", "'a'", " a ", "a\\b", "a\u2028b", "é\u0301"]
)
def test_words_that_yaml_would_read_otherwise_are_quoted(text):
    scenario = build_scenario(check_text(HEAD).as_file() | {"title": text, "sources": [text]})
    assert check_text(file_text(scenario)) == scenario


def test_a_scenario_cannot_be_changed():
    scenario = check_text(HEAD)
    with pytest.raises(ValueError, match="frozen"):
        scenario.seed = 3


def test_a_scenario_built_in_code_is_checked_too():
    with refused(WrongInput, match="share_cap"):
        Scenario.model_validate(
            {
                "schema": 2,
                "name": "x",
                "title": "T",
                "description": "D",
                "period": "prop-2021",
                "levers": {"share_cap": 3},
            }
        )


@pytest.mark.parametrize("lever", LEVERS.values(), ids=lambda lever: lever.name)
def test_every_lever_takes_its_ends_and_nothing_beyond(lever):
    section = "uncertainties" if lever.uncertainty else "levers"
    if lever.kind == "switch":
        good, bad = [True, False], [1, 0, "yes", None]
    elif lever.kind == "choice":
        good, bad = list(lever.choices), ["", 1, True, lever.choices[0].upper()]
    else:
        beyond = 1 + abs(lever.high)
        good = [lever.low, lever.high]
        bad = [lever.low - beyond, lever.high + beyond, True, "1e0", float("nan"), float("inf")]
        bad += [lever.low + 0.5] if lever.kind == "integer" else []
    content, beside = check_text(HEAD).as_file(), READ_BESIDE.get(lever.name, {})
    for value in good:
        assert len(build_scenario(content | {section: beside | {lever.name: value}}).changes()) == 1 + len(beside)
    for value in bad:
        with refused(WrongInput, match=f"{section}.{lever.name}.*toegestaan is "):
            build_scenario(content | {section: {lever.name: value}}, file="f")


def test_settings_are_laid_over_a_scenario():
    scenario = check_text(HEAD + "levers:\n  share_cap: 0.07\n")
    laid = scenario.with_settings(["share_cap=0.08@2021-03-01..2021-12-31", "inflow_factor=1.2", "queue_rule=easy"])
    assert laid.changes() == [
        Change("share_cap", 0.07),
        Change("share_cap", 0.08, day("2021-03-01"), day("2021-12-31")),
        Change("queue_rule", "easy"),
        Change("inflow_factor", 1.2),
    ]
    assert scenario.changes() == [Change("share_cap", 0.07)]
    assert scenario.with_settings([]) == scenario
    assert scenario.with_settings(["share_cap=0.1"]).changes() == [Change("share_cap", 0.1)]
    until = check_text(HEAD).with_settings(["share_cap=0.1@..2021-01-01"]).changes()[-1]
    assert until == Change("share_cap", 0.1, None, day("2021-01-01"))
    with refused(WrongInput, match="2019-01-01 begint nog een stap"):
        scenario.with_settings(["share_cap=0.1@..2021-01-01"])
    assert scenario.with_settings(["impose_nareis=true"]).changes()[-1] == Change("impose_nareis", True)


@pytest.mark.parametrize(
    "text",
    [
        "", "=", "share_cap", "share_cap=", "=1", "geen_knop=1", "share_cap=9", "share_cap=x", "share_cap=true",
        "share_cap=0.1@", "share_cap=0.1@gisteren", "share_cap=0.1@2021-01-01..2020-01-01", "share_cap=0.1@2031-01-01",
        "share_cap=0.1@..", "target_source=rule@2021-01-01", "impose_nareis=1", "share_cap=~", "share_cap=.nan",
        "share_cap=1e999", "share_cap=8e-2", "places_added=6.5", "places_added=8%",
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_as_it_was_typed(text):
    with pytest.raises(WrongInput) as refusal:
        check_text(HEAD).with_settings([text])
    assert refusal_text(refusal.value, "nl").startswith(f"--set {text}")
    assert refusal.value.allowed


def test_the_window_of_a_report():
    assert check_window("prop-2021", None, None) == (day("2019-01-01"), day("2022-01-01"))
    late = datetime.date(2023, 6, 1)
    assert check_window("prop-2021", late, None) == (day("2023-06-01"), day("2026-01-01"))
    with refused(WrongInput, match="2023-06-02 tot en met 2026-01-01"):
        check_window("prop-2021", late, late)


def test_dates_are_written_one_way():
    assert parse_date("2021-03-01", file="--from") == datetime.date(2021, 3, 1)
    for text in ("1-3-2021", "20210301", "2021-3-1", "2021-W01-1", "٢٠٢١-٠٣-٠١", ""):
        with refused(WrongInput, match="een datum als 2021-03-01"):
            parse_date(text, file="--from")


def test_ready_scenarios_carry_their_own_names():
    assert {"prop-2021", "golf-2015"} <= set(ready_names())
    assert [scenario.name for scenario in ready_scenarios()] == ready_names()
    for period in PERIODS:
        bare = load_scenario(period)
        assert bare.period == period
        assert bare.changes() == []
        assert bare.first_day == bare.from_day


def test_a_ready_name_goes_before_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prop-2021").write_text("onzin")
    assert load_scenario("prop-2021").title == "De prop van 2021"
    assert load_scenario("golf-2015").name == "golf-2015"
    (tmp_path / "eigen.yaml").write_text(HEAD)
    assert load_scenario("eigen.yaml").name == "x"


def test_the_schema_lists_every_lever_with_its_range():
    schema = scenario_schema()
    assert set(schema["properties"]) == {field.alias or name for name, field in Scenario.model_fields.items()}
    assert schema["required"] == ["schema", "name", "title", "description", "period"]
    for lever in LEVERS.values():
        entry = schema["properties"]["uncertainties" if lever.uncertainty else "levers"]["properties"][lever.name]
        bare = entry["anyOf"][0]
        assert entry["title"] == lever_label(lever.name, "nl")
        if lever.kind in ("number", "integer"):
            assert (bare["minimum"], bare["maximum"]) == (lever.low, lever.high)
        if lever.kind == "choice":
            assert bare["enum"][0] == lever.choices[0] and set(lever.choices) <= set(bare["enum"])
        assert (len(entry["anyOf"]) == 3) == lever.dated


TEXTS = (
    "6000", "6.000", "6,000", "6 000", "6\u00a0000", "6000,0", "6.000,0", "0,08", "0.08", "8%", "8 %", "8\u00a0%",
    " 8,5 % ", "-1", "\u22121", "1e3", "4.250", "1.00,000", "6.000.0", "01", "1_000", "", "%", "true", "veel",
)  # fmt: skip


@pytest.mark.parametrize("lever", LEVERS.values(), ids=LEVERS)
def test_the_schema_allows_the_texts_that_are_read(lever):
    section = "uncertainties" if lever.uncertainty else "levers"
    checks = jsonschema.Draft202012Validator(scenario_schema()["properties"][section])
    for written in (*TEXTS, *(choice_text(code, language) for code in lever.choices for language in LANGUAGES)):
        try:
            value = read_value(lever, written, lever.name)
            reads = lever.kind != "choice" or value in lever.choices
        except WrongInput:
            reads = False
        for form in (written, {"value": written}, *([[written]] if lever.dated else [])):
            assert checks.is_valid({lever.name: form}) == reads, (written, form)


@pytest.mark.parametrize(("language", "ends"), [("nl", "0,5 tot en met 12500"), ("en", "0.5 to 12500")])
def test_ends_of_a_range_are_written_alike_whole_or_not(language, ends):
    for high in (12_500, 12_500.0):
        told = refusal_text(WrongInput(value=high + 1, allowed=Allowed("range", low=0.5, high=high)), language)
        assert ends in told and "12501" in told
    assert term_text(Allowed("range", low=-1000, high=-1.0), language) == term_text(
        Allowed("range", low=-1000.0, high=-1), language
    )


def test_values_are_shown_short_and_harmless():
    assert shown("x" * 100, "nl") == "'" + "x" * 60 + "…'"
    assert shown("a\x1b[2Jb\u202e", "en") == "'a·[2Jb·'"
    assert [shown(value, "nl") for value in (None, True, False, {}, [], 3)] == [
        "leeg", "true", "false", "een groep sleutels", "een lijst", "3",
    ]  # fmt: skip
    assert len(shown(10**100, "nl")) < 70
    assert refusal_text(WrongInput(), "nl") == "dit is niet toegestaan."
