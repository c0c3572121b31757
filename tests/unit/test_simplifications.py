"""The table of known simplifications: every one has a measured effect, a bound or a parameter that stands in."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from experiments import read_csv
from experiments.documents import simplifications_page as page
from experiments.storage.documents import read_document, write_document
from models.parameters import baseline, value_at

ROOT = Path(__file__).resolve().parents[2]
KEPT = page.KEPT / "simplifications-prop-2021.json"


def script():
    spec = importlib.util.spec_from_file_location("simplifications", ROOT / "benchmarks" / "simplifications.py")
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_every_simplification_has_an_effect_and_every_try_is_about_one():
    rows, tried = read_csv("simplifications"), script()
    kept = read_document(KEPT, ("tries", "counted", "usual"))
    named = [row["trial"] for row in rows if row["trial"]]
    assert all(row["how"] and bool(row["effect"]) == (row["trial"] not in tried.TRIES) for row in rows)
    assert all(row["why"] for row in rows if row["simplification"])
    assert sorted(named) == sorted([*tried.TRIES, *tried.COUNTED])
    assert set(kept["tries"]) == set(tried.TRIES) and [row["name"] for row in kept["counted"]] == list(tried.COUNTED)


def test_the_page_says_what_moves_and_names_what_does_not(monkeypatch, tmp_path):
    monkeypatch.setattr(page, "KEPT", tmp_path)
    document = read_document(KEPT, ("tries",))
    rows = [{"name": name, "mean": 0.0, "low": 0.0, "high": 0.0} for name in (*page.SHOWN, page.WHEN_NOTHING_MOVES)]
    rows[0] |= {"mean": -1234.4, "low": -1500.0, "high": 12.2}
    document["tries"]["holidays"] = rows
    document["model_version"] -= 1
    write_document(tmp_path / KEPT.name, document)
    text = page.simplifications_page("prop-2021")
    assert "realised −1,234 (−1,500 to 12); permit holders, in reception, pending: none" in text
    assert "older than the model" in text


@pytest.mark.parametrize("name", ["stock_parts", "inhabitants_of_2021", "entry_in_waves"])
def test_a_table_is_another_one_only_for_the_time_of_a_run(name):
    from models.geography import inhabitants_in, municipalities
    from models.stages import target
    from models.world import arrival_rates

    def seen():
        rates = arrival_rates(baseline("prop-2021"), 17897, 18262)
        return municipalities().social_stock.copy(), target.inhabitants_in(2019), rates

    from models import world

    before = seen()
    with script().TRIES[name].around():
        during = (municipalities().social_stock.copy(), target.inhabitants_in(2019),
                  world.arrival_rates(baseline("prop-2021"), 17897, 18262))  # fmt: skip
    after = seen()
    assert sum(not np.array_equal(one, other) for one, other in zip(before, during, strict=True)) == 1
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
    assert np.array_equal(inhabitants_in(2019), target.inhabitants_in(2019))


def test_a_try_changes_what_it_names_and_nothing_else():
    usual, tries = baseline("prop-2021"), script().TRIES
    changed = tries["nareis_dips_too"].change(usual)
    day = 18348  # 27 March 2020
    assert changed.nareis.staff_fte.at(day) == usual.nareis.staff_fte.at(day) * usual.ind.output_factor.at(day)
    assert changed.ind == usual.ind and changed.homes == usual.homes
    later = tries["facilities_later"].change(usual).stays.municipal_intermediate_places
    assert [step for step, _ in later.steps[1:]] == [
        step + 90 for step, _ in usual.stays.municipal_intermediate_places.steps[1:]
    ]
    twice = tries["family_in_parts"].change(usual)
    assert value_at(twice, "nareis.travel_days_max") == 2.0 * usual.nareis.travel_days_max
