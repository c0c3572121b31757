"""Sweep files: what they mean, and how a wrong one is refused."""

import json
import pickle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from refused import refused

from experiments.language.refusals import refusal_text
from experiments.run.bill import MOST_ACTS
from experiments.scenario.ready import load_scenario, ready_names
from experiments.sweep import plan
from experiments.sweep.plan import check_sweep_text, load_sweep, ready_sweeps, value_words
from models.outcomes import OUTCOMES
from sim.errors import WrongInput

HEAD = "schema: 1\nname: proef\ntitle: Proef\ndescription: Een proef.\n"
GRID = (
    HEAD
    + """\
scenarios: [prop-2021, golf-2015]
levers:
  share_cap: [0.055, 0.12]
  linking_rule: [target, homes]
uncertainties:
  inflow_factor: [0.8, 1.0, 1.2]
replications: 4
seed: 7
"""
)
LIST = (
    HEAD
    + """\
list:
  - scenario: prop-2021
  - scenario: prop-2021
    levers:
      share_cap: {value: 0.12, from: 2019-06-01}
    uncertainties: {inflow_factor: 1.2}
from: 2019-02-01
until: 2019-07-01
outcomes: [permits, realised]
""".replace("permits, realised", ", ".join(list(OUTCOMES)[:2]))
)


def refusal(text, folder=None):
    with pytest.raises(WrongInput) as error:
        check_sweep_text(text, "mijn.yaml", folder)
    assert "\n" not in refusal_text(error.value, "nl")
    return refusal_text(error.value, "nl")


def test_a_grid_crosses_everything_and_the_last_turns_fastest():
    sweep = check_sweep_text(GRID)
    assert (sweep.points, sweep.runs, sweep.replications, sweep.seed) == (24, 96, 4, 7)
    assert sweep.names == ("share_cap", "linking_rule", "inflow_factor")
    assert sweep.outcomes == tuple(OUTCOMES)
    seen = [
        (sweep.point(number).scenario, *(value for _, _, value in sweep.point(number).settings))
        for number in range(1, 25)
    ]
    assert seen[:4] == [
        (0, 0.055, "target", 0.8), (0, 0.055, "target", 1.0), (0, 0.055, "target", 1.2), (0, 0.055, "homes", 0.8),
    ]  # fmt: skip
    assert seen[-1] == (1, 0.12, "homes", 1.2)
    assert len(set(seen)) == 24
    for number in (0, 25):
        with pytest.raises(IndexError):
            sweep.point(number)
    changes = {change.lever: change.value for change in sweep.scenario_of(24).changes()}
    assert changes == {"share_cap": 0.12, "linking_rule": "homes", "inflow_factor": 1.2}


def test_a_list_names_its_points():
    sweep = check_sweep_text(LIST)
    assert (sweep.points, len(sweep.scenarios), sweep.names) == (2, 1, ("share_cap", "inflow_factor"))
    assert sweep.outcomes == tuple(list(OUTCOMES)[:2])
    assert sweep.scenario_of(1).changes() == []
    assert str(sweep.scenario_of(2).from_date) == "2019-02-01"
    [first, second] = sweep.scenario_of(2).changes()
    assert (first.lever, first.value, second.lever) == ("share_cap", 0.12, "inflow_factor")
    assert first.from_day is not None


def test_a_point_replaces_what_its_scenario_says_of_a_lever(tmp_path):
    (tmp_path / "eigen.yaml").write_text(
        HEAD.replace("proef", "eigen") + "period: prop-2021\nlevers:\n  share_cap: 0.2\n  strictness: 0.5\n"
    )
    text = HEAD + "scenarios: [eigen.yaml]\nlevers: {share_cap: [0.1]}\nuntil: 2019-03-01\n"
    sweep = check_sweep_text(text, "x.yaml", tmp_path)
    changes = {change.lever: change.value for change in sweep.scenario_of(1).changes()}
    assert changes == {"share_cap": 0.1, "strictness": 0.5}


def test_the_fingerprint_is_of_the_plan_and_of_nothing_else(tmp_path):
    (tmp_path / "a.yaml").write_text(GRID)
    (tmp_path / "b.yaml").write_text("# een opmerking\n" + GRID)
    first, second = load_sweep(tmp_path / "a.yaml"), load_sweep(tmp_path / "b.yaml")
    assert first == second
    assert first.fingerprint() == second.fingerprint() == pickle.loads(pickle.dumps(first)).fingerprint()
    json.dumps(first.as_plan(), allow_nan=False)
    others = [
        GRID.replace("1.2", "1.3"), GRID.replace("seed: 7", "seed: 8"), GRID.replace("Een proef", "Nog een"),
        GRID.replace("replications: 4", "replications: 5"), GRID + "until: 2019-06-01\n".replace("2019", "2019"),
    ]  # fmt: skip
    prints = {first.fingerprint()}
    for text in others[:4]:
        prints.add(check_sweep_text(text).fingerprint())
    assert len(prints) == 5


def test_ready_sweeps_can_be_loaded_by_name():
    assert ready_sweeps()
    for name in ready_sweeps():
        sweep = load_sweep(name)
        assert sweep.name == name
        assert sweep.points > 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("schema: 1", "schema: 2"), "mijn.yaml, regel 1, schema: waarde 2 is niet toegestaan; toegestaan is 1"),
        (("schema: 1", "schema: true"), "regel 1, schema: waarde true"),
        (("name: proef", "name: ../../etc"), "regel 2, name: waarde '../../etc' is niet toegestaan"),
        (("title: Proef", "title: 3"), "regel 3, title"),
        (("title: Proef\n", ""), "title: dit ontbreekt"),
        (("seed: 7", "seed: 7\nfout: 1"), "regel 13, fout: onbekende sleutel 'fout'; toegestaan is schema, name"),
        (("seed: 7", "seed: -1"), "regel 12, seed: waarde '-1' is niet toegestaan; toegestaan is een geheel getal"),
        (("seed: 7", "seed: true"), "regel 12, seed: waarde true"),
        (("replications: 4", "replications: 0"), "regel 11, replications: waarde 0"),
        (("replications: 4", "replications: 1e9"), "regel 11, replications"),
        (("[prop-2021, golf-2015]", "prop-2021"), "regel 5, scenarios: waarde 'prop-2021'"),
        (("[prop-2021, golf-2015]", "[]"), "regel 5, scenarios: waarde een lijst"),
        (("golf-2015", "prop-2021"), "regel 5, scenarios[2]: scenario 'prop-2021' is er al"),
        (("golf-2015", "golf-2014"), "regel 5, scenarios[2]: waarde 'golf-2014' is niet toegestaan; toegestaan is een"),
        (("share_cap", "share_kap"), "regel 7, levers.share_kap[1]: onbekende knop 'share_kap' (bedoeld is misschien"),
        (("share_cap", "inflow_shock"), "regel 7, levers.inflow_shock[1]: 'inflow_shock' is een onzekerheid"),
        (("0.12", "7"), "regel 7, levers.share_cap[2]: waarde 7 is niet toegestaan; toegestaan is 0 tot en met"),
        (("0.12", "{value: 0.1, from: 1999-01-01}"), "regel 7, levers.share_cap[2].from: waarde '1999-01-01'"),
        (("0.12", "{value: 0.1, fro: 2019-01-01}"), "regel 7, levers.share_cap[2].fro: onbekende sleutel 'fro'"),
        (("0.12", "null"), "regel 7, levers.share_cap[2]"),
        (("0.12", ".nan"), "regel 7, levers.share_cap[2]: '.nan' is hier niet als getal te lezen"),
        (("0.12", "0.0550"), "regel 7, levers.share_cap[2]: waarde '0.0550' staat er twee keer"),
        (
            ("[0.055, 0.12]", "0.055"),
            "regel 7, levers.share_cap: waarde '0.055' is niet toegestaan; toegestaan is een l",
        ),
        (("[0.8, 1.0, 1.2]", "{a: 1}"), "regel 10, uncertainties.inflow_factor.value: dit ontbreekt"),
        (("seed: 7", "until: 2019-01-02"), "regel 12, until: waarde '2019-01-02' is niet toegestaan"),
        (("seed: 7", "until: gisteren"), "regel 12, until: waarde 'gisteren' is niet toegestaan; toegestaan is een d"),
        (("seed: 7", "from: 5"), "regel 12, from: waarde 5"),
        (("seed: 7", "outcomes: [geen]"), "regel 12, outcomes[1]: waarde 'geen' is niet toegestaan"),
        (("seed: 7", "outcomes: []"), "regel 12, outcomes: waarde een lijst"),
        (("seed: 7", "outcomes: geen"), "regel 12, outcomes"),
        (("seed: 7", "list: []"), "regel 5, scenarios: dit gaat niet samen; toegestaan is óf list, óf scenarios"),
        (("seed: 7", "seed: *a"), "regel 12, seed: een anker of verwijzing"),
        (("seed: 7", "seed: 7\nseed: 8"), "regel 13, seed: de sleutel 'seed' staat er twee keer"),
    ],
)
def test_a_wrong_grid_is_refused_with_line_path_value_and_range(change, expected):
    assert change[0] in GRID
    assert expected in refusal(GRID.replace(*change))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("- scenario: prop-2021\n  -", "- prop-2021\n  -"), "regel 6, list[1]: waarde 'prop-2021'"),
        (("- scenario: prop-2021\n  -", "- levers: {}\n  -"), "regel 6, list[1].scenario: dit ontbreekt"),
        (("- scenario: prop-2021\n  -", "- scenario: 3\n  -"), "regel 6, list[1].scenario: waarde 3"),
        (("inflow_factor: 1.2", "inflow_factor: 99"), "regel 10, list[2].uncertainties.inflow_factor: waarde 99"),
        (("uncertainties: {inflow_factor: 1.2}", "iets: 1"), "regel 10, list[2].iets: onbekende sleutel 'iets'"),
        (("uncertainties: {inflow_factor: 1.2}", "uncertainties: 1"), "regel 10, list[2].uncertainties: waarde 1"),
        (("2019-06-01}", "2031-06-01}"), "regel 9, list[2].levers.share_cap.from: waarde '2031-06-01'"),
    ],
)
def test_a_wrong_list_is_refused_with_line_path_value_and_range(change, expected):
    assert change[0] in LIST
    assert expected in refusal(LIST.replace(*change))


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (("schema: 1", "schema: 1.0"), "'1.0'"),
        (("replications: 4", "replications: 1e1"), "'1e1'"),
        (("prop-2021,", "1.000,"), "'1.000'"),
    ],
)
def test_a_refused_number_is_shown_as_it_is_written(change, shown):
    assert change[0] in GRID
    assert f"waarde {shown} is niet toegestaan" in refusal(GRID.replace(*change))


def test_a_list_of_two_numbers_is_two_points_and_zeros_behind_a_comma_are_none():
    text = f"{HEAD}scenarios: [prop-2021]\nuncertainties:\n  inflow_factor: "
    assert check_sweep_text(text + "[1,2]").axes[0].values == (1, 2)
    assert (
        check_sweep_text(text + '["1,2"]').axes[0].values
        == check_sweep_text(text + "\n  - 1,2").axes[0].values
        == (1.2,)
    )
    assert "zoals '0,05'" in refusal(text + "[0,05]")


def test_values_that_do_not_go_together_are_refused_with_the_point(monkeypatch):
    def refuses(period, changes):
        if [change.value for change in changes] == [0.055, "homes", 1.2]:
            raise WrongInput("values_clash", detail="x")

    monkeypatch.setattr("experiments.run.parameters.changed_parameters", refuses)
    assert refusal(GRID) == "mijn.yaml: punt 6: deze waarden gaan niet samen (x)."


def test_a_sweep_that_would_take_too_long_is_refused_with_the_estimate():
    text = GRID.replace("replications: 4", "replications: 10000").replace("[prop-2021, golf-2015]", "[prop-2021]")
    told = refusal(text)
    acts = 12 * 10_000 * 1096
    assert f"120.000 doorrekeningen van samen naar schatting {acts:,} gesimuleerde dagen".replace(",", ".") in told
    assert f"toegestaan is {MOST_ACTS:,} gesimuleerde".replace(",", ".") in told
    sweep = check_sweep_text(GRID)
    with refused(WrongInput, match="--replications"):
        sweep.with_replications(10_000)
    assert sweep.with_replications(2).runs == 48
    many = ", ".join(f"{0.1 + 0.001 * step:.3f}" for step in range(80))
    wide = HEAD + f"scenarios: [prop-2021]\nlevers:\n  share_cap: [{many}]\n  strictness: [{many}]\n"
    wide += f"  contract_renewal: [{many}]\nreplications: 1\nuntil: 2019-02-01\n"
    assert "deze sweep heeft 512.000 punten" in refusal(wide)


def test_what_a_small_file_lays_out_is_counted_before_a_value_is_read(monkeypatch):
    """A list of 1,200 points took seconds to be refused, and 4,900 values under every scenario more than a minute."""
    monkeypatch.setattr("experiments.sweep.plan._laid_over", lambda *setting: pytest.fail(f"read {setting}"))
    scenarios, values = ready_names(), ", ".join(f"{1 + 1e-5 * step:.5f}" for step in range(4_900 // 4))
    axes = [f"  {name}: [{values}]\n" for name in ("inflow_factor", "share_cap", "strictness", "contract_renewal")]
    wide = f"{HEAD}scenarios: [{', '.join(scenarios)}]\nuncertainties:\n{axes[0]}"
    assert f"deze sweep heeft {len(scenarios) * 1_225:,} punten".replace(",", ".") in refusal(wide)
    assert "deze sweep heeft 2.251.875.390.625 punten" in refusal(
        f"{HEAD}scenarios: [prop-2021]\nuncertainties:\n{axes[0]}levers:\n{''.join(axes[1:])}"
    )
    long = f"{HEAD}scenarios: [prop-2021]\nreplications: 1000\nlevers:\n{axes[1]}"
    assert "1.225.000 doorrekeningen" in refusal(long)
    loaded = []
    monkeypatch.setattr("experiments.sweep.plan.load_scenario", lambda name: loaded.append(name) or load_scenario(name))
    points = "- {scenario: prop-2021, uncertainties: {inflow_factor: 1.1}}\n" * 1_200
    assert "1.200.000 doorrekeningen" in refusal(f"{HEAD}replications: 1000\nlist:\n{points}")
    assert loaded == ["prop-2021"]


def test_a_value_is_read_once_for_a_period_and_not_again_under_every_scenario(tmp_path, monkeypatch):
    """1,800 values under a file with 432 steps took 20 s to be refused for the last."""
    steps = ", ".join(f"{{value: 0.1, from: 2019-02-{day:02d}}}" for day in range(1, 29))
    (tmp_path / "a.yaml").write_text(f"{HEAD}period: prop-2021\nlevers: {{strictness: [{steps}]}}\n")
    laid, lay = [], plan._laid_over
    monkeypatch.setattr(plan, "_laid_over", lambda scenario, settings: laid.append(scenario) or lay(scenario, settings))
    assert "inflow_factor[3]: waarde 9 is niet toegestaan" in refusal(
        f"{HEAD}scenarios: [a.yaml, prop-2021]\nuncertainties: {{inflow_factor: [1, 2, 9]}}\n", tmp_path
    )
    assert [dict(scenario.levers) for scenario in laid] == [{}, {}, {}]


OUTSIDE = [
    "../buiten.yaml", "../../etc/passwd", "/etc/passwd", "./../buiten.yaml", "map/../../buiten.yaml", "link.yaml",
    "maplink/buiten.yaml", "..", ".", "/", "~", "~/x", "file:///etc/passwd", "\\\\host\\x", "C:\\x", "a\0b", "x" * 5000,
    "maplink", "%2e%2e/buiten.yaml", "..\\buiten.yaml", "", " ", "CON", "prop-2021.yaml",
]  # fmt: skip


def test_scenario_files_stand_in_the_folder_of_the_sweep_and_nowhere_else(tmp_path):
    home = tmp_path / "thuis"
    (home / "map").mkdir(parents=True)
    scenario = HEAD.replace("proef", "eigen") + "period: prop-2021\nuntil: 2019-03-01\n"
    (tmp_path / "buiten.yaml").write_text(scenario)
    (home / "binnen.yaml").write_text(scenario)
    (home / "map" / "diep.yaml").write_text(scenario.replace("eigen", "diep"))
    (home / "link.yaml").symlink_to(tmp_path / "buiten.yaml")
    (home / "maplink").symlink_to(tmp_path)
    text = HEAD + "scenarios: [binnen.yaml, map/diep.yaml, prop-2021]\nuntil: 2019-03-01\n"
    sweep = check_sweep_text(text, "x.yaml", home)
    assert [scenario.name for scenario in sweep.scenarios] == ["eigen", "diep", "prop-2021"]
    for path in OUTSIDE:
        told = refusal(HEAD + f"scenarios: [{json.dumps(path)}]\n", home)
        assert "regel 5, scenarios[1]: waarde" in told
    assert "toegestaan is een bestand in de map" in refusal(text)  # without a folder only ready names


def test_a_wrong_scenario_file_is_named_itself(tmp_path):
    (tmp_path / "fout.yaml").write_text("schema: 1\nname: X\n")
    told = refusal(HEAD + "scenarios: [fout.yaml]\n", tmp_path)
    assert "fout.yaml" in told.split(",")[0]


def test_what_is_not_a_file_is_refused(tmp_path):
    for wanted in (tmp_path, tmp_path / "weg.yaml", "", "geen-sweep", "a\0b", "/dev/null", "x" * 5000):
        with pytest.raises(WrongInput):
            load_sweep(wanted)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.08, 0.08),
        ("homes", "homes"),
        (True, True),
        ({"value": 0.12, "from": "2019-06-01"}, "0.12@2019-06-01"),
        (
            {"value": 1, "from": "2019-06-01", "until": "2020-01-01", "ramp_days": 30},
            "1@2019-06-01..2020-01-01 ramp 30",
        ),
        ([{"value": True, "until": "2020-01-01"}, 0.1], "true@..2020-01-01; 0.1"),
    ],
)
def test_values_have_short_words_for_a_table(value, words):
    assert value_words(value) == words


NASTY = [
    "&a ", "*a", "!!python/object:os.system ", "%YAML 1.1\n", "---\n", "? ", ": ", "- ", "[", "{", "]", "}", '"', "'",
    "|\n", "\t", "#", "<<: ", "\n\n", "  ", "~", "null", ".nan", "-.inf", "1e999", "9" * 400, "0x" + "f" * 100, "true",
    "\u202e", "\0", "\ud800", "levers:\n", "list:\n", "[" * 200, "{a: " * 60, "prop-2021", "2019-02-01", "-1", "0",
    "scenarios", "outcomes: [permits]\n", "until: 2019-02-01\n",
]  # fmt: skip


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.sampled_from([GRID, LIST]),
    acts=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(NASTY) | st.text(max_size=6)),
        min_size=1,
        max_size=4,
    ),
)
def test_whatever_stands_in_a_file_the_answer_is_a_sweep_or_one_sentence(text, acts):
    for where, length, new in acts:
        place = int(where * len(text))
        text = text[:place] + new + text[place + length :]
    try:
        sweep = check_sweep_text(text)
    except WrongInput as error:
        assert refusal_text(error, "nl").startswith("sweep.yaml")
        assert "\n" not in refusal_text(error, "nl")
    else:
        assert sweep.points * sweep.replications == sweep.runs
        assert sweep.scenario_of(sweep.points)
        assert sweep.acts() <= MOST_ACTS


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_that_are_no_text_are_refused(content):
    with pytest.raises(WrongInput):
        check_sweep_text(content)
