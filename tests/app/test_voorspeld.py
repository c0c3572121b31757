"""Hoe goed was het?: a line per forecast, the scores, and official forecasts, in both languages."""

import pytest
from page_words import words

from app_pages import voorspeld
from experiments.forecast import words as forecast_words
from experiments.forecast.archive import kept_scores, scores_changed
from experiments.language.language import LANGUAGES
from experiments.run.provenance import outdated_text
from experiments.storage.documents import write_document


def html_of(at):
    return " ".join(found.proto.body for found in at.main.get("html"))


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_every_figure_of_a_series_has_a_line_with_its_source(opened, spoken):
    kept = kept_scores()
    at = opened("voorspeld", lang=spoken, reeks="realised")
    assert [error.value for error in at.exception] == []
    changed = scores_changed(kept)
    assert [one.value for one in at.warning] == ([outdated_text("forecasts", kept, changed, spoken)] if changed else [])
    assert at.session_state["reeks"] == "realised"
    whole = html_of(at)
    rows = [row for row in kept["figures"] if row["target"] == "realised"]
    assert rows
    for row, cells in zip(rows, forecast_words.figure_rows(rows, spoken), strict=True):
        assert row["source"]
        for cell in cells[:-2]:
            assert cell in whole
    for cells in forecast_words.score_rows(kept["a_year_ahead"][kept["models"][0]], spoken):
        assert cells[0] in whole


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_official_forecasts_stand_beside_ours(opened, spoken):
    whole = html_of(opened("voorspeld", lang=spoken))
    for cells in forecast_words.official_rows(kept_scores()["official"], spoken):
        assert all(cell in whole for cell in cells[:3])


def test_a_changed_file_is_refused_in_a_sentence(opened, monkeypatch, tmp_path):
    from experiments.forecast import archive

    path = tmp_path / "scores.json"
    write_document(path, {"figures": []})
    path.write_text(path.read_text(encoding="utf-8").replace("[]", "[1]"), encoding="utf-8")
    monkeypatch.setattr(archive, "SCORES", path)
    at = opened("voorspeld", lang="nl")
    assert [error.value for error in at.exception] == []
    assert len(at.warning) == 1
    assert words("page_voorspeld", "lines", "nl") not in " ".join(text.value for text in at.main.markdown)
    assert voorspeld.PAGE.link == "voorspeld"
