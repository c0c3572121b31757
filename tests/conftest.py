"""What all tests share: the switch that renews golden files, and a small world.

The laws share ``laws/lawbook.py``, golden files ``golden/records.py``, and the page and its exports
``unit/futures.py``, imported by their bare names: the tests themselves are no package, because others install one of
that name.
"""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli_pages.language import choose_language

for shared in ("golden", "install", "laws", "unit"):
    folder = str(Path(__file__).resolve().parent / shared)
    if folder not in sys.path:
        sys.path.append(folder)

# Whoever starts the tests in the background has Ctrl-C ignored, and so would all that the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--renew-golden", action="store_true", help="write the golden files anew instead of comparing with them"
    )


@pytest.fixture(autouse=True)
def speak_dutch() -> Iterator[None]:
    """Let no test leave another language behind: a command keeps the last one that was chosen in its process."""
    yield
    choose_language([])


@pytest.fixture(scope="session")
def renew_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are written anew."""
    return bool(request.config.getoption("--renew-golden"))


@pytest.fixture(scope="session")
def short_chain():
    """The chain of prop-2021 after three months, seed 1; look, do not touch."""
    from models.chain import Chain
    from models.parameters import baseline
    from sim.calendar import day_number

    chain = Chain(baseline("prop-2021"), 1, day_number("2019-04-01"))
    chain.start()
    chain.run(chain.last_day)
    return chain


@pytest.fixture(scope="session")
def short_facts(short_chain):
    """The facts of ``short_chain``."""
    return short_chain.facts()
