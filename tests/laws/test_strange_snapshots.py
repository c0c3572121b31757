"""Law: a snapshot of a stranger is taken over when a run left it, else refused before any kernel follows it."""

import random
import time

import numpy as np
import pytest
from lawbook import BUSY, parameters_with
from refused import refused

from experiments.run.ensemble import default_ensemble, ensemble_version
from experiments.run.provenance import behind, seeds
from experiments.run.snapshots import content_of, file_of, read_saved, resume_from
from models.chain import Chain
from models.saved_state import ImpossibleState
from models.stages.projects import KINDS
from sim.calendar import day_number
from sim.errors import WrongInput
from sim.snapshot import save

SAVED_ON, END, SEED = day_number("2019-05-15"), day_number("2019-08-01"), 9
LONGEST_SECONDS = 5.0
#: Numbers that point nowhere.
NOWHERE = (-2, -(2**31), 2**31 - 1, 10**6, 41_000)


@pytest.fixture(scope="module")
def left():
    """A chain to resume with, and what a run in which every stage is at work left behind."""
    parameters = parameters_with(BUSY)
    chain = Chain(parameters, SEED, END)
    chain.start()
    chain.run(SAVED_ON)
    return Chain(parameters, SEED, END), chain.snapshot()


def _renamed(luck, state, name):
    state[f"{name}.x"] = state.pop(name)


def _lost(luck, state, name):
    del state[name]


def _added(luck, state, name):
    state[f"{name}.x"] = state[name]


def _of_other_type(luck, state, name):
    other = luck.choice([np.float64, np.int64, np.int32, np.int8, np.bool_, "U8", "M8[D]", np.complex128])
    state[name] = state[name].astype(np.int64).astype(other) if other != state[name].dtype else state[name].astype("U8")


def _of_other_shape(luck, state, name):
    array = state[name]
    shapes = [array[..., :-1], array[:0], array[None], np.concatenate([array, array], axis=-1), array.reshape(-1, 1, 1)]
    state[name] = luck.choice([one for one in shapes if one.shape != array.shape])


def _pointing_nowhere(luck, state, name):
    array = state[name]
    array[tuple(luck.randrange(length) for length in array.shape)] = luck.choice(NOWHERE)


def _not_a_number(luck, state, name):
    array = state[name]
    array[tuple(luck.randrange(length) for length in array.shape)] = luck.choice([np.nan, np.inf, -np.inf, 1e300])


def _other_order(luck, state, name):
    order = np.random.default_rng(luck.randrange(1000)).permutation(state[name].shape[-1])
    state[name] = state[name][..., order].copy()


def _rows_in_other_order(luck, state, name):
    rows = state["register.households.identity"].size
    order = np.random.default_rng(luck.randrange(1000)).permutation(rows)
    for column in [one for one in state if one.startswith("register.households.")]:
        state[column] = state[column][order]


#: What points at a row, a town or an entry, and what belongs to a row and must stay there.
POINTERS = (
    "_next", "_previous", ".first", ".last", ".municipality", ".province", ".bed", ".stay", ".line", "s.family",
    "s.permit", ".link", ".running", ".agenda", ".journeys", ".guests", ".candidates", ".next_row", "_read", ".closed",
    ".days_open", ".days_arrived",
    ".openings", ".busy", ".status", ".place",
)  # fmt: skip
IN_PLACE = (
    "identity", "persons", "arrived", "status", "bed", "province", "family", "followers", "municipality", "permit",
    "linked", "departed", "registered", "decided", "bed_next", "seek_previous", "line_next", "stay", "family_applied",
)  # fmt: skip
CRAFTS = {
    _renamed: lambda name, array: True,
    _lost: lambda name, array: True,
    _added: lambda name, array: True,
    _of_other_type: lambda name, array: True,
    _of_other_shape: lambda name, array: name != "projects.pipeline",
    _pointing_nowhere: lambda name, array: name.endswith(POINTERS),
    _not_a_number: lambda name, array: array.dtype.kind == "f",
    _other_order: lambda name, array: name in {f"register.households.{column}" for column in IN_PLACE},
    _rows_in_other_order: lambda name, array: name == "register.households.identity",
}


@pytest.mark.parametrize("number", [60, pytest.param(1_000, marks=pytest.mark.full)])
def test_what_no_run_left_is_refused_before_a_kernel_sees_it(left, number):
    chain, whole = left
    luck = random.Random(f"crafted {number}")
    for place in range(number):
        craft = list(CRAFTS)[place % len(CRAFTS)]
        name = luck.choice([one for one, array in sorted(whole.items()) if array.size and CRAFTS[craft](one, array)])
        state = {one: array.copy() for one, array in whole.items()}
        craft(luck, state, name)
        began = time.process_time()
        with pytest.raises(ImpossibleState):
            chain.resume(state)
            pytest.fail(f"{craft.__name__} of {name} was believed")
        assert time.process_time() - began < LONGEST_SECONDS, (craft.__name__, name)


@pytest.mark.parametrize(("column", "number"), [(0, -1), (0, len(KINDS)), (1, -2), (1, 352), (2, -1), (2, 2**31)])
def test_a_project_is_of_a_kind_in_a_town_with_homes(left, column, number):
    chain, whole = left
    state = whole | {"projects.pipeline": whole["projects.pipeline"].copy()}
    state["projects.pipeline"][-1, column] = number
    with pytest.raises(ImpossibleState, match="pipeline"):
        chain.resume(state)


def test_a_project_of_every_kind_is_taken_over(left):
    chain, whole = left
    for kind in range(len(KINDS)):
        state = whole | {"projects.pipeline": whole["projects.pipeline"].copy()}
        state["projects.pipeline"][-1, 0] = kind
        chain.resume(state)


def test_what_a_run_left_is_taken_over_after_all_that(left):
    chain, whole = left
    chain.resume(whole)
    assert all(np.array_equal(array, whole[name]) for name, array in chain.snapshot().items())


ABOUT = {"period": "prop-2021", "seed": 9, "ensemble": None, "fixed": False, "changes": [], "day": SAVED_ON}


@pytest.fixture
def folder(tmp_path, left):
    """Writes the snapshot of a stranger, with a right checksum; ``content`` says whether it tells its new content."""

    def write(change, *, content=True):
        ensemble = default_ensemble("prop-2021")
        about = {
            **behind("prop-2021"),
            "seeds": seeds(),
            **ABOUT,
            "ensemble": ensemble,
            "ensemble_version": ensemble_version(ensemble),
        }
        about |= {"replication": 1}
        state = {name: array.copy() for name, array in left[1].items()}
        before = content_of(state, about)
        change(state, about)
        save(file_of(tmp_path, 1), state, about | {"content": content_of(state, about) if content else before})
        return tmp_path

    return write


def test_a_whole_snapshot_is_read(folder):
    assert read_saved(str(folder(lambda state, about: None))).day == SAVED_ON


@pytest.mark.parametrize("name", ["ind.work", "register.towns.target", "facts.daily", "homes.share"])
def test_a_figure_that_was_changed_and_saved_again_is_noticed(folder, name):
    def change(state, about):
        state[name].reshape(-1)[0] += 1

    with refused(WrongInput, match="veranderd nadat het bewaard werd"):
        read_saved(str(folder(change, content=False)))


@pytest.mark.parametrize(
    "change",
    [
        {"day": "x"}, {"day": 10**9}, {"day": True}, {"seed": -1}, {"seed": 1.5}, {"fixed": 1}, {"period": ["a"]},
        {"period": "elders"}, {"changes": 3}, {"changes": [{"lever": "geen"}]}, {"changes": [{"lever": "share_cap"}]},
        {"changes": [{"lever": "share_cap", "value": 10**400}]}, {"changes": [{"lever": "share_cap", "value": "x"}]},
        {"ensemble": "../../../etc/passwd"}, {"ensemble": 3}, {"ensemble_version": None},
    ],
)  # fmt: skip
def test_what_a_snapshot_says_of_its_run_is_checked(folder, change):
    with pytest.raises(WrongInput):
        read_saved(str(folder(lambda state, about: about.update(change))))


def test_an_impossible_state_is_refused_by_name_of_the_file(folder, left):
    def change(state, about):
        state["register.census.line.first"][0] = 41_000

    with refused(WrongInput, match="replication-1.snapshot: deze stand kan geen doorrekening") as refusal:
        resume_from(folder(change), 1, left[0])
    assert refusal.value.values["part"] == "register.census.line.first"
