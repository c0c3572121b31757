"""Scenarios as files: written out, and kept on the server under a short code.

A code is made from what it stands for, so the same scenario always gets the same code and a damaged file is told
from a good one. Only eight letters and figures ever become the name of a file. A code is no secret and no account, and
nothing that is kept can be changed or removed through it.
"""

import contextlib
import hashlib
import os
import re
from base64 import b32encode
from pathlib import Path

from experiments.scenario.ready import check_text
from experiments.scenario.scenario import Scenario
from experiments.scenario.text import file_text
from experiments.service.store import store_folder
from sim.errors import Allowed, CannotWrite, WrongInput
from sim.files import atomic_file, read_bounded

#: A code: eight of the letters A to Z and the figures 2 to 7.
CODE = re.compile(r"[A-Z2-7]{8}", re.ASCII)
CODE_LENGTH = 8
SUFFIX = ".yaml"
#: How many scenarios one server keeps, and how many bytes one may take.
MOST_SAVED = 5_000
LARGEST_SAVED = 32 * 1024
#: Two scenarios that would share a code are told apart by a number in front; more than so many never happens.
_TRIES = 4
_ALLOWED = Allowed("code")


def code_of(scenario: Scenario, number: int = 0) -> str:
    """The code of a scenario: eight characters that follow from all that stands in its file."""
    digest = hashlib.sha256(f"{number}\n{file_text(scenario)}".encode()).digest()
    return b32encode(digest).decode("ascii")[:CODE_LENGTH]


def read_code(text: str) -> str:
    """The code that somebody typed or that stands in a link. Raises WrongInput."""
    code = text.strip().upper() if len(text) <= 4 * CODE_LENGTH else ""
    if not CODE.fullmatch(code):
        raise WrongInput("no_code", value=text[:40], allowed=_ALLOWED)
    return code


class SavedScenarios:
    """The scenarios that one server keeps, one read-only file each."""

    def __init__(self, folder: Path | None = None, most: int = MOST_SAVED) -> None:
        self.folder = store_folder() / "scenarios" if folder is None else folder
        self.most = most

    def _file(self, code: str) -> Path:
        """Where a code is kept. Raises WrongInput for anything but eight letters and figures."""
        if not CODE.fullmatch(code):
            raise WrongInput("no_code", value=code[:40], allowed=_ALLOWED)
        return self.folder / f"{code}{SUFFIX}"

    def keep(self, scenario: Scenario) -> str:
        """Keep a scenario and say its code; keeping it twice changes nothing. Raises WrongInput and CannotWrite."""
        text = file_text(scenario)
        content = text.encode()
        if len(content) > LARGEST_SAVED:
            raise WrongInput("too_large_to_keep", allowed=Allowed("kilobytes", size=LARGEST_SAVED // 1024))
        for number in range(_TRIES):
            code = code_of(scenario, number)
            target = self._file(code)
            try:
                before = read_bounded(target)
            except FileNotFoundError:
                self._write(target, content)
                return code
            except OSError as error:
                raise CannotWrite.because(target, error) from error
            if before == content:
                return code
            if not self._belongs(before, code):  # damaged: put in its place what belongs there
                self._write(target, content)
                return code
        raise WrongInput("no_code_left")

    def _write(self, target: Path, content: bytes) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            count = sum(entry.name.endswith(SUFFIX) for entry in os.scandir(self.folder))
        except OSError as error:
            raise CannotWrite.because(target, error) from error
        if count >= self.most and not target.exists():
            raise WrongInput("server_is_full", allowed=Allowed("kept_scenarios", most=self.most))
        with atomic_file(target) as handle:
            handle.write(content)
        with contextlib.suppress(OSError):
            target.chmod(0o444)

    @staticmethod
    def _belongs(content: bytes, code: str) -> bool:
        try:
            scenario = check_text(content, code)
        except WrongInput:
            return False
        return code in (code_of(scenario, number) for number in range(_TRIES))

    def get(self, text: str) -> Scenario:
        """The scenario that belongs to a code. Raises WrongInput in one sentence."""
        code = read_code(text)
        target = self._file(code)
        try:
            with target.open("rb") as stream:
                content = stream.read(LARGEST_SAVED + 1)
        except OSError as error:
            raise WrongInput("nothing_under_code", code_of_scenario=code, allowed=Allowed("code_of_server")) from error
        if not self._belongs(content, code):
            raise WrongInput("kept_is_damaged", code_of_scenario=code)
        return check_text(content, code)
