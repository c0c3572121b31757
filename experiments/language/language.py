"""Which languages there are: a new one is added here, and its texts to every file in `texts/`."""

from __future__ import annotations

from typing import Literal, get_args

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
NOTHING = "–"


def chosen(pair: tuple[str, str], language: Language = "nl") -> str:
    """Of a Dutch and an English text the one that is wanted."""
    return pair[LANGUAGES.index(language)]
