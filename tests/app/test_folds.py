"""What is folded away is not drawn, and what is filled in stays in the link; shared pictures are made once."""

import json

from app_pages.charts.picture import ROWS, Panel
from experiments.charts.lines import Series, lines_chart
from experiments.charts.style import PALETTES


def test_folded_away_there_are_no_fields_tables_or_files(opened):
    at = opened("doorrekenen", folded=True)
    assert [error.value for error in at.exception] == []
    assert len(at.main.get("vega_lite_chart")) == 11
    assert at.main.get("download_button") == []
    assert {field.key for field in at.text_input if not field.key.startswith("_")} == {"naam"}


def test_a_holder_with_something_filled_in_is_drawn_though_folded(opened):
    at = opened("doorrekenen", folded=True, share_cap="0.08")
    assert at.session_state["share_cap"] == "0,08"
    assert [field.key for field in at.text_input if field.key == "share_cap"] == ["share_cap"]
    at.run()
    assert at.session_state["share_cap"] == "0,08"
    assert at.query_params["share_cap"] in ("0,08", ["0,08"])


def test_a_fold_stays_open_when_its_title_changes(opened):
    at = opened("doorrekenen", folded=True)
    at.session_state["_holder_municipalities"] = True
    at.run()
    at.text_input(key="share_cap").set_value("0,08").run()
    assert any(fold.label == "Gemeenten · 1 anders" for fold in at.expander)
    assert at.session_state["_holder_municipalities"] is True


def test_the_rows_of_a_picture_become_bytes_once_and_the_file_keeps_them():
    spec = lines_chart(["2021-01-31"], [Series("x", "baseline", [1.0])], "nl", PALETTES["light"])
    panel = Panel("", spec, "")
    assert panel.sent is panel.sent
    assert isinstance(panel.sent["datasets"][ROWS], bytes)
    assert panel.sent["data"] == {"name": ROWS}
    assert panel.spec["data"]["values"][0]["m"] == 1.0
    assert "2021-01-31" not in json.dumps({key: value for key, value in panel.sent.items() if key != "datasets"})
