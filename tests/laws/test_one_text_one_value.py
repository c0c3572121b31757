"""Law: one text is one value of a lever, at whichever door and in whichever language it is written."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app_pages.shell import settings as sidebar
from experiments.language.formatting import exact_text, plain_number
from experiments.language.refusals import refusal_text
from experiments.run.levers import scenario_of, setting_problem, value_of
from experiments.run.origin import settings_text
from experiments.scenario.decisions import WrongRows, as_link, from_link, read_rows, read_steps
from experiments.scenario.ready import check_text
from experiments.scenario.scenario import build_scenario
from experiments.scenario.text import file_text
from experiments.sweep.plan import check_sweep_text
from models.levers import LEVERS
from sim.errors import WrongInput
from sim.schedule import Schedule

HEAD = "schema: 2\nname: proef\ntitle: Proef\ndescription: Een proef.\nperiod: prop-2021\n"
BASE = check_text(HEAD)
DAY = "2020-03-01"
REFUSED = "refused"
#: What each text is: as a count, and as a share or factor.
TEXTS = {
    "6000": (6000, 6000), "6.000": (6000, 6), "6,000": (6000, 6), "6 000": (6000, 6000),
    "0,08": (REFUSED, 0.08), "0.08": (REFUSED, 0.08), "8%": (REFUSED, 0.08), "8 %": (REFUSED, 0.08),
    "1e3": (REFUSED, REFUSED), "4.250": (4250, 4.25),
}  # fmt: skip
NUMBERS = [lever for lever in LEVERS.values() if lever.kind in ("integer", "number")]


@pytest.fixture(autouse=True, scope="module")
def no_draw_is_asked():
    """Whether share_base goes with the highest share of the draws is another law: here any number is read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.scenario.setting.lowest_cap", lambda period: Schedule.constant(1.0))
        yield


def value_in(scenario):
    (change,) = scenario.changes()
    return change.value


def by_command(lever, text):
    return value_in(BASE.with_settings([f"{lever.name}={text}"]))


def by_dated_command(lever, text):
    return value_in(BASE.with_settings([f"{lever.name}={text}@{DAY}"])) if lever.dated else by_command(lever, text)


def section(lever):
    return "uncertainties" if lever.uncertainty else "levers"


def by_file(lever, text):
    return value_in(check_text(f"{HEAD}{section(lever)}:\n  {lever.name}: {text}\n"))


def by_quoted_file(lever, text):
    return value_in(check_text(f"{HEAD}{section(lever)}:\n  {lever.name}: {{value: '{text}'}}\n"))


def by_file_with_dates(lever, text):
    group = f"    - value: {text}\n" + (f"      from: {DAY}\n" if lever.dated else "")
    return value_in(check_text(f"{HEAD}{section(lever)}:\n  {lever.name}:\n{group}"))


def by_sweep(lever, text):
    head = "schema: 1\nname: proef\ntitle: Proef\ndescription: Een proef.\nscenarios: [prop-2021]\n"
    sweep = check_sweep_text(f"{head}{section(lever)}:\n  {lever.name}:\n    - {text}\n")
    ((_, _, told),) = sweep.point(1).settings
    assert told == value_in(sweep.scenario_of(1))
    return told


def by_sweep_list(lever, text):
    head = "schema: 1\nname: proef\ntitle: Proef\ndescription: Een proef.\n"
    sweep = check_sweep_text(
        f"{head}list:\n  - scenario: prop-2021\n    {section(lever)}: {{{lever.name}: '{text}'}}\n"
    )
    return value_in(sweep.scenario_of(1))


def by_pasted_table(lever, text):
    return read_steps(f"{DAY}\t{lever.name}\t{text}", "prop-2021")[0].value


def by_uploaded_table(lever, text):
    row = io.StringIO()
    csv.writer(row).writerow([DAY, lever.name, text])
    return read_steps(row.getvalue().encode(), "prop-2021")[0].value


def by_edited_table(lever, text):
    return read_rows([[DAY, lever.name, text]], "prop-2021")[0].value


def by_table_in_link(lever, text):
    (step,) = from_link(f"{DAY},{lever.name},{text}", "prop-2021")
    return step.value


def by_field(lever, text):
    """What the app does with the text of a field, or of a link, which fills the field."""
    problem = setting_problem(lever.name, text)
    if problem is not None:
        raise problem
    scenario = scenario_of("prop-2021", {lever.name: [{"value": text}]})
    assert value_in(scenario) == value_of(lever.name, text)
    return value_in(scenario)


DOORS = (by_command, by_dated_command, by_file, by_quoted_file, by_file_with_dates, by_sweep, by_sweep_list, by_field)
TABLES = (by_pasted_table, by_uploaded_table, by_edited_table, by_table_in_link)


def expected(lever, text):
    count, number = TEXTS[text]
    value = count if lever.kind == "integer" else number
    return value if value != REFUSED and lever.low <= value <= lever.high else REFUSED


def outcome(door, lever, text):
    try:
        return door(lever, text)
    except WrongInput as error:
        assert refusal_text(error, "nl") and refusal_text(error, "en")
        return REFUSED
    except WrongRows as error:
        assert error.refusals
        return REFUSED


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("lever", NUMBERS, ids=lambda lever: lever.name)
def test_every_door_reads_the_same_number(lever, text):
    found = {door.__name__: outcome(door, lever, text) for door in DOORS + (TABLES if lever.dated else ())}
    if lever.dated and "," in text:  # in this one a comma ends the value, so that it can only refuse
        assert found.pop("by_table_in_link") == REFUSED
    assert set(found.values()) == {expected(lever, text)}, found


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("lever", [x for x in LEVERS.values() if x not in NUMBERS], ids=lambda lever: lever.name)
def test_a_choice_or_switch_takes_no_number_at_any_door(lever, text):
    doors = DOORS + (TABLES if lever.dated else ())
    assert {outcome(door, lever, text) for door in doors} == {REFUSED}


@pytest.mark.parametrize("lever", [x for x in LEVERS.values() if x.kind == "choice"], ids=lambda lever: lever.name)
def test_every_door_takes_the_code_of_a_choice(lever):
    for word in lever.choices:
        doors = DOORS + (TABLES if lever.dated else ())
        assert {outcome(door, lever, word) for door in doors} == {word}


def test_no_text_has_two_readings():
    """What is no count lies far below a thousand, so that its point or comma never means thousands."""
    assert all(lever.high < 1000 for lever in NUMBERS if lever.kind == "number")


@pytest.mark.parametrize(
    "text", ["", " ", "000", "08", "6.00", "60.00.000", "1.2.3", "6,000.5", "--1", "+", "%", "6'000", "0x10", "1_000",
             "٣", "1/2", "6000,", ".", "nan", "inf", "-inf", "1e400", "6 0 0 0", "6000 persons"]
)  # fmt: skip
def test_what_is_no_count_is_refused_at_every_door(text):
    lever = LEVERS["flex_per_year"]
    if text == "6.00":  # zeros behind a point leave the number whole
        assert by_field(lever, text) == 6
        return
    for door in (by_command, by_quoted_file, by_edited_table, by_field):
        assert outcome(door, lever, text) == REFUSED, (door, text)


@pytest.mark.parametrize(
    ("text", "way"), [("1e3", "6000, 6.000, 6,000 of 6 000"), ("6.5", "6000, 6.000, 6,000 of 6 000"), ("8%", "6 000")]
)
def test_a_refusal_says_how_to_write_it(text, way):
    problem = setting_problem("flex_per_year", text)
    assert way in refusal_text(problem, "nl") and text in refusal_text(problem, "nl")
    assert "30000" in refusal_text(problem, "en")


@hypothesis_settings(max_examples=300, deadline=None)
@given(lever=st.sampled_from(NUMBERS), data=st.data())
def test_what_is_written_in_either_notation_reads_back_as_itself(lever, data):
    low, high = lever.low, lever.high
    whole = st.integers(int(low), int(high))
    value = data.draw(whole if lever.kind == "integer" else st.floats(low, high, allow_subnormal=False))
    for written in (exact_text(value, "nl"), exact_text(value, "en"), plain_number(value)):
        assert value_of(lever.name, written) == value
    scenario = build_scenario(BASE.as_file() | {section(lever): {lever.name: value}})
    assert check_text(file_text(scenario)) == scenario
    if lever.dated:
        dated = BASE.with_settings([f"{lever.name}={plain_number(value)}@{DAY}"])
        (step,) = from_link(f"{DAY},{lever.name},{plain_number(value)}", "prop-2021")
        assert step.value == value_in(dated) == value
        assert from_link(as_link([step]), "prop-2021") == (step,)


@hypothesis_settings(max_examples=300, deadline=None)
@given(lever=st.sampled_from(list(LEVERS.values())), data=st.data())
def test_what_an_origin_says_can_be_typed_again(lever, data):
    kinds = {"choice": st.sampled_from(lever.choices or ("",)), "switch": st.booleans()}
    whole = st.integers(int(lever.low or 0), int(lever.high or 0))
    share = st.floats(lever.low or 0.0, lever.high or 0.0, allow_subnormal=False)
    value = data.draw(kinds.get(lever.kind, whole if lever.kind == "integer" else share))
    groups = [{"value": value}]
    if lever.dated:
        groups += [{"value": value, "from": DAY}, {"value": value, "from": DAY, "until": "2020-06-01"}]
    for group in groups:
        scenario = build_scenario(BASE.as_file() | {section(lever): {lever.name: group}})
        assert BASE.with_settings(settings_text(scenario).split()) == scenario


def test_an_origin_rounds_nothing():
    told = settings_text(BASE.with_settings(["share_cap=0.12345678", "share_base=0.00001"]))
    assert told == "share_cap=0.12345678 share_base=0.00001"


def test_the_sidebar_hands_over_the_text_as_it_stands(monkeypatch):
    monkeypatch.setattr(sidebar, "_state", lambda: {"flex_per_year": "12.500", "share_cap": "8 %"})
    found = {change.lever: change.value for change in scenario_of("prop-2021", sidebar.settings()).changes()}
    assert found == {"flex_per_year": 12500, "share_cap": 0.08}
