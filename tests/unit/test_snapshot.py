"""Saved states come back as they were, or are refused in one sentence."""

import json
import random
import struct

import numpy as np
import pytest
from refused import refused

from sim import snapshot
from sim.errors import CannotWrite, WrongInput

ARRAYS = {
    "days": np.arange(12, dtype=np.int32).reshape(3, 4),
    "luck": np.array([0.1, -0.0, np.nan, np.inf]),
    "here": np.array([True, False]),
    "one": np.array(7, dtype=np.int64),
    "none": np.empty((0, 5), dtype=np.float32),
    "turned": np.arange(6.0).reshape(2, 3).T,
    "names": np.array(["Assen", "Zwolle"]),
    "dates": np.array(["2021-08-24"], dtype="datetime64[D]"),
}
META = {"day": 18863, "period": "prop-2021", "levers": ["share_cap"], "nothing": None}


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "stand.bin"
    snapshot.save(path, ARRAYS, META)
    return path


def test_everything_comes_back_to_the_bit(saved):
    arrays, meta = snapshot.load(saved)
    assert meta == META
    assert list(arrays) == list(ARRAYS)
    for name, values in ARRAYS.items():
        assert arrays[name].dtype == values.dtype
        assert arrays[name].shape == values.shape
        assert arrays[name].tobytes() == np.ascontiguousarray(values).tobytes()
        assert arrays[name].flags.writeable


def test_equal_content_gives_equal_bytes(saved, tmp_path):
    again = tmp_path / "nogmaals.bin"
    snapshot.save(again, *snapshot.load(saved))
    assert again.read_bytes() == saved.read_bytes()


def test_nothing_else_stays_in_the_folder(saved):
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_objects_are_not_kept(tmp_path):
    with pytest.raises(TypeError, match="plain"):
        snapshot.save(tmp_path / "x", {"who": np.array([object()])}, {})
    with pytest.raises(TypeError, match="plain"):
        snapshot.save(tmp_path / "x", {"who": np.zeros(2, dtype=[("a", "i4")])}, {})
    assert not list(tmp_path.iterdir())


def test_no_changed_byte_goes_unnoticed(saved):
    content = saved.read_bytes()
    chance = random.Random(4)
    for _ in range(300):
        position, bit = chance.randrange(len(content)), 1 << chance.randrange(8)
        saved.write_bytes(content[:position] + bytes([content[position] ^ bit]) + content[position + 1 :])
        with pytest.raises(WrongInput):
            snapshot.load(saved)
    for _ in range(100):
        saved.write_bytes(content[: chance.randrange(len(content))])
        with pytest.raises(WrongInput):
            snapshot.load(saved)
    saved.write_bytes(content + b"x")
    with pytest.raises(WrongInput):
        snapshot.load(saved)


def _sealed(body: bytes) -> bytes:
    import hashlib

    return body + hashlib.sha256(body).digest()


def _forged(header: object, payload: bytes = b"", version: int = snapshot.FORMAT_VERSION) -> bytes:
    text = json.dumps(header).encode()
    return _sealed(struct.pack("<8sIQ", b"DSTROOM\x00", version, len(text)) + text + payload)


def test_another_version_is_named(tmp_path):
    path = tmp_path / "later.bin"
    path.write_bytes(_forged({"arrays": [], "meta": {}}, version=9))
    with refused(WrongInput, match=rf"versie 9.*versie {snapshot.FORMAT_VERSION}"):
        snapshot.load(path)


@pytest.mark.parametrize(
    "header",
    [
        [],
        {},
        {"arrays": [], "meta": 3},
        {"arrays": [{"name": "a", "dtype": "O", "shape": [1]}], "meta": {}},
        {"arrays": [{"name": "a", "dtype": "<i4", "shape": [10**12]}], "meta": {}},
        {"arrays": [{"name": "a", "dtype": "<i4", "shape": [-1]}], "meta": {}},
        {"arrays": [{"name": "a", "dtype": "<i4", "shape": [0]}], "meta": {}},
        {"arrays": [{"name": "a", "dtype": "nonsense", "shape": [1]}], "meta": {}},
        {"arrays": 3, "meta": {}},
    ],
)
def test_a_forged_description_is_refused(tmp_path, header):
    path = tmp_path / "forged.bin"
    path.write_bytes(_forged(header, b"\x00" * 8))
    with refused(WrongInput, match=r"forged\.bin"):
        snapshot.load(path)


def test_what_is_not_a_file_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "weg", tmp_path / "weg" / "ook"):
        with pytest.raises(WrongInput):
            snapshot.load(path)


def test_an_unwritable_place_is_named(tmp_path, monkeypatch):
    (tmp_path / "bestand").write_text("x")
    with refused(CannotWrite, match="bestand"):
        snapshot.save(tmp_path / "bestand" / "stand", ARRAYS, META)
    with pytest.raises(CannotWrite):
        snapshot.save(tmp_path / "geen map" / "stand", ARRAYS, META)


def test_a_full_disk_leaves_the_old_state_alone(saved, monkeypatch):
    before = saved.read_bytes()

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sim.files.os.fsync", full)
    with refused(CannotWrite, match="de schijf is vol") as caught:
        snapshot.save(saved, {"a": np.zeros(3)}, {})
    assert caught.value.exit_code == 74
    assert saved.read_bytes() == before
    assert len(list(saved.parent.iterdir())) == 1
