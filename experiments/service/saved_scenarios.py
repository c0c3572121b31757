"""Scenarios as files: written out, and kept on the server under a short code.

A code is random, so that who does not have it cannot find it; codes of eight characters are older and follow from
what they stand for. A checksum in front tells a damaged file from a good one. Only letters and figures of a code ever
become the name of a file, and nothing that is kept can be changed or removed through it. Nobody can keep so much that
others cannot: who keeps much in a day has to wait, and what was not opened for longest makes room.
"""

import contextlib
import hashlib
import os
import re
import secrets
from base64 import b32encode
from pathlib import Path

from experiments.scenario.ready import check_text
from experiments.scenario.scenario import Scenario
from experiments.scenario.text import file_text
from experiments.service.store import store_folder
from experiments.service.turns import Quota, Visitor
from sim.cache_folder import make_room
from sim.errors import Allowed, CannotWrite, WrongInput
from sim.files import atomic_file

#: A code: sixteen of the letters A to Z and the figures 2 to 7, of which each is 5 random bits; or an older one.
CODE = re.compile(r"[A-Z2-7]{16}|[A-Z2-7]{8}", re.ASCII)
RANDOM_BYTES, OLD_LENGTH = 10, 8
SUFFIX = ".yaml"
#: How many bytes one scenario may take and all together, and how long one is kept that nobody opens.
LARGEST_SAVED, MOST_BYTES, KEPT_SECONDS = 32 * 1024, 40 << 20, 2 * 365 * 86_400.0
#: How many scenarios one address and one browser may keep in a day.
MOST_A_DAY = (400, 100)
_QUOTA = Quota(MOST_A_DAY, 86_400.0)
_ALLOWED = Allowed("code")


def _seal(code: str, content: bytes) -> bytes:
    return f"# {hashlib.sha256(code.encode() + content).hexdigest()}\n".encode()


def _old_codes(scenario: Scenario) -> set[str]:
    """The codes that a scenario may have had when codes followed from all that stands in its file."""
    digests = (hashlib.sha256(f"{number}\n{file_text(scenario)}".encode()).digest() for number in range(4))
    return {b32encode(digest).decode("ascii")[:OLD_LENGTH] for digest in digests}


def read_code(text: str) -> str:
    """The code that somebody typed or that stands in a link. Raises WrongInput."""
    code = text.strip().upper() if len(text) <= 4 * OLD_LENGTH else ""
    if not CODE.fullmatch(code):
        raise WrongInput("no_code", value=text[:40], allowed=_ALLOWED)
    return code


class SavedScenarios:
    """The scenarios that one server keeps, one read-only file each."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = store_folder() / "scenarios" if folder is None else folder

    def _file(self, code: str) -> Path:
        """Where a code is kept. Raises WrongInput for anything but letters and figures of a code."""
        if not CODE.fullmatch(code):
            raise WrongInput("no_code", value=code[:40], allowed=_ALLOWED)
        return self.folder / f"{code}{SUFFIX}"

    def keep(self, scenario: Scenario, visitor: Visitor = ()) -> str:
        """Keep a scenario and say its new code. Raises WrongInput and CannotWrite."""
        content = file_text(scenario).encode()
        if len(content) > LARGEST_SAVED:
            raise WrongInput("too_large_to_keep", allowed=Allowed("kilobytes", size=LARGEST_SAVED // 1024))
        if not _QUOTA.take(visitor):
            raise WrongInput("kept_enough", allowed=Allowed("kept_scenarios", most=MOST_A_DAY[-1]))
        code = b32encode(secrets.token_bytes(RANDOM_BYTES)).decode("ascii")
        target = self._file(code)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # a list of its names would be one of the codes
            self.folder.chmod(0o700)
        except OSError as error:
            raise CannotWrite.because(target, error) from error
        with atomic_file(target) as handle:
            handle.write(_seal(code, content) + content)
        with contextlib.suppress(OSError):
            target.chmod(0o400)
        make_room(self.folder.glob(f"*{SUFFIX}*"), MOST_BYTES, KEPT_SECONDS)
        return code

    def get(self, text: str) -> Scenario:
        """The scenario that belongs to a code. Raises WrongInput in one sentence."""
        code = read_code(text)
        target = self._file(code)
        try:
            with target.open("rb") as stream:
                content = stream.read(2 * LARGEST_SAVED)
        except OSError as error:
            raise WrongInput("nothing_under_code", code_of_scenario=code, allowed=Allowed("code_of_server")) from error
        with contextlib.suppress(OSError):
            os.utime(target)
        with contextlib.suppress(WrongInput):
            body = content.partition(b"\n")[2]
            if len(code) > OLD_LENGTH and content == _seal(code, body) + body:
                return check_text(body, code)
            if len(code) == OLD_LENGTH and code in _old_codes(scenario := check_text(content, code)):
                return scenario
        raise WrongInput("kept_is_damaged", code_of_scenario=code)
