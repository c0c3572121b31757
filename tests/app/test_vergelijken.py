"""Three and more scenarios side by side, saved, sent and opened again; in both languages."""

import io
import math
import re
import zipfile
from dataclasses import replace

import pytest
from page_words import words

from app_pages.charts.download import csv_bytes, svg_bytes
from app_pages.shell.texts import literal
from app_pages.vergelijken import choice
from app_pages.vergelijken.attribution import _split_finding
from app_pages.vergelijken.downloads import report_bytes, table_bytes
from app_pages.vergelijken.figures import STYLES, _chart, _key_table
from app_pages.vergelijken.saving import _add_file, _does_not_fit
from experiments.charts.style import PALETTES
from experiments.compare.side_by_side import aligned, comparison_of, split_of, split_scenarios
from experiments.language.language import LANGUAGES
from experiments.report import pictures
from experiments.run.result import RunResult
from experiments.run.task import RunPlan
from experiments.scenario.ready import load_scenario
from experiments.scenario.text import file_text
from experiments.service.keys import task_of
from experiments.service.saved_scenarios import SavedScenarios
from sim.errors import WrongInput

PLACES = re.compile(r"\{(\w+)\}")


def run(scenario, count=4):
    task = task_of(scenario)
    return RunResult(
        scenario=scenario, seed=task.seed, from_day=task.from_day, until_day=task.until_day,
        numbers=tuple(range(1, count + 1)), replications=tuple(task(number) for number in range(1, count + 1)),
        ensemble=task.ensemble,
    )  # fmt: skip


def short(*settings, until="2019-04-01"):
    scenario = load_scenario("prop-2021").with_settings(list(settings))
    return type(scenario).model_validate(scenario.as_file() | {"until": until})


def kept_traded(store):
    scenario = load_scenario("prop-2021").with_settings(["trading=region"])
    return SavedScenarios().keep(scenario.model_copy(update={"title": "Uitruil *nu* ![x](http://example.org/x.png)"}))


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_three_scenarios_side_by_side(opened, store, spoken):
    code = kept_traded(store)
    at = opened("vergelijken", lang=spoken, share_cap="0.08", vergelijk=f"basis,eigen,{code}")
    assert [error.value for error in at.exception] == []
    assert [alert.value for alert in [*at.warning, *at.error]] == []
    charts = at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart")
    assert len(charts) == 4
    page = "".join(block.proto.body for block in at.main.get("html"))
    assert page.count('<tr class="first">') == 9
    assert page.count('rowspan="3"') == 9
    said = [words("page_vergelijken", key, spoken) for key in ("better", "worse", "unclear", "equal")]
    explored = [words("formatting", "exploratory", spoken, verdict=verdict) for verdict in said[:2]]
    assert sum(page.count(f">{verdict}<") for verdict in [*said, *explored]) == 18
    assert sum(page.count(f">{verdict}<") for verdict in explored) > 0
    assert page.count(f"<td>{words('page_vergelijken', 'reference', spoken)}</td>") == 9
    findings = [text.value for text in at.main.markdown if text.value.startswith("### ")]
    assert all(f"{letter} " in findings[0] for letter in "BC")
    assert at.query_params["vergelijk"] in (f"basis,eigen,{code}", [f"basis,eigen,{code}"])
    assert "http://example.org" not in "".join(text.value for text in at.main.markdown)
    assert at.multiselect(key="_compare_pick").value == ["basis", "eigen", code]


def test_a_code_in_the_link_opens_its_scenario(opened, store):
    code = kept_traded(store)
    at = opened("vergelijken", code=code.lower())
    assert [error.value for error in at.exception] == []
    assert at.multiselect(key="_compare_pick").value == ["basis", code]
    assert "code" not in at.query_params


def test_an_unknown_code_is_one_sentence(opened):
    at = opened("vergelijken", code="AAAAAAAA")
    assert [error.value for error in at.exception] == []
    assert len(at.warning) == 1 and "AAAAAAAA" in at.warning[0].value
    at = opened("vergelijken", code="../../etc/passwd")
    assert [error.value for error in at.exception] == [] and len(at.warning) == 1


def test_unknown_names_in_the_link_are_named(opened):
    at = opened("vergelijken", vergelijk="basis,eigen,bestaat-niet", share_cap="0.08")
    assert len(at.warning) == 1 and "bestaat" in at.warning[0].value
    assert at.multiselect(key="_compare_pick").value == ["basis", "eigen"]


def test_other_periods_are_not_compared(opened, store):
    code = SavedScenarios().keep(load_scenario("golf-2015"))
    at = opened("vergelijken", vergelijk=f"basis,{code}")
    assert len(at.error) == 1 and "perioden" in at.error[0].value
    assert not at.get("vega_lite_chart")


def test_keeping_and_opening(opened, store):
    at = opened("vergelijken", vergelijk="basis,eigen", share_cap="0.08")
    at.button(key="_compare_keep").click().run()
    (told,) = [one.value for one in at.success]
    code = re.search(r"\*\*([A-Z2-7]{16})\*\*", told)[1]
    assert SavedScenarios().get(code).levers["share_cap"][0].value == 0.08
    other = opened("vergelijken", vergelijk="basis,eigen")
    other.text_input(key="_compare_code").set_value(code.lower())
    other.button(key="_compare_open").click().run()
    assert other.multiselect(key="_compare_pick").value == ["basis", "eigen", code]
    other.text_input(key="_compare_code").set_value("AAAAAAAA")
    other.button(key="_compare_open").click().run()
    assert len(other.error) == 1 and "code" in other.error[0].value
    assert other.multiselect(key="_compare_pick").value == ["basis", "eigen", code]


class Upload:
    def __init__(self, name, content):
        self.name, self.content = name, content

    def getvalue(self):
        return self.content


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"name: [", b"a: 1", b"levers: {share_cap: 9}", b"&a [*a]", b"- " * 9000]
)
def test_a_wrong_file_changes_nothing(monkeypatch, tmp_path, content):
    import streamlit as st

    state = {"_compare": ("basis", "eigen"), "_compare_file": Upload("mijn.yaml", content), "lang": "nl"}
    monkeypatch.setattr(st, "session_state", state)
    monkeypatch.setenv("DOORSTROOM_STORE", str(tmp_path))
    _add_file()
    kind, told = state["_compare_news"]
    assert kind == "error" and "mijn\\.yaml" in told and "\n" not in told
    assert state["_compare"] == ("basis", "eigen")
    assert not list(tmp_path.rglob("*.yaml"))


def test_a_good_file_is_added(monkeypatch, tmp_path):
    import streamlit as st

    scenario = short("share_cap=0.08", "trading=region")
    state = {"_compare": ("basis", "eigen"), "lang": "nl"}
    state["_compare_file"] = Upload("mijn.yaml", file_text(scenario).encode())
    monkeypatch.setattr(st, "session_state", state)
    monkeypatch.setenv("DOORSTROOM_STORE", str(tmp_path))
    _add_file()
    assert state["_compare_news"][0] == "success"
    assert SavedScenarios().get(state["_compare"][2]) == scenario
    state["_compare"] = tuple("abcdef")
    state["_compare_file"] = Upload("ander.yaml", file_text(short("share_cap=0.07")).encode())
    _add_file()
    assert state["_compare_news"][0] == "error" and len(state["_compare"]) == 6


def test_a_disk_that_refuses_names_no_folder(monkeypatch, tmp_path):
    import streamlit as st

    (tmp_path / "scenarios").write_text("in de weg")
    state = {"_compare": ("basis", "eigen"), "lang": "nl"}
    state["_compare_file"] = Upload("mijn.yaml", file_text(short("share_cap=0.08")).encode())
    monkeypatch.setattr(st, "session_state", state)
    monkeypatch.setenv("DOORSTROOM_STORE", str(tmp_path))
    _add_file()
    assert state["_compare_news"][0] == "error" and str(tmp_path) not in state["_compare_news"][1]


@pytest.fixture(scope="module")
def three():
    scenarios = aligned(
        [short(), short("share_cap=0.08"), short("share_cap=0.08", "trading=region", until="2019-06-01")]
    )
    return scenarios, comparison_of(scenarios, [run(scenario) for scenario in scenarios])


def test_scenarios_get_one_window_and_their_own_names(three):
    scenarios, result = three
    assert {(one.from_day, one.until_day, one.seed) for one in scenarios} == {
        (scenarios[0].from_day, scenarios[2].until_day, scenarios[0].seed)
    }
    renamed = [one.model_copy(update={"name": f"naam-{place}"}) for place, one in enumerate(scenarios)]
    names = [one.name for one in comparison_of(renamed, result.runs).scenarios]
    assert names == ["naam-0", "naam-1", "naam-2"]


def test_the_words_follow_the_interval(three):
    _, result = three
    for pair in ((0, 1), (0, 2)):
        for name in result.runs[0].outcome_names():
            row = result.difference(name, pair)
            said = row.verdict
            if said in ("better", "worse"):
                assert row.clear and row.winner == (row.b if said == "better" else row.a)
            elif said == "unclear":
                assert row.band.low <= 0 <= row.band.high
    assert result.difference("realised", (0, 0)).verdict == "equal"


def test_a_split_from_jobs_is_the_split_of_the_command(three):
    from experiments.compare.attribution import USUAL_OUTCOMES, attribute

    scenarios, _ = three
    factors, combinations = split_scenarios(scenarios[0], scenarios[2])
    assert len(combinations) == 2 ** len(factors) == 4
    runs = [run(scenario) for scenario in combinations]
    values = [{name: one.outcome(name) for name in USUAL_OUTCOMES} for one in runs]
    assert split_of(factors, values, runs[0].draws) == tuple(
        attribute(scenarios[0], scenarios[2], RunPlan(replications=4)).splits()
    )
    back = split_scenarios(scenarios[2], scenarios[0])
    assert dict(back[1][-1].levers) == dict(scenarios[0].levers)


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_report_and_tables(three, spoken):
    _, result = three
    page = report_bytes(result, spoken).decode()
    assert f'lang="{spoken}"' in page and "<script" not in page
    assert table_bytes(result, "xlsx", spoken, "")[:2] == b"PK"
    for kind in ("csv", "parquet"):
        names = zipfile.ZipFile(io.BytesIO(table_bytes(result, kind, spoken, ""))).namelist()
        assert f"differences.{kind}" in names and f"provinces.{kind}" in names


@pytest.mark.parametrize("text", ["*a*", "![x](http://a/b)", "<b>", ":red[x]", "$x$", "a_b", "# kop", "`x`", "1. a"])
def test_titles_draw_nothing(text):
    shown = literal(text)
    assert not re.search(r"(?<!\\)[*!\[\](<>:$_#`.]", shown)
    assert re.sub(r"\\(.)", r"\1", shown).replace("\u2060", "") == text


#: How the front end makes links of bare text, after it took the backslashes away.
BARE_LINK = re.compile(
    r"(https?://|www(?=\.))([-.\w]+)|(?:^|(?<=[\W_]))[-.\w+]+@[-\w]+(\.[-\w]+)+|:[\w+-]+(/\w+)?:", re.I
)


@pytest.mark.parametrize(
    "text",
    [
        "www.evil.nl",
        "HTTPS://evil.nl/a?b=c",
        "http://evil.nl",
        "a b@evil.nl",
        "wwww.evil.nl",
        ":smile:",
        ":material/x:",
    ],
)
def test_bare_addresses_link_nowhere(text):
    assert BARE_LINK.search(text)
    shown = re.sub(r"\\(.)", r"\1", literal(text))
    assert not BARE_LINK.search(shown)
    assert shown.replace("\u2060", "") == text


def test_literal_text_stands_on_one_line_and_keeps_its_direction():
    assert literal("a\n\n\u202eb\x1bc") == "a···b·c"


def test_every_series_has_its_own_colour_dash_and_marker():
    roles, dashes, shapes = zip(*STYLES, strict=True)
    assert len(set(roles)) == len(set(dashes)) == len(set(shapes)) == 6


@pytest.mark.parametrize(
    ("better", "low", "high", "said"),
    [
        ("lower", -9.0, -1.0, "better"), ("lower", 1.0, 9.0, "worse"), ("higher", 1.0, 9.0, "better"),
        ("higher", -9.0, -1.0, "worse"), ("neither", 1.0, 9.0, "higher"), ("neither", -9.0, -1.0, "lower"),
        ("lower", -9.0, 1.0, "unclear"), ("higher", 0.0, 0.0, "equal"), ("lower", float("nan"), float("nan"), "few"),
    ],
)  # fmt: skip
def test_the_word_of_a_difference(better, low, high, said):
    from experiments.compare.difference import Difference
    from sim.statistics import Band

    mean = 5.0 if math.isnan(low) else (low + high) / 2
    row = Difference("maat", "persons", better, "a", "b", 10.0, 10.0 + mean, Band(mean, low, high, 50), 1.0)
    assert row.verdict == said


def test_charts_show_published_figures_with_their_source(three):
    _, result = three
    names = ["een", "twee", "drie"]
    picture = _chart(
        result,
        names,
        "permit_holders_under_coa",
        "permit_holders_under_coa_mean",
        "nl",
        PALETTES["light"],
    )
    dots = pictures.published_dots(result.runs[0], "permit_holders_under_coa")
    assert dots
    drawn = [layer["data"]["values"] for layer in picture.panels[0].spec["layer"] if "data" in layer]
    assert [(row["d"], row["m"]) for row in drawn[0]] == [(dot.day.isoformat(), dot.value) for dot in dots]
    assert picture.sources == tuple(dict.fromkeys(dot.source for dot in dots))
    assert picture.table.heads[-1] == "Gepubliceerd" and "(personen)" in picture.panels[0].heading
    told = {row[0]: row[-1] for row in picture.table.rows if row[-1] is not None}
    assert told == {dot.day.isoformat(): dot.value for dot in dots}
    assert svg_bytes(picture.panels, picture.finding, "nl").startswith(b"<svg")


def test_a_lower_bound_is_called_so_in_the_key_table_and_its_file(three):
    _, result = three
    first, second, third = result.runs
    bounded = [replace(one, at_least=frozenset({"weeks_to_home_median"})) for one in second.replications]
    result = replace(result, runs=(first, replace(second, replications=tuple(bounded)), third))
    _, table, page = _key_table(result, ["een", "twee", "drie"], "nl", PALETTES["light"])
    (said,) = re.findall(r'<td class="n">(minstens [\d,]+)</td>', page)
    assert [row[3] for row in table.rows if isinstance(row[3], str)] == [said]
    assert said in csv_bytes(table, "nl", "").decode("utf-8-sig")


def test_settings_that_are_not_allowed_are_said_and_left_out(opened, store, monkeypatch):
    def refuse():
        raise WrongInput("kept_enough")

    monkeypatch.setattr(choice.settings, "chosen", refuse)
    at = opened("vergelijken", vergelijk="basis,eigen,flex-versneld")
    assert [error.value for error in at.exception] == [] and not at.warning
    (told,) = [error.value for error in at.error]
    assert "genoeg scenario's bewaard" in told and words("page_vergelijken", "own_wrong") in told
    assert at.multiselect(key="_compare_pick").value == ["basis", "flex-versneld"]
    assert not any(option.startswith("Zijbalk") for option in at.multiselect(key="_compare_pick").options)
    assert "eigen" in "".join(at.query_params["vergelijk"])
    assert not [button for button in at.main.button if button.key == "_compare_keep"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"from": "2019-06-01"}, "put_start"),
        ({"seed": 9}, "put_seed"),
        ({"levers": {"share_cap": {"value": 0.08, "from": "2020-01-01", "ramp_days": 30}}}, ""),
        ({}, ""),
    ],
)
def test_what_does_not_fit_the_levers_is_named(change, said):
    scenario = load_scenario("prop-2021")
    changed = type(scenario).model_validate(scenario.as_file() | change)
    assert _does_not_fit(changed) == said


def split(outcome, difference, *bars):
    from experiments.compare.splitting import Bar, Factor, Split

    made = tuple(Bar(Factor(f"knop{place}", ()), *bar, bar[0], bar[0]) for place, bar in enumerate(bars))
    return Split(outcome, "persons", 0.0, difference[0], *difference, 50, made)


def test_a_cause_is_named_only_when_its_interval_leaves_out_nought():
    names = ["een", "twee"]
    unclear = split("realised", (100.0, -10.0, 210.0), (90.0, 1.0, 180.0), (10.0, 1.0, 20.0))
    clear = split("behind_end", (-300.0, -350.0, -250.0), (-200.0, -500.0, 100.0), (-100.0, -120.0, -80.0))
    finding = _split_finding([unclear, clear], names, "A", "B", "nl")
    assert "‘twee’" in finding and "−100 (−120 tot −80, 90%-interval) van −300" in finding
    none = _split_finding([unclear], names, "A", "B", "nl")
    assert none == words("page_vergelijken", "t_split_unclear", a="A", b="B") + "."
    same = split("realised", (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    assert "geen van deze maten" in _split_finding([same], names, "A", "B", "nl")


def test_pages_and_report_give_the_same_difference(three):
    from experiments.report import pictures

    _, result = three
    for name in ("realised", "cost_public", "weeks_to_home_single"):
        told = pictures.outcome_figures(result.runs[0], result.runs[1], name).difference
        assert told == result.difference(name).band
