"""The model version belongs to the golden files: it is raised with them and only then."""

import json

from records import VERSION_FILE, checksum, golden_files
from test_golden import RUNS
from test_job import FILE as JOB
from test_methods import FILE as METHODS

from models.version import MODEL_VERSION


def test_there_is_no_golden_file_without_a_maker():
    assert {file.stem for file in golden_files()} == {*RUNS, METHODS.stem, JOB.stem}


def test_renewed_golden_files_ask_for_a_new_version(renew_golden):
    kept = json.loads(VERSION_FILE.read_text(encoding="utf-8"))
    if renew_golden and kept["golden"] != checksum():
        assert kept["model_version"] + 1 == MODEL_VERSION, "raise MODEL_VERSION in models/version.py by one"
        document = {"model_version": MODEL_VERSION, "golden": checksum()}
        VERSION_FILE.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def test_the_model_version_belongs_to_the_golden_files():
    kept = json.loads(VERSION_FILE.read_text(encoding="utf-8"))
    assert kept["golden"] == checksum(), "golden files changed: raise MODEL_VERSION by one, then --renew-golden"
    assert kept["model_version"] == MODEL_VERSION, "the model version is raised with the golden files and only then"


def test_a_golden_file_that_is_changed_is_noticed(tmp_path):
    copies = [tmp_path / file.name for file in golden_files()]
    for copy, file in zip(copies, golden_files(), strict=True):
        copy.write_bytes(file.read_bytes())
    assert checksum(copies) == checksum()
    for copy in copies:
        before = copy.read_bytes()
        copy.write_bytes(before.replace(b"1", b"2", 1))
        assert checksum(copies) != checksum(), copy.name
        copy.write_bytes(before)
