"""Law: the balance sheet of permit holders closes to the person, recounted from the households themselves."""

import numpy as np
import pytest
from lawbook import BUSY, parameters_with

from experiments.history.balance import ENTRY, HOUSED, LINES, balance, sheet, whole_half_years
from models.chain import Chain
from models.levers import Change
from models.measures import STOCKS
from models.register import STAYS, Status, Stream
from models.sources import read_table
from models.world import ARRIVES, build_world
from sim.calendar import day_number, half_year_end

UNTIL = day_number("2020-07-01")
UNDER_COA = [STAYS.index(stay) for stay in ("hosts", "hotel", "flow_through")]


def recount(chain: Chain) -> tuple[int, int, int]:
    """Permit holders under COA, those of them who count as housed by their stay, and all who are not yet housed."""
    rows = chain.register.households
    holds = (rows["permit"] >= 0) & (rows["status"] >= Status.DOSSIER) & (rows["status"] != Status.DEPARTED)
    persons, in_bed = rows["persons"].astype(np.int64), np.maximum(rows["bed_persons"], 0)
    in_bed = np.where(rows["bed"] >= 0, in_bed, 0)
    in_stay = np.where(np.isin(rows["stay"], UNDER_COA), persons - in_bed, 0)
    counted = np.where(rows["stay"] != STAYS.index("hosts"), in_stay, 0)
    unhoused = persons - rows["counted"]
    return tuple(int(numbers[holds].sum()) for numbers in (in_bed + in_stay, counted, unhoused))


@pytest.mark.parametrize("changes", [(), BUSY], ids=["history", "busy"])
def test_the_balance_closes_to_the_person_in_every_half_year(changes):
    chain = Chain(parameters_with(changes), 2, UNTIL)
    chain.start()
    names = whole_half_years(chain.first_day, UNTIL)
    found = [recount(chain)]
    for name in names:
        chain.run(half_year_end(name))
        found.append(recount(chain))
    lines = dict(zip(LINES, balance(chain.facts(), "prop-2021").T, strict=True))
    stock, counted, unhoused = np.diff(np.array(found), axis=0).T
    came = sum(lines[line] for line in (*ENTRY, "family"))
    went = sum(lines[line] for line in (*HOUSED, "left"))
    assert names == ["2019-1", "2019-2", "2020-1"]
    assert lines["stock"].tolist() == [row[0] for row in found[1:]]
    assert (came - went).tolist() == unhoused.tolist()
    assert lines["change"].tolist() == stock.tolist()
    assert lines["housed_under_coa"].tolist() == counted.tolist()
    assert lines["unhoused_elsewhere"].tolist() == (unhoused - stock + counted).tolist()
    assert (lines["other_entry"] > 0).all()
    assert (lines["first_instance"] > 0).all()


def test_the_sheet_stands_beside_what_is_published():
    names = ["2022-1", "2022-2"]
    half, other, year = sheet("prop-2021", names, np.ones((2, len(LINES))))
    assert [row["period"] for row in (half, other, year)] == ["2022-1", "2022-2", "2022"]
    assert half["published"]["housed"] == 11886
    assert other["published"]["family"] == 3650 + 1545
    assert year["published"]["first_instance"] == 15180
    told = year["published"]
    assert told["entry"] == pytest.approx(told["housed"] + told["change"] - told["family"])
    assert told["entry"] == pytest.approx(22310, rel=0.02)
    assert (year["model"]["family"], year["model"]["stock"]) == (2.0, 1.0)
    assert year["model"]["housed"] == 2.0 * len(HOUSED)


def test_other_entry_is_what_the_balance_leaves():
    """Each row of the stream is the published balance less first instance, resettlement and appeal, but roundings."""
    rows = {
        row["period_start"][:4]: float(row["value"]) for row in read_table("inflow") if row["stream"] == "other_entry"
    }
    for year in range(2019, 2025):
        [told] = [
            row["published"]
            for row in sheet("prop-2021", [f"{year}-1", f"{year}-2"], np.zeros((2, len(LINES))))
            if row["period"] == str(year)
        ]
        left = told["entry"] - told["first_instance"] - told["resettlement"] - 110
        assert rows[str(year)] == pytest.approx(left, abs=0.08 * told["entry"]), year


def test_the_stock_of_the_sheet_is_the_one_that_is_held_against_history():
    assert set(STOCKS["permit_holders_in_reception"]) >= {f"stay_{STAYS[number]}" for number in UNDER_COA}


def entrants(*changes: Change) -> np.ndarray:
    """The identities of everybody who gets in as a permit holder in another way, until the end of 2020."""
    people = build_world(parameters_with(changes), 3, day_number("2021-01-01")).households
    return people["identity"][(people["origin"] == ARRIVES) & (people["stream"] == Stream.OTHER_ENTRY)]


def test_other_entry_does_not_follow_applications_and_is_gone_at_nought():
    usual = entrants()
    assert usual.size > 1000
    np.testing.assert_array_equal(entrants(Change("inflow_factor", 2.0)), usual)
    half = entrants(Change("other_entry", 0.5))
    assert set(half) < set(usual)
    assert half.size == pytest.approx(usual.size / 2, rel=0.08)
    assert entrants(Change("other_entry", 0.0)).size == 0
