"""Law: a scenario gives one result, at whichever door it comes in and in whatever order its dated steps stand."""

import random
from datetime import date, timedelta

import pytest

from app_pages.shell import settings as sidebar
from experiments.language.formatting import plain_number
from experiments.language.refusals import refusal_text
from experiments.run.ensemble import default_ensemble, load_ensemble
from experiments.run.levers import scenario_of
from experiments.run.parameters import changed_parameters
from experiments.run.run import run_scenario
from experiments.run.task import RunPlan
from experiments.scenario.decisions import as_link, from_link
from experiments.scenario.ready import check_text, ready_scenarios
from experiments.scenario.scenario import build_scenario
from experiments.scenario.setting import lowest_cap
from experiments.service.keys import job_key
from experiments.sweep.plan import check_sweep_text
from models.levers import LEVERS
from models.parameters import PERIODS
from sim.errors import WrongInput

HEAD = "schema: 2\nname: proef\ntitle: Proef\ndescription: Een proef.\nperiod: prop-2021\n"
PLAIN = check_text(HEAD).as_file()
DATED = [lever for lever in LEVERS.values() if lever.dated and lever.kind != "choice"]
CHOICES = [lever for lever in LEVERS.values() if lever.dated and lever.kind == "choice"]
SCENARIOS = 500
#: The highest share where it is lowest: never above the 0.15 of the tables, whatever the draws are.
LOWEST = min(share for _, share in lowest_cap("prop-2021").steps)


def some_value(lever, luck):
    if lever.kind == "choice":
        return luck.choice(lever.choices)
    share = luck.random()
    value = lever.low + share * (lever.high - lever.low)
    return round(value) if lever.kind == "integer" else round(value, 4)


def some_steps(lever, luck, last=2100):
    days = sorted(luck.sample(range(0, last), luck.randint(1, 5)))
    found = []
    for day in days:
        first = date(2019, 1, 1) + timedelta(day)
        step = {"value": some_value(lever, luck), "from": first.isoformat()}
        if luck.random() < 0.3:
            step["until"] = (first + timedelta(luck.randint(1, 60))).isoformat()
        if luck.random() < 0.2 and lever.kind != "choice":
            step["ramp_days"] = luck.randint(1, 90)
        found.append(step)
    if luck.random() < 0.3 and days[0] > 0:
        found[0].pop("from")
        found[0].pop("ramp_days", None)
    return found


def some_levers(luck, last=2100):
    """Per lever its steps, in the order of dates."""
    chosen = luck.sample(DATED, luck.randint(1, 4)) + luck.sample(CHOICES, luck.randint(0, 1))
    return {lever.name: some_steps(lever, luck, last) for lever in chosen}


def shuffled(steps, luck):
    """The same levers and steps in another order."""
    names = list(steps)
    luck.shuffle(names)
    return {name: luck.sample(steps[name], len(steps[name])) for name in names}


def sections(steps):
    found = {}
    for name, mine in steps.items():
        found.setdefault("uncertainties" if LEVERS[name].uncertainty else "levers", {})[name] = mine
    return found


def written(value):
    return value if isinstance(value, str) else plain_number(value)


def as_yaml(steps):
    lines = [HEAD]
    for section, levers in sections(steps).items():
        lines.append(f"{section}:\n")
        for name, mine in levers.items():
            lines.append(f"  {name}:\n")
            for step in mine:
                told = ", ".join(f"{key}: {written(value)}" for key, value in step.items())
                lines.append(f"    - {{{told}}}\n")
    return "".join(lines)


def by_file(steps):
    return check_text(as_yaml(steps))


def by_values(steps):
    return build_scenario(PLAIN | sections(steps))


def by_command(steps):
    """None when a step has a ramp, which the command line has no word for."""
    texts = []
    for name, mine in steps.items():
        for step in mine:
            if "ramp_days" in step:
                return None
            window = f"@{step.get('from', '')}" + (f"..{step['until']}" if "until" in step else "")
            texts.append(f"{name}={written(step['value'])}" + (window if window != "@" else ""))
    return check_text(HEAD).with_settings(texts)


def by_app(steps, monkeypatch):
    """Into the fields and the link of the app, and out of them again."""
    held = {}
    monkeypatch.setattr(sidebar, "_put", held.update)
    monkeypatch.setattr(sidebar, "title_of", lambda scenario: scenario.title)
    sidebar.put_scenario(by_values(steps))
    monkeypatch.setattr(sidebar, "_state", lambda: {key: value for key, value in held.items() if value})
    return scenario_of("prop-2021", sidebar.settings())


def outcome(door, *given):
    try:
        return door(*given)
    except WrongInput as error:
        assert refusal_text(error, "nl") and refusal_text(error, "en")
        return error.code


@pytest.mark.parametrize("block", range(10))
def test_the_order_of_steps_and_the_door_do_not_matter(block, monkeypatch):
    accepted = 0
    for number in range(block * SCENARIOS // 10, (block + 1) * SCENARIOS // 10):
        luck = random.Random(number)
        steps = some_levers(luck)
        first = outcome(by_file, steps)
        for door in (by_file, by_values, by_command, lambda given: by_app(given, monkeypatch)):
            found = outcome(door, shuffled(steps, luck))
            if found is None:
                continue
            if isinstance(first, str):
                assert found == first, number
                continue
            assert job_key(found) == job_key(first), number
            assert found.levers == first.levers and found.uncertainties == first.uncertainties
            assert changed_parameters("prop-2021", found.changes()) == changed_parameters("prop-2021", first.changes())
        accepted += not isinstance(first, str)
    assert accepted > SCENARIOS // 20  # most are accepted, so that the law is not empty


@pytest.mark.parametrize("number", range(4))
def test_results_are_equal_whatever_the_order(number):
    luck = random.Random(9000 + number)
    steps = some_levers(luck, last=150)
    while isinstance(outcome(by_file, steps), str):
        steps = some_levers(luck, last=150)
    found = [
        run_scenario(door(each), RunPlan(replications=1, until_day=by_file(steps).first_day + 181)).to_json()
        for door, each in ((by_file, steps), (by_file, shuffled(steps, luck)), (by_values, shuffled(steps, luck)))
    ]
    assert found[0] == found[1] == found[2]


def test_the_two_orders_that_once_gave_two_results():
    march, february = "share_cap=0.12@2020-03-01", "share_cap=0.06@2020-02-01"
    one = check_text(HEAD).with_settings([march, february])
    other = check_text(HEAD).with_settings([february, march])
    assert one == other and job_key(one) == job_key(other)
    assert [step.from_date.month for step in one.levers["share_cap"]] == [2, 3]
    assert as_link(from_link("2020-03-01,share_cap,0.12~2020-02-01,share_cap,0.06", "prop-2021")) == (
        "2020-02-01,share_cap,0.06~2020-03-01,share_cap,0.12"
    )


@pytest.mark.parametrize("scenario", ready_scenarios(), ids=lambda scenario: scenario.name)
def test_ready_scenarios_stand_in_the_order_of_dates_already(scenario):
    starts = [
        [step.from_date or date.min for step in steps]
        for steps in (*scenario.levers.values(), *scenario.uncertainties.values())
    ]
    assert all(days == sorted(set(days)) for days in starts)


TWICE = "levers:\n  share_cap:\n    - {value: 0.1, from: 2020-02-01}\n    - {value: 0.2, from: 2020-02-01}\n"
START = "levers:\n  share_cap:\n    - 0.1\n    - {value: 0.2, from: 2019-01-01}\n"
HIDDEN = (
    "levers:\n  share_cap:\n    - {value: 0.2, from: 2020-02-04}\n    - {value: 0.1, from: 2020-02-01, ramp_days: 30}\n"
)
SHORT = "levers:\n  share_cap: {value: 0.2, from: 2020-02-04, until: 2020-02-06, ramp_days: 90}\n"


@pytest.mark.parametrize(
    ("tail", "code", "line", "field"),
    [
        (TWICE, "day_twice", 9, "levers.share_cap[2].from"),
        (START, "day_twice", 9, "levers.share_cap[2].from"),
        (HIDDEN, "never_holds", 9, "levers.share_cap[2]"),
        (SHORT, "never_holds", 7, "levers.share_cap"),
    ],
)
def test_a_step_that_another_hides_is_refused(tail, code, line, field):
    with pytest.raises(WrongInput) as refusal:
        check_text(HEAD + tail, "mijn.yaml")
    assert (refusal.value.code, refusal.value.line, refusal.value.field) == (code, line, field)


@pytest.mark.parametrize(
    ("settings", "wrong", "day"),
    [
        (["share_base=0.16", "share_cap=0.05"], 0, "2019-01-01"),
        (["share_base=0.06", "share_cap=0.05"], 1, "2019-01-01"),  # each alone is taken: the second brings the fault
        (["share_cap=0.05", "share_base=0.1"], 1, "2019-01-01"),
        (["share_base=0.1", "share_cap=0.2", "share_base=0.1"], 2, None),
        (["share_base=0.16@2020-05-01", "share_cap=0.05@2020-01-01..2020-06-01"], 0, "2020-05-01"),
        (["share_base=0.04", "share_cap=0.05@2020-01-01", "share_cap=0.03@2021-01-01"], 2, "2021-01-01"),
        (["share_base=0.2"], 0, "2019-01-01"),  # in no draw is the highest share so high
        (["turnover=0.9", f"share_base={LOWEST + 0.001:.9g}"], 1, "2019-01-01"),  # in some it is, in others not
        (["share_cap=0.2@2019-01-01..2020-01-01", "share_base=0.16"], 1, "2020-01-01"),
    ],
)
def test_a_share_without_pressure_above_the_highest_is_refused(settings, wrong, day):
    with pytest.raises(WrongInput) as refusal:
        check_text(HEAD).with_settings(settings)
    assert refusal.value.code == ("day_twice" if day is None else "base_above_cap")
    assert refusal.value.values.get("day") == (day or "2019-01-01")
    assert refusal_text(refusal.value, "nl").startswith(f"--set {settings[wrong]}, levers.share_base")


def test_of_two_faults_the_one_that_is_told_is_placed():
    with pytest.raises(WrongInput) as refusal:
        check_text(HEAD).with_settings(["share_base=0.1", "share_cap=0.2", "turnover=9"])
    assert refusal.value.file == "--set turnover=9"


@pytest.mark.parametrize("period", ["prop-2021", "golf-2015"])
def test_the_lowest_highest_share_is_that_of_every_draw(period):
    ensemble = default_ensemble(period)
    numbers = range(len(load_ensemble(ensemble).draws))
    caps = [changed_parameters(period, (), ensemble, number).homes.share_cap for number in (None, *numbers)]
    caps.append(changed_parameters(period, ()).homes.share_cap)
    for day, share in lowest_cap(period).steps:
        assert share == pytest.approx(min(cap.at(day) for cap in caps), abs=1e-9)


def linked(link, period):
    return {step.lever: [{"value": step.value, "from": step.from_date.isoformat()}] for step in from_link(link, period)}


@pytest.mark.parametrize("period", ["prop-2021", "golf-2015"])
def test_every_door_refuses_a_share_without_pressure_above_that_of_some_draw(period, monkeypatch):
    """And takes the highest that is allowed."""
    most = min(share for _, share in lowest_cap(period).steps)
    head = HEAD.replace("prop-2021", period)
    sweep = f"schema: 1\nname: s\ntitle: S\ndescription: S\nscenarios: [{period}]\nlevers:\n"
    doors = (
        lambda value: check_text(f"{head}levers: {{share_base: {value}}}"),
        lambda value: check_text(head).with_settings([f"share_base={value}"]),
        lambda value: scenario_of(period, linked(f"{PERIODS[period].start},share_base,{value}", period)),
        lambda value: scenario_of(period, {"share_base": [{"value": value}]}),
        lambda value: check_sweep_text(f"{sweep}  share_base: [0.01, {value}]"),
        lambda value: check_sweep_text(f"{sweep}  share_base: [{value}]\n  share_cap: [0.3, {most}]"),
        lambda value: check_sweep_text(
            f"schema: 1\nname: s\ntitle: S\ndescription: S\n"
            f"list:\n- {{scenario: {period}, levers: {{share_base: {value}}}}}"
        ),
    )
    for door in doors:
        assert door(most)
        with pytest.raises(WrongInput) as refusal:
            door(round(most + 0.001, 9))
        told = refusal_text(refusal.value, "en")
        assert f"allowed is at most {most}" in told, told
    assert check_sweep_text(f"{sweep}  share_base: [0.2]\n  share_cap: [0.2, 0.3]").points == 2


@pytest.mark.parametrize(
    "settings",
    [
        ["share_base=0.05", "share_cap=0.05"],
        ["share_base=0.04@2020-05-01", "share_cap=0.03@2020-01-01..2020-05-01"],  # never both at once
        [f"share_base={LOWEST:.9g}"],  # as low as the highest share is in the lowest draw
        ["share_base=0.2", "share_cap=0.2"],
        ["share_cap=0"],
    ],
)
def test_shares_that_go_together_are_taken(settings):
    assert check_text(HEAD).with_settings(settings).changes()
