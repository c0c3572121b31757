"""Whose turn it is, so that nobody gets more by asking more.

Who asks is known by a path, such as (address, browser): turns go round over addresses, and within one address over its
browsers. Who was served longest ago is next; of those who were never served, who came last.
"""

import threading
import time
from collections.abc import Sequence

Visitor = tuple[str, ...]
#: So many of who was served are remembered; who is forgotten counts as never served.
MOST_REMEMBERED = 10_000


class Turns:
    """Who was served when."""

    def __init__(self) -> None:
        self._served: dict[Visitor, int] = {}
        self._count = 0

    def take(self, waiting: Sequence[Visitor]) -> int:
        """The place of who is next, and that it had its turn."""
        place = min(range(len(waiting)), key=lambda one: (*self._last(waiting[one]), -one))
        self._count += 1
        for part in _parts(waiting[place]):
            self._served.pop(part, None)
            self._served[part] = self._count
        while len(self._served) > MOST_REMEMBERED:
            del self._served[next(iter(self._served))]
        return place

    def _last(self, visitor: Visitor) -> tuple[int, ...]:
        return tuple(self._served.get(part, 0) for part in _parts(visitor))


def _parts(visitor: Visitor) -> list[Visitor]:
    return [visitor[: length + 1] for length in range(len(visitor))]


class TurnLock:
    """A lock that is handed over in turns."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._turns = Turns()
        self._held = False
        self._holder = 0
        self._waiting: list[tuple[Visitor, threading.Event]] = []

    def acquire(self, visitor: Visitor) -> None:
        """Wait until it is the turn of this visitor."""
        with self._guard:
            mine = threading.Event()
            self._waiting.append((visitor, mine))
            if not self._held:
                self._hand_over()
        mine.wait()
        self._holder = threading.get_ident()

    def release(self) -> None:
        """Let the next one in."""
        self._holder = 0
        with self._guard:
            self._hand_over()

    def mine(self) -> bool:
        """Whether this thread has it."""
        return self._holder == threading.get_ident()

    def locked(self) -> bool:
        """Whether somebody has it."""
        return self._held

    def _hand_over(self) -> None:
        self._held = bool(self._waiting)
        if self._held:
            _, following = self._waiting.pop(self._turns.take([visitor for visitor, _ in self._waiting]))
            following.set()


class Quota:
    """How often an address, and one browser at it, may do something in so many seconds; known in memory only."""

    def __init__(self, most: tuple[int, ...], seconds: float) -> None:
        self._guard = threading.Lock()
        self._most, self._seconds = most, seconds
        self._times: dict[Visitor, list[float]] = {}

    def take(self, visitor: Visitor) -> bool:
        """Whether a visitor may do it once more; then that counts."""
        now, parts = time.monotonic(), _parts(visitor)
        with self._guard:
            recent = {part: [one for one in times if now - one < self._seconds] for part, times in self._times.items()}
            self._times = {part: times for part, times in recent.items() if times}
            if any(len(self._times.get(part, ())) >= most for part, most in zip(parts, self._most, strict=False)):
                return False
            for part in parts:
                self._times.setdefault(part, []).append(now)
        return True
