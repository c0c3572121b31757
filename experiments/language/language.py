"""Which languages there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = ("nl", "en")
NOTHING = "–"


def chosen(pair: tuple[str, str], language: Language = "nl") -> str:
    """Of a Dutch and an English text the one that is wanted."""
    return pair[LANGUAGES.index(language)]


def listed(parts: Sequence[str], language: Language = "nl") -> str:
    """a, b en c; or a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {chosen(('en', 'and'), language)} {parts[-1]}"
